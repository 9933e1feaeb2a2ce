//! Regular expressions of others -> globs. Only those that are a plain text with anchors: a pattern that matches more or
//! less than the expression did would change numbers without a word.

/// The pattern that matches the same paths; `None` when there is none.
pub(super) fn of_regex(regex: &str) -> Option<String> {
    let Anchored { inner, start, end, left, right } = anchored(regex)?;
    match (start && !left, end && !right, left, right) {
        (true, true, _, _) => Some(inner),
        (true, false, _, true) => Some(format!("{inner}/...")),
        (false, true, true, _) => Some(format!("**/{inner}")),
        // `*` stays within a name, and so must what the expression adds before the text.
        (false, true, false, _) => Some(format!("**/*{inner}")),
        (false, false, true, true) => Some(format!("**/{inner}/**")),
        (false, false, false, true) => Some(format!("**/*{inner}/**")),
        // Nobody names a file `x.go_`: an open end behind `.go` is a forgotten `$`.
        (false, false, _, _) if is_go_file(&inner) => {
            Some(if left { format!("**/{inner}") } else { format!("**/*{inner}") })
        }
        (true, false, _, false) if is_go_file(&inner) => Some(inner),
        _ => None,
    }
}

/// The two patterns that match the same files as an expression whose end is open within a name: what is called so, and what
/// lies below folders that are.
pub(super) fn of_open_end(regex: &str) -> Option<[String; 2]> {
    let Anchored { inner, start, end, left, right } = anchored(regex)?;
    if end || right {
        return None;
    }
    let before = match (start, left) {
        // Without a slash a pattern looks at names anywhere.
        (true, false) if !inner.contains('/') => return None,
        (true, false) => "",
        (_, true) => "**/",
        (false, false) => "**/*",
    };
    Some([format!("{before}{inner}*"), format!("{before}{inner}*/**")])
}

/// An expression that is a plain text: without the slashes around it, and where it is held.
struct Anchored {
    inner: String,
    start: bool,
    end: bool,
    left: bool,
    right: bool,
}

fn anchored(regex: &str) -> Option<Anchored> {
    let (start, rest) = match regex.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, regex),
    };
    let (end, rest) = match rest.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => (true, rest),
        _ => (false, rest),
    };
    // `.*` at an end that is open says nothing; at an anchor it opens it.
    let (start, rest) = match rest.strip_prefix(".*") {
        Some(rest) => (false, rest),
        None => (start, rest),
    };
    let (end, rest) = match rest.strip_suffix(".*") {
        Some(rest) if !rest.ends_with('\\') => (false, rest),
        _ => (end, rest),
    };
    let text = literal(rest)?;
    let inner = text.trim_matches('/');
    if inner.is_empty() || inner.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    let (left, right) = (text.starts_with('/'), text.ends_with('/'));
    Some(Anchored { inner: inner.to_owned(), start, end, left, right })
}

/// Whether a pattern names files of Go.
pub(super) fn is_go_file(pattern: &str) -> bool {
    pattern.rsplit('.').next() == Some("go")
}

/// The text that an expression without operators stands for. A lone `.` is one: it is hardly ever meant otherwise.
fn literal(regex: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = regex.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|c| matches!(c, '.' | '/' | '-' | '_'))?),
            '.' if chars.as_str().starts_with(['*', '+', '?', '{']) => return None,
            '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' | '!' => return None,
            c if c.is_control() => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

/// The pattern for a path or glob of codecov.yml or .octocov.yml; `None` when it is a regular expression.
pub(super) fn of_glob(glob: &str) -> Option<String> {
    if glob.starts_with(['^', '!'])
        || glob.ends_with('$')
        || glob.contains(['\\', '(', '|', '+'])
        || glob.contains(".*") && !glob.contains("*.")
    {
        return None;
    }
    let path = glob.trim_start_matches("./").trim_start_matches('/');
    if path.is_empty() {
        return None;
    }
    // A name without `*` is a folder with all below it, or a file.
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    Some(match path.strip_suffix('/') {
        Some(folder) if !folder.contains('*') => format!("{folder}/..."),
        Some(folder) => format!("{folder}/**"),
        None if path.contains('*') || is_file => path.to_owned(),
        None => format!("{path}/..."),
    })
}
