//! The values that flow through coverdict. This module imports nothing else of the crate: every stage takes
//! and gives values from here, so two stages never need to know each other.
//!
//! Units, everywhere: lines and columns are 1-based; columns count bytes, as Go counts them; intervals of
//! positions are half-open (the end is the position behind the last byte).

pub mod base;
pub mod baseline;
pub mod change;
pub mod compare;
pub mod covdata;
pub mod finding;
pub mod fingerprint;
pub mod function;
pub mod gate;
pub mod kept;
pub mod link;
pub mod owner;
pub mod parallel;
pub mod patch;
pub mod pattern;
pub mod profile;
pub mod report;
pub mod source;
pub mod statements;
pub mod tally;
pub mod test_log;
pub mod words;

pub use base::{BaseMode, Candidate, ChosenBase, CiContext};
pub use baseline::{BASELINE_SCHEMA, Baseline, BaselineFile};
pub use change::{ChangeKind, ContentKind, FileChange, HeadSide, LineSet, Unmeasured, Whitespace};
pub use compare::{
    BaselineFacts, Categories, Category, CompareFile, ComparePackage, CompareReport, Comparison, FileFate,
    PerMetric, StatementRange,
};
pub use finding::{Code, Finding, Place, Severity};
pub use fingerprint::{LineFingerprint, fingerprint};
pub use function::{Bare, Function, Rare};
pub use gate::{Bound, GateName, Metric, Outcome, Verdict};
pub use link::SourceLinks;
pub use owner::{OwnerReport, Owners};
pub use patch::{LeftOut, PatchFile, PatchReport, PatchState, Presence};
pub use pattern::Pattern;
pub use profile::{
    BitSet, Block, Extent, FileName, FileProfile, Input, InputKind, InputSet, KeptCounts, Mode, Part, Pos,
    Profile, RawBlock, RawProfile, RuleSet, Run, Section, start_apart,
};
pub use report::{
    FileReport, FunctionReport, LineModel, LineTally, ModuleReport, PackageReport, Report, RunFacts, Totals,
};
pub use source::{
    CodeMap, CodeMarks, Disposition, Ignore, IgnoreKind, Located, PackedToken, RangeBlock, RepoPath, Source,
    SourceBlock, SourceToken, Statement, TokenKind,
};
pub use statements::{BlockStatements, StatementIndex, by_rule_set_a};
pub use tally::{Decimal, Tally};
pub use test_log::{TestLog, TestOutcome};
