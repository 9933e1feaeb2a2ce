//! The CODEOWNERS file of the repository: found, read, and given to its parser.
//!
//! In: the root and the CI system at hand. Out: rules, or why there are none. Nothing here stops a run: owners are told
//! beside numbers that do not depend on them. Invariants: only a regular file of bounded size below the root is read.

use super::tree::{self, Root};
use crate::ci::{self, Env};
use crate::locate::owners::{self, Dialect, LARGEST, Parsed};
use crate::model::Owners;

/// The file that the platform would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnersFile {
    /// Relative to the root.
    pub place: &'static str,
    /// Whose rules it follows, and what it says; or why it could not be read.
    pub read: Result<(Dialect, Parsed), String>,
}

/// The rules alone, for what needs no more.
pub fn rules(root: &Root, env: &Env, wanted: &str) -> Option<Owners> {
    let (_, parsed) = read(root, env, wanted)?.read.ok()?;
    Some(parsed.owners)
}

/// Looks in all places. `None` when there is no such file.
pub fn read(root: &Root, env: &Env, wanted: &str) -> Option<OwnersFile> {
    let ci = ci::detect(env, Some(wanted)).map(|provider| provider.name);
    let there = |place: &&&str| fs_err::symlink_metadata(root.dir.join(place)).is_ok();
    let place = owners::places(ci).iter().find(there)?;
    let read = tree::read_below(root, place, LARGEST).map(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let dialect = owners::dialect(place, &text, ci);
        (dialect, owners::parse(&text, dialect))
    });
    Some(OwnersFile { place, read: read.map_err(|error| error.to_string()) })
}
