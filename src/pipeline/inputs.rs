//! Which files are read: what was asked for, or the usual names.

use std::collections::BTreeSet;
use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobBuilder;

use super::tree::Root;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::{InputSpec, Settings};

/// The usual names of text profiles, in the order in which they are tried.
pub const USUAL_NAMES: &[&str] = &[
    "cover.out",
    "coverage.out",
    "c.out",
    "coverage.txt",
    "cover.txt",
    "profile.cov",
    "profile.out",
    "cp.out",
    "*.coverprofile",
    "coverage/*.out",
];
/// The usual directories of binary data, tried after the names.
pub const USUAL_DIRECTORIES: &[&str] = &["covdata", "coverage", ".coverdata"];
/// Directories that a glob looks into, at most: a glob over the top of a disk ends.
const MAX_GLOB_DIRECTORIES: usize = 100_000;

/// Where an input's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard input.
    Stdin,
    /// A regular file.
    File(Utf8PathBuf),
    /// A directory.
    Directory(Utf8PathBuf),
}

/// One input to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The `NAME` of `NAME=PATH`, else the path as printed.
    pub label: String,
    /// The path as asked for (`-` for standard input).
    pub path: String,
    /// Where it is.
    pub place: Place,
    /// Bytes, 0 when not known.
    pub size: u64,
}

/// The inputs, and remarks on how they were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// In the order given.
    pub inputs: Vec<InputFile>,
    /// Lines for standard error.
    pub notes: Vec<String>,
}

/// Finds the inputs of a run.
pub fn choose(settings: &Settings, root: &Root, host: &Host) -> Result<Chosen> {
    if settings.inputs.is_empty() { discover(settings, root, host) } else { asked_for(settings) }
}

fn asked_for(settings: &Settings) -> Result<Chosen> {
    let mut chosen = Chosen::default();
    let mut seen = BTreeSet::new();
    for spec in &settings.inputs {
        for input in expand(spec, &settings.cwd)? {
            let real = match &input.place {
                Place::Stdin => "-".to_owned(),
                Place::File(path) | Place::Directory(path) => {
                    path.canonicalize_utf8().unwrap_or_else(|_| path.clone()).into_string()
                }
            };
            if seen.insert(real) {
                chosen.inputs.push(input);
            } else {
                chosen.notes.push(format!("{} is given twice; read once", input.path));
            }
        }
    }
    Ok(chosen)
}

/// The files of each operand of `subtract` and `intersect`: those that one argument names, or all arguments of one label.
/// Nothing is left out for being there twice: an operand may be compared with itself.
pub fn operands(settings: &Settings) -> Result<Vec<(String, Vec<InputFile>)>> {
    let mut operands: Vec<(String, Vec<InputFile>)> = Vec::new();
    for spec in &settings.inputs {
        let files = expand(spec, &settings.cwd)?;
        let same = operands.iter_mut().find(|(label, _)| spec.label.as_ref() == Some(label));
        match same {
            Some((_, own)) => own.extend(files),
            None => operands.push((spec.label.clone().unwrap_or_else(|| spec.path.clone()), files)),
        }
    }
    Ok(operands)
}

/// The files that one input names.
fn expand(spec: &InputSpec, cwd: &Utf8Path) -> Result<Vec<InputFile>> {
    let label = |path: &str| spec.label.clone().unwrap_or_else(|| path.to_owned());
    if spec.path == "-" {
        let label = spec.label.clone().unwrap_or_else(|| "stdin".to_owned());
        return Ok(vec![InputFile { label, path: "-".to_owned(), place: Place::Stdin, size: 0 }]);
    }
    let path = cwd.join(&spec.path);
    match fs_err::metadata(&path) {
        Ok(_) => Ok(vec![look(&path, &spec.path, label(&spec.path))?]),
        Err(_) if spec.path.contains(['*', '?', '[', '{']) => {
            let found = glob(cwd, &spec.path)?;
            if found.is_empty() {
                return Err(Error::input(format!("no file matches {}", spec.path)));
            }
            found.iter().map(|path| look(&cwd.join(path), path, label(path))).collect()
        }
        Err(error) => Err(unreadable(&spec.path, &error)),
    }
}

fn look(path: &Utf8Path, shown: &str, label: String) -> Result<InputFile> {
    let facts = fs_err::metadata(path).map_err(|error| unreadable(shown, &error))?;
    let place = if facts.is_dir() {
        Place::Directory(path.to_owned())
    } else if facts.is_file() {
        Place::File(path.to_owned())
    } else {
        return Err(Error::input(format!("{shown} is not a regular file"))
            .help("pipe it into standard input and give `-` as the input"));
    };
    Ok(InputFile { label, path: shown.to_owned(), place, size: facts.len() })
}

/// An input that cannot be read, in the words of the operating system.
pub fn unreadable(shown: &str, error: &std::io::Error) -> Error {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    };
    Error::input(format!("cannot read {shown}: {reason}"))
}

/// Files that a glob names, relative to `cwd` as the glob is written, sorted.
fn glob(cwd: &Utf8Path, pattern: &str) -> Result<Vec<String>> {
    let bad = |error: globset::Error| Error::usage(format!("{pattern} is no pattern: {}", error.kind()));
    let matcher = GlobBuilder::new(pattern).literal_separator(true).build().map_err(bad)?.compile_matcher();
    let fixed: Vec<&str> =
        pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).collect();
    let base = if pattern.starts_with('/') && fixed.len() == 1 { "/".to_owned() } else { fixed.join("/") };
    let depth = if pattern.contains("**") { usize::MAX } else { pattern.split('/').count() - fixed.len() };
    let mut found = Vec::new();
    let mut level = vec![base];
    let mut looked = 0;
    for below in 0..depth {
        let mut next = Vec::new();
        for directory in &level {
            looked += 1;
            let Ok(entries) = fs_err::read_dir(cwd.join(directory)) else { continue };
            for entry in entries.flatten() {
                let (Some(name), Ok(kind)) =
                    (entry.file_name().to_str().map(str::to_owned), entry.file_type())
                else {
                    continue;
                };
                let path = match directory.as_str() {
                    "" => name,
                    "/" => format!("/{name}"),
                    directory => format!("{directory}/{name}"),
                };
                if matcher.is_match(&path) {
                    found.push(path.clone());
                }
                if kind.is_dir() && below + 1 < depth {
                    next.push(path);
                }
            }
        }
        if next.is_empty() || looked > MAX_GLOB_DIRECTORIES {
            break;
        }
        level = next;
    }
    found.sort();
    Ok(found)
}

/// The first of the usual places that has data.
fn discover(settings: &Settings, root: &Root, host: &Host) -> Result<Chosen> {
    let places = directories(&settings.cwd, root);
    if let Some(directory) = host.var("GOCOVERDIR") {
        let path = settings.cwd.join(directory);
        if holds_data(&path) {
            let input = look(&path, directory, directory.to_owned())?;
            return Ok(Chosen {
                notes: vec![format!("reading $GOCOVERDIR: {directory}")],
                inputs: vec![input],
            });
        }
    }
    for directory in &places {
        let mut found = Vec::new();
        for name in USUAL_NAMES {
            let names = if name.contains('*') { glob(directory, name)? } else { vec![(*name).to_owned()] };
            found.extend(names.into_iter().filter(|name| is_profile(&directory.join(name))));
        }
        if let Some((first, others)) = found.split_first() {
            let shown = shown(&directory.join(first), &settings.cwd);
            let input = look(&directory.join(first), &shown, shown.clone())?;
            let mut notes = Vec::new();
            if !others.is_empty() {
                notes.push(format!("reading {shown}; not read: {}", others.join(", ")));
            }
            return Ok(Chosen { inputs: vec![input], notes });
        }
    }
    for directory in &places {
        for name in USUAL_DIRECTORIES {
            let path = directory.join(name);
            if holds_data(&path) {
                let shown = shown(&path, &settings.cwd);
                return Ok(Chosen { inputs: vec![look(&path, &shown, shown.clone())?], notes: Vec::new() });
            }
        }
    }
    Err(Error::input(format!("no coverage data found in {}", settings.cwd))
        .note(format!("looked for: {} and $GOCOVERDIR", USUAL_NAMES.join(", ")))
        .help("go test ./... -coverprofile=cover.out"))
}

/// The module root, then the current directory.
fn directories(cwd: &Utf8Path, root: &Root) -> Vec<Utf8PathBuf> {
    let real = cwd.canonicalize_utf8().unwrap_or_else(|_| cwd.to_owned());
    let inside = |dir: &&Utf8Path| dir.starts_with(&root.dir);
    let module = real.ancestors().take_while(inside).find(|dir| dir.join("go.mod").is_file());
    let mut places = vec![module.unwrap_or(&root.dir).to_owned()];
    if places.first() != Some(&real) {
        places.push(real);
    }
    places
}

/// A file's path as a person at `cwd` would write it.
fn shown(path: &Utf8Path, cwd: &Utf8Path) -> String {
    let real = cwd.canonicalize_utf8().unwrap_or_else(|_| cwd.to_owned());
    if let Ok(below) = path.strip_prefix(&real) {
        return below.as_str().replace('\\', "/");
    }
    let ups = real.ancestors().position(|above| path.starts_with(above)).unwrap_or(0);
    match real.ancestors().nth(ups).and_then(|above| path.strip_prefix(above).ok()) {
        Some(below) => format!("{}{}", "../".repeat(ups), below.as_str().replace('\\', "/")),
        None => path.to_string(),
    }
}

/// Whether a file starts like a profile: a `coverage.txt` may be anything.
fn is_profile(path: &Utf8Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut head = Vec::new();
    let Ok(file) = fs_err::File::open(path) else { return true };
    if file.take(64).read_to_end(&mut head).is_err() {
        return true;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    head.trim_ascii_start().starts_with(b"mode:")
}

fn holds_data(directory: &Utf8Path) -> bool {
    let Ok(entries) = fs_err::read_dir(directory) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with("covmeta.") || name.starts_with("covcounters."))
    })
}
