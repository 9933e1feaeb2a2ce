//! `CircleCI`: says nothing of a target in its variables, and clones the whole history.
//!
//! Variables: <https://circleci.com/docs/variables/>.

use super::{Env, Event, Provider, UNSHALLOW, flag, no_event, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "circleci",
    title: "CircleCI",
    page: "https://circleci.com/docs/variables/",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| flag(env, "CIRCLECI"),
    event_path: no_event,
    read,
};

fn read(env: &Env, _: Option<&Event>) -> CiContext {
    let event = if var(env, "CIRCLE_PULL_REQUEST").is_some() { "pull request" } else { "branch" };
    CiContext { event: event.to_owned(), ..CiContext::default() }
}
