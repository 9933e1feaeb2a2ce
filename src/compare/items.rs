//! The things that are compared: statements where both sources tell them, else blocks. An item says where it begins in the head,
//! what it looks like, whether the change touches it, and how often the profile counts it, covered and not.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use super::Side;
use super::mapping::Mapping;
use crate::model::{
    Block, Category, Extent, LineFingerprint, Source, Statement, StatementIndex, by_rule_set_a,
};

/// One thing on one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// Where it begins and ends on its own side: lines.
    pub(super) lines: (u32, u32),
    /// What it must have in common with its counterpart; `None` when it can have none: it is touched.
    pub(super) key: Option<Key>,
    /// How often the profile counts it as covered.
    pub(super) covered: u64,
    /// How often it counts it as not covered.
    pub(super) missed: u64,
    /// How often of these some baselines cover it.
    pub(super) unstable: u64,
}

/// Two items with equal keys are the same code: the line in the head, and a hash of the rest, which is 0 where nothing else on
/// that line is to be told from it.
type Key = (u32, u64);

/// The items of both sides of a file.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) old: Vec<Item>,
    pub(super) new: Vec<Item>,
    /// Whether the items are all that the source of the base, and that of the head, have: an item without a counterpart there is
    /// new, or deleted. Otherwise the profile may just not know it.
    pub(super) whole: (bool, bool),
    /// Whether blocks stand for statements though they differ.
    pub(super) estimated: bool,
}

impl Items {
    pub(super) fn of(old: Option<&Side<'_>>, new: Option<&Side<'_>>, mapping: &Mapping<'_>) -> Self {
        let blocks = |side: Option<&Side<'_>>| {
            side.and_then(|side| side.report).map_or(0, |report| report.blocks.len())
        };
        let unchanged = matches!(mapping, Mapping::Same);
        if blocks(old) == 0 || blocks(new) == 0 || (unchanged && is_alike(old, new)) {
            let one_sided = matches!(mapping, Mapping::Edited { .. });
            if !one_sided {
                return Self::blocks(old, new, mapping, false);
            }
        }
        let statements = |side: Option<&Side<'_>>, of: Sight<'_, '_>| match side {
            Some(side) if side.report.is_some() => statements(side, of).map(|items| (items, true)),
            _ => Some((Vec::new(), false)),
        };
        let sides = (statements(old, Sight::Base(mapping)), statements(new, Sight::Head(mapping)));
        let (Some((mut before, has_old)), Some((mut after, has_new))) = sides else {
            return Self::blocks(old, new, mapping, true);
        };
        if matches!(mapping, Mapping::Edited { .. })
            && let (Some(old), Some(new)) = (old.and_then(Codes::of), new.and_then(Codes::of))
        {
            tell_apart((&mut before, old), (&mut after, new));
        }
        Self { old: before, new: after, whole: (has_old, has_new), estimated: false }
    }

    fn blocks(
        old: Option<&Side<'_>>,
        new: Option<&Side<'_>>,
        mapping: &Mapping<'_>,
        estimated: bool,
    ) -> Self {
        let items = |side: Option<&Side<'_>>, of: Sight<'_, '_>| {
            let Some((side, report)) = side.and_then(|side| Some((side, side.report?))) else {
                return Vec::new();
            };
            let unstable = Unstable::of(side);
            let blocks = report.blocks.iter().filter(|block| block.stmts > 0);
            blocks.map(|block| block_item(block, &unstable, of)).collect()
        };
        Self {
            old: items(old, Sight::Base(mapping)),
            new: items(new, Sight::Head(mapping)),
            whole: (false, false),
            estimated,
        }
    }

    /// Pairs them. `note` gets each category with its item and how many. Gives how many are missed on both sides, and covered in
    /// some of the baselines.
    pub(super) fn pair(&self, mut note: impl FnMut(Category, Of, u64)) -> u64 {
        let mut paired = vec![false; self.old.len()];
        let mut unstable = 0;
        for (at, (item, other)) in self.new.iter().zip(self.partners()).enumerate() {
            let place = Of::Head(at);
            match other.and_then(|other| Some((other, self.old.get(other)?))) {
                Some((other, old)) => {
                    if let Some(flag) = paired.get_mut(other) {
                        *flag = true;
                    }
                    unstable += both(old, item, other, at, &mut note);
                }
                None if item.key.is_none() || self.whole.0 => {
                    note(Category::Gnc, place, item.covered);
                    note(Category::Unc, place, item.missed);
                }
                None => {
                    note(Category::Gic, place, item.covered);
                    note(Category::Uic, place, item.missed);
                }
            }
        }
        for ((at, item), paired) in self.old.iter().enumerate().zip(paired) {
            let place = Of::Base(at);
            if paired {
                continue;
            }
            if item.key.is_none() || self.whole.1 {
                note(Category::Dcb, place, item.covered);
                note(Category::Dub, place, item.missed);
            } else {
                note(Category::Ecb, place, item.covered);
                note(Category::Eub, place, item.missed);
            }
        }
        unstable
    }

    /// For each item of the head the one of the base with the same key: the first with the first, and so on.
    fn partners(&self) -> Vec<Option<usize>> {
        let mut partners = vec![None; self.new.len()];
        let mut old = ordered(&self.old).into_iter().peekable();
        for (key, at) in ordered(&self.new) {
            while old.next_if(|(other, _)| *other < key).is_some() {}
            let other = old.next_if(|(other, _)| *other == key).map(|(_, other)| other);
            if let Some(partner) = partners.get_mut(at) {
                *partner = other;
            }
        }
        partners
    }
}

/// Items that can have a counterpart, by key; those with equal keys in their order.
fn ordered(items: &[Item]) -> Vec<(Key, usize)> {
    let keys = items.iter().enumerate().filter_map(|(at, item)| Some((item.key?, at)));
    let mut keys: Vec<(Key, usize)> = keys.collect();
    keys.sort_unstable();
    keys
}

/// Which item a category is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Index into [`Items::new`].
    Head(usize),
    /// Index into [`Items::old`].
    Base(usize),
}

/// The same code on both sides. Where one profile counts it more often than the other, the rest is not counted there. Gives how
/// many of what both miss is unstable.
fn both(
    old: &Item,
    new: &Item,
    at_old: usize,
    at_new: usize,
    note: &mut impl FnMut(Category, Of, u64),
) -> u64 {
    let head = Of::Head(at_new);
    let (covered, missed) = (old.covered.min(new.covered), old.missed.min(new.missed));
    note(Category::Cbc, head, covered);
    note(Category::Ubc, head, missed);
    let (old_covered, old_missed) = (old.covered - covered, old.missed - missed);
    let (new_covered, new_missed) = (new.covered - covered, new.missed - missed);
    let (lost, gained) = (old_covered.min(new_missed), old_missed.min(new_covered));
    note(Category::Lbc, head, lost);
    note(Category::Gbc, head, gained);
    note(Category::Uic, head, new_missed - lost);
    note(Category::Gic, head, new_covered - gained);
    note(Category::Ecb, Of::Base(at_old), old_covered - lost);
    note(Category::Eub, Of::Base(at_old), old_missed - gained);
    missed.min(old.unstable)
}

/// A side, seen through the change.
#[derive(Debug, Clone, Copy)]
enum Sight<'m, 'a> {
    Base(&'m Mapping<'a>),
    Head(&'m Mapping<'a>),
}

impl Sight<'_, '_> {
    /// The line of the head that a line of this side is.
    fn place(self, line: u32) -> Option<u32> {
        match self {
            Self::Base(mapping) => mapping.to_head(line),
            Self::Head(mapping) => (!mapping.is_added(line)).then_some(line),
        }
    }

    /// Whether the change touches any of the lines.
    fn touches(self, first: u32, last: u32) -> bool {
        match self {
            Self::Base(mapping) => mapping.deletes(first, last),
            Self::Head(mapping) => mapping.adds(first, last),
        }
    }

    /// Whether the change touches code of a statement.
    fn changes(self, source: &Source, statement: &Statement, own: (u32, u32)) -> bool {
        let lines = match self {
            Self::Base(mapping) => mapping.deleted(),
            Self::Head(mapping) => mapping.added(),
        };
        lines.is_some_and(|lines| source.is_changed(statement, own, lines))
    }

    fn is_edited(self) -> bool {
        let (Self::Base(mapping) | Self::Head(mapping)) = self;
        matches!(mapping, Mapping::Edited { .. })
    }
}

/// Whether both profiles list the same blocks, and their categories are all that there is to say.
fn is_alike(old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    let (Some(base), Some(head)) = (old.report, new.report) else { return false };
    if base.blocks.len() != head.blocks.len() {
        return false;
    }
    // What was lost or gained is told statement by statement, where that can be had.
    let has_sources = old.source.is_some() && new.source.is_some();
    base.blocks.iter().zip(&head.blocks).all(|(was, is_now)| {
        let same = was.extent == is_now.extent && was.stmts == is_now.stmts;
        same && !(has_sources && (was.count > 0) != (is_now.count > 0))
    })
}

/// Whether some of several baselines cover a block, and others do not.
struct Unstable(Vec<Extent>);

impl Unstable {
    fn of(side: &Side<'_>) -> Self {
        let mut extents = side.unstable.to_vec();
        extents.sort_unstable();
        Self(extents)
    }

    fn has(&self, block: &Block) -> bool {
        block.count == 0 && self.0.binary_search(&block.extent).is_ok()
    }
}

fn block_item(block: &Block, unstable: &Unstable, sight: Sight<'_, '_>) -> Item {
    let Extent { start, end } = block.extent;
    // Behind the end of a line that a brace closes nothing of the block is left.
    let last = if end.line > start.line && end.col <= 1 { end.line - 1 } else { end.line };
    let places = sight.place(start.line).zip(sight.place(last));
    let key = places.filter(|_| !sight.touches(start.line, last)).map(|(first, at_end)| {
        let mut hasher = DefaultHasher::new();
        for number in [start.col, at_end, end.line - last, end.col] {
            hasher.write_u32(number);
        }
        (first, hasher.finish())
    });
    let stmts = u64::from(block.stmts);
    let (covered, missed) = if block.count > 0 { (stmts, 0) } else { (0, stmts) };
    let unstable = if unstable.has(block) { stmts } else { 0 };
    Item { lines: (start.line, last), key, covered, missed, unstable }
}

/// The statements of a side; `None` when its source does not explain its blocks.
fn statements(side: &Side<'_>, sight: Sight<'_, '_>) -> Option<Vec<Item>> {
    let (source, report) = (side.source?, side.report?);
    if sight.is_edited() && side.text.is_none() {
        return None;
    }
    let counts = counts(source, &report.blocks, &Unstable::of(side))?;
    let items = source.statement_lines().zip(counts).map(|((statement, lines), counts)| {
        let Counts { covered, missed, unstable } = counts;
        let place = sight.place(lines.0).filter(|_| !sight.changes(source, statement, lines));
        Item { lines, key: place.map(|place| (place, 0)), covered, missed, unstable }
    });
    Some(items.collect())
}

/// How often a profile counts a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    covered: u64,
    missed: u64,
    /// How often of these some baselines cover it.
    unstable: u64,
}

impl Counts {
    fn add(&mut self, block: &Block, unstable: &Unstable) {
        *(if block.count > 0 { &mut self.covered } else { &mut self.missed }) += 1;
        self.unstable += u64::from(unstable.has(block));
    }
}

/// Those of each statement; `None` when the source does not explain the blocks.
fn counts(source: &Source, blocks: &[Block], unstable: &Unstable) -> Option<Vec<Counts>> {
    let mut counts = vec![Counts::default(); source.statements.len()];
    if let Some(found) = by_rule_set_a(source, blocks) {
        for (statement, counts) in source.statements.iter().zip(&mut counts) {
            let found = statement.basic.and_then(|basic| *found.get(basic as usize)?);
            if let Some(block) = found.and_then(|at| blocks.get(at as usize)) {
                counts.add(block, unstable);
            }
        }
        return Some(counts);
    }
    let index = StatementIndex::new(source);
    for block in blocks.iter().filter(|block| block.stmts > 0) {
        let of = index.of(block)?;
        for at in of.inside.iter().chain(of.besides.iter()) {
            if let Some(counts) = counts.get_mut(*at as usize) {
                counts.add(block, unstable);
            }
        }
    }
    Some(counts)
}

// ---- What statements on one line look like -----------------------------------------------------------------------------------

/// The statements of a side and its text: what they look like.
#[derive(Clone, Copy)]
struct Codes<'a> {
    source: &'a Source,
    text: &'a [u8],
}

impl<'a> Codes<'a> {
    fn of(side: &Side<'a>) -> Option<Self> {
        Some(Self { source: side.source?, text: side.text? })
    }

    /// The bytes of a statement, with all that lies in it; `None` of long ones, which may lie in each other.
    fn bytes(&self, at: usize) -> Option<&'a [u8]> {
        const LONG: usize = 1 << 10;
        let statement = self.source.statements.get(at)?;
        let bytes = self.text.get(statement.start as usize..statement.end as usize)?;
        Some(bytes).filter(|bytes| bytes.len() < LONG)
    }

    /// Puts a hash of its code into the key of each of these items.
    fn tell(&self, items: &mut [Item], which: Range<usize>, code: &mut Vec<u8>) {
        let items = items.get_mut(which.clone()).unwrap_or_default();
        for (at, item) in which.zip(items) {
            if let Some((_, print)) = &mut item.key {
                *print = self.print(at, code);
            }
        }
    }

    /// A hash of the code of a statement: without comments, layout and the bodies of function literals in it. `code` is room
    /// for it.
    fn print(&self, at: usize, code: &mut Vec<u8>) -> u64 {
        code.clear();
        if let Some(statement) = self.source.statements.get(at) {
            let literals = &self.source.literals;
            let from = literals.partition_point(|&(start, _)| start < statement.start);
            let bodies = literals.get(from..).unwrap_or_default();
            let mut at = statement.start;
            for &(start, end) in bodies.iter().take_while(|(start, _)| *start < statement.end) {
                self.take((at, start), code);
                at = at.max(end);
            }
            self.take((at, statement.end), code);
        }
        let mut hash = LineFingerprint::default();
        hash.add(code);
        hash.value()
    }

    fn take(&self, (from, to): (u32, u32), code: &mut Vec<u8>) {
        for (from, to) in self.source.code.runs(from, to) {
            code.extend_from_slice(self.text.get(from as usize..to as usize).unwrap_or_default());
        }
    }
}

/// Puts into the keys what tells statements that begin on one line of the head from each other. Where both sides have the same
/// bytes there, statement by statement, nothing needs to be told, and so it is nearly everywhere.
fn tell_apart((old, before): (&mut [Item], Codes<'_>), (new, after): (&mut [Item], Codes<'_>)) {
    let mut code = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    while let (Some((line, one)), Some((other_line, other))) =
        (on_a_line(old, at_old), on_a_line(new, at_new))
    {
        if line <= other_line {
            at_old = one.end;
        }
        if other_line <= line {
            at_new = other.end;
        }
        if line == other_line && !reads_alike((old, before, one.clone()), (new, after, other.clone())) {
            before.tell(old, one, &mut code);
            after.tell(new, other, &mut code);
        }
    }
}

/// The next items that can have a counterpart and begin on one line of the head, with that line; others may lie among them.
fn on_a_line(items: &[Item], from: usize) -> Option<(u32, Range<usize>)> {
    let start = from + items.get(from..)?.iter().position(|item| item.key.is_some())?;
    let rest = items.get(start..)?;
    let (line, _) = rest.first()?.key?;
    let same = rest.iter().take_while(|item| item.key.is_none_or(|(other, _)| other == line));
    Some((line, start..start + same.count()))
}

/// Whether both sides certainly have the same bytes there.
fn reads_alike(
    (old, before, one): (&[Item], Codes<'_>, Range<usize>),
    (new, after, other): (&[Item], Codes<'_>, Range<usize>),
) -> bool {
    let keyed = |items: &[Item], at: usize| items.get(at).is_some_and(|item| item.key.is_some());
    let mut one = one.filter(|at| keyed(old, *at));
    let mut other = other.filter(|at| keyed(new, *at));
    loop {
        match (one.next(), other.next()) {
            (Some(at), Some(other))
                if before.bytes(at).is_some_and(|own| after.bytes(other) == Some(own)) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}
