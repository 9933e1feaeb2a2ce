//! The change on the screen of `check`: where it starts, its rows among the totals, and what is missed in it.

use std::io::{self, Write};

use super::{Screen, padded, shortened};
use crate::escape::terminal;
use crate::model::{Metric, PatchFile, PatchReport, PatchState, Presence};
use crate::report::{counted, grouped};

/// Ranges that are listed before the rest is summed up.
const RANGES: usize = 20;

/// `base: origin/main @ 1f2e3d4 (merge base, from GITHUB_BASE_REF), 3 commits to HEAD 9a8b7c6`.
pub(super) fn base(patch: &PatchReport, out: &mut dyn Write) -> io::Result<()> {
    let commits = match patch.commits {
        Some(commits) => format!(", {}", counted(commits, "commit")),
        None => String::new(),
    };
    let head = match (&patch.head, patch.side) {
        (_, "diff") | (None, _) => String::new(),
        (Some(head), "HEAD") => format!(" to HEAD {}", short(head)),
        (Some(head), side) => format!(" to HEAD {} and the {side}", short(head)),
    };
    writeln!(out, "base: {}{commits}{head}", terminal(&patch.origin))
}

impl Screen<'_> {
    /// A row for each metric, or why there is none.
    pub(super) fn patch_totals(&self, patch: &PatchReport, out: &mut dyn Write) -> io::Result<()> {
        if !matches!(patch.state, PatchState::Measured | PatchState::Exempt) {
            return writeln!(out, "  patch    n/a   {}", patch.state.about());
        }
        let own = self.report.run.metric;
        let others = Metric::ALL.into_iter().filter(|metric| *metric != own && *metric != Metric::Functions);
        for (name, metric) in std::iter::once(("patch", own)).chain(others.map(|metric| ("", metric))) {
            let tally = patch.totals.of(metric);
            let Some(percent) = tally.percent() else {
                writeln!(out, "  {name:<5} {:>6} of changed {}", "n/a", metric.name())?;
                continue;
            };
            let estimated =
                if patch.estimated() && metric == Metric::Statements { "   estimated" } else { "" };
            writeln!(
                out,
                "  {name:<5} {:>6} of {:<18}   {:>9}   {} missed{estimated}",
                format!("{percent}%"),
                format!("changed {}", metric.name()),
                format!("{} / {}", grouped(tally.covered), grouped(tally.total)),
                grouped(tally.missed()),
            )?;
        }
        Ok(())
    }

    /// The missed ranges of the change, by file. Whether there were any.
    pub(super) fn missed_in_change(&self, patch: &PatchReport, out: &mut dyn Write) -> io::Result<bool> {
        let files: Vec<&PatchFile> =
            patch.files.iter().filter(|file| file.counted && !file.missed_ranges.is_empty()).collect();
        if files.is_empty() || self.options.top == 0 {
            return Ok(false);
        }
        writeln!(out)?;
        writeln!(out, "  missed in this change")?;
        let (mut room, mut hidden) = (RANGES, 0);
        for file in files {
            let shown = file.missed_ranges.len().min(room);
            room -= shown;
            hidden += file.missed_ranges.len() - shown;
            if shown > 0 {
                self.missed_in_file(file, shown, out)?;
            }
        }
        match hidden {
            0 => {}
            more => writeln!(out, "  … {}: -o json", counted(more as u64, "more missed range"))?,
        }
        Ok(true)
    }

    fn missed_in_file(&self, file: &PatchFile, shown: usize, out: &mut dyn Write) -> io::Result<()> {
        let room = self.options.width.min(100);
        let note = match file.presence {
            Presence::Unmeasured => "   not in the profile",
            _ if file.estimated => "   estimated",
            _ => "",
        };
        writeln!(out, "  {}{note}", shortened(&terminal(file.path.as_str()), room - 4 - note.len()))?;
        let rows: Vec<(String, String, u64)> = file
            .missed_ranges
            .iter()
            .take(shown)
            .map(|range| {
                let (start, end) = (range.extent.start, range.extent.end);
                let function = match &*range.function {
                    "" => String::new(),
                    function => shortened(&format!("func {}", terminal(function)), room - 40),
                };
                let place = format!("{}.{}-{}.{}", start.line, start.col, end.line, end.col);
                (place, function, range.statements)
            })
            .collect();
        let width = rows.iter().map(|(_, function, _)| function.chars().count()).max().unwrap_or(0);
        for (place, function, statements) in &rows {
            let count = counted(*statements, "stmt");
            writeln!(out, "     {place:<15} {}  {count:>9}", padded(function, width))?;
        }
        Ok(())
    }
}

/// The first seven digits of an id.
fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}
