//! The settings of a baseline.

use camino::{Utf8Path, Utf8PathBuf};

use super::Reader;
use crate::cli::Verb;
use crate::error::Result;

/// Whether a command compares with a baseline.
pub(super) fn is_read(verb: &Verb) -> bool {
    matches!(verb, Verb::Check(_) | Verb::Report(_) | Verb::Compare(_) | Verb::View(_))
}

impl Reader<'_> {
    /// Paths are as seen from `cwd`. An empty one is what `--baseline "$FILE"` gives where a job has no file.
    pub(super) fn baseline(&self, cwd: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
        let path = |item: &super::Item| match item.text.as_str() {
            "" => Err(self.layers.expected("baseline", item, "a file")),
            "-" => Err(self.layers.fault("baseline", item, "cannot be read from standard input")),
            text => Ok(Utf8PathBuf::from(self.layers.path(item, text, cwd))),
        };
        self.layers.items("baseline").iter().map(path).collect()
    }
}
