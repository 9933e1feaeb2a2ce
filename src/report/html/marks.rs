//! What the page of a file says of the baseline: the category of each line, which lines are lost, a legend.

use std::fmt::Write as _;

use super::Site;
use super::anchors::Anchors;
use super::escape::push;
use super::file::Facts;
use super::page::Page;
use crate::model::{Category, CompareFile, FileReport, LineSet};
use crate::report::counted;

/// Lines around a lost one that stay when all else is folded away.
const CONTEXT: u32 = 3;

/// Lost ranges that are listed above the source: most of them stand in the list of misses as well.
const SHOWN_RANGES: usize = 10;

/// The marks of the lines of one file.
#[derive(Debug)]
pub(super) struct Marks<'a> {
    file: &'a CompareFile,
    /// Lines that lost their coverage, or a part of it.
    lost: LineSet,
}

impl<'a> Marks<'a> {
    /// A line of which another block still runs is no lost line by its category, and yet holds lost statements: it counts here.
    pub(super) fn of(file: &'a CompareFile, report: &FileReport) -> Self {
        let ranges: Vec<(u32, u32)> = file.lost.iter().map(|range| (range.first, range.last)).collect();
        let ranges = LineSet::of(&ranges);
        let mut lost = LineSet::default();
        for &(line, hits) in &report.lines {
            let is_missed = || hits == 0 || report.partial_lines.binary_search(&line).is_ok();
            if file.line(line) == Some(Category::Lbc) || (ranges.contains(line) && is_missed()) {
                lost.push(line, line);
            }
        }
        Self { file, lost }
    }

    /// Whether there is a lost line.
    pub(super) fn any_lost(&self) -> bool {
        !self.lost.is_empty()
    }

    pub(super) fn is_lost(&self, line: u32) -> bool {
        self.lost.contains(line)
    }

    /// Whether a line stays when all but the lost ones is folded away.
    pub(super) fn stays(&self, line: u32) -> bool {
        self.lost.overlaps(line.saturating_sub(CONTEXT), line.saturating_add(CONTEXT))
    }

    /// Adds the letters of a line. They stand in the cell of its number, as its state does: a cell of their own would cost each line that has none.
    pub(super) fn push(&self, out: &mut String, line: u32) {
        if let Some(category) = self.file.line(line) {
            out.push(' ');
            out.push_str(category.name());
        }
        if self.file.unstable_lines.contains(line) {
            out.push('~');
        }
    }

    /// The letters that stand on the page, with their meaning.
    pub(super) fn legend(&self) -> String {
        let mut out = String::from("<p class=legend>Lines against the baseline:");
        for (category, lines) in self.file.lines.iter().filter(|(category, _)| !category.is_deleted()) {
            let _ = write!(
                out,
                " <span><b>{}</b> {} ({})</span>",
                category.name(),
                category.about(),
                lines.count()
            );
        }
        if self.any_lost() {
            let _ =
                write!(out, " <span><b class=lost>▼</b> holds what was lost ({})</span>", self.lost.count());
        }
        if !self.file.unstable_lines.is_empty() {
            out.push_str(" <span><b>~</b> covered in some of the baselines only</span>");
        }
        let gone = self.file.lines.iter().filter(|(category, _)| category.is_deleted());
        match gone.map(|(_, lines)| lines.count()).sum::<u64>() {
            0 => {}
            gone => {
                let _ = write!(out, " <span>{}</span>", counted(gone, "deleted line"));
            }
        }
        out.push_str("</p>\n");
        out
    }
}

/// What stands in the head of a file's page.
pub(super) fn facts(site: &Site<'_>, report: &FileReport, marks: Option<&Marks<'_>>) -> Option<Facts> {
    let file = site.compared(report)?;
    let [before, points] = site.before_and_points(super::baseline::before(file), report.totals.statements);
    let old_path = file.old_path.as_deref().map(|path| crate::escape::terminal(path).into_owned());
    Some(Facts {
        before: before.replace("&lt;", "<"),
        points: points.replace("&lt;", "<"),
        lost: file.numbers.lost.statements,
        old_path: old_path.unwrap_or_default(),
        can_fold: marks.is_some_and(Marks::any_lost),
        legend: marks.map(Marks::legend).unwrap_or_default(),
    })
}

/// Adds the lost ranges of a file, each a link into its source.
pub(super) fn push_ranges(out: &mut Page, site: &Site<'_>, report: &FileReport, anchors: &mut Anchors) {
    let lost = site.compared(report).map_or(&[][..], |file| &file.lost);
    if lost.is_empty() {
        return;
    }
    let _ = write!(out, "<details open><summary>{}</summary><ol>", counted(lost.len() as u64, "lost range"));
    for range in lost.iter().take(SHOWN_RANGES) {
        out.put(b"<li");
        let end = anchors.open(out, range.first.max(1));
        let _ = write!(out, "{}–{}{end} ", range.first, range.last);
        push(out, super::tables::shown(&range.function));
        let _ = write!(out, ": {}", range.statements);
    }
    if lost.len() > SHOWN_RANGES {
        let _ = write!(out, "<li>and {} more", lost.len() - SHOWN_RANGES);
    }
    out.push(b"</ol></details>\n");
}
