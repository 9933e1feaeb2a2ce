//! Bitbucket Pipelines.
//!
//! Variables: <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/>. The destination's commit is its tip
//! when the build was asked for, sometimes abbreviated; the service may merge it into the source branch, and then it is the
//! second parent, so parents say nothing here.

use super::{Env, Event, Provider, branch_of, no_event, those, tip, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "bitbucket",
    title: "Bitbucket Pipelines",
    page: "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
    cure: "set `clone: depth: full` in bitbucket-pipelines.yml",
    merge_cure: None,
    detect: |env| var(env, "BITBUCKET_BUILD_NUMBER").is_some(),
    event_path: no_event,
    read,
};

/// The commit first: a build that is run again after the merge must not find the branch beyond its own HEAD.
fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let commit = "BITBUCKET_PR_DESTINATION_COMMIT";
    let target = branch_of(env, "BITBUCKET_PR_DESTINATION_BRANCH");
    CiContext {
        event: if target.is_some() { "pull request" } else { "branch" }.to_owned(),
        candidates: those([tip(var(env, commit), commit), target]),
        ..CiContext::default()
    }
}
