//! Judging blocks: recorded runs of `go test` with stale cached results, fresh data of every Go release, and hand-made
//! mixes. `tests/data/stale/go<V>/<mode>/<scenario>/` holds the trees `src0`, `src1`, …, the profiles of the first run
//! (`gen0.out`, again `gen0-cached.out`), of the runs after each edit (`gen1.out`, …), and the truth (`fresh.out`: the last
//! tree with `-count=1`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use coverdict::clean::{self, Fate, FileState, JudgeOptions, Judgement, Reason};
use coverdict::golang;
use coverdict::ingest::InputName;
use coverdict::ingest::table::Table;
use coverdict::ingest::text;
use coverdict::model::{Code, Extent, RawProfile, RuleSet, Source};

/// (file, extent, statements) -> hit.
type Rows = BTreeMap<(String, Extent, u32), bool>;

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn raw(profiles: &[(&str, &str)]) -> RawProfile {
    let mut table = Table::new();
    for (label, profile) in profiles {
        let name = InputName { label: (*label).to_owned(), path: (*label).to_owned() };
        let mut bytes = profile.as_bytes();
        text::read(&mut table, &name, &mut bytes, &mut |_| {}).expect("a profile");
    }
    table.finish()
}

/// The Go files of a tree: name in the profile -> parsed source.
#[derive(Default)]
struct Tree(BTreeMap<String, Source>);

impl Tree {
    fn read(root: &Path, module: &str) -> Self {
        let mut tree = Self::default();
        tree.add_dir(root, module);
        tree
    }

    fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (name, text) in files {
            tree.add(name, text.as_bytes());
        }
        tree
    }

    fn add(&mut self, name: &str, text: &[u8]) {
        let wanted = golang::Wanted { blocks: true, text: false };
        self.0.insert(name.to_owned(), golang::read(text, wanted));
    }

    fn add_dir(&mut self, dir: &Path, import: &str) {
        for entry in fs_err::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name =
                format!("{import}/{}", path.file_name().and_then(|name| name.to_str()).expect("UTF-8"));
            if path.is_dir() {
                self.add_dir(&path, &name);
            } else if name.ends_with(".go") && !name.ends_with("_test.go") {
                self.add(&name, &fs_err::read(&path).expect("a file"));
            }
        }
    }
}

/// What is known of the files: nothing without a tree; with one, files that are not in it are gone.
fn states<'a>(raw: &RawProfile, tree: Option<&'a Tree>) -> Vec<FileState<'a>> {
    raw.names
        .iter()
        .map(|name| {
            let source = tree.and_then(|tree| tree.0.get(name.as_str()));
            FileState { path: None, source, gone: tree.is_some() && source.is_none() }
        })
        .collect()
}

fn judge(raw: &RawProfile, tree: Option<&Tree>) -> Judgement {
    let judgement = clean::judge(raw, &states(raw, tree), JudgeOptions::default());
    check_invariants(raw, &judgement);
    judgement
}

fn check_invariants(raw: &RawProfile, judgement: &Judgement) {
    assert_eq!(judgement.fates.len(), raw.blocks.len());
    assert_eq!(judgement.files.len(), raw.names.len());
    let mut order = judgement.order.clone();
    order.sort_unstable();
    assert!(order.iter().copied().eq(0..raw.blocks.len() as u32));
    for (file, verdict) in judgement.files.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for &id in &judgement.order[verdict.blocks.clone()] {
            let block = &raw.blocks[id as usize];
            assert_eq!(block.file as usize, file);
            match judgement.fates[id as usize] {
                Fate::Kept | Fate::Doubted(_) => {
                    assert!(seen.insert(block.extent), "{} twice", block.extent);
                    assert!(verdict.recount.is_none());
                }
                Fate::Folded { into } => {
                    assert_eq!(raw.blocks[into as usize].extent.start, block.extent.start);
                    assert!(matches!(judgement.fates[into as usize], Fate::Kept | Fate::Doubted(_)));
                }
                Fate::Recounted => assert!(verdict.recount.is_some()),
                Fate::Dropped(_) => {}
            }
        }
    }
}

/// The rows that count.
fn rows(raw: &RawProfile, judgement: &Judgement) -> Rows {
    let mut rows = Rows::new();
    for (block, fate) in raw.blocks.iter().zip(&judgement.fates) {
        let name = raw.names[block.file as usize].as_str().to_owned();
        match fate {
            Fate::Kept | Fate::Doubted(_) => {
                *rows.entry((name, block.extent, block.stmts)).or_default() |= 0 < block.count;
            }
            Fate::Folded { into } => {
                let into = &raw.blocks[*into as usize];
                *rows.entry((name, into.extent, into.stmts)).or_default() |= 0 < block.count;
            }
            Fate::Dropped(_) | Fate::Recounted => {}
        }
    }
    for (name, file) in raw.names.iter().zip(&judgement.files) {
        for block in file.recount.iter().flatten() {
            rows.insert((name.as_str().to_owned(), block.extent, block.stmts), 0 < block.count);
        }
    }
    rows
}

/// All rows of a profile, whatever they are worth.
fn all_rows(raw: &RawProfile) -> Rows {
    let all = raw.blocks.iter().map(|block| {
        ((raw.names[block.file as usize].as_str().to_owned(), block.extent, block.stmts), 0 < block.count)
    });
    all.collect()
}

/// (covered, all) statements.
fn totals(rows: &Rows) -> (u64, u64) {
    let covered = rows.iter().filter(|(_, hit)| **hit).map(|((_, _, stmts), _)| u64::from(*stmts)).sum();
    (covered, rows.keys().map(|(_, _, stmts)| u64::from(*stmts)).sum())
}

fn codes(judgement: &Judgement) -> Vec<Code> {
    judgement.findings.iter().map(|finding| finding.code).collect()
}

fn read_text(path: &Path) -> String {
    fs_err::read_to_string(path).expect("a file")
}

/// All recorded scenario directories.
fn scenarios() -> Vec<PathBuf> {
    let children = |path: &Path| -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = fs_err::read_dir(path)
            .expect("a directory")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        found
    };
    let mut versions = children(&data("stale"));
    versions.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("go")));
    versions.iter().flat_map(|version| children(version)).flat_map(|mode| children(&mode)).collect()
}

/// The profiles of a scenario with the number of the tree that each belongs to, and whether they can hold stale blocks.
fn runs(scenario: &Path) -> Vec<(String, usize)> {
    let last = (1..).take_while(|n| scenario.join(format!("gen{n}.out")).exists()).last().expect("a change");
    let mut runs = vec![("gen0.out".to_owned(), 0), ("gen0-cached.out".to_owned(), 0)];
    runs.extend((1..=last).map(|n| (format!("gen{n}.out"), n)));
    runs.push(("fresh.out".to_owned(), last));
    runs
}

#[test]
fn recorded_runs_are_cleaned_to_what_a_fresh_run_says() {
    let scenarios = scenarios();
    assert_eq!(scenarios.len(), 24, "10 of Go 1.25.5 in two modes, 2 of 1.26.6 and 2 of 1.27.3");
    let mut dropped = 0;
    for scenario in &scenarios {
        let fresh = raw(&[("fresh.out", &read_text(&scenario.join("fresh.out")))]);
        for (file, generation) in runs(scenario) {
            let tree = Tree::read(&scenario.join(format!("src{generation}")), "proj");
            let profile = raw(&[(&file, &read_text(&scenario.join(&file)))]);
            let truth = if generation == 0 {
                all_rows(&raw(&[("gen0.out", &read_text(&scenario.join("gen0.out")))]))
            } else {
                all_rows(&fresh)
            };
            for tree in [None, Some(&tree)] {
                let judgement = judge(&profile, tree);
                let what = format!("{} {file}, sources: {}", scenario.display(), tree.is_some());
                assert_eq!(rows(&profile, &judgement), truth, "{what}");
                let stale = all_rows(&profile).len() - truth.len();
                let counted: u64 = judgement
                    .findings
                    .iter()
                    .filter(|finding| finding.code == Code::StaleBlocks)
                    .map(|finding| finding.count)
                    .sum();
                assert_eq!(counted, stale as u64, "{what}");
                dropped += stale;
                if stale == 0 {
                    assert_eq!(judgement.findings, [], "{what}");
                    assert!(judgement.files.iter().all(|file| !file.uncertain), "{what}");
                }
                if tree.is_some() {
                    let live = judgement.files.iter().filter(|file| file.fits_source.is_some());
                    assert!(live.into_iter().all(|file| file.fits_source == Some(true)), "{what}");
                }
            }
        }
    }
    assert!(0 < dropped);
}

/// Sorted and without repeats, as other tools leave a profile: the sections are gone, the source decides.
#[test]
fn merged_and_sorted_runs_are_cleaned_by_their_source() {
    for scenario in scenarios() {
        let fresh = all_rows(&raw(&[("fresh.out", &read_text(&scenario.join("fresh.out")))]));
        let (file, generation) = runs(&scenario).into_iter().rev().nth(1).expect("a change");
        let tree = Tree::read(&scenario.join(format!("src{generation}")), "proj");
        let text = read_text(&scenario.join(&file));
        let mode = text.lines().next().expect("a mode row").to_owned();
        let mut merged: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for row in text.lines().skip(1) {
            let (key, count) = row.rsplit_once(' ').expect("a row");
            let (position, stmts) = key.rsplit_once(' ').expect("a row");
            *merged.entry((position, stmts)).or_default() += count.parse::<u64>().expect("a count");
        }
        let sorted = merged.iter().map(|((position, stmts), count)| {
            format!("{position} {stmts} {}\n", if mode.ends_with("set") { (*count).min(1) } else { *count })
        });
        let sorted = format!("{mode}\n{}", sorted.collect::<String>());
        let profile = raw(&[("merged.out", &sorted)]);
        let judgement = judge(&profile, Some(&tree));
        let what = format!("{}", scenario.display());
        let cleaned = rows(&profile, &judgement);
        if what.ends_with("del-func") {
            // One consistent set with blocks behind the end of the file looks just like a file that was edited after the
            // tests: it is kept, and reported.
            assert_eq!(codes(&judgement), [Code::ProfileOlderThanSource], "{what}");
            let extra = cleaned.keys().filter(|key| !fresh.contains_key(*key)).count();
            assert_eq!((cleaned.len(), extra), (fresh.len() + 1, 1));
            continue;
        }
        assert_eq!(cleaned, fresh, "{what}: {:#?}", judgement.findings);
    }
}

#[test]
fn the_example_of_go_issue_74873_is_explained() {
    let dir = data("stale/go1.25.5/set/issue");
    let profile = raw(&[("cover.out", &read_text(&dir.join("gen1.out")))]);
    let judgement = judge(&profile, None);
    assert_eq!(totals(&rows(&profile, &judgement)), (6, 9), "66.7 %; go tool cover says 54.5 %");
    let [finding] = judgement.findings.as_slice() else { panic!("{:#?}", judgement.findings) };
    assert_eq!(
        finding.message,
        "2 stale blocks in proj/sub/sub.go: they belong to another version of this file"
    );
    let place = finding.place.as_ref().expect("a place");
    assert_eq!((place.line, place.col), (Some(3), Some(24)));
    assert_eq!(
        finding.facts,
        [
            "3.24,4.22 is not in section 2, which ran this package",
            "4.22,6.3 is not in section 2, which ran this package",
            "cause: cached test results with -coverpkg (golang/go#74873, Go 1.25.0 to 1.26.2)"
        ]
    );
    assert!(finding.help.is_some());
    let stale =
        judgement.fates.iter().position(|fate| matches!(fate, Fate::Dropped(_))).expect("a stale block");
    let listings = clean::listings(&profile, stale as u32);
    assert_eq!(listings.len(), 1);
    assert_eq!((listings[0].input, listings[0].section, listings[0].hit), (0, Some(1), false));
}

#[test]
fn a_numstmt_conflict_keeps_the_value_of_the_fresh_section() {
    let dir = data("stale/go1.25.5/set/numstmt");
    let profile = raw(&[("cover.out", &read_text(&dir.join("gen1.out")))]);
    let judgement = judge(&profile, None);
    assert_eq!(codes(&judgement), [Code::StaleBlocks, Code::StatementConflict]);
    assert_eq!(
        judgement.findings[1].message,
        "proj/sub/extra.go: block 10.24,13.2 has 3 statements in one section and 2 in another; kept 2 (it is in the \
         section that ran the package)"
    );
}

#[test]
fn keep_counts_everything_and_says_so() {
    for scenario in ["issue", "shift", "numstmt", "del-file"] {
        let dir = data("stale/go1.25.5/set").join(scenario);
        let profile = raw(&[("cover.out", &read_text(&dir.join("gen1.out")))]);
        let tree = Tree::read(&dir.join("src1"), "proj");
        for tree in [None, Some(&tree)] {
            let judgement = clean::judge(&profile, &states(&profile, tree), JudgeOptions { keep: true });
            check_invariants(&profile, &judgement);
            assert!(!judgement.fates.iter().any(|fate| matches!(fate, Fate::Dropped(_))));
            assert!(
                judgement.fates.iter().any(|fate| matches!(fate, Fate::Doubted(_) | Fate::Folded { .. }))
            );
            let finding = &judgement.findings[0];
            assert_eq!(finding.code, Code::StaleBlocks);
            assert!(finding.facts.iter().any(|fact| fact.contains("unreliable")), "{finding:#?}");
        }
    }
}

#[test]
fn fresh_profiles_of_every_release_are_left_alone() {
    let tree = Tree::read(&data("record/src"), "example.com/rec");
    let mut seen = 0;
    // Every release in between writes the rows of one of these.
    for version in ["1.21.13", "1.24.11", "1.26.6", "1.27.1", "1.27.3"] {
        let expected = match version {
            "1.27.1" => RuleSet::B,
            "1.27.3" => RuleSet::C,
            _ => RuleSet::A,
        };
        for entry in fs_err::read_dir(data(&format!("go{version}"))).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
            if !(name.ends_with(".out") || name.ends_with("textfmt.txt")) {
                continue;
            }
            seen += 1;
            let text = read_text(&path);
            let profile = raw(&[(&name, &text)]);
            for tree in [None, Some(&tree)] {
                let what = format!("{version} {name}, sources: {}", tree.is_some());
                let states = profile.names.iter().map(|name| {
                    let source = tree.and_then(|tree| tree.0.get(name.as_str()));
                    FileState { path: None, source, gone: false }
                });
                let judgement = clean::judge(&profile, &states.collect::<Vec<_>>(), JudgeOptions::default());
                assert!(judgement.fates.iter().all(|fate| *fate == Fate::Kept), "{what}");
                let mut findings = codes(&judgement);
                if expected == RuleSet::B {
                    findings.retain(|&code| code != Code::InflatedStatements);
                }
                // `//line` directives move positions and names: nothing is claimed, and that is said.
                if name.starts_with("lined") {
                    findings.retain(|&code| code != Code::UnparsedSource);
                }
                assert_eq!(findings, [], "{what}: {:#?}", judgement.findings);
                assert!(judgement.files.iter().all(|file| file.fits_source != Some(false)), "{what}");
                if tree.is_some() && !name.starts_with("lined") {
                    assert_eq!(judgement.input_rule_sets, [Some(expected)], "{what}");
                    assert!(judgement.files.iter().all(|file| file.rule_set == Some(expected)), "{what}");
                } else if tree.is_none() && !name.starts_with("lined") {
                    let shape = if expected == RuleSet::A { RuleSet::A } else { RuleSet::C };
                    assert_eq!(judgement.input_rule_sets, [Some(shape)], "{what}");
                }
            }
        }
    }
    assert_eq!(seen, 5 * 7, "profiles seen");
}

// Go releases and commits mixed

fn mixed(name: &str) -> String {
    read_text(&data("stale/mixed").join(name))
}

fn demo(side: &str) -> Tree {
    Tree::read(&data("stale/mixed").join(side), "example.com/demo")
}

#[test]
fn one_tree_measured_by_1_26_and_1_27_counts_every_statement_once() {
    let (old, new) = (mixed("base-go1.26.cov"), mixed("base-go1.27.cov"));
    let tree = demo("base");
    let truth = all_rows(&raw(&[("new", &new)]));
    assert_eq!(totals(&truth), (8, 21));
    let glued = format!("{old}{new}");
    let tailed = format!("{old}{}", new.trim_start_matches("mode: set\n"));
    let sorted = {
        let mut rows: Vec<&str> = glued.lines().filter(|row| !row.starts_with("mode")).collect();
        rows.sort_unstable();
        rows.dedup();
        format!("mode: set\n{}\n", rows.join("\n"))
    };
    let cases: [&[(&str, &str)]; 5] = [
        &[("old", &old), ("new", &new)],
        &[("new", &new), ("old", &old)],
        &[("glued", &glued)],
        &[("tailed", &tailed)],
        &[("sorted", &sorted)],
    ];
    for inputs in cases {
        let profile = raw(inputs);
        let judgement = judge(&profile, Some(&tree));
        assert_eq!(rows(&profile, &judgement), truth, "{}", inputs[0].0);
        assert_eq!(codes(&judgement), [Code::MixedGoVersions; 2], "{:#?}", judgement.findings);
        assert!(judgement.files.iter().all(|file| file.rule_set == Some(RuleSet::C)));
        assert!(judgement.files.iter().all(|file| file.fits_source == Some(true) && file.stale == 0));
        // Without the source one form is counted, whole.
        let judgement = judge(&profile, None);
        assert_eq!(
            totals(&rows(&profile, &judgement)),
            (8, 21),
            "{}: {:#?}",
            inputs[0].0,
            judgement.findings
        );
        assert_eq!(
            codes(&judgement),
            [Code::MixedGoVersions; 2],
            "{}: {:#?}",
            inputs[0].0,
            judgement.findings
        );
        assert!(judgement.files.iter().all(|file| file.uncertain));
    }
}

#[test]
fn counts_of_two_releases_add_up_in_the_ranges_of_the_later_one() {
    let text =
        "package p\n\nfunc F(a int) int {\n\ta++\n\n\ta--\n\tif a > 0 {\n\t\treturn 1\n\t}\n\treturn a\n}\n";
    let tree = Tree::of(&[("m/p/p.go", text)]);
    let a = "mode: count\nm/p/p.go:3.19,7.11 3 5\nm/p/p.go:7.11,9.3 1 2\nm/p/p.go:10.2,10.10 1 3\n";
    let c = "mode: count\nm/p/p.go:4.2,5.1 1 10\nm/p/p.go:6.2,7.11 2 10\nm/p/p.go:8.3,9.1 1 0\nm/p/p.go:10.2,10.10 1 10\n";
    let profile = raw(&[("unit", a), ("e2e", c)]);
    let judgement = judge(&profile, Some(&tree));
    let recount = judgement.files[0].recount.as_ref().expect("a recount");
    let shown: Vec<String> = recount
        .iter()
        .map(|block| format!("{} {} {} {:?}", block.extent, block.stmts, block.count, block.from))
        .collect();
    assert_eq!(
        shown,
        ["4.2,5.1 1 15 [0, 3]", "6.2,7.11 2 15 [0, 4]", "8.3,9.1 1 2 [1, 5]", "10.2,10.10 1 13 [2]"]
    );
}

#[test]
fn every_pair_of_releases_gives_the_rows_of_the_latest() {
    let tree = Tree::read(&data("record/src"), "example.com/rec");
    let read = |version: &str| read_text(&data(&format!("go{version}/cross.set.out")));
    let latest = all_rows(&raw(&[("latest", &read("1.27.3"))]));
    for (one, other) in [
        ("1.21.13", "1.27.3"),
        ("1.26.6", "1.27.1"),
        ("1.27.1", "1.27.3"),
        ("1.24.11", "1.27.1"),
        ("1.21.13", "1.26.6"),
    ] {
        let profile = raw(&[(one, &read(one)), (other, &read(other))]);
        let judgement = judge(&profile, Some(&tree));
        let cleaned = rows(&profile, &judgement);
        let what = format!("{one} {other}: {:#?}", judgement.findings);
        if other == "1.26.6" {
            // One rule set, and two forms of the end of a raw string in a CRLF file.
            assert_eq!(cleaned, all_rows(&raw(&[("", &read(other))])), "{what}");
            assert_eq!(judgement.findings, []);
            continue;
        }
        for file in judgement.files.iter().zip(&profile.names) {
            let own = |rows: &Rows| {
                rows.iter()
                    .filter(|(key, _)| key.0 == file.1.as_str())
                    .map(|(key, hit)| (key.clone(), *hit))
                    .collect::<Rows>()
            };
            // B and C differ only in files with a block of several ranges.
            if file.0.recount.is_some() || one == "1.27.1" {
                assert_eq!(own(&cleaned), own(&latest), "{what}");
            }
        }
        assert!(judgement.files.iter().any(|file| file.recount.is_some()), "{what}");
        assert!(judgement.findings.iter().all(|it| it.code == Code::MixedGoVersions), "{what}");
    }
}

#[test]
fn inflated_statements_are_noted_once_an_input() {
    let tree = Tree::read(&data("record/src"), "example.com/rec");
    let text = read_text(&data("go1.27.1/cross.set.out"));
    let profile = raw(&[("b.out", &text)]);
    let judgement = judge(&profile, Some(&tree));
    assert_eq!(rows(&profile, &judgement), all_rows(&profile), "recorded counts stay");
    let [finding] = judgement.findings.as_slice() else { panic!("{:#?}", judgement.findings) };
    assert_eq!(finding.code, Code::InflatedStatements);
    let later = all_rows(&raw(&[("c.out", &read_text(&data("go1.27.3/cross.set.out")))]));
    assert_eq!(finding.count, totals(&all_rows(&profile)).1 - totals(&later).1);
}

#[test]
fn of_two_commits_the_one_at_hand_counts() {
    let head = demo("head");
    for (base, new) in [
        ("base-go1.26.cov", "head-go1.26.cov"),
        ("base-go1.26.cov", "head-go1.27.cov"),
        ("base-go1.27.cov", "head-go1.27.cov"),
    ] {
        let (base, new) = (mixed(base), mixed(new));
        let truth = all_rows(&raw(&[("new", &new)]));
        for inputs in [
            [("base", base.as_str()), ("new", new.as_str())],
            [("new", new.as_str()), ("base", base.as_str())],
        ] {
            let profile = raw(&inputs);
            let judgement = judge(&profile, Some(&head));
            let cleaned = rows(&profile, &judgement);
            // A block that both commits have keeps the hits of both.
            let keys = |rows: &Rows| rows.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(&cleaned), keys(&truth), "{:#?}", judgement.findings);
            assert_eq!(totals(&cleaned).1, 25);
            let gone = judgement.findings.iter().find(|it| it.message.ends_with("does not exist any more"));
            assert!(gone.expect("a deleted file").message.contains("internal/util/util.go"));
            assert!(
                judgement
                    .findings
                    .iter()
                    .any(|it| it.code == Code::StaleBlocks && it.message.contains("calc.go"))
            );
        }
    }
}

#[test]
fn of_two_commits_without_sources_one_listing_counts_and_the_file_is_uncertain() {
    let (base, head) = (mixed("base-go1.26.cov"), mixed("head-go1.26.cov"));
    let profile = raw(&[("base", &base), ("head", &head)]);
    let judgement = judge(&profile, None);
    let calc = profile.names.iter().position(|name| name.base() == "calc.go").expect("calc.go");
    assert!(judgement.files[calc].uncertain);
    let own = |rows: Rows| -> Vec<_> { rows.into_keys().filter(|key| key.0.ends_with("calc.go")).collect() };
    // Ties go to the later input.
    assert_eq!(own(rows(&profile, &judgement)), own(all_rows(&raw(&[("head", &head)]))));
    assert_eq!(codes(&judgement), [Code::OverlappingBlocks]);
}

#[test]
fn a_file_edited_after_the_tests_is_kept_and_counted() {
    let tree = demo("head");
    for version in ["1.26", "1.27"] {
        let profile = raw(&[("cover.out", &mixed(&format!("base-go{version}.cov")))]);
        let states: Vec<FileState<'_>> = profile
            .names
            .iter()
            .map(|name| FileState { source: tree.0.get(name.as_str()), ..FileState::default() })
            .collect();
        let judgement = clean::judge(&profile, &states, JudgeOptions::default());
        assert_eq!(rows(&profile, &judgement), all_rows(&profile));
        let [finding] = judgement.findings.as_slice() else { panic!("{:#?}", judgement.findings) };
        assert_eq!(finding.code, Code::ProfileOlderThanSource);
        assert_eq!(
            finding.message,
            "cover.out is older than example.com/demo/calc/calc.go (changed after the tests ran)"
        );
        let calc = profile.names.iter().position(|name| name.base() == "calc.go").expect("calc.go");
        assert_eq!(judgement.files[calc].fits_source, Some(false));
    }
}

// Rows in other orders, nesting, odd blocks

fn check(profile: &str, kept: &[&str]) -> Judgement {
    let profile = raw(&[("p", profile)]);
    let judgement = judge(&profile, None);
    let shown: Vec<String> = rows(&profile, &judgement)
        .into_iter()
        .map(|((file, extent, stmts), hit)| format!("{file}:{extent} {stmts} {}", u8::from(hit)))
        .collect();
    assert_eq!(shown, kept, "{:#?}", judgement.findings);
    judgement
}

#[test]
fn rows_that_never_repeat_are_one_section_in_any_order() {
    // The order of Go before 1.20: files at random, rows as they stand in the code. Package p is hit in one part only.
    let rows = [
        "m/p/b.go:9.10,11.2 1 1",
        "m/p/b.go:3.10,5.2 1 0",
        "m/p/a.go:3.10,5.2 1 0",
        "m/a/z.go:7.1,8.2 1 0",
        "m/a/a.go:7.1,8.2 1 1",
        "m/a/a.go:1.1,2.2 1 0",
    ];
    let mut sorted = rows;
    sorted.sort_unstable();
    check(&format!("mode: set\n{}\n", rows.join("\n")), &sorted);
}

#[test]
fn an_order_that_breaks_too_often_says_nothing() {
    // Two runs appended to each other in such an order: rows repeat, but far less often than the order breaks.
    let rows =
        ["m/p/f.go:9.10,11.2 1 1", "m/p/f.go:6.10,8.2 1 0", "m/p/f.go:3.10,5.2 1 1", "m/p/e.go:3.10,5.2 1 0"];
    let mut sorted = rows;
    sorted.sort_unstable();
    let second: Vec<String> = rows.iter().map(|row| format!("{}0", &row[..row.len() - 1])).collect();
    let judgement = check(&format!("mode: set\n{}\n{}\n", rows.join("\n"), second.join("\n")), &sorted);
    assert_eq!(judgement.findings, []);
}

#[test]
fn nested_live_blocks_stay() {
    let blocks = read_text(&data("blocks/overlap.1.25.5.blocks"));
    let tree = {
        let mut tree = Tree::default();
        tree.add("m/p/overlap.go", &fs_err::read(data("blocks/overlap.go")).expect("a file"));
        tree
    };
    for counts in ["000000", "111111", "100100", "110110"] {
        let rows: String = blocks
            .lines()
            .zip(counts.chars())
            .map(|(block, count)| format!("m/p/overlap.go:{block} {count}\n"))
            .collect();
        for text in [format!("mode: set\n{rows}"), format!("mode: set\n{rows}{rows}")] {
            let profile = raw(&[("p", &text)]);
            for tree in [None, Some(&tree)] {
                let judgement = judge(&profile, tree);
                assert_eq!(rows_of(&profile, &judgement), 6, "{counts}");
                assert_eq!(judgement.findings, [], "{counts}");
            }
        }
    }
    // The inner block cannot run without the outer one.
    let judgement =
        check("mode: set\nm/p/o.go:3.10,4.47 1 0\nm/p/o.go:4.25,4.37 1 1\n", &["m/p/o.go:4.25,4.37 1 1"]);
    assert_eq!(codes(&judgement), [Code::StaleBlocks, Code::OverlappingBlocks]);
}

fn rows_of(profile: &RawProfile, judgement: &Judgement) -> usize {
    rows(profile, judgement).len()
}

#[test]
fn a_zero_block_goes_when_it_contradicts_one_that_ran() {
    let judgement = check(
        "mode: set\nproj/sub/sub.go:3.24,4.22 1 0\nproj/sub/sub.go:3.24,4.35 1 1\nproj/sub/sub.go:4.22,6.3 1 0\n\
         proj/sub/sub.go:4.35,6.3 1 0\nproj/sub/sub.go:7.2,7.14 1 1\n",
        &["proj/sub/sub.go:3.24,4.35 1 1", "proj/sub/sub.go:4.35,6.3 1 0", "proj/sub/sub.go:7.2,7.14 1 1"],
    );
    assert_eq!(codes(&judgement), [Code::StaleBlocks, Code::OverlappingBlocks]);
    assert_eq!(judgement.findings[0].count, 2);
    assert!(judgement.files[0].uncertain);
}

#[test]
fn blocks_without_bytes_or_statements_contradict_nothing() {
    check(
        "mode: set\nm/p/p.go:3.10,9.2 3 1\nm/p/p.go:5.4,5.4 0 0\nm/p/p.go:6.1,6.1 1 0\nm/p/p.go:7.1,10.2 0 1\n",
        &["m/p/p.go:3.10,9.2 3 1", "m/p/p.go:5.4,5.4 0 0", "m/p/p.go:6.1,6.1 1 0", "m/p/p.go:7.1,10.2 0 1"],
    );
}

#[test]
fn a_statement_conflict_without_evidence_takes_the_larger_value() {
    let judgement =
        check("mode: set\nm/p/p.go:3.10,9.2 3 1\nm/p/p.go:3.10,9.2 2 1\n", &["m/p/p.go:3.10,9.2 3 1"]);
    assert_eq!(codes(&judgement), [Code::StatementConflict]);
    assert!(matches!(judgement.fates[1], Fate::Folded { into: 0 }));
    // The block that ran wins.
    check("mode: set\nm/p/p.go:3.10,9.2 3 0\nm/p/p.go:3.10,9.2 2 1\n", &["m/p/p.go:3.10,9.2 2 1"]);
}

#[test]
fn a_renamed_file_and_several_generations_are_told_by_sections() {
    let section = |hit: [u8; 2], file: &str, end: u32| {
        format!("m/a/a.go:3.10,5.2 1 {}\nm/b/{file}:3.10,{end}.2 1 {}\n", hit[0], hit[1])
    };
    // Four test binaries; those of a, c and d are cached from three different states of b.
    let text = format!(
        "mode: set\n{}{}{}{}",
        section([1, 0], "old.go", 5),
        section([0, 1], "new.go", 7),
        section([0, 0], "new.go", 6),
        section([0, 0], "new.go", 5),
    );
    let judgement = check(&text, &["m/a/a.go:3.10,5.2 1 1", "m/b/new.go:3.10,7.2 1 1"]);
    assert_eq!(codes(&judgement), [Code::StaleBlocks; 2]);
    let reasons = judgement
        .fates
        .iter()
        .filter(|fate| matches!(fate, Fate::Dropped(Reason::NotInHitSection { input: 0, section: 1 })));
    assert_eq!(reasons.count(), 3);
}

#[test]
fn a_package_that_no_test_runs_is_ambiguous_without_source() {
    // Cached and fresh sections of package b cannot be told apart; only the overlap proves that they differ.
    let section = |hit: u8, end: u32| {
        format!("m/a/a.go:3.10,5.2 1 {hit}\nm/b/b.go:3.10,{end}.2 1 0\nm/c/c.go:3.10,5.2 1 1\n")
    };
    let text = format!("mode: set\n{}{}{}", section(1, 5), section(0, 7), section(0, 5));
    let judgement =
        check(&text, &["m/a/a.go:3.10,5.2 1 1", "m/b/b.go:3.10,5.2 1 0", "m/c/c.go:3.10,5.2 1 1"]);
    assert_eq!(codes(&judgement), [Code::OverlappingBlocks]);
    // With the source there is no doubt.
    let body = "package b\n\nfunc F() {\n\tg(1,\n\t\t2,\n\t)\n}\n";
    let source = golang::read(body.as_bytes(), golang::Wanted { blocks: true, text: false });
    let profile = raw(&[("p", &text)]);
    let states: Vec<FileState<'_>> = profile
        .names
        .iter()
        .map(|name| FileState { source: (name.base() == "b.go").then_some(&source), ..FileState::default() })
        .collect();
    let judgement = clean::judge(&profile, &states, JudgeOptions::default());
    let kept: Vec<String> =
        rows(&profile, &judgement).keys().map(|key| format!("{}:{}", key.0, key.1)).collect();
    assert_eq!(kept, ["m/a/a.go:3.10,5.2", "m/b/b.go:3.10,7.2", "m/c/c.go:3.10,5.2"]);
    assert_eq!(codes(&judgement), [Code::StaleBlocks, Code::OverlappingBlocks]);
    assert_eq!(
        judgement.findings[1].message,
        "m/b/b.go: blocks 3.10,5.2 and 3.10,7.2 overlap; kept 3.10,7.2 (it fits the source)"
    );
}

#[test]
fn runs_with_other_build_tags_are_not_stale() {
    // The integration run, appended without its mode row, lists one file more and never executes the package.
    let unit = "m/a/a.go:3.10,5.2 1 0\nm/p/a.go:3.10,5.2 1 1\nm/q/q.go:3.10,5.2 1 1\n";
    let more = "m/a/a.go:3.10,5.2 1 1\nm/p/a.go:3.10,5.2 1 0\nm/p/c.go:3.10,5.2 1 0\nm/q/q.go:3.10,5.2 1 0\n";
    let body = "package p\n\nfunc F() {\n\tg()\n}\n";
    let tree = Tree::of(&[("m/p/a.go", body), ("m/p/c.go", body), ("m/q/q.go", body), ("m/a/a.go", body)]);
    let profile = raw(&[("p", &format!("mode: set\n{unit}{more}"))]);
    let judgement = judge(&profile, Some(&tree));
    assert_eq!(rows(&profile, &judgement), all_rows(&profile), "{:#?}", judgement.findings);
}
