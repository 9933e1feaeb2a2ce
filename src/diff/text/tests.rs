//! Tests of the reader of unified diffs: literal diffs in, changes out. Rows are those of the table in the specification of
//! this stage; the number is in the name.

mod bad;
mod dialects;
mod fixture;
mod large;
mod laws;
mod removed;
mod rows;

use std::collections::BTreeMap;

use super::*;
use crate::model::{ChangeKind, ContentKind, LineSet};

/// A literal tree. It refuses to be asked for anything outside.
#[derive(Debug, Clone, Default)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
    }
}

impl Head for Files {
    fn has(&self, path: &str) -> bool {
        assert!(names::inside(path), "asked for {path:?}");
        self.0.contains_key(path)
    }

    fn text(&self, path: &str) -> Option<Vec<u8>> {
        assert!(names::inside(path), "asked for {path:?}");
        self.0.get(path).cloned()
    }
}

/// A tree in which everything exists, for diffs of files that are not checked.
struct Anything;

impl Head for Anything {
    fn has(&self, path: &str) -> bool {
        assert!(names::inside(path), "asked for {path:?}");
        true
    }

    fn text(&self, path: &str) -> Option<Vec<u8>> {
        panic!("the text of {path} is not needed");
    }
}

fn read_bytes(diff: &[u8], tree: &dyn Head) -> Result<Vec<FileChange>, TextError> {
    read(&mut &diff[..], tree, Whitespace::Significant)
}

#[track_caller]
fn changes(diff: &str, tree: &[(&str, &str)]) -> Vec<FileChange> {
    match read_bytes(diff.as_bytes(), &Files::of(tree)) {
        Ok(files) => files,
        Err(error) => panic!("{error}"),
    }
}

/// The only file of a diff.
#[track_caller]
fn change(diff: &str, tree: &[(&str, &str)]) -> FileChange {
    let mut files = changes(diff, tree);
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[track_caller]
fn error(diff: &str, tree: &[(&str, &str)]) -> TextError {
    match read_bytes(diff.as_bytes(), &Files::of(tree)) {
        Ok(files) => panic!("accepted: {files:?}"),
        Err(error) => error,
    }
}

fn lines(set: &LineSet) -> Vec<u32> {
    set.lines().collect()
}

/// A diff of `x.go` with these hunks.
fn of_x(hunks: &str) -> String {
    format!("--- a/x.go\n+++ b/x.go\n{hunks}")
}

/// Numbered lines, some of them said.
fn text_with(count: usize, said: &[(usize, &str)]) -> String {
    (1..=count)
        .map(|number| match said.iter().find(|(line, _)| *line == number) {
            Some((_, text)) => format!("{text}\n"),
            None => format!("line {number}\n"),
        })
        .collect()
}
