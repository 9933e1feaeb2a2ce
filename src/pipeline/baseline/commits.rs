//! What the commit that a baseline records says of it: it is not here, it is that of the head, or it comes after the head.

use super::short;
use crate::diff::base::{self, BaseError, Missing};
use crate::diff::tree::Repository;
use crate::error::Error;
use crate::model::{Code, FileChange, Finding, Place};

/// The commit is not in this repository. It came from the file and not from the command line, so the file is named.
pub fn absent(path: &str, commit: &str, cure: String, shallow: bool) -> Error {
    let error =
        Error::git(format!("the baseline {path} is of {commit}, a commit that is not in this repository"));
    let error = if shallow {
        error.note("the history is shallow; where it is not that, the baseline is of another repository")
    } else {
        error
            .note("the baseline is of another repository, or of a branch that was rewritten or never fetched")
    };
    error.help(cure)
}

/// The same from what the search for a base says.
pub fn missing(path: &str, commit: &str, missing: &BaseError) -> Error {
    match missing.missing {
        Missing::Commit { .. } | Missing::Revision { .. } if missing.is_shallow() => {
            let cure = missing.help();
            let whole =
                if cure.contains("--unshallow") { "" } else { "; the whole history: git fetch --unshallow" };
            absent(path, commit, format!("{cure}{whole}"), true)
        }
        Missing::Commit { .. } | Missing::Revision { .. } => absent(path, commit, fetch(commit), false),
        _ => missing.to_error(),
    }
}

/// The same where nothing was searched.
pub fn not_here(path: &str, commit: &str, repository: &Repository) -> Error {
    let shallow = base::is_shallow(repository);
    let cure = if shallow { "git fetch --unshallow".to_owned() } else { fetch(commit) };
    absent(path, commit, cure, shallow)
}

fn fetch(commit: &str) -> String {
    format!("git fetch origin {commit}, or save a baseline of this repository: coverdict baseline save")
}

/// A baseline of the commit that is checked out, with its own sources: every gate passes on it. It is no error, since the job of
/// the default branch that runs again finds what it saved before.
pub fn of_head(path: &str, commit: &str, changes: &[FileChange]) -> Option<Finding> {
    let is_go = |path: &str| camino::Utf8Path::new(path).extension() == Some("go");
    let differs = |file: &FileChange| is_go(&file.path) || file.old_path.as_deref().is_some_and(is_go);
    if changes.iter().any(differs) {
        return None;
    }
    let message = format!(
        "the baseline {path} is of this very commit ({}), and no Go file changed since",
        short(commit)
    );
    Some(
        Finding::new(Code::SuspiciousBaseline, message)
            .at(Place::file(path))
            .fact("no change lies between the two sides: what differs is what ran")
            .help("on a pull request give the baseline of the target branch; a job that merely runs again needs nothing"),
    )
}

/// The two commits in the wrong order, or on two branches. `head` is what the newer side is called.
pub fn order(repository: &Repository, old: (&str, &str), new: (&str, &str)) -> Option<Finding> {
    let ((path, base), (name, head)) = (old, new);
    let is_head = name == "HEAD";
    let of = format!("the baseline {path} is of {}", short(base));
    let finding = |message| Finding::new(Code::SuspiciousBaseline, message).at(Place::file(path));
    if base::is_later(repository, base, head) {
        let finding = finding(format!("{of}, which comes after {name} ({})", short(head)))
            .fact("what was added since counts as deleted, and what was gained as lost");
        return Some(if is_head {
            finding.help("check out the newer commit, or give a baseline of an older one")
        } else {
            finding.help(format!("the other way round: coverdict compare {name} {path}"))
        });
    }
    base::is_unrelated(repository, base, head).then(|| {
        finding(format!("{of}, which is no ancestor of {name}"))
            .fact("what changed there since the two parted shows as a change of this branch")
            .help("compare with a baseline of the merge base, or merge the target branch first")
    })
}
