//! What is written: targets, folders, one pass for many formats, the same bytes every time, and nothing half written.

use crate::case::Case;

/// Formats of one text. `html.rs` tests those of many pages.
const FORMATS: &[&str] = &[
    "text",
    "json",
    "cobertura",
    "lcov",
    "profile",
    "csv",
    "treemap",
    "markdown",
    "github",
    "sarif",
    "codequality",
    "sonar",
    "badge",
];

#[test]
fn every_format_that_exists_is_tested_here() {
    let help = Case::bare().run("report --help").exits(0).stdout();
    let line =
        help.lines().find_map(|line| line.trim().strip_prefix("Formats: ")).expect("the list of formats");
    let mut rest = help.split("Formats: ").nth(1).expect("the list").split("\n\n").next().expect("its end");
    rest = rest.split("\n  -").next().expect("its end");
    let named: Vec<&str> = rest.split_whitespace().collect();
    for format in FORMATS {
        assert!(named.contains(format), "{format} in {line}");
    }
}

#[test]
fn one_pass_writes_many_files_and_makes_their_folders() {
    let case = Case::shop();
    let targets: Vec<String> =
        FORMATS.iter().map(|format| format!("-o {format}=new/{format}/deep/out")).collect();
    case.run(&format!("report cover.out {}", targets.join(" "))).exits(0).prints_nothing();
    for format in FORMATS {
        let alone = case.run(&format!("report cover.out -o {format}")).exits(0).bytes;
        let alone = String::from_utf8(alone).expect("text");
        assert!(case.read(&format!("new/{format}/deep/out")) == alone, "{format}");
        // Without a change there is nothing to annotate.
        assert!(
            alone.is_empty() == (*format == "github") && (alone.is_empty() || alone.ends_with('\n')),
            "{format}"
        );
    }
    let made: Vec<String> = case.files().into_iter().filter(|file| file.starts_with("new/")).collect();
    assert_eq!(made.len(), FORMATS.len(), "nothing else is left: {made:?}");
}

#[test]
fn the_same_bytes_every_time() {
    let case =
        Case::shop().file("second.out", "mode: set\nexample.com/shop/price/price.go:21.26,21.42 1 1\n");
    for line in
        ["func", "func --go", "percent", "pkglist", "merge cover.out second.out -o -", "dump cover.out"]
    {
        assert!(case.run(line).exits(0).bytes == case.run(line).bytes, "{line}");
    }
    for format in FORMATS {
        let line = format!("report cover.out second.out -o {format}");
        let first = case.run(&line).exits(0);
        for _ in 0..3 {
            assert!(case.run(&line).bytes == first.bytes, "{format}");
        }
        // Another folder, another process, another clock: what is in the file does not tell.
        if *format != "cobertura" {
            let other = Case::shop().file("second.out", case.read("second.out"));
            assert!(other.run_program(&line).bytes == first.bytes, "{format}");
        }
    }
    let fixed = "report cover.out -o cobertura --cobertura-source .";
    assert_eq!(case.run(fixed).exits(0).bytes, Case::shop().run_program(fixed).bytes);
}

#[test]
fn time_stands_in_a_report_only_on_request() {
    let case = Case::tiny();
    let stamp = |line: &str| {
        let text = case.run(&format!("report cover.out -o cobertura {line}")).exits(0).stdout();
        text.split("timestamp=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a stamp").to_owned()
    };
    assert_eq!(stamp(""), "0");
    assert_eq!(stamp("--timestamp 1234567890"), "1234567890");
    assert_eq!(stamp("--timestamp now"), "1700000000");
    case.run("report cover.out -o cobertura --timestamp soon").exits(2).prints_nothing();
}

#[test]
fn standard_output_is_for_one() {
    let case = Case::tiny();
    for line in [
        "check -o text -o json",
        "report cover.out -o json -o json",
        "report cover.out -o lcov=- -o csv",
        "check -o json=- -o csv=-",
    ] {
        case.run(line).exits(2).prints_nothing().says("standard output");
    }
    // `check` prints its screen beside files, and gives way to a format that asks for standard output.
    case.run("check -o json=r.json").exits(0).prints("total coverage: 50.0%");
    let json = case.run("check -o json --total 90").exits(1).json();
    assert_eq!(json["verdicts"][0]["outcome"], "fail");
    case.run("check -o json=-").exits(0).prints_not("total coverage");
    case.run("report cover.out -o json=r.json").exits(0).prints_nothing();
}

#[test]
fn paths_are_relative_to_the_folder_of_dash_c() {
    let case = Case::tiny().folder("else").folder("out").within("else");
    case.run("-C .. report cover.out -o json=out/r.json -o csv=r.csv").exits(0);
    assert!(case.path("out/r.json").exists() && case.path("r.csv").exists());
    case.run("report -C .. cover.out -o lcov=out/l.info").exits(0);
    assert!(case.path("out/l.info").exists());
    case.run("merge ../cover.out -o here.out").exits(0);
    assert!(case.path("else/here.out").exists());
    case.run("merge -C .. cover.out -o ../up.out").exits(0);
    assert!(case.root().parent().expect("a parent").join("up.out").exists());
    fs_err::remove_file(case.root().parent().expect("a parent").join("up.out")).expect("it was written");
    let absolute = format!("report -C .. cover.out -o csv={}", case.path("abs/r.csv"));
    case.run(&absolute).exits(0);
    assert!(case.path("abs/r.csv").exists());
}

#[test]
fn an_old_file_is_replaced_whole_and_kept_when_the_run_fails() {
    let case = Case::tiny()
        .file("junk.out", "junk\n")
        .file("r.json", "the old one, longer than the new one ".repeat(500));
    case.run("report junk.out -o json=r.json").exits(3);
    assert!(case.read("r.json").starts_with("the old one"));
    case.run("report cover.out -o json=r.json -o csv=../nowhere/../r.csv").exits(0);
    assert!(case.read("r.json").starts_with('{') && case.read("r.json").ends_with("}\n"));
    assert!(!case.files().iter().any(|file| file.contains(".coverdict-")), "{:?}", case.files());
}

#[test]
fn an_input_may_be_the_output() {
    let case = Case::tiny()
        .file("cover.out", "mode: set\nm/a.go:7.14,9.2 1 0\nm/a.go:3.14,5.2 1 1\nm/a.go:3.14,5.2 1 0\n");
    case.run("merge cover.out -o cover.out").exits(0);
    assert_eq!(case.read("cover.out"), "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n");
}

#[cfg(unix)]
#[test]
fn links_and_rights_of_the_target_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let case = Case::tiny().file("real/r.csv", "old");
    symlink("real/r.csv", case.path("link.csv")).expect("a link");
    case.run("report cover.out -o csv=link.csv").exits(0);
    assert!(fs_err::symlink_metadata(case.path("link.csv")).expect("it is there").is_symlink());
    assert!(case.read("real/r.csv").starts_with("path,"));
    case.run("report cover.out -o csv=new.csv").exits(0);
    let mode = fs_err::metadata(case.path("new.csv")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o600, 0o600);
    assert_eq!(mode & 0o111, 0, "a report is no program");
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_to_as_they_are() {
    let case = Case::tiny();
    case.run("report cover.out -o json=/dev/null -o csv=r.csv").exits(0);
    assert!(case.path("r.csv").exists());
    case.run("report cover.out -o json=/dev/full").exits(5).says("no space left on device");
}

#[test]
fn the_profile_that_is_written_reads_back_as_the_same() {
    let case = Case::shop();
    let first = case.run("report cover.out -o profile").exits(0).stdout();
    case.put("again.out", &first);
    assert_eq!(case.run("report again.out -o profile").exits(0).stdout(), first);
    assert_eq!(case.run("merge again.out -o -").exits(0).stdout(), first);
    let total = |line: &str| case.run(line).exits(0).last_line();
    assert_eq!(total("check again.out"), total("check cover.out"));
    assert_eq!(case.run("func again.out").bytes, case.run("func cover.out").bytes);
    assert_eq!(case.run("func --go again.out").bytes, case.run("func --go cover.out").bytes);
}

/// All outputs are written from one report: the number of the screen is the number of every file.
#[test]
fn all_formats_have_the_same_number() {
    let case = Case::shop();
    let json = case.run("report cover.out -o json").exits(0).json();
    let (covered, total) = (&json["totals"]["statements"]["covered"], &json["totals"]["statements"]["total"]);
    assert_eq!((covered.as_u64(), total.as_u64()), (Some(63), Some(93)));
    let csv = case.run("report cover.out -o csv").exits(0).stdout();
    let column = |at: usize| -> u64 {
        csv.lines()
            .skip(1)
            .map(|row| row.split(',').nth(at).expect("a cell").parse::<u64>().expect("a number"))
            .sum()
    };
    assert_eq!((column(3), column(4)), (63, 93));
    let lines = &json["totals"]["lines"];
    let (covered, total) =
        (lines["covered"].as_u64().expect("a number"), lines["total"].as_u64().expect("a number"));
    assert_eq!((column(5), column(7)), (covered, total));
    let lcov = case.run("report cover.out -o lcov").exits(0).stdout();
    let sum = |key: &str| -> u64 {
        lcov.lines()
            .filter_map(|line| line.strip_prefix(key))
            .map(|n| n.parse::<u64>().expect("a number"))
            .sum()
    };
    assert_eq!((sum("LH:"), sum("LF:")), (covered, total));
    let xml = case.run("report cover.out -o cobertura").exits(0).stdout();
    assert!(xml.contains(&format!("lines-covered=\"{covered}\" lines-valid=\"{total}\"")), "{xml}");
    assert_eq!(case.run("check").exits(0).last_line(), "total coverage: 67.7% of statements");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let run = |threads: &str, line: &str| {
        let output = Case::shop().program(line).env("RAYON_NUM_THREADS", threads).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{line}");
        output.stdout
    };
    for line in ["report cover.out -o json", "report cover.out -o lcov", "func", "merge cover.out -o -"] {
        let alone = run("1", line);
        assert!(run("2", line) == alone && run("13", line) == alone, "{line}");
    }
}

#[test]
fn functions_as_go_prints_them_say_which_files_have_none() {
    let case = Case::tiny().file(
        "cover.out",
        "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\nsort/sort.go:9.2,12.3 4 1\n",
    );
    let all = case.run("func --go --scope all").exits(0).prints("50.0%").prints_not("sort");
    all.says("coverdict: 1 file with 4 statements without a source, e.g. sort/sort.go: not in these rows and their total\n");
    case.run("func --go").exits(0).says_not("without a source");
    case.run("func --scope all").exits(0).prints("83.3%").says_not("without a source");
}
