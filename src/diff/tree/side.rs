//! Which paths differ between two sides, without a look into files.
//!
//! A side further from the base is composed path by path (base to HEAD, HEAD to index, index to working directory), and the
//! lines are told afterwards, from the first text to the last one: hunks of different comparisons are never put together.

use std::collections::{BTreeMap, BTreeSet};

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

    /// Whether it is a file whose text is an object.
    pub(super) fn is_stored(&self) -> bool {
        self.is_regular() && !self.worktree
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
    trees_but(repository, old, new, &mut |_, _| false)
}

/// The same without the old folders of which `skip` says that they are equal. Paths of folders end in `/`; the top is empty.
fn trees_but(
    repository: &Repository,
    old: Option<Oid>,
    new: Option<Oid>,
    skip: &mut dyn FnMut(&[u8], Oid) -> bool,
) -> Result<Pairs, TreeError> {
    let mut found = Pairs::new();
    let mut todo = vec![(Vec::new(), [old, new])];
    while let Some((path, ids)) = todo.pop() {
        if ids[0] == ids[1] || ids[0].is_some_and(|id| skip(&path, id)) {
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

    /// From HEAD to the index. Folders of HEAD that the index would write just so are not opened: in most repositories, all.
    pub(super) fn against(&self, repository: &Repository, head: Option<Oid>) -> Result<Pairs, TreeError> {
        let ids = self.folders()?;
        let mut same: BTreeSet<&[u8]> = BTreeSet::new();
        let mut skip = |path: &[u8], id: Oid| match ids.get_key_value(path) {
            Some((&path, &staged)) if staged == id => same.insert(path),
            _ => false,
        };
        let mut pairs = trees_but(repository, head, None, &mut skip)?;
        let is_same = |path: &[u8]| {
            let folders = memchr::memchr_iter(b'/', path).map(|at| &path[..=at]);
            std::iter::once(&path[..0]).chain(folders).any(|folder| same.contains(folder))
        };
        for (path, entry) in self.entries().filter(|(path, _)| !is_same(path)) {
            pairs.entry(path.to_vec()).or_default().new = Some(entry);
        }
        pairs.retain(|_, pair| !pair.is_same());
        Ok(pairs)
    }

    /// What would be in the tree of a commit.
    fn entries(&self) -> impl Iterator<Item = (&[u8], Entry)> {
        let written = |file: &StagedFile| file.entry.filter(|_| !file.intent);
        self.files.iter().filter_map(move |(path, file)| Some((path.as_slice(), written(file)?)))
    }

    /// The ids of the trees that the index would be written as, by folder. The order of paths is the order in a tree.
    pub(super) fn folders(&self) -> Result<BTreeMap<&[u8], Oid>, git2::Error> {
        let mut ids = BTreeMap::new();
        let mut open: Vec<(&[u8], Vec<u8>)> = vec![(b"", Vec::new())];
        for (path, entry) in self.entries() {
            while open.last().is_some_and(|(folder, _)| !path.starts_with(folder)) {
                close(&mut open, &mut ids)?;
            }
            let inside = open.last().map_or(0, |(folder, _)| folder.len());
            let slashes = memchr::memchr_iter(b'/', &path[inside..]);
            open.extend(slashes.map(|at| (&path[..=inside + at], Vec::new())));
            if let Some((folder, tree)) = open.last_mut() {
                put(tree, entry.mode, &path[folder.len()..], entry.id);
            }
        }
        while !open.is_empty() {
            close(&mut open, &mut ids)?;
        }
        Ok(ids)
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

/// Ends the innermost folder: its id is known, and stands in the folder around it.
fn close<'a>(
    open: &mut Vec<(&'a [u8], Vec<u8>)>,
    ids: &mut BTreeMap<&'a [u8], Oid>,
) -> Result<(), git2::Error> {
    let Some((folder, tree)) = open.pop() else { return Ok(()) };
    let id = Oid::hash_object(git2::ObjectType::Tree, &tree)?;
    ids.insert(folder, id);
    if let Some((outer, tree)) = open.last_mut() {
        put(tree, FOLDER, &folder[outer.len()..folder.len() - 1], id);
    }
    Ok(())
}

/// An entry of a tree, as git stores it.
fn put(tree: &mut Vec<u8>, mode: u32, name: &[u8], id: Oid) {
    tree.extend(format!("{mode:o} ").bytes());
    tree.extend(name);
    tree.push(0);
    tree.extend(id.as_bytes());
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
