//! What happens by itself on a known CI, behind the outputs of `check`: job summary, output variables, annotations.
//!
//! In: the report, the exit code, the environment. Out: appended files, log commands, one line that says what was done. What
//! fails here is one warning and never the exit code (unless `--deny ci-extra-failed` says so). `GITHUB_ENV` and `GITHUB_PATH`
//! are never written: what stands in them would change later steps.
//!
//! Annotations of GitHub and issues of Azure go to standard error: their agents read commands from both streams, and standard
//! output carries results alone. `TeamCity` reads standard output only, so its messages follow the summary there, and are
//! left out where another format has that stream.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};

use camino::Utf8Path;

use super::{analyse, emit, notices, output};
use crate::ci;
use crate::error::Exit;
use crate::host::Host;
use crate::model::{Code, Finding, Report, Severity};
use crate::report::{self, FormatOptions, Output, Reader, logs};
use crate::settings::{Annotations, Command, OutputSpec, Settings, Verbosity};

/// GitHub shows no summary at all over 1 MiB a step; this leaves room for other lines of the step.
const SUMMARY: u64 = 1_000_000;
/// With less room a summary would say nothing.
const LEAST: u64 = 4000;

/// What was done and what was not, as parts of sentences.
#[derive(Debug, Default)]
struct Done {
    written: Vec<String>,
    failed: Vec<String>,
}

/// The system at hand, where something happens on it.
fn system(settings: &Settings, host: &Host) -> Option<&'static ci::Provider> {
    let provider = ci::detect(&host.env, Some(settings.ci.as_str()))?;
    let wanted = settings.command == Command::Check
        && matches!(provider.name, "github" | "gitea" | "forgejo" | "azure" | "teamcity");
    wanted.then_some(provider)
}

/// The format whose limit holds for the annotations that will be written by themselves.
pub fn annotation_format(settings: &Settings, host: &Host) -> Option<&'static str> {
    let provider = system(settings, host)?;
    (provider.name != "teamcity" && settings.extras.annotations != Annotations::Off).then_some("github")
}

/// Does it all; gives the exit code of the run.
pub fn run(settings: &Settings, report: &Report, exit: Exit, host: &mut Host) -> Exit {
    let Some(provider) = system(settings, host) else { return exit };
    let options = emit::options(settings, host);
    let mut done = Done::default();
    match provider.name {
        "azure" => azure(settings, report, &options, &mut done, host),
        "teamcity" => teamcity(settings, report, &mut done, host),
        _ => github(settings, report, &options, exit, &mut done, host),
    }
    if !done.written.is_empty() && settings.verbosity != Verbosity::Quiet {
        let line =
            format!("coverdict: {}: {} (--ci off: nothing)\n", provider.title, done.written.join(", "));
        host.say(&line);
    }
    tell_failure(settings, provider.title, &done.failed, exit, host)
}

/// One warning, however much failed.
fn tell_failure(settings: &Settings, title: &str, failed: &[String], exit: Exit, host: &mut Host) -> Exit {
    if failed.is_empty() {
        return exit;
    }
    let finding = Finding::new(Code::CiExtraFailed, format!("{title}: {}", failed.join("; ")))
        .fact("the verdict, the reports and the exit code are as they would be without it")
        .help("let this step write the file that the variable names, or turn these extras off: --ci off")
        .count(failed.len() as u64);
    let findings = analyse::sort_findings(vec![finding], settings);
    notices::findings(settings, &findings, host);
    let denied = findings.iter().any(|finding| finding.severity == Severity::Error);
    if denied { exit.worst(Exit::Input) } else { exit }
}

// ---- GitHub, Gitea, Forgejo --------------------------------------------------------------------------------------------

fn github(
    settings: &Settings,
    report: &Report,
    options: &FormatOptions,
    exit: Exit,
    done: &mut Done,
    host: &mut Host,
) {
    if settings.extras.annotations != Annotations::Off
        && let Some(Output::Text(format)) = report::output("github")
    {
        let bytes = output::to_bytes(report, format, options);
        let text = String::from_utf8_lossy(&bytes);
        if !text.is_empty() {
            host.say(&text);
            done.written.push(notices::counted(text.lines().count() as u64, "annotation"));
        }
    }
    if settings.extras.summary {
        with_file(host, "GITHUB_STEP_SUMMARY", "job summary", done, |path| summary(path, report, options));
    }
    with_file(host, "GITHUB_OUTPUT", "outputs", done, |path| {
        let text = variables(&known(settings, report, exit))?;
        append(path, text.as_bytes()).map_err(|error| reason(&error))
    });
}

/// Writes to the file that a variable names. A variable that is not set at all is that of an older runner.
fn with_file(
    host: &Host,
    name: &str,
    what: &str,
    done: &mut Done,
    write: impl FnOnce(&Utf8Path) -> Result<(), String>,
) {
    let result = match host.env.get(name).map(String::as_str) {
        None => return,
        Some("") => Err("the variable is empty".to_owned()),
        Some(path) => write(&host.cwd.join(path)).map_err(|why| format!("{path}: {why}")),
    };
    match result {
        Ok(()) => done.written.push(what.to_owned()),
        Err(why) => done.failed.push(format!("{what} not written ({name}): {why}")),
    }
}

/// Appends the report to what other commands of this step have written.
fn summary(path: &Utf8Path, report: &Report, options: &FormatOptions) -> Result<(), String> {
    let size = size(path).map_err(|error| reason(&error))?;
    let room = SUMMARY.saturating_sub(size);
    let Some(room) = usize::try_from(room).ok().filter(|_| room >= LEAST) else {
        return Err(format!("{} bytes are in it, and over 1 MiB nothing is shown", report::grouped(size)));
    };
    let Some(Output::Text(format)) = report::output("markdown") else { return Ok(()) };
    let options = FormatOptions { reader: Reader::Bytes(room - 1), ..options.clone() };
    let mut bytes = if size == 0 { Vec::new() } else { vec![b'\n'] };
    bytes.extend(output::to_bytes(report, format, &options));
    append(path, &bytes).map_err(|error| reason(&error))
}

/// The outputs of the action that are known here.
fn known(settings: &Settings, report: &Report, exit: Exit) -> Vec<(&'static str, String)> {
    let metric = report.run.metric;
    let mut known = vec![("verdict", report::outcome(report).to_owned())];
    known.extend(report.totals.of(metric).percent().map(|percent| ("total", percent.into())));
    if let Some(patch) = &report.patch {
        let tally = patch.totals.of(metric);
        known.extend(tally.percent().map(|percent| ("patch", percent.into())));
        known.push(("missed-patch", tally.missed().to_string()));
    }
    for (name, formats) in
        [("json", &["json"][..]), ("html", &["html", "html-single"]), ("sarif", &["sarif"])]
    {
        let is_it = |spec: &&OutputSpec| formats.contains(&spec.format.as_str()) && !emit::is_stdout(spec);
        let path = settings.outputs.iter().find(is_it).and_then(|spec| spec.path.clone());
        known.extend(path.map(|path| (name, path)));
    }
    known.push(("exit-code", exit.code().to_string()));
    known
}

/// Each value between two lines that nobody can guess, so that no value ends early or sets another variable.
fn variables(known: &[(&'static str, String)]) -> Result<String, String> {
    let mark = format!("coverdict-{:016x}{:016x}", random(), random());
    let mut text = String::new();
    for (name, value) in known {
        if value.contains(&mark) {
            return Err(format!("the value of {name} holds the delimiter"));
        }
        text.push_str(&format!("{name}<<{mark}\n{value}\n{mark}\n"));
    }
    Ok(text)
}

/// 64 bits that only the system knows: the standard library seeds its hashers from it.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Appends to a regular file that exists: the runner makes it, and one that it did not make is read by nobody.
fn append(path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
    size(path)?;
    let mut file = fs_err::OpenOptions::new().append(true).open(path)?;
    file.write_all(bytes)?;
    file.flush()
}

fn size(path: &Utf8Path) -> io::Result<u64> {
    let facts = std::fs::metadata(path)?;
    if facts.is_file() { Ok(facts.len()) } else { Err(io::Error::other("not a regular file")) }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    }
}

// ---- Others ------------------------------------------------------------------------------------------------------------

fn azure(settings: &Settings, report: &Report, options: &FormatOptions, done: &mut Done, host: &mut Host) {
    if settings.extras.annotations == Annotations::Off {
        return;
    }
    let (lines, count) = logs::azure(report, options);
    if count > 0 {
        host.say(&lines);
        done.written.push(notices::counted(count as u64, "issue"));
    }
}

fn teamcity(settings: &Settings, report: &Report, done: &mut Done, host: &mut Host) {
    if settings.outputs.iter().any(|spec| emit::is_stdout(spec) && spec.format != "text") {
        return;
    }
    let lines = logs::teamcity(report);
    if lines.is_empty() {
        return;
    }
    match output::stdout(host, lines.as_bytes()) {
        Ok(()) => done.written.push("statistics".to_owned()),
        Err(_) => done.failed.push("statistics not written to standard output".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_differ_each_time_and_enclose_each_value() {
        let known = [("a", "x\ny=1".to_owned()), ("b", String::new())];
        let (one, two) = (variables(&known).expect("text"), variables(&known).expect("text"));
        assert_ne!(one, two);
        let mark = one.lines().next().and_then(|line| line.strip_prefix("a<<")).expect("a head");
        assert_eq!(mark.len(), "coverdict-".len() + 32);
        assert_eq!(one, format!("a<<{mark}\nx\ny=1\n{mark}\nb<<{mark}\n\n{mark}\n"));
    }
}
