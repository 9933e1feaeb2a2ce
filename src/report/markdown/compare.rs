//! What a baseline and this run differ in: rows of the table of totals, what was lost, packages, the twelve categories.

use super::Section;
use super::sections::{links, percent, place};
use crate::model::{
    Categories, Category, CompareFile, CompareReport, FileFate, Metric, Report, StatementRange, Tally,
};
use crate::report::escape::{markdown_code, markdown_text};
use crate::report::{FormatOptions, counted, grouped};

/// Baselines that are named: no row of the head is ever cut.
const BASELINES: usize = 5;

/// Behind the table of totals: the baseline, before and now.
pub(super) fn head(report: &Report, compare: &CompareReport, options: &FormatOptions) -> String {
    let own = report.run.metric;
    let metrics = std::iter::once(own).chain(Metric::ALL.into_iter().filter(|metric| *metric != own));
    let named = compare.baselines.iter().take(BASELINES);
    let mut names: Vec<String> = named.map(|facts| markdown_code(&facts.path)).collect();
    if compare.baselines.len() > BASELINES {
        names.push(format!("{} more", compare.baselines.len() - BASELINES));
    }
    let estimated = if compare.estimated() { ", partly estimated" } else { "" };
    let mut text = format!(
        "\n### Against the baseline\n\nBaseline {} ({}{estimated}).\n\n| | before | now | difference | lost | gained |\n|---|---:|---:|---:|---:|---:|\n",
        names.join(", "),
        markdown_text(&compare.origin)
    );
    for metric in metrics {
        let categories = compare.numbers.categories.of(metric);
        let (before, now) = (categories.base(), categories.head());
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            metric.name(),
            percent(before, options),
            percent(now, options),
            points(before, now, options),
            grouped(compare.numbers.lost.of(metric)),
            grouped(categories.of(Category::Gbc)),
        ));
        if metric == own {
            text.push_str(&remaining_row(&categories, metric, options));
        }
    }
    let unstable = compare.numbers.unstable.of(own);
    if unstable > 0 {
        let what = counted(unstable, own.singular());
        text.push_str(&format!(
            "\n{what} not covered now and in some baselines only: unstable, and not lost.\n"
        ));
    }
    text
}

/// The same without deleted and excluded code, which `no-regress` compares with; nothing when that is all of it.
fn remaining_row(categories: &Categories, metric: Metric, options: &FormatOptions) -> String {
    let (before, now) = (categories.remaining_base(), categories.head());
    if before == categories.base() {
        return String::new();
    }
    format!(
        "| {}, remaining code | {} | {} | {} | | |\n",
        metric.name(),
        percent(before, options),
        percent(now, options),
        points(before, now, options)
    )
}

/// The difference; `+<0.01` holds what begins an element.
fn points(before: Tally, now: Tally, options: &FormatOptions) -> String {
    let points = now.points_since(before, options.precision);
    points.map_or_else(|| "n/a".to_owned(), |points| points.replace('<', "&lt;"))
}

/// Its tables, in the order in which they may fill the text.
pub(super) fn sections(report: &Report, compare: &CompareReport, options: &FormatOptions) -> Vec<Section> {
    let metric = report.run.metric;
    vec![
        lost(report, compare, options),
        vanished(compare),
        packages(compare, metric, options),
        gained(report, compare, options),
        categories(compare),
    ]
}

fn lost(report: &Report, compare: &CompareReport, options: &FormatOptions) -> Section {
    let files = compare.losing().into_iter().filter(|file| file.fate != FileFate::Vanished);
    let rows = ranges(report, options, files.flat_map(|file| in_file(file, &file.lost)));
    Section {
        items: "lost ranges",
        head: "\n### Lost coverage\n\nCovered in the baseline, unchanged, and not covered now.\n\n| lines | function | statements |\n|---|---|---:|\n".to_owned(),
        rows,
    }
}

/// Good news, so it stands behind what needs a hand.
fn gained(report: &Report, compare: &CompareReport, options: &FormatOptions) -> Section {
    let files = compare.gaining().into_iter();
    let rows = ranges(report, options, files.flat_map(|file| in_file(file, &file.gained)));
    Section {
        items: "gained ranges",
        head: "\n### Gained coverage\n\nUnchanged, not covered in the baseline, and covered now.\n\n| lines | function | statements |\n|---|---|---:|\n".to_owned(),
        rows,
    }
}

fn in_file<'a>(
    file: &'a CompareFile,
    ranges: &'a [StatementRange],
) -> impl Iterator<Item = (&'a str, &'a StatementRange)> {
    ranges.iter().map(|range| (file.path.as_str(), range))
}

fn ranges<'a>(
    report: &Report,
    options: &FormatOptions,
    all: impl Iterator<Item = (&'a str, &'a StatementRange)>,
) -> Vec<String> {
    let links = links(report, options);
    let row = |(path, range): (&str, &StatementRange)| {
        let function = if range.function.is_empty() { String::new() } else { markdown_code(&range.function) };
        format!(
            "| {} | {function} | {} |\n",
            place(path, (range.first, range.last), links),
            grouped(range.statements)
        )
    };
    all.map(row).collect()
}

fn vanished(compare: &CompareReport) -> Section {
    let rows = compare.vanished().into_iter().map(|file| {
        let base = file.numbers.categories.statements.base();
        format!("| {} | {} of {} |\n", markdown_code(&file.path), grouped(base.covered), grouped(base.total))
    });
    Section {
        items: "vanished files",
        head: "\n### Vanished files\n\nIn the baseline and in the tree, and not in the profile.\n\n| file | was covered |\n|---|---:|\n".to_owned(),
        rows: rows.collect(),
    }
}

fn packages(compare: &CompareReport, metric: Metric, options: &FormatOptions) -> Section {
    let mut changed: Vec<_> = compare
        .packages
        .iter()
        .filter(|package| !package.numbers.categories.of(metric).is_unchanged())
        .collect();
    changed.sort_by_key(|package| std::cmp::Reverse(package.numbers.lost.of(metric)));
    let rows = changed.into_iter().map(|package| {
        let categories = package.numbers.categories.of(metric);
        let (before, now) = (categories.base(), categories.head());
        format!(
            "| {} | {} | {} | {} | {} |\n",
            markdown_code(&package.path),
            percent(before, options),
            percent(now, options),
            points(before, now, options),
            grouped(package.numbers.lost.of(metric))
        )
    });
    Section {
        items: "changed packages",
        head: format!(
            "\n### Packages against the baseline\n\n| package | {0} before | now | difference | lost |\n|---|---:|---:|---:|---:|\n",
            metric.name()
        ),
        rows: rows.collect(),
    }
}

/// One row, so that what is opened is closed.
fn categories(compare: &CompareReport) -> Section {
    let of = compare.numbers.categories;
    let mut table = String::new();
    for category in Category::ALL {
        let (statements, lines) = (of.statements.of(category), of.lines.of(category));
        if statements + lines > 0 {
            let (name, about) = (category.name(), category.about());
            table.push_str(&format!("| {name} | {about} | {} | {} |\n", grouped(statements), grouped(lines)));
        }
    }
    let rows = if table.is_empty() { Vec::new() } else { vec![format!("{table}\n</details>\n")] };
    // A cut table must not leave an element open, so its head is part of the row.
    let head = "\n<details><summary>Categories against the baseline</summary>\n\n| | | statements | lines |\n|---|---|---:|---:|\n";
    let rows = rows.into_iter().map(|row| format!("{head}{row}")).collect();
    Section { items: "table of categories", head: String::new(), rows }
}

#[cfg(test)]
mod tests {
    use super::super::{MARKDOWN, Reader, cut};
    use super::*;
    use crate::report::markdown::tests::check;
    use crate::report::testing::{any_names, compared, hostile_compared, large, named_compared, render};
    use proptest::prelude::*;

    #[test]
    fn what_was_lost_stands_before_what_is_missed() {
        insta::assert_snapshot!(render(&MARKDOWN, &compared(), &FormatOptions::default()));
    }

    #[test]
    fn names_stay_in_their_cells() {
        let text = render(&MARKDOWN, &hostile_compared(), &FormatOptions::default());
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("(*Box")).collect();
        insta::assert_snapshot!(rows.join("\n"));
        assert!(!text.contains("::error::") && !text.contains('\u{202e}'), "{text}");
    }

    #[test]
    fn lost_ranges_are_cut_and_counted() {
        let mut report = Report { compare: compared().compare, ..large(10) };
        let files = report.compare.as_mut().map(|compare| &mut compare.files);
        for file in files.into_iter().flatten() {
            file.lost = file.lost.iter().cycle().take(2000).cloned().collect();
        }
        let options = FormatOptions { reader: Reader::Bytes(30_000), ..FormatOptions::default() };
        let message = cut(&report, &options).expect("too long").message;
        assert!(message.contains("lost ranges"), "{message}");
        assert!(render(&MARKDOWN, &report, &options).len() <= 30_000);
    }

    #[test]
    fn no_element_is_left_open_and_the_limit_holds_at_any_length() {
        let names: Vec<String> = (0..300).map(|at| format!("internal/package{at:03}/file.go")).collect();
        let report = named_compared(&names);
        for limit in (6000..60_000).step_by(3000) {
            let options = FormatOptions { reader: Reader::Bytes(limit), ..FormatOptions::default() };
            let text = render(&MARKDOWN, &report, &options);
            assert!(text.len() <= limit, "{} bytes of {limit}", text.len());
            assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{limit}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn no_name_breaks_a_row_of_a_comparison(names in any_names()) {
            check(&render(&MARKDOWN, &named_compared(&names), &FormatOptions::default()));
        }
    }
}
