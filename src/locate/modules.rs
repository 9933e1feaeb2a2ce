//! Text of `go.mod`, `go.work` and `vendor/modules.txt` -> what they say about places.
//!
//! Input is whatever the file holds; output is what could be understood. A line that makes no sense is passed over, so
//! nothing here fails: Go itself is the judge of these files, and a profile exists only because Go accepted them once.
//!
//! Grammar (the Go Modules Reference): lines of words; `//` starts a comment; a word may be quoted with `"` or a back quote;
//! `verb ( … )` spreads one verb over several lines.

use std::borrow::Cow;

/// `replace OLD [VERSION] => NEW [VERSION]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// The module path that imports use.
    pub old: String,
    /// A directory when it starts with `./` or `../` or is absolute, else another module path.
    pub new: String,
}

impl Replace {
    /// The directory that takes the module's place; `None` when another module does. Go tells them apart in this way too.
    pub fn directory(&self) -> Option<&str> {
        is_directory(&self.new).then_some(self.new.as_str())
    }
}

fn is_directory(text: &str) -> bool {
    let bytes = text.as_bytes();
    text == "."
        || text == ".."
        || ["./", "../", ".\\", "..\\", "/", "\\"].iter().any(|start| text.starts_with(start))
        || (bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':'))
}

/// What a `go.mod` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoMod {
    /// The module's path.
    pub module: Option<String>,
    /// Paths of the modules it needs.
    pub requires: Vec<String>,
    /// Replacements, in order.
    pub replaces: Vec<Replace>,
}

/// What a `go.work` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoWork {
    /// Directories of the workspace's modules, as written.
    pub uses: Vec<String>,
    /// Replacements, in order.
    pub replaces: Vec<Replace>,
}

/// Reads a `go.mod`.
pub fn go_mod(text: &str) -> GoMod {
    let mut found = GoMod::default();
    directives(text, |verb, words| match (verb, words) {
        ("module", [path, ..]) if found.module.is_none() && !path.is_empty() => {
            found.module = Some(path.to_string());
        }
        ("require", [path, _version, ..]) => found.requires.push(path.to_string()),
        ("replace", words) => found.replaces.extend(replace(words)),
        _ => {}
    });
    found
}

/// Reads a `go.work`.
pub fn go_work(text: &str) -> GoWork {
    let mut found = GoWork::default();
    directives(text, |verb, words| match (verb, words) {
        ("use", [dir, ..]) if !dir.is_empty() => found.uses.push(dir.to_string()),
        ("replace", words) => found.replaces.extend(replace(words)),
        _ => {}
    });
    found
}

/// Module paths of a `vendor/modules.txt`: its lines `# PATH VERSION`, also those of replaced modules (`# PATH => …`).
pub fn vendored(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn replace(words: &[Cow<'_, str>]) -> Option<Replace> {
    let arrow = words.iter().position(|word| word == "=>")?;
    let old = words.first().filter(|_| arrow > 0)?;
    let new = words.get(arrow + 1)?;
    (!old.is_empty() && !new.is_empty()).then(|| Replace { old: old.to_string(), new: new.to_string() })
}

/// Calls `each` with the verb and the words of every directive, blocks unrolled.
fn directives<'a>(text: &'a str, mut each: impl FnMut(&str, &[Cow<'a, str>])) {
    let mut block: Option<Cow<'a, str>> = None;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for line in text.lines() {
        let words = words(line);
        let Some(first) = words.first() else { continue };
        match &block {
            Some(_) if first == ")" => block = None,
            Some(verb) => each(verb, &words),
            None if words.get(1).is_some_and(|word| word == "(") => block = Some(first.clone()),
            None => each(first, &words[1..]),
        }
    }
}

/// The words of a line. A quoted word that the line does not close ends with the line.
fn words(line: &str) -> Vec<Cow<'_, str>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, behind) = match first {
            '/' if rest.starts_with("//") => break,
            '"' => interpreted(&rest[1..]),
            '`' => {
                let (word, behind) = rest[1..].split_once('`').unwrap_or((&rest[1..], ""));
                (Cow::Borrowed(word), behind)
            }
            '(' | ')' | ',' => (Cow::Borrowed(&rest[..1]), &rest[1..]),
            _ => {
                let (word, behind) = rest.split_at(bare_end(rest));
                (Cow::Borrowed(word), behind)
            }
        };
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

/// Where a bare word ends: before white space, a bracket, a comma or a comment. At least one byte in.
fn bare_end(text: &str) -> usize {
    let end = text.char_indices().skip(1).find(|&(at, char)| {
        char.is_whitespace() || matches!(char, '(' | ')' | ',') || text[at..].starts_with("//")
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// The word behind an opening `"`, and what follows it. Paths need no escapes but `\"` and `\\`; any other stays as it is.
fn interpreted(text: &str) -> (Cow<'_, str>, &str) {
    let mut word = String::new();
    let mut from = 0;
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' if word.is_empty() && from == 0 => return (Cow::Borrowed(&text[..at]), &text[at + 1..]),
            '"' => {
                word.push_str(&text[from..at]);
                return (Cow::Owned(word), &text[at + 1..]);
            }
            '\\' => {
                if let Some((next, '"' | '\\')) = chars.next() {
                    word.push_str(&text[from..at]);
                    from = next;
                }
            }
            _ => {}
        }
    }
    word.push_str(&text[from..]);
    (Cow::Owned(word), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(old: &str, new: &str) -> Replace {
        Replace { old: old.to_owned(), new: new.to_owned() }
    }

    #[test]
    fn a_go_mod_with_everything() {
        let text = "\u{feff}// Deprecated: no.\nmodule \"example.com/m/v2\" // ours\n\ngo 1.24.0\ntoolchain go1.26.3\n\n\
            require example.com/one v1.0.0\r\nrequire (\r\n\texample.com/two v2.0.0+incompatible // indirect\r\n\t`example.com/three` v0.0.0\r\n)\n\
            replace example.com/one => ./one\n\
            replace (\n\texample.com/two v2.0.0 => ../two dir\n\texample.com/four => example.com/fork v1.2.3 // not local\n\
            \t\"example.com/five\" v1.0.0 => \"./five // six\"\n)\nexclude example.com/two v1.0.0\nretract [v1.0.0, v1.1.0]\ntool example.com/tool\nignore ./x\n";
        let found = go_mod(text);
        assert_eq!(found.module.as_deref(), Some("example.com/m/v2"));
        assert_eq!(found.requires, ["example.com/one", "example.com/two", "example.com/three"]);
        assert_eq!(
            found.replaces,
            [
                replaced("example.com/one", "./one"),
                replaced("example.com/two", "../two"),
                replaced("example.com/four", "example.com/fork"),
                replaced("example.com/five", "./five // six"),
            ]
        );
        let local: Vec<_> = found.replaces.iter().map(Replace::directory).collect();
        assert_eq!(local, [Some("./one"), Some("../two"), None, Some("./five // six")]);
    }

    #[test]
    fn a_module_line_may_be_a_block_and_only_the_first_counts() {
        assert_eq!(go_mod("module (\n\tproj // x\n)\nmodule other\n").module.as_deref(), Some("proj"));
        assert_eq!(go_mod("module example.com/m// close\n").module.as_deref(), Some("example.com/m"));
        assert_eq!(go_mod("module (example.com/m)\n").module, None);
        assert_eq!(go_mod("module \"\"\n").module, None);
    }

    #[test]
    fn a_go_work() {
        let found = go_work(
            "go 1.24\nuse .\nuse (\n\t./a\n\t\"../b c\"\n\t/abs\n)\nreplace example.com/x v1.0.0 => ./x\n",
        );
        assert_eq!(found.uses, [".", "./a", "../b c", "/abs"]);
        assert_eq!(found.replaces, [replaced("example.com/x", "./x")]);
    }

    #[test]
    fn modules_txt_names_the_vendored_modules() {
        let text = "# example.com/one v1.0.0\n## explicit; go 1.20\nexample.com/one/pkg\n# example.com/two v1.0.0 => ./two\n# example.com/three => ../three\n";
        assert_eq!(vendored(text), ["example.com/one", "example.com/two", "example.com/three"]);
    }

    #[test]
    fn escapes_in_quoted_words() {
        assert_eq!(words(r#""a\"b\\c\d" e"#), [r#"a"b\c\d"#, "e"]);
        assert_eq!(words("\"\\\"\" x"), ["\"", "x"]);
    }

    #[test]
    fn hostile_text_is_passed_over() {
        for text in [
            "module \"unterminated\nmodule `open\n",
            "module",
            "replace",
            "replace =>",
            "replace => ./x",
            "replace a =>",
            "require (",
            ") ) )",
            "(((((",
            "module \u{0}\u{1}\u{7f}",
            "\"\\",
            "`",
            "\"",
            "é\u{2028}//é",
        ] {
            let _ = go_mod(text);
            let _ = go_work(text);
            let _ = vendored(text);
        }
        assert_eq!(go_mod("module \"unterminated\n").module.as_deref(), Some("unterminated"));
        let long = "(\"`=> module ".repeat(800_000);
        let _ = go_mod(&long);
        let _ = go_mod(&"module (\n".repeat(500_000));
    }
}
