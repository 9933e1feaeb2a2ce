//! `-o` of `merge`, `subtract` and `intersect`: a path that says by itself what is written, or FORMAT=PATH as elsewhere.

use crate::error::{Error, Result};
use crate::settings::{DATA_DIRECTORY, OutputSpec};

/// The format of a text profile.
const PROFILE: &str = "profile";

/// `merge`: PATH, DIR/ or `profile=PATH`. Reports are not what it writes.
pub(super) fn merged(text: &str, formats: &[&str]) -> Result<OutputSpec> {
    let output = target("merge", text, formats)?;
    if output.format == PROFILE || output.format == DATA_DIRECTORY {
        return Ok(output);
    }
    let (format, path) = (&output.format, output.path.as_deref().unwrap_or("-"));
    Err(Error::usage(format!("`merge` writes a profile or a data directory, not {format}"))
        .help(format!("coverdict report INPUT... -o {format}={path}")))
}

/// PATH is a text profile (`-` is standard output), DIR/ a data directory, and FORMAT=PATH any report.
pub(super) fn target(verb: &str, text: &str, formats: &[&str]) -> Result<OutputSpec> {
    if formats.contains(&text) {
        // A file of that name is hardly what was meant.
        return Err(Error::usage(format!("-o {text} names a format, and `{verb}` needs a path"))
            .help(format!("-o {text}=PATH, or -o ./{text} for a file of that name")));
    }
    let Some((format, path)) = text.split_once('=').filter(|(format, _)| formats.contains(format)) else {
        return Ok(spec(if is_directory(text) { DATA_DIRECTORY } else { PROFILE }, text));
    };
    match path {
        "" => Err(Error::usage(format!("-o names no path behind {format}="))),
        _ if format == PROFILE && is_directory(path) => {
            Err(Error::usage(format!("-o {text} names a folder, and a text profile is a file"))
                .help(format!("-o {path} for a data directory")))
        }
        _ => Ok(spec(format, path)),
    }
}

fn spec(format: &str, path: &str) -> OutputSpec {
    OutputSpec { format: format.to_owned(), path: Some(path.to_owned()).filter(|path| path != "-") }
}

fn is_directory(path: &str) -> bool {
    path.ends_with(['/', '\\'])
}
