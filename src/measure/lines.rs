//! Blocks -> lines, by one of three models (`LineModel`). The only place where lines come from.

use crate::model::{Block, CodeMap, LineTally};

/// Without a source nothing says how long a file is; a block or file above this many lines gets none. The largest Go file
/// known has about 200,000 lines.
const MAX_LINES: u64 = 2_000_000;

/// The lines of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// `(line, hits)`, ascending, unique.
    pub hits: Vec<(u32, u64)>,
    /// Lines with hits on which another block was missed.
    pub partial: Vec<u32>,
}

impl Lines {
    /// A line belongs to a block when a byte of code lies on it inside the block's half-open range.
    pub fn code(blocks: &[Block], code: &CodeMap) -> Self {
        let mut entries = Vec::new();
        let lines = code.lines();
        for block in counted(blocks) {
            let (start, end) = (block.extent.start, block.extent.end);
            for line in start.line..=end.line.min(lines) {
                let Some((first, behind)) = code.line(line) else { break };
                let (mut from, mut to) = (first, behind);
                if line == start.line {
                    from = first.saturating_add(start.col.saturating_sub(1));
                }
                if line == end.line {
                    to = behind.min(first.saturating_add(end.col.saturating_sub(1)));
                }
                if code.any(from, to) {
                    entries.push((line, block.count));
                }
            }
        }
        Self::fold(entries)
    }

    /// All lines, except a last line of a multi-line block that ends at column 2 or before: column 1 holds nothing of the
    /// line, column 2 a brace at the margin. Also the number of blocks too long to have lines.
    pub fn trim(blocks: &[Block]) -> (Self, u64) {
        Self::spans(blocks, |block| {
            let (start, end) = (block.extent.start, block.extent.end);
            if end.line > start.line && end.col <= 2 { end.line - 1 } else { end.line }
        })
    }

    /// All lines. Also the number of blocks too long to have lines.
    pub fn naive(blocks: &[Block]) -> (Self, u64) {
        Self::spans(blocks, |block| block.extent.end.line)
    }

    fn spans(blocks: &[Block], last_line: impl Fn(&Block) -> u32) -> (Self, u64) {
        let mut entries = Vec::new();
        let mut too_long = 0;
        for block in counted(blocks) {
            let (first, last) = (block.extent.start.line, last_line(block));
            let span = u64::from(last.saturating_sub(first));
            if span + entries.len() as u64 > MAX_LINES {
                too_long += 1;
                continue;
            }
            entries.extend((first..=last).map(|line| (line, block.count)));
        }
        (Self::fold(entries), too_long)
    }

    fn fold(mut entries: Vec<(u32, u64)>) -> Self {
        entries.sort_by_key(|&(line, _)| line);
        let mut lines = Self { hits: Vec::with_capacity(entries.len()), partial: Vec::new() };
        let mut is_missed = false;
        for (line, count) in entries {
            if let Some(last) = lines.hits.last_mut().filter(|last| last.0 == line) {
                last.1 = last.1.max(count);
                is_missed |= count == 0;
                if is_missed && last.1 > 0 && lines.partial.last() != Some(&line) {
                    lines.partial.push(line);
                }
            } else {
                lines.hits.push((line, count));
                is_missed = count == 0;
            }
        }
        lines
    }

    /// The sums over all lines.
    pub fn tally(&self) -> LineTally {
        self.within(0, u32::MAX)
    }

    /// The sums over lines `first..=last`.
    pub fn within(&self, first: u32, last: u32) -> LineTally {
        let from = self.hits.partition_point(|&(line, _)| line < first);
        let to = self.hits.partition_point(|&(line, _)| line <= last);
        let own = self.hits.get(from..to).unwrap_or_default();
        let partial_from = self.partial.partition_point(|&line| line < first);
        let partial_to = self.partial.partition_point(|&line| line <= last);
        LineTally {
            covered: own.iter().filter(|&&(_, hits)| hits > 0).count() as u64,
            partial: partial_to.saturating_sub(partial_from) as u64,
            total: own.len() as u64,
        }
    }
}

/// Blocks without statements create no line.
fn counted(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(|block| block.stmts > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Extent, InputSet};

    fn block(extent: Extent, stmts: u32, count: u64) -> Block {
        Block { extent, stmts, count, inputs: InputSet(0) }
    }

    #[test]
    fn trim_drops_a_last_line_that_holds_only_a_brace() {
        let blocks = [
            block(Extent::new(3, 19, 4, 11), 1, 5),
            block(Extent::new(4, 11, 6, 2), 1, 0),
            block(Extent::new(8, 1, 10, 1), 1, 0),
            block(Extent::new(12, 5, 12, 6), 0, 0),
        ];
        let (lines, _) = Lines::trim(&blocks);
        assert_eq!(lines.hits, [(3, 5), (4, 5), (5, 0), (8, 0), (9, 0)]);
        assert_eq!(lines.partial, [4]);
        assert_eq!(lines.tally(), LineTally { covered: 2, partial: 1, total: 5 });
        let (naive, _) = Lines::naive(&blocks);
        assert_eq!(naive.hits.len(), 7);
    }

    #[test]
    fn code_counts_a_line_only_where_code_lies_inside_the_block() {
        // "f() {\n  a()\n}\n": code is `f` and `a`.
        let mut code = CodeMap::new(14, vec![0, 6, 12, 14]);
        code.mark(0, 1);
        code.mark(8, 9);
        let lines = Lines::code(&[block(Extent::new(1, 5, 3, 2), 1, 7)], &code);
        assert_eq!(lines.hits, [(2, 7)]);
    }

    #[test]
    fn absurd_positions_cost_nothing() {
        let blocks = [block(Extent::new(1, 1, 2_147_483_647, 1), 1, 1), block(Extent::new(5, 1, 5, 9), 1, 1)];
        let (lines, too_long) = Lines::naive(&blocks);
        assert_eq!((lines.hits.len(), too_long), (1, 1));
        let backwards = [block(Extent::new(107, 0, 6, 0), 1, 1)];
        assert_eq!(Lines::trim(&backwards).0, Lines::default());
        let code = CodeMap::new(0, vec![0]);
        assert_eq!(Lines::code(&blocks, &code), Lines::default());
    }
}
