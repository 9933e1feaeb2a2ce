//! The text of a file in the tree, read forward beside the diff.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

/// A file of the tree.
#[derive(Debug)]
pub(super) struct HeadText {
    text: Vec<u8>,
    /// Where line `line` starts.
    offset: usize,
    line: u32,
    /// What of the current line was not compared yet.
    rest: Range<usize>,
    /// The current line, a carriage return at its end left out.
    current: Range<usize>,
}

/// Bytes that git looks at to tell binary files.
const LOOKED_AT: usize = 8000;

impl HeadText {
    pub(super) fn new(text: Vec<u8>) -> Self {
        Self { text, offset: 0, line: 1, rest: 0..0, current: 0..0 }
    }

    /// What git calls binary: a NUL in the first 8000 bytes (`buffer_is_binary` of its xdiff-interface.c).
    pub(super) fn is_binary(&self) -> bool {
        memchr(0, self.text.get(..LOOKED_AT).unwrap_or(&self.text)).is_some()
    }

    /// Number of lines, an unended one included.
    pub(super) fn lines(&self) -> usize {
        let open = self.text.last().is_some_and(|&byte| byte != b'\n');
        memchr_iter(b'\n', &self.text).count() + usize::from(open)
    }

    /// Changes the whole text. Only before the first line is looked at.
    pub(super) fn map(&mut self, change: impl FnOnce(&[u8]) -> Vec<u8>) {
        *self = Self::new(change(&self.text));
    }

    /// Goes to a line, which must not lie before the current one. Gives whether there is such a line.
    pub(super) fn seek(&mut self, line: u32) -> bool {
        while self.line < line && self.offset < self.text.len() {
            self.offset = self.end_of_line() + 1;
            self.line += 1;
        }
        if self.line != line || self.offset >= self.text.len() {
            return false;
        }
        let mut end = self.end_of_line();
        if self.text[self.offset..end].ends_with(b"\r") {
            end -= 1;
        }
        self.current = self.offset..end;
        self.rest = self.current.clone();
        true
    }

    fn end_of_line(&self) -> usize {
        memchr(b'\n', &self.text[self.offset..]).map_or(self.text.len(), |at| self.offset + at)
    }

    /// Compares the next bytes of the current line.
    pub(super) fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let same = self.text[self.rest.clone()].starts_with(bytes);
        if same {
            self.rest.start += bytes.len();
        }
        same
    }

    /// Whether all of the current line was compared.
    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The current line.
    pub(super) fn current(&self) -> &[u8] {
        &self.text[self.current.clone()]
    }
}
