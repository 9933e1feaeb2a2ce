//! Sizes: what a page may weigh, on the shop and on a generated project.

use std::fmt::Write as _;

use super::Site;
use crate::case::{Case, project};

/// A project of so many packages with so many files each, and a profile in which a third of all blocks never ran.
pub(super) fn generated(packages: usize, files: usize) -> Case {
    let case = Case::new().file("go.mod", "module example.com/big\n\ngo 1.26\n");
    case.put("shape.go", source(0));
    // All files have one shape, so one list of blocks serves them all.
    let blocks = case.run("dump shape.go --rules A").exits(0).stdout();
    fs_err::remove_file(case.path("shape.go")).expect("it was written");
    let mut profile = "mode: count\n".to_owned();
    for package in 0..packages {
        for file in 0..files {
            let path = format!("internal/area{}/pkg{package:03}/file{file:02}.go", package % 10);
            for (at, block) in blocks.lines().enumerate() {
                let _ = writeln!(profile, "example.com/big/{path}:{block} {}", (package + file + at) % 3);
            }
            case.put(&path, source(package));
        }
    }
    case.file("cover.out", profile)
}

/// Functions as they are: some twenty lines with a comment on each step.
fn source(package: usize) -> String {
    let mut text = format!("package pkg{package:03}\n\nimport \"fmt\"\n");
    for function in 10..18 {
        let _ = write!(
            text,
            r#"
// Load{function} reads an entry and says whether it is complete. An entry that is over
// its limit is refused, whatever is in it.
func Load{function}(name string, limit int) (string, error) {{
	if limit < {function} {{
		return "", fmt.Errorf("entry %q is over the limit of %d", name, limit)
	}}
	// The letters of the name decide where the entry is kept; names are short, so
	// that a walk over all of them is as good as anything else.
	total := 0
	for index, letter := range name {{
		total += index * int(letter)
	}}
	switch {{
	case total > 1000:
		return fmt.Sprintf("%s-%d", name, limit+total), nil // far away
	case total > 10:
		return name, nil
	}}
	return fmt.Sprintf("%s-%d", name, limit), nil
}}
"#
        );
    }
    text
}

#[test]
fn pages_are_no_longer_than_five_times_their_sources() {
    let case = generated(40, 5);
    case.run("report cover.out -o html=out").exits(0);
    let site = Site::of(&case, "out");
    let (mut pages, mut sources) = (0, 0);
    for (path, page) in site.html() {
        let Some(source) = path.strip_prefix("files/").and_then(|path| path.strip_suffix(".html")) else {
            continue;
        };
        let length = case.read(source).len();
        assert!(page.contains("<c-v") && page.contains("<m-s"), "{path} is coloured");
        assert!(page.len() <= 5 * length, "{path}: {} for {length}", page.len());
        (pages, sources) = (pages + page.len(), sources + length);
    }
    let all: usize = site.pages.values().map(String::len).sum();
    assert!(all <= 5 * sources, "{all} for {sources}, pages of files {pages}");
    // 5,000 files in 500 packages may be 700 KB: 140 bytes a file.
    let overview = site.page("index.html").len();
    assert!(overview <= 140 * 200 + 4000, "{overview}");
}

#[test]
fn style_and_script_are_small() {
    for name in ["app.css", "app.js"] {
        let length = fs_err::read(project().join("templates").join(name)).expect("a file").len();
        assert!(length <= 24 * 1024, "{name}: {length}");
    }
}

#[test]
fn long_lists_are_split_and_linked() {
    let case = generated(100, 4);
    case.run("report cover.out -o html=out").exits(0);
    let site = Site::of(&case, "out");
    assert!(site.page("functions.html").contains("<a href=\"functions-2.html\">2</a>"));
    assert_eq!(site.page("functions-2.html").matches("<tr><th scope=row>").count(), 100 * 4 * 8 - 2500);
}

#[test]
fn a_file_of_two_hundred_thousand_lines_is_cut_into_tables() {
    let text = format!("package m\n\nfunc F() {{\n{}}}\n", "\t_ = 0\n".repeat(200_000));
    let case =
        Case::tiny().file("a.go", text).file("cover.out", "mode: set\nm/a.go:3.10,200004.2 200000 1\n");
    case.run("report cover.out -o html=out").exits(0);
    let page = case.read("out/files/a.go.html");
    assert_eq!(page.matches("class=\"src part\"").count(), 401);
    assert!(page.contains("<tr id=L200003 class=c>"));
}
