//! Markdown as written, its limits, and names that would be markup.

use proptest::prelude::*;

use super::super::testing::{self, render};
use super::*;
use crate::escape::is_unsafe;
use crate::model::SourceLinks;

fn links() -> FormatOptions {
    let base = "https://github.example/o/r/blob/".to_owned();
    FormatOptions { links: Some(SourceLinks { base, between: "-L" }), ..FormatOptions::default() }
}

#[test]
fn reviewed_report() {
    insta::assert_snapshot!(render(&MARKDOWN, &testing::reviewed(), &links()));
}

#[test]
fn empty_report() {
    insta::assert_snapshot!(render(&MARKDOWN, &testing::empty(), &FormatOptions::default()));
}

#[test]
fn without_an_address_or_a_commit_lines_are_plain() {
    let linked = |report: &Report, options: &FormatOptions| render(&MARKDOWN, report, options).contains("](");
    let mut report = testing::reviewed();
    assert!(linked(&report, &links()));
    assert!(!linked(&report, &FormatOptions::default()));
    report.patch.as_mut().expect("a change").side = "worktree";
    assert!(!linked(&report, &links()));
    let mut report = testing::reviewed();
    report.run.commit = None;
    assert!(!linked(&report, &links()));
}

#[test]
fn rows_are_cut_below_the_limit_and_the_last_line_counts_them() {
    for (files, limit) in
        [(3, 65_000), (400, 65_000), (5000, 65_000), (5000, 1_000_000), (9000, 1_000_000), (50, 3000)]
    {
        let report = testing::large(files);
        let options = FormatOptions { reader: Reader::Bytes(limit), ..links() };
        let text = render(&MARKDOWN, &report, &options);
        assert!(text.len() <= limit, "{files}: {} bytes of {limit}", text.len());
        let rows =
            text.lines().filter(|line| line.starts_with("| [`") || line.starts_with("| `example")).count();
        let all = files + report.packages.len();
        let finding = cut(&report, &options);
        let count = |finding: &Finding| usize::try_from(finding.count).expect("small");
        let beyond = finding.as_ref().map_or(0, count);
        // Findings of the report are rows too; they come last.
        let findings =
            text.lines().filter(|line| line.starts_with("| warning") || line.starts_with("| note")).count();
        assert_eq!(rows + findings + beyond, all + 2, "{files} {limit}");
        let last = text.lines().last().expect("a line");
        assert_eq!(finding.is_some(), last.starts_with("Cut to fit"), "{last}");
        if finding.is_some() {
            assert!(limit - text.len() < 2000, "cut no earlier than needed");
        }
    }
    let text = render(&MARKDOWN, &testing::large(5000), &FormatOptions::default());
    assert!(text.len() < 65_536, "a comment by default");
    insta::assert_snapshot!(text.lines().last().expect("a line"));
}

#[test]
fn hostile_names_are_code_or_references() {
    let report = testing::hostile_reviewed();
    let text = render(&MARKDOWN, &report, &links());
    insta::assert_snapshot!(text);
    check(&text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn no_name_breaks_a_row(names in testing::any_names()) {
        check(&render(&MARKDOWN, &testing::named(&names), &links()));
    }
}

/// Every line is one of ours, and outside of code and references nothing is left that could be markup.
pub(super) fn check(text: &str) {
    for line in text.lines() {
        assert!(!line.chars().any(is_unsafe) && !line.contains("##["), "{line:?}");
        let ours = ["| ", "|-", "## ", "### ", "<!-- coverdict -->", "Change since ", "Cut to fit "];
        let baseline =
            ["Baseline ", "Covered in the ", "Unchanged, ", "In the baseline ", "<details>", "</details>"];
        let ours = [&ours[..], &baseline].concat();
        assert!(line.is_empty() || ours.iter().any(|start| line.starts_with(start)), "{line:?}");
        if line.starts_with("| ") {
            let bare = bare(line).replace("[](https://github.example/", "");
            assert!(!bare.contains(['`', '<', '[', '\\', '*']) || bare.contains("**fail**"), "{bare:?}");
            let cells = bare.matches('|').count();
            assert!((3..=7).contains(&cells), "{bare:?}");
        }
    }
}

/// A row without its code spans, links and references.
fn bare(line: &str) -> String {
    let mut rest = line.replace("<code>", "").replace("</code>", "");
    while let Some(start) = rest.find('`') {
        let end = rest[start + 1..].find('`').map(|end| start + 1 + end).expect("a span ends on its line");
        assert!(!rest[start..end].contains('|'), "{line:?}");
        rest.replace_range(start..=end, "");
    }
    rest
}
