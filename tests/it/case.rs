//! A small world for a test: a folder of its own, an environment of its own, and the whole program run in it.
//!
//! In: files, variables, standard input, arguments. Out: exit code, both streams, and the files afterwards. Nothing of the
//! machine shows: the environment starts empty, and paths and the version become placeholders in what is compared.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Cursor, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use camino::{Utf8Path, Utf8PathBuf};
use coverdict::host::{Host, Terminal};
use tempfile::TempDir;

/// A folder with files, and everything else that a run sees.
pub(crate) struct Case {
    folder: TempDir,
    env: BTreeMap<String, String>,
    stdin: Vec<u8>,
    cwd: String,
    terminal: Terminal,
    stdout_fault: Option<io::ErrorKind>,
}

impl Case {
    /// An empty folder that is the top of a repository without commits, so that no search for a root leaves it.
    pub(crate) fn new() -> Self {
        let case = Self::bare();
        case.put(".git/HEAD", "ref: refs/heads/main\n");
        fs_err::create_dir_all(case.root().join(".git/objects")).expect("a folder");
        fs_err::create_dir_all(case.root().join(".git/refs")).expect("a folder");
        case
    }

    /// An empty folder.
    pub(crate) fn bare() -> Self {
        Self {
            folder: tempfile::Builder::new().prefix("case-").tempdir().expect("a folder"),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            cwd: String::new(),
            terminal: Terminal::default(),
            stdout_fault: None,
        }
    }

    /// The shop of `examples/`, without its config: the tests say what they want.
    pub(crate) fn shop() -> Self {
        let case = Self::new();
        copy(&project().join("examples/shop"), &case.root());
        fs_err::remove_file(case.root().join(".coverdict.yml")).expect("the example has a config");
        case
    }

    /// A module of one package with one file of four lines: `F` is covered or not, as the profile says.
    pub(crate) fn tiny() -> Self {
        Self::new()
            .file("go.mod", "module m\n\ngo 1.26\n")
            .file("a.go", "package m\n\nfunc F() int {\n\treturn 1\n}\n\nfunc G() int {\n\treturn 2\n}\n")
            .file("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n")
    }

    /// With a file; its folders are made.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.put(path, text);
        self
    }

    /// With a copy of a folder of the project.
    pub(crate) fn copy_of(self, from: &str, to: &str) -> Self {
        copy(&project().join(from), &self.path(to));
        self
    }

    /// Writes a file of the folder.
    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs_err::write(path, text).expect("a file");
    }

    /// With an empty folder.
    pub(crate) fn folder(self, path: &str) -> Self {
        fs_err::create_dir_all(self.path(path)).expect("a folder");
        self
    }

    /// With a variable.
    pub(crate) fn var(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With this on standard input.
    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Started in a folder below.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        folder.clone_into(&mut self.cwd);
        self
    }

    /// On a terminal of this width.
    pub(crate) fn terminal(mut self, width: u16) -> Self {
        self.terminal = Terminal { stdout: true, stderr: true, width: Some(width) };
        self
    }

    /// With a standard output that fails.
    pub(crate) fn stdout_fails(mut self, kind: io::ErrorKind) -> Self {
        self.stdout_fault = Some(kind);
        self
    }

    /// The folder.
    pub(crate) fn root(&self) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path())
            .and_then(|path| path.canonicalize_utf8().ok())
            .expect("a UTF-8 path")
    }

    /// A path in the folder.
    pub(crate) fn path(&self, path: &str) -> Utf8PathBuf {
        self.root().join(path)
    }

    /// The text of a file of the folder.
    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.path(path)).expect("a text file")
    }

    /// All files of the folder and empty folders (with `/`), sorted; git's own left out.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.root(), &mut found);
        let root = self.root();
        let mut names: Vec<String> = found
            .iter()
            .map(|path| path.strip_prefix(&root).expect("below the root").to_string())
            .filter(|name| !name.starts_with(".git/"))
            .collect();
        names.sort();
        names
    }

    /// Runs the program in process; `line` is split at spaces.
    pub(crate) fn run(&self, line: &str) -> Outcome {
        self.args(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs the program in process with exactly these arguments.
    pub(crate) fn args(&self, args: &[&str]) -> Outcome {
        let (stdout, stderr) = (Sink::new(self.stdout_fault), Sink::new(None));
        let cwd = if self.cwd.is_empty() { self.root() } else { self.path(&self.cwd) };
        let mut host = Host {
            env: self.env.clone(),
            cwd,
            terminal: self.terminal,
            now: || 1_700_000_000,
            stdin: Box::new(Cursor::new(self.stdin.clone())),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
        };
        let args: Vec<OsString> =
            std::iter::once("coverdict").chain(args.iter().copied()).map(OsString::from).collect();
        let exit = coverdict::run(&args, &mut host);
        self.outcome(exit.code(), stdout.take(), &stderr.take())
    }

    /// The real program, ready to start in the folder with the environment of the case alone.
    pub(crate) fn program(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coverdict"));
        command
            .args(line.split_whitespace())
            .current_dir(self.path(&self.cwd))
            .env_clear()
            .envs(&self.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the real program.
    pub(crate) fn run_program(&self, line: &str) -> Outcome {
        let mut child = self.program(line).spawn().expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // The program may end before it has read all: that is its right.
        let _ = stdin.write_all(&self.stdin);
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        let code = output.status.code().expect("no signal ends it");
        self.outcome(u8::try_from(code).expect("a code"), output.stdout, &output.stderr)
    }

    fn outcome(&self, code: u8, stdout: Vec<u8>, stderr: &[u8]) -> Outcome {
        let stderr = String::from_utf8(stderr.to_vec()).expect("messages are UTF-8");
        Outcome { code, stderr: self.hidden(&stderr), bytes: stdout, root: self.root() }
    }

    /// What belongs to this machine and this release, replaced.
    pub(crate) fn hidden(&self, text: &str) -> String {
        hidden(text, &self.root())
    }
}

fn hidden(text: &str, root: &Utf8Path) -> String {
    text.replace(root.as_str(), "[ROOT]").replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
}

/// What a run did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit code.
    pub(crate) code: u8,
    /// Standard error, with placeholders.
    pub(crate) stderr: String,
    /// Standard output as it came.
    pub(crate) bytes: Vec<u8>,
    root: Utf8PathBuf,
}

impl Outcome {
    /// Standard output as text, with placeholders.
    pub(crate) fn stdout(&self) -> String {
        hidden(&String::from_utf8(self.bytes.clone()).expect("text"), &self.root)
    }

    /// The code is this one; otherwise everything is shown.
    #[track_caller]
    pub(crate) fn exits(self, code: u8) -> Self {
        assert_eq!(self.code, code, "\n{}", self.screen());
        self
    }

    /// Standard error holds this text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in\n{}", self.screen());
        self
    }

    /// Standard error does not hold this text.
    #[track_caller]
    pub(crate) fn says_not(self, text: &str) -> Self {
        assert!(!self.stderr.contains(text), "{text:?} in\n{}", self.screen());
        self
    }

    /// Standard output holds this text.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.stdout().contains(text), "no {text:?} in\n{}", self.screen());
        self
    }

    /// Standard output does not hold this text.
    #[track_caller]
    pub(crate) fn prints_not(self, text: &str) -> Self {
        assert!(!self.stdout().contains(text), "{text:?} in\n{}", self.screen());
        self
    }

    /// Nothing on standard output.
    #[track_caller]
    pub(crate) fn prints_nothing(self) -> Self {
        assert!(self.bytes.is_empty(), "\n{}", self.screen());
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}\n{}", self.screen()))
    }

    /// The last line of standard output.
    pub(crate) fn last_line(&self) -> String {
        self.stdout().lines().last().unwrap_or_default().to_owned()
    }

    /// All that a person sees, for a snapshot.
    pub(crate) fn screen(&self) -> String {
        let stdout = hidden(&String::from_utf8_lossy(&self.bytes), &self.root);
        format!("exit {}\n--- stdout\n{stdout}--- stderr\n{}", self.code, self.stderr)
    }
}

/// A stream that the test can look into, or that fails.
#[derive(Clone)]
struct Sink {
    bytes: Arc<Mutex<Vec<u8>>>,
    fault: Option<io::ErrorKind>,
}

impl Sink {
    fn new(fault: Option<io::ErrorKind>) -> Self {
        Self { bytes: Arc::default(), fault }
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.bytes.lock().expect("no panic while writing"))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(kind) = self.fault {
            return Err(kind.into());
        }
        self.bytes.lock().expect("no panic while writing").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The folder of the project.
pub(crate) fn project() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a tree.
pub(crate) fn copy(from: &Utf8Path, to: &Utf8Path) {
    fs_err::create_dir_all(to).expect("a folder");
    for entry in from.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), &target).expect("a copy");
        }
    }
}

fn list(folder: &Utf8Path, found: &mut Vec<Utf8PathBuf>) {
    let mut empty = true;
    for entry in folder.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        empty = false;
        if entry.file_type().expect("a type").is_dir() {
            list(entry.path(), found);
        } else {
            found.push(entry.path().to_owned());
        }
    }
    if empty {
        found.push(Utf8PathBuf::from(format!("{folder}/")));
    }
}
