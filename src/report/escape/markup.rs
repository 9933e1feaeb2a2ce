//! Names in addresses, Markdown and log commands.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::escape::terminal;

/// A path as a part of an address: everything but letters, digits, `/ . _ - ~` is percent-encoded (RFC 3986).
pub(in crate::report) fn uri(path: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    if path.bytes().all(plain) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len() * 2);
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
}

/// A name as Markdown code, which neither HTML, links, mentions nor references of a platform can live in. Controls are
/// shown as on a terminal. What would end a code span or a cell is written as references within `<code>`.
pub(in crate::report) fn markdown_code(name: &str) -> String {
    let shown = terminal(name);
    let span = !shown.contains(['`', '|', '\\']) && !shown.starts_with(' ') && !shown.ends_with(' ');
    if span && !shown.is_empty() {
        return format!("`{shown}`");
    }
    let mut out = "<code>".to_owned();
    out.push_str(&references(&shown));
    out.push_str("</code>");
    out
}

/// A sentence with names in it as Markdown text.
pub(in crate::report) fn markdown_text(text: &str) -> String {
    references(&terminal(text))
}

/// Everything that could mean something in Markdown becomes a numeric reference. Platforms look for mentions, links and
/// references to issues in the finished text too: there an invisible word joiner stands behind the sign.
fn references(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let within_word = before.is_alphanumeric() && next.is_alphanumeric();
        let plain =
            character.is_alphanumeric() || " /-.,;:%'()+=\"@$".contains(character) || !character.is_ascii();
        if plain || (character == '_' && within_word) {
            out.push(character);
        } else {
            let _ = write!(out, "&#{};", u32::from(character));
        }
        if refers(character, next) {
            out.push_str("&#8288;");
        }
        before = character;
    }
    // `www.` alone is a link too.
    if out.to_ascii_lowercase().contains("www.") { out.replace('.', ".&#8288;") } else { out }
}

/// Whether a platform makes something of these two: `@name`, `#1`, `!1`, `%1`, `&1`, `~name`, `$1`, `:name:`, `://`.
fn refers(character: char, next: char) -> bool {
    match character {
        ':' => next.is_alphabetic() || next == '/' || next == ':',
        '@' | '#' | '!' | '%' | '&' | '~' | '$' => next.is_alphanumeric() || next == '_' || next == '"',
        _ => false,
    }
}

/// The text of a workflow command of GitHub (actions/runner, `ActionCommand.cs`).
pub(in crate::report) fn command_data(text: &str) -> String {
    terminal(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command.
pub(in crate::report) fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_plain_characters_alone() {
        assert_eq!(uri("a/b-c_d.e~f.go"), "a/b-c_d.e~f.go");
        assert_eq!(uri("a b%#?[é]:.go"), "a%20b%25%23%3F%5B%C3%A9%5D%3A.go");
    }

    #[test]
    fn code_stays_code() {
        assert_eq!(markdown_code("a/b.go"), "`a/b.go`");
        assert_eq!(markdown_code("<img src=x>@me #1"), "`<img src=x>@me #1`");
        assert_eq!(markdown_code("a`b|c"), "<code>a&#96;b&#124;c</code>");
        assert_eq!(markdown_code("a\nb"), "<code>a&#92;nb</code>");
        assert_eq!(markdown_code("##[error]"), "<code>&#35;&#92;x23&#91;error&#93;</code>");
        assert_eq!(markdown_code(""), "<code></code>");
    }

    #[test]
    fn text_has_no_markup_no_mention_and_no_link() {
        assert_eq!(markdown_text("*a* <b> [c](d) `e`"), "&#42;a&#42; &#60;b&#62; &#91;c&#93;(d) &#96;e&#96;");
        assert_eq!(markdown_text("_a_ b_c"), "&#95;a&#95; b_c");
        assert_eq!(markdown_text("@me a@b x @ y"), "@&#8288;me a@&#8288;b x @ y");
        assert_eq!(
            markdown_text("#1 !2 %3 60.0% ~x $1"),
            "&#35;&#8288;1 &#33;&#8288;2 %&#8288;3 60.0% &#126;&#8288;x $&#8288;1"
        );
        assert_eq!(markdown_text("http://x :tada: a.go:8"), "http:&#8288;//x :&#8288;tada: a.go:8");
        assert_eq!(markdown_text("www.x"), "www.&#8288;x");
    }

    #[test]
    fn commands_stay_on_their_line_and_in_their_property() {
        assert_eq!(command_data("100%25 a:b,c"), "100%2525 a:b,c");
        assert_eq!(command_data("a\r\n::error::b"), "a\\r\\n::error::b");
        assert_eq!(command_property("a,b:c%"), "a%2Cb%3Ac%25");
        assert_eq!(command_data("x ##[error]y"), "x #\\x23[error]y");
    }
}
