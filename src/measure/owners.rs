//! The owners of files, and the numbers of each owner.

use std::collections::BTreeMap;

use crate::model::parallel::in_order;
use crate::model::{FileReport, OwnerReport, Owners, PackageReport, PatchReport, Totals};

/// Gives every file its owners and sums up. Files outside the tree belong to nobody: no rule can name them.
///
/// The order is that of what is missed most, then of names; the files of nobody, where there are any, come last.
pub fn measure(
    packages: &mut [PackageReport],
    mut patch: Option<&mut PatchReport>,
    owners: &Owners,
) -> Vec<OwnerReport> {
    let in_change = patch.is_some();
    let mut sums: BTreeMap<Option<String>, OwnerReport> = BTreeMap::new();
    let mut files: Vec<&mut FileReport> =
        packages.iter_mut().flat_map(|package| package.files.iter_mut()).collect();
    let paths: Vec<Option<&str>> =
        files.iter().map(|file| file.in_tree.then_some(file.path.as_str())).collect();
    let found: Vec<Vec<String>> = in_order(&paths, |path| path.map_or_else(Vec::new, |path| owners.of(path)));
    for (file, found) in files.iter_mut().zip(found) {
        add(&mut sums, &found, in_change, |sum| {
            sum.totals += file.totals;
            sum.files += 1;
        });
        file.owners = found;
    }
    for file in patch.iter_mut().flat_map(|patch| patch.files.iter_mut()) {
        file.owners = owners.of(file.path.as_str());
        if file.counted {
            let own = Totals { statements: file.statements, lines: file.lines, functions: file.functions };
            add(&mut sums, &file.owners, in_change, |sum| {
                if let Some(patch) = &mut sum.patch {
                    *patch += own;
                }
            });
        }
    }
    let mut reports: Vec<OwnerReport> = sums.into_values().collect();
    let missed = |report: &OwnerReport| std::cmp::Reverse(report.totals.statements.missed());
    reports
        .sort_by(|a, b| (a.name.is_none(), missed(a), &a.name).cmp(&(b.name.is_none(), missed(b), &b.name)));
    reports
}

/// Adds to the sum of each owner, or to that of nobody.
fn add(
    sums: &mut BTreeMap<Option<String>, OwnerReport>,
    owners: &[String],
    in_change: bool,
    mut each: impl FnMut(&mut OwnerReport),
) {
    let nobody = owners.is_empty().then_some(None);
    for name in owners.iter().map(|owner| Some(owner.clone())).chain(nobody) {
        let sum = sums.entry(name.clone()).or_insert_with(|| OwnerReport {
            name,
            patch: in_change.then(Totals::default),
            ..OwnerReport::default()
        });
        each(sum);
    }
}
