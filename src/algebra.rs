//! Algebra on clean profiles: union, subtract, intersect, unique.
//!
//! Input: profiles, one for each operand. Output: a profile. Two blocks are the same when file, the four coordinates and
//! the statements are; a key that an operand lacks is not covered by it. Results of `subtract`, `intersect` and `unique`
//! keep the file ids of the operand whose keys they keep; [`crate::model::Block::inputs`] holds numbers of operands.
//!
//! Profiles of different builds have different keys where the source or the Go release differ, and everything would
//! silently look uncovered. So callers ask [`mismatches`] first, and refuse or map one side to the other's source with
//! [`mapped`].

pub mod lines;

use std::cmp::Ordering;
use std::collections::BTreeMap;

pub use crate::model::KeptCounts as Counts;
use crate::model::{Block, Extent, FileName, FileProfile, InputSet, Mode, Pos, Profile};

/// A file whose blocks two operands cut differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The file.
    pub file: FileName,
    /// The two operands.
    pub operands: (usize, usize),
    /// Blocks that the first of them has alone.
    pub first_only: usize,
    /// Blocks that the second has alone.
    pub second_only: usize,
}

/// The mode of a result: `set` as soon as any operand only tells whether a block ran, else the wider of the counting ones.
pub fn result_mode(profiles: &[&Profile]) -> Mode {
    let modes = profiles.iter().map(|profile| profile.mode);
    if modes.clone().any(|mode| mode == Mode::Set) { Mode::Set } else { modes.max().unwrap_or(Mode::Set) }
}

/// Files that operands have in common and yet cut differently: the first mismatch of each file. Empty when all come from
/// one build, or from builds that share no file.
pub fn mismatches(profiles: &[&Profile]) -> Vec<Mismatch> {
    let mut seen: BTreeMap<&FileName, (usize, &FileProfile)> = BTreeMap::new();
    let mut found: BTreeMap<&FileName, Mismatch> = BTreeMap::new();
    for (operand, profile) in profiles.iter().enumerate() {
        for file in &profile.files {
            let &mut (first, reference) = seen.entry(&file.name).or_insert((operand, file));
            let (first_only, second_only) = alone(reference, file);
            if first_only + second_only > 0 {
                found.entry(&file.name).or_insert_with(|| Mismatch {
                    file: file.name.clone(),
                    operands: (first, operand),
                    first_only,
                    second_only,
                });
            }
        }
    }
    found.into_values().collect()
}

fn alone(first: &FileProfile, second: &FileProfile) -> (usize, usize) {
    let shared = matching(&first.blocks, Some(second)).filter(|(_, other)| other.is_some()).count();
    (first.blocks.len() - shared, second.blocks.len() - shared)
}

/// What `first` covers and none of `others` does: all keys of `first`, with counts zeroed where another covers.
pub fn subtract(first: &Profile, others: &[&Profile]) -> Profile {
    let operands: Vec<&Profile> = std::iter::once(first).chain(others.iter().copied()).collect();
    let mut sets = Sets::default();
    combine(&operands, &mut sets, |block, others, sets| {
        let count = if others.iter().flatten().any(|&count| count > 0) { 0 } else { block.count };
        let inputs = if count > 0 { sets.of(&[0]) } else { InputSet(0) };
        Some((count, inputs))
    })
}

/// What all operands cover: the keys that all have, with the count that `counts` asks for, or 0 where one does not cover.
pub fn intersect(first: &Profile, others: &[&Profile], counts: Counts) -> Profile {
    let operands: Vec<&Profile> = std::iter::once(first).chain(others.iter().copied()).collect();
    let everyone: Vec<u32> = (0..).take(operands.len()).collect();
    let mut sets = Sets::default();
    combine(&operands, &mut sets, |block, others, sets| {
        let least = others.iter().copied().try_fold(block.count, |least, count| Some(least.min(count?)))?;
        let count = if least == 0 || counts == Counts::Min { least } else { block.count };
        let inputs = if count > 0 { sets.of(&everyone) } else { InputSet(0) };
        Some((count, inputs))
    })
}

/// For each operand what it alone covers: its keys, with counts zeroed where another covers. An operand whose result covers
/// nothing is redundant.
pub fn unique(profiles: &[&Profile]) -> Vec<Profile> {
    (0..profiles.len())
        .map(|own| {
            let others: Vec<&Profile> = profiles
                .iter()
                .enumerate()
                .filter(|&(at, _)| at != own)
                .map(|(_, &profile)| profile)
                .collect();
            match profiles.get(own) {
                Some(profile) => renumbered(subtract(profile, &others), own),
                None => Profile { mode: Mode::Set, files: Vec::new(), input_sets: vec![Vec::new()] },
            }
        })
        .collect()
}

/// Makes operand 0 operand `own`.
fn renumbered(mut profile: Profile, own: usize) -> Profile {
    let own = u32::try_from(own).unwrap_or(u32::MAX);
    profile.input_sets.iter_mut().flatten().for_each(|operand| *operand = own);
    profile
}

/// What exactly one of two runs covers: the blocks of each that the other does not cover. For runs that should be equal.
pub fn difference(a: &Profile, b: &Profile) -> (Profile, Profile) {
    (subtract(a, &[b]), renumbered(subtract(b, &[a]), 1))
}

/// Everything that any operand knows: set mode keeps hit or not, else counts add and stop at the largest number. File ids
/// are those of the first operand that has the file.
pub fn union(profiles: &[&Profile]) -> Profile {
    let mode = result_mode(profiles);
    let mut files: BTreeMap<&FileName, (&FileProfile, BTreeMap<Key, Joined>)> = BTreeMap::new();
    for (operand, profile) in (0u32..).zip(profiles) {
        for file in &profile.files {
            let (_, blocks) = files.entry(&file.name).or_insert_with(|| (file, BTreeMap::new()));
            for block in &file.blocks {
                let joined = blocks.entry((block.extent, block.stmts)).or_default();
                joined.count = joined.count.saturating_add(block.count);
                if block.count > 0 {
                    joined.operands.push(operand);
                }
            }
        }
    }
    let mut sets = Sets::default();
    let files = files
        .into_values()
        .map(|(file, blocks)| {
            let blocks = blocks.into_iter().map(|((extent, stmts), joined)| Block {
                extent,
                stmts,
                count: in_mode(mode, joined.count),
                inputs: sets.of(&joined.operands),
            });
            FileProfile { blocks: blocks.collect(), ..empty(file) }
        })
        .collect();
    Profile { mode, files, input_sets: sets.finish() }
}

/// What tells the blocks of a file apart.
type Key = (Extent, u32);

#[derive(Default)]
struct Joined {
    count: u64,
    operands: Vec<u32>,
}

/// Walks the blocks of the first operand. `decide` gets a block and its count in each other operand (`None` where the key is
/// missing) and gives the new count and who covers it, or `None` to drop the key.
fn combine(
    operands: &[&Profile],
    sets: &mut Sets,
    mut decide: impl FnMut(&Block, &[Option<u64>], &mut Sets) -> Option<(u64, InputSet)>,
) -> Profile {
    let mode = result_mode(operands);
    let Some((first, others)) = operands.split_first() else {
        return Profile { mode, files: Vec::new(), input_sets: vec![Vec::new()] };
    };
    let mut files = Vec::new();
    for file in &first.files {
        let mut theirs: Vec<_> =
            others.iter().map(|other| matching(&file.blocks, file_of(other, &file.name))).collect();
        let mut blocks = Vec::with_capacity(file.blocks.len());
        let mut counts = Vec::with_capacity(theirs.len());
        for block in &file.blocks {
            counts.clear();
            counts.extend(theirs.iter_mut().map(|walk| walk.next().and_then(|(_, count)| count)));
            if let Some((count, inputs)) = decide(block, &counts, sets) {
                blocks.push(Block { count: in_mode(mode, count), inputs, ..*block });
            }
        }
        if !blocks.is_empty() {
            files.push(FileProfile { blocks, ..empty(file) });
        }
    }
    Profile { mode, files, input_sets: std::mem::take(sets).finish() }
}

/// A file without its blocks.
fn empty(file: &FileProfile) -> FileProfile {
    let FileProfile { name, id, rule_set, fits_source, .. } = file;
    FileProfile {
        name: name.clone(),
        id: *id,
        blocks: Vec::new(),
        rule_set: *rule_set,
        fits_source: *fits_source,
    }
}

fn in_mode(mode: Mode, count: u64) -> u64 {
    if mode == Mode::Set { count.min(1) } else { count }
}

fn file_of<'a>(profile: &'a Profile, name: &FileName) -> Option<&'a FileProfile> {
    let at = profile.files.binary_search_by(|file| file.name.cmp(name)).ok()?;
    profile.files.get(at)
}

/// Each block with the count of the same block in another file; both are sorted.
fn matching<'a>(
    blocks: &'a [Block],
    other: Option<&'a FileProfile>,
) -> impl Iterator<Item = (&'a Block, Option<u64>)> {
    let mut rest = other.map_or(&[][..], |other| &other.blocks);
    let key = |block: &Block| (block.extent, block.stmts);
    blocks.iter().map(move |block| {
        while let Some((head, tail)) = rest.split_first() {
            match key(head).cmp(&key(block)) {
                Ordering::Less => rest = tail,
                Ordering::Equal => return (block, Some(head.count)),
                Ordering::Greater => break,
            }
        }
        (block, None)
    })
}

/// Sets of operands, each once; set 0 is the empty one.
struct Sets {
    list: Vec<Vec<u32>>,
    index: BTreeMap<Vec<u32>, u32>,
}

impl Default for Sets {
    fn default() -> Self {
        Self { list: vec![Vec::new()], index: BTreeMap::from([(Vec::new(), 0)]) }
    }
}

impl Sets {
    fn of(&mut self, operands: &[u32]) -> InputSet {
        if let Some(&index) = self.index.get(operands) {
            return InputSet(index);
        }
        let index = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(operands.to_vec());
        self.index.insert(operands.to_vec(), index);
        InputSet(index)
    }

    fn finish(self) -> Vec<Vec<u32>> {
        self.list
    }
}

/// The profile in the coordinates of another version of the source. `line` gives the number of an unchanged line there, or
/// `None` for a changed line and for a line that the file does not have. A block moves when all its lines are unchanged and
/// stay together; the second value is the number of blocks that do not.
pub fn mapped(profile: &Profile, line: impl Fn(&FileName, u32) -> Option<u32>) -> (Profile, usize) {
    let mut lost = 0;
    let mut files = Vec::new();
    for file in &profile.files {
        let moved = |block: &Block| {
            shifted(block.extent, |number| line(&file.name, number)).map(|extent| Block { extent, ..*block })
        };
        let mut blocks: Vec<Block> = file.blocks.iter().filter_map(moved).collect();
        lost += file.blocks.len() - blocks.len();
        blocks.sort_by_key(|block| (block.extent, block.stmts));
        if !blocks.is_empty() {
            files.push(FileProfile { blocks, ..empty(file) });
        }
    }
    (Profile { mode: profile.mode, files, input_sets: profile.input_sets.clone() }, lost)
}

/// An extent moved with its lines.
fn shifted(extent: Extent, line: impl Fn(u32) -> Option<u32>) -> Option<Extent> {
    let Extent { start, end } = extent;
    let first = line(start.line)?;
    for number in start.line..=end.line {
        // Lines that the file does not have end the walk, however far the extent claims to reach.
        if line(number)?.checked_sub(first)? != number - start.line {
            return None;
        }
    }
    let last = first.checked_add(end.line.checked_sub(start.line)?)?;
    Some(Extent { start: Pos::new(first, start.col), end: Pos::new(last, end.col) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::btree_map;
    use proptest::prelude::*;

    /// `a.go 1:5` is a block on line 1 of a.go with count 5 and one statement.
    fn profile(mode: Mode, rows: &str) -> Profile {
        let mut files: BTreeMap<&str, Vec<Block>> = BTreeMap::new();
        let mut name = "a.go";
        for word in rows.split_whitespace() {
            let Some((line, count)) = word.split_once(':') else {
                name = word;
                continue;
            };
            let (line, count): (u32, u64) = (line.parse().expect("a line"), count.parse().expect("a count"));
            let inputs = InputSet(u32::from(count > 0));
            files.entry(name).or_default().push(Block {
                extent: Extent::new(line, 1, line, 9),
                stmts: 1,
                count,
                inputs,
            });
        }
        let files = (0..).zip(files).map(|(id, (name, blocks))| FileProfile {
            name: FileName::new(name),
            id,
            blocks,
            rule_set: None,
            fits_source: None,
        });
        Profile { mode, files: files.collect(), input_sets: vec![vec![], vec![0]] }
    }

    /// The rows of a profile in the form of [`profile`].
    fn rows(profile: &Profile) -> String {
        let mut out = Vec::new();
        for file in &profile.files {
            if profile.files.len() > 1 {
                out.push(file.name.to_string());
            }
            out.extend(
                file.blocks.iter().map(|block| format!("{}:{}", block.extent.start.line, block.count)),
            );
        }
        out.join(" ")
    }

    #[test]
    fn subtract_keeps_the_keys_and_zeroes_what_others_cover() {
        let a = profile(Mode::Set, "1:1 2:0 3:1 4:0");
        let b = profile(Mode::Set, "1:1 2:1 3:0 4:0");
        let result = subtract(&b, &[&a]);
        assert_eq!(rows(&result), "1:0 2:1 3:0 4:0");
        let sets: Vec<&[u32]> = result.files[0]
            .blocks
            .iter()
            .map(|block| result.input_sets[block.inputs.0 as usize].as_slice())
            .collect();
        assert_eq!(sets, [&[][..], &[0], &[], &[]]);
        assert_eq!(rows(&subtract(&b, &[])), rows(&b));
        assert_eq!(rows(&subtract(&b, &[&b])), "1:0 2:0 3:0 4:0");
    }

    #[test]
    fn subtract_keeps_counts_and_files_that_others_do_not_know() {
        let a = profile(Mode::Count, "1:9 2:0");
        let b = profile(Mode::Count, "1:5 2:7 z.go 1:3");
        assert_eq!(rows(&subtract(&b, &[&a])), "a.go 1:0 2:7 z.go 1:3");
    }

    #[test]
    fn intersect_keeps_what_all_cover_with_the_least_count_or_the_first() {
        let a = profile(Mode::Count, "1:5 2:0 3:2 9:1");
        let b = profile(Mode::Count, "1:3 2:4 3:8");
        assert_eq!(rows(&intersect(&a, &[&b], Counts::Min)), "1:3 2:0 3:2");
        assert_eq!(rows(&intersect(&a, &[&b], Counts::First)), "1:5 2:0 3:2");
        assert_eq!(rows(&intersect(&b, &[&a], Counts::First)), "1:3 2:0 3:8");
        assert_eq!(rows(&intersect(&a, &[], Counts::Min)), rows(&a));
        // Go's tool zeroes what not every single run of a directory hit; here each operand counts as a whole.
        let runs = union(&[&profile(Mode::Count, "1:1 2:0"), &profile(Mode::Count, "1:0 2:1")]);
        assert_eq!(rows(&intersect(&profile(Mode::Count, "1:1 2:1"), &[&runs], Counts::Min)), "1:1 2:1");
    }

    #[test]
    fn union_adds_and_stops_at_the_largest_number() {
        let a = profile(Mode::Count, "1:5 2:0");
        let b = profile(Mode::Atomic, "1:3 3:18446744073709551615");
        let c = profile(Mode::Count, "3:1");
        let all = union(&[&a, &b, &c]);
        assert_eq!((all.mode, rows(&all).as_str()), (Mode::Atomic, "1:8 2:0 3:18446744073709551615"));
        let sets: Vec<&[u32]> = all.files[0]
            .blocks
            .iter()
            .map(|block| all.input_sets[block.inputs.0 as usize].as_slice())
            .collect();
        assert_eq!(sets, [&[0, 1][..], &[], &[1, 2]]);
    }

    #[test]
    fn any_set_operand_makes_the_result_set() {
        let set = profile(Mode::Set, "1:1 2:0");
        let count = profile(Mode::Count, "1:0 2:7");
        for result in [
            subtract(&set, &[&count]),
            subtract(&count, &[&set]),
            intersect(&count, &[&set], Counts::First),
            union(&[&count, &set]),
        ] {
            assert_eq!(result.mode, Mode::Set);
            assert!(result.files[0].blocks.iter().all(|block| block.count <= 1));
        }
        assert_eq!(result_mode(&[&count]), Mode::Count);
    }

    #[test]
    fn unique_tells_which_test_cannot_be_spared() {
        let a = profile(Mode::Set, "1:1 2:1 3:0");
        let b = profile(Mode::Set, "1:1 2:0 3:1");
        let c = profile(Mode::Set, "1:1 2:0 3:0");
        let results = unique(&[&a, &b, &c]);
        let texts: Vec<String> = results.iter().map(rows).collect();
        assert_eq!(texts, ["1:0 2:1 3:0", "1:0 2:0 3:1", "1:0 2:0 3:0"]);
        assert_eq!(results[1].input_sets, [vec![], vec![1]]);
        let (left, right) = difference(&a, &b);
        assert_eq!((rows(&left), rows(&right)), (texts[0].clone(), texts[1].clone()));
    }

    #[test]
    fn different_builds_are_told_apart_before_anything_is_subtracted() {
        let a = profile(Mode::Set, "1:1 2:1 b.go 1:1");
        let b = profile(Mode::Set, "2:1 3:1 4:1 c.go 1:1");
        let expected =
            Mismatch { file: FileName::new("a.go"), operands: (0, 1), first_only: 1, second_only: 2 };
        assert_eq!(mismatches(&[&a, &b]), [expected]);
        assert_eq!(mismatches(&[&a, &a]), []);
        assert_eq!(mismatches(&[&a, &profile(Mode::Set, "c.go 1:1")]), []);
    }

    #[test]
    fn mapping_moves_blocks_with_their_lines() {
        // Two lines were put in before line 3, and line 5 was changed.
        let line = |_: &FileName, line: u32| match line {
            1 | 2 => Some(line),
            3 | 4 | 6 | 7 => Some(line + 2),
            _ => None,
        };
        let old = profile(Mode::Set, "1:1 2:0 3:1 4:1 5:1 6:1");
        let (new, lost) = mapped(&old, line);
        assert_eq!((rows(&new).as_str(), lost), ("1:1 2:0 5:1 6:1 8:1", 1));
        let file = FileName::new("a.go");
        let moved = |a: u32, b: u32| shifted(Extent::new(a, 2, b, 3), |number| line(&file, number));
        assert_eq!(moved(3, 4), Some(Extent::new(5, 2, 6, 3)));
        assert_eq!(moved(2, 3), None, "torn apart");
        assert_eq!(moved(4, 6), None, "changed inside");
        assert_eq!(moved(6, u32::MAX), None);
        assert_eq!(moved(4, 3), None, "end before start");
    }

    /// Row 79 of the page on differential coverage: builds that differ in one function.
    #[test]
    fn mapped_operands_subtract_from_another_build() {
        let new = profile(Mode::Set, "1:1 2:1 3:1 4:1");
        let old = profile(Mode::Set, "1:1 2:1");
        assert!(!mismatches(&[&new, &old]).is_empty());
        let (old, lost) = mapped(&old, |_, line| (line == 1).then_some(3));
        assert_eq!((rows(&subtract(&new, &[&old])).as_str(), lost), ("1:1 2:1 3:0 4:1", 1));
    }

    fn any_profile() -> impl Strategy<Value = Profile> {
        let mode = prop_oneof![Just(Mode::Set), Just(Mode::Count)];
        (mode, btree_map(1u32..9, 0u64..4, 0..8)).prop_map(|(mode, lines)| {
            let count = |count: u64| if mode == Mode::Set { count.min(1) } else { count };
            let words: Vec<String> =
                lines.into_iter().map(|(line, hits)| format!("{line}:{}", count(hits))).collect();
            profile(mode, &words.join(" "))
        })
    }

    fn covered(profile: &Profile) -> Vec<Extent> {
        let blocks = profile.files.iter().flat_map(|file| &file.blocks);
        blocks.filter(|block| block.count > 0).map(|block| block.extent).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn the_laws_of_sets_hold(a in any_profile(), b in any_profile()) {
            let minus = covered(&subtract(&a, &[&b]));
            let both = covered(&intersect(&a, &[&b], Counts::Min));
            prop_assert_eq!(&both, &covered(&intersect(&b, &[&a], Counts::First)));
            let mut again: Vec<Extent> = minus.iter().chain(&both).copied().collect();
            again.sort_unstable();
            prop_assert_eq!(again, covered(&a));
            prop_assert!(minus.iter().all(|extent| !covered(&b).contains(extent)));
            let mut all = [covered(&a), covered(&b)].concat();
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all, covered(&union(&[&a, &b])));
            prop_assert_eq!(rows(&union(&[&a, &b])), rows(&union(&[&b, &a])));
        }
    }
}
