//! The annotated source: a table row for each line, spans for blocks and for syntax.
//!
//! Input: the text and what was measured of it. Output: markup that needs no script. It is short on purpose, since a page shall
//! be no longer than five times its source: end tags that HTML lets go are left out, and blocks are elements of their own,
//! `c-v` covered and `m-s` missed. Syntax is `b` keyword, `u` text, `var` number, `i` comment.
//!
//! A row's class is its state: `c` covered, `m` missed, `p` partly; `a` is a line of the change, `k` one that stays when
//! all else is folded away, `g` one behind such a gap. Against a baseline `l` is a lost line, `n` one beside it that stays when all but
//! those is folded away, `q` one behind such a gap.

use std::fmt::Write as _;
use std::iter::Peekable;

use super::escape::{push_all, push_code, push_extent, push_source};
use super::marks::Marks;
use super::paint::{Stretch, line_starts, stretches};
use crate::golang::{self, Token, TokenKind};
use crate::model::{FileReport, LineSet, Mode};

/// Lines of one table: longer texts are cut into several, which a browser lays out when they come into view.
const TABLE_LINES: usize = 500;
/// Bytes of a line that are shown.
const LONGEST_LINE: usize = 10_000;
/// Unchanged lines around a change that stay when the rest is folded.
const CONTEXT: u32 = 3;

/// What a listing shows.
pub(super) struct Listing<'a> {
    pub(super) text: &'a [u8],
    pub(super) file: &'a FileReport,
    /// Whether the measured positions belong to this text.
    pub(super) fits: bool,
    pub(super) mode: Mode,
    /// The names of the inputs of each set; empty when there is a single input.
    pub(super) input_sets: &'a [String],
    /// Lines of the change, when there is one.
    pub(super) changed: Option<&'a LineSet>,
    /// What the baseline says of the lines, when there is one that does.
    pub(super) marks: Option<&'a Marks<'a>>,
}

/// Adds the listing.
pub(super) fn push(out: &mut String, listing: &Listing<'_>) {
    let starts = line_starts(listing.text);
    let blocks = if listing.fits { &*listing.file.blocks } else { &[] };
    let mut writer = Writer {
        out,
        listing,
        text: std::str::from_utf8(listing.text).ok(),
        painted: stretches(blocks, &starts, listing.text).into_iter().peekable(),
        tokens: golang::tokens(listing.text).peekable(),
        lines: if listing.fits { &listing.file.lines } else { &[] },
        partial: &listing.file.partial_lines,
        last_block: None,
        gap: false,
        lost_gap: false,
    };
    for (at, chunk) in starts.chunks(TABLE_LINES).enumerate() {
        let first = at * TABLE_LINES;
        writer.open_table(first + 1, first + chunk.len(), starts.len());
        for (line, &from) in (first..).zip(chunk) {
            let to = starts.get(line + 1).copied().unwrap_or(listing.text.len());
            writer.line(u32::try_from(line + 1).unwrap_or(u32::MAX), from, to);
        }
        writer.out.push_str("</table></div>\n");
    }
}

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Covered,
    Missed,
    Partial,
}

struct Writer<'a, 'o, T: Iterator<Item = Token>> {
    out: &'o mut String,
    listing: &'a Listing<'a>,
    /// The text again, where all of it is UTF-8.
    text: Option<&'a str>,
    painted: Peekable<std::vec::IntoIter<Stretch>>,
    tokens: Peekable<T>,
    /// Lines that are still to come.
    lines: &'a [(u32, u64)],
    /// Partial lines that are still to come.
    partial: &'a [u32],
    /// The block whose title was written.
    last_block: Option<usize>,
    /// Whether lines were left out of what stays when all else is folded away.
    gap: bool,
    /// The same of lost lines.
    lost_gap: bool,
}

impl<T: Iterator<Item = Token>> Writer<'_, '_, T> {
    fn open_table(&mut self, first: usize, last: usize, all: usize) {
        let part = if all > TABLE_LINES { " part" } else { "" };
        let (marked, baseline) =
            if self.listing.marks.is_some() { (" marked", ", baseline") } else { ("", "") };
        let count = if self.listing.mode == Mode::Set { "" } else { "<th scope=col>Count" };
        let _ = write!(
            self.out,
            "<div class=\"src{part}{marked}\"><table><caption>Lines {first} to {last} of {all}</caption><thead><tr><th scope=col>Line{baseline}\
             {count}<th scope=col>State<th scope=col>Code</thead>"
        );
    }

    /// One row. `to` is behind the newline.
    fn line(&mut self, number: u32, from: usize, to: usize) {
        let (state, hits) = self.state(number);
        let mut digits = itoa::Buffer::new();
        let shown = digits.format(number);
        push_all(self.out, ["<tr id=L", shown]);
        self.class(number, state);
        push_all(self.out, ["><td><a href=#L", shown, ">", shown, "</a>"]);
        if let Some(marks) = self.listing.marks {
            marks.push(self.out, number);
        }
        if self.listing.mode != Mode::Set {
            self.out.push_str("<td>");
            if state != State::Plain {
                push_count(self.out, hits);
            }
        }
        self.out.push_str(match state {
            State::Plain => "<td><td>",
            State::Covered => "<td>covered<td>",
            State::Missed => "<td>missed<td>",
            State::Partial => "<td>partly<td>",
        });
        self.code(from, to);
        self.out.push('\n');
    }

    fn state(&mut self, number: u32) -> (State, u64) {
        let passed = self.lines.iter().take_while(|line| line.0 < number).count();
        self.lines = &self.lines[passed..];
        let Some(&(line, hits)) = self.lines.first() else { return (State::Plain, 0) };
        if line != number {
            return (State::Plain, 0);
        }
        let passed = self.partial.iter().take_while(|line| **line < number).count();
        self.partial = &self.partial[passed..];
        let state = match (hits, self.partial.first() == Some(&number)) {
            (0, _) => State::Missed,
            (_, true) => State::Partial,
            _ => State::Covered,
        };
        (state, hits)
    }

    fn class(&mut self, number: u32, state: State) {
        let letter = match state {
            State::Plain => "",
            State::Covered => " c",
            State::Missed => " m",
            State::Partial => " p",
        };
        let parts = [letter, self.change_class(number), self.lost_class(number)];
        let quote = match parts.iter().map(|part| part.matches(' ').count()).sum() {
            0 => return,
            1 => "",
            _ => "\"",
        };
        push_all(self.out, [" class=", quote]);
        let start = self.out.len();
        for part in parts {
            self.out.push_str(if self.out.len() == start { part.trim_start() } else { part });
        }
        self.out.push_str(quote);
    }

    fn change_class(&mut self, number: u32) -> &'static str {
        let Some(changed) = self.listing.changed else { return "" };
        let stays = changed.overlaps(number.saturating_sub(CONTEXT), number.saturating_add(CONTEXT));
        match (changed.contains(number), stays, std::mem::replace(&mut self.gap, !stays)) {
            (true, ..) => " a k",
            (_, true, true) => " k g",
            (_, true, false) => " k",
            _ => "",
        }
    }

    fn lost_class(&mut self, number: u32) -> &'static str {
        let Some(marks) = self.listing.marks else { return "" };
        let stays = marks.stays(number);
        match (marks.is_lost(number), stays, std::mem::replace(&mut self.lost_gap, !stays)) {
            (true, ..) => " l",
            (_, true, true) => " n q",
            (_, true, false) => " n",
            _ => "",
        }
    }

    /// The text of a line.
    fn code(&mut self, from: usize, to: usize) {
        let line = self.listing.text.get(from..to).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let shown = shown_length(line);
        // Blocks are painted where there is something to see.
        let blank = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let (first, last) = (from + blank, from + line.trim_ascii_end().len());
        let (mut at, end) = (from, from + shown);
        while at < end {
            let (stretch, block_end) = self.painted_at(at, first, last);
            let (token, token_end) = self.token_at(at);
            // A span of a block holds all tokens up to its end.
            let span_end = block_end.min(end);
            if let Some(stretch) = stretch {
                self.open_block(stretch);
                self.text(at, span_end);
                self.out.push_str(if self.is_covered(stretch.block) { "</c-v>" } else { "</m-s>" });
                at = span_end;
            } else {
                let until = token_end.min(span_end);
                self.token(token, at, until);
                at = until;
            }
        }
        if shown < line.len() {
            let _ = write!(self.out, "<span class=v>… {} more bytes in this line</span>", line.len() - shown);
        }
    }

    /// The text `[at, end)` with its syntax.
    fn text(&mut self, mut at: usize, end: usize) {
        while at < end {
            let (token, token_end) = self.token_at(at);
            let until = token_end.min(end);
            self.token(token, at, until);
            at = until;
        }
    }

    fn token(&mut self, token: Option<TokenKind>, from: usize, to: usize) {
        let (open, close) = match token {
            Some(TokenKind::Keyword) => ("<b>", "</b>"),
            Some(TokenKind::Text) => ("<u>", "</u>"),
            Some(TokenKind::Number) => ("<var>", "</var>"),
            Some(TokenKind::Comment) => ("<i>", "</i>"),
            None => ("", ""),
        };
        self.out.push_str(open);
        match self.text.and_then(|text| text.get(from..to)) {
            Some(text) => push_code(self.out, text),
            None => push_source(self.out, self.listing.text.get(from..to).unwrap_or_default()),
        }
        self.out.push_str(close);
    }

    /// The block at a byte, if it shows there, and where that may change.
    fn painted_at(&mut self, at: usize, first: usize, last: usize) -> (Option<Stretch>, usize) {
        while self.painted.next_if(|stretch| stretch.end <= at).is_some() {}
        match self.painted.peek() {
            None => (None, usize::MAX),
            Some(stretch) if stretch.start > at => (None, stretch.start.max(first)),
            Some(_) if at < first => (None, first),
            Some(_) if at >= last => (None, usize::MAX),
            Some(stretch) => (Some(*stretch), stretch.end.min(last)),
        }
    }

    fn token_at(&mut self, at: usize) -> (Option<TokenKind>, usize) {
        while self.tokens.next_if(|token| token.end <= at).is_some() {}
        match self.tokens.peek() {
            None => (None, usize::MAX),
            Some(token) if token.start > at => (None, token.start),
            Some(token) => (Some(token.kind), token.end),
        }
    }

    fn is_covered(&self, block: usize) -> bool {
        self.listing.file.blocks.get(block).is_some_and(|block| block.count > 0)
    }

    /// Opens a span; the first of a block says what it is.
    fn open_block(&mut self, stretch: Stretch) {
        let Some(block) = self.listing.file.blocks.get(stretch.block) else { return };
        let name = if block.count > 0 { "c-v" } else { "m-s" };
        if self.last_block.is_some_and(|last| last >= stretch.block) {
            push_all(self.out, ["<", name, ">"]);
            return;
        }
        self.last_block = Some(stretch.block);
        push_all(self.out, ["<", name, " title=\""]);
        push_extent(self.out, block.extent);
        push_all(self.out, [": ", itoa::Buffer::new().format(block.stmts)]);
        self.out.push_str(if block.stmts == 1 { " statement, " } else { " statements, " });
        match (block.count, self.listing.mode) {
            (0, _) => self.out.push_str("missed"),
            (_, Mode::Set) => self.out.push_str("covered"),
            (count, _) => push_all(self.out, [itoa::Buffer::new().format(count), "×"]),
        }
        if let Some(names) =
            self.listing.input_sets.get(block.inputs.0 as usize).filter(|names| !names.is_empty())
        {
            push_all(self.out, [" by ", names]);
        }
        self.out.push_str("\">");
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

/// A count as the margin shows it: exact up to 9999, then with three digits and a unit.
fn push_count(out: &mut String, count: u64) {
    const UNITS: [(u64, &str); 6] = [
        (1_000_000_000_000_000_000, "E"),
        (1_000_000_000_000_000, "P"),
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1000, "k"),
    ];
    let unit = UNITS.iter().find(|(size, _)| count >= *size).filter(|_| count > 9999);
    let _ = match unit {
        None => write!(out, "{count}"),
        Some((size, name)) if count / size < 10 => {
            write!(out, "{}.{}{name}", count / size, count % size / (size / 10))
        }
        Some((size, name)) => write!(out, "{}{name}", count / size),
    };
}

#[cfg(test)]
mod tests;
