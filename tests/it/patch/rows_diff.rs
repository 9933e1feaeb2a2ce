//! Rows about what changed in a repository.

use git2::{IndexEntry, IndexTime, Oid};

use super::*;
use crate::git::{Repo, left_out, told};

#[test]
fn row_14_a_rename_without_an_edit_owes_nothing() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.remove("a.go");
    repo.put("b.go", F);
    repo.commit();
    repo.put("cover.out", missed(F_COV, "m/b.go"));
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\nb.go renamed from a.go measured 0/0 + !");
    repo.run("check --patch 100").exits(0).prints("n/a").prints_not("100.0%");
}

#[test]
fn row_15_a_rename_with_an_edit_owes_the_edit() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.remove("a.go");
    repo.put("b.go", F_MORE);
    repo.commit();
    repo.put("cover.out", F_MORE_COV.replace("a.go", "b.go"));
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\nb.go renamed from a.go measured 1/1 +7 !");
}

#[test]
fn row_16_a_copy_is_new_and_the_moved_original_is_not() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.remove("a.go");
    repo.put("b.go", F_MORE);
    repo.put("z/copy.go", F);
    repo.commit();
    let moved = F_MORE_COV.replace("m/a.go", "m/b.go");
    repo.put("cover.out", both(&moved, &missed(F_COV, "m/z/copy.go")));
    let outcome = repo.check("--patch 26").exits(1);
    assert_eq!(
        told(&outcome),
        "measured HEAD 1/4 1/4\nb.go renamed from a.go measured 1/1 +7 !\nz/copy.go copied from a.go measured 0/3 +1-8 !4-5,7"
    );
}

#[test]
fn row_17_a_deleted_file_owes_nothing() {
    let repo = Repo::of(&[("a.go", F), ("b.go", "package m\n\nfunc B() {\n\tprintln()\n}\n")]);
    repo.remove("b.go");
    repo.commit();
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!((told(&outcome).as_str(), left_out(&outcome).as_str()), ("no-go HEAD 0/0 0/0", "deleted 1"));
}

#[test]
fn row_18_what_has_no_lines_is_counted_as_left_out() {
    let repo = Repo::of(&[("a.go", F), ("data.bin", "x")]);
    let first = repo.head();
    repo.put("binary.go", b"package m\0\n");
    repo.put("data.bin", b"\0\0");
    repo.stage();
    let never = IndexTime::new(0, 0);
    let submodule = IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: 0o160_000,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: first,
        flags: 0,
        flags_extended: 0,
        path: b"sub".to_vec(),
    };
    let mut index = repo.git().index().expect("an index");
    index.add(&submodule).expect("a submodule");
    let link = repo.git().blob(b"a.go").expect("a blob");
    index
        .add(&IndexEntry { mode: 0o120_000, id: link, path: b"link.go".to_vec(), ..submodule })
        .expect("a link");
    let mut code = index.get_path("a.go".as_ref(), 0).expect("the file");
    code.mode = 0o100_755;
    index.add(&code).expect("another mode");
    index.write().expect("an index");
    repo.commit_on(&[first]);
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 100 --head HEAD").exits(0);
    assert_eq!(left_out(&outcome), "no_text 2, not_go 2");
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\na.go modified measured 0/0 + !");
}

#[test]
fn row_19_one_line_of_a_file_with_crlf() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let repo = Repo::of(&[("a.go", &crlf(F))]);
    repo.put("a.go", crlf(F_MORE));
    repo.commit();
    repo.put("cover.out", F_MORE_COV);
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !");
}

#[test]
fn row_20_other_line_endings_are_a_change_unless_they_are_ignored() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", F.replace('\n', "\r\n"));
    repo.commit();
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 67").exits(1);
    assert_eq!(told(&outcome), "measured HEAD 2/3 2/3\na.go modified measured 2/3 +1-8 !5");
    let outcome = repo.check("--patch 67 --ignore-whitespace eol").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\na.go modified measured 0/0 + !");
}

/// `package m` and so many lines of comment, with `line` behind one of them.
fn comments(count: u32, more: Option<u32>) -> String {
    let mut text = String::from("package m\n");
    for at in 2..=count {
        text += &format!("// number {at} of these\n");
        if more == Some(at) {
            text += "var committed = 1\n";
        }
    }
    text + "\nfunc F() {\n\tprintln()\n}\n"
}

/// One commit, a second one with a line behind line 9, and a profile of whatever is there.
fn line_10() -> (Repo, Oid) {
    let repo = Repo::of(&[("a.go", &comments(20, None))]);
    let base = repo.head();
    repo.put("a.go", comments(20, Some(9)));
    repo.commit();
    repo.put("cover.out", "mode: set\nm/a.go:25.10,27.2 1 1\n");
    (repo, base)
}

#[test]
fn row_30_commit_index_and_working_directory_are_one_comparison() {
    let (repo, base) = line_10();
    repo.put("a.go", comments(20, Some(9)).replacen("package m\n", "// top\n\npackage m\n", 1));
    repo.stage();
    for side in ["", " --head index", " --head worktree"] {
        let outcome = repo.check(&format!("--base {base}{side}")).exits(0);
        assert!(told(&outcome).contains("a.go modified measured 0/0 +1-2,12 !"), "{}", told(&outcome));
    }
    let outcome = repo.check(&format!("--base {base} --head HEAD")).exits(0);
    assert!(told(&outcome).contains(" +10 !"), "{}", told(&outcome));
}

#[test]
fn row_31_a_deletion_in_the_index_moves_the_line() {
    let (repo, base) = line_10();
    let text = comments(20, Some(9));
    let kept: Vec<&str> =
        text.lines().enumerate().filter(|(at, _)| ![2, 3].contains(at)).map(|(_, line)| line).collect();
    repo.put("a.go", kept.join("\n") + "\n");
    repo.stage();
    assert!(told(&repo.check(&format!("--base {base}"))).contains(" +8 !"));
}

#[test]
fn row_32_a_line_that_the_working_directory_takes_back_is_no_change() {
    let (repo, base) = line_10();
    repo.put("a.go", comments(20, None));
    let outcome = repo.check(&format!("--base {base} --patch 100")).exits(0);
    assert_eq!(told(&outcome), "no-diff worktree 0/0 0/0");
}

#[test]
fn row_33_an_untracked_file_is_new() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("new.go", F.replace("F(", "N("));
    repo.put("cover.out", both(F_COV, &missed(F_COV, "m/new.go")));
    let outcome = repo.check("--base HEAD --patch 1").exits(1);
    assert_eq!(told(&outcome), "measured worktree 0/3 0/3\nnew.go added measured 0/3 +1-8 !4-5,7");
    // What git ignores is no part of a change.
    repo.put(".gitignore", "new.go\n");
    let outcome = repo.check("--base HEAD --patch 1").exits(0);
    assert_eq!(told(&outcome), "no-diff HEAD 0/0 0/0");
}
