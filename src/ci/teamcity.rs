//! `TeamCity`: the target of a pull request is a parameter of the build, and no variable of its own.
//!
//! Variables: <https://jetbrains.com/help/teamcity/predefined-build-parameters.html>.

use super::{Provider, UNSHALLOW, no_event, var};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "teamcity",
    title: "TeamCity",
    page: "https://jetbrains.com/help/teamcity/predefined-build-parameters.html",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| var(env, "TEAMCITY_VERSION").is_some(),
    event_path: no_event,
    read: |_, _| CiContext::default(),
};
