//! What is wrong with a command line, in the words that the user reads.

use super::World;
use crate::model::RuleSet;
use crate::settings::{Command, OutputSpec};

#[test]
fn a_word_without_a_command_gets_the_line_that_works() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["cover.out"]), @r"
    error: unexpected word `cover.out`: inputs need a command before them
    help: did you mean: coverdict check cover.out
    ");
    insta::assert_snapshot!(fault(&["--total", "80", "cover.out"]), @r"
    error: unexpected word `cover.out`: inputs need a command before them
    help: did you mean: coverdict check --total 80 cover.out
    ");
    insta::assert_snapshot!(fault(&["-q", "cover.out"]), @r"
    error: unexpected word `cover.out`: inputs need a command before them
    help: did you mean: coverdict check -q cover.out
    ");
    insta::assert_snapshot!(fault(&["-C", ".", "my file's.out"]), @r"
    error: unexpected word `my file's.out`: inputs need a command before them
    help: did you mean: coverdict check -C . 'my file'\''s.out'
    ");
    insta::assert_snapshot!(fault(&["-"]), @r"
    error: unexpected word `-`: inputs need a command before them
    help: did you mean: coverdict check -
    ");
    insta::assert_snapshot!(fault(&["unit=a.out", "b.out"]), @r"
    error: unexpected word `unit=a.out`: inputs need a command before them
    help: did you mean: coverdict check unit=a.out b.out
    ");
}

#[test]
fn a_misplaced_or_misspelt_command_is_put_right() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["--total", "80", "check"]), @r"
    error: the command `check` must stand before its flags
    help: did you mean: coverdict check --total 80
    ");
    insta::assert_snapshot!(fault(&["chekc", "--total", "80"]), @r"
    error: unknown command `chekc`
    help: did you mean: coverdict check --total 80
    ");
    insta::assert_snapshot!(fault(&["reprot", "a"]), @r"
    error: unknown command `reprot`
    help: did you mean: coverdict report a
    ");
    insta::assert_snapshot!(fault(&["help"]), @r"
    error: there is no command `help`
    help: coverdict --help
    ");
}

#[test]
fn an_unknown_flag_is_named_with_its_neighbour() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["--totl", "80"]), @r"
    error: unexpected argument '--totl' found
    help: a similar argument exists: '--total'
    ");
    insta::assert_snapshot!(fault(&["check", "--pach", "80"]), @r"
    error: unexpected argument '--pach' found
    help: a similar argument exists: '--patch'
    ");
    insta::assert_snapshot!(fault(&["percent", "--total", "80"]), @r"
    error: unexpected argument '--total' found
    help: a similar argument exists: '--stale'
    ");
    insta::assert_snapshot!(fault(&["merge", "a", "-o", "b", "--json"]), @r"
    error: unexpected argument '--json' found
    usage: coverdict merge -o <PATH> <INPUT>...
    ");
    insta::assert_snapshot!(fault(&["check", "--outptu"]), @r"
    error: unexpected argument '--outptu' found
    help: a similar argument exists: '--top'
    ");
}

#[test]
fn a_gate_takes_a_decimal_from_0_to_100() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["--total", "120"]), @"error: --total is 120; expected 0 to 100");
    insta::assert_snapshot!(fault(&["--total", "-5"]), @"error: --total is -5; expected 0 to 100");
    insta::assert_snapshot!(fault(&["--total", ""]), @r#"error: --total is ""; expected 0 to 100"#);
    insta::assert_snapshot!(fault(&["--package", "eighty"]), @r#"error: --package is "eighty"; expected 0 to 100"#);
    insta::assert_snapshot!(fault(&["--file", "1e2"]), @r#"error: --file is "1e2"; expected 0 to 100"#);
    insta::assert_snapshot!(fault(&["--function", "NaN"]), @r#"error: --function is "NaN"; expected 0 to 100"#);
    insta::assert_snapshot!(fault(&["check", "--total"]), @"error: a value is required for '--total <PERCENT>' but none was supplied");
}

#[test]
fn a_choice_names_its_choices() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["--metric", "line"]), @r#"error: --metric is "line"; expected statements, lines or functions"#);
    insta::assert_snapshot!(fault(&["--lines", "x"]), @r#"error: --lines is "x"; expected code, trim or naive"#);
    insta::assert_snapshot!(fault(&["--mode", "Set"]), @r#"error: --mode is "Set"; expected set, count or atomic"#);
    insta::assert_snapshot!(fault(&["--generated", "no"]), @r#"error: --generated is "no"; expected auto, include or exclude"#);
    insta::assert_snapshot!(fault(&["--color", "red"]), @r#"error: --color is "red"; expected auto, always or never"#);
    insta::assert_snapshot!(fault(&["--cobertura-class", "x"]), @r#"error: --cobertura-class is "x"; expected file or type"#);
    insta::assert_snapshot!(fault(&["--top", "x"]), @r#"error: --top is "x"; expected 0 to 1000000"#);
    insta::assert_snapshot!(fault(&["--precision", "10"]), @"error: --precision is 10; expected 0 to 9");
    insta::assert_snapshot!(fault(&["--timestamp", "-1"]), @"error: --timestamp is -1; expected now or seconds since 1970");
}

#[test]
fn outputs_are_checked_before_anything_is_read() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["-o", "text", "-o", "json"]), @r"
    error: text and json cannot both go to standard output
    help: -o json=PATH
    ");
    insta::assert_snapshot!(fault(&["-o", "json", "-o", "csv=-"]), @r"
    error: json and csv cannot both go to standard output
    help: -o csv=PATH
    ");
    insta::assert_snapshot!(fault(&["-o", "cobetura=x"]), @r#"
    error: -o names the unknown format "cobetura" (did you mean "cobertura"?)
    formats: text json cobertura lcov profile csv treemap html html-single
    "#);
    insta::assert_snapshot!(fault(&["-o", "xyz"]), @r#"
    error: -o names the unknown format "xyz"
    formats: text json cobertura lcov profile csv treemap html html-single
    "#);
    insta::assert_snapshot!(fault(&["-o", "json="]), @"error: -o names no path behind json=");
    insta::assert_snapshot!(fault(&["-o", ""]), @"error: a value is required for '-o <FORMAT[=PATH]>' but none was supplied");
    insta::assert_snapshot!(fault(&["report", "a"]), @r"
    error: `report` needs a format to write
    help: coverdict report -o cobertura=coverage.xml
    ");
    insta::assert_snapshot!(fault(&["report"]), @r"
    error: `report` needs a format to write
    help: coverdict report -o cobertura=coverage.xml
    ");
}

#[test]
fn the_algebra_needs_two_inputs_and_a_place() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["subtract", "a", "-o", "b"]), @r"
    error: `subtract` needs at least two inputs
    help: coverdict subtract new.out old.out -o -
    ");
    let counts = fault(&["intersect", "a", "b", "-o", "c", "--counts", "max"]);
    assert!(counts.contains("expected min or first"), "{counts}");
    insta::assert_snapshot!(fault(&["subtract", "a", "b", "-o", "json="]), @"error: -o names no path behind json=");
    insta::assert_snapshot!(fault(&["intersect", "a", "b", "-o", "json"]), @r"
    error: -o json names a format, and `intersect` needs a path
    help: -o json=PATH, or -o ./json for a file of that name
    ");
    insta::assert_snapshot!(fault(&["subtract", "a", "b", "-o", "profile=data/"]), @r"
    error: -o profile=data/ names a folder, and a text profile is a file
    help: -o data/ for a data directory
    ");
    insta::assert_snapshot!(fault(&["subtract", "a", "b", "-o", "-", "-o", "json=-"]), @r"
    error: profile and json cannot both go to standard output
    help: -o json=PATH
    ");
    let local = fault(&["percent", "a", "--pkg", "./x"]);
    assert!(local.contains("is no pattern for import paths"), "{local}");
}

#[test]
fn merge_writes_profiles_and_data_alone() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["merge", "a", "-o", "lcov=x"]), @r"
    error: `merge` writes a profile or a data directory, not lcov
    help: coverdict report INPUT... -o lcov=x
    ");
    insta::assert_snapshot!(fault(&["merge", "a", "-o", "profile"]), @r"
    error: -o profile names a format, and `merge` needs a path
    help: -o profile=PATH, or -o ./profile for a file of that name
    ");
    insta::assert_snapshot!(fault(&["merge", "a", "-o", "profile="]), @"error: -o names no path behind profile=");
    insta::assert_snapshot!(fault(&["merge", "a", "-o", "profile=m.out", "--keep-args"]), @r"
    error: --keep-args belongs to a data directory; a text profile holds no command lines
    help: coverdict merge … -o m.out/ --keep-args
    ");
}

#[test]
fn compare_needs_two_inputs() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["compare"]), @"
    error: `compare` needs two inputs: what was, and what is
    help: coverdict compare old.out new.out
    ");
    insta::assert_snapshot!(fault(&["compare", "a"]), @"
    error: `compare` needs two inputs: what was, and what is
    help: coverdict compare old.out new.out
    ");
    insta::assert_snapshot!(fault(&["compare", "a", "b", "c"]), @"
    error: `compare` needs two inputs: what was, and what is
    help: coverdict compare old.out new.out
    ");
    World::new().printed(&["compare", "--print-config"]);
}

#[test]
fn merge_needs_a_place_for_a_profile() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["merge", "a"]), @r"
    error: the following required arguments were not provided:
    -o <PATH>
    usage: coverdict merge -o <PATH> <INPUT>...
    ");
    insta::assert_snapshot!(fault(&["merge", "a", "-o", "data", "--keep-args"]), @r"
    error: --keep-args belongs to a data directory; a text profile holds no command lines
    help: coverdict merge … -o data/ --keep-args
    ");
    insta::assert_snapshot!(fault(&["merge", "-o", ""]), @"error: a value is required for '-o <PATH>' but none was supplied");
}

#[test]
fn findings_and_patterns_are_checked() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["--deny", "stale-block"]), @r#"error: --deny names the unknown finding "stale-block" (did you mean "stale-blocks"?)"#);
    insta::assert_snapshot!(fault(&["--allow", "x"]), @r#"error: --allow names the unknown finding "x""#);
    insta::assert_snapshot!(fault(&["--exclude", "/abs"]), @r#"error: --exclude "/abs" is absolute; expected a pattern relative to the repository root, or an import path"#);
    insta::assert_snapshot!(fault(&["--include", "a/../b"]), @r#"error: --include "a/../b" holds `..`; expected a pattern inside the repository"#);
    insta::assert_snapshot!(fault(&["--scope", "main,/x"]), @r#"error: --scope "/x" is absolute; expected a pattern relative to the repository root, or an import path"#);
    insta::assert_snapshot!(fault(&["--exclude", ""]), @r#"error: --exclude "" is empty"#);
    insta::assert_snapshot!(fault(&["--path-map", "x"]), @r#"error: --path-map is "x"; expected FROM=TO"#);
    insta::assert_snapshot!(fault(&["--path-map", "=x"]), @r#"error: --path-map is "=x"; expected FROM=TO"#);
    insta::assert_snapshot!(fault(&["--path-map", "x="]), @r#"error: --path-map is "x="; expected FROM=TO"#);
    insta::assert_snapshot!(fault(&["--src", ""]), @"error: a value is required for '--src <DIR>' but none was supplied");
}

#[test]
fn directories_and_files_of_flags_must_be_there() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["-C", "nowhere"]), @"error: -C nowhere cannot be entered: no such file or directory");
    insta::assert_snapshot!(fault(&["check", "-C", "nowhere"]), @"error: -C nowhere cannot be entered: no such file or directory");
    insta::assert_snapshot!(fault(&["--config", "nowhere.yml"]), @"error: cannot read the config nowhere.yml: no such file or directory");
    insta::assert_snapshot!(fault(&["--config", "."]), @"error: cannot read the config .: it is not a regular file");
    insta::assert_snapshot!(fault(&["--config", "x", "--no-config"]), @r"
    error: the argument '--config <PATH>' cannot be used with '--no-config'
    usage: coverdict check --config <PATH> [INPUT]...
    ");
}

#[test]
fn the_printing_commands_name_their_choices() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["schema"]), @r"
    error: the following required arguments were not provided:
    <OF>
    usage: coverdict schema <OF>
    ");
    insta::assert_snapshot!(fault(&["schema", "profile"]), @"
    error: invalid value 'profile' for '<OF>'
    [possible values: report, config, baseline]
    ");
    insta::assert_snapshot!(fault(&["completions"]), @r"
    error: the following required arguments were not provided:
    <SHELL>
    usage: coverdict completions <SHELL>
    ");
    insta::assert_snapshot!(fault(&["completions", "tcsh"]), @r"
    error: invalid value 'tcsh' for '<SHELL>'
    [possible values: bash, elvish, fish, powershell, zsh]
    help: a similar value exists: 'zsh'
    ");
    insta::assert_snapshot!(fault(&["explain"]), @r"
    error: the following required arguments were not provided:
    <FINDING|FILE:LINE>
    usage: coverdict explain <FINDING|FILE:LINE> [INPUT]...
    ");
    insta::assert_snapshot!(fault(&["man", "x"]), @r"
    error: unexpected argument 'x' found
    usage: coverdict man [OPTIONS]
    ");
}

#[test]
fn escape_sequences_of_an_argument_reach_nobody() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["\u{1b}[31mx"]), @r"
    error: unexpected word `\x1b[31mx`: inputs need a command before them
    help: did you mean: coverdict check '\x1b[31mx'
    ");
    insta::assert_snapshot!(fault(&["--\u{1b}[31mx"]), @r"
    error: unexpected argument '--x' found
    usage: coverdict check [OPTIONS] [INPUT]...
    ");
    insta::assert_snapshot!(fault(&["--metric", "\u{1b}[31m\u{202e}"]), @r#"error: --metric is "\x1b[31m\u{202e}"; expected statements, lines or functions"#);
    insta::assert_snapshot!(fault(&["-C", "\u{1b}[31m"]), @r"error: -C \x1b[31m cannot be entered: no such file or directory");
    insta::assert_snapshot!(fault(&["completions", "\u{1b}[31m"]), @r"
    error: invalid value '' for '<SHELL>'
    [possible values: bash, elvish, fish, powershell, zsh]
    ");
}

#[test]
fn a_variable_is_named_by_its_own_name() {
    let fault = |name: &str, value: &str| World::new().var(name, value).fault(&["check"]);
    insta::assert_snapshot!(fault("COVERDICT_TOTAL", "120"), @"error: COVERDICT_TOTAL is 120; expected 0 to 100");
    insta::assert_snapshot!(fault("COVERDICT_MODE", "sets"), @r#"error: COVERDICT_MODE is "sets"; expected set, count or atomic"#);
    insta::assert_snapshot!(fault("COVERDICT_WARN_ONLY", "maybe"), @r#"error: COVERDICT_WARN_ONLY is "maybe"; expected true or false"#);
    insta::assert_snapshot!(fault("COVERDICT_EXCLUDE", "a/...,/b"), @r#"error: COVERDICT_EXCLUDE "/b" is absolute; expected a pattern relative to the repository root, or an import path"#);
    insta::assert_snapshot!(fault("COVERDICT_REPORTS", "json=a\nxml=b"), @r#"
    error: COVERDICT_REPORTS names the unknown format "xml"
    formats: text json cobertura lcov profile csv treemap html html-single
    "#);
    insta::assert_snapshot!(fault("COVERDICT_DENY", "stale"), @r#"error: COVERDICT_DENY names the unknown finding "stale""#);
    insta::assert_snapshot!(fault("COVERDICT_PATH_MAP", "a"), @r#"error: COVERDICT_PATH_MAP is "a"; expected FROM=TO"#);
}

#[test]
fn what_only_one_command_takes_is_checked_there() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["dump", "a.go", "--rules", "D"]), @r#"error: --rules is "D"; expected A, B or C"#);
    insta::assert_snapshot!(fault(&["dump", "a.go", "--rules", "a"]), @r#"error: --rules is "a"; expected A, B or C"#);
    insta::assert_snapshot!(fault(&["doctor", "-o", "lcov"]), @r#"
    error: -o names the unknown format "lcov"
    formats: text json
    "#);
    insta::assert_snapshot!(fault(&["doctor", "-o", "json", "-o", "text"]), @r"
    error: json and text cannot both go to standard output
    help: -o text=PATH
    ");
    let command = |args: &[&str]| World::new().settings(args).command;
    assert_eq!(command(&["dump", "a.go"]), Command::Dump { rules: None });
    assert_eq!(command(&["dump", "--rules", "B", "a.go"]), Command::Dump { rules: Some(RuleSet::B) });
    let doctor = World::new()
        .file(".coverdict.yml", "reports: [{lcov: l}]\ntest-log: t\n")
        .settings(&["doctor", "-o", "json=d"]);
    assert_eq!(doctor.outputs, [OutputSpec { format: "json".to_owned(), path: Some("d".to_owned()) }]);
    assert_eq!(doctor.test_log.as_deref().map(camino::Utf8Path::as_str), Some("t"));
}

#[test]
fn a_topic_is_a_finding_or_a_place() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["explain", "stale-blocks", "c.out"]), @"error: the text of stale-blocks needs no input");
    insta::assert_snapshot!(fault(&["explain", "stale-block"]), @r#"error: there is no finding "stale-block" (did you mean "stale-blocks"?)"#);
    assert!(fault(&["explain", "x"]).contains("findings: duplicate-blocks "));
    insta::assert_snapshot!(fault(&["explain", "a/b.go:3.23,4.7"]), @r#"
    error: "a/b.go:3.23,4.7" is no place; expected FILE:LINE, one line by its number
    help: coverdict explain a/b.go:LINE
    "#);
    for place in ["a/b.go", "a/b.go:", "a/b.go:0", "a/b.go:3-5", "a/b.go:99999999999"] {
        assert!(fault(&["explain", place]).contains("help: coverdict explain a/b.go:LINE"), "{place}");
    }
    let broken = World::new().file(".coverdict.yml", "treshold: 1\n");
    broken.settings(&["explain", "stale-blocks"]);
    insta::assert_snapshot!(broken.fault(&["explain", "a/b.go:12"]), @r#"
    error: .coverdict.yml:1:1: unknown key "treshold"
    1 | treshold: 1
      | ^^^^^^^^
    known here: version, inputs, gate, warn-only, metric, lines, mode, include, exclude, scope, generated, ignore-comments, require-reason, source, base, base-mode, diff, head, ignore-whitespace, unmeasured, baseline, test-log, deny, allow, reports, top, precision, timestamp, split, cobertura-source, cobertura-class, no-methods, templates, ci
    "#);
}

#[test]
fn no_file_is_written_twice() {
    let fault = |args: &[&str]| World::new().fault(args);
    insta::assert_snapshot!(fault(&["-o", "json=x", "-o", "lcov=x"]), @"error: json and lcov cannot both be written to x");
    insta::assert_snapshot!(fault(&["-o", "json=x", "-o", "lcov=./a/../x"]), @"error: json and lcov cannot both be written to ./a/../x");
    insta::assert_snapshot!(fault(&["-o", "html=out", "-o", "html=./out/"]), @"error: html and html cannot both be written to ./out/");
}

#[cfg(unix)]
#[test]
fn no_file_is_written_twice_through_a_link() {
    let world = World::new().file("real/keep", "");
    std::os::unix::fs::symlink(world.root().join("real"), world.root().join("link")).expect("a link");
    insta::assert_snapshot!(world.fault(&["-o", "json=real/x", "-o", "lcov=link/x"]), @"error: json and lcov cannot both be written to link/x");
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let bytes = |bytes: &[u8]| std::ffi::OsString::from_vec(bytes.to_vec());
    let args = ["coverdict".into(), "check".into(), bytes(b"a\xff.out")];
    insta::assert_snapshot!(World::new().raw_fault(&args), @r"
    error: invalid UTF-8 was detected in one or more arguments
    usage: coverdict check [OPTIONS] [INPUT]...
    ");
    let args = ["coverdict".into(), bytes(b"a\xff.out")];
    insta::assert_snapshot!(World::new().raw_fault(&args), @r"
    error: unexpected word `a�.out`: inputs need a command before them
    help: did you mean: coverdict check 'a�.out'
    ");
}
