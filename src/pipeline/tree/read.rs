//! Reads files of the tree: regular ones of bounded size that, links resolved, lie inside an area.

use std::cell::Cell;
use std::fs::{File, Metadata};
use std::io::{self, Read};

use camino::Utf8Path;

use super::{Root, canonical};
use crate::locate::Tree;
use crate::model::Located;
use crate::model::kept::{self, Kept};

/// Largest go.mod, go.work or modules.txt that is read, in bytes. Kubernetes' modules.txt has 80 thousand.
pub(super) const MAX_TEXT: u64 = 8 << 20;
/// Largest source that is read, in bytes. Go itself stops far below.
const MAX_SOURCE: u64 = 256 << 20;
/// Room for sources that a thread keeps for the next one, in bytes, at most.
const MAX_ROOM: usize = 4 << 20;

thread_local! {
    /// Where this thread reads sources to: new memory for each would have to be cleared and, page by page, asked for.
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The text of a regular file of bounded size.
pub(super) fn read_text(path: &Utf8Path) -> Option<String> {
    let bytes = read_regular(path, MAX_TEXT).ok()?;
    Some(
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

/// Reads a source that was located. Links are resolved first: what then lies outside every area of the tree is not opened.
pub fn read_source(tree: &Tree, located: &Located) -> io::Result<Vec<u8>> {
    let source = place(located)?;
    match open_walked(tree, source) {
        Some(file) => read_new(&file, Utf8Path::new(source), MAX_SOURCE),
        None => read_other(tree, source),
    }
}

/// As [`read_source`], for a text that stays until the program ends if there `is_room` for so many bytes; tells whether there is.
pub fn keep_source(
    tree: &Tree,
    located: &Located,
    is_room: impl Fn(usize) -> bool,
) -> io::Result<(Kept<u8>, bool)> {
    let source = place(located)?;
    let path = Utf8Path::new(source);
    let own = |text: Vec<u8>| {
        let stays = is_room(text.len());
        (Kept::from(text), stays)
    };
    let Some(file) = open_walked(tree, source) else { return read_other(tree, source).map(own) };
    let metadata = file.metadata()?;
    check(path, &metadata, MAX_SOURCE)?;
    let length = usize::try_from(metadata.len()).unwrap_or(0);
    if length == 0 {
        return read_new(&file, path, MAX_SOURCE).map(own);
    }
    let stays = is_room(length);
    let Some(memory) = stays.then(|| kept::memory(length)).flatten() else {
        return Ok((Kept::from(read_new(&file, path, MAX_SOURCE)?), stays));
    };
    let length = read_full(&file, memory)?;
    let memory: &'static [u8] = memory;
    Ok((Kept::from(memory.get(..length).unwrap_or_default()), stays))
}

/// As [`read_source`], for a text that need not be kept.
pub fn with_source<R>(tree: &Tree, located: &Located, of: impl FnOnce(&[u8]) -> R) -> io::Result<R> {
    let source = place(located)?;
    let mut room = ROOM.take();
    let read = read_to(&mut room, tree, source).map(|length| of(&room[..length]));
    if room.len() <= MAX_ROOM {
        ROOM.set(room);
    }
    read
}

fn place(located: &Located) -> io::Result<&str> {
    let unknown = || io::Error::new(io::ErrorKind::NotFound, "no source is known");
    located.source.as_deref().ok_or_else(unknown)
}

/// Reads a file by its absolute path: a regular one of bounded size that, links resolved, lies inside an area.
pub fn read_at(tree: &Tree, source: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = read_to(&mut bytes, tree, source)?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Reads to the front of `room`, which grows when it has to; gives the length.
fn read_to(room: &mut Vec<u8>, tree: &Tree, source: &str) -> io::Result<usize> {
    if let Some(file) = open_walked(tree, source) {
        return read_opened(room, &file, Utf8Path::new(source), MAX_SOURCE);
    }
    *room = read_other(tree, source)?;
    Ok(room.len())
}

/// Opens a file that the walk met.
fn open_walked(tree: &Tree, source: &str) -> Option<File> {
    was_walked(tree, source).then(|| open_unless_link(Utf8Path::new(source))).flatten()
}

/// Whether the walk met this file: an area's own path has no link in it, and no link to a directory was followed from there,
/// so only the file itself can be one.
fn was_walked(tree: &Tree, source: &str) -> bool {
    let within = |dir: &str| source.strip_prefix(dir)?.strip_prefix('/');
    tree.areas.iter().any(|area| within(&area.dir).is_some_and(|file| area.has(file)))
}

/// Opens a file that is no link; `None` for any other, and where it cannot be opened. A pipe does not make it wait.
#[cfg(unix)]
fn open_unless_link(path: &Utf8Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    open(path.as_str(), flags, Mode::empty()).ok().map(File::from)
}

/// Opens a file that is no link; `None` for any other, and where it cannot be opened.
#[cfg(not(unix))]
fn open_unless_link(path: &Utf8Path) -> Option<File> {
    let is_file = fs_err::symlink_metadata(path).is_ok_and(|facts| facts.is_file());
    is_file.then(|| fs_err::File::open(path).ok().map(|file| file.into_parts().0))?
}

/// Reads what the walk did not meet as a file. Where nobody walked, what is no file is not supposed to be there.
fn read_other(tree: &Tree, source: &str) -> io::Result<Vec<u8>> {
    if tree.supposed {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("{source} is no file that can be opened"),
        ));
    }
    read_inside(tree, source)
}

/// Reads a file by its absolute path, under the same rules as [`read_source`].
pub fn read_inside(tree: &Tree, path: &str) -> io::Result<Vec<u8>> {
    let real = canonical(Utf8Path::new(path))?;
    if !tree.areas.iter().any(|area| real.starts_with(&area.dir)) {
        let message = format!("{path} leads outside the repository");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    read_regular(&real, MAX_SOURCE)
}

/// Reads a file of the repository by its path relative to the root: a regular one of at most `max` bytes that, links
/// resolved, lies below the root.
pub fn read_below(root: &Root, path: &str, max: u64) -> io::Result<Vec<u8>> {
    let real = canonical(&root.dir.join(path))?;
    if !real.starts_with(&root.dir) {
        let message = format!("{path} leads outside the repository");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    read_regular(&real, max)
}

pub(super) fn read_regular(path: &Utf8Path, max: u64) -> io::Result<Vec<u8>> {
    // Asked before opening, since opening a pipe waits, and again of what was opened.
    check(path, &fs_err::metadata(path)?, max)?;
    read_new(fs_err::File::open(path)?.file(), path, max)
}

/// Reads a whole file to memory of its own.
#[cfg(unix)]
fn read_new(file: &File, path: &Utf8Path, max: u64) -> io::Result<Vec<u8>> {
    use rustix::buffer::spare_capacity;
    let metadata = file.metadata()?;
    check(path, &metadata, max)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    if bytes.capacity() == 0 {
        read_to_end(&mut bytes, file, path, max)?;
        return Ok(bytes);
    }
    // Memory that is cleared first would be written twice.
    while bytes.len() < bytes.capacity() {
        match rustix::io::read(file, spare_capacity(&mut bytes)) {
            Ok(0) => break,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(bytes)
}

/// Reads a whole file to memory of its own.
#[cfg(not(unix))]
fn read_new(file: &File, path: &Utf8Path, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = read_opened(&mut bytes, file, path, max)?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Reads a whole file to the front of `room`, which grows when it has to; gives the length.
fn read_opened(room: &mut Vec<u8>, file: &File, path: &Utf8Path, max: u64) -> io::Result<usize> {
    let metadata = file.metadata()?;
    check(path, &metadata, max)?;
    if metadata.len() == 0 {
        room.clear();
        read_to_end(room, file, path, max)?;
        return Ok(room.len());
    }
    // As many bytes as the system says, at once, so that its end need not be asked for.
    let length = usize::try_from(metadata.len()).unwrap_or(0);
    if room.len() < length {
        *room = vec![0; length];
    }
    read_full(file, &mut room[..length])
}

/// Reads a file of which the system says that nothing is in it: some file systems say so of all.
fn read_to_end(bytes: &mut Vec<u8>, file: &File, path: &Utf8Path, max: u64) -> io::Result<()> {
    file.take(max + 1).read_to_end(bytes)?;
    if bytes.len() as u64 > max { Err(too_large(path, max)) } else { Ok(()) }
}

/// Reads until the place is full or the file ends; gives the number of bytes.
fn read_full(mut file: &File, place: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while at < place.len() {
        match file.read(&mut place[at..]) {
            Ok(0) => break,
            Ok(length) => at += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

fn check(path: &Utf8Path, metadata: &Metadata, max: u64) -> io::Result<()> {
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{path} is not a regular file")));
    }
    if metadata.len() > max { Err(too_large(path, max)) } else { Ok(()) }
}

fn too_large(path: &Utf8Path, max: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("{path} is larger than {} MiB", max >> 20))
}
