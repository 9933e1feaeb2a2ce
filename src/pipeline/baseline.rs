//! Reads what this run is compared with: the baselines, the tree that they belong to, and the change from there to the head.
//!
//! The tree of the base is never on the disk. Its sources are those of the head, where the change does not touch a file; the
//! others come from the commit, or from the diff and the head.

pub mod commits;
pub mod files;
pub mod head;
pub mod old_tree;

use std::collections::BTreeMap;

use super::change::{self, WorkingTree};
use super::ci;
use super::gather::Gathered;
use super::inputs;
use crate::diff::base::{self, Request};
use crate::diff::tree::{self as repository, DiffOptions};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::measure::eligible;
use crate::model::{BaseMode, BaselineFacts, Code, FileChange, Finding, PerMetric, Place};
use crate::settings::{Command, Settings};
use files::BaseFile;
use old_tree::OldTree;

/// What a run is compared with.
#[derive(Debug, Default)]
pub struct GatheredBaseline {
    /// As reports show them.
    pub facts: Vec<BaselineFacts>,
    /// Every file in which the two trees differ.
    pub changes: Vec<FileChange>,
    /// Texts of changed Go files in the head, by path.
    pub head_texts: BTreeMap<String, Vec<u8>>,
    /// Full commit id of the base side, where it is one.
    pub base: Option<String>,
    /// Where it comes from, for people.
    pub origin: String,
    /// Clean and selected files of the base.
    pub files: Vec<BaseFile>,
    /// The lowest numbers of missed items that the baselines record.
    pub ratchet: Option<PerMetric<u64>>,
}

/// Reads the baselines, when there are any.
pub fn gather(settings: &Settings, gathered: &mut Gathered, host: &mut Host) -> Result<()> {
    if settings.baseline.is_empty() {
        return Ok(());
    }
    let read = files::read(settings, gathered, host)?;
    let Some(read) = read else { return Ok(()) };
    let side = side(settings, gathered, &read, host)?;
    let Side { changes, base, origin, old, head_texts: texts } = side;
    let head_texts = texts.unwrap_or_else(|| head_texts(gathered, &changes));
    let ratchet = read.ratchet();
    let facts = read.facts();
    let files = files::select(settings, gathered, read, &old)?;
    gathered.baseline = Some(GatheredBaseline { facts, changes, head_texts, base, origin, files, ratchet });
    Ok(())
}

/// A baseline that is not there: every gate on it says so, and nothing fails by itself.
fn absent(path: &str) -> Finding {
    Finding::new(Code::SuspiciousBaseline, format!("the baseline {path} is not there: nothing to compare with"))
        .at(Place::file(path))
        .fact("gates on a baseline are not judged in this run")
        .help("save one on the default branch: coverdict baseline save; --deny suspicious-baseline makes this an error")
}

/// The tree of the base and how it differs from that of the head.
struct Side {
    changes: Vec<FileChange>,
    base: Option<String>,
    origin: String,
    old: OldTree,
    /// Texts of changed Go files in the head, where they had to be read for the base.
    head_texts: Option<BTreeMap<String, Vec<u8>>>,
}

/// Where the base side comes from, the first that applies: a diff that was given; the commit that the baselines record; the base
/// of the change under judgement; else the tree is taken to be the same.
fn side(settings: &Settings, gathered: &mut Gathered, read: &files::Read, host: &Host) -> Result<Side> {
    if settings.change.diff.is_some() {
        return Ok(from_diff(settings, gathered));
    }
    let recorded = read.commit()?.map(|commit| Recorded { path: read.first_saved(), commit });
    let is_asked = settings.command != Command::Compare || settings.change.base.is_some();
    match (recorded, &gathered.change) {
        (Some(of), _) if gathered.root.git.is_some() => from_commit(settings, gathered, &of, host),
        (Some(of), _) => same_tree(gathered, read, Some(&of.commit)),
        (None, Some(change)) if is_asked && change.facts.base.is_some() => {
            let base = change.facts.base.clone().unwrap_or_default();
            let origin = change.facts.origin.clone();
            let changes = change.files.clone();
            let old = OldTree::of_commit(gathered, &base, &changes)?;
            Ok(Side { changes, base: Some(base), origin, old, head_texts: None })
        }
        (None, _) => same_tree(gathered, read, None),
    }
}

fn from_diff(settings: &Settings, gathered: &mut Gathered) -> Side {
    let origin = format!("the diff {}", settings.change.diff.as_deref().unwrap_or("-"));
    let (changes, removed) = match &mut gathered.change {
        Some(change) => (change.files.clone(), std::mem::take(&mut change.removed)),
        None => (Vec::new(), BTreeMap::new()),
    };
    let head_texts = head_texts(gathered, &changes);
    let old = OldTree::of_diff(gathered, &changes, &removed, &head_texts);
    Side { changes, base: None, origin, old, head_texts: Some(head_texts) }
}

/// What a saved baseline says of the tree that it is of.
struct Recorded {
    /// The baseline.
    path: String,
    /// Full id.
    commit: String,
}

fn from_commit(settings: &Settings, gathered: &mut Gathered, of: &Recorded, host: &Host) -> Result<Side> {
    let opened = repository::open(&gathered.root.dir)
        .map_err(|error| Error::git(error.to_string()).help(error.help()))?;
    if let Some(head) = gathered.saved.as_ref().and_then(|saved| saved.commit.clone()) {
        return between(settings, gathered, &opened, of, &head);
    }
    let context = ci::context(&host.env, Some(settings.ci.as_str()));
    let request = Request {
        base: Some(&of.commit),
        named_by: "the commit that the baseline records",
        mode: BaseMode::Exact,
        context: context.as_ref(),
    };
    let chosen = base::choose(&opened, &request)
        .map_err(|missing| commits::missing(&of.path, &of.commit, &missing))?;
    gathered.findings.extend(commits::order(&opened, (&of.path, &chosen.base), ("HEAD", &chosen.head)));
    let same = gathered.change.as_ref().filter(|change| change.facts.base.as_ref() == Some(&chosen.base));
    let changes = if let Some(change) = same {
        change.files.clone()
    } else {
        let id = repository::Oid::from_str(&chosen.base).map_err(|error| Error::git(error.message()))?;
        let options = DiffOptions { head: settings.change.head, whitespace: settings.change.whitespace };
        let found = repository::changes(&opened, id, options)
            .map_err(|error| Error::git(error.to_string()).help(error.help()))?;
        gathered.findings.extend(found.findings);
        found.files
    };
    // Who names both sides may well want two runs of one commit.
    if chosen.base == chosen.head && settings.command != Command::Compare {
        gathered.findings.extend(commits::of_head(&of.path, &chosen.base, &changes));
    }
    let origin = format!("{} (recorded in the baseline)", short(&chosen.base));
    let old = OldTree::of_commit(gathered, &chosen.base, &changes)?;
    Ok(Side { changes, base: Some(chosen.base), origin, old, head_texts: None })
}

/// From one recorded commit to another, whatever is checked out.
fn between(
    settings: &Settings,
    gathered: &mut Gathered,
    opened: &repository::Repository,
    of: &Recorded,
    head: &str,
) -> Result<Side> {
    let base = of.commit.as_str();
    let new = settings.inputs.first().map_or("-", |input| input.path.as_str());
    let absent = |commit: &str| {
        let path = if commit == base { &of.path } else { new };
        commits::not_here(path, commit, opened)
    };
    let id = |commit: &str| repository::Oid::from_str(commit).map_err(|_| absent(commit));
    let found = repository::changes_between(opened, id(base)?, id(head)?, settings.change.whitespace);
    let found = found.map_err(|error| match error {
        repository::TreeError::Base(id) => absent(&id.to_string()),
        error => Error::git(error.to_string()).help(error.help()),
    })?;
    gathered.findings.extend(found.findings);
    gathered.findings.extend(commits::order(opened, (&of.path, base), (new, head)));
    let origin = format!("{} to {} (recorded in the baselines)", short(base), short(head));
    let old = OldTree::of_commit(gathered, base, &found.files)?;
    Ok(Side { changes: found.files, base: Some(base.to_owned()), origin, old, head_texts: None })
}

/// Without anything that tells of a change the trees are taken to be the same, unless the baseline proves that they are not.
fn same_tree(gathered: &Gathered, read: &files::Read, commit: Option<&str>) -> Result<Side> {
    if let Some(path) = read.changed_source(gathered) {
        let of = commit.map(|commit| format!(" of {}", short(commit))).unwrap_or_default();
        return Err(Error::git(format!(
            "the baseline{of} cannot be compared: {path} changed since, and nothing says how"
        ))
        .help("run it in the git repository, or give the change from there to here: --diff FILE"));
    }
    let origin = "the same tree".to_owned();
    let (base, old) = (commit.map(str::to_owned), OldTree::same(gathered));
    Ok(Side { changes: Vec::new(), base, origin, old, head_texts: None })
}

/// The first digits of a commit id.
fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// Texts of the changed Go files that the head has.
fn head_texts(gathered: &mut Gathered, changes: &[FileChange]) -> BTreeMap<String, Vec<u8>> {
    let read = gathered.change.as_mut().map(|change| std::mem::take(&mut change.texts));
    // Those are of the head that is judged; where a saved baseline stands in its place its commit has others.
    let is_apart = gathered.saved.as_ref().is_some_and(|saved| saved.commit.is_some());
    let mut read = read.filter(|_| !is_apart).unwrap_or_default();
    let tree = WorkingTree { gathered };
    let taking_part = changes.iter().filter(|file| eligible::reason(file).is_none());
    taking_part
        .filter_map(|file| {
            let text = read.remove(&file.path).or_else(|| change::head_text(gathered, &tree, &file.path))?;
            Some((file.path.clone(), text))
        })
        .collect()
}

/// Whether there is anything of this path.
pub(super) fn is_there(settings: &Settings, path: &str) -> bool {
    fs_err::metadata(settings.cwd.join(path)).is_ok()
}

/// As [`inputs::unreadable`], for a baseline.
pub(super) fn unreadable(path: &str, error: &std::io::Error) -> Error {
    inputs::unreadable(path, error).help("coverdict baseline save writes one")
}
