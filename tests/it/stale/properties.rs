//! What holds for any profile: nothing panics, every block has a fate, cleaning is idempotent, and a clean profile is
//! never changed.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// One row on a small grid, so that blocks meet in every possible way.
#[derive(Debug, Clone)]
struct Row {
    file: u8,
    from: (u32, u32),
    to: (u32, u32),
    stmts: u32,
    count: u64,
}

fn row() -> impl Strategy<Value = Row> {
    let place = || (1u32..9, 1u32..4);
    (0u8..3, place(), place(), 0u32..3, 0u64..2).prop_map(|(file, a, b, stmts, count)| {
        let (from, to) = if a <= b { (a, b) } else { (b, a) };
        Row { file, from, to, stmts, count }
    })
}

fn print(rows: &[Row]) -> String {
    rows.iter().fold("mode: count\n".to_owned(), |mut text, row| {
        let name = ["m/a/a.go", "m/a/b.go", "m/b/c.go"][usize::from(row.file)];
        let ((sl, sc), (el, ec)) = (row.from, row.to);
        writeln!(text, "{name}:{sl}.{sc},{el}.{ec} {} {}", row.stmts, row.count).expect("text");
        text
    })
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| (row.file, row.from.0, row.to.0, row.from.1, row.to.1, row.stmts));
    rows.dedup_by_key(|row| (row.file, row.from, row.to, row.stmts));
    rows
}

/// Profiles of several sections, of sorted rows, or of rows in any order.
fn profile() -> impl Strategy<Value = String> {
    let rows = || prop::collection::vec(row(), 1..16);
    let sections = prop::collection::vec(rows(), 1..6)
        .prop_map(|sections| sections.into_iter().flat_map(sorted).collect::<Vec<_>>());
    prop_oneof![sections, rows().prop_map(sorted), rows()].prop_map(|rows| print(&rows))
}

/// A clean profile as `merge` would write it: files in order, rows by position.
fn written(raw: &RawProfile, judgement: &Judgement) -> String {
    rows(raw, judgement).iter().fold("mode: count\n".to_owned(), |mut text, ((file, extent, stmts), hit)| {
        writeln!(text, "{file}:{extent} {stmts} {}", u8::from(*hit)).expect("text");
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..ProptestConfig::default() })]

    #[test]
    fn judging_is_total_and_idempotent(first in profile(), second in prop::option::of(profile())) {
        let inputs: Vec<(&str, &str)> =
            std::iter::once(("one", first.as_str())).chain(second.as_deref().map(|text| ("two", text))).collect();
        let profile = raw(&inputs);
        let judgement = judge(&profile, None);
        let clean = written(&profile, &judgement);
        let again = raw(&[("clean", &clean)]);
        let second = judge(&again, None);
        prop_assert_eq!(written(&again, &second), clean);
        let keep = clean::judge(&profile, &states(&profile, None), JudgeOptions { keep: true });
        check_invariants(&profile, &keep);
        let every: BTreeSet<(String, Extent)> =
            all_rows(&profile).into_keys().map(|(file, extent, _)| (file, extent)).collect();
        let kept: BTreeSet<(String, Extent)> =
            rows(&profile, &keep).into_keys().map(|(file, extent, _)| (file, extent)).collect();
        prop_assert_eq!(kept, every);
    }

    #[test]
    fn any_source_may_stand_beside_any_profile(text in profile(), body in "[a-z{}() \n\t;=:]{0,200}") {
        let source = format!("package a\n\nfunc F() {{\n{body}\n}}\n");
        let tree = Tree::of(&[("m/a/a.go", &source), ("m/b/c.go", "package b\n")]);
        let profile = raw(&[("p", &text)]);
        judge(&profile, Some(&tree));
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..ProptestConfig::default() })]

    /// Any number of test binaries, any of them cached from the tree before, any hits: a fresh run of one release, with the
    /// package that changed executed at least once.
    #[test]
    fn sections_of_one_run_are_cleaned_exactly(
        cached in prop::collection::vec(any::<bool>(), 1..6),
        hits in prop::collection::vec(any::<u64>(), 6),
        release in 0..2usize,
    ) {
        let release = ["1.26", "1.27"][release];
        let calc = |side: &str| -> Vec<String> {
            let text = read_text(&data("stale/mixed").join(format!("{side}-go{release}.cov")));
            let rows = text.lines().filter(|row| row.contains("/calc/calc.go:"));
            rows.map(|row| row.rsplit_once(' ').expect("a row").0.to_owned()).collect()
        };
        let (old, new) = (calc("base"), calc("head"));
        let mut text = "mode: set\n".to_owned();
        let mut truth = Rows::new();
        let other = "example.com/demo/aaa/a.go:3.10,5.2 1";
        for (binary, cached) in std::iter::once(&false).chain(&cached).enumerate() {
            writeln!(text, "{other} {}", u8::from(*cached)).expect("text");
            for (at, row) in (if *cached { &old } else { &new }).iter().enumerate() {
                // The first binary is that of the package itself; a cached one cannot have run it.
                let hit = !*cached && (binary == 0 && at == 0 || hits[binary] >> at & 1 == 1);
                writeln!(text, "{row} {}", u8::from(hit)).expect("text");
            }
        }
        for row in &new {
            let one = raw(&[("row", &format!("mode: set\n{row} 0\n"))]);
            truth.extend(all_rows(&one));
        }
        let profile = raw(&[("p", &text)]);
        let judgement = judge(&profile, None);
        let keys: Vec<_> = rows(&profile, &judgement).into_keys().filter(|key| key.0.ends_with("calc.go")).collect();
        prop_assert_eq!(keys, truth.into_keys().collect::<Vec<_>>());
    }

    #[test]
    fn fresh_rows_with_any_counts_stay(hits in prop::collection::vec(any::<u64>(), 4), release in 0..5usize, times in 1..4usize) {
        let release = ["1.21.13", "1.24.11", "1.26.6", "1.27.1", "1.27.3"][release];
        let fresh = read_text(&data(&format!("go{release}/cross.set.out")));
        let unique = all_rows(&raw(&[("fresh", &fresh)]));
        let mut text = "mode: set\n".to_owned();
        for time in 0..times {
            let hit = |at: usize| hits[(at + time) % 4] >> (at % 64) & 1 == 1;
            let keys: Vec<_> = unique.keys().enumerate().collect();
            for &(at, (file, extent, stmts)) in &keys {
                // What runs inside the guard of a type switch has run the block around it.
                let runs = keys.iter().any(|&(inner, key)| key.0 == *file && extent.contains(&key.1) && hit(inner));
                writeln!(text, "{file}:{extent} {stmts} {}", u8::from(hit(at) || runs)).expect("text");
            }
        }
        let tree = Tree::read(&data("record/src"), "example.com/rec");
        let profile = raw(&[("p", &text)]);
        for tree in [None, Some(&tree)] {
            let judgement = judge(&profile, tree);
            prop_assert_eq!(rows(&profile, &judgement), all_rows(&profile));
            let odd = judgement.findings.iter().find(|it| it.code != Code::InflatedStatements);
            prop_assert!(odd.is_none(), "{:#?}", odd);
        }
    }
}
