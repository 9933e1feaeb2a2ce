//! JSON: the stable machine interface. `schemas/report.schema.json` describes it; `schema report` prints that.
//!
//! Input: a report. Output: one object on one line, `coverdict/report/1`. Fields are only ever added; a change of meaning
//! or a removal is a new number. Notes on consumers: numbers are exact 64-bit integers (hits are not cut as in Cobertura);
//! `observed` and `bound` are text, since they are decimals as printed and typed.
//!
//! Invariants: every field is always present (`null` when there is nothing to say); order of fields and lists is fixed;
//! nothing depends on the machine (no root, no time); controls and invisible characters in texts are `\u` escapes.

mod compare;
mod owners;
mod patch;

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use self::compare::CompareJson;
use self::owners::OwnerJson;
use self::patch::PatchJson;
use super::{Format, FormatOptions};
use crate::escape::is_unsafe;
use crate::model::report::{Excluded, InputFacts, InputShare};
use crate::model::{
    FileReport, Finding, FunctionReport, LineTally, ModuleReport, PackageReport, Report, RuleSet, RunFacts,
    Tally, Totals, Verdict,
};

pub(super) static JSON: Format = Format {
    name: "json",
    about: "everything, for programs; `coverdict schema report` prints the JSON Schema",
    default_name: "coverdict.json",
    shows_change: true,
    write,
};

/// The JSON Schema (draft 2020-12) of the JSON report.
pub const REPORT_SCHEMA: &str = include_str!("../../schemas/report.schema.json");

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    print(&ReportJson::of(report), out)
}

/// Writes a value as one line that is safe to print.
pub(super) fn print(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    append(value, &mut out)?;
    writeln!(out)?;
    out.flush()
}

/// Writes a value, safe to print, without an end of its line.
pub(super) fn append(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Visible(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Compact JSON in which characters that deceive a terminal are `\u` escapes; serde does this only below U+0020. The second
/// of two `#` is one too: runners of CI systems take commands from `##[` and `##vso[` anywhere in a log.
struct Visible(CompactFormatter);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Hardly any text has one, and looking for two at once costs more than writing a short text does.
        if memchr::memchr(b'#', fragment.as_bytes()).is_none() {
            return self.visible(writer, fragment);
        }
        let mut first = fragment;
        while let Some((before, after)) = first.split_once("##") {
            self.visible(writer, before)?;
            writer.write_all(b"#\\u0023")?;
            first = after;
        }
        self.visible(writer, first)
    }
}

impl Visible {
    fn visible<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| byte < 0x7F) {
            return self.0.write_string_fragment(writer, fragment);
        }
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|&(_, character)| is_unsafe(character)) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            // Two escapes above U+FFFF, as JSON wants it.
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = from.get(character.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

// ---- The shape, top down ---------------------------------------------------------------------------------------------

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    run: RunJson<'a>,
    modules: Vec<ModuleJson<'a>>,
    totals: TotalsJson,
    packages: Vec<PackageJson<'a>>,
    owners: Vec<OwnerJson<'a>>,
    patch: Option<PatchJson<'a>>,
    compare: Option<CompareJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    verdicts: Vec<VerdictJson<'a>>,
}

#[derive(Serialize)]
struct RunJson<'a> {
    version: &'a str,
    commit: Option<&'a str>,
    base_origin: Option<&'a str>,
    mode: &'static str,
    metric: &'static str,
    inputs: Vec<InputJson<'a>>,
    merged_rows: u64,
    excluded: ExcludedJson,
}

#[derive(Serialize)]
struct InputJson<'a> {
    label: &'a str,
    path: &'a str,
    kind: &'static str,
    mode: &'static str,
    rule_set: Option<&'static str>,
    rows: u64,
    blocks: u64,
    statements: Option<TallyJson>,
    unique: Option<UniqueJson<'a>>,
}

#[derive(Serialize)]
struct UniqueJson<'a> {
    statements: u64,
    files: Vec<UniqueFileJson<'a>>,
}

#[derive(Serialize)]
struct UniqueFileJson<'a> {
    path: &'a str,
    lines: &'a [(u32, u32)],
}

#[derive(Serialize)]
struct ExcludedJson {
    pattern: FilesAndStatements,
    scope: FilesAndStatements,
    generated: FilesAndStatements,
    ignored_statements: u64,
}

#[derive(Serialize)]
struct FilesAndStatements {
    files: u64,
    statements: u64,
}

#[derive(Serialize)]
struct ModuleJson<'a> {
    path: &'a str,
    dir: Option<&'a str>,
    disposition: &'static str,
    totals: TotalsJson,
}

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
struct PackageJson<'a> {
    path: &'a str,
    module: Option<&'a str>,
    disposition: &'static str,
    totals: TotalsJson,
    files: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    name: &'a str,
    in_tree: bool,
    has_source: bool,
    generated: bool,
    line_model: &'static str,
    owners: &'a [String],
    ignored_statements: u64,
    totals: TotalsJson,
    functions: Vec<FunctionJson<'a>>,
    lines: &'a [(u32, u64)],
    partial_lines: &'a [u32],
}

#[derive(Serialize)]
struct FunctionJson<'a> {
    name: &'a str,
    line: u32,
    end_line: u32,
    statements: TallyJson,
    lines: LineTallyJson,
    count: Option<u64>,
    complexity: u32,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    name: &'static str,
    severity: &'static str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
    facts: &'a [String],
    help: Option<&'a str>,
    count: u64,
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    gate: &'static str,
    scope: Option<&'a str>,
    outcome: &'static str,
    metric: &'static str,
    observed: Option<&'a str>,
    covered: u64,
    total: u64,
    bound: &'a str,
    needed: u64,
    judged: u64,
    note: &'a str,
}

// ---- From the model --------------------------------------------------------------------------------------------------

impl<'a> ReportJson<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            schema: "coverdict/report/1",
            run: RunJson::of(&report.run),
            modules: report.modules.iter().map(ModuleJson::of).collect(),
            totals: TotalsJson::of(&report.totals),
            packages: report.packages.iter().map(PackageJson::of).collect(),
            owners: report.owners.iter().map(OwnerJson::of).collect(),
            patch: report.patch.as_ref().map(PatchJson::of),
            compare: report.compare.as_ref().map(CompareJson::of),
            findings: report.findings.iter().map(FindingJson::of).collect(),
            verdicts: report.verdicts.iter().map(VerdictJson::of).collect(),
        }
    }
}

impl<'a> RunJson<'a> {
    fn of(run: &'a RunFacts) -> Self {
        Self {
            version: &run.version,
            commit: run.commit.as_deref(),
            base_origin: run.base_origin.as_deref(),
            mode: run.mode.name(),
            metric: run.metric.name(),
            inputs: run.inputs.iter().map(InputJson::of).collect(),
            merged_rows: run.merged_rows,
            excluded: ExcludedJson::of(&run.excluded),
        }
    }
}

impl<'a> InputJson<'a> {
    fn of(input: &'a InputFacts) -> Self {
        Self {
            label: &input.label,
            path: &input.path,
            kind: input.kind.name(),
            mode: input.mode.name(),
            rule_set: input.rule_set.map(RuleSet::name),
            rows: input.rows,
            blocks: input.blocks,
            statements: input.share.as_ref().map(|share| TallyJson::of(share.statements)),
            unique: input.share.as_ref().map(UniqueJson::of),
        }
    }
}

impl ExcludedJson {
    fn of(excluded: &Excluded) -> Self {
        let pair = |files, statements| FilesAndStatements { files, statements };
        Self {
            pattern: pair(excluded.pattern_files, excluded.pattern_statements),
            scope: pair(excluded.scope_files, excluded.scope_statements),
            generated: pair(excluded.generated_files, excluded.generated_statements),
            ignored_statements: excluded.ignored_statements,
        }
    }
}

impl<'a> ModuleJson<'a> {
    fn of(module: &'a ModuleReport) -> Self {
        Self {
            path: &module.path,
            dir: module.dir.as_deref(),
            disposition: module.disposition.name(),
            totals: TotalsJson::of(&module.totals),
        }
    }
}

impl TotalsJson {
    fn of(totals: &Totals) -> Self {
        Self {
            statements: TallyJson::of(totals.statements),
            lines: LineTallyJson::of(totals.lines),
            functions: TallyJson::of(totals.functions),
        }
    }
}

impl<'a> UniqueJson<'a> {
    fn of(share: &'a InputShare) -> Self {
        let files = share.only_lines.iter();
        let files = files.map(|(path, lines)| UniqueFileJson { path: path.as_str(), lines }).collect();
        Self { statements: share.only_statements, files }
    }
}

impl TallyJson {
    fn of(tally: Tally) -> Self {
        Self { covered: tally.covered, total: tally.total }
    }
}

impl LineTallyJson {
    fn of(lines: LineTally) -> Self {
        Self { covered: lines.covered, partial: lines.partial, total: lines.total }
    }
}

impl<'a> PackageJson<'a> {
    fn of(package: &'a PackageReport) -> Self {
        Self {
            path: &package.path,
            module: package.module.as_deref(),
            disposition: package.disposition.name(),
            totals: TotalsJson::of(&package.totals),
            files: package.files.iter().map(FileJson::of).collect(),
        }
    }
}

impl<'a> FileJson<'a> {
    fn of(file: &'a FileReport) -> Self {
        Self {
            path: file.path.as_str(),
            name: file.name.as_str(),
            in_tree: file.in_tree,
            has_source: file.has_source,
            generated: file.generated,
            line_model: file.line_model.name(),
            owners: &file.owners,
            ignored_statements: file.ignored_statements,
            totals: TotalsJson::of(&file.totals),
            functions: file.functions.iter().map(FunctionJson::of).collect(),
            lines: &file.lines,
            partial_lines: &file.partial_lines,
        }
    }
}

impl<'a> FunctionJson<'a> {
    fn of(function: &'a FunctionReport) -> Self {
        Self {
            name: &function.name,
            line: function.extent.start.line,
            end_line: function.extent.end.line,
            statements: TallyJson::of(function.statements),
            lines: LineTallyJson::of(function.lines),
            count: function.entry_count,
            complexity: function.complexity,
        }
    }
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        let place = finding.place.as_ref();
        Self {
            name: finding.code.name(),
            severity: finding.severity.name(),
            file: place.map(|place| place.file.as_str()),
            line: place.and_then(|place| place.line),
            column: place.and_then(|place| place.col),
            message: &finding.message,
            facts: &finding.facts,
            help: finding.help.as_deref(),
            count: finding.count,
        }
    }
}

impl<'a> VerdictJson<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        Self {
            gate: verdict.gate.name(),
            scope: verdict.scope.as_deref(),
            outcome: verdict.outcome.name(),
            metric: verdict.metric.name(),
            observed: verdict.observed.as_deref(),
            covered: verdict.tally.covered,
            total: verdict.tally.total,
            bound: &verdict.bound,
            needed: verdict.needed,
            judged: verdict.judged,
            note: &verdict.note,
        }
    }
}

#[cfg(test)]
mod tests;
