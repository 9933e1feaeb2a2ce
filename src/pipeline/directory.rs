//! Writes data directories (`-o DIR/`) for `merge`, `subtract` and `intersect`, and makes binary data of text profiles.
//!
//! A directory that holds data of anything else is refused: what lies there would be counted together with what is written.
//! Files that an earlier run of ours wrote have the same names and are replaced.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::gather::Gathered;
use super::output;
use super::tree;
use crate::error::{Error, Result};
use crate::golang;
use crate::ingest::covdata::kind_of_name;
use crate::model::covdata::{Args, Counts, Granularity, Hash, Pod, Unit};
use crate::model::{Disposition, Extent, FileProfile, Located, Mode, Profile, Source};
use crate::report::covdata::{self, Digest, MetaBuilder, WriteArgs};
use crate::settings::Settings;

/// Writes pods into the directory `shown` (as typed, with a slash behind it), which is created.
pub fn write(settings: &Settings, shown: &str, pods: &[Pod], args: WriteArgs) -> Result<()> {
    let directory = settings.cwd.join(shown);
    let files = covdata::directory(pods, args);
    fs_err::create_dir_all(&directory).map_err(|error| output::cannot_write(shown, &error))?;
    let own: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let entries = fs_err::read_dir(&directory).map_err(|error| output::cannot_write(shown, &error))?;
    let foreign = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| kind_of_name(name).is_some() && !own.contains(name.as_str()))
        .min();
    if let Some(name) = foreign {
        return Err(Error::output(format!("cannot write {shown}: it holds {name}, which would be counted too"))
            .note("a data directory is written into an empty folder, or over one that was written from the same data")
            .help("name a new directory, or remove the old data first"));
    }
    for file in &files {
        let path = directory.join(&file.name);
        output::file(&path, &format!("{shown}{}", file.name), |out| out.write_all(&file.bytes))?;
    }
    Ok(())
}

/// The pods with the counts of a result. A key that occurs in several pods or functions gets its count once, in parts that
/// none of them exceeds.
pub fn recounted(pods: &[Pod], result: &Profile) -> Vec<Pod> {
    let mut left: HashMap<&str, HashMap<(Extent, u32), u64>> = HashMap::new();
    for file in &result.files {
        let counts = file.blocks.iter().map(|block| ((block.extent, block.stmts), block.count));
        left.insert(file.name.as_str(), counts.collect());
    }
    let set = result.mode == Mode::Set;
    let mut recounted = Vec::with_capacity(pods.len());
    for pod in pods {
        let mut own = pod.total().into_iter();
        recounted.push(covdata::recounted(pod, |file, unit: &Unit| {
            let own = u64::from(own.next().unwrap_or_default());
            let left = left.get_mut(file).and_then(|file| file.get_mut(&(unit.extent, unit.stmts)));
            let Some(left) = left else { return 0 };
            let count = own.min(*left);
            // Hit or not is no sum: every part of a key that was hit says so.
            if !set {
                *left -= count;
            }
            count
        }));
    }
    recounted
}

/// Binary data of a clean profile. Function names come from the sources; without them there is none.
pub fn pod_of(gathered: &Gathered, profile: &Profile) -> Result<Pod> {
    let mut packages: BTreeMap<&str, Vec<(&FileProfile, &Located, &Source)>> = BTreeMap::new();
    for file in &profile.files {
        let place = gathered.located.get(file.id as usize);
        let source = gathered.source(file.id);
        let (Some(place), Some(source)) = (place, source) else {
            return Err(cannot_become_binary(&format!("the source of {} is not at hand", file.name)).help(
                "run where the sources are, give --src DIR, or write a text profile (-o without a slash)",
            ));
        };
        packages.entry(&place.package).or_default().push((file, place, source));
    }
    let mut builder = MetaBuilder::new(Hash::default(), profile.mode, Granularity::PerBlock);
    let mut values = Vec::new();
    for (path, files) in packages {
        let Some((_, place, _)) = files.first() else { continue };
        let module = place.module.and_then(|module| gathered.modules.get(module as usize));
        let module =
            module.filter(|_| place.disposition != Disposition::Std).map_or("", |module| &module.path);
        builder.package(path, &package_name(gathered, place, path), module, Hash::default());
        for (file, _, source) in files {
            add_file(file, source, &mut builder, &mut values)?;
        }
    }
    let meta = builder.finish_hashed(Digest::Fnv);
    let bytes = covdata::encode_meta(&meta);
    let counts = vec![Counts { input: 0, files: 1, values, args: Args::new() }];
    Ok(Pod { path: format!("covmeta.{}", meta.hash), bytes, meta, counts })
}

/// The functions of a file, each with the blocks that start in it.
fn add_file(
    file: &FileProfile,
    source: &Source,
    builder: &mut MetaBuilder,
    values: &mut Vec<u32>,
) -> Result<()> {
    let mut functions: Vec<_> = source.functions.iter().collect();
    functions.sort_by_key(|function| function.extent);
    let mut rest = file.blocks.as_slice();
    for function in functions {
        let inside = rest.iter().take_while(|block| block.extent.start < function.extent.end).count();
        let (own, behind) = rest.split_at(inside);
        rest = behind;
        if own.is_empty() {
            continue;
        }
        if let Some(block) = own.iter().find(|block| block.extent.start < function.extent.start) {
            return Err(outside(file, block.extent));
        }
        let units: Vec<Unit> =
            own.iter().map(|block| Unit { extent: block.extent, stmts: block.stmts }).collect();
        builder.function(
            Arc::from(&*function.meta()),
            Arc::from(file.name.as_str()),
            function.literal,
            &units,
        );
        values.extend(own.iter().map(|block| u32::try_from(block.count).unwrap_or(u32::MAX)));
    }
    rest.first().map_or(Ok(()), |block| Err(outside(file, block.extent)))
}

fn outside(file: &FileProfile, extent: Extent) -> Error {
    cannot_become_binary(&format!("{}:{extent} lies in no function of the source at hand", file.name))
        .note("the source was changed after the tests ran")
}

fn cannot_become_binary(reason: &str) -> Error {
    Error::input(format!("a text profile cannot become a data directory: {reason}"))
        .note("binary data names the function of every block; text profiles do not, so the names come from the sources")
}

/// The name behind `package`; from the import path where the file cannot be read any more.
fn package_name(gathered: &Gathered, place: &Located, path: &str) -> String {
    let text = tree::read_source(&gathered.tree, place).ok();
    text.as_deref()
        .and_then(golang::package_name)
        .unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path).to_owned())
}
