//! A folder of pages that a run writes, and that the next one writes over.
//!
//! A page of the run before that already says the same stays. All others go to a temporary folder inside the target first, so a
//! full disk or an interrupt leaves the old report as it was. Then each takes its place, and pages of the run before that are no
//! longer there go. A manifest lists what is ours: nothing else is ever replaced or removed.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
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
struct Manifest {
    schema: String,
    files: BTreeSet<String>,
}

/// What this run wrote.
#[derive(Debug, Clone, Default)]
struct Written {
    files: BTreeSet<String>,
    /// Those of them that stand in their places already.
    kept: BTreeSet<String>,
    /// The folders of all and those above that were made, and whether the temporary one has them.
    folders: BTreeMap<String, bool>,
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
        let Written { files, kept, folders } = self.written().clone();
        let old = &self.old;
        let whole = self.missing(folders.keys());
        let alone = |path: &&String| !whole.contains(top(path));
        let single = folders.keys().filter(alone).cloned().collect();
        self.check(&files.iter().filter(alone).cloned().collect(), &single, old)?;
        // Whatever ends the run from here on leaves a list of all that may be there.
        self.write_manifest(files.union(old).cloned().collect())?;
        for folder in &whole {
            fs_err::rename(self.temporary.path().join(folder), self.target.join(folder))?;
        }
        for folder in &single {
            fs_err::create_dir_all(self.target.join(folder))?;
        }
        for file in files.difference(&kept).filter(alone) {
            fs_err::rename(self.temporary.path().join(file), self.target.join(file))?;
        }
        for file in old.difference(&files) {
            self.remove(file);
        }
        self.write_manifest(files)
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

    /// Whether a page of the last run already says this. To write it again and replace it would cost the system many times
    /// what a look at it does.
    fn stands(&self, path: &str, bytes: &[u8]) -> bool {
        let place = self.target.join(path);
        self.old.contains(path)
            && fs_err::symlink_metadata(&place)
                .is_ok_and(|facts| facts.is_file() && facts.len() == bytes.len() as u64)
            && fs_err::read(&place).is_ok_and(|old| old == bytes)
    }

    /// Nothing that is not ours stands where a page goes.
    fn check(
        &self,
        files: &BTreeSet<String>,
        folders: &BTreeSet<String>,
        old: &BTreeSet<String>,
    ) -> io::Result<()> {
        // A folder above may be a link, and lead to somebody else's files.
        let above = |folder| Utf8Path::new(folder).ancestors().filter(|part| !part.as_str().is_empty());
        let folders: BTreeSet<&str> = folders.iter().flat_map(above).map(Utf8Path::as_str).collect();
        for folder in folders {
            match fs_err::symlink_metadata(self.target.join(folder)) {
                Ok(facts) if !facts.is_dir() && !old.contains(folder) => return Err(not_ours(folder)),
                _ => {}
            }
        }
        for file in files.difference(old) {
            if fs_err::symlink_metadata(self.target.join(file)).is_ok() {
                return Err(not_ours(file));
            }
        }
        Ok(())
    }

    fn write_manifest(&self, files: BTreeSet<String>) -> io::Result<()> {
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

impl PageSink for Folder {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        // Waits for the end of the process when the run was interrupted.
        undivided(|| ());
        let stands = self.stands(path, bytes);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let known = {
            let mut written = self.written();
            written.files.insert(path.to_owned());
            let known = folder.is_empty() || *written.folders.entry(folder.to_owned()).or_default();
            if stands {
                written.kept.insert(path.to_owned());
                return Ok(());
            }
            known
        };
        if !known {
            self.make(folder)?;
        }
        fs_err::write(self.temporary.path().join(path), bytes)
    }
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
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| not_ours(MANIFEST))?;
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
