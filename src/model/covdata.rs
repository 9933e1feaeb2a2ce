//! Binary coverage data as Go's tools know it: what one binary can cover (`Meta`, a covmeta file) and what its runs
//! counted (`Pod`: a meta-data file with all its counter files). Shared by the reader and the writer.
//!
//! Units: lines 1-based, columns 1-based bytes, as everywhere. Counts are 32 bits wide here because the format's are.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::profile::{Extent, Mode};

/// The 16 bytes that name a package's or a file's meta-data. Which function made them depends on the Go release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 16]);

impl fmt::Display for Hash {
    /// 32 lower-case hex digits, as in file names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a counter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// A block: what the go command always asks for.
    PerBlock,
    /// A whole function.
    PerFunction,
}

impl Granularity {
    /// Go's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::PerBlock => "perblock",
            Self::PerFunction => "perfunc",
        }
    }
}

/// A coverable unit: a block, or a function in per-function data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// Where; anything goes, as in a raw profile.
    pub extent: Extent,
    /// Statements.
    pub stmts: u32,
}

/// A function of a binary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MetaFunction {
    /// `F`, `T.M`, `*T.M`, `M` for a generic receiver, `func.L12.C7` for a package-level literal.
    pub name: Arc<str>,
    /// Source file as a text profile names it.
    pub file: Arc<str>,
    /// Whether it is a package-level function literal.
    pub literal: bool,
    /// Its units, in [`Meta::units`].
    pub units: Range<u32>,
}

/// A package of a binary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MetaPackage {
    /// Import path.
    pub path: Arc<str>,
    /// The name behind `package`.
    pub name: Arc<str>,
    /// Module path; empty outside modules and for the standard library.
    pub module: Arc<str>,
    /// Hash of the package's functions.
    pub hash: Hash,
    /// Its functions, in [`Meta::functions`].
    pub functions: Range<u32>,
}

/// A covmeta file: everything that a binary can cover. Packages and functions stand in the order of the file: their
/// indices are the ids that counter files use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The hash that ties counter files to it.
    pub hash: Hash,
    /// Mode of the counters.
    pub mode: Mode,
    /// What a counter stands for.
    pub granularity: Granularity,
    /// In order of package id.
    pub packages: Vec<MetaPackage>,
    /// All functions, package by package.
    pub functions: Vec<MetaFunction>,
    /// All units, function by function.
    pub units: Vec<Unit>,
}

impl Meta {
    /// The functions of a package.
    pub fn package_functions(&self, package: &MetaPackage) -> &[MetaFunction] {
        self.functions.get(span(&package.functions)).unwrap_or_default()
    }

    /// The units of a function.
    pub fn function_units(&self, function: &MetaFunction) -> &[Unit] {
        self.units.get(span(&function.units)).unwrap_or_default()
    }

    /// The function with these ids, as counter files use them.
    pub fn function(&self, package: u32, function: u32) -> Option<&MetaFunction> {
        let functions = &self.packages.get(package as usize)?.functions;
        let index = functions.start.checked_add(function).filter(|index| functions.contains(index))?;
        self.functions.get(index as usize)
    }
}

/// The indices of a range of ids.
pub fn span(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// What counter files say of the program that wrote them: `argc`, `argv0`…, `GOOS`, `GOARCH`. Holds whole command
/// lines: never shown unless asked for.
pub type Args = Vec<(String, String)>;

/// What two programs' arguments say alike: the command line as a whole, every other key by itself, as
/// `go tool covdata merge` keeps them.
pub fn common_args(known: Args, other: &Args) -> Args {
    let is_command = |key: &str| key.starts_with("argc") || key.starts_with("argv");
    let command = |args: &Args| -> Vec<(String, String)> {
        args.iter().filter(|(key, _)| is_command(key)).cloned().collect()
    };
    let same_command = command(&known) == command(other);
    known
        .into_iter()
        .filter(|pair| if is_command(&pair.0) { same_command } else { other.contains(pair) })
        .collect()
}

/// What one input counted in one pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Index of the input.
    pub input: u32,
    /// Counter files read; 0 when the input holds nothing but the meta-data file.
    pub files: u32,
    /// One count per unit of the meta-data: 0 or 1 in set mode, else the sum of the files, stopping at `u32::MAX`.
    pub values: Vec<u32>,
    /// What all its counter files say alike of the program; empty unless asked for.
    pub args: Args,
}

/// A meta-data file and all its counter files, whichever inputs they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Path of the meta-data file, for messages.
    pub path: String,
    /// The bytes of the meta-data file.
    pub bytes: Vec<u8>,
    /// What they say.
    pub meta: Meta,
    /// By input, ascending: one entry for each input with the meta-data file or with counters.
    pub counts: Vec<Counts>,
}

impl Counts {
    /// Adds other counts of the same meta-data, of this mode. Of command lines stays what both say alike.
    pub fn add(&mut self, mode: Mode, more: Self) {
        add_counts(mode, &mut self.values, &more.values);
        self.args = match (self.files, more.files) {
            (0, _) => more.args,
            (_, 0) => std::mem::take(&mut self.args),
            _ => common_args(std::mem::take(&mut self.args), &more.args),
        };
        self.files = self.files.saturating_add(more.files);
    }
}

impl Pod {
    /// The counts of all inputs together, as Go adds them.
    pub fn total(&self) -> Vec<u32> {
        let mut total = vec![0; self.meta.units.len()];
        for counts in &self.counts {
            add_counts(self.meta.mode, &mut total, &counts.values);
        }
        total
    }

    /// Adds the counts of a pod with the same meta-data.
    pub fn add(&mut self, counts: Vec<Counts>) {
        for more in counts {
            let Some(own) = self.counts.iter_mut().find(|own| own.input == more.input) else {
                self.counts.push(more);
                continue;
            };
            own.add(self.meta.mode, more);
        }
        self.counts.sort_by_key(|counts| counts.input);
    }
}

/// Adds counts as Go does (`internal/coverage/cmerge`, Go 1.21 to 1.27): set mode keeps hit or not, the others add and
/// stop at `u32::MAX`.
pub fn add_counts(mode: Mode, into: &mut [u32], from: &[u32]) {
    if mode == Mode::Set {
        into.iter_mut().zip(from).for_each(|(into, &from)| *into |= u32::from(from != 0));
    } else {
        into.iter_mut().zip(from).for_each(|(into, &from)| *into = into.saturating_add(from));
    }
}

/// The contents of one counter file, for those who want to look at them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterDump {
    /// The meta-data that it belongs to.
    pub hash: Hash,
    /// `uleb`, `raw little-endian` or `raw big-endian`.
    pub flavour: &'static str,
    /// Segments in the file; only the first is shown.
    pub segments: u32,
    /// What the file says of the program; empty unless asked for.
    pub args: Args,
    /// Package id, function id, counters.
    pub entries: Vec<(u32, u32, Vec<u32>)>,
}

/// The rows of several pods, as `go tool covdata` puts them together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The mode of the result.
    pub mode: Mode,
    /// By import path.
    pub packages: Vec<AggregatePackage>,
}

/// One package of all pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregatePackage {
    /// Import path.
    pub path: Arc<str>,
    /// Module path, of the first pod that has the package.
    pub module: Arc<str>,
    /// Names of the source files, sorted.
    pub files: Vec<Arc<str>>,
    /// Names that rows and functions refer to.
    pub names: Vec<AggregateName>,
    /// Sorted as Go sorts: file, start line, end line, start column, end column, statements.
    pub rows: Vec<AggregateRow>,
    /// One entry for each function, versions of one function apart; by file and position.
    pub functions: Vec<AggregateFunction>,
}

/// What Go tells the functions of a package apart by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AggregateName {
    /// Index into [`AggregatePackage::files`].
    pub file: u32,
    /// As in the meta-data.
    pub name: Arc<str>,
    /// Whether it is a package-level literal.
    pub literal: bool,
}

/// One row of the text profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AggregateRow {
    /// Index into [`AggregatePackage::files`].
    pub file: u32,
    /// Index into [`AggregatePackage::names`].
    pub name: u32,
    /// What is counted.
    pub unit: Unit,
    /// Counts of all pods, as Go adds them.
    pub count: u32,
}

/// One function of all pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AggregateFunction {
    /// Index into [`AggregatePackage::names`].
    pub name: u32,
    /// Line of its first unit; 0 without units.
    pub line: u32,
    /// Statements in units that ran.
    pub covered: u64,
    /// Statements.
    pub total: u64,
}
