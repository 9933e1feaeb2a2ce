//! The loop where the time of a large file goes: rows of a stretch, whose blocks have ascending ids and whose texts lie one
//! behind the other. One comparison of the row's text and one count, or, where rows did not run, one comparison of bytes for
//! many rows.

use super::row::{TAIL, Usual, after};
use super::table::{NONE, Row, Table, ZERO_COUNT};

/// How many rows in a row must not have run before a stretch of such rows is looked for. Grows where hits are scattered:
/// there, looking costs more than it saves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(usize);

impl Default for Patience {
    fn default() -> Self {
        Self(Self::LEAST)
    }
}

impl Patience {
    const LEAST: usize = 3;
    const MOST: usize = 64;
    const WORTH_IT: usize = 8;

    fn learn(&mut self, rows: usize) {
        self.0 = if rows >= Self::WORTH_IT { Self::LEAST } else { (self.0 * 2).min(Self::MOST) };
    }
}

impl Table {
    /// Takes the rows of `data` that follow in the stretch at hand; gives bytes and rows taken. `read_count` reads a plain
    /// count with its newline from the bytes behind a row's text and may leave any count to the careful way.
    #[inline]
    pub(super) fn stretch(
        &mut self,
        data: &[u8],
        patience: &mut Patience,
        read_count: impl Fn(&[u8; TAIL]) -> Option<(u64, usize)>,
    ) -> (usize, u64) {
        let begin = self.open.last;
        if begin == NONE {
            return (0, 0);
        }
        let end = self.rows.get(self.open.first as usize).map_or(0, |row| row.end) as usize;
        let next = begin as usize + 1;
        let (Some(rows), Some(counts)) = (self.rows.get(next..end), self.counts.get_mut(next..end)) else {
            return (0, 0);
        };
        let texts = self.texts.as_slice();
        let (mut at, mut done) = (0, 0);
        let mut hits = 0;
        // Rows are taken in groups: a stretch of rows that did not run is only looked for behind a group of such rows.
        while let (Some(group), Some(sums)) = (rows.get(done..), counts.get_mut(done..)) {
            let size = group.len().min(sums.len()).min(patience.0);
            if size == 0 {
                break;
            }
            let taken = take(
                texts,
                &group[..size],
                &mut sums[..size],
                data.get(at..).unwrap_or_default(),
                &read_count,
            );
            at += taken.bytes;
            done += taken.rows;
            hits |= taken.hits;
            if taken.rows < size {
                break;
            }
            if taken.hits == 0 {
                let (bytes, more) = unhit(texts, rows, done, data.get(at..).unwrap_or_default());
                at += bytes;
                done += more;
                patience.learn(more);
            }
        }
        self.open.last = begin + u32::try_from(done).unwrap_or(0);
        self.open.hit |= hits != 0;
        (at, done as u64)
    }
}

/// What [`take`] took.
struct Taken {
    bytes: usize,
    rows: usize,
    /// All counts, joined bit by bit: 0 when no row ran.
    hits: u64,
}

/// Takes rows one by one until one differs.
#[inline]
fn take(
    texts: &[u8],
    rows: &[Row],
    sums: &mut [u64],
    data: &[u8],
    read_count: impl Fn(&[u8; TAIL]) -> Option<(u64, usize)>,
) -> Taken {
    let mut taken = Taken { bytes: 0, rows: 0, hits: 0 };
    let first = rows.first().map_or(0, |row| row.at as usize);
    let (mut texts, mut data) = (texts.get(first..).unwrap_or_default(), data);
    let size = data.len();
    for (row, sum) in rows.iter().zip(sums) {
        let len = row.len as usize;
        let Some(tail) = tail(texts, len, data) else { break };
        let Some((count, used)) = read_count(tail) else { break };
        let (Some(next_text), Some(next)) = (texts.get(len + ZERO_COUNT.len()..), data.get(len + used..))
        else {
            break;
        };
        *sum = sum.saturating_add(count);
        (texts, data) = (next_text, next);
        taken.rows += 1;
        taken.hits |= count;
    }
    taken.bytes = size - data.len();
    taken
}

/// What stands behind the first `len` bytes of `data`, when they are those of `text`. `None` also close to the end of either.
#[inline]
fn tail<'a>(text: &[u8], len: usize, data: &'a [u8]) -> Option<&'a [u8; TAIL]> {
    if let Some(usual) = Usual::new(text, data, len) {
        return if usual.is_same() { usual.tail() } else { None };
    }
    after(data, text.get(..len)?)?.first_chunk()
}

/// How far the rows from `first` on did not run: bytes and rows.
fn unhit(texts: &[u8], rows: &[Row], first: usize, data: &[u8]) -> (usize, usize) {
    let rest = rows.get(first..).unwrap_or_default();
    let (Some(begin), Some(last)) = (rest.first(), rest.last()) else { return (0, 0) };
    let from = begin.at as usize;
    let to = last.text().end + ZERO_COUNT.len();
    let same = common_prefix(texts.get(from..to).unwrap_or_default(), data);
    let whole = if from + same == to { rest.len() } else { whole_rows(rest, from + same) };
    let bytes = rest.get(whole).map_or(to - from, |row| row.at as usize - from);
    (bytes, whole)
}

/// The number of rows of a stretch that end at or before offset `stop` of the arena.
fn whole_rows(stretch: &[Row], stop: usize) -> usize {
    let starts_behind = |row: &Row| row.at as usize > stop;
    // Rows of a file are about equally long: a guess is a few rows off.
    let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { return 0 };
    let width = (last.at - first.at) as usize / stretch.len().max(1) + 1;
    let mut row = ((stop - first.at as usize) / width).min(stretch.len() - 1);
    while stretch.get(row + 1).is_some_and(|next| !starts_behind(next)) {
        row += 1;
    }
    while row > 0 && stretch.get(row).is_some_and(starts_behind) {
        row -= 1;
    }
    row
}

/// Length of the common beginning.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let length = a.len().min(b.len());
    let (a, b) = (a.get(..length).unwrap_or_default(), b.get(..length).unwrap_or_default());
    // Large steps first: what a step costs hardly depends on its size.
    let same = steps::<512>(a, b, 0);
    let same = steps::<64>(a, b, same);
    let same = steps::<8>(a, b, same);
    let rest = a.get(same..).unwrap_or_default().iter().zip(b.get(same..).unwrap_or_default());
    same + rest.take_while(|(a, b)| a == b).count()
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
        let text: Vec<u8> = (0..1300u32).map(|at| b'a' + u8::try_from(at % 23).expect("small")).collect();
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] = b'!';
            assert_eq!(common_prefix(&text, &other), at);
            assert_eq!(common_prefix(&text[..at], &text), at, "the shorter one ends");
        }
        assert_eq!(common_prefix(&text, &text), text.len());
    }
}
