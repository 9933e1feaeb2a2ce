//! Prow: merges the pull requests of a job onto the base, so everything behind that commit is the change.
//!
//! Variables: <https://github.com/kubernetes/test-infra/blob/master/prow/jobs.md#job-environment-variables>. Outside of
//! presubmit and batch jobs `PULL_BASE_SHA` is HEAD itself.

use super::{Env, Event, Provider, UNSHALLOW, before, branch_of, no_event, those, tip, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "prow",
    title: "Prow",
    page: "https://github.com/kubernetes/test-infra/blob/master/prow/jobs.md#job-environment-variables",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| var(env, "PROW_JOB_ID").is_some(),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let kind = var(env, "JOB_TYPE").unwrap_or_default();
    let mut context = CiContext { event: kind.to_owned(), ..CiContext::default() };
    if matches!(kind, "presubmit" | "batch") || var(env, "PULL_PULL_SHA").is_some() {
        let name = "PULL_BASE_SHA";
        let base = var(env, name);
        context.candidates = those([before(base, name), tip(base, name), branch_of(env, "PULL_BASE_REF")]);
    }
    context
}
