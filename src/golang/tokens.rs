//! Go source text -> the stretches that a reader wants to see apart: keywords, literals, comments.
//!
//! Input: any bytes. Output: tokens in order, without overlap; everything between them is plain text. Time is linear.

use memchr::{memchr, memmem};

use super::lexer::{Kind, Lexer};
use crate::model::CodeMap;

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword.
    Keyword,
    /// A string or rune, finished or not.
    Text,
    /// A number.
    Number,
    /// A comment, its marks included.
    Comment,
}

/// A stretch of text: what it is, and its bytes `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
}

/// The stretches of a text. Of a text of 4 GiB or more only the first 4 GiB are looked at.
pub fn tokens(text: &[u8]) -> impl Iterator<Item = Token> + '_ {
    const LIMIT: usize = u32::MAX as usize - 8;
    let text = text.get(..LIMIT).unwrap_or(text);
    // Which bytes are code is not asked here, and an empty map costs nothing.
    Stretches { text, lexer: Lexer::new(text, CodeMap::default()), at: 0, held: None }
}

struct Stretches<'a> {
    text: &'a [u8],
    lexer: Lexer<'a>,
    /// Behind what was given or passed over.
    at: usize,
    /// A token of the lexer before which comments may stand: kind, first byte, behind its last byte.
    held: Option<(Kind, usize, usize)>,
}

impl Iterator for Stretches<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let (kind, start, end) = self.held.take().unwrap_or_else(|| {
                let token = self.lexer.next();
                (token.kind, token.start as usize, token.end as usize)
            });
            if self.lexer.met_comment {
                if let Some(comment) = self.comment(start) {
                    self.held = Some((kind, start, end));
                    return Some(comment);
                }
                self.lexer.met_comment = false;
            }
            if kind == Kind::Eof {
                return None;
            }
            self.at = end.max(self.at);
            if let Some(kind) = self.shown(kind, start) {
                return Some(Token { kind, start, end });
            }
        }
    }
}

impl Stretches<'_> {
    /// The next comment before `end`: the lexer passes over them.
    fn comment(&mut self, end: usize) -> Option<Token> {
        let gap = self.text.get(self.at..end)?;
        let start = self.at + memchr(b'/', gap)?;
        let rest = &self.text[start..end];
        let length = if rest.starts_with(b"/*") {
            memmem::find(rest.get(2..)?, b"*/").map_or(rest.len(), |length| length + 4)
        } else {
            memchr(b'\n', rest).unwrap_or(rest.len())
        };
        self.at = start + length;
        Some(Token { kind: TokenKind::Comment, start, end: self.at })
    }

    fn shown(&self, kind: Kind, start: usize) -> Option<TokenKind> {
        match kind {
            Kind::Literal | Kind::Illegal => match self.text.get(start) {
                Some(b'"' | b'\'' | b'`') => Some(TokenKind::Text),
                Some(b'/') => Some(TokenKind::Comment),
                _ if kind == Kind::Literal => Some(TokenKind::Number),
                _ => None,
            },
            kind if kind >= Kind::Break => Some(TokenKind::Keyword),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<(TokenKind, &str)> {
        tokens(text.as_bytes()).map(|token| (token.kind, &text[token.start..token.end])).collect()
    }

    #[test]
    fn keywords_literals_and_comments_are_told_apart() {
        use TokenKind::{Comment, Keyword, Number, Text};
        let text = "package p // a / b\n\n/* c\n*/ func f() { x := 0x1F / 2.5e+3 // d\n\treturn \"s\\\"\" + `r\n` + 'q' /* e */ }";
        assert_eq!(
            shown(text),
            [
                (Keyword, "package"),
                (Comment, "// a / b"),
                (Comment, "/* c\n*/"),
                (Keyword, "func"),
                (Number, "0x1F"),
                (Number, "2.5e+3"),
                (Comment, "// d"),
                (Keyword, "return"),
                (Text, "\"s\\\"\""),
                (Text, "`r\n`"),
                (Text, "'q'"),
                (Comment, "/* e */"),
            ]
        );
    }

    #[test]
    fn what_is_not_finished_is_what_it_began_as() {
        use TokenKind::{Comment, Text};
        assert_eq!(shown("\"abc\n`def"), [(Text, "\"abc"), (Text, "`def")]);
        assert_eq!(shown("x /* abc"), [(Comment, "/* abc")]);
        assert_eq!(shown("// abc"), [(Comment, "// abc")]);
        assert_eq!(shown("\u{feff}// abc\r\n$"), [(Comment, "// abc\r")]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn tokens_of_any_text_are_in_order_and_inside_it(text in "[a-z0-9/*\"'`\\\\\n .{}$\u{e9}]{0,60}") {
            let mut at = 0;
            for token in tokens(text.as_bytes()) {
                prop_assert!(at <= token.start && token.start < token.end && token.end <= text.len(), "{:?}", token);
                at = token.end;
            }
        }
    }
}
