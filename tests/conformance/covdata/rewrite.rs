//! Rewrites data directories for the conformance run: `rewrite HOW OUT IN…`, where HOW is `merge`, `keep-args`,
//! `raw-little`, `raw-big`, `textfmt`, `func`, `percent`, `pkglist`, `pkg=PATH` (only that import path), `subtract` or
//! `intersect` (the first IN and all others). OUT is a directory, or a file for the texts.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use coverdict::algebra::{Counts, intersect, mismatches, subtract};
use coverdict::error::{Error, Result};
use coverdict::ingest::covdata::{CovData, CovFile, KeepArgs, aggregate, collect, kind_of_name, rows};
use coverdict::model::covdata::{Pod, Unit};
use coverdict::model::{Block, Extent, FileName, FileProfile, InputSet, Mode, Profile};
use coverdict::report::covdata::{
    DataFile, Encoding, WriteArgs, directory, encode_counters, go_func, percent, pkglist, recounted, reduced,
    textfmt,
};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [how, out, inputs @ ..] = args.as_slice() else {
        let _ = writeln!(std::io::stderr(), "usage: rewrite HOW OUT IN…");
        return ExitCode::from(2);
    };
    match run(how, Path::new(out), inputs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(3)
        }
    }
}

fn run(how: &str, out: &Path, inputs: &[String]) -> Result<()> {
    if how == "subtract" || how == "intersect" {
        return algebra(how, out, inputs);
    }
    let data = read(inputs, if how == "keep-args" { KeepArgs::Common } else { KeepArgs::No })?;
    let mode = data.modes().last().map_or(Mode::Set, |&(mode, _)| mode);
    let text = match how {
        "textfmt" => {
            let target = fs_err::File::create(out).map_err(|error| Error::output(error.to_string()))?;
            let mut target = std::io::BufWriter::with_capacity(1 << 18, target);
            return textfmt(&aggregate(&data.pods, mode), &mut target)
                .and_then(|()| target.flush())
                .map_err(|error| Error::output(error.to_string()));
        }
        "func" => go_func(&aggregate(&data.pods, mode)),
        "percent" => percent(&aggregate(&data.pods, mode)),
        "pkglist" => pkglist(&aggregate(&data.pods, mode)),
        how => return write_directory(out, how, &data.pods),
    };
    fs_err::write(out, text).map_err(|error| Error::output(error.to_string()))
}

fn read(inputs: &[String], keep: KeepArgs) -> Result<CovData> {
    let files = list(inputs)?;
    let read = |index: usize, buffer: &mut Vec<u8>| {
        let Some(file) = files.get(index) else { return Ok(()) };
        let mut file = fs_err::File::open(&file.path).map_err(|error| Error::input(error.to_string()))?;
        std::io::Read::read_to_end(&mut file, buffer).map_err(|error| Error::input(error.to_string()))?;
        Ok(())
    };
    collect(&files, &read, keep)
}

/// The pods of the first input with the counts of the result.
fn algebra(how: &str, out: &Path, inputs: &[String]) -> Result<()> {
    let operands: Vec<CovData> =
        inputs.iter().map(|input| read(std::slice::from_ref(input), KeepArgs::No)).collect::<Result<_>>()?;
    let profiles: Vec<Profile> = operands.iter().map(profile_of).collect();
    let all: Vec<&Profile> = profiles.iter().collect();
    let Some((first, others)) = all.split_first() else { return Ok(()) };
    if let Some(mismatch) = mismatches(&all).first() {
        return Err(Error::input(format!("{} is of different builds", mismatch.file)));
    }
    let result = match how {
        "subtract" => subtract(first, others),
        _ => intersect(first, others, Counts::First),
    };
    let count = |name: &str, unit: &Unit| -> u64 {
        let file = result.files.iter().find(|file| file.name.as_str() == name);
        let block = file.and_then(|file| {
            file.blocks.iter().find(|block| (block.extent, block.stmts) == (unit.extent, unit.stmts))
        });
        block.map_or(0, |block| block.count)
    };
    let pods: Vec<Pod> =
        operands.first().iter().flat_map(|data| &data.pods).map(|pod| recounted(pod, count)).collect();
    write_directory(out, "merge", &pods)
}

fn profile_of(data: &CovData) -> Profile {
    let mut files: BTreeMap<FileName, BTreeMap<(Extent, u32), u64>> = BTreeMap::new();
    for pod in &data.pods {
        for row in rows(&pod.meta, &pod.total()) {
            let file = files.entry(FileName::new(row.file)).or_default();
            *file.entry((row.extent, row.stmts)).or_default() += u64::from(row.count);
        }
    }
    let mode = data.modes().last().map_or(Mode::Set, |&(mode, _)| mode);
    let files = (0..).zip(files).map(|(id, (name, blocks))| {
        let blocks = blocks.into_iter().map(|((extent, stmts), count)| Block {
            extent,
            stmts,
            count,
            inputs: InputSet::default(),
        });
        FileProfile { name, id, blocks: blocks.collect(), rule_set: None, fits_source: None }
    });
    Profile { mode, files: files.collect(), input_sets: vec![Vec::new()] }
}

/// The data files of all inputs, each of which is a directory.
fn list(inputs: &[String]) -> Result<Vec<CovFile>> {
    let mut files = Vec::new();
    for (input, path) in (0..).zip(inputs) {
        for entry in fs_err::read_dir(path).map_err(|error| Error::input(error.to_string()))? {
            let entry = entry.map_err(|error| Error::input(error.to_string()))?;
            let path = entry.path().to_string_lossy().into_owned();
            if let Some(kind) = kind_of_name(&entry.file_name().to_string_lossy()) {
                files.push(CovFile { input, path, kind });
            }
        }
    }
    Ok(files)
}

fn write_directory(out: &Path, how: &str, pods: &[Pod]) -> Result<()> {
    let args = if how == "keep-args" { WriteArgs::Common } else { WriteArgs::No };
    let mut files: Vec<DataFile> = match how.strip_prefix("pkg=") {
        Some(wanted) => {
            let pods: Vec<Pod> = pods.iter().filter_map(|pod| reduced(pod, |path| path == wanted)).collect();
            directory(&pods, args)
        }
        None => directory(pods, args),
    };
    let raw = match how {
        "raw-little" => Some(Encoding::RawLittle),
        "raw-big" => Some(Encoding::RawBig),
        _ => None,
    };
    for pod in pods.iter().filter(|_| raw.is_some()) {
        let name = format!("covcounters.{}.0.0", pod.meta.hash);
        for file in files.iter_mut().filter(|file| file.name == name) {
            let encoding = raw.unwrap_or(Encoding::Uleb);
            file.bytes = encode_counters(&pod.meta, &pod.total(), encoding, &Vec::new());
        }
    }
    fs_err::create_dir_all(out).map_err(|error| Error::output(error.to_string()))?;
    for file in files {
        fs_err::write(out.join(file.name), file.bytes).map_err(|error| Error::output(error.to_string()))?;
    }
    Ok(())
}
