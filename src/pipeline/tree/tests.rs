//! Real directories, made for each test.

use std::borrow::Cow;

use super::read::{MAX_TEXT, read_regular};
use super::*;
use crate::locate::{Options, locate};
use crate::model::Located;

/// A directory on the disk with these files; a text that starts with `-> ` is a link.
struct Disk {
    holder: tempfile::TempDir,
}

impl Disk {
    fn new(files: &[(&str, &str)]) -> Self {
        let disk = Self { holder: tempfile::tempdir().expect("a temporary directory") };
        for (path, text) in files {
            let path = disk.path(path);
            fs_err::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            match text.strip_prefix("-> ") {
                #[cfg(unix)]
                Some(target) => fs_err::os::unix::fs::symlink(target, &path).expect("a link"),
                #[cfg(not(unix))]
                Some(_) => {}
                None => fs_err::write(&path, text).expect("a file"),
            }
        }
        disk
    }

    fn path(&self, below: &str) -> Utf8PathBuf {
        let dir = Utf8Path::from_path(self.holder.path()).expect("UTF-8");
        let dir = dir.canonicalize_utf8().expect("a real path");
        if below.is_empty() { dir } else { dir.join(below) }
    }

    fn git(files: &[(&str, &str)]) -> Self {
        let disk = Self::new(files);
        for dir in ["r/.git/objects", "r/.git/refs"] {
            fs_err::create_dir_all(disk.path(dir)).expect("a directory");
        }
        fs_err::write(disk.path("r/.git/HEAD"), "ref: refs/heads/main\n").expect("a file");
        disk
    }

    fn tree(&self) -> Tree {
        scan(&find_root(&self.path("r")), &[]).expect("a tree")
    }
}

fn place(tree: &Tree, name: &str) -> (Option<String>, Located) {
    let (mut located, _, _) = locate(&[FileName::new(name)], tree, &Options::default());
    let located = located.pop().expect("one place");
    (located.path.as_ref().map(|path| path.as_str().to_owned()), located)
}

#[test]
fn the_root_is_the_git_top_level() {
    let disk = Disk::git(&[
        ("go.mod", "module above"),
        ("r/a/go.mod", "module m"),
        ("r/a/.git/x", "not a repository"),
        ("r/a/b/x.go", ""),
    ]);
    for cwd in ["r", "r/a", "r/a/b"] {
        let root = find_root(&disk.path(cwd));
        assert_eq!((root.dir, root.kind), (disk.path("r"), RootKind::Git), "{cwd}");
        assert_eq!(root.git, Some(disk.path("r/.git")));
    }
    let worktree = Disk::new(&[("w/.git", "gitdir: /elsewhere/.git/worktrees/w\n"), ("w/sub/a.go", "")]);
    assert_eq!(find_root(&worktree.path("w/sub")).dir, worktree.path("w"));
    let junk = Disk::new(&[("w/.git", "junk\n"), ("w/sub/go.mod", "module m")]);
    assert_eq!(find_root(&junk.path("w/sub")).dir, junk.path("w/sub"));
}

#[test]
fn without_git_the_outermost_module_is_the_root() {
    let disk = Disk::new(&[
        ("w/go.work", "use ./a"),
        ("w/a/go.mod", "module a"),
        ("w/a/b/go.mod", "module b"),
        ("other/c/x.go", ""),
    ]);
    for cwd in ["w", "w/a", "w/a/b"] {
        let root = find_root(&disk.path(cwd));
        assert_eq!((root.dir, root.kind, root.git), (disk.path("w"), RootKind::Module, None), "{cwd}");
    }
    let root = find_root(&disk.path("other/c"));
    assert_eq!((root.dir, root.kind), (disk.path("other/c"), RootKind::Directory));
}

#[test]
fn every_sub_directory_gives_the_same_tree() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/a/b/x.go", "package b"),
        ("r/t/go.mod", "module example.com/t"),
    ]);
    let trees: Vec<Tree> = ["r", "r/a", "r/a/b", "r/t"]
        .iter()
        .map(|cwd| scan(&find_root(&disk.path(cwd)), &[]).expect("a tree"))
        .collect();
    assert!(trees.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(trees[0].files(), ["a/b/x.go"]);
}

#[test]
fn one_walk_finds_sources_and_modules() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/go.work", "use ."),
        ("r/z.go", ""),
        ("r/gram.y", ""),
        ("r/README.md", ""),
        ("r/sub/go.mod", "module example.com/m/sub"),
        ("r/sub/a.go", ""),
        ("r/vendor/modules.txt", "# example.com/d v1.0.0\n"),
        ("r/vendor/example.com/d/d.go", ""),
        ("r/vendor/example.com/d/go.mod", "module example.com/d"),
        ("r/testdata/go.mod", "module example.com/testdata"),
        ("r/testdata/t.go", ""),
        ("r/_x/go.mod", "module example.com/x"),
        ("r/_x/x.go", ""),
        ("r/.cache/c.go", ""),
        ("r/node_modules/n/n.go", ""),
        ("r/gopath/pkg/mod/example.com/d@v1.0.0/go.mod", "module example.com/d"),
        ("r/gopath/pkg/mod/example.com/d@v1.0.0/d.go", ""),
    ]);
    let tree = disk.tree();
    assert_eq!(
        tree.files(),
        ["_x/x.go", "gram.y", "sub/a.go", "testdata/t.go", "vendor/example.com/d/d.go", "z.go"]
    );
    let top = &tree.areas[0];
    let dirs: Vec<&str> = top.mods.iter().map(|file| file.dir.as_str()).collect();
    assert_eq!(dirs, ["", "sub"]);
    assert_eq!((top.works.len(), top.vendors.len()), (1, 1));
    assert_eq!(top.vendors[0].dir, "");
    let path = |name: &str| place(&tree, name).0;
    assert_eq!(path("example.com/m/sub/a.go").as_deref(), Some("sub/a.go"));
    assert_eq!(path("example.com/d/d.go").as_deref(), Some("vendor/example.com/d/d.go"));
    assert_eq!(path("example.com/x/x.go"), None);
    assert_eq!(path(disk.path("r/_x/x.go").as_str()).as_deref(), Some("_x/x.go"));
}

#[test]
fn use_and_replace_lead_out_of_the_root_and_past_the_walk() {
    let disk = Disk::git(&[
        ("r/go.work", "use (\n./app\n../common\n../nothing\n./_gen\n./.hidden\n)"),
        (
            "r/app/go.mod",
            "module example.com/app\nreplace example.com/lib => ../../lib\nreplace example.com/top => ../../..",
        ),
        ("r/_gen/go.mod", "module example.com/gen"),
        ("r/_gen/g.go", ""),
        ("r/.hidden/go.mod", "module example.com/hidden"),
        ("r/.hidden/h.go", ""),
        ("common/go.mod", "module example.com/shared\nreplace example.com/more => ../more"),
        ("common/s.go", "package shared"),
        ("common/nested/go.mod", "module example.com/nested"),
        ("common/nested/n.go", ""),
        ("lib/go.mod", "module example.com/own\nreplace example.com/far => ../far"),
        ("lib/l.go", ""),
        ("more/go.mod", "module example.com/more"),
        ("more/m.go", ""),
        ("far/go.mod", "module example.com/far"),
        ("far/f.go", ""),
    ]);
    let tree = disk.tree();
    let dirs: Vec<String> = tree.areas.iter().map(|area| area.dir.clone()).collect();
    let expected = ["r", "common", "r/.hidden", "lib", "more"].map(|dir| disk.path(dir).into_string());
    assert_eq!(dirs, expected);
    assert_eq!(tree.areas[1].files, ["s.go"]);
    let source = |name: &str| place(&tree, name).1.source.unwrap_or_default();
    assert_eq!(source("example.com/shared/s.go"), disk.path("common/s.go"));
    assert_eq!(source("example.com/lib/l.go"), disk.path("lib/l.go"));
    assert_eq!(source("example.com/more/m.go"), disk.path("more/m.go"));
    assert_eq!(source("example.com/far/f.go"), "");
    assert_eq!(source("example.com/nested/n.go"), "");
    assert_eq!(place(&tree, "example.com/gen/g.go").0.as_deref(), Some("_gen/g.go"));
    assert_eq!(place(&tree, "example.com/hidden/h.go").0.as_deref(), Some(".hidden/h.go"));
    let located = place(&tree, "example.com/shared/s.go").1;
    assert_eq!(read_source(&tree, &located).expect("readable"), b"package shared");
}

#[test]
fn src_directories_are_read_too() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/in/q/q.go", ""),
        ("out/example.com/x/x.go", "package x"),
        ("out/lib/go.mod", "module example.com/lib"),
        ("out/lib/l.go", ""),
    ]);
    let src = [disk.path("out"), disk.path("r/in")];
    let tree = scan(&find_root(&disk.path("r")), &src).expect("a tree");
    let (path, located) = place(&tree, "example.com/x/x.go");
    assert_eq!(path, None);
    assert_eq!(read_source(&tree, &located).expect("readable"), b"package x");
    assert_eq!(place(&tree, "example.com/lib/l.go").1.source, Some(disk.path("out/lib/l.go").into_string()));
    assert_eq!(place(&tree, "q/q.go").0.as_deref(), Some("in/q/q.go"));
    let error = scan(&find_root(&disk.path("r")), &[disk.path("none")]).expect_err("no such directory");
    assert!(error.message.contains("no such directory"));
}

#[test]
fn testdata_is_looked_into_where_a_name_speaks_of_it() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/testdata/t.go", ""),
        ("out/lib/go.mod", "module example.com/lib"),
        ("out/lib/testdata/l.go", ""),
    ]);
    let src = [disk.path("out")];
    let files = |name: &str| {
        let tree = scan_for(&find_root(&disk.path("r")), &src, &[FileName::new(name)]).expect("a tree");
        tree.areas.iter().flat_map(|area| area.files.clone()).collect::<Vec<_>>()
    };
    assert_eq!(files("example.com/lib/l.go"), [""; 0]);
    assert_eq!(files("example.com/lib/testdata/l.go"), ["testdata/t.go", "lib/testdata/l.go"]);
}

/// Names -> what is looked at when they are enough, and that all of them lie where a look at everything finds them.
fn named(disk: &Disk, names: &[&str]) -> Option<Tree> {
    let names: Vec<FileName> = names.iter().map(|name| FileName::new(name)).collect();
    let tree = scan_named(&find_root(&disk.path("r")), &names)?;
    let options = Options { root_first: true, ..Options::default() };
    assert_eq!(locate(&names, &tree, &options).0, locate(&names, &disk.tree(), &options).0);
    Some(tree)
}

#[test]
fn only_the_directories_of_the_names_are_looked_at_when_the_module_at_the_root_has_them() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/m.go", ""),
        ("r/a-b/x.go", ""),
        ("r/a/a.go", ""),
        ("r/a/b/b.go", ""),
        ("r/a/b/other.go", ""),
        ("r/a/c/c.go", ""),
        ("r/a/c/testdata/t.go", ""),
        ("r/old/go.mod", "module example.com/m"),
        ("r/old/a/a.go", ""),
        ("r/apart/go.mod", "module example.com/m/a"),
        ("r/apart/a.go", ""),
        ("r/sub/go.mod", "module example.com/m/sub"),
        ("r/sub/s.go", ""),
        ("r/sub/deep/d.go", ""),
        ("r/linked", "-> a"),
    ]);
    let tree = named(&disk, &["example.com/m/a/b/b.go", "example.com/m/m.go", "example.com/m/a/a.go"]);
    let area = tree.expect("names that are enough").areas.remove(0);
    assert_eq!(area.files, ["a/a.go", "a/b/b.go", "m.go"]);
    assert_eq!(area.mods.len(), 1);
    for elsewhere in [
        "example.com/m/sub/s.go",
        "example.com/m/sub/deep/d.go",
        "example.com/m/a/gone.y",
        "example.com/m/gone/a.go",
        "example.com/m/linked/a.go",
        "example.com/m/a/c/testdata/t.go",
        "example.com/other/a.go",
        "./m.go",
    ] {
        assert_eq!(named(&disk, &["example.com/m/a/a.go", elsewhere]), None, "{elsewhere}");
    }
    assert!(named(&disk, &["example.com/m/a-b/x.go", "example.com/m/a/c/c.go"]).is_some());

    // As on a file system where upper and lower case are one. Where they really are, this would be the go.mod itself.
    if cfg!(target_os = "linux") {
        fs_err::write(disk.path("r/GO.MOD"), "").expect("a file");
        assert_eq!(named(&disk, &["example.com/m/a/a.go"]), None, "only a list tells how a file is spelt");
        fs_err::remove_file(disk.path("r/GO.MOD")).expect("a file");
        assert!(named(&disk, &["example.com/m/a/a.go"]).is_some());
    }

    fs_err::write(disk.path("r/go.work"), "use ./old").expect("a file");
    assert_eq!(named(&disk, &["example.com/m/a/a.go"]), None, "a workspace may use another one");
    fs_err::remove_file(disk.path("r/go.work")).expect("a file");
    fs_err::write(disk.path("r/go.mod"), "module example.com/m\nreplace example.com/m/a => ./apart")
        .expect("a file");
    assert_eq!(named(&disk, &["example.com/m/m.go"]), None, "its packages may lie elsewhere");
}

#[cfg(target_os = "linux")] // elsewhere directories are listed
#[test]
fn what_names_alone_tell_is_read_where_it_is_a_file_and_nothing_else() {
    let disk = Disk::git(&[
        ("r/go.mod", "module m.org"),
        ("r/a/a.go", "package a"),
        ("r/a/link.go", "-> a.go"),
        ("r/a/dir.go/x.go", "package x"),
    ]);
    let names = ["m.org/a/a.go", "m.org/a/link.go", "m.org/a/dir.go", "m.org/a/gone.go"].map(FileName::new);
    let tree = scan_named(&find_root(&disk.path("r")), &names).expect("names that are enough");
    let located = locate(&names, &tree, &Options { root_first: true, ..Options::default() }).0;
    let is_read = located.iter().map(|place| {
        let kept = keep_source(&tree, place, |_| true).is_ok();
        let read = [read_source(&tree, place).is_ok(), with_source(&tree, place, |_| ()).is_ok()];
        assert_eq!(read, [kept; 2], "{place:?}");
        kept
    });
    assert_eq!(is_read.collect::<Vec<_>>(), [true, false, false, false]);
}

#[cfg(unix)]
#[test]
fn links_never_lead_out() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/a.go", "package m"),
        ("r/in.go", "-> a.go"),
        ("r/out.go", "-> ../secret/s.go"),
        ("r/etc.go", "-> /etc/passwd"),
        ("r/gone.go", "-> nothing"),
        ("r/loop.go", "-> loop.go"),
        ("r/dir.go", "-> sub"),
        ("r/sub/b.go", "package sub"),
        ("r/linked", "-> ../secret"),
        ("r/mod/go.mod", "-> ../../secret/go.mod"),
        ("r/round", "-> ."),
        ("secret/s.go", "package secret"),
        ("secret/go.mod", "module example.com/secret"),
    ]);
    let tree = disk.tree();
    assert_eq!(tree.files(), ["a.go", "in.go", "sub/b.go"]);
    assert_eq!(tree.areas[0].mods.len(), 1);
    let read = |path: &str| read_inside(&tree, disk.path(path).as_str());
    assert_eq!(read("r/in.go").expect("inside"), b"package m");
    for path in ["r/out.go", "r/etc.go", "r/linked/s.go", "secret/s.go", "r/../secret/s.go"] {
        let error = read(path).expect_err(path);
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{path}");
    }
    assert_eq!(read("r/sub").expect_err("a directory").kind(), io::ErrorKind::InvalidInput);
    assert!(read("r/gone.go").is_err() && read("r/loop.go").is_err() && read("r/a\0.go").is_err());
    // A file that becomes a link after the walk is judged when it is read.
    let located = place(&tree, "example.com/m/a.go").1;
    fs_err::remove_file(disk.path("r/a.go")).expect("removed");
    fs_err::os::unix::fs::symlink(disk.path("secret/s.go"), disk.path("r/a.go")).expect("a link");
    let error = read_source(&tree, &located).expect_err("a link out");
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_not_read() {
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/zero.go", "-> /dev/zero"),
        ("r/sub/go.mod", "-> /dev/zero"),
    ]);
    let socket = std::os::unix::net::UnixListener::bind(disk.path("r/socket.go")).expect("a socket");
    let tree = disk.tree();
    assert_eq!(tree.files(), [""; 0]);
    assert_eq!(tree.areas[0].mods.len(), 1);
    let error = read_inside(&tree, disk.path("r/socket.go").as_str()).expect_err("a socket");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    drop(socket);
}

#[test]
fn files_are_sorted_by_their_whole_paths() {
    let mut paths = [
        "r/a/b.go",
        "r/a-b/c.go",
        "r/a.b/c.go",
        "r/a.go",
        "r/a/x/y.go",
        "r/a/x.go",
        "r/a/x-y.go",
        "r/a/x/testdata/y.go",
        "r/ab/c.go",
        "r/a0.go",
        "r/z/only/directories/here.go",
        "r/é/a.go",
    ];
    let tree = Disk::git(&paths.map(|path| (path, "package p"))).tree();
    paths.sort_unstable();
    assert_eq!(tree.files(), paths.map(|path| path.strip_prefix("r/").expect("a path below")));
}

/// What was a file when the tree was walked may be anything when it is read.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_the_place_of_a_source_does_not_make_it_wait() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let disk = Disk::git(&[("r/go.mod", "module example.com/m"), ("r/a.go", "package m")]);
    let tree = disk.tree();
    let located = place(&tree, "example.com/m/a.go").1;
    assert_eq!(read_source(&tree, &located).expect("a file"), b"package m");
    let path = disk.path("r/a.go");
    fs_err::remove_file(&path).expect("removed");
    mknodat(CWD, path.as_str(), FileType::Fifo, Mode::RUSR, 0).expect("a pipe");
    assert_eq!(read_source(&tree, &located).expect_err("a pipe").kind(), io::ErrorKind::InvalidInput);
    fs_err::remove_file(&path).expect("removed");
    assert_eq!(read_source(&tree, &located).expect_err("nothing").kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_source_is_its_own_text_whatever_was_read_before() {
    let long = "package m // long\n".repeat(100);
    let disk = Disk::git(&[
        ("r/go.mod", "module example.com/m"),
        ("r/long.go", &long),
        ("r/short.go", "package m"),
        ("r/empty.go", ""),
    ]);
    let tree = disk.tree();
    for (name, text) in [("long", long.as_str()), ("short", "package m"), ("empty", ""), ("long", &long)] {
        let located = place(&tree, &format!("example.com/m/{name}.go")).1;
        let read = with_source(&tree, &located, <[u8]>::to_vec).expect("a source");
        assert_eq!(read, text.as_bytes(), "{name}");
    }
}

#[test]
fn a_source_stays_where_there_is_room_and_is_the_same_text_there() {
    let long = "package m // long\n".repeat(1000);
    let disk = Disk::git(&[("r/go.mod", "module example.com/m"), ("r/long.go", &long), ("r/empty.go", "")]);
    let tree = disk.tree();
    // The first few texts of a thread are lists of their own.
    for round in 0..20 {
        for (name, text, is_room) in
            [("long", long.as_str(), true), ("empty", "", true), ("long", &long, false)]
        {
            let located = place(&tree, &format!("example.com/m/{name}.go")).1;
            let fits = |bytes: usize| {
                assert_eq!(bytes, text.len(), "{name}");
                is_room
            };
            let (kept, stays) = keep_source(&tree, &located, fits).expect("a source");
            assert_eq!((&*kept, stays), (text.as_bytes(), is_room), "{name}");
            let is_part = matches!(kept, Cow::Borrowed(_));
            if !is_room {
                assert!(!is_part, "what does not stay takes nothing that is never given back");
            } else if cfg!(target_os = "linux") && round > 10 && !text.is_empty() {
                assert!(is_part, "round {round}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_root_reached_through_a_link_is_the_same_root() {
    let disk = Disk::git(&[("r/go.mod", "module example.com/m"), ("r/p/a.go", ""), ("link", "-> r")]);
    let root = find_root(&disk.path("link/p"));
    assert_eq!(root.dir, disk.path("r"));
    assert_eq!(root.alias, Some(disk.path("link")));
    let tree = scan(&root, &[]).expect("a tree");
    for name in ["link/p/a.go", "r/p/a.go"] {
        assert_eq!(place(&tree, disk.path(name).as_str()).0.as_deref(), Some("p/a.go"));
    }
}

#[test]
fn files_of_unreasonable_size_are_not_read() {
    let disk = Disk::git(&[("r/a.go", "package a")]);
    let path = disk.path("r/a.go");
    assert_eq!(read_regular(&path, 9).expect("just fits"), b"package a");
    assert_eq!(read_regular(&path, 8).expect_err("too large").kind(), io::ErrorKind::FileTooLarge);
    fs_err::File::create(disk.path("r/go.mod")).and_then(|file| file.set_len(MAX_TEXT + 1)).expect("a hole");
    assert_eq!(disk.tree().areas[0].mods, []);
}

/// Rows recorded with a real toolchain in a workspace with nested, used and replaced modules: see `tests/data/locate/record`.
#[test]
fn recorded_profiles_find_their_workspace() {
    let data = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/locate");
    let dir = data.join("workspace").canonicalize_utf8().expect("the workspace");
    let root = Root { dir, alias: None, kind: RootKind::Directory, git: None };
    let tree = scan(&root, &[]).expect("a tree");
    let names: BTreeSet<FileName> = ["workspace.out", "files.out", "module.out", "vendor.out"]
        .iter()
        .flat_map(|profile| {
            let text = fs_err::read_to_string(data.join(profile)).expect("a profile");
            let rows = text.lines().skip(1).filter_map(|row| row.rsplit_once(':'));
            rows.map(|(name, _)| FileName::new(name)).collect::<Vec<_>>()
        })
        .collect();
    let names: Vec<FileName> = names.into_iter().collect();
    let (located, modules, findings) = locate(&names, &tree, &Options::default());
    let shown: Vec<String> = names
        .iter()
        .zip(&located)
        .map(|(name, located)| {
            let path = located.path.as_ref().map_or("-", |path| path.as_str());
            assert_eq!(located.path.is_some(), read_source(&tree, located).is_ok(), "{name}");
            let module = located.module.map_or("-", |module| modules[module as usize].path.as_str());
            let guessed = if located.guessed { " guessed" } else { "" };
            let disposition = located.disposition.name();
            format!("{name}: {path} | {} | {module} | {disposition}{guessed}", located.package)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "/tmp/coverdict-locate/app/cart/cart.go: app/cart/cart.go | example.com/shop/cart | example.com/shop | main guessed",
            "/tmp/coverdict-locate/app/cart/odd name.go: app/cart/odd name.go | example.com/shop/cart | example.com/shop | main guessed",
            "errors/errors.go: - | errors | - | std",
            "errors/join.go: - | errors | - | std",
            "errors/wrap.go: - | errors | - | std",
            "example.com/orig/price/price.go: libs/fork/price/price.go | example.com/orig/price | example.com/orig | main",
            "example.com/shop/cart/cart.go: app/cart/cart.go | example.com/shop/cart | example.com/shop | main",
            "example.com/shop/cart/odd name.go: app/cart/odd name.go | example.com/shop/cart | example.com/shop | main",
            "example.com/shop/tools/gen/gen.go: app/tools/gen/gen.go | example.com/shop/tools/gen | example.com/shop/tools | main",
            "example.com/there/v2/there.go: libs/there/there.go | example.com/there/v2 | example.com/there/v2 | main",
            "internal/bytealg/bytealg.go: - | internal/bytealg | - | std",
            "internal/bytealg/compare_native.go: - | internal/bytealg | - | std",
            "internal/bytealg/count_native.go: - | internal/bytealg | - | std",
            "internal/bytealg/equal_generic.go: - | internal/bytealg | - | std",
            "internal/bytealg/index_amd64.go: - | internal/bytealg | - | std",
            "internal/bytealg/lastindexbyte_generic.go: - | internal/bytealg | - | std",
        ]
    );
    let told: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "2 files were placed by the end of the path, e.g. /tmp/coverdict-locate/app/cart/cart.go is taken for app/cart/cart.go"
        ]
    );
}
