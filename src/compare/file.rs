//! One file: its lines, statements and functions in their categories.

use std::collections::BTreeMap;

use super::items::{Item, Items, Of};
use super::mapping::Mapping;
use super::{Pair, Side};
use crate::model::{
    Categories, Category, CompareFile, Comparison, Extent, FileFate, FileReport, FunctionReport, LineSet,
    StatementRange,
};

/// Compares the two sides of a file.
pub(super) fn compare(pair: &Pair<'_>) -> CompareFile {
    let mapping = Mapping::of(pair.change);
    let (old, new) = (pair.old, pair.new);
    let mut numbers = Comparison::default();
    let lines = Lines::of(pair, &mapping);
    numbers.categories.lines = lines.counts();
    let items = Items::of(old, new, &mapping);
    let statements = Statements::of(pair, &mapping, &items);
    numbers.categories.statements = statements.categories;
    let functions = Functions::of(pair, &mapping, &items);
    numbers.categories.functions = functions.categories;
    let vanished = pair.fate == FileFate::Vanished;
    let lost = |categories: &Categories| {
        categories.of(Category::Lbc) + if vanished { categories.of(Category::Ecb) } else { 0 }
    };
    numbers.lost.statements = lost(&numbers.categories.statements);
    numbers.lost.lines = lost(&numbers.categories.lines);
    numbers.lost.functions = lost(&numbers.categories.functions);
    numbers.unstable.lines = lines.unstable.count();
    numbers.unstable.statements = statements.unstable;
    numbers.unstable.functions = functions.unstable;
    let side = new.or(old);
    CompareFile {
        path: pair.path.to_owned(),
        old_path: old.map(|side| side.path).filter(|path| *path != pair.path).map(str::to_owned),
        package: side.map_or(String::new(), |side| side.package.to_owned()),
        in_tree: [new, old]
            .into_iter()
            .flatten()
            .find_map(|side| side.report)
            .is_some_and(|file| file.in_tree),
        fate: pair.fate,
        change: pair.change.map(|change| change.kind),
        numbers,
        lines: lines.categories,
        unstable_lines: lines.unstable,
        lost: statements.lost,
        gained: statements.gained,
        estimated: items.estimated,
    }
}

// ---- Lines -----------------------------------------------------------------------------------------------------------------

struct Lines {
    categories: Vec<(Category, LineSet)>,
    unstable: LineSet,
}

impl Lines {
    fn of(pair: &Pair<'_>, mapping: &Mapping<'_>) -> Self {
        let mut found: [LineSet; 12] = Default::default();
        let mut note = |category: Category, line: u32| {
            if let Some(lines) = found.get_mut(category as usize) {
                lines.push(line, line);
            }
        };
        let mut moved = Vec::with_capacity(lines(pair.old).len());
        for &(line, hits) in lines(pair.old) {
            match mapping.to_head(line) {
                Some(place) => moved.push((place, line, hits > 0)),
                None => note(if hits > 0 { Category::Dcb } else { Category::Dub }, line),
            }
        }
        let mut unstable = LineSet::default();
        let shaky = pair.old.map_or(Vec::new(), unstable_lines);
        let mut old = moved.into_iter().peekable();
        for &(line, hits) in lines(pair.new) {
            let is_now = hits > 0;
            while let Some((place, _, was)) = old.next_if(|(place, ..)| *place < line) {
                note(if was { Category::Ecb } else { Category::Eub }, place);
            }
            if mapping.is_added(line) {
                note(if is_now { Category::Gnc } else { Category::Unc }, line);
                continue;
            }
            let same = old.next_if(|(place, ..)| *place == line);
            note(category(same.map(|(.., was)| was), is_now), line);
            if let Some((_, before, false)) = same
                && !is_now
                && shaky.binary_search(&before).is_ok()
            {
                unstable.push(line, line);
            }
        }
        for (place, _, was) in old {
            note(if was { Category::Ecb } else { Category::Eub }, place);
        }
        let categories = Category::ALL.into_iter().zip(found).filter(|(_, lines)| !lines.is_empty());
        Self { categories: categories.collect(), unstable }
    }

    fn counts(&self) -> Categories {
        let mut counts = Categories::default();
        for (category, lines) in &self.categories {
            counts.add(*category, lines.count());
        }
        counts
    }
}

fn lines<'a>(side: Option<&Side<'a>>) -> &'a [(u32, u64)] {
    side.and_then(|side| side.report).map_or(&[], |report| &report.lines)
}

/// The category of something that is unchanged and counted now.
fn category(was: Option<bool>, is_now: bool) -> Category {
    match (was, is_now) {
        (Some(true), true) => Category::Cbc,
        (Some(true), false) => Category::Lbc,
        (Some(false), true) => Category::Gbc,
        (Some(false), false) => Category::Ubc,
        (None, true) => Category::Gic,
        (None, false) => Category::Uic,
    }
}

/// Lines of the base that an unstable block lies on, ascending.
fn unstable_lines(side: &Side<'_>) -> Vec<u32> {
    let counted = side.report.map_or(&[][..], |report| &report.lines);
    let mut lines = Vec::new();
    for extent in side.unstable {
        let from = counted.partition_point(|(line, _)| *line < extent.start.line);
        let within = counted.get(from..).unwrap_or_default().iter().map(|(line, _)| *line);
        let within = within.take_while(|line| *line <= extent.end.line);
        lines.extend(within.filter(|line| touches(side, extent, *line)));
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Whether a block has code on a line.
fn touches(side: &Side<'_>, extent: &Extent, line: u32) -> bool {
    let Some(source) = side.source else { return line < extent.end.line || extent.end.col > 2 };
    let (Some((mut from, mut to)), start, end) = (source.code.line(line), extent.start, extent.end) else {
        return false;
    };
    if line == end.line {
        to = to.min(from.saturating_add(end.col.saturating_sub(1)));
    }
    if line == start.line {
        from = from.saturating_add(start.col.saturating_sub(1));
    }
    source.code.any(from, to)
}

// ---- Statements ------------------------------------------------------------------------------------------------------------

struct Statements {
    categories: Categories,
    lost: Vec<StatementRange>,
    gained: Vec<StatementRange>,
    unstable: u64,
}

impl Statements {
    fn of(pair: &Pair<'_>, mapping: &Mapping<'_>, items: &Items) -> Self {
        let mut categories = Categories::default();
        let mut lost_new = vec![0u64; items.new.len()];
        let mut gained_new = vec![0u64; items.new.len()];
        let mut lost_old = vec![0u64; items.old.len()];
        let vanished = pair.fate == FileFate::Vanished;
        let unstable = items.pair(|category, of, count| {
            categories.add(category, count);
            let list = match (category, of) {
                (Category::Lbc, Of::Head(at)) => lost_new.get_mut(at),
                (Category::Gbc, Of::Head(at)) => gained_new.get_mut(at),
                (Category::Ecb, Of::Base(at)) if vanished => lost_old.get_mut(at),
                _ => None,
            };
            if let Some(sum) = list {
                *sum += count;
            }
        });
        let head = pair.new.and_then(|side| side.report);
        let mut lost = if vanished {
            ranges(pair.old.and_then(|side| side.report), &items.old, &lost_old)
        } else {
            ranges(head, &items.new, &lost_new)
        };
        let gained = ranges(head, &items.new, &gained_new);
        for range in lost.iter_mut().filter(|_| vanished) {
            range.first = mapping.to_head(range.first).unwrap_or(range.first);
            range.last = mapping.to_head(range.last).unwrap_or(range.last).max(range.first);
        }
        Self { categories, lost, gained, unstable }
    }
}

/// Runs of these items of one function: nothing else that counts stands between them.
fn ranges(report: Option<&FileReport>, items: &[Item], counts: &[u64]) -> Vec<StatementRange> {
    let functions = report.map_or(&[][..], |report| &report.functions);
    let mut order: Vec<(&Item, u64)> = items.iter().zip(counts.iter().copied()).collect();
    order.retain(|(item, _)| item.covered + item.missed > 0);
    order.sort_by_key(|(item, _)| item.lines);
    let mut ranges: Vec<StatementRange> = Vec::new();
    let mut open = false;
    for (item, count) in order {
        if count == 0 {
            open = false;
            continue;
        }
        let function = function_at(functions, item.lines.0).map_or("", |function| &function.name);
        match ranges.last_mut() {
            Some(range) if open && range.function == function => {
                range.last = range.last.max(item.lines.1);
                range.statements += count;
            }
            _ => ranges.push(StatementRange {
                first: item.lines.0,
                last: item.lines.1,
                function: function.to_owned(),
                statements: count,
            }),
        }
        open = true;
    }
    ranges
}

/// The function that a line lies in.
fn function_at(functions: &[FunctionReport], line: u32) -> Option<&FunctionReport> {
    let at = functions.partition_point(|function| function.extent.end.line < line);
    functions.get(at).filter(|function| function.extent.start.line <= line)
}

// ---- Functions -------------------------------------------------------------------------------------------------------------

struct Functions {
    categories: Categories,
    unstable: u64,
}

/// What a function is on one side.
struct State {
    /// Whether the change touches its code.
    touched: bool,
    /// Whether it is covered, where it counts at all.
    covered: Option<bool>,
    /// Whether some of several baselines cover it.
    unstable: bool,
}

/// What tells a function from the others of its file: its name. A literal is named after its place, so that of the head counts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known<'a> {
    Name(&'a str),
    Place(u32, u32),
}

impl Functions {
    /// A function with the same name is the same function; its body may have changed.
    fn of(pair: &Pair<'_>, mapping: &Mapping<'_>, items: &Items) -> Self {
        let old = states(pair.old, &items.old, |line| mapping.to_head(line));
        let new = states(pair.new, &items.new, |line| (!mapping.is_added(line)).then_some(line));
        let mut functions = Self { categories: Categories::default(), unstable: 0 };
        let counts = &mut functions.categories;
        // Where no source tells which functions there were, one that is not known may just not have counted.
        let tells = |side: Option<&Side<'_>>| side.is_some_and(|side| side.source.is_some());
        let knows_old = matches!(mapping, Mapping::New) || tells(pair.old);
        let knows_new = matches!(mapping, Mapping::Gone) || tells(pair.new);
        for (known, state) in &new {
            let Some(is_now) = state.covered else { continue };
            let is_new = if is_now { Category::Gnc } else { Category::Unc };
            match old.get(known) {
                Some(before) if before.touched || state.touched => match before.covered {
                    Some(true) if !is_now => counts.add(Category::Lbc, 1),
                    Some(was) => {
                        counts.add(is_new, 1);
                        counts.add(if was { Category::Dcb } else { Category::Dub }, 1);
                    }
                    None => counts.add(category(None, is_now), 1),
                },
                Some(before) => {
                    counts.add(category(before.covered, is_now), 1);
                    let is_missed = before.covered == Some(false) && !is_now;
                    functions.unstable += u64::from(is_missed && before.unstable);
                }
                None if knows_old => counts.add(is_new, 1),
                None => counts.add(category(None, is_now), 1),
            }
        }
        for (known, state) in &old {
            let Some(was) = state.covered else { continue };
            match new.get(known).map(|after| after.covered) {
                Some(Some(_)) => {}
                None if knows_new => counts.add(if was { Category::Dcb } else { Category::Dub }, 1),
                Some(None) | None => counts.add(if was { Category::Ecb } else { Category::Eub }, 1),
            }
        }
        functions
    }
}

/// The functions of a side. `place` gives the line of the head that a line is.
fn states<'a>(
    side: Option<&Side<'a>>,
    items: &[Item],
    place: impl Fn(u32) -> Option<u32>,
) -> BTreeMap<Known<'a>, State> {
    let Some(report) = side.and_then(|side| side.report) else { return BTreeMap::new() };
    let lines = |is_wanted: fn(&Item) -> bool| {
        let mut lines: Vec<u32> =
            items.iter().filter(|item| is_wanted(item)).map(|item| item.lines.0).collect();
        lines.sort_unstable();
        lines
    };
    let (touched, unstable) = (lines(|item| item.key.is_none()), lines(|item| item.unstable > 0));
    let functions = report.functions.iter().map(|function| {
        let (first, last) = (function.extent.start.line, function.extent.end.line);
        let has = |lines: &[u32]| {
            let from = lines.partition_point(|line| *line < first);
            lines.get(from).is_some_and(|line| *line <= last)
        };
        let known = match place(first) {
            Some(line) if is_named_by_place(function) => Known::Place(line, function.extent.start.col),
            _ => Known::Name(&function.name),
        };
        let covered = (function.statements.total > 0).then_some(function.statements.covered > 0);
        (known, State { touched: has(&touched), covered, unstable: has(&unstable) })
    });
    functions.collect()
}

/// `func.L12.C7`: nothing in the source gives it a name.
fn is_named_by_place(function: &FunctionReport) -> bool {
    function.literal && function.name.starts_with("func.L")
}
