//! What the rows of a listing begin with, up to the cell behind the number of the line.
//!
//! Of ten lines in a row with one state only the last digits differ, and a page has little else than such rows. So the
//! beginning is put together for ten lines at once, and a row is one copy and three digits.

use std::sync::LazyLock;

use super::page::Page;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Plain,
    Covered,
    Missed,
    Partial,
}

impl State {
    const ALL: [Self; 4] = [Self::Plain, Self::Covered, Self::Missed, Self::Partial];

    /// Its class, a space before it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Covered => " c",
            Self::Missed => " m",
            Self::Partial => " p",
        }
    }

    /// What stands behind the number of the line: those who hear the page are told it with the link.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Covered => " covered",
            Self::Missed => " missed",
            Self::Partial => " partly",
        }
    }
}

/// What stands between the place of a line and its number, by the state.
const CLASSES: [([u8; 32], usize); 4] = [
    padded(b"><td><a href=#L"),
    padded(b" class=c><td><a href=#L"),
    padded(b" class=m><td><a href=#L"),
    padded(b" class=p><td><a href=#L"),
];

/// What stands behind the number, by the state, and the next cell.
const WORDS: [([u8; 16], usize); 4] =
    [padded(b"<td>"), padded(b" covered<td>"), padded(b" missed<td>"), padded(b" partly<td>")];

/// Markup at the beginning of a piece, and its length.
const fn padded<const WIDTH: usize>(markup: &[u8]) -> ([u8; WIDTH], usize) {
    let mut piece = [b' '; WIDTH];
    let mut at = 0;
    while at < markup.len() {
        piece[at] = markup[at];
        at += 1;
    }
    (piece, markup.len())
}

/// Room for a beginning with three numbers of six digits. Longer ones are put together each time.
const WIDTH: usize = 64;
const MOST: u32 = 1_000_000;
/// Digits of the last line that there can be, and room for more.
const DIGITS: usize = 16;

/// The beginnings of rows by their state.
#[derive(Debug, Clone)]
pub(super) struct Beginnings([Beginning; State::ALL.len()]);

impl Beginnings {
    /// Those of the first lines.
    pub(super) fn new() -> Self {
        // All pages have the same.
        static FIRST: LazyLock<Beginnings> =
            LazyLock::new(|| Beginnings(State::ALL.map(|state| Beginning::new(state, 1))));
        FIRST.clone()
    }

    /// Adds the beginning of a row.
    #[inline]
    pub(super) fn push(&mut self, out: &mut Page, state: State, number: u32) {
        let own = &mut self.0[state as usize];
        if number.wrapping_sub(own.first) >= 10 && !own.go_on(number) {
            if number >= MOST {
                return push_whole(out, state, number);
            }
            own.begin(state, number);
        }
        let digit = b'0' + (number - own.first).to_le_bytes()[0];
        out.fill(|place: &mut [u8; WIDTH]| {
            *place = own.text;
            for at in own.digits {
                place[usize::from(at) % WIDTH] = digit;
            }
            own.length
        });
    }
}

/// The beginning of rows with one state for ten lines.
#[derive(Debug, Clone)]
struct Beginning {
    text: [u8; WIDTH],
    length: usize,
    /// The first of the lines: its last digit is 0.
    first: u32,
    /// Where the last digits stand in the text.
    digits: [u8; 3],
}

impl Beginning {
    fn new(state: State, number: u32) -> Self {
        let whole = Whole::new(state, number);
        let text = whole.text.first_chunk().copied().unwrap_or([b' '; WIDTH]);
        Self { text, length: whole.length, first: number / 10 * 10, digits: whole.digits }
    }

    /// Becomes that of any ten lines.
    #[cold]
    fn begin(&mut self, state: State, number: u32) {
        *self = Self::new(state, number);
    }

    /// Becomes that of ten later lines whose numbers differ in the last two digits alone; false when it cannot.
    #[inline]
    fn go_on(&mut self, number: u32) -> bool {
        if self.first < 10 || number / 100 != self.first / 100 {
            return false;
        }
        let tens = number / 10 % 10;
        for at in self.digits {
            self.text[usize::from(at).wrapping_sub(1) % WIDTH] = b'0' + tens.to_le_bytes()[0];
        }
        self.first = number / 10 * 10;
        true
    }
}

/// The beginning of a row, however long its number is.
struct Whole {
    text: [u8; 2 * WIDTH],
    length: usize,
    /// Where the last digits of its number stand.
    digits: [u8; 3],
}

impl Whole {
    fn new(state: State, number: u32) -> Self {
        let mut digits = [b' '; DIGITS];
        let mut shown = itoa::Buffer::new();
        let shown = shown.format(number).as_bytes();
        digits[..shown.len()].copy_from_slice(shown);
        let mut whole = Self { text: [b' '; 2 * WIDTH], length: 0, digits: [0; 3] };
        whole.add(b"<tr id=L", 8);
        let place = whole.add(&digits, shown.len());
        let (class, length) = &CLASSES[state as usize];
        whole.add(class, *length);
        let link = whole.add(&digits, shown.len());
        whole.add(b">", 1);
        let text = whole.add(&digits, shown.len());
        let (word, length) = &WORDS[state as usize];
        whole.add(word, *length);
        whole.digits = [place, link, text];
        whole
    }

    /// Adds the first bytes of a piece; gives the place of the last of them.
    fn add<const LENGTH: usize>(&mut self, piece: &[u8; LENGTH], length: usize) -> u8 {
        if let Some(place) = self.text.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut) {
            *place = *piece;
        }
        self.length += length;
        self.length.to_le_bytes()[0].wrapping_sub(1)
    }
}

/// Adds the beginning of a row with a long number.
#[cold]
fn push_whole(out: &mut Page, state: State, number: u32) {
    let whole = Whole::new(state, number);
    out.push(whole.text.get(..whole.length).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_with_their_line_and_its_state() {
        for numbers in [1..130, 990..1_012, 99_980..100_030, 999_980..1_000_030, 4_294_967_290..4_294_967_295]
        {
            let mut beginnings = Beginnings::new();
            for number in numbers {
                // States come and go, so that each meets tens that the others have passed.
                for state in State::ALL.into_iter().filter(|state| number % (*state as u32 + 1) == 0) {
                    let mut page = Page::default();
                    beginnings.push(&mut page, state, number);
                    let class = match state.class().trim() {
                        "" => String::new(),
                        class => format!(" class={class}"),
                    };
                    let word = state.word();
                    let wanted = format!("<tr id=L{number}{class}><td><a href=#L{number}>{number}{word}<td>");
                    assert_eq!(String::from_utf8_lossy(page.bytes()), wanted);
                }
            }
        }
    }
}
