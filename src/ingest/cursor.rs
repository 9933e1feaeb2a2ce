//! Reading numbers from bytes that may hold anything. Every step is checked; a fault tells the offset in the file.

use std::fmt;

/// Why a binary file cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Offset in the file, in bytes.
    pub offset: u64,
    /// What is wrong there: a lower-case fragment.
    pub what: String,
}

impl Fault {
    /// A fault at an offset.
    pub fn at(offset: usize, what: impl Into<String>) -> Self {
        Self { offset: offset as u64, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.what)
    }
}

impl std::error::Error for Fault {}

/// What reading gives.
pub(super) type Result<T> = std::result::Result<T, Fault>;

/// A place in a part of a file.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    /// The part, from its first byte.
    bytes: &'a [u8],
    /// Where the part starts in the file, for faults.
    base: usize,
    /// Where we are in the part.
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at `from` in `file`. Reading stops at `to`.
    pub(super) fn new(file: &'a [u8], from: usize, to: usize) -> Self {
        let part = file.get(from..to).unwrap_or_default();
        Self { bytes: part, base: from, at: 0 }
    }

    /// Offset in the file.
    pub(super) fn offset(&self) -> usize {
        self.base + self.at
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Bytes left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    /// A fault at this place.
    pub(super) fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::at(self.offset(), what)
    }

    /// The next `len` bytes. `what` names them in the fault.
    pub(super) fn take(&mut self, len: usize, what: &str) -> Result<&'a [u8]> {
        match self.rest().get(..len) {
            Some(taken) => {
                self.at += len;
                Ok(taken)
            }
            None => Err(self.fault(format!("{what} ends early: {len} bytes expected, {} left", self.left()))),
        }
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        let offset = self.offset();
        let taken = self.take(N, what)?;
        taken.try_into().map_err(|_| Fault::at(offset, format!("{what} ends early")))
    }

    /// A little-endian number.
    pub(super) fn u32(&mut self, what: &str) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    /// A little-endian number.
    pub(super) fn u64(&mut self, what: &str) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// An unsigned LEB128 of at most ten bytes.
    #[inline]
    pub(super) fn uleb(&mut self, what: &str) -> Result<u64> {
        match *self.rest() {
            [low, ..] if low < 0x80 => {
                self.at += 1;
                Ok(u64::from(low))
            }
            [low, high, ..] if high < 0x80 => {
                self.at += 2;
                Ok(u64::from(low & 0x7f) | u64::from(high) << 7)
            }
            _ => self.long_uleb(what),
        }
    }

    #[cold]
    fn long_uleb(&mut self, what: &str) -> Result<u64> {
        let mut value = 0u64;
        for (index, &byte) in self.rest().iter().take(10).enumerate() {
            let low = u64::from(byte & 0x7f);
            if index == 9 && low > 1 {
                return Err(self.fault(format!("{what} does not fit 64 bits")));
            }
            value |= low << (7 * index);
            if byte < 0x80 {
                self.at += index + 1;
                return Ok(value);
            }
        }
        Err(self.fault(if self.left() < 10 {
            format!("{what} ends early")
        } else {
            format!("{what} is a number that does not end")
        }))
    }

    /// An unsigned LEB128 that fits 32 bits.
    #[inline]
    pub(super) fn uleb32(&mut self, what: &str) -> Result<u32> {
        let before = self.at;
        let value = self.uleb(what)?;
        u32::try_from(value)
            .map_err(|_| Fault::at(self.base + before, format!("{what} {value} does not fit 32 bits")))
    }

    /// Skips bytes that the caller has looked at in [`Cursor::rest`].
    #[inline]
    pub(super) fn skip(&mut self, len: usize) {
        self.at = (self.at + len).min(self.bytes.len());
    }

    /// A string table: a count, then a length and the bytes for each. Each string costs at least a byte, so a lying
    /// count is caught before anything of its size is allocated.
    pub(super) fn strings<T>(&mut self, mut make: impl FnMut(&'a [u8]) -> T) -> Result<Vec<T>> {
        let count = self.uleb("count of strings")?;
        if count > self.left() as u64 {
            return Err(self.fault(format!("{count} strings cannot lie in {} bytes", self.left())));
        }
        let mut strings = Vec::new();
        for _ in 0..count {
            let len = self.uleb("length of a string")?;
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            strings.push(make(self.take(len, "string")?));
        }
        Ok(strings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uleb(bytes: &[u8]) -> Result<u64> {
        Cursor::new(bytes, 0, bytes.len()).uleb("number")
    }

    #[test]
    fn numbers_end_or_say_where_they_do_not() {
        assert_eq!(uleb(&[0]), Ok(0));
        assert_eq!(uleb(&[0x7f]), Ok(127));
        assert_eq!(uleb(&[0x80, 0x01]), Ok(128));
        assert_eq!(uleb(&[0x80, 0x00]), Ok(0));
        let mut longest = [0xff; 10];
        longest[9] = 1;
        assert_eq!(uleb(&longest), Ok(u64::MAX));
        longest[9] = 2;
        assert_eq!(uleb(&longest).unwrap_err().what, "number does not fit 64 bits");
        assert_eq!(uleb(&[0x80; 30]).unwrap_err().what, "number is a number that does not end");
        assert_eq!(uleb(&[0x80; 3]), Err(Fault::at(0, "number ends early")));
        assert_eq!(uleb(&[]), Err(Fault::at(0, "number ends early")));
    }

    #[test]
    fn a_lying_count_of_strings_is_caught_at_once() {
        let bytes = [0xff, 0xff, 0xff, 0xff, 0x0f, 1, b'a'];
        let mut cursor = Cursor::new(&bytes, 0, bytes.len());
        assert_eq!(
            cursor.strings(<[u8]>::to_vec),
            Err(Fault::at(5, "4294967295 strings cannot lie in 2 bytes"))
        );
    }
}
