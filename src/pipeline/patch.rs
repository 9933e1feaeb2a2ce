//! From the change that was read and the profile that counts to the coverage of the change. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::gather::Gathered;
use crate::clean::{self, FilterRules, Filtered};
use crate::diff::text::Removed;
use crate::locate::{self, ModuleInfo};
use crate::measure::Measured;
use crate::measure::eligible::{self, Reason};
use crate::measure::patch::{self, ChangeFacts, ChangedFile};
use crate::model::words::counted;
use crate::model::{
    Code, Disposition, FileChange, FileReport, Finding, LeftOut, Located, PatchFile, PatchReport, Place,
    Presence, RepoPath, Severity, Source, Unmeasured,
};
use crate::settings::{Generated, Settings};

/// The change as it was read.
#[derive(Debug, Clone)]
pub struct GatheredChange {
    /// Its files, by path.
    pub files: Vec<FileChange>,
    /// Where it comes from.
    pub facts: ChangeFacts,
    /// Sources of the changed Go files that take part, by path, with their statements.
    pub sources: BTreeMap<String, Arc<Source>>,
    /// The texts of those that are not as in the working tree, where the sources of the profile were read.
    pub apart: BTreeMap<String, Vec<u8>>,
    /// Texts of its head side that were read, by path; kept where a baseline needs them too.
    pub texts: BTreeMap<String, Vec<u8>>,
    /// Deleted lines by path; of a diff, when a baseline belongs to its old side.
    pub removed: BTreeMap<String, Removed>,
    /// Those of them that a build constraint leaves out.
    pub not_built: BTreeSet<String>,
    /// The platform that this was judged for: `linux/amd64`.
    pub platform: String,
}

/// The profile with its numbers, as far as the change needs them.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// What counts.
    pub filtered: &'a Filtered,
    /// Its numbers.
    pub measured: &'a Measured,
    /// The rules that chose it.
    pub rules: &'a FilterRules,
}

/// Measures the change. The findings tell of files that take no part for reasons that a user should know.
pub fn measure(
    settings: &Settings,
    gathered: &Gathered,
    change: &GatheredChange,
    counted: Counted<'_>,
) -> (PatchReport, Vec<Finding>) {
    let desk = Desk::new(settings, gathered, change, counted);
    let mut files = Vec::new();
    let mut left_out = LeftOut::default();
    let mut generated = 0;
    for one in &change.files {
        match desk.file(one) {
            Ok(file) => files.push(file),
            Err((reason, statements)) => {
                eligible::count(&mut left_out, reason);
                generated += if reason == Reason::Generated { statements } else { 0 };
            }
        }
    }
    let findings = desk.findings(&files, left_out, generated);
    if settings.change.unmeasured == Unmeasured::Ignore {
        files.iter_mut().filter(|file| file.presence == Presence::Unmeasured).for_each(forget);
    }
    let min_changed = settings.change.min_changed;
    let report = patch::whole(files, left_out, change.facts.clone(), settings.metric, min_changed);
    (report, findings)
}

/// A file that is named and no more.
fn forget(file: &mut PatchFile) {
    file.statements = crate::model::Tally::default();
    file.lines = crate::model::LineTally::default();
    file.functions = crate::model::Tally::default();
    file.missed.clear();
    file.missed_ranges.clear();
}

/// Everything that is looked up for each file.
struct Desk<'a> {
    settings: &'a Settings,
    gathered: &'a Gathered,
    change: &'a GatheredChange,
    counted: Counted<'a>,
    /// Ids of the names that lead to a path.
    ids: BTreeMap<&'a str, u32>,
    /// Ids of files that count, with whether their blocks fit the source.
    fits: BTreeMap<u32, bool>,
    reports: BTreeMap<&'a str, &'a FileReport>,
    /// Modules with a file in the profile; `None` for files of no module.
    modules: BTreeSet<Option<u32>>,
}

impl<'a> Desk<'a> {
    fn new(
        settings: &'a Settings,
        gathered: &'a Gathered,
        change: &'a GatheredChange,
        counted: Counted<'a>,
    ) -> Self {
        let mut ids = gathered.ids();
        let mut fits = BTreeMap::new();
        for file in &counted.filtered.profile.files {
            let place = gathered.located.get(file.id as usize);
            if let Some(path) = place.and_then(|place| place.path.as_ref()) {
                // Two names of one file: the one that counts is the one to look at.
                ids.insert(path.as_str(), file.id);
            }
            fits.insert(file.id, file.fits_source != Some(false));
        }
        let reports = counted.measured.packages.iter().flat_map(|package| &package.files);
        Self {
            settings,
            gathered,
            change,
            counted,
            ids,
            fits,
            reports: reports.map(|file| (file.path.as_str(), file)).collect(),
            modules: modules(gathered),
        }
    }

    /// The numbers of a file, or why it has none and how many of its statements changed.
    fn file(&self, change: &FileChange) -> Result<PatchFile, (Reason, u64)> {
        let plain = |reason| (reason, 0);
        if let Some(reason) = eligible::reason(change) {
            return Err(plain(reason));
        }
        let path = RepoPath::new(&change.path).ok_or(plain(Reason::NotGo))?;
        let id = self.ids.get(path.as_str()).copied();
        let source = self.change.sources.get(path.as_str()).map(|source| &**source);
        let fits = id.and_then(|id| self.fits.get(&id).copied());
        let report = self.reports.get(path.as_str()).copied().filter(|_| fits.is_some());
        let place = id.and_then(|id| self.gathered.located.get(id as usize).cloned());
        let place = place.unwrap_or_else(|| self.place(&path));
        let changed = ChangedFile {
            change,
            path: path.clone(),
            package: place.package.clone(),
            report,
            fits: fits.unwrap_or(true) && source.is_some_and(|source| source.broken.is_none()),
            source,
            apart: self.change.apart.contains_key(path.as_str()),
            built: !self.change.not_built.contains(path.as_str()),
            missed_when_unmeasured: self.counts_as_missed(&place),
            ignore_comments: self.settings.ignore_comments,
        };
        let is_generated = source.is_some_and(|source| source.generated);
        if is_generated && self.settings.generated != Generated::Include {
            return Err((Reason::Generated, patch::file(&changed).statements.total));
        }
        let taken = match id {
            Some(id) if self.fits.contains_key(&id) => true,
            // Without a block that counts it is out by the filter, or as good as absent.
            _ => clean::filter::takes(self.counted.rules, &place, self.only_main()),
        };
        if taken { Ok(patch::file(&changed)) } else { Err(plain(Reason::Excluded)) }
    }

    /// The place of a file that the profile does not know.
    fn place(&self, path: &RepoPath) -> Located {
        let module = locate::module_of(&self.gathered.modules, path);
        let info = module.and_then(|at| self.gathered.modules.get(at as usize));
        let package = info.map_or_else(
            || path.directory().to_owned(),
            |info| {
                let dir = info.dir.as_deref().filter(|dir| *dir != ".").unwrap_or("");
                let rest = path.directory().strip_prefix(dir).unwrap_or("").trim_start_matches('/');
                if rest.is_empty() { info.path.clone() } else { format!("{}/{rest}", info.path) }
            },
        );
        Located {
            path: Some(path.clone()),
            source: None,
            package,
            module,
            disposition: info.map_or(Disposition::Main, |info| info.disposition),
            guessed: false,
        }
    }

    fn only_main(&self) -> bool {
        self.gathered.located.iter().any(|place| place.disposition == Disposition::Main)
    }

    fn counts_as_missed(&self, place: &Located) -> bool {
        match self.settings.change.unmeasured {
            Unmeasured::Missed => true,
            Unmeasured::Auto => self.modules.contains(&place.module),
            Unmeasured::Warn | Unmeasured::Ignore | Unmeasured::Fail => false,
        }
    }

    fn findings(&self, files: &[PatchFile], left_out: LeftOut, generated: u64) -> Vec<Finding> {
        let mut findings = Vec::new();
        if left_out.generated > 0 {
            let message = format!(
                "{} left out of the patch ({})",
                counted(left_out.generated, "generated file"),
                counted(generated, "statement")
            );
            findings.push(Finding::new(Code::GeneratedCode, message).count(left_out.generated));
        }
        findings.extend(self.unmeasured(files));
        let not_built: Vec<&PatchFile> =
            files.iter().filter(|file| file.presence == Presence::NotBuilt).collect();
        if !not_built.is_empty() {
            let message = format!(
                "{} {} not built on {}: {}",
                counted(not_built.len() as u64, "changed Go file"),
                if not_built.len() == 1 { "is" } else { "are" },
                self.change.platform,
                names(&not_built)
            );
            findings.push(Finding::new(Code::UntestedPlatform, message).count(not_built.len() as u64));
        }
        for file in files.iter().filter(|file| file.unrecorded_statements > 0) {
            let count = file.unrecorded_statements;
            let message =
                format!("the profile lacks {} of {}", counted(count, "changed statement"), file.path);
            findings.push(
                Finding::new(Code::ProfileOlderThanSource, message)
                    .at(Place::file(file.path.as_str()))
                    .count(count)
                    .fact("it has other parts of this file: they were written after the tests ran, and count as missed")
                    .help("run the tests again"),
            );
        }
        for file in files.iter().filter(|file| file.estimated) {
            let message = format!("the changed statements of {} are an estimate", file.path);
            let cause = if self.ids.contains_key(file.path.as_str()) {
                "its source is not at hand, or was edited after the tests ran"
            } else {
                "its source cannot be parsed"
            };
            findings.push(
                Finding::new(Code::EstimatedFile, message).at(Place::file(file.path.as_str())).fact(cause),
            );
        }
        findings
    }

    fn is_read(&self, file: &PatchFile) -> bool {
        self.change.sources.contains_key(file.path.as_str())
    }

    fn unmeasured(&self, files: &[PatchFile]) -> Option<Finding> {
        let policy = self.settings.change.unmeasured;
        let absent: Vec<&PatchFile> = files
            .iter()
            .filter(|file| file.presence == Presence::Unmeasured)
            .filter(|file| file.statements.total > 0 || !self.is_read(file))
            .collect();
        if absent.is_empty() || policy == Unmeasured::Ignore {
            return None;
        }
        let (what, verb) =
            (counted(absent.len() as u64, "changed Go file"), if absent.len() == 1 { "is" } else { "are" });
        let message = format!("{what} {verb} absent from the profile: {}", names(&absent));
        let mut finding = Finding::new(Code::UnmeasuredChange, message).count(absent.len() as u64);
        if let [only] = absent.as_slice() {
            finding = finding.at(Place::file(only.path.as_str()));
        }
        if policy == Unmeasured::Fail {
            finding.severity = Severity::Error;
        }
        let missed: u64 = absent.iter().filter(|file| file.counted).map(|file| file.statements.total).sum();
        let free: u64 = absent.iter().filter(|file| !file.counted).map(|file| file.statements.total).sum();
        if missed > 0 {
            finding = finding.fact(format!(
                "{} {} as missed",
                counted(missed, "changed statement"),
                if missed == 1 { "counts" } else { "count" }
            ));
        }
        if free > 0 {
            finding = finding.fact(format!(
                "{} {} not judged",
                counted(free, "changed statement"),
                if free == 1 { "is" } else { "are" }
            ));
        }
        let unread: Vec<&PatchFile> = absent.iter().copied().filter(|file| !self.is_read(file)).collect();
        if !unread.is_empty() {
            finding = finding.fact(format!("no source to count the statements of {}", names(&unread)));
        }
        Some(finding.help("add them with -coverpkg=./..., or narrow what is judged with --include"))
    }
}

/// The modules with a file in the profile. A name that could be of several counts for each: it leads nowhere, and what changed
/// there must not pass for code that the job does not test. Nor does a profile of nothing speak for another job.
fn modules(gathered: &Gathered) -> BTreeSet<Option<u32>> {
    let all = || (0..).zip(&gathered.modules);
    if gathered.raw.names.is_empty() {
        return all().map(|(at, _)| Some(at)).chain([None]).collect();
    }
    let places = gathered.located.iter().filter(|place| place.path.is_some() || place.module.is_some());
    let mut found: BTreeSet<Option<u32>> = places.map(|place| place.module).collect();
    for (name, _) in
        gathered.raw.names.iter().zip(&*gathered.located).filter(|(_, place)| place.path.is_none())
    {
        let below = |module: &ModuleInfo| {
            name.as_str().strip_prefix(module.path.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        found.extend(all().filter(|(_, module)| below(module)).map(|(at, _)| Some(at)));
    }
    found
}

/// The first names of a list.
fn names(files: &[&PatchFile]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = files.iter().take(SHOWN).map(|file| file.path.as_str()).collect();
    match files.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
