//! What the logs of CI systems take as commands, beside the workflow commands of GitHub (`github.rs`).
//!
//! Notes on consumers: the agent of Azure Pipelines reads `##vso[…]` anywhere in a line of either stream, and decodes `%3B %0D
//! %0A %5D` and `%AZP25` in properties and texts; the agent of `TeamCity` reads `##teamcity[…]` at the start of a line of standard
//! output, where `|` escapes.
//!
//! Invariant: each line holds one command of ours and nothing else that an agent could obey.

use super::FormatOptions;
use super::github::{self, Note, Notes};
use crate::escape::terminal;
use crate::model::Report;

/// Issues on lines for Azure Pipelines, a line each, and how many.
pub fn azure(report: &Report, options: &FormatOptions) -> (String, usize) {
    let Notes { errors, warnings } = Notes::of(report, options);
    let mut lines = String::new();
    let mut count = 0;
    for (level, notes) in [("error", errors), ("warning", warnings)] {
        for note in github::capped(notes) {
            lines.push_str(&issue(level, &note));
            lines.push('\n');
            count += 1;
        }
    }
    (lines, count)
}

fn issue(level: &str, note: &Note) -> String {
    let mut place = String::new();
    let mut text = String::new();
    if let Some((path, line, _)) = &note.place {
        if terminal(path) == path.as_str() {
            place = format!("sourcepath={};linenumber={line};", azure_value(path));
        } else {
            text = format!("{path}:{line}: ");
        }
    }
    text.push_str(&note.text);
    format!("##vso[task.logissue type={level};{place}]{}", azure_value(&terminal(&text)))
}

fn azure_value(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
        .replace(']', "%5D")
        .replace(';', "%3B")
}

/// Statistics for `TeamCity`: its own names for covered and all statements, lines and functions.
pub fn teamcity(report: &Report) -> String {
    let totals = &report.totals;
    let rows = [("S", totals.statements), ("L", totals.lines.tally()), ("M", totals.functions)];
    let mut lines = String::new();
    for (key, tally) in rows.into_iter().filter(|(_, tally)| tally.total > 0) {
        for (name, value) in [("Covered", tally.covered), ("Total", tally.total)] {
            lines.push_str(&format!(
                "##teamcity[buildStatisticValue key='CodeCoverageAbs{key}{name}' value='{value}']\n"
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn azure_has_an_issue_for_each_place() {
        let (text, count) = azure(&testing::reviewed(), &FormatOptions::default());
        insta::assert_snapshot!(text);
        assert_eq!(text.lines().count(), count);
        assert_eq!(azure(&testing::empty(), &FormatOptions::default()), (String::new(), 0));
        assert_eq!(
            azure(&testing::large(50), &FormatOptions::default()).1,
            11,
            "one gate, nine ranges and the rest"
        );
    }

    #[test]
    fn azure_sees_one_command_a_line() {
        let (text, _) = azure(&testing::hostile_reviewed(), &FormatOptions::default());
        assert!(!text.is_empty());
        for line in text.lines() {
            assert_eq!(line.matches("##").count(), 1, "{line:?}");
            assert_eq!(line.matches(']').count(), 1, "{line:?}");
            assert!(line.starts_with("##vso[task.logissue type="), "{line:?}");
            assert!(!line.chars().any(crate::escape::is_unsafe), "{line:?}");
        }
    }

    #[test]
    fn teamcity_has_numbers_alone() {
        insta::assert_snapshot!(teamcity(&testing::small()));
        assert_eq!(teamcity(&testing::empty()), "");
    }
}
