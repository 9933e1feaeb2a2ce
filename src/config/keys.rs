//! The table of settings: one name for flag, variable and config key. Every other part of `config` (the file's parser,
//! the variables, `--print-config`, the tests that hold schema and docs current) walks this table.
//!
//! To add a setting: a row here (a gate: a row in [`GATES`]), its flag in `cli`, its field in `settings` and `resolve`, its
//! property in `schemas/config.schema.json`, its rows in `docs/config.md` and `docs/cli.md`. The tests name what is missing.

use crate::model::GateName;

/// What a setting may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A decimal from 0 to 100.
    Percent,
    /// One of these names.
    Choice(&'static [&'static str]),
    /// True or false.
    Switch,
    /// A whole number from 0 to this.
    Number(u32),
    /// A whole number of items, or `auto`.
    ItemsOrAuto,
    /// Any text.
    Text,
    /// Several texts.
    List,
    /// Pairs: `FROM=TO` as flag and in a variable, `{from, to}` in the file.
    Pairs,
    /// Outputs: `FORMAT[=PATH]` as flag and in a variable, `{FORMAT: PATH}` in the file.
    Outputs,
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Path in the config file, with dots.
    pub name: &'static str,
    /// How it is typed on the command line (`--total`, `-o`, `INPUT`); `None` when it cannot be.
    pub flag: Option<&'static str>,
    /// What it holds.
    pub kind: Kind,
    /// The value without any origin, as printed; empty when it is unset.
    pub default: &'static str,
}

impl Key {
    /// The last part of the name: the flag without its dashes.
    pub fn leaf(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The environment variable.
    pub fn variable(&self) -> String {
        format!("COVERDICT_{}", self.leaf().to_uppercase().replace('-', "_"))
    }
}

/// One gate: a row of the closed table. A later gate is one more row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// Which.
    pub name: GateName,
    /// Path in the config file.
    pub key: &'static str,
    /// How it is typed on the command line.
    pub flag: &'static str,
    /// What its bound is.
    pub bound: Kind,
    /// Whether `gate.overrides` may name it.
    pub per_path: bool,
    /// Help of the flag.
    pub about: &'static str,
}

impl Gate {
    /// Whether `gate.overrides` may name it for an owner. Not `package`: a package may have files of several.
    pub fn per_owner(&self) -> bool {
        self.name == GateName::Total || (self.per_path && self.name != GateName::Package)
    }
}

/// A bound that is a number of items.
const ITEMS: Kind = Kind::Number(u32::MAX);

/// The gates that exist, in the order of the help.
pub const GATES: &[Gate] = &[
    Gate {
        name: GateName::Patch,
        key: "gate.patch",
        flag: "--patch",
        bound: Kind::Percent,
        per_path: true,
        about: "Fail when less than PERCENT of the change is covered",
    },
    Gate {
        name: GateName::PatchFile,
        key: "gate.patch-file",
        flag: "--patch-file",
        bound: Kind::Percent,
        per_path: true,
        about: "Fail when less than PERCENT of the change is covered in any file",
    },
    Gate {
        name: GateName::PatchMaxMissed,
        key: "gate.patch-max-missed",
        flag: "--patch-max-missed",
        bound: ITEMS,
        per_path: false,
        about: "Fail when more than N changed items are missed",
    },
    Gate {
        name: GateName::Total,
        key: "gate.total",
        flag: "--total",
        bound: Kind::Percent,
        per_path: false,
        about: "Fail when the total is below PERCENT",
    },
    Gate {
        name: GateName::Package,
        key: "gate.package",
        flag: "--package",
        bound: Kind::Percent,
        per_path: true,
        about: "Fail when any package is below PERCENT",
    },
    Gate {
        name: GateName::File,
        key: "gate.file",
        flag: "--file",
        bound: Kind::Percent,
        per_path: true,
        about: "Fail when any file is below PERCENT",
    },
    Gate {
        name: GateName::Function,
        key: "gate.function",
        flag: "--function",
        bound: Kind::Percent,
        per_path: true,
        about: "Fail when any function is below PERCENT",
    },
    Gate {
        name: GateName::NoRegress,
        key: "gate.no-regress",
        flag: "--no-regress",
        bound: Kind::Percent,
        per_path: true,
        about: "Fail when the total is more than PERCENT points below the baseline without deleted code",
    },
    Gate {
        name: GateName::MaxLost,
        key: "gate.max-lost",
        flag: "--max-lost",
        bound: ITEMS,
        per_path: true,
        about: "Fail when more than N unchanged items lost their coverage since the baseline",
    },
    Gate {
        name: GateName::MaxMissed,
        key: "gate.max-missed",
        flag: "--max-missed",
        bound: Kind::ItemsOrAuto,
        per_path: true,
        about: "Fail when more than N items are missed in all, or with auto more than the baseline's lowest",
    },
];

/// `--color`.
pub const COLORS: &[&str] = &["auto", "always", "never"];
/// `--mode`.
pub const MODES: &[&str] = &["set", "count", "atomic"];
/// `--metric`.
pub const METRICS: &[&str] = &["statements", "lines", "functions"];
/// `--lines`.
pub const LINES: &[&str] = &["code", "trim", "naive"];
/// `--generated`; the default is neither.
pub const GENERATED: &[&str] = &["auto", "include", "exclude"];
/// `--stale`.
pub const STALE: &[&str] = &["drop", "keep"];
/// `--cobertura-class`.
pub const CLASSES: &[&str] = &["file", "type"];

/// `--base-mode`.
pub const BASE_MODES: &[&str] = &["merge-base", "exact"];
/// `--head`; the default is none of them.
pub const HEADS: &[&str] = &["HEAD", "index", "worktree"];
/// `--ignore-whitespace`; the default is none of them.
pub const WHITESPACE: &[&str] = &["eol", "change", "all"];
/// `--unmeasured`; the default is none of them.
pub const UNMEASURED: &[&str] = &["missed", "warn", "ignore", "fail"];

/// `ci.annotations`.
pub const ANNOTATIONS: &[&str] = &["patch", "all", "off"];
/// `--counts`.
pub const COUNTS: &[&str] = &["min", "first"];

const fn key(name: &'static str, flag: Option<&'static str>, kind: Kind, default: &'static str) -> Key {
    Key { name, flag, kind, default }
}

/// Everything but the gates, in the order of `docs/config.md`.
const OTHERS: &[Key] = &[
    key("gate.min-changed", Some("--min-changed"), ITEMS, "0"),
    key("warn-only", Some("--warn-only"), Kind::Switch, "false"),
    key("metric", Some("--metric"), Kind::Choice(METRICS), "statements"),
    key("lines", Some("--lines"), Kind::Choice(LINES), "code"),
    key("mode", Some("--mode"), Kind::Choice(MODES), ""),
    key("include", Some("--include"), Kind::List, ""),
    key("exclude", Some("--exclude"), Kind::List, ""),
    key("scope", Some("--scope"), Kind::List, ""),
    key("generated", Some("--generated"), Kind::Choice(GENERATED), "auto"),
    key("ignore-comments", None, Kind::Switch, "true"),
    key("require-reason", None, Kind::Switch, "false"),
    key("source.src", Some("--src"), Kind::List, ""),
    key("source.path-map", Some("--path-map"), Kind::Pairs, ""),
    key("source.stale", Some("--stale"), Kind::Choice(STALE), "drop"),
    key("base", Some("--base"), Kind::Text, ""),
    key("base-mode", Some("--base-mode"), Kind::Choice(BASE_MODES), "merge-base"),
    key("diff", Some("--diff"), Kind::Text, ""),
    key("head", Some("--head"), Kind::Choice(HEADS), ""),
    key("ignore-whitespace", Some("--ignore-whitespace"), Kind::Choice(WHITESPACE), ""),
    key("unmeasured", Some("--unmeasured"), Kind::Choice(UNMEASURED), ""),
    key("baseline", Some("--baseline"), Kind::List, ""),
    key("test-log", Some("--test-log"), Kind::Text, ""),
    key("deny", Some("--deny"), Kind::List, ""),
    key("allow", Some("--allow"), Kind::List, ""),
    key("reports", Some("-o"), Kind::Outputs, ""),
    key("top", Some("--top"), Kind::Number(1_000_000), "10"),
    key("precision", Some("--precision"), Kind::Number(9), "1"),
    key("timestamp", Some("--timestamp"), Kind::Text, "0"),
    key("split", Some("--split"), Kind::Text, ""),
    key("cobertura-source", Some("--cobertura-source"), Kind::Text, ""),
    key("cobertura-class", Some("--cobertura-class"), Kind::Choice(CLASSES), "file"),
    key("no-methods", Some("--no-methods"), Kind::Switch, "false"),
    key("templates", Some("--templates"), Kind::Text, ""),
    key("ci.annotations", None, Kind::Choice(ANNOTATIONS), "patch"),
    key("ci.summary", None, Kind::Switch, "true"),
];

/// All settings that a flag, a variable or the file can give, in the order of `docs/config.md`.
pub fn all() -> impl Iterator<Item = Key> {
    let inputs = key("inputs", Some("INPUT"), Kind::List, "");
    let gates = GATES.iter().map(|gate| key(gate.key, Some(gate.flag), gate.bound, ""));
    std::iter::once(inputs).chain(gates).chain(OTHERS.iter().copied())
}

/// The setting of this name.
pub fn find(name: &str) -> Option<Key> {
    all().find(|key| key.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{BaseMode, HeadSide, LineModel, Metric, Mode, Unmeasured, Whitespace};

    #[test]
    fn a_gate_has_one_name_everywhere() {
        for gate in GATES {
            let name = gate.name.name();
            assert_eq!(gate.key, format!("gate.{name}"));
            assert_eq!(gate.flag, format!("--{name}"));
            let key = find(gate.key).expect("a gate is a key");
            assert_eq!(key.variable(), format!("COVERDICT_{}", name.to_uppercase().replace('-', "_")));
        }
    }

    #[test]
    fn flags_and_variables_follow_from_the_key_and_are_unique() {
        let mut variables = BTreeSet::new();
        for key in all() {
            assert!(variables.insert(key.variable()), "{}", key.name);
            match key.flag {
                None | Some("INPUT" | "-o") => {}
                Some(flag) => assert_eq!(flag, format!("--{}", key.leaf())),
            }
        }
    }

    #[test]
    fn the_choices_are_the_names_of_the_model() {
        assert_eq!(MODES, Mode::ALL.map(Mode::name));
        assert_eq!(METRICS, Metric::ALL.map(Metric::name));
        assert_eq!(LINES, LineModel::ALL.map(LineModel::name));
        assert_eq!(BASE_MODES, BaseMode::ALL.map(BaseMode::name));
        assert_eq!(HEADS, [HeadSide::Head, HeadSide::Index, HeadSide::Worktree].map(HeadSide::name));
        assert_eq!(WHITESPACE, [Whitespace::Eol, Whitespace::Change, Whitespace::All].map(Whitespace::name));
        let unmeasured = [Unmeasured::Missed, Unmeasured::Warn, Unmeasured::Ignore, Unmeasured::Fail];
        assert_eq!(UNMEASURED, unmeasured.map(Unmeasured::name));
    }
}
