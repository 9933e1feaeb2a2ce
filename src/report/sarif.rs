//! SARIF 2.1.0: what code scanning shows beside the lines of a pull request.
//!
//! Input: a report. Output: one run on one line. Results are gates that fail (`gate-NAME`), missed ranges of the change
//! (`missed-change`), what lost its coverage since the baseline (`coverdict/lost`) and warnings in the tree; everything else that was found is a notification. Notes on consumers: GitHub
//! wants one physical location a result, rules with all their texts, texts that end in a stop; shows 5,000 results of a run and
//! refuses 25,000; closes an alert only when the same category comes again without it, so an empty list is written too, and
//! `automationDetails.id` is always the same. Without fingerprints the same alert would open with every upload. A `[text](id)`
//! in a message is a link.
//!
//! Invariants: paths are relative, percent-encoded and below `%SRCROOT%`; a fingerprint is unique in the run and holds no line
//! numbers; `ruleIndex` points at the rule.

use std::io::{self, Write};

use serde::Serialize;

use super::places::{self, Fingerprints, LOST, MISSED_CHANGE, Places};
use super::{Format, FormatOptions, counted, escape, findings, grouped, json};
use crate::escape::terminal;
use crate::model::{Code, Finding, GateName, Report, Severity};

pub(super) static SARIF: Format = Format {
    name: "sarif",
    about: "SARIF 2.1.0 for code scanning: missed ranges of the change, what lost its coverage, failing gates, warnings",
    default_name: "coverdict.sarif",
    shows_change: true,
    write,
};

/// Results that GitHub keeps of a run.
const MOST: usize = 5000;

// ---- The shape, top down: only what is written -------------------------------------------------------------------------

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    version: &'static str,
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: Id<'static>,
    invocations: [Invocation; 1],
    results: Vec<ResultJson>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    default_configuration: Level,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Level {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    descriptor: Id<'static>,
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultJson {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    partial_fingerprints: Fingerprint,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    end_line: u32,
}

#[derive(Serialize)]
struct Fingerprint {
    #[serde(rename = "coverdict/v1")]
    own: String,
}

// ---- From the report ---------------------------------------------------------------------------------------------------

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let rules = rules();
    let (mut results, mut notifications) = results(report, &rules);
    if let Some(finding) = trimmed(results.len()) {
        notifications.insert(0, notification(&finding));
        results.truncate(MOST);
    }
    let invocation = Invocation { execution_successful: true, tool_execution_notifications: notifications };
    let run = Run {
        tool: Tool { driver: Driver { name: "coverdict", semantic_version: &report.run.version, rules } },
        automation_details: Id { id: "coverdict/" },
        invocations: [invocation],
        results,
    };
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    json::print(&Log { version: "2.1.0", schema, runs: [run] }, out)
}

/// The finding that says what is left out, when something is.
pub(super) fn cut(report: &Report, _options: &FormatOptions) -> Option<Finding> {
    trimmed(results(report, &rules()).0.len())
}

fn trimmed(results: usize) -> Option<Finding> {
    let beyond = results.checked_sub(MOST).filter(|beyond| *beyond > 0)? as u64;
    let message = format!(
        "{} {} left out of sarif, of which readers keep {}",
        counted(beyond, "result"),
        if beyond == 1 { "is" } else { "are" },
        grouped(MOST as u64)
    );
    Some(
        Finding::new(Code::ReportTrimmed, message)
            .help("coverdict check -o json=coverage.json")
            .count(beyond),
    )
}

/// Results, worst first, and notifications.
fn results(report: &Report, rules: &[Rule]) -> (Vec<ResultJson>, Vec<Notification>) {
    let mut fingerprints = Fingerprints::default();
    let places = Places::new(report);
    let (mut results, mut notifications) = (Vec::new(), Vec::new());
    let result =
        |rule: String, level, sentence: &str, (path, start, end): (String, u32, u32), own| ResultJson {
            rule_index: rules.iter().position(|known| known.id == rule).unwrap_or(0),
            rule_id: rule,
            level,
            message: Text { text: message(sentence) },
            locations: [Location {
                physical_location: Physical {
                    artifact_location: Artifact {
                        uri: escape::uri(&path).into_owned(),
                        uri_base_id: "%SRCROOT%",
                    },
                    region: Region { start_line: start, end_line: end },
                },
            }],
            partial_fingerprints: Fingerprint { own },
        };
    for (verdict, sentence) in places::failing(report) {
        let Some((path, line)) = places.of_verdict(verdict) else { continue };
        let rule = gate_rule(verdict.gate);
        let own = fingerprints.of(&[&rule, verdict.scope.as_deref().unwrap_or_default()]);
        results.push(result(rule, "error", &sentence, (path, line, line), own));
    }
    for miss in places::missed_in_change(report) {
        let own = fingerprints.of(&[MISSED_CHANGE, miss.path, miss.function, &miss.ordinal.to_string()]);
        let place = (miss.path.to_owned(), miss.start, miss.end);
        results.push(result(MISSED_CHANGE.to_owned(), "warning", &miss.sentence(), place, own));
    }
    for lost in places::lost(report, &places) {
        let own = lost.fingerprint(&mut fingerprints);
        let place = (lost.path.to_owned(), lost.start, lost.end);
        results.push(result(LOST.to_owned(), "warning", &lost.sentence(), place, own));
    }
    for finding in &report.findings {
        match places.of_finding(finding).filter(|_| finding.severity >= Severity::Warning) {
            Some((path, line)) => {
                let own = fingerprints.of(&[finding.code.name(), &path]);
                let rule = finding.code.name().to_owned();
                results.push(result(
                    rule,
                    level(finding.severity),
                    &finding.message,
                    (path, line, line),
                    own,
                ));
            }
            None => notifications.push(notification(finding)),
        }
    }
    (results, notifications)
}

fn notification(finding: &Finding) -> Notification {
    Notification {
        descriptor: Id { id: finding.code.name() },
        level: level(finding.severity),
        message: Text { text: message(&finding.message) },
    }
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

/// A sentence with its stop, without links, placeholders or controls.
fn message(sentence: &str) -> String {
    let text = terminal(sentence).replace("](", "] (").replace('{', "{{").replace('}', "}}");
    if text.ends_with('.') { text } else { format!("{text}.") }
}

fn gate_rule(gate: GateName) -> String {
    format!("gate-{}", gate.name())
}

/// All rules that there are, in a fixed order.
fn rules() -> Vec<Rule> {
    let missed = Rule {
        id: MISSED_CHANGE.to_owned(),
        name: pascal(MISSED_CHANGE),
        short_description: text("Changed code that no test ran."),
        full_description: text(
            "Statements that this change adds or edits were not run by any test of the profile.",
        ),
        help: Help {
            text: "Write a test that runs these lines, or take them out with an ignore comment and a reason."
                .to_owned(),
            markdown:
                "Write a test that runs these lines, or take them out with `//coverdict:ignore reason`."
                    .to_owned(),
        },
        default_configuration: Level { level: "warning" },
    };
    let lost = Rule {
        id: LOST.to_owned(),
        name: pascal(LOST),
        short_description: text("Code that lost its test."),
        full_description: text(
            "Statements that did not change were run by a test in the baseline, and by none in the profile.",
        ),
        help: Help {
            text: "Find the test that ran these lines: it was deleted, skipped, or changed.".to_owned(),
            markdown: "Find the test that ran these lines: it was deleted, skipped, or changed.".to_owned(),
        },
        default_configuration: Level { level: "warning" },
    };
    let gates = GateName::ALL.into_iter().map(|gate| {
        let (id, gate) = (gate_rule(gate), gate.name());
        Rule {
            name: pascal(&id),
            id,
            short_description: text(&format!("The gate {gate} fails.")),
            full_description: text(&format!("Coverage does not reach the bound of the gate {gate}.")),
            help: Help {
                text: format!("Cover more, or change gate.{gate} in .coverdict.yml."),
                markdown: format!("Cover more, or change `gate.{gate}` in `.coverdict.yml`."),
            },
            default_configuration: Level { level: "error" },
        }
    });
    let found = Code::ALL.iter().map(|&code| Rule {
        id: code.name().to_owned(),
        name: pascal(code.name()),
        short_description: text(code.about()),
        full_description: text(code.about()),
        help: Help {
            text: format!("See: coverdict explain {}.", code.name()),
            markdown: findings::section(code).trim().to_owned(),
        },
        default_configuration: Level { level: level(code.severity()) },
    });
    [missed, lost].into_iter().chain(gates).chain(found).collect()
}

fn text(text: &str) -> Text {
    Text { text: text.to_owned() }
}

/// `missed-change` to `MissedChange`.
fn pascal(name: &str) -> String {
    let part = |part: &str| {
        let mut characters = part.chars();
        characters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(characters)
            .collect::<String>()
    };
    name.split(['-', '/']).map(part).collect()
}

#[cfg(test)]
mod tests;
