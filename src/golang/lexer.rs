//! Go source text -> tokens with byte offsets, automatic semicolons included.
//!
//! Input: any bytes. Output: tokens one by one, and on the side what only a look at every byte can tell:
//! which bytes are code, where tokens start that count as code for Go 1.27, which comments matter.
//! Invariants: tokens come in order, do not overlap and end with `Eof` for ever; every byte is looked at a
//! bounded number of times, so time is linear.

use memchr::{memchr, memmem};

use super::comments::{Comment, Comments};
use super::keyword;
pub(super) use super::kind::Kind;
use super::kind::{ALONE, BEHIND_WORD, GOES_ON, is_word, operator};
use super::window::Window;
use crate::model::{CodeMarks, PackedToken, SourceToken, TokenKind};

/// A token: its kind and its bytes `[start, end)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Where the next tokens go: their kinds, and where they start and end.
type Slots<'s> = std::iter::Zip<std::slice::IterMut<'s, Kind>, std::slice::IterMut<'s, (u32, u32)>>;

/// Where a token goes.
struct Slot<'s>(&'s mut Kind, &'s mut (u32, u32));

impl Slot<'_> {
    #[inline]
    fn set(self, Token { kind, start, end }: Token) {
        *self.0 = kind;
        *self.1 = (start, end);
    }
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

/// Marks of code in the 64 bytes at hand, which the map does not have yet.
#[derive(Debug)]
struct Marks {
    word: u64,
    /// The first of these bytes.
    from: u32,
}

impl Marks {
    /// Marks the bytes `[start, end)`, at least one, which lie behind all that was marked before.
    #[inline]
    fn mark(&mut self, code: &mut CodeMarks, start: u32, end: u32) {
        if end - self.from > 64 {
            self.hand_over(code);
            self.from = start / 64 * 64;
            if end - self.from > 64 {
                return code.mark(start, end);
            }
        }
        self.word |= u64::MAX >> (64 - (end - start)) << (start - self.from);
    }

    #[inline(never)]
    fn hand_over(&mut self, code: &mut CodeMarks) {
        code.mark_word(self.from, std::mem::take(&mut self.word));
    }
}

/// The lexer. What it collects on the side is taken when the text is through.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    pos: u32,
    /// The token before, for the end of a line: whether that stands for a semicolon.
    behind: Kind,
    /// Which bytes are code, and where the lines start that were begun. Complete when the end was met.
    pub(super) code: CodeMarks,
    marks: Marks,
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
    pub(super) tokens: Option<Vec<PackedToken>>,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `text`, which is shorter than 4 GiB. `code` is the map of that text: empty but for the first
    /// line's start.
    pub(super) fn new(text: &'a [u8], code: CodeMarks) -> Self {
        // Go skips a byte order mark and counts its bytes.
        let pos = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Self {
            text,
            pos,
            behind: Kind::Newline,
            code,
            marks: Marks { word: 0, from: 0 },
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
        let (mut kind, mut span) = ([Kind::Eof], [(0, 0)]);
        self.fill(&mut kind, &mut span);
        let ([kind], [(start, end)]) = (kind, span);
        Token { kind, start, end }
    }

    /// The next tokens, as many as there is room for: their kinds, and where they start and end.
    pub(super) fn fill(&mut self, kinds: &mut [Kind], spans: &mut [(u32, u32)]) {
        // At hand for as long as the loop runs: each token starts where the one before ends, so nothing may be slower.
        let (text, mut pos) = (self.text, self.pos);
        let mut slots = kinds.iter_mut().zip(spans);
        while let Some((kind, span)) = slots.next() {
            pos = self.step(text, pos, Slot(kind, span), &mut slots);
        }
        self.pos = pos;
    }

    /// The token behind a place, and where that is as easily told the one behind it. Gives the place to go on from.
    #[expect(clippy::inline_always, reason = "a call costs as much as most tokens")]
    #[inline(always)]
    fn step(&mut self, text: &[u8], mut pos: u32, token: Slot<'_>, later: &mut Slots<'_>) -> u32 {
        loop {
            // Most white space inside a line is one space.
            let (window, space) = Window::behind_space(text, pos);
            let start = pos + space;
            let byte = window.byte(0);
            let (kind, end) = match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xFF => {
                    let (kind, end) = self.word(start, window);
                    token.set(Token { kind, start, end });
                    self.count(start);
                    return self.behind_word(text, (start, end), kind, later);
                }
                b'\n' => {
                    pos = self.line_end(start, window);
                    if self.ends_statement() {
                        token.set(self.newline(start));
                        return pos;
                    }
                    continue;
                }
                b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b';' => {
                    let kind = ALONE[usize::from(byte)];
                    token.set(Token { kind, start, end: start + 1 });
                    self.behind = kind;
                    // None is code, and braces do not count.
                    if kind != Kind::LeftBrace && kind != Kind::RightBrace {
                        self.count(start);
                    }
                    return start + 1;
                }
                b' ' | b'\t' | b'\r' => {
                    pos = start + 1;
                    continue;
                }
                b'0'..=b'9' => {
                    let next = window.byte(1);
                    let is_digit = !GOES_ON[usize::from(next)].0 && next != b'.';
                    if is_digit { self.digit(start) } else { self.number(start, window) }
                }
                b'"' | b'\'' => {
                    let quoted = self.quoted(byte, start);
                    token.set(quoted);
                    return quoted.end;
                }
                b'`' => {
                    let raw_string = self.raw_string(start);
                    token.set(raw_string);
                    return raw_string.end;
                }
                b'/' if window.byte(1) == b'/' => {
                    if self.ends_statement() {
                        token.set(self.newline(start));
                        return start;
                    }
                    pos = self.line_comment(start);
                    if (pos as usize) < text.len() {
                        pos = self.line_end(pos, Window::new(text, pos));
                    }
                    continue;
                }
                b'/' if window.byte(1) == b'*' => {
                    let (kind, end) = self.general_comment(start);
                    pos = end;
                    if kind == Kind::Eof {
                        continue;
                    }
                    token.set(Token { kind, start, end });
                    return pos;
                }
                b'.' if window.byte(1).is_ascii_digit() => self.number(start, window),
                0 if start as usize >= text.len() => {
                    let end = self.end_of_text();
                    token.set(end);
                    // Not left to that function: what is handed on has to lie in memory, for all tokens.
                    if end.kind == Kind::Eof {
                        later.for_each(|(kind, span)| Slot(kind, span).set(end));
                    }
                    return start;
                }
                _ if GOES_ON[usize::from(window.byte(1))].1 => {
                    let (kind, length) = operator(window);
                    (kind, start + length)
                }
                _ => (ALONE[usize::from(byte)], start + 1),
            };
            token.set(Token { kind, start, end });
            self.behind = kind;
            self.count(start);
            self.marks.mark(&mut self.code, start, end);
            return end;
        }
    }

    /// Goes on behind a word. What follows it at once is mostly a token of one byte, which is known without another look.
    #[expect(clippy::inline_always, reason = "a call costs as much as most tokens")]
    #[inline(always)]
    fn behind_word(
        &mut self,
        text: &[u8],
        (start, end): (u32, u32),
        word: Kind,
        later: &mut Slots<'_>,
    ) -> u32 {
        let byte = text.get(end as usize).copied().unwrap_or(0);
        let kind = BEHIND_WORD[usize::from(byte)];
        let is_dot = kind == Kind::Dot;
        // No number and no ellipsis begins with a dot before a letter.
        let is_known =
            kind != Kind::Eof && (!is_dot || text.get(end as usize + 1).is_some_and(u8::is_ascii_alphabetic));
        if is_known && let Some((slot, span)) = later.next() {
            Slot(slot, span).set(Token { kind, start: end, end: end + 1 });
            self.marks.mark(&mut self.code, start, end + u32::from(is_dot));
            self.behind = kind;
            return end + 1;
        }
        self.marks.mark(&mut self.code, start, end);
        self.behind = word;
        end
    }

    /// Whether the end of a line here stands for a semicolon.
    #[inline]
    fn ends_statement(&self) -> bool {
        self.behind.ends_statement()
    }

    /// Begins the line behind a newline, and gives the place behind the tabs that it starts with.
    #[inline]
    fn line_end(&mut self, newline: u32, window: Window) -> u32 {
        self.fresh_line = true;
        self.code.start_line(newline + 1);
        newline + 1 + window.tabs_behind()
    }

    /// The automatic semicolon at a place.
    #[inline]
    fn newline(&mut self, at: u32) -> Token {
        self.behind = Kind::Newline;
        Token { kind: Kind::Newline, start: at, end: at }
    }

    /// The token at the end of the text. All behind an end of the text are as that.
    #[cold]
    fn end_of_text(&mut self) -> Token {
        let end = offset(self.text.len());
        if self.ends_statement() {
            return self.newline(end);
        }
        self.marks.hand_over(&mut self.code);
        Token { kind: Kind::Eof, start: end, end }
    }

    /// The text from a place on.
    fn rest(&self, from: u32) -> &'a [u8] {
        self.text.get(from as usize..).unwrap_or_default()
    }

    /// Notes a comment and gives its end: before the newline.
    #[inline(never)]
    fn line_comment(&mut self, start: u32) -> u32 {
        let rest = self.rest(start);
        let bytes = memchr(b'\n', rest).and_then(|length| rest.get(..length)).unwrap_or(rest);
        let comment = Comment { start, end: start + offset(bytes.len()) };
        self.comments.note(self.text, bytes, comment);
        self.show(TokenKind::Comment, start, comment.end);
        comment.end
    }

    /// Passes over a `/* */` comment and gives its end, with the kind `Eof`. One that stands for the end of a line that ends a
    /// statement gives that token first and is met again; one without an end is no comment.
    #[inline(never)]
    fn general_comment(&mut self, start: u32) -> (Kind, u32) {
        let rest = self.rest(start + 2);
        let Some(length) = memmem::find(rest, b"*/") else {
            let end = offset(self.text.len());
            self.start_lines(start, end);
            self.show(TokenKind::Comment, start, end);
            return (Kind::Illegal, end);
        };
        let end = start + 2 + offset(length) + 2;
        if memchr(b'\n', &rest[..length]).is_some() {
            if self.ends_statement() {
                self.behind = Kind::Newline;
                return (Kind::Newline, start);
            }
            self.fresh_line = true;
        }
        self.start_lines(start, end);
        let bytes = self.text.get(start as usize..end as usize).unwrap_or_default();
        self.comments.note(self.text, bytes, Comment { start, end });
        self.show(TokenKind::Comment, start, end);
        (Kind::Eof, end)
    }

    /// Begins the lines behind the newlines of a piece of text.
    fn start_lines(&mut self, from: u32, to: u32) {
        let piece = self.text.get(from as usize..to as usize).unwrap_or_default();
        for line in memchr::memchr_iter(b'\n', piece) {
            self.code.start_line(from + offset(line) + 1);
        }
    }

    /// A name or keyword.
    #[inline]
    fn word(&mut self, start: u32, window: Window) -> (Kind, u32) {
        let length = window.letters();
        let (kind, end) = match window.split(length) {
            Some((word, next)) if !GOES_ON[usize::from(next)].0 => (keyword::short(word), start + length),
            None => self.long_word(start),
            Some(_) => (Kind::Ident, self.word_end(start + length)),
        };
        if kind != Kind::Ident {
            self.show(TokenKind::Keyword, start, end);
        }
        (kind, end)
    }

    /// A word that begins with eight letters: what it is and where it ends.
    #[inline(never)]
    fn long_word(&self, start: u32) -> (Kind, u32) {
        let end = self.word_end(start + 8);
        let kind = match end - start {
            8 | 9 | 11 => keyword::long(self.text.get(start as usize..end as usize).unwrap_or_default()),
            _ => Kind::Ident,
        };
        (kind, end)
    }

    /// The first byte from `at` on that no word goes on with; the end of the text when all do.
    #[inline(never)]
    fn word_end(&self, mut at: u32) -> u32 {
        loop {
            let length = Window::new(self.text, at).word();
            at += length;
            if length < 8 {
                return at;
            }
        }
    }

    /// A number of one digit.
    #[inline]
    fn digit(&mut self, start: u32) -> (Kind, u32) {
        self.show(TokenKind::Number, start, start + 1);
        (Kind::Literal, start + 1)
    }

    #[inline(never)]
    fn number(&mut self, start: u32, window: Window) -> (Kind, u32) {
        // Most are digits alone; what stands behind them decides whether to look again.
        let length = window.word();
        let end = match window.split(length) {
            Some((_, next)) if length > 0 && !matches!(next, b'.' | b'+' | b'-') => start + length,
            _ => self.number_end(start),
        };
        self.show(TokenKind::Number, start, end);
        (Kind::Literal, end)
    }

    /// Where a number with a fraction or an exponent, or a long one, ends.
    fn number_end(&self, start: u32) -> u32 {
        let hexadecimal = self.at(start) == b'0' && matches!(self.at(start + 1), b'x' | b'X');
        let mut end = start + 1;
        while let Some(&byte) = self.text.get(end as usize) {
            let signed = matches!(byte, b'p' | b'P') || (!hexadecimal && matches!(byte, b'e' | b'E'));
            if signed && matches!(self.at(end + 1), b'+' | b'-') {
                end += 2;
            } else if is_word(byte) || byte == b'.' {
                end += 1;
            } else {
                break;
            }
        }
        end
    }

    /// An interpreted string or a rune: it ends at its quote, or unfinished at the end of the line.
    #[inline(never)]
    fn quoted(&mut self, quote: u8, start: u32) -> Token {
        let (kind, end) = self.quoted_end(quote, start + 1);
        self.show(TokenKind::Text, start, end);
        self.count(start);
        self.marks.mark(&mut self.code, start, end);
        self.behind = Kind::Literal;
        Token { kind, start, end }
    }

    fn quoted_end(&self, quote: u8, mut end: u32) -> (Kind, u32) {
        loop {
            let plain = Window::new(self.text, end).until(quote);
            end += plain;
            match self.text.get(end as usize) {
                Some(_) if plain == 8 => {}
                Some(&byte) if byte == quote => return (Kind::Literal, end + 1),
                None => return (Kind::Illegal, offset(self.text.len())),
                Some(b'\n') => return (Kind::Illegal, end),
                // The byte behind a backslash is part of the literal, but an unfinished line stays one.
                Some(b'\\') if self.at(end + 1) != b'\n' => end = (end + 2).min(offset(self.text.len())),
                Some(_) => end += 1,
            }
        }
    }

    #[inline(never)]
    fn raw_string(&mut self, start: u32) -> Token {
        let (kind, end) = match memchr(b'`', self.rest(start + 1)) {
            Some(length) => (Kind::Literal, start + 1 + offset(length) + 1),
            None => (Kind::Illegal, offset(self.text.len())),
        };
        let body = self.text.get(start as usize..end as usize).unwrap_or_default();
        let returns = memchr::memchr_iter(b'\r', body).count();
        let several_lines = memchr(b'\n', body).is_some();
        if several_lines || returns > 0 {
            self.raw_strings.push(RawString { start, end, returns: offset(returns) });
        }
        self.show(TokenKind::Text, start, end);
        self.count(start);
        if several_lines {
            self.mark_lines(start, body);
            self.start_lines(start, end);
            self.fresh_line = true;
        } else {
            self.code.mark(start, end);
        }
        self.behind = Kind::Literal;
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

    /// Notes a token that a reader wants to see apart; names and operators are plain text.
    fn show(&mut self, kind: TokenKind, start: u32, end: u32) {
        if let Some(tokens) = &mut self.tokens {
            tokens.push(SourceToken::new(kind, start, end).packed());
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
