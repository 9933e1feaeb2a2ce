//! The categories once more, by the definition and byte by byte: lines by their rank, statements one by one, nothing indexed.

use coverdict::measure::lines::Lines;
use coverdict::model::{
    Block, Categories, Category, ChangeKind, CompareFile, FileChange, FileFate, FileReport, LineSet,
    Statement, StatementIndex,
};

use super::laws::{Dice, Half, of, triple};

/// How many triples.
const TRIPLES: u64 = 3_000;
/// No generated file has as many lines.
const LINES: u32 = 300;

/// For each line of the base the one of the head.
fn lines_of_head(change: Option<&FileChange>) -> Vec<(u32, u32)> {
    let others = |lines: Option<&LineSet>| -> Vec<u32> {
        (1..LINES).filter(|line| lines.is_none_or(|lines| !lines.contains(*line))).collect()
    };
    let deleted = others(change.map(|change| &change.deleted));
    deleted.into_iter().zip(others(change.map(|change| &change.added))).collect()
}

fn report(half: Option<&Half>) -> Option<&FileReport> {
    half?.measured.packages.first()?.files.first()
}

/// What two states make of an item that the change leaves alone.
fn category(was: Option<bool>, is_now: Option<bool>) -> Option<Category> {
    Some(match (was, is_now) {
        (None, None) => return None,
        (Some(true), Some(true)) => Category::Cbc,
        (Some(true), Some(false)) => Category::Lbc,
        (Some(false), Some(true)) => Category::Gbc,
        (Some(false), Some(false)) => Category::Ubc,
        (None, Some(true)) => Category::Gic,
        (None, Some(false)) => Category::Uic,
        (Some(true), None) => Category::Ecb,
        (Some(false), None) => Category::Eub,
    })
}

fn added(is_now: bool) -> Category {
    if is_now { Category::Gnc } else { Category::Unc }
}

fn deleted(was: bool) -> Category {
    if was { Category::Dcb } else { Category::Dub }
}

/// Categories of lines, and how many are unstable.
fn of_lines(old: Option<&Half>, new: Option<&Half>, change: Option<&FileChange>) -> (Categories, u64) {
    let state = |half: Option<&Half>, line: u32| -> Option<bool> {
        let lines = &report(half)?.lines;
        lines.iter().find(|(known, _)| *known == line).map(|(_, hits)| *hits > 0)
    };
    let shaky = |line: u32| {
        old.is_some_and(|half| {
            let blocks = report(old).map_or(&[][..], |report| &report.blocks);
            let mut blocks = blocks.iter().filter(|block| half.unstable.contains(&block.extent));
            blocks.any(|block| {
                let own: &[Block] = std::slice::from_ref(block);
                let lines = if half.shown { Lines::code(own, &half.source.code) } else { Lines::trim(own).0 };
                lines.hits.iter().any(|(known, _)| *known == line)
            })
        })
    };
    let (mut counts, mut unstable) = (Categories::default(), 0);
    let pairs = lines_of_head(change);
    for &(before, now) in &pairs {
        if let Some(category) = category(state(old, before), state(new, now)) {
            counts.add(category, 1);
            unstable += u64::from(category == Category::Ubc && shaky(before));
        }
    }
    for line in 1..LINES {
        if !pairs.iter().any(|(_, now)| *now == line)
            && let Some(state) = state(new, line)
        {
            counts.add(added(state), 1);
        }
        if !pairs.iter().any(|(before, _)| *before == line)
            && let Some(state) = state(old, line)
        {
            counts.add(deleted(state), 1);
        }
    }
    (counts, unstable)
}

/// A statement of a source.
struct Item {
    line: u32,
    /// Its bytes without layout, comments and bodies of literals.
    code: Vec<u8>,
    touched: bool,
    /// A state for each time that the profile counts it; and how many of those that are missed are unstable.
    states: Vec<bool>,
    unstable: u64,
}

fn items(half: &Half, changed: Option<&LineSet>) -> Option<Vec<Item>> {
    let source = &half.source;
    let mut items: Vec<Item> = source.statements.iter().map(|one| item(half, one, changed)).collect();
    let index = StatementIndex::new(source);
    for block in report(Some(half)).map_or(&[][..], |report| &report.blocks) {
        if block.stmts == 0 {
            continue;
        }
        let counted = index.of(block)?;
        for at in counted.inside.iter().chain(&counted.besides) {
            let item = &mut items[*at as usize];
            item.states.push(block.count > 0);
            item.unstable += u64::from(half.unstable.contains(&block.extent));
        }
    }
    Some(items)
}

fn item(half: &Half, statement: &Statement, changed: Option<&LineSet>) -> Item {
    let source = &half.source;
    let own = (statement.start..statement.end).filter(|at| {
        let inside = |&(from, to): &(u32, u32)| statement.start < from && from <= *at && *at < to;
        source.code.any(*at, *at + 1) && !source.literals.iter().any(inside)
    });
    let own: Vec<u32> = own.collect();
    let is_changed = |at: u32| changed.is_some_and(|lines| lines.contains(source.code.position(at).line));
    Item {
        line: source.code.position(statement.start).line,
        code: own.iter().map(|at| half.text[*at as usize]).collect(),
        touched: is_changed(statement.start) || own.iter().any(|at| is_changed(*at)),
        states: Vec::new(),
        unstable: 0,
    }
}

/// Categories of statements where both sides tell them, and how many are unstable.
fn of_statements(old: &Half, new: &Half, change: Option<&FileChange>) -> Option<(Categories, u64)> {
    let mut old = items(old, change.map(|change| &change.deleted))?;
    let pairs = lines_of_head(change);
    let (mut counts, mut unstable) = (Categories::default(), 0);
    for now in items(new, change.map(|change| &change.added))? {
        let other = old.iter().position(|before| {
            let follows = pairs.contains(&(before.line, now.line));
            !now.touched && !before.touched && follows && before.code == now.code
        });
        let Some(other) = other else {
            now.states.iter().for_each(|state| counts.add(added(*state), 1));
            continue;
        };
        let before = old.remove(other);
        let count = |states: &[bool], state: bool| states.iter().filter(|one| **one == state).count() as u64;
        let (mut was, mut is_now) = ([0; 2], [0; 2]);
        for state in [false, true] {
            was[usize::from(state)] = count(&before.states, state);
            is_now[usize::from(state)] = count(&now.states, state);
        }
        // Equal states first, then what is left.
        for (from, to) in [(0, 0), (1, 1), (1, 0), (0, 1)] {
            while was[from] > 0 && is_now[to] > 0 {
                (was[from], is_now[to]) = (was[from] - 1, is_now[to] - 1);
                let category = category(Some(from == 1), Some(to == 1)).expect("a category");
                counts.add(category, 1);
            }
        }
        unstable += before.unstable.min(count(&before.states, false).min(count(&now.states, false)));
        for state in [0, 1] {
            counts.add(category(Some(state == 1), None).expect("a category"), was[state]);
            counts.add(category(None, Some(state == 1)).expect("a category"), is_now[state]);
        }
    }
    for before in &old {
        before.states.iter().for_each(|state| counts.add(deleted(*state), 1));
    }
    Some((counts, unstable))
}

/// The change that a file is compared through.
fn change_of<'a>(file: &CompareFile, changes: &'a [FileChange]) -> Option<&'a FileChange> {
    changes.iter().find(|change| change.path == file.path)
}

#[test]
fn the_definition_gives_the_same_categories() {
    let (mut statements, mut lines, mut unstable) = (0u64, 0u64, 0u64);
    for seed in 0..TRIPLES {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xFACE);
        let (old, new, changes) = triple(&mut dice);
        for file in of(&old, &new, &changes).files {
            let change = change_of(&file, &changes);
            let before = file.old_path.as_deref().unwrap_or(&file.path);
            let before = old.iter().find(|half| half.path == before && file.fate != FileFate::Added);
            let now = new.iter().find(|half| half.path == file.path && file.fate != FileFate::Deleted);
            let expected = of_lines(before, now, change);
            let told = (file.numbers.categories.lines, file.numbers.unstable.lines);
            assert_eq!(told, expected, "lines of {} of seed {seed}", file.path);
            lines += 1;
            unstable += expected.1;
            let (Some(before), Some(now)) = (before, now) else { continue };
            if change.is_some_and(|change| matches!(change.kind, ChangeKind::Added | ChangeKind::Deleted)) {
                continue;
            }
            let is_told = |half: &Half| half.shown && half.source.broken.is_none();
            if !is_told(before) || !is_told(now) {
                continue;
            }
            let expected = of_statements(before, now, change).expect("a source explains its own blocks");
            let told = (file.numbers.categories.statements, file.numbers.unstable.statements);
            assert_eq!(told, expected, "statements of {} of seed {seed}", file.path);
            assert!(!file.estimated, "{} of seed {seed}", file.path);
            (statements, unstable) = (statements + 1, unstable + expected.1);
        }
    }
    // The generator must not run dry of what is worth looking at.
    assert!(statements > 1_000 && lines > 2_000 && unstable > 500, "{statements} {lines} {unstable}");
}
