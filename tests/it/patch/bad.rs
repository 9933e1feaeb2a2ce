//! Input that is damaged or means harm: a documented error, and nothing raw on the terminal.

use super::*;
use crate::case::Outcome;
use crate::git::{Repo, told};

fn repo() -> Repo {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", F_MORE_COV);
    repo
}

/// No byte on either stream that a terminal would take for an order.
#[track_caller]
fn is_plain(outcome: &Outcome) {
    let raw = |byte: u8| (byte < b' ' && byte != b'\n') || byte == 0x7f;
    assert!(!outcome.bytes.iter().copied().any(raw), "{}", outcome.screen());
    assert!(!outcome.stderr.bytes().any(raw), "{}", outcome.screen());
}

#[test]
fn diffs_that_cannot_be_trusted_are_input_errors() {
    let hunk = "--- a/a.go\n+++ b/a.go\n@@ -6,0 +7 @@\n+\tx++\n";
    let cases: [(&str, String, &str); 12] = [
        ("cut off", "--- a/a.go\n+++ b/a.go\n@@ -6,0 +7,2 @@\n+\tx++\n".to_owned(), "cut off"),
        ("overlap", format!("{hunk}@@ -6,0 +7 @@\n+\tx++\n"), "starts at or before the end"),
        ("descending", format!("{hunk}@@ -1 +1 @@\n-package x\n+package m\n"), "starts at or before the end"),
        ("other tree", hunk.replace("x++", "x--"), "not from this tree"),
        ("other file", hunk.replace("a.go", "zz.go"), "the file is not there"),
        ("behind the end", hunk.replace("+7", "+70"), "has no line 70"),
        ("twice", format!("{hunk}{hunk}"), "changed twice"),
        (
            "combined",
            "diff --cc a.go\n--- a/a.go\n+++ b/a.go\n@@@ -1,1 -1,1 +1,1 @@@\n  package m\n".to_owned(),
            "combined diff",
        ),
        ("no diff", "hello\n".to_owned(), "not a unified diff"),
        ("a profile", F_COV.to_owned(), "not a unified diff"),
        ("no hunk", "--- a/a.go\n+++ b/a.go\n".to_owned(), "cut off"),
        ("huge", "--- a/a.go\n+++ b/a.go\n@@ -1,4294967295 +1,4294967295 @@\n package m\n".to_owned(), ""),
    ];
    for (name, text, why) in cases {
        let repo = repo();
        repo.put("x.diff", text);
        let outcome = repo.run("check --patch 0 --diff x.diff").exits(3).says(why).prints_nothing();
        assert!(outcome.stderr.contains("x.diff:"), "{name}: {}", outcome.screen());
        // Nothing asks for a gate: still the diff was asked for.
        repo.run("report --diff x.diff -o json").exits(3).prints_nothing();
    }
}

#[test]
fn a_binary_patch_of_another_file_is_left_out() {
    let repo = repo();
    let text = "diff --git a/x.bin b/x.bin\nnew file mode 100644\nindex 0000000..1111111\nGIT binary patch\nliteral 3\nKc$@(M\n\nliteral 0\nHcmV?d00001\n\n";
    repo.put("x.diff", text);
    let outcome = repo.check("--patch 100 --diff x.diff").exits(0);
    assert_eq!(told(&outcome), "no-go diff 0/0 0/0");
}

#[test]
fn names_and_texts_of_a_diff_are_shown_escaped() {
    for text in [
        "--- a/a.go\n+++ \"b/\\033[31mred.go\"\n@@ -1 +1 @@\n-a\n+b\n",
        "--- a/a.go\n+++ b/a.go\n@@ -7 +7 @@\n-x\n+\x1b]0;title\x07\n",
        "diff --git \"a/\\007.go\" \"b/\\007.go\"\n--- \"a/\\007.go\"\n+++ \"b/\\007.go\"\n@@ -1 +1 @@\n-a\n+b\n",
    ] {
        let repo = repo();
        repo.put("x.diff", text);
        is_plain(&repo.run("check --patch 0 --diff x.diff").exits(3));
    }
    // As the name of a file that is there.
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("\u{1b}[31m.go", F.replace("F(", "E("));
    repo.commit();
    repo.put("cover.out", F_COV);
    is_plain(&repo.run("check --patch 1").exits(1));
    is_plain(&repo.run("check --patch 1 --diff \u{1b}[31m.diff").exits(3));
    is_plain(&repo.run("check --patch 1 --base \u{1b}[31m").exits(4));
}

#[test]
fn a_diff_that_is_no_file() {
    let repo = repo();
    fs_err::create_dir(repo.path("folder")).expect("a folder");
    repo.run("check --diff folder").exits(3).says("not a regular file");
    repo.run("check --diff none.diff").exits(3).says("none.diff");
    if cfg!(unix) {
        for device in ["/dev/zero", "/dev/null", "/dev/tty"] {
            let outcome = repo.run(&format!("check --diff {device}")).exits(3);
            assert!(outcome.stderr.contains(device), "{}", outcome.screen());
        }
        std::process::Command::new("mkfifo").arg(repo.path("pipe")).status().expect("a pipe");
        repo.run("check --diff pipe").exits(3).says("not a regular file");
    }
}

#[test]
fn revisions_that_mean_harm_are_not_found() {
    let repo = repo();
    for name in [
        "--upload-pack=touch x",
        "-n",
        "@{-1}",
        ":/c",
        "HEAD:a.go",
        "",
        "..",
        "a..b",
        "refs/../x",
        "\0",
        "^HEAD",
    ] {
        let outcome = repo.args(&["check", "--patch", "0", &format!("--base={name}")]);
        assert!([2, 4].contains(&outcome.code), "{name:?}: {}", outcome.screen());
        is_plain(&outcome.prints_nothing());
    }
    assert!(!repo.files().contains(&"x".to_owned()));
    repo.run("check --patch 0 --base 0000000000000000000000000000000000000000").exits(4);
}

#[test]
fn settings_of_the_repository_run_nothing() {
    let repo = repo();
    let touch = format!("touch {}", repo.path("ran"));
    for name in [
        "core.fsmonitor",
        "diff.external",
        "diff.go.command",
        "diff.go.textconv",
        "filter.go.clean",
        "filter.go.smudge",
        "filter.go.process",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "credential.helper",
        "uploadpack.packObjectsHook",
    ] {
        repo.set(name, &touch);
    }
    repo.set("filter.go.required", "true");
    repo.put(".git/info/attributes", "*.go diff=go filter=go -text\na.go binary\n");
    repo.put(".git/hooks/post-index-change", format!("#!/bin/sh\n{touch}\n"));
    repo.put("a.go", F_MORE.replace("x++", "x--"));
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured worktree 1/1 1/1\na.go modified measured 1/1 +7 !");
    assert!(!repo.files().contains(&"ran".to_owned()), "{:?}", repo.files());
}

#[test]
fn a_git_file_that_leads_nowhere_or_outside() {
    for text in
        ["gitdir: /nowhere/at/all\n", "gitdir: ../..\n", "gitdir: .\n", "", "\u{1b}[31m\n", "gitdir: \0\n"]
    {
        let case =
            crate::case::Case::bare().file("go.mod", "module m\n").file("a.go", F).file("cover.out", F_COV);
        let case = case.file(".git", text);
        is_plain(&case.run("check --patch 0").exits(4).prints_nothing());
        let outcome = case.run("check").exits(0).says("coverage of the change is left out");
        is_plain(&outcome);
    }
}

#[test]
fn event_files_that_cannot_be_read_are_a_note() {
    let base = repo();
    base.put(".git/huge.json", " ".repeat((16 << 20) + 1));
    base.put(".git/text.json", "\u{1b}[31m not JSON");
    let remote = base.run("report -o json").json()["patch"]["base"].as_str().expect("a base").to_owned();
    base.remote("main", git2::Oid::from_str(&remote).expect("an id"));
    let mut repo = base.github("pull_request", "refs/heads/x", "{}").var("GITHUB_BASE_REF", "main");
    for (path, why) in [
        ("none.json", "not found"),
        ("huge.json", "larger than 16 MiB"),
        ("text.json", "not JSON"),
        ("objects", "not a regular file"),
    ] {
        let path = repo.path(&format!(".git/{path}")).to_string();
        repo = repo.var("GITHUB_EVENT_PATH", &path);
        let outcome = repo.check("--patch 100").exits(0).says("base-fallback").says(why);
        assert!(told(&outcome).starts_with("measured HEAD 1/1 1/1"), "{}", told(&outcome));
        is_plain(&outcome);
    }
}
