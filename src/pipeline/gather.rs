//! Reads everything that a run needs: inputs, modules, sources. After this nothing can fail any more.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use camino::Utf8Path;
use fs_err::File;

use super::baseline::head::{self, SavedHead};
use super::baseline::{self, GatheredBaseline};
use super::binary::{Binary, Keep};
use super::change;
use super::inputs::{self, Chosen, InputFile, Place};
use super::meta;
use super::owners;
use super::patch::GatheredChange;
use super::placed::Placed;
use super::progress::Progress;
use super::sources::ReadSource;
use super::tree::{self, Root};
use crate::diff::repo;
use crate::error::{Error, Result};
use crate::golang::{self, Wanted};
use crate::host::Host;
use crate::ingest::{InputName, Table, test_log, text};
use crate::locate::{self, ModuleInfo, Tree};
use crate::model::covdata::Pod;
use crate::model::{
    Code, FileName, Finding, Function, Input, Located, Mode, Owners, Place as At, RawProfile, RepoPath,
    Source, TestLog,
};
use crate::settings::{Command, Settings};

/// Everything that was read.
#[derive(Debug)]
pub struct Gathered {
    /// The inputs.
    pub raw: RawProfile,
    /// The root of the repository.
    pub root: Root,
    /// What lies in it.
    pub tree: Arc<Tree>,
    /// A place for each name of the profile.
    pub located: Arc<Vec<Located>>,
    /// The modules that places refer to.
    pub modules: Vec<ModuleInfo>,
    /// A source for each name, where it could be read.
    pub sources: Vec<Option<Arc<Source>>>,
    /// What tells the text of each source from an edited one, where somebody asks and the text was not kept.
    pub fingerprints: Vec<Option<u64>>,
    /// Which names lead to a file that does not exist any more.
    pub gone: Vec<bool>,
    /// The binary data among the inputs: its meta-data, and counts where they were to be kept.
    pub pods: Vec<Pod>,
    /// For each name without a source its functions, as meta-data knows them.
    pub functions: Vec<Option<Vec<Function>>>,
    /// The mode of the result.
    pub mode: Mode,
    /// Commit id of HEAD.
    pub commit: Option<String>,
    /// What `go test` printed.
    pub log: Option<TestLog>,
    /// Who owns which file; `None` without a CODEOWNERS file.
    pub owners: Option<Owners>,
    /// The change under judgement, where there is one to look at.
    pub change: Option<GatheredChange>,
    /// What the run is compared with, where a baseline was given.
    pub baseline: Option<GatheredBaseline>,
    /// A saved baseline that stands in the place of the profile.
    pub saved: Option<SavedHead>,
    /// Texts of the working tree that were read for it, by path: a diff is held against them. Empty once the change is read.
    pub texts: BTreeMap<String, Vec<u8>>,
    /// Odd things met while reading.
    pub findings: Vec<Finding>,
}

impl Gathered {
    /// The source of a name, where it was read.
    pub fn source(&self, id: u32) -> Option<&Source> {
        self.sources.get(id as usize)?.as_deref()
    }

    /// The names by where they lie; the first of several names of one file.
    pub fn ids(&self) -> BTreeMap<&str, u32> {
        let mut ids = BTreeMap::new();
        for (id, place) in (0..).zip(&*self.located) {
            if let Some(path) = &place.path {
                ids.entry(path.as_str()).or_insert(id);
            }
        }
        ids
    }

    /// A copy for a report, with these findings; the rows are not needed for it.
    #[must_use]
    pub fn for_report(&self, findings: Vec<Finding>) -> Self {
        Self {
            raw: RawProfile::default(),
            root: self.root.clone(),
            tree: self.tree.clone(),
            located: Arc::clone(&self.located),
            modules: self.modules.clone(),
            sources: self.sources.clone(),
            fingerprints: self.fingerprints.clone(),
            gone: self.gone.clone(),
            pods: Vec::new(),
            functions: self.functions.clone(),
            mode: self.mode,
            commit: self.commit.clone(),
            log: None,
            owners: self.owners.clone(),
            change: None,
            baseline: None,
            saved: None,
            texts: BTreeMap::new(),
            findings,
        }
    }
}

/// Reads all.
pub fn gather(settings: &Settings, host: &mut Host) -> Result<Gathered> {
    change::refuse_shared_stdin(settings)?;
    let root = tree::find_root(&settings.cwd);
    if settings.command == Command::Compare
        && let Some(saved) = head::of_input(settings)?
    {
        let mut gathered = head::gather(settings, root, saved)?;
        beside(settings, &mut gathered, host)?;
        return Ok(gathered);
    }
    let Chosen { inputs, notes } = inputs::choose(settings, &root, host)?;
    for note in settings.notes.iter().chain(&notes) {
        host.say(&format!("coverdict: {}\n", crate::escape::terminal(note)));
    }
    let log = settings.test_log.as_deref().map(|path| read_log(settings, path)).transpose()?;
    let read = read_inputs(&inputs, Keep::Meta, host)?;
    let mut gathered = complete(settings, root, read, log)?;
    if matches!(settings.command, Command::Check | Command::Report | Command::View | Command::Compare) {
        beside(settings, &mut gathered, host)?;
    }
    Ok(gathered)
}

/// What a run looks at beside its profile: owners, the change, the baseline.
fn beside(settings: &Settings, gathered: &mut Gathered, host: &mut Host) -> Result<()> {
    gathered.owners = owners::rules(&gathered.root, &host.env, &settings.ci);
    change::gather(settings, gathered, host)?;
    baseline::gather(settings, gathered, host)
}

/// What belongs to the rows of inputs: the mode of the result, modules, places and sources.
pub fn complete(settings: &Settings, root: Root, read: Data, log: Option<TestLog>) -> Result<Gathered> {
    check_modes(&read.raw, settings)?;
    check_granularity(&read.pods)?;
    let named = are_names_enough(settings, &root).then(|| tree::scan_named(&root, &read.raw.names)).flatten();
    let named = named.map(|tree| Placed::new(settings, tree, &read, None));
    let placed = match named {
        Some(placed) if placed.is_whole() => placed,
        // What is not where its name says may be anywhere.
        other => {
            let tree = tree::scan_for(&root, &settings.src, &read.raw.names)?;
            Placed::new(settings, tree, &read, other.as_ref())
        }
    };
    let gathered = join(settings, root, placed, read)?;
    Ok(Gathered { log, ..gathered })
}

/// Whether the module at the root answers first for its names: where something is shown or written, and nothing is judged.
fn is_root_first(command: &Command) -> bool {
    use Command::{Func, Merge, Percent, Pkglist, Report, View};
    matches!(command, Report | View | Func { .. } | Percent | Pkglist | Merge)
}

/// How names are placed.
pub fn place_options(settings: &Settings) -> locate::Options {
    locate::Options { path_map: settings.path_map.clone(), root_first: is_root_first(&settings.command) }
}

/// Whether, besides, nobody asks about files that the profile does not name: what a change or a baseline adds may lie in any
/// module.
fn are_names_enough(settings: &Settings, root: &Root) -> bool {
    let has_change = root.git.is_some() || settings.change.diff.is_some();
    is_root_first(&settings.command)
        && !(has_change && change::wanted(settings))
        && settings.src.is_empty()
        && settings.path_map.is_empty()
        && settings.baseline.is_empty()
}

/// What the inputs said.
#[derive(Debug, Default)]
pub struct Data {
    /// Their rows.
    pub raw: RawProfile,
    /// Their binary data.
    pub pods: Vec<Pod>,
    /// What was odd.
    pub findings: Vec<Finding>,
}

/// Refuses modes that differ, before the tree is walked.
fn check_modes(raw: &RawProfile, settings: &Settings) -> Result<()> {
    let inputs: Vec<&Input> = raw.inputs.iter().collect();
    result_mode(&inputs, settings, &mut Vec::new()).map(|_| ())
}

/// Refuses to count functions and blocks together: every statement of a per-function program would stand beside the blocks
/// of the same source. Go's tool refuses it too.
fn check_granularity(pods: &[Pod]) -> Result<()> {
    let Some((first, others)) = pods.split_first() else { return Ok(()) };
    match others.iter().find(|pod| pod.meta.granularity != first.meta.granularity) {
        None => Ok(()),
        Some(other) => Err(Error::input(format!(
            "inputs differ in granularity: {} is {}, {} is {}",
            first.path,
            first.meta.granularity.name(),
            other.path,
            other.meta.granularity.name()
        ))
        .help("judge them apart: one counts blocks, the other functions")),
    }
}

/// Finds the places and reads the sources of what was read.
pub fn place(settings: &Settings, root: Root, tree: Tree, read: Data) -> Result<Gathered> {
    check_granularity(&read.pods)?;
    let placed = Placed::new(settings, tree, &read, None);
    join(settings, root, placed, read)
}

/// Joins what was read with its places.
fn join(settings: &Settings, root: Root, placed: Placed, read: Data) -> Result<Gathered> {
    let Data { raw, pods, mut findings } = read;
    let inputs: Vec<&Input> = raw.inputs.iter().collect();
    let mode = result_mode(&inputs, settings, &mut findings)?;
    let Placed { tree, located, modules, sources, findings: odd } = placed;
    findings.extend(odd);
    let split = |read: Option<ReadSource>| {
        let Some(ReadSource { source, mark, finding }) = read else { return (None, None) };
        findings.extend(finding);
        (Some(source), mark)
    };
    let (sources, fingerprints): (Vec<_>, Vec<_>) = sources.into_iter().map(split).unzip();
    let gone = gone_files(&tree, &raw.names, &located);
    let commit = root.git.as_ref().and_then(|_| repo::head_commit(&root.dir));
    let functions = meta::functions(&raw.names, &sources, &pods);
    Ok(Gathered {
        raw,
        root,
        tree: Arc::new(tree),
        located: Arc::new(located),
        modules,
        sources,
        fingerprints,
        gone,
        pods,
        functions,
        mode,
        commit,
        log: None,
        owners: None,
        change: None,
        baseline: None,
        saved: None,
        texts: BTreeMap::new(),
        findings,
    })
}

/// Reads what `go test` printed.
pub fn read_log(settings: &Settings, path: &Utf8Path) -> Result<TestLog> {
    let absolute = settings.cwd.join(path);
    let facts = fs_err::metadata(&absolute).map_err(|error| inputs::unreadable(path.as_str(), &error))?;
    if !facts.is_file() {
        return Err(Error::input(format!("{path} is not a regular file"))
            .help("write the log to a file: go test ./... -json > test.json"));
    }
    let file = File::open(&absolute).map_err(|error| inputs::unreadable(path.as_str(), &error))?;
    // A log that grows while it is read ends all the same.
    let log = test_log::read(&mut file.take(facts.len()));
    let log = log.map_err(|error| inputs::unreadable(path.as_str(), &error))?;
    if log.packages.is_empty() {
        return Err(Error::input(format!("{path} holds no result of go test"))
            .note("expected lines such as `ok  \tPACKAGE\t0.1s`, or the rows of `go test -json`")
            .help("go test ./... -coverprofile=cover.out > test.log 2>&1"));
    }
    Ok(log)
}

/// Reads the inputs one after the other into one table.
pub fn read_inputs(inputs: &[InputFile], keep: Keep, host: &mut Host) -> Result<Data> {
    let mut table = Table::new();
    let mut findings = Vec::new();
    let mut binary = Binary::open(inputs)?;
    let total = inputs.iter().map(|input| input.size).sum();
    let mut progress = Progress::new(host.terminal.stderr, total);
    for (index, input) in (0u32..).zip(inputs) {
        table.expect(input.size);
        let name = InputName { label: input.label.clone(), path: input.path.clone() };
        match &input.place {
            _ if binary.has(index) => binary.feed(index, &name, keep, &mut table)?,
            Place::Stdin => read_text(&mut table, &name, &mut host.stdin, &mut progress, &mut findings)?,
            Place::File(path) | Place::Directory(path) => {
                let mut file = File::open(path).map_err(|error| inputs::unreadable(&input.path, &error))?;
                read_text(&mut table, &name, &mut file, &mut progress, &mut findings)?;
            }
        }
        progress.finish_file(input.size);
    }
    let data = binary.finish();
    findings.extend(data.findings);
    let raw = table.finish();
    match (raw.inputs.is_empty(), findings.first()) {
        (true, Some(finding)) => Err(nothing_counted(finding)),
        _ => Ok(Data { raw, pods: data.pods, findings }),
    }
}

/// Inputs that hold nothing to count: what would be a finding beside other data is all that there is to say.
fn nothing_counted(finding: &Finding) -> Error {
    let place = finding.place.as_ref().map_or(String::new(), |place| format!("{}: ", place.file));
    let error = Error::input(format!("{place}{}", finding.message));
    finding
        .facts
        .iter()
        .fold(error, Error::note)
        .help(finding.help.clone().unwrap_or_else(|| format!("coverdict explain {}", finding.code)))
}

fn no_profile(path: &str, line: u64, text: &str) -> Error {
    let error = Error::input(format!(
        "{path}:{line}: not a coverage profile: expected \"mode: set\", \"mode: count\" or \"mode: atomic\", found \"{text}\""
    ));
    if text.starts_with("{\"schema\":\"coverdict/baseline/") {
        return error
            .note("it is a baseline, which a profile is compared with")
            .help(format!("coverdict check cover.out --baseline {path}"));
    }
    error
}

fn read_text(
    table: &mut Table,
    name: &InputName,
    reader: &mut dyn Read,
    progress: &mut Progress,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let path = &name.path;
    let summary =
        text::read(table, name, reader, &mut |bytes| progress.read(bytes)).map_err(|fault| match fault {
            text::Fault::Empty => {
                Error::input(format!("{path} is empty: the tests may have failed to build"))
            }
            text::Fault::NotAProfile { line, text } => no_profile(path, line, &text),
            text::Fault::TooLarge => Error::input(format!("{path}: more than 4 GiB of distinct blocks")),
            text::Fault::Io(error) => inputs::unreadable(path, &error),
        })?;
    if let Some((line, text)) = &summary.first_malformed {
        let count = summary.malformed;
        let what = if count == 1 {
            format!("1 row of {path} is not a coverage row and was skipped")
        } else {
            format!("{count} rows of {path} are not coverage rows and were skipped")
        };
        findings.push(
            Finding::new(Code::MalformedRows, format!("{what}, first: {path}:{line}: \"{text}\""))
                .at(At { file: path.clone(), line: u32::try_from(*line).ok(), col: None })
                .fact("expected: file.go:line.col,line.col statements count")
                .count(count),
        );
    }
    if summary.cut_off {
        findings.push(
            Finding::new(
                Code::IncompleteRun,
                format!("{path} ends in the middle of a row: it was cut off while it was written or copied"),
            )
            .at(At::file(path.as_str()))
            .fact("what the tests covered behind that place is missing")
            .help("run the tests again and let them end, and check that the disk is not full"),
        );
    }
    if summary.mode_rows > 1 {
        let count = summary.mode_rows;
        findings.push(
            Finding::new(
                Code::ConcatenatedProfiles,
                format!("{path}: {count} \"mode:\" rows: concatenated profiles, merged"),
            )
            .at(At::file(path.as_str()))
            .count(count),
        );
    }
    if summary.rows == 0 {
        findings.push(
            Finding::new(Code::EmptyProfile, format!("{path} has a mode row and nothing else"))
                .at(At::file(path.as_str()))
                .help("run the tests of the packages that hold code, with -coverpkg=./... if need be"),
        );
    }
    Ok(())
}

/// The mode of the result: the inputs' own, or what `--mode` asks for where that can be had.
pub fn result_mode(inputs: &[&Input], settings: &Settings, findings: &mut Vec<Finding>) -> Result<Mode> {
    let Some(first) = inputs.first() else { return Ok(settings.mode.unwrap_or(Mode::Set)) };
    let other = inputs.iter().find(|input| input.mode != first.mode);
    let Some(wanted) = settings.mode else {
        return match other {
            None => Ok(first.mode),
            Some(other) => Err(Error::input(format!(
                "inputs differ in mode: {} is {}, {} is {}",
                first.path, first.mode, other.path, other.mode
            ))
            .help("run all tests with one -covermode, or say --mode set")),
        };
    };
    if wanted != Mode::Set
        && let Some(set) = inputs.iter().find(|input| input.mode == Mode::Set)
    {
        return Err(Error::input(format!(
            "{} is of mode set and has no counts for --mode {wanted}",
            set.path
        ))
        .help("say --mode set"));
    }
    if let Some(other) = other {
        let message =
            format!("inputs of mode {} and {} were merged as {wanted}, as asked", first.mode, other.mode);
        findings.push(Finding::new(Code::MixedModes, message));
    }
    Ok(wanted)
}

/// Files that do not exist any more: their module is at hand, other files of the profile in it are there, and they are not.
/// A tree without any of the sources says nothing, nor does a name that a `//line` directive may have given.
fn gone_files(tree: &Tree, names: &[FileName], located: &[Located]) -> Vec<bool> {
    let present: Vec<bool> = located.iter().map(|place| tree.is_present(place)).collect();
    let at_hand: BTreeSet<u32> = located
        .iter()
        .zip(&present)
        .filter(|(_, present)| **present)
        .filter_map(|(place, _)| place.module)
        .collect();
    let mut directives = Directives { tree, known: BTreeMap::new() };
    let mut gone = Vec::with_capacity(located.len());
    for ((place, name), present) in located.iter().zip(names).zip(present) {
        let expected = place.path.as_ref().filter(|_| {
            !present && !place.guessed && place.module.is_some_and(|module| at_hand.contains(&module))
        });
        gone.push(expected.is_some_and(|path| {
            Utf8Path::new(name.base()).extension() == Some("go")
                && !directives.names(path.directory()).contains(name.base())
        }));
    }
    gone
}

/// Base names that `//line` directives give to functions, by directory; read when asked for.
struct Directives<'t> {
    tree: &'t Tree,
    known: BTreeMap<String, BTreeSet<String>>,
}

impl Directives<'_> {
    fn names(&mut self, directory: &str) -> &BTreeSet<String> {
        let tree = self.tree;
        self.known.entry(directory.to_owned()).or_insert_with(|| {
            let siblings = tree.files().iter().filter_map(|file| RepoPath::new(file));
            siblings
                .filter(|file| file.directory() == directory && !file.base().ends_with("_test.go"))
                .filter_map(|file| tree::read_inside(tree, &tree.source(&file)?).ok())
                .flat_map(|text| golang::read(&text, Wanted::default()).functions)
                .filter_map(|function| function.rare?.adjusted_file)
                .collect()
        })
    }
}
