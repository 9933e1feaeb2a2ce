//! The annotated source: a table row for each line, spans for blocks and for syntax.
//!
//! Input: the text and what was measured of it. Output: markup that needs no script. It is short on purpose, since a page shall
//! be no longer than five times its source: what the end of a cell closes has no end tag, since every parser closes it there
//! (whatwg.org, 13.2.6.4.15, "close the cell"), rows have no line of their own, and blocks are elements of their own, `c-v` covered
//! and `m-s` missed. Syntax is `b` keyword, `u` text, `var` number, `i` comment.
//!
//! A row's class is its state: `c` covered, `m` missed, `p` partly; `a` is a line of the change, `k` one that stays when
//! all else is folded away, `g` one behind such a gap. Against a baseline `l` is a lost line, `n` one beside it that stays when all but
//! those is folded away, `q` one behind such a gap.

use std::fmt::Write as _;

use super::beginnings::{Beginnings, State};
use super::code::Code;
use super::escape::push_all;
use super::marks::Marks;
use super::page::Page;
use crate::model::{FileReport, LineSet, Mode, Source};

/// Lines of one table: longer texts are cut into several, which a browser lays out when they come into view.
const TABLE_LINES: usize = 500;
/// Unchanged lines around a change that stay when the rest is folded.
const CONTEXT: u32 = 3;

/// What a listing shows.
pub(super) struct Listing<'a> {
    /// The text, its lines and its tokens.
    pub(super) source: &'a Source,
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

/// Adds the listing. Behind each table `relieve` may take away what is there so far.
pub(super) fn push(out: &mut Page, listing: &Listing<'_>, mut relieve: impl FnMut(&mut Page)) {
    let map = &listing.source.code;
    let starts = map.line_starts().get(..map.lines() as usize).unwrap_or_default();
    let mut writer = Writer {
        listing,
        code: Code::new(listing, starts),
        beginnings: (listing.changed.is_none() && listing.marks.is_none()).then(Beginnings::new),
        lines: if listing.fits { &listing.file.lines } else { &[] },
        partial: &listing.file.partial_lines,
        scratch: String::new(),
        gap: false,
        lost_gap: false,
    };
    let mut line = 1;
    let (ends, end) = (map.line_starts().get(1..).unwrap_or_default(), map.len());
    for chunk in starts.chunks(TABLE_LINES) {
        writer.open_table(out, line, chunk.len(), starts.len());
        for &from in chunk {
            let to = ends.get(line as usize - 1).copied().unwrap_or(end);
            writer.line(out, line, (from as usize, to as usize));
            line += 1;
        }
        out.put(b"</table></div>\n");
        relieve(out);
    }
}

const CELL: &[u8; 4] = b"<td>";

struct Writer<'a> {
    listing: &'a Listing<'a>,
    code: Code<'a>,
    /// Beginnings of rows, where a state is all that a row can be.
    beginnings: Option<Beginnings>,
    /// Lines that are still to come.
    lines: &'a [(u32, u64)],
    /// Partial lines that are still to come.
    partial: &'a [u32],
    /// What is put together before it is added.
    scratch: String,
    /// Whether lines were left out of what stays when all else is folded away.
    gap: bool,
    /// The same of lost lines.
    lost_gap: bool,
}

impl Writer<'_> {
    fn open_table(&mut self, out: &mut Page, first: u32, count: usize, all: usize) {
        let part = if all > TABLE_LINES { " part" } else { "" };
        let last = first as usize + count - 1;
        let (mut numbers, mut of) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (marked, baseline) =
            if self.listing.marks.is_some() { (" marked", ", state, baseline") } else { ("", " and state") };
        let count = if self.listing.mode == Mode::Set { "" } else { "<th scope=col>Count" };
        push_all(out, ["<div class=\"src", part, marked, "\"><table><caption>Lines ", numbers.format(first)]);
        push_all(out, [" to ", numbers.format(last), " of ", of.format(all)]);
        push_all(
            out,
            ["</caption><thead><tr><th scope=col>Line", baseline, count, "<th scope=col>Code</thead>"],
        );
    }

    /// One row. The bytes go to behind the newline.
    #[inline]
    fn line(&mut self, out: &mut Page, number: u32, bytes: (usize, usize)) {
        let (state, hits) = self.state(number);
        match &mut self.beginnings {
            Some(beginnings) => beginnings.push(out, state, number),
            None => self.beginning(out, state, number),
        }
        if self.listing.mode != Mode::Set {
            push_count_cell(out, state, hits);
        }
        self.code.line(out, bytes.0, bytes.1);
    }

    /// The beginning of a row that tells of a change or of a baseline.
    #[inline(never)]
    fn beginning(&mut self, out: &mut Page, state: State, number: u32) {
        out.put(b"<tr id=L");
        out.number(number);
        self.class(out, number, state);
        out.put(b"><td><a href=#L");
        out.number(number);
        out.put(b">");
        out.number(number);
        out.push(state.word().as_bytes());
        if let Some(marks) = self.listing.marks {
            self.scratch.clear();
            marks.push(&mut self.scratch, number);
            if !self.scratch.is_empty() {
                out.put(b"</a>");
                out.push(self.scratch.as_bytes());
            }
        }
        out.put(CELL);
    }

    fn state(&mut self, number: u32) -> (State, u64) {
        while self.lines.first().is_some_and(|line| line.0 < number) {
            self.lines = &self.lines[1..];
        }
        let Some(&(line, hits)) = self.lines.first() else { return (State::Plain, 0) };
        if line != number {
            return (State::Plain, 0);
        }
        while self.partial.first().is_some_and(|line| *line < number) {
            self.partial = &self.partial[1..];
        }
        let state = match (hits, self.partial.first() == Some(&number)) {
            (0, _) => State::Missed,
            (_, true) => State::Partial,
            _ => State::Covered,
        };
        (state, hits)
    }

    fn class(&mut self, out: &mut Page, number: u32, state: State) {
        let parts = [state.class(), self.change_class(number), self.lost_class(number)];
        let quote = match parts.iter().map(|part| part.matches(' ').count()).sum() {
            0 => return,
            1 => "",
            _ => "\"",
        };
        out.put(b" class=");
        out.push(quote.as_bytes());
        out.push(parts.concat().trim_start().as_bytes());
        out.push(quote.as_bytes());
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
}

/// What the cell of a count holds, and the next cell.
#[inline(never)]
fn push_count_cell(out: &mut Page, state: State, hits: u64) {
    if state != State::Plain {
        push_count(out, hits);
    }
    out.put(CELL);
}

/// A count as the margin shows it: exact up to 9999, then with three digits and a unit.
fn push_count(out: &mut Page, count: u64) {
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
