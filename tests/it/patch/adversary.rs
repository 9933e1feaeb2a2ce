//! Ways in which the number could be wrong, or a gate pass by accident.

use super::*;
use crate::git::{GO_MOD, Repo, left_out, told};

#[test]
fn a_function_written_after_the_tests_ran_is_missed() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", format!("{F}\nfunc G() {{\n\tprintln(1)\n\tprintln(2)\n}}\n"));
    repo.commit();
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 1").exits(1);
    assert_eq!(told(&outcome), "measured HEAD 0/2 0/2\na.go modified measured 0/2 +9-13 !11-12");
    outcome.says("profile-older-than-source").says("the profile lacks 2 changed statements of a.go");
    repo.run("check --patch 1").exits(1).prints("func G");
    repo.run("check --patch 1 --metric lines").exits(1);
    repo.run("check --patch 1 --metric functions").exits(1);
    // An old function that the profile lacks is none of this change's business.
    repo.put("a.go", format!("// Package m is.\n{}", repo.read("a.go")));
    let moved = "mode: set\nm/a.go:4.19,5.11 1 1\nm/a.go:5.11,7.3 1 0\nm/a.go:8.2,8.10 1 1\n";
    repo.put("cover.out", moved);
    let outcome = repo.check("--base HEAD --patch 1").exits(0);
    assert_eq!(told(&outcome), "no-coverable worktree 0/0 0/0\na.go modified measured 0/0 +1 !");
}

#[test]
fn a_head_side_that_is_not_the_working_tree_has_its_own_sources() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", F_MORE);
    repo.put("b.go", F.replace("F(", "B("));
    repo.commit();
    repo.put("cover.out", F_MORE_COV);
    repo.put("a.go", F_MORE.replacen("package m\n", "package m\n\n// one\n// two\n// three\n", 1));
    repo.remove("b.go");
    let expected =
        "1/4 1/4\na.go modified measured 1/1 +7 !\nb.go copied from a.go unmeasured 0/3 +1-8 !4-5,7";
    for side in ["HEAD", "index"] {
        let outcome = repo.check(&format!("--base HEAD^ --patch 30 --head {side}")).exits(1);
        assert_eq!(told(&outcome), format!("measured {side} {expected}"));
    }
}

#[test]
fn a_file_that_a_sparse_checkout_leaves_out_does_not_vanish() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("b.go", F.replace("F(", "B("));
    repo.commit();
    repo.put("cover.out", F_COV);
    let mut index = repo.git().index().expect("an index");
    let mut entry = index.get_path("b.go".as_ref(), 0).expect("the file");
    // The bit `skip-worktree`.
    entry.flags_extended |= 1 << 14;
    index.add(&entry).expect("an entry");
    index.write().expect("an index");
    repo.remove("b.go");
    let outcome = repo.check("--patch 1").exits(1).says("unmeasured-change");
    assert_eq!(told(&outcome), "measured HEAD 0/3 0/3\nb.go added unmeasured 0/3 +1-8 !4-5,7");
}

#[test]
fn a_checkout_with_crlf_of_a_repository_with_lf() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.set("core.autocrlf", "true");
    let crlf = |text: &str| text.replace('\n', "\r\n");
    repo.put("a.go", crlf(F));
    repo.put("cover.out", F_COV);
    assert_eq!(told(&repo.check("--base HEAD --patch 100").exits(0)), "no-diff HEAD 0/0 0/0");
    repo.put("a.go", crlf(F_MORE));
    repo.put("cover.out", F_MORE_COV);
    let outcome = repo.check("--base HEAD --patch 100").exits(0);
    assert_eq!(told(&outcome), "measured worktree 1/1 1/1\na.go modified measured 1/1 +7 !");
    repo.commit();
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !");
}

#[test]
fn a_name_that_differs_in_case_alone_is_a_rename() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.remove("a.go");
    repo.put("A.go", F);
    repo.commit();
    repo.put("cover.out", F_COV.replace("a.go", "A.go"));
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\nA.go renamed from a.go measured 0/0 + !");
}

#[test]
fn staged_and_uncommitted_files_are_what_the_side_says() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("n.go", F.replace("F(", "N("));
    repo.stage();
    repo.remove("n.go");
    repo.put("cover.out", F_COV);
    assert_eq!(told(&repo.check("--base HEAD --patch 100").exits(0)), "no-diff HEAD 0/0 0/0");
    let outcome = repo.check("--base HEAD --patch 100 --head index").exits(1);
    assert_eq!(told(&outcome), "measured index 0/3 0/3\nn.go added unmeasured 0/3 +1-8 !4-5,7");
    // Gone from the index, still there.
    let repo = Repo::of(&[("a.go", F)]);
    let mut index = repo.git().index().expect("an index");
    index.remove_path("a.go".as_ref()).expect("it goes");
    index.write().expect("an index");
    repo.put("a.go", F_MORE);
    repo.put("cover.out", F_MORE_COV);
    let outcome = repo.check("--base HEAD --patch 100").exits(0);
    assert_eq!(told(&outcome), "measured worktree 1/1 1/1\na.go modified measured 1/1 +7 !");
}

#[cfg(unix)]
#[test]
fn a_link_that_becomes_a_file_is_new() {
    let repo = Repo::of(&[]);
    std::os::unix::fs::symlink("other", repo.path("a.go")).expect("a link");
    repo.commit();
    repo.remove("a.go");
    repo.put("a.go", F);
    repo.commit();
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 67").exits(1);
    assert_eq!(told(&outcome), "measured HEAD 2/3 2/3\na.go modified measured 2/3 +1-8 !5");
    repo.remove("a.go");
    std::os::unix::fs::symlink("other", repo.path("a.go")).expect("a link");
    repo.commit();
    let outcome = repo.check("--patch 67 --base HEAD^").exits(0);
    assert_eq!(
        (told(&outcome).as_str(), left_out(&outcome).as_str()),
        ("no-go HEAD 0/0 0/0", "no_text 1, not_go 1")
    );
}

#[test]
fn a_module_below_that_is_renamed_in_the_change() {
    let repo = Repo::empty();
    repo.put("svc/go.mod", "module old.org/svc\n");
    repo.put("svc/a.go", F);
    repo.commit();
    repo.put("svc/go.mod", "module new.org/svc\n");
    repo.put("svc/a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", F_MORE_COV.replace("m/", "new.org/svc/"));
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\nsvc/a.go modified measured 1/1 +7 !");
    // Absolute names, as of packages named by their files.
    repo.put("cover.out", F_MORE_COV.replace("m/", &format!("{}/svc/", repo.root())));
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\nsvc/a.go modified measured 1/1 +7 !");
}

#[test]
fn one_file_name_in_two_modules() {
    let repo = Repo::empty();
    for module in ["p", "q"] {
        repo.put(&format!("{module}/go.mod"), format!("module ex.com/{module}\n"));
        repo.put(&format!("{module}/a.go"), F);
    }
    repo.commit();
    repo.put("q/a.go", F_MORE);
    repo.commit();
    // The job tests p alone: q is another job's.
    repo.put("cover.out", F_COV.replace("m/", "ex.com/p/"));
    let outcome = repo.check("--patch 100").exits(0).says("1 changed statement is not judged");
    assert_eq!(told(&outcome), "unmeasured-only HEAD 0/0 0/0\nq/a.go modified unmeasured free 0/1 +7 !7");
    repo.run("check --patch 100 --unmeasured missed").exits(1);
    repo.run("check --patch 100 --unmeasured fail").exits(3);
    let outcome = repo.check("--patch 100 --include p/...").exits(0).says_not("unmeasured");
    assert_eq!(left_out(&outcome), "excluded 1");
}

/// Nothing says which of the two the profile is of: the change is not taken for another job's.
#[test]
fn two_modules_of_one_path_do_not_pass() {
    let repo = Repo::of(&[("a.go", F), ("copy/go.mod", GO_MOD), ("copy/a.go", F)]);
    repo.put("a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", F_MORE_COV);
    let outcome = repo.check("--patch 1").exits(1).says("ambiguous-path").says("unmeasured-change");
    assert_eq!(told(&outcome), "measured HEAD 0/1 0/1\na.go modified unmeasured 0/1 +7 !7");
    let outcome = repo.check("--patch 1 --path-map m=.").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !");
    // What judges nothing shows the file that Go itself would.
    repo.run("func").exits(0).says_not("ambiguous-path").prints("a.go:3:");
}

#[test]
fn a_profile_of_other_packages_does_not_hide_the_change() {
    let repo = Repo::of(&[("a.go", F), ("o/o.go", F)]);
    repo.put("a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", F_COV.replace("m/a.go", "m/o/o.go"));
    let outcome = repo.check("--patch 1").exits(1).says("-coverpkg");
    assert_eq!(told(&outcome), "measured HEAD 0/1 0/1\na.go modified unmeasured 0/1 +7 !7");
}

#[test]
fn a_generated_line_below_the_package_is_a_comment() {
    let line = "// Code generated by x. DO NOT EDIT.\n";
    let repo = Repo::of(&[("a.go", &format!("{line}\n{F}"))]);
    repo.put(
        "a.go",
        F.replacen("package m\n", &format!("package m\n{line}"), 1).replace("return 1", "return 9"),
    );
    repo.commit();
    let moved = "mode: set\nm/a.go:4.19,5.11 1 1\nm/a.go:5.11,7.3 1 0\nm/a.go:8.2,8.10 1 1\n";
    repo.put("cover.out", moved);
    let outcome = repo.check("--patch 1").exits(1);
    assert!(told(&outcome).starts_with("measured HEAD 0/1 0/1\n"), "{}", told(&outcome));
}

#[test]
fn directives_leave_the_file_unmeasured_and_not_covered() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", F_MORE.replace("func F", "//line a.y:100\nfunc F"));
    repo.commit();
    repo.put("cover.out", "mode: set\nm/a.y:100.0,101.0 1 1\nm/a.y:101.0,103.0 1 0\nm/a.y:104.0,105.0 2 1\n");
    let outcome = repo.run("check --patch 1 --allow missing-source -o json").exits(1);
    assert!(told(&outcome).contains("a.go modified unmeasured 0/1"), "{}", told(&outcome));
}

/// Issue comments and workflow runs belong to the default branch, and check the pull request out.
#[test]
fn a_run_for_the_default_branch_judges_what_else_it_checks_out() {
    let repo = Repo::of(&[("a.go", F)]);
    let main = repo.head();
    repo.remote("main", main);
    let payload = r#"{"repository": {"default_branch": "main"}}"#;
    let repo = repo.github("issue_comment", "refs/heads/main", payload);
    repo.detach(main);
    repo.put("a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", missed(F_MORE_COV, "m/a.go"));
    let outcome = repo.check("--patch 1").exits(1);
    assert_eq!(outcome.json()["patch"]["default_branch"], false);
}

#[test]
fn a_profile_of_nothing_does_not_pass_for_another_jobs() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", "mode: set\n");
    let outcome = repo.check("--patch 1").exits(1).says("empty-profile").says("unmeasured-change");
    assert_eq!(told(&outcome), "measured HEAD 0/1 0/1\na.go modified unmeasured 0/1 +7 !7");
}

#[test]
fn without_any_module_an_absent_file_is_missed() {
    let repo = Repo::empty();
    repo.put("src/m/a.go", F);
    repo.put("src/m/b.go", F.replace("F(", "B("));
    repo.commit();
    repo.put("src/m/b.go", F_MORE.replace("F(", "B("));
    repo.commit();
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 1").exits(1).says("unmeasured-change");
    assert_eq!(told(&outcome), "measured HEAD 0/1 0/1\nsrc/m/b.go modified unmeasured 0/1 +7 !7");
}
