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
use std::io::{self, Write};

use super::numbers::Numbers;
use super::{Format, FormatOptions, escape};
use crate::model::{Block, Extent, FileName, Mode, Report};

pub(super) static PROFILE: Format = Format {
    name: "profile",
    about: "clean Go text profile, accepted by go tool cover",
    default_name: "coverdict.out",
    shows_change: false,
    write,
};

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let files = report.files().map(|(_, file)| (&file.name, file.blocks.as_slice())).collect();
    write_profile(report.run.mode, files, out)
}

/// Writes a text profile. `files` may come in any order; names and, in a file, extents are unique.
pub fn write_profile(
    mode: Mode,
    mut files: Vec<(&FileName, &[Block])>,
    out: &mut dyn Write,
) -> io::Result<()> {
    files.sort_by(|(a, _), (b, _)| a.directory().cmp(b.directory()).then_with(|| a.cmp(b)));
    let mut rows = Vec::new();
    let mut row = Numbers::default();
    let mut text = format!("mode: {mode}\n").into_bytes();
    for (name, blocks) in files {
        let name = row_name(name);
        let mut blocks = blocks;
        if !blocks.is_sorted_by_key(row_order) {
            rows.clear();
            rows.extend_from_slice(blocks);
            rows.sort_by_key(row_order);
            blocks = &rows;
        }
        for block in blocks {
            text.extend_from_slice(name.as_bytes());
            put_numbers(&mut row, block.extent, block.stmts, count(mode, block.count));
            text.extend_from_slice(row.text());
            if text.len() >= CHUNK {
                out.write_all(&text)?;
                text.clear();
            }
        }
    }
    out.write_all(&text)?;
    out.flush()
}

/// Bytes that are written at once.
const CHUNK: usize = 1 << 16;

/// What stands behind the name.
fn put_numbers(row: &mut Numbers, extent: Extent, stmts: u32, count: u64) {
    let Extent { start, end } = extent;
    row.clear();
    for (before, number) in
        [(b':', start.line), (b'.', start.col), (b',', end.line), (b'.', end.col), (b' ', stmts)]
    {
        row.put(before);
        row.number(u64::from(number));
    }
    row.put(b' ');
    row.number(count);
    row.put(b'\n');
}

/// Start line, end line, start column, end column, statements.
fn row_order(block: &Block) -> (u64, u64, u32) {
    let (start, end) = (block.extent.start, block.extent.end);
    let join = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
    (join(start.line, end.line), join(start.col, end.col), block.stmts)
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

#[cfg(test)]
mod tests {
    use super::super::testing::{self, render};
    use super::*;
    use crate::model::InputSet;

    #[test]
    fn small_report() {
        let text = render(&PROFILE, &testing::small(), &FormatOptions::default());
        insta::assert_snapshot!(text, @r"
        mode: count
        example.com/m/main.go:5.13,7.2 3 1
        example.com/m/shapes/shapes.go:3.24,4.12 2 5
        example.com/m/shapes/shapes.go:4.12,5.3 1 0
        example.com/m/shapes/shapes.go:8.15,8.19 1 3000000000
        example.com/m/shapes/shapes.go:8.31,8.36 1 0
        example.com/m/shapes/shapes.go:10.13,10.13 0 1
        example.com/m/shapes/shapes.go:14.40,16.3 1 0
        example.org/dep/dep.go:1.11,3.2 2 0
        ");
    }

    #[test]
    fn an_empty_report_is_the_mode_row() {
        assert_eq!(render(&PROFILE, &testing::empty(), &FormatOptions::default()), "mode: count\n");
    }

    fn block(extent: (u32, u32, u32, u32), count: u64) -> Block {
        let extent = Extent::new(extent.0, extent.1, extent.2, extent.3);
        Block { extent, stmts: 1, count, inputs: InputSet(0) }
    }

    fn written(mode: Mode, files: Vec<(&FileName, &[Block])>) -> String {
        let mut out = Vec::new();
        write_profile(mode, files, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn rows_come_in_the_order_of_textfmt() {
        // A plain sort of the names would put `m/a.go` before `m/a-b/x.go`, and `m/a/z.go` before `m/b.go`.
        let names = ["m/a/z.go", "m/b.go", "m/a-b/x.go", "m/a.go", "/abs/x.go"].map(FileName::new);
        let blocks = [block((1, 9, 2, 1), 1), block((1, 2, 3, 1), 0), block((1, 5, 2, 1), 7)];
        let files = names.iter().map(|name| (name, &blocks[..])).collect();
        let text = written(Mode::Count, files);
        let order: Vec<&str> = text.lines().skip(1).step_by(3).collect();
        assert_eq!(
            order,
            [
                "/abs/x.go:1.5,2.1 1 7",
                "m/a.go:1.5,2.1 1 7",
                "m/b.go:1.5,2.1 1 7",
                "m/a/z.go:1.5,2.1 1 7",
                "m/a-b/x.go:1.5,2.1 1 7",
            ]
        );
    }

    #[test]
    fn counts_fit_the_mode_and_gos_reader() {
        let name = FileName::new("m/a.go");
        let max = u32::MAX;
        let most = Block { stmts: max, ..block((max, max, max, max), u64::MAX) };
        assert_eq!(
            written(Mode::Count, vec![(&name, &[most])]),
            format!("mode: count\nm/a.go:{max}.{max},{max}.{max} {max} {}\n", i64::MAX)
        );
        let blocks = [block((1, 1, 2, 2), u64::MAX), block((3, 1, 4, 2), 0)];
        assert_eq!(
            written(Mode::Set, vec![(&name, &blocks)]),
            "mode: set\nm/a.go:1.1,2.2 1 1\nm/a.go:3.1,4.2 1 0\n"
        );
        let atomic = written(Mode::Atomic, vec![(&name, &blocks)]);
        assert_eq!(atomic, "mode: atomic\nm/a.go:1.1,2.2 1 9223372036854775807\nm/a.go:3.1,4.2 1 0\n");
    }

    #[test]
    fn a_name_cannot_make_a_row() {
        let names = ["m/a.go:1.1,1.2 1 1\nevil.go", ""].map(FileName::new);
        let blocks = [block((1, 1, 2, 2), 1)];
        let text = written(Mode::Set, names.iter().map(|name| (name, &blocks[..])).collect());
        insta::assert_snapshot!(text, @r"
        mode: set
        �:1.1,2.2 1 1
        m/a.go:1.1,1.2 1 1�evil.go:1.1,2.2 1 1
        ");
    }
}
