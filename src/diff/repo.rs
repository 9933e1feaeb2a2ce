//! The git repository, through libgit2: no `git` program, no hooks, no programs that a config names.

use camino::Utf8Path;
use git2::Repository;

/// Full commit id of HEAD. `None` without a repository that libgit2 opens, or before its first commit.
pub fn head_commit(root: &Utf8Path) -> Option<String> {
    let repository = Repository::open(root).ok()?;
    let head = repository.head().ok()?.peel_to_commit().ok()?;
    Some(head.id().to_string())
}

/// Commits that are counted in a shallow history, at most.
const MAX_COMMITS: usize = 1000;

/// What a repository says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Full commit id of HEAD; `None` before the first commit.
    pub head: Option<String>,
    /// Of a shallow clone: how many commits HEAD reaches; at most 1000 are counted.
    pub shallow: Option<usize>,
    /// Whether HEAD is a merge whose first parent, the base, is there.
    pub merges_base: bool,
    /// The branch that changes are compared with.
    pub base: Base,
}

/// A base branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// It has a common ancestor with HEAD.
    Reachable {
        /// Its short name: `origin/main`.
        name: String,
        /// Full commit id of the common ancestor.
        merge_base: String,
    },
    /// It is there, but no common ancestor is.
    Unrelated {
        /// Its short name.
        name: String,
    },
    /// No such branch; the names that were tried.
    Missing {
        /// Short names.
        tried: Vec<String>,
    },
}

/// Looks at the repository whose top level or `.git` this is. `wanted` names the branch that a CI says it merges into. The
/// error is libgit2's own sentence.
pub fn health(root: &Utf8Path, wanted: Option<&str>) -> Result<Health, String> {
    let repository = Repository::open(root).map_err(|error| error.message().to_owned())?;
    let head = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let shallow = repository.is_shallow().then(|| count_commits(&repository));
    let merges_base = head.as_ref().is_some_and(|head| head.parent_count() > 1 && head.parent(0).is_ok());
    let base = base(&repository, head.as_ref().map(git2::Commit::id), wanted);
    Ok(Health { head: head.map(|head| head.id().to_string()), shallow, merges_base, base })
}

fn count_commits(repository: &Repository) -> usize {
    let Ok(mut walk) = repository.revwalk() else { return 0 };
    if walk.push_head().is_err() {
        return 0;
    }
    walk.take(MAX_COMMITS).flatten().count()
}

/// The first branch that exists: the one asked for, the remote's default one, then the usual names.
fn base(repository: &Repository, head: Option<git2::Oid>, wanted: Option<&str>) -> Base {
    let mut names: Vec<String> = Vec::new();
    if let Some(wanted) = wanted {
        names.extend([format!("origin/{wanted}"), wanted.to_owned()]);
    } else {
        let default = repository.find_reference("refs/remotes/origin/HEAD").ok();
        let default = default.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
        names.extend(default.and_then(|name| name.strip_prefix("refs/remotes/").map(str::to_owned)));
        names.extend(["origin/main", "origin/master", "main", "master"].map(str::to_owned));
    }
    let found = names.iter().find_map(|name| Some((name, commit_of(repository, name)?)));
    let Some((name, id)) = found else { return Base::Missing { tried: names } };
    let name = name.clone();
    match head.and_then(|head| repository.merge_base(head, id).ok()) {
        Some(merge_base) => Base::Reachable { name, merge_base: merge_base.to_string() },
        None => Base::Unrelated { name },
    }
}

fn commit_of(repository: &Repository, name: &str) -> Option<git2::Oid> {
    ["refs/remotes/", "refs/heads/"].iter().find_map(|space| {
        let full = format!("{space}{name}");
        git2::Reference::is_valid_name(&full).then_some(())?;
        Some(repository.find_reference(&full).ok()?.peel_to_commit().ok()?.id())
    })
}
