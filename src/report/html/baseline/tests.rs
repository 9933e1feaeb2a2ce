//! What pages show of a baseline made by hand, and what they do not show without one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::tests::pages;
use super::*;
use crate::golang;
use crate::model::{CompareReport, Report, Tally};
use crate::report::pages::{SourceText, Texts};
use crate::report::testing;

/// Every source has twenty lines.
struct Twenty;

impl Texts for Twenty {
    fn text(&self, _: &FileReport) -> SourceText {
        SourceText::Same(Arc::new(golang::shown("\tx()\n".repeat(20).into_bytes())))
    }
}

fn shown(report: &Report) -> BTreeMap<String, String> {
    pages(report, &Twenty)
}

fn shapes(compare: &mut CompareReport) -> &mut CompareFile {
    compare.files.iter_mut().find(|file| file.path == "shapes/shapes.go").expect("the file")
}

/// Cells of the row that begins like this, without markup.
#[track_caller]
fn row(page: &str, start: &str) -> Vec<String> {
    let row = page
        .split("<tr>")
        .find(|row| row.starts_with(start))
        .unwrap_or_else(|| panic!("no {start} in {page}"));
    let row = row.split(['\n']).next().unwrap_or_default();
    row.split("<td")
        .skip(1)
        .map(|cell| cell.split_once('>').map_or("", |(_, text)| text).to_owned())
        .collect()
}

#[test]
fn tables_have_what_was_and_the_difference_and_nothing_for_files_that_are_new() {
    let mut report = testing::against_baseline();
    let pages = shown(&report);
    let files = &pages["files.html"];
    assert!(files.contains("<th scope=col>Before<th scope=col>Difference</thead>"), "{files}");
    let shapes = "<th scope=row><a href=files/shapes/shapes.go.html>";
    assert_eq!(row(files, shapes)[5..], ["71.4%", "-21.4"]);
    assert_eq!(row(files, "<th scope=row><a href=files/zz_generated.go.html>")[5..], ["", ""]);
    assert_eq!(
        row(&pages["packages.html"], "<th scope=row>example.com/m/shapes<")[5..],
        ["71.4%", "-21.4", "1"]
    );
    assert_eq!(
        row(&pages["functions.html"], "<th scope=row><a href=files/shapes/shapes.go.html#L3>")[4..],
        ["2", "1"]
    );
    assert_eq!(row(&pages["functions.html"], "<th scope=row><a href=files/main.go.html#L5>")[4..], ["3", ""]);
    let tree = &pages["tree.html"];
    assert!(tree.contains("<div class=\"tree five base\">"), "{tree}");
    // All of the module: 19 of 27 before, with what is deleted, vanished and left out.
    assert!(
        tree.contains("<span>example.com/m</span>")
            && tree.contains("<span>70.4%</span><span>-3.7</span></summary>"),
        "{tree}"
    );
    report.compare = None;
    for (path, page) in shown(&report) {
        for word in ["Before", "aseline", "lost.html", "Lost"] {
            assert!(
                path.starts_with("assets/") || path == "health.html" || !page.contains(word),
                "{path}: {word}"
            );
        }
    }
}

#[test]
fn the_overview_tells_of_the_baseline_in_a_card_a_notice_and_a_table() {
    let pages = shown(&testing::against_baseline());
    let index = &pages["index.html"];
    let card = index
        .split("<div class=\"card\">")
        .find(|card| card.contains("Against the baseline"))
        .expect("a card");
    insta::assert_snapshot!(card);
    let twelve =
        index.split("<details class=twelve>").nth(1).and_then(|rest| rest.split("</details>").next());
    insta::assert_snapshot!(twelve.expect("the table").replace("<tr>", "\n<tr>"));
    let lost: Vec<&str> = index.lines().filter(|line| line.contains("href=\"lost.html\">lost</a>")).collect();
    insta::assert_snapshot!(lost.join("\n"));
    assert!(index.contains("<a href=\"lost.html\">Lost</a><a href=\"tree.html\">Tree</a>"), "{index}");
    assert!(index.contains("<th scope=row>gone/gone.go<td>deleted<td class=w60>60.0%<td>10<td>0"), "{index}");
}

#[test]
fn the_view_of_what_was_lost_lists_losses_and_files_that_are_gone() {
    let pages = shown(&testing::against_baseline());
    let page = &pages["lost.html"];
    let body = page.split("<table class=\"list two\">").skip(1).collect::<Vec<_>>().join("<table>");
    insta::assert_snapshot!(body.split("</main>").next().expect("a body"));
    let mut nothing = testing::against_baseline();
    nothing.compare.as_mut().expect("a baseline").files.clear();
    let page = shown(&nothing);
    assert!(page["lost.html"].contains("Nothing that the baseline covers is lost"));
    assert!(!page["index.html"].contains("Files of the baseline that are not"));
}

#[test]
fn a_source_page_marks_each_line_and_folds_to_the_lost_ones() {
    let pages = shown(&testing::against_baseline());
    let page = &pages["files/shapes/shapes.go.html"];
    assert!(
        page.contains(
            "71.4% in the baseline, -21.4 points, <b class=\"lost\">▼ 3 lost</b> · was shapes/old.go"
        ),
        "{page}"
    );
    assert!(page.contains("id=\"changed\"") && page.contains("id=\"lost\""));
    assert!(
        page.contains("<div class=\"src marked\">")
            && page.contains("<th scope=col>Line, state, baseline<th")
    );
    let rows: Vec<&str> = page.split("<tr id=L").skip(1).collect();
    let cells = |line: usize| rows[line - 1].split("<td>\t").next().unwrap_or_default();
    assert_eq!(cells(4), "4 class=\"c a k n\"><td><a href=#L4>4 covered</a> CBC<td>5");
    assert_eq!(cells(5), "5 class=\"m a k l\"><td><a href=#L5>5 missed</a> LBC<td>0");
    assert_eq!(cells(8), "8 class=\"p a k n\"><td><a href=#L8>8 partly</a> UBC~<td>3.0G");
    assert_eq!(cells(9), "9 class=k><td><a href=#L9>9<td>");
    assert_eq!(cells(12), "12 class=\"n q\"><td><a href=#L12>12<td>");
    let legend = page.lines().find(|line| line.contains("class=legend")).expect("a legend");
    insta::assert_snapshot!(legend);
    let aside =
        page.split("<aside").nth(1).and_then(|rest| rest.split("</aside>").next()).expect("functions");
    assert!(aside.contains("</a> <b class=lost>▼ 1 lost</b>") && aside.contains("2 lost ranges"), "{aside}");
    let main = &pages["files/main.go.html"];
    assert!(!main.contains("id=\"lost\"") && main.contains(" covered</a> CBC<td>"), "nothing is lost there");
    assert!(!pages["files/zz_generated.go.html"].contains("Baseline"), "the baseline does not know it");
}

#[test]
fn a_line_with_lost_statements_is_lost_though_another_block_of_it_runs() {
    let mut report = testing::against_baseline();
    let compare = report.compare.as_mut().expect("a baseline");
    shapes(compare).lost.push(StatementRange {
        first: 8,
        last: 9,
        function: "init".to_owned(),
        statements: 1,
    });
    let pages = shown(&report);
    let page = &pages["files/shapes/shapes.go.html"];
    assert!(page.contains("<tr id=L8 class=\"p a k l\">") && !page.contains("id=L9 class=\"k l"), "{page}");
}

#[test]
fn a_source_that_does_not_fit_has_numbers_and_no_marks() {
    let mut report = testing::against_baseline();
    report.packages[1].files[0].positions_fit = false;
    let pages = shown(&report);
    let page = &pages["files/shapes/shapes.go.html"];
    assert!(page.contains("▼ 3 lost") && !page.contains("id=\"lost\"") && !page.contains("LBC"), "{page}");
}

#[test]
fn names_of_a_comparison_are_never_markup() {
    let mut report = testing::hostile_baseline();
    let compare = report.compare.as_mut().expect("a baseline");
    compare.origin = "<script>o".to_owned();
    compare.baselines[0].path = "<script>b".to_owned();
    for file in &mut compare.files {
        file.old_path = Some("<script>f".to_owned());
    }
    for (path, page) in shown(&report).iter().filter(|(path, _)| !path.starts_with("assets/")) {
        assert!(!page.contains("<script>") && !page.contains("<b>&c") && !page.contains('\u{1b}'), "{path}");
    }
}

#[test]
fn the_largest_differences_and_the_smallest_are_shown() {
    let report = testing::against_baseline();
    let options = crate::report::FormatOptions::default();
    let templates = super::super::Templates::new(Vec::new()).expect("our templates are right");
    let site = Site::new(&report, &options, &templates);
    let cells = |before, now| site.before_and_points(before, now);
    assert_eq!(cells(Tally::new(1, 30_000), Tally::new(0, 1000)), ["&lt;0.1%", "-&lt;0.01"]);
    assert_eq!(cells(Tally::new(5, 5), Tally::new(0, 5)), ["100.0%", "-100.0"]);
    assert_eq!(cells(Tally::default(), Tally::new(0, 5)), ["", ""]);
    assert_eq!(cells(Tally::new(5, 5), Tally::default()), ["100.0%", ""]);
}
