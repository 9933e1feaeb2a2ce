//! The file of `baseline save`, read back: bytes to a [`Baseline`]. `report/baseline.rs` writes it and describes it.
//!
//! Everything is checked: what comes out is what some run could have had. Memory follows the size of the bytes, never a number in them.

mod laid_out;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny, SeqAccess, Visitor};

use crate::model::{
    BASELINE_SCHEMA, Baseline, BaselineFile, Block, Disposition, Extent, FileName, InputSet, LineFingerprint,
    LineModel, LineTally, Mode, PerMetric, RepoPath, RuleSet, Tally, Totals,
};

/// Bytes that a baseline may have: that of a program of ten million blocks has less.
pub const LARGEST: u64 = 1 << 30;

/// Lines above this are in no profile that is read.
pub const MAX_LINE: u32 = i32::MAX.unsigned_abs();

/// Why bytes are no baseline. Sentences to be put behind the path of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is nothing.
    #[error("is empty: it was not written to its end")]
    Empty,
    /// Not even JSON.
    #[error("is not JSON: line {line}, column {column}")]
    NotJson {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
    },
    /// JSON that ends in the middle.
    #[error("is cut off at line {0}: it was not written or copied to its end")]
    Truncated(usize),
    /// JSON of somebody else.
    #[error("is JSON, but no baseline of coverdict")]
    Stranger,
    /// Another file of ours.
    #[error("is no baseline, but {what} of coverdict ({schema})")]
    Another {
        /// In words.
        what: &'static str,
        /// The schema that it names.
        schema: String,
    },
    /// A number of the format that is not known here.
    #[error(
        "is a baseline of format {format}{}; this is coverdict {}, which reads format 1",
        .version.as_ref().map(|version| format!(", saved by coverdict {version}")).unwrap_or_default(),
        env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The number, as written.
        format: String,
        /// Version of the coverdict that wrote it, where it can be told.
        version: Option<String>,
    },
    /// The checksum is another.
    #[error("was edited or damaged: its checksum does not fit its content")]
    Damaged,
    /// Content that no run has.
    #[error("holds what no run can have saved: {0}")]
    Impossible(String),
    /// Above [`LARGEST`].
    #[error("is larger than 1 GiB")]
    TooLarge,
}

impl Fault {
    /// The cure.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Stranger | Self::Another { .. } => "coverdict baseline save INPUT -o FILE",
            Self::Newer { .. } => "use the newer coverdict here too, or save the baseline with this one",
            _ => "save it again: coverdict baseline save INPUT -o FILE",
        }
    }
}

/// Whether bytes look like a baseline, or another JSON file, and not like a profile.
pub fn is_json(head: &[u8]) -> bool {
    without_mark(head).trim_ascii_start().first() == Some(&b'{')
}

/// Reads a baseline.
pub fn read(bytes: &[u8]) -> Result<Baseline, Fault> {
    let text = signed(bytes)?;
    laid_out::read(text).map_or_else(|| read_json(text), Ok)
}

/// Reads the text of a baseline, however it is laid out.
fn read_json(text: &str) -> Result<Baseline, Fault> {
    let wire: Wire<'_> = serde_json::from_str(text).map_err(|error| Fault::Impossible(error.to_string()))?;
    wire.baseline().map_err(Fault::Impossible)
}

/// The lowest numbers of misses that a baseline records, its files left unread where it is laid out as it is saved.
pub fn read_ratchet(bytes: &[u8]) -> Result<PerMetric<u64>, Fault> {
    #[derive(Deserialize)]
    struct Head {
        totals: TotalsWire,
        ratchet: RatchetWire,
    }
    let text = signed(bytes)?;
    let Some((head, _)) = text.split_once("\n\"files\":[\n") else {
        return read(bytes).map(|baseline| baseline.ratchet);
    };
    let head = format!("{}}}", head.trim_end_matches(','));
    let head: Head = serde_json::from_str(&head).map_err(|error| Fault::Impossible(error.to_string()))?;
    head.totals.totals().and_then(|totals| head.ratchet.checked(&totals)).map_err(Fault::Impossible)
}

/// The text of a baseline whose checksum fits.
fn signed(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.len() as u64 > LARGEST {
        return Err(Fault::TooLarge);
    }
    let bytes = without_mark(bytes).trim_ascii();
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, &error))?;
    known_schema(text)?;
    let Some((content, sum)) = split(text) else {
        return Err(incomplete(text));
    };
    if checksum(content) != sum {
        return Err(Fault::Damaged);
    }
    Ok(text)
}

/// Some editors lead a file with a byte order mark.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn not_utf8(bytes: &[u8], error: &std::str::Utf8Error) -> Fault {
    let good = error.valid_up_to();
    let before = bytes.get(..good).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    if error.error_len().is_none() && is_json(bytes) {
        return Fault::Truncated(line);
    }
    Fault::NotJson { line, column: good - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) + 1 }
}

/// Looks at the first field before all else, so that a file of another format is told as that.
fn known_schema(text: &str) -> Result<(), Fault> {
    let Some(schema) = first_field(text) else {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Fault::Stranger,
            Err(error) => not_json(text, &error),
        });
    };
    if schema == BASELINE_SCHEMA {
        return Ok(());
    }
    let Some((kind, format)) = schema.strip_prefix("coverdict/").and_then(|rest| rest.split_once('/')) else {
        return Err(Fault::Stranger);
    };
    Err(match kind {
        "baseline" => {
            #[derive(Deserialize)]
            struct Head {
                version: Option<String>,
            }
            let version = serde_json::from_str::<Head>(text).ok().and_then(|head| head.version);
            Fault::Newer { format: format.to_owned(), version }
        }
        "report" => Fault::Another { what: "a JSON report", schema: schema.into_owned() },
        _ => Fault::Another { what: "another file", schema: schema.into_owned() },
    })
}

/// The value of `schema`, when that is the first field and a text.
fn first_field(text: &str) -> Option<Cow<'_, str>> {
    let rest = text.strip_prefix('{')?.trim_ascii_start().strip_prefix("\"schema\"")?;
    let value = rest.trim_ascii_start().strip_prefix(':')?;
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<String>();
    values.next()?.ok().map(Cow::Owned)
}

fn not_json(text: &str, error: &serde_json::Error) -> Fault {
    // A `-` without its digits is a fault of its own for the parser.
    let last = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
    let at_end = error.line() == text.lines().count() && error.column() >= last;
    if text.starts_with('{') && (error.is_eof() || at_end) {
        Fault::Truncated(error.line())
    } else {
        Fault::NotJson { line: error.line(), column: error.column() }
    }
}

/// What is wrong with a baseline without a checksum at its end.
fn incomplete(text: &str) -> Fault {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Fault::Damaged,
        Err(error) => not_json(text, &error),
    }
}

/// The lines under the checksum, and the checksum in the last line.
fn split(text: &str) -> Option<(&str, u64)> {
    let (content, last) = text.rsplit_once('\n')?;
    let sum = last.strip_prefix("\"checksum\":\"")?.strip_suffix("\"}")?;
    let digits = sum.len() == 16 && sum.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    Some((content, u64::from_str_radix(sum, 16).ok().filter(|_| digits)?))
}

fn checksum(content: &str) -> u64 {
    let bytes = content.as_bytes();
    let mut sum = LineFingerprint::default();
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        sum.add(bytes.get(from..end).unwrap_or_default());
        from = end + 1;
    }
    sum.value()
}

// ---- The shape, top down ---------------------------------------------------------------------------------------------

/// The whole file. Fields may be added under the same number, so others are passed over.
#[derive(Deserialize)]
struct Wire<'a> {
    version: String,
    commit: Option<String>,
    uncommitted: u64,
    mode: String,
    rule_set: Option<String>,
    lines: String,
    totals: TotalsWire,
    ratchet: RatchetWire,
    inputs: Vec<String>,
    #[serde(borrow)]
    files: Vec<FileWire<'a>>,
}

#[derive(Deserialize)]
struct TotalsWire {
    statements: TallyWire,
    lines: LineTallyWire,
    functions: TallyWire,
}

#[derive(Deserialize)]
struct TallyWire {
    covered: u64,
    total: u64,
}

#[derive(Deserialize)]
struct LineTallyWire {
    covered: u64,
    partial: u64,
    total: u64,
}

#[derive(Deserialize)]
struct RatchetWire {
    statements: u64,
    lines: u64,
    functions: u64,
}

#[derive(Deserialize)]
struct FileWire<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(default = "yes")]
    in_tree: bool,
    name: Option<String>,
    #[serde(borrow)]
    package: Cow<'a, str>,
    module: Option<String>,
    #[serde(borrow)]
    disposition: Cow<'a, str>,
    rule_set: Option<String>,
    #[serde(borrow)]
    lines: Cow<'a, str>,
    source: Option<String>,
    fits: bool,
    blocks: Blocks,
}

fn yes() -> bool {
    true
}

impl Wire<'_> {
    fn baseline(self) -> Result<Baseline, String> {
        let mut files = Vec::new();
        let mut statements = Tally::default();
        for wire in self.files {
            let file = wire.file()?;
            for block in &file.blocks {
                statements.add(u64::from(block.stmts), block.count > 0);
            }
            files.push(file);
        }
        no_file_twice(&files)?;
        let totals = self.totals.totals()?;
        if totals.statements != statements {
            return Err(format!(
                "the totals say {} of {} statements, the blocks {} of {}",
                totals.statements.covered, totals.statements.total, statements.covered, statements.total
            ));
        }
        Ok(Baseline {
            version: self.version,
            commit: self.commit.map(commit_id).transpose()?,
            uncommitted: self.uncommitted,
            mode: Mode::from_name(&self.mode).ok_or_else(|| format!("the mode \"{}\"", self.mode))?,
            rule_set: self.rule_set.as_deref().map(rule_set).transpose()?,
            lines: line_model(&self.lines)?,
            ratchet: self.ratchet.checked(&totals)?,
            totals,
            inputs: self.inputs,
            files,
        })
    }
}

impl TotalsWire {
    fn totals(&self) -> Result<Totals, String> {
        let tally = |tally: &TallyWire, what: &str| {
            if tally.covered > tally.total {
                return Err(format!("{} of {} {what} covered", tally.covered, tally.total));
            }
            Ok(Tally::new(tally.covered, tally.total))
        };
        let LineTallyWire { covered, partial, total } = self.lines;
        if covered > total || partial > covered {
            return Err(format!("{covered} of {total} lines covered, {partial} of them partly"));
        }
        Ok(Totals {
            statements: tally(&self.statements, "statements")?,
            lines: LineTally { covered, partial, total },
            functions: tally(&self.functions, "functions")?,
        })
    }
}

impl RatchetWire {
    /// It is never above what this run missed.
    fn checked(&self, totals: &Totals) -> Result<PerMetric<u64>, String> {
        let ratchet = PerMetric { statements: self.statements, lines: self.lines, functions: self.functions };
        for metric in crate::model::Metric::ALL {
            let (lowest, missed) = (ratchet.of(metric), totals.of(metric).missed());
            if lowest > missed {
                let metric = metric.name();
                return Err(format!("a lowest number of {lowest} missed {metric} where {missed} are missed"));
            }
        }
        Ok(ratchet)
    }
}

impl FileWire<'_> {
    fn file(self) -> Result<BaselineFile, String> {
        let path = path(&self.path, self.in_tree)?;
        let odd = |what: String| format!("{what} in {path}");
        Ok(BaselineFile {
            in_tree: self.in_tree,
            name: match &self.name {
                Some(name) => FileName::new(name),
                None => FileName::new(&format!("{}/{}", self.package, path.base())),
            },
            package: self.package.into_owned(),
            module: self.module,
            disposition: disposition(&self.disposition).map_err(odd)?,
            rule_set: self.rule_set.as_deref().map(rule_set).transpose().map_err(odd)?,
            lines: line_model(&self.lines).map_err(odd)?,
            source: self.source.map(|mark| fingerprint(&mark)).transpose().map_err(odd)?,
            fits: self.fits,
            blocks: self.blocks.0.map_err(odd)?,
            path,
        })
    }
}

/// A path below the root, or the name of a file outside the tree with nothing in it that leads anywhere.
fn path(text: &str, in_tree: bool) -> Result<RepoPath, String> {
    let clean = text.split('/').all(|part| !matches!(part, "" | "." | ".."));
    match RepoPath::new(text).filter(|path| clean && path.as_str() == text) {
        Some(path) => Ok(path),
        None if clean && !in_tree => Ok(RepoPath::of_parts(&[text])),
        None => Err(format!("the path \"{text}\"")),
    }
}

/// Files ascend, so equal ones are neighbours; names may be in any order.
fn no_file_twice(files: &[BaselineFile]) -> Result<(), String> {
    for (a, b) in files.iter().zip(files.iter().skip(1)) {
        if a.path == b.path && (a.in_tree && b.in_tree || a.name == b.name) {
            return Err(format!("{} twice", a.path));
        }
        if (&a.path, &a.name) > (&b.path, &b.name) {
            return Err(format!("{} behind {}", b.path, a.path));
        }
    }
    let mut names: Vec<&FileName> = files.iter().map(|file| &file.name).collect();
    names.sort_unstable();
    match names.iter().zip(names.iter().skip(1)).find(|(a, b)| a == b) {
        Some((name, _)) => Err(format!("the name {name} twice")),
        None => Ok(()),
    }
}

fn commit_id(text: String) -> Result<String, String> {
    let hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if hex && matches!(text.len(), 40 | 64) { Ok(text) } else { Err(format!("the commit \"{text}\"")) }
}

fn rule_set(text: &str) -> Result<RuleSet, String> {
    RuleSet::ALL.into_iter().find(|set| set.name() == text).ok_or_else(|| format!("the rule set \"{text}\""))
}

fn line_model(text: &str) -> Result<LineModel, String> {
    let found = LineModel::ALL.into_iter().find(|model| model.name() == text);
    found.ok_or_else(|| format!("the line model \"{text}\""))
}

fn disposition(text: &str) -> Result<Disposition, String> {
    let all = [Disposition::Main, Disposition::Dep, Disposition::Std];
    let found = all.into_iter().find(|disposition| disposition.name() == text);
    found.ok_or_else(|| format!("the disposition \"{text}\""))
}

fn fingerprint(text: &str) -> Result<u64, String> {
    let fault = || format!("the source \"{text}\"");
    let plain = text.len() == 16 && !text.starts_with('+');
    u64::from_str_radix(text, 16).ok().filter(|_| plain).ok_or_else(fault)
}

/// The blocks of a file, or what is impossible about them; that is told with the path of the file.
struct Blocks(Result<Vec<Block>, String>);

impl<'de> Deserialize<'de> for Blocks {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BlocksVisitor)
    }
}

struct BlocksVisitor;

impl<'de> Visitor<'de> for BlocksVisitor {
    type Value = Blocks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("five numbers for each block")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Blocks, A::Error> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut fault = None;
        while let Some(down) = seq.next_element::<u32>()? {
            let mut next =
                || seq.next_element::<i64>()?.ok_or_else(|| A::Error::custom("a block without its end"));
            let numbers = [next()?, next()?, next()?, next()?];
            if fault.is_some() {
                continue;
            }
            let before = blocks.last().map(|block| block.extent);
            match block(before, down, numbers) {
                Some(block) if before.is_none_or(|before| before < block.extent) => blocks.push(block),
                Some(block) => fault = Some(format!("block {} out of order", block.extent)),
                None => fault = Some(format!("block {} beyond all lines and columns", blocks.len() + 1)),
            }
        }
        Ok(Blocks(fault.map_or(Ok(blocks), Err)))
    }
}

/// A block from its numbers; `None` when one of them is out of range.
fn block(before: Option<Extent>, down: u32, [start_col, length, end_col, state]: [i64; 4]) -> Option<Block> {
    let start = u64::from(before.map_or(0, |before| before.start.line)) + u64::from(down);
    let end = start.checked_add_signed(length)?;
    if start.max(end) > u64::from(MAX_LINE) || state < 0 {
        return None;
    }
    let number = |value: i64| u32::try_from(value).ok();
    let line = |value: u64| u32::try_from(value).ok();
    Some(Block {
        extent: Extent::new(line(start)?, number(start_col)?, line(end)?, number(end_col)?),
        stmts: number(state >> 1)?,
        count: u64::from(state & 1 == 1),
        inputs: InputSet(0),
    })
}

#[cfg(test)]
mod tests;
