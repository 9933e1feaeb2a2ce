//! One file: its lines, statements and functions in their categories.

use std::collections::BTreeMap;

use super::items::{Item, Items, Of};
use super::mapping::Mapping;
use super::{Pair, Side};
use crate::model::{
    Categories, Category, CompareFile, Comparison, Extent, FileFate, FileReport, FunctionReport, LineSet,
    LostRange,
};

/// Compares the two sides of a file.
pub(super) fn compare(pair: &Pair<'_>) -> CompareFile {
    let mapping = Mapping::of(pair.change);
    let (old, new) = (pair.old, pair.new);
    let mut numbers = Comparison::default();
    let lines = Lines::of(pair, &mapping);
    numbers.categories.lines = lines.counts();
    let items = Items::of(old, new, &mapping);
    let statements = Statements::of(pair, &items);
    numbers.categories.statements = statements.categories;
    numbers.categories.functions = functions(pair, &mapping, &items);
    let vanished = pair.fate == FileFate::Vanished;
    let lost = |categories: &Categories| {
        categories.of(Category::Lbc) + if vanished { categories.of(Category::Ecb) } else { 0 }
    };
    numbers.lost.statements = lost(&numbers.categories.statements);
    numbers.lost.lines = lost(&numbers.categories.lines);
    numbers.lost.functions = lost(&numbers.categories.functions);
    numbers.unstable.lines = lines.unstable.count();
    numbers.unstable.statements = statements.unstable;
    let side = new.or(old);
    CompareFile {
        path: pair.path.to_owned(),
        old_path: old.map(|side| side.path).filter(|path| *path != pair.path).map(str::to_owned),
        package: side.map_or(String::new(), |side| side.package.to_owned()),
        fate: pair.fate,
        change: pair.change.map(|change| change.kind),
        numbers,
        lines: lines.categories,
        unstable_lines: lines.unstable,
        lost: statements.lost,
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
        let mut found: BTreeMap<Category, LineSet> = BTreeMap::new();
        let mut note = |category: Category, line: u32| found.entry(category).or_default().push(line, line);
        let mut moved = Vec::new();
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
        Self { categories: found.into_iter().collect(), unstable }
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
    let Some(report) = side.report else { return Vec::new() };
    let lies_on = |line: u32| side.unstable.iter().any(|extent| touches(side, extent, line));
    if side.unstable.is_empty() {
        return Vec::new();
    }
    report.lines.iter().map(|(line, _)| *line).filter(|line| lies_on(*line)).collect()
}

/// Whether a block has code on a line.
fn touches(side: &Side<'_>, extent: &Extent, line: u32) -> bool {
    if line < extent.start.line || line > extent.end.line {
        return false;
    }
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
    lost: Vec<LostRange>,
    unstable: u64,
}

impl Statements {
    fn of(pair: &Pair<'_>, items: &Items) -> Self {
        let mut categories = Categories::default();
        let mut lost_new = vec![0u64; items.new.len()];
        let mut lost_old = vec![0u64; items.old.len()];
        let mut still_missed = vec![0u64; items.new.len()];
        let vanished = pair.fate == FileFate::Vanished;
        items.pair(|category, of, count| {
            categories.add(category, count);
            let list = match (category, of) {
                (Category::Lbc, Of::Head(at)) => lost_new.get_mut(at),
                (Category::Ecb, Of::Base(at)) if vanished => lost_old.get_mut(at),
                (Category::Ubc, Of::Head(at)) => still_missed.get_mut(at),
                _ => None,
            };
            if let Some(sum) = list {
                *sum += count;
            }
        });
        let lost = if vanished {
            ranges(pair.old.and_then(|side| side.report), &items.old, &lost_old)
        } else {
            ranges(pair.new.and_then(|side| side.report), &items.new, &lost_new)
        };
        let unstable = pair.old.map_or(0, |side| unstable_statements(side, items, &still_missed));
        Self { categories, lost, unstable }
    }
}

/// Statements that are missed on both sides, and lie on lines of the base that only some baselines cover.
fn unstable_statements(side: &Side<'_>, items: &Items, still_missed: &[u64]) -> u64 {
    if side.unstable.is_empty() {
        return 0;
    }
    let shaky = unstable_lines(side);
    let old: BTreeMap<_, _> = items
        .old
        .iter()
        .filter_map(|item| Some((item.key?, shaky.binary_search(&item.lines.0).is_ok())))
        .collect();
    let is_shaky = |item: &Item| item.key.and_then(|key| old.get(&key).copied()).unwrap_or(false);
    items.new.iter().zip(still_missed).filter(|(item, _)| is_shaky(item)).map(|(_, count)| *count).sum()
}

/// Runs of lost items of one function: nothing else that counts stands between them.
fn ranges(report: Option<&FileReport>, items: &[Item], lost: &[u64]) -> Vec<LostRange> {
    let functions = report.map_or(&[][..], |report| &report.functions);
    let mut order: Vec<(&Item, u64)> = items.iter().zip(lost.iter().copied()).collect();
    order.retain(|(item, _)| item.covered + item.missed > 0);
    order.sort_by_key(|(item, _)| item.lines);
    let mut ranges: Vec<LostRange> = Vec::new();
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
            _ => ranges.push(LostRange {
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

/// A function with the same name is the same function; its body may have changed.
fn functions(pair: &Pair<'_>, mapping: &Mapping<'_>, items: &Items) -> Categories {
    let (old, new) = (states(pair.old, &items.old), states(pair.new, &items.new));
    let mut counts = Categories::default();
    let all_new = matches!(mapping, Mapping::New);
    for (name, (touched, is_now)) in &new {
        let Some(is_now) = *is_now else { continue };
        let gained_or_not = |gained, not| if is_now { gained } else { not };
        match old.get(name) {
            Some((was_touched, Some(was))) if *touched || *was_touched => {
                if *was && !is_now {
                    counts.add(Category::Lbc, 1);
                } else {
                    counts.add(gained_or_not(Category::Gnc, Category::Unc), 1);
                    counts.add(if *was { Category::Dcb } else { Category::Dub }, 1);
                }
            }
            Some((_, was)) => counts.add(category(*was, is_now), 1),
            None if all_new || pair.old.is_some_and(|side| side.source.is_some()) => {
                counts.add(gained_or_not(Category::Gnc, Category::Unc), 1);
            }
            None => counts.add(gained_or_not(Category::Gic, Category::Uic), 1),
        }
    }
    let all_gone = matches!(mapping, Mapping::Gone);
    for (name, (_, was)) in &old {
        let Some(was) = *was else { continue };
        match new.get(name) {
            Some((_, Some(_))) => {}
            None if all_gone || pair.new.is_some_and(|side| side.source.is_some()) => {
                counts.add(if was { Category::Dcb } else { Category::Dub }, 1);
            }
            Some((_, None)) | None => counts.add(if was { Category::Ecb } else { Category::Eub }, 1),
        }
    }
    counts
}

/// Of each function whether the change touches its code, and whether it is covered, where it counts at all.
fn states<'a>(side: Option<&Side<'a>>, items: &[Item]) -> BTreeMap<&'a str, (bool, Option<bool>)> {
    let Some(report) = side.and_then(|side| side.report) else { return BTreeMap::new() };
    let touched = items.iter().filter(|item| item.key.is_none());
    let mut touched: Vec<(u32, u32)> = touched.map(|item| item.lines).collect();
    touched.sort_unstable();
    let functions = report.functions.iter().map(|function| {
        let (first, last) = (function.extent.start.line, function.extent.end.line);
        let from = touched.partition_point(|lines| lines.0 < first);
        let is_touched = touched.get(from).is_some_and(|lines| lines.0 <= last);
        let state = (function.statements.total > 0).then_some(function.statements.covered > 0);
        (function.name.as_str(), (is_touched, state))
    });
    functions.collect()
}
