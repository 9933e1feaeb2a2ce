//! The hunks of one file: counted lines, the ranges that they change, and each line beside the tree's.

use std::hash::RandomState;

use super::head::HeadText;
use super::removed::Removed;
use super::space::{LineHash, pair};
use super::{Fault, Whitespace, colour};
use crate::model::LineSet;

/// Bytes of a line that a message shows.
const SHOWN: usize = 120;

/// The lines of one side that a hunk is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The first line; with no lines, the line in front of which the place is.
    pub(super) first: u32,
    pub(super) count: u32,
}

/// `@@ -A,B +C,D @@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) old: Span,
    pub(super) new: Span,
}

impl Header {
    /// Reads a header; what follows the second `@@` is free text. `None` for anything else, and for numbers beyond 32 bits.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let (old, rest) = Span::parse(line.strip_prefix(b"@@ -")?)?;
        let (new, rest) = Span::parse(rest.strip_prefix(b" +")?)?;
        rest.starts_with(b" @@").then_some(Self { old, new })
    }
}

impl Span {
    fn parse(text: &[u8]) -> Option<(Self, &[u8])> {
        let (start, rest) = number(text)?;
        let (count, rest) = rest.strip_prefix(b",").map_or(Some((1, rest)), number)?;
        // With no lines, the number is that of the line before the place: 0 at the start of a file.
        let first = if count == 0 { start.checked_add(1)? } else { start };
        first.checked_add(count)?;
        (first > 0).then_some((Self { first, count }, rest))
    }

    /// `0,0`: no file on this side, or an empty one.
    pub(super) fn is_nothing(self) -> bool {
        self.first == 1 && self.count == 0
    }
}

fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// What a line of a hunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Context,
    Deleted,
    Added,
    /// `\ No newline at end of file`, in any language.
    Remark,
}

/// A hash of a line, and whether it ends with a carriage return that the hash leaves out.
#[derive(Debug, Clone, Copy)]
struct Mark {
    hash: u64,
    cr: bool,
}

/// Changed lines without context between them.
#[derive(Default)]
struct Run {
    old_first: u32,
    new_first: u32,
    deleted: u32,
    added: u32,
    old_marks: Vec<Mark>,
    new_marks: Vec<Mark>,
}

/// The line under way.
struct Line {
    kind: Kind,
    /// Its start, for messages.
    shown: Vec<u8>,
    /// Carriage returns that may turn out to be its last bytes.
    returns: usize,
    /// Whether it is still like the tree's.
    same: bool,
    hash: Option<LineHash>,
}

/// All hunks of a file.
pub(super) struct Body {
    pub(super) added: LineSet,
    pub(super) deleted: LineSet,
    whitespace: Whitespace,
    /// Whether each line of the diff has a carriage return of its own.
    crlf: bool,
    /// The file in the tree, where lines are checked.
    head: Option<HeadText>,
    keys: RandomState,
    /// The lines of each side that come next, and how many the header still promises.
    old: Span,
    new: Span,
    run: Run,
    line: Option<Line>,
    /// Whether the lines of this hunk are hashed.
    marking: bool,
    /// Whether all changes so far are in line endings.
    endings: bool,
    /// The texts of deleted lines, where they are asked for.
    removed: Option<Removed>,
}

impl Body {
    pub(super) fn new(whitespace: Whitespace, crlf: bool, head: Option<HeadText>) -> Self {
        Self {
            added: LineSet::default(),
            deleted: LineSet::default(),
            whitespace,
            crlf,
            head,
            keys: RandomState::new(),
            old: Span { first: 1, count: 0 },
            new: Span { first: 1, count: 0 },
            run: Run::default(),
            line: None,
            marking: false,
            endings: whitespace == Whitespace::Significant,
            removed: None,
        }
    }

    /// Keeps the texts of deleted lines.
    pub(super) fn keep_removed(&mut self) {
        self.removed = Some(Removed::default());
    }

    /// The texts of deleted lines, where they were kept.
    pub(super) fn take_removed(&mut self) -> Option<Removed> {
        self.removed.take()
    }

    /// Begins a hunk.
    pub(super) fn start(&mut self, header: Header) -> Result<(), Fault> {
        if header.old.first < self.old.first || header.new.first < self.new.first {
            return Err(Fault::Order);
        }
        let (old, new) = (header.old.count, header.new.count);
        self.marking = match self.whitespace {
            // Line endings alone leave the number of lines as it is.
            Whitespace::Significant => self.endings && old == new,
            _ => old > 0 && new > 0,
        };
        self.endings &= self.marking || (old == 0 && new == 0);
        self.old = header.old;
        self.new = header.new;
        Ok(())
    }

    /// Whether the hunk goes on.
    pub(super) fn is_open(&self) -> bool {
        self.line.is_some() || self.old.count > 0 || self.new.count > 0
    }

    /// The error for a hunk that ends too early.
    pub(super) fn cut_off(&self) -> Fault {
        Fault::Truncated { old: self.old.count, new: self.new.count }
    }

    /// Whether any line changed, and each in its ending alone.
    pub(super) fn line_endings_only(&self) -> bool {
        self.endings && !self.added.is_empty()
    }

    /// The file in the tree, where lines are checked.
    pub(super) fn head(&self) -> Option<&HeadText> {
        self.head.as_ref()
    }

    /// The diff turned out to have colours: escape sequences are no text, on both sides.
    pub(super) fn without_colours(&mut self) {
        if let Some(head) = &mut self.head {
            head.map(colour::plain);
        }
    }

    /// A piece of a line of the hunk.
    pub(super) fn piece(&mut self, bytes: &[u8], first: bool, last: bool) -> Result<(), Fault> {
        let text = if first { self.begin_line(bytes)? } else { bytes };
        let Some(mut line) = self.line.take() else { return Ok(()) };
        self.feed(&mut line, text);
        if last {
            return self.end_line(line);
        }
        self.line = Some(line);
        Ok(())
    }

    /// Tells the kind of a line and counts it. Gives its text.
    fn begin_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Fault> {
        let (kind, text) = match bytes.split_first() {
            Some((b' ', text)) => (Kind::Context, text),
            Some((b'-', text)) => (Kind::Deleted, text),
            Some((b'+', text)) => (Kind::Added, text),
            Some((b'\\', text)) if text.starts_with(b" ") => (Kind::Remark, text),
            // A mail client or an editor took the space of an empty context line.
            None | Some((b'\r', [])) => (Kind::Context, bytes),
            Some(_) => return Err(self.cut_off()),
        };
        let takes_old = matches!(kind, Kind::Context | Kind::Deleted);
        let takes_new = matches!(kind, Kind::Context | Kind::Added);
        if (takes_old && self.old.count == 0) || (takes_new && self.new.count == 0) {
            return Err(self.cut_off());
        }
        if kind == Kind::Context {
            self.close_run();
        }
        let same = match &mut self.head {
            Some(head) if takes_new => head.seek(self.new.first),
            _ => true,
        };
        let hashed = self.marking && matches!(kind, Kind::Added | Kind::Deleted);
        let hash = hashed.then(|| LineHash::new(&self.keys, self.whitespace));
        self.line = Some(Line { kind, shown: Vec::new(), returns: 0, same, hash });
        Ok(text)
    }

    /// Takes text of the line; carriage returns at its end wait for what follows.
    fn feed(&mut self, line: &mut Line, text: &[u8]) {
        let solid = text.iter().rposition(|&byte| byte != b'\r').map_or(0, |at| at + 1);
        if solid > 0 {
            let returns = std::mem::take(&mut line.returns);
            self.feed_returns(line, returns);
            self.compare(line, &text[..solid]);
        }
        line.returns += text.len() - solid;
    }

    fn feed_returns(&mut self, line: &mut Line, mut count: usize) {
        const SOME: [u8; 64] = [b'\r'; 64];
        while count > 0 {
            let now = count.min(SOME.len());
            self.compare(line, &SOME[..now]);
            count -= now;
        }
    }

    fn compare(&mut self, line: &mut Line, bytes: &[u8]) {
        let room = SHOWN - line.shown.len().min(SHOWN);
        line.shown.extend(bytes.iter().take(room));
        if let Some(head) = &mut self.head
            && matches!(line.kind, Kind::Context | Kind::Added)
        {
            line.same = line.same && head.goes_on(bytes);
        }
        if let Some(hash) = &mut line.hash {
            hash.feed(bytes);
        }
        if let Some(removed) = &mut self.removed
            && line.kind == Kind::Deleted
        {
            removed.push(bytes);
        }
    }

    fn end_line(&mut self, mut line: Line) -> Result<(), Fault> {
        // One of them is the diff's own, the next is the line's ending, the others are text.
        let returns = line.returns.saturating_sub(usize::from(self.crlf));
        let cr = returns > 0;
        self.feed_returns(&mut line, returns.saturating_sub(1));
        let takes_new = matches!(line.kind, Kind::Context | Kind::Added);
        let same = self.head.as_ref().is_none_or(|head| line.same && head.at_end());
        if takes_new && !same {
            return Err(self.mismatch(&line));
        }
        if let Some(removed) = &mut self.removed
            && line.kind == Kind::Deleted
        {
            removed.push(if cr { b"\r" } else { b"" });
            removed.end_line(self.old.first);
        }
        let mark = line.hash.map(|hash| Mark { hash: hash.finish(), cr });
        self.count(line.kind, mark);
        if self.old.count == 0 && self.new.count == 0 {
            self.close_run();
        }
        Ok(())
    }

    fn mismatch(&mut self, line: &Line) -> Fault {
        let number = self.new.first;
        let head = self.head.as_mut().and_then(|head| {
            head.seek(number).then(|| {
                let text = head.current();
                String::from_utf8_lossy(text.get(..SHOWN).unwrap_or(text)).into_owned()
            })
        });
        Fault::Mismatch { line: number, diff: String::from_utf8_lossy(&line.shown).into_owned(), head }
    }

    /// Counts a whole line.
    fn count(&mut self, kind: Kind, mark: Option<Mark>) {
        let run = &mut self.run;
        if run.deleted == 0 && run.added == 0 {
            (run.old_first, run.new_first) = (self.old.first, self.new.first);
        }
        if matches!(kind, Kind::Context | Kind::Deleted) {
            self.old = Span { first: self.old.first + 1, count: self.old.count - 1 };
        }
        if matches!(kind, Kind::Context | Kind::Added) {
            self.new = Span { first: self.new.first + 1, count: self.new.count - 1 };
        }
        match kind {
            Kind::Deleted => {
                run.deleted += 1;
                run.old_marks.extend(mark);
            }
            Kind::Added => {
                run.added += 1;
                run.new_marks.extend(mark);
            }
            Kind::Context | Kind::Remark => {}
        }
    }

    /// A run of changed lines is over: they are noted.
    fn close_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.deleted == 0 && run.added == 0 {
            return;
        }
        if self.whitespace != Whitespace::Significant && self.marking {
            self.note_alone(&run);
            return;
        }
        if run.deleted > 0 {
            self.deleted.push(run.old_first, run.old_first + (run.deleted - 1));
        }
        if run.added > 0 {
            self.added.push(run.new_first, run.new_first + (run.added - 1));
        }
        let pairs = run.old_marks.iter().zip(&run.new_marks);
        let same_number = run.deleted == run.added && self.marking;
        self.endings = self.endings
            && same_number
            && pairs.into_iter().all(|(old, new)| old.hash == new.hash && old.cr != new.cr);
        self.marking = self.marking && (self.endings || self.whitespace != Whitespace::Significant);
    }

    /// Notes what of a run is more than white space.
    fn note_alone(&mut self, run: &Run) {
        let hashes = |marks: &[Mark]| marks.iter().map(|mark| mark.hash).collect::<Vec<u64>>();
        let (added, deleted) = (&mut self.added, &mut self.deleted);
        pair(&hashes(&run.old_marks), &hashes(&run.new_marks), |is_new, index| {
            let (first, set) =
                if is_new { (run.new_first, &mut *added) } else { (run.old_first, &mut *deleted) };
            let line = first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
            set.push(line, line);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_and_garbage_is_not() {
        let read = |line: &str| {
            Header::parse(line.as_bytes()).map(|h| (h.old.first, h.old.count, h.new.first, h.new.count))
        };
        assert_eq!(read("@@ -3 +4,2 @@"), Some((3, 1, 4, 2)));
        assert_eq!(read("@@ -9,0 +10,2 @@ func f() { // @@ +77"), Some((10, 0, 10, 2)));
        assert_eq!(read("@@ -2,2 +1,0 @@"), Some((2, 2, 2, 0)));
        assert_eq!(read("@@ -0,0 +1,4294967294 @@"), Some((1, 0, 1, u32::MAX - 1)));
        for wrong in [
            "@@",
            "@@ @@",
            "@@ -1,2 +1",
            "@@ -1,2 +1,2",
            "@@ -a +1 @@",
            "@@ -1 1 @@",
            "@@ -1,+1 @@",
            "@@ -0,2 +1,2 @@",
            "@@ -1 +0,3 @@",
            "@@ -4294967296 +1 @@",
            "@@ -4294967295 +1 @@",
            "@@ -1 +4294967290,10 @@",
            "@@ -4294967295,0 +1 @@",
            "@@ --1 +1 @@",
            "@@ -1 ++1 @@",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
