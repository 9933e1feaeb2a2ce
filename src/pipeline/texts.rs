//! The texts of sources for a report that shows them: those that were kept, and for all others the files once more, one at
//! a time, so that memory does not grow with the project.

use std::sync::Arc;

use hashbrown::HashMap;

use super::gather::Gathered;
use super::tree;
use crate::golang;
use crate::locate::Tree;
use crate::model::{FileName, FileReport, Located, Source, fingerprint};
use crate::report::pages::{SourceText, Texts};

/// What it takes to show the sources of a report. Kept from what was gathered, which analysing takes away.
#[derive(Debug)]
pub struct Kept {
    tree: Arc<Tree>,
    located: Arc<Vec<Located>>,
    sources: Vec<Option<Arc<Source>>>,
    /// Of each name with a source: which place, and what its text was where it was not kept.
    names: HashMap<FileName, (usize, Option<u64>)>,
}

impl Kept {
    /// What is needed of what was gathered.
    pub fn of(gathered: &Gathered) -> Self {
        let names = gathered.raw.names.iter().zip(&gathered.fingerprints).enumerate();
        let is_read = |at: usize| gathered.sources.get(at).is_some_and(Option::is_some);
        Self {
            tree: Arc::clone(&gathered.tree),
            located: Arc::clone(&gathered.located),
            sources: gathered.sources.clone(),
            names: names
                .filter(|(at, _)| is_read(*at))
                .map(|(at, (name, mark))| (name.clone(), (at, *mark)))
                .collect(),
        }
    }

    /// A reader.
    pub fn reader(&self) -> Reader<'_> {
        Reader { kept: self }
    }
}

/// Reads texts.
#[derive(Debug)]
pub struct Reader<'k> {
    kept: &'k Kept,
}

impl Texts for Reader<'_> {
    fn text(&self, file: &FileReport) -> SourceText {
        let Some((at, mark)) = self.kept.names.get(&file.name) else { return SourceText::Missing };
        if let Some(Some(source)) = self.kept.sources.get(*at)
            && source.text.is_some()
        {
            return SourceText::Same(Arc::clone(source));
        }
        let Some(place) = self.kept.located.get(*at) else { return SourceText::Missing };
        match tree::read_source(&self.kept.tree, place) {
            Ok(text) if Some(fingerprint(&text)) == *mark => SourceText::Same(Arc::new(golang::shown(text))),
            Ok(_) => SourceText::Changed,
            Err(_) => SourceText::Missing,
        }
    }
}
