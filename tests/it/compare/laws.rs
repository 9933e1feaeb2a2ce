//! Laws that hold for any base, any change and any head: the categories of a side add up to its totals, swapping the sides swaps
//! the categories, a run beside itself has lost and gained nothing.

use std::collections::BTreeMap;

use coverdict::compare::{Facts, Side, compare};
use coverdict::golang::{self, Wanted};
use coverdict::measure::{self, FileFacts, Measured};
use coverdict::model::{
    Block, Categories, Category, ChangeKind, CompareReport, Comparison, ContentKind, Disposition, Extent,
    FileChange, FileName, FileProfile, InputSet, LineModel, LineSet, Located, Mode, PerMetric, Profile,
    RepoPath, RuleSet, Source,
};

/// How many triples.
const TRIPLES: u64 = 10_000;

/// A generator of numbers, the same in each run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one_in(&mut self, most: u64) -> bool {
        self.below(most) == 0
    }
}

/// A statement of one or more lines.
fn statement(dice: &mut Dice) -> Vec<String> {
    let n = dice.below(4);
    let lines: &[&str] = match dice.below(9) {
        0 => &["\tx++"],
        1 => &["\tif x > N {", "\t\tx--", "\t}"],
        2 => &["\tif x > N {", "\t\treturn N", "\t} else if x < N {", "\t\tx = N", "\t}"],
        3 => &["\tx = f(", "\t\tN, // why", "\t\tx,", "\t)"],
        4 => &["\t// a comment", "", "\tx = N; x += N"],
        5 => &["\tg := func() int {", "\t\tx += N", "\t\treturn x", "\t}", "\tx = g()"],
        6 => &["\tfor i := 0; i < N; i++ {", "\t\tx += i", "\t}"],
        7 => &["\tswitch x {", "\tcase N:", "\t\tx = N", "\tdefault:", "\t}"],
        _ => &["\tx = N"],
    };
    lines.iter().map(|line| line.replace('N', &n.to_string())).collect()
}

fn function(dice: &mut Dice) -> Vec<String> {
    let mut lines = vec![format!("func f{}(x int) int {{", dice.below(1000))];
    for _ in 0..dice.below(4) {
        lines.extend(statement(dice));
    }
    lines.extend(["\treturn x".to_owned(), "}".to_owned(), String::new()]);
    lines
}

fn file(dice: &mut Dice) -> Vec<String> {
    let mut lines = vec!["package p".to_owned(), String::new()];
    for _ in 0..=dice.below(3) {
        lines.extend(function(dice));
    }
    lines
}

/// The same with a few edits; what comes out need not be Go.
fn edited(dice: &mut Dice, lines: &[String]) -> Vec<String> {
    let mut new = lines.to_vec();
    for _ in 0..dice.below(4) {
        let at = usize::try_from(dice.below(new.len() as u64)).expect("small").max(1);
        match dice.below(5) {
            0 if at < new.len() => _ = new.remove(at),
            1 if at < new.len() => new[at] = new[at].replace('x', "y"),
            2 => new.insert(at.min(new.len()), "\t// new".to_owned()),
            3 => new.extend(function(dice)),
            _ => {
                let more = statement(dice);
                let at = at.min(new.len());
                new.splice(at..at, more);
            }
        }
    }
    new
}

/// Deleted lines of the old text and added ones of the new, by a longest common subsequence.
fn diff(old: &[String], new: &[String]) -> (LineSet, LineSet) {
    let mut common = vec![vec![0u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut deleted, mut added) = (LineSet::default(), LineSet::default());
    let (mut i, mut j) = (0, 0);
    let number = |at: usize| u32::try_from(at + 1).expect("small");
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j < new.len() && (i == old.len() || common[i][j + 1] >= common[i + 1][j]) {
            added.push(number(j), number(j));
            j += 1;
        } else {
            deleted.push(number(i), number(i));
            i += 1;
        }
    }
    (deleted, added)
}

/// One side of one file.
pub(super) struct Half {
    pub(super) path: String,
    pub(super) text: Vec<u8>,
    pub(super) source: Source,
    pub(super) measured: Measured,
    /// Whether the comparison gets the source.
    pub(super) shown: bool,
    /// Blocks that some baselines cover.
    pub(super) unstable: Vec<Extent>,
}

impl Half {
    fn new(dice: &mut Dice, path: &str, lines: &[String]) -> Self {
        let text = (lines.join("\n") + "\n").into_bytes();
        let source = golang::read(&text, Wanted { blocks: true, ..Wanted::default() });
        let rules = RuleSet::ALL[usize::try_from(dice.below(3)).expect("small")];
        let partly = dice.one_in(4);
        let mut blocks: Vec<Block> = source
            .blocks(rules)
            .filter(|block| block.extent.start < block.extent.end)
            .map(|block| Block {
                extent: block.extent,
                stmts: block.stmts,
                count: dice.below(2),
                inputs: InputSet(0),
            })
            .collect();
        if partly {
            blocks.retain(|_| !dice.one_in(5));
        }
        blocks.sort_by_key(|block| block.extent);
        blocks.dedup_by_key(|block| block.extent);
        let missed = blocks.iter().filter(|block| block.count == 0).map(|block| block.extent);
        let unstable = missed.filter(|_| dice.one_in(4)).collect();
        let name = FileName::new(&format!("m/{path}"));
        let profile = FileProfile { name, id: 0, blocks, rule_set: None, fits_source: Some(true) };
        let located = Located {
            path: RepoPath::new(path),
            source: None,
            package: "m".to_owned(),
            module: None,
            disposition: Disposition::Main,
            guessed: false,
        };
        let mut profile = Profile { mode: Mode::Set, files: vec![profile], input_sets: vec![Vec::new()] };
        let facts =
            FileFacts { located: &located, source: Some(&source), functions: None, fingerprint: None };
        let measured = measure::measure(&mut profile, LineModel::Code, &[], |_| Some(facts), |_| 0);
        Self { path: path.to_owned(), text, source, measured, shown: !dice.one_in(6), unstable }
    }

    pub(super) fn side(&self) -> Side<'_> {
        let report = self.measured.packages.first().and_then(|package| package.files.first());
        let source = Some(&self.source).filter(|source| self.shown && source.broken.is_none());
        Side {
            path: &self.path,
            package: "m",
            report,
            excluded: false,
            source,
            text: Some(&self.text),
            unstable: &self.unstable,
        }
    }
}

fn change(path: &str, old_path: Option<&str>, kind: ChangeKind, lines: (LineSet, LineSet)) -> FileChange {
    FileChange {
        path: path.to_owned(),
        old_path: old_path.map(str::to_owned),
        kind,
        content: ContentKind::Text,
        deleted: lines.0,
        added: lines.1,
        line_endings_only: false,
    }
}

/// Both sides of a few files, and the change between them.
pub(super) fn triple(dice: &mut Dice) -> (Vec<Half>, Vec<Half>, Vec<FileChange>) {
    let (mut old, mut new, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..=dice.below(3) {
        let path = format!("f{at}.go");
        let before = file(dice);
        match dice.below(7) {
            0 => old.push(Half::new(dice, &path, &before)), // vanished
            1 => new.push(Half::new(dice, &path, &before)), // appeared
            2 => {
                old.push(Half::new(dice, &path, &before));
                changes.push(change(&path, None, ChangeKind::Deleted, diff(&before, &[])));
            }
            3 => {
                new.push(Half::new(dice, &path, &before));
                changes.push(change(&path, None, ChangeKind::Added, diff(&[], &before)));
            }
            kind => {
                let after = if kind == 4 { before.clone() } else { edited(dice, &before) };
                let moved = if dice.one_in(4) { format!("moved/f{at}.go") } else { path.clone() };
                old.push(Half::new(dice, &path, &before));
                if !dice.one_in(8) {
                    new.push(Half::new(dice, &moved, &after));
                }
                let lines = diff(&before, &after);
                if moved != path {
                    changes.push(change(&moved, Some(&path), ChangeKind::Renamed, lines));
                } else if after != before {
                    changes.push(change(&path, None, ChangeKind::Modified, lines));
                }
            }
        }
    }
    (old, new, changes)
}

fn reversed(changes: &[FileChange]) -> Vec<FileChange> {
    let one = |change: &FileChange| FileChange {
        path: change.old_path.clone().unwrap_or_else(|| change.path.clone()),
        old_path: change.old_path.as_ref().map(|_| change.path.clone()),
        kind: match change.kind {
            ChangeKind::Added => ChangeKind::Deleted,
            ChangeKind::Deleted => ChangeKind::Added,
            kind => kind,
        },
        added: change.deleted.clone(),
        deleted: change.added.clone(),
        ..change.clone()
    };
    changes.iter().map(one).collect()
}

pub(super) fn of(old: &[Half], new: &[Half], changes: &[FileChange]) -> CompareReport {
    let old: Vec<Side<'_>> = old.iter().map(Half::side).collect();
    let new: Vec<Side<'_>> = new.iter().map(Half::side).collect();
    compare(&old, &new, changes, Facts::default())
}

/// The same, with everything given in the opposite order.
fn upside_down(old: &[Half], new: &[Half], changes: &[FileChange]) -> CompareReport {
    let old: Vec<Side<'_>> = old.iter().rev().map(Half::side).collect();
    let new: Vec<Side<'_>> = new.iter().rev().map(Half::side).collect();
    let changes: Vec<FileChange> = changes.iter().rev().cloned().collect();
    compare(&old, &new, &changes, Facts::default())
}

fn swapped(categories: &Categories) -> BTreeMap<&'static str, u64> {
    let other = |category: Category| match category {
        Category::Unc => Category::Dub,
        Category::Dub => Category::Unc,
        Category::Gnc => Category::Dcb,
        Category::Dcb => Category::Gnc,
        Category::Lbc => Category::Gbc,
        Category::Gbc => Category::Lbc,
        Category::Uic => Category::Eub,
        Category::Eub => Category::Uic,
        Category::Gic => Category::Ecb,
        Category::Ecb => Category::Gic,
        same => same,
    };
    categories.iter().map(|(category, count)| (other(category).name(), count)).collect()
}

fn plain(categories: &Categories) -> BTreeMap<&'static str, u64> {
    categories.iter().map(|(category, count)| (category.name(), count)).collect()
}

#[test]
fn the_laws_hold_for_ten_thousand_triples() {
    let triples = TRIPLES;
    let mut ran = 0u64;
    for seed in 0..triples {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xC0DE);
        let (old, new, changes) = triple(&mut dice);
        let report = of(&old, &new, &changes);
        let totals = |halves: &[Half]| {
            let mut totals = coverdict::model::Totals::default();
            for half in halves {
                totals += half.measured.totals;
            }
            totals
        };
        let (base, head) = (totals(&old), totals(&new));
        let numbers = &report.numbers.categories;
        assert_eq!(numbers.statements.head(), head.statements, "head statements, seed {seed}");
        assert_eq!(numbers.statements.base(), base.statements, "base statements, seed {seed}");
        assert_eq!(numbers.lines.head(), head.lines.tally(), "head lines, seed {seed}");
        assert_eq!(numbers.lines.base(), base.lines.tally(), "base lines, seed {seed}");
        for file in &report.files {
            let half = |halves: &[Half], path: &str| {
                let half = halves.iter().find(|half| half.path == path);
                half.map_or_else(coverdict::model::Totals::default, |half| half.measured.totals)
            };
            let own = &file.numbers.categories;
            let before = half(&old, file.old_path.as_deref().unwrap_or(&file.path));
            let after = half(&new, &file.path);
            for (categories, base, head) in [
                (&own.statements, before.statements, after.statements),
                (&own.lines, before.lines.tally(), after.lines.tally()),
                (&own.functions, before.functions, after.functions),
            ] {
                assert_eq!(categories.base(), base, "base of {} of seed {seed}", file.path);
                assert_eq!(categories.head(), head, "head of {} of seed {seed}", file.path);
            }
            let lines: u64 = file.lines.iter().map(|(_, lines)| lines.count()).sum();
            assert_eq!(
                lines,
                own.lines.iter().map(|(_, count)| count).sum::<u64>(),
                "{} of seed {seed}",
                file.path
            );
            let lost: u64 = file.lost.iter().map(|range| range.statements).sum();
            assert_eq!(lost, file.numbers.lost.statements, "lost of {} of seed {seed}", file.path);
            let gained: u64 = file.gained.iter().map(|range| range.statements).sum();
            assert_eq!(gained, own.statements.of(Category::Gbc), "gained of {} of seed {seed}", file.path);
        }
        let mut sum = Comparison::default();
        report.packages.iter().for_each(|package| sum += package.numbers);
        assert_eq!(sum, report.numbers, "packages, seed {seed}");
        assert_eq!(upside_down(&old, &new, &changes), report, "order, seed {seed}");
        let back = of(&new, &old, &reversed(&changes));
        assert_eq!(
            plain(&back.numbers.categories.statements),
            swapped(&numbers.statements),
            "swap, seed {seed}"
        );
        assert_eq!(
            plain(&back.numbers.categories.lines),
            swapped(&numbers.lines),
            "swapped lines, seed {seed}"
        );
        let same = of(&new, &new, &[]).numbers;
        let all = [same.categories.statements, same.categories.lines, same.categories.functions];
        assert!(all.iter().all(Categories::is_unchanged), "seed {seed}");
        assert_eq!(same.lost, PerMetric::default(), "seed {seed}");
        ran += 1;
    }
    assert_eq!(ran, triples);
}
