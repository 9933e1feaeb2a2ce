//! What follows what: sections, the packages they list and their runs of blocks, noted while rows are read.

use std::cmp::Ordering;

use super::table::{NONE, Table, row_order};
use crate::model::{FileName, Part, RawBlock, Run, Section};

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

/// The section being read.
#[derive(Debug)]
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

impl Default for Open {
    fn default() -> Self {
        Self { ranges: Vec::new(), first: 0, last: NONE, hit: false, parts: Vec::new() }
    }
}

impl Table {
    /// The block that followed the last one last time and how to get there, if it is known yet; without any such, the block
    /// behind it.
    #[inline]
    pub(super) fn successor(&self) -> (u32, Option<Step>) {
        let last = self.open.last;
        match self.links.get(&last) {
            Some(&(next, step)) => (next, Some(step)),
            None => (last.saturating_add(1), None),
        }
    }

    /// Notes that `id` came behind the last row, and how.
    pub(super) fn follow(&mut self, id: u32) {
        let last = self.open.last;
        let step = self.step(last, id);
        if step == Step::Plain {
            self.links.remove(&last);
        } else if last != NONE {
            self.links.insert(last, (id, step));
        }
        self.take(step, id);
    }

    /// Does what a step to `id` asks for.
    #[inline]
    pub(super) fn take(&mut self, step: Step, id: u32) {
        if step != Step::Plain {
            self.leave(step, id);
        }
        self.open.last = id;
    }

    #[inline(never)]
    fn leave(&mut self, step: Step, id: u32) {
        let last = self.open.last;
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
        // A range of one row is no stretch.
        if first < last {
            let end = self.ends.entry(first).or_default();
            *end = (*end).max(last + 1);
        }
    }

    /// Behind the last row of the stretch at hand; 0 when it is not known to be one.
    #[inline]
    pub(super) fn end_of_stretch(&self) -> u32 {
        self.ends.get(&self.open.first).copied().unwrap_or(0)
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
        let packages = || self.package_name(package_a).cmp(self.package_name(package_b));
        let order = if package_a == package_b { Ordering::Equal } else { packages() }
            .then_with(|| if a.file == b.file { Ordering::Equal } else { name(a.file).cmp(name(b.file)) })
            .then_with(|| key(a).cmp(&key(b)));
        if order != Ordering::Less {
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
        let package = self.package_of(last);
        let hit = std::mem::take(&mut self.open.hit);
        let run = self.run_like_last_time(package).unwrap_or_else(|| {
            let run = Run { package, ranges: self.open.ranges.clone() };
            let next = u32::try_from(self.runs.len()).unwrap_or(NONE);
            *self.run_index.entry(run).or_insert_with_key(|run| {
                self.runs.push(run.clone());
                next
            })
        });
        self.open.ranges.clear();
        if let Some(known) = self.last_runs.get_mut(package as usize) {
            *known = run;
        }
        self.open.parts.push(Part { run, hit });
    }

    /// A package mostly lists what it listed in the section before.
    fn run_like_last_time(&self, package: u32) -> Option<u32> {
        let id = *self.last_runs.get(package as usize)?;
        let run = self.runs.get(id as usize)?;
        (run.package == package && run.ranges == self.open.ranges).then_some(id)
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
}
