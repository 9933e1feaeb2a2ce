//! A saved baseline in the place of the profile: the new side of `compare OLD NEW`. It is of its own commit, whatever is
//! checked out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::files;
use crate::diff::tree as repository;
use crate::error::{Error, Result};
use crate::golang::{self, Wanted};
use crate::locate::ModuleInfo;
use crate::model::parallel::in_order;
use crate::model::report::InputFacts;
use crate::model::{
    Baseline, FileProfile, InputKind, InputSet, Located, Profile, RawProfile, RepoPath, Source, fingerprint,
};
use crate::pipeline::gather::Gathered;
use crate::pipeline::tree::{self, Root};
use crate::settings::Settings;

/// What a saved baseline gives in the place of a profile.
#[derive(Debug, Clone)]
pub struct SavedHead {
    /// Its clean blocks.
    pub profile: Profile,
    /// As reports show it.
    pub facts: InputFacts,
    /// The commit that it records.
    pub commit: Option<String>,
}

/// The saved baseline that an input is, where it is one.
pub fn of_input(settings: &Settings) -> Result<Option<Baseline>> {
    match settings.inputs.as_slice() {
        [input] if input.path != "-" => files::saved(settings, &input.path),
        _ => Ok(None),
    }
}

/// Everything that a run needs to know of it.
pub fn gather(settings: &Settings, root: Root, baseline: Baseline) -> Result<Gathered> {
    let input = settings.inputs.first().map_or("-", |input| input.path.as_str());
    let names: Vec<_> = baseline.files.iter().map(|file| file.name.clone()).collect();
    let tree = tree::scan_for(&root, &settings.src, &names)?;
    let modules = modules(&baseline);
    let located: Vec<Located> = baseline
        .files
        .iter()
        .map(|file| Located {
            path: file.in_tree.then(|| file.path.clone()),
            source: file.in_tree.then(|| root.dir.join(file.path.as_str()).into_string()),
            package: file.package.clone(),
            module: module_of(&modules, file.module.as_deref()),
            disposition: file.disposition,
            guessed: false,
        })
        .collect();
    let texts = texts(&root, &tree, &baseline, &located)?;
    let read: Vec<Option<(Arc<Source>, u64)>> = in_order(&texts, |text| {
        let text = text.as_ref()?;
        let source = golang::read(&text.bytes, Wanted { blocks: true, ..Wanted::default() });
        Some((Arc::new(source), text.mark))
    });
    let is_held_against = settings.change.diff.is_some();
    let texts = texts.into_iter().zip(&baseline.files).filter_map(|(text, file)| {
        let text = text.filter(|text| is_held_against && text.in_tree)?;
        Some((file.path.to_string(), text.bytes))
    });
    let texts = texts.collect();
    let (sources, marks): (Vec<_>, Vec<Option<u64>>) = read.into_iter().map(Option::unzip).unzip();
    let facts = InputFacts {
        label: input.to_owned(),
        path: input.to_owned(),
        kind: InputKind::Text,
        mode: baseline.mode,
        rule_set: baseline.rule_set,
        rows: baseline.files.iter().map(|file| file.blocks.len() as u64).sum(),
        blocks: baseline.files.iter().map(|file| file.blocks.len() as u64).sum(),
        share: None,
    };
    let files = (0u32..).zip(&baseline.files).zip(&marks).map(|((id, file), mark)| FileProfile {
        name: file.name.clone(),
        id,
        blocks: files::blocks(file, InputSet(1)),
        rule_set: file.rule_set,
        fits_source: mark.map(|mark| file.fits && file.source == Some(mark)),
    });
    let profile =
        Profile { mode: baseline.mode, files: files.collect(), input_sets: vec![Vec::new(), vec![0]] };
    let count = names.len();
    let raw = RawProfile { names, ..RawProfile::default() };
    Ok(Gathered {
        raw,
        root,
        tree: Arc::new(tree),
        located: Arc::new(located),
        modules,
        functions: vec![None; count],
        gone: vec![false; count],
        sources,
        fingerprints: marks,
        pods: Vec::new(),
        mode: baseline.mode,
        commit: baseline.commit.clone(),
        log: None,
        owners: None,
        change: None,
        baseline: None,
        saved: Some(SavedHead { profile, facts, commit: baseline.commit }),
        texts,
        findings: Vec::new(),
    })
}

/// The modules that a baseline names.
fn modules(baseline: &Baseline) -> Vec<ModuleInfo> {
    let mut modules: BTreeMap<&str, ModuleInfo> = BTreeMap::new();
    for file in &baseline.files {
        if let Some(path) = file.module.as_deref() {
            modules.entry(path).or_insert_with(|| ModuleInfo {
                path: path.to_owned(),
                dir: None,
                disposition: file.disposition,
            });
        }
    }
    modules.into_values().collect()
}

fn module_of(modules: &[ModuleInfo], path: Option<&str>) -> Option<u32> {
    let path = path?;
    let at = modules.binary_search_by(|module| module.path.as_str().cmp(path)).ok()?;
    u32::try_from(at).ok()
}

/// A text that blocks are places in.
struct Text {
    bytes: Vec<u8>,
    /// What tells it from an edited one.
    mark: u64,
    /// Whether the working tree has it; else it is that of the commit.
    in_tree: bool,
}

impl Text {
    fn new(bytes: Vec<u8>, in_tree: bool) -> Self {
        Self { mark: fingerprint(&bytes), bytes, in_tree }
    }
}

/// The texts that its blocks are places in: those of the working tree where they are the same, else those of its commit.
fn texts(
    root: &Root,
    tree: &crate::locate::Tree,
    baseline: &Baseline,
    located: &[Located],
) -> Result<Vec<Option<Text>>> {
    let pairs: Vec<_> = baseline.files.iter().zip(located).collect();
    let mut texts: Vec<Option<Text>> = in_order(&pairs, |(file, place)| {
        let text = Text::new(tree::read_source(tree, place).ok()?, true);
        file.source.is_none_or(|mark| mark == text.mark).then_some(text)
    });
    let absent: Vec<usize> =
        (0..texts.len()).filter(|at| texts.get(*at).is_some_and(Option::is_none)).collect();
    let (Some(commit), Some(_), false) = (&baseline.commit, &root.git, absent.is_empty()) else {
        return Ok(texts);
    };
    let paths: Vec<&str> =
        absent.iter().filter_map(|at| baseline.files.get(*at)).map(|file| file.path.as_str()).collect();
    let Ok(opened) = repository::open(&root.dir) else { return Ok(texts) };
    let id = repository::Oid::from_str(commit).map_err(|error| Error::input(error.message()))?;
    // A commit that is not here has no texts; that its lines are told without them shows in the report.
    let Ok(stored) = repository::texts_at(&opened, id, &paths) else { return Ok(texts) };
    for (at, text) in absent.into_iter().zip(stored) {
        if let Some(place) = texts.get_mut(at) {
            *place = text.map(|text| Text::new(text, false));
        }
    }
    Ok(texts)
}

/// The text of a file of the tree on that side, by its path.
pub fn text_at(gathered: &Gathered, path: &str) -> Option<Vec<u8>> {
    let commit = gathered.saved.as_ref()?.commit.as_deref()?;
    let opened = repository::open(&gathered.root.dir).ok()?;
    let id = repository::Oid::from_str(commit).ok()?;
    RepoPath::new(path)?;
    repository::texts_at(&opened, id, &[path]).ok()?.pop()?
}
