//! What must hold whatever the bytes are: one function a fuzz target, used by the targets (`fuzz_targets/`) and by the plain
//! tests over the committed seeds (`tests/it/corpora.rs`).
//!
//! In: any bytes. Out: nothing; a broken promise is a panic. The promises: no panic, no endless work, and the invariants that
//! the types of the program document.

#![allow(dead_code, reason = "a fuzz target uses one of these, the tests use all")]

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::sync::{Arc, Mutex};

use coverdict::clean::{self, Fate, FileState, JudgeOptions, Judgement};
use coverdict::diff::text::{self as patch, Head};
use coverdict::golang::{self, Wanted};
use coverdict::host::{Host, Terminal};
use coverdict::ingest::counters::{CounterFile, ReadArgs};
use coverdict::ingest::meta::parse_meta;
use coverdict::ingest::table::Table;
use coverdict::ingest::{InputName, text};
use coverdict::locate::owners::{self, Dialect};
use coverdict::locate::{self, Area, AreaKind, ModuleInfo, TextFile, Tree};
use coverdict::measure::{self, FileFacts};
use coverdict::model::Whitespace;
use coverdict::model::{
    ChangeKind, ContentKind, Disposition, Extent, FileName, LineModel, Located, RawProfile, RepoPath, Source,
    SourceBlock,
};

/// A text profile: read, judged without sources, merged, measured.
pub(super) fn profile(bytes: &[u8]) {
    if let Some(raw) = read(bytes) {
        judged(&raw, &[]);
    }
}

/// A Go file: blocks of all rule sets.
pub(super) fn source(bytes: &[u8]) {
    let source = golang::read(bytes, Wanted { blocks: true, ..Wanted::default() });
    sound(&source, bytes.len());
    let again = golang::read(bytes, Wanted { blocks: true, ..Wanted::default() });
    assert_eq!(source, again, "the same bytes give the same answer");
}

/// A profile and, behind a NUL, the source of every file that it names.
pub(super) fn clean(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let (rows, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let source = golang::read(text, Wanted { blocks: true, ..Wanted::default() });
    sound(&source, text.len());
    let Some(raw) = read(rows) else { return };
    let known = FileState { source: Some(&source), ..FileState::default() };
    let states = vec![known; raw.names.len()];
    judged(&raw, &states);
    // Told that a file is listed as it is cut, it comes to the same.
    let listed: Vec<FileState<'_>> =
        (0..).zip(&states).map(|(file, state)| told(&raw, file, state, text)).collect();
    let options = JudgeOptions::default();
    assert_eq!(clean::judge(&raw, &listed, options), clean::judge(&raw, &states, options));
    // Every other file is gone.
    let gone = FileState { gone: true, ..FileState::default() };
    let mixed: Vec<FileState<'_>> =
        (0..raw.names.len()).map(|file| if file % 2 == 0 { known } else { gone }).collect();
    judged(&raw, &mixed);
}

/// The state of a file with what reading it for this profile says of the profile's list of its blocks.
fn told<'s>(raw: &RawProfile, file: u32, state: &FileState<'s>, text: &[u8]) -> FileState<'s> {
    let sorted = |blocks: &mut dyn Iterator<Item = SourceBlock>| {
        let mut blocks: Vec<SourceBlock> = blocks.collect();
        blocks.sort_unstable();
        blocks
    };
    let own = raw.blocks.iter().filter(|block| block.file == file);
    let own = sorted(&mut own.map(|block| SourceBlock { extent: block.extent, stmts: block.stmts }));
    let suffices = |cut: &[SourceBlock]| sorted(&mut cut.iter().copied()) == own;
    let read = golang::read_unless(text, Wanted { blocks: true, ..Wanted::default() }, Some(&suffices));
    FileState { listed: read.is_listed, ..*state }
}

/// A covmeta file.
pub(super) fn meta(bytes: &[u8]) {
    let Ok(meta) = parse_meta(bytes) else { return };
    let functions = u32::try_from(meta.functions.len()).expect("ids are 32 bits wide");
    let units = u32::try_from(meta.units.len()).expect("ids are 32 bits wide");
    assert!(meta.packages.iter().all(|package| package.functions.end <= functions));
    assert!(meta.functions.iter().all(|function| function.units.end <= units));
}

/// A covcounters file.
pub(super) fn counters(bytes: &[u8]) {
    let Ok(file) = CounterFile::parse(bytes) else { return };
    let _ = file.args();
    let mut seen = 0;
    let visited = file.visit(&mut Vec::new(), |entry| {
        seen += entry.counters.len();
        Ok(())
    });
    assert!(seen <= bytes.len(), "a counter takes a byte at least");
    if visited.is_ok() {
        let entries = file.dump(ReadArgs::No).expect("it could be visited").entries;
        assert_eq!(entries.iter().map(|(_, _, counters)| counters.len()).sum::<usize>(), seen);
    }
}

/// A config file, through the front door.
pub(super) fn config(bytes: &[u8]) {
    let folder = tempfile::Builder::new().prefix("config-").tempdir().expect("a folder");
    let path = folder.path().join(".coverdict.yml");
    fs_err::write(&path, bytes).expect("a file");
    let (code, _) = run_in(folder.path(), "coverdict check --print-config --config .coverdict.yml --ci off");
    assert!(code == 0 || code == 2, "exit {code}");
}

/// Runs the program in a folder: its exit code and its standard output. It says something, and nothing that a terminal would obey.
fn run_in(folder: &std::path::Path, words: &str) -> (u8, Vec<u8>) {
    let (out, said) = (Shared::default(), Shared::default());
    let mut host = Host {
        env: std::collections::BTreeMap::new(),
        cwd: camino::Utf8PathBuf::from_path_buf(folder.to_owned()).expect("UTF-8"),
        terminal: Terminal::default(),
        now: || 0,
        stdin: Box::new(io::empty()),
        stdout: Box::new(out.clone()),
        stderr: Box::new(said.clone()),
    };
    let args: Vec<OsString> = words.split(' ').map(OsString::from).collect();
    let code = coverdict::run(&args, &mut host).code();
    let [out, said] =
        [out, said].map(|text| std::mem::take(&mut *text.0.lock().expect("no panic while writing")));
    assert!(!(out.is_empty() && said.is_empty()), "an answer or an error");
    let harmless = |byte: &u8| matches!(byte, b'\n' | b'\t') || (*byte >= b' ' && *byte != 0x7f);
    assert!(out.iter().chain(&said).all(harmless), "no control byte of an input reaches a terminal");
    (code, out)
}

/// The file of a baseline, a NUL, another one, a NUL, a diff: read back, and compared through the front door. Each is signed
/// anew, since a checksum that does not fit would keep everything behind it from being tried.
pub(super) fn baseline(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |&byte| byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (old, new, diff) = (signed(part()), signed(part()), part());
    let known = [&old, &new].map(|text| coverdict::ingest::baseline::read(text));
    for file in known.iter().flatten().flat_map(|baseline| &baseline.files) {
        assert!(file.blocks.is_sorted_by(|a, b| a.extent < b.extent), "sorted, each extent once");
    }
    let folder = tempfile::Builder::new().prefix("baseline-").tempdir().expect("a folder");
    for folder_of_sources in ["calc", "internal/strs"] {
        fs_err::create_dir_all(folder.path().join(folder_of_sources)).expect("a folder");
    }
    let inputs = [("old.json", &old[..]), ("new.json", &new[..]), ("x.diff", diff)];
    for (name, text) in inputs.into_iter().chain(TREE) {
        fs_err::write(folder.path().join(name), text).expect("a file");
    }
    let words = "coverdict compare old.json new.json --diff x.diff --ci off -o json";
    let (code, out) = run_in(folder.path(), words);
    assert!(matches!(code, 0 | 3), "exit {code}");
    assert!(code == 3 || known.iter().all(Result::is_ok), "what is no baseline was compared");
    if code == 0 {
        sums_hold(&serde_json::from_slice(&out).expect("JSON"));
    }
}

/// The tree that the seeds' diffs lead to.
const TREE: [(&str, &[u8]); 3] = [
    ("go.mod", include_bytes!("../tests/data/diff-a/head/go.mod")),
    ("calc/calc.go", include_bytes!("../tests/data/diff-a/head/calc/calc.go")),
    ("internal/strs/util.go", include_bytes!("../tests/data/diff-a/head/internal/strs/util.go")),
];

/// A baseline with the checksum of its content; anything without a last line of that kind as it is.
fn signed(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii_end();
    let end = text.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    let (content, last) = text.split_at(end);
    if !last.starts_with(b"\n\"checksum\":") {
        return text.to_vec();
    }
    let mut sum = coverdict::model::LineFingerprint::default();
    content.split(|&byte| byte == b'\n').for_each(|line| sum.add(line));
    [content, format!("\n\"checksum\":\"{:016x}\"}}\n", sum.value()).as_bytes()].concat()
}

/// The categories of files add up to those of the whole, and those of the whole to the totals of the head.
fn sums_hold(report: &serde_json::Value) {
    let number = |value: &serde_json::Value| value.as_u64().unwrap_or_else(|| panic!("{value} is no number"));
    let compare = &report["compare"];
    let files = compare["files"].as_array().expect("files");
    for unit in ["statements", "lines", "functions"] {
        let of = |name: &str| number(&compare[unit][name]);
        for name in compare[unit].as_object().expect("categories").keys() {
            let sum: u64 = files.iter().map(|file| number(&file[unit][name])).sum();
            assert_eq!(of(name), sum, "{unit} {name}");
        }
        let covered = of("GBC") + of("GIC") + of("GNC") + of("CBC");
        let missed = of("UNC") + of("LBC") + of("UIC") + of("UBC");
        let totals = &report["totals"][unit];
        assert_eq!(
            (covered, covered + missed),
            (number(&totals["covered"]), number(&totals["total"])),
            "{unit}"
        );
    }
}

/// The texts of a tree's module files and the names of a profile, separated by NUL: go.mod, go.work, vendor/modules.txt, a
/// path map, names.
pub(super) fn modules(bytes: &[u8]) {
    let whole = String::from_utf8_lossy(bytes);
    let mut parts = whole.splitn(5, '\0').map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    let file = |dir: &str, text: String| TextFile { dir: dir.to_owned(), text };
    let mut root = Area::new(AreaKind::Root, "/repo", Some(String::new()));
    root.mods = vec![file("", part())];
    root.works = vec![file("", part())];
    root.vendors = vec![file("", part())];
    root.mods.push(file("inner", "module example.com/inner\n".to_owned()));
    root.files = ["a.go", "inner/b.go", "lib/a.go", "lib/c.go", "vendor/example.com/v/v.go"]
        .map(str::to_owned)
        .to_vec();
    let map = part();
    let path_map: Vec<(String, String)> = map
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .collect();
    let names: Vec<FileName> = part().lines().map(FileName::new).collect();
    let tree = Tree { areas: vec![root], supposed: false };
    for root_first in [false, true] {
        let options = locate::Options { path_map: path_map.clone(), root_first };
        let (located, modules, _) = locate::locate(&names, &tree, &options);
        assert_eq!(located.len(), names.len());
        for one in &located {
            assert!(one.module.is_none_or(|module| (module as usize) < modules.len()));
            // Nothing but what the tree lists is ever opened.
            let listed =
                |source: &String| tree.areas[0].files.iter().any(|file| *source == format!("/repo/{file}"));
            assert!(one.source.as_ref().is_none_or(listed), "{:?}", one.source);
            assert!(one.path.as_ref().is_none_or(inside), "{:?}", one.path);
        }
        assert!(modules.iter().all(|module: &ModuleInfo| module.dir.as_deref() != Some("")));
    }
}

/// A CODEOWNERS file and, behind a NUL, paths: the same answer twice, no owner twice, none that the file does not hold.
pub(super) fn owners(bytes: &[u8]) {
    let whole = String::from_utf8_lossy(bytes);
    let (text, paths) = whole.split_once('\0').unwrap_or((&whole, "a/b.go"));
    for dialect in [Dialect::GitHub, Dialect::GitLab] {
        let parsed = owners::parse(text, dialect);
        assert_eq!(parsed, owners::parse(text, dialect), "the same bytes give the same answer");
        let lines = text.lines().count() as u64;
        assert!(parsed.rules + parsed.odd.len() as u64 <= lines, "a line is one rule at most");
        assert!(
            parsed.odd.is_sorted() && parsed.odd.iter().all(|line| 0 < *line && u64::from(*line) <= lines)
        );
        for path in paths.lines() {
            let own = parsed.owners.of(path);
            for (at, owner) in own.iter().enumerate() {
                assert!(owner.contains('@') && text.contains(owner.as_str()), "{owner}");
                assert!(
                    own.iter().skip(at + 1).all(|other| !other.eq_ignore_ascii_case(owner)),
                    "{owner} twice"
                );
            }
        }
    }
}

/// A unified diff and, behind a NUL, the text of every file of its tree.
pub(super) fn diff(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let (diff, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let tree = OneText(text);
    for whitespace in [Whitespace::Significant, Whitespace::Eol, Whitespace::Change, Whitespace::All] {
        let read = patch::read(&mut &diff[..], &tree, whitespace);
        let mut slow = BufReader::with_capacity(7, diff);
        let again = patch::read(&mut slow, &tree, whitespace);
        let files = match (read, again) {
            (Ok(files), Ok(again)) => {
                assert_eq!(files, again, "how the bytes arrive changes nothing");
                files
            }
            (Err(error), Err(again)) => {
                assert_eq!(error.to_string(), again.to_string());
                continue;
            }
            (one, other) => panic!("read and refused: {one:?}, {other:?}"),
        };
        for file in &files {
            for set in [&file.added, &file.deleted] {
                let apart = |pair: &[(u32, u32)]| pair[0].1 < u32::MAX && pair[0].1 + 1 < pair[1].0;
                assert!(set.ranges().windows(2).all(apart), "ascending, disjoint, not adjacent");
                assert!(set.ranges().iter().all(|&(first, last)| 0 < first && first <= last));
            }
            let lines = text.split_inclusive(|&byte| byte == b'\n').count() as u64;
            let go = camino::Utf8Path::new(&file.path).extension() == Some("go");
            let there = go && file.kind != ChangeKind::Deleted;
            let checked = there && matches!(file.content, ContentKind::Text | ContentKind::Binary);
            let last = file.added.ranges().last().map_or(0, |range| u64::from(range.1));
            assert!(!checked || last <= lines, "{} ends at line {lines}", file.path);
        }
    }
}

/// A tree in which every file has the same text.
struct OneText<'a>(&'a [u8]);

impl Head for OneText<'_> {
    fn has(&self, path: &str) -> bool {
        assert!(RepoPath::new(path).is_some_and(|inner| inner.as_str() == path), "asked for {path:?}");
        true
    }

    fn text(&self, path: &str) -> Option<Vec<u8>> {
        self.has(path).then(|| self.0.to_vec())
    }
}

fn inside(path: &RepoPath) -> bool {
    RepoPath::new(path.as_str()).as_ref() == Some(path)
}

fn read(bytes: &[u8]) -> Option<RawProfile> {
    let mut table = Table::new();
    let name = InputName { label: "c.out".to_owned(), path: "c.out".to_owned() };
    let mut reader = bytes;
    text::read(&mut table, &name, &mut reader, &mut |_| {}).ok()?;
    Some(table.finish())
}

/// Judges, merges and measures, and checks what each step promises.
fn judged(raw: &RawProfile, files: &[FileState<'_>]) {
    for keep in [false, true] {
        let judgement = clean::judge(raw, files, JudgeOptions { keep });
        check_judgement(raw, &judgement);
        let located: Vec<Located> = raw.names.iter().map(unplaced).collect();
        let canonical = clean::canonical_names(raw, &located);
        let Some(mode) = raw.inputs.first().map(|input| input.mode) else { continue };
        let profile = clean::merge(raw, &canonical, mode, &judgement);
        for file in &profile.files {
            assert!(file.blocks.is_sorted_by(|a, b| a.extent < b.extent), "sorted, each extent once");
        }
        for model in LineModel::ALL {
            let facts = |id: u32| {
                let located = located.get(id as usize)?;
                Some(FileFacts {
                    located,
                    fingerprint: None,
                    functions: None,
                    source: files.get(id as usize).and_then(|file| file.source),
                })
            };
            let measured = measure::measure(&mut profile.clone(), model, &[], facts, |_| 0);
            let totals = measured.totals;
            let blocks = profile.files.iter().flat_map(|file| &file.blocks);
            let all = blocks.clone().fold(0u64, |sum, block| sum.saturating_add(u64::from(block.stmts)));
            assert_eq!(totals.statements.total, all, "each statement counts once");
            assert!(totals.statements.covered <= totals.statements.total);
            assert!(totals.lines.covered <= totals.lines.total);
            assert!(totals.functions.covered <= totals.functions.total);
        }
    }
}

fn unplaced(name: &FileName) -> Located {
    Located {
        path: None,
        source: None,
        package: "p".to_owned(),
        module: None,
        disposition: Disposition::Main,
        guessed: name.as_str().is_empty(),
    }
}

fn check_judgement(raw: &RawProfile, judgement: &Judgement) {
    assert!(judgement.fates.len() <= raw.blocks.len());
    assert_eq!(judgement.files.len(), raw.names.len());
    let mut order = judgement.order.clone();
    order.sort_unstable();
    assert!(
        order.iter().enumerate().all(|(index, &id)| index == id as usize),
        "every block is in the order once"
    );
    for file in &judgement.files {
        let mut kept: Vec<Extent> = Vec::new();
        for &id in &judgement.order[file.blocks.clone()] {
            match judgement.fate(id) {
                Fate::Kept => kept.push(raw.blocks[id as usize].extent),
                Fate::Folded { into } => {
                    assert!(matches!(judgement.fate(into), Fate::Kept | Fate::Doubted(_)));
                }
                Fate::Recounted => assert!(file.recount.is_some()),
                Fate::Dropped(_) | Fate::Doubted(_) => {}
            }
        }
        let all = kept.len();
        kept.sort_unstable();
        kept.dedup();
        assert_eq!(kept.len(), all, "the same extent is kept twice");
        assert!(file.recount.is_none() || all == 0);
    }
}

/// What holds for the answer to any text.
fn sound(source: &Source, length: usize) {
    let code = &source.code;
    assert_eq!(code.len() as usize, length);
    let in_file = |extent: &Extent| {
        let (start, end) = (code.offset(extent.start), code.offset(extent.end));
        assert!(
            start.is_some() && end.is_some() && start <= end,
            "{extent} lies outside the file or ends before it starts"
        );
    };
    // Rule sets B and C know no `//line`; under A, directives and carriage returns in raw strings move positions.
    // What was not understood may end anywhere; nobody uses the blocks of such a file.
    let understood = source.broken.is_none();
    source.blocks_c.iter().filter(|_| understood).for_each(|block| {
        in_file(&block.extent);
        assert!((block.basic as usize) < source.blocks_a.len(), "a part of a block that is not there");
        assert!(block.stmts <= block.stmts_b, "rule set B counts a statement once or more often");
    });
    if understood && !source.line_directives {
        source.blocks_a.iter().for_each(|block| in_file(&block.extent));
    }
    for function in &source.functions {
        in_file(&function.extent);
        assert!(
            function.extent.start <= function.body && function.body < function.extent.end,
            "{}",
            function.name
        );
    }
    for statement in &source.statements {
        assert!(statement.start <= statement.end && statement.end as usize <= length);
        assert!(statement.basic.is_none_or(|block| (block as usize) < source.blocks_a.len()));
    }
    assert!(source.functions.is_sorted_by_key(|function| function.extent.start));
    assert!(
        source.literals.is_sorted()
            && source.literals.iter().all(|&(from, to)| from < to && to as usize <= length)
    );
    let mut names: Vec<&str> = source.functions.iter().map(|function| &*function.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two functions of one name");
}

/// Both streams of a run.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().map_err(|_| io::ErrorKind::Other)?.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
