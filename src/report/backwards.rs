//! A row of numbers, put together from its last digit on.

/// Room for five numbers of up to 10 digits, one of up to 20, and what stands between them.
const ROOM: usize = 80;

/// Text that grows at its front, up to [`ROOM`] bytes.
pub(super) struct Backwards {
    bytes: [u8; ROOM],
    from: usize,
}

impl Default for Backwards {
    #[inline]
    fn default() -> Self {
        Self { bytes: [0; ROOM], from: ROOM }
    }
}

impl Backwards {
    /// Puts a byte in front.
    #[inline]
    pub(super) fn put(&mut self, byte: u8) {
        self.from -= 1;
        self.bytes[self.from] = byte;
    }

    /// Puts a number in front.
    #[inline]
    pub(super) fn number(&mut self, mut number: u64) {
        loop {
            self.put(b"0123456789"[(number % 10) as usize]);
            number /= 10;
            if number == 0 {
                return;
            }
        }
    }

    /// The whole text.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(self.from..).unwrap_or_default()
    }
}
