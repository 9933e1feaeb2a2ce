//! What `go test` said about the packages whose tests wrote a profile.

use std::collections::BTreeMap;

/// How the tests of one package ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestOutcome {
    /// Passed, and its section is there.
    Passed,
    /// Passed earlier; result and section were replayed from the cache.
    Cached,
    /// Has no tests.
    NoTests,
    /// Passed by the exit code, but the program ended before coverage was written (`os.Exit(0)` in `TestMain`).
    Silent,
    /// Some test failed. The section is written all the same.
    Failed,
    /// Ran out of time. The section holds what ran until then, if the program could still write it.
    TimedOut {
        /// Whether coverage was written.
        written: bool,
    },
    /// Panicked, or crashed in another way: no section.
    Panicked,
    /// Ended by itself (`os.Exit`) or by a signal before it was done: no section.
    Exited,
    /// Did not compile, or failed `go vet`: no section.
    NotBuilt,
}

impl TestOutcome {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Cached => "cached",
            Self::NoTests => "no-tests",
            Self::Silent => "silent",
            Self::Failed => "failed",
            Self::TimedOut { .. } => "timed-out",
            Self::Panicked => "panicked",
            Self::Exited => "exited",
            Self::NotBuilt => "not-built",
        }
    }
}

/// The log of a test run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestLog {
    /// By import path; of several results for a package the last.
    pub packages: BTreeMap<String, TestOutcome>,
    /// Results that were left out because there were more packages than any build has.
    pub left_out: u64,
}
