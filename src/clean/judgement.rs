//! What cleaning decided: a fate for every raw block, and the facts about every file that later stages need.
//!
//! Invariants: the blocks of a file whose fate is [`Fate::Kept`] never share an extent; every [`Fate::Folded`] and every
//! reason names a block of the same file; a file with a [`FileJudgement::recount`] has no block left that is `Kept`.

use std::ops::Range;

use crate::model::{Extent, Finding, RuleSet, Source};

/// What the caller knows of one file of the profile, by index into `RawProfile::names`.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileState<'a> {
    /// The path to print; the name in the profile when `None`.
    pub path: Option<&'a str>,
    /// The parsed source, when it could be read.
    pub source: Option<&'a Source>,
    /// The place of the file is known and nothing is there.
    pub gone: bool,
    /// The profile lists the blocks that rule set A cuts the source into, each once, and no others.
    pub listed: bool,
}

/// How to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JudgeOptions {
    /// `--stale keep`: stale blocks are marked ([`Fate::Doubted`]) and counted all the same.
    pub keep: bool,
}

/// What happens to a raw block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fate {
    /// Counted as it is.
    #[default]
    Kept,
    /// Not counted.
    Dropped(Reason),
    /// Would be dropped, but is counted because `--stale keep` asks for it.
    Doubted(Reason),
    /// Another block is the same piece of source in its right form (the extent is the same and the statements differ, or
    /// a raw string in a CRLF file ends where Go 1.26 says): the count goes there.
    Folded {
        /// The block that takes the count.
        into: u32,
    },
    /// Blocks of several rule sets describe the file: its statements are counted in [`FileJudgement::recount`].
    Recounted,
}

/// Why a block is not counted, with the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A section of the same input executed the package and does not list the block: what lists it came from the cache.
    NotInHitSection {
        /// Index into `RawProfile::inputs`.
        input: u32,
        /// Index into `RawProfile::sections` of a section that executed the package.
        section: u32,
    },
    /// A section that describes packages without tests only, which is never cached, does not list the block.
    NotInUntestedSection {
        /// Index into `RawProfile::inputs`.
        input: u32,
        /// Index into `RawProfile::sections`.
        section: u32,
    },
    /// The file does not exist any more.
    FileGone,
    /// All blocks of the source at hand are in the profile, and this is none of them.
    NotInSource(Misfit),
    /// It never ran and contradicts a block that did.
    AgainstHit {
        /// A block that ran.
        kept: u32,
    },
    /// It contradicts another block, and nothing proves which of them is right.
    Outvoted {
        /// The block that stays.
        kept: u32,
        /// What spoke for that block.
        by: Choice,
    },
    /// Blocks of another Go release describe the same code, and without the source they cannot be added up.
    OtherRuleSet {
        /// A block that stays.
        kept: u32,
    },
}

impl Reason {
    /// Whether the evidence proves the block stale. Otherwise one of two contradicting blocks had to go.
    pub fn is_proof(self) -> bool {
        !matches!(self, Self::Outvoted { .. } | Self::OtherRuleSet { .. })
    }
}

/// What spoke for a block when nothing was certain. In order of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// It ran, or blocks that came with it did.
    Ran,
    /// It fits the source better.
    FitsSource,
    /// More sections and inputs list it.
    ListedMore,
    /// It joins a block that ran.
    JoinsHit,
    /// It came later.
    Later,
}

/// How a block differs from the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// It ends behind the last line of the file.
    PastFile {
        /// Number of lines of the file.
        lines: u32,
    },
    /// It ends behind the end of a line.
    PastLine {
        /// Which line, 1-based.
        line: u32,
        /// Its length in bytes, without the newline.
        columns: u32,
    },
    /// The source has this block, with another number of statements.
    Statements {
        /// Statements in the source.
        expected: u32,
    },
    /// No block of the source starts here.
    Start,
    /// A block starts here, but ends elsewhere.
    End,
}

/// A block of rule set C that stands for blocks of several rule sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recounted {
    /// Where, as rule set C cuts the source.
    pub extent: Extent,
    /// Statements under rule set C.
    pub stmts: u32,
    /// Sum of the counts of the raw blocks, saturating.
    pub count: u64,
    /// The raw blocks that it stands for, ascending; one raw block can stand behind several of these.
    pub from: Vec<u32>,
}

/// What was decided for one file of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileJudgement {
    /// The file's part of [`Judgement::order`].
    pub blocks: Range<usize>,
    /// The rule set that the counted blocks follow, where it could be told.
    pub rule_set: Option<RuleSet>,
    /// Whether all counted blocks are blocks of the source; `None` without a source that can judge.
    pub fits_source: Option<bool>,
    /// Blocks contradict each other and nothing proved which are right.
    pub uncertain: bool,
    /// Distinct blocks dropped (with `--stale keep`: doubted).
    pub stale: u32,
    /// The counted blocks, in rule set C, when the file has blocks of several rule sets; sorted by extent.
    pub recount: Option<Vec<Recounted>>,
}

/// The result of judging.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// What happens to raw blocks, up to the last one that is not [`Fate::Kept`]: in most profiles there is none.
    pub fates: Vec<Fate>,
    /// One for each file name.
    pub files: Vec<FileJudgement>,
    /// All block ids: grouped by file, inside a file sorted by extent, then statements.
    pub order: Vec<u32>,
    /// The rule set of each input, where it could be told.
    pub input_rule_sets: Vec<Option<RuleSet>>,
    /// What the user should know, sorted by file name in the order of the profile's names.
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// The block whose count a raw block adds to: itself, or the one that it is folded into. `None` when it is dropped, or
    /// counted by [`FileJudgement::recount`].
    pub fn counts_as(&self, block: u32) -> Option<u32> {
        match self.fate(block) {
            Fate::Kept | Fate::Doubted(_) => Some(block),
            Fate::Folded { into } => Some(into),
            Fate::Dropped(_) | Fate::Recounted => None,
        }
    }

    /// What happens to a raw block.
    #[inline]
    pub fn fate(&self, block: u32) -> Fate {
        self.fates.get(block as usize).copied().unwrap_or_default()
    }

    /// Decides what happens to a raw block.
    pub(super) fn decide(&mut self, block: u32, fate: Fate) {
        if fate == Fate::Kept {
            return;
        }
        let at = block as usize;
        if at >= self.fates.len() {
            self.fates.resize(at + 1, Fate::Kept);
        }
        if let Some(cell) = self.fates.get_mut(at) {
            *cell = fate;
        }
    }
}

/// One appearance of a block in an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Index into `RawProfile::inputs`.
    pub input: u32,
    /// Ordinal of the section inside its input, from 1; `None` when the input has no usable sections.
    pub section: Option<u32>,
    /// Whether the section executed the block's package (with no section: whether the input hit the block).
    pub hit: bool,
}
