//! The base of a change: what a CI says of it, and which commit was chosen. `ci` fills the first, `diff` answers with the
//! second; both are plain values, so that neither needs to know the other.

use super::finding::Finding;

/// `--base-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseMode {
    /// Compare with the common ancestor of the base and HEAD.
    MergeBase,
    /// Compare with the tree of the base itself.
    Exact,
}

impl BaseMode {
    /// All modes.
    pub const ALL: [Self; 2] = [Self::MergeBase, Self::Exact];

    /// The word in `--base-mode`.
    pub fn name(self) -> &'static str {
        match self {
            Self::MergeBase => "merge-base",
            Self::Exact => "exact",
        }
    }
}

/// A place where the base may be, in the words of a CI. What does not apply or does not exist falls through to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidate {
    /// HEAD is a merge that the CI made: its first parent is the base. Applies when HEAD has two parents and one of the two
    /// ids fits; when the CI names neither, two parents are enough.
    MergeParent {
        /// Full id of the merge itself, where the CI names it.
        merge: Option<String>,
        /// Full id of the head of the change, which is then the second parent, where the CI names it.
        second: Option<String>,
        /// Where this comes from: `pull_request event`, `CI_MERGE_REQUEST_EVENT_TYPE`.
        origin: String,
    },
    /// The only parent of HEAD is the base: a system in which a change is one commit (Gerrit).
    FirstParent {
        /// Full id of the change, where the CI names it: HEAD must be this commit.
        head: Option<String>,
        /// Where this comes from.
        origin: String,
    },
    /// A commit. All zeros count as absent.
    Commit {
        /// Full or abbreviated id.
        id: String,
        /// Whether its own tree is the base; otherwise its common ancestor with HEAD.
        exact: bool,
        /// Whether it counts only as an ancestor of HEAD, and not HEAD itself: what a build ran on before.
        ancestor: bool,
        /// Where this comes from: a variable, or a key of the event.
        origin: String,
    },
    /// A branch of the remote, by its short name: its common ancestor with HEAD.
    Branch {
        /// `main`, without `refs/heads/` or `origin/`.
        name: String,
        /// Where this comes from.
        origin: String,
    },
}

/// What a CI says of the change under test.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CiContext {
    /// Name in `--ci`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// The kind of event, in the words of the CI; empty when it says none.
    pub event: String,
    /// Where the base may be, best first.
    pub candidates: Vec<Candidate>,
    /// The short name of the default branch, where the CI names it.
    pub default_name: Option<String>,
    /// HEAD must be this commit, or a merge with it as second parent, or the change cannot be judged: the commit, and the
    /// sentence that says why (`pull_request_target` checks out the target branch). An empty commit fits nothing.
    pub wanted_head: Option<(String, String)>,
    /// Whether this is a push to the default branch: gates on the change report there and do not fail.
    pub default_branch: bool,
    /// The commit that the default branch has in this run, where the CI names it. A job that checked out something else (a
    /// comment on a pull request, the end of another workflow) runs for the default branch and does not judge it.
    pub default_commit: Option<String>,
    /// The cheapest cure of a history that is too short, as a line of this CI's own configuration.
    pub cure: &'static str,
    /// The cure when HEAD is a merge that the CI made, where that is a cheaper one.
    pub merge_cure: Option<&'static str>,
    /// What was odd: an event file that is missing or unreadable.
    pub notes: Vec<String>,
}

impl CiContext {
    /// Whether HEAD, a full commit id, is what was pushed to the default branch.
    pub fn is_default(&self, head: &str) -> bool {
        self.default_branch && self.default_commit.as_ref().is_none_or(|commit| commit == head)
    }
}

/// The base that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenBase {
    /// Full commit id of the base.
    pub base: String,
    /// Full commit id of HEAD.
    pub head: String,
    /// How it was chosen, for people: `origin/main @ 1f2e3d4 (merge base, from GITHUB_BASE_REF)`.
    pub origin: String,
    /// Commits from the base to HEAD; `None` when a shallow history hides them.
    pub commits: Option<u64>,
    /// `several-merge-bases`, `base-fallback`.
    pub findings: Vec<Finding>,
}
