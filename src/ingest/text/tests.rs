//! Tests of reading text profiles.

use std::collections::BTreeMap;

use super::*;
use crate::model::RawProfile;

fn name() -> InputName {
    InputName { label: "cover.out".to_owned(), path: "cover.out".to_owned() }
}

fn try_read(bytes: &[u8]) -> Result<(RawProfile, Summary), Fault> {
    let mut table = Table::new();
    let mut reader = bytes;
    let summary = read(&mut table, &name(), &mut reader, &mut |_| {})?;
    Ok((table.finish(), summary))
}

fn check(bytes: &[u8]) -> (RawProfile, Summary) {
    try_read(bytes).expect("a profile")
}

/// `file:extent stmts count` of every block, and `package(hit):ids` of every section.
fn shown(raw: &RawProfile) -> (Vec<String>, Vec<String>) {
    let blocks = raw.blocks.iter().map(|block| {
        format!("{}:{} {} {}", raw.names[block.file as usize], block.extent, block.stmts, block.count)
    });
    let sections = raw.sections.iter().map(|section| {
        let parts = section.parts.iter().map(|part| {
            let run = &raw.runs[part.run as usize];
            let hit = if part.hit { "+" } else { "" };
            let ids: Vec<_> = run.blocks().map(|id| id.to_string()).collect();
            format!("{}{hit}:{}", raw.packages[run.package as usize], ids.join(","))
        });
        format!("{} {}", section.input, parts.collect::<Vec<_>>().join(" "))
    });
    (blocks.collect(), sections.collect())
}

/// Numbers below a bound, the same in each run.
fn random(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    }
}

#[test]
fn sections_of_one_go_test_run_are_told_apart() {
    let (raw, summary) = check(
        b"mode: set\np/a.go:1.1,2.2 1 1\np/a.go:3.1,4.2 2 0\np/q/b.go:1.1,2.2 1 0\n\
          p/a.go:1.1,2.2 1 0\np/a.go:3.1,4.2 2 0\np/q/b.go:1.1,2.2 1 1\n",
    );
    let (blocks, sections) = shown(&raw);
    assert_eq!(blocks, ["p/a.go:1.1,2.2 1 1", "p/a.go:3.1,4.2 2 0", "p/q/b.go:1.1,2.2 1 1"]);
    assert_eq!(sections, ["0 p+:0,1 p/q:2", "0 p:0,1 p/q+:2"]);
    assert_eq!(raw.runs.len(), 2, "identical runs are stored once");
    assert_eq!((summary.rows, summary.malformed), (6, 0));
}

#[test]
fn odd_but_readable_files_are_read() {
    let expected = shown(&check(b"mode: set\nm/a.go:3.19,4.11 1 1\nm/a.go:4.11,6.3 1 0\n").0);
    for odd in [
        &b"\xef\xbb\xbfmode: set\r\nm/a.go:3.19,4.11 1 1\r\nm/a.go:4.11,6.3 1 0\r\n"[..],
        b"\n\nmode: set\n\nm/a.go:3.19,4.11 1 1\n\nm/a.go:4.11,6.3 1 0",
        b"mode: set\nm/a.go:3.19,4.11 1 1 \nm/a.go:4.11,6.3 1 0\t\n",
        b"mode: set\nm/a.go:03.19,4.+11 1 01\nm/a.go:4.11,6.3 1 -0\n",
    ] {
        assert_eq!(shown(&check(odd).0), expected, "{:?}", String::from_utf8_lossy(odd));
    }
}

#[test]
fn file_names_may_hold_every_separator() {
    let (raw, _) = check(b"mode: set\nC:\\x y\\a:b.go:3.19,4.11 1 1\nm/a:3.4,5.6 1 1.go:1.2,3.4 1 0\n");
    let names: Vec<_> = raw.names.iter().map(crate::model::FileName::as_str).collect();
    assert_eq!(names, ["C:\\x y\\a:b.go", "m/a:3.4,5.6 1 1.go"]);
    assert_eq!(raw.packages, ["C:\\x y", "m"]);
}

#[test]
fn rows_that_are_none_are_counted_and_the_first_is_kept() {
    let (raw, summary) = check(
        b"mode: set\nm/a.go:3.19,4.11 1 1\nnonsense\nm/a.go:4.11,6.3 1  0\nm/a.go:4.11,6.3 1 -1\n\
          :4.11,6.3 1 0\nm/a.go:2147483648.1,2147483649.2 1 0\nm/\xff.go:1.1,2.2 1 1\nm/a.go:4.11,6.3 1 x\n",
    );
    assert_eq!(raw.blocks.len(), 1);
    assert_eq!(summary.malformed, 7);
    assert_eq!(summary.first_malformed, Some((3, "nonsense".to_owned())));
}

#[test]
fn counts_of_every_length_are_read_alike() {
    let around = |digits: u32| [10_u64.pow(digits) - 1, 10_u64.pow(digits), 10_u64.pow(digits) + 12_345];
    for count in [0, 12_345_678, u64::MAX].into_iter().chain((1..19).flat_map(around)) {
        let mut bytes = b"mode: count\n".to_vec();
        for _ in 0..3 {
            for line in 1..=4 {
                bytes.extend_from_slice(format!("m/a.go:{line}.1,{line}.9 1 {count}\n").as_bytes());
            }
        }
        let (raw, summary) = check(&bytes);
        assert_eq!(summary.rows, 12);
        assert!(raw.blocks.iter().all(|block| block.count == count.saturating_mul(3)), "{count}");
    }
}

/// Rows with carriage returns take the careful way at first sight.
#[test]
fn rows_met_first_are_the_same_on_the_quick_way_and_on_the_careful_one() {
    let mut rows = Vec::new();
    for section in 0..6u32 {
        for (file, line) in ["m/a.go", "m/b.go", "m/c/a.go"]
            .into_iter()
            .flat_map(|file| (1..40).map(move |line| (file, line)))
        {
            // From the second section on rows are left out, then some are between the known ones, or not as Go writes them.
            match (section, line % 7) {
                (1 | 2, 3) => {}
                (3, 5) if file != "m/b.go" => {
                    rows.push(format!("{file}:{line}.1,{line}.3 1 1"));
                    rows.push(format!("{file}:{line}.1,{line}.9 1 {section}"));
                }
                (4, 6) => rows.push(format!("{file}:0{line}.1,{line}.9 +1 {section}")),
                (0, _) => rows.push(format!("{file}:{line}.1,{line}.9 1 {}", u32::from(line == 9))),
                _ => rows.push(format!("{file}:{line}.1,{line}.9 1 {}", line * section)),
            }
        }
    }
    let read = |end: &str| check(format!("mode: count{end}{}{end}", rows.join(end)).as_bytes());
    let (quick, careful) = (read("\n"), read("\r\n"));
    assert_eq!((shown(&quick.0), &quick.1), (shown(&careful.0), &careful.1));
    assert_eq!(quick.1.rows, rows.len() as u64);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for row in &rows {
        let (text, count) = row.rsplit_once(' ').expect("a count");
        *counts.entry(text.replace(":0", ":").replace('+', "")).or_default() +=
            count.parse::<u64>().expect("a number");
    }
    let read: BTreeMap<String, u64> = shown(&quick.0)
        .0
        .iter()
        .filter_map(|row| {
            let (text, count) = row.rsplit_once(' ')?;
            Some((text.to_owned(), count.parse().ok()?))
        })
        .collect();
    assert_eq!(read, counts);
    assert_eq!(quick.0.blocks.len(), counts.len(), "each once");
}

#[test]
fn stretches_that_say_the_same_are_taken_row_for_row() {
    // Sections of 40 rows; in section n the rows that n divides ran.
    for (mode, counts) in [("set", false), ("count", true)] {
        let mut bytes = format!("mode: {mode}\n").into_bytes();
        for section in 1..=40u32 {
            for line in 1..=40u32 {
                let hit = u32::from(line % section == 0 && section > 3);
                bytes.extend_from_slice(format!("m/a.go:{line}.1,{line}.9 1 {hit}\n").as_bytes());
            }
        }
        let (raw, summary) = check(&bytes);
        assert_eq!((summary.rows, raw.blocks.len(), raw.sections.len(), raw.runs.len()), (1600, 40, 40, 1));
        for (index, block) in raw.blocks.iter().enumerate() {
            let line = index as u64 + 1;
            let ran = (4..=40).filter(|section| line.is_multiple_of(*section)).count() as u64;
            assert_eq!(block.count, if counts { ran } else { ran.min(1) }, "line {line}");
        }
        let hits: Vec<bool> = raw.sections.iter().map(|section| section.parts[0].hit).collect();
        assert_eq!(hits, (1..=40).map(|section| section > 3).collect::<Vec<_>>());
    }
}

/// Sections of three packages whose rows turn from run to not run and back, seldom or often, some of them written oddly.
#[test]
fn whatever_turns_between_sections_each_row_is_counted_once() {
    let mut random = random(1);
    for (mode, turns_one_in) in [
        ("set", [400, 400, 400, 400]),
        ("set", [40, 40, 40, 6]),
        ("set", [2, 2, 400, 400]),
        ("set", [6, 40, 400, 2]),
        ("count", [40, 40, 40, 40]),
        ("count", [400, 3, 400, 3]),
    ] {
        let mut table = Table::new();
        let mut expected = BTreeMap::new();
        let mut hits_of_inputs = Vec::new();
        let mut hits_of_parts = Vec::new();
        for _ in 0..2 {
            let mut bytes = format!("mode: {mode}\n");
            let mut says = vec![0u64; 3 * 150];
            let mut own = BTreeMap::new();
            for section in 0..30 {
                for package in 0..3 {
                    if random(5) == 0 {
                        continue;
                    }
                    let mut hit = false;
                    for at in 0..150 {
                        let says = &mut says[package * 150 + at];
                        if random(turns_one_in[(section + package + at / 40) % 4]) == 0 {
                            *says = if mode == "set" { 1 - *says } else { random(3) * random(100_000) };
                        }
                        let text = format!("m/{package}/{}.go:{}.1,{}.9 1", at / 70, at % 70, at % 70);
                        let odd = if random(200) == 0 { "\r" } else { "" };
                        bytes.push_str(&format!("{text} {says}{odd}\n"));
                        *own.entry(text).or_insert(0) += *says;
                        hit |= *says > 0;
                    }
                    hits_of_parts.push(hit);
                }
            }
            read(&mut table, &name(), &mut bytes.as_bytes(), &mut |_| {}).expect("a profile");
            for (text, count) in &own {
                *expected.entry(text.clone()).or_insert(0) += count;
            }
            hits_of_inputs.push(own);
        }
        let raw = table.finish();
        assert_eq!(raw.blocks.len(), expected.len());
        for (id, block) in (0..).zip(&raw.blocks) {
            let text = format!("{}:{} 1", raw.names[block.file as usize], block.extent);
            let count = expected[&text];
            assert_eq!(block.count, if mode == "set" { count.min(1) } else { count }, "{mode} {text}");
            for (input, own) in raw.inputs.iter().zip(&hits_of_inputs) {
                assert_eq!(input.hits.contains(id), own.get(&text).is_some_and(|count| *count > 0));
            }
        }
        let parts = raw.sections.iter().flat_map(|section| &section.parts).map(|part| part.hit);
        assert_eq!(parts.collect::<Vec<_>>(), hits_of_parts, "{mode}, one in {turns_one_in:?}");
    }
}

#[test]
fn counts_of_many_sections_add_up() {
    let mut random = random(7);
    let mut bytes = "mode: count\n".to_owned();
    let mut expected = vec![0u64; 700];
    let mut section = |bytes: &mut String, rows: std::ops::Range<usize>, odd: bool| {
        for (at, sum) in expected[rows.clone()].iter_mut().enumerate() {
            let line = rows.start + at + 1;
            // Of every length, and in some rows the largest ones alone, so that each digit gets as high as it can.
            let digits = if line.is_multiple_of(16) { 15 } else { random(if odd { 20 } else { 16 }) };
            let below = 10u64.pow(u32::try_from(digits).expect("small"));
            let count =
                if line.is_multiple_of(16) { below - 1 } else { random(1 << 31) * random(1 << 31) % below };
            let name = "n".repeat(10 + line / 50 * 7);
            let end = if odd && random(300) == 0 { "\r\n" } else { "\n" };
            bytes.push_str(&format!("m/{name}.go:{line}.1,{line}.9 1 {count}{end}"));
            *sum = sum.saturating_add(count);
        }
    };
    for round in 0..100 {
        section(&mut bytes, 0..700, round > 50);
        // Parts of a section come more often than the rest.
        for _ in 0..round % 3 {
            section(&mut bytes, 100..130, false);
        }
    }
    let (raw, summary) = check(bytes.as_bytes());
    assert_eq!(summary.malformed, 0);
    assert!(raw.inputs[0].ordered, "this is about rows that are predicted");
    assert_eq!(raw.blocks.iter().map(|block| block.count).collect::<Vec<_>>(), expected);
}

#[test]
fn blocks_that_come_back_in_any_order_are_known() {
    // Line numbers of rows, a file for each list, shown one behind the other.
    for lists in [
        vec![vec![1, 3, 5], vec![2], vec![4, 3, 1]],
        vec![vec![5, 3, 1], vec![1, 3, 5]],
        vec![vec![1, 2], vec![1, 2], vec![2, 3, 3]],
    ] {
        for files in [1, 2] {
            let mut bytes = b"mode: count\n".to_vec();
            let mut rows = BTreeMap::new();
            for (at, list) in lists.iter().enumerate() {
                for line in list {
                    let row = format!("m/{}.go:{line}.1,{line}.9 1", at % files);
                    bytes.extend_from_slice(format!("{row} 1\n").as_bytes());
                    *rows.entry(row).or_insert(0) += 1;
                }
            }
            let (mut blocks, _) = shown(&check(&bytes).0);
            blocks.sort();
            let expected: Vec<String> = rows.iter().map(|(row, count)| format!("{row} {count}")).collect();
            assert_eq!(blocks, expected, "{lists:?}, {files} files");
        }
    }
}

#[test]
fn counts_saturate() {
    let (raw, _) = check(
        b"mode: count\nm/a.go:1.1,2.2 1 18446744073709551615\nm/a.go:1.1,2.2 1 18446744073709551615\n\
          m/a.go:3.1,4.2 1 99999999999999999999999999\n",
    );
    assert_eq!(raw.blocks.iter().map(|block| block.count).collect::<Vec<_>>(), [u64::MAX, u64::MAX]);
}

#[test]
fn mode_rows_inside_a_file() {
    let (raw, summary) = check(b"mode: set\nm/a.go:1.1,2.2 1 1\nmode: set\nm/b.go:1.1,2.2 1 1\n");
    assert_eq!((raw.inputs.len(), summary.mode_rows), (1, 2));
    assert_eq!(shown(&raw).1, ["0 m+:0", "0 m+:1"], "a mode row ends a section");
    let (raw, _) = check(b"mode: set\nm/a.go:1.1,2.2 1 1\nmode: count\nm/a.go:1.1,2.2 1 7\n");
    let inputs: Vec<_> = raw.inputs.iter().map(|input| (input.mode, input.path.as_str())).collect();
    assert_eq!(inputs, [(Mode::Set, "cover.out"), (Mode::Count, "cover.out")], "two modes are two inputs");
}

#[test]
fn what_is_no_profile_is_refused() {
    assert!(matches!(try_read(b""), Err(Fault::Empty)));
    assert!(matches!(try_read(b"\n\n"), Err(Fault::NotAProfile { .. })));
    for (bytes, at) in [
        (&b"m/a.go:3.19,4.11 1 1\n"[..], 1),
        (b"mode: bogus\nm/a.go:3.19,4.11 1 1\n", 1),
        (b"mode: \n", 1),
        (b"\nPK\x03\x04", 2),
    ] {
        match try_read(bytes) {
            Err(Fault::NotAProfile { line, .. }) => assert_eq!(line, at),
            other => panic!("{other:?}"),
        }
    }
    let (raw, summary) = check(b"mode: atomic\n");
    assert_eq!((raw.inputs.len(), raw.blocks.len(), summary.rows), (1, 0, 0));
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_row_is_told_from_one_without_a_last_newline() {
    let whole = "mode: set\nm/a.go:1.1,2.2 1 1\nm/a.go:3.1,4.2 1 1\n";
    let cut_off = |text: &str| check(text.as_bytes()).1.cut_off;
    assert!(!cut_off(whole));
    assert!(!cut_off(whole.trim_end()));
    assert!(!cut_off(&format!("{whole}nonsense\n")));
    for end in [3, 4, 8, 15] {
        assert!(cut_off(whole.get(..whole.len() - end).expect("inside")), "{end}");
    }
}

#[test]
fn rows_longer_than_the_limit_are_skipped_without_being_kept() {
    let mut bytes = b"mode: set\nm/a.go:1.1,2.2 1 1\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 5 * MAX_ROW));
    bytes.extend_from_slice(b":1.1,2.2 1 1\nm/a.go:3.1,4.2 1 1\n");
    let (raw, summary) = check(&bytes);
    assert_eq!((raw.blocks.len(), summary.malformed), (2, 1));
    assert_eq!(summary.first_malformed.map(|(line, _)| line), Some(3));
}

#[test]
fn shuffled_rows_give_the_same_counts_and_no_sections() {
    for (mode, end) in [("count", "\n"), ("set", "\n"), ("set", "\r\n")] {
        // Names from one letter to far beyond the usual length.
        let name = |line: usize| "n".repeat(1 + line % 90);
        let rows: Vec<String> =
            (1..=3000).map(|line| format!("{}:{line}.1,{line}.9 1 ", name(line))).collect();
        let mut bytes = format!("mode: {mode}\n").into_bytes();
        let mut expected = BTreeMap::new();
        for round in 0..40usize {
            for index in 0..rows.len() {
                let at = (index * 7919 + round * 1237 * index) % rows.len();
                let count = if mode == "set" {
                    u64::from((at + round).is_multiple_of(41))
                } else {
                    (at * round) as u64
                };
                bytes.extend_from_slice(format!("{}{count}{end}", rows[at]).as_bytes());
                *expected.entry(rows[at].clone()).or_insert(0) += count;
            }
        }
        let (raw, summary) = check(&bytes);
        assert_eq!((summary.rows, summary.malformed), (40 * 3000, 0));
        assert_eq!(raw.blocks.len(), expected.len());
        for (id, block) in (0..).zip(&raw.blocks) {
            let text = format!("{}:{} {} ", raw.names[block.file as usize], block.extent, block.stmts);
            let count = expected[&text];
            assert_eq!(block.count, if mode == "set" { count.min(1) } else { count }, "{mode} {text}");
            assert_eq!(raw.inputs[0].hits.contains(id), count > 0);
            assert!(raw.inputs[0].lists.contains(id));
        }
        assert!(!raw.inputs[0].ordered);
        assert!(raw.sections.is_empty());
    }
}

#[test]
fn a_second_input_is_counted_on_its_own_and_shares_blocks() {
    let mut table = Table::new();
    for bytes in
        [&b"mode: set\nm/a.go:1.1,2.2 1 1\nm/a.go:3.1,4.2 1 0\n"[..], b"mode: set\nm/a.go:3.1,4.2 1 1\n"]
    {
        let mut reader = bytes;
        read(&mut table, &name(), &mut reader, &mut |_| {}).expect("a profile");
    }
    let raw = table.finish();
    assert_eq!(raw.blocks.len(), 2);
    let hits: Vec<_> =
        raw.inputs.iter().map(|input| (input.hits.contains(0), input.hits.contains(1))).collect();
    assert_eq!(hits, [(true, false), (false, true)]);
    assert_eq!((raw.inputs[1].lists.contains(0), raw.inputs[1].lists.contains(1)), (false, true));
}

#[test]
fn any_split_of_the_reads_gives_the_same_result() {
    struct Trickle<'a>(&'a [u8], usize);
    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(self.1).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let bytes =
        b"mode: count\nm/a.go:1.1,2.2 1 10\nm/a.go:3.1,4.2 1 0\nm/a.go:1.1,2.2 1 25\r\nm/a.go:3.1,4.2 1 4";
    let expected = shown(&check(bytes).0);
    for size in 1..bytes.len() {
        let mut table = Table::new();
        read(&mut table, &name(), &mut Trickle(bytes, size), &mut |_| {}).expect("a profile");
        assert_eq!(shown(&table.finish()), expected, "reads of {size} bytes");
    }
}
