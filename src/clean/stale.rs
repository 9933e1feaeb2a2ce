//! Judges every block: does it belong to the source at hand, or to another version of it?
//!
//! Input: a raw profile, what is known of its files, options. Output: a [`Judgement`]. Pure; cannot fail.
//!
//! Order of the evidence: (a) the sections of the profile ([`super::sections`]); (b) the source, when it can be relied on
//! ([`super::rule_set`]); (c) the overlap graph ([`super::overlap`]). A listing of a file is dropped only when another one
//! contradicts it or the file is gone. One consistent listing that does not fit the source is kept: somebody edited the
//! file after the tests ran. Judging a clean profile changes nothing, and neither does judging twice.

use std::ops::Range;

use crate::model::{RawProfile, RuleSet};

use super::contest::{self, Case};
use super::judgement::{Fate, FileJudgement, FileState, JudgeOptions, Judgement, Reason};
use super::notices::{self, FileNotice, InputVotes};
use super::overlap;
use super::rule_set::{Expected, Fit, Item, Votes};
use super::sections::{self, Evidence};

pub use super::sections::listings;

/// Judges all blocks. `files` runs parallel to `raw.names`; missing entries count as unknown.
pub fn judge(raw: &RawProfile, files: &[FileState<'_>], options: JudgeOptions) -> Judgement {
    let (order, ranges) = group(raw);
    let evidence = sections::evidence(raw, &order, &ranges);
    let mut judgement = Judgement {
        fates: vec![Fate::Kept; raw.blocks.len()],
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
            if let Some(cell) = judgement.fates.get_mut(item.id as usize) {
                *cell = fate;
            }
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
    for range in &ranges {
        if let Some(ids) = order.get_mut(range.clone()) {
            ids.sort_by_key(|&id| raw.blocks.get(id as usize).map(|block| (block.extent, block.stmts)));
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
        let expected = self.state.source.and_then(Expected::reliable);
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
        for (other, exact) in expected.iter().flat_map(|expected| expected.twins(self.items, &fits)) {
            let both = [other, exact].iter().all(|&at| fates.get(at) == Some(&Fate::Kept));
            if let (true, Some(into)) = (both, self.items.get(exact)) {
                fates[other] = Fate::Folded { into: into.id };
            }
        }
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
        if let (Some(expected), true) = (&expected, Votes::of_fits(kept_fits()).is_mixed()) {
            mixed = true;
            if fits_source == Some(true) && !self.options.keep {
                let (items, own): (Vec<Item>, Vec<Fit>) = self
                    .items
                    .iter()
                    .zip(&fits)
                    .zip(&fates)
                    .filter(|(_, fate)| **fate == Fate::Kept)
                    .map(|((item, fit), _)| (*item, *fit))
                    .unzip();
                recount = Some(expected.recount(&items, &own));
            }
        }
        let votes = self.vote(&fits, &fates, recount.is_some(), inputs);
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

    fn gone(
        &self,
        range: Range<usize>,
        findings: &mut Vec<crate::model::Finding>,
    ) -> (FileJudgement, Vec<Fate>, Votes) {
        let mut fates = vec![Fate::Dropped(Reason::FileGone); self.items.len()];
        notices::about_gone_file(self.raw, self.shown(), self.items, self.options.keep, findings);
        let stale = count_dropped(&fates);
        if self.options.keep {
            self.fold_for_keep(&mut fates);
        }
        self.finish(&mut fates, false);
        (FileJudgement { blocks: range, stale, ..FileJudgement::default() }, fates, Votes::default())
    }

    /// `--stale keep` counts every block, but an extent only once: the first value of its statements stays.
    fn fold_for_keep(&self, fates: &mut [Fate]) {
        let mut first: Option<&Item> = None;
        for (item, fate) in self.items.iter().zip(fates) {
            match first.filter(|first| first.extent == item.extent) {
                Some(first) if matches!(fate, Fate::Kept | Fate::Dropped(_)) => {
                    *fate = Fate::Folded { into: first.id };
                }
                Some(_) => {}
                None => first = Some(item),
            }
        }
    }

    /// The last step: what the options make of the fates.
    fn finish(&self, fates: &mut [Fate], recounted: bool) {
        if recounted {
            fates.iter_mut().filter(|fate| **fate == Fate::Kept).for_each(|fate| *fate = Fate::Recounted);
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

    /// With `--stale keep`, a doubted block with the extent of a kept one adds its count there.
    fn fold_dropped_twins(&self, fates: &mut [Fate]) {
        let mut at = 0;
        for same in self.items.chunk_by(|a, b| a.extent == b.extent) {
            let Some(own) = fates.get_mut(at..at + same.len()) else { return };
            at += same.len();
            let kept = same.iter().zip(own.iter()).find(|(_, fate)| **fate == Fate::Kept);
            let Some(into) = kept.or_else(|| same.iter().zip(own.iter()).next()).map(|(item, _)| item.id)
            else {
                continue;
            };
            for (item, fate) in same.iter().zip(own) {
                if item.id != into && matches!(fate, Fate::Kept | Fate::Dropped(_)) {
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
        let fits = Expected::of(source).fit(self.items);
        let all = fits.iter().zip(fates).all(|(fit, fate)| *fate != Fate::Kept || fit.any());
        all.then_some(true)
    }

    /// Adds what the file says about the rule set of each input that lists it.
    fn vote(&self, fits: &[Fit], fates: &[Fate], recounted: bool, inputs: &mut [InputVotes]) -> Votes {
        let by_source = !fits.is_empty();
        let all = if by_source { Votes::of_fits(fits) } else { Votes::of_shape(self.items) };
        let single = inputs.len() == 1;
        for (facts, votes) in self.raw.inputs.iter().zip(inputs) {
            let listed = |item: &Item| single || facts.lists.contains(item.id);
            if !self.items.iter().any(listed) {
                continue;
            }
            if by_source {
                votes.add_fitting(self.items, fits, self.state.source.filter(|_| !recounted), listed);
            } else if single {
                votes.shape.add(all);
            } else {
                let own: Vec<Item> = self.items.iter().copied().filter(listed).collect();
                votes.shape.add(Votes::of_shape(&own));
            }
        }
        let kept = || fates.iter().map(|fate| *fate == Fate::Kept);
        if by_source {
            Votes::of_fits(fits.iter().zip(kept()).filter(|(_, kept)| *kept).map(|(fit, _)| fit))
        } else if kept().all(|kept| kept) {
            all
        } else {
            let own: Vec<Item> =
                self.items.iter().zip(kept()).filter(|(_, kept)| *kept).map(|(item, _)| *item).collect();
            Votes::of_shape(&own)
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
