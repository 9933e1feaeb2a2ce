//! The settings of the change under judgement.

use camino::Utf8Path;

use super::Reader;
use crate::error::Result;
use crate::model::{BaseMode, HeadSide, Unmeasured, Whitespace};
use crate::settings::ChangeSettings;

impl Reader<'_> {
    /// Paths are as seen from `cwd`. `fetch` is a flag alone: the network is never a matter of config.
    pub(super) fn change(&self, cwd: &Utf8Path, fetch: bool) -> Result<ChangeSettings> {
        let text = |name| self.layers.item(name).filter(|item| !item.text.is_empty());
        Ok(ChangeSettings {
            base: text("base").map(|item| item.text.clone()),
            base_mode: match self.choice("base-mode")? {
                Some("exact") => BaseMode::Exact,
                _ => BaseMode::MergeBase,
            },
            diff: text("diff").map(|item| self.layers.path(item, &item.text, cwd)),
            head: match self.choice("head")? {
                Some("HEAD") => HeadSide::Head,
                Some("index") => HeadSide::Index,
                Some("worktree") => HeadSide::Worktree,
                _ => HeadSide::Auto,
            },
            whitespace: match self.choice("ignore-whitespace")? {
                Some("eol") => Whitespace::Eol,
                Some("change") => Whitespace::Change,
                Some("all") => Whitespace::All,
                _ => Whitespace::Significant,
            },
            unmeasured: match self.choice("unmeasured")? {
                Some("missed") => Unmeasured::Missed,
                Some("warn") => Unmeasured::Warn,
                Some("ignore") => Unmeasured::Ignore,
                Some("fail") => Unmeasured::Fail,
                _ => Unmeasured::Auto,
            },
            min_changed: u64::from(self.number("gate.min-changed")?),
            fetch,
        })
    }
}
