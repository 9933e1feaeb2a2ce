//! Values as they came, each with its origin, and which of several origins wins: flag, then variable, then file.
//!
//! In: what was typed, the environment, the parsed file. Out: [`Layers`], from which `resolve` takes each setting once.
//! Values are text until then, so that one rule checks them wherever they came from.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::cli::Typed;
use crate::error::{Error, Excerpt};
use crate::escape;
use crate::host::Host;

use super::keys::{self, Key, Kind};
use super::suggest;

/// Where a value came from; one that came from nowhere has its default and is not in the layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Typed on the command line, as this flag.
    Flag(&'static str),
    /// This environment variable.
    Variable(String),
    /// This place of the config file.
    File(Spot),
}

impl Origin {
    /// How far from the command line: what is nearer wins.
    fn distance(&self) -> u8 {
        match self {
            Self::Flag(_) => 0,
            Self::Variable(_) => 1,
            Self::File(_) => 2,
        }
    }
}

/// A place in the config file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub col: u32,
    /// In characters.
    pub len: u32,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// As written; a pair is `FROM=TO`, an output `FORMAT=PATH`.
    pub text: String,
    /// Where.
    pub origin: Origin,
}

/// The values of one setting from the origin that wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    /// One for a scalar; any number for a list.
    pub items: Vec<Item>,
    /// Where the setting as a whole was given.
    pub origin: Origin,
}

/// One entry of `gate.overrides`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RawOverride {
    /// Where the entry starts.
    pub spot: Spot,
    /// `path`.
    pub path: Option<Item>,
    /// `owner`.
    pub owner: Option<Item>,
    /// The gates that it names, in the order of the file.
    pub bounds: Vec<(&'static keys::Gate, Item)>,
}

/// The config file as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ConfigFile {
    /// As printed in messages.
    pub shown: String,
    /// The folder that holds it, absolute: relative paths in it are relative to this.
    pub directory: Utf8PathBuf,
    /// The whole text.
    pub text: String,
    /// Its values, by key.
    pub values: BTreeMap<&'static str, Raw>,
    /// `gate.overrides`.
    pub overrides: Vec<RawOverride>,
}

impl ConfigFile {
    /// An error at a place of the file, its message led by `PATH:LINE:COL`.
    pub(crate) fn fault(&self, spot: Spot, message: &str) -> Error {
        Error::config(format!("{}:{}:{}: {message}", self.shown, spot.line, spot.col)).excerpt(Excerpt {
            path: self.shown.clone(),
            text: self.text.clone(),
            line: spot.line,
            col: spot.col,
            len: spot.len.max(1),
        })
    }
}

/// Everything that was given, the winner of each setting chosen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    by_key: BTreeMap<&'static str, Raw>,
    /// The config file, when there is one.
    pub file: Option<ConfigFile>,
    /// Remarks on the way, for standard error.
    pub notes: Vec<String>,
}

impl Layers {
    /// Chooses among flag, variable and file.
    pub(crate) fn new(typed: &Typed, host: &Host, file: Option<ConfigFile>) -> Self {
        let mut by_key = BTreeMap::new();
        for key in keys::all() {
            let raw = from_flags(key, typed)
                .or_else(|| from_environment(key, host))
                .or_else(|| file.as_ref()?.values.get(key.name).cloned());
            if let Some(raw) = raw {
                by_key.insert(key.name, raw);
            }
        }
        let mut notes = unknown_variables(host);
        notes.extend(base_over_diff(&mut by_key));
        Self { by_key, file, notes }
    }

    /// The values of a setting; `None` when it has its default.
    pub(crate) fn get(&self, name: &'static str) -> Option<&Raw> {
        debug_assert!(keys::find(name).is_some(), "{name} is in the table");
        self.by_key.get(name)
    }

    /// The items of a list; empty when it has its default.
    pub(crate) fn items(&self, name: &'static str) -> &[Item] {
        self.get(name).map_or(&[], |raw| &raw.items)
    }

    /// The value of a scalar.
    pub(crate) fn item(&self, name: &'static str) -> Option<&Item> {
        self.get(name)?.items.last()
    }

    /// `WHO is VALUE; expected WHAT`, where WHO is the flag, the variable, or the key with its place.
    pub(crate) fn expected(&self, name: &str, item: &Item, what: &str) -> Error {
        self.fault(name, item, &format!("is {}; expected {what}", shown(&item.text)))
    }

    /// The folder that a relative path of this value is relative to.
    pub(crate) fn base<'a>(&'a self, item: &Item, cwd: &'a Utf8Path) -> &'a Utf8Path {
        match (&item.origin, &self.file) {
            (Origin::File(_), Some(file)) => &file.directory,
            _ => cwd,
        }
    }

    /// A path of this value as seen from the working directory. Globs and a slash at the end stay as they are.
    pub(crate) fn path(&self, item: &Item, path: &str, cwd: &Utf8Path) -> String {
        let base = self.base(item, cwd);
        if base == cwd || path == "-" || Utf8Path::new(path).is_absolute() {
            return path.to_owned();
        }
        format!("{}/{}", super::path::seen_from(cwd, base), path.strip_prefix("./").unwrap_or(path))
    }

    /// An error about a value: `message` reads behind the name of whatever gave it.
    pub(crate) fn fault(&self, name: &str, item: &Item, message: &str) -> Error {
        match (&item.origin, &self.file) {
            (Origin::File(spot), Some(file)) => file.fault(*spot, &format!("{name} {message}")),
            (Origin::Flag(flag), _) => Error::usage(format!("{flag} {message}")),
            (Origin::Variable(variable), _) => Error::config(format!("{variable} {message}")),
            (Origin::File(_), None) => Error::config(format!("{name} {message}")),
        }
    }
}

/// A base that is given nearer at hand than a diff takes its place: a flag must not do nothing because of a config. Otherwise the
/// diff is the change, and the base is not needed for it.
fn base_over_diff(by_key: &mut BTreeMap<&'static str, Raw>) -> Option<String> {
    let (base, diff) = (&by_key.get("base")?.origin, &by_key.get("diff")?.origin);
    if base.distance() >= diff.distance() {
        return None;
    }
    let name = |origin: &Origin, key: &str| match origin {
        Origin::Flag(flag) => (*flag).to_owned(),
        Origin::Variable(variable) => variable.clone(),
        Origin::File(_) => format!("{key} of the config"),
    };
    let note =
        format!("{} is left out: {} says what to compare with", name(diff, "diff"), name(base, "base"));
    by_key.remove("diff");
    Some(note)
}

/// A value in a message: numbers as they are, all else in quotes.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let number = |c: char| c.is_ascii_digit() || "+-.%".contains(c);
    if !text.is_empty() && text.len() <= LONGEST && text.chars().all(number) {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("\"{}\"", escape::terminal(&cut))
}

fn from_flags(key: Key, typed: &Typed) -> Option<Raw> {
    let origin = Origin::Flag(key.flag?);
    let values = typed.values.get(key.leaf())?;
    // `--scope a,b` is one value that holds a list; the other lists repeat their flag.
    let values: Vec<String> = match key.name {
        "scope" => values.iter().flat_map(|value| split_commas(value)).collect(),
        _ => values.clone(),
    };
    Some(raw(values, &origin))
}

fn from_environment(key: Key, host: &Host) -> Option<Raw> {
    let variable = key.variable();
    let value = host.var(&variable)?;
    let values = match key.kind {
        Kind::List | Kind::Pairs | Kind::Outputs => split_list(value),
        _ => vec![value.trim().to_owned()],
    };
    Some(raw(values, &Origin::Variable(variable)))
}

fn raw(values: Vec<String>, origin: &Origin) -> Raw {
    let items = values.into_iter().map(|text| Item { text, origin: origin.clone() }).collect();
    Raw { items, origin: origin.clone() }
}

/// A list in a variable: one entry a line when there are several lines, else split at commas.
fn split_list(value: &str) -> Vec<String> {
    if !value.trim().contains('\n') {
        return split_commas(value);
    }
    value.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Splits at commas outside braces (`a,*.{x,y}` is two entries).
fn split_commas(value: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut depth = 0u32;
    for c in value.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                entries.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(entry) = entries.last_mut() {
            entry.push(c);
        }
    }
    entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// One remark for each `COVERDICT_*` variable that means nothing. No error: wrappers and other versions set some too.
fn unknown_variables(host: &Host) -> Vec<String> {
    let known: Vec<String> = keys::all().map(|key| key.variable()).collect();
    let mut notes = Vec::new();
    for (name, value) in host.env.range("COVERDICT_".to_owned()..) {
        if !name.starts_with("COVERDICT_") {
            break;
        }
        if value.is_empty() || known.iter().any(|known| known == name) {
            continue;
        }
        let ignored =
            format!("{} is not a variable of this coverdict and was ignored", escape::terminal(name));
        let leaf = |name: &str| name.trim_start_matches("COVERDICT_").to_lowercase();
        let leaves: Vec<String> = known.iter().map(|name| leaf(name)).collect();
        let near = suggest::nearest(&leaf(name), leaves.iter().map(String::as_str));
        let hint = near.map(|near| format!(" (did you mean COVERDICT_{}?)", near.to_uppercase()));
        notes.push(ignored + &hint.unwrap_or_default());
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_variables_split_at_lines_or_commas() {
        assert_eq!(split_list("a, b ,,c"), ["a", "b", "c"]);
        assert_eq!(split_list("*.{x,y},z"), ["*.{x,y}", "z"]);
        assert_eq!(split_list("a,b\nc\n\n"), ["a,b", "c"]);
        assert_eq!(split_list("}}a,b"), ["}}a", "b"]);
    }

    #[test]
    fn values_are_shown_short_and_harmless() {
        assert_eq!(shown("120"), "120");
        assert_eq!(shown("-5%"), "-5%");
        assert_eq!(shown(""), "\"\"");
        assert_eq!(shown("a\u{1b}[31m"), "\"a\\x1b[31m\"");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 83);
    }
}
