//! Profiles: as read (`RawProfile`: anything goes, nothing lost) and as cleaned (`Profile`: one block per extent).

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// How a profile counts: the word behind `mode:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Did the block run? Counts are 0 or 1.
    Set,
    /// How often did it run?
    Count,
    /// As `Count`, counted with atomic operations.
    Atomic,
}

impl Mode {
    /// All modes, in Go's own order.
    pub const ALL: [Self; 3] = [Self::Set, Self::Count, Self::Atomic];

    /// The word in a profile's first line and in `--mode`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Count => "count",
            Self::Atomic => "atomic",
        }
    }

    /// The mode with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which count an intersection keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptCounts {
    /// The smallest.
    Min,
    /// That of the first operand, as Go's tool does.
    First,
}

/// A place in a Go file. Line 1-based; column 1-based in bytes. Column 0 means "unknown" and does occur: Go up to
/// 1.26 writes it behind a `//line` directive without a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos {
    /// Line, 1-based.
    pub line: u32,
    /// Column in bytes, 1-based.
    pub col: u32,
}

impl Pos {
    /// A position from its two numbers.
    pub fn new(line: u32, col: u32) -> Self {
        Self { line, col }
    }

    /// Both coordinates in one number that has the order of positions.
    #[inline]
    pub fn packed(self) -> u64 {
        u64::from(self.line) << 32 | u64::from(self.col)
    }
}

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.line, self.col)
    }
}

/// A half-open range of positions. In raw data the end may lie before the start (`//line`, Go up to 1.26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Extent {
    /// First byte.
    pub start: Pos,
    /// Behind the last byte.
    pub end: Pos,
}

/// Whether each of these starts behind the one before, as the blocks of a source do: then they are sorted, and no two are one.
/// Quicker to ask than either.
#[inline]
pub fn start_apart(extents: impl IntoIterator<Item = Extent>) -> bool {
    let mut starts = extents.into_iter().map(|extent| extent.start.packed());
    let Some(mut last) = starts.next() else { return true };
    starts.all(|start| std::mem::replace(&mut last, start) < start)
}

impl Extent {
    /// All coordinates in one number that has the order of extents: quicker to compare.
    #[inline]
    pub fn packed(self) -> u128 {
        u128::from(self.start.packed()) << 64 | u128::from(self.end.packed())
    }

    /// An extent from the four numbers of a profile row.
    pub fn new(start_line: u32, start_col: u32, end_line: u32, end_col: u32) -> Self {
        Self { start: Pos::new(start_line, start_col), end: Pos::new(end_line, end_col) }
    }

    /// Whether the extents share at least one byte. Zero-length extents share nothing.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end && self.start < self.end && other.start < other.end
    }

    /// Whether `other` lies inside `self` (equal extents contain each other).
    pub fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.start, self.end)
    }
}

/// How a Go release cuts source into blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleSet {
    /// Up to Go 1.26: one block per basic block, from `{` through `}`.
    A,
    /// Go 1.27.0 and 1.27.1: trimmed ranges, each repeating the whole basic block's statement count.
    B,
    /// From Go 1.27.2: trimmed ranges, each counting its own statements.
    C,
}

impl RuleSet {
    /// All rule sets, oldest first.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// The letter used in `--rules`, JSON and text.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// A file name exactly as written in a profile: import path + `/` + base name, or an absolute or odd path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(Arc<str>);

impl FileName {
    /// Wraps a name.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Everything before the last `/` (or, in a name without `/`, the last `\`): the import path in the usual form.
    pub fn directory(&self) -> &str {
        self.split().0
    }

    /// Everything behind that separator.
    pub fn base(&self) -> &str {
        self.split().1
    }

    fn split(&self) -> (&str, &str) {
        match self.0.rfind('/').or_else(|| self.0.rfind('\\')) {
            Some(at) => (&self.0[..at], &self.0[at + 1..]),
            None => ("", &self.0),
        }
    }
}

/// Its own text is equal and hashes as the name does, so a map of names can be asked with one.
impl Borrow<str> for FileName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A growing set of small numbers; absent numbers cost a bit each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// A set from its words: number `n` is bit `n % 64` of word `n / 64`.
    pub fn from_words(words: Vec<u64>) -> Self {
        Self { words }
    }

    /// Adds a number.
    #[inline]
    pub fn insert(&mut self, index: u32) {
        let word = (index / 64) as usize;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (index % 64);
    }

    /// Adds numbers that share a word: `first` is a multiple of 64, a bit stands for each of the 64 from there on.
    pub fn insert_word(&mut self, first: u32, bits: u64) {
        let word = (first / 64) as usize;
        if bits != 0 && word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if let Some(own) = self.words.get_mut(word) {
            *own |= bits;
        }
    }

    /// The numbers in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).step_by(64).zip(&self.words).flat_map(|(first, word)| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|word| *word != 0);
            std::iter::successors(Some(*word).filter(|word| *word != 0), rest)
                .map(move |word| first + word.trailing_zeros())
        })
    }

    /// How many numbers are in the set.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no number is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether the number is in the set.
    pub fn contains(&self, index: u32) -> bool {
        self.words.get((index / 64) as usize).is_some_and(|word| word & (1 << (index % 64)) != 0)
    }
}

/// What an input turned out to be, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// A text profile.
    Text,
    /// A GOCOVERDIR directory or single meta and counter files.
    Binary,
}

impl InputKind {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}

/// One input after reading.
#[derive(Debug, Clone)]
pub struct Input {
    /// The `NAME` of `NAME=PATH`, else the path as given.
    pub label: String,
    /// The path as given (`-` for standard input).
    pub path: String,
    /// What it is.
    pub kind: InputKind,
    /// Its mode.
    pub mode: Mode,
    /// Rows read (text: well-formed block rows; binary: counted units).
    pub rows: u64,
    /// Number of `mode:` rows (text).
    pub mode_rows: u32,
    /// Ids of the blocks that this input hit.
    pub hits: BitSet,
    /// Ids of the blocks that this input lists.
    pub lists: BitSet,
    /// False when rows came in an order that no Go tool writes (shuffled, sorted otherwise): its sections mean nothing.
    pub ordered: bool,
}

/// A unique row of the inputs: same file, extent and statements. Counts of repeated rows are added, saturating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawBlock {
    /// Index into [`RawProfile::names`].
    pub file: u32,
    /// As recorded; anything goes.
    pub extent: Extent,
    /// Statements, as the toolchain said.
    pub stmts: u32,
    /// Sum of the counts of all rows of all inputs.
    pub count: u64,
}

/// The rows that one section lists for one package, in order. Identical runs are stored once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    /// Index into [`RawProfile::packages`].
    pub package: u32,
    /// Block ids as half-open ranges `[first, behind last)`, in the order of the rows.
    pub ranges: Vec<(u32, u32)>,
}

impl Run {
    /// The ids of the blocks, in order.
    pub fn blocks(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|&(first, end)| first..end)
    }
}

/// One package in one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Index into [`RawProfile::runs`].
    pub run: u32,
    /// Whether any row of it had a count above 0.
    pub hit: bool,
}

/// What one test binary contributed to a text profile, as far as the order of the rows tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Index into [`RawProfile::inputs`].
    pub input: u32,
    /// Its packages, in order.
    pub parts: Vec<Part>,
}

/// All inputs as read. Nothing is judged yet: blocks may be stale, overlap or contradict each other.
#[derive(Debug, Clone, Default)]
pub struct RawProfile {
    /// In the order given.
    pub inputs: Vec<Input>,
    /// File names, in order of first appearance.
    pub names: Vec<FileName>,
    /// Directories of the names (import paths in the usual form), in order of first appearance.
    pub packages: Vec<String>,
    /// For each name, the index of its directory.
    pub name_packages: Vec<u32>,
    /// Unique blocks, in order of first appearance.
    pub blocks: Vec<RawBlock>,
    /// Unique runs of blocks.
    pub runs: Vec<Run>,
    /// Sections in order of appearance; only of inputs that are `ordered`.
    pub sections: Vec<Section>,
}

/// Which inputs hit a block: an index into [`Profile::input_sets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct InputSet(pub u32);

/// A block of a clean profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Where.
    pub extent: Extent,
    /// Statements.
    pub stmts: u32,
    /// How often it ran (1 in set mode).
    pub count: u64,
    /// Which inputs hit it.
    pub inputs: InputSet,
}

/// The blocks of one file, sorted by extent, no extent twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProfile {
    /// The name as in the profile.
    pub name: FileName,
    /// Index of the name in [`RawProfile::names`]: the key to the file's place and source.
    pub id: u32,
    /// Sorted by extent.
    pub blocks: Vec<Block>,
    /// The rule set that the blocks follow, where it could be told.
    pub rule_set: Option<RuleSet>,
    /// Whether the blocks fit the source at hand: `None` without a readable source.
    pub fits_source: Option<bool>,
}

/// A clean profile: files sorted by name and unique; in a file no extent occurs twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The mode of the result.
    pub mode: Mode,
    /// Sorted by name.
    pub files: Vec<FileProfile>,
    /// The sets of input indices that [`Block::inputs`] refers to; set 0 is the empty set.
    pub input_sets: Vec<Vec<u32>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_start_apart_when_each_starts_behind_the_one_before() {
        let at = |line, col| Extent::new(line, col, line, u32::MAX);
        let apart = |extents: &[Extent]| start_apart(extents.iter().copied());
        assert!(apart(&[]) && apart(&[at(0, 0)]) && apart(&[at(0, 0), at(0, 1), at(1, 0), at(u32::MAX, 7)]));
        assert!(!apart(&[at(3, 1), at(3, 1)]) && !apart(&[at(3, 1), at(3, 2), at(2, 9)]));
        let longer = Extent::new(3, 1, 9, 1);
        assert!(!apart(&[at(3, 1), longer]), "one start, two ends");
    }
}
