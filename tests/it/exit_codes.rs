//! The exit codes, one by one: a verdict is not a crash, and a broken run is not a verdict.

use std::io;

use crate::case::Case;

#[test]
fn zero_is_a_pass_or_nothing_to_judge() {
    let case = Case::tiny();
    case.run("").exits(0);
    case.run("check --total 50").exits(0).prints("pass: 1 check");
    case.run("check --total 50 --package 50 --file 50 --function 0").exits(0).prints("pass: 4 checks");
    case.run("report cover.out -o json").exits(0);
    for help in ["--help", "-h", "--version", "check --help", "man", "schema report", "completions bash"] {
        let outcome = case.run(help).exits(0);
        assert!(!outcome.bytes.is_empty() && outcome.stderr.is_empty(), "{help}: {}", outcome.screen());
    }
}

#[test]
fn one_is_a_gate_that_failed_and_nothing_else() {
    let case = Case::tiny();
    for gate in ["--total 50.01", "--package 51", "--file 100", "--function 1"] {
        case.run(&format!("check {gate}")).exits(1).prints("fail: 1 of 1 check\n");
    }
    case.run("check --total 10 --file 90").exits(1).prints("fail: 1 of 2 checks\n");
    // All gates are judged and shown, whatever the first one says.
    case.run("check --total 90 --file 90").exits(1).prints("FAIL  total").prints("FAIL  file");
}

/// 63 of 93 is 67.7419…: the printed value decides nothing.
#[test]
fn gates_compare_exactly_whatever_is_printed() {
    let case = Case::shop();
    for (bound, code) in
        [("67.7", 0), ("67.74", 0), ("67.7419354", 0), ("67.742", 1), ("67.7419355", 1), ("68", 1), ("0", 0)]
    {
        case.run(&format!("check --total {bound}")).exits(code);
    }
    // What fails reads below its bound.
    case.run("check --total 67.75").exits(1).prints("67.7% < 67.75%");
    case.run("check --total 67.742").exits(1).prints("67.7% < 67.742%");
    // Not rounded up to what was asked for.
    let rows = |covered: usize, total: usize| {
        let rows: Vec<String> = (0..total)
            .map(|at| format!("m/a.go:{0}.1,{0}.9 1 {1}\n", at + 1, u8::from(at < covered)))
            .collect();
        let rows = rows.concat();
        Case::new().file("cover.out", format!("mode: set\n{rows}"))
    };
    rows(2, 3).run("check --total 66.7").exits(1).prints("66.66% < 66.7%");
    rows(1999, 2000).run("check --total 100").exits(1).prints("total coverage: 99.9% of statements\n");
    rows(2000, 2000).run("check --total 100").exits(0).prints("total coverage: 100.0% of statements\n");
    rows(1, 2000).run("check --total 0.05").exits(0);
    rows(1, 2000).run("check --total 0.050001").exits(1);
    rows(1, 2000).run("check").exits(0).prints_not(": 0.0%");
    rows(0, 2000).run("check --total 0").exits(0).prints("total coverage: 0.0% of statements\n");
}

#[test]
fn warn_only_turns_one_into_zero_and_nothing_else() {
    let case = Case::tiny().file("junk.out", "no profile\n").file("in-the-way", "");
    case.run("check --total 99 --warn-only").exits(0).prints("FAIL");
    case.run("check junk.out --total 99 --warn-only").exits(3);
    case.run("check --total 999 --warn-only").exits(2);
    case.run("check --total 99 --warn-only -o json=in-the-way/r.json").exits(5);
    case.run("check --total 99 --warn-only --deny duplicate-blocks cover.out").exits(0);
}

#[test]
fn two_is_a_usage_error_with_the_way_out() {
    let case = Case::tiny();
    let mut wrong = Vec::new();
    for (line, said) in [
        ("cover.out", "did you mean: coverdict check cover.out"),
        ("chekc", "did you mean: coverdict check"),
        ("--total 80 cover.out", "did you mean: coverdict check --total 80 cover.out"),
        ("check --totl 80", "--total"),
        ("check --total 120", "expected 0 to 100"),
        ("check --total -1", "expected 0 to 100"),
        ("check --total 80%%", "expected 0 to 100"),
        ("check --total NaN", "expected 0 to 100"),
        ("check --total 1e1", "expected 0 to 100"),
        ("check --metric line", "lines"),
        ("check --lines exact", "naive"),
        ("check --mode sett", "set"),
        ("check -o cobetura=x", "cobertura"),
        ("check -o text -o json", "standard output"),
        ("check --deny stale-block", "stale-blocks"),
        ("check --allow nothing-of-ours", "nothing-of-ours"),
        ("report cover.out", "-o"),
        ("merge cover.out", "-o"),
        ("explain stale-block", "stale-blocks"),
        ("schema", "coverdict schema"),
        ("completions tcsh", "tcsh"),
        ("-C nowhere check", "nowhere"),
        ("-C cover.out check", "not a directory"),
    ] {
        let outcome = case.run(line);
        if outcome.code != 2 || !outcome.bytes.is_empty() || !outcome.stderr.contains(said) {
            wrong.push(format!("{line}: expected {said:?}\n{}", outcome.screen()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn three_is_an_input_that_cannot_be_read_or_a_denied_finding() {
    let case = Case::tiny().file("empty.out", "").file("junk.out", "hello\n");
    Case::new().run("check").exits(3).says("no coverage data found in");
    case.run("check nowhere.out").exits(3).prints_nothing().says("nowhere.out");
    case.run("check empty.out").exits(3).prints_nothing();
    case.run("check junk.out").exits(3).prints_nothing();
    // A denied finding is told, the number is printed all the same, and it wins over a failing gate.
    case.put("twice.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:3.14,5.2 1 1\n");
    case.run("check twice.out --deny duplicate-blocks")
        .exits(3)
        .says("error[duplicate-blocks]")
        .prints("total coverage: 100.0% of statements");
    case.run("check twice.out --total 100").exits(0);
    case.run("check cover.out twice.out --total 100 --deny duplicate-blocks").exits(3).prints("FAIL  total");
}

#[test]
fn five_is_an_output_that_cannot_be_written_and_the_others_are_written() {
    let case = Case::tiny().file("in-the-way", "").folder("taken");
    for (target, why) in [("new/", "the slash at its end says"), ("in-the-way/", "a file is in the way")] {
        case.run(&format!("check -o json={target}"))
            .exits(5)
            .says(&format!("error: cannot write {target}: {why}"));
        assert!(!case.path("new").exists());
    }
    for target in ["in-the-way/r.json", "in-the-way/deep/r.json", "taken", "/dev/full"] {
        case.run(&format!("check -o json={target} -o csv=ok/out.csv"))
            .exits(5)
            .says(&format!("error: cannot write {target}: "))
            .prints("total coverage: 50.0%");
        assert!(case.read("ok/out.csv").starts_with("path,"), "{target}");
        fs_err::remove_file(case.path("ok/out.csv")).expect("it was written");
    }
    case.run("merge cover.out -o in-the-way/x.out").exits(5).prints_nothing();
    // Worse than a failing gate.
    case.run("check --total 99 -o json=taken").exits(5).prints("FAIL  total");
}

#[test]
fn a_full_standard_output_is_five_and_a_reader_that_left_is_none() {
    for line in
        ["check", "func", "percent", "pkglist", "merge cover.out -o -", "dump cover.out", "explain no-base"]
    {
        let full = Case::tiny().stdout_fails(io::ErrorKind::StorageFull);
        full.run(line).exits(5).says("error: cannot write standard output: no space left on device");
        let gone = Case::tiny().stdout_fails(io::ErrorKind::BrokenPipe);
        let outcome = gone.run(line).exits(0);
        assert!(!outcome.stderr.contains("error"), "{line}: {}", outcome.stderr);
    }
    // The verdict stands, whoever reads it.
    Case::tiny().stdout_fails(io::ErrorKind::BrokenPipe).run("check --total 99").exits(1);
    Case::tiny().stdout_fails(io::ErrorKind::StorageFull).run("check --total 99").exits(5);
}

#[test]
fn the_words_for_a_bug_name_version_and_cause_and_cannot_be_abused() {
    let text = coverdict::bug_report(&"index\u{1b}[31m out of bounds");
    assert!(text.starts_with("error: internal error in coverdict "), "{text}");
    assert!(text.contains(env!("CARGO_PKG_VERSION")) && text.contains("please report it"), "{text}");
    assert!(text.contains("index\\x1b[31m out of bounds"), "{text}");
    assert_eq!(coverdict::error::Exit::Bug.code(), 70);
    assert_eq!(coverdict::error::Exit::Interrupted.code(), 130);
    assert_eq!(coverdict::error::Exit::Git.code(), 4);
}
