//! Plain lists: functions as `go tool cover -func`, packages as `go tool covdata percent` and `pkglist`.

use std::io::{self, Write};

use smol_str::SmolStr;

use crate::escape::terminal;
use crate::model::{FileReport, Report, Tally};

/// Per function: `path:line:`, name, percent, aligned; the last line is the total of all blocks.
pub fn functions(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Vec::new();
    for (_, file) in report.files() {
        for function in
            file.functions.iter().filter(|function| !function.literal || function.statements.total > 0)
        {
            let percent = function.statements.percent().unwrap_or(SmolStr::new_static("0.0"));
            rows.push([
                format!("{}:{}:", terminal(file.path.as_str()), function.extent.start.line),
                terminal(&function.name).into_owned(),
                format!("{percent}%"),
            ]);
        }
    }
    let total = report.totals.statements.percent().unwrap_or(SmolStr::new_static("0.0"));
    rows.push(["total:".to_owned(), "(statements)".to_owned(), format!("{total}%")]);
    align(&rows, out)
}

/// The exact bytes of `go tool cover -func`: names and lines as in the profile, bare function names, declarations only, and
/// a total over functions (cmd/cover/func.go, Go 1.21 to 1.27).
pub fn go_functions(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<&FileReport> = report.files().map(|(_, file)| file).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut rows = Vec::new();
    let mut total = Tally::default();
    for file in files {
        for function in file.functions.iter().filter(|function| !function.literal) {
            let tally = go_tally(file, function.extent);
            total += tally;
            rows.push([
                format!("{}:{}:", file.name, function.adjusted_line),
                function.bare().to_owned(),
                format!("{}%", tally.go_percent(1)),
            ]);
        }
    }
    rows.push(["total:".to_owned(), "(statements)".to_owned(), format!("{}%", total.go_percent(1))]);
    align(&rows, out)
}

/// Blocks whose interval intersects the function's, as cmd/cover counts them.
fn go_tally(file: &FileReport, function: crate::model::Extent) -> Tally {
    let mut tally = Tally::default();
    for block in &file.blocks {
        if block.extent.start >= function.end {
            break;
        }
        if block.extent.end > function.start {
            tally.add(u64::from(block.stmts), block.count > 0);
        }
    }
    tally
}

/// What `text/tabwriter` does with minimum width 1, tab width 8, padding 1 and tabs: columns as wide as their widest cell,
/// rounded up to a tab stop. Widths count characters.
fn align(rows: &[[String; 3]], out: &mut dyn Write) -> io::Result<()> {
    const TAB: usize = 8;
    let width = |column: usize| {
        let widest = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        (widest.unwrap_or(0) + 1).div_ceil(TAB) * TAB
    };
    let widths = [width(0), width(1)];
    let mut out = io::BufWriter::new(out);
    for [first, second, third] in rows {
        let tabs = |cell: &str, width: usize| "\t".repeat((width - cell.chars().count()).div_ceil(TAB));
        writeln!(out, "{first}{}{second}{}{third}", tabs(first, widths[0]), tabs(second, widths[1]))?;
    }
    out.flush()
}

/// Per package: tab, import path, two tabs, `coverage: 91.7% of statements`. A package without statements stands by its name
/// alone.
pub fn packages(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for package in &report.packages {
        match package.totals.statements.percent() {
            Some(percent) => {
                writeln!(out, "\t{}\t\tcoverage: {percent}% of statements", terminal(&package.path))?;
            }
            None => writeln!(out, "\t{}", terminal(&package.path))?,
        }
    }
    Ok(())
}

/// Import paths, a line each.
pub fn import_paths(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    report.packages.iter().try_for_each(|package| writeln!(out, "{}", terminal(&package.path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_as_gos_tab_writer_aligns_them() {
        let row = |a: &str, b: &str, c: &str| [a.to_owned(), b.to_owned(), c.to_owned()];
        let mut out = Vec::new();
        align(&[row("m.test/p/a/a.go:3:", "F", "50.0%"), row("total:", "(statements)", "50.0%")], &mut out)
            .expect("memory");
        assert_eq!(
            String::from_utf8_lossy(&out),
            "m.test/p/a/a.go:3:\tF\t\t50.0%\ntotal:\t\t\t(statements)\t50.0%\n"
        );
    }
}
