//! Literal trees, one rule each.

mod odd;

use super::*;
use crate::model::{Code, Severity};

/// A tree at `/repo`: entries that end in `go.mod`, `go.work` or `modules.txt` are texts, others are files.
fn tree(mods: &[(&str, &str)], files: &[&str]) -> Tree {
    let mut tree = Tree::new("/repo");
    fill(&mut tree.areas[0], mods, files);
    tree
}

fn fill(area: &mut Area, mods: &[(&str, &str)], files: &[&str]) {
    for (path, text) in mods {
        let (dir, base) = path.rsplit_once('/').unwrap_or(("", path));
        let text = (*text).to_owned();
        match base {
            "go.mod" => area.mods.push(TextFile { dir: dir.to_owned(), text }),
            "go.work" => area.works.push(TextFile { dir: dir.to_owned(), text }),
            "modules.txt" => {
                let dir = dir.strip_suffix("vendor").expect("vendor/modules.txt").trim_end_matches('/');
                area.vendors.push(TextFile { dir: dir.to_owned(), text });
            }
            other => panic!("{other}"),
        }
    }
    area.mods.sort();
    area.files = files.iter().map(|file| (*file).to_owned()).collect();
    area.files.sort();
}

fn area(kind: AreaKind, dir: &str, base: Option<&str>, mods: &[(&str, &str)], files: &[&str]) -> Area {
    let mut area = Area::new(kind, dir, base.map(str::to_owned));
    fill(&mut area, mods, files);
    area
}

fn names(names: &[&str]) -> Vec<FileName> {
    names.iter().map(|name| FileName::new(name)).collect()
}

fn maps(pairs: &[(&str, &str)]) -> Options {
    let path_map = pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    Options { path_map, ..Options::default() }
}

/// One line a name: path, source (`=` when it is the path below the root), package, module, disposition, guess.
fn show(tree: &Tree, options: &Options, given: &[&str]) -> Vec<String> {
    let (located, modules, _) = locate(&names(given), tree, options);
    assert_eq!(located.len(), given.len());
    located
        .iter()
        .map(|located| {
            let path = located.path.as_ref().map_or("-", |path| path.as_str());
            let source = match located.source.as_deref() {
                None => "-",
                Some(source) if source == format!("/repo/{path}") => "=",
                Some(source) => source,
            };
            let module = located.module.map_or("-", |module| modules[module as usize].path.as_str());
            let guessed = if located.guessed { " guessed" } else { "" };
            format!("{path} {source} {} {module} {}{guessed}", located.package, located.disposition.name())
        })
        .collect()
}

#[track_caller]
fn check(tree: &Tree, rows: &[(&str, &str)]) {
    check_with(tree, &Options::default(), rows);
}

#[track_caller]
fn check_with(tree: &Tree, options: &Options, rows: &[(&str, &str)]) {
    let given: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
    let expected: Vec<&str> = rows.iter().map(|(_, place)| *place).collect();
    assert_eq!(show(tree, options, &given), expected);
    // One at a time gives the same, but for names that only the others explain.
    for (name, place) in rows.iter().filter(|(_, place)| !place.contains("guessed")) {
        assert_eq!(show(tree, options, &[name]), [*place], "{name} alone");
    }
}

fn told(tree: &Tree, given: &[&str]) -> Vec<Finding> {
    locate(&names(given), tree, &Options::default()).2
}

#[test]
fn the_module_at_the_root_answers_first_where_that_is_asked_for() {
    let mods = [
        ("go.mod", "module example.com/m\n"),
        ("copy/go.mod", "module example.com/m\n"),
        ("apart/go.mod", "module example.com/m/x\n"),
        ("sub/go.mod", "module example.com/m/sub\n"),
    ];
    let files = ["a.go", "copy/a.go", "copy/b.go", "x/x.go", "apart/x.go", "apart/y.go", "sub/s.go"];
    let (own, m) = (tree(&mods, &files), "example.com/m example.com/m main");
    let first = Options { root_first: true, ..Options::default() };
    check_with(
        &own,
        &first,
        &[
            ("example.com/m/a.go", &format!("a.go = {m}")),
            ("example.com/m/b.go", &format!("copy/b.go = {m}")),
            ("example.com/m/x/x.go", "x/x.go = example.com/m/x example.com/m main"),
            ("example.com/m/x/y.go", "apart/y.go = example.com/m/x example.com/m/x main"),
            ("example.com/m/sub/s.go", "sub/s.go = example.com/m/sub example.com/m/sub main"),
        ],
    );
    check(
        &own,
        &[
            ("example.com/m/a.go", "- - example.com/m - main"),
            ("example.com/m/x/x.go", "apart/x.go = example.com/m/x example.com/m/x main"),
        ],
    );
    // A go.work or a replacement by a directory says itself which module is meant.
    let works = [mods[0], mods[1], mods[2], ("go.work", "use ./copy\n")];
    check_with(&tree(&works, &files), &first, &[("example.com/m/a.go", &format!("copy/a.go = {m}"))]);
    let replaced = ("go.mod", "module example.com/m\nreplace example.com/m/x => ./apart\n");
    check_with(
        &tree(&[replaced, mods[2]], &files),
        &first,
        &[("example.com/m/x/x.go", "apart/x.go = example.com/m/x example.com/m/x main")],
    );
}

#[test]
fn the_longest_module_path_wins() {
    let tree = tree(
        &[
            ("go.mod", "module example.com/m\n"),
            ("tools/go.mod", "module example.com/m/tools\n"),
            ("other/deep/go.mod", "module example.com/m/tools/deep\n"),
        ],
        &["a.go", "sub/b.go", "tools/t.go", "tools/x/x.go", "tools/deep/d.go", "other/deep/d.go"],
    );
    check(
        &tree,
        &[
            ("example.com/m/a.go", "a.go = example.com/m example.com/m main"),
            ("example.com/m/sub/b.go", "sub/b.go = example.com/m/sub example.com/m main"),
            ("example.com/m/tools/t.go", "tools/t.go = example.com/m/tools example.com/m/tools main"),
            ("example.com/m/tools/x/x.go", "tools/x/x.go = example.com/m/tools/x example.com/m/tools main"),
            (
                "example.com/m/tools/deep/d.go",
                "other/deep/d.go = example.com/m/tools/deep example.com/m/tools/deep main",
            ),
            // A border is a `/`.
            ("example.com/mm/a.go", "- - example.com/mm - dep"),
        ],
    );
}

#[test]
fn a_shorter_module_holds_what_the_longer_one_lacks() {
    let tree = tree(
        &[("go.mod", "module example.com/m"), ("cmd/go.mod", "module example.com/m/tools")],
        &["tools/gen/a.go", "cmd/main.go"],
    );
    check(
        &tree,
        &[
            ("example.com/m/tools/gen/a.go", "tools/gen/a.go = example.com/m/tools/gen example.com/m main"),
            ("example.com/m/tools/main.go", "cmd/main.go = example.com/m/tools example.com/m/tools main"),
            // Nobody has it: the longest one is asked for it.
            ("example.com/m/tools/gone.go", "cmd/gone.go - example.com/m/tools example.com/m/tools main"),
        ],
    );
}

#[test]
fn major_versions_with_and_without_a_directory() {
    let flat = tree(&[("go.mod", "module example.com/m/v2")], &["a.go", "p/b.go"]);
    check(
        &flat,
        &[
            ("example.com/m/v2/a.go", "a.go = example.com/m/v2 example.com/m/v2 main"),
            ("example.com/m/v2/p/b.go", "p/b.go = example.com/m/v2/p example.com/m/v2 main"),
        ],
    );
    let deep = tree(
        &[("go.mod", "module example.com/m"), ("v2/go.mod", "module example.com/m/v2")],
        &["a.go", "v2/a.go"],
    );
    check(
        &deep,
        &[
            ("example.com/m/a.go", "a.go = example.com/m example.com/m main"),
            ("example.com/m/v2/a.go", "v2/a.go = example.com/m/v2 example.com/m/v2 main"),
        ],
    );
    let gopkg = tree(&[("go.mod", "module gopkg.in/yaml.v3")], &["yaml.go"]);
    check(&gopkg, &[("gopkg.in/yaml.v3/yaml.go", "yaml.go = gopkg.in/yaml.v3 gopkg.in/yaml.v3 main")]);
}

#[test]
fn local_replacements_and_workspaces() {
    let mut tree = tree(
        &[
            ("go.work", "go 1.24\nuse (\n./app\n../common\n)\nreplace example.com/w => ./app/w\n"),
            (
                "app/go.mod",
                "module example.com/app\nreplace (\nexample.com/orig v1.0.0 => ./fork\nexample.com/far => example.com/else v1.0.0\n)\n",
            ),
            ("app/fork/go.mod", "module example.com/fork\n"),
            ("app/w/go.mod", "module example.com/w2\n"),
        ],
        &["app/main.go", "app/fork/f.go", "app/fork/p/g.go", "app/w/w.go"],
    );
    tree.areas.push(area(
        AreaKind::Module,
        "/common",
        None,
        &[("go.mod", "module example.com/shared\n")],
        &["s.go"],
    ));
    check(
        &tree,
        &[
            ("example.com/app/main.go", "app/main.go = example.com/app example.com/app main"),
            ("example.com/orig/f.go", "app/fork/f.go = example.com/orig example.com/orig main"),
            ("example.com/w/w.go", "app/w/w.go = example.com/w example.com/w main"),
            ("example.com/far/x.go", "- - example.com/far - dep"),
            ("example.com/shared/s.go", "- /common/s.go example.com/shared example.com/shared main"),
            ("/common/s.go", "- /common/s.go example.com/shared example.com/shared main"),
        ],
    );
    // The absolute name follows the import path that the profile knows the module by.
    assert_eq!(
        show(&tree, &Options::default(), &["/repo/app/fork/p/g.go", "example.com/orig/f.go"]),
        [
            "app/fork/p/g.go = example.com/orig/p example.com/orig main",
            "app/fork/f.go = example.com/orig example.com/orig main",
        ]
    );
    // Alone, or beside the module's own path, its own path is printed.
    let own = "app/fork/f.go = example.com/fork example.com/fork main";
    assert_eq!(show(&tree, &Options::default(), &["/repo/app/fork/f.go"]), [own]);
    assert_eq!(
        show(&tree, &Options::default(), &["example.com/orig/f.go", "example.com/fork/f.go"]),
        [own, own]
    );
}

#[test]
fn vendored_copies_are_dependencies_in_the_tree() {
    let tree = tree(
        &[
            (
                "go.mod",
                "module example.com/m\nrequire example.com/dep/v2 v2.0.0\nrequire example.com/absent v1.0.0\n",
            ),
            ("vendor/modules.txt", "# example.com/dep/v2 v2.0.0\n## explicit\nexample.com/dep/v2/p\n"),
        ],
        &["a.go", "vendor/example.com/dep/v2/p/p.go", "internal/vendor/v.go"],
    );
    let place = "vendor/example.com/dep/v2/p/p.go = example.com/dep/v2/p example.com/dep/v2 dep";
    check(
        &tree,
        &[
            ("example.com/dep/v2/p/p.go", place),
            ("/repo/vendor/example.com/dep/v2/p/p.go", place),
            ("example.com/m/vendor/example.com/dep/v2/p/p.go", place),
            ("example.com/absent/x/x.go", "- - example.com/absent/x example.com/absent dep"),
            // Only the directory beside the go.mod is Go's.
            (
                "example.com/m/internal/vendor/v.go",
                "internal/vendor/v.go = example.com/m/internal/vendor example.com/m main",
            ),
        ],
    );
}

#[test]
fn several_vendored_copies_are_none() {
    let mods = [
        ("a/go.mod", "module example.com/a\nrequire example.com/d v1.0.0"),
        ("b/go.mod", "module example.com/b"),
    ];
    let copies = ["a/vendor/example.com/d/p/d.go", "b/vendor/example.com/d/p/d.go"];
    check(&tree(&mods, &copies), &[("example.com/d/p/d.go", "- - example.com/d/p example.com/d dep")]);
    let at_root = "vendor/example.com/d/p/d.go";
    let all = [copies[0], copies[1], at_root];
    check(
        &tree(&mods, &all),
        &[("example.com/d/p/d.go", "vendor/example.com/d/p/d.go = example.com/d/p example.com/d dep")],
    );
}

#[test]
fn a_dependency_below_our_own_path_is_no_missing_file() {
    let tree = tree(&[("go.mod", "module example.com/m\nrequire example.com/m/api v1.0.0\n")], &["a.go"]);
    check(
        &tree,
        &[
            ("example.com/m/api/x.go", "- - example.com/m/api example.com/m/api dep"),
            ("example.com/m/b.go", "b.go - example.com/m example.com/m main"),
        ],
    );
}

#[test]
fn absolute_names_inside_a_root_are_the_file_itself() {
    let mut tree =
        tree(&[("m/go.mod", "module example.com/m")], &["m/a b.go", "m/p/é:1,2.go", "tool.go", "x/y.go"]);
    tree.areas[0].alias = Some("/home/u/link".to_owned());
    check(
        &tree,
        &[
            ("/repo/m/a b.go", "m/a b.go = example.com/m example.com/m main"),
            ("example.com/m/a b.go", "m/a b.go = example.com/m example.com/m main"),
            ("/home/u/link/m/a b.go", "m/a b.go = example.com/m example.com/m main"),
            ("_/repo/m/a b.go", "m/a b.go = example.com/m example.com/m main"),
            ("example.com/m/p/é:1,2.go", "m/p/é:1,2.go = example.com/m/p example.com/m main"),
            ("/repo/./m/q/../p/é:1,2.go", "m/p/é:1,2.go = example.com/m/p example.com/m main"),
            // No module holds it: the package is its directory.
            ("/repo/tool.go", "tool.go = . - main"),
            ("/repo/x/y.go", "x/y.go = x - main"),
            ("/repo/m/gone.go", "m/gone.go - example.com/m example.com/m main"),
            ("/repository/m/gone.go", "- - /repository/m - main"),
        ],
    );
}

#[test]
fn the_top_of_a_disk_is_a_root_like_any_other() {
    let mut tree = Tree::new("/");
    fill(
        &mut tree.areas[0],
        &[
            ("go.mod", "module example.com/m\nreplace example.com/r => ./r"),
            ("r/go.mod", "module example.com/own"),
        ],
        &["a.go", "p/b.go", "r/c.go"],
    );
    check(
        &tree,
        &[
            ("example.com/m/a.go", "a.go /a.go example.com/m example.com/m main"),
            ("/a.go", "a.go /a.go example.com/m example.com/m main"),
            ("/p/b.go", "p/b.go /p/b.go example.com/m/p example.com/m main"),
            ("example.com/r/c.go", "r/c.go /r/c.go example.com/r example.com/r main"),
        ],
    );
}

#[test]
fn a_root_in_the_module_cache() {
    let dir = "/root/go/pkg/mod/example.com/m@v1.2.3";
    let mut tree = Tree::new(dir);
    fill(&mut tree.areas[0], &[("go.mod", "module example.com/m")], &["a.go"]);
    check(
        &tree,
        &[
            (&format!("{dir}/a.go"), &format!("a.go {dir}/a.go example.com/m example.com/m main")),
            (&format!("{dir}/gone.go"), "gone.go - example.com/m example.com/m main"),
            ("/root/go/pkg/mod/example.com/n@v1.2.3/a.go", "- - example.com/n example.com/n dep"),
        ],
    );
}

#[test]
fn windows_paths() {
    let mut tree = Tree::new("C:/w/repo");
    fill(&mut tree.areas[0], &[("go.mod", "module example.com/m")], &["p/a.go"]);
    let source = "p/a.go C:/w/repo/p/a.go example.com/m/p example.com/m main";
    check(
        &tree,
        &[
            ("C:\\w\\repo\\p\\a.go", source),
            ("c:/w/repo/p/a.go", source),
            ("_\\C_\\w\\repo\\p\\a.go", source),
            ("_/C_/w/repo/p/a.go", source),
            ("D:\\ci\\repo\\p\\a.go", &format!("{source} guessed")),
        ],
    );
}

#[test]
fn another_machines_path_is_placed_by_its_longest_unique_end() {
    let tree = tree(
        &[("go.mod", "module example.com/m")],
        &[
            "main.go",
            "cmd/x/main.go",
            "svc/cmd/x/main.go",
            "one/util/u.go",
            "two/util/u.go",
            "only/o.go",
            "vendor/example.com/d/only/o.go",
        ],
    );
    check(
        &tree,
        &[
            (
                "/ci/build/svc/cmd/x/main.go",
                "svc/cmd/x/main.go = example.com/m/svc/cmd/x example.com/m main guessed",
            ),
            ("/ci/build/only/o.go", "only/o.go = example.com/m/only example.com/m main guessed"),
            // The two above say that /ci/build/ is the root: what is ambiguous or short by itself follows.
            ("/ci/build/one/util/u.go", "one/util/u.go = example.com/m/one/util example.com/m main guessed"),
            ("/ci/build/main.go", "main.go = example.com/m example.com/m main guessed"),
            ("/elsewhere/main.go", "- - /elsewhere - main"),
            ("/elsewhere/util/u.go", "- - /elsewhere/util - main"),
        ],
    );
    let findings =
        told(&tree, &["/elsewhere/util/u.go", "/elsewhere/x/main.go", "/elsewhere/only/o.go", "/q/main.go"]);
    let lines: Vec<_> =
        findings.iter().map(|finding| (finding.code, finding.severity, finding.message.as_str())).collect();
    assert_eq!(
        lines,
        [
            (Code::MissingSource, Severity::Warning, "source not found for 1 file, e.g. /q/main.go"),
            (
                Code::AmbiguousPath,
                Severity::Warning,
                "2 files may be more than one file of the tree, e.g. /elsewhere/util/u.go"
            ),
            (
                Code::AmbiguousPath,
                Severity::Note,
                "1 file was placed by the end of the path, e.g. /elsewhere/only/o.go is taken for only/o.go"
            ),
        ]
    );
    assert_eq!(findings[2].help.as_deref(), Some("--path-map /elsewhere=. says it for certain"));
    assert_eq!(findings[1].facts[0], "candidates: one/util/u.go, two/util/u.go");
    assert_eq!(findings[1].help.as_deref(), Some("--path-map /elsewhere/util=DIR"));
}

#[test]
fn path_maps_come_first() {
    let tree = tree(
        &[("svc/go.mod", "module example.com/m")],
        &["svc/a.go", "svc/p/a.go", "svc/p/b.go", "x/p/b.go"],
    );
    let options = maps(&[
        ("/ci/none", "nowhere"),
        ("/ci", "svc"),
        ("old.example/m", "example.com/m"),
        ("/abs/", "/repo/svc"),
    ]);
    check_with(
        &tree,
        &options,
        &[
            ("/ci/p/b.go", "svc/p/b.go = example.com/m/p example.com/m main"),
            ("/ci/a.go", "svc/a.go = example.com/m example.com/m main"),
            ("old.example/m/p/a.go", "svc/p/a.go = example.com/m/p example.com/m main"),
            ("/abs/p/a.go", "svc/p/a.go = example.com/m/p example.com/m main"),
            ("/cix/p/q.go", "- - /cix/p - main"),
        ],
    );
    check_with(&tree, &maps(&[("/ci", "/etc")]), &[("/ci/passwd", "- - /ci - main")]);
}

#[test]
fn src_directories() {
    let mut tree = tree(&[("go.mod", "module example.com/m")], &["a.go"]);
    tree.areas.push(area(
        AreaKind::Src,
        "/gen",
        None,
        &[("lib/go.mod", "module example.com/lib")],
        &["example.com/x/p/p.go", "gen/z.pb.go", "lib/l.go"],
    ));
    check(
        &tree,
        &[
            ("example.com/x/p/p.go", "- /gen/example.com/x/p/p.go example.com/x/p - main"),
            ("/gen/example.com/x/p/p.go", "- /gen/example.com/x/p/p.go example.com/x/p - main"),
            ("example.com/lib/l.go", "- /gen/lib/l.go example.com/lib example.com/lib main"),
            // A generated file that the checkout lacks: the path stays, the source comes from there.
            (
                "example.com/m/gen/z.pb.go",
                "gen/z.pb.go /gen/gen/z.pb.go example.com/m/gen example.com/m main",
            ),
        ],
    );
    // The same file below the root by two ways is one file.
    let mut inside = self::tree(&[], &["pkg/x/x.go"]);
    inside.areas.push(area(AreaKind::Src, "/repo/pkg", Some("pkg"), &[], &["x/x.go"]));
    check(
        &inside,
        &[
            ("x/x.go", "pkg/x/x.go = x - main"),
            ("/ci/pkg/x/x.go", "pkg/x/x.go = x - main guessed"),
            ("/repo/pkg/x/x.go", "pkg/x/x.go = x - main"),
        ][..1],
    );
    assert_eq!(
        show(&inside, &Options::default(), &["/ci/pkg/x/x.go", "x/x.go", "/repo/pkg/x/x.go"]),
        ["pkg/x/x.go = x - main guessed", "pkg/x/x.go = x - main", "pkg/x/x.go = x - main"]
    );
}
