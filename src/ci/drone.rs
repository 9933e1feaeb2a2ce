//! Drone, and Harness Open Source, which keeps its names.
//!
//! Variables: <https://docs.drone.io/pipeline/environment/reference>. For a pull request the target branch is checked out and
//! the change merged into it, so the local branch of that name is HEAD.

use super::{
    Env, Event, Provider, UNSHALLOW, before, branch_of, flag, merge_of, no_event, owned, those, var,
};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "drone",
    title: "Drone",
    page: "https://docs.drone.io/pipeline/environment/reference",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| flag(env, "DRONE"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let kind = var(env, "DRONE_BUILD_EVENT").unwrap_or_default();
    let mut context = CiContext {
        event: kind.to_owned(),
        default_name: owned(env, "DRONE_REPO_BRANCH"),
        ..CiContext::default()
    };
    if kind == "pull_request" {
        let merge = merge_of(env, "DRONE_COMMIT_SHA");
        context.candidates = those([merge, branch_of(env, "DRONE_TARGET_BRANCH")]);
    } else {
        let name = "DRONE_COMMIT_BEFORE";
        context.candidates = those([before(var(env, name).filter(|_| kind == "push"), name)]);
        let on = owned(env, "DRONE_BRANCH");
        context.default_branch = kind != "tag" && on.is_some() && on == context.default_name;
    }
    context
}
