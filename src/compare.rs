//! The profile of a base and that of a head, both measured, and the change between their trees -> the twelve categories. Pure.
//!
//! A line of the base that the change does not delete is the line of the head with the same rank among those that it does not add.
//! Statements pair when their first lines do, the change touches neither, and their code is equal. Every item of either side falls
//! into exactly one category, so the categories of a side add up to its totals.

mod file;
mod items;
mod mapping;
pub mod suspect;

use std::collections::{BTreeMap, VecDeque};

use crate::model::parallel::in_order;
use crate::model::{
    BaselineFacts, ChangeKind, CompareFile, ComparePackage, CompareReport, Comparison, Extent, FileChange,
    FileFate, FileReport, PerMetric, Source,
};

/// A file on one side.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Path relative to the top of the repository.
    pub path: &'a str,
    /// Import path of its package.
    pub package: &'a str,
    /// Its numbers; `None` when the profile does not have it, or when it is left out.
    pub report: Option<&'a FileReport>,
    /// Whether it is left out by include, exclude, scope or `--generated`.
    pub excluded: bool,
    /// Its source with its statements, when the blocks of the profile are places in it. Of a file that did not change both sides
    /// may have the same one.
    pub source: Option<&'a Source>,
    /// The bytes of that source; needed of changed files alone.
    pub text: Option<&'a [u8]>,
    /// Blocks that some of several baselines cover and others do not. Those count as not covered.
    pub unstable: &'a [Extent],
}

/// What else the report says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// As in [`CompareReport::baselines`].
    pub baselines: Vec<BaselineFacts>,
    /// As in [`CompareReport::base`].
    pub base: Option<String>,
    /// As in [`CompareReport::origin`].
    pub origin: String,
    /// What the baselines record as the lowest number of missed items, where they do.
    pub ratchet: Option<PerMetric<u64>>,
}

/// The two sides of one file.
#[derive(Debug, Clone, Copy)]
struct Pair<'a> {
    /// Path in the head; of a deleted file: in the base.
    path: &'a str,
    old: Option<&'a Side<'a>>,
    new: Option<&'a Side<'a>>,
    change: Option<&'a FileChange>,
    fate: FileFate,
}

/// Compares. Files in any order; `changes` holds every file in which the trees differ.
pub fn compare(old: &[Side<'_>], new: &[Side<'_>], changes: &[FileChange], facts: Facts) -> CompareReport {
    let pairs = pairs(old, new, changes);
    let mut files: Vec<CompareFile> = in_order(&pairs, file::compare);
    files.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.fate.cmp(&b.fate)));
    let mut numbers = Comparison::default();
    let mut packages: BTreeMap<&str, Comparison> = BTreeMap::new();
    for file in &files {
        numbers += file.numbers;
        *packages.entry(&file.package).or_default() += file.numbers;
    }
    let packages =
        packages.into_iter().map(|(path, numbers)| ComparePackage { path: path.to_owned(), numbers });
    let Facts { baselines, base, origin, ratchet } = facts;
    let categories = &numbers.categories;
    let ratchet = ratchet.unwrap_or(PerMetric {
        statements: categories.statements.base().missed(),
        lines: categories.lines.base().missed(),
        functions: categories.functions.base().missed(),
    });
    CompareReport { baselines, base, origin, numbers, ratchet, packages: packages.collect(), files }
}

/// Which file of the base is which file of the head. Each file of either side is in one pair.
fn pairs<'a>(old: &'a [Side<'a>], new: &'a [Side<'a>], changes: &'a [FileChange]) -> Vec<Pair<'a>> {
    let mut by_new: BTreeMap<&str, &FileChange> = BTreeMap::new();
    let mut by_old: BTreeMap<&str, &FileChange> = BTreeMap::new();
    for change in changes {
        if change.kind != ChangeKind::Deleted {
            by_new.insert(&change.path, change);
        }
        if !matches!(change.kind, ChangeKind::Added | ChangeKind::Copied) {
            by_old.insert(change.old_path.as_deref().unwrap_or(&change.path), change);
        }
    }
    // Names outside the tree may share a printed path: they pair in their order.
    let mut waiting: BTreeMap<&str, VecDeque<&Side<'_>>> = BTreeMap::new();
    for side in old.iter().filter(|side| side.report.is_some()) {
        waiting.entry(side.path).or_default().push_back(side);
    }
    let mut pairs = Vec::new();
    for side in new {
        let change = by_new.get(side.path).copied();
        let before = match change.map(|change| (change.kind, change.old_path.as_deref())) {
            Some((ChangeKind::Added | ChangeKind::Copied, _)) => None,
            Some((_, Some(path))) => Some(path),
            _ => Some(side.path),
        };
        let other = before.and_then(|path| waiting.get_mut(path)?.pop_front());
        let fate = match (other, change) {
            (Some(_), _) if side.report.is_some() => FileFate::Both,
            (Some(_), _) if side.excluded => FileFate::Excluded,
            (Some(_), _) => FileFate::Vanished,
            (None, _) if side.report.is_none() => continue,
            (None, Some(change)) if matches!(change.kind, ChangeKind::Added | ChangeKind::Copied) => {
                FileFate::Added
            }
            (None, _) => FileFate::Appeared,
        };
        pairs.push(Pair { path: side.path, old: other, new: Some(side), change, fate });
    }
    for side in waiting.into_values().flatten() {
        let change = by_old.get(side.path).copied();
        let is_deleted = change.is_some_and(|change| change.kind == ChangeKind::Deleted);
        let path = change.map_or(side.path, |change| &change.path);
        let fate = if is_deleted { FileFate::Deleted } else { FileFate::Vanished };
        pairs.push(Pair { path, old: Some(side), new: None, change, fate });
    }
    pairs
}
