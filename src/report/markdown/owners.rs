//! The table of owners. It comes last, so that it is the first to be cut.

use super::Section;
use super::sections::percent;
use crate::model::{OwnerReport, Report};
use crate::report::escape::markdown_code;
use crate::report::{FormatOptions, grouped};

/// One row for each owner, most missed first, nobody last.
pub(super) fn section(report: &Report, options: &FormatOptions) -> Section {
    let metric = report.run.metric;
    let in_change = report.patch.as_ref().is_some_and(|patch| !patch.files.is_empty());
    let row = |owner: &OwnerReport| {
        let name = owner.name.as_deref().map_or_else(|| "nobody".to_owned(), markdown_code);
        let tally = owner.totals.of(metric);
        let change = match owner.patch.map(|patch| patch.of(metric)).filter(|_| in_change) {
            Some(patch) if patch.total > 0 => format!(" {} |", percent(patch, options)),
            _ if in_change => " |".to_owned(),
            _ => String::new(),
        };
        format!(
            "| {name} | {} | {} | {} of {} | {} |{change}\n",
            grouped(owner.files),
            percent(tally, options),
            grouped(tally.covered),
            grouped(tally.total),
            grouped(tally.missed())
        )
    };
    let (change, line) = if in_change { (" change |", "---:|") } else { ("", "") };
    Section {
        items: "owners",
        head: format!(
            "\n### Owners\n\n| owner | files | {} | covered | missed |{change}\n|---|---:|---:|---:|---:|{line}\n",
            metric.name()
        ),
        rows: report.owners.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MARKDOWN, Reader, cut};
    use super::*;
    use crate::report::testing::{self, render};

    #[test]
    fn owners_with_their_part_of_the_change() {
        let text = render(&MARKDOWN, &testing::owned(), &FormatOptions::default());
        let from = text.find("### Owners").expect("a table of owners");
        insta::assert_snapshot!(&text[from..], @"
        ### Owners

        | owner | files | statements | covered | missed | change |
        |---|---:|---:|---:|---:|---:|
        | `@example/shapes` | 1 | 50.0% | 3 of 6 | 3 | 33.3% |
        | `ann@example.com` | 2 | 66.7% | 6 of 9 | 3 | 33.3% |
        | nobody | 2 | 0.0% | 0 of 2 | 2 | |
        ");
        let report = Report { patch: None, ..testing::owned() };
        let text = render(&MARKDOWN, &report, &FormatOptions::default());
        assert!(text.contains("| owner | files | statements | covered | missed |\n"), "{text}");
    }

    #[test]
    fn names_stay_in_their_cells() {
        let text = render(&MARKDOWN, &testing::hostile_owned(), &FormatOptions::default());
        let from = text.find("### Owners").expect("a table of owners");
        insta::assert_snapshot!(&text[from..], @r#"
        ### Owners

        | owner | files | statements | covered | missed | change |
        |---|---:|---:|---:|---:|---:|
        | <code>@&#60;script&#62;&#124;&#96;x&#96;:&#8288;:&#8288;error:&#8288;:&#92;x1b&#91;31m</code> | 1 | 50.0% | 3 of 6 | 3 | 33.3% |
        | <code>=cmd&#124;&#92;u&#123;202e&#125;"'&#38;,;@&#8288;x</code> | 2 | 66.7% | 6 of 9 | 3 | 33.3% |
        | nobody | 2 | 0.0% | 0 of 2 | 2 | |
        "#);
    }

    #[test]
    fn it_is_cut_before_anything_else() {
        let mut report = testing::large(100);
        let many = testing::owned().owners.first().cloned().expect("an owner");
        report.owners = vec![many; 500];
        let options = FormatOptions { reader: Reader::Bytes(30_000), ..FormatOptions::default() };
        let message = cut(&report, &options).expect("too long").message;
        assert!(message.contains("owners left out") && !message.contains("packages"), "{message}");
    }
}
