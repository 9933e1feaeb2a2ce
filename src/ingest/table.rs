//! The table of unique blocks that all inputs fill.
//!
//! A block is known by the text of its row up to the count (`file:1.2,3.4 5 `). Rows of a section come in the order of
//! the section before, so the row that followed last time is compared first ("successor"); only its count is parsed. A
//! row that does not match is parsed and looked up by its numbers, or in an index where a file's rows did not ascend.
//!
//! In set mode nothing is counted at all: a bit for each block says whether it was hit.

use hashbrown::HashMap;

use super::InputName;
use super::index::{Index, Print};
use super::rows::Rows;
use super::sections::{Open, Step};
use super::seen::Seen;
use super::tallies::{GROUP, Tallies};
use crate::model::{BitSet, Extent, FileName, Input, InputKind, Mode, RawBlock, RawProfile, Run, Section};

/// No block.
pub(super) const NONE: u32 = u32::MAX;

/// Collects the blocks of all inputs.
#[derive(Debug, Default)]
pub struct Table {
    pub(super) rows: Rows,
    pub(super) blocks: Vec<RawBlock>,
    /// Whether the input at hand is in set mode.
    pub(super) is_set: bool,
    /// Counts of the input at hand that its blocks do not have yet; kept apart because the reading loop writes nothing else. Empty
    /// in set mode.
    pub(super) tallies: Tallies,
    /// What the input at hand said, in set mode.
    pub(super) seen: Seen,
    /// For a row, what followed it last time, where that is not just the next block of the same package.
    pub(super) links: HashMap<u32, (u32, Step)>,
    /// For the first row of a stretch, the id behind its last row: ids and texts of a stretch follow each other, in one package
    /// and in ascending order.
    pub(super) ends: HashMap<u32, u32>,
    index: Index,
    /// The newest file when its blocks came in ascending order so far, see [`Table::is_beyond`].
    pub(super) ascending: u32,
    pub(super) names: Vec<FileName>,
    /// For each name, where its blocks lie.
    spans: Vec<Span>,
    name_packages: Vec<u32>,
    name_index: HashMap<FileName, u32>,
    last_name: u32,
    packages: Vec<String>,
    package_index: HashMap<String, u32>,
    pub(super) runs: Vec<Run>,
    pub(super) run_index: HashMap<Run, u32>,
    /// For each package the run that was listed last.
    pub(super) last_runs: Vec<u32>,
    pub(super) sections: Vec<Section>,
    pub(super) inputs: Vec<Input>,
    pub(super) open: Open,
}

/// The order of rows in a file.
#[inline]
pub(super) fn row_order(extent: Extent, stmts: u32) -> (u32, u32, u32, u32, u32) {
    let Extent { start, end } = extent;
    (start.line, end.line, start.col, end.col, stmts)
}

/// The blocks of a file that came one behind the other and ascending: ids from `first` to before `end`.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    first: u32,
    end: u32,
    /// Another block of the file came later, or before its place.
    broken: bool,
}

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self { ascending: NONE, ..Self::default() }
    }

    /// Makes room for an input of so many bytes, so that a large one does not grow the table step by step.
    pub fn expect(&mut self, bytes: u64) {
        /// Rows are as long as this or longer …
        const BYTES_A_ROW: u64 = 32;
        /// … and profiles larger than this list each block dozens of times.
        const SMALL: u64 = 8 << 20;
        const BYTES_A_BLOCK: u64 = 1024;
        const MOST: u64 = 1 << 18;
        // Room that is not used costs nothing: the system gives memory when it is written to.
        let each = if bytes <= SMALL { BYTES_A_ROW } else { BYTES_A_BLOCK };
        let blocks = usize::try_from((bytes / each).min(MOST)).unwrap_or(0);
        let more = blocks.saturating_sub(self.blocks.len());
        self.rows.reserve(more, more.saturating_mul(48));
        self.blocks.reserve(more);
    }

    /// Starts an input. Blocks counted from now on are its own.
    pub fn start_input(&mut self, name: &InputName, kind: InputKind, mode: Mode) {
        self.inputs.push(Input {
            label: name.label.clone(),
            path: name.path.clone(),
            kind,
            mode,
            rows: 0,
            mode_rows: 0,
            hits: BitSet::default(),
            lists: BitSet::default(),
            ordered: kind == InputKind::Text,
        });
        self.open = Open::default();
        self.is_set = mode == Mode::Set;
        self.tallies.reset();
    }

    /// The input being read.
    ///
    /// # Panics
    /// Never after [`Table::start_input`].
    pub(super) fn input(&mut self) -> &mut Input {
        self.inputs.last_mut().expect("an input was started")
    }

    /// Ends the input: its last section is closed. Of an input whose order means nothing the sections are forgotten.
    pub fn end_input(&mut self) {
        self.close_section();
        let index = u32::try_from(self.inputs.len().saturating_sub(1)).unwrap_or(NONE);
        self.note_hits();
        let Some(input) = self.inputs.last_mut() else { return };
        // Sections repeat their runs; each run is looked at once.
        let mut seen = BitSet::default();
        let own = self.sections.iter().rev().take_while(|section| section.input == index);
        for part in own.flat_map(|section| &section.parts) {
            if seen.contains(part.run) {
                continue;
            }
            seen.insert(part.run);
            if let Some(run) = self.runs.get(part.run as usize) {
                run.blocks().for_each(|id| input.lists.insert(id));
            }
        }
        if !input.ordered {
            self.sections.retain(|section| section.input != index);
        }
    }

    /// Adds up what the input counted, and begins anew.
    fn note_hits(&mut self) {
        let Some(input) = self.inputs.last_mut() else { return };
        if self.is_set {
            let (hits, last) = self.seen.take();
            for id in hits.iter() {
                if let Some(block) = self.blocks.get_mut(id as usize) {
                    block.count = block.count.max(1);
                }
            }
            input.hits = hits;
            for id in last.iter() {
                self.rows.set_digit(id, false);
            }
            return;
        }
        for first in (0..self.blocks.len()).step_by(GROUP) {
            self.take_tallies(first);
        }
    }

    /// Counts a row of the input at hand, wherever it came from. For readers that know numbers and not rows.
    pub fn count(&mut self, id: u32, count: u64) {
        self.note(id, count);
        let input = self.input();
        input.rows += 1;
        input.lists.insert(id);
    }

    /// Adds a row's count to its block; in set mode any count but 0 is a hit.
    #[inline]
    pub(super) fn note(&mut self, id: u32, count: u64) {
        if count == 0 {
            return;
        }
        self.open.hit = true;
        if self.is_set {
            self.seen.hit(id);
        } else {
            self.add_count(id, count);
        }
    }

    /// Adds a count of more than 0 to its block.
    #[inline(never)] // rows without order in set mode pass by it
    pub(super) fn add_count(&mut self, id: u32, count: u64) {
        if let Some(block) = self.blocks.get_mut(id as usize) {
            block.count = block.count.saturating_add(count);
        }
        self.input().hits.insert(id);
    }

    /// Adds what was tallied for the group of a block to its blocks.
    pub(super) fn take_tallies(&mut self, id: usize) {
        let first = id / GROUP * GROUP;
        let blocks = self.blocks.get_mut(first..).unwrap_or_default();
        let mut hits = 0;
        for (at, (block, count)) in blocks.iter_mut().zip(self.tallies.take(id)).enumerate() {
            block.count = block.count.saturating_add(count);
            hits |= u64::from(count > 0) << at;
        }
        if let Some(input) = self.inputs.last_mut() {
            input.hits.insert_word(u32::try_from(first).unwrap_or(NONE), hits);
        }
    }

    /// The id of a block, made known if it is new.
    pub fn block(&mut self, file: &str, extent: Extent, stmts: u32) -> u32 {
        let text = format!("{file}:{extent} {stmts} ");
        let file = self.name(file.as_bytes()).unwrap_or(NONE);
        match self.known(text.as_bytes(), file, extent, stmts) {
            Some(id) => id,
            None => self.add(text.as_bytes(), file, extent, stmts),
        }
    }

    /// The block of a row, which starts with `text`. In a file whose blocks ascend it is found by its numbers; only other
    /// files need the index, so a profile of `go test` never makes one.
    pub(super) fn known(&mut self, text: &[u8], file: u32, extent: Extent, stmts: u32) -> Option<u32> {
        if self.is_beyond(file, extent, stmts) {
            return None;
        }
        let Some(span) = self.spans.get(file as usize).filter(|span| !span.broken) else {
            return self.find(text);
        };
        let own = self.blocks.get(span.first as usize..span.end as usize)?;
        let key = row_order(extent, stmts);
        let order = |block: &RawBlock| row_order(block.extent, block.stmts);
        // Mostly a section goes on with another package than the one before: at its first row.
        if own.first().is_some_and(|block| order(block) == key) {
            return Some(span.first);
        }
        let at = own.binary_search_by_key(&key, order).ok()?;
        Some(span.first + u32::try_from(at).ok()?)
    }

    /// The block whose row starts with `text`.
    fn find(&mut self, text: &[u8]) -> Option<u32> {
        self.index.complete(&self.rows);
        self.index.find(self.index.print(text))
    }

    /// The index of all blocks that are known now.
    pub(super) fn index(&mut self) -> &Index {
        self.index.complete(&self.rows);
        &self.index
    }

    /// The block with a fingerprint, of those that the index knows.
    #[inline]
    pub(super) fn found(&self, print: Print) -> Option<u32> {
        self.index.find(print)
    }

    /// Notes a row that was found so.
    #[inline]
    pub(super) fn note_found(&mut self, id: u32, count: u64) {
        self.input().lists.insert(id);
        self.note(id, count);
    }

    /// Whether a block is certainly new: its file's blocks all came in ascending order, the last of all blocks is one of
    /// them, and this one lies behind it. Most blocks are met so first, and need no look-up.
    pub(super) fn is_beyond(&self, file: u32, extent: Extent, stmts: u32) -> bool {
        file == self.ascending
            && self.blocks.last().is_none_or(|last| {
                last.file != file || row_order(last.extent, last.stmts) < row_order(extent, stmts)
            })
    }

    /// Notes that the newest file's blocks reach to before `end`.
    pub(super) fn extend_span(&mut self, file: u32, end: u32) {
        if let Some(span) = self.spans.get_mut(file as usize) {
            if span.end == 0 {
                span.first = end - 1;
            }
            span.end = end;
        }
    }

    /// Adds a block that [`Table::known`] does not know.
    pub(super) fn add(&mut self, text: &[u8], file: u32, extent: Extent, stmts: u32) -> u32 {
        let id = u32::try_from(self.blocks.len()).unwrap_or(NONE);
        self.rows.push(text);
        if self.is_beyond(file, extent, stmts) {
            self.extend_span(file, id + 1);
        } else {
            self.ascending = NONE;
            if let Some(span) = self.spans.get_mut(file as usize) {
                span.broken = true;
            }
        }
        self.blocks.push(RawBlock { file, extent, stmts, count: 0 });
        id
    }

    /// Whether the table can take one more block with a row of `len` bytes: ids and offsets are 32 bits wide.
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.rows.has_room(len) && self.blocks.len() < NONE as usize - 1
    }

    /// The index of a file name, made known if it is new. `None` when it is not UTF-8.
    pub(super) fn name(&mut self, file: &[u8]) -> Option<u32> {
        if self.names.get(self.last_name as usize).is_some_and(|name| name.as_str().as_bytes() == file) {
            return Some(self.last_name);
        }
        let name = std::str::from_utf8(file).ok()?;
        if let Some(&id) = self.name_index.get(name) {
            self.last_name = id;
            return Some(id);
        }
        let name = FileName::new(name);
        let id = u32::try_from(self.names.len()).unwrap_or(NONE);
        let package = self.package(name.directory());
        self.names.push(name.clone());
        self.spans.push(Span::default());
        self.name_packages.push(package);
        self.name_index.insert(name, id);
        self.last_name = id;
        self.ascending = id;
        Some(id)
    }

    fn package(&mut self, directory: &str) -> u32 {
        if let Some(&id) = self.package_index.get(directory) {
            return id;
        }
        let id = u32::try_from(self.packages.len()).unwrap_or(NONE);
        self.packages.push(directory.to_owned());
        self.last_runs.push(NONE);
        self.package_index.insert(directory.to_owned(), id);
        id
    }

    pub(super) fn package_name(&self, package: u32) -> &str {
        self.packages.get(package as usize).map_or("", String::as_str)
    }

    pub(super) fn package_of(&self, id: u32) -> u32 {
        let file = self.blocks.get(id as usize).map_or(NONE, |block| block.file);
        self.name_packages.get(file as usize).copied().unwrap_or(NONE)
    }

    /// Everything that was read.
    pub fn finish(self) -> RawProfile {
        RawProfile {
            inputs: self.inputs,
            names: self.names,
            packages: self.packages,
            name_packages: self.name_packages,
            blocks: self.blocks,
            runs: self.runs,
            sections: self.sections,
        }
    }
}
