//! Woodpecker.
//!
//! Variables: <https://woodpecker-ci.org/docs/usage/environment>. `CI_PREV_COMMIT_SHA` is the commit of the pipeline before,
//! which may have been another branch's.

use super::{Env, Event, Provider, UNSHALLOW, before, branch_of, merge_of, no_event, owned, those, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "woodpecker",
    title: "Woodpecker",
    page: "https://woodpecker-ci.org/docs/usage/environment",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| var(env, "CI") == Some("woodpecker"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let kind = var(env, "CI_PIPELINE_EVENT").unwrap_or_default();
    let mut context = CiContext {
        event: kind.to_owned(),
        default_name: owned(env, "CI_REPO_DEFAULT_BRANCH"),
        ..CiContext::default()
    };
    if kind.starts_with("pull_request") {
        let merge = merge_of(env, "CI_COMMIT_SHA");
        context.candidates = those([merge, branch_of(env, "CI_COMMIT_TARGET_BRANCH")]);
        return context;
    }
    let on = owned(env, "CI_COMMIT_BRANCH");
    if kind == "push" && owned(env, "CI_PREV_COMMIT_BRANCH").is_none_or(|before| Some(before) == on) {
        let name = "CI_PREV_COMMIT_SHA";
        context.candidates = those([before(var(env, name), name)]);
    }
    context.default_branch = kind != "tag" && on.is_some() && on == context.default_name;
    context
}
