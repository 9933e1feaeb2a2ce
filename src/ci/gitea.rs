//! Gitea Actions and Forgejo Actions: GitHub's names, and one of their own each.
//!
//! The runners set `GITEA_ACTIONS` and `FORGEJO_ACTIONS` to `true`; Forgejo's sets both. No page of the vendors that defines
//! them was found; the sources of the runners do.

use super::{Provider, flag, github};

pub(super) const GITEA: Provider = Provider {
    name: "gitea",
    title: "Gitea Actions",
    detect: |env| flag(env, "GITEA_ACTIONS"),
    ..github::PROVIDER
};

pub(super) const FORGEJO: Provider = Provider {
    name: "forgejo",
    title: "Forgejo Actions",
    detect: |env| flag(env, "FORGEJO_ACTIONS"),
    ..github::PROVIDER
};
