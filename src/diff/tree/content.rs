//! The text of a file on either side.

use std::collections::{BTreeMap, BTreeSet};

use git2::{DiffLineType, Index, IndexEntry, IndexTime, ObjectType, Oid, Patch, Repository};

use super::side::{Entry, Pairs, missing};
use super::{TreeError, is_go};

/// git looks for a NUL in as many bytes.
const BINARY_WITHIN: usize = 8000;
/// Larger files have no lines for git (`core.bigFileThreshold`) and for libgit2 (`max_size`).
const MAX_SIZE: usize = 512 << 20;

/// The text of a file, as git would store it.
pub(super) enum Content<'a> {
    Blob(git2::Blob<'a>),
    Worktree(&'a [u8]),
}

impl Content<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Blob(blob) => blob.content(),
            Self::Worktree(bytes) => bytes,
        }
    }

    pub(super) fn is_binary(&self) -> bool {
        let bytes = self.bytes();
        let start = bytes.get(..BINARY_WITHIN).unwrap_or(bytes);
        memchr::memchr(0, start).is_some() || bytes.len() > MAX_SIZE
    }
}

/// Where texts come from: the objects, and what was read of the working directory.
pub(super) struct Store<'r> {
    pub repository: &'r Repository,
    worktree: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The id of the empty blob.
    empty: Oid,
}

impl<'r> Store<'r> {
    pub(super) fn new(repository: &'r Repository) -> Result<Self, git2::Error> {
        let empty = Oid::hash_object(ObjectType::Blob, b"")?;
        Ok(Self { repository, worktree: BTreeMap::new(), empty })
    }

    pub(super) fn content(&self, path: &[u8], entry: Entry) -> Result<Content<'_>, TreeError> {
        if let Some(bytes) = self.worktree.get(path).filter(|_| entry.worktree) {
            return Ok(Content::Worktree(bytes));
        }
        // As for git: this blob need not be there. It is what `git add -N` writes into the index.
        if entry.id == self.empty {
            return Ok(Content::Worktree(&[]));
        }
        let blob = self.repository.find_blob(entry.id);
        blob.map(Content::Blob).map_err(|error| missing(self.repository, &error, entry.id, path))
    }

    /// Reads the Go files that the working directory has, and fills in their ids. What is not there after all is gone.
    pub(super) fn load(&mut self, pairs: &mut Pairs) -> Result<(), TreeError> {
        let in_worktree = |entry: &Entry| entry.worktree && entry.is_regular();
        let wanted: BTreeSet<&Vec<u8>> = pairs
            .iter()
            .filter(|(path, pair)| is_go(path) && pair.new.as_ref().is_some_and(in_worktree))
            .map(|(path, _)| path)
            .collect();
        self.worktree = read(self.repository, &wanted)?;
        for (path, pair) in pairs.iter_mut() {
            let Some(entry) = pair.new.as_mut().filter(|entry| is_go(path) && in_worktree(entry)) else {
                continue;
            };
            match self.worktree.get(path) {
                Some(bytes) => entry.id = Oid::hash_object(ObjectType::Blob, bytes)?,
                None => pair.new = None,
            }
        }
        Ok(())
    }
}

/// The texts of files of the working directory after the repository's filters (line endings and `ident`; libgit2 runs no
/// others). libgit2 applies them only inside of a comparison, so this is one with nothing: an index in memory, whose entries
/// have no content, makes each line of each file an added one. The filters themselves still see the real index.
fn read(
    repository: &Repository,
    wanted: &BTreeSet<&Vec<u8>>,
) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, TreeError> {
    let mut texts = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(texts);
    }
    let mut index = Index::new()?;
    let mut options = git2::DiffOptions::new();
    options.disable_pathspec_match(true).force_text(true).context_lines(0).ignore_submodules(true);
    for path in wanted {
        index.add(&without_content(path))?;
        options.pathspec(path.as_slice());
    }
    let diff = repository.diff_index_to_workdir(Some(&index), Some(&mut options))?;
    for at in 0..diff.deltas().len() {
        let Some(patch) = Patch::from_diff(&diff, at)? else { continue };
        let delta = patch.delta();
        if delta.status() != git2::Delta::Modified {
            continue;
        }
        if let Some(path) = delta.new_file().path_bytes().filter(|path| wanted.contains(&path.to_vec())) {
            texts.insert(path.to_vec(), added_text(&patch)?);
        }
    }
    Ok(texts)
}

fn added_text(patch: &Patch<'_>) -> Result<Vec<u8>, git2::Error> {
    let mut text = Vec::new();
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk)? {
            let line = patch.line_in_hunk(hunk, line)?;
            if line.origin_value() == DiffLineType::Addition {
                text.extend(line.content());
            }
        }
    }
    Ok(text)
}

fn without_content(path: &[u8]) -> IndexEntry {
    let never = IndexTime::new(0, 0);
    IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: Oid::ZERO_SHA1,
        flags: 0,
        flags_extended: 0,
        path: path.to_vec(),
    }
}
