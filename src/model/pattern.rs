//! Patterns that name packages and files: Go package patterns and globs, never regular expressions.
//!
//! | written | names |
//! |---|---|
//! | `internal/store` | this package (its own files, not those below), or this file |
//! | `internal/...`, `internal/` | this package and everything below |
//! | `./internal/...` | the same, but never an import path |
//! | `example.com/m/...` | by import path |
//! | `...`, `./...` | everything (`./...`: everything in the repository) |
//! | `.` | the package at the root |
//! | `cmd/*/main.go`, `**/*_gen.go` | glob: `*` and `?` stay within a name, `**` crosses `/`, `[a-z]` and `{a,b}` choose |
//! | `*.pb.go`, `mock_*` | a glob without `/` looks at the names of files and packages anywhere |
//! | `!internal/keep/...` | takes back what earlier patterns of the list matched |
//!
//! A pattern is tested against the path from the repository's root and against the import path. A file matches when its
//! own path does or when its package does.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A compiled pattern.
#[derive(Clone)]
pub struct Pattern {
    /// As written.
    pub text: String,
    /// `!pattern`: takes back what earlier patterns matched.
    pub negated: bool,
    /// `./pattern`: looks at paths from the root alone, never at import paths.
    anchored: bool,
    packages: GlobSet,
    files: GlobSet,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The compiled form would fill pages.
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

/// The path of the package at the root: no other package is called so, and globs can name it.
const ROOT: &str = ".";

impl Pattern {
    /// Compiles a pattern. The error is a fragment that reads behind the pattern (`is absolute; …`).
    pub fn new(text: &str) -> Result<Self, String> {
        let (negated, body) = text.strip_prefix('!').map_or((false, text), |body| (true, body));
        check(body)?;
        let (anchored, body) = match body.strip_prefix("./") {
            Some(rest) => (true, rest),
            None => (body == ".", body),
        };
        let forms = forms(body);
        let build = |globs: &[String]| {
            let mut set = GlobSetBuilder::new();
            for glob in globs {
                let glob = GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
                set.add(glob.map_err(|error| format!("is no pattern: {}", error.kind()))?);
            }
            set.build().map_err(|error| format!("is no pattern: {}", error.kind()))
        };
        let (packages, files) = (build(&forms.packages)?, build(&forms.files)?);
        Ok(Self { text: text.to_owned(), negated, anchored, packages, files })
    }

    /// Whether it names this package. `directory` is relative to the repository's root (`""` or `.` is the root), `None`
    /// when it lies outside; `import` is its import path. Negation is left to the caller.
    pub fn matches_package(&self, directory: Option<&str>, import: &str) -> bool {
        directory.is_some_and(|path| self.packages.is_match(if path.is_empty() { ROOT } else { path }))
            || (!self.anchored && self.packages.is_match(import))
    }

    /// Whether it names this file or its package. `path` is relative to the repository's root, `None` when it lies outside;
    /// `name` is its import path with its base name, as the profile has it. Negation is left to the caller.
    pub fn matches_file(&self, path: Option<&str>, name: &str) -> bool {
        path.is_some_and(|path| self.names_file(path)) || (!self.anchored && self.names_file(name))
    }

    fn names_file(&self, path: &str) -> bool {
        let package = path.rsplit_once('/').map_or(ROOT, |(package, _)| package);
        self.files.is_match(path) || self.packages.is_match(package)
    }

    /// Whether everything that `other` can match is matched by this one as well. May miss a case, never claims one falsely.
    pub fn covers(&self, other: &Self) -> bool {
        let body = |pattern: &Self| {
            let text = pattern.text.trim_start_matches('!');
            text.strip_prefix("./").unwrap_or(text).to_owned()
        };
        if self.anchored && !other.anchored {
            return false;
        }
        let (mine, theirs) = (body(self), body(other));
        if mine == theirs || matches!(mine.as_str(), "..." | "**") {
            return true;
        }
        let Some(prefix) = mine.strip_suffix("/...").or_else(|| mine.strip_suffix('/')) else { return false };
        if has_wildcard(prefix) {
            return false;
        }
        let fixed = theirs.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default();
        theirs == prefix || fixed.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// The answer of a list: the last pattern that matches decides, and `!` takes back. `None` when none does.
pub fn last_match(patterns: &[Pattern], matches: impl Fn(&Pattern) -> bool) -> Option<bool> {
    patterns.iter().rev().find(|pattern| matches(pattern)).map(|pattern| !pattern.negated)
}

/// Whether an include list lets something in: an empty list does, and a list of `!` alone lets in what none of it names.
pub fn included(patterns: &[Pattern], matches: impl Fn(&Pattern) -> bool) -> bool {
    last_match(patterns, matches).unwrap_or_else(|| patterns.first().is_none_or(|first| first.negated))
}

/// Whether an exclude list takes something out.
pub fn excluded(patterns: &[Pattern], matches: impl Fn(&Pattern) -> bool) -> bool {
    last_match(patterns, matches).unwrap_or(false)
}

fn check(body: &str) -> Result<(), String> {
    /// Far above any path; keeps compiled globs small.
    const LONGEST: usize = 1024;
    let drive = matches!(body.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if body.is_empty() {
        return Err("is empty".to_owned());
    }
    if body.len() > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes"));
    }
    if body.starts_with(['/', '\\', '~']) || drive {
        return Err(
            "is absolute; expected a pattern relative to the repository root, or an import path".to_owned()
        );
    }
    if body.split(['/', '\\']).any(|part| part == "..") {
        return Err("holds `..`; expected a pattern inside the repository".to_owned());
    }
    if body.starts_with('!') {
        return Err("starts with more than one `!`".to_owned());
    }
    Ok(())
}

/// Globs for the paths of packages and of files.
struct Forms {
    packages: Vec<String>,
    files: Vec<String>,
}

fn forms(body: &str) -> Forms {
    // A folder with a slash behind it is everything in it, as in .gitignore.
    let body = match body.strip_suffix('/') {
        Some(folder) if !folder.is_empty() => format!("{}/...", folder.trim_end_matches('/')),
        _ => body.to_owned(),
    };
    if body.is_empty() {
        return Forms { packages: vec![ROOT.to_owned()], files: Vec::new() };
    }
    if body.contains("...") {
        return Forms { packages: go_globs(&body), files: Vec::new() };
    }
    // A glob without a slash looks at names anywhere.
    let glob = if has_wildcard(&body) && !body.contains('/') { format!("**/{body}") } else { body };
    Forms { packages: vec![glob.clone()], files: vec![glob] }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '[', '{', '\\'])
}

/// Go's `...` as globs: it stands for any text, slashes included; `x/...` matches `x` as well (`go help packages`).
fn go_globs(body: &str) -> Vec<String> {
    if body == "..." {
        return vec!["**".to_owned()];
    }
    if let Some(prefix) = body.strip_suffix("/...") {
        let prefixes = inner(prefix);
        let below = prefixes.iter().map(|prefix| format!("{prefix}/**"));
        return prefixes.iter().cloned().chain(below).collect();
    }
    inner(body)
}

/// Every `...` within a pattern. One that fills a whole part of the path is `**`; another is `*`, with or without parts between.
fn inner(body: &str) -> Vec<String> {
    let mut globs = vec![String::new()];
    for (index, part) in body.split('/').enumerate() {
        let choices = match part {
            "..." => vec!["**".to_owned()],
            part if part.contains("...") => {
                // More than one within a part: all of them stay within the name, or all cross.
                vec![part.replace("...", "*"), part.replace("...", "*/**/*")]
            }
            part => vec![part.to_owned()],
        };
        // 2^n forms would follow from n such parts; four are more than anybody writes.
        let choices = if globs.len() >= 16 { &choices[..1] } else { &choices[..] };
        globs = globs
            .iter()
            .flat_map(|glob| {
                choices.iter().map(
                    move |choice| {
                        if index == 0 { choice.clone() } else { format!("{glob}/{choice}") }
                    },
                )
            })
            .collect();
    }
    globs
}
