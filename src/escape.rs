//! Names and texts of others, made safe to show. The one place that decides what a terminal or log may receive.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with everything escaped that a terminal or log would obey instead of show: control characters (`\x1b`, `\x07`,
/// `\x9b`, newlines too), marks that change the direction of text or hide it, and line separators (`\u{202e}`). What stays
/// is one line that looks like what it is. A backslash stays as it is: the result is for eyes and is never read back.
///
/// CI runners take commands from logs: a line that starts with `::` after any white space, `##[` and `##vso[` anywhere in it
/// (actions/runner, azure-pipelines-agent), `##teamcity[` at its start. Their second character is escaped too.
pub fn terminal(text: &str) -> Cow<'_, str> {
    let is_plain = |byte| matches!(byte, b' '..=b'~') && byte != b':' && byte != b'#';
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let command = text.trim_start().starts_with("::");
    if !command && !text.contains("##") && !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            ':' if command && safe.trim_start() == ":" => safe.push_str("\\x3a"),
            '#' if safe.ends_with('#') => safe.push_str("\\x23"),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if !is_unsafe(c) => safe.push(c),
            c if u32::from(c) < 0x100 => {
                let _ = write!(safe, "\\x{:02x}", u32::from(c));
            }
            c => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(safe)
}

/// As [`terminal`], line by line: newlines stay and tabs become four spaces. For excerpts of files.
pub fn terminal_lines(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line.strip_suffix('\r').unwrap_or(line), "\n"),
            None => (line, ""),
        };
        let line = line.replace('\t', "    ");
        safe.push_str(&terminal(&line));
        safe.push_str(end);
    }
    safe
}

/// C0, DEL and C1 controls; bidirectional controls and isolates; zero-width and other invisible format characters; line
/// and paragraph separators; the byte order mark; tags. (Unicode 16: general categories Cc, Cf, Zl, Zp, and the soft
/// hyphen's kind; the joiners too, which an identifier of Go cannot hold.)
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(terminal("a\u{1b}[31mb"), "a\\x1b[31mb");
        assert_eq!(terminal("a\nb\tc\rd\u{0}"), "a\\nb\\tc\\rd\\x00");
        assert_eq!(terminal("\u{9b}2J\u{7f}"), "\\x9b2J\\x7f");
        assert_eq!(terminal("evil\u{202e}og.exe"), "evil\\u{202e}og.exe");
        assert_eq!(terminal("\u{feff}\u{2066}\u{200b}"), "\\u{feff}\\u{2066}\\u{200b}");
    }

    #[test]
    fn what_a_ci_runner_would_obey_is_escaped() {
        assert_eq!(terminal("::error::boom"), ":\\x3aerror::boom");
        assert_eq!(terminal(" ::add-mask::x"), " :\\x3aadd-mask::x");
        assert_eq!(terminal("a ##[error]x"), "a #\\x23[error]x");
        assert_eq!(terminal("##vso[x]###[y"), "#\\x23vso[x]#\\x23#[y");
        assert_eq!(terminal("a::b#c"), "a::b#c");
    }

    #[test]
    fn ordinary_text_of_any_script_is_left_alone_and_not_copied() {
        for text in ["", "internal/store/order.go", "päckage/日本語.go", "a\\b", "👍"] {
            assert!(matches!(terminal(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn excerpts_keep_their_lines() {
        assert_eq!(terminal_lines("a\r\n\tb\u{1b}\nc"), "a\n    b\\x1b\nc");
    }
}
