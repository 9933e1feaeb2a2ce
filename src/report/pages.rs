//! Formats that are many pages: what they need beside the report, and what they write to.
//!
//! A page format asks for the texts of sources one at a time, and hands each page over as it is done, from several threads
//! and in no particular order. Neither texts nor pages are ever held all at once.

use std::io::{self, Write};
use std::sync::Arc;

use super::FormatOptions;
use super::html::Templates;
use crate::error::Error;
use crate::model::{FileReport, Report, Source};

/// How the pages of a format are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// A directory, or a zip archive when the path says so.
    Tree,
    /// One file.
    Single,
}

/// A function that writes all pages.
type WritePages = fn(&Report, &FormatOptions, &Templates, &dyn Texts, &dyn PageSink) -> Result<(), PageError>;

/// One format of pages.
#[derive(Debug, Clone, Copy)]
pub struct PageFormat {
    /// What `-o` takes.
    pub name: &'static str,
    /// One sentence for help and docs.
    pub about: &'static str,
    /// The usual path.
    pub default_name: &'static str,
    /// How its pages are packed.
    pub packing: Packing,
    /// Writes all pages.
    pub write: WritePages,
}

/// All page formats, in the order of the docs.
pub static PAGE_FORMATS: &[&PageFormat] = &[
    &PageFormat {
        name: "html",
        about: "a report to open in a browser: overview, annotated sources, treemap; a folder, or an archive for a path that \
                ends in .zip",
        default_name: "coverage/",
        packing: Packing::Tree,
        write: super::html::write,
    },
    &PageFormat {
        name: "html-single",
        about: "the same report in one file, which needs script",
        default_name: "coverage.html",
        packing: Packing::Single,
        write: super::html::write,
    },
];

/// The text of a source at the time of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceText {
    /// The bytes that were parsed, with their lines and tokens.
    Same(Arc<Source>),
    /// The file has changed since it was parsed.
    Changed,
    /// There is none to be read.
    Missing,
}

/// Gives the texts of sources.
pub trait Texts: Sync {
    /// The text of a file of the report.
    fn text(&self, file: &FileReport) -> SourceText;
}

/// Takes finished pages.
pub trait PageSink: Sync {
    /// Takes a page, in parts that follow each other, under a path with `/` that [`super::html`] made: plain ASCII, relative, no
    /// `..`, each once.
    fn put(&self, path: &str, parts: &[&[u8]]) -> io::Result<()>;

    /// Takes a long page piece by piece instead, under such a path; `None` where it has to be there as a whole.
    fn begin(&self, _path: &str) -> io::Result<Option<Box<dyn Write + '_>>> {
        Ok(None)
    }
}

/// Why pages could not be written.
#[derive(Debug)]
pub enum PageError {
    /// A template is wrong.
    Template(Error),
    /// The sink failed.
    Io(io::Error),
}

impl From<io::Error> for PageError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
