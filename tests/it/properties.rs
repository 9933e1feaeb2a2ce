//! Laws that hold for any data: of merging, of reading and writing, of tallies and gates.

use std::collections::BTreeMap;

use coverdict::clean::{self, Judgement};
use coverdict::ingest::table::Table;
use coverdict::ingest::{InputName, text};
use coverdict::model::{Decimal, Mode, Profile, RawProfile, Tally};
use coverdict::report::write_profile;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::case::Case;

/// A row: file, start line and column, end line and column, statements, count.
type Row = (usize, u32, u32, u32, u32, u32, u64);

const NAMES: [&str; 6] =
    ["m/a.go", "m/b.go", "m/sub/a.go", "C:\\x y\\z.go", "m/with space:1.2,3.4 5 6.go", "m/日本.go"];

/// A row out of few places, so that rows meet; counts up to the limit, so that sums reach it.
fn row() -> impl Strategy<Value = Row> {
    let count = prop_oneof![3 => 0..3u64, 1 => Just(u64::MAX), 1 => Just(u64::MAX - 1), 1 => any::<u64>()];
    (0..NAMES.len(), 1..6u32, 0..3u32, 1..8u32, 0..3u32, 0..3u32, count)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec(row(), 0..40)
}

/// All blocks of one build, each with a count of its own.
fn one_build() -> impl Strategy<Value = Vec<Row>> {
    let places = (0..NAMES.len()).flat_map(|name| (0..4u32).map(move |at| (name, 10 * at + 1)));
    let places: Vec<(usize, u32)> = places.collect();
    proptest::collection::vec(0..3u64, places.len()).prop_map(move |counts| {
        let rows = places.iter().zip(counts);
        rows.map(|(&(name, line), count)| (name, line, 1, line + 5, 9, line % 3 + 1, count)).collect()
    })
}

fn mode() -> impl Strategy<Value = Mode> {
    prop_oneof![Just(Mode::Set), Just(Mode::Count), Just(Mode::Atomic)]
}

/// The rows as a profile.
fn profile(mode: Mode, rows: &[Row]) -> String {
    let mut text = format!("mode: {mode}\n");
    for &(name, line, col, end_line, end_col, stmts, count) in rows {
        let count = if mode == Mode::Set { count.min(1) } else { count };
        let name = NAMES[name];
        text.push_str(&format!("{name}:{line}.{col},{end_line}.{end_col} {stmts} {count}\n"));
    }
    text
}

/// Reads profiles as inputs of one run.
fn ingest(profiles: &[&str]) -> RawProfile {
    let mut table = Table::new();
    for (at, profile) in profiles.iter().enumerate() {
        let name = InputName { label: at.to_string(), path: at.to_string() };
        text::read(&mut table, &name, &mut profile.as_bytes(), &mut |_| {}).expect("a profile");
    }
    table.finish()
}

/// The union, as everything after cleaning sees it.
fn union(profiles: &[&str], mode: Mode) -> Profile {
    let raw = ingest(profiles);
    let same: Vec<u32> = (0..u32::try_from(raw.names.len()).expect("few names")).collect();
    clean::merge(&raw, &same, mode, &Judgement::default())
}

/// The union, written.
fn merged(profiles: &[&str], mode: Mode) -> String {
    let union = union(profiles, mode);
    let files = union.files.iter().map(|file| (&file.name, file.blocks.as_slice())).collect();
    let mut out = Vec::new();
    write_profile(mode, files, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("text")
}

/// Covered and all statements.
fn statements(profile: &Profile) -> Tally {
    let mut tally = Tally::default();
    for block in profile.files.iter().flat_map(|file| &file.blocks) {
        tally.add(u64::from(block.stmts), block.count > 0);
    }
    tally
}

/// The count of each block, by file and place.
fn counts(profile: &Profile) -> BTreeMap<String, u64> {
    let blocks = profile.files.iter().flat_map(|file| file.blocks.iter().map(move |block| (file, block)));
    blocks
        .map(|(file, block)| {
            (format!("{}:{} {}", file.name.as_str(), block.extent, block.stmts), block.count)
        })
        .collect()
}

/// What merging means, written down a second time: one count for each distinct row.
fn naive(mode: Mode, rows: &[Row]) -> BTreeMap<String, u64> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for &(name, line, col, end_line, end_col, stmts, count) in rows {
        let name = NAMES[name];
        let slot = found.entry(format!("{name}:{line}.{col},{end_line}.{end_col} {stmts}")).or_default();
        *slot = slot.saturating_add(count);
        if mode == Mode::Set {
            *slot = (*slot).min(1);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: RngSeed::Fixed(1_234_567), ..ProptestConfig::default() })]

    #[test]
    fn merging_is_commutative(a in rows(), b in rows(), mode in mode()) {
        let (a, b) = (profile(mode, &a), profile(mode, &b));
        prop_assert_eq!(merged(&[&a, &b], mode), merged(&[&b, &a], mode));
    }

    #[test]
    fn merging_is_associative(a in rows(), b in rows(), c in rows(), mode in mode()) {
        // Counts that a written profile can hold: it is read back in between.
        let small = |rows: Vec<Row>| {
            let rows: Vec<Row> = rows.into_iter().map(|(a, b, c, d, e, f, n)| (a, b, c, d, e, f, n % 1000)).collect();
            profile(mode, &rows)
        };
        let (a, b, c) = (small(a), small(b), small(c));
        let all = merged(&[&a, &b, &c], mode);
        prop_assert_eq!(&merged(&[&merged(&[&a, &b], mode), &c], mode), &all);
        prop_assert_eq!(&merged(&[&a, &merged(&[&b, &c], mode)], mode), &all);
    }

    #[test]
    fn merging_sets_is_idempotent(a in rows(), b in rows()) {
        let (a, b) = (profile(Mode::Set, &a), profile(Mode::Set, &b));
        let once = merged(&[&a, &b], Mode::Set);
        prop_assert_eq!(&merged(&[&a, &b, &a, &b], Mode::Set), &once);
        prop_assert_eq!(&merged(&[&once, &a], Mode::Set), &once);
        prop_assert_eq!(&merged(&[&once], Mode::Set), &once);
    }

    #[test]
    fn merging_does_what_it_says(a in rows(), b in rows(), mode in mode()) {
        let all: Vec<Row> = a.iter().chain(&b).copied().collect();
        let union = union(&[&profile(mode, &a), &profile(mode, &b)], mode);
        prop_assert_eq!(counts(&union), naive(mode, &all));
    }

    /// How a profile is cut into inputs and sections changes nothing.
    #[test]
    fn one_profile_or_many(rows in rows(), cut in 0..40usize, mode in mode()) {
        let (a, b) = rows.split_at(cut.min(rows.len()));
        let whole = merged(&[&profile(mode, &rows)], mode);
        prop_assert_eq!(&merged(&[&profile(mode, a), &profile(mode, b)], mode), &whole);
        let glued = format!("{}{}", profile(mode, a), profile(mode, b));
        prop_assert_eq!(&merged(&[&glued], mode), &whole);
        prop_assert_eq!(&merged(&[&glued.replace('\n', "\r\n\r\n")], mode), &whole);
    }

    #[test]
    fn what_is_written_reads_back_as_the_same(rows in rows(), mode in mode()) {
        let text = merged(&[&profile(mode, &rows)], mode);
        prop_assert_eq!(&merged(&[&text], mode), &text);
    }

    #[test]
    fn another_input_never_lowers_a_count(a in rows(), b in rows(), mode in mode()) {
        let (a, b) = (profile(mode, &a), profile(mode, &b));
        let (alone, both) = (union(&[&a], mode), union(&[&a, &b], mode));
        let now = counts(&both);
        for (place, before) in counts(&alone) {
            prop_assert!(now.get(&place).is_some_and(|count| *count >= before), "{}", place);
        }
        prop_assert!(statements(&both).covered >= statements(&alone).covered);
        prop_assert!(statements(&both).total >= statements(&alone).total);
    }

    #[test]
    fn covered_is_never_more_than_the_total(rows in rows(), mode in mode()) {
        let tally = statements(&union(&[&profile(mode, &rows)], mode));
        prop_assert!(tally.covered <= tally.total);
        let of_go: u64 = naive(mode, &rows)
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(row, _)| row.rsplit(' ').next().expect("statements").parse::<u64>().expect("a number"))
            .sum();
        prop_assert_eq!(tally.covered, of_go);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), marked in any::<bool>()) {
        let mut text = if marked { b"mode: count\nm/a.go:1.1,2.2 1 1\n".to_vec() } else { Vec::new() };
        text.extend_from_slice(&bytes);
        let mut table = Table::new();
        let name = InputName { label: "x".to_owned(), path: "x".to_owned() };
        let _ = text::read(&mut table, &name, &mut text.as_slice(), &mut |_| {});
        let _ = table.finish();
    }

    /// Reading in pieces of any size gives what reading at once gives.
    #[test]
    fn pieces_do_not_matter(rows in rows(), size in 1..97usize) {
        struct Slow<'a>(&'a [u8], usize);
        impl std::io::Read for Slow<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let count = self.1.min(self.0.len()).min(out.len());
                out[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let text = profile(Mode::Count, &rows);
        let mut table = Table::new();
        let name = InputName { label: "0".to_owned(), path: "0".to_owned() };
        text::read(&mut table, &name, &mut Slow(text.as_bytes(), size), &mut |_| {}).expect("a profile");
        prop_assert_eq!(format!("{:?}", table.finish().blocks), format!("{:?}", ingest(&[&text]).blocks));
    }

    /// Against 128-bit arithmetic on the digits as typed.
    #[test]
    fn gates_compare_exactly(
        total in prop_oneof![1..200u64, any::<u64>().prop_map(|n| n.max(1))],
        share in 0..=u64::MAX,
        whole in 0..=100u64,
        fraction in 0..1_000u64,
        near in -2..=2i64,
        exact in any::<bool>(),
    ) {
        let text = format!("{whole}.{fraction:03}");
        let digits = u128::from(whole * 1000 + fraction);
        let covered = if exact {
            // As near to the bound as there are numbers.
            let at = digits * u128::from(total) / 100_000;
            u64::try_from(at).unwrap_or(u64::MAX).saturating_add_signed(near).min(total)
        } else {
            u64::try_from((u128::from(share) * u128::from(total)) >> 64).expect("below the total")
        };
        let tally = Tally::new(covered, total);
        let bound = Decimal::parse(&text).expect("a decimal");
        let reaches = u128::from(covered) * 100_000 >= digits * u128::from(total);
        prop_assert_eq!(tally.reaches(&bound), reaches, "{}/{} against {}", covered, total, text);
        // The number of missing items is the smallest that helps.
        let needed = tally.needed(&bound);
        prop_assert_eq!(needed == 0, reaches);
        if needed > 0 {
            if let Some(enough) = covered.checked_add(needed) {
                prop_assert!(Tally::new(enough, total).reaches(&bound));
            }
            prop_assert!(!Tally::new(covered + needed - 1, total).reaches(&bound));
        }
    }

    /// What is printed never says more than is true: not 100 while something is missed, not the bound while it is failed.
    #[test]
    fn printed_percentages_do_not_flatter(total in 1..1_000_000u64, covered in 0..1_000_000u64, bound in 1..=1000u32) {
        let tally = Tally::new(covered.min(total), total);
        let text = tally.percent().expect("something to count");
        if tally.covered < tally.total {
            prop_assert!(!text.starts_with("100"), "{}", text);
        }
        if tally.covered > 0 {
            prop_assert!(text != "0.0");
        }
        let bound = Decimal::parse(&format!("{}.{}", bound / 10, bound % 10)).expect("a decimal");
        let shown = tally.percent_against(&bound).expect("something to count");
        if !tally.reaches(&bound)
            && let Some(value) = Decimal::parse(&shown)
        {
            prop_assert!(value.less_than(&bound), "{} against {:?}", shown, bound);
        }
    }
}

proptest! {
    // The whole program: fewer cases, since each one has a folder of its own.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(1_234_567), ..ProptestConfig::default() })]

    /// Inputs of one build list the same blocks, whatever ran. (Where inputs contradict each other and nothing speaks for
    /// either, the later one counts: there the order matters.)
    #[test]
    fn the_program_merges_one_build_in_any_order(a in one_build(), b in one_build(), c in one_build(), mode in mode()) {
        let case = Case::new()
            .file("a.out", profile(mode, &a))
            .file("b.out", profile(mode, &b))
            .file("c.out", profile(mode, &c));
        let all = case.run("merge a.out b.out c.out -o -").exits(0).stdout();
        prop_assert_eq!(&case.run("merge c.out a.out b.out -o -").exits(0).stdout(), &all);
        case.run("merge b.out c.out -o bc.out").exits(0);
        prop_assert_eq!(&case.run("merge a.out bc.out -o -").exits(0).stdout(), &all);
        prop_assert_eq!(&case.run("merge bc.out a.out -o -").exits(0).stdout(), &all);
        let expected: Vec<Row> = a.iter().chain(&b).chain(&c).copied().collect();
        prop_assert_eq!(all, merged(&[&profile(mode, &expected)], mode));
    }

    #[test]
    fn cleaning_is_idempotent(a in rows(), b in rows(), mode in mode()) {
        let case = Case::new().file("a.out", profile(mode, &a)).file("b.out", profile(mode, &b));
        case.run("merge a.out b.out -o once.out").exits(0);
        case.run("merge once.out -o twice.out").exits(0);
        prop_assert_eq!(case.read("twice.out"), case.read("once.out"));
    }

    #[test]
    fn the_program_ends_in_a_documented_way(bytes in "(mode: (set|count)\n)?(m/a\\.go:[0-9]{1,3}\\.[0-9],[0-9]{1,10}\\.[0-9] [0-9] [0-9]{1,21}\n|\\PC{0,20}\n|\u{1b}){0,12}") {
        let case = Case::tiny().file("cover.out", &bytes);
        for line in ["check cover.out --total 50 --function 10", "func cover.out", "report cover.out -o cobertura", "dump cover.out"] {
            let outcome = case.run(line);
            prop_assert!([0, 1, 3].contains(&outcome.code), "{}", outcome.screen());
            prop_assert!(!outcome.screen().contains('\u{1b}'), "{}", outcome.screen());
            prop_assert!(outcome.code != 3 || outcome.bytes.is_empty(), "{}", outcome.screen());
        }
    }
}
