//! The baselines themselves: read, judged against the tree of the base, selected as the present run is, and, where there are
//! several, joined.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::old_tree::OldTree;
use super::{absent, is_there, unreadable};
use crate::clean::{self, FileState, FilterFacts, JudgeOptions};
use crate::error::{Error, Result};
use crate::golang::{self, Wanted};
use crate::host::Host;
use crate::locate;
use crate::model::parallel::in_order;
use crate::model::{
    Baseline, BaselineFacts, BaselineFile, Block, Code, Extent, FileName, FileProfile, Finding, Input,
    InputSet, Located, Mode, PerMetric, Place, Profile, RepoPath, Source, fingerprint,
};
use crate::pipeline::binary::Keep;
use crate::pipeline::gather::{self, Data, Gathered};
use crate::pipeline::inputs::{InputFile, Place as InputPlace};
use crate::pipeline::{analyse, meta, saved as kept, tree};
use crate::settings::Settings;

/// What was read.
#[derive(Debug)]
pub struct Read {
    sides: Vec<One>,
}

/// One baseline.
#[derive(Debug)]
struct One {
    path: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// What `baseline save` wrote.
    Saved(Box<Baseline>),
    /// A profile of any kind.
    Profile(Box<Data>),
}

/// A file of the base that counts.
#[derive(Debug)]
pub struct BaseFile {
    /// Its clean blocks; a block that several baselines disagree on counts as not covered.
    pub profile: FileProfile,
    /// Where it lies.
    pub located: Located,
    /// Blocks that some baselines cover and others do not.
    pub unstable: Vec<Extent>,
    /// Its text in the base, where it is not that of the head.
    pub text: Option<Arc<Vec<u8>>>,
    /// Its source, where it is not that of the head.
    own: Option<Source>,
    /// Whose source it shares: index into the names of the head.
    head: Option<u32>,
}

impl BaseFile {
    /// Its source in the base.
    pub fn source<'a>(&'a self, gathered: &'a Gathered) -> Option<&'a Source> {
        self.own.as_ref().or_else(|| gathered.source(self.head?))
    }

    /// What tells the file from others: its path, else its name.
    fn key(&self) -> &str {
        self.located.path.as_ref().map_or(self.profile.name.as_str(), RepoPath::as_str)
    }
}

// ---- Reading -------------------------------------------------------------------------------------------------------------

/// Reads the baselines; those that are not there are told. `None` when none is.
pub fn read(settings: &Settings, gathered: &mut Gathered, host: &mut Host) -> Result<Option<Read>> {
    let mut sides = Vec::new();
    for path in settings.baseline.iter().map(|path| path.as_str()) {
        if !is_there(settings, path) {
            gathered.findings.push(absent(path));
            continue;
        }
        sides.push(One { path: path.to_owned(), kind: read_one(settings, path, host)? });
    }
    Ok((!sides.is_empty()).then_some(Read { sides }))
}

fn read_one(settings: &Settings, path: &str, host: &mut Host) -> Result<Kind> {
    kept::refuse_empty(&settings.cwd.join(path), path)?;
    if let Some(baseline) = saved(settings, path)? {
        return Ok(Kind::Saved(Box::new(baseline)));
    }
    let absolute = settings.cwd.join(path);
    let facts = fs_err::metadata(&absolute).map_err(|error| unreadable(path, &error))?;
    let place = if facts.is_dir() {
        InputPlace::Directory(absolute)
    } else if facts.is_file() {
        InputPlace::File(absolute)
    } else {
        return Err(
            Error::input(format!("{path} is not a regular file")).help("coverdict baseline save writes one")
        );
    };
    let input = InputFile { label: path.to_owned(), path: path.to_owned(), place, size: facts.len() };
    let read = gather::read_inputs(&[input], Keep::Meta, host).map_err(no_baseline)?;
    Ok(Kind::Profile(Box::new(read)))
}

/// The saved baseline of this path; `None` when something else is there.
pub(super) fn saved(settings: &Settings, path: &str) -> Result<Option<Baseline>> {
    let absolute = settings.cwd.join(path);
    let Ok(facts) = fs_err::metadata(&absolute) else { return Ok(None) };
    if facts.is_file() { kept::read_if(&absolute, path) } else { Ok(None) }
}

/// What cures a profile is not what cures a baseline.
fn no_baseline(error: Error) -> Error {
    error
        .note("a baseline is a file of `coverdict baseline save`, a text profile or a data directory")
        .help("coverdict baseline save -o FILE on the default branch, then --baseline FILE")
}

/// The blocks of a saved file; those that ran are hit by `inputs`.
pub(super) fn blocks(file: &BaselineFile, inputs: InputSet) -> Vec<Block> {
    let block =
        |block: &Block| Block { inputs: if block.count > 0 { inputs } else { InputSet(0) }, ..*block };
    file.blocks.iter().map(block).collect()
}

impl Read {
    /// As reports show them.
    pub fn facts(&self) -> Vec<BaselineFacts> {
        let facts = self.sides.iter().map(|side| match &side.kind {
            Kind::Saved(baseline) => BaselineFacts {
                path: side.path.clone(),
                kind: "baseline",
                commit: baseline.commit.clone(),
                mode: baseline.mode,
                rule_set: baseline.rule_set,
            },
            Kind::Profile(data) => {
                let input = data.raw.inputs.first();
                BaselineFacts {
                    path: side.path.clone(),
                    kind: input.map_or("text", |input| input.kind.name()),
                    commit: None,
                    mode: input.map_or(Mode::Set, |input| input.mode),
                    rule_set: None,
                }
            }
        });
        facts.collect()
    }

    /// The commit that they record: all the same one.
    pub fn commit(&self) -> Result<Option<String>> {
        let mut found: Option<(&str, &str)> = None;
        for (path, baseline) in self.saved() {
            let Some(commit) = baseline.commit.as_deref() else { continue };
            match found {
                Some((first, other)) if other != commit => {
                    return Err(Error::input(format!(
                        "the baselines {first} and {path} are of different commits: {other} and {commit}"
                    ))
                    .note("several baselines are several runs of one commit: what differs between them is unstable")
                    .help("give those of one commit"));
                }
                _ => found = Some((path, commit)),
            }
        }
        Ok(found.map(|(_, commit)| commit.to_owned()))
    }

    /// The first that records a commit.
    pub fn first_saved(&self) -> String {
        let first = self.saved().find(|(_, baseline)| baseline.commit.is_some());
        first.map_or_else(String::new, |(path, _)| path.to_owned())
    }

    /// The lowest numbers of missed items that they record.
    pub fn ratchet(&self) -> Option<PerMetric<u64>> {
        let all = self.saved().map(|(_, baseline)| baseline.ratchet);
        all.reduce(|a, b| PerMetric {
            statements: a.statements.min(b.statements),
            lines: a.lines.min(b.lines),
            functions: a.functions.min(b.functions),
        })
    }

    /// A file that reads otherwise in the head than where a baseline was saved.
    pub fn changed_source(&self, gathered: &Gathered) -> Option<String> {
        let marks = marks(gathered);
        let files = self.saved().flat_map(|(_, baseline)| &baseline.files);
        let differs = |path: &str, mark: u64| marks.get(path).is_some_and(|now| *now != mark);
        let mut changed =
            files.filter(|file| file.source.is_some_and(|mark| differs(file.path.as_str(), mark)));
        changed.next().map(|file| file.path.to_string())
    }

    fn saved(&self) -> impl Iterator<Item = (&str, &Baseline)> {
        self.sides.iter().filter_map(|side| match &side.kind {
            Kind::Saved(baseline) => Some((side.path.as_str(), &**baseline)),
            Kind::Profile(_) => None,
        })
    }
}

/// What tells the text of each source of the head, by path.
fn marks(gathered: &Gathered) -> BTreeMap<&str, u64> {
    let places = gathered.located.iter().zip(&gathered.fingerprints);
    places.filter_map(|(place, mark)| Some((place.path.as_ref()?.as_str(), (*mark)?))).collect()
}

// ---- Judging and selecting ---------------------------------------------------------------------------------------------------

/// The files that count, by path. What is odd about them goes to the findings of the run.
pub fn select(
    settings: &Settings,
    gathered: &mut Gathered,
    read: Read,
    old: &OldTree,
) -> Result<Vec<BaseFile>> {
    let mut findings = Vec::new();
    let desk = Desk::new(settings, gathered, old);
    let mut sides = Vec::new();
    for side in read.sides {
        let files = match side.kind {
            Kind::Saved(baseline) => desk.saved(&side.path, *baseline, &mut findings)?,
            Kind::Profile(data) => desk.profile(&side.path, *data, &mut findings)?,
        };
        sides.push((side.path, files));
    }
    let files = join(sides, &mut findings);
    gathered.findings.extend(findings);
    Ok(files)
}

struct Desk<'a> {
    settings: &'a Settings,
    gathered: &'a Gathered,
    old: &'a OldTree,
    /// Names of the head by path, and by name where they have none.
    head: HashMap<&'a str, u32>,
}

/// Where the source of a file of the base comes from.
enum Origin {
    Own(Box<Source>, Option<Arc<Vec<u8>>>),
    Head(u32),
    Unknown,
}

impl<'a> Desk<'a> {
    fn new(settings: &'a Settings, gathered: &'a Gathered, old: &'a OldTree) -> Self {
        let mut head = HashMap::new();
        for ((id, place), name) in (0..).zip(&*gathered.located).zip(&gathered.raw.names) {
            let key = place.path.as_ref().map_or(name.as_str(), RepoPath::as_str);
            head.entry(key).or_insert(id);
        }
        Self { settings, gathered, old, head }
    }

    /// A profile: placed in the tree of the base, judged by its sources, selected.
    fn profile(&self, path: &str, data: Data, findings: &mut Vec<Finding>) -> Result<Vec<BaseFile>> {
        let Data { raw, pods, findings: odd } = data;
        findings.extend(odd.iter().filter_map(|finding| of_baseline(path, finding)));
        let all: Vec<&Input> = raw.inputs.iter().collect();
        let mode = gather::result_mode(&all, self.settings, &mut Vec::new())?;
        let options = gather::place_options(self.settings);
        let (mut located, mut modules, _) = locate::locate(&raw.names, &self.old.tree, &options);
        meta::place(&mut located, &mut modules, &raw.names, &pods);
        let named: Vec<(&FileName, &Located)> = raw.names.iter().zip(&located).collect();
        let mut origins: Vec<Origin> = in_order(&named, |(name, place)| self.origin(name, place));
        let states: Vec<FileState<'_>> = located
            .iter()
            .zip(&origins)
            .map(|(place, origin)| FileState {
                path: place.path.as_ref().map(RepoPath::as_str),
                source: self.source(origin),
                gone: false,
                listed: false,
            })
            .collect();
        let judgement = clean::judge(&raw, &states, JudgeOptions::default());
        findings.extend(judgement.findings.iter().filter_map(|finding| of_baseline(path, finding)));
        let canonical = clean::canonical_names(&raw, &located);
        let profile = clean::merge(&raw, &canonical, mode, &judgement);
        let filtered = clean::filter(profile, &analyse::rules(self.settings), |id| {
            let located = located.get(id as usize)?;
            let source = origins.get(id as usize).and_then(|origin| self.source(origin));
            Some(FilterFacts { located, source })
        });
        let files = filtered.profile.files.into_iter().filter_map(|file| {
            let at = file.id as usize;
            let located = located.get(at)?.clone();
            let origin = std::mem::replace(origins.get_mut(at)?, Origin::Unknown);
            Some(BaseFile::new(file, located, origin))
        });
        Ok(files.collect())
    }

    /// A saved baseline: clean and placed already.
    fn saved(&self, path: &str, baseline: Baseline, findings: &mut Vec<Finding>) -> Result<Vec<BaseFile>> {
        let mut places = Vec::new();
        let mut profiles = Vec::new();
        let mut expected = Vec::new();
        for (id, file) in (0u32..).zip(baseline.files) {
            let blocks = blocks(&file, InputSet(0));
            profiles.push(FileProfile {
                name: file.name,
                id,
                blocks,
                rule_set: file.rule_set,
                fits_source: file.source.map(|_| file.fits),
            });
            expected.push(file.source);
            places.push(Located {
                path: file.in_tree.then(|| file.path.clone()),
                source: None,
                package: file.package,
                module: None,
                disposition: file.disposition,
                guessed: false,
            });
        }
        let named: Vec<(&FileName, &Located)> =
            profiles.iter().map(|profile| &profile.name).zip(&places).collect();
        let mut origins: Vec<Origin> = in_order(&named, |(name, place)| self.origin(name, place));
        let mut other = Vec::new();
        for (((profile, origin), mark), place) in
            profiles.iter_mut().zip(&origins).zip(&expected).zip(&places)
        {
            let found = self.mark(origin);
            if mark.is_none() || found.is_none() || *mark == found {
                continue;
            }
            self.refuse_head(path, place, *mark)?;
            profile.fits_source = Some(false);
            other.push(place.path.as_ref().map_or(profile.name.as_str(), RepoPath::as_str).to_owned());
        }
        findings.extend(other_text(path, &other));
        let profile = Profile { mode: baseline.mode, files: profiles, input_sets: vec![Vec::new()] };
        let filtered = clean::filter(profile, &analyse::rules(self.settings), |id| {
            let located = places.get(id as usize)?;
            let source = origins.get(id as usize).and_then(|origin| self.source(origin));
            Some(FilterFacts { located, source })
        });
        let files = filtered.profile.files.into_iter().filter_map(|file| {
            let at = file.id as usize;
            let origin = std::mem::replace(origins.get_mut(at)?, Origin::Unknown);
            Some(BaseFile::new(file, places.get(at)?.clone(), origin))
        });
        Ok(files.collect())
    }

    /// Where the source of a file comes from.
    fn origin(&self, name: &FileName, place: &Located) -> Origin {
        let own = |text: &[u8], kept: Option<&Arc<Vec<u8>>>| {
            let source = golang::read(text, Wanted { blocks: true, ..Wanted::default() });
            Origin::Own(Box::new(source), kept.cloned())
        };
        let path = place.path.as_ref().map(RepoPath::as_str);
        if let Some(path) = path {
            if let Some(text) = self.old.texts.get(path) {
                return own(text, Some(text));
            }
            if self.old.changed.contains(path) {
                return Origin::Unknown;
            }
        }
        if let Some(id) = self.head.get(path.unwrap_or(name.as_str())) {
            return Origin::Head(*id);
        }
        // It is in the tree, and the present profile does not know it.
        let root = &self.gathered.root.dir;
        let text =
            path.and_then(|path| tree::read_inside(&self.gathered.tree, root.join(path).as_str()).ok());
        text.map_or(Origin::Unknown, |text| own(&text, None))
    }

    fn source<'s>(&'s self, origin: &'s Origin) -> Option<&'s Source> {
        match origin {
            Origin::Own(source, _) => Some(source),
            Origin::Head(id) => self.gathered.source(*id),
            Origin::Unknown => None,
        }
    }

    /// What tells the text behind an origin, where it is at hand.
    fn mark(&self, origin: &Origin) -> Option<u64> {
        match origin {
            Origin::Own(_, text) => text.as_ref().map(|text| fingerprint(text)),
            Origin::Head(id) => self.gathered.fingerprints.get(*id as usize).copied().flatten(),
            Origin::Unknown => None,
        }
    }

    /// An error when a file reads in the head as it did where the baseline was saved, although it changed since its commit.
    fn refuse_head(&self, path: &str, place: &Located, mark: Option<u64>) -> Result<()> {
        let file = place.path.as_ref().map(RepoPath::as_str).unwrap_or_default();
        let now = self
            .head
            .get(file)
            .and_then(|id| self.gathered.fingerprints.get(*id as usize).copied().flatten());
        if self.old.changed.contains(file) && now.is_some() && now == mark {
            return Err(at_head(path, file));
        }
        Ok(())
    }
}

/// The baseline was made from the present tree, and not from that of its commit.
pub fn at_head(path: &str, file: &str) -> Error {
    Error::input(format!(
        "the baseline {path} seems to be of the head revision: {file} is in it as it is now"
    ))
    .note("compared with itself a change loses nothing")
    .help("give the baseline of the target branch, or name the revision that it is of: --base REV")
}

fn other_text(path: &str, files: &[String]) -> Option<Finding> {
    let first = files.first()?;
    let count = files.len() as u64;
    let noun = if count == 1 { "file" } else { "files" };
    let message = format!("the baseline {path} was made from another text of {count} {noun}: {first}");
    Some(
        Finding::new(Code::SuspiciousBaseline, message)
            .at(Place::file(path))
            .count(count)
            .fact("lines of these files may be paired wrongly")
            .help("save it again on the target branch, right after the tests: coverdict baseline save"),
    )
}

/// What was odd about a baseline, as far as it changes a number.
fn of_baseline(path: &str, finding: &Finding) -> Option<Finding> {
    let matters = [
        Code::StaleBlocks,
        Code::StatementConflict,
        Code::OverlappingBlocks,
        Code::MixedGoVersions,
        // Code that was covered there is not known to be: it cannot be lost.
        Code::MalformedRows,
        Code::EmptyProfile,
        Code::MetaWithoutCounters,
        Code::OrphanCounters,
    ];
    matters.contains(&finding.code).then(|| {
        let message = format!("in the baseline {path}: {}", finding.message);
        Finding { message, ..finding.clone() }
    })
}

impl BaseFile {
    fn new(profile: FileProfile, located: Located, origin: Origin) -> Self {
        let (own, text, head) = match origin {
            Origin::Own(source, text) => (Some(*source), text, None),
            Origin::Head(id) => (None, None, Some(id)),
            Origin::Unknown => (None, None, None),
        };
        Self { profile, located, unstable: Vec::new(), text, own, head }
    }
}

// ---- Several baselines ----------------------------------------------------------------------------------------------------------

/// One list of files. A block that one baseline covers and another one does not is unstable and counts as not covered.
fn join(sides: Vec<(String, Vec<BaseFile>)>, findings: &mut Vec<Finding>) -> Vec<BaseFile> {
    let mut files: BTreeMap<String, BaseFile> = BTreeMap::new();
    let mut differing: BTreeSet<String> = BTreeSet::new();
    for (_, side) in sides {
        for file in side {
            match files.get_mut(file.key()) {
                None => {
                    files.insert(file.key().to_owned(), file);
                }
                Some(known) if has_same_blocks(&known.profile, &file.profile) => disagree(known, &file),
                Some(known) => {
                    differing.insert(known.key().to_owned());
                }
            }
        }
    }
    if let Some(first) = differing.first() {
        let count = differing.len() as u64;
        let message = format!("the baselines cut {first} into different blocks: the first one counts");
        findings.push(
            Finding::new(Code::SuspiciousBaseline, message)
                .at(Place::file(first.as_str()))
                .count(count)
                .help("give baselines of one commit and one Go release"),
        );
    }
    let mut files: Vec<BaseFile> = files.into_values().collect();
    for (id, file) in (0..).zip(&mut files) {
        file.profile.id = id;
    }
    files
}

fn has_same_blocks(a: &FileProfile, b: &FileProfile) -> bool {
    let key = |block: &Block| (block.extent, block.stmts);
    a.blocks.len() == b.blocks.len() && a.blocks.iter().map(key).eq(b.blocks.iter().map(key))
}

fn disagree(known: &mut BaseFile, other: &BaseFile) {
    let mut found = Vec::new();
    for (block, other) in known.profile.blocks.iter_mut().zip(&other.profile.blocks) {
        if (block.count > 0) != (other.count > 0) {
            found.push(block.extent);
        }
        block.count = block.count.min(other.count);
    }
    known.unstable.append(&mut found);
    known.unstable.sort_unstable();
    known.unstable.dedup();
}
