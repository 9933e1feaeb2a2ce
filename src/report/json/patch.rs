//! The field `patch`: coverage of the change.

use serde::Serialize;

use super::{LineTallyJson, TallyJson};
use crate::model::report::MissedRange;
use crate::model::{LeftOut, PatchFile, PatchReport};

#[derive(Serialize)]
pub(super) struct PatchJson<'a> {
    state: &'static str,
    base: Option<&'a str>,
    head: Option<&'a str>,
    side: &'static str,
    origin: &'a str,
    commits: Option<u64>,
    estimated: bool,
    default_branch: bool,
    statements: TallyJson,
    lines: LineTallyJson,
    functions: TallyJson,
    files: Vec<PatchFileJson<'a>>,
    left_out: LeftOutJson,
}

#[derive(Serialize)]
struct PatchFileJson<'a> {
    path: &'a str,
    old_path: Option<&'a str>,
    kind: &'static str,
    presence: &'static str,
    counted: bool,
    estimated: bool,
    statements: TallyJson,
    lines: LineTallyJson,
    functions: TallyJson,
    changed: &'a [(u32, u32)],
    missed: &'a [(u32, u32)],
    missed_blocks: Vec<MissedBlockJson<'a>>,
}

#[derive(Serialize)]
struct MissedBlockJson<'a> {
    function: &'a str,
    start: (u32, u32),
    end: (u32, u32),
    statements: u64,
}

#[derive(Serialize)]
struct LeftOutJson {
    not_go: u64,
    tests: u64,
    vendored: u64,
    unbuilt_directories: u64,
    generated: u64,
    excluded: u64,
    deleted: u64,
    no_text: u64,
    ignored_statements: u64,
}

impl<'a> PatchJson<'a> {
    pub(super) fn of(patch: &'a PatchReport) -> Self {
        Self {
            state: patch.state.name(),
            base: patch.base.as_deref(),
            head: patch.head.as_deref(),
            side: patch.side,
            origin: &patch.origin,
            commits: patch.commits,
            estimated: patch.estimated(),
            default_branch: patch.default_branch,
            statements: TallyJson::of(patch.totals.statements),
            lines: LineTallyJson::of(patch.totals.lines),
            functions: TallyJson::of(patch.totals.functions),
            files: patch.files.iter().map(PatchFileJson::of).collect(),
            left_out: LeftOutJson::of(patch.left_out),
        }
    }
}

impl<'a> PatchFileJson<'a> {
    fn of(file: &'a PatchFile) -> Self {
        Self {
            path: file.path.as_str(),
            old_path: file.old_path.as_deref(),
            kind: file.kind.name(),
            presence: file.presence.name(),
            counted: file.counted,
            estimated: file.estimated,
            statements: TallyJson::of(file.statements),
            lines: LineTallyJson::of(file.lines),
            functions: TallyJson::of(file.functions),
            changed: file.changed.ranges(),
            missed: &file.missed,
            missed_blocks: file.missed_ranges.iter().map(MissedBlockJson::of).collect(),
        }
    }
}

impl<'a> MissedBlockJson<'a> {
    fn of(range: &'a MissedRange) -> Self {
        let (start, end) = (range.extent.start, range.extent.end);
        Self {
            function: &range.function,
            start: (start.line, start.col),
            end: (end.line, end.col),
            statements: range.statements,
        }
    }
}

impl LeftOutJson {
    fn of(left_out: LeftOut) -> Self {
        let LeftOut {
            not_go,
            tests,
            vendored,
            unbuilt_directories,
            generated,
            excluded,
            deleted,
            no_text,
            ignored_statements,
        } = left_out;
        Self {
            not_go,
            tests,
            vendored,
            unbuilt_directories,
            generated,
            excluded,
            deleted,
            no_text,
            ignored_statements,
        }
    }
}
