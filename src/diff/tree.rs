//! The changed lines of a repository: a base tree against HEAD, the index or the working directory.
//!
//! What differs is found by object ids (`side.rs`), renames and copies among Go files as git finds them (`rename.rs`), and the
//! lines by libgit2's copy of xdiff (`lines.rs`). No setting of anybody's git config changes a result, except those that say
//! how the working directory was written: line endings (`core.autocrlf`, `core.eol`, the attributes `text` and `eol`), `ident`,
//! `core.fileMode`, `core.symlinks`, and what git ignores. libgit2 has no code that runs a program: `core.fsmonitor`, hooks,
//! `diff.external`, `textconv` and `filter.*.clean` are names to it. The attributes `diff` and `binary` are not asked: a change
//! could hide its own lines with them. Nothing is written, the index neither.

use std::collections::BTreeMap;
use std::path::Path;

use camino::Utf8Path;

use crate::model::{ChangeKind, Code, ContentKind, FileChange, Finding, HeadSide, LineSet, Whitespace};

pub use git2::{Oid, Repository};
pub use lines::same_but_for_endings;
pub use open::{OpenError, open};
pub use uncommitted::uncommitted;

use content::Store;
use side::{Entry, Pair, Pairs};

mod content;
mod lines;
mod open;
mod rename;
mod side;
#[cfg(test)]
mod tests;
mod uncommitted;

/// How to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiffOptions {
    /// What the base is compared with.
    pub head: HeadSide,
    /// Which differences in white space count.
    pub whitespace: Whitespace,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// What differs, by path. Lines are told of Go files only; other files are listed as text without lines. An untracked
    /// file is listed if it is a Go file.
    pub files: Vec<FileChange>,
    /// What the base was compared with; never `Auto`.
    pub head: HeadSide,
    /// Eligible Go files in which the working directory or the index differs from HEAD, by path. Looked for when the head
    /// side is not a given commit.
    pub dirty: Vec<String>,
    /// Blobs of the Go files that the head side has, by path. Empty when the working directory is the head side.
    pub blobs: BTreeMap<String, Oid>,
    /// `rename-limit`.
    pub findings: Vec<Finding>,
}

/// The text of a blob; `None` when it is not there.
pub fn text(repository: &Repository, blob: Oid) -> Option<Vec<u8>> {
    repository.find_blob(blob).ok().map(|blob| blob.content().to_vec())
}

/// The texts of files in the tree of a commit, as they are stored there; `None` for what is not there or no regular file.
pub fn texts_at(
    repository: &Repository,
    commit: Oid,
    paths: &[&str],
) -> Result<Vec<Option<Vec<u8>>>, TreeError> {
    let tree = repository
        .find_object(commit, None)
        .and_then(|object| object.peel_to_tree())
        .map_err(|_| TreeError::Base(commit))?;
    let text_of = |path: &str| {
        let entry = tree.get_path(Path::new(path)).ok()?;
        text(repository, entry.id()).filter(|_| entry.filemode() & 0o170_000 == 0o100_000)
    };
    Ok(paths.iter().map(|path| text_of(path)).collect())
}

/// Why there is no change to judge.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// No tree of this id.
    #[error("the base {0} is not in the repository")]
    Base(Oid),
    /// An unborn branch.
    #[error("HEAD has no commit yet")]
    NoHead,
    /// `--head index` or `worktree` in a bare repository.
    #[error("a bare repository has no index and no working directory")]
    Bare,
    /// libgit2 cannot read the index: broken, sparse or split.
    #[error("the index cannot be read: {0}")]
    Index(String),
    /// A blob or tree is not there.
    #[error("object {id} ({path}) is not in the repository{}", if *.partial { ": it is a partial clone" } else { "" })]
    Missing {
        /// Which.
        id: Oid,
        /// Where it stands in the tree; empty for the top.
        path: String,
        /// Whether the clone was made with `--filter`.
        partial: bool,
    },
    /// More paths differ than any repository holds.
    #[error("more than {} paths differ", side::MAX_PATHS)]
    TooMany,
    /// All else; libgit2's own sentence.
    #[error("{0}")]
    Git(String),
}

impl TreeError {
    /// The cure.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Base(_) => "fetch it, or give the change as a patch with --diff",
            Self::NoHead => "commit first",
            Self::Bare => "compare with --head HEAD",
            Self::Index(_) => "compare with --head HEAD, or give the change as a patch with --diff",
            Self::Missing { partial: true, .. } => {
                "run `git diff BASE` once, which fetches what is missing, clone without --filter, or give the change as a patch with --diff"
            }
            Self::Missing { .. } => "run `git fsck`, or give the change as a patch with --diff",
            Self::TooMany | Self::Git(_) => "give the change as a patch with --diff",
        }
    }
}

impl From<git2::Error> for TreeError {
    fn from(error: git2::Error) -> Self {
        if error.class() == git2::ErrorClass::Index {
            Self::Index(error.message().to_owned())
        } else {
            Self::Git(error.message().to_owned())
        }
    }
}

/// What differs between `base`, a commit or a tree, and the head side.
pub fn changes(repository: &Repository, base: Oid, options: DiffOptions) -> Result<Changes, TreeError> {
    let base = tree_of(repository, base)?;
    let head = head_tree(repository)?;
    let mut store = Store::new(repository)?;
    let (side, unsaved) = unsaved(&mut store, head, options.head)?;
    let dirty = unsaved.keys().filter(|path| is_eligible(path)).map(|path| shown(path)).collect();
    let mut pairs = side::trees(repository, Some(base), head)?;
    if side != HeadSide::Head {
        side::compose(&mut pairs, unsaved);
    }
    let changes = compared(&store, pairs, side, options.whitespace)?;
    Ok(Changes { dirty, ..changes })
}

/// What differs between two commits or trees, whatever is checked out.
pub fn changes_between(
    repository: &Repository,
    base: Oid,
    head: Oid,
    whitespace: Whitespace,
) -> Result<Changes, TreeError> {
    let (base, head) = (tree_of(repository, base)?, tree_of(repository, head)?);
    let store = Store::new(repository)?;
    let pairs = side::trees(repository, Some(base), Some(head))?;
    compared(&store, pairs, HeadSide::Head, whitespace)
}

fn tree_of(repository: &Repository, id: Oid) -> Result<Oid, TreeError> {
    let tree = repository.find_object(id, None).and_then(|object| object.peel_to_tree());
    Ok(tree.map_err(|_| TreeError::Base(id))?.id())
}

/// The files of pairs that differ, with renames and lines.
fn compared(
    store: &Store<'_>,
    mut pairs: Pairs,
    side: HeadSide,
    whitespace: Whitespace,
) -> Result<Changes, TreeError> {
    pairs.retain(|_, pair| !pair.is_same());
    let renames = rename::find(&pairs, store)?;
    let mut files = Vec::with_capacity(pairs.len());
    for (path, pair) in &pairs {
        if !renames.gone.contains(path) {
            files.push(file(store, path, pair, renames.of.get(path), whitespace)?);
        }
    }
    let findings = renames.over_limit.map(rename_limit).into_iter().collect();
    let stored = pairs.iter().filter(|(path, _)| side != HeadSide::Worktree && is_go(path));
    let stored = stored.filter_map(|(path, pair)| Some((shown(path), pair.new.filter(Entry::is_stored)?.id)));
    let blobs = stored.collect();
    Ok(Changes { files, head: side, dirty: Vec::new(), blobs, findings })
}

/// The tree of HEAD; `None` before the first commit.
fn head_tree(repository: &Repository) -> Result<Option<Oid>, TreeError> {
    match repository.head() {
        Ok(head) => Ok(Some(head.peel_to_tree()?.id())),
        Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The side to compare with, and how it differs from HEAD. The working directory is looked at once, whatever comes of it.
fn unsaved(
    store: &mut Store<'_>,
    head: Option<Oid>,
    wanted: HeadSide,
) -> Result<(HeadSide, Pairs), TreeError> {
    let bare = store.repository.is_bare();
    match wanted {
        HeadSide::Head if head.is_none() => return Err(TreeError::NoHead),
        HeadSide::Index | HeadSide::Worktree if bare => return Err(TreeError::Bare),
        HeadSide::Head => return Ok((HeadSide::Head, Pairs::new())),
        HeadSide::Auto if bare => return Ok((HeadSide::Head, Pairs::new())),
        _ => {}
    }
    let staged = side::Staged::read(store.repository)?;
    let mut unsaved = staged.against(store.repository, head)?;
    if wanted != HeadSide::Index {
        side::compose(&mut unsaved, staged.worktree(store.repository)?);
        store.load(&mut unsaved)?;
    }
    unsaved.retain(|_, pair| !pair.is_same());
    let side = match wanted {
        HeadSide::Auto if head.is_some() && !unsaved.keys().any(|path| is_eligible(path)) => HeadSide::Head,
        HeadSide::Auto => HeadSide::Worktree,
        other => other,
    };
    Ok((side, unsaved))
}

/// One file, with its lines if it is a Go file.
fn file(
    store: &Store<'_>,
    path: &[u8],
    pair: &Pair,
    user: Option<&rename::User>,
    whitespace: Whitespace,
) -> Result<FileChange, TreeError> {
    let kind = match (user, pair.old, pair.new) {
        (Some(user), ..) => user.kind,
        (None, None, _) => ChangeKind::Added,
        (None, _, None) => ChangeKind::Deleted,
        (None, Some(_), Some(_)) => ChangeKind::Modified,
    };
    let mut change = FileChange {
        path: shown(path),
        old_path: user.map(|user| shown(&user.path)),
        kind,
        content: pair.new.or(pair.old).map_or(ContentKind::Text, Entry::content),
        added: LineSet::default(),
        deleted: LineSet::default(),
        line_endings_only: false,
    };
    if !is_go(path) {
        return Ok(change);
    }
    let (old_path, old) = match user {
        // All lines of a copy are new.
        Some(user) if user.kind == ChangeKind::Copied => (path, None),
        Some(user) => (user.path.as_slice(), Some(user.entry)),
        None => (path, pair.old),
    };
    let side = |path: &[u8], entry: Option<Entry>| {
        entry.filter(|entry| entry.is_regular()).map(|entry| store.content(path, entry)).transpose()
    };
    let (old, new) = (side(old_path, old)?, side(path, pair.new)?);
    if [&old, &new].into_iter().flatten().any(|content| content.is_binary()) {
        if change.content == ContentKind::Text {
            change.content = ContentKind::Binary;
        }
        return Ok(change);
    }
    let text = |content: &Option<content::Content<'_>>| content.is_some();
    let both = text(&old) && text(&new);
    let (old, new) =
        (old.as_ref().map_or(&[][..], |old| old.bytes()), new.as_ref().map_or(&[][..], |new| new.bytes()));
    if both {
        (change.added, change.deleted) = lines::changed(old, new, whitespace)?;
        change.line_endings_only = !change.added.is_empty() && same_but_for_endings(old, new);
    } else {
        (change.added, change.deleted) = (lines::all(new), lines::all(old));
    }
    Ok(change)
}

fn rename_limit((new, old): (usize, usize)) -> Finding {
    let message = format!("{new} Go files are new and {old} changed or gone: too many to look for renames");
    Finding::new(Code::RenameLimit, message)
        .fact(format!(
            "renames without an edit are found; {} pairs of files are compared at most",
            rename::MAX_PAIRS
        ))
        .count(new as u64)
}

/// Whether it is a Go file by its name.
fn is_go(path: &[u8]) -> bool {
    path.ends_with(b".go")
}

/// Whether a Go file can owe coverage, as far as its path tells. Patterns of a config are applied later.
fn is_eligible(path: &[u8]) -> bool {
    let mut folders = path.split(|&byte| byte == b'/').rev().skip(1);
    let left_out = |folder: &[u8]| {
        matches!(folder, b"vendor" | b"testdata") || folder.starts_with(b"_") || folder.starts_with(b".")
    };
    is_go(path) && !path.ends_with(b"_test.go") && !folders.any(left_out)
}

fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

/// The path of a root for libgit2.
fn as_std(root: &Utf8Path) -> &Path {
    root.as_std_path()
}
