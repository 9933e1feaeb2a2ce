//! Comments that take code out of the count: which they are, and which bytes they take out.
//!
//! Input: comments, the skeleton, the basic blocks. Output: extents to compare with the starts of blocks and
//! statements. A body whose statements are all taken out goes with its brace, since rule set A lets its first
//! block start there. Sources of the foreign words: the manuals of go-test-coverage (`coverage-ignore`),
//! Azure/gocover (`+gocover:ignore`), lcov (`LCOV_EXCL_`), courtney (`notest`).

use memchr::memmem;

use super::comments::Comment;
use super::places::Places;
use super::tree::{ListKind, NONE, StmtKind, Tree};
use crate::model::{CodeMap, Extent, Ignore, IgnoreKind};

/// How a comment's extents are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// As its kind says.
    Kind(IgnoreKind),
    /// The basic block that it stands in.
    Basic,
    /// From the comment to the end of the body that it stands in; outside of functions to the end of the
    /// file.
    Rest,
}

/// A comment that asks to leave code out, not yet resolved.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    comment: Comment,
    pub(super) reach: Reach,
    word: &'static str,
    reason: String,
}

pub(super) const WORDS: [(&str, Reach); 11] = [
    ("coverdict:ignore-func", Reach::Kind(IgnoreKind::Function)),
    ("coverdict:ignore-file", Reach::Kind(IgnoreKind::File)),
    ("coverdict:ignore-start", Reach::Kind(IgnoreKind::Start)),
    ("coverdict:ignore-end", Reach::Kind(IgnoreKind::End)),
    ("coverdict:ignore", Reach::Kind(IgnoreKind::Here)),
    ("coverage-ignore", Reach::Kind(IgnoreKind::Here)),
    ("+gocover:ignore:file", Reach::Kind(IgnoreKind::File)),
    ("+gocover:ignore:block", Reach::Basic),
    ("LCOV_EXCL_LINE", Reach::Kind(IgnoreKind::Here)),
    ("LCOV_EXCL_START", Reach::Kind(IgnoreKind::Start)),
    ("LCOV_EXCL_STOP", Reach::Kind(IgnoreKind::End)),
];

/// What a comment asks for, if anything. `lcov`: whether lcov's words, which may stand anywhere, are worth a
/// search.
pub(super) fn wish(bytes: &[u8], comment: Comment, lcov: bool) -> Option<Wish> {
    let inner = bytes.strip_suffix(b"*/").unwrap_or(bytes).get(2..)?;
    let inner = inner.trim_ascii();
    let found = match inner.first()? {
        b'c' | b'+' => word_at_start(inner),
        b'n' => bare_word(bytes, inner),
        _ => None,
    };
    let (word, reach, rest) = match found {
        Some(found) => found,
        None if lcov => lcov_word(inner)?,
        None => return None,
    };
    let reason = String::from_utf8_lossy(rest);
    let reason = reason.trim_start_matches([' ', '\t', ':', '-']).trim().to_owned();
    Some(Wish { comment, reach, word, reason })
}

fn word_at_start(inner: &[u8]) -> Option<(&'static str, Reach, &[u8])> {
    WORDS.iter().find_map(|&(word, reach)| {
        let rest = inner.strip_prefix(word.as_bytes())?;
        ends_word(rest).then_some((word, reach, rest))
    })
}

/// `//nocover` with or without a reason; `// nocover` and `// notest` only when nothing else is said: they
/// are words of plain sentences too.
fn bare_word<'a>(bytes: &[u8], inner: &'a [u8]) -> Option<(&'static str, Reach, &'a [u8])> {
    if inner == b"notest" {
        return Some(("notest", Reach::Rest, b""));
    }
    let rest = inner.strip_prefix(b"nocover")?;
    let here = Reach::Kind(IgnoreKind::Here);
    (rest.is_empty() || (bytes.starts_with(b"//nocover") && ends_word(rest)))
        .then_some(("nocover", here, rest))
}

fn lcov_word(inner: &[u8]) -> Option<(&'static str, Reach, &[u8])> {
    let at = memmem::find(inner, b"LCOV_EXCL_")?;
    word_at_start(inner.get(at..)?)
}

fn ends_word(rest: &[u8]) -> bool {
    rest.first().is_none_or(|&byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'))
        || rest.starts_with(b"- ")
}

/// What the comments are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) text: &'a [u8],
    pub(super) tree: &'a Tree,
    pub(super) places: &'a Places<'a>,
    pub(super) code: &'a CodeMap,
    /// Basic blocks `[start, end)`, in any order; looked at only for [`Reach::Basic`].
    pub(super) basic: &'a [(u32, u32)],
}

/// Finds what each comment takes out.
pub(super) fn resolve(wishes: &[Wish], scene: Scene<'_>) -> Vec<Ignore> {
    if wishes.is_empty() {
        return Vec::new();
    }
    let finder = Finder::new(scene);
    let ranges = finder.ranges(wishes);
    let place = |offset: u32| scene.places.physical(offset);
    wishes
        .iter()
        .zip(ranges)
        .map(|(wish, spans)| Ignore {
            at: place(wish.comment.start),
            kind: match wish.reach {
                Reach::Kind(kind) => kind,
                Reach::Basic | Reach::Rest => IgnoreKind::Here,
            },
            reason: wish.reason.clone(),
            word: wish.word.to_owned(),
            extents: spans.iter().map(|&(from, to)| Extent { start: place(from), end: place(to) }).collect(),
        })
        .collect()
}

/// Spans sorted by start, with the way out of each.
struct Nest {
    /// Start, end, index in the tree.
    spans: Vec<(u32, u32, u32)>,
    /// Index into `spans` of the nearest span around that ends later; `NONE` outside.
    parents: Vec<u32>,
}

impl Nest {
    fn new(spans: impl Iterator<Item = (u32, u32, u32)>) -> Self {
        let mut spans: Vec<_> = spans.collect();
        spans.sort_unstable_by_key(|&(start, end, index)| (start, u32::MAX - end, index));
        let mut parents = Vec::with_capacity(spans.len());
        let mut open: Vec<(u32, u32)> = Vec::new();
        for (index, &(start, end, _)) in (0_u32..).zip(&spans) {
            while open.last().is_some_and(|&(_, outer_end)| outer_end <= start) {
                open.pop();
            }
            // Of spans that end together only the outermost needs a way out: a search that one does not satisfy,
            // none of them does. So a chain of `else if` is no long way.
            let parent = match open.last() {
                Some(&(outer, outer_end)) if outer_end == end => parents.get(outer as usize).copied(),
                Some(&(outer, _)) => Some(outer),
                None => None,
            };
            parents.push(parent.unwrap_or(NONE));
            open.push((index, end));
        }
        Self { spans, parents }
    }

    /// The last span that starts before `before` and ends behind `behind`, of those around one another.
    fn innermost(&self, before: u32, behind: u32) -> Option<(u32, u32, u32)> {
        let mut at = self.spans.partition_point(|&(start, ..)| start < before).checked_sub(1)?;
        loop {
            let span = *self.spans.get(at)?;
            if span.1 > behind {
                return Some(span);
            }
            at = *self.parents.get(at)? as usize;
        }
    }

    /// The spans that start in `[from, to)`.
    fn starting(&self, from: u32, to: u32) -> &[(u32, u32, u32)] {
        let first = self.spans.partition_point(|&(start, ..)| start < from);
        let last = self.spans.partition_point(|&(start, ..)| start < to);
        self.spans.get(first..last).unwrap_or_default()
    }
}

struct Finder<'a> {
    scene: Scene<'a>,
    statements: Nest,
    lists: Nest,
    /// Functions: keyword, end, index.
    funcs: Nest,
    /// The body and the keyword of each function, by body.
    bodies: Vec<(u32, u32)>,
    basic: Nest,
}

impl<'a> Finder<'a> {
    fn new(scene: Scene<'a>) -> Self {
        let tree = scene.tree;
        let stmts = (0_u32..).zip(&tree.stmts).map(|(index, stmt)| (stmt.start, stmt.end, index));
        let lists = (0_u32..).zip(&tree.lists);
        let lists = lists
            .filter(|(_, list)| list.kind != ListKind::ElseIf)
            .map(|(index, list)| (list.start, list.end, index));
        let funcs = (0_u32..).zip(&tree.funcs);
        let funcs = funcs.map(|(index, func)| (func.start, tree.list(func.body).end, index));
        let basic = (0_u32..).zip(scene.basic).map(|(index, &(start, end))| (start, end, index));
        let mut bodies: Vec<_> = tree.funcs.iter().map(|func| (func.body, func.start)).collect();
        bodies.sort_unstable();
        Self {
            scene,
            bodies,
            statements: Nest::new(stmts),
            lists: Nest::new(lists),
            funcs: Nest::new(funcs),
            basic: Nest::new(basic),
        }
    }

    /// The byte ranges of each comment.
    fn ranges(&self, wishes: &[Wish]) -> Vec<Vec<(u32, u32)>> {
        let pairs = pairs(wishes, self.scene.code.len());
        let before = std::iter::once(0).chain(wishes.iter().map(|wish| wish.comment.end));
        wishes
            .iter()
            .zip(pairs)
            .zip(before)
            .map(|((wish, pair), before)| match wish.reach {
                Reach::Kind(IgnoreKind::Here) => self.here(wish.comment, before).into_iter().collect(),
                Reach::Kind(IgnoreKind::Function) => self.function(wish.comment).into_iter().collect(),
                Reach::Kind(IgnoreKind::File) => vec![(0, self.scene.code.len())],
                Reach::Kind(IgnoreKind::Start | IgnoreKind::End) => {
                    pair.map(|(from, to)| self.with_brace(from, to)).into_iter().collect()
                }
                Reach::Basic => self.basic_block(wish.comment).into_iter().collect(),
                Reach::Rest => vec![self.rest(wish.comment)],
            })
            .collect()
    }

    fn line(&self, offset: u32) -> (u32, u32) {
        let line = self.scene.places.line_index(offset);
        (self.scene.places.start(line), self.scene.places.start(line + 1).min(self.scene.code.len()))
    }

    /// The body that opens on the comment's line, else the statements there, between the comment before it and the
    /// comment; on a line alone the statement that follows.
    fn here(&self, comment: Comment, before: u32) -> Option<(u32, u32)> {
        let (line, line_end) = self.line(comment.start);
        let from = line.max(before);
        let left = self.scene.text.get(line as usize..comment.start as usize).unwrap_or_default();
        if left.trim_ascii().is_empty() && !self.scene.code.any(comment.end, line_end) {
            return self.next(comment);
        }
        if let Some(opened) = self.opened(from, comment.start, line_end) {
            return Some(opened);
        }
        let starting = self.statements.starting(from, comment.start);
        let end = starting.iter().map(|&(_, end, _)| end).max();
        if let (Some(&(start, ..)), Some(end)) = (starting.first(), end) {
            return Some(self.with_brace(start, end));
        }
        let (start, end, _) = self.statements.innermost(comment.start, from)?;
        Some(self.with_brace(start, end))
    }

    /// The last body that opens in `[from, before)` and goes on below the line that ends at `line_end`.
    fn opened(&self, from: u32, before: u32, line_end: u32) -> Option<(u32, u32)> {
        let body = self.lists.starting(from, before.saturating_add(1));
        let body = body.iter().rev().find(|&&(_, end, _)| end >= line_end);
        if let Some(&(start, end, list)) = body {
            let func = self.bodies.binary_search_by_key(&list, |&(body, _)| body);
            let func = func.ok().and_then(|at| self.bodies.get(at));
            return Some((func.map_or(start, |&(_, func)| func), end.max(start.saturating_add(1))));
        }
        // A switch or select has clauses in its braces, no list.
        let switch = self.statements.innermost(before, line_end.saturating_sub(1))?;
        let stmt = self.scene.tree.unlabelled(switch.2);
        if stmt.kind != StmtKind::Control || !(from..before).contains(&stmt.head_end) {
            return None;
        }
        let last = self.scene.tree.chain(stmt.inside).last();
        let clauses = last.is_none_or(|list| self.scene.tree.list(list).kind == ListKind::Clause);
        clauses.then_some((stmt.head_end, stmt.end))
    }

    /// The statement, or outside of functions the function, that the next code begins.
    fn next(&self, comment: Comment) -> Option<(u32, u32)> {
        let Some(list) = self.lists.innermost(comment.start, comment.end) else {
            return self.function_behind(comment);
        };
        let &(start, end, _) = self.statements.starting(comment.end, list.1).first()?;
        Some(self.with_brace(start, end))
    }

    fn function(&self, comment: Comment) -> Option<(u32, u32)> {
        let around = self.funcs.innermost(comment.start, comment.start);
        if let Some((start, end, _)) = around {
            return Some((start, end));
        }
        // On the line of the function's head, or of its closing brace.
        let (from, _) = self.line(comment.start);
        let line = self.funcs.innermost(comment.start, from).map(|(start, end, _)| (start, end));
        line.or_else(|| self.function_behind(comment))
    }

    /// The function whose line is the next line with code behind the comment.
    fn function_behind(&self, comment: Comment) -> Option<(u32, u32)> {
        let at = self.funcs.spans.partition_point(|&(start, ..)| start < comment.end);
        let &(start, end, _) = self.funcs.spans.get(at)?;
        let (line, _) = self.line(start);
        (!self.scene.code.any(comment.end, line)).then_some((start, end))
    }

    fn basic_block(&self, comment: Comment) -> Option<(u32, u32)> {
        self.basic.innermost(comment.start, comment.start).map(|(start, end, _)| (start, end))
    }

    fn rest(&self, comment: Comment) -> (u32, u32) {
        match self.lists.innermost(comment.start, comment.start) {
            Some((_, end, _)) => self.with_brace(comment.start, end),
            None => (comment.start, self.scene.code.len()),
        }
    }

    /// Takes in the brace of a body whose statements all start in the range.
    fn with_brace(&self, from: u32, to: u32) -> (u32, u32) {
        let Some((start, end, list)) = self.lists.innermost(from, from) else { return (from, to) };
        let first = self.scene.tree.list(list).first;
        let whole = first != NONE
            && self.scene.tree.stmt(first).start >= from
            && self.statements.starting(to, end).is_empty();
        if whole { (start, to.max(end)) } else { (from, to) }
    }
}

/// For each start or end its range: from a start to the next end in the same tool's words, or to the end of
/// the file.
fn pairs(wishes: &[Wish], length: u32) -> Vec<Option<(u32, u32)>> {
    let mut out = vec![None; wishes.len()];
    for lcov in [false, true] {
        let mut end = length;
        let mut first = NONE;
        let family = |wish: &Wish| wish.word.starts_with("LCOV") == lcov;
        for (wish, out) in wishes.iter().zip(&mut out).rev().filter(|(wish, _)| family(wish)) {
            match wish.reach {
                Reach::Kind(IgnoreKind::End) => end = wish.comment.end,
                Reach::Kind(IgnoreKind::Start) => *out = Some((wish.comment.start, end)),
                _ => {}
            }
        }
        for (wish, out) in wishes.iter().zip(&mut out).filter(|(wish, _)| family(wish)) {
            match wish.reach {
                Reach::Kind(IgnoreKind::Start) if first == NONE => first = wish.comment.start,
                Reach::Kind(IgnoreKind::End) if first != NONE => {
                    *out = Some((first, wish.comment.end));
                    first = NONE;
                }
                _ => {}
            }
        }
    }
    out
}
