//! Judges every block: does it belong to the source at hand, or to another version of it?
//!
//! Input: a raw profile, what is known of its files, options. Output: a [`Judgement`]. Pure; cannot fail.
//!
//! Order of the evidence: (a) the sections of the profile ([`super::sections`]); (b) the source, when it can be relied on
//! ([`super::rule_set`]); (c) the overlap graph ([`super::overlap`]). A listing of a file is dropped only when another one
//! contradicts it or the file is gone. One consistent listing that does not fit the source is kept: somebody edited the
//! file after the tests ran. Judging a clean profile changes nothing, and neither does judging twice.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{RawProfile, RuleSet, start_apart};

use super::contest::{self, Case};
use super::judgement::{Fate, FileJudgement, FileState, JudgeOptions, Judgement, Reason};
use super::notices::{self, FileNotice, FileVotes, InputVotes};
use super::overlap;
use super::rule_set::{Expected, Fit, Item, Votes};
use super::sections::{self, Evidence};

pub use super::sections::listings;

/// Judges all blocks. `files` runs parallel to `raw.names`; missing entries count as unknown.
pub fn judge(raw: &RawProfile, files: &[FileState<'_>], options: JudgeOptions) -> Judgement {
    let (order, ranges) = group(raw);
    let evidence = sections::evidence(raw, &order, &ranges);
    let mut judgement = Judgement {
        files: Vec::with_capacity(raw.names.len()),
        input_rule_sets: vec![None; raw.inputs.len()],
        ..Judgement::default()
    };
    let mut inputs = vec![InputVotes::default(); raw.inputs.len()];
    let mut file_votes = Vec::with_capacity(ranges.len());
    let mut items = Vec::new();
    for (file, range) in (0u32..).zip(&ranges) {
        items.clear();
        let ids = order.get(range.clone()).unwrap_or(&[]);
        items.extend(ids.iter().filter_map(|&id| item(raw, id)));
        let state = files.get(file as usize).copied().unwrap_or_default();
        let judge = FileJudge { raw, file, items: &items, state, evidence: &evidence, options };
        let (verdict, fates, votes) = judge.run(range.clone(), &mut inputs, &mut judgement.findings);
        for (item, fate) in items.iter().zip(fates) {
            judgement.decide(item.id, fate);
        }
        judgement.files.push(verdict);
        file_votes.push(votes);
    }
    judgement.order = order;
    name_rule_sets(raw, &mut judgement, &file_votes, &inputs);
    notices::about_inputs(raw, &inputs, &judgement.input_rule_sets, &mut judgement.findings);
    judgement
}

/// All block ids grouped by file, inside a file sorted by extent and statements; and the part of each file.
fn group(raw: &RawProfile) -> (Vec<u32>, Vec<Range<usize>>) {
    let mut counts = vec![0usize; raw.names.len()];
    for block in &raw.blocks {
        if let Some(count) = counts.get_mut(block.file as usize) {
            *count += 1;
        }
    }
    let mut behind = 0;
    let ranges: Vec<Range<usize>> = counts
        .iter()
        .map(|count| {
            let first = behind;
            behind += count;
            first..behind
        })
        .collect();
    let mut order = vec![0u32; behind];
    let mut next: Vec<usize> = ranges.iter().map(|range| range.start).collect();
    for (id, block) in (0u32..).zip(&raw.blocks) {
        if let Some(at) = next.get_mut(block.file as usize) {
            if let Some(cell) = order.get_mut(*at) {
                *cell = id;
            }
            *at += 1;
        }
    }
    let key =
        |&id: &u32| raw.blocks.get(id as usize).map_or((0, 0), |block| (block.extent.packed(), block.stmts));
    for range in &ranges {
        let Some(ids) = order.get_mut(range.clone()) else { continue };
        // Mostly they are sorted: sorting would ask the same, in more steps.
        let extent = |&id: &u32| raw.blocks.get(id as usize).map(|block| block.extent);
        if !start_apart(ids.iter().filter_map(extent)) && !ids.is_sorted_by_key(key) {
            ids.sort_by_key(key);
        }
    }
    (order, ranges)
}

fn item(raw: &RawProfile, id: u32) -> Option<Item> {
    let block = raw.blocks.get(id as usize)?;
    Some(Item { id, extent: block.extent, stmts: block.stmts, count: block.count })
}

/// One file with everything that is known of it.
struct FileJudge<'a> {
    raw: &'a RawProfile,
    file: u32,
    items: &'a [Item],
    state: FileState<'a>,
    evidence: &'a Evidence,
    options: JudgeOptions,
}

impl FileJudge<'_> {
    fn run(
        &self,
        range: Range<usize>,
        inputs: &mut [InputVotes],
        findings: &mut Vec<crate::model::Finding>,
    ) -> (FileJudgement, Vec<Fate>, Votes) {
        if self.items.is_empty() {
            return (
                FileJudgement { blocks: range, ..FileJudgement::default() },
                Vec::new(),
                Votes::default(),
            );
        }
        if self.state.gone {
            return self.gone(range, findings);
        }
        if let Some(votes) = self.agreed(inputs) {
            let verdict =
                FileJudgement { blocks: range, fits_source: Some(true), ..FileJudgement::default() };
            return (verdict, Vec::new(), votes);
        }
        let expected = self.state.source.and_then(|source| Expected::reliable(source, self.items));
        let fits = expected.as_ref().map(|expected| expected.fit(self.items)).unwrap_or_default();
        let suspects = self.evidence.suspects.get(&self.file).map_or(&[][..], Vec::as_slice);
        let sets = self.evidence.sets.get(&self.file).map_or(&[][..], Vec::as_slice);
        let case = Case {
            items: self.items,
            fits: &fits,
            expected: expected.as_ref(),
            suspects,
            sets,
            repeated: self.is_repeated(),
            moved: self.state.source.is_some_and(|source| source.line_directives),
        };
        let settled = if suspects.is_empty() && sets.is_empty() && !needs_settling(self.items) {
            contest::Settlement { fates: vec![Fate::Kept; self.items.len()], ..Default::default() }
        } else {
            contest::settle(&case)
        };
        let mut fates = settled.fates;
        self.resolve_folds(&mut fates);
        let kept_fits = || {
            let both = fates.iter().zip(&fits);
            both.filter(|(fate, _)| **fate == Fate::Kept).map(|(_, fit)| fit)
        };
        let fits_source = match &expected {
            Some(_) => Some(kept_fits().all(|fit| fit.any())),
            None => self.fits_unreliable(&fates),
        };
        let mut mixed = settled.mixed;
        let mut recount = None;
        let two_forms = Votes::of_fits(kept_fits()).is_mixed() || self.shares_extents(&fates);
        if let (Some(expected), true) = (&expected, two_forms) {
            mixed = true;
            if fits_source == Some(true) && !self.options.keep {
                let (items, own) = self.counted(&fits, &fates);
                recount = Some(expected.recount(&items, &own));
            }
        }
        if let (Some(expected), None) = (&expected, &recount) {
            self.fold_twins(expected, &fits, &mut fates);
        }
        let votes = self.vote(&fits, &fates, expected.as_ref().filter(|_| recount.is_none()), inputs);
        let notice = FileNotice {
            raw: self.raw,
            file: self.file,
            shown: self.shown(),
            items: self.items,
            fates: &fates,
            fits: &fits,
            expected: expected.as_ref(),
            source: self.state.source,
            fits_source,
            uncertain: settled.uncertain,
            mixed,
            recounted: recount.is_some(),
            kept_all: self.options.keep,
        };
        notices::about_file(&notice, findings);
        let stale = count_dropped(&fates);
        self.finish(&mut fates, recount.is_some());
        let verdict = FileJudgement {
            blocks: range,
            rule_set: recount.is_some().then_some(RuleSet::C),
            fits_source,
            uncertain: settled.uncertain,
            stale,
            recount,
        };
        (verdict, fates, votes)
    }

    /// The votes where nothing is to be judged, as in nearly every file: the profile lists what the source is cut into, every
    /// input that lists the file agrees, and no block contradicts another. All are kept then.
    fn agreed(&self, inputs: &mut [InputVotes]) -> Option<Votes> {
        let is_doubted =
            self.evidence.sets.contains_key(&self.file) || self.evidence.suspects.contains_key(&self.file);
        if !self.state.listed || is_doubted || needs_settling(self.items) {
            return None;
        }
        let first = self.items.first()?;
        let votes = Votes::of_a(self.items.len());
        for (facts, own) in self.raw.inputs.iter().zip(inputs) {
            if facts.lists.contains(first.id) {
                own.add_source(FileVotes::plain(votes));
            }
        }
        Some(votes)
    }

    /// The blocks that count, a folded one as what it is folded into.
    fn counted(&self, fits: &[Fit], fates: &[Fate]) -> (Vec<Item>, Vec<Fit>) {
        let mut by_id: Vec<(u32, usize)> =
            self.items.iter().enumerate().map(|(at, item)| (item.id, at)).collect();
        by_id.sort_unstable();
        let fit_of = |id: u32| {
            let at = by_id.binary_search_by_key(&id, |&(id, _)| id).ok()?;
            fits.get(by_id.get(at)?.1).copied()
        };
        let own = self.items.iter().zip(fits).zip(fates);
        own.filter_map(|((item, fit), fate)| match fate {
            Fate::Kept => Some((*item, *fit)),
            Fate::Folded { into } => Some((*item, fit_of(*into)?)),
            _ => None,
        })
        .unzip()
    }

    /// Two forms of one block of the source become one.
    fn fold_twins(&self, expected: &Expected<'_>, fits: &[Fit], fates: &mut [Fate]) {
        for (other, exact) in expected.twins(self.items, fits) {
            let both = [other, exact].iter().all(|&at| fates.get(at) == Some(&Fate::Kept));
            if let (true, Some(into), Some(fate)) = (both, self.items.get(exact), fates.get_mut(other)) {
                *fate = Fate::Folded { into: into.id };
            }
        }
    }

    /// A block that was folded into one that went later goes with it.
    fn resolve_folds(&self, fates: &mut [Fate]) {
        if !fates.iter().any(|fate| matches!(fate, Fate::Folded { .. })) {
            return;
        }
        let by_id: HashMap<u32, Fate> =
            self.items.iter().zip(fates.iter()).map(|(item, fate)| (item.id, *fate)).collect();
        for fate in fates {
            if let Fate::Folded { into } = *fate
                && let Some(gone @ Fate::Dropped(_)) = by_id.get(&into)
            {
                *fate = *gone;
            }
        }
    }

    fn shares_extents(&self, fates: &[Fate]) -> bool {
        let mut kept = self.items.iter().zip(fates).filter(|(_, fate)| **fate == Fate::Kept);
        let mut last = kept.next().map(|(item, _)| item.extent);
        kept.any(|(item, _)| last.replace(item.extent) == Some(item.extent))
    }

    fn gone(
        &self,
        range: Range<usize>,
        findings: &mut Vec<crate::model::Finding>,
    ) -> (FileJudgement, Vec<Fate>, Votes) {
        let mut fates = vec![Fate::Dropped(Reason::FileGone); self.items.len()];
        notices::about_gone_file(self.raw, self.shown(), self.items, self.options.keep, findings);
        let stale = count_dropped(&fates);
        self.finish(&mut fates, false);
        (FileJudgement { blocks: range, stale, ..FileJudgement::default() }, fates, Votes::default())
    }

    /// The last step: what the options make of the fates.
    fn finish(&self, fates: &mut [Fate], recounted: bool) {
        if recounted {
            let counted = |fate: &&mut Fate| matches!(fate, Fate::Kept | Fate::Folded { .. });
            fates.iter_mut().filter(counted).for_each(|fate| *fate = Fate::Recounted);
        }
        if self.options.keep {
            self.fold_dropped_twins(fates);
            for fate in fates {
                if let Fate::Dropped(reason) = *fate {
                    *fate = Fate::Doubted(reason);
                }
            }
        }
    }

    /// With `--stale keep`, blocks of one extent still become one: the one that is kept, else the first.
    fn fold_dropped_twins(&self, fates: &mut [Fate]) {
        let mut at = 0;
        for same in self.items.chunk_by(|a, b| a.extent == b.extent) {
            let Some(own) = fates.get_mut(at..at + same.len()) else { return };
            at += same.len();
            let kept = own.iter().position(|fate| *fate == Fate::Kept);
            let stays = kept.or_else(|| own.iter().position(|fate| matches!(fate, Fate::Dropped(_))));
            let Some((stays, into)) = stays.and_then(|at| Some((at, same.get(at)?.id))) else { continue };
            for (at, fate) in own.iter_mut().enumerate().filter(|(at, _)| *at != stays) {
                let folds_elsewhere =
                    matches!(fate, Fate::Folded { into } if !same.iter().any(|it| it.id == *into));
                if !folds_elsewhere && at != stays {
                    *fate = Fate::Folded { into };
                }
            }
        }
    }

    fn shown(&self) -> &str {
        let name = self.raw.names.get(self.file as usize).map_or("", |name| name.as_str());
        self.state.path.unwrap_or(name)
    }

    fn is_repeated(&self) -> bool {
        let package = self.raw.name_packages.get(self.file as usize);
        package.and_then(|&package| self.evidence.repeated.get(package as usize)) == Some(&true)
    }

    /// A source with `//line` directives can confirm blocks, but not refute them.
    fn fits_unreliable(&self, fates: &[Fate]) -> Option<bool> {
        let source = self.state.source.filter(|source| source.broken.is_none())?;
        let fits = Expected::of(source, self.items).fit(self.items);
        let all = fits.iter().zip(fates).all(|(fit, fate)| *fate != Fate::Kept || fit.any());
        all.then_some(true)
    }

    /// Adds what the file says about the rule set of each input that lists it, and gives what the counted blocks say.
    fn vote(
        &self,
        fits: &[Fit],
        fates: &[Fate],
        expected: Option<&Expected<'_>>,
        inputs: &mut [InputVotes],
    ) -> Votes {
        // Listed alike by all that list it, the file says the same about each of them.
        let alike =
            !self.evidence.sets.contains_key(&self.file) && !self.evidence.suspects.contains_key(&self.file);
        let all_kept = fates.iter().all(|fate| *fate == Fate::Kept);
        let add = |votes: &mut InputVotes, listed: &dyn Fn(&Item) -> bool| {
            if fits.is_empty() {
                let own: Vec<Item> = self.items.iter().copied().filter(|item| listed(item)).collect();
                votes.shape.add(Votes::of_shape(&own));
            } else {
                let own = self.items.iter().zip(fits).filter(|(item, _)| listed(item));
                votes.add_source(FileVotes::new(own, expected));
            }
        };
        if alike {
            let by_source = FileVotes::new(self.items.iter().zip(fits), expected);
            let by_shape = if fits.is_empty() { Votes::of_shape(self.items) } else { Votes::default() };
            for (facts, votes) in self.raw.inputs.iter().zip(inputs) {
                if self.items.first().is_some_and(|item| facts.lists.contains(item.id)) {
                    votes.add_source(by_source);
                    votes.shape.add(by_shape);
                }
            }
            if fits.is_empty() && all_kept {
                return by_shape;
            }
        } else {
            for (facts, votes) in self.raw.inputs.iter().zip(inputs) {
                add(votes, &|item| facts.lists.contains(item.id));
            }
        }
        let kept = |at: usize| fates.get(at) == Some(&Fate::Kept);
        if fits.is_empty() {
            let own = self.items.iter().enumerate().filter(|&(at, _)| kept(at));
            Votes::of_shape(&own.map(|(_, item)| *item).collect::<Vec<_>>())
        } else {
            let own = fits.iter().enumerate().filter(|&(at, _)| kept(at));
            Votes::of_fits(own.map(|(_, fit)| fit))
        }
    }
}

/// Whether the blocks themselves contradict each other, or could: the one look that every file gets.
fn needs_settling(items: &[Item]) -> bool {
    items.windows(2).any(|pair| matches!(pair, [a, b] if a.extent == b.extent))
        || overlap::has_conflict(items)
}

fn count_dropped(fates: &[Fate]) -> u32 {
    let dropped = fates.iter().filter(|fate| matches!(fate, Fate::Dropped(_))).count();
    u32::try_from(dropped).unwrap_or(u32::MAX)
}

/// Names the rule sets of inputs and files. What a file leaves open, the inputs that list it decide.
fn name_rule_sets(raw: &RawProfile, judgement: &mut Judgement, files: &[Votes], inputs: &[InputVotes]) {
    for (cell, votes) in judgement.input_rule_sets.iter_mut().zip(inputs) {
        *cell = votes.rule_set();
    }
    let inflated = judgement.input_rule_sets.contains(&Some(RuleSet::B));
    let common = match judgement.input_rule_sets.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other == first) => *first,
        _ => None,
    };
    for (index, (file, votes)) in judgement.files.iter_mut().zip(files).enumerate() {
        if file.rule_set.is_some() || raw.names.get(index).is_none() || file.blocks.is_empty() {
            continue;
        }
        file.rule_set = votes.rule_set(inflated).or(common);
    }
}
