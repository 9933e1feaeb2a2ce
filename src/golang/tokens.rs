//! Go source text -> the text with the stretches that a reader wants to see apart: keywords, literals, comments.
//!
//! Input: any bytes. Output: a source of which only lines and tokens are known. Time is linear.

use super::lexer::{Kind, Lexer};
use crate::model::{CodeMarks, Source};

/// A text to be shown. Of a text of 4 GiB or more only the first 4 GiB are coloured.
pub fn shown(text: Vec<u8>) -> Source {
    const LIMIT: usize = u32::MAX as usize - 8;
    let read = text.get(..LIMIT).unwrap_or(&text);
    let length = u32::try_from(read.len()).unwrap_or(u32::MAX);
    let mut lexer = Lexer::new(read, CodeMarks::new(length, vec![0]));
    lexer.tokens = Some(Vec::new());
    while lexer.next().kind != Kind::Eof {}
    let (code, tokens) = (lexer.code.finish(), lexer.tokens.unwrap_or_default());
    Source { code, tokens: tokens.into(), text: Some(text.into()), ..Source::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::golang::{Wanted, read};
    use crate::model::{SourceToken, TokenKind};

    fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = shown(text.as_bytes().to_vec()).tokens;
        tokens
            .iter()
            .map(|token| SourceToken::unpacked(*token))
            .map(|token| (token.kind(), &text[token.start() as usize..token.end() as usize]))
            .collect()
    }

    #[test]
    fn keywords_literals_and_comments_are_told_apart() {
        use TokenKind::{Comment, Keyword, Number, Text};
        let text = "package p // a / b\n\n/* c\n*/ func f() { x := 0x1F / 2.5e+3 // d\n\treturn \"s\\\"\" + `r\n` + 'q' /* e */ }";
        assert_eq!(
            tokens(text),
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
        assert_eq!(tokens("\"abc\n`def"), [(Text, "\"abc"), (Text, "`def")]);
        assert_eq!(tokens("x /* abc"), [(Comment, "/* abc")]);
        assert_eq!(tokens("// abc"), [(Comment, "// abc")]);
        assert_eq!(tokens("\u{feff}// abc\r\n$"), [(Comment, "// abc\r")]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn tokens_of_any_text_are_in_order_and_inside_it(text in "[a-z0-9/*\"'`\\\\\n .{}$\u{e9}]{0,60}") {
            let source = shown(text.clone().into_bytes());
            let mut at = 0;
            for token in source.tokens.iter().map(|token| SourceToken::unpacked(*token)) {
                prop_assert!(at <= token.start() && token.start() < token.end() && token.end() as usize <= text.len(), "{:?}", token);
                at = token.end();
            }
            let parsed = read(text.as_bytes(), Wanted { blocks: true, text: true, ..Wanted::default() });
            prop_assert_eq!((&source.tokens, source.code), (&parsed.tokens, parsed.code));
        }
    }
}
