//! Byte offsets -> lines and columns, physical and after line directives.
//!
//! Invariants: a position before the first directive is the physical one; looking for the line of an offset costs the same
//! wherever it lies.

use std::cell::Cell;

use super::comments::Directive;
use crate::model::Pos;

/// The lines of a file and its line directives.
#[derive(Debug)]
pub(super) struct Places<'a> {
    starts: &'a [u32],
    directives: &'a [Directive],
    /// Of each stretch of the text the line on which it starts, as an index.
    stretches: Vec<u32>,
    /// The line that was found last: most that are asked for lie there or a few lines on.
    near: Cell<usize>,
}

/// Bytes in a stretch. Code has about four lines in so many.
const STRETCH: u32 = 128;

impl<'a> Places<'a> {
    /// `starts` are the offsets of the lines' first bytes: never empty, the first one 0.
    pub(super) fn new(starts: &'a [u32], directives: &'a [Directive]) -> Self {
        let end = starts.last().copied().unwrap_or(0);
        let mut stretches = vec![0; (end / STRETCH) as usize + 1];
        // Of the lines that start in a stretch, or where the next begins, the last is the one on which that begins; a stretch without
        // such a line begins on the line of the one before. So a line is a store, and nothing has to be guessed.
        for (line, start) in (0..).zip(starts) {
            if let Some(place) = stretches.get_mut(start.div_ceil(STRETCH) as usize) {
                *place = line;
            }
        }
        let mut last = 0;
        for line in &mut stretches {
            last = last.max(*line);
            *line = last;
        }
        Self { starts, directives, stretches, near: Cell::new(0) }
    }

    /// Index of the line that an offset lies on.
    #[inline]
    pub(super) fn line_index(&self, offset: u32) -> usize {
        let near = self.near.get();
        let line = match self.starts.get(near..).and_then(<[u32]>::first_chunk) {
            Some(&[first, second, third, fourth]) if first <= offset && offset < fourth => {
                near + usize::from(second <= offset) + usize::from(third <= offset)
            }
            _ => self.far_line(offset),
        };
        self.near.set(line);
        line
    }

    /// The same of an offset anywhere.
    fn far_line(&self, offset: u32) -> usize {
        let mut line = match self.stretches.get((offset / STRETCH) as usize) {
            Some(&line) => line as usize,
            None => self.starts.len().saturating_sub(1),
        };
        while self.starts.get(line + 1).is_some_and(|&start| start <= offset) {
            line += 1;
        }
        line
    }

    /// Offset of a line's first byte; `u32::MAX` behind the last line.
    pub(super) fn start(&self, line: usize) -> u32 {
        self.starts.get(line).copied().unwrap_or(u32::MAX)
    }

    /// The physical position of an offset.
    #[inline]
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
