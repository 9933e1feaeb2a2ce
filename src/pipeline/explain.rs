//! `explain FILE:LINE`: which rows of which inputs and sections made a line what it is, which were dropped, and why.
//!
//! In: a place, inputs. Out: text for standard output. FILE is a path from the root, a path from the working directory, or
//! the name in the profile, tried in this order.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::analyse;
use super::gather::{self, Gathered};
use super::notices::{self, counted};
use super::output;
use crate::clean::{self, Choice, Fate, Judgement, Listing, Misfit, Reason};
use crate::error::{Error, Exit, Result};
use crate::escape::terminal;
use crate::host::Host;
use crate::model::{Extent, FileName, FileReport, Mode, RawProfile, Report};
use crate::settings::Settings;

/// Listings of one row that are shown without `-v`.
const SHOWN: usize = 8;

/// The command; `line` is 1-based.
pub fn run(settings: &Settings, file: &str, line: u32, host: &mut Host) -> Result<Exit> {
    let mut gathered = gather::gather(settings, host)?;
    let files = find(&gathered, &settings.cwd, file)?;
    let before = gathered.findings.len();
    let cleaned = analyse::clean(settings, &mut gathered);
    // Judging again below tells them again.
    gathered.findings.truncate(before);
    let all = settings.verbosity == crate::settings::Verbosity::Verbose;
    let rows = Rows { raw: &gathered.raw, judgement: &cleaned.judgement, all }.of(&files, line);
    let names: Vec<FileName> =
        files.iter().filter_map(|id| gathered.raw.names.get(*id as usize).cloned()).collect();
    let path = files
        .iter()
        .find_map(|id| gathered.located.get(*id as usize)?.path.as_ref().map(ToString::to_string));
    let report = analyse::analyse(settings, gathered, host)?;
    notices::reading(settings, &report, host);
    let shown = path.unwrap_or_else(|| names.first().map_or(file, FileName::as_str).to_owned());
    let text = format!("{}:{line}: {}\n{rows}", terminal(&shown), verdict(&report, &names, line));
    output::stdout(host, text.as_bytes())?;
    Ok(Exit::Success)
}

/// The names of the profile that are this file.
fn find(gathered: &Gathered, cwd: &Utf8Path, file: &str) -> Result<Vec<u32>> {
    let matching = |is: &dyn Fn(usize) -> bool| -> Vec<u32> {
        (0u32..).zip(0..gathered.raw.names.len()).filter(|&(_, at)| is(at)).map(|(id, _)| id).collect()
    };
    let path = |at: usize| {
        gathered.located.get(at).and_then(|place| place.path.as_ref()).map(crate::model::RepoPath::as_str)
    };
    let from_root = normal(Utf8Path::new(file));
    let real = cwd.canonicalize_utf8().unwrap_or_else(|_| cwd.to_owned());
    let absolute = normal(&real.join(file));
    let from_here = absolute.strip_prefix(&gathered.root.dir).map(ToString::to_string).ok();
    let tries: [&dyn Fn(usize) -> bool; 3] = [
        &|at| path(at) == Some(from_root.as_str()),
        &|at| path(at).is_some() && path(at) == from_here.as_deref(),
        &|at| gathered.raw.names.get(at).is_some_and(|name| name.as_str() == file),
    ];
    if let Some(found) = tries.iter().map(|is| matching(is)).find(|found| !found.is_empty()) {
        return Ok(found);
    }
    let base = from_root.file_name().unwrap_or(file);
    let mut near: Vec<&str> = (0..gathered.raw.names.len())
        .filter_map(|at| path(at).or_else(|| gathered.raw.names.get(at).map(FileName::as_str)))
        .filter(|known| known.rsplit('/').next() == Some(base))
        .collect();
    near.sort_unstable();
    near.dedup();
    let error = Error::input(format!("{file} is not in the profile"));
    Err(match near.first() {
        Some(first) => error
            .note(format!(
                "files of this name: {}",
                near.iter().take(5).copied().collect::<Vec<_>>().join(", ")
            ))
            .help(format!("coverdict explain {first}:LINE")),
        None if line_behind(file).is_some() => {
            error.note("a place is FILE:LINE, without a column").help(format!("coverdict explain {file}"))
        }
        None => error.note("a file without code, or one of a package that -coverpkg leaves out, has no rows"),
    })
}

/// The line of `FILE:LINE:COLUMN`, as compilers print a place: what stands before the column was taken for the file.
fn line_behind(file: &str) -> Option<u32> {
    file.rsplit_once(':')?.1.parse().ok()
}

/// Without `.` and `..`, as far as that goes without looking at the disk.
fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                if !parts.pop() {
                    parts.push("..");
                }
            }
            part => parts.push(part.as_str()),
        }
    }
    parts
}

/// What the report says of the line.
fn verdict(report: &Report, names: &[FileName], line: u32) -> String {
    let own = report.files().map(|(_, file)| file).find(|file| names.contains(&file.name));
    let Some(file) = own else {
        return "not counted: include, exclude, scope or generated leave the file out, or no row of it is left"
            .to_owned();
    };
    let model = file.line_model.name();
    match hits(file, line) {
        None => format!("no code that counts (lines by {model})"),
        Some(0) => format!("missed (lines by {model})"),
        Some(hits) => {
            let partial =
                if file.partial_lines.contains(&line) { ", and another block on it missed" } else { "" };
            format!("covered, {}{partial} (lines by {model})", counted(hits, "hit"))
        }
    }
}

fn hits(file: &FileReport, line: u32) -> Option<u64> {
    let at = file.lines.binary_search_by_key(&line, |(line, _)| *line).ok()?;
    file.lines.get(at).map(|(_, hits)| *hits)
}

/// Whether an extent touches a line. Columns of 0 are unknown, and an end before the start does occur.
fn touches(extent: Extent, line: u32) -> bool {
    let (first, last) = (extent.start.line.min(extent.end.line), extent.start.line.max(extent.end.line));
    let ends_before = extent.end.line == line && extent.end.col == 1 && extent.start.line < line;
    first <= line && line <= last && !ends_before
}

struct Rows<'a> {
    raw: &'a RawProfile,
    judgement: &'a Judgement,
    all: bool,
}

impl Rows<'_> {
    /// All rows of these names that touch the line, with fate and origin; first those that count.
    fn of(&self, files: &[u32], line: u32) -> String {
        let mut ids: Vec<u32> = (0u32..)
            .zip(&self.raw.blocks)
            .filter(|(_, block)| files.contains(&block.file) && touches(block.extent, line))
            .map(|(id, _)| id)
            .collect();
        ids.sort_by_key(|id| {
            let extent = self.raw.blocks.get(*id as usize).map(|block| (block.extent, block.stmts));
            (matches!(self.fate(*id), Fate::Dropped(_)), extent)
        });
        let mut text = Vec::new();
        for id in &ids {
            self.row(*id, &mut text);
        }
        for file in files {
            self.recounts(*file, line, &mut text);
        }
        if ids.is_empty() {
            text.push("  no row of the profile touches this line".to_owned());
        }
        text.into_iter().map(|line| line + "\n").collect()
    }

    fn fate(&self, id: u32) -> Fate {
        self.judgement.fate(id)
    }

    fn shown(&self, id: u32) -> String {
        let Some(block) = self.raw.blocks.get(id as usize) else { return String::new() };
        let name = self.raw.names.get(block.file as usize).map_or("", FileName::as_str);
        format!("{}:{} {} {}", terminal(name), block.extent, block.stmts, self.count(block.count))
    }

    /// The sum of the rows; in mode `set` a block ran or did not.
    fn count(&self, sum: u64) -> u64 {
        let only_sets = self.raw.inputs.iter().all(|input| input.mode == Mode::Set);
        if only_sets { sum.min(1) } else { sum }
    }

    fn extent(&self, id: u32) -> String {
        self.raw.blocks.get(id as usize).map_or_else(String::new, |block| block.extent.to_string())
    }

    fn row(&self, id: u32, text: &mut Vec<String>) {
        let fate = match self.fate(id) {
            Fate::Kept => "counted".to_owned(),
            Fate::Dropped(reason) => format!("dropped: {}", self.why(reason)),
            Fate::Doubted(reason) => format!("counted as asked (--stale keep), though {}", self.why(reason)),
            Fate::Folded { into } => {
                format!("counted as {}: the same piece of source in its right form", self.extent(into))
            }
            Fate::Recounted => "counted anew as Go 1.27.2 cuts the source, see below".to_owned(),
        };
        text.push(format!("\n  {}\n    {fate}", self.shown(id)));
        let listings = clean::listings(self.raw, id);
        let most = if self.all { listings.len() } else { SHOWN };
        for listing in listings.iter().take(most) {
            text.push(format!("    from {}", self.origin(listing)));
        }
        if listings.len() > most {
            let more = counted((listings.len() - most) as u64, "section");
            text.push(format!("    and {more} more: -v"));
        }
    }

    fn origin(&self, listing: &Listing) -> String {
        let label = self.label(listing.input);
        match (listing.section, listing.hit) {
            (Some(section), true) => {
                format!("{label}, section {section}, whose tests ran code of the package")
            }
            (Some(section), false) => {
                format!("{label}, section {section}, whose tests ran no code of the package")
            }
            (None, true) => format!("{label}, which ran it"),
            (None, false) => format!("{label}, which did not run it"),
        }
    }

    fn label(&self, input: u32) -> String {
        self.raw
            .inputs
            .get(input as usize)
            .map_or_else(String::new, |input| terminal(&input.label).into_owned())
    }

    /// The number of a section inside its input, from 1.
    fn ordinal(&self, section: u32) -> usize {
        let own = self.raw.sections.get(section as usize).map(|section| section.input);
        self.raw.sections.iter().take(section as usize + 1).filter(|other| Some(other.input) == own).count()
    }

    fn why(&self, reason: Reason) -> String {
        match reason {
            Reason::NotInHitSection { input, section } => format!(
                "section {} of {} ran code of the package and does not list it, so it comes from older source in the test cache",
                self.ordinal(section),
                self.label(input)
            ),
            Reason::NotInUntestedSection { input, section } => format!(
                "section {} of {} describes packages without tests, which is never cached, and does not list it",
                self.ordinal(section),
                self.label(input)
            ),
            Reason::FileGone => "the file does not exist any more".to_owned(),
            Reason::NotInSource(misfit) => misfit_words(misfit),
            Reason::AgainstHit { kept } => {
                format!("it never ran and contradicts {}, which did", self.extent(kept))
            }
            Reason::Outvoted { kept, by } => {
                format!(
                    "it contradicts {}, and nothing proves which is right; {}",
                    self.extent(kept),
                    choice_words(by)
                )
            }
            Reason::OtherRuleSet { kept } => format!(
                "another Go release cut the same code into blocks such as {}, and without the source they cannot be added up",
                self.extent(kept)
            ),
        }
    }

    fn recounts(&self, file: u32, line: u32, text: &mut Vec<String>) {
        let recount = self.judgement.files.get(file as usize).and_then(|file| file.recount.as_deref());
        for block in recount.unwrap_or_default().iter().filter(|block| touches(block.extent, line)) {
            let from: Vec<String> = block.from.iter().take(SHOWN).map(|id| self.extent(*id)).collect();
            let more = match block.from.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            text.push(format!("\n  {} {} {}", block.extent, block.stmts, self.count(block.count)));
            text.push(format!("    counted: the block of the source, from rows {}{more}", from.join("; ")));
        }
    }
}

fn misfit_words(misfit: Misfit) -> String {
    let how = match misfit {
        Misfit::PastFile { lines } => format!("it ends behind the last line, {lines}"),
        Misfit::PastLine { line, columns } => {
            format!("it reaches behind the end of line {line}, which has {columns} columns")
        }
        Misfit::Statements { expected } => {
            format!("there it has {}", counted(u64::from(expected), "statement"))
        }
        Misfit::Start => "no block starts there".to_owned(),
        Misfit::End => "the block that starts there ends elsewhere".to_owned(),
    };
    format!("all blocks of the source are in the profile and this is none of them: {how}")
}

fn choice_words(choice: Choice) -> &'static str {
    match choice {
        Choice::Ran => "that one ran, or came with blocks that ran",
        Choice::FitsSource => "that one fits the source better",
        Choice::ListedMore => "more sections and inputs list that one",
        Choice::JoinsHit => "that one joins a block that ran",
        Choice::Later => "that one came later",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_touch_the_lines_that_hold_a_byte_of_them() {
        let block = Extent::new(3, 5, 6, 2);
        assert_eq!((1..8).filter(|line| touches(block, *line)).collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert!(!touches(Extent::new(3, 5, 6, 1), 6));
        assert!(touches(Extent::new(9, 19, 3, 0), 5));
        assert!(touches(Extent::new(4, 1, 4, 1), 4));
    }

    #[test]
    fn paths_lose_their_dots() {
        assert_eq!(normal(Utf8Path::new("./a/../b/./c.go")), "b/c.go");
        assert_eq!(normal(Utf8Path::new("../a.go")), "../a.go");
        assert_eq!(normal(Utf8Path::new("/x/../a.go")), "/a.go");
    }
}
