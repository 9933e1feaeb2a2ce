//! CSV: one row per file, for spreadsheets and scripts.
//!
//! Input: a report. Output: a header and one row per file in the order of the report (packages by import path, files by
//! path), LF line ends, cells quoted as in RFC 4180. Notes on consumers: spreadsheets run a cell that starts with `=`,
//! `+`, `-`, `@`, tab or CR as a formula, so such a text gets a `'` in front; some split cells at `;`, so those are quoted.
//!
//! Invariant: numbers are never quoted, and a row has as many cells as the header.

use std::io::{self, BufWriter, Write};

use super::escape::csv_cell;
use super::{Format, FormatOptions};
use crate::model::Report;

pub(super) static CSV: Format = Format {
    name: "csv",
    about: "one row per file: statements, lines, functions and owners",
    default_name: "coverage.csv",
    shows_change: false,
    write,
};

const HEADER: &str = "path,package,module,statements_covered,statements_total,lines_covered,lines_partial,lines_total,\
                      functions_covered,functions_total,owners";

fn write(report: &Report, _options: &FormatOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    writeln!(out, "{HEADER}")?;
    for (package, file) in report.files() {
        let path = csv_cell(file.path.as_str());
        let import_path = csv_cell(&package.path);
        let module = csv_cell(package.module.as_deref().unwrap_or_default());
        let (statements, lines, functions) =
            (file.totals.statements, file.totals.lines, file.totals.functions);
        write!(out, "{path},{import_path},{module},{},{},", statements.covered, statements.total)?;
        write!(out, "{},{},{},", lines.covered, lines.partial, lines.total)?;
        let owners = file.owners.join(" ");
        let owners = csv_cell(&owners);
        writeln!(out, "{},{},{owners}", functions.covered, functions.total)?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{self, render};
    use super::*;

    #[test]
    fn small_report() {
        let text = render(&CSV, &testing::small(), &FormatOptions::default());
        insta::assert_snapshot!(text, @"
        path,package,module,statements_covered,statements_total,lines_covered,lines_partial,lines_total,functions_covered,functions_total,owners
        main.go,example.com/m,example.com/m,3,3,1,0,1,1,1,
        zz_generated.go,example.com/m,example.com/m,0,0,0,0,0,0,0,
        shapes/shapes.go,example.com/m/shapes,example.com/m,3,6,2,1,4,2,4,
        example.org/dep/dep.go,example.org/dep,,0,2,0,0,1,0,1,
        ");
    }

    #[test]
    fn an_empty_report_is_the_header() {
        assert_eq!(render(&CSV, &testing::empty(), &FormatOptions::default()), format!("{HEADER}\n"));
    }

    #[test]
    fn hostile_names_stay_in_their_cells() {
        let text = render(&CSV, &testing::hostile(), &FormatOptions::default());
        insta::assert_debug_snapshot!(text.lines().collect::<Vec<_>>(), @r#"
        [
            "path,package,module,statements_covered,statements_total,lines_covered,lines_partial,lines_total,functions_covered,functions_total,owners",
            "lone.go,,,1,1,1,0,1,0,0,",
            "\"p/a\"\"b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a'b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a<b>&c.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a%0Ab.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a::b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a,b=c.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a\tb.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a�b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a�b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/]]>.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a;b|c#d*e f.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a\\b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a\u{202e}og.b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a�[31m�b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/größe_日本.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/=1+1.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a:3.4,5.6 1 1.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a$b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "p/end_of_record.go,\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "p/x.go,\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "p/x.go.go,\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
            "\"p/a��b.go\",\"example.com/h/<p>&\"\"�\",\"'=cmd|' /C calc'!A0\",2,3,2,0,3,2,3,",
        ]
        "#);
        for line in text.lines() {
            assert_eq!(cells(line).len(), 11, "{line}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn no_name_breaks_a_row_or_starts_a_formula(names in testing::any_names()) {
            let report = testing::named(&names);
            let text = render(&CSV, &report, &FormatOptions::default());
            prop_assert_eq!(text.lines().count(), 1 + report.files().count());
            for line in text.lines() {
                let cells = cells(line);
                prop_assert_eq!(cells.len(), 11);
                prop_assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{}", line);
            }
        }
    }

    /// A reader of RFC 4180 for one line.
    fn cells(line: &str) -> Vec<String> {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            let cell = cells.last_mut().expect("one cell at least");
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                _ => cell.push(character),
            }
        }
        cells
    }
}
