//! Changed lines of real repositories, made by libgit2 in temporary folders. The rows are those of the table of edge cases.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use camino::{Utf8Path, Utf8PathBuf};
use git2::{IndexAddOption, IndexEntry, IndexTime, Signature};

use super::*;

mod places;
mod rows;

/// A repository in a folder of its own.
struct Repo {
    folder: tempfile::TempDir,
    git: Repository,
}

impl Repo {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let git = Repository::init(folder.path().join("top")).expect("a repository");
        // Nobody's own config decides.
        for (name, value) in
            [("core.autocrlf", "false"), ("core.excludesFile", ""), ("core.attributesFile", "")]
        {
            git.config().and_then(|mut config| config.set_str(name, value)).expect("a setting");
        }
        Self { folder, git }
    }

    fn root(&self) -> Utf8PathBuf {
        Utf8PathBuf::from_path_buf(self.folder.path().join("top")).expect("UTF-8")
    }

    fn path(&self, path: &str) -> Utf8PathBuf {
        self.root().join(path)
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs_err::write(path, text).expect("a file");
        self
    }

    fn remove(&self, path: &str) -> &Self {
        fs_err::remove_file(self.path(path)).expect("it is gone");
        self
    }

    fn set(&self, name: &str, value: &str) -> &Self {
        self.git.config().and_then(|mut config| config.set_str(name, value)).expect("a setting");
        self
    }

    /// Stages all that differs, but for ignored files.
    fn stage(&self) -> &Self {
        let mut index = self.git.index().expect("an index");
        index.add_all(["*"], IndexAddOption::DEFAULT, None).expect("all is added");
        index.update_all(["*"], None).expect("what is gone is removed");
        index.write().expect("a written index");
        self
    }

    fn commit(&self) -> Oid {
        self.stage();
        let tree = self.git.index().and_then(|mut index| index.write_tree()).expect("a tree");
        self.commit_tree(tree)
    }

    fn commit_tree(&self, tree: Oid) -> Oid {
        let tree = self.git.find_tree(tree).expect("that tree");
        let who = Signature::new("T", "t@example.com", &git2::Time::new(0, 0)).expect("a signature");
        let parent = self.git.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<_> = parent.iter().collect();
        self.git.commit(Some("HEAD"), &who, &who, "c", &tree, &parents).expect("a commit")
    }

    fn changes(&self, base: Oid, head: HeadSide) -> Changes {
        self.ignoring(base, head, Whitespace::Significant)
    }

    fn ignoring(&self, base: Oid, head: HeadSide, whitespace: Whitespace) -> Changes {
        let git = open(&self.root()).expect("an open repository");
        changes(&git, base, DiffOptions { head, whitespace }).expect("changes")
    }
}

/// A line per file: path, kind, what it is if it is no text, added and deleted lines.
fn told(changes: &Changes) -> String {
    let mut text = String::new();
    for file in &changes.files {
        let from = file.old_path.as_ref().map(|old| format!(" from {old}")).unwrap_or_default();
        let content = match file.content {
            ContentKind::Text => String::new(),
            other => format!(" {}", format!("{other:?}").to_lowercase()),
        };
        let lines = |sign, set: &LineSet| {
            set.lines().map(|line| format!(" {sign}{line}")).collect::<Vec<_>>().concat()
        };
        let endings = if file.line_endings_only { " endings" } else { "" };
        let (added, deleted) = (lines("+", &file.added), lines("-", &file.deleted));
        text += &format!("{} {}{from}{content}{added}{deleted}{endings}\n", file.path, file.kind.name());
    }
    text
}

/// `first..=last`, a line each, each its own.
fn numbers(first: u32, last: u32) -> String {
    (first..=last).map(|number| format!("line {number} of many\n")).collect::<Vec<_>>().concat()
}

fn entry(path: &str, id: Oid, mode: u32, stage: u16) -> IndexEntry {
    let never = IndexTime::new(0, 0);
    IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: stage << 12,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

fn refused(root: &Utf8Path) -> OpenError {
    match open(root) {
        Ok(_) => panic!("{root} was opened"),
        Err(error) => error,
    }
}
