//! The config file: found, read and turned into values by key, each with its place.
//!
//! In: the working directory and the flags that name or forbid a file. Out: [`ConfigFile`], or an error that names path,
//! line and column. Which keys exist is decided by the table in `keys` alone.

use std::io::Read as _;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{Error, Result};
use crate::escape;

use super::keys::{self, GATES, Kind};
use super::layer::{ConfigFile, Item, Origin, Raw, RawOverride, Spot, shown};
use super::yaml::{self, Entry, Node, Value};
use super::{reason, suggest};

/// What the file is called.
pub(crate) const NAME: &str = ".coverdict.yml";

/// No config of ours is near this size.
const LARGEST: u64 = 1 << 20;

/// Finds the file: in `cwd` or above, up to the repository's root (the folder with `.git`; without one the outermost with
/// a go.work or go.mod; without these `cwd` itself).
pub(crate) fn find(cwd: &Utf8Path) -> Option<Utf8PathBuf> {
    let above: Vec<&Utf8Path> = cwd.ancestors().collect();
    let has = |directory: &&Utf8Path, name: &str| directory.join(name).exists();
    let root = above
        .iter()
        .position(|directory| has(directory, ".git"))
        .or_else(|| above.iter().rposition(|directory| has(directory, "go.work") || has(directory, "go.mod")))
        .unwrap_or(0);
    // A link that leads nowhere is a mistake to be told, not an absent file.
    above
        .iter()
        .take(root + 1)
        .map(|directory| directory.join(NAME))
        .find(|file| file.symlink_metadata().is_ok())
}

/// Reads and checks a file, which messages call `shown`.
pub(crate) fn read(file: &Utf8Path, shown: String) -> Result<ConfigFile> {
    let text = text(file, &shown)?;
    let directory = file.parent().unwrap_or(Utf8Path::new("/")).to_owned();
    let mut config = ConfigFile { shown, directory, text, ..ConfigFile::default() };
    let node = yaml::parse(&config.text).map_err(|fault| config.fault(fault.spot, &fault.message))?;
    let mut values = Values::default();
    section(&config, &mut values, "", &node)?;
    config.values = values.by_key;
    config.overrides = values.overrides;
    Ok(config)
}

fn text(file: &Utf8Path, shown: &str) -> Result<String> {
    let cannot =
        |why: &str| Error::config(format!("cannot read the config {}: {why}", escape::terminal(shown)));
    let facts = fs_err::metadata(file).map_err(|error| cannot(&reason(&error)))?;
    if !facts.is_file() {
        return Err(cannot("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    let opened = fs_err::File::open(file).map_err(|error| cannot(&reason(&error)))?;
    opened.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| cannot(&reason(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(cannot("it is larger than 1 MiB"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', good).count() + 1;
        cannot(&format!("line {line} is not UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[derive(Default)]
struct Values {
    by_key: std::collections::BTreeMap<&'static str, Raw>,
    overrides: Vec<RawOverride>,
}

/// Keys that are not settings: they stand in the file alone.
const VERSION: &str = "version";
const OVERRIDES: &str = "gate.overrides";

/// The names that may stand in a section (`""` is the top), in the order of the table.
pub(super) fn names_in(section: &str) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    let all = [VERSION].into_iter().chain(keys::all().map(|key| key.name)).chain([OVERRIDES]);
    for name in all {
        let Some(rest) = (if section.is_empty() {
            Some(name)
        } else {
            name.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'))
        }) else {
            continue;
        };
        let first = rest.split('.').next().unwrap_or(rest);
        if !names.contains(&first) {
            names.push(first);
        }
    }
    names
}

fn section(config: &ConfigFile, values: &mut Values, name: &str, node: &Node) -> Result<()> {
    let entries = match &node.value {
        Value::Map(entries) => entries,
        Value::Null => return Ok(()),
        _ if name.is_empty() => return Err(config.fault(node.spot, "a config is a mapping: `key: value`")),
        _ => {
            return Err(
                config.fault(node.spot, &format!("{name} is no mapping; expected `key: value` below it"))
            );
        }
    };
    for entry in entries {
        let full = if name.is_empty() { entry.key.clone() } else { format!("{name}.{}", entry.key) };
        // A dot belongs to our names of keys, never to a key.
        let key = keys::find(&full).filter(|_| !entry.key.contains('.'));
        if let Some(key) = key {
            if let Some(raw) = value(config, key.name, key.kind, &entry.node)? {
                values.by_key.insert(key.name, raw);
            }
        } else if full == VERSION {
            version(config, &entry.node)?;
        } else if full == OVERRIDES {
            values.overrides = overrides(config, &entry.node)?;
        } else if !entry.key.contains('.') && !names_in(&full).is_empty() {
            section(config, values, &full, &entry.node)?;
        } else {
            return Err(unknown(config, entry, &names_in(name)));
        }
    }
    Ok(())
}

/// The error for a key that is not in the table; a key of another section is named by its full name.
fn unknown(config: &ConfigFile, entry: &Entry, names: &[&'static str]) -> Error {
    let near = suggest::nearest(&entry.key, names.iter().copied()).or_else(|| {
        let elsewhere = |key: keys::Key| (key.leaf() == entry.key).then_some(key.name);
        // The entries of a list are no place to be confused with the sections.
        keys::all().find_map(elsewhere).filter(|_| !matches!(names, ["path" | "owner" | "from", ..]))
    });
    let hint = suggest::did_you_mean(near);
    // Always in quotes, even when it looks like a number.
    let key = shown(&entry.key);
    let key = if key.starts_with('"') { key } else { format!("\"{key}\"") };
    let error = config.fault(entry.spot, &format!("unknown key {key}{hint}"));
    if near.is_some() { error } else { error.note(format!("known here: {}", names.join(", "))) }
}

fn version(config: &ConfigFile, node: &Node) -> Result<()> {
    match &node.value {
        Value::Null => Ok(()),
        Value::Scalar(text) if text == "1" => Ok(()),
        value => {
            let message = format!("version is {}; expected 1", described(value));
            Err(config.fault(node.spot, &message))
        }
    }
}

/// The values of a key; `None` when nothing was written behind it.
fn value(config: &ConfigFile, name: &'static str, kind: Kind, node: &Node) -> Result<Option<Raw>> {
    let items = match (kind, &node.value) {
        (_, Value::Null) => return Ok(None),
        (Kind::List, Value::Seq(nodes)) => {
            nodes.iter().map(|node| item(config, name, node)).collect::<Result<Vec<_>>>()?
        }
        (Kind::Pairs, Value::Seq(nodes)) => {
            nodes.iter().map(|node| pair(config, name, node)).collect::<Result<Vec<_>>>()?
        }
        (Kind::Outputs, Value::Seq(nodes)) => {
            let mut items = Vec::new();
            for node in nodes {
                outputs(config, name, node, &mut items)?;
            }
            items
        }
        (Kind::List | Kind::Pairs | Kind::Outputs, value) => {
            let message = format!("{name} is {}; expected a list", described(value));
            return Err(config.fault(node.spot, &message));
        }
        _ => vec![item(config, name, node)?],
    };
    Ok(Some(Raw { items, origin: Origin::File(node.spot) }))
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Scalar(text) => shown(text),
        Value::Seq(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}

fn item(config: &ConfigFile, name: &str, node: &Node) -> Result<Item> {
    match &node.value {
        Value::Scalar(text) => Ok(Item { text: text.clone(), origin: Origin::File(node.spot) }),
        value => {
            let message = format!("{name} is {}; expected a single value", described(value));
            Err(config.fault(node.spot, &message))
        }
    }
}

/// `{from: F, to: T}` as `F=T`.
fn pair(config: &ConfigFile, name: &str, node: &Node) -> Result<Item> {
    let Value::Map(entries) = &node.value else {
        let message = format!("{name} is {}; expected `from:` and `to:`", described(&node.value));
        return Err(config.fault(node.spot, &message));
    };
    let (mut from, mut to) = (None, None);
    for entry in entries {
        match entry.key.as_str() {
            "from" => from = Some(item(config, "from", &entry.node)?),
            "to" => to = Some(item(config, "to", &entry.node)?),
            _ => return Err(unknown(config, entry, &["from", "to"])),
        }
    }
    let (Some(from), Some(to)) = (from, to) else {
        return Err(config.fault(node.spot, &format!("{name} needs both `from:` and `to:`")));
    };
    if from.text.contains('=') {
        // `FROM=TO` is split at the first `=` wherever it comes from.
        return Err(config.fault(node.spot, &format!("{name} cannot hold `=` in `from:`")));
    }
    Ok(Item { text: format!("{}={}", from.text, to.text), origin: from.origin })
}

/// `text`, `{html: DIR}`, or `{json: }` for standard output; as `FORMAT[=PATH]`.
fn outputs(config: &ConfigFile, name: &str, node: &Node, items: &mut Vec<Item>) -> Result<()> {
    let Value::Map(entries) = &node.value else {
        items.push(item(config, name, node)?);
        return Ok(());
    };
    for entry in entries {
        let text = match &entry.node.value {
            Value::Null => entry.key.clone(),
            _ => format!("{}={}", entry.key, item(config, name, &entry.node)?.text),
        };
        items.push(Item { text, origin: Origin::File(entry.spot) });
    }
    Ok(())
}

/// What names the files of a rule, and the gates that such a rule may name.
pub(super) fn override_names(of_owner: bool) -> Vec<&'static str> {
    let subject = if of_owner { "owner" } else { "path" };
    [subject].into_iter().chain(override_gates(of_owner)).collect()
}

/// The gates that a rule may name.
pub(super) fn override_gates(of_owner: bool) -> Vec<&'static str> {
    GATES.iter().filter(|gate| may_name(gate, of_owner)).map(|gate| gate.name.name()).collect()
}

fn may_name(gate: &keys::Gate, of_owner: bool) -> bool {
    if of_owner { gate.per_owner() } else { gate.per_path }
}

fn overrides(config: &ConfigFile, node: &Node) -> Result<Vec<RawOverride>> {
    match &node.value {
        Value::Null => Ok(Vec::new()),
        Value::Seq(rules) => rules.iter().map(|rule| one_override(config, rule)).collect(),
        value => {
            let message = format!("{OVERRIDES} is {}; expected a list", described(value));
            Err(config.fault(node.spot, &message))
        }
    }
}

fn one_override(config: &ConfigFile, node: &Node) -> Result<RawOverride> {
    let Value::Map(entries) = &node.value else {
        let message =
            format!("an override is {}; expected `path:` or `owner:`, and gates", described(&node.value));
        return Err(config.fault(node.spot, &message));
    };
    let mut rule = RawOverride { spot: first_line(node.spot), path: None, owner: None, bounds: Vec::new() };
    let of_owner = entries.iter().any(|entry| entry.key == "owner");
    for entry in entries {
        if entry.key == "path" {
            rule.path = Some(item(config, "path", &entry.node)?);
            continue;
        }
        if entry.key == "owner" {
            rule.owner = Some(item(config, "owner", &entry.node)?);
            continue;
        }
        let gate = GATES.iter().find(|gate| may_name(gate, of_owner) && gate.name.name() == entry.key);
        let Some(gate) = gate else { return Err(unknown(config, entry, &override_names(of_owner))) };
        if entry.node.value != Value::Null {
            rule.bounds.push((gate, item(config, entry.key.as_str(), &entry.node)?));
        }
    }
    Ok(rule)
}

/// A mapping's place is marked by its first character: its own length may span lines.
fn first_line(spot: Spot) -> Spot {
    Spot { len: 1, ..spot }
}
