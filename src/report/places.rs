//! What reports for reviewers point at: missed ranges of the change, gates that fail, findings. Markdown, annotations, SARIF
//! and Code Quality say the same things in the same words.
//!
//! Input: a report. Output: plain values; texts hold names as they are, and whoever writes them escapes.

mod lost;

use std::collections::{BTreeMap, BTreeSet};

use md5::{Digest, Md5};

use super::{counted, grouped};
use crate::model::report::MissedRange;
use crate::model::words::noun;
use crate::model::{Finding, GateName, Outcome, PatchFile, Presence, Report, Severity, Verdict};

pub(super) use lost::{LOST, Lost, lost};

/// The name of the rule behind [`Miss`].
pub(super) const MISSED_CHANGE: &str = "missed-change";

/// A range of lines without hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Miss<'a> {
    /// Path in the tree.
    pub(super) path: &'a str,
    /// First line.
    pub(super) start: u32,
    /// Last line, not before the first.
    pub(super) end: u32,
    /// Name of the function, empty when unknown.
    pub(super) function: &'a str,
    /// Statements in it that are not covered.
    pub(super) statements: u64,
    /// 0 for the first range of this function in this file, then 1, and so on: stable when lines move.
    pub(super) ordinal: usize,
    /// Whether it is part of the change.
    pub(super) changed: bool,
    /// Whether the profile does not know the file.
    pub(super) unmeasured: bool,
}

impl Miss<'_> {
    /// `3 changed statements are not covered (func Open)`.
    pub(super) fn sentence(&self) -> String {
        let changed = if self.changed { "changed " } else { "" };
        let verb = if self.statements == 1 { "is" } else { "are" };
        let function = match self.function {
            "" => String::new(),
            function => format!(" (func {function})"),
        };
        let unknown = if self.unmeasured { "; the profile does not know this file" } else { "" };
        let what = counted(self.statements, &format!("{changed}statement"));
        format!("{what} {verb} not covered{function}{unknown}")
    }
}

/// Missed ranges of the change, those of the most statements first.
pub(super) fn missed_in_change(report: &Report) -> Vec<Miss<'_>> {
    let files = report.patch.iter().flat_map(|patch| &patch.files).filter(|file| file.counted);
    sorted(files.flat_map(|file| {
        let unmeasured = file.presence == Presence::Unmeasured;
        let ranges = &file.missed_ranges;
        in_file(file.path.as_str(), ranges, |range| changed_lines(file, range)).map(move |miss| Miss {
            changed: true,
            unmeasured,
            ..miss
        })
    }))
}

/// Missed ranges of all files of the tree, those of the most statements first.
pub(super) fn missed_anywhere(report: &Report) -> Vec<Miss<'_>> {
    let files = report.files().map(|(_, file)| file).filter(|file| file.in_tree);
    sorted(files.flat_map(|file| in_file(file.path.as_str(), &file.missed, lines_of)))
}

fn sorted<'a>(misses: impl Iterator<Item = Miss<'a>>) -> Vec<Miss<'a>> {
    let mut misses: Vec<Miss> = misses.collect();
    misses.sort_by(|a, b| {
        b.statements.cmp(&a.statements).then_with(|| (a.path, a.start, a.end).cmp(&(b.path, b.start, b.end)))
    });
    misses
}

fn in_file<'a>(
    path: &'a str,
    ranges: &'a [MissedRange],
    lines: impl Fn(&MissedRange) -> (u32, u32),
) -> impl Iterator<Item = Miss<'a>> {
    let mut ordinals: BTreeMap<&str, usize> = BTreeMap::new();
    ranges.iter().map(move |range| {
        let (start, end) = lines(range);
        let next = ordinals.entry(&range.function).or_default();
        let ordinal = *next;
        *next += 1;
        let (function, statements) = (&*range.function, range.statements);
        Miss { path, start, end, function, statements, ordinal, changed: false, unmeasured: false }
    })
}

fn lines_of(range: &MissedRange) -> (u32, u32) {
    let start = range.extent.start.line.max(1);
    (start, range.extent.end.line.max(start))
}

/// From the first to the last changed line of the range that has no hits: a block begins at its brace, on a line that may
/// be covered or old. All lines when there is no such line.
fn changed_lines(file: &PatchFile, range: &MissedRange) -> (u32, u32) {
    let (start, end) = lines_of(range);
    let mut within = file.missed.iter().filter(|(from, to)| *from <= end && start <= *to);
    let Some(&(from, first_to)) = within.next() else { return (start, end) };
    let to = within.next_back().map_or(first_to, |&(_, to)| to);
    let first = from.max(start);
    (first, to.min(end).max(first))
}

/// Gates that fail, and why, as one sentence without its stop.
pub(super) fn failing(report: &Report) -> impl Iterator<Item = (&Verdict, String)> {
    let failing = report.verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Fail);
    failing.map(|verdict| (verdict, verdict_sentence(verdict)))
}

/// `patch is 72.0%, below 80%: 36 of 50 changed statements covered, 4 more needed`.
pub(super) fn verdict_sentence(verdict: &Verdict) -> String {
    let gate = verdict.gate.name();
    let scope = verdict.scope.as_ref().map(|scope| format!(" {scope}")).unwrap_or_default();
    let Some(observed) = verdict.observed.as_deref().filter(|_| verdict.outcome != Outcome::NotJudged) else {
        return format!("{gate}{scope} is not judged: {}", verdict.note);
    };
    if matches!(verdict.gate, GateName::NoRegress | GateName::MaxLost | GateName::MaxMissed) {
        return format!("{gate}{scope}: {}", verdict.note);
    }
    let percent = is_percent(verdict.gate);
    let unit = if percent { "%" } else { "" };
    let bound = match verdict.bound.parse::<f64>() {
        Ok(_) => format!("{}{unit}", verdict.bound),
        Err(_) => verdict.bound.clone(),
    };
    if verdict.outcome == Outcome::Pass {
        let note = if verdict.note.is_empty() { String::new() } else { format!(", {}", verdict.note) };
        return match verdict.gate {
            // What is observed there is the worst of many, each with a bound of its own.
            GateName::Package | GateName::File | GateName::Function | GateName::PatchFile => {
                format!("{gate}: all {} reach their bound, {bound}{note}", grouped(verdict.judged))
            }
            _ => format!("{gate}{scope} is {observed}{unit}, bound {bound}{note}"),
        };
    }
    let changed = if is_of_change(verdict.gate) { "changed " } else { "" };
    let side = if percent { "below" } else { "beyond" };
    format!(
        "{gate}{scope} is {observed}{unit}, {side} {bound}: {} of {} {changed}{} covered, {} more needed",
        grouped(verdict.tally.covered),
        grouped(verdict.tally.total),
        noun(verdict.tally.total, verdict.metric.singular()),
        grouped(verdict.needed),
    )
}

fn is_percent(gate: GateName) -> bool {
    use GateName::{File, Function, Package, Patch, PatchFile, Total};
    matches!(gate, Total | Package | File | Function | Patch | PatchFile)
}

fn is_of_change(gate: GateName) -> bool {
    matches!(gate, GateName::Patch | GateName::PatchFile | GateName::PatchMaxMissed)
}

/// `pass`, `fail`, or `none` when nothing was judged.
pub fn outcome(report: &Report) -> &'static str {
    let judged = report.verdicts.iter().any(|verdict| verdict.outcome != Outcome::NotJudged);
    match (report.failed(), judged) {
        (true, _) => "fail",
        (false, true) => "pass",
        (false, false) => "none",
    }
}

/// Finds lines of the tree for what has no place of its own.
#[derive(Debug)]
pub(super) struct Places<'a> {
    report: &'a Report,
    known: BTreeSet<&'a str>,
}

impl<'a> Places<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let measured = report.files().filter(|(_, file)| file.in_tree).map(|(_, file)| file.path.as_str());
        let changed = report.patch.iter().flat_map(|patch| &patch.files).map(|file| file.path.as_str());
        Self { report, known: measured.chain(changed).collect() }
    }

    /// The line of a finding, when its file is part of the tree.
    pub(super) fn of_finding(&self, finding: &Finding) -> Option<(String, u32)> {
        let place = finding.place.as_ref().filter(|place| self.known.contains(place.file.as_str()))?;
        Some((place.file.clone(), place.line.unwrap_or(1).max(1)))
    }

    /// The line that stands for a failing gate: its file or function, the first file of its package, the worst missed range of
    /// the change, else the go.mod of the first module.
    pub(super) fn of_verdict(&self, verdict: &Verdict) -> Option<(String, u32)> {
        let scoped = verdict.scope.as_deref().and_then(|scope| self.of_scope(scope));
        let changed = || {
            let worst = missed_in_change(self.report).into_iter().next()?;
            Some((worst.path.to_owned(), worst.start))
        };
        scoped.or_else(|| if is_of_change(verdict.gate) { changed() } else { None }).or_else(|| self.home())
    }

    fn of_scope(&self, scope: &str) -> Option<(String, u32)> {
        if self.known.contains(scope) {
            return Some((scope.to_owned(), 1));
        }
        if let Some(package) = self.report.packages.iter().find(|package| package.path == scope) {
            let file = package.files.iter().find(|file| file.in_tree)?;
            return Some((file.path.to_string(), 1));
        }
        // `FILE:LINE FUNCTION`, where a name may hold a colon too.
        scope.match_indices(':').find_map(|(at, _)| {
            let (file, rest) = (scope.get(..at)?, scope.get(at + 1..)?);
            let line = rest.split(' ').next()?.parse().ok().filter(|line| *line > 0)?;
            self.known.contains(file).then(|| (file.to_owned(), line))
        })
    }

    fn home(&self) -> Option<(String, u32)> {
        let dir = self.report.modules.iter().find_map(|module| module.dir.as_deref());
        match dir {
            Some(".") => Some(("go.mod".to_owned(), 1)),
            Some(dir) => Some((format!("{dir}/go.mod"), 1)),
            None => self.known.first().map(|path| ((*path).to_owned(), 1)),
        }
    }
}

/// Findings that a reviewer has to see, worst first.
pub(super) fn grave(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.severity >= Severity::Warning)
}

/// Stable names for results, unique in a document.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(BTreeSet<String>);

impl Fingerprints {
    /// 32 hexadecimal digits. Equal parts get other digits the second time, always the same ones.
    pub(super) fn of(&mut self, parts: &[&str]) -> String {
        let mut hash = Md5::new();
        for part in parts {
            hash.update(part.as_bytes());
            // No part holds this byte in UTF-8, so two lists of parts never run together.
            hash.update([0xFF]);
        }
        loop {
            let digest: [u8; 16] = hash.clone().finalize().into();
            let text = format!("{:032x}", u128::from_be_bytes(digest));
            if self.0.insert(text.clone()) {
                return text;
            }
            hash.update(digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::Place;

    #[test]
    fn ranges_of_the_change_end_at_its_missed_lines() {
        let report = testing::reviewed();
        let shown: Vec<String> = missed_in_change(&report)
            .iter()
            .map(|miss| {
                let lines = if miss.start == miss.end {
                    miss.start.to_string()
                } else {
                    format!("{}-{}", miss.start, miss.end)
                };
                format!("{}:{lines} #{} {}", miss.path, miss.ordinal, miss.sentence())
            })
            .collect();
        insta::assert_debug_snapshot!(shown);
        assert!(missed_in_change(&testing::empty()).is_empty());
    }

    #[test]
    fn gates_are_told_in_one_sentence_and_have_a_place() {
        let report = testing::reviewed();
        let places = Places::new(&report);
        let shown: Vec<_> = report
            .verdicts
            .iter()
            .map(|verdict| (verdict_sentence(verdict), places.of_verdict(verdict)))
            .collect();
        insta::assert_debug_snapshot!(shown);
        assert_eq!(outcome(&report), "fail");
        assert_eq!(outcome(&testing::empty()), "none");
    }

    #[test]
    fn a_finding_has_a_place_only_in_the_tree() {
        let report = testing::small();
        let places = Places::new(&report);
        let at = |file: &str, line| {
            let place = Place { file: file.to_owned(), line, col: None };
            places.of_finding(&Finding::new(crate::model::Code::StaleBlocks, "x").at(place))
        };
        assert_eq!(at("main.go", Some(4)), Some(("main.go".to_owned(), 4)));
        assert_eq!(at("main.go", None), Some(("main.go".to_owned(), 1)));
        assert_eq!(at("cover.out", Some(4)), None);
        assert_eq!(at("example.org/dep/dep.go", Some(4)), None);
    }

    #[test]
    fn fingerprints_are_stable_and_unique() {
        let mut one = Fingerprints::default();
        let (first, second, third) = (one.of(&["a", "bc"]), one.of(&["a", "bc"]), one.of(&["ab", "c"]));
        assert!(first != second && second != third && first != third);
        let mut other = Fingerprints::default();
        assert_eq!([other.of(&["a", "bc"]), other.of(&["a", "bc"])], [first, second]);
    }
}
