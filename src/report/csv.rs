//! CSV: one row per file, for spreadsheets and scripts.
//!
//! Input: a report. Output: a header and one row per file in the order of the report (packages by import path, files by
//! path), LF line ends, cells quoted as in RFC 4180. Notes on consumers: spreadsheets run a cell that starts with `=`,
//! `+`, `-`, `@`, tab or CR as a formula, so such a text gets a `'` in front; some split cells at `;`, so those are quoted.
//!
//! Invariant: numbers are never quoted, and a row has as many cells as the header.

use std::io::{self, BufWriter, Write};

use super::escape::csv_cell;
use super::{Format, FormatOptions};
use crate::model::Report;

pub(super) static CSV: Format = Format {
    name: "csv",
    about: "one row per file: statements, lines and functions",
    default_name: "coverage.csv",
    write,
};

const HEADER: &str = "path,package,module,statements_covered,statements_total,lines_covered,lines_partial,lines_total,\
                      functions_covered,functions_total";

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    writeln!(out, "{HEADER}")?;
    for (package, file) in report.files() {
        let path = csv_cell(file.path.as_str());
        let import_path = csv_cell(&package.path);
        let module = csv_cell(package.module.as_deref().unwrap_or_default());
        let (statements, lines, functions) = (file.totals.statements, file.totals.lines, file.totals.functions);
        write!(out, "{path},{import_path},{module},{},{},", statements.covered, statements.total)?;
        write!(out, "{},{},{},", lines.covered, lines.partial, lines.total)?;
        writeln!(out, "{},{}", functions.covered, functions.total)?;
    }
    out.flush()
}
