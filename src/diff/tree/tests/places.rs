//! Where repositories are, what can be wrong with them, and what their config must not do.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use super::*;

#[test]
fn names_are_bytes() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").commit();
    repo.put("caf\u{e9}.go", "a\n").put("tab\there \"q\" \\ new\nline.go", "b\n").put("x b/y.go", "c\n");
    let latin = repo.root().into_std_path_buf().join(OsStr::from_bytes(b"latin\xe9.go"));
    fs_err::write(latin, "d\n").expect("a file");
    let names = "caf\u{e9}.go added +1\nlatin\u{fffd}.go added +1\ntab\there \"q\" \\ new\nline.go added +1\nx b/y.go added +1\n";
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), names);
    repo.commit();
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), names);
}

#[test]
fn patterns_in_names_are_names() {
    let repo = Repo::new();
    let base = repo.put("[ab].go", "1\n").put("a.go", "1\n").put("*.go", "1\n").put("!b.go", "1\n").commit();
    repo.put("[ab].go", "2\n").put("*.go", "3\n").put("!b.go", "4\n");
    assert_eq!(
        told(&repo.changes(base, HeadSide::Auto)),
        "!b.go modified +1 -1\n*.go modified +1 -1\n[ab].go modified +1 -1\n"
    );
}

#[test]
fn a_hostile_config_runs_nothing_and_changes_nothing() {
    let repo = Repo::new();
    let base = repo.put("a.go", numbers(1, 20)).put("b.go", "func f() {\n}\n").commit();
    let proof = repo.folder.path().join("proof");
    let program = repo.folder.path().join("program");
    let script = format!("#!/bin/sh\necho ran >> '{}'\ncat\n", proof.display());
    fs_err::write(&program, script).expect("a program");
    fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let hooks = repo.folder.path().join("hooks");
    fs_err::create_dir_all(&hooks).expect("a folder");
    for hook in ["post-index-change", "fsmonitor-watchman", "post-checkout", "reference-transaction"] {
        fs_err::copy(&program, hooks.join(hook)).expect("a hook");
    }
    let program = program.to_str().expect("UTF-8");
    for name in [
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "core.pager",
        "core.sshCommand",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "credential.helper",
    ] {
        repo.set(name, program);
    }
    repo.set("core.hooksPath", hooks.to_str().expect("UTF-8")).set("filter.trap.required", "true");
    repo.set("diff.renames", "false").set("diff.renameLimit", "1").set("diff.context", "9");
    repo.set("diff.algorithm", "patience").set("diff.noprefix", "true").set("diff.ignoreSubmodules", "none");
    repo.set("diff.trap.binary", "true").set("diff.trap.xfuncname", "(").set("diff.indentHeuristic", "false");
    repo.put(".gitattributes", "*.go diff=trap filter=trap\n*.go -diff\nc.go binary\n");
    let edited = numbers(1, 20).replace("line 3 ", "l3 ");
    repo.remove("a.go").put("c.go", edited).put("b.go", "func f() {\n\tx()\n}\n").put("d.go", "d\n");
    let expected = ".gitattributes added\nb.go modified +2\nc.go renamed from a.go +3 -3\nd.go added +1\n";
    let untracked_first = told(&repo.changes(base, HeadSide::Auto));
    assert_eq!(untracked_first, expected.replace(".gitattributes added\n", ""));
    repo.stage();
    for head in [HeadSide::Index, HeadSide::Worktree] {
        assert_eq!(told(&repo.changes(base, head)), expected);
    }
    repo.commit();
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), expected);
    assert!(!proof.exists(), "a program of the config ran");
}

#[test]
fn nothing_is_written() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").commit();
    repo.put("a.go", "b\n").put("new.go", "n\n");
    let listing = || {
        let mut found = Vec::new();
        let mut todo = vec![repo.root()];
        while let Some(folder) = todo.pop() {
            for entry in folder.read_dir_utf8().expect("a folder").flatten() {
                let facts = entry.metadata().expect("metadata");
                found.push((entry.path().to_owned(), facts.len(), facts.modified().expect("a time")));
                if facts.is_dir() {
                    todo.push(entry.path().to_owned());
                }
            }
        }
        found.sort();
        found
    };
    let before = listing();
    assert_eq!(told(&repo.changes(base, HeadSide::Auto)), "a.go modified +1 -1\nnew.go added +1\n");
    assert_eq!(before, listing());
}

#[test]
fn a_linked_worktree_has_its_own_head_and_index() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").commit();
    let place = repo.folder.path().join("linked");
    repo.git.worktree("linked", &place, None).expect("a worktree");
    repo.put("a.go", "main\n").commit();
    fs_err::write(place.join("b.go"), "b\n").expect("a file");
    let git = open(Utf8Path::from_path(&place).expect("UTF-8")).expect("a worktree");
    let found = changes(&git, base, DiffOptions::default()).expect("changes");
    assert_eq!((told(&found).as_str(), found.head), ("b.go added +1\n", HeadSide::Worktree));
}

#[test]
fn a_submodule_is_a_repository_and_not_a_part_of_the_outer_one() {
    let outer = Repo::new();
    let base = outer.put("a.go", "a\n").commit();
    // As `git submodule add` leaves it: a `.git` file, and the repository inside of the outer one's.
    let inner = outer.root().join("in");
    let store = outer.root().join(".git/modules/in");
    let mut options = git2::RepositoryInitOptions::new();
    options.no_dotgit_dir(true).workdir_path(inner.as_std_path());
    let git = Repository::init_opts(&store, &options).expect("a repository");
    fs_err::write(inner.join("x.go"), "x\n").expect("a file");
    let tree = {
        let mut index = git.index().expect("an index");
        index.add_path(Path::new("x.go")).and_then(|()| index.write()).expect("a staged file");
        index.write_tree().expect("a tree")
    };
    fs_err::write(inner.join(".git"), "gitdir: ../.git/modules/in\n").expect("a file");
    let who = Signature::new("T", "t@example.com", &git2::Time::new(0, 0)).expect("a signature");
    let tree = git.find_tree(tree).expect("that tree");
    let first = git.commit(Some("HEAD"), &who, &who, "c", &tree, &[]).expect("a commit");
    fs_err::write(inner.join("x.go"), "x\ny\n").expect("a file");
    let opened = open(&inner).expect("the submodule");
    let found = changes(&opened, first, DiffOptions::default()).expect("changes");
    assert_eq!(told(&found), "x.go modified +2\n");

    let mut index = outer.git.index().expect("an index");
    index.add(&entry("in", first, 0o160_000, 0)).and_then(|()| index.write()).expect("a submodule");
    let auto = outer.changes(base, HeadSide::Auto);
    assert_eq!((told(&auto).as_str(), auto.head), ("", HeadSide::Head));
    assert_eq!(told(&outer.changes(base, HeadSide::Index)), "in added submodule\n");
}

#[test]
fn a_bare_repository_has_commits_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    let git = Repository::init_bare(root).expect("a repository");
    let blob = git.blob(b"a\n").expect("a blob");
    let mut builder = git.treebuilder(None).expect("a tree");
    builder.insert("a.go", blob, 0o100_644).expect("a file");
    let tree = git.find_tree(builder.write().expect("a tree")).expect("that tree");
    let empty = git.treebuilder(None).and_then(|builder| builder.write()).expect("an empty tree");
    let options = |head| DiffOptions { head, whitespace: Whitespace::Significant };
    let unborn = changes(&git, empty, options(HeadSide::Head));
    assert!(matches!(unborn, Err(TreeError::NoHead)), "{unborn:?}");
    let who = Signature::new("T", "t@example.com", &git2::Time::new(0, 0)).expect("a signature");
    git.commit(Some("HEAD"), &who, &who, "c", &tree, &[]).expect("a commit");
    let git = open(root).expect("a repository");
    let found = changes(&git, empty, options(HeadSide::Auto)).expect("changes");
    assert_eq!((told(&found).as_str(), found.head), ("a.go added +1\n", HeadSide::Head));
    for head in [HeadSide::Index, HeadSide::Worktree] {
        let error = changes(&git, empty, options(head)).expect_err("no working directory");
        assert_eq!(error.to_string(), "a bare repository has no index and no working directory");
    }
}

#[test]
fn before_the_first_commit_the_working_directory_is_the_change() {
    let repo = Repo::new();
    repo.put("a.go", "a\n");
    let empty = repo.git.treebuilder(None).and_then(|builder| builder.write()).expect("an empty tree");
    let found = repo.changes(empty, HeadSide::Auto);
    assert_eq!((told(&found).as_str(), found.head), ("a.go added +1\n", HeadSide::Worktree));
}

#[test]
fn a_shallow_repository_compares_what_it_has() {
    let repo = Repo::new();
    let first = repo.put("a.go", "a\n").commit();
    let second = repo.put("a.go", "a\nb\n").commit();
    repo.put("a.go", "a\nb\nc\n").commit();
    repo.put(".git/shallow", format!("{second}\n"));
    let name = first.to_string();
    repo.remove(&format!(".git/objects/{}/{}", &name[..2], &name[2..]));
    assert_eq!(told(&repo.changes(second, HeadSide::Auto)), "a.go modified +3\n");
    let git = open(&repo.root()).expect("a repository");
    assert!(git.is_shallow());
    let error = changes(&git, first, DiffOptions::default()).expect_err("it is not there");
    assert_eq!(error.to_string(), format!("the base {first} is not in the repository"));
}

#[test]
fn a_blob_that_a_partial_clone_lacks_is_named() {
    let repo = Repo::new();
    let base = repo.put("p/a.go", "a\n").put("p/a.txt", "t\n").commit();
    repo.put("p/a.go", "b\n").put("p/a.txt", "u\n").commit();
    for text in ["a\n", "t\n"] {
        let id = Oid::hash_object(git2::ObjectType::Blob, text.as_bytes()).expect("an id").to_string();
        repo.remove(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    }
    let refused = || {
        let git = open(&repo.root()).expect("a repository");
        changes(&git, base, DiffOptions::default()).expect_err("a blob is missing")
    };
    let sentence = "object 78981922613b2afb6025042ff6bd878ac1994e85 (p/a.go) is not in the repository";
    assert_eq!(refused().to_string(), sentence);
    assert!(refused().help().contains("git fsck"));
    repo.set("remote.origin.promisor", "true");
    assert_eq!(refused().to_string(), format!("{sentence}: it is a partial clone"));
    assert!(refused().help().contains("--diff"));
}

#[test]
fn an_index_that_cannot_be_read_stops_what_needs_it() {
    let repo = Repo::new();
    let base = repo.put("a.go", "a\n").commit();
    let good = fs_err::read(repo.path(".git/index")).expect("an index");
    // Version 2 with one entry, then a split index: an extension that must be understood.
    let mut split = good[..good.len() - 20].to_vec();
    split.extend(b"link\0\0\0\x14");
    split.extend([0; 20]);
    let sum = Oid::hash_object(git2::ObjectType::Blob, b"").expect("an id");
    split.extend(sum.as_bytes());
    for bad in [b"DIRC\0\0\0\x09".to_vec(), b"nonsense".repeat(10), good[..40].to_vec(), split] {
        repo.put(".git/index", bad);
        let git = open(&repo.root()).expect("a repository");
        for head in [HeadSide::Auto, HeadSide::Index, HeadSide::Worktree] {
            let options = DiffOptions { head, whitespace: Whitespace::Significant };
            let error = changes(&git, base, options).expect_err("no index");
            assert!(matches!(error, TreeError::Index(_)), "{error:?}");
            assert!(error.help().contains("--head HEAD"));
        }
        assert_eq!(told(&repo.changes(base, HeadSide::Head)), "");
    }
}

#[test]
fn what_libgit2_cannot_open_names_the_way_out() {
    let unsupported = |settings: &[(&str, &str)]| {
        let repo = Repo::new();
        repo.put("a.go", "a\n").commit();
        for (name, value) in settings {
            repo.set(name, value);
        }
        match refused(&repo.root()) {
            error @ OpenError::Unsupported { .. } => {
                assert!(error.help().contains("--diff"));
                error.to_string().replace(repo.root().as_str(), "R")
            }
            other => panic!("{other:?}"),
        }
    };
    let version = ("core.repositoryformatversion", "1");
    assert_eq!(
        unsupported(&[version, ("extensions.objectformat", "sha256")]),
        "R cannot be read: its object ids are SHA-256"
    );
    assert_eq!(
        unsupported(&[version, ("extensions.refstorage", "reftable")]),
        "R cannot be read: its references are stored as a reftable"
    );
    assert_eq!(
        unsupported(&[version, ("extensions.partialclone", "origin")]),
        "R cannot be read: it is a partial clone of an old kind"
    );
    assert_eq!(
        unsupported(&[version, ("extensions.novelty", "true")]),
        "R cannot be read: it uses the extension novelty"
    );
    assert!(unsupported(&[("core.repositoryformatversion", "2")]).contains("version 2"));
}

#[test]
fn what_is_no_repository_or_somebody_elses_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Utf8Path::from_path(folder.path()).expect("UTF-8");
    assert_eq!(refused(root), OpenError::None { root: root.to_owned() });
    fs_err::write(root.join(".git"), "gitdir: /nowhere/at/all\n").expect("a file");
    assert!(matches!(refused(root), OpenError::None { .. } | OpenError::Broken { .. }));
    fs_err::write(root.join(".git"), "nonsense\n").expect("a file");
    assert!(matches!(refused(root), OpenError::Broken { .. }), "{:?}", refused(root));

    // Only root can give a folder away, so the error is made by hand: the code is what counts.
    let message = "repository path '/r' is not owned by current user";
    let owner = git2::Error::new(git2::ErrorCode::Owner, git2::ErrorClass::Config, message);
    let error = open::why(Utf8Path::new("/r"), &owner);
    assert_eq!(error, OpenError::NotOwned { root: "/r".into() });
    assert_eq!(error.help(), "run `git config --global --add safe.directory /r`");
}
