//! `gate.overrides`: which rule gives a path its bound, and which rules give none to anything.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::gate::{OwnerBound, Ruled};
use crate::model::owner::same_owner;
use crate::model::{
    Code, CompareReport, Finding, GateName, OwnerReport, Owners, PackageReport, PatchReport, Pattern, pattern,
};
use crate::settings::{Named, Override, Settings};

/// The rules, ready to be asked for paths.
#[derive(Debug)]
pub struct Rules<'a> {
    rules: &'a [Override],
    /// By path; empty where no rule names an owner.
    owners: BTreeMap<&'a str, Cow<'a, [String]>>,
}

impl<'a> Rules<'a> {
    /// The rules of the settings, and the owners of the files that they are asked about. What the baseline alone has is owned by
    /// the rules of today, as everything else.
    pub fn new(
        settings: &'a Settings,
        packages: &'a [PackageReport],
        patch: Option<&'a PatchReport>,
        compare: Option<&'a CompareReport>,
        known: Option<&Owners>,
    ) -> Self {
        let mut owners: BTreeMap<&str, Cow<'_, [String]>> = BTreeMap::new();
        if settings.overrides.iter().any(|rule| matches!(rule.named, Named::Owner)) {
            let changed = patch.into_iter().flat_map(|patch| &patch.files);
            owners.extend(changed.map(|file| (file.path.as_str(), Cow::from(&file.owners))));
            let files = packages.iter().flat_map(|package| &package.files).filter(|file| file.in_tree);
            owners.extend(files.map(|file| (file.path.as_str(), Cow::from(&file.owners))));
            let compared = compare.into_iter().flat_map(|compare| &compare.files);
            for file in compared.filter(|file| file.in_tree) {
                let of = || known.map(|known| known.of(&file.path)).unwrap_or_default();
                owners.entry(&file.path).or_insert_with(|| of().into());
            }
        }
        Self { rules: &settings.overrides, owners }
    }

    /// The bound of the first rule that matches, for a gate that it names.
    pub fn first(&self, gate: GateName, path: &str, import: &str) -> Option<Ruled<'a>> {
        let named = |rule: &'a Override| rule.bounds.iter().find(|(name, _)| *name == gate);
        let mut rules = self.rules.iter().filter(|rule| self.matches(rule, gate, path, import));
        rules.find_map(|rule| named(rule).map(|(_, bound)| Ruled { bound: *bound, rule: &rule.path }))
    }

    fn matches(&self, rule: &Override, gate: GateName, path: &str, import: &str) -> bool {
        match &rule.named {
            Named::Owner => {
                let mut owners = self.owners.get(path).into_iter().flat_map(|owners| owners.iter());
                owners.any(|owner| same_owner(owner, &rule.path))
            }
            Named::Path(own) if gate == GateName::Package => own.matches_package(Some(path), import),
            Named::Path(own) => {
                pattern::included(std::slice::from_ref(own), |one| one.matches_file(Some(path), import))
            }
        }
    }
}

/// The gates that rules name.
pub fn gates(settings: &Settings) -> impl Iterator<Item = GateName> {
    settings.overrides.iter().flat_map(|rule| &rule.bounds).map(|(name, _)| *name)
}

/// The bounds of `total` that single owners have, with the numbers of each.
pub fn of_owners<'a>(settings: &'a Settings, owners: &'a [OwnerReport]) -> Vec<OwnerBound<'a>> {
    let bound = |rule: &'a Override| {
        let (_, bound) = rule.bounds.iter().find(|(name, _)| *name == GateName::Total)?;
        let own = report_of(owners, &rule.path);
        Some(OwnerBound { owner: &rule.path, bound: *bound, totals: own.map(|own| &own.totals) })
    };
    let rules = settings.overrides.iter().filter(|rule| matches!(rule.named, Named::Owner));
    rules.filter_map(bound).collect()
}

fn report_of<'a>(owners: &'a [OwnerReport], name: &str) -> Option<&'a OwnerReport> {
    owners.iter().find(|owner| owner.name.as_deref().is_some_and(|own| same_owner(own, name)))
}

/// Whether a file of the profile or the baseline has this owner.
fn is_owner(owner: &str, owners: &[OwnerReport], rules: &Rules<'_>) -> bool {
    let mut all = rules.owners.values().flat_map(|owners| owners.iter());
    report_of(owners, owner).is_some() || all.any(|own| same_owner(own, owner))
}

/// Rules that name nothing in the profile or the baseline: most often a path that is not relative to the root, or an owner who is
/// gone.
pub fn unused(
    settings: &Settings,
    packages: &[PackageReport],
    compare: Option<&CompareReport>,
    owners: &[OwnerReport],
    rules: &Rules<'_>,
) -> Vec<Finding> {
    let was_there = |own: &Pattern| {
        let mut files = compare.into_iter().flat_map(|compare| &compare.files);
        files.any(|file| own.matches_file(Some(&file.path), &file.import()))
    };
    let finding = |rule: &Override| match &rule.named {
        Named::Path(own) => {
            let is_used = packages.iter().any(|package| {
                let directory = package.files.first().map(|file| file.path.directory());
                own.matches_package(directory, &package.path)
                    || package.files.iter().any(|file| {
                        let name = format!("{}/{}", package.path, file.path.base());
                        own.matches_file(Some(file.path.as_str()), &name)
                    })
            }) || was_there(own);
            let message = format!("override pattern \"{}\" matched nothing", rule.path);
            let fact = "paths are relative to the root of the repository, or import paths";
            (!is_used).then(|| Finding::new(Code::UnusedExclude, message).fact(fact))
        }
        Named::Owner if is_owner(&rule.path, owners, rules) => None,
        Named::Owner => {
            let message = format!("override owner \"{}\" has no file of the profile", rule.path);
            let fact = if owners.is_empty() {
                "there is no CODEOWNERS file that could be read"
            } else {
                "owners are those of the CODEOWNERS file, with `@`"
            };
            Some(Finding::new(Code::UnusedExclude, message).fact(fact).help("coverdict doctor"))
        }
    };
    settings.overrides.iter().filter_map(finding).collect()
}
