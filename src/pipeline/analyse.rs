//! The pure middle: clean, filter, measure, gate. Takes what was read, gives the report; nothing here can fail but the one
//! thing that makes a verdict impossible: a gate on a profile without statements.

use std::collections::HashMap;

use super::gather::Gathered;
use crate::clean::{self, FilterFacts, FilterRules, Filtered, Scope};
use crate::error::{Error, Result};
use crate::gate::{self, Measures};
use crate::host::Host;
use crate::measure::{self, FileFacts, Module};
use crate::model::report::InputFacts;
use crate::model::{
    Bound, Code, Finding, GateName, Located, Profile, Report, RunFacts, Severity, Source, Tally, pattern,
};
use crate::settings::{Command, Generated, ScopeEntry, Settings};

/// A clean profile with all that is known of its files.
#[derive(Debug)]
pub struct Cleaned {
    /// All blocks that count, before any selection of files.
    pub profile: Profile,
    /// Rows that were merged into others.
    pub merged_rows: u64,
}

/// Judges and merges.
pub fn clean(gathered: &mut Gathered) -> Cleaned {
    let raw = &gathered.raw;
    let canonical = clean::canonical_names(raw, &gathered.located);
    let profile = clean::merge(raw, &canonical, gathered.mode, |_| true, HashMap::new());
    let rows: u64 = raw.inputs.iter().map(|input| input.rows).sum();
    let blocks: u64 = profile.files.iter().map(|file| file.blocks.len() as u64).sum();
    let merged_rows = rows.saturating_sub(blocks);
    if merged_rows > 0 {
        let message = format!("{merged_rows} duplicate blocks merged (same position, -coverpkg)");
        gathered.findings.push(Finding::new(Code::DuplicateBlocks, message).count(merged_rows));
    }
    Cleaned { profile, merged_rows }
}

/// Selects the files that count.
pub fn select(settings: &Settings, gathered: &Gathered, profile: Profile) -> Filtered {
    let rules = FilterRules {
        include: settings.include.clone(),
        exclude: settings.exclude.clone(),
        scope: settings.scope.iter().map(scope).collect(),
        exclude_generated: settings.generated == Generated::Exclude,
        ignore_comments: settings.ignore_comments,
        require_reason: settings.require_reason,
    };
    clean::filter(profile, &rules, |id| {
        let (located, source) = facts(gathered, id)?;
        Some(FilterFacts { located, source })
    })
}

fn scope(entry: &ScopeEntry) -> Scope {
    match entry {
        ScopeEntry::All => Scope::All,
        ScopeEntry::Disposition(disposition) => Scope::Disposition(*disposition),
        ScopeEntry::Package(pattern) => Scope::Package(pattern.clone()),
    }
}

fn facts(gathered: &Gathered, id: u32) -> Option<(&Located, Option<&Source>)> {
    let located = gathered.located.get(id as usize)?;
    Some((located, gathered.sources.get(id as usize).and_then(Option::as_ref)))
}

/// The whole middle: from what was read to the report.
pub fn analyse(settings: &Settings, mut gathered: Gathered, host: &Host) -> Result<Report> {
    let _ = host;
    let Cleaned { profile, merged_rows } = clean(&mut gathered);
    let (mode, input_sets) = (profile.mode, profile.input_sets.clone());
    let filtered = select(settings, &gathered, profile);
    let modules: Vec<Module> = gathered
        .modules
        .iter()
        .map(|module| Module { path: module.path.clone(), dir: module.dir.clone() })
        .collect();
    let measured = measure::measure(
        &filtered.profile,
        settings.lines,
        &modules,
        |id| facts(&gathered, id).map(|(located, source)| FileFacts { located, source }),
        |id| filtered.ignored.get(&id).copied().unwrap_or(0),
    );
    let verdicts = if settings.command == Command::Check {
        let measures = Measures { totals: &measured.totals, packages: &measured.packages };
        gate::judge(measures, settings.metric, &settings.gates, &|gate, path, import| {
            override_for(settings, gate, path, import)
        })
    } else {
        Vec::new()
    };
    refuse_empty(settings, measured.totals.statements)?;
    let inputs = gathered
        .raw
        .inputs
        .iter()
        .map(|input| InputFacts {
            label: input.label.clone(),
            path: input.path.clone(),
            kind: input.kind,
            mode: input.mode,
            rule_set: None,
            rows: input.rows,
            blocks: input.lists.len() as u64,
        })
        .collect();
    let mut findings = std::mem::take(&mut gathered.findings);
    findings.extend(filtered.findings);
    findings.extend(measured.findings);
    findings.extend(crate::report::hostile_names(&measured.packages));
    Ok(Report {
        run: RunFacts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: gathered.commit,
            base_origin: None,
            root: gathered.root.dir.to_string(),
            inputs,
            mode,
            metric: settings.metric,
            input_sets,
            excluded: filtered.excluded,
            merged_rows,
        },
        modules: measured.modules,
        totals: measured.totals,
        packages: measured.packages,
        findings: sort_findings(findings, settings),
        verdicts,
    })
}

/// A gate on the total of nothing means a broken pipeline, not a pass.
fn refuse_empty(settings: &Settings, statements: Tally) -> Result<()> {
    let gated =
        settings.command == Command::Check && settings.gates.iter().any(|(name, _)| *name == GateName::Total);
    if statements.total > 0 || !gated {
        return Ok(());
    }
    Err(Error::input("the profile has no statements to judge: the gate `total` has nothing to count")
        .note("a profile without statements usually means that the tests did not build or ran in another directory")
        .help("go test ./... -coverprofile=cover.out -coverpkg=./..."))
}

/// The bound of the first rule whose path matches, for a gate that it names.
fn override_for(settings: &Settings, gate: GateName, path: &str, import: &str) -> Option<Bound> {
    let matches = |rule: &crate::settings::Override| match gate {
        GateName::Package => rule.pattern.matches_package(Some(path), import),
        _ => {
            pattern::included(std::slice::from_ref(&rule.pattern), |one| one.matches_file(Some(path), import))
        }
    };
    let rule = settings.overrides.iter().find(|rule| matches(rule))?;
    rule.bounds.iter().find(|(name, _)| *name == gate).map(|(_, bound)| *bound)
}

/// Hides what is allowed, promotes what is denied, sorts: worst first, then by name and place.
pub fn sort_findings(mut findings: Vec<Finding>, settings: &Settings) -> Vec<Finding> {
    findings.retain(|finding| !settings.allow.contains(&finding.code));
    for finding in &mut findings {
        if settings.deny.contains(&finding.code) {
            finding.severity = Severity::Error;
        }
    }
    findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| a.code.cmp(&b.code))
            .then_with(|| a.place.cmp(&b.place))
            .then_with(|| a.message.cmp(&b.message))
    });
    findings
}
