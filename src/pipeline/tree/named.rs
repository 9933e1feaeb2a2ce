//! The part of the root that the names of a profile lead to, without a look at the rest.
//!
//! A repository may have thousands of directories of which a profile names a few. Where all of its names belong to the module
//! at the root and all of its files are there, no other directory can change where they are: nothing else is listed.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::{Dir, Listing, MAX_LOOSE_ENTRIES, Place, Root, TESTDATA, entries, is_walked, list, slashed};
use crate::locate::{AreaKind, Tree, own_files};
use crate::model::FileName;
use crate::model::parallel::in_order;

/// The directories of the names and those above them. `None` where a name may lead anywhere else, a file is not there or
/// another module begins on the way: then all has to be looked at.
pub(super) fn scan(root: &Root, names: &[FileName]) -> Option<Tree> {
    let top = Utf8PathBuf::from(slashed(&root.dir));
    let opened = entries::Top::open(&top)?;
    let first = list(&top, &opened, &Dir { path: String::new(), live: true });
    if first.work.is_some() {
        return None;
    }
    let files = own_files(&first.module.as_ref()?.text, names)?;
    let wanted = directories(&files)?;
    let mut listed: BTreeMap<String, Listing> = BTreeMap::from([(String::new(), first)]);
    for level in wanted {
        let dirs: Vec<Dir> = level.into_iter().map(|path| found(&listed, path)).collect::<Option<_>>()?;
        let listings: Vec<Listing> = in_order(&dirs, |dir| list(&top, &opened, dir));
        for (dir, listing) in dirs.into_iter().zip(listings) {
            if listing.module.is_some() || listing.work.is_some() {
                return None;
            }
            listed.insert(dir.plain().to_owned(), listing);
        }
    }
    let is_there = |file: &str| {
        let listing = listed.get(Utf8Path::new(file).parent().map_or("", Utf8Path::as_str));
        listing
            .is_some_and(|listing| listing.files.binary_search_by(|other| other.as_str().cmp(file)).is_ok())
    };
    let entries: usize = listed.values().map(|listing| listing.entries).sum();
    (files.iter().all(|file| is_there(file)) && entries < MAX_LOOSE_ENTRIES).then(|| tree(root, listed))
}

/// The directories of some files and those above them, by how deep they lie, the root's own left out. `None` for one that no
/// walk looks into.
fn directories<'f>(files: &[&'f str]) -> Option<Vec<BTreeSet<&'f str>>> {
    let mut levels: Vec<BTreeSet<&str>> = Vec::new();
    let mut last = "";
    for file in files {
        let dir = file.rsplit_once('/').map_or("", |(dir, _)| dir);
        if dir.is_empty() || std::mem::replace(&mut last, dir) == dir {
            continue;
        }
        if !dir.split('/').all(|name| is_walked(name) && name != TESTDATA) {
            return None;
        }
        let ends = dir.match_indices('/').map(|(at, _)| at).chain([dir.len()]);
        for (depth, end) in ends.enumerate() {
            if levels.len() == depth {
                levels.push(BTreeSet::new());
            }
            levels.get_mut(depth)?.insert(&dir[..end]);
        }
    }
    Some(levels)
}

/// A directory as the one above it has it: one that is only a link is none.
fn found(listed: &BTreeMap<String, Listing>, path: &str) -> Option<Dir> {
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let (path, dirs) = ([path, "/"].concat(), &listed.get(above)?.dirs);
    let at = dirs.binary_search_by(|dir| dir.path.cmp(&path)).ok()?;
    dirs.get(at).cloned()
}

fn tree(root: &Root, listed: BTreeMap<String, Listing>) -> Tree {
    let mut area = Place::new(AreaKind::Root, &root.dir, None).area;
    area.alias = root.alias.as_deref().map(slashed);
    for listing in listed.into_values() {
        area.files.extend(listing.files);
        area.mods.extend(listing.module);
        area.vendors.extend(listing.vendor);
    }
    area.files.sort_unstable();
    area.vendors.sort();
    Tree { areas: vec![area] }
}
