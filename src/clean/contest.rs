//! One file whose listings or blocks may contradict each other: who is right, in the order of the evidence.
//!
//! Input: the blocks of the file, what the sections proved, its distinct listings, how the blocks fit the source. Output:
//! the blocks that are not counted, with reasons. A listing only ever loses to another listing of the same file.

use std::cmp::Reverse;

use crate::model::RuleSet;

use super::judgement::{Choice, Fate, Reason};
use super::overlap::{self, Weight};
use super::rule_set::{Expected, Fit, Item, Votes};
use super::sections::Set;

/// More distinct listings of one file than this are not compared one by one; the overlap graph decides alone.
const MAX_SETS: usize = 64;

/// A file to settle.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// All its blocks, sorted by extent, then statements.
    pub(super) items: &'a [Item],
    /// Parallel to `items`; empty without a source that can be relied on.
    pub(super) fits: &'a [Fit],
    /// The source's blocks, under the same condition.
    pub(super) expected: Option<&'a Expected<'a>>,
    /// What the sections proved stale; ascending ids.
    pub(super) suspects: &'a [(u32, Reason)],
    /// Its distinct listings, when there are several.
    pub(super) sets: &'a [Set],
    /// Several sections list it alike: overlaps are genuine.
    pub(super) repeated: bool,
    /// `//line` directives move its positions: overlaps mean nothing.
    pub(super) moved: bool,
}

/// The answer.
#[derive(Debug, Default)]
pub(super) struct Settlement {
    /// Fates other than `Kept`, parallel to the items.
    pub(super) fates: Vec<Fate>,
    /// Contradictions were left standing, or decided without proof.
    pub(super) uncertain: bool,
    /// Blocks of several rule sets, kept apart for want of a source.
    pub(super) mixed: bool,
}

/// Settles a file.
pub(super) fn settle(case: &Case<'_>) -> Settlement {
    let mut work = Work::new(case);
    work.apply_sections();
    if !work.is_contested() {
        return work.done;
    }
    work.apply_source();
    if work.is_explained() {
        return work.done;
    }
    work.apply_overlaps();
    work.done
}

struct Work<'a> {
    case: &'a Case<'a>,
    /// The listings as indices into the items, without blocks that are gone; distinct, not empty.
    sets: Vec<Listed>,
    /// (id, index), sorted by id.
    by_id: Vec<(u32, usize)>,
    done: Settlement,
}

/// A listing by indices into the items, ascending, so sorted by extent.
#[derive(Debug, Clone)]
struct Listed {
    items: Vec<usize>,
    groups: u32,
    last: u32,
    hit: bool,
}

impl<'a> Work<'a> {
    fn new(case: &'a Case<'a>) -> Self {
        let mut by_id: Vec<(u32, usize)> =
            case.items.iter().enumerate().map(|(index, item)| (item.id, index)).collect();
        by_id.sort_unstable();
        let done = Settlement { fates: vec![Fate::Kept; case.items.len()], ..Settlement::default() };
        let mut work = Self { case, sets: Vec::new(), by_id, done };
        work.sets = case
            .sets
            .iter()
            .map(|set| {
                let mut items: Vec<usize> = set.blocks.iter().filter_map(|&id| work.index_of(id)).collect();
                items.sort_unstable();
                Listed { items, groups: set.groups, last: set.last, hit: set.hit }
            })
            .collect();
        work
    }

    fn index_of(&self, id: u32) -> Option<usize> {
        let at = self.by_id.binary_search_by_key(&id, |&(id, _)| id).ok()?;
        self.by_id.get(at).map(|&(_, index)| index)
    }

    fn is_kept(&self, index: usize) -> bool {
        self.done.fates.get(index) == Some(&Fate::Kept)
    }

    fn fits(&self, index: usize) -> bool {
        self.case.fits.get(index).is_some_and(|fit| fit.any())
    }

    fn drop(&mut self, index: usize, reason: Reason) {
        if let Some(fate) = self.done.fates.get_mut(index) {
            *fate = Fate::Dropped(reason);
        }
    }

    /// The blocks that still stand, with their indices.
    fn kept(&self) -> impl Iterator<Item = (usize, &'a Item)> + '_ {
        self.case.items.iter().enumerate().filter(|&(index, _)| self.is_kept(index))
    }

    /// (a) Sections. They do not outrank a source that has the blocks in question and all others too: then several rule
    /// sets, or runs with other build tags, were put together, and nothing is stale.
    fn apply_sections(&mut self) {
        let all_fit = !self.case.fits.is_empty() && self.case.fits.iter().all(|fit| fit.any());
        if !all_fit {
            for &(id, reason) in self.case.suspects {
                if let Some(index) = self.index_of(id) {
                    self.drop(index, reason);
                }
            }
        }
        self.refresh_sets();
    }

    /// Takes blocks that are gone out of the listings and joins listings that became equal.
    fn refresh_sets(&mut self) {
        let mut sets = std::mem::take(&mut self.sets);
        for set in &mut sets {
            set.items.retain(|&index| self.is_kept(index));
        }
        sets.retain(|set| !set.items.is_empty());
        sets.sort_by(|a, b| a.items.cmp(&b.items));
        for set in sets {
            match self.sets.last_mut().filter(|last| last.items == set.items) {
                Some(last) => {
                    last.groups = last.groups.saturating_add(set.groups);
                    last.last = last.last.max(set.last);
                    last.hit |= set.hit;
                }
                None => self.sets.push(set),
            }
        }
    }

    fn is_contested(&self) -> bool {
        let kept: Vec<Item> = self.kept().map(|(_, item)| *item).collect();
        1 < self.sets.len()
            || kept.windows(2).any(|pair| matches!(pair, [a, b] if a.extent == b.extent))
            || overlap::has_conflict(&kept)
    }

    /// (b) The source: when all the blocks that a rule set has for it are there, every other block is of another version.
    fn apply_source(&mut self) {
        let Some(expected) = self.case.expected else { return };
        let kept: Vec<usize> = self.kept().map(|(index, _)| index).collect();
        let fits: Vec<Fit> = kept.iter().filter_map(|&index| self.case.fits.get(index).copied()).collect();
        if !expected.is_complete(&fits) {
            return;
        }
        for index in kept {
            if let (false, Some(item)) = (self.fits(index), self.case.items.get(index)) {
                self.drop(index, Reason::NotInSource(expected.misfit(item)));
            }
        }
        self.refresh_sets();
    }

    fn is_explained(&self) -> bool {
        self.case.expected.is_some() && self.kept().all(|(index, _)| self.fits(index))
    }

    /// (c) The overlap graph.
    fn apply_overlaps(&mut self) {
        self.fold_statement_conflicts();
        let moved = self.case.moved || overlap::has_odd_positions(self.case.items);
        if moved {
            self.done.uncertain |= 1 < self.sets.len();
            return;
        }
        if 1 < self.sets.len() {
            self.done.uncertain = true;
            if self.sets.len() <= MAX_SETS {
                self.choose_sets();
            }
        }
        if !self.case.repeated || 1 < self.case.sets.len() {
            self.settle_blocks();
        }
    }

    /// One extent with several statement counts becomes one block: the value that fits, else that of the block that ran,
    /// else that of most rows, else the larger. Two or more such blocks in the form of Go 1.27 mean that 1.27.0 or 1.27.1,
    /// which count too many, were mixed with a later release: then the smaller.
    fn fold_statement_conflicts(&mut self) {
        let kept: Vec<usize> = self.kept().map(|(index, _)| index).collect();
        let items = self.case.items;
        let same: Vec<&[usize]> = kept
            .chunk_by(|&a, &b| items.get(a).map(|item| item.extent) == items.get(b).map(|item| item.extent))
            .filter(|same| 1 < same.len())
            .collect();
        if same.is_empty() {
            return;
        }
        let ranges = Votes::of_shape(items).rule_set(false) == Some(RuleSet::C);
        let inflated = ranges && 1 < same.len();
        self.done.mixed |= inflated;
        let listed = self.listed();
        let mut instead: Vec<usize> = (0..items.len()).collect();
        for group in same {
            let best = group.iter().copied().max_by_key(|&index| {
                let item = items.get(index);
                let stmts = item.map_or(0, |item| item.stmts);
                let ran = item.is_some_and(|item| 0 < item.count);
                let smaller = if inflated { u32::MAX - stmts } else { 0 };
                (self.fits(index), smaller, ran, listed.get(index).copied(), stmts)
            });
            let Some(best) = best else { continue };
            let into = items.get(best).map_or(0, |item| item.id);
            for &index in group.iter().filter(|&&index| index != best) {
                instead[index] = best;
                self.done.fates[index] = Fate::Folded { into };
            }
        }
        for set in &mut self.sets {
            set.items.iter_mut().for_each(|index| *index = instead[*index]);
            set.items.sort_unstable();
            set.items.dedup();
        }
        self.refresh_sets();
    }

    /// For each block, how many sections and inputs list it, as far as its listings differ.
    fn listed(&self) -> Vec<u32> {
        let mut listed = vec![0u32; self.case.items.len()];
        for set in &self.sets {
            for &index in &set.items {
                listed[index] = listed[index].saturating_add(set.groups);
            }
        }
        listed
    }

    /// Ranks the listings and drops those that contradict a better one.
    fn choose_sets(&mut self) {
        let mut ranked = self.ranked();
        let mut stays: Vec<(Listed, Rank)> = Vec::new();
        let mut losers: Vec<(Listed, usize, Reason)> = Vec::new();
        self.prefer_larger_form(&mut ranked);
        for (set, rank) in ranked {
            let contradicted = stays.iter().position(|(kept, _)| self.contradict(kept, &set));
            match contradicted {
                None => stays.push((set, rank)),
                Some(at) => {
                    let Some((winner, best)) = stays.get(at) else { continue };
                    let kept = winner.items.first().and_then(|&index| self.case.items.get(index));
                    let kept = kept.map_or(0, |item| item.id);
                    let reason = if self.are_two_forms(winner, &set) {
                        self.done.mixed = true;
                        Reason::OtherRuleSet { kept }
                    } else {
                        self.reason(best, &rank, &set, kept)
                    };
                    losers.push((set, at, reason));
                }
            }
        }
        let proven = losers.iter().all(|(_, _, reason)| reason.is_proof());
        let compatible = stays.len() == 1;
        for (set, at, reason) in losers {
            let Some((winner, _)) = stays.get(at) else { continue };
            let witnesses: Vec<Item> = self.items_of(&winner.items);
            for index in set.items {
                let stays = stays.iter().any(|(kept, _)| kept.items.binary_search(&index).is_ok());
                if stays || !self.is_kept(index) {
                    continue;
                }
                let reason = self.witnessed(index, reason, &witnesses);
                self.drop(index, reason);
            }
        }
        self.done.uncertain = !(proven && compatible);
        self.refresh_sets();
    }

    /// The reason for one block of a listing that lost: names the block that it overlaps, and how it misses the source.
    fn witnessed(&self, index: usize, reason: Reason, winner: &[Item]) -> Reason {
        let Some(item) = self.case.items.get(index) else { return reason };
        let near = overlap::witness(winner, item.extent).map(|near| near.id);
        match (reason, near) {
            (Reason::NotInSource(_), _) => match self.case.expected {
                Some(expected) if !self.fits(index) => Reason::NotInSource(expected.misfit(item)),
                _ => Reason::Outvoted { kept: near.unwrap_or(item.id), by: Choice::FitsSource },
            },
            (Reason::AgainstHit { .. }, Some(kept)) => Reason::AgainstHit { kept },
            (Reason::OtherRuleSet { .. }, Some(kept)) => Reason::OtherRuleSet { kept },
            (Reason::Outvoted { by, .. }, Some(kept)) => Reason::Outvoted { kept, by },
            (reason, _) => reason,
        }
    }

    fn items_of(&self, indices: &[usize]) -> Vec<Item> {
        indices.iter().filter_map(|&index| self.case.items.get(index).copied()).collect()
    }

    fn ranked(&self) -> Vec<(Listed, Rank)> {
        let mut times = vec![0usize; self.case.items.len()];
        for &index in self.sets.iter().flat_map(|set| &set.items) {
            if let Some(times) = times.get_mut(index) {
                *times += 1;
            }
        }
        let own_hit = |index: usize| {
            times.get(index).is_some_and(|&times| times < self.sets.len())
                && self.case.items.get(index).is_some_and(|item| 0 < item.count)
        };
        let mut ranked: Vec<(Listed, Rank)> = self
            .sets
            .iter()
            .map(|set| {
                let fitting = set.items.iter().filter(|&&index| self.fits(index)).count() as u64;
                let rank = Rank {
                    fit: fitting * 1_000_000 / (set.items.len() as u64).max(1),
                    fits_whole: fitting == set.items.len() as u64,
                    ran: set.items.iter().any(|&index| own_hit(index)),
                    executed: set.hit,
                    groups: set.groups,
                    last: set.last,
                };
                (set.clone(), rank)
            })
            .collect();
        ranked.sort_by_key(|(_, rank)| Reverse((rank.fit, rank.ran, rank.executed, rank.groups, rank.last)));
        ranked
    }

    /// When the best listing and others describe the same code in two forms, the largest comes first.
    fn prefer_larger_form(&self, ranked: &mut [(Listed, Rank)]) {
        let Some((first, _)) = ranked.first() else { return };
        let size = |set: &Listed| {
            let items = self.items_of(&set.items);
            let covered = items.iter().filter(|item| 0 < item.count).map(|item| u64::from(item.stmts));
            (items.len(), covered.sum::<u64>(), Votes::of_shape(&items).rule_set(false) == Some(RuleSet::C))
        };
        let best = (1..ranked.len())
            .filter(|&at| ranked.get(at).is_some_and(|(set, _)| self.are_two_forms(first, set)))
            .max_by_key(|&at| ranked.get(at).map(|(set, _)| size(set)));
        if let Some(at) = best
            && ranked.get(at).map(|(set, _)| size(set)) > Some(size(first))
        {
            ranked.swap(0, at);
        }
    }

    /// What only one of two listings has.
    fn differences(&self, a: &Listed, b: &Listed) -> (Vec<Item>, Vec<Item>) {
        let only = |from: &Listed, other: &Listed| {
            let own: Vec<usize> = from
                .items
                .iter()
                .copied()
                .filter(|index| other.items.binary_search(index).is_err())
                .collect();
            self.items_of(&own)
        };
        (only(a, b), only(b, a))
    }

    /// Two listings contradict each other when they share code but not the blocks.
    fn contradict(&self, a: &Listed, b: &Listed) -> bool {
        let (ours, theirs) = self.differences(a, b);
        overlap::touches(&ours, &theirs)
    }

    /// Whether two listings are one version of the file as cut by Go up to 1.26 and from 1.27.
    fn are_two_forms(&self, a: &Listed, b: &Listed) -> bool {
        let (ours, theirs) = self.differences(a, b);
        let mut both: Vec<Item> = ours.iter().chain(&theirs).copied().collect();
        both.sort_by_key(|item| (item.extent, item.stmts));
        let Some((mut outers, mut inners)) = overlap::split_forms(&both) else { return false };
        outers.sort_unstable();
        inners.sort_unstable();
        let counts = |items: &[Item], ids: &[u32]| {
            let solid = items.iter().filter(|item| item.has_bytes() && 0 < item.stmts);
            let (inside, outside): (Vec<&Item>, Vec<&Item>) =
                solid.partition(|item| ids.binary_search(&item.id).is_ok());
            (inside.len(), outside.len())
        };
        // Every range lies in a block; a block without a range holds no code, which is rare (a label at the start of a body).
        let matches = |blocks: &[Item], ranges: &[Item]| {
            let (held, free) = counts(ranges, &inners);
            let (holding, empty) = counts(blocks, &outers);
            0 < held && free == 0 && empty * 8 <= holding
        };
        matches(&ours, &theirs) || matches(&theirs, &ours)
    }

    /// Why a listing lost to a better one.
    fn reason(&self, best: &Rank, rank: &Rank, set: &Listed, kept: u32) -> Reason {
        if rank.fit < best.fit {
            let proof = best.fits_whole && self.case.expected.is_some();
            return match (proof, set.items.iter().find(|&&index| !self.fits(index))) {
                (true, Some(_)) => Reason::NotInSource(super::judgement::Misfit::Start),
                _ => Reason::Outvoted { kept, by: Choice::FitsSource },
            };
        }
        if best.ran && !rank.ran {
            return Reason::AgainstHit { kept };
        }
        let by = if (rank.ran, rank.executed) < (best.ran, best.executed) {
            Choice::Ran
        } else if rank.groups < best.groups {
            Choice::ListedMore
        } else {
            Choice::Later
        };
        Reason::Outvoted { kept, by }
    }

    /// What still contradicts is settled block by block.
    fn settle_blocks(&mut self) {
        let kept: Vec<(usize, Item)> = self.kept().map(|(index, item)| (index, *item)).collect();
        let items: Vec<Item> = kept.iter().map(|&(_, item)| item).collect();
        if !overlap::has_conflict(&items) {
            return;
        }
        if let Some((outers, inners)) = overlap::split_forms(&items) {
            self.done.mixed = true;
            self.done.uncertain = true;
            self.drop_smaller_form(&items, outers, inners);
            return;
        }
        let listed = self.listed();
        let weights: Vec<Weight> =
            kept.iter().map(|&(index, _)| Weight { fits: self.fits(index), listed: listed[index] }).collect();
        for (id, reason) in overlap::settle(&items, &weights) {
            self.done.uncertain |= !reason.is_proof();
            if let Some(index) = self.index_of(id) {
                self.drop(index, reason);
            }
        }
        // What never ran and touches nothing that did may be stale as well; nothing can tell.
        self.done.uncertain = true;
    }

    fn drop_smaller_form(&mut self, items: &[Item], mut outers: Vec<u32>, mut inners: Vec<u32>) {
        outers.sort_unstable();
        inners.sort_unstable();
        let size = |ids: &[u32]| {
            let own = items.iter().filter(|item| ids.binary_search(&item.id).is_ok());
            let covered: u64 = own.filter(|item| 0 < item.count).map(|item| u64::from(item.stmts)).sum();
            (ids.len(), covered)
        };
        let (smaller, larger) =
            if size(&inners) < size(&outers) { (inners, outers) } else { (outers, inners) };
        let witnesses: Vec<Item> =
            items.iter().copied().filter(|item| larger.binary_search(&item.id).is_ok()).collect();
        for id in smaller {
            let Some(index) = self.index_of(id) else { continue };
            let extent = self.case.items.get(index).map(|item| item.extent).unwrap_or_default();
            let kept = overlap::witness(&witnesses, extent).map_or(id, |near| near.id);
            self.drop(index, Reason::OtherRuleSet { kept });
        }
    }
}

/// What speaks for a listing, in order of weight.
#[derive(Debug, Clone, Copy)]
struct Rank {
    /// Share of its blocks that the source has, in millionths.
    fit: u64,
    /// The source has all of them.
    fits_whole: bool,
    /// A block that not all listings share ran.
    ran: bool,
    /// A section that lists it executed the package.
    executed: bool,
    groups: u32,
    last: u32,
}
