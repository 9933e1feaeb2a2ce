//! Why there is no base, what would cure it, and how that is said.

use crate::error::Error;
use crate::model::words::counted;

/// What a base failed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A branch.
    Branch {
        /// As it was asked for: `origin/main`.
        name: String,
        /// Its name at the remote, a valid one: `main`.
        branch: String,
        /// Whether this is a shallow clone.
        shallow: bool,
        /// Whether its own tree would do.
        exact: bool,
    },
    /// A commit that was named by its full id.
    Commit {
        /// The id.
        id: String,
        /// Whether this is a shallow clone.
        shallow: bool,
        /// Whether its own tree would do.
        exact: bool,
    },
    /// A name that nothing could fetch: `HEAD~50`, or no name at all.
    Revision {
        /// As it was asked for.
        name: String,
        /// Whether this is a shallow clone.
        shallow: bool,
    },
    /// Any branch to compare with.
    Everything {
        /// Whether this is a shallow clone.
        shallow: bool,
    },
    /// A first parent: HEAD is the first commit.
    Parent,
    /// A first parent, which HEAD names and a shallow clone has not.
    ParentCut {
        /// Its full id.
        id: String,
        /// Whether HEAD is a merge.
        merge: bool,
    },
    /// A common ancestor, in a shallow clone.
    Ancestor {
        /// The other side.
        base: String,
        /// Its name at the remote, when it is a branch of that.
        branch: Option<String>,
        /// Commits that HEAD reaches.
        commits: usize,
    },
    /// A common ancestor, in a whole history.
    Related {
        /// The other side.
        base: String,
    },
    /// The change itself: another commit is checked out.
    Change {
        /// Full id of the commit that should be; empty when the CI does not say.
        wanted: String,
        /// Why.
        why: String,
    },
    /// A commit.
    FirstCommit,
    /// Something that libgit2 could not read; its own sentence.
    Git(String),
}

/// No base: exit 4, where something asked for needs one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseError {
    /// What is missing.
    pub missing: Missing,
    /// Names that were looked for, and what the CI said that was of no use.
    pub tried: Vec<String>,
    /// How to get the whole history in this CI.
    pub cure: Option<&'static str>,
    /// How to get enough of it for a merge that this CI made.
    pub merge_cure: Option<&'static str>,
}

impl BaseError {
    pub(super) fn new(missing: Missing) -> Self {
        Self { missing, tried: Vec::new(), cure: None, merge_cure: None }
    }

    pub(super) fn git(error: &git2::Error) -> Self {
        Self::new(Missing::Git(error.message().to_owned()))
    }

    /// First line.
    pub fn message(&self) -> String {
        match &self.missing {
            Missing::Branch { name, .. } | Missing::Revision { name, .. } => format!("base {name} not found"),
            Missing::Commit { id, .. } => format!("base {id} not found"),
            Missing::Everything { .. } => "no base found to compare with".to_owned(),
            Missing::Parent => "no base found to compare with: HEAD is the first commit".to_owned(),
            Missing::ParentCut { id, merge } => {
                let what = if *merge { "the merge at HEAD" } else { "HEAD" };
                format!("history is shallow: the first parent of {what} is not here: {id}")
            }
            Missing::Ancestor { base, commits, .. } => {
                let commits = counted(*commits as u64, "commit");
                format!("history is shallow: no common ancestor of HEAD and {base} within {commits}")
            }
            Missing::Related { base } => format!("HEAD and {base} have no common ancestor"),
            Missing::Change { why, .. } => why.clone(),
            Missing::FirstCommit => {
                "no base found to compare with: the repository has no commit yet".to_owned()
            }
            Missing::Git(sentence) => format!("the history cannot be read: {sentence}"),
        }
    }

    /// The error that stops a run, with the cheapest cure for the CI at hand.
    pub fn to_error(&self) -> Error {
        let mut error = Error::git(self.message());
        if !self.tried.is_empty() {
            error = error.note(format!("tried: {}", self.tried.join(", ")));
        }
        if self.is_shallow() && !self.message().starts_with("history is shallow") {
            error = error.note("the history is shallow");
        }
        error.help(self.help())
    }

    /// Whether a shallow clone is what it failed for.
    pub fn is_shallow(&self) -> bool {
        match &self.missing {
            Missing::Branch { shallow, .. }
            | Missing::Commit { shallow, .. }
            | Missing::Revision { shallow, .. }
            | Missing::Everything { shallow } => *shallow,
            Missing::ParentCut { .. } | Missing::Ancestor { .. } => true,
            _ => false,
        }
    }

    /// The cheapest cure for the CI at hand.
    pub fn help(&self) -> String {
        match &self.missing {
            Missing::Related { base } => format!("--base {} --base-mode exact", quoted(base)),
            Missing::Change { wanted, .. } if wanted.is_empty() => {
                "check out the head of the pull request, or run on pull_request".to_owned()
            }
            Missing::Change { wanted, .. } => {
                format!("check out the head of the pull request, {wanted}, or run on pull_request")
            }
            Missing::Parent => "--base REF".to_owned(),
            Missing::FirstCommit => "git add -A && git commit".to_owned(),
            Missing::Git(_) => "git fsck".to_owned(),
            _ => self.fetch_help(),
        }
    }

    /// The line for the config of the CI, then the command.
    fn fetch_help(&self) -> String {
        let cure = match &self.missing {
            // One parent behind a HEAD is what the cheaper cure gives, merge or not.
            Missing::ParentCut { .. } => self.merge_cure.or(self.cure),
            _ => self.cure,
        };
        let cure = cure.filter(|cure| self.is_shallow() && !cure.starts_with("git "));
        let Some(arguments) = self.fetch() else { return "--base REF".to_owned() };
        let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        let command = format!("git {}", words.join(" "));
        cure.map_or(command.clone(), |cure| format!("{cure}, or run: {command}"))
    }

    /// The arguments of `git` that fetch exactly what is missing; `None` when no fetch would help. A clone that is whole is
    /// never given a depth: that would make it shallow. Each word is an option of ours, `origin`, a full id or a full refspec,
    /// so none can pass for an option.
    pub fn fetch(&self) -> Option<Vec<String>> {
        let enough =
            |shallow: bool, exact: bool| shallow.then_some(if exact { "--depth=1" } else { "--unshallow" });
        let (depth, wanted) = match &self.missing {
            Missing::ParentCut { id, .. } => (Some("--depth=1"), Some(id.clone())),
            Missing::Ancestor { branch, .. } => (Some("--unshallow"), branch.as_deref().map(refspec)),
            Missing::Commit { id, shallow, exact } => (enough(*shallow, *exact), Some(id.clone())),
            Missing::Branch { branch, shallow, exact, .. } => {
                (enough(*shallow, *exact), Some(refspec(branch)))
            }
            Missing::Revision { shallow: true, .. } | Missing::Everything { shallow: true } => {
                (Some("--unshallow"), None)
            }
            _ => return None,
        };
        let words = [Some("fetch"), Some("--no-tags"), depth, Some("origin"), wanted.as_deref()];
        Some(words.into_iter().flatten().map(str::to_owned).collect())
    }
}

fn refspec(branch: &str) -> String {
    format!("+refs/heads/{branch}:refs/remotes/origin/{branch}")
}

/// A word as a shell reads it back: a branch may be called `$(date)`.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._/+-@%=:~^".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
