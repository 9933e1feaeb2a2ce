//! Counts of blocks while they are added up: digit by digit. Adding a count's digits to those of a block, each in a byte of its
//! own, costs one addition; what they come to is worked out once in [`ROUNDS`] times, before a byte could overflow.

/// Blocks that share one number of rounds.
pub(super) const GROUP: usize = 64;
/// So often nine fits in a byte.
const ROUNDS: u8 = 28;

/// Sums of digits of one block: of all last digits in the highest byte, of those before them in the next one, and so on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Digits {
    /// The last eight.
    pub(super) low: u64,
    /// Those in front of them.
    pub(super) high: u64,
}

#[derive(Debug, Default)]
pub(super) struct Tallies {
    digits: Vec<Digits>,
    /// How often digits were added to any block of a group.
    rounds: Vec<u8>,
}

impl Tallies {
    /// Begins anew with so many blocks.
    pub(super) fn reset(&mut self, blocks: usize) {
        self.digits.clear();
        self.digits.resize(blocks, Digits::default());
        self.rounds.clear();
    }

    /// Room for one more block.
    #[inline]
    pub(super) fn push(&mut self) {
        self.digits.push(Digits::default());
    }

    /// The digits of up to `most` blocks from `first` on, all of one group.
    #[inline]
    pub(super) fn group(&mut self, first: usize, most: usize) -> &mut [Digits] {
        let digits = self.digits.get_mut(first..).unwrap_or_default();
        let size = most.min(GROUP - first % GROUP).min(digits.len());
        &mut digits[..size]
    }

    /// Notes that digits were added to the group of `block`, once to each of its blocks at most. True when its digits have to be
    /// [taken](Self::take) now.
    #[inline]
    pub(super) fn is_full(&mut self, block: usize) -> bool {
        let group = block / GROUP;
        if group >= self.rounds.len() {
            self.rounds.resize(group + 1, 0);
        }
        let Some(rounds) = self.rounds.get_mut(group) else { return true };
        *rounds += 1;
        *rounds >= ROUNDS
    }

    /// What the digits of the group of `block` come to, from its first block on; they begin anew.
    pub(super) fn take(&mut self, block: usize) -> impl Iterator<Item = (usize, u64)> {
        let (group, first) = (block / GROUP, block / GROUP * GROUP);
        if let Some(rounds) = self.rounds.get_mut(group) {
            *rounds = 0;
        }
        let digits = self.group(first, GROUP).iter_mut().enumerate();
        digits.filter(|(_, digits)| **digits != Digits::default()).map(move |(at, digits)| {
            let Digits { low, high } = std::mem::take(digits);
            (first + at, value(low) + value(high) * 100_000_000)
        })
    }
}

/// What sums of digits come to, the last digit's in the highest byte.
fn value(digits: u64) -> u64 {
    let pairs = (digits & 0x00ff_00ff_00ff_00ff) * 10 + (digits >> 8 & 0x00ff_00ff_00ff_00ff);
    let quads = (pairs & 0x0000_ffff_0000_ffff) * 100 + (pairs >> 16 & 0x0000_ffff_0000_ffff);
    (quads & 0xffff_ffff) * 10_000 + (quads >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_digits_are_what_their_numbers_add_up_to() {
        let numbers = [0, 7, 10, 99, 4_096, 909_090, 1_234_567, 99_999_999, 80_000_000, 12_345_678];
        let mut tallies = Tallies::default();
        tallies.reset(GROUP + 3);
        let mut sum = 0u64;
        for round in 1..=usize::from(ROUNDS) {
            let number = numbers[round % numbers.len()].max(if round % 3 == 0 { 99_999_999 } else { 0 });
            sum += number * 100_000_001;
            let digits: [u8; 8] = format!("{number:08}").into_bytes().try_into().expect("eight digits");
            let group = tallies.group(GROUP + 1, 5);
            assert_eq!(group.len(), 2, "there are no more blocks");
            let digits = u64::from_le_bytes(digits.map(|digit| digit - b'0'));
            group[1].low += digits;
            group[1].high += digits;
            assert_eq!(tallies.is_full(GROUP + 1), round == usize::from(ROUNDS));
        }
        assert_eq!(tallies.group(GROUP - 2, 5).len(), 2, "a group ends");
        assert_eq!(tallies.take(GROUP + 1).collect::<Vec<_>>(), [(GROUP + 2, sum)]);
        assert_eq!(tallies.take(GROUP + 1).count(), 0, "taken");
        assert!(!tallies.is_full(GROUP), "rounds begin anew");
    }

    #[test]
    fn a_byte_holds_the_digits_of_all_rounds() {
        assert_eq!(value(u64::from(ROUNDS) * 0x0909_0909_0909_0909), u64::from(ROUNDS) * 99_999_999);
        assert!(u32::from(ROUNDS) * 9 <= 255);
    }
}
