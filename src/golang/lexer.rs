//! Go source text -> tokens with byte offsets, automatic semicolons included.
//!
//! Input: any bytes. Output: tokens one by one, and on the side what only a look at every byte can tell:
//! which bytes are code, where tokens start that count as code for Go 1.27, which comments matter.
//! Invariants: tokens come in order, do not overlap and end with `Eof` for ever; every byte is looked at a
//! bounded number of times, so time is linear.

use memchr::{memchr, memmem};

use super::comments::{Comment, Comments};
use crate::model::{CodeMap, SourceToken, TokenKind};

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

/// Goes on an identifier or a number.
const WORD: u8 = 1;
/// White space inside a line.
const BLANK: u8 = 2;
/// Neither ends a string or rune nor needs a look.
const PLAIN: u8 = 4;

/// What each byte can go on with.
const GOES_ON: [u8; 256] = {
    let mut table = [PLAIN; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80..=0xFF => WORD | PLAIN,
            b' ' | b'\t' | b'\r' => BLANK | PLAIN,
            b'"' | b'\'' | b'\\' | b'\n' => 0,
            _ => PLAIN,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

fn goes_on(byte: u8, class: u8) -> bool {
    GOES_ON[usize::from(byte)] & class != 0
}

/// The first byte from `at` on that does not go on with a class; the end of the text when all do.
#[inline]
fn end_of(text: &[u8], mut at: u32, class: u8) -> u32 {
    // Eight bytes hold most words, and looking at eight asks once whether the text is that long.
    while let Some(window) = text.get(at as usize..).and_then(<[u8]>::first_chunk::<8>) {
        for &byte in window {
            if !goes_on(byte, class) {
                return at;
            }
            at += 1;
        }
    }
    while text.get(at as usize).is_some_and(|&byte| goes_on(byte, class)) {
        at += 1;
    }
    at
}

/// The lexer. What it collects on the side is taken when the text is through.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    pos: u32,
    /// Whether the end of a line here stands for a semicolon.
    ends_statement: bool,
    /// Which bytes are code, and where the lines start that were begun.
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
    /// What a reader wants to see apart, where somebody asked for it.
    pub(super) tokens: Option<Vec<SourceToken>>,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `text`, which is shorter than 4 GiB. `code` is the map of that text: empty but for the first
    /// line's start.
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
            comments: Comments::new(),
            tokens: None,
        }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a [u8] {
        self.text
    }

    fn at(&self, pos: u32) -> u8 {
        self.text.get(pos as usize).copied().unwrap_or(0)
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token {
        loop {
            let start = self.pos;
            let Some(&byte) = self.text.get(start as usize) else {
                return self.end_of_text();
            };
            let (kind, end, ends_statement) = match byte {
                b' ' | b'\t' | b'\r' => {
                    self.pos = end_of(self.text, start + 1, BLANK);
                    continue;
                }
                b'\n' => {
                    self.fresh_line = true;
                    self.pos = start + 1;
                    self.code.start_line(self.pos);
                    if self.ends_statement {
                        return self.newline(start);
                    }
                    continue;
                }
                b'a'..=b'z' => {
                    let word = self.lower_word(start);
                    if word.0 != Kind::Ident {
                        self.show(TokenKind::Keyword, start, word.1);
                    }
                    word
                }
                b'A'..=b'Z' | b'_' | 0x80..=0xFF => (Kind::Ident, end_of(self.text, start + 1, WORD), true),
                b'0'..=b'9' => self.shown_number(start),
                b'(' => return self.bracket(Kind::LeftParen),
                b'[' => return self.bracket(Kind::LeftBracket),
                b'{' => return self.bracket(Kind::LeftBrace),
                b',' => return self.bracket(Kind::Comma),
                b';' => return self.bracket(Kind::Semicolon),
                b')' => return self.bracket(Kind::RightParen),
                b']' => return self.bracket(Kind::RightBracket),
                b'}' => return self.bracket(Kind::RightBrace),
                b'"' | b'\'' => {
                    let text = self.quoted(byte);
                    self.show(TokenKind::Text, start, text.1);
                    text
                }
                b'`' => return self.raw_string(),
                b'/' if self.at(start + 1) == b'/' => {
                    if self.ends_statement {
                        return self.newline(start);
                    }
                    self.line_comment();
                    continue;
                }
                b'/' if self.at(start + 1) == b'*' => match self.general_comment() {
                    Some(token) => return token,
                    None => continue,
                },
                b'.' if self.at(start + 1).is_ascii_digit() => self.shown_number(start),
                _ => {
                    let (kind, length) = self.operator(byte);
                    (kind, start + length, kind == Kind::IncDec)
                }
            };
            self.ends_statement = ends_statement;
            return self.code_token(kind, start, end);
        }
    }

    fn end_of_text(&mut self) -> Token {
        let end = offset(self.text.len());
        if self.ends_statement {
            return self.newline(end);
        }
        Token { kind: Kind::Eof, start: end, end }
    }

    /// The automatic semicolon at a place.
    fn newline(&mut self, at: u32) -> Token {
        self.ends_statement = false;
        Token { kind: Kind::Newline, start: at, end: at }
    }

    /// The text from a place on.
    fn rest(&self, from: u32) -> &'a [u8] {
        self.text.get(from as usize..).unwrap_or_default()
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        let rest = self.rest(start);
        self.pos += offset(memchr(b'\n', rest).unwrap_or(rest.len()));
        self.comments.note(self.text, Comment { start, end: self.pos });
        self.show(TokenKind::Comment, start, self.pos);
    }

    /// Passes over a `/* */` comment. One that stands for the end of a line that ends a statement gives that
    /// token first and is met again; one without an end is no comment.
    fn general_comment(&mut self) -> Option<Token> {
        let start = self.pos;
        let rest = self.rest(start + 2);
        let Some(length) = memmem::find(rest, b"*/") else {
            self.pass(start, offset(self.text.len()));
            self.show(TokenKind::Comment, start, self.pos);
            return Some(Token { kind: Kind::Illegal, start, end: self.pos });
        };
        let end = start + 2 + offset(length) + 2;
        if memchr(b'\n', &rest[..length]).is_some() {
            if self.ends_statement {
                return Some(self.newline(start));
            }
            self.fresh_line = true;
        }
        self.pass(start, end);
        self.comments.note(self.text, Comment { start, end });
        self.show(TokenKind::Comment, start, end);
        None
    }

    /// Goes behind a piece of text that may hold ends of lines.
    fn pass(&mut self, from: u32, to: u32) {
        let piece = self.text.get(from as usize..to as usize).unwrap_or_default();
        for line in memchr::memchr_iter(b'\n', piece) {
            self.code.start_line(from + offset(line) + 1);
        }
        self.pos = to;
    }

    /// A word that may be a keyword: what it is, where it ends, whether a statement may end with it.
    fn lower_word(&self, start: u32) -> (Kind, u32, bool) {
        let end = end_of(self.text, start + 1, WORD);
        if !(2..=11).contains(&(end - start)) {
            return (Kind::Ident, end, true);
        }
        let kind = keyword(&self.text[start as usize..end as usize]);
        let ends =
            matches!(kind, Kind::Ident | Kind::Break | Kind::Continue | Kind::Fallthrough | Kind::Return);
        (kind, end, ends)
    }

    fn shown_number(&mut self, start: u32) -> (Kind, u32, bool) {
        let number = self.number(start);
        self.show(TokenKind::Number, start, number.1);
        number
    }

    fn number(&self, start: u32) -> (Kind, u32, bool) {
        let hexadecimal = self.at(start) == b'0' && matches!(self.at(start + 1), b'x' | b'X');
        let mut end = start + 1;
        while let Some(&byte) = self.text.get(end as usize) {
            let signed = matches!(byte, b'p' | b'P') || (!hexadecimal && matches!(byte, b'e' | b'E'));
            if signed && matches!(self.at(end + 1), b'+' | b'-') {
                end += 2;
            } else if goes_on(byte, WORD) || byte == b'.' {
                end += 1;
            } else {
                break;
            }
        }
        (Kind::Literal, end, true)
    }

    /// What an operator that begins with this byte is, and its length.
    fn operator(&self, byte: u8) -> (Kind, u32) {
        let (second, third) = (self.at(self.pos + 1), self.at(self.pos + 2));
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

    /// A bracket, comma or semicolon: none is code, and braces do not count.
    fn bracket(&mut self, kind: Kind) -> Token {
        let start = self.pos;
        self.pos += 1;
        self.ends_statement = matches!(kind, Kind::RightParen | Kind::RightBracket | Kind::RightBrace);
        if kind != Kind::LeftBrace && kind != Kind::RightBrace {
            self.count(start);
        }
        Token { kind, start, end: start + 1 }
    }

    /// An interpreted string or a rune: it ends at its quote, or unfinished at the end of the line.
    fn quoted(&self, quote: u8) -> (Kind, u32, bool) {
        let mut end = self.pos + 1;
        loop {
            end = end_of(self.text, end, PLAIN);
            match self.text.get(end as usize) {
                Some(&byte) if byte == quote => return (Kind::Literal, end + 1, true),
                None | Some(b'\n') => return (Kind::Illegal, end, true),
                // The byte behind a backslash is part of the literal, but an unfinished line stays one.
                Some(b'\\') if self.at(end + 1) != b'\n' => end = (end + 2).min(offset(self.text.len())),
                Some(_) => end += 1,
            }
        }
    }

    fn raw_string(&mut self) -> Token {
        let start = self.pos;
        let (kind, end) = match memchr(b'`', self.rest(start + 1)) {
            Some(length) => (Kind::Literal, start + 1 + offset(length) + 1),
            None => (Kind::Illegal, offset(self.text.len())),
        };
        self.ends_statement = true;
        let body = self.text.get(start as usize..end as usize).unwrap_or_default();
        let returns = memchr::memchr_iter(b'\r', body).count();
        self.show(TokenKind::Text, start, end);
        if memchr(b'\n', body).is_none() {
            if returns > 0 {
                self.raw_strings.push(RawString { start, end, returns: offset(returns) });
            }
            return self.code_token(kind, start, end);
        }
        self.raw_strings.push(RawString { start, end, returns: offset(returns) });
        self.mark_lines(start, body);
        self.pass(start, end);
        self.count(start);
        self.fresh_line = true;
        Token { kind, start, end }
    }

    /// Marks what stands on each line of a raw string: a blank line in it is no code.
    fn mark_lines(&mut self, start: u32, body: &[u8]) {
        let mut from = start;
        for line in body.split_inclusive(|&byte| byte == b'\n') {
            let trimmed = line.trim_ascii_end().len();
            let blank = trimmed - line[..trimmed].trim_ascii_start().len();
            self.code.mark(from + offset(blank), from + offset(trimmed));
            from += offset(line.len());
        }
    }

    #[inline]
    fn code_token(&mut self, kind: Kind, start: u32, end: u32) -> Token {
        self.pos = end;
        self.count(start);
        self.code.mark(start, end);
        Token { kind, start, end }
    }

    /// Notes a token that a reader wants to see apart; names and operators are plain text.
    fn show(&mut self, kind: TokenKind, start: u32, end: u32) {
        if let Some(tokens) = &mut self.tokens {
            tokens.push(SourceToken { kind, start, end });
        }
    }

    #[inline]
    fn count(&mut self, start: u32) {
        if self.fresh_line {
            self.fresh_line = false;
            self.counted.push(start);
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
