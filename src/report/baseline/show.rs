//! What a baseline holds, as a screen and as JSON: `baseline show`.
//!
//! Notes on consumers: a person who wants to know which commit a file is of; a script that reads `commit` or `totals`.

use std::io::{self, Write};

use serde::Serialize;

use super::super::{
    json, {counted, grouped},
};
use super::{RatchetJson, TallyJson, TotalsJson};
use crate::escape::terminal;
use crate::model::{Baseline, BaselineFile, Metric, RuleSet, Tally};

/// The shape of the JSON. It is no baseline: blocks are counted and not listed.
const SCHEMA: &str = "coverdict/baseline-summary/1";

/// The screen; with `every` a line for each file.
pub fn text(baseline: &Baseline, path: &str, every: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", terminal(path))?;
    let commit = baseline.commit.as_deref().unwrap_or("none");
    let note = match baseline.uncommitted {
        0 => String::new(),
        1 => " (1 file was not as this commit has it)".to_owned(),
        count => format!(" ({} files were not as this commit has them)", grouped(count)),
    };
    writeln!(out, "  commit      {commit}{note}")?;
    writeln!(out, "  saved by    coverdict {}", terminal(&baseline.version))?;
    let inputs: Vec<_> = baseline.inputs.iter().map(|label| terminal(label)).collect();
    writeln!(out, "  inputs      {}", inputs.join(", "))?;
    writeln!(out, "  mode        {}", baseline.mode)?;
    let rules = baseline.rule_set.map_or("several, or not known", RuleSet::name);
    writeln!(out, "  rule set    {rules}")?;
    writeln!(out, "  line model  {}", baseline.lines.name())?;
    for metric in Metric::ALL {
        let (tally, lowest) = (baseline.totals.of(metric), baseline.ratchet.of(metric));
        let shown = format!(
            "{}, {} missed, lowest so far {}",
            shown(tally),
            grouped(tally.missed()),
            grouped(lowest)
        );
        writeln!(out, "  {:<10}  {shown}", metric.name())?;
    }
    let blocks: u64 = baseline.files.iter().map(|file| file.blocks.len() as u64).sum();
    let more = if every || baseline.files.is_empty() { "" } else { " (-v lists them)" };
    writeln!(
        out,
        "  files       {} with {}{more}",
        grouped(baseline.files.len() as u64),
        counted(blocks, "block")
    )?;
    for file in baseline.files.iter().filter(|_| every) {
        writeln!(out, "    {}  {}", terminal(file.path.as_str()), shown(statements(file)))?;
    }
    out.flush()
}

/// `85.7% (12 of 14)`.
fn shown(tally: Tally) -> String {
    match tally.percent() {
        Some(percent) => format!("{percent}% ({} of {})", grouped(tally.covered), grouped(tally.total)),
        None => "n/a".to_owned(),
    }
}

fn statements(file: &BaselineFile) -> Tally {
    let mut tally = Tally::default();
    for block in &file.blocks {
        tally.add(u64::from(block.stmts), block.count > 0);
    }
    tally
}

/// One object on one line.
pub fn json(baseline: &Baseline, path: &str, out: &mut dyn Write) -> io::Result<()> {
    json::print(&SummaryJson::of(baseline, path), out)
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    schema: &'static str,
    path: &'a str,
    version: &'a str,
    commit: Option<&'a str>,
    uncommitted: u64,
    mode: &'static str,
    rule_set: Option<&'static str>,
    lines: &'static str,
    totals: TotalsJson,
    ratchet: RatchetJson,
    inputs: &'a [String],
    files: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    name: &'a str,
    package: &'a str,
    in_tree: bool,
    rule_set: Option<&'static str>,
    fits: bool,
    statements: TallyJson,
    blocks: usize,
}

impl<'a> SummaryJson<'a> {
    fn of(baseline: &'a Baseline, path: &'a str) -> Self {
        Self {
            schema: SCHEMA,
            path,
            version: &baseline.version,
            commit: baseline.commit.as_deref(),
            uncommitted: baseline.uncommitted,
            mode: baseline.mode.name(),
            rule_set: baseline.rule_set.map(RuleSet::name),
            lines: baseline.lines.name(),
            totals: TotalsJson::of(&baseline.totals),
            ratchet: RatchetJson::of(baseline.ratchet),
            inputs: &baseline.inputs,
            files: baseline.files.iter().map(FileJson::of).collect(),
        }
    }
}

impl<'a> FileJson<'a> {
    fn of(file: &'a BaselineFile) -> Self {
        let Tally { covered, total } = statements(file);
        Self {
            path: file.path.as_str(),
            name: file.name.as_str(),
            package: &file.package,
            in_tree: file.in_tree,
            rule_set: file.rule_set.map(RuleSet::name),
            fits: file.fits,
            statements: TallyJson { covered, total },
            blocks: file.blocks.len(),
        }
    }
}
