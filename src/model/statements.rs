//! Which statements of a source a block of a profile counts, whatever Go release cut the blocks.

use super::change::LineSet;
use super::profile::{Block, Extent};
use super::source::{Source, Statement};

/// The blocks of a source under all rule sets, with their statements.
#[derive(Debug)]
pub struct StatementIndex<'s> {
    source: &'s Source,
    /// Extents, sorted, with where they are listed.
    blocks: Vec<(Extent, Listed)>,
    /// For each basic block its statements: indices into [`Source::statements`].
    of_basic: Vec<Vec<u32>>,
}

/// A block of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Listed {
    /// Under rule set A: index of the basic block.
    Basic(u32),
    /// Under B and C: index of the range.
    Range(u32),
}

/// The statements of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockStatements {
    /// Those that lie in it.
    pub inside: Vec<u32>,
    /// Those that its number counts besides: under rule set B each range counts the whole basic block.
    pub besides: Vec<u32>,
}

impl<'s> StatementIndex<'s> {
    /// An index of a source that was read with its blocks.
    pub fn new(source: &'s Source) -> Self {
        let mut of_basic = vec![Vec::new(); source.blocks_a.len()];
        for (at, statement) in (0u32..).zip(&source.statements) {
            if let Some(list) = statement.basic.and_then(|basic| of_basic.get_mut(basic as usize)) {
                list.push(at);
            }
        }
        let early = source.blocks_a_to_1_25.iter().flatten();
        let basic = (0..).zip(&source.blocks_a).map(|(at, block)| (block.extent, Listed::Basic(at)));
        let early = (0..).zip(early).map(|(at, block)| (block.extent, Listed::Basic(at)));
        let ranges = (0..).zip(&source.blocks_c).map(|(at, block)| (block.extent, Listed::Range(at)));
        let mut blocks: Vec<(Extent, Listed)> = basic.chain(early).chain(ranges).collect();
        blocks.sort_unstable();
        blocks.dedup();
        Self { source, blocks, of_basic }
    }

    /// What a block counts; `None` when the source does not explain it.
    pub fn of(&self, block: &Block) -> Option<BlockStatements> {
        let from = self.blocks.partition_point(|(extent, _)| *extent < block.extent);
        let same = self.blocks.get(from..)?.iter().take_while(|(extent, _)| *extent == block.extent);
        same.copied().find_map(|(_, listed)| match listed {
            Listed::Basic(at) => {
                let statements = self.of_basic.get(at as usize)?;
                (statements.len() as u64 == u64::from(block.stmts))
                    .then(|| BlockStatements { inside: statements.clone(), besides: Vec::new() })
            }
            Listed::Range(at) => self.of_range(at, block.stmts),
        })
    }

    fn of_range(&self, at: u32, stmts: u32) -> Option<BlockStatements> {
        let range = self.source.blocks_c.get(at as usize)?;
        let (from, to) =
            (self.source.code.offset(range.extent.start)?, self.source.code.offset(range.extent.end)?);
        let all = self.of_basic.get(range.basic as usize)?;
        let lies_inside = |at: &u32| {
            let statement = self.source.statements.get(*at as usize);
            statement.is_some_and(|statement| from <= statement.start && statement.start < to)
        };
        let (inside, besides): (Vec<u32>, Vec<u32>) = all.iter().copied().partition(lies_inside);
        if inside.len() as u64 == u64::from(stmts) {
            return Some(BlockStatements { inside, besides: Vec::new() });
        }
        (stmts == range.stmts_b).then_some(BlockStatements { inside, besides })
    }

    /// Whether every block that counts anything is one of the source.
    pub fn explains(&self, blocks: &[Block]) -> bool {
        blocks.iter().filter(|block| block.stmts > 0).all(|block| self.of(block).is_some())
    }
}

impl Source {
    /// Whether a changed line carries code of the statement's own extent.
    pub fn is_changed(&self, statement: &Statement, changed: &LineSet) -> bool {
        let first = self.code.position(statement.start).line;
        let last = self.code.position(statement.end.saturating_sub(1).max(statement.start)).line;
        let from = changed.ranges().partition_point(|range| range.1 < first);
        let ranges = changed.ranges().get(from..).unwrap_or_default();
        ranges.iter().take_while(|range| range.0 <= last).any(|&(first, last)| {
            let start = self.code.line(first).map_or(u32::MAX, |(start, _)| start);
            let end = self.code.line(last).map_or(u32::MAX, |(_, end)| end);
            self.statement_touches(statement, start, end)
        })
    }
}
