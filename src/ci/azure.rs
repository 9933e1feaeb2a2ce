//! Azure Pipelines.
//!
//! Variables: <https://docs.microsoft.com/en-us/azure/devops/pipelines/build/variables>. `Build.SourceVersion` of a pull
//! request is the merge that the service made; the target comes with or without `refs/heads/`, and its `…NAME` variant is the
//! last segment alone.

use super::{Env, Event, Provider, branch_of, flag, no_event, owned, those, var};
use crate::model::{Candidate, CiContext};

pub(super) const PROVIDER: Provider = Provider {
    name: "azure",
    title: "Azure Pipelines",
    page: "https://docs.microsoft.com/en-us/azure/devops/pipelines/build/variables",
    cure: "set `fetchDepth: 0` on the checkout step",
    merge_cure: Some("set `fetchDepth: 2` on the checkout step"),
    detect: |env| flag(env, "TF_BUILD"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let target = branch_of(env, "SYSTEM_PULLREQUEST_TARGETBRANCH");
    let merged = var(env, "BUILD_SOURCEBRANCH").is_some_and(|name| name.ends_with("/merge"));
    let (merge, second) = (
        owned(env, "BUILD_SOURCEVERSION").filter(|_| merged),
        owned(env, "SYSTEM_PULLREQUEST_SOURCECOMMITID"),
    );
    let merge = (target.is_some() && (merge.is_some() || second.is_some())).then(|| {
        let origin = "SYSTEM_PULLREQUEST_SOURCECOMMITID".to_owned();
        Candidate::MergeParent { merge, second, origin }
    });
    CiContext {
        event: var(env, "BUILD_REASON").unwrap_or_default().to_owned(),
        candidates: those([merge, target]),
        ..CiContext::default()
    }
}
