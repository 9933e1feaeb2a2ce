//! The file of `baseline save`: what counted in a run, kept for a later one.
//!
//! Input: a report, the settings that it does not hold, and the ratchet. Output: JSON, `coverdict/baseline/1`, a field of the head or
//! a file a line, so that git and people can look at it; `schemas/baseline.schema.json` describes it. Notes on consumers: `ingest/baseline.rs`
//! reads it; people may keep it in git, where a checkout may change the ends of lines, and in a note, which loses blank lines and white
//! space before the end of a line, so there is neither.
//!
//! Invariants: the same report gives the same bytes; `schema` comes first and `checksum` last; the checksum is that of all lines before
//! its own; files ascend by path, blocks by extent; texts are printable as those of the JSON report are.

pub mod show;

use std::io::{self, Write};

use serde::Serialize;

use super::json;
use super::numbers::Numbers;
use crate::model::{
    BASELINE_SCHEMA, Block, FileReport, LineFingerprint, LineModel, LineTally, PackageReport, PerMetric,
    Report, RuleSet, Tally, Totals,
};

/// The JSON Schema (draft 2020-12) of a baseline.
pub const BASELINE_JSON_SCHEMA: &str = include_str!("../../schemas/baseline.schema.json");

/// What a baseline holds beside the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// How many Go files of the profile were not as HEAD has them.
    pub uncommitted: u64,
    /// The line model that was asked for.
    pub lines: LineModel,
    /// The lowest number of missed items before this run, where one is known.
    pub ratchet: Option<PerMetric<u64>>,
}

/// Writes a baseline.
pub fn write(report: &Report, kept: &Kept, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<(&PackageReport, &FileReport)> = report.files().collect();
    files.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path).then_with(|| a.name.cmp(&b.name)));
    let mut lines = Lines { out, line: Vec::new(), sum: LineFingerprint::default() };
    head(report, kept, &mut lines)?;
    let last = files.len().saturating_sub(1);
    for (at, (package, file)) in files.into_iter().enumerate() {
        json::append(&FileJson::of(package, file), &mut lines.line)?;
        // All numbers, put together here: through a serializer they cost three times as much.
        lines.line.pop();
        lines.line.extend_from_slice(b",\"blocks\":[");
        append_blocks(&file.blocks, &mut lines.line);
        lines.line.extend_from_slice(if at == last { b"]}" } else { b"]}," });
        lines.end()?;
    }
    lines.line.extend_from_slice(b"],");
    lines.end()?;
    let sum = lines.sum.value();
    writeln!(lines.out, "\"checksum\":\"{sum:016x}\"}}")?;
    lines.out.flush()
}

/// What is lowest: the items that this run misses, or what was known before.
pub fn ratchet(totals: &Totals, before: Option<PerMetric<u64>>) -> PerMetric<u64> {
    let now = PerMetric {
        statements: totals.statements.missed(),
        lines: totals.lines.tally().missed(),
        functions: totals.functions.missed(),
    };
    before.map_or(now, |before| now.lower(before))
}

/// The rule set that all inputs followed.
fn common_rule_set(report: &Report) -> Option<RuleSet> {
    let (first, others) = report.run.inputs.split_first()?;
    first.rule_set.filter(|_| others.iter().all(|other| other.rule_set == first.rule_set))
}

fn head(report: &Report, kept: &Kept, lines: &mut Lines<'_>) -> io::Result<()> {
    lines.line.push(b'{');
    lines.field("schema", &BASELINE_SCHEMA)?;
    lines.field("version", &report.run.version)?;
    lines.field("commit", &report.run.commit)?;
    lines.field("uncommitted", &kept.uncommitted)?;
    lines.field("mode", &report.run.mode.name())?;
    lines.field("rule_set", &common_rule_set(report).map(RuleSet::name))?;
    lines.field("lines", &kept.lines.name())?;
    lines.field("totals", &TotalsJson::of(&report.totals))?;
    lines.field("ratchet", &RatchetJson::of(ratchet(&report.totals, kept.ratchet)))?;
    let labels: Vec<&str> = report.run.inputs.iter().map(|input| input.label.as_str()).collect();
    lines.field("inputs", &labels)?;
    lines.line.extend_from_slice(b"\"files\":[");
    lines.end()
}

/// The text, a line at a time, and the checksum of what was written.
struct Lines<'a> {
    out: &'a mut dyn Write,
    line: Vec<u8>,
    sum: LineFingerprint,
}

impl Lines<'_> {
    /// A line with one field.
    fn field(&mut self, name: &str, value: &impl Serialize) -> io::Result<()> {
        write!(self.line, "\"{name}\":")?;
        json::append(value, &mut self.line)?;
        self.line.push(b',');
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        self.sum.add(&self.line);
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}

/// Five numbers a block: lines from the start of the block before, start column, lines to its end, end column, and twice the
/// statements, plus one where it ran. The lines to the end are below zero where `//line` of Go up to 1.26 made them so.
fn append_blocks(blocks: &[Block], line: &mut Vec<u8>) {
    let mut before = 0;
    let mut text = Numbers::default();
    for (at, block) in blocks.iter().enumerate() {
        let (start, end) = (block.extent.start, block.extent.end);
        text.clear();
        if at > 0 {
            text.put(b',');
        }
        text.number(u64::from(start.line.saturating_sub(before)));
        text.put(b',');
        text.number(u64::from(start.col));
        text.put(b',');
        if end.line < start.line {
            text.put(b'-');
        }
        text.number(u64::from(end.line.abs_diff(start.line)));
        text.put(b',');
        text.number(u64::from(end.col));
        text.put(b',');
        text.number(u64::from(block.stmts) * 2 + u64::from(block.count > 0));
        line.extend_from_slice(text.text());
        before = start.line;
    }
}

// ---- The shape, top down ---------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct TotalsJson {
    statements: TallyJson,
    lines: LineTallyJson,
    functions: TallyJson,
}

#[derive(Serialize)]
struct TallyJson {
    covered: u64,
    total: u64,
}

#[derive(Serialize)]
struct LineTallyJson {
    covered: u64,
    partial: u64,
    total: u64,
}

#[derive(Serialize)]
struct RatchetJson {
    statements: u64,
    lines: u64,
    functions: u64,
}

/// A file without its blocks. What follows from the other fields in nearly all files is left out where it does.
#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "is_true")]
    in_tree: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    package: &'a str,
    module: Option<&'a str>,
    disposition: &'static str,
    rule_set: Option<&'static str>,
    lines: &'static str,
    source: Option<String>,
    fits: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "what serde calls has this shape")]
fn is_true(value: &bool) -> bool {
    *value
}

impl TotalsJson {
    fn of(totals: &Totals) -> Self {
        let tally = |tally: Tally| TallyJson { covered: tally.covered, total: tally.total };
        let LineTally { covered, partial, total } = totals.lines;
        Self {
            statements: tally(totals.statements),
            lines: LineTallyJson { covered, partial, total },
            functions: tally(totals.functions),
        }
    }
}

impl RatchetJson {
    fn of(ratchet: PerMetric<u64>) -> Self {
        Self { statements: ratchet.statements, lines: ratchet.lines, functions: ratchet.functions }
    }
}

impl<'a> FileJson<'a> {
    fn of(package: &'a PackageReport, file: &'a FileReport) -> Self {
        let name = file.name.as_str();
        let usual = name
            .strip_suffix(file.path.base())
            .and_then(|directory| directory.strip_suffix('/'))
            .is_some_and(|directory| directory == package.path);
        Self {
            path: file.path.as_str(),
            in_tree: file.in_tree,
            name: Some(name).filter(|_| !usual),
            package: &package.path,
            module: package.module.as_deref(),
            disposition: package.disposition.name(),
            rule_set: file.rule_set.map(RuleSet::name),
            lines: file.line_model.name(),
            source: file.fingerprint.map(|mark| format!("{mark:016x}")),
            fits: file.positions_fit,
        }
    }
}

#[cfg(test)]
mod tests;
