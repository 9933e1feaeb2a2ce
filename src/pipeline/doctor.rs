//! `doctor`: looks at everything that a run depends on, and goes on where a run would stop.
//!
//! In: settings, host. Out: a [`Health`], written as text or JSON. Invariants: every problem has a next step; nothing here
//! judges, so the exit code is 0 unless the answer cannot be written.

use std::collections::BTreeSet;
use std::io;

use super::analyse;
use super::binary::Keep;
use super::gather::{self, Data};
use super::inputs::{self, Chosen, InputFile, Place};
use super::notices::{self, counted};
use super::output;
use super::tree::{self, Root, RootKind};
use crate::ci::{self, Provider};
use crate::diff::repo::{self, Base};
use crate::error::{Error, Exit, Result, render};
use crate::host::Host;
use crate::locate::{Tree, modules};
use crate::model::{
    Candidate, CiContext, Code, InputKind, Mode, RawProfile, Report, RuleSet, Severity, TestLog, TestOutcome,
};
use crate::report::doctor::{
    self, Check, GitHealth, Health, InputHealth, ModuleHealth, SCHEMA, SourceHealth, Status,
};
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
    let ci = ci::detect(&host.env, Some(settings.ci.as_str()));
    let mut health = Health {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        status: Status::Ok,
        checks: Vec::new(),
        inputs: Vec::new(),
        sources: None,
        modules: Vec::new(),
        git: None,
        ci: ci.map(|ci| ci.name),
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
    git(&root, ci, host, &mut health);
    health.checks.push(match ci {
        Some(ci) => Check::ok("ci", ci.title),
        None => Check::ok("ci", "none detected"),
    });
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
    let gathered = match gather::complete(&settings, root.clone(), read, log) {
        Ok(gathered) => gathered,
        Err(error) => {
            health.checks.push(failed("input", &error, "coverdict check --print-config"));
            return None;
        }
    };
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
    health.checks.extend(finding_checks(&report, settings.stale));
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
fn finding_checks(report: &Report, stale: Stale) -> Vec<Check> {
    let mut checks = Vec::new();
    for own in report.findings.chunk_by(|a, b| a.code == b.code && a.severity == b.severity) {
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

const UNSHALLOW: &str = "git fetch --unshallow";

/// The branch that a change merges into, where the CI names it.
fn target(context: &CiContext) -> Option<String> {
    context.candidates.iter().find_map(|candidate| match candidate {
        Candidate::Branch { name, .. } => Some(name.clone()),
        _ => None,
    })
}

fn git(root: &Root, ci: Option<&Provider>, host: &Host, health: &mut Health) {
    if root.kind != RootKind::Git {
        health.checks.push(Check::warn(
            "git",
            format!("no repository: {} and nothing above it has a .git", root.dir),
            "run in a checkout that keeps its .git folder",
        ));
        return;
    }
    let wanted = ci.and_then(|ci| target(&ci.context(&host.env, None)));
    let facts = match repo::health(&root.dir, wanted.as_deref()) {
        Ok(facts) => facts,
        Err(reason) => {
            health.checks.push(Check::fail(
                "git",
                format!("the repository cannot be opened: {reason}"),
                format!("git -C {} status", root.dir),
            ));
            return;
        }
    };
    let deepen = ci.map_or(UNSHALLOW, |ci| ci.cure);
    health.checks.extend(git_checks(&facts, deepen));
    let (base, merge_base) = match facts.base {
        Base::Reachable { name, merge_base } => (Some(name), Some(merge_base)),
        Base::Unrelated { name } => (Some(name), None),
        Base::Missing { .. } => (None, None),
    };
    health.git = Some(GitHealth { head: facts.head, shallow: facts.shallow.is_some(), base, merge_base });
}

fn git_checks(facts: &repo::Health, deepen: &str) -> Vec<Check> {
    let Some(head) = &facts.head else {
        return vec![Check::warn("git", "the repository has no commit yet", "git add -A && git commit")];
    };
    let head: String = head.chars().take(7).collect();
    let reachable = matches!(facts.base, Base::Reachable { .. });
    let base = match &facts.base {
        Base::Reachable { name, .. } => format!(", base {name} reachable"),
        Base::Unrelated { .. } | Base::Missing { .. } if facts.merges_base => {
            ", a merge of its base".to_owned()
        }
        Base::Unrelated { .. } | Base::Missing { .. } => String::new(),
    };
    let mut checks = vec![Check::ok("git", format!("HEAD {head}{base}"))];
    if reachable || facts.merges_base {
        return checks;
    }
    checks.push(match (facts.shallow, &facts.base) {
        (Some(commits), _) => Check::fail(
            "git",
            format!(
                "history is shallow ({}): patch coverage is impossible here",
                counted(commits as u64, "commit")
            ),
            deepen,
        ),
        (None, Base::Missing { tried }) => Check::warn(
            "git",
            format!("no branch to compare with; tried {}", tried.join(", ")),
            "git fetch origin main:refs/remotes/origin/main",
        ),
        (None, base) => {
            let name = if let Base::Unrelated { name } = base { name.as_str() } else { "" };
            Check::warn("git", format!("HEAD and {name} have no common ancestor"), "git fetch origin")
        }
    });
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(base: Base, shallow: Option<usize>, merges_base: bool) -> repo::Health {
        repo::Health { head: Some("1f2e3d4c5b".to_owned()), shallow, merges_base, base }
    }

    fn said(facts: &repo::Health) -> Vec<(Status, String)> {
        git_checks(facts, UNSHALLOW).into_iter().map(|check| (check.status, check.message)).collect()
    }

    #[test]
    fn a_merge_whose_base_is_there_needs_no_more_history() {
        let missing = Base::Missing { tried: vec!["main".to_owned()] };
        let merge = facts(missing.clone(), Some(2), true);
        assert_eq!(said(&merge), [(Status::Ok, "HEAD 1f2e3d4, a merge of its base".to_owned())]);
        let reachable = Base::Reachable { name: "origin/main".to_owned(), merge_base: "1".to_owned() };
        assert_eq!(
            said(&facts(reachable, Some(50), false)),
            [(Status::Ok, "HEAD 1f2e3d4, base origin/main reachable".to_owned())]
        );
        let shallow = said(&facts(missing, Some(1), false));
        assert_eq!(shallow.last().map(|(status, _)| *status), Some(Status::Fail));
        let young = repo::Health { head: None, ..merge };
        assert_eq!(said(&young), [(Status::Warn, "the repository has no commit yet".to_owned())]);
    }
}
