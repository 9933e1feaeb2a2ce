//! Foreign code, odd names, what is told, and the property.

use super::*;

#[test]
fn foreign_code() {
    let tree = tree(&[("go.mod", "module proj")], &["a.go", "fmt/f.go"]);
    check(
        &tree,
        &[
            ("proj/a.go", "a.go = proj proj main"),
            ("fmt/print.go", "- - fmt - std"),
            ("net/http/server.go", "- - net/http - std"),
            ("/usr/local/go/src/fmt/print.go", "- - fmt - std"),
            ("shop/cart/cart.go", "- - shop/cart - dep"),
            ("github.com/acme/x/x.go", "- - github.com/acme/x - dep"),
            (
                "/root/go/pkg/mod/github.com/!acme/x@v1.2.3/p/p.go",
                "- - github.com/Acme/x/p github.com/Acme/x dep",
            ),
            ("example.com/y@v0.1.0/y.go", "- - example.com/y example.com/y dep"),
        ],
    );
}

#[test]
fn go_itself() {
    let tree = tree(
        &[("src/go.mod", "module std"), ("src/cmd/go.mod", "module cmd")],
        &["src/fmt/print.go", "src/cmd/go/main.go", "src/vendor/golang.org/x/net/n.go"],
    );
    check(
        &tree,
        &[
            ("fmt/print.go", "src/fmt/print.go = fmt std main"),
            ("cmd/go/main.go", "src/cmd/go/main.go = cmd/go cmd main"),
            (
                "vendor/golang.org/x/net/n.go",
                "src/vendor/golang.org/x/net/n.go = vendor/golang.org/x/net std main",
            ),
        ],
    );
}

#[test]
fn without_any_module() {
    let tree =
        tree(&[], &["pkg/a.go", "one/u/u.go", "two/u/u.go", "src/example.com/g/g.go", "http/server.go"]);
    check(
        &tree,
        &[
            ("github.com/acme/x/pkg/a.go", "pkg/a.go = github.com/acme/x/pkg - main guessed"),
            ("pkg/a.go", "pkg/a.go = github.com/acme/x/pkg - main"),
            ("github.com/acme/x/u/u.go", "- - github.com/acme/x/u - main"),
            ("example.com/g/g.go", "src/example.com/g/g.go = example.com/g - main"),
            ("/repo/src/example.com/g/g.go", "src/example.com/g/g.go = example.com/g - main"),
            ("net/http/server.go", "- - net/http - std"),
            ("proj/none.go", "- - proj - main"),
        ][3..],
    );
    assert_eq!(
        show(&tree, &Options::default(), &["github.com/acme/x/pkg/a.go", "/repo/pkg/a.go"]),
        ["pkg/a.go = github.com/acme/x/pkg - main guessed", "pkg/a.go = github.com/acme/x/pkg - main",]
    );
    let findings = told(&tree, &["proj/none.go", "proj/x/b.go"]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "source not found for 2 files, e.g. proj/none.go");
    assert_eq!(findings[0].help.as_deref(), Some("--src DIR or --path-map FROM=TO"));
}

#[test]
fn relative_and_bare_names() {
    let tree = tree(&[("go.mod", "module example.com/m")], &["a.go", "p/b.go", "q/c.go", "cmd/main.go"]);
    check(
        &tree,
        &[
            ("./a.go", "a.go = example.com/m example.com/m main"),
            ("a.go", "a.go = example.com/m example.com/m main"),
            (".\\p\\b.go", "p/b.go = example.com/m/p example.com/m main"),
            ("p/b.go", "p/b.go = example.com/m/p example.com/m main"),
            ("../a.go", "- - .. - main"),
            ("command-line-arguments/main.go", "- - command-line-arguments - main"),
            ("command-line-arguments/none.go", "- - command-line-arguments - main"),
        ],
    );
    let findings = told(&tree, &["command-line-arguments/main.go"]);
    assert_eq!(findings[0].code, Code::AmbiguousPath);
    assert_eq!(findings[0].facts, ["candidates: cmd/main.go"]);
}

#[test]
fn a_repository_relative_name_may_look_like_the_standard_library() {
    let tree = tree(&[("go.mod", "module example.com/m")], &["internal/x/x.go"]);
    check(
        &tree,
        &[("internal/x/x.go", "internal/x/x.go = example.com/m/internal/x example.com/m main guessed")],
    );
}

#[test]
fn two_modules_of_one_path() {
    let mods = [("a/go.mod", "module example"), ("b/go.mod", "module example")];
    let tree = tree(&mods, &["a/main.go", "b/main.go", "b/other.go"]);
    check(
        &tree,
        &[
            ("example/other.go", "b/other.go = example example main"),
            ("example/main.go", "- - example - main"),
        ],
    );
    let findings = told(&tree, &["example/main.go"]);
    assert_eq!(findings[0].message, "1 file may be more than one file of the tree, e.g. example/main.go");
    assert_eq!(findings[0].facts, ["candidates: a/main.go, b/main.go"]);
    let used = super::tree(&[mods[0], mods[1], ("go.work", "use ./b")], &["a/main.go", "b/main.go"]);
    check(&used, &[("example/main.go", "b/main.go = example example main")]);
}

#[test]
fn generators_sources_are_no_go() {
    let tree = tree(&[("go.mod", "module example.com/m")], &["gram.y"]);
    check(
        &tree,
        &[
            ("example.com/m/gram.y", "gram.y - example.com/m example.com/m main"),
            ("example.com/m/gone.y", "gone.y - example.com/m example.com/m main"),
        ],
    );
    assert_eq!(told(&tree, &["example.com/m/gram.y"]), []);
    let findings = told(&tree, &["example.com/m/gram.y", "example.com/m/gone.y", "/etc/passwd"]);
    assert_eq!(findings[0].message, "source not found for 2 files, e.g. /etc/passwd");
    let (located, _, _) =
        locate(&names(&["example.com/m/gram.y", "example.com/m/gone.y"]), &tree, &Options::default());
    assert!(tree.is_present(&located[0]) && !tree.is_present(&located[1]));
}

#[test]
fn one_finding_a_kind() {
    let tree = tree(&[("go.mod", "module example.com/m")], &["a.go"]);
    let mut given: Vec<String> = (0..9).map(|at| format!("example.com/m/gone{at}.go")).collect();
    given.extend((0..3).map(|at| format!("example.com/other/x{at}.go")));
    given.push("example.com/m/a.go".to_owned());
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let findings = told(&tree, &given);
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[0].code, Code::MissingSource);
    assert_eq!(findings[0].count, 9);
    assert_eq!(findings[0].message, "source not found for 9 files, e.g. gone0.go");
    assert_eq!(
        findings[0].facts,
        [
            "tried: gone0.go (module example.com/m)",
            "also: gone1.go, gone2.go, gone3.go, gone4.go, gone5.go and 3 more"
        ]
    );
    assert_eq!(findings[1].code, Code::OutsideModule);
    assert_eq!(findings[1].message, "3 files are outside every module of this workspace");
    assert_eq!(findings[1].severity, Severity::Note);
}

#[test]
fn the_wrong_tree_is_a_missing_source() {
    let tree = tree(&[("go.mod", "module example.com/m")], &["a.go"]);
    let findings = told(&tree, &["example.com/other/x.go", "fmt/print.go"]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "source not found for 1 file, e.g. example.com/other/x.go");
    assert_eq!(findings[0].facts, ["tried: the modules of this tree: example.com/m"]);
    assert_eq!(told(&tree, &["fmt/print.go"]), []);
    assert_eq!(told(&tree, &[]), []);
}

#[test]
fn hostile_names_lead_nowhere() {
    let tree = tree(&[("go.mod", "module example.com/m"), ("p/go.mod", "module \"")], &["a.go", "p/b.go"]);
    for name in [
        "",
        "/",
        "//",
        "\\\\",
        "_/",
        "_\\",
        ".",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "/repo/../etc/passwd",
        "/repo",
        "C:\\",
        "C:/",
        "example.com/m/../../etc/passwd",
        "example.com/m/",
        "example.com/m/p/../a.go",
        "example.com/m//a.go",
        "example.com/m/\u{0}.go",
        "example.com/m/\u{1b}[31m.go",
        "@v1",
        "/@v1/",
        "é",
        "/é/é.go",
        "_/é/é.go",
        "command-line-arguments/",
        "command-line-arguments/../a.go",
    ] {
        let (located, _, _) = locate(&names(&[name]), &tree, &maps(&[("", "p"), ("/", "/"), ("x", "")]));
        let sources: Vec<_> = located.iter().filter_map(|located| located.source.as_deref()).collect();
        assert!(
            sources.iter().all(|source| source.starts_with("/repo/p/") || source.starts_with("/repo/a.go")),
            "{name:?}: {sources:?}"
        );
        let path = located[0].path.as_ref().map_or("", |path| path.as_str());
        assert!(!path.starts_with('/') && !path.contains(".."), "{name:?}: {path}");
    }
}

#[test]
fn the_module_of_a_path() {
    let tree = tree(
        &[
            ("go.mod", "module example.com/m"),
            ("x/go.mod", "module example.com/x"),
            ("xy/go.mod", "module example.com/xy"),
        ],
        &[],
    );
    let (_, modules, _) = locate(&[], &tree, &Options::default());
    let dirs: Vec<_> = modules.iter().map(|module| module.dir.as_deref().unwrap_or("-")).collect();
    assert_eq!(dirs, [".", "x", "xy"]);
    let of = |path: &str| module_of(&modules, &RepoPath::new(path).expect("a path"));
    assert_eq!(
        [of("a.go"), of("x/a.go"), of("x/y/a.go"), of("xyz/a.go")],
        [Some(0), Some(1), Some(1), Some(0)]
    );
    assert_eq!(module_of(&[], &RepoPath::new("a.go").expect("a path")), None);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    /// Whatever names and go.mod texts hold: one place a name, sources of the listing only, the same answer twice.
    #[test]
    fn anything_goes(
        given in proptest::collection::vec(proptest::collection::vec(piece(), 0..7), 0..6),
        texts in proptest::collection::vec(proptest::collection::vec(piece(), 0..9), 3),
        pairs in proptest::collection::vec((piece(), piece()), 0..2),
    ) {
        let texts: Vec<String> = texts.iter().map(|pieces| pieces.concat()).collect();
        let tree = tree(
            &[("go.work", &texts[0]), ("go.mod", &texts[1]), ("a/go.mod", &texts[2])],
            &["a.go", "a/a.go", "a/x/a.go", "x/a.go", "vendor/a/a.go", "a/gram.y"],
        );
        let given: Vec<String> = given.iter().map(|pieces| pieces.concat()).collect();
        let given: Vec<FileName> = given.iter().map(|name| FileName::new(name)).collect();
        let options = Options {
            path_map: pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
            root_first: given.len().is_multiple_of(2),
        };
        let first = locate(&given, &tree, &options);
        proptest::prop_assert_eq!(first.0.len(), given.len());
        for located in &first.0 {
            let below = located.source.as_deref().map(|source| source.strip_prefix("/repo/").expect("inside"));
            proptest::prop_assert!(below.is_none_or(|path| tree.files().iter().any(|file| file == path)));
            proptest::prop_assert!(located.module.is_none_or(|module| (module as usize) < first.1.len()));
            proptest::prop_assert!(!located.package.is_empty());
        }
        proptest::prop_assert!(first.2.len() <= 4);
        proptest::prop_assert!(first == locate(&given, &tree, &options));
    }
}

fn piece() -> impl proptest::strategy::Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "a",
        "x",
        "a.go",
        "/",
        "/",
        "/",
        "//",
        ".",
        "..",
        "\\",
        "C:",
        "_",
        "@v1",
        "!",
        "vendor",
        "src",
        "repo",
        "/repo",
        "std",
        "fmt",
        "go",
        "command-line-arguments",
        "\u{0}",
        "\u{1b}",
        "é",
        " ",
        "\n",
        "\r\n",
        "module ",
        "require ",
        "replace ",
        "use ",
        "=>",
        "(",
        ")",
        "\"",
        "`",
        "./",
        "../",
        "./a",
        "v1.0.0",
        "gram.y",
    ])
}
