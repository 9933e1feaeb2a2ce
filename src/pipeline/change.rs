//! Reads the change under judgement: from a diff, or from the repository against the base that was chosen.
//!
//! The patch is looked at whenever a base can be found. When none can, that is an error only if something asked for the change;
//! else it is one note, and everything else goes on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use camino::{Utf8Component, Utf8Path};
use fs_err::File;

use super::baseline::head;
use super::gather::Gathered;
use super::inputs;
use super::patch::GatheredChange;
use super::tree;
use super::{ci, fetch};
use crate::ci::Env;
use crate::diff::base::{self, BaseError, Request};
use crate::diff::text::{self, Head, Removed};
use crate::diff::tree::{self as repository, DiffOptions};
use crate::error::{Error, Result};
use crate::golang::constraint::{self, Platform};
use crate::golang::{self, Wanted};
use crate::host::Host;
use crate::measure::eligible;
use crate::measure::patch::ChangeFacts;
use crate::model::parallel::in_order;
use crate::model::{
    ChosenBase, CiContext, Code, FileChange, FileName, Finding, GateName, HeadSide, Source, fingerprint,
};
use crate::report::{self, Output};
use crate::settings::{Command, Settings};

/// Reads the change, when somebody looks at it.
pub fn gather(settings: &Settings, gathered: &mut Gathered, host: &mut Host) -> Result<()> {
    if !wanted(settings) {
        return Ok(());
    }
    let read = match &settings.change.diff {
        Some(path) => from_diff(settings, path, gathered, host),
        None => from_repository(settings, gathered, host),
    };
    match read {
        Ok(read) => {
            let mut change = complete(settings, gathered, read, &host.env);
            keep_texts(settings, gathered, &mut change);
            gathered.change = Some(change);
        }
        Err(error) if asked(settings) => return Err(error),
        Err(error) => gathered.findings.push(no_base(&error)),
    }
    Ok(())
}

/// Refuses one standard input for two things, before either is read.
pub fn refuse_shared_stdin(settings: &Settings) -> Result<()> {
    let is_input = settings.inputs.iter().any(|input| input.path == "-");
    if is_input && settings.change.diff.as_deref() == Some("-") {
        return Err(Error::usage("standard input cannot be both an input and the diff")
            .help("write one of them to a file"));
    }
    Ok(())
}

/// Whether anything shows the change.
pub(super) fn wanted(settings: &Settings) -> bool {
    let shows = |name: &str| match report::output(name) {
        Some(Output::Text(format)) => format.shows_change,
        Some(Output::Pages(_)) => true,
        None => false,
    };
    asked(settings)
        || matches!(settings.command, Command::Check | Command::View)
        || settings.outputs.iter().any(|output| shows(&output.format))
}

/// Whether something needs the change, so that a run without it has failed.
pub(super) fn asked(settings: &Settings) -> bool {
    let change = &settings.change;
    let of_change =
        |name: &GateName| matches!(name, GateName::Patch | GateName::PatchFile | GateName::PatchMaxMissed);
    let mut bounds = settings.gates.iter().chain(settings.overrides.iter().flat_map(|rule| &rule.bounds));
    change.base.is_some() || change.diff.is_some() || change.fetch || bounds.any(|(name, _)| of_change(name))
}

fn no_base(error: &Error) -> Finding {
    let message = format!("coverage of the change is left out: {}", error.message);
    let finding =
        error.notes.iter().fold(Finding::new(Code::NoBase, message), |finding, note| finding.fact(note));
    match &error.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// A change, before the sources of its files were read.
struct Read {
    files: Vec<FileChange>,
    facts: ChangeFacts,
    /// Deleted lines by path, where the change is a diff and a baseline belongs to its old side.
    removed: BTreeMap<String, Removed>,
    /// Texts of its head side by path, where the working tree has another one, or none.
    apart: BTreeMap<String, Vec<u8>>,
}

// ---- From a diff -----------------------------------------------------------------------------------------------------

fn from_diff(settings: &Settings, path: &str, gathered: &Gathered, host: &mut Host) -> Result<Read> {
    let tree = WorkingTree { gathered };
    let fault = |error: &text::TextError| match &error.fault {
        text::Fault::Io(cause) => inputs::unreadable(path, cause),
        fault => {
            let place = if path == "-" { "the diff" } else { path };
            let file = error.path.as_ref().map(|file| format!("{file}: ")).unwrap_or_default();
            let said = Error::input(format!("{place}:{}: {file}{fault}", error.line));
            match fault {
                text::Fault::NoFile => said
                    .note("its paths begin at the top of the repository; `git diff --relative` cuts them")
                    .help("git diff --no-relative BASE HEAD, with HEAD checked out"),
                _ => said,
            }
        }
    };
    let whitespace = settings.change.whitespace;
    let keeps = !settings.baseline.is_empty();
    let read = |input: &mut dyn BufRead| {
        let read = if keeps {
            text::read_with_removed(input, &tree, whitespace)
        } else {
            text::read(input, &tree, whitespace).map(|files| (files, BTreeMap::new()))
        };
        read.map_err(|error| fault(&error))
    };
    let (files, removed) = if path == "-" {
        read(&mut BufReader::new(&mut host.stdin))?
    } else {
        let absolute = settings.cwd.join(path);
        let facts = fs_err::metadata(&absolute).map_err(|error| inputs::unreadable(path, &error))?;
        if !facts.is_file() {
            return Err(
                Error::input(format!("{path} is not a regular file")).help("git diff BASE > change.diff")
            );
        }
        let file = File::open(&absolute).map_err(|error| inputs::unreadable(path, &error))?;
        read(&mut BufReader::with_capacity(1 << 18, file))?
    };
    let shown = if path == "-" { "standard input" } else { path };
    let facts = ChangeFacts {
        base: None,
        head: gathered.commit.clone(),
        side: "diff",
        origin: format!("the diff {shown}"),
        commits: None,
        default_branch: false,
        nothing_changed: files.is_empty(),
    };
    Ok(Read { files, facts, removed, apart: BTreeMap::new() })
}

/// The tree that a diff leads to: the files below the root.
pub(super) struct WorkingTree<'a> {
    pub(super) gathered: &'a Gathered,
}

/// The text of a file on the head side.
pub(super) fn head_text(gathered: &Gathered, tree: &WorkingTree<'_>, path: &str) -> Option<Vec<u8>> {
    if gathered.saved.as_ref().is_some_and(|saved| saved.commit.is_some()) {
        return head::text_at(gathered, path);
    }
    let apart = gathered.change.as_ref().and_then(|change| change.apart.get(path));
    apart.cloned().or_else(|| tree.text(path))
}

impl WorkingTree<'_> {
    /// Names out of a diff stay below the root, whatever they are.
    fn inside(&self, path: &str) -> Option<camino::Utf8PathBuf> {
        let path = Utf8Path::new(path);
        let plain = path.components().all(|part| matches!(part, Utf8Component::Normal(_)));
        (plain && !path.as_str().is_empty()).then(|| self.gathered.root.dir.join(path))
    }
}

impl Head for WorkingTree<'_> {
    fn has(&self, path: &str) -> bool {
        self.gathered.texts.contains_key(path)
            || self
                .inside(path)
                .is_some_and(|path| path.symlink_metadata().is_ok_and(|facts| !facts.is_dir()))
    }

    fn text(&self, path: &str) -> Option<Vec<u8>> {
        if let Some(text) = self.gathered.texts.get(path) {
            return Some(text.clone());
        }
        tree::read_at(&self.gathered.tree, self.inside(path)?.as_str()).ok()
    }
}

// ---- From the repository -----------------------------------------------------------------------------------------------

/// The base that the settings and the CI lead to.
pub(super) fn base(
    settings: &Settings,
    repository: &repository::Repository,
    context: Option<&CiContext>,
) -> std::result::Result<ChosenBase, BaseError> {
    let request = Request {
        base: settings.change.base.as_deref(),
        named_by: "--base",
        mode: settings.change.base_mode,
        context,
    };
    base::choose(repository, &request)
}

fn from_repository(settings: &Settings, gathered: &mut Gathered, host: &Host) -> Result<Read> {
    if gathered.root.git.is_none() {
        return Err(Error::git("not a git repository: patch coverage needs git or --diff FILE"));
    }
    let root = &gathered.root.dir;
    let context = ci::context(&host.env, Some(settings.ci.as_str()));
    let unopened = |error: repository::OpenError| Error::git(error.to_string()).help(error.help());
    let mut opened = repository::open(root).map_err(unopened)?;
    let chosen = match base(settings, &opened, context.as_ref()) {
        Err(missing) if settings.change.fetch => {
            fetch::fetch(root, &missing, &host.env)?;
            opened = repository::open(root).map_err(unopened)?;
            base(settings, &opened, context.as_ref())
        }
        chosen => chosen,
    };
    let chosen = chosen.map_err(|missing| missing.to_error())?;
    let options = DiffOptions { head: settings.change.head, whitespace: settings.change.whitespace };
    let failed = |error: repository::TreeError| Error::git(error.to_string()).help(error.help());
    let id = repository::Oid::from_str(&chosen.base).map_err(|error| Error::git(error.message()))?;
    let changes = repository::changes(&opened, id, options).map_err(failed)?;
    let apart = apart(&opened, &changes, settings.change.head, &WorkingTree { gathered });
    let ChosenBase { base, head, origin, commits, findings } = chosen;
    gathered.findings.extend(findings);
    gathered.findings.extend(changes.findings);
    let facts = ChangeFacts {
        base: Some(base),
        default_branch: context.is_some_and(|context| context.is_default(&head)),
        head: Some(head),
        side: changes.head.name(),
        origin,
        commits,
        nothing_changed: changes.files.is_empty(),
    };
    Ok(Read { files: changes.files, facts, removed: BTreeMap::new(), apart })
}

/// Texts that the working tree does not have: it was edited although HEAD or the index was asked for, or a sparse checkout
/// leaves files out. A file of the change is judged by the text that its changed lines belong to.
fn apart(
    opened: &repository::Repository,
    changes: &repository::Changes,
    asked: HeadSide,
    tree: &WorkingTree<'_>,
) -> BTreeMap<String, Vec<u8>> {
    let differs = |path: &str, stored: &[u8]| match tree.text(path) {
        Some(there) => !repository::same_but_for_endings(&there, stored),
        None => true,
    };
    let taking_part = changes.files.iter().filter(|file| eligible::reason(file).is_none());
    let mut texts = BTreeMap::new();
    for file in taking_part {
        let Some(blob) = changes.blobs.get(&file.path) else { continue };
        // HEAD was chosen because the working tree does not differ from it.
        if asked == HeadSide::Auto && tree.has(&file.path) {
            continue;
        }
        let stored = repository::text(opened, *blob);
        if let Some(stored) = stored.filter(|stored| differs(&file.path, stored)) {
            texts.insert(file.path.clone(), stored);
        }
    }
    texts
}

// ---- What the files of the change need besides ---------------------------------------------------------------------------

/// What was read of this very text already, statements included. Of a text that was kept it is known to be.
fn whole_source(gathered: &Gathered, id: u32, text: &[u8], is_kept: bool) -> Option<Arc<Source>> {
    let source = gathered.sources.get(id as usize)?.as_ref()?;
    let is_same = || match &source.text {
        Some(own) => **own == *text || fingerprint(own) == fingerprint(text),
        None => gathered.fingerprints.get(id as usize).copied().flatten() == Some(fingerprint(text)),
    };
    (!source.is_listed && (is_kept || is_same())).then(|| Arc::clone(source))
}

/// A changed file of the head side.
struct ReadFile {
    source: Arc<Source>,
    /// Whether build constraints let it in.
    built: bool,
    /// Its text, where a baseline needs it and nobody has it yet.
    text: Option<Vec<u8>>,
}

/// Reads the changed Go files that take part, with their statements.
fn complete(settings: &Settings, gathered: &Gathered, read: Read, env: &Env) -> GatheredChange {
    let Read { files, facts, removed, apart } = read;
    let taking_part = files.iter().filter(|file| eligible::reason(file).is_none());
    let paths: Vec<&str> = taking_part.map(|file| file.path.as_str()).collect();
    let platform = platform(&gathered.raw.names, env);
    let tree = WorkingTree { gathered };
    let ids = gathered.ids();
    let keeps = !settings.baseline.is_empty();
    let read: Vec<Option<ReadFile>> = in_order(&paths, |path| {
        let stored = apart.get(*path).cloned();
        let is_apart = stored.is_some();
        let text = match (stored, gathered.texts.get(*path)) {
            (Some(stored), _) => Cow::Owned(stored),
            (None, Some(known)) => Cow::Borrowed(known.as_slice()),
            (None, None) => Cow::Owned(tree.text(path)?),
        };
        let base = path.rsplit('/').next().unwrap_or(path);
        let built = constraint::is_built(base, &text, &platform);
        // A text apart may differ in the ends of its lines alone, and then all offsets do.
        let is_kept = matches!(text, Cow::Borrowed(_));
        let id = ids.get(path).filter(|_| !is_apart);
        let known = id.and_then(|id| whole_source(gathered, *id, &text, is_kept));
        let read = || Arc::new(golang::read(&text, Wanted { blocks: true, ..Wanted::default() }));
        let source = known.unwrap_or_else(read);
        let text = if let Cow::Owned(text) = text { keeps.then_some(text) } else { None };
        Some(ReadFile { source, built, text })
    });
    let (mut sources, mut texts) = (BTreeMap::new(), BTreeMap::new());
    let mut not_built = BTreeSet::new();
    for (path, read) in paths.iter().zip(read) {
        let Some(ReadFile { source, built, text }) = read else { continue };
        texts.extend(text.map(|text| ((*path).to_owned(), text)));
        sources.insert((*path).to_owned(), source);
        if !built {
            not_built.insert((*path).to_owned());
        }
    }
    let platform = format!("{}/{}", platform.goos, platform.goarch);
    GatheredChange { files, facts, sources, apart, texts, removed, not_built, platform }
}

/// Moves the texts that were known before the change to where a baseline finds them.
fn keep_texts(settings: &Settings, gathered: &mut Gathered, change: &mut GatheredChange) {
    let known = std::mem::take(&mut gathered.texts);
    if !settings.baseline.is_empty() {
        let read = |path: &str| change.sources.contains_key(path) && !change.apart.contains_key(path);
        change.texts.extend(known.into_iter().filter(|(path, _)| read(path)));
    }
}

/// The platform that the profile was made on: that of a file in it which only one is built with, else what the environment
/// asks go for, else this one.
fn platform(names: &[FileName], env: &Env) -> Platform {
    let asked = |variable: &str| env.get(variable).filter(|value| !value.is_empty()).map(String::as_str);
    let of_names = |which: fn(&str) -> Option<&str>| names.iter().find_map(|name| which(name.base()));
    let system = of_names(|base| constraint::asked_by_name(base).0);
    let processor = of_names(|base| constraint::asked_by_name(base).1);
    Platform {
        goos: system.or(asked("GOOS")).unwrap_or(this_system()).to_owned(),
        goarch: processor.or(asked("GOARCH")).unwrap_or(this_processor()).to_owned(),
        tags: asked("GOFLAGS").map(tags).unwrap_or_default(),
    }
}

/// `-tags=a,b` in the flags of go.
fn tags(flags: &str) -> BTreeSet<String> {
    let lists = flags
        .split_whitespace()
        .filter_map(|flag| flag.strip_prefix("-tags=").or_else(|| flag.strip_prefix("--tags=")));
    lists.flat_map(|list| list.split(',')).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// Go's name of the system that this program was built for.
fn this_system() -> &'static str {
    if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS }
}

/// Go's name of the processor that this program was built for.
fn this_processor() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64le",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_is_that_of_the_profile_then_of_the_environment() {
        let names = |list: &[&str]| list.iter().map(|name| FileName::new(name)).collect::<Vec<_>>();
        let env = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Env>()
        };
        let windows = env(&[("GOOS", "windows"), ("GOARCH", "arm64"), ("GOFLAGS", "-v -tags=a,b")]);
        let found = platform(&names(&["m/a.go", "m/sys_linux.go"]), &windows);
        assert_eq!((found.goos.as_str(), found.goarch.as_str()), ("linux", "arm64"));
        assert_eq!(found.tags.iter().collect::<Vec<_>>(), ["a", "b"]);
        let found = platform(&names(&["m/a.go"]), &windows);
        assert_eq!(found.goos, "windows");
        assert_eq!(platform(&[], &Env::new()).goos, this_system());
    }
}
