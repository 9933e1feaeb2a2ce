//! Bad input, each kind to its documented end: an error with its code, or a finding; nothing half written, no crash.

use std::process::Command;

use crate::case::{Case, Outcome};

/// No verdict, nothing on standard output, no file written.
fn refused(case: &Case, line: &str, said: &str) {
    let before = case.files();
    case.run(line).exits(3).prints_nothing().says("error: ").says(said);
    assert_eq!(case.files(), before, "{line} left something behind");
}

/// A profile over the two functions of the tiny module, with these rows in addition.
fn with_rows(rows: impl AsRef<[u8]>) -> Case {
    let mut bytes = b"mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n".to_vec();
    bytes.extend_from_slice(rows.as_ref());
    Case::tiny().file("cover.out", bytes)
}

#[test]
fn an_empty_file() {
    let case = Case::tiny().file("cover.out", "");
    refused(&case, "check cover.out", "cover.out is empty: the tests may have failed to build");
    refused(&case, "report cover.out -o json=r.json -o csv=r.csv", "cover.out is empty");
    refused(&case, "merge cover.out -o out/m.out", "cover.out is empty");
    refused(&case, "func cover.out", "cover.out is empty");
    refused(&case, "dump cover.out", "cover.out is empty");
    refused(&Case::tiny(), "check -", "- is empty");
}

#[test]
fn only_a_mode_row() {
    for text in [
        "mode: set\n",
        "mode: set",
        "mode: count\r\n",
        "\u{feff}mode: atomic\n\n\n",
        "mode: set\nmode: set\n",
    ] {
        let case = Case::tiny().file("cover.out", text);
        let outcome = case.run("check").exits(0).says("note[empty-profile]: cover.out");
        assert_eq!(outcome.last_line(), "total coverage: n/a, no statements to count", "{text:?}");
        case.run("check --total 80").exits(3).says("no statements to judge");
        case.run("check --total 0").exits(3);
        case.run("check --total 80 --warn-only").exits(3);
        case.run("check --total 80 --metric lines").exits(3);
        // Nothing to count is no failure of the other gates, and is said.
        case.run("check --package 80").exits(0).prints("not judged");
        case.run("check --deny empty-profile").exits(3).says("error[empty-profile]");
        case.run("report cover.out -o cobertura -q").exits(0).prints("<coverage");
        case.run("func").exits(0);
        case.run("percent").exits(0).prints_nothing();
        case.run("pkglist").exits(0).prints_nothing();
    }
}

#[test]
fn blocks_without_statements_are_nothing_to_count() {
    let case = Case::tiny().file("cover.out", "mode: set\nm/a.go:3.14,5.2 0 1\n");
    assert_eq!(case.run("check").exits(0).last_line(), "total coverage: n/a, no statements to count");
    case.run("check --total 1").exits(3);
}

#[test]
fn no_mode_row() {
    let case = Case::tiny().file("cover.out", "m/a.go:3.14,5.2 1 1\n");
    refused(&case, "check cover.out", "cover.out:1: not a coverage profile: expected \"mode: set\"");
    refused(&case, "check cover.out --mode set", "found \"m/a.go:3.14,5.2 1 1\"");
    for text in
        ["mode:\n", "mode: \n", "mode: bogus\n", "mode set\n", "Mode: set\n", "\n\n# x\nmode: set\n", " \n"]
    {
        refused(&Case::tiny().file("x.out", text), "check x.out", "x.out");
    }
}

#[test]
fn binary_junk() {
    let mut junk: Vec<u8> = (0..=255).collect();
    junk.extend_from_slice(b"\x1b[2J\x07\x9b31m\xff\xfe");
    for bytes in [
        junk,
        vec![0; 4096],
        b"\x7fELF\x02\x01\x01".to_vec(),
        b"\x1f\x8b\x08\0\0".to_vec(),
        vec![b'x'; 3 << 20],
    ] {
        let case = Case::tiny().file("cover.out", &bytes);
        let outcome = case.run("check cover.out").exits(3).prints_nothing().says("not a coverage profile");
        plain(&outcome);
        assert!(outcome.stderr.len() < 2000, "an excerpt, not the file: {} bytes", outcome.stderr.len());
    }
}

#[test]
fn junk_after_the_mode_row_is_skipped_counted_and_shown() {
    let mut rows = b"\xff\xfe\x00\x1b[31m\n\x80\x81\n".to_vec();
    rows.extend_from_slice(b"m/a.go:3.14 5.2 1 1\nm/a.go:3.14,5.2 1 -1\n");
    rows.extend_from_slice(b"m/a.go:3.14,5.2 x 1\n:3.14,5.2 1 1\nm/a.go:3,5 1 1\nm/a.go:3.14,5.2 1 1 1.5\n");
    let outcome = with_rows(rows).run("check").exits(0);
    plain(&outcome);
    let outcome = outcome.says("warning[malformed-rows]: ").says("first: cover.out:4: ");
    assert_eq!(outcome.last_line(), "total coverage: 50.0% of statements");
    with_rows("junk\n").run("check --deny malformed-rows").exits(3).says("error[malformed-rows]");
    with_rows("junk\n").run("check --allow malformed-rows").exits(0).says_not("malformed-rows");
}

/// Two rows without a newline between them read as one row of a file with an odd name, as Go reads it too; the tree has no
/// such file.
#[test]
fn glued_rows_are_a_row_of_a_file_that_does_not_exist() {
    let outcome = with_rows("m/a.go:3.14,5.2 1 1m/a.go:7.14,9.2 1 1\n").run("check").exits(0);
    let outcome = outcome.says("warning[stale-blocks]: 1 stale block in a.go:3.14,5.2 1 1m/a.go");
    assert_eq!(outcome.last_line(), "total coverage: 50.0% of statements");
}

#[test]
fn a_malformed_row_is_shown_as_it_is_and_long_ones_are_cut() {
    with_rows("m/a.go:3.14;5.2 1 1\n").run("check").says("first: cover.out:4: \"m/a.go:3.14;5.2 1 1\"");
    with_rows([b"\xff".repeat(80), b"\n".to_vec()].concat()).run("check").says("\u{fffd}\"\n").says_not("…");
    with_rows([b"\xff".repeat(81), b"\n".to_vec()].concat()).run("check").says("\u{fffd}…\"\n");
    // In a file without order too.
    let mut rows: Vec<u8> = (0..60_000u32)
        .flat_map(|at| format!("m/a.go:{0}.1,{0}.9 1 1\n", at.wrapping_mul(7919) % 20_000 + 10).into_bytes())
        .collect();
    rows.extend_from_slice(b"m/a.go:3.14;5.2 1 1\n");
    with_rows(rows).run("check").says(": \"m/a.go:3.14;5.2 1 1\"");
}

#[test]
fn a_file_without_a_last_newline_and_one_cut_in_a_row() {
    let whole = Case::tiny().file("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0");
    assert_eq!(whole.run("check").exits(0).last_line(), "total coverage: 50.0% of statements");
    let cut = Case::tiny().file("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.");
    assert_eq!(
        cut.run("check").exits(0).says("malformed-rows").last_line(),
        "total coverage: 100.0% of statements"
    );
}

#[test]
fn a_row_of_many_megabytes_is_skipped() {
    let mut rows = vec![b'x'; 5 << 20];
    rows.extend_from_slice(b":1.1,2.2 1 1\n");
    rows.extend(std::iter::repeat_n(b'y', (1 << 20) + 1));
    rows.extend_from_slice(b"\nm/a.go:7.14,9.2 1 1\n");
    let outcome = with_rows(rows).run("check").exits(0).says("warning[malformed-rows]: 2 rows of cover.out");
    assert!(outcome.stderr.len() < 4000, "{} bytes of messages", outcome.stderr.len());
    assert_eq!(outcome.last_line(), "total coverage: 100.0% of statements");
    // The first row too.
    let case = Case::tiny().file("x.out", vec![b'm'; 5 << 20]);
    assert!(case.run("check x.out").exits(3).stderr.len() < 2000);
}

#[test]
fn positions_beyond_31_bits_are_malformed_and_those_at_the_limit_are_not() {
    for row in [
        "m/a.go:2147483648.1,2147483649.2 1 1",
        "m/a.go:3.14,2147483648.2 1 1",
        "m/a.go:99999999999999999999.1,5.2 1 1",
        "m/a.go:3.99999999999999999999,5.2 1 1",
        "m/a.go:3.14,5.2 99999999999999999999 1",
    ] {
        with_rows(format!("{row}\n"))
            .run("check -o json=r.json -o cobertura=c.xml -o lcov=l.info")
            .exits(0)
            .says("warning[malformed-rows]: 1 row");
    }
    // Nothing is sized by a line number: this takes no time and no memory.
    let case = with_rows("m/none.go:1.1,2147483647.1 1 1\n");
    case.run("check -o json=r.json -o csv=r.csv").exits(0);
}

#[test]
fn counts_beyond_64_bits_saturate_and_readers_get_what_they_can_hold() {
    let rows =
        "mode: count\nm/a.go:3.14,5.2 1 18446744073709551615\nm/a.go:3.14,5.2 1 99\nm/a.go:7.14,9.2 1 0\n";
    let case = Case::tiny().file("cover.out", rows);
    assert_eq!(case.run("check").exits(0).last_line(), "total coverage: 50.0% of statements");
    // `go tool cover` reads signed numbers.
    case.run("merge cover.out -o -").exits(0).prints("m/a.go:3.14,5.2 1 9223372036854775807\n");
    // Readers of these formats take larger numbers as 0.
    case.run("report cover.out -o cobertura").exits(0).prints("hits=\"2147483647\"");
    case.run("report cover.out -o lcov").exits(0).prints("DA:4,2147483647");
}

#[test]
fn a_directory_without_data() {
    let case = Case::tiny().folder("void").file("texts/readme.txt", "hello");
    refused(&case, "check void", "no coverage data found in void");
    refused(&case, "check texts", "no coverage data found in texts");
    refused(&case, "merge void -o out.out", "no coverage data found in void");
}

#[test]
fn what_cannot_be_opened() {
    let case = Case::tiny();
    refused(&case, "check nowhere.out", "cannot read nowhere.out: no such file or directory");
    refused(&case, "check cover.out/below.out", "cannot read cover.out/below.out");
    refused(&case, "check *.nothing", "no file matches *.nothing");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("gone.out", case.path("dangling.out")).expect("a link");
        std::os::unix::fs::symlink("loop.out", case.path("loop.out")).expect("a link");
        refused(&case, "check dangling.out", "cannot read dangling.out");
        refused(&case, "check loop.out", "cannot read loop.out");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn devices_and_pipes_are_not_read() {
    let case = Case::tiny();
    make_pipe(&case, "pipe.out");
    for device in ["/dev/zero", "/dev/null", "pipe.out"] {
        refused(&case, &format!("check {device}"), &format!("{device} is not a regular file"));
        refused(&case, &format!("merge cover.out {device} -o m.out"), "not a regular file");
    }
}

/// An endless file where a source or a go.mod is expected: not read, and the number is there.
#[cfg(target_os = "linux")]
#[test]
fn pipes_and_devices_as_sources_are_missing_sources() {
    let case = Case::tiny();
    fs_err::remove_file(case.path("a.go")).expect("it is there");
    make_pipe(&case, "a.go");
    let outcome = case.run("check").exits(0).says("warning[missing-source]");
    assert_eq!(outcome.last_line(), "total coverage: 50.0% of statements");
    fs_err::remove_file(case.path("a.go")).expect("it is there");
    std::os::unix::fs::symlink("/dev/zero", case.path("a.go")).expect("a link");
    case.run("check").exits(0).says("warning[missing-source]");
    fs_err::remove_file(case.path("go.mod")).expect("it is there");
    make_pipe(&case, "go.mod");
    case.run("check").exits(0);
    fs_err::remove_file(case.path("go.mod")).expect("it is there");
    std::os::unix::fs::symlink("/dev/zero", case.path("go.mod")).expect("a link");
    case.run("check").exits(0);
}

#[cfg(target_os = "linux")]
fn make_pipe(case: &Case, path: &str) {
    let made = Command::new("mkfifo").arg(case.path(path)).status().expect("mkfifo is there");
    assert!(made.success());
}

#[test]
fn missing_sources_keep_the_number() {
    let case = Case::tiny();
    fs_err::remove_file(case.path("a.go")).expect("it is there");
    let outcome =
        case.run("check --total 50").exits(0).says("warning[missing-source]: source not found for ");
    let outcome = outcome.says("help: --src DIR or --path-map FROM=TO");
    assert_eq!(outcome.last_line(), "total coverage: 50.0% of statements");
    case.run("check --deny missing-source").exits(3).prints("total coverage: 50.0%");
    for format in ["json", "cobertura", "lcov", "csv", "profile"] {
        case.run(&format!("report cover.out -o {format}")).exits(0).prints("a.go");
    }
    case.run("func").exits(0);
    case.run("percent").exits(0).prints("m\t\tcoverage: 50.0% of statements");
}

#[test]
fn sources_that_are_no_go_code_keep_the_number() {
    let deep = "(".repeat(200_000);
    for source in [
        "",
        "\0\0\0",
        "package",
        "<<<<<<< HEAD\n",
        "\u{feff}\u{feff}",
        "package m\nfunc F() {",
        &deep,
        "\"",
        "/*",
        "`",
    ] {
        let case = Case::tiny().file("a.go", source);
        let outcome = case.run("check -o json=r.json -o cobertura=c.xml -o lcov=l.info").exits(0);
        assert_eq!(outcome.last_line().split('%').count(), 2, "{source:?}: {}", outcome.screen());
        case.run("func").exits(0);
        case.run("func --go").exits(0);
    }
    Case::tiny()
        .file("a.go", "package m\nfunc F( {{{")
        .run("check")
        .exits(0)
        .says("warning[unparsed-source]");
}

/// The names of `hostile_names`, as rows.
const HOSTILE: &[&[u8]] = &[
    b"../../etc/passwd",
    b"/etc/passwd",
    b"C:\\x\\y.go",
    b"m/../../../etc/hosts.go",
    b"m/\x1b[31mred\x1b]0;title\x07.go",
    b"m/\xc2\x9b2J.go",
    b"m/evil\xe2\x80\xaeog.exe.go",
    b"m/sep\xe2\x80\xa8line.go",
    b"::error file=x::boom.go",
    b"##vso[task.setvariable variable=x]y.go",
    b"##teamcity[message text='x'].go",
    b"m/##[error]x.go",
    b"::add-mask::/p.go",
    b"m/</script><img src=x onerror=alert(1)>.go",
    b"m/a&b\"c'd.go",
    b"m/a,b;c\td.go",
    b"m/=cmd|' /C calc'!A0.go",
    b"m/]]>.go",
    b"m/\xff\xfe.go",
    b"m/\x00nul.go",
    b"m/\xef\xbf\xbe.go",
    b"m/$(touch pwned).go",
    b"m/`touch pwned`.go",
    b"-o",
    b"--total",
    b"m/TN:x end_of_record.go",
    b"m/with space.go",
    b"m/wi:th:co.lons.go",
    b".",
    b"..",
    b"/",
    b"m/",
    b"m//",
];

/// A profile of these names in a tree without sources, so that none of them is stale.
fn hostile() -> Case {
    let mut rows = Vec::new();
    for name in HOSTILE {
        rows.extend_from_slice(name);
        rows.extend_from_slice(b":1.1,2.2 1 1\n");
    }
    let case = with_rows(rows);
    fs_err::remove_file(case.path("a.go")).expect("it is there");
    case
}

/// No byte that a terminal obeys, apart from the newline (and the tab, which our own tables use).
#[track_caller]
fn plain(outcome: &Outcome) {
    let text = outcome.screen();
    let raw =
        text.chars().find(|&c| (c.is_control() && c != '\n' && c != '\t') || "\u{202e}\u{2028}".contains(c));
    assert_eq!(raw, None, "raw control character in\n{}", text.escape_debug());
}

#[test]
fn hostile_names_reach_no_terminal() {
    let case = hostile();
    for line in [
        "check",
        "check -v",
        "check --file 100",
        "check --package 100",
        "check --function 100",
        "check --scope all -v --top 100",
        "check --scope all --file 101",
        "func",
        "func --scope all",
        "percent --scope all",
        "pkglist --scope all",
        "dump cover.out",
    ] {
        let outcome = case.run(line);
        assert!([0, 1, 2].contains(&outcome.code), "{line}: {}", outcome.screen());
        plain(&outcome);
        // What a line of a CI log must not start with.
        let text = outcome.screen();
        let obeyed = |line: &str| line.trim_start().starts_with("::") || line.contains("##");
        assert!(!text.lines().any(obeyed), "{line}:\n{text}");
    }
    assert!(!case.files().iter().any(|file| file.contains("pwned")));
}

#[test]
fn hostile_names_are_told() {
    let outcome = hostile().run("check --scope all").exits(0).says("warning[hostile-name]: ");
    plain(&outcome);
    Case::tiny().run("check").exits(0).says_not("hostile-name");
}

#[test]
fn hostile_names_stay_data_in_every_format() {
    let case = hostile();
    case.run("report cover.out --scope all -o json=r.json -o csv=r.csv -o cobertura=r.xml -o lcov=r.info -o text=r.txt")
        .exits(0);
    let json: serde_json::Value = serde_json::from_str(&case.read("r.json")).expect("JSON");
    assert!(json["packages"].as_array().is_some_and(|packages| packages.len() > 5), "{json}");
    let xml = case.read("r.xml");
    let bad =
        xml.chars().find(|&c| (c < ' ' && !"\t\n\r".contains(c)) || ['\u{fffe}', '\u{ffff}'].contains(&c));
    assert_eq!(bad, None, "XML cannot hold it");
    assert!(!xml.contains("<img") && !xml.contains("</script>"), "markup from a name");
    assert_eq!(xml.matches("<coverage").count(), 1);
    let lcov = case.read("r.info");
    let files = lcov.lines().filter(|line| line.starts_with("SF:")).count();
    assert_eq!(lcov.lines().filter(|line| *line == "end_of_record").count(), files, "one end for each file");
    for line in lcov.lines() {
        let known = ["TN:", "SF:", "FN:", "FNDA:", "FNF:", "FNH:", "DA:", "LF:", "LH:", "end_of_record"];
        assert!(known.iter().any(|start| line.starts_with(start)), "a name made a row: {line:?}");
    }
    let csv = case.read("r.csv");
    assert!(!csv.lines().any(|line| line.starts_with(['=', '+', '@'])), "a name made a formula:\n{csv}");
    // Sources are read below the root alone.
    for text in [&case.read("r.json"), &xml, &lcov, &csv, &case.read("r.txt")] {
        assert!(!text.contains("root:"), "the contents of a file outside");
    }
}

#[test]
fn a_link_out_of_the_tree_is_not_followed() {
    let outside = Case::bare().file("secret.go", "package m\n\nfunc Secret() int {\n\treturn 1\n}\n");
    let case = with_rows("m/leak.go:3.19,5.2 1 1\nm/out/secret.go:3.19,5.2 1 1\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path("secret.go"), case.path("leak.go")).expect("a link");
        std::os::unix::fs::symlink(outside.root(), case.path("out")).expect("a link");
    }
    case.run("func").exits(0).prints_not("Secret");
    case.run("report cover.out -o json").exits(0).prints_not("Secret");
    let inside = format!("mode: set\n{}:3.19,5.2 1 1\n", outside.path("secret.go"));
    case.put("absolute.out", inside);
    case.run("report absolute.out -o json --scope all").exits(0).prints_not("Secret");
}

#[test]
fn one_bad_input_among_several_spoils_the_run() {
    let case = Case::tiny()
        .file("good.out", "mode: set\nm/a.go:7.14,9.2 1 1\n")
        .file("junk.out", "hello\n")
        .file("empty.out", "")
        .folder("void");
    for bad in ["junk.out", "empty.out", "void", "nowhere.out"] {
        for line in
            [format!("good.out {bad}"), format!("{bad} good.out"), format!("cover.out x={bad} good.out")]
        {
            refused(&case, &format!("check {line}"), bad);
            refused(&case, &format!("check {line} -o json=out/r.json -o lcov=l.info"), bad);
            refused(&case, &format!("report {line} -o json"), bad);
            refused(&case, &format!("merge {line} -o m.out"), bad);
            refused(&case, &format!("merge {line} -o -"), bad);
            refused(&case, &format!("func {line}"), bad);
            refused(&case, &format!("dump {line}"), bad);
        }
    }
}
