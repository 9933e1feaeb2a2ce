//! Command line, environment and config file -> [`Settings`].
//!
//! In: the arguments and the [`Host`]. Out: a [`Plan`]: settings to run with, text to print, or an error; nothing else of
//! the crate knows that flags, variables or a file exist. Precedence: flag, `COVERDICT_*` variable, file, default; a list
//! from one origin replaces the list of the next. The table of settings is [`keys`].

mod file;
pub mod keys;
mod layer;
mod path;
mod print;
mod resolve;
pub(crate) mod suggest;
pub mod translate;
mod yaml;

use std::ffi::OsString;

use camino::Utf8PathBuf;

use crate::cli::{self, Stop, Typed, Verb};
use crate::error::{Error, Exit, Result, render};
use crate::host::Host;
use crate::model::Code;
use crate::settings::{Color, Settings};

use layer::Layers;

pub(crate) use path::landing;

/// The JSON Schema of the config file.
pub const SCHEMA: &str = include_str!("../schemas/config.schema.json");

/// What the rest of the crate offers to the command line.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// Names that `-o` knows, in the order of the help.
    pub formats: &'a [&'a str],
    /// Names of the CI systems that `--ci` knows.
    pub systems: &'a [&'a str],
    /// The JSON Schema that `schema report` prints.
    pub report_schema: &'a str,
    /// The JSON Schema that `schema baseline` prints.
    pub baseline_schema: &'a str,
}

/// What to do.
#[derive(Debug)]
pub enum Plan {
    /// Run with these settings.
    Run(Box<Settings>),
    /// Print this on standard output and exit 0.
    Print(Vec<u8>),
    /// Print this on standard error and exit so.
    Fail {
        /// The rendered error.
        text: String,
        /// Always a usage error today.
        exit: Exit,
    },
}

/// Reads the arguments (the first is the program's name), finds the config, and decides everything.
pub fn plan(args: &[OsString], host: &Host, tables: Tables<'_>) -> Plan {
    let width = host.terminal.width.map_or(100, |width| usize::from(width).clamp(60, 100));
    let typed = match cli::parse(args, tables.formats, width) {
        Ok(typed) => typed,
        Err(Stop::Help(text)) => {
            let color = paints(None, host, host.terminal.stdout);
            let text = if color { text.ansi().to_string() } else { text.to_string() };
            return Plan::Print(text.into_bytes());
        }
        Err(Stop::Fault(error)) => return fail(&error, None, host),
    };
    let planned = match &typed.cli.command {
        Verb::Schema(_) | Verb::Completions(_) | Verb::Man => show(&typed, tables, width).map(Plan::Print),
        _ => settings(&typed, host, tables),
    };
    planned.unwrap_or_else(|error| fail(&error, typed.cli.global.color.as_deref(), host))
}

/// The settings of a command that runs.
pub fn resolve(typed: &Typed, host: &Host, tables: Tables<'_>) -> Result<Settings> {
    Ok(layered(typed, host, tables)?.1)
}

fn settings(typed: &Typed, host: &Host, tables: Tables<'_>) -> Result<Plan> {
    let (layers, settings) = layered(typed, host, tables)?;
    Ok(if typed.has("print-config") {
        Plan::Print(print::text(&layers, &settings).into_bytes())
    } else {
        Plan::Run(Box::new(settings))
    })
}

fn layered(typed: &Typed, host: &Host, tables: Tables<'_>) -> Result<(Layers, Settings)> {
    let cwd = working_directory(typed.cli.global.directory.as_deref(), host)?;
    let file = match (typed.value("config"), typed.has("no-config")) {
        // The long text of a finding depends on nothing; a broken config must not hide it.
        _ if explains_a_finding(&typed.cli.command) => None,
        // What it is to write cannot be in its way.
        _ if matches!(typed.cli.command, Verb::Init(_)) => None,
        _ if shows_a_baseline(&typed.cli.command) => None,
        (Some(named), _) => Some(file::read(&path::absolute(&cwd, named), named.to_owned())?),
        (None, true) => None,
        (None, false) => {
            let here = path::absolute(&host.cwd, ".");
            let found = file::find(&cwd);
            found.map(|found| file::read(&found, path::seen_from(&here, &found))).transpose()?
        }
    };
    let layers = Layers::new(typed, host, file);
    let settings = resolve::settings(typed, host, &layers, &cwd, tables)?;
    Ok((layers, settings))
}

fn explains_a_finding(verb: &Verb) -> bool {
    matches!(verb, Verb::Explain(explain) if Code::from_name(&explain.topic).is_some())
}

/// A baseline is what it is, whatever the settings are.
fn shows_a_baseline(verb: &Verb) -> bool {
    matches!(verb, Verb::Baseline(baseline) if matches!(baseline.action, cli::Action::Show(_)))
}

/// Whether colour goes to a stream, given whether that is a terminal.
pub fn wants_color(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal,
    }
}

fn paints(typed: Option<&str>, host: &Host, terminal: bool) -> bool {
    let color = resolve::color(typed, host).unwrap_or(Color::Never);
    wants_color(color, terminal)
}

fn fail(error: &Error, color: Option<&str>, host: &Host) -> Plan {
    let text = render(error, paints(color, host, host.terminal.stderr));
    Plan::Fail { text, exit: error.exit() }
}

/// The directory of `-C`, or the process's own.
fn working_directory(typed: Option<&str>, host: &Host) -> Result<Utf8PathBuf> {
    let directory = path::absolute(&host.cwd, typed.unwrap_or("."));
    let Some(typed) = typed else { return Ok(directory) };
    match fs_err::metadata(&directory) {
        Ok(facts) if facts.is_dir() => Ok(directory),
        Ok(_) => Err(Error::usage(format!("-C {typed} is not a directory"))),
        Err(error) => Err(Error::usage(format!("-C {typed} cannot be entered: {}", reason(&error)))),
    }
}

/// The cause of an I/O error without the path, which the message names in its own words.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}

/// The commands that only print.
fn show(typed: &Typed, tables: Tables<'_>, width: usize) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    match &typed.cli.command {
        Verb::Schema(schema) => match schema.of {
            cli::SchemaOf::Report => out.extend_from_slice(tables.report_schema.as_bytes()),
            cli::SchemaOf::Baseline => out.extend_from_slice(tables.baseline_schema.as_bytes()),
            cli::SchemaOf::Config => out.extend_from_slice(SCHEMA.as_bytes()),
        },
        Verb::Completions(completions) => {
            let mut command = cli::command_with_bare_flags(tables.formats, width);
            clap_complete::generate(completions.shell, &mut command, "coverdict", &mut out);
        }
        Verb::Man => {
            let page = manual(cli::command(tables.formats, width));
            out = page.map_err(|error| Error::output(format!("cannot make the man page: {error}")))?;
        }
        _ => {}
    }
    Ok(out)
}

/// One page for the program and all its commands.
fn manual(mut command: clap::Command) -> std::io::Result<Vec<u8>> {
    command.build();
    let mut out = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut out)?;
    let inner = |verb: &clap::Command| -> Vec<(String, clap::Command)> {
        let of = |inner: &clap::Command| (format!("{} {}", verb.get_name(), inner.get_name()), inner.clone());
        verb.get_subcommands().map(of).collect()
    };
    let verbs = command.get_subcommands();
    for (name, verb) in
        verbs.flat_map(|verb| [vec![(verb.get_name().to_owned(), verb.clone())], inner(verb)].concat())
    {
        let name = format!("coverdict {name}");
        let page = clap_mangen::Man::new(verb.clone());
        let title = name.to_uppercase().replace('-', "\\-");
        out.extend_from_slice(format!(".SH \"{title}\"\n").as_bytes());
        page.render_description_section(&mut out)?;
        page.render_options_section(&mut out)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
