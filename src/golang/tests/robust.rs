//! Any bytes: no panic, no deep recursion, no more than linear time.

use std::path::Path;
use std::time::{Duration, Instant};

use super::super::*;
use mutate::{Dice, mutate};

#[path = "../../../tests/conformance/blocks/mutate.rs"]
mod mutate;

/// Runs on a thread with the stack of a worker thread, and within a time that only more than linear work
/// exceeds.
fn survives(text: Vec<u8>) -> Source {
    let start = Instant::now();
    let run = std::thread::Builder::new().stack_size(2 << 20).spawn(move || read(&text, super::ALL));
    let source = run.unwrap().join().unwrap();
    assert!(start.elapsed() < Duration::from_mins(1));
    source
}

#[test]
fn a_million_of_anything_nested() {
    for (open, at_top) in [
        ("(", true),
        ("[", true),
        ("{", true),
        ("func(){", true),
        ("if x {", false),
        ("if x {} else ", false),
        ("for {", false),
        ("switch { case x: ", false),
        ("select { default: ", false),
        ("L: ", false),
        ("{", false),
        ("x(", false),
        ("x[", false),
        ("T{", false),
        ("[]", false),
        ("map[", false),
        ("func(", false),
        ("func() ", false),
        ("*", false),
        ("chan ", false),
        ("struct{ a ", false),
        ("interface{ a(", false),
        ("x.(", false),
        ("go func() {", false),
        ("if func() {", false),
        ("if f(func() {", false),
        ("switch func() {", false),
        ("case func() {", false),
        ("/*", false),
        ("`", false),
        (";", false),
        ("\n", false),
        (",", false),
        ("else ", false),
        ("case ", false),
        ("}", false),
        (")", false),
    ] {
        let head = if at_top { "package p\nvar x = " } else { "package p\nfunc f() {\n" };
        let text = format!("{head}{}", open.repeat(1_000_000 / open.len().max(4)));
        survives(text.into_bytes());
    }
}

#[test]
fn nesting_that_is_too_deep_is_flagged_and_what_people_write_is_not() {
    let nested = |depth: usize| {
        format!("package p\nfunc f() {{{}{}}}\n", "if x {".repeat(depth), "}".repeat(depth)).into_bytes()
    };
    assert_eq!(survives(nested(500)).broken, None);
    assert!(survives(nested(100_000)).broken.is_some());
    let brackets = |depth: usize| {
        format!("package p\nvar x = {}1{}\n", "(".repeat(depth), ")".repeat(depth)).into_bytes()
    };
    assert_eq!(survives(brackets(90_000)).broken, None);
    assert!(survives(brackets(200_000)).broken.is_some());
    let chain = format!("package p\nfunc f() {{ if a {{}}{} }}\n", " else if b {}".repeat(50_000));
    let source = survives(chain.into_bytes());
    assert_eq!(source.broken, None);
    assert_eq!(source.blocks_a.len(), 100_002);
}

#[test]
fn long_lines_are_read_in_linear_time() {
    let line = |part: &str| format!("package p\nfunc f() {{ {} }}\n", part.repeat(4_000_000 / part.len()));
    for part in
        ["x(1); ", "x := \"abc\" + `d`; ", "/* c */ y++; ", "a, ", "func() { x() }(); ", "/*line x:1*/ a();"]
    {
        survives(line(part).into_bytes());
    }
    let ignores = "//coverdict:ignore\nx()\n//coverdict:ignore-start\n".repeat(40_000);
    survives(format!("package p\nfunc f() {{\n{ignores}}}\n").into_bytes());
    let on_one_line = "x(); if y { /*nocover*/ z() } /*nocover*/;".repeat(40_000);
    survives(format!("package p\nfunc f() {{ {on_one_line} }}\n").into_bytes());
    let chain = " else if b {}".repeat(40_000);
    let behind = "//coverdict:ignore\n//+gocover:ignore:block\n//notest\n//nocover\n".repeat(40_000);
    survives(format!("package p\nfunc f() {{ if a {{}}{chain}\n{behind} }}\n").into_bytes());
    let long = "x".repeat(1_000_000);
    let literals = "a: func() {},".repeat(50_000);
    survives(format!("package p\nvar {long} = T{{ {literals} }}\n").into_bytes());
    let functions = "func f() {}\n".repeat(50_000);
    survives(format!("package p\n//line {long}:1:1\n{functions}").into_bytes());
    survives(format!("package p\n{}", "/*line :1:1*/func f() {}\n".repeat(50_000)).into_bytes());
    let functions = "func f() { //coverdict:ignore\n}\n".repeat(100_000);
    survives(format!("package p\n{functions}").into_bytes());
}

#[test]
fn bytes_that_are_no_text() {
    for text in [
        &b"\0\0\0"[..],
        b"\xFF\xFE",
        b"\xEF\xBB",
        b"\xEF\xBB\xBF",
        b"package \xFF",
        b"/",
        b"/*",
        b"'",
        b"\"\\",
        b"`",
    ] {
        survives(text.to_vec());
        survives([b"package p\nfunc f() {", text].concat());
    }
}

/// What holds of any source.
fn check(source: &Source) {
    for range in &source.blocks_c {
        assert!(range.extent.start <= range.extent.end, "{range:?}");
        assert!((range.basic as usize) < source.blocks_a.len());
    }
    for function in &source.functions {
        assert!(function.extent.start <= function.extent.end);
        assert!(!function.name.is_empty());
    }
    for pair in source.statements.windows(2) {
        assert!(pair[0].start <= pair[1].start);
    }
    for ignore in &source.ignores {
        assert!(ignore.extents.iter().all(|extent| extent.start <= extent.end), "{ignore:?}");
    }
}

#[test]
fn mutated_sources_break_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/blocks");
    let mut names: Vec<_> = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|name| name.extension().is_some_and(|extension| extension == "go"));
    names.sort();
    let texts: Vec<Vec<u8>> = names.iter().map(|name| fs_err::read(name).unwrap()).collect();
    let mut dice = Dice::new();
    for _ in 0..2_000 {
        let text = &texts[dice.roll(texts.len())];
        let other = &texts[dice.roll(texts.len())];
        check(&read(&mutate(text, other, &mut dice), super::ALL));
    }
}
