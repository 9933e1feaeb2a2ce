//! Reports with owners: two teams that share a file, and one with nothing in the change; names that would be markup.

use super::small;
use crate::model::{OwnerReport, Report, Tally, Totals};

/// The small report: `main.go` of one owner, `shapes.go` of two, the rest of nobody.
pub(in crate::report) fn owned() -> Report {
    of("@example/shapes", "ann@example.com")
}

/// The same with names that no platform takes.
pub(in crate::report) fn hostile_owned() -> Report {
    of("@<script>|`x`::error::\u{1b}[31m", "=cmd|\u{202e}\"'&,;@x")
}

fn of(team: &str, ann: &str) -> Report {
    let mut report = small();
    let mut sums = [Totals::default(); 3];
    let mut files = [0; 3];
    for file in report.packages.iter_mut().flat_map(|package| package.files.iter_mut()) {
        file.owners = match file.path.as_str() {
            "shapes/shapes.go" => vec![team.to_owned(), ann.to_owned()],
            "main.go" => vec![ann.to_owned()],
            _ => Vec::new(),
        };
        for (at, name) in
            [team, ann].iter().enumerate().filter(|(_, name)| file.owners.iter().any(|own| own == *name))
        {
            let _ = name;
            sums[at] += file.totals;
            files[at] += 1;
        }
        if file.owners.is_empty() {
            sums[2] += file.totals;
            files[2] += 1;
        }
    }
    let changed = Totals { statements: Tally::new(1, 3), ..Totals::default() };
    let own = |at: usize, name: Option<&str>, patch| OwnerReport {
        name: name.map(str::to_owned),
        totals: sums[at],
        files: files[at],
        patch: Some(patch),
    };
    report.owners =
        vec![own(0, Some(team), changed), own(1, Some(ann), changed), own(2, None, Totals::default())];
    report
}
