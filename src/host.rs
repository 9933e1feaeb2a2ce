//! The process seen from inside: environment, current directory, clock, terminal facts and the three streams. Nothing else
//! in the crate reaches for them, so a test can run the whole program in process with a literal world.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, IsTerminal, Read, Write};

use camino::Utf8PathBuf;

use crate::error::{Error, Result};

/// Facts about the streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Whether standard output is a terminal.
    pub stdout: bool,
    /// Whether standard error is a terminal.
    pub stderr: bool,
    /// Width in columns, when standard output is a terminal.
    pub width: Option<u16>,
}

/// The world of one run.
pub struct Host {
    /// The environment; variables that are no UTF-8 are left out.
    pub env: BTreeMap<String, String>,
    /// Absolute.
    pub cwd: Utf8PathBuf,
    /// Terminal facts.
    pub terminal: Terminal,
    /// Seconds since 1970, read when asked.
    pub now: fn() -> u64,
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Standard output: results only.
    pub stdout: Box<dyn Write + Send>,
    /// Standard error: everything else.
    pub stderr: Box<dyn Write + Send>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("cwd", &self.cwd)
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// The real process.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the process")]
    pub fn from_process() -> Result<Self> {
        let cwd = std::env::current_dir()
            .map_err(|error| Error::usage(format!("the current directory cannot be read: {error}")))?;
        let cwd = Utf8PathBuf::from_path_buf(cwd).map_err(|path| {
            Error::usage(format!("the current directory is not UTF-8: {}", path.display()))
        })?;
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let terminal =
            Terminal { stdout: io::stdout().is_terminal(), stderr: io::stderr().is_terminal(), width: None };
        Ok(Self {
            env,
            cwd,
            terminal,
            now: || {
                std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .map_or(0, |since| since.as_secs())
            },
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
        })
    }

    /// A variable; empty counts as unset.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl Host {
    /// Writes to standard error. Nobody can be told when that fails.
    pub fn say(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush());
    }
}
