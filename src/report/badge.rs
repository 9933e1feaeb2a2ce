//! Badge: the total as a small picture, made here and not by a service.
//!
//! Input: a report. Output: an SVG; for a path that ends in `.json` the document that the `endpoint` badge of shields.io reads.
//! Notes on consumers: README pages show the SVG through an image proxy without scripts or fonts of its own, so the text has
//! its width written down. shields.io wants `schemaVersion` 1 and at most a few hundred bytes.
//!
//! Invariant: the text is made of numbers alone; no name of anybody's data is in it.

use std::io::{self, Write};

use serde::Serialize;

use super::{Format, FormatOptions, escape, json};
use crate::model::{Report, Tally};

pub(super) static BADGE: Format = Format {
    name: "badge",
    about: "the total as an SVG badge; shields.io endpoint JSON for a path that ends in .json",
    default_name: "coverage.svg",
    shows_change: false,
    write,
};

const LABEL: &str = "coverage";

#[derive(Serialize)]
struct Endpoint<'a> {
    #[serde(rename = "schemaVersion")]
    schema_version: u32,
    label: &'a str,
    message: &'a str,
    color: &'a str,
}

fn write(report: &Report, options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let tally = report.totals.of(report.run.metric);
    let message = match tally.percent_to(options.precision) {
        Some(percent) => format!("{percent}%"),
        None => "n/a".to_owned(),
    };
    let (name, color) = color(tally);
    if options.extension.as_deref() == Some("json") {
        let endpoint = Endpoint { schema_version: 1, label: LABEL, message: &message, color: name };
        return json::print(&endpoint, out);
    }
    svg(&message, color, out)
}

/// The name that shields.io knows, and its value: darker for less, so that it can be told without colours too.
fn color(tally: Tally) -> (&'static str, &'static str) {
    const STEPS: [(u128, &str, &str); 5] = [
        (90, "brightgreen", "#3c8f0f"),
        (80, "green", "#5e8a00"),
        (70, "yellowgreen", "#757a00"),
        (60, "yellow", "#8f6a00"),
        (40, "orange", "#a64b00"),
    ];
    if tally.total == 0 {
        return ("lightgrey", "#6a6a6a");
    }
    let reaches = |bound: u128| u128::from(tally.covered) * 100 >= bound * u128::from(tally.total);
    let found = STEPS.iter().find(|(bound, ..)| reaches(*bound));
    found.map_or(("red", "#a8201a"), |&(_, name, value)| (name, value))
}

fn svg(message: &str, color: &str, out: &mut dyn Write) -> io::Result<()> {
    let (left, right) = (width(LABEL) + 10, width(message) + 10);
    let (whole, shown) = (left + right, escape::xml(message));
    let text = |middle: usize, length: usize, text: &str| {
        format!(
            r#"<text x="{middle}" y="14" textLength="{length}" lengthAdjust="spacingAndGlyphs">{text}</text>"#
        )
    };
    let label = text(left / 2, left - 10, LABEL);
    let value = text(left + right / 2, right - 10, &shown);
    writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" viewBox="0 0 {whole} 20" role="img" aria-label="{LABEL}: {shown}"><title>{LABEL}: {shown}</title><rect width="{whole}" height="20" rx="3" fill="{color}"/><path d="M3 0h{flat}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#444"/><g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{label}{value}</g></svg>"##,
        flat = left - 3,
    )
}

/// The usual width of a text in Verdana of 11 pixels.
fn width(text: &str) -> usize {
    let tenths: usize = text
        .chars()
        .map(|character| match character {
            '.' => 40,
            '%' => 118,
            '<' => 90,
            'a'..='z' => 66,
            _ => 70,
        })
        .sum();
    tenths.div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, render};
    use super::*;

    fn json() -> FormatOptions {
        FormatOptions { extension: Some("json".to_owned()), ..FormatOptions::default() }
    }

    #[test]
    fn small_report() {
        insta::assert_snapshot!(render(&BADGE, &testing::small(), &FormatOptions::default()));
        insta::assert_snapshot!(render(&BADGE, &testing::small(), &json()));
    }

    #[test]
    fn nothing_to_count_is_grey() {
        insta::assert_snapshot!(render(&BADGE, &testing::empty(), &json()));
    }

    #[test]
    fn every_value_is_well_formed_and_has_a_class() {
        let mut names = Vec::new();
        for covered in 0..=1000u64 {
            let mut report = testing::empty();
            report.totals.statements = Tally::new(covered, 1000);
            let text = render(&BADGE, &report, &FormatOptions { precision: 9, ..FormatOptions::default() });
            let mut reader = quick_xml::Reader::from_str(&text);
            while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
            let (name, _) = color(report.totals.statements);
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        assert_eq!(names, ["red", "orange", "yellow", "yellowgreen", "green", "brightgreen"]);
        assert_eq!(color(Tally::new(u64::MAX - 1, u64::MAX)).0, "brightgreen");
    }

    #[test]
    fn a_name_of_the_project_never_shows() {
        for options in [FormatOptions::default(), json()] {
            let text = render(&BADGE, &testing::hostile(), &options);
            assert!(text.is_ascii() && !text.contains("example"), "{text}");
        }
    }
}
