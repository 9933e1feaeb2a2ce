//! Reports with a baseline whose lines are those of the files: for pages and places.

use super::{compared, hostile_reviewed};
use crate::model::{
    Categories, Category, CompareFile, ComparePackage, Comparison, FileFate, LineSet, PerMetric, Report,
    StatementRange,
};

/// What [`compared`] says of `shapes.go`, at lines that the file has, and a file that did not change.
pub(in crate::report) fn against_baseline() -> Report {
    let mut report = compared();
    let compare = report.compare.as_mut().expect("a baseline");
    let shapes = compare.files.iter_mut().find(|file| file.path == "shapes/shapes.go").expect("the file");
    shapes.lines = vec![
        (Category::Lbc, LineSet::of(&[(5, 5), (15, 15)])),
        (Category::Ubc, LineSet::of(&[(8, 8)])),
        (Category::Cbc, LineSet::of(&[(4, 4)])),
        (Category::Dub, LineSet::of(&[(2, 2)])),
    ];
    shapes.unstable_lines = LineSet::of(&[(8, 8)]);
    shapes.lost = vec![range(5, "(*Box[...]).Area", 1), range(15, "handlers.Get", 2)];
    let mut main = CompareFile {
        path: "main.go".to_owned(),
        package: "example.com/m".to_owned(),
        numbers: only(Category::Cbc, 3),
        lines: vec![(Category::Cbc, LineSet::of(&[(6, 6)]))],
        ..shapes.clone()
    };
    main.lost.clear();
    main.gained.clear();
    (main.old_path, main.change, main.unstable_lines) = (None, None, LineSet::default());
    compare.numbers += main.numbers;
    compare.packages.insert(0, ComparePackage { path: main.package.clone(), numbers: main.numbers });
    compare.files.push(main);
    compare.files.sort_by(|a, b| a.path.cmp(&b.path));
    report
}

/// The hostile report, in which every file, and a vanished one of every odd name, lost two ranges.
pub(in crate::report) fn hostile_baseline() -> Report {
    let mut report = hostile_reviewed();
    let known: Vec<String> = report.files().map(|(_, file)| file.path.to_string()).collect();
    let mut paths = known.clone();
    paths.extend(report.patch.iter().flat_map(|patch| &patch.files).map(|file| file.path.to_string()));
    paths.sort();
    paths.dedup();
    let mut compare = compared().compare.expect("a baseline");
    let file = |path: &String| {
        let (fate, category) = if known.contains(path) {
            (FileFate::Both, Category::Lbc)
        } else {
            (FileFate::Vanished, Category::Ecb)
        };
        CompareFile {
            path: path.clone(),
            old_path: None,
            package: path.clone(),
            in_tree: true,
            fate,
            change: None,
            numbers: only(category, 2),
            lines: vec![(category, LineSet::of(&[(4, 4)]))],
            unstable_lines: LineSet::default(),
            lost: vec![range(4, path, 1), range(7, path, 1)],
            gained: vec![range(9, path, 1)],
            estimated: false,
        }
    };
    compare.files = paths.iter().map(file).collect();
    report.compare = Some(compare);
    report
}

fn range(line: u32, function: &str, statements: u64) -> StatementRange {
    StatementRange { first: line, last: line, function: function.to_owned(), statements }
}

/// So many statements and lines of one category; all are lost when it is one of losses.
fn only(category: Category, count: u64) -> Comparison {
    let mut categories = Categories::default();
    categories.add(category, count);
    let lost = if matches!(category, Category::Lbc | Category::Ecb) { count } else { 0 };
    let both = |count| PerMetric { statements: count, lines: count, functions: 0 };
    let categories =
        PerMetric { statements: categories, lines: categories, functions: Categories::default() };
    Comparison { categories, lost: both(lost), unstable: both(0) }
}
