//! Counts of blocks while they are added up: digit by digit. Adding a count's digits to those of a block, each in a byte of its
//! own, costs one addition; what they come to is worked out once in [`ROUNDS`] times, before a byte could overflow.

/// Blocks that share one number of rounds; as many as a word has bits.
pub(super) const GROUP: usize = 64;
/// So often nine fits in a byte.
const ROUNDS: u8 = 28;

#[derive(Debug, Default)]
pub(super) struct Tallies {
    low: Vec<u64>,
    ninth: Vec<u8>,
    /// How often digits were added to any block of a group.
    rounds: Vec<u8>,
}

/// Sums of digits of some blocks.
pub(super) struct Group<'a> {
    /// Of each block those of the last eight digits: of all last ones in the highest byte, of those before them in the next one, and so
    /// on.
    pub(super) low: &'a mut [u64],
    /// Those of the digit in front of them.
    pub(super) ninth: &'a mut [u8],
}

impl Tallies {
    /// Begins anew.
    pub(super) fn reset(&mut self) {
        self.low.clear();
        self.ninth.clear();
        self.rounds.clear();
    }

    /// Makes room for so many blocks: not before they are met again, for most profiles list each block once.
    #[inline]
    pub(super) fn reach(&mut self, blocks: usize) {
        if self.low.len() < blocks {
            self.low.resize(blocks, 0);
            self.ninth.resize(blocks, 0);
        }
    }

    /// The digits of up to `most` blocks from `first` on, all of one group.
    #[inline]
    pub(super) fn group(&mut self, first: usize, most: usize) -> Group<'_> {
        let low = self.low.get_mut(first..).unwrap_or_default();
        let ninth = self.ninth.get_mut(first..).unwrap_or_default();
        let size = most.min(GROUP - first % GROUP).min(low.len()).min(ninth.len());
        Group { low: &mut low[..size], ninth: &mut ninth[..size] }
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

    /// What the digits of the group of `block` come to, block by block; they begin anew.
    pub(super) fn take(&mut self, block: usize) -> impl Iterator<Item = u64> {
        if let Some(rounds) = self.rounds.get_mut(block / GROUP) {
            *rounds = 0;
        }
        let Group { low, ninth } = self.group(block / GROUP * GROUP, GROUP);
        low.iter_mut().zip(ninth).map(|(low, ninth)| {
            let (low, ninth) = (std::mem::take(low), std::mem::take(ninth));
            value(low) + u64::from(ninth) * 100_000_000
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
        tallies.reach(GROUP + 3);
        let mut sum = 0u64;
        for round in 1..=usize::from(ROUNDS) {
            let number = numbers[round % numbers.len()].max(if round % 3 == 0 { 99_999_999 } else { 0 });
            sum += number + 900_000_000;
            let digits: [u8; 8] = format!("{number:08}").into_bytes().try_into().expect("eight digits");
            let group = tallies.group(GROUP + 1, 5);
            assert_eq!((group.low.len(), group.ninth.len()), (2, 2), "there are no more blocks");
            group.low[1] += u64::from_le_bytes(digits.map(|digit| digit - b'0'));
            group.ninth[1] += 9;
            assert_eq!(tallies.is_full(GROUP + 1), round == usize::from(ROUNDS));
        }
        assert_eq!(tallies.group(GROUP - 2, 5).low.len(), 2, "a group ends");
        assert_eq!(tallies.take(GROUP + 1).collect::<Vec<_>>(), [0, 0, sum]);
        assert_eq!(tallies.take(GROUP + 1).collect::<Vec<_>>(), [0, 0, 0], "taken");
        assert!(!tallies.is_full(GROUP), "rounds begin anew");
    }

    #[test]
    fn a_byte_holds_the_digits_of_all_rounds() {
        assert_eq!(value(u64::from(ROUNDS) * 0x0909_0909_0909_0909), u64::from(ROUNDS) * 99_999_999);
        assert!(u32::from(ROUNDS) * 9 <= 255);
    }
}
