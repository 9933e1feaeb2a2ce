//! Blocks -> lines, by one of three models (`LineModel`). The only place where lines come from.

use crate::model::{Block, CodeMap, LineTally, Pos};

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
        let count = code.lines();
        let spans = counted(blocks).map(|block| {
            let (start, end) = (block.extent.start, block.extent.end);
            end.line.saturating_sub(start.line).saturating_add(1)
        });
        let most = spans.fold(0, u32::saturating_add).min(count);
        let mut growing = Growing::default();
        growing.lines.hits.reserve_exact(most as usize);
        for block in counted(blocks) {
            growing.add_code(block, code, count);
        }
        growing.finish()
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
        let mut growing = Growing::default();
        let (mut met, mut too_long) = (0, 0);
        for block in counted(blocks) {
            let (first, last) = (block.extent.start.line, last_line(block));
            let span = u64::from(last.saturating_sub(first));
            if span + met > MAX_LINES {
                too_long += 1;
                continue;
            }
            for line in first..=last {
                met += 1;
                growing.add(line, block.count);
            }
        }
        (growing.finish(), too_long)
    }

    /// The sums over all lines.
    pub fn tally(&self) -> LineTally {
        self.ranges().tally(0, u32::MAX)
    }

    /// For the sums over ranges of lines.
    pub fn ranges(&self) -> Ranges<'_> {
        Ranges { hits: &self.hits, partial: &self.partial }
    }
}

/// Sums over ranges of lines, in the order of their first lines.
#[derive(Debug, Clone)]
pub struct Ranges<'l> {
    /// From the first line of the last range on.
    hits: &'l [(u32, u64)],
    partial: &'l [u32],
}

impl Ranges<'_> {
    /// The sums over lines `first..=last`; `first` is not below that of the call before.
    pub fn tally(&mut self, first: u32, last: u32) -> LineTally {
        let before = self.hits.iter().take_while(|(line, _)| *line < first).count();
        self.hits = &self.hits[before..];
        let before = self.partial.iter().take_while(|line| **line < first).count();
        self.partial = &self.partial[before..];
        let mut tally = LineTally::default();
        for (_, hits) in self.hits.iter().take_while(|(line, _)| *line <= last) {
            tally.total += 1;
            tally.covered += u64::from(*hits > 0);
        }
        tally.partial = self.partial.iter().take_while(|line| **line <= last).count() as u64;
        tally
    }
}

/// Lines that are being put together. Blocks mostly follow each other, and so do their lines.
#[derive(Default)]
struct Growing {
    lines: Lines,
    /// Whether a block on the last line was missed.
    is_missed: bool,
    /// What lies before the line that was the last one then: blocks overlap.
    late: Vec<(u32, u64)>,
}

impl Growing {
    /// Adds a block's count to a line.
    fn add(&mut self, line: u32, count: u64) {
        let lines = &mut self.lines;
        match lines.hits.last_mut() {
            Some(last) if last.0 > line => self.late.push((line, count)),
            Some(last) if last.0 == line => {
                last.1 = last.1.max(count);
                self.is_missed |= count == 0;
                if self.is_missed && last.1 > 0 && lines.partial.last() != Some(&line) {
                    lines.partial.push(line);
                }
            }
            _ => {
                lines.hits.push((line, count));
                self.is_missed = count == 0;
            }
        }
    }

    /// Adds a block to the lines on which its code lies; `count`: how many the file has.
    fn add_code(&mut self, block: &Block, code: &CodeMap, count: u32) {
        let (start, end) = (block.extent.start, block.extent.end);
        let byte = |pos: Pos| {
            let (first, behind) = code.line(pos.line)?;
            Some(behind.min(first.saturating_add(pos.col.saturating_sub(1))))
        };
        let behind = if end.line <= count { byte(end) } else { Some(code.len()) };
        let (Some(mut at), Some(to)) = (byte(start), behind) else { return };
        let mut line = start.line;
        while let Some(found) = code.first(at, to) {
            line = code.line_from(line, found);
            self.add(line, block.count);
            at = code.line(line).map_or(to, |(_, behind)| behind);
        }
    }

    fn finish(self) -> Lines {
        let Self { mut lines, mut late, .. } = self;
        if !late.is_empty() {
            // A line is its greatest count, and whether any is 0, in whatever order they come.
            late.append(&mut lines.hits);
            late.extend(lines.partial.iter().map(|&line| (line, 0)));
            late.sort_unstable();
            let mut sorted = Self::default();
            for (line, count) in late {
                sorted.add(line, count);
            }
            lines = sorted.lines;
        }
        lines.hits.shrink_to_fit();
        lines
    }
}

/// Blocks without statements create no line.
fn counted(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(|block| block.stmts > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CodeMarks, Extent, InputSet};

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
        let mut code = CodeMarks::new(14, vec![0, 6, 12, 14]);
        code.mark(0, 1);
        code.mark(8, 9);
        let code = code.finish();
        let lines = Lines::code(&[block(Extent::new(1, 5, 3, 2), 1, 7)], &code);
        assert_eq!(lines.hits, [(2, 7)]);
    }

    #[test]
    fn lines_of_blocks_that_overlap_are_those_of_blocks_in_any_order() {
        let inner = block(Extent::new(3, 1, 4, 9), 1, 0);
        let blocks = [block(Extent::new(1, 1, 6, 9), 1, 2), inner, block(Extent::new(6, 9, 8, 9), 1, 0)];
        let code = {
            let mut code = CodeMarks::new(80, (0..8).map(|line| line * 10).collect());
            code.mark(0, 80);
            code.finish()
        };
        let all = [Lines::naive(&blocks).0, Lines::trim(&blocks).0, Lines::code(&blocks, &code)];
        for lines in all {
            let hits = [(1, 2), (2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (7, 0), (8, 0)];
            assert_eq!((lines.hits.as_slice(), lines.partial.as_slice()), (&hits[..], &[3, 4, 6][..]));
            assert!(lines.hits.capacity() < 20);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn lines_are_those_with_a_byte_of_code_in_the_block(
            lengths in proptest::collection::vec(0u32..90, 1..9),
            marks in proptest::collection::vec((0u32..400, 1u32..70), 0..9),
            extent in (1u32..11, 0u32..100, 0u32..11, 0u32..100),
        ) {
            let ends = lengths.iter().scan(0, |at, length| { *at += length + 1; Some(*at) });
            let starts: Vec<u32> = std::iter::once(0).chain(ends).collect();
            let len = starts.last().copied().unwrap_or(0);
            let mut code = CodeMarks::new(len, starts);
            for &(from, length) in &marks {
                code.mark(from, from + length);
            }
            let code = code.finish();
            let one = block(Extent::new(extent.0, extent.1, extent.2, extent.3), 1, 1);
            let holds = |line: &u32| {
                let (first, behind) = code.line(*line).unwrap_or((0, 0));
                (first..behind).any(|at| {
                    let pos = Pos::new(*line, at - first + 1);
                    one.extent.start <= pos && pos < one.extent.end && code.any(at, at + 1)
                })
            };
            let wanted: Vec<u32> = (1..=code.lines()).filter(holds).collect();
            let lines: Vec<u32> = Lines::code(&[one], &code).hits.iter().map(|(line, _)| *line).collect();
            prop_assert_eq!(lines, wanted);
        }
    }

    #[test]
    fn absurd_positions_cost_nothing() {
        let blocks = [block(Extent::new(1, 1, 2_147_483_647, 1), 1, 1), block(Extent::new(5, 1, 5, 9), 1, 1)];
        let (lines, too_long) = Lines::naive(&blocks);
        assert_eq!((lines.hits.len(), too_long), (1, 1));
        let backwards = [block(Extent::new(107, 0, 6, 0), 1, 1)];
        assert_eq!(Lines::trim(&backwards).0, Lines::default());
        let code = CodeMarks::new(0, vec![0]).finish();
        assert_eq!(Lines::code(&blocks, &code), Lines::default());
    }
}
