//! Unified diffs, from a file or a pipe: what git, GNU diff, svn and hg write, mails and `git log -p` included.
//!
//! In: a stream of bytes and the tree that the diff leads to. Out: the changed files, in the order of the diff. An empty or
//! blank input is an empty change; anything that cannot be read with certainty is an error, never a smaller change.
//!
//! Lines end at LF and nowhere else. Inside a hunk only the counts of its header decide where it ends, so text that looks like a
//! header stays text. Memory: one piece of a line, the ranges found, a few bytes for each line of one run of changed lines, and
//! the text of one file.
//!
//! Agreement with the tree: of every file that ends in `.go` (others cannot be covered, and may be huge), each added and
//! context line must read as in the tree, a carriage return at its end aside.
//!
//! Names are data. [`Head`] is asked for paths inside the root only (see [`Head`]); [`FileChange::path`] itself may be absolute
//! or hold `..` and control characters, as the diff has it, and whoever joins it with a folder must check it.

mod colour;
mod head;
mod hunk;
mod names;
mod pieces;
mod reader;
mod removed;
mod section;
mod space;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead};

use crate::model::{FileChange, Whitespace};
pub use removed::Removed;

/// The tree that a diff leads to. Asked only for paths that are relative, `/` separated and free of empty, `.` and `..` parts,
/// backslashes, drive letters and NULs.
pub trait Head {
    /// Whether there is a file of this path.
    fn has(&self, path: &str) -> bool;
    /// Its bytes; `None` when there is no such file, or none that can be read.
    fn text(&self, path: &str) -> Option<Vec<u8>>;
}

/// Why a diff is refused.
#[derive(Debug)]
pub struct TextError {
    /// 1-based line of the diff.
    pub line: u64,
    /// The file that the line is about, as [`FileChange::path`].
    pub path: Option<String>,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a diff. Texts in it are raw: escape before showing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Text without any section of a file.
    #[error("not a unified diff: no line names a changed file")]
    NotADiff,
    /// Redirected by a shell that writes UTF-16.
    #[error("not a unified diff but UTF-16 text; `git diff --output=FILE` writes it as it is")]
    Utf16,
    /// A line that has no meaning where it stands.
    #[error("{0}")]
    Malformed(&'static str),
    /// A hunk is shorter than its header says.
    #[error("the hunk is cut off: {old} old and {new} new lines are missing")]
    Truncated {
        /// Lines of the old side that its header promises besides.
        old: u32,
        /// The same of the new side.
        new: u32,
    },
    /// The headers of a file promise a change that does not follow.
    #[error("the diff is cut off: the change of this file is missing")]
    Missing,
    /// Hunks overlap or do not ascend.
    #[error("this hunk starts at or before the end of the one before it")]
    Order,
    /// Two sections for one file.
    #[error(
        "the file is changed twice, first at line {first}: squash the series into one diff (`git diff BASE HEAD`)"
    )]
    Twice {
        /// 1-based line of the diff where its first section starts.
        first: u64,
    },
    /// The diff of a merge against all its parents.
    #[error(
        "a combined diff has no single base: make it with `git diff BASE HEAD` or `git show --first-parent -m`"
    )]
    Combined,
    /// A line reads otherwise in the tree.
    #[error("the diff is not from this tree: {}", differing(*.line, .diff, .head.as_deref()))]
    Mismatch {
        /// 1-based line of the file.
        line: u32,
        /// The line in the diff, cut.
        diff: String,
        /// The line in the tree, cut; `None` behind the end of the file.
        head: Option<String>,
    },
    /// A file that the diff changes is not in the tree.
    #[error("the diff is not from this tree: the file is not there")]
    NoFile,
    /// The stream failed.
    #[error("cannot be read")]
    Io(#[source] io::Error),
}

fn differing(line: u32, diff: &str, head: Option<&str>) -> String {
    match head {
        Some(head) => format!("line {line} of the file is `{head}`, and `{diff}` in the diff"),
        None => format!("the file has no line {line}, which is `{diff}` in the diff"),
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        self.fault.fmt(f)
    }
}

impl std::error::Error for TextError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault.source()
    }
}

/// Reads a whole diff. The first fault ends it.
///
/// A path's prefix (`a/`, `b/`, the mnemonic ones, a folder of its own) is told from both names of a file and from what the tree
/// has. A copy of a Go file has all its lines in `added` and none in `deleted`. With white space ignored, lines that are alike
/// are in neither set, and `line_endings_only` is never set.
pub fn read(
    input: &mut dyn BufRead,
    tree: &dyn Head,
    whitespace: Whitespace,
) -> Result<Vec<FileChange>, TextError> {
    read_all(input, reader::Reader::new(tree, whitespace, false)).map(|(files, _)| files)
}

/// As [`read`], with the deleted lines of Go files, `go.mod` and `go.work` by [`FileChange::path`].
pub fn read_with_removed(
    input: &mut dyn BufRead,
    tree: &dyn Head,
    whitespace: Whitespace,
) -> Result<(Vec<FileChange>, BTreeMap<String, Removed>), TextError> {
    read_all(input, reader::Reader::new(tree, whitespace, true))
}

fn read_all(
    input: &mut dyn BufRead,
    mut reader: reader::Reader<'_>,
) -> Result<(Vec<FileChange>, BTreeMap<String, Removed>), TextError> {
    let mut pieces = pieces::Pieces::new(input);
    loop {
        match pieces.next() {
            Ok(Some(piece)) => reader.piece(&piece)?,
            Ok(None) => return reader.finish(),
            Err(error) => return Err(reader.error(Fault::Io(error))),
        }
    }
}
