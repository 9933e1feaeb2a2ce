//! One computed [`Report`] in, many formats out. Formats hold no arithmetic beyond what their own shape needs: every
//! number that two of them show sits in the report. Most are one text from the report alone ([`Format`]); those of many pages
//! need the sources as well ([`pages`]).

use std::io;

use smol_str::{SmolStr, SmolStrBuilder};

use crate::model::words;
use crate::model::{Finding, Report, SourceLinks};
use pages::{PAGE_FORMATS, PageFormat};

mod badge;
pub mod baseline;
mod cobertura;
mod codequality;
pub mod covdata;
mod csv;
pub mod doctor;
mod escape;
pub mod findings;
mod github;
pub mod html;
mod json;
mod lcov;
pub mod listing;
pub mod logs;
mod markdown;
mod numbers;
pub mod pages;
mod places;
mod profile;
mod sarif;
mod sonar;
#[cfg(test)]
mod testing;
mod text;
mod treemap;

pub use baseline::BASELINE_JSON_SCHEMA;
pub use cobertura::{Part as CoberturaPart, parts as cobertura_parts};
pub use escape::hostile_names;
pub use json::REPORT_SCHEMA;
pub use markdown::Reader;
pub use places::outcome;
pub use profile::write_profile;
pub use text::{TEXT, total_line};

/// One output format: a name, a sentence, and a plain function.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// What `-o` takes.
    pub name: &'static str,
    /// One sentence for help and docs.
    pub about: &'static str,
    /// The usual file name.
    pub default_name: &'static str,
    /// Whether it shows the coverage of a change; otherwise none needs to be looked at for it.
    pub shows_change: bool,
    /// Writes the report; the only errors are those of `out`.
    pub write: fn(&Report, &FormatOptions, &mut dyn io::Write) -> io::Result<()>,
}

/// What the options of single formats are set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatOptions {
    /// Cobertura `<source>` instead of the root.
    pub cobertura_source: Option<String>,
    /// One Cobertura class per receiver type instead of per file.
    pub cobertura_class_type: bool,
    /// Leave out methods and functions.
    pub no_methods: bool,
    /// Decimals of percentages.
    pub precision: u32,
    /// Seconds since 1970 to write where a format has a time; 0 means none.
    pub timestamp: u64,
    /// Rows in tables of worst places.
    pub top: usize,
    /// Whether to colour.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether standard output is a terminal: only then are there bars.
    pub terminal: bool,
    /// Nothing but the last line when all gates pass.
    pub quiet: bool,
    /// What the path of the output ends in, in lower case and without the dot.
    pub extension: Option<String>,
    /// Who reads the Markdown, and so how long it may be.
    pub reader: Reader,
    /// Where sources can be read in a browser, when the CI says so.
    pub links: Option<SourceLinks>,
    /// Whether the comparison with a baseline is what was asked for, and not the run itself.
    pub comparing: bool,
    /// Whether annotations are about all missed ranges and not those of the change alone.
    pub all_misses: bool,
    /// What the report was made from.
    pub provenance: Provenance,
}

/// What a report was made from: no number of it depends on this, and only a page for people shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The command.
    pub command: &'static str,
    /// Settings that were said and are not the default: name, value, and where.
    pub settings: Vec<[String; 3]>,
    /// For each input of the report its file, where it is one.
    pub inputs: Vec<Option<FileMark>>,
}

/// What tells a file from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMark {
    /// Bytes.
    pub size: u64,
    /// SHA-256, in lower case; `None` for very large files.
    pub sha256: Option<String>,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self {
            cobertura_source: None,
            cobertura_class_type: false,
            no_methods: false,
            precision: 1,
            timestamp: 0,
            top: 10,
            color: false,
            width: 80,
            terminal: false,
            quiet: false,
            extension: None,
            reader: Reader::Comment,
            links: None,
            comparing: false,
            all_misses: false,
            provenance: Provenance::default(),
        }
    }
}

/// All formats of one text, in the order of the docs.
pub static FORMATS: &[&Format] = &[
    &TEXT,
    &json::JSON,
    &cobertura::COBERTURA,
    &lcov::LCOV,
    &profile::PROFILE,
    &csv::CSV,
    &treemap::TREEMAP,
    &markdown::MARKDOWN,
    &github::GITHUB,
    &sarif::SARIF,
    &codequality::CODEQUALITY,
    &sonar::SONAR,
    &badge::BADGE,
];

/// What a format leaves out, because its reader takes no more; nothing in most cases.
type Cut = fn(&Report, &FormatOptions) -> Option<Finding>;

/// The formats whose readers have a limit.
static CUTS: &[(&Format, Cut)] =
    &[(&markdown::MARKDOWN, markdown::cut), (&github::GITHUB, github::cut), (&sarif::SARIF, sarif::cut)];

/// The finding that says what the format of this name will leave out. To be asked before anything is written, so that every
/// report of the run tells it.
pub fn cut(name: &str, report: &Report, options: &FormatOptions) -> Option<Finding> {
    let (_, cut) = CUTS.iter().find(|(format, _)| format.name == name)?;
    cut(report, options)
}

/// A format of either kind.
#[derive(Debug, Clone, Copy)]
pub enum Output {
    /// One text.
    Text(&'static Format),
    /// Many pages.
    Pages(&'static PageFormat),
}

/// The format of this name.
pub fn output(name: &str) -> Option<Output> {
    let text = FORMATS.iter().find(|format| format.name == name).map(|format| Output::Text(format));
    text.or_else(|| {
        PAGE_FORMATS.iter().find(|format| format.name == name).map(|format| Output::Pages(format))
    })
}

/// The names of all formats.
pub fn names() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).chain(PAGE_FORMATS.iter().map(|format| format.name)).collect()
}

/// A number with commas between groups of three digits.
pub fn grouped(number: u64) -> SmolStr {
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(number);
    if digits.len() <= 3 {
        return SmolStr::new_inline(digits);
    }
    let mut text = SmolStrBuilder::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.finish()
}

/// `1 file`, `2 files`, `9,113 blocks`.
pub fn counted(count: u64, noun: &str) -> String {
    [&*grouped(count), " ", noun, words::ending(count)].concat()
}

#[cfg(test)]
mod tests {
    use super::testing;
    use super::{FORMATS, FormatOptions};

    #[test]
    fn every_format_writes_the_same_bytes_twice_and_ends_in_a_newline() {
        for report in
            [testing::empty(), testing::small(), testing::hostile_reviewed(), testing::hostile_owned()]
        {
            for format in FORMATS {
                let first = testing::render(format, &report, &FormatOptions::default());
                let second = testing::render(format, &report, &FormatOptions::default());
                assert_eq!(first, second, "{}", format.name);
                assert!(first.is_empty() || first.ends_with('\n'), "{}", format.name);
            }
        }
    }

    #[test]
    fn a_full_disk_is_an_error_of_every_format() {
        struct Full;
        impl std::io::Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        for format in FORMATS {
            let error = (format.write)(&testing::small(), &FormatOptions::default(), &mut Full);
            assert_eq!(
                error.map_err(|error| error.kind()),
                Err(std::io::ErrorKind::StorageFull),
                "{}",
                format.name
            );
        }
    }
}
