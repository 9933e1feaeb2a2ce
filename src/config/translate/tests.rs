//! Files of other tools in, a config of ours out that reads back; and what has no equivalent, by line.

use super::super::tests::World;
use super::*;

/// The config, which must read back, without its comments; and what is left.
fn translated(name: &str, text: &str) -> (String, Vec<String>) {
    let draft = translate(name, text).expect("a config of another tool");
    let config = draft.config();
    World::new().file(".coverdict.yml", &config).settings(&["check"]);
    let keys = config.lines().filter(|line| !line.trim_start().starts_with('#') && !line.is_empty());
    (keys.fold(String::new(), |text, line| text + line + "\n"), draft.left().to_vec())
}

/// As the example of its README has it, with all keys.
#[test]
fn go_test_coverage() {
    let (config, left) = translated(
        ".testcoverage.yml",
        "profile: cover.out, e2e.out\nlocal-prefix: \"github.com/org/project\"\nthreshold:\n  file: 70\n  package: 80\n  total: 95\n\
         override:\n  - path: ^pkg/lib/foo$\n    threshold: 100\n  - path: ^pkg/gen/\n    threshold: 0\n  - path: \\.pb\\.go$\n    threshold: 10\n  - path: (a|b)\n    threshold: 1\n\
         exclude:\n  paths:\n    - \\.pb\\.go$\n    - ^pkg/bar/\n    - main\\.go$\n    - /mocks/\n    - ^cmd/[a-z]+\n\
         force-annotation-comment: true\nbreakdown-file-name: ''\ndiff:\n  base-breakdown-file-name: base.out\ngithub-action-output: false\n",
    );
    insta::assert_snapshot!(config, @r#"
    version: 1
    inputs:
      - cover.out
      - e2e.out
    gate:
      file: 70
      package: 80
      total: 95
      overrides:
        - path: pkg/lib/foo
          package: 100
          file: 100
        - path: pkg/gen/...
          package: 0
          file: 0
        - path: "**/*.pb.go"
          file: 10
    exclude:
      - "**/*.pb.go"
      - pkg/bar/...
      - "**/*main.go"
      - "**/mocks/**"
    require-reason: true
    "#);
    let expected = [
        "line 2: local-prefix: ",
        "line 14: override.path: (a|b) is a regular expression",
        "line 22: exclude.paths: ^cmd/[a-z]+ is a regular expression",
        "line 26: diff.base-breakdown-file-name: ",
        "line 27: github-action-output: ",
    ];
    assert_eq!(left.len(), expected.len(), "{left:#?}");
    for (line, start) in left.iter().zip(expected) {
        assert!(line.starts_with(start), "{line}\n{start}");
    }
}

#[test]
fn codecov() {
    let (config, left) = translated(
        "codecov.yml",
        "codecov:\n  require_ci_to_pass: true\ncoverage:\n  precision: 2\n  round: down\n  range: \"70...100\"\n  status:\n    project:\n      default:\n        target: 80.5%\n        threshold: 0.25%\n      backend:\n        target: 90%\n\
         \x20   patch:\n      default:\n        target: 90%\n        informational: true\n    changes: true\n\
         ignore:\n  - \"**/*.pb.go\"\n  - mocks\n  - ./tools/\n  - \"^gen/.*\"\n  - \"(x|y)\"\n\
         fixes:\n  - \"/build/shop/::\"\n  - \"::src/\"\n\
         component_management:\n  individual_components:\n    - component_id: billing\n      paths: [internal/billing/**]\n      statuses:\n        - {type: patch, target: 95%}\n    - name: api\n      paths: [api/**]\n\
         comment: false\nflags:\n  unit:\n    paths: [a]\n",
    );
    insta::assert_snapshot!(config, @r#"
    version: 1
    gate:
      total: 80.25
      patch: 90
      max-lost: 0
      overrides:
        - path: "internal/billing/**"
          patch: 95
    exclude:
      - "**/*.pb.go"
      - mocks/...
      - tools/...
      - gen/...
    precision: 2
    source:
      path-map:
        - from: /build/shop
          to: .
    "#);
    let names: Vec<&str> = left.iter().filter_map(|line| line.split(": ").nth(1)).collect();
    let expected = [
        "codecov",
        "coverage.round",
        "coverage.range",
        "coverage.status.project.backend",
        "coverage.status.patch.default.informational",
        "ignore",
        "fixes",
        "component api",
        "comment",
        "flags",
    ];
    assert_eq!(names, expected, "{left:#?}");
}

#[test]
fn octocov() {
    let (config, left) = translated(
        ".octocov.yml",
        "coverage:\n  paths: [cover.out]\n  exclude: ['*.pb.go']\n  acceptable: current >= 60.5% && diff > 0.5%\n  badge:\n    path: b.svg\n\
         codeToTestRatio:\n  code: ['**/*.go']\ncomment:\n  if: is_pull_request\nreport:\n  datastores: [x]\n",
    );
    insta::assert_snapshot!(config, @r#"
    version: 1
    inputs:
      - cover.out
    gate:
      total: 60.5
    exclude:
      - "*.pb.go"
    "#);
    let names: Vec<&str> = left.iter().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(
        names,
        ["coverage.acceptable", "coverage.badge", "codeToTestRatio", "comment", "report"],
        "{left:#?}"
    );
    assert!(translated(".octocov.yml", "coverage:\n  acceptable: 60%\n").0.contains("total: 60\n"));
}

/// What may be lost, 0 points included, which is the strictest.
#[test]
fn no_regress_is_never_lost() {
    for (name, text, points) in [
        ("codecov.yml", "coverage: {status: {project: {default: {target: auto, threshold: 1%}}}}", "1"),
        ("codecov.yml", "coverage: {status: {project: {default: {target: auto}}}}", "0"),
        ("codecov.yml", "coverage: {status: {project: true}}", "0"),
        (".octocov.yml", "coverage: {acceptable: 'diff >= -1%'}", "1"),
        (".octocov.yml", "coverage: {acceptable: 'diff >= 0%'}", "0"),
        (".testcoverage.yml", "diff: {threshold: -1}", "1"),
        (".testcoverage.yml", "diff: {threshold: 0}", "0"),
    ] {
        let (config, left) = translated(name, text);
        assert!(config.ends_with(&format!("gate:\n  no-regress: {points}\n")), "{text}: {config}{left:?}");
        assert_eq!(left, Vec::<String>::new(), "{text}");
    }
    for off in
        ["project: {default: {target: 0%}}", "project: off", "changes: false", "changes: {default: off}"]
    {
        let (config, left) = translated("codecov.yml", &format!("coverage: {{status: {{{off}}}}}"));
        assert_eq!((config.as_str(), left.len()), ("version: 1\n", 0), "{off}");
    }
    let (config, _) =
        translated("codecov.yml", "coverage: {status: {changes: {default: {if_ci_failed: error}}}}");
    assert_eq!(config, "version: 1\ngate:\n  max-lost: 0\n");
}

#[test]
fn expressions_become_patterns_only_where_they_mean_the_same() {
    for (regex, pattern) in [
        ("^pkg/a$", Some("pkg/a")),
        ("^pkg/a/", Some("pkg/a/...")),
        ("^pkg/a/.*$", Some("pkg/a/...")),
        (".*_gen\\.go$", Some("**/*_gen.go")),
        ("/zz_.go", Some("**/zz_.go")),
        ("mocks/", Some("**/*mocks/**")),
        ("^pkg/a", None),
        ("pkg", None),
        ("", None),
        ("^$", None),
        ("a.*b$", None),
        ("a+$", None),
        ("x\\d$", None),
        ("^../x$", None),
        ("\\", None),
    ] {
        assert_eq!(pattern::of_regex(regex).as_deref(), pattern, "{regex}");
    }
}

/// What an expression finds in a path, the patterns find in it too, and nothing else.
#[test]
fn an_expression_with_an_open_end_is_two_patterns() {
    let paths = [
        "main.go",
        "pkg/bar.go",
        "pkg/bar/x.go",
        "pkg/barn/y/z.go",
        "pkg/ba/r.go",
        "a/pkg/bar/x.go",
        "a/xpkg/bar.go",
        "bar.go",
        "bar/pkg/x.go",
        "barn/b/c/d.go",
        "b/bar.go",
        "pkgs/bar/x.go",
    ];
    for (regex, finds) in [
        ("^pkg/bar", (|path| path.starts_with("pkg/bar")) as fn(&str) -> bool),
        ("pkg/bar", |path| path.contains("pkg/bar")),
        ("/pkg/bar", |path| path.contains("/pkg/bar")),
    ] {
        let patterns = pattern::of_open_end(regex).expect("plain text");
        let patterns = patterns.map(|text| crate::model::Pattern::new(&text).expect("a pattern"));
        for path in paths {
            let name = format!("example.com/m/{path}");
            let found = patterns.iter().any(|pattern| pattern.matches_file(Some(path), &name));
            // `/pkg/bar` at the root: the expression wants a folder before it, the pattern takes the root for one.
            assert_eq!(
                found,
                finds(path) || regex.starts_with('/') && finds(&format!("/{path}")),
                "{regex} {path}"
            );
        }
    }
    assert_eq!(
        (pattern::of_open_end("^a/b$"), pattern::of_open_end("^a"), pattern::of_open_end("^a+")),
        (None, None, None)
    );
}

/// Theirs leaves out a status with `enabled: no`; a gate in its place would fail what passes there.
#[test]
fn a_status_of_codecov_that_is_off_is_no_gate() {
    for off in ["no", "false", "off"] {
        let text = format!(
            "coverage: {{status: {{project: {{default: {{enabled: {off}, target: 90%}}}}, patch: {{default: {{enabled: {off}}}}}}}}}"
        );
        let (config, left) = translated("codecov.yml", &text);
        assert_eq!((config.as_str(), left.len()), ("version: 1\n", 0), "{off}: {left:?}");
    }
    let (config, left) =
        translated("codecov.yml", "coverage: {status: {patch: {default: {enabled: yes, target: 90%}}}}");
    assert_eq!((config.as_str(), left.len()), ("version: 1\ngate:\n  patch: 90\n", 0));
    let (_, left) = translated(
        "codecov.yml",
        "component_management: {default_rules: {statuses: [{type: patch, target: 80%}]}}",
    );
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains("component_management.default_rules: "), "{left:?}");
}

#[test]
fn nothing_of_a_hostile_file_becomes_structure() {
    let text = "ignore:\n  - \"a\\nversion: 2\"\n  - \"x: y # z\"\n  - \"\\e[31m\"\ncoverage:\n  status:\n    project:\n      default:\n        target: \"1\\n  patch: 5\"\n\"k\\nversion: 3\": 1\n";
    let draft = translate("codecov.yml", text).expect("YAML");
    let config = draft.config();
    World::new().file(".coverdict.yml", &config).settings(&["check"]);
    assert!(
        !config.contains('\u{1b}') && !config.contains("\nversion: 2") && !config.contains("\nversion: 3"),
        "{config}"
    );
}

#[test]
fn other_files_are_errors_with_a_place() {
    for (text, expected) in
        [("a: 1", "is no config that init knows"), ("a: [", "x.yml:"), ("[1]", "is no config")]
    {
        let error = translate("x.yml", text).expect_err("no config");
        assert!(crate::error::render(&error, false).contains(expected), "{text}");
    }
    let (config, left) = translated("codecov.yml", "");
    assert!(config.starts_with("version: 1\n") && left.is_empty());
}
