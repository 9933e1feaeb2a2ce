//! What lost its coverage since the baseline, as reviewers are told of it.

use std::collections::BTreeMap;

use super::{Fingerprints, Places};
use crate::model::{CompareFile, FileFate, Report, StatementRange};
use crate::report::counted;

/// The name of the rule behind [`Lost`].
pub(in crate::report) const LOST: &str = "coverdict/lost";

/// A range of lines that the baseline covered, and that is unchanged and not covered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Lost<'a> {
    /// Path in the tree.
    pub(in crate::report) path: &'a str,
    /// First line.
    pub(in crate::report) start: u32,
    /// Last line, not before the first.
    pub(in crate::report) end: u32,
    /// Name of the function, empty when unknown.
    pub(in crate::report) function: &'a str,
    /// Statements that were covered.
    pub(in crate::report) statements: u64,
    /// 0 for the first range of this function in this file, then 1, and so on: stable when lines move.
    ordinal: usize,
    /// Whether the profile does not have the file any more.
    vanished: bool,
}

impl Lost<'_> {
    /// `lost coverage: 3 statements of func Open were covered in the baseline`.
    pub(in crate::report) fn sentence(&self) -> String {
        let verb = if self.statements == 1 { "was" } else { "were" };
        let function = match self.function {
            "" => String::new(),
            function => format!(" of func {function}"),
        };
        let unknown = if self.vanished { "; the profile does not know this file any more" } else { "" };
        let what = counted(self.statements, "statement");
        format!("lost coverage: {what}{function} {verb} covered in the baseline{unknown}")
    }

    /// Stays when lines move.
    pub(in crate::report) fn fingerprint(&self, fingerprints: &mut Fingerprints) -> String {
        fingerprints.of(&[LOST, self.path, self.function, &self.ordinal.to_string()])
    }
}

/// What was lost in files of the tree: those of the most statements first, and behind them the files that the profile no longer
/// has, which most often have one cause in common.
pub(in crate::report) fn lost<'a>(report: &'a Report, places: &Places<'_>) -> Vec<Lost<'a>> {
    let files = report.compare.iter().flat_map(|compare| &compare.files);
    let here =
        files.filter(|file| file.fate == FileFate::Vanished || places.known.contains(file.path.as_str()));
    let mut lost: Vec<Lost<'_>> = here.flat_map(of_file).collect();
    lost.sort_by(|a, b| {
        let first = |one: &Lost<'_>| (one.vanished, std::cmp::Reverse(one.statements));
        first(a).cmp(&first(b)).then_with(|| (a.path, a.start, a.end).cmp(&(b.path, b.start, b.end)))
    });
    lost
}

fn of_file(file: &CompareFile) -> impl Iterator<Item = Lost<'_>> {
    let mut ordinals: BTreeMap<&str, usize> = BTreeMap::new();
    file.lost.iter().map(move |range| {
        let StatementRange { first, last, function, statements } = range;
        let next = ordinals.entry(function).or_default();
        let ordinal = *next;
        *next += 1;
        let start = (*first).max(1);
        let vanished = file.fate == FileFate::Vanished;
        let (path, statements) = (file.path.as_str(), *statements);
        Lost { path, start, end: (*last).max(start), function, statements, ordinal, vanished }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn what_was_lost_is_told_with_its_place_and_the_largest_comes_first() {
        let report = testing::against_baseline();
        let shown: Vec<String> = lost(&report, &Places::new(&report))
            .iter()
            .map(|lost| format!("{}:{}-{} {}", lost.path, lost.start, lost.end, lost.sentence()))
            .collect();
        insta::assert_debug_snapshot!(shown);
        let none = testing::small();
        assert!(lost(&none, &Places::new(&none)).is_empty());
    }

    #[test]
    fn files_outside_the_tree_have_no_place() {
        let mut report = testing::against_baseline();
        let compare = report.compare.as_mut().expect("a baseline");
        let range = StatementRange { first: 2, last: 2, function: "Dep".to_owned(), statements: 2 };
        let main = compare.files.iter().find(|file| file.path == "main.go").expect("the file").clone();
        let path = "example.org/dep/dep.go".to_owned();
        compare.files.push(CompareFile { path, lost: vec![range], ..main });
        assert!(lost(&report, &Places::new(&report)).iter().all(|lost| !lost.path.contains("dep.go")));
    }
}
