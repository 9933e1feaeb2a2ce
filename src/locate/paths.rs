//! Names and paths as texts: which form a profile's name has, and how paths compare. Works on `/`; Windows forms are brought
//! to it. No look at any disk.

/// How a name is to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// `example.com/m/a.go`: an import path and a base name; or a path that some tool made relative.
    Import,
    /// A path of the machine that ran the tests: `/x/a.go`, `C:/x/a.go`, `//server/share/a.go`; cleaned.
    Absolute(String),
    /// The same out of `_/x/a.go`, in which Go replaced characters that no import path may hold by `_`.
    Mangled(String),
    /// `./x/a.go`, `../a.go` or a bare `a.go`, cleaned; `None` when it climbs out.
    Relative(Option<String>),
    /// `command-line-arguments/a.go`: files named on the command line, their directory lost.
    BaseOnly(String),
}

/// The form of a name.
pub(super) fn form(name: &str) -> Form {
    if let Some(path) = absolute(name) {
        return Form::Absolute(path);
    }
    // GOPATH mode names a directory outside GOPATH `_` + its path, and `C:\x` there becomes `_/C_/x` (cmd/go, dirToImportPath).
    if let Some(rest) = name.strip_prefix('_').filter(|rest| rest.starts_with(['/', '\\'])) {
        let rest = rest.replace('\\', "/");
        let mut parts = rest[1..].splitn(2, '/');
        if let (Some([drive, b'_']), Some(path)) = (parts.next().map(str::as_bytes), parts.next())
            && drive.is_ascii_alphabetic()
        {
            return Form::Mangled(clean_absolute(
                &format!("{}:/", char::from(drive.to_ascii_uppercase())),
                path,
            ));
        }
        return Form::Mangled(clean_absolute("/", &rest));
    }
    if let Some(base) = name.strip_prefix("command-line-arguments/")
        && !base.contains('/')
    {
        return Form::BaseOnly(base.to_owned());
    }
    if ["./", "../", ".\\", "..\\"].iter().any(|start| name.starts_with(start)) {
        return Form::Relative(clean_relative(&name.replace('\\', "/")));
    }
    if !name.contains('/') {
        return Form::Relative(clean_relative(&name.replace('\\', "/")));
    }
    Form::Import
}

/// The cleaned path when `name` is absolute on any system.
pub(super) fn absolute(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    match bytes {
        [b'\\', b'\\', ..] => Some(clean_absolute("//", &name[2..].replace('\\', "/"))),
        [b'/', ..] => Some(clean_absolute("/", &name[1..])),
        [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic() => Some(clean_absolute(
            &format!("{}:/", char::from(drive.to_ascii_uppercase())),
            &name[3..].replace('\\', "/"),
        )),
        _ => None,
    }
}

/// `start` (ending in `/`) and the parts of `path`, without `.`, `..` and empty parts. Above the top is the top, as on Unix.
fn clean_absolute(start: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{start}{}", parts.join("/"))
}

/// A relative path without `.`, `..` and empty parts; `""` for the place itself, `None` when it climbs out.
pub(super) fn clean_relative(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `base` and `rest` with one `/` between; either may be empty.
pub(super) fn join(base: &str, rest: &str) -> String {
    match (base, rest) {
        ("", rest) => rest.to_owned(),
        (base, "") => base.to_owned(),
        (base, rest) if base.ends_with('/') => [base, rest].concat(),
        (base, rest) => [base, "/", rest].concat(),
    }
}

/// What of `path` lies under `base`: `""` for `base` itself, `None` when it is elsewhere. An empty base holds every
/// relative path.
pub(super) fn under<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    if base.is_empty() {
        return (!path.starts_with('/')).then_some(path);
    }
    let rest = path.strip_prefix(base)?;
    if rest.is_empty() || base.ends_with('/') {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

/// As [`under`], for a path in which Go mangled characters: the same number of characters is taken off.
pub(super) fn under_mangled<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    let mut rest = path.chars();
    for char in base.chars() {
        let given = rest.next()?;
        if given != char && given != mangle(char) {
            return None;
        }
    }
    let rest = rest.as_str();
    if rest.is_empty() || base.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

/// What Go makes of a character that no import path may hold (cmd/go, makeImportValid).
fn mangle(char: char) -> char {
    if "!\"#$%&'()*,:;<=>?[\\]^`{|}\u{fffd}".contains(char) { '_' } else { char }
}

/// The directory of a path, `""` when it has none.
pub(super) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, base)| base)
}

/// `path` and its directories, longest first, the empty one last.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(path);
    std::iter::from_fn(move || {
        let current = next?;
        next = if current.is_empty() { None } else { Some(directory(current)) };
        Some(current)
    })
}

/// How many parts two paths have in common at their end.
pub(super) fn common_suffix(one: &str, other: &str) -> usize {
    one.rsplit('/').zip(other.rsplit('/')).take_while(|(one, other)| one == other && !one.is_empty()).count()
}

/// The last two parts, when there are two.
pub(super) fn last_two(path: &str) -> Option<&str> {
    let (head, _) = path.rsplit_once('/')?;
    let from = head.rfind('/').map_or(0, |at| at + 1);
    let last = &path[from..];
    (!last.starts_with('/')).then_some(last)
}

/// `path` with the prefix `from` replaced by `to`, when the prefix ends at a `/` border. An empty `from` is the prefix of
/// every relative path.
pub(super) fn remap(path: &str, from: &str, to: &str) -> Option<String> {
    let slashed = |text: &str| {
        absolute(text).unwrap_or_else(|| text.trim_end_matches('/').trim_start_matches("./").to_owned())
    };
    let plain = absolute(path);
    let rest = under(&slashed(from), plain.as_deref().unwrap_or(path))?;
    let to = slashed(to);
    Some(join(if to == "." { "" } else { &to }, rest))
}

/// Whether a path's first part is one of the standard library. Go has no list in a profile and takes every first part
/// without a dot for its own; but modules are often called `shop` or `proj`, so the names are listed here (Go 1.27, with
/// `vendor` for what Go carries along).
pub(super) fn is_std(path: &str) -> bool {
    const FIRST: [&str; 57] = [
        "archive",
        "arena",
        "bufio",
        "builtin",
        "bytes",
        "cmd",
        "cmp",
        "compress",
        "container",
        "context",
        "crypto",
        "database",
        "debug",
        "embed",
        "encoding",
        "errors",
        "expvar",
        "flag",
        "fmt",
        "go",
        "hash",
        "html",
        "image",
        "index",
        "internal",
        "io",
        "iter",
        "log",
        "maps",
        "math",
        "mime",
        "net",
        "os",
        "path",
        "plugin",
        "reflect",
        "regexp",
        "runtime",
        "simd",
        "slices",
        "sort",
        "strconv",
        "strings",
        "structs",
        "sync",
        "syscall",
        "testing",
        "text",
        "time",
        "unicode",
        "unique",
        "unsafe",
        "uuid",
        "vendor",
        "weak",
        "C",
        "std",
    ];
    let first = path.split('/').next().unwrap_or(path);
    FIRST.contains(&first)
}

/// Import path of a standard package in an installed toolchain: `/usr/local/go/src/fmt/print.go` -> `fmt`.
pub(super) fn goroot_package(path: &str) -> Option<&str> {
    let (before, rest) = path.rsplit_once("/src/").filter(|(_, rest)| rest.contains('/') && is_std(rest))?;
    let parent = base(before);
    let toolchain = parent == "go"
        || parent == "golang"
        || parent.starts_with("go1")
        || parent.starts_with("go-1")
        || before.contains("/hostedtoolcache/go/")
        || before.contains("/toolchain@");
    toolchain.then(|| directory(rest))
}

/// Module and package of a path in the module cache: `…/pkg/mod/github.com/!acme/x@v1.2.3/p/a.go` ->
/// (`github.com/Acme/x`, `github.com/Acme/x/p`).
pub(super) fn module_cache(path: &str) -> Option<(String, String)> {
    let at = path.match_indices('@').map(|(at, _)| at).find(|&at| is_version(&path[at + 1..]))?;
    let head = path[..at].rsplit_once("/pkg/mod/").map_or(&path[..at], |(_, head)| head);
    let rest = path[at..].split_once('/').map_or("", |(_, rest)| rest);
    let module = unescape(head.trim_start_matches('/'));
    let package = join(&module, directory(rest));
    (!module.is_empty()).then_some((module, package))
}

fn is_version(text: &str) -> bool {
    matches!(text.as_bytes(), [b'v', digit, ..] if digit.is_ascii_digit())
}

/// The module cache writes an upper-case letter as `!` and the lower-case one.
fn unescape(path: &str) -> String {
    let mut upper = false;
    path.chars()
        .filter_map(|char| {
            if char == '!' {
                upper = true;
                return None;
            }
            let char = if upper { char.to_ascii_uppercase() } else { char };
            upper = false;
            Some(char)
        })
        .collect()
}

/// Whether a name claims to be Go source. Others come from `//line` directives (`gram.y`).
pub fn is_go(path: &str) -> bool {
    path.as_bytes().ends_with(b".go")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_name() {
        let absolute = |text: &str| Form::Absolute(text.to_owned());
        let mangled = |text: &str| Form::Mangled(text.to_owned());
        let relative = |text: &str| Form::Relative(Some(text.to_owned()));
        assert_eq!(form("example.com/m/a.go"), Form::Import);
        assert_eq!(form("proj/sub/sub.go"), Form::Import);
        assert_eq!(form("/x/./y//../a b.go"), absolute("/x/a b.go"));
        assert_eq!(form("/../../etc/passwd"), absolute("/etc/passwd"));
        assert_eq!(form("C:\\x\\a.go"), absolute("C:/x/a.go"));
        assert_eq!(form("c:/x/é a.go"), absolute("C:/x/é a.go"));
        assert_eq!(form("\\\\server\\share\\a.go"), absolute("//server/share/a.go"));
        assert_eq!(form("_/home/u/a.go"), mangled("/home/u/a.go"));
        assert_eq!(form("_\\C_\\x\\a.go"), mangled("C:/x/a.go"));
        assert_eq!(form("_/C_/x/a.go"), mangled("C:/x/a.go"));
        assert_eq!(form("./a.go"), relative("a.go"));
        assert_eq!(form(".\\x\\a.go"), relative("x/a.go"));
        assert_eq!(form("a.go"), relative("a.go"));
        assert_eq!(form("../a.go"), Form::Relative(None));
        assert_eq!(form("./x/../../a.go"), Form::Relative(None));
        assert_eq!(form("command-line-arguments/a.go"), Form::BaseOnly("a.go".to_owned()));
        assert_eq!(form("_x/a.go"), Form::Import);
        assert_eq!(form(""), relative(""));
    }

    #[test]
    fn prefixes_end_at_a_border() {
        assert_eq!(under("/a/b", "/a/b/c.go"), Some("c.go"));
        assert_eq!(under("/a/b", "/a/bc.go"), None);
        assert_eq!(under("/", "/a.go"), Some("a.go"));
        assert_eq!(under("/a", "/a"), Some(""));
        assert_eq!(under("", "/a"), None);
        assert_eq!(under("", "a"), Some("a"));
        assert_eq!(under_mangled("/home/u/my (dir)", "/home/u/my _dir_/x/a.go"), Some("x/a.go"));
        assert_eq!(under_mangled("/home/u", "/home/v/a.go"), None);
        assert_eq!(under_mangled("/home/é", "/home/é/a.go"), Some("a.go"));
    }

    #[test]
    fn maps_replace_a_prefix() {
        assert_eq!(remap("/ci/x/a.go", "/ci", "/here").as_deref(), Some("/here/x/a.go"));
        assert_eq!(remap("/ci/x/a.go", "/ci/", ".").as_deref(), Some("x/a.go"));
        assert_eq!(remap("/ci/x/a.go", "/ci/x", "./y/").as_deref(), Some("y/a.go"));
        assert_eq!(remap("/cix/a.go", "/ci", "y"), None);
        assert_eq!(remap("C:\\ci\\x\\a.go", "c:/ci", "y").as_deref(), Some("y/x/a.go"));
        assert_eq!(remap("C:\\ci\\x\\a.go", "C:\\ci", "y").as_deref(), Some("y/x/a.go"));
        assert_eq!(remap("old.example/m/a.go", "old.example/m", "new").as_deref(), Some("new/a.go"));
        assert_eq!(remap("old.example/m/a.go", "", "src").as_deref(), Some("src/old.example/m/a.go"));
        assert_eq!(remap("/x/a.go", "/", "y").as_deref(), Some("y/x/a.go"));
    }

    #[test]
    fn places_outside_the_workspace_are_told_by_their_look() {
        assert!(is_std("fmt/print.go") && is_std("net/http/server.go") && is_std("cmd/go/main.go"));
        assert!(!is_std("proj/a.go") && !is_std("example.com/fmt/a.go"));
        assert_eq!(goroot_package("/usr/local/go/src/net/http/server.go"), Some("net/http"));
        assert_eq!(goroot_package("/opt/hostedtoolcache/go/1.26.3/x64/src/fmt/print.go"), Some("fmt"));
        assert_eq!(goroot_package("/home/u/go/src/github.com/acme/x/a.go"), None);
        assert_eq!(goroot_package("/home/u/proj/src/net/a.go"), None);
        let cached = module_cache("/root/go/pkg/mod/github.com/!acme/x@v1.2.3/p/q/a.go");
        assert_eq!(cached, Some(("github.com/Acme/x".to_owned(), "github.com/Acme/x/p/q".to_owned())));
        let plain = module_cache("example.com/x@v0.0.0-2026/a.go");
        assert_eq!(plain, Some(("example.com/x".to_owned(), "example.com/x".to_owned())));
        assert_eq!(module_cache("/home/u@home/x/a.go"), None);
        assert_eq!(module_cache("@v1/a.go"), None);
    }

    #[test]
    fn suffixes_count_whole_parts() {
        assert_eq!(common_suffix("/ci/x/pkg/a.go", "y/pkg/a.go"), 2);
        assert_eq!(common_suffix("/ci/xpkg/a.go", "pkg/a.go"), 1);
        assert_eq!(common_suffix("pkg/a.go", "/pkg/a.go"), 2);
        assert_eq!(last_two("/ci/x/a.go"), Some("x/a.go"));
        assert_eq!(last_two("x/a.go"), Some("x/a.go"));
        assert_eq!(last_two("a.go"), None);
        assert_eq!(last_two("/a.go"), None);
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a/b/c", "a/b", "a", ""]);
    }
}
