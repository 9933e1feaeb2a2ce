//! Reports of changes, for the formats that reviewers see.

use super::{hostile, small, verdict};
use crate::model::report::MissedRange;
use crate::model::{
    Extent, GateName, Outcome, PatchFile, PatchReport, Presence, RepoPath, Report, Severity, Tally, Verdict,
};

/// The small report with more ranges in the change, gates that fail in several scopes, and findings in the tree.
pub(in crate::report) fn reviewed() -> Report {
    let mut report = small();
    if let Some(patch) = report.patch.as_mut() {
        // The second range begins on a line that did not change and is covered; the third is in no function.
        patch.files[0].missed = vec![(5, 5), (9, 9), (11, 12), (20, 20)];
        patch.files[0].missed_ranges = vec![
            range((4, 12, 5, 3), "(*Box[...]).Area", 1),
            range((8, 31, 14, 2), "(*Box[...]).Area", 4),
            range((20, 1, 20, 9), "", 1),
        ];
        patch.files[1].counted = true;
    }
    report.findings[0].place.as_mut().expect("a place").line = Some(2);
    report.findings.insert(0, denied());
    report.verdicts = vec![
        verdict(GateName::Patch, Outcome::Fail, Some("60.0")),
        Verdict { bound: "2".to_owned(), ..verdict(GateName::PatchMaxMissed, Outcome::Fail, Some("4")) },
        verdict(GateName::Total, Outcome::NotJudged, None),
        scoped(GateName::Package, "example.com/m/shapes"),
        scoped(GateName::File, "shapes/shapes.go"),
        scoped(GateName::Function, "shapes/shapes.go:8 init"),
        verdict(GateName::File, Outcome::Pass, Some("85.0")),
        verdict(GateName::Function, Outcome::Fail, Some("80.0")),
    ];
    report
}

fn denied() -> crate::model::Finding {
    let mut finding = crate::model::Finding::new(
        crate::model::Code::CachedTests,
        "results of 1 package came from the cache",
    );
    finding.severity = Severity::Error;
    finding
}

/// The hostile report with all its files in the change, and failing gates named after them.
pub(in crate::report) fn hostile_reviewed() -> Report {
    let mut report = hostile();
    let paths: Vec<String> =
        report.files().map(|(_, file)| file.path.to_string()).chain(commands()).collect();
    report.patch = Some(changed(&paths));
    report.verdicts = paths.iter().map(|path| scoped(GateName::PatchFile, path)).collect();
    for path in &paths {
        let finding =
            crate::model::Finding::new(crate::model::Code::StaleBlocks, format!("{path}: 1 stale block"));
        report.findings.push(finding.at(crate::model::Place::line(path.clone(), 3)));
    }
    report
}

/// Names that runners, Markdown and readers of addresses could obey.
fn commands() -> impl Iterator<Item = String> {
    let names = [
        "##[error]x.go",
        "a ##vso[task.setvariable variable=x]y.go",
        "::add-mask::a.go",
        "##teamcity[buildStop].go",
        "a`b`[c](http:d)@e|f.go",
        "<!-- -->www.example.com.go",
        "![x](y).go",
        "%2e%2e%0a.go",
    ];
    names.into_iter().map(str::to_owned)
}

/// As many changed files, of which each misses one range: `n` statements in the file number `n`.
pub(in crate::report) fn large(files: usize) -> Report {
    let mut report = small();
    let paths: Vec<String> =
        (0..files).map(|at| format!("internal/package{:03}/file{at:05}.go", at % 500)).collect();
    report.patch = Some(changed(&paths));
    let package = report.packages[0].clone();
    report.packages.extend((0..files).map(|at| {
        let mut package = package.clone();
        package.path = format!("example.com/m/internal/package{at:05}");
        package.totals.statements = Tally::new(1, 2 + at as u64);
        package
    }));
    report
}

fn changed(paths: &[String]) -> PatchReport {
    let mut patch = small().patch.expect("a change");
    let model = patch.files.remove(0);
    patch.files = paths
        .iter()
        .enumerate()
        .map(|(at, path)| PatchFile {
            path: RepoPath::of_parts(&path.split('/').collect::<Vec<_>>()),
            presence: Presence::Measured,
            missed_ranges: vec![range((4, 12, 5, 3), path, 1 + at as u64)],
            ..model.clone()
        })
        .collect();
    patch.files.sort_by(|a, b| a.path.cmp(&b.path));
    patch
}

fn range(extent: (u32, u32, u32, u32), function: &str, statements: u64) -> MissedRange {
    let extent = Extent::new(extent.0, extent.1, extent.2, extent.3);
    MissedRange { extent, function: function.into(), statements }
}

fn scoped(gate: GateName, scope: &str) -> Verdict {
    Verdict { scope: Some(scope.to_owned()), ..verdict(gate, Outcome::Fail, Some("60.0")) }
}
