//! Lines told apart by a hash, with or without their white space, and old lines paired with new ones that are alike.
//!
//! The keys of the hash are random: nobody can make two lines that pass as one. Only equality is ever looked at, so the keys
//! do not show in any output.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::Whitespace;

type Hash = <RandomState as BuildHasher>::Hasher;

/// The hash of one line, bytes fed in pieces of any size.
pub(super) struct LineHash {
    whitespace: Whitespace,
    /// All that was fed; without trailing white space where that is left out.
    hash: Hash,
    /// The same with the white space that was fed last: it counts once something follows.
    with_space: Option<Hash>,
}

impl LineHash {
    pub(super) fn new(state: &RandomState, whitespace: Whitespace) -> Self {
        Self { whitespace, hash: state.build_hasher(), with_space: None }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        match self.whitespace {
            Whitespace::Significant => self.hash.write(bytes),
            Whitespace::Eol => {
                let solid = bytes.iter().rposition(|&byte| !is_space(byte)).map_or(0, |at| at + 1);
                self.solid(&bytes[..solid]);
                self.space(&bytes[solid..]);
            }
            Whitespace::Change => {
                for (at, part) in bytes.split(|&byte| is_space(byte)).enumerate() {
                    if at > 0 && self.with_space.is_none() {
                        self.space(b" ");
                    }
                    self.solid(part);
                }
            }
            Whitespace::All => {
                bytes.split(|&byte| is_space(byte)).for_each(|part| self.hash.write(part));
            }
        }
    }

    fn solid(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            if let Some(hash) = self.with_space.take() {
                self.hash = hash;
            }
            self.hash.write(bytes);
        }
    }

    fn space(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            let hash = self.with_space.get_or_insert_with(|| self.hash.clone());
            hash.write(bytes);
        }
    }

    pub(super) fn finish(&self) -> u64 {
        self.hash.finish()
    }
}

/// White space as libgit2 and the C locale have it.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

/// How far behind a line its partner is looked for. Whoever is farther away stays changed.
const REACH: usize = 64;

/// Pairs old with new lines of the same hash, in order, and tells which have no partner: `alone(is_new, index)`, ascending on
/// each side. Any such pairing is a right one; this one is the shortest way to the next pair, time and again.
pub(super) fn pair(old: &[u64], new: &[u64], mut alone: impl FnMut(bool, usize)) {
    let (mut at_old, mut at_new) = (0, 0);
    while at_old < old.len() || at_new < new.len() {
        let (skip_old, skip_new) = next_pair(&old[at_old..], &new[at_new..]);
        (at_old..at_old + skip_old).for_each(|index| alone(false, index));
        (at_new..at_new + skip_new).for_each(|index| alone(true, index));
        at_old += skip_old;
        at_new += skip_new;
        while at_old < old.len() && old.get(at_old) == new.get(at_new) {
            at_old += 1;
            at_new += 1;
        }
    }
}

/// How many lines stand before the next pair.
fn next_pair(old: &[u64], new: &[u64]) -> (usize, usize) {
    for distance in 0..=2 * REACH {
        for skip_old in distance.saturating_sub(REACH)..=distance.min(REACH) {
            let skip_new = distance - skip_old;
            if old.get(skip_old).is_some_and(|hash| new.get(skip_new) == Some(hash)) {
                return (skip_old, skip_new);
            }
        }
    }
    (old.len().min(REACH), new.len().min(REACH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(whitespace: Whitespace, state: &RandomState, pieces: &[&str]) -> u64 {
        let mut hash = LineHash::new(state, whitespace);
        for piece in pieces {
            hash.feed(piece.as_bytes());
        }
        hash.finish()
    }

    #[test]
    fn white_space_counts_as_asked() {
        use Whitespace::{All, Change, Eol, Significant};
        let state = RandomState::new();
        let like =
            |whitespace, text: &str| hash(whitespace, &state, &["a  b"]) == hash(whitespace, &state, &[text]);
        for (text, expected) in [
            ("a  b", [true, true, true, true]),
            ("a  b \t\x0b\x0c\r", [false, true, true, true]),
            ("a\tb ", [false, false, true, true]),
            ("ab", [false, false, false, true]),
            (" a  b", [false, false, false, true]),
            ("a  c", [false, false, false, false]),
        ] {
            let found = [Significant, Eol, Change, All].map(|whitespace| like(whitespace, text));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn pieces_do_not_matter() {
        let state = RandomState::new();
        let text = " one  two\t three four five six seven\t ";
        for whitespace in [Whitespace::Significant, Whitespace::Eol, Whitespace::Change, Whitespace::All] {
            let whole = hash(whitespace, &state, &[text]);
            for cut in 0..text.len() {
                let (left, right) = text.split_at(cut);
                assert_eq!(hash(whitespace, &state, &[left, "", right]), whole, "{whitespace:?} at {cut}");
            }
        }
    }

    #[test]
    fn lines_without_a_partner_are_told_in_order() {
        let alone = |old: &[u64], new: &[u64]| {
            let mut found = (Vec::new(), Vec::new());
            pair(old, new, |is_new, at| if is_new { found.1.push(at) } else { found.0.push(at) });
            found
        };
        assert_eq!(alone(&[1, 2, 3], &[1, 2, 3]), (vec![], vec![]));
        assert_eq!(alone(&[1, 2, 3], &[1, 9, 8, 3]), (vec![1], vec![1, 2]));
        assert_eq!(alone(&[], &[1, 2]), (vec![], vec![0, 1]));
        assert_eq!(alone(&[1, 2], &[]), (vec![0, 1], vec![]));
        let far: Vec<u64> = (100..400).collect();
        assert_eq!(alone(&far, &[399]).0.len(), 300, "out of reach: both stay changed");
    }
}
