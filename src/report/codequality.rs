//! Code Quality of GitLab: one entry for each missed range of the change, each range that lost its coverage since the
//! baseline, each gate that fails, each warning in the tree.
//!
//! Input: a report. Output: a JSON array on one line. Notes on consumers: GitLab reads up to the first entry that does not fit
//! (it wants `description`, `check_name`, `fingerprint`, `severity`, `location.path`, `location.lines.begin`) and leaves the
//! rest out; entries of one fingerprint are one; severities are its own words, in lower case; a byte order mark voids the
//! file. The list of a merge request shows the description alone, so that repeats the rule. It compares fingerprints of two
//! branches, so these hold no line numbers.
//!
//! Invariants: fingerprints are unique and stay when lines move; nothing to say is `[]`, which closes what was open.

use std::io::{self, Write};

use serde::Serialize;

use super::places::{self, Fingerprints, LOST, MISSED_CHANGE, Places};
use super::{Format, FormatOptions, json};
use crate::escape::terminal;
use crate::model::{Report, Severity};

pub(super) static CODEQUALITY: Format = Format {
    name: "codequality",
    about: "GitLab Code Quality: missed ranges of the change, what lost its coverage, failing gates, warnings",
    default_name: "gl-code-quality-report.json",
    shows_change: true,
    write,
};

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut fingerprints = Fingerprints::default();
    let places = Places::new(report);
    let mut entries = Vec::new();
    for (verdict, sentence) in places::failing(report) {
        let Some((path, line)) = places.of_verdict(verdict) else { continue };
        let rule = format!("gate-{}", verdict.gate.name());
        let fingerprint = fingerprints.of(&[&rule, verdict.scope.as_deref().unwrap_or_default()]);
        entries.push(entry(rule, &sentence, fingerprint, "critical", (path, line, line)));
    }
    for miss in places::missed_in_change(report) {
        let fingerprint =
            fingerprints.of(&[MISSED_CHANGE, miss.path, miss.function, &miss.ordinal.to_string()]);
        let place = (miss.path.to_owned(), miss.start, miss.end);
        entries.push(entry(
            MISSED_CHANGE.to_owned(),
            &miss.sentence(),
            fingerprint,
            severity(miss.statements),
            place,
        ));
    }
    for lost in places::lost(report, &places) {
        let fingerprint = lost.fingerprint(&mut fingerprints);
        let place = (lost.path.to_owned(), lost.start, lost.end);
        entries.push(entry(LOST.to_owned(), &lost.sentence(), fingerprint, severity(lost.statements), place));
    }
    for finding in places::grave(report) {
        let Some((path, line)) = places.of_finding(finding) else { continue };
        let fingerprint = fingerprints.of(&[finding.code.name(), &path]);
        let severity = if finding.severity == Severity::Error { "critical" } else { "info" };
        entries.push(entry(
            finding.code.name().to_owned(),
            &finding.message,
            fingerprint,
            severity,
            (path, line, line),
        ));
    }
    json::print(&entries, out)
}

fn entry(
    rule: String,
    sentence: &str,
    fingerprint: String,
    severity: &'static str,
    (path, begin, end): (String, u32, u32),
) -> Entry {
    Entry {
        description: format!("{rule}: {}", terminal(sentence)),
        check_name: rule,
        fingerprint,
        severity,
        location: Location { path, lines: Lines { begin, end } },
    }
}

/// By the number of statements.
fn severity(statements: u64) -> &'static str {
    match statements {
        0..=4 => "minor",
        5..=19 => "major",
        _ => "critical",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::testing::{self, render};
    use super::*;

    fn entries(report: &Report) -> Vec<Value> {
        let text = render(&CODEQUALITY, report, &FormatOptions::default());
        assert!(text.starts_with('[') && text.ends_with("]\n"));
        serde_json::from_str(&text).expect("an array")
    }

    #[test]
    fn reviewed_report() {
        let shown: Vec<String> = entries(&testing::reviewed()).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn what_was_lost_has_entries_of_its_own() {
        let entries = entries(&testing::against_baseline());
        let lost = entries.iter().filter(|entry| entry["check_name"] == LOST);
        let shown: Vec<String> = lost.map(ToString::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn nothing_to_say_is_an_empty_list() {
        assert_eq!(render(&CODEQUALITY, &testing::empty(), &FormatOptions::default()), "[]\n");
    }

    /// What GitLab's reader asks of an entry; one that breaks a rule would end the reading.
    #[test]
    fn every_entry_is_what_gitlab_reads() {
        for report in [
            testing::small(),
            testing::reviewed(),
            testing::hostile_reviewed(),
            testing::large(3000),
            testing::against_baseline(),
            testing::hostile_baseline(),
        ] {
            let entries = entries(&report);
            assert!(!entries.is_empty());
            let mut fingerprints = BTreeSet::new();
            for entry in &entries {
                let text =
                    |path: &str| entry.pointer(path).and_then(Value::as_str).expect("a text").to_owned();
                assert!(fingerprints.insert(text("/fingerprint")), "{entry}");
                assert!(text("/description").starts_with(&text("/check_name")), "{entry}");
                assert!(["info", "minor", "major", "critical"].contains(&text("/severity").as_str()));
                let path = text("/location/path");
                assert!(!path.is_empty() && !path.starts_with(['/', '.']), "{entry}");
                let line = |path: &str| entry.pointer(path).and_then(Value::as_u64).expect("a line");
                assert!(1 <= line("/location/lines/begin"), "{entry}");
                assert!(line("/location/lines/begin") <= line("/location/lines/end"), "{entry}");
            }
        }
    }

    #[test]
    fn hostile_names_come_back_and_descriptions_are_safe_to_show() {
        let report = testing::hostile_reviewed();
        let text = render(&CODEQUALITY, &report, &FormatOptions::default());
        assert!(!text.contains("##") && !text.trim_end().chars().any(crate::escape::is_unsafe));
        let entries = entries(&report);
        for file in &report.patch.as_ref().expect("a change").files {
            assert!(
                entries.iter().any(|entry| entry["location"]["path"] == file.path.as_str()),
                "{}",
                file.path
            );
        }
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let report = testing::reviewed();
        let mut moved = report.clone();
        for file in &mut moved.patch.as_mut().expect("a change").files {
            file.missed.clear();
            for range in &mut file.missed_ranges {
                range.extent.start.line += 100;
                range.extent.end.line += 100;
            }
        }
        let prints = |report: &Report| -> Vec<String> {
            entries(report).iter().map(|entry| entry["fingerprint"].to_string()).collect()
        };
        assert_eq!(prints(&report), prints(&moved));
    }
}
