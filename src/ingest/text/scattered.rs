//! Rows in no order: shuffled, or sorted as no Go tool does. Prediction is a waste there, and each row is looked up.

use memchr::memchr;

use super::{Fault, Scan};
use crate::ingest::index::Print;
use crate::ingest::row::plain_row;

/// Rows that are looked up together.
const BATCH: usize = 32;

/// A row on its way.
#[derive(Debug, Clone, Copy, Default)]
struct Scattered {
    from: usize,
    /// To its newline.
    len: usize,
    count: u64,
    print: Print,
}

/// Some rows that follow each other.
#[derive(Debug, Default)]
struct Batch {
    rows: [Scattered; BATCH],
    filled: usize,
    /// Behind the last of them.
    end: usize,
    /// How long the row behind them is, when it is one that needs care.
    odd: Option<usize>,
}

impl Scan<'_> {
    /// Takes the complete rows of a file without order, in batches: all fingerprints first, then all look-ups, so that the
    /// processor waits for the memory of many rows at once. Gives the number of bytes taken.
    pub(super) fn scattered(&mut self, data: &[u8]) -> Result<usize, Fault> {
        let mut batch = Batch::default();
        loop {
            self.fill(data, &mut batch);
            for row in batch.rows.get(..batch.filled).unwrap_or_default() {
                self.line += 1;
                if let Some(id) = self.table.found(row.print) {
                    self.summary.rows += 1;
                    self.table.note_found(id, row.count);
                } else {
                    self.row(data.get(row.from..row.from + row.len).unwrap_or_default())?;
                }
            }
            if let Some(len) = batch.odd {
                self.line += 1;
                self.row(data.get(batch.end..batch.end + len).unwrap_or_default())?;
                batch.end += len + 1;
            }
            let is_last = batch.odd.is_none() && batch.filled < BATCH;
            if is_last || self.table.input().ordered {
                return Ok(batch.end);
            }
        }
    }

    /// Finds the next rows and their fingerprints.
    #[inline(never)] // for registers of its own
    fn fill(&mut self, data: &[u8], batch: &mut Batch) {
        let index = self.table.index();
        batch.odd = None;
        let (mut filled, mut from) = (0, batch.end);
        for slot in &mut batch.rows {
            let rest = data.get(from..).unwrap_or_default();
            let Some(len) = memchr(b'\n', rest) else { break };
            let Some((text, count)) = plain_row(rest.get(..len).unwrap_or_default()) else {
                batch.odd = Some(len);
                break;
            };
            *slot = Scattered { from, len, count, print: index.print_of_first(rest, text.len()) };
            filled += 1;
            from += len + 1;
        }
        (batch.filled, batch.end) = (filled, from);
    }
}
