//! Rows 14 to 20 and 30 to 33, and what lies around them.

use super::*;

#[test]
fn row_14_a_rename_without_an_edit_adds_nothing() {
    let repo = Repo::new();
    let base = repo.put("old/a.go", numbers(1, 20)).commit();
    repo.remove("old/a.go").put("new/a.go", numbers(1, 20)).commit();
    assert_eq!(told(&repo.changes(base, HeadSide::Head)), "new/a.go renamed from old/a.go\n");
}

#[test]
fn row_15_a_rename_with_an_edit_adds_that_line() {
    let repo = Repo::new();
    let base = repo.put("a.go", numbers(1, 20)).commit();
    repo.remove("a.go").put("b.go", numbers(1, 20).replace("line 7 ", "changed ")).commit();
    assert_eq!(told(&repo.changes(base, HeadSide::Head)), "b.go renamed from a.go +7 -7\n");
}

#[test]
fn row_16_a_copy_does_not_take_the_place_of_the_file_that_was_moved_and_edited() {
    for copy in ["aa.go", "z.go"] {
        let repo = Repo::new();
        let base = repo.put("a.go", numbers(1, 3)).commit();
        let moved = numbers(1, 3).replace("line 2 ", "line two ");
        repo.remove("a.go").put(copy, numbers(1, 3)).put("moved.go", moved).commit();
        let all = told(&repo.changes(base, HeadSide::Head));
        assert!(all.contains("moved.go renamed from a.go +2 -2\n"), "{all}");
        assert!(all.contains(&format!("{copy} copied from a.go +1 +2 +3\n")), "{all}");
        assert_eq!(all.lines().count(), 2, "{all}");
    }
}

#[test]
fn a_copy_of_a_file_that_is_still_there_is_new() {
    let repo = Repo::new();
    let base = repo.put("a.go", numbers(1, 4)).commit();
    repo.put("a.go", numbers(1, 5)).put("b.go", numbers(1, 4)).commit();
    assert_eq!(
        told(&repo.changes(base, HeadSide::Head)),
        "a.go modified +5\nb.go copied from a.go +1 +2 +3 +4\n"
    );
}

#[test]
fn a_file_that_is_hardly_like_another_is_no_rename() {
    let repo = Repo::new();
    let base = repo.put("a.go", numbers(1, 4)).put("b.txt", numbers(10, 14)).commit();
    // What was no Go file before is new code.
    let text = numbers(1, 1) + &numbers(20, 23);
    repo.remove("a.go").remove("b.txt").put("c.go", text).put("d.go", numbers(10, 14)).commit();
    assert_eq!(
        told(&repo.changes(base, HeadSide::Head)),
        "a.go deleted -1 -2 -3 -4\nb.txt deleted\nc.go added +1 +2 +3 +4 +5\nd.go added +1 +2 +3 +4 +5\n"
    );
}

#[test]
fn row_17_a_deleted_file_adds_nothing() {
    let repo = Repo::new();
    let base = repo.put("a.go", "one\ntwo").commit();
    repo.remove("a.go").commit();
    assert_eq!(told(&repo.changes(base, HeadSide::Head)), "a.go deleted -1 -2\n");
}

#[test]
fn row_18_what_has_no_lines_is_listed_without_lines() {
    let repo = Repo::new();
    repo.put("mode.go", "package a\n").put("binary.go", "package a\n\0\x01").put("gone.go", "package a\n");
    let base = repo.commit();
    repo.put("empty.go", "").put("binary.go", "package a\n\0\x02").remove("gone.go");
    let mut mode = fs_err::metadata(repo.path("mode.go")).expect("a file").permissions();
    mode.set_mode(0o755);
    fs_err::set_permissions(repo.path("mode.go"), mode).expect("a mode");
    symlink("mode.go", repo.path("link.go")).expect("a link");
    symlink("mode.go", repo.path("gone.go")).expect("a link");
    repo.stage();
    let mut index = repo.git.index().expect("an index");
    index.add(&entry("sub", base, 0o160_000, 0)).expect("a submodule");
    let tree = index.write_tree().expect("a tree");
    repo.commit_tree(tree);
    assert_eq!(
        told(&repo.changes(base, HeadSide::Head)),
        "binary.go modified binary\nempty.go added\ngone.go modified link -1\nlink.go added link\nmode.go modified\n\
         sub added submodule\n"
    );
}

#[test]
fn row_19_one_line_of_a_file_with_crlf() {
    let repo = Repo::new();
    let base = repo.put("a.go", "one\r\ntwo\r\nthree\r\n").commit();
    repo.put("a.go", "one\r\n2\r\nthree\r\n").commit();
    assert_eq!(told(&repo.changes(base, HeadSide::Head)), "a.go modified +2 -2\n");
}

#[test]
fn row_20_other_line_endings_are_a_change_of_all_lines_unless_they_are_ignored() {
    let repo = Repo::new();
    let base = repo.put("a.go", "one\ntwo\n").commit();
    repo.put("a.go", "one\r\ntwo\r\n").commit();
    let head = HeadSide::Head;
    assert_eq!(told(&repo.changes(base, head)), "a.go modified +1 +2 -1 -2 endings\n");
    for ignored in [Whitespace::Eol, Whitespace::Change, Whitespace::All] {
        assert_eq!(told(&repo.ignoring(base, head, ignored)), "a.go modified\n", "{ignored:?}");
    }
}

#[test]
fn white_space_is_ignored_as_far_as_asked() {
    let repo = Repo::new();
    let base = repo.put("a.go", "end\nmore  of\nsome\n").commit();
    repo.put("a.go", "end \nmore of\nso me\n").commit();
    let told = |ignored| told(&repo.ignoring(base, HeadSide::Head, ignored));
    assert_eq!(told(Whitespace::Significant), "a.go modified +1 +2 +3 -1 -2 -3\n");
    assert_eq!(told(Whitespace::Eol), "a.go modified +2 +3 -2 -3\n");
    assert_eq!(told(Whitespace::Change), "a.go modified +3 -3\n");
    assert_eq!(told(Whitespace::All), "a.go modified\n");
}

/// A base of twelve lines, and a commit that adds a tenth.
fn tenth() -> (Repo, Oid) {
    let repo = Repo::new();
    let base = repo.put("a.go", numbers(1, 9) + &numbers(11, 12)).commit();
    repo.put("a.go", numbers(1, 12)).commit();
    (repo, base)
}

#[test]
fn row_30_commit_index_and_working_directory_are_one_comparison() {
    let (repo, base) = tenth();
    repo.put("a.go", "first\nsecond\n".to_owned() + &numbers(1, 12)).stage();
    let auto = repo.changes(base, HeadSide::Auto);
    assert_eq!((told(&auto).as_str(), auto.head), ("a.go modified +1 +2 +12\n", HeadSide::Worktree));
    assert_eq!(auto.dirty, ["a.go"]);
    assert_eq!(told(&repo.changes(base, HeadSide::Index)), "a.go modified +1 +2 +12\n");
    let head = repo.changes(base, HeadSide::Head);
    assert_eq!((told(&head).as_str(), head.head), ("a.go modified +10\n", HeadSide::Head));
}

#[test]
fn row_31_a_deletion_in_the_index_moves_the_line() {
    let (repo, base) = tenth();
    repo.put("a.go", numbers(1, 2) + &numbers(5, 12)).stage();
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "a.go modified +8 -3 -4\n");
}

#[test]
fn row_32_a_line_that_the_working_directory_takes_back_is_no_change() {
    let (repo, base) = tenth();
    repo.put("a.go", numbers(1, 9) + &numbers(11, 12));
    let auto = repo.changes(base, HeadSide::Auto);
    assert_eq!((told(&auto).as_str(), auto.head), ("", HeadSide::Worktree));
    assert_eq!(told(&repo.changes(base, HeadSide::Index)), "a.go modified +10\n");
}

#[test]
fn row_33_an_untracked_file_is_new_and_an_ignored_one_is_not_there() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").put(".gitignore", "/out/\nx_*.go\n").commit();
    repo.put("deep/er/new.go", "one\ntwo\n").put("out/b.go", "b\n").put("x_1.go", "x\n").put("cover.out", "");
    let auto = repo.changes(base, HeadSide::Auto);
    assert_eq!((told(&auto).as_str(), auto.head), ("deep/er/new.go added +1 +2\n", HeadSide::Worktree));
    assert_eq!(auto.dirty, ["deep/er/new.go"]);
}

#[test]
fn a_file_moved_without_git_is_a_rename() {
    let repo = Repo::new();
    let base = repo.put("a.go", numbers(1, 9)).commit();
    repo.remove("a.go").put("b.go", numbers(1, 10));
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "b.go renamed from a.go +10\n");
}

#[test]
fn what_owes_no_coverage_makes_no_working_directory_dirty() {
    let repo = Repo::new();
    repo.put("a.go", "a\n").put("README.md", "r\n").put("a_test.go", "t\n").put("vendor/v/v.go", "v\n");
    let base = repo.commit();
    repo.put("README.md", "R\n").put("a_test.go", "T\n").put("vendor/v/v.go", "V\n").put("_x/x.go", "x\n");
    repo.put(".x/x.go", "x\n").put("p/testdata/x.go", "x\n");
    let auto = repo.changes(base, HeadSide::Auto);
    assert_eq!((told(&auto).as_str(), auto.head, auto.dirty.len()), ("", HeadSide::Head, 0));
    let asked = told(&repo.changes(base, HeadSide::Worktree));
    assert_eq!(
        asked,
        ".x/x.go added +1\nREADME.md modified\n_x/x.go added +1\na_test.go modified +1 -1\n\
         p/testdata/x.go added +1\nvendor/v/v.go modified +1 -1\n"
    );
}

#[test]
fn a_touched_file_is_not_dirty() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").commit();
    repo.put("a.go", "a\n");
    assert_eq!(repo.changes(base, HeadSide::Auto).head, HeadSide::Head);
}

#[test]
fn line_endings_of_the_working_directory_follow_the_filters_of_the_repository() {
    let repo = Repo::new();
    let base = repo.put("a.go", "one\ntwo\n").put("b.go", "b\n").commit();
    repo.set("core.autocrlf", "true").set("core.safecrlf", "true");
    repo.put("a.go", "one\r\ntwo\r\nthree\r\n").put("b.go", "b\r\n").put("c.go", "c\r\n");
    let auto = repo.changes(base, HeadSide::Auto);
    assert_eq!(told(&auto), "a.go modified +3\nc.go added +1\n");
    assert_eq!(auto.dirty, ["a.go", "c.go"]);
    repo.set("core.autocrlf", "false");
    let plain = told(&repo.changes(base, HeadSide::Auto));
    assert_eq!(plain, "a.go modified +1 +2 +3 -1 -2\nb.go modified +1 -1 endings\nc.go added +1\n");
    repo.put(".gitattributes", "*.go text\n");
    let text = told(&repo.changes(base, HeadSide::Auto));
    assert_eq!(text, "a.go modified +3\nc.go added +1\n");
}

#[test]
fn a_file_that_only_the_index_has_lost_is_compared_as_it_is() {
    let repo = Repo::new();
    let base = repo.put("a.go", "one\n").put("b.go", "b\n").commit();
    let mut index = repo.git.index().expect("an index");
    index.remove_path(Path::new("a.go")).and_then(|()| index.write()).expect("it leaves the index");
    assert_eq!(repo.changes(base, HeadSide::Auto).head, HeadSide::Head);
    repo.put("a.go", "one\ntwo\n");
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "a.go modified +2\n");
    assert_eq!(told(&repo.changes(base, HeadSide::Index)), "a.go deleted -1\n");
}

#[test]
fn the_trees_of_an_index_have_the_ids_that_git_gives_them() {
    let repo = Repo::new();
    for path in ["a/b/c.go", "a.go", "a-b/x.go", "a/b.go", "a0", "a/b/d/e/f.go", "z/1/2/3.go", "z/1.go"] {
        repo.put(path, path);
    }
    let base = repo.commit();
    let tree = repo.git.find_commit(base).and_then(|commit| commit.tree()).expect("a tree");
    let staged = side::Staged::read(&repo.git).expect("an index");
    let ids = staged.folders().expect("ids");
    assert_eq!(ids.get(&b""[..]), Some(&tree.id()));
    for folder in ["a", "a/b", "a/b/d", "a/b/d/e", "a-b", "z", "z/1", "z/1/2"] {
        let id = tree.get_path(Path::new(folder)).expect("a folder").id();
        assert_eq!(ids.get(format!("{folder}/").as_bytes()), Some(&id), "{folder}");
    }
    assert_eq!(ids.len(), 9);
    repo.put("a/b/d/e/f.go", "edited").remove("z/1.go").stage();
    assert_eq!(
        told(&repo.changes(base, HeadSide::Index)),
        "a/b/d/e/f.go modified +1 -1\nz/1.go deleted -1\n"
    );
}

#[test]
fn a_merge_that_is_not_resolved_is_read_with_its_markers() {
    let repo = Repo::new();
    let base = repo.put("a.go", "one\n").put("b.go", "b\n").commit();
    let blob = |text: &str| repo.git.blob(text.as_bytes()).expect("a blob");
    let mut index = repo.git.index().expect("an index");
    index.remove_path(Path::new("a.go")).expect("it leaves the index");
    for (stage, text) in [(1, "one\n"), (2, "one\nours\n"), (3, "one\ntheirs\n")] {
        index.add(&entry("a.go", blob(text), 0o100_644, stage)).expect("a side");
    }
    index.write().expect("a written index");
    repo.put("a.go", "one\n<<<<<<<\nours\n=======\ntheirs\n>>>>>>>\n");
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "a.go modified +2 +3 +4 +5 +6\n");
    assert_eq!(told(&repo.changes(base, HeadSide::Index)), "a.go modified +2\n");
    repo.remove("a.go");
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "a.go deleted -1\n");
}

#[test]
fn a_name_without_content_in_the_index_is_a_new_file() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").commit();
    repo.put("b.go", "b\n");
    let empty = repo.git.blob(b"").expect("a blob");
    let mut intent = entry("b.go", empty, 0o100_644, 0);
    intent.flags |= git2::IndexEntryFlag::EXTENDED.bits();
    intent.flags_extended = git2::IndexEntryExtendedFlag::INTENT_TO_ADD.bits();
    let mut index = repo.git.index().expect("an index");
    index.add(&intent).and_then(|()| index.write()).expect("`git add -N`");
    // git does not write it.
    let name = empty.to_string();
    repo.remove(&format!(".git/objects/{}/{}", &name[..2], &name[2..]));
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "b.go added +1\n");
    assert_eq!(told(&repo.changes(base, HeadSide::Index)), "");
    repo.put("b.go", "");
    assert_eq!(told(&repo.changes(base, HeadSide::Worktree)), "b.go added\n");
}

#[test]
fn more_renames_than_can_be_looked_for_are_told() {
    let repo = Repo::new();
    let tree = |prefix: &str, tail: &str| {
        let mut builder = repo.git.treebuilder(None).expect("a tree");
        for number in 0..=1000 {
            let blob = repo.git.blob(format!("{number}\n{tail}").as_bytes()).expect("a blob");
            builder.insert(format!("{prefix}{number}.go"), blob, 0o100_644).expect("a file");
        }
        // This one moved without an edit.
        let same = repo.git.blob(b"same\n").expect("a blob");
        builder.insert(format!("{prefix}same.go"), same, 0o100_644).expect("a file");
        builder.write().expect("a tree")
    };
    let base = repo.commit_tree(tree("a", "old\n"));
    repo.commit_tree(tree("b", "old\nnew\n"));
    let found = repo.changes(base, HeadSide::Head);
    let [finding] = &found.findings[..] else { panic!("{:?}", found.findings) };
    assert_eq!((finding.code, finding.count), (Code::RenameLimit, 1001));
    assert_eq!(
        finding.message,
        "1001 Go files are new and 1002 changed or gone: too many to look for renames"
    );
    let renamed: Vec<_> = found.files.iter().filter(|file| file.kind == ChangeKind::Renamed).collect();
    assert_eq!(renamed.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["bsame.go"]);
}
