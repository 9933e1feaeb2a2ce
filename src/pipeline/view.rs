//! `view`: the HTML report in a temporary folder, opened in the browser. The folder stays: the browser needs it.

use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::output::Unfinished;
use super::pages::{self, Ground};
use super::texts::Kept;
use super::{analyse, emit, gather, listings, notices, output};
use crate::error::{Error, Exit, Result};
use crate::host::Host;
use crate::report::{self, Output};
use crate::settings::{OutputSpec, Settings};

/// Runs the command. The path of the first page goes to standard output.
pub fn run(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let templates = pages::templates(settings)?;
    let gathered = gather::gather(settings, host)?;
    let ground = Ground { kept: Kept::of(&gathered), templates };
    let report = analyse::analyse(settings, gathered, host)?;
    notices::findings(settings, &report.findings, host);
    let (unfinished, temporary) = temporary(host)?;
    let folder = Utf8PathBuf::from_path_buf(temporary.path().to_owned())
        .map_err(|path| Error::output(format!("cannot write {}: the path is not UTF-8", path.display())))?;
    let Some(Output::Pages(format)) = report::output("html") else { return Ok(Exit::Bug) };
    let spec = OutputSpec { format: format.name.to_owned(), path: Some(folder.to_string()) };
    let options = emit::options(settings, host);
    pages::write(settings, &report, format, &spec, &options, &ground, host)?;
    // From here on it stays.
    let _ = temporary.keep();
    drop(unfinished);
    let first = folder.join("index.html");
    output::stdout(host, format!("{first}\n").as_bytes())?;
    if !open(&first, host) {
        host.say("coverdict: no browser was found; open the file above\n");
    }
    Ok(listings::denied(&report.findings))
}

/// A folder that only the user can look into.
fn temporary(host: &Host) -> Result<(Unfinished, TempDir)> {
    let above = host.var("TMPDIR").map_or_else(std::env::temp_dir, Into::into);
    Unfinished::begin(&[], || tempfile::Builder::new().prefix("coverdict-view-").tempdir_in(&above))
        .map_err(|error| output::cannot_write(&above.display().to_string(), &error))
}

/// Asks the system to open a page; false when there is nobody to ask.
fn open(page: &Utf8Path, host: &Host) -> bool {
    let (program, args): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        // An empty title: `start` takes the first quoted word for one.
        ("cmd", &["/c", "start", ""])
    } else {
        // Without a display xdg-open falls back to text browsers, which want a terminal of their own.
        if host.var("DISPLAY").or_else(|| host.var("WAYLAND_DISPLAY")).is_none() {
            return false;
        }
        ("xdg-open", &[])
    };
    let Some(program) = find(program, host) else { return false };
    Command::new(program)
        .args(args)
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A program of the user's search path.
fn find(program: &str, host: &Host) -> Option<Utf8PathBuf> {
    let names: &[&str] = if cfg!(windows) { &[".exe", ".com"] } else { &[""] };
    std::env::split_paths(host.var("PATH")?).find_map(|folder| {
        let folder = Utf8PathBuf::from_path_buf(folder).ok()?;
        names.iter().map(|end| folder.join(format!("{program}{end}"))).find(|path| path.is_file())
    })
}
