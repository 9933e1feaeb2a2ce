//! GitLab CI/CD.
//!
//! Variables: <https://docs.gitlab.com/ci/variables/predefined_variables>. `CI_MERGE_REQUEST_SOURCE_BRANCH_SHA` is set in
//! merged-results pipelines and merge trains alone; `CI_COMMIT_BEFORE_SHA` is all zeros wherever there is no "before".

use super::{Env, Event, Provider, before, branch_of, flag, no_event, owned, those, var};
use crate::model::{Candidate, CiContext};

pub(super) const PROVIDER: Provider = Provider {
    name: "gitlab",
    title: "GitLab CI",
    page: "https://docs.gitlab.com/ci/variables/predefined_variables",
    cure: "set `GIT_DEPTH: \"0\"` in the variables of the job",
    merge_cure: None,
    detect: |env| flag(env, "GITLAB_CI"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let source = var(env, "CI_PIPELINE_SOURCE").unwrap_or_default();
    let default_name = owned(env, "CI_DEFAULT_BRANCH");
    if source == "merge_request_event" || var(env, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME").is_some() {
        let kind = var(env, "CI_MERGE_REQUEST_EVENT_TYPE").unwrap_or("merge_request_event");
        let candidates = merge_request(env, kind);
        return CiContext { event: kind.to_owned(), default_name, candidates, ..CiContext::default() };
    }
    // Set in branch pipelines alone.
    let on = owned(env, "CI_COMMIT_BRANCH");
    CiContext {
        event: source.to_owned(),
        candidates: those([before(var(env, "CI_COMMIT_BEFORE_SHA"), "CI_COMMIT_BEFORE_SHA")]),
        default_branch: on.is_some() && on == default_name,
        default_commit: owned(env, "CI_COMMIT_SHA"),
        default_name,
        ..CiContext::default()
    }
}

/// In a train the first parent holds the merge requests ahead; the merge base of the diff would pull in the target's changes.
fn merge_request(env: &Env, kind: &str) -> Vec<Candidate> {
    let target = branch_of(env, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
    if matches!(kind, "merged_result" | "merge_train") {
        let merge = Candidate::MergeParent {
            merge: None,
            second: owned(env, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"),
            origin: "CI_MERGE_REQUEST_EVENT_TYPE".to_owned(),
        };
        return those([Some(merge), target]);
    }
    let name = "CI_MERGE_REQUEST_DIFF_BASE_SHA";
    those([before(var(env, name), name), target])
}
