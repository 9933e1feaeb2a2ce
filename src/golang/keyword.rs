//! Which words are keywords: one multiplication, since the lexer asks it of every word.

use super::kind::Kind;

/// Those of less than eight bytes.
const SHORT: [(&str, Kind); 22] = [
    ("break", Kind::Break),
    ("case", Kind::Case),
    ("chan", Kind::Chan),
    ("const", Kind::Const),
    ("default", Kind::Default),
    ("defer", Kind::Defer),
    ("else", Kind::Else),
    ("for", Kind::For),
    ("func", Kind::Func),
    ("go", Kind::Go),
    ("goto", Kind::Goto),
    ("if", Kind::If),
    ("import", Kind::Import),
    ("map", Kind::Map),
    ("package", Kind::Package),
    ("range", Kind::Range),
    ("return", Kind::Return),
    ("select", Kind::Select),
    ("struct", Kind::Struct),
    ("switch", Kind::Switch),
    ("type", Kind::Type),
    ("var", Kind::Var),
];

const SLOTS: usize = 32;

/// Sends each of them to a slot of its own. Found by trying random numbers; [`TABLE`] fails to build with one that does not.
const FACTOR: u64 = 0x59c6_d398_6b2b_aa93;

const fn slot(word: u64) -> usize {
    (word.wrapping_mul(FACTOR) >> 59) as usize
}

/// The keywords by slot, each as the number that its bytes are, the first one lowest.
const TABLE: [(u64, Kind); SLOTS] = {
    let mut table = [(0, Kind::Ident); SLOTS];
    let mut index = 0;
    while index < SHORT.len() {
        let (text, kind) = SHORT[index];
        let word = number(text.as_bytes());
        assert!(table[slot(word)].0 == 0, "two keywords share a slot");
        table[slot(word)] = (word, kind);
        index += 1;
    }
    table
};

const fn number(word: &[u8]) -> u64 {
    let (mut number, mut index) = (0, word.len());
    while index > 0 {
        index -= 1;
        number = number << 8 | word[index] as u64;
    }
    number
}

/// What a word of less than eight bytes is; it is given as the number that its bytes are.
#[inline]
pub(super) fn short(word: u64) -> Kind {
    let (keyword, kind) = TABLE[slot(word)];
    if keyword == word { kind } else { Kind::Ident }
}

/// What a word of eight bytes or more is.
pub(super) fn long(word: &[u8]) -> Kind {
    match word {
        b"continue" => Kind::Continue,
        b"interface" => Kind::Interface,
        b"fallthrough" => Kind::Fallthrough,
        _ => Kind::Ident,
    }
}

/// What a word is.
pub(super) fn any(word: &[u8]) -> Kind {
    if word.len() < 8 { short(number(word)) } else { long(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found_and_nothing_near_them() {
        for (text, kind) in SHORT {
            assert_eq!(short(number(text.as_bytes())), kind, "{text}");
            for other in [&text[1..], &text[..text.len() - 1], &text.to_uppercase(), &format!("{text}x")] {
                let known =
                    SHORT.iter().find(|(text, _)| *text == other).map_or(Kind::Ident, |found| found.1);
                if other.len() < 8 {
                    assert_eq!(short(number(other.as_bytes())), known, "{other}");
                }
            }
        }
        assert_eq!(short(0), Kind::Ident);
        assert_eq!(
            [long(b"interface"), long(b"fallthrough"), long(b"interfaces")],
            [Kind::Interface, Kind::Fallthrough, Kind::Ident]
        );
    }
}
