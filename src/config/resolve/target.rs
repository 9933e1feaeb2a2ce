//! `-o` of `merge`, `subtract` and `intersect`: a path that says by itself what is written, or FORMAT=PATH as elsewhere.

use super::one_of;
use crate::cli::{Typed, Verb};
use crate::config::keys;
use crate::config::layer::shown;
use crate::error::{Error, Result};
use crate::settings::{DATA_DIRECTORY, OutputSpec, Settings};

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

/// `subtract` and `intersect`: at least two inputs, and outputs that may name a format.
pub(super) fn operands(typed: &Typed, settings: &mut Settings, formats: &[&str]) -> Result<()> {
    let (verb, algebra) = match &typed.cli.command {
        Verb::Subtract(algebra) => ("subtract", algebra),
        Verb::Intersect(intersect) => {
            if let Some(counts) = intersect.counts.as_deref().filter(|counts| !keys::COUNTS.contains(counts))
            {
                let expected = one_of(keys::COUNTS);
                return Err(Error::usage(format!("--counts is {}; expected {expected}", shown(counts))));
            }
            ("intersect", &intersect.algebra)
        }
        _ => return Ok(()),
    };
    if typed.has("print-config") {
        return Ok(());
    }
    if typed.values.get("inputs").map_or(0, Vec::len) < 2 {
        return Err(Error::usage(format!("`{verb}` needs at least two inputs"))
            .help(format!("coverdict {verb} new.out old.out -o -")));
    }
    for text in &algebra.targets {
        settings.outputs.push(target(verb, text, formats)?);
    }
    Ok(())
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
