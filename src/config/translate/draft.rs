//! A config in the making, and what could not become part of it.

use super::super::keys;
use super::super::print::scalar;
use super::super::yaml::Node;
use crate::escape;
use crate::model::{Decimal, Pattern};

/// Settings of ours, and what has no equivalent.
#[derive(Debug, Default)]
pub struct Draft {
    /// What the other file is called.
    from: String,
    inputs: Vec<String>,
    gates: Vec<(&'static str, String)>,
    overrides: Vec<(String, Vec<(&'static str, String)>)>,
    exclude: Vec<String>,
    path_map: Vec<(String, String)>,
    /// Other settings: key and value, which is a number or a truth.
    plain: Vec<(&'static str, String)>,
    left: Vec<String>,
}

impl Draft {
    pub(super) fn new(from: &str) -> Self {
        Self { from: from.to_owned(), ..Self::default() }
    }

    /// A draft without anything: what `init` writes when there is no other config.
    pub fn empty() -> Self {
        Self::default()
    }

    pub(super) fn input(&mut self, path: &str) {
        if !path.is_empty() {
            self.inputs.push(path.to_owned());
        }
    }

    /// Sets a gate to a percentage, or to points, as written, with or without `%`.
    pub(super) fn gate(&mut self, node: &Node, theirs: &str, name: &'static str, percent: &str) {
        let number = percent.trim().trim_end_matches('%').trim();
        if Decimal::parse(number).is_none_or(|value| !value.at_most(100)) {
            self.leave(node, theirs, &format!("{percent} is no percentage from 0 to 100"));
        } else if !self.has(node, theirs, name) || (is_zero(number) && name != "no-regress") {
            // At least 0 percent never fails: theirs is written to say "off". To lose no point is the strictest bound there is.
        } else if !self.gates.iter().any(|(gate, _)| *gate == name) {
            self.gates.push((name, number.to_owned()));
        }
    }

    /// Sets a gate that counts items.
    pub(super) fn most(&mut self, node: &Node, theirs: &str, name: &'static str, items: u64) {
        if self.has(node, theirs, name) {
            self.gates.push((name, items.to_string()));
        }
    }

    pub(super) fn rule(&mut self, path: String, bounds: Vec<(&'static str, String)>) {
        self.overrides.push((path, bounds));
    }

    pub(super) fn exclude(&mut self, node: &Node, theirs: &str, pattern: String) {
        match Pattern::new(&pattern) {
            Ok(_) => self.exclude.push(pattern),
            Err(reason) => self.leave(node, theirs, &format!("{pattern} {reason}")),
        }
    }

    pub(super) fn map(&mut self, from: &str, to: &str) {
        self.path_map.push((from.to_owned(), to.to_owned()));
    }

    /// Sets what is no gate.
    pub(super) fn set(&mut self, node: &Node, theirs: &str, key: &'static str, value: &str) {
        if self.has(node, theirs, key) {
            self.plain.push((key, value.to_owned()));
        }
    }

    /// Remembers that a key of theirs has no equivalent.
    pub(super) fn leave(&mut self, node: &Node, theirs: &str, why: &str) {
        self.left.push(format!("line {}: {theirs}: {why}", node.spot.line));
    }

    /// Whether a setting of this name exists; a key without is left.
    fn has(&mut self, node: &Node, theirs: &str, key: &str) -> bool {
        let full = if matches!(key, "precision" | "require-reason" | "baseline") {
            key.to_owned()
        } else {
            format!("gate.{key}")
        };
        let known = keys::find(&full).is_some();
        if !known {
            self.leave(node, theirs, &format!("would be {full}, which this version does not have"));
        }
        known
    }

    /// What has no equivalent, a line each.
    pub fn left(&self) -> &[String] {
        &self.left
    }

    /// The config file.
    pub fn config(&self) -> String {
        let mut out = String::from(HEAD);
        if !self.from.is_empty() {
            out.push_str(&format!("# Translated from {}.\n", comment(&self.from)));
        }
        out.push_str("version: 1\n\n");
        self.write_inputs(&mut out);
        self.write_gates(&mut out);
        self.write_selection(&mut out);
        if !self.left.is_empty() {
            out.push_str(&format!("\n# Without an equivalent in {}:\n", comment(&self.from)));
            for line in &self.left {
                out.push_str(&format!("# - {}\n", comment(line)));
            }
        }
        out
    }

    fn write_inputs(&self, out: &mut String) {
        if self.inputs.is_empty() {
            out.push_str("# Profiles and data directories; found by their usual names when left out.\n");
            out.push_str("# inputs: [cover.out]\n\n");
            return;
        }
        out.push_str("# Profiles and data directories; several are merged.\ninputs:\n");
        for input in &self.inputs {
            out.push_str(&format!("  - {}\n", scalar(input)));
        }
        out.push('\n');
    }

    fn write_gates(&self, out: &mut String) {
        if self.gates.is_empty() && self.overrides.is_empty() {
            out.push_str(NO_GATES);
            return;
        }
        out.push_str("# Percentages, and numbers of items; a gate that is left out is not judged.\ngate:\n");
        for (name, bound) in &self.gates {
            out.push_str(&format!("  {name}: {bound}\n"));
        }
        if self.overrides.is_empty() {
            return;
        }
        out.push_str("  # The first rule that matches wins, for the gates that it names.\n  overrides:\n");
        for (path, bounds) in &self.overrides {
            out.push_str(&format!("    - path: {}\n", scalar(path)));
            for (name, bound) in bounds {
                out.push_str(&format!("      {name}: {bound}\n"));
            }
        }
    }

    fn write_selection(&self, out: &mut String) {
        if self.exclude.is_empty() {
            out.push_str("\n# What does not count: Go package patterns or globs.\n# exclude: [\"**/*.pb.go\", internal/mocks/...]\n");
        } else {
            out.push_str("\n# What does not count.\nexclude:\n");
            for pattern in &self.exclude {
                out.push_str(&format!("  - {}\n", scalar(pattern)));
            }
        }
        for (key, value) in &self.plain {
            out.push_str(&format!("\n{key}: {value}\n"));
        }
        if !self.path_map.is_empty() {
            out.push_str("\nsource:\n  path-map:\n");
            for (from, to) in &self.path_map {
                out.push_str(&format!("    - from: {}\n      to: {}\n", scalar(from), scalar(to)));
            }
        }
    }
}

const HEAD: &str = "\
# yaml-language-server: $schema=https://example.invalid/coverdict/config-1.json
# How coverdict judges this repository. Every key is optional; `coverdict check --print-config` shows what is in force.
";

const NO_GATES: &str = "\
# Percentages; a gate that is left out is not judged. `coverdict` prints where you stand.
# gate:
#   total: 80                  # of all statements
#   patch: 80                  # of the statements that a change touches
#   package: 60                # of every package
#   overrides:                 # the first rule that matches wins
#     - path: cmd/...
#       package: 0
#     - owner: \"@org/team\"     # of CODEOWNERS: all of its files together
#       total: 80
";

fn is_zero(number: &str) -> bool {
    number.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

/// One line of a comment: nothing in it that ends the line or that a terminal would obey.
fn comment(text: &str) -> String {
    escape::terminal(text).replace('\n', " ")
}
