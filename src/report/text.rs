//! The screen of `check`: the number, the verdicts, the worst places, the next command.
//!
//! Notes on consumers: a person at 80 columns or more; GitLab's `coverage:` expression, which reads the log from its end and
//! takes the first number of the last line, so that line stands last, carries no colour and holds no other number.

mod compare;
mod owners;
mod patch;

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};

use super::{Format, FormatOptions, counted, grouped};
use crate::escape::terminal;
use crate::model::words::noun;
use crate::model::{FileReport, GateName, Metric, Outcome, Report, Tally, Verdict};

/// The screen.
pub static TEXT: Format = Format {
    name: "text",
    about: "summary and verdict for people",
    default_name: "coverage.txt",
    shows_change: true,
    write,
};

const BAR: usize = 23;
const GOOD: Style = AnsiColor::Blue.on_default();
const BAD: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);

fn write(report: &Report, options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    if let Some(compare) = report.compare.as_ref().filter(|_| options.comparing && !options.quiet) {
        Screen { report, options }.comparison(compare, out)?;
        writeln!(out)?;
        return writeln!(out, "{}", total_line(report));
    }
    if !options.quiet || report.failed() {
        let screen = Screen { report, options };
        let patch = report.patch.as_ref();
        if let Some(patch) = patch {
            patch::base(patch, out)?;
        }
        writeln!(out)?;
        screen.totals(out)?;
        if let Some(patch) = patch {
            screen.patch_totals(patch, out)?;
        }
        if let Some(compare) = &report.compare {
            screen.baseline(compare, out)?;
        }
        screen.modules(out)?;
        screen.inputs(out)?;
        screen.owners(out)?;
        if !report.verdicts.is_empty() {
            writeln!(out)?;
            screen.verdicts(out)?;
        }
        // A change that misses something, or a loss, is what its reader came for.
        let lost = report.compare.as_ref().map(|compare| screen.lost(compare, out)).transpose()?;
        let missed = patch.map(|patch| screen.missed_in_change(patch, out)).transpose()?;
        if lost != Some(true) && missed != Some(true) {
            screen.most_missed(out)?;
        }
        if let Some(compare) = &report.compare {
            screen.gained(compare, out)?;
        }
        writeln!(out)?;
        screen.closing(out)?;
    }
    writeln!(out, "{}", total_line(report))
}

/// `total coverage: 85.7% of statements`.
pub fn total_line(report: &Report) -> String {
    let metric = report.run.metric;
    match report.totals.of(metric).percent() {
        Some(percent) => format!("total coverage: {percent}% of {}", metric.name()),
        None => format!("total coverage: n/a, no {} to count", metric.name()),
    }
}

struct Screen<'a> {
    report: &'a Report,
    options: &'a FormatOptions,
}

impl Screen<'_> {
    fn paint(&self, style: Style, text: &str) -> String {
        if self.options.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Statements and lines side by side: the top confusion among tools is which of them is meant.
    fn totals(&self, out: &mut dyn Write) -> io::Result<()> {
        let totals = &self.report.totals;
        let own = self.report.run.metric;
        self.total_row(out, "total", own, totals.of(own), own == Metric::Lines)?;
        for metric in Metric::ALL.into_iter().filter(|metric| *metric != own) {
            self.total_row(out, "", metric, totals.of(metric), metric == Metric::Lines)?;
        }
        Ok(())
    }

    fn total_row(
        &self,
        out: &mut dyn Write,
        name: &str,
        metric: Metric,
        tally: Tally,
        partial: bool,
    ) -> io::Result<()> {
        let Some(percent) = tally.percent() else {
            return writeln!(out, "  {name:<5} {:>6} of {}", "n/a", metric.name());
        };
        let bar = if self.options.terminal && !name.is_empty() {
            format!("   {}", self.bar(tally))
        } else {
            String::new()
        };
        let counts = format!("{} / {}", grouped(tally.covered), grouped(tally.total));
        let partial = match self.report.totals.lines.partial {
            0 => String::new(),
            _ if !partial => String::new(),
            lines => format!("   {} partial", grouped(lines)),
        };
        writeln!(
            out,
            "  {name:<5} {:>6} of {:<10}{bar}   {counts:>17}   {} missed{partial}",
            format!("{percent}%"),
            metric.name(),
            grouped(tally.missed()),
        )
    }

    /// A line for each module, when there are several.
    fn modules(&self, out: &mut dyn Write) -> io::Result<()> {
        let modules = &self.report.modules;
        if modules.len() < 2 {
            return Ok(());
        }
        let metric = self.report.run.metric;
        let rows: Vec<(String, Tally, String)> = modules
            .iter()
            .map(|module| {
                let tally = module.totals.of(metric);
                (module.path.clone(), tally, format!("{} missed", grouped(tally.missed())))
            })
            .collect();
        self.table("module", metric.name(), "", &rows, out)
    }

    /// A line for each label, when there are several: what it covers, and what nothing else does.
    fn inputs(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows: Vec<(String, Tally, String)> = Vec::new();
        for input in &self.report.run.inputs {
            let Some(share) = &input.share else { return Ok(()) };
            if rows.iter().all(|(label, ..)| *label != input.label) {
                rows.push((input.label.clone(), share.statements, grouped(share.only_statements).into()));
            }
        }
        if rows.len() < 2 || self.report.totals.statements.total == 0 {
            return Ok(());
        }
        self.table("input", Metric::Statements.name(), "only here", &rows, out)
    }

    fn table(
        &self,
        first: &str,
        unit: &str,
        last: &str,
        rows: &[(String, Tally, String)],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        const ROWS: usize = 20;
        let most = self.options.width.min(100).saturating_sub(44).max(20);
        let names: Vec<String> =
            rows.iter().take(ROWS).map(|(name, ..)| shortened(&terminal(name), most)).collect();
        let room = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(first.len());
        writeln!(out)?;
        let head = format!("  {first:<room$}  {unit:>25}   {last:>10}");
        writeln!(out, "{}", head.trim_end())?;
        for (name, (_, tally, last)) in names.iter().zip(rows) {
            let percent = tally.percent().map_or_else(|| "n/a".to_owned(), |percent| format!("{percent}%"));
            let counts = format!("{} / {}", grouped(tally.covered), grouped(tally.total));
            writeln!(out, "  {}  {percent:>6}  {counts:>17}   {last:>10}", padded(name, room))?;
        }
        if rows.len() > ROWS {
            writeln!(out, "  … {} more", rows.len() - ROWS)?;
        }
        Ok(())
    }

    fn bar(&self, tally: Tally) -> String {
        // Never full while something is missed, never empty while something is covered.
        let scaled = u128::from(tally.covered) * BAR as u128 / u128::from(tally.total.max(1));
        let least = usize::from(tally.covered > 0);
        let full = usize::try_from(scaled).unwrap_or(0).clamp(least, BAR);
        format!("{}{}", self.paint(GOOD, &"█".repeat(full)), self.paint(DIM, &"░".repeat(BAR - full)))
    }

    fn verdicts(&self, out: &mut dyn Write) -> io::Result<()> {
        const ROWS: usize = 10;
        let verdicts = &self.report.verdicts;
        let width = verdicts.iter().map(|verdict| verdict.gate.name().len()).max().unwrap_or(0);
        for own in verdicts.chunk_by(|a, b| a.gate == b.gate) {
            for verdict in own.iter().take(ROWS) {
                let gate = format!("{:<width$}", verdict.gate.name());
                match verdict.outcome {
                    Outcome::Fail => {
                        writeln!(out, "  {}  {gate}  {}", self.paint(BAD, "FAIL"), self.failing(verdict))?;
                    }
                    Outcome::Pass => {
                        let (ok, scope) = (self.paint(GOOD, "ok"), self.scope(verdict));
                        writeln!(out, "  {ok}    {gate}  {scope}{}", passing(verdict))?;
                    }
                    Outcome::NotJudged => {
                        let scope = self.scope(verdict);
                        writeln!(out, "  -     {gate}  {scope}not judged: {}", terminal(&verdict.note))?;
                    }
                }
            }
            if own.len() > ROWS {
                writeln!(out, "        … {} more below their bound", own.len() - ROWS)?;
            }
        }
        Ok(())
    }

    /// What the verdict is about, with the gap behind it; empty for the whole.
    fn scope(&self, verdict: &Verdict) -> String {
        match &verdict.scope {
            Some(scope) => {
                format!("{}  ", shortened(&terminal(scope), self.options.width.saturating_sub(36)))
            }
            None => String::new(),
        }
    }

    fn failing(&self, verdict: &Verdict) -> String {
        let scope = self.scope(verdict);
        let tally = verdict.tally;
        let changed = if of_change(verdict.gate) { "changed " } else { "" };
        let counts = format!(
            "{} of {} {changed}{} covered",
            grouped(tally.covered),
            grouped(tally.total),
            noun(tally.total, verdict.metric.singular())
        );
        let observed = verdict.observed.as_deref().unwrap_or("n/a ");
        if is_beside_baseline(verdict.gate) {
            return format!("{scope}{}", terminal(&verdict.note));
        }
        if verdict.gate == GateName::PatchMaxMissed {
            let more = grouped(verdict.needed);
            return format!("{observed} missed > {}   {counts} ({more} more needed)", verdict.bound);
        }
        format!(
            "{scope}{observed}% < {}%   {counts}, {} missed ({} more needed)",
            verdict.bound,
            grouped(tally.missed()),
            grouped(verdict.needed),
        )
    }

    fn most_missed(&self, out: &mut dyn Write) -> io::Result<()> {
        let metric = self.report.run.metric;
        let mut files: Vec<&FileReport> = self.report.files().map(|(_, file)| file).collect();
        files.retain(|file| file.totals.of(metric).missed() > 0);
        files.sort_by_key(|file| std::cmp::Reverse(file.totals.of(metric).missed()));
        if files.is_empty() || self.options.top == 0 {
            return Ok(());
        }
        let room = self.options.width.min(100) - 36;
        let unit = match metric {
            Metric::Statements => "stmts",
            Metric::Lines => "lines",
            Metric::Functions => "funcs",
        };
        writeln!(out)?;
        writeln!(out, "  {:<room$}  {unit:>8}  {:>7}  {:>6}", "most missed", "missed", "cov")?;
        for file in files.iter().take(self.options.top) {
            let tally = file.totals.of(metric);
            writeln!(
                out,
                "  {}  {:>8}  {:>7}  {:>6}",
                padded(&shortened(&terminal(file.path.as_str()), room), room),
                grouped(tally.total),
                grouped(tally.missed()),
                format!("{}%", tally.percent().unwrap_or_default()),
            )?;
        }
        match files.len().saturating_sub(self.options.top) {
            0 => Ok(()),
            more => writeln!(
                out,
                "  … {} {} misses: coverdict func",
                counted(more as u64, "more file"),
                if more == 1 { "has" } else { "have" }
            ),
        }
    }

    fn closing(&self, out: &mut dyn Write) -> io::Result<()> {
        let verdicts = &self.report.verdicts;
        let gates: Vec<&[Verdict]> = verdicts.chunk_by(|a, b| a.gate == b.gate).collect();
        let failed =
            gates.iter().filter(|own| own.iter().any(|verdict| verdict.outcome == Outcome::Fail)).count();
        let judged = gates
            .iter()
            .filter(|own| own.iter().any(|verdict| verdict.outcome != Outcome::NotJudged))
            .count();
        if gates.is_empty() {
            let own = self.report.totals.of(self.report.run.metric);
            let hint = (own.covered * 100).checked_div(own.total).unwrap_or(80);
            let patch = if self.report.patch.is_some() { " --patch 80" } else { "" };
            let line =
                format!("no thresholds set: verdict skipped. Try: coverdict check --total {hint}{patch}");
            return writeln!(out, "{line}");
        }
        let (all, checks) = (gates.len(), noun(gates.len() as u64, "check"));
        let others = match all - judged {
            0 => String::new(),
            count => format!(", {count} not judged"),
        };
        // Nothing to count is a normal day; a baseline that is missing is for somebody to mend.
        let mut missing = verdicts
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::NotJudged && is_beside_baseline(verdict.gate));
        let why = missing.next().map(|verdict| format!(": {}", terminal(&verdict.note)));
        let style = if failed > 0 || why.is_some() { BAD } else { GOOD };
        let line = if failed > 0 {
            format!("fail: {failed} of {all} {checks}{others}")
        } else if judged == 0 {
            return match why {
                Some(why) => writeln!(out, "{}", self.paint(BAD, &format!("not judged{why}"))),
                None => writeln!(out, "not judged: nothing to count"),
            };
        } else if judged == all {
            format!("pass: {all} {checks}")
        } else {
            format!("pass: {judged} of {all} {checks}{others}{}", why.unwrap_or_default())
        };
        writeln!(out, "{}", self.paint(style, &line))
    }
}

fn passing(verdict: &Verdict) -> String {
    let bound =
        if verdict.bound == "per path" { "per path".to_owned() } else { format!("≥ {}%", verdict.bound) };
    let observed = verdict.observed.as_deref().unwrap_or("n/a ");
    match verdict.gate {
        GateName::Patch | GateName::PatchFile if verdict.note.starts_with("exempt") => {
            format!("{observed}%, {}", terminal(&verdict.note))
        }
        GateName::Total | GateName::Patch => format!("{observed}% {bound}"),
        gate if is_beside_baseline(gate) => terminal(&verdict.note).into_owned(),
        GateName::PatchMaxMissed => format!("{observed} missed ≤ {}", verdict.bound),
        _ if verdict.bound == "per path" => {
            format!("all {} at or above their bound", grouped(verdict.judged))
        }
        _ if verdict.note.is_empty() => format!("all {} {bound}", grouped(verdict.judged)),
        _ => format!("all {} {bound} ({})", grouped(verdict.judged), verdict.note),
    }
}

/// Gates whose note says it all: what was found, beside what is allowed.
fn is_beside_baseline(gate: GateName) -> bool {
    matches!(gate, GateName::NoRegress | GateName::MaxLost | GateName::MaxMissed)
}

fn of_change(gate: GateName) -> bool {
    matches!(gate, GateName::Patch | GateName::PatchFile | GateName::PatchMaxMissed)
}

/// Cuts a path from the left: its end tells more.
fn shortened(path: &str, room: usize) -> String {
    let length = path.chars().count();
    if length <= room {
        return path.to_owned();
    }
    let kept: String = path.chars().skip(length - room.saturating_sub(1)).collect();
    match kept.find('/') {
        Some(slash) if slash < 20 => format!("…{}", &kept[slash..]),
        _ => format!("…{kept}"),
    }
}

fn padded(text: &str, room: usize) -> String {
    let length = text.chars().count();
    format!("{text}{}", " ".repeat(room.saturating_sub(length)))
}
