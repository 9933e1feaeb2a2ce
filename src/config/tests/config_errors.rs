//! What is wrong with a config, in the words that the user reads.

use super::World;

#[test]
fn a_misspelt_key_is_named_with_the_key_that_was_meant() {
    insta::assert_snapshot!(World::config_fault("gate:\n  totl: 80\n"), @r#"
    error: .coverdict.yml:2:3: unknown key "totl" (did you mean "total"?)
    1 | gate:
    2 |   totl: 80
      |   ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("gates:\n  total: 80\n"), @r#"
    error: .coverdict.yml:1:1: unknown key "gates" (did you mean "gate"?)
    1 | gates:
      | ^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("version: 1\ngate:\n  total: 80\n  overrides:\n    - path: cmd/...\n      pakcage: 3\n"), @r#"
    error: .coverdict.yml:6:7: unknown key "pakcage" (did you mean "package"?)
    5 |     - path: cmd/...
    6 |       pakcage: 3
      |       ^^^^^^^
    "#);
}

#[test]
fn a_key_of_another_section_is_named_in_full() {
    insta::assert_snapshot!(World::config_fault("total: 80\n"), @r#"
    error: .coverdict.yml:1:1: unknown key "total" (did you mean "gate.total"?)
    1 | total: 80
      | ^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("path-map: []\n"), @r#"
    error: .coverdict.yml:1:1: unknown key "path-map" (did you mean "source.path-map"?)
    1 | path-map: []
      | ^^^^^^^^
    "#);
}

#[test]
fn an_unknown_key_without_a_neighbour_lists_the_known_ones() {
    insta::assert_snapshot!(World::config_fault("gate:\n  quality: 80\n"), @r#"
    error: .coverdict.yml:2:3: unknown key "quality"
    1 | gate:
    2 |   quality: 80
      |   ^^^^^^^
    known here: patch, patch-file, patch-max-missed, total, package, file, function, no-regress, max-lost, max-missed, min-changed, overrides
    "#);
    insta::assert_snapshot!(World::config_fault("source:\n  12: 80\n"), @r#"
    error: .coverdict.yml:2:3: unknown key "12"
    1 | source:
    2 |   12: 80
      |   ^^
    known here: src, path-map, stale
    "#);
}

#[test]
fn a_threshold_is_a_decimal_from_0_to_100() {
    insta::assert_snapshot!(World::config_fault("gate:\n  total: 120\n"), @r"
    error: .coverdict.yml:2:10: gate.total is 120; expected 0 to 100
    1 | gate:
    2 |   total: 120
      |          ^^^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  total: 100.0000001\n"), @r"
    error: .coverdict.yml:2:10: gate.total is 100.0000001; expected 0 to 100
    1 | gate:
    2 |   total: 100.0000001
      |          ^^^^^^^^^^^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  total: -1\n"), @r"
    error: .coverdict.yml:2:10: gate.total is -1; expected 0 to 100
    1 | gate:
    2 |   total: -1
      |          ^^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  total: abc\n"), @r#"
    error: .coverdict.yml:2:10: gate.total is "abc"; expected 0 to 100
    1 | gate:
    2 |   total: abc
      |          ^^^
    "#);
    insta::assert_snapshot!(World::config_fault("gate:\n  total: .nan\n"), @r#"
    error: .coverdict.yml:2:10: gate.total is ".nan"; expected 0 to 100
    1 | gate:
    2 |   total: .nan
      |          ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("gate:\n  total: 8e1\n"), @r#"
    error: .coverdict.yml:2:10: gate.total is "8e1"; expected 0 to 100
    1 | gate:
    2 |   total: 8e1
      |          ^^^
    "#);
    insta::assert_snapshot!(World::config_fault("gate:\n  total: [80]\n"), @r"
    error: .coverdict.yml:2:10: gate.total is a list; expected a single value
    1 | gate:
    2 |   total: [80]
      |          ^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  total: {min: 80}\n"), @r"
    error: .coverdict.yml:2:10: gate.total is a mapping; expected a single value
    1 | gate:
    2 |   total: {min: 80}
      |          ^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides:\n    - path: x\n      file: 101\n"), @r"
    error: .coverdict.yml:4:13: gate.overrides.file is 101; expected 0 to 100
    3 |     - path: x
    4 |       file: 101
      |             ^^^
    ");
}

#[test]
fn a_rule_that_can_never_match_is_an_error() {
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides:\n    - path: internal/...\n      package: 3\n    - path: internal/x/...\n      package: 4\n"), @r"
    error: .coverdict.yml:5:13: override 2 can never match: rule 1 covers it
    4 |       package: 3
    5 |     - path: internal/x/...
      |             ^^^^^^^^^^^^^^
    ");
}

#[test]
fn an_override_needs_a_path_and_a_gate() {
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides:\n    - package: 3\n"), @"
    error: .coverdict.yml:3:7: an override needs a path or an owner
    2 |   overrides:
    3 |     - package: 3
      |       ^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides:\n    - path: x\n"), @r"
    error: .coverdict.yml:3:7: an override needs a gate: patch, patch-file, package, file, function, no-regress, max-lost or max-missed
    2 |   overrides:
    3 |     - path: x
      |       ^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides:\n    - path: x\n      total: 3\n"), @r#"
    error: .coverdict.yml:4:7: unknown key "total"
    3 |     - path: x
    4 |       total: 3
      |       ^^^^^
    known here: path, patch, patch-file, package, file, function, no-regress, max-lost, max-missed
    "#);
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides:\n    - path: '!x'\n      file: 3\n"), @r"
    error: .coverdict.yml:3:13: gate.overrides.path starts with `!`; the first match wins here
    2 |   overrides:
    3 |     - path: '!x'
      |             ^^^^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides: [x]\n"), @r#"
    error: .coverdict.yml:2:15: an override is "x"; expected `path:` or `owner:`, and gates
    1 | gate:
    2 |   overrides: [x]
      |               ^
    "#);
    insta::assert_snapshot!(World::config_fault("gate:\n  overrides: x\n"), @r#"
    error: .coverdict.yml:2:14: gate.overrides is "x"; expected a list
    1 | gate:
    2 |   overrides: x
      |              ^
    "#);
}

#[test]
fn an_override_of_an_owner_has_gates_of_its_own() {
    let fault = |rule: &str| World::config_fault(&format!("gate:\n  overrides:\n    - {rule}\n"));
    insta::assert_snapshot!(fault("{owner: '@o/t', package: 3}"), @r#"
    error: .coverdict.yml:3:23: unknown key "package"
    2 |   overrides:
    3 |     - {owner: '@o/t', package: 3}
      |                       ^^^^^^^
    known here: owner, patch, patch-file, total, file, function, no-regress, max-lost, max-missed
    "#);
    insta::assert_snapshot!(fault("{owner: '@o/t', path: x, file: 3}"), @"
    error: .coverdict.yml:3:7: an override has a path or an owner, not both
    2 |   overrides:
    3 |     - {owner: '@o/t', path: x, file: 3}
      |       ^
    ");
    insta::assert_snapshot!(fault("{owner: '@o/t'}"), @"
    error: .coverdict.yml:3:7: an override of an owner needs a gate: patch, patch-file, total, file, function, no-regress, max-lost or max-missed
    2 |   overrides:
    3 |     - {owner: '@o/t'}
      |       ^
    ");
    insta::assert_snapshot!(fault("{owner: payments, file: 3}"), @r#"
    error: .coverdict.yml:3:15: gate.overrides.owner "payments" is no owner; expected "@org/team", "@user" or mail
    2 |   overrides:
    3 |     - {owner: payments, file: 3}
      |               ^^^^^^^^
    "#);
    insta::assert_snapshot!(fault("{owner: @o/t, file: 3}"), @"
    error: .coverdict.yml:3:15: this is not YAML: unexpected character: `@'
    2 |   overrides:
    3 |     - {owner: @o/t, file: 3}
      |               ^
    ");
    insta::assert_snapshot!(
        World::config_fault("gate:\n  overrides:\n    - owner: '@O/t'\n      file: 3\n      total: 4\n    - owner: '@o/T'\n      file: 3\n"),
        @"
    error: .coverdict.yml:6:14: override 2 can never match: rule 1 covers it
    5 |       total: 4
    6 |     - owner: '@o/T'
      |              ^^^^^^
    "
    );
}

#[test]
fn a_pattern_stays_inside_the_repository() {
    insta::assert_snapshot!(World::config_fault("exclude: [/etc/...]\n"), @r#"
    error: .coverdict.yml:1:11: exclude "/etc/..." is absolute; expected a pattern relative to the repository root, or an import path
    1 | exclude: [/etc/...]
      |           ^^^^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("exclude: [../x]\n"), @r#"
    error: .coverdict.yml:1:11: exclude "../x" holds `..`; expected a pattern inside the repository
    1 | exclude: [../x]
      |           ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("include: ['C:\\x']\n"), @r#"
    error: .coverdict.yml:1:11: include "C:\x" is absolute; expected a pattern relative to the repository root, or an import path
    1 | include: ['C:\x']
      |           ^^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("exclude: ['[x']\n"), @r#"
    error: .coverdict.yml:1:11: exclude "[x" is no pattern: unclosed character class; missing ']'
    1 | exclude: ['[x']
      |           ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("exclude: ['']\n"), @r#"
    error: .coverdict.yml:1:11: exclude "" is empty
    1 | exclude: ['']
      |           ^^
    "#);
    insta::assert_snapshot!(World::config_fault("scope: [main, ../lib]\n"), @r#"
    error: .coverdict.yml:1:15: scope "../lib" holds `..`; expected a pattern inside the repository
    1 | scope: [main, ../lib]
      |               ^^^^^^
    "#);
}

#[test]
fn a_choice_names_its_choices() {
    insta::assert_snapshot!(World::config_fault("metric: line\n"), @r#"
    error: .coverdict.yml:1:9: metric is "line"; expected statements, lines or functions
    1 | metric: line
      |         ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("lines: all\n"), @r#"
    error: .coverdict.yml:1:8: lines is "all"; expected code, trim or naive
    1 | lines: all
      |        ^^^
    "#);
    insta::assert_snapshot!(World::config_fault("mode: sets\n"), @r#"
    error: .coverdict.yml:1:7: mode is "sets"; expected set, count or atomic
    1 | mode: sets
      |       ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("generated: no\n"), @r#"
    error: .coverdict.yml:1:12: generated is "no"; expected auto, include or exclude
    1 | generated: no
      |            ^^
    "#);
    insta::assert_snapshot!(World::config_fault("cobertura-class: struct\n"), @r#"
    error: .coverdict.yml:1:18: cobertura-class is "struct"; expected file or type
    1 | cobertura-class: struct
      |                  ^^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("warn-only: yes\n"), @r#"
    error: .coverdict.yml:1:12: warn-only is "yes"; expected true or false
    1 | warn-only: yes
      |            ^^^
    "#);
    insta::assert_snapshot!(World::config_fault("top: -1\n"), @r"
    error: .coverdict.yml:1:6: top is -1; expected 0 to 1000000
    1 | top: -1
      |      ^^
    ");
    insta::assert_snapshot!(World::config_fault("precision: 10\n"), @r"
    error: .coverdict.yml:1:12: precision is 10; expected 0 to 9
    1 | precision: 10
      |            ^^
    ");
    insta::assert_snapshot!(World::config_fault("timestamp: today\n"), @r#"
    error: .coverdict.yml:1:12: timestamp is "today"; expected now or seconds since 1970
    1 | timestamp: today
      |            ^^^^^
    "#);
}

#[test]
fn lists_and_values_are_told_apart() {
    insta::assert_snapshot!(World::config_fault("exclude: x\n"), @r#"
    error: .coverdict.yml:1:10: exclude is "x"; expected a list
    1 | exclude: x
      |          ^
    "#);
    insta::assert_snapshot!(World::config_fault("metric: [lines]\n"), @r"
    error: .coverdict.yml:1:9: metric is a list; expected a single value
    1 | metric: [lines]
      |         ^
    ");
    insta::assert_snapshot!(World::config_fault("gate: 80\n"), @r"
    error: .coverdict.yml:1:7: gate is no mapping; expected `key: value` below it
    1 | gate: 80
      |       ^^
    ");
    insta::assert_snapshot!(World::config_fault("source: []\n"), @r"
    error: .coverdict.yml:1:9: source is no mapping; expected `key: value` below it
    1 | source: []
      |         ^
    ");
    insta::assert_snapshot!(World::config_fault("- gate\n"), @r"
    error: .coverdict.yml:1:1: a config is a mapping: `key: value`
    1 | - gate
      | ^
    ");
    insta::assert_snapshot!(World::config_fault("gate\n"), @r"
    error: .coverdict.yml:1:1: a config is a mapping: `key: value`
    1 | gate
      | ^^^^
    ");
}

#[test]
fn names_of_formats_and_findings_are_checked() {
    insta::assert_snapshot!(World::config_fault("reports:\n  - cobetura: x.xml\n"), @r#"
    error: .coverdict.yml:2:5: reports names the unknown format "cobetura" (did you mean "cobertura"?)
    1 | reports:
    2 |   - cobetura: x.xml
      |     ^^^^^^^^
    formats: text json cobertura lcov profile csv treemap html html-single
    "#);
    insta::assert_snapshot!(World::config_fault("reports:\n  - json: ''\n"), @r"
    error: .coverdict.yml:2:5: reports names no path behind json=
    1 | reports:
    2 |   - json: ''
      |     ^^^^
    ");
    insta::assert_snapshot!(World::config_fault("reports: [text, json]\n"), @r"
    error: text and json cannot both go to standard output
    help: -o json=PATH
    ");
    insta::assert_snapshot!(World::config_fault("deny: [stale-block]\n"), @r#"
    error: .coverdict.yml:1:8: deny names the unknown finding "stale-block" (did you mean "stale-blocks"?)
    1 | deny: [stale-block]
      |        ^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("allow: [everything]\n"), @r#"
    error: .coverdict.yml:1:9: allow names the unknown finding "everything"
    1 | allow: [everything]
      |         ^^^^^^^^^^
    "#);
}

#[test]
fn pairs_need_both_halves() {
    insta::assert_snapshot!(World::config_fault("source:\n  path-map:\n    - from: /build\n"), @r"
    error: .coverdict.yml:3:7: source.path-map needs both `from:` and `to:`
    2 |   path-map:
    3 |     - from: /build
      |       ^
    ");
    insta::assert_snapshot!(World::config_fault("source:\n  path-map:\n    - {form: /build, to: .}\n"), @r#"
    error: .coverdict.yml:3:8: unknown key "form" (did you mean "from"?)
    2 |   path-map:
    3 |     - {form: /build, to: .}
      |        ^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("source:\n  path-map: [a]\n"), @r#"
    error: .coverdict.yml:2:14: source.path-map is "a"; expected `from:` and `to:`
    1 | source:
    2 |   path-map: [a]
      |              ^
    "#);
    insta::assert_snapshot!(World::config_fault("source:\n  path-map: [{from: a=b, to: c}]\n"), @r"
    error: .coverdict.yml:2:14: source.path-map cannot hold `=` in `from:`
    1 | source:
    2 |   path-map: [{from: a=b, to: c}]
      |              ^
    ");
    insta::assert_snapshot!(World::config_fault("source:\n  path-map: [{from: '', to: c}]\n"), @r#"
    error: .coverdict.yml:2:21: source.path-map is "=c"; expected FROM=TO
    1 | source:
    2 |   path-map: [{from: '', to: c}]
      |                     ^^
    "#);
}

#[test]
fn what_is_no_config_at_all_says_where() {
    insta::assert_snapshot!(World::config_fault("a: [\n"), @r"
    error: .coverdict.yml:1:4: this is not YAML: unclosed bracket '['
    1 | a: [
      |    ^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n  total: 1\n  total: 2\n"), @r#"
    error: .coverdict.yml:3:3: key "total" is given twice
    2 |   total: 1
    3 |   total: 2
      |   ^^^^^
    "#);
    insta::assert_snapshot!(World::config_fault("version: 2\n"), @r"
    error: .coverdict.yml:1:10: version is 2; expected 1
    1 | version: 2
      |          ^
    ");
    insta::assert_snapshot!(World::config_fault("version: one\n"), @r#"
    error: .coverdict.yml:1:10: version is "one"; expected 1
    1 | version: one
      |          ^^^
    "#);
    insta::assert_snapshot!(World::config_fault("x: *y\n"), @r"
    error: .coverdict.yml:1:4: this is not YAML: reference to unknown value
    1 | x: *y
      |    ^
    ");
    insta::assert_snapshot!(World::config_fault("version: 1\n---\nversion: 1\n"), @r"
    error: .coverdict.yml:3:1: a second document starts here; a config is one
    2 | ---
    3 | version: 1
      | ^
    ");
    insta::assert_snapshot!(World::config_fault("a: !!python/object x\n"), @r"
    error: .coverdict.yml:1:20: this is not YAML: unsupported tag `!!python/object`
    1 | a: !!python/object x
      |                    ^
    ");
    insta::assert_snapshot!(World::config_fault("<<: {a: 1}\n"), @r"
    error: .coverdict.yml:1:1: merge keys (<<) are not supported; write the keys out
    1 | <<: {a: 1}
      | ^^
    ");
    insta::assert_snapshot!(World::config_fault("gate:\n\ttotal: 1\n"), @r"
    error: .coverdict.yml:2:2: this is not YAML: tabs disallowed within this context (block indentation)
    1 | gate:
    2 |     total: 1
      |     ^
    ");
    insta::assert_snapshot!(World::config_fault("? [a, b]\n: 1\n"), @r"
    error: .coverdict.yml:1:3: this is not YAML: expected string scalar
    1 | ? [a, b]
      |   ^
    ");
    insta::assert_snapshot!(World::config_fault("a: 'x\n"), @"error: .coverdict.yml:2:1: this is not YAML: invalid indentation in multiline quoted scalar");
    insta::assert_snapshot!(World::config_fault("metric: \"\\x\"\n"), @r#"
    error: .coverdict.yml:1:9: this is not YAML: while parsing a quoted scalar, did not find expected hexadecimal number
    1 | metric: "\x"
      |         ^
    "#);
}

#[test]
fn escape_sequences_of_a_config_reach_nobody() {
    insta::assert_snapshot!(World::config_fault("\"evil\\e[31m\": 1\n"), @r#"
    error: .coverdict.yml:1:1: unknown key "evil\x1b[31m"
    1 | "evil\e[31m": 1
      | ^^^^^^^^^^^^
    known here: version, inputs, gate, warn-only, metric, lines, mode, include, exclude, scope, generated, ignore-comments, require-reason, source, base, base-mode, diff, head, ignore-whitespace, unmeasured, baseline, test-log, deny, allow, reports, top, precision, timestamp, split, cobertura-source, cobertura-class, no-methods, templates, ci
    "#);
    insta::assert_snapshot!(World::config_fault("evil\u{1b}[31m: 1\n"), @r"
    error: .coverdict.yml:1:1: this is not YAML: unexpected character: `\u{1b}'
    1 | evil\x1b[31m: 1
      | ^
    ");
    insta::assert_snapshot!(World::config_fault("metric: \"\\e]0;x\\a\u{202e}\"\n"), @r#"
    error: .coverdict.yml:1:9: metric is "\x1b]0;x\x07\u{202e}"; expected statements, lines or functions
    1 | metric: "\e]0;x\a\u{202e}"
      |         ^^^^^^^^^^^^^^^^^^
    "#);
}
