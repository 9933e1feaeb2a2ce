//! What a baseline and the present run differ in: twelve categories of lines, statements and functions, per file, package and in
//! all. Made by `compare`; the names are those of genhtml's differential coverage.

use super::change::{ChangeKind, LineSet};
use super::gate::Metric;
use super::profile::{Mode, RuleSet};
use super::tally::Tally;

/// What became of an item between base and head, in the order in which they are shown.
///
/// An item is covered, coverable but not covered, or not coverable (also: the profile does not know its file).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Uncovered new: added, not covered.
    Unc,
    /// Lost baseline: unchanged, was covered, is not.
    Lbc,
    /// Uncovered included: unchanged, was not coverable, is not covered.
    Uic,
    /// Uncovered baseline: unchanged, was and is not covered.
    Ubc,
    /// Gained baseline: unchanged, was not covered, is.
    Gbc,
    /// Gained included: unchanged, was not coverable, is covered.
    Gic,
    /// Gained new: added, covered.
    Gnc,
    /// Covered baseline: unchanged, was and is covered.
    Cbc,
    /// Excluded uncovered: unchanged, was not covered, is not coverable.
    Eub,
    /// Excluded covered: unchanged, was covered, is not coverable.
    Ecb,
    /// Deleted uncovered.
    Dub,
    /// Deleted covered.
    Dcb,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Unc,
        Self::Lbc,
        Self::Uic,
        Self::Ubc,
        Self::Gbc,
        Self::Gic,
        Self::Gnc,
        Self::Cbc,
        Self::Eub,
        Self::Ecb,
        Self::Dub,
        Self::Dcb,
    ];

    /// The three letters in JSON and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unc => "UNC",
            Self::Lbc => "LBC",
            Self::Uic => "UIC",
            Self::Ubc => "UBC",
            Self::Gbc => "GBC",
            Self::Gic => "GIC",
            Self::Gnc => "GNC",
            Self::Cbc => "CBC",
            Self::Eub => "EUB",
            Self::Ecb => "ECB",
            Self::Dub => "DUB",
            Self::Dcb => "DCB",
        }
    }

    /// A few words for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::Unc => "new, not covered",
            Self::Lbc => "lost: was covered, is not",
            Self::Uic => "unchanged, counted now, not covered",
            Self::Ubc => "unchanged, not covered before and now",
            Self::Gbc => "gained: was not covered, is",
            Self::Gic => "unchanged, counted now, covered",
            Self::Gnc => "new, covered",
            Self::Cbc => "unchanged, covered before and now",
            Self::Eub => "no longer counted, was not covered",
            Self::Ecb => "no longer counted, was covered",
            Self::Dub => "deleted, was not covered",
            Self::Dcb => "deleted, was covered",
        }
    }

    /// What it adds to the totals of the head: `None` for nothing, else whether it is covered there.
    pub fn head(self) -> Option<bool> {
        match self {
            Self::Unc | Self::Lbc | Self::Uic | Self::Ubc => Some(false),
            Self::Gbc | Self::Gic | Self::Gnc | Self::Cbc => Some(true),
            Self::Eub | Self::Ecb | Self::Dub | Self::Dcb => None,
        }
    }

    /// What it adds to the totals of the base.
    pub fn base(self) -> Option<bool> {
        match self {
            Self::Ubc | Self::Gbc | Self::Eub | Self::Dub => Some(false),
            Self::Lbc | Self::Cbc | Self::Ecb | Self::Dcb => Some(true),
            Self::Unc | Self::Uic | Self::Gic | Self::Gnc => None,
        }
    }

    /// Whether line numbers of it are those of the base: the line is not there any more.
    pub fn is_deleted(self) -> bool {
        matches!(self, Self::Dub | Self::Dcb)
    }
}

/// How many items of each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Categories([u64; 12]);

impl Categories {
    /// The number of one category.
    pub fn of(&self, category: Category) -> u64 {
        self.0.get(category as usize).copied().unwrap_or(0)
    }

    /// Adds items.
    pub fn add(&mut self, category: Category, items: u64) {
        if let Some(count) = self.0.get_mut(category as usize) {
            *count += items;
        }
    }

    /// Each category with its number, in the order of [`Category::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Category, u64)> + '_ {
        Category::ALL.into_iter().zip(self.0)
    }

    /// The totals of the head: equal to those of the profile itself.
    pub fn head(&self) -> Tally {
        self.sum(Category::head)
    }

    /// The totals of the base.
    pub fn base(&self) -> Tally {
        self.sum(Category::base)
    }

    /// The totals of the base without deleted and excluded code: what `no-regress` compares with.
    pub fn remaining_base(&self) -> Tally {
        self.sum(|category| category.base().filter(|_| category.head().is_some()))
    }

    /// Whether nothing became better or worse, came or went.
    pub fn is_unchanged(&self) -> bool {
        self.iter().all(|(category, count)| count == 0 || matches!(category, Category::Cbc | Category::Ubc))
    }

    fn sum(&self, covered: impl Fn(Category) -> Option<bool>) -> Tally {
        let mut tally = Tally::default();
        for (category, count) in self.iter() {
            if let Some(covered) = covered(category) {
                tally.add(count, covered);
            }
        }
        tally
    }
}

impl std::ops::AddAssign for Categories {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

/// One value for each metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerMetric<T> {
    /// Of statements.
    pub statements: T,
    /// Of lines.
    pub lines: T,
    /// Of functions.
    pub functions: T,
}

impl<T: Copy> PerMetric<T> {
    /// The value of a metric.
    pub fn of(&self, metric: Metric) -> T {
        match metric {
            Metric::Statements => self.statements,
            Metric::Lines => self.lines,
            Metric::Functions => self.functions,
        }
    }
}

impl<T: Copy + Ord> PerMetric<T> {
    /// The lower value of each metric.
    #[must_use]
    pub fn lower(self, other: Self) -> Self {
        Self {
            statements: self.statements.min(other.statements),
            lines: self.lines.min(other.lines),
            functions: self.functions.min(other.functions),
        }
    }
}

impl<T: std::ops::AddAssign> std::ops::AddAssign for PerMetric<T> {
    fn add_assign(&mut self, other: Self) {
        self.statements += other.statements;
        self.lines += other.lines;
        self.functions += other.functions;
    }
}

/// The numbers of a file, a package or the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Comparison {
    /// The twelve categories.
    pub categories: PerMetric<Categories>,
    /// Items that lost their coverage: `LBC`, and `ECB` of a vanished file.
    pub lost: PerMetric<u64>,
    /// Items that are not covered now and were covered in some of several baselines only: reported, not lost.
    pub unstable: PerMetric<u64>,
}

impl std::ops::AddAssign for Comparison {
    fn add_assign(&mut self, other: Self) {
        self.categories += other.categories;
        self.lost += other.lost;
        self.unstable += other.unstable;
    }
}

/// Which side knows a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileFate {
    /// Both profiles have it.
    Both,
    /// It is new in the tree.
    Added,
    /// It is no longer in the tree, and the baseline has it.
    Deleted,
    /// The baseline has it, it is in the tree, and the profile does not have it.
    Vanished,
    /// As `Vanished`, but left out by include, exclude, scope or `--generated`: nothing is lost.
    Excluded,
    /// It was in the tree, the profile has it, and the baseline does not.
    Appeared,
}

impl FileFate {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Added => "added",
            Self::Deleted => "deleted",
            Self::Vanished => "vanished",
            Self::Excluded => "excluded",
            Self::Appeared => "appeared",
        }
    }
}

/// A run of statements of one function: all lost, or all gained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRange {
    /// First line, in the head (for a vanished file: in the tree, where it is unchanged).
    pub first: u32,
    /// Last line.
    pub last: u32,
    /// Name of the function; empty when unknown.
    pub function: String,
    /// How many are lost, or gained.
    pub statements: u64,
}

/// A file of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareFile {
    /// Path in the head; of a deleted file: in the base.
    pub path: String,
    /// Path in the base, where it is another one.
    pub old_path: Option<String>,
    /// Import path of its package, in the head where it is there.
    pub package: String,
    /// Whether it is part of the repository, and not of a dependency or the standard library.
    pub in_tree: bool,
    /// Which side knows it.
    pub fate: FileFate,
    /// How the change touches it; `None` when it does not.
    pub change: Option<ChangeKind>,
    /// Numbers.
    pub numbers: Comparison,
    /// Lines of each category that has any, in the order of [`Category::ALL`]. Numbers are those of the head, for deleted lines
    /// those of the base.
    pub lines: Vec<(Category, LineSet)>,
    /// Lines that are not covered now and were in some baselines only.
    pub unstable_lines: LineSet,
    /// What was lost, by position.
    pub lost: Vec<StatementRange>,
    /// What was gained (`GBC`), by position.
    pub gained: Vec<StatementRange>,
    /// Whether statements were compared as blocks, since a source is missing or does not fit.
    pub estimated: bool,
}

impl CompareFile {
    /// Import path of its package and its base name: what a pattern of an import path is matched with.
    pub fn import(&self) -> String {
        let base = self.path.rsplit('/').next().unwrap_or(&self.path);
        format!("{}/{base}", self.package)
    }

    /// The category of a line of the head.
    pub fn line(&self, line: u32) -> Option<Category> {
        let mut head = self.lines.iter().filter(|(category, _)| !category.is_deleted());
        head.find(|(_, lines)| lines.contains(line)).map(|(category, _)| *category)
    }
}

/// A package of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparePackage {
    /// Import path.
    pub path: String,
    /// Numbers.
    pub numbers: Comparison,
}

/// A baseline as reports show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineFacts {
    /// As given.
    pub path: String,
    /// What it is: `baseline`, `text` or `binary`.
    pub kind: &'static str,
    /// The commit that it records; `None` for a profile.
    pub commit: Option<String>,
    /// Its mode.
    pub mode: Mode,
    /// The rule set of its blocks, where one could be told.
    pub rule_set: Option<RuleSet>,
}

/// The whole comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareReport {
    /// What was compared with.
    pub baselines: Vec<BaselineFacts>,
    /// Full commit id of the base side; `None` when the change came from a diff, or there is no repository.
    pub base: Option<String>,
    /// How lines of the base were brought to the head: a sentence for people.
    pub origin: String,
    /// Numbers of the whole.
    pub numbers: Comparison,
    /// Missed items that `max-missed auto` allows: the lowest number that the baseline records.
    pub ratchet: PerMetric<u64>,
    /// Packages of either side, by path.
    pub packages: Vec<ComparePackage>,
    /// Files of either side, by path.
    pub files: Vec<CompareFile>,
}

impl CompareReport {
    /// The file of this path in the head.
    pub fn file(&self, path: &str) -> Option<&CompareFile> {
        let at = self.files.partition_point(|file| file.path.as_str() < path);
        let mut same = self.files.get(at..)?.iter().take_while(|file| file.path == path);
        same.find(|file| file.fate != FileFate::Deleted)
    }

    /// The package of this path.
    pub fn package(&self, path: &str) -> Option<&ComparePackage> {
        let at = self.packages.binary_search_by(|package| package.path.as_str().cmp(path)).ok()?;
        self.packages.get(at)
    }

    /// Files with a loss, the largest first.
    pub fn losing(&self) -> Vec<&CompareFile> {
        let mut files: Vec<&CompareFile> = self
            .files
            .iter()
            .filter(|file| file.numbers.lost.statements + file.numbers.lost.lines > 0)
            .collect();
        files.sort_by(|a, b| {
            let key = |file: &CompareFile| (file.numbers.lost.statements, file.numbers.lost.lines);
            key(b).cmp(&key(a)).then_with(|| a.path.cmp(&b.path))
        });
        files
    }

    /// Files with statements that were gained, the largest gain first.
    pub fn gaining(&self) -> Vec<&CompareFile> {
        let mut files: Vec<&CompareFile> = self.files.iter().filter(|file| !file.gained.is_empty()).collect();
        let gained = |file: &CompareFile| file.numbers.categories.statements.of(Category::Gbc);
        files.sort_by(|a, b| gained(b).cmp(&gained(a)).then_with(|| a.path.cmp(&b.path)));
        files
    }

    /// Files that are in the tree and in the baseline, and no longer in the profile; the largest loss first.
    pub fn vanished(&self) -> Vec<&CompareFile> {
        let mut files: Vec<&CompareFile> =
            self.files.iter().filter(|file| file.fate == FileFate::Vanished).collect();
        files.sort_by_key(|file| std::cmp::Reverse((file.numbers.lost.statements, file.numbers.lost.lines)));
        files
    }

    /// Whether any number is an estimate.
    pub fn estimated(&self) -> bool {
        self.files.iter().any(|file| file.estimated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_add_up_to_the_totals_of_both_sides() {
        let mut all = Categories::default();
        for (category, count) in Category::ALL.into_iter().zip(1..) {
            all.add(category, count);
        }
        // UNC 1 LBC 2 UIC 3 UBC 4 GBC 5 GIC 6 GNC 7 CBC 8 EUB 9 ECB 10 DUB 11 DCB 12
        assert_eq!(all.head(), Tally::new(26, 36));
        assert_eq!(all.base(), Tally::new(32, 61));
        assert_eq!(all.remaining_base(), Tally::new(10, 19));
        assert_eq!(all.of(Category::Dcb), 12);
        assert!(!all.is_unchanged());
    }
}
