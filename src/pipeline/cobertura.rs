//! Cobertura files: one, or several numbered ones with `--split`, and a word about those that GitLab would leave out.

use camino::{Utf8Path, Utf8PathBuf};

use super::output;
use crate::error::Result;
use crate::model::words::counted;
use crate::model::{Code, Finding, Report};
use crate::report::{self, Format, FormatOptions};
use crate::settings::{OutputSpec, Settings};

/// GitLab ignores larger Cobertura files:
/// <https://docs.gitlab.com/ci/testing/code_coverage/cobertura/#limits>.
const MOST: u64 = 10 << 20;

/// How much of a file is looked at to know it for ours.
const HEAD: u64 = 4096;

/// Whether the run writes a Cobertura report.
pub fn wanted(settings: &Settings) -> bool {
    settings.outputs.iter().any(is_cobertura)
}

fn is_cobertura(spec: &OutputSpec) -> bool {
    spec.format == "cobertura"
}

/// Whether an output is a Cobertura file. Standard output is not: it cannot be split.
pub fn is_file(spec: &OutputSpec) -> bool {
    is_cobertura(spec) && spec.path.as_deref().is_some_and(|path| path != "-")
}

/// Writes a report to the path of `spec`, or to numbered files beside it; gives what there is to say about their sizes.
pub fn write(
    settings: &Settings,
    report: &Report,
    format: &Format,
    spec: &OutputSpec,
    options: &FormatOptions,
) -> Result<Vec<Finding>> {
    let shown = spec.path.as_deref().unwrap_or_default();
    let plain = FormatOptions { color: false, width: 80, ..options.clone() };
    let mut names = vec![shown.to_owned()];
    match settings.format.split {
        None => output::file(&settings.cwd.join(shown), shown, |out| (format.write)(report, &plain, out))?,
        Some(limit) => {
            let parts = report::cobertura_parts(report, &plain, limit);
            if 1 < parts.len() {
                names = (1..=parts.len()).map(|number| numbered(shown, number)).collect();
            }
            for (name, part) in names.iter().zip(&parts) {
                output::file(&settings.cwd.join(name), name, |out| part.write(out))?;
            }
            remove_older(&settings.cwd, shown, &names);
        }
    }
    let limit = settings.format.split;
    Ok(names.iter().filter_map(|name| too_large(&settings.cwd.join(name), name, limit)).collect())
}

/// `cobertura.xml` and 2: `cobertura-2.xml`, so that `cobertura*.xml` names all.
fn numbered(shown: &str, number: usize) -> String {
    let path = Utf8Path::new(shown);
    let stem = path.file_stem().unwrap_or_default();
    let name = match path.extension() {
        Some(extension) => format!("{stem}-{number}.{extension}"),
        None => format!("{stem}-{number}"),
    };
    path.with_file_name(name).into_string()
}

/// Removes what an earlier run left under names that this run did not write: a wildcard would take them for parts of this
/// report, and readers add up what two files say of a line. Only files of ours are touched.
fn remove_older(cwd: &Utf8Path, shown: &str, written: &[String]) {
    let first = if written.len() == 1 { 1 } else { written.len() + 1 };
    let numbers = (first..).map(|number| cwd.join(numbered(shown, number))).take_while(|path| is_ours(path));
    let whole = Some(cwd.join(shown)).filter(|path| 1 < written.len() && is_ours(path));
    let older: Vec<Utf8PathBuf> = numbers.chain(whole).collect();
    for path in older {
        // One that stays is no worse than before.
        let _ = fs_err::remove_file(path);
    }
}

fn is_ours(path: &Utf8Path) -> bool {
    use std::io::Read as _;
    let regular = path.symlink_metadata().is_ok_and(|facts| facts.is_file());
    let mut head = Vec::new();
    let read =
        regular && fs_err::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)).is_ok();
    let holds = |text: &str| memchr::memmem::find(&head, text.as_bytes()).is_some();
    read && holds("<!DOCTYPE coverage ") && holds(" version=\"coverdict ")
}

/// What is to be said of a file that is larger than GitLab takes, or than `--split` asks for.
fn too_large(path: &Utf8Path, name: &str, limit: Option<u64>) -> Option<Finding> {
    let bytes = fs_err::metadata(path).ok().filter(|facts| facts.is_file())?.len();
    let message = match limit {
        _ if MOST < bytes => {
            let tenths = (bytes * 10).div_ceil(1 << 20);
            format!("{name} is {}.{} MiB: GitLab ignores files over 10 MiB", tenths / 10, tenths % 10)
        }
        Some(limit) if limit < bytes => {
            format!("{name} has {}, --split asks for {limit} at most", counted(bytes, "byte"))
        }
        _ => return None,
    };
    let help = match limit {
        Some(limit) if limit < bytes => {
            "--split divides between files of Go alone: exclude this one, or leave methods out with --no-methods"
                .to_owned()
        }
        Some(_) => "--split 10MiB, or leave methods out with --no-methods, or exclude generated code".to_owned(),
        None => format!(
            "-o cobertura={name} --split 10MiB, or leave methods out with --no-methods, or exclude generated code"
        ),
    };
    Some(Finding::new(Code::ReportTooLarge, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_before_the_extension() {
        assert_eq!(numbered("cobertura.xml", 1), "cobertura-1.xml");
        assert_eq!(numbered("a.b/c", 12), "a.b/c-12");
        assert_eq!(numbered("/x/a.b.xml", 3), "/x/a.b-3.xml");
    }
}
