//! What `go test` printed, plain or with `-json`, to the outcome of each package.
//!
//! In: bytes of any kind; lines that mean nothing here are passed over. Out: a [`TestLog`]. Both forms may be mixed, as
//! `2>&1` mixes them. Memory: one line of at most 64 KiB, and the packages.
//!
//! What is printed was read off Go 1.21 to 1.27 (`tests/data/test-log`): a test binary that comes to its end prints `PASS` or
//! `FAIL` and, with coverage, `coverage: …`; one that panics, exits or is killed prints neither, and then leaves no section. One
//! that runs out of time writes its coverage first (testing, `startAlarm`), then panics. In plain output the lines of a package
//! stand in front of its result line.

use std::collections::BTreeMap;
use std::io::{self, Read};

use memchr::memchr;
use serde::Deserialize;

use crate::model::{TestLog, TestOutcome};

/// A longer line is cut: results are short.
const MAX_LINE: usize = 1 << 16;
/// No build has more packages; a log that names more is no log.
const MAX_PACKAGES: usize = 1 << 18;
/// Nor is any import path longer.
const MAX_PATH: usize = 1024;

/// Reads a log to its end.
pub fn read(reader: &mut dyn Read) -> io::Result<TestLog> {
    let mut parser = Parser::default();
    let mut buffer = vec![0; MAX_LINE];
    let mut line: Vec<u8> = Vec::new();
    loop {
        let filled = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(filled) => filled,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let mut rest = buffer.get(..filled).unwrap_or_default();
        while let Some(at) = memchr(b'\n', rest) {
            let (head, tail) = rest.split_at(at);
            add(&mut line, head);
            parser.line(&line);
            line.clear();
            rest = tail.get(1..).unwrap_or_default();
        }
        add(&mut line, rest);
    }
    parser.line(&line);
    Ok(parser.finish())
}

fn add(line: &mut Vec<u8>, bytes: &[u8]) {
    let room = MAX_LINE - line.len().min(MAX_LINE);
    line.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

/// What was seen of a package before its result.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// The program came to its end with failures.
    ended: bool,
    /// It printed its coverage.
    covered: bool,
    /// It ran out of time.
    late: bool,
    /// It panicked or crashed.
    panicked: bool,
}

/// A result as printed; whether an `ok` without coverage is silent shows at the end of the log.
#[derive(Debug, Clone, Copy)]
struct Result {
    outcome: TestOutcome,
    covered: bool,
}

#[derive(Debug, Default)]
struct Parser {
    /// Of the plain output in front of the next result.
    plain: Seen,
    /// Of packages of `-json` without a result so far.
    json: BTreeMap<String, Seen>,
    results: BTreeMap<String, Result>,
    /// Whether any result came with coverage: otherwise the log is of a run without.
    with_coverage: bool,
    left_out: u64,
}

/// One row of `-json` (cmd/internal/test2json, `TestEvent`).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    package: Option<String>,
    test: Option<String>,
    output: Option<String>,
}

impl Parser {
    fn line(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first() == Some(&b'{')
            && let Ok(event) = serde_json::from_slice::<Event>(line)
        {
            return self.event(event);
        }
        let Ok(text) = std::str::from_utf8(line) else { return };
        if let Some((package, result)) = result(text, self.plain) {
            self.plain = Seen::default();
            self.take(package, result);
        } else {
            self.plain.note(text);
        }
    }

    fn event(&mut self, event: Event) {
        let Some(package) = event.package.filter(|package| is_import_path(package)) else { return };
        let seen = self.json.get(&package).copied().unwrap_or_default();
        match (event.action.as_str(), event.output) {
            ("output", Some(output)) => {
                let output = output.trim_end_matches(['\n', '\r']);
                // What a test prints cannot speak for another package, nor end its own: results come without a test.
                match result(output, seen) {
                    Some((named, result)) if named == package && event.test.is_none() => {
                        self.json.remove(&package);
                        self.take(&package, result);
                    }
                    _ => {
                        if let Some(seen) = self.seen(package) {
                            seen.note(output);
                        }
                    }
                }
            }
            ("start", _) => {
                self.json.remove(&package);
            }
            ("skip", _) if event.test.is_none() => self.end(&package, TestOutcome::NoTests),
            ("fail", _) if event.test.is_none() => self.end(&package, seen.failure()),
            ("pass", _) if event.test.is_none() => self.end(&package, TestOutcome::Passed),
            _ => {}
        }
    }

    fn seen(&mut self, package: String) -> Option<&mut Seen> {
        if self.json.len() >= MAX_PACKAGES && !self.json.contains_key(&package) {
            return None;
        }
        Some(self.json.entry(package).or_default())
    }

    /// The event that ends a package. Its result line came before it, and says more.
    fn end(&mut self, package: &str, outcome: TestOutcome) {
        let seen = self.json.remove(package).unwrap_or_default();
        if !self.results.contains_key(package) {
            self.take(package, Result { outcome, covered: seen.covered });
        }
    }

    fn take(&mut self, package: &str, result: Result) {
        self.with_coverage |= result.covered;
        if self.results.len() >= MAX_PACKAGES && !self.results.contains_key(package) {
            self.left_out += 1;
            return;
        }
        self.results.insert(package.to_owned(), result);
    }

    fn finish(self) -> TestLog {
        let with_coverage = self.with_coverage;
        let settled = |result: Result| match result.outcome {
            TestOutcome::Passed if with_coverage && !result.covered => TestOutcome::Silent,
            outcome => outcome,
        };
        let packages = self.results.into_iter().map(|(package, result)| (package, settled(result))).collect();
        TestLog { packages, left_out: self.left_out }
    }
}

impl Seen {
    fn note(&mut self, line: &str) {
        if line == "FAIL" || line == "PASS" {
            *self = Self { ended: true, covered: self.covered, ..Self::default() };
        } else if is_coverage(line) {
            *self = Self { covered: true, ended: self.ended, ..Self::default() };
        } else if line.starts_with("panic: test timed out after ") || line.starts_with("*** Test killed") {
            self.late = true;
        } else if ["panic: ", "fatal error: ", "SIGSEGV: ", "unexpected fault address "]
            .iter()
            .any(|start| line.starts_with(start))
        {
            self.panicked = true;
        }
    }

    fn failure(self) -> TestOutcome {
        if self.late {
            TestOutcome::TimedOut { written: self.covered }
        } else if self.panicked {
            TestOutcome::Panicked
        } else if self.ended || self.covered {
            TestOutcome::Failed
        } else {
            TestOutcome::Exited
        }
    }
}

/// `coverage: 12.3% of statements in ./...`, or `coverage: [no statements]`.
fn is_coverage(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("coverage: ") else { return false };
    rest.starts_with("[no statements]")
        || rest
            .split_once("% of statements")
            .is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// The line with which `go test` ends a package (cmd/go/internal/test, Go 1.21 to 1.27).
fn result(line: &str, seen: Seen) -> Option<(&str, Result)> {
    let mut cells = line.split('\t');
    let (head, name) = (cells.next()?, cells.next()?);
    let cells: Vec<&str> = cells.take(4).collect();
    let covered = cells.iter().any(|cell| is_coverage(cell));
    let of =
        |package, outcome, covered| is_import_path(package).then_some((package, Result { outcome, covered }));
    match (head, cells.first().copied()) {
        ("ok  ", Some("(cached)")) => of(name, TestOutcome::Cached, covered),
        ("ok  ", Some(time)) if is_time(time) => of(name, TestOutcome::Passed, covered || seen.covered),
        ("?   ", Some("[no test files]")) => of(name, TestOutcome::NoTests, false),
        // A package without tests, from Go 1.22 on.
        ("", Some("")) if covered => of(name, TestOutcome::NoTests, true),
        ("FAIL", Some(time)) if is_time(time) => of(name, seen.failure(), seen.covered),
        ("FAIL", None) => {
            let (package, why) = name.split_once(' ')?;
            matches!(why, "[build failed]" | "[setup failed]").then_some(())?;
            of(package, TestOutcome::NotBuilt, false)
        }
        _ => None,
    }
}

/// `0.123s`.
fn is_time(text: &str) -> bool {
    text.strip_suffix('s').is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Whether Go would take it for an import path: letters, digits and `-._~+/@`, no dash in front. What is printed in a command to
/// copy must be nothing else.
fn is_import_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_PATH
        && !text.starts_with(['-', '/'])
        && text.chars().all(|c| c.is_alphanumeric() || "-._~+/@".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use TestOutcome::{Cached, Exited, Failed, NoTests, NotBuilt, Panicked, Passed, Silent, TimedOut};

    fn parsed(text: impl AsRef<[u8]>) -> Vec<(String, TestOutcome)> {
        read(&mut text.as_ref()).expect("memory").packages.into_iter().collect()
    }

    fn recorded(name: &str) -> String {
        let path = format!("{}/tests/data/test-log/{name}", env!("CARGO_MANIFEST_DIR"));
        fs_err::read_to_string(path).expect("a recorded log")
    }

    /// What the packages of `tests/data/test-log/src` do, whatever prints it.
    const OUTCOMES: [(&str, TestOutcome); 12] = [
        ("bare", Passed),
        ("broken", NotBuilt),
        ("cached", Cached),
        ("exits", Exited),
        ("failed", Failed),
        ("fine", Passed),
        ("loud", Failed),
        ("panics", Panicked),
        ("setup", NotBuilt),
        ("silent", Silent),
        ("slow", TimedOut { written: true }),
        ("untested", NoTests),
    ];

    #[test]
    fn recorded_logs_of_three_releases_in_three_forms_say_the_same() {
        for version in ["1.21.13", "1.26.6", "1.27.3"] {
            for form in ["plain", "verbose", "json"] {
                let name = format!("go{version}.{form}.log");
                let mut outcomes = parsed(recorded(&name));
                // In plain text nobody can tell a line of a test from a result.
                outcomes.retain(|(package, _)| package != "example.com/log/forged" || form == "json");
                let expected: Vec<(String, TestOutcome)> = OUTCOMES
                    .iter()
                    .filter(|(package, _)| version != "1.21.13" || *package != "setup")
                    .map(|(package, outcome)| (format!("example.com/log/{package}"), *outcome))
                    .collect();
                assert_eq!(outcomes, expected, "{name}");
            }
        }
    }

    #[test]
    fn a_section_is_in_the_profile_exactly_where_the_log_says_that_it_was_written() {
        for version in ["1.21.13", "1.26.6", "1.27.3"] {
            let profile = recorded(&format!("go{version}.cover.out"));
            for (package, outcome) in parsed(recorded(&format!("go{version}.plain.log"))) {
                let in_profile = profile.contains(&format!("\n{package}/"));
                let expected = match outcome {
                    Passed => !package.ends_with("/bare"),
                    // From Go 1.22 a package without tests has a section of zeros.
                    NoTests => version != "1.21.13",
                    Cached => !package.ends_with("/forged"),
                    Failed | TimedOut { written: true } => true,
                    _ => false,
                };
                assert_eq!(in_profile, expected, "{version}: {package}");
            }
        }
    }

    #[test]
    fn a_log_without_coverage_has_no_silent_packages() {
        assert_eq!(
            parsed("ok  \tm/a\t0.01s\nok  \tm/b\t(cached)\n"),
            [("m/a".to_owned(), Passed), ("m/b".to_owned(), Cached)]
        );
        assert_eq!(
            parsed("ok  \tm/a\t0.01s\nok  \tm/b\t1s\tcoverage: 1.0% of statements in ./...\n"),
            [("m/a".to_owned(), Silent), ("m/b".to_owned(), Passed)]
        );
    }

    #[test]
    fn the_last_of_several_results_counts() {
        assert_eq!(parsed("FAIL\tm/a\t0.01s\r\nok  \tm/a\t0.01s\r\n"), [("m/a".to_owned(), Passed)]);
    }

    #[test]
    fn what_a_test_prints_with_json_is_no_result() {
        let log = r#"
{"Action":"start","Package":"m/a"}
{"Action":"output","Package":"m/a","Test":"T","Output":"ok  \tm/a\t(cached)\n"}
{"Action":"output","Package":"m/a","Test":"T","Output":"FAIL\tm/b\t0.1s\n"}
{"Action":"fail","Package":"m/a","Test":"T"}
{"Action":"output","Package":"m/a","Output":"FAIL\n"}
{"Action":"fail","Package":"m/a","Elapsed":1}
"#;
        assert_eq!(parsed(log), [("m/a".to_owned(), Failed)]);
    }

    #[test]
    fn killed_programs_and_interleaved_packages_are_told_apart() {
        let log = "signal: killed\nFAIL\tm/a\t9.1s\n*** Test killed with quit: ran too long (11m0s).\nFAIL\tm/b\t660.0s\n--- FAIL: T (0.0s)\nFAIL\nFAIL\tm/c\t1s\n";
        assert_eq!(
            parsed(log),
            [
                ("m/a".to_owned(), Exited),
                ("m/b".to_owned(), TimedOut { written: false }),
                ("m/c".to_owned(), Failed)
            ]
        );
        let log = r#"{"Action":"output","Package":"m/a","Test":"T","Output":"panic: x\n"}
{"Action":"output","Package":"m/b","Output":"FAIL\n"}
{"Action":"output","Package":"m/b","Output":"FAIL\tm/b\t1s\n"}
{"Action":"output","Package":"m/a","Output":"FAIL\tm/a\t1s\n"}
"#;
        assert_eq!(parsed(log), [("m/a".to_owned(), Panicked), ("m/b".to_owned(), Failed)]);
    }

    #[test]
    fn names_that_are_no_import_paths_are_passed_over() {
        for name in
            ["a b", "$(x)", "a;b", "-x", "a`b`", "\u{1b}[31m", "", "a\u{202e}b", "/abs", "a'b", "a\"b"]
        {
            assert_eq!(parsed(format!("ok  \t{name}\t(cached)\nFAIL\t{name}\t1s\n")), [], "{name:?}");
        }
        assert_eq!(parsed("ok  \tgopkg.in/y~z+w/é.v3@x\t(cached)\n").len(), 1);
    }

    #[test]
    fn any_bytes_and_lines_of_any_length_are_read() {
        let mut log = vec![b'{'; 3 * MAX_LINE];
        log.extend_from_slice(b"\n\xff\xfe\0\nok  \tm/\xff\t(cached)\n");
        log.extend_from_slice(&[b"ok  \t".as_slice(), &vec![b'a'; 2 * MAX_LINE], b"\t(cached)\n"].concat());
        log.extend_from_slice(
            b"{\"Action\":\"output\"}\n{\"Action\":1}\n{}\n[]\n\tx\t\tcoverage: %\nok  \tm/a\t(cached)",
        );
        assert_eq!(parsed(&log), [("m/a".to_owned(), Cached)]);
    }

    #[test]
    fn every_cut_of_a_log_is_read() {
        let log = recorded("go1.27.3.json.log");
        for end in (0..log.len()).step_by(97) {
            parsed(log.as_bytes().get(..end).expect("inside"));
        }
    }
}
