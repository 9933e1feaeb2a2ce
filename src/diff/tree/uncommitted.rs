//! Files that a commit does not describe.

use git2::Repository;

use super::content::Store;
use super::{TreeError, head_tree, unsaved};
use crate::model::HeadSide;

/// Which of these files of the working directory are not as HEAD has them: edited, staged, untracked or ignored.
pub fn uncommitted<'p>(repository: &Repository, paths: &[&'p str]) -> Result<Vec<&'p str>, TreeError> {
    let head = head_tree(repository)?;
    let mut store = Store::new(repository)?;
    let (_, unsaved) = unsaved(&mut store, head, HeadSide::Auto)?;
    let index = repository.index()?;
    let differs = |path: &&str| {
        // Git says nothing of a file that it ignores, but it is not in the index.
        unsaved.contains_key(path.as_bytes()) || index.get_path(path.as_ref(), 0).is_none()
    };
    Ok(paths.iter().copied().filter(differs).collect())
}
