//! The field `compare`: what a baseline and this run differ in.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::TallyJson;
use crate::model::{
    BaselineFacts, Categories, Category, ChangeKind, CompareFile, ComparePackage, CompareReport, Comparison,
    LineSet, PerMetric, RuleSet, StatementRange,
};

#[derive(Serialize)]
pub(super) struct CompareJson<'a> {
    baselines: Vec<BaselineJson<'a>>,
    base: Option<&'a str>,
    origin: &'a str,
    estimated: bool,
    #[serde(flatten)]
    numbers: NumbersJson,
    before: SidesJson,
    remaining: SidesJson,
    ratchet: CountsJson,
    packages: Vec<ComparePackageJson<'a>>,
    files: Vec<CompareFileJson<'a>>,
}

#[derive(Serialize)]
struct BaselineJson<'a> {
    path: &'a str,
    kind: &'static str,
    commit: Option<&'a str>,
    mode: &'static str,
    rule_set: Option<&'static str>,
}

#[derive(Serialize)]
struct NumbersJson {
    statements: Twelve,
    lines: Twelve,
    functions: Twelve,
    lost: CountsJson,
    unstable: CountsJson,
}

#[derive(Serialize)]
struct CountsJson {
    statements: u64,
    lines: u64,
    functions: u64,
}

#[derive(Serialize)]
struct SidesJson {
    statements: TallyJson,
    lines: TallyJson,
    functions: TallyJson,
}

#[derive(Serialize)]
struct ComparePackageJson<'a> {
    path: &'a str,
    #[serde(flatten)]
    numbers: NumbersJson,
}

#[derive(Serialize)]
struct CompareFileJson<'a> {
    path: &'a str,
    old_path: Option<&'a str>,
    package: &'a str,
    fate: &'static str,
    kind: Option<&'static str>,
    estimated: bool,
    #[serde(flatten)]
    numbers: NumbersJson,
    line_categories: LinesJson<'a>,
    lost_ranges: Vec<RangeJson<'a>>,
    gained_ranges: Vec<RangeJson<'a>>,
    unstable_lines: &'a [(u32, u32)],
}

#[derive(Serialize)]
struct RangeJson<'a> {
    first: u32,
    last: u32,
    function: &'a str,
    statements: u64,
}

/// All twelve names with their numbers, zeros included.
struct Twelve(Categories);

impl Serialize for Twelve {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Category::ALL.len()))?;
        for (category, count) in self.0.iter() {
            map.serialize_entry(category.name(), &count)?;
        }
        map.end()
    }
}

/// Inclusive ranges of lines by the name of their category.
struct LinesJson<'a>(&'a [(Category, LineSet)]);

impl Serialize for LinesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (category, lines) in self.0 {
            map.serialize_entry(category.name(), lines.ranges())?;
        }
        map.end()
    }
}

impl<'a> CompareJson<'a> {
    pub(super) fn of(report: &'a CompareReport) -> Self {
        let categories = &report.numbers.categories;
        Self {
            baselines: report.baselines.iter().map(BaselineJson::of).collect(),
            base: report.base.as_deref(),
            origin: &report.origin,
            estimated: report.estimated(),
            numbers: NumbersJson::of(&report.numbers),
            before: SidesJson::of(categories, Categories::base),
            remaining: SidesJson::of(categories, Categories::remaining_base),
            ratchet: CountsJson::of(report.ratchet),
            packages: report.packages.iter().map(ComparePackageJson::of).collect(),
            files: report.files.iter().map(CompareFileJson::of).collect(),
        }
    }
}

impl<'a> BaselineJson<'a> {
    fn of(facts: &'a BaselineFacts) -> Self {
        Self {
            path: &facts.path,
            kind: facts.kind,
            commit: facts.commit.as_deref(),
            mode: facts.mode.name(),
            rule_set: facts.rule_set.map(RuleSet::name),
        }
    }
}

impl NumbersJson {
    fn of(numbers: &Comparison) -> Self {
        let categories = numbers.categories;
        Self {
            statements: Twelve(categories.statements),
            lines: Twelve(categories.lines),
            functions: Twelve(categories.functions),
            lost: CountsJson::of(numbers.lost),
            unstable: CountsJson::of(numbers.unstable),
        }
    }
}

impl CountsJson {
    fn of(counts: PerMetric<u64>) -> Self {
        Self { statements: counts.statements, lines: counts.lines, functions: counts.functions }
    }
}

impl SidesJson {
    fn of(categories: &PerMetric<Categories>, side: fn(&Categories) -> crate::model::Tally) -> Self {
        Self {
            statements: TallyJson::of(side(&categories.statements)),
            lines: TallyJson::of(side(&categories.lines)),
            functions: TallyJson::of(side(&categories.functions)),
        }
    }
}

impl<'a> ComparePackageJson<'a> {
    fn of(package: &'a ComparePackage) -> Self {
        Self { path: &package.path, numbers: NumbersJson::of(&package.numbers) }
    }
}

impl<'a> CompareFileJson<'a> {
    fn of(file: &'a CompareFile) -> Self {
        Self {
            path: &file.path,
            old_path: file.old_path.as_deref(),
            package: &file.package,
            fate: file.fate.name(),
            kind: file.change.map(ChangeKind::name),
            estimated: file.estimated,
            numbers: NumbersJson::of(&file.numbers),
            line_categories: LinesJson(&file.lines),
            lost_ranges: file.lost.iter().map(RangeJson::of).collect(),
            gained_ranges: file.gained.iter().map(RangeJson::of).collect(),
            unstable_lines: file.unstable_lines.ranges(),
        }
    }
}

impl<'a> RangeJson<'a> {
    fn of(range: &'a StatementRange) -> Self {
        Self { first: range.first, last: range.last, function: &range.function, statements: range.statements }
    }
}

#[cfg(test)]
mod tests;
