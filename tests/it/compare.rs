//! A run beside a baseline, through the program: the twelve categories, the gates, and what cannot be compared.
//!
//! Rows of the table of cases that a tool on changes must get right, from 60 on, are in `compare/rows.rs`;
//! [`every_row_has_a_test`] holds the list.

mod bad;
mod commits;
mod fixture;
mod gained;
mod gates;
mod laws;
mod moved;
mod oracle;
mod rows;

use crate::case::{Outcome, project};

/// One function with a branch, and another.
const A: &str = "package m\n\nfunc F(x int) int {\n\tif x > 1 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n\nfunc G() int {\n\treturn 3\n}\n";

/// Its profile as Go 1.26 writes it: which of the four blocks ran.
fn a_cov(ran: [u8; 4]) -> String {
    let [first, branch, last, g] = ran;
    format!(
        "mode: set\nm/a.go:3.19,4.11 1 {first}\nm/a.go:4.11,6.3 1 {branch}\nm/a.go:7.2,7.10 1 {last}\nm/a.go:10.14,12.2 1 {g}\n"
    )
}

/// In the order in which they are shown.
const NAMES: [&str; 12] =
    ["UNC", "LBC", "UIC", "UBC", "GBC", "GIC", "GNC", "CBC", "EUB", "ECB", "DUB", "DCB"];

/// The categories that have any items.
fn categories(of: &serde_json::Value) -> String {
    let counts = NAMES.iter().map(|name| (name, of[name].as_u64().expect("a number")));
    let some = counts.filter(|(_, count)| *count > 0);
    some.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(" ")
}

/// The categories that have any items: `S` statements, `L` lines; then each file with its fate.
fn told(outcome: &Outcome) -> String {
    let compare = &outcome.json()["compare"];
    let files: Vec<String> = compare["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| {
            let text = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {}", text("path"), text("fate"), categories(&file["statements"]))
        })
        .collect();
    format!(
        "S {} | L {}\n{}",
        categories(&compare["statements"]),
        categories(&compare["lines"]),
        files.join("\n")
    )
}

#[test]
fn every_row_has_a_test() {
    let rows = fs_err::read_to_string(project().join("tests/it/compare/rows.rs")).expect("rows");
    let all = (60..=69).chain([74]);
    let absent: Vec<u32> = all.filter(|row| !rows.contains(&format!("fn row_{row}_"))).collect();
    assert!(absent.is_empty(), "rows without a test: {absent:?}");
}
