//! Pictures of small reports, and the layout as such.

use proptest::prelude::*;

use super::*;
use crate::report::testing;

#[test]
fn a_small_report() {
    let text = testing::render(&TREEMAP, &testing::small(), &FormatOptions::default());
    assert!(text.contains("<title>shapes/shapes.go: 50.0% of 6 statements, 3 missed</title>"), "{text}");
    assert_eq!(text.matches("<rect ").count(), 3 + CLASSES.len(), "files with statements, and the legend");
    assert!(!text.contains("style") && !text.contains("<script"));
}

#[test]
fn an_empty_report_says_so() {
    let text = testing::render(&TREEMAP, &testing::empty(), &FormatOptions::default());
    assert!(text.contains("There are no statements."));
}

#[test]
fn it_is_xml_whatever_the_names_are() {
    let text = testing::render(&TREEMAP, &testing::hostile(), &FormatOptions::default());
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut titles = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) => {
                titles += usize::from(tag.name().as_ref() == "title");
                assert!(["svg", "title", "g", "text", "a"].contains(&tag.name().as_ref()));
            }
            _ => {}
        }
    }
    assert!(titles > 20);
}

/// The relative luminance and ratio of WCAG 2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |color: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("a colour")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn names_on_boxes_can_be_read() {
    for (_, fill, ink, words) in CLASSES {
        assert!(contrast(fill, ink) >= 4.5, "{words}: {:.2}", contrast(fill, ink));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn boxes_fill_the_whole_and_stay_inside(mut weights in proptest::collection::vec(1u64..10_000, 1..40)) {
        weights.sort_unstable_by(|a, b| b.cmp(a));
        let whole = Rect { x: 10.0, y: 20.0, width: 300.0, height: 200.0 };
        let boxes = squarify(&weights, whole);
        prop_assert_eq!(boxes.len(), weights.len());
        let area: f64 = boxes.iter().map(|one| one.width * one.height).sum();
        prop_assert!((area - 60_000.0).abs() < 1.0, "{}", area);
        for one in &boxes {
            prop_assert!(one.x > 9.99 && one.y > 19.99 && one.x + one.width < 310.01 && one.y + one.height < 220.01, "{:?}", one);
        }
    }
}
