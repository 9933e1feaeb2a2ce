//! The config file from the front door: what it says is done, and what it says wrong is told with its place. (The table of
//! keys, schema and precedence has its own tests beside the code.)

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::case::Case;

fn with(config: &str) -> Case {
    Case::tiny().file(".coverdict.yml", config)
}

#[test]
fn what_it_says_is_done() {
    let case = with("version: 1\ninputs: [cover.out]\ngate:\n  total: 90\nreports:\n  - csv: out/r.csv\n");
    case.run("").exits(1).prints("FAIL  total  50.0% < 90%");
    assert!(case.read("out/r.csv").starts_with("path,"));
    // Flags and variables win, in this order.
    case.run("--total 40").exits(0);
    let variable = with("gate:\n  total: 90\n").var("COVERDICT_TOTAL", "30");
    variable.run("").exits(0).prints("≥ 30%");
    variable.run("--total 80").exits(1).prints("< 80%");
    with("gate:\n  total: 90\n").run("--no-config").exits(0);
    with("warn-only: true\ngate:\n  total: 90\n").run("").exits(0).prints("FAIL");
    with("deny: [malformed-rows]\n")
        .file("cover.out", "mode: set\njunk\nm/a.go:3.14,5.2 1 1\n")
        .run("")
        .exits(3);
    with("allow: [unused-exclude]\nexclude: [x/...]\n").run("").exits(0).says_not("unused-exclude");
    with("metric: lines\n").run("").exits(0).prints("of lines\n");
}

#[test]
fn a_config_of_a_subfolder_counts_from_there() {
    let case =
        Case::tiny().file("sub/.coverdict.yml", "inputs: [../cover.out]\ngate:\n  total: 90\n").within("sub");
    case.run("").exits(1);
    case.run("-C .. check").exits(0);
}

#[test]
fn the_shop_s_config_passes() {
    let case = Case::shop();
    let config = fs_err::read_to_string(crate::case::project().join("examples/shop/.coverdict.yml"))
        .expect("a config");
    case.put(".coverdict.yml", config);
    case.run("").exits(0).prints("pass: 2 checks");
    case.within("store").run("check").exits(0).prints("pass: 2 checks");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let mut text = String::new();
    for config in [
        "gate:\n  treshold: 80\n",
        "gate:\n  total: 120\n",
        "gate:\n  total: [1]\n",
        "gate:\n  total: -3\n",
        "gates:\n  total: 80\n",
        "deny: [stale-block]\n",
        "metric: line\n",
        "reports:\n  - cobetura: x.xml\n",
        "reports:\n  - json: '-'\n  - csv: '-'\n",
        "gate: {total: 80, total: 90}\n",
        "a: [\n",
        "\tgate: 1\n",
        "exclude: ['[']\n",
    ] {
        let outcome = with(config).run("check").exits(2).prints_nothing();
        writeln!(text, "{config}---\n{}", outcome.stderr).expect("memory takes all");
    }
    assert_snapshot!(text);
}

#[test]
fn a_bad_config_stops_before_anything_is_written() {
    let case = with("gate:\n  total: 120\n");
    let before = case.files();
    case.run("report cover.out -o json=r.json").exits(2).prints_nothing();
    case.run("merge cover.out -o m.out").exits(2).prints_nothing();
    assert_eq!(case.files(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn devices_pipes_and_folders_are_no_config() {
    let case = Case::tiny().folder("folder.yml");
    for path in ["/dev/zero", "/dev/null", "folder.yml", "nowhere.yml"] {
        case.run(&format!("check --config {path}")).exits(2).prints_nothing().says(path);
    }
    let made =
        std::process::Command::new("mkfifo").arg(case.path(".coverdict.yml")).status().expect("mkfifo");
    assert!(made.success());
    case.run("check").exits(2).prints_nothing();
}

#[test]
fn print_config_shows_values_and_origins() {
    let case = with("gate:\n  total: 40\nexclude: ['**/*.pb.go']\n").var("COVERDICT_METRIC", "lines");
    assert_snapshot!(case.run("check --print-config --top 3").screen());
}
