//! The page of a file: its numbers, what is missed, its functions, and the annotated source.

use std::fmt::Write as _;

use serde::Serialize;

use super::anchors::Anchors;
use super::baseline::lost_in;
use super::escape::{push, push_all, push_extent};
use super::listing::{self, Listing};
use super::marks::{self, Marks};
use super::page::Page;
use super::tables::{push_percent, shown};
use super::{Entry, Site, around_body, width};
use crate::escape::terminal;
use crate::model::{FileReport, LineModel};
use crate::report::pages::{PageError, PageSink, SourceText, Texts};
use crate::report::{counted, grouped};

/// Missed ranges that are listed above the source.
const SHOWN_RANGES: usize = 100;

#[derive(Serialize)]
struct Neighbour {
    href: String,
    path: String,
}

/// What the head of a page says of the baseline.
#[derive(Serialize)]
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

/// Writes the page of one file. It is put together in `page`, which may hold another one.
pub(super) fn write(
    site: &Site<'_>,
    at: usize,
    texts: &dyn Texts,
    sink: &dyn PageSink,
    page: &mut Page,
) -> Result<(), PageError> {
    let Some(entry) = site.entries.get(at) else { return Ok(()) };
    let file = entry.file;
    let text = texts.text(file);
    let mut context = site.frame(&entry.page, file.path.as_str(), "file");
    let statements = file.totals.statements;
    context.insert("directory", &terminal(file.path.directory()));
    context.insert("base", &terminal(file.path.base()));
    context.insert("package", &terminal(&entry.package.path));
    context.insert("package_number", &entry.number);
    context.insert("owners", &terminal(&file.owners.join(", ")));
    context.insert("percent", &statements.percent_to(site.options.precision));
    context.insert("width", &width(statements));
    context.insert("covered", &grouped(statements.covered));
    context.insert("total", &grouped(statements.total));
    context.insert("missed", &grouped(statements.missed()));
    context.insert("lines", &file.totals.lines.tally().percent_to(site.options.precision));
    context.insert("partial", &grouped(file.totals.lines.partial));
    context.insert("ignored", &file.ignored_statements);
    context.insert("generated", &file.generated);
    let patch = site.patch_of(file);
    let changed = patch.filter(|patch| patch.statements.total > 0).map(|patch| patch.statements);
    context.insert("in_change", &patch.is_some());
    context.insert("patch", &changed.and_then(|tally| tally.percent_to(site.options.precision)));
    context.insert("patch_total", &changed.map(|tally| grouped(tally.total)));
    context.insert("notes", &notes(file, &text));
    context.insert("previous", &neighbour(site.entries.iter().take(at).rev()));
    context.insert("next", &neighbour(site.entries.iter().skip(at + 1)));
    context.insert("side", &side(site, file, Anchors::new(&text, file.positions_fit)));
    let is_shown = matches!(text, SourceText::Same(_)) && file.positions_fit;
    let marks = site.compared(file).filter(|_| is_shown).map(|compared| Marks::of(compared, file));
    context.insert("baseline", &marks::facts(site, file, marks.as_ref()));
    let frame = site.templates.render("file.html", &context).map_err(PageError::Template)?;
    let (head, tail) = around_body(&frame);
    page.clear();
    page.push(head);
    if let SourceText::Same(source) = &text {
        let fits = file.positions_fit;
        let (mode, input_sets) = (site.report.run.mode, &*site.input_sets);
        let changed = patch.filter(|_| fits).map(|patch| &patch.changed);
        let marks = marks.as_ref();
        listing::push(page, &Listing { source, file, fits, mode, input_sets, changed, marks });
    }
    page.push(tail);
    sink.put(&entry.page, page.bytes())?;
    Ok(())
}

/// The next file with misses.
fn neighbour<'s, 'a: 's>(mut entries: impl Iterator<Item = &'s Entry<'a>>) -> Option<Neighbour> {
    let entry = entries.find(|entry| entry.file.totals.statements.missed() > 0)?;
    Some(Neighbour { href: entry.page.clone(), path: terminal(entry.file.path.as_str()).into_owned() })
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

/// The functions and the missed ranges, each a link into the source.
fn side(site: &Site<'_>, file: &FileReport, mut anchors: Anchors) -> String {
    let mut out = String::new();
    let functions: Vec<_> = file.functions.iter().filter(|function| function.statements.total > 0).collect();
    if !functions.is_empty() {
        let _ = write!(
            out,
            "<details open><summary>{}</summary><table><thead><tr><th scope=col>Function<th scope=col>Covered<th scope=col>Missed</thead>",
            counted(functions.len() as u64, "function")
        );
        for function in functions {
            out.push_str("<tr>");
            let end = anchors.open(&mut out, "th scope=row", function.extent.start.line);
            push(&mut out, &function.name);
            out.push_str(end);
            let lost = lost_in(site, file, function);
            if lost > 0 {
                let _ = write!(out, " <b class=lost>▼ {lost} lost</b>");
            }
            push_percent(&mut out, site, function.statements);
            let _ = write!(out, "<td>{}", function.statements.missed());
        }
        out.push_str("</table></details>\n");
    }
    marks::push_ranges(&mut out, site, file, &mut anchors);
    if !file.missed.is_empty() {
        let _ = write!(
            out,
            "<details{}><summary>{}</summary><ol>",
            // Without lines the list is all that there is to read.
            if anchors.any() { "" } else { " open" },
            counted(file.missed.len() as u64, "missed range")
        );
        for range in file.missed.iter().take(SHOWN_RANGES) {
            let end = anchors.open(&mut out, "li", range.extent.start.line);
            push_extent(&mut out, range.extent);
            push_all(&mut out, [end, " "]);
            push(&mut out, shown(&range.function));
            push_all(&mut out, [": ", itoa::Buffer::new().format(range.statements)]);
        }
        if file.missed.len() > SHOWN_RANGES {
            let _ = write!(out, "<li>and {} more", file.missed.len() - SHOWN_RANGES);
        }
        out.push_str("</ol></details>\n");
    }
    out
}
