//! The section of one file: what its headers say, and what becomes of it.

use memchr::memmem;

use super::head::HeadText;
use super::hunk::{Body, Header};
use super::names::{self, Side};
use super::removed::Removed;
use super::{Fault, Head, Whitespace, colour};
use crate::model::{ChangeKind, ContentKind, FileChange, LineSet};

/// How a section began.
enum Start {
    /// `diff --git`: what follows on the line.
    Git(Vec<u8>),
    /// svn's `Index:` line.
    Index,
    /// `---` and `+++` alone, or GNU diff's remark on a binary file.
    Plain,
}

/// Where a file is, and what happened to it.
struct Place {
    path: Vec<u8>,
    old_path: Option<Vec<u8>>,
    kind: ChangeKind,
}

/// The names of the old and the new side; `None` for no file.
type Names<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// How hunks are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) whitespace: Whitespace,
    /// Whether the diff has colours.
    pub(super) colours: bool,
    /// Whether texts of deleted lines are kept, of files that say what the old side counted.
    pub(super) keep_removed: bool,
}

/// What a section says in the end.
pub(super) struct Finished {
    pub(super) change: FileChange,
    /// The path in bytes.
    pub(super) path: Vec<u8>,
    pub(super) removed: Option<Removed>,
}

/// A section under way.
pub(super) struct Section {
    /// 1-based line of the diff where it begins.
    pub(super) line: u64,
    start: Start,
    /// Both names of the first line, when they can be told apart.
    pair: Option<(Vec<u8>, Vec<u8>)>,
    /// The names of `---` and `+++`.
    sides: Option<(Side, Side)>,
    /// `rename from` or `copy from`, and the same with `to`.
    from: Option<Vec<u8>>,
    to: Option<Vec<u8>>,
    copied: bool,
    created: bool,
    removed: bool,
    mode_changed: bool,
    /// By the mode of the new side.
    content: ContentKind,
    /// Whether a header says that the content differs.
    edited: bool,
    /// Whether the new side is the empty file, by its id.
    is_empty: Option<bool>,
    /// Whether a change without hunks is announced: svn's properties.
    excused: bool,
    crlf: bool,
    place: Option<Place>,
    body: Option<Body>,
}

const BAD_NAME: Fault =
    Fault::Malformed("a name that cannot be read: empty, or its quotes or escapes are damaged");

impl Section {
    fn new(line: u64, start: Start) -> Self {
        Self {
            line,
            start,
            pair: None,
            sides: None,
            from: None,
            to: None,
            copied: false,
            created: false,
            removed: false,
            mode_changed: false,
            content: ContentKind::Text,
            edited: false,
            is_empty: None,
            excused: false,
            crlf: false,
            place: None,
            body: None,
        }
    }

    /// A `diff --git` line: `text` is what follows.
    pub(super) fn git(line: u64, text: &[u8]) -> Self {
        let pair = names::git_pair(text);
        Self { pair, ..Self::new(line, Start::Git(text.to_vec())) }
    }

    /// svn's `Index: NAME`.
    pub(super) fn index(line: u64, name: Vec<u8>) -> Self {
        Self { pair: Some((name.clone(), name)), ..Self::new(line, Start::Index) }
    }

    /// `---` and `+++` without any line before them.
    pub(super) fn plain(line: u64) -> Self {
        Self::new(line, Start::Plain)
    }

    /// GNU diff's `Binary files X and Y differ`. `None` when the names cannot be told apart.
    pub(super) fn binary(line: u64, text: &[u8]) -> Option<Self> {
        let (old, new) = names::binary_pair(text)?;
        let side = |name: Vec<u8>| if name == b"/dev/null" { Side::Null } else { Side::Name(name) };
        let sides = Some((side(old), side(new)));
        Some(Self { sides, content: ContentKind::Binary, ..Self::new(line, Start::Plain) })
    }

    /// Git's sentence on a submodule (`--submodule=log`).
    pub(super) fn submodule(line: u64, name: &[u8]) -> Self {
        let pair = Some((name.to_vec(), name.to_vec()));
        Self { pair, content: ContentKind::Submodule, ..Self::new(line, Start::Index) }
    }

    /// A line between the first one and the names: a header, or text.
    pub(super) fn header(&mut self, line: &[u8]) -> Result<(), Fault> {
        if self.sides.is_some() {
            return Ok(());
        }
        let after = |word: &[u8]| line.strip_prefix(word);
        if let Some(mode) = after(b"old mode ") {
            self.content = content(mode);
        } else if let Some(mode) = after(b"new mode ") {
            self.mode_changed = true;
            self.content = content(mode);
        } else if let Some(mode) = after(b"new file mode ") {
            self.created = true;
            self.content = content(mode);
        } else if let Some(mode) = after(b"deleted file mode ") {
            self.removed = true;
            self.content = content(mode);
        } else if let Some(share) = after(b"similarity index ") {
            self.edited |= share != b"100%";
        } else if let Some(name) = after(b"rename from ").or_else(|| after(b"rename old ")) {
            self.from = Some(names::whole(name).ok_or(BAD_NAME)?);
        } else if let Some(name) = after(b"rename to ").or_else(|| after(b"rename new ")) {
            self.to = Some(names::whole(name).ok_or(BAD_NAME)?);
        } else if let Some(name) = after(b"copy from ") {
            self.copied = true;
            self.from = Some(names::whole(name).ok_or(BAD_NAME)?);
        } else if let Some(name) = after(b"copy to ") {
            self.copied = true;
            self.to = Some(names::whole(name).ok_or(BAD_NAME)?);
        } else if let Some(ids) = after(b"index ") {
            self.ids(ids);
        } else if [b"Binary file".as_slice(), b"GIT binary patch", b"Cannot display: "]
            .iter()
            .any(|word| line.starts_with(word))
        {
            self.content = ContentKind::Binary;
        }
        Ok(())
    }

    /// `index OLD..NEW MODE`.
    fn ids(&mut self, text: &[u8]) {
        let Some(dots) = memmem::find(text, b"..") else { return };
        let (old, new) = (&text[..dots], &text[dots + 2..]);
        let end = new.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let (new, mode) = new.split_at(end);
        self.edited |= old != new;
        self.is_empty = Some(EMPTY_FILE.iter().any(|id| id.as_bytes().starts_with(new)));
        if let Some(mode) = mode.strip_prefix(b" ") {
            self.content = content(mode);
        }
    }

    /// Whether `---` and `+++` with these texts belong to this section: it has no names yet, and its first line has these.
    pub(super) fn takes(&self, old: &[u8], new: &[u8]) -> bool {
        let Start::Git(line) = &self.start else {
            return self.sides.is_none() && matches!(self.start, Start::Index);
        };
        let named = |text: &[u8]| {
            let name = text.split(|&byte| byte == b'\t').next().unwrap_or_default();
            name == b"/dev/null" || memmem::find(line, name).is_some()
        };
        self.sides.is_none() && named(old) && named(new)
    }

    /// Takes `---` and `+++`. `crlf` says that these lines end with a carriage return of their own.
    pub(super) fn name(&mut self, old: &[u8], new: &[u8], crlf: bool) -> Result<(), Fault> {
        self.sides = Some((names::side(old).ok_or(BAD_NAME)?, names::side(new).ok_or(BAD_NAME)?));
        self.crlf = crlf;
        Ok(())
    }

    pub(super) fn has_names(&self) -> bool {
        self.sides.is_some()
    }

    /// What follows may be a change of svn's properties alone.
    pub(super) fn excuse(&mut self) {
        self.excused = true;
    }

    /// The hunk that is under way.
    pub(super) fn open_body(&mut self) -> Option<&mut Body> {
        self.body.as_mut().filter(|body| body.is_open())
    }

    /// The diff turned out to have colours.
    pub(super) fn without_colours(&mut self) {
        if let Some(body) = &mut self.body {
            body.without_colours();
        }
    }

    /// Begins a hunk; at the first one, looks for the file in the tree.
    pub(super) fn hunk(&mut self, header: Header, tree: &dyn Head, how: How) -> Result<(), Fault> {
        if let Some(body) = &mut self.body {
            return body.start(header);
        }
        let place = self.resolve(tree, Some(header))?;
        let checked = self.is_checked(&place);
        let path = place.path.clone();
        self.place = Some(place);
        let mut head = None;
        if checked {
            let mut text = HeadText::new(text(tree, &path).ok_or(Fault::NoFile)?);
            if how.colours {
                text.map(colour::plain);
            }
            head = Some(text);
        }
        let mut body = Body::new(how.whitespace, self.crlf, head);
        if how.keep_removed && is_source(&path) {
            body.keep_removed();
        }
        body.start(header)?;
        self.body = Some(body);
        Ok(())
    }

    /// The path, as far as it is known: for messages.
    pub(super) fn path(&self) -> Option<String> {
        let sides = self.sides.as_ref().and_then(|(old, new)| new.name().or(old.name()));
        let known = self.place.as_ref().map(|place| place.path.as_slice()).or(self.to.as_deref());
        let named = known.or(sides).or(self.pair.as_ref().map(|(_, new)| new.as_slice()));
        named.map(|path| String::from_utf8_lossy(path).into_owned())
    }

    /// The change, and its path in bytes. `at_end`: nothing follows in the diff.
    pub(super) fn finish(mut self, tree: &dyn Head, at_end: bool) -> Result<Finished, Fault> {
        let place = match self.place.take() {
            Some(place) => place,
            None => self.resolve(tree, None)?,
        };
        let (mut added, mut deleted, mut endings) = (LineSet::default(), LineSet::default(), false);
        let (mut lines, mut removed) = (None, None);
        if let Some(mut body) = self.body.take() {
            if body.head().is_some_and(HeadText::is_binary) {
                self.content = ContentKind::Binary;
            }
            lines = body.head().map(HeadText::lines);
            endings = body.line_endings_only();
            added = std::mem::take(&mut body.added);
            deleted = std::mem::take(&mut body.deleted);
            removed = body.take_removed();
        } else {
            self.may_have_no_hunk(place.kind, at_end)?;
            if self.is_checked(&place) {
                lines = self.check_without_hunk(&place, tree)?;
            }
        }
        if place.kind == ChangeKind::Copied
            && let Some(lines) = lines
        {
            added = LineSet::of(&[(1, u32::try_from(lines).unwrap_or(u32::MAX))]);
            (deleted, endings) = (LineSet::default(), false);
        }
        let lossy = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
        let change = FileChange {
            path: lossy(&place.path),
            old_path: place.old_path.as_deref().map(lossy),
            kind: place.kind,
            content: self.content,
            added,
            deleted,
            line_endings_only: endings,
        };
        Ok(Finished { change, path: place.path, removed })
    }

    /// Refuses headers that must have hunks behind them: the diff was cut off there.
    fn may_have_no_hunk(&self, kind: ChangeKind, at_end: bool) -> Result<(), Fault> {
        if self.from.is_some() != self.to.is_some() {
            return Err(Fault::Missing);
        }
        if matches!(self.content, ContentKind::Binary) {
            return Ok(());
        }
        // With white space ignored, git writes the headers of a renamed or chmod-ed file alone.
        let odd = self.edited && at_end;
        let cut = match kind {
            _ if self.sides.is_some() => !self.excused,
            ChangeKind::Modified => matches!(self.start, Start::Git(_)) && (!self.mode_changed || odd),
            ChangeKind::Renamed | ChangeKind::Copied => odd,
            ChangeKind::Added => self.is_empty == Some(false),
            // `git diff --irreversible-delete` leaves the lines out.
            ChangeKind::Deleted => false,
        };
        if cut { Err(Fault::Missing) } else { Ok(()) }
    }

    /// A Go file without hunks, beside the tree. Gives its number of lines where they matter.
    fn check_without_hunk(&self, place: &Place, tree: &dyn Head) -> Result<Option<usize>, Fault> {
        let whole = matches!(place.kind, ChangeKind::Added | ChangeKind::Copied);
        if !whole || self.content == ContentKind::Binary {
            return if has(tree, &place.path) { Ok(None) } else { Err(Fault::NoFile) };
        }
        let lines = HeadText::new(text(tree, &place.path).ok_or(Fault::NoFile)?).lines();
        if place.kind == ChangeKind::Added && lines > 0 {
            return Err(Fault::Missing);
        }
        Ok(Some(lines))
    }

    /// Whether the file is to be as the diff says: Go source that exists afterwards.
    fn is_checked(&self, place: &Place) -> bool {
        let file = matches!(self.content, ContentKind::Text | ContentKind::Binary);
        place.kind != ChangeKind::Deleted && file && place.path.ends_with(b".go")
    }

    /// What the headers say, all together. `header` is that of the first hunk.
    fn resolve(&self, tree: &dyn Head, header: Option<Header>) -> Result<Place, Fault> {
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            let kind = if self.copied { ChangeKind::Copied } else { ChangeKind::Renamed };
            return Ok(Place { path: to.clone(), old_path: Some(from.clone()), kind });
        }
        let (old, new) = self.both_names()?;
        let has = |path: &[u8]| has(tree, path);
        let mut kind = ChangeKind::Modified;
        if self.removed || new.is_none() {
            kind = ChangeKind::Deleted;
        } else if self.created || old.is_none() {
            kind = ChangeKind::Added;
        }
        let (name, other) = if kind == ChangeKind::Deleted { (old, new) } else { (new, old) };
        let name = name.ok_or(BAD_NAME)?;
        let exists: Option<names::Exists<'_>> = if kind == ChangeKind::Deleted { None } else { Some(&has) };
        let path = names::path(name, other.or_else(|| self.paired(name)), exists);
        if let (Some(header), Start::Plain | Start::Index, ChangeKind::Modified) = (header, &self.start, kind)
        {
            // No other word tells a new file from an edited one: without context, lines put before the first one look like it.
            if header.old.is_nothing() && is_whole(header, tree, path) {
                kind = ChangeKind::Added;
            } else if header.new.is_nothing() && !has(path) {
                kind = ChangeKind::Deleted;
            }
        }
        Ok(Place { path: path.to_vec(), old_path: None, kind })
    }

    /// The names of both sides.
    fn both_names(&self) -> Result<Names<'_>, Fault> {
        match (&self.sides, &self.pair) {
            (Some((old, new)), _) => Ok((old.name(), new.name())),
            (None, Some((old, new))) => Ok((Some(old), Some(new))),
            (None, None) if self.from.is_some() || self.to.is_some() => Err(Fault::Missing),
            (None, None) => Err(Fault::Malformed("the two names of this file cannot be told apart")),
        }
    }

    /// The name beside this one on the first line: what a prefix would be, where the other side is no file.
    fn paired(&self, name: &[u8]) -> Option<&[u8]> {
        let (old, new) = self.pair.as_ref()?;
        if new == name { Some(old) } else { (old == name).then_some(new) }
    }
}

/// Ids of the empty file, SHA-1 and SHA-256. A diff has their first digits.
const EMPTY_FILE: [&str; 2] = [
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
];

/// Whether the old text of a file tells of coverage: Go source, and what says where packages are.
fn is_source(path: &[u8]) -> bool {
    let base = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    base.ends_with(b".go") || matches!(base, b"go.mod" | b"go.work")
}

fn content(mode: &[u8]) -> ContentKind {
    match mode {
        b"120000" => ContentKind::Link,
        b"160000" => ContentKind::Submodule,
        _ => ContentKind::Text,
    }
}

/// The path as the tree may be asked for it.
fn askable(path: &[u8]) -> Option<&str> {
    std::str::from_utf8(path).ok().filter(|path| names::inside(path))
}

/// Whether a hunk holds the whole file; also when the tree does not have it.
fn is_whole(header: Header, tree: &dyn Head, path: &[u8]) -> bool {
    text(tree, path).is_none_or(|text| HeadText::new(text).lines() <= header.new.count as usize)
}

fn has(tree: &dyn Head, path: &[u8]) -> bool {
    askable(path).is_some_and(|path| tree.has(path))
}

fn text(tree: &dyn Head, path: &[u8]) -> Option<Vec<u8>> {
    tree.text(askable(path)?)
}
