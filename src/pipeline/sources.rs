//! Reads the sources of a profile and parses them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::change;
use super::cobertura;
use super::pages;
use super::tree;
use crate::golang::{self, Suffices, Wanted};
use crate::locate::Tree;
use crate::model::parallel::in_order;
use crate::model::{
    Code, Finding, Located, Place as At, RawBlock, RawProfile, Source, SourceBlock, fingerprint, start_apart,
};
use crate::settings::{Command, Settings};

/// Texts of sources that are kept for pages, in bytes. Beyond it a text is read again when its page is written.
const MAX_KEPT_TEXT: usize = 64 << 20;

/// What a run needs of its sources beside what the profile asks.
#[derive(Debug)]
pub struct Needs {
    /// The blocks of all rule sets, whatever the profile lists: a baseline may follow another one.
    whole: bool,
    /// Whether texts are kept for pages …
    keeps_text: bool,
    /// … and how many bytes of them may still be.
    room: AtomicUsize,
    /// Fingerprints of texts that are not kept: pages read them again, and the change may look at the same file.
    marks: bool,
    /// Those of all: they are compared with a baseline, or become part of one.
    all_marks: bool,
    /// Signatures of functions: Cobertura shows them.
    signatures: bool,
}

impl Needs {
    /// What the settings ask for.
    pub fn of(settings: &Settings) -> Self {
        let (pages, whole) = (pages::wanted(settings), !settings.baseline.is_empty());
        let is_saved = matches!(settings.command, Command::SaveBaseline { .. });
        Self {
            whole,
            keeps_text: pages,
            room: AtomicUsize::new(MAX_KEPT_TEXT),
            marks: pages || change::wanted(settings),
            signatures: cobertura::wanted(settings),
            all_marks: whole || is_saved || settings.command == Command::Compare,
        }
    }
}

/// A source that was read.
#[derive(Debug, Clone)]
pub struct ReadSource {
    /// What it says.
    pub source: Arc<Source>,
    /// What tells its text from an edited one, where somebody asks and the text was not kept.
    pub mark: Option<u64>,
    /// What is odd about it.
    pub finding: Option<Finding>,
}

/// Reads and parses the sources, in parallel, in the order of the names; `known` tells for the first of them which were read already.
pub fn read_sources(
    tree: &Tree,
    raw: &RawProfile,
    located: &[Located],
    needs: &Needs,
    known: &[Option<&ReadSource>],
) -> Vec<Option<ReadSource>> {
    if located.iter().all(|place| place.source.is_none()) {
        // Nothing to read is not worth starting threads for.
        return located.iter().map(|_| None).collect();
    }
    let known = known.iter().copied().chain(std::iter::repeat(None));
    let listed: Vec<_> = located
        .iter()
        .zip(listed_blocks(&raw.blocks, located.len()))
        .zip(known)
        .map(|((place, own), known)| (place, own, known))
        .collect();
    in_order(&listed, |(place, own, known)| {
        if let Some(read) = known {
            return Some(ReadSource::clone(read));
        }
        if !needs.keeps_text {
            let read = tree::with_source(tree, place, |text| parse(text, place, own, needs, false));
            let (source, mark, finding) = read.ok()?;
            return Some(ReadSource { source: Arc::new(source), mark, finding });
        }
        let is_room = |bytes| takes(&needs.room, bytes);
        let (text, is_kept) = tree::keep_source(tree, place, is_room).ok()?;
        let (source, mark, finding) = parse(&text, place, own, needs, is_kept);
        let source = Arc::new(Source { text: is_kept.then_some(text), ..source });
        Some(ReadSource { source, mark, finding })
    })
}

/// Parses a source; `own` are the blocks that the profile lists of it.
fn parse(
    text: &[u8],
    place: &Located,
    own: &[RawBlock],
    needs: &Needs,
    is_kept: bool,
) -> (Source, Option<u64>, Option<Finding>) {
    // A profile that lists exactly what rule set A cuts asks nothing about the others.
    let suffices = |cut: &[SourceBlock]| are_listed(cut, own);
    let suffices: Suffices<'_> = &suffices;
    let source = golang::read_unless(
        text,
        Wanted { blocks: true, text: is_kept, no_signatures: !needs.signatures },
        Some(suffices).filter(|_| !needs.whole && !have_shape_of_ranges(own)),
    );
    let shown = place.path.as_ref().map_or(place.package.as_str(), |path| path.as_str());
    let finding = source.broken.map(|at| {
        Finding::new(Code::UnparsedSource, format!("{shown} could not be parsed"))
            .at(At { file: shown.to_owned(), line: Some(at.line), col: Some(at.col) })
            .fact("its blocks are counted as they are; its lines and functions may be incomplete")
    });
    let is_marked = needs.all_marks || (needs.marks && !is_kept);
    (source, is_marked.then(|| fingerprint(text)), finding)
}

/// Whether there is room for so many bytes; they are taken then.
fn takes(room: &AtomicUsize, bytes: usize) -> bool {
    room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(bytes.max(1))).is_ok()
}

/// The blocks of each name, in the order of the profile. Those of one name mostly follow each other there.
fn listed_blocks(blocks: &[RawBlock], names: usize) -> Vec<Cow<'_, [RawBlock]>> {
    let mut listed = vec![Cow::Borrowed(&[][..]); names];
    for run in blocks.chunk_by(|a, b| a.file == b.file) {
        let name = run.first().and_then(|block| listed.get_mut(block.file as usize));
        match name {
            Some(own) if own.is_empty() => *own = Cow::Borrowed(run),
            Some(own) => own.to_mut().extend_from_slice(run),
            None => {}
        }
    }
    listed
}

/// Whether the blocks are all of those that are listed, each once.
fn are_listed(blocks: &[SourceBlock], list: &[RawBlock]) -> bool {
    let block = |block: &RawBlock| SourceBlock { extent: block.extent, stmts: block.stmts };
    if blocks.len() != list.len() {
        return false;
    }
    if start_apart(list.iter().map(|listed| listed.extent))
        || list.is_sorted_by_key(|listed| key(&block(listed)))
    {
        return are_all_of(blocks, list, block);
    }
    let mut list: Vec<SourceBlock> = list.iter().map(block).collect();
    list.sort_unstable_by_key(key);
    are_all_of(blocks, &list, |block| *block)
}

/// Whether the blocks are all of a list that ascends and is as long, each once. They come list of statements by list of
/// statements, the inner ones behind the outer, and are searched for near their line: cheaper than to sort them, or to search all.
fn are_all_of<T>(blocks: &[SourceBlock], list: &[T], block_of: impl Fn(&T) -> SourceBlock) -> bool {
    let Some(lines) = Lines::of(list.iter().map(|listed| block_of(listed).extent.start.line)) else {
        return blocks.is_empty();
    };
    let mut met = vec![false; list.len()];
    blocks.iter().all(|block| {
        let group = lines.group(block.extent.start.line);
        let near = list.get(group.clone()).unwrap_or_default();
        let at = match near {
            // Hardly ever are there more.
            [_] | [_, _] | [_, _, _] => near.iter().position(|listed| block_of(listed) == *block),
            _ => {
                let at = near.partition_point(|listed| key(&block_of(listed)) < key(block));
                near.get(at).is_some_and(|listed| block_of(listed) == *block).then_some(at)
            }
        };
        at.and_then(|at| met.get_mut(group.start + at)).is_some_and(|met| !std::mem::replace(met, true))
    })
}

/// The order of blocks.
fn key(block: &SourceBlock) -> (u128, u32) {
    (block.extent.packed(), block.stmts)
}

/// Where the lines of an ascending list stand in it, a few lines at a time.
struct Lines {
    first: u32,
    /// The group of a line is its distance from the first, without so many bits.
    shift: u32,
    /// Where each group starts, and the end of the list.
    starts: Vec<u32>,
}

impl Lines {
    /// `None` for an empty list, and for one that ids of 32 bits could not number.
    fn of(lines: impl ExactSizeIterator<Item = u32> + Clone) -> Option<Self> {
        let count = lines.len();
        let (first, last) = (lines.clone().next()?, lines.clone().last()?);
        // About one group for each place, however far lines lie apart.
        let shift =
            (last.saturating_sub(first) as usize / count / 2).checked_ilog2().map_or(0, |bits| bits + 1);
        let mut starts = Vec::with_capacity(count * 4);
        for (at, line) in (0_u32..).zip(lines) {
            let group = line.saturating_sub(first) as usize >> shift;
            while starts.len() <= group {
                starts.push(at);
            }
        }
        starts.push(u32::try_from(count).ok()?);
        Some(Self { first, shift, starts })
    }

    /// The places in the list where a line may stand.
    fn group(&self, line: u32) -> Range<usize> {
        let group = line.checked_sub(self.first).map(|distance| distance as usize >> self.shift);
        match group.and_then(|group| self.starts.get(group..)) {
            Some([start, end, ..]) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }
}

/// Whether most blocks of several lines end as those of rule sets B and C do. Of A only those before a label at the margin do.
fn have_shape_of_ranges(blocks: &[RawBlock]) -> bool {
    let ends = blocks.iter().filter(|block| block.extent.start.line < block.extent.end.line);
    let (margin, all) =
        ends.fold((0, 0), |(margin, all), block| (margin + u32::from(block.extent.end.col == 1), all + 1));
    margin > all / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Extent;

    #[test]
    fn texts_are_kept_while_there_is_room() {
        let room = AtomicUsize::new(10);
        assert_eq!([6, 6, 4, 1].map(|bytes| takes(&room, bytes)), [true, false, true, false]);
        assert!(!takes(&AtomicUsize::new(0), 0), "without pages none is kept");
    }

    #[test]
    fn blocks_are_those_of_a_list_in_any_order_but_each_once() {
        let block = |line, stmts| SourceBlock { extent: Extent::new(line, 1, line, 9), stmts };
        let raw = |list: &[SourceBlock]| -> Vec<RawBlock> {
            let of = |block: &SourceBlock| RawBlock {
                file: 0,
                extent: block.extent,
                stmts: block.stmts,
                count: 0,
            };
            list.iter().map(of).collect()
        };
        let are_all_of = |blocks: &[SourceBlock], list: &[SourceBlock]| {
            let (ascending, mut descending) = (raw(list), raw(list));
            descending.reverse();
            let are = are_listed(blocks, &ascending);
            assert_eq!(are, are_listed(blocks, &descending), "the order of the profile does not matter");
            are
        };
        let list = [block(1, 1), block(2, 1), block(3, 1)];
        assert!(are_all_of(&[block(3, 1), block(1, 1), block(2, 1)], &list));
        assert!(are_all_of(&list, &list) && are_all_of(&[], &[]));
        assert!(!are_all_of(&list[..2], &list) && !are_all_of(&list, &list[..2]));
        assert!(!are_all_of(&[block(1, 1), block(1, 1), block(2, 1)], &list));
        assert!(!are_all_of(&[block(1, 1), block(2, 2), block(3, 1)], &list));
        assert!(!are_all_of(&[block(1, 1), block(2, 1), block(4, 1)], &list));
        let alike = [block(1, 1), block(1, 2), block(1, 3), block(2, 1)];
        assert!(are_all_of(&[alike[3], alike[2], alike[0], alike[1]], &alike));
        assert!(!are_all_of(&[alike[3], alike[2], alike[2], alike[1]], &alike));
    }

    #[test]
    fn blocks_are_found_wherever_their_lines_lie() {
        let block = |line, col| SourceBlock { extent: Extent::new(line, col, line, 900_000), stmts: 1 };
        let dense: Vec<SourceBlock> = (1..200_000).map(|col| block(7, col)).collect();
        let apart: Vec<SourceBlock> =
            dense.iter().copied().chain([block(8, 1), block(u32::MAX - 1, 1), block(u32::MAX, 1)]).collect();
        let even: Vec<SourceBlock> = (0..1000).map(|at| block(3 + 5 * at, at + 1)).collect();
        // A search of all that lies on one line would take minutes.
        for list in [dense, apart, even] {
            let mut blocks = list.clone();
            blocks.reverse();
            assert!(are_all_of(&blocks, &list, |block| *block));
            for (at, other) in
                [(0, block(1, 1)), (5, block(7, 900_000)), (list.len() - 1, block(u32::MAX, 2))]
            {
                let kept = std::mem::replace(&mut blocks[at], other);
                assert!(!are_all_of(&blocks, &list, |block| *block));
                blocks[at] = kept;
            }
        }
    }

    #[test]
    fn the_blocks_of_a_name_are_found_wherever_they_stand() {
        let block = |file, line| RawBlock { file, extent: Extent::new(line, 1, line, 9), stmts: 1, count: 0 };
        let blocks = [block(1, 1), block(1, 2), block(0, 3), block(1, 4), block(7, 5), block(1, 6)];
        let listed = listed_blocks(&blocks, 3);
        let lines: Vec<Vec<u32>> =
            listed.iter().map(|own| own.iter().map(|block| block.extent.start.line).collect()).collect();
        assert_eq!(lines, [vec![3], vec![1, 2, 4, 6], vec![]]);
    }
}
