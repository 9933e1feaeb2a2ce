//! The complete result of a run. Formats only read it: everything they may show is already computed and sorted.

use std::sync::Arc;

use smol_str::SmolStr;

use super::compare::CompareReport;
use super::finding::Finding;
use super::function::Bare;
use super::gate::{Metric, Outcome, Verdict};
use super::owner::OwnerReport;
use super::patch::PatchReport;
use super::profile::{Block, Extent, FileName, InputKind, Mode, RuleSet};
use super::source::{Disposition, RepoPath};
use super::tally::Tally;

/// How blocks become lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineModel {
    /// A line counts when a byte of code lies on it inside a block with statements. Needs the source.
    Code,
    /// Every line of the block, except a last line of which it holds nothing but a brace. Needs no source.
    Trim,
    /// Every line of the block.
    Naive,
}

impl LineModel {
    /// All models.
    pub const ALL: [Self; 3] = [Self::Code, Self::Trim, Self::Naive];

    /// The word in `--lines`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Trim => "trim",
            Self::Naive => "naive",
        }
    }
}

/// Lines: covered (partial ones included), partial, total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineTally {
    /// Lines with hits.
    pub covered: u64,
    /// Of these, lines with a missed block on them as well.
    pub partial: u64,
    /// Lines that count.
    pub total: u64,
}

impl LineTally {
    /// Covered of total.
    pub fn tally(&self) -> Tally {
        Tally::new(self.covered, self.total)
    }
}

impl std::ops::AddAssign for LineTally {
    fn add_assign(&mut self, other: Self) {
        self.covered += other.covered;
        self.partial += other.partial;
        self.total += other.total;
    }
}

/// The three metrics of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Statements, as Go counts them.
    pub statements: Tally,
    /// Lines.
    pub lines: LineTally,
    /// Functions that have statements.
    pub functions: Tally,
}

impl Totals {
    /// The tally of a metric.
    pub fn of(&self, metric: Metric) -> Tally {
        match metric {
            Metric::Statements => self.statements,
            Metric::Lines => self.lines.tally(),
            Metric::Functions => self.functions,
        }
    }
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.statements += other.statements;
        self.lines += other.lines;
        self.functions += other.functions;
    }
}

/// A function with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionReport {
    /// Unique in its file, the same in every format.
    pub name: SmolStr,
    /// Where the declared name is in it, see [`FunctionReport::bare`].
    pub bare: Bare,
    /// Parameters and results; `None` where they are not known, or no output of the run shows them.
    pub signature: Option<Arc<str>>,
    /// From `func` to behind the closing brace.
    pub extent: Extent,
    /// Line that Go prints: of the `func` keyword, after `//line`.
    pub adjusted_line: u32,
    /// Statements of the blocks that start inside.
    pub statements: Tally,
    /// Its lines: covered, partial, total.
    pub lines: LineTally,
    /// Count of the first block by position; `None` when it has no block.
    pub entry_count: Option<u64>,
    /// Cyclomatic complexity.
    pub complexity: u32,
    /// Whether it is a package-level literal.
    pub literal: bool,
}

impl FunctionReport {
    /// The bare declared name (`go tool cover -func`); empty for a package-level literal.
    pub fn bare(&self) -> &str {
        self.bare.of(&self.name)
    }
}

/// A file with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The path to print. For a file outside the tree: its name in the profile, cleaned.
    pub path: RepoPath,
    /// Whether the file is part of the tree.
    pub in_tree: bool,
    /// The name in the profile.
    pub name: FileName,
    /// Numbers.
    pub totals: Totals,
    /// By position.
    pub functions: Vec<FunctionReport>,
    /// `(line, hits)`, ascending, unique. Hits are the maximum over the blocks on the line.
    pub lines: Vec<(u32, u64)>,
    /// Lines with hits on which another block was missed; ascending.
    pub partial_lines: Vec<u32>,
    /// The blocks that were counted, by extent.
    pub blocks: Vec<Block>,
    /// The rule set of its blocks, where it could be told.
    pub rule_set: Option<RuleSet>,
    /// How lines were made for this file.
    pub line_model: LineModel,
    /// Whether the file says that it is generated.
    pub generated: bool,
    /// Whether its source was read.
    pub has_source: bool,
    /// What tells the text of that source from another ([`super::fingerprint()`]).
    pub fingerprint: Option<u64>,
    /// Whether positions of its blocks are places in that source: it fits them and has no `//line` directives.
    pub positions_fit: bool,
    /// Statements taken out by ignore comments.
    pub ignored_statements: u64,
    /// Missed ranges for people: joined extents of missed blocks with their function and statements.
    pub missed: Vec<MissedRange>,
    /// Who owns it, as written in CODEOWNERS; empty for nobody.
    pub owners: Vec<String>,
}

/// A run of missed blocks of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedRange {
    /// From the first block's start to the last block's end.
    pub extent: Extent,
    /// Name of the function, empty when unknown.
    pub function: SmolStr,
    /// Missed statements in it.
    pub statements: u64,
}

/// A package with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageReport {
    /// Import path.
    pub path: String,
    /// Module path, when known.
    pub module: Option<String>,
    /// Whose code it is.
    pub disposition: Disposition,
    /// Numbers.
    pub totals: Totals,
    /// By path.
    pub files: Vec<FileReport>,
}

/// A module with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleReport {
    /// Module path.
    pub path: String,
    /// Directory relative to the root, `.` for the root itself; `None` when it is not in the tree.
    pub dir: Option<String>,
    /// Whose code it is.
    pub disposition: Disposition,
    /// Numbers.
    pub totals: Totals,
}

/// One input as reports show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFacts {
    /// The label, else the path.
    pub label: String,
    /// As given.
    pub path: String,
    /// Text or binary.
    pub kind: InputKind,
    /// Its mode.
    pub mode: Mode,
    /// The rule set of its blocks, where one could be told.
    pub rule_set: Option<RuleSet>,
    /// Rows read.
    pub rows: u64,
    /// Distinct blocks listed.
    pub blocks: u64,
    /// What it contributes; `None` where the profile is no union of inputs.
    pub share: Option<InputShare>,
}

/// What one input contributes to the counted blocks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputShare {
    /// Statements that it covers, of all that count.
    pub statements: Tally,
    /// Statements that no other input covers: 0 of an input that is redundant.
    pub only_statements: u64,
    /// Lines that no other input covers, by file as printed: inclusive ranges, ascending. Empty for a single input.
    pub only_lines: Vec<(RepoPath, Vec<(u32, u32)>)>,
}

/// Facts of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFacts {
    /// Version of coverdict.
    pub version: String,
    /// Commit id of HEAD, when there is a repository.
    pub commit: Option<String>,
    /// How the base was chosen, when there is one.
    pub base_origin: Option<String>,
    /// Absolute path of the root: the one `<source>` of Cobertura.
    pub root: String,
    /// The inputs, in the order given.
    pub inputs: Vec<InputFacts>,
    /// Mode of the merged profile.
    pub mode: Mode,
    /// Which metric gates and summaries use.
    pub metric: Metric,
    /// Which inputs hit a block: what `Block::inputs` refers to.
    pub input_sets: Vec<Vec<u32>>,
    /// Statements taken out by filters, scope or ignore comments.
    pub excluded: Excluded,
    /// Duplicate rows that were merged.
    pub merged_rows: u64,
}

/// What was left out, in statements and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Excluded {
    /// Files left out by include and exclude patterns.
    pub pattern_files: u64,
    /// Their statements.
    pub pattern_statements: u64,
    /// Files left out because their package is not in scope.
    pub scope_files: u64,
    /// Their statements.
    pub scope_statements: u64,
    /// Generated files left out.
    pub generated_files: u64,
    /// Their statements.
    pub generated_statements: u64,
    /// Statements taken out by ignore comments.
    pub ignored_statements: u64,
}

/// Everything a format may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Facts of the run.
    pub run: RunFacts,
    /// Modules with counted packages, by path.
    pub modules: Vec<ModuleReport>,
    /// Totals of all counted packages.
    pub totals: Totals,
    /// By import path.
    pub packages: Vec<PackageReport>,
    /// What each owner of files has, most missed statements first, nobody last; empty without a CODEOWNERS file.
    pub owners: Vec<OwnerReport>,
    /// Coverage of the change, where there is one to look at.
    pub patch: Option<PatchReport>,
    /// What the baseline and this run differ in, where a baseline was given.
    pub compare: Option<CompareReport>,
    /// By severity (worst first), code, place.
    pub findings: Vec<Finding>,
    /// In the order of `GateName::ALL`, failing scopes after their gate.
    pub verdicts: Vec<Verdict>,
}

impl Report {
    /// All files, in the order of packages.
    pub fn files(&self) -> impl Iterator<Item = (&PackageReport, &FileReport)> {
        self.packages.iter().flat_map(|package| package.files.iter().map(move |file| (package, file)))
    }

    /// Whether any gate failed.
    pub fn failed(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.outcome == Outcome::Fail)
    }
}
