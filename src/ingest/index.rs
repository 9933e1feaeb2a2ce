//! Blocks by the text of their rows, for rows that come in no order: a table of fingerprints, so that a look-up touches one
//! place in memory and not the text as well, which is most of its cost in a large profile.
//!
//! A fingerprint has 128 bits, and its keys are drawn anew in each run. Texts of the usual length are hashed here, by the sum of
//! products that UMAC uses (RFC 4418, NH): it needs no branch for the length, and two different texts are mixed up by at most
//! one in 2^64 keys, whoever chose them; in a profile of a hundred thousand rows the chance of a mistake is far below that of
//! the memory they are kept in. Other texts are left to the standard library's keyed hasher, twice with keys of its own.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::row::word;
use super::rows::Rows;

/// What is read at once.
const LOOK: usize = 16;
/// Nearly all texts are as long as this or shorter.
const USUAL: usize = 4 * LOOK;
const LOOKS: usize = USUAL / LOOK;

/// The keys of the sum.
#[derive(Debug)]
struct Keys {
    looks: [[u64; 2]; LOOKS],
    length: u64,
}

/// Stands for a row's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Print([u8; 16]);

impl Print {
    /// Its place in the table.
    #[inline]
    fn place(&self) -> u64 {
        let [low, high] = *self.0.as_chunks().0 else { return 0 };
        u64::from_le_bytes(low) ^ u64::from_le_bytes(high)
    }
}

/// An entry. Bytes, so that it takes no more room than needed.
#[derive(Debug, Clone, Copy)]
struct Slot {
    print: Print,
    id: [u8; 4],
}

#[derive(Debug)]
pub(super) struct Index {
    slots: HashTable<Slot>,
    /// How many blocks it knows.
    known: usize,
    keys: Keys,
    long: [RandomState; 2],
}

impl Default for Index {
    fn default() -> Self {
        // The keys of the standard hasher are drawn by the system; these follow from them.
        let seed = RandomState::new();
        let keys = Keys {
            looks: std::array::from_fn(|look| [0, 1].map(|half| seed.hash_one((look, half)))),
            length: seed.hash_one("length"),
        };
        Self { slots: HashTable::new(), known: 0, keys, long: [RandomState::new(), RandomState::new()] }
    }
}

impl Index {
    /// The block with this fingerprint.
    #[inline]
    pub(super) fn find(&self, print: Print) -> Option<u32> {
        self.slots.find(print.place(), |slot| slot.print == print).map(|slot| u32::from_le_bytes(slot.id))
    }

    /// Takes in the rows that were added since it was asked last. Many at once cost half of what they cost one by one between
    /// other work, and a profile whose order holds never asks.
    pub(super) fn complete(&mut self, rows: &Rows) {
        let new = rows.len().saturating_sub(self.known);
        if new == 0 {
            return;
        }
        let place = |slot: &Slot| slot.print.place();
        self.slots.reserve(new, place);
        let first = u32::try_from(self.known).unwrap_or(u32::MAX);
        for id in (first..).take(new) {
            let print = self.print(rows.text(id).unwrap_or_default());
            self.slots.insert_unique(print.place(), Slot { print, id: id.to_le_bytes() }, place);
        }
        self.known = rows.len();
    }

    /// The fingerprint of a text.
    pub(super) fn print(&self, text: &[u8]) -> Print {
        let mut padded = [0; USUAL];
        match padded.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text);
                self.print_of_first(&padded, text.len())
            }
            None => self.print_of_long(text),
        }
    }

    /// The fingerprint of the first `len` bytes.
    #[inline]
    pub(super) fn print_of_first(&self, data: &[u8], len: usize) -> Print {
        match data.first_chunk() {
            Some(data) if (LOOK..=USUAL).contains(&len) => {
                Print(sum(&looks(data, len), len, &self.keys).to_le_bytes())
            }
            Some(_) if len < LOOK => self.print_of_long(data.get(..len).unwrap_or_default()),
            None if len <= USUAL => self.print(data.get(..len).unwrap_or_default()),
            _ => self.print_of_long(data.get(..len).unwrap_or_default()),
        }
    }

    fn print_of_long(&self, text: &[u8]) -> Print {
        let [low, high] = self.long.each_ref().map(|half| u128::from(half.hash_one(text)));
        Print((high << 64 | low).to_le_bytes())
    }
}

/// Four looks at a text, which overlap unless it is as long as can be: with its length they tell it apart from all others.
#[inline]
fn looks(data: &[u8; USUAL], len: usize) -> [[u64; 2]; LOOKS] {
    let last = len - LOOK;
    let look = |start: usize| [word(&data[start..]), word(&data[start + LOOK / 2..])];
    [look(0), look(LOOK.min(last)), look((2 * LOOK).min(last)), look(last)]
}

/// The sum of products of keyed words.
#[inline]
fn sum(looks: &[[u64; 2]; LOOKS], len: usize, keys: &Keys) -> u128 {
    let product = |at: usize| {
        let ([a, b], [key_a, key_b]) = (looks[at], keys.looks[at]);
        u128::from(a.wrapping_add(key_a)) * u128::from(b.wrapping_add(key_b))
    };
    (u128::from(keys.length) * len as u128)
        .wrapping_add(product(0))
        .wrapping_add(product(1))
        .wrapping_add(product(2))
        .wrapping_add(product(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of all lengths, each with every single byte changed, and texts that differ in their length alone.
    fn texts() -> Vec<Vec<u8>> {
        let mut texts = Vec::new();
        for len in 0..100u32 {
            let text: Vec<u8> = (0..len).map(|at| b'a' + u8::try_from(at % 23).expect("small")).collect();
            for at in 0..text.len() {
                let mut other = text.clone();
                other[at] ^= 1;
                texts.push(other);
            }
            texts.extend([text, vec![b'x'; len as usize]]);
        }
        texts.remove(1); // the second empty one
        texts
    }

    #[test]
    fn every_text_has_a_fingerprint_of_its_own_wherever_it_stands() {
        let index = Index::default();
        let mut prints = Vec::new();
        for text in texts() {
            let print = index.print(&text);
            let room =
                [text.as_slice(), b"0\nand what follows it in a profile, which must not matter at all here"]
                    .concat();
            assert_eq!(index.print_of_first(&room, text.len()), print);
            assert_eq!(index.print_of_first(&text, text.len()), print);
            prints.push(print.0);
        }
        prints.sort_unstable();
        let all = prints.len();
        prints.dedup();
        assert_eq!(prints.len(), all);
    }

    #[test]
    fn rows_are_found_by_their_fingerprints_alone() {
        let (mut rows, mut index) = (Rows::default(), Index::default());
        let texts: Vec<Vec<u8>> = texts();
        for (count, text) in texts.iter().enumerate() {
            rows.push(text);
            if count % 100 == 0 {
                index.complete(&rows);
            }
        }
        index.complete(&rows);
        for (id, text) in (0..).zip(&texts) {
            assert_eq!(index.find(index.print(text)), Some(id));
        }
        assert_eq!(index.find(index.print(b"another row")), None);
        assert_eq!(Index::default().find(index.print(&texts[7])), None);
    }
}
