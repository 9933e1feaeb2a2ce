//! Rows about the base.

use git2::Oid;

use super::*;
use crate::git::{Repo, told};

const ZEROS: &str = "0000000000000000000000000000000000000000";

/// `main` with two commits, a topic from the first one on, and the merge of both. The topic adds the line 7 of `a.go`, main
/// a file of its own.
struct Pull {
    repo: Repo,
    first: Oid,
    main: Oid,
    topic: Oid,
    merge: Oid,
}

fn pull() -> Pull {
    let repo = Repo::of(&[("a.go", F)]);
    let first = repo.head();
    repo.put("b.go", "package m\n\nfunc B() {\n\tprintln()\n}\n");
    let main = repo.commit();
    repo.detach(first);
    repo.put("a.go", F_MORE);
    let topic = repo.commit();
    repo.detach(main);
    repo.put("a.go", F_MORE);
    repo.stage();
    let merge = repo.commit_on(&[main, topic]);
    repo.remote("main", main);
    repo.forget("refs/heads/main");
    repo.put("cover.out", both(F_MORE_COV, "mode: set\nm/b.go:3.10,5.2 1 0\n"));
    Pull { repo, first, main, topic, merge }
}

/// What GitHub says of a pull request whose head is the topic.
fn payload(pull: &Pull) -> String {
    format!(
        r#"{{"pull_request": {{"head": {{"sha": "{}"}}, "base": {{"sha": "{}", "ref": "main"}}}}, "repository": {{"default_branch": "main"}}}}"#,
        pull.topic, pull.first
    )
}

fn on_merge(pull: Pull) -> Repo {
    let payload = payload(&pull);
    pull.repo.github("pull_request", "refs/pull/7/merge", &payload).var("GITHUB_BASE_REF", "main")
}

const OF_TOPIC: &str = "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !";

#[test]
fn row_34_the_merge_of_a_pull_request_at_depth_1() {
    let pull = pull();
    pull.repo.forget("refs/remotes/origin/main");
    pull.repo.cut(&[pull.merge], &[pull.main, pull.topic, pull.first]);
    let main = pull.main.to_string();
    let repo = on_merge(pull);
    let outcome = repo.run("check --patch 80").exits(4).says(&main).says("fetch-depth: 2").prints_nothing();
    assert!(outcome.stderr.contains("shallow"), "{}", outcome.screen());
    // Nothing asked for the change: the rest goes on, with the same cure.
    let outcome = repo.check("").exits(0).says("coverage of the change is left out").says("fetch-depth: 2");
    assert_eq!(told(&outcome), "none");
}

#[test]
fn row_35_the_merge_of_a_pull_request_at_depth_2() {
    let pull = pull();
    pull.repo.cut(&[pull.main, pull.topic], &[pull.first]);
    let main = pull.main.to_string();
    let repo = on_merge(pull);
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(
        (told(&outcome).as_str(), outcome.json()["patch"]["base"].as_str()),
        (OF_TOPIC, Some(main.as_str()))
    );
    repo.run("check").exits(0).prints("first parent of the merge").prints(&main[..7]);
}

#[test]
fn row_36_two_branches_of_depth_1_are_not_compared_by_their_tips() {
    let pull = pull();
    pull.repo.detach(pull.topic);
    pull.repo.cut(&[pull.main, pull.topic], &[pull.first]);
    let repo = pull.repo;
    repo.run("check --patch 0 --base origin/main")
        .exits(4)
        .says("shallow")
        .says("git fetch")
        .prints_nothing();
    let exact = repo.check("--patch 0 --base origin/main --base-mode exact").exits(0);
    assert!(told(&exact).contains("a.go modified"), "{}", told(&exact));
}

#[test]
fn row_37_the_target_is_not_there() {
    let pull = pull();
    let repo = pull.repo;
    repo.forget("refs/remotes/origin/main");
    repo.run("check --patch 0 --base origin/main").exits(4).says("origin/main").says("git fetch");
    repo.run("check --base origin/main").exits(4).prints_nothing();
}

/// A push of GitHub to a topic branch.
fn push(before: &str) -> (Repo, Pull) {
    let pull = pull();
    pull.repo.detach(pull.topic);
    let payload = format!(r#"{{"before": "{before}", "repository": {{"default_branch": "main"}}}}"#);
    let Pull { repo, first, main, topic, merge } = pull;
    let repo = repo.github("push", "refs/heads/topic", &payload);
    (repo, Pull { repo: Repo::empty(), first, main, topic, merge })
}

#[test]
fn row_38_zeros_are_no_base() {
    let (repo, pull) = push(ZEROS);
    let outcome = repo.check("--patch 100").exits(0).says("base-fallback").says("as for a new branch");
    assert_eq!(
        (told(&outcome).as_str(), outcome.json()["patch"]["base"].as_str()),
        (OF_TOPIC, Some(pull.first.to_string().as_str()))
    );
    repo.run(&format!("check --patch 0 --base {ZEROS}")).exits(4);
}

#[test]
fn row_39_a_commit_that_a_forced_push_removed_is_no_base() {
    let (repo, pull) = push("1234567890123456789012345678901234567890");
    let outcome = repo.check("--patch 100").exits(0).says("base-fallback").says("1234567");
    assert_eq!(
        (told(&outcome).as_str(), outcome.json()["patch"]["base"].as_str()),
        (OF_TOPIC, Some(pull.first.to_string().as_str()))
    );
}

#[test]
fn row_40_of_two_merge_bases_the_first_is_taken_and_both_are_listed() {
    let pull = pull();
    let repo = &pull.repo;
    // Both branches merged each other's tip.
    let other = repo.commit_on(&[pull.topic, pull.main]);
    repo.remote("main", pull.merge);
    repo.detach(other);
    repo.put("a.go", F_MORE.replace("x++", "x--"));
    repo.commit();
    let outcome = repo.check("--base origin/main").exits(0).says("several-merge-bases");
    outcome.says(&pull.main.to_string()).says(&pull.topic.to_string());
}

#[test]
fn row_41_unrelated_histories() {
    let pull = pull();
    let alone = pull.repo.commit_on(&[]);
    pull.repo.detach(alone);
    let outcome = pull.repo.run("check --patch 0 --base origin/main").exits(4);
    outcome.says("no common").says("--base-mode exact").prints_nothing();
}

#[test]
fn row_42_head_is_the_base() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 100 --patch-file 100 --patch-max-missed 0 --base HEAD").exits(0);
    assert_eq!(told(&outcome), "no-diff HEAD 0/0 0/0");
    let text = repo.run("check --patch 100 --base HEAD").exits(0).prints("nothing changed");
    text.prints_not("patch  100");
}

#[test]
fn row_43_a_folder_inside_go_work_and_nested_modules_give_the_same() {
    let repo = Repo::empty();
    repo.put("go.work", "go 1.26\n\nuse (\n\t./p\n\t./p/inner\n)\n");
    repo.put("p/go.mod", "module ex.com/p\n\ngo 1.26\n");
    repo.put("p/inner/go.mod", "module ex.com/p/inner\n\ngo 1.26\n");
    for path in ["p/a.go", "p/inner/a.go", "p/sub/a.go"] {
        repo.put(path, F);
    }
    repo.commit();
    repo.put("p/a.go", F_MORE);
    repo.put("p/inner/a.go", F_MORE);
    repo.commit();
    let inner = F_MORE_COV.replace("m/", "ex.com/p/inner/");
    repo.put("cover.out", both(&inner, &missed(F_MORE_COV, "ex.com/p/a.go")));
    let top = repo.check("cover.out --patch 50").exits(0);
    assert_eq!(
        told(&top),
        "measured HEAD 1/2 1/2\np/a.go modified measured 0/1 +7 !7\np/inner/a.go modified measured 1/1 +7 !"
    );
    let by_flag = repo.run("-C p/sub check ../../cover.out --patch 50 -o json").exits(0);
    assert_eq!(told(&by_flag), told(&top));
    let inside = repo.within("p/inner").check("../../cover.out --patch 50").exits(0);
    assert_eq!(
        (told(&inside), inside.json()["patch"]["base"].clone()),
        (told(&top), top.json()["patch"]["base"].clone())
    );
}

#[test]
fn row_44_pull_request_target_with_the_target_checked_out() {
    let pull = pull();
    pull.repo.detach(pull.main);
    let (payload, topic) = (payload(&pull), pull.topic);
    let repo =
        pull.repo.github("pull_request_target", "refs/heads/main", &payload).var("GITHUB_BASE_REF", "main");
    let outcome =
        repo.run("check --patch 0").exits(4).says("pull_request_target checks out the target branch");
    outcome.says(&topic.to_string()).prints_nothing();
    // The head of the request is what it wants.
    repo.detach(topic);
    assert_eq!(told(&repo.check("--patch 100").exits(0)), OF_TOPIC);
}

#[test]
fn row_45_a_merge_group_has_the_base_of_its_payload() {
    let pull = pull();
    let payload = format!(
        r#"{{"merge_group": {{"base_sha": "{}", "base_ref": "refs/heads/main"}}, "repository": {{"default_branch": "main"}}}}"#,
        pull.main
    );
    let repo = pull.repo.github("merge_group", "refs/heads/gh-readonly-queue/main/pr-7-abc", &payload);
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(
        (told(&outcome).as_str(), outcome.json()["patch"]["base"].as_str()),
        (OF_TOPIC, Some(pull.main.to_string().as_str()))
    );
}
