//! What Go's own tool said of the recorded directories is what we say.

use std::path::{Path, PathBuf};

use coverdict::ingest::counters::{CounterFile, ReadArgs};
use coverdict::ingest::covdata::{
    Catalogue, CovData, Feeder, FileKind, KeepArgs, aggregate, kind_of_name, rows,
};
use coverdict::ingest::meta::parse_meta;
use coverdict::ingest::{InputName, Table};
use coverdict::model::covdata::{Aggregate, Granularity};
use coverdict::model::{Code, Mode, Tally};
use coverdict::report::covdata::{
    Digest, WriteArgs, directory, dump_counters, dump_meta, encode_meta, file_hash, func_rows, go_func,
    package_hash, percent, pkglist, recounted, reduced, textfmt,
};

use super::world::{World, base, data, recorded};

fn text(path: PathBuf) -> String {
    fs_err::read_to_string(path).expect("a text")
}

fn aggregated(data: &CovData) -> Aggregate {
    let mode = data.modes().last().map_or(Mode::Set, |&(mode, _)| mode);
    aggregate(&data.pods, mode)
}

fn profile(data: &CovData) -> String {
    let mut out = Vec::new();
    textfmt(&aggregated(data), &mut out).expect("written to memory");
    String::from_utf8(out).expect("UTF-8")
}

fn read(directory: &Path) -> CovData {
    World::recorded(directory).collect().expect("readable data")
}

#[test]
fn text_profiles_are_those_of_go_byte_for_byte() {
    for directory in recorded() {
        let ours = profile(&read(&directory));
        assert_eq!(ours, text(directory.join("textfmt.out")), "{}", directory.display());
    }
}

/// Go prints no newline behind a package without statements: the next package follows on the same line.
#[test]
fn percentages_are_those_of_go_with_every_package_on_its_line() {
    let normal = |go: &str| {
        let lines = go.replace("\t\t\t", "\n\t");
        lines.lines().flat_map(|line| [line.trim_end(), "\n"]).collect::<String>()
    };
    for directory in recorded() {
        let ours = percent(&aggregated(&read(&directory)));
        let go = text(directory.join("percent.txt"));
        assert_eq!(ours, normal(&go), "{}", directory.display());
    }
}

#[test]
fn function_tables_are_those_of_go_byte_for_byte() {
    for directory in recorded() {
        let ours = go_func(&aggregated(&read(&directory)));
        assert_eq!(ours, text(directory.join("func.txt")), "{}", directory.display());
    }
}

#[test]
fn package_lists_are_those_of_go_byte_for_byte() {
    for directory in recorded() {
        let ours = pkglist(&aggregated(&read(&directory)));
        assert_eq!(ours, text(directory.join("pkglist.txt")), "{}", directory.display());
    }
}

/// Go makes one row of two `init` functions; we keep them apart.
#[test]
fn every_function_has_a_row_of_its_own() {
    let rows = func_rows(&aggregated(&read(&data().join("go1.26.6/set"))));
    let inits: Vec<(u32, Tally)> =
        rows.iter().filter(|row| row.name == "init").map(|row| (row.line, row.tally)).collect();
    assert_eq!(inits, [(5, Tally::new(1, 1)), (9, Tally::new(1, 1))]);
    let classify = rows.iter().find(|row| row.name == "Classify").expect("a row");
    assert_eq!((classify.line, classify.tally), (16, Tally::new(10, 12)));
    assert!(rows.iter().all(|row| !row.name.starts_with("func.")));
}

#[test]
fn directories_without_data_give_nothing() {
    let data = read(&data().join("go1.27.3/nomain"));
    assert_eq!((data.pods.len(), data.findings.len()), (0, 0));
}

#[test]
fn meta_data_is_written_as_go_writes_it_hashes_included() {
    let mut digests = Vec::new();
    for directory in recorded() {
        let world = World::recorded(&directory);
        if world.files.is_empty() {
            continue;
        }
        let bytes = &world.bytes[world.index_of(FileKind::Meta)];
        let meta = parse_meta(bytes).expect("meta-data");
        assert!(encode_meta(&meta) == *bytes, "{}", directory.display());
        let digest = Digest::of(&meta);
        for package in &meta.packages {
            let path = directory.display();
            assert_eq!(package_hash(&meta, package, digest), package.hash, "{path} {}", package.path);
        }
        if meta.granularity == Granularity::PerBlock {
            assert_eq!(file_hash(&meta, digest), meta.hash, "{}", directory.display());
        }
        let old =
            ["go1.21.13", "go1.22.10"].iter().any(|release| directory.starts_with(data().join(release)));
        assert_eq!(digest == Digest::Md5, old, "{}", directory.display());
        digests.push(old);
    }
    assert!(digests.contains(&true) && digests.contains(&false));
}

#[test]
fn what_we_write_reads_back_equal_and_is_the_same_every_time() {
    for directory_ in recorded() {
        let first = read(&directory_);
        let files = directory(&first.pods, WriteArgs::No);
        assert_eq!(files, directory(&first.pods, WriteArgs::No));
        let again = World::written(files).collect().expect("our own data");
        assert_eq!(profile(&again), text(directory_.join("textfmt.out")), "{}", directory_.display());
        assert_eq!(go_func(&aggregated(&again)), text(directory_.join("func.txt")));
    }
}

/// Merging twice counts once: the second run replaces the files of the first. With Go's tool it counts twice.
#[test]
fn names_depend_on_nothing_but_the_pod() {
    let pods = read(&data().join("go1.26.6/count")).pods;
    let names: Vec<String> = directory(&pods, WriteArgs::No).into_iter().map(|file| file.name).collect();
    assert_eq!(
        names,
        ["covcounters.15089fd4dac5d639a38d0ae35d60d1e6.0.0", "covmeta.15089fd4dac5d639a38d0ae35d60d1e6"]
    );
}

#[test]
fn command_lines_stay_out_unless_asked_for() {
    let world = World::recorded(&data().join("go1.26.6/set"));
    let kept = world.collect_with(KeepArgs::Common).expect("data");
    // Four runs with different arguments: only the platform is common to them.
    let platform = vec![("GOARCH".to_owned(), "amd64".to_owned()), ("GOOS".to_owned(), "linux".to_owned())];
    assert_eq!(kept.pods[0].counts[0].args, platform);
    assert!(world.collect().expect("data").pods[0].counts[0].args.is_empty());

    let one_run = World {
        files: vec![
            world.files[world.index_of(FileKind::Counters)].clone(),
            world.files[world.index_of(FileKind::Meta)].clone(),
        ],
        bytes: vec![
            world.bytes[world.index_of(FileKind::Counters)].clone(),
            world.bytes[world.index_of(FileKind::Meta)].clone(),
        ],
    };
    let pods = one_run.collect_with(KeepArgs::Common).expect("data").pods;
    let holds = |args: WriteArgs| {
        let files = directory(&pods, args);
        files.iter().any(|file| file.bytes.windows(5).any(|part| part == b"./app"))
    };
    assert!(holds(WriteArgs::Common));
    assert!(!holds(WriteArgs::No));
    let again =
        World::written(directory(&pods, WriteArgs::Common)).collect_with(KeepArgs::Common).expect("data");
    assert_eq!(again.pods[0].counts[0].args.len(), 5);
}

/// A stream of `runtime/coverage.WriteMeta` has no name; the hash inside ties it to its counters.
#[test]
fn files_pair_up_under_any_name_and_across_inputs() {
    let plain = World::recorded(&data().join("go1.26.6/count"));
    let mut renamed = plain.clone();
    for (number, file) in renamed.files.iter_mut().enumerate() {
        file.path = format!("upload-{number}");
        file.input = u32::try_from(number).expect("a small number");
    }
    let (plain, renamed) = (plain.collect().expect("data"), renamed.collect().expect("data"));
    assert_eq!(renamed.pods[0].counts.len(), 5);
    assert_eq!(profile(&renamed), profile(&plain));
    assert_eq!(renamed.findings, []);
}

/// Sums need no memory for every input.
#[test]
fn inputs_can_be_kept_apart_or_as_a_sum() {
    let directory_ = data().join("go1.26.6/atomic/data");
    let world = World::of(&[directory_.clone(), directory_]);
    let read = |index: usize, buffer: &mut Vec<u8>| world.read(index, buffer);
    let apart = world.collect_with(KeepArgs::Common).expect("data");
    let mut catalogue = Catalogue::read(&world.files, &read).expect("meta-data");
    for input in 0..2 {
        let counts = catalogue.count(input, &world.files, &read, KeepArgs::Common).expect("counters");
        catalogue.keep_sum(counts);
    }
    let sum = catalogue.finish();
    assert_eq!((apart.pods[0].counts.len(), sum.pods[0].counts.len()), (2, 1));
    assert_eq!(sum.pods[0].counts[0].files, 8);
    assert_eq!(directory(&apart.pods, WriteArgs::Common), directory(&sum.pods, WriteArgs::Common));
}

#[test]
fn equal_meta_data_is_taken_once_and_unequal_is_reported() {
    let directory = data().join("go1.26.6/set/data");
    let mut world = World::of(&[directory.clone(), directory]);
    let data = world.collect().expect("data");
    assert_eq!((data.pods.len(), data.pods[0].counts.len(), data.findings.len()), (1, 2, 0));

    let second = world.files.iter().rposition(|file| file.kind == FileKind::Meta).expect("a file");
    let last = world.bytes[second].len() - 1;
    world.bytes[second][last] ^= 1; // The literal flag of the last function.
    let data = world.collect().expect("data");
    let codes: Vec<Code> = data.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::ConflictingMeta]);
}

#[test]
fn a_killed_program_counts_as_not_covered_and_is_reported() {
    let mut world = World::recorded(&data().join("go1.26.6/set"));
    let meta = world.index_of(FileKind::Meta);
    world = World { files: vec![world.files[meta].clone()], bytes: vec![world.bytes[meta].clone()] };
    let data = world.collect().expect("data");
    assert_eq!(data.findings.len(), 1);
    assert_eq!(data.findings[0].code, Code::MetaWithoutCounters);
    let text = profile(&data);
    assert!(text.lines().skip(1).all(|line| line.ends_with(" 0")) && text.lines().count() > 40);
    // Written again it stays what it is.
    assert_eq!(directory(&data.pods, WriteArgs::No).len(), 1);
}

#[test]
fn orphans_are_reported_with_the_hash_they_miss() {
    let mut world = World::recorded(&data().join("go1.26.6/set"));
    let meta = world.index_of(FileKind::Meta);
    world.files.remove(meta);
    world.bytes.remove(meta);
    let data = world.collect().expect("data");
    assert_eq!((data.pods.len(), data.findings.len()), (0, 1));
    let finding = &data.findings[0];
    assert_eq!((finding.code, finding.count), (Code::OrphanCounters, 4));
    assert_eq!(finding.facts, ["expected: covmeta.158b848677b03dfcaa9b51cdf4245b79"]);
}

/// Two builds of one program: Go 1.26 and 1.27 cut blocks differently, so that they stand side by side; equal ones add up.
#[test]
fn several_binaries_stand_side_by_side_and_equal_blocks_add_up() {
    let old = data().join("go1.24.11/count/data");
    let same = data().join("go1.21.13/count/data");
    let merged = World::of(&[old.clone(), same]).collect().expect("data");
    assert_eq!(merged.pods.len(), 2);
    let once = World::of(&[old]).collect().expect("data");
    let pairs = |data: &CovData| -> Vec<(String, u64)> {
        let text = profile(data);
        let rows = text.lines().skip(1).map(|line| line.rsplit_once(' ').expect("a count"));
        rows.map(|(row, count)| (row.to_owned(), count.parse().expect("a number"))).collect()
    };
    let doubled: Vec<(String, u64)> = pairs(&once).into_iter().map(|(row, count)| (row, 2 * count)).collect();
    assert_eq!(pairs(&merged), doubled);
    assert_eq!(func_rows(&aggregated(&merged)).len(), func_rows(&aggregated(&once)).len());
}

#[test]
fn reduced_pods_have_a_hash_of_their_own_and_the_rows_of_their_packages() {
    let pods = read(&data().join("go1.26.6/plus-std")).pods;
    assert_eq!(reduced(&pods[0], |_| true).as_ref(), Some(&pods[0]));
    assert_eq!(reduced(&pods[0], |_| false), None);
    let util = reduced(&pods[0], |path| path.ends_with("/util")).expect("a package");
    assert_ne!(util.meta.hash, pods[0].meta.hash);
    assert_eq!(parse_meta(&util.bytes).as_ref(), Ok(&util.meta));
    let again = World::written(directory(&[util], WriteArgs::No)).collect().expect("data");
    let go = text(data().join("go1.26.6/plus-std/textfmt.out"));
    let expected: String = go
        .lines()
        .filter(|line| line.starts_with("mode:") || line.contains("covapp/util/"))
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(profile(&again), expected);
}

#[test]
fn other_counts_can_be_given_to_a_pod() {
    let pods = read(&data().join("go1.26.6/count")).pods;
    let pod = recounted(
        &pods[0],
        |file, unit| if file.ends_with("util.go") { u64::from(unit.stmts) << 40 } else { 0 },
    );
    let hit: Vec<(String, u32)> = rows(&pod.meta, &pod.total())
        .filter(|row| row.count > 0)
        .map(|row| (row.file.to_owned(), row.count))
        .collect();
    assert!(
        !hit.is_empty() && hit.iter().all(|(file, count)| file.ends_with("util.go") && *count == u32::MAX)
    );
}

/// A directory and the text profile of the same build are one and the same to the table.
#[test]
fn the_table_gets_the_rows_and_counts_of_the_text_profile() {
    for directory in recorded() {
        let world = World::recorded(&directory);
        let read = |index: usize, buffer: &mut Vec<u8>| world.read(index, buffer);
        let mut catalogue = Catalogue::read(&world.files, &read).expect("meta-data");
        let counts = catalogue.count(0, &world.files, &read, KeepArgs::No).expect("counters");
        let name = InputName { label: "unit".to_owned(), path: "data".to_owned() };
        let mut table = Table::new();
        let modes = Feeder::default().feed(&catalogue, &name, &counts, &mut table).expect("room");
        let raw = table.finish();
        assert_eq!(raw.inputs.len(), modes.len());
        let text = text(directory.join("textfmt.out"));
        let ours: Vec<String> = raw
            .blocks
            .iter()
            .map(|block| {
                let file = raw.names[block.file as usize].as_str();
                format!("{file}:{} {} {}", block.extent, block.stmts, block.count)
            })
            .collect();
        let mut theirs: Vec<&str> = text.lines().skip(1).collect();
        let mut sorted = ours.clone();
        sorted.sort();
        theirs.sort_unstable();
        assert_eq!(sorted, theirs, "{}", directory.display());
        if let Some(input) = raw.inputs.first() {
            let hit = |id: u32| raw.blocks[id as usize].count > 0;
            assert!(
                (0..)
                    .take(ours.len())
                    .all(|id| input.lists.contains(id) && input.hits.contains(id) == hit(id))
            );
            // A pod is a section: the blocks of one build.
            assert_eq!(raw.sections.len(), catalogue.pods().len());
        }
    }
}

#[test]
fn single_files_can_be_looked_at() {
    let world = World::recorded(&data().join("go1.26.6/count"));
    let pod = world.collect().expect("data").pods.remove(0);
    let text = dump_meta(&pod.meta, Some(&pod.total()));
    let lines: Vec<&str> = text.lines().take(4).collect();
    assert_eq!(
        lines,
        [
            "meta-data 15089fd4dac5d639a38d0ae35d60d1e6: mode count, granularity perblock, 5 packages, 15 functions, 51 units",
            "package 0 example.com/covapp/internal/calc: name calc, module example.com/covapp, hash 856e706c6ce185bdb656b195d9865bc9",
            "  function 0 init: example.com/covapp/internal/calc/a.go",
            "    5.13,7.2 1 4",
        ]
    );
    assert!(!dump_meta(&pod.meta, None).contains("5.13,7.2 1 4"));

    let file = CounterFile::parse(&world.bytes[world.index_of(FileKind::Counters)]).expect("counters");
    let shown = dump_counters(&file.dump(ReadArgs::Yes).expect("counters"));
    assert!(
        shown.starts_with("counters of 15089fd4dac5d639a38d0ae35d60d1e6: uleb, segment 1 of 1, "),
        "{shown}"
    );
    assert!(
        shown.contains("\n  argv0 ./app\n") && shown.contains("\n  package 0 function 0: 1\n"),
        "{shown}"
    );
    assert!(!dump_counters(&file.dump(ReadArgs::No).expect("counters")).contains("./app"));
}

#[test]
fn names_are_told_as_go_tells_them() {
    let meta = Some(FileKind::Meta);
    let counters = Some(FileKind::Counters);
    for (name, kind) in [
        ("covmeta.158b848677b03dfcaa9b51cdf4245b79", meta),
        ("covmeta.x", meta),
        ("covmeta.", None),
        ("covmeta.a b", None),
        ("covcounters.abc.1.2", counters),
        ("covcounters.a.b.1.2", counters),
        ("covcounters.abc.1", None),
        ("covcounters.abc.x.2", None),
        ("covcounters..1.2", None),
        ("tmp.covmeta.abc123", None),
        ("tmp.covcounters.abc.1.2", None),
        ("cover.out", None),
    ] {
        assert_eq!(kind_of_name(name), kind, "{name}");
    }
    let path = data().join("go1.26.6/set/data");
    assert!(super::world::entries(&path).iter().all(|path| kind_of_name(&base(path)).is_some()));
}
