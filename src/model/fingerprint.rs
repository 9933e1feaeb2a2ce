//! A number that tells a text from an edited one.

/// Of two texts that differ in a few bytes it differs. Nobody gains from two texts with the same: it is no protection.
pub fn fingerprint(text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
}

fn mix(hash: u64, word: u64) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let hash = (hash ^ word).wrapping_mul(FACTOR);
    hash ^ (hash >> 29)
}

/// The fingerprint of a text of lines, however they end: a checkout may have turned `\n` to `\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineFingerprint(u64);

impl LineFingerprint {
    /// Adds a line, without its end.
    pub fn add(&mut self, line: &[u8]) {
        self.0 = mix(self.0, fingerprint(line.strip_suffix(b"\r").unwrap_or(line)));
    }

    /// Of all lines so far.
    pub fn value(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_changes_the_fingerprint() {
        let text = b"package p\n\nfunc f() {}\n".to_vec();
        let mut seen = vec![fingerprint(&text), fingerprint(&text[..22]), fingerprint(b"")];
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] ^= 1;
            seen.push(fingerprint(&other));
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        assert_eq!(fingerprint(&text), fingerprint(&text.clone()));
    }

    #[test]
    fn lines_are_told_by_content_and_order_and_not_by_their_ends() {
        let of = |lines: &[&str]| {
            let mut all = LineFingerprint::default();
            for line in lines {
                all.add(line.as_bytes());
            }
            all.value()
        };
        assert_eq!(of(&["a", "b"]), of(&["a\r", "b\r"]));
        for other in [&["b", "a"][..], &["a"], &["a", "b", ""], &["ab"], &["a\rb"]] {
            assert_ne!(of(&["a", "b"]), of(other), "{other:?}");
        }
    }
}
