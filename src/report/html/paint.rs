//! Blocks by position -> stretches of bytes that can be painted.
//!
//! Input: the blocks of a file, by extent, and its text. Output: stretches in order, without overlap, each of one block.
//! Where blocks lie in each other the inner one shows. Cost: n log n, whatever the blocks say.

use std::iter::Enumerate;

use crate::model::{Block, Pos};

/// Bytes `[start, end)` that belong to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Index of the block.
    pub(super) block: usize,
    /// Whether it ran.
    pub(super) ran: bool,
}

/// Where positions lie in a text.
#[derive(Debug, Clone, Copy)]
struct Ground<'a> {
    /// The first byte of each line.
    starts: &'a [u32],
    text: &'a [u8],
}

impl Ground<'_> {
    #[inline]
    fn offset(self, pos: Pos) -> usize {
        let length = self.text.len();
        let line = (pos.line as usize).saturating_sub(1);
        let Some([start, later @ ..]) = self.starts.get(line..) else { return length };
        let end = later.first().map_or(length, |&start| start as usize);
        let mut at = (*start as usize).saturating_add((pos.col as usize).saturating_sub(1)).min(end);
        // A column inside a character is behind it.
        while at < end && self.text.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
            at += 1;
        }
        at
    }

    /// The stretch of a block, when it has statements and bytes.
    #[inline]
    fn span(self, at: usize, block: &Block) -> Option<Stretch> {
        if block.stmts == 0 {
            return None;
        }
        let (start, end) = (self.offset(block.extent.start), self.offset(block.extent.end));
        (start < end).then_some(Stretch { start, end, block: at, ran: block.count > 0 })
    }
}

/// The stretches of blocks, one after the other.
#[derive(Debug)]
pub(super) struct Stretches<'a> {
    ground: Ground<'a>,
    /// Blocks that are their own stretches.
    blocks: Enumerate<std::slice::Iter<'a, Block>>,
    /// Or all stretches.
    painted: std::vec::IntoIter<Stretch>,
}

impl Iterator for Stretches<'_> {
    type Item = Stretch;

    #[inline]
    fn next(&mut self) -> Option<Stretch> {
        let ground = self.ground;
        self.blocks.find_map(|(at, block)| ground.span(at, block)).or_else(|| self.painted.next())
    }
}

/// The stretches of these blocks; those without statements are nobody's concern. `starts[n]` is the first byte of line n + 1.
pub(super) fn stretches<'a>(blocks: &'a [Block], starts: &'a [u32], text: &'a [u8]) -> Stretches<'a> {
    let ground = Ground { starts, text };
    // So it is with all that Go writes.
    let (own, painted) =
        if are_apart(blocks) { (blocks, Vec::new()) } else { (&[][..], paint(blocks, ground)) };
    Stretches { ground, blocks: own.iter().enumerate(), painted: painted.into_iter() }
}

/// Whether each block ends before the next one begins.
fn are_apart(blocks: &[Block]) -> bool {
    // A line 0, which nothing has, would lie on line 1.
    let mut behind = Pos::new(1, 0);
    blocks.iter().filter(|block| block.stmts > 0).all(|block| {
        let is_behind = behind <= block.extent.start && block.extent.start <= block.extent.end;
        behind = block.extent.end;
        is_behind
    })
}

/// The same of blocks that lie in each other.
fn paint(blocks: &[Block], ground: Ground<'_>) -> Vec<Stretch> {
    let mut spans: Vec<Stretch> =
        blocks.iter().enumerate().filter_map(|(at, block)| ground.span(at, block)).collect();
    spans.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut painted = Vec::with_capacity(spans.len());
    let mut open: Vec<Stretch> = Vec::new();
    let mut at = 0;
    for next in spans {
        paint_until(next.start, &mut at, &mut open, &mut painted);
        at = next.start;
        open.push(next);
    }
    paint_until(ground.text.len(), &mut at, &mut open, &mut painted);
    painted
}

/// Paints from `at` to `until` with what is open; what ends on the way is closed.
fn paint_until(until: usize, at: &mut usize, open: &mut Vec<Stretch>, painted: &mut Vec<Stretch>) {
    while let Some(top) = open.last().copied() {
        if top.end > *at {
            let end = top.end.min(until);
            if end > *at {
                painted.push(Stretch { start: *at, end, ..top });
                *at = end;
            }
            if top.end > until {
                return;
            }
        }
        open.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::golang;
    use crate::model::{Extent, InputSet};

    fn block(extent: (u32, u32, u32, u32), stmts: u32) -> Block {
        let extent = Extent::new(extent.0, extent.1, extent.2, extent.3);
        Block { extent, stmts, count: 1, inputs: InputSet(0) }
    }

    fn line_starts(text: &[u8]) -> Vec<u32> {
        golang::shown(text.to_vec()).code.line_starts().to_vec()
    }

    fn painted(text: &str, blocks: &[Block]) -> Vec<(usize, usize, usize)> {
        let starts = line_starts(text.as_bytes());
        stretches(blocks, &starts, text.as_bytes()).map(|one| (one.start, one.end, one.block)).collect()
    }

    #[test]
    fn the_inner_block_shows_and_the_outer_one_goes_on_behind_it() {
        let text = "0123456789\n0123456789\n";
        let blocks = [block((1, 1, 2, 5), 1), block((1, 4, 1, 6), 1), block((2, 8, 2, 9), 1)];
        assert_eq!(painted(text, &blocks), [(0, 3, 0), (3, 5, 1), (5, 15, 0), (18, 19, 2)]);
    }

    #[test]
    fn blocks_beyond_the_text_end_with_it() {
        assert_eq!(painted("ab\n", &[block((1, 2, 99, 1), 1), block((7, 1, 8, 1), 1)]), [(1, 3, 0)]);
        assert_eq!(painted("ab\n", &[block((1, 1, 1, 3), 0)]), []);
        let before_all = [block((0, 1, 0, 3), 1), block((1, 2, 1, 3), 1)];
        assert_eq!(painted("ab\n", &before_all), [(0, 1, 0), (1, 2, 1)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn blocks_behind_each_other_need_no_painting(raw in proptest::collection::vec((1u32..5, 0u32..5), 0..20), ends in proptest::collection::vec(0u32..2, 0..10)) {
            let text = "é\nabc\n\naé";
            let mut places = raw;
            places.sort_unstable();
            let pairs = places.chunks_exact(2).zip(ends);
            let blocks: Vec<Block> = pairs.map(|(two, stmts)| block((two[0].0, two[0].1, two[1].0, two[1].1), stmts)).collect();
            prop_assert!(are_apart(&blocks));
            let starts = line_starts(text.as_bytes());
            let all: Vec<Stretch> = stretches(&blocks, &starts, text.as_bytes()).collect();
            prop_assert_eq!(all, paint(&blocks, Ground { starts: &starts, text: text.as_bytes() }));
        }

        #[test]
        fn stretches_are_in_order_and_cover_what_any_block_covers(raw in proptest::collection::vec((0u32..5, 0u32..8, 0u32..6, 0u32..9), 0..12)) {
            let text = "abcdef\nabcdef\nabcdef\n";
            let blocks: Vec<Block> = raw.iter().map(|&extent| block(extent, 1)).collect();
            let starts = line_starts(text.as_bytes());
            let all: Vec<Stretch> = stretches(&blocks, &starts, text.as_bytes()).collect();
            let mut at = 0;
            for one in &all {
                prop_assert!(at <= one.start && one.start < one.end && one.end <= text.len());
                at = one.end;
            }
            let alone: Vec<Stretch> = blocks.iter().flat_map(|one| stretches(std::slice::from_ref(one), &starts, text.as_bytes())).collect();
            let ground = Ground { starts: &starts, text: text.as_bytes() };
            prop_assert_eq!(&all, &paint(&blocks, ground));
            for byte in 0..text.len() {
                let covers = |one: &&Stretch| (one.start..one.end).contains(&byte);
                prop_assert_eq!(all.iter().any(|one| covers(&one)), alone.iter().any(|one| covers(&one)), "{}", byte);
            }
        }
    }
}
