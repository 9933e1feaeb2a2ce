//! Writes formats of many pages: to a folder, an archive, or one file.

use camino::Utf8Path;

use super::archive::{Archive, Single};
use super::folder::{Folder, MANIFEST};
use super::output::{self, cannot_write};
use super::provenance::provenance;
use super::texts::Kept;
use crate::config::landing;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::model::Report;
use crate::report::html::{Override, Templates, is_page};
use crate::report::pages::{Packing, PageError, PageFormat, PageSink};
use crate::report::{self, FormatOptions, Output};
use crate::settings::{Command, OutputSpec, Settings};

/// Larger files of one page are slow to open, and most stores of artifacts show none.
const LARGE: usize = 10 << 20;
/// No template is longer.
const MAX_TEMPLATE: u64 = 4 << 20;

/// The templates, when an output is made of pages. Asked before anything is read, since what is wrong here is wrong on the
/// command line.
pub fn ready(settings: &Settings) -> Result<Option<Templates>> {
    if !has_pages(settings) {
        return Ok(None);
    }
    check(settings)?;
    templates(settings).map(Some)
}

fn has_pages(settings: &Settings) -> bool {
    let is_pages = |spec: &OutputSpec| matches!(report::output(&spec.format), Some(Output::Pages(_)));
    settings.outputs.iter().any(is_pages)
}

/// Whether the run shows sources on pages.
pub fn wanted(settings: &Settings) -> bool {
    settings.command == Command::View || has_pages(settings)
}

/// Our templates, and those of `--templates`.
pub fn templates(settings: &Settings) -> Result<Templates> {
    let Some(folder) = &settings.templates else { return Templates::new(Vec::new()) };
    let shown = |path: &Utf8Path| path.strip_prefix(&settings.cwd).unwrap_or(path).to_string();
    let unreadable = |path: &Utf8Path, reason: &str| {
        Error::usage(format!("cannot read the templates: {}: {reason}", shown(path)))
    };
    let entries = folder.read_dir_utf8().map_err(|error| unreadable(folder, &error.kind().to_string()))?;
    let mut overrides = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(folder, &error.kind().to_string()))?;
        let (name, path) = (entry.file_name().to_owned(), entry.path().to_owned());
        let facts = fs_err::metadata(&path).map_err(|error| unreadable(&path, &error.kind().to_string()))?;
        if name.starts_with('.') || !facts.is_file() {
            continue;
        }
        if facts.len() > MAX_TEMPLATE {
            return Err(unreadable(&path, "it is larger than 4 MiB"));
        }
        let text = fs_err::read(&path).map_err(|error| unreadable(&path, &error.kind().to_string()))?;
        let text = String::from_utf8(text).map_err(|_| unreadable(&path, "it is not UTF-8"))?;
        overrides.push(Override { name, path: shown(&path), text });
    }
    overrides.sort_by(|a, b| a.name.cmp(&b.name));
    Templates::new(overrides)
}

/// What is needed beside the report.
#[derive(Debug)]
pub struct Ground {
    /// How to read the sources again.
    pub kept: Kept,
    /// The templates.
    pub templates: Templates,
}

/// Writes one output.
pub fn write(
    settings: &Settings,
    report: &Report,
    format: &PageFormat,
    spec: &OutputSpec,
    options: &FormatOptions,
    ground: &Ground,
    host: &mut Host,
) -> Result<()> {
    let shown = spec.path.as_deref().unwrap_or("standard output");
    let options = &FormatOptions { provenance: provenance(settings, report), ..options.clone() };
    let fill = |sink: &dyn PageSink| {
        let texts = ground.kept.reader();
        (format.write)(report, options, &ground.templates, &texts, sink).map_err(|error| match error {
            PageError::Template(error) => error,
            PageError::Io(error) => cannot_write(shown, &error),
        })
    };
    let target = spec.path.as_deref().map(|path| settings.cwd.join(path));
    match (format.packing, target) {
        (Packing::Tree, Some(target)) if is_archive(&target) => {
            let archive = Archive::default();
            fill(&archive)?;
            let bytes = archive.finish().map_err(|error| cannot_write(shown, &error))?;
            output::file(&target, shown, |out| out.write_all(&bytes))
        }
        (Packing::Tree, Some(target)) => folder(&target, shown, fill),
        (Packing::Tree, None) => Err(needs_path()),
        (Packing::Single, target) => {
            let single = Single::default();
            fill(&single)?;
            let bytes = single.finish();
            if bytes.len() > LARGE {
                host.say(&format!(
                    "coverdict: {shown} is {} MiB: -o html=DIR opens faster\n",
                    bytes.len() >> 20
                ));
            }
            match target {
                Some(target) => output::file(&target, shown, |out| out.write_all(&bytes)),
                None => output::stdout(host, &bytes),
            }
        }
    }
}

/// Writes a folder of pages.
pub fn folder(target: &Utf8Path, shown: &str, fill: impl FnOnce(&dyn PageSink) -> Result<()>) -> Result<()> {
    let folder = Folder::new(target).map_err(|error| cannot_write(shown, &error))?;
    match fill(&folder) {
        Ok(()) => folder.finish().map_err(|error| cannot_write(shown, &error)),
        Err(error) => {
            folder.abandon();
            Err(error)
        }
    }
}

fn is_archive(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// A tree of pages cannot go to standard output, and nothing else takes the place of one of them.
fn check(settings: &Settings) -> Result<()> {
    let is_tree = |spec: &&OutputSpec| matches!(report::output(&spec.format), Some(Output::Pages(format)) if format.packing == Packing::Tree);
    for tree in settings.outputs.iter().filter(is_tree) {
        let Some(path) = &tree.path else { return Err(needs_path()) };
        let folder = landing(&settings.cwd, path);
        for other in settings.outputs.iter().filter(|_| !is_archive(&folder)) {
            let Some(path) = &other.path else { continue };
            let place = landing(&settings.cwd, path);
            let inside = place.strip_prefix(&folder).map_or("", Utf8Path::as_str);
            if inside == MANIFEST || is_page(inside) {
                let message =
                    format!("{} and {} cannot both be written to {path}", tree.format, other.format);
                return Err(Error::usage(message).note(format!(
                    "{inside} belongs to the report in {}",
                    tree.path.as_deref().unwrap_or_default()
                )));
            }
        }
    }
    Ok(())
}

fn needs_path() -> Error {
    Error::usage("the format html is many files and needs a folder, or an archive that ends in .zip")
        .help("-o html=coverage/, or -o html-single=coverage.html for one file")
}
