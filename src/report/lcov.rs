//! LCOV tracefile: genhtml, editors (Coverage Gutters), Codecov, Coveralls, diff-cover, `SonarQube` plug-ins.
//!
//! Input: a report. Output: one record per file, sorted by path. Notes on consumers:
//! * The two-field form `FN:line,name`: a third field (end line) becomes part of the name in `ReportGenerator` and lcov 1,
//!   and the line in npm lcov-parse. FNDA repeats the order of FN, since `ReportGenerator` pairs them by position.
//! * lcov 2 stops on a repeated function name in a file, on a function that was hit without a hit line (or the reverse), and
//!   on `-a` without any function. Its genhtml and diff-cover take the line of FN for a line with code. diff-cover raises
//!   on a comma in an FNDA name. lcov 1 wants DA before LF and LH.
//! * npm lcov-parse ends a record at any line that holds `end_of_record`, a file name too; nothing can be done about it.
//!
//! Invariants: lines ascend and are unique; a function is listed at its first line that counts; FNH counts functions of which any
//! statement ran, as every other report does. Files outside the tree and files without lines are left out.

use std::io::{self, BufWriter, Write};

use super::escape::{self, Unique};
use super::{Format, FormatOptions};
use crate::model::{FileReport, FunctionReport, Report};

pub(super) static LCOV: Format = Format {
    name: "lcov",
    about: "LCOV tracefile: genhtml, editors, Codecov, Coveralls, diff-cover",
    default_name: "lcov.info",
    shows_change: false,
    write,
};

fn write(report: &Report, options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<&FileReport> =
        report.files().map(|(_, file)| file).filter(|file| file.in_tree && !file.lines.is_empty()).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut out = BufWriter::new(out);
    let mut paths = Unique::default();
    for file in files {
        write_file(file, &paths.name(escape::record(file.path.as_str())), options, &mut out)?;
    }
    out.flush()
}

fn write_file(
    file: &FileReport,
    path: &str,
    options: &FormatOptions,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "TN:\nSF:{path}")?;
    if !options.no_methods {
        write_functions(file, out)?;
    }
    for &(line, hits) in &file.lines {
        writeln!(out, "DA:{line},{}", escape::hits(hits))?;
    }
    let hit = file.lines.iter().filter(|line| line.1 > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", file.lines.len())
}

fn write_functions(file: &FileReport, out: &mut impl Write) -> io::Result<()> {
    let mut names = Unique::default();
    let functions: Vec<_> = file
        .functions
        .iter()
        .filter(|function| function.statements.total > 0)
        .filter_map(|function| Some((first_line(function, file)?, function)))
        .map(|(line, function)| (line, names.name(escape::lcov_function(&function.name)), calls(function)))
        .collect();
    for (line, name, _) in &functions {
        writeln!(out, "FN:{line},{name}")?;
    }
    for (_, name, calls) in &functions {
        writeln!(out, "FNDA:{calls},{name}")?;
    }
    let hit = functions.iter().filter(|(_, _, calls)| *calls > 0).count();
    writeln!(out, "FNF:{}\nFNH:{hit}", functions.len())
}

/// The first line of the function that counts. The line of `func` holds nothing but a header, which is no code, and a line
/// of FN without DA is an error for genhtml 2 ("unexpected category") and one more measured line for diff-cover.
fn first_line(function: &FunctionReport, file: &FileReport) -> Option<u32> {
    let first = file.lines.partition_point(|&(line, _)| line < function.extent.start.line);
    let &(line, _) = file.lines.get(first)?;
    (line <= function.extent.end.line).then_some(line)
}

/// How often the function was entered: the count of its first block, but never at odds with its statements (merged data
/// may have an entry without hits and a body with some).
fn calls(function: &FunctionReport) -> u64 {
    if function.statements.covered == 0 {
        return 0;
    }
    escape::hits(function.entry_count.unwrap_or(0).max(1))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use lcov::{Reader, Record};
    use proptest::prelude::*;

    use super::super::testing::{self, render};
    use super::*;

    #[test]
    fn small_report() {
        let text = render(&LCOV, &testing::small(), &FormatOptions::default());
        insta::assert_snapshot!(text, @r"
        TN:
        SF:main.go
        FN:6,main
        FNDA:1,main
        FNF:1
        FNH:1
        DA:6,1
        LF:1
        LH:1
        end_of_record
        TN:
        SF:shapes/shapes.go
        FN:4,(*Box[...]).Area
        FN:8,Ring.Area
        FN:8,init
        FN:15,handlers.Get
        FNDA:5,(*Box[...]).Area
        FNDA:2147483647,Ring.Area
        FNDA:0,init
        FNDA:0,handlers.Get
        FNF:4
        FNH:2
        DA:4,5
        DA:5,0
        DA:8,2147483647
        DA:15,0
        LF:4
        LH:2
        end_of_record
        ");
    }

    #[test]
    fn an_empty_report_is_an_empty_file() {
        assert_eq!(render(&LCOV, &testing::empty(), &FormatOptions::default()), "");
    }

    #[test]
    fn functions_can_be_left_out() {
        let options = FormatOptions { no_methods: true, ..FormatOptions::default() };
        let text = render(&LCOV, &testing::small(), &options);
        assert!(!text.contains("FN"), "{text}");
        assert!(text.contains("DA:4,5\n"), "{text}");
    }

    #[test]
    fn an_independent_reader_sees_the_lines_of_the_report() {
        for report in [testing::empty(), testing::small(), testing::hostile()] {
            check_reader(&report);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn no_name_breaks_a_record(names in testing::any_names()) {
            check_reader(&testing::named(&names));
        }
    }

    fn check_reader(report: &Report) {
        let text = render(&LCOV, report, &FormatOptions::default());
        let records: Vec<Record> =
            Reader::new(text.as_bytes()).collect::<Result<_, _>>().expect("the crate lcov reads it");
        let seen = lines_of(&records);
        let mut expected: BTreeMap<String, Vec<(u32, u64)>> = BTreeMap::new();
        let mut names_met = BTreeMap::new();
        for (_, file) in report.files().filter(|(_, file)| file.in_tree && !file.lines.is_empty()) {
            let lines = file.lines.iter().map(|&(line, hits)| (line, escape::hits(hits))).collect();
            // Names that escaping makes equal are told apart.
            let name = escape::record(file.path.as_str()).into_owned();
            let met = names_met.entry(name.clone()).or_insert(0);
            *met += 1;
            expected.insert(if *met == 1 { name } else { format!("{name}~{met}") }, lines);
        }
        assert_eq!(seen, expected);
        check_order(&records);
    }

    fn lines_of(records: &[Record]) -> BTreeMap<String, Vec<(u32, u64)>> {
        let mut seen: BTreeMap<String, Vec<(u32, u64)>> = BTreeMap::new();
        let mut path = String::new();
        for record in records {
            match record {
                Record::SourceFile { path: next } => path = next.display().to_string(),
                Record::LineData { line, count, .. } => {
                    seen.entry(path.clone()).or_default().push((*line, *count));
                }
                _ => {}
            }
        }
        seen
    }

    /// Order of kinds in a record, equal order of FN and FNDA, unique names, sums that agree.
    fn check_order(records: &[Record]) {
        const ORDER: [&str; 10] = ["TN", "SF", "FN", "FNDA", "FNF", "FNH", "DA", "LF", "LH", "end_of_record"];
        let rank = |record: &Record| ORDER.iter().position(|kind| *kind == record.kind().as_str());
        for file in records.split_inclusive(|record| *record == Record::EndOfRecord) {
            assert!(file.iter().map(rank).collect::<Option<Vec<_>>>().expect("known kinds").is_sorted());
            let has_line = |wanted: u32| {
                file.iter().any(|record| matches!(record, Record::LineData { line, .. } if *line == wanted))
            };
            let names: Vec<&String> = file
                .iter()
                .filter_map(|record| match record {
                    Record::FunctionName { name, start_line } => Some((name, start_line)),
                    _ => None,
                })
                .inspect(|(name, line)| assert!(has_line(**line), "{name} stands on a line with code"))
                .map(|(name, _)| name)
                .collect();
            let calls: Vec<(&String, u64)> = file
                .iter()
                .filter_map(|record| match record {
                    Record::FunctionData { name, count } => Some((name, *count)),
                    _ => None,
                })
                .collect();
            assert_eq!(names, calls.iter().map(|call| call.0).collect::<Vec<_>>());
            assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len());
            assert!(names.iter().all(|name| !name.contains(',')));
            let hit = u32::try_from(calls.iter().filter(|call| call.1 > 0).count()).expect("few functions");
            assert!(file.contains(&Record::FunctionsHit { hit }));
        }
    }

    #[test]
    fn calls_agree_with_statements() {
        let report = testing::small();
        let mut function = report.packages[0].files[0].functions[0].clone();
        function.entry_count = Some(0);
        assert_eq!(calls(&function), 1, "a body that ran was entered");
        function.entry_count = Some(u64::MAX);
        assert_eq!(calls(&function), 2_147_483_647);
        function.statements.covered = 0;
        assert_eq!(calls(&function), 0, "nothing ran");
    }
}
