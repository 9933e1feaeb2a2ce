//! Colours of a terminal in a diff (`git diff --color=always`, `diff --color=always`) and how to be rid of them.

use std::borrow::Cow;

use memchr::memchr;

use super::pieces::Piece;

/// A longer sequence is none.
const LONGEST: usize = 32;

/// Takes colours away once a header or a line of a hunk was seen to have them. A diff without them may well have escape
/// sequences in its texts, and they stay.
#[derive(Debug, Default)]
pub(super) struct Colour {
    on: bool,
    /// The start of a sequence that the next piece may end.
    held: Vec<u8>,
}

impl Colour {
    /// From here on there are colours. Gives whether that is news.
    pub(super) fn turn_on(&mut self) -> bool {
        !std::mem::replace(&mut self.on, true)
    }

    pub(super) fn is_on(&self) -> bool {
        self.on
    }

    /// The piece without colours.
    pub(super) fn clean<'a>(&mut self, piece: &Piece<'a>) -> Cow<'a, [u8]> {
        if !self.on || (self.held.is_empty() && memchr(0x1b, piece.bytes).is_none()) {
            return Cow::Borrowed(piece.bytes);
        }
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(piece.bytes);
        if !piece.last {
            let tail = bytes.len().saturating_sub(LONGEST);
            let open = bytes.iter().rposition(|&byte| byte == 0x1b).filter(|&at| at >= tail);
            if let Some(at) = open.filter(|&at| sequence(&bytes[at..]).is_none()) {
                self.held = bytes.split_off(at);
            }
        }
        Cow::Owned(plain(&bytes))
    }
}

/// The bytes without colours.
pub(super) fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr(0x1b, rest) {
        plain.extend_from_slice(&rest[..at]);
        let length = sequence(&rest[at..]);
        if length.is_none() {
            plain.push(0x1b);
        }
        rest = &rest[at + length.unwrap_or(1)..];
    }
    plain.extend_from_slice(rest);
    plain
}

/// The length of the colour sequence that the bytes start with: ECMA-48's "select graphic rendition" (`m`) and "erase in line"
/// (`K`), which programs write beside it.
fn sequence(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let parameter = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b';' | b':');
    let count = parameters.iter().take(LONGEST).take_while(|byte| parameter(byte)).count();
    matches!(parameters.get(count), Some(b'm' | b'K')).then_some(2 + count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_everything_else_stays() {
        assert_eq!(plain(b"\x1b[1;32m+a\x1b[m\x1b[K\x1b[2J\x1b\x1b[0"), b"+a\x1b[2J\x1b\x1b[0");
    }

    #[test]
    fn a_sequence_may_lie_across_two_pieces() {
        let mut colour = Colour::default();
        assert!(colour.turn_on() && !colour.turn_on());
        let piece = |bytes, first, last| Piece { bytes, first, last };
        assert_eq!(*colour.clean(&piece(b"a\x1b[3", true, false)), *b"a");
        assert_eq!(*colour.clean(&piece(b"2mb\x1b[m\x1b", false, false)), *b"b");
        assert_eq!(*colour.clean(&piece(b"c", false, true)), *b"\x1bc");
    }
}
