//! Where bytes go: standard output, or a file that is complete or absent.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::{Error, Result};
use crate::host::Host;
use crate::model::Report;
use crate::report::{Format, FormatOptions};

/// Temporary files and folders that are being written.
static UNFINISHED: Mutex<Vec<Utf8PathBuf>> = Mutex::new(Vec::new());

/// Removes what is half written. For an interrupt: nothing runs behind it.
pub fn abandon() {
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        let _ = if path.is_dir() { fs_err::remove_dir_all(path) } else { fs_err::remove_file(path) };
    }
}

/// A temporary file or folder is known to [`abandon`] as long as this lives.
#[derive(Debug)]
pub struct Unfinished(Option<Utf8PathBuf>);

impl Unfinished {
    /// Makes a path known.
    pub fn new(path: &std::path::Path) -> Self {
        let path = Utf8PathBuf::from_path_buf(path.to_owned()).ok();
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).extend(path.clone());
        Self(path)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        unfinished.retain(|path| Some(path) != self.0.as_ref());
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
        _ => {}
    }
    let folder = target
        .parent()
        .filter(|parent| !parent.as_str().is_empty())
        .map_or_else(|| Utf8PathBuf::from("."), Utf8Path::to_owned);
    fs_err::create_dir_all(&folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".coverdict-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: the user's mask takes away what it takes away.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(&folder)?;
    let _unfinished = Unfinished::new(temporary.path());
    let mut out = io::BufWriter::with_capacity(1 << 16, temporary.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    temporary.persist(&target).map_err(|error| error.error)?;
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
