//! Which directory is which import path: the modules of a tree in one table.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::modules::{self, Replace};
use super::own;
use super::paths;
use super::tree::{Area, Tree};

/// A module whose directory is at hand.
#[derive(Debug)]
pub(super) struct Module {
    /// Index into [`Tree::areas`].
    pub(super) area: usize,
    /// Its directory, relative to the area.
    pub(super) dir: String,
    /// Its path by its own go.mod.
    pub(super) path: String,
    /// Whether a go.work uses it.
    in_work: bool,
}

/// All modules of a tree.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// By area, then directory.
    pub(super) modules: Vec<Module>,
    /// Modules by the paths under which imports reach them: their own and those that they replace.
    by_path: HashMap<String, Vec<usize>>,
    /// Modules by absolute directory.
    by_dir: HashMap<String, usize>,
    /// Paths of modules that are needed or vendored.
    needed: BTreeSet<String>,
    /// Places that hold a `vendor` directory: area and directory.
    vendors: Vec<(usize, String)>,
    /// The module at the root, where no go.work is in charge and its go.mod sends no path to another directory.
    own: Option<usize>,
}

impl Workspace {
    /// Reads everything that a tree says of modules.
    pub(super) fn new(tree: &Tree) -> Self {
        let mut workspace = Self::default();
        let mut replaces = Vec::new();
        for (index, area) in tree.areas.iter().enumerate() {
            for file in &area.mods {
                let text = modules::go_mod(&file.text);
                let dir = area.absolute(&file.dir);
                replaces.extend(local(&dir, &text.replaces));
                if index == 0 && file.dir.is_empty() && area.works.iter().all(|work| !work.dir.is_empty()) {
                    workspace.own = own::module_path(&text).map(|_| workspace.modules.len());
                }
                workspace.needed.extend(text.requires);
                if let Some(path) = text.module {
                    workspace.add((index, area), &file.dir, path);
                }
            }
        }
        for area in &tree.areas {
            for file in &area.works {
                let text = modules::go_work(&file.text);
                let dir = area.absolute(&file.dir);
                for used in &text.uses {
                    workspace.mark_used(&resolve_directory(&dir, used));
                }
                replaces.extend(local(&dir, &text.replaces));
            }
        }
        for (old, dir) in replaces {
            if let Some(&module) = workspace.by_dir.get(key(&dir)) {
                workspace.reach(old, module);
            }
        }
        workspace.find_vendors(tree);
        workspace
    }

    fn add(&mut self, (area, place): (usize, &Area), dir: &str, path: String) {
        let key = key(&place.absolute(dir)).to_owned();
        if self.by_dir.contains_key(&key) {
            return; // a `--src` directory inside the root shows the same module again
        }
        let index = self.modules.len();
        self.by_dir.insert(key, index);
        // `use` and `replace` may lead through links: they name the directory as it is written.
        if let Some(alias) = &place.alias {
            self.by_dir.entry(paths::join(alias, dir)).or_insert(index);
        }
        self.modules.push(Module { area, dir: dir.to_owned(), path: path.clone(), in_work: false });
        self.reach(path, index);
    }

    fn reach(&mut self, path: String, module: usize) {
        let modules = self.by_path.entry(path).or_default();
        if !modules.contains(&module) {
            modules.push(module);
        }
    }

    fn mark_used(&mut self, dir: &str) {
        if let Some(&index) = self.by_dir.get(key(dir))
            && let Some(module) = self.modules.get_mut(index)
        {
            module.in_work = true;
        }
    }

    fn find_vendors(&mut self, tree: &Tree) {
        let mut places: BTreeSet<(usize, String)> =
            self.modules.iter().map(|module| (module.area, module.dir.clone())).collect();
        for (index, area) in tree.areas.iter().enumerate() {
            places.insert((index, String::new()));
            for file in &area.works {
                places.insert((index, file.dir.clone()));
            }
            for file in &area.vendors {
                places.insert((index, file.dir.clone()));
                self.needed.extend(modules::vendored(&file.text));
            }
        }
        self.vendors = places
            .into_iter()
            .filter(|(area, dir)| {
                tree.areas.get(*area).is_some_and(|area| area.has_below(&paths::join(dir, "vendor")))
            })
            .collect();
    }

    /// The file that a name gives in the module at the root, where that answers for itself: index of the module, its path, the
    /// file relative to the root. It may not exist; where it does and no other module holds it, it is meant.
    pub(super) fn own_file<'n>(&self, name: &'n str) -> Option<(usize, &str, &'n str)> {
        let module = self.modules.get(self.own?)?;
        Some((self.own?, module.path.as_str(), own::file_in(&module.path, name)?))
    }

    /// Whether any module is known.
    pub(super) fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// The modules that may hold a package or file of this import path, longest path first: path and modules.
    pub(super) fn candidates<'s, 'p>(
        &'s self,
        name: &'p str,
    ) -> impl Iterator<Item = (&'p str, &'s [usize])> {
        paths::ancestors(paths::directory(name))
            .filter_map(|path| Some((path, self.by_path.get(path)?.as_slice())))
    }

    /// Go's own `module std`, whose packages carry no module path.
    pub(super) fn std(&self) -> &[usize] {
        self.by_path.get("std").map_or(&[], Vec::as_slice)
    }

    /// Of several modules, those that a go.work uses, when any is.
    pub(super) fn prefer_used(&self, modules: &mut Vec<usize>) {
        let used = |&module: &usize| self.modules.get(module).is_some_and(|module| module.in_work);
        if modules.iter().any(used) {
            modules.retain(used);
        }
    }

    /// The module that holds a directory: the nearest go.mod upward, not above `top`. Both absolute.
    pub(super) fn holder(&self, dir: &str, top: &str) -> Option<usize> {
        paths::ancestors(key(dir))
            .take_while(|dir| {
                paths::under(key(top), dir).is_some() || *dir == key(top) || key(top).is_empty()
            })
            .find_map(|dir| self.by_dir.get(dir).copied())
    }

    /// The longest needed module that holds a package.
    pub(super) fn needed(&self, package: &str) -> Option<&str> {
        paths::ancestors(package).find_map(|path| self.needed.get(path)).map(String::as_str)
    }

    /// Places of vendored copies of a file: area and path in it.
    pub(super) fn vendored(&self, tree: &Tree, name: &str) -> Vec<(usize, String)> {
        let mut found: Vec<_> = self
            .vendors
            .iter()
            .map(|(area, dir)| (*area, paths::join(&paths::join(dir, "vendor"), name)))
            .filter(|(area, path)| tree.areas.get(*area).is_some_and(|area| area.has(path)))
            .collect();
        // The workspace's own copy, at the root, is what a build at the root uses.
        if let Some(at) = found.iter().position(|(area, path)| *area == 0 && path.starts_with("vendor/")) {
            found = vec![found.swap_remove(at)];
        }
        found
    }

    /// For each module the path to print: its own, unless imports reached it by the path that it replaces only.
    pub(super) fn canonical(&self, used: &BTreeMap<usize, BTreeSet<String>>) -> Vec<String> {
        self.modules
            .iter()
            .enumerate()
            .map(|(index, module)| match used.get(&index) {
                Some(paths) if !paths.contains(&module.path) => paths.first().unwrap_or(&module.path).clone(),
                _ => module.path.clone(),
            })
            .collect()
    }
}

/// The local replacements among some: old path and absolute directory.
fn local(dir: &str, replaces: &[Replace]) -> Vec<(String, String)> {
    replaces
        .iter()
        .filter_map(|replace| Some((replace.old.clone(), resolve_directory(dir, replace.directory()?))))
        .collect()
}

/// A directory as a go.mod or go.work writes it, made absolute.
pub fn resolve_directory(base: &str, dir: &str) -> String {
    paths::absolute(dir).unwrap_or_else(|| {
        let whole = paths::join(base, &dir.replace('\\', "/"));
        paths::absolute(&whole).unwrap_or(whole)
    })
}

/// Directories are compared without a trailing `/`, so that the top of a disk is like any other.
fn key(dir: &str) -> &str {
    dir.trim_end_matches('/')
}
