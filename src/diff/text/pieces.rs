//! A stream cut into lines, and long lines into pieces. The cuts depend on the bytes alone, not on how they arrive.

use std::io::{self, BufRead};

use memchr::memchr;

/// Bytes of a piece at most: more than any header of a diff takes.
pub(super) const LONGEST: usize = 1 << 16;

/// A line, or a part of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// Without the LF.
    pub(super) bytes: &'a [u8],
    /// Whether the line starts here.
    pub(super) first: bool,
    /// Whether the line ends here.
    pub(super) last: bool,
}

/// The stream.
pub(super) struct Pieces<'a> {
    input: &'a mut dyn BufRead,
    /// Bytes of the input that the last piece lent.
    lent: usize,
    /// A piece that does not lie in one buffer of the input.
    joined: Vec<u8>,
    /// Whether the last piece did not end its line.
    inside: bool,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, lent: 0, joined: Vec::new(), inside: false }
    }

    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        self.input.consume(std::mem::take(&mut self.lent));
        let first = !self.inside;
        if let Some(end) = memchr(b'\n', head(available(self.input)?, LONGEST)) {
            self.inside = false;
            self.lent = end + 1;
            let bytes = head(available(self.input)?, end);
            return Ok(Some(Piece { bytes, first, last: true }));
        }
        self.joined.clear();
        let Some(last) = self.join()? else { return Ok(None) };
        self.inside = !last;
        Ok(Some(Piece { bytes: &self.joined, first, last }))
    }

    /// Fills `joined`; gives whether the line ends with it, and `None` when there is nothing more.
    fn join(&mut self) -> io::Result<Option<bool>> {
        loop {
            let bytes = available(self.input)?;
            if bytes.is_empty() {
                return Ok((self.inside || !self.joined.is_empty()).then_some(true));
            }
            let part = head(bytes, LONGEST - self.joined.len());
            if let Some(end) = memchr(b'\n', part) {
                self.joined.extend_from_slice(head(part, end));
                self.input.consume(end + 1);
                return Ok(Some(true));
            }
            let taken = part.len();
            self.joined.extend_from_slice(part);
            self.input.consume(taken);
            if self.joined.len() == LONGEST {
                return Ok(Some(false));
            }
        }
    }
}

/// What the input holds ready; a signal is no error.
fn available(input: &mut dyn BufRead) -> io::Result<&[u8]> {
    // Asked twice, since a borrow that is returned from inside a loop would last for all of it.
    loop {
        match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    input.fill_buf()
}

fn head(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn cut(bytes: &[u8], buffer: usize) -> Vec<(usize, bool, bool)> {
        let mut input = BufReader::with_capacity(buffer, bytes);
        let mut pieces = Pieces::new(&mut input);
        let mut found = Vec::new();
        while let Some(piece) = pieces.next().expect("memory can be read") {
            found.push((piece.bytes.len(), piece.first, piece.last));
        }
        found
    }

    #[test]
    fn lines_end_at_lf_and_long_ones_are_cut_in_the_same_places_whatever_the_buffer() {
        let mut bytes = b"a\n\nb\r\x0c\n".to_vec();
        for length in [LONGEST - 1, LONGEST, 2 * LONGEST + 5] {
            bytes.extend(std::iter::repeat_n(b'x', length));
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(b"end");
        let whole = [(1, true, true), (0, true, true), (3, true, true), (LONGEST - 1, true, true)];
        let long = [(LONGEST, true, false), (0, false, true)];
        let longer = [(LONGEST, true, false), (LONGEST, false, false), (5, false, true), (3, true, true)];
        let expected = [&whole[..], &long, &longer].concat();
        for buffer in [1, 7, 4096, LONGEST, 10 * LONGEST] {
            assert_eq!(cut(&bytes, buffer), expected, "buffers of {buffer}");
        }
        assert_eq!(cut(b"", 8), []);
    }
}
