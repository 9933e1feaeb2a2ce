//! Faults for Go sources: cut, deleted, noise, scraps of syntax, splices. Shared by the unit tests and
//! `dump-blocks`.

/// A small generator of numbers, the same on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    /// The same one every time.
    pub(crate) fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    /// A number from 0 on, below `below`.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (below.max(1) as u64)).expect("it is below a usize")
    }
}

const SCRAPS: [&str; 30] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "func",
    "func() {",
    "if ",
    "else ",
    "case x:",
    "switch ",
    "//",
    "/*",
    "*/",
    "`",
    "\"",
    "'",
    ";",
    "\n",
    ":",
    "L:",
    "range ",
    "struct{",
    "map[",
    "\u{e9}",
    "\r",
    "//line x:3\n",
    "//coverdict:ignore\n",
    "panic(",
];

/// A copy of `text` with a few faults in it, some taken from `other`.
pub(crate) fn mutate(text: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(text.len());
        let end = (at + dice.roll(60)).min(text.len());
        match dice.roll(5) {
            0 => text.truncate(at),
            1 => drop(text.drain(at..end)),
            2 => text[at..end]
                .iter_mut()
                .for_each(|byte| *byte = u8::try_from(dice.roll(256)).expect("it is below 256")),
            3 => drop(text.splice(at..at, SCRAPS[dice.roll(SCRAPS.len())].bytes())),
            _ => {
                let from = dice.roll(other.len());
                let to = (from + dice.roll(200)).min(other.len());
                drop(text.splice(at..end, other[from..to].iter().copied()));
            }
        }
        if text.is_empty() {
            break;
        }
    }
    text
}
