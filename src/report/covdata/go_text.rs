//! What `go tool covdata textfmt`, `percent`, `func` and `pkglist` print. Bytes as Go's for `textfmt` and `pkglist`; where
//! Go's own output has a defect (`docs/covdata.md`), the plain function is ours and the `go_` one is Go's.
//!
//! Names are printed as they are, except what a terminal would obey instead of show.

use std::borrow::Cow;
use std::fmt::Write;

use crate::escape::terminal;
use crate::model::Tally;
use crate::model::covdata::{Aggregate, AggregatePackage};

/// A text profile, row by row as Go sorts them. Empty, even without a `mode:` row, when there is no data at all.
pub fn textfmt(data: &Aggregate, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    if data.packages.is_empty() {
        return Ok(());
    }
    writeln!(out, "mode: {}", data.mode)?;
    let mut text = String::new();
    for package in &data.packages {
        for row in &package.rows {
            let file = package.files.get(row.file as usize).map_or("", |file| file);
            text.clear();
            text.push_str(file);
            text.push(':');
            let (start, end) = (row.unit.extent.start, row.unit.extent.end);
            let numbers = [start.line, start.col, end.line, end.col, row.unit.stmts, row.count];
            for (number, behind) in numbers.into_iter().zip(['.', ',', '.', ' ', ' ', '\n']) {
                push_number(number, &mut text);
                text.push(behind);
            }
            out.write_all(text.as_bytes())?;
        }
    }
    Ok(())
}

/// Digits without the machinery of `format!`: large profiles are mostly numbers.
fn push_number(number: u32, out: &mut String) {
    let mut digits = [0u8; 10];
    let mut rest = number;
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(digits.len() - used).map(|&digit| char::from(digit)));
}

/// Import paths, a line each.
pub fn pkglist(data: &Aggregate) -> String {
    data.packages.iter().flat_map(|package| [terminal(&package.path), Cow::Borrowed("\n")]).collect()
}

/// A line per package. A package without statements has its name alone; Go forgets the newline there.
pub fn percent(data: &Aggregate) -> String {
    let mut out = String::new();
    for package in &data.packages {
        let path = terminal(&package.path);
        let tally = package_tally(package);
        if tally.total == 0 {
            let _ = writeln!(out, "\t{path}");
        } else {
            let _ = writeln!(out, "\t{path}\t\tcoverage: {}% of statements", tally.go_percent(1));
        }
    }
    out
}

fn package_tally(package: &AggregatePackage) -> Tally {
    let mut tally = Tally::new(0, 0);
    for row in &package.rows {
        let stmts = u64::from(row.unit.stmts);
        tally += Tally::new(if row.count == 0 { 0 } else { stmts }, stmts);
    }
    tally
}

/// A row of `func`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuncRow {
    /// Source file.
    pub file: String,
    /// Line of the first unit.
    pub line: u32,
    /// As in the meta-data.
    pub name: String,
    /// Statements of its units.
    pub tally: Tally,
}

/// One row for each function, literals at package level left out as in Go.
pub fn func_rows(data: &Aggregate) -> Vec<FuncRow> {
    let rows = data.packages.iter().flat_map(|package| {
        package.functions.iter().filter_map(|function| {
            let name = package.names.get(function.name as usize).filter(|name| !name.literal)?;
            Some(FuncRow {
                file: package.files.get(name.file as usize)?.to_string(),
                line: function.line,
                name: name.name.to_string(),
                tally: Tally::new(function.covered, function.total),
            })
        })
    });
    rows.collect()
}

/// The rows that Go prints: units one after the other that have one name make a row, so that neighbouring `init`
/// functions become one; a literal ends a row.
fn go_rows(data: &Aggregate) -> Vec<FuncRow> {
    let mut rows: Vec<FuncRow> = Vec::new();
    for package in &data.packages {
        let mut open: Option<&str> = None;
        for row in &package.rows {
            let Some(name) = package.names.get(row.name as usize) else { continue };
            if name.literal {
                open = None;
                continue;
            }
            if open != Some(&*name.name) {
                let file = package.files.get(row.file as usize).map_or("", |file| file).to_owned();
                let (line, name) = (row.unit.extent.start.line, name.name.to_string());
                rows.push(FuncRow { file, line, name, tally: Tally::new(0, 0) });
            }
            open = Some(&*name.name);
            let stmts = u64::from(row.unit.stmts);
            if let Some(last) = rows.last_mut() {
                last.tally += Tally::new(if row.count == 0 { 0 } else { stmts }, stmts);
            }
        }
    }
    rows
}

/// The table that `go tool covdata func` prints; nothing without data.
pub fn go_func(data: &Aggregate) -> String {
    if data.packages.is_empty() {
        return String::new();
    }
    let mut total = Tally::new(0, 0);
    data.packages.iter().for_each(|package| total += package_tally(package));
    let mut cells: Vec<[String; 3]> = go_rows(data)
        .into_iter()
        .map(|row| {
            let place = format!("{}:{}:", terminal(&row.file), row.line);
            [place, terminal(&row.name).into_owned(), format!("{}%", row.tally.go_percent(1))]
        })
        .collect();
    cells.push(["total".to_owned(), "(statements)".to_owned(), format!("{}%", total.go_percent(1))]);
    aligned(&cells)
}

/// As `text/tabwriter` with tabs of width 8 and a padding of 1 aligns columns.
fn aligned(rows: &[[String; 3]]) -> String {
    const TAB: usize = 8;
    let width = |column: usize| {
        let widest = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        (widest + 1).div_ceil(TAB) * TAB
    };
    let widths = [width(0), width(1)];
    let mut out = String::new();
    for [first, second, last] in rows {
        for (cell, width) in [first, second].into_iter().zip(widths) {
            let tabs = (width - cell.chars().count()).div_ceil(TAB);
            out.push_str(cell);
            out.extend(std::iter::repeat_n('\t', tabs));
        }
        out.push_str(last);
        out.push('\n');
    }
    out
}
