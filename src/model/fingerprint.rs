//! A number that tells a text from an edited one.

use memchr::memmem;

/// Of two texts that differ in a few bytes it differs, but for the ends of lines: a checkout on Windows may turn `\n` to `\r\n`, and no
/// place in a line moves by that. Nobody gains from two texts with the same: it is no protection.
pub fn fingerprint(text: &[u8]) -> u64 {
    if memmem::find(text, b"\r\n").is_none() {
        return of_bytes(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memmem::find(rest, b"\r\n") {
        let (line, behind) = rest.split_at(at);
        plain.extend_from_slice(line);
        rest = behind.get(1..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    of_bytes(&plain)
}

fn of_bytes(text: &[u8]) -> u64 {
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
        self.0 = mix(self.0, of_bytes(line.strip_suffix(b"\r").unwrap_or(line)));
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
    fn ends_of_lines_do_not_count_and_other_bytes_do() {
        assert_eq!(
            fingerprint(b"package p\r\n\r\nfunc f() {}\r\n"),
            fingerprint(b"package p\n\nfunc f() {}\n")
        );
        for other in [&b"a\rb\n"[..], b"ab\n", b"a\r\r\nb", b"a\nb\r", b"a\n\nb"] {
            assert_ne!(fingerprint(b"a\nb"), fingerprint(other), "{other:?}");
        }
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
