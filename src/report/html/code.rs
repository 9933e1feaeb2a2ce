//! The code of a line: spans for blocks and for syntax, and all else as it stands.
//!
//! Input: a text with its tokens, the blocks on it, and its lines in order. Output: markup. A page is mostly this, so what
//! is done for each piece is as little as can be: where bytes stand that a page cannot hold as they are is found for the
//! whole text at once.

use super::escape::odd_bytes;
use super::listing::Listing;
use super::page::Page;
use super::paint::{Stretch, stretches};
use crate::model::{Extent, Mode, SourceToken, TokenKind};

/// Bytes of a line that are shown.
const LONGEST_LINE: usize = 10_000;

/// Behind everything.
const NO_TOKEN: SourceToken = SourceToken { kind: TokenKind::Comment, start: u32::MAX, end: u32::MAX };
const NO_STRETCH: Stretch = Stretch { start: usize::MAX, end: usize::MAX, block: usize::MAX };

/// Writes the code of one line after the other.
pub(super) struct Code<'a> {
    listing: &'a Listing<'a>,
    text: &'a [u8],
    /// The first token that does not lie behind what was written, and those that follow it.
    token: SourceToken,
    tokens: std::slice::Iter<'a, SourceToken>,
    /// The same of painted stretches.
    stretch: Stretch,
    painted: std::vec::IntoIter<Stretch>,
    /// The same of bytes that a page cannot hold as they are.
    odd: usize,
    odds: std::vec::IntoIter<u32>,
    /// The block whose title was written.
    last_block: Option<usize>,
}

impl<'a> Code<'a> {
    pub(super) fn new(listing: &'a Listing<'a>, starts: &[u32]) -> Self {
        let text = listing.source.text.as_deref().unwrap_or_default();
        let blocks = if listing.fits { &*listing.file.blocks } else { &[] };
        let mut code = Self {
            listing,
            text,
            token: NO_TOKEN,
            tokens: listing.source.tokens.iter(),
            stretch: NO_STRETCH,
            painted: stretches(blocks, starts, text).into_iter(),
            odd: usize::MAX,
            odds: odd_bytes(text).into_iter(),
            last_block: None,
        };
        code.next_token();
        code.next_stretch();
        code.next_odd();
        code
    }

    fn next_token(&mut self) {
        self.token = self.tokens.next().copied().unwrap_or(NO_TOKEN);
    }

    fn next_stretch(&mut self) {
        self.stretch = self.painted.next().unwrap_or(NO_STRETCH);
    }

    fn next_odd(&mut self) {
        self.odd = self.odds.next().map_or(usize::MAX, |at| at as usize);
    }

    /// The line of these bytes; `to` is behind the newline.
    pub(super) fn line(&mut self, out: &mut Page, from: usize, to: usize) {
        let line = self.text.get(from..to).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let shown = shown_length(line);
        let end = from + shown;
        while self.stretch.end <= from {
            self.next_stretch();
        }
        if self.stretch.start < end {
            self.painted_line(out, from, end, line);
        } else {
            self.text(out, from, end);
        }
        if shown < line.len() {
            let left = line.len() - shown;
            out.push(format!("<span class=v>… {left} more bytes in this line</span>").as_bytes());
        }
    }

    /// The bytes `[at, end)` of a line that has blocks. They are painted where there is something to see.
    fn painted_line(&mut self, out: &mut Page, mut at: usize, end: usize, line: &[u8]) {
        let blank = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let (first, last) = (at + blank, at + line.trim_ascii_end().len());
        while at < end {
            let (stretch, until) = self.painted_at(at, first, last);
            // A span of a block holds all tokens up to its end.
            let until = until.min(end);
            match stretch {
                None => self.text(out, at, until),
                Some(stretch) if self.is_covered(stretch.block) => {
                    self.open_block(out, stretch.block);
                    self.text(out, at, until);
                    out.put(b"</c-v>");
                }
                Some(stretch) => {
                    self.open_block(out, stretch.block);
                    self.text(out, at, until);
                    out.put(b"</m-s>");
                }
            }
            at = until;
        }
    }

    /// The block at a byte, if it shows there, and where that may change.
    fn painted_at(&mut self, at: usize, first: usize, last: usize) -> (Option<Stretch>, usize) {
        while self.stretch.end <= at {
            self.next_stretch();
        }
        let stretch = self.stretch;
        if stretch.start > at {
            (None, stretch.start.max(first))
        } else if at < first {
            (None, first)
        } else if at >= last {
            (None, usize::MAX)
        } else {
            (Some(stretch), stretch.end.min(last))
        }
    }

    /// The text `[at, end)` with its syntax.
    #[inline]
    fn text(&mut self, out: &mut Page, mut at: usize, end: usize) {
        while self.token.end as usize <= at {
            self.next_token();
        }
        while (self.token.start as usize) < end {
            let token = self.token;
            let start = (token.start as usize).max(at);
            if at < start {
                self.piece(out, at, start);
            }
            at = (token.end as usize).min(end);
            if start < at {
                self.token(out, token.kind, start, at);
            }
            if token.end as usize > end {
                return;
            }
            self.next_token();
        }
        if at < end {
            self.piece(out, at, end);
        }
    }

    fn token(&mut self, out: &mut Page, kind: TokenKind, from: usize, to: usize) {
        match kind {
            TokenKind::Keyword => out.put(b"<b>"),
            TokenKind::Text => out.put(b"<u>"),
            TokenKind::Number => out.put(b"<var>"),
            TokenKind::Comment => out.put(b"<i>"),
        }
        self.piece(out, from, to);
        match kind {
            TokenKind::Keyword => out.put(b"</b>"),
            TokenKind::Text => out.put(b"</u>"),
            TokenKind::Number => out.put(b"</var>"),
            TokenKind::Comment => out.put(b"</i>"),
        }
    }

    /// The text `[from, to)`, which stands on one line and in one token.
    #[inline]
    fn piece(&mut self, out: &mut Page, from: usize, to: usize) {
        while self.odd < from {
            self.next_odd();
        }
        if self.odd < to {
            out.source(self.text.get(from..to).unwrap_or_default());
        } else {
            out.copy(self.text, from, to);
        }
    }

    fn is_covered(&self, block: usize) -> bool {
        self.listing.file.blocks.get(block).is_some_and(|block| block.count > 0)
    }

    /// Opens a span; the first of a block says what it is.
    fn open_block(&mut self, out: &mut Page, at: usize) {
        let Some(block) = self.listing.file.blocks.get(at) else { return };
        if block.count > 0 {
            out.put(b"<c-v");
        } else {
            out.put(b"<m-s");
        }
        if self.last_block.is_some_and(|last| last >= at) {
            return out.put(b">");
        }
        self.last_block = Some(at);
        let Extent { start, end } = block.extent;
        out.put(b" title=\"");
        out.number(start.line);
        out.put(b".");
        out.number(start.col);
        out.push("–".as_bytes());
        out.number(end.line);
        out.put(b".");
        out.number(end.col);
        out.put(b": ");
        out.number(block.stmts);
        if block.stmts == 1 {
            out.put(b" statement, ");
        } else {
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

/// Bytes of a line that are shown, ending with a whole character.
fn shown_length(line: &[u8]) -> usize {
    if line.len() <= LONGEST_LINE {
        return line.len();
    }
    let continues = |at: usize| line.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    (LONGEST_LINE - 3..=LONGEST_LINE).rev().find(|&at| !continues(at)).unwrap_or(LONGEST_LINE)
}
