//! The findings of judging: what was wrong in one sentence, where, the evidence, the cause, the next command.

use crate::model::{Code, Finding, InputKind, Place, RawProfile, RuleSet, Source};

use super::judgement::{Choice, Fate, Misfit, Reason};
use super::overlap;
use super::rule_set::{Expected, Fit, Item, Votes};
use crate::model::words::counted;

/// Positions named in one finding; more are counted.
const NAMED: usize = 5;

/// Votes of one input, by source where there is one, by shape elsewhere; and what rule set B inflates.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InputVotes {
    source: Votes,
    pub(super) shape: Votes,
    /// Statements as recorded, in files with a source.
    recorded: u64,
    /// The same under rule set C.
    counted: u64,
}

impl InputVotes {
    /// Adds a file whose blocks were compared with the source.
    pub(super) fn add_source(&mut self, votes: FileVotes) {
        self.source.add(votes.votes);
        self.recorded += votes.recorded;
        self.counted += votes.counted;
    }

    /// The rule set of the input.
    pub(super) fn rule_set(&self) -> Option<RuleSet> {
        self.source.rule_set(false).or_else(|| self.shape.rule_set(false))
    }
}

/// The votes of the blocks of one file, or of those that an input lists.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FileVotes {
    votes: Votes,
    recorded: u64,
    counted: u64,
}

impl FileVotes {
    /// From the votes of blocks of which none is inflated.
    pub(super) fn plain(votes: Votes) -> Self {
        Self { votes, recorded: 0, counted: 0 }
    }

    /// From blocks that were compared with the source; `expected` is given when they count as recorded.
    pub(super) fn new<'a>(
        blocks: impl Iterator<Item = (&'a Item, &'a Fit)> + Clone,
        expected: Option<&Expected<'_>>,
    ) -> Self {
        let fitting = blocks.filter(|(_, fit)| fit.any());
        let votes = Votes::of_fits(fitting.clone().map(|(_, fit)| fit));
        let inflated = fitting.clone().any(|(_, fit)| fit.b && !fit.c);
        let Some(expected) = expected.filter(|_| inflated) else {
            return Self::plain(votes);
        };
        let recorded = fitting.clone().map(|(item, _)| u64::from(item.stmts)).sum();
        Self { votes, recorded, counted: expected.stmts_c(fitting.map(|(_, fit)| fit)) }
    }
}

/// All that a finding about a file may need.
pub(super) struct FileNotice<'a> {
    pub(super) raw: &'a RawProfile,
    pub(super) file: u32,
    pub(super) shown: &'a str,
    pub(super) items: &'a [Item],
    /// Before `--stale keep` turns drops into doubts.
    pub(super) fates: &'a [Fate],
    pub(super) fits: &'a [Fit],
    pub(super) expected: Option<&'a Expected<'a>>,
    pub(super) source: Option<&'a Source>,
    pub(super) fits_source: Option<bool>,
    pub(super) uncertain: bool,
    pub(super) mixed: bool,
    pub(super) recounted: bool,
    pub(super) kept_all: bool,
}

/// Adds the findings about one file.
pub(super) fn about_file(notice: &FileNotice<'_>, findings: &mut Vec<Finding>) {
    findings.extend(notice.unparsed());
    // Nearly every file: nothing was left out, so there is nothing to tell of it.
    if notice.uncertain || notice.fates.iter().any(|fate| *fate != Fate::Kept) {
        findings.extend(notice.stale());
        findings.extend(notice.overlapping());
        findings.extend(notice.statement_conflicts());
    }
    findings.extend(notice.mixed());
    findings.extend(notice.older());
}

/// Adds the finding about a file that is gone.
pub(super) fn about_gone_file(
    raw: &RawProfile,
    shown: &str,
    items: &[Item],
    kept: bool,
    findings: &mut Vec<Finding>,
) {
    let mut finding = Finding::new(
        Code::StaleBlocks,
        format!("{} in {shown}: the file does not exist any more", stale_blocks(items.len())),
    )
    .at(Place::file(shown))
    .fact(if kept {
        "kept as asked (--stale keep): the total is unreliable".to_owned()
    } else {
        format!("not counted: {}", statements(items.iter()))
    });
    finding = if items.iter().any(|item| 0 < item.count) {
        finding
            .fact("its blocks ran: the file was there when the tests ran, or is generated and not checked in")
            .help("run the tests again on this tree, or say where the file is with --src DIR")
    } else {
        finding.fact(cause_without_sections(raw)).help(REFRESH)
    };
    findings.push(finding.count(items.len() as u64));
}

/// Adds the notes about whole inputs.
pub(super) fn about_inputs(
    raw: &RawProfile,
    votes: &[InputVotes],
    rule_sets: &[Option<RuleSet>],
    findings: &mut Vec<Finding>,
) {
    for ((input, votes), rule_set) in raw.inputs.iter().zip(votes).zip(rule_sets) {
        let extra = votes.recorded.saturating_sub(votes.counted);
        if *rule_set != Some(RuleSet::B) || extra == 0 {
            continue;
        }
        findings.push(
            Finding::new(
                Code::InflatedStatements,
                format!(
                    "{} was written by Go 1.27.0 or 1.27.1, which counts the statements of a split block more than once",
                    input.label
                ),
            )
            .at(Place::file(&input.path))
            .fact(format!(
                "{} recorded where Go from 1.27.2 counts {}",
                counted(votes.recorded, "statement"),
                votes.counted
            ))
            .help("upgrade to Go 1.27.2")
            .count(extra),
        );
    }
}

const REFRESH: &str = "go clean -testcache && go test …, or go test -count=1 ./..., or upgrade to Go 1.26.3";

impl FileNotice<'_> {
    fn dropped(&self) -> impl Iterator<Item = (&Item, Reason)> + '_ {
        self.items.iter().zip(self.fates).filter_map(|(item, fate)| match fate {
            Fate::Dropped(reason) => Some((item, *reason)),
            _ => None,
        })
    }

    fn stale(&self) -> Option<Finding> {
        let stale: Vec<(&Item, Reason)> = self.dropped().filter(|(_, reason)| reason.is_proof()).collect();
        let (first, reason) = *stale.first()?;
        let belong = if stale.len() == 1 { "it belongs" } else { "they belong" };
        let mut finding = Finding::new(
            Code::StaleBlocks,
            format!(
                "{} in {}: {belong} to another version of this file",
                stale_blocks(stale.len()),
                self.shown
            ),
        )
        .at(self.place(first))
        .count(stale.len() as u64);
        finding = self.name(finding, stale.iter().copied());
        if self.kept_all {
            finding = finding.fact("kept as asked (--stale keep): the total is unreliable");
        }
        let cached = matches!(reason, Reason::NotInHitSection { .. } | Reason::NotInUntestedSection { .. });
        let finding = if cached {
            finding
                .fact("cause: cached test results with -coverpkg (golang/go#74873, Go 1.25.0 to 1.26.2)")
                .help(REFRESH)
        } else if 1 < self.raw.inputs.len() {
            finding
                .fact(cause_without_sections(self.raw))
                .help("make all inputs from one commit, with go test -count=1")
        } else {
            finding.fact(cause_without_sections(self.raw)).help(REFRESH)
        };
        Some(finding)
    }

    fn overlapping(&self) -> Option<Finding> {
        let by_overlap = |reason: Reason| {
            matches!(reason, Reason::Outvoted { .. } | Reason::AgainstHit { .. } | Reason::NotInSource(_))
        };
        let kept: Vec<Item> = self
            .items
            .iter()
            .zip(self.fates)
            .filter(|(_, fate)| **fate == Fate::Kept)
            .map(|(item, _)| *item)
            .collect();
        let pairs: Vec<(&Item, Reason, Item)> = self
            .dropped()
            .filter(|&(_, reason)| by_overlap(reason))
            .filter_map(|(item, reason)| {
                let other = overlap::witness(&kept, item.extent)?;
                let apart = other.extent != item.extent && other.extent.overlaps(&item.extent);
                (apart || !reason.is_proof()).then_some((item, reason, other))
            })
            .collect();
        let Some(&(item, reason, other)) = pairs.first() else { return self.left_standing(&kept) };
        let fits = self.id_fits(other.id) && !self.id_fits(item.id);
        let why = if fits { "it fits the source" } else { why_kept(reason) };
        let mut finding = Finding::new(
            Code::OverlappingBlocks,
            format!(
                "{}: blocks {} and {} overlap; kept {} ({why})",
                self.shown, item.extent, other.extent, other.extent
            ),
        )
        .at(self.place(item))
        .count(pairs.len() as u64);
        let guesses = pairs.iter().filter(|(_, reason, _)| !reason.is_proof());
        finding = self.name(finding, guesses.map(|&(item, reason, _)| (item, reason)));
        if self.uncertain {
            finding = finding.fact("uncertain: neither the sections nor the source could decide");
        }
        Some(finding.help("make all inputs from one commit and one Go release, with go test -count=1"))
    }

    /// Overlaps among blocks that are counted: `//line` files.
    fn left_standing(&self, kept: &[Item]) -> Option<Finding> {
        if !self.uncertain || !overlap::has_conflict(kept) {
            return None;
        }
        let finding = Finding::new(
            Code::OverlappingBlocks,
            format!("{}: blocks overlap and nothing tells which are right; all are counted", self.shown),
        )
        .at(Place::file(self.shown))
        .fact("//line directives move its positions, so overlaps prove nothing");
        Some(finding)
    }

    fn statement_conflicts(&self) -> Option<Finding> {
        if self.mixed && self.recounted {
            return None;
        }
        let stands = |fate: &Fate| *fate == Fate::Kept;
        let mut conflicts = Vec::new();
        let both: Vec<(&Item, &Fate)> = self.items.iter().zip(self.fates).collect();
        for same in both.chunk_by(|a, b| a.0.extent == b.0.extent).filter(|same| 1 < same.len()) {
            let kept = same.iter().find(|(_, fate)| stands(fate));
            let other = same.iter().find(|(_, fate)| !stands(fate));
            if let (Some((kept, _)), Some((other, fate))) = (kept, other) {
                conflicts.push((*kept, *other, **fate));
            }
        }
        let &(kept, other, fate) = conflicts.first()?;
        let why = match fate {
            _ if self.id_fits(kept.id) => "it fits the source",
            Fate::Dropped(reason) => why_kept(reason),
            _ if self.mixed => "Go 1.27.0 and 1.27.1 count too many",
            _ if 0 < kept.count && other.count == 0 => "it ran",
            _ => "most rows have it, or it is the larger",
        };
        Some(
            Finding::new(
                Code::StatementConflict,
                format!(
                    "{}: block {} has {} in one {} and {} in another; kept {} ({why})",
                    self.shown,
                    kept.extent,
                    counted(u64::from(other.stmts), "statement"),
                    if 1 < self.raw.inputs.len() { "input" } else { "section" },
                    kept.stmts,
                    kept.stmts
                ),
            )
            .at(self.place(kept))
            .count(conflicts.len() as u64)
            .help("make all inputs from one commit and one Go release, with go test -count=1"),
        )
    }

    fn mixed(&self) -> Option<Finding> {
        if !self.mixed {
            return None;
        }
        let finding = Finding::new(
            Code::MixedGoVersions,
            format!("block shapes of Go ≤1.26 and Go ≥1.27 are mixed in {}", self.shown),
        )
        .at(Place::file(self.shown));
        let left: Vec<&Item> = self
            .dropped()
            .filter(|(_, reason)| matches!(reason, Reason::OtherRuleSet { .. }))
            .map(|(item, _)| item)
            .collect();
        let finding = if self.recounted {
            finding.fact("its statements were counted once, as Go 1.27.2 counts them")
        } else if self.kept_all {
            finding.fact("kept as asked (--stale keep): its statements count more than once")
        } else {
            finding
                .fact(format!(
                    "no source to count it anew: {} of one form left out",
                    counted(left.len() as u64, "block")
                ))
                .count(left.len().max(1) as u64)
        };
        Some(finding.help("produce all inputs with one Go version"))
    }

    fn older(&self) -> Option<Finding> {
        if self.fits_source != Some(false) {
            return None;
        }
        let misfits: Vec<&Item> = self
            .items
            .iter()
            .zip(self.fates)
            .zip(self.fits)
            .filter(|((_, fate), fit)| **fate == Fate::Kept && !fit.any())
            .map(|((item, _), _)| item)
            .collect();
        let first = misfits.first()?;
        let input = self.raw.inputs.iter().find(|input| input.lists.contains(first.id));
        let mut finding = Finding::new(
            Code::ProfileOlderThanSource,
            format!(
                "{} is older than {} (changed after the tests ran)",
                input.map_or("the profile", |input| input.label.as_str()),
                self.shown
            ),
        )
        .at(self.place(first))
        .count(misfits.len() as u64)
        .fact(format!(
            "{} of {} {} not in the source",
            misfits.len(),
            counted(self.items.len() as u64, "block"),
            if misfits.len() == 1 { "is" } else { "are" }
        ));
        for item in misfits.iter().take(NAMED) {
            if let Some(expected) = self.expected {
                finding = finding.fact(format!(
                    "{} {}",
                    item.extent,
                    misfit_text(expected.misfit(item), item.stmts)
                ));
            }
        }
        if NAMED < misfits.len() {
            finding = finding.fact(format!("and {} more", misfits.len() - NAMED));
        }
        Some(finding.fact("all its blocks are counted as recorded").help("run the tests again"))
    }

    fn unparsed(&self) -> Option<Finding> {
        let source = self.source?;
        if let Some(at) = source.broken {
            let place = Place { file: self.shown.to_owned(), line: Some(at.line), col: Some(at.col) };
            return Some(
                Finding::new(
                    Code::UnparsedSource,
                    format!(
                        "{} could not be parsed beyond {at}: its blocks are judged without it",
                        self.shown
                    ),
                )
                .at(place)
                .fact("syntax that coverdict does not know, or a file that does not compile"),
            );
        }
        if source.line_directives && self.fits_source != Some(true) {
            return Some(
                Finding::new(
                    Code::UnparsedSource,
                    format!("{} has //line directives: its blocks are judged without the source", self.shown),
                )
                .at(Place::file(self.shown)),
            );
        }
        None
    }

    fn place(&self, item: &Item) -> Place {
        Place {
            file: self.shown.to_owned(),
            line: Some(item.extent.start.line),
            col: Some(item.extent.start.col),
        }
    }

    fn id_fits(&self, id: u32) -> bool {
        self.items.iter().zip(self.fits).any(|(item, fit)| item.id == id && fit.any())
    }

    /// Names the first few blocks with their reasons.
    fn name<'b>(
        &self,
        mut finding: Finding,
        blocks: impl Iterator<Item = (&'b Item, Reason)> + Clone,
    ) -> Finding {
        for (item, reason) in blocks.clone().take(NAMED) {
            finding = finding.fact(format!("{} {}", item.extent, self.reason_text(reason, item)));
        }
        let total = blocks.count();
        if NAMED < total { finding.fact(format!("and {} more", total - NAMED)) } else { finding }
    }

    /// The sentence behind an extent.
    fn reason_text(&self, reason: Reason, item: &Item) -> String {
        let text = reason_text(self.raw, reason, item.stmts);
        match reason {
            Reason::NotInHitSection { .. } | Reason::NotInUntestedSection { .. } => {
                format!("{text}{}", self.misfit(item))
            }
            _ => text,
        }
    }

    fn misfit(&self, item: &Item) -> String {
        match self.expected {
            Some(expected) if !self.id_fits(item.id) => {
                format!(", and {}", misfit_text(expected.misfit(item), item.stmts))
            }
            _ => String::new(),
        }
    }
}

impl std::fmt::Debug for FileNotice<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileNotice")
            .field("file", &self.file)
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

/// What became of a raw block, in a sentence that follows its extent: `is counted`, `is not counted: it …`.
pub fn describe(raw: &RawProfile, block: u32, fate: Fate) -> String {
    let stmts = raw.blocks.get(block as usize).map_or(0, |block| block.stmts);
    match fate {
        Fate::Kept => "is counted".to_owned(),
        Fate::Dropped(reason) => format!("is not counted: it {}", reason_text(raw, reason, stmts)),
        Fate::Doubted(reason) => {
            format!("is counted as asked (--stale keep), although it {}", reason_text(raw, reason, stmts))
        }
        Fate::Folded { into } => format!("adds its count to {}", extent_text(raw, into)),
        Fate::Recounted => "is counted in the blocks of Go 1.27.2".to_owned(),
    }
}

/// Why a block is not counted, as it follows the block's extent.
fn reason_text(raw: &RawProfile, reason: Reason, stmts: u32) -> String {
    match reason {
        Reason::NotInHitSection { section, .. } => {
            format!("is not in section {}, which ran this package", ordinal(raw, section))
        }
        Reason::NotInUntestedSection { section, .. } => format!(
            "is not in section {}, which describes packages without tests and is never cached",
            ordinal(raw, section)
        ),
        Reason::FileGone => "belongs to a file that does not exist".to_owned(),
        Reason::NotInSource(misfit) => misfit_text(misfit, stmts),
        Reason::AgainstHit { kept } => {
            format!("never ran and contradicts {}, which did", extent_text(raw, kept))
        }
        Reason::Outvoted { kept, by } => {
            format!("contradicts {}, which stays: {}", extent_text(raw, kept), choice_text(by))
        }
        Reason::OtherRuleSet { kept } => {
            format!("is {} as another Go release cuts it", extent_text(raw, kept))
        }
    }
}

fn extent_text(raw: &RawProfile, block: u32) -> String {
    raw.blocks.get(block as usize).map_or_else(String::new, |block| block.extent.to_string())
}

/// The number of a section inside its input, from 1.
fn ordinal(raw: &RawProfile, section: u32) -> usize {
    let input = raw.sections.get(section as usize).map(|it| it.input);
    let upto = raw.sections.get(..=section as usize).unwrap_or(&[]);
    upto.iter().filter(|it| Some(it.input) == input).count()
}

/// How a block misses the source, as it follows the block's extent.
fn misfit_text(misfit: Misfit, stmts: u32) -> String {
    match misfit {
        Misfit::PastFile { lines } => format!("ends past line {lines}, the last of the file"),
        Misfit::PastLine { line, columns } => format!("ends past line {line}, which has {columns} columns"),
        Misfit::Statements { expected } => {
            format!("has {}; the source has {expected} there", counted(u64::from(stmts), "statement"))
        }
        Misfit::Start => "starts where the source has no block".to_owned(),
        Misfit::End => "ends where the source has no end of a block".to_owned(),
    }
}

fn why_kept(reason: Reason) -> &'static str {
    match reason {
        Reason::NotInHitSection { .. } => "it is in the section that ran the package",
        Reason::NotInUntestedSection { .. } => "it is in a section that is never cached",
        Reason::FileGone => "the file exists",
        Reason::NotInSource(_) => "it fits the source",
        Reason::AgainstHit { .. } => "it ran",
        Reason::Outvoted { by, .. } => choice_text(by),
        Reason::OtherRuleSet { .. } => "it is of the larger set",
    }
}

fn choice_text(choice: Choice) -> &'static str {
    match choice {
        Choice::Ran => "it ran",
        Choice::FitsSource => "it fits the source better",
        Choice::ListedMore => "more sections list it",
        Choice::JoinsHit => "it joins a block that ran",
        Choice::Later => "it came later",
    }
}

fn cause_without_sections(raw: &RawProfile) -> String {
    let several = 1 < raw.inputs.len() || raw.inputs.iter().any(|input| 1 < input.mode_rows);
    let binary = raw.inputs.iter().all(|input| input.kind == InputKind::Binary);
    if several {
        "cause: profiles of different commits were put together, or test results came from the cache \
         (golang/go#74873, Go 1.25.0 to 1.26.2)"
            .to_owned()
    } else if binary {
        "cause: the data directory holds data of an older build".to_owned()
    } else {
        "cause: cached test results with -coverpkg (golang/go#74873, Go 1.25.0 to 1.26.2), or profiles of \
         different commits merged before"
            .to_owned()
    }
}

fn stale_blocks(count: usize) -> String {
    counted(count as u64, "stale block")
}

fn statements<'a>(items: impl Iterator<Item = &'a Item>) -> String {
    counted(items.map(|item| u64::from(item.stmts)).sum(), "statement")
}
