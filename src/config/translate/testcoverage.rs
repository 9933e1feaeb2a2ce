//! `.testcoverage.yml` of go-test-coverage.

use super::super::yaml::{Entry, Node};
use super::{Draft, entries, get, is_empty, items, pattern, text};

const ELSEWHERE: &str = "belongs to the step of the pipeline, not to the config";

pub(super) fn translate(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        match key.as_str() {
            _ if is_empty(node) => {}
            "profile" => text(node).unwrap_or_default().split(',').for_each(|path| draft.input(path.trim())),
            "threshold" => thresholds(node, draft),
            "override" => items(node).into_iter().for_each(|rule| one_override(rule, draft)),
            "exclude" => exclude(node, draft),
            "force-annotation-comment" => {
                if text(node) == Some("true") {
                    draft.set(node, key, "require-reason", "true");
                }
            }
            "breakdown-file-name" => {
                draft.leave(node, key, "`coverdict baseline save` writes what a later run compares with");
            }
            "diff" => diff(node, draft),
            "local-prefix" | "source-dir" => {
                draft.leave(node, key, "not needed: modules are found by their go.mod");
            }
            "github-action-output" => {
                draft.leave(node, key, "not needed: outputs are written by themselves on GitHub");
            }
            "badge" | "cdn" | "git" => draft.leave(
                node,
                key,
                "-o badge=FILE writes a badge; where it is kept is for the pipeline to say",
            ),
            _ => draft.leave(node, key, ELSEWHERE),
        }
    }
}

fn thresholds(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        let theirs = format!("threshold.{key}");
        let gate = match key.as_str() {
            "file" => "file",
            "package" => "package",
            "total" => "total",
            _ => {
                draft.leave(node, &theirs, "unknown");
                continue;
            }
        };
        if let Some(percent) = text(node).filter(|percent| !percent.is_empty()) {
            draft.gate(node, &theirs, gate, percent);
        }
    }
}

/// Theirs replaces the bound of the files and of the packages that the expression matches.
fn one_override(node: &Node, draft: &mut Draft) {
    let path = get(node, &["path"]).and_then(text).unwrap_or_default();
    let percent = get(node, &["threshold"]).and_then(text).unwrap_or_default().trim_end_matches('%');
    let valid = crate::model::Decimal::parse(percent).is_some_and(|value| value.at_most(100));
    match pattern::of_regex(path) {
        Some(pattern) if valid && pattern::is_go_file(&pattern) => {
            draft.rule(pattern, vec![("file", percent.to_owned())]);
        }
        Some(pattern) if valid => {
            draft.rule(pattern, vec![("package", percent.to_owned()), ("file", percent.to_owned())]);
        }
        Some(_) => draft.leave(node, "override", "threshold is no percentage from 0 to 100"),
        None => draft.leave(
            node,
            "override.path",
            &format!("{path} is a regular expression that no pattern equals"),
        ),
    }
}

fn exclude(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        if key != "paths" {
            draft.leave(node, &format!("exclude.{key}"), "unknown");
            continue;
        }
        for one in items(node) {
            let regex = text(one).unwrap_or_default();
            let patterns = pattern::of_regex(regex)
                .map(|pattern| vec![pattern])
                .or_else(|| pattern::of_open_end(regex).map(Vec::from));
            match patterns {
                Some(patterns) => {
                    for pattern in patterns {
                        draft.exclude(one, "exclude.paths", pattern);
                    }
                }
                None => draft.leave(
                    one,
                    "exclude.paths",
                    &format!("{regex} is a regular expression that no pattern equals"),
                ),
            }
        }
    }
}

/// Their difference is that of two totals.
fn diff(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        let theirs = format!("diff.{key}");
        match (key.as_str(), text(node)) {
            (_, None | Some("")) => {}
            ("base-breakdown-file-name", _) => draft.leave(node, &theirs, "name the file that `coverdict baseline save` wrote: --baseline FILE"),
            // A negative threshold is what may be lost; one above 0 asks each change to add.
            ("threshold", Some(points)) => match points.strip_prefix('-') {
                Some(lost) => draft.gate(node, &theirs, "no-regress", lost),
                None if points.trim_matches(['0', '.']).is_empty() => draft.gate(node, &theirs, "no-regress", "0"),
                None => draft.leave(node, &theirs, "a total that must grow with each change has no gate; --patch asks for tests of what is new"),
            },
            _ => draft.leave(node, &theirs, "unknown"),
        }
    }
}
