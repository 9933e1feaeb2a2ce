//! What `doctor` found, as a screen and as JSON.
//!
//! Notes on consumers: a person who reads the screen from the top and copies the line behind `next:`; a script that reads
//! `checks[].status`, or attaches the JSON to a bug report.

use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};
use serde::Serialize;

use crate::escape::terminal;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing to do.
    Ok,
    /// The numbers may not be what the user thinks.
    Warn,
    /// Something does not work.
    Fail,
}

/// One line of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `input`, `git`, …, or the name of a finding.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// What was found.
    pub message: String,
    /// The next command or step; every problem has one.
    pub next: Option<String>,
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputHealth {
    /// The label, else the path.
    pub label: String,
    /// As given.
    pub path: String,
    /// `text` or `binary`.
    pub kind: &'static str,
    /// `set`, `count` or `atomic`.
    pub mode: &'static str,
    /// `A`, `B` or `C`, where it could be told.
    pub rule_set: Option<&'static str>,
    /// Rows read.
    pub rows: u64,
    /// Distinct blocks.
    pub blocks: u64,
    /// Files named.
    pub files: u64,
    /// Sections of a text profile; `None` when the order of its rows tells none.
    pub sections: Option<u64>,
}

/// A module of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModuleHealth {
    /// Its path.
    pub path: String,
    /// Its directory below the root; `None` elsewhere.
    pub dir: Option<String>,
}

/// Sources of the files that the inputs name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SourceHealth {
    /// Read.
    pub found: u64,
    /// Named.
    pub total: u64,
}

/// The repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GitHealth {
    /// Full commit id of HEAD.
    pub head: Option<String>,
    /// Whether the clone is shallow.
    pub shallow: bool,
    /// Full commit id of the base that a change is compared with; `None` when there is none.
    pub base: Option<String>,
    /// How it was chosen, for people.
    pub origin: Option<String>,
    /// Commits from base to HEAD; `None` when a shallow history hides them.
    pub commits: Option<u64>,
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Name and version of this shape.
    pub schema: &'static str,
    /// Version of coverdict.
    pub version: &'static str,
    /// The worst of the checks.
    pub status: Status,
    /// In the order of the screen.
    pub checks: Vec<Check>,
    /// In the order given; empty when none could be read.
    pub inputs: Vec<InputHealth>,
    /// `None` without inputs.
    pub sources: Option<SourceHealth>,
    /// By directory.
    pub modules: Vec<ModuleHealth>,
    /// `None` outside a repository.
    pub git: Option<GitHealth>,
    /// The CI system that this runs in.
    pub ci: Option<&'static str>,
}

/// The shape of the JSON.
pub const SCHEMA: &str = "coverdict/doctor/1";

impl Check {
    /// A check that found nothing to do.
    pub fn ok(name: &str, message: impl Into<String>) -> Self {
        Self { name: name.to_owned(), status: Status::Ok, message: message.into(), next: None }
    }

    /// A doubt.
    pub fn warn(name: &str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name: name.to_owned(), status: Status::Warn, message: message.into(), next: Some(next.into()) }
    }

    /// A failure.
    pub fn fail(name: &str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { status: Status::Fail, ..Self::warn(name, message, next) }
    }
}

/// The screen: a line for each check, and the next step below each problem.
pub fn text(health: &Health, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for check in &health.checks {
        let (word, style, room) = match check.status {
            Status::Ok => (" ok   ", AnsiColor::Blue.on_default(), 11),
            Status::Warn => (" WARN ", AnsiColor::Yellow.on_default().effects(Effects::BOLD), 19),
            Status::Fail => (" FAIL ", AnsiColor::BrightRed.on_default().effects(Effects::BOLD), 19),
        };
        let (name, message) = (terminal(&check.name), terminal(&check.message));
        writeln!(out, "{} {name:<room$}  {message}", painted(word, style, color))?;
        if let Some(next) = &check.next {
            writeln!(out, "       next: {}", terminal(next))?;
        }
    }
    Ok(())
}

fn painted(word: &str, style: Style, color: bool) -> String {
    if color { format!("{style}{word}{style:#}") } else { word.to_owned() }
}

/// The same as JSON, indented, with a newline at the end.
pub fn json(health: &Health, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, health)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health() -> Health {
        Health {
            schema: SCHEMA,
            version: "0.0.0",
            status: Status::Fail,
            checks: vec![
                Check::ok("input", "cover.out: mode set, 1 block, 1 file"),
                Check::warn("stale-blocks", "1 file \u{1b}[31m", "go test\nx"),
                Check::fail("git", "history is shallow (1 commit)", "git fetch --unshallow"),
            ],
            inputs: Vec::new(),
            sources: Some(SourceHealth { found: 1, total: 1 }),
            modules: vec![ModuleHealth { path: "m".to_owned(), dir: Some(".".to_owned()) }],
            git: None,
            ci: Some("github"),
        }
    }

    #[test]
    fn the_screen_stands_as_drawn_and_shows_nobodys_escapes() {
        let mut out = Vec::new();
        text(&health(), false, &mut out).expect("memory");
        insta::assert_snapshot!(String::from_utf8_lossy(&out), @r"
         ok    input        cover.out: mode set, 1 block, 1 file
         WARN  stale-blocks         1 file \x1b[31m
               next: go test\nx
         FAIL  git                  history is shallow (1 commit)
               next: git fetch --unshallow
        ");
        text(&health(), true, &mut out).expect("memory");
        assert!(String::from_utf8_lossy(&out).contains("\u{1b}["));
    }

    #[test]
    fn the_json_has_every_part() {
        let mut out = Vec::new();
        json(&health(), &mut out).expect("memory");
        let value: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(value["schema"], "coverdict/doctor/1");
        assert_eq!(value["status"], "fail");
        assert_eq!(value["checks"][1]["status"], "warn");
        assert_eq!(value["checks"][0]["next"], serde_json::Value::Null);
        assert_eq!(value["sources"]["found"], 1);
        assert_eq!(value["ci"], "github");
        assert_eq!(out.last(), Some(&b'\n'));
    }
}
