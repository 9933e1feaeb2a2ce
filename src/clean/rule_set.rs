//! Which rule set a file's blocks follow, whether they are blocks of the source at hand, and one count for blocks of
//! several rule sets.
//!
//! Input: the blocks of one file, sorted by extent, and its source. Facts used (cmd/cover):
//! * Go up to 1.26 (A) begins a body's block at its `{`, where the block of the header ends, and ends it behind the `}`.
//! * Go 1.27 (B, C) begins at the first code byte and ends at column 1 of the line behind the last code line, unless code
//!   reaches the end of the block. B repeats the statements of the whole basic block in each range, C shares them out.
//!
//! The whole block list of a file is never the same under A and C, since no function begins at the same place; single
//! blocks often are.

use crate::model::{Extent, RuleSet, Source, SourceBlock};

use super::judgement::{Misfit, Recounted};

/// A raw block as the judges see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// Raw block id.
    pub(super) id: u32,
    /// As recorded.
    pub(super) extent: Extent,
    /// As recorded.
    pub(super) stmts: u32,
    /// Sum over all rows.
    pub(super) count: u64,
}

impl Item {
    /// Whether the block holds at least one byte.
    pub(super) fn has_bytes(&self) -> bool {
        self.extent.start < self.extent.end
    }
}

/// How one block compares with the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fit {
    /// A block of rule set A: its index in the source's list.
    pub(super) a: Option<u32>,
    /// A range of rule sets B and C with this extent: its index in the source's list.
    range: Option<u32>,
    /// The statements are those of B.
    pub(super) b: bool,
    /// The statements are those of C.
    pub(super) c: bool,
    /// A function as a whole: data with one counter for each function.
    function: bool,
}

impl Fit {
    /// Whether some rule set has this very block.
    pub(super) fn any(self) -> bool {
        self.a.is_some() || self.b || self.c || self.function
    }

    fn only_a(self) -> bool {
        self.a.is_some() && !self.b && !self.c
    }

    fn only_ranges(self) -> bool {
        self.a.is_none() && (self.b || self.c)
    }
}

/// The blocks that Go would cut a source into, ready for comparison.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    source: &'a Source,
    /// Blocks of rule set A, numbered, sorted by extent; both forms where Go 1.26 moved an end.
    a: Vec<(SourceBlock, u32)>,
    /// How many blocks of rule set A there are.
    count_a: usize,
    /// Indices into `blocks_c`, sorted by extent.
    by_extent_c: Vec<u32>,
}

impl<'a> Expected<'a> {
    /// The blocks of a source; `None` when they cannot be relied on: the parser gave up somewhere, or `//line` directives
    /// move positions and file names.
    pub(super) fn reliable(source: &'a Source, items: &[Item]) -> Option<Self> {
        (source.broken.is_none() && !source.line_directives).then(|| Self::of(source, items))
    }

    /// The blocks of a source, whatever their worth. Of one that was found to be listed, those of rule set A are `items`, all that
    /// the profile says of the file.
    pub(super) fn of(source: &'a Source, items: &[Item]) -> Self {
        let listed = items.iter().map(|item| SourceBlock { extent: item.extent, stmts: item.stmts });
        let listed = listed.filter(|_| source.is_listed);
        let mut a: Vec<(SourceBlock, u32)> =
            source.blocks_a.iter().copied().chain(listed).zip(0u32..).collect();
        let count_a = a.len();
        a.sort_unstable_by_key(in_order);
        if let Some(early) = source.blocks_a_to_1_25.as_deref().filter(|early| !early.is_empty()) {
            // An early form is the same block, or one with the same start.
            let index = |block: &SourceBlock| {
                let key = (block.extent.packed(), block.stmts);
                let exact = a.binary_search_by_key(&key, |(own, _)| (own.extent.packed(), own.stmts)).ok();
                let start = || a.partition_point(|(own, _)| own.extent.start < block.extent.start);
                a.get(exact.unwrap_or_else(start)).map_or(0, |&(_, index)| index)
            };
            let early: Vec<(SourceBlock, u32)> = early.iter().map(|block| (*block, index(block))).collect();
            a.extend(early);
            a.sort_unstable_by_key(in_order);
        }
        a.dedup();
        let mut by_extent_c: Vec<u32> = (0u32..).zip(&source.blocks_c).map(|(index, _)| index).collect();
        by_extent_c.sort_by_key(|&index| source.blocks_c.get(index as usize).map(|block| block.extent));
        Self { source, a, count_a, by_extent_c }
    }

    /// Compares blocks, sorted by extent, with the source: one answer for each, in order.
    pub(super) fn fit(&self, items: &[Item]) -> Vec<Fit> {
        let (mut at_a, mut at_c) = (0, 0);
        let per_function = self.per_function(items);
        items
            .iter()
            .map(|item| {
                let mut fit = Fit { function: per_function, ..Fit::default() };
                // Several source blocks can share an extent only behind `//line`; the first with the right statements wins.
                while self.a.get(at_a).is_some_and(|(block, _)| block.extent < item.extent) {
                    at_a += 1;
                }
                let same = self.a.get(at_a..).unwrap_or(&[]).iter();
                let mut same = same.take_while(|(block, _)| block.extent == item.extent);
                fit.a = same.find(|(block, _)| block.stmts == item.stmts).map(|&(_, index)| index);
                while self.extent_c(at_c).is_some_and(|extent| extent < item.extent) {
                    at_c += 1;
                }
                for &index in self.by_extent_c.get(at_c..).unwrap_or(&[]) {
                    match self.source.blocks_c.get(index as usize) {
                        Some(block) if block.extent == item.extent => {
                            fit.range.get_or_insert(index);
                            fit.b |= block.stmts_b == item.stmts;
                            fit.c |= block.stmts == item.stmts;
                        }
                        _ => break,
                    }
                }
                fit
            })
            .collect()
    }

    /// Whether all blocks that one rule set has for this source are among the blocks compared.
    pub(super) fn is_complete(&self, fits: &[Fit]) -> bool {
        let mut seen_a = vec![false; self.count_a];
        let mut seen_b = vec![false; self.source.blocks_c.len()];
        let mut seen_c = seen_b.clone();
        for fit in fits {
            if let Some(seen) = fit.a.and_then(|index| seen_a.get_mut(index as usize)) {
                *seen = true;
            }
            if let Some(index) = fit.range.map(|index| index as usize) {
                seen_b[index] |= fit.b;
                seen_c[index] |= fit.c;
            }
        }
        [seen_a, seen_b, seen_c].iter().any(|seen| !seen.is_empty() && !seen.contains(&false))
    }

    /// Items that are one block of the source in two forms, as (other form, form of Go 1.26): up to 1.25 a block that
    /// ends in a raw string with carriage returns ended early.
    pub(super) fn twins(&self, items: &[Item], fits: &[Fit]) -> Vec<(usize, usize)> {
        if self.source.blocks_a_to_1_25.is_none() {
            return Vec::new();
        }
        let mut by_block: Vec<(u32, bool, usize)> = items
            .iter()
            .zip(fits)
            .enumerate()
            .filter_map(|(at, (item, fit))| {
                let block = self.source.blocks_a.get(fit.a? as usize)?;
                Some((fit.a?, block.extent != item.extent, at))
            })
            .collect();
        by_block.sort_unstable();
        let pairs = by_block.windows(2).filter_map(|pair| match pair {
            [(block, false, exact), (other, true, early)] if block == other => Some((*early, *exact)),
            _ => None,
        });
        pairs.collect()
    }

    /// How a block that does not fit differs from the source.
    pub(super) fn misfit(&self, item: &Item) -> Misfit {
        let code = &self.source.code;
        let lines = code.lines();
        if !code.is_empty() {
            if lines < item.extent.end.line {
                return Misfit::PastFile { lines };
            }
            let end = item.extent.end;
            if let (None, Some((from, to))) = (code.offset(end), code.line(end.line)) {
                let newline = u32::from(end.line < lines);
                return Misfit::PastLine { line: end.line, columns: (to - from).saturating_sub(newline) };
            }
        }
        let in_a = self.a.partition_point(|(block, _)| block.extent.start < item.extent.start);
        let in_c = self.by_extent_c.partition_point(|&index| {
            self.source.blocks_c.get(index as usize).is_some_and(|it| it.extent.start < item.extent.start)
        });
        let near_a = self.a.get(in_a..).unwrap_or(&[]).iter().map(|(block, _)| (block.extent, block.stmts));
        let near_c = self.by_extent_c.get(in_c..).unwrap_or(&[]).iter();
        let near_c = near_c.filter_map(|&index| self.source.blocks_c.get(index as usize));
        let near_c = near_c.map(|block| (block.extent, block.stmts));
        let starts_here = |&(extent, _): &(Extent, u32)| extent.start == item.extent.start;
        let mut here = near_a.take_while(starts_here).chain(near_c.take_while(starts_here)).peekable();
        if here.peek().is_none() {
            return Misfit::Start;
        }
        let same = here.find(|&(extent, _)| extent == item.extent);
        same.map_or(Misfit::End, |(_, expected)| Misfit::Statements { expected })
    }

    /// Counts blocks of several rule sets in rule set C: a block of A stands for all its ranges, a range for itself. Every
    /// range that no block stands for is left out. Items that do not fit are ignored.
    pub(super) fn recount(&self, items: &[Item], fits: &[Fit]) -> Vec<Recounted> {
        let ranges = &self.source.blocks_c;
        let mut of_basic: Vec<(u32, u32)> =
            (0u32..).zip(ranges).map(|(index, range)| (range.basic, index)).collect();
        of_basic.sort_unstable();
        let mut counted: Vec<Option<(u64, Vec<u32>)>> = vec![None; ranges.len()];
        let mut add = |index: u32, item: &Item| {
            if let Some(cell) = counted.get_mut(index as usize) {
                let (count, from) = cell.get_or_insert_with(|| (0, Vec::new()));
                *count = count.saturating_add(item.count);
                from.push(item.id);
            }
        };
        for (item, fit) in items.iter().zip(fits) {
            match (fit.range, fit.a) {
                (Some(index), _) if fit.any() => add(index, item),
                (_, Some(basic)) => {
                    let first = of_basic.partition_point(|&(of, _)| of < basic);
                    let own = of_basic.get(first..).unwrap_or(&[]).iter().take_while(|&&(of, _)| of == basic);
                    own.for_each(|&(_, index)| add(index, item));
                }
                _ => {}
            }
        }
        let mut recounted: Vec<Recounted> = ranges
            .iter()
            .zip(counted)
            .filter_map(|(range, cell)| {
                let (count, mut from) = cell?;
                from.sort_unstable();
                Some(Recounted { extent: range.extent, stmts: range.stmts, count, from })
            })
            .collect();
        recounted.sort_by_key(|block| block.extent);
        recounted
    }

    /// Statements under rule set C of the ranges that the items name: what B inflates.
    pub(super) fn stmts_c<'b>(&self, fits: impl Iterator<Item = &'b Fit>) -> u64 {
        let ranges = fits.filter_map(|fit| self.source.blocks_c.get(fit.range? as usize));
        ranges.map(|range| u64::from(range.stmts)).sum()
    }

    /// Data with one counter for each function: zero-length blocks at `func`, one statement each. The go command never
    /// asks for it, but the format allows it.
    fn per_function(&self, items: &[Item]) -> bool {
        let functions = &self.source.functions;
        !items.is_empty()
            && items.iter().all(|item| {
                item.extent.start == item.extent.end
                    && item.stmts == 1
                    && functions.binary_search_by_key(&item.extent.start, |it| it.extent.start).is_ok()
            })
    }

    fn extent_c(&self, at: usize) -> Option<Extent> {
        let index = *self.by_extent_c.get(at)?;
        self.source.blocks_c.get(index as usize).map(|block| block.extent)
    }
}

/// By extent, then statements, then place in the source's list.
fn in_order(&(block, index): &(SourceBlock, u32)) -> (u128, u32, u32) {
    (block.extent.packed(), block.stmts, index)
}

/// What the blocks of one file, or of many, say about the rule set. Adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Votes {
    a: u64,
    ranges: u64,
    b: u64,
    c: u64,
}

impl Votes {
    /// Votes of so many blocks that rule set A has and the others do not.
    pub(super) fn of_a(blocks: usize) -> Self {
        Self { a: blocks as u64, ..Self::default() }
    }

    /// Votes of blocks that were compared with the source.
    pub(super) fn of_fits<'a>(fits: impl IntoIterator<Item = &'a Fit>) -> Self {
        let mut votes = Self::default();
        for fit in fits {
            votes.a += u64::from(fit.only_a());
            votes.ranges += u64::from(fit.only_ranges());
            votes.b += u64::from(fit.only_ranges() && !fit.c);
            votes.c += u64::from(fit.only_ranges() && !fit.b);
        }
        votes
    }

    /// Votes by shape alone: the block of a header and that of its body touch in A and never in B and C; a block over
    /// several lines ends at column 1 in B and C and, but for a label at the margin, never in A. `items` sorted by extent.
    pub(super) fn of_shape(items: &[Item]) -> Self {
        let mut votes = Self::default();
        let mut before = None;
        for Extent { start, end } in items.iter().filter(|item| item.has_bytes()).map(|item| item.extent) {
            votes.a += u64::from(before == Some(start));
            votes.ranges += u64::from(end.col == 1 && start.line < end.line);
            before = Some(end);
        }
        votes
    }

    /// Adds the votes of another file.
    pub(super) fn add(&mut self, other: Self) {
        self.a += other.a;
        self.ranges += other.ranges;
        self.b += other.b;
        self.c += other.c;
    }

    /// Whether blocks of A stand beside ranges, or ranges of B beside those of C. Meaningful for votes by source.
    pub(super) fn is_mixed(self) -> bool {
        (0 < self.a && 0 < self.ranges) || (0 < self.b && 0 < self.c)
    }

    /// The winner; `None` for a tie. Ranges that B and C share are taken for C's unless `inflated`.
    pub(super) fn rule_set(self, inflated: bool) -> Option<RuleSet> {
        match self.a.cmp(&self.ranges) {
            std::cmp::Ordering::Greater => Some(RuleSet::A),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less if self.c < self.b || (self.b == self.c && inflated) => Some(RuleSet::B),
            std::cmp::Ordering::Less => Some(RuleSet::C),
        }
    }
}
