//! The deleted lines of a diff with their texts, and from them the old side of a file.

use memchr::memchr_iter;

use crate::model::FileChange;

/// The lines that a diff deletes from one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Removed {
    /// Lines of the old side, ascending, and where their texts end in `bytes`.
    lines: Vec<(u32, usize)>,
    /// Their texts, each with its newline.
    bytes: Vec<u8>,
}

impl Removed {
    /// Adds to the text of the line that comes next.
    pub(super) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
    }

    /// Ends that line: it has this number.
    pub(super) fn end_line(&mut self, line: u32) {
        self.bytes.push(b'\n');
        self.lines.push((line, self.bytes.len()));
    }

    /// The text of a line with its newline; empty for a line that is not deleted.
    pub fn line(&self, line: u32) -> &[u8] {
        let Ok(at) = self.lines.binary_search_by_key(&line, |(line, _)| *line) else { return &[] };
        let start = at.checked_sub(1).and_then(|before| self.lines.get(before)).map_or(0, |(_, end)| *end);
        let end = self.lines.get(at).map_or(start, |(_, end)| *end);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The old side of a file: `head`, its new side, without the lines that the change adds and with those that it deletes.
    /// Lines that differ in ignored white space are as in the head.
    pub fn old_text(&self, change: &FileChange, head: &[u8]) -> Vec<u8> {
        let mut old: Vec<u8> = Vec::with_capacity(head.len() + self.bytes.len());
        let mut kept = Kept { rest: head, line: 1, added: change.added.ranges() };
        let mut line = 1u32;
        for &(first, last) in change.deleted.ranges() {
            if !kept.take(first.saturating_sub(line), &mut old) {
                return old;
            }
            for deleted in first..=last {
                append(&mut old, self.line(deleted));
            }
            let Some(next) = last.checked_add(1) else { return old };
            line = next;
        }
        kept.take_all(&mut old);
        old
    }
}

/// The lines of a head that its base has too, from some line on.
struct Kept<'a> {
    rest: &'a [u8],
    /// The number of its first line.
    line: u32,
    /// Lines that only the head has, from there on.
    added: &'a [(u32, u32)],
}

impl Kept<'_> {
    /// Moves so many lines over. Whether there were as many.
    fn take(&mut self, mut lines: u32, to: &mut Vec<u8>) -> bool {
        while lines > 0 {
            let until = match self.added.split_first() {
                Some((&(first, last), others)) if first <= self.line => {
                    self.next(last.saturating_sub(self.line).saturating_add(1));
                    self.added = others;
                    continue;
                }
                Some((&(first, _), _)) => first,
                None => u32::MAX,
            };
            let line = self.line;
            let text = self.next(lines.min(until - line));
            if text.is_empty() {
                return false;
            }
            append(to, text);
            lines -= self.line - line;
        }
        true
    }

    /// Moves all lines over that are left.
    fn take_all(&mut self, to: &mut Vec<u8>) {
        while let Some((&(first, last), others)) = self.added.split_first() {
            if !self.take(first.saturating_sub(self.line), to) {
                return;
            }
            self.next(last.saturating_sub(self.line).saturating_add(1));
            self.added = others;
        }
        if !self.rest.is_empty() {
            append(to, self.rest);
        }
    }

    /// The next lines, at most so many, with their newlines.
    fn next(&mut self, lines: u32) -> &[u8] {
        let (mut end, mut met) = (0, 0);
        for at in memchr_iter(b'\n', self.rest).take(lines as usize) {
            (end, met) = (at + 1, met + 1);
        }
        if met < lines && end < self.rest.len() {
            (end, met) = (self.rest.len(), met + 1);
        }
        self.line = self.line.saturating_add(met);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }
}

/// Puts lines behind others, of which the last may have come without a newline.
fn append(text: &mut Vec<u8>, lines: &[u8]) {
    if text.last().is_some_and(|&byte| byte != b'\n') {
        text.push(b'\n');
    }
    text.extend_from_slice(lines);
}
