//! Commands that print lists or a profile instead of a report: `func`, `percent`, `pkglist`, `merge`, `dump`, `explain`.

use std::io::{self, Write};

use super::analyse;
use super::binary::{Binary, Keep, is_binary};
use super::directory;
use super::gather::{self, Data, Gathered};
use super::inputs;
use super::meta;
use super::notices;
use super::output;
use super::tree;
use crate::error::{Error, Exit, Result};
use crate::escape::terminal;
use crate::golang::{self, Wanted};
use crate::host::Host;
use crate::model::covdata::Pod;
use crate::model::words::counted;
use crate::model::{
    Block, Code, FileName, FileReport, Finding, Mode, Profile, RawProfile, Report, RuleSet, Severity, pattern,
};
use crate::report;
use crate::report::covdata::WriteArgs;
use crate::settings::{Command, DATA_DIRECTORY, Settings};

/// `func`, `percent` and `pkglist`.
pub fn run(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let gathered = gather::gather(settings, host)?;
    let bare = meta::bare_packages(&gathered);
    let mut report = analyse::analyse(settings, gathered, host)?;
    meta::add_bare(settings, bare, &mut report);
    notices::findings(settings, &report.findings, host);
    if settings.command == (Command::Func { go: true }) {
        say_without_functions(&report, host);
    }
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

/// `func --go` adds up functions: what has none because its source is not at hand (the standard library, modules of the cache)
/// is not in its total. Go's tool looks for every source, and stops without it.
fn say_without_functions(report: &Report, host: &mut Host) {
    let without = |file: &&FileReport| {
        file.functions.is_empty() && !file.has_source && file.totals.statements.total > 0
    };
    let files: Vec<&FileReport> = report.files().map(|(_, file)| file).filter(without).collect();
    let Some(first) = files.first() else { return };
    let statements = files.iter().map(|file| file.totals.statements.total).sum();
    host.say(&format!(
        "coverdict: {} with {} without a source, e.g. {}: not in these rows and their total\n",
        notices::counted(files.len() as u64, "file"),
        notices::counted(statements, "statement"),
        terminal(first.path.as_str()),
    ));
}

/// Exit 3 when a finding was denied.
pub fn denied(findings: &[Finding]) -> Exit {
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        Exit::Input
    } else {
        Exit::Success
    }
}

/// The files of a profile that `--pkg`, `--include` and `--exclude` leave, whatever the scope.
pub fn selected<'a>(
    settings: &Settings,
    gathered: &Gathered,
    profile: &'a Profile,
) -> Vec<(&'a FileName, &'a [Block])> {
    let selected = profile.files.iter().filter(|file| {
        let Some(place) = gathered.located.get(file.id as usize) else { return true };
        let path = place.path.as_ref().map(|path| path.as_str());
        let name = format!("{}/{}", place.package, file.name.base());
        let matches = |pattern: &crate::model::Pattern| pattern.matches_file(path, &name);
        pattern::included(&settings.include, matches) && !pattern::excluded(&settings.exclude, matches)
    });
    selected.map(|file| (&file.name, file.blocks.as_slice())).collect()
}

/// Merging and algebra are not measuring: that a source is not at hand matters to nobody there.
pub fn without_sources(findings: Vec<Finding>) -> Vec<Finding> {
    let matters = |finding: &Finding| {
        !matches!(finding.code, Code::MissingSource | Code::OutsideModule)
            || finding.severity == Severity::Error
    };
    findings.into_iter().filter(matters).collect()
}

/// The pods with the packages that `--pkg` names.
pub fn named_pods(settings: &Settings, pods: Vec<Pod>) -> Vec<Pod> {
    if settings.pkg.is_empty() {
        return pods;
    }
    let named = |path: &str| settings.pkg.iter().any(|pattern| pattern.matches_package(None, path));
    report::covdata::selection(&pods, named)
}

/// `merge`: the clean union, whatever the scope; patterns select where they are given.
pub fn merge(settings: &Settings, host: &mut Host) -> Result<Exit> {
    if let Some(output) = settings.outputs.iter().find(|output| output.format == DATA_DIRECTORY) {
        return merge_directory(settings, output.path.as_deref().unwrap_or_default(), host);
    }
    let mut gathered = gather::gather(settings, host)?;
    let mut cleaned = analyse::clean(settings, &mut gathered);
    analyse::named_packages(settings, &gathered, &mut cleaned.profile);
    let mode = gathered.mode;
    let findings = std::mem::take(&mut gathered.findings);
    let findings = without_sources(analyse::sort_findings(findings, settings));
    let files = selected(settings, &gathered, &cleaned.profile);
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

/// `merge -o DIR/`: the pods of binary inputs with their counts added up, as recorded; text inputs become a pod of their own.
fn merge_directory(settings: &Settings, shown: &str, host: &mut Host) -> Result<Exit> {
    let root = tree::find_root(&settings.cwd);
    let chosen = inputs::choose(settings, &root, host)?;
    for note in settings.notes.iter().chain(&chosen.notes) {
        host.say(&format!("coverdict: {}\n", terminal(note)));
    }
    if !settings.include.is_empty() || !settings.exclude.is_empty() {
        host.say("coverdict: a data directory holds whole packages: include and exclude do nothing here, --pkg does\n");
    }
    let (mut binary, mut text) = (Vec::new(), Vec::new());
    for input in chosen.inputs {
        if is_binary(&input)? { binary.push(input) } else { text.push(input) }
    }
    let keep = if settings.args { Keep::CountsAndArgs } else { Keep::Counts };
    let read = if binary.is_empty() { Data::default() } else { gather::read_inputs(&binary, keep, host)? };
    let read_text = if text.is_empty() { None } else { Some(gather::read_inputs(&text, Keep::Meta, host)?) };
    let mut findings = read.findings;
    let all = read.raw.inputs.iter().chain(read_text.iter().flat_map(|read| &read.raw.inputs));
    gather::result_mode(&all.collect::<Vec<_>>(), settings, &mut findings)?;
    let mut pods = named_pods(settings, read.pods);
    if let Some(read) = read_text {
        let seen = tree::scan(&root, &settings.src)?;
        let mut gathered = gather::place(settings, root, seen, read)?;
        let mut cleaned = analyse::clean(settings, &mut gathered);
        analyse::named_packages(settings, &gathered, &mut cleaned.profile);
        if !cleaned.profile.files.is_empty() {
            pods.push(directory::pod_of(&gathered, &cleaned.profile)?);
        }
        findings.append(&mut gathered.findings);
    }
    let findings = without_sources(analyse::sort_findings(findings, settings));
    notices::findings(settings, &findings, host);
    let args = if settings.args { WriteArgs::Common } else { WriteArgs::No };
    directory::write(settings, shown, &pods, args)?;
    Ok(denied(&findings))
}

/// `dump`: the raw contents of inputs; of `.go` files the blocks that a Go release cuts.
pub fn dump(settings: &Settings, rules: Option<RuleSet>, host: &mut Host) -> Result<Exit> {
    let root = tree::find_root(&settings.cwd);
    let chosen = inputs::choose(settings, &root, host)?;
    let several = chosen.inputs.len() > 1;
    let mut bytes = Vec::new();
    for input in &chosen.inputs {
        match &input.place {
            inputs::Place::File(path) if path.extension() == Some("go") => {
                head(several, &input.path, &mut bytes);
                let text = fs_err::read(path).map_err(|error| inputs::unreadable(&input.path, &error))?;
                dump_source(&input.path, &text, rules.unwrap_or(RuleSet::C), &mut bytes)?;
            }
            _ if is_binary(input)? => dump_binary(settings, input, several, host, &mut bytes)?,
            _ => {
                head(several, &input.path, &mut bytes);
                let read = gather::read_inputs(std::slice::from_ref(input), Keep::Meta, host)?;
                notices::findings(settings, &read.findings, host);
                dump_profile(settings, &read.raw, &mut bytes);
            }
        }
    }
    output::stdout(host, &bytes)?;
    Ok(Exit::Success)
}

/// `FILE:` before each of several.
fn head(several: bool, path: &str, bytes: &mut Vec<u8>) {
    if several {
        push(bytes, format_args!("{}:\n", terminal(path)));
    }
}

/// Every file of a data directory: meta-data with the sums of the directory's counters, then the counters of each file. A
/// single file shows what it holds itself.
fn dump_binary(
    settings: &Settings,
    input: &inputs::InputFile,
    several: bool,
    host: &mut Host,
    bytes: &mut Vec<u8>,
) -> Result<()> {
    let mut binary = Binary::open(std::slice::from_ref(input))?;
    let is_directory = matches!(input.place, inputs::Place::Directory(_));
    let name = |package: &str| {
        settings.pkg.is_empty() || settings.pkg.iter().any(|pattern| pattern.matches_package(None, package))
    };
    let counters = binary.counter_dumps(settings.args)?;
    binary.count(0)?;
    let data = binary.finish();
    for pod in &data.pods {
        let Some(pod) = report::covdata::reduced(pod, name) else { continue };
        head(several || is_directory, &pod.path, bytes);
        let totals = pod.total();
        let counts = is_directory.then_some(totals.as_slice());
        bytes.extend_from_slice(report::covdata::dump_meta(&pod.meta, counts).as_bytes());
    }
    for (path, mut dump) in counters {
        let pod = data.pods.iter().find(|pod| pod.meta.hash == dump.hash);
        if !settings.pkg.is_empty() {
            let path = |package: u32| Some(&*pod?.meta.packages.get(package as usize)?.path);
            dump.entries.retain(|(package, ..)| path(*package).is_some_and(name));
        }
        head(several || is_directory, &path, bytes);
        bytes.extend_from_slice(report::covdata::dump_counters(&dump).as_bytes());
    }
    if is_directory {
        notices::findings(settings, &analyse::sort_findings(data.findings, settings), host);
    }
    Ok(())
}

fn push(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    let _: io::Result<()> = bytes.write_fmt(text);
}

fn dump_source(shown: &str, text: &[u8], rules: RuleSet, bytes: &mut Vec<u8>) -> Result<()> {
    let source = golang::read(text, Wanted { blocks: true, ..Wanted::default() });
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
fn dump_profile(settings: &Settings, raw: &RawProfile, bytes: &mut Vec<u8>) {
    for (index, input) in raw.inputs.iter().enumerate() {
        let own = |section: &&crate::model::Section| section.input as usize == index;
        let sections = raw.sections.iter().filter(own).count();
        push(
            bytes,
            format_args!(
                "# {}: {} profile, mode {}, {}, {}, {}\n",
                terminal(&input.label),
                input.kind.name(),
                input.mode,
                counted(input.rows, "row"),
                counted(input.lists.len() as u64, "distinct block"),
                if input.ordered {
                    counted(sections as u64, "section")
                } else {
                    "rows in no order".to_owned()
                },
            ),
        );
    }
    let mode = raw.inputs.first().map_or(Mode::Set, |input| input.mode);
    push(bytes, format_args!("mode: {mode}\n"));
    for block in &raw.blocks {
        let name = raw.names.get(block.file as usize).map_or("", FileName::as_str);
        let package = FileName::new(name);
        let matches = |pattern: &crate::model::Pattern| pattern.matches_package(None, package.directory());
        if !settings.pkg.is_empty() && !settings.pkg.iter().any(matches) {
            continue;
        }
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
