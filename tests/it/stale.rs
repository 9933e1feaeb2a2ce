//! Judging blocks: recorded runs of `go test` with stale cached results, fresh data of every Go release, and hand-made
//! mixes. `tests/data/stale/go<V>/<mode>/<scenario>/` holds the trees `src0`, `src1`, …, the profiles of the first run
//! (`gen0.out`, again `gen0-cached.out`), of the runs after each edit (`gen1.out`, …), and the truth (`fresh.out`: the last
//! tree with `-count=1`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use coverdict::clean::{self, Fate, FileState, JudgeOptions, Judgement};
use coverdict::golang;
use coverdict::ingest::InputName;
use coverdict::ingest::table::Table;
use coverdict::ingest::text;
use coverdict::model::{Code, Extent, FileName, RawProfile, RuleSet, Source};

mod mixed;
mod order;
mod properties;

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
        let wanted = golang::Wanted { blocks: true, ..golang::Wanted::default() };
        self.0.insert(name.to_owned(), golang::read(text, wanted));
    }

    fn add_dir(&mut self, dir: &Path, import: &str) {
        for entry in fs_err::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            let name =
                format!("{import}/{}", path.file_name().and_then(|name| name.to_str()).expect("UTF-8"));
            if path.is_dir() {
                self.add_dir(&path, &name);
            } else if path.extension().is_some_and(|end| end == "go") && !name.ends_with("_test.go") {
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
            let listed = source.is_some_and(|source| lists_all(raw, name, source));
            FileState { path: None, source, gone: tree.is_some() && source.is_none(), listed }
        })
        .collect()
}

/// Whether the profile lists the blocks of rule set A of a source, each once, and no others.
fn lists_all(raw: &RawProfile, name: &FileName, source: &Source) -> bool {
    let own = raw.blocks.iter().filter(|block| raw.names[block.file as usize] == *name);
    let mut own: Vec<(Extent, u32)> = own.map(|block| (block.extent, block.stmts)).collect();
    let mut cut: Vec<(Extent, u32)> =
        source.blocks_a.iter().map(|block| (block.extent, block.stmts)).collect();
    own.sort_unstable();
    cut.sort_unstable();
    let is_plain = source.broken.is_none() && !source.line_directives && source.blocks_a_to_1_25.is_none();
    is_plain && own == cut
}

/// Judges, and does it again without being told which files are listed as they are cut: nothing may be different.
fn judge_with(raw: &RawProfile, states: &[FileState<'_>]) -> Judgement {
    let judgement = clean::judge(raw, states, JudgeOptions::default());
    let untold: Vec<FileState<'_>> =
        states.iter().map(|state| FileState { listed: false, ..*state }).collect();
    assert_eq!(judgement, clean::judge(raw, &untold, JudgeOptions::default()));
    // A source that was found to be listed has no blocks of its own: those of the profile stand for them.
    let cut = |source: &Source| Source { blocks_c: Vec::new(), statements: Vec::new(), ..source.clone() };
    let bare = |source: &Source| Source { blocks_a: Vec::new(), is_listed: true, ..cut(source) };
    let with = |sources: &dyn Fn(&Source) -> Source| {
        let own = |state: &FileState<'_>| state.source.filter(|_| state.listed).map(sources);
        let own: Vec<Option<Source>> = states.iter().map(own).collect();
        let other = own.iter().zip(states);
        let states: Vec<FileState<'_>> = other
            .map(|(own, state)| FileState { source: own.as_ref().or(state.source), listed: false, ..*state })
            .collect();
        clean::judge(raw, &states, JudgeOptions::default())
    };
    assert_eq!(with(&cut), with(&bare));
    judgement
}

fn judge(raw: &RawProfile, tree: Option<&Tree>) -> Judgement {
    let judgement = judge_with(raw, &states(raw, tree));
    check_invariants(raw, &judgement);
    judgement
}

fn check_invariants(raw: &RawProfile, judgement: &Judgement) {
    assert!(judgement.fates.len() <= raw.blocks.len());
    assert!(judgement.fates.last().is_none_or(|last| *last != Fate::Kept));
    assert_eq!(judgement.files.len(), raw.names.len());
    let mut order = judgement.order.clone();
    order.sort_unstable();
    assert!(order.iter().map(|&id| id as usize).eq(0..raw.blocks.len()));
    for (file, verdict) in judgement.files.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for &id in &judgement.order[verdict.blocks.clone()] {
            let block = &raw.blocks[id as usize];
            assert_eq!(block.file as usize, file);
            match judgement.fate(id) {
                Fate::Kept | Fate::Doubted(_) => {
                    assert!(seen.insert(block.extent), "{} twice", block.extent);
                    assert!(verdict.recount.is_none());
                }
                Fate::Folded { into } => {
                    assert_eq!(raw.blocks[into as usize].extent.start, block.extent.start);
                    assert!(matches!(judgement.fate(into), Fate::Kept | Fate::Doubted(_)));
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
    for (block, fate) in raw.blocks.iter().zip((0..).map(|id| judgement.fate(id))) {
        let name = raw.names[block.file as usize].as_str().to_owned();
        match fate {
            Fate::Kept | Fate::Doubted(_) => {
                *rows.entry((name, block.extent, block.stmts)).or_default() |= 0 < block.count;
            }
            Fate::Folded { into } => {
                let into = &raw.blocks[into as usize];
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
    let last =
        (1usize..100).filter(|n| scenario.join(format!("gen{n}.out")).exists()).max().expect("a change");
    let mut runs = vec![("gen0.out".to_owned(), 0), ("gen0-cached.out".to_owned(), 0)];
    // Of several edits only the last one's tree has a fresh run to compare with.
    runs.push((format!("gen{last}.out"), last));
    runs.push(("fresh.out".to_owned(), last));
    runs
}

#[test]
fn recorded_runs_are_cleaned_to_what_a_fresh_run_says() {
    let scenarios = scenarios();
    assert_eq!(scenarios.len(), 30, "13 of Go 1.25.5 in two modes, 2 of 1.26.6 and 2 of 1.27.3");
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
    let listings = clean::listings(&profile, u32::try_from(stale).expect("a small id"));
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
    let (mut seen, mut listed) = (0, 0);
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
            if path.extension().is_none_or(|end| end != "out") && !name.ends_with("textfmt.txt") {
                continue;
            }
            seen += 1;
            let text = read_text(&path);
            let profile = raw(&[(&name, &text)]);
            for tree in [None, Some(&tree)] {
                let what = format!("{version} {name}, sources: {}", tree.is_some());
                let mut states = states(&profile, tree);
                for state in &mut states {
                    state.gone = false;
                }
                listed += states.iter().filter(|state| state.listed).count();
                let judgement = judge_with(&profile, &states);
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
    assert!(listed > 50, "{listed} files are listed as they are cut");
}
