//! Places of a source in the lists beside it: links to its lines, and where a line is not shown, the place that all links to it
//! lead to.

use std::collections::BTreeSet;

use super::page::Page;
use crate::report::pages::SourceText;

/// Which lines a page shows, and which others its lists have named.
#[derive(Debug)]
pub(super) struct Anchors {
    /// The last line that is shown.
    last: u32,
    named: BTreeSet<u32>,
}

impl Anchors {
    /// Of a page that shows this text; blocks of a text that fits lie within it.
    pub(super) fn new(text: &SourceText, fits: bool) -> Self {
        let last = match text {
            SourceText::Same(_) if fits => u32::MAX,
            SourceText::Same(source) => source.code.lines(),
            SourceText::Missing | SourceText::Changed => 0,
        };
        Self { last, named: BTreeSet::new() }
    }

    /// Whether there are lines to lead to.
    pub(super) fn any(&self) -> bool {
        self.last > 0
    }

    /// Ends the tag of an element that is about a line, and gives what ends the name in it: a link to the line, or its place when it
    /// is the first about that line.
    pub(super) fn open(&mut self, out: &mut Page, line: u32) -> &'static str {
        if line <= self.last {
            out.put(b"><a href=#L");
            out.number(line);
            out.put(b">");
            return "</a>";
        }
        if self.named.insert(line) {
            out.put(b" id=L");
            out.number(line);
        }
        out.put(b">");
        ""
    }
}
