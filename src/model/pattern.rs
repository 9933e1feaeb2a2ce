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

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap_or_else(|reason| panic!("{text} {reason}"))
    }

    /// Files of a module `example.com/m` at the root, by path; which of them does a pattern name?
    fn files(text: &str) -> Vec<&'static str> {
        const FILES: &[&str] = &[
            "main.go",
            "api.pb.go",
            "cmd/shop/main.go",
            "cmd/shop/run/run.go",
            "internal/a.go",
            "internal/store/order.go",
            "internal/store/order_gen.go",
            "internal/store/mock_store/mock.go",
            "internalx/x.go",
        ];
        let pattern = pattern(text);
        let named = |path: &&str| pattern.matches_file(Some(path), &format!("example.com/m/{path}"));
        FILES.iter().copied().filter(named).collect()
    }

    #[test]
    fn go_patterns_name_packages() {
        assert_eq!(files("internal/store"), ["internal/store/order.go", "internal/store/order_gen.go"]);
        assert_eq!(files("internal/a.go"), ["internal/a.go"]);
        assert_eq!(files("."), ["main.go", "api.pb.go"]);
        assert_eq!(files("./cmd/shop"), ["cmd/shop/main.go"]);
        assert_eq!(files("example.com/m"), ["main.go", "api.pb.go"]);
        assert_eq!(files("example.com/m/cmd/..."), ["cmd/shop/main.go", "cmd/shop/run/run.go"]);
        assert_eq!(files("./example.com/m/cmd/..."), [""; 0]);
        assert_eq!(files("shop"), [""; 0]);
        let internal = [
            "internal/a.go",
            "internal/store/order.go",
            "internal/store/order_gen.go",
            "internal/store/mock_store/mock.go",
        ];
        for text in ["internal/...", "internal/", "./internal/...", "./internal/", "internal/**"] {
            let expected = if text == "internal/**" { &internal[..] } else { &internal };
            assert_eq!(files(text), expected, "{text}");
        }
        for text in ["...", "./...", "**"] {
            assert_eq!(files(text).len(), 9, "{text}");
        }
        assert_eq!(files("internal...").len(), 5);
        assert_eq!(files(".../mock_store"), ["internal/store/mock_store/mock.go"]);
        assert_eq!(
            files("int...store"),
            ["internal/store/order.go", "internal/store/order_gen.go", "internal/store/mock_store/mock.go"]
        );
        assert_eq!(files("example.com/.../shop"), ["cmd/shop/main.go"]);
    }

    #[test]
    fn globs_name_files_and_packages() {
        assert_eq!(files("**/*.pb.go"), ["api.pb.go"]);
        assert_eq!(files("*.pb.go"), ["api.pb.go"]);
        assert_eq!(files("*_gen.go"), ["internal/store/order_gen.go"]);
        assert_eq!(files("mock_*"), ["internal/store/mock_store/mock.go"]);
        assert_eq!(files("cmd/*"), ["cmd/shop/main.go"]);
        assert_eq!(files("cmd/*/main.go"), ["cmd/shop/main.go"]);
        assert_eq!(files("cmd/*/*"), ["cmd/shop/main.go", "cmd/shop/run/run.go"]);
        assert_eq!(files("internal/{a,b}.go"), ["internal/a.go"]);
        assert_eq!(files("internal/[a-c].go"), ["internal/a.go"]);
        assert_eq!(files("internal/?.go"), ["internal/a.go"]);
        assert_eq!(files("./*.go"), files("*.go"));
        assert_eq!(files("*.go").len(), 9);
        assert_eq!(files("Internal/*"), [""; 0]);
    }

    #[test]
    fn packages_are_matched_by_directory_and_import_path() {
        let named = |text: &str, directory: Option<&str>, import: &str| {
            pattern(text).matches_package(directory, import)
        };
        assert!(named("cmd/...", Some("cmd/shop"), "example.com/m/cmd/shop"));
        assert!(named("cmd/*", Some("cmd/shop"), "example.com/m/cmd/shop"));
        assert!(!named("cmd/*", Some("cmd"), "example.com/m/cmd"));
        assert!(named("cmd/...", Some("cmd"), "example.com/m/cmd"));
        assert!(named(".", Some(""), "example.com/m"));
        assert!(named("./...", Some(""), "example.com/m"));
        assert!(!named("./...", None, "github.com/acme/lib"));
        assert!(named("github.com/acme/...", None, "github.com/acme/lib"));
        assert!(named("github.com/*/lib", None, "github.com/acme/lib"));
        assert!(!named("**/*.pb.go", Some("cmd"), "example.com/m/cmd"));
    }

    #[test]
    fn the_last_match_decides_and_a_bang_takes_back() {
        let list = |texts: &[&str]| texts.iter().map(|text| pattern(text)).collect::<Vec<_>>();
        let at = |path: &'static str| move |pattern: &Pattern| pattern.matches_file(Some(path), path);
        let exclude = list(&["internal/...", "!internal/keep/...", "*_gen.go"]);
        assert!(excluded(&exclude, at("internal/a.go")));
        assert!(!excluded(&exclude, at("internal/keep/a.go")));
        assert!(excluded(&exclude, at("internal/keep/a_gen.go")));
        assert!(!excluded(&exclude, at("cmd/a.go")));
        assert!(!excluded(&[], at("cmd/a.go")));
        assert!(included(&[], at("cmd/a.go")));
        let include = list(&["cmd/...", "!cmd/x/..."]);
        assert!(included(&include, at("cmd/a.go")));
        assert!(!included(&include, at("cmd/x/a.go")));
        assert!(!included(&include, at("internal/a.go")));
        let all_but = list(&["!cmd/..."]);
        assert!(!included(&all_but, at("cmd/a.go")));
        assert!(included(&all_but, at("internal/a.go")));
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let reason = |text: &str| Pattern::new(text).expect_err(text);
        assert_eq!(reason(""), "is empty");
        assert_eq!(reason("!"), "is empty");
        for text in ["/a", "C:\\a", "c:/a", "\\\\host\\x", "!/a", "~/x"] {
            assert!(reason(text).starts_with("is absolute"), "{text}");
        }
        for text in ["..", "../a", "a/../b", "a\\..\\b", "!.."] {
            assert!(reason(text).starts_with("holds `..`"), "{text}");
        }
        for text in ["[a", "{a", "a}", "[z-a]"] {
            assert!(reason(text).starts_with("is no pattern: "), "{text}: {}", reason(text));
        }
        assert!(reason("!!a").contains("more than one"));
        assert!(reason(&"a".repeat(2000)).contains("longer than"));
    }

    #[test]
    fn a_rule_covers_what_it_surely_matches() {
        let covers = |a: &str, b: &str| pattern(a).covers(&pattern(b));
        assert!(covers("internal/...", "internal/x/..."));
        assert!(covers("internal/...", "internal"));
        assert!(covers("internal/", "internal/x/*.go"));
        assert!(covers("...", "example.com/m"));
        assert!(covers("internal/...", "./internal/x"));
        assert!(covers("**/*.go", "**/*.go"));
        assert!(!covers("internal/...", "internalx/..."));
        assert!(!covers("internal/x/...", "internal/..."));
        assert!(!covers("./internal/...", "internal/..."));
        assert!(!covers("./...", "..."));
        assert!(!covers("internal/...", "int*/..."));
        assert!(!covers("cmd/*", "cmd/x"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn no_text_breaks_it(text in "[!./*?\\[\\]{},a-c\\\\]{0,24}", path in "[a-c./]{0,12}") {
            if let Ok(pattern) = Pattern::new(&text) {
                let _ = pattern.matches_file(Some(&path), &path);
                let _ = pattern.matches_package(Some(&path), &path);
            }
        }

        #[test]
        fn a_covering_pattern_matches_what_the_covered_one_does(
            a in "(\\./)?[ab](/[ab]){0,2}(/\\.\\.\\.|/)?|\\.\\.\\.|\\*\\*",
            b in "(\\./)?[ab*](/[ab*]){0,3}(/\\.\\.\\.|/)?",
            path in "[ab](/[ab]){0,4}",
        ) {
            let (a, b) = (pattern(&a), pattern(&b));
            let import = format!("b/{path}");
            if a.covers(&b) && b.matches_file(Some(&path), &import) {
                proptest::prop_assert!(a.matches_file(Some(&path), &import), "{a:?} {b:?} {path}");
            }
        }
    }
}
