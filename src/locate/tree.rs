//! What the shell saw on the disk, as plain values: the only thing that locating knows of the world.

use crate::model::{Located, RepoPath};

use super::paths;

/// The directories that sources may be read from, and what lies in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The root first, then modules outside it that `use` or `replace` name, then `--src` directories in the order given.
    pub areas: Vec<Area>,
    /// Whether Go files are listed because names lead to them, and nobody looked whether they are there: reading them tells.
    pub supposed: bool,
}

/// Why a directory may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaKind {
    /// The repository root.
    Root,
    /// A directory that a go.work's `use` or a local `replace` names, where the walk of the root does not reach it.
    Module,
    /// A directory of `--src`.
    Src,
}

/// One directory with all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Why it may be read.
    pub kind: AreaKind,
    /// Absolute, links resolved, `/` separated, without a trailing `/` (but for the top itself).
    pub dir: String,
    /// The same place as the user reached it, where that path is another one.
    pub alias: Option<String>,
    /// Where it lies below the root: `""` for the root; `None` outside.
    pub base: Option<String>,
    /// Files that can be named by a profile (`.go`, and what generators start from), relative to `dir`, sorted.
    /// Those behind a link are in only when the link's target lies inside one of the areas.
    pub files: Vec<String>,
    /// Every `go.mod`.
    pub mods: Vec<TextFile>,
    /// Every `go.work`.
    pub works: Vec<TextFile>,
    /// Every `vendor/modules.txt`; its directory is the one that holds `vendor`.
    pub vendors: Vec<TextFile>,
}

/// A file that is read while walking.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextFile {
    /// Directory relative to the area, `""` for the area itself.
    pub dir: String,
    /// Its text; bytes that are not UTF-8 are replaced.
    pub text: String,
}

impl Tree {
    /// A tree of a root directory without anything in it.
    pub fn new(root: impl Into<String>) -> Self {
        Self { areas: vec![Area::new(AreaKind::Root, root, Some(String::new()))], supposed: false }
    }

    /// The absolute path of the root.
    pub fn root(&self) -> &str {
        self.areas.first().map_or("/", |area| area.dir.as_str())
    }

    /// Whether a file of this path lies below the root.
    pub fn has(&self, path: &RepoPath) -> bool {
        self.areas.first().is_some_and(|root| root.has(path.as_str()))
    }

    /// Where to read the file of this path, as in [`Located::source`].
    pub fn source(&self, path: &RepoPath) -> Option<String> {
        let root = self.areas.first()?;
        (root.has(path.as_str()) && paths::is_go(path.as_str())).then(|| root.absolute(path.as_str()))
    }

    /// Files below the root that can be named by a profile, sorted.
    pub fn files(&self) -> &[String] {
        self.areas.first().map_or(&[], |root| root.files.as_slice())
    }

    /// Whether a source that was located exists; a file that no Go reader takes (`gram.y`) has none.
    pub fn is_present(&self, located: &Located) -> bool {
        located.source.is_some() || located.path.as_ref().is_some_and(|path| self.has(path))
    }
}

impl Area {
    /// An area without anything in it.
    pub fn new(kind: AreaKind, dir: impl Into<String>, base: Option<String>) -> Self {
        Self {
            kind,
            dir: dir.into(),
            alias: None,
            base,
            files: Vec::new(),
            mods: Vec::new(),
            works: Vec::new(),
            vendors: Vec::new(),
        }
    }

    /// Whether the area has this file.
    pub fn has(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.as_str().cmp(path)).is_ok()
    }

    /// Whether any file lies below this directory.
    pub(super) fn has_below(&self, dir: &str) -> bool {
        let start = format!("{dir}/");
        let at = self.files.partition_point(|file| file.as_str() < start.as_str());
        self.files.get(at).is_some_and(|file| file.starts_with(&start))
    }

    /// The absolute form of a path in the area.
    pub fn absolute(&self, path: &str) -> String {
        paths::join(&self.dir, path)
    }
}
