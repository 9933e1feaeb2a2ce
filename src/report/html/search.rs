//! Search data: a classic script that sets one global, since a page from disk may load nothing else.
//!
//! `coverdictIndex` is a list of files: path, page (empty where it is `files/PATH.html`), missed and all statements, and
//! functions as name and line, one after the other.

use super::Site;
use super::escape::is_plain;
use crate::escape::terminal;

/// The script.
pub(super) fn index(site: &Site<'_>) -> String {
    let mut out = String::from("coverdictIndex=[");
    for (at, entry) in site.entries.iter().enumerate() {
        let path = entry.file.path.as_str();
        let guessed = entry.page.strip_prefix("files/").and_then(|page| page.strip_suffix(".html"));
        let page = if guessed == Some(path) { "" } else { &entry.page };
        out.push_str(if at > 0 { ",\n[" } else { "\n[" });
        push_json(&mut out, path);
        out.push(',');
        push_json(&mut out, page);
        let statements = entry.file.totals.statements;
        push_number(&mut out, statements.missed());
        push_number(&mut out, statements.total);
        out.push_str(",[");
        let functions = entry.file.functions.iter().filter(|function| function.statements.total > 0);
        for (at, function) in functions.enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_json(&mut out, &function.name);
            push_number(&mut out, u64::from(function.extent.start.line));
        }
        out.push_str("]]");
    }
    out.push_str("\n]\n");
    out
}

fn push_number(out: &mut String, number: u64) {
    out.push(',');
    out.push_str(itoa::Buffer::new().format(number));
}

/// A text of others as a string of JSON that is also one of script, and can end no element.
fn push_json(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push('"');
        out.push_str(text);
        return out.push('"');
    }
    let text = terminal(text);
    let json = serde_json::to_string(text.as_ref()).unwrap_or_default();
    if json.contains(['<', '\u{2028}', '\u{2029}']) {
        out.push_str(
            &json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"),
        );
    } else {
        out.push_str(&json);
    }
}
