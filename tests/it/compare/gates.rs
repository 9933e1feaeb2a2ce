//! Gates on a baseline, through the program: bounds of single paths, what is said where nothing can be judged, and by whom.

use super::{A, a_cov};
use crate::git::Repo;

/// Two folders with the same file, `b` with a function more than `a` that lost its test.
fn two_folders() -> Repo {
    let file = |folder: &str| A.replace("package m", &format!("package {folder}"));
    let rows = |folder: &str, ran| a_cov(ran).replace("m/a.go", &format!("m/{folder}/a.go"));
    let both = |a, b| rows("a", a) + rows("b", b).trim_start_matches("mode: set\n");
    let repo = Repo::of(&[("a/a.go", &file("a")), ("b/a.go", &file("b"))]);
    repo.put("base.out", both([1, 1, 1, 1], [1, 1, 1, 1]));
    repo.put("cover.out", both([1, 0, 1, 1], [1, 0, 1, 0]));
    repo
}

const CHECK: &str = "check cover.out --baseline base.out --base HEAD";

/// Gate, scope, outcome, observed, bound and needed of each verdict.
fn verdicts(repo: &Repo, config: &str, code: u8) -> Vec<String> {
    repo.put(".coverdict.yml", config);
    let json = repo.run(&format!("{CHECK} -o json")).exits(code).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let shown = |verdict: &serde_json::Value| {
        let names = ["gate", "scope", "outcome", "observed", "bound"];
        let words: Vec<String> = names.iter().map(|name| text(&verdict[name])).collect();
        format!("{} needs {}", words.join(" "), verdict["needed"])
    };
    json["verdicts"].as_array().expect("verdicts").iter().map(shown).collect()
}

#[test]
fn files_of_a_rule_are_judged_together_and_the_others_among_themselves() {
    let repo = two_folders();
    let config = "gate:\n  max-lost: 0\n  no-regress: 20\n  overrides:\n    - path: b/...\n      max-lost: 2\n      no-regress: 50\n";
    assert_eq!(
        verdicts(&repo, config, 1),
        [
            "no-regress - fail -25.0 20 needs 1",
            "no-regress b/... pass -50.0 50 needs 0",
            "max-lost - fail 1 0 needs 1",
            "max-lost b/... pass 2 2 needs 0"
        ]
    );
    let outcome = repo.run(CHECK).exits(1);
    outcome
        .prints("FAIL  max-lost    1 covered in the baseline, unchanged and not covered now (allowed: 0), 1 more needed")
        .prints("ok    max-lost    b/...  2 covered in the baseline")
        .prints("-25.0 points (allowed: -20), 1 more needed")
        .prints("fail: 2 of 2 checks");
    let config = "gate:\n  overrides:\n    - path: b/...\n      max-lost: 1\n      no-regress: 49.99\n";
    assert_eq!(
        verdicts(&repo, config, 1),
        ["no-regress b/... fail -50.0 49.99 needs 1", "max-lost b/... fail 2 1 needs 1"]
    );
}

#[test]
fn misses_have_bounds_of_rules_too() {
    let repo = two_folders();
    // A number: the files of the rule, and the others.
    let config = "gate:\n  max-missed: 1\n  overrides:\n    - path: b/...\n      max-missed: 1\n";
    assert_eq!(
        verdicts(&repo, config, 1),
        ["max-missed - pass 1 1 needs 0", "max-missed b/... fail 2 1 needs 1"]
    );
    // `auto` in all: what the baseline records is of all files, so all are judged, those of the rule once more.
    let config = "gate:\n  max-missed: auto\n  overrides:\n    - path: b/...\n      max-missed: 2\n";
    assert_eq!(
        verdicts(&repo, config, 1),
        ["max-missed - fail 3 0 needs 3", "max-missed b/... pass 2 2 needs 0"]
    );
    // `auto` of a rule: what the baseline misses in the same files.
    let config = "gate:\n  overrides:\n    - path: a/...\n      max-missed: auto\n    - path: b/...\n      max-missed: auto\n";
    assert_eq!(
        verdicts(&repo, config, 1),
        ["max-missed a/... fail 1 0 needs 1", "max-missed b/... fail 2 0 needs 2"]
    );
    repo.run(CHECK)
        .exits(1)
        .prints("a/...  1 missed (the baseline has, in the same files: 0), 1 more needed");
    // Without a baseline a rule says so, and a number is judged all the same.
    let config = "gate:\n  overrides:\n    - path: a/...\n      max-missed: auto\n    - path: b/...\n      max-missed: 2\n";
    repo.put(".coverdict.yml", config);
    repo.run("check cover.out")
        .exits(0)
        .prints("-     max-missed  a/...  not judged: no baseline was given")
        .prints("ok    max-missed  b/...  2 missed (allowed: 2)");
}

/// Code that went away takes its misses along: the number of the baseline stays what it was, as that of `max-missed auto` does.
#[test]
fn misses_of_deleted_files_are_those_of_their_rule() {
    let repo = two_folders();
    let rows = |folder: &str, ran| a_cov(ran).replace("m/a.go", &format!("m/{folder}/a.go"));
    repo.put("base.out", rows("a", [1, 1, 1, 1]) + rows("b", [0, 0, 1, 1]).trim_start_matches("mode: set\n"));
    repo.put("cover.out", rows("a", [1, 0, 1, 1]));
    let config = "gate:\n  overrides:\n    - path: '**/a.go'\n      max-missed: auto\n";
    assert_eq!(verdicts(&repo, config, 0), ["max-missed **/a.go pass 1 2 needs 0"]);
}

#[test]
fn files_of_an_owner_are_judged_against_the_baseline() {
    let repo = two_folders();
    repo.put("CODEOWNERS", "* @m/all\n/b/ @m/b\n");
    let config = "gate:\n  max-lost: 0\n  overrides:\n    - owner: '@M/b'\n      max-lost: 1\n      no-regress: 50\n      max-missed: auto\n";
    assert_eq!(
        verdicts(&repo, config, 1),
        [
            "no-regress @M/b pass -50.0 50 needs 0",
            "max-lost - fail 1 0 needs 1",
            "max-lost @M/b fail 2 1 needs 1",
            "max-missed @M/b fail 2 0 needs 2"
        ]
    );
    // What vanished still has its owner, and the rule is not one that names nothing.
    repo.put("cover.out", a_cov([1, 1, 1, 1]).replace("m/a.go", "m/a/a.go"));
    let config = "gate:\n  max-lost: 0\n  overrides:\n    - owner: '@m/b'\n      max-lost: 3\n";
    assert_eq!(verdicts(&repo, config, 1), ["max-lost - pass 0 0 needs 0", "max-lost @m/b fail 4 3 needs 1"]);
    repo.run(CHECK).exits(1).says("vanished-file").says_not("has no file of the profile");
    // Without a baseline the rule is loud.
    repo.run("check cover.out").exits(0).prints("-     max-lost  not judged: no baseline was given");
}

#[test]
fn a_rule_for_what_vanished_names_something() {
    let repo = two_folders();
    repo.put("cover.out", a_cov([1, 1, 1, 1]).replace("m/a.go", "m/a/a.go"));
    let config = "gate:\n  overrides:\n    - path: b/...\n      max-lost: 4\n";
    assert_eq!(verdicts(&repo, config, 0), ["max-lost b/... pass 4 4 needs 0"]);
    repo.run(CHECK).exits(0).says("vanished-file").says_not("matched nothing");
}

#[test]
fn what_is_not_judged_is_said_aloud() {
    let repo = two_folders();
    let run = |line: &str| repo.run(&format!("check cover.out {line}"));
    let why = "no baseline was given: --baseline FILE";
    run("--max-lost 0 --no-regress 0").exits(0).prints(&format!("\nnot judged: {why}\n"));
    run("--max-lost 0 --total 1").exits(0).prints(&format!("\npass: 1 of 2 checks, 1 not judged: {why}\n"));
    run("--max-lost 0 --total 99").exits(1).prints("\nfail: 1 of 2 checks, 1 not judged\n");
    // A number of misses needs no baseline.
    run("--max-missed 3").exits(0).prints("\npass: 1 check\n");
    run("--max-missed 2").exits(1).prints("3 missed (allowed: 2), 1 more needed");
    let gone = "--baseline gone.json";
    run(&format!("{gone} --max-lost 0 --max-missed auto"))
        .exits(0)
        .prints("\nnot judged: the baseline is not there: nothing to compare with\n")
        .says("warning[suspicious-baseline]: the baseline gone.json is not there");
    let markdown = |line: &str| run(&format!("{line} -o markdown")).stdout();
    assert!(markdown("--max-lost 0 --total 1").contains("**pass**, 1 of 2 checks, **1 not judged**\n"));
    assert!(markdown("--max-lost 0 --total 99").contains("**fail**, 1 of 2 checks, **1 not judged**\n"));
    assert!(markdown("--max-lost 0").contains("## Coverage: 62.5%, **1 not judged**\n"));
    assert!(markdown("--max-lost 0").contains(&format!("| not judged | max-lost is not judged: {why} |")));
}

/// Without a general bound too: a gate that is set and silent would look like one that passed.
#[test]
fn gates_of_rules_are_not_judged_aloud_either() {
    let repo = two_folders();
    repo.put(".coverdict.yml", "gate:\n  overrides:\n    - path: b/...\n      max-lost: 0\n");
    let outcome = repo.run("check cover.out").exits(0);
    outcome.prints("-     max-lost  not judged: no baseline").prints("\nnot judged: no baseline was given");
}

#[test]
fn all_metrics_have_their_own_numbers() {
    let repo = two_folders();
    let run = |line: &str| repo.run(&format!("{CHECK} {line}"));
    // Of four functions one no longer runs; of eight statements, and as many lines, three.
    for (metric, lost, drop, below) in
        [("statements", 3, "37.5", "37.49"), ("lines", 3, "37.5", "37.49"), ("functions", 1, "25", "24.99")]
    {
        let run = |gate: &str| run(&format!("--metric {metric} {gate}"));
        run(&format!("--max-lost {lost}")).exits(0);
        run(&format!("--max-lost {}", lost - 1)).exits(1);
        run(&format!("--no-regress {drop}")).exits(0);
        run(&format!("--no-regress {below}")).exits(1);
        run(&format!("--max-missed {lost}")).exits(0);
        run("--max-missed auto").exits(1).prints("(the lowest number so far: 0)");
    }
}

#[test]
fn bounds_that_are_none() {
    let repo = two_folders();
    for bound in ["-1", "+1", "1.5", "x", ""] {
        for gate in ["--max-lost", "--max-missed"] {
            repo.args(&["check", "cover.out", gate, bound]).exits(2).prints_nothing();
        }
    }
    for bound in ["-1", "+1", "100.1", "x", "auto", "1e1"] {
        repo.args(&["check", "cover.out", "--no-regress", bound]).exits(2).prints_nothing();
    }
    repo.args(&["check", "cover.out", "--max-lost", "auto"]).exits(2).prints_nothing();
}

#[test]
fn the_config_and_the_environment_set_them_too() {
    let repo = two_folders();
    let config =
        "baseline: [base.out]\nbase: HEAD\ngate:\n  no-regress: 37.5\n  max-lost: 3\n  max-missed: auto\n";
    repo.put(".coverdict.yml", config);
    repo.run("check cover.out").exits(1).prints("fail: 1 of 3 checks");
    let repo = repo.var("COVERDICT_MAX_MISSED", "3").var("COVERDICT_MAX_LOST", "2");
    let outcome = repo.run("check cover.out").exits(1).prints("ok    max-missed  3 missed (allowed: 3)");
    outcome.prints("FAIL  max-lost").prints("ok    no-regress");
}
