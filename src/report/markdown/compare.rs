//! What a baseline and this run differ in: rows of the table of totals, what was lost, packages, the twelve categories.

use super::Section;
use super::sections::{links, percent, place};
use crate::model::{Category, CompareReport, FileFate, Metric, Report};
use crate::report::escape::{markdown_code, markdown_text};
use crate::report::{FormatOptions, counted, grouped};

/// Behind the table of totals: the baseline, before and now.
pub(super) fn head(report: &Report, compare: &CompareReport, options: &FormatOptions) -> String {
    let own = report.run.metric;
    let metrics = std::iter::once(own).chain(Metric::ALL.into_iter().filter(|metric| *metric != own));
    let names: Vec<String> = compare.baselines.iter().map(|facts| markdown_code(&facts.path)).collect();
    let estimated = if compare.estimated() { ", partly estimated" } else { "" };
    let mut text = format!(
        "\n### Against the baseline\n\n{} ({}{estimated})\n\n| | before | now | difference | lost | gained |\n|---|---:|---:|---:|---:|---:|\n",
        names.join(", "),
        markdown_text(&compare.origin)
    );
    for metric in metrics {
        let categories = compare.numbers.categories.of(metric);
        let (before, now) = (categories.base(), categories.head());
        let points = now.points_since(before, options.precision).unwrap_or_else(|| "n/a".to_owned());
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            metric.name(),
            percent(before, options),
            percent(now, options),
            points.replace('<', "&lt;"),
            grouped(compare.numbers.lost.of(metric)),
            grouped(categories.of(Category::Gbc)),
        ));
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

/// Its tables, in the order in which they may fill the text.
pub(super) fn sections(report: &Report, compare: &CompareReport, options: &FormatOptions) -> Vec<Section> {
    let metric = report.run.metric;
    vec![
        lost(report, compare, options),
        vanished(compare),
        packages(compare, metric, options),
        categories(compare),
    ]
}

fn lost(report: &Report, compare: &CompareReport, options: &FormatOptions) -> Section {
    let links = links(report, options);
    let mut rows = Vec::new();
    for file in compare.losing().into_iter().filter(|file| file.fate != FileFate::Vanished) {
        for range in &file.lost {
            let function =
                if range.function.is_empty() { String::new() } else { markdown_code(&range.function) };
            rows.push(format!(
                "| {} | {function} | {} |\n",
                place(&file.path, (range.first, range.last), links),
                grouped(range.statements)
            ));
        }
    }
    Section {
        items: "lost ranges",
        head: "\n### Lost coverage\n\nCovered in the baseline, unchanged, and not covered now.\n\n| lines | function | statements |\n|---|---|---:|\n".to_owned(),
        rows,
    }
}

fn vanished(compare: &CompareReport) -> Section {
    let files = compare.files.iter().filter(|file| file.fate == FileFate::Vanished);
    let rows = files.map(|file| {
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
    let changed =
        compare.packages.iter().filter(|package| !package.numbers.categories.of(metric).is_unchanged());
    let rows = changed.map(|package| {
        let categories = package.numbers.categories.of(metric);
        let (before, now) = (categories.base(), categories.head());
        format!(
            "| {} | {} | {} | {} | {} |\n",
            markdown_code(&package.path),
            percent(before, options),
            percent(now, options),
            now.points_since(before, options.precision).unwrap_or_default().replace('<', "&lt;"),
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

fn categories(compare: &CompareReport) -> Section {
    let of = compare.numbers.categories;
    let rows = Category::ALL.into_iter().filter_map(|category| {
        let (statements, lines) = (of.statements.of(category), of.lines.of(category));
        (statements + lines > 0).then(|| {
            format!(
                "| {} | {} | {} | {} |\n",
                category.name(),
                category.about(),
                grouped(statements),
                grouped(lines)
            )
        })
    });
    Section {
        items: "categories",
        head: "\n### Categories\n\n| | | statements | lines |\n|---|---|---:|---:|\n".to_owned(),
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MARKDOWN, Reader, cut};
    use super::*;
    use crate::report::testing::{compared, hostile_compared, large, render};

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
}
