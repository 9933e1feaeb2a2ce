//! Names that have nothing to do with the tree: the profile of another repository.

use std::cmp::Reverse;

use crate::model::FileName;

use super::paths::{self, Form};
use super::resolve::{Fate, Resolver};
use super::tree::Tree;
use super::workspace::Workspace;
use super::{Options, follow_guesses};

/// How many names are shown.
const EXAMPLES: usize = 3;
/// How many files of the tree are shown beside each.
const NEAREST: usize = 3;

/// A profile of which no file belongs to a tree that has Go modules and sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strangers {
    /// Names that come from elsewhere; the standard library and needed modules are not among them.
    pub count: usize,
    /// Those that come nearest to a file of the tree, else the first in byte order.
    pub examples: Vec<Stranger>,
    /// The modules of the tree, by path.
    pub modules: Vec<String>,
}

/// A name from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The name, as the profile has it.
    pub name: String,
    /// Files of the tree whose paths share the longest end with it.
    pub nearest: Vec<String>,
}

/// Whether a profile is of another repository. `None` as soon as anything ties it to the tree (a file that is there or is
/// only missing from a module of the tree, a name that may be several files), when nothing but the standard library and
/// needed modules occurs, and when the tree has no modules or no sources that could be told from foreign ones.
pub fn strangers(names: &[FileName], tree: &Tree, options: &Options) -> Option<Strangers> {
    let workspace = Workspace::new(tree);
    let has_source = tree.areas.iter().any(|area| area.files.iter().any(|file| is_source(file)));
    if workspace.is_empty() || !has_source {
        return None;
    }
    let resolver = Resolver::new(tree, &workspace, options);
    let mut fates: Vec<Fate> = names.iter().map(|name| resolver.resolve(name.as_str())).collect();
    follow_guesses(names, &mut fates, &resolver);
    let mut foreign: Vec<&str> = Vec::new();
    for (name, fate) in names.iter().zip(&fates) {
        match fate {
            Fate::Found(_) | Fate::Ambiguous(_) => return None,
            Fate::Missing(missing) if missing.expected.is_some() => return None,
            Fate::Missing(_) | Fate::Outside if tells_origin(name.as_str()) => foreign.push(name.as_str()),
            Fate::Missing(_) | Fate::Outside | Fate::Dep(..) | Fate::Std(_) => {}
        }
    }
    if foreign.is_empty() {
        return None;
    }
    foreign.sort_by_cached_key(|name| (Reverse(resolver.likeness(name)), *name));
    let examples = foreign.iter().take(EXAMPLES).map(|name| Stranger {
        name: (*name).to_owned(),
        nearest: resolver.nearest(name).into_iter().take(NEAREST).collect(),
    });
    let mut modules: Vec<String> = workspace.modules.iter().map(|module| module.path.clone()).collect();
    modules.sort();
    modules.dedup();
    Some(Strangers { count: foreign.len(), examples: examples.collect(), modules })
}

/// Whether a name says which repository it comes from: the import path of a Go file does. An absolute path may be this very
/// repository on another machine; `gram.y` of a `//line` directive and `./a.go` may be anybody's.
fn tells_origin(name: &str) -> bool {
    is_source(name) && matches!(paths::form(name), Form::Import)
}

fn is_source(file: &str) -> bool {
    paths::is_go(file) && !file.ends_with("_test.go")
}
