//! Rows about gates and numbers.

use crate::git::{Repo, told};

/// A new file with so many statements that ran, and so many that did not.
fn change(covered: usize, missed: usize) -> Repo {
    let body = |count: usize| "\tprintln()\n".repeat(count);
    let text = format!("package m\n\nfunc A() {{\n{}}}\n\nfunc B() {{\n{}}}\n", body(covered), body(missed));
    let (end, start) = (covered + 4, covered + 6);
    let rows = format!(
        "mode: set\nm/a.go:3.10,{end}.2 {covered} 1\nm/a.go:{start}.10,{}.2 {missed} 0\n",
        start + missed + 1
    );
    let repo = Repo::of(&[]);
    repo.put("a.go", text);
    repo.commit();
    repo.put("cover.out", rows);
    repo
}

#[test]
fn row_70_equal_is_enough() {
    let repo = change(199, 1);
    let outcome = repo.check("--patch 99.5 --patch-file 99.5").exits(0);
    assert!(told(&outcome).starts_with("measured HEAD 199/200 199/200\n"), "{}", told(&outcome));
    repo.run("check --patch 99.51").exits(1).prints("99.5% < 99.51%");
}

#[test]
fn row_71_one_short_of_all_is_never_100() {
    let repo = change(2071, 1);
    repo.run("check --patch 100")
        .exits(1)
        .prints("99.9% < 100%")
        .prints_not("patch  100")
        .prints("1 more needed");
}

#[test]
fn row_72_a_rounded_number_does_not_pass() {
    let repo = change(79_996, 20_004);
    repo.run("check --patch 80").exits(1).prints("79.99% < 80%").prints_not("80.0% <");
    repo.run("check --patch 79.996").exits(0);
}

#[test]
fn row_73_something_is_never_nothing() {
    let repo = change(1, 2999);
    repo.run("check --patch 0.01").exits(0).prints("patch  <0.1% of changed statements").prints_not(" 0.0%");
    repo.run("check --patch 0.04").exits(1).prints_not(" 0.0%");
}

#[test]
fn row_75_a_small_change_is_exempt_and_says_so() {
    let repo = change(1, 1);
    let outcome = repo.check("--patch 80 --patch-file 80 --min-changed 3").exits(0);
    assert!(told(&outcome).starts_with("exempt HEAD 1/2 1/2\n"), "{}", told(&outcome));
    let text = repo.run("check --patch 80 --min-changed 3").exits(0).prints("50.0%");
    text.prints("exempt: 2 changed statements, fewer than 3");
    repo.run("check --patch 80 --min-changed 2").exits(1);
    let one = change(0, 1);
    one.run("check --patch 80 --min-changed 3").exits(0).prints("exempt: 1 changed statement, fewer than 3");
}

#[test]
fn row_76_the_number_of_missed_items_exempts_nobody() {
    let repo = change(1, 1);
    repo.run("check --patch 80 --patch-max-missed 0 --min-changed 3")
        .exits(1)
        .prints("FAIL  patch-max-missed");
    repo.run("check --patch 80 --patch-max-missed 1 --min-changed 3").exits(0);
}

#[test]
fn row_77_a_good_share_does_not_hide_a_missed_line() {
    let repo = change(23, 1);
    let outcome = repo.run("check --patch 80 --patch-max-missed 0").exits(1);
    outcome.prints("ok    patch").prints("FAIL  patch-max-missed").prints("29.10-31.2      func B");
    let json = repo.check("--patch 80 --patch-max-missed 0").exits(1).json();
    assert_eq!(json["patch"]["files"][0]["missed"], serde_json::json!([[30, 30]]));
}
