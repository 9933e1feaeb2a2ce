//! Any system that sets `CI`, which most of the others do as well: it comes last.

use super::{Provider, UNSHALLOW, flag, no_event};
use crate::model::CiContext;

pub(super) const PROVIDER: Provider = Provider {
    name: "other",
    title: "a CI system without a name (CI is set)",
    page: "",
    cure: UNSHALLOW,
    merge_cure: None,
    detect: |env| flag(env, "CI"),
    event_path: no_event,
    read: |_, _| CiContext::default(),
};
