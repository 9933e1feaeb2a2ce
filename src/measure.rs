//! A clean profile, places and sources -> every number of the report. Pure; a file at a time, in parallel.
//!
//! Lines: `code` when the source is at hand and fits, else `trim`; `naive` when asked for. Hits of a line are the maximum
//! over the blocks on it. Functions: a block belongs to the function in which it starts.

pub mod eligible;
pub mod lines;
pub mod owners;
pub mod patch;
pub mod shares;

use std::collections::BTreeMap;
use std::mem;

use crate::model::parallel::in_order;
use crate::model::report::MissedRange;
use crate::model::words::counted;
use crate::model::{
    Block, Code, Disposition, FileProfile, FileReport, Finding, Function, FunctionReport, LineModel,
    LineTally, Located, ModuleReport, PackageReport, Place, Profile, RepoPath, Source, Tally, Totals,
};
use lines::Lines;

/// A file of the profile with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts<'a> {
    /// Where it lies.
    pub located: &'a Located,
    /// Its source, when it could be read and parsed.
    pub source: Option<&'a Source>,
    /// What tells the text of that source from another.
    pub fingerprint: Option<u64>,
    /// Its functions without a source, where binary meta-data knows them.
    pub functions: Option<&'a [Function]>,
}

/// A module of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Module path.
    pub path: String,
    /// Directory relative to the root (`.` for the root itself); `None` outside the tree.
    pub dir: Option<String>,
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// By module path.
    pub modules: Vec<ModuleReport>,
    /// Of all packages.
    pub totals: Totals,
    /// By import path.
    pub packages: Vec<PackageReport>,
    /// Odd things met on the way.
    pub findings: Vec<Finding>,
}

/// Measures a profile, whose blocks become those of the report. `facts` gives what is known of a name (by its id); `ignored`
/// the statements that ignore comments took out of a file.
pub fn measure<'a>(
    profile: &mut Profile,
    model: LineModel,
    modules: &[Module],
    facts: impl Fn(u32) -> Option<FileFacts<'a>> + Sync,
    ignored: impl Fn(u32) -> u64 + Sync,
) -> Measured {
    let files: Vec<Option<(FileReport, &Located, Option<Finding>)>> = in_order(&profile.files, |file| {
        let facts = facts(file.id)?;
        let (report, finding) = measure_file(file, facts, model, ignored(file.id));
        Some((report, facts.located, finding))
    });
    let mut measured = Measured::default();
    let mut packages: BTreeMap<String, PackageReport> = BTreeMap::new();
    let mut module_totals: BTreeMap<u32, (Disposition, Totals)> = BTreeMap::new();
    for (measured_file, profiled) in files.into_iter().zip(&mut profile.files) {
        let Some((mut file, located, finding)) = measured_file else { continue };
        file.blocks = mem::take(&mut profiled.blocks);
        let Located { package, module, disposition, .. } = located;
        let (module, disposition) = (*module, *disposition);
        measured.totals += file.totals;
        measured.findings.extend(finding);
        if let Some(module) = module {
            module_totals.entry(module).or_insert((disposition, Totals::default())).1 += file.totals;
        }
        if let Some(known) = packages.get_mut(package) {
            known.totals += file.totals;
            known.files.push(file);
            continue;
        }
        let module = module.and_then(|at| modules.get(at as usize)).map(|module| module.path.clone());
        let (path, totals) = (package.clone(), file.totals);
        packages
            .insert(package.clone(), PackageReport { path, module, disposition, totals, files: vec![file] });
    }
    measured.packages = packages.into_values().collect();
    for package in &mut measured.packages {
        package.files.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.name.cmp(&b.name)));
    }
    measured.modules = module_totals
        .into_iter()
        .filter_map(|(at, (disposition, totals))| {
            let module = modules.get(at as usize)?;
            Some(ModuleReport { path: module.path.clone(), dir: module.dir.clone(), disposition, totals })
        })
        .collect();
    measured.modules.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.dir.cmp(&b.dir)));
    measured
}

fn measure_file(
    file: &FileProfile,
    facts: FileFacts<'_>,
    model: LineModel,
    ignored_statements: u64,
) -> (FileReport, Option<Finding>) {
    let (path, in_tree) = printed_path(file, facts.located);
    let line_model = model_of(file, facts.source, model);
    let (lines, too_long) = match (line_model, facts.source) {
        (LineModel::Code, Some(source)) => (Lines::code(&file.blocks, &source.code), 0),
        (LineModel::Naive, _) => Lines::naive(&file.blocks),
        _ => Lines::trim(&file.blocks),
    };
    let known = facts.source.map_or(facts.functions.unwrap_or_default(), |source| &source.functions);
    let functions = functions(file, known, &lines);
    let statements = tally(&file.blocks);
    let totals = Totals { statements, lines: lines.tally(), functions: covered_functions(&functions) };
    let missed = missed_ranges(&file.blocks, &functions);
    let finding = (too_long > 0).then(|| {
        Finding::new(
            Code::MalformedRows,
            format!(
                "{} of {path} {} more lines than a Go file has, which are left out",
                counted(too_long, "block"),
                if too_long == 1 { "spans" } else { "span" }
            ),
        )
        .at(Place::file(path.as_str()))
        .count(too_long)
    });
    let report = FileReport {
        path,
        in_tree,
        name: file.name.clone(),
        totals,
        functions,
        lines: lines.hits,
        partial_lines: lines.partial,
        blocks: Vec::new(), // moved here when all are measured
        rule_set: file.rule_set,
        line_model,
        generated: facts.source.is_some_and(|source| source.generated),
        has_source: facts.source.is_some(),
        fingerprint: facts.fingerprint.filter(|_| facts.source.is_some()),
        positions_fit: facts.source.is_some_and(|source| fits(file, source)),
        ignored_statements,
        missed,
        owners: Vec::new(),
    };
    (report, finding)
}

/// The path to print, and whether it is a file of the tree.
fn printed_path(file: &FileProfile, located: &Located) -> (RepoPath, bool) {
    if let Some(path) = &located.path {
        return (path.clone(), true);
    }
    let name = file.name.as_str().trim_start_matches(['/', '\\']);
    let cleaned: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let parts: &[&str] = if cleaned.is_empty() { &["unnamed"] } else { &cleaned };
    (RepoPath::of_parts(parts), false)
}

/// `code` needs a source that was parsed and that the blocks fit; anything else falls back to `trim`.
fn model_of(file: &FileProfile, source: Option<&Source>, wanted: LineModel) -> LineModel {
    match (wanted, source) {
        (LineModel::Code, Some(source)) if fits(file, source) && source.broken.is_none() => LineModel::Code,
        (LineModel::Code, _) => LineModel::Trim,
        (wanted, _) => wanted,
    }
}

/// Whether the blocks are places in this source.
fn fits(file: &FileProfile, source: &Source) -> bool {
    file.fits_source != Some(false) && !source.line_directives
}

fn tally<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Tally {
    let mut tally = Tally::default();
    for block in blocks {
        tally.add(u64::from(block.stmts), block.count > 0);
    }
    tally
}

fn covered_functions(functions: &[FunctionReport]) -> Tally {
    let mut tally = Tally::default();
    for function in functions.iter().filter(|function| function.statements.total > 0) {
        tally.add(1, function.statements.covered > 0);
    }
    tally
}

fn functions(file: &FileProfile, known: &[Function], lines: &Lines) -> Vec<FunctionReport> {
    let mut functions: Vec<FunctionReport> = known
        .iter()
        .map(|function| FunctionReport {
            name: function.name.clone(),
            bare: function.bare,
            signature: function.signature.clone(),
            extent: function.extent,
            adjusted_line: function.adjusted_line,
            statements: Tally::default(),
            lines: LineTally::default(),
            entry_count: None,
            complexity: function.complexity,
            literal: function.literal,
        })
        .collect();
    functions.sort_by_key(|function| function.extent);
    let mut at = 0;
    for block in &file.blocks {
        while functions.get(at).is_some_and(|function| function.extent.end <= block.extent.start) {
            at += 1;
        }
        let Some(function) = functions.get_mut(at) else { break };
        if function.extent.start <= block.extent.start {
            function.statements.add(u64::from(block.stmts), block.count > 0);
            function.entry_count.get_or_insert(block.count);
        }
    }
    let mut ranges = lines.ranges();
    for function in &mut functions {
        function.lines = ranges.tally(function.extent.start.line, function.extent.end.line);
    }
    functions
}

/// Joins missed blocks that follow each other in one function.
fn missed_ranges(blocks: &[Block], functions: &[FunctionReport]) -> Vec<MissedRange> {
    let mut ranges: Vec<MissedRange> = Vec::new();
    // The function of the last range, while it may go on.
    let mut open: Option<Option<usize>> = None;
    let mut at = 0;
    for block in blocks.iter().filter(|block| block.stmts > 0) {
        while functions.get(at).is_some_and(|function| function.extent.end <= block.extent.start) {
            at += 1;
        }
        let function =
            functions.get(at).filter(|function| function.extent.start <= block.extent.start).map(|_| at);
        if block.count > 0 {
            open = None;
            continue;
        }
        match ranges.last_mut() {
            Some(range) if open == Some(function) => {
                range.extent.end = range.extent.end.max(block.extent.end);
                range.statements += u64::from(block.stmts);
            }
            _ => {
                let name = function.and_then(|at| functions.get(at)).map(|function| function.name.clone());
                ranges.push(MissedRange {
                    extent: block.extent,
                    function: name.unwrap_or_default(),
                    statements: u64::from(block.stmts),
                });
            }
        }
        open = Some(function);
    }
    ranges
}
