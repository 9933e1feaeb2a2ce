//! Changed statements that no block of the profile holds, although it knows the file.
//!
//! A function that was written behind the others after the tests ran leaves every recorded block in its place, so nothing
//! about the profile is odd. Its statements did not run, and count as missed.

use super::{ChangedFile, View, functions_of, is_ignored};
use crate::measure::lines::Lines;
use crate::model::{Block, Extent, InputSet, LineSet, LineTally, PatchFile, Pos, RangeBlock, Source, Tally};

/// Adds them to the numbers that `view` gave.
pub(super) fn add(changed: &ChangedFile<'_>, view: &View<'_>, file: &mut PatchFile) {
    // Directives move the positions of the profile, so nothing says what it lacks.
    let Some(source) = changed.source.filter(|source| !source.line_directives) else { return };
    let recorded = Recorded::new(view);
    let blocks = lacking(source, &recorded, changed.ignore_comments);
    if blocks.is_empty() {
        return;
    }
    let mut lines = Lines::code(&blocks, &source.code).hits;
    lines.retain(|(line, _)| view.lines.binary_search_by_key(line, |(known, _)| *known).is_err());
    let functions = functions_of(source);
    let rest =
        View { blocks: &blocks, lines: &lines, partial: &[], functions: &functions, source: Some(source) };
    let mut found = empty(file);
    rest.fill(&mut found);
    // A function that the profile has in part was counted with that part.
    let whole = functions.iter().filter(|(_, extent)| !recorded.touches(extent));
    let missed =
        |extent: &Extent| found.missed_ranges.iter().any(|range| super::starts_in(&range.extent, extent));
    let functions = whole.filter(|(_, extent)| missed(extent)).count() as u64;
    file.functions += Tally::new(0, functions);
    file.unrecorded_statements = found.statements.total;
    join(file, found);
}

/// The same file with no numbers yet.
fn empty(file: &PatchFile) -> PatchFile {
    PatchFile {
        statements: Tally::default(),
        lines: LineTally::default(),
        functions: Tally::default(),
        missed: Vec::new(),
        missed_ranges: Vec::new(),
        ..file.clone()
    }
}

fn join(file: &mut PatchFile, found: PatchFile) {
    file.statements += found.statements;
    file.lines += found.lines;
    file.missed.extend(found.missed);
    file.missed.sort_unstable();
    let mut missed = LineSet::default();
    file.missed.iter().for_each(|&(first, last)| missed.push(first, last));
    file.missed = missed.ranges().to_vec();
    file.missed_ranges.extend(found.missed_ranges);
    file.missed_ranges.sort_by_key(|range| range.extent);
}

/// What the source has besides, in the blocks of Go from 1.27 on.
fn lacking(source: &Source, recorded: &Recorded, ignore_comments: bool) -> Vec<Block> {
    // Under rule set A an ignore comment takes the whole basic block out.
    let ignored = |range: &RangeBlock| {
        let basic = source.blocks_a.get(range.basic as usize);
        ignore_comments
            && (is_ignored(source, &range.extent)
                || basic.is_some_and(|basic| is_ignored(source, &basic.extent)))
    };
    let counted = source.blocks_c.iter().filter(|range| range.stmts > 0);
    let absent = counted.filter(|range| !recorded.touches(&range.extent) && !ignored(range));
    let mut blocks: Vec<Block> = absent
        .map(|range| Block { extent: range.extent, stmts: range.stmts, count: 0, inputs: InputSet(0) })
        .collect();
    blocks.sort_by_key(|block| block.extent);
    blocks
}

/// Where the profile has blocks: disjoint, ascending, half-open.
struct Recorded(Vec<(Pos, Pos)>);

impl Recorded {
    /// Blocks that do not fit the source take whole lines, since their columns mean little.
    fn new(view: &View<'_>) -> Self {
        let fits = view.source.is_some();
        let line = |line: u32| Pos { line, col: 0 };
        let widened = |extent: &Extent| {
            if fits {
                (extent.start, extent.end)
            } else {
                (line(extent.start.line), line(extent.end.line.saturating_add(1)))
            }
        };
        let mut parts: Vec<(Pos, Pos)> = Vec::new();
        for (start, end) in view.blocks.iter().map(|block| widened(&block.extent)) {
            match parts.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => parts.push((start, end)),
            }
        }
        Self(parts)
    }

    fn touches(&self, extent: &Extent) -> bool {
        let from = self.0.partition_point(|(_, end)| *end <= extent.start);
        self.0.get(from).is_some_and(|(start, _)| *start < extent.end)
    }
}
