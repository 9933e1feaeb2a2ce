//! Which paths differ between two sides, without a look into files.
//!
//! A side further from the base is composed path by path (base to HEAD, HEAD to index, index to working directory), and the
//! lines are told afterwards, from the first text to the last one: hunks of different comparisons are never put together.

use std::collections::BTreeMap;

use git2::{Delta, Oid, Repository};

use crate::model::ContentKind;

use super::TreeError;

/// Paths that differ, at most: a tree of a few objects can name the same folder a billion times.
pub(super) const MAX_PATHS: usize = 5_000_000;
/// Bytes of a path, at most; as deep as that, no file system follows.
const MAX_PATH: usize = 65_536;

/// A file on one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The blob; zero while the content of the working directory has not been read.
    pub id: Oid,
    /// The mode, as git writes it.
    pub mode: u32,
    /// Whether the content is in the working directory and perhaps nowhere else.
    pub worktree: bool,
}

impl Entry {
    fn blob(id: Oid, mode: u32) -> Self {
        Self { id, mode: canonical(mode), worktree: false }
    }

    pub(super) fn is_regular(&self) -> bool {
        kind_of(self.mode) == REGULAR
    }

    pub(super) fn content(self) -> ContentKind {
        match kind_of(self.mode) {
            LINK => ContentKind::Link,
            SUBMODULE => ContentKind::Submodule,
            _ => ContentKind::Text,
        }
    }
}

const FOLDER: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

fn kind_of(mode: u32) -> u32 {
    mode & 0o170_000
}

/// git knows two modes of regular files; old trees hold others.
fn canonical(mode: u32) -> u32 {
    match kind_of(mode) {
        REGULAR if mode & 0o100 == 0 => 0o100_644,
        REGULAR => 0o100_755,
        other => other,
    }
}

/// A path on both sides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pair {
    pub old: Option<Entry>,
    pub new: Option<Entry>,
}

impl Pair {
    pub(super) fn is_same(&self) -> bool {
        match (self.old, self.new) {
            (None, None) => true,
            (Some(old), Some(new)) => old.id == new.id && old.mode == new.mode && !old.id.is_zero(),
            _ => false,
        }
    }
}

/// By path.
pub(super) type Pairs = BTreeMap<Vec<u8>, Pair>;

/// Puts the step from B to C behind the one from A to B.
pub(super) fn compose(first: &mut Pairs, second: Pairs) {
    for (path, pair) in second {
        first.entry(path).or_insert(Pair { old: pair.old, new: None }).new = pair.new;
    }
}

/// What differs between two trees. Folders that are equal are not opened.
pub(super) fn trees(repository: &Repository, old: Option<Oid>, new: Option<Oid>) -> Result<Pairs, TreeError> {
    let mut found = Pairs::new();
    let mut todo = vec![(Vec::new(), [old, new])];
    while let Some((path, ids)) = todo.pop() {
        if ids[0] == ids[1] {
            continue;
        }
        let mut folders: BTreeMap<Vec<u8>, [Option<Oid>; 2]> = BTreeMap::new();
        for (at, id) in ids.into_iter().enumerate() {
            let Some(id) = id else { continue };
            let tree = repository.find_tree(id).map_err(|error| missing(repository, &error, id, &path))?;
            for entry in &tree {
                let mut name = path.clone();
                name.extend(entry.name_bytes());
                let mode = u32::try_from(entry.filemode_raw()).unwrap_or_default();
                if kind_of(mode) == FOLDER {
                    name.push(b'/');
                    folders.entry(name).or_default()[at] = Some(entry.id());
                } else {
                    let pair = found.entry(name).or_default();
                    let side = if at == 0 { &mut pair.old } else { &mut pair.new };
                    *side = Some(Entry::blob(entry.id(), mode));
                }
            }
        }
        todo.extend(folders.into_iter().filter(|(_, ids)| ids[0] != ids[1]));
        if found.len() + todo.len() > MAX_PATHS || path.len() > MAX_PATH {
            return Err(TreeError::TooMany);
        }
    }
    found.retain(|_, pair| !pair.is_same());
    Ok(found)
}

/// What an object that is not there means.
pub(super) fn missing(repository: &Repository, error: &git2::Error, id: Oid, path: &[u8]) -> TreeError {
    if error.code() != git2::ErrorCode::NotFound {
        return TreeError::Git(error.message().to_owned());
    }
    let partial = repository.config().and_then(|config| {
        let mut entries = config.entries(Some("^remote\\..*\\.promisor$"))?;
        Ok(entries.next().is_some())
    });
    TreeError::Missing { id, path: super::shown(path), partial: partial.unwrap_or(false) }
}

/// A file of the index.
#[derive(Debug, Clone, Copy, Default)]
struct StagedFile {
    /// Our side of it, while a merge is unresolved; `None` if there is none.
    entry: Option<Entry>,
    /// `git add -N`: its name is there, its content not.
    intent: bool,
    /// A sparse checkout leaves it out of the working directory.
    left_out: bool,
}

/// The index.
pub(super) struct Staged {
    files: BTreeMap<Vec<u8>, StagedFile>,
}

impl Staged {
    pub(super) fn read(repository: &Repository) -> Result<Self, TreeError> {
        let index = repository.index().map_err(|error| TreeError::Index(error.message().to_owned()))?;
        let mut files: BTreeMap<Vec<u8>, StagedFile> = BTreeMap::new();
        for entry in index.iter() {
            let stage = (entry.flags >> 12) & 3;
            let extended = git2::IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
            let file = files.entry(entry.path).or_default();
            // 0 is resolved, 1 the common ancestor, 2 ours, 3 theirs.
            if matches!(stage, 0 | 2) {
                file.entry = Some(Entry::blob(entry.id, entry.mode));
            }
            file.intent = extended.is_intent_to_add();
            file.left_out = extended.is_skip_worktree();
        }
        Ok(Self { files })
    }

    /// From HEAD to the index.
    pub(super) fn against(&self, repository: &Repository, head: Option<Oid>) -> Result<Pairs, TreeError> {
        let mut pairs = trees(repository, head, None)?;
        for (path, file) in &self.files {
            if let Some(entry) = file.entry.filter(|_| !file.intent) {
                pairs.entry(path.clone()).or_default().new = Some(entry);
            }
        }
        pairs.retain(|_, pair| !pair.is_same());
        Ok(pairs)
    }

    /// From the index to the working directory: by what `stat` says, and by content where that is in doubt. Untracked files
    /// that git does not ignore take part if they are Go files.
    pub(super) fn worktree(&self, repository: &Repository) -> Result<Pairs, TreeError> {
        let mut options = git2::DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true);
        options.ignore_submodules(true).skip_binary_check(true);
        let diff = repository.diff_index_to_workdir(None, Some(&mut options))?;
        let mut pairs = Pairs::new();
        for (path, file) in self.files.iter().filter(|(_, file)| file.intent) {
            pairs.insert(path.clone(), Pair { old: None, new: file.entry });
        }
        for delta in diff.deltas() {
            let side = if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() };
            let Some(path) = side.path_bytes().or_else(|| delta.old_file().path_bytes()) else { continue };
            let staged = self.files.get(path).copied().unwrap_or_default();
            let old = staged.entry.filter(|_| !staged.intent);
            match delta.status() {
                Delta::Deleted if staged.left_out => {}
                Delta::Deleted => _ = pairs.insert(path.to_vec(), Pair { old, new: None }),
                _ => {
                    if let Some(new) = in_worktree(&delta, path) {
                        pairs.insert(path.to_vec(), Pair { old, new: Some(new) });
                    }
                }
            }
        }
        Ok(pairs)
    }
}

/// The file that the working directory has instead; `None` is no difference, or nothing of interest.
fn in_worktree(delta: &git2::DiffDelta<'_>, path: &[u8]) -> Option<Entry> {
    let file = delta.new_file();
    let mode = u32::try_from(i32::from(file.mode())).unwrap_or_default();
    let entry = Entry { id: file.id(), mode: canonical(mode), worktree: true };
    match delta.status() {
        // The file with its markers; whether it is there shows when it is read.
        Delta::Conflicted => Some(Entry { id: Oid::ZERO_SHA1, mode: 0o100_644, worktree: true }),
        Delta::Modified | Delta::Typechange | Delta::Added => Some(entry),
        Delta::Untracked => {
            let file = matches!(kind_of(entry.mode), REGULAR | LINK);
            (file && super::is_go(path)).then_some(entry)
        }
        _ => None,
    }
}
