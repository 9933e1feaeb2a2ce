//! The profile of a base and that of a head, both measured, and the change between their trees -> the twelve categories. Pure.
//!
//! A line of the base that the change does not delete is the line of the head with the same rank among those that it does not add.

use crate::model::{CompareReport, Extent, FileChange, FileReport, Source};

/// A file on one side.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Path relative to the top of the repository.
    pub path: &'a str,
    /// Import path of its package.
    pub package: &'a str,
    /// Its numbers; `None` when the profile does not have it, or when it is left out.
    pub report: Option<&'a FileReport>,
    /// Whether it is left out by include, exclude, scope or `--generated`.
    pub excluded: bool,
    /// Its source with its statements, when the blocks of the profile are places in it. Of a file that did not change both sides
    /// may have the same one.
    pub source: Option<&'a Source>,
    /// The bytes of that source; needed of changed files alone.
    pub text: Option<&'a [u8]>,
    /// Blocks that some of several baselines cover and others do not.
    pub unstable: &'a [Extent],
}

/// What else the report says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// As in [`CompareReport::baselines`].
    pub baselines: Vec<crate::model::BaselineFacts>,
    /// As in [`CompareReport::base`].
    pub base: Option<String>,
    /// As in [`CompareReport::origin`].
    pub origin: String,
    /// What the baselines record as the lowest number of missed items, where they do.
    pub ratchet: Option<crate::model::PerMetric<u64>>,
}

/// Compares. Files in any order; `changes` holds every file in which the trees differ.
pub fn compare(_old: &[Side<'_>], _new: &[Side<'_>], _changes: &[FileChange], facts: Facts) -> CompareReport {
    let Facts { baselines, base, origin, ratchet } = facts;
    CompareReport {
        baselines,
        base,
        origin,
        numbers: crate::model::Comparison::default(),
        ratchet: ratchet.unwrap_or_default(),
        packages: Vec::new(),
        files: Vec::new(),
    }
}
