//! Markdown: a job summary, and the comment on a pull request.
//!
//! Input: a report. Output: the verdict, totals, gates, missed ranges of the change (with links where the CI says where sources
//! are), a table of packages, findings. Notes on consumers: a comment on GitHub holds 65,536 characters, a job summary 1 MiB
//! (beyond it nothing at all is shown), GitLab's note 1,000,000; rows are cut below that, from the end of each table, and the
//! last line says how many of which. All of them render some HTML, link addresses, and notify whom an `@name` names; so every
//! name stands in code or as references. The first line is a mark by which a comment is found again.
//!
//! Invariants: never longer than its reader takes (counted in bytes, which are no fewer than characters); rows are in the order
//! of what is missed most; no line begins with text of others.

mod compare;
mod owners;
mod sections;

use std::io::{self, Write};

use super::{Format, FormatOptions, grouped};
use crate::model::{Code, Finding, Report};

pub(super) static MARKDOWN: Format = Format {
    name: "markdown",
    about: "job summary and comment on a pull request, below the limit of 65,536 characters",
    default_name: "coverage.md",
    shows_change: true,
    write,
};

/// The first line.
const MARK: &str = "<!-- coverdict -->";
/// Kept for the heads of tables behind the one that fills up, and for the last line.
const RESERVE: usize = 1500;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A comment: 65,536 characters.
    Comment,
    /// A job summary, or another text with this many bytes left.
    Bytes(usize),
}

impl Reader {
    fn limit(self) -> usize {
        match self {
            // The step that posts it may add a line.
            Self::Comment => 65_000,
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// A table: what stands above its rows, and the rows, each with its newline.
struct Section {
    /// What a row is, in the plural.
    items: &'static str,
    head: String,
    rows: Vec<String>,
}

/// A finished text, and how many rows of which table are not in it.
struct Fitted {
    text: String,
    cut: Vec<(&'static str, usize)>,
}

fn write(report: &Report, options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(fitted(report, options).text.as_bytes())
}

/// The finding that says what is left out, when something is.
pub(super) fn cut(report: &Report, options: &FormatOptions) -> Option<Finding> {
    let cut = fitted(report, options).cut;
    if cut.is_empty() {
        return None;
    }
    let count: usize = cut.iter().map(|(_, rows)| rows).sum();
    Some(
        Finding::new(
            Code::ReportTrimmed,
            format!("markdown is cut to fit its reader: {} left out", listed(&cut)),
        )
        .fact(format!("a reader takes {} bytes", grouped(options.reader.limit() as u64)))
        .help("coverdict check -o json=coverage.json")
        .count(count as u64),
    )
}

fn fitted(report: &Report, options: &FormatOptions) -> Fitted {
    let mut text = format!("{MARK}\n{}", sections::head(report, options));
    let most = options.reader.limit().saturating_sub(RESERVE);
    let mut cut = Vec::new();
    for section in sections::all(report, options) {
        if section.rows.is_empty() {
            continue;
        }
        text.push_str(&section.head);
        let mut shown = 0;
        for row in &section.rows {
            if text.len() + row.len() > most {
                break;
            }
            text.push_str(row);
            shown += 1;
        }
        if shown < section.rows.len() {
            cut.push((section.items, section.rows.len() - shown));
        }
    }
    if !cut.is_empty() {
        let (limit, listed) = (grouped(options.reader.limit() as u64), listed(&cut));
        text.push_str(&format!(
            "\nCut to fit in {limit} bytes; not shown: {listed}. The whole list: `coverdict check -o json`.\n"
        ));
    }
    Fitted { text, cut }
}

/// `12 missed ranges, 3 packages`.
fn listed(cut: &[(&'static str, usize)]) -> String {
    let parts: Vec<String> =
        cut.iter().map(|(items, rows)| format!("{} {items}", grouped(*rows as u64))).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests;
