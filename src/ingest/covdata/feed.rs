//! Counts of pods -> the table of all inputs.

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
    let mut rows: Vec<(&str, u32, Unit)> = Vec::with_capacity(meta.units.len());
    for function in &meta.functions {
        let units = meta.function_units(function);
        rows.extend(function.units.clone().zip(units).map(|(id, &unit)| (&*function.file, id, unit)));
    }
    rows.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut blocks = Vec::with_capacity(rows.len());
    for (file, id, Unit { extent, stmts }) in rows {
        // Six numbers of at most ten digits and their separators.
        if !table.has_room(file.len() + 64) {
            return Err(Error::input(format!("{}: more blocks than 32-bit numbers can name", name.path)));
        }
        blocks.push((id, table.block(file, extent, stmts)));
    }
    Ok(blocks)
}

/// Rows of a section ascend by package, file, start line, end line, start column, end column, statements
/// (`internal/coverage/cformat`, Go 1.21 to 1.27).
fn order<'a>(row: &(&'a str, u32, Unit)) -> (&'a str, &'a str, [u32; 5]) {
    let &(file, _, Unit { extent, stmts }) = row;
    let (package, base) = file.rsplit_once('/').unwrap_or(("", file));
    (package, base, [extent.start.line, extent.end.line, extent.start.col, extent.end.col, stmts])
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
