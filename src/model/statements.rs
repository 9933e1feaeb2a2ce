//! Which statements of a source a block of a profile counts, whatever Go release cut the blocks.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::change::LineSet;
use super::profile::{Block, Extent};
use super::source::{Source, Statement};

/// The blocks of a source under all rule sets, with their statements.
#[derive(Debug)]
pub struct StatementIndex<'s> {
    source: &'s Source,
    /// Extents under rule set A, sorted, with indices of basic blocks.
    basic: Vec<(Extent, u32)>,
    /// Those under B and C, with indices of ranges. Sorted when a block is none of rule set A.
    ranges: OnceCell<Vec<(Extent, u32)>>,
    /// Indices into [`Source::statements`], by basic block, in source order.
    statements: Vec<u32>,
    /// For each basic block where its statements end in that list; they begin where those of the block before end.
    ends: Vec<u32>,
}

/// The statements of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockStatements<'i> {
    /// Those that lie in it.
    pub inside: Cow<'i, [u32]>,
    /// Those that its number counts besides: under rule set B each range counts the whole basic block.
    pub besides: Vec<u32>,
}

impl<'s> StatementIndex<'s> {
    /// An index of a source that was read with its blocks.
    pub fn new(source: &'s Source) -> Self {
        let (statements, ends) = by_basic(source);
        let early = source.blocks_a_to_1_25.iter().flatten();
        let basic =
            sorted(source.blocks_a.iter().chain(early).map(|block| block.extent), source.blocks_a.len());
        Self { source, basic, ranges: OnceCell::new(), statements, ends }
    }

    /// What a block counts; `None` when the source does not explain it.
    pub fn of(&self, block: &Block) -> Option<BlockStatements<'_>> {
        let stmts = u64::from(block.stmts);
        let basic = at(&self.basic, block.extent).filter_map(|basic| self.of_basic(basic));
        if let Some(inside) = basic.clone().find(|inside| inside.len() as u64 == stmts) {
            return Some(BlockStatements { inside: Cow::Borrowed(inside), besides: Vec::new() });
        }
        let all = &self.source.blocks_c;
        let ranges = self.ranges.get_or_init(|| sorted(all.iter().map(|block| block.extent), all.len()));
        at(ranges, block.extent).find_map(|range| self.of_range(range, block.stmts))
    }

    fn of_range(&self, at: u32, stmts: u32) -> Option<BlockStatements<'_>> {
        let range = self.source.blocks_c.get(at as usize)?;
        let (from, to) =
            (self.source.code.offset(range.extent.start)?, self.source.code.offset(range.extent.end)?);
        let all = self.of_basic(range.basic)?;
        let lies_inside = |at: &u32| {
            let statement = self.source.statements.get(*at as usize);
            statement.is_some_and(|statement| from <= statement.start && statement.start < to)
        };
        let (inside, besides): (Vec<u32>, Vec<u32>) = all.iter().copied().partition(lies_inside);
        let inside: Cow<'_, [u32]> = Cow::Owned(inside);
        if inside.len() as u64 == u64::from(stmts) {
            return Some(BlockStatements { inside, besides: Vec::new() });
        }
        (stmts == range.stmts_b).then_some(BlockStatements { inside, besides })
    }

    /// The statements of a basic block.
    fn of_basic(&self, at: u32) -> Option<&[u32]> {
        let at = at as usize;
        let from = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.statements.get(from as usize..*self.ends.get(at)? as usize)
    }

    /// Whether every block that counts anything is one of the source.
    pub fn explains(&self, blocks: &[Block]) -> bool {
        blocks.iter().filter(|block| block.stmts > 0).all(|block| self.of(block).is_some())
    }
}

/// For each block of [`Source::blocks_a`] the block of a profile that is it, as an index; `None` when a block of the profile counts
/// anything and is none of these, or when it cannot be told as quickly as this. What it tells is what [`StatementIndex::of`] would.
/// `blocks` ascend.
pub fn by_rule_set_a(source: &Source, blocks: &[Block]) -> Option<Vec<Option<u32>>> {
    if source.blocks_a_to_1_25.is_some() {
        return None;
    }
    let counts = counts(source);
    let mut missing = blocks.iter().filter(|block| block.stmts > 0).count();
    let mut is_found = vec![false; blocks.len()];
    let mut found = vec![None; source.blocks_a.len()];
    let mut near = 0;
    for ((basic, count), found) in source.blocks_a.iter().zip(counts).zip(&mut found) {
        // Blocks of one list follow each other; those within its statements lie between them.
        if blocks.get(near).is_none_or(|block| block.extent != basic.extent) {
            near = blocks.partition_point(|block| block.extent < basic.extent);
        }
        let Some(block) = blocks.get(near).filter(|block| block.extent == basic.extent) else { continue };
        let at = near;
        near += 1;
        if blocks.get(near).is_some_and(|next| next.extent == basic.extent) {
            return None;
        }
        let Some(is_found) = is_found.get_mut(at).filter(|is_found| !**is_found) else { continue };
        if block.stmts > 0 && block.stmts == count {
            *found = u32::try_from(at).ok();
            *is_found = true;
            missing -= 1;
        }
    }
    (missing == 0).then_some(found)
}

/// How many statements each block of [`Source::blocks_a`] counts.
fn counts(source: &Source) -> Vec<u32> {
    let mut counts = vec![0u32; source.blocks_a.len()];
    for basic in source.statements.iter().filter_map(|statement| statement.basic) {
        if let Some(count) = counts.get_mut(basic as usize) {
            *count += 1;
        }
    }
    counts
}

/// Extents with their places in a list of this length, sorted; the list may be there several times.
fn sorted(extents: impl Iterator<Item = Extent>, length: usize) -> Vec<(Extent, u32)> {
    let length = u32::try_from(length).unwrap_or(u32::MAX).max(1);
    let mut sorted: Vec<(Extent, u32)> = extents.zip((0..length).cycle()).collect();
    // Not the unstable one: most of it ascends already.
    sorted.sort();
    sorted.dedup();
    sorted
}

/// What a sorted list has for an extent.
fn at(list: &[(Extent, u32)], extent: Extent) -> impl Iterator<Item = u32> + Clone + '_ {
    let from = list.partition_point(|(other, _)| *other < extent);
    let same = list.get(from..).unwrap_or_default().iter().take_while(move |(other, _)| *other == extent);
    same.map(|(_, at)| *at)
}

/// The statements of each basic block, one list behind the other, and where each list ends.
fn by_basic(source: &Source) -> (Vec<u32>, Vec<u32>) {
    let mut ends = counts(source);
    let mut total = 0;
    for end in &mut ends {
        // For now it is where the list begins; the loop below moves it on.
        (*end, total) = (total, total + *end);
    }
    let mut statements = vec![0; total as usize];
    for (at, statement) in (0u32..).zip(&source.statements) {
        let Some(end) = statement.basic.and_then(|basic| ends.get_mut(basic as usize)) else { continue };
        if let Some(place) = statements.get_mut(*end as usize) {
            *place = at;
            *end += 1;
        }
    }
    (statements, ends)
}

impl Source {
    /// The first and the last line of each statement, in their order.
    pub fn statement_lines(&self) -> impl Iterator<Item = (&Statement, (u32, u32))> {
        let mut near = 1;
        self.statements.iter().map(move |statement| {
            near = self.code.line_from(near, statement.start);
            let last = statement.end.saturating_sub(1).max(statement.start);
            (statement, (near, self.code.line_from(near, last)))
        })
    }

    /// Whether a changed line carries code of the statement's own extent. `lines` are its first and its last line.
    pub fn is_changed(&self, statement: &Statement, (first, last): (u32, u32), changed: &LineSet) -> bool {
        let from = changed.ranges().partition_point(|range| range.1 < first);
        let ranges = changed.ranges().get(from..).unwrap_or_default();
        ranges.iter().take_while(|range| range.0 <= last).any(|&(first, last)| {
            let start = self.code.line(first).map_or(u32::MAX, |(start, _)| start);
            let end = self.code.line(last).map_or(u32::MAX, |(_, end)| end);
            self.statement_touches(statement, start, end)
        })
    }
}
