//! Tests of the whole reader: the golden tables here, one theme per file below.
//!
//! The golden tables: every `tests/data/blocks/FILE.go` with every `FILE.<release>.blocks`, recorded with
//! cmd/cover.

use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::model::{RuleSet, SourceBlock};

mod batches;
mod functions;
mod ignores;
mod lines;
mod robust;
mod syntax;

const ALL: Wanted = Wanted { blocks: true, text: false, no_signatures: false };

/// The table that cmd/cover of a release would leave.
fn table(source: &Source, release: &str) -> String {
    let minor: Vec<u32> = release.split('.').filter_map(|part| part.parse().ok()).collect();
    let rules = match minor.as_slice() {
        [1, ..=26, ..] => RuleSet::A,
        [1, 27, ..=1] => RuleSet::B,
        _ => RuleSet::C,
    };
    let early = source.blocks_a_to_1_25.as_ref().filter(|_| rules == RuleSet::A && minor[1] < 26);
    let blocks: Vec<SourceBlock> = early.map_or_else(|| source.blocks(rules).collect(), Clone::clone);
    blocks.iter().fold(String::new(), |mut out, block| {
        writeln!(out, "{} {}", block.extent, block.stmts).unwrap();
        out
    })
}

#[test]
fn blocks_are_those_of_every_recorded_release() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/blocks");
    let mut tables = 0;
    let mut names: Vec<String> = fs_err::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".blocks"))
        .collect();
    names.sort();
    for name in names {
        let (base, release) = name.trim_end_matches(".blocks").split_once('.').unwrap();
        let text = fs_err::read(folder.join(format!("{base}.go"))).unwrap();
        let want = fs_err::read_to_string(folder.join(&name)).unwrap();
        let source = read(&text, ALL);
        assert_eq!(source.broken, None, "{name}");
        assert_eq!(table(&source, release), want, "{name}");
        tables += 1;
    }
    assert!(tables >= 20, "only {tables} tables");
}

#[test]
fn where_rule_set_a_suffices_nothing_else_changes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/blocks");
    let (mut asked_of, mut odd) = (0, 0);
    for entry in fs_err::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "go") {
            continue;
        }
        let text = fs_err::read(&path).unwrap();
        let whole = read(&text, ALL);
        let asked = Cell::new(false);
        let suffices = |blocks: &[SourceBlock]| {
            asked.set(true);
            assert_eq!(blocks, whole.blocks_a, "{}", path.display());
            true
        };
        let less = read_unless(&text, ALL, Some(&suffices));
        assert_eq!(read_unless(&text, ALL, Some(&|_| false)), whole, "{}", path.display());
        if asked.get() {
            asked_of += 1;
            let (blocks_a, blocks_c, statements) = Default::default();
            let known = Source { blocks_a, blocks_c, statements, is_listed: true, ..whole.clone() };
            assert_eq!(less, known, "{}", path.display());
        } else {
            odd += 1;
            assert!(whole.line_directives || text.contains(&b'\r'), "{}", path.display());
            assert_eq!(less, whole, "{}", path.display());
        }
    }
    assert!(asked_of >= 5 && odd >= 1, "{asked_of} and {odd} files");
}
