//! All pages of reports made by hand, the smallest and the fullest.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::*;
use crate::golang;
use crate::report::pages::SourceText;
use crate::report::testing;

/// Keeps pages in memory; a second page of one name is an error.
#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, String>>);

impl PageSink for Memory {
    fn put(&self, path: &str, parts: &[&[u8]]) -> io::Result<()> {
        let text = String::from_utf8(parts.concat()).map_err(io::Error::other)?;
        let before = self.0.lock().expect("no panic").insert(path.to_owned(), text);
        before.map_or(Ok(()), |_| Err(io::Error::other(format!("{path} twice"))))
    }
}

/// Every source is the same few lines.
pub(super) struct Same;

impl Texts for Same {
    fn text(&self, _: &FileReport) -> SourceText {
        let text = b"package p\n\nfunc F() { g() }\n\treturn\n}\n".to_vec();
        SourceText::Same(Arc::new(golang::shown(text)))
    }
}

pub(super) fn pages(report: &Report, texts: &dyn Texts) -> BTreeMap<String, String> {
    pages_with(report, texts, &Templates::new(Vec::new()).expect("our templates are right"))
}

pub(super) fn pages_with(
    report: &Report,
    texts: &dyn Texts,
    templates: &Templates,
) -> BTreeMap<String, String> {
    let sink = Memory::default();
    write(report, &FormatOptions::default(), templates, texts, &sink).expect("memory takes everything");
    sink.0.into_inner().expect("no panic")
}

#[test]
fn every_frame_renders_for_the_smallest_and_the_fullest_report() {
    for (report, files) in [(testing::empty(), 0), (testing::small(), 5), (testing::hostile(), 23)] {
        let first = pages(&report, &Same);
        assert_eq!(first, pages(&report, &Same), "the same bytes");
        assert_eq!(first.len(), files + 10, "{:?}", first.keys());
        assert!(first.keys().all(|path| is_page(path)), "{:?}", first.keys());
        for (path, page) in first.iter().filter(|(path, _)| !path.starts_with("assets/")) {
            assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"), "{path}");
            assert!(!page.contains(BODY) && !page.contains("{{") && !page.contains("{%"), "{path}");
        }
    }
}

#[test]
fn a_change_comes_first_and_is_marked_in_tree_tables_and_source() {
    let pages = pages(&testing::small(), &Same);
    let index = &pages["index.html"];
    assert!(index.contains("<h2>Change</h2>") && index.contains("Files of the change"), "{index}");
    assert!(index.contains("<a href=\"tree.html\">Tree</a>"));
    assert!(
        pages["tree.html"].contains("class=\"tree five\"")
            && pages["files.html"].contains("<th scope=col>Change")
    );
    let source = &pages["files/shapes/shapes.go.html"];
    assert!(source.contains("id=\"changed\"") && source.contains(" a k\""), "{source}");
    assert!(!pages["files/example.org/dep/dep.go.html"].contains("id=\"changed\""));
}

#[test]
fn numbers_are_grouped_wherever_they_stand() {
    let mut report = testing::small();
    for package in &mut report.packages {
        package.totals.statements = Tally::new(1234, 7_654_321);
        for file in &mut package.files {
            file.totals.statements = Tally::new(1234, 7_654_321);
        }
    }
    let pages = pages(&report, &Same);
    for page in ["packages.html", "files.html", "tree.html", "treemap.html", "files/main.go.html"] {
        let page = &pages[page];
        assert!(page.contains("7,653,087") && !page.contains("7653087"), "{page}");
    }
}

#[test]
fn findings_link_to_the_page_that_they_speak_of() {
    let pages = pages(&testing::small(), &Same);
    let index = &pages["index.html"];
    assert!(index.contains("<a href=\"files/main.go.html#L42\">2 stale blocks in main.go"), "{index}");
    assert!(pages["health.html"].contains("help: <code>go test -count=1 ./...</code>"));
    assert!(index.contains("✗ FAIL") && index.contains("(not judged)"));
}

#[test]
fn a_source_that_changed_since_is_not_shown() {
    struct Changed;
    impl Texts for Changed {
        fn text(&self, _: &FileReport) -> SourceText {
            SourceText::Changed
        }
    }
    let pages = pages(&testing::small(), &Changed);
    let page = &pages["files/main.go.html"];
    assert!(
        page.contains("The source changed while this report was made") && !page.contains("<tr id=L"),
        "{page}"
    );
}

#[test]
fn the_error_of_a_sink_comes_through() {
    struct Full;
    impl PageSink for Full {
        fn put(&self, path: &str, _: &[&[u8]]) -> io::Result<()> {
            if path.starts_with("files/") { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }
    let templates = Templates::new(Vec::new()).expect("our templates are right");
    let result = write(&testing::small(), &FormatOptions::default(), &templates, &Same, &Full);
    assert!(matches!(result, Err(PageError::Io(error)) if error.kind() == io::ErrorKind::StorageFull));
}

#[test]
fn widths_tell_all_and_nothing_from_nearly() {
    let width = |covered, total| width(Tally::new(covered, total));
    assert_eq!(
        [width(0, 0), width(0, 9), width(1, 9999), width(9998, 9999), width(9, 9)],
        [None, Some(0), Some(1), Some(99), Some(100)]
    );
    assert_eq!(width(u64::MAX, u64::MAX), Some(100));
}
