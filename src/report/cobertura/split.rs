//! One Cobertura document as several, none longer than a limit (`--split`): GitLab ignores files over 10 MiB.
//!
//! Classes are divided and never cut, so no line is in two documents: GitLab adds those up. A class that is longer than the
//! limit has a document of its own. Rates and sums of a document and of its packages are those of what is in it.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;

use super::plan::{Class, Document, Package};
use super::{write_class, write_package, write_whole};
use crate::model::Report;
use crate::report::FormatOptions;

/// What the numbers in the attributes of a document or a package may grow by, in bytes, when there is less in it:
/// `line-rate="1"` becomes `line-rate="0.9999"`, `<classes/>` two tags.
const GROWTH: u64 = 128;

/// One of the documents.
pub struct Part<'a> {
    document: Document<'a>,
    report: &'a Report,
    options: &'a FormatOptions,
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("packages", &self.document.packages.len()).finish_non_exhaustive()
    }
}

impl Part<'_> {
    /// Writes the document; the only errors are those of `out`.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        write_whole(&self.document, self.report, self.options, out)
    }
}

/// Packages of a document in the making.
type Open<'a> = Vec<(Cow<'a, str>, Vec<Class<'a>>)>;

/// Divides a report into documents of at most `limit` bytes, in the order of the whole; at least one.
pub fn parts<'a>(report: &'a Report, options: &'a FormatOptions, limit: u64) -> Vec<Part<'a>> {
    let part = |open: Open<'a>| {
        let packages = open.into_iter().map(|(name, classes)| Package::of(name, classes)).collect();
        Part { document: Document::of(packages), report, options }
    };
    let frame = GROWTH + length(|out| write_whole(&Document::of(Vec::new()), report, options, out));
    let mut done = Vec::new();
    let mut open: Open<'a> = Vec::new();
    let mut used = frame;
    for package in Document::plan(report, options).packages {
        let empty = Package::of(package.name.clone(), Vec::new());
        let shell = GROWTH + length(|out| write_package(&mut Writer::new(out), &empty, options));
        let mut begun = false;
        for class in package.classes {
            let own = length(|out| write_class(&mut Writer::new_with_indent(out, b' ', 0), &class, options));
            let more = if begun { own } else { own + shell };
            if !open.is_empty() && limit < used + more {
                done.push(part(std::mem::take(&mut open)));
                (used, begun) = (frame, false);
            }
            if !begun {
                open.push((package.name.clone(), Vec::new()));
                (used, begun) = (used + shell, true);
            }
            used += own;
            if let Some((_, classes)) = open.last_mut() {
                classes.push(class);
            }
        }
    }
    if done.is_empty() || !open.is_empty() {
        done.push(part(open));
    }
    done
}

/// How many bytes are written.
fn length(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> u64 {
    let mut counter = Counter(0);
    // Counting cannot fail.
    let _ = write(&mut counter);
    counter.0
}

struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
