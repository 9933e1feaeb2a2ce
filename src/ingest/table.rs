//! The table of unique blocks that all inputs fill.
//!
//! A block is known by the text of its row up to the count (`file:1.2,3.4 5 `). Rows of a section come in the order of
//! the section before, so the row that followed last time is compared first ("successor"); only its count is parsed. A
//! row that does not match is parsed and looked up by its numbers, or in a hash index where a file's rows did not ascend.
//!
//! Texts lie one behind the other with a count of 0 and a newline, so that a stretch of rows that did not run (most rows
//! of most sections) is recognised by one comparison of bytes.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::InputName;
use super::row::begins_with;
use crate::model::{
    BitSet, Extent, FileName, Input, InputKind, Mode, Part, RawBlock, RawProfile, Run, Section,
};

/// No block.
pub(super) const NONE: u32 = u32::MAX;

/// Where a block's row text lies, and what followed it last time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Offset of the text in the arena.
    pub(super) at: u32,
    /// Its length, the space before the count included.
    pub(super) len: u32,
    /// The block that followed last time, or [`NONE`].
    pub(super) next: u32,
    /// How to get there.
    pub(super) step: Step,
    /// At the first row of a stretch: behind its last row. Ids and texts of a stretch follow each other, in one package and
    /// in ascending order. 0 when no stretch is known to start here.
    pub(super) end: u32,
}

/// What follows a row's text in the arena.
pub(super) const ZERO_COUNT: &[u8; 2] = b"0\n";

impl Row {
    /// Where its text lies in the arena.
    #[inline]
    pub(super) fn text(&self) -> std::ops::Range<usize> {
        self.at as usize..self.at as usize + self.len as usize
    }
}

/// What lies between a row and its successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Same package, ascending, and the next id: nothing to note.
    Plain,
    /// Same package, ascending, another id.
    Jump,
    /// Another package, ascending.
    Package,
    /// Not ascending: a new section.
    Section,
}

/// Collects the blocks of all inputs.
#[derive(Debug, Default)]
pub struct Table {
    pub(super) rows: Vec<Row>,
    pub(super) texts: Vec<u8>,
    pub(super) blocks: Vec<RawBlock>,
    /// Counts of the input at hand, by block; kept apart because the reading loop writes nothing else.
    pub(super) counts: Vec<u64>,
    index: HashTable<Slot>,
    /// How many blocks the index knows; it is completed when somebody asks it.
    indexed: usize,
    /// The newest file when its blocks came in ascending order so far, see [`Table::is_beyond`].
    pub(super) ascending: u32,
    hasher: DefaultHashBuilder,
    pub(super) names: Vec<FileName>,
    /// For each name, where its blocks lie.
    spans: Vec<Span>,
    name_packages: Vec<u32>,
    name_index: HashMap<FileName, u32>,
    last_name: u32,
    packages: Vec<String>,
    package_index: HashMap<String, u32>,
    runs: Vec<Run>,
    run_index: HashMap<Run, u32>,
    sections: Vec<Section>,
    inputs: Vec<Input>,
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

/// An entry of the index: enough of the hash to tell rows apart without looking at their texts, and what a look at the text
/// needs.
#[derive(Debug, Clone, Copy)]
struct Slot {
    tag: u32,
    id: u32,
    /// Offset of the row's text in the arena.
    at: u32,
}

/// A block that may be the one of a row, and where the text of its own row lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// The block, or [`NONE`].
    pub(super) id: u32,
    at: u32,
}

impl Default for Candidate {
    fn default() -> Self {
        Self { id: NONE, at: NONE }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half; the index itself uses the high bits")]
fn tag(hash: u64) -> u32 {
    hash as u32
}

/// The section being read.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// Finished ranges of the current package.
    ranges: Vec<(u32, u32)>,
    /// First id of the current range.
    pub(super) first: u32,
    /// Last block, or [`NONE`] at the start of an input.
    pub(super) last: u32,
    /// Whether the current package had a hit.
    pub(super) hit: bool,
    /// Finished packages of the current section.
    parts: Vec<Part>,
}

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        let mut table = Self::default();
        table.open.last = NONE;
        table.ascending = NONE;
        table
    }

    /// Makes room for an input of so many bytes, so that a large one does not grow the table step by step.
    pub fn expect(&mut self, bytes: u64) {
        /// Rows are 40 bytes or more, and large profiles list each block dozens of times.
        const BYTES_A_BLOCK: u64 = 1024;
        const MOST: u64 = 1 << 18;
        let blocks = usize::try_from((bytes / BYTES_A_BLOCK).min(MOST)).unwrap_or(0);
        let more = blocks.saturating_sub(self.blocks.len());
        self.rows.reserve(more);
        self.blocks.reserve(more);
        self.counts.reserve(more);
        self.texts.reserve(more.saturating_mul(48));
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
        self.open = Open { last: NONE, ..Open::default() };
        self.counts.fill(0);
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
        let Some(input) = self.inputs.last_mut() else { return };
        for (id, (block, count)) in self.blocks.iter_mut().zip(&self.counts).enumerate() {
            if *count > 0 {
                block.count = block.count.saturating_add(*count);
                input.hits.insert(u32::try_from(id).unwrap_or(NONE));
            }
        }
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

    /// Counts a row of the input at hand, wherever it came from. For readers that know numbers and not rows.
    pub fn count(&mut self, id: u32, count: u64) {
        self.note(id, count);
        let input = self.input();
        input.rows += 1;
        input.lists.insert(id);
    }

    /// Adds a row's count to its block.
    #[inline]
    pub(super) fn note(&mut self, id: u32, count: u64) {
        self.open.hit |= count != 0;
        if let Some(sum) = self.counts.get_mut(id as usize) {
            *sum = sum.saturating_add(count);
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
        match self.spans.get(file as usize) {
            Some(span) if !span.broken => {
                let own = self.blocks.get(span.first as usize..span.end as usize)?;
                let key = row_order(extent, stmts);
                let at = own.binary_search_by_key(&key, |block| row_order(block.extent, block.stmts)).ok()?;
                Some(span.first + u32::try_from(at).ok()?)
            }
            _ => self.find(text),
        }
    }

    /// The block whose row starts with `text`.
    pub(super) fn find(&mut self, text: &[u8]) -> Option<u32> {
        self.complete_index();
        let hash = self.hash(text);
        let same = |slot: &Slot| slot.tag == tag(hash) && self.is(slot.id, text);
        self.index.find(hash, same).map(|slot| slot.id)
    }

    /// The hash of a row's text.
    #[inline]
    pub(super) fn hash(&self, text: &[u8]) -> u64 {
        self.hasher.hash_one(text)
    }

    /// Takes the blocks into the index that were added since it was asked last. Many at once cost half of what they cost one
    /// by one between other work, and a profile whose order holds never asks.
    pub(super) fn complete_index(&mut self) {
        let (rows, texts, hasher) = (&self.rows, &self.texts, &self.hasher);
        let hash = |row: &Row| hasher.hash_one(texts.get(row.text()).unwrap_or_default());
        let of_slot = |slot: &Slot| rows.get(slot.id as usize).map_or(0, hash);
        let new = rows.get(self.indexed..).unwrap_or_default();
        self.index.reserve(new.len(), of_slot);
        let first = u32::try_from(self.indexed).unwrap_or(NONE);
        for (id, row) in (first..).zip(new) {
            let hash = hash(row);
            self.index.insert_unique(hash, Slot { tag: tag(hash), id, at: row.at }, of_slot);
        }
        self.indexed = rows.len();
    }

    /// Whether a block is certainly new: its file's blocks all came in ascending order, the last of all blocks is one of
    /// them, and this one lies behind it. Most blocks are met so first, and need no look-up.
    pub(super) fn is_beyond(&self, file: u32, extent: Extent, stmts: u32) -> bool {
        file == self.ascending
            && self.blocks.last().is_none_or(|last| {
                last.file != file || row_order(last.extent, last.stmts) < row_order(extent, stmts)
            })
    }

    /// A block whose text may have this hash. The index must be complete.
    #[inline]
    pub(super) fn candidate(&self, hash: u64) -> Candidate {
        let found = self.index.find(hash, |slot| slot.tag == tag(hash));
        found.map_or_else(Candidate::default, |slot| Candidate { id: slot.id, at: slot.at })
    }

    /// Whether the text of a candidate's row is the first `len` bytes of `data`, which hold no newline.
    #[inline]
    pub(super) fn is_row_of(&self, candidate: Candidate, data: &[u8], len: usize) -> bool {
        let text = self.texts.get(candidate.at as usize..).unwrap_or_default();
        // What follows a text in the arena tells where it ends.
        begins_with(data, text, len) && text.get(len..).is_some_and(|rest| rest.starts_with(ZERO_COUNT))
    }

    /// Whether a block's row starts with `text`.
    #[inline]
    fn is(&self, id: u32, text: &[u8]) -> bool {
        self.rows.get(id as usize).and_then(|row| self.texts.get(row.text())).is_some_and(|own| own == text)
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
        let at = u32::try_from(self.texts.len()).unwrap_or(NONE);
        let len = u32::try_from(text.len()).unwrap_or(NONE);
        self.texts.extend_from_slice(text);
        self.texts.extend_from_slice(ZERO_COUNT);
        if self.is_beyond(file, extent, stmts) {
            self.extend_span(file, id + 1);
        } else {
            self.ascending = NONE;
            if let Some(span) = self.spans.get_mut(file as usize) {
                span.broken = true;
            }
        }
        self.rows.push(Row { at, len, next: NONE, step: Step::Plain, end: 0 });
        self.counts.push(0);
        self.blocks.push(RawBlock { file, extent, stmts, count: 0 });
        id
    }

    /// Whether the table can take one more block with a row of `len` bytes: ids and offsets are 32 bits wide.
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.texts.len() + len < NONE as usize && self.blocks.len() < NONE as usize - 1
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
        self.package_index.insert(directory.to_owned(), id);
        id
    }

    fn package_of(&self, id: u32) -> u32 {
        let file = self.blocks.get(id as usize).map_or(NONE, |block| block.file);
        self.name_packages.get(file as usize).copied().unwrap_or(NONE)
    }

    /// Notes that `id` came behind the last row, and how.
    pub(super) fn follow(&mut self, id: u32) {
        let last = self.open.last;
        let step = self.step(last, id);
        if let Some(row) = self.rows.get_mut(last as usize) {
            row.next = id;
            row.step = step;
        }
        self.take(step, last, id);
    }

    /// Does what a step asks for. `last` is [`NONE`] for the first row of an input.
    #[inline]
    pub(super) fn take(&mut self, step: Step, last: u32, id: u32) {
        if step != Step::Plain {
            self.leave(step, last, id);
        }
        self.open.last = id;
    }

    #[inline(never)]
    fn leave(&mut self, step: Step, last: u32, id: u32) {
        if last != NONE {
            self.close_range(last);
            match step {
                Step::Plain | Step::Jump => {}
                Step::Package => self.close_run(last),
                Step::Section => {
                    self.close_run(last);
                    self.push_section();
                }
            }
        }
        self.open.first = id;
    }

    fn close_range(&mut self, last: u32) {
        let first = self.open.first;
        self.open.ranges.push((first, last + 1));
        if let Some(row) = self.rows.get_mut(first as usize) {
            row.end = row.end.max(last + 1);
        }
    }

    /// How Go orders rows inside a section: package, file, start line, end line, start column, end column, statements
    /// (internal/coverage/cformat, Go 1.20 to 1.27).
    fn step(&self, last: u32, id: u32) -> Step {
        let (Some(a), Some(b)) = (self.blocks.get(last as usize), self.blocks.get(id as usize)) else {
            return Step::Section;
        };
        let (package_a, package_b) = (self.package_of(last), self.package_of(id));
        let key = |block: &RawBlock| row_order(block.extent, block.stmts);
        let name = |index: u32| self.names.get(index as usize).map_or("", FileName::base);
        let package = |index: u32| self.packages.get(index as usize).map_or("", String::as_str);
        let packages = || package(package_a).cmp(package(package_b));
        let order = if package_a == package_b { std::cmp::Ordering::Equal } else { packages() }
            .then_with(|| {
                if a.file == b.file { std::cmp::Ordering::Equal } else { name(a.file).cmp(name(b.file)) }
            })
            .then_with(|| key(a).cmp(&key(b)));
        if order != std::cmp::Ordering::Less {
            Step::Section
        } else if package_a != package_b {
            Step::Package
        } else if id == last + 1 {
            Step::Plain
        } else {
            Step::Jump
        }
    }

    /// Ends the current section, if there is one. A `mode:` row does this too.
    pub(super) fn close_section(&mut self) {
        let last = self.open.last;
        if last != NONE {
            self.close_range(last);
            self.close_run(last);
            self.push_section();
        }
        self.open.last = NONE;
    }

    fn close_run(&mut self, last: u32) {
        let run = Run { package: self.package_of(last), ranges: std::mem::take(&mut self.open.ranges) };
        let id = if let Some(&id) = self.run_index.get(&run) {
            // The vector goes back: most runs are known, and no allocation is needed for the next one.
            self.open.ranges = run.ranges;
            self.open.ranges.clear();
            id
        } else {
            let id = u32::try_from(self.runs.len()).unwrap_or(NONE);
            self.runs.push(run.clone());
            self.run_index.insert(run, id);
            id
        };
        self.open.parts.push(Part { run: id, hit: std::mem::take(&mut self.open.hit) });
    }

    fn push_section(&mut self) {
        let input = u32::try_from(self.inputs.len().saturating_sub(1)).unwrap_or(NONE);
        self.sections.push(Section { input, parts: std::mem::take(&mut self.open.parts) });
    }

    /// Gives up on the order of the input at hand: its rows are counted one by one from here on.
    pub(super) fn give_up_order(&mut self) {
        self.close_section();
        self.input().ordered = false;
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
