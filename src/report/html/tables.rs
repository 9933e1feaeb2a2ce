//! Tables with a row for each package, file or function, written by code: a big project has fifty thousand rows.
//!
//! A percentage is a cell with a class `w0` … `w100`, from which the style draws a bar: no element and no image of its own.

use std::fmt::Write as _;

use super::escape::push;
use super::{Entry, Site, width};
use crate::model::{FunctionReport, Tally, Totals};

/// Adds a cell with a percentage and its bar.
pub(super) fn push_percent(out: &mut String, site: &Site<'_>, tally: Tally) {
    let _ = match width(tally) {
        Some(width) => write!(out, "<td class=w{width}>{}", site.percent(tally)),
        None => write!(out, "<td class=na>n/a"),
    };
}

/// Adds the cells that all tables have: percent, missed, statements, percent of lines.
fn push_numbers(out: &mut String, site: &Site<'_>, totals: &Totals) {
    let statements = totals.statements;
    push_percent(out, site, statements);
    let _ = write!(
        out,
        "<td>{}<td>{}<td>{}",
        statements.missed(),
        statements.total,
        site.percent(totals.lines.tally())
    );
}

/// A table before its first row.
fn open(out: &mut String, caption: &str, columns: &[&str]) {
    let _ = write!(out, "<table class=list><caption>{caption}</caption><thead><tr>");
    for column in columns {
        let _ = write!(out, "<th scope=col>{column}");
    }
    out.push_str("</thead><tbody>\n");
}

const NUMBERS: [&str; 4] = ["Covered", "Missed", "Statements", "Lines"];

/// All packages, most missed first.
pub(super) fn packages(site: &Site<'_>) -> String {
    let mut packages: Vec<_> = site.report.packages.iter().collect();
    packages.sort_by_key(|package| (std::cmp::Reverse(package.totals.statements.missed()), &package.path));
    let mut out = String::new();
    let [covered, missed, statements, lines] = NUMBERS;
    open(
        &mut out,
        "Packages, most missed statements first",
        &["Package", covered, missed, statements, lines, "Files"],
    );
    for package in packages {
        out.push_str("<tr><th scope=row>");
        push(&mut out, shown(&package.path));
        push_numbers(&mut out, site, &package.totals);
        let _ = writeln!(out, "<td>{}", package.files.len());
    }
    out.push_str("</table>\n");
    out
}

/// Files in the order of their misses.
pub(super) fn by_misses<'s, 'a>(site: &'s Site<'a>) -> Vec<&'s Entry<'a>> {
    let mut entries: Vec<&Entry<'_>> = site.entries.iter().collect();
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.file.totals.statements.missed()), &entry.file.path));
    entries
}

/// A part of the files.
pub(super) fn files(site: &Site<'_>, entries: &[&Entry<'_>]) -> String {
    let mut out = String::new();
    let [covered, missed, statements, lines] = NUMBERS;
    open(&mut out, "Files, most missed statements first", &["File", covered, missed, statements, lines]);
    for entry in entries {
        let _ = write!(out, "<tr><th scope=row><a href={}>", entry.page);
        push(&mut out, entry.file.path.as_str());
        out.push_str("</a>");
        push_numbers(&mut out, site, &entry.file.totals);
        out.push('\n');
    }
    out.push_str("</table>\n");
    out
}

/// A function with the file that it is in.
pub(super) type Placed<'s, 'a> = (&'s Entry<'a>, &'a FunctionReport);

/// Functions with statements: those that never ran first, then by their misses.
pub(super) fn functions<'s, 'a>(site: &'s Site<'a>) -> Vec<Placed<'s, 'a>> {
    let mut functions: Vec<Placed<'s, 'a>> = site
        .entries
        .iter()
        .flat_map(|entry| entry.file.functions.iter().map(move |function| (entry, function)))
        .filter(|(_, function)| function.statements.total > 0)
        .collect();
    functions.sort_by_key(|(entry, function)| {
        let missed = std::cmp::Reverse(function.statements.missed());
        (function.statements.covered > 0, missed, &entry.file.path, function.extent.start)
    });
    functions
}

/// A part of the functions.
pub(super) fn function_rows(site: &Site<'_>, functions: &[Placed<'_, '_>]) -> String {
    let mut out = String::new();
    let columns = ["Function", "File", "Covered", "Missed", "Statements", "Complexity"];
    open(&mut out, "Functions: those that never ran, then by missed statements", &columns);
    for (entry, function) in functions {
        let _ = write!(out, "<tr><th scope=row><a href={}#L{}>", entry.page, function.extent.start.line);
        push(&mut out, &function.name);
        out.push_str("</a><td>");
        push(&mut out, entry.file.path.as_str());
        push_percent(&mut out, site, function.statements);
        let statements = function.statements;
        let _ =
            writeln!(out, "<td>{}<td>{}<td>{}", statements.missed(), statements.total, function.complexity);
    }
    out.push_str("</table>\n");
    out
}

/// A name that is never empty.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "(no name)" } else { name }
}
