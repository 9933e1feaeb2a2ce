//! `--print-config`: every setting, its effective value, and where that came from. The text is itself a config that means
//! the same (a test reads it back); what a config cannot hold stands in comments.

use crate::escape;
use crate::settings::{Color, Settings, Verbosity};

use super::keys::{self, Key, Kind};
use super::layer::{Item, Layers, Origin, Raw};

/// Column of the origins.
const ORIGIN_AT: usize = 44;

/// The text. The settings have been checked already.
pub(crate) fn text(layers: &Layers, settings: &Settings) -> String {
    let mut out = Page { text: String::new(), section: "" };
    let file = layers.file.as_ref().map_or("none", |file| file.shown.as_str());
    out.line(&format!("# config: {}", escape::terminal(file)), None);
    out.line(&format!("# directory: {}", escape::terminal(settings.cwd.as_str())), None);
    out.line("version: 1", None);
    let origin = |origin: &Origin| shown_origin(origin, file);
    for key in keys::all() {
        let raw = layers.get(key.name);
        out.enter(key);
        let came = raw.map_or_else(|| "default".to_owned(), |raw| origin(&raw.origin));
        out.setting(key, raw, &came);
        let last_gate = keys::GATES.last().is_some_and(|gate| gate.key == key.name);
        if last_gate {
            overrides(&mut out, layers, &origin);
        }
    }
    session(&mut out, settings);
    out.text
}

/// What was said and is not the default: name, value, and where. Without inputs and outputs, which other places tell; two reports
/// of one profile are the same bytes wherever they are written.
pub(crate) fn said(layers: &Layers) -> Vec<[String; 3]> {
    let file = layers.file.as_ref().map_or("", |file| file.shown.as_str());
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let mut rows = Vec::new();
    for key in keys::all().filter(|key| !matches!(key.kind, Kind::Outputs) && key.name != "inputs") {
        let Some(raw) = layers.get(key.name) else { continue };
        let value = value(key, &raw.items);
        if !value.is_empty() && value != key.default {
            rows.push([key.name.to_owned(), value, shown_origin(&raw.origin, file)]);
        }
    }
    for rule in layers.file.iter().flat_map(|file| &file.overrides) {
        let Some(named) = rule.path.as_ref().or(rule.owner.as_ref()) else { continue };
        for (gate, bound) in &rule.bounds {
            let name = format!("gate.{} of {}", gate.name.name(), named.text);
            rows.push([name, bound.text.trim().to_owned(), shown_origin(&bound.origin, file)]);
        }
    }
    rows
}

fn overrides(out: &mut Page, layers: &Layers, origin: &impl Fn(&Origin) -> String) {
    let rules = layers.file.as_ref().map_or(&[][..], |file| &file.overrides);
    if rules.is_empty() {
        out.line("  # overrides: none", Some("default"));
        return;
    }
    out.line("  overrides:", None);
    for rule in rules {
        let (key, named) = match (&rule.path, &rule.owner) {
            (Some(path), _) => ("path", path),
            (None, Some(owner)) => ("owner", owner),
            (None, None) => continue,
        };
        out.line(&format!("    - {key}: {}", scalar(&named.text)), Some(&origin(&named.origin)));
        for (gate, bound) in &rule.bounds {
            let line = format!("      {}: {}", gate.name.name(), bound.text.trim());
            out.line(&line, Some(&origin(&bound.origin)));
        }
    }
}

/// What only the command line and the terminal decide.
fn session(out: &mut Page, settings: &Settings) {
    let color = match settings.color {
        Color::Auto => "auto",
        Color::Always => "always",
        Color::Never => "never",
    };
    let verbosity = match settings.verbosity {
        Verbosity::Quiet => "quiet (-q)",
        Verbosity::Normal => "normal",
        Verbosity::Verbose => "verbose (-v)",
    };
    out.line(&format!("# color: {color}"), None);
    out.line(&format!("# verbosity: {verbosity}"), None);
    out.line(&format!("# ci: {}", escape::terminal(&settings.ci)), None);
}

struct Page {
    text: String,
    section: &'static str,
}

impl Page {
    fn line(&mut self, content: &str, origin: Option<&str>) {
        self.text.push_str(content);
        if let Some(origin) = origin {
            let gap = ORIGIN_AT.saturating_sub(content.chars().count()).max(2);
            self.text.push_str(&" ".repeat(gap));
            self.text.push_str("# ");
            self.text.push_str(&escape::terminal(origin));
        }
        self.text.push('\n');
    }

    /// Opens the section of a key, where it has one.
    fn enter(&mut self, key: Key) {
        let section = key.name.rsplit_once('.').map_or("", |(section, _)| section);
        if section != self.section && !section.is_empty() {
            self.line(&format!("{section}:"), None);
        }
        self.section = section;
    }

    fn setting(&mut self, key: Key, raw: Option<&Raw>, origin: &str) {
        let indent = if self.section.is_empty() { "" } else { "  " };
        let value = match raw {
            Some(raw) => value(key, &raw.items),
            None => key.default.to_owned(),
        };
        if value.is_empty() {
            self.line(&format!("{indent}# {}: not set", key.leaf()), Some(origin));
        } else {
            self.line(&format!("{indent}{}: {value}", key.leaf()), Some(origin));
        }
    }
}

fn value(key: Key, items: &[Item]) -> String {
    let list = |each: &dyn Fn(&Item) -> String| {
        format!("[{}]", items.iter().map(each).collect::<Vec<_>>().join(", "))
    };
    match key.kind {
        Kind::List => list(&|item| scalar(&item.text)),
        Kind::Pairs => list(&|item| {
            let (from, to) = item.text.split_once('=').unwrap_or((item.text.as_str(), ""));
            format!("{{from: {}, to: {}}}", quoted(from), quoted(to))
        }),
        Kind::Outputs => list(&|item| match item.text.split_once('=') {
            Some((format, path)) => format!("{{{format}: {}}}", quoted(path)),
            None => item.text.clone(),
        }),
        Kind::Text => items.last().map(|item| scalar(&item.text)).unwrap_or_default(),
        Kind::Switch => items.last().map_or("", |item| truth(item.text.trim())).to_owned(),
        Kind::Percent | Kind::Choice(_) | Kind::Number(_) | Kind::ItemsOrAuto => {
            items.last().map(|item| item.text.trim().to_owned()).unwrap_or_default()
        }
    }
}

/// Variables may say 1 and 0.
fn truth(text: &str) -> &str {
    match text {
        "1" => "true",
        "0" => "false",
        text => text,
    }
}

/// Plain where YAML reads it back as the same text in every place, else in quotes.
pub(super) fn scalar(text: &str) -> String {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '/' || c == '.');
    let rest = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-@+=".contains(c));
    let word = matches!(text.to_ascii_lowercase().as_str(), "null" | "true" | "false");
    if first && rest && !word { text.to_owned() } else { quoted(text) }
}

/// In double quotes, with nothing raw in it that a terminal would obey.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if escape::is_unsafe(c) => {
                let code = u32::from(c);
                let escaped = if code > 0xffff { format!("\\U{code:08x}") } else { format!("\\u{code:04x}") };
                quoted.push_str(&escaped);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn shown_origin(origin: &Origin, file: &str) -> String {
    match origin {
        Origin::Flag("INPUT") => "command line".to_owned(),
        Origin::Flag(flag) => (*flag).to_owned(),
        Origin::Variable(name) => name.clone(),
        Origin::File(spot) => format!("{file}:{}", spot.line),
    }
}
