//! A row of numbers, put together from its last digit on.

/// Room for five numbers of up to 10 digits, one of up to 20, and what stands between them.
const ROOM: usize = 80;

/// The numbers below a hundred in two digits: two at once halve the divisions.
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
        while number >= 100 {
            self.pair(number);
            number /= 100;
        }
        if number >= 10 { self.pair(number) } else { self.put(DIGITS[(number % 100) as usize][1]) }
    }

    /// Puts the last two digits in front.
    #[inline]
    fn pair(&mut self, number: u64) {
        self.from -= 2;
        let digits = DIGITS[(number % 100) as usize];
        self.bytes[self.from] = digits[0];
        self.bytes[self.from + 1] = digits[1];
    }

    /// The whole text.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(self.from..).unwrap_or_default()
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
        for number in (0..1000).chain((3..20).flat_map(around)).chain([u64::MAX]) {
            let mut text = Backwards::default();
            text.put(b'.');
            text.number(number);
            assert_eq!(std::str::from_utf8(text.text()), Ok(format!("{number}.").as_str()));
        }
    }
}
