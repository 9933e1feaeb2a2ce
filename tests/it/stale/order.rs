//! Rows in other orders, nesting, odd blocks: what must not be called stale, and what only the overlap graph finds.

use coverdict::clean::Reason;

use super::*;

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
        let rows = blocks
            .lines()
            .zip(counts.chars())
            .fold(String::new(), |rows, (block, count)| rows + &format!("m/p/overlap.go:{block} {count}\n"));
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
    let source = golang::read(body.as_bytes(), golang::Wanted { blocks: true, ..golang::Wanted::default() });
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
    assert_eq!(rows(&profile, &judgement), all_rows(&profile));
    assert_eq!(judgement.findings, []);
}

/// Every block contradicts every other one, in many listings: the work stays near linear.
#[test]
fn a_hostile_profile_is_judged_in_reasonable_time() {
    use std::fmt::Write;
    let mut text = "mode: count\n".to_owned();
    for section in 0..80 {
        for row in 2..200 {
            writeln!(text, "m/p/p.go:1.{section},{row}.{section} {} {}", 1 + row % 3, (row + section) % 2)
                .expect("text");
        }
    }
    let mut other = "mode: count\n".to_owned();
    for row in 2..20_000 {
        writeln!(other, "m/p/p.go:{row}.1,{}.2 1 {}", 40_000 - row / 2, row % 2).expect("text");
    }
    let profile = raw(&[("one", &text), ("two", &other)]);
    let judgement = judge(&profile, None);
    assert!(judgement.files[0].uncertain);
    let tree = Tree::of(&[("m/p/p.go", "package p\n\nfunc F() {\n\tg()\n}\n")]);
    judge(&profile, Some(&tree));
}
