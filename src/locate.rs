//! File names in profiles -> files in the repository.
//!
//! In: the names of a profile, a [`Tree`] (what the shell saw on the disk) and the user's path maps. Out: for each name its
//! place ([`Located`]), the modules, and findings. Pure, and it never fails: what cannot be placed is reported.
//!
//! Invariants: the result has one entry a name, in the order of the names; it does not depend on the current directory; two
//! names of one file get the same path, source, package, module and disposition; a source lies in the tree's own listing and
//! nowhere else, so a hostile name leads to nothing.
//!
//! Whose code: a module whose directory is at hand (its go.mod lies in the tree, or a `use` or local `replace` names it) is
//! `main`, whatever its path; a vendored copy is `dep` though it lies in the tree.

mod findings;
pub mod modules;
mod own;
pub mod owners;
mod paths;
mod resolve;
mod strangers;
mod tree;
mod workspace;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Disposition, FileName, Finding, Located, RepoPath};

pub use own::own_files;
pub use paths::is_go;
pub use strangers::{Stranger, Strangers, strangers};
pub use tree::{Area, AreaKind, TextFile, Tree};
pub use workspace::resolve_directory;

use resolve::{Fate, Found, Resolver};
use workspace::Workspace;

/// What the user says of places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// `--path-map`: prefixes FROM and TO. TO is absolute, relative to the root, or an import path. The first pair whose
    /// result exists wins.
    pub path_map: Vec<(String, String)>,
    /// Whether a name that the module at the root has a file for is that file, whatever else claims it, as `go list` takes it
    /// there. Else several modules that have it make the name ambiguous: a verdict must not rest on a guess.
    pub root_first: bool,
}

/// A module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleInfo {
    /// Its path: its own, or the path that it replaces when the profile knows it by that alone.
    pub path: String,
    /// Its directory below the root, `.` for the root itself; `None` elsewhere.
    pub dir: Option<String>,
    /// Whose code it is.
    pub disposition: Disposition,
}

/// Places the names of a profile. The modules are those of the tree, by directory, and then the dependencies that the names
/// belong to, by path.
pub fn locate(
    names: &[FileName],
    tree: &Tree,
    options: &Options,
) -> (Vec<Located>, Vec<ModuleInfo>, Vec<Finding>) {
    let workspace = Workspace::new(tree);
    let resolver = Resolver::new(tree, &workspace, options);
    let mut fates: Vec<Fate> = names.iter().map(|name| resolver.resolve(name.as_str())).collect();
    follow_guesses(names, &mut fates, &resolver);

    let mut placer = Placer::new(tree, &workspace, &resolver, &fates);
    let located: Vec<Located> =
        names.iter().zip(&fates).map(|(name, fate)| placer.place(name.as_str(), fate)).collect();
    let findings = findings::report(names, &fates, &located, &placer.modules);
    (located, placer.modules, findings)
}

/// The module that holds a path below the root: the one with the longest directory.
pub fn module_of(modules: &[ModuleInfo], path: &RepoPath) -> Option<u32> {
    let depth = |module: &ModuleInfo| {
        let dir = module.dir.as_deref().filter(|_| module.disposition == Disposition::Main)?;
        let dir = if dir == "." { "" } else { dir };
        paths::under(dir, path.directory()).map(|_| dir.len())
    };
    let depths = modules.iter().enumerate().filter_map(|(index, module)| Some((depth(module)?, index)));
    let (_, index) = depths.max_by_key(|&(depth, index)| (depth, std::cmp::Reverse(index)))?;
    u32::try_from(index).ok()
}

/// Names from one foreign directory belong together: where some of them could be placed by the end of their path, and so
/// tell which directory of the other machine is which one here, the rest follows.
fn follow_guesses(names: &[FileName], fates: &mut [Fate], resolver: &Resolver<'_>) {
    let foreign = |name: &FileName| match paths::form(name.as_str()) {
        paths::Form::Absolute(path) | paths::Form::Mangled(path) => Some(path),
        _ => None,
    };
    let mut roots: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (name, fate) in names.iter().zip(fates.iter()) {
        if let Fate::Found(Found { area, path, guessed: true, .. }) = fate
            && let Some(root) = foreign(name).as_deref().and_then(|name| name.strip_suffix(path.as_str()))
            && root.ends_with('/')
        {
            roots.entry(root.to_owned()).or_default().insert(*area);
        }
    }
    if roots.is_empty() {
        return;
    }
    for (name, fate) in names.iter().zip(fates.iter_mut()) {
        if !matches!(fate, Fate::Ambiguous(_))
            && !matches!(fate, Fate::Missing(missing) if missing.expected.is_none())
        {
            continue;
        }
        let Some(path) = foreign(name) else { continue };
        let longest = paths::ancestors(paths::directory(&path)).find_map(|dir| {
            let areas = roots.get(&paths::join(dir, "/")).or_else(|| roots.get(&format!("{dir}/")))?;
            let rest = paths::under(dir, &path)?;
            areas.iter().find_map(|&area| resolver.at(area, rest.to_owned()))
        });
        if let Some(found) = longest {
            *fate = Fate::Found(Found { guessed: true, ..found });
        }
    }
}

/// Turns fates into places.
struct Placer<'t> {
    tree: &'t Tree,
    workspace: &'t Workspace,
    resolver: &'t Resolver<'t>,
    /// Paths to print of the workspace's modules.
    canonical: Vec<String>,
    /// Packages of files that lie in no module, by source, as their names tell.
    named: BTreeMap<String, String>,
    modules: Vec<ModuleInfo>,
    /// Position in `modules` of the workspace's modules …
    main: Vec<Option<u32>>,
    /// … and of dependencies.
    deps: BTreeMap<String, u32>,
}

impl<'t> Placer<'t> {
    fn new(tree: &'t Tree, workspace: &'t Workspace, resolver: &'t Resolver<'t>, fates: &[Fate]) -> Self {
        let mut used: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        for fate in fates {
            let via = match fate {
                Fate::Found(Found { via, area, path, package, .. }) => {
                    if let Some(package) = package {
                        let named =
                            named.entry(resolver.whole(*area, path)).or_insert_with(|| package.clone());
                        if *package < *named {
                            named.clone_from(package);
                        }
                    }
                    via
                }
                Fate::Missing(missing) => &missing.via,
                _ => continue,
            };
            if let Some((module, path)) = via {
                used.entry(*module).or_default().insert(path.clone());
            }
        }
        let mut placer = Self {
            tree,
            workspace,
            resolver,
            canonical: workspace.canonical(&used),
            named,
            modules: Vec::new(),
            main: Vec::new(),
            deps: BTreeMap::new(),
        };
        placer.list_main();
        placer.list_deps(fates);
        placer
    }

    fn list_main(&mut self) {
        let mut order: Vec<(bool, Option<String>, String, usize)> = Vec::new();
        for (index, (module, path)) in self.workspace.modules.iter().zip(&self.canonical).enumerate() {
            let dir = self.resolver.shown(module.area, &module.dir);
            order.push((dir.is_none(), dir, path.clone(), index));
        }
        order.sort();
        self.main = vec![None; order.len()];
        for (at, (_, dir, path, index)) in order.into_iter().enumerate() {
            if let Some(slot) = self.main.get_mut(index) {
                *slot = u32::try_from(at).ok();
            }
            let dir = dir.map(|dir| if dir.is_empty() { ".".to_owned() } else { dir });
            self.modules.push(ModuleInfo { path, dir, disposition: Disposition::Main });
        }
    }

    fn list_deps(&mut self, fates: &[Fate]) {
        let mut deps: BTreeSet<String> = BTreeSet::new();
        for fate in fates {
            match fate {
                Fate::Dep(module, _) => {
                    deps.insert(module.clone());
                }
                Fate::Found(found) => {
                    let package = self.vendored(found);
                    let module = package.as_deref().and_then(|package| self.workspace.needed(package));
                    deps.extend(module.map(str::to_owned));
                }
                _ => {}
            }
        }
        for path in deps {
            let Ok(at) = u32::try_from(self.modules.len()) else { return };
            self.deps.insert(path.clone(), at);
            self.modules.push(ModuleInfo { path, dir: None, disposition: Disposition::Dep });
        }
    }

    fn place(&mut self, name: &str, fate: &Fate) -> Located {
        match fate {
            Fate::Found(found) => self.found(found),
            Fate::Missing(missing) => {
                let (area, path) = missing.expected.as_ref().map_or((0, ""), |(area, path)| (*area, path));
                let shown = missing.expected.as_ref().and_then(|_| self.resolver.shown(area, path));
                let holder = missing.via.as_ref().map(|(module, _)| *module);
                let holder = holder.or_else(|| (!path.is_empty()).then(|| self.holder(area, path)).flatten());
                let package = match holder {
                    Some(module) => self.package(module, area, path),
                    None => Self::odd_package(name),
                };
                self.located(shown.as_deref(), None, package, holder, false)
            }
            Fate::Ambiguous(_) => self.located(None, None, Self::odd_package(name), None, false),
            Fate::Dep(module, package) => {
                let module = self.deps.get(module).copied();
                Located { module, ..outside(package, Disposition::Dep) }
            }
            Fate::Std(package) => outside(package, Disposition::Std),
            Fate::Outside => outside(&Self::odd_package(name), Disposition::Dep),
        }
    }

    fn found(&self, found: &Found) -> Located {
        let whole = self.resolver.whole(found.area, &found.path);
        let shown = found.shown.clone().or_else(|| self.resolver.shown(found.area, &found.path));
        let source = is_go(&found.path).then(|| whole.clone());
        if let Some(package) = self.vendored(found) {
            let module = self.workspace.needed(&package).and_then(|module| self.deps.get(module)).copied();
            let path = shown.as_deref().and_then(RepoPath::new);
            return Located {
                path,
                source,
                module,
                guessed: found.guessed,
                ..outside(&package, Disposition::Dep)
            };
        }
        let claimed = found.shown.as_ref().and(found.via.as_ref()).map(|(module, _)| *module);
        let holder = claimed.or_else(|| self.holder(found.area, &found.path));
        let package = match (holder, &found.shown, &found.package) {
            // A stand-in from `--src` belongs to the package that it stands in for.
            (Some(_), Some(_), Some(package)) => package.clone(),
            (Some(module), _, _) => self.package(module, found.area, &found.path),
            (None, _, _) => match self.named.get(&whole) {
                Some(package) => package.clone(),
                None => self.bare_package(found),
            },
        };
        self.located(shown.as_deref(), source, package, holder, found.guessed)
    }

    /// The import path of a vendored copy.
    fn vendored(&self, found: &Found) -> Option<String> {
        if !found.path.contains("vendor/") {
            return None;
        }
        let holder = self.holder(found.area, &found.path);
        let inner = match holder {
            Some(module) => self.inner(module, found.area, &found.path),
            None => found.path.clone(),
        };
        let is_std = holder.and_then(|module| self.canonical.get(module)).is_some_and(|path| path == "std");
        let file = match inner.strip_prefix("vendor/") {
            Some(file) => file,
            // Without modules, any directory may have its own copies.
            None if holder.is_none() => inner.rsplit_once("/vendor/")?.1,
            None => return None,
        };
        (!is_std).then(|| paths::directory(file).to_owned())
    }

    fn holder(&self, area: usize, path: &str) -> Option<usize> {
        let place = self.tree.areas.get(area)?;
        let top = if place.base.is_some() { self.tree.root() } else { &place.dir };
        self.workspace.holder(paths::directory(&place.absolute(path)), top)
    }

    /// A file's path relative to its module.
    fn inner(&self, module: usize, area: usize, path: &str) -> String {
        let whole = self.resolver.whole(area, path);
        let home = self.workspace.modules.get(module);
        let dir = home.map(|module| self.resolver.whole(module.area, &module.dir)).unwrap_or_default();
        paths::under(&dir, &whole).unwrap_or(path).to_owned()
    }

    fn package(&self, module: usize, area: usize, path: &str) -> String {
        let inner = self.inner(module, area, path);
        let dir = paths::directory(&inner);
        match self.canonical.get(module).map(String::as_str) {
            Some("std") if !dir.is_empty() => dir.to_owned(),
            Some(module) => paths::join(module, dir),
            None => dir.to_owned(),
        }
    }

    /// The package of a file that lies in no module and whose name tells none: its directory.
    fn bare_package(&self, found: &Found) -> String {
        let shown = self.resolver.shown(found.area, &found.path);
        let path = shown.as_deref().unwrap_or(&found.path);
        // In GOPATH's layout import paths start below `src`.
        let dir =
            paths::directory(path.strip_prefix("src/").filter(|path| path.contains('/')).unwrap_or(path));
        if dir.is_empty() { ".".to_owned() } else { dir.to_owned() }
    }

    fn odd_package(name: &str) -> String {
        let dir = FileName::new(name).directory().to_owned();
        if dir.is_empty() { ".".to_owned() } else { dir }
    }

    fn located(
        &self,
        shown: Option<&str>,
        source: Option<String>,
        package: String,
        module: Option<usize>,
        guessed: bool,
    ) -> Located {
        Located {
            path: shown.and_then(RepoPath::new),
            source,
            package,
            module: module.and_then(|module| self.main.get(module).copied().flatten()),
            disposition: Disposition::Main,
            guessed,
        }
    }
}

fn outside(package: &str, disposition: Disposition) -> Located {
    Located {
        path: None,
        source: None,
        package: package.to_owned(),
        module: None,
        disposition,
        guessed: false,
    }
}
