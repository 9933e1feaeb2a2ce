//! The overlap graph of one file: what contradicts what, and who stays when nothing else decides.
//!
//! Facts (cmd/cover, Go 1.21 to 1.27): live blocks of one file do not overlap, with two exceptions. A function literal in
//! the guard of a type switch, or in the key or value of a range assignment, lies strictly inside the block before it. So
//! strict nesting is legal, and any other overlap (crossing, same start, same end) proves that one party is stale or that
//! Go releases are mixed. Whoever runs the inner block of a legal pair has run the outer one: an inner block that ran
//! inside an outer one that did not is a contradiction too. Blocks without bytes or without statements contradict nothing.
//!
//! Nothing here is worse than n log n, whatever the input.

use std::cmp::Reverse;

use crate::model::{Extent, Pos};

use super::judgement::{Choice, Reason};
use super::rule_set::Item;

/// Whether the positions of a file cannot be compared: column 0 and reversed extents come from `//line` directives.
pub(super) fn has_odd_positions(items: &[Item]) -> bool {
    items.iter().any(|item| {
        item.extent.start.col == 0 || item.extent.end.col == 0 || item.extent.end < item.extent.start
    })
}

/// Whether any two blocks contradict each other.
pub(super) fn has_conflict(items: &[Item]) -> bool {
    if !overlaps_anywhere(items) {
        return false;
    }
    let mut open: Vec<Item> = Vec::new();
    for item in solid(items) {
        while open.last().is_some_and(|outer| outer.extent.end <= item.extent.start) {
            open.pop();
        }
        if let Some(outer) = open.last()
            && (!strictly_inside(item.extent, outer.extent) || (outer.count == 0 && 0 < item.count))
        {
            return true;
        }
        open.push(item);
    }
    false
}

/// Whether a block of `ours` and a block of `theirs` share a byte. Both sorted by extent.
pub(super) fn touches(ours: &[Item], theirs: &[Item]) -> bool {
    let mut ends = [Pos::default(); 2];
    let (mut at, mut other) = (0, 0);
    loop {
        let (mine, item) = match (ours.get(at), theirs.get(other)) {
            (Some(a), Some(b)) if a.extent <= b.extent => (0, a),
            (Some(a), None) => (0, a),
            (_, Some(b)) => (1, b),
            (None, None) => return false,
        };
        *(if mine == 0 { &mut at } else { &mut other }) += 1;
        if !item.has_bytes() {
            continue;
        }
        if item.extent.start < ends[1 - mine] {
            return true;
        }
        ends[mine] = ends[mine].max(item.extent.end);
    }
}

/// What speaks for a block in [`settle`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Weight {
    /// It is a block of the source.
    pub(super) fits: bool,
    /// Sections and inputs that list it.
    pub(super) listed: u32,
}

/// Which blocks have to go so that the rest do not contradict each other. `weights` runs parallel to `items`. Blocks
/// without a contradiction always stay; so do all when there is none.
pub(super) fn settle(items: &[Item], weights: &[Weight]) -> Vec<(u32, Reason)> {
    if !has_conflict(items) {
        return Vec::new();
    }
    let candidates = || {
        let both = items.iter().copied().zip(weights.iter().copied());
        both.filter(|(item, _)| item.has_bytes() && 0 < item.stmts)
    };
    let mut stays = Accepted::new(candidates().map(|(item, _)| item));
    let mut lost: Vec<(Item, Choice)> = Vec::new();
    let mut against_hit: Vec<Item> = Vec::new();

    let mut hits: Vec<(Item, Weight)> = candidates().filter(|(item, _)| 0 < item.count).collect();
    hits.sort_by_key(|&(item, weight)| Reverse((weight.fits, weight.listed, item.id)));
    for (item, weight) in hits {
        if stays.crosses(item.extent) {
            lost.push((item, Choice::from_weight(weight)));
        } else {
            stays.insert(item);
        }
    }
    let ran = Edges::new(&stays.items);
    let mut rest: Vec<(Item, Weight)> = candidates().filter(|(item, _)| item.count == 0).collect();
    rest.sort_by_key(|&(item, weight)| {
        Reverse((weight.fits, weight.listed, ran.joins(item.extent), item.id))
    });
    for (item, weight) in rest {
        if ran.contradict(item.extent) {
            against_hit.push(item);
        } else if stays.crosses(item.extent) {
            lost.push((item, Choice::from_weight(weight)));
        } else {
            stays.insert(item);
        }
    }
    let witnesses = Witnesses::new(&stays.items);
    let mut gone: Vec<(u32, Reason)> = Vec::new();
    for item in against_hit {
        gone.push((item.id, Reason::AgainstHit { kept: witnesses.of(item.extent, true).unwrap_or(item.id) }));
    }
    for (item, by) in lost {
        let kept = witnesses.of(item.extent, false).unwrap_or(item.id);
        let by =
            if item.count == 0 && witnesses.of(item.extent, true) == Some(kept) { Choice::Ran } else { by };
        gone.push((item.id, Reason::Outvoted { kept, by }));
    }
    gone.sort_unstable_by_key(|&(id, _)| id);
    gone
}

impl Choice {
    /// The last word when a block with this weight had to go: what is left to decide at its rank.
    fn from_weight(weight: Weight) -> Self {
        if weight.fits {
            Self::Later
        } else if 1 < weight.listed {
            Self::ListedMore
        } else {
            Self::Later
        }
    }
}

/// Splits blocks into those that hold others and those that are held, when every overlap has the shape that trimming
/// gives: Go from 1.27 cuts the block of Go up to 1.26 into ranges that end at column 1 or with the block, and the ranges
/// repeat its statements or share them. `None` when any overlap has another shape, or there is none.
pub(super) fn split_forms(items: &[Item]) -> Option<(Vec<u32>, Vec<u32>)> {
    let mut outers: Vec<Outer> = Vec::new();
    let mut inners = Vec::new();
    let mut outer: Option<Outer> = None;
    let mut inner_end = Pos::default();
    for item in solid(items) {
        let Some(holder) = outer.as_mut().filter(|holder| item.extent.start < holder.item.extent.end) else {
            outers.extend(outer.take().filter(Outer::holds_any));
            outer = Some(Outer { item, held: 0, stmts: 0, repeated: true });
            inner_end = Pos::default();
            continue;
        };
        let end = holder.item.extent.end;
        let trimmed = item.extent.end == end || (item.extent.end.col == 1 && item.extent.end < end);
        if !trimmed || item.extent.start < inner_end {
            return None;
        }
        holder.held += 1;
        holder.stmts += u64::from(item.stmts);
        holder.repeated &= item.stmts == holder.item.stmts;
        inner_end = item.extent.end;
        inners.push(item.id);
    }
    outers.extend(outer.filter(Outer::holds_any));
    let fair = outers.iter().all(|it| it.repeated || it.stmts <= u64::from(it.item.stmts));
    (!outers.is_empty() && fair).then(|| (outers.iter().map(|outer| outer.item.id).collect(), inners))
}

/// A block that may hold others, in [`split_forms`].
struct Outer {
    item: Item,
    held: u32,
    stmts: u64,
    repeated: bool,
}

impl Outer {
    fn holds_any(&self) -> bool {
        0 < self.held
    }
}

/// A block of `items` (sorted by extent) that overlaps an extent, else any.
pub(super) fn witness(items: &[Item], extent: Extent) -> Option<Item> {
    let behind = items.partition_point(|item| item.extent.start < extent.end);
    let near = items.get(..behind).unwrap_or(&[]).iter().rev().take(8);
    near.clone()
        .find(|item| item.extent.overlaps(&extent))
        .or_else(|| near.clone().next())
        .or_else(|| items.first())
        .copied()
}

fn strictly_inside(inner: Extent, outer: Extent) -> bool {
    outer.start < inner.start && inner.end < outer.end
}

/// Whether any two blocks with bytes share one; `items` sorted by extent. The cheap answer for nearly every file.
fn overlaps_anywhere(items: &[Item]) -> bool {
    let mut end = Pos::default();
    items.iter().filter(|item| item.has_bytes()).any(|item| {
        let overlaps = item.extent.start < end;
        end = end.max(item.extent.end);
        overlaps
    })
}

/// The blocks with bytes and statements, outer before inner.
fn solid(items: &[Item]) -> Vec<Item> {
    let mut solid: Vec<Item> =
        items.iter().copied().filter(|item| item.has_bytes() && 0 < item.stmts).collect();
    solid.sort_by_key(|item| (item.extent.start, Reverse(item.extent.end), Reverse(item.stmts), item.id));
    solid
}

/// Blocks accepted so far, none of which cross; answers in logarithmic time whether another one would.
struct Accepted {
    items: Vec<Item>,
    starts: Vec<Pos>,
    ends: Vec<Pos>,
    /// For each start, the greatest end accepted; a segment tree.
    far_end: Vec<Option<Pos>>,
    /// For each end, the least start accepted; a segment tree.
    near_start: Vec<Option<Reverse<Pos>>>,
}

impl Accepted {
    fn new(items: impl Iterator<Item = Item>) -> Self {
        let (mut starts, mut ends): (Vec<Pos>, Vec<Pos>) =
            items.map(|item| (item.extent.start, item.extent.end)).unzip();
        for list in [&mut starts, &mut ends] {
            list.sort_unstable();
            list.dedup();
        }
        let (far_end, near_start) = (vec![None; 2 * starts.len()], vec![None; 2 * ends.len()]);
        Self { items: Vec::new(), starts, ends, far_end, near_start }
    }

    /// Whether an accepted block overlaps the extent in any way but strict nesting.
    fn crosses(&self, extent: Extent) -> bool {
        let first = self.starts.partition_point(|&start| start < extent.start);
        let behind = self.starts.partition_point(|&start| start < extent.end);
        if greatest(&self.far_end, self.starts.len(), first, behind).is_some_and(|end| extent.end <= end) {
            return true;
        }
        let first = self.ends.partition_point(|&end| end <= extent.start);
        let behind = self.ends.partition_point(|&end| end <= extent.end);
        greatest(&self.near_start, self.ends.len(), first, behind)
            .is_some_and(|Reverse(start)| start <= extent.start)
    }

    fn insert(&mut self, item: Item) {
        let start = self.starts.partition_point(|&start| start < item.extent.start);
        raise(&mut self.far_end, self.starts.len(), start, item.extent.end);
        let end = self.ends.partition_point(|&end| end < item.extent.end);
        raise(&mut self.near_start, self.ends.len(), end, Reverse(item.extent.start));
        self.items.push(item);
    }
}

/// Raises one leaf of a bottom-up segment tree of maxima.
fn raise<T: Ord + Copy>(tree: &mut [Option<T>], leaves: usize, leaf: usize, value: T) {
    let mut at = leaf + leaves;
    while let (true, Some(cell)) = (0 < at, tree.get_mut(at)) {
        *cell = (*cell).max(Some(value));
        at /= 2;
    }
}

/// The maximum of the leaves `[from, to)`.
fn greatest<T: Ord + Copy>(tree: &[Option<T>], leaves: usize, from: usize, to: usize) -> Option<T> {
    let (mut from, mut to) = (from + leaves, to + leaves);
    let mut best = None;
    while from < to {
        if from % 2 == 1 {
            best = best.max(tree.get(from).copied().flatten());
            from += 1;
        }
        if to % 2 == 1 {
            to -= 1;
            best = best.max(tree.get(to).copied().flatten());
        }
        from /= 2;
        to /= 2;
    }
    best
}

/// Starts and ends of the accepted blocks that ran.
struct Edges {
    starts: Vec<Pos>,
    ends: Vec<Pos>,
}

impl Edges {
    fn new(ran: &[Item]) -> Self {
        let (mut starts, mut ends): (Vec<Pos>, Vec<Pos>) =
            ran.iter().map(|item| (item.extent.start, item.extent.end)).unzip();
        starts.sort_unstable();
        ends.sort_unstable();
        Self { starts, ends }
    }

    /// Whether a block that ran overlaps the extent of one that did not, unless it strictly holds it: it starts or ends
    /// inside.
    fn contradict(&self, extent: Extent) -> bool {
        let first = self.starts.partition_point(|&start| start < extent.start);
        let first_end = self.ends.partition_point(|&end| end <= extent.start);
        self.starts.get(first).is_some_and(|&start| start < extent.end)
            || self.ends.get(first_end).is_some_and(|&end| end <= extent.end)
    }

    /// Whether a block that ran ends where the extent starts, or starts where it ends.
    fn joins(&self, extent: Extent) -> bool {
        self.ends.binary_search(&extent.start).is_ok() || self.starts.binary_search(&extent.end).is_ok()
    }
}

/// Finds a block that an extent contradicts, for the message.
struct Witnesses {
    all: Vec<Item>,
    ran: Vec<Item>,
}

impl Witnesses {
    fn new(items: &[Item]) -> Self {
        let mut all = items.to_vec();
        all.sort_by_key(|item| item.extent);
        let ran = all.iter().copied().filter(|item| 0 < item.count).collect();
        Self { all, ran }
    }

    fn of(&self, extent: Extent, ran: bool) -> Option<u32> {
        witness(if ran { &self.ran } else { &self.all }, extent).map(|item| item.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks from `start,end statements count`, ids in order, sorted by extent.
    fn items(rows: &[(u32, u32, u32, u32, u32, u64)]) -> Vec<Item> {
        let item = |(id, &(sl, sc, el, ec, stmts, count)): (u32, &(u32, u32, u32, u32, u32, u64))| Item {
            id,
            extent: Extent::new(sl, sc, el, ec),
            stmts,
            count,
        };
        let mut items: Vec<Item> = (0u32..).zip(rows).map(item).collect();
        items.sort_by_key(|item| (item.extent, item.stmts));
        items
    }

    fn gone(rows: &[(u32, u32, u32, u32, u32, u64)]) -> Vec<u32> {
        let items = items(rows);
        let weights = vec![Weight::default(); items.len()];
        settle(&items, &weights).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn strict_nesting_is_legal_and_every_other_overlap_is_not() {
        assert!(!has_conflict(&items(&[(3, 10, 4, 47, 1, 1), (4, 25, 4, 37, 1, 0)])));
        assert!(has_conflict(&items(&[(3, 10, 4, 47, 1, 0), (4, 25, 4, 37, 1, 1)])), "inner without outer");
        assert!(has_conflict(&items(&[(3, 24, 4, 22, 1, 0), (3, 24, 4, 35, 1, 0)])), "same start");
        assert!(has_conflict(&items(&[(4, 22, 6, 3, 1, 0), (4, 35, 6, 3, 1, 0)])), "same end");
        assert!(has_conflict(&items(&[(4, 22, 6, 3, 1, 0), (5, 22, 7, 3, 1, 0)])), "crossing");
        assert!(!has_conflict(&items(&[(3, 24, 4, 22, 1, 0), (4, 22, 6, 3, 1, 0)])), "touching");
    }

    #[test]
    fn blocks_that_ran_win_and_the_rest_is_settled_once() {
        assert_eq!(
            gone(&[(3, 24, 4, 22, 1, 0), (3, 24, 4, 35, 1, 1), (4, 22, 6, 3, 1, 0), (4, 35, 6, 3, 1, 0)]),
            [0, 2]
        );
        // Of two that never ran, the one that joins a block that ran stays.
        assert_eq!(gone(&[(4, 24, 5, 22, 1, 1), (5, 22, 7, 3, 1, 0), (7, 2, 7, 14, 1, 0)]), [2]);
    }

    #[test]
    fn ranges_of_go_1_27_are_known_by_their_shape() {
        let mixed =
            items(&[(5, 29, 6, 22, 1, 1), (6, 2, 6, 22, 1, 1), (6, 22, 8, 3, 1, 0), (7, 3, 8, 1, 1, 0)]);
        assert_eq!(split_forms(&mixed), Some((vec![0, 2], vec![1, 3])));
        let stale = items(&[(3, 24, 4, 22, 1, 0), (3, 24, 4, 35, 1, 1)]);
        assert_eq!(split_forms(&stale), None);
    }
}
