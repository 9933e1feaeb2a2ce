//! Rewrites data directories for the conformance run: `rewrite HOW OUT IN…`, where HOW is `merge`, `keep-args`,
//! `raw-little`, `raw-big`, `textfmt`, `func`, `percent`, `pkglist` or `pkg=PATH` (only that import path). OUT is a directory,
//! or a file for the texts.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use coverdict::error::{Error, Result};
use coverdict::ingest::covdata::{CovFile, FileKind, KeepArgs, aggregate, collect, kind_of_name};
use coverdict::model::Mode;
use coverdict::model::covdata::Pod;
use coverdict::report::covdata::{
    DataFile, Encoding, WriteArgs, directory, encode_counters, go_func, percent, pkglist, reduced, textfmt,
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
    let files = list(inputs)?;
    let read = |index: usize, buffer: &mut Vec<u8>| {
        let Some(file) = files.get(index) else { return Ok(()) };
        let mut file = fs_err::File::open(&file.path).map_err(|error| Error::input(error.to_string()))?;
        std::io::Read::read_to_end(&mut file, buffer).map_err(|error| Error::input(error.to_string()))?;
        Ok(())
    };
    let keep = if how == "keep-args" { KeepArgs::Common } else { KeepArgs::No };
    let data = collect(&files, &read, keep)?;
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
    debug_assert!(files.iter().all(|file| matches!(file.kind, FileKind::Meta | FileKind::Counters)));
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
