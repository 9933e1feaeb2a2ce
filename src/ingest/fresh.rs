//! Rows met for the first time. They come file by file and ascending, so what a row must look like is known but for its
//! numbers, and a row that fits is certainly new: no search for its end, no look-up of its name, no hash.

use super::row::{PlainNumbers, Usual, WINDOW, plain_numbers};
use super::table::{NONE, Table, row_order};
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
        let name = Name::new(name.as_str().as_bytes());
        let is_set = self.is_set;
        let mut order = row_order(block.extent, block.stmts);
        let (mut at, mut hits, mut id) = (0, 0, first);
        while let Some(rest) = data.get(at..)
            && let Some(row) = name.row(rest)
        {
            let PlainNumbers { extent, stmts, count, text: numbers, len } = row;
            let own = row_order(extent, stmts);
            let text = name.len + numbers;
            if own <= order || !self.rows.has_room(text) || id >= NONE - 1 {
                break;
            }
            order = own;
            self.rows.push_first(rest, text);
            self.blocks.push(RawBlock { file, extent, stmts, count: if is_set { 0 } else { count } });
            match count {
                0 => {}
                _ if !is_set => {
                    if let Some(input) = self.inputs.last_mut() {
                        input.hits.insert(id);
                    }
                }
                1 => {
                    self.seen.turn(id);
                    self.rows.set_digit(id, true);
                }
                _ => self.seen.hit(id),
            }
            hits |= count;
            id += 1;
            at += name.len + len;
        }
        if id == first {
            return (0, 0);
        }
        // Behind the last of all blocks nothing else can have come.
        self.links.remove(&last);
        self.extend_span(file, id);
        self.open.last = id - 1;
        self.open.hit |= hits != 0;
        (at, u64::from(id - first))
    }
}

/// A file's name, and room behind it so that it is compared as texts are.
struct Name<'a> {
    text: &'a [u8],
    window: [u8; WINDOW],
    len: usize,
}

impl<'a> Name<'a> {
    fn new(text: &'a [u8]) -> Self {
        let mut window = [0; WINDOW];
        if let Some(place) = window.get_mut(..text.len()) {
            place.copy_from_slice(text);
        }
        Self { text, window, len: text.len() }
    }

    /// The numbers of a row of this file.
    #[inline]
    fn row(&self, data: &[u8]) -> Option<PlainNumbers> {
        let (head, numbers) = data.split_at_checked(self.len)?;
        let is_same = match Usual::new(&self.window, data, self.len) {
            Some(usual) => usual.is_same(),
            None => head == self.text,
        };
        if is_same { plain_numbers(numbers) } else { None }
    }
}
