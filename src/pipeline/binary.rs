//! The shell's part of reading GOCOVERDIR data: lists directories, opens files, hands bytes to `ingest::covdata`.

use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};
use fs_err::File;

use super::inputs::{self, InputFile, Place};
use crate::error::{Error, Result};
use crate::ingest::counters::{CounterFile, ReadArgs};
use crate::ingest::covdata::{Catalogue, CovData, CovFile, Feeder, FileKind, KeepArgs, kind_of_name};
use crate::ingest::{self, InputName, Sniffed, Table};
use crate::model::covdata::CounterDump;

/// What is kept of binary data beside the rows that go to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The meta-data alone.
    Meta,
    /// The counts of every input too, to write a data directory.
    Counts,
    /// And what command lines have in common.
    CountsAndArgs,
}

/// Whether an input is binary: a directory is, a file tells by its first bytes.
pub fn is_binary(input: &InputFile) -> Result<bool> {
    match &input.place {
        Place::Stdin => Ok(false),
        Place::File(path) => Ok(kind_of_file(path, &input.path)?.is_some()),
        Place::Directory(_) => Ok(true),
    }
}

/// The binary files among the inputs, with all their meta-data read.
#[derive(Debug, Default)]
pub struct Binary {
    files: Vec<CovFile>,
    paths: Vec<Utf8PathBuf>,
    catalogue: Catalogue,
    feeder: Feeder,
}

impl Binary {
    /// Finds the binary inputs and reads their meta-data: counters may lie in another input than the meta-data that
    /// they belong to.
    pub fn open(inputs: &[InputFile]) -> Result<Self> {
        let mut binary = Self::default();
        for (index, input) in (0u32..).zip(inputs) {
            match &input.place {
                Place::Stdin => {}
                Place::File(path) => {
                    if let Some(kind) = kind_of_file(path, &input.path)? {
                        binary.add(index, path.clone(), input.path.clone(), kind);
                    }
                }
                Place::Directory(directory) => binary.add_directory(index, input, directory)?,
            }
        }
        if !binary.files.is_empty() {
            let (files, paths) = (&binary.files, &binary.paths);
            binary.catalogue = Catalogue::read(files, &|file, bytes| read(files, paths, file, bytes))?;
        }
        Ok(binary)
    }

    fn add(&mut self, input: u32, path: Utf8PathBuf, shown: String, kind: FileKind) {
        self.files.push(CovFile { input, path: shown, kind });
        self.paths.push(path);
    }

    /// The files of a directory that are called as Go calls them; sub-directories and all else are left alone.
    fn add_directory(&mut self, index: u32, input: &InputFile, directory: &Utf8Path) -> Result<()> {
        let entries = fs_err::read_dir(directory).map_err(|error| inputs::unreadable(&input.path, &error))?;
        let mut found: Vec<(String, FileKind)> = Vec::new();
        let shown = input.path.trim_end_matches('/');
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Some(kind) = kind_of_name(&name) else { continue };
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            // What is called like data and cannot be read would be missing from the counts without a word.
            let shown = format!("{shown}/{name}");
            let facts = fs_err::metadata(entry.path()).map_err(|error| inputs::unreadable(&shown, &error))?;
            if !facts.is_file() {
                return Err(Error::input(format!("{shown} is not a regular file")));
            }
            found.push((name, kind));
        }
        found.sort();
        if found.is_empty() {
            return Err(Error::input(format!("no coverage data found in {}", input.path))
                .note("a data directory holds covmeta.* and covcounters.* files")
                .note("a program writes them when it was built with go build -cover and GOCOVERDIR names the directory"));
        }
        for (name, kind) in found {
            self.add(index, directory.join(&name), format!("{shown}/{name}"), kind);
        }
        Ok(())
    }

    /// Whether an input is binary.
    pub fn has(&self, input: u32) -> bool {
        self.files.iter().any(|file| file.input == input)
    }

    /// Counts one input into the table.
    pub fn feed(&mut self, input: u32, name: &InputName, keep: Keep, table: &mut Table) -> Result<()> {
        let (files, paths) = (&self.files, &self.paths);
        let read = |file: usize, bytes: &mut Vec<u8>| read(files, paths, file, bytes);
        let args = if keep == Keep::CountsAndArgs { KeepArgs::Common } else { KeepArgs::No };
        let counts = self.catalogue.count(input, files, &read, args)?;
        self.feeder.feed(&self.catalogue, name, &counts, table)?;
        if keep != Keep::Meta {
            self.catalogue.keep(counts);
        }
        Ok(())
    }

    /// The contents of the counter files, each with its path as shown, in the order of their names.
    pub fn counter_dumps(&self, args: bool) -> Result<Vec<(String, CounterDump)>> {
        let args = if args { ReadArgs::Yes } else { ReadArgs::No };
        let mut dumps = Vec::new();
        for (index, file) in self.files.iter().enumerate().filter(|(_, file)| file.kind == FileKind::Counters)
        {
            let mut bytes = Vec::new();
            read(&self.files, &self.paths, index, &mut bytes)?;
            let dump = CounterFile::parse(&bytes).and_then(|counters| counters.dump(args));
            let dump = dump.map_err(|fault| Error::input(format!("{}: {fault}", file.path)))?;
            dumps.push((file.path.clone(), dump));
        }
        Ok(dumps)
    }

    /// Adds up the counters of one input, for those who want no table.
    pub fn count(&mut self, input: u32) -> Result<()> {
        let (files, paths) = (&self.files, &self.paths);
        let read = |file: usize, bytes: &mut Vec<u8>| read(files, paths, file, bytes);
        let counts = self.catalogue.count(input, files, &read, KeepArgs::No)?;
        self.catalogue.keep(counts);
        Ok(())
    }

    /// All pods, and what was odd about them.
    pub fn finish(self) -> CovData {
        self.catalogue.finish()
    }
}

/// Whether a file is binary data, by its first bytes.
fn kind_of_file(path: &Utf8Path, shown: &str) -> Result<Option<FileKind>> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| inputs::unreadable(shown, &error))?;
    file.take(16).read_to_end(&mut head).map_err(|error| inputs::unreadable(shown, &error))?;
    Ok(match ingest::sniff(&head) {
        Sniffed::Meta => Some(FileKind::Meta),
        Sniffed::Counters => Some(FileKind::Counters),
        Sniffed::Empty | Sniffed::Text => None,
    })
}

fn read(files: &[CovFile], paths: &[Utf8PathBuf], index: usize, bytes: &mut Vec<u8>) -> Result<()> {
    let (Some(file), Some(path)) = (files.get(index), paths.get(index)) else { return Ok(()) };
    let unreadable = |error| inputs::unreadable(&file.path, &error);
    File::open(path).map_err(unreadable)?.read_to_end(bytes).map_err(unreadable)?;
    Ok(())
}
