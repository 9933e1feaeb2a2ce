//! What a run needs to know, fully resolved: every default decided, every value checked. Made by `config` from flags,
//! environment, file and defaults; read by `pipeline`.

use camino::Utf8PathBuf;

use crate::model::{
    BaseMode, Code, GateName, HeadSide, LineModel, Metric, Mode, RuleSet, Unmeasured, Whitespace,
};

pub use crate::model::{Bound, KeptCounts as Counts, Pattern};

/// The format of an output that is a data directory: no report format, but what `merge`, `subtract` and `intersect` write
/// to a path with a slash behind it.
pub const DATA_DIRECTORY: &str = "covdata";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Summary and gates.
    Check,
    /// Convert, no gates.
    Report,
    /// Per function; `go` prints the exact bytes of `go tool cover -func`.
    Func {
        /// Print as Go does.
        go: bool,
    },
    /// Per package, as `go tool covdata percent`.
    Percent,
    /// Import paths.
    Pkglist,
    /// Clean union.
    Merge,
    /// What the first input covers and no other.
    Subtract,
    /// What all inputs cover.
    Intersect {
        /// `--counts`.
        counts: Counts,
    },
    /// Raw contents; of `.go` files the blocks of a rule set.
    Dump {
        /// Which rule set to use for `.go` files.
        rules: Option<RuleSet>,
    },
    /// Long text for a finding, or for `FILE:LINE`.
    Explain {
        /// `NAME` or `FILE:LINE`.
        topic: String,
    },
    /// Health of everything.
    Doctor,
    /// What changed between the first input and the second.
    Compare,
    /// What counts now, for a later run.
    SaveBaseline {
        /// Where to, as seen from the working directory; `-` is standard output.
        output: String,
    },
    /// What a baseline holds.
    ShowBaseline {
        /// As seen from the working directory.
        file: String,
    },
    /// HTML in a temporary folder, opened in the browser.
    View,
    /// A config, and a pipeline to copy.
    Init {
        /// `--from`: the config of another tool, as typed.
        from: Option<String>,
        /// `--force`: an existing config is replaced.
        force: bool,
    },
}

/// One input as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSpec {
    /// `NAME` of `NAME=PATH`.
    pub label: Option<String>,
    /// As typed: a path relative to the working directory, a glob, or `-`.
    pub path: String,
}

/// One output as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSpec {
    /// Name of the format (checked against the table).
    pub format: String,
    /// Where to: `None` or `-` is standard output.
    pub path: Option<String>,
}

/// What the rule of an override names.
#[derive(Debug, Clone)]
pub enum Named {
    /// Files and packages by this pattern.
    Path(Pattern),
    /// The files of an owner.
    Owner,
}

/// One rule of `gate.overrides`; the first that matches wins, for the gates that it names.
#[derive(Debug, Clone)]
pub struct Override {
    /// The path or the owner as written.
    pub path: String,
    /// Which of them it is.
    pub named: Named,
    /// Bounds that replace the general ones.
    pub bounds: Vec<(GateName, Bound)>,
}

/// One entry of `--scope`.
#[derive(Debug, Clone)]
pub enum ScopeEntry {
    /// Everything.
    All,
    /// A disposition.
    Disposition(crate::model::Disposition),
    /// An import path pattern.
    Package(Pattern),
}

/// What happens to generated files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// Counted in totals, left out of the patch.
    Auto,
    /// Counted everywhere.
    Include,
    /// Left out everywhere.
    Exclude,
}

/// What happens to stale blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stale {
    /// Dropped and reported.
    Drop,
    /// Kept; the total is marked unreliable.
    Keep,
}

/// Colour on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// When it is a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// One line a finding, and no screen when everything passes.
    Quiet,
    /// The first five of each finding.
    Normal,
    /// Everything.
    Verbose,
}

/// Options that belong to one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatSettings {
    /// Cobertura `<source>` instead of the root.
    pub cobertura_source: Option<String>,
    /// One class per receiver type instead of per file.
    pub cobertura_class_type: bool,
    /// Leave out methods.
    pub no_methods: bool,
    /// Split Cobertura at this many bytes.
    pub split: Option<u64>,
    /// Decimals of percentages in reports.
    pub precision: u32,
    /// Seconds since 1970 to write where a format has a time; 0 by default.
    pub timestamp: u64,
    /// Rows in tables of worst places.
    pub top: usize,
}

/// What a change is and how it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSettings {
    /// `--base`: any revision.
    pub base: Option<String>,
    /// `--base-mode`.
    pub base_mode: BaseMode,
    /// `--diff`: a path as seen from the working directory, or `-`.
    pub diff: Option<String>,
    /// `--head`.
    pub head: HeadSide,
    /// `--ignore-whitespace`.
    pub whitespace: Whitespace,
    /// `--unmeasured`.
    pub unmeasured: Unmeasured,
    /// `--min-changed`, in items of the gate's unit.
    pub min_changed: u64,
    /// `--fetch`: git may be run once to fetch what is missing.
    pub fetch: bool,
}

/// What annotations of a CI are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annotations {
    /// Missed ranges of the change.
    Patch,
    /// Missed ranges of all files.
    All,
    /// There are none.
    Off,
}

/// What happens by itself on a known CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CiSettings {
    /// `ci.annotations`.
    pub annotations: Annotations,
    /// `ci.summary`: whether a job summary is written.
    pub summary: bool,
}

/// The whole of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to do.
    pub command: Command,
    /// Absolute working directory (`-C` applied).
    pub cwd: Utf8PathBuf,
    /// Inputs; empty means discovery. Of `compare`: the old one, then the new one.
    pub inputs: Vec<InputSpec>,
    /// Outputs; empty means text on standard output where the command has one.
    pub outputs: Vec<OutputSpec>,
    /// `--mode`.
    pub mode: Option<Mode>,
    /// `--metric`.
    pub metric: Metric,
    /// `--lines`.
    pub lines: LineModel,
    /// `--include`; empty means everything.
    pub include: Vec<Pattern>,
    /// `--exclude`.
    pub exclude: Vec<Pattern>,
    /// `--scope`; empty means the default.
    pub scope: Vec<ScopeEntry>,
    /// `--generated`.
    pub generated: Generated,
    /// Whether ignore comments count.
    pub ignore_comments: bool,
    /// Whether an ignore needs a reason.
    pub require_reason: bool,
    /// `--src`, absolute.
    pub src: Vec<Utf8PathBuf>,
    /// `--path-map`: pairs of prefixes; the second relative to the root or absolute.
    pub path_map: Vec<(String, String)>,
    /// `--stale`.
    pub stale: Stale,
    /// `--deny`.
    pub deny: Vec<Code>,
    /// `--allow`.
    pub allow: Vec<Code>,
    /// The change under judgement.
    pub change: ChangeSettings,
    /// `--baseline`: paths as seen from the working directory, as typed.
    pub baseline: Vec<Utf8PathBuf>,
    /// `--test-log`.
    pub test_log: Option<Utf8PathBuf>,
    /// `--templates`, absolute: templates of the HTML report that take the place of ours.
    pub templates: Option<Utf8PathBuf>,
    /// Gates that are set, in the order of `GateName::ALL`.
    pub gates: Vec<(GateName, Bound)>,
    /// Per-path bounds.
    pub overrides: Vec<Override>,
    /// `--warn-only`.
    pub warn_only: bool,
    /// Options of single formats.
    pub format: FormatSettings,
    /// Colour.
    pub color: Color,
    /// `--ci`: `auto`, `off`, or the name of a system.
    pub ci: String,
    /// What happens by itself on that system.
    pub extras: CiSettings,
    /// How much is said.
    pub verbosity: Verbosity,
    /// `--pkg`: import path patterns of the `covdata` verbs; empty means all.
    pub pkg: Vec<Pattern>,
    /// `dump --args`, `merge --keep-args`: command lines of programs are shown or kept.
    pub args: bool,
    /// Where the config came from, for messages.
    pub config_path: Option<Utf8PathBuf>,
    /// What was said and is not the default, for people: name, value as `--print-config` shows it, and where it was said.
    /// Inputs and outputs are not among it.
    pub said: Vec<[String; 3]>,
    /// Remarks of the resolution (unknown variables), a line each, for standard error.
    pub notes: Vec<String>,
}
