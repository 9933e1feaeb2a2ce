//! Settings through the front door: arguments, environment and files of a literal world in, settings or error text out.

mod config_errors;
mod discovery;
mod documents;
mod layers;
mod pages;
mod usage_errors;

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::*;
use crate::host::Terminal;

pub(super) const FORMATS: &[&str] =
    &["text", "json", "cobertura", "lcov", "profile", "csv", "treemap", "html", "html-single"];

/// A world of one test.
pub(super) struct World {
    directory: tempfile::TempDir,
    env: Vec<(String, String)>,
}

impl World {
    /// An empty folder and an empty environment.
    pub(super) fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a folder"), env: Vec::new() }
    }

    pub(super) fn root(&self) -> &Utf8Path {
        Utf8Path::from_path(self.directory.path()).expect("a UTF-8 path")
    }

    pub(super) fn var(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.root().join(path);
        fs_err::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs_err::write(path, text).expect("a file");
        self
    }

    pub(super) fn plan_in(&self, cwd: &str, args: &[&str]) -> Plan {
        let args: Vec<OsString> =
            std::iter::once("coverdict").chain(args.iter().copied()).map(OsString::from).collect();
        self.raw_plan(cwd, &args)
    }

    fn raw_plan(&self, cwd: &str, args: &[OsString]) -> Plan {
        let host = Host {
            env: self.env.iter().cloned().collect(),
            cwd: self.root().join(cwd),
            terminal: Terminal::default(),
            now: || 1_700_000_000,
            stdin: Box::new(io::empty()),
            stdout: Box::new(io::sink()),
            stderr: Box::new(io::sink()),
        };
        let tables = Tables {
            formats: FORMATS,
            systems: &["github", "gitlab"],
            report_schema: "{}",
            baseline_schema: "[]",
        };
        plan(args, &host, tables)
    }

    /// As [`World::fault`], with arguments that may be no text.
    pub(super) fn raw_fault(&self, args: &[OsString]) -> String {
        match self.raw_plan("", args) {
            Plan::Fail { text, exit: Exit::Usage } => text,
            other => panic!("{args:?} gives {other:?}"),
        }
    }

    pub(super) fn plan(&self, args: &[&str]) -> Plan {
        self.plan_in("", args)
    }

    /// The settings, or the error's text as a panic.
    pub(super) fn settings(&self, args: &[&str]) -> Settings {
        match self.plan(args) {
            Plan::Run(settings) => *settings,
            other => panic!("{args:?} gives {other:?}"),
        }
    }

    /// The text of the error, the world's folder written as `ROOT`.
    pub(super) fn fault(&self, args: &[&str]) -> String {
        match self.plan(args) {
            Plan::Fail { text, exit: Exit::Usage } => text.replace(self.root().as_str(), "ROOT"),
            other => panic!("{args:?} gives {other:?}"),
        }
    }

    /// The error's text for a config of this text; `check` is run.
    pub(super) fn config_fault(text: &str) -> String {
        Self::new().file(".coverdict.yml", text).fault(&["check"])
    }

    /// What a command prints.
    pub(super) fn printed(&self, args: &[&str]) -> String {
        match self.plan(args) {
            Plan::Print(text) => {
                String::from_utf8(text).expect("UTF-8").replace(self.root().as_str(), "ROOT")
            }
            other => panic!("{args:?} gives {other:?}"),
        }
    }
}
