//! What binary meta-data says beyond blocks: which module a package belongs to, functions where no source is at hand,
//! packages without statements.
//!
//! Invariant: what the tree says wins; the meta-data speaks of names that have no place in it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use smol_str::SmolStr;

use super::gather::Gathered;
use crate::locate::ModuleInfo;
use crate::model::covdata::{Meta, MetaFunction, MetaPackage, Pod};
use crate::model::report::PackageReport;
use crate::model::{
    Bare, Disposition, Extent, FileName, Function, Located, Pos, Rare, Report, Source, Totals, pattern,
};
use crate::settings::{ScopeEntry, Settings};

/// The packages of all pods by import path, the first of each.
fn packages(pods: &[Pod]) -> BTreeMap<&str, &MetaPackage> {
    let mut packages = BTreeMap::new();
    for package in pods.iter().flat_map(|pod| &pod.meta.packages) {
        packages.entry(&*package.path).or_insert(package);
    }
    packages
}

/// Gives module and disposition to names that have no place in the tree.
pub fn place(located: &mut [Located], modules: &mut Vec<ModuleInfo>, names: &[FileName], pods: &[Pod]) {
    if pods.is_empty() {
        return;
    }
    let packages = packages(pods);
    let own = own_modules(located, &packages);
    for (place, name) in located.iter_mut().zip(names) {
        let Some(package) = packages.get(name.directory()) else { continue };
        if place.module.is_some() || place.path.is_some() {
            continue;
        }
        let disposition = disposition(package, own.as_deref());
        place.disposition = disposition;
        place.package = package.path.to_string();
        if !package.module.is_empty() {
            place.module = Some(module_index(modules, &package.module, disposition));
        }
    }
}

/// The modules that are `main` where the tree knows none of the names: those with a program, or the only one. `None` when
/// the tree decides.
fn own_modules<'a>(located: &[Located], packages: &BTreeMap<&str, &'a MetaPackage>) -> Option<Vec<&'a str>> {
    if located.iter().any(|place| place.disposition == Disposition::Main && place.module.is_some()) {
        return None;
    }
    let modules = |wanted: &dyn Fn(&MetaPackage) -> bool| {
        let mut modules: Vec<&str> = packages
            .values()
            .filter(|package| !package.module.is_empty() && wanted(package))
            .map(|package| &*package.module)
            .collect();
        modules.sort_unstable();
        modules.dedup();
        modules
    };
    let programs = modules(&|package| &*package.name == "main");
    if !programs.is_empty() {
        return Some(programs);
    }
    let all = modules(&|_| true);
    Some(if all.len() == 1 { all } else { Vec::new() })
}

fn disposition(package: &MetaPackage, own: Option<&[&str]>) -> Disposition {
    if package.module.is_empty() {
        // Go gives files named on its command line a path without a dot too.
        let first = package.path.split('/').next().unwrap_or_default();
        let is_std =
            !first.contains('.') && &*package.name != "main" && &*package.path != "command-line-arguments";
        return match (is_std, own) {
            (true, _) => Disposition::Std,
            (false, Some(_)) => Disposition::Main,
            (false, None) => Disposition::Dep,
        };
    }
    if own.is_some_and(|own| own.contains(&&*package.module)) { Disposition::Main } else { Disposition::Dep }
}

fn module_index(modules: &mut Vec<ModuleInfo>, path: &str, disposition: Disposition) -> u32 {
    let at = modules.iter().position(|module| module.path == path).unwrap_or_else(|| {
        modules.push(ModuleInfo { path: path.to_owned(), dir: None, disposition });
        modules.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// For each name without a source the functions that meta-data has of it: those of the first pod that knows the file, since
/// the functions of several builds would lie over each other.
pub fn functions(
    names: &[FileName],
    sources: &[Option<Arc<Source>>],
    pods: &[Pod],
) -> Vec<Option<Vec<Function>>> {
    let mut by_file: HashMap<&str, Vec<Function>> = HashMap::new();
    for pod in pods {
        let mut own: BTreeMap<&str, Vec<Function>> = BTreeMap::new();
        for function in &pod.meta.functions {
            if let Some(known) = function_of(&pod.meta, function) {
                own.entry(&function.file).or_default().push(known);
            }
        }
        for (file, functions) in own {
            by_file.entry(file).or_insert(functions);
        }
    }
    names
        .iter()
        .zip(sources)
        .map(|(name, source)| match source {
            Some(_) => None,
            None => by_file.remove(name.as_str()).map(unique),
        })
        .collect()
}

/// From the first unit to behind the last; nothing is known of a function without units. Units may be empty and belong to their
/// function all the same: the one of per-function data, and behind a `//line` without a column a unit of one line.
fn function_of(meta: &Meta, function: &MetaFunction) -> Option<Function> {
    let units = meta.function_units(function);
    let start = units.iter().map(|unit| unit.extent.start).min()?;
    let end = units.iter().map(|unit| unit.extent.end.max(behind(unit.extent.start))).max()?;
    let meta = SmolStr::new(&function.name);
    let bare = meta.rsplit('.').next().filter(|_| !function.literal).map_or(0, str::len);
    // `*T.M` in meta-data is `(*T).M` in reports.
    let name: SmolStr = match meta.strip_prefix('*').and_then(|name| name.split_once('.')) {
        Some((receiver, method)) => format!("(*{receiver}).{method}").into(),
        None => meta.clone(),
    };
    Some(Function {
        bare: Bare::at_end(&name, bare),
        name,
        signature: None,
        extent: Extent { start, end },
        body: start,
        literal: function.literal,
        complexity: 1,
        adjusted_line: start.line,
        rare: Rare::of(Some(meta), None),
    })
}

/// The next position on the line.
fn behind(pos: Pos) -> Pos {
    Pos { col: pos.col.saturating_add(1), ..pos }
}

/// By position, with names that occur again numbered as everywhere.
fn unique(mut functions: Vec<Function>) -> Vec<Function> {
    functions.sort_by(|a, b| a.extent.cmp(&b.extent).then_with(|| a.name.cmp(&b.name)));
    functions.dedup_by(|a, b| a.extent == b.extent && a.name == b.name);
    let mut seen: HashMap<SmolStr, u32> = HashMap::new();
    for function in &mut functions {
        let count = seen.entry(function.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            function.name = format!("{}.{count}", function.name).into();
        }
    }
    functions
}

/// Packages of the meta-data that have no unit at all: no row speaks of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarePackage {
    path: String,
    module: Option<String>,
    dir: Option<String>,
    disposition: Disposition,
}

/// The packages without any unit, with what the tree knows of their modules.
pub fn bare_packages(gathered: &Gathered) -> Vec<BarePackage> {
    let packages = packages(&gathered.pods);
    let own = own_modules(&gathered.located, &packages);
    let mut with_units: Vec<&str> = Vec::new();
    for meta in gathered.pods.iter().map(|pod| &pod.meta) {
        let has = |package: &&MetaPackage| {
            meta.package_functions(package).iter().any(|function| !function.units.is_empty())
        };
        with_units.extend(meta.packages.iter().filter(has).map(|package| &*package.path));
    }
    with_units.sort_unstable();
    let bare = packages.values().filter(|package| with_units.binary_search(&&*package.path).is_err());
    bare.map(|package| {
        let known = gathered.modules.iter().find(|module| module.path == *package.module);
        let dir = known.and_then(|module| module.dir.as_deref()).map(|dir| {
            let below = package.path.strip_prefix(&*package.module).unwrap_or_default();
            format!("{}{below}", if dir == "." { "" } else { dir }).trim_start_matches('/').to_owned()
        });
        BarePackage {
            path: package.path.to_string(),
            module: Some(package.module.to_string()).filter(|module| !module.is_empty()),
            dir,
            disposition: known
                .map_or_else(|| disposition(package, own.as_deref()), |known| known.disposition),
        }
    })
    .collect()
}

/// Adds to a report the packages without units that are asked for: `percent` and `pkglist` name them.
pub fn add_bare(settings: &Settings, bare: Vec<BarePackage>, report: &mut Report) {
    let only_main = report.packages.iter().any(|package| package.disposition == Disposition::Main);
    for package in bare {
        let matches =
            |pattern: &crate::model::Pattern| pattern.matches_package(package.dir.as_deref(), &package.path);
        let in_scope = if settings.scope.is_empty() {
            !only_main || package.disposition == Disposition::Main
        } else {
            settings.scope.iter().any(|entry| match entry {
                ScopeEntry::All => true,
                ScopeEntry::Disposition(disposition) => *disposition == package.disposition,
                ScopeEntry::Package(pattern) => matches(pattern),
            })
        };
        let named = settings.pkg.is_empty()
            || settings.pkg.iter().any(|pattern| pattern.matches_package(None, &package.path));
        if in_scope
            && named
            && pattern::included(&settings.include, matches)
            && !pattern::excluded(&settings.exclude, matches)
        {
            report.packages.push(PackageReport {
                path: package.path,
                module: package.module,
                disposition: package.disposition,
                totals: Totals::default(),
                files: Vec::new(),
            });
        }
    }
    report.packages.sort_by(|a, b| a.path.cmp(&b.path));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Mode;
    use crate::model::covdata::{Granularity, Hash, Unit};

    fn function(units: &[(u32, u32, u32, u32)]) -> Option<Extent> {
        let units: Vec<Unit> = units
            .iter()
            .map(|&(line, col, end_line, end_col)| Unit {
                extent: Extent { start: Pos { line, col }, end: Pos { line: end_line, col: end_col } },
                stmts: 1,
            })
            .collect();
        let of = MetaFunction {
            name: "G".into(),
            file: "m/g.y".into(),
            literal: false,
            units: 0..u32::try_from(units.len()).expect("few"),
        };
        let meta = Meta {
            hash: Hash::default(),
            mode: Mode::Set,
            granularity: Granularity::PerBlock,
            packages: Vec::new(),
            functions: Vec::new(),
            units,
        };
        function_of(&meta, &of).map(|function| function.extent)
    }

    #[test]
    fn a_function_holds_the_start_of_each_of_its_units() {
        let extent = function(&[(3, 14, 4, 9), (4, 9, 6, 3)]).expect("units");
        assert_eq!(extent.to_string(), "3.14,6.3");
        // Recorded with Go 1.26: `//line gen.y:10` above the function, `//line other.y:100` above its last statement.
        let extent = function(&[(10, 0, 11, 0), (11, 0, 13, 0), (100, 0, 100, 0)]).expect("units");
        assert_eq!(extent.to_string(), "10.0,100.1");
        let extent = function(&[(7, 1, 7, 1)]).expect("one unit of per-function data");
        assert_eq!(extent.to_string(), "7.1,7.2");
        assert_eq!(function(&[]), None);
    }
}
