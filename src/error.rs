//! The one error type: what could not be done, where, and what to do next. Its kind decides the exit code.

mod render;

use std::fmt;

pub use render::render;

/// Exit codes (`README.md` has the table; a test asserts each).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// Pass, or nothing to judge.
    Success,
    /// A gate failed.
    GateFailed,
    /// Usage or config error.
    Usage,
    /// Git environment.
    Git,
    /// Input error, or a denied finding.
    Input,
    /// An output could not be written.
    Output,
    /// A bug in coverdict.
    Bug,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// All codes, least bad first: the worst one wins.
    pub const ALL: [Self; 8] = [
        Self::Success,
        Self::GateFailed,
        Self::Usage,
        Self::Git,
        Self::Input,
        Self::Output,
        Self::Bug,
        Self::Interrupted,
    ];

    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::GateFailed => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Git => 4,
            Self::Output => 5,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// The worse of two.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        self.max(other)
    }
}

/// What kind of thing could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line.
    Usage,
    /// The config file or a `COVERDICT_*` variable.
    Config,
    /// An input.
    Input,
    /// Git.
    Git,
    /// An output.
    Output,
}

/// A line of a text file that an error points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Path as printed.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub col: u32,
    /// Length of the marked text, in characters.
    pub len: u32,
}

/// Something that coverdict cannot do. Stops the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Decides the exit code.
    pub kind: ErrorKind,
    /// First line: names the path; lower case, no full stop.
    pub message: String,
    /// More lines (`looked for: …`).
    pub notes: Vec<String>,
    /// The next command, without `help:`.
    pub help: Option<String>,
    /// The text to show with a caret.
    pub excerpt: Option<Box<Excerpt>>,
}

impl Error {
    /// An error of a kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), notes: Vec::new(), help: None, excerpt: None }
    }

    /// A fault on the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// A fault in the config.
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// A fault in an input.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// A fault of the git environment.
    pub fn git(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Git, message)
    }

    /// An output that cannot be written.
    pub fn output(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Output, message)
    }

    /// With one more line.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With the next command.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the text to show.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Excerpt) -> Self {
        self.excerpt = Some(Box::new(excerpt));
        self
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self.kind {
            ErrorKind::Usage | ErrorKind::Config => Exit::Usage,
            ErrorKind::Input => Exit::Input,
            ErrorKind::Git => Exit::Git,
            ErrorKind::Output => Exit::Output,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What fallible functions of the shell return.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_exit_wins_in_the_documented_order() {
        let codes: Vec<u8> = Exit::ALL.iter().rev().map(|exit| exit.code()).collect();
        assert_eq!(codes, [130, 70, 5, 3, 4, 2, 1, 0]);
        assert_eq!(Exit::Input.worst(Exit::Git), Exit::Input);
    }
}
