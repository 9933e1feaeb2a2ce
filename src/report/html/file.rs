//! The page of a file: its numbers, what is missed, its functions, and the annotated source.

use std::fmt::Write as _;

use serde::Serialize;
use smol_str::SmolStr;

use super::anchors::Anchors;
use super::baseline::lost_in;
use super::escape::{Markup as _, is_plain, push, push_all, push_known};
use super::listing::{self, Listing};
use super::marks::{self, Marks};
use super::page::Page;
use super::shapes::{Field, Fields};
use super::spill::Spill;
use super::tables::{push_percent, shown};
use super::{Entry, Site, width};
use crate::model::{FileReport, LineModel, Tally};
use crate::report::pages::{PageError, PageSink, SourceText, Texts};
use crate::report::{counted, grouped};

/// Missed ranges that are listed above the source.
const SHOWN_RANGES: usize = 100;

/// What the head of a page says of the baseline.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    /// Percent of statements; empty when the baseline does not know the file.
    pub(super) before: String,
    /// Difference in points.
    pub(super) points: String,
    /// Statements that lost their coverage.
    pub(super) lost: u64,
    /// Path in the baseline where it was another one.
    pub(super) old_path: String,
    /// Whether the page has lost lines, so that the others can be folded away.
    pub(super) can_fold: bool,
    /// What the marks mean.
    pub(super) legend: String,
}

/// Where a page is put together; it may hold another one.
#[derive(Debug, Default)]
pub(super) struct Workplace {
    page: Page,
    /// What stands beside the source.
    side: Page,
}

/// Writes the page of one file.
pub(super) fn write(
    site: &Site<'_>,
    at: usize,
    texts: &dyn Texts,
    sink: &dyn PageSink,
    place: &mut Workplace,
) -> Result<(), PageError> {
    let Some(entry) = site.entries.get(at) else { return Ok(()) };
    let (file, Workplace { page, side }) = (entry.file, place);
    let text = texts.text(file);
    side.clear();
    push_side(side, site, file, Anchors::new(&text, file.positions_fit));
    let is_shown = matches!(text, SourceText::Same(_)) && file.positions_fit;
    let marks = site.compared(file).filter(|_| is_shown).map(|compared| Marks::of(compared, file));
    let mut fields = site.fields(&entry.page, file.path.as_str(), "file");
    numbers(&mut fields, site, entry);
    fields.extend([
        ("notes", Field::Notes(notes(file, &text))),
        ("previous", neighbour(site.entries.iter().take(at).rev())),
        ("next", neighbour(site.entries.iter().skip(at + 1))),
        ("side", Field::Markup(side.bytes())),
        (
            "baseline",
            marks::facts(site, file, marks.as_ref())
                .map_or(Field::Nothing, |facts| Field::Facts(Box::new(facts))),
        ),
    ]);
    let mut spill = Spill::new(sink, &entry.page);
    let body = |page: &mut Page| {
        if let SourceText::Same(source) = &text {
            let fits = file.positions_fit;
            let (mode, input_sets) = (site.report.run.mode, &*site.input_sets);
            let changed = site.patch_of(file).filter(|_| fits).map(|patch| &patch.changed);
            let marks = marks.as_ref();
            let listing = Listing { source, file, fits, mode, input_sets, changed, marks };
            listing::push(page, &listing, |page| spill.relieve(page));
        }
    };
    site.shapes.write(page, (site.templates, "file.html"), &fields, body).map_err(PageError::Template)?;
    spill.end(page)?;
    Ok(())
}

/// What the head of a page says of the file.
fn numbers<'v>(fields: &mut Fields<'v>, site: &Site<'v>, entry: &Entry<'v>) {
    let (file, package) = (entry.file, entry.package);
    let statements = file.totals.statements;
    let patch = site.patch_of(file);
    let changed = patch.filter(|patch| patch.statements.total > 0).map(|patch| patch.statements);
    let percent = |tally: Tally| Field::maybe(tally.percent_to(site.options.precision));
    let width = width(statements).map(shown_number);
    fields.extend([
        ("directory", Field::text(file.path.directory())),
        ("base", Field::text(file.path.base())),
        ("package", Field::text(&*package.path)),
        ("package_number", Field::Shown(shown_number(entry.number as u64))),
        ("owners", Field::text(file.owners.join(", "))),
        ("percent", percent(statements)),
        ("width", Field::maybe(width)),
        ("covered", Field::Shown(grouped(statements.covered))),
        ("total", Field::Count(grouped(statements.total))),
        ("missed", Field::Shown(grouped(statements.missed()))),
        ("lines", percent(file.totals.lines.tally())),
        ("partial", Field::Count(grouped(file.totals.lines.partial))),
        ("ignored", Field::Number(file.ignored_statements)),
        ("generated", Field::Flag(file.generated)),
        ("in_change", Field::Flag(patch.is_some())),
        ("patch", changed.map_or(Field::Nothing, percent)),
        ("patch_total", changed.map_or(Field::Nothing, |tally| Field::Count(grouped(tally.total)))),
    ]);
}

/// A number without commas.
fn shown_number(number: u64) -> SmolStr {
    SmolStr::new(itoa::Buffer::new().format(number))
}

/// The next file with misses.
fn neighbour<'s, 'a: 's>(mut entries: impl Iterator<Item = &'s Entry<'a>>) -> Field<'s> {
    let entry = entries.find(|entry| entry.file.totals.statements.missed() > 0);
    entry.map_or(Field::Nothing, |entry| Field::Link(&entry.page, entry.file.path.as_str()))
}

/// What a reader must know before believing the page.
fn notes(file: &FileReport, text: &SourceText) -> Vec<&'static str> {
    let mut notes = Vec::new();
    match text {
        SourceText::Missing => {
            notes.push("The source was not found. The numbers come from the profile alone; what was missed is listed by position.");
        }
        SourceText::Changed => {
            notes.push("The source changed while this report was made, so it is not shown.");
        }
        SourceText::Same(_) if !file.positions_fit => notes.push(
            "The profile belongs to another version of this source, so nothing is coloured. Run the tests again to see what is covered.",
        ),
        SourceText::Same(_) => {}
    }
    if file.line_model == LineModel::Trim
        && file.totals.lines.total > 0
        && !matches!(text, SourceText::Same(_) if file.positions_fit)
    {
        notes.push("Lines are estimated from the positions of blocks.");
    }
    notes
}

/// Adds the functions and the missed ranges, each a link into the source.
fn push_side(out: &mut Page, site: &Site<'_>, file: &FileReport, mut anchors: Anchors) {
    let functions = || file.functions.iter().filter(|function| function.statements.total > 0);
    let count = functions().count();
    if count > 0 {
        let head = "</summary><table><thead><tr><th scope=col>Function<th scope=col>Covered<th scope=col>Missed</thead>";
        push_all(out, ["<details open><summary>", &counted(count as u64, "function"), head]);
        for function in functions() {
            out.put(b"<tr>");
            out.put(b"<th scope=row");
            let end = anchors.open(out, function.extent.start.line);
            push(out, &function.name);
            out.add(end);
            let lost = lost_in(site, file, function);
            if lost > 0 {
                let _ = write!(out, " <b class=lost>▼ {lost} lost</b>");
            }
            push_percent(out, site, function.statements);
            out.put(b"<td>");
            push_count(out, function.statements.missed());
        }
        out.push(b"</table></details>\n");
    }
    marks::push_ranges(out, site, file, &mut anchors);
    if !file.missed.is_empty() {
        // Without lines the list is all that there is to read.
        let open = if anchors.any() { "<details><summary>" } else { "<details open><summary>" };
        push_all(out, [open, &counted(file.missed.len() as u64, "missed range"), "</summary><ol>"]);
        let mut named: Option<(&SmolStr, bool)> = None;
        for range in file.missed.iter().take(SHOWN_RANGES) {
            out.put(b"<li");
            let end = anchors.open(out, range.extent.start.line);
            out.extent(range.extent);
            out.add(end);
            out.put(b" ");
            // Ranges of one function follow each other.
            if named.is_none_or(|(name, _)| *name != range.function) {
                named = Some((&range.function, is_plain(&range.function)));
            }
            push_known(out, shown(&range.function), named.is_some_and(|(_, is_plain)| is_plain));
            out.put(b": ");
            push_count(out, range.statements);
        }
        if file.missed.len() > SHOWN_RANGES {
            let _ = write!(out, "<li>and {} more", file.missed.len() - SHOWN_RANGES);
        }
        out.push(b"</ol></details>\n");
    }
}

fn push_count(out: &mut Page, count: u64) {
    match u32::try_from(count) {
        Ok(count) => out.number(count),
        Err(_) => out.push(itoa::Buffer::new().format(count).as_bytes()),
    }
}
