//! Names in headers: quoting, and where a prefix ends and the path begins.

use memchr::memchr;
use memchr::memmem;

/// A side of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Side {
    /// `/dev/null`: no file on this side.
    Null,
    /// The name as it stands there, prefix and all.
    Name(Vec<u8>),
}

impl Side {
    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Null => None,
            Self::Name(name) => Some(name),
        }
    }
}

/// What follows `--- ` or `+++ `: a quoted name, or one that ends at the first TAB. A time, or the TAB that git puts behind a
/// name with spaces, is no part of it.
pub(super) fn side(text: &[u8]) -> Option<Side> {
    let name = match text.first() {
        Some(b'"') => quoted(text)?.0,
        _ => text[..memchr(b'\t', text).unwrap_or(text.len())].to_vec(),
    };
    match name.as_slice() {
        b"" => None,
        b"/dev/null" => Some(Side::Null),
        _ => Some(Side::Name(name)),
    }
}

/// What follows `rename to ` and the like: a quoted name, or all of it.
pub(super) fn whole(text: &[u8]) -> Option<Vec<u8>> {
    let name = if text.first() == Some(&b'"') { quoted(text)?.0 } else { text.to_vec() };
    (!name.is_empty()).then_some(name)
}

/// A name in quotes, and what follows it. Escapes are those of C, three octal digits a byte (git's quote.c).
fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (&byte, behind) = rest.split_first()?;
        rest = behind;
        match byte {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (byte, behind) = escape(rest)?;
                name.push(byte);
                rest = behind;
            }
            _ => name.push(byte),
        }
    }
}

/// The byte that an escape stands for, and what follows it.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&letter, behind) = text.split_first()?;
    let byte = match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'"' | b'\\' => letter,
        b'0'..=b'3' => {
            let digit =
                |at: usize| text.get(at).filter(|byte| matches!(byte, b'0'..=b'7')).map(|byte| byte & 7);
            return Some((((letter & 7) << 6) | (digit(1)? << 3) | digit(2)?, &text[3..]));
        }
        _ => return None,
    };
    Some((byte, behind))
}

/// Both names of a `diff --git` line. Unquoted names may hold spaces: they can be told apart only if they are equal, or equal
/// below their first folders.
pub(super) fn git_pair(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if text.first() == Some(&b'"') {
        let (old, rest) = quoted(text)?;
        return Some((old, whole(rest.strip_prefix(b" ")?)?));
    }
    if let Some(at) = memmem::find(text, b" \"").filter(|_| text.ends_with(b"\"")) {
        return Some((text[..at].to_vec(), quoted(&text[at + 1..])?.0));
    }
    split_alike(text, b" ")
}

/// Both names of `Binary files X and Y differ` (what stands between the first and the last word).
pub(super) fn binary_pair(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    split_alike(text, b" and ")
}

/// How far from the middle the gap between two names may lie: prefixes of different lengths.
const OFF_MIDDLE: usize = 32;

/// Splits at the gap nearest the middle that leaves two like names.
fn split_alike(text: &[u8], gap: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let middle = text.len().checked_sub(gap.len())? / 2;
    let near = (0..=OFF_MIDDLE).flat_map(|off| [middle.checked_sub(off), middle.checked_add(off)]);
    near.flatten().find_map(|at| {
        let (old, rest) = text.split_at_checked(at)?;
        let new = rest.strip_prefix(gap).filter(|new| !new.is_empty() && !old.is_empty())?;
        let below = below_first(old).filter(|below| below_first(new) == Some(*below));
        let one_is_null = [old, new].contains(&b"/dev/null".as_slice());
        (old == new || below.is_some() || one_is_null).then(|| (old.to_vec(), new.to_vec()))
    })
}

/// Whether the tree has a path.
pub(super) type Exists<'a> = &'a dyn Fn(&[u8]) -> bool;

/// The path that a name means. `other` is the name on the other side, if it has one; `has` tells what the tree has, `None` for
/// a file that it cannot have.
///
/// Known prefixes (`a/ b/`, the mnemonic ones of `diff.mnemonicPrefix`, `1/ 2/` of `--no-index`) go unless only the whole name
/// exists. Names of different folders mean what they have in common below them, unless the whole name exists.
pub(super) fn path<'a>(name: &'a [u8], other: Option<&[u8]>, has: Option<Exists<'_>>) -> &'a [u8] {
    let exists = |path: &[u8]| has.is_some_and(|has| has(path));
    let (name, other) = (without_dot(name), other.map(without_dot));
    let below = below_first(name);
    let known = match other {
        Some(other) => is_known_pair(first(name), first(other)),
        None => is_known(first(name)),
    };
    match (below, other) {
        (Some(below), _) if known => {
            if !exists(below) && exists(name) {
                name
            } else {
                below
            }
        }
        (_, Some(other)) if other != name => {
            let common = common_end(name, other);
            if common.is_empty() || exists(name) { name } else { common }
        }
        (Some(below), _) if is_folder(first(name)) && !exists(name) && exists(below) => below,
        _ => name,
    }
}

/// `./x` is `x`.
fn without_dot(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"./").unwrap_or(name)
}

/// Whether this may be a prefix: not the root, and not the folder above.
fn is_folder(prefix: &[u8]) -> bool {
    !matches!(prefix, b"" | b"..")
}

/// The first folder.
fn first(name: &[u8]) -> &[u8] {
    memchr(b'/', name).map_or(b"", |at| &name[..at])
}

/// What is below the first folder.
fn below_first(name: &[u8]) -> Option<&[u8]> {
    memchr(b'/', name).map(|at| &name[at + 1..]).filter(|below| !below.is_empty())
}

fn is_known(prefix: &[u8]) -> bool {
    matches!(prefix, b"a" | b"b" | b"c" | b"i" | b"o" | b"w" | b"1" | b"2")
}

fn is_known_pair(one: &[u8], other: &[u8]) -> bool {
    let mnemonic = |prefix: &[u8]| matches!(prefix, b"c" | b"i" | b"o" | b"w");
    match (one, other) {
        (b"a", b"b") | (b"b", b"a") | (b"1", b"2") | (b"2", b"1") => true,
        _ => mnemonic(one) && mnemonic(other) && one != other,
    }
}

/// The whole components that both names end with, as a part of the first.
fn common_end<'a>(name: &'a [u8], other: &[u8]) -> &'a [u8] {
    let same = name.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let tail = &name[name.len() - same..];
    let starts = |text: &[u8]| text.len() == same || text[text.len() - same - 1] == b'/';
    if starts(name) && starts(other) {
        return tail;
    }
    below_first_slash(tail)
}

fn below_first_slash(tail: &[u8]) -> &[u8] {
    memchr(b'/', tail).map_or(b"", |at| &tail[at + 1..])
}

/// Whether a path leads to nothing but a place below the folder that it is joined with, on any system.
pub(super) fn inside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    !drive && !path.contains(['\\', '\0']) && path.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn quoted_names_are_bytes_first() {
        let name = |quote: &str| quoted(quote.as_bytes()).map(|(name, rest)| (text(&name), text(rest)));
        assert_eq!(name(r#""caf\303\251.go" x"#), Some(("café.go".to_owned(), " x".to_owned())));
        assert_eq!(
            name(r#""\a\b\t\n\v\f\r\"\\""#),
            Some(("\u{7}\u{8}\t\n\u{b}\u{c}\r\"\\".to_owned(), String::new()))
        );
        for wrong in [r#""a"#, r#""\"#, r#""\q""#, r#""\40""#, r#""\400""#, r#""\38a""#, "a"] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn both_names_of_a_git_line() {
        let pair = |line: &str| git_pair(line.as_bytes()).map(|(old, new)| (text(&old), text(&new)));
        let both = |old: &str, new: &str| Some((old.to_owned(), new.to_owned()));
        assert_eq!(pair("a/x b/y.go b/x b/y.go"), both("a/x b/y.go", "b/x b/y.go"));
        assert_eq!(pair("x y.go x y.go"), both("x y.go", "x y.go"));
        assert_eq!(pair("before/x y.go after/x y.go"), both("before/x y.go", "after/x y.go"));
        assert_eq!(pair(r#""a/\t x" "b/\t x""#), both("a/\t x", "b/\t x"));
        assert_eq!(pair(r#"a/x "b/\t""#), both("a/x", "b/\t"));
        assert_eq!(pair(r#""a/\t" b/x"#), both("a/\t", "b/x"));
        for wrong in ["a/x b/y", "a/x", "", " ", r#""a/x"#, r#""a" "#] {
            assert_eq!(pair(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn prefixes_are_told_by_both_names_and_the_tree() {
        let found = |name: &str, other: Option<&str>, tree: &[&str]| {
            let has = |path: &[u8]| tree.iter().any(|file| file.as_bytes() == path);
            text(path(name.as_bytes(), other.map(str::as_bytes), Some(&has)))
        };
        assert_eq!(found("b/x/y.go", Some("a/x/y.go"), &["x/y.go", "b/x/y.go"]), "x/y.go");
        assert_eq!(found("b/x/y.go", Some("a/x/y.go"), &["b/x/y.go"]), "b/x/y.go", "a folder b");
        assert_eq!(found("b/x/y.go", Some("a/x/y.go"), &[]), "x/y.go");
        assert_eq!(found("w/y.go", Some("i/y.go"), &["y.go"]), "y.go");
        assert_eq!(found("b/y.go", None, &["y.go"]), "y.go");
        assert_eq!(found("b/y.go", Some("b/y.go"), &["y.go", "b/y.go"]), "b/y.go", "no prefix");
        assert_eq!(found("new/y.go", Some("new/y.go"), &["y.go"]), "y.go", "the same prefix twice");
        assert_eq!(found("new/x/y.go", Some("old/x/y.go"), &["x/y.go"]), "x/y.go");
        assert_eq!(found("/t/v2/x/y.go", Some("/t/v1/x/y.go"), &["x/y.go"]), "x/y.go");
        assert_eq!(found("x/y.go", Some("x/y.go.orig"), &["x/y.go"]), "x/y.go");
        assert_eq!(found("y.go", Some("y.go.orig"), &[]), "y.go");
        assert_eq!(found("./x/y.go", Some("./x/y.go.orig"), &["x/y.go"]), "x/y.go");
        assert_eq!(found("../y.go", Some("../y.go"), &["y.go"]), "../y.go");
        assert_eq!(found("xb/y.go", Some("xa/y.go"), &[]), "y.go");
        assert_eq!(found("v2/ax/y.go", Some("v1/bx/y.go"), &[]), "y.go", "whole components only");
    }

    #[test]
    fn paths_that_lead_elsewhere_are_told() {
        for path in ["a.go", "a/b.go", "a\nb.go", "..a/b..", "é/x"] {
            assert!(inside(path), "{path:?}");
        }
        for path in ["", "/a", "../a", "a/../../b", "a//b", "a/", "./a", "C:/a", "C:a", "a\\b", "a\0b"] {
            assert!(!inside(path), "{path:?}");
        }
    }
}
