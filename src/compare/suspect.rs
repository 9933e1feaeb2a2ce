//! Signs that a baseline, a profile or a diff is not what it is given for.

use std::collections::BTreeMap;

use super::{Pair, Side, pairs};
use crate::model::{
    Block, Categories, Category, ChangeKind, CompareReport, FileChange, FileFate, FileReport, RuleSet,
    Source, StatementIndex,
};

/// Fewer unchanged lines than this say nothing of a convention.
const MIN_LINES: u64 = 10;
/// More than this share of them, in percent, must be known to one side only.
const MAX_SHARE: u64 = 20;

/// What is suspicious of a file (its path in the head).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suspicion {
    /// The baseline's blocks are those of the head's text and not of the base's.
    AtHead {
        /// Which file.
        path: String,
    },
    /// The change does not lead from the base to the head: without what it deletes and adds, the numbers of lines differ.
    Length {
        /// Which file.
        path: String,
    },
    /// A large part of the unchanged lines is known to one side only.
    Convention {
        /// Which file.
        path: String,
        /// How large, in percent.
        share: u64,
        /// Rule set of the baseline.
        base: Option<RuleSet>,
        /// Rule set of the profile.
        head: Option<RuleSet>,
    },
    /// The file changed, its profile is that of the baseline to the byte, and does not fit the changed text.
    CachedTests {
        /// Which file.
        path: String,
    },
}

/// What shows before anything is compared.
pub fn suspicions(old: &[Side<'_>], new: &[Side<'_>], changes: &[FileChange]) -> Vec<Suspicion> {
    pairs(old, new, changes).iter().filter_map(of_pair).collect()
}

fn of_pair(pair: &Pair<'_>) -> Option<Suspicion> {
    let change =
        pair.change.filter(|change| matches!(change.kind, ChangeKind::Modified | ChangeKind::Renamed))?;
    let (old, new) = (pair.old?, pair.new?);
    let path = pair.path.to_owned();
    if let (Some(before), Some(after)) = (old.source, new.source) {
        let kept = lines(before).checked_sub(change.deleted.count());
        let there = lines(after).checked_sub(change.added.count());
        if kept != there || kept.is_none() {
            return Some(Suspicion::Length { path });
        }
    }
    let (base, head) = (old.report?, new.report?);
    if change.added.is_empty() && change.deleted.is_empty() {
        return None;
    }
    let shifts = change.added.count() != change.deleted.count();
    if shifts
        && misses_its_text(base)
        && new.source.is_some_and(|source| StatementIndex::new(source).explains(&base.blocks))
    {
        return Some(Suspicion::AtHead { path });
    }
    (misses_its_text(head) && is_equal(base, head)).then_some(Suspicion::CachedTests { path })
}

/// As `git diff` counts them: none in an empty file.
fn lines(source: &Source) -> u64 {
    if source.code.is_empty() { 0 } else { u64::from(source.code.lines()) }
}

/// Whether its source is at hand and its blocks are no places in it.
fn misses_its_text(report: &FileReport) -> bool {
    report.has_source && !report.positions_fit && !report.blocks.is_empty()
}

fn is_equal(a: &FileReport, b: &FileReport) -> bool {
    let row = |block: &Block| (block.extent, block.stmts, block.count > 0);
    a.blocks.iter().map(row).eq(b.blocks.iter().map(row))
}

/// What shows in the comparison.
pub fn conventions(report: &CompareReport, old: &[Side<'_>], new: &[Side<'_>]) -> Vec<Suspicion> {
    let rules = |sides: &[Side<'_>]| -> BTreeMap<String, Option<RuleSet>> {
        let known = sides.iter().filter_map(|side| Some((side.path.to_owned(), side.report?.rule_set)));
        known.collect()
    };
    let mut found = Vec::new();
    let mut sides = None;
    for file in report.files.iter().filter(|file| file.fate == FileFate::Both) {
        let lines = &file.numbers.categories.lines;
        let one = sum(lines, &[Category::Ecb, Category::Eub, Category::Gic, Category::Uic]);
        let both = sum(lines, &[Category::Lbc, Category::Ubc, Category::Gbc, Category::Cbc]);
        if one + both < MIN_LINES || one * 100 <= MAX_SHARE * (one + both) {
            continue;
        }
        let (base, head) = sides.get_or_insert_with(|| (rules(old), rules(new)));
        let of = |rules: &BTreeMap<String, Option<RuleSet>>, path: &str| rules.get(path).copied().flatten();
        found.push(Suspicion::Convention {
            path: file.path.clone(),
            share: one * 100 / (one + both),
            base: of(base, file.old_path.as_deref().unwrap_or(&file.path)),
            head: of(head, &file.path),
        });
    }
    found
}

fn sum(categories: &Categories, of: &[Category]) -> u64 {
    of.iter().map(|category| categories.of(*category)).sum()
}
