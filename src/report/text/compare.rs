//! What a baseline and this run differ in, on the screen of `check`, and the screen of `compare`.
//!
//! What got lost comes first: a total that fell says nothing of where.

use std::io::{self, Write};

use smol_str::SmolStr;

use super::{BAD, GOOD, Screen, padded, shortened};
use crate::escape::terminal;
use crate::model::{
    Categories, Category, CompareFile, CompareReport, Comparison, FileFate, Metric, StatementRange, Tally,
};
use crate::report::{counted, grouped};

/// Ranges that are listed before the rest is summed up.
const RANGES: usize = 20;
/// Baselines that are named.
const BASELINES: usize = 5;

impl Screen<'_> {
    /// The baseline, and a row for each metric: before, now, the difference, what was lost and gained.
    pub(super) fn baseline(&self, compare: &CompareReport, out: &mut dyn Write) -> io::Result<()> {
        let named = compare.baselines.iter().take(BASELINES);
        let mut names: Vec<String> = named.map(|facts| terminal(&facts.path).into_owned()).collect();
        if compare.baselines.len() > BASELINES {
            names.push(format!("{} more", compare.baselines.len() - BASELINES));
        }
        let estimated = if compare.estimated() { ", partly estimated" } else { "" };
        writeln!(out)?;
        writeln!(out, "  against {} ({}{estimated})", names.join(", "), terminal(&compare.origin))?;
        let own = self.report.run.metric;
        let others = Metric::ALL.into_iter().filter(|metric| *metric != own);
        for metric in std::iter::once(own).chain(others) {
            self.baseline_row(metric, &compare.numbers, out)?;
            if metric == own {
                remaining_row(&compare.numbers.categories.of(metric), out)?;
            }
        }
        Ok(())
    }

    fn baseline_row(&self, metric: Metric, numbers: &Comparison, out: &mut dyn Write) -> io::Result<()> {
        let categories = numbers.categories.of(metric);
        let (before, now) = (categories.base(), categories.head());
        let points = now.points_since(before, 1).unwrap_or_else(|| "n/a".to_owned());
        let lost = numbers.lost.of(metric);
        let gained = categories.of(Category::Gbc);
        let mut parts = Vec::new();
        if lost > 0 {
            parts.push(self.paint(BAD, &format!("{} lost", grouped(lost))));
        }
        if gained > 0 {
            parts.push(self.paint(GOOD, &format!("{} gained", grouped(gained))));
        }
        if numbers.unstable.of(metric) > 0 {
            parts.push(format!("{} unstable", grouped(numbers.unstable.of(metric))));
        }
        if parts.is_empty() {
            parts.push("nothing lost".to_owned());
        }
        let (before, now) = (shown(before), shown(now));
        let parts = parts.join(", ");
        writeln!(out, "    {:<10}  {before:>6} -> {now:>6}  {points:>6}   {parts}", metric.name())
    }

    /// The ranges that lost their coverage, by file, the largest loss first; then files that vanished. Whether there were any.
    pub(super) fn lost(&self, compare: &CompareReport, out: &mut dyn Write) -> io::Result<bool> {
        let files: Vec<&CompareFile> =
            compare.losing().into_iter().filter(|file| file.fate != FileFate::Vanished).collect();
        let vanished = compare.vanished();
        if (files.is_empty() && vanished.is_empty()) || self.options.top == 0 {
            return Ok(false);
        }
        self.ranges("lost", &files, |file| &file.lost, out)?;
        self.vanished(&vanished, out)?;
        Ok(true)
    }

    /// The ranges that gained coverage, by file, the largest gain first.
    pub(super) fn gained(&self, compare: &CompareReport, out: &mut dyn Write) -> io::Result<()> {
        if self.options.top == 0 {
            return Ok(());
        }
        self.ranges("gained", &compare.gaining(), |file| &file.gained, out)
    }

    /// `lost since the baseline`, and the files with their ranges.
    fn ranges(
        &self,
        what: &str,
        files: &[&CompareFile],
        of: fn(&CompareFile) -> &[StatementRange],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        writeln!(out, "  {what} since the baseline")?;
        let (mut room, mut more_ranges, mut listed) = (RANGES, 0, 0);
        for file in files.iter().take(self.options.top) {
            if room == 0 {
                break;
            }
            let ranges = of(file);
            let shown = ranges.len().min(room);
            // A file that lost lines alone is a row too.
            room -= shown.max(1);
            more_ranges += ranges.len() - shown;
            listed += 1;
            self.in_file(file, (ranges, shown), out)?;
        }
        more(what, more_ranges, files.len() - listed, out)
    }

    fn in_file(
        &self,
        file: &CompareFile,
        (ranges, shown): (&[StatementRange], usize),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let room = self.options.width.min(100);
        // The loss is in lines alone: a line that several statements share, or one of another line model.
        let lines = if ranges.is_empty() {
            format!("   {}", counted(file.numbers.lost.lines, "line"))
        } else {
            String::new()
        };
        writeln!(out, "  {}{lines}", shortened(&terminal(&file.path), room - 4 - lines.len()))?;
        let rows: Vec<(String, String, u64)> = ranges
            .iter()
            .take(shown)
            .map(|range| {
                let function = match range.function.as_str() {
                    "" => String::new(),
                    function => shortened(&format!("func {}", terminal(function)), room - 40),
                };
                (lines_of(range), function, range.statements)
            })
            .collect();
        let width = rows.iter().map(|(_, function, _)| function.chars().count()).max().unwrap_or(0);
        for (place, function, statements) in &rows {
            let count = counted(*statements, "stmt");
            writeln!(out, "     {place:<15} {}  {count:>9}", padded(function, width))?;
        }
        Ok(())
    }

    fn vanished(&self, files: &[&CompareFile], out: &mut dyn Write) -> io::Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        writeln!(out, "  vanished: in the baseline and the tree, and not in the profile")?;
        let room = self.options.width.min(100) - 28;
        for file in files.iter().take(self.options.top) {
            let base = file.numbers.categories.statements.base();
            writeln!(
                out,
                "     {}  {} covered",
                padded(&shortened(&terminal(&file.path), room), room),
                counted(base.covered, "stmt")
            )?;
        }
        match files.len().saturating_sub(self.options.top) {
            0 => Ok(()),
            more => writeln!(out, "  … {}: -o json", counted(more as u64, "more file")),
        }
    }

    /// Everything of `compare`: totals, what was lost, packages and files with a difference, the twelve categories.
    pub(super) fn comparison(&self, compare: &CompareReport, out: &mut dyn Write) -> io::Result<()> {
        self.baseline(compare, out)?;
        self.lost(compare, out)?;
        self.gained(compare, out)?;
        let metric = self.report.run.metric;
        let packages =
            compare.packages.iter().map(|package| (package.path.as_str(), String::new(), &package.numbers));
        self.differing("package", &packages.collect::<Vec<_>>(), metric, out)?;
        let files = compare.files.iter().map(|file| (file.path.as_str(), fate(file), &file.numbers));
        self.differing("file", &files.collect::<Vec<_>>(), metric, out)?;
        categories(&compare.numbers, out)
    }

    /// A table of what is not as it was, the largest difference in missed items first.
    fn differing(
        &self,
        first: &str,
        all: &[(&str, String, &Comparison)],
        metric: Metric,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut rows: Vec<_> =
            all.iter().filter(|(.., numbers)| !numbers.categories.of(metric).is_unchanged()).collect();
        if rows.is_empty() || self.options.top == 0 {
            return Ok(());
        }
        rows.sort_by_key(|(path, _, numbers)| {
            let categories = numbers.categories.of(metric);
            let worse = categories.head().missed().abs_diff(categories.base().missed());
            (std::cmp::Reverse((numbers.lost.of(metric), worse)), *path)
        });
        let most = self.options.width.min(100).saturating_sub(58).max(20);
        let names: Vec<String> =
            rows.iter().take(self.options.top).map(|(path, ..)| shortened(&terminal(path), most)).collect();
        let room = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(first.len());
        writeln!(out)?;
        writeln!(
            out,
            "  {first:<room$}  {:>6}    {:>6}  {:>6}  {:>6}  {:>6}",
            "before", "now", "diff", "lost", "gained"
        )?;
        for (name, (_, note, numbers)) in names.iter().zip(&rows) {
            let categories = numbers.categories.of(metric);
            let (before, now) = (categories.base(), categories.head());
            let row = format!(
                "  {}  {:>6} -> {:>6}  {:>6}  {:>6}  {:>6}  {note}",
                padded(name, room),
                shown(before),
                shown(now),
                now.points_since(before, 1).unwrap_or_default(),
                dash(numbers.lost.of(metric)),
                dash(categories.of(Category::Gbc)),
            );
            writeln!(out, "{}", row.trim_end())?;
        }
        match rows.len().saturating_sub(self.options.top) {
            0 => Ok(()),
            more => writeln!(out, "  … {}: -o json", counted(more as u64, &format!("more {first}"))),
        }
    }
}

/// What is still there of the baseline, without deleted and excluded code: what `no-regress` compares with. Nothing when that is
/// all of it.
fn remaining_row(categories: &Categories, out: &mut dyn Write) -> io::Result<()> {
    let (before, now) = (categories.remaining_base(), categories.head());
    if before == categories.base() {
        return Ok(());
    }
    let points = now.points_since(before, 1).unwrap_or_else(|| "n/a".to_owned());
    let (before, now) = (shown(before), shown(now));
    writeln!(
        out,
        "    {:<10}  {before:>6} -> {now:>6}  {points:>6}   without deleted or excluded code",
        " remaining"
    )
}

/// `… 3 more lost ranges, 1 more file: -o json`.
fn more(what: &str, ranges: usize, files: usize, out: &mut dyn Write) -> io::Result<()> {
    let parts: Vec<String> = [(ranges, format!("more {what} range")), (files, "more file".to_owned())]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count as u64, &what))
        .collect();
    if parts.is_empty() { Ok(()) } else { writeln!(out, "  … {}: -o json", parts.join(", ")) }
}

/// The categories that have any items.
fn categories(numbers: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let of = numbers.categories;
    writeln!(out)?;
    writeln!(out, "       {:>10}  {:>10}", Metric::Statements.name(), Metric::Lines.name())?;
    for category in Category::ALL {
        let (statements, lines) = (of.statements.of(category), of.lines.of(category));
        if statements + lines > 0 {
            writeln!(
                out,
                "  {}  {:>10}  {:>10}   {}",
                category.name(),
                grouped(statements),
                grouped(lines),
                category.about()
            )?;
        }
    }
    Ok(())
}

/// Which side knows it, where not both do, or that it has another name now.
fn fate(file: &CompareFile) -> String {
    match file.fate {
        FileFate::Both if file.old_path.is_some() => "renamed".to_owned(),
        FileFate::Both => String::new(),
        fate => fate.name().to_owned(),
    }
}

/// `18`, or `20-21`.
fn lines_of(range: &StatementRange) -> String {
    if range.first == range.last {
        range.first.to_string()
    } else {
        format!("{}-{}", range.first, range.last)
    }
}

fn shown(tally: Tally) -> String {
    tally.percent().map_or_else(|| "n/a".to_owned(), |percent| format!("{percent}%"))
}

fn dash(count: u64) -> SmolStr {
    if count == 0 { SmolStr::new_static("-") } else { grouped(count) }
}

#[cfg(test)]
mod tests;
