//! Cobertura XML, the format that GitLab, Jenkins, Azure DevOps, Codecov and most others read.
//!
//! Input: a report. Output: one document of the DTD `coverage-04`. Notes on consumers:
//! * GitLab looks names up below each `<source>` once any source leads somewhere, and adds the hits of classes with one
//!   file name. So: exactly one source (the root), names relative to it, every file in one class and one package.
//! * Jenkins refuses a document without package@name, class@name and @filename, method@name and @signature, or with two
//!   methods of equal name and signature in a class; it reads hits above 2^31-1 as 0.
//! * `ReportGenerator` (Azure) cuts class names at `/`, drops those with `$`, and lets class `X` swallow class `X.Y`.
//! * JavaScript readers throw on a package without classes and on a method without lines. GitLab reads the lines of
//!   methods like those of their class, so both carry the same hits.
//! * Codecov refuses a file whose timestamp is older than twelve hours, and takes 0 for none.
//!
//! Invariants: rates come from the very lines written, floored, never NaN; an empty report has rate 1 and no package;
//! lines ascend and are unique in a class, and no line of a file is in two classes. Files outside the tree are left out.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::escape::{self, Unique};
use super::{Format, FormatOptions};
use crate::model::Report;

mod plan;
mod split;

pub use split::{Part, parts};

use plan::{Class, Document, Lines, Method, Package, rate, tally};

pub(super) static COBERTURA: Format = Format {
    name: "cobertura",
    about: "Cobertura XML: GitLab, Jenkins, Azure DevOps, Codecov and most other readers",
    default_name: "cobertura.xml",
    shows_change: false,
    write,
};

fn write(report: &Report, options: &FormatOptions, out: &mut dyn io::Write) -> io::Result<()> {
    write_whole(&Document::plan(report, options), report, options, out)
}

fn write_whole(
    document: &Document,
    report: &Report,
    options: &FormatOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    // A line an element, without indentation: it would be a sixth of the document, and GitLab ignores files over 10 MiB.
    let mut xml = Writer::new_with_indent(io::BufWriter::new(out), b' ', 0);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.write_event(Event::DocType(BytesText::from_escaped(
        "coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\"",
    )))?;
    write_document(&mut xml, document, report, options)?;
    let mut out = xml.into_inner();
    io::Write::write_all(&mut out, b"\n")?;
    io::Write::flush(&mut out)
}

fn write_document<W: io::Write>(
    xml: &mut Writer<W>,
    document: &Document,
    report: &Report,
    options: &FormatOptions,
) -> io::Result<()> {
    let version = format!("coverdict {}", report.run.version);
    let source = options.cobertura_source.as_deref().unwrap_or(&report.run.root);
    let lines = document.sums.lines;
    element(
        xml,
        "coverage",
        &[
            ("line-rate", &rate(lines)),
            ("branch-rate", "1"),
            ("lines-covered", &lines.covered.to_string()),
            ("lines-valid", &lines.total.to_string()),
            ("branches-covered", "0"),
            ("branches-valid", "0"),
            ("complexity", &document.sums.average_complexity()),
            ("version", &escape::xml(&version)),
            ("timestamp", &options.timestamp.to_string()),
        ],
        |xml| {
            element(xml, "sources", &[], |xml| {
                element(xml, "source", &[], |xml| {
                    xml.write_event(Event::Text(BytesText::from_escaped(escape::xml(source))))
                })
            })?;
            list(xml, "packages", &document.packages, |xml, package| write_package(xml, package, options))
        },
    )
}

fn write_package<W: io::Write>(
    xml: &mut Writer<W>,
    package: &Package,
    options: &FormatOptions,
) -> io::Result<()> {
    let attributes = [
        ("name", package.name.as_ref()),
        ("line-rate", &rate(package.sums.lines)),
        ("branch-rate", "1"),
        ("complexity", &package.sums.average_complexity()),
    ];
    element(xml, "package", &attributes, |xml| {
        list(xml, "classes", &package.classes, |xml, class| write_class(xml, class, options))
    })
}

fn write_class<W: io::Write>(xml: &mut Writer<W>, class: &Class, options: &FormatOptions) -> io::Result<()> {
    let attributes = [
        ("name", class.name.as_ref()),
        ("filename", &class.file),
        ("line-rate", &rate(class.sums.lines)),
        ("branch-rate", "1"),
        ("complexity", &class.sums.average_complexity()),
    ];
    let methods = if options.no_methods { &[] } else { class.methods.as_slice() };
    element(xml, "class", &attributes, |xml| {
        let mut signatures = Unique::default();
        let lines = LineElements::of(&class.lines);
        list(xml, "methods", methods, |xml, method| write_method(xml, method, &lines, &mut signatures))?;
        write_lines(xml, &lines.text)
    })
}

fn write_method<'a, W: io::Write>(
    xml: &mut Writer<W>,
    method: &Method<'a>,
    lines: &LineElements<'_>,
    names: &mut Unique<'a>,
) -> io::Result<()> {
    let attributes = [
        ("name", names.name(escape::xml(&method.function.name))),
        ("signature", escape::xml(method.function.signature.as_deref().unwrap_or_default())),
        ("line-rate", Cow::Owned(rate(tally(method.lines)))),
        ("branch-rate", Cow::Borrowed("1")),
        ("complexity", Cow::Owned(method.function.complexity.to_string())),
    ];
    let attributes = attributes.each_ref().map(|(name, value)| (*name, value.as_ref()));
    element(xml, "method", &attributes, |xml| match lines.part(method.lines) {
        Some(text) => write_lines(xml, text),
        None => write_lines(xml, &LineElements::of(method.lines).text),
    })
}

/// The elements of a class's lines: the bulk of the document. Numbers need no escaping, so they are put together as one text,
/// of which the lines of a method are mostly a part.
struct LineElements<'a> {
    lines: &'a Lines,
    text: String,
    /// Where the element of each line starts, and where the last one ends.
    starts: Vec<usize>,
}

impl<'a> LineElements<'a> {
    fn of(lines: &'a Lines) -> Self {
        let mut number = itoa::Buffer::new();
        let mut text = String::with_capacity(lines.len() * "\n<line number=\"1000\" hits=\"1000\"/>".len());
        let mut starts = Vec::with_capacity(lines.len() + 1);
        starts.push(0);
        for &(line, hits) in lines {
            text.push_str("\n<line number=\"");
            text.push_str(number.format(line));
            text.push_str("\" hits=\"");
            text.push_str(number.format(escape::hits(hits)));
            text.push_str("\"/>");
            starts.push(text.len());
        }
        Self { lines, text, starts }
    }

    /// The elements of lines that follow each other here; `None` where they do not.
    fn part(&self, lines: &Lines) -> Option<&str> {
        let first = lines.first()?.0;
        let from = self.lines.partition_point(|&(line, _)| line < first);
        let to = from + lines.len();
        if self.lines.get(from..to)? != lines {
            return None;
        }
        self.text.get(*self.starts.get(from)?..*self.starts.get(to)?)
    }
}

/// The element of lines that are put together already. It is written past the writer, which goes on as behind any content.
fn write_lines<W: io::Write>(xml: &mut Writer<W>, lines: &str) -> io::Result<()> {
    if lines.is_empty() {
        return xml.write_event(Event::Empty(BytesStart::new("lines")));
    }
    let out = xml.get_mut();
    for part in ["\n<lines>", lines, "\n</lines>"] {
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

/// An element that holds one element per item; `<name/>` when there are none.
fn list<W: io::Write, T>(
    xml: &mut Writer<W>,
    name: &'static str,
    items: &[T],
    mut write_item: impl FnMut(&mut Writer<W>, &T) -> io::Result<()>,
) -> io::Result<()> {
    if items.is_empty() {
        return xml.write_event(Event::Empty(BytesStart::new(name)));
    }
    element(xml, name, &[], |xml| items.iter().try_for_each(|item| write_item(xml, item)))
}

/// An element with attributes that are escaped already.
fn element<W: io::Write>(
    xml: &mut Writer<W>,
    name: &'static str,
    attributes: &[(&str, &str)],
    content: impl FnOnce(&mut Writer<W>) -> io::Result<()>,
) -> io::Result<()> {
    let length = |(key, value): &(&str, &str)| " =\"\"".len() + key.len() + value.len();
    let mut tag = String::with_capacity(name.len() + attributes.iter().map(length).sum::<usize>());
    tag.push_str(name);
    for (key, value) in attributes {
        for part in [" ", key, "=\"", value, "\""] {
            tag.push_str(part);
        }
    }
    xml.write_event(Event::Start(BytesStart::from_content(tag, name.len())))?;
    content(xml)?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

#[cfg(test)]
mod tests;
