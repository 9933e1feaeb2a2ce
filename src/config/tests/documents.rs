//! What is shipped beside the program says what the program does: schema, help, completions, man page, `docs/`.

use std::collections::{BTreeMap, BTreeSet};

use clap::CommandFactory as _;
use serde_json::{Value, json};

use super::*;
use crate::config::file::{names_in, override_names};
use crate::config::keys::{self, GATES, Kind};

const CONFIG_PAGE: &str = include_str!("../../../docs/config.md");
const CLI_PAGE: &str = include_str!("../../../docs/cli.md");

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

fn properties(object: &Value) -> BTreeSet<&str> {
    object["properties"].as_object().expect("properties").keys().map(String::as_str).collect()
}

#[test]
fn the_schema_has_the_keys_of_the_parser_and_no_others() {
    let schema = schema();
    let names = |section: &str| names_in(section).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(properties(&schema), names(""));
    for section in ["gate", "source", "ci"] {
        let part = &schema["properties"][section];
        assert_eq!(properties(part), names(section), "{section}");
        assert_eq!(part["additionalProperties"], json!(false));
    }
    let rule = &schema["properties"]["gate"]["properties"]["overrides"]["items"];
    assert_eq!(properties(rule), override_names(false).into_iter().chain(override_names(true)).collect());
    let pair = &schema["properties"]["source"]["properties"]["path-map"]["items"];
    assert_eq!(properties(pair), BTreeSet::from(["from", "to"]));
}

#[test]
fn the_schema_has_the_choices_and_limits_of_the_parser() {
    let schema = schema();
    for key in keys::all() {
        let mut node = &schema;
        for part in key.name.split('.') {
            node = &node["properties"][part];
        }
        match key.kind {
            Kind::Choice(names) => {
                let mut expected: Vec<Value> = names.iter().map(|name| json!(name)).collect();
                expected.push(Value::Null);
                assert_eq!(node["enum"], Value::Array(expected), "{}", key.name);
            }
            Kind::Number(most) => assert_eq!(node["maximum"], json!(most), "{}", key.name),
            Kind::Switch => assert_eq!(node["$ref"], "#/$defs/switch", "{}", key.name),
            Kind::Percent => assert_eq!(node["$ref"], "#/$defs/percent", "{}", key.name),
            _ => {}
        }
        assert!(node["description"].is_string(), "{}", key.name);
    }
}

/// Configs that schema and parser must judge alike, as YAML that is JSON too.
#[test]
fn schema_and_parser_agree() {
    let good = [
        json!({}),
        json!({ "version": 1, "inputs": ["cover.out", "unit=x"], "gate": null }),
        json!({ "gate": { "total": 85.5, "package": "60%", "file": 0, "function": 100, "overrides": [] } }),
        json!({ "gate": { "overrides": [{ "path": "cmd/...", "package": 0 }, { "path": "**/*.go", "file": 1, "function": "2" }] } }),
        json!({ "gate": { "patch": 80, "patch-file": "60.5%", "patch-max-missed": 0, "min-changed": 5 } }),
        json!({ "gate": { "overrides": [{ "owner": "@o/t", "total": 90, "patch": 1, "patch-file": 2, "file": 3, "function": 4 }] } }),
        json!({ "gate": { "no-regress": 0.3, "max-lost": 0, "max-missed": "auto" } }),
        json!({ "gate": { "max-missed": 12, "overrides": [{ "path": "x", "max-lost": 3, "no-regress": "1" }] } }),
        json!({ "gate": { "overrides": [{ "path": "x", "max-missed": 1 }, { "owner": "@x", "max-missed": "auto" }] } }),
        json!({ "gate": { "overrides": [{ "owner": "@x", "max-lost": 1, "no-regress": 2, "max-missed": 3 }] } }),
        json!({ "gate": { "overrides": [{ "path": "x", "patch": 100 }, { "path": "y", "patch-file": 0 }] } }),
        json!({ "base": "origin/main", "base-mode": "exact", "diff": null, "head": "HEAD", "unmeasured": "fail" }),
        json!({ "diff": "change.diff", "ignore-whitespace": "all" }),
        json!({ "include": ["..."], "exclude": ["!x", "**/*.pb.go"], "scope": ["main", "example.com/m/..."] }),
        json!({ "metric": "lines", "lines": "trim", "mode": "set", "generated": "exclude", "warn-only": true }),
        json!({ "ignore-comments": false, "require-reason": true, "deny": ["stale-blocks"], "allow": [] }),
        json!({ "source": { "src": ["../lib"], "stale": "keep", "path-map": [{ "from": "/build", "to": "." }] } }),
        json!({ "reports": [{ "json": "a.json", "lcov": "l" }, "text"] }),
        json!({ "reports": [{ "json": null }] }),
        json!({ "top": 0, "precision": 9, "timestamp": "now", "cobertura-class": "type", "no-methods": true, "split": "10MiB" }),
        json!({ "ci": { "annotations": "off", "summary": false } }),
        json!({ "baseline": ["main.json", "covdata"] }),
        json!({ "test-log": "test.log", "timestamp": 12, "cobertura-source": "/src", "templates": "pages" }),
    ];
    let bad = [
        json!([]),
        json!("x"),
        json!({ "version": 2 }),
        json!({ "treshold": 1 }),
        json!({ "inputs": "cover.out" }),
        json!({ "inputs": [["a"]] }),
        json!({ "gate": { "total": 101 } }),
        json!({ "gate": { "total": -1 } }),
        json!({ "gate": { "total": "eighty" } }),
        json!({ "gate": { "total": [1] } }),
        json!({ "gate": { "patches": 1 } }),
        json!({ "gate": { "patch-max-missed": -1 } }),
        json!({ "gate": { "patch-max-missed": 4_294_967_296u64 } }),
        json!({ "gate": { "min-changed": "few" } }),
        json!({ "gate": { "max-missed": "some" } }),
        json!({ "gate": { "max-missed": -1 } }),
        json!({ "gate": { "max-missed": "+5" } }),
        json!({ "gate": { "max-lost": "+5" } }),
        json!({ "gate": { "max-lost": "auto" } }),
        json!({ "gate": { "no-regress": 101 } }),
        json!({ "gate": { "overrides": [{ "path": "x", "max-missed": "some" }] } }),
        json!({ "gate": { "overrides": [{ "path": "x", "patch-max-missed": 1 }] } }),
        json!({ "head": "auto" }),
        json!({ "unmeasured": "auto" }),
        json!({ "base-mode": "two-dot" }),
        json!({ "gate": { "overrides": [{ "package": 0 }] } }),
        json!({ "gate": { "overrides": [{ "path": "x" }] } }),
        json!({ "gate": { "overrides": [{ "path": "x", "total": 1 }] } }),
        json!({ "gate": { "overrides": [{ "owner": "@x", "package": 1 }] } }),
        json!({ "gate": { "overrides": [{ "owner": "@x" }] } }),
        json!({ "gate": { "overrides": [{ "owner": "x", "total": 1 }] } }),
        json!({ "gate": { "overrides": [{ "owner": "@x", "path": "y", "file": 1 }] } }),
        json!({ "exclude": ["/abs"] }),
        json!({ "exclude": [""] }),
        json!({ "scope": ["!main"] }),
        json!({ "baseline": "main.json" }),
        json!({ "metric": "line" }),
        json!({ "warn-only": "maybe" }),
        json!({ "split": "10 parts" }),
        json!({ "split": 1000 }),
        json!({ "source": { "path-map": [{ "from": "a" }] } }),
        json!({ "source": { "path-map": [{ "from": "a=b", "to": "c" }] } }),
        json!({ "source": { "stale": "mark" } }),
        json!({ "reports": ["text", {}, 5.5, []] }),
        json!({ "top": 1_000_001 }),
        json!({ "precision": 10 }),
        json!({ "ci": { "annotations": "some" } }),
        json!({ "ci": { "summary": "no" } }),
        json!({ "ci": "off" }),
        json!({ "timestamp": "soon" }),
        json!({ "timestamp": -1 }),
    ];
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let accepts = |config: &Value| {
        let world = World::new().file(".coverdict.yml", config.to_string());
        matches!(world.plan(&["check"]), Plan::Run(_))
    };
    for config in &good {
        let errors: Vec<String> = validator.iter_errors(config).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "schema refuses {config}: {errors:?}");
        assert!(accepts(config), "the parser refuses {config}: {}", World::config_fault(&config.to_string()));
    }
    for config in &bad {
        assert!(!validator.is_valid(config), "the schema takes {config}");
        assert!(!accepts(config), "the parser takes {config}");
    }
}

#[test]
fn the_schemas_are_printed_as_committed() {
    assert_eq!(World::new().printed(&["schema", "config"]), SCHEMA);
    assert_eq!(World::new().printed(&["schema", "report"]), "{}");
    assert_eq!(World::new().printed(&["schema", "baseline"]), "[]");
}

#[test]
fn the_config_page_has_a_row_for_every_key_and_its_example_is_a_config() {
    let example =
        CONFIG_PAGE.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    World::new().file(".coverdict.yml", example).settings(&["check"]);
    for key in keys::all() {
        let flag = match key.flag {
            Some("INPUT") => "`INPUT`".to_owned(),
            Some(flag) => format!("`{flag}`"),
            None => "-".to_owned(),
        };
        let row = format!("| `{}` | {flag} | `{}` |", key.name, key.variable());
        assert!(CONFIG_PAGE.contains(&row), "docs/config.md lacks the row\n{row}");
    }
    for gate in GATES.iter().filter(|gate| gate.per_path) {
        assert!(CONFIG_PAGE.contains(&format!("`{}`", gate.name.name())));
    }
    for row in CONFIG_PAGE.lines().filter(|line| line.starts_with("| `") && line.contains("COVERDICT_")) {
        let name = row.split('`').nth(1).expect("a name");
        assert!(keys::find(name).is_some(), "docs/config.md has a row for {name}, which does not exist");
    }
}

/// The program, its commands, and the commands of these.
fn with_inner(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    let verbs = command.get_subcommands();
    std::iter::once(command).chain(verbs.flat_map(|verb| std::iter::once(verb).chain(verb.get_subcommands())))
}

#[test]
fn the_command_line_page_has_every_command_and_every_flag() {
    let command = cli::command(FORMATS, 100);
    for verb in command.get_subcommands() {
        let heading = format!("\n### `{}", verb.get_name());
        assert!(CLI_PAGE.contains(&heading), "docs/cli.md lacks the section of {}", verb.get_name());
        for inner in verb.get_subcommands() {
            let heading = format!("{heading} {}", inner.get_name());
            assert!(CLI_PAGE.contains(&heading), "docs/cli.md lacks the section {heading}");
        }
    }
    let mut known = BTreeSet::new();
    for arg in with_inner(&command).flat_map(clap::Command::get_arguments) {
        let name = match (arg.get_long(), arg.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => continue,
        };
        assert!(CLI_PAGE.contains(&format!("\n| `{name}")), "docs/cli.md lacks the row of {name}");
        known.insert(name);
    }
    for row in CLI_PAGE.lines().filter_map(|line| line.strip_prefix("| `-")) {
        let name: String = row.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        let name = format!("-{name}");
        assert!(
            known.contains(&name) || ["--help", "--version"].contains(&name.as_str()),
            "docs/cli.md has {name}, which does not exist"
        );
    }
}

/// What is put together for help and completions is what is put together when a command is typed.
#[test]
fn the_whole_command_has_the_flags_that_each_command_takes() {
    let mut whole = cli::command(FORMATS, 100);
    for verb in whole.get_subcommands().filter(|verb| verb.get_name() != "man") {
        let has_any = verb.get_arguments().next().is_some() || verb.has_subcommands();
        assert!(has_any, "{} has no line in the table of flags", verb.get_name());
    }
    let flags = |command: &mut clap::Command| -> BTreeMap<String, BTreeSet<String>> {
        command.build();
        let ids = |verb: &clap::Command| verb.get_arguments().map(|arg| arg.get_id().to_string()).collect();
        command.get_subcommands().map(|verb| (verb.get_name().to_owned(), ids(verb))).collect()
    };
    assert_eq!(flags(&mut whole), flags(&mut cli::Cli::command()));
}

/// The closed list of flags: everything that can be typed is in it.
#[test]
fn no_flag_exists_that_the_closed_list_does_not_have() {
    let closed = "-C --config --no-config --print-config -q -v --color --ci --include --exclude --scope --generated --mode \
        --metric --lines --src --path-map --stale --deny --allow --test-log -o --timestamp --templates --base --base-mode --diff \
        --head --ignore-whitespace --unmeasured --min-changed --fetch --baseline --warn-only --split --cobertura-source \
        --cobertura-class --no-methods --precision --rules --go --top --counts --pkg --args --keep-args --force --from --total \
        --package --file --function --patch --patch-file --patch-max-missed --no-regress --max-lost --max-missed --help --version";
    let closed: BTreeSet<&str> = closed.split_whitespace().collect();
    let mut command = cli::command(FORMATS, 100);
    command.build();
    for arg in with_inner(&command).flat_map(clap::Command::get_arguments) {
        match (arg.get_long(), arg.get_short()) {
            (Some(long), _) => assert!(closed.contains(format!("--{long}").as_str()), "--{long}"),
            (None, Some(short)) => assert!(closed.contains(format!("-{short}").as_str()), "-{short}"),
            (None, None) => {}
        }
    }
}

#[test]
fn help_lists_the_formats_and_completions_know_the_bare_form() {
    let world = World::new();
    for args in [&["check", "--help"][..], &["report", "-h"], &["--total", "80", "--help"]] {
        let help = world.printed(args).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("text json cobertura lcov profile csv treemap html html-single"), "{args:?}");
    }
    for args in [&["--help"][..], &["-h"], &["-q", "--help"]] {
        assert!(world.printed(args).contains("coverdict <COMMAND>"), "{args:?}");
    }
    assert_eq!(world.printed(&["--version"]), format!("coverdict {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = world.printed(&["completions", shell]);
        for word in ["check", "pkglist", "total", "print-config"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let bash = world.printed(&["completions", "bash"]);
    let bare = bash
        .lines()
        .find(|line| line.trim_start().starts_with("opts=\"-"))
        .expect("options of the program itself");
    assert!(bare.contains("--total") && bare.contains(" percent"), "{bare}");
    let page = world.printed(&["man"]);
    for verb in cli::command(FORMATS, 100).get_subcommands() {
        assert!(
            page.contains(&format!("COVERDICT {}", verb.get_name().to_uppercase())),
            "{}",
            verb.get_name()
        );
    }
}

#[test]
fn every_command_has_help_and_takes_the_common_flags() {
    let world = World::new();
    for verb in cli::command(FORMATS, 100).get_subcommands() {
        let text = world.printed(&[verb.get_name(), "--help"]);
        assert!(text.contains("Usage: coverdict"), "{text}");
        assert!(text.contains("-C <DIR>") && text.contains("-q"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}

#[test]
fn the_errors_on_the_pages_are_what_is_printed() {
    let on_page = |page: &str, text: &str| {
        let block = format!("    {}\n", text.trim_end().replace('\n', "\n    "));
        assert!(page.contains(&block), "the page lacks\n{block}");
    };
    on_page(CONFIG_PAGE, &World::config_fault("version: 1\ngate:\n  totl: 80\n"));
    on_page(CLI_PAGE, &World::new().fault(&["cover.out"]));
}
