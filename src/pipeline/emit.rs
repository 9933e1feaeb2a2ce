//! Writes what was computed: outputs first, then the findings on standard error; gives the exit code.

use std::borrow::Cow;

use camino::Utf8Path;

use super::extras;
use super::notices;
use super::output;
use super::pages::{self, Ground};
use super::{analyse, cobertura};
use crate::ci;
use crate::error::{Exit, Result, render};
use crate::host::Host;
use crate::model::{Finding, Report, Severity};
use crate::report::{self, Format, FormatOptions, Output, Provenance, Reader};
use crate::settings::{Annotations, Command, OutputSpec, Settings, Verbosity};

/// Writes all outputs of a report; `ground` is there when one is made of pages. A target that cannot be written is told and does not keep the others from being written.
pub fn emit(settings: &Settings, report: &Report, ground: Option<&Ground>, host: &mut Host) -> Result<Exit> {
    let mut exit = Exit::Success;
    notices::reading(settings, report, host);
    let options = options(settings, host);
    // These first: what their sizes give to say stands in all other outputs.
    let mut sizes = Vec::new();
    for spec in settings.outputs.iter().filter(|spec| cobertura::is_file(spec)) {
        let Some(Output::Text(format)) = report::output(&spec.format) else { continue };
        match cobertura::write(settings, report, format, spec, &options) {
            Ok(findings) => sizes.extend(findings),
            Err(error) => {
                let color = notices::wants_color(settings, host);
                host.say(&render(&error, color));
                exit = exit.worst(error.exit());
            }
        }
    }
    let report = &*with(report, sizes, settings);
    notices::findings(settings, &report.findings, host);
    let mut stdout_used = false;
    for spec in settings.outputs.iter().filter(|spec| !cobertura::is_file(spec)) {
        let Some(format) = report::output(&spec.format) else { continue };
        stdout_used |= is_stdout(spec);
        if let Err(error) = write_one(settings, report, (format, ground), spec, &options, host) {
            let color = notices::wants_color(settings, host);
            host.say(&render(&error, color));
            exit = exit.worst(error.exit());
        }
    }
    if matches!(settings.command, Command::Check | Command::Compare) && !stdout_used {
        let bytes = output::to_bytes(report, text_format(), &options);
        output::stdout(host, &bytes)?;
    }
    if report.findings.iter().any(|finding| finding.severity == Severity::Error) {
        exit = exit.worst(Exit::Input);
    }
    if report.failed() && !settings.warn_only {
        exit = exit.worst(Exit::GateFailed);
    }
    Ok(extras::run(settings, report, exit, host))
}

/// Adds the findings about what formats of limited length will leave out, so that every report of the run tells them.
pub fn tell_cuts(settings: &Settings, report: &mut Report, host: &Host) {
    let options = options(settings, host);
    let mut names: Vec<&str> = settings.outputs.iter().map(|spec| spec.format.as_str()).collect();
    names.extend(extras::annotation_format(settings, host));
    names.sort_unstable();
    names.dedup();
    let cuts: Vec<_> = names.into_iter().filter_map(|name| report::cut(name, report, &options)).collect();
    if !cuts.is_empty() {
        let findings = std::mem::take(&mut report.findings).into_iter().chain(cuts).collect();
        report.findings = analyse::sort_findings(findings, settings);
    }
}

/// The report with findings that only writing brings.
fn with<'a>(report: &'a Report, mut more: Vec<Finding>, settings: &Settings) -> Cow<'a, Report> {
    if more.is_empty() {
        return Cow::Borrowed(report);
    }
    more.extend(report.findings.iter().cloned());
    Cow::Owned(Report { findings: analyse::sort_findings(more, settings), ..report.clone() })
}

/// Whether an output goes to standard output.
pub fn is_stdout(spec: &OutputSpec) -> bool {
    spec.path.as_deref().is_none_or(|path| path == "-")
}

/// Writes one output.
pub fn write_one(
    settings: &Settings,
    report: &Report,
    (format, ground): (Output, Option<&Ground>),
    spec: &OutputSpec,
    options: &FormatOptions,
    host: &mut Host,
) -> Result<()> {
    let format = match (format, ground) {
        (Output::Text(format), _) => format,
        (Output::Pages(format), Some(ground)) => {
            return pages::write(settings, report, format, spec, options, ground, host);
        }
        (Output::Pages(_), None) => return Ok(()),
    };
    match spec.path.as_deref().filter(|_| !is_stdout(spec)) {
        None => {
            let bytes = output::to_bytes(report, format, options);
            output::stdout(host, &bytes)
        }
        Some(path) => {
            // A file is never coloured, nor as wide as the terminal of the moment.
            let plain = FormatOptions {
                color: false,
                width: 80,
                extension: Utf8Path::new(path).extension().map(str::to_ascii_lowercase),
                ..options.clone()
            };
            output::file(&settings.cwd.join(path), path, |out| (format.write)(report, &plain, out))
        }
    }
}

/// The text format.
pub fn text_format() -> &'static Format {
    &report::TEXT
}

/// What settings and terminal say about formats.
pub fn options(settings: &Settings, host: &Host) -> FormatOptions {
    let format = &settings.format;
    FormatOptions {
        cobertura_source: format.cobertura_source.clone(),
        cobertura_class_type: format.cobertura_class_type,
        no_methods: format.no_methods,
        precision: format.precision,
        timestamp: format.timestamp,
        top: format.top,
        color: crate::config::wants_color(settings.color, host.terminal.stdout),
        width: host.terminal.width.map_or(80, usize::from).max(80),
        terminal: host.terminal.stdout,
        quiet: settings.verbosity == Verbosity::Quiet,
        extension: None,
        reader: Reader::Comment,
        links: ci::detect(&host.env, Some(settings.ci.as_str()))
            .and_then(|provider| ci::source_links(provider.name, &host.env)),
        comparing: settings.command == Command::Compare,
        all_misses: settings.extras.annotations == Annotations::All,
        provenance: Provenance::default(),
    }
}
