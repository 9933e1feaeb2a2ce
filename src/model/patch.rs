//! Coverage of a change: what `measure` computes and every format shows.

use super::change::{ChangeKind, LineSet};
use super::gate::Metric;
use super::report::{LineTally, MissedRange, Totals};
use super::source::RepoPath;
use super::tally::Tally;

/// What can be said of a change. A percentage exists only in the last two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatchState {
    /// Base and head are equal, or the diff is empty.
    NoDiff,
    /// Things changed, but no Go code that takes part.
    NoGo,
    /// Go files changed, but no statement: comments, imports, types, deletions.
    NoCoverable,
    /// Statements changed, but only in files that the profile does not know and that do not count as missed.
    UnmeasuredOnly,
    /// Fewer items changed than `--min-changed` asks for.
    Exempt,
    /// There is something to judge.
    Measured,
}

impl PatchState {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoDiff => "no-diff",
            Self::NoGo => "no-go",
            Self::NoCoverable => "no-coverable",
            Self::UnmeasuredOnly => "unmeasured-only",
            Self::Exempt => "exempt",
            Self::Measured => "measured",
        }
    }

    /// A sentence for people, for the states without a percentage.
    pub fn about(self) -> &'static str {
        match self {
            Self::NoDiff => "nothing changed",
            Self::NoGo => "no Go code changed",
            Self::NoCoverable => "no statement changed",
            Self::UnmeasuredOnly => "statements changed only in files that the profile does not know",
            Self::Exempt => "the change is small",
            Self::Measured => "measured",
        }
    }
}

/// What the profile knows of a changed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// The profile has it.
    Measured,
    /// It has no statements.
    NoCode,
    /// A build constraint leaves it out on the profile's platform.
    NotBuilt,
    /// It has statements, and the profile does not know it.
    Unmeasured,
}

impl Presence {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::NoCode => "no-code",
            Self::NotBuilt => "not-built",
            Self::Unmeasured => "unmeasured",
        }
    }
}

/// A changed Go file that takes part, with the numbers of its change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchFile {
    /// Path on the new side.
    pub path: RepoPath,
    /// Path on the old side, where it is another one.
    pub old_path: Option<String>,
    /// Import path of the package.
    pub package: String,
    /// What happened.
    pub kind: ChangeKind,
    /// What the profile knows of it.
    pub presence: Presence,
    /// Whether its numbers are part of the sums: those of an unmeasured file are when it counts as missed.
    pub counted: bool,
    /// Changed lines.
    pub changed: LineSet,
    /// Changed statements.
    pub statements: Tally,
    /// Changed lines that count.
    pub lines: LineTally,
    /// Functions with a changed statement.
    pub functions: Tally,
    /// Changed lines that count and have no hits, as inclusive ranges.
    pub missed: Vec<(u32, u32)>,
    /// Missed blocks with changed statements, joined, for people. The number is that of changed statements.
    pub missed_ranges: Vec<MissedRange>,
    /// Whether its statements are an estimate: its source is not at hand, or the blocks do not fit it.
    pub estimated: bool,
    /// Changed statements that an ignore comment takes out.
    pub ignored_statements: u64,
    /// Changed statements that no block of the profile holds, although it knows the file. They count as missed.
    pub unrecorded_statements: u64,
    /// Who owns it, as written in CODEOWNERS; empty for nobody.
    pub owners: Vec<String>,
}

impl PatchFile {
    /// The numbers in a metric.
    pub fn of(&self, metric: Metric) -> Tally {
        match metric {
            Metric::Statements => self.statements,
            Metric::Lines => self.lines.tally(),
            Metric::Functions => self.functions,
        }
    }
}

/// Changed files that take no part, by the rule that dropped them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Not Go.
    pub not_go: u64,
    /// `_test.go`.
    pub tests: u64,
    /// Below `vendor/`.
    pub vendored: u64,
    /// Below `testdata/` or a directory that starts with `_` or `.`, where Go builds nothing.
    pub unbuilt_directories: u64,
    /// Generated.
    pub generated: u64,
    /// Left out by include, exclude or scope.
    pub excluded: u64,
    /// Deleted.
    pub deleted: u64,
    /// Links, submodules, and Go files that are binary.
    pub no_text: u64,
    /// Changed statements that ignore comments take out.
    pub ignored_statements: u64,
}

/// The whole change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchReport {
    /// What can be said.
    pub state: PatchState,
    /// Full commit id of the base; `None` for a change from a diff.
    pub base: Option<String>,
    /// Full commit id of HEAD; `None` for a change from a diff without a repository.
    pub head: Option<String>,
    /// What the base was compared with: `HEAD`, `index`, `worktree` or `diff`.
    pub side: &'static str,
    /// How the base was chosen, or which diff was read.
    pub origin: String,
    /// Commits from base to HEAD, where that is known.
    pub commits: Option<u64>,
    /// Sums over the files that count.
    pub totals: Totals,
    /// Changed Go files that take part, by path.
    pub files: Vec<PatchFile>,
    /// The others.
    pub left_out: LeftOut,
    /// Whether this is a push to the default branch, where gates on the change report and do not fail.
    pub default_branch: bool,
    /// `--min-changed`.
    pub min_changed: u64,
}

impl PatchReport {
    /// The file of this path.
    pub fn file(&self, path: &RepoPath) -> Option<&PatchFile> {
        let at = self.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        self.files.get(at)
    }

    /// Whether any number is an estimate.
    pub fn estimated(&self) -> bool {
        self.files.iter().any(|file| file.counted && file.estimated)
    }
}
