//! Generic coverage of `SonarQube` and `SonarCloud`: which lines are covered, one `<file>` each.
//!
//! Input: a report. Output: XML, `<coverage version="1">`. Notes on consumers: line numbers are positive, a path is relative to
//! the base directory of the project and stands once, a line once in it; an unknown path is a warning there. There are
//! conditions (`branchesToCover`) besides lines; Go knows none, so none are written: they would enter the percentage.
//!
//! Invariant: files of the tree with lines alone, in the order of the report; a line is covered when it has hits.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, Event};

use super::escape::{self, Unique};
use super::{Format, FormatOptions};
use crate::model::Report;

pub(super) static SONAR: Format = Format {
    name: "sonar",
    about: "SonarQube generic test coverage (sonar.coverageReportPaths)",
    default_name: "sonar-coverage.xml",
    shows_change: false,
    write,
};

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(io::BufWriter::new(out), b' ', 0);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.write_event(Event::Start(BytesStart::from_content("coverage version=\"1\"", "coverage".len())))?;
    let mut names = Unique::default();
    for (_, file) in report.files().filter(|(_, file)| file.in_tree && !file.lines.is_empty()) {
        let path = names.name(escape::xml(file.path.as_str()));
        xml.write_event(Event::Start(BytesStart::from_content(
            format!("file path=\"{path}\""),
            "file".len(),
        )))?;
        // Numbers need no escaping, so the lines are put together as one text.
        let mut number = itoa::Buffer::new();
        let mut text = String::with_capacity(file.lines.len() * 48);
        for &(line, hits) in &file.lines {
            text.push_str("\n<lineToCover lineNumber=\"");
            text.push_str(number.format(line));
            text.push_str(if hits > 0 { "\" covered=\"true\"/>" } else { "\" covered=\"false\"/>" });
        }
        xml.get_mut().write_all(text.as_bytes())?;
        xml.write_event(Event::End(BytesEnd::new("file")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("coverage")))?;
    let mut out = xml.into_inner();
    out.write_all(b"\n")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;

    use super::super::testing::{self, render};
    use super::*;

    #[test]
    fn small_report() {
        insta::assert_snapshot!(render(&SONAR, &testing::small(), &FormatOptions::default()));
    }

    #[test]
    fn an_empty_report_is_a_document_without_files() {
        insta::assert_snapshot!(render(&SONAR, &testing::empty(), &FormatOptions::default()));
    }

    #[test]
    fn hostile_names_stay_names() {
        check(&testing::hostile());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn no_name_breaks_the_document(names in testing::any_names()) {
            check(&testing::named(&names));
        }
    }

    /// A reader sees every file once, under its name where XML can hold it, with its lines in order.
    fn check(report: &Report) {
        let text = render(&SONAR, report, &FormatOptions::default());
        let mut reader = Reader::from_str(&text);
        let mut seen: Vec<(String, Vec<(u32, bool)>)> = Vec::new();
        loop {
            let attribute = |tag: &BytesStart, name: &str| {
                let found = tag.try_get_attribute(name).expect("attributes").expect("this one");
                found.normalized_value(quick_xml::XmlVersion::Implicit1_0).expect("references").into_owned()
            };
            match reader.read_event().expect("well-formed") {
                Event::Start(tag) if tag.name().as_ref() == "file" => {
                    seen.push((attribute(&tag, "path"), Vec::new()));
                }
                Event::Empty(tag) => {
                    let line = attribute(&tag, "lineNumber").parse().expect("a number");
                    let covered = attribute(&tag, "covered") == "true";
                    seen.last_mut().expect("within a file").1.push((line, covered));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let files: Vec<_> = report
            .files()
            .map(|(_, file)| file)
            .filter(|file| file.in_tree && !file.lines.is_empty())
            .collect();
        assert_eq!(seen.len(), files.len());
        for ((path, lines), file) in seen.iter().zip(&files) {
            if !path.contains(['\u{fffd}', '~']) {
                assert_eq!(path, file.path.as_str());
            }
            let expected: Vec<_> = file.lines.iter().map(|&(line, hits)| (line, hits > 0)).collect();
            assert_eq!(*lines, expected);
        }
        let mut paths: Vec<_> = seen.into_iter().map(|(path, _)| path).collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), files.len());
    }
}
