//! A baseline laid out as it is saved: a field of the head or a file a line, the blocks of a file at the end of its line.
//!
//! Nearly all of it are numbers, and a reader of JSON must be ready for anything at each of them. Here they are read as they were
//! written, and the rest as JSON with the lists left empty. What is laid out otherwise, and all that is odd, is left to the reader
//! of the whole, which knows what to say of it.

use memchr::memmem;

use super::{Blocks, Wire, block};
use crate::model::{Baseline, Block};

/// Digits of a number that certainly fits.
const DIGITS: usize = 10;

/// Reads a baseline; `None` where the reader of the whole is to be asked.
pub(super) fn read(text: &str) -> Option<Baseline> {
    const FILES: &str = "\n\"files\":[\n";
    const BLOCKS: &str = ",\"blocks\":[";
    let from = memmem::find(text.as_bytes(), FILES.as_bytes())?;
    let (head, mut rest) = text.split_at_checked(from + FILES.len())?;
    let mut short = head.to_owned();
    let mut lists = Vec::new();
    while rest.starts_with('{') {
        let (file, list) =
            rest.split_at_checked(memmem::find(rest.as_bytes(), BLOCKS.as_bytes())? + BLOCKS.len())?;
        if file.contains('\n') {
            return None;
        }
        let (blocks, length) = blocks(list.as_bytes())?;
        let (_, behind) = list.split_at_checked(length)?;
        let end = ["]},\n", "]}\n"].into_iter().find(|end| behind.starts_with(end))?;
        short.push_str(file);
        short.push_str(end);
        lists.push(blocks);
        rest = behind.get(end.len()..)?;
    }
    if !rest.starts_with("],\n\"checksum\":\"") {
        return None;
    }
    short.push_str(rest);
    let mut wire: Wire<'_> = serde_json::from_str(&short).ok()?;
    if wire.files.len() != lists.len() {
        return None;
    }
    for (file, blocks) in wire.files.iter_mut().zip(lists) {
        // Else another list than its own was meant.
        if !file.blocks.0.as_ref().is_ok_and(Vec::is_empty) {
            return None;
        }
        file.blocks = Blocks(Ok(blocks));
    }
    wire.baseline().ok()
}

/// The blocks of a list and its length, without the bracket behind it.
fn blocks(list: &[u8]) -> Option<(Vec<Block>, usize)> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut numbers = Numbers(list);
    let mut before = None;
    while numbers.0.first() != Some(&b']') {
        if before.is_some() {
            numbers.comma()?;
        }
        let down = u32::try_from(numbers.next()?).ok()?;
        let mut next = || numbers.comma().and_then(|()| numbers.next());
        let block = block(before, down, [next()?, next()?, next()?, next()?])?;
        if before.is_some_and(|before| before >= block.extent) {
            return None;
        }
        before = Some(block.extent);
        blocks.push(block);
    }
    Some((blocks, list.len() - numbers.0.len()))
}

/// Numbers as they are saved, and what is behind them.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    /// The next number; `None` for one that is written otherwise, or is longer than any that is saved.
    fn next(&mut self) -> Option<i64> {
        let (is_negative, digits) = match self.0 {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let (mut value, mut length) = (0i64, 0);
        while let Some(digit) =
            digits.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        {
            if length == DIGITS {
                return None;
            }
            value = value * 10 + i64::from(digit);
            length += 1;
        }
        let starts_with_zero = digits.first() == Some(&b'0');
        if length == 0 || starts_with_zero && (length > 1 || is_negative) {
            return None;
        }
        self.0 = digits.get(length..)?;
        Some(if is_negative { -value } else { value })
    }

    /// Passes over a comma.
    fn comma(&mut self) -> Option<()> {
        self.0 = self.0.strip_prefix(b",")?;
        Some(())
    }
}
