//! Coverage of a change: changed statements, lines and functions of each changed file.
//!
//! A statement is changed when a changed line carries code of its own extent: the header of a control statement, all lines of
//! a call, and never the body of a function literal, whose statements are their own. So the numbers do not depend on where a
//! Go release puts the edges of blocks. A block that the source does not explain is estimated from its lines, and the file is
//! marked.

mod unrecorded;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;

use super::lines::Lines;
use crate::model::report::MissedRange;
use crate::model::{
    Block, Extent, FileChange, FileReport, Function, InputSet, LeftOut, LineSet, LineTally, PatchFile,
    PatchReport, PatchState, Presence, RepoPath, RuleSet, Source, Statement, StatementIndex, Tally, Totals,
};

/// A changed Go file that takes part, with all that is known of its head side.
#[derive(Debug, Clone)]
pub struct ChangedFile<'a> {
    /// What changed.
    pub change: &'a FileChange,
    /// Its path.
    pub path: RepoPath,
    /// Import path of its package.
    pub package: String,
    /// Its numbers, when the profile has it.
    pub report: Option<&'a FileReport>,
    /// Whether the blocks of the profile fit `source`.
    pub fits: bool,
    /// Its source, when it could be read and parsed.
    pub source: Option<&'a Source>,
    /// Whether `source` is not the text that `report` was measured with: the head side is not the working tree.
    pub apart: bool,
    /// Whether it is built on the profile's platform.
    pub built: bool,
    /// Whether its statements count as missed when the profile does not know it.
    pub missed_when_unmeasured: bool,
    /// Whether ignore comments count.
    pub ignore_comments: bool,
}

/// Measures one changed file.
pub fn file(changed: &ChangedFile<'_>) -> PatchFile {
    let mut file = PatchFile {
        path: changed.path.clone(),
        old_path: changed.change.old_path.clone(),
        package: changed.package.clone(),
        kind: changed.change.kind,
        presence: presence(changed),
        counted: false,
        changed: changed.change.added.clone(),
        statements: Tally::default(),
        lines: LineTally::default(),
        functions: Tally::default(),
        missed: Vec::new(),
        missed_ranges: Vec::new(),
        estimated: false,
        ignored_statements: 0,
        unrecorded_statements: 0,
        owners: Vec::new(),
    };
    match file.presence {
        Presence::Measured => {
            file.counted = true;
            let Some(report) = changed.report else { return file };
            let source = changed
                .source
                .filter(|source| if changed.apart { explains(source, &report.blocks) } else { changed.fits });
            let own = source.filter(|_| changed.apart);
            let lines = own.map(|source| Lines::code(&report.blocks, &source.code));
            let view = View {
                blocks: &report.blocks,
                lines: lines.as_ref().map_or(&report.lines, |lines| &lines.hits),
                partial: lines.as_ref().map_or(&report.partial_lines, |lines| &lines.partial),
                functions: &match own {
                    Some(source) => functions_of(source),
                    None => {
                        report.functions.iter().map(|function| (&*function.name, function.extent)).collect()
                    }
                },
                source,
            };
            view.fill(&mut file);
            unrecorded::add(changed, &view, &mut file);
            file.ignored_statements = ignored(changed, &file.changed);
        }
        Presence::Unmeasured => {
            file.counted = changed.missed_when_unmeasured;
            let Some(source) = changed.source else { return file };
            let blocks = blocks_of(source, changed.ignore_comments);
            let lines = Lines::code(&blocks, &source.code);
            let view = View {
                blocks: &blocks,
                lines: &lines.hits,
                partial: &[],
                functions: &functions_of(source),
                source: Some(source),
            };
            view.fill(&mut file);
            file.ignored_statements = ignored(changed, &file.changed);
        }
        Presence::NoCode | Presence::NotBuilt => {}
    }
    file
}

/// Name and extent of each function, by extent.
fn functions_of(source: &Source) -> Vec<(&str, Extent)> {
    let mut known: Vec<&Function> = source.functions.iter().collect();
    known.sort_by_key(|function| function.extent);
    known.iter().map(|function| (&*function.name, function.extent)).collect()
}

fn presence(changed: &ChangedFile<'_>) -> Presence {
    let has_statements = |source: &Source| source.blocks_c.iter().any(|block| block.stmts > 0);
    match changed.source {
        _ if changed.report.is_some() => Presence::Measured,
        Some(source) if source.broken.is_none() && !has_statements(source) => Presence::NoCode,
        _ if !changed.built => Presence::NotBuilt,
        _ => Presence::Unmeasured,
    }
}

/// The blocks that a profile would have had, none of them hit.
fn blocks_of(source: &Source, ignore_comments: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = source
        .blocks(RuleSet::C)
        .filter(|block| !(ignore_comments && is_ignored(source, &block.extent)))
        .map(|block| Block { extent: block.extent, stmts: block.stmts, count: 0, inputs: InputSet(0) })
        .collect();
    blocks.sort_by_key(|block| block.extent);
    blocks
}

fn is_ignored(source: &Source, extent: &Extent) -> bool {
    source.ignores.iter().flat_map(|ignore| &ignore.extents).any(|out| starts_in(extent, out))
}

fn starts_in(extent: &Extent, outer: &Extent) -> bool {
    outer.start <= extent.start && extent.start < outer.end
}

/// Changed statements that ignore comments take out.
fn ignored(changed: &ChangedFile<'_>, lines: &LineSet) -> u64 {
    let Some(source) = changed.source.filter(|source| changed.ignore_comments && !source.ignores.is_empty())
    else {
        return 0;
    };
    let extents: Vec<&Extent> = source.ignores.iter().flat_map(|ignore| &ignore.extents).collect();
    let inside = |statement: &Statement| {
        let at = source.code.position(statement.start);
        statement.basic.is_some() && extents.iter().any(|extent| extent.start <= at && at < extent.end)
    };
    let statements = source.statement_lines();
    let counts = |(statement, own)| inside(statement) && source.is_changed(statement, own, lines);
    statements.map(counts).filter(|counts| *counts).count() as u64
}

/// What the numbers of one file are taken from.
struct View<'a> {
    /// By extent.
    blocks: &'a [Block],
    lines: &'a [(u32, u64)],
    partial: &'a [u32],
    /// Name and extent, by extent.
    functions: &'a [(&'a str, Extent)],
    /// Only a source that the blocks fit.
    source: Option<&'a Source>,
}

impl View<'_> {
    fn fill(&self, file: &mut PatchFile) {
        self.lines(file);
        let index = self.source.map(|source| Index::new(source, &file.changed));
        let mut touched: Vec<Option<bool>> = vec![None; self.functions.len()];
        let mut open: Option<Option<usize>> = None;
        let mut at = 0;
        for block in self.blocks.iter().filter(|block| block.stmts > 0) {
            while self.functions.get(at).is_some_and(|(_, extent)| extent.end <= block.extent.start) {
                at += 1;
            }
            let owner = self.functions.get(at).filter(|(_, extent)| starts_in(&block.extent, extent));
            let owner = owner.map(|_| at);
            if index.as_ref().is_some_and(|index| !index.may_hold(block)) {
                continue;
            }
            let resolved = index.as_ref().and_then(|index| index.changed_in(block));
            let changed = resolved.unwrap_or_else(|| {
                let estimate = self.estimate(block, &file.changed);
                file.estimated |= estimate > 0;
                estimate
            });
            if changed == 0 {
                continue;
            }
            let covered = block.count > 0;
            file.statements.add(changed, covered);
            if let Some(touched) = owner.and_then(|owner| touched.get_mut(owner)) {
                *touched = Some(touched.unwrap_or(false) || covered);
            }
            if covered {
                open = None;
                continue;
            }
            match file.missed_ranges.last_mut() {
                Some(range) if open == Some(owner) => {
                    range.extent.end = range.extent.end.max(block.extent.end);
                    range.statements += changed;
                }
                _ => {
                    let name = owner.and_then(|at| self.functions.get(at)).map_or("", |(name, _)| name);
                    file.missed_ranges.push(MissedRange {
                        extent: block.extent,
                        function: name.into(),
                        statements: changed,
                    });
                }
            }
            open = Some(owner);
        }
        for covered in touched.into_iter().flatten() {
            file.functions.add(1, covered);
        }
    }

    fn lines(&self, file: &mut PatchFile) {
        let mut missed = LineSet::default();
        for &(line, hits) in self.lines.iter().filter(|(line, _)| file.changed.contains(*line)) {
            file.lines.total += 1;
            if hits > 0 {
                file.lines.covered += 1;
                file.lines.partial += u64::from(self.partial.binary_search(&line).is_ok());
            } else {
                missed.push(line, line);
            }
        }
        file.missed = missed.ranges().to_vec();
    }

    /// Changed statements of a block that the source does not explain: all of them when all of its lines changed, else one
    /// for each changed line.
    fn estimate(&self, block: &Block, changed: &LineSet) -> u64 {
        let blocks = std::slice::from_ref(block);
        let lines = match self.source {
            Some(source) => Lines::code(blocks, &source.code),
            None => Lines::trim(blocks).0,
        };
        let of_change = lines.hits.iter().filter(|(line, _)| changed.contains(*line)).count();
        if of_change == lines.hits.len() && of_change > 0 {
            return u64::from(block.stmts);
        }
        u64::from(block.stmts).min(of_change as u64)
    }
}

/// Which statements of a file changed, and which block counts each.
struct Index<'s> {
    source: &'s Source,
    /// Made when a block may hold a changed statement.
    statements: OnceCell<StatementIndex<'s>>,
    /// For each statement of the source, whether it changed.
    changed: Vec<bool>,
    /// The changed lines, and the lines of the blocks under rule set A that count a changed statement. `None` where positions
    /// are odd.
    near: Option<LineSet>,
}

impl<'s> Index<'s> {
    fn new(source: &'s Source, changed: &LineSet) -> Self {
        let is_plain = !source.line_directives && source.blocks_a_to_1_25.is_none();
        let mut near = changed.ranges().to_vec();
        let is_changed = |(statement, lines): (&Statement, _)| {
            let is_changed = source.is_changed(statement, lines, changed);
            let basic = statement.basic.filter(|_| is_changed && is_plain);
            if let Some(block) = basic.and_then(|basic| source.blocks_a.get(basic as usize)) {
                near.push((block.extent.start.line, block.extent.end.line));
            }
            is_changed
        };
        let changed = source.statement_lines().map(is_changed).collect();
        Self { source, statements: OnceCell::new(), changed, near: is_plain.then(|| LineSet::of(&near)) }
    }

    /// Whether a changed line or statement may lie in a block: every block lies in one of rule set A, if in any.
    fn may_hold(&self, block: &Block) -> bool {
        let lines = (block.extent.start.line, block.extent.end.line);
        self.near.as_ref().is_none_or(|near| near.overlaps(lines.0, lines.1))
    }

    /// How many statements of a block changed; `None` when the source does not explain the block.
    fn changed_in(&self, block: &Block) -> Option<u64> {
        // Under rule set B a block counts those besides as well; here each counts once.
        let statements = self.statements.get_or_init(|| StatementIndex::new(self.source));
        let inside = statements.of(block)?.inside;
        let changed = inside.iter().filter(|at| self.changed.get(**at as usize).copied().unwrap_or(false));
        Some(changed.count() as u64)
    }
}

/// Whether every block is one of the source.
fn explains(source: &Source, blocks: &[Block]) -> bool {
    StatementIndex::new(source).explains(blocks)
}

/// What is known of the change as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeFacts {
    /// As in [`PatchReport::base`].
    pub base: Option<String>,
    /// As in [`PatchReport::head`].
    pub head: Option<String>,
    /// As in [`PatchReport::side`].
    pub side: &'static str,
    /// As in [`PatchReport::origin`].
    pub origin: String,
    /// As in [`PatchReport::commits`].
    pub commits: Option<u64>,
    /// As in [`PatchReport::default_branch`].
    pub default_branch: bool,
    /// Whether base and head differ in nothing.
    pub nothing_changed: bool,
}

/// Adds the files up. `files` in any order; `metric` is the one that `min_changed` counts in.
pub fn whole(
    mut files: Vec<PatchFile>,
    mut left_out: LeftOut,
    facts: ChangeFacts,
    metric: crate::model::Metric,
    min_changed: u64,
) -> PatchReport {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut totals = Totals::default();
    for file in files.iter().filter(|file| file.counted) {
        totals += Totals { statements: file.statements, lines: file.lines, functions: file.functions };
    }
    left_out.ignored_statements += files.iter().map(|file| file.ignored_statements).sum::<u64>();
    let uncounted = files.iter().any(|file| !file.counted && file.statements.total > 0);
    let items = totals.of(metric).total;
    let state = if facts.nothing_changed {
        PatchState::NoDiff
    } else if files.is_empty() {
        PatchState::NoGo
    } else if items == 0 && uncounted {
        PatchState::UnmeasuredOnly
    } else if items == 0 {
        PatchState::NoCoverable
    } else if items < min_changed {
        PatchState::Exempt
    } else {
        PatchState::Measured
    };
    let ChangeFacts { base, head, side, origin, commits, default_branch, .. } = facts;
    PatchReport {
        state,
        base,
        head,
        side,
        origin,
        commits,
        totals,
        files,
        left_out,
        default_branch,
        min_changed,
    }
}
