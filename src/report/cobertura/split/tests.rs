//! What the documents hold together, and how long they are.

use proptest::prelude::*;

use super::super::super::testing::{self, render};
use super::super::COBERTURA;
use super::*;

fn texts(report: &Report, options: &FormatOptions, limit: u64) -> Vec<String> {
    let text = |part: &Part<'_>| {
        let mut bytes = Vec::new();
        part.write(&mut bytes).expect("memory takes everything");
        String::from_utf8(bytes).expect("XML is text")
    };
    parts(report, options, limit).iter().map(text).collect()
}

/// The lines of a document that belong to classes: in order, without those that depend on the document.
fn body(text: &str) -> Vec<&str> {
    let frame = [
        "<?xml",
        "<!DOCTYPE",
        "<coverage",
        "<sources",
        "<packages",
        "<package ",
        "<classes>",
        "</classes>",
        "</pack",
        "</cover",
    ];
    text.lines().filter(|line| !frame.iter().any(|start| line.starts_with(start))).collect()
}

#[test]
fn a_document_below_the_limit_stays_one() {
    for report in [testing::empty(), testing::small(), testing::hostile()] {
        let whole = render(&COBERTURA, &report, &FormatOptions::default());
        assert_eq!(texts(&report, &FormatOptions::default(), 10 << 20), [whole]);
    }
}

#[test]
fn rates_are_those_of_the_lines_in_the_document() {
    let texts = texts(&testing::small(), &FormatOptions::default(), 1);
    let heads: Vec<&str> =
        texts.iter().filter_map(|text| text.lines().find(|line| line.starts_with("<coverage "))).collect();
    let whole = "lines-covered=\"3\" lines-valid=\"5\"";
    assert_eq!(texts.len(), 2);
    assert!(heads[0].contains("line-rate=\"1\"") && heads[1].contains("line-rate=\"0.5\""), "{heads:?}");
    assert!(heads.iter().all(|head| !head.contains(whole)), "{heads:?}");
    assert!(texts[1].contains("<package name=\"example.com/m/shapes\" line-rate=\"0.5\""), "{}", texts[1]);
}

proptest! {
    #[test]
    fn the_documents_together_hold_what_one_holds(names in testing::any_names(), limit in 1_u64..4_000, methods in any::<bool>()) {
        let report = testing::named(&names);
        let options = FormatOptions { no_methods: !methods, ..FormatOptions::default() };
        let whole = render(&COBERTURA, &report, &options);
        let texts = texts(&report, &options, limit);
        let together: Vec<&str> = texts.iter().flat_map(|text| body(text)).filter(|line| !line.starts_with("<source>") && *line != "</sources>").collect();
        let alone: Vec<&str> = body(&whole).into_iter().filter(|line| !line.starts_with("<source>") && *line != "</sources>").collect();
        prop_assert_eq!(together, alone);
        for text in &texts {
            let classes = text.matches("<class ").count();
            prop_assert!(text.len() as u64 <= limit || classes <= 1, "{} bytes, {} classes, limit {}", text.len(), classes, limit);
        }
    }
}
