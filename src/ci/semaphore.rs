//! Semaphore.
//!
//! Variables: <https://docs.semaphoreci.com/ci-cd-environment/environment-variables/>. For a pull request
//! `SEMAPHORE_GIT_BRANCH` is the target; the range is empty for the first push of a branch.

use super::{
    Env, Event, Provider, UNSHALLOW, before, branch_of, flag, merge_of, no_event, range_start, those, var,
};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "semaphore",
    title: "Semaphore",
    page: "https://docs.semaphoreci.com/ci-cd-environment/environment-variables/",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| flag(env, "SEMAPHORE"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let kind = var(env, "SEMAPHORE_GIT_REF_TYPE").unwrap_or_default();
    let event = kind.to_owned();
    if kind == "pull-request" {
        let merge = merge_of(env, "SEMAPHORE_GIT_PR_SHA");
        let candidates = those([merge, branch_of(env, "SEMAPHORE_GIT_BRANCH")]);
        return CiContext { event, candidates, ..CiContext::default() };
    }
    let name = "SEMAPHORE_GIT_COMMIT_RANGE";
    let candidates = those([before(range_start(env, name).filter(|_| kind == "branch"), name)]);
    CiContext { event, candidates, ..CiContext::default() }
}
