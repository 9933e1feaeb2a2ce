//! What five Go releases said of `tests/data/record/src`, and what coverdict says of the same profiles. The recordings are
//! made by `tests/data/record/run`; its header lists the files.

use crate::case::{Case, Outcome, copy, project};

const RELEASES: [&str; 5] = ["go1.21.13", "go1.24.11", "go1.26.6", "go1.27.1", "go1.27.3"];
const PROFILES: [&str; 5] = ["own.set", "cross.set", "cross.count", "cross.atomic", "tool"];

/// The module that was recorded, with everything about it that a release (or `profiles`) left in `recorded/`.
fn case(release: &str) -> Case {
    let case = Case::new();
    copy(&project().join("tests/data/record/src"), &case.root());
    copy(&project().join("tests/data").join(release), &case.path("recorded"));
    case
}

/// The answer about a recorded profile.
fn ask(case: &Case, words: &str, profile: &str) -> Outcome {
    case.run(&format!("{words} recorded/{profile}")).exits(0)
}

/// The statements of the JSON report.
fn statements(case: &Case, profile: &str) -> serde_json::Value {
    let answer = ask(case, "report -o json", profile);
    let report: serde_json::Value = serde_json::from_slice(&answer.bytes).expect("JSON");
    report["totals"]["statements"].clone()
}

#[test]
fn func_prints_the_bytes_of_go_tool_cover() {
    for release in RELEASES {
        let case = case(release);
        for name in PROFILES {
            let ours = ask(&case, "func --go", &format!("{name}.out"));
            assert_eq!(ours.stdout(), case.read(&format!("recorded/{name}.func.txt")), "{release} {name}");
        }
    }
}

#[test]
fn percent_and_pkglist_print_the_bytes_of_go_tool_covdata() {
    for release in RELEASES {
        let case = case(release);
        for (command, profile, answer) in [
            ("percent", "tests.textfmt.txt", "tests.percent.txt"),
            ("percent", "tool.out", "tool.percent.txt"),
            ("pkglist", "tests.textfmt.txt", "tests.pkglist.txt"),
        ] {
            let ours = ask(&case, command, profile);
            assert_eq!(ours.stdout(), case.read(&format!("recorded/{answer}")), "{release} {profile}");
        }
    }
}

#[test]
fn merging_what_covdata_wrote_changes_nothing() {
    for release in RELEASES {
        let case = case(release);
        for profile in ["tests.textfmt.txt", "tool.out"] {
            let ours = ask(&case, "merge -o -", profile);
            assert_eq!(ours.stdout(), case.read(&format!("recorded/{profile}")), "{release} {profile}");
        }
    }
}

/// A run of one package: what `go test` printed is the total of the profile, line directives or not.
#[test]
fn a_total_is_that_of_go_test() {
    for release in RELEASES {
        let case = case(release);
        let printed = case.read("recorded/lined.test.txt");
        let percent = printed.split("coverage: ").nth(1).and_then(|rest| rest.split(' ').next());
        let expected = format!("total coverage: {} of statements", percent.expect("a percentage"));
        assert_eq!(ask(&case, "check", "lined.out").last_line(), expected, "{release}");
    }
}

/// Labels and bare blocks that open no block of their own count in rule set A alone; all of them run here.
#[test]
fn rule_sets_a_and_c_count_a_source_alike_but_for_labels_and_bare_blocks() {
    let total = |release| {
        let statements = statements(&case(release), "cross.set.out");
        (statements["covered"].as_u64().expect("a number"), statements["total"].as_u64().expect("a number"))
    };
    assert_eq!(total("go1.24.11"), total("go1.26.6"));
    let ((covered_a, all_a), (covered_c, all_c)) = (total("go1.26.6"), total("go1.27.3"));
    assert!(all_c < all_a);
    assert_eq!(all_a - all_c, covered_a - covered_c);
}

/// Covered and all statements of odd profiles. Go refuses more of them: `profiles/*.txt` has its words.
#[test]
fn odd_profiles_are_read() {
    let case = case("profiles");
    for (name, covered, total) in [
        ("plain", 2, 3),
        ("second-mode-row", 2, 3),
        ("mode-only", 0, 0),
        ("blank-row", 2, 3),
        ("blank-first", 2, 2),
        ("bom", 2, 2),
        ("crlf", 2, 2),
        ("no-final-newline", 2, 2),
        ("trailing-space", 2, 2),
        ("double-space", 0, 0),
        ("tab", 0, 0),
        ("negative", 0, 0),
        ("plus-and-zeros", 2, 2),
        ("count-2-63", 2, 2),
        ("count-2-63-1", 2, 2),
        ("sum-overflows", 2, 2),
        ("line-2-31", 2, 2),
        ("cut-row", 2, 2),
        ("missing-dot", 0, 0),
        ("no-name", 0, 0),
        ("bare-name", 2, 2),
        ("windows-path", 2, 2),
    ] {
        let expected = serde_json::json!({"covered": covered, "total": total});
        assert_eq!(statements(&case, &format!("{name}.out")), expected, "{name}");
    }
}

#[test]
fn what_is_no_profile_is_refused() {
    let case = case("profiles");
    for name in ["empty", "no-mode", "mode-blank", "mode-unknown", "other-mode-row"] {
        case.run(&format!("report -o json recorded/{name}.out")).exits(3).prints_nothing();
    }
    // Go does not take it for its own either: "no required module provides package".
    let foreign = case.run("report -o json recorded/other-module.out").exits(3).prints_nothing();
    foreign.says("recorded/other-module.out is of another repository");
}
