//! Evidence of the sections of a text profile: which listings of a package come from a test result in the cache.
//!
//! Input: a raw profile. Output: blocks that the sections prove stale, and for every file that is not listed alike
//! everywhere its distinct listings. Works on unique runs; a profile whose sections all list the same costs a pass over
//! the parts and the unique blocks.
//!
//! What it builds on (cmd/go, 1.25.0 to 1.26.2, golang/go#74873; measured, see `docs/accuracy.md`):
//! * With `-coverpkg` a test binary also describes packages that it does not link, from static data, with count 0. Only
//!   those can be stale when the result comes from the cache. So a section with a hit in a package is fresh for the package.
//! * Packages without tests add sections of their own, never cached, all zero, which hold only such packages.
//! * All test binaries of one run describe the same packages.
//!
//! Each of these holds for one `go test` run only. An input that does not look like one is not trusted that far: its
//! sections then count as listings, and contradictions between them are left to the source and the overlap graph.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::judgement::{Listing, Reason};
use crate::model::{InputKind, RawProfile};

/// How far the sections of an input can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// They look like one `go test -coverpkg` run: a block absent from a fresh section is stale.
    Trusted,
    /// They are listings, no more.
    Grouped,
    /// There are none, or their order means nothing: the input is one listing.
    Whole,
}

/// One distinct listing of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    /// Block ids, ascending.
    pub(super) blocks: Vec<u32>,
    /// How many sections and whole inputs list it.
    pub(super) groups: u32,
    /// Order of the last of them.
    pub(super) last: u32,
    /// Whether any of them executed the package.
    pub(super) hit: bool,
}

/// What the sections say.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Blocks that every input that lists them proves stale, by file; ascending.
    pub(super) suspects: BTreeMap<u32, Vec<(u32, Reason)>>,
    /// The listings of every file that is not listed alike everywhere.
    pub(super) sets: BTreeMap<u32, Vec<Set>>,
    /// For each package: several sections of one run list it, all alike, so overlaps in it are genuine.
    pub(super) repeated: Vec<bool>,
}

/// Reads the evidence. `order` holds all block ids grouped by file; `files` the part of each file.
pub(super) fn evidence(raw: &RawProfile, order: &[u32], files: &[std::ops::Range<usize>]) -> Evidence {
    let view = View::new(raw);
    let standings: Vec<Standing> =
        (0..raw.inputs.len()).map(|input| view.standing_by_order(raw, input)).collect();
    let contested = view.contested(raw, &standings);
    let repeated = view.repeated(raw, &standings, &contested);
    if !contested.contains(&true) {
        return Evidence { repeated, ..Evidence::default() };
    }
    let standings: Vec<Standing> = standings
        .into_iter()
        .enumerate()
        .map(|(input, standing)| match standing {
            Standing::Trusted if !view.looks_like_one_run(raw, input) => Standing::Grouped,
            standing => standing,
        })
        .collect();
    let parts = view.contested_parts(raw, &standings, &contested);
    Evidence {
        suspects: suspects(raw, &standings, &parts),
        sets: sets(raw, &standings, &contested, &parts, order, files),
        repeated,
    }
}

/// Where a block was listed, in the order of the inputs and their sections.
pub fn listings(raw: &RawProfile, block: u32) -> Vec<Listing> {
    let mut found = Vec::new();
    for (input, facts) in (0u32..).zip(&raw.inputs) {
        if !facts.lists.contains(block) {
            continue;
        }
        let mut any = false;
        let own = raw.sections.iter().filter(|section| section.input == input);
        for (ordinal, section) in (1u32..).zip(own) {
            for part in &section.parts {
                let lists = raw
                    .runs
                    .get(part.run as usize)
                    .is_some_and(|run| run.ranges.iter().any(|&(first, end)| first <= block && block < end));
                if lists {
                    found.push(Listing { input, section: Some(ordinal), hit: part.hit });
                    any = true;
                }
            }
        }
        if !any {
            found.push(Listing { input, section: None, hit: facts.hits.contains(block) });
        }
    }
    found
}

/// Sections by input and lengths of runs: what the passes below share.
struct View {
    sections: Vec<Vec<u32>>,
    run_lengths: Vec<u64>,
    package_blocks: Vec<u64>,
}

impl View {
    fn new(raw: &RawProfile) -> Self {
        let mut sections = vec![Vec::new(); raw.inputs.len()];
        for (index, section) in (0u32..).zip(&raw.sections) {
            if let Some(own) = sections.get_mut(section.input as usize) {
                own.push(index);
            }
        }
        let run_lengths = raw
            .runs
            .iter()
            .map(|run| run.ranges.iter().map(|&(first, end)| u64::from(end.saturating_sub(first))).sum())
            .collect();
        let mut package_blocks = vec![0u64; raw.packages.len()];
        for block in &raw.blocks {
            if let Some(count) = package_of(raw, block.file).and_then(|at| package_blocks.get_mut(at)) {
                *count += 1;
            }
        }
        Self { sections, run_lengths, package_blocks }
    }

    /// Calls `each` with (section index, package, run, hit) for all parts of an input.
    fn parts(&self, raw: &RawProfile, input: usize, mut each: impl FnMut(u32, usize, usize, bool)) {
        for &index in self.sections.get(input).map_or(&[][..], Vec::as_slice) {
            for part in raw.sections.get(index as usize).map_or(&[][..], |section| section.parts.as_slice()) {
                if let Some(run) = raw.runs.get(part.run as usize) {
                    each(index, run.package as usize, part.run as usize, part.hit);
                }
            }
        }
    }

    /// The two guards. No row repeats: one section, however often the order breaks. The order breaks more often than the
    /// most repeated row and the number of packages explain: some other tool ordered the rows. Profiles of Go before 1.20
    /// and sorted ones would otherwise lose good blocks.
    fn standing_by_order(&self, raw: &RawProfile, input: usize) -> Standing {
        let facts = match raw.inputs.get(input) {
            Some(facts) if facts.ordered => facts,
            _ => return Standing::Whole,
        };
        let sections = self.sections.get(input).map_or(0, Vec::len);
        if sections < 2 {
            return Standing::Whole;
        }
        let mut run_repeats = vec![0u64; raw.runs.len()];
        let mut listed = 0u64;
        let mut packages = vec![false; raw.packages.len()];
        self.parts(raw, input, |_, package, run, _| {
            run_repeats[run] += 1;
            listed += self.run_lengths[run];
            if let Some(seen) = packages.get_mut(package) {
                *seen = true;
            }
        });
        let packages = packages.into_iter().filter(|&seen| seen).count() as u64;
        let breaks = sections as u64 - 1;
        let most = run_repeats.iter().copied().max().unwrap_or(0);
        if most < 2 {
            let unique = (0u32..).zip(&raw.blocks).filter(|&(id, _)| facts.lists.contains(id)).count() as u64;
            if listed <= unique {
                return Standing::Whole;
            }
        }
        if breaks > most + packages && breaks > row_repeats(raw, &run_repeats) + packages {
            return Standing::Whole;
        }
        if facts.kind == InputKind::Text && facts.mode_rows <= 1 {
            Standing::Trusted
        } else {
            Standing::Grouped
        }
    }

    /// Packages that are not listed alike by every section and input.
    fn contested(&self, raw: &RawProfile, standings: &[Standing]) -> Vec<bool> {
        let mut contested = vec![false; raw.packages.len()];
        for (input, standing) in standings.iter().enumerate() {
            let sections = self.sections.get(input).map_or(0, Vec::len);
            if *standing == Standing::Whole && sections != 1 {
                let mut listed = vec![0u64; raw.packages.len()];
                let Some(facts) = raw.inputs.get(input) else { continue };
                for (id, block) in (0u32..).zip(&raw.blocks) {
                    if facts.lists.contains(id)
                        && let Some(count) = package_of(raw, block.file).and_then(|at| listed.get_mut(at))
                    {
                        *count += 1;
                    }
                }
                for (package, &count) in listed.iter().enumerate() {
                    contested[package] |= count != 0 && count != self.package_blocks[package];
                }
                continue;
            }
            self.parts(raw, input, |_, package, run, _| {
                if let Some(differs) = contested.get_mut(package) {
                    *differs |= self.run_lengths[run] != self.package_blocks[package];
                }
            });
        }
        contested
    }

    /// Packages that several sections of one input list alike.
    fn repeated(&self, raw: &RawProfile, standings: &[Standing], contested: &[bool]) -> Vec<bool> {
        let mut repeated = vec![false; raw.packages.len()];
        for (input, standing) in standings.iter().enumerate() {
            if *standing != Standing::Trusted {
                continue;
            }
            let mut seen = vec![false; raw.packages.len()];
            self.parts(raw, input, |_, package, _, _| {
                if let (Some(seen), Some(repeated)) = (seen.get_mut(package), repeated.get_mut(package)) {
                    *repeated |= *seen && !contested[package];
                    *seen = true;
                }
            });
        }
        repeated
    }

    /// Whether an input can be the output of one `go test` run: sections that executed a package agree on it, and no
    /// package occurs more often than once per test binary and once on its own.
    fn looks_like_one_run(&self, raw: &RawProfile, input: usize) -> bool {
        let mut executed: Vec<Option<usize>> = vec![None; raw.packages.len()];
        let mut occurrences = vec![0usize; raw.packages.len()];
        let mut agree = true;
        self.parts(raw, input, |_, package, run, hit| {
            if let Some(count) = occurrences.get_mut(package) {
                *count += 1;
            }
            if let (true, Some(first)) = (hit, executed.get_mut(package)) {
                agree &= *first.get_or_insert(run) == run;
            }
        });
        let lengths = self.section_lengths(raw, input);
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let binaries = lengths.iter().filter(|&&length| length == longest).count();
        agree && occurrences.iter().all(|&count| count <= binaries + 1)
    }

    fn section_lengths(&self, raw: &RawProfile, input: usize) -> Vec<usize> {
        let own = self.sections.get(input).map_or(&[][..], Vec::as_slice);
        own.iter().filter_map(|&index| raw.sections.get(index as usize)).map(|it| it.parts.len()).collect()
    }

    fn contested_parts(
        &self,
        raw: &RawProfile,
        standings: &[Standing],
        contested: &[bool],
    ) -> Vec<PartOfPackage> {
        let mut found = Vec::new();
        for (input, standing) in standings.iter().enumerate() {
            if *standing == Standing::Whole {
                continue;
            }
            let untested = self.untested_sections(raw, input);
            self.parts(raw, input, |section, package, run, hit| {
                if contested.get(package) == Some(&true) {
                    let untested = untested.contains(&section);
                    found.push(PartOfPackage { input, package, run, section, hit, untested });
                }
            });
        }
        found.sort_by_key(|part| (part.package, part.input, part.run, part.section));
        found
    }

    /// All-zero sections whose packages are a proper part of the largest section's: they describe packages without tests.
    fn untested_sections(&self, raw: &RawProfile, input: usize) -> BTreeSet<u32> {
        let own = self.sections.get(input).map_or(&[][..], Vec::as_slice);
        let packages_of = |index: u32| -> Vec<u32> {
            let parts = raw.sections.get(index as usize).map_or(&[][..], |it| it.parts.as_slice());
            let mut packages: Vec<u32> = parts
                .iter()
                .filter_map(|part| raw.runs.get(part.run as usize))
                .map(|run| run.package)
                .collect();
            packages.sort_unstable();
            packages
        };
        let longest = own
            .iter()
            .copied()
            .max_by_key(|&index| raw.sections.get(index as usize).map_or(0, |it| it.parts.len()))
            .map(packages_of)
            .unwrap_or_default();
        own.iter()
            .copied()
            .filter(|&index| {
                let Some(section) = raw.sections.get(index as usize) else { return false };
                section.parts.len() < longest.len()
                    && section.parts.iter().all(|part| !part.hit)
                    && packages_of(index).iter().all(|package| longest.binary_search(package).is_ok())
            })
            .collect()
    }
}

/// A listing of a contested package by one section.
#[derive(Debug, Clone, Copy)]
struct PartOfPackage {
    input: usize,
    package: usize,
    run: usize,
    section: u32,
    hit: bool,
    untested: bool,
}

fn package_of(raw: &RawProfile, file: u32) -> Option<usize> {
    raw.name_packages.get(file as usize).map(|&package| package as usize)
}

/// How often the most repeated row of an input occurs, given how often each run does.
fn row_repeats(raw: &RawProfile, run_repeats: &[u64]) -> u64 {
    let mut repeats = vec![0u64; raw.blocks.len()];
    for (run, &times) in raw.runs.iter().zip(run_repeats) {
        if times == 0 {
            continue;
        }
        for id in run.blocks() {
            if let Some(count) = repeats.get_mut(id as usize) {
                *count += times;
            }
        }
    }
    repeats.into_iter().max().unwrap_or(0)
}

/// Blocks that trusted inputs prove stale and that no other input lists.
fn suspects(
    raw: &RawProfile,
    standings: &[Standing],
    parts: &[PartOfPackage],
) -> BTreeMap<u32, Vec<(u32, Reason)>> {
    let mut votes: HashMap<u32, (usize, usize, Reason)> = HashMap::new();
    for group in parts.chunk_by(|a, b| (a.package, a.input) == (b.package, b.input)) {
        let Some(&PartOfPackage { input, .. }) = group.first() else { continue };
        if standings.get(input) != Some(&Standing::Trusted) {
            continue;
        }
        let Some((live, reason)) = live_run(group) else { continue };
        let mut listed: Vec<u32> = raw.runs.get(live).map(|run| run.blocks().collect()).unwrap_or_default();
        listed.sort_unstable();
        for runs in group.chunk_by(|a, b| a.run == b.run) {
            let Some(run) = runs.first().and_then(|part| raw.runs.get(part.run)) else { continue };
            for id in run.blocks().filter(|id| listed.binary_search(id).is_err()) {
                let vote = votes.entry(id).or_insert((usize::MAX, 0, reason));
                if vote.0 != input {
                    *vote = (input, vote.1 + 1, vote.2);
                }
            }
        }
    }
    let mut votes: Vec<(u32, usize, Reason)> =
        votes.into_iter().map(|(id, (_, count, reason))| (id, count, reason)).collect();
    votes.sort_unstable_by_key(|vote| vote.0);
    let mut suspects: BTreeMap<u32, Vec<(u32, Reason)>> = BTreeMap::new();
    for (id, count, reason) in votes {
        let listed = raw.inputs.iter().filter(|input| input.lists.contains(id)).count();
        if let (true, Some(block)) = (count >= listed, raw.blocks.get(id as usize)) {
            suspects.entry(block.file).or_default().push((id, reason));
        }
    }
    suspects
}

/// The run of a package that is fresh for certain: the one that was executed, else the one of packages without tests.
fn live_run(group: &[PartOfPackage]) -> Option<(usize, Reason)> {
    if let Some(part) = group.iter().find(|part| part.hit) {
        let input = u32::try_from(part.input).ok()?;
        return Some((part.run, Reason::NotInHitSection { input, section: part.section }));
    }
    let mut own = group.iter().filter(|part| part.untested);
    let part = own.next()?;
    let input = u32::try_from(part.input).ok()?;
    own.all(|other| other.run == part.run)
        .then_some((part.run, Reason::NotInUntestedSection { input, section: part.section }))
}

/// The distinct listings of the files of contested packages.
fn sets(
    raw: &RawProfile,
    standings: &[Standing],
    contested: &[bool],
    parts: &[PartOfPackage],
    order: &[u32],
    files: &[std::ops::Range<usize>],
) -> BTreeMap<u32, Vec<Set>> {
    let mut builder = SetBuilder::default();
    for runs in parts.chunk_by(|a, b| (a.input, a.run) == (b.input, b.run)) {
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else { continue };
        let Some(run) = raw.runs.get(first.run) else { continue };
        let set = Set {
            blocks: Vec::new(),
            groups: u32::try_from(runs.len()).unwrap_or(u32::MAX),
            last: last.section.saturating_add(1),
            hit: runs.iter().any(|part| part.hit),
        };
        let mut ids: Vec<(u32, u32)> =
            run.blocks().filter_map(|id| raw.blocks.get(id as usize).map(|block| (block.file, id))).collect();
        ids.sort_unstable();
        for of_file in ids.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(file, _)) = of_file.first() else { continue };
            builder.add(file, of_file.iter().map(|&(_, id)| id).collect(), &set);
        }
    }
    let whole = standings.iter().enumerate().filter(|(_, standing)| **standing == Standing::Whole);
    for (input, facts) in whole.filter_map(|(index, _)| raw.inputs.get(index).map(|facts| (index, facts))) {
        let last = u32::try_from(raw.sections.len() + input + 1).unwrap_or(u32::MAX);
        for (file, range) in (0u32..).zip(files) {
            if package_of(raw, file).and_then(|at| contested.get(at)) != Some(&true) {
                continue;
            }
            let own = order.get(range.clone()).unwrap_or(&[]).iter().copied();
            let mut blocks: Vec<u32> = own.filter(|&id| facts.lists.contains(id)).collect();
            if blocks.is_empty() {
                continue;
            }
            blocks.sort_unstable();
            let hit = blocks.iter().any(|&id| facts.hits.contains(id));
            builder.add(file, blocks, &Set { blocks: Vec::new(), groups: 1, last, hit });
        }
    }
    builder.sets.retain(|_, sets| 1 < sets.len());
    builder.sets
}

/// Collects listings, equal ones once.
#[derive(Default)]
struct SetBuilder {
    sets: BTreeMap<u32, Vec<Set>>,
    index: HashMap<Vec<u32>, usize>,
}

impl SetBuilder {
    fn add(&mut self, file: u32, blocks: Vec<u32>, facts: &Set) {
        let sets = self.sets.entry(file).or_default();
        if let Some(set) = self.index.get(&blocks).and_then(|&at| sets.get_mut(at)) {
            set.groups = set.groups.saturating_add(facts.groups);
            set.last = set.last.max(facts.last);
            set.hit |= facts.hit;
        } else {
            self.index.insert(blocks.clone(), sets.len());
            sets.push(Set { blocks, ..facts.clone() });
        }
    }
}
