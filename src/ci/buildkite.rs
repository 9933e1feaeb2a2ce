//! Buildkite.
//!
//! Variables: <https://buildkite.com/docs/pipelines/configure/environment-variables>. Outside of a pull request
//! `BUILDKITE_PULL_REQUEST` is `false` and the base branch is empty.

use super::{Env, Event, Provider, UNSHALLOW, before, branch_of, flag, no_event, owned, those, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "buildkite",
    title: "Buildkite",
    page: "https://buildkite.com/docs/pipelines/configure/environment-variables",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| flag(env, "BUILDKITE"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let queue = "BUILDKITE_MERGE_QUEUE_BASE_COMMIT";
    let queued = those([before(var(env, queue), queue), branch_of(env, "BUILDKITE_MERGE_QUEUE_BASE_BRANCH")]);
    let default_name = owned(env, "BUILDKITE_PIPELINE_DEFAULT_BRANCH");
    if !queued.is_empty() {
        let event = "merge queue".to_owned();
        return CiContext { event, candidates: queued, default_name, ..CiContext::default() };
    }
    if flag(env, "BUILDKITE_PULL_REQUEST") {
        let candidates = those([branch_of(env, "BUILDKITE_PULL_REQUEST_BASE_BRANCH")]);
        let event = "pull request".to_owned();
        return CiContext { event, candidates, default_name, ..CiContext::default() };
    }
    let default_branch = default_name.is_some() && owned(env, "BUILDKITE_BRANCH") == default_name;
    CiContext { event: "branch".to_owned(), default_name, default_branch, ..CiContext::default() }
}
