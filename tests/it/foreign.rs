//! The profile of another repository: one clear error where the answer would be about the tree, and nothing of the kind
//! wherever a run without sources makes sense.

use crate::case::Case;

const OTHER: &str = "mode: set\n\
    example.com/other/x/deep/a.go:3.14,5.2 1 1\nexample.com/other/x/b.go:3.14,5.2 1 0\n\
    example.com/other/x/c.go:3.14,5.2 1 0\nexample.com/other/x/d.go:3.14,5.2 1 0\nfmt/print.go:3.14,5.2 1 0\n";

fn other() -> Case {
    Case::tiny().file("other.out", OTHER).file("deep/a.go", "package deep\n")
}

#[test]
fn a_profile_of_another_repository_is_one_error() {
    let case = other();
    let before = case.files();
    for line in [
        "check other.out",
        "check other.out --total 10 -o json=r.json",
        "report other.out -o lcov=l.info",
        "check other.out --path-map example.com/nothing=m --src deep",
    ] {
        let outcome = case.run(line).exits(3).prints_nothing();
        let outcome =
            outcome.says("error: other.out is of another repository: none of its files is in [ROOT]\n");
        let outcome = outcome.says("not here: example.com/other/x/deep/a.go (nearest: deep/a.go)\n");
        let outcome =
            outcome.says("not here: example.com/other/x/c.go (no file here has this name)\nand 1 more\n");
        assert!(!outcome.stderr.contains("warning"), "one error: {}", outcome.screen());
        assert_eq!(case.files(), before, "{line} left something behind");
    }
    case.run("check other.out").exits(3).says("tried: module m\n").says("-C DIR").says("--path-map FROM=TO");
    case.run("check other.out --path-map a=b --src deep")
        .exits(3)
        .says("; --path-map a=b; --src [ROOT]/deep\n");
    case.put("more.out", OTHER);
    case.run("check other.out more.out").exits(3).says("the profile of 2 inputs is of another repository");
}

#[test]
fn what_needs_no_tree_goes_on() {
    let case = other();
    for line in
        ["func other.out", "func --go other.out", "percent other.out", "pkglist other.out", "dump other.out"]
    {
        case.run(line).exits(0);
    }
    case.run("merge other.out -o -").exits(0).prints("example.com/other/x/b.go:3.14,5.2 1 0\n");
    case.run("subtract other.out cover.out -o -").exits(0);
    case.run("intersect other.out other.out -o -").exits(0);
    case.run("doctor other.out").prints("FAIL  sources");
}

#[test]
fn a_way_to_the_files_or_a_word_is_enough() {
    let case = other();
    let outcome = case.run("check other.out --allow missing-source").exits(0);
    assert_eq!(outcome.last_line(), "total coverage: 20.0% of statements");
    case.run("check other.out --path-map example.com/other/x=.").exits(0).says_not("another repository");
    let elsewhere =
        Case::bare().file("example.com/other/x/b.go", "package x\n\nfunc F() int {\n\treturn 1\n}\n");
    case.run(&format!("check other.out --src {}", elsewhere.root())).exits(0);
    case.run("check other.out --scope main").exits(3);
    for scope in ["all", "main,dep", "example.com/other/..."] {
        case.run(&format!("check other.out --scope {scope}")).exits(0).says("warning[missing-source]");
    }
    // One file of the tree is enough too.
    case.run("check other.out cover.out").exits(0).says("note[outside-module]");
}

#[test]
fn a_folder_without_go_sources_says_nothing_of_a_profile() {
    for case in [
        Case::new(),
        Case::bare(),
        Case::new().file("go.mod", "module m\n"),
        Case::new().file("x.go", "package x\n"),
    ] {
        let case = case.file("other.out", OTHER);
        case.run("check other.out").exits(0).says("warning[missing-source]");
        case.run("report other.out -o csv").exits(0).prints("\nexample.com/other/x/b.go,");
    }
}

#[test]
fn libraries_and_lost_files_of_this_tree_are_not_of_another_repository() {
    let needs = "module m\n\nrequire example.com/lib v1.0.0\n";
    for rows in [
        "fmt/print.go:3.14,5.2 1 1\n",
        "example.com/lib/l.go:3.14,5.2 1 1\n",
        "/root/go/pkg/mod/example.com/lib@v1.0.0/l.go:3.14,5.2 1 1\n",
        "/usr/local/go/src/fmt/print.go:3.14,5.2 1 1\n",
        "m/lost.go:3.14,5.2 1 1\n",
        "m/lost.go:3.14,5.2 1 1\nexample.com/other/b.go:3.14,5.2 1 1\n",
        "/ci/job/shop/main.go:3.14,5.2 1 1\n",
        "C:\\shop\\main.go:3.14,5.2 1 1\n",
        "gram.y:3.14,5.2 1 1\n",
        "./lost.go:3.14,5.2 1 1\n",
    ] {
        let case = Case::tiny().file("go.mod", needs).file("lib.out", format!("mode: set\n{rows}"));
        case.run("check lib.out").exits(0).says_not("another repository");
        case.run("report lib.out -o csv").exits(0);
    }
    let case = Case::tiny();
    case.put("lib.out", format!("mode: set\n{}:3.14,5.2 1 1\n", case.path("lost.go")));
    case.run("check lib.out").exits(0);
}

#[test]
fn binary_data_tells_by_itself_whose_code_it_is() {
    let case = Case::tiny().copy_of("tests/data/covdata/go1.26.6/count/data", "data");
    case.run("check data").exits(0).prints("example.com/covapp");
    case.run("report data -o lcov").exits(0);
}
