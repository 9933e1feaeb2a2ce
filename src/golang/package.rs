//! The name behind `package`, without reading the rest of the file.

/// The package that a Go file says it belongs to; `None` when its first word is another.
pub fn package_name(text: &[u8]) -> Option<String> {
    let mut rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    rest = blank(rest).strip_prefix(b"package")?;
    let behind = blank(rest);
    if behind.len() == rest.len() {
        return None;
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let length = behind.iter().take_while(|byte| is_part(byte)).count();
    let name = String::from_utf8_lossy(behind.get(..length)?).into_owned();
    (!name.is_empty()).then_some(name)
}

/// What follows white space and comments.
fn blank(mut text: &[u8]) -> &[u8] {
    loop {
        text = text.trim_ascii_start();
        let end = if text.starts_with(b"//") {
            text.iter().position(|&byte| byte == b'\n')
        } else if text.starts_with(b"/*") {
            text.windows(2).skip(2).position(|pair| pair == b"*/").map(|at| at + 4)
        } else {
            return text;
        };
        text = end.and_then(|end| text.get(end..)).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn the_first_word_decides() {
        let name = |text: &str| package_name(text.as_bytes());
        assert_eq!(name("// package no\n/* package no */\npackage\tyes // no\n").as_deref(), Some("yes"));
        assert_eq!(name("\u{feff}package /*x*/ größe;").as_deref(), Some("größe"));
        assert_eq!(name("/**/package a").as_deref(), Some("a"));
        for text in ["", "package", "package ", "packages x", "func f() {}", "/* package a", "// package a"] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
