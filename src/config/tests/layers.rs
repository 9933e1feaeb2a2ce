//! Which origin wins, and that every setting can come from each of them.

use super::*;
use crate::config::keys::{self, Key, Kind};
use crate::model::{Decimal, GateName, LineModel, Metric, Mode};
use crate::settings::{Bound, Command, Counts, Generated, Verbosity};

/// Two values of a setting that differ from each other and from the default, as typed and as written in the file.
fn samples(key: Key) -> [(String, String); 2] {
    let same = |a: &str, b: &str| [(a.to_owned(), a.to_owned()), (b.to_owned(), b.to_owned())];
    match key.kind {
        Kind::Percent => same("41.5", "42.25"),
        Kind::Choice(names) => same(names[1], names[names.len() - 1]),
        Kind::Switch if key.default == "true" => same("false", "false"),
        Kind::Switch => same("true", "true"),
        Kind::Number(_) => same("7", "8"),
        Kind::ItemsOrAuto => same("auto", "8"),
        Kind::Text if key.name == "timestamp" => same("now", "1700000001"),
        Kind::Text if key.name == "split" => same("10MiB", "2048"),
        Kind::Text => same("/one", "/two"),
        Kind::List => {
            let (a, b) = match key.name {
                "deny" | "allow" => ("stale-blocks", "empty-profile"),
                _ => ("one", "two"),
            };
            [(a.to_owned(), format!("[{a}]")), (b.to_owned(), format!("[{b}]"))]
        }
        Kind::Pairs => [
            ("/a=b".to_owned(), "[{from: /a, to: b}]".to_owned()),
            ("/c=d".to_owned(), "[{from: /c, to: d}]".to_owned()),
        ],
        Kind::Outputs => {
            [("json=j".to_owned(), "[{json: j}]".to_owned()), ("csv=c".to_owned(), "[{csv: c}]".to_owned())]
        }
    }
}

fn file_text(key: Key, value: &str) -> String {
    match key.name.rsplit_once('.') {
        Some((section, leaf)) => format!("{section}:\n  {leaf}: {value}\n"),
        None => format!("{}: {value}\n", key.name),
    }
}

fn typed(key: Key, value: &str) -> Option<Vec<String>> {
    let words = match (key.flag?, key.kind) {
        ("INPUT", _) => vec![value.to_owned()],
        (flag, Kind::Switch) => vec![flag.to_owned()],
        (flag, _) => vec![flag.to_owned(), value.to_owned()],
    };
    Some(words)
}

/// The line of `--print-config` that shows a setting.
fn line_of(world: &World, args: &[String], key: Key) -> String {
    let mut words = vec!["check", "--print-config"];
    words.extend(args.iter().map(String::as_str));
    let text = world.printed(&words);
    let mut section = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_suffix(':') {
            section = format!("{name}.");
        } else if !line.starts_with(' ') {
            section.clear();
        }
        let body = line.trim_start().trim_start_matches("# ");
        if body.split(':').next().is_some_and(|leaf| format!("{section}{leaf}") == key.name) {
            return body.to_owned();
        }
    }
    panic!("{} is not in\n{text}", key.name);
}

#[test]
fn flag_beats_variable_beats_file_beats_default_for_every_setting() {
    for key in keys::all() {
        let [(typed_one, file_one), (typed_two, _)] = samples(key);
        let none: &[String] = &[];

        let default = line_of(&World::new(), none, key);
        assert!(default.ends_with("# default"), "{default}");

        let file = World::new().file(".coverdict.yml", file_text(key, &file_one));
        let from_file = line_of(&file, none, key);
        assert!(from_file.contains("# .coverdict.yml:"), "{from_file}");

        let variable = file.var(&key.variable(), &typed_two);
        let from_variable = line_of(&variable, none, key);
        assert!(from_variable.ends_with(&format!("# {}", key.variable())), "{from_variable}");
        assert_ne!(from_file.split('#').next(), default.split('#').next());
        if typed_one != typed_two {
            assert_ne!(from_variable.split('#').next(), from_file.split('#').next());
        }

        let empty = World::new().file(".coverdict.yml", file_text(key, &file_one)).var(&key.variable(), "");
        assert_eq!(line_of(&empty, none, key), from_file, "an empty variable is unset");

        let Some(words) = typed(key, &typed_one) else { continue };
        let from_flag = line_of(&variable, &words, key);
        let origin = if key.flag == Some("INPUT") { "command line" } else { key.flag.unwrap_or_default() };
        assert!(from_flag.ends_with(&format!("# {origin}")), "{from_flag}");
    }
}

#[test]
fn the_values_arrive() {
    let world = World::new().var("COVERDICT_TOTAL", "80").file(
        ".coverdict.yml",
        "\
version: 1
inputs: [cover.out, unit=integration/covdata]
gate:
  total: 85
  package: 60.50
  overrides:
    - path: internal/billing/...
      package: 95
      file: 90
    - path: cmd/...
      package: 0
exclude:
  - '**/*.pb.go'
  - internal/mocks/...
generated: exclude
source:
  path-map:
    - from: /build/shop
      to: .
reports:
  - json: coverage/
  - lcov: coverage/lcov.info
",
    );
    let settings =
        world.settings(&["check", "--file", "70%", "--metric", "lines", "-q", "--timestamp", "now"]);
    let percent = |text: &str| Bound::Percent(Decimal::parse(text).expect("a decimal"));
    assert_eq!(
        settings.gates,
        [
            (GateName::Total, percent("80")),
            (GateName::Package, percent("60.5")),
            (GateName::File, percent("70"))
        ]
    );
    let overrides: Vec<_> =
        settings.overrides.iter().map(|rule| (rule.path.as_str(), &rule.bounds[..])).collect();
    assert_eq!(
        overrides,
        [
            (
                "internal/billing/...",
                &[(GateName::Package, percent("95")), (GateName::File, percent("90"))][..]
            ),
            ("cmd/...", &[(GateName::Package, percent("0"))][..]),
        ]
    );
    let inputs: Vec<_> =
        settings.inputs.iter().map(|input| (input.label.as_deref(), input.path.as_str())).collect();
    assert_eq!(inputs, [(None, "cover.out"), (Some("unit"), "integration/covdata")]);
    let outputs: Vec<_> =
        settings.outputs.iter().map(|output| (output.format.as_str(), output.path.as_deref())).collect();
    assert_eq!(outputs, [("json", Some("coverage/")), ("lcov", Some("coverage/lcov.info"))]);
    assert_eq!(settings.metric, Metric::Lines);
    assert_eq!(settings.lines, LineModel::Code);
    assert_eq!(settings.generated, Generated::Exclude);
    assert_eq!(settings.path_map, [("/build/shop".to_owned(), ".".to_owned())]);
    assert_eq!(settings.format.timestamp, 1_700_000_000);
    assert_eq!(settings.verbosity, Verbosity::Quiet);
    assert_eq!(settings.config_path.as_deref(), Some(Utf8Path::new(".coverdict.yml")));
    assert_eq!(settings.exclude.len(), 2);
}

#[test]
fn only_check_judges_and_only_check_and_report_write_the_reports_of_the_config() {
    let world = World::new()
        .file(".coverdict.yml", "gate: {total: 80, overrides: [{path: x, file: 3}]}\nreports: [{json: x}]\n");
    for (args, gates, outputs) in [
        (&["check"][..], 1, 1),
        (&[][..], 1, 1),
        (&["report"], 0, 1),
        (&["func"], 0, 0),
        (&["percent"], 0, 0),
        (&["pkglist"], 0, 0),
        (&["dump", "x"], 0, 0),
        (&["merge", "a", "-o", "out"], 0, 1),
        (&["subtract", "a", "b", "-o", "out", "-o", "dir/"], 0, 2),
        (&["compare", "a", "b"], 0, 0),
        (&["compare", "a", "b", "-o", "json"], 0, 1),
    ] {
        let settings = world.settings(args);
        assert_eq!((settings.gates.len(), settings.overrides.len()), (gates, gates), "{args:?}");
        assert_eq!(settings.outputs.len(), outputs, "{args:?}");
    }
}

#[test]
fn baselines_are_read_by_the_commands_that_compare_and_replaced_as_a_list() {
    let config = "baseline: [ci/main.json, /abs/old.out]\n";
    let world = World::new().file(".git/HEAD", "").file(".coverdict.yml", config).file("sub/x", "");
    let paths = |args: &[&str]| world.settings(args).baseline;
    for args in [&["check"][..], &["report", "-o", "json"], &["view"], &["compare", "a", "b"]] {
        assert_eq!(paths(args), ["ci/main.json", "/abs/old.out"], "{args:?}");
    }
    assert_eq!(paths(&["-C", "sub", "check"]), ["../ci/main.json", "/abs/old.out"]);
    assert!(paths(&["merge", "a", "-o", "b"]).is_empty());
    assert_eq!(paths(&["check", "--baseline", "x", "--baseline", "y"]), ["x", "y"]);
    let world = world.var("COVERDICT_BASELINE", "p,q");
    assert_eq!(world.settings(&["check"]).baseline, ["p", "q"]);
    assert!(
        world.fault(&["check", "--baseline", "-"]).contains("--baseline cannot be read from standard input")
    );
}

#[test]
fn commands_keep_their_own_arguments() {
    let world = World::new();
    let command = |args: &[&str]| world.settings(args).command;
    assert_eq!(command(&[]), Command::Check);
    assert_eq!(command(&["func"]), Command::Func { go: false });
    assert_eq!(command(&["func", "--go", "x"]), Command::Func { go: true });
    assert_eq!(command(&["explain", "x.go:3"]), Command::Explain { topic: "x.go:3".to_owned() });
    assert_eq!(command(&["dump", "x"]), Command::Dump { rules: None });
    assert_eq!(command(&["subtract", "a", "b", "-o", "-"]), Command::Subtract);
    assert_eq!(command(&["compare", "a", "b", "--base", "main"]), Command::Compare);
    let intersect = |args: &[&str]| command(&[&["intersect", "a", "b", "-o", "-"], args].concat());
    assert_eq!(intersect(&[]), Command::Intersect { counts: Counts::Min });
    assert_eq!(intersect(&["--counts", "first"]), Command::Intersect { counts: Counts::First });
    let percent = world.settings(&["percent", "a", "--pkg", "x/...,y", "--pkg", "z"]);
    assert_eq!(percent.pkg.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["x/...", "y", "z"]);
    let targets = world.settings(&["subtract", "a", "b", "-o", "d/", "-o", "json=x", "-o", "y=z"]).outputs;
    let formats: Vec<&str> = targets.iter().map(|target| target.format.as_str()).collect();
    assert_eq!(formats, ["covdata", "json", "profile"]);
    let merged = world.settings(&["merge", "a", "b", "-o", "-"]);
    assert_eq!(merged.outputs[0].format, "profile");
    assert_eq!(merged.outputs[0].path, None);
    assert_eq!(merged.inputs.len(), 2);
}

#[test]
fn some_flags_stand_before_or_after_the_command_and_the_last_value_wins() {
    let world = World::new().file("sub/x", "");
    let sub = world.root().join("sub");
    for args in [
        &["-C", "sub", "check", "-q"][..],
        &["-q", "check", "-C", "sub"],
        &["-Csub", "-q"],
        &["-q", "-C", "sub"],
    ] {
        let settings = world.settings(args);
        assert_eq!(settings.cwd, sub, "{args:?}");
        assert_eq!(settings.verbosity, Verbosity::Quiet, "{args:?}");
    }
    assert_eq!(world.settings(&["--mode", "set", "--mode", "count"]).mode, Some(Mode::Count));
    assert_eq!(world.settings(&["check", "-q", "-v"]).verbosity, Verbosity::Verbose);
}

#[test]
fn an_input_is_split_at_a_label_only_when_no_such_file_exists() {
    let world = World::new().file("a=b.out", "").file("dir/x=y.out", "");
    let input = |text: &str| {
        let input = world.settings(&["check", text]).inputs.remove(0);
        (input.label, input.path)
    };
    let labelled = |label: &str, path: &str| (Some(label.to_owned()), path.to_owned());
    let plain = |path: &str| (None, path.to_owned());
    assert_eq!(input("unit=cover.out"), labelled("unit", "cover.out"));
    assert_eq!(input("e2e-1.2_x=-"), labelled("e2e-1.2_x", "-"));
    assert_eq!(input("a=x=y.out"), labelled("a", "x=y.out"));
    assert_eq!(input("a=b.out"), plain("a=b.out"));
    assert_eq!(input("dir/x=y.out"), plain("dir/x=y.out"));
    assert_eq!(input("dir/x=z.out"), plain("dir/x=z.out"));
    assert_eq!(input("=x"), plain("=x"));
    assert_eq!(input("x="), plain("x="));
    assert_eq!(input("ünit=x"), plain("ünit=x"));
}

#[test]
fn variables_hold_lists() {
    let world = World::new()
        .var("COVERDICT_EXCLUDE", "**/*.{pb,gen}.go,internal/mocks/...")
        .var("COVERDICT_INPUTS", "a.out\nunit=b,c.out\n")
        .var("COVERDICT_REPORTS", "json=a, lcov=b")
        .var("COVERDICT_SCOPE", "main,example.com/m/...")
        .var("COVERDICT_WARN_ONLY", "1");
    let settings = world.settings(&["check"]);
    assert_eq!(settings.exclude.len(), 2);
    assert_eq!(settings.inputs[1].path, "b,c.out");
    assert_eq!(settings.outputs.len(), 2);
    assert_eq!(settings.scope.len(), 2);
    assert!(settings.warn_only);
}

#[test]
fn a_variable_that_means_nothing_is_remarked() {
    let world = World::new()
        .var("COVERDICT_TOTL", "80")
        .var("COVERDICT_QUALITY", "80")
        .var("COVERDICT_\u{1b}[31m", "x")
        .var("COVERDICT_EMPTY", "")
        .var("COVERDICTX", "x");
    assert_eq!(
        world.settings(&["check"]).notes,
        [
            "COVERDICT_\\x1b[31m is not a variable of this coverdict and was ignored",
            "COVERDICT_QUALITY is not a variable of this coverdict and was ignored",
            "COVERDICT_TOTL is not a variable of this coverdict and was ignored (did you mean COVERDICT_TOTAL?)",
        ]
    );
}

#[test]
fn colour_follows_the_flag_then_the_usual_variables() {
    let color = |vars: &[(&str, &str)], args: &[&str]| {
        let world = vars.iter().fold(World::new(), |world, (name, value)| world.var(name, value));
        world.settings(args).color
    };
    assert_eq!(color(&[], &[]), Color::Auto);
    assert_eq!(color(&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], &[]), Color::Never);
    assert_eq!(color(&[("NO_COLOR", "")], &[]), Color::Auto);
    assert_eq!(color(&[("FORCE_COLOR", "1"), ("TERM", "dumb")], &[]), Color::Always);
    assert_eq!(color(&[("CLICOLOR_FORCE", "1")], &[]), Color::Always);
    assert_eq!(color(&[("CLICOLOR_FORCE", "0")], &[]), Color::Auto);
    assert_eq!(color(&[("CLICOLOR", "0")], &[]), Color::Never);
    assert_eq!(color(&[("TERM", "dumb")], &[]), Color::Never);
    assert_eq!(color(&[("NO_COLOR", "1")], &["--color", "always"]), Color::Always);
    assert_eq!(color(&[("FORCE_COLOR", "1")], &["--color=never"]), Color::Never);
    assert_eq!(color(&[("NO_COLOR", "1")], &["--color", "auto"]), Color::Never);
}

#[test]
fn source_date_epoch_is_the_time_of_now() {
    let world = World::new().var("SOURCE_DATE_EPOCH", "315532800");
    assert_eq!(world.settings(&["--timestamp", "now"]).format.timestamp, 315_532_800);
    assert_eq!(world.settings(&["--timestamp", "12"]).format.timestamp, 12);
    assert_eq!(world.settings(&[]).format.timestamp, 0);
    let odd = World::new().var("SOURCE_DATE_EPOCH", "soon");
    assert_eq!(odd.settings(&["--timestamp", "now"]).format.timestamp, 1_700_000_000);
}

#[test]
fn a_base_takes_the_place_of_a_diff_from_farther_away() {
    let file = || World::new().file(".coverdict.yml", "diff: d.diff\nbase: main\n");
    let change = |settings: Settings| (settings.change.base, settings.change.diff, settings.notes);
    let text = |text: &str| Some(text.to_owned());
    let typed = change(file().settings(&["--base", "v1"]));
    let note = "diff of the config is left out: --base says what to compare with".to_owned();
    assert_eq!(typed, (text("v1"), None, vec![note]));
    let variable = change(file().var("COVERDICT_BASE", "v2").settings(&[]));
    let note = "diff of the config is left out: COVERDICT_BASE says what to compare with".to_owned();
    assert_eq!(variable, (text("v2"), None, vec![note]));
    let variable = World::new().var("COVERDICT_DIFF", "d").settings(&["--base", "v1"]);
    let note = "COVERDICT_DIFF is left out: --base says what to compare with".to_owned();
    assert_eq!(change(variable), (text("v1"), None, vec![note]));
    // From the same place, or nearer, the diff is the change.
    assert_eq!(change(file().settings(&[])), (text("main"), text("d.diff"), vec![]));
    assert_eq!(change(file().settings(&["--diff", "e"])), (text("main"), text("e"), vec![]));
}

#[test]
fn what_print_config_shows_is_a_config_that_means_the_same() {
    let world = World::new()
        .var("COVERDICT_MODE", "count")
        .var("COVERDICT_REQUIRE_REASON", "1")
        .file(
            ".coverdict.yml",
            "inputs: ['unit=a b.out', \"x\\e\\u202ey\\\"\\\\\"]\ngate:\n  total: 85.50\n  overrides:\n    - path: '**/*.pb.go'\n      file: 1\n    - path: cmd/...\n      package: 0\n",
        );
    let args = [
        "check",
        "--print-config",
        "--package",
        "60%",
        "--exclude",
        "!*.go",
        "--exclude",
        "true",
        "--scope",
        "main,dep",
        "--path-map",
        "/x y=.",
        "-o",
        "json=- .json",
        "-o",
        "text",
        "--src",
        ".",
        "--deny",
        "stale-blocks",
        "--top",
        "3",
        "--cobertura-source",
        "null",
        "--timestamp",
        "now",
    ];
    let first = world.printed(&args);
    assert!(first.chars().all(|c| c == '\n' || !crate::escape::is_unsafe(c)));
    let again = World::new().file(".coverdict.yml", &first).printed(&["check", "--print-config"]);
    let values = |text: &str| -> Vec<String> {
        let value = |line: &str| line.split("  #").next().unwrap_or_default().trim_end().to_owned();
        text.lines().filter(|line| !line.starts_with('#')).map(value).collect()
    };
    assert_eq!(values(&first), values(&again));
    insta::assert_snapshot!(first, @r#"
    # config: .coverdict.yml
    # directory: ROOT
    version: 1
    inputs: ["unit=a b.out", "x\u001b\u202ey\"\\"]  # .coverdict.yml:1
    gate:
      # patch: not set                          # default
      # patch-file: not set                     # default
      # patch-max-missed: not set               # default
      total: 85.50                              # .coverdict.yml:3
      package: 60%                              # --package
      # file: not set                           # default
      # function: not set                       # default
      # no-regress: not set                     # default
      # max-lost: not set                       # default
      # max-missed: not set                     # default
      overrides:
        - path: "**/*.pb.go"                    # .coverdict.yml:5
          file: 1                               # .coverdict.yml:6
        - path: cmd/...                         # .coverdict.yml:7
          package: 0                            # .coverdict.yml:8
      min-changed: 0                            # default
    warn-only: false                            # default
    metric: statements                          # default
    lines: code                                 # default
    mode: count                                 # COVERDICT_MODE
    # include: not set                          # default
    exclude: ["!*.go", "true"]                  # --exclude
    scope: [main, dep]                          # --scope
    generated: auto                             # default
    ignore-comments: true                       # default
    require-reason: true                        # COVERDICT_REQUIRE_REASON
    source:
      src: [.]                                  # --src
      path-map: [{from: "/x y", to: "."}]       # --path-map
      stale: drop                               # default
    # base: not set                             # default
    base-mode: merge-base                       # default
    # diff: not set                             # default
    # head: not set                             # default
    # ignore-whitespace: not set                # default
    # unmeasured: not set                       # default
    # baseline: not set                         # default
    # test-log: not set                         # default
    deny: [stale-blocks]                        # --deny
    # allow: not set                            # default
    reports: [{json: "- .json"}, text]          # -o
    top: 3                                      # --top
    precision: 1                                # default
    timestamp: now                              # --timestamp
    # split: not set                            # default
    cobertura-source: "null"                    # --cobertura-source
    cobertura-class: file                       # default
    no-methods: false                           # default
    # templates: not set                        # default
    ci:
      annotations: patch                        # default
      summary: true                             # default
    # color: auto
    # verbosity: normal
    # ci: auto
    "#);
}
