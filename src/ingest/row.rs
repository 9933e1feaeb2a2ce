//! One row of a text profile: from bytes to what it says. Everything is parsed from the right, as
//! `golang.org/x/tools/cover` does since 2019, because a file name may hold every separator.
//!
//! Each kind of number has a quick way for what Go writes and a careful one for what Go's parser takes besides.

use memchr::memrchr;

use crate::model::{Extent, Mode};

/// Lines above this are refused: readers of our output hold them in 32-bit signed integers.
const MAX_LINE: u64 = i32::MAX as u64;

/// The mode of a `mode:` row; `None` when the word is none of Go's.
pub(super) fn mode_row(row: &[u8]) -> Option<Mode> {
    let word = row.strip_prefix(b"mode:")?.trim_ascii();
    Mode::from_name(std::str::from_utf8(word).ok()?)
}

/// How many bytes behind a row's text the quick ways look at.
pub(super) const ROOM: usize = 16;

/// A count of up to fifteen digits with its newline, without a branch for each digit. `None` leaves it to the careful way.
#[inline]
pub(super) fn short_count(tail: &[u8; ROOM]) -> Option<(u64, usize)> {
    let (words, _) = tail.as_chunks::<8>();
    let (value, digits) = leading_digits(*words.first()?);
    if *tail.get(digits)? == b'\n' {
        return (digits > 0).then_some((value, digits + 1));
    }
    if digits < 8 {
        return None;
    }
    let (low, more) = leading_digits(*words.get(1)?);
    let value = value * POWERS.get(more)? + low;
    (*tail.get(digits + more)? == b'\n').then_some((value, digits + more + 1))
}

/// By how much eight digits move for so many behind them; a count of sixteen digits is left to the careful way.
const POWERS: [u64; 8] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// The digits that eight bytes begin with: their value and how many. Without any the value means nothing.
#[inline]
fn leading_digits(bytes: [u8; 8]) -> (u64, usize) {
    let digits = u64::from_le_bytes(bytes) ^ ZEROS;
    // The high bit of each byte that is no digit; carries only reach bytes behind the first of them.
    let others = (digits.wrapping_add(ABOVE_NINE) | digits) & HIGH;
    let bits = others.trailing_zeros() & !7;
    // Moved to the high end, zeros in front of them.
    (joined(digits.wrapping_shl(64 - bits)), (bits / 8) as usize)
}

/// The value of eight digits, the first one in the lowest byte.
#[inline]
fn joined(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(2561) >> 8;
    let quads = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(6_553_601) >> 16;
    (quads & 0x0000_ffff_0000_ffff).wrapping_mul(42_949_672_960_001) >> 32
}

/// The value of four digits, the first one in the lowest byte.
#[inline]
fn joined_4(digits: u32) -> u32 {
    let pairs = digits.wrapping_mul(2561) >> 8 & 0x00ff_00ff;
    pairs.wrapping_mul(6_553_601) >> 16
}

const ZEROS: u64 = 0x3030_3030_3030_3030;
const ZEROS_4: u32 = 0x3030_3030;
/// Added to a byte, it sets the high bit of all that are more than nine and have none.
const ABOVE_NINE: u64 = 0x7676_7676_7676_7676;
const ABOVE_NINE_4: u32 = 0x7676_7676;
const HIGH: u64 = 0x8080_8080_8080_8080;
const HIGH_4: u32 = 0x8080_8080;
/// In each of eight bytes the bit that digits have, and what ends a number in a row as Go writes it (`.`, `,`, space, newline)
/// has not.
const DIGIT: u64 = 0x1010_1010_1010_1010;

/// What stands behind the name in a row as Go writes it.
pub(super) struct PlainNumbers {
    pub(super) extent: Extent,
    pub(super) stmts: u32,
    pub(super) count: u64,
    /// Bytes from the colon to the space before the count, both included.
    pub(super) text: usize,
    /// Bytes from the colon to the newline, both included.
    pub(super) len: usize,
}

/// Nearly all numbers of a row, from the colon to the space before the count, are as long as this or shorter.
const NUMBERS: usize = 32;

/// Reads `:1.2,3.4 5 0` and a newline, forwards: what has exactly this form is cut alike from the right. `None` leaves the
/// row to the careful way: longer numbers, signs, leading zeros, and rows close to the end of what is at hand.
#[inline]
pub(super) fn plain_numbers(data: &[u8]) -> Option<PlainNumbers> {
    let data = data.first_chunk()?;
    let mut fields = Fields { data, ends: ends_of_numbers(data), from: 1, odd: u64::from(data[0] ^ b':') };
    let start_line = fields.line(b'.');
    let start_col = fields.small(b',');
    let end_line = fields.line(b'.');
    let end_col = fields.small(b' ');
    let stmts = fields.small(b' ');
    let text = fields.from as usize;
    if fields.odd != 0 {
        return None;
    }
    let (count, used) = short_count(data[text..].first_chunk()?)?;
    let extent = Extent::new(start_line, start_col, end_line, end_col);
    Some(PlainNumbers { extent, stmts, count, text, len: text + used })
}

/// The numbers of a row, one behind the other. Where they end is found for all at once, so that none has to wait for the one
/// before it, and whether all is as it should be is asked at the end.
struct Fields<'a> {
    data: &'a [u8; NUMBERS + ROOM],
    /// A bit for each byte that ends a number, from the next one on.
    ends: u32,
    /// Where the next number begins.
    from: u32,
    /// Not 0 once something was not plain.
    odd: u64,
}

impl Fields<'_> {
    /// The next number, of up to seven digits.
    #[inline]
    fn line(&mut self, behind: u8) -> u32 {
        let (from, len) = self.next(behind);
        // The digits move to the high end, zeros in front of them.
        let digits = (word(&self.data[from..]) ^ ZEROS).wrapping_shl(len.wrapping_mul(8).wrapping_neg());
        self.odd |= (digits.wrapping_add(ABOVE_NINE) | digits) & HIGH;
        let number = u32::try_from(joined(digits)).unwrap_or(0);
        self.odd |= u64::from(number < LEAST[len as usize % NUMBERS]);
        number
    }

    /// The next number, of up to four digits.
    #[inline]
    fn small(&mut self, behind: u8) -> u32 {
        let (from, len) = self.next(behind);
        let word = self.data[from..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let digits = (word ^ ZEROS_4).wrapping_shl(len.wrapping_mul(8).wrapping_neg());
        self.odd |= u64::from((digits.wrapping_add(ABOVE_NINE_4) | digits) & HIGH_4);
        let number = joined_4(digits);
        self.odd |= u64::from(number < LEAST_4[len as usize % NUMBERS]);
        number
    }

    /// Where the next number begins, and how long it is.
    #[inline]
    fn next(&mut self, behind: u8) -> (usize, u32) {
        let from = self.from;
        // Without any end left this is the colon, which is none.
        let end = self.ends.trailing_zeros() % 32;
        self.ends &= self.ends.wrapping_sub(1);
        self.from = end + 1;
        self.odd |= u64::from(self.data[end as usize] ^ behind);
        (from as usize % NUMBERS, end.wrapping_sub(from))
    }
}

/// The least number of so many digits that has no leading zero; more than any for lengths that are not read here.
const LEAST: [u32; NUMBERS] = least(7);
const LEAST_4: [u32; NUMBERS] = least(4);

const fn least(most: usize) -> [u32; NUMBERS] {
    let mut least = [u32::MAX; NUMBERS];
    least[1] = 0;
    let (mut len, mut power) = (2, 10);
    while len <= most {
        least[len] = power;
        (len, power) = (len + 1, power * 10);
    }
    least
}

/// A bit for each of the first bytes that no number goes on with.
#[inline]
fn ends_of_numbers(data: &[u8; NUMBERS + ROOM]) -> u32 {
    let (words, _) = data.as_chunks::<8>();
    words.iter().take(NUMBERS / 8).enumerate().fold(0, |ends, (at, word)| {
        let apart = (!u64::from_le_bytes(*word) & DIGIT) >> 4;
        // One bit of each byte, joined in the highest byte.
        let joined = apart.wrapping_mul(0x0102_0408_1020_4080) >> 56;
        ends | u32::try_from(joined << (8 * at)).unwrap_or(0)
    })
}

/// A count and the line end behind it: value and bytes used. `None` when it is not plain.
#[inline]
pub(super) fn count_and_newline(tail: &[u8]) -> Option<(u64, usize)> {
    let digits = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let count = number(tail.get(..digits)?)?;
    match tail.get(digits..)? {
        [b'\n', ..] => Some((count, digits + 1)),
        [b'\r', b'\n', ..] => Some((count, digits + 2)),
        _ => None,
    }
}

/// What stands behind `text`, when `data` begins with it.
#[inline]
pub(super) fn after<'a>(data: &'a [u8], text: &[u8]) -> Option<&'a [u8]> {
    let (head, tail) = data.split_at_checked(text.len())?;
    (head == text).then_some(tail)
}

/// What is compared at once.
const LOOK: usize = 16;
/// Nearly all texts are as long as this or shorter.
const USUAL: usize = 8 * LOOK;
/// What is looked at for such a text.
pub(super) const WINDOW: usize = USUAL + ROOM;

/// A known row's text and what may be the same row, where both have the length of nearly all rows: such are compared
/// without a call and without a loop.
pub(super) struct Usual<'t, 'd> {
    text: &'t [u8; WINDOW],
    data: &'d [u8; WINDOW],
    len: usize,
}

impl<'t, 'd> Usual<'t, 'd> {
    /// The first `len` bytes of both. `None` for other lengths, and close to the end of either.
    #[inline]
    pub(super) fn new(text: &'t [u8], data: &'d [u8], len: usize) -> Option<Self> {
        if !(LOOK..=USUAL).contains(&len) {
            return None;
        }
        Some(Self { text: text.first_chunk()?, data: data.first_chunk()?, len })
    }

    /// Whether they are equal: two looks from the front and two from the end, one each where the text is short and four where it
    /// is long.
    #[expect(clippy::inline_always, reason = "a call would cost the loops their registers")]
    #[inline(always)]
    pub(super) fn is_same(&self) -> bool {
        let last = self.len - LOOK;
        let differ = |at: usize| look(&self.text[at..]) ^ look(&self.data[at..]);
        if self.len < 2 * LOOK {
            return (differ(0) | differ(last)) == 0;
        }
        let inner = |at: usize| differ(at) | differ(at + LOOK);
        if self.len > 4 * LOOK && (inner(2 * LOOK) | inner(last - 3 * LOOK)) != 0 {
            return false;
        }
        (differ(0) | differ(LOOK) | differ(last - LOOK) | differ(last)) == 0
    }

    /// The count behind the text as it seems to be, of up to nine digits.
    ///
    /// Where its newline is, is guessed by the bit that digits have and newlines have not: the next row begins behind it, and until
    /// that is known nothing can be done with that row. What was guessed is checked meanwhile, by [`Count::is_plain`].
    #[expect(clippy::inline_always, reason = "a call would cost the loops their registers")]
    #[inline(always)]
    pub(super) fn count(&self) -> Count {
        let bits = (!word(&self.data[self.len + 1..]) & DIGIT).trailing_zeros();
        let len = (bits / 8) as usize + 1;
        let last = word(&self.data[self.len + len - 8..]) ^ ZEROS;
        Count {
            digits: last & LAST[len],
            ninth: (self.data[self.len] ^ b'0') & NINTH[len],
            len,
            behind: self.data[self.len + len],
        }
    }

    /// What stands behind the text.
    #[inline]
    pub(super) fn tail(&self) -> Option<&'d [u8; ROOM]> {
        self.data[self.len..].first_chunk()
    }
}

/// A count that was guessed, see [`Usual::count`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    /// The last eight digits, zeros in front of them: the last digit in the highest byte.
    pub(super) digits: u64,
    /// The digit in front of them.
    pub(super) ninth: u8,
    /// How many digits.
    pub(super) len: usize,
    behind: u8,
}

impl Count {
    /// Whether digits they are, and a newline stands behind them.
    #[expect(clippy::inline_always, reason = "a call would cost the loops their registers")]
    #[inline(always)]
    pub(super) fn is_plain(self) -> bool {
        let odd = (self.digits.wrapping_add(ABOVE_NINE) | self.digits) & HIGH;
        odd == 0 && self.ninth < 10 && self.behind == b'\n'
    }
}

/// For so many digits, which of eight bytes that end with them are theirs.
const LAST: [u64; ROOM] = {
    let mut masks = [u64::MAX; ROOM];
    let mut len = 0;
    while len < 8 {
        masks[len] = !(u64::MAX >> (8 * len));
        len += 1;
    }
    masks
};
/// The same for the ninth digit from the end.
const NINTH: [u8; ROOM] = [0, 0, 0, 0, 0, 0, 0, 0, 0, u8::MAX, 0, 0, 0, 0, 0, 0];

/// The first eight bytes as one number.
#[inline]
pub(super) fn word(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The first bytes as one number.
#[inline]
fn look(bytes: &[u8]) -> u128 {
    bytes.first_chunk().map_or(0, |bytes| u128::from_ne_bytes(*bytes))
}

/// A row that needs no care: text up to the count, a count of up to nine digits, nothing behind it.
#[inline]
pub(super) fn plain_row(row: &[u8]) -> Option<(&[u8], u64)> {
    if let [text @ .., digit @ b'0'..=b'9'] = row
        && text.last() == Some(&b' ')
    {
        return Some((text, u64::from(digit - b'0')));
    }
    let mut count = 0u64;
    let mut scale = 1u64;
    for digits in 0..10 {
        let at = row.len().checked_sub(digits + 1)?;
        match row.get(at)? {
            byte @ b'0'..=b'9' => {
                count += u64::from(byte - b'0') * scale;
                scale *= 10;
            }
            b' ' if digits > 0 => return Some((row.get(..=at)?, count)),
            _ => return None,
        }
    }
    None
}

/// Splits a row behind its last space: the text that names the block, and the count.
pub(super) fn split_count(row: &[u8]) -> Option<(&[u8], u64)> {
    let space = memrchr(b' ', row)?;
    let (text, count) = row.split_at(space + 1);
    Some((text, signed(count)?.0))
}

/// A row's text, taken apart.
pub(super) struct Parsed<'a> {
    pub(super) file: &'a [u8],
    pub(super) extent: Extent,
    pub(super) stmts: u32,
    /// Whether printing the numbers gives the text again.
    pub(super) canonical: bool,
}

/// Parses `file:1.2,3.4 5 ` from the right: the file may hold any of the separators.
pub(super) fn parse(text: &[u8]) -> Option<Parsed<'_>> {
    plain(text).or_else(|| careful(text))
}

/// A row as Go writes it, in one walk from its end: no signs, no leading zeros, numbers of up to nine digits.
fn plain(text: &[u8]) -> Option<Parsed<'_>> {
    let mut at = text.len().checked_sub(1)?;
    let mut field = |separator: u8| {
        let (mut value, mut scale, mut last) = (0u32, 1u32, 0u8);
        for digits in 0..10 {
            at = at.checked_sub(1)?;
            let byte = *text.get(at)?;
            if byte.is_ascii_digit() {
                if digits == 9 {
                    return None;
                }
                last = byte;
                value += u32::from(byte - b'0') * scale;
                scale = scale.wrapping_mul(10);
            } else {
                let is_plain = digits == 1 || (digits > 1 && last != b'0');
                return (byte == separator && is_plain).then_some(value);
            }
        }
        None
    };
    let stmts = field(b' ')?;
    let end_col = field(b'.')?;
    let end_line = field(b',')?;
    let start_col = field(b'.')?;
    let start_line = field(b':')?;
    let file = text.get(..at).filter(|file| !file.is_empty() && text.last() == Some(&b' '))?;
    Some(Parsed {
        file,
        extent: Extent::new(start_line, start_col, end_line, end_col),
        stmts,
        canonical: true,
    })
}

/// Any row that Go's parser takes.
fn careful(text: &[u8]) -> Option<Parsed<'_>> {
    let mut rest = text.strip_suffix(b" ")?;
    let mut canonical = true;
    let mut field = |separator: u8, limit: u64| {
        let at = memrchr(separator, rest)?;
        let (value, plain) = signed(rest.get(at + 1..)?)?;
        canonical &= plain;
        rest = rest.get(..at)?;
        (value <= limit).then(|| u32::try_from(value).ok()).flatten()
    };
    let stmts = field(b' ', u64::from(u32::MAX))?;
    let end_col = field(b'.', u64::from(u32::MAX))?;
    let end_line = field(b',', MAX_LINE)?;
    let start_col = field(b'.', u64::from(u32::MAX))?;
    let start_line = field(b':', MAX_LINE)?;
    let file = Some(rest).filter(|file| !file.is_empty())?;
    Some(Parsed { file, extent: Extent::new(start_line, start_col, end_line, end_col), stmts, canonical })
}

/// A number as `strconv.Atoi` takes it, not negative: optional sign, digits. Also tells whether it is plain: no sign, no
/// leading zero.
pub(super) fn signed(text: &[u8]) -> Option<(u64, bool)> {
    if let Some(digits) = text.strip_prefix(b"-") {
        return (number(digits)? == 0).then_some((0, false));
    }
    if let Some(digits) = text.strip_prefix(b"+") {
        return Some((number(digits)?, false));
    }
    let plain = text.len() == 1 || text.first() != Some(&b'0');
    Some((number(text)?, plain))
}

/// Digits to a number, saturating.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, byte| {
        byte.is_ascii_digit().then(|| value.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the loops over stretches compare.
    fn begins_with(data: &[u8], text: &[u8], len: usize) -> bool {
        match Usual::new(text, data, len) {
            Some(usual) => usual.is_same(),
            None => text.get(..len).is_some_and(|text| after(data, text).is_some()),
        }
    }

    #[test]
    fn a_row_of_any_length_differs_where_any_byte_does() {
        let arena: Vec<u8> = (0..350u32).map(|at| b'a' + u8::try_from(at % 23).expect("small")).collect();
        // Short and long texts, and those close to the end of what is at hand, take the way of any text.
        for room in [0, ROOM, 200] {
            for len in 0..150 {
                let data = &arena[..len + room];
                assert!(begins_with(data, &arena, len));
                assert_eq!(after(data, &arena[..len]), Some(&arena[len..len + room]));
                for at in 0..len {
                    let mut other = data.to_vec();
                    other[at] ^= 1;
                    assert!(!begins_with(&other, &arena, len), "byte {at} of {len}");
                }
                assert!(
                    !begins_with(data, &arena[..len.saturating_sub(1)], len.max(1)),
                    "the text ends early"
                );
            }
        }
    }

    #[test]
    fn numbers_read_forwards_are_those_read_from_the_right() {
        let numbers = ["0", "1", "9", "10", "77", "123", "4096", "9999999"];
        let mut quickly = 0;
        for shift in 0..numbers.len() {
            for count in ["0", "1", "4096", "12345678", "123456789"] {
                let pick = |at: usize| numbers[(at * shift + at) % numbers.len()];
                let row = format!(":{}.{},{}.{} {} ", pick(0), pick(1), pick(2), pick(3), pick(4));
                let is_usual = row.len() <= NUMBERS && [1, 3, 4].iter().all(|&at| pick(at).len() <= 4);
                let name_and_row = format!("m/a.go{row}");
                let careful = careful(name_and_row.as_bytes()).expect("a row");
                let whole = format!("{row}{count}\n");
                let followed = format!("{whole}m/a.go:{}", "7".repeat(NUMBERS + ROOM));
                let quick = plain_numbers(followed.as_bytes());
                assert_eq!(quick.is_some(), is_usual, "{whole:?}");
                let Some(quick) = quick else { continue };
                quickly += 1;
                assert_eq!((quick.extent, quick.stmts), (careful.extent, careful.stmts));
                assert_eq!(quick.count.to_string(), count);
                assert_eq!((quick.text, quick.len), (row.len(), whole.len()));
            }
        }
        assert!(quickly > 20, "{quickly}");
        let room = "x".repeat(NUMBERS + ROOM);
        for odd in [
            "",
            "1.2,3.4 5 0\n",
            ":1.2,3.4 5 \n",
            ":1.2,3.4 5 0\r\n",
            ":1.2,3.4 5 0 \n",
            ":01.2,3.4 5 0\n",
            ":00.2,3.4 5 0\n",
            ":1.2.3.4 5 0\n",
            ":1,2,3.4 5 0\n",
            ":1.2,3.4  5 0\n",
            ":+1.2,3.4 5 0\n",
            ":1.,3.4 5 0\n",
            ":1.2,3.4 5\n",
            ":12345678.2,3.4 5 0\n",
            ":1.2,3.4 123456789 0\n",
            ":1.2,3.4 5 -1\n",
            ":a:1.2,3.4 5 0\n",
        ] {
            assert!(plain_numbers(format!("{odd}{room}").as_bytes()).is_none(), "{odd:?}");
        }
        assert!(plain_numbers(b":1.2,3.4 5 0\n").is_none(), "too close to the end");
    }

    /// A count as the loop over stretches reads it.
    fn by_digits(tail: &[u8; ROOM]) -> Option<(u64, usize)> {
        let row = [&[b' '; LOOK], &tail[..], &[b'x'; USUAL]].concat();
        let count = Usual::new(&row, &row, LOOK).expect("room enough").count();
        let value = joined(count.digits) + u64::from(count.ninth) * 100_000_000;
        count.is_plain().then_some((value, count.len + 1))
    }

    /// Counts of ten digits and more are left to the other way.
    fn up_to_nine_digits(read: Option<(u64, usize)>) -> Option<(u64, usize)> {
        read.filter(|(_, used)| *used <= 10)
    }

    #[test]
    fn both_quick_ways_take_the_same_counts() {
        let mut seed = 3u64;
        let mut random = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).expect("small") % below
        };
        let mut taken = 0;
        for _ in 0..200_000 {
            let mut tail = [0; ROOM].map(|_| b"0123456789"[random(10)]);
            for _ in 0..random(4) {
                tail[random(ROOM)] = b"\n\n\n\n\n\r .-+/:;?@ap\0\x1a\x9f\xff"[random(21)];
            }
            let read = short_count(&tail);
            assert_eq!(by_digits(&tail), up_to_nine_digits(read), "{:?}", tail.escape_ascii().to_string());
            taken += usize::from(read.is_some());
        }
        assert!(taken > 20_000, "{taken}");
    }

    #[test]
    fn counts_are_read_with_their_newline_or_left_to_the_careful_way() {
        let read = |count: &str| {
            let mut tail = [b'x'; ROOM];
            let shown = count.len().min(ROOM);
            tail[..shown].copy_from_slice(&count.as_bytes()[..shown]);
            let read = short_count(&tail);
            assert_eq!(by_digits(&tail), up_to_nine_digits(read), "{count:?}");
            read
        };
        let mut count = 0u64;
        for digits in 1..=15 {
            count = count * 10 + digits % 10;
            assert_eq!(read(&format!("{count}\n")), Some((count, count.to_string().len() + 1)));
            let most = 10u64.pow(u32::try_from(digits).expect("small")) - 1;
            assert_eq!(read(&format!("{most}\n")), Some((most, most.to_string().len() + 1)));
            assert_eq!(read(&format!("{count}\r\n")), None);
            assert_eq!(read(&format!("{count} \n")), None);
            assert_eq!(read(&format!("-{count}\n")), None);
        }
        for odd in ["", "\n", "x\n", "1234567\x3a\n", "12345678\x3a\n", "12345678x\n", "1234567890123456\n"] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
        assert_eq!(read("0\n7\n"), Some((0, 2)));
        assert_eq!(read("007\n"), Some((7, 4)));
    }
}
