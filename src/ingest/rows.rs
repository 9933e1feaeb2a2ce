//! The texts of all rows, one behind the other: each up to its count, then one digit and a newline, as a section of a profile
//! holds them. So a stretch of a section that says what the one before said is recognised by one comparison of bytes.

/// What follows a text: the digit that [`Rows::set_digit`] keeps, and a newline.
pub(super) const TAIL: usize = 2;

/// Texts by id. Where a text begins is all that is kept about it: it ends [`TAIL`] bytes before the next one.
#[derive(Debug)]
pub(super) struct Rows {
    texts: Vec<u8>,
    /// Offsets; one more than there are rows, the last one the end of the texts.
    starts: Vec<u32>,
}

impl Default for Rows {
    fn default() -> Self {
        Self { texts: Vec::new(), starts: vec![0] }
    }
}

impl Rows {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn reserve(&mut self, rows: usize, bytes: usize) {
        self.starts.reserve(rows);
        self.texts.reserve(bytes);
    }

    /// Whether offsets of 32 bits reach behind one more text.
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.texts.len().saturating_add(len + TAIL) < u32::MAX as usize
    }

    /// Adds a row with the digit 0. It must have room.
    #[inline]
    pub(super) fn push(&mut self, text: &[u8]) {
        self.texts.extend_from_slice(text);
        self.end_row();
    }

    /// Adds a row whose text is the first `len` bytes of `data`.
    #[inline]
    pub(super) fn push_first(&mut self, data: &[u8], len: usize) {
        /// Nearly all texts are as long as this or shorter; what is always as long is copied without a call.
        const AT_ONCE: usize = 64;
        match data.first_chunk::<AT_ONCE>() {
            Some(more) if len <= AT_ONCE => {
                let end = self.texts.len() + len;
                self.texts.extend_from_slice(more);
                self.texts.truncate(end);
            }
            _ => self.texts.extend_from_slice(data.get(..len).unwrap_or_default()),
        }
        self.end_row();
    }

    #[inline]
    fn end_row(&mut self) {
        self.texts.extend_from_slice(b"0\n");
        self.starts.push(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
    }

    /// The text of a row, with the space before the count.
    #[inline]
    pub(super) fn text(&self, id: u32) -> Option<&[u8]> {
        let end = self.start(id as usize + 1)?.checked_sub(TAIL)?;
        self.texts.get(self.start(id as usize)?..end)
    }

    /// The texts from the first row of a stretch on, and where its rows begin; one offset more than it has rows.
    #[inline]
    pub(super) fn stretch(&self, rows: std::ops::Range<usize>) -> Option<Stretch<'_>> {
        let starts = self.starts.get(rows.start..rows.end.checked_add(1)?)?;
        let texts = self.texts.get(*starts.first()? as usize..)?;
        Some(Stretch { texts, starts })
    }

    /// Keeps the digit that a section said last about a row.
    #[inline]
    pub(super) fn set_digit(&mut self, id: u32, hit: bool) {
        let at = self.start(id as usize + 1).and_then(|end| end.checked_sub(TAIL));
        if let Some(digit) = at.and_then(|at| self.texts.get_mut(at)) {
            *digit = b'0' + u8::from(hit);
        }
    }

    fn start(&self, row: usize) -> Option<usize> {
        self.starts.get(row).map(|start| *start as usize)
    }
}

/// Rows that follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    /// From the first row on, to the end of all.
    pub(super) texts: &'a [u8],
    /// Offsets into all texts, the end of the last row included.
    pub(super) starts: &'a [u32],
}

impl<'a> Stretch<'a> {
    /// How many rows it has.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Without its first rows.
    #[inline]
    pub(super) fn behind(&self, rows: usize) -> Self {
        let starts = self.starts.get(rows..).unwrap_or_default();
        let texts = self.texts.get(self.bytes(rows)..).unwrap_or_default();
        Self { texts, starts }
    }

    /// Bytes of the first rows.
    #[inline]
    pub(super) fn bytes(&self, rows: usize) -> usize {
        let start = |row: usize| self.starts.get(row).map_or(0, |start| *start as usize);
        start(rows).saturating_sub(start(0))
    }

    /// Bytes of all rows.
    #[inline]
    pub(super) fn all(&self) -> &'a [u8] {
        self.texts.get(..self.bytes(self.len())).unwrap_or_default()
    }

    /// How many rows end within the first `bytes` bytes.
    pub(super) fn whole_rows(&self, bytes: usize) -> usize {
        let begin = self.starts.first().map_or(0, |start| *start as usize);
        let ends = self.starts.get(1..).unwrap_or_default();
        let is_within = |end: &u32| *end as usize - begin <= bytes;
        // Rows of a file are about equally long: a guess by the first one is a few rows off.
        let width = ends.first().map_or(1, |end| *end as usize - begin).max(1);
        let mut rows = (bytes / width).min(ends.len());
        while ends.get(rows).is_some_and(is_within) {
            rows += 1;
        }
        while rows > 0 && !ends.get(rows - 1).is_some_and(is_within) {
            rows -= 1;
        }
        rows
    }
}
