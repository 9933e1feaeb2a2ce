//! GitHub Actions.
//!
//! Variables: <https://docs.github.com/en/actions/reference/variables-reference>. `GITHUB_BASE_REF` is set for
//! `pull_request` and `pull_request_target` alone. `GITHUB_SHA` and `GITHUB_REF` of a pull request are the merge that GitHub
//! made, `refs/pull/N/merge`.

use super::{Env, Event, Provider, before, branch, branch_of, flag, owned, short, text, those, tip, var};
use crate::model::{Candidate, CiContext};

pub(super) const PROVIDER: Provider = Provider {
    name: "github",
    title: "GitHub Actions",
    page: "https://docs.github.com/en/actions/reference/variables-reference",
    cure: "set `fetch-depth: 0` (or 2 for pull_request) on actions/checkout",
    merge_cure: Some("set `fetch-depth: 2` on actions/checkout"),
    detect: |env| flag(env, "GITHUB_ACTIONS"),
    event_path,
    read,
};

/// The payload: <https://docs.github.com/en/actions/reference/variables-reference>.
pub(super) fn event_path(env: &Env) -> Option<&str> {
    var(env, "GITHUB_EVENT_PATH")
}

/// Gitea and Forgejo set the same names.
pub(super) fn read(env: &Env, event: Option<&Event>) -> CiContext {
    let kind = var(env, "GITHUB_EVENT_NAME").unwrap_or_default();
    let mut context = CiContext {
        event: kind.to_owned(),
        default_name: text(event, &["repository", "default_branch"]).map(str::to_owned),
        cure: "set `fetch-depth: 0` on actions/checkout",
        ..CiContext::default()
    };
    match kind {
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => {
            context.candidates = pull_request(env, event);
        }
        "pull_request_target" => {
            context.candidates = pull_request(env, event);
            context.wanted_head = Some(wanted_head(event));
        }
        "merge_group" => context.candidates = merge_group(env, event),
        _ => {
            if kind == "push" {
                context.candidates = those([before(text(event, &["before"]), "`before` of the push event")]);
            }
            let default = context.default_name.as_deref();
            context.default_branch = default.is_some() && default == pushed(env);
            context.default_commit = owned(env, "GITHUB_SHA");
        }
    }
    context
}

/// The branch that was pushed, or that a schedule runs on.
fn pushed(env: &Env) -> Option<&str> {
    var(env, "GITHUB_REF")?.strip_prefix("refs/heads/")
}

/// The base's id in the payload is the tip of the target when the pull request was last updated, so it comes last.
fn pull_request(env: &Env, event: Option<&Event>) -> Vec<Candidate> {
    // Gitea runs on the head itself, `refs/pull/N/head`: a merge of its author would pass for one of the system's.
    let merged = var(env, "GITHUB_REF").is_some_and(|name| name.ends_with("/merge"));
    let merge = Candidate::MergeParent {
        merge: owned(env, "GITHUB_SHA").filter(|_| merged),
        second: text(event, &["pull_request", "head", "sha"]).map(str::to_owned),
        origin: format!("{} event", var(env, "GITHUB_EVENT_NAME").unwrap_or("pull_request")),
    };
    let target = branch_of(env, "GITHUB_BASE_REF")
        .or_else(|| branch(text(event, &["pull_request", "base", "ref"]), "pull_request.base.ref"));
    let base = tip(text(event, &["pull_request", "base", "sha"]), "pull_request.base.sha");
    those([Some(merge).filter(is_told), target, base])
}

/// Without a commit to compare with, any merge would do.
fn is_told(candidate: &Candidate) -> bool {
    !matches!(candidate, Candidate::MergeParent { merge: None, second: None, .. })
}

fn wanted_head(event: Option<&Event>) -> (String, String) {
    let head = text(event, &["pull_request", "head", "sha"]).unwrap_or_default();
    let why = "pull_request_target checks out the target branch: the change of the pull request is not here";
    (head.to_owned(), why.to_owned())
}

/// `gh-readonly-queue/BRANCH/pr-N-ID` is the name of the queue's branch; in a batch the base is the entry before.
fn merge_group(env: &Env, event: Option<&Event>) -> Vec<Candidate> {
    let queue = var(env, "GITHUB_REF").map(short).and_then(|name| name.strip_prefix("gh-readonly-queue/"));
    let named = queue.and_then(|name| name.rsplit_once("/pr-")).map(|(target, _)| target);
    let target = text(event, &["merge_group", "base_ref"]);
    those([
        before(text(event, &["merge_group", "base_sha"]), "merge_group.base_sha"),
        branch(target, "merge_group.base_ref").or_else(|| branch(named, "GITHUB_REF")),
    ])
}
