//! Cobertura as its readers see it: a small reader that knows the order of the DTD.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::super::testing::{self, render};
use super::plan::{decimal, receiver};
use super::*;
use crate::model::Tally;

fn xml(report: &Report) -> String {
    render(&COBERTURA, report, &FormatOptions::default())
}

#[test]
fn small_report() {
    insta::assert_snapshot!(xml(&testing::small()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
    <coverage line-rate="0.6" branch-rate="1" lines-covered="3" lines-valid="5" branches-covered="0" branches-valid="0" complexity="1.6" version="coverdict 0.1.0" timestamp="0">
    <sources>
    <source>/src/m</source>
    </sources>
    <packages>
    <package name="example.com/m" line-rate="1" branch-rate="1" complexity="3">
    <classes>
    <class name="main.go" filename="main.go" line-rate="1" branch-rate="1" complexity="3">
    <methods>
    <method name="main" signature="()" line-rate="1" branch-rate="1" complexity="3">
    <lines>
    <line number="6" hits="1"/>
    </lines>
    </method>
    </methods>
    <lines>
    <line number="6" hits="1"/>
    </lines>
    </class>
    </classes>
    </package>
    <package name="example.com/m/shapes" line-rate="0.5" branch-rate="1" complexity="1.25">
    <classes>
    <class name="shapes.go" filename="shapes/shapes.go" line-rate="0.5" branch-rate="1" complexity="1.25">
    <methods>
    <method name="(*Box[...]).Area" signature="() int" line-rate="0.5" branch-rate="1" complexity="2">
    <lines>
    <line number="4" hits="5"/>
    <line number="5" hits="0"/>
    </lines>
    </method>
    <method name="Ring.Area" signature="() (a, b int)" line-rate="1" branch-rate="1" complexity="1">
    <lines>
    <line number="8" hits="2147483647"/>
    </lines>
    </method>
    <method name="init" signature="()" line-rate="1" branch-rate="1" complexity="1">
    <lines>
    <line number="8" hits="2147483647"/>
    </lines>
    </method>
    <method name="handlers.Get" signature="(r *http.Request)" line-rate="0" branch-rate="1" complexity="1">
    <lines>
    <line number="15" hits="0"/>
    </lines>
    </method>
    </methods>
    <lines>
    <line number="4" hits="5"/>
    <line number="5" hits="0"/>
    <line number="8" hits="2147483647"/>
    <line number="15" hits="0"/>
    </lines>
    </class>
    </classes>
    </package>
    </packages>
    </coverage>
    "#);
}

#[test]
fn an_empty_report_is_a_valid_document_without_packages() {
    insta::assert_snapshot!(xml(&testing::empty()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
    <coverage line-rate="1" branch-rate="1" lines-covered="0" lines-valid="0" branches-covered="0" branches-valid="0" complexity="0" version="coverdict 0.1.0" timestamp="0">
    <sources>
    <source>/src/m</source>
    </sources>
    <packages/>
    </coverage>
    "#);
}

#[test]
fn one_class_per_type_puts_every_line_into_one_class() {
    let options = FormatOptions { cobertura_class_type: true, no_methods: true, ..FormatOptions::default() };
    insta::assert_snapshot!(render(&COBERTURA, &testing::small(), &options), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
    <coverage line-rate="0.6" branch-rate="1" lines-covered="3" lines-valid="5" branches-covered="0" branches-valid="0" complexity="1.75" version="coverdict 0.1.0" timestamp="0">
    <sources>
    <source>/src/m</source>
    </sources>
    <packages>
    <package name="example.com/m" line-rate="1" branch-rate="1" complexity="3">
    <classes>
    <class name="-" filename="main.go" line-rate="1" branch-rate="1" complexity="3">
    <methods/>
    <lines>
    <line number="6" hits="1"/>
    </lines>
    </class>
    </classes>
    </package>
    <package name="example.com/m/shapes" line-rate="0.5" branch-rate="1" complexity="1.33">
    <classes>
    <class name="-" filename="shapes/shapes.go" line-rate="0" branch-rate="1" complexity="1">
    <methods/>
    <lines>
    <line number="15" hits="0"/>
    </lines>
    </class>
    <class name="Box" filename="shapes/shapes.go" line-rate="0.5" branch-rate="1" complexity="2">
    <methods/>
    <lines>
    <line number="4" hits="5"/>
    <line number="5" hits="0"/>
    </lines>
    </class>
    <class name="Ring" filename="shapes/shapes.go" line-rate="1" branch-rate="1" complexity="1">
    <methods/>
    <lines>
    <line number="8" hits="2147483647"/>
    </lines>
    </class>
    </classes>
    </package>
    </packages>
    </coverage>
    "#);
}

#[test]
fn options_set_source_and_timestamp_and_leave_out_methods() {
    let options = FormatOptions {
        cobertura_source: Some("/builds/a&b".to_owned()),
        timestamp: 1_795_000_000,
        no_methods: true,
        ..FormatOptions::default()
    };
    let text = render(&COBERTURA, &testing::small(), &options);
    assert!(text.contains("<source>/builds/a&amp;b</source>"), "{text}");
    assert!(text.contains("timestamp=\"1795000000\""), "{text}");
    assert!(!text.contains("<method "), "{text}");
    assert_eq!(text.matches("<methods/>").count(), text.matches("</class>").count());
}

#[test]
fn hostile_names_stay_names() {
    let document = read(&xml(&testing::hostile()));
    let files: Vec<&str> = document.classes.iter().map(|class| class.file.as_str()).collect();
    insta::assert_debug_snapshot!(files, @r#"
    [
        "lone.go",
        "p/a\"b.go",
        "p/a'b.go",
        "p/a<b>&c.go",
        "p/a%0Ab.go",
        "p/a::b.go",
        "p/a,b=c.go",
        "p/a\tb.go",
        "p/a�b.go",
        "p/a�b.go~2",
        "p/]]>.go",
        "p/a;b|c#d*e f.go",
        "p/a\\b.go",
        "p/a\u{202e}og.b.go",
        "p/a�[31m\u{9b}b.go",
        "p/größe_日本.go",
        "p/=1+1.go",
        "p/a:3.4,5.6 1 1.go",
        "p/a$b.go",
        "p/end_of_record.go",
        "p/x.go",
        "p/x.go.go",
        "p/a\r\nb.go",
    ]
    "#);
    let classes: Vec<&str> = document.classes.iter().map(|class| class.name.as_str()).collect();
    insta::assert_debug_snapshot!(classes, @r#"
    [
        "lone.go",
        "a\"b.go",
        "a'b.go",
        "a_b_&c.go",
        "a%0Ab.go",
        "a::b.go",
        "a,b=c.go",
        "a\tb.go",
        "a�b.go",
        "a�b.go~2",
        "]]_.go",
        "a;b|c#d*e f.go",
        "a\\b.go",
        "a\u{202e}og.b.go",
        "a�[31m\u{9b}b.go",
        "größe_日本.go",
        "=1+1.go",
        "a:3.4,5.6 1 1.go",
        "a_b.go",
        "end_of_record.go",
        "x.go",
        "x.go_go",
        "a\r\nb.go",
    ]
    "#);
}

#[test]
fn documents_keep_the_rules_of_their_readers() {
    let types = FormatOptions { cobertura_class_type: true, ..FormatOptions::default() };
    for report in [testing::empty(), testing::small(), testing::hostile()] {
        for options in [&FormatOptions::default(), &types] {
            check_rules(&report, options);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn no_name_breaks_a_rule(names in testing::any_names()) {
        let report = testing::named(&names);
        check_rules(&report, &FormatOptions::default());
        check_rules(&report, &FormatOptions { cobertura_class_type: true, ..FormatOptions::default() });
    }
}

/// The rules in the header of this file, checked on what a reader sees.
fn check_rules(report: &Report, options: &FormatOptions) {
    let document = read(&render(&COBERTURA, report, options));
    assert_eq!(document.sources, 1);
    let mut seen: BTreeMap<&str, BTreeMap<u32, u64>> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for class in &document.classes {
        assert!(!class.lines.is_empty(), "{} has lines", class.name);
        assert!(!class.name.contains(['/', '$', '<', '>']), "{}", class.name);
        assert!(names.insert((&class.package, &class.file, &class.name)), "{} is unique", class.name);
        assert!(class.lines.is_sorted_by(|a, b| a.0 < b.0), "{} ascends", class.name);
        for &(line, hits) in &class.lines {
            assert!(hits <= 2_147_483_647);
            assert_eq!(
                seen.entry(&class.file).or_default().insert(line, hits),
                None,
                "line {line} is in one class"
            );
        }
        let mut methods = BTreeSet::new();
        for method in &class.methods {
            assert!(methods.insert((&method.name, &method.signature)), "{} is unique", method.name);
            assert!(!method.lines.is_empty(), "{} has lines", method.name);
            assert!(method.lines.iter().all(|line| class.lines.contains(line)), "{} agrees", method.name);
        }
    }
    let covered: usize = seen.values().map(|lines| lines.values().filter(|&&hits| hits > 0).count()).sum();
    let valid: usize = seen.values().map(BTreeMap::len).sum();
    assert_eq!(document.totals, (covered.to_string(), valid.to_string()));
    let expected: Vec<&[(u32, u64)]> = report
        .files()
        .filter(|(_, file)| file.in_tree && !file.lines.is_empty())
        .map(|(_, file)| &file.lines[..])
        .collect();
    assert_eq!(expected.len(), seen.len(), "every file once");
}

#[test]
fn rates_are_floored_and_short() {
    let shown = |covered, total| rate(Tally::new(covered, total));
    assert_eq!([shown(0, 0), shown(0, 3), shown(3, 3), shown(1, 2)], ["1", "0", "1", "0.5"]);
    assert_eq!([shown(2, 3), shown(99_999, 100_000), shown(1, 100_000)], ["0.6666", "0.9999", "0"]);
    assert_eq!(shown(u64::MAX - 1, u64::MAX), "0.9999");
    assert_eq!([decimal(7, 3, 2), decimal(10, 4, 2), decimal(0, 0, 2)], ["2.33", "2.5", "0"]);
}

#[test]
fn receivers_are_told_from_functions() {
    let report = testing::small();
    let (_, shapes) = report.files().find(|(_, file)| file.path.base() == "shapes.go").expect("it is there");
    let receivers: Vec<_> = shapes.functions.iter().map(receiver).collect();
    assert_eq!(receivers, [Some("Box"), Some("Ring"), None, None, None]);
}

// ---- A reader of Cobertura, as strict as the DTD ----

#[derive(Default)]
struct Read {
    sources: usize,
    totals: (String, String),
    classes: Vec<ReadClass>,
}

#[derive(Default)]
struct ReadClass {
    package: String,
    name: String,
    file: String,
    methods: Vec<ReadMethod>,
    lines: Vec<(u32, u64)>,
}

#[derive(Default)]
struct ReadMethod {
    name: String,
    signature: String,
    lines: Vec<(u32, u64)>,
}

/// Element, the attributes it must have in this order, and the elements that may follow each other inside it.
const GRAMMAR: &[(&str, &[&str], &[&str])] = &[
    (
        "coverage",
        &[
            "line-rate",
            "branch-rate",
            "lines-covered",
            "lines-valid",
            "branches-covered",
            "branches-valid",
            "complexity",
            "version",
            "timestamp",
        ],
        &["sources", "packages"],
    ),
    ("sources", &[], &["source"]),
    ("source", &[], &[]),
    ("packages", &[], &["package*"]),
    ("package", &["name", "line-rate", "branch-rate", "complexity"], &["classes"]),
    ("classes", &[], &["class*"]),
    ("class", &["name", "filename", "line-rate", "branch-rate", "complexity"], &["methods", "lines"]),
    ("methods", &[], &["method*"]),
    ("method", &["name", "signature", "line-rate", "branch-rate", "complexity"], &["lines"]),
    ("lines", &[], &["line*"]),
    ("line", &["number", "hits"], &[]),
];

fn read(text: &str) -> Read {
    let mut reader = Reader::from_str(text);
    let mut document = Read::default();
    let mut open: Vec<(String, Vec<String>)> = vec![(String::new(), Vec::new())];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => {
                enter(&start, &mut open, &mut document);
                open.push((start.name().as_ref().to_owned(), Vec::new()));
            }
            Event::Empty(start) => {
                enter(&start, &mut open, &mut document);
                check_children(start.name().as_ref(), &[]);
            }
            Event::End(_) => {
                let (name, children) = open.pop().expect("an open element");
                check_children(&name, &children);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, [(String::new(), vec!["coverage".to_owned()])]);
    document
}

fn check_children(name: &str, children: &[String]) {
    let (_, _, allowed) = GRAMMAR.iter().find(|rule| rule.0 == name).expect("a known element");
    match allowed.iter().find_map(|child| child.strip_suffix('*')) {
        Some(repeated) => assert!(children.iter().all(|child| child == repeated), "{name}: {children:?}"),
        None => assert_eq!(children, *allowed, "{name}"),
    }
}

fn enter(start: &BytesStart, open: &mut [(String, Vec<String>)], document: &mut Read) {
    let name = start.name().as_ref().to_owned();
    let values: Vec<(String, String)> = start
        .attributes()
        .map(|attribute| attribute.expect("a well-formed attribute"))
        .map(|attribute| {
            let value =
                attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).expect("known entities");
            (attribute.key.as_ref().to_owned(), value.into_owned())
        })
        .collect();
    let keys: Vec<&str> = values.iter().map(|value| value.0.as_str()).collect();
    let (_, required, _) = GRAMMAR.iter().find(|rule| rule.0 == name).expect("a known element");
    assert_eq!(&keys, required, "{name}");
    let value = |index: usize| values[index].1.clone();
    let in_method = open.iter().any(|element| element.0 == "method");
    match name.as_str() {
        "source" => document.sources += 1,
        "coverage" => document.totals = (value(2), value(3)),
        "package" => document.classes.push(ReadClass { package: value(0), ..ReadClass::default() }),
        "class" => {
            let package = document.classes.last().expect("a package").package.clone();
            // The entry made for the package becomes its first class.
            document.classes.retain(|class| !class.file.is_empty());
            document.classes.push(ReadClass {
                package,
                name: value(0),
                file: value(1),
                ..ReadClass::default()
            });
        }
        "method" => document.classes.last_mut().expect("a class").methods.push(ReadMethod {
            name: value(0),
            signature: value(1),
            lines: Vec::new(),
        }),
        "line" => {
            let line = (value(0).parse().expect("a number"), value(1).parse().expect("a number"));
            let class = document.classes.last_mut().expect("a class");
            if in_method {
                class.methods.last_mut().expect("a method").lines.push(line);
            } else {
                class.lines.push(line);
            }
        }
        _ => {}
    }
    open.last_mut().expect("the document").1.push(name);
}
