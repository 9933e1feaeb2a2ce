//! Renames and copies among the Go files of a change, as `git diff -M50% -C50%` finds them.
//!
//! Not libgit2's own search: it takes other candidates than git (one per file, no second round for copies), scores by a sample
//! of a file's lines, and reads each file again. The rules, by git's `diffcore-rename`: sources are files that the change
//! deletes or edits, targets are files that it adds. Equal content first, then by similarity: the share of the larger file, in
//! bytes, that stands in both, counted in pieces of a line or 64 bytes. Of a target the four best sources are kept; over all
//! targets the best pair is taken first, deleted files before files that are used already.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::ChangeKind;

use super::content::{Content, Store};
use super::side::{Entry, Pair, Pairs};
use super::{TreeError, is_go};

/// Pairs of files that are compared, at most: git's default `diff.renameLimit`, 1000 of each.
pub(super) const MAX_PAIRS: usize = 1000 * 1000;
/// A whole, in the units of a score.
const WHOLE: u64 = 60_000;
/// 50 %.
const LEAST: u64 = WHOLE / 2;
/// Sources that are remembered of each target.
const KEPT: usize = 4;
/// Sources with equal content that are looked at.
const EQUALS: usize = 100;
/// Bytes of a piece, at most.
const PIECE: usize = 64;

/// What a new file was made of.
#[derive(Debug, Clone)]
pub(super) struct User {
    /// The path of the source.
    pub path: Vec<u8>,
    pub entry: Entry,
    /// `Renamed` or `Copied`.
    pub kind: ChangeKind,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// By new path.
    pub of: BTreeMap<Vec<u8>, User>,
    /// Deleted files that live on under a new path.
    pub gone: BTreeSet<Vec<u8>>,
    /// Numbers of targets and sources, when they were too many.
    pub over_limit: Option<(usize, usize)>,
}

struct Source<'a> {
    path: &'a Vec<u8>,
    entry: Entry,
    /// Whether the change leaves no file at this path.
    deleted: bool,
    used: bool,
}

struct Target<'a> {
    path: &'a Vec<u8>,
    entry: Entry,
    /// Index of its source, and the score.
    found: Option<(usize, u64)>,
}

/// A source for a target, as good as `score` says; at equal scores one of the same base name is better.
#[derive(Clone, Copy)]
struct Candidate {
    score: u64,
    same_name: bool,
    target: usize,
    source: usize,
}

impl Candidate {
    fn rank(&self) -> (u64, bool) {
        (self.score, self.same_name)
    }
}

/// Looks for renames and copies.
pub(super) fn find(pairs: &Pairs, store: &Store<'_>) -> Result<Renames, TreeError> {
    let mut sources = Vec::new();
    let mut targets = Vec::new();
    for (path, pair) in pairs.iter().filter(|(path, _)| is_go(path)) {
        match *pair {
            Pair { old: Some(entry), new } => {
                // A file that became a link is gone, too; git calls what was made of it copies, and so comes to it last.
                let deleted = new.is_none_or(|new| entry.is_regular() && !new.is_regular());
                sources.push(Source { path, entry, deleted, used: new.is_some() });
            }
            Pair { new: Some(entry), .. } => targets.push(Target { path, entry, found: None }),
            Pair { .. } => {}
        }
    }
    let mut renames = Renames::default();
    if !sources.is_empty() {
        find_equal(&mut sources, &mut targets);
        let left = targets.iter().filter(|target| target.found.is_none()).count();
        if left.saturating_mul(sources.len()) > MAX_PAIRS {
            renames.over_limit = Some((left, sources.len()));
        } else if left > 0 {
            find_similar(&mut sources, &mut targets, store)?;
        }
    }
    settle(&mut renames, pairs, &sources, &targets);
    Ok(renames)
}

/// Targets whose content is a source's.
fn find_equal(sources: &mut [Source<'_>], targets: &mut [Target<'_>]) {
    let mut by_id: BTreeMap<git2::Oid, Vec<usize>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        by_id.entry(source.entry.id).or_default().push(at);
    }
    for target in targets.iter_mut().filter(|target| !target.entry.id.is_zero()) {
        let mut best: Option<(u8, usize)> = None;
        let equal = by_id.get(&target.entry.id).into_iter().flatten().copied();
        let fits = |source: &Source<'_>| {
            (source.entry.is_regular() && target.entry.is_regular()) || source.entry.mode == target.entry.mode
        };
        for at in equal.filter(|&at| fits(&sources[at])).take(EQUALS) {
            let score = u8::from(!sources[at].used) + u8::from(same_name(sources[at].path, target.path));
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, at));
            }
        }
        if let Some((_, at)) = best {
            sources[at].used = true;
            target.found = Some((at, WHOLE));
        }
    }
}

fn find_similar(
    sources: &mut [Source<'_>],
    targets: &mut [Target<'_>],
    store: &Store<'_>,
) -> Result<(), TreeError> {
    let regular = |entry: Entry, path: &[u8]| {
        entry.is_regular().then(|| store.content(path, entry).map(|content| Pieces::of(&content))).transpose()
    };
    let mut pieces = Vec::with_capacity(sources.len());
    for source in sources.iter() {
        pieces.push(regular(source.entry, source.path)?);
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for (at, target) in targets.iter().enumerate().filter(|(_, target)| target.found.is_none()) {
        let Some(new) = regular(target.entry, target.path)? else { continue };
        let mut best: Vec<Candidate> = Vec::with_capacity(KEPT);
        for (source, old) in pieces.iter().enumerate() {
            let score = old.as_ref().map_or(0, |old| old.similarity(&new));
            let same_name = same_name(sources[source].path, target.path);
            keep(&mut best, Candidate { score, same_name, target: at, source });
        }
        candidates.extend(best.into_iter().filter(|candidate| candidate.score >= LEAST));
    }
    candidates.sort_by_key(|candidate| Reverse(candidate.rank()));
    for used_too in [false, true] {
        for candidate in &candidates {
            let (target, source) = (&mut targets[candidate.target], &mut sources[candidate.source]);
            if target.found.is_none() && (used_too || !source.used) {
                source.used = true;
                target.found = Some((candidate.source, candidate.score));
            }
        }
    }
    Ok(())
}

/// Keeps a candidate if it is among the best. The first one of the worst gives way, as in git: the order decides between
/// candidates of one rank.
fn keep(best: &mut Vec<Candidate>, candidate: Candidate) {
    if best.len() < KEPT {
        best.push(candidate);
        return;
    }
    let mut worst = 0;
    for at in 1..best.len() {
        if best[at].rank() < best[worst].rank() {
            worst = at;
        }
    }
    if best[worst].rank() < candidate.rank() {
        best[worst] = candidate;
    }
}

/// Same base name, edited, score.
type Rank = (bool, bool, u64);

/// Names the move among the files made of one deleted file; the others are copies. git calls the last one in the order of
/// paths the rename, which may be any. Here it is the one of the same base name, else one with an edit before an identical
/// copy, then the most similar one: so a copy never takes the place of the file that was moved and edited.
fn settle(renames: &mut Renames, pairs: &Pairs, sources: &[Source<'_>], targets: &[Target<'_>]) {
    let mut moves: BTreeMap<usize, (Rank, &Vec<u8>)> = BTreeMap::new();
    for target in targets {
        let Some((at, score)) = target.found.filter(|&(at, _)| sources[at].deleted) else { continue };
        let rank = (same_name(sources[at].path, target.path), score < WHOLE, score);
        if moves.get(&at).is_none_or(|(most, _)| rank > *most) {
            moves.insert(at, (rank, target.path));
        }
    }
    for target in targets {
        let Some((at, _)) = target.found else { continue };
        let source = &sources[at];
        let moved = moves.get(&at).is_some_and(|(_, path)| *path == target.path);
        let kind = if moved { ChangeKind::Renamed } else { ChangeKind::Copied };
        if moved && pairs.get(source.path).is_some_and(|pair| pair.new.is_none()) {
            renames.gone.insert(source.path.clone());
        }
        let user = User { path: source.path.clone(), entry: source.entry, kind };
        renames.of.insert(target.path.clone(), user);
    }
}

/// Whether two paths end in the same name.
fn same_name(one: &[u8], other: &[u8]) -> bool {
    let name = |path: &[u8]| path.rsplit(|&byte| byte == b'/').next().map(<[u8]>::to_vec);
    name(one) == name(other)
}

/// What a text is made of, without its order.
struct Pieces {
    size: u64,
    /// A hash of each piece and the bytes that such pieces take, by hash.
    bytes: Vec<(u64, u64)>,
}

impl Pieces {
    fn of(content: &Content<'_>) -> Self {
        let text = content.bytes();
        // The carriage return of a line end is no part of a text, and a part of anything else.
        let endings = !content.is_binary();
        let mut pieces: Vec<(u64, u64)> = Vec::new();
        let (mut hash, mut length) = (FNV_START, 0);
        for (at, &byte) in text.iter().enumerate() {
            if endings && byte == b'\r' && text.get(at + 1) == Some(&b'\n') {
                continue;
            }
            hash = (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
            length += 1;
            if length == PIECE || byte == b'\n' {
                pieces.push((hash, length as u64));
                (hash, length) = (FNV_START, 0);
            }
        }
        // git counts a last line without its newline since 2.44.
        if length > 0 {
            pieces.push((hash, length as u64));
        }
        pieces.sort_unstable();
        pieces.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        Self { size: text.len() as u64, bytes: pieces }
    }

    /// How much of the larger text stands in both.
    fn similarity(&self, other: &Self) -> u64 {
        let (larger, smaller) = (self.size.max(other.size), self.size.min(other.size));
        // Sizes alone keep most pairs below one half.
        if larger == 0 || (larger - smaller) * WHOLE > larger * (WHOLE - LEAST) {
            return 0;
        }
        let (mut common, mut at) = (0, 0);
        for &(hash, bytes) in &self.bytes {
            while other.bytes.get(at).is_some_and(|piece| piece.0 < hash) {
                at += 1;
            }
            if let Some(piece) = other.bytes.get(at).filter(|piece| piece.0 == hash) {
                common += bytes.min(piece.1);
            }
        }
        common * WHOLE / larger
    }
}

/// FNV-1a with 64 bits (draft-eastlake-fnv).
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;
