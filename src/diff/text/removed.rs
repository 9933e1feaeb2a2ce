//! The deleted lines of a diff with their texts, and from them the old side of a file.

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
        let mut kept = (1u32..)
            .zip(head.split_inclusive(|&byte| byte == b'\n'))
            .filter(|(line, _)| !change.added.contains(*line))
            .map(|(_, text)| text);
        let mut old: Vec<u8> = Vec::with_capacity(head.len() + self.bytes.len());
        let mut line = 1u32;
        loop {
            let text = if change.deleted.contains(line) { Some(self.line(line)) } else { kept.next() };
            let Some(text) = text else { return old };
            if old.last().is_some_and(|&byte| byte != b'\n') {
                old.push(b'\n');
            }
            old.extend_from_slice(text);
            let Some(next) = line.checked_add(1) else { return old };
            line = next;
        }
    }
}
