//! Text profiles: `mode:` rows and block rows, parsed from the right, as `golang.org/x/tools/cover` does since 2019, plus
//! what real files hold besides: a byte order mark, CRLF, blank rows, repeated `mode:` rows, rows that are none.
//!
//! Input: bytes. Output: the [`Table`] and a [`Summary`]. Memory: one buffer of 128 KiB (grown to 1 MiB for a long row).

use std::io::{self, Read};

use memchr::memchr;

use super::InputName;
use super::row::{
    after, count_and_newline, digit_count, mode_row, parse, plain_row, short_count, split_count,
};
use super::stretch::Patience;
use super::table::{NONE, Table};
use crate::model::{InputKind, Mode};

/// A longer row is no row; it is skipped without being kept.
pub const MAX_ROW: usize = 1 << 20;
/// Small enough to stay in the processor's nearest caches between the system's copy and our look.
const CHUNK: usize = 1 << 17;
/// Rows of a file without order that are looked up together.
const BATCH: usize = 32;
/// Misses between two looks at how well prediction works.
const WINDOW: u32 = 4096;

/// Why a file is not taken as a profile.
#[derive(Debug)]
pub enum Fault {
    /// No byte at all.
    Empty,
    /// The first row is no `mode:` row that we know.
    NotAProfile {
        /// 1-based.
        line: u64,
        /// The row, cut.
        text: String,
    },
    /// More than 2^32 unique rows or 4 GiB of their text.
    TooLarge,
    /// The reader failed.
    Io(io::Error),
}

/// What was odd about a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Rows that are no coverage rows.
    pub malformed: u64,
    /// The first of them: 1-based line and text (cut).
    pub first_malformed: Option<(u64, String)>,
    /// `mode:` rows.
    pub mode_rows: u64,
    /// Block rows.
    pub rows: u64,
    /// The file ends in the middle of a row: the last one is no coverage row and has no newline, which Go always writes.
    pub cut_off: bool,
}

/// Reads a whole profile. `progress` is told the number of bytes read so far.
pub fn read(
    table: &mut Table,
    name: &InputName,
    reader: &mut dyn Read,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, Fault> {
    let mut buffer = vec![0; CHUNK];
    let mut filled = 0;
    let mut total = 0u64;
    let mut skipping = false;
    let mut scan = Scan {
        table,
        name,
        summary: Summary::default(),
        line: 0,
        window: Window::default(),
        mode: None,
        patience: Patience::default(),
    };
    loop {
        let count = match reader.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Fault::Io(error)),
        };
        total += count as u64;
        progress(total);
        filled += count;
        let mut from = 0;
        if skipping {
            match memchr(b'\n', &buffer[..filled]) {
                None => {
                    filled = 0;
                    continue;
                }
                Some(newline) => {
                    from = newline + 1;
                    skipping = false;
                }
            }
        }
        from += scan.feed(&buffer[from..filled])?;
        buffer.copy_within(from..filled, 0);
        filled -= from;
        if filled > MAX_ROW {
            scan.line += 1;
            scan.malformed(&buffer[..filled])?;
            skipping = true;
            filled = 0;
        } else if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
    }
    if filled > 0 {
        scan.line += 1;
        let before = scan.summary.malformed;
        scan.row(&buffer[..filled])?;
        scan.summary.cut_off = before < scan.summary.malformed;
    }
    scan.finish(total)
}

/// How well prediction works: misses since row number `start`.
#[derive(Debug, Default)]
struct Window {
    start: u64,
    misses: u32,
}

/// A row of a file without order, on its way.
#[derive(Debug, Clone, Copy, Default)]
struct Scattered {
    from: usize,
    len: usize,
    hash: u64,
    count: u64,
    candidate: u32,
}

struct Scan<'a> {
    table: &'a mut Table,
    name: &'a InputName,
    summary: Summary,
    line: u64,
    window: Window,
    mode: Option<Mode>,
    /// See [`Patience`].
    patience: Patience,
}

impl Scan<'_> {
    /// Takes all complete rows of `data`; gives the number of bytes taken.
    fn feed(&mut self, data: &[u8]) -> Result<usize, Fault> {
        let mut at = 0;
        loop {
            if self.mode.is_some() && !self.table.input().ordered {
                at += self.scattered(data.get(at..).unwrap_or_default())?;
            }
            at += self.predicted(data.get(at..).unwrap_or_default());
            let rest = data.get(at..).unwrap_or_default();
            let Some(newline) = memchr(b'\n', rest) else { return Ok(at) };
            self.line += 1;
            self.row(&rest[..newline])?;
            at += newline + 1;
        }
    }

    /// Takes rows as long as each is the one that followed last time.
    fn predicted(&mut self, data: &[u8]) -> usize {
        let is_set = self.mode == Some(Mode::Set);
        let mut at = 0;
        let mut rows = 0;
        while self.table.open.last != NONE {
            let rest = data.get(at..).unwrap_or_default();
            // Two calls, so that each loop has its reading of counts built in.
            let (bytes, taken) = if is_set {
                self.table.stretch(rest, &mut self.patience, digit_count)
            } else {
                self.table.stretch(rest, &mut self.patience, short_count)
            };
            at += bytes;
            rows += taken;
            let last = self.table.open.last;
            let Some(row) = self.table.rows.get(last as usize) else { break };
            let (next, step) = (row.next, row.step);
            let rest = data.get(at..).unwrap_or_default();
            let Some((count, used)) = self.table.rows.get(next as usize).and_then(|target| {
                let tail = after(rest, self.table.texts.get(target.text())?)?;
                let (count, digits) = count_and_newline(tail)?;
                Some((count, target.len as usize + digits))
            }) else {
                break;
            };
            at += used;
            rows += 1;
            self.table.take(step, last, next);
            self.table.note(next, count);
        }
        self.line += rows;
        self.summary.rows += rows;
        at
    }

    /// Takes the complete rows of a file without order, in batches: all places and hashes first, then all look-ups, then
    /// all comparisons, so that the processor waits for the memory of many rows at once. Gives the number of bytes taken.
    fn scattered(&mut self, data: &[u8]) -> Result<usize, Fault> {
        let mut batch: [Scattered; BATCH] = [Scattered::default(); BATCH];
        let mut at = 0;
        loop {
            let mut filled = 0;
            let mut odd = None;
            let mut scan = at;
            while filled < BATCH {
                let rest = data.get(scan..).unwrap_or_default();
                let Some(newline) = memchr(b'\n', rest) else { break };
                let row = rest.get(..newline).unwrap_or_default();
                let Some((text, count)) = plain_row(row) else {
                    odd = Some((scan, newline));
                    break;
                };
                let hash = self.table.hash(text);
                if let Some(slot) = batch.get_mut(filled) {
                    *slot = Scattered { from: scan, len: text.len(), hash, count, candidate: NONE };
                }
                filled += 1;
                scan += newline + 1;
            }
            let rows = batch.get_mut(..filled).unwrap_or_default();
            for row in rows.iter_mut() {
                row.candidate = self.table.candidate(row.hash);
            }
            for row in rows.iter() {
                let text = data.get(row.from..row.from + row.len).unwrap_or_default();
                self.line += 1;
                if self.table.is(row.candidate, text) {
                    self.summary.rows += 1;
                    self.table.input().lists.insert(row.candidate);
                    self.table.note(row.candidate, row.count);
                } else {
                    let rest = data.get(row.from..).unwrap_or_default();
                    let whole = memchr(b'\n', rest).and_then(|end| rest.get(..end)).unwrap_or(rest);
                    self.block_row(whole, text, row.count)?;
                }
            }
            at = scan;
            match odd {
                Some((from, len)) => {
                    self.line += 1;
                    self.row(data.get(from..from + len).unwrap_or_default())?;
                    at = from + len + 1;
                    if self.table.input().ordered {
                        return Ok(at);
                    }
                }
                None if filled < BATCH => return Ok(at),
                None => {}
            }
        }
    }

    /// Takes one row, without its newline.
    fn row(&mut self, row: &[u8]) -> Result<(), Fault> {
        let row = if self.line == 1 { row.strip_prefix(b"\xef\xbb\xbf").unwrap_or(row) } else { row };
        let row = row.trim_ascii_end();
        if row.is_empty() {
            return Ok(());
        }
        if let Some(mode) = mode_row(row) {
            self.mode_row(mode);
            return Ok(());
        }
        if self.mode.is_none() {
            return Err(Fault::NotAProfile { line: self.line, text: cut(row) });
        }
        let Some((text, count)) = split_count(row) else { return self.malformed(row) };
        self.block_row(row, text, count)
    }

    /// Takes a row as text and count; `row` is all of it, to be shown when it is none.
    fn block_row(&mut self, row: &[u8], text: &[u8], count: u64) -> Result<(), Fault> {
        let Some(id) = self.known_or_new(text)? else { return self.malformed(row) };
        self.summary.rows += 1;
        self.enter(id);
        self.table.note(id, count);
        Ok(())
    }

    fn mode_row(&mut self, mode: Mode) {
        self.summary.mode_rows += 1;
        match self.mode {
            Some(known) if known == mode => self.table.close_section(),
            known => {
                if known.is_some() {
                    self.table.end_input();
                }
                self.table.start_input(self.name, InputKind::Text, mode);
                self.mode = Some(mode);
            }
        }
        self.table.input().mode_rows += 1;
    }

    /// The block of a row's text up to the count. `None` when it is no row.
    fn known_or_new(&mut self, text: &[u8]) -> Result<Option<u32>, Fault> {
        if let Some(id) = self.table.find(text) {
            self.missed();
            return Ok(Some(id));
        }
        let Some(row) = parse(text) else { return Ok(None) };
        if !self.table.has_room(text.len()) {
            return Err(Fault::TooLarge);
        }
        // Go refuses to build files whose names are not UTF-8, so such a row is damage.
        let Some(file) = self.table.name(row.file) else { return Ok(None) };
        if row.canonical {
            return Ok(Some(self.table.add(text, file, row.extent, row.stmts)));
        }
        // `+3` and `007` are numbers to Go too: the row is known by its plain form.
        let Ok(name) = std::str::from_utf8(row.file) else { return Ok(None) };
        Ok(Some(self.table.block(name, row.extent, row.stmts)))
    }

    /// Puts a block that was not predicted behind the last one, or, in a file without order, on its own.
    fn enter(&mut self, id: u32) {
        if self.table.input().ordered {
            self.table.follow(id);
        } else {
            self.table.input().lists.insert(id);
        }
    }

    /// Notes a row that was known and yet not predicted. Sections miss a few rows a package; a shuffled or otherwise
    /// sorted file misses most: there the comparison is a waste, and the order of the rows says nothing.
    fn missed(&mut self) {
        if !self.table.input().ordered {
            return;
        }
        self.window.misses += 1;
        if self.window.misses == WINDOW {
            let rows = self.summary.rows - self.window.start;
            if rows < 4 * u64::from(WINDOW) {
                self.table.give_up_order();
            }
            self.window = Window { start: self.summary.rows, misses: 0 };
        }
    }

    fn malformed(&mut self, row: &[u8]) -> Result<(), Fault> {
        if self.mode.is_none() {
            return Err(Fault::NotAProfile { line: self.line, text: cut(row) });
        }
        self.summary.malformed += 1;
        if self.summary.first_malformed.is_none() {
            self.summary.first_malformed = Some((self.line, cut(row)));
        }
        Ok(())
    }

    fn finish(self, total: u64) -> Result<Summary, Fault> {
        if total == 0 {
            return Err(Fault::Empty);
        }
        if self.mode.is_none() {
            return Err(Fault::NotAProfile { line: 1, text: String::new() });
        }
        self.table.input().rows = self.summary.rows;
        self.table.end_input();
        Ok(self.summary)
    }
}

/// The beginning of a row, for messages.
fn cut(row: &[u8]) -> String {
    const SHOWN: usize = 80;
    let text = String::from_utf8_lossy(row.get(..row.len().min(SHOWN * 4)).unwrap_or_default());
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
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
        for count in [0, 9, 10, 1_234_567, 12_345_678, 123_456_789_012, u64::MAX] {
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

    #[test]
    fn stretches_that_did_not_run_are_taken_row_for_row() {
        // Sections of 40 rows; in section n the rows that n divides ran.
        let mut bytes = b"mode: set\n".to_vec();
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
            assert_eq!(
                block.count,
                (4..=40).filter(|section| line.is_multiple_of(*section)).count() as u64,
                "line {line}"
            );
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
        assert_eq!(
            inputs,
            [(Mode::Set, "cover.out"), (Mode::Count, "cover.out")],
            "two modes are two inputs"
        );
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
        let rows: Vec<String> = (1..=3000).map(|line| format!("m/a.go:{line}.1,{line}.9 1 1\n")).collect();
        let mut bytes = b"mode: count\n".to_vec();
        for round in 0..40usize {
            for index in 0..rows.len() {
                bytes.extend_from_slice(rows[(index * 7919 + round * 1237 * index) % rows.len()].as_bytes());
            }
        }
        let naive = String::from_utf8_lossy(&bytes).lines().count() as u64 - 1;
        let (raw, summary) = check(&bytes);
        assert_eq!(summary.rows, naive);
        assert_eq!(raw.blocks.iter().map(|block| block.count).sum::<u64>(), naive);
        assert!(!raw.inputs[0].ordered);
        assert!(raw.sections.is_empty());
        assert!(
            (0..raw.blocks.len()).all(|id| raw.inputs[0].lists.contains(u32::try_from(id).expect("small")))
        );
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
        let bytes = b"mode: count\nm/a.go:1.1,2.2 1 10\nm/a.go:3.1,4.2 1 0\nm/a.go:1.1,2.2 1 25\r\nm/a.go:3.1,4.2 1 4";
        let expected = shown(&check(bytes).0);
        for size in 1..bytes.len() {
            let mut table = Table::new();
            read(&mut table, &name(), &mut Trickle(bytes, size), &mut |_| {}).expect("a profile");
            assert_eq!(shown(&table.finish()), expected, "reads of {size} bytes");
        }
    }
}
