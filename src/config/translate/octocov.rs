//! `.octocov.yml`.

use super::super::yaml::{Entry, Node};
use super::{Draft, entries, is_empty, items, pattern, text};

pub(super) fn translate(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        match key.as_str() {
            _ if is_empty(node) => {}
            "coverage" => coverage(node, draft),
            "comment" => {
                draft.leave(node, key, "the step of the pipeline comments: `comment: auto` of the action");
            }
            "summary" => draft.leave(node, key, "the summary is written by itself on GitHub"),
            "diff" => draft.leave(
                node,
                key,
                "`coverdict baseline save` writes what a later run compares with: --baseline FILE",
            ),
            "codeToTestRatio" | "testExecutionTime" => draft.leave(node, key, "not measured"),
            _ => draft.leave(node, key, "reports stay where the pipeline puts them; there is no store"),
        }
    }
}

fn coverage(node: &Node, draft: &mut Draft) {
    for Entry { key, node, .. } in entries(node) {
        let theirs = format!("coverage.{key}");
        match key.as_str() {
            "paths" => items(node).into_iter().filter_map(text).for_each(|path| draft.input(path)),
            "exclude" => {
                for one in items(node) {
                    match text(one).and_then(pattern::of_glob) {
                        Some(pattern) => draft.exclude(one, &theirs, pattern),
                        None => draft.leave(one, &theirs, "no pattern of ours"),
                    }
                }
            }
            "acceptable" => {
                for term in text(node).unwrap_or_default().split("&&") {
                    acceptable(node, &theirs, term.trim(), draft);
                }
            }
            "badge" => draft.leave(node, &theirs, "-o badge=FILE writes a badge"),
            _ => draft.leave(node, &theirs, "has no equivalent"),
        }
    }
}

/// One term of the condition: `60%`, `current >= 60%`, `diff >= -0.5%`.
fn acceptable(node: &Node, theirs: &str, term: &str, draft: &mut Draft) {
    let words: Vec<&str> = term.split_whitespace().collect();
    let compact = words.concat();
    let percent = compact
        .strip_prefix("current>=")
        .or(Some(compact.as_str()).filter(|text| text.starts_with(|c: char| c.is_ascii_digit())));
    if let Some(percent) = percent {
        draft.gate(node, theirs, "total", percent);
        return;
    }
    let points = compact.strip_prefix("diff>=").map(|points| points.trim_end_matches('%'));
    match points {
        Some(points) if points.trim_matches(['0', '.', '-']).is_empty() => {
            draft.gate(node, theirs, "no-regress", "0");
        }
        Some(points) if points.starts_with('-') => {
            draft.gate(node, theirs, "no-regress", points.trim_start_matches('-'));
        }
        _ => draft.leave(node, theirs, &format!("{term} has no gate")),
    }
}
