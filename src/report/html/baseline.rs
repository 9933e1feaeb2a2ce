//! What pages say of a baseline: columns of tables, a card, the view of what was lost, the list of files that are gone.
//!
//! Nothing of it is on a page when there is no baseline. What a source page shows is in `marks.rs`.

use std::fmt::Write as _;

use smol_str::SmolStr;

use super::escape::{Markup, push, text};
use super::overview::{Card, Notice, Notices};
use super::tables::{self, push_percent};
use super::{Entry, Site};
use crate::model::{
    Category, CompareFile, CompareReport, FileFate, FileReport, FunctionReport, StatementRange, Tally,
};
use crate::report::{counted, grouped};

/// The page of the view.
pub(super) const PAGE: &str = "lost.html";
/// The columns of [`push_columns`].
pub(super) const COLUMNS: [&str; 2] = ["Before", "Difference"];
/// Ranges that are listed for a file.
const SHOWN_RANGES: usize = 6;
/// Files that a notice names.
const SHOWN_FILES: usize = 3;
/// Files that are gone that the overview lists: the view has them all.
const SHOWN_GONE: usize = 50;

impl<'a> Site<'a> {
    pub(super) fn compare(&self) -> Option<&'a CompareReport> {
        self.report.compare.as_ref()
    }

    /// What the comparison knows of a file.
    pub(super) fn compared(&self, file: &FileReport) -> Option<&'a CompareFile> {
        self.compare()?.file(file.path.as_str())
    }

    /// The statements of a file in the baseline.
    pub(super) fn before(&self, file: &FileReport) -> Tally {
        self.compared(file).map_or(Tally::default(), before)
    }

    /// The statements of a package in the baseline, with those of files that are gone.
    fn package_before(&self, path: &str) -> Tally {
        let package = self.compare().and_then(|compare| compare.package(path));
        package.map_or(Tally::default(), |package| package.numbers.categories.statements.base())
    }

    /// What [`COLUMNS`] hold in a row: empty where the baseline knows nothing.
    pub(super) fn before_and_points(&self, before: Tally, now: Tally) -> [SmolStr; 2] {
        if before.total == 0 {
            return Default::default();
        }
        let points = now.points_since(before, self.options.precision).unwrap_or_default();
        [self.percent(before), points.replace('<', "&lt;").into()]
    }
}

/// The statements of a file of the comparison in the baseline.
pub(super) fn before(file: &CompareFile) -> Tally {
    file.numbers.categories.statements.base()
}

/// Adds the cells of a row, when there is a baseline.
pub(super) fn push_columns(out: &mut String, site: &Site<'_>, before: Tally, now: Tally) {
    if site.compare().is_some() {
        for cell in site.before_and_points(before, now) {
            let _ = write!(out, "<td>{cell}");
        }
    }
}

/// [`push_columns`] of a package.
pub(super) fn push_package(out: &mut String, site: &Site<'_>, path: &str, now: Tally) {
    push_columns(out, site, site.package_before(path), now);
}

/// The lost statements of a function; only what was compared has functions.
pub(super) fn lost_in(site: &Site<'_>, file: &FileReport, function: &FunctionReport) -> u64 {
    let extent = function.extent;
    let lost = site.compared(file).map_or(&[][..], |file| &file.lost);
    let inside = |range: &&StatementRange| {
        *range.function == *function.name
            && extent.start.line <= range.first
            && range.first <= extent.end.line
    };
    lost.iter().filter(inside).map(|range| range.statements).sum()
}

/// Adds the cell of a function: its lost statements, empty when there are none.
pub(super) fn push_lost(
    out: &mut impl Markup,
    site: &Site<'_>,
    file: &FileReport,
    function: &FunctionReport,
) {
    if site.compare().is_none() {
        return;
    }
    out.add("<td>");
    match lost_in(site, file, function) {
        0 => {}
        lost => out.add(itoa::Buffer::new().format(lost)),
    }
}

// ---- Above the views -------------------------------------------------------------------------------------------------------

/// The card of the baseline.
pub(super) fn card(site: &Site<'_>) -> Option<Card> {
    let compare = site.compare()?;
    let numbers = &compare.numbers;
    let (before, now) = (numbers.categories.statements.base(), site.report.totals.statements);
    let shown = |tally: Tally| {
        tally.percent_to(site.options.precision).map_or("n/a".to_owned(), |percent| format!("{percent}%"))
    };
    let points = now.points_since(before, site.options.precision);
    let gained = numbers.categories.statements.of(Category::Gbc);
    let mut words = format!(
        "points: {} → {} of statements, {} lost, {} gained",
        shown(before),
        shown(now),
        grouped(numbers.lost.statements),
        grouped(gained)
    );
    if numbers.unstable.statements > 0 {
        let _ = write!(words, ", {} unstable", grouped(numbers.unstable.statements));
    }
    Some(Card {
        title: "Against the baseline",
        value: points.unwrap_or_else(|| "n/a".to_owned()),
        width: None,
        text: words,
    })
}

/// The twelve categories, and what was compared with what.
pub(super) fn summary(site: &Site<'_>) -> Option<String> {
    let compare = site.compare()?;
    let categories = &compare.numbers.categories;
    let mut out = String::from(
        "<details class=twelve><summary>Against the baseline: what became of each item</summary><p class=muted>",
    );
    for (at, baseline) in compare.baselines.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "Baseline " });
        push(&mut out, &baseline.path);
        if let Some(commit) = &baseline.commit {
            let commit: String = commit.chars().take(10).collect();
            let _ = write!(out, " of {}", text(&commit));
        }
    }
    out.push_str("; base: ");
    push(&mut out, &compare.origin);
    if compare.estimated() {
        out.push_str(". Some statements were compared as blocks, since a source is missing or does not fit");
    }
    out.push_str(
        ".</p><table><caption>Items of either side</caption><thead><tr><th scope=col>Category<th scope=col>Statements\
         <th scope=col>Lines<th scope=col>Functions</thead><tbody>",
    );
    for category in Category::ALL {
        let _ = write!(out, "<tr><th scope=row><b>{}</b> {}", category.name(), category.about());
        for counts in [categories.statements, categories.lines, categories.functions] {
            let _ = write!(out, "<td>{}", counts.of(category));
        }
    }
    out.push_str("</table></details>\n");
    Some(out)
}

/// The notice of what was lost: the files with the largest losses.
pub(super) fn notices(site: &Site<'_>) -> Option<Notices> {
    let losing = site.compare()?.losing();
    if losing.is_empty() {
        return None;
    }
    let items = losing.iter().take(SHOWN_FILES).map(|file| {
        let lost = file.numbers.lost;
        let (count, noun) = match lost.statements {
            0 => (lost.lines, "line"),
            statements => (statements, "statement"),
        };
        let verb = if count == 1 { "was" } else { "were" };
        let absent =
            if file.fate == FileFate::Vanished { "; the profile does not have it any more" } else { "" };
        let path = crate::escape::terminal(&file.path);
        let message = format!("{path}: {} {verb} covered in the baseline{absent}", counted(count, noun));
        Notice { message, href: first_lost(site, file), ..Notice::default() }
    });
    Some(Notices {
        name: "lost",
        page: PAGE.to_owned(),
        severity: "warning",
        items: items.collect(),
        more: losing.len().saturating_sub(SHOWN_FILES),
    })
}

/// The first lost line of a file that has a page.
fn first_lost(site: &Site<'_>, file: &CompareFile) -> Option<String> {
    let entry = page_of(site, file)?;
    Some(match file.lost.first().filter(|_| entry.file.has_source) {
        Some(range) => format!("{}#L{}", entry.page, range.first.max(1)),
        None => entry.page.clone(),
    })
}

/// The page of a file that the profile has.
fn page_of<'s, 'a>(site: &'s Site<'a>, file: &CompareFile) -> Option<&'s Entry<'a>> {
    let is_here = matches!(file.fate, FileFate::Both | FileFate::Added | FileFate::Appeared);
    site.entry(&file.path).filter(|entry| is_here && entry.file.path.as_str() == file.path)
}

// ---- The view of what was lost ---------------------------------------------------------------------------------------------

/// A row of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row<'a> {
    /// A file that lost coverage.
    Lost(&'a CompareFile),
    /// A file that the profile does not have.
    Gone(&'a CompareFile),
}

/// The rows of the view: losses, the largest first, then files that are gone.
pub(super) fn rows<'a>(site: &Site<'a>) -> Vec<Row<'a>> {
    let Some(compare) = site.compare() else { return Vec::new() };
    let lost = compare.losing().into_iter().map(Row::Lost);
    lost.chain(gone(compare).into_iter().map(Row::Gone)).collect()
}

/// Files that the baseline has and the profile does not: those that nobody took away first.
fn gone(compare: &CompareReport) -> Vec<&CompareFile> {
    let is_gone = |file: &&CompareFile| {
        matches!(file.fate, FileFate::Vanished | FileFate::Deleted | FileFate::Excluded)
    };
    let mut files: Vec<&CompareFile> = compare.files.iter().filter(is_gone).collect();
    files.sort_by_key(|file| {
        (file.fate != FileFate::Vanished, file.fate, std::cmp::Reverse(before(file).covered), &file.path)
    });
    files
}

/// A part of the view.
pub(super) fn part(site: &Site<'_>, rows: &[Row<'_>]) -> String {
    let mut out = String::new();
    if rows.is_empty() {
        out.push_str("<p>Nothing that the baseline covers is lost, and no file of it is gone.</p>\n");
    }
    for same in rows.chunk_by(|a, b| std::mem::discriminant(a) == std::mem::discriminant(b)) {
        match same.first() {
            Some(Row::Lost(_)) => {
                let columns = ["File", "Lost lines", "Covered", "Lost", "Before", "Difference"];
                let caption = "Files that lost coverage since the baseline, most lost statements first";
                tables::open(&mut out, caption, &columns);
            }
            _ => open_gone(&mut out),
        }
        for row in same {
            match row {
                Row::Lost(file) => push_lost_row(&mut out, site, file),
                Row::Gone(file) => push_gone_row(&mut out, site, file),
            }
        }
        out.push_str("</table>\n");
    }
    out
}

fn push_lost_row(out: &mut String, site: &Site<'_>, file: &CompareFile) {
    let page = page_of(site, file).map(|entry| entry.page.as_str());
    push_name(out, file, page);
    out.push_str("<td>");
    if file.fate == FileFate::Vanished {
        out.push_str("not in the profile: ");
    }
    for (at, range) in file.lost.iter().take(SHOWN_RANGES).enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        let (first, last) = (range.first, range.last);
        let shown = if first == last { first.to_string() } else { format!("{first}–{last}") };
        let _ = match page {
            Some(page) => write!(out, "<a href={page}#L{}>{shown}</a>", first.max(1)),
            None => write!(out, "{shown}"),
        };
    }
    if file.lost.len() > SHOWN_RANGES {
        let _ = write!(out, " and {} more", file.lost.len() - SHOWN_RANGES);
    }
    let now = file.numbers.categories.statements.head();
    push_percent(out, site, now);
    let _ = write!(out, "<td>{}", file.numbers.lost.statements);
    push_columns(out, site, before(file), now);
    out.push('\n');
}

fn push_name(out: &mut String, file: &CompareFile, page: Option<&str>) {
    out.push_str("<tr><th scope=row>");
    if let Some(page) = page {
        let _ = write!(out, "<a href={page}>");
    }
    push(out, &file.path);
    out.push_str(if page.is_some() { "</a>" } else { "" });
}

fn open_gone(out: &mut String) {
    let columns = ["File", "What became of it", "Before", "Statements", "Lost"];
    tables::open(out, "Files of the baseline that are not in the profile", &columns);
}

fn push_gone_row(out: &mut String, site: &Site<'_>, file: &CompareFile) {
    push_name(out, file, None);
    out.push_str(match file.fate {
        FileFate::Vanished => "<td>vanished: it is in the tree, and the profile does not have it",
        FileFate::Excluded => "<td>left out of this run",
        _ => "<td>deleted",
    });
    let before = before(file);
    push_percent(out, site, before);
    let _ = writeln!(out, "<td>{}<td>{}", before.total, file.numbers.lost.statements);
}

/// The files that are gone, for the overview.
pub(super) fn gone_list(site: &Site<'_>) -> String {
    let files = site.compare().map_or(Vec::new(), gone);
    let mut out = String::new();
    if files.is_empty() {
        return out;
    }
    open_gone(&mut out);
    for file in files.iter().take(SHOWN_GONE) {
        push_gone_row(&mut out, site, file);
    }
    out.push_str("</table>\n");
    if files.len() > SHOWN_GONE {
        let _ = writeln!(out, "<p><a href={PAGE}>and {} more</a></p>", files.len() - SHOWN_GONE);
    }
    out
}

#[cfg(test)]
mod tests;
