//! From the baseline that was read and the profile that counts to the comparison.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::GatheredBaseline;
use super::baseline::files::{BaseFile, at_head};
use super::gather::Gathered;
use super::patch::Counted;
use crate::compare::suspect::{self, Suspicion};
use crate::compare::{self, Facts, Side};
use crate::error::{Error, Exit, Result};
use crate::host::Host;
use crate::measure::{self, FileFacts, Measured};
use crate::model::{
    Code, CompareReport, FileFate, FileReport, Finding, Mode, Place, Profile, RepoPath, Source,
};
use crate::settings::Settings;

/// `compare OLD NEW`: NEW in the place of the profile, OLD in that of the baseline.
pub fn run(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let [old, new] = settings.inputs.as_slice() else {
        return Err(Error::usage("`compare` needs two inputs: what was, and what is")
            .help("coverdict compare old.out new.out"));
    };
    let baseline = settings.baseline.iter().cloned().chain([old.path.clone().into()]);
    let own = Settings { baseline: baseline.collect(), inputs: vec![new.clone()], ..settings.clone() };
    super::report(&own, host)
}

/// Compares. An error when the baseline cannot be what it is given for.
pub fn measure(
    settings: &Settings,
    gathered: &Gathered,
    mut baseline: GatheredBaseline,
    counted: Counted<'_>,
) -> Result<(CompareReport, Vec<Finding>)> {
    let base = measure_base(settings, gathered, &mut baseline.files);
    let old = old_sides(gathered, &baseline.files, &base);
    let new = new_sides(gathered, &baseline, counted);
    let mut findings = Vec::new();
    for suspicion in suspect::suspicions(&old, &new, &baseline.changes) {
        findings.push(judge(&baseline, suspicion)?);
    }
    let facts = Facts {
        baselines: baseline.facts.clone(),
        base: baseline.base.clone(),
        origin: baseline.origin.clone(),
        ratchet: baseline.ratchet,
    };
    let report = compare::compare(&old, &new, &baseline.changes, facts);
    for suspicion in suspect::conventions(&report, &old, &new) {
        findings.push(judge(&baseline, suspicion)?);
    }
    findings.extend(vanished(&report));
    Ok((report, findings))
}

/// The numbers of the base, by the rules of this run.
fn measure_base(settings: &Settings, gathered: &Gathered, files: &mut [BaseFile]) -> Measured {
    let profiles = files.iter().map(|file| file.profile.clone()).collect();
    let mut profile = Profile { mode: Mode::Count, files: profiles, input_sets: vec![Vec::new()] };
    let files = &*files;
    let facts = |id: u32| {
        let file = files.get(id as usize)?;
        Some(FileFacts {
            located: &file.located,
            source: file.source(gathered),
            functions: None,
            fingerprint: None,
        })
    };
    measure::measure(&mut profile, settings.lines, &[], facts, |_| 0)
}

fn old_sides<'a>(gathered: &'a Gathered, files: &'a [BaseFile], base: &'a Measured) -> Vec<Side<'a>> {
    let by_name: BTreeMap<&str, &BaseFile> =
        files.iter().map(|file| (file.profile.name.as_str(), file)).collect();
    let mut sides = Vec::new();
    for package in &base.packages {
        for report in &package.files {
            let file = by_name.get(report.name.as_str());
            sides.push(Side {
                path: report.path.as_str(),
                package: &package.path,
                report: Some(report),
                excluded: false,
                source: file.and_then(|file| file.source(gathered)).filter(|source| explains(report, source)),
                text: file.and_then(|file| Some(file.text.as_ref()?.as_slice())),
                unstable: file.map_or(&[], |file| &file.unstable),
            });
        }
    }
    sides
}

fn new_sides<'a>(
    gathered: &'a Gathered,
    baseline: &'a GatheredBaseline,
    counted: Counted<'a>,
) -> Vec<Side<'a>> {
    let ids: BTreeMap<&str, u32> =
        gathered.raw.names.iter().map(crate::model::FileName::as_str).zip(0..).collect();
    let is_apart =
        |path: &str| gathered.change.as_ref().is_some_and(|change| change.apart.contains_key(path));
    let mut sides = Vec::new();
    for package in &counted.measured.packages {
        for report in &package.files {
            let path = report.path.as_str();
            let id = ids.get(report.name.as_str());
            let source = id.and_then(|id| gathered.source(*id));
            sides.push(Side {
                path,
                package: &package.path,
                report: Some(report),
                excluded: false,
                source: source.filter(|source| explains(report, source) && !is_apart(path)),
                text: baseline.head_texts.get(path).map(Vec::as_slice),
                unstable: &[],
            });
        }
    }
    let known: BTreeSet<&str> = sides.iter().map(|side| side.path).collect();
    let left_out = gathered.located.iter().filter_map(|place| {
        let path = place.path.as_ref().map(RepoPath::as_str).filter(|path| !known.contains(path))?;
        Some(Side {
            path,
            package: &place.package,
            report: None,
            excluded: true,
            source: None,
            text: None,
            unstable: &[],
        })
    });
    sides.extend(left_out.collect::<Vec<_>>());
    sides
}

/// Whether a source can say which statements the blocks of a report count.
fn explains(report: &FileReport, source: &Source) -> bool {
    report.positions_fit
        && source.broken.is_none()
        && (report.blocks.is_empty() || !source.blocks_c.is_empty())
}

/// What becomes of a suspicion: a finding, or the end of the run.
fn judge(baseline: &GatheredBaseline, suspicion: Suspicion) -> Result<Finding> {
    let of = baseline.facts.first().map_or("-", |facts| facts.path.as_str());
    match suspicion {
        Suspicion::AtHead { path } => Err(at_head(of, &path)),
        Suspicion::Length { path } => Err(Error::input(format!(
            "the change does not lead from the base to the head: {path} would have another number of lines"
        ))
        .help("make the diff with `git diff BASE HEAD` on this tree")),
        Suspicion::Convention { path, share, base, head } => {
            let named =
                |rules: Option<crate::model::RuleSet>| rules.map_or("unknown", crate::model::RuleSet::name);
            let message = format!(
                "{share}% of the unchanged code lines of {path} are known to one side only: the baseline may be of another revision or Go release"
            );
            Ok(Finding::new(Code::SuspiciousBaseline, message)
                .at(Place::file(path))
                .fact(format!("rule set of the baseline: {}, of the profile: {}", named(base), named(head)))
                .help(
                    "save the baseline with the Go release that makes the profile: coverdict baseline save",
                ))
        }
        Suspicion::CachedTests { path } => {
            let message = format!("{path} changed, and its blocks are those of the baseline to the byte");
            Ok(Finding::new(Code::CachedTests, message)
                .at(Place::file(path))
                .fact("the tests of this file may not have run again")
                .help("go test -count=1 ./..."))
        }
    }
}

/// Files of the baseline that the profile does not know, though they are there.
fn vanished(report: &CompareReport) -> Option<Finding> {
    const SHOWN: usize = 5;
    let files: Vec<&str> = report
        .files
        .iter()
        .filter(|file| file.fate == FileFate::Vanished)
        .map(|file| file.path.as_str())
        .collect();
    let first = files.first()?;
    let count = files.len() as u64;
    let shown = files.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    let more = files.len().saturating_sub(SHOWN);
    let list = if more == 0 { shown } else { format!("{shown} and {more} more") };
    let noun = if count == 1 { "file of the baseline is" } else { "files of the baseline are" };
    Some(
        Finding::new(Code::VanishedFile, format!("{count} unchanged {noun} absent from the profile: {list}"))
            .at(Place::file(*first))
            .count(count)
            .fact("what was covered there counts as lost")
            .help("find the job whose profile is missing, or leave the files out with --exclude"),
    )
}
