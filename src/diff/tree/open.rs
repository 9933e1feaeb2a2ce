//! Opening a repository, and what can be in the way.

use camino::{Utf8Path, Utf8PathBuf};
use git2::{ErrorCode, Repository};

/// Why a repository was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is none.
    #[error("{root} is no git repository")]
    None {
        /// The folder.
        root: Utf8PathBuf,
    },
    /// It belongs to somebody else, and no `safe.directory` allows it.
    #[error("{root} belongs to another user, so git does not trust it")]
    NotOwned {
        /// The folder.
        root: Utf8PathBuf,
    },
    /// It uses what libgit2 cannot read: SHA-256, reftable, another extension, a later version.
    #[error("{root} cannot be read: {reason}")]
    Unsupported {
        /// The folder.
        root: Utf8PathBuf,
        /// What it uses.
        reason: String,
    },
    /// It is damaged, or may not be read.
    #[error("{root} cannot be opened: {reason}")]
    Broken {
        /// The folder.
        root: Utf8PathBuf,
        /// libgit2's own sentence.
        reason: String,
    },
}

impl OpenError {
    /// The cure.
    pub fn help(&self) -> String {
        match self {
            Self::None { .. } => "run it in a checkout, or give the change as a patch with --diff".to_owned(),
            Self::NotOwned { root } => {
                format!("run `git config --global --add safe.directory {root}`")
            }
            Self::Unsupported { .. } | Self::Broken { .. } => {
                "give the change as a patch: `git diff BASE | coverdict --diff -`".to_owned()
            }
        }
    }
}

/// Opens the repository whose top level or `.git` this is: a checkout, a linked worktree, a submodule or a bare repository.
/// No variable of the environment moves it elsewhere.
pub fn open(root: &Utf8Path) -> Result<Repository, OpenError> {
    Repository::open(super::as_std(root)).map_err(|error| why(root, &error))
}

/// Names of libgit2's sentences are not stable, so what is not known is `Broken` and carries the sentence.
pub(super) fn why(root: &Utf8Path, error: &git2::Error) -> OpenError {
    let (root, message) = (root.to_owned(), error.message());
    // repository.c: check_valid_extension, check_repositoryformatversion, load_objectformat.
    let extension = message.strip_prefix("unsupported extension name extensions.");
    let unsupported = match (extension, message) {
        (Some("refstorage"), _) => Some("its references are stored as a reftable".to_owned()),
        (Some("partialclone"), _) => Some("it is a partial clone of an old kind".to_owned()),
        (Some(name), _) => Some(format!("it uses the extension {name}")),
        (_, message) if message.starts_with("unknown object format 'sha256'") => {
            Some("its object ids are SHA-256".to_owned())
        }
        (_, message) if message.starts_with("unknown object format") => Some(message.to_owned()),
        (_, message) if message.starts_with("unsupported repository version") => Some(message.to_owned()),
        _ => None,
    };
    match (error.code(), unsupported) {
        (_, Some(reason)) => OpenError::Unsupported { root, reason },
        (ErrorCode::NotFound, None) => OpenError::None { root },
        (ErrorCode::Owner, None) => OpenError::NotOwned { root },
        (_, None) => OpenError::Broken { root, reason: message.to_owned() },
    }
}
