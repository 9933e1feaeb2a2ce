//! The tree of the base: which files it has where they are not those of the head, and their texts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diff::text::Removed;
use crate::diff::tree as repository;
use crate::error::{Error, Result};
use crate::locate::{TextFile, Tree};
use crate::model::{ChangeKind, ContentKind, FileChange};
use crate::pipeline::change::{self, WorkingTree};
use crate::pipeline::gather::Gathered;

/// The base side of the tree.
#[derive(Debug)]
pub struct OldTree {
    /// What lies in it.
    pub tree: Tree,
    /// Texts of the files that the change touches, by their path in the base.
    pub texts: BTreeMap<String, Arc<Vec<u8>>>,
    /// Paths in the base whose text is not that of the head; not all of them have a text.
    pub changed: BTreeSet<String>,
}

impl OldTree {
    /// The tree of the head.
    pub fn same(gathered: &Gathered) -> Self {
        Self { tree: Tree::clone(&gathered.tree), texts: BTreeMap::new(), changed: BTreeSet::new() }
    }

    /// The tree of a commit (a full id), from which `changes` lead to the head.
    pub fn of_commit(gathered: &Gathered, commit: &str, changes: &[FileChange]) -> Result<Self> {
        let opened = repository::open(&gathered.root.dir)
            .map_err(|error| Error::git(error.to_string()).help(error.help()))?;
        let id = repository::Oid::from_str(commit).map_err(|error| Error::git(error.message()))?;
        let paths: Vec<&str> = changes.iter().filter_map(old_path).filter(|path| tells(path)).collect();
        let texts = repository::texts_at(&opened, id, &paths)
            .map_err(|error| Error::git(error.to_string()).help(error.help()))?;
        let texts =
            paths.iter().zip(texts).filter_map(|(path, text)| Some(((*path).to_owned(), Arc::new(text?))));
        Ok(Self::overlaid(gathered, changes, texts.collect()))
    }

    /// The old side of a diff: the head without what it adds and with what it deletes.
    pub fn of_diff(
        gathered: &Gathered,
        changes: &[FileChange],
        removed: &BTreeMap<String, Removed>,
        head_texts: &BTreeMap<String, Vec<u8>>,
    ) -> Self {
        let none = Removed::default();
        let tree = WorkingTree { gathered };
        let mut texts = BTreeMap::new();
        for file in changes.iter().filter(|file| file.content == ContentKind::Text) {
            let Some(path) = old_path(file).filter(|path| tells(path)) else { continue };
            let head = match (file.kind, head_texts.get(&file.path)) {
                (ChangeKind::Deleted, _) => Some(Cow::Borrowed([].as_slice())),
                (_, Some(text)) => Some(Cow::Borrowed(text.as_slice())),
                (_, None) => change::head_text(gathered, &tree, &file.path).map(Cow::Owned),
            };
            let removed = removed.get(&file.path).unwrap_or(&none);
            if let Some(head) = head {
                texts.insert(path.to_owned(), Arc::new(removed.old_text(file, &head)));
            }
        }
        Self::overlaid(gathered, changes, texts)
    }

    fn overlaid(gathered: &Gathered, changes: &[FileChange], texts: BTreeMap<String, Arc<Vec<u8>>>) -> Self {
        let mut tree = Tree::clone(&gathered.tree);
        if let Some(area) = tree.areas.first_mut() {
            overlay(&mut area.files, changes);
            overlay_texts(&mut area.mods, "go.mod", changes, &texts);
            overlay_texts(&mut area.works, "go.work", changes, &texts);
        }
        let changed = changes.iter().filter_map(old_path).map(str::to_owned).collect();
        Self { tree, texts, changed }
    }
}

/// Where a changed file lies in the base; `None` for one that is not there.
fn old_path(file: &FileChange) -> Option<&str> {
    match file.kind {
        ChangeKind::Added | ChangeKind::Copied => None,
        _ => Some(file.old_path.as_deref().unwrap_or(&file.path)),
    }
}

/// Whether the text of a file is needed: Go source, and what says where packages are.
fn tells(path: &str) -> bool {
    let base = path.rsplit('/').next().unwrap_or(path);
    is_go(base) || matches!(base, "go.mod" | "go.work")
}

/// Go builds no `.GO`.
fn is_go(path: &str) -> bool {
    camino::Utf8Path::new(path).extension() == Some("go")
}

/// Takes out what only the head has, and puts in what only the base has.
fn overlay(files: &mut Vec<String>, changes: &[FileChange]) {
    let new: BTreeSet<&str> =
        changes.iter().map(|file| file.path.as_str()).filter(|path| is_go(path)).collect();
    let old: BTreeSet<&str> = changes.iter().filter_map(old_path).filter(|path| is_go(path)).collect();
    files.retain(|path| !new.contains(path.as_str()) && !old.contains(path.as_str()));
    files.extend(old.into_iter().map(str::to_owned));
    files.sort_unstable();
}

/// The same for the files that say where modules are.
fn overlay_texts(
    files: &mut Vec<TextFile>,
    base: &str,
    changes: &[FileChange],
    texts: &BTreeMap<String, Arc<Vec<u8>>>,
) {
    let directory = |path: &str| match path.rsplit_once('/') {
        Some((directory, name)) => (name == base).then(|| directory.to_owned()),
        None => (path == base).then(String::new),
    };
    let touched: BTreeSet<String> = changes
        .iter()
        .flat_map(|file| [Some(file.path.as_str()), old_path(file)])
        .flatten()
        .filter_map(directory)
        .collect();
    files.retain(|file| !touched.contains(&file.dir));
    for (path, text) in texts {
        if let Some(dir) = directory(path) {
            files.push(TextFile { dir, text: String::from_utf8_lossy(text).into_owned() });
        }
    }
    files.sort();
}
