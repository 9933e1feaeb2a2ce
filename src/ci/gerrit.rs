//! Gerrit changes, built by the Gerrit Trigger of Jenkins: one change is one commit, so its parent is the base.
//!
//! Variables: the parameters of <https://plugins.jenkins.io/gerrit-trigger>. No page of the vendor was found that lists
//! `GERRIT_PATCHSET_REVISION`; its own help texts and many jobs use it.

use super::{Env, Event, Provider, UNSHALLOW, branch_of, no_event, owned, those, var};
use crate::model::{Candidate, CiContext};

pub(super) const PROVIDER: Provider = Provider {
    name: "gerrit",
    title: "Gerrit Trigger",
    page: "https://plugins.jenkins.io/gerrit-trigger",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| var(env, "GERRIT_PATCHSET_REVISION").is_some(),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let change = Candidate::FirstParent {
        head: owned(env, "GERRIT_PATCHSET_REVISION"),
        origin: "GERRIT_PATCHSET_REVISION".to_owned(),
    };
    CiContext {
        event: var(env, "GERRIT_EVENT_TYPE").unwrap_or_default().to_owned(),
        candidates: those([Some(change), branch_of(env, "GERRIT_BRANCH")]),
        ..CiContext::default()
    }
}
