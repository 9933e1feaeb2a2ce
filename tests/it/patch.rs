//! Coverage of a change, through the front door: real repositories and diffs in, exit code, JSON and screens out.
//!
//! Rows of the table of cases that a tool on changes must get right, and where each is tested: as `row_NN_…` in
//! `src/diff/text/tests/rows.rs` (1 to 29, diffs), `src/diff/tree/tests/rows.rs` (14 to 20 and 30 to 33, repositories),
//! `src/diff/base/tests` (34 to 45, bases), `src/measure/patch/tests.rs` (46, 51, 53, 54, 57, 58, numbers), and here once
//! more what shows in the whole program: `rows_diff.rs` (14 to 20, 30 to 33), `rows_base.rs` (34 to 45), `rows_measure.rs`
//! (46 to 59), `rows_gates.rs` (70 to 73, 75 to 77). [`every_row_has_a_test`] holds this list.

mod adversary;
mod bad;
mod cases;
mod fixture;
mod rows_base;
mod rows_diff;
mod rows_gates;
mod rows_measure;

use crate::case::project;

/// `F` with one branch: lines 4, 5 and 7 are its statements.
const F: &str = "package m\n\nfunc F(x int) int {\n\tif x > 1 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n";
/// Its profile as Go 1.26 writes it; the branch did not run.
const F_COV: &str = "mode: set\nm/a.go:3.19,4.11 1 1\nm/a.go:4.11,6.3 1 0\nm/a.go:7.2,7.10 1 1\n";
/// `F` with one more statement, line 7.
const F_MORE: &str =
    "package m\n\nfunc F(x int) int {\n\tif x > 1 {\n\t\treturn 1\n\t}\n\tx++\n\treturn 2\n}\n";
/// Its profile: the new statement ran.
const F_MORE_COV: &str = "mode: set\nm/a.go:3.19,4.11 1 1\nm/a.go:4.11,6.3 1 0\nm/a.go:7.2,8.10 2 1\n";

/// The profile of [`F`] or [`F_MORE`] in another file, in which nothing ran.
fn missed(profile: &str, name: &str) -> String {
    profile.replace("m/a.go", name).replace(" 1\n", " 0\n")
}

/// Two profiles in one.
fn both(first: &str, second: &str) -> String {
    format!("{first}{}", second.trim_start_matches("mode: set\n"))
}

#[test]
fn every_row_has_a_test() {
    let mut texts = String::new();
    let mut todo = vec![project().join("src"), project().join("tests/it")];
    while let Some(folder) = todo.pop() {
        for entry in folder.read_dir_utf8().expect("a folder").flatten() {
            if entry.file_type().expect("a type").is_dir() {
                todo.push(entry.path().to_owned());
            } else if entry.path().extension() == Some("rs") {
                texts += &fs_err::read_to_string(entry.path()).expect("a source");
            }
        }
    }
    let rows = (1..=59).chain(70..=73).chain(75..=77);
    let absent: Vec<u32> = rows.filter(|row| !texts.contains(&format!("fn row_{row:02}_"))).collect();
    assert!(absent.is_empty(), "rows without a test: {absent:?}");
    let shown = (14..=20).chain(30..=59).chain(70..=73).chain(75..=77);
    let here: String = ["diff", "base", "measure", "gates"]
        .iter()
        .map(|name| {
            fs_err::read_to_string(project().join(format!("tests/it/patch/rows_{name}.rs"))).expect("rows")
        })
        .collect();
    let absent: Vec<u32> = shown.filter(|row| !here.contains(&format!("fn row_{row:02}_"))).collect();
    assert!(absent.is_empty(), "rows not tested through the program: {absent:?}");
}
