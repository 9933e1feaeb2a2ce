//! Prints what coverdict reads out of Go files, for comparison with a Go release's own tools.
//!
//! `dump-blocks RULES < list-of-files`. Rules: `early` (Go up to 1.25), `A`, `B` or `C`: a line `FILE:` and its
//! blocks. `funcs`: its functions and code lines. `mutants`: reads ten mutated copies of each file and prints the
//! count, panicking when anything is wrong. `speed`: megabytes per second over all files, read beforehand. A file
//! that was not understood gets a line `broken`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of the tests, not of the product"
)]

use std::fmt::Write as _;
use std::io::Read as _;

use mutate::{Dice, mutate};

use coverdict::golang::{Wanted, read};
use coverdict::model::{RuleSet, Source, SourceBlock};

mod mutate;

fn main() {
    let rules = std::env::args().nth(1).expect("the rules");
    let mut list = String::new();
    std::io::stdin().read_to_string(&mut list).expect("a list of files");
    let files: Vec<&str> = list.lines().collect();
    match rules.as_str() {
        "speed" => return speed(&files),
        "mutants" => return mutants(&files),
        _ => {}
    }
    for file in files {
        let text = std::fs::read(file).expect("a readable file");
        let source = read(&text, Wanted { blocks: rules != "funcs", ..Wanted::default() });
        let mut out = format!("{file}:\n");
        if let Some(place) = source.broken {
            writeln!(out, "broken {place}").expect("a string takes all");
        }
        table(&mut out, &source, &rules);
        print!("{out}");
    }
}

fn table(out: &mut String, source: &Source, rules: &str) {
    let early = source.blocks_a_to_1_25.as_ref().filter(|_| rules == "early");
    let blocks: Vec<SourceBlock> = match rules {
        "early" => early.unwrap_or(&source.blocks_a).clone(),
        "A" => source.blocks(RuleSet::A).collect(),
        "B" => source.blocks(RuleSet::B).collect(),
        "C" => source.blocks(RuleSet::C).collect(),
        "funcs" => return facts(out, source),
        other => panic!("unknown rules {other}"),
    };
    for block in blocks {
        writeln!(out, "{} {}", block.extent, block.stmts).expect("a string takes all");
    }
}

/// Functions, whether the file is generated, and a digest of the lines with code.
fn facts(out: &mut String, source: &Source) {
    for function in &source.functions {
        let (extent, body) = (function.extent, function.body);
        let literal = if function.literal { "literal" } else { "declared" };
        let bare = if function.literal { "-" } else { function.bare() };
        let signature: String = function
            .signature
            .as_deref()
            .unwrap_or_default()
            .chars()
            .filter(|&c| !c.is_whitespace() && c != ';')
            .collect();
        writeln!(
            out,
            "{extent} {body} {} {literal} {bare} {} {} {signature}",
            function.adjusted_line,
            function.meta(),
            function.complexity
        )
        .expect("a string takes all");
    }
    let code = &source.code;
    let lines =
        (1..=code.lines()).filter(|&line| code.line(line).is_some_and(|(from, to)| code.any(from, to)));
    let (mut count, mut digest) = (0, 0_u64);
    for line in lines {
        count += 1;
        digest = digest.wrapping_mul(1_000_003) ^ u64::from(line);
    }
    writeln!(out, "generated {} code lines {count} {digest}", source.generated).expect("a string takes all");
}

fn speed(files: &[&str]) {
    let texts: Vec<Vec<u8>> =
        files.iter().map(|file| std::fs::read(file).expect("a readable file")).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    for (what, wanted) in [
        ("functions and code", Wanted::default()),
        ("and all blocks", Wanted { blocks: true, ..Wanted::default() }),
    ] {
        for _ in 0..3 {
            let start = cpu();
            let mut functions = 0;
            for text in &texts {
                functions += read(text, wanted).functions.len();
            }
            let seconds = cpu() - start;
            #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
            let rate = bytes as f64 / seconds / 1e6;
            println!(
                "{what}: {} files, {bytes} bytes, {functions} functions, {seconds:.3} s of CPU, {rate:.0} MB/s",
                files.len()
            );
        }
    }
}

fn mutants(files: &[&str]) {
    let mut dice = Dice::new();
    let mut other: Vec<u8> = Vec::new();
    let mut slowest = (0.0, "");
    for file in files {
        let text = std::fs::read(file).expect("a readable file");
        for _ in 0..10 {
            let mutant = mutate(&text, &other, &mut dice);
            let start = cpu();
            let source = read(&mutant, Wanted { blocks: true, ..Wanted::default() });
            assert!(source.blocks_c.iter().all(|block| block.extent.start <= block.extent.end), "{file}");
            let seconds = cpu() - start;
            if seconds > slowest.0 {
                slowest = (seconds, file);
            }
        }
        other = text;
    }
    println!("{} mutated sources, slowest {:.1} ms in {}", files.len() * 10, slowest.0 * 1e3, slowest.1);
}

/// Seconds of processor time that this thread has used (Linux); what other processes do does not count.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux with scheduler figures");
    let nanoseconds: f64 = stat.split(' ').next().and_then(|first| first.parse().ok()).expect("a number");
    nanoseconds / 1e9
}
