//! The rules of the house that a program can check. Each rule gives the places that break it, so that a red test is a list of
//! what to mend. `ARCHITECTURE.md` says why.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::case::project;

/// What a top-level module of the crate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Plain values that all share.
    Model,
    /// Errors, settings and the escaping of text: values and helpers that all may use.
    Shared,
    /// A leaf that stages may call.
    Leaf,
    /// A stage: knows the model, the shared helpers and the leaf, and no other stage.
    Stage,
    /// Reaches the world: file system, environment, clock, streams.
    Shell,
}

/// Every module that may stand in `lib.rs`. A new one gets its line here first.
const MODULES: &[(&str, Kind)] = &[
    ("model", Kind::Model),
    ("error", Kind::Shared),
    ("settings", Kind::Shared),
    ("escape", Kind::Shared),
    ("golang", Kind::Leaf),
    ("ingest", Kind::Stage),
    ("locate", Kind::Stage),
    ("clean", Kind::Stage),
    ("algebra", Kind::Stage),
    ("diff", Kind::Stage),
    ("measure", Kind::Stage),
    ("compare", Kind::Stage),
    ("gate", Kind::Stage),
    ("report", Kind::Stage),
    ("ci", Kind::Stage),
    ("cli", Kind::Shell),
    ("config", Kind::Shell),
    ("host", Kind::Shell),
    ("pipeline", Kind::Shell),
    ("main", Kind::Shell),
    ("lib", Kind::Shell),
];

/// Lines of code that a file may have, tests aside.
const LONGEST: usize = 650;
/// Longer ones, each with its reason.
const LONG: &[(&str, &str)] = &[];

/// One source file.
struct File {
    /// Relative to the project.
    path: Utf8PathBuf,
    text: String,
}

impl File {
    /// The top-level module that it belongs to.
    fn module(&self) -> &str {
        let first = self.path.components().nth(1).expect("src/…").as_str();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn kind(&self) -> Kind {
        let module = self.module();
        let found = MODULES.iter().find(|(name, _)| *name == module);
        found.unwrap_or_else(|| panic!("{} is no module that tidy.rs knows", self.path)).1
    }

    /// Whether the whole file is tests.
    fn is_test(&self) -> bool {
        self.path.components().any(|part| matches!(part.as_str(), "tests" | "tests.rs" | "testing.rs"))
    }

    /// Lines outside of comments and of the module of tests at the end, with their 1-based numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\npub mod tests {"]
            .iter()
            .find_map(|start| self.text.find(start))
            .unwrap_or(self.text.len());
        self.text[..end].lines().enumerate().filter_map(|(at, line)| {
            let code = line.split("//").next().unwrap_or_default();
            (!code.trim().is_empty()).then_some((at + 1, code))
        })
    }

    fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }
}

fn sources() -> Vec<File> {
    read("src", &|path| path.extension() == Some("rs"))
}

/// Files below a folder of the project, sorted.
fn read(folder: &str, wanted: &dyn Fn(&Utf8Path) -> bool) -> Vec<File> {
    let mut files = Vec::new();
    walk(&project().join(folder), &mut |path| {
        let path = path.strip_prefix(project()).expect("below the project").to_owned();
        if wanted(&path)
            && let Ok(text) = fs_err::read_to_string(project().join(&path))
        {
            files.push(File { path, text });
        }
    });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "{folder} has files");
    files
}

fn walk(folder: &Utf8Path, each: &mut dyn FnMut(&Utf8Path)) {
    const OURS_NOT: [&str; 9] =
        ["target", ".git", "node_modules", ".venv", "corpus", "artifacts", "__pycache__", ".bench", ".cache"];
    for entry in folder.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        let kind = entry.file_type().expect("a type");
        if kind.is_dir() && !OURS_NOT.contains(&entry.file_name()) {
            walk(entry.path(), each);
        } else if kind.is_file() {
            each(entry.path());
        }
    }
}

/// Places where a line of product code holds one of these words.
fn holding(files: &[File], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.is_test()) {
        for (line, code) in file.code() {
            if let Some(word) = words.iter().find(|word| has_word(code, word)) {
                found.push(format!("{} {word}", file.place(line)));
            }
        }
    }
    found
}

/// Whether the code holds the word, not as a part of a longer name.
fn has_word(code: &str, word: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let starts = !word.starts_with(name) || !before.is_some_and(name);
        starts && (!word.ends_with(name) || !after.is_some_and(name))
    })
}

/// Modules of ours that a line names.
fn named(code: &str) -> impl Iterator<Item = &str> {
    code.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[track_caller]
fn none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn every_module_is_known() {
    let lib = fs_err::read_to_string(project().join("src/lib.rs")).expect("the library");
    let modules: Vec<&str> = lib
        .lines()
        .filter_map(|line| {
            line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "))?.strip_suffix(';')
        })
        .collect();
    assert!(modules.len() > 10, "{modules:?}");
    let unknown: Vec<String> = modules
        .iter()
        .filter(|module| !MODULES.iter().any(|(name, _)| name == *module))
        .map(|module| (*module).to_owned())
        .collect();
    none("modules that MODULES of tidy.rs does not have", &unknown);
}

#[test]
fn stages_do_not_know_each_other() {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| !file.is_test()) {
        for (line, code) in file.code() {
            // `use crate::{a, b}` would hide what is imported.
            if code.contains("crate::{") && file.kind() != Kind::Shell {
                found.push(format!("{} imports a list of modules", file.place(line)));
            }
            for other in named(code).filter(|other| *other != file.module()) {
                let Some((_, kind)) = MODULES.iter().find(|(name, _)| *name == other) else { continue };
                let allowed = match file.kind() {
                    Kind::Model => false,
                    Kind::Shared | Kind::Leaf => matches!(kind, Kind::Model | Kind::Shared),
                    Kind::Stage => matches!(kind, Kind::Model | Kind::Shared | Kind::Leaf),
                    Kind::Shell => true,
                };
                if !allowed {
                    found.push(format!("{} knows {other}", file.place(line)));
                }
            }
        }
    }
    none("the model imports nothing of ours, a stage no stage", &found);
}

#[test]
fn only_the_shell_reaches_the_world() {
    let files: Vec<File> = sources().into_iter().filter(|file| file.kind() != Kind::Shell).collect();
    let words = [
        "std::fs",
        "fs_err",
        "rustix",
        "std::env",
        "std::process",
        "std::net",
        "SystemTime",
        "Instant",
        "stdin()",
        "stdout()",
        "stderr()",
        "tempfile",
        "std::thread",
    ];
    none("file system, environment, clock and streams belong to the shell", &holding(&files, &words));
}

#[test]
fn only_diff_talks_to_git() {
    let files: Vec<File> = sources().into_iter().filter(|file| file.module() != "diff").collect();
    none("git2 belongs to src/diff", &holding(&files, &["git2"]));
}

#[test]
fn nothing_in_the_product_is_unsafe_or_may_panic() {
    let files = sources();
    none(
        "unsafe code",
        &holding(&files, &["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "#[no_mangle]"]),
    );
    let words = [".unwrap()", ".unwrap_err()", "panic!", "todo!", "unimplemented!", "dbg!", "unreachable!"];
    none("words that end the program", &holding(&files, &words));
    none(
        "streams are written through the host",
        &holding(&files, &["println!", "print!", "eprintln!", "eprint!"]),
    );
    // A signal can end the program in no other way.
    let exits = holding(&files, &["process::exit"]);
    none(
        "exit codes are returned",
        &exits.into_iter().filter(|at| !at.starts_with("src/main.rs:")).collect::<Vec<_>>(),
    );
    let cargo = fs_err::read_to_string(project().join("Cargo.toml")).expect("a manifest");
    assert!(cargo.contains("unsafe_code = \"forbid\""));
}

#[test]
fn files_say_what_they_are_and_stay_short() {
    let mut found = Vec::new();
    for file in &sources() {
        if !file.text.starts_with("//!") {
            found.push(format!("{} has no header", file.path));
        }
        let lines = file.code().count();
        let listed = LONG.iter().any(|(path, reason)| *path == file.path && !reason.is_empty());
        if lines > LONGEST && !file.is_test() && !listed {
            found.push(format!("{} has {lines} lines of code, {LONGEST} at most", file.path));
        }
    }
    for file in read("tests/it", &|path| path.extension() == Some("rs")) {
        if !file.text.starts_with("//!") {
            found.push(format!("{} has no header", file.path));
        }
    }
    none("headers and lengths", &found);
}

#[test]
fn no_test_is_switched_off() {
    let mut files = sources();
    files.extend(read("tests/it", &|path| path.extension() == Some("rs") && !path.ends_with("tidy.rs")));
    let off: Vec<String> = files
        .iter()
        .flat_map(|file| file.text.lines().enumerate().map(move |(at, line)| (file, at + 1, line)))
        .filter(|(_, _, line)| line.trim_start().starts_with("#[ignore"))
        .map(|(file, at, _)| file.place(at))
        .collect();
    none("tests that do not run", &off);
}

/// The folder where this was built, and folders of the machines that it was written on, are nobody's business. Names such
/// as `/home/u/…` and `/root/go/…` are what profiles hold: `locate` and its tests are about them.
#[test]
fn no_path_of_a_machine_is_in_a_file() {
    let here = project().as_str();
    let work = ["/", "work", "/"].concat();
    let homes = [["/", "root", "/"].concat(), ["/", "home", "/"].concat()];
    let mut found = Vec::new();
    for file in read("", &|path| path.extension() != Some("rlib")) {
        let names_are_data = file.path.starts_with("src/locate")
            || file.path.starts_with("tests/data")
            || file.path.starts_with("docs")
            || file.path.starts_with("tests/it");
        for (at, line) in file.text.lines().enumerate() {
            let machine = line.contains(here) || line.contains(&work);
            let home = homes.iter().any(|home| line.contains(home.as_str())) && !names_are_data;
            if machine || home {
                found.push(format!("{}: {}", file.place(at + 1), line.chars().take(100).collect::<String>()));
            }
        }
    }
    none("paths of a machine", &found);
}

#[test]
fn the_papers_are_there() {
    let text = |path: &str| fs_err::read_to_string(project().join(path)).unwrap_or_default();
    assert!(text("CHANGELOG.md").contains("\n## Unreleased\n"), "CHANGELOG.md has a section for what is new");
    assert!(text("LICENSE-MIT").contains("Permission is hereby granted"));
    assert!(text("LICENSE-APACHE").contains("Apache License"));
    assert!(text("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
    for page in
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/findings.md", "deny.toml", "clippy.toml"]
    {
        assert!(!text(page).is_empty(), "{page}");
    }
}

/// Relative links of the pages lead somewhere.
#[test]
fn links_of_the_pages_lead_somewhere() {
    let mut found = Vec::new();
    for page in read("", &|path| path.extension() == Some("md")) {
        let folder = project().join(page.path.parent().expect("a folder"));
        for link in page.text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '\n']).next()) {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty()
                && !path.contains("://")
                && !path.starts_with("mailto:")
                && !folder.join(path).exists()
            {
                found.push(format!("{}: {link}", page.path));
            }
        }
    }
    none("links that lead nowhere", &found);
}

/// A snapshot without a test would never be looked at again.
#[test]
fn every_snapshot_has_a_test() {
    let tests = read("tests/it", &|path| path.extension() == Some("rs"));
    let mut used = BTreeSet::new();
    for file in &tests {
        let module = file.path.with_extension("").as_str().trim_start_matches("tests/it/").replace('/', "__");
        let functions = file.text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
        let names = file
            .text
            .split("assert_snapshot!(")
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        used.extend(functions.chain(names).map(|name| format!("it__{module}__{name}.snap")));
    }
    let mut left = Vec::new();
    walk(&project().join("tests/it/snapshots"), &mut |path| {
        let name = path.file_name().expect("a name");
        if !used.contains(name) {
            left.push(name.to_owned());
        }
    });
    none("snapshots that no test looks at", &left);
}
