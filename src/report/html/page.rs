//! A page while it is put together.
//!
//! A listing adds a piece for every few bytes of source, so adding one has to cost next to nothing: the room is there
//! beforehand, and a piece whose length is known when this is compiled is a store or two. Pages are put together in the same
//! buffer one after the other.

use std::fmt;

use super::escape::push_source;
use crate::report::numbers::DIGITS;

/// Room for so many bytes is added at least.
const STEP: usize = 64 << 10;
/// Bytes that are copied at once when a piece is short, as most are.
const SHORT: usize = 16;

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

    /// Adds the first bytes of a piece. All of it is copied, and what comes next overwrites what does not count.
    #[expect(clippy::inline_always, reason = "for most pieces the call costs more than the copy")]
    #[inline(always)]
    fn first<const WIDTH: usize>(&mut self, piece: &[u8; WIDTH], length: usize) {
        if self.room.len() - self.length < WIDTH {
            self.grow(WIDTH);
        }
        if let Some(place) = self.room.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut::<WIDTH>) {
            *place = *piece;
        }
        self.length += length.min(WIDTH);
    }

    /// Adds markup.
    #[expect(clippy::inline_always, reason = "for most pieces the call costs more than the copy")]
    #[inline(always)]
    pub(super) fn put<const WIDTH: usize>(&mut self, markup: &[u8; WIDTH]) {
        self.first(markup, WIDTH);
    }

    /// Adds bytes that are markup already.
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
        let rest = text.get(from..).unwrap_or_default();
        match (rest.first_chunk::<SHORT>(), rest.first_chunk::<{ 4 * SHORT }>()) {
            (Some(window), _) if length <= SHORT => self.first(window, length),
            (_, Some(window)) if length <= 4 * SHORT => self.first(window, length),
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
    pub(super) fn number(&mut self, number: u32) {
        let pair = |number: u32| DIGITS.get(number as usize).unwrap_or(b"00");
        match number {
            0..10 => self.put(&[pair(number)[1]]),
            10..100 => self.put(pair(number)),
            100..1000 => {
                self.put(&[pair(number / 100)[1]]);
                self.put(pair(number % 100));
            }
            1000..10_000 => {
                self.put(pair(number / 100));
                self.put(pair(number % 100));
            }
            _ => self.push(itoa::Buffer::new().format(number).as_bytes()),
        }
    }

    /// Adds digits.
    #[inline]
    pub(super) fn digits(&mut self, digits: &Digits) {
        self.first(&digits.text, digits.length);
    }
}

impl fmt::Write for Page {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// The digits of a number, which counts upwards more cheaply than it is written out.
#[derive(Debug, Clone)]
pub(super) struct Digits {
    text: [u8; SHORT],
    length: usize,
}

impl Digits {
    /// That of one.
    pub(super) fn one() -> Self {
        let mut text = [b'0'; SHORT];
        text[0] = b'1';
        Self { text, length: 1 }
    }

    /// Goes on to the next number.
    pub(super) fn advance(&mut self) {
        for digit in self.text.iter_mut().take(self.length).rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        if let Some(room) = self.text.get_mut(self.length) {
            *room = b'0';
            self.text[0] = b'1';
            self.length += 1;
        }
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
    fn digits_count_as_numbers_do() {
        let shown = |add: &dyn Fn(&mut Page)| {
            let mut page = Page::default();
            add(&mut page);
            String::from_utf8(page.bytes().to_vec()).expect("digits")
        };
        let mut digits = Digits::one();
        for number in 1..12_000_u32 {
            assert_eq!(shown(&|page| page.digits(&digits)), number.to_string());
            assert_eq!(shown(&|page| page.number(number)), number.to_string());
            digits.advance();
        }
        assert_eq!(shown(&|page| page.number(0)), "0");
        assert_eq!(shown(&|page| page.number(u32::MAX)), u32::MAX.to_string());
    }
}
