//! Which lines two versions of a text share. Input: two texts. Output: for each line of the old one its number in the new one.
//!
//! Lines that are alike at both ends belong together, and between them those that occur once on either side, as far as they
//! keep their order; then the same again in every gap. Invariants: only equal lines are paired, and pairs never cross. Time
//! is near linear for real edits; what is not paired counts as changed.

use std::collections::HashMap;
use std::ops::Range;

/// For each line of `old`, in order, the 1-based number of the same line in `new`; `None` for a line that was changed.
pub fn unchanged(old: &[u8], new: &[u8]) -> Vec<Option<u32>> {
    let (old, new): (Vec<&[u8]>, Vec<&[u8]>) =
        (old.split(|&byte| byte == b'\n').collect(), new.split(|&byte| byte == b'\n').collect());
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut gaps = vec![(0..old.len(), 0..new.len())];
    while let Some((mut a, mut b)) = gaps.pop() {
        ends(&old, &new, &mut a, &mut b, &mut pairs);
        let anchors = anchors(&old, &new, &a, &b);
        let Some(&(last_a, last_b)) = anchors.last() else { continue };
        let (mut from_a, mut from_b) = (a.start, b.start);
        for &(at_a, at_b) in &anchors {
            gaps.push((from_a..at_a, from_b..at_b));
            (from_a, from_b) = (at_a + 1, at_b + 1);
        }
        gaps.push((last_a + 1..a.end, last_b + 1..b.end));
        pairs.extend(anchors);
    }
    let mut found = vec![None; old.len()];
    for (at, number) in pairs {
        if let Some(slot) = found.get_mut(at) {
            *slot = u32::try_from(number + 1).ok();
        }
    }
    found
}

/// Pairs what is alike at the start and at the end, and leaves the middle.
fn ends(
    old: &[&[u8]],
    new: &[&[u8]],
    a: &mut Range<usize>,
    b: &mut Range<usize>,
    pairs: &mut Vec<(usize, usize)>,
) {
    while a.start < a.end && b.start < b.end && old.get(a.start) == new.get(b.start) {
        pairs.push((a.start, b.start));
        (a.start, b.start) = (a.start + 1, b.start + 1);
    }
    while a.start < a.end && b.start < b.end && old.get(a.end - 1) == new.get(b.end - 1) {
        (a.end, b.end) = (a.end - 1, b.end - 1);
        pairs.push((a.end, b.end));
    }
}

/// Lines that occur once on either side: the longest row of them that ascends on both.
fn anchors(old: &[&[u8]], new: &[&[u8]], a: &Range<usize>, b: &Range<usize>) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&[u8], [(usize, usize); 2]> = HashMap::new();
    for (side, (lines, range)) in [(old, a), (new, b)].into_iter().enumerate() {
        for (at, line) in range.clone().zip(lines.get(range.clone()).unwrap_or_default()) {
            let entry = seen.entry(line).or_default();
            if let Some((count, place)) = entry.get_mut(side) {
                (*count, *place) = (*count + 1, at);
            }
        }
    }
    let mut once: Vec<(usize, usize)> =
        seen.into_values().filter(|[a, b]| a.0 == 1 && b.0 == 1).map(|[a, b]| (a.1, b.1)).collect();
    once.sort_unstable();
    ascending(&once)
}

/// The longest part of pairs, sorted by their first number, whose second numbers ascend.
fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the index of the pair that ends the row with the smallest number; for each pair the one before it.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |index: usize| pairs.get(index).map_or(0, |pair| pair.1);
    for (index, pair) in pairs.iter().enumerate() {
        let length = tails.partition_point(|&tail| second(tail) < pair.1);
        before.push(length.checked_sub(1).and_then(|shorter| tails.get(shorter).copied()));
        match tails.get_mut(length) {
            Some(tail) => *tail = index,
            None => tails.push(index),
        }
    }
    let mut row = Vec::with_capacity(tails.len());
    let mut at = tails.last().copied();
    while let Some(index) = at {
        row.extend(pairs.get(index).copied());
        at = before.get(index).copied().flatten();
    }
    row.reverse();
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::unchanged;

    fn shown(old: &str, new: &str) -> String {
        let numbers = unchanged(old.as_bytes(), new.as_bytes()).into_iter();
        numbers
            .map(|number| number.map_or("-".to_owned(), |number| number.to_string()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn lines_keep_their_partner() {
        assert_eq!(shown("a\nb\nc", "a\nb\nc"), "1 2 3");
        assert_eq!(shown("a\nb\nc", "x\na\nb\ny\nc"), "2 3 5");
        assert_eq!(shown("a\nb\nc\nd", "a\nX\nc\nd"), "1 - 3 4");
        assert_eq!(shown("a\n}\nb\n}\nc\n}", "a\n}\nn\n}\nb\n}\nc\n}"), "1 2 5 6 7 8");
        assert_eq!(shown("a\nb", "b\na"), "- 1");
        assert_eq!(shown("", "a"), "-");
        assert_eq!(shown("x\nx\nx", "x\nx"), "1 2 -");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn pairs_are_equal_and_never_cross(old in "[ab\n]{0,40}", new in "[ab\n]{0,40}") {
            let (before, after): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
            let mut last = 0;
            for (at, number) in unchanged(old.as_bytes(), new.as_bytes()).into_iter().enumerate() {
                if let Some(number) = number {
                    prop_assert!(number > last);
                    last = number;
                    prop_assert_eq!(before[at], after[number as usize - 1]);
                }
            }
            let same = unchanged(old.as_bytes(), old.as_bytes());
            prop_assert!(same.iter().zip(1u32..).all(|(found, number)| *found == Some(number)));
        }
    }
}
