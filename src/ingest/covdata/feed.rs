//! Counts of pods -> the table of all inputs.

use std::collections::HashMap;

use super::Catalogue;
use crate::error::{Error, Result};
use crate::ingest::{InputName, Table};
use crate::model::covdata::{Counts, Meta, Unit};
use crate::model::{InputKind, Mode};

/// Gives counts to a table and remembers the blocks of every pod: their names are looked up once, however many inputs
/// share the pod.
#[derive(Debug, Default)]
pub struct Feeder {
    /// For each pod its units in Go's order, with the ids of their blocks.
    pods: Vec<Option<Vec<(u32, u32)>>>,
}

impl Feeder {
    /// Gives an input's counts to the table: one section per pod, since a pod is the blocks of one build. Pods of
    /// different modes are different inputs, as in a text profile with two `mode:` rows. Gives the modes in the order of
    /// those inputs: none when the input has no meta-data at all.
    pub fn feed(
        &mut self,
        catalogue: &Catalogue,
        name: &InputName,
        counts: &[(usize, Counts)],
        table: &mut Table,
    ) -> Result<Vec<Mode>> {
        let pod_of = |index: usize| catalogue.pods().get(index);
        let mut modes: Vec<Mode> =
            counts.iter().filter_map(|&(index, _)| Some(pod_of(index)?.meta.mode)).collect();
        modes.sort_unstable();
        modes.dedup();
        for &mode in &modes {
            table.start_input(name, InputKind::Binary, mode);
            table.input().ordered = true;
            for (index, counts) in counts {
                let Some(pod) = pod_of(*index).filter(|pod| pod.meta.mode == mode) else { continue };
                let blocks = self.blocks(*index, &pod.meta, name, table)?;
                give(blocks, &counts.values, table);
                table.close_section();
            }
            table.end_input();
        }
        Ok(modes)
    }

    fn blocks(
        &mut self,
        index: usize,
        meta: &Meta,
        name: &InputName,
        table: &mut Table,
    ) -> Result<&[(u32, u32)]> {
        if self.pods.len() <= index {
            self.pods.resize_with(index + 1, || None);
        }
        let Some(slot) = self.pods.get_mut(index) else { return Ok(&[]) };
        if slot.is_none() {
            *slot = Some(intern(meta, name, table)?);
        }
        Ok(slot.as_deref().unwrap_or_default())
    }
}

/// Makes the units of a pod known to the table, in Go's order.
fn intern(meta: &Meta, name: &InputName, table: &mut Table) -> Result<Vec<(u32, u32)>> {
    let files = Files::of(meta);
    let mut rows: Vec<Row> = Vec::with_capacity(meta.units.len());
    for (function, &file) in meta.functions.iter().zip(&files.ranks) {
        let units = meta.function_units(function);
        rows.extend(function.units.clone().zip(units).map(|(id, &unit)| Row { file, id, unit }));
    }
    rows.sort_by_key(Row::order);
    let mut blocks = Vec::with_capacity(rows.len());
    let mut text = Vec::new();
    for Row { file, id, unit } in rows {
        let file = files.names.get(file as usize).copied().unwrap_or_default();
        row_text(file, unit, &mut text);
        let file = table.name(file.as_bytes()).unwrap_or(u32::MAX);
        let block = match table.known(&text, file, unit.extent, unit.stmts) {
            Some(block) => block,
            None if table.has_room(text.len()) => table.add(&text, file, unit.extent, unit.stmts),
            None => {
                return Err(Error::input(format!("{}: more blocks than 32-bit numbers can name", name.path)));
            }
        };
        blocks.push((id, block));
    }
    Ok(blocks)
}

/// The source files of a pod.
struct Files<'a> {
    /// Sorted by package and base name, each once.
    names: Vec<&'a str>,
    /// For each function its file's place among the names.
    ranks: Vec<u32>,
}

impl<'a> Files<'a> {
    fn of(meta: &'a Meta) -> Self {
        // Functions of one file mostly follow each other: few names are compared as texts.
        let mut runs: Vec<&str> = Vec::new();
        let mut of_function = Vec::with_capacity(meta.functions.len());
        for function in &meta.functions {
            if runs.last() != Some(&&*function.file) {
                runs.push(&function.file);
            }
            of_function.push(runs.len() - 1);
        }
        let mut names = runs.clone();
        names.sort_by_key(|name| name.rsplit_once('/').unwrap_or(("", name)));
        names.dedup();
        let index: HashMap<&str, u32> = names.iter().copied().zip(0..).collect();
        let rank = |run: usize| runs.get(run).and_then(|name| index.get(name)).copied().unwrap_or_default();
        let ranks = of_function.into_iter().map(rank).collect();
        Self { names, ranks }
    }
}

/// A unit on its way to the table.
struct Row {
    /// Index into [`Files::names`].
    file: u32,
    /// Index into [`Meta::units`].
    id: u32,
    unit: Unit,
}

impl Row {
    /// Rows of a section ascend by package, file, start line, end line, start column, end column, statements
    /// (`internal/coverage/cformat`, Go 1.21 to 1.27).
    fn order(&self) -> [u32; 6] {
        let Unit { extent, stmts } = self.unit;
        [self.file, extent.start.line, extent.end.line, extent.start.col, extent.end.col, stmts]
    }
}

/// The text of a row up to its count, by which the table knows a block (as [`Table::block`] makes it, without the machinery
/// of `format!`: a large program has a hundred thousand rows).
fn row_text(file: &str, unit: Unit, text: &mut Vec<u8>) {
    let (start, end) = (unit.extent.start, unit.extent.end);
    text.clear();
    text.extend_from_slice(file.as_bytes());
    text.push(b':');
    let numbers = [start.line, start.col, end.line, end.col, unit.stmts];
    for (number, behind) in numbers.into_iter().zip(*b".,.  ") {
        push_number(number, text);
        text.push(behind);
    }
}

fn push_number(number: u32, text: &mut Vec<u8>) {
    let from = text.len();
    let mut rest = number;
    loop {
        text.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = text.get_mut(from..) {
        digits.reverse();
    }
}

/// Counts the rows of one section. Rows that differ only by function (`//line` tricks) are one block.
fn give(blocks: &[(u32, u32)], values: &[u32], table: &mut Table) {
    for group in blocks.chunk_by(|a, b| a.1 == b.1) {
        let count = group
            .iter()
            .map(|&(unit, _)| u64::from(values.get(unit as usize).copied().unwrap_or_default()))
            .fold(0, u64::saturating_add);
        let Some(&(_, id)) = group.first() else { continue };
        table.follow(id);
        table.count(id, count);
        if count > 0 {
            table.open.hit = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Extent;

    #[test]
    fn rows_are_known_by_the_text_of_the_table() {
        for (file, extent, stmts) in [
            ("a.go", Extent::new(1, 2, 30, 40), 0),
            ("m/p/x.go", Extent::new(0, 0, 0, 0), 7),
            ("é.go", Extent::new(u32::MAX, 1, 4_000_000_000, 10), u32::MAX),
        ] {
            let mut table = Table::new();
            let known = table.block(file, extent, stmts);
            let mut text = Vec::new();
            row_text(file, Unit { extent, stmts }, &mut text);
            let file = table.name(file.as_bytes()).expect("a name");
            assert_eq!(table.known(&text, file, extent, stmts), Some(known));
        }
    }
}
