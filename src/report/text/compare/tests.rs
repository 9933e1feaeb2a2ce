//! The screens with a baseline.

use proptest::prelude::*;

use super::super::TEXT;
use crate::escape::is_unsafe;
use crate::model::{BaselineFacts, FileFate, Report};
use crate::report::FormatOptions;
use crate::report::testing::{any_names, compared, hostile_compared, named_compared, render};

fn screen(report: &Report, comparing: bool) -> String {
    let options = FormatOptions { comparing, ..FormatOptions::default() };
    render(&TEXT, report, &options).trim_start_matches('\n').to_owned()
}

#[test]
fn the_screen_of_compare() {
    insta::assert_snapshot!(screen(&compared(), true));
}

#[test]
fn what_check_adds() {
    insta::assert_snapshot!(screen(&compared(), false));
}

#[test]
fn nothing_lost_is_said() {
    let mut report = compared();
    if let Some(compare) = &mut report.compare {
        compare.files.clear();
        compare.packages.clear();
        compare.numbers = crate::model::Comparison::default();
    }
    let text = screen(&report, true);
    assert!(text.contains("nothing lost") && !text.contains("lost since"), "{text}");
}

#[test]
fn a_name_cannot_move_the_terminal() {
    let text = screen(&hostile_compared(), true);
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_quiet_comparison_is_its_last_line() {
    let options = FormatOptions { comparing: true, quiet: true, ..FormatOptions::default() };
    let report = Report { verdicts: Vec::new(), ..compared() };
    assert_eq!(render(&TEXT, &report, &options), "total coverage: 54.5% of statements\n");
}

#[test]
fn lists_end_at_top_and_say_what_is_beyond() {
    let names: Vec<String> = (0..40).map(|at| format!("p/f{at:02}.go")).collect();
    let mut report = named_compared(&names);
    let text = |report: &Report, top| {
        let options = FormatOptions { comparing: true, top, ..FormatOptions::default() };
        render(&TEXT, report, &options)
    };
    let few = text(&report, 2);
    assert!(few.contains("  … 18 more files: -o json\n"), "{few}");
    // Half of them vanished; the others have two ranges each.
    let many = text(&report, 100);
    assert!(many.contains("  … 10 more files: -o json\n"), "{many}");
    assert!(!text(&report, 0).contains(".go"));
    if let Some(compare) = &mut report.compare {
        // Lines alone: a row each, and no more of them than ranges.
        compare.files.iter_mut().for_each(|file| file.lost.clear());
        compare.baselines = vec![compare.baselines[0].clone(); 8];
        compare.baselines[7] = BaselineFacts { path: "last.json".to_owned(), ..compare.baselines[7].clone() };
    }
    let lines = text(&report, 100);
    assert_eq!(lines.matches("   1 line\n").count(), 20, "{lines}");
    assert!(lines.contains("main.json, 3 more (") && !lines.contains("last.json"), "{lines}");
}

#[test]
fn what_remains_of_the_baseline_has_a_row_where_it_is_another() {
    let mut report = compared();
    assert!(screen(&report, false).contains(" remaining   71.4% ->  50.0%   -21.4   without "));
    if let Some(compare) = &mut report.compare {
        compare.numbers =
            compare.files.iter().find(|file| file.fate == FileFate::Both).expect("a file").numbers;
    }
    assert!(!screen(&report, false).contains("remaining"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn no_name_is_obeyed_at_any_width(names in any_names(), width in 80_usize..200, top in 0_usize..5) {
        let report = named_compared(&names);
        for comparing in [true, false] {
            let options = FormatOptions { top, width, comparing, ..FormatOptions::default() };
            for line in render(&TEXT, &report, &options).lines() {
                prop_assert!(!line.chars().any(is_unsafe) && !line.contains("##["), "{line:?}");
                prop_assert!(!line.trim_start().starts_with("::"), "{line:?}");
            }
        }
    }
}
