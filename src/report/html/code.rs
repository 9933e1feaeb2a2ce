//! The code of a line: spans for blocks and for syntax, and all else as it stands.
//!
//! Input: a text with its tokens, the blocks on it, and its lines in order. Output: markup. A page is mostly this, so what
//! is done for each piece is as little as can be: where bytes stand that a page cannot hold as they are is found for the
//! whole text at once.

use super::escape::odd_bytes;
use super::listing::Listing;
use super::page::Page;
use super::paint::{Stretch, Stretches, stretches};
use crate::model::{Mode, PackedToken, SourceToken, TokenKind};

/// Bytes of a line that are shown.
const LONGEST_LINE: usize = 10_000;

/// Behind everything.
const NO_TOKEN: SourceToken = SourceToken::new(TokenKind::Comment, u32::MAX, u32::MAX);
const NO_STRETCH: Stretch = Stretch { start: usize::MAX, end: usize::MAX, block: usize::MAX, ran: false };

/// A short piece of markup, and how long it is.
type Tag = ([u8; 8], usize);

/// What opens and what closes a token.
const fn tags(kind: TokenKind) -> (Tag, Tag) {
    match kind {
        TokenKind::Keyword => ((*b"<b>     ", 3), (*b"</b>    ", 4)),
        TokenKind::Text => ((*b"<u>     ", 3), (*b"</u>    ", 4)),
        TokenKind::Number => ((*b"<var>   ", 5), (*b"</var>  ", 6)),
        TokenKind::Comment => ((*b"<i>     ", 3), (*b"</i>    ", 4)),
    }
}

/// Writes the code of one line after the other.
pub(super) struct Code<'a> {
    listing: &'a Listing<'a>,
    text: &'a [u8],
    /// The first token that does not lie behind what was written, and those that follow it.
    token: SourceToken,
    later: std::slice::Iter<'a, PackedToken>,
    /// The same of painted stretches.
    stretch: Stretch,
    painted: Stretches<'a>,
    /// The same of bytes that a page cannot hold as they are.
    odd: usize,
    odds: std::vec::IntoIter<u32>,
    /// Behind the last block whose title was written.
    untitled: usize,
    /// Where the cell ends, and closes what is open.
    last: usize,
}

impl<'a> Code<'a> {
    pub(super) fn new(listing: &'a Listing<'a>, starts: &'a [u32]) -> Self {
        let text = listing.source.text.as_deref().unwrap_or_default();
        let blocks = if listing.fits { &*listing.file.blocks } else { &[] };
        let mut code = Self {
            listing,
            text,
            token: NO_TOKEN,
            later: listing.source.tokens.iter(),
            stretch: NO_STRETCH,
            painted: stretches(blocks, starts, text),
            odd: usize::MAX,
            odds: odd_bytes(text).into_iter(),
            untitled: 0,
            last: 0,
        };
        code.next_token();
        code.next_stretch();
        code.next_odd();
        code
    }

    fn next_token(&mut self) {
        self.token = self.later.next().copied().map_or(NO_TOKEN, SourceToken::unpacked);
    }

    fn next_stretch(&mut self) {
        self.stretch = self.painted.next().unwrap_or(NO_STRETCH);
    }

    fn next_odd(&mut self) {
        self.odd = self.odds.next().map_or(usize::MAX, |at| at as usize);
    }

    /// The line of these bytes; `to` is behind the newline.
    #[inline]
    pub(super) fn line(&mut self, out: &mut Page, from: usize, to: usize) {
        let line = without_end(self.text.get(from..to).unwrap_or_default());
        if line.len() > LONGEST_LINE {
            return self.long_line(out, from, line);
        }
        let end = from + line.len();
        self.last = end;
        self.shown(out, (from, end), line);
    }

    /// What is shown of a line that is too long to be shown as a whole.
    #[cold]
    fn long_line(&mut self, out: &mut Page, from: usize, line: &[u8]) {
        let shown = shown_length(line);
        self.last = usize::MAX;
        self.shown(out, (from, from + shown), line);
        let left = line.len() - shown;
        out.push(format!("<span class=v>… {left} more bytes in this line</span>").as_bytes());
    }

    /// The bytes `[from, end)` of a line.
    #[expect(clippy::inline_always, reason = "called for every line, and for long ones")]
    #[inline(always)]
    fn shown(&mut self, out: &mut Page, (from, end): (usize, usize), line: &[u8]) {
        while self.stretch.end <= from {
            self.next_stretch();
        }
        if self.stretch.start < end {
            let code = line.trim_ascii_end().len();
            self.painted_line(out, (from, end), (from + blank(line), from + code));
        } else {
            self.text(out, from, end);
        }
    }

    /// The bytes `[at, end)` of a line that has blocks. They are painted where there is something to see, `[first, last)`.
    #[expect(clippy::inline_always, reason = "called once, for half of all lines")]
    #[inline(always)]
    fn painted_line(&mut self, out: &mut Page, (mut at, end): (usize, usize), (first, last): (usize, usize)) {
        while at < end {
            while self.stretch.end <= at {
                self.next_stretch();
            }
            let stretch = self.stretch;
            if stretch.start > at || at < first || at >= last {
                let until = if at >= last { end } else { stretch.start.max(first).min(end) };
                self.text(out, at, until);
                at = until;
                continue;
            }
            // A span of a block holds all tokens up to its end.
            let until = stretch.end.min(last).min(end);
            self.open_block(out, stretch);
            self.text(out, at, until);
            if until != self.last {
                out.put(if stretch.ran { b"</c-v>" } else { b"</m-s>" });
            }
            at = until;
        }
    }

    /// The text `[at, end)` with its syntax.
    #[expect(clippy::inline_always, reason = "most stretches are a few bytes without any token")]
    #[inline(always)]
    fn text(&mut self, out: &mut Page, at: usize, end: usize) {
        if self.token.start() as usize >= end {
            if at < end {
                self.piece(out, at, end);
            }
        } else {
            self.tokens(out, at, end);
        }
    }

    /// The same where a token begins before the end.
    #[inline(never)]
    fn tokens(&mut self, out: &mut Page, mut at: usize, end: usize) {
        while self.token.end() as usize <= at {
            self.next_token();
        }
        while (self.token.start() as usize) < end {
            let token = self.token;
            let start = (token.start() as usize).max(at);
            if at < start {
                self.piece(out, at, start);
            }
            at = (token.end() as usize).min(end);
            if start < at {
                let (open, close) = tags(token.kind());
                out.first(&open.0, open.1);
                self.piece(out, start, at);
                if at != self.last {
                    out.first(&close.0, close.1);
                }
            }
            if token.end() as usize > end {
                return;
            }
            self.next_token();
        }
        if at < end {
            self.piece(out, at, end);
        }
    }

    /// The text `[from, to)`, which stands on one line and in one token.
    #[inline]
    fn piece(&mut self, out: &mut Page, from: usize, to: usize) {
        if self.odd < to {
            self.odd_piece(out, from, to);
        } else {
            out.copy(self.text, from, to);
        }
    }

    /// The same where bytes stand that a page cannot hold as they are, or where those before were passed over.
    #[inline(never)]
    fn odd_piece(&mut self, out: &mut Page, mut from: usize, to: usize) {
        while self.odd < to {
            let at = self.odd;
            if at >= from {
                out.copy(self.text, from, at);
                match self.text.get(at) {
                    Some(b'&') => out.put(b"&amp;"),
                    Some(b'<') => out.put(b"&lt;"),
                    Some(b'>') => out.put(b"&gt;"),
                    // A character may be of several bytes.
                    _ => {
                        out.source(self.text.get(at..to).unwrap_or_default());
                        from = to;
                        continue;
                    }
                }
                from = at + 1;
            }
            self.next_odd();
        }
        out.copy(self.text, from, to);
    }

    /// Opens a span; the first of a block says what it is.
    #[inline]
    fn open_block(&mut self, out: &mut Page, stretch: Stretch) {
        if stretch.block < self.untitled {
            return out.put(if stretch.ran { b"<c-v>" } else { b"<m-s>" });
        }
        self.untitled = stretch.block + 1;
        out.put(if stretch.ran { b"<c-v title=\"" } else { b"<m-s title=\"" });
        self.title(out, stretch.block);
    }

    /// The rest of a span's beginning.
    #[inline(never)]
    fn title(&self, out: &mut Page, at: usize) {
        let Some(block) = self.listing.file.blocks.get(at) else { return };
        out.extent(block.extent);
        if block.stmts == 1 {
            out.put(b": 1 statement, ");
        } else {
            out.put(b": ");
            out.number(block.stmts);
            out.put(b" statements, ");
        }
        match (block.count, self.listing.mode) {
            (0, _) => out.put(b"missed"),
            (_, Mode::Set) => out.put(b"covered"),
            (count, _) => {
                out.push(itoa::Buffer::new().format(count).as_bytes());
                out.push("×".as_bytes());
            }
        }
        let names = self.listing.input_sets.get(block.inputs.0 as usize);
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            out.put(b" by ");
            out.push(names.as_bytes());
        }
        out.put(b"\">");
    }
}

/// How many bytes of white space a line begins with. Mostly these are a few tabs, as many as nobody could guess: they are counted
/// at once.
#[inline]
fn blank(line: &[u8]) -> usize {
    let tabs = line.first_chunk().map_or(0, |bytes| {
        let others = u64::from_le_bytes(*bytes) ^ u64::from_le_bytes([b'\t'; 8]);
        others.trailing_zeros() as usize / 8
    });
    let rest = line.get(tabs..).unwrap_or_default();
    tabs + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// A line without what ends it.
#[inline]
fn without_end(line: &[u8]) -> &[u8] {
    match line.split_last() {
        Some((b'\n', line)) => match line.split_last() {
            Some((b'\r', line)) => line,
            _ => line,
        },
        Some((b'\r', line)) => line,
        _ => line,
    }
}

/// Bytes of a line that are shown, ending with a whole character.
fn shown_length(line: &[u8]) -> usize {
    let continues = |at: usize| line.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    (LONGEST_LINE - 3..=LONGEST_LINE).rev().find(|&at| !continues(at)).unwrap_or(LONGEST_LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_counted_however_it_is_mixed() {
        let starts = [
            "",
            "\t",
            "\t\t\t",
            "\t\t\t\t\t\t\t",
            "\t\t\t\t\t\t\t\t",
            "\t\t\t\t\t\t\t\t\t\t",
            "  ",
            "\t \t",
            " \t\t",
            "\t\r\t",
        ];
        for start in starts {
            for rest in ["", "x", "x\t", "return nil", "\u{a0}x", "\u{b}x and more"] {
                let line = [start, rest].concat();
                assert_eq!(blank(line.as_bytes()), start.len(), "{line:?}");
            }
        }
    }
}
