//! What coverdict knows of a source file and of the place of a profile's file in the tree.

use std::fmt;

use super::function::Function;
use super::kept::{self, Kept};
use super::profile::{Extent, Pos, RuleSet};

/// A path relative to the repository root: `/` separated, no `.` or `..`, not empty. What every report prints.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    /// Cleans `text` (both separators, `.` and empty parts). `None` when it is absolute, empty or climbs out.
    pub fn new(text: &str) -> Option<Self> {
        if text.starts_with(['/', '\\']) {
            return None;
        }
        let mut parts = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        (!parts.is_empty()).then(|| Self(parts.join("/")))
    }

    /// A path from parts that are known to be clean and not empty.
    pub fn of_parts(parts: &[&str]) -> Self {
        Self(parts.join("/"))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The base name.
    pub fn base(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The directory, `""` at the root.
    pub fn directory(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(directory, _)| directory)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose code a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disposition {
    /// A module of the workspace (its go.mod lies in the tree).
    Main,
    /// A dependency.
    Dep,
    /// The standard library.
    Std,
}

impl Disposition {
    /// The word in `--scope` and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Dep => "dep",
            Self::Std => "std",
        }
    }
}

/// Where a profile's file name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The path to print: relative to the repository root. `None` when the file is not part of the tree. A file that a module
    /// of the tree claims has its path even where it is gone or was never committed; then there is no `source`.
    pub path: Option<RepoPath>,
    /// Where to read the source from, absolute; `None` when no readable place is known.
    pub source: Option<String>,
    /// Import path of the package (for an absolute or odd name: derived from the module it lies in, else its directory).
    pub package: String,
    /// Index into the list of modules, when the package belongs to one.
    pub module: Option<u32>,
    /// Whose code it is.
    pub disposition: Disposition,
    /// True when the place was guessed (unique suffix) and not derived from a module or a map.
    pub guessed: bool,
}

/// A block that a Go release would emit for a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceBlock {
    /// Where.
    pub extent: Extent,
    /// Statements.
    pub stmts: u32,
}

/// A block of rule sets B and C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RangeBlock {
    /// Where (physical).
    pub extent: Extent,
    /// Statements under rule set C.
    pub stmts: u32,
    /// Statements under rule set B.
    pub stmts_b: u32,
    /// Index of the rule set A block that it is a part of, in [`Source::blocks_a`].
    pub basic: u32,
}

/// A statement as blocks count them. Extents follow the header rule: up to the opening brace for `if`, `for`, `switch`
/// and `select`. Bodies of function literals inside do not belong to it; [`Source::literals`] has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Statement {
    /// From its first byte to behind its last (header only for control statements), as byte offsets into the file.
    pub start: u32,
    /// Behind its last byte, as a byte offset.
    pub end: u32,
    /// Index of the rule set A block that counts it, in [`Source::blocks_a`]; `None` when no block counts it.
    pub basic: Option<u32>,
}

/// Which bytes of a file are code: neither white space nor comment nor one of `{ } ( ) [ ] , ;` outside literals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeMap {
    /// One bit per byte of the file.
    words: Kept<u64>,
    /// Byte offset of each line's first byte; line 1 is at index 0.
    line_starts: Kept<u32>,
    len: u32,
}

/// A [`CodeMap`] that is being put together.
#[derive(Debug, Clone, Default)]
pub struct CodeMarks {
    words: Vec<u64>,
    line_starts: Vec<u32>,
    len: u32,
}

impl CodeMarks {
    /// Of a file of `len` bytes whose lines start at `line_starts`, with no code yet.
    pub fn new(len: u32, line_starts: Vec<u32>) -> Self {
        Self::in_room(len, line_starts, Vec::new())
    }

    /// As [`Self::new`], put together in a list that may have room already.
    pub fn in_room(len: u32, line_starts: Vec<u32>, mut words: Vec<u64>) -> Self {
        words.clear();
        words.resize((len as usize).div_ceil(64), 0);
        Self { words, line_starts, len }
    }

    /// Adds a line behind those that are known: the offset of its first byte.
    #[inline]
    pub fn start_line(&mut self, offset: u32) {
        self.line_starts.push(offset);
    }

    /// Marks the bytes `[from, to)` as code.
    pub fn mark(&mut self, from: u32, to: u32) {
        let to = to.min(self.len);
        if from >= to {
            return;
        }
        let words = &mut self.words;
        let (first, last) = ((from / 64) as usize, ((to - 1) / 64) as usize);
        let head = u64::MAX << (from % 64);
        let tail = u64::MAX >> (63 - (to - 1) % 64);
        if first == last {
            words[first] |= head & tail;
            return;
        }
        words[first] |= head;
        for word in &mut words[first + 1..last] {
            *word = u64::MAX;
        }
        words[last] |= tail;
    }

    /// Marks those of the 64 bytes from `from` on, a multiple of 64, that have a bit in `word`, the lowest for the first. No bit
    /// may stand for a byte behind the end of the file.
    pub fn mark_word(&mut self, from: u32, word: u64) {
        if let Some(known) = self.words.get_mut((from / 64) as usize) {
            *known |= word;
        }
    }

    /// Byte offset of each line's first byte, as far as they are known.
    pub fn line_starts(&self) -> &[u32] {
        &self.line_starts
    }

    /// The map.
    pub fn finish(self) -> CodeMap {
        CodeMap { words: self.words.into(), line_starts: self.line_starts.into(), len: self.len }
    }

    /// The map in lists that are no longer than it is, and the rooms that it was put together in. One that `stays` goes where memory
    /// stays.
    pub fn fitted(self, stays: bool) -> (CodeMap, Vec<u32>, Vec<u64>) {
        let Self { words, line_starts, len } = self;
        if stays {
            let map = CodeMap { words: kept::keep(&words), line_starts: kept::keep(&line_starts), len };
            return (map, line_starts, words);
        }
        let lines = line_starts.clone();
        (CodeMap { words: words.into(), line_starts: lines.into(), len }, line_starts, Vec::new())
    }
}

impl CodeMap {
    /// Whether any byte of `[from, to)` is code.
    #[inline]
    pub fn any(&self, from: u32, to: u32) -> bool {
        let to = to.min(self.len);
        if from >= to {
            return false;
        }
        let (first, last) = ((from / 64) as usize, ((to - 1) / 64) as usize);
        let head = u64::MAX << (from % 64);
        let tail = u64::MAX >> (63 - (to - 1) % 64);
        if first == last {
            return self.words[first] & head & tail != 0;
        }
        self.words[first] & head != 0
            || self.words[first + 1..last].iter().any(|&word| word != 0)
            || self.words[last] & tail != 0
    }

    /// The first byte of `[from, to)` that is code.
    #[inline]
    pub fn first(&self, from: u32, to: u32) -> Option<u32> {
        let to = to.min(self.len);
        let found = self.find(from, to, 0);
        (found < to).then_some(found)
    }

    /// The longest ranges `[from, to)` of code within `[from, to)`, ascending.
    pub fn runs(&self, from: u32, to: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let to = to.min(self.len);
        let mut at = from;
        std::iter::from_fn(move || {
            let start = self.find(at, to, 0);
            at = self.find(start, to, u64::MAX);
            (start < at).then_some((start, at))
        })
    }

    /// The first byte of `[from, to)` that is code, or, when `flip` is all ones, that is not; `to` when there is none.
    fn find(&self, from: u32, to: u32, flip: u64) -> u32 {
        let mut at = from;
        while at < to {
            let ahead = (self.words.get((at / 64) as usize).copied().unwrap_or(0) ^ flip) >> (at % 64);
            if ahead != 0 {
                return at.saturating_add(ahead.trailing_zeros()).min(to);
            }
            at = (at | 63).saturating_add(1);
        }
        to
    }

    /// Number of lines (a final newline opens no line of its own).
    pub fn lines(&self) -> u32 {
        let count = u32::try_from(self.line_starts.len()).unwrap_or(u32::MAX);
        match self.line_starts.last() {
            Some(&start) if start >= self.len && count > 1 => count - 1,
            _ => count,
        }
    }

    /// Byte offset of each line's first byte; line 1 is at index 0. A final newline has an entry behind it.
    pub fn line_starts(&self) -> &[u32] {
        &self.line_starts
    }

    /// Byte range `[from, to)` of a 1-based line, its newline included; `None` beyond the end of the file.
    pub fn line(&self, line: u32) -> Option<(u32, u32)> {
        let index = (line as usize).checked_sub(1)?;
        let from = *self.line_starts.get(index)?;
        Some((from, self.line_starts.get(index + 1).copied().unwrap_or(self.len)))
    }

    /// Byte offset of a position; `None` beyond the end of the line or file. The position behind a line's last byte counts.
    pub fn offset(&self, pos: Pos) -> Option<u32> {
        let (from, to) = self.line(pos.line)?;
        let offset = from.checked_add(pos.col.checked_sub(1)?)?;
        (offset <= to).then_some(offset)
    }

    /// Position of a byte offset.
    pub fn position(&self, offset: u32) -> Pos {
        let line = self.line_starts.partition_point(|&start| start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        Pos::new(u32::try_from(line).unwrap_or(u32::MAX), offset - start + 1)
    }

    /// The line of a byte offset that does not lie before the line `near`, 1-based. Quick where it is not far behind it.
    #[inline]
    pub fn line_from(&self, near: u32, offset: u32) -> u32 {
        const CLOSE: u32 = 64;
        let behind = self.line_starts.get(near as usize..).unwrap_or_default();
        let mut line = near;
        for start in behind {
            if offset < *start {
                return line;
            }
            line += 1;
            if line - near == CLOSE {
                return self.position(offset).line;
            }
        }
        line
    }

    /// Length of the file in bytes.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether the file is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// What a stretch of text is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword.
    Keyword,
    /// A string or rune, finished or not.
    Text,
    /// A number.
    Number,
    /// A comment, its marks included.
    Comment,
}

/// A stretch of text that a reader wants to see apart. Sources have many of them, so they are small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceToken {
    start: u32,
    /// The length and, in the two lowest bits, the kind.
    length_and_kind: u32,
}

/// A [`SourceToken`] as it is kept: plain numbers.
pub type PackedToken = [u32; 2];

impl SourceToken {
    /// The bytes `[start, end)`; a token of a gibibyte or more is cut to a byte less than that.
    #[inline]
    pub const fn new(kind: TokenKind, start: u32, end: u32) -> Self {
        let length = end.saturating_sub(start);
        let length = if length < 1 << 30 { length } else { (1 << 30) - 1 };
        Self { start, length_and_kind: length << 2 | kind as u32 }
    }

    /// The token in numbers.
    #[inline]
    pub const fn packed(self) -> PackedToken {
        [self.start, self.length_and_kind]
    }

    /// The token that these numbers say.
    #[inline]
    pub const fn unpacked([start, length_and_kind]: PackedToken) -> Self {
        Self { start, length_and_kind }
    }

    /// What it is.
    #[inline]
    pub fn kind(self) -> TokenKind {
        match self.length_and_kind & 3 {
            0 => TokenKind::Keyword,
            1 => TokenKind::Text,
            2 => TokenKind::Number,
            _ => TokenKind::Comment,
        }
    }

    /// Its first byte, as an offset.
    #[inline]
    pub fn start(self) -> u32 {
        self.start
    }

    /// Behind its last byte, as an offset.
    #[inline]
    pub fn end(self) -> u32 {
        self.start.saturating_add(self.length_and_kind >> 2)
    }
}

/// What an ignore comment asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IgnoreKind {
    /// The block or statement on this line; on a line alone: the next statement.
    Here,
    /// The function that it stands in or before.
    Function,
    /// The whole file.
    File,
    /// From here …
    Start,
    /// … to here.
    End,
}

/// A comment that takes code out of the count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// Where the comment starts.
    pub at: Pos,
    /// What it asks for.
    pub kind: IgnoreKind,
    /// The reason given behind it, trimmed; empty when none.
    pub reason: String,
    /// The word as written, such as `coverdict:ignore`.
    pub word: String,
    /// The bytes that it takes out, as half-open extents; resolved by the parser. Empty when it applies to nothing.
    pub extents: Vec<Extent>,
}

/// What coverage needs to know of a Go file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Declarations with a body and package-level literals, by position.
    pub functions: Vec<Function>,
    /// Which bytes are code.
    pub code: CodeMap,
    /// Whether the official line `// Code generated … DO NOT EDIT.` stands before the package clause.
    pub generated: bool,
    /// Whether any `//line` or `/*line*/` directive occurs.
    pub line_directives: bool,
    /// Ignore comments, by position.
    pub ignores: Vec<Ignore>,
    /// The first place that the parser did not understand; blocks and functions behind it may be missing.
    pub broken: Option<Pos>,
    /// Blocks under rule set A, in emission order; positions follow `//line` directives as Go up to 1.26 does. Empty where the
    /// profile was found to list them.
    pub blocks_a: Vec<SourceBlock>,
    /// The same as Go up to 1.25 cut them; only where that differs. A statement that ends in a raw string with carriage
    /// returns in it ended early by their number.
    pub blocks_a_to_1_25: Option<Vec<SourceBlock>>,
    /// Blocks under rule sets B and C, in emission order; physical positions. Empty, as are the statements, where those of
    /// A were all that was asked for.
    pub blocks_c: Vec<RangeBlock>,
    /// Whether they were: then the profile lists the blocks of A, each once, and no others.
    pub is_listed: bool,
    /// Statements in source order.
    pub statements: Vec<Statement>,
    /// Bodies of all function literals as byte ranges `[from, to)`, braces included, by start.
    pub literals: Vec<(u32, u32)>,
    /// The text; kept only when a report shows it.
    pub text: Option<Kept<u8>>,
    /// What a reader of the text wants to see apart, in order and without overlap; all else is plain text. Known only
    /// when it was asked for.
    pub tokens: Kept<PackedToken>,
}

impl Source {
    /// The blocks under a rule set, in emission order. Rule set A as from Go 1.26 on, see [`Self::blocks_a_to_1_25`].
    pub fn blocks(&self, rules: RuleSet) -> Box<dyn Iterator<Item = SourceBlock> + '_> {
        let range = move |range: &RangeBlock| {
            let stmts = if rules == RuleSet::B { range.stmts_b } else { range.stmts };
            SourceBlock { extent: range.extent, stmts }
        };
        match rules {
            RuleSet::A => Box::new(self.blocks_a.iter().copied()),
            RuleSet::B | RuleSet::C => Box::new(self.blocks_c.iter().map(range)),
        }
    }

    /// Whether a statement has a byte of code in `[from, to)`, the bodies of function literals in it left out.
    pub fn statement_touches(&self, statement: &Statement, from: u32, to: u32) -> bool {
        let (mut from, to) = (statement.start.max(from), statement.end.min(to));
        // Bodies around the statement start before it; one that does must not hide it.
        let first = self.literals.partition_point(|&(start, _)| start < statement.start);
        for &(start, end) in self.literals.get(first..).unwrap_or_default() {
            if start >= to {
                break;
            }
            if self.code.any(from, start) {
                return true;
            }
            from = from.max(end);
        }
        self.code.any(from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_from_every_line_before_it() {
        let starts: Vec<u32> = (0..200).map(|line| line * 3).collect();
        let code = CodeMarks::new(600, starts).finish();
        for offset in 0..=600 {
            let line = code.position(offset).line;
            for near in 1..=line {
                assert_eq!(code.line_from(near, offset), line, "byte {offset} from line {near}");
            }
        }
    }

    #[test]
    fn runs_are_the_bytes_that_are_code_and_no_others() {
        let len = 200;
        for marks in [&[(0, 1), (3, 5), (60, 70), (127, 129), (191, 200)][..], &[(0, 200)], &[(64, 128)], &[]]
        {
            let mut code = CodeMarks::new(len, vec![0]);
            for &(from, to) in marks {
                code.mark(from, to);
            }
            let code = code.finish();
            for (from, to) in
                [(0, len), (0, 64), (1, 63), (4, 128), (64, 64), (65, 192), (128, 4_000), (150, 100)]
            {
                let runs: Vec<(u32, u32)> = code.runs(from, to).collect();
                let bytes: Vec<u32> = runs.iter().flat_map(|&(from, to)| from..to).collect();
                let each: Vec<u32> = (from..to.min(len)).filter(|&at| code.any(at, at + 1)).collect();
                assert_eq!(bytes, each, "{marks:?} from {from} to {to}");
                assert!(runs.iter().zip(runs.iter().skip(1)).all(|(one, next)| one.1 < next.0), "{runs:?}");
            }
        }
    }
}
