//! What the log of the tests says about the profile: whose blocks the cache may have brought, and whose section is missing.
//!
//! In: the log and the rows as read. Out: findings. Nothing is judged stale here: a cached result is a reason to look, not
//! evidence.

use std::collections::BTreeSet;

use crate::model::words::counted;
use crate::model::{Code, Finding, Mode, RawProfile, TestLog, TestOutcome};

/// Packages that a message names; more are counted.
const NAMED: usize = 3;

/// Findings of a log: `cached-tests` and `incomplete-run`.
pub fn from_log(log: &TestLog, raw: &RawProfile) -> Vec<Finding> {
    let mut findings: Vec<Finding> = cached(log, raw).into_iter().collect();
    findings.extend(ENDINGS.iter().filter_map(|ending| ending.finding(log, raw)));
    findings
}

/// Cached packages of which no section shows a hit in their own code: any of them may describe older source, and the counts
/// cannot tell. A package that occurs nowhere in the profile has no blocks that could be old.
fn cached(log: &TestLog, raw: &RawProfile) -> Option<Finding> {
    let all = of(log, |outcome| outcome == TestOutcome::Cached);
    let (present, hit) = (packages(raw, |_| true), packages(raw, |count| count > 0));
    let stuck: Vec<&str> =
        all.iter().copied().filter(|package| present.contains(package) && !hit.contains(package)).collect();
    if stuck.is_empty() {
        return None;
    }
    let whose = if stuck.len() == 1 { "none of its code" } else { "none of their code" };
    let message = format!(
        "{} came from the test cache, and {whose} ran in any section: {}",
        counted(stuck.len() as u64, "package"),
        named(&stuck)
    );
    let mode = raw.inputs.first().map_or(Mode::Set, |input| input.mode);
    Some(
        Finding::new(Code::CachedTests, message)
            .fact(format!("cached: {} of {}", all.len(), counted(log.packages.len() as u64, "package")))
            .fact(
                "cause: with -coverpkg a replayed section may hold blocks of older source (golang/go#74873)",
            )
            .fact("then give both profiles: coverdict check cover.out fresh.out")
            .help(format!(
                "go test -count=1 {} -covermode={mode} -coverpkg=./... -coverprofile=fresh.out",
                stuck.join(" ")
            ))
            .count(stuck.len() as u64),
    )
}

/// A way to end that takes coverage away.
struct Ending {
    is: fn(TestOutcome) -> bool,
    /// Behind the number of packages.
    what: &'static str,
    /// What that does to the profile.
    effect: &'static str,
}

const ENDINGS: &[Ending] = &[
    Ending {
        is: |outcome| outcome == TestOutcome::NotBuilt,
        what: "did not build",
        effect: "the section of these tests is missing: what only they cover counts as missed",
    },
    Ending {
        is: |outcome| outcome == TestOutcome::Panicked,
        what: "panicked",
        effect: "a panic writes no section: what only these tests cover counts as missed",
    },
    Ending {
        is: |outcome| outcome == TestOutcome::Exited,
        what: "ended before the tests were done (os.Exit or a signal)",
        effect: "such an end writes no section: what only these tests cover counts as missed",
    },
    Ending {
        is: |outcome| outcome == TestOutcome::Silent,
        what: "passed without writing coverage (os.Exit in TestMain)",
        effect: "the section of these tests is missing: what only they cover counts as missed",
    },
    Ending {
        is: |outcome| outcome == TestOutcome::TimedOut { written: true },
        what: "timed out",
        effect: "the section of these tests is partial: it holds what ran until then",
    },
    Ending {
        is: |outcome| outcome == TestOutcome::TimedOut { written: false },
        what: "timed out before writing coverage",
        effect: "the section of these tests is missing: what only they cover counts as missed",
    },
    Ending {
        is: |outcome| outcome == TestOutcome::Failed,
        what: "failed",
        effect: "their section is there, but code behind a failure may not have run",
    },
];

impl Ending {
    fn finding(&self, log: &TestLog, raw: &RawProfile) -> Option<Finding> {
        let packages_of_log = of(log, self.is);
        if packages_of_log.is_empty() {
            return None;
        }
        let count = packages_of_log.len();
        let message =
            format!("{} {}: {}", counted(count as u64, "package"), self.what, named(&packages_of_log));
        let mut finding = Finding::new(Code::IncompleteRun, message).fact(self.effect).count(count as u64);
        let present = packages(raw, |_| true);
        let absent: Vec<&str> =
            packages_of_log.iter().copied().filter(|package| !present.contains(package)).collect();
        if !absent.is_empty() {
            finding = finding.fact(format!(
                "not in the profile at all, so a total without them may be too high: {}",
                named(&absent)
            ));
        }
        Some(finding.help(format!("go test -count=1 {}", packages_of_log.join(" "))))
    }
}

fn of(log: &TestLog, is: impl Fn(TestOutcome) -> bool) -> Vec<&str> {
    let packages = log.packages.iter().filter(|(_, outcome)| is(**outcome));
    packages.map(|(package, _)| package.as_str()).collect()
}

/// The packages that have a block with such a count. A section has a hit in a package exactly when the sum of the counts of one
/// of its blocks is not 0.
fn packages(raw: &RawProfile, with: impl Fn(u64) -> bool) -> BTreeSet<&str> {
    let ids: BTreeSet<u32> = raw
        .blocks
        .iter()
        .filter(|block| with(block.count))
        .filter_map(|block| raw.name_packages.get(block.file as usize).copied())
        .collect();
    ids.iter().filter_map(|id| raw.packages.get(*id as usize).map(String::as_str)).collect()
}

fn named(packages: &[&str]) -> String {
    let first: Vec<&str> = packages.iter().take(NAMED).copied().collect();
    match packages.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Extent, FileName, RawBlock};

    fn raw(rows: &[(&str, u64)]) -> RawProfile {
        let mut raw = RawProfile::default();
        for (file, (package, count)) in (0u32..).zip(rows) {
            raw.names.push(FileName::new(&format!("{package}/x.go")));
            raw.name_packages.push(file);
            raw.packages.push((*package).to_owned());
            let extent = Extent::new(1, 1, 2, 1);
            raw.blocks.push(RawBlock { file, extent, stmts: 1, count: *count });
        }
        raw
    }

    fn log(packages: &[(&str, TestOutcome)]) -> TestLog {
        let packages = packages.iter().map(|(name, outcome)| ((*name).to_owned(), *outcome)).collect();
        TestLog { packages, left_out: 0 }
    }

    #[test]
    fn cached_packages_are_narrowed_to_those_whose_own_code_ran_nowhere() {
        let log = log(&[
            ("m/hit", TestOutcome::Cached),
            ("m/zero", TestOutcome::Cached),
            ("m/also", TestOutcome::Cached),
            ("m/fresh", TestOutcome::Passed),
            ("m/elsewhere", TestOutcome::Cached),
        ]);
        let raw = raw(&[("m/hit", 1), ("m/zero", 0), ("m/also", 0), ("m/fresh", 0)]);
        let findings = from_log(&log, &raw);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!((finding.code, finding.count), (Code::CachedTests, 2));
        assert_eq!(
            finding.message,
            "2 packages came from the test cache, and none of their code ran in any section: m/also, m/zero"
        );
        assert_eq!(
            finding.help.as_deref(),
            Some("go test -count=1 m/also m/zero -covermode=set -coverpkg=./... -coverprofile=fresh.out")
        );
    }

    #[test]
    fn a_cached_run_in_which_everything_ran_is_nothing_to_tell() {
        let log = log(&[("m/a", TestOutcome::Cached), ("m/b", TestOutcome::NoTests)]);
        assert_eq!(from_log(&log, &raw(&[("m/a", 7), ("m/b", 0)])), []);
    }

    #[test]
    fn each_way_to_lose_coverage_is_one_finding() {
        let log = log(&[
            ("m/a", TestOutcome::NotBuilt),
            ("m/b", TestOutcome::Panicked),
            ("m/c", TestOutcome::Exited),
            ("m/d", TestOutcome::Silent),
            ("m/e", TestOutcome::TimedOut { written: true }),
            ("m/f", TestOutcome::TimedOut { written: false }),
            ("m/g", TestOutcome::Failed),
            ("m/h", TestOutcome::Panicked),
            ("m/i", TestOutcome::Passed),
        ]);
        let findings = from_log(&log, &raw(&[("m/b", 0)]));
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "1 package did not build: m/a",
                "2 packages panicked: m/b, m/h",
                "1 package ended before the tests were done (os.Exit or a signal): m/c",
                "1 package passed without writing coverage (os.Exit in TestMain): m/d",
                "1 package timed out: m/e",
                "1 package timed out before writing coverage: m/f",
                "1 package failed: m/g",
            ]
        );
        assert!(findings.iter().all(|finding| finding.code == Code::IncompleteRun));
        let panicked = findings.get(1).expect("the second");
        assert_eq!(panicked.help.as_deref(), Some("go test -count=1 m/b m/h"));
        assert_eq!(
            panicked.facts.last().map(String::as_str),
            Some("not in the profile at all, so a total without them may be too high: m/h")
        );
    }
}
