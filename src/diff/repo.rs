//! The git repository, through libgit2: no `git` program, no hooks, no programs that a config names.

use camino::Utf8Path;
use git2::Repository;

/// Full commit id of HEAD. `None` without a repository that libgit2 opens, or before its first commit.
pub fn head_commit(root: &Utf8Path) -> Option<String> {
    let repository = Repository::open(root).ok()?;
    let head = repository.head().ok()?.peel_to_commit().ok()?;
    Some(head.id().to_string())
}
