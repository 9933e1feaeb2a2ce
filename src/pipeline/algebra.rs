//! `subtract` and `intersect`: every argument is an operand, read and cleaned for itself.
//!
//! Operands of different builds of changed source have different blocks, and everything would silently look uncovered: they
//! are mapped where both sources are at hand (`builds`), and refused otherwise, with the first file that differs.

mod builds;

use std::collections::BTreeMap;

use super::analyse::{self, Cleaned};
use super::binary::Keep;
use super::directory;
use super::emit;
use super::gather::{self, Data, Gathered};
use super::inputs::{self, InputFile};
use super::listings;
use super::notices;
use super::output;
use super::pages::{self, Ground};
use super::texts::Kept;
use super::tree;
use crate::algebra::{self, Mismatch};
use crate::error::{Error, Exit, Result, render};
use crate::escape::terminal;
use crate::host::Host;
use crate::model::words::counted;
use crate::model::{FileName, Finding, InputKind, Profile, Report};
use crate::report;
use crate::report::covdata::WriteArgs;
use crate::settings::{Command, DATA_DIRECTORY, OutputSpec, Settings, Verbosity};

/// An operand, clean.
struct Operand {
    label: String,
    gathered: Gathered,
    cleaned: Cleaned,
}

/// Runs the command.
pub fn run(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let templates = pages::ready(settings)?;
    let mut operands = operands(settings, host)?;
    one_name_a_file(&mut operands);
    one_build(&mut operands, host)?;
    let profiles = profiles(&operands);
    let Some((first, others)) = profiles.split_first() else { return Ok(Exit::Success) };
    tell_strangers(&operands, host);
    let result = match settings.command {
        Command::Intersect { counts } => algebra::intersect(first, others, counts),
        _ => algebra::subtract(first, others),
    };
    let findings = findings(settings, &mut operands);
    let mut operands = operands.into_iter();
    let Some(first) = operands.next() else { return Ok(Exit::Success) };
    let others: Vec<Operand> = operands.collect();
    let ground = templates.map(|templates| Ground { kept: Kept::of(&first.gathered), templates });
    let written = Written { result: &result, findings: &findings, ground: ground.as_ref() };
    finish(settings, first, &others, &written, host)
}

fn profiles(operands: &[Operand]) -> Vec<&Profile> {
    operands.iter().map(|operand| &operand.cleaned.profile).collect()
}

/// Moves files that differ between builds into the source of the first operand that has them, or refuses.
fn one_build(operands: &mut [Operand], host: &mut Host) -> Result<()> {
    for mismatch in algebra::mismatches(&profiles(operands)) {
        match builds::map_file(operands, &mismatch.file) {
            Ok(lost) => {
                let (file, lost) = (mismatch.file.to_string(), notices::counted(lost as u64, "block"));
                let file = terminal(&file);
                host.say(&format!(
                    "coverdict: {file}: builds differ; mapped by line, {lost} in changed lines\n"
                ));
            }
            Err(reason) => return Err(different_builds(operands, &mismatch).note(reason)),
        }
    }
    Ok(())
}

/// Reads all operands first, then the tree, then cleans each.
fn operands(settings: &Settings, host: &mut Host) -> Result<Vec<Operand>> {
    let keeps = settings.outputs.iter().any(|output| output.format == DATA_DIRECTORY);
    let mut reads: Vec<(String, Data)> = Vec::new();
    for (label, files) in inputs::operands(settings)? {
        let keep = if keeps && reads.is_empty() { Keep::Counts } else { Keep::Meta };
        let files: Vec<InputFile> =
            files.into_iter().map(|file| InputFile { label: label.clone(), ..file }).collect();
        reads.push((label, gather::read_inputs(&files, keep, host)?));
    }
    for note in &settings.notes {
        host.say(&format!("coverdict: {}\n", terminal(note)));
    }
    let root = tree::find_root(&settings.cwd);
    let seen = tree::scan(&root, &settings.src)?;
    let mut operands = Vec::with_capacity(reads.len());
    for (label, read) in reads {
        let mut gathered = gather::place(settings, root.clone(), seen.clone(), read)?;
        let mut cleaned = analyse::clean(settings, &mut gathered);
        analyse::named_packages(settings, &gathered, &mut cleaned.profile);
        operands.push(Operand { label, gathered, cleaned });
    }
    Ok(operands)
}

/// Operands may name a file of the tree differently (absolute, or by import path): all get the name of the first that has it.
fn one_name_a_file(operands: &mut [Operand]) {
    let mut names: BTreeMap<String, FileName> = BTreeMap::new();
    for operand in operands {
        let Operand { gathered, cleaned, .. } = operand;
        for file in &mut cleaned.profile.files {
            let place = gathered.located.get(file.id as usize).and_then(|place| place.path.as_ref());
            if let Some(path) = place {
                let name = names.entry(path.as_str().to_owned()).or_insert_with(|| file.name.clone());
                file.name.clone_from(name);
            }
        }
        cleaned.profile.files.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn different_builds(operands: &[Operand], mismatch: &Mismatch) -> Error {
    let label = |at: usize| operands.get(at).map_or("", |operand| &operand.label);
    let (first, second) = (label(mismatch.operands.0), label(mismatch.operands.1));
    let fits = |at: usize| {
        let files = &operands.get(at)?.cleaned.profile.files;
        files.iter().find(|file| file.name == mismatch.file)?.fits_source
    };
    let mut error = Error::input(format!(
        "{first} and {second} come from different builds: {} has other blocks in each",
        mismatch.file
    ))
    .note(format!(
        "{first} alone has {}, {second} alone {}: block by block they have little or nothing in common",
        counted(mismatch.first_only as u64, "block"),
        mismatch.second_only
    ));
    for (at, label) in [(mismatch.operands.0, first), (mismatch.operands.1, second)] {
        if fits(at) == Some(false) {
            error = error.note(format!("{label} does not fit the source at hand"));
        }
    }
    error.help("run the tests of both from one commit with one Go release")
}

/// Says when operands have no file in common with the first: the result is right, and hardly what was wanted.
fn tell_strangers(operands: &[Operand], host: &mut Host) {
    let Some((first, others)) = operands.split_first() else { return };
    let knows =
        |name: &FileName| first.cleaned.profile.files.binary_search_by(|file| file.name.cmp(name)).is_ok();
    for other in others {
        if !other.cleaned.profile.files.iter().any(|file| knows(&file.name)) {
            let (first, other) = (terminal(&first.label), terminal(&other.label));
            host.say(&format!("coverdict: {other} and {first} have no file in common\n"));
        }
    }
}

/// The findings of all operands, each once.
fn findings(settings: &Settings, operands: &mut [Operand]) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    for operand in operands {
        for finding in std::mem::take(&mut operand.gathered.findings) {
            if !all.contains(&finding) {
                all.push(finding);
            }
        }
    }
    listings::without_sources(analyse::sort_findings(all, settings))
}

/// What came out, and what is needed to write pages of it.
struct Written<'a> {
    result: &'a Profile,
    findings: &'a [Finding],
    ground: Option<&'a Ground>,
}

/// Tells what came out and writes it wherever it was asked for.
fn finish(
    settings: &Settings,
    first: Operand,
    others: &[Operand],
    &Written { result, findings, ground }: &Written<'_>,
    host: &mut Host,
) -> Result<Exit> {
    notices::findings(settings, findings, host);
    let Operand { label, gathered, cleaned } = first;
    if settings.verbosity != Verbosity::Quiet {
        let others: Vec<&str> = others.iter().map(|operand| operand.label.as_str()).collect();
        host.say(&summary(settings, &label, &others, &cleaned.profile, result));
    }
    let mut inputs = analyse::input_facts(&gathered, &cleaned.judgement);
    for operand in others {
        inputs.extend(analyse::input_facts(&operand.gathered, &operand.cleaned.judgement));
    }
    let mut exit = Exit::Success;
    let mut report: Option<Report> = None;
    for output in &settings.outputs {
        let written = match output.format.as_str() {
            DATA_DIRECTORY => write_directory(settings, output, &gathered, result),
            "profile" => write_profile(settings, output, &gathered, result, host),
            _ => {
                if report.is_none() {
                    let shown = gathered.for_report(findings.to_vec());
                    report = Some(analyse::summarise(settings, shown, result.clone(), inputs.clone())?);
                }
                write_report(settings, output, report.as_ref(), ground, host)
            }
        };
        if let Err(error) = written {
            let color = notices::wants_color(settings, host);
            host.say(&render(&error, color));
            exit = exit.worst(error.exit());
        }
    }
    Ok(exit.worst(listings::denied(findings)))
}

/// `coverdict: new.out covers 12 of its 340 statements that old.out does not`.
fn summary(settings: &Settings, first: &str, others: &[&str], whole: &Profile, result: &Profile) -> String {
    let statements = |profile: &Profile| -> u64 {
        let blocks = profile.files.iter().flat_map(|file| &file.blocks);
        blocks.filter(|block| block.count > 0).map(|block| u64::from(block.stmts)).sum()
    };
    let (found, all) =
        (notices::counted(statements(result), "statement"), notices::grouped(statements(whole)));
    let (first, others) = (terminal(first), others.join(", "));
    let others = terminal(&others);
    match settings.command {
        Command::Intersect { .. } => {
            format!("coverdict: {found} of the {all} that {first} covers are also covered by {others}\n")
        }
        _ => format!("coverdict: {found} of the {all} that {first} covers are not covered by {others}\n"),
    }
}

fn write_directory(
    settings: &Settings,
    output: &OutputSpec,
    gathered: &Gathered,
    result: &Profile,
) -> Result<()> {
    let binary = gathered.raw.inputs.iter().all(|input| input.kind == InputKind::Binary);
    let pods = if binary {
        let named = listings::named_pods(settings, gathered.pods.clone());
        directory::recounted(&named, result)
    } else {
        vec![directory::pod_of(gathered, result)?]
    };
    directory::write(settings, output.path.as_deref().unwrap_or_default(), &pods, WriteArgs::No)
}

fn write_profile(
    settings: &Settings,
    output: &OutputSpec,
    gathered: &Gathered,
    result: &Profile,
    host: &mut Host,
) -> Result<()> {
    let files = listings::selected(settings, gathered, result);
    if let Some(path) = output.path.as_deref() {
        output::file(&settings.cwd.join(path), path, |out| report::write_profile(result.mode, files, out))
    } else {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail.
        let _: std::io::Result<()> = report::write_profile(result.mode, files, &mut bytes);
        output::stdout(host, &bytes)
    }
}

fn write_report(
    settings: &Settings,
    output: &OutputSpec,
    report: Option<&Report>,
    ground: Option<&Ground>,
    host: &mut Host,
) -> Result<()> {
    let (Some(format), Some(report)) = (report::output(&output.format), report) else { return Ok(()) };
    let options = emit::options(settings, host);
    emit::write_one(settings, report, (format, ground), output, &options, host)
}
