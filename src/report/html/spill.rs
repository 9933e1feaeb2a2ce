//! Hands a long page over in pieces, so that no room has to be as long as the longest page: what is written to for the first
//! time has to be got from the system first.

use std::io::{self, Write};

use super::page::Page;
use crate::report::pages::PageSink;

/// Bytes of a page that are held before they are handed over.
const HELD: usize = 128 << 10;

/// Where a page goes to.
pub(super) struct Spill<'s> {
    sink: &'s dyn PageSink,
    path: &'s str,
    to: To<'s>,
}

enum To<'s> {
    /// All of the page was short so far.
    Undecided,
    /// The page is begun there.
    Begun(Box<dyn Write + 's>),
    /// The sink wants pages whole.
    Whole,
    /// The sink failed.
    Failed(io::Error),
}

impl<'s> Spill<'s> {
    pub(super) fn new(sink: &'s dyn PageSink, path: &'s str) -> Self {
        Self { sink, path, to: To::Undecided }
    }

    /// Hands over what there is of the page when that is much, and begins anew.
    pub(super) fn relieve(&mut self, page: &mut Page) {
        if page.bytes().len() < HELD {
            return;
        }
        if matches!(self.to, To::Undecided) {
            self.to = match self.sink.begin(self.path) {
                Ok(place) => place.map_or(To::Whole, To::Begun),
                Err(error) => To::Failed(error),
            };
        }
        match &mut self.to {
            To::Begun(place) => {
                if let Err(error) = place.write_all(page.bytes()) {
                    self.to = To::Failed(error);
                }
                page.clear();
            }
            // Nothing of it will be seen.
            To::Failed(_) => page.clear(),
            To::Undecided | To::Whole => {}
        }
    }

    /// Hands over the rest.
    pub(super) fn end(self, page: &Page) -> io::Result<()> {
        match self.to {
            To::Begun(mut place) => place.write_all(page.bytes()).and_then(|()| place.flush()),
            To::Undecided | To::Whole => self.sink.put(self.path, &[page.bytes()]),
            To::Failed(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Keeps what it gets. Takes pieces when it is told to, and at most so many bytes.
    struct Sink {
        in_pieces: bool,
        most: usize,
        got: Mutex<Vec<u8>>,
        pieces: Mutex<usize>,
    }

    impl Sink {
        fn new(in_pieces: bool, most: usize) -> Self {
            Self { in_pieces, most, got: Mutex::default(), pieces: Mutex::default() }
        }

        fn take(&self, bytes: &[u8]) -> io::Result<()> {
            let mut got = self.got.lock().expect("no panic");
            *self.pieces.lock().expect("no panic") += 1;
            if got.len() + bytes.len() > self.most {
                return Err(io::Error::other("full"));
            }
            got.extend_from_slice(bytes);
            Ok(())
        }
    }

    struct Place<'s>(&'s Sink);

    impl Write for Place<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.take(bytes).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl PageSink for Sink {
        fn put(&self, _: &str, parts: &[&[u8]]) -> io::Result<()> {
            self.take(&parts.concat())
        }

        fn begin(&self, _: &str) -> io::Result<Option<Box<dyn Write + '_>>> {
            Ok(self.in_pieces.then(|| Box::new(Place(self)) as Box<dyn Write>))
        }
    }

    /// Writes a page of so many lines; gives what it is.
    fn write(sink: &Sink, lines: u32) -> (String, io::Result<()>) {
        let (mut page, mut spill) = (Page::default(), Spill::new(sink, "a.html"));
        let mut wanted = String::new();
        for line in 0..lines {
            let text = format!("line {line} of the page\n");
            page.push(text.as_bytes());
            spill.relieve(&mut page);
            wanted.push_str(&text);
        }
        (wanted, spill.end(&page))
    }

    #[test]
    fn a_page_is_the_same_whole_and_in_pieces() {
        for (in_pieces, lines, pieces) in
            [(true, 10, 1), (false, 10, 1), (true, 20_000, 4), (false, 20_000, 1)]
        {
            let sink = Sink::new(in_pieces, usize::MAX);
            let (wanted, written) = write(&sink, lines);
            written.expect("written");
            assert!(*sink.got.lock().expect("no panic") == wanted.as_bytes());
            assert_eq!(*sink.pieces.lock().expect("no panic"), pieces, "{in_pieces} {lines}");
        }
    }

    #[test]
    fn a_sink_that_fails_is_told_of_at_the_end() {
        for in_pieces in [true, false] {
            let (_, written) = write(&Sink::new(in_pieces, 200_000), 20_000);
            assert_eq!(written.expect_err("no room").to_string(), "full");
        }
    }
}
