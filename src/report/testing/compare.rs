//! A report with a baseline: files of every fate, a rename, losses, an estimate, a name that hurts.

use super::{reviewed, small};
use crate::model::{
    BaselineFacts, Category, ChangeKind, CompareFile, ComparePackage, CompareReport, Comparison, FileFate,
    LineSet, Mode, PerMetric, Report, RuleSet, StatementRange,
};

/// The small module against a baseline.
pub(in crate::report) fn compared() -> Report {
    Report { compare: Some(comparison("shapes/shapes.go")), ..small() }
}

/// The same with a name that hurts, and with links.
pub(in crate::report) fn hostile_compared() -> Report {
    let name = "shapes/<b>|`x`\u{202e}::error::\u{1b}[31m.go";
    Report { compare: Some(comparison(name)), ..reviewed() }
}

/// Files of these names: every second one vanished, the others lost two ranges. The first is the baseline, too.
pub(in crate::report) fn named_compared(names: &[String]) -> Report {
    let mut report = small();
    let mut compare = comparison("shapes/shapes.go");
    compare.numbers = Comparison::default();
    let files = names.iter().filter(|name| !name.is_empty()).enumerate().map(|(at, name)| {
        let vanished = at % 2 == 0;
        let mut file = if vanished {
            file(name, FileFate::Vanished, &[(Category::Ecb, 2)])
        } else {
            file(name, FileFate::Both, &[(Category::Lbc, 2), (Category::Cbc, 1)])
        };
        file.numbers.lost = PerMetric { statements: 2, lines: 1, functions: 0 };
        file.lost = vec![range(3, 3, name, 1), range(5, 6, "", 1)];
        if !vanished {
            file.gained = vec![range(9, 9, name, 1)];
        }
        file
    });
    compare.files = files.collect();
    compare.files.sort_by(|a, b| a.path.cmp(&b.path));
    compare.packages = Vec::new();
    for file in &compare.files {
        compare.numbers += file.numbers;
        compare.packages.push(ComparePackage { path: file.path.clone(), numbers: file.numbers });
    }
    if let Some(name) =
        names.first().filter(|name| name.contains(|c: char| !c.is_ascii_alphanumeric() && !"/.".contains(c)))
    {
        compare.baselines[0].path.clone_from(name);
        compare.origin.clone_from(name);
    }
    report.compare = Some(compare);
    report
}

fn comparison(lost_in: &str) -> CompareReport {
    use Category::{Cbc, Dcb, Dub, Ecb, Eub, Gbc, Gic, Gnc, Lbc, Ubc, Uic, Unc};
    let mut lost = file(lost_in, FileFate::Both, &[(Lbc, 3), (Ubc, 1), (Gbc, 1), (Cbc, 2), (Unc, 1)]);
    lost.change = Some(ChangeKind::Renamed);
    lost.old_path = Some("shapes/old.go".to_owned());
    lost.lines =
        vec![(Unc, set(&[(15, 15)])), (Lbc, set(&[(5, 5), (11, 12)])), (Cbc, set(&[(4, 4), (8, 8)]))];
    lost.lost = vec![range(5, 5, "(*Box[...]).Area", 1), range(11, 12, "init.2", 2)];
    lost.gained = vec![range(8, 8, "handlers.Get", 1)];
    lost.unstable_lines = set(&[(16, 16)]);
    lost.numbers.unstable = all(1);
    let mut files = vec![
        file("cmd/new.go", FileFate::Added, &[(Unc, 2), (Gnc, 5)]),
        file("gone/gone.go", FileFate::Deleted, &[(Dub, 4), (Dcb, 6)]),
        file("left/out.go", FileFate::Excluded, &[(Eub, 1), (Ecb, 1)]),
        file("late/late.go", FileFate::Appeared, &[(Uic, 2), (Gic, 1)]),
        lost,
    ];
    let mut vanished = file("quiet/quiet.go", FileFate::Vanished, &[(Eub, 1), (Ecb, 4)]);
    vanished.numbers.lost = all(4);
    vanished.lost = vec![range(7, 10, "Quiet", 4)];
    vanished.estimated = true;
    files.push(vanished);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut numbers = Comparison::default();
    let mut packages: Vec<ComparePackage> = Vec::new();
    for file in &files {
        numbers += file.numbers;
        match packages.iter_mut().find(|package| package.path == file.package) {
            Some(package) => package.numbers += file.numbers,
            None => packages.push(ComparePackage { path: file.package.clone(), numbers: file.numbers }),
        }
    }
    packages.sort_by(|a, b| a.path.cmp(&b.path));
    CompareReport {
        baselines: vec![BaselineFacts {
            path: "main.json".to_owned(),
            kind: "baseline",
            commit: Some("fedcba9876543210fedcba9876543210fedcba98".to_owned()),
            mode: Mode::Set,
            rule_set: Some(RuleSet::A),
        }],
        base: Some("fedcba9876543210fedcba9876543210fedcba98".to_owned()),
        origin: "fedcba9 (recorded in the baseline)".to_owned(),
        numbers,
        ratchet: all(9),
        packages,
        files,
    }
}

fn file(path: &str, fate: FileFate, of: &[(Category, u64)]) -> CompareFile {
    let mut numbers = Comparison::default();
    for &(category, count) in of {
        numbers.categories.statements.add(category, count);
        numbers.categories.lines.add(category, count);
        numbers.categories.functions.add(category, 1);
    }
    let lost = |categories: &crate::model::Categories| categories.of(Category::Lbc);
    numbers.lost = PerMetric {
        statements: lost(&numbers.categories.statements),
        lines: lost(&numbers.categories.lines),
        functions: lost(&numbers.categories.functions),
    };
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    CompareFile {
        path: path.to_owned(),
        old_path: None,
        package: format!("example.com/m/{directory}"),
        in_tree: true,
        fate,
        change: match fate {
            FileFate::Added => Some(ChangeKind::Added),
            FileFate::Deleted => Some(ChangeKind::Deleted),
            _ => None,
        },
        numbers,
        lines: Vec::new(),
        unstable_lines: LineSet::default(),
        lost: Vec::new(),
        gained: Vec::new(),
        estimated: false,
    }
}

fn set(ranges: &[(u32, u32)]) -> LineSet {
    LineSet::of(ranges)
}

fn range(first: u32, last: u32, function: &str, statements: u64) -> StatementRange {
    StatementRange { first, last, function: function.to_owned(), statements }
}

fn all(count: u64) -> PerMetric<u64> {
    PerMetric { statements: count, lines: count, functions: count }
}
