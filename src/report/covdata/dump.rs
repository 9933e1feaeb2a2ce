//! The contents of single data files as text, for people who look for a mistake. The form is ours and does not change with
//! the Go release, unlike that of `go tool covdata debugdump`; rows of blocks look as in a text profile.

use std::fmt::Write;

use crate::escape::terminal;
use crate::model::covdata::{CounterDump, Meta, span};
use crate::model::words::counted;

/// Everything in a meta-data file. With `counts` (one for each unit) every row ends with its count.
pub fn dump_meta(meta: &Meta, counts: Option<&[u32]>) -> String {
    let mut out = String::new();
    let (packages, functions, units) = (meta.packages.len(), meta.functions.len(), meta.units.len());
    let _ = writeln!(
        out,
        "meta-data {}: mode {}, granularity {}, {}, {}, {}",
        meta.hash,
        meta.mode,
        meta.granularity.name(),
        counted(packages as u64, "package"),
        counted(functions as u64, "function"),
        counted(units as u64, "unit")
    );
    for (package_id, package) in meta.packages.iter().enumerate() {
        let (path, name, module) =
            (terminal(&package.path), terminal(&package.name), terminal(&package.module));
        let _ = write!(out, "package {package_id} {path}: name {name}, ");
        let _ = match &*module {
            "" => write!(out, "no module"),
            module => write!(out, "module {module}"),
        };
        let _ = writeln!(out, ", hash {}", package.hash);
        for (function_id, function) in meta.package_functions(package).iter().enumerate() {
            let literal = if function.literal { " (literal)" } else { "" };
            let (name, file) = (terminal(&function.name), terminal(&function.file));
            let _ = writeln!(out, "  function {function_id} {name}{literal}: {file}");
            let own = counts.map(|counts| counts.get(span(&function.units)).unwrap_or_default());
            for (index, unit) in meta.function_units(function).iter().enumerate() {
                let _ = write!(out, "    {} {}", unit.extent, unit.stmts);
                let _ = match own {
                    Some(own) => writeln!(out, " {}", own.get(index).copied().unwrap_or_default()),
                    None => writeln!(out),
                };
            }
        }
    }
    out
}

/// Everything in a counter file.
pub fn dump_counters(file: &CounterDump) -> String {
    let mut out = String::new();
    let CounterDump { hash, flavour, segments, args, entries } = file;
    let functions = entries.len();
    let _ = writeln!(
        out,
        "counters of {hash}: {flavour}, segment 1 of {segments}, {} that ran",
        counted(functions as u64, "function")
    );
    for (key, value) in args {
        let _ = writeln!(out, "  {} {}", terminal(key), terminal(value));
    }
    for (package, function, counters) in entries {
        let _ = write!(out, "  package {package} function {function}:");
        for counter in counters {
            let _ = write!(out, " {counter}");
        }
        out.push('\n');
    }
    out
}
