//! Cirrus CI.
//!
//! Variables: <https://cirrus-ci.org/guide/writing-tasks/#environment-variables>. `CIRRUS_BASE_SHA` is right for pull requests
//! alone.

use super::{Env, Event, Provider, UNSHALLOW, branch_of, flag, no_event, owned, those, tip, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "cirrus",
    title: "Cirrus CI",
    page: "https://cirrus-ci.org/guide/writing-tasks/#environment-variables",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| flag(env, "CIRRUS_CI"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let default_name = owned(env, "CIRRUS_DEFAULT_BRANCH");
    if flag(env, "CIRRUS_PR") {
        let name = "CIRRUS_BASE_SHA";
        let candidates = those([tip(var(env, name), name), branch_of(env, "CIRRUS_BASE_BRANCH")]);
        let event = "pull request".to_owned();
        return CiContext { event, candidates, default_name, ..CiContext::default() };
    }
    let on = owned(env, "CIRRUS_BRANCH");
    let default_branch = var(env, "CIRRUS_TAG").is_none() && on.is_some() && on == default_name;
    CiContext { event: "branch".to_owned(), default_name, default_branch, ..CiContext::default() }
}
