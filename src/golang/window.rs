//! Eight bytes of a text in one number: how far a word or white space goes is then arithmetic, not a branch for each byte.

/// Each byte of a number set to the same value.
#[inline]
const fn each(byte: u8) -> u64 {
    0x0101_0101_0101_0101 * byte as u64
}

/// The top bit of each byte.
const TOPS: u64 = each(0x80);

/// Eight bytes, the first one lowest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window(u64);

impl Window {
    /// The bytes of a text from `at` on; behind its end they are zero.
    #[inline]
    pub(super) fn new(text: &[u8], at: u32) -> Self {
        let from = at as usize;
        match text.get(from..from + 8).and_then(<[u8]>::first_chunk) {
            Some(bytes) => Self(u64::from_le_bytes(*bytes)),
            None => Self::last(text, at),
        }
    }

    /// The same behind a space at `at`, if there is one, and whether there was: one or zero.
    #[inline]
    pub(super) fn behind_space(text: &[u8], at: u32) -> (Self, u32) {
        let from = at as usize;
        match text.get(from..from + 9).and_then(<[u8]>::first_chunk::<9>) {
            Some(&[b' ', ref bytes @ ..]) => (Self(u64::from_le_bytes(*bytes)), 1),
            Some(&[ref bytes @ .., _]) => (Self(u64::from_le_bytes(*bytes)), 0),
            None => {
                let space = u32::from(text.get(at as usize) == Some(&b' '));
                (Self::last(text, at + space), space)
            }
        }
    }

    /// The last bytes of a text: at most eight.
    #[cold]
    fn last(text: &[u8], at: u32) -> Self {
        let rest = text.get(at as usize..).unwrap_or_default();
        Self(rest.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)))
    }

    /// One of the bytes.
    #[inline]
    pub(super) fn byte(self, index: usize) -> u8 {
        self.0.to_le_bytes()[index]
    }

    /// The first bytes with zeros behind them, and the byte that follows; `None` when they are all.
    #[inline]
    pub(super) fn split(self, length: u32) -> Option<(u64, u8)> {
        (length < 8).then(|| {
            let bits = 8 * length;
            (self.0 & !(u64::MAX << bits), (self.0 >> bits).to_le_bytes()[0])
        })
    }

    /// How many bytes at the start are ASCII letters.
    #[inline]
    pub(super) fn letters(self) -> u32 {
        // What is carried from byte to byte comes from one that is no letter, so the first of these is found.
        let from_a = (self.0 | each(0x20)).wrapping_sub(each(b'a'));
        let others = (from_a | from_a.wrapping_add(each(0x80 - 26))) & TOPS;
        others.trailing_zeros() / 8
    }

    /// How many bytes at the start go on with a word: letters, digits, `_` and all that is not ASCII.
    #[inline]
    pub(super) fn word(self) -> u32 {
        // No sum leaves its byte, since the top bits are out of the way: it then tells whether a limit is reached.
        let ascii = self.0 & !TOPS;
        let reaches = |value: u64, limit: u8| value + each(0x80 - limit);
        let lower = ascii | each(0x20);
        let letter = reaches(lower, b'a') & !reaches(lower, b'z' + 1);
        let digit = reaches(ascii, b'0') & !reaches(ascii, b'9' + 1);
        let other_than_underscore = reaches(ascii ^ each(b'_'), 1);
        let ends = !(self.0 | letter | digit) & other_than_underscore & TOPS;
        ends.trailing_zeros() / 8
    }

    /// How many bytes stand before the first quote of a kind, backslash or newline.
    #[inline]
    pub(super) fn until(self, quote: u8) -> u32 {
        // A byte without bits takes one from its top, and from those behind it, which do not matter.
        let is = |byte: u8| {
            let bits = self.0 ^ each(byte);
            bits.wrapping_sub(each(1)) & !bits
        };
        ((is(quote) | is(b'\\') | is(b'\n')) & TOPS).trailing_zeros() / 8
    }

    /// How many bytes behind the first are tabs.
    #[inline]
    pub(super) fn tabs_behind(self) -> u32 {
        ((self.0 >> 8) ^ each(b'\t')).trailing_zeros() / 8
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_word(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
    }

    #[test]
    fn every_byte_ends_a_word_or_goes_on_with_it() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                for fill in [b'a', b'Z', 0xFF, b'0'] {
                    let mut bytes = [fill; 8];
                    bytes[at] = byte;
                    let window = Window::new(&bytes, 0);
                    let words = bytes.iter().take_while(|&&byte| is_word(byte)).count();
                    assert_eq!(window.word() as usize, words, "{bytes:?}");
                    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    assert_eq!(window.letters() as usize, letters, "{bytes:?}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn lengths_are_those_of_a_look_at_each_byte(
            text in proptest::collection::vec(prop_oneof![Just(b'\t'), Just(b' '), Just(b'a'), Just(b'"'), Just(b'\\'), any::<u8>()], 0..12),
            at in 0_u32..14,
        ) {
            let window = Window::new(&text, at);
            let mut bytes = [0; 8];
            let rest = text.get(at as usize..).unwrap_or_default();
            let length = rest.len().min(8);
            bytes[..length].copy_from_slice(&rest[..length]);
            prop_assert_eq!(std::array::from_fn::<u8, 8, _>(|index| window.byte(index)), bytes);
            prop_assert_eq!(window.word() as usize, bytes.iter().take_while(|&&byte| is_word(byte)).count());
            prop_assert_eq!(window.tabs_behind() as usize, bytes[1..].iter().take_while(|&&byte| byte == b'\t').count());
            for quote in [b'"', b'\''] {
                let ends = |byte: &&u8| [quote, b'\\', b'\n'].contains(byte);
                let plain = bytes.iter().take_while(|byte| !ends(byte)).count();
                prop_assert_eq!(window.until(quote) as usize, plain);
            }
            for (length, next) in (0..).zip(bytes) {
                let mut prefix = bytes;
                prefix[length as usize..].fill(0);
                prop_assert_eq!(window.split(length), Some((u64::from_le_bytes(prefix), next)));
            }
            prop_assert_eq!(window.split(8), None);
            let space = u32::from(text.get(at as usize) == Some(&b' '));
            let (behind, skipped) = Window::behind_space(&text, at);
            prop_assert_eq!((behind.0, skipped), (Window::new(&text, at + space).0, space));
        }
    }
}
