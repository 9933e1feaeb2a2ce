//! Comments that say something to tools: the marker of generated code, line directives, and comments that
//! take code out of the count (resolved in `ignore`).
//!
//! Input: each comment, once, in order. Output: the few that matter. Cost per comment: a look at its first
//! bytes.

use std::collections::HashMap;

use memchr::memmem;

use super::ignore::{self, Wish};

/// A comment's bytes `[start, end)`, its marks included, the newline behind `//` not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comment {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A `//line` or `/*line*/` directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// From where on it counts.
    pub(super) start: u32,
    /// The file that it leaves in force, as an index into [`Comments::files`]; `None` is the file itself.
    pub(super) file: Option<u32>,
    /// The line of `start`.
    pub(super) line: u32,
    /// The column of `start`, when given.
    pub(super) col: Option<u32>,
}

/// What the comments of a file say.
#[derive(Debug)]
pub(super) struct Comments {
    /// In order, each one behind the one before.
    pub(super) directives: Vec<Directive>,
    /// Names in directives, as written, each once.
    pub(super) files: Vec<String>,
    /// The index of each name.
    file_index: HashMap<String, u32>,
    /// Comments that ask to leave code out.
    pub(super) wishes: Vec<Wish>,
    /// Comments that hold the marker of generated code, whatever stands before them: the first one's offset.
    pub(super) generated: Option<u32>,
    /// Whether `LCOV_EXCL_` occurs anywhere, so that every comment must be searched for it; known from the first comment on.
    lcov: Option<bool>,
}

impl Comments {
    /// For the comments of a text.
    pub(super) fn new() -> Self {
        Self {
            directives: Vec::new(),
            files: Vec::new(),
            file_index: HashMap::new(),
            wishes: Vec::new(),
            generated: None,
            lcov: None,
        }
    }

    /// Looks at a comment of `text`, which is `bytes`.
    #[inline]
    pub(super) fn note(&mut self, text: &[u8], bytes: &[u8], comment: Comment) {
        let lcov = *self.lcov.get_or_insert_with(|| memmem::find(text, b"LCOV_EXCL_").is_some());
        if lcov || !is_prose(bytes) {
            self.read(text, bytes, comment);
        }
    }

    /// Reads a comment that may say something.
    #[inline(never)]
    fn read(&mut self, text: &[u8], bytes: &[u8], comment: Comment) {
        if bytes.get(2..).unwrap_or_default().starts_with(b"line ") {
            self.line_directive(text, comment, bytes);
        }
        let at_line_start = starts_line(text, comment.start);
        if self.generated.is_none() && is_generated(bytes, at_line_start) {
            self.generated = Some(comment.start);
        }
        if let Some(wish) = ignore::wish(bytes, comment, self.lcov == Some(true)) {
            self.wishes.push(wish);
        }
    }

    /// Reads a line directive as go/scanner does: `//line` only at the start of a line; the numbers behind
    /// the last colons; anything odd is no directive.
    fn line_directive(&mut self, text: &[u8], comment: Comment, bytes: &[u8]) {
        let general = bytes.starts_with(b"/*");
        if !general && !starts_line(text, comment.start) {
            return;
        }
        let (said, start) = if general {
            (bytes.strip_suffix(b"*/").unwrap_or(bytes), comment.end)
        } else {
            (bytes.strip_suffix(b"\r").unwrap_or(bytes), comment.end.saturating_add(1))
        };
        let said = said.get(7..).unwrap_or_default();
        let Some((rest, last)) = split_number(said) else { return };
        let (file, line, col) = match split_number(rest) {
            Some((file, line)) => (file, line, Some(last)),
            None => (rest, last, None),
        };
        if (start as usize) >= text.len()
            || self.directives.last().is_some_and(|before| before.start >= start)
        {
            return;
        }
        let file = if file.is_empty() && col.is_some() {
            // The name before goes on.
            self.directives.last().and_then(|before| before.file)
        } else {
            Some(self.file(&String::from_utf8_lossy(file)))
        };
        self.directives.push(Directive { start, file, line, col });
    }

    /// The index of a name.
    fn file(&mut self, name: &str) -> u32 {
        if let Some(&index) = self.file_index.get(name) {
            return index;
        }
        let index = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push(name.to_owned());
        self.file_index.insert(name.to_owned(), index);
        index
    }
}

/// Whether a comment's first letters rule out all that [`Comments::read`] looks for, lcov's words aside. Most are ruled out.
#[inline]
fn is_prose(comment: &[u8]) -> bool {
    // The words of `ignore`, of line directives and of the marker start so, or white space hides how they start.
    let (first, second) = match comment {
        [b'/', b'/', b' ', first, second, ..] | [b'/', b'/', first, second, ..] => (*first, *second),
        _ => return false,
    };
    !matches!(&[first, second], b"co" | b"+g" | b"no" | b"li" | b"Co") && !first.is_ascii_whitespace()
}

/// `text:number` -> its parts. Numbers from 1 to 2³⁰ count.
fn split_number(text: &[u8]) -> Option<(&[u8], u32)> {
    let colon = memchr::memrchr(b':', text)?;
    let digits = text.get(colon + 1..)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (1..=1 << 30).contains(&number).then(|| (&text[..colon], number))
}

fn starts_line(text: &[u8], start: u32) -> bool {
    (start as usize).checked_sub(1).is_none_or(|before| text.get(before) == Some(&b'\n'))
}

/// Whether a line of the comment is `// Code generated … DO NOT EDIT.` and nothing else
/// (go.dev/s/generatedcode).
fn is_generated(comment: &[u8], at_line_start: bool) -> bool {
    const START: &[u8] = b"// Code generated ";
    const END: &[u8] = b" DO NOT EDIT.";
    let marker = |line: &[u8]| {
        line.strip_prefix(START).is_some_and(|rest| rest.strip_suffix(b"\r").unwrap_or(rest).ends_with(END))
    };
    if comment.starts_with(b"//") {
        return at_line_start && marker(comment);
    }
    memmem::find(comment, START).is_some() && comment.split(|&byte| byte == b'\n').skip(1).any(marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_comment_that_says_something_is_passed_over_as_prose() {
        let words = ignore::WORDS.into_iter().map(|(word, _)| word).filter(|word| !word.starts_with("LCOV_"));
        for word in words.chain(["nocover", "notest", "line a.go:1", "Code generated by x. DO NOT EDIT."]) {
            for comment in
                [format!("//{word}"), format!("// {word}"), format!("//\t{word}"), format!("/*{word}*/")]
            {
                assert!(!is_prose(comment.as_bytes()), "{comment}");
            }
        }
        assert!(is_prose(b"// Close closes the file.") && is_prose(b"// called once"));
    }
}
