//! Byte offsets -> lines and columns, physical and after line directives.
//!
//! Invariants: a position before the first directive is the physical one; offsets asked for mostly grow, and
//! then cost no search.

use std::cell::Cell;

use super::comments::Directive;
use crate::model::Pos;

/// The lines of a file and its line directives.
#[derive(Debug)]
pub(super) struct Places<'a> {
    starts: &'a [u32],
    directives: &'a [Directive],
    /// Index of the line that was found last.
    last: Cell<usize>,
}

impl<'a> Places<'a> {
    /// `starts` are the offsets of the lines' first bytes: never empty, the first one 0.
    pub(super) fn new(starts: &'a [u32], directives: &'a [Directive]) -> Self {
        Self { starts, directives, last: Cell::new(0) }
    }

    /// Index of the line that an offset lies on.
    pub(super) fn line_index(&self, offset: u32) -> usize {
        let last = self.last.get();
        let from = if self.start(last) <= offset { last } else { 0 };
        let near = (from + 4).min(self.starts.len());
        let ahead = self.starts.get(from..near).unwrap_or_default();
        let index = if let Some(behind) = ahead.iter().position(|&start| start > offset) {
            from + behind.saturating_sub(1)
        } else {
            let rest = self.starts.get(near..).unwrap_or_default();
            (near + rest.partition_point(|&start| start <= offset)).saturating_sub(1)
        };
        self.last.set(index);
        index
    }

    /// Offset of a line's first byte; `u32::MAX` behind the last line.
    pub(super) fn start(&self, line: usize) -> u32 {
        self.starts.get(line).copied().unwrap_or(u32::MAX)
    }

    /// The physical position of an offset.
    pub(super) fn physical(&self, offset: u32) -> Pos {
        let index = self.line_index(offset);
        Pos::new(number(index), offset.saturating_sub(self.start(index)).saturating_add(1))
    }

    /// The position that directives give to an offset, and the file: an index into their names, `None` for the file
    /// itself.
    pub(super) fn adjusted(&self, offset: u32) -> (Pos, Option<u32>) {
        let physical = self.physical(offset);
        let count = self.directives.partition_point(|directive| directive.start <= offset);
        let Some(directive) = count.checked_sub(1).and_then(|last| self.directives.get(last)) else {
            return (physical, None);
        };
        let lines = physical.line - number(self.line_index(directive.start));
        let col = match directive.col {
            // Without a column in the directive none is known (go/token).
            None => 0,
            Some(col) if lines == 0 => col.saturating_add(offset - directive.start),
            Some(_) => physical.col,
        };
        (Pos::new(directive.line.saturating_add(lines), col), directive.file)
    }

    /// Whether there is any directive.
    pub(super) fn directed(&self) -> bool {
        !self.directives.is_empty()
    }
}

/// The number of the line with this index.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}
