//! Where the files of a profile are, and what their sources say.

use super::gather::{Data, place_options};
use super::meta;
use super::sources::{self, Needs, ReadSource};
use crate::locate::{self, ModuleInfo, Tree};
use crate::model::{Finding, Located};
use crate::settings::Settings;

/// The names of a profile, placed in a tree.
#[derive(Debug)]
pub struct Placed {
    /// The tree.
    pub tree: Tree,
    /// A place for each name.
    pub located: Vec<Located>,
    /// The modules that places refer to.
    pub modules: Vec<ModuleInfo>,
    /// A source for each name, where it could be read.
    pub sources: Vec<Option<ReadSource>>,
    /// What is odd about places.
    pub findings: Vec<Finding>,
}

impl Placed {
    /// Finds the places and reads the sources; those that were read `before` are not read again.
    pub fn new(settings: &Settings, tree: Tree, read: &Data, before: Option<&Self>) -> Self {
        let Data { raw, pods, .. } = read;
        let options = place_options(settings);
        let (mut located, mut modules, findings) = locate::locate(&raw.names, &tree, &options);
        meta::place(&mut located, &mut modules, &raw.names, pods);
        let known = before.map_or(Vec::new(), |before| before.known(&located));
        let sources = sources::read_sources(&tree, raw, &located, &Needs::of(settings), &known);
        Self { tree, located, modules, sources, findings }
    }

    /// Whether all files that are supposed to be there are.
    pub fn is_whole(&self) -> bool {
        self.located.iter().zip(&self.sources).all(|(place, read)| place.source.is_none() || read.is_some())
    }

    /// For each of these places the source, where it was read there.
    fn known(&self, located: &[Located]) -> Vec<Option<&ReadSource>> {
        let read = self.located.iter().zip(&self.sources).zip(located);
        read.map(|((own, read), place)| read.as_ref().filter(|_| own.source == place.source)).collect()
    }
}
