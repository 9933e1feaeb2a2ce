//! Numbers written one behind the other: a profile is little else, and formatting them was a seventh of the time of a merge.

/// Room for six numbers of up to 20 digits, and what stands between them.
const ROOM: usize = 128;
/// A place in the room: everything that is written stays below.
const PLACES: usize = ROOM - 1;
/// Bytes that a piece may be copied with at once.
const PIECE: usize = 4;

/// The numbers below a hundred in two digits.
pub(super) const DIGITS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut at = 1;
    while at < pairs.len() {
        let before = pairs[at - 1];
        pairs[at] = if before[1] == b'9' { [before[0] + 1, b'0'] } else { [before[0], before[1] + 1] };
        at += 1;
    }
    pairs
};

/// The numbers below a thousand in three digits, and how many of them count when zeros in front do not.
const THREE: [[u8; PIECE]; 1000] = {
    let mut all = [[b'0'; PIECE]; 1000];
    let mut at = 0;
    while at < all.len() {
        let [tens, ones] = DIGITS[at % 100];
        let hundreds = DIGITS[at / 100][1];
        let count = if at >= 100 { 3 } else { 1 + (at >= 10) as u8 };
        all[at] = [hundreds, tens, ones, count];
        at += 1;
    }
    all
};

/// The same without zeros in front: the digits come first.
pub(super) const SMALL: [[u8; PIECE]; 1000] = {
    let mut all = THREE;
    let mut at = 0;
    while at < 100 {
        let [_, tens, ones, count] = all[at];
        all[at] = if at < 10 { [ones, b'0', b'0', count] } else { [tens, ones, b'0', count] };
        at += 1;
    }
    all
};

/// Text that is put together from bytes and numbers, up to [`ROOM`] bytes.
pub(super) struct Numbers {
    bytes: [u8; ROOM + PIECE],
    len: usize,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { bytes: [0; ROOM + PIECE], len: 0 }
    }
}

impl Numbers {
    /// Begins anew.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds a byte.
    #[inline]
    pub(super) fn put(&mut self, byte: u8) {
        self.bytes[self.len & PLACES] = byte;
        self.len += 1;
    }

    /// Adds a number.
    #[inline]
    pub(super) fn number(&mut self, number: u64) {
        match number {
            0..1000 => self.piece(SMALL[(number % 1000) as usize]),
            1000..1_000_000 => {
                self.piece(SMALL[(number / 1000 % 1000) as usize]);
                self.three(number);
            }
            1_000_000..1_000_000_000 => {
                self.piece(SMALL[(number / 1_000_000 % 1000) as usize]);
                self.three(number / 1000);
                self.three(number);
            }
            _ => self.long(number),
        }
    }

    /// Adds the last three digits of a number.
    #[inline]
    fn three(&mut self, number: u64) {
        let [hundreds, tens, ones, _] = THREE[(number % 1000) as usize];
        self.piece([hundreds, tens, ones, 3]);
    }

    /// Adds the digits that a piece begins with; what lies behind them is overwritten by what comes next.
    #[inline]
    fn piece(&mut self, piece: [u8; PIECE]) {
        if let Some(place) = self.bytes[self.len & PLACES..].first_chunk_mut() {
            *place = piece;
        }
        self.len += usize::from(piece[PIECE - 1]);
    }

    #[inline(never)]
    fn long(&mut self, number: u64) {
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(number).as_bytes();
        if let Some(place) = self.bytes.get_mut(self.len..self.len + digits.len()) {
            place.copy_from_slice(digits);
        }
        self.len += digits.len();
    }

    /// The whole text.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_printed() {
        let around = |power: u32| {
            let power = 10u64.pow(power);
            [power - 1, power, power + 1, power.saturating_mul(7) - 42]
        };
        let mut text = Numbers::default();
        for number in (0..2000).chain((3..20).flat_map(around)).chain([u64::MAX]) {
            text.clear();
            text.put(b'.');
            text.number(number);
            text.put(b',');
            assert_eq!(std::str::from_utf8(text.text()), Ok(format!(".{number},").as_str()));
        }
    }

    #[test]
    fn the_longest_row_has_room() {
        let mut text = Numbers::default();
        for _ in 0..5 {
            text.number(u64::from(u32::MAX));
            text.put(b' ');
        }
        text.number(u64::MAX);
        let longest = format!("{} {}", ["4294967295"; 5].join(" "), u64::MAX);
        assert_eq!(std::str::from_utf8(text.text()), Ok(longest.as_str()));
    }
}
