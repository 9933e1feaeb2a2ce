//! What the commit that a baseline records says of it.

use super::{A, a_cov};
use crate::case::Outcome;
use crate::git::Repo;

/// Commit after commit, each with the baseline of its profile, as `0.out` and so on.
fn history(profiles: &[[u8; 4]]) -> Repo {
    let repo = Repo::empty();
    repo.put("go.mod", crate::git::GO_MOD);
    for (at, ran) in profiles.iter().enumerate() {
        repo.put("a.go", A.replace("return 3", &format!("return {at}")));
        repo.commit();
        repo.put("cover.out", a_cov(*ran));
        repo.run(&format!("baseline save cover.out -o {at}.json.out")).exits(0);
    }
    repo
}

fn suspicions(outcome: &Outcome) -> Vec<String> {
    let shown = outcome.stderr.lines().filter(|line| line.contains("[suspicious-baseline]"));
    shown.map(str::to_owned).collect()
}

#[test]
fn a_baseline_of_the_very_commit_is_told_and_its_gates_are_judged() {
    let repo = history(&[[1, 0, 1, 0]]);
    let check = "check cover.out --baseline 0.json.out --max-missed auto --max-lost 0";
    // The job of the default branch that runs again: nothing is worse, so it passes.
    let outcome = repo.run(check).exits(0);
    let outcome =
        outcome.says("warning[suspicious-baseline]: the baseline 0.json.out is of this very commit (");
    outcome.says("no Go file changed since").prints("ok    max-lost").prints("ok    max-missed");
    repo.run(&format!("{check} --deny suspicious-baseline")).exits(3);
    repo.put("cover.out", a_cov([1, 0, 0, 0]));
    repo.run(check).exits(1).says("is of this very commit");
}

#[test]
fn work_that_is_not_committed_is_compared_with_its_own_commit() {
    let repo = history(&[[1, 0, 1, 0]]);
    repo.put("a.go", A.replace("return 3", "return 4"));
    repo.run("check cover.out --baseline 0.json.out").exits(0).says_not("suspicious-baseline");
    // Two runs of one commit, both named.
    let repo = history(&[[1, 0, 1, 0]]);
    repo.run("compare 0.json.out cover.out").exits(0).says_not("suspicious-baseline");
    repo.run("compare 0.json.out 0.json.out").exits(0).says_not("suspicious-baseline");
}

#[test]
fn the_newer_side_first_is_told_with_the_right_order() {
    let repo = history(&[[1, 0, 1, 1], [1, 0, 1, 1]]);
    assert!(suspicions(&repo.run("compare 0.json.out 1.json.out").exits(0)).is_empty());
    let outcome = repo.run("compare 1.json.out 0.json.out").exits(0);
    let outcome = outcome.says("the baseline 1.json.out is of ").says("which comes after 0.json.out (");
    let outcome = outcome.says("help: the other way round: coverdict compare 0.json.out 1.json.out");
    assert_eq!(suspicions(&outcome).len(), 1, "{}", outcome.stderr);
    repo.run("compare 1.json.out 0.json.out --deny suspicious-baseline").exits(3);
}

#[test]
fn a_baseline_of_the_future_is_told() {
    let repo = history(&[[1, 0, 1, 1], [1, 0, 1, 1]]);
    let first = repo.git().revparse_single("HEAD~1").expect("a commit").id();
    repo.detach(first);
    repo.put("cover.out", a_cov([1, 0, 1, 1]));
    let outcome = repo.run("check cover.out --baseline 1.json.out").exits(0);
    outcome.says("which comes after HEAD (").says("give a baseline of an older one");
}

#[test]
fn two_branches_are_told_from_both_sides() {
    let repo = history(&[[1, 0, 1, 1], [1, 0, 1, 1]]);
    let first = repo.git().revparse_single("HEAD~1").expect("a commit").id();
    repo.detach(first);
    repo.put("cover.out", a_cov([1, 0, 1, 1]));
    repo.put("b.go", "package m\n");
    repo.commit();
    repo.put("a.go", A.replace("return 3", "return 0"));
    repo.run("baseline save cover.out -o side.json.out").exits(0);
    for line in ["check cover.out --baseline 1.json.out", "compare 1.json.out side.json.out"] {
        let outcome = repo.run(line).exits(0);
        outcome.says("which is no ancestor of ").says("a baseline of the merge base");
    }
}

/// It was named by the file and by nobody who typed it.
#[test]
fn a_commit_that_is_not_here_is_told_as_that_of_the_baseline() {
    let other = Repo::of(&[("a.go", A), ("b.go", "package m\n")]);
    other.put("cover.out", a_cov([1, 0, 1, 0]));
    other.run("baseline save cover.out -o base.json.out").exits(0);
    let saved = fs_err::read(other.path("base.json.out")).expect("it was saved");
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    repo.put("base.json.out", saved);
    repo.run("baseline save cover.out -o own.json.out").exits(0);
    let id = other.head();
    let lines = [
        "check cover.out --baseline base.json.out",
        "compare base.json.out own.json.out",
        "compare own.json.out base.json.out",
    ];
    for line in lines {
        let outcome = repo.run(line).exits(4);
        let outcome = outcome
            .says(&format!("the baseline base.json.out is of {id}, a commit that is not in this repository"));
        let outcome = outcome.says("of another repository").says(&format!("git fetch origin {id}"));
        outcome.says("save a baseline of this repository");
    }
    repo.put(".git/shallow", format!("{}\n", repo.head()));
    for line in lines {
        let outcome = repo.run(line).exits(4).says("the baseline base.json.out is of ");
        outcome.says("the history is shallow").says("git fetch --unshallow");
    }
    let repo = repo.var("GITHUB_ACTIONS", "true");
    repo.run(lines[0]).exits(4).says("fetch-depth: 0");
}
