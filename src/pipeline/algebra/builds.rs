//! Operands of different builds: files that were changed between them are moved, line by line, into the source of the first
//! operand that has them. Both versions of the source must be at hand, the tree's own and one below `--src`.
//!
//! Invariant: a version is taken for the source of an operand only when it gives exactly the blocks of that operand.

use super::Operand;
use crate::algebra::{self, lines};
use crate::golang::{self, Wanted};
use crate::locate::AreaKind;
use crate::model::{Block, Extent, FileName, Profile, Source};
use crate::pipeline::gather::Gathered;
use crate::pipeline::tree;

/// A version of a file, and how it is cut.
struct Version {
    text: Vec<u8>,
    cut: Cut,
}

/// Which blocks of a source an operand has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    A,
    EarlyA,
    B,
    C,
}

/// Moves one file of all operands to the source of the first that has it. `Err` holds what is missing; `Ok` the number of
/// blocks in changed lines.
pub(super) fn map_file(operands: &mut [Operand], name: &FileName) -> Result<usize, String> {
    let mut first: Option<(Version, String)> = None;
    let mut lost = 0;
    for operand in operands {
        let Some(at) = operand.cleaned.profile.files.iter().position(|file| file.name == *name) else {
            continue;
        };
        let Some(version) = version(&operand.gathered, &operand.cleaned.profile, at) else {
            return Err(format!(
                "no source at hand gives the blocks of {}: give the other tree with --src DIR",
                operand.label
            ));
        };
        match &first {
            None => first = Some((version, operand.label.clone())),
            Some((reference, label)) if reference.cut != version.cut => {
                return Err(format!(
                    "{label} and {} come from Go releases that cut source differently",
                    operand.label
                ));
            }
            Some((reference, _)) => {
                lost += move_file(&mut operand.cleaned.profile, at, &version.text, &reference.text);
            }
        }
    }
    Ok(lost)
}

/// Puts the moved blocks in the place of a file's own.
fn move_file(profile: &mut Profile, at: usize, from: &[u8], to: &[u8]) -> usize {
    let Some(file) = profile.files.get_mut(at) else { return 0 };
    let numbers = lines::unchanged(from, to);
    let whole = Profile { mode: profile.mode, files: vec![file.clone()], input_sets: Vec::new() };
    let line = |_: &FileName, line: u32| *numbers.get((line as usize).checked_sub(1)?)?;
    let (moved, lost) = algebra::mapped(&whole, line);
    file.blocks = moved.files.into_iter().next().map(|file| file.blocks).unwrap_or_default();
    lost
}

/// The version of the source that gives exactly these blocks.
fn version(gathered: &Gathered, profile: &Profile, at: usize) -> Option<Version> {
    let file = profile.files.get(at)?;
    let place = gathered.located.get(file.id as usize)?;
    let path = place.path.as_ref()?.as_str();
    let module = place.module.and_then(|module| gathered.modules.get(module as usize));
    let inner = module.and_then(|module| path.strip_prefix(module.dir.as_deref()?)?.strip_prefix('/'));
    let own = tree::read_source(&gathered.tree, place).ok();
    let others = gathered.tree.areas.iter().filter(|area| area.kind == AreaKind::Src).flat_map(|area| {
        let found = [Some(path), inner].into_iter().flatten().filter(|path| area.has(path));
        found.filter_map(|path| tree::read_inside(&gathered.tree, &format!("{}/{path}", area.dir)).ok())
    });
    own.into_iter().chain(others).find_map(|text| {
        let cut = cut(&golang::read(&text, Wanted { blocks: true, ..Wanted::default() }), &file.blocks)?;
        Some(Version { text, cut })
    })
}

/// How a source gives these blocks, if it does.
fn cut(source: &Source, blocks: &[Block]) -> Option<Cut> {
    let sorted = |mut keys: Vec<(Extent, u32)>| {
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let own: Vec<(Extent, u32)> = sorted(blocks.iter().map(|block| (block.extent, block.stmts)).collect());
    let early = source.blocks_a_to_1_25.iter().flatten().map(|block| (block.extent, block.stmts)).collect();
    let tables: [(Cut, Vec<(Extent, u32)>); 4] = [
        (Cut::A, source.blocks_a.iter().map(|block| (block.extent, block.stmts)).collect()),
        (Cut::C, source.blocks_c.iter().map(|block| (block.extent, block.stmts)).collect()),
        (Cut::B, source.blocks_c.iter().map(|block| (block.extent, block.stmts_b)).collect()),
        (Cut::EarlyA, early),
    ];
    tables.into_iter().find(|(_, table)| !own.is_empty() && sorted(table.clone()) == own).map(|(cut, _)| cut)
}
