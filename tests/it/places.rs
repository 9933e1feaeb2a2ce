//! Where it runs does not matter: the same numbers and the same paths from any folder, by `-C`, and without git.

use crate::case::Case;

/// Formats without the one value that names the machine.
const COMMANDS: [&str; 8] = [
    "report {} -o json",
    "report {} -o csv",
    "report {} -o lcov",
    "report {} -o cobertura --cobertura-source .",
    "func {}",
    "func --go {}",
    "percent {}",
    "check {} --total 60 --file 50",
];

/// What a run prints; the input's own path, which is as it was typed, made equal.
fn printed(case: &Case, line: &str, input: &str) -> String {
    let outcome = case.run(&line.replace("{}", &format!("x={input}")));
    assert!([0, 1].contains(&outcome.code), "{line}: {}", outcome.screen());
    outcome.stdout().replace(&format!("\"path\":\"{input}\""), "\"path\":\"INPUT\"")
}

#[test]
fn every_folder_gives_the_same_result() {
    for line in COMMANDS {
        let expected = printed(&Case::shop(), line, "cover.out");
        for (folder, input) in
            [("store", "../cover.out"), ("cmd/shop", "../../cover.out"), (".git", "../cover.out")]
        {
            let found = printed(&Case::shop().within(folder), line, input);
            assert!(found == expected, "{line} in {folder}:\n{found}\ninstead of\n{expected}");
        }
        let outside = Case::shop().folder("else/where").within("else/where");
        let (command, rest) = line.split_once(' ').expect("a command and more");
        let by_flag = outside.run(&format!("-C ../.. {command} {}", rest.replace("{}", "x=cover.out")));
        let found = by_flag.stdout().replace("\"path\":\"cover.out\"", "\"path\":\"INPUT\"");
        assert!(found == expected, "{line} with -C");
        let behind = outside.run(&format!("{} -C ../..", line.replace("{}", "x=cover.out")));
        assert_eq!(behind.stdout(), by_flag.stdout(), "-C behind the command");
    }
}

#[test]
fn the_default_input_is_found_from_below() {
    let expected = Case::shop().run("check").exits(0).last_line();
    for folder in ["store", "cmd/shop", "price"] {
        let outcome = Case::shop().within(folder).run("check").exits(0);
        assert_eq!(outcome.last_line(), expected, "{folder}");
        assert!(outcome.stdout().contains("  store/order.go "), "paths from the top: {}", outcome.screen());
    }
}

/// A repository of two modules; a run in one of them prints paths of the repository.
fn two_modules(case: Case) -> Case {
    let source = "package x\n\nfunc F() int {\n\treturn 1\n}\n";
    case.file("go.mod", "module example.com/top\n")
        .file("x.go", source)
        .file("tools/go.mod", "module example.com/tools\n")
        .file("tools/deep/x.go", source)
        .file(
            "cover.out",
            "mode: set\nexample.com/top/x.go:3.14,5.2 1 1\nexample.com/tools/deep/x.go:3.14,5.2 1 0\n",
        )
}

#[test]
fn the_root_is_the_repository_or_the_outermost_module() {
    for case in [two_modules(Case::new()), two_modules(Case::bare())] {
        let expected = case.run("report cover.out -o csv").exits(0).says_not("missing-source").stdout();
        assert!(
            expected.contains("\ntools/deep/x.go,example.com/tools/deep,example.com/tools,0,1,"),
            "{expected}"
        );
        let below = case.within("tools/deep");
        assert_eq!(below.run("report ../../cover.out -o csv").exits(0).stdout(), expected);
    }
    // With git the top is the repository, with or without a go.mod there.
    let case = Case::new()
        .file("a/go.mod", "module a\n")
        .file("a/a.go", "package a\n\nfunc F() int {\n\treturn 1\n}\n")
        .file("a/cover.out", "mode: set\na/a.go:3.14,5.2 1 1\n")
        .within("a");
    case.run("report cover.out -o csv").exits(0).prints("\na/a.go,a,a,1,1,");
}

#[test]
fn a_workspace_knows_all_its_modules() {
    let source = "package x\n\nfunc F() int {\n\treturn 1\n}\n";
    let rows = "mode: set\none/x.go:3.14,5.2 1 1\ntwo/x.go:3.14,5.2 1 0\n";
    let case = Case::bare()
        .file("go.work", "go 1.26\n\nuse (\n\t./a\n\t./b\n)\n")
        .file("a/go.mod", "module one\n")
        .file("a/x.go", source)
        .file("b/go.mod", "module two\n")
        .file("b/x.go", source)
        .file("cover.out", rows);
    let csv = case.run("report cover.out -o csv").exits(0).says_not("missing-source").stdout();
    assert!(csv.contains("\na/x.go,one,one,1,1,") && csv.contains("\nb/x.go,two,two,0,1,"), "{csv}");
    assert_eq!(case.within("b").run("report ../cover.out -o csv").exits(0).stdout(), csv);
}

#[test]
fn names_of_another_machine_are_mapped() {
    let case = Case::tiny().file(
        "abs.out",
        "mode: set\n/build/job-7/src/a.go:3.14,5.2 1 1\n/build/job-7/src/a.go:7.14,9.2 1 0\n",
    );
    let mapped =
        case.run("report abs.out -o csv --path-map /build/job-7/src=.").exits(0).says_not("missing-source");
    mapped.prints("\na.go,m,m,1,2,");
    case.put("other.out", "mode: set\nold/name/a.go:3.14,5.2 1 1\n");
    case.run("report other.out -o csv --path-map old/name=m").exits(0).prints("\na.go,m,m,1,1,");
    case.run("check --path-map nothing").exits(2).says("FROM=TO");
}

#[test]
fn one_file_under_two_names_is_one_file() {
    let case = Case::tiny();
    let absolute = case.path("a.go");
    case.put(
        "cover.out",
        format!("mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n{absolute}:7.14,9.2 1 1\n"),
    );
    let outcome = case.run("check").exits(0);
    assert_eq!(outcome.last_line(), "total coverage: 100.0% of statements");
    case.run("pkglist").exits(0).prints("m\n");
    case.put("count.out", format!("mode: count\nm/a.go:3.14,5.2 1 3\n{absolute}:3.14,5.2 1 4\n"));
    assert_eq!(case.run("merge count.out -o -").exits(0).stdout(), "mode: count\nm/a.go:3.14,5.2 1 7\n");
    assert_eq!(case.run("report cover.out -o csv").exits(0).stdout().lines().count(), 2);
}

#[test]
fn sources_elsewhere_are_named_by_src() {
    let outside = Case::bare().file("gen/z.go", "package z\n\nfunc Z() int {\n\treturn 1\n}\n");
    let case = Case::tiny().file("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/gen/z.go:3.14,5.2 1 1\n");
    case.run("func").exits(0).says("missing-source").prints_not("Z");
    let line = format!("func --src {}", outside.root());
    case.run(&line).exits(0).says_not("missing-source").prints("\tZ\t");
}

/// Where names alone tell the places and one of them does not hold a file, all is looked at: the same is said as if it had been
/// from the beginning, as it is with a path map.
#[cfg(unix)]
#[test]
fn what_is_no_file_where_its_name_says_is_found_as_in_a_look_at_everything() {
    let source = "package a\n\nfunc F() int {\n\treturn 1\n}\n";
    let row = |name: &str| format!("example.com/m/{name}:3.14,5.2 1 1\n");
    for odd in ["", "a/link.go", "a/out.go", "a/dir.go", "a/gone.go", "a/gone.y", "gone/a.go"] {
        let names = ["a/a.go", "a/b.go", odd];
        let rows: String = names.into_iter().filter(|name| !name.is_empty()).map(row).collect();
        let case = Case::bare()
            .file("r/go.mod", "module example.com/m\n\ngo 1.26\n")
            .file("r/a/a.go", source)
            .file("r/a/b.go", source.replace("return 1", "return ("))
            .file("r/a/dir.go/x.go", source)
            .file("r/lib/f.go", source)
            .file("out.go", source)
            .file("r/cover.out", format!("mode: set\n{rows}"))
            .within("r");
        for (target, link) in [("../lib/f.go", "r/a/link.go"), ("../../out.go", "r/a/out.go")] {
            std::os::unix::fs::symlink(target, case.path(link)).expect("a link");
        }
        for format in ["json", "lcov"] {
            let run = |more: &str| {
                let outcome = case.run(&format!("report cover.out -o {format} {more}")).exits(0);
                outcome.screen().replace(more, "")
            };
            assert_eq!(run(""), run("--path-map nothing=nowhere"), "{odd}");
        }
    }
}
