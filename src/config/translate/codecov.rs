//! `codecov.yml`.

use super::super::yaml::{Entry, Node};
use super::{Draft, entries, get, is_empty, items, pattern, text};
use crate::model::Decimal;

pub(super) fn translate(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        match key.as_str() {
            _ if is_empty(node) => {}
            "coverage" => coverage(node, draft),
            "ignore" => items(node).into_iter().for_each(|one| ignore(one, draft)),
            "fixes" => items(node).into_iter().for_each(|one| fix(one, draft)),
            "component_management" => components(node, draft),
            "flags" | "flag_management" => {
                draft.leave(node, key, "label the inputs instead: unit=cover.out e2e=covdata/");
            }
            "comment" => {
                draft.leave(node, key, "the step of the pipeline comments: `comment: auto` of the action");
            }
            "github_checks" => draft.leave(node, key, "annotations are written by themselves on GitHub"),
            _ => draft.leave(node, key, "about a server, and there is none"),
        }
    }
}

fn coverage(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        match (key.as_str(), text(node)) {
            ("precision", Some(digits)) if matches!(digits.as_bytes(), [b'0'..=b'9']) => {
                draft.set(node, "coverage.precision", "precision", digits);
            }
            ("status", _) => status(node, draft),
            ("round", _) => draft.leave(
                node,
                "coverage.round",
                "gates compare exactly, and numbers are printed as Go prints them",
            ),
            _ => draft.leave(node, &format!("coverage.{key}"), "has no equivalent"),
        }
    }
}

fn status(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        let theirs = format!("coverage.status.{key}");
        match (key.as_str(), text(node)) {
            (_, Some("off" | "no" | "false" | "")) => {}
            ("project" | "patch", Some(_)) => target(node, &theirs, key == "project", None, None, draft),
            ("project" | "patch", None) => {
                for entry in entries(node) {
                    let theirs = format!("{theirs}.{}", entry.key);
                    if entry.key != "default" {
                        draft.leave(&entry.node, &theirs, "gate.overrides sets bounds for paths");
                    } else if !is_off(&entry.node) && !get(&entry.node, &["enabled"]).is_some_and(is_off) {
                        let value = |name: &str| get(&entry.node, &[name]).and_then(text);
                        target(
                            &entry.node,
                            &theirs,
                            key == "project",
                            value("target"),
                            value("threshold"),
                            draft,
                        );
                        others(&entry.node, &theirs, draft);
                    }
                }
            }
            // Theirs fails when code that the change leaves alone is covered otherwise than before.
            ("changes", _) if !is_on(node) => {}
            ("changes", _) => draft.most(node, &theirs, "max-lost", 0),
            _ => draft.leave(node, &theirs, "has no equivalent"),
        }
    }
}

/// Whether one of the names that a status has is on; it is, when it has none.
fn is_on(node: &Node) -> bool {
    let own = entries(node);
    own.is_empty() || own.iter().any(|entry| !is_off(&entry.node))
}

fn is_off(node: &Node) -> bool {
    matches!(text(node), Some("off" | "no" | "false"))
}

/// A status: a percentage, or `auto`, which is what the base has. `threshold` is what may be missing of it.
fn target(
    node: &Node,
    theirs: &str,
    project: bool,
    target: Option<&str>,
    threshold: Option<&str>,
    draft: &mut Draft,
) {
    let threshold = threshold.unwrap_or("0").trim_end_matches('%');
    let target = target.unwrap_or("auto").trim_end_matches('%');
    match (target, project) {
        ("auto", true) => draft.gate(node, theirs, "no-regress", threshold),
        ("auto", false) => draft.leave(
            node,
            theirs,
            "target auto compares the change with the total of its base; name a percentage for gate.patch",
        ),
        (percent, _) => match less(percent, threshold) {
            Some(bound) => draft.gate(node, theirs, if project { "total" } else { "patch" }, &bound),
            None => draft.leave(
                node,
                theirs,
                &format!("{percent} with {threshold} is no percentage from 0 to 100"),
            ),
        },
    }
}

fn others(node: &Node, theirs: &str, draft: &mut Draft) {
    let said = ["target", "threshold", "enabled"];
    for entry in entries(node).iter().filter(|entry| !said.contains(&entry.key.as_str())) {
        let theirs = format!("{theirs}.{}", entry.key);
        if entry.key == "informational" {
            draft.leave(&entry.node, &theirs, "`warn-only: true` keeps all gates from failing the run");
        } else {
            draft.leave(&entry.node, &theirs, "has no equivalent");
        }
    }
}

/// `percent - points`, exactly; 0 where the points are more.
fn less(percent: &str, points: &str) -> Option<String> {
    let nano = |text: &str| -> Option<u64> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        Decimal::parse(text).filter(|value| value.at_most(100))?;
        format!("{whole}{decimals:0<9}").parse().ok()
    };
    let left = nano(percent)?.saturating_sub(nano(points)?);
    let text = format!("{}.{:09}", left / 1_000_000_000, left % 1_000_000_000);
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

fn ignore(node: &Node, draft: &mut Draft) {
    let glob = text(node).unwrap_or_default();
    match pattern::of_glob(glob).or_else(|| pattern::of_regex(glob)) {
        Some(pattern) => draft.exclude(node, "ignore", pattern),
        None => draft.leave(node, "ignore", &format!("{glob} is an expression that no pattern equals")),
    }
}

/// `before::after`: a prefix that is replaced.
fn fix(node: &Node, draft: &mut Draft) {
    let fix = text(node).unwrap_or_default();
    match fix.split_once("::") {
        Some((from, to)) if !from.is_empty() && !from.contains(['*', '=', '(']) => {
            let to = to.trim_end_matches('/');
            draft.map(from.trim_end_matches('/'), if to.is_empty() { "." } else { to });
        }
        _ => draft.leave(
            node,
            "fixes",
            &format!("{fix}: a path-map replaces the beginning of a path by another"),
        ),
    }
}

/// Components with a target of their own: bounds for paths.
fn components(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node).iter().filter(|entry| entry.key != "individual_components") {
        let theirs = format!("component_management.{key}");
        draft.leave(node, &theirs, "gate.overrides sets bounds for paths, each by its own");
    }
    let listed = get(node, &["individual_components"]).map(items).unwrap_or_default();
    for one in listed {
        let name =
            get(one, &["name"]).or_else(|| get(one, &["component_id"])).and_then(text).unwrap_or("one");
        let theirs = format!("component {name}");
        let statuses = get(one, &["statuses"]).map(items).unwrap_or_default();
        let patch = statuses.iter().find(|status| get(status, &["type"]).and_then(text) == Some("patch"));
        let bound = patch
            .and_then(|status| get(status, &["target"]))
            .and_then(text)
            .and_then(|target| less(target.trim_end_matches('%'), "0"));
        let Some(bound) = bound else {
            draft.leave(
                one,
                &theirs,
                "a group of paths has no number of its own; gate.overrides sets bounds for paths",
            );
            continue;
        };
        for path in get(one, &["paths"]).map(items).unwrap_or_default() {
            match text(path).and_then(pattern::of_glob) {
                Some(pattern) => draft.rule(pattern, vec![("patch", bound.clone())]),
                None => draft.leave(path, &theirs, "this path is an expression that no pattern equals"),
            }
        }
    }
}
