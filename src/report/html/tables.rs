//! Tables with a row for each package, file or function, written by code: a big project has fifty thousand rows.
//!
//! A percentage is a cell with a class `w0` … `w100`, from which the style draws a bar: no element and no image of its own.

use std::fmt::Write;

use super::escape::{Markup, push, push_all, push_known};
use super::page::Page;
use super::{Entry, Site, baseline, width};
use crate::model::{FunctionReport, PatchFile, PatchReport, Presence, Tally, Totals};
use crate::report::grouped;

/// Adds a cell with a percentage and its bar.
pub(super) fn push_percent(out: &mut impl Markup, site: &Site<'_>, tally: Tally) {
    match width(tally) {
        Some(0) => out.add(&site.nothing),
        Some(100) => out.add(&site.all),
        Some(width) => {
            out.add("<td class=w");
            out.add(itoa::Buffer::new().format(width));
            out.add(">");
            out.add(&site.percent(tally));
        }
        None => out.add("<td class=na>n/a"),
    }
}

/// Adds a cell with a number.
pub(super) fn push_number(out: &mut impl Markup, number: u64) {
    out.add("<td>");
    if number < 1000 {
        out.add(itoa::Buffer::new().format(number));
    } else {
        out.add(&grouped(number));
    }
}

/// Adds the cells that all tables have: percent, missed, statements, percent of lines.
pub(super) fn push_numbers(out: &mut String, site: &Site<'_>, totals: &Totals, changed: Tally) {
    let statements = totals.statements;
    push_percent(out, site, statements);
    push_number(out, statements.missed());
    push_number(out, statements.total);
    push_all(out, ["<td>", &site.percent(totals.lines.tally())]);
    if site.patch().is_some() {
        push_patch(out, site, changed);
    }
}

/// Adds the cell of a change: empty where nothing changed.
pub(super) fn push_patch(out: &mut String, site: &Site<'_>, changed: Tally) {
    out.push_str("<td>");
    if changed.total > 0 {
        out.push_str(&site.percent(changed));
    }
}

/// A table before its first row.
pub(super) fn open(out: &mut impl Write, caption: &str, columns: &[&str]) {
    // A second column of words stands to the left.
    let words =
        matches!(columns.get(1), Some(&("File" | "Missed lines" | "Lost lines" | "What became of it")));
    let class = if words { "\"list two\"" } else { "list" };
    let _ = write!(out, "<table class={class}><caption>{caption}</caption><thead><tr>");
    for column in columns {
        let _ = write!(out, "<th scope=col>{column}");
    }
    let _ = out.write_str("</thead><tbody>\n");
}

/// The columns of [`push_numbers`] behind a first one.
pub(super) fn columns(site: &Site<'_>, first: &'static str) -> Vec<&'static str> {
    let change = site.patch().map(|_| "Change");
    [first, "Covered", "Missed", "Statements", "Lines"].into_iter().chain(change).collect()
}

/// The same columns, and those of a baseline when there is one.
fn with_baseline<'c>(site: &Site<'_>, mut columns: Vec<&'c str>) -> Vec<&'c str> {
    if site.compare().is_some() {
        columns.extend(baseline::COLUMNS);
    }
    columns
}

/// All packages, most missed first.
pub(super) fn packages(site: &Site<'_>) -> String {
    let mut packages: Vec<_> = site.report.packages.iter().collect();
    packages.sort_by_key(|package| (std::cmp::Reverse(package.totals.statements.missed()), &package.path));
    let mut out = String::new();
    let mut columns = with_baseline(site, columns(site, "Package"));
    columns.push("Files");
    open(&mut out, "Packages, most missed statements first", &columns);
    for package in packages {
        let changed = package.files.iter().fold(Tally::default(), |mut sum, file| {
            sum += site.patch_tally(file);
            sum
        });
        out.push_str("<tr><th scope=row>");
        push(&mut out, shown(&package.path));
        push_numbers(&mut out, site, &package.totals, changed);
        baseline::push_package(&mut out, site, &package.path, package.totals.statements);
        let _ = writeln!(out, "<td>{}", package.files.len());
    }
    out.push_str("</table>\n");
    out
}

/// The files of the change: what of it is missed, and where.
pub(super) fn changed(site: &Site<'_>, patch: &PatchReport) -> String {
    let mut files: Vec<&PatchFile> = patch.files.iter().collect();
    files.sort_by_key(|file| (std::cmp::Reverse(file.statements.missed()), &file.path));
    let mut out = String::new();
    let columns = ["File", "Missed lines", "Change covered", "Missed", "Changed statements"];
    open(&mut out, "Files of the change, most missed changed statements first", &columns);
    for file in files {
        let page = site
            .entry(file.path.as_str())
            .filter(|entry| entry.file.in_tree)
            .map(|entry| entry.page.as_str());
        out.push_str("<tr><th scope=row>");
        if let Some(page) = page {
            let _ = write!(out, "<a href={page}>");
        }
        push(&mut out, file.path.as_str());
        out.push_str(if page.is_some() { "</a><td>" } else { "<td>" });
        push_missed(&mut out, file, page);
        let statements = if file.counted { file.statements } else { Tally::default() };
        push_percent(&mut out, site, statements);
        push_number(&mut out, statements.missed());
        push_number(&mut out, statements.total);
        out.push('\n');
    }
    out.push_str("</table>\n");
    out
}

/// Ranges of missed lines that are listed for a file.
const SHOWN_RANGES: usize = 12;

/// Missed ranges of a changed file, each a link; or why there are none to be known.
fn push_missed(out: &mut String, file: &PatchFile, page: Option<&str>) {
    match file.presence {
        Presence::Measured => {}
        Presence::NoCode => return out.push_str("no statements"),
        Presence::NotBuilt => return out.push_str("not built on the platform of the profile"),
        Presence::Unmeasured if file.counted => out.push_str("not in the profile, counts as missed "),
        Presence::Unmeasured => return out.push_str("not in the profile"),
    }
    for (at, (first, last)) in file.missed.iter().take(SHOWN_RANGES).enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        let range = if first == last { first.to_string() } else { format!("{first}–{last}") };
        let _ = match page {
            Some(page) => write!(out, "<a href={page}#L{first}>{range}</a>"),
            None => write!(out, "{range}"),
        };
    }
    if file.missed.len() > SHOWN_RANGES {
        let _ = write!(out, " and {} more", file.missed.len() - SHOWN_RANGES);
    }
}

/// Files in the order of their misses.
pub(super) fn by_misses<'s, 'a>(site: &'s Site<'a>) -> Vec<&'s Entry<'a>> {
    let mut entries: Vec<&Entry<'_>> = site.entries.iter().collect();
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.file.totals.statements.missed()), entry.rank));
    entries
}

/// A part of the files.
pub(super) fn files(site: &Site<'_>, entries: &[&Entry<'_>]) -> String {
    let mut out = String::new();
    open(&mut out, "Files, most missed statements first", &with_baseline(site, columns(site, "File")));
    for entry in entries {
        push_all(&mut out, ["<tr><th scope=row><a href=", &entry.page, ">"]);
        push(&mut out, entry.file.path.as_str());
        out.push_str("</a>");
        push_numbers(&mut out, site, &entry.file.totals, site.patch_tally(entry.file));
        baseline::push_columns(&mut out, site, site.before(entry.file), entry.file.totals.statements);
        out.push('\n');
    }
    out.push_str("</table>\n");
    out
}

/// A function with the file that it is in.
pub(super) type Placed<'s, 'a> = (&'s Entry<'a>, &'a FunctionReport);

/// Functions with statements: those that never ran first, then by their misses, then by path and position.
pub(super) fn functions<'s, 'a>(site: &'s Site<'a>) -> Vec<Placed<'s, 'a>> {
    let mut entries: Vec<&Entry<'_>> = site.entries.iter().collect();
    entries.sort_by_key(|entry| entry.rank);
    let functions: Vec<Placed<'s, 'a>> = entries
        .into_iter()
        .flat_map(|entry| entry.file.functions.iter().map(move |function| (entry, function)))
        .filter(|(_, function)| function.statements.total > 0)
        .collect();
    // They stand by path and position: with their places behind it, a key of one number tells them all apart.
    let key = |(at, (_, function)): (u32, &Placed<'_, '_>)| {
        let Tally { covered, .. } = function.statements;
        u128::from(covered > 0) << 96 | u128::from(!function.statements.missed()) << 32 | u128::from(at)
    };
    let mut order: Vec<u128> = (0..).zip(&functions).map(key).collect();
    order.sort_unstable();
    order.iter().filter_map(|key| functions.get((key & u128::from(u32::MAX)) as usize).copied()).collect()
}

/// A part of the functions.
pub(super) fn function_rows(out: &mut Page, site: &Site<'_>, functions: &[Placed<'_, '_>]) {
    let mut columns = vec!["Function", "File", "Covered", "Missed", "Statements", "Complexity"];
    columns.extend(site.compare().map(|_| "Lost"));
    open(out, "Functions: those that never ran, then by missed statements", &columns);
    for (entry, function) in functions {
        out.put(b"<tr><th scope=row><a href=");
        out.add(&entry.page);
        out.put(b"#L");
        out.number(function.extent.start.line);
        out.put(b">");
        push(out, &function.name);
        out.put(b"</a><td>");
        push_known(out, entry.file.path.as_str(), entry.is_plain);
        push_percent(out, site, function.statements);
        push_number(out, function.statements.missed());
        push_number(out, function.statements.total);
        push_number(out, u64::from(function.complexity));
        baseline::push_lost(out, site, entry.file, function);
        out.put(b"\n");
    }
    out.put(b"</table>\n");
}

/// A name that is never empty.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "(no name)" } else { name }
}
