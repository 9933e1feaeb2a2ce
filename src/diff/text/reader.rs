//! The lines between hunks: which of them begin a file or a hunk, and which are mail, commit messages and other text.

use std::collections::BTreeMap;

use memchr::memmem;

use super::colour::{Colour, plain};
use super::hunk::Header;
use super::pieces::Piece;
use super::removed::Removed;
use super::section::{Finished, How, Section};
use super::{Fault, Head, TextError, Whitespace};
use crate::model::{ChangeKind, FileChange};

/// A `--- ` line: a header if `+++ ` follows.
struct OldName {
    line: u64,
    text: Vec<u8>,
    /// Whether it stands right behind a hunk.
    after_hunk: bool,
}

const TOO_LONG: Fault = Fault::Malformed("a name longer than any file's");
const MORE_LINES: Fault = Fault::Malformed("the hunk before this line has more lines than its header says");

/// Reads a diff line by line.
pub(super) struct Reader<'a> {
    tree: &'a dyn Head,
    whitespace: Whitespace,
    /// 1-based.
    line: u64,
    colour: Colour,
    section: Option<Section>,
    old_name: Option<OldName>,
    /// svn's `Index:` line, if the last line was one.
    index: Option<Vec<u8>>,
    /// Whether the last line ended a hunk.
    after_hunk: bool,
    /// Inside the data of a binary patch, up to an empty line.
    in_binary: bool,
    /// The first line that is not blank.
    first_text: Option<u64>,
    files: Vec<FileChange>,
    /// Texts of deleted lines by path, where they are kept.
    removed: BTreeMap<String, Removed>,
    keep_removed: bool,
    /// By path, the line where a file's section begins.
    seen: BTreeMap<Vec<u8>, u64>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tree: &'a dyn Head, whitespace: Whitespace, keep_removed: bool) -> Self {
        Self {
            tree,
            whitespace,
            line: 0,
            colour: Colour::default(),
            section: None,
            old_name: None,
            index: None,
            after_hunk: false,
            in_binary: false,
            first_text: None,
            files: Vec::new(),
            removed: BTreeMap::new(),
            keep_removed,
            seen: BTreeMap::new(),
        }
    }

    /// A piece of a line.
    pub(super) fn piece(&mut self, piece: &Piece<'_>) -> Result<(), TextError> {
        self.line += u64::from(piece.first);
        let piece = &Piece { bytes: self.without_mark(piece)?, ..*piece };
        self.notice_colour(piece);
        let bytes = self.colour.clean(piece);
        if let Some(body) = self.section.as_mut().and_then(Section::open_body) {
            let read = body.piece(&bytes, piece.first, piece.last);
            self.after_hunk = !body.is_open();
            read.map_err(|fault| self.error(fault))
        } else if piece.first {
            self.outside(&bytes, piece.last)
        } else {
            Ok(())
        }
    }

    /// The end of the diff.
    pub(super) fn finish(mut self) -> Result<(Vec<FileChange>, BTreeMap<String, Removed>), TextError> {
        if let Some(body) = self.section.as_mut().and_then(Section::open_body) {
            let fault = body.cut_off();
            return Err(self.error(fault));
        }
        if self.old_name.as_ref().is_some_and(|old| old.after_hunk) {
            return Err(self.error(MORE_LINES));
        }
        self.close(true)?;
        match self.first_text {
            Some(line) if self.files.is_empty() => {
                Err(TextError { line, path: None, fault: Fault::NotADiff })
            }
            _ => Ok((self.files, self.removed)),
        }
    }

    /// An error at the current line.
    pub(super) fn error(&self, fault: Fault) -> TextError {
        TextError { line: self.line, path: self.section.as_ref().and_then(Section::path), fault }
    }

    /// A byte order mark at the start is no part of the first line.
    fn without_mark<'p>(&self, piece: &Piece<'p>) -> Result<&'p [u8], TextError> {
        if self.line > 1 || !piece.first {
            return Ok(piece.bytes);
        }
        if piece.bytes.starts_with(b"\xff\xfe") || piece.bytes.starts_with(b"\xfe\xff") {
            return Err(self.error(Fault::Utf16));
        }
        Ok(piece.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(piece.bytes))
    }

    /// A header with colours, or a line of a hunk that starts with one, says that the diff has them.
    fn notice_colour(&mut self, piece: &Piece<'_>) {
        if self.colour.is_on() || !piece.first || !piece.bytes.starts_with(b"\x1b[") {
            return;
        }
        let in_hunk = self.section.as_mut().is_some_and(|section| section.open_body().is_some());
        if (in_hunk || is_header(&plain(piece.bytes))) && self.colour.turn_on() {
            self.section.iter_mut().for_each(Section::without_colours);
        }
    }

    /// A line outside of hunks, or the start of one (`whole` tells).
    fn outside(&mut self, bytes: &[u8], whole: bool) -> Result<(), TextError> {
        let line = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let crlf = line.len() < bytes.len();
        let after_hunk = std::mem::take(&mut self.after_hunk);
        let index = self.index.take();
        if let Some(old) = self.old_name.take() {
            if let Some(new) = line.strip_prefix(b"+++ ") {
                return if whole { self.names(&old, new, crlf) } else { Err(self.error(TOO_LONG)) };
            }
            if old.after_hunk {
                return Err(TextError { line: old.line, ..self.error(MORE_LINES) });
            }
        }
        if line.trim_ascii().is_empty() {
            self.in_binary = false;
            return Ok(());
        }
        self.first_text.get_or_insert(self.line);
        if self.in_binary {
            return Ok(());
        }
        if let Some(name) = index.filter(|_| line.starts_with(b"=====")) {
            self.close(false)?;
            self.section = Some(Section::index(self.line - 1, name));
            return Ok(());
        }
        if after_hunk && is_change(line) {
            return Err(self.error(MORE_LINES));
        }
        // A remark belongs to the line before it.
        self.after_hunk = after_hunk && line.starts_with(b"\\ ");
        self.begins(line, whole, after_hunk)
    }

    /// What a line begins, if anything.
    fn begins(&mut self, line: &[u8], whole: bool, after_hunk: bool) -> Result<(), TextError> {
        let after = |word: &[u8]| line.strip_prefix(word);
        if let Some(text) = after(b"diff --git ") {
            self.close(false)?;
            if !whole {
                return Err(self.error(TOO_LONG));
            }
            self.section = Some(Section::git(self.line, text));
        } else if is_combined(line) {
            return Err(self.error(Fault::Combined));
        } else if line.starts_with(b"diff ") {
            self.close(false)?;
        } else if let Some(text) = after(b"--- ") {
            self.old_name = Some(OldName { line: self.line, text: text.to_vec(), after_hunk });
        } else if line.starts_with(b"@@") {
            return self.hunk(line);
        } else if let Some(name) = after(b"Index: ") {
            self.index = Some(name.to_vec());
        } else if let Some(name) = submodule(line) {
            self.close(false)?;
            self.section = Some(Section::submodule(self.line, name));
        } else if let Some(names) = after(b"Binary files ").and_then(|rest| rest.strip_suffix(b" differ")) {
            self.binary(line, names)?;
        } else if let Some(section) = &mut self.section {
            if line.starts_with(b"Property changes on: ") {
                section.excuse();
            }
            self.in_binary = line == b"GIT binary patch";
            return self.header(line, whole);
        }
        Ok(())
    }

    fn header(&mut self, line: &[u8], whole: bool) -> Result<(), TextError> {
        let Some(section) = &mut self.section else { return Ok(()) };
        let read = if whole || !is_header(line) { section.header(line) } else { Err(TOO_LONG) };
        read.map_err(|fault| self.error(fault))
    }

    /// `Binary files X and Y differ`: of the git section above it, or on its own.
    fn binary(&mut self, line: &[u8], names: &[u8]) -> Result<(), TextError> {
        if self.section.as_ref().is_some_and(|section| !section.has_names()) {
            return self.header(line, true);
        }
        self.close(false)?;
        self.section = Section::binary(self.line, names);
        Ok(())
    }

    /// `---` and `+++`: of the section above them, or on their own.
    fn names(&mut self, old: &OldName, new: &[u8], crlf: bool) -> Result<(), TextError> {
        if !self.section.as_ref().is_some_and(|section| section.takes(&old.text, new)) {
            self.close(false)?;
        }
        let section = self.section.get_or_insert_with(|| Section::plain(old.line));
        let named = section.name(&old.text, new, crlf);
        named.map_err(|fault| self.error(fault))
    }

    /// A line that starts with `@@`.
    fn hunk(&mut self, line: &[u8]) -> Result<(), TextError> {
        let header = Header::parse(line);
        let section = self.section.as_mut().filter(|section| section.has_names());
        let started = match (section, header) {
            (Some(section), Some(header)) => {
                let how = How {
                    whitespace: self.whitespace,
                    colours: self.colour.is_on(),
                    keep_removed: self.keep_removed,
                };
                section.hunk(header, self.tree, how)
            }
            (Some(_), None) => Err(Fault::Malformed("this is no hunk header, or its numbers are too large")),
            (None, Some(_)) => Err(Fault::Malformed("a hunk without the names of its file")),
            (None, None) => Ok(()),
        };
        started.map_err(|fault| self.error(fault))
    }

    /// Ends the section under way.
    fn close(&mut self, at_end: bool) -> Result<(), TextError> {
        let Some(section) = self.section.take() else { return Ok(()) };
        let (line, path) = (section.line, section.path());
        let added = section.finish(self.tree, at_end).and_then(|finished| self.add(finished, line));
        added.map_err(|fault| TextError { line, path, fault })
    }

    fn add(&mut self, finished: Finished, line: u64) -> Result<(), Fault> {
        let Finished { change, path, removed } = finished;
        if let Some(removed) = removed {
            self.removed.insert(change.path.clone(), removed);
        }
        let Some(&first) = self.seen.get(&path) else {
            self.seen.insert(path, line);
            self.files.push(change);
            return Ok(());
        };
        let last = self.files.last_mut().filter(|last| last.path == change.path);
        match last {
            // A file that became a link or a submodule, or the reverse: git deletes the one and adds the other.
            Some(last) if is_type_change(last, &change) => {
                let deleted = std::mem::take(&mut last.deleted);
                *last = FileChange { kind: ChangeKind::Modified, deleted, ..change };
                Ok(())
            }
            _ => Err(Fault::Twice { first }),
        }
    }
}

fn is_type_change(old: &FileChange, new: &FileChange) -> bool {
    old.kind == ChangeKind::Deleted && new.kind == ChangeKind::Added && old.content != new.content
}

/// Whether a line right behind a hunk would change a file, had the hunk a larger count. A mail's signature does not.
fn is_change(line: &[u8]) -> bool {
    match line.first() {
        Some(b'+') => true,
        Some(b'-') => !matches!(line, b"-- " | b"--") && !line.starts_with(b"--- "),
        _ => false,
    }
}

/// `diff --cc` and `diff --combined`, or a header with more than one old side.
fn is_combined(line: &[u8]) -> bool {
    let signs = line.iter().take_while(|&&byte| byte == b'@').count();
    line.starts_with(b"diff --cc ")
        || line.starts_with(b"diff --combined ")
        || (signs > 2 && line[signs..].starts_with(b" -"))
}

/// The path in `Submodule PATH OLD..NEW` (git's `--submodule=log`).
fn submodule(line: &[u8]) -> Option<&[u8]> {
    let text = line.strip_prefix(b"Submodule ")?;
    let dots = memmem::find(text, b"..")?;
    let id = text[..dots].iter().rev().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let path = text[..dots - id].strip_suffix(b" ")?;
    (id >= 7 && !path.is_empty()).then_some(path)
}

fn is_header(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 14] = [
        b"diff ",
        b"--- ",
        b"+++ ",
        b"@@ ",
        b"index ",
        b"rename ",
        b"copy ",
        b"similarity ",
        b"dissimilarity ",
        b"old mode ",
        b"new mode ",
        b"new file ",
        b"deleted file ",
        b"Binary file",
    ];
    WORDS.iter().any(|word| line.starts_with(word))
}
