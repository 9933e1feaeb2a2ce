//! Reading inputs: from bytes to one `RawProfile`.
//!
//! All inputs go through one [`Table`], one after the other, so that memory follows the number of unique blocks and
//! a block's row is recognised by its text in every input behind the first. Nothing is judged here.

pub mod baseline;
pub mod counters;
pub mod covdata;
mod cursor;
mod fresh;
mod index;
pub mod meta;
mod row;
mod rows;
mod sections;
mod seen;
mod stretch;
pub mod table;
mod tallies;
pub mod test_log;
pub mod text;

pub use table::Table;

/// The name of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputName {
    /// The `NAME` of `NAME=PATH`, else the path as given.
    pub label: String,
    /// The path as given.
    pub path: String,
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// Nothing at all.
    Empty,
    /// `covmeta` magic.
    Meta,
    /// `covcounters` magic.
    Counters,
    /// Anything else: the text reader decides.
    Text,
}

/// Tells the kind of a file by its first bytes (16 suffice).
pub fn sniff(head: &[u8]) -> Sniffed {
    // internal/coverage/defs.go, Go 1.20 to 1.27: CovMetaMagic and CovCounterMagic.
    if head.starts_with(b"\x00cvm") {
        return Sniffed::Meta;
    }
    if head.starts_with(b"\x00cwm") {
        return Sniffed::Counters;
    }
    if head.is_empty() { Sniffed::Empty } else { Sniffed::Text }
}
