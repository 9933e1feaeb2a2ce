//! A folder of pages that a run writes, and that the next one writes over.
//!
//! A page of the run before that already says the same stays. All others go to a temporary folder inside the target first, so a
//! full disk or an interrupt leaves the old report as it was. Then each takes its place (when one cannot, all that did go back), and
//! pages of the run before that are no longer there go. A manifest lists what is ours: nothing else is ever replaced or removed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::output::{Unfinished, missing, remove_empty, undivided};
use crate::report::pages::PageSink;

/// The file that lists all others.
pub const MANIFEST: &str = "coverdict-html.json";
const SCHEMA: &str = "coverdict/html/1";
/// No manifest is longer.
const MAX_MANIFEST: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
struct Manifest<Files> {
    schema: String,
    /// In ascending order.
    files: Files,
}

/// What this run wrote.
#[derive(Debug, Default)]
struct Written {
    /// In the order in which they came.
    files: Vec<String>,
    /// Those of them that stand in their places already.
    kept: BTreeSet<String>,
    /// The folders of all and those above that were made, and whether the temporary one has them.
    folders: BTreeMap<String, bool>,
}

impl Written {
    /// Whether the temporary folder has this one, which is noted in any case.
    fn has(&mut self, folder: &str) -> bool {
        if let Some(&has) = self.folders.get(folder) {
            return has;
        }
        self.folders.insert(folder.to_owned(), false);
        false
    }
}

/// Takes pages.
#[derive(Debug)]
pub struct Folder {
    target: Utf8PathBuf,
    /// Folders that were made for it, outermost first.
    made: Vec<Utf8PathBuf>,
    temporary: tempfile::TempDir,
    _unfinished: Unfinished,
    /// What the last run wrote.
    old: BTreeSet<String>,
    written: Mutex<Written>,
}

impl Folder {
    /// A folder at this path; it is made when it is not there.
    pub fn new(target: &Utf8Path) -> io::Result<Self> {
        // The folder behind a link is written to, not the link.
        let target = target.canonicalize_utf8().unwrap_or_else(|_| target.to_owned());
        if fs_err::metadata(&target).is_ok_and(|facts| !facts.is_dir()) {
            return Err(io::Error::other("it is a file, and the pages need a folder"));
        }
        let made = missing(&target);
        let opened = fs_err::create_dir_all(&target).and_then(|()| {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".coverdict-");
            Unfinished::begin(&made, || builder.tempdir_in(&target))
        });
        match opened {
            Ok((unfinished, temporary)) => {
                let old = old(&target)?;
                Ok(Self { target, made, temporary, _unfinished: unfinished, old, written: Mutex::default() })
            }
            Err(error) => {
                remove_empty(&made);
                Err(error)
            }
        }
    }

    /// Leaves everything as it was.
    pub fn abandon(self) {
        let made = self.made.clone();
        drop(self);
        remove_empty(&made);
    }

    /// Puts all pages in their places.
    pub fn finish(self) -> io::Result<()> {
        let made = self.made.clone();
        // A few renames: an interrupt comes before them or behind.
        let done = undivided(|| self.place());
        if done.is_err() {
            drop(self);
            remove_empty(&made);
        }
        done
    }

    fn place(&self) -> io::Result<()> {
        let Written { mut files, kept, folders } = std::mem::take(&mut *self.written());
        files.sort_unstable();
        files.dedup();
        let (files, old) = (files, &self.old);
        let whole = self.missing(folders.keys());
        let alone = |path: &&String| !whole.contains(top(path));
        let single = folders.keys().filter(alone).cloned().collect();
        let new: Vec<&String> = files.iter().filter(|file| !kept.contains(*file)).filter(alone).collect();
        self.check(&new, &single)?;
        // Whatever ends the run from here on leaves a list of all that may be there.
        let all: BTreeSet<&String> = files.iter().chain(old).collect();
        self.write_manifest(&all)?;
        let mut moves = Moves::new(self);
        if let Err(error) = moves.all(&whole, &single, &new) {
            moves.undo();
            // Why it could not be done matters more than what this may run into.
            let _ = if old.is_empty() {
                fs_err::remove_file(self.target.join(MANIFEST))
            } else {
                self.write_manifest(old)
            };
            return Err(error);
        }
        if all.len() == files.len() {
            return Ok(());
        }
        for file in old.iter().filter(|file| files.binary_search(file).is_err()) {
            self.remove(file);
        }
        self.write_manifest(&files)
    }

    /// The outermost folders that the target does not have: each moves there as one, with all that is in it.
    fn missing<'f>(&self, folders: impl Iterator<Item = &'f String>) -> BTreeSet<String> {
        let tops: BTreeSet<&str> = folders.map(|folder| top(folder)).collect();
        let is_free = |folder: &&str| {
            fs_err::symlink_metadata(self.target.join(folder))
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        tops.into_iter().filter(is_free).map(str::to_owned).collect()
    }

    /// Makes a folder below the temporary one, and never that one again: an interrupt may have removed it.
    fn make(&self, folder: &str) -> io::Result<()> {
        let above = folder.match_indices('/').map(|(end, _)| &folder[..end]);
        for part in above.chain([folder]) {
            if self.written().folders.get(part) == Some(&true) {
                continue;
            }
            match fs_err::create_dir(self.temporary.path().join(part)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
            self.written().folders.insert(part.to_owned(), true);
        }
        Ok(())
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the file of a page in the temporary folder.
    fn create(&self, path: &str) -> io::Result<fs_err::File> {
        let folder = folder(path);
        let known = {
            let mut written = self.written();
            written.files.push(path.to_owned());
            folder.is_empty() || written.has(folder)
        };
        if !known {
            self.make(folder)?;
        }
        fs_err::File::create(self.temporary.path().join(path))
    }

    /// Whether a page of the last run already says this. To write it again and replace it would cost the system many times
    /// what a look at it does.
    fn stands(&self, path: &str, parts: &[&[u8]]) -> bool {
        if !self.old.contains(path) {
            return false;
        }
        let place = self.target.join(path);
        let length: usize = parts.iter().map(|part| part.len()).sum();
        fs_err::symlink_metadata(&place).is_ok_and(|facts| facts.is_file() && facts.len() == length as u64)
            && fs_err::read(&place).is_ok_and(|old| {
                let mut rest = &*old;
                parts.iter().all(|part| rest.strip_prefix(*part).map(|behind| rest = behind).is_some())
            })
    }

    /// Nothing that is not ours stands where a page goes.
    fn check(&self, files: &[&String], folders: &BTreeSet<String>) -> io::Result<()> {
        // A folder above may be a link, and lead to somebody else's files.
        let above = |folder| Utf8Path::new(folder).ancestors().filter(|part| !part.as_str().is_empty());
        let folders: BTreeSet<&str> = folders.iter().flat_map(above).map(Utf8Path::as_str).collect();
        for folder in folders {
            match fs_err::symlink_metadata(self.target.join(folder)) {
                Ok(facts) if !facts.is_dir() => return Err(not_ours(folder)),
                _ => {}
            }
        }
        for file in files {
            match fs_err::symlink_metadata(self.target.join(file)) {
                Ok(facts) if facts.is_dir() || !self.old.contains(*file) => return Err(not_ours(file)),
                _ => {}
            }
        }
        Ok(())
    }

    fn write_manifest(&self, files: &impl Serialize) -> io::Result<()> {
        let manifest = Manifest { schema: SCHEMA.to_owned(), files };
        let mut text =
            serde_json::to_string(&manifest).map_err(io::Error::other)?.replace("\",\"", "\",\n\"");
        text.push('\n');
        let temporary = self.temporary.path().join(MANIFEST);
        fs_err::write(&temporary, text)?;
        fs_err::rename(temporary, self.target.join(MANIFEST))
    }

    /// Removes a page of the run before, and the folders that are empty then. What cannot be removed stays, and is harmless.
    fn remove(&self, file: &str) {
        let path = self.target.join(file);
        // A folder that became a link leads to somebody else's files.
        let through_link = path
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.target)
            .any(|folder| fs_err::symlink_metadata(folder).is_ok_and(|facts| facts.is_symlink()));
        if through_link {
            return;
        }
        let _ = fs_err::remove_file(&path);
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.target) {
            if fs_err::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

/// Where pages of the run before have a second name until all of the new ones stand in their places. No page is called so.
const KEPT: &str = ".kept";

/// What was moved into its place, in case that something else cannot be.
struct Moves<'f> {
    folder: &'f Folder,
    /// Pages and whole folders.
    done: Vec<String>,
    /// The second name of pages that are replaced.
    kept: BTreeMap<String, Utf8PathBuf>,
    /// Folders that were made in the target, outermost first.
    made: Vec<Utf8PathBuf>,
}

impl<'f> Moves<'f> {
    fn new(folder: &'f Folder) -> Self {
        Self { folder, done: Vec::new(), kept: BTreeMap::new(), made: Vec::new() }
    }

    /// Moves whole folders and single pages, and makes the folders of these.
    fn all(
        &mut self,
        whole: &BTreeSet<String>,
        folders: &BTreeSet<String>,
        files: &[&String],
    ) -> io::Result<()> {
        files.iter().filter(|file| self.folder.old.contains(**file)).try_for_each(|file| self.keep(file))?;
        whole.iter().try_for_each(|folder| self.place(folder))?;
        for folder in folders {
            let path = self.folder.target.join(folder);
            self.made.extend(missing(&path));
            fs_err::create_dir_all(path)?;
        }
        files.iter().try_for_each(|file| self.place(file))
    }

    /// Gives a page that is about to be replaced its second name.
    fn keep(&mut self, file: &str) -> io::Result<()> {
        let temporary = Utf8Path::from_path(self.folder.temporary.path()).unwrap_or(&self.folder.target);
        let kept = temporary.join(KEPT);
        fs_err::create_dir_all(&kept)?;
        let (page, copy) = (self.folder.target.join(file), kept.join(self.kept.len().to_string()));
        match fs_err::hard_link(&page, &copy).or_else(|_| fs_err::copy(&page, &copy).map(drop)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
            Ok(()) => drop(self.kept.insert(file.to_owned(), copy)),
        }
        Ok(())
    }

    fn place(&mut self, path: &str) -> io::Result<()> {
        fs_err::rename(self.folder.temporary.path().join(path), self.folder.target.join(path))?;
        self.done.push(path.to_owned());
        Ok(())
    }

    /// Puts everything back, as far as that can be done.
    fn undo(&self) {
        for path in self.done.iter().rev() {
            let place = self.folder.target.join(path);
            let _ = match self.kept.get(path) {
                Some(copy) => fs_err::rename(copy, place),
                None => fs_err::rename(place, self.folder.temporary.path().join(path)),
            };
        }
        remove_empty(&self.made);
    }
}

impl PageSink for Folder {
    fn put(&self, path: &str, parts: &[&[u8]]) -> io::Result<()> {
        // Waits for the end of the process when the run was interrupted.
        undivided(|| ());
        if self.stands(path, parts) {
            let mut written = self.written();
            written.files.push(path.to_owned());
            written.kept.insert(path.to_owned());
            written.folders.entry(folder(path).to_owned()).or_default();
            return Ok(());
        }
        let mut file = self.create(path)?;
        parts.iter().try_for_each(|part| file.write_all(part))
    }

    /// A page that may stand already is looked at as a whole.
    fn begin(&self, path: &str) -> io::Result<Option<Box<dyn Write + '_>>> {
        undivided(|| ());
        if self.old.contains(path) {
            return Ok(None);
        }
        Ok(Some(Box::new(self.create(path)?)))
    }
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What the manifest lists. It comes from a folder that anybody may have written to, so only names that a report could
/// have are believed.
fn old(target: &Utf8Path) -> io::Result<BTreeSet<String>> {
    let path = target.join(MANIFEST);
    match fs_err::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
        Ok(facts) if !facts.is_file() || facts.len() > MAX_MANIFEST => return Err(not_ours(MANIFEST)),
        Ok(_) => {}
    }
    let text = fs_err::read(&path)?;
    let manifest: Manifest<BTreeSet<String>> =
        serde_json::from_slice(&text).map_err(|_| not_ours(MANIFEST))?;
    if manifest.schema != SCHEMA {
        return Err(not_ours(MANIFEST));
    }
    Ok(manifest.files.into_iter().filter(|file| is_ours(file)).collect())
}

/// Whether a report could have a page of this name.
fn is_ours(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte))
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// The outermost part of a path.
fn top(path: &str) -> &str {
    path.split_once('/').map_or(path, |(top, _)| top)
}

fn not_ours(path: &str) -> io::Error {
    io::Error::other(format!("{path} in it was not written by an earlier report; choose another folder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All files below a folder that no run is writing to, with what they say.
    fn all(root: &Utf8Path) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir_utf8().expect("a folder").map(|entry| entry.expect("an entry")) {
                if entry.file_type().expect("a type").is_dir() {
                    all.insert(entry.path().to_string(), "a folder".to_owned());
                    folders.push(entry.into_path());
                } else {
                    all.insert(entry.path().to_string(), fs_err::read_to_string(entry.path()).expect("text"));
                }
            }
        }
        all
    }

    /// A folder with pages that say `what`, not in their places yet.
    fn begun(target: &Utf8Path, what: &str, pages: &[&str]) -> Folder {
        let folder = Folder::new(target).expect("a folder");
        for page in pages {
            folder.put(page, &[what.as_bytes()]).expect("put");
        }
        folder
    }

    #[test]
    fn when_one_page_cannot_be_placed_all_stay_as_they_were() {
        let root = tempfile::tempdir().expect("a folder");
        let target = Utf8Path::from_path(root.path()).expect("UTF-8").join("made/report");
        let pages = ["index.html", "files/a.html", "files/b/c.html", "zoo.html"];
        for lost in pages {
            // Nothing was there before: nothing is there now.
            let folder = begun(&target, "first", &pages);
            fs_err::remove_file(folder.temporary.path().join(lost)).expect("it was put there");
            let is_in_folder = lost.contains('/');
            assert_eq!(
                folder.finish().is_ok(),
                is_in_folder,
                "{lost}: a folder that is missing moves as a whole"
            );
            assert_eq!(target.exists(), is_in_folder);
            let _ = fs_err::remove_dir_all(target.parent().expect("above"));
        }
        begun(&target, "first", &pages).finish().expect("placed");
        let before = all(&target);
        assert_eq!(before.values().filter(|text| *text == "first").count(), pages.len());
        let more =
            ["index.html", "files/a.html", "files/b/c.html", "files/new/d.html", "top/e.html", "zoo.html"];
        for lost in more.iter().filter(|page| !page.starts_with("top")) {
            let folder = begun(&target, "second", &more);
            fs_err::remove_file(folder.temporary.path().join(lost)).expect("it was put there");
            folder.finish().expect_err("a page is lost");
            assert_eq!(all(&target), before, "{lost}");
        }
        begun(&target, "second", &more).finish().expect("placed");
        let after = all(&target);
        assert_eq!(after.values().filter(|text| *text == "second").count(), more.len());
        assert!(!after.values().any(|text| text == "first"));
    }
}
