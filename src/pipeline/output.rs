//! Where bytes go: standard output, or a file that is complete or absent.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{Error, Result};
use crate::host::Host;
use crate::model::Report;
use crate::report::{Format, FormatOptions};

/// Temporary files and folders that are being written. Whoever holds this is not interrupted.
static UNFINISHED: Mutex<Vec<Begun>> = Mutex::new(Vec::new());
/// How often a folder is emptied that another thread still writes to: what it was about to write when the interrupt came.
const TRIES: usize = 1000;

#[derive(Debug)]
struct Begun {
    path: Utf8PathBuf,
    /// Folders that were made for it, outermost first.
    made: Vec<Utf8PathBuf>,
}

fn unfinished() -> MutexGuard<'static, Vec<Begun>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what is half written. For an interrupt: the process has to end behind it, since no other thread begins, ends or
/// continues an output from here on.
pub fn abandon() {
    let unfinished = unfinished();
    for Begun { path, made } in unfinished.iter() {
        for _ in 0..TRIES {
            let removed =
                if path.is_dir() { fs_err::remove_dir_all(path) } else { fs_err::remove_file(path) };
            if removed.is_ok() || !path.exists() {
                break;
            }
        }
        remove_empty(made);
    }
    std::mem::forget(unfinished);
}

/// The folders that have to be made for this one to be there, outermost first.
pub fn missing(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let missing = folder.ancestors().take_while(|folder| !folder.as_str().is_empty() && !folder.exists());
    let mut missing: Vec<Utf8PathBuf> = missing.map(Utf8Path::to_owned).collect();
    missing.reverse();
    missing
}

/// Removes folders that were made, if nobody put anything into them.
pub fn remove_empty(made: &[Utf8PathBuf]) {
    for folder in made.iter().rev() {
        let _ = fs_err::remove_dir(folder);
    }
}

/// Does what an interrupt has to wait for.
pub fn undivided<T>(act: impl FnOnce() -> T) -> T {
    let _held = unfinished();
    act()
}

/// A temporary file or folder is known to [`abandon`] as long as this lives. It has to live longer than what it stands for.
#[derive(Debug)]
pub struct Unfinished(Option<Utf8PathBuf>);

impl Unfinished {
    /// Begins a file or folder and makes it known, with the folders that were made for it.
    ///
    /// # Errors
    ///
    /// Those of `begin`.
    pub fn begin<T: AsRef<Path>>(
        made: &[Utf8PathBuf],
        begin: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<(Self, T)> {
        let mut unfinished = unfinished();
        let begun = begin()?;
        let path = Utf8PathBuf::from_path_buf(begun.as_ref().to_owned()).ok();
        unfinished.extend(path.clone().map(|path| Begun { path, made: made.to_owned() }));
        Ok((Self(path), begun))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|begun| Some(&begun.path) != self.0.as_ref());
    }
}

/// A report in a format. Writing to memory cannot fail.
pub fn to_bytes(report: &Report, format: &Format, options: &FormatOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = (format.write)(report, options, &mut bytes);
    bytes
}

/// Writes a result to standard output. A reader that went away has seen enough: that is success.
pub fn stdout(host: &mut Host, bytes: &[u8]) -> Result<()> {
    match host.stdout.write_all(bytes).and_then(|()| host.stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(cannot_write("standard output", &error)),
    }
}

/// Writes a file: to a temporary one beside it, which then takes its name. Missing folders are created. A device or pipe is
/// written to as it is. `shown` is the path as the user gave it.
pub fn file(
    path: &Utf8Path,
    shown: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    put(path, write).map_err(|error| cannot_write(shown, &error))
}

fn put(path: &Utf8Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // The file behind a link is replaced, not the link.
    let target = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    match fs_err::metadata(&target) {
        Ok(facts) if facts.is_dir() => return Err(io::Error::other("is a directory")),
        Ok(facts) if !facts.is_file() => {
            let mut out = io::BufWriter::new(fs_err::OpenOptions::new().write(true).open(&target)?);
            return match write(&mut out).and_then(|()| out.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                done => done,
            };
        }
        Err(error)
            if error.kind() == io::ErrorKind::NotFound
                && target.as_str().ends_with(std::path::is_separator) =>
        {
            return Err(io::Error::other(
                "the slash at its end says that it is a folder, and this is one file",
            ));
        }
        _ => {}
    }
    let folder = target
        .parent()
        .filter(|parent| !parent.as_str().is_empty())
        .map_or_else(|| Utf8PathBuf::from("."), Utf8Path::to_owned);
    let made = missing(&folder);
    let done = fs_err::create_dir_all(&folder).and_then(|()| put_into(&folder, &made, &target, write));
    if done.is_err() {
        remove_empty(&made);
    }
    done
}

/// Writes a file of a folder that is there.
fn put_into(
    folder: &Utf8Path,
    made: &[Utf8PathBuf],
    target: &Utf8Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".coverdict-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: the user's mask takes away what it takes away.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let (_unfinished, mut temporary) = Unfinished::begin(made, || builder.tempfile_in(folder))?;
    let mut out = io::BufWriter::with_capacity(1 << 16, temporary.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    temporary.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// An output that cannot be written, in the words of the operating system.
pub fn cannot_write(shown: &str, error: &io::Error) -> Error {
    let reason = match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::StorageFull => "no space left on device".to_owned(),
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file is in the way of its folder".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => "read-only file system".to_owned(),
        io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    };
    Error::output(format!("cannot write {shown}: {reason}"))
}
