//! Jenkins, multibranch jobs.
//!
//! Variables: each server lists them under `/env-vars.html`, for one <https://ci.eclipse.org/webtools/env-vars.html/>.
//! A job that merges a pull request merges the target into it, so the target is the second parent, and parents say nothing here.

use super::{Env, Event, Provider, UNSHALLOW, before, branch_of, flag, no_event, those, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "jenkins",
    title: "Jenkins",
    page: "https://ci.eclipse.org/webtools/env-vars.html/",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| var(env, "JENKINS_URL").is_some(),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    if let Some(target) = branch_of(env, "CHANGE_TARGET") {
        let event = "change request".to_owned();
        return CiContext { event, candidates: vec![target], ..CiContext::default() };
    }
    let name = "GIT_PREVIOUS_SUCCESSFUL_COMMIT";
    CiContext {
        event: "branch".to_owned(),
        candidates: those([before(var(env, name), name)]),
        default_branch: flag(env, "BRANCH_IS_PRIMARY"),
        ..CiContext::default()
    }
}
