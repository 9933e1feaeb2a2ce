//! Data directories (GOCOVERDIR) for `go tool covdata` and everything that reads its files.
//!
//! Input: pods. Output: the names and bytes of the files; whoever calls writes them. Consumers are
//! `internal/coverage/pods` (recognises files by name), `decodemeta` and `decodecounter` of Go 1.20 to 1.27.
//!
//! Invariants: same pods, same names, same bytes. A pod that is not reduced keeps the bytes and the hash of its
//! meta-data file, as `go tool covdata merge` does. Names hold neither process id nor time, so that writing twice into
//! one directory replaces files instead of counting twice. Command lines are left out unless asked for.

mod digest;
mod dump;
mod go_text;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::model::Mode;
use crate::model::covdata::{
    Args, Counts, Granularity, Hash, Meta, MetaFunction, MetaPackage, Pod, Unit, common_args, span,
};

pub use digest::{Digest, file_hash, package_hash};
pub use dump::{dump_counters, dump_meta};
pub use go_text::{FuncRow, func_rows, go_func, percent, pkglist, textfmt};

const META_MAGIC: [u8; 4] = *b"\x00cvm";
const COUNTER_MAGIC: [u8; 4] = *b"\x00cwm";
const VERSION: u32 = 1;
const META_HEADER: usize = 56;

/// A file of a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Base name.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// Whether the command lines of programs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteArgs {
    /// They are left out.
    No,
    /// Those that a pod's inputs have in common.
    Common,
}

/// The files of a data directory with these pods: for each a meta-data file and, when any counters were read, one counter
/// file with the sum of all inputs. A pod whose programs were all killed stays one without counters.
pub fn directory(pods: &[Pod], args: WriteArgs) -> Vec<DataFile> {
    let mut files = Vec::new();
    for pod in pods {
        let hash = pod.meta.hash;
        files.push(DataFile { name: format!("covmeta.{hash}"), bytes: pod.bytes.clone() });
        if pod.counts.iter().all(|counts| counts.files == 0) {
            continue;
        }
        let args = if args == WriteArgs::Common { common(pod) } else { Args::new() };
        // Readers want digits where the runtime puts process id and time (`internal/coverage/pods`).
        let name = format!("covcounters.{hash}.0.0");
        files.push(DataFile { name, bytes: encode_counters(&pod.meta, &pod.total(), Encoding::Uleb, &args) });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files.dedup();
    files
}

/// What all inputs of a pod say alike of their programs.
fn common(pod: &Pod) -> Args {
    let mut inputs = pod.counts.iter().filter(|counts| counts.files > 0).map(|counts| &counts.args);
    let Some(first) = inputs.next() else { return Args::new() };
    inputs.fold(first.clone(), common_args)
}

/// The pod with only those packages that `keep` wants, by import path. It has a hash of its own, as
/// `go tool covdata merge -pkg` gives it; a pod that keeps all its packages is not changed. `None` when nothing is left.
pub fn reduced(pod: &Pod, keep: impl Fn(&str) -> bool) -> Option<Pod> {
    let kept: Vec<&MetaPackage> = pod.meta.packages.iter().filter(|package| keep(&package.path)).collect();
    if kept.is_empty() {
        return None;
    }
    if kept.len() == pod.meta.packages.len() {
        return Some(pod.clone());
    }
    let (mut meta, units) = selected(&pod.meta, &kept);
    let digest = Digest::of(&pod.meta);
    let blobs: Vec<Hash> = meta
        .packages
        .iter()
        .map(|package| digest.hash([encode_package(&meta, package).as_slice()]))
        .collect();
    meta.hash = digest.hash(blobs.iter().map(|hash| hash.0.as_slice()));
    let pick = |values: &[u32]| -> Vec<u32> {
        let part = |range: &Range<u32>| values.get(span(range)).unwrap_or_default();
        units.iter().flat_map(part).copied().collect()
    };
    let counts = pod.counts.iter();
    let counts = counts.map(|counts| Counts { values: pick(&counts.values), ..counts.clone() }).collect();
    Some(Pod { path: pod.path.clone(), bytes: encode_meta(&meta), meta, counts })
}

/// What is left of all pods. Programs that share packages may be one and the same pod then, with the counts of all.
pub fn selection(pods: &[Pod], keep: impl Fn(&str) -> bool) -> Vec<Pod> {
    let mut found: Vec<Pod> = Vec::new();
    for mut pod in pods.iter().filter_map(|pod| reduced(pod, &keep)) {
        let same = |known: &&mut Pod| known.meta.hash == pod.meta.hash;
        if found.iter_mut().find(same).is_some_and(|known| known.bytes != pod.bytes) {
            // Go's hash of reduced meta-data leaves out the mode; the runtime's has it.
            pod.meta.hash = file_hash(&pod.meta, Digest::of(&pod.meta));
            pod.bytes = encode_meta(&pod.meta);
        }
        match found.iter_mut().find(|known| known.meta.hash == pod.meta.hash) {
            Some(known) => known.add(pod.counts),
            None => found.push(pod),
        }
    }
    found
}

/// The meta-data with only these packages, and where its units were before.
fn selected(meta: &Meta, packages: &[&MetaPackage]) -> (Meta, Vec<Range<u32>>) {
    let mut builder = MetaBuilder::new(meta.hash, meta.mode, meta.granularity);
    let mut units = Vec::new();
    for package in packages {
        builder.package(&package.path, &package.name, &package.module, package.hash);
        for function in meta.package_functions(package) {
            let own = meta.function_units(function);
            builder.function(Arc::clone(&function.name), Arc::clone(&function.file), function.literal, own);
            units.push(function.units.clone());
        }
    }
    (builder.finish(), units)
}

/// The pod with other counts: `count` is asked for every unit, with the file that it lies in. For the results of the
/// algebra, which knows blocks and not functions.
pub fn recounted(pod: &Pod, mut count: impl FnMut(&str, &Unit) -> u64) -> Pod {
    let meta = &pod.meta;
    let mut values = Vec::with_capacity(meta.units.len());
    for function in &meta.functions {
        for unit in meta.function_units(function) {
            let count = u32::try_from(count(&function.file, unit)).unwrap_or(u32::MAX);
            values.push(if meta.mode == Mode::Set { count.min(1) } else { count });
        }
    }
    let input = pod.counts.first().map_or(0, |counts| counts.input);
    Pod { counts: vec![Counts { input, files: 1, values, args: Args::new() }], ..pod.clone() }
}

/// Builds meta-data package by package.
#[derive(Debug)]
pub struct MetaBuilder {
    meta: Meta,
}

impl MetaBuilder {
    /// Meta-data without packages.
    pub fn new(hash: Hash, mode: Mode, granularity: Granularity) -> Self {
        let meta =
            Meta { hash, mode, granularity, packages: Vec::new(), functions: Vec::new(), units: Vec::new() };
        Self { meta }
    }

    /// Starts a package.
    pub fn package(&mut self, path: &str, name: &str, module: &str, hash: Hash) {
        let at = number(self.meta.functions.len());
        let (path, name, module) = (Arc::from(path), Arc::from(name), Arc::from(module));
        self.meta.packages.push(MetaPackage { path, name, module, hash, functions: at..at });
    }

    /// Adds a function to the last package.
    pub fn function(&mut self, name: Arc<str>, file: Arc<str>, literal: bool, units: &[Unit]) {
        let first = number(self.meta.units.len());
        self.meta.units.extend_from_slice(units);
        let units = first..number(self.meta.units.len());
        self.meta.functions.push(MetaFunction { name, file, literal, units });
        if let Some(package) = self.meta.packages.last_mut() {
            package.functions.end = number(self.meta.functions.len());
        }
    }

    /// The meta-data, with hashes as given.
    pub fn finish(self) -> Meta {
        self.meta
    }

    /// The meta-data, with all hashes made as a Go release makes them.
    pub fn finish_hashed(self, digest: Digest) -> Meta {
        let mut meta = self.meta;
        let hashes: Vec<Hash> =
            meta.packages.iter().map(|package| package_hash(&meta, package, digest)).collect();
        for (package, hash) in meta.packages.iter_mut().zip(hashes) {
            package.hash = hash;
        }
        meta.hash = file_hash(&meta, digest);
        meta
    }
}

/// The bytes of a covmeta file.
pub fn encode_meta(meta: &Meta) -> Vec<u8> {
    let blobs: Vec<Vec<u8>> = meta.packages.iter().map(|package| encode_package(meta, package)).collect();
    let tables = META_HEADER + 16 * blobs.len();
    // The file's own string table holds the empty string and nothing else.
    let strings = [1u8, 0];
    let length = tables + strings.len() + blobs.iter().map(Vec::len).sum::<usize>();
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(&META_MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(length as u64).to_le_bytes());
    out.extend_from_slice(&(blobs.len() as u64).to_le_bytes());
    out.extend_from_slice(&meta.hash.0);
    out.extend_from_slice(&number(tables).to_le_bytes());
    out.extend_from_slice(&number(strings.len()).to_le_bytes());
    out.push(match meta.mode {
        Mode::Set => 1,
        Mode::Count => 2,
        Mode::Atomic => 3,
    });
    out.push(match meta.granularity {
        Granularity::PerBlock => 1,
        Granularity::PerFunction => 2,
    });
    out.extend_from_slice(&[0; 6]);
    let mut offset = (tables + strings.len()) as u64;
    for blob in &blobs {
        out.extend_from_slice(&offset.to_le_bytes());
        offset += blob.len() as u64;
    }
    for blob in &blobs {
        out.extend_from_slice(&(blob.len() as u64).to_le_bytes());
    }
    out.extend_from_slice(&strings);
    out.extend(blobs.iter().flatten());
    out
}

/// The bytes of a package.
fn encode_package(meta: &Meta, package: &MetaPackage) -> Vec<u8> {
    let mut strings = Strings::new();
    let path = strings.index(&package.path);
    let name = strings.index(&package.name);
    let module = strings.index(&package.module);
    let functions = meta.package_functions(package);
    let mut records = Vec::new();
    let mut offsets = Vec::with_capacity(functions.len());
    for function in functions {
        offsets.push(records.len());
        encode_function(meta, function, &mut strings, &mut records);
    }
    let table = strings.encode();
    let before = 44 + 4 * functions.len() + table.len();
    let mut out = Vec::with_capacity(before + records.len());
    out.extend_from_slice(&number(before + records.len()).to_le_bytes());
    for index in [name, path, module] {
        out.extend_from_slice(&index.to_le_bytes());
    }
    out.extend_from_slice(&package.hash.0);
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&number(strings.list.len()).to_le_bytes());
    out.extend_from_slice(&number(functions.len()).to_le_bytes());
    for offset in offsets {
        out.extend_from_slice(&number(before + offset).to_le_bytes());
    }
    out.extend_from_slice(&table);
    out.extend_from_slice(&records);
    out
}

fn encode_function<'a>(
    meta: &Meta,
    function: &'a MetaFunction,
    strings: &mut Strings<'a>,
    out: &mut Vec<u8>,
) {
    let units = meta.function_units(function);
    uleb(units.len() as u64, out);
    uleb(u64::from(strings.index(&function.name)), out);
    uleb(u64::from(strings.index(&function.file)), out);
    for unit in units {
        let (start, end) = (unit.extent.start, unit.extent.end);
        for number in [start.line, start.col, end.line, end.col, unit.stmts] {
            uleb(u64::from(number), out);
        }
    }
    out.push(u8::from(function.literal));
}

/// How counters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As the runtime and the tools do.
    Uleb,
    /// 32-bit little-endian numbers.
    RawLittle,
    /// 32-bit big-endian numbers.
    RawBig,
}

/// The bytes of a covcounters file: functions without any count are left out, as the runtime leaves them out.
pub fn encode_counters(meta: &Meta, values: &[u32], encoding: Encoding, args: &Args) -> Vec<u8> {
    let (strings, args) = encode_args(args);
    let mut entries = Vec::new();
    let mut functions = 0u64;
    for (package_id, package) in (0u32..).zip(&meta.packages) {
        for (function_id, function) in (0u32..).zip(meta.package_functions(package)) {
            let counters = values.get(span(&function.units)).unwrap_or_default();
            if counters.iter().all(|&count| count == 0) {
                continue;
            }
            functions += 1;
            let head = [number(counters.len()), package_id, function_id];
            for &number in head.iter().chain(counters) {
                match encoding {
                    Encoding::Uleb => uleb(u64::from(number), &mut entries),
                    Encoding::RawLittle => entries.extend_from_slice(&number.to_le_bytes()),
                    Encoding::RawBig => entries.extend_from_slice(&number.to_be_bytes()),
                }
            }
        }
    }
    let (flavour, big) = match encoding {
        Encoding::Uleb => (2, 0),
        Encoding::RawLittle => (1, 0),
        Encoding::RawBig => (1, 1),
    };
    let mut out = Vec::new();
    out.extend_from_slice(&COUNTER_MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&meta.hash.0);
    out.extend_from_slice(&[flavour, big, 0, 0, 0, 0, 0, 0]);
    out.extend_from_slice(&functions.to_le_bytes());
    out.extend_from_slice(&number(strings.len()).to_le_bytes());
    out.extend_from_slice(&number(args.len()).to_le_bytes());
    out.extend_from_slice(&strings);
    out.extend_from_slice(&args);
    out.extend_from_slice(&entries);
    out.extend_from_slice(&COUNTER_MAGIC);
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&1u32.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out
}

/// String table and arguments of a segment. Zero bytes behind the arguments make the segment's entries start at a
/// multiple of four.
fn encode_args(args: &Args) -> (Vec<u8>, Vec<u8>) {
    let mut sorted: Vec<&(String, String)> = args.iter().collect();
    sorted.sort();
    let mut strings = Strings::new();
    let mut out = Vec::new();
    uleb(sorted.len() as u64, &mut out);
    for (key, value) in sorted {
        uleb(u64::from(strings.index(key)), &mut out);
        uleb(u64::from(strings.index(value)), &mut out);
    }
    let table = strings.encode();
    while !(table.len() + out.len()).is_multiple_of(4) {
        out.push(0);
    }
    (table, out)
}

/// A string table in the making; string 0 is the empty one.
struct Strings<'a> {
    list: Vec<&'a str>,
    index: HashMap<&'a str, u32>,
}

impl<'a> Strings<'a> {
    fn new() -> Self {
        Self { list: vec![""], index: HashMap::from([("", 0)]) }
    }

    fn index(&mut self, string: &'a str) -> u32 {
        let next = number(self.list.len());
        let index = *self.index.entry(string).or_insert(next);
        if index == next {
            self.list.push(string);
        }
        index
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        uleb(self.list.len() as u64, &mut out);
        for string in &self.list {
            uleb(string.len() as u64, &mut out);
            out.extend_from_slice(string.as_bytes());
        }
        out
    }
}

fn uleb(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

/// Numbers of the format are 32 bits wide; what was read from a file fits.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
