//! Gates and their verdicts. A failed gate is a value, not an error.

use super::tally::{Decimal, Tally};

/// What a percentage counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Statements, as Go counts them.
    Statements,
    /// Lines that hold code.
    Lines,
    /// Functions with statements.
    Functions,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 3] = [Self::Statements, Self::Lines, Self::Functions];

    /// The word in `--metric`, text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statements => "statements",
            Self::Lines => "lines",
            Self::Functions => "functions",
        }
    }

    /// The word for one of them.
    pub fn singular(self) -> &'static str {
        match self {
            Self::Statements => "statement",
            Self::Lines => "line",
            Self::Functions => "function",
        }
    }
}

/// The closed list of gates: one name in flag, config, variable, action input and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateName {
    /// Percent of the total.
    Total,
    /// Percent of every package.
    Package,
    /// Percent of every file.
    File,
    /// Percent of every function.
    Function,
    /// Percent of the change.
    Patch,
    /// Percent of every changed file.
    PatchFile,
    /// Missed changed items allowed.
    PatchMaxMissed,
    /// Points below the baseline allowed.
    NoRegress,
    /// Lost items allowed.
    MaxLost,
    /// Missed items allowed.
    MaxMissed,
}

impl GateName {
    /// All gates, in the order they are shown.
    pub const ALL: [Self; 10] = [
        Self::Patch,
        Self::PatchFile,
        Self::PatchMaxMissed,
        Self::Total,
        Self::Package,
        Self::File,
        Self::Function,
        Self::NoRegress,
        Self::MaxLost,
        Self::MaxMissed,
    ];

    /// The one name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Package => "package",
            Self::File => "file",
            Self::Function => "function",
            Self::Patch => "patch",
            Self::PatchFile => "patch-file",
            Self::PatchMaxMissed => "patch-max-missed",
            Self::NoRegress => "no-regress",
            Self::MaxLost => "max-lost",
            Self::MaxMissed => "max-missed",
        }
    }
}

/// A gate's bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Percent, 0 to 100 (points for `no-regress`).
    Percent(Decimal),
    /// A number of items.
    Items(u64),
    /// `max-missed auto`.
    Auto,
}

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// At or above the bound.
    Pass,
    /// Below it.
    Fail,
    /// Nothing to judge, or something needed is missing; the verdict's note says which.
    NotJudged,
}

impl Outcome {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotJudged => "not-judged",
        }
    }
}

/// The answer of one gate: for the whole (`scope` is `None`), for one package, file or function that fails it, or for one
/// owner with a bound of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Which gate.
    pub gate: GateName,
    /// The package, file, function, path of a rule or owner, when it is not about the whole.
    pub scope: Option<String>,
    /// Pass, fail or not judged.
    pub outcome: Outcome,
    /// What was counted.
    pub metric: Metric,
    /// The observed value as printed (percent or number); `None` when there is nothing to count.
    pub observed: Option<String>,
    /// Covered of total behind it.
    pub tally: Tally,
    /// The bound as typed; for a gate over many scopes with several bounds, the one that applies here.
    pub bound: String,
    /// Items that must be covered in addition to pass; 0 when it passes.
    pub needed: u64,
    /// How many scopes were judged (packages, files, functions); 1 for a gate on the whole.
    pub judged: u64,
    /// Why it was not judged, or another remark; empty when there is none.
    pub note: String,
}
