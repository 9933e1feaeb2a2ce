//! Go text profile: the clean form of the input, for `go tool cover` and every Go reader.
//!
//! Input: a report, or the files of a clean profile. Output: `mode: …` and one row per block in the order of
//! `go tool covdata textfmt` (Go 1.21 to 1.27): directory of the name, name, start line, end line, start column, end column,
//! statements. Notes on consumers: `go tool cover` parses numbers into signed 64 bits and refuses the profile above that;
//! Codecov splits rows at the first colon, so one name with a colon loses an upload.
//!
//! Invariants: names as in the input; one row per extent; counts are 0 or 1 in set mode; the mode row alone when there is
//! nothing.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use super::{Format, FormatOptions, escape};
use crate::model::{Block, FileName, Mode, Report};

pub(super) static PROFILE: Format = Format {
    name: "profile",
    about: "clean Go text profile, accepted by go tool cover",
    default_name: "coverdict.out",
    write,
};

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let files = report.files().map(|(_, file)| (&file.name, file.blocks.as_slice())).collect();
    write_profile(report.run.mode, files, out)
}

/// Writes a text profile. `files` may come in any order; names and, in a file, extents are unique.
pub fn write_profile(mode: Mode, mut files: Vec<(&FileName, &[Block])>, out: &mut dyn Write) -> io::Result<()> {
    files.sort_by(|(a, _), (b, _)| a.directory().cmp(b.directory()).then_with(|| a.cmp(b)));
    let mut out = BufWriter::new(out);
    writeln!(out, "mode: {mode}")?;
    let mut rows = Vec::new();
    for (name, blocks) in files {
        rows.clear();
        rows.extend_from_slice(blocks);
        rows.sort_by_key(row_order);
        let name = row_name(name);
        for row in &rows {
            writeln!(out, "{name}:{} {} {}", row.extent, row.stmts, count(mode, row.count))?;
        }
    }
    out.flush()
}

fn row_order(block: &Block) -> (u32, u32, u32, u32, u32) {
    let (start, end) = (block.extent.start, block.extent.end);
    (start.line, end.line, start.col, end.col, block.stmts)
}

/// A line break (possible in binary meta-data) would make a row of its own; a row without a name voids a profile.
fn row_name(name: &FileName) -> Cow<'_, str> {
    match name.as_str() {
        "" => Cow::Borrowed("\u{FFFD}"),
        name => escape::record(name),
    }
}

fn count(mode: Mode, count: u64) -> u64 {
    match mode {
        Mode::Set => count.min(1),
        Mode::Count | Mode::Atomic => count.min(i64::MAX.unsigned_abs()),
    }
}
