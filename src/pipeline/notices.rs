//! What goes to standard error: what is read, and findings.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Effects, Style};
use smol_str::SmolStr;

use crate::escape::terminal;
use crate::host::Host;
use crate::model::{Code, Finding, Report, Severity};
pub use crate::report::counted;
use crate::settings::{Settings, Verbosity};

/// Findings of one name that are shown without `-v`.
const SHOWN: usize = 5;
/// Notes that the reading line already tells, or that belong to `doctor`.
const QUIET_NOTES: &[Code] = &[Code::DuplicateBlocks];

/// Whether standard error is coloured.
pub fn wants_color(settings: &Settings, host: &Host) -> bool {
    crate::config::wants_color(settings.color, host.terminal.stderr)
}

/// `coverdict: reading cover.out (mode atomic, 412 files, 9,113 blocks; 38 duplicate blocks merged)`.
pub fn reading(settings: &Settings, report: &Report, host: &mut Host) {
    if settings.verbosity == Verbosity::Quiet {
        return;
    }
    let run = &report.run;
    let names: Vec<&str> = run.inputs.iter().map(|input| input.label.as_str()).collect();
    let names = match names.as_slice() {
        [] => "nothing".to_owned(),
        [first, rest @ ..] if rest.len() > 3 => format!("{first} and {} more inputs", rest.len()),
        names => names.join(", "),
    };
    let files = report.files().count() as u64;
    let blocks = report.files().map(|(_, file)| file.blocks.len() as u64).sum();
    let merged = match run.merged_rows {
        0 => String::new(),
        rows => format!("; {} merged", counted(rows, "duplicate block")),
    };
    let line = format!(
        "coverdict: reading {} (mode {}, {}, {}{merged})\n",
        terminal(&names),
        run.mode,
        counted(files, "file"),
        counted(blocks, "block"),
    );
    host.say(&line);
}

/// Prints findings: grouped by name, five of each unless `-v`, one line each with `-q`.
pub fn findings(settings: &Settings, findings: &[Finding], host: &mut Host) {
    let color = wants_color(settings, host);
    let mut text = String::new();
    let mut shown: BTreeMap<Code, usize> = BTreeMap::new();
    let mut totals: BTreeMap<Code, usize> = BTreeMap::new();
    for finding in findings {
        *totals.entry(finding.code).or_default() += 1;
    }
    let verbose = settings.verbosity == Verbosity::Verbose;
    for finding in findings {
        let quiet_note = finding.severity == Severity::Note
            && (settings.verbosity == Verbosity::Quiet || QUIET_NOTES.contains(&finding.code));
        if quiet_note && !verbose {
            continue;
        }
        let count = shown.entry(finding.code).or_default();
        *count += 1;
        if verbose || *count <= SHOWN {
            text.push_str(&render(finding, settings.verbosity, color));
        } else if *count == SHOWN + 1 {
            let more = totals.get(&finding.code).copied().unwrap_or(0) - SHOWN;
            text.push_str(&format!("{}[{}]: and {more} more: -v\n", finding.severity.name(), finding.code));
        }
    }
    host.say(&text);
}

fn render(finding: &Finding, verbosity: Verbosity, color: bool) -> String {
    let style = match finding.severity {
        Severity::Note => AnsiColor::BrightCyan.on_default(),
        Severity::Warning => AnsiColor::Yellow.on_default(),
        Severity::Error => AnsiColor::BrightRed.on_default().effects(Effects::BOLD),
    };
    let head = format!("{}[{}]", finding.severity.name(), finding.code);
    let head = if color { format!("{}{head}{}", style.render(), Style::render_reset(style)) } else { head };
    let mut text = format!("{head}: {}\n", terminal(&finding.message));
    if verbosity == Verbosity::Quiet {
        return text;
    }
    if let Some(place) = &finding.place
        && place.line.is_some()
    {
        let line = place.line.map_or(String::new(), |line| format!(":{line}"));
        let col = place.col.map_or(String::new(), |col| format!(".{col}"));
        text.push_str(&format!("  --> {}{line}{col}\n", terminal(&place.file)));
    }
    for fact in &finding.facts {
        text.push_str(&format!("  {}\n", terminal(fact)));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("  help: {}\n", terminal(help)));
    }
    text
}

/// A number with commas between groups of three digits.
pub fn grouped(number: u64) -> SmolStr {
    crate::report::grouped(number)
}
