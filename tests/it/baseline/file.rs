//! Files that are no baseline, or no longer one, given by name.

use proptest::prelude::*;

use super::{A, A_COV, FILE};
use crate::case::Case;

fn saved() -> Case {
    let case = Case::bare().file("go.mod", "module m\n").file("a.go", A).file("cover.out", A_COV);
    case.run("baseline save").exits(0);
    case
}

#[test]
fn each_fault_is_an_input_error_with_its_cure() {
    let case = saved();
    let good = case.read(FILE);
    let said = |text: &str| {
        case.put("x.json", text);
        case.run("baseline show x.json").exits(3).prints_nothing().stderr
    };
    insta::assert_snapshot!(said(&good[..good.len() / 2]), @"
    error: x.json is cut off at line 9: it was not written or copied to its end
    help: save it again: coverdict baseline save INPUT -o FILE
    ");
    insta::assert_snapshot!(said(&good.replace("\"covered\":2", "\"covered\":3")), @"
    error: x.json was edited or damaged: its checksum does not fit its content
    help: save it again: coverdict baseline save INPUT -o FILE
    ");
    insta::assert_snapshot!(said(&good.replace("baseline/1", "baseline/7")), @"
    error: x.json is a baseline of format 7, saved by coverdict [VERSION]; this is coverdict [VERSION], which reads format 1
    help: use the newer coverdict here too, or save the baseline with this one
    ");
    insta::assert_snapshot!(said(A_COV), @"
    error: x.json is not JSON: line 1, column 1
    help: save it again: coverdict baseline save INPUT -o FILE
    ");
    insta::assert_snapshot!(said(""), @"
    error: x.json is empty: it was not written to its end
    help: save it again: coverdict baseline save INPUT -o FILE
    ");
    case.run("check -q -o json=x.json").exits(0);
    insta::assert_snapshot!(case.run("baseline show x.json").exits(3).stderr, @"
    error: x.json is no baseline, but a JSON report of coverdict (coverdict/report/1)
    help: coverdict baseline save INPUT -o FILE
    ");
    insta::assert_snapshot!(case.run("baseline show none.json").exits(3).stderr, @"
    error: cannot read none.json: no such file or directory
    help: coverdict baseline save writes one
    ");
    insta::assert_snapshot!(case.run("baseline show .").exits(3).stderr, @"
    error: . is not a regular file
    help: coverdict baseline save writes one
    ");
}

/// A checkout on Windows, and an editor's byte order mark.
#[test]
fn ends_of_lines_do_not_matter() {
    let case = saved();
    case.put("x.json", format!("\u{feff}{}", case.read(FILE).replace('\n', "\r\n")));
    case.run("baseline show x.json").exits(0);
    // Saved over it, its ratchet is kept.
    case.run("baseline save cover.out -o x.json").exits(0);
}

/// An endless file as one that never ends.
#[cfg(unix)]
#[test]
fn devices_are_not_read() {
    saved().run("baseline show /dev/zero").exits(3).says("/dev/zero is not a regular file");
    saved().run("baseline save --baseline /dev/zero -o -").exits(3).says("/dev/zero is not a regular file");
    saved().folder("data").run("baseline save cover.out --baseline data").exits(0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens to a real file, it is an error with a sentence, or the very same baseline.
    #[test]
    fn a_damaged_file_is_told(
        at in any::<prop::sample::Index>(),
        length in 0usize..40,
        put in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let case = saved();
        let shown = case.run("baseline show -o json").stdout();
        let mut bytes = case.read(FILE).into_bytes();
        let from = at.index(bytes.len());
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, put);
        case.put(FILE, &bytes);
        let outcome = case.run("baseline show -o json");
        prop_assert!(outcome.code == 3 || outcome.stdout() == shown, "{}", outcome.screen());
        prop_assert_eq!(outcome.code == 3, outcome.stderr.starts_with("error: coverdict-baseline.json "));
    }
}

#[test]
fn a_baseline_is_no_profile_and_the_cure_is_named() {
    let case = saved();
    case.run(&format!("check {FILE}"))
        .exits(3)
        .says("not a coverage profile")
        .says(&format!("coverdict check cover.out --baseline {FILE}"));
}
