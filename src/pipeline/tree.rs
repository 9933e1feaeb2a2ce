//! The shell's part of locating: finds the root, walks it once, reads sources.
//!
//! In: directories. Out: a [`Tree`] of plain values, and bytes of source files. Invariants: links to directories are never
//! followed; only regular files of bounded size are read; a source is read only when, links resolved, it lies inside one of
//! the tree's areas.

mod entries;
mod named;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{Error, Result};
use crate::locate::{Area, AreaKind, TextFile, Tree, modules, resolve_directory};
use crate::model::FileName;
use crate::model::parallel::in_order;

use entries::Kind;
use read::read_text;
pub use read::{keep_source, read_at, read_below, read_inside, read_source, with_source};

/// What Go leaves to tests.
const TESTDATA: &str = "testdata";
/// A walk that has seen more entries than this ends: somebody took the top of a disk for a repository.
const MAX_ENTRIES: usize = 5_000_000;
/// The same where nothing says that the current directory is a repository.
const MAX_LOOSE_ENTRIES: usize = 300_000;
/// The same for a directory that only a go.mod or go.work names.
const MAX_MODULE_ENTRIES: usize = 200_000;
/// How many directories `use` and `replace` may add.
const MAX_MODULE_AREAS: usize = 1_000;
/// What makes a directory the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    /// The top level of a git repository.
    Git,
    /// The outermost go.work or go.mod.
    Module,
    /// Nothing: it is the current directory.
    Directory,
}

/// The repository root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Absolute, links resolved.
    pub dir: Utf8PathBuf,
    /// The same place as the current directory's path names it, where that is another path.
    pub alias: Option<Utf8PathBuf>,
    /// What makes it the root.
    pub kind: RootKind,
    /// Its `.git`, a directory or a file.
    pub git: Option<Utf8PathBuf>,
}

/// The root for an absolute current directory: the git top level, else the outermost go.work or go.mod upward, else the
/// directory itself.
pub fn find_root(cwd: &Utf8Path) -> Root {
    let real = canonical(cwd).unwrap_or_else(|_| cwd.to_owned());
    let (dir, kind) = if let Some(top) = real.ancestors().find(|dir| is_git(&dir.join(".git"))) {
        (top, RootKind::Git)
    } else if let Some(top) = real.ancestors().filter(|dir| has_module(dir)).last() {
        (top, RootKind::Module)
    } else {
        (real.as_path(), RootKind::Directory)
    };
    let same = |above: &&Utf8Path| canonical(above).is_ok_and(|above| above == dir);
    let alias = if cwd == real { None } else { cwd.ancestors().find(same) };
    Root {
        dir: dir.to_owned(),
        alias: alias.filter(|alias| *alias != dir).map(Utf8Path::to_owned),
        kind,
        git: (kind == RootKind::Git).then(|| dir.join(".git")),
    }
}

/// Whether a `.git` is what it says: a directory with a head and objects, or a file that leads to one (worktree, submodule).
fn is_git(path: &Utf8Path) -> bool {
    let Ok(metadata) = fs_err::metadata(path) else { return false };
    if metadata.is_dir() {
        return is_file(&path.join("HEAD"))
            && (path.join("objects").is_dir() || is_file(&path.join("commondir")));
    }
    read_text(path).is_some_and(|text| text.starts_with("gitdir:"))
}

fn has_module(dir: &Utf8Path) -> bool {
    is_file(&dir.join("go.work")) || is_file(&dir.join("go.mod"))
}

fn is_file(path: &Utf8Path) -> bool {
    fs_err::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Walks the root, the directories outside its reach that its modules name, and `--src` directories (absolute).
pub fn scan(root: &Root, src: &[Utf8PathBuf]) -> Result<Tree> {
    walk_all(root, src, true)
}

/// What of the root the names of a profile lead to, where that is all that there can be to know of their places; else `None`.
/// Whether Go files are there as files and not as links is left to reading them ([`Tree::supposed`]).
pub fn scan_named(root: &Root, names: &[FileName]) -> Option<Tree> {
    named::scan(root, names)
}

/// As [`scan`], for the files of a profile: `testdata` directories, which may be most of a repository and hardly ever hold
/// what tests cover, are looked into only when a name speaks of one.
pub fn scan_for(root: &Root, src: &[Utf8PathBuf], names: &[FileName]) -> Result<Tree> {
    walk_all(root, src, names.iter().any(|name| name.as_str().contains(TESTDATA)))
}

fn walk_all(root: &Root, src: &[Utf8PathBuf], testdata: bool) -> Result<Tree> {
    let mut top = Place::new(AreaKind::Root, &root.dir, None);
    top.testdata = testdata;
    top.area.alias = root.alias.as_deref().map(slashed);
    top.walk(if root.kind == RootKind::Directory { MAX_LOOSE_ENTRIES } else { MAX_ENTRIES });
    let mut places = vec![top];
    add_modules(&mut places);
    for dir in src {
        let real = canonical(dir).ok().filter(|dir| dir.is_dir());
        let Some(real) = real else {
            return Err(Error::usage(format!("--src {dir}: no such directory")));
        };
        let mut place = Place::new(AreaKind::Src, &real, Some(&root.dir));
        place.area.alias = (*dir != real).then(|| slashed(dir));
        place.testdata = testdata;
        place.walk(MAX_ENTRIES);
        places.push(place);
    }
    resolve_links(&mut places);
    Ok(Tree { areas: places.into_iter().map(|place| place.area).collect(), supposed: false })
}

/// Follows `use` and local `replace` to directories that the walk of the root did not take as modules. Replacements in those
/// that are only replaced mean nothing to Go and are left alone.
fn add_modules(places: &mut Vec<Place>) {
    let Some(top) = places.first() else { return };
    let root = Utf8PathBuf::from(&top.area.dir);
    let testdata = top.testdata;
    let mut known: BTreeSet<Utf8PathBuf> =
        top.area.mods.iter().map(|file| Utf8PathBuf::from(top.area.absolute(&file.dir))).collect();
    let mut queue = named_dirs(&top.area);
    let mut at = 0;
    while let Some((dir, is_used)) = queue.get(at).cloned() {
        at += 1;
        let Ok(real) = canonical(Utf8Path::new(&dir)) else { continue };
        if places.len() > MAX_MODULE_AREAS || !is_file(&real.join("go.mod")) || !known.insert(real.clone()) {
            continue;
        }
        if let Ok(below) = real.strip_prefix(&root)
            && below
                .components()
                .all(|part| is_walked(part.as_str()) && (testdata || part.as_str() != TESTDATA))
        {
            // The walk listed its files, but took its go.mod for test data.
            if let (Some(text), Some(top)) = (read_text(&real.join("go.mod")), places.first_mut()) {
                top.area.mods.push(TextFile { dir: slashed(below), text });
                top.area.mods.sort();
            }
            continue;
        }
        let mut place = Place::new(AreaKind::Module, &real, Some(&root));
        place.area.alias = Some(dir).filter(|dir| *dir != place.area.dir);
        place.walk(MAX_MODULE_ENTRIES);
        if is_used {
            queue.extend(named_dirs(&place.area));
        }
        places.push(place);
    }
}

/// Absolute directories that an area's go.work and go.mod files name, and whether a `use` does.
fn named_dirs(area: &Area) -> Vec<(String, bool)> {
    let mut dirs = Vec::new();
    for file in &area.works {
        let base = area.absolute(&file.dir);
        let text = modules::go_work(&file.text);
        dirs.extend(text.uses.iter().map(|dir| (resolve_directory(&base, dir), true)));
        let replaced = text.replaces.iter().filter_map(modules::Replace::directory);
        dirs.extend(replaced.map(|dir| (resolve_directory(&base, dir), false)));
    }
    for file in &area.mods {
        let base = area.absolute(&file.dir);
        let text = modules::go_mod(&file.text);
        let replaced = text.replaces.iter().filter_map(modules::Replace::directory);
        dirs.extend(replaced.map(|dir| (resolve_directory(&base, dir), false)));
    }
    dirs
}

/// Links to files count where they lead into an area.
fn resolve_links(places: &mut [Place]) {
    let dirs: Vec<Utf8PathBuf> = places.iter().map(|place| Utf8PathBuf::from(&place.area.dir)).collect();
    for place in places {
        let dir = Utf8PathBuf::from(&place.area.dir);
        let walked = place.area.files.len();
        for link in std::mem::take(&mut place.links) {
            let inside = |real: &Utf8PathBuf| dirs.iter().any(|dir| real.starts_with(dir));
            if canonical(&dir.join(&link)).is_ok_and(|real| inside(&real) && is_file(&real)) {
                place.area.files.push(link);
            }
        }
        if place.area.files.len() > walked {
            place.area.files.sort_unstable();
        }
    }
}

/// An area while it is walked.
struct Place {
    area: Area,
    /// Links that are called like sources.
    links: Vec<String>,
    /// Whether `testdata` directories are looked into.
    testdata: bool,
}

/// A directory to walk.
#[derive(Debug, Clone)]
struct Dir {
    /// Relative to the area, with a `/` at the end; `""` for itself.
    path: String,
    /// Whether a go.mod in it makes a module: not below `vendor`, `testdata` or `_…`.
    live: bool,
}

impl Dir {
    fn is_called(&self, name: &str) -> bool {
        self.path
            .strip_suffix('/')
            .and_then(|path| path.strip_suffix(name))
            .is_some_and(|above| above.is_empty() || above.ends_with('/'))
    }

    /// Without the `/`, as trees have it.
    fn plain(&self) -> &str {
        self.path.trim_end_matches('/')
    }
}

/// What one directory holds: files and directories by path.
#[derive(Default)]
struct Listing {
    files: Vec<String>,
    links: Vec<String>,
    dirs: Vec<Dir>,
    module: Option<TextFile>,
    work: Option<TextFile>,
    vendor: Option<TextFile>,
    entries: usize,
}

impl Place {
    fn new(kind: AreaKind, dir: &Utf8Path, root: Option<&Utf8Path>) -> Self {
        let base = match root {
            None => Some(String::new()),
            Some(root) => dir.strip_prefix(root).ok().map(slashed),
        };
        Self { area: Area::new(kind, slashed(dir), base), links: Vec::new(), testdata: true }
    }

    /// Lists everything below, level by level: the directories of a level in parallel, their results in their order.
    fn walk(&mut self, max: usize) {
        let top = Utf8PathBuf::from(&self.area.dir);
        let Some(opened) = entries::Top::open(&top) else { return };
        let nested = self.area.kind != AreaKind::Module;
        let mut met: Vec<Met> = Vec::new();
        let mut level = vec![Dir { path: String::new(), live: true }];
        let mut entries = 0;
        while !level.is_empty() && entries < max {
            let listings: Vec<Listing> = in_order(&level, |dir| list(&top, &opened, dir));
            let dirs = std::mem::take(&mut level);
            let next = met.len() + dirs.len();
            for (dir, mut listing) in dirs.into_iter().zip(listings) {
                entries += listing.entries;
                if listing.module.as_ref().is_some_and(|module| !nested && !module.dir.is_empty()) {
                    listing = Listing::default(); // another module, which nobody named
                }
                self.links.append(&mut listing.links);
                self.area.mods.extend(listing.module);
                self.area.works.extend(listing.work);
                self.area.vendors.extend(listing.vendor);
                listing.dirs.retain(|dir| self.testdata || !dir.is_called(TESTDATA));
                let below = next + level.len()..next + level.len() + listing.dirs.len();
                level.append(&mut listing.dirs);
                met.push(Met { path: dir.path, files: listing.files, below });
            }
        }
        self.area.files = by_path(met);
        self.area.mods.sort();
        self.area.works.sort();
        self.area.vendors.sort();
    }
}

/// A directory that was listed.
struct Met {
    /// As in [`Dir`].
    path: String,
    /// By path.
    files: Vec<String>,
    /// Which are the directories in it, by path.
    below: Range<usize>,
}

/// All files by path. Those of one directory are sorted already, and so are its directories: they only have to be put between
/// each other.
fn by_path(mut met: Vec<Met>) -> Vec<String> {
    let mut all = Vec::with_capacity(met.iter().map(|dir| dir.files.len()).sum());
    let mut open: Vec<(Peekable<IntoIter<String>>, Range<usize>)> = Vec::new();
    let enter = |met: &mut Vec<Met>, at: usize| {
        let dir = met.get_mut(at)?;
        Some((std::mem::take(&mut dir.files).into_iter().peekable(), dir.below.clone()))
    };
    open.extend(enter(&mut met, 0));
    while let Some((files, below)) = open.last_mut() {
        let next = below.clone().next().and_then(|dir| met.get(dir));
        while let Some(file) = files.next_if(|file| next.is_none_or(|dir| *file < dir.path)) {
            all.push(file);
        }
        match below.next() {
            Some(dir) => open.extend(enter(&mut met, dir)),
            None => drop(open.pop()),
        }
    }
    all
}

/// Lists one directory.
fn list(top: &Utf8Path, opened: &entries::Top, dir: &Dir) -> Listing {
    let mut listing = Listing::default();
    let in_vendor = dir.is_called("vendor");
    let entries = opened.list(dir.plain(), &mut |name, kind| {
        let below = |end: &str| {
            let mut path = String::with_capacity(dir.path.len() + name.len() + end.len());
            path.push_str(&dir.path);
            path.push_str(name);
            path.push_str(end);
            path
        };
        if kind == Kind::Directory {
            if is_walked(name) {
                listing.dirs.push(Dir { path: below("/"), live: dir.live && is_live(name) });
            }
        } else if is_source(name) {
            match kind {
                Kind::Link => listing.links.push(below("")),
                Kind::File => listing.files.push(below("")),
                _ => {}
            }
        } else if name == "go.mod" && dir.live {
            listing.module = text(top, dir.plain(), &below(""), kind);
        } else if name == "go.work" && dir.live {
            listing.work = text(top, dir.plain(), &below(""), kind);
        } else if name == "modules.txt" && in_vendor {
            let owner = dir.path.strip_suffix("vendor/").unwrap_or_default().trim_end_matches('/');
            listing.vendor = text(top, owner, &below(""), kind);
        }
    });
    listing.files.sort_unstable();
    listing.dirs.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    listing.entries = entries;
    listing
}

/// Whether a directory is looked into: not what tools keep for themselves, nor a module cache, which may hold a hundred times
/// the repository. No import path can name any of them.
fn is_walked(name: &str) -> bool {
    let cached = || {
        name.rsplit_once("@v")
            .is_some_and(|(_, version)| version.starts_with(|char: char| char.is_ascii_digit()))
    };
    !name.starts_with('.') && name != "node_modules" && !cached()
}

/// Whether go.mod files in and below a directory make modules of this repository; Go's `./...` leaves out the same.
fn is_live(name: &str) -> bool {
    !name.starts_with('_') && name != "testdata" && name != "vendor"
}

/// What profiles name: Go files, and what generators with `//line` directives start from (goyacc, ragel, re2c, quicktemplate,
/// peg, nex).
fn is_source(name: &str) -> bool {
    let bytes = name.as_bytes();
    let Some(dot) = bytes.iter().rposition(|&byte| byte == b'.') else { return false };
    dot > 0 && matches!(&bytes[dot + 1..], b"go" | b"y" | b"rl" | b"re" | b"qtpl" | b"peg" | b"nex" | b"l")
}

fn text(top: &Utf8Path, dir: &str, path: &str, kind: Kind) -> Option<TextFile> {
    let path = top.join(path);
    // A link may lead anywhere, and the text of what it leads to is none of ours.
    if kind == Kind::Link && !canonical(&path).is_ok_and(|real| real.starts_with(top)) {
        return None;
    }
    Some(TextFile { dir: dir.to_owned(), text: read_text(&path)? })
}

fn canonical(path: &Utf8Path) -> io::Result<Utf8PathBuf> {
    let real = path.canonicalize_utf8()?;
    // Windows gives the form that few programs take.
    Ok(match real.as_str().strip_prefix(r"\\?\") {
        Some(plain) if plain.as_bytes().get(1) == Some(&b':') => Utf8PathBuf::from(plain),
        _ => real,
    })
}

/// With `/`, as trees have it.
fn slashed(path: &Utf8Path) -> String {
    if cfg!(windows) { path.as_str().replace('\\', "/") } else { path.as_str().to_owned() }
}
