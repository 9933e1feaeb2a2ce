//! Rule sets A, B and C: the blocks that a Go release cuts a file into.
//!
//! Input: the skeleton, the lines, the tokens that count as code. Output: blocks in the order in which
//! cmd/cover emits them, and the statements that they count. Sources of the rules: cmd/cover of Go 1.19 to
//! 1.26 (A), 1.27.0 (B), 1.27.2 (C); golden tables recorded with those tools in `tests/data/blocks`.
//! Invariants: every range of B and C belongs to exactly one basic block of A; a basic block of A has at
//! least one range.

use std::collections::HashMap;

use super::lexer::{Kind, Lexer, RawString, first_counted};
use super::places::Places;
use super::tree::{List, ListKind, NONE, Stmt, StmtKind, Tree, some};
use crate::model::{CodeMarks, Extent, RangeBlock, SourceBlock, Statement};

/// Where a raw string with carriage returns in it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawEnd {
    /// Behind its quote: from Go 1.26 on.
    Exact,
    /// As many bytes early as it holds carriage returns: up to Go 1.25.
    Early,
}

/// Under which rule sets a file is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// A alone, without statements.
    A,
    /// A, B and C.
    All,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) text: &'a [u8],
    pub(super) tree: &'a Tree,
    pub(super) places: &'a Places<'a>,
    /// Of each line the first token that counts as code, ascending.
    pub(super) counted: &'a [u32],
    pub(super) raw_strings: &'a [RawString],
}

/// All blocks of a file.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) basic: Vec<SourceBlock>,
    pub(super) ranges: Vec<RangeBlock>,
    pub(super) statements: Vec<Statement>,
    /// The bytes of each block in `basic`, physical.
    pub(super) spans: Vec<(u32, u32)>,
}

/// Cuts a file into `empty` blocks. `is_blank` tells of a function whether its name is `_`: Go cuts no blocks there.
pub(super) fn cut(
    ground: Ground<'_>,
    (raw_end, rules): (RawEnd, Rules),
    is_blank: impl Fn(usize) -> bool,
    empty: Blocks,
) -> Blocks {
    let mut cutter =
        Cutter { ground, raw_end, rules, seen: HashMap::new(), count: 0, segment: Vec::new(), out: empty };
    for (index, func) in ground.tree.funcs.iter().enumerate() {
        if !is_blank(index) {
            cutter.list(func.body);
        }
    }
    cutter.out.statements.sort_by_key(|statement| statement.start);
    cutter.out
}

struct Cutter<'a> {
    ground: Ground<'a>,
    raw_end: RawEnd,
    rules: Rules,
    /// Positions that occurred under `//line`, with the files' names, and the first end column that is free.
    seen: HashMap<(Option<u32>, Option<u32>, Extent), u32>,
    /// How many statements the basic block at hand has, and where they start and end; the latter not for rule set A alone.
    count: u32,
    segment: Vec<(u32, u32)>,
    out: Blocks,
}

/// A statement of a list, and the one behind it. For a statement behind its own label the two differ from the
/// tree's.
#[derive(Clone, Copy)]
struct Cursor {
    stmt: u32,
    next: u32,
}

impl Cutter<'_> {
    /// The blocks of a list, then those inside its statements.
    fn list(&mut self, index: u32) {
        let list = *self.ground.tree.list(index);
        self.cut_list(&list);
        self.inside(&list);
    }

    /// The blocks inside the statements of a list.
    fn inside(&mut self, list: &List) {
        let mut next = some(list.first);
        while let Some(index) = next {
            self.statement(index);
            next = some(self.ground.tree.stmt(index).next);
        }
    }

    /// The blocks inside a statement. A chain of `else if` is a loop here as in the parser.
    fn statement(&mut self, index: u32) {
        let tree = self.ground.tree;
        let mut at = some(tree.unlabelled(index).inside);
        while let Some(index) = at {
            let list = *tree.list(index);
            match list.kind {
                ListKind::Clause => return self.clauses(index),
                ListKind::ElseIf => {
                    self.cut_list(&list);
                    at = some(list.first).and_then(|inner| some(tree.stmt(inner).inside));
                }
                ListKind::Body | ListKind::Else => {
                    self.list(index);
                    at = some(list.next);
                }
            }
        }
    }

    /// All clauses of a switch first, then what is inside them.
    fn clauses(&mut self, first: u32) {
        let tree = self.ground.tree;
        for clause in tree.chain(first) {
            self.cut_list(tree.list(clause));
        }
        for clause in tree.chain(first) {
            let list = tree.list(clause);
            for literal in tree.chain(list.literals) {
                self.list(literal);
            }
            self.inside(list);
        }
    }

    /// Cuts one list into basic blocks.
    fn cut_list(&mut self, list: &List) {
        let tree = self.ground.tree;
        let clause = list.kind == ListKind::Clause;
        let Some(first) = some(list.first) else {
            // Just inside the brace; an `else` counts from its keyword. A clause ends where it begins.
            let start = if clause { list.start } else { list.start.saturating_add(1) };
            let end = if clause { list.start } else { list.end };
            // That one byte further may lie inside a comment glued to the keyword.
            let inside_comment =
                list.kind == ListKind::Else && self.ground.text.get(list.start as usize) == Some(&b'/');
            return self.emit_empty(start, end.max(start), inside_comment);
        };
        let mut extends = !clause;
        let mut cursor = Cursor { stmt: first, next: tree.stmt(first).next };
        let mut start = list.start;
        loop {
            self.segment.clear();
            self.count = 0;
            let first_statement = self.out.statements.len();
            let (mut end, next) = self.walk(cursor, &mut extends);
            if extends {
                end = list.end;
            }
            let basic = if start == end { None } else { Some(self.emit(start, end)) };
            for statement in self.out.statements.get_mut(first_statement..).unwrap_or_default() {
                statement.basic = basic;
            }
            let Some(next) = next else { return };
            start = tree.stmt(next.stmt).start;
            cursor = next;
        }
    }

    /// Walks statements until one ends the basic block. Gives the block's end and the statement to go on
    /// with.
    fn walk(&mut self, mut cursor: Cursor, extends: &mut bool) -> (u32, Option<Cursor>) {
        let tree = self.ground.tree;
        loop {
            let stmt = tree.stmt(cursor.stmt);
            if stmt.kind == StmtKind::Label && !glued(tree, stmt) {
                // The label is a statement of its own; the block ends before it (cmd/cover, all releases).
                let inner = tree.stmt(stmt.inside);
                self.count(stmt.start, stmt.head_end, inner.start);
                *extends = false;
                return (stmt.start, Some(Cursor { stmt: stmt.inside, next: cursor.next }));
            }
            let head_end =
                if stmt.kind == StmtKind::Label { tree.stmt(stmt.inside).head_end } else { stmt.head_end };
            self.count(stmt.start, head_end, stmt.end);
            if stmt.cuts {
                *extends = false;
            }
            let next = some(cursor.next).map(|next| Cursor { stmt: next, next: tree.stmt(next).next });
            match next {
                Some(next) if !stmt.cuts => cursor = next,
                _ => return (self.boundary(stmt), next),
            }
        }
    }

    fn count(&mut self, start: u32, head_end: u32, end: u32) {
        self.count = self.count.saturating_add(1);
        if self.rules == Rules::A {
            return;
        }
        self.segment.push((start, end));
        // The empty statement that Go takes for granted behind a label before a brace has no bytes.
        if start < end {
            self.out.statements.push(Statement { start, end: head_end, basic: None });
        }
    }

    fn boundary(&self, stmt: &Stmt) -> u32 {
        let ends = stmt.kind == StmtKind::Simple && stmt.boundary == stmt.end;
        if self.raw_end == RawEnd::Exact || !ends {
            return stmt.boundary;
        }
        let raw_strings = self.ground.raw_strings;
        let last = raw_strings.partition_point(|raw| raw.start < stmt.end).checked_sub(1);
        let raw = last.and_then(|last| raw_strings.get(last)).filter(|raw| raw.end == stmt.end);
        stmt.end.saturating_sub(raw.map_or(0, |raw| raw.returns))
    }

    fn emit_empty(&mut self, start: u32, end: u32, inside_comment: bool) {
        let (start, end) = (self.inside_text(start), self.inside_text(end));
        let basic = self.emit_basic(start, end, 0);
        if self.rules == Rules::A {
            return;
        }
        let (from, to) = if inside_comment { self.rescan(start, end) } else { (start, start) };
        let places = self.ground.places;
        let extent = Extent { start: places.physical(from), end: places.physical(to) };
        self.out.ranges.push(RangeBlock { extent, stmts: 0, stmts_b: 0, basic });
    }

    /// The first code range of an empty `else` as Go 1.27 sees it when the bytes start inside a comment: it
    /// reads the comment's text as code.
    fn rescan(&self, start: u32, end: u32) -> (u32, u32) {
        let slice = self.ground.text.get(start as usize..end as usize).unwrap_or_default();
        let mut lexer = Lexer::new(slice, CodeMarks::new(end - start, vec![0]));
        while lexer.next().kind != Kind::Eof {}
        let ground = Ground {
            text: slice,
            places: &Places::new(lexer.code.line_starts(), &[]),
            counted: &lexer.counted,
            raw_strings: &lexer.raw_strings,
            ..self.ground
        };
        let first = Spans::new(ground, 0, end - start).next();
        first.map_or((start, start), |(from, to)| (start + from, start + to))
    }

    /// Emits the basic block `[start, end)` of the statements in `segment` under all rule sets.
    fn emit(&mut self, start: u32, end: u32) -> u32 {
        let (start, end) = (self.inside_text(start), self.inside_text(end));
        let count = self.count;
        let basic = self.emit_basic(start, end, count);
        if self.rules == Rules::A {
            return basic;
        }
        let first = self.out.ranges.len();
        let mut spans = Spans::new(self.ground, start, end);
        while let Some((from, to)) = spans.next() {
            let stmts = self.statements_in(from, to);
            let end = self.ground.places.physical(to);
            if self.out.ranges.len() > first
                && self.inside_statement(from)
                && let Some(last) = self.out.ranges.last_mut()
            {
                last.extent.end = end;
                last.stmts = last.stmts.saturating_add(stmts);
                continue;
            }
            let extent = Extent { start: self.ground.places.physical(from), end };
            self.out.ranges.push(RangeBlock { extent, stmts, stmts_b: count, basic });
        }
        basic
    }

    /// A brace that is missing at the end of a broken file is taken to lie behind its last byte; what comes after the brace
    /// must not.
    fn inside_text(&self, offset: u32) -> u32 {
        u32::try_from(self.ground.text.len()).map_or(offset, |length| offset.min(length))
    }

    fn emit_basic(&mut self, start: u32, end: u32, stmts: u32) -> u32 {
        let places = self.ground.places;
        // On its own: an extent that comes two ways is put together in memory, and loaded as a whole before its parts are there.
        if places.directed() {
            let extent = self.unique(start, end);
            return self.add_basic(extent, (start, end), stmts);
        }
        let extent = Extent { start: places.physical(start), end: places.physical(end) };
        self.add_basic(extent, (start, end), stmts)
    }

    /// Adds a block of rule set A with its bytes; gives its index.
    #[inline]
    fn add_basic(&mut self, extent: Extent, span: (u32, u32), stmts: u32) -> u32 {
        self.out.basic.push(SourceBlock { extent, stmts });
        self.out.spans.push(span);
        u32::try_from(self.out.basic.len() - 1).unwrap_or(NONE)
    }

    /// The extent after line directives. One that occurred before gets the next end column that is free, as
    /// cmd/cover does; the columns in between are remembered, so that many equal extents cost no more than others.
    #[cold]
    fn unique(&mut self, start: u32, end: u32) -> Extent {
        let places = self.ground.places;
        let ((first, first_file), (last, last_file)) = (places.adjusted(start), places.adjusted(end));
        let mut key = (first_file, last_file, Extent { start: first, end: last });
        let mut taken = Vec::new();
        while let Some(&free) = self.seen.get(&key).filter(|&&free| free > key.2.end.col) {
            taken.push(key);
            key.2.end.col = free;
        }
        let free = key.2.end.col.saturating_add(1);
        for key in taken.into_iter().chain([key]) {
            self.seen.insert(key, free);
        }
        key.2
    }

    /// Statements of the basic block that start in `[from, to)`.
    fn statements_in(&self, from: u32, to: u32) -> u32 {
        let below = |limit: u32| self.segment.partition_point(|&(start, _)| start < limit);
        u32::try_from(below(to).saturating_sub(below(from))).unwrap_or(u32::MAX)
    }

    /// Whether an offset lies behind a statement's first byte and before its end.
    fn inside_statement(&self, offset: u32) -> bool {
        let before = self.segment.partition_point(|&(start, _)| start < offset);
        before.checked_sub(1).and_then(|last| self.segment.get(last)).is_some_and(|&(_, end)| offset < end)
    }
}

/// Whether a label stays with its statement.
fn glued(tree: &Tree, label: &Stmt) -> bool {
    tree.stmt(label.inside).kind == StmtKind::Control
}

/// The ranges of code lines in a basic block, one after the other.
struct Spans<'a> {
    ground: Ground<'a>,
    /// Where the block starts, until a range was given.
    point: Option<u32>,
    end: u32,
    /// The first token of the next range.
    from: Option<u32>,
    /// The first of [`Ground::counted`] on a line behind it.
    token: usize,
    /// The first raw string that was not looked at.
    raw: usize,
}

impl<'a> Spans<'a> {
    /// The ranges in `[start, end)`.
    fn new(ground: Ground<'a>, start: u32, end: u32) -> Self {
        let raw = ground.raw_strings.partition_point(|raw| raw.start < start);
        let from = first_counted(ground.text, start, end);
        let behind = from.map_or(end, |from| ground.places.start(ground.places.line_index(from) + 1));
        let token = ground.counted.partition_point(|&token| token < behind);
        Self { ground, point: Some(start), end, from, token, raw }
    }

    /// The next range as offsets.
    fn next(&mut self) -> Option<(u32, u32)> {
        let places = self.ground.places;
        let point = self.point.take();
        // A block without code is a point at its start.
        let Some(from) = self.from.take() else { return point.map(|point| (point, point)) };
        let mut last = self.line_end(places.line_index(from));
        while let Some(token) = self.ground.counted.get(self.token).copied().filter(|&token| token < self.end)
        {
            self.token += 1;
            let line = places.line_index(token);
            if line > last + 1 {
                self.from = Some(token);
                break;
            }
            last = last.max(self.line_end(line));
        }
        Some((from, places.start(last + 1).min(self.end)))
    }

    /// The last line that the tokens of a line reach: a raw string may go on below. Go 1.27 takes its length
    /// without the carriage returns in it.
    fn line_end(&mut self, line: usize) -> usize {
        let places = self.ground.places;
        let behind = places.start(line + 1).min(self.end);
        let mut last = line;
        while let Some(raw) = self.ground.raw_strings.get(self.raw).filter(|raw| raw.start < behind) {
            last = last.max(places.line_index(raw.end.saturating_sub(raw.returns)));
            self.raw += 1;
        }
        last
    }
}
