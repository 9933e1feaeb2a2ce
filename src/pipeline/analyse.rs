//! The pure middle: clean, filter, measure, gate. Takes what was read, gives the report; nothing here can fail but the one
//! thing that makes a verdict impossible: a gate on a profile without statements.

use super::baseline::head::SavedHead;
use super::compare;
use super::gather::Gathered;
use super::overrides::{self, Rules};
use super::patch::{self, Counted};
use crate::clean::{self, FileState, FilterFacts, FilterRules, Filtered, JudgeOptions, Judgement, Scope};
use crate::error::{Error, Result};
use crate::gate::{self, Measures};
use crate::host::Host;
use crate::measure::{self, FileFacts, Module};
use crate::model::report::InputFacts;
use crate::model::words::counted;
use crate::model::{
    Code, Finding, GateName, Located, Profile, RepoPath, Report, RunFacts, Severity, Source, Tally,
};
use crate::settings::{Command, Generated, ScopeEntry, Settings, Stale};

/// A clean profile with all that is known of it.
#[derive(Debug)]
pub struct Cleaned {
    /// All blocks that count, before any selection of files.
    pub profile: Profile,
    /// Rows that were merged into others.
    pub merged_rows: u64,
    /// The fate of every block.
    pub judgement: Judgement,
}

/// Judges and merges.
pub fn clean(settings: &Settings, gathered: &mut Gathered) -> Cleaned {
    let raw = &gathered.raw;
    let judgement = {
        let states = file_states(gathered);
        clean::judge(raw, &states, JudgeOptions { keep: settings.stale == Stale::Keep })
    };
    let canonical = clean::canonical_names(raw, &gathered.located);
    let profile = clean::merge(raw, &canonical, gathered.mode, &judgement);
    let rows: u64 = raw.inputs.iter().map(|input| input.rows).sum();
    let merged_rows = rows.saturating_sub(raw.blocks.len() as u64);
    if merged_rows > 0 {
        let message =
            format!("{} merged (same position, -coverpkg)", counted(merged_rows, "duplicate block"));
        gathered.findings.push(Finding::new(Code::DuplicateBlocks, message).count(merged_rows));
    }
    gathered.findings.extend(judgement.findings.iter().cloned());
    gathered.findings.extend(gathered.log.iter().flat_map(|log| clean::runs::from_log(log, raw)));
    Cleaned { profile, merged_rows, judgement }
}

/// What judging needs to know of each name.
pub fn file_states(gathered: &Gathered) -> Vec<FileState<'_>> {
    let facts = gathered.located.iter().zip(&gathered.sources).zip(&gathered.gone);
    facts
        .map(|((place, source), gone)| FileState {
            path: place.path.as_ref().map(RepoPath::as_str),
            source: source.as_deref(),
            gone: *gone,
            listed: source.as_ref().is_some_and(|source| source.is_listed),
        })
        .collect()
}

/// What the settings select.
pub fn rules(settings: &Settings) -> FilterRules {
    FilterRules {
        include: settings.include.clone(),
        exclude: settings.exclude.clone(),
        scope: settings.scope.iter().map(scope).collect(),
        exclude_generated: settings.generated == Generated::Exclude,
        ignore_comments: settings.ignore_comments,
        require_reason: settings.require_reason,
    }
}

/// Selects the files that count.
pub fn select(settings: &Settings, gathered: &Gathered, profile: Profile) -> Filtered {
    clean::filter(profile, &rules(settings), |id| {
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
    Some((located, gathered.source(id)))
}

/// The whole middle: from what was read to the report.
pub fn analyse(settings: &Settings, mut gathered: Gathered, host: &Host) -> Result<Report> {
    let _ = host;
    if let Some(SavedHead { profile, facts, .. }) = gathered.saved.clone() {
        return summarise(settings, gathered, profile, vec![facts]);
    }
    let Cleaned { profile, merged_rows, judgement } = clean(settings, &mut gathered);
    let inputs = input_facts(&gathered, &judgement);
    // From here on the clean blocks count, and what follows can have the memory of the raw ones.
    drop(judgement);
    gathered.raw.blocks = Vec::new();
    let mut report = summarise(settings, gathered, profile, inputs)?;
    report.run.merged_rows = merged_rows;
    let labels: Vec<&str> = report.run.inputs.iter().map(|input| input.label.as_str()).collect();
    let shares = measure::shares::shares(&report.packages, &report.run.input_sets, &labels);
    for (input, share) in report.run.inputs.iter_mut().zip(shares) {
        input.share = Some(share);
    }
    Ok(report)
}

/// What reports show of the inputs, without the numbers of each.
pub fn input_facts(gathered: &Gathered, judgement: &Judgement) -> Vec<InputFacts> {
    let inputs = gathered.raw.inputs.iter().enumerate();
    inputs
        .map(|(at, input)| InputFacts {
            label: input.label.clone(),
            path: input.path.clone(),
            kind: input.kind,
            mode: input.mode,
            rule_set: judgement.input_rule_sets.get(at).copied().flatten(),
            rows: input.rows,
            blocks: input.lists.len() as u64,
            share: None,
        })
        .collect()
}

/// Keeps the packages that `--pkg` names.
pub fn named_packages(settings: &Settings, gathered: &Gathered, profile: &mut Profile) {
    if settings.pkg.is_empty() {
        return;
    }
    profile.files.retain(|file| {
        let place = gathered.located.get(file.id as usize);
        let package = place.map_or_else(|| file.name.directory(), |place| &place.package);
        settings.pkg.iter().any(|pattern| pattern.matches_package(None, package))
    });
}

/// From a clean profile to the report: the second half of [`analyse`]. `inputs` are those that the profile's blocks name.
pub fn summarise(
    settings: &Settings,
    mut gathered: Gathered,
    mut profile: Profile,
    inputs: Vec<InputFacts>,
) -> Result<Report> {
    named_packages(settings, &gathered, &mut profile);
    let (mode, input_sets) = (profile.mode, profile.input_sets.clone());
    let mut filtered = select(settings, &gathered, profile);
    let modules: Vec<Module> = gathered
        .modules
        .iter()
        .map(|module| Module { path: module.path.clone(), dir: module.dir.clone() })
        .collect();
    let mut measured = measure::measure(
        &mut filtered.profile,
        settings.lines,
        &modules,
        |id| {
            let (located, source) = facts(&gathered, id)?;
            let functions = gathered.functions.get(id as usize).and_then(Option::as_deref);
            let fingerprint = gathered.fingerprints.get(id as usize).copied().flatten();
            Some(FileFacts { located, source, fingerprint, functions })
        },
        |id| filtered.ignored.get(&id).copied().unwrap_or(0),
    );
    let (mut patch, patch_findings) = match &gathered.change {
        Some(change) => {
            let counted = Counted { filtered: &filtered, measured: &measured, rules: &rules(settings) };
            let (report, findings) = patch::measure(settings, &gathered, change, counted);
            (Some(report), findings)
        }
        None => (None, Vec::new()),
    };
    let (compare, compare_findings) = match gathered.baseline.take() {
        Some(baseline) => {
            let counted = Counted { filtered: &filtered, measured: &measured, rules: &rules(settings) };
            let (report, findings) = compare::measure(settings, &gathered, baseline, counted)?;
            (Some(report), findings)
        }
        None => (None, Vec::new()),
    };
    let owners = match &gathered.owners {
        Some(owners) => measure::owners::measure(&mut measured.packages, patch.as_mut(), owners),
        None => Vec::new(),
    };
    let rules =
        Rules::new(settings, &measured.packages, patch.as_ref(), compare.as_ref(), gathered.owners.as_ref());
    let verdicts = if settings.command == Command::Check {
        let ruled: Vec<GateName> = overrides::gates(settings).collect();
        let measures = Measures {
            totals: &measured.totals,
            packages: &measured.packages,
            patch: patch.as_ref(),
            compare: compare.as_ref(),
            no_baseline: if settings.baseline.is_empty() {
                "no baseline was given: --baseline FILE"
            } else {
                "the baseline is not there: nothing to compare with"
            },
            ruled: &ruled,
            owners: &overrides::of_owners(settings, &owners),
        };
        gate::judge(measures, settings.metric, &settings.gates, &|gate, path, import| {
            rules.first(gate, path, import)
        })
    } else {
        Vec::new()
    };
    refuse_empty(settings, measured.totals.statements)?;
    let mut findings = std::mem::take(&mut gathered.findings);
    findings.extend(filtered.findings);
    findings.extend(measured.findings);
    findings.extend(patch_findings);
    findings.extend(compare_findings);
    findings.extend(overrides::unused(settings, &measured.packages, compare.as_ref(), &owners, &rules));
    findings.extend(crate::report::hostile_names(&measured.packages));
    // Thousands of small pieces, which nobody waits for: the process ends soon, and the system takes them back at once.
    std::mem::forget((gathered.sources, gathered.tree));
    Ok(Report {
        run: RunFacts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: gathered.commit,
            base_origin: patch.as_ref().map(|patch| patch.origin.clone()),
            root: gathered.root.dir.to_string(),
            inputs,
            mode,
            metric: settings.metric,
            input_sets,
            excluded: filtered.excluded,
            merged_rows: 0,
        },
        modules: measured.modules,
        totals: measured.totals,
        packages: measured.packages,
        owners,
        patch,
        compare,
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
