//! Which file is the config, what its paths are relative to, and which files are not read.

use super::*;

const GATE: &str = "gate: {total: 80}\n";

fn path_in(world: &World, cwd: &str, args: &[&str]) -> Option<String> {
    match world.plan_in(cwd, args) {
        Plan::Run(settings) => settings.config_path.map(Utf8PathBuf::into_string),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_nearest_config_up_to_the_root_of_the_repository_is_read() {
    let world = World::new()
        .file(".coverdict.yml", GATE)
        .file("repo/.git/HEAD", "")
        .file("repo/a/b/x", "")
        .file("repo/nested/.coverdict.yml", GATE)
        .file("repo/nested/c/x", "");
    assert_eq!(path_in(&world, "repo/a/b", &[]), None, "a config above the repository is somebody else's");
    assert_eq!(path_in(&world, "repo/nested/c", &[]).as_deref(), Some("../.coverdict.yml"));
    let world = world.file("repo/.coverdict.yml", GATE);
    assert_eq!(path_in(&world, "repo/a/b", &[]).as_deref(), Some("../../.coverdict.yml"));
    assert_eq!(path_in(&world, "repo", &[]).as_deref(), Some(".coverdict.yml"));
    assert_eq!(path_in(&world, "", &["-C", "repo/a"]).as_deref(), Some("repo/.coverdict.yml"));
    assert_eq!(path_in(&world, "repo/a", &["--no-config"]), None);
    assert_eq!(
        path_in(&world, "repo/a", &["--config", "../nested/.coverdict.yml"]).as_deref(),
        Some("../nested/.coverdict.yml")
    );
}

#[test]
fn without_git_the_outermost_module_or_workspace_is_the_root() {
    let world = World::new().file(".coverdict.yml", GATE).file("w/m/p/x", "");
    assert_eq!(path_in(&world, "w/m/p", &[]), None, "without any root only the folder itself counts");
    let world = world.file("w/m/go.mod", "").file("w/m/.coverdict.yml", GATE);
    assert_eq!(path_in(&world, "w/m/p", &[]).as_deref(), Some("../.coverdict.yml"));
    let world = World::new()
        .file("w/go.work", "")
        .file("w/m/go.mod", "")
        .file("w/.coverdict.yml", GATE)
        .file("w/m/p/x", "");
    assert_eq!(path_in(&world, "w/m/p", &[]).as_deref(), Some("../../.coverdict.yml"));
}

#[test]
fn paths_in_the_config_are_relative_to_the_config() {
    let world = World::new().file("repo/.git", "gitdir: x").file("repo/a/b/x", "").file("repo/odd=name.out", "").file(
        "repo/.coverdict.yml",
        "inputs: [cover.out, ./u/*.out, unit=e2e/, odd=name.out, /abs.out, '-']\nreports: [{json: out/j.json}, {lcov: /l}, text]\nsource: {src: [../lib]}\n",
    );
    let Plan::Run(settings) = world.plan_in("repo/a/b", &["check"]) else { panic!() };
    let inputs: Vec<_> = settings.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(
        inputs,
        ["../../cover.out", "../../u/*.out", "../../e2e/", "../../odd=name.out", "/abs.out", "-"]
    );
    assert_eq!(settings.inputs[2].label.as_deref(), Some("unit"));
    assert_eq!(settings.inputs[3].label, None);
    let outputs: Vec<_> = settings.outputs.iter().map(|output| output.path.as_deref()).collect();
    assert_eq!(outputs, [Some("../../out/j.json"), Some("/l"), None]);
    assert_eq!(settings.src, [world.root().join("lib")]);
    // Flags are relative to the working directory, whatever the config says.
    let Plan::Run(settings) = world.plan_in("repo/a/b", &["check", "x.out", "--src", "s"]) else { panic!() };
    assert_eq!(settings.inputs[0].path, "x.out");
    assert_eq!(settings.src, [world.root().join("repo/a/b/s")]);
}

#[test]
fn an_empty_config_is_a_config() {
    for text in [
        "",
        "\n",
        "# nothing\n",
        "---\n",
        "gate:\nsource:\nexclude:\nversion:\n",
        "\u{feff}version: 1\n",
        "version: 1\r\ngate:\r\n  total: 80\r\n",
    ] {
        let world = World::new().file(".coverdict.yml", text);
        assert!(world.settings(&["check"]).config_path.is_some(), "{text:?}");
    }
}

#[test]
fn what_is_no_plain_text_file_is_not_read() {
    let fault = |world: World| world.fault(&["check"]);
    insta::assert_snapshot!(fault(World::new().file(".coverdict.yml/x", "")), @"error: cannot read the config .coverdict.yml: it is not a regular file");
    insta::assert_snapshot!(fault(World::new().file(".coverdict.yml", b"gate:\n  total: \xff\n")), @"error: cannot read the config .coverdict.yml: line 2 is not UTF-8");
    insta::assert_snapshot!(fault(World::new().file(".coverdict.yml", "#".repeat((1 << 20) + 1))), @"error: cannot read the config .coverdict.yml: it is larger than 1 MiB");
    insta::assert_snapshot!(World::new().fault(&["check", "--config", "/dev/zero"]), @"error: cannot read the config /dev/zero: it is not a regular file");
    insta::assert_snapshot!(World::new().fault(&["check", "--config", "/dev/stdin"]), @"error: cannot read the config /dev/stdin: it is not a regular file");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_told() {
    let world = World::new();
    std::os::unix::fs::symlink("absent.yml", world.root().join(".coverdict.yml")).expect("a link");
    insta::assert_snapshot!(world.fault(&["check"]), @"error: cannot read the config .coverdict.yml: no such file or directory");
}

#[test]
fn bombs_end_at_once() {
    let mut lines = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]");
    for level in 1..30 {
        let before = level - 1;
        let aliases = vec![format!("*a{before}"); 9].join(",");
        lines = [lines, format!("a{level}: &a{level} [{aliases}]")].join(
            "
",
        );
    }
    let texts = [
        lines,
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        ["a:
"
        .to_owned()]
        .into_iter()
        .chain((1..500).map(|depth| {
            " ".repeat(depth)
                + "b:
"
        }))
        .collect(),
        "exclude:\n".to_owned() + &"  - x\n".repeat(60_000),
        format!("exclude: [&a {}{}]\n", "x".repeat(10_000), ", *a".repeat(20_000)),
        format!("gate: {{total: {}}}\n", "9".repeat(500_000)),
        format!("{}: 1\n", "k".repeat(500_000)),
        format!("metric: {}\n", "é".repeat(400_000)),
    ];
    for text in texts {
        let started = std::time::Instant::now();
        let fault = World::config_fault(&text);
        assert!(fault.starts_with("error: .coverdict.yml:"), "{fault:.300}");
        assert!(fault.len() < 2_000, "{} bytes: {fault:.300}", fault.len());
        assert!(started.elapsed().as_secs() < 60, "{fault:.300}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    /// Whatever stands in the file, the answer is settings or exit 2, and nothing that a terminal would obey.
    #[test]
    fn no_config_breaks_it(text in "(gate|total|exclude|reports|source|path-map|overrides|path|[:\\[\\]{}&*!|>'\"%@`,#?~-]|[ \n\t]|[0-9.]{1,3}|\\PC|\u{1b}){0,40}") {
        match World::new().file(".coverdict.yml", &text).plan(&["check"]) {
            Plan::Run(_) => {}
            Plan::Fail { text, exit: Exit::Usage } => {
                proptest::prop_assert!(text.chars().all(|c| c == '\n' || !crate::escape::is_unsafe(c)), "{text:?}");
            }
            other => panic!("{other:?}"),
        }
    }

    /// The same for arguments.
    #[test]
    fn no_arguments_break_it(args in proptest::collection::vec("check|report|merge|-o|-C|-q|--total|--exclude|--config|--scope|json=?|[0-9.%-]{1,4}|=|--|\\PC{0,4}|\u{1b}\\[1m", 0..6)) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        match World::new().plan(&args) {
            Plan::Fail { text, exit: Exit::Usage } => {
                proptest::prop_assert!(text.chars().all(|c| c == '\n' || !crate::escape::is_unsafe(c)), "{text:?}");
            }
            Plan::Fail { .. } => panic!("{args:?}"),
            Plan::Run(_) | Plan::Print(_) => {}
        }
    }
}
