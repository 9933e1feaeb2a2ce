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
use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::name::QName;

use super::escape::{self, Unique};
use super::{Format, FormatOptions};
use crate::model::{FileReport, FunctionReport, PackageReport, Report, Tally};

pub(super) static COBERTURA: Format = Format {
    name: "cobertura",
    about: "Cobertura XML: GitLab, Jenkins, Azure DevOps, Codecov and most other readers",
    default_name: "cobertura.xml",
    write,
};

/// `(line, hits)`, ascending, unique.
type Lines = [(u32, u64)];

/// What one element shows of the lines and methods below it.
#[derive(Default, Clone, Copy)]
struct Sums {
    lines: Tally,
    complexity: u64,
    methods: u64,
}

struct Document<'a> {
    packages: Vec<Package<'a>>,
    sums: Sums,
}

struct Package<'a> {
    name: Cow<'a, str>,
    classes: Vec<Class<'a>>,
    sums: Sums,
}

struct Class<'a> {
    name: Cow<'a, str>,
    file: Cow<'a, str>,
    lines: Cow<'a, Lines>,
    methods: Vec<Method<'a>>,
    sums: Sums,
}

struct Method<'a> {
    function: &'a FunctionReport,
    lines: &'a Lines,
}

fn write(report: &Report, options: &FormatOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document::plan(report, options);
    let mut xml = Writer::new_with_indent(io::BufWriter::new(out), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.write_event(Event::DocType(BytesText::from_escaped(
        "coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\"",
    )))?;
    write_document(&mut xml, &document, report, options)?;
    let mut out = xml.into_inner();
    io::Write::write_all(&mut out, b"\n")?;
    io::Write::flush(&mut out)
}

// ---- What goes where -------------------------------------------------------------------------------------------------

impl<'a> Document<'a> {
    fn plan(report: &'a Report, options: &FormatOptions) -> Self {
        let (mut packages, mut files) = (Unique::default(), Unique::default());
        let packages: Vec<_> = report
            .packages
            .iter()
            .filter_map(|package| Package::plan(package, options, &mut packages, &mut files))
            .collect();
        let sums = Sums::of(packages.iter().map(|package| package.sums));
        Self { packages, sums }
    }
}

impl<'a> Package<'a> {
    fn plan(
        package: &'a PackageReport,
        options: &FormatOptions,
        packages: &mut Unique,
        files: &mut Unique,
    ) -> Option<Self> {
        let mut names = ClassNames::default();
        let mut classes = Vec::new();
        for file in package.files.iter().filter(|file| file.in_tree && !file.lines.is_empty()) {
            let path = files.name(escape::xml(file.path.as_str()));
            if options.cobertura_class_type {
                classes.extend(classes_of_types(file, &path));
            } else {
                classes.push(class_of_file(file, path, &mut names));
            }
        }
        if classes.is_empty() {
            return None;
        }
        // A profile may name files without a directory; readers want a name (Jenkins makes a random one for none).
        let name = if package.path.trim().is_empty() { "." } else { package.path.as_str() };
        let sums = Sums::of(classes.iter().map(|class| class.sums));
        Some(Self { name: packages.name(escape::xml(name)), classes, sums })
    }
}

fn class_of_file<'a>(file: &'a FileReport, path: Cow<'a, str>, names: &mut ClassNames) -> Class<'a> {
    let methods = file
        .functions
        .iter()
        .map(|function| Method { function, lines: lines_of(function, &file.lines) })
        .filter(|method| !method.lines.is_empty())
        .collect();
    Class::new(names.name(file.path.base()), path, Cow::Borrowed(&file.lines), methods)
}

/// One class per receiver type, and `-` for all else. A line that two functions share belongs to the first, since
/// readers add up the classes of a file.
fn classes_of_types<'a>(file: &'a FileReport, path: &Cow<'a, str>) -> Vec<Class<'a>> {
    const NO_TYPE: &str = "-";
    let mut types: Vec<(&str, Vec<(u32, u64)>, Vec<Method>)> = vec![(NO_TYPE, Vec::new(), Vec::new())];
    let mut rest: &Lines = &file.lines;
    for function in &file.functions {
        let start = rest.partition_point(|&(line, _)| line < function.extent.start.line);
        let (outside, from) = rest.split_at(start);
        let end = from.partition_point(|&(line, _)| line <= function.extent.end.line);
        let (lines, behind) = from.split_at(end);
        rest = behind;
        types[0].1.extend_from_slice(outside);
        let name = receiver(function).unwrap_or(NO_TYPE);
        let index = types.iter().position(|class| class.0 == name).unwrap_or_else(|| {
            types.push((name, Vec::new(), Vec::new()));
            types.len() - 1
        });
        types[index].1.extend_from_slice(lines);
        if !lines.is_empty() {
            types[index].2.push(Method { function, lines });
        }
    }
    types[0].1.extend_from_slice(rest);
    types.retain(|class| !class.1.is_empty());
    types.sort_by_key(|class| class.0);
    let mut names = ClassNames::default();
    let class = |(name, lines, methods)| Class::new(names.name(name), path.clone(), Cow::Owned(lines), methods);
    types.into_iter().map(class).collect()
}

/// The receiver's type without `*` and type parameters: `T` of `(*T[...]).M`; `None` of a function or literal.
fn receiver(function: &FunctionReport) -> Option<&str> {
    if function.literal {
        return None;
    }
    let name = function.name.as_str();
    // The model tells repeated names apart by `.2`, which looks like a method: `init.2`.
    let name = match name.rsplit_once('.') {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    let owner = name.strip_suffix(function.bare.as_str())?.strip_suffix('.')?;
    let owner = owner.trim_start_matches(['(', '*']).trim_end_matches(')');
    let owner = owner.split('[').next().unwrap_or(owner);
    (!owner.is_empty()).then_some(owner)
}

/// The lines of a function. Both bounds count: the end is the position behind the closing brace.
fn lines_of<'a>(function: &FunctionReport, lines: &'a Lines) -> &'a Lines {
    let start = lines.partition_point(|&(line, _)| line < function.extent.start.line);
    let end = lines.partition_point(|&(line, _)| line <= function.extent.end.line);
    lines.get(start..end).unwrap_or_default()
}

impl<'a> Class<'a> {
    fn new(name: String, file: Cow<'a, str>, lines: Cow<'a, Lines>, methods: Vec<Method<'a>>) -> Self {
        let sums = Sums {
            lines: tally(&lines),
            complexity: methods.iter().map(|method| u64::from(method.function.complexity)).sum(),
            methods: methods.len() as u64,
        };
        Self { name: Cow::Owned(name), file, lines, methods, sums }
    }
}

/// Class names of one package, made unique and safe from the rule that class `X` swallows class `X.Y`.
#[derive(Default)]
struct ClassNames {
    unique: Unique,
    plain: std::collections::BTreeSet<String>,
}

impl ClassNames {
    fn name(&mut self, text: &str) -> String {
        let mut name = escape::class_name(text).into_owned();
        while let Some(dot) = name.match_indices('.').map(|(at, _)| at).find(|&at| self.plain.contains(&name[..at])) {
            name.replace_range(dot..=dot, "_");
        }
        self.plain.insert(name.clone());
        self.unique.name(escape::xml(&name)).into_owned()
    }
}

fn tally(lines: &Lines) -> Tally {
    Tally::new(lines.iter().filter(|line| line.1 > 0).count() as u64, lines.len() as u64)
}

impl Sums {
    fn of(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum.lines += part.lines;
            sum.complexity = sum.complexity.saturating_add(part.complexity);
            sum.methods += part.methods;
            sum
        })
    }

    /// Cyclomatic complexity of the average method, floored to two digits: the convention of Cobertura itself.
    fn average_complexity(self) -> String {
        decimal(self.complexity, self.methods, 2)
    }
}

/// Covered of total with up to four digits, floored, so that 1 means complete; 1 when there is nothing to cover.
fn rate(lines: Tally) -> String {
    if lines.total == 0 { "1".to_owned() } else { decimal(lines.covered, lines.total, 4) }
}

/// `dividend / divisor` floored to `digits` decimals, without trailing zeros; 0 for a divisor of 0.
fn decimal(dividend: u64, divisor: u64, digits: u32) -> String {
    let scale = 10_u128.pow(digits);
    let value = (u128::from(dividend) * scale).checked_div(u128::from(divisor)).unwrap_or(0);
    let text = format!("{}.{:0width$}", value / scale, value % scale, width = digits as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

// ---- Elements --------------------------------------------------------------------------------------------------------

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
        list(xml, "methods", methods, |xml, method| write_method(xml, method, &mut signatures))?;
        write_lines(xml, &class.lines)
    })
}

fn write_method<W: io::Write>(
    xml: &mut Writer<W>,
    method: &Method,
    names: &mut Unique,
) -> io::Result<()> {
    let attributes = [
        ("name", names.name(escape::xml(&method.function.name))),
        ("signature", escape::xml(&method.function.signature)),
        ("line-rate", Cow::Owned(rate(tally(method.lines)))),
        ("branch-rate", Cow::Borrowed("1")),
        ("complexity", Cow::Owned(method.function.complexity.to_string())),
    ];
    let attributes = attributes.each_ref().map(|(name, value)| (*name, value.as_ref()));
    element(xml, "method", &attributes, |xml| write_lines(xml, method.lines))
}

/// The bulk of the document: one buffer for all lines, no allocation each.
fn write_lines<W: io::Write>(xml: &mut Writer<W>, lines: &Lines) -> io::Result<()> {
    const NAME: &str = "line";
    let mut content = String::new();
    list(xml, "lines", lines, |xml, &(line, hits)| {
        content.clear();
        // Writing to a string cannot fail.
        let _ = write!(content, "{NAME} number=\"{line}\" hits=\"{}\"", escape::hits(hits));
        xml.write_event(Event::Empty(BytesStart::from_content(content.as_str(), NAME.len())))
    })
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
    let mut start = BytesStart::new(name);
    for &(key, value) in attributes {
        start.push_attribute(Attribute { key: QName(key), value: Cow::Borrowed(value) });
    }
    xml.write_event(Event::Start(start))?;
    content(xml)?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}
