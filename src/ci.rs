//! What the CI at hand says of the change under test: one table of providers, one file each. Pure: variables and the parsed
//! event in, a [`CiContext`] out.
//!
//! Each variable stands beside the address of the vendor's page that defines it. A variable that is missing or empty is the
//! same, and falls through to the next rule; no value is trusted: `diff` checks that a commit or a branch exists.

mod appveyor;
mod azure;
mod bitbucket;
mod buildkite;
mod circleci;
mod cirrus;
mod drone;
mod gerrit;
mod gitea;
mod github;
mod gitlab;
mod jenkins;
mod links;
mod other;
mod prow;
mod semaphore;
mod teamcity;
mod travis;
mod woodpecker;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::model::{Candidate, CiContext};

pub use links::source_links;

/// The environment. An empty value is the same as none.
pub type Env = BTreeMap<String, String>;
/// The parsed payload of the event.
pub type Event = serde_json::Value;

/// A CI system.
#[derive(Debug, Clone, Copy)]
pub struct Provider {
    /// The word of `--ci`.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// The vendor's page that defines the variables.
    pub page: &'static str,
    /// How to get the whole history, as a line of this system's own configuration.
    pub cure: &'static str,
    /// The same where HEAD is a merge that the system made, if that needs less.
    pub merge_cure: Option<&'static str>,
    /// Whether the variables are those of this system.
    pub detect: fn(&Env) -> bool,
    /// The path of the payload file.
    pub event_path: fn(&Env) -> Option<&str>,
    /// What the variables and the payload say; name, title and cures are filled in by [`Provider::context`].
    read: fn(&Env, Option<&Event>) -> CiContext,
}

impl Provider {
    /// What the system says of the change under test. `None` for the event when there is none, or it could not be read: the
    /// rules that need no event go on.
    pub fn context(&self, env: &Env, event: Option<&Event>) -> CiContext {
        let said = (self.read)(env, event);
        let cure = if said.cure.is_empty() { self.cure } else { said.cure };
        CiContext { name: self.name, title: self.title, cure, merge_cure: self.merge_cure, ..said }
    }
}

/// All systems. The first one that detects itself wins: those that set the variables of another one come before it.
pub static PROVIDERS: &[Provider] = &[
    gitea::FORGEJO,
    gitea::GITEA,
    github::PROVIDER,
    gitlab::PROVIDER,
    woodpecker::PROVIDER,
    drone::PROVIDER,
    azure::PROVIDER,
    teamcity::PROVIDER,
    buildkite::PROVIDER,
    gerrit::PROVIDER,
    prow::PROVIDER,
    jenkins::PROVIDER,
    circleci::PROVIDER,
    bitbucket::PROVIDER,
    travis::PROVIDER,
    cirrus::PROVIDER,
    semaphore::PROVIDER,
    appveyor::PROVIDER,
    other::PROVIDER,
];

/// The system at hand. `wanted` is the value of `--ci`: a name is taken as it is, whatever the variables say; `off` is none;
/// `auto`, or no value, asks the variables. `None` for a name that is not in the table.
pub fn detect(env: &Env, wanted: Option<&str>) -> Option<&'static Provider> {
    match wanted {
        None | Some("auto") => PROVIDERS.iter().find(|provider| (provider.detect)(env)),
        Some(name) => PROVIDERS.iter().find(|provider| provider.name == name),
    }
}

/// The cure where nothing better is known.
const UNSHALLOW: &str = "git fetch --unshallow";

fn no_event(_: &Env) -> Option<&str> {
    None
}

/// A variable that is set and not empty.
fn var<'a>(env: &'a Env, name: &str) -> Option<&'a str> {
    env.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn owned(env: &Env, name: &str) -> Option<String> {
    var(env, name).map(str::to_owned)
}

/// Whether a variable is set to something that means yes.
fn flag(env: &Env, name: &str) -> bool {
    var(env, name).is_some_and(|value| !value.eq_ignore_ascii_case("false") && value != "0")
}

/// A text in the payload. Anything of another type is as good as absent.
fn text<'a>(event: Option<&'a Event>, path: &[&str]) -> Option<&'a str> {
    let found = path.iter().try_fold(event?, |value, key| value.get(key))?;
    found.as_str().filter(|text| !text.is_empty())
}

/// The short name of a branch.
fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

fn branch(name: Option<&str>, origin: &str) -> Option<Candidate> {
    let name = short(name?).to_owned();
    Some(Candidate::Branch { name, origin: origin.to_owned() })
}

/// The branch that a variable names.
fn branch_of(env: &Env, name: &str) -> Option<Candidate> {
    branch(var(env, name), name)
}

/// A commit that was built before: what came after it is the change.
fn before(id: Option<&str>, origin: &str) -> Option<Candidate> {
    Some(Candidate::Commit { id: id?.to_owned(), exact: true, ancestor: true, origin: origin.to_owned() })
}

/// A commit of the target branch: the change begins at its common ancestor with HEAD.
fn tip(id: Option<&str>, origin: &str) -> Option<Candidate> {
    Some(Candidate::Commit { id: id?.to_owned(), exact: false, ancestor: false, origin: origin.to_owned() })
}

/// HEAD may be a merge of the commit that a variable names into the target.
fn merge_of(env: &Env, name: &str) -> Option<Candidate> {
    let second = Some(owned(env, name)?);
    Some(Candidate::MergeParent { merge: None, second, origin: name.to_owned() })
}

/// The first id of `a...b` or `a..b`.
fn range_start<'a>(env: &'a Env, name: &str) -> Option<&'a str> {
    let (start, _) = var(env, name)?.split_once("..")?;
    Some(start).filter(|start| !start.is_empty())
}

/// The candidates that there are.
fn those<const N: usize>(found: [Option<Candidate>; N]) -> Vec<Candidate> {
    found.into_iter().flatten().collect()
}
