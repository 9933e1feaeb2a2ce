//! `AppVeyor`.
//!
//! Variables: <https://appveyor.com/docs/environment-variables/>. For a pull request `APPVEYOR_REPO_BRANCH` is the target.
//! Depth: <https://appveyor.com/docs/how-to/repository-shallow-clone/>; the whole history unless `clone_depth` says otherwise.

use super::{Env, Event, Provider, branch_of, flag, merge_of, no_event, those, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "appveyor",
    title: "AppVeyor",
    page: "https://appveyor.com/docs/environment-variables/",
    cure: "remove `clone_depth` and `shallow_clone` from appveyor.yml",
    merge_cure: None,
    detect: |env| flag(env, "APPVEYOR"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    if var(env, "APPVEYOR_PULL_REQUEST_NUMBER").is_none() {
        return CiContext { event: "branch".to_owned(), ..CiContext::default() };
    }
    let merge = merge_of(env, "APPVEYOR_PULL_REQUEST_HEAD_COMMIT");
    let candidates = those([merge, branch_of(env, "APPVEYOR_REPO_BRANCH")]);
    CiContext { event: "pull request".to_owned(), candidates, ..CiContext::default() }
}
