//! Go source text -> tokens with byte offsets, automatic semicolons included.
//!
//! Input: any bytes. Output: tokens one by one, and on the side what only a look at every byte can tell:
//! which bytes are code, where tokens start that count as code for Go 1.27, which comments matter.
//! Invariants: tokens come in order, do not overlap and end with `Eof` for ever; every byte is looked at a
//! bounded number of times, so time is linear.

use memchr::{memchr, memmem};

use super::comments::{Comment, Comments};
use crate::model::CodeMap;

/// What a token is, as finely as the parser has to tell. Keywords come last, from `Break` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    /// The end of the text.
    Eof,
    /// A byte that no token starts with, or a literal without its end.
    Illegal,
    Ident,
    /// A number, rune or string.
    Literal,
    /// Any operator that leaves the parser expecting an operand.
    Operator,
    /// `&&` or `||`.
    Logical,
    /// `=`, `:=` and the assigning operators.
    Assign,
    /// `++` or `--`.
    IncDec,
    Star,
    Arrow,
    Dot,
    Ellipsis,
    Comma,
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

/// A token: its kind and its bytes `[start, end)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A raw string over several lines, or one with carriage returns in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawString {
    /// Offset of the opening quote.
    pub(super) start: u32,
    /// Behind the closing quote.
    pub(super) end: u32,
    /// Carriage returns inside. Go's scanner drops them from the literal's text, which moves the literal's
    /// end as some releases compute it.
    pub(super) returns: u32,
}

/// How a byte starts or continues a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Line,
    Letter,
    Digit,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Other; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b' ' | b'\t' | b'\r' => Class::Blank,
            b'\n' => Class::Line,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xFF => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            _ => Class::Other,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Whether an identifier or a number goes on with a byte.
fn continues_word(byte: u8) -> bool {
    matches!(CLASSES[usize::from(byte)], Class::Letter | Class::Digit)
}

/// The lexer. What it collects on the side is taken when the text is through.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    pos: usize,
    /// Whether the end of a line here stands for a semicolon.
    ends_statement: bool,
    /// Which bytes are code.
    pub(super) code: CodeMap,
    /// Whether a line ended since the last token that was counted.
    fresh_line: bool,
    /// Of each line the first token that Go 1.27 takes for code: any but braces and automatic semicolons;
    /// lines without one are left out.
    pub(super) counted: Vec<u32>,
    /// Raw strings that blocks must know of, by position.
    pub(super) raw_strings: Vec<RawString>,
    /// Comments that matter.
    pub(super) comments: Comments,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `text`, which is shorter than 4 GiB. `code` is the empty map of that text.
    pub(super) fn new(text: &'a [u8], code: CodeMap) -> Self {
        // Go skips a byte order mark and counts its bytes.
        let pos = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Self {
            text,
            pos,
            ends_statement: false,
            code,
            fresh_line: true,
            counted: Vec::new(),
            raw_strings: Vec::new(),
            comments: Comments::new(text),
        }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a [u8] {
        self.text
    }

    fn at(&self, pos: usize) -> u8 {
        self.text.get(pos).copied().unwrap_or(0)
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token {
        loop {
            let Some(&byte) = self.text.get(self.pos) else {
                return self.end_of_text();
            };
            match CLASSES[usize::from(byte)] {
                Class::Blank => {
                    self.pos += 1;
                    while self.at(self.pos) == b'\t' || self.at(self.pos) == b' ' {
                        self.pos += 1;
                    }
                }
                Class::Line => {
                    if self.ends_statement {
                        return self.newline();
                    }
                    self.fresh_line = true;
                    self.pos += 1;
                }
                Class::Letter => return self.word(byte),
                Class::Digit => return self.number(),
                Class::Other if byte == b'/' => match self.at(self.pos + 1) {
                    b'/' => {
                        if self.ends_statement {
                            return self.newline();
                        }
                        self.line_comment();
                    }
                    b'*' => {
                        if let Some(token) = self.general_comment() {
                            return token;
                        }
                    }
                    _ => return self.operator(byte),
                },
                Class::Other => return self.operator(byte),
            }
        }
    }

    fn end_of_text(&mut self) -> Token {
        if self.ends_statement {
            return self.newline();
        }
        let end = offset(self.text.len());
        Token { kind: Kind::Eof, start: end, end }
    }

    /// The automatic semicolon here; nothing is consumed.
    fn newline(&mut self) -> Token {
        self.ends_statement = false;
        Token { kind: Kind::Newline, start: offset(self.pos), end: offset(self.pos) }
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        self.pos = memchr(b'\n', &self.text[start..]).map_or(self.text.len(), |length| start + length);
        self.comments.note(self.text, Comment { start: offset(start), end: offset(self.pos) });
    }

    /// Passes over a `/* */` comment. One that stands for the end of a line that ends a statement gives that
    /// token first and is met again; one without an end is no comment.
    fn general_comment(&mut self) -> Option<Token> {
        let start = self.pos;
        let Some(length) = memmem::find(&self.text[start + 2..], b"*/") else {
            self.pos = self.text.len();
            return Some(Token { kind: Kind::Illegal, start: offset(start), end: offset(self.pos) });
        };
        let end = start + 2 + length + 2;
        if memchr(b'\n', &self.text[start..end]).is_some() {
            if self.ends_statement {
                return Some(self.newline());
            }
            self.fresh_line = true;
        }
        self.pos = end;
        self.comments.note(self.text, Comment { start: offset(start), end: offset(end) });
        None
    }

    fn word(&mut self, first: u8) -> Token {
        let start = self.pos;
        let mut end = start + 1;
        while self.text.get(end).is_some_and(|&byte| continues_word(byte)) {
            end += 1;
        }
        let kind = if first.is_ascii_lowercase() && (2..=11).contains(&(end - start)) {
            keyword(&self.text[start..end])
        } else {
            Kind::Ident
        };
        self.ends_statement =
            matches!(kind, Kind::Ident | Kind::Break | Kind::Continue | Kind::Fallthrough | Kind::Return);
        self.code_token(kind, start, end)
    }

    fn number(&mut self) -> Token {
        let start = self.pos;
        let hexadecimal = self.at(start) == b'0' && matches!(self.at(start + 1), b'x' | b'X');
        let mut end = start + 1;
        while let Some(&byte) = self.text.get(end) {
            let signed = matches!(byte, b'p' | b'P') || (!hexadecimal && matches!(byte, b'e' | b'E'));
            if signed && matches!(self.at(end + 1), b'+' | b'-') {
                end += 2;
            } else if continues_word(byte) || byte == b'.' {
                end += 1;
            } else {
                break;
            }
        }
        self.ends_statement = true;
        self.code_token(Kind::Literal, start, end)
    }

    /// Strings, runes, operators and brackets.
    fn operator(&mut self, byte: u8) -> Token {
        let (second, third) = (self.at(self.pos + 1), self.at(self.pos + 2));
        self.ends_statement = false;
        let (kind, length) = match byte {
            b'"' | b'\'' => return self.quoted(byte),
            b'`' => return self.raw_string(),
            b'(' => return self.bracket(Kind::LeftParen),
            b'[' => return self.bracket(Kind::LeftBracket),
            b'{' => return self.bracket(Kind::LeftBrace),
            b',' => return self.bracket(Kind::Comma),
            b';' => return self.bracket(Kind::Semicolon),
            b')' => return self.closing(Kind::RightParen),
            b']' => return self.closing(Kind::RightBracket),
            b'}' => return self.closing(Kind::RightBrace),
            b'.' if second.is_ascii_digit() => return self.number(),
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
            b'+' | b'-' if second == byte => {
                self.ends_statement = true;
                (Kind::IncDec, 2)
            }
            b'*' if second != b'=' => (Kind::Star, 1),
            b'&' | b'|' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' => assigning(1, second),
            _ => (Kind::Illegal, 1),
        };
        self.code_token(kind, self.pos, self.pos + length)
    }

    fn bracket(&mut self, kind: Kind) -> Token {
        let start = self.pos;
        self.pos += 1;
        if kind != Kind::LeftBrace && kind != Kind::RightBrace {
            self.count(start);
        }
        Token { kind, start: offset(start), end: offset(start + 1) }
    }

    fn closing(&mut self, kind: Kind) -> Token {
        self.ends_statement = true;
        self.bracket(kind)
    }

    /// An interpreted string or a rune: it ends at its quote, or unfinished at the end of the line.
    fn quoted(&mut self, quote: u8) -> Token {
        let start = self.pos;
        let mut end = start + 1;
        let kind = loop {
            match self.text.get(end) {
                Some(&byte) if byte == quote => {
                    end += 1;
                    break Kind::Literal;
                }
                None | Some(b'\n') => break Kind::Illegal,
                // The byte behind a backslash is part of the literal, but an unfinished line stays one.
                Some(b'\\') if self.at(end + 1) != b'\n' => end = (end + 2).min(self.text.len()),
                Some(_) => end += 1,
            }
        };
        self.ends_statement = true;
        self.code_token(kind, start, end)
    }

    fn raw_string(&mut self) -> Token {
        let start = self.pos;
        let (kind, end) = match memchr(b'`', &self.text[start + 1..]) {
            Some(length) => (Kind::Literal, start + 1 + length + 1),
            None => (Kind::Illegal, self.text.len()),
        };
        self.ends_statement = true;
        let body = &self.text[start..end];
        let returns = memchr::memchr_iter(b'\r', body).count();
        if memchr(b'\n', body).is_none() {
            if returns > 0 {
                self.note_raw_string(start, end, returns);
            }
            return self.code_token(kind, start, end);
        }
        self.note_raw_string(start, end, returns);
        self.mark_lines(start, end);
        self.pos = end;
        self.count(start);
        self.fresh_line = true;
        Token { kind, start: offset(start), end: offset(end) }
    }

    fn note_raw_string(&mut self, start: usize, end: usize, returns: usize) {
        self.raw_strings.push(RawString { start: offset(start), end: offset(end), returns: offset(returns) });
    }

    /// Marks what stands on each line of a raw string: a blank line in it is no code.
    fn mark_lines(&mut self, start: usize, end: usize) {
        let mut from = start;
        for line in self.text[start..end].split_inclusive(|&byte| byte == b'\n') {
            let trimmed = line.trim_ascii_end().len();
            let blank = trimmed - line[..trimmed].trim_ascii_start().len();
            self.code.mark(offset(from + blank), offset(from + trimmed));
            from += line.len();
        }
    }

    fn code_token(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        self.pos = end;
        self.count(start);
        self.code.mark(offset(start), offset(end));
        Token { kind, start: offset(start), end: offset(end) }
    }

    fn count(&mut self, start: usize) {
        if self.fresh_line {
            self.fresh_line = false;
            self.counted.push(offset(start));
        }
    }
}

/// The first token in `[from, to)` that counts as code; `from` lies in no token.
pub(super) fn first_counted(text: &[u8], from: u32, to: u32) -> Option<u32> {
    let text = text.get(..to as usize)?;
    let mut pos = from as usize;
    loop {
        match *text.get(pos)? {
            b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}' => pos += 1,
            b'/' if text.get(pos + 1) == Some(&b'/') => pos += memchr(b'\n', text.get(pos..)?)?,
            b'/' if text.get(pos + 1) == Some(&b'*') => pos += 4 + memmem::find(text.get(pos + 2..)?, b"*/")?,
            _ => return Some(offset(pos)),
        }
    }
}

/// A byte offset as the tree keeps it: texts are shorter than 4 GiB.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn angle(byte: u8, second: u8, third: u8) -> (Kind, usize) {
    match second {
        b'-' if byte == b'<' => (Kind::Arrow, 2),
        b'=' => (Kind::Operator, 2),
        _ if second == byte => assigning(2, third),
        _ => (Kind::Operator, 1),
    }
}

/// An operator of `length` bytes that `=` behind it makes an assignment.
fn assigning(length: usize, behind: u8) -> (Kind, usize) {
    if behind == b'=' { (Kind::Assign, length + 1) } else { (Kind::Operator, length) }
}

fn keyword(word: &[u8]) -> Kind {
    match word {
        b"break" => Kind::Break,
        b"case" => Kind::Case,
        b"chan" => Kind::Chan,
        b"const" => Kind::Const,
        b"continue" => Kind::Continue,
        b"default" => Kind::Default,
        b"defer" => Kind::Defer,
        b"else" => Kind::Else,
        b"fallthrough" => Kind::Fallthrough,
        b"for" => Kind::For,
        b"func" => Kind::Func,
        b"go" => Kind::Go,
        b"goto" => Kind::Goto,
        b"if" => Kind::If,
        b"import" => Kind::Import,
        b"interface" => Kind::Interface,
        b"map" => Kind::Map,
        b"package" => Kind::Package,
        b"range" => Kind::Range,
        b"return" => Kind::Return,
        b"select" => Kind::Select,
        b"struct" => Kind::Struct,
        b"switch" => Kind::Switch,
        b"type" => Kind::Type,
        b"var" => Kind::Var,
        _ => Kind::Ident,
    }
}
