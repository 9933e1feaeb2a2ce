//! `baseline save` and `baseline show`.

use std::io::Read as _;

use camino::Utf8Path;
use fs_err::File;

use super::notices::{self, counted};
use super::{analyse, emit, foreign, gather, inputs, listings, output};
use crate::diff::tree as repository;
use crate::error::{Error, Exit, Result};
use crate::escape::terminal;
use crate::host::Host;
use crate::ingest::baseline as file;
use crate::model::{Baseline, Code, Finding, PerMetric, Report};
use crate::report::baseline::{self as write, Kept, show};
use crate::settings::{Settings, Verbosity};

/// Reads a baseline: a regular file that holds one and nothing else. `shown` is the path as it was given.
pub fn read(path: &Utf8Path, shown: &str) -> Result<Baseline> {
    let bytes = bytes(path, shown, file::LARGEST + 1)?;
    file::read(&bytes).map_err(|fault| faulty(shown, &fault))
}

fn faulty(shown: &str, fault: &file::Fault) -> Error {
    Error::input(format!("{shown} {fault}")).help(fault.help())
}

/// As [`read`]; `None` for a profile or a data directory, which may be compared with too.
pub fn read_if(path: &Utf8Path, shown: &str) -> Result<Option<Baseline>> {
    if path.is_dir() || !file::is_json(&bytes(path, shown, 64)?) {
        return Ok(None);
    }
    read(path, shown).map(Some)
}

/// An error for a file with nothing in it: neither a baseline nor a profile, and often what a broken download leaves.
pub fn refuse_empty(path: &Utf8Path, shown: &str) -> Result<()> {
    let is_empty = fs_err::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() < 64)
        && bytes(path, shown, 64)?.trim_ascii().is_empty();
    if is_empty {
        let fault = file::Fault::Empty;
        return Err(Error::input(format!("the baseline {shown} {fault}"))
            .note("without any file the gates on a baseline are not judged")
            .help(format!("{}; or remove {shown}", fault.help())));
    }
    Ok(())
}

/// The first bytes of a regular file. One that grows while it is read ends all the same.
fn bytes(path: &Utf8Path, shown: &str, most: u64) -> Result<Vec<u8>> {
    let unreadable = |error| inputs::unreadable(shown, &error).help("coverdict baseline save writes one");
    let facts = fs_err::metadata(path).map_err(unreadable)?;
    if !facts.is_file() {
        return Err(
            Error::input(format!("{shown} is not a regular file")).help("coverdict baseline save writes one")
        );
    }
    let mut bytes = Vec::with_capacity(usize::try_from(most.min(facts.len())).unwrap_or(0));
    let opened = File::open(path).map_err(unreadable)?;
    opened.take(most.min(facts.len())).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

// ---- save ------------------------------------------------------------------------------------------------------------

/// `baseline save`.
pub fn save(settings: &Settings, target: &str, host: &mut Host) -> Result<Exit> {
    let mut findings = Vec::new();
    let ratchet = lowest(settings, target, &mut findings)?;
    let gathered = gather::gather(settings, host)?;
    foreign::refuse(settings, &gathered)?;
    let is_repository = gathered.root.git.is_some();
    let mut report = analyse::analyse(settings, gathered, host)?;
    refuse_useless(&report)?;
    let uncommitted = if is_repository { uncommitted(&report, &mut findings)? } else { 0 };
    findings.append(&mut report.findings);
    report.findings = analyse::sort_findings(findings, settings);
    notices::reading(settings, &report, host);
    notices::findings(settings, &report.findings, host);
    let kept = Kept { uncommitted, lines: settings.lines, ratchet };
    if target == "-" {
        let mut bytes = Vec::new();
        let written = write::write(&report, &kept, &mut bytes);
        debug_assert!(written.is_ok(), "memory takes all");
        output::stdout(host, &bytes)?;
    } else {
        output::file(&settings.cwd.join(target), target, |out| write::write(&report, &kept, out))?;
    }
    if settings.verbosity != Verbosity::Quiet {
        host.say(&told(&report, target));
    }
    Ok(listings::denied(&report.findings))
}

/// `coverdict: saved FILE: 85.7% of 14 statements in 3 files at 0123456`.
fn told(report: &Report, target: &str) -> String {
    let statements = report.totals.statements;
    let target = if target == "-" { "the baseline" } else { target };
    let files = report.files().count() as u64;
    format!(
        "coverdict: saved {}: {}% of {} in {} {}\n",
        terminal(target),
        statements.percent().unwrap_or_default(),
        counted(statements.total, "statement"),
        counted(files, "file"),
        match &report.run.commit {
            Some(commit) => format!("at {}", commit.get(..7).unwrap_or(commit)),
            None => "without a commit".to_owned(),
        }
    )
}

/// The lowest numbers of the baselines before: of `--baseline`, and of the file that is replaced.
fn lowest(settings: &Settings, target: &str, findings: &mut Vec<Finding>) -> Result<Option<PerMetric<u64>>> {
    let mut lowest: Option<PerMetric<u64>> = None;
    let mut take = |other: PerMetric<u64>| lowest = Some(lowest.map_or(other, |lowest| lowest.lower(other)));
    for path in &settings.baseline {
        let absolute = settings.cwd.join(path);
        if !absolute.exists() {
            let message =
                format!("the baseline {path} is not there: the lowest numbers of misses start anew");
            findings.push(Finding::new(Code::SuspiciousBaseline, message));
            continue;
        }
        refuse_empty(&absolute, path.as_str())?;
        if let Some(baseline) = read_if(&absolute, path.as_str())? {
            take(baseline.ratchet);
        }
    }
    let replaced = settings.cwd.join(target);
    // A device or pipe is written to and holds nothing.
    if target != "-" && fs_err::metadata(&replaced).is_ok_and(|facts| facts.is_file() && facts.len() > 0) {
        let old = bytes(&replaced, target, file::LARGEST + 1)?;
        take(file::read_ratchet(&old).map_err(|fault| {
            faulty(target, &fault)
                .note("its lowest numbers of misses would be lost")
                .help(format!("remove {target} to start anew, or name another file with -o"))
        })?);
    }
    Ok(lowest)
}

/// Against a baseline without statements nothing is ever lost; one with impossible lines could not be read again.
fn refuse_useless(report: &Report) -> Result<()> {
    if report.totals.statements.total == 0 {
        return Err(Error::input("the profile has no statements: as a baseline it would hold nothing")
            .help("go test ./... -coverprofile=cover.out -coverpkg=./..."));
    }
    let beyond = |report: &Report| {
        let mut files = report.files();
        files.find_map(|(_, file)| {
            let mut blocks = file.blocks.iter();
            let block =
                blocks.find(|block| block.extent.start.line.max(block.extent.end.line) > file::MAX_LINE)?;
            Some((file.path.to_string(), block.extent))
        })
    };
    match beyond(report) {
        Some((path, extent)) => {
            Err(Error::input(format!("{path} has the block {extent}, beyond all lines of a file")))
        }
        None => Ok(()),
    }
}

/// How many files of the profile are not as HEAD has them.
fn uncommitted(report: &Report, findings: &mut Vec<Finding>) -> Result<u64> {
    let root = Utf8Path::new(&report.run.root);
    let opened = repository::open(root).map_err(|error| Error::git(error.to_string()).help(error.help()))?;
    if report.run.commit.is_none() {
        let message =
            "HEAD has no commit yet: the baseline names none, and `--base` must say what it belongs to";
        findings.push(Finding::new(Code::SuspiciousBaseline, message).help("commit first, then save"));
        return Ok(0);
    }
    let files = report.files().filter(|(_, file)| file.in_tree);
    let paths: Vec<&str> = files.map(|(_, file)| file.path.as_str()).collect();
    let differing = match repository::uncommitted(&opened, &paths) {
        Ok(differing) => differing,
        Err(error) => {
            let message =
                format!("whether the files of the baseline are as HEAD has them cannot be told: {error}");
            findings.push(Finding::new(Code::SuspiciousBaseline, message));
            return Ok(0);
        }
    };
    let count = differing.len() as u64;
    if let Some(first) = differing.first() {
        let (them, are) = if count == 1 { ("it", "is") } else { ("them", "are") };
        let message = format!(
            "{} of the baseline {are} not as HEAD has {them}: the commit that it names does not describe {them}",
            counted(count, "file")
        );
        let finding = Finding::new(Code::SuspiciousBaseline, message).fact(format!("first: {first}"));
        findings.push(finding.help("commit before the tests run, then save").count(count));
    }
    Ok(count)
}

// ---- show ------------------------------------------------------------------------------------------------------------

/// `baseline show`.
pub fn print(settings: &Settings, shown: &str, host: &mut Host) -> Result<Exit> {
    let baseline = read(&settings.cwd.join(shown), shown)?;
    let every = settings.verbosity == Verbosity::Verbose;
    let render = |format: &str| {
        let mut bytes = Vec::new();
        let written = match format {
            "json" => show::json(&baseline, shown, &mut bytes),
            _ => show::text(&baseline, shown, every, &mut bytes),
        };
        debug_assert!(written.is_ok(), "memory takes all");
        bytes
    };
    if settings.outputs.is_empty() {
        output::stdout(host, &render("text"))?;
    }
    for spec in &settings.outputs {
        let bytes = render(&spec.format);
        match spec.path.as_deref().filter(|_| !emit::is_stdout(spec)) {
            None => output::stdout(host, &bytes)?,
            Some(path) => output::file(&settings.cwd.join(path), path, |out| out.write_all(&bytes))?,
        }
    }
    Ok(Exit::Success)
}
