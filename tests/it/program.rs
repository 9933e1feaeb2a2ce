//! The real program: what only a process shows.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::process::Stdio;

use crate::case::Case;

#[test]
fn the_program_says_what_the_library_says() {
    let case = Case::shop();
    for line in [
        "",
        "check --total 90",
        "report cover.out -o json",
        "func",
        "percent",
        "check nowhere.out",
        "--version",
        "check --totl",
    ] {
        let (inside, outside) = (case.run(line), case.run_program(line));
        assert_eq!(outside.screen(), inside.screen(), "{line}");
    }
}

/// `coverdict func | head -1`.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut rows = String::from("mode: set\n");
    for line in 1..60_000 {
        writeln!(rows, "m/a.go:{line}.1,{line}.9 1 1").expect("memory takes all");
    }
    let case = Case::tiny().file("cover.out", rows);
    for line in ["dump cover.out", "merge cover.out -o -", "report cover.out -o json"] {
        let mut child = case.program(line).spawn().expect("the program starts");
        let mut out = child.stdout.take().expect("a pipe");
        let mut first = [0; 10];
        out.read_exact(&mut first).expect("it prints");
        drop(out);
        let mut said = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{line}: {said}");
        assert!(!said.contains("panic") && !said.contains("error"), "{line}: {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_closed_or_full_standard_output() {
    let case = Case::tiny();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let status = case.program("check --total 99").stdout(Stdio::from(full)).status().expect("it runs");
    assert_eq!(status.code(), Some(5), "worse than a failing gate");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let status = case.program("check --total 99").stderr(Stdio::from(full)).status().expect("it runs");
    assert_eq!(status.code(), Some(1), "nobody can be told, and the verdict stands");
}

/// What is half read leaves nothing behind when the user gives up.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let case = Case::tiny();
    let before = case.files();
    let mut child = case.program("merge - -o out/merged.out").spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // More than a pipe holds: when this is written the program is at work.
    let row = "m/a.go:1.1,2.2 1 1\n";
    stdin.write_all(format!("mode: set\n{}", row.repeat(40_000)).as_bytes()).expect("it reads");
    let interrupted = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(interrupted.success());
    let status = child.wait().expect("it ends");
    drop(stdin);
    assert_eq!(status.code(), Some(130), "{status:?}");
    assert_eq!(case.files(), before);
}

/// The program of this build has no word of where it was built in what it prints.
#[test]
fn no_variable_and_no_backtrace_is_printed() {
    let case =
        Case::tiny().var("RUST_BACKTRACE", "full").var("SECRET_TOKEN", "hunter2").file("junk.out", "junk\n");
    for line in [
        "",
        "-v",
        "check --print-config",
        "check junk.out",
        "check --total 999",
        "func",
        "report cover.out -o json",
    ] {
        let screen = case.run_program(line).screen();
        assert!(!screen.contains("hunter2"), "{screen}");
        assert!(!screen.contains("panicked at") && !screen.contains("stack backtrace"), "{screen}");
        assert!(!screen.contains(env!("CARGO_MANIFEST_DIR")), "{screen}");
    }
}

/// An environment and arguments that are no UTF-8 do not end the program in a crash.
#[cfg(unix)]
#[test]
fn arguments_and_variables_of_any_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let case = Case::tiny();
    let odd = OsStr::from_bytes(b"\xff\xfe.out");
    let output = case
        .program("check")
        .arg(odd)
        .env("COVERDICT_TOTAL", OsStr::from_bytes(b"\xff"))
        .output()
        .expect("it runs");
    assert!([2, 3].contains(&output.status.code().expect("no signal")), "{output:?}");
    assert!(output.stdout.is_empty());
    let output = case.program("").env("ODD", odd).env(odd, "x").output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
