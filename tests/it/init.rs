//! `init`: what is written, what is printed, and that nothing of the user's is replaced.

use crate::case::{Case, project};

#[test]
fn the_config_is_written_and_reads_back() {
    let case = Case::tiny();
    case.run("init").exits(0).prints_nothing().says("wrote .coverdict.yml");
    assert_eq!(case.files(), [".coverdict.yml", "a.go", "cover.out", "go.mod"]);
    case.run("check").exits(0).prints("total coverage: 50.0% of statements");
    // What is commented out is right as well.
    let text = case.read(".coverdict.yml");
    let all: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.starts_with([' ', 'g', 'i', 'e']) && setting.contains([':', '-']) => {
                setting
            }
            _ => {
                line.strip_prefix('#').filter(|rest| rest.starts_with("   ")).map_or(line, |rest| &rest[1..])
            }
        })
        .collect();
    case.put(".coverdict.yml", all.join("\n"));
    case.run("check --print-config").exits(0).prints("total: 80").prints("path: cmd/...").prints("mocks");
}

#[test]
fn a_config_that_is_there_stays_without_force() {
    let case = Case::tiny().file(".coverdict.yml", "not: [a config");
    case.run("init").exits(5).says("error: .coverdict.yml exists").says("coverdict init --force");
    assert_eq!(case.read(".coverdict.yml"), "not: [a config");
    case.run("init --force").exits(0);
    assert!(case.read(".coverdict.yml").contains("\nversion: 1\n"));
}

#[test]
fn the_pipeline_is_the_tested_example() {
    let text = |path: &str| fs_err::read(project().join(path)).expect("an example");
    let case = Case::tiny();
    assert_eq!(case.run("init --ci github").exits(0).bytes, text("examples/ci/github.yml"));
    assert_eq!(case.run("--ci gitlab init --force").exits(0).bytes, text("examples/gitlab-ci.yml"));
    case.run("init --force --ci jenkins").exits(2).says("init has no pipeline for jenkins");
    case.put(".github/workflows/x.yml", "");
    assert_eq!(case.run("init --force").exits(0).bytes, text("examples/ci/github.yml"));
    case.run("init --force --ci off").exits(0).prints_nothing();
    let case = Case::tiny().file(".gitlab-ci.yml", "").folder("sub").within("sub");
    assert_eq!(case.run("init").exits(0).bytes, text("examples/gitlab-ci.yml"));
}

#[test]
fn another_tool_s_config_is_translated_and_the_rest_is_listed() {
    let case = Case::tiny()
        .file("t/.testcoverage.yml", "profile: cover.out\nthreshold:\n  total: 60\nbadge:\n  file-name: x\n");
    case.run("init --from t/.testcoverage.yml")
        .exits(0)
        .says("without an equivalent in t/.testcoverage.yml:")
        .says("line 5: badge");
    assert!(case.read(".coverdict.yml").contains("# - line 5: badge: "));
    case.run("check").exits(1).prints("FAIL  total  50.0% < 60%");
}

#[test]
fn what_cannot_be_read_writes_nothing() {
    let case =
        Case::tiny().folder("d").file("x.yml", "a: 1\n").file("b.yml", b"\xff").file("y.yml", "threshold: [");
    for from in ["none.yml", "d", "x.yml", "b.yml", "y.yml", "/dev/zero"] {
        case.run(&format!("init --from {from}")).exits(2).prints_nothing();
    }
    case.run("init --force=1").exits(2);
    assert!(!case.files().contains(&".coverdict.yml".to_owned()));
}
