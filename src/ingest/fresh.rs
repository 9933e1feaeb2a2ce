//! Rows met for the first time. They come file by file and ascending, so what a row must look like is known but for its
//! numbers, and a row that fits is certainly new: no search for its end, no look-up of its name, no hash.

use super::row::{PlainNumbers, plain_numbers};
use super::table::{NONE, Row, Step, Table, ZERO_COUNT, row_order};
use crate::model::RawBlock;

impl Table {
    /// Takes the complete rows of `data` that continue the newest file behind the last of all blocks; gives bytes and rows
    /// taken. Any other row is left to the careful way.
    pub(super) fn fresh(&mut self, data: &[u8]) -> (usize, u64) {
        let last = self.open.last;
        let Some(block) = self.blocks.get(last as usize).filter(|block| block.file == self.ascending) else {
            return (0, 0);
        };
        let (file, first) = (block.file, last + 1);
        let Some(name) = self.names.get(file as usize).filter(|_| first as usize == self.blocks.len()) else {
            return (0, 0);
        };
        let name = name.as_str().as_bytes();
        let mut order = row_order(block.extent, block.stmts);
        let (mut at, mut hits, mut id) = (0, 0, first);
        while let Some(row) = data.get(at..).and_then(|rest| new_row(rest, name)) {
            let PlainNumbers { extent, stmts, count, text: numbers, len } = row;
            let own = row_order(extent, stmts);
            let text_len = name.len() + numbers;
            let has_room = self.texts.len() + text_len < NONE as usize && id < NONE - 1;
            if own <= order || !has_room {
                break;
            }
            order = own;
            let (Ok(text_at), Ok(text_len)) = (u32::try_from(self.texts.len()), u32::try_from(text_len))
            else {
                break;
            };
            self.texts.extend_from_slice(data.get(at..at + name.len() + numbers).unwrap_or_default());
            self.texts.extend_from_slice(ZERO_COUNT);
            id += 1;
            self.rows.push(Row { at: text_at, len: text_len, next: id, step: Step::Plain, end: 0 });
            self.counts.push(count);
            self.blocks.push(RawBlock { file, extent, stmts, count: 0 });
            hits |= count;
            at += name.len() + len;
        }
        if id == first {
            return (0, 0);
        }
        if let Some(row) = self.rows.get_mut(last as usize) {
            (row.next, row.step) = (first, Step::Plain);
        }
        if let Some(row) = self.rows.last_mut() {
            row.next = NONE;
        }
        self.extend_span(file, id);
        self.open.last = id - 1;
        self.open.hit |= hits != 0;
        (at, u64::from(id - first))
    }
}

/// The numbers of a row of the file `name`.
#[inline]
fn new_row(data: &[u8], name: &[u8]) -> Option<PlainNumbers> {
    let (head, numbers) = data.split_at_checked(name.len())?;
    if head == name { plain_numbers(numbers) } else { None }
}
