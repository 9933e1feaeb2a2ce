//! Travis CI.
//!
//! Variables: <https://docs.travis-ci.com/user/environment-variables#default-environment-variables>. For a pull request
//! `TRAVIS_BRANCH` is the target; `TRAVIS_COMMIT_RANGE` is empty for the first push of a branch, and names commits that are
//! gone after a forced one.

use super::{Env, Event, Provider, before, branch_of, flag, merge_of, no_event, range_start, those, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "travis",
    title: "Travis CI",
    page: "https://docs.travis-ci.com/user/environment-variables#default-environment-variables",
    cure: "set `git: depth: false` in .travis.yml",
    merge_cure: None,
    detect: |env| flag(env, "TRAVIS"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let event = var(env, "TRAVIS_EVENT_TYPE").unwrap_or_default().to_owned();
    if flag(env, "TRAVIS_PULL_REQUEST") {
        let merge = merge_of(env, "TRAVIS_PULL_REQUEST_SHA");
        let candidates = those([merge, branch_of(env, "TRAVIS_BRANCH")]);
        return CiContext { event, candidates, ..CiContext::default() };
    }
    let name = "TRAVIS_COMMIT_RANGE";
    let candidates = those([before(range_start(env, name).filter(|_| event == "push"), name)]);
    CiContext { event, candidates, ..CiContext::default() }
}
