//! `init`: a commented config, and a pipeline to copy for the CI at hand.

use std::io::Read as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::output;
use crate::config::translate::{Draft, translate};
use crate::error::{Error, Exit, Result};
use crate::escape;
use crate::host::Host;
use crate::settings::Settings;

/// What is written.
const CONFIG: &str = ".coverdict.yml";

/// No config of another tool is near this size.
const LARGEST: u64 = 1 << 20;

/// Pipelines to copy, each one executed in the tests: the system, what tells that a repository uses it, the text.
const PIPELINES: &[(&str, &str, &str)] = &[
    ("github", ".github", include_str!("../../examples/ci/github.yml")),
    ("gitlab", ".gitlab-ci.yml", include_str!("../../examples/gitlab-ci.yml")),
];

/// Runs the command: the config goes to a file, the pipeline to standard output, all else to standard error.
pub fn run(settings: &Settings, from: Option<&str>, force: bool, host: &mut Host) -> Result<Exit> {
    let pipeline = pipeline(settings)?;
    let target = settings.cwd.join(CONFIG);
    if !force && target.symlink_metadata().is_ok() {
        return Err(Error::output(format!("{CONFIG} exists")).help("coverdict init --force replaces it"));
    }
    let draft = match from {
        Some(from) => translate(from, &read(&settings.cwd.join(from), from)?)?,
        None => Draft::empty(),
    };
    output::file(&target, CONFIG, |out| out.write_all(draft.config().as_bytes()))?;
    host.say(&format!("coverdict: wrote {CONFIG}\n"));
    if let Some(from) = from.filter(|_| !draft.left().is_empty()) {
        host.say(&format!("without an equivalent in {}:\n", escape::terminal(from)));
        for line in draft.left() {
            host.say(&format!("  {}\n", escape::terminal(line)));
        }
    }
    if let Some((name, text)) = pipeline {
        host.say(&format!("coverdict: a pipeline for {name}, to copy and change:\n"));
        output::stdout(host, text.as_bytes())?;
    }
    Ok(Exit::Success)
}

/// The pipeline of the system that `--ci` names, or that the repository uses.
fn pipeline(settings: &Settings) -> Result<Option<(&'static str, &'static str)>> {
    let of = |&(name, _, text): &(&'static str, &'static str, &'static str)| (name, text);
    match settings.ci.as_str() {
        "off" => Ok(None),
        "auto" => {
            let top = top(&settings.cwd);
            Ok(PIPELINES.iter().find(|(_, mark, _)| top.join(mark).exists()).map(of))
        }
        name => match PIPELINES.iter().find(|(known, _, _)| *known == name) {
            Some(pipeline) => Ok(Some(of(pipeline))),
            None => Err(Error::usage(format!("init has no pipeline for {name}; expected github or gitlab"))
                .help("examples/ci of the coverdict repository holds one for most systems")),
        },
    }
}

/// The top of the repository: the nearest folder upward with `.git`, else the working directory.
fn top(cwd: &Utf8Path) -> Utf8PathBuf {
    cwd.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(cwd).to_owned()
}

fn read(path: &Utf8Path, shown: &str) -> Result<String> {
    let cannot = |why: &str| Error::config(format!("cannot read {}: {why}", escape::terminal(shown)));
    let facts = fs_err::metadata(path).map_err(|_| cannot("no such file"))?;
    if !facts.is_file() {
        return Err(cannot("it is not a regular file"));
    }
    let file = fs_err::File::open(path).map_err(|error| cannot(&error.kind().to_string()))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error.kind().to_string()))?;
    if LARGEST < bytes.len() as u64 {
        return Err(cannot("it is larger than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| cannot("it is not UTF-8"))
}
