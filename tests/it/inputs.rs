//! What is read: several inputs, labels, standard input, globs, modes, and the usual names when nothing is given.

use std::io::Write;

use serde_json::json;

use crate::case::{Case, Outcome};

const F: &str = "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n";
const G: &str = "mode: set\nm/a.go:3.14,5.2 1 0\nm/a.go:7.14,9.2 1 1\n";

#[track_caller]
fn total(outcome: &Outcome, expected: &str) {
    assert_eq!(
        outcome.last_line(),
        format!("total coverage: {expected} of statements"),
        "{}",
        outcome.screen()
    );
}

/// `[label, path, mode]` of each input.
#[track_caller]
fn inputs(case: &Case, line: &str) -> serde_json::Value {
    let report = case.run(&format!("report {line} -o json")).exits(0).json();
    let rows = report["run"]["inputs"].as_array().expect("inputs").clone();
    rows.iter().map(|input| json!([input["label"], input["path"], input["mode"]])).collect()
}

#[test]
fn several_inputs_are_merged() {
    let case = Case::tiny().file("g.out", G);
    total(&case.run("check cover.out").exits(0), "50.0%");
    total(&case.run("check cover.out g.out").exits(0), "100.0%");
    let merged = "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 1\n";
    assert_eq!(case.run("merge cover.out g.out -o -").exits(0).stdout(), merged);
    case.run("merge cover.out g.out -o out/both.out").exits(0).prints_nothing();
    assert_eq!(case.read("out/both.out"), merged);
    total(&case.run("check out/both.out").exits(0), "100.0%");
}

#[test]
fn an_input_that_is_given_twice_is_read_once() {
    let case = Case::tiny().file("n.out", "mode: count\nm/a.go:3.14,5.2 1 2\n");
    for line in ["n.out n.out", "n.out ./n.out", "n.out *n.out"] {
        let outcome = case.run(&format!("merge {line} -o -")).exits(0).says("given twice; read once");
        assert_eq!(outcome.stdout(), "mode: count\nm/a.go:3.14,5.2 1 2\n", "{line}");
    }
}

#[test]
fn labels_name_inputs() {
    let case = Case::tiny().file("g.out", G).file("a=b.out", G);
    assert_eq!(
        inputs(&case, "unit=cover.out e2e=g.out"),
        json!([["unit", "cover.out", "set"], ["e2e", "g.out", "set"]])
    );
    assert_eq!(inputs(&case, "cover.out"), json!([["cover.out", "cover.out", "set"]]));
    case.run("check unit=cover.out e2e=g.out").exits(0).says("reading unit, e2e (mode set");
}

#[test]
fn standard_input_is_an_input() {
    let case = Case::tiny().file("g.out", G).stdin(F);
    total(&case.run("check -").exits(0), "50.0%");
    total(&case.run("check - g.out").exits(0), "100.0%");
    assert_eq!(inputs(&case, "- g.out"), json!([["stdin", "-", "set"], ["g.out", "g.out", "set"]]));
    assert_eq!(inputs(&case, "x=-"), json!([["x", "-", "set"]]));
    total(&case.run_program("check -").exits(0), "50.0%");
    let junk = Case::tiny().stdin("junk\n");
    junk.run("check -").exits(3).prints_nothing().says("-:1: not a coverage profile");
}

#[test]
fn globs_are_opened_by_us_in_byte_order() {
    let case = Case::tiny()
        .file("out/b.out", F)
        .file("out/a.out", G)
        .file("out/deep/c.out", G)
        .file("out/x.txt", "");
    let row = |path: &str| json!([path, path, "set"]);
    assert_eq!(inputs(&case, "out/*.out"), json!([row("out/a.out"), row("out/b.out")]));
    assert_eq!(inputs(&case, "out/[ab].out"), json!([row("out/a.out"), row("out/b.out")]));
    assert_eq!(inputs(&case, "out/{b,a}.out"), json!([row("out/a.out"), row("out/b.out")]));
    assert_eq!(
        inputs(&case, "out/**/*.out"),
        json!([row("out/a.out"), row("out/b.out"), row("out/deep/c.out")])
    );
    case.run("check out/*.nothing").exits(3).prints_nothing().says("no file matches out/*.nothing");
    // A file whose name looks like a glob is that file.
    let odd = Case::tiny().file("[x].out", F).file("x.out", "junk");
    odd.args(&["check", "[x].out"]).exits(0);
}

#[test]
fn names_with_spaces_and_other_letters() {
    let case = Case::tiny().file("my päth/日本 x.out", F);
    total(&case.args(&["check", "my päth/日本 x.out"]).exits(0), "50.0%");
    total(&case.args(&["check", "e2e-1.x=my päth/日本 x.out"]).exits(0), "50.0%");
}

#[test]
fn the_usual_names_are_found_in_their_order() {
    let order = [
        "cover.out",
        "coverage.out",
        "c.out",
        "coverage.txt",
        "cover.txt",
        "profile.cov",
        "profile.out",
        "cp.out",
        "some.coverprofile",
        "coverage/unit.out",
    ];
    for (at, first) in order.iter().enumerate() {
        let case = Case::tiny().file("coverage.html", "x");
        fs_err::remove_file(case.path("cover.out")).expect("it is there");
        for name in &order[at..] {
            case.put(name, F);
        }
        let outcome = case.run("check").exits(0).says(&format!("reading {first}"));
        total(&outcome, "50.0%");
        if let Some(next) = order.get(at + 1) {
            assert!(
                outcome.stderr.contains("not read: ") && outcome.stderr.contains(next),
                "{}",
                outcome.stderr
            );
        }
    }
}

#[test]
fn a_file_of_a_usual_name_that_is_no_profile_is_passed_over() {
    let case = Case::tiny().file("coverage.txt", "total: 80%\n").file("cover.txt", F);
    fs_err::remove_file(case.path("cover.out")).expect("it is there");
    case.run("check").exits(0).says("reading cover.txt");
}

#[test]
fn the_module_comes_before_the_current_folder() {
    let case = Case::tiny().file("sub/cover.out", G).file("sub/x.go", "package sub\n").within("sub");
    case.run("check").exits(0).says("reading ../cover.out");
    let inner = Case::tiny().file("sub/go.mod", "module m/sub\n").file("sub/cover.out", G).within("sub");
    inner.run("check").exits(0).says("reading cover.out");
}

/// Binary data: `$GOCOVERDIR` comes first, the usual directories after all names of text profiles.
#[test]
fn data_directories_are_found_in_their_order() {
    const DATA: &str = "tests/data/covdata/go1.27.3/set/data";
    let without_text = || {
        let case = Case::tiny();
        fs_err::remove_file(case.path("cover.out")).expect("it is there");
        case
    };
    for (first, rest) in
        [("covdata", &["coverage", ".coverdata"][..]), ("coverage", &[".coverdata"]), (".coverdata", &[])]
    {
        let mut case = without_text().copy_of(DATA, first);
        for other in rest {
            case = case.copy_of(DATA, other);
        }
        case.run("check").exits(0).says(&format!("reading {first} (mode set"));
    }
    Case::tiny().copy_of(DATA, "covdata").run("check").exits(0).says("reading cover.out (mode set");
    let asked = Case::tiny().copy_of(DATA, "data").var("GOCOVERDIR", "data");
    asked.run("check").exits(0).says("reading $GOCOVERDIR: data");
    let void = Case::tiny().folder("void").var("GOCOVERDIR", "void");
    void.run("check").exits(0).says("reading cover.out (mode set");
    Case::tiny().var("GOCOVERDIR", "nowhere").run("check").exits(0).says("reading cover.out (mode set");
    Case::tiny().var("GOCOVERDIR", "").run("check").exits(0).says("reading cover.out (mode set");
    // Text and binary may be mixed, and a config's inputs come before all.
    let both = Case::tiny()
        .copy_of(DATA, "data")
        .var("GOCOVERDIR", "data")
        .file(".coverdict.yml", "inputs: [cover.out]\n");
    both.run("check").exits(0).says("reading cover.out (mode set");
    both.run("check text=cover.out binary=data").exits(0).says("reading text, binary (mode set");
}

#[test]
fn modes_must_match_or_be_asked_for() {
    let case = Case::tiny()
        .file("count.out", "mode: count\nm/a.go:3.14,5.2 1 3\nm/a.go:7.14,9.2 1 0\n")
        .file("atomic.out", "mode: atomic\nm/a.go:3.14,5.2 1 4\nm/a.go:7.14,9.2 1 1\n");
    for line in [
        "cover.out count.out",
        "count.out cover.out",
        "count.out atomic.out",
        "cover.out count.out atomic.out",
    ] {
        case.run(&format!("check {line}"))
            .exits(3)
            .prints_nothing()
            .says("inputs differ in mode: ")
            .says("--mode");
        case.run(&format!("merge {line} -o m.out")).exits(3).prints_nothing().says("--mode");
        assert!(!case.path("m.out").exists());
    }
    let outcome = case.run("check cover.out count.out --mode set").exits(0);
    total(
        &outcome.says("warning[mixed-modes]: inputs of mode set and count were merged as set, as asked"),
        "50.0%",
    );
    assert_eq!(
        case.run("merge cover.out atomic.out --mode set -o -").exits(0).stdout(),
        "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 1\n"
    );
    // Counts stay counts between count and atomic.
    for mode in ["count", "atomic"] {
        let merged = case.run(&format!("merge count.out atomic.out --mode {mode} -o -")).exits(0).stdout();
        assert_eq!(merged, format!("mode: {mode}\nm/a.go:3.14,5.2 1 7\nm/a.go:7.14,9.2 1 1\n"));
    }
    // What has no counts cannot get any.
    for line in ["cover.out", "cover.out count.out", "count.out cover.out"] {
        case.run(&format!("check {line} --mode count")).exits(3).prints_nothing().says("has no counts");
    }
    // One input alone may be converted, without a finding.
    let alone = case.run("merge count.out --mode set -o -").exits(0).says_not("mixed-modes");
    assert_eq!(alone.stdout(), "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n");
    case.run("merge count.out --mode atomic -o -").exits(0).prints("mode: atomic\nm/a.go:3.14,5.2 1 3\n");
}

#[test]
fn mode_rows_in_the_middle() {
    let same = Case::tiny().file("cover.out", format!("{F}{G}"));
    let outcome = same.run("check").exits(0).says("note[concatenated-profiles]: cover.out: 2 \"mode:\" rows");
    total(&outcome, "100.0%");
    let other = Case::tiny().file("cover.out", format!("{F}mode: count\nm/a.go:7.14,9.2 1 5\n"));
    other.run("check").exits(3).prints_nothing().says("inputs differ in mode");
    total(&other.run("check --mode set").exits(0).says("mixed-modes"), "100.0%");
}

#[test]
fn byte_order_marks_line_ends_and_blank_rows() {
    for text in [
        F.replace('\n', "\r\n"),
        format!("\u{feff}{F}"),
        F.replace('\n', "\n\n"),
        F.trim_end().to_owned(),
        F.replace(" 1 1", " 1 1  "),
        format!("\n{F}"),
        F.replace(":3.14", ":+3.014"),
    ] {
        let case = Case::tiny().file("cover.out", &text);
        let outcome = case.run("check").exits(0);
        total(&outcome, "50.0%");
        assert!(!outcome.stderr.contains("malformed"), "{text:?}: {}", outcome.stderr);
        assert_eq!(case.run("merge cover.out -o -").stdout(), F, "{text:?}");
    }
}

/// A profile that another program is still writing to a pipe.
#[test]
fn standard_input_may_come_slowly() {
    let case = Case::tiny();
    let mut child = case.program("check -").spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    for piece in F.as_bytes().chunks(7) {
        stdin.write_all(piece).expect("the program reads");
        stdin.flush().expect("the program reads");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("total coverage: 50.0% of statements\n"));
}
