//! What could not be placed, told once a kind.

use crate::model::{Code, Disposition, FileName, Finding, Located, Place, Severity};

use super::ModuleInfo;
use super::resolve::Fate;
use crate::model::words::counted;

/// How many names a finding shows.
const SHOWN: usize = 5;

const HELP: &str = "--src DIR or --path-map FROM=TO";

/// The findings, in a fixed order.
pub(super) fn report(
    names: &[FileName],
    fates: &[Fate],
    located: &[Located],
    modules: &[ModuleInfo],
) -> Vec<Finding> {
    let rows: Vec<Row<'_>> = names
        .iter()
        .zip(fates)
        .zip(located)
        .map(|((name, fate), located)| Row { name: name.as_str(), fate, located })
        .collect();
    // When nothing at all belongs to the tree, the tree is the wrong one: then foreign files are what is asked for.
    let none = !rows.iter().any(|row| row.located.path.is_some() || row.located.source.is_some());
    let absent = |row: &&Row<'_>| match row.fate {
        Fate::Missing(_) => true,
        Fate::Outside => none,
        _ => false,
    };
    let missing: Vec<&Row<'_>> = sorted(rows.iter().filter(absent));
    let outside = sorted(rows.iter().filter(|row| !none && matches!(row.fate, Fate::Outside)));
    let ambiguous = sorted(rows.iter().filter(|row| matches!(row.fate, Fate::Ambiguous(_))));
    let guessed = sorted(rows.iter().filter(|row| row.located.guessed));
    [
        missing_source(&missing, modules),
        ambiguous_path(&ambiguous),
        guessed_path(&guessed),
        outside_module(&outside, modules),
    ]
    .into_iter()
    .flatten()
    .collect()
}

struct Row<'a> {
    name: &'a str,
    fate: &'a Fate,
    located: &'a Located,
}

impl Row<'_> {
    /// The path that every report prints.
    fn path(&self) -> &str {
        self.located.path.as_ref().map_or(self.name, |path| path.as_str())
    }
}

fn sorted<'a>(rows: impl Iterator<Item = &'a Row<'a>>) -> Vec<&'a Row<'a>> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| (row.path(), row.name));
    rows
}

fn missing_source(rows: &[&Row<'_>], modules: &[ModuleInfo]) -> Option<Finding> {
    let first = rows.first()?;
    let tried = match first.fate {
        Fate::Missing(missing) => missing.tried.clone(),
        _ => format!("the modules of this tree: {}", module_list(modules)),
    };
    let message = format!("source not found for {}, e.g. {}", files(rows.len()), first.path());
    let mut finding = Finding::new(Code::MissingSource, message)
        .at(Place::file(first.path()))
        .fact(format!("tried: {tried}"))
        .help(HELP)
        .count(rows.len() as u64);
    if !modules.iter().any(|module| module.disposition == Disposition::Main) {
        finding = finding.fact("cause: no go.mod was found below the root");
    }
    Some(also(finding, rows))
}

fn ambiguous_path(rows: &[&Row<'_>]) -> Option<Finding> {
    let first = rows.first()?;
    let Fate::Ambiguous(candidates) = first.fate else { return None };
    let message = format!("{} may be more than one file of the tree, e.g. {}", files(rows.len()), first.name);
    let from = FileName::new(first.name).directory().to_owned();
    let finding = Finding::new(Code::AmbiguousPath, message)
        .at(Place::file(first.name))
        .fact(format!("candidates: {}", list(candidates.iter().map(String::as_str))))
        .help(if from.is_empty() { HELP.to_owned() } else { format!("--path-map {from}=DIR") })
        .count(rows.len() as u64);
    Some(also(finding, rows))
}

fn guessed_path(rows: &[&Row<'_>]) -> Option<Finding> {
    let first = rows.first()?;
    let verb = if rows.len() == 1 { "was" } else { "were" };
    let message = format!(
        "{} {verb} placed by the end of the path, e.g. {} is taken for {}",
        files(rows.len()),
        first.name,
        first.path()
    );
    let mut finding = Finding::new(Code::AmbiguousPath, message)
        .at(Place::file(first.path()))
        .help(certain(first))
        .count(rows.len() as u64);
    finding.severity = Severity::Note;
    Some(finding)
}

/// The map that says what was guessed.
fn certain(row: &Row<'_>) -> String {
    match row.name.strip_suffix(row.path()).and_then(|from| from.strip_suffix('/')) {
        Some(from) if !from.is_empty() => format!("--path-map {from}=. says it for certain"),
        _ => "--path-map FROM=TO says it for certain".to_owned(),
    }
}

fn outside_module(rows: &[&Row<'_>], modules: &[ModuleInfo]) -> Option<Finding> {
    let first = rows.first()?;
    let verb = if rows.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} outside every module of this workspace", files(rows.len()));
    let finding = Finding::new(Code::OutsideModule, message)
        .at(Place::file(first.name))
        .fact(format!("e.g. {}", first.name))
        .fact(format!("modules: {}", module_list(modules)))
        .help("--scope all counts them; --src DIR or --path-map FROM=TO says where they are")
        .count(rows.len() as u64);
    Some(finding)
}

/// Names the next few as well.
fn also(finding: Finding, rows: &[&Row<'_>]) -> Finding {
    match rows.get(1..) {
        None | Some([]) => finding,
        Some(rest) => finding.fact(format!("also: {}", list(rest.iter().map(|row| row.path())))),
    }
}

fn module_list(modules: &[ModuleInfo]) -> String {
    let main = modules.iter().filter(|module| module.disposition == Disposition::Main);
    list(main.map(|module| module.path.as_str()))
}

/// The first few of some texts, and how many more there are.
fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<&str> = texts.collect();
    let shown = texts.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match texts.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

fn files(count: usize) -> String {
    counted(count as u64, "file")
}
