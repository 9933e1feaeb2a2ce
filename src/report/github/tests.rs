//! What a runner makes of the commands: a small reader by the rules of actions/runner, over every line that is written.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::testing::{self, render};
use super::*;
use crate::escape::is_unsafe;
use crate::model::Extent;
use crate::model::report::MissedRange;

/// A command as the runner takes it: name, properties, text.
type Command = (String, BTreeMap<String, String>, String);

/// The commands that the runner has, in both forms.
const NAMES: &[&str] = &[
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "add-path",
    "set-env",
    "set-output",
    "save-state",
    "debug",
    "notice",
    "warning",
    "error",
    "group",
    "endgroup",
    "echo",
    "stop-commands",
    "internal-set-repo-path",
];

/// The rule for `::name k=v,k=v::text`; the line may begin with white space.
fn current(line: &str) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, text) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let decode = |text: &str, property: bool| {
        let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
        if property {
            text = text.replace("%3A", ":").replace("%2C", ",");
        }
        text.replace("%25", "%")
    };
    let properties = properties
        .split(',')
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (key.to_lowercase(), decode(value, true)))
        .collect();
    NAMES.contains(&name).then(|| (name.to_owned(), properties, decode(text, false)))
}

/// Whether the older form stands anywhere in the line.
fn older(line: &str) -> bool {
    line.contains("##[")
}

fn commands(report: &Report) -> Vec<Command> {
    let text = render(&GITHUB, report, &FormatOptions::default());
    text.lines()
        .map(|line| {
            assert!(!older(line) && !line.chars().any(is_unsafe), "{line:?}");
            current(line).unwrap_or_else(|| panic!("no command: {line:?}"))
        })
        .collect()
}

#[test]
fn reviewed_report() {
    insta::assert_snapshot!(render(&GITHUB, &testing::reviewed(), &FormatOptions::default()));
}

#[test]
fn all_ranges_on_request() {
    let mut report = testing::small();
    report.packages[1].files[0].missed =
        report.patch.as_ref().expect("a change").files[0].missed_ranges.clone();
    let options = FormatOptions { all_misses: true, ..FormatOptions::default() };
    assert!(render(&GITHUB, &report, &options).contains("title=Missed::1 statement is not covered"));
}

#[test]
fn what_was_lost_comes_behind_the_misses_of_the_change_and_before_all_others() {
    let mut report = testing::against_baseline();
    assert!(render(&GITHUB, &testing::small(), &FormatOptions::default()).contains("Missed in this change"));
    insta::assert_snapshot!(render(&GITHUB, &report, &FormatOptions::default()));
    // Line 5 is missed in the change and lost, line 15 is lost, line 11 is neither.
    let range =
        |line| MissedRange { extent: Extent::new(line, 1, line, 9), function: "".into(), statements: 1 };
    report.packages[1].files[0].missed = vec![range(5), range(11), range(15)];
    report.findings.clear();
    let options = FormatOptions { all_misses: true, ..FormatOptions::default() };
    let text = render(&GITHUB, &report, &options);
    let warnings = text.lines().filter(|line| line.starts_with("::warning"));
    let shown: Vec<String> = warnings
        .map(|line| {
            let (_, properties, _) = current(line).expect("a command");
            format!("{} {}", properties["line"], properties["title"])
        })
        .collect();
    assert_eq!(shown, ["5 Missed", "15 Lost coverage", "5 Lost coverage", "7 Lost coverage", "11 Missed"]);
}

#[test]
fn lost_ranges_count_within_the_same_cap() {
    let mut report = testing::large(7);
    report.findings.clear();
    report.verdicts.clear();
    report.compare = testing::against_baseline().compare;
    assert_eq!(commands(&report).len(), 10, "seven missed, two of three lost, and one that counts");
    assert_eq!(cut(&report, &FormatOptions::default()).map(|finding| finding.count), Some(1));
}

#[test]
fn nothing_to_say_is_nothing() {
    assert_eq!(render(&GITHUB, &testing::empty(), &FormatOptions::default()), "");
    assert_eq!(cut(&testing::empty(), &FormatOptions::default()), None);
}

#[test]
fn a_step_has_nine_of_a_level_and_one_that_counts_the_rest() {
    for (files, shown, beyond) in
        [(0, 0, None), (8, 8, None), (9, 9, None), (10, 10, Some(1)), (5000, 10, Some(4991))]
    {
        let mut report = testing::large(files);
        report.findings.clear();
        report.verdicts.clear();
        let commands = commands(&report);
        assert_eq!(commands.len(), shown, "{files}");
        assert_eq!(cut(&report, &FormatOptions::default()).map(|finding| finding.count), beyond, "{files}");
        let last = commands.last().map(|(_, _, text)| text.as_str()).unwrap_or_default();
        let wanted = beyond.map(|count| counted(count, "more place"));
        assert_eq!(wanted.is_some(), last.contains("more place"));
        assert!(wanted.is_none_or(|wanted| last.starts_with(&wanted)), "{last}");
    }
    // The largest come first.
    let commands = commands(&testing::large(5000));
    let warnings: Vec<&str> =
        commands.iter().filter(|(name, ..)| name == "warning").map(|(_, _, text)| text.as_str()).collect();
    assert!(warnings[0].starts_with("5,000 changed statements"), "{warnings:?}");
}

#[test]
fn hostile_names_are_places_or_texts_and_never_commands() {
    let report = testing::hostile_baseline();
    for (name, properties, _) in commands(&report) {
        assert!(["error", "warning"].contains(&name.as_str()));
        assert!(properties.keys().all(|key| ["file", "line", "endline", "title"].contains(&key.as_str())));
        if let Some(file) = properties.get("file") {
            let files = &report.patch.as_ref().expect("a change").files;
            assert!(files.iter().any(|known| known.path.as_str() == file), "{file}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn no_name_makes_a_command(path in any::<String>(), text in "[a:#\\[\\]%,= \n\r]{0,12}") {
        let note = Note { title: text.clone(), place: Some((path.clone(), 3, 4)), text: text.clone() };
        let line = command("warning", &note);
        prop_assert!(!older(&line) && !line.chars().any(is_unsafe), "{:?}", line);
        let (name, properties, _) = current(&line).expect("a command");
        prop_assert_eq!(name, "warning");
        if let Some(file) = properties.get("file") {
            prop_assert_eq!(file, &path);
        }
    }
}
