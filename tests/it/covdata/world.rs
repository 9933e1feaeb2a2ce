//! Directories and files for the tests.

use std::path::{Path, PathBuf};

use coverdict::error::{Error, Result};
use coverdict::ingest::covdata::{CovData, CovFile, FileKind, KeepArgs, collect, kind_of_name};
use coverdict::report::covdata::DataFile;

/// `tests/data/covdata`.
pub(super) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/covdata")
}

/// All recorded directories: `go1.26.6/set` and so on, sorted.
pub(super) fn recorded() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for release in entries(&data()).into_iter().filter(|path| base(path).starts_with("go1")) {
        found.extend(entries(&release));
    }
    assert_eq!(found.len(), 55, "recorded directories");
    found
}

/// Entries of a directory, sorted; none when it does not exist.
pub(super) fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(directory) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

pub(super) fn base(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// Files in memory.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) files: Vec<CovFile>,
    pub(super) bytes: Vec<Vec<u8>>,
}

impl World {
    /// The data files of directories on disk, one input each.
    pub(super) fn of(directories: &[PathBuf]) -> Self {
        let mut world = Self::default();
        for (input, directory) in (0..).zip(directories) {
            for path in entries(directory) {
                let Some(kind) = kind_of_name(&base(&path)) else { continue };
                world.add(input, &base(&path), kind, fs_err::read(&path).expect("a file"));
            }
        }
        world
    }

    /// The `data` directory of a recorded one.
    pub(super) fn recorded(directory: &Path) -> Self {
        Self::of(&[directory.join("data")])
    }

    pub(super) fn written(files: Vec<DataFile>) -> Self {
        let mut world = Self::default();
        for file in files {
            let kind = kind_of_name(&file.name).expect("a name that Go takes");
            world.add(0, &file.name, kind, file.bytes);
        }
        world
    }

    pub(super) fn add(&mut self, input: u32, path: &str, kind: FileKind, bytes: Vec<u8>) {
        self.files.push(CovFile { input, path: path.to_owned(), kind });
        self.bytes.push(bytes);
    }

    pub(super) fn collect(&self) -> Result<CovData> {
        self.collect_with(KeepArgs::No)
    }

    pub(super) fn collect_with(&self, keep: KeepArgs) -> Result<CovData> {
        collect(&self.files, &|index, buffer| self.read(index, buffer), keep)
    }

    pub(super) fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Result<()> {
        let bytes = self.bytes.get(index).ok_or_else(|| Error::input("no such file"))?;
        buffer.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn index_of(&self, kind: FileKind) -> usize {
        self.files.iter().position(|file| file.kind == kind).expect("a file of the kind")
    }
}
