//! Settings through the front door: arguments, environment and files of a literal world in, settings or error text out.

use std::io;

use camino::Utf8Path;

use super::*;
use crate::host::Terminal;

pub(super) const FORMATS: &[&str] = &["text", "json", "cobertura", "lcov", "profile", "csv"];

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
        let host = Host {
            env: self.env.iter().cloned().collect(),
            cwd: self.root().join(cwd),
            terminal: Terminal::default(),
            now: || 1_700_000_000,
            stdin: Box::new(io::empty()),
            stdout: Box::new(io::sink()),
            stderr: Box::new(io::sink()),
        };
        let args: Vec<OsString> =
            std::iter::once("coverdict").chain(args.iter().copied()).map(OsString::from).collect();
        plan(&args, &host, Tables { formats: FORMATS, report_schema: "{}" })
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
}

#[test]
fn smoke() {
    let world = World::new().file(".coverdict.yml", "version: 1\ngate:\n  treshold: 80\n");
    println!("{}", world.fault(&["check"]));
    let good = "\
version: 1
inputs: [cover.out, unit=integration/covdata]
gate:
  total: 85.50
  package: 60
  overrides:
    - path: internal/billing/...
      package: 95
    - path: cmd/...
      package: 0
exclude:
  - \"**/*.pb.go\"
  - internal/mocks/...
generated: auto
source:
  path-map:
    - from: /build/shop
      to: .
reports:
  - json: coverage/
  - cobertura: coverage/cobertura.xml
";
    let world = World::new().file(".coverdict.yml", good).file("go.mod", "").file("a/b/x", "");
    println!("{:#?}", world.settings(&["check"]));
    for cwd in ["", "a/b"] {
        let Plan::Print(text) = world.plan_in(cwd, &["--print-config", "--total", "9"]) else { panic!() };
        println!("{}", String::from_utf8(text).unwrap());
    }
    let faults = [
        "gate:\n  total: 120\n",
        "gate:\n  total: abc\n",
        "gate: 5\n",
        "- a\n",
        "a: [\n",
        "gate:\n  total: 1\n  total: 2\n",
        "exclude: x\n",
        "exclude: [../x]\n",
        "exclude: ['[x']\n",
        "version: 2\n",
        "total: 80\n",
        "metric: line\n",
        "reports:\n  - cobetura: x\n",
        "deny: [stale-block]\n",
        "gate:\n  overrides:\n    - path: internal/...\n      package: 3\n    - path: internal/x/...\n      package: 4\n",
        "gate:\n  overrides:\n    - package: 3\n",
        "gate:\n  overrides:\n    - path: x\n",
        "gate:\n  overrides:\n    - path: x\n      total: 4\n",
        "a: &a [1,1]\nb: &b [*a,*a]\n",
        "x: *y\n",
        "version: 1\n---\nversion: 1\n",
        "\tversion: 1\n",
        "a: !!python/object x\n",
        "<<: {a: 1}\n",
        "source: {path-map: [{from: a}]}\n",
        "top: 99999999\n",
        "warn-only: yes\n",
        "evil\u{1b}[31m: 1\n",
        "\"evil\\e[31m\": 1\n",
        "? [a, b]\n: 1\n",
        "gate: {total: [1]}\n",
        "gate: {total: {a: 1}}\n",
        "timestamp: 1.5\n",
    ];
    for text in faults {
        let world = World::new().file(".coverdict.yml", text);
        match world.plan(&["check"]) {
            Plan::Fail { text, .. } => println!("{text}"),
            other => println!("NO FAULT {text:?} {other:?}"),
        }
    }
}
