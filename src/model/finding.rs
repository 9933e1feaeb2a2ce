//! Findings: odd things in the data that a user should know. They never stop a run by themselves.

use std::fmt;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// The numbers may not be what the user thinks.
    Warning,
    /// Promoted by `--deny`.
    Error,
}

impl Severity {
    /// The word in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $about:literal;)*) => {
        /// The closed list of findings. Each has a section in `docs/findings.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $about] $variant,)*
        }

        impl Code {
            /// All findings: notes first, then warnings.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity before `--deny`.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// One sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }
        }
    };
}

codes! {
    DuplicateBlocks "duplicate-blocks" Note "The same block came in several rows and was merged.";
    ConcatenatedProfiles "concatenated-profiles" Note "A profile holds more than one `mode:` row.";
    OutsideModule "outside-module" Note "Files of the profile lie outside every module of this workspace.";
    GeneratedCode "generated-code" Note "Generated files are counted in totals and left out of the patch.";
    ExcludedCode "excluded-code" Note "Code was left out by include, exclude, scope or ignore rules.";
    IgnoredCovered "ignored-covered" Note "Ignored code was covered all the same.";
    EstimatedFile "estimated-file" Note "The changed statements of a file could only be estimated.";
    AnnotationsCapped "annotations-capped" Note "The platform shows fewer annotations than there are.";
    ReportTrimmed "report-trimmed" Note "A report was cut to fit its reader's limit.";
    EmptyProfile "empty-profile" Note "A profile has no statements.";
    NoBase "no-base" Note "No base to compare with could be found.";
    BaseFallback "base-fallback" Note "The base named by the CI could not be used; the next rule was.";
    UntestedPlatform "untested-platform" Note "A changed file is not built on the profile's platform.";
    InflatedStatements "inflated-statements" Note "Go 1.27.0 and 1.27.1 count statements of a split block more than once.";
    StaleBlocks "stale-blocks" Warning "Blocks of another version of a file were dropped.";
    OverlappingBlocks "overlapping-blocks" Warning "Blocks of one file overlap.";
    StatementConflict "statement-conflict" Warning "One block has different statement counts.";
    MixedModes "mixed-modes" Warning "Inputs of different modes were merged, as asked.";
    MixedGoVersions "mixed-go-versions" Warning "Blocks of Go up to 1.26 and from 1.27 are mixed in one file.";
    MalformedRows "malformed-rows" Warning "Rows of a profile are no coverage rows and were skipped.";
    MissingSource "missing-source" Warning "The source of a file was not found.";
    AmbiguousPath "ambiguous-path" Warning "A file of the profile may be more than one file of the tree.";
    UnparsedSource "unparsed-source" Warning "A source file could not be parsed.";
    ProfileOlderThanSource "profile-older-than-source" Warning "A file was edited after the tests ran.";
    IncompleteRun "incomplete-run" Warning "A package failed, panicked or did not build, so its coverage is missing or partial.";
    CachedTests "cached-tests" Warning "Test results came from the cache and carry blocks of old source.";
    UnmeasuredChange "unmeasured-change" Warning "Changed files are absent from the profile.";
    VanishedFile "vanished-file" Warning "A file of the baseline is absent from the profile, though unchanged.";
    MetaWithoutCounters "meta-without-counters" Warning "A program was killed before it could write its counters.";
    OrphanCounters "orphan-counters" Warning "A counter file has no meta-data file.";
    ConflictingMeta "conflicting-meta" Warning "Two meta-data files of one name differ.";
    UnusedExclude "unused-exclude" Warning "An exclude or include pattern matched nothing.";
    UnusedIgnore "unused-ignore" Warning "An ignore comment takes nothing out.";
    IgnoreWithoutReason "ignore-without-reason" Warning "An ignore comment gives no reason.";
    SeveralMergeBases "several-merge-bases" Warning "History has more than one merge base; the first was taken.";
    RenameLimit "rename-limit" Warning "Too many files changed to look for renames.";
    SuspiciousBaseline "suspicious-baseline" Warning "The baseline does not fit the base revision.";
    HostileName "hostile-name" Warning "A name holds characters that could harm a reader; they are shown escaped.";
    ReportTooLarge "report-too-large" Warning "A report is larger than its reader accepts.";
    CiExtraFailed "ci-extra-failed" Warning "A summary or output of the CI system could not be written.";
}

impl Code {
    /// The finding with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// A path as every report prints it, or the path of an input.
    pub file: String,
    /// 1-based, when known.
    pub line: Option<u32>,
    /// 1-based byte column, when known.
    pub col: Option<u32>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, col: None }
    }

    /// A line of a file.
    pub fn line(file: impl Into<String>, line: u32) -> Self {
        Self { file: file.into(), line: Some(line), col: None }
    }
}

/// One finding. Texts hold names from the data as they are; whoever prints them escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub code: Code,
    /// `code.severity()`, or `Error` when denied.
    pub severity: Severity,
    /// Where, if anywhere in particular.
    pub place: Option<Place>,
    /// First line.
    pub message: String,
    /// Further facts, a line each (`cause: …`, `expected: …`).
    pub facts: Vec<String>,
    /// The next command, without `help:`.
    pub help: Option<String>,
    /// How many items it speaks of (blocks, rows, files).
    pub count: u64,
}

impl Finding {
    /// A finding of its default severity.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            place: None,
            message: message.into(),
            facts: Vec::new(),
            help: None,
            count: 1,
        }
    }

    /// With a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// With one more fact.
    #[must_use]
    pub fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    /// With the next command.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a count.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_found_again() {
        for &code in Code::ALL {
            assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}");
            assert_eq!(Code::from_name(code.name()), Some(code));
        }
    }
}
