//! A page while it is put together.
//!
//! A listing adds a piece for every few bytes of source, so adding one has to cost next to nothing: the room is there
//! beforehand, and a piece whose length is known when this is compiled is a store or two. Pages are put together in the same
//! buffer one after the other.

use std::fmt;

use super::escape::{Markup, push_source};
use crate::model::Extent;
use crate::report::numbers::{DIGITS, SMALL};

/// Room for so many bytes is added at least.
const STEP: usize = 64 << 10;
/// Bytes that are copied at once when a piece is short, as most are.
const SHORT: usize = 16;
/// The same where a piece has a number in it.
const WIDE: usize = 32;

/// The bytes of a page. What lies behind [`Self::bytes`] is room, or what a page before left there.
#[derive(Debug, Default)]
pub(super) struct Page {
    room: Vec<u8>,
    length: usize,
    /// What is put together before it is added.
    scratch: Vec<u8>,
}

impl Page {
    /// What was added.
    pub(super) fn bytes(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.length = 0;
    }

    #[cold]
    fn grow(&mut self, by: usize) {
        let wanted = self.room.len() + by.max(self.room.len() / 2).max(STEP);
        self.room.resize(wanted, 0);
    }

    /// Adds the first bytes of a piece, `length` of `WIDTH` at most. All of it is copied, and what comes next overwrites what does not
    /// count.
    #[expect(clippy::inline_always, reason = "for most pieces the call costs more than the copy")]
    #[inline(always)]
    pub(super) fn first<const WIDTH: usize>(&mut self, piece: &[u8; WIDTH], length: usize) {
        match self.room.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut::<WIDTH>) {
            Some(place) => *place = *piece,
            None => self.in_new_room(piece),
        }
        self.length += length;
    }

    #[cold]
    fn in_new_room(&mut self, piece: &[u8]) {
        self.grow(piece.len());
        if let Some(place) = self.room.get_mut(self.length..self.length + piece.len()) {
            place.copy_from_slice(piece);
        }
    }

    /// Adds what is written to the front of a place of `WIDTH` bytes; `write` says how many that are. What a processor stores in
    /// parts and loads as a whole it waits for, so a piece made of parts is put together where it belongs.
    #[expect(clippy::inline_always, reason = "a call costs as much as what is written")]
    #[inline(always)]
    pub(super) fn fill<const WIDTH: usize>(&mut self, write: impl FnOnce(&mut [u8; WIDTH]) -> usize) {
        let place = self.room.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut::<WIDTH>);
        self.length += if let Some(place) = place {
            write(place)
        } else {
            let mut piece = [0; WIDTH];
            let length = write(&mut piece);
            self.in_new_room(&piece);
            length
        };
    }

    /// Adds markup.
    #[expect(clippy::inline_always, reason = "for most pieces the call costs more than the copy")]
    #[inline(always)]
    pub(super) fn put<const WIDTH: usize>(&mut self, markup: &[u8; WIDTH]) {
        self.first(markup, WIDTH);
    }

    /// Adds bytes that are markup already.
    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.room.len() - self.length < bytes.len() {
            self.grow(bytes.len());
        }
        let end = self.length + bytes.len();
        if let Some(place) = self.room.get_mut(self.length..end) {
            place.copy_from_slice(bytes);
        }
        self.length = end;
    }

    /// Adds the bytes `[from, to)` of a text that stand for themselves.
    #[inline]
    pub(super) fn copy(&mut self, text: &[u8], from: usize, to: usize) {
        let length = to.saturating_sub(from);
        match text.get(from..).and_then(<[u8]>::first_chunk::<SHORT>) {
            Some(window) if length <= SHORT => self.first(window, length),
            _ => self.copy_long(text.get(from..).unwrap_or_default(), length),
        }
    }

    #[inline(never)]
    fn copy_long(&mut self, rest: &[u8], length: usize) {
        match rest.first_chunk::<{ 4 * SHORT }>() {
            Some(window) if length <= 4 * SHORT => self.first(window, length),
            _ => self.push(rest.get(..length).unwrap_or(rest)),
        }
    }

    /// Adds source as it is shown.
    pub(super) fn source(&mut self, bytes: &[u8]) {
        let mut shown = std::mem::take(&mut self.scratch);
        shown.clear();
        push_source(&mut shown, bytes);
        self.push(&shown);
        self.scratch = shown;
    }

    /// Adds the digits of a number.
    #[expect(clippy::inline_always, reason = "mostly a look at a table and a store")]
    #[inline(always)]
    pub(super) fn number(&mut self, number: u32) {
        match number {
            0..1000 => {
                let digits = SMALL.get(number as usize).unwrap_or(&[0; 4]);
                self.first(digits, usize::from(digits[3]));
            }
            1000..10_000 => {
                let pair = |number: u32| DIGITS.get(number as usize).unwrap_or(b"00");
                self.put(pair(number / 100));
                self.put(pair(number % 100));
            }
            _ => self.long_number(number),
        }
    }

    #[cold]
    fn long_number(&mut self, number: u32) {
        self.push(itoa::Buffer::new().format(number).as_bytes());
    }

    /// Adds `5.2–7.3`.
    #[expect(clippy::inline_always, reason = "four numbers, each a look at a table and a store")]
    #[inline(always)]
    pub(super) fn extent(&mut self, extent: Extent) {
        let Extent { start, end } = extent;
        let mut is_short = false;
        self.fill(|text: &mut [u8; WIDE]| {
            let mut at = 0;
            // A number and what stands behind it are six bytes at most, and are written as eight at once.
            let mut add = |number: u32, behind: &[u8]| {
                let digits = SMALL.get(number as usize)?;
                let count = usize::from(digits[3]);
                let digits = u64::from(u32::from_le_bytes(*digits)) & !(u64::MAX << (8 * count));
                let behind_it = behind.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte));
                *text.get_mut(at..)?.first_chunk_mut()? = (digits | behind_it << (8 * count)).to_le_bytes();
                at += count + behind.len();
                Some(())
            };
            // An en dash is three bytes.
            let whole = add(start.line, b".")
                .and_then(|()| add(start.col, b"\xe2\x80\x93"))
                .and_then(|()| add(end.line, b"."))
                .and_then(|()| add(end.col, b""));
            is_short = whole.is_some();
            if is_short { at } else { 0 }
        });
        if !is_short {
            self.long_extent(extent);
        }
    }

    /// The same of longer numbers.
    #[inline(never)]
    fn long_extent(&mut self, extent: Extent) {
        let Extent { start, end } = extent;
        self.number(start.line);
        self.put(b".");
        self.number(start.col);
        self.push("–".as_bytes());
        self.number(end.line);
        self.put(b".");
        self.number(end.col);
    }
}

impl AsRef<[u8]> for Page {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl Markup for Page {
    // Mostly a piece that is known when this is compiled, and then it is a store or two.
    #[inline]
    fn add(&mut self, markup: &str) {
        self.push(markup.as_bytes());
    }
}

impl fmt::Write for Page {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_come_one_behind_the_other() {
        let text: Vec<u8> = (b' '..=b'~').cycle().take(300_000).collect();
        let mut page = Page::default();
        for _ in 0..2 {
            page.clear();
            let mut wanted = Vec::new();
            for (from, length) in (0..1000).map(|at| (at * 7, at % 90)).chain([(0, 300_000), (299_990, 10)]) {
                page.copy(&text, from, from + length);
                page.put(b"<b>");
                page.push(&text[..length]);
                wanted.extend_from_slice(&text[from..from + length]);
                wanted.extend_from_slice(b"<b>");
                wanted.extend_from_slice(&text[..length]);
            }
            assert!(page.bytes() == wanted);
        }
    }

    #[test]
    fn extents_are_of_numbers_of_any_length() {
        let numbers = [1, 9, 10, 99, 100, 999, 1000, 4056, 9999, 10_000, 12_345, u32::MAX];
        for (at, &one) in numbers.iter().enumerate() {
            for &other in &numbers[at..] {
                let mut page = Page::default();
                page.extent(Extent::new(one, other, other, one));
                assert_eq!(page.bytes(), format!("{one}.{other}–{other}.{one}").as_bytes());
            }
        }
    }

    #[test]
    fn numbers_are_of_any_length() {
        for number in (0..12_000).chain([99_999, 100_000, u32::MAX]) {
            let mut page = Page::default();
            page.number(number);
            assert_eq!(page.bytes(), number.to_string().as_bytes());
        }
    }
}
