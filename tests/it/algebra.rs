//! `subtract`, `intersect`, `merge -o DIR/`, `dump` and the lists of binary data, through the front door.

use camino::Utf8Path;

use crate::case::{Case, copy, project};

/// The profile of [`Case::tiny`] with other counts.
fn tiny(mode: &str, f: u32, g: u32) -> String {
    format!("mode: {mode}\nm/a.go:3.14,5.2 1 {f}\nm/a.go:7.14,9.2 1 {g}\n")
}

fn pair() -> Case {
    Case::tiny().file("a.out", tiny("count", 5, 2)).file("b.out", tiny("count", 3, 0))
}

/// A recorded data directory.
fn recorded(case: &Case, name: &str, to: &str) {
    copy(&project().join("tests/data/covdata").join(name).join("data"), &case.path(to));
}

fn names(case: &Case, folder: &str) -> Vec<String> {
    case.files().into_iter().filter(|name| name.starts_with(folder)).collect()
}

#[test]
fn subtract_keeps_the_keys_of_the_first_input() {
    let case = pair();
    let outcome = case.run("subtract a.out b.out -o -").exits(0);
    assert_eq!(outcome.stdout(), tiny("count", 0, 2));
    outcome.says("1 statement of the 2 that a.out covers are not covered by b.out");
    assert_eq!(case.run("subtract b.out a.out -o -").exits(0).stdout(), tiny("count", 0, 0));
    // An operand may be taken from itself.
    assert_eq!(case.run("subtract a.out a.out -o -").exits(0).stdout(), tiny("count", 0, 0));
}

#[test]
fn a_profile_may_be_asked_for_by_its_format() {
    let case = pair();
    let merged = tiny("count", 8, 2);
    assert_eq!(case.run("merge a.out b.out -o profile=-").exits(0).stdout(), merged);
    case.run("merge a.out b.out -o profile=merged.out").exits(0);
    assert_eq!(case.read("merged.out"), merged);
    // What no format is called is a path, with all its signs.
    case.run("merge a.out b.out -o run=1.out").exits(0);
    assert_eq!(case.read("run=1.out"), merged);
    case.run("intersect a.out b.out -o profile=both.out").exits(0);
    assert_eq!(case.read("both.out"), tiny("count", 3, 0));
    case.run("merge a.out -o json=x.json")
        .exits(2)
        .says("`merge` writes a profile or a data directory, not json");
    assert!(case.files().iter().all(|name| !name.starts_with("profile") && !name.contains("json")));
}

#[test]
fn intersect_keeps_the_smallest_count_or_the_first() {
    let case = pair();
    assert_eq!(case.run("intersect a.out b.out -o -").exits(0).stdout(), tiny("count", 3, 0));
    assert_eq!(case.run("intersect a.out b.out --counts first -o -").exits(0).stdout(), tiny("count", 5, 0));
}

#[test]
fn any_operand_of_mode_set_makes_the_result_set() {
    let case = pair().file("s.out", tiny("set", 0, 1));
    assert_eq!(case.run("subtract a.out s.out -o -").exits(0).stdout(), tiny("set", 1, 0));
    assert_eq!(case.run("subtract s.out b.out -o -").exits(0).stdout(), tiny("set", 0, 1));
}

#[test]
fn inputs_of_one_label_are_one_operand() {
    let case = pair().file("c.out", tiny("count", 0, 1));
    let outcome = case.run("intersect x=b.out x=c.out y=a.out -o -").exits(0);
    assert_eq!(outcome.stdout(), tiny("count", 3, 1));
}

#[test]
fn other_builds_are_refused_with_the_file_that_differs() {
    let case = pair().file("old.out", "mode: count\nm/a.go:3.14,6.2 2 1\nm/a.go:8.14,9.2 1 1\n");
    for verb in ["subtract", "intersect"] {
        let outcome = case.run(&format!("{verb} a.out old.out -o x.out"));
        outcome.exits(3).prints_nothing().says("come from different builds").says("m/a.go");
    }
    assert!(!case.path("x.out").exists());
}

#[test]
fn builds_are_mapped_line_by_line_when_both_trees_are_given() {
    let old = "package m\n\nfunc F() int {\n\treturn 1\n}\n\nfunc G() int {\n\treturn 2\n}\n";
    let new = "package m\n\n// F is one.\nfunc F() int {\n\treturn 1\n}\n\nfunc G() int {\n\tx := 2\n\treturn x\n}\n";
    let case = Case::tiny()
        .file("a.go", new)
        .file(".old/a.go", old)
        .file("new.out", "mode: set\nm/a.go:4.14,6.2 1 1\nm/a.go:8.14,11.2 2 1\n")
        .file("old.out", tiny("set", 1, 1));
    // What did not change is covered by both; the new body of G is not covered by what ran the old one.
    let outcome = case.run("subtract new.out old.out --src .old -o -").exits(0);
    assert_eq!(outcome.stdout(), "mode: set\nm/a.go:4.14,6.2 1 0\nm/a.go:8.14,11.2 2 1\n");
    outcome.says("mapped by line, 1 block in changed lines");
    let outcome = case.run("intersect old.out new.out --src .old -o -").exits(0);
    assert_eq!(outcome.stdout(), "mode: set\nm/a.go:3.14,5.2 1 1\n");
    // With one tree alone there is no answer.
    case.run("subtract new.out old.out -o -").exits(3).prints_nothing().says("--src DIR").says("m/a.go");
}

#[test]
fn nothing_in_common_is_said() {
    let case = pair().file("z.out", "mode: count\nother.org/z/z.go:1.1,2.2 1 1\n");
    case.run("subtract a.out z.out -o -").exits(0).says("have no file in common");
}

#[test]
fn a_result_goes_to_several_places_at_once() {
    let case = pair();
    case.run("subtract a.out b.out -o p.out -o json=r.json -o lcov=r.lcov -o data/")
        .exits(0)
        .prints_nothing();
    assert_eq!(case.read("p.out"), tiny("count", 0, 2));
    let report: serde_json::Value = serde_json::from_str(&case.read("r.json")).expect("JSON");
    assert_eq!(report["totals"]["statements"]["covered"], 1);
    assert!(report["run"]["inputs"][0]["unique"].is_null());
    // Text became binary: the source is at hand. It reads back as the same rows.
    assert_eq!(case.run("merge data -o -").exits(0).stdout(), tiny("count", 0, 2));
    case.run("func data").exits(0).prints("F").prints("G");
}

#[test]
fn text_without_sources_cannot_become_binary() {
    let case = Case::new().file("cover.out", tiny("set", 1, 0));
    let outcome = case.run("merge cover.out -o data/").exits(3).prints_nothing();
    outcome.says("cannot become a data directory").says("source of m/a.go is not at hand");
    assert!(!case.path("data").exists());
    // Nor where the source has changed since.
    let case = Case::tiny().file("cover.out", "mode: set\nm/a.go:1.1,2.2 1 1\n");
    case.run("merge cover.out -o data/").exits(3).says("m/a.go");
}

#[test]
fn merging_twice_counts_once() {
    let case = Case::new();
    recorded(&case, "go1.26.6/count", "in");
    case.run("merge in -o out/").exits(0);
    let once = case.run("merge out -o -").exits(0).stdout();
    assert_eq!(once, case.run("merge in -o -").exits(0).stdout());
    let files = names(&case, "out/");
    case.run("merge in -o out/").exits(0);
    assert_eq!(names(&case, "out/"), files);
    assert_eq!(case.run("merge out -o -").exits(0).stdout(), once);
    // Its own inputs in the same place would count again.
    case.run("merge in -o in/").exits(5).says("which would be counted too");
    case.put("file", "");
    case.run("merge in -o file/").exits(5);
    case.run("merge in -o file/below/").exits(5);
}

#[test]
fn command_lines_are_neither_kept_nor_shown_unless_asked_for() {
    let case = Case::new();
    recorded(&case, "go1.26.6/count", "in");
    let counters = names(&case, "in/").into_iter().find(|name| name.contains("covcounters")).expect("one");
    let meta = names(&case, "in/").into_iter().find(|name| name.contains("covmeta")).expect("one");
    // One run alone: with several, Go keeps only what all have in common.
    let one = format!("{meta} {counters}");
    case.run(&format!("merge {one} -o plain/")).exits(0);
    case.run(&format!("merge {one} -o kept/ --keep-args")).exits(0);
    case.run("dump in").exits(0).prints("meta-data ").prints("counters of ").prints_not("argv0");
    case.run("dump in --args").exits(0).prints("argv0 ./app");
    case.run("dump kept --args").exits(0).prints("argv0 ./app");
    case.run("dump plain --args").exits(0).prints_not("argv0");
    let raw = |folder: &str| {
        let file = names(&case, folder).into_iter().find(|name| name.contains("covcounters")).expect("one");
        fs_err::read(case.path(&file)).expect("a file")
    };
    let holds = |bytes: &[u8]| bytes.windows(5).any(|part| part == b"./app");
    assert!(holds(&raw("in/")) && holds(&raw("kept/")) && !holds(&raw("plain/")));
}

#[test]
fn lists_of_binary_data_are_those_of_gos_tool() {
    for release in ["go1.21.13", "go1.22.10", "go1.24.11", "go1.25.5", "go1.26.6", "go1.27.3"] {
        for name in ["set", "count", "atomic", "main-util", "plus-std", "killed", "two", "tests"] {
            let case = Case::new();
            let folder = project().join("tests/data/covdata").join(release).join(name);
            copy(&folder.join("data"), &case.path("data"));
            let expected = |file: &str| read(&folder.join(file));
            let percent: Vec<String> = expected("percent.txt")
                .replace("\t\t\t", "\n\t")
                .lines()
                .map(|line| format!("{}\n", line.trim_end()))
                .collect();
            let percent = percent.concat();
            let what = format!("{release}/{name}");
            assert_eq!(case.run("percent data --scope all").exits(0).stdout(), percent, "{what}");
            let list = expected("pkglist.txt");
            assert_eq!(case.run("pkglist data --scope all").exits(0).stdout(), list, "{what}");
            assert_eq!(case.run("merge data -o -").exits(0).stdout(), expected("textfmt.out"), "{what}");
        }
    }
}

fn read(path: &Utf8Path) -> String {
    fs_err::read_to_string(path).expect("a file")
}

#[test]
fn modules_of_the_meta_data_say_whose_code_it_is() {
    let case = Case::new();
    recorded(&case, "go1.26.6/plus-std", "data");
    let report = case.run("report data -o json").exits(0).json();
    assert_eq!(report["modules"][0]["path"], "example.com/covapp");
    assert_eq!(report["modules"][0]["disposition"], "main");
    assert!(report["run"]["excluded"]["scope"]["files"].as_u64() > Some(0));
    let scoped = case.run("pkglist data --scope std").exits(0);
    assert!(!scoped.stdout().contains('.') && !scoped.stdout().is_empty());
}

/// Reduced to a package that both have, two programs have the same meta-data: their counts add up.
#[test]
fn a_package_of_two_programs_keeps_the_counts_of_both() {
    for release in ["go1.21.13", "go1.22.10", "go1.24.11", "go1.25.5", "go1.26.6", "go1.27.3"] {
        let case = Case::new();
        recorded(&case, &format!("{release}/two"), "in");
        let rows = case.run("merge in -o -").exits(0).stdout();
        let shared = |row: &&str| row.starts_with("mode:") || row.starts_with("example.com/covapp/util/");
        let expected: Vec<&str> = rows.lines().filter(shared).collect();
        assert!(expected.iter().any(|row| row.ends_with(" 2")), "two runs of cmd/tiny: {rows}");
        case.run("merge in --pkg example.com/covapp/util -o out/").exits(0);
        assert_eq!(
            case.run("merge out -o -").exits(0).stdout().lines().collect::<Vec<_>>(),
            expected,
            "{release}"
        );
        case.run("intersect in in --pkg example.com/covapp/util -o same/").exits(0);
        assert_eq!(
            case.run("merge same -o -").exits(0).stdout().lines().collect::<Vec<_>>(),
            expected,
            "{release}"
        );
    }
}

/// The hash of reduced meta-data does not tell the mode: data of two modes is kept apart all the same.
#[test]
fn a_package_in_two_modes_keeps_both() {
    let case = Case::new();
    recorded(&case, "go1.26.6/set", "set");
    recorded(&case, "go1.26.6/count", "count");
    case.run("merge set count --mode set --pkg example.com/covapp/util -o out/").exits(0);
    assert_eq!(case.files().iter().filter(|name| name.starts_with("out/")).count(), 4);
    let rows = |input: &str| {
        case.run(&format!("merge {input} --mode set --pkg example.com/covapp/util -o -")).exits(0).stdout()
    };
    assert_eq!(rows("out"), rows("set count"));
}

#[test]
fn packages_are_chosen_by_import_path() {
    let case = Case::new();
    recorded(&case, "go1.26.6/count", "data");
    let list = case.run("pkglist data --pkg example.com/covapp/internal/...").exits(0).stdout();
    assert!(list.lines().count() > 1 && list.lines().all(|line| line.contains("/internal/")));
    let rows = case.run("merge data --pkg example.com/covapp/util -o -").exits(0).stdout();
    assert!(rows.lines().skip(1).all(|row| row.starts_with("example.com/covapp/util/")));
    case.run("merge data --pkg example.com/covapp/util -o part/").exits(0);
    assert_eq!(case.run("merge part -o -").exits(0).stdout(), rows);
    case.run("dump data --pkg example.com/covapp/util").exits(0).prints_not("/internal/");
    case.run("percent data --pkg util").exits(0).prints_nothing();
}

#[test]
fn functions_come_from_the_meta_data_without_sources() {
    let case = Case::new();
    recorded(&case, "go1.26.6/count", "data");
    let table = case.run("func data").exits(0);
    table.prints("a.go:16:").prints("Classify").prints("83.3%").prints("(*num).Inc").prints("init.2");
}

#[test]
fn what_each_input_covers_alone_is_told() {
    let case = pair()
        .file("g.out", tiny("count", 0, 1))
        .file("f.out", tiny("count", 1, 0))
        .file("h.out", tiny("count", 0, 3));
    let report = case.run("report unit=f.out e2e=g.out again=h.out -o json").exits(0).json();
    let unique = |at: usize| report["run"]["inputs"][at]["unique"]["statements"].as_u64();
    assert_eq!([unique(0), unique(1), unique(2)], [Some(1), Some(0), Some(0)]);
    let files = &report["run"]["inputs"][0]["unique"]["files"];
    assert_eq!(files[0]["path"], "a.go");
    assert_eq!(files[0]["lines"].to_string(), "[[4,4]]");
    assert_eq!(files.as_array().map(Vec::len), Some(1));
    case.run("check unit=f.out e2e=g.out").exits(0).prints("only here");
    case.run("check f.out").exits(0).prints_not("only here");
}

#[test]
fn damaged_data_is_an_error_that_names_the_file() {
    let case = Case::new();
    recorded(&case, "go1.26.6/count", "data");
    let files = names(&case, "data/");
    let meta = files.iter().find(|name| name.contains("covmeta")).expect("one").clone();
    let bytes = fs_err::read(case.path(&meta)).expect("a file");
    for verb in ["percent", "func", "pkglist", "dump", "merge -o x/", "merge -o x.out"] {
        case.put(&meta, &bytes[..100]);
        case.run(&format!("{verb} data")).exits(3).prints_nothing().says("covmeta").says("byte ");
        let mut newer = bytes.clone();
        newer[4] = 9;
        case.put(&meta, &newer);
        case.run(&format!("{verb} data")).exits(3).prints_nothing().says("version");
        assert!(!case.path("x").exists() && !case.path("x.out").exists());
    }
    case.put(&meta, &bytes);
    case.put("data/README", "foreign");
    case.put("data/tmp.covmeta.1", "unfinished");
    case.run("percent data").exits(0);
}
