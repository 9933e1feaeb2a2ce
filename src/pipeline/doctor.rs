//! `doctor`: looks at everything that a run depends on, and goes on where a run would stop.
//!
//! In: settings, host. Out: a [`Health`], written as text or JSON. Invariants: every problem has a next step; nothing here
//! judges, so the exit code is 0 unless the answer cannot be written.

mod history;
mod owners;

use std::collections::BTreeSet;
use std::io;

use super::binary::Keep;
use super::gather::{self, Data};
use super::inputs::{self, Chosen, InputFile, Place};
use super::notices::{self, counted};
use super::output;
use super::owners as pipeline_owners;
use super::tree::{self, Root};
use super::{analyse, ci};
use crate::error::{Error, Exit, Result, render};
use crate::host::Host;
use crate::locate::{Tree, modules};
use crate::model::{Code, Finding, InputKind, Mode, RawProfile, RuleSet, Severity, TestLog, TestOutcome};
use crate::report::doctor::{self, Check, Health, InputHealth, ModuleHealth, SCHEMA, SourceHealth, Status};
use crate::settings::{Settings, Stale};

/// The command.
pub fn run(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let health = examine(settings, host);
    let mut exit = Exit::Success;
    let (on_stdout, in_files): (Vec<_>, Vec<_>) =
        settings.outputs.iter().partition(|spec| spec.path.is_none());
    for spec in in_files {
        let path = spec.path.as_deref().unwrap_or_default();
        let written =
            output::file(&settings.cwd.join(path), path, |out| write(&health, &spec.format, false, out));
        if let Err(error) = written {
            let color = notices::wants_color(settings, host);
            host.say(&render(&error, color));
            exit = exit.worst(error.exit());
        }
    }
    let format = on_stdout.first().map_or("text", |spec| spec.format.as_str());
    let color = crate::config::wants_color(settings.color, host.terminal.stdout);
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(&health, format, color, &mut bytes);
    output::stdout(host, &bytes)?;
    Ok(exit)
}

fn write(health: &Health, format: &str, color: bool, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        "json" => doctor::json(health, out),
        _ => doctor::text(health, color, out),
    }
}

/// Looks at everything.
fn examine(settings: &Settings, host: &mut Host) -> Health {
    let root = tree::find_root(&settings.cwd);
    let ci = ci::context(&host.env, Some(settings.ci.as_str()));
    let mut health = Health {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        status: Status::Ok,
        checks: Vec::new(),
        inputs: Vec::new(),
        sources: None,
        modules: Vec::new(),
        git: None,
        ci: ci.as_ref().map(|ci| ci.name),
    };
    for note in &settings.notes {
        health.checks.push(Check::warn("config", note.as_str(), "coverdict check --print-config"));
    }
    let log = test_log(settings, &mut health);
    let read = read(settings, &root, host, &mut health);
    let seen = read.and_then(|read| profile(settings, &root, read, log, host, &mut health));
    if seen.is_none() {
        match tree::scan(&root, &settings.src) {
            Ok(tree) => module_check(&tree, &mut health),
            Err(error) => health.checks.push(failed(
                "sources",
                &error,
                "leave out --src, or name a directory that exists",
            )),
        }
    }
    owners::examine(settings, &root, host, &mut health);
    history::examine(settings, &root, ci.as_ref(), &mut health);
    health.status = health.checks.iter().map(|check| check.status).max().unwrap_or(Status::Ok);
    health
}

fn failed(name: &str, error: &Error, next: &str) -> Check {
    Check::fail(name, error.message.as_str(), error.help.as_deref().unwrap_or(next))
}

/// Why inputs are as they are, where nothing better is known.
const MAKE_A_PROFILE: &str = "go test ./... -coverprofile=cover.out";

fn test_log(settings: &Settings, health: &mut Health) -> Option<TestLog> {
    let path = settings.test_log.as_deref()?;
    match gather::read_log(settings, path) {
        Ok(log) => {
            let of =
                |is: fn(TestOutcome) -> bool| log.packages.values().filter(|outcome| is(**outcome)).count();
            let cached = of(|outcome| outcome == TestOutcome::Cached);
            let message =
                format!("{path}: {}, {cached} cached", counted(log.packages.len() as u64, "package"));
            health.checks.push(Check::ok("test-log", message));
            Some(log)
        }
        Err(error) => {
            health.checks.push(failed("test-log", &error, "go test ./... > test.log 2>&1"));
            None
        }
    }
}

/// Finds what can be found; what is asked for and not there is told.
fn choose(settings: &Settings, root: &Root, host: &Host, health: &mut Health) -> Option<Chosen> {
    let error = match inputs::choose(settings, root, host) {
        Ok(chosen) => return Some(chosen),
        Err(error) => error,
    };
    if settings.inputs.len() < 2 {
        health.checks.push(failed("input", &error, MAKE_A_PROFILE));
        return None;
    }
    let mut there = Settings { inputs: Vec::new(), ..settings.clone() };
    for spec in &settings.inputs {
        let one = Settings { inputs: vec![spec.clone()], ..settings.clone() };
        match inputs::choose(&one, root, host) {
            Ok(_) => there.inputs.push(spec.clone()),
            Err(error) => health.checks.push(failed("input", &error, MAKE_A_PROFILE)),
        }
    }
    if there.inputs.is_empty() { None } else { inputs::choose(&there, root, host).ok() }
}

/// Reads what can be read; what cannot is told.
fn read(settings: &Settings, root: &Root, host: &mut Host, health: &mut Health) -> Option<Data> {
    let chosen = choose(settings, root, host, health)?;
    for note in &chosen.notes {
        health.checks.push(Check::ok("input", note.as_str()));
    }
    match gather::read_inputs(&chosen.inputs, Keep::Meta, host) {
        Ok(read) => Some(read),
        Err(error) if chosen.inputs.len() == 1 => {
            health.checks.push(failed("input", &error, MAKE_A_PROFILE));
            None
        }
        Err(_) => {
            // One by one, to name each that cannot be read; standard input is gone by now.
            let mut good: Vec<InputFile> = Vec::new();
            for input in chosen.inputs {
                if input.place == Place::Stdin {
                    health.checks.push(Check::fail(
                        "input",
                        "standard input was read together with a bad input and is gone",
                        "give `-` alone, or repair the other inputs first",
                    ));
                    continue;
                }
                match gather::read_inputs(std::slice::from_ref(&input), Keep::Meta, host) {
                    Ok(_) => good.push(input),
                    Err(error) => health.checks.push(failed("input", &error, MAKE_A_PROFILE)),
                }
            }
            if good.is_empty() { None } else { gather::read_inputs(&good, Keep::Meta, host).ok() }
        }
    }
}

/// Everything that the rows lead to: inputs, sections, Go releases, sources, modules, findings.
fn profile(
    settings: &Settings,
    root: &Root,
    read: Data,
    log: Option<TestLog>,
    host: &Host,
    health: &mut Health,
) -> Option<()> {
    let mut settings = settings.clone();
    let modes: BTreeSet<Mode> = read.raw.inputs.iter().map(|input| input.mode).collect();
    if settings.mode.is_none() && modes.len() > 1 {
        let names: Vec<&str> = modes.iter().map(|mode| mode.name()).collect();
        health.checks.push(Check::fail(
            "mixed-modes",
            format!("inputs differ in mode: {}", names.join(", ")),
            "run all tests with one -covermode, or say --mode set",
        ));
        settings.mode = Some(Mode::Set);
        settings.allow.push(Code::MixedModes);
    }
    let inputs = input_healths(&read.raw);
    let mut gathered = match gather::complete(&settings, root.clone(), read, log) {
        Ok(gathered) => gathered,
        Err(error) => {
            health.checks.push(failed("input", &error, "coverdict check --print-config"));
            return None;
        }
    };
    gathered.owners = pipeline_owners::rules(root, &host.env, &settings.ci);
    let sources = SourceHealth {
        found: gathered.sources.iter().flatten().count() as u64,
        total: gathered.sources.len() as u64,
    };
    let tree = module_healths(&gathered.tree);
    let words = module_words(&gathered.tree, &tree);
    let report = match analyse::analyse(&settings, gathered, host) {
        Ok(report) => report,
        Err(error) => {
            health.checks.push(failed("input", &error, MAKE_A_PROFILE));
            return None;
        }
    };
    health.inputs = inputs;
    for (input, facts) in health.inputs.iter_mut().zip(&report.run.inputs) {
        input.rule_set = facts.rule_set.map(RuleSet::name);
        health.checks.push(input_check(input));
    }
    let further: Vec<Check> = health.inputs.iter().flat_map(input_details).collect();
    health.checks.extend(further);
    health.checks.extend(finding_checks(&report.findings, settings.stale));
    health.checks.push(source_check(sources, words.as_deref()));
    health.sources = Some(sources);
    health.modules = tree;
    Some(())
}

fn input_healths(raw: &RawProfile) -> Vec<InputHealth> {
    let health = |(index, input): (u32, &crate::model::Input)| {
        let files: BTreeSet<u32> = (0u32..)
            .zip(&raw.blocks)
            .filter(|(id, _)| input.lists.contains(*id))
            .map(|(_, block)| block.file)
            .collect();
        let sections = raw.sections.iter().filter(|section| section.input == index).count() as u64;
        InputHealth {
            label: input.label.clone(),
            path: input.path.clone(),
            kind: input.kind.name(),
            mode: input.mode.name(),
            rule_set: None,
            rows: input.rows,
            blocks: input.lists.len() as u64,
            files: files.len() as u64,
            sections: (input.kind == InputKind::Text && input.ordered).then_some(sections),
        }
    };
    (0u32..).zip(&raw.inputs).map(health).collect()
}

fn input_check(input: &InputHealth) -> Check {
    let (blocks, files) = (counted(input.blocks, "block"), counted(input.files, "file"));
    let message = format!("{}: mode {}, {blocks}, {files}", input.label, input.mode);
    if input.blocks == 0 {
        return Check::warn(
            "input",
            message,
            "run the tests of the packages that hold code, with -coverpkg=./... if need be",
        );
    }
    Check::ok("input", message)
}

/// What the rows tell of the run that wrote them.
fn input_details(input: &InputHealth) -> Vec<Check> {
    let mut checks = Vec::new();
    match input.sections {
        _ if input.kind == InputKind::Binary.name() || input.blocks == 0 => {}
        Some(sections) => {
            checks.push(Check::ok("sections", format!("{}: {}", input.label, counted(sections, "section"))));
        }
        None => checks.push(Check::ok(
            "sections",
            format!("{}: rows in another order than go test writes: sections cannot be told", input.label),
        )),
    }
    let release = match input.rule_set {
        Some("A") => "blocks as Go up to 1.26 cuts them (rule set A)",
        Some("B") => "blocks as Go 1.27.0 and 1.27.1 cut them (rule set B)",
        Some("C") => "blocks as Go 1.27.2 and later cuts them (rule set C)",
        _ => return checks,
    };
    checks.push(Check::ok("rule-set", format!("{}: {release}", input.label)));
    checks
}

/// A line for each finding that occurs, worst first, as the report sorts them.
fn finding_checks(findings: &[Finding], stale: Stale) -> Vec<Check> {
    let mut checks = Vec::new();
    for own in findings.chunk_by(|a, b| a.code == b.code && a.severity == b.severity) {
        let Some(first) = own.first() else { continue };
        // The inputs' own lines and the line of the sources say these already.
        if matches!(first.code, Code::EmptyProfile) && first.severity == Severity::Note {
            continue;
        }
        let message = match first.code {
            Code::StaleBlocks => {
                let blocks = own.iter().map(|finding| finding.count).sum();
                let done = if stale == Stale::Keep { "kept" } else { "dropped" };
                let (files, have) = (own.len() as u64, if own.len() == 1 { "has" } else { "have" });
                format!(
                    "{} {have} blocks of another source version ({}, {done})",
                    counted(files, "file"),
                    counted(blocks, "block")
                )
            }
            _ if own.len() > 1 => {
                format!("{} (and {} more: coverdict check -v)", first.message, own.len() - 1)
            }
            _ => first.message.clone(),
        };
        let next = first.help.clone().unwrap_or_else(|| format!("coverdict explain {}", first.code));
        checks.push(match first.severity {
            Severity::Note => Check::ok(first.code.name(), message),
            Severity::Warning => Check::warn(first.code.name(), message, next),
            Severity::Error => Check::fail(first.code.name(), message, next),
        });
    }
    checks
}

fn source_check(sources: SourceHealth, modules: Option<&str>) -> Check {
    let around = modules.map_or(String::new(), |modules| format!(" ({modules})"));
    let message =
        format!("{} of {} found{around}", notices::grouped(sources.found), notices::grouped(sources.total));
    if sources.found == sources.total {
        Check::ok("sources", message)
    } else if sources.found == 0 {
        Check::fail(
            "sources",
            message,
            "run in the repository that the profile comes from, or --src DIR, or --path-map FROM=TO",
        )
    } else {
        Check::warn("sources", message, "coverdict explain missing-source")
    }
}

fn module_healths(tree: &Tree) -> Vec<ModuleHealth> {
    let mut found = Vec::new();
    for area in &tree.areas {
        for file in &area.mods {
            let Some(path) = modules::go_mod(&file.text).module else { continue };
            let dir = area.base.as_ref().map(|base| match (base.as_str(), file.dir.as_str()) {
                ("", "") => ".".to_owned(),
                ("", dir) => dir.to_owned(),
                (base, "") => base.to_owned(),
                (base, dir) => format!("{base}/{dir}"),
            });
            found.push(ModuleHealth { path, dir });
        }
    }
    found
}

/// `go.mod example.com/shop, go.work: 3 modules`; `None` without any.
fn module_words(tree: &Tree, modules_found: &[ModuleHealth]) -> Option<String> {
    let top = modules_found.iter().find(|module| module.dir.as_deref() == Some("."));
    let work = tree.areas.first().and_then(|area| area.works.first());
    let mut words: Vec<String> = top.iter().map(|module| format!("go.mod {}", module.path)).collect();
    if let Some(work) = work {
        words.push(format!("go.work: {}", counted(modules::go_work(&work.text).uses.len() as u64, "module")));
    } else if words.is_empty() {
        match modules_found {
            [] => {}
            [only] => words.push(format!("go.mod {}", only.path)),
            several => words.push(counted(several.len() as u64, "module")),
        }
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// The modules where there is no profile to say it with.
fn module_check(tree: &Tree, health: &mut Health) {
    health.modules = module_healths(tree);
    health.checks.push(match module_words(tree, &health.modules) {
        Some(words) => Check::ok("modules", words),
        None => Check::warn(
            "modules",
            format!("no go.mod below {}", tree.root()),
            "run in the repository of the module, or -C DIR",
        ),
    });
}
