//! What tokens are, and what their first bytes tell of it.

use super::keyword;
use super::window::Window;

/// What a token is, as finely as the parser has to tell. First those that never end an expression, up to [`Kind::LAST_INSIDE`].
/// Keywords come last, from `Break` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    Ident,
    /// A number, rune or string.
    Literal,
    /// Any operator that leaves the parser expecting an operand.
    Operator,
    /// `=`, `:=` and the assigning operators.
    Assign,
    /// `++` or `--`.
    IncDec,
    Star,
    Arrow,
    Dot,
    Ellipsis,
    Comma,
    /// The end of the text.
    Eof,
    /// A byte that no token starts with, or a literal without its end.
    Illegal,
    /// `&&` or `||`.
    Logical,
    Colon,
    /// `;` in the text.
    Semicolon,
    /// `;` that the end of a line stands for.
    Newline,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Break,
    Case,
    Chan,
    Const,
    Continue,
    Default,
    Defer,
    Else,
    Fallthrough,
    For,
    Func,
    Go,
    Goto,
    If,
    Import,
    Interface,
    Map,
    Package,
    Range,
    Return,
    Select,
    Struct,
    Switch,
    Type,
    Var,
}

/// The kinds behind which the end of a line stands for a semicolon, one bit each.
const ENDS_STATEMENT: u64 = {
    use Kind::{Break, Continue, Fallthrough, Ident, IncDec, Literal, Return};
    let ends = [
        Ident,
        Literal,
        IncDec,
        Break,
        Continue,
        Fallthrough,
        Return,
        Kind::RightParen,
        Kind::RightBracket,
        Kind::RightBrace,
    ];
    let (mut bits, mut index) = (0, 0);
    while index < ends.len() {
        bits |= 1 << ends[index] as u8;
        index += 1;
    }
    bits
};

impl Kind {
    /// The last of the kinds that never end an expression and say nothing of it.
    pub(super) const LAST_INSIDE: Self = Self::Comma;

    /// Whether the end of a line behind such a token stands for a semicolon.
    #[inline]
    pub(super) fn ends_statement(self) -> bool {
        ENDS_STATEMENT >> self as u8 & 1 != 0
    }
}

/// Kinds that are looked at together: the bytes of a number.
pub(super) const AHEAD: u8 = 8;

/// How many kinds at the start never end an expression.
#[inline]
pub(super) fn inside(kinds: [Kind; AHEAD as usize]) -> u8 {
    // Kinds stay far below 128, so no sum leaves its byte; its top bit tells that the kind is none of the first ones.
    let limit = u64::from_le_bytes([0x80 - (Kind::LAST_INSIDE as u8 + 1); 8]);
    let others = (u64::from_le_bytes(kinds.map(|kind| kind as u8)) + limit) & u64::from_le_bytes([0x80; 8]);
    (others.trailing_zeros() / 8).to_le_bytes()[0]
}

/// Whether a word may go on with a byte.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether these bytes are one name and nothing else.
pub(super) fn is_name(word: &[u8]) -> bool {
    word.first().is_some_and(|first| !first.is_ascii_digit())
        && word.iter().all(|&byte| is_word(byte))
        && keyword::any(word) == Kind::Ident
}

/// What a byte is that is a token alone.
pub(super) const ALONE: [Kind; 256] = {
    let mut table = [Kind::Illegal; 256];
    let rest = [
        (b'(', Kind::LeftParen),
        (b')', Kind::RightParen),
        (b'[', Kind::LeftBracket),
        (b']', Kind::RightBracket),
        (b'{', Kind::LeftBrace),
        (b'}', Kind::RightBrace),
        (b',', Kind::Comma),
        (b';', Kind::Semicolon),
        (b'.', Kind::Dot),
        (b':', Kind::Colon),
        (b'=', Kind::Assign),
        (b'*', Kind::Star),
    ];
    let mut index = 0;
    while index < rest.len() {
        table[rest[index].0 as usize] = rest[index].1;
        index += 1;
    }
    let operators = b"!~<>&|+-/%^";
    index = 0;
    while index < operators.len() {
        table[operators[index] as usize] = Kind::Operator;
        index += 1;
    }
    table
};

/// What a byte behind a word is, where that is a token alone whatever follows; [`Kind::Eof`] for all others. A dot is one before a
/// letter.
pub(super) const BEHIND_WORD: [Kind; 256] = {
    let mut table = [Kind::Eof; 256];
    let known = b"()[]{},;.";
    let mut index = 0;
    while index < known.len() {
        table[known[index] as usize] = ALONE[known[index] as usize];
        index += 1;
    }
    table
};

/// Whether an operator may go on with a byte.
const fn is_operator(byte: u8) -> bool {
    matches!(byte, b'=' | b'.' | b'-' | b'<' | b'>' | b'&' | b'^' | b'|' | b'+')
}

/// [`is_word`] and [`is_operator`] of each byte: asked once for each word and operator.
pub(super) const GOES_ON: [(bool, bool); 256] = {
    let mut table = [(false, false); 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = (is_word(byte), is_operator(byte));
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// What an operator that begins here is, and its length.
pub(super) fn operator(window: Window) -> (Kind, u32) {
    let [byte, second, third] = [0, 1, 2].map(|index| window.byte(index));
    match byte {
        b'.' if second == b'.' && third == b'.' => (Kind::Ellipsis, 3),
        b'.' => (Kind::Dot, 1),
        b':' if second == b'=' => (Kind::Assign, 2),
        b':' => (Kind::Colon, 1),
        b'=' | b'!' if second == b'=' => (Kind::Operator, 2),
        b'=' => (Kind::Assign, 1),
        b'!' | b'~' => (Kind::Operator, 1),
        b'<' | b'>' => angle(byte, second, third),
        b'&' if second == b'^' => assigning(2, third),
        b'&' | b'|' if second == byte => (Kind::Logical, 2),
        b'+' | b'-' if second == byte => (Kind::IncDec, 2),
        b'*' if second != b'=' => (Kind::Star, 1),
        b'&' | b'|' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' => assigning(1, second),
        _ => (Kind::Illegal, 1),
    }
}

fn angle(byte: u8, second: u8, third: u8) -> (Kind, u32) {
    match second {
        b'-' if byte == b'<' => (Kind::Arrow, 2),
        b'=' => (Kind::Operator, 2),
        _ if second == byte => assigning(2, third),
        _ => (Kind::Operator, 1),
    }
}

/// An operator of `length` bytes that `=` behind it makes an assignment.
fn assigning(length: u32, behind: u8) -> (Kind, u32) {
    if behind == b'=' { (Kind::Assign, length + 1) } else { (Kind::Operator, length) }
}
