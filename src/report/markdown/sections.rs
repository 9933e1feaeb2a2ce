//! The parts of the Markdown, in their order.

use super::{Section, compare, owners};
use crate::model::words::noun;
use crate::model::{Metric, Outcome, PatchReport, PatchState, Report, SourceLinks, Tally};
use crate::report::escape::{markdown_code, markdown_text, uri};
use crate::report::places;
use crate::report::{FormatOptions, grouped};

/// The verdict, the base, and the table of totals.
pub(super) fn head(report: &Report, options: &FormatOptions) -> String {
    let mut text = format!("## Coverage: {}\n", title(report, options));
    if let Some(patch) = &report.patch {
        // An origin may hold the name of a branch.
        text.push_str(&format!("\nChange since {}.\n", markdown_text(&patch.origin)));
    }
    text.push_str("\n| | coverage | covered | missed |\n|---|---:|---:|---:|\n");
    let own = report.run.metric;
    let metrics = || std::iter::once(own).chain(Metric::ALL.into_iter().filter(move |metric| *metric != own));
    for metric in metrics() {
        text.push_str(&total_row(&format!("total, {}", metric.name()), report.totals.of(metric), options));
    }
    match &report.patch {
        Some(patch) if matches!(patch.state, PatchState::Measured | PatchState::Exempt) => {
            for metric in metrics().filter(|metric| *metric != Metric::Functions) {
                text.push_str(&patch_row(patch, metric, options));
            }
        }
        Some(patch) => text.push_str(&format!("| change | n/a | {} | |\n", patch.state.about())),
        None => {}
    }
    if let Some(compare) = &report.compare {
        text.push_str(&compare::head(report, compare, options));
    }
    text
}

/// `fail`, or the total where nothing was judged.
fn title(report: &Report, options: &FormatOptions) -> String {
    let (mut gates, mut failed, mut unjudged) = (0, 0, 0);
    for own in report.verdicts.chunk_by(|a, b| a.gate == b.gate) {
        gates += 1;
        failed += usize::from(own.iter().any(|verdict| verdict.outcome == Outcome::Fail));
        unjudged += u64::from(own.iter().all(|verdict| verdict.outcome == Outcome::NotJudged));
    }
    let checks = noun(gates, "check");
    let others = if unjudged == 0 { String::new() } else { format!(", **{unjudged} not judged**") };
    match places::outcome(report) {
        "fail" => format!("**fail**, {failed} of {gates} {checks}{others}"),
        "pass" if unjudged == 0 => format!("**pass**, {gates} {checks}"),
        "pass" => format!("**pass**, {} of {gates} {checks}{others}", gates - unjudged),
        _ => format!("{}{others}", percent(report.totals.of(report.run.metric), options)),
    }
}

pub(super) fn percent(tally: Tally, options: &FormatOptions) -> String {
    // `<0.1` begins like an element.
    let shown = tally.percent_to(options.precision).map(|percent| percent.replace('<', "&lt;"));
    shown.map_or_else(|| "n/a".to_owned(), |percent| format!("{percent}%"))
}

fn total_row(name: &str, tally: Tally, options: &FormatOptions) -> String {
    let (percent, covered, total) = (percent(tally, options), grouped(tally.covered), grouped(tally.total));
    format!("| {name} | {percent} | {covered} of {total} | {} |\n", grouped(tally.missed()))
}

fn patch_row(patch: &PatchReport, metric: Metric, options: &FormatOptions) -> String {
    let estimated = if patch.estimated() && metric == Metric::Statements { ", estimated" } else { "" };
    total_row(&format!("change, {}{estimated}", metric.name()), patch.totals.of(metric), options)
}

/// The tables, in the order in which they may fill the text.
pub(super) fn all(report: &Report, options: &FormatOptions) -> Vec<Section> {
    let mut all = vec![gates(report)];
    let mut beside = report.compare.iter().flat_map(|compare| compare::sections(report, compare, options));
    all.extend(beside.next());
    all.extend(beside.next());
    all.push(missed(report, options));
    all.extend([packages(report, options), findings(report)]);
    all.extend(beside);
    all.push(owners::section(report, options));
    all
}

fn gates(report: &Report) -> Section {
    let rows = report.verdicts.iter().map(|verdict| {
        let outcome = match verdict.outcome {
            Outcome::Fail => "**fail**",
            Outcome::Pass => "pass",
            Outcome::NotJudged => "not judged",
        };
        format!("| {outcome} | {} |\n", markdown_text(&places::verdict_sentence(verdict)))
    });
    Section { items: "gates", head: "\n| gate | |\n|---|---|\n".to_owned(), rows: rows.collect() }
}

fn missed(report: &Report, options: &FormatOptions) -> Section {
    let links = links(report, options);
    let rows = places::missed_in_change(report).into_iter().map(|miss| {
        let function = if miss.function.is_empty() { String::new() } else { markdown_code(miss.function) };
        let note = if miss.unmeasured { ", not in the profile" } else { "" };
        format!(
            "| {} | {function} | {}{note} |\n",
            place(miss.path, (miss.start, miss.end), links),
            grouped(miss.statements)
        )
    });
    Section {
        items: "missed ranges",
        head: "\n### Missed in this change\n\n| lines | function | statements |\n|---|---|---:|\n".to_owned(),
        rows: rows.collect(),
    }
}

/// Where sources of this commit can be read, and the commit. A change that is not committed has no address.
pub(super) fn links<'a>(
    report: &'a Report,
    options: &'a FormatOptions,
) -> Option<(&'a SourceLinks, &'a str)> {
    let commit = report.run.commit.as_deref().filter(|commit| !commit.is_empty())?;
    report.patch.as_ref().filter(|patch| patch.side == "HEAD")?;
    Some((options.links.as_ref()?, commit))
}

/// The lines of a file, with a link where there is one to them.
pub(super) fn place(path: &str, (start, end): (u32, u32), links: Option<(&SourceLinks, &str)>) -> String {
    let lines = if start == end { start.to_string() } else { format!("{start}-{end}") };
    let shown = markdown_code(&format!("{path}:{lines}"));
    let Some((links, commit)) = links else { return shown };
    let end = if end > start { format!("{}{end}", links.between) } else { String::new() };
    format!("[{shown}]({}{commit}/{}#L{start}{end})", links.base, uri(path))
}

fn packages(report: &Report, options: &FormatOptions) -> Section {
    let metric = report.run.metric;
    let mut packages: Vec<_> =
        report.packages.iter().map(|package| (package.path.as_str(), package.totals.of(metric))).collect();
    packages.sort_by(|a, b| b.1.missed().cmp(&a.1.missed()).then_with(|| a.0.cmp(b.0)));
    let rows = packages.into_iter().map(|(path, tally)| total_row(&markdown_code(path), tally, options));
    Section {
        items: "packages",
        head: format!(
            "\n### Packages\n\n| package | {} | covered | missed |\n|---|---:|---:|---:|\n",
            metric.name()
        ),
        rows: rows.collect(),
    }
}

fn findings(report: &Report) -> Section {
    let rows = report.findings.iter().map(|finding| {
        let (severity, name) = (finding.severity.name(), finding.code.name());
        format!("| {severity} | `{name}` | {} |\n", markdown_text(&finding.message))
    });
    Section {
        items: "findings",
        head: "\n### Findings\n\n| | | |\n|---|---|---|\n".to_owned(),
        rows: rows.collect(),
    }
}
