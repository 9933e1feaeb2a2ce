//! The page on the data itself: inputs, what was left out, and every finding.

use serde::Serialize;
use smol_str::SmolStr;

use super::Site;
use super::overview::{Notice, notice, severity};
use crate::escape::terminal;
use crate::report::pages::{PageError, PageSink};
use crate::report::{counted, grouped};

/// Findings of one name that are written out.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct Input {
    label: String,
    path: String,
    kind: &'static str,
    mode: &'static str,
    rule_set: &'static str,
    rows: SmolStr,
    blocks: SmolStr,
    covered: String,
    only: SmolStr,
}

/// The file of an input.
#[derive(Serialize)]
struct InputFile {
    label: String,
    size: String,
    sha256: String,
}

/// A setting that is not the default.
#[derive(Serialize)]
struct Said {
    name: String,
    value: String,
    origin: String,
}

#[derive(Serialize)]
struct LeftOut {
    what: &'static str,
    files: SmolStr,
    statements: SmolStr,
}

#[derive(Serialize)]
struct Group {
    name: &'static str,
    severity: &'static str,
    count: usize,
    items: Vec<Notice>,
    more: usize,
}

/// Writes the page.
pub(super) fn write(site: &Site<'_>, sink: &dyn PageSink) -> Result<(), PageError> {
    let page = "health.html";
    let mut context = site.frame(page, "Health", "health");
    context.insert("inputs", &inputs(site));
    context.insert("files", &files(site));
    context.insert("command", site.options.provenance.command);
    context.insert("settings", &said(site));
    context.insert("mode", site.report.run.mode.name());
    context.insert("metric", site.report.run.metric.name());
    context.insert("merged_rows", &grouped(site.report.run.merged_rows));
    context.insert("left_out", &left_out(site));
    context.insert("groups", &groups(site));
    site.put(sink, page, "health.html", &context, "")
}

fn inputs(site: &Site<'_>) -> Vec<Input> {
    let inputs = site.report.run.inputs.iter();
    inputs
        .map(|input| Input {
            label: terminal(&input.label).into_owned(),
            path: terminal(&input.path).into_owned(),
            kind: input.kind.name(),
            mode: input.mode.name(),
            rule_set: input.rule_set.map_or("", |rules| rules.name()),
            rows: grouped(input.rows),
            blocks: grouped(input.blocks),
            covered: input.share.as_ref().map_or("n/a".to_owned(), |share| {
                share.statements.percent().map_or("n/a".to_owned(), |percent| format!("{percent}%"))
            }),
            only: input.share.as_ref().map_or(SmolStr::default(), |share| grouped(share.only_statements)),
        })
        .collect()
}

fn files(site: &Site<'_>) -> Vec<InputFile> {
    let inputs = site.report.run.inputs.iter().zip(&site.options.provenance.inputs);
    inputs
        .filter_map(|(input, mark)| {
            let mark = mark.as_ref()?;
            Some(InputFile {
                label: terminal(&input.label).into_owned(),
                size: counted(mark.size, "byte"),
                sha256: mark.sha256.clone().unwrap_or_else(|| "n/a".to_owned()),
            })
        })
        .collect()
}

fn said(site: &Site<'_>) -> Vec<Said> {
    let shown = |text: &String| terminal(text).into_owned();
    let rows = site.options.provenance.settings.iter();
    rows.map(|[name, value, origin]| Said { name: shown(name), value: shown(value), origin: shown(origin) })
        .collect()
}

fn left_out(site: &Site<'_>) -> Vec<LeftOut> {
    let excluded = &site.report.run.excluded;
    let row = |what, files: Option<u64>, statements: u64| LeftOut {
        what,
        files: files.map(grouped).unwrap_or_default(),
        statements: grouped(statements),
    };
    let rows = [
        (
            row("by include and exclude patterns", Some(excluded.pattern_files), excluded.pattern_statements),
            excluded.pattern_files,
        ),
        (
            row("packages out of scope", Some(excluded.scope_files), excluded.scope_statements),
            excluded.scope_files,
        ),
        (
            row("generated files", Some(excluded.generated_files), excluded.generated_statements),
            excluded.generated_files,
        ),
        (row("by ignore comments", None, excluded.ignored_statements), excluded.ignored_statements),
    ];
    rows.into_iter().filter(|(_, count)| *count > 0).map(|(row, _)| row).collect()
}

fn groups(site: &Site<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for finding in &site.report.findings {
        let name = finding.code.name();
        if groups.last().is_none_or(|group| group.name != name) {
            let severity = severity(finding.severity);
            groups.push(Group { name, severity, count: 0, items: Vec::new(), more: 0 });
        }
        let Some(group) = groups.last_mut() else { continue };
        group.count += 1;
        if group.items.len() < SHOWN {
            group.items.push(notice(site, finding));
        } else {
            group.more += 1;
        }
    }
    groups
}
