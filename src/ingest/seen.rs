//! What an input in set mode said about each block, a bit each: what it said last, and whether it ever said "hit".

use crate::model::BitSet;

#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What the last row of the block said. The digits in the arena say the same.
    last: Vec<u64>,
    ever: Vec<u64>,
}

/// Blocks that a word tells about.
pub(super) const WORD: usize = 64;

impl Seen {
    /// Notes a row that was not predicted: only that the block was hit.
    #[inline]
    pub(super) fn hit(&mut self, id: u32) {
        let (word, bit) = place(id);
        grow(&mut self.ever, word);
        if let Some(ever) = self.ever.get_mut(word) {
            *ever |= bit;
        }
    }

    /// Notes what a row says that said something else before. True for "hit".
    pub(super) fn turn(&mut self, id: u32) -> bool {
        let (word, bit) = place(id);
        grow(&mut self.last, word);
        let Some(last) = self.last.get_mut(word) else { return false };
        *last ^= bit;
        let hit = *last & bit != 0;
        if hit {
            self.hit(id);
        }
        hit
    }

    /// Notes up to [`WORD`] rows that follow each other, the first one in the lowest bit; gives a bit for each that said
    /// something else before.
    pub(super) fn group(&mut self, first: u32, rows: usize, hits: u64) -> u64 {
        let ((word, _), shift) = (place(first), first % 64);
        grow(&mut self.last, word + 1);
        grow(&mut self.ever, word + 1);
        // Bits of the second word; none when the group lies in the first.
        let high = |bits: u64| if shift == 0 { 0 } else { bits >> (64 - shift) };
        let mask = if rows >= WORD { u64::MAX } else { (1 << rows) - 1 };
        let (Some([low_last, high_last]), Some([low_ever, high_ever])) =
            (two(&mut self.last, word), two(&mut self.ever, word))
        else {
            return 0;
        };
        let upper = if shift == 0 { 0 } else { *high_last << (64 - shift) };
        let turned = ((*low_last >> shift | upper) ^ hits) & mask;
        *low_last ^= turned << shift;
        *high_last ^= high(turned);
        *low_ever |= hits << shift;
        *high_ever |= high(hits);
        turned
    }

    /// Whether the last row of any of these blocks said "hit".
    pub(super) fn any(&self, blocks: std::ops::Range<u32>) -> bool {
        if blocks.is_empty() {
            return false;
        }
        let ((first, _), (end, _)) = (place(blocks.start), place(blocks.end - 1));
        let (low, high) = (u64::MAX << (blocks.start % 64), u64::MAX >> (63 - (blocks.end - 1) % 64));
        let words = self.last.get(first..(end + 1).min(self.last.len())).unwrap_or_default();
        words.iter().enumerate().any(|(at, word)| {
            let mut word = *word;
            if at == 0 {
                word &= low;
            }
            if first + at == end {
                word &= high;
            }
            word != 0
        })
    }

    /// Forgets everything: the blocks that were hit, and those whose last row said so.
    pub(super) fn take(&mut self) -> (BitSet, BitSet) {
        let ever = BitSet::from_words(std::mem::take(&mut self.ever));
        (ever, BitSet::from_words(std::mem::take(&mut self.last)))
    }
}

fn place(id: u32) -> (usize, u64) {
    ((id / 64) as usize, 1 << (id % 64))
}

fn grow(words: &mut Vec<u64>, word: usize) {
    if word >= words.len() {
        words.resize(word + 1, 0);
    }
}

fn two(words: &mut [u64], word: usize) -> Option<&mut [u64; 2]> {
    words.get_mut(word..)?.first_chunk_mut()
}
