//! What a run covered, as kept for a later one: the file of `baseline save` and `--baseline`.
//!
//! Everything is as it counted in that run: behind filters, ignore comments and the judging of stale blocks.

use super::compare::PerMetric;
use super::profile::{Block, FileName, Mode, RuleSet};
use super::report::{LineModel, Totals};
use super::source::{Disposition, RepoPath};

/// The name and number of the format.
pub const BASELINE_SCHEMA: &str = "coverdict/baseline/1";

/// A baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Version of the coverdict that saved it.
    pub version: String,
    /// Full id of the commit that was HEAD; `None` without a repository.
    pub commit: Option<String>,
    /// How many of its files were not as that commit has them.
    pub uncommitted: u64,
    /// Mode of the profile. Counts are not kept: a block ran or did not.
    pub mode: Mode,
    /// The rule set that all inputs followed; `None` where they differ or it could not be told.
    pub rule_set: Option<RuleSet>,
    /// The line model that was asked for; a file may have had another.
    pub lines: LineModel,
    /// Totals of that run.
    pub totals: Totals,
    /// The lowest number of missed items so far, this run and the baselines before it.
    pub ratchet: PerMetric<u64>,
    /// Labels of the inputs.
    pub inputs: Vec<String>,
    /// By path, then by name.
    pub files: Vec<BaselineFile>,
}

/// A file of a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineFile {
    /// As printed. Of a file of the tree: relative to the root.
    pub path: RepoPath,
    /// Whether the file was part of the tree.
    pub in_tree: bool,
    /// The name in the profile.
    pub name: FileName,
    /// Import path of its package.
    pub package: String,
    /// Module path, when known.
    pub module: Option<String>,
    /// Whose code it is.
    pub disposition: Disposition,
    /// The rule set of its blocks, where it could be told.
    pub rule_set: Option<RuleSet>,
    /// How its lines were made.
    pub lines: LineModel,
    /// What tells the text that the blocks were judged against ([`super::fingerprint()`]); `None` without a source.
    pub source: Option<u64>,
    /// Whether positions of its blocks are places in that text.
    pub fits: bool,
    /// The blocks that counted, ascending by extent, no extent twice. The count of a block is 1 or 0, the inputs are set 0.
    pub blocks: Vec<Block>,
}
