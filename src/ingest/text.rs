//! Text profiles: `mode:` rows and block rows, parsed from the right, as `golang.org/x/tools/cover` does since 2019, plus
//! what real files hold besides: a byte order mark, CRLF, blank rows, repeated `mode:` rows, rows that are none.
//!
//! Input: bytes. Output: the [`Table`] and a [`Summary`]. Memory: one buffer of 128 KiB (grown to 1 MiB for a long row).

use std::io::{self, Read};

use memchr::memchr;

use super::InputName;
use super::row::{after, count_and_newline, mode_row, parse, split_count};
use super::stretch::Patience;
use super::table::{NONE, Table};
use crate::model::{InputKind, Mode};

/// A longer row is no row; it is skipped without being kept.
pub const MAX_ROW: usize = 1 << 20;
/// Small enough to stay in the processor's nearest caches between the system's copy and our look.
const CHUNK: usize = 1 << 17;
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
            let (bytes, rows) = self.table.fresh(data.get(at..).unwrap_or_default());
            at += bytes;
            self.line += rows;
            self.summary.rows += rows;
            let rest = data.get(at..).unwrap_or_default();
            let Some(newline) = memchr(b'\n', rest) else { return Ok(at) };
            self.line += 1;
            self.row(&rest[..newline])?;
            at += newline + 1;
        }
    }

    /// Takes rows as long as each is the one that followed last time.
    fn predicted(&mut self, data: &[u8]) -> usize {
        let is_set = self.table.is_set;
        let mut at = 0;
        let mut rows = 0;
        while self.table.open.last != NONE {
            let rest = data.get(at..).unwrap_or_default();
            let (bytes, taken) = if is_set {
                self.table.stretch_of_hits(rest, &mut self.patience)
            } else {
                self.table.stretch_of_counts(rest, &mut self.patience)
            };
            at += bytes;
            rows += taken;
            let rest = data.get(at..).unwrap_or_default();
            let (next, step) = self.table.successor();
            let Some((count, used)) = self.table.rows.text(next).and_then(|text| {
                let (count, digits) = count_and_newline(after(rest, text)?)?;
                Some((count, text.len() + digits))
            }) else {
                break;
            };
            at += used;
            rows += 1;
            match step {
                Some(step) => self.table.take(step, next),
                None => self.table.follow(next),
            }
            self.table.note(next, count);
        }
        self.line += rows;
        self.summary.rows += rows;
        at
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
        let Some(row) = parse(text) else { return Ok(None) };
        // Go refuses to build files whose names are not UTF-8, so such a row is damage.
        let Some(file) = self.table.name(row.file) else { return Ok(None) };
        if let Some(id) = self.table.known(text, file, row.extent, row.stmts) {
            self.missed();
            return Ok(Some(id));
        }
        if !self.table.has_room(text.len()) {
            return Err(Fault::TooLarge);
        }
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

mod scattered;
#[cfg(test)]
mod tests;
