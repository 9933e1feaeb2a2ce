//! The checks `git` and `ci`: the base that `check` would take, chosen by the same rules, or what is missing and how to get it.

use super::{Check, Health, Settings, finding_checks};
use crate::diff::base::{BaseError, Missing};
use crate::diff::repo;
use crate::diff::tree as repository;
use crate::model::{ChosenBase, CiContext};
use crate::pipeline::tree::{Root, RootKind};
use crate::pipeline::{analyse, change};
use crate::report::doctor::GitHealth;

/// Looks at the repository and at the CI.
pub(super) fn examine(settings: &Settings, root: &Root, ci: Option<&CiContext>, health: &mut Health) {
    let based = git(settings, root, ci, health);
    let Some(ci) = ci else {
        health.checks.push(Check::ok("ci", "none detected"));
        return;
    };
    let event = if ci.event.is_empty() { String::new() } else { format!(", {}", ci.event) };
    health.checks.push(Check::ok("ci", format!("{}{event}", ci.title)));
    // With a base these are facts of the finding `base-fallback`.
    if !based {
        let warn = |note: &String| Check::warn("ci", note.as_str(), "--base REF");
        health.checks.extend(ci.notes.iter().map(warn));
    }
}

/// The answer tells whether there is a base.
fn git(settings: &Settings, root: &Root, ci: Option<&CiContext>, health: &mut Health) -> bool {
    if root.kind != RootKind::Git {
        health.checks.push(Check::warn(
            "git",
            format!("no repository: {} and nothing above it has a .git", root.dir),
            "run in a checkout that keeps its .git folder",
        ));
        return false;
    }
    let opened = match repository::open(&root.dir) {
        Ok(opened) => opened,
        Err(error) => {
            health.checks.push(Check::fail("git", error.to_string(), error.help()));
            return false;
        }
    };
    let shallow = opened.is_shallow();
    match change::base(settings, &opened, ci) {
        Ok(chosen) => {
            let ChosenBase { base, head, origin, commits, findings } = chosen;
            health.checks.push(Check::ok("git", format!("HEAD {}, base {origin}", short(&head))));
            let findings = analyse::sort_findings(findings, settings);
            health.checks.extend(finding_checks(&findings, settings.stale));
            health.git = Some(GitHealth {
                head: Some(head),
                shallow,
                base: Some(base),
                origin: Some(origin),
                commits,
            });
            true
        }
        Err(missing) => {
            let head = repo::head_commit(&root.dir);
            health
                .checks
                .extend(head.as_deref().map(|head| Check::ok("git", format!("HEAD {}", short(head)))));
            health.checks.push(lack(&missing, change::asked(settings)));
            health.git = Some(GitHealth { head, shallow, base: None, origin: None, commits: None });
            false
        }
    }
}

/// What is missing: a failure where a run would end with exit 4, and where the history was cut.
fn lack(missing: &BaseError, asked: bool) -> Check {
    let error = missing.to_error();
    let message = std::iter::once(&error.message).chain(&error.notes).cloned().collect::<Vec<_>>().join("; ");
    if missing.missing == Missing::Parent && !asked {
        return Check::ok("git", message);
    }
    let next = error.help.unwrap_or_else(|| "--base REF".to_owned());
    if asked || missing.is_shallow() {
        Check::fail("git", message, next)
    } else {
        Check::warn("git", message, next)
    }
}

fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}
