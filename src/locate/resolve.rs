//! One name -> its fate: which file of the tree it is, or why it is none.
//!
//! Order: path maps; the module cache by its look; where asked for, the module at the root; modules, longest path first; `--src`;
//! vendored copies; a path that is one below the root as it stands; the standard library; needed modules; and only for names of
//! which the tree's modules say nothing (absolute ones, or a tree without modules) the unique longest end of at least two parts.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Options;
use super::paths::{self, Form};
use super::tree::{AreaKind, Tree};
use super::workspace::Workspace;

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Index into [`Tree::areas`].
    pub(super) area: usize,
    /// Path in the area.
    pub(super) path: String,
    /// The path to print, where it is not the file's own: a source from `--src` that stands in for a missing one.
    pub(super) shown: Option<String>,
    /// The import path that the name gives, for a file that lies in no module.
    pub(super) package: Option<String>,
    /// Module and import path by which it was reached.
    pub(super) via: Option<(usize, String)>,
    /// Placed by the end of its path.
    pub(super) guessed: bool,
}

/// A file that should be in the tree and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// Where it was expected: area and path.
    pub(super) expected: Option<(usize, String)>,
    /// Module and import path that claim it.
    pub(super) via: Option<(usize, String)>,
    /// What was tried, for people.
    pub(super) tried: String,
}

/// What becomes of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is this file.
    Found(Found),
    /// It belongs here, but is not here.
    Missing(Missing),
    /// It may be any of these; paths for people.
    Ambiguous(Vec<String>),
    /// A file of a dependency whose source is not at hand: module and package.
    Dep(String, String),
    /// A file of the standard library, in this package.
    Std(String),
    /// A file of which no module of the tree knows anything.
    Outside,
}

/// Files by the ends of their paths; made when first needed.
#[derive(Debug)]
struct Ends<'t> {
    /// By directory and base name.
    by_two: HashMap<&'t str, Vec<(usize, usize)>>,
    /// By base name.
    by_base: HashMap<&'t str, Vec<(usize, usize)>>,
}

/// Resolves names against one tree.
#[derive(Debug)]
pub(super) struct Resolver<'t> {
    tree: &'t Tree,
    workspace: &'t Workspace,
    options: &'t Options,
    ends: OnceCell<Ends<'t>>,
}

impl<'t> Resolver<'t> {
    /// A resolver.
    pub(super) fn new(tree: &'t Tree, workspace: &'t Workspace, options: &'t Options) -> Self {
        Self { tree, workspace, options, ends: OnceCell::new() }
    }

    /// The fate of one name.
    pub(super) fn resolve(&self, name: &str) -> Fate {
        if let Some(found) = self.mapped(name) {
            return Fate::Found(found);
        }
        match paths::form(name) {
            Form::Import => self.import(name),
            Form::Absolute(path) => self.absolute(&path, false),
            Form::Mangled(path) => self.absolute(&path, true),
            Form::Relative(path) => self.relative(path.as_deref()),
            Form::BaseOnly(base) => self.base_only(&base),
        }
    }

    /// The first path map whose result exists.
    fn mapped(&self, name: &str) -> Option<Found> {
        self.options.path_map.iter().find_map(|(from, to)| {
            let mapped = paths::remap(name, from, to)?;
            if let Some(path) = paths::absolute(&mapped) {
                return self.inside(&path, false).ok();
            }
            let path = paths::clean_relative(&mapped)?;
            self.at(0, path.clone()).or_else(|| self.modules(&path).ok())
        })
    }

    fn import(&self, name: &str) -> Fate {
        if let Some((module, package)) = paths::module_cache(name) {
            return Fate::Dep(module, package);
        }
        let package = paths::directory(name);
        if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return missing("no Go tool writes such a name".to_owned());
        }
        let claimed = match self.modules(name) {
            Ok(found) => return Fate::Found(found),
            Err(Claim::Several(places)) => return self.ambiguous(&places),
            Err(Claim::Absent(module, path)) => Some((module, path)),
            Err(Claim::None) => None,
        };
        if let Some(found) = self.src_copy(name, claimed.as_ref()) {
            return Fate::Found(found);
        }
        match self.workspace.vendored(self.tree, name).as_slice() {
            [] => {}
            [(area, path)] => return self.at(*area, path.clone()).map_or(Fate::Outside, Fate::Found),
            // Each module has its own copy; which one was built, the name does not say.
            _ => {
                let module = self.workspace.needed(package).unwrap_or(package);
                return Fate::Dep(module.to_owned(), package.to_owned());
            }
        }
        let needed = self.workspace.needed(package);
        if let Some((module, path)) = claimed
            && needed.is_none_or(|needed| needed.len() <= path.len())
        {
            return self.absent(name, module, path);
        }
        if let Some(needed) = needed {
            return Fate::Dep(needed.to_owned(), package.to_owned());
        }
        self.unclaimed(name)
    }

    /// A name that no module claims.
    fn unclaimed(&self, name: &str) -> Fate {
        let package = paths::directory(name).to_owned();
        if let Some(mut found) = self.at(0, name.to_owned()) {
            found.guessed = paths::is_std(name);
            return Fate::Found(found);
        }
        if let Some(mut found) = self.at(0, format!("src/{name}")) {
            found.package = Some(package);
            return Fate::Found(found);
        }
        if paths::is_std(name) {
            return Fate::Std(package);
        }
        if !self.workspace.is_empty() {
            return Fate::Outside;
        }
        match self.by_end(name) {
            Fate::Found(found) => Fate::Found(Found { package: Some(package), ..found }),
            other => other,
        }
    }

    /// The file in the module at the root, where it lies in no module below it.
    fn own(&self, name: &str) -> Option<Found> {
        if !self.options.root_first {
            return None;
        }
        let (module, path, file) = self.workspace.own_file(name)?;
        let found = self.at(0, file.to_owned())?;
        let dir = self.whole(0, paths::directory(file));
        let is_own = self.workspace.holder(&dir, self.tree.root()) == Some(module);
        is_own.then(|| Found { via: Some((module, path.to_owned())), ..found })
    }

    /// The file by the longest module path that has it; before that, where asked for, that of the module at the root.
    fn modules(&self, name: &str) -> Result<Found, Claim> {
        if let Some(found) = self.own(name) {
            return Ok(found);
        }
        let mut claim = Claim::None;
        for (path, modules) in self.workspace.candidates(name) {
            let Some(rest) = paths::under(path, name) else { continue };
            if let Some(result) = self.in_modules(modules, rest, path) {
                return result;
            }
            if let (Claim::None, Some(&module)) = (&claim, modules.first()) {
                claim = Claim::Absent(module, path.to_owned());
            }
        }
        if paths::is_std(name)
            && let Some(result) = self.in_modules(self.workspace.std(), name, "std")
        {
            return result;
        }
        Err(claim)
    }

    fn in_modules(&self, modules: &[usize], rest: &str, path: &str) -> Option<Result<Found, Claim>> {
        let place = |index: usize| {
            let module = self.workspace.modules.get(index)?;
            let file = paths::join(&module.dir, rest);
            self.at(module.area, file)
        };
        if let [module] = modules {
            let via = Some((*module, path.to_owned()));
            return place(*module).map(|found| Ok(Found { via, ..found }));
        }
        let mut having: Vec<usize> =
            modules.iter().copied().filter(|&module| place(module).is_some()).collect();
        if having.len() > 1 {
            self.workspace.prefer_used(&mut having);
        }
        match having.as_slice() {
            [] => None,
            [module] => {
                let via = Some((*module, path.to_owned()));
                place(*module).map(|found| Ok(Found { via, ..found }))
            }
            several => {
                let places = several.iter().filter_map(|&module| place(module));
                Some(Err(Claim::Several(places.map(|found| (found.area, found.path)).collect())))
            }
        }
    }

    /// `DIR/name`, or the file that a module lacks at the same place under DIR.
    fn src_copy(&self, name: &str, claimed: Option<&(usize, String)>) -> Option<Found> {
        let package = Some(paths::directory(name).to_owned());
        let src = || self.tree.areas.iter().enumerate().filter(|(_, area)| area.kind == AreaKind::Src);
        if let Some(found) = src().find_map(|(index, _)| self.at(index, name.to_owned())) {
            return Some(Found { package, ..found });
        }
        let (module, path) = claimed?;
        let rest = paths::under(path, name)?;
        let home = self.workspace.modules.get(*module)?;
        let expected = paths::join(&home.dir, rest);
        let found = src().find_map(|(index, _)| {
            self.at(index, expected.clone()).or_else(|| self.at(index, rest.to_owned()))
        })?;
        let shown = self.shown(home.area, &expected);
        Some(Found { shown, package, via: Some((*module, path.clone())), ..found })
    }

    fn absent(&self, name: &str, module: usize, path: String) -> Fate {
        let Some(home) = self.workspace.modules.get(module) else { return Fate::Outside };
        let rest = paths::under(&path, name).unwrap_or(name);
        let expected = paths::join(&home.dir, rest);
        let shown = self.shown(home.area, &expected).unwrap_or_else(|| self.whole(home.area, &expected));
        let tried = format!("{shown} (module {path})");
        Fate::Missing(Missing { expected: Some((home.area, expected)), via: Some((module, path)), tried })
    }

    fn absolute(&self, path: &str, mangled: bool) -> Fate {
        let expected = match self.inside(path, mangled) {
            Ok(found) => return Fate::Found(found),
            Err(expected) => expected,
        };
        // The root itself may lie in a module cache: only what lies below it tells.
        let below = expected.as_ref().map_or(path, |(_, file)| file.as_str());
        if let Some((module, package)) = paths::module_cache(below) {
            return Fate::Dep(module, package);
        }
        if let Some((area, file)) = expected {
            let tried = self.whole(area, &file);
            return Fate::Missing(Missing { expected: Some((area, file)), via: None, tried });
        }
        if let Some(package) = paths::goroot_package(path) {
            return Fate::Std(package.to_owned());
        }
        self.by_end(path)
    }

    /// The file at an absolute path inside an area; else where inside an area it would be.
    fn inside(&self, path: &str, mangled: bool) -> Result<Found, Option<(usize, String)>> {
        let rest = |base: &str| {
            if mangled { paths::under_mangled(base, path) } else { paths::under(base, path) }
        };
        let mut expected = None;
        for (index, area) in self.tree.areas.iter().enumerate() {
            let dirs = [Some(area.dir.as_str()), area.alias.as_deref()];
            for file in dirs.into_iter().flatten().filter_map(rest) {
                if let Some(found) = self.at(index, file.to_owned()) {
                    return Ok(found);
                }
                if expected.is_none() && !file.is_empty() {
                    expected = Some((index, file.to_owned()));
                }
            }
        }
        Err(expected)
    }

    fn relative(&self, path: Option<&str>) -> Fate {
        let Some(path) = path else { return missing("it lies outside the root".to_owned()) };
        let areas = self.tree.areas.iter().enumerate();
        let places = areas.filter(|(_, area)| area.kind != AreaKind::Module);
        if let Some(found) = places.map(|(index, _)| index).find_map(|index| self.at(index, path.to_owned()))
        {
            return Fate::Found(found);
        }
        self.by_end(path)
    }

    /// A base name alone is never enough.
    fn base_only(&self, base: &str) -> Fate {
        match self.ends().by_base.get(base) {
            Some(places) => self.ambiguous(&self.places(places)),
            None => missing(format!("no file of the tree is called {base}")),
        }
    }

    /// The file whose path shares the longest end with `path`, of at least two parts, when it is the only one.
    fn by_end(&self, path: &str) -> Fate {
        let Some(places) = paths::last_two(path).and_then(|end| self.ends().by_two.get(end)) else {
            return missing(format!("{path}, and files of the tree that end alike"));
        };
        let mut best = 0;
        let mut longest: Vec<(usize, usize)> = Vec::new();
        for &(area, file) in places {
            let parts = self.file(area, file).map_or(0, |text| paths::common_suffix(path, text));
            if parts > best {
                best = parts;
                longest.clear();
            }
            if parts == best {
                longest.push((area, file));
            }
        }
        let places = self.distinct(longest);
        match places.as_slice() {
            [(area, file)] => self
                .file(*area, *file)
                .and_then(|file| self.at(*area, file.to_owned()))
                .map_or(Fate::Outside, |found| Fate::Found(Found { guessed: true, ..found })),
            places => self.ambiguous(&self.places(places)),
        }
    }

    /// How many parts at its end a name shares with a file of the tree, at most.
    pub(super) fn likeness(&self, name: &str) -> usize {
        self.alike(name).map(|(shared, _, _)| shared).max().unwrap_or(0)
    }

    /// The files with which a name shares that much; paths for people.
    pub(super) fn nearest(&self, name: &str) -> BTreeSet<String> {
        let most = self.likeness(name);
        self.alike(name)
            .filter(|(shared, _, _)| *shared == most)
            .map(|(_, area, file)| self.shown(area, file).unwrap_or_else(|| self.whole(area, file)))
            .collect()
    }

    /// The files of the same base name: how many parts are shared, area and path.
    fn alike(&self, name: &str) -> impl Iterator<Item = (usize, usize, &'t str)> {
        let places = self.ends().by_base.get(paths::base(name)).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(move |&(area, file)| {
            let file = self.file(area, file)?;
            Some((paths::common_suffix(name, file), area, file))
        })
    }

    /// The same file seen through two areas is one file.
    fn distinct(&self, places: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
        if places.len() < 2 {
            return places;
        }
        let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for (area, file) in places {
            if let Some(text) = self.file(area, file) {
                found.entry(self.whole(area, text)).or_insert((area, file));
            }
        }
        found.into_values().collect()
    }

    fn ends(&self) -> &Ends<'t> {
        self.ends.get_or_init(|| {
            let mut ends = Ends { by_two: HashMap::new(), by_base: HashMap::new() };
            for (index, area) in self.tree.areas.iter().enumerate() {
                for (at, file) in area.files.iter().enumerate() {
                    if file.ends_with("_test.go") || file.starts_with("vendor/") || file.contains("/vendor/")
                    {
                        continue; // never named by the rows that this is for
                    }
                    ends.by_base.entry(paths::base(file)).or_default().push((index, at));
                    if let Some(end) = paths::last_two(file) {
                        ends.by_two.entry(end).or_default().push((index, at));
                    }
                }
            }
            ends
        })
    }

    fn file(&self, area: usize, file: usize) -> Option<&'t str> {
        self.tree.areas.get(area)?.files.get(file).map(String::as_str)
    }

    fn places(&self, places: &[(usize, usize)]) -> Vec<(usize, String)> {
        places.iter().filter_map(|&(area, file)| Some((area, self.file(area, file)?.to_owned()))).collect()
    }

    fn ambiguous(&self, places: &[(usize, String)]) -> Fate {
        let shown: BTreeSet<String> = places
            .iter()
            .map(|(area, path)| self.shown(*area, path).unwrap_or_else(|| self.whole(*area, path)))
            .collect();
        Fate::Ambiguous(shown.into_iter().collect())
    }

    /// The file, when the area has it. A file below the root is the root's, also when `--src` shows it again.
    pub(super) fn at(&self, area: usize, path: String) -> Option<Found> {
        let place = self.tree.areas.get(area)?;
        if !place.has(&path) {
            return None;
        }
        let found = Found { area, path, shown: None, package: None, via: None, guessed: false };
        if area == 0 {
            return Some(found);
        }
        let whole = place.absolute(&found.path);
        let below = paths::under(self.tree.root(), &whole);
        let below = below.filter(|path| self.tree.areas.first().is_some_and(|root| root.has(path)));
        Some(match below {
            Some(path) => Found { area: 0, path: path.to_owned(), ..found },
            None => found,
        })
    }

    /// The path below the root of a file of an area, when it lies there.
    pub(super) fn shown(&self, area: usize, path: &str) -> Option<String> {
        let base = self.tree.areas.get(area)?.base.as_ref()?;
        Some(paths::join(base, path))
    }

    /// The absolute path of a file of an area.
    pub(super) fn whole(&self, area: usize, path: &str) -> String {
        self.tree.areas.get(area).map_or_else(|| path.to_owned(), |area| area.absolute(path))
    }
}

/// What the modules say of a name that they do not resolve.
enum Claim {
    /// Nothing.
    None,
    /// The module whose path is the longest prefix does not have the file: module and path.
    Absent(usize, String),
    /// Several have it.
    Several(Vec<(usize, String)>),
}

fn missing(tried: String) -> Fate {
    Fate::Missing(Missing { expected: None, via: None, tried })
}
