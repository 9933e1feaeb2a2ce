//! What each kind of output may hold. Every name in a report comes from somebody's data: a real Go build accepts file
//! names with quotes, markup, tabs, U+0001, and text that looks like a profile row.
//!
//! Input: a name as it is. Output: text that is safe at one kind of place, equal to the input once a reader has decoded
//! it, except where the format has no way to write a character: then U+FFFD stands for it (and the finding
//! `hostile-name` says so).

mod markup;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use crate::escape::is_unsafe;
use crate::model::{Code, FileReport, Finding, PackageReport, Place};

pub(super) use markup::{command_data, command_property, markdown_code, markdown_text, uri};

/// Stands for a character that a format cannot hold.
const REPLACEMENT: char = '\u{FFFD}';

/// The largest hit count that every reader takes as a hit: Jenkins reads a number above 2^31-1 as 0, `SonarQube` and
/// `ReportGenerator` cut it there themselves.
const MAX_HITS: u64 = 2_147_483_647;

/// Hits as Cobertura and LCOV write them.
pub(super) fn hits(count: u64) -> u64 {
    count.min(MAX_HITS)
}

/// A name for an XML attribute value or text: characters that XML 1.0 forbids become U+FFFD, markup and the white space
/// that readers would change become references, and so do controls and invisible characters that could deceive a terminal.
pub(super) fn xml(text: &str) -> Cow<'_, str> {
    let is_plain =
        |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'>' | b'&' | b'\'' | b'"' | b'#');
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let escaped = quick_xml::escape::escape(text);
    // Runners of CI systems take commands from `##[` and `##vso[` anywhere in a log.
    let escaped = if text.contains("##") { Cow::Owned(escaped.replace("##", "#&#x23;")) } else { escaped };
    if escaped.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return escaped;
    }
    let mut out = String::with_capacity(escaped.len() + 16);
    for character in escaped.chars() {
        match character {
            '\t' | '\n' => push_reference(&mut out, character),
            _ if forbidden_in_xml(character) => out.push(REPLACEMENT),
            _ if is_unsafe(character) => push_reference(&mut out, character),
            _ => out.push(character),
        }
    }
    Cow::Owned(out)
}

fn push_reference(out: &mut String, character: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "&#x{:X};", u32::from(character));
}

/// XML 1.0, production 2 (`Char`), turned round. Surrogates cannot occur in a `char`.
fn forbidden_in_xml(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// A name for a format of one record per line without any escaping (LCOV, profile): only line breaks must go.
pub(super) fn record(text: &str) -> Cow<'_, str> {
    replace(text, |character| matches!(character, '\n' | '\r'))
}

/// A function name for LCOV: no comma (diff-cover raises on one in FNDA), no line break, no white space at the ends.
pub(super) fn lcov_function(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.contains(',') {
        return Cow::Owned(record(text).replace(',', ";"));
    }
    record(text)
}

/// A class name for Cobertura: `ReportGenerator` cuts it at `/`, drops names with `$`, takes `<` for a type parameter.
pub(super) fn class_name(text: &str) -> Cow<'_, str> {
    if !text.contains(['/', '$', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(['/', '$', '<', '>'], "_"))
}

/// A text cell of a CSV file: quoted when it holds more than plain name characters (a `;` splits cells in some locales),
/// and never the start of a formula in a spreadsheet. Controls other than tab become U+FFFD.
pub(super) fn csv_cell(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-' | b'~');
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if !formula && text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let shown = replace(text, |character| character.is_control() && character != '\t');
    let guard = if formula { "'" } else { "" };
    Cow::Owned(format!("\"{guard}{}\"", shown.replace('"', "\"\"")))
}

fn replace(text: &str, unwanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&unwanted) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars().map(|character| if unwanted(character) { REPLACEMENT } else { character }).collect(),
    )
}

/// One finding for each file whose name holds characters that a terminal or a format cannot show as they are.
pub fn hostile_names(packages: &[PackageReport]) -> Vec<Finding> {
    packages.iter().flat_map(|package| &package.files).filter_map(hostile_name).collect()
}

fn hostile_name(file: &FileReport) -> Option<Finding> {
    let path = file.path.as_str();
    let hostile: BTreeSet<char> =
        path.chars().filter(|&character| is_unsafe(character) || forbidden_in_xml(character)).collect();
    if hostile.is_empty() {
        return None;
    }
    let named: Vec<String> =
        hostile.iter().map(|&character| format!("U+{:04X}", u32::from(character))).collect();
    let finding = Finding::new(Code::HostileName, format!("the name of {path} holds {}", named.join(", ")))
        .at(Place::file(path))
        .fact("terminal and log show it escaped");
    if !file.in_tree || !path.contains(forbidden_in_xml) {
        return Some(finding);
    }
    Some(
        finding
            .fact("XML cannot hold it: cobertura has U+FFFD instead, so its readers will not find the file"),
    )
}

/// Keeps names apart that became equal by escaping: the second gets `~2` behind it, the third `~3`.
#[derive(Debug, Default)]
pub(super) struct Unique<'a> {
    seen: BTreeSet<Cow<'a, str>>,
}

impl<'a> Unique<'a> {
    /// The name, or the first free variant of it.
    pub(super) fn name(&mut self, name: Cow<'a, str>) -> Cow<'a, str> {
        if self.seen.insert(name.clone()) {
            return name;
        }
        let mut number = 2_u64;
        loop {
            let variant: Cow<'_, str> = Cow::Owned(format!("{name}~{number}"));
            if self.seen.insert(variant.clone()) {
                return variant;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn xml_keeps_what_it_may_and_replaces_what_it_must() {
        assert_eq!(xml("a/b.go"), "a/b.go");
        assert_eq!(xml("<'\"&>]]>"), "&lt;&apos;&quot;&amp;&gt;]]&gt;");
        assert_eq!(xml("a\tb\nc\rd"), "a&#x9;b&#xA;c&#13;d");
        assert_eq!(xml("a\u{1}b\u{1b}[0m\u{fffe}\u{ffff}"), "a\u{fffd}b\u{fffd}[0m\u{fffd}\u{fffd}");
        assert_eq!(xml("a\u{202e}b\u{9b}c\u{7f}"), "a&#x202E;b&#x9B;c&#x7F;");
        assert_eq!(xml("größe_日本.go"), "größe_日本.go");
        assert_eq!(xml("##[error]###vso["), "#&#x23;[error]#&#x23;#vso[");
    }

    #[test]
    fn every_character_is_legal_in_xml_or_replaced() {
        for character in (0..=0x0011_0000).filter_map(char::from_u32) {
            let text = xml(character.encode_utf8(&mut [0; 4])).into_owned();
            assert!(!text.chars().any(|shown| forbidden_in_xml(shown) || is_unsafe(shown)), "{character:?}");
            assert!(!text.contains(['\t', '\n', '\r', '<', '>', '"', '\'']), "{character:?}");
        }
    }

    #[test]
    fn records_stay_on_one_line() {
        assert_eq!(record("a.go:1.1,2.2 1 1\nb\rc"), "a.go:1.1,2.2 1 1\u{fffd}b\u{fffd}c");
        assert_eq!(lcov_function("F[int,string]\n "), "F[int;string]");
    }

    #[test]
    fn no_cell_starts_a_formula() {
        assert_eq!(csv_cell("a/b-c_d.go"), "a/b-c_d.go");
        assert_eq!(csv_cell("=1+1"), "\"'=1+1\"");
        assert_eq!(csv_cell("@x"), "\"'@x\"");
        assert_eq!(csv_cell("-x.go"), "\"'-x.go\"");
        assert_eq!(csv_cell("\tx"), "\"'\tx\"");
        assert_eq!(csv_cell("a;=1"), "\"a;=1\"");
        assert_eq!(csv_cell("a,\"b\".go"), "\"a,\"\"b\"\".go\"");
        assert_eq!(csv_cell("a\u{1b}[31m\nb"), "\"a\u{fffd}[31m\u{fffd}b\"");
    }

    #[test]
    fn equal_names_are_told_apart() {
        let mut unique = Unique::default();
        let names: Vec<_> = ["a", "a", "a~2", "a"].map(|name| unique.name(Cow::Borrowed(name))).into();
        assert_eq!(names, ["a", "a~2", "a~2~2", "a~3"]);
    }

    #[test]
    fn hits_stop_where_readers_stop() {
        assert_eq!([0, 7, 2_147_483_648, u64::MAX].map(hits), [0, 7, 2_147_483_647, 2_147_483_647]);
    }

    #[test]
    fn hostile_names_are_told_once_a_file() {
        let findings = hostile_names(&testing::hostile().packages);
        let told: Vec<_> =
            findings.iter().map(|finding| (finding.message.as_str(), finding.facts.len())).collect();
        insta::assert_debug_snapshot!(told, @r#"
        [
            (
                "the name of p/a\tb.go holds U+0009",
                1,
            ),
            (
                "the name of p/a\u{1}b.go holds U+0001",
                2,
            ),
            (
                "the name of p/a\u{2}b.go holds U+0002",
                2,
            ),
            (
                "the name of p/a\u{202e}og.b.go holds U+202E",
                1,
            ),
            (
                "the name of p/a\u{1b}[31m\u{9b}b.go holds U+001B, U+009B",
                2,
            ),
            (
                "the name of p/a\r\nb.go holds U+000A, U+000D",
                1,
            ),
        ]
        "#);
        assert_eq!(hostile_names(&testing::small().packages), []);
    }
}
