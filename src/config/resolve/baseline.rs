//! The settings of a baseline.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Item, Origin, Reader};
use crate::cli::{Action, Verb};
use crate::error::Result;
use crate::settings::{Command, OutputSpec};

/// Where a baseline is, unless somebody says so.
const USUAL_NAME: &str = "coverdict-baseline.json";

/// What `baseline show -o` takes.
const SHOW_FORMATS: &[&str] = &["text", "json"];

/// Whether a command compares with a baseline; `baseline save` keeps its lowest numbers.
pub(super) fn is_read(verb: &Verb) -> bool {
    match verb {
        Verb::Check(_) | Verb::Report(_) | Verb::Compare(_) | Verb::View(_) => true,
        Verb::Baseline(baseline) => matches!(baseline.action, Action::Save(_)),
        _ => false,
    }
}

/// `baseline save` and `baseline show`.
pub(super) fn command(action: &Action) -> Command {
    let named = |path: &Option<String>| path.as_deref().unwrap_or(USUAL_NAME).to_owned();
    match action {
        Action::Save(save) => Command::SaveBaseline { output: named(&save.output) },
        Action::Show(show) => Command::ShowBaseline { file: named(&show.file) },
    }
}

impl Reader<'_> {
    /// Paths are as seen from `cwd`. An empty one is what `--baseline "$FILE"` gives where a job has no file.
    pub(super) fn baseline(&self, cwd: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
        let path = |item: &Item| match item.text.as_str() {
            "" => Err(self.layers.expected("baseline", item, "a file")),
            "-" => Err(self.layers.fault("baseline", item, "cannot be read from standard input")),
            text => Ok(Utf8PathBuf::from(self.layers.path(item, text, cwd))),
        };
        self.layers.items("baseline").iter().map(path).collect()
    }

    /// `baseline show -o`.
    pub(super) fn shown_baseline(&self, action: &Action, cwd: &Utf8Path) -> Result<Vec<OutputSpec>> {
        let Action::Show(show) = action else { return Ok(Vec::new()) };
        let flag = |text: &String| Item { text: text.clone(), origin: Origin::Flag("-o") };
        show.formats.iter().map(|text| self.output(&flag(text), SHOW_FORMATS, cwd)).collect()
    }
}
