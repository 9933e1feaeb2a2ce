//! LCOV tracefile: genhtml, editors (Coverage Gutters), Codecov, Coveralls, diff-cover, `SonarQube` plug-ins.
//!
//! Input: a report. Output: one record per file, sorted by path. Notes on consumers:
//! * The two-field form `FN:line,name`: a third field (end line) becomes part of the name in `ReportGenerator` and lcov 1,
//!   and the line in npm lcov-parse. FNDA repeats the order of FN, since `ReportGenerator` pairs them by position.
//! * lcov 2 stops on a repeated function name in a file, on a function that was hit without a hit line (or the reverse), and
//!   on `-a` without any function. diff-cover raises on a comma in an FNDA name. lcov 1 wants DA before LF and LH.
//! * npm lcov-parse ends a record at any line that holds `end_of_record`, a file name too; nothing can be done about it.
//!
//! Invariants: lines ascend and are unique; a function that is listed has a line; FNH counts functions of which any
//! statement ran, as every other report does. Files outside the tree and files without lines are left out.

use std::io::{self, BufWriter, Write};

use super::escape::{self, Unique};
use super::{Format, FormatOptions};
use crate::model::{FileReport, FunctionReport, Report};

pub(super) static LCOV: Format = Format {
    name: "lcov",
    about: "LCOV tracefile: genhtml, editors, Codecov, Coveralls, diff-cover",
    default_name: "lcov.info",
    write,
};

fn write(report: &Report, options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<&FileReport> = report
        .files()
        .map(|(_, file)| file)
        .filter(|file| file.in_tree && !file.lines.is_empty())
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut out = BufWriter::new(out);
    let mut paths = Unique::default();
    for file in files {
        write_file(file, &paths.name(escape::record(file.path.as_str())), options, &mut out)?;
    }
    out.flush()
}

fn write_file(file: &FileReport, path: &str, options: &FormatOptions, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "TN:\nSF:{path}")?;
    if !options.no_methods {
        write_functions(file, out)?;
    }
    for &(line, hits) in &file.lines {
        writeln!(out, "DA:{line},{}", escape::hits(hits))?;
    }
    let hit = file.lines.iter().filter(|line| line.1 > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", file.lines.len())
}

fn write_functions(file: &FileReport, out: &mut impl Write) -> io::Result<()> {
    let mut names = Unique::default();
    let functions: Vec<_> = file
        .functions
        .iter()
        .filter(|function| is_listed(function, file))
        .map(|function| (names.name(escape::lcov_function(&function.name)), function))
        .collect();
    for (name, function) in &functions {
        writeln!(out, "FN:{},{name}", function.extent.start.line)?;
    }
    for (name, function) in &functions {
        writeln!(out, "FNDA:{},{name}", calls(function))?;
    }
    let hit = functions.iter().filter(|(_, function)| calls(function) > 0).count();
    writeln!(out, "FNF:{}\nFNH:{hit}", functions.len())
}

/// A function without statements does not count anywhere; one without a line would be inconsistent for lcov 2.
fn is_listed(function: &FunctionReport, file: &FileReport) -> bool {
    let first = file.lines.partition_point(|&(line, _)| line < function.extent.start.line);
    let has_line = file.lines.get(first).is_some_and(|&(line, _)| line <= function.extent.end.line);
    function.statements.total > 0 && has_line
}

/// How often the function was entered: the count of its first block, but never at odds with its statements (merged data
/// may have an entry without hits and a body with some).
fn calls(function: &FunctionReport) -> u64 {
    if function.statements.covered == 0 {
        return 0;
    }
    escape::hits(function.entry_count.unwrap_or(0).max(1))
}
