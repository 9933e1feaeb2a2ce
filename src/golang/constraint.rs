//! Build constraints: whether a file is part of a build. By its name (`x_linux_arm64.go`) and by the `//go:build` line, or the
//! older `// +build` lines, before its package clause. The rules are those of Go's package go/build.

use std::collections::BTreeSet;

/// What a build is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// `linux`.
    pub goos: String,
    /// `amd64`.
    pub goarch: String,
    /// Those of `-tags`.
    pub tags: BTreeSet<String>,
}

/// Systems that a file name may end in (go/build, `knownOS`).
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];
/// Those of them that the tag `unix` stands for (go/build, `unixOS`).
const UNIX: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];
/// Processors that a file name may end in (go/build, `knownArch`).
const PROCESSORS: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];
/// No constraint of a person nests deeper.
const DEEPEST: u32 = 200;

/// Whether a file of this base name and text is built. A constraint that cannot be read leaves the file in.
pub fn is_built(base: &str, text: &[u8], platform: &Platform) -> bool {
    fits_name(base, platform) && fits_header(text, platform)
}

/// System and processor that the name of a file asks for.
pub fn asked_by_name(base: &str) -> (Option<&str>, Option<&str>) {
    let stem = base.split('.').next().unwrap_or(base);
    // What stands before the first `_` is never a system: `linux.go` is built everywhere.
    let Some((_, rest)) = stem.split_once('_') else { return (None, None) };
    let mut parts: Vec<&str> = rest.split('_').collect();
    if parts.last() == Some(&"test") {
        parts.pop();
    }
    match parts.as_slice() {
        [.., system, processor] if SYSTEMS.contains(system) && PROCESSORS.contains(processor) => {
            (Some(system), Some(processor))
        }
        [.., last] if SYSTEMS.contains(last) => (Some(last), None),
        [.., last] if PROCESSORS.contains(last) => (None, Some(last)),
        _ => (None, None),
    }
}

fn fits_name(base: &str, platform: &Platform) -> bool {
    let (system, processor) = asked_by_name(base);
    system.is_none_or(|tag| platform.has(tag)) && processor.is_none_or(|tag| platform.has(tag))
}

impl Platform {
    /// Whether a tag is set (go/build, `matchTag`; cgo and every release tag count as set).
    fn has(&self, tag: &str) -> bool {
        let also = match self.goos.as_str() {
            "android" => "linux",
            "illumos" => "solaris",
            "ios" => "darwin",
            _ => "",
        };
        tag == self.goos
            || tag == self.goarch
            || tag == also
            || matches!(tag, "gc" | "cgo")
            || (tag == "unix" && UNIX.contains(&self.goos.as_str()))
            || tag.strip_prefix("go1.").is_some_and(|minor| minor.bytes().all(|byte| byte.is_ascii_digit()))
            || self.tags.contains(tag)
    }
}

/// The lines before the package clause decide.
fn fits_header(text: &[u8], platform: &Platform) -> bool {
    let mut old = true;
    let mut in_comment = false;
    for line in text.split(|&byte| byte == b'\n') {
        let Ok(line) = std::str::from_utf8(line) else { break };
        let line = line.trim_start_matches('\u{feff}').trim();
        if in_comment {
            in_comment = !line.contains("*/");
            continue;
        }
        if line.starts_with("/*") {
            in_comment = !line.contains("*/");
            continue;
        }
        if !line.is_empty() && !line.starts_with("//") {
            break;
        }
        if let Some(rest) = line.strip_prefix("//go:build")
            && rest.starts_with([' ', '\t'])
        {
            return Expression { rest, platform, depth: 0 }.whole().unwrap_or(true);
        }
        if let Some(rest) =
            line.strip_prefix("//").map(str::trim_start).and_then(|rest| rest.strip_prefix("+build"))
            && rest.starts_with([' ', '\t'])
        {
            old &= any_of(rest, platform);
        }
    }
    old
}

/// The terms of a `// +build` line: one of them, each a list of tags that all count.
fn any_of(line: &str, platform: &Platform) -> bool {
    line.split_whitespace().any(|all| {
        all.split(',').all(|tag| match tag.strip_prefix('!') {
            Some(tag) => !platform.has(tag),
            None => platform.has(tag),
        })
    })
}

/// `a && (b || !c)`. Every function gives `None` for what is no expression.
struct Expression<'a> {
    rest: &'a str,
    platform: &'a Platform,
    depth: u32,
}

impl Expression<'_> {
    fn whole(mut self) -> Option<bool> {
        let value = self.either()?;
        self.rest.trim().is_empty().then_some(value)
    }

    fn take(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn either(&mut self) -> Option<bool> {
        let mut value = self.both()?;
        while self.take("||") {
            value |= self.both()?;
        }
        Some(value)
    }

    fn both(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.take("&&") {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let value = if self.take("!") {
            !self.one()?
        } else if self.take("(") {
            let value = self.either()?;
            self.take(")").then_some(value)?
        } else {
            self.rest = self.rest.trim_start();
            let is_tag = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let end = self.rest.find(|c| !is_tag(c)).unwrap_or(self.rest.len());
            let (tag, rest) = self.rest.split_at(end);
            self.rest = rest;
            (!tag.is_empty()).then(|| self.platform.has(tag))?
        };
        self.depth -= 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux() -> Platform {
        let tags = BTreeSet::from(["e2e".to_owned()]);
        Platform { goos: "linux".to_owned(), goarch: "amd64".to_owned(), tags }
    }

    #[test]
    fn names_of_files_ask_for_systems_and_processors() {
        let built = |name: &str| is_built(name, b"package p\n", &linux());
        let there =
            ["a.go", "linux.go", "windows.go", "a_linux.go", "a_amd64.go", "a_linux_amd64.go", "a_unix.go"];
        for name in there.into_iter().chain(["a_linux_test.go", "x_y.go", "_x.go"]) {
            assert!(built(name), "{name}");
        }
        for name in
            ["a_windows.go", "a_arm64.go", "a_linux_arm64.go", "a_darwin_amd64.go", "a_windows_test.go"]
        {
            assert!(!built(name), "{name}");
        }
        let android = Platform { goos: "android".to_owned(), ..linux() };
        assert!(is_built("a_linux.go", b"", &android));
        assert_eq!(asked_by_name("x_windows_arm64.go"), (Some("windows"), Some("arm64")));
    }

    #[test]
    fn lines_before_the_package_clause_constrain() {
        let built = |header: &str| {
            let text = format!("// Copyright\n\n{header}\n\npackage p\n\n//go:build never\n");
            is_built("a.go", text.as_bytes(), &linux())
        };
        let there =
            ["", "//go:build linux", "//go:build !windows && (amd64 || arm64)", "//go:build unix && go1.21"];
        for header in there.into_iter().chain([
            "//go:build e2e",
            "// +build linux darwin",
            "// +build !windows,amd64",
            "//go:build cgo",
        ]) {
            assert!(built(header), "{header}");
        }
        let gone =
            ["//go:build windows", "//go:build ignore", "//go:build !linux || (arm64)", "// +build windows"];
        for header in
            gone.into_iter().chain(["// +build linux\n// +build arm64", "/* x */\n//go:build windows"])
        {
            assert!(!built(header), "{header}");
        }
        // The newer line alone counts, and what cannot be read constrains nothing.
        assert!(built("//go:build linux\n// +build windows"));
        assert!(built("//go:build linux &&"));
        assert!(built("//go:builder windows"));
        assert!(built(&format!("//go:build {}linux", "(".repeat(100_000))));
    }
}
