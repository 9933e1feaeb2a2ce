//! Refuses the profile of another repository, which would be judged and shown with ten thousand missing files.
//!
//! `check` and `report` alone ask: what they say is about the tree. Binary data tells by itself whose code it is, and whoever
//! allows `missing-source` or puts other code than the tree's own into the scope knows that the sources are elsewhere.

use super::gather::{self, Gathered};
use crate::error::{Error, Result};
use crate::locate::{self, Stranger, Strangers};
use crate::model::words::noun;
use crate::model::{Code, Disposition};
use crate::settings::{ScopeEntry, Settings};

/// How many modules are listed.
const MODULES: usize = 5;

/// An error when no file of the profile belongs to a tree that has Go modules and sources.
pub fn refuse(settings: &Settings, gathered: &Gathered) -> Result<()> {
    let is_placed = gathered.located.iter().any(|place| gathered.tree.is_present(place));
    if is_placed || !gathered.pods.is_empty() || is_expected(settings) {
        return Ok(());
    }
    let options = gather::place_options(settings);
    match locate::strangers(&gathered.raw.names, &gathered.tree, &options) {
        None => Ok(()),
        Some(strangers) => Err(error(settings, gathered, &strangers)),
    }
}

/// Whether the user says that code from elsewhere is meant.
fn is_expected(settings: &Settings) -> bool {
    let is_own = |entry: &ScopeEntry| matches!(entry, ScopeEntry::Disposition(Disposition::Main));
    settings.allow.contains(&Code::MissingSource) || !settings.scope.iter().all(is_own)
}

fn error(settings: &Settings, gathered: &Gathered, strangers: &Strangers) -> Error {
    let profile = match gathered.raw.inputs.as_slice() {
        [input] => input.path.clone(),
        inputs => format!("the profile of {} inputs", inputs.len()),
    };
    let files = if strangers.count == 1 { "its file is" } else { "none of its files is" };
    let root = &gathered.root.dir;
    let mut error = Error::input(format!("{profile} is of another repository: {files} in {root}"));
    for example in &strangers.examples {
        error = error.note(format!("not here: {}", shown(example)));
    }
    if let Some(more) = strangers.count.checked_sub(strangers.examples.len()).filter(|more| *more > 0) {
        error = error.note(format!("and {more} more"));
    }
    error.note(format!("tried: {}", tried(settings, strangers))).help(
        "run it in the repository of the profile (-C DIR), or say where its files are: --src DIR or --path-map FROM=TO; \
         --allow missing-source goes on without sources",
    )
}

fn shown(example: &Stranger) -> String {
    if example.nearest.is_empty() {
        return format!("{} (no file here has this name)", example.name);
    }
    format!("{} (nearest: {})", example.name, example.nearest.join(", "))
}

/// What was asked of the tree, so that a wrong map or folder shows.
fn tried(settings: &Settings, strangers: &Strangers) -> String {
    let mut modules = strangers.modules.iter().take(MODULES).cloned().collect::<Vec<_>>().join(", ");
    if strangers.modules.len() > MODULES {
        modules = format!("{modules} and {} more", strangers.modules.len() - MODULES);
    }
    let word = noun(strangers.modules.len() as u64, "module");
    let mut tried = format!("{word} {modules}");
    for (from, to) in &settings.path_map {
        tried.push_str(&format!("; --path-map {from}={to}"));
    }
    for dir in &settings.src {
        tried.push_str(&format!("; --src {dir}"));
    }
    tried
}
