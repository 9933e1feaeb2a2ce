//! Workflow commands of GitHub Actions: annotations on the lines of a pull request.
//!
//! Input: a report. Output: one command a line: `::error` for gates that fail and findings that are errors, `::warning` for
//! missed ranges of the change, those of the most statements first, for what lost its coverage since the baseline, and for
//! warnings in the tree. Notes on consumers: the
//! runner (actions/runner, `ActionCommand.cs`, `ExecutionContext.cs`) keeps ten annotations of a level for each step, so there
//! are nine and one that says how many more; it decodes `%25 %0D %0A` in texts and `%3A %2C` in properties too; it drops
//! `endLine` below `line`, cuts texts at 4,096 characters, and obeys the older form `##[name]` anywhere in a line. A name
//! that cannot be written without a control character or that form stands escaped in the text, and its annotation has no
//! place.
//!
//! Invariant: each line begins with a command of ours, and holds no other.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use super::escape::{command_data, command_property};
use super::places::{self, Lost, Miss, Places};
use super::{Format, FormatOptions, counted};
use crate::escape::terminal;
use crate::model::{Code, Finding, Report, Severity};

pub(super) static GITHUB: Format = Format {
    name: "github",
    about: "GitHub workflow commands: annotations on missed changed lines, and on those that lost their coverage",
    default_name: "annotations.txt",
    shows_change: true,
    write,
};

/// Annotations of a level; the tenth says how many more there are.
const MOST: usize = 9;
/// The runner cuts at 4,096.
const LONGEST: usize = 2000;

/// One annotation, before escaping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// A few words of ours.
    pub(super) title: String,
    /// Path, first and last line.
    pub(super) place: Option<(String, u32, u32)>,
    /// What it says.
    pub(super) text: String,
}

/// What is to be said, of each level the most important first.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) errors: Vec<Note>,
    pub(super) warnings: Vec<Note>,
}

impl Notes {
    pub(super) fn of(report: &Report, options: &FormatOptions) -> Self {
        let places = Places::new(report);
        let mut notes = Self::default();
        for (verdict, text) in places::failing(report) {
            let place = verdict.scope.as_ref().and_then(|_| places.of_verdict(verdict));
            let place = place.map(|(path, line)| (path, line, line));
            notes.errors.push(Note { title: format!("Coverage: {}", verdict.gate.name()), place, text });
        }
        notes.warnings.extend(missed_and_lost(report, &places, options.all_misses));
        for finding in places::grave(report) {
            let place = places.of_finding(finding).map(|(path, line)| (path, line, line));
            let error = finding.severity == Severity::Error;
            if place.is_none() && !error {
                continue;
            }
            let note = Note { title: finding.code.name().to_owned(), place, text: finding.message.clone() };
            if error { notes.errors.push(note) } else { notes.warnings.push(note) }
        }
        notes
    }

    /// How many there are beyond what a step may have.
    pub(super) fn beyond(&self) -> usize {
        self.errors.len().saturating_sub(MOST) + self.warnings.len().saturating_sub(MOST)
    }
}

/// Missed ranges of the change, then what was lost, then on request all other misses. A miss outside the change that was lost is
/// told as lost alone.
fn missed_and_lost(report: &Report, places: &Places<'_>, all_misses: bool) -> Vec<Note> {
    let lost = places::lost(report, places);
    let changed = places::missed_in_change(report);
    let (first, others): (Vec<Miss<'_>>, Vec<Miss<'_>>) = match (all_misses, lost.is_empty()) {
        (false, _) => (changed, Vec::new()),
        (true, true) => (places::missed_anywhere(report), Vec::new()),
        (true, false) => {
            let of_change = Ranges::of(changed.iter().map(|miss| (miss.path, miss.start, miss.end)));
            places::missed_anywhere(report).into_iter().partition(|miss| of_change.touch(miss))
        }
    };
    let of_lost = Ranges::of(lost.iter().map(|lost| (lost.path, lost.start, lost.end)));
    let missed = first.iter().map(missed_note);
    let others = others.iter().filter(|miss| !of_lost.touch(miss)).map(missed_note);
    missed.chain(lost.iter().map(lost_note)).chain(others).collect()
}

/// Ranges of lines by path.
struct Ranges<'a>(BTreeMap<&'a str, Vec<(u32, u32)>>);

impl<'a> Ranges<'a> {
    fn of(ranges: impl Iterator<Item = (&'a str, u32, u32)>) -> Self {
        let mut by_path: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
        for (path, first, last) in ranges {
            by_path.entry(path).or_default().push((first, last));
        }
        Self(by_path)
    }

    fn touch(&self, miss: &Miss<'_>) -> bool {
        let mut own = self.0.get(miss.path).into_iter().flatten();
        own.any(|(first, last)| *first <= miss.end && miss.start <= *last)
    }
}

fn missed_note(miss: &Miss<'_>) -> Note {
    Note {
        title: if miss.changed { "Missed in this change" } else { "Missed" }.to_owned(),
        place: Some((miss.path.to_owned(), miss.start, miss.end)),
        text: miss.sentence(),
    }
}

fn lost_note(lost: &Lost<'_>) -> Note {
    let place = Some((lost.path.to_owned(), lost.start, lost.end));
    Note { title: "Lost coverage".to_owned(), place, text: lost.sentence() }
}

/// Shortens a list to what one step may have: nine, and one that counts the others.
pub(super) fn capped(notes: Vec<Note>) -> Vec<Note> {
    let beyond = notes.len().saturating_sub(MOST);
    let mut notes: Vec<Note> = notes.into_iter().take(MOST).collect();
    if beyond > 0 {
        let text = format!("{}: see the job summary, or -o json", counted(beyond as u64, "more place"));
        notes.push(Note { title: "Coverage: more".to_owned(), place: None, text });
    }
    notes
}

/// The finding that says what is left out, when something is.
pub(super) fn cut(report: &Report, options: &FormatOptions) -> Option<Finding> {
    let beyond = Notes::of(report, options).beyond() as u64;
    if beyond == 0 {
        return None;
    }
    let verb = if beyond == 1 { "is" } else { "are" };
    let what = counted(beyond, "annotation");
    let message = format!("{what} more than a step of GitHub shows {verb} left out");
    Some(
        Finding::new(Code::AnnotationsCapped, message)
            .fact("the largest ranges are annotated; the last annotation of each level counts the others")
            .help("coverdict check -o markdown=coverage.md")
            .count(beyond),
    )
}

fn write(report: &Report, options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let Notes { errors, warnings } = Notes::of(report, options);
    for (level, notes) in [("error", errors), ("warning", warnings)] {
        for note in capped(notes) {
            writeln!(out, "{}", command(level, &note))?;
        }
    }
    out.flush()
}

fn command(level: &str, note: &Note) -> String {
    let mut text = String::new();
    let mut command = format!("::{level} ");
    if let Some((path, start, end)) = &note.place {
        if terminal(path) == path.as_str() {
            command.push_str(&format!("file={},line={start},endLine={end},", command_property(path)));
        } else {
            text.push_str(&format!("{path}:{start}: "));
        }
    }
    command.push_str(&format!("title={}::", command_property(&note.title)));
    text.extend(note.text.chars().take(LONGEST));
    command.push_str(&command_data(&text));
    command
}

#[cfg(test)]
mod tests;
