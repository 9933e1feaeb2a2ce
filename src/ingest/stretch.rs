//! The loops where the time of a large file goes: rows of a stretch, whose blocks have ascending ids and whose texts lie one
//! behind the other. One comparison of the row's text and one count, or, where rows say what they said last (in set mode) or
//! that they did not run (in other modes), one comparison of bytes for many rows.

use std::ops::Range;

use super::row::{ROOM, Usual, after, short_count};
use super::rows::{Stretch, TAIL};
use super::seen::WORD;
use super::table::{NONE, Table};
use super::tallies::{GROUP, Group};

/// How many rows are read one by one before many are compared at once. Grows where what rows say is scattered: there,
/// looking costs more than it saves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(usize);

impl Default for Patience {
    fn default() -> Self {
        Self(Self::LEAST)
    }
}

impl Patience {
    const LEAST: usize = 3;
    const MOST: usize = WORD;
    /// So many rows are about as dear as a look.
    const WORTH_IT: usize = 6;

    fn learn(&mut self, rows: usize) {
        self.0 = if rows >= Self::WORTH_IT { Self::LEAST } else { (self.0 * 2).min(Self::MOST) };
    }
}

impl Table {
    /// Takes the rows of `data` that follow in the stretch at hand, in a mode that counts; gives bytes and rows taken. Any count
    /// but a plain one is left to the careful way.
    #[inline(never)] // for registers of its own
    pub(super) fn stretch_of_counts(&mut self, data: &[u8], patience: &mut Patience) -> (usize, u64) {
        let Some((next, end)) = self.rest_of_stretch() else { return (0, 0) };
        self.tallies.reach(self.blocks.len());
        let (mut at, mut row) = (0, next);
        let mut hits = 0;
        // Rows are taken in groups: a stretch of rows that did not run is only looked for behind a group of such rows. Groups grow
        // while others do run.
        let mut most = patience.0;
        while row < end {
            let Some(rows) = self.rows.stretch(row..end) else { break };
            let tallies = self.tallies.group(row, rows.len().min(most));
            let size = tallies.low.len();
            let rest = data.get(at..).unwrap_or_default();
            let taken = take_counts(rows, tallies, rest);
            at += taken.bytes;
            hits |= taken.hits;
            let behind = || (rows.behind(taken.rows), rest.get(taken.bytes..).unwrap_or_default());
            let then = if taken.rows < size {
                // The row that it stopped at may yet be one to take.
                let (rows, rest) = behind();
                odd_row(rows, rest).map_or(Then::Stop, |(count, bytes)| Then::Odd(count, bytes))
            } else if taken.hits == 0 {
                let (rows, rest) = behind();
                let (_, same) = alike(rows, rest);
                patience.learn(same);
                most = patience.0;
                Then::Same(same, rows.bytes(same))
            } else {
                most = (2 * most).min(GROUP);
                Then::GoOn
            };
            if taken.hits != 0 && self.tallies.is_full(row) {
                self.take_tallies(row);
            }
            row += taken.rows;
            match then {
                Then::GoOn => {}
                Then::Stop => break,
                Then::Same(rows, bytes) => (row, at) = (row + rows, at + bytes),
                Then::Odd(count, bytes) => {
                    if count > 0 {
                        self.add_count(u32::try_from(row).unwrap_or(NONE), count);
                    }
                    hits |= count;
                    (row, at) = (row + 1, at + bytes);
                }
            }
        }
        self.open.hit |= hits != 0;
        self.advance(at, row - next)
    }

    /// The same in set mode, where the digit behind each text is what the row said last.
    #[inline(never)]
    pub(super) fn stretch_of_hits(&mut self, data: &[u8], patience: &mut Patience) -> (usize, u64) {
        let Some((next, end)) = self.rest_of_stretch() else { return (0, 0) };
        let (mut at, mut row) = (0, next);
        let mut step = if patience.0 == Patience::LEAST { Next::Look } else { Next::Read };
        while row < end {
            let rest = data.get(at..).unwrap_or_default();
            let (bytes, rows, next) = match step {
                Next::Look => self.look(row..end, rest, patience),
                Next::Read => self.read_group(row..end.min(row + patience.0), rest),
                Next::Stop => break,
            };
            at += bytes;
            row += rows;
            step = next;
        }
        self.advance(at, row - next)
    }

    /// Takes the rows that say what they said last, and the one behind them when it says the other.
    fn look(&mut self, rows: Range<usize>, data: &[u8], patience: &mut Patience) -> (usize, usize, Next) {
        let Some(stretch) = self.rows.stretch(rows.clone()) else { return (0, 0, Next::Stop) };
        let (same, more) = alike(stretch, data);
        if same < data.len() {
            patience.learn(more);
        }
        let (bytes, behind) = (stretch.bytes(more), stretch.bytes(more + 1));
        let has_turned =
            rows.start + more < rows.end && behind == same + TAIL && other_digit(stretch.texts, data, same);
        let row = u32::try_from(rows.start + more).unwrap_or(NONE);
        if !self.open.hit {
            self.open.hit = self.seen.any(u32::try_from(rows.start).unwrap_or(NONE)..row);
        }
        if !has_turned {
            return (bytes, more, Next::Stop);
        }
        let hit = self.seen.turn(row);
        self.open.hit |= hit;
        self.rows.set_digit(row, hit);
        (behind, more + 1, if patience.0 == Patience::LEAST { Next::Look } else { Next::Read })
    }

    /// Takes some rows one by one.
    fn read_group(&mut self, rows: Range<usize>, data: &[u8]) -> (usize, usize, Next) {
        let Some(stretch) = self.rows.stretch(rows.clone()) else { return (0, 0, Next::Stop) };
        let taken = take_hits(stretch, data);
        self.open.hit |= taken.hits != 0;
        let first = u32::try_from(rows.start).unwrap_or(NONE);
        let turned = self.seen.group(first, taken.rows, taken.hits);
        let mut rest = turned;
        while rest != 0 {
            let at = rest.trailing_zeros();
            self.rows.set_digit(first + at, taken.hits >> at & 1 == 1);
            rest &= rest - 1;
        }
        let next = if taken.rows < rows.len() {
            Next::Stop
        } else if turned.count_ones() as usize * Patience::WORTH_IT > rows.len() {
            Next::Read
        } else {
            Next::Look
        };
        (taken.bytes, taken.rows, next)
    }

    /// The rows of the stretch that are still to come: the next one, and behind the last one.
    #[inline]
    fn rest_of_stretch(&self) -> Option<(usize, usize)> {
        if self.open.last == NONE {
            return None;
        }
        let (next, end) = (self.open.last as usize + 1, self.end_of_stretch() as usize);
        (next < end).then_some((next, end))
    }

    fn advance(&mut self, bytes: usize, rows: usize) -> (usize, u64) {
        self.open.last += u32::try_from(rows).unwrap_or(0);
        (bytes, rows as u64)
    }
}

/// How to go on behind a group of rows with counts.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// With the next group.
    GoOn,
    /// Behind so many rows and bytes that are as they were.
    Same(usize, usize),
    /// Behind a row with a count and so many bytes.
    Odd(u64, usize),
    /// Not at all.
    Stop,
}

/// How to go on in set mode.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// By comparing all rows that are left.
    Look,
    /// Row by row.
    Read,
    /// Not at all: the row is another one, or not all here.
    Stop,
}

/// Rows taken one by one.
#[derive(Debug, Clone, Copy)]
struct Taken {
    bytes: usize,
    rows: usize,
    /// All digits of counts, joined bit by bit: 0 when no row ran. In set mode a bit for each row.
    hits: u64,
}

/// Takes rows one by one until one differs or is odd, and adds the digits of their counts. Nothing is called, for each call would
/// cost the loop its registers.
#[inline]
fn take_counts(rows: Stretch<'_>, tallies: Group<'_>, data: &[u8]) -> Taken {
    let mut taken = Taken { bytes: 0, rows: 0, hits: 0 };
    let Some((&first, ends)) = rows.starts.split_first() else { return taken };
    let (mut from, mut texts, mut rest) = (first, rows.texts, data);
    for ((&end, low), ninth) in ends.iter().zip(tallies.low).zip(tallies.ninth) {
        let len = text_len(from, end);
        let Some(usual) = Usual::new(texts, rest, len).filter(Usual::is_same) else { break };
        // Behind the first digit. The way from row to row is the sum of this and the other digits, in this order: the processor
        // waits for nothing but the second.
        let (Some(behind), Some(next)) = (rest.get(len + 1..), texts.get(len + TAIL..)) else { break };
        let count = usual.count();
        let Some(behind) = behind.get(count.len..).filter(|_| count.is_plain()) else { break };
        *low = low.wrapping_add(count.digits);
        *ninth = ninth.wrapping_add(count.ninth);
        taken.hits |= count.digits | u64::from(count.ninth);
        taken.rows += 1;
        (from, texts, rest) = (end, next, behind);
    }
    taken.bytes = data.len() - rest.len();
    taken
}

/// The count of the first row, which [`take_counts`] did not take, and how long the row is. Longer texts and counts than usual
/// come here, and rows near the end of what is at hand.
#[inline(never)]
fn odd_row(rows: Stretch<'_>, data: &[u8]) -> Option<(u64, usize)> {
    let len = text_len(*rows.starts.first()?, *rows.starts.get(1)?);
    let (count, used) = short_count(tail(rows.texts, len, data)?)?;
    Some((count, len + used))
}

/// Takes rows in set mode one by one, at most [`WORD`], until one differs.
#[inline]
fn take_hits(rows: Stretch<'_>, data: &[u8]) -> Taken {
    let mut taken = Taken { bytes: 0, rows: 0, hits: 0 };
    let Some((&first, ends)) = rows.starts.split_first() else { return taken };
    let mut from = first;
    for &end in ends {
        let len = text_len(from, end);
        let before = from.wrapping_sub(first) as usize;
        let (Some(text), Some(rest)) = (rows.texts.get(before..), data.get(before..)) else { break };
        let Some(&[digit, newline, ..]) = tail(text, len, rest) else { break };
        let hit = u16::from_le_bytes([digit, newline]) ^ u16::from_le_bytes(*b"0\n");
        if hit > 1 {
            break;
        }
        taken.hits |= u64::from(hit) << (taken.rows % WORD);
        from = end;
        taken.rows += 1;
    }
    taken.bytes = from.wrapping_sub(first) as usize;
    taken
}

/// Of the row between two offsets; they lie at least [`TAIL`] apart.
#[inline]
fn text_len(from: u32, end: u32) -> usize {
    (end.wrapping_sub(from) as usize).wrapping_sub(TAIL)
}

/// What stands in `data` behind its first `len` bytes, when those are the ones that `text` begins with. `None` also close to the
/// end of either.
#[inline]
fn tail<'a>(text: &[u8], len: usize, data: &'a [u8]) -> Option<&'a [u8; ROOM]> {
    match Usual::new(text, data, len) {
        Some(usual) if usual.is_same() => usual.tail(),
        Some(_) => None,
        None => unusual_tail(text, len, data),
    }
}

#[cold]
fn unusual_tail<'a>(text: &[u8], len: usize, data: &'a [u8]) -> Option<&'a [u8; ROOM]> {
    after(data, text.get(..len)?)?.first_chunk()
}

/// How far rows say what they said last: bytes, and whole rows.
fn alike(rows: Stretch<'_>, data: &[u8]) -> (usize, usize) {
    let all = rows.all();
    let same = common_prefix(all, data);
    (same, if same == all.len() { rows.len() } else { rows.whole_rows(same) })
}

/// Whether what differs at `at` is the digit of a row, which the other digit follows as it should.
fn other_digit(texts: &[u8], data: &[u8], at: usize) -> bool {
    matches!(
        (texts.get(at), data.get(at..).and_then(<[u8]>::first_chunk)),
        (Some(b'0'), Some([b'1', b'\n'])) | (Some(b'1'), Some([b'0', b'\n']))
    )
}

/// Length of the common beginning.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let length = a.len().min(b.len());
    let (a, b) = (a.get(..length).unwrap_or_default(), b.get(..length).unwrap_or_default());
    // Large steps first: what a step costs hardly depends on its size.
    let same = steps::<2048>(a, b, 0);
    let same = steps::<256>(a, b, same);
    let mut same = steps::<32>(a, b, same);
    let (words_a, rest_a) = a.get(same..).unwrap_or_default().as_chunks::<8>();
    let (words_b, rest_b) = b.get(same..).unwrap_or_default().as_chunks::<8>();
    for (a, b) in words_a.iter().zip(words_b) {
        let differ = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if differ != 0 {
            return same + (differ.trailing_zeros() / 8) as usize;
        }
        same += 8;
    }
    same + rest_a.iter().zip(rest_b).take_while(|(a, b)| a == b).count()
}

/// How far two texts of one length are equal from `same` on, in whole steps.
fn steps<const STEP: usize>(a: &[u8], b: &[u8], same: usize) -> usize {
    let (steps_a, _) = a.get(same..).unwrap_or_default().as_chunks::<STEP>();
    let (steps_b, _) = b.get(same..).unwrap_or_default().as_chunks::<STEP>();
    same + steps_a.iter().zip(steps_b).take_while(|(a, b)| is_same(a, b)).count() * STEP
}

/// Whether two texts are equal. musl compares byte by byte, which would cost as much again as all else that is done for a large
/// file in set mode; what is written out here the compiler does for sixteen bytes at once. The ways of other C libraries are
/// better still.
fn is_same<const STEP: usize>(a: &[u8; STEP], b: &[u8; STEP]) -> bool {
    if cfg!(target_env = "musl") {
        return a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0;
    }
    a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_beginning_ends_at_the_first_difference() {
        let text: Vec<u8> = (0..5300u32).map(|at| b'a' + u8::try_from(at % 23).expect("small")).collect();
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] = b'!';
            assert_eq!(common_prefix(&text, &other), at);
            assert_eq!(common_prefix(&text[..at], &text), at, "the shorter one ends");
        }
        assert_eq!(common_prefix(&text, &text), text.len());
    }
}
