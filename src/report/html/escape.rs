//! What a page may hold. Two kinds of text: names and messages, which are short, and source, of which there is a lot.
//!
//! Input: text or bytes of others. Output: text of a page that shows it and is never markup; what would be invisible, deceive
//! about its direction or is no UTF-8 becomes a visible mark. `'` and `"` are escaped too, so that a result may stand in a
//! quoted attribute.

use std::io::Write as _;

use wide::i8x16;

use crate::escape::{is_unsafe, terminal};

/// What markup is added to.
pub(super) trait Markup {
    /// Adds markup.
    fn add(&mut self, markup: &str);
}

impl Markup for String {
    fn add(&mut self, markup: &str) {
        self.push_str(markup);
    }
}

/// Whether a text stands for itself on a page and as a string of script, whatever is beside it.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let join = |head: &[u8; 8], tail: &[u8; 8]| bytemuck::cast([*head, *tail]);
    let (sixteens, rest) = bytes.as_chunks();
    // The last bytes are looked at together with some before them: names are short, and a loop over bytes is foreseen badly.
    let last = match (bytes.last_chunk(), bytes.first_chunk(), bytes.last_chunk()) {
        (Some(sixteen), ..) => *sixteen,
        (None, Some(head), Some(tail)) => join(head, tail),
        _ => {
            let mut padded = [b' '; 16];
            padded.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
            padded
        }
    };
    sixteens.iter().chain([&last]).all(|sixteen| are_plain(*sixteen))
}

/// Whether these bytes of a name stand for themselves.
#[inline]
fn are_plain(bytes: [u8; 16]) -> bool {
    let bytes: i8x16 = bytemuck::cast(bytes);
    let each = |byte: u8| i8x16::splat(byte.cast_signed());
    let is = |byte: u8| bytes.simd_eq(each(byte));
    // Two bytes that are one bit apart.
    let are = |low: u8, high: u8| (bytes | each(low ^ high)).simd_eq(each(high));
    // Printable ASCII, as in `marks_of_sixteen`.
    let is_hidden = bytes.simd_lt(each(b' ')) | is(0x7f);
    let is_odd = is_hidden | are(b'"', b'#') | are(b'&', b'\'') | are(b'<', b'>') | is(b':') | is(b'\\');
    !is_odd.any()
}

/// Adds a name or a message: controls and invisible characters are written out (`\x1b`, `\u{202e}`).
pub(super) fn push(out: &mut impl Markup, text: &str) {
    push_known(out, text, is_plain(text));
}

/// The same of a text of which it is known whether it [`is_plain`].
pub(super) fn push_known(out: &mut impl Markup, text: &str, is_plain: bool) {
    if is_plain {
        return out.add(text);
    }
    let shown = terminal(text);
    let mut rest: &str = &shown;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.add(&rest[..at]);
        out.add(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.add(rest);
}

/// [`push`] into a text of its own.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out
}

/// Adds texts that are markup already.
pub(super) fn push_all<const PARTS: usize>(out: &mut impl Markup, parts: [&str; PARTS]) {
    for part in parts {
        out.add(part);
    }
}

/// Bytes of source that stand for themselves.
const PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        table[byte] = matches!(byte, 0x09 | 0x20..=0x7e) && !matches!(byte, 0x26 | 0x3c | 0x3e);
        byte += 1;
    }
    table
};

/// Whether a byte of source does not stand for itself.
#[cfg(test)]
fn is_odd(byte: u8) -> bool {
    byte != b'\n' && !PLAIN[usize::from(byte)]
}

/// Bytes that are looked at together.
const STRIDE: usize = 64;

/// Where bytes of source stand that do not stand for themselves; ends of lines are none of them.
pub(super) fn odd_bytes(text: &[u8]) -> Vec<u32> {
    // As many as code has; comments have fewer.
    let mut found = Vec::with_capacity(text.len() / STRIDE);
    let (strides, rest) = text.as_chunks();
    for (at, bytes) in strides.iter().enumerate() {
        note(&mut found, at * STRIDE, marks(bytes));
    }
    let mut last = [b' '; STRIDE];
    last[..rest.len()].copy_from_slice(rest);
    note(&mut found, strides.len() * STRIDE, marks(&last));
    found
}

/// A bit for each byte, the lowest for the first: whether it is odd.
#[inline]
fn marks(bytes: &[u8; STRIDE]) -> u64 {
    let mut marks = 0;
    for (at, sixteen) in bytes.as_chunks().0.iter().enumerate() {
        marks |= u64::from(marks_of_sixteen(*sixteen)) << (16 * at);
    }
    marks
}

#[expect(
    clippy::inline_always,
    reason = "a few instructions, and what they compare with is at hand for the whole text"
)]
#[inline(always)]
fn marks_of_sixteen(bytes: [u8; 16]) -> u32 {
    let bytes: i8x16 = bytemuck::cast(bytes);
    let each = |byte: u8| i8x16::splat(byte.cast_signed());
    // Printable ASCII is above a space, as a signed number; all else is not, but for the last one.
    let is_hidden = bytes.simd_lt(each(b' ')) | bytes.simd_eq(each(0x7f));
    let is_white = bytes.simd_eq(each(b'\t')) | bytes.simd_eq(each(b'\n'));
    // `<` and `>` are one bit apart.
    let is_markup = bytes.simd_eq(each(b'&')) | (bytes | each(2)).simd_eq(each(b'>'));
    (is_hidden & !is_white | is_markup).to_bitmask()
}

/// Adds the places of the bytes that are marked; the first is at `from`.
#[inline]
fn note(found: &mut Vec<u32>, from: usize, mut marks: u64) {
    while marks != 0 {
        found.extend(u32::try_from(from + marks.trailing_zeros() as usize).ok());
        marks &= marks - 1;
    }
}

/// Adds source text, without line breaks.
pub(super) fn push_source(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let plain = rest.iter().position(|&byte| !PLAIN[usize::from(byte)]).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(plain);
        out.extend_from_slice(head);
        // Operators are many, all else is rare.
        let escaped: &[u8] = match tail {
            [b'&', ..] => b"&amp;",
            [b'<', ..] => b"&lt;",
            [b'>', ..] => b"&gt;",
            _ => b"",
        };
        if !escaped.is_empty() {
            out.extend_from_slice(escaped);
            rest = &tail[1..];
            continue;
        }
        let other = tail.iter().position(|&byte| PLAIN[usize::from(byte)]).unwrap_or(tail.len());
        let (odd, after) = tail.split_at(other);
        push_odd(out, odd);
        rest = after;
    }
}

fn push_odd(out: &mut Vec<u8>, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '&' => out.extend_from_slice(b"&amp;"),
                '<' => out.extend_from_slice(b"&lt;"),
                '>' => out.extend_from_slice(b"&gt;"),
                c if is_unsafe(c) => {
                    let _ = write!(out, "<span class=v>U+{:04X}</span>", u32::from(c));
                }
                c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice(b"<span class=v>");
            for byte in chunk.invalid() {
                let _ = write!(out, "x{byte:02X}");
            }
            out.extend_from_slice(b"</span>");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        push_source(&mut out, bytes);
        String::from_utf8(out).expect("marks are UTF-8")
    }

    #[test]
    fn markup_of_others_stays_text() {
        assert_eq!(text("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
        assert_eq!(text("a\u{202e}b\n\u{1b}"), "a\\u{202e}b\\n\\x1b");
        assert_eq!(source(b"</script><img onerror=x>&\t\""), "&lt;/script&gt;&lt;img onerror=x&gt;&amp;\t\"");
    }

    #[test]
    fn a_plain_name_holds_neither_markup_nor_what_hides() {
        for byte in 0..=0x7f_u8 {
            let name = format!("name of {} bytes, {}", u8::MAX, char::from(byte));
            let plain = (0x20..0x7f).contains(&byte) && !b"\"#&':<>\\".contains(&byte);
            assert_eq!(is_plain(&name), plain, "{name:?}");
        }
        assert!(!is_plain("é") && is_plain(""));
    }

    #[test]
    fn one_odd_byte_of_a_name_is_found_wherever_it_stands() {
        for length in 0..50 {
            let name = "a".repeat(length);
            assert!(is_plain(&name), "{length}");
            for at in 0..length {
                for odd in ["<", "\"", "#", "&", "'", ":", ">", "\\", "\x7f", "\n", "\x1f"] {
                    let name = [&name[..at], odd, &name[at + 1..]].concat();
                    assert!(!is_plain(&name), "{name:?}");
                }
            }
        }
    }

    #[test]
    fn what_nobody_would_see_is_a_mark() {
        assert_eq!(
            source(b"a\0b\xff\xfec"),
            "a<span class=v>U+0000</span>b<span class=v>xFF</span><span class=v>xFE</span>c"
        );
        assert_eq!(
            source("é\u{202e}日\u{feff}".as_bytes()),
            "é<span class=v>U+202E</span>日<span class=v>U+FEFF</span>"
        );
    }

    #[test]
    fn every_byte_is_odd_or_not_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for at in 0..STRIDE {
                for fill in [b'a', b'<', 0x80] {
                    let mut bytes = [fill; STRIDE];
                    bytes[at] = byte;
                    let wanted: u64 = (0..STRIDE).map(|at| u64::from(is_odd(bytes[at])) << at).sum();
                    assert_eq!(marks(&bytes), wanted, "{byte} at {at}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn no_bytes_become_markup(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let shown = source(&bytes).replace("<span class=v>", "").replace("</span>", "");
            prop_assert!(!shown.contains(['<', '>']) && !shown.chars().any(|c| c != '\t' && is_unsafe(c)), "{:?}", shown);
        }

        #[test]
        fn bytes_that_are_not_odd_stand_for_themselves(bytes in proptest::collection::vec(prop_oneof![9 => Just(b'a'), 1 => any::<u8>()], 0..300)) {
            let odd = odd_bytes(&bytes);
            for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| **byte != b'\n') {
                let is_same = source(&[*byte]).as_bytes() == [*byte];
                prop_assert_eq!(odd.contains(&u32::try_from(at).expect("short")), !is_same, "{}", at);
            }
        }
    }
}
