//! Commands that print lists or a profile instead of a report: `func`, `percent`, `pkglist`, `merge`, `dump`, `explain`.

use std::io::{self, Write};

use super::analyse;
use super::gather::{self, Gathered};
use super::inputs;
use super::notices;
use super::output;
use super::tree;
use crate::error::{Error, Exit, Result};
use crate::escape::terminal;
use crate::golang::{self, Wanted};
use crate::host::Host;
use crate::model::{Block, Code, FileName, Finding, Mode, RawProfile, RuleSet, Severity, pattern};
use crate::report;
use crate::settings::{Command, Settings};

/// `func`, `percent` and `pkglist`.
pub fn run(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let gathered = gather::gather(settings, host)?;
    let report = analyse::analyse(settings, gathered, host)?;
    notices::findings(settings, &report.findings, host);
    let mut bytes = Vec::new();
    let written = match settings.command {
        Command::Func { go: true } => report::listing::go_functions(&report, &mut bytes),
        Command::Func { .. } => report::listing::functions(&report, &mut bytes),
        Command::Percent => report::listing::packages(&report, &mut bytes),
        _ => report::listing::import_paths(&report, &mut bytes),
    };
    debug_assert!(written.is_ok(), "memory takes all");
    output::stdout(host, &bytes)?;
    Ok(denied(&report.findings))
}

fn denied(findings: &[Finding]) -> Exit {
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        Exit::Input
    } else {
        Exit::Success
    }
}

/// `merge`: the clean union, whatever the scope; patterns select where they are given.
pub fn merge(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let mut gathered = gather::gather(settings, host)?;
    let cleaned = analyse::clean(settings, &mut gathered);
    let Gathered { located, findings, mode, .. } = gathered;
    let selected = cleaned.profile.files.iter().filter(|file| {
        let Some(place) = located.get(file.id as usize) else { return true };
        let path = place.path.as_ref().map(|path| path.as_str());
        let name = format!("{}/{}", place.package, file.name.base());
        let matches = |pattern: &crate::model::Pattern| pattern.matches_file(path, &name);
        pattern::included(&settings.include, matches) && !pattern::excluded(&settings.exclude, matches)
    });
    let files: Vec<(&FileName, &[Block])> =
        selected.map(|file| (&file.name, file.blocks.as_slice())).collect();
    let findings: Vec<Finding> = analyse::sort_findings(findings, settings)
        .into_iter()
        // Merging is not measuring: that a source is not at hand matters to nobody here.
        .filter(|finding| {
            !matches!(finding.code, Code::MissingSource | Code::OutsideModule)
                || finding.severity == Severity::Error
        })
        .collect();
    notices::findings(settings, &findings, host);
    let path = settings.outputs.first().and_then(|output| output.path.as_deref()).filter(|path| *path != "-");
    if let Some(path) = path {
        output::file(&settings.cwd.join(path), path, |out| report::write_profile(mode, files, out))?;
    } else {
        let mut bytes = Vec::new();
        let written = report::write_profile(mode, files, &mut bytes);
        debug_assert!(written.is_ok(), "memory takes all");
        output::stdout(host, &bytes)?;
    }
    Ok(denied(&findings))
}

/// `dump`: the raw contents of inputs; of `.go` files the blocks that a Go release cuts.
pub fn dump(settings: &Settings, rules: Option<RuleSet>, host: &mut Host) -> Result<Exit> {
    let root = tree::find_root(&settings.cwd);
    let chosen = inputs::choose(settings, &root, host)?;
    let several = chosen.inputs.len() > 1;
    let mut bytes = Vec::new();
    for input in &chosen.inputs {
        if several {
            push(&mut bytes, format_args!("{}:\n", terminal(&input.path)));
        }
        match &input.place {
            inputs::Place::File(path) if path.extension() == Some("go") => {
                let text = fs_err::read(path).map_err(|error| inputs::unreadable(&input.path, &error))?;
                dump_source(&input.path, &text, rules.unwrap_or(RuleSet::C), &mut bytes)?;
            }
            _ => {
                let (raw, findings) = gather::read_inputs(std::slice::from_ref(input), host)?;
                notices::findings(settings, &findings, host);
                dump_profile(&raw, &mut bytes);
            }
        }
    }
    output::stdout(host, &bytes)?;
    Ok(Exit::Success)
}

fn push(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    let _: io::Result<()> = bytes.write_fmt(text);
}

fn dump_source(shown: &str, text: &[u8], rules: RuleSet, bytes: &mut Vec<u8>) -> Result<()> {
    let source = golang::read(text, Wanted { blocks: true, text: false });
    if let Some(at) = source.broken {
        return Err(Error::input(format!("{shown}:{}:{}: cannot be parsed as Go", at.line, at.col)));
    }
    match rules {
        RuleSet::A => source.blocks_a.iter().for_each(|block| row(bytes, block.extent, block.stmts)),
        RuleSet::B => source.blocks_c.iter().for_each(|block| row(bytes, block.extent, block.stmts_b)),
        RuleSet::C => source.blocks_c.iter().for_each(|block| row(bytes, block.extent, block.stmts)),
    }
    Ok(())
}

fn row(bytes: &mut Vec<u8>, extent: crate::model::Extent, stmts: u32) {
    push(bytes, format_args!("{extent} {stmts}\n"));
}

/// Inputs, sections, and all distinct rows with the sums of their counts, in order of first appearance.
fn dump_profile(raw: &RawProfile, bytes: &mut Vec<u8>) {
    for (index, input) in raw.inputs.iter().enumerate() {
        let own = |section: &&crate::model::Section| section.input as usize == index;
        let sections = raw.sections.iter().filter(own).count();
        push(
            bytes,
            format_args!(
                "# {}: {} profile, mode {}, {} rows, {} distinct blocks, {}\n",
                terminal(&input.label),
                input.kind.name(),
                input.mode,
                input.rows,
                input.lists.len(),
                if input.ordered { format!("{sections} sections") } else { "rows in no order".to_owned() },
            ),
        );
    }
    let mode = raw.inputs.first().map_or(Mode::Set, |input| input.mode);
    push(bytes, format_args!("mode: {mode}\n"));
    for block in &raw.blocks {
        let name = raw.names.get(block.file as usize).map_or("", FileName::as_str);
        push(bytes, format_args!("{}:{} {} {}\n", terminal(name), block.extent, block.stmts, block.count));
    }
}

/// `explain NAME`: the section of the findings page.
pub fn explain(topic: &str, host: &mut Host) -> Result<Exit> {
    let Some(code) = Code::from_name(topic) else {
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        let mut error = Error::usage(format!("{topic} is not the name of a finding"));
        if let Some(near) = crate::config::suggest::nearest(topic, names.iter().copied()) {
            error = error.help(format!("coverdict explain {near}"));
        }
        return Err(error.note(format!("findings: {}", names.join(" "))));
    };
    output::stdout(host, report::findings::section(code).as_bytes())?;
    Ok(Exit::Success)
}
