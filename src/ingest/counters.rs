//! covcounters files: what runs of a binary counted. Input: the bytes of a file, whole. Output: the entries, one function
//! after the other, to a visitor; nothing of the file's size is kept.
//!
//! The layout is that of `internal/coverage` (defs.go, encodecounter), version 1, unchanged from Go 1.20 to 1.27. As in
//! `go tool covdata`, only the first segment of a file is read; the runtime never writes more.

use super::cursor::{Cursor, Result};
use super::meta::{Fault, check_magic};
use crate::model::Mode;
use crate::model::covdata::{Args, CounterDump, Hash, add_counts};
use crate::model::words::counted;

/// First bytes of the file, and of its footer.
pub const MAGIC: [u8; 4] = *b"\x00cwm";
const HEADER: usize = 32;
const FOOTER: usize = 16;

/// How numbers of the entries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// 32-bit little-endian numbers.
    RawLittle,
    /// 32-bit big-endian numbers.
    RawBig,
    /// Unsigned LEB128: what the runtime and the tools write.
    Uleb,
}

impl Flavour {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::RawLittle => "raw little-endian",
            Self::RawBig => "raw big-endian",
            Self::Uleb => "uleb",
        }
    }
}

/// Whether the command line of the program is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadArgs {
    /// It is not even looked at.
    No,
    /// It is, for `dump --args`.
    Yes,
}

/// A counter file whose frame has been checked.
#[derive(Debug, Clone)]
pub struct CounterFile<'a> {
    /// The hash of the meta-data that the counters belong to.
    pub hash: Hash,
    /// How the entries are written.
    pub flavour: Flavour,
    /// Segments in the file; only the first is read.
    pub segments: u32,
    /// Functions in the first segment.
    pub functions: u64,
    strings: Cursor<'a>,
    args: Cursor<'a>,
    entries: Cursor<'a>,
}

/// The counters of one function.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Offset of the entry in the file, in bytes.
    pub offset: usize,
    /// Index of the package in the meta-data.
    pub package: u32,
    /// Index of the function in its package.
    pub function: u32,
    /// One counter per unit.
    pub counters: Counters<'a>,
}

/// The counters of an entry, as they lie in the file where possible: nearly all are below 128, and most files are read
/// for nothing but a sum.
#[derive(Debug, Clone, Copy)]
pub enum Counters<'a> {
    /// All below 128.
    Narrow(&'a [u8]),
    /// Any.
    Wide(&'a [u32]),
}

impl Counters<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(counters) => counters.len(),
            Self::Wide(counters) => counters.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The counters as numbers.
    pub fn to_vec(&self) -> Vec<u32> {
        match self {
            Self::Narrow(counters) => counters.iter().map(|&counter| u32::from(counter)).collect(),
            Self::Wide(counters) => counters.to_vec(),
        }
    }

    /// Adds the counters to counts, as [`add_counts`] does.
    #[inline]
    pub fn add_to(&self, mode: Mode, counts: &mut [u32]) {
        match self {
            Self::Wide(counters) => add_counts(mode, counts, counters),
            Self::Narrow(counters) if mode == Mode::Set => {
                for (count, &counter) in counts.iter_mut().zip(*counters) {
                    *count |= u32::from(counter != 0);
                }
            }
            Self::Narrow(counters) => {
                for (count, &counter) in counts.iter_mut().zip(*counters) {
                    *count = count.saturating_add(u32::from(counter));
                }
            }
        }
    }
}

impl<'a> CounterFile<'a> {
    /// Checks header, footer and the segment's frame.
    pub fn parse(bytes: &'a [u8]) -> std::result::Result<Self, Fault> {
        let mut header = Cursor::new(bytes, 0, bytes.len().min(HEADER));
        check_magic(&mut header, MAGIC, "counter")?;
        let hash = Hash(header.array("hash of the meta-data")?);
        let [flavour, big] = header.array("flavour of the counters")?;
        header.take(6, "header")?;
        let flavour = match (flavour, big) {
            (1, 0) => Flavour::RawLittle,
            (1, _) => Flavour::RawBig,
            (2, _) => Flavour::Uleb,
            (other, _) => return Err(Fault::at(24, format!("counter flavour {other} does not exist"))),
        };
        let end = bytes.len().saturating_sub(FOOTER).max(HEADER);
        let segments = footer(bytes, end)?;

        let mut segment = Cursor::new(bytes, HEADER, end);
        let functions = segment.u64("number of functions")?;
        let strings = segment.u32("length of the string table")? as usize;
        let args = segment.u32("length of the arguments")? as usize;
        let part = |cursor: &mut Cursor<'a>, length: usize, what: &str| {
            let from = cursor.offset();
            cursor.take(length, what).map(|taken| Cursor::new(bytes, from, from + taken.len()))
        };
        let strings = part(&mut segment, strings, "string table")?;
        let args = part(&mut segment, args, "table of arguments")?;
        Ok(Self { hash, flavour, segments, functions, strings, args, entries: segment })
    }

    /// What the file says of the program that wrote it, in the file's order.
    pub fn args(&self) -> std::result::Result<Args, Fault> {
        let mut args = self.args.clone();
        if args.left() == 0 {
            return Ok(Args::new());
        }
        let strings = self.strings.clone().strings(|bytes| String::from_utf8_lossy(bytes).into_owned())?;
        let count = args.uleb("number of arguments")?;
        if count > args.left() as u64 / 2 {
            return Err(args.fault(format!("{count} arguments cannot lie in {} bytes", args.left())));
        }
        let string = |args: &mut Cursor<'_>| {
            let at = args.offset();
            let index = args.uleb("index of a string")?;
            let found = usize::try_from(index).ok().and_then(|index| strings.get(index)).cloned();
            found.ok_or_else(|| Fault::at(at, format!("string {index} does not exist")))
        };
        (0..count).map(|_| Ok((string(&mut args)?, string(&mut args)?))).collect()
    }

    /// The whole contents, for `dump`.
    pub fn dump(&self, args: ReadArgs) -> std::result::Result<CounterDump, Fault> {
        let args = if args == ReadArgs::Yes { self.args()? } else { Args::new() };
        let mut entries = Vec::new();
        self.visit(&mut Vec::new(), |entry| {
            entries.push((entry.package, entry.function, entry.counters.to_vec()));
            Ok(())
        })?;
        let (hash, segments) = (self.hash, self.segments);
        Ok(CounterDump { hash, flavour: self.flavour.name(), segments, args, entries })
    }

    /// Shows all entries of the first segment. `scratch` is reused from function to function and file to file.
    pub fn visit(
        &self,
        scratch: &mut Vec<u32>,
        mut visitor: impl FnMut(Entry<'_>) -> std::result::Result<(), Fault>,
    ) -> std::result::Result<(), Fault> {
        let mut cursor = self.entries.clone();
        // An entry takes three bytes at least, so a lying number ends at the end of the file.
        for _ in 0..self.functions {
            let offset = cursor.offset();
            let (package, function, counters) = match self.flavour {
                Flavour::Uleb => uleb_entry(&mut cursor, scratch)?,
                Flavour::RawLittle => raw_entry(&mut cursor, scratch, u32::from_le_bytes)?,
                Flavour::RawBig => raw_entry(&mut cursor, scratch, u32::from_be_bytes)?,
            };
            visitor(Entry { offset, package, function, counters })?;
        }
        if self.segments == 1 && cursor.left() != 0 {
            // Two files glued together look like this; Go takes the first and says nothing.
            return Err(cursor.fault(format!("{} bytes behind the last function", cursor.left())));
        }
        Ok(())
    }
}

/// Checks the footer, which starts at `end`; gives the number of segments.
fn footer(bytes: &[u8], end: usize) -> Result<u32> {
    let mut footer = Cursor::new(bytes, end, bytes.len());
    if footer.array("footer")? != MAGIC {
        return Err(Fault::at(end, "the file does not end with a footer: it was cut off or is damaged"));
    }
    footer.take(4, "footer")?;
    let at = footer.offset();
    let segments = footer.u32("number of segments")?;
    footer.take(4, "footer")?;
    if segments == 0 {
        return Err(Fault::at(at, "a file without segments"));
    }
    Ok(segments)
}

/// Package, function, counters.
type Parts<'a> = (u32, u32, Counters<'a>);

/// Reads an entry of LEB128 numbers.
#[inline]
fn uleb_entry<'s, 'a: 's>(cursor: &mut Cursor<'a>, scratch: &'s mut Vec<u32>) -> Result<Parts<'s>> {
    let at = cursor.offset();
    let count = cursor.uleb32("number of counters")? as usize;
    let package = cursor.uleb32("index of a package")?;
    let function = cursor.uleb32("index of a function")?;
    // Counters below 128 are bytes. In set mode all are.
    if let Some(plain) = cursor.rest().get(..count)
        && plain.iter().fold(0, |all, &byte| all | byte) < 0x80
    {
        cursor.skip(count);
        return Ok((package, function, Counters::Narrow(plain)));
    }
    check_count(count, cursor.left(), at)?;
    scratch.clear();
    for _ in 0..count {
        scratch.push(cursor.uleb32("counter")?);
    }
    Ok((package, function, Counters::Wide(scratch)))
}

/// Reads an entry of plain 32-bit numbers.
fn raw_entry<'a>(
    cursor: &mut Cursor<'_>,
    scratch: &'a mut Vec<u32>,
    number: fn([u8; 4]) -> u32,
) -> Result<Parts<'a>> {
    let at = cursor.offset();
    let count = number(cursor.array("number of counters")?) as usize;
    let package = number(cursor.array("index of a package")?);
    let function = number(cursor.array("index of a function")?);
    check_count(count, cursor.left() / 4, at)?;
    scratch.clear();
    for _ in 0..count {
        scratch.push(number(cursor.array("counter")?));
    }
    Ok((package, function, Counters::Wide(scratch)))
}

fn check_count(count: usize, room: usize, at: usize) -> Result<()> {
    if count <= room {
        return Ok(());
    }
    Err(Fault::at(at, {
        let what = counted(count as u64, "counter");
        format!("{what} {} not fit: there is room for {room}", if count == 1 { "does" } else { "do" })
    }))
}
