//! Pods -> rows and functions per package, as `go tool covdata textfmt`, `percent` and `func` see them.
//!
//! Go's key inside a package is (source file, function name, literal flag, the five numbers of the unit): equal keys of
//! different binaries add up, everything else stands side by side (`internal/coverage/cformat`, Go 1.21 to 1.27).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Mode;
use crate::model::covdata::{
    Aggregate, AggregateFunction, AggregateName, AggregatePackage, AggregateRow, Meta, MetaPackage, Pod,
    Unit, add_counts, span,
};

/// Puts pods together. `mode` is that of the result: in set mode counts become 0 or 1.
pub fn aggregate(pods: &[Pod], mode: Mode) -> Aggregate {
    let totals: Vec<Vec<u32>> = pods.iter().map(Pod::total).collect();
    let mut packages: BTreeMap<Arc<str>, Vec<Part<'_>>> = BTreeMap::new();
    for (pod, counts) in pods.iter().zip(&totals) {
        for package in &pod.meta.packages {
            let part = Part { meta: &pod.meta, package, counts };
            packages.entry(Arc::clone(&package.path)).or_default().push(part);
        }
    }
    let packages = packages.into_iter().map(|(path, parts)| Builder::build(path, &parts, mode)).collect();
    Aggregate { mode, packages }
}

/// A package of one pod.
struct Part<'a> {
    meta: &'a Meta,
    package: &'a MetaPackage,
    counts: &'a [u32],
}

/// A function of one pod.
struct Instance<'a> {
    name: u32,
    units: &'a [Unit],
    covered: u64,
    total: u64,
}

/// A unit of one pod.
#[derive(Clone, Copy)]
struct Entry {
    row: AggregateRow,
    instance: u32,
}

#[derive(Default)]
struct Builder<'a> {
    files: Vec<Arc<str>>,
    names: Vec<AggregateName>,
    instances: Vec<Instance<'a>>,
    entries: Vec<Entry>,
}

impl<'a> Builder<'a> {
    fn build(path: Arc<str>, parts: &[Part<'a>], mode: Mode) -> AggregatePackage {
        let mut builder = Self::default();
        builder.name_all(parts);
        for part in parts {
            builder.add(part);
        }
        let rows = builder.rows(mode);
        let functions = builder.functions();
        let module = parts.first().map_or_else(|| Arc::from(""), |part| Arc::clone(&part.package.module));
        AggregatePackage { path, module, files: builder.files, names: builder.names, rows, functions }
    }

    /// Sorts files and names first, so that ids compare as the names do.
    fn name_all(&mut self, parts: &[Part<'a>]) {
        let functions = || parts.iter().flat_map(|part| part.meta.package_functions(part.package));
        self.files = functions().map(|function| Arc::clone(&function.file)).collect();
        self.files.sort_unstable();
        self.files.dedup();
        let mut names: Vec<AggregateName> = functions()
            .map(|function| AggregateName {
                file: self.file_id(&function.file),
                name: Arc::clone(&function.name),
                literal: function.literal,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        self.names = names;
    }

    fn file_id(&self, file: &str) -> u32 {
        u32::try_from(self.files.partition_point(|known| **known < *file)).unwrap_or(u32::MAX)
    }

    fn add(&mut self, part: &Part<'a>) {
        for function in part.meta.package_functions(part.package) {
            let file = self.file_id(&function.file);
            let key = (file, &*function.name, function.literal);
            let name = self.names.partition_point(|known| (known.file, &*known.name, known.literal) < key);
            let name = u32::try_from(name).unwrap_or(u32::MAX);
            let instance = u32::try_from(self.instances.len()).unwrap_or(u32::MAX);
            let units = part.meta.function_units(function);
            self.instances.push(Instance { name, units, covered: 0, total: 0 });
            let counts = part.counts.get(span(&function.units)).unwrap_or_default();
            for (&unit, &count) in units.iter().zip(counts) {
                self.entries.push(Entry { row: AggregateRow { file, name, unit, count }, instance });
            }
        }
    }

    /// Sorts the units, adds equal ones up and tells every function what became of its own.
    fn rows(&mut self, mode: Mode) -> Vec<AggregateRow> {
        self.entries.sort_by_key(|entry| order(&entry.row));
        let mut rows: Vec<AggregateRow> = Vec::with_capacity(self.entries.len());
        for group in self.entries.chunk_by(|a, b| same(&a.row, &b.row)) {
            let Some(first) = group.first() else { continue };
            let mut sum = [0];
            for entry in group {
                add_counts(mode, &mut sum, &[entry.row.count]);
            }
            let [count] = sum;
            let row = AggregateRow { count, ..first.row };
            for entry in group {
                if let Some(instance) = self.instances.get_mut(entry.instance as usize) {
                    let stmts = u64::from(row.unit.stmts);
                    instance.total += stmts;
                    instance.covered += if row.count == 0 { 0 } else { stmts };
                }
            }
            rows.push(row);
        }
        rows
    }

    /// One entry for each function; the same function of several pods is one.
    fn functions(&mut self) -> Vec<AggregateFunction> {
        let file = |name: u32| self.names.get(name as usize).map_or(0, |name| name.file);
        self.instances.sort_by(|a, b| {
            let key = |i: &Instance<'_>| (file(i.name), i.units.first().map(|unit| unit.extent.start));
            key(a).cmp(&key(b)).then(a.name.cmp(&b.name)).then_with(|| a.units.cmp(b.units))
        });
        self.instances.dedup_by(|a, b| a.name == b.name && a.units == b.units && !a.units.is_empty());
        let line = |units: &[Unit]| units.first().map_or(0, |unit| unit.extent.start.line);
        self.instances
            .iter()
            .map(|i| AggregateFunction {
                name: i.name,
                line: line(i.units),
                covered: i.covered,
                total: i.total,
            })
            .collect()
    }
}

/// Go's order of rows: end line before start column. Names only break ties, which need `//line` tricks.
fn order(row: &AggregateRow) -> (u32, u32, u32, u32, u32, u32, u32) {
    let Unit { extent, stmts } = row.unit;
    (row.file, extent.start.line, extent.end.line, extent.start.col, extent.end.col, stmts, row.name)
}

fn same(a: &AggregateRow, b: &AggregateRow) -> bool {
    a.name == b.name && a.unit == b.unit
}
