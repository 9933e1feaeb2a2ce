//! Rows of the table in the reference on coverage of changes, by their number, and the rules behind them.

use super::*;
use crate::golang::{self, Wanted};
use crate::measure::{FileFacts, measure};
use crate::model::{
    ChangeKind, ContentKind, Disposition, FileName, FileProfile, LineModel, Located, Metric, Mode, Profile,
};

fn source(text: &str) -> Source {
    golang::read(text.as_bytes(), Wanted { blocks: true, ..Wanted::default() })
}

fn change(added: &[(u32, u32)]) -> FileChange {
    FileChange {
        path: "a.go".to_owned(),
        old_path: None,
        kind: ChangeKind::Modified,
        content: ContentKind::Text,
        added: LineSet::of(added),
        deleted: LineSet::default(),
        line_endings_only: false,
    }
}

/// The blocks of a rule set, each hit as often as `hits` says for its first line.
fn blocks(source: &Source, rules: RuleSet, hits: impl Fn(u32) -> u64) -> Vec<Block> {
    let mut blocks: Vec<Block> = source
        .blocks(rules)
        .map(|block| Block {
            extent: block.extent,
            stmts: block.stmts,
            count: hits(block.extent.start.line),
            inputs: InputSet(0),
        })
        .collect();
    blocks.sort_by_key(|block| block.extent);
    blocks
}

fn report(blocks: Vec<Block>, source: Option<&Source>) -> FileReport {
    let located = Located {
        path: RepoPath::new("a.go"),
        source: None,
        package: "m".to_owned(),
        module: None,
        disposition: Disposition::Main,
        guessed: false,
    };
    let file =
        FileProfile { name: FileName::new("m/a.go"), id: 0, blocks, rule_set: None, fits_source: Some(true) };
    let mut profile = Profile { mode: Mode::Count, files: vec![file], input_sets: vec![Vec::new()] };
    let facts = |_| Some(FileFacts { located: &located, source, fingerprint: None, functions: None });
    let mut measured = measure(&mut profile, LineModel::Code, &[], facts, |_| 0);
    measured.packages.remove(0).files.remove(0)
}

fn patch(text: &str, rules: RuleSet, added: &[(u32, u32)], hits: impl Fn(u32) -> u64) -> PatchFile {
    let source = source(text);
    let report = report(blocks(&source, rules, hits), Some(&source));
    let change = change(added);
    file(&ChangedFile { report: Some(&report), ..plain(&change, Some(&source)) })
}

fn plain<'a>(change: &'a FileChange, source: Option<&'a Source>) -> ChangedFile<'a> {
    ChangedFile {
        change,
        path: RepoPath::of_parts(&["a.go"]),
        package: "m".to_owned(),
        report: None,
        fits: true,
        source,
        apart: false,
        built: true,
        missed_when_unmeasured: true,
        ignore_comments: true,
    }
}

/// All rule sets must agree on statements.
fn in_all(text: &str, added: &[(u32, u32)], hits: impl Fn(u32) -> u64 + Copy) -> PatchFile {
    let [a, b, c] = RuleSet::ALL.map(|rules| patch(text, rules, added, hits));
    assert_eq!((a.statements, a.estimated), (c.statements, c.estimated), "A and C");
    assert_eq!((b.statements, b.estimated), (c.statements, c.estimated), "B and C");
    assert_eq!((&a.lines, &a.missed), (&c.lines, &c.missed), "lines of A and C");
    a
}

const ELSE_IF: &str = "package p\n\nfunc Old(x int) string {\n\tif x == 0 {\n\t\treturn \"zero\"\n\t} else if x == 1 { return \"one\" }\n\treturn \"\"\n}\n";

#[test]
fn row_51_a_statement_behind_a_covered_brace_is_a_statement_of_its_own() {
    let file = in_all(ELSE_IF, &[(6, 6)], |line| u64::from(line < 6));
    assert_eq!(file.statements, Tally::new(0, 2));
    assert_eq!(file.missed, [(6, 6)]);
    assert!(!file.estimated);
}

#[test]
fn row_53_one_statement_over_five_lines_is_one() {
    let text = "package p\n\nfunc F() {\n\tg(1,\n\t\t2,\n\t\t3,\n\t\t4)\n}\n";
    assert_eq!(in_all(text, &[(6, 6)], |_| 1).statements, Tally::new(1, 1));
    assert_eq!(in_all(text, &[(5, 6)], |_| 0).statements, Tally::new(0, 1));
}

#[test]
fn row_54_statements_joined_on_one_line_are_counted_apart() {
    let text = "package p\n\nfunc F(x int) int {\n\tif x > 0 { x++; x++ }; return x\n}\n";
    let source = source(text);
    for rules in RuleSet::ALL {
        let mut blocks = blocks(&source, rules, |_| 1);
        // The body of the condition did not run.
        let body =
            blocks.iter_mut().find(|block| block.extent.start.col > 10 && block.extent.start.line == 4);
        body.expect("the body has a block").count = 0;
        let report = report(blocks, Some(&source));
        let change = change(&[(4, 4)]);
        let file = file(&ChangedFile { report: Some(&report), ..plain(&change, Some(&source)) });
        assert_eq!(file.statements, Tally::new(2, 4), "{rules:?}");
        assert_eq!(file.lines, LineTally { covered: 1, partial: 1, total: 1 });
    }
}

#[test]
fn row_57_a_block_that_ends_in_column_1_does_not_touch_its_last_line() {
    let text = "package p\n\nfunc F() {\n\tg()\n}\n\nfunc G() {\n\tg()\n}\n";
    assert_eq!(in_all(text, &[(5, 6)], |_| 0).statements, Tally::default());
    assert_eq!(in_all(text, &[(5, 6)], |_| 0).lines.total, 0);
}

#[test]
fn row_46_comments_types_and_imports_owe_nothing() {
    let text = "package p\n\nimport \"fmt\"\n\n// F prints.\ntype T struct{}\n\nfunc F() {\n\tfmt.Println() // loud\n}\n";
    assert_eq!(in_all(text, &[(1, 8), (10, 10)], |_| 0).statements, Tally::default());
}

#[test]
fn row_58_blocks_without_statements_are_nothing() {
    let text = "package p\n\nfunc F() {\n}\n";
    let file = in_all(text, &[(3, 4)], |_| 0);
    assert_eq!((file.statements, file.lines.total, file.functions.total), (Tally::default(), 0, 0));
}

#[test]
fn the_header_of_a_control_statement_is_the_statement_and_its_body_is_not() {
    let text = "package p\n\nfunc F(x int) {\n\tif x > 0 {\n\t\tg()\n\t}\n\tfor x < 3 {\n\t\tx++\n\t}\n}\n";
    assert_eq!(in_all(text, &[(5, 5)], |_| 0).statements, Tally::new(0, 1));
    assert_eq!(in_all(text, &[(4, 4)], |_| 1).statements, Tally::new(1, 1));
    assert_eq!(in_all(text, &[(6, 6), (9, 9)], |_| 0).statements, Tally::default());
    assert_eq!(in_all(text, &[(3, 10)], |_| 0).statements, Tally::new(0, 4));
}

#[test]
fn the_tail_of_a_call_behind_a_literal_changes_the_call_and_not_the_literal() {
    let text = "package p\n\nfunc F() {\n\tg(func() {\n\t\th()\n\t},\n\t\t2)\n}\n";
    // Line 7 holds `2`: of the call, which ran; the body did not.
    let hits = |line: u32| u64::from(line != 5);
    for rules in [RuleSet::A, RuleSet::C] {
        assert_eq!(patch(text, rules, &[(7, 7)], hits).statements.total, 1, "{rules:?}");
        assert_eq!(patch(text, rules, &[(5, 5)], hits).statements.total, 1, "{rules:?}");
        assert_eq!(patch(text, rules, &[(6, 6)], hits).statements.total, 0, "{rules:?}");
    }
}

#[test]
fn missed_ranges_name_their_function_and_join_what_follows() {
    let text = "package p\n\nfunc F(x int) {\n\tif x > 0 {\n\t\tg()\n\t}\n\th()\n}\n\nfunc G() {\n\tg()\n}\n";
    let file = patch(text, RuleSet::A, &[(1, 12)], |_| 0);
    let shown: Vec<(&str, u64)> =
        file.missed_ranges.iter().map(|range| (&*range.function, range.statements)).collect();
    assert_eq!(shown, [("F", 3), ("G", 1)]);
    assert_eq!(file.functions, Tally::new(0, 2));
    assert_eq!(file.missed, [(4, 5), (7, 7), (11, 11)]);
}

#[test]
fn a_block_that_the_source_does_not_explain_is_estimated_and_said_so() {
    let block = |lines: (u32, u32), stmts: u32, count: u64| Block {
        extent: Extent::new(lines.0, 2, lines.1, 9),
        stmts,
        count,
        inputs: InputSet(0),
    };
    let without = |added: &[(u32, u32)]| {
        let report = report(vec![block((3, 6), 3, 1), block((8, 9), 2, 0)], None);
        let change = change(added);
        file(&ChangedFile { report: Some(&report), ..plain(&change, None) })
    };
    // All four lines changed: all statements. Two of four: two. None: none, and no estimate.
    assert_eq!(without(&[(3, 6)]).statements, Tally::new(3, 3));
    assert_eq!(without(&[(4, 5), (9, 9)]).statements, Tally::new(2, 3));
    assert!(without(&[(3, 6)]).estimated);
    assert!(!without(&[(7, 7)]).estimated);
}

#[test]
fn a_file_that_the_profile_does_not_know_is_missed_statement_by_statement() {
    let source = source(
        "package p\n\nfunc F() {\n\tg()\n\th()\n}\n\n//coverdict:ignore no way to test\nfunc G() { g() }\n",
    );
    let change = change(&[(4, 4), (9, 9)]);
    let plain = plain(&change, Some(&source));
    let missed = file(&plain);
    assert_eq!((missed.presence, missed.counted), (Presence::Unmeasured, true));
    assert_eq!((missed.statements, missed.ignored_statements), (Tally::new(0, 1), 1));
    assert_eq!(missed.missed, [(4, 4)]);
    let warned = file(&ChangedFile { missed_when_unmeasured: false, ..plain.clone() });
    assert_eq!((warned.counted, warned.statements), (false, Tally::new(0, 1)));
    assert_eq!(file(&ChangedFile { built: false, ..plain.clone() }).presence, Presence::NotBuilt);
    assert_eq!(file(&ChangedFile { ignore_comments: false, ..plain }).statements, Tally::new(0, 2));
    let types = golang::read(b"package p\n\ntype T int\n", Wanted { blocks: true, ..Wanted::default() });
    assert_eq!(file(&self::plain(&change, Some(&types))).presence, Presence::NoCode);
}

#[test]
fn the_state_says_why_there_is_no_percentage() {
    let facts = |nothing_changed| ChangeFacts {
        base: None,
        head: None,
        side: "diff",
        origin: "change.diff".to_owned(),
        commits: None,
        default_branch: false,
        nothing_changed,
    };
    let state = |files: Vec<PatchFile>, nothing: bool, min_changed: u64| {
        whole(files, LeftOut::default(), facts(nothing), Metric::Statements, min_changed).state
    };
    let measured = || patch(ELSE_IF, RuleSet::A, &[(6, 6)], |_| 1);
    assert_eq!(state(Vec::new(), true, 0), PatchState::NoDiff);
    assert_eq!(state(Vec::new(), false, 0), PatchState::NoGo);
    assert_eq!(state(vec![patch(ELSE_IF, RuleSet::A, &[(1, 1)], |_| 1)], false, 0), PatchState::NoCoverable);
    let free = PatchFile { counted: false, ..measured() };
    assert_eq!(state(vec![free], false, 0), PatchState::UnmeasuredOnly);
    assert_eq!(state(vec![measured()], false, 3), PatchState::Exempt);
    assert_eq!(state(vec![measured()], false, 2), PatchState::Measured);
}

/// The blocks of the first function alone, as if the rest had been written after the tests ran.
fn of_first_function(text: &str, rules: RuleSet, added: &[(u32, u32)], fits: bool) -> PatchFile {
    let source = source(text);
    let mut blocks = blocks(&source, rules, |_| 1);
    let first = source.functions.iter().map(|function| function.extent).min().expect("a function");
    blocks.retain(|block| block.extent.start < first.end);
    let report = report(blocks, Some(&source));
    let change = change(added);
    file(&ChangedFile { report: Some(&report), fits, ..plain(&change, Some(&source)) })
}

#[test]
fn a_function_that_the_profile_does_not_know_is_missed_though_its_file_is_measured() {
    let text = "package p\n\nfunc F() {\n\tg()\n}\n\nfunc G(x int) {\n\tif x > 0 {\n\t\tg()\n\t}\n}\n";
    for rules in RuleSet::ALL {
        for fits in [true, false] {
            let file = of_first_function(text, rules, &[(4, 11)], fits);
            assert_eq!(file.statements, Tally::new(1, 3), "{rules:?} {fits}");
            assert_eq!(file.unrecorded_statements, 2);
            assert_eq!((file.lines.total, file.missed.as_slice()), (3, &[(8, 9)][..]), "{rules:?} {fits}");
            assert_eq!(file.functions, Tally::new(1, 2));
            let names: Vec<&str> = file.missed_ranges.iter().map(|range| &*range.function).collect();
            assert_eq!(names, ["G"]);
        }
    }
    // What did not change owes nothing.
    let file = of_first_function(text, RuleSet::A, &[(4, 4)], true);
    assert_eq!((file.statements, file.unrecorded_statements), (Tally::new(1, 1), 0));
}

#[test]
fn what_an_ignore_comment_takes_out_is_not_missed_for_want_of_a_block() {
    let text = "package p\n\nfunc F() {\n\tg()\n}\n\n//coverdict:ignore\nfunc G() {\n\tg()\n}\n";
    assert!(!source(text).ignores.is_empty());
    for rules in RuleSet::ALL {
        let file = of_first_function(text, rules, &[(1, 10)], true);
        assert_eq!((file.statements, file.unrecorded_statements), (Tally::new(1, 1), 0), "{rules:?}");
    }
}

#[test]
fn a_head_side_that_is_not_the_working_tree_is_measured_with_its_own_text() {
    let text = "package p\n\nfunc F(x int) {\n\tif x > 0 {\n\t\tg()\n\t}\n\th()\n}\n";
    let head = source(text);
    let there = source(&text.replace("package p\n", "package p\n\n// one\n// two\n"));
    let report = report(blocks(&head, RuleSet::A, |line| u64::from(line != 4)), Some(&there));
    let change = change(&[(5, 8)]);
    let plain = ChangedFile { report: Some(&report), fits: false, ..plain(&change, Some(&head)) };
    let file = file(&ChangedFile { apart: true, ..plain });
    assert!(!file.estimated);
    assert_eq!((file.statements, file.missed.as_slice()), (Tally::new(1, 2), &[(5, 5)][..]));
}
