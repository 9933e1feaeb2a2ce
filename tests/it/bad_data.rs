//! Damaged and odd data directories through the front door: each to its documented end, an error with file and byte or a
//! finding, from every command. The library's own tests (`covdata/damage.rs`) cut and flip at every byte.

use crate::case::{Case, copy, project};

const HASH: &str = "15089fd4dac5d639a38d0ae35d60d1e6";
const META: &str = "data/covmeta.15089fd4dac5d639a38d0ae35d60d1e6";
const COUNTERS: &str = "data/covcounters.15089fd4dac5d639a38d0ae35d60d1e6.16001.1795191515144661653";
const COMMANDS: [&str; 9] = [
    "check",
    "report -o json",
    "func",
    "percent",
    "pkglist",
    "merge -o -",
    "merge -o out/",
    "subtract data -o -",
    "dump",
];

/// A directory of four runs of one program.
fn four_runs() -> Case {
    Case::bare().copy_of("tests/data/covdata/go1.26.6/count/data", "data")
}

fn bytes(case: &Case, path: &str) -> Vec<u8> {
    fs_err::read(case.path(path)).expect("a recorded file")
}

fn remove(case: &Case, path: &str) {
    fs_err::remove_file(case.path(path)).expect("it is there");
}

/// Exit 3 from every command, with this text, nothing on standard output and nothing written.
#[track_caller]
fn refused(case: &Case, said: &str) {
    let before = case.files();
    for command in COMMANDS {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        case.run(&format!("{name} data {rest}")).exits(3).prints_nothing().says("error: ").says(said);
    }
    assert_eq!(case.files(), before, "something was left behind");
}

#[test]
fn a_cut_file_names_file_and_byte() {
    for length in [0, 3, 8, 20, 55, 56, 137, 138, 600, 1301] {
        let case = four_runs();
        let whole = bytes(&case, META);
        assert_eq!(whole.len(), 1302);
        case.put(META, &whole[..length]);
        refused(&case, &format!("{META}: byte "));
    }
    let case = four_runs();
    let whole = bytes(&case, COUNTERS);
    for length in [0, 3, 16, 31, 32, 47, 60, whole.len() - 17, whole.len() - 16, whole.len() - 1] {
        case.put(COUNTERS, &whole[..length]);
        refused(&case, &format!("{COUNTERS}: byte "));
    }
}

#[test]
fn the_documented_words_for_a_cut_file() {
    let case = four_runs();
    case.put(META, &bytes(&case, META)[..100]);
    refused(&case, &format!("{META}: byte 8: the header tells 1302 bytes, the file has 100"));
}

#[test]
fn newer_versions_are_refused_by_name() {
    for (file, kind) in [(META, "format version 2 is newer"), (COUNTERS, "version 2 is newer")] {
        let case = four_runs();
        let mut newer = bytes(&case, file);
        newer[4] = 2;
        case.put(file, newer);
        refused(&case, &format!("{file}: byte 4: "));
        refused(&case, kind);
    }
}

#[test]
fn lying_lengths_name_the_number_and_cost_nothing() {
    let huge = u64::MAX.to_le_bytes();
    for (file, at, width) in [
        (META, 8, 8),
        (META, 16, 8),
        (META, 40, 4),
        (META, 56, 8),
        (META, 0x8a, 4),
        (META, 0x8a + 40, 4),
        (META, 0x8a + 44, 4),
        (COUNTERS, 32, 8),
        (COUNTERS, 40, 4),
        (COUNTERS, 44, 4),
    ] {
        let case = four_runs();
        let mut lie = bytes(&case, file);
        lie[at..at + width].copy_from_slice(&huge[..width]);
        case.put(file, lie);
        refused(&case, &format!("{file}: byte "));
    }
}

#[test]
fn single_files_are_refused_in_the_same_words() {
    let case = four_runs();
    let meta = bytes(&case, META);
    let counters = bytes(&case, COUNTERS);
    case.put("any.bin", &meta[..200]);
    case.put("other.bin", &counters[..40]);
    for command in ["check", "func", "dump", "merge -o -"] {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        case.run(&format!("{name} any.bin {rest}")).exits(3).prints_nothing().says("any.bin: byte 8: ");
        case.run(&format!("{name} other.bin {rest}")).exits(3).prints_nothing().says("other.bin: byte ");
    }
}

#[test]
fn counters_of_another_program_are_a_finding_with_the_missing_hash() {
    let case = four_runs();
    let total = case.run("check data").exits(0).last_line();
    // The name says this program, the hash inside another one.
    let mut other = bytes(&case, COUNTERS);
    other[8..24].copy_from_slice(&[0xab; 16]);
    case.put("data/covcounters.15089fd4dac5d639a38d0ae35d60d1e6.7.7", other);
    for command in ["check data", "func data", "percent data", "merge data -o -", "merge data -o out/"] {
        let outcome = case.run(command).exits(0).says("warning[orphan-counters]: ");
        outcome.says("abababababababababababababababab");
    }
    assert_eq!(case.run("check data").exits(0).last_line(), total);
    case.run("check data --deny orphan-counters").exits(3).says("error[orphan-counters]");
    case.run("check data --allow orphan-counters").exits(0).says_not("orphan-counters");
}

#[test]
fn counters_that_fit_no_function_are_an_error() {
    let case = four_runs();
    let file = bytes(&case, COUNTERS);
    let size = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
    let first = 48 + size(40) + size(44);
    let mut wrong = file;
    wrong[first + 1] = 9;
    case.put(COUNTERS, wrong);
    let said = format!("{COUNTERS}: byte {first}: function 0 of package 9 is not in the meta-data");
    for command in ["check data", "func data", "merge data -o -", "merge data -o out/"] {
        case.run(command).exits(3).prints_nothing().says(&said);
    }
}

#[test]
fn foreign_files_in_a_directory_are_left_alone() {
    let case = four_runs();
    let clean: Vec<_> = COMMANDS.iter().map(|command| run_on_data(&case, command)).collect();
    case.put("data/readme.txt", "hello");
    case.put("data/tmp.covmeta.15089fd4dac5d639a38d0ae35d60d1e612345", "half");
    case.put("data/tmp.covcounters.15089fd4dac5d639a38d0ae35d60d1e6.1.1", "half");
    case.put("data/covcounters.no-number", "junk");
    case.put("data/cover.out", "mode: set\nm/a.go:1.1,2.2 1 1\n");
    case.put(&format!("data/below/covmeta.{HASH}"), "junk");
    case.put(&format!("data/covmeta.{HASH}x/covcounters.{HASH}.1.1"), "junk");
    for (command, clean) in COMMANDS.iter().zip(clean) {
        assert_eq!(run_on_data(&case, command), clean, "{command}");
    }
}

fn run_on_data(case: &Case, command: &str) -> String {
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    case.run(&format!("{name} data {rest}")).exits(0).screen()
}

#[test]
fn meta_data_alone_is_a_killed_program_and_counters_alone_are_no_data() {
    let case = Case::bare().file(META, bytes(&four_runs(), META));
    let outcome = case.run("check data").exits(0).says("warning[meta-without-counters]");
    assert_eq!(outcome.last_line(), "total coverage: 0.0% of statements");
    case.run("check data --deny meta-without-counters").exits(3);
    let case = Case::bare().file(COUNTERS, bytes(&four_runs(), COUNTERS));
    for command in ["check data", "func data", "percent data", "merge data -o -", "merge data -o out/"] {
        case.run(command).exits(3).prints_nothing().says(&format!("error: {COUNTERS}: "));
        case.run(command)
            .says(&format!("\nexpected: covmeta.{HASH}\nhelp: coverdict explain orphan-counters\n"));
    }
    case.run("dump data").exits(0).prints(&format!("counters of {HASH}: uleb"));
}

#[test]
fn a_directory_without_data_is_refused() {
    refused(&Case::bare().folder("data"), "no coverage data found in data");
    refused(&Case::bare().file("data/readme.txt", "hello"), "no coverage data found in data");
    refused(&Case::bare().folder(META), "no coverage data found in data");
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_data_and_told_when_they_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let link = |case: &Case, to: &str, at: &str| symlink(to, case.path(at)).expect("a link");
    let case = four_runs();
    let expected = case.run("merge data -o -").exits(0).bytes;
    link(&case, "data", "linked");
    assert_eq!(case.run("merge linked -o -").exits(0).bytes, expected, "a link to a directory");
    // Links to files count like files.
    fs_err::rename(case.path(COUNTERS), case.path("elsewhere")).expect("moved");
    symlink(case.path("elsewhere"), case.path(COUNTERS)).expect("a link");
    assert_eq!(case.run("merge data -o -").exits(0).bytes, expected, "a link to a file");
    // A link that leads nowhere, to itself, or to a directory is a file that cannot be read: its counts would be missing.
    let broken = format!("covcounters.{HASH}.9.9");
    for (to, said) in [
        ("nowhere", "no such file or directory"),
        (broken.as_str(), "cannot read data/covcounters."),
        (".", "is not a regular file"),
    ] {
        link(&case, to, &format!("data/{broken}"));
        refused(&case, &format!("data/{broken}"));
        refused(&case, said);
        remove(&case, &format!("data/{broken}"));
    }
    link(&case, "loop", "loop");
    case.run("check loop").exits(3).prints_nothing().says("cannot read loop");
    // A directory that holds itself is no second level.
    link(&case, ".", "data/self");
    assert_eq!(case.run("merge data -o -").exits(0).bytes, expected, "no recursion");
}

/// As Go has it: a merge into a directory keeps the programs apart, everything that counts them together refuses.
#[test]
fn per_block_and_per_function_data_are_not_counted_together() {
    let case = four_runs();
    copy(&project().join("tests/data/covdata/go1.27.3/perfunc/data"), &case.path("functions"));
    let commands = ["check", "report -o json", "func", "percent", "pkglist", "merge -o -"];
    for command in commands {
        let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
        let outcome = case.run(&format!("{name} data functions {rest}")).exits(3).prints_nothing();
        let outcome = outcome.says("inputs differ in granularity: data/covmeta.");
        outcome.says("is perblock, functions/covmeta.");
    }
    case.run("merge data functions -o both/").exits(0);
    case.run("check both").exits(3).says("inputs differ in granularity");
    case.run("dump both").exits(0).prints("granularity perfunc");
    assert_eq!(case.run("check functions").exits(0).last_line(), "total coverage: 53.3% of statements");
}

/// The one unit of a function ends where it starts, and is the function's all the same.
#[test]
fn functions_of_per_function_data_have_their_counts_without_sources() {
    let case = Case::bare().copy_of("tests/data/covdata/go1.27.3/perfunc/data", "data");
    let rows = case.run("func data").exits(0).stdout();
    let percent = |name: &str| {
        let row = rows.lines().find(|row| row.split_whitespace().nth(1) == Some(name)).expect("a row");
        row.split_whitespace().last().expect("a percentage").to_owned()
    };
    assert_eq!((percent("main").as_str(), percent("Never").as_str()), ("100.0%", "0.0%"), "{rows}");
}
