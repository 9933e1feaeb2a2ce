//! Streams far larger than what may be kept of them.

use super::pieces::{LONGEST, Pieces};
use super::*;

/// A stream made of parts, each repeated; no more than one part is ever there.
struct Stream {
    parts: Vec<(Vec<u8>, usize)>,
    part: usize,
    at: usize,
}

impl Stream {
    fn of(parts: &[(&[u8], usize)]) -> Self {
        let parts = parts.iter().map(|&(part, times)| (part.to_vec(), times)).collect();
        Self { parts, part: 0, at: 0 }
    }
}

impl io::Read for Stream {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.parts.get(self.part).map_or(&[], |(part, _)| &part[self.at..]))
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
        let Some((part, times)) = self.parts.get_mut(self.part) else { return };
        if self.at == part.len() {
            self.at = 0;
            *times -= 1;
            self.part += usize::from(*times == 0);
        }
    }
}

/// 30 MB in one added line, 10 MB in one deleted line, 10 MB of added lines: what is left are three ranges.
#[test]
fn a_large_diff_leaves_its_ranges() {
    let block = vec![b'x'; 1 << 16];
    let mut stream = Stream::of(&[
        (b"--- a/d.json\n+++ b/d.json\n@@ -1,2 +1,2 @@\n c\n-", 1),
        (&block, 160),
        (b"\n+", 1),
        (&block, 480),
        (b"\n@@ -7,0 +8,2097152 @@\n", 1),
        (b"+abc\n", 1 << 21),
    ]);
    let files = read(&mut stream, &Anything, Whitespace::Significant).expect("a diff");
    assert_eq!(
        (files[0].deleted.ranges(), files[0].added.ranges()),
        (&[(2, 2)][..], &[(2, 2), (8, 2_097_159)][..])
    );
}

/// A long line is compared as it passes.
#[test]
fn a_long_line_is_compared_with_the_tree() {
    let block = vec![b'y'; 1 << 16];
    let long = "y".repeat((1 << 16) * 20);
    let header = b"--- a/x.go\n+++ b/x.go\n@@ -0,0 +1 @@\n+";
    for (head, same) in [(long.clone(), true), (format!("{long}y"), false), (long[1..].to_owned(), false)] {
        let mut stream = Stream::of(&[(header, 1), (&block, 20), (b"\r\n", 1)]);
        let found = read(&mut stream, &Files::of(&[("x.go", &head)]), Whitespace::Significant);
        assert_eq!(found.is_ok(), same);
        if let Err(error) = found {
            assert!(error.to_string().len() < 500, "only the start is shown");
        }
    }
}

#[test]
fn no_piece_is_longer_than_its_bound() {
    let block = vec![b'z'; 10_000];
    let mut stream = Stream::of(&[(&block, 1000), (b"\n", 3), (&block, 1)]);
    let mut pieces = Pieces::new(&mut stream);
    let mut total = 0;
    while let Some(piece) = pieces.next().expect("no error") {
        assert!(piece.bytes.len() <= LONGEST);
        total += piece.bytes.len();
    }
    assert_eq!(total, 10_010_000);
}
