//! The configs of other tools -> ours, for `init --from FILE`.
//!
//! In: the name and the text of a file. Out: a [`Draft`]: the settings that mean the same, and a list of what has no
//! equivalent, each with its place and a reason. Nothing is left out without a word. The keys of the other tools are those of
//! their documentation: <https://github.com/vladopajic/go-test-coverage>, <https://docs.codecov.com/docs/codecovyml-reference>,
//! <https://github.com/k1LoW/octocov>.

mod codecov;
mod draft;
mod octocov;
mod pattern;
mod testcoverage;

pub use draft::Draft;

use crate::error::{Error, Result};
use crate::escape;

use super::yaml::{self, Entry, Node, Value};

/// Translates a file, which messages call `shown`. Which tool it belongs to is told by its name, else by its keys.
pub fn translate(shown: &str, text: &str) -> Result<Draft> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let node = yaml::parse(text).map_err(|fault| {
        let place = format!("{}:{}:{}", escape::terminal(shown), fault.spot.line, fault.spot.col);
        Error::config(format!("{place}: {}", fault.message))
    })?;
    let name = shown.rsplit(['/', '\\']).next().unwrap_or(shown);
    let named = |word: &str| name.contains(word);
    let has = |path: &[&str]| get(&node, path).is_some();
    let mut draft = Draft::new(name);
    if named("testcoverage") || has(&["threshold"]) {
        testcoverage::translate(&node, &mut draft);
    } else if named("octocov") || has(&["coverage", "acceptable"]) || has(&["coverage", "paths"]) {
        octocov::translate(&node, &mut draft);
    } else if named("codecov") || has(&["coverage", "status"]) || has(&["ignore"]) {
        codecov::translate(&node, &mut draft);
    } else {
        return Err(Error::config(format!("{} is no config that init knows", escape::terminal(shown)))
            .help("--from .testcoverage.yml, codecov.yml or .octocov.yml"));
    }
    Ok(draft)
}

/// The node at a path of keys.
fn get<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| {
        entries(node).iter().find(|entry| entry.key == *key).map(|entry| &entry.node)
    })
}

/// The entries of a mapping; none of anything else.
fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    }
}

/// The items of a list; a single value is a list of one.
fn items(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::Seq(nodes) => nodes.iter().collect(),
        Value::Null => Vec::new(),
        _ => vec![node],
    }
}

/// The text of a scalar.
fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(text) => Some(text.trim()),
        _ => None,
    }
}

/// Whether something was written behind a key.
fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Scalar(text) => text.is_empty(),
        Value::Seq(nodes) => nodes.is_empty(),
        Value::Map(entries) => entries.is_empty(),
    }
}

#[cfg(test)]
mod tests;
