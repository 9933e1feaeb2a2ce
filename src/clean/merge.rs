//! Joins what is left after judging: names that mean one file, rows that mean one block.
//!
//! Merge key: the four coordinates and the statements. `set` means "hit or not"; counts add, saturating in 64 bits.

use std::collections::HashMap;

use crate::model::{Block, FileProfile, InputSet, Located, Mode, Profile, RawProfile};

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

/// Makes the clean profile. `kept` tells which raw blocks count; `replaced` gives, for a canonical name, blocks that stand
/// in for all of its raw blocks (a recount in another rule set).
pub fn merge(
    raw: &RawProfile,
    canonical: &[u32],
    mode: Mode,
    kept: impl Fn(u32) -> bool,
    mut replaced: HashMap<u32, Vec<Block>>,
) -> Profile {
    let mut sets = InputSets::new(raw);
    let mut by_file: Vec<Vec<Block>> = vec![Vec::new(); raw.names.len()];
    for (id, block) in raw.blocks.iter().enumerate() {
        let id = u32::try_from(id).unwrap_or(u32::MAX);
        let file = canonical.get(block.file as usize).copied().unwrap_or(block.file);
        if !kept(id) || replaced.contains_key(&file) {
            continue;
        }
        if let Some(blocks) = by_file.get_mut(file as usize) {
            let inputs = sets.of(id, block.count > 0);
            blocks.push(Block { extent: block.extent, stmts: block.stmts, count: block.count, inputs });
        }
    }
    let mut files = Vec::new();
    for (id, name) in raw.names.iter().enumerate() {
        let id = u32::try_from(id).unwrap_or(u32::MAX);
        let mut blocks = std::mem::take(by_file.get_mut(id as usize).unwrap_or(&mut Vec::new()));
        if let Some(standing_in) = replaced.remove(&id) {
            blocks = standing_in;
        }
        if blocks.is_empty() {
            continue;
        }
        join_equal(&mut blocks, &mut sets);
        if mode == Mode::Set {
            blocks.iter_mut().for_each(|block| block.count = block.count.min(1));
        }
        files.push(FileProfile { name: name.clone(), id, blocks, rule_set: None, fits_source: None });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Profile { mode, files, input_sets: sets.finish() }
}

fn join_equal(blocks: &mut Vec<Block>, sets: &mut InputSets<'_>) {
    blocks.sort_by_key(|block| (block.extent, block.stmts));
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
        let inputs = self.raw.inputs.iter().enumerate().filter(|(_, input)| input.hits.contains(id));
        let set = inputs.map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        self.intern(set)
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
