//! What counts: include and exclude patterns, scope, generated files, ignore comments, `--deny` and `--allow`, the metric and
//! the model of lines.

use serde_json::Value;

use crate::case::Case;

/// `covered/total` statements of each file, by path, of what a run counts.
fn files(case: &Case, line: &str) -> Vec<String> {
    let report = case.run(&format!("report cover.out -o json {line}")).exits(0).json();
    let mut found = Vec::new();
    for package in report["packages"].as_array().expect("packages") {
        for file in package["files"].as_array().expect("files") {
            let tally = &file["totals"]["statements"];
            found.push(format!(
                "{} {}/{}",
                file["path"].as_str().expect("a path"),
                tally["covered"],
                tally["total"]
            ));
        }
    }
    found.sort();
    found
}

fn total(case: &Case, line: &str) -> String {
    let last = case.run(&format!("check {line}")).exits(0).last_line();
    last.strip_prefix("total coverage: ").unwrap_or(&last).to_owned()
}

const ALL: [&str; 5] = [
    "cmd/shop/main.go 17/25",
    "price/currency_names.go 2/3",
    "price/price.go 14/16",
    "store/order.go 17/28",
    "store/shelf.go 13/21",
];

#[test]
fn patterns_are_packages_or_globs_of_paths_and_import_paths() {
    let case = Case::shop();
    let pick = |at: &[usize]| at.iter().map(|&at| ALL[at].to_owned()).collect::<Vec<_>>();
    assert_eq!(files(&case, ""), ALL);
    for (line, left) in [
        ("--include store/...", &[3, 4][..]),
        ("--include ./store/...", &[3, 4]),
        ("--include ./store", &[3, 4]),
        ("--include store", &[3, 4]),
        ("--include example.com/shop/store", &[3, 4]),
        ("--include example.com/shop/...", &[0, 1, 2, 3, 4]),
        ("--include ./...", &[0, 1, 2, 3, 4]),
        ("--include store/order.go", &[3]),
        ("--include */order.go", &[3]),
        ("--include **/order.go", &[3]),
        ("--include store/** --include price/price.go", &[2, 3, 4]),
        ("--exclude cmd/...", &[1, 2, 3, 4]),
        ("--exclude **/*_names.go", &[0, 2, 3, 4]),
        ("--exclude ... --include ...", &[]),
        ("--exclude store/... --exclude !store/order.go", &[0, 1, 2, 3]),
        ("--exclude !store/order.go --exclude store/...", &[0, 1, 2]),
        ("--include store/... --exclude **/shelf.go", &[3]),
    ] {
        assert_eq!(files(&case, line), pick(left), "{line}");
    }
}

#[test]
fn what_is_left_out_is_told_and_is_nowhere() {
    let case = Case::shop();
    let outcome = case.run("check --exclude store/... -v").exits(0);
    let outcome = outcome.says("note[excluded-code]: left out: 2 files by pattern (49 statements)");
    assert_eq!(outcome.last_line(), "total coverage: 75.0% of statements");
    outcome.prints_not("store/");
    for format in ["json", "cobertura", "lcov", "csv", "profile"] {
        case.run(&format!("report cover.out -o {format} --exclude store/..."))
            .exits(0)
            .prints_not("store/order.go");
    }
    case.run("func --exclude store/...").exits(0).prints_not("store");
    case.run("percent --exclude store/...").exits(0).prints_not("store");
    case.run("pkglist --exclude store/...").exits(0).prints_not("store");
    case.run("merge cover.out -o - --exclude store/...").exits(0).prints_not("store").prints("price.go");
    case.run("check --exclude store/... --total 75 --package 60").exits(0);
}

#[test]
fn patterns_that_match_nothing_are_told() {
    let case = Case::shop();
    case.run("check --exclude mocks/...")
        .exits(0)
        .says("warning[unused-exclude]: exclude pattern \"mocks/...\"");
    case.run("check --include ... --include mock/*.go")
        .exits(0)
        .says("include pattern \"mock/*.go\" matched nothing");
    case.run("check --exclude store/... --exclude **/*.go").exits(0).says_not("unused-exclude");
    case.run("check --exclude mocks/... --deny unused-exclude").exits(3).prints("total coverage: 67.7%");
    case.run("check --exclude mocks/... --allow unused-exclude").exits(0).says_not("unused-exclude");
}

/// A profile that also covers a dependency and the standard library.
fn wide() -> Case {
    Case::new()
        .file("go.mod", "module example.com/m\n\nrequire github.com/acme/lib v1.2.3\n")
        .file("a.go", "package m\n\nfunc F() int {\n\treturn 1\n}\n")
        .file(
            "cover.out",
            "mode: set\nexample.com/m/a.go:3.14,5.2 1 1\ngithub.com/acme/lib/l.go:1.1,2.2 2 0\n\
             github.com/acme/lib/in/i.go:1.1,2.2 3 1\nstrings/builder.go:1.1,2.2 4 0\n",
        )
}

#[test]
fn scope_says_whose_code_counts() {
    let case = wide();
    for (line, expected) in [
        ("", "100.0% of statements"),
        ("--scope main", "100.0% of statements"),
        ("--scope all", "40.0% of statements"),
        ("--scope dep", "60.0% of statements"),
        ("--scope std", "0.0% of statements"),
        ("--scope main,dep", "66.7% of statements"),
        ("--scope main,github.com/acme/lib", "33.3% of statements"),
        ("--scope main,github.com/acme/lib/...", "66.7% of statements"),
        ("--scope main --scope std", "20.0% of statements"),
    ] {
        assert_eq!(total(&case, line), expected, "{line}");
    }
    case.run("check -v").exits(0).says("3 files by scope (9 statements)").says_not("outside-module");
    // Without any package of our own, everything counts.
    let foreign =
        Case::new().file("cover.out", "mode: set\nx.org/y/z.go:1.1,2.2 2 1\nx.org/y/z.go:3.1,4.2 2 0\n");
    assert_eq!(total(&foreign, ""), "50.0% of statements");
    // `merge` keeps all, whatever the scope.
    let merged = case.run("merge cover.out -o -").exits(0).stdout();
    assert_eq!(merged.lines().count(), 5);
}

#[test]
fn generated_files_count_unless_told_otherwise() {
    let case = Case::shop();
    assert_eq!(files(&case, "--generated include"), ALL);
    assert_eq!(files(&case, "--generated auto"), ALL);
    let left = files(&case, "--generated exclude");
    assert!(left.len() == 4 && !left.iter().any(|file| file.contains("currency_names")), "{left:?}");
    case.run("check -v --generated exclude")
        .exits(0)
        .says("1 file by the generated-code line (3 statements)");
    // Only the official line counts, and only above the package clause.
    for (head, counts) in [
        ("// Code generated by x. DO NOT EDIT.\n\n", false),
        ("// A file.\n\n// Code generated by x; DO NOT EDIT.\n", false),
        ("// Code generated by x. DO NOT EDIT\n\n", true),
        ("// code generated by x. DO NOT EDIT.\n\n", true),
        ("//Code generated by x. DO NOT EDIT.\n\n", true),
        ("\t// Code generated by x. DO NOT EDIT.\n\n", true),
    ] {
        let source = format!("{head}package m\n\nfunc F() int {{\n\treturn 1\n}}\n");
        let line = source.lines().position(|line| line.starts_with("func")).expect("a function") + 1;
        let case = Case::new()
            .file("go.mod", "module m\n")
            .file("a.go", source)
            .file("cover.out", format!("mode: set\nm/a.go:{line}.14,{}.2 1 1\n", line + 2));
        assert_eq!(files(&case, "--generated exclude").len(), usize::from(counts), "{head:?}");
    }
}

/// Lines 4 to 6 are a block that did not run, 8 is one that did.
const SOURCE: [&str; 12] = [
    "package m",
    "",
    "func F(err error) int {",
    "\tif err != nil {",
    "\t\tprintln(err)",
    "\t\treturn 1",
    "\t}",
    "\treturn 2",
    "}",
    "",
    "func G() int {",
    "\treturn 3",
];

/// The source with a comment put before a line (alone on its line) or behind one; rows as Go up to 1.26 cuts them.
fn with_comment(line: usize, comment: &str, alone: bool) -> Case {
    let mut lines: Vec<String> = SOURCE.iter().map(|line| (*line).to_owned()).collect();
    lines.push("}".to_owned());
    let shift = |at: usize| if alone && at >= line { at + 1 } else { at };
    if alone {
        lines.insert(line - 1, comment.to_owned());
    } else {
        lines[line - 1] = format!("{} {comment}", lines[line - 1]);
    }
    let rows = format!(
        "mode: set\nm/a.go:{}.23,{}.16 1 1\nm/a.go:{}.16,{}.3 2 0\nm/a.go:{}.2,{}.10 1 1\nm/a.go:{}.14,{}.2 1 0\n",
        shift(3),
        shift(4),
        shift(4),
        shift(7),
        shift(8),
        shift(8),
        shift(11),
        shift(13)
    );
    Case::new().file("go.mod", "module m\n").file("a.go", lines.join("\n") + "\n").file("cover.out", rows)
}

#[test]
fn ignore_comments_take_out_a_block_a_function_or_a_file() {
    assert_eq!(files(&with_comment(1, "// nothing", true), ""), ["a.go 2/5"]);
    let mut wrong = Vec::new();
    for (line, comment, alone, left) in [
        (4, "//coverdict:ignore", false, "a.go 2/3"),
        (4, "// coverdict:ignore cannot happen", true, "a.go 2/3"),
        (3, "//coverdict:ignore-func", true, "a.go 0/1"),
        (3, "//coverdict:ignore-func", false, "a.go 0/1"),
        (3, "//coverdict:ignore", true, "a.go 0/1"),
        (11, "//coverdict:ignore-func later", true, "a.go 2/4"),
        (12, "//coverdict:ignore", false, "a.go 2/4"),
        (11, "// coverage-ignore", false, "a.go 2/4"),
        (4, "// coverage-ignore", false, "a.go 2/3"),
        (5, "//+gocover:ignore:block", false, "a.go 2/3"),
        (4, "//nocover", false, "a.go 2/3"),
        (12, "// nocover", false, "a.go 2/4"),
        (5, "// notest", true, "a.go 2/3"),
        (12, "// LCOV_EXCL_LINE", false, "a.go 2/4"),
        // No comments of this kind.
        (4, "// see coverage-ignored code", false, "a.go 2/5"),
        (4, "// nocover is a word", false, "a.go 2/5"),
        (4, "//coverdict:ignored", false, "a.go 2/5"),
        // A block is left out whole or not at all.
        (5, "//coverdict:ignore", false, "a.go 2/5"),
    ] {
        let found = files(&with_comment(line, comment, alone), "");
        if found != [left] {
            wrong.push(format!("{comment:?} at {line}: {found:?}, expected {left}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for comment in
        ["//coverdict:ignore-file", "//+gocover:ignore:file", "// coverdict:ignore-file it is a demo"]
    {
        assert_eq!(files(&with_comment(1, comment, true), ""), ["a.go 0/0"], "{comment}");
    }
}

#[test]
fn ignored_sections_run_from_start_to_end() {
    for (start, end) in
        [("//coverdict:ignore-start", "//coverdict:ignore-end"), ("// LCOV_EXCL_START", "// LCOV_EXCL_STOP")]
    {
        let source = format!(
            "package m\n\n{start}\nfunc F() int {{\n\treturn 1\n}}\n{end}\n\nfunc G() int {{\n\treturn 2\n}}\n"
        );
        let case = Case::new()
            .file("go.mod", "module m\n")
            .file("a.go", source)
            .file("cover.out", "mode: set\nm/a.go:4.14,6.2 1 0\nm/a.go:9.14,11.2 1 1\n");
        assert_eq!(files(&case, ""), ["a.go 1/1"], "{start}");
        // Of a pair the first is told of.
        case.put("run.out", "mode: set\nm/a.go:4.14,6.2 1 1\nm/a.go:9.14,11.2 1 1\n");
        let found = |rows: &str, code: &str| -> Vec<u64> {
            let report = case.run(&format!("report {rows} -o json")).exits(0).json();
            let findings = report["findings"].as_array().expect("findings").iter();
            findings
                .filter(|found| found["name"] == code)
                .filter_map(|found| found["line"].as_u64())
                .collect()
        };
        assert_eq!(found("run.out", "ignored-covered"), [3], "{start}");
        assert!(found("run.out", "unused-ignore").is_empty(), "{start}");
        // An end that nothing opens does nothing.
        let text = fs_err::read_to_string(case.path("a.go")).expect("a file").replace(start, "//");
        case.put("a.go", text);
        assert_eq!(found("run.out", "unused-ignore"), [7], "{start}");
    }
}

#[test]
fn ignored_code_is_in_no_output_and_is_counted() {
    let case = with_comment(4, "//coverdict:ignore why", false);
    let outcome =
        case.run("check -v").exits(0).says("note[excluded-code]: left out: 2 statements by ignore comments");
    assert_eq!(outcome.last_line(), "total coverage: 66.7% of statements");
    let report = case.run("report cover.out -o json").exits(0).json();
    assert_eq!(report["run"]["excluded"]["ignored_statements"], 2);
    let file = &report["packages"][0]["files"][0];
    assert_eq!(file["ignored_statements"], 2);
    let lines: Vec<u64> =
        file["lines"].as_array().expect("lines").iter().filter_map(|line| line[0].as_u64()).collect();
    assert!(!lines.contains(&5) && !lines.contains(&6), "{lines:?}");
    case.run("report cover.out -o lcov").exits(0).prints_not("DA:5,").prints_not("DA:6,");
    // `merge` is about rows: it keeps them.
    assert_eq!(case.run("merge cover.out -o -").exits(0).stdout().lines().count(), 5);
}

#[test]
fn ignore_comments_that_do_nothing_or_hide_tested_code_are_told() {
    let unused = with_comment(10, "//coverdict:ignore", true);
    unused.run("check").exits(0).says_not("ignored-covered");
    let unused = with_comment(2, "// x //coverdict:ignore", false);
    unused.run("check").exits(0).says_not("unused-ignore");
    let unused = with_comment(5, "//coverdict:ignore", false);
    unused
        .run("check")
        .exits(0)
        .says("warning[unused-ignore]: \"coverdict:ignore\" takes nothing out\n  --> a.go:5");
    unused.run("check --deny unused-ignore").exits(3);
    let covered = with_comment(8, "//coverdict:ignore old", false);
    covered.run("check").exits(0).says("note[ignored-covered]").says("  --> a.go:8");
}

#[test]
fn ignore_comments_can_be_switched_off_or_need_a_reason() {
    let case = with_comment(4, "//coverdict:ignore", false);
    case.put("off.yml", "ignore-comments: false\n");
    case.put("reason.yml", "require-reason: true\n");
    assert_eq!(files(&case, "--config off.yml"), ["a.go 2/5"]);
    case.run("check --config reason.yml")
        .exits(0)
        .says("warning[ignore-without-reason]")
        .says("  --> a.go:4");
    case.run("check --config reason.yml --deny ignore-without-reason").exits(3);
    let reasoned =
        with_comment(4, "//coverdict:ignore disk full", false).file("reason.yml", "require-reason: true\n");
    reasoned.run("check --config reason.yml").exits(0).says_not("ignore-without-reason");
}

#[test]
fn findings_are_denied_and_allowed_by_name() {
    let case = Case::shop();
    case.run("check --deny duplicate-blocks")
        .exits(3)
        .says("error[duplicate-blocks]: 144 duplicate blocks merged");
    case.run("check --deny duplicate-blocks --total 99").exits(3).prints("FAIL  total");
    case.run("check --deny stale-blocks").exits(0);
    // What is hidden cannot be denied.
    case.run("check --deny duplicate-blocks --allow duplicate-blocks").exits(0).says_not("duplicate-blocks]");
    case.run("func --deny duplicate-blocks").exits(3).prints("total:");
    case.run("report cover.out -o json --deny duplicate-blocks").exits(3).prints("\"severity\":\"error\"");
    let denied = case.run("report cover.out -o json -q --deny duplicate-blocks").json();
    assert_eq!(denied["findings"][0]["severity"], "error");
    let allowed =
        case.run("report cover.out -o json --allow duplicate-blocks --allow no-base").exits(0).json();
    assert_eq!(allowed["findings"], Value::Array(Vec::new()));
}

#[test]
fn the_model_of_lines_changes_lines_alone() {
    let case = Case::shop();
    let lines = |model: &str| {
        let report = case.run(&format!("report cover.out -o json --lines {model}")).exits(0).json();
        assert_eq!(report["totals"]["statements"]["total"], 93);
        report["totals"]["lines"]["total"].as_u64().expect("a number")
    };
    let (code, trim, naive) = (lines("code"), lines("trim"), lines("naive"));
    assert!(code < trim && trim < naive, "{code} {trim} {naive}");
    // `naive` is what other converters count: every line of every block with statements or without.
    assert_eq!(files(&case, "--lines naive"), ALL);
}

#[test]
fn overrides_judge_by_path_and_the_first_match_wins() {
    let case = Case::shop().file(
        "c.yml",
        "version: 1\ngate:\n  package: 65\n  overrides:\n    - path: store/...\n      package: 60\n    - path: ./...\n      \
         package: 99\n      file: 0\n",
    );
    let outcome = case.run("check --config c.yml").exits(1);
    outcome.prints("FAIL  package  example.com/shop/price").prints("68.0% < 99%").prints_not("shop/store  ");
    case.put("d.yml", "gate:\n  package: 65\n  overrides:\n    - path: store/...\n      package: 60\n");
    case.run("check --config d.yml").exits(0).prints("ok    package");
}
