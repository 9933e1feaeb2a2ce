//! A real change with the profiles of two Go releases and four diffs: every number of it is known.

use crate::case::{Case, Outcome, copy, project};
use crate::git::{Repo, told};

const CALC: &str = "calc/calc.go modified measured 2/5 +3-6,29,33-38 !29,35";

fn data(name: &str) -> Vec<u8> {
    fs_err::read(project().join("tests/data/diff-a").join(name)).expect("a file")
}

/// The head tree, with both profiles.
fn head() -> Case {
    let case = Case::new().copy_of("tests/data/diff-a/head", "");
    for release in ["1.26", "1.27"] {
        case.put(&format!("{release}.out"), data(&format!("head-go{release}.cov")));
    }
    for diff in ["change", "change-U0", "change-noprefix", "change-norenames"] {
        case.put(&format!("data/{diff}.diff"), data(&format!("{diff}.diff")));
    }
    case
}

fn moved(statements: &str, changed: &str, missed: &str, kind: &str) -> String {
    format!("internal/strs/util.go {kind} measured {statements} +{changed} !{missed}")
}

fn check_gates(run: &dyn Fn(&str) -> Outcome) {
    run("--patch 40").exits(0);
    run("--patch 40.01").exits(1);
    run("--patch 60 --metric lines").exits(0);
    run("--patch 60.01 --metric lines").exits(1);
    run("--patch 50 --metric functions").exits(0);
    run("--patch 50.01 --metric functions").exits(1);
    run("--patch-file 40").exits(0);
    run("--patch-file 40.01").exits(1);
    run("--patch-max-missed 3").exits(0);
    run("--patch-max-missed 2").exits(1);
}

#[test]
fn four_diffs_and_two_releases_give_the_numbers_that_are_known() {
    let case = head();
    for release in ["1.26", "1.27"] {
        for diff in ["change", "change-U0", "change-noprefix"] {
            let run =
                |line: &str| case.run(&format!("check {release}.out --diff data/{diff}.diff {line} -o json"));
            let renamed = moved("0/0", "1", "", "renamed from internal/util/util.go");
            assert_eq!(
                told(&run("").exits(0)),
                format!("measured diff 2/5 3/5\n{CALC}\n{renamed}"),
                "{release} {diff}"
            );
            check_gates(&run);
        }
        let outcome =
            case.run(&format!("check {release}.out --diff data/change-norenames.diff --patch 28 -o json"));
        let added = moved("2/9", "1-17", "5,11-16", "added");
        assert_eq!(told(&outcome.exits(0)), format!("measured diff 4/14 5/14\n{CALC}\n{added}"), "{release}");
    }
}

#[test]
fn the_repository_gives_the_numbers_of_its_diffs() {
    let repo = Repo::empty();
    let folder = project().join("tests/data/diff-a");
    copy(&folder.join("base"), &repo.root());
    repo.commit();
    fs_err::remove_dir_all(repo.path("internal")).expect("it goes");
    copy(&folder.join("head"), &repo.root());
    repo.commit();
    for release in ["1.26", "1.27"] {
        repo.put("cover.out", data(&format!("head-go{release}.cov")));
        let renamed = moved("0/0", "1", "", "renamed from internal/util/util.go");
        let outcome = repo.check("").exits(0);
        assert_eq!(told(&outcome), format!("measured HEAD 2/5 3/5\n{CALC}\n{renamed}"), "{release}");
        let json = outcome.json();
        assert_eq!(
            (
                json["totals"]["statements"]["covered"].as_u64(),
                json["totals"]["statements"]["total"].as_u64()
            ),
            (Some(8), Some(25))
        );
        check_gates(&|line| repo.check(line));
    }
}

/// The model that counts every line that a block touches says otherwise for Go up to 1.26, where blocks begin at braces.
#[test]
fn lines_of_the_models_without_source() {
    let case = head();
    for (release, model, lines) in
        [("1.26", "naive", "5/7"), ("1.26", "code", "3/5"), ("1.27", "code", "3/5")]
    {
        let outcome =
            case.run(&format!("check {release}.out --diff data/change.diff --lines {model} -o json"));
        assert!(
            told(&outcome).starts_with(&format!("measured diff 2/5 {lines}\n")),
            "{release} {model}: {}",
            told(&outcome)
        );
    }
}
