//! What each owner has, on the screen of `check`.

use std::io::{self, Write};

use super::{Screen, padded, shortened};
use crate::escape::terminal;
use crate::model::OwnerReport;
use crate::report::grouped;

/// Stands for files without an owner.
const NOBODY: &str = "(nobody)";

impl Screen<'_> {
    /// A line for each owner, most missed first, as many as `--top` allows. Nothing without a CODEOWNERS file.
    pub(super) fn owners(&self, out: &mut dyn Write) -> io::Result<()> {
        let owners = &self.report.owners;
        if owners.is_empty() || self.options.top == 0 {
            return Ok(());
        }
        let metric = self.report.run.metric;
        let in_change = self.report.patch.as_ref().is_some_and(|patch| !patch.files.is_empty());
        let beside = if in_change { 66 } else { 54 };
        let most = self.options.width.min(100).saturating_sub(beside).max(16);
        let shown: Vec<&OwnerReport> = owners.iter().take(self.options.top).collect();
        let names: Vec<String> = shown
            .iter()
            .map(|owner| shortened(&terminal(owner.name.as_deref().unwrap_or(NOBODY)), most))
            .collect();
        let room = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max("owner".len());
        writeln!(out)?;
        let change = if in_change { "     change" } else { "" };
        writeln!(
            out,
            "  {:<room$}  {:>6}  {:>25}   {:>10}{change}",
            "owner",
            "files",
            metric.name(),
            "missed"
        )?;
        for (name, owner) in names.iter().zip(shown) {
            let tally = owner.totals.of(metric);
            let percent = tally.percent().map_or_else(|| "n/a".to_owned(), |percent| format!("{percent}%"));
            let counts = format!("{} / {}", grouped(tally.covered), grouped(tally.total));
            let changed = owner.patch.filter(|_| in_change).and_then(|patch| patch.of(metric).percent());
            let changed =
                changed.map(|percent| format!("     {:>6}", format!("{percent}%"))).unwrap_or_default();
            writeln!(
                out,
                "  {}  {:>6}  {percent:>6}  {counts:>17}   {:>10}{changed}",
                padded(name, room),
                grouped(owner.files),
                grouped(tally.missed()),
            )?;
        }
        match owners.len().saturating_sub(self.options.top) {
            0 => Ok(()),
            1 => writeln!(out, "  … 1 more owner: -o json"),
            more => writeln!(out, "  … {more} more owners: -o json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::TEXT;
    use crate::model::Report;
    use crate::report::FormatOptions;
    use crate::report::testing::{hostile_owned, owned, render};

    fn section(report: &Report, options: &FormatOptions) -> String {
        let text = render(&TEXT, report, options);
        let from = text.find("  owner ").expect("a table of owners");
        let end = text[from..].find("\n\n").map_or(text.len(), |end| from + end);
        text[from..end].to_owned()
    }

    #[test]
    fn owners_with_their_part_of_the_change() {
        insta::assert_snapshot!(section(&owned(), &FormatOptions::default()), @"
        owner             files                 statements       missed     change
        @example/shapes       1   50.0%              3 / 6            3      33.3%
        ann@example.com       2   66.7%              6 / 9            3      33.3%
        (nobody)              2    0.0%              0 / 2            2
        ");
    }

    #[test]
    fn no_more_rows_than_asked_for_and_no_change_without_one() {
        let report = Report { patch: None, ..owned() };
        insta::assert_snapshot!(section(&report, &FormatOptions { top: 1, ..FormatOptions::default() }), @"
        owner             files                 statements       missed
        @example/shapes       1   50.0%              3 / 6            3
        … 2 more owners: -o json
        ");
        let none = render(&TEXT, &report, &FormatOptions { top: 0, ..FormatOptions::default() });
        assert!(!none.contains("owner"), "{none}");
    }

    #[test]
    fn a_name_is_cut_to_its_room_and_cannot_move_the_terminal() {
        let text = section(&hostile_owned(), &FormatOptions::default());
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        let mut report = owned();
        report.owners[0].name = Some(format!("@{}/team", "x".repeat(300)));
        let text = section(&report, &FormatOptions::default());
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
