//! covmeta files: what a binary can cover. Input: the bytes of a file, whole. Output: a [`Meta`] or a [`Fault`] with the
//! offset of what is wrong.
//!
//! The layout is that of `internal/coverage` (defs.go, encodemeta), version 1, unchanged from Go 1.20 to 1.27. Numbers
//! in the file are believed only as far as its length bears them out: nothing is allocated on their word alone, and
//! records that share bytes are refused, since a small file could stand for a huge one otherwise.

use std::sync::Arc;

use super::cursor::{Cursor, Result};
use crate::model::covdata::{Granularity, Hash, Meta, MetaFunction, MetaPackage, Unit};
use crate::model::{Extent, Mode};

pub use super::cursor::Fault;
use crate::model::words::counted;

/// First bytes of the file.
pub const MAGIC: [u8; 4] = *b"\x00cvm";
/// Newest version of meta-data and counter files that is known. Go reads anything up to its own.
pub const VERSION: u32 = 1;
/// Length of the file's header.
const HEADER: usize = 56;
/// Length of a package's header, without the table of functions.
const PACKAGE_HEADER: usize = 44;

/// Reads a covmeta file.
pub fn parse_meta(bytes: &[u8]) -> std::result::Result<Meta, Fault> {
    let mut header = Cursor::new(bytes, 0, bytes.len().min(HEADER));
    check_magic(&mut header, MAGIC, "meta-data")?;
    let length = header.u64("length of the file")?;
    if length != bytes.len() as u64 {
        let what = format!("the header tells {length} bytes, the file has {}", bytes.len());
        return Err(Fault::at(8, what));
    }
    let packages = header.u64("number of packages")?;
    let hash = Hash(header.array("hash")?);
    check_file_strings(bytes, &mut header)?;
    let mode = counter_mode(&mut header)?;
    let granularity = granularity(&mut header)?;
    header.take(6, "header")?;

    let mut meta =
        Meta { hash, mode, granularity, packages: Vec::new(), functions: Vec::new(), units: Vec::new() };
    for blob in blobs(bytes, packages)? {
        package(bytes, blob, &mut meta)?;
    }
    Ok(meta)
}

/// Reads magic and version.
pub(super) fn check_magic(header: &mut Cursor<'_>, magic: [u8; 4], kind: &str) -> Result<()> {
    let found: [u8; 4] = header.array("header")?;
    if found != magic {
        return Err(Fault::at(
            0,
            format!("no coverage {kind} file: its first bytes are not the magic number"),
        ));
    }
    match header.u32("header")? {
        VERSION => Ok(()),
        newer if newer > VERSION => Err(Fault::at(
            4,
            format!(
                "format version {newer} is newer than {VERSION}, the newest known: a newer coverdict may read it"
            ),
        )),
        older => Err(Fault::at(4, format!("format version {older} does not exist"))),
    }
}

/// The file's own string table is empty in all releases; it only has to lie in the file.
fn check_file_strings(bytes: &[u8], header: &mut Cursor<'_>) -> Result<()> {
    let at = header.offset();
    let offset = u64::from(header.u32("offset of the string table")?);
    let length = u64::from(header.u32("length of the string table")?);
    if bytes.len() as u64 >= offset + length {
        return Ok(());
    }
    Err(Fault::at(at, format!("the string table at {offset} of {length} bytes lies outside the file")))
}

/// Counter modes of `internal/coverage/defs.go`.
fn counter_mode(header: &mut Cursor<'_>) -> Result<Mode> {
    let at = header.offset();
    let [mode] = header.array("counter mode")?;
    match mode {
        1 => Ok(Mode::Set),
        2 => Ok(Mode::Count),
        3 => Ok(Mode::Atomic),
        4 => Err(Fault::at(at, "counter mode 4 (regonly) has no counters")),
        5 => Err(Fault::at(at, "counter mode 5 (testmain) has no counters")),
        other => Err(Fault::at(at, format!("counter mode {other} does not exist"))),
    }
}

fn granularity(header: &mut Cursor<'_>) -> Result<Granularity> {
    let at = header.offset();
    let [granularity] = header.array("counter granularity")?;
    match granularity {
        1 => Ok(Granularity::PerBlock),
        2 => Ok(Granularity::PerFunction),
        other => Err(Fault::at(at, format!("counter granularity {other} does not exist"))),
    }
}

/// Where a package's bytes lie.
#[derive(Clone, Copy)]
struct Blob {
    from: usize,
    to: usize,
}

/// The table of packages: all offsets, then all lengths.
fn blobs(bytes: &[u8], packages: u64) -> Result<Vec<Blob>> {
    let table = bytes.len().saturating_sub(HEADER) / 16;
    let Some(count) = usize::try_from(packages).ok().filter(|&count| count <= table) else {
        return Err(Fault::at(
            16,
            format!("{} cannot lie in {} bytes", counted(packages, "package"), bytes.len()),
        ));
    };
    let mut offsets = Cursor::new(bytes, HEADER, HEADER + 8 * count);
    let mut lengths = Cursor::new(bytes, HEADER + 8 * count, HEADER + 16 * count);
    let mut budget = bytes.len() as u64;
    let mut blobs = Vec::with_capacity(count);
    for _ in 0..count {
        let (offset_at, length_at) = (offsets.offset(), lengths.offset());
        let offset = offsets.u64("offset of a package")?;
        let length = lengths.u64("length of a package")?;
        let end = offset.checked_add(length).filter(|&end| end <= bytes.len() as u64);
        let (Some(end), true) = (end, offset >= (HEADER + 16 * count) as u64) else {
            let what = format!("a package at {offset} of {length} bytes lies outside the file");
            return Err(Fault::at(offset_at, what));
        };
        budget = budget.checked_sub(length).ok_or_else(|| Fault::at(length_at, "packages share bytes"))?;
        let index = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        blobs.push(Blob { from: index(offset), to: index(end) });
    }
    Ok(blobs)
}

/// Reads one package into `meta`.
fn package(bytes: &[u8], blob: Blob, meta: &mut Meta) -> Result<()> {
    let mut cursor = Cursor::new(bytes, blob.from, blob.to);
    let length = cursor.u32("length of a package")?;
    if length as usize != blob.to - blob.from {
        let what = format!("a package of {} bytes says that it has {length}", blob.to - blob.from);
        return Err(Fault::at(blob.from, what));
    }
    let name_at = cursor.offset();
    let indices = [cursor.u32("package name")?, cursor.u32("import path")?, cursor.u32("module path")?];
    let hash = Hash(cursor.array("package hash")?);
    cursor.take(8, "package header")?;
    let count_at = cursor.offset();
    let count = cursor.u32("number of functions")? as usize;
    if count > cursor.left() / 4 {
        let what = format!(
            "{} cannot lie in {}",
            counted(count as u64, "function"),
            counted(cursor.left() as u64, "byte")
        );
        return Err(Fault::at(count_at, what));
    }
    let mut offsets = cursor.clone();
    cursor.take(4 * count, "table of functions")?;
    let strings = Strings::read(&mut cursor)?;
    let [name, path, module] = indices;
    let [name, path, module] = [
        strings.get(u64::from(name), name_at)?,
        strings.get(u64::from(path), name_at + 4)?,
        strings.get(u64::from(module), name_at + 8)?,
    ];

    let first = id(meta.functions.len(), blob.from)?;
    let records = Blob { from: cursor.offset(), to: blob.to };
    let mut budget = blob.to - blob.from;
    for _ in 0..count {
        let at = offsets.offset();
        let offset = offsets.u32("offset of a function")? as usize;
        let from = blob.from + offset;
        if offset < PACKAGE_HEADER || from < records.from || records.to <= from {
            return Err(Fault::at(at, format!("a function at {offset} lies outside its package's records")));
        }
        let used = function(bytes, Blob { from, to: blob.to }, &strings, meta)?;
        budget = budget.checked_sub(used).ok_or_else(|| Fault::at(at, "functions share bytes"))?;
    }
    let functions = first..id(meta.functions.len(), blob.from)?;
    meta.packages.push(MetaPackage { path, name, module, hash, functions });
    Ok(())
}

/// Reads one function into `meta`; gives the number of bytes of its record.
fn function(bytes: &[u8], record: Blob, strings: &Strings, meta: &mut Meta) -> Result<usize> {
    let mut cursor = Cursor::new(bytes, record.from, record.to);
    let units = cursor.uleb("number of units")?;
    if units > cursor.left() as u64 / 5 {
        let what =
            format!("{} cannot lie in {}", counted(units, "unit"), counted(cursor.left() as u64, "byte"));
        return Err(Fault::at(record.from, what));
    }
    let name_at = cursor.offset();
    let name = strings.get(cursor.uleb("function name")?, name_at)?;
    let file_at = cursor.offset();
    let file = strings.get(cursor.uleb("source file")?, file_at)?;
    let first = id(meta.units.len(), record.from)?;
    for _ in 0..units {
        let unit = unit(&mut cursor)?;
        meta.units.push(unit);
    }
    let end = id(meta.units.len(), record.from)?;
    let literal = cursor.uleb("literal flag")? != 0;
    meta.functions.push(MetaFunction { name, file, literal, units: first..end });
    Ok(cursor.offset() - record.from)
}

#[inline]
fn unit(cursor: &mut Cursor<'_>) -> Result<Unit> {
    let start_line = cursor.uleb32("start line")?;
    let start_col = cursor.uleb32("start column")?;
    let end_line = cursor.uleb32("end line")?;
    let end_col = cursor.uleb32("end column")?;
    let stmts = cursor.uleb32("number of statements")?;
    Ok(Unit { extent: Extent::new(start_line, start_col, end_line, end_col), stmts })
}

/// Ids are 32 bits wide.
fn id(index: usize, at: usize) -> Result<u32> {
    u32::try_from(index).map_err(|_| Fault::at(at, "more than 2^32 units"))
}

/// A package's string table.
struct Strings {
    strings: Vec<Arc<str>>,
}

impl Strings {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self> {
        let empty: Arc<str> = Arc::from("");
        let strings = cursor.strings(|bytes| match bytes {
            [] => Arc::clone(&empty),
            // Names that are no UTF-8 are shown with replacement characters, as in text profiles.
            bytes => Arc::from(String::from_utf8_lossy(bytes)),
        })?;
        Ok(Self { strings })
    }

    fn get(&self, index: u64, at: usize) -> Result<Arc<str>> {
        let found = usize::try_from(index).ok().and_then(|index| self.strings.get(index));
        found.cloned().ok_or_else(|| {
            Fault::at(at, format!("string {index} does not exist: the package has {}", self.strings.len()))
        })
    }
}
