//! Go releases and commits mixed in one run of coverdict.

use super::*;

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
