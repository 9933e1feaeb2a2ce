//! Joins what is left after judging: names that mean one file, rows that mean one block.
//!
//! Merge key: the four coordinates and the statements. `set` means "hit or not"; counts add, saturating in 64 bits.

use std::collections::HashMap;

use super::judgement::{Fate, Judgement};
use crate::model::{Block, FileProfile, InputSet, Located, Mode, Profile, RawProfile, start_apart};

/// For each name, the name that stands for its file: the same index unless two names lead to one path. Import-path
/// names win over absolute ones (files named on the command line), earlier ones over later ones.
pub fn canonical_names(raw: &RawProfile, located: &[Located]) -> Vec<u32> {
    let mut by_path: HashMap<&str, u32> = HashMap::new();
    let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let odd = |at: usize| raw.names.get(at).is_none_or(|name| is_absolute(name.as_str()));
    for pass_odd in [false, true] {
        for (at, place) in located.iter().enumerate() {
            if let Some(path) = &place.path
                && odd(at) == pass_odd
            {
                by_path.entry(path.as_str()).or_insert(index(at));
            }
        }
    }
    (0..raw.names.len())
        .map(|at| {
            let path = located.get(at).and_then(|place| place.path.as_ref());
            path.and_then(|path| by_path.get(path.as_str()).copied()).unwrap_or(index(at))
        })
        .collect()
}

fn is_absolute(name: &str) -> bool {
    name.starts_with(['/', '\\', '.', '_']) || name.as_bytes().get(1) == Some(&b':')
}

/// Makes the clean profile from what was judged to count.
pub fn merge(raw: &RawProfile, canonical: &[u32], mode: Mode, judgement: &Judgement) -> Profile {
    let mut sets = InputSets::new(raw);
    let by_file = collect(raw, canonical, judgement, &mut sets);
    let mut files = Vec::new();
    for ((id, name), mut blocks) in (0u32..).zip(&raw.names).zip(by_file) {
        if blocks.is_empty() {
            continue;
        }
        join_equal(&mut blocks, &mut sets);
        if mode == Mode::Set {
            for block in &mut blocks {
                block.count = block.count.min(1);
            }
        }
        files.push(FileProfile { name: name.clone(), id, blocks, rule_set: None, fits_source: None });
    }
    tell_files(&mut files, canonical, judgement);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Profile { mode, files, input_sets: sets.finish() }
}

/// The blocks that count, by the name that stands for their file.
fn collect(
    raw: &RawProfile,
    canonical: &[u32],
    judgement: &Judgement,
    sets: &mut InputSets<'_>,
) -> Vec<Vec<Block>> {
    let stands_for = |file: u32| canonical.get(file as usize).copied().unwrap_or(file) as usize;
    let mut by_file: Vec<Vec<Block>> = vec![Vec::new(); raw.names.len()];
    let mut sizes = vec![0; raw.names.len()];
    for block in &raw.blocks {
        if let Some(size) = sizes.get_mut(stands_for(block.file)) {
            *size += 1;
        }
    }
    for (blocks, size) in by_file.iter_mut().zip(sizes) {
        blocks.reserve_exact(size);
    }
    for (id, block) in (0u32..).zip(&raw.blocks) {
        let counted = match judgement.fate(id) {
            Fate::Kept | Fate::Doubted(_) => Some(block),
            Fate::Folded { into } => raw.blocks.get(into as usize),
            Fate::Dropped(_) | Fate::Recounted => None,
        };
        if let (Some(counted), Some(blocks)) = (counted, by_file.get_mut(stands_for(block.file))) {
            let inputs = sets.of(id, block.count > 0);
            let (extent, stmts) = (counted.extent, counted.stmts);
            blocks.push(Block { extent, stmts, count: block.count, inputs });
        }
    }
    for (file, judged) in (0u32..).zip(&judgement.files) {
        let recount = judged.recount.as_deref().unwrap_or_default();
        let Some(blocks) = by_file.get_mut(stands_for(file)) else { continue };
        for block in recount {
            let hit = |id: &u32| raw.blocks.get(*id as usize).is_some_and(|block| block.count > 0);
            let inputs = block.from.iter().fold(InputSet(0), |set, id| {
                let own = sets.of(*id, hit(id));
                sets.join(set, own)
            });
            blocks.push(Block { extent: block.extent, stmts: block.stmts, count: block.count, inputs });
        }
    }
    by_file
}

/// Rule set and fit of each file; where several names make one file, what holds for all of them.
fn tell_files(files: &mut [FileProfile], canonical: &[u32], judgement: &Judgement) {
    let mut position = vec![None; canonical.len()];
    for (at, file) in files.iter().enumerate() {
        if let Some(slot) = position.get_mut(file.id as usize) {
            *slot = Some(at);
        }
    }
    let mut told = vec![false; files.len()];
    for (&file, judged) in canonical.iter().zip(&judgement.files) {
        let Some(at) = position.get(file as usize).copied().flatten() else { continue };
        let (Some(file), Some(told)) = (files.get_mut(at), told.get_mut(at)) else { continue };
        if *told {
            file.rule_set = file.rule_set.filter(|own| judged.rule_set == Some(*own));
            file.fits_source = match (file.fits_source, judged.fits_source) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (own, other) => own.or(other),
            };
        } else {
            file.rule_set = judged.rule_set;
            file.fits_source = judged.fits_source;
            *told = true;
        }
    }
}

fn join_equal(blocks: &mut Vec<Block>, sets: &mut InputSets<'_>) {
    if start_apart(blocks.iter().map(|block| block.extent)) {
        return;
    }
    let key = |block: &Block| (block.extent.packed(), block.stmts);
    if !blocks.is_sorted_by_key(key) {
        blocks.sort_by_key(key);
    }
    blocks.dedup_by(|later, first| {
        let same = later.extent == first.extent && later.stmts == first.stmts;
        if same {
            first.count = first.count.saturating_add(later.count);
            first.inputs = sets.join(first.inputs, later.inputs);
        }
        same
    });
}

/// Interns sets of inputs: most blocks share a few.
struct InputSets<'a> {
    raw: &'a RawProfile,
    sets: Vec<Vec<u32>>,
    index: HashMap<Vec<u32>, InputSet>,
}

impl<'a> InputSets<'a> {
    fn new(raw: &'a RawProfile) -> Self {
        Self { raw, sets: vec![Vec::new()], index: HashMap::from([(Vec::new(), InputSet(0))]) }
    }

    fn of(&mut self, id: u32, hit: bool) -> InputSet {
        if !hit {
            return InputSet(0);
        }
        if self.raw.inputs.len() == 1 {
            return self.intern_one();
        }
        let inputs = self.raw.inputs.iter().enumerate().filter(|(_, input)| input.hits.contains(id));
        let set = inputs.map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        self.intern(set)
    }

    /// The set of the only input.
    fn intern_one(&mut self) -> InputSet {
        if self.sets.len() == 1 {
            self.intern(vec![0]);
        }
        InputSet(1)
    }

    fn join(&mut self, a: InputSet, b: InputSet) -> InputSet {
        if a == b {
            return a;
        }
        let list = |set: InputSet| self.sets.get(set.0 as usize).cloned().unwrap_or_default();
        let mut set = list(a);
        set.extend(list(b));
        set.sort_unstable();
        set.dedup();
        self.intern(set)
    }

    fn intern(&mut self, set: Vec<u32>) -> InputSet {
        if let Some(&known) = self.index.get(&set) {
            return known;
        }
        let id = InputSet(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.sets.push(set.clone());
        self.index.insert(set, id);
        id
    }

    fn finish(self) -> Vec<Vec<u32>> {
        self.sets
    }
}
