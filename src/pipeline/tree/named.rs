//! The part of the root that the names of a profile lead to, without a look at the rest.
//!
//! A repository may have thousands of directories of which a profile names a few. Where all of its names belong to the module
//! at the root and all of its files are there, nothing else can change where they are: no other file is looked at.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;

use super::entries::{Kind, Top};
use super::{Dir, Place, Root, TESTDATA, is_source, is_walked, list, slashed};
use crate::locate::{AreaKind, Tree, is_go, own_files};
use crate::model::FileName;

/// Whether a directory is listed before it is asked for its entries, see `entries`.
const IS_LISTED: bool = !cfg!(any(target_os = "linux", target_os = "android"));

/// The files of the names. `None` where a name may lead anywhere else or another module begins on the way: then all has to be
/// looked at. To ask for each file whether it is there takes as long as to open it; whoever reads it is told. Where the directory is
/// listed anyway, as outside of Linux, the list tells, and how a name is spelt.
pub(super) fn scan(root: &Root, names: &[FileName]) -> Option<Tree> {
    let path = Utf8PathBuf::from(slashed(&root.dir));
    let top = Top::open(&path)?;
    let first = list(&path, &top, &Dir { path: String::new(), live: true });
    if first.work.is_some() || folds_case(&top) {
        return None;
    }
    let files = own_files(&first.module.as_ref()?.text, names)?;
    let mut area = Place::new(AreaKind::Root, &root.dir, None).area;
    for (directory, bases) in by_directory(&files)? {
        if directory.is_empty() {
            let is_listed =
                |base: &&str| first.files.binary_search_by(|file| file.as_str().cmp(base)).is_ok();
            if !bases.iter().all(is_listed) {
                return None;
            }
            continue;
        }
        area.files.extend(found(&top, directory, &bases)?);
        if directory.rsplit('/').next() == Some("vendor") {
            area.vendors
                .extend(list(&path, &top, &Dir { path: format!("{directory}/"), live: false }).vendor);
        }
    }
    area.alias = root.alias.as_deref().map(slashed);
    area.files.extend(first.files);
    area.files.sort_unstable();
    area.mods.extend(first.module);
    Some(Tree { areas: vec![area], supposed: true })
}

/// Whether upper and lower case are one on this file system: one that has a go.mod then has this, too. Which spelling a file has is
/// told by a list alone.
fn folds_case(top: &Top) -> bool {
    top.directory(".").is_none_or(|directory| directory.kind("GO.MOD").is_some())
}

/// The names of the files in each directory, and the directories above them, those first. `None` for one that no walk looks
/// into.
fn by_directory<'f>(files: &[&'f str]) -> Option<BTreeMap<&'f str, BTreeSet<&'f str>>> {
    let mut directories: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        let (directory, base) = file.rsplit_once('/').unwrap_or(("", file));
        if let Some(bases) = directories.get_mut(directory) {
            bases.insert(base);
            continue;
        }
        if !directory.is_empty() && !directory.split('/').all(|name| is_walked(name) && name != TESTDATA) {
            return None;
        }
        for (end, _) in directory.match_indices('/') {
            directories.entry(&directory[..end]).or_default();
        }
        directories.entry(directory).or_default().insert(base);
    }
    Some(directories)
}

/// The paths of these files of a directory. `None` where one is no source, where one that is not Go's is no file, since nobody
/// will read it, or where the directory is none of this module; those above it were looked at before.
fn found(top: &Top, path: &str, bases: &BTreeSet<&str>) -> Option<Vec<String>> {
    let directory = top.directory(path)?;
    if ["go.mod", "go.work"].into_iter().any(|name| directory.kind(name).is_some()) {
        return None;
    }
    let file = |base: &&str| {
        let is_told_later = !IS_LISTED && is_go(base);
        let is_found = is_source(base) && (is_told_later || directory.kind(base) == Some(Kind::File));
        is_found.then(|| [path, "/", base].concat())
    };
    bases.iter().map(file).collect()
}
