//! Generated data: what is encoded is decoded again.

use std::sync::Arc;

use coverdict::ingest::counters::CounterFile;
use coverdict::ingest::covdata::{Catalogue, Feeder, FileKind, KeepArgs, aggregate};
use coverdict::ingest::meta::parse_meta;
use coverdict::ingest::{InputName, Table};
use coverdict::model::covdata::{Args, Counts, Granularity, Hash, Meta, Pod, Unit, span};
use coverdict::model::{Extent, Mode};
use coverdict::report::covdata::{
    Digest, Encoding, MetaBuilder, WriteArgs, directory, encode_counters, encode_meta, textfmt,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::world::World;

fn unit() -> impl Strategy<Value = Unit> {
    let number = || prop_oneof![0u32..200, any::<u32>()];
    (number(), number(), number(), number(), number())
        .prop_map(|(a, b, c, d, stmts)| Unit { extent: Extent::new(a, b, c, d), stmts })
}

fn meta() -> impl Strategy<Value = Meta> {
    let function = ("[a-zé.*]{0,6}", "[a-z/]{0,6}\\.go", any::<bool>(), vec(unit(), 0..5));
    let package = ("[a-z/]{0,8}", "[a-z]{0,4}", "[a-z.]{0,6}", vec(function, 0..5));
    let mode = prop_oneof![Just(Mode::Set), Just(Mode::Count), Just(Mode::Atomic)];
    let digest = prop_oneof![Just(Digest::Md5), Just(Digest::Fnv)];
    (vec(package, 0..5), mode, any::<bool>(), digest).prop_map(|(packages, mode, block, digest)| {
        let granularity = if block { Granularity::PerBlock } else { Granularity::PerFunction };
        let mut builder = MetaBuilder::new(Hash::default(), mode, granularity);
        for (path, name, module, functions) in &packages {
            builder.package(path, name, module, Hash::default());
            for (name, file, literal, units) in functions {
                builder.function(Arc::from(name.as_str()), Arc::from(file.as_str()), *literal, units);
            }
        }
        builder.finish_hashed(digest)
    })
}

/// Meta-data with counts that its mode allows.
fn counted() -> impl Strategy<Value = (Meta, Vec<u32>)> {
    meta().prop_flat_map(|meta| {
        let count = match meta.mode {
            Mode::Set => (0u32..2).boxed(),
            _ => prop_oneof![0u32..3, any::<u32>()].boxed(),
        };
        let values = vec(count, meta.units.len());
        (Just(meta), values)
    })
}

fn decoded(meta: &Meta, bytes: &[u8]) -> (Vec<u32>, Args) {
    let file = CounterFile::parse(bytes).expect("a counter file");
    assert_eq!(file.hash, meta.hash);
    let mut values = vec![0; meta.units.len()];
    file.visit(&mut Vec::new(), |entry| {
        let function = meta.function(entry.package, entry.function).expect("a function");
        values[span(&function.units)].copy_from_slice(&entry.counters.to_vec());
        Ok(())
    })
    .expect("entries");
    (values, file.args().expect("arguments"))
}

/// A pod of one package with one file; every unit ran once.
fn pod(package: &str, units: &[(u32, u32, u32, u32)]) -> Pod {
    let mut builder = MetaBuilder::new(Hash::default(), Mode::Count, Granularity::PerBlock);
    builder.package(package, "p", "m", Hash::default());
    let units: Vec<Unit> =
        units.iter().map(|&(a, b, c, d)| Unit { extent: Extent::new(a, b, c, d), stmts: 1 }).collect();
    builder.function(Arc::from("F"), Arc::from(format!("{package}/f.go")), false, &units);
    let meta = builder.finish_hashed(Digest::Fnv);
    let counts = vec![Counts { input: 0, files: 1, values: vec![1; units.len()], args: Args::new() }];
    Pod { path: format!("covmeta.{}", meta.hash), bytes: encode_meta(&meta), meta, counts }
}

/// Several statements on one line: Go sorts by end line before start column.
#[test]
fn rows_are_sorted_by_end_line_before_start_column() {
    let pods = [pod("m/p", &[(3, 20, 5, 2), (3, 2, 9, 2), (3, 9, 3, 30), (3, 9, 3, 20)])];
    let mut out = Vec::new();
    textfmt(&aggregate(&pods, Mode::Count), &mut out).expect("written to memory");
    assert_eq!(
        String::from_utf8(out).expect("UTF-8"),
        "mode: count\nm/p/f.go:3.9,3.20 1 1\nm/p/f.go:3.9,3.30 1 1\nm/p/f.go:3.20,5.2 1 1\nm/p/f.go:3.2,9.2 1 1\n"
    );
}

/// The table tells builds apart by sections: every pod is one, whatever the order of its functions.
#[test]
fn every_pod_is_a_section_of_its_input() {
    let pods = [
        pod("m/p", &[(3, 20, 5, 2), (3, 2, 9, 2), (3, 9, 3, 30)]),
        pod("m/q", &[(1, 1, 2, 2)]),
        pod("m/p", &[(3, 20, 5, 2), (4, 2, 9, 2)]),
    ];
    let world = World::written(directory(&pods, WriteArgs::No));
    let read = |index: usize, buffer: &mut Vec<u8>| world.read(index, buffer);
    let mut catalogue = Catalogue::read(&world.files, &read).expect("meta-data");
    let counts = catalogue.count(0, &world.files, &read, KeepArgs::No).expect("counters");
    let name = InputName { label: "e2e".to_owned(), path: "data".to_owned() };
    let mut table = Table::new();
    let modes = Feeder::default().feed(&catalogue, &name, &counts, &mut table).expect("room");
    let raw = table.finish();
    assert_eq!((modes, raw.inputs.len(), raw.sections.len()), (vec![Mode::Count], 1, 3));
    assert!(raw.sections.iter().all(|section| section.parts.len() == 1 && section.parts[0].hit));
    assert_eq!((raw.inputs[0].rows, raw.inputs[0].hits.len(), raw.inputs[0].lists.len()), (6, 5, 5));
    let twice = raw.blocks.iter().find(|block| block.extent == Extent::new(3, 20, 5, 2)).expect("a block");
    assert_eq!(twice.count, 2);
}

/// Modes of one input: each is an input of its own to the table, as a second `mode:` row is in a text profile.
#[test]
fn every_mode_of_a_directory_is_an_input() {
    let mut set = pod("m/p", &[(1, 1, 2, 2)]);
    set.meta.mode = Mode::Set;
    set.bytes = encode_meta(&set.meta);
    let mut count = pod("m/q", &[(1, 1, 2, 2)]);
    count.counts[0].values = vec![7];
    let world = World::written(directory(&[count, set], WriteArgs::No));
    assert_eq!(
        world.collect().expect("data").modes().into_iter().map(|(mode, _)| mode).collect::<Vec<_>>(),
        [Mode::Set, Mode::Count]
    );
    let read = |index: usize, buffer: &mut Vec<u8>| world.read(index, buffer);
    let mut catalogue = Catalogue::read(&world.files, &read).expect("meta-data");
    let counts = catalogue.count(0, &world.files, &read, KeepArgs::No).expect("counters");
    let name = InputName { label: "e2e".to_owned(), path: "data".to_owned() };
    let mut table = Table::new();
    let modes = Feeder::default().feed(&catalogue, &name, &counts, &mut table).expect("room");
    assert_eq!(modes, [Mode::Set, Mode::Count]);
    let modes: Vec<Mode> = table.finish().inputs.iter().map(|input| input.mode).collect();
    assert_eq!(modes, [Mode::Set, Mode::Count]);
}

/// As the runtime does: functions that never ran take no room.
#[test]
fn functions_without_counts_are_left_out() {
    let pod = pod("m/p", &[(1, 1, 2, 2)]);
    let bytes = encode_counters(&pod.meta, &[0], Encoding::Uleb, &Args::new());
    assert_eq!(CounterFile::parse(&bytes).expect("a counter file").functions, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn meta_data_comes_back(meta in meta()) {
        let bytes = encode_meta(&meta);
        prop_assert_eq!(parse_meta(&bytes), Ok(meta));
    }

    #[test]
    fn counters_come_back_in_every_encoding(
        (meta, values) in counted(),
        args in vec(("[a-z]{0,3}", "[ -~é]{0,5}"), 0..4),
    ) {
        let mut args: Args = args;
        args.sort();
        for encoding in [Encoding::Uleb, Encoding::RawLittle, Encoding::RawBig] {
            let bytes = encode_counters(&meta, &values, encoding, &args);
            prop_assert_eq!(decoded(&meta, &bytes), (values.clone(), args.clone()));
        }
    }

    #[test]
    fn directories_come_back((meta, values) in counted(), files in 0u32..2) {
        let values = if files == 0 { vec![0; values.len()] } else { values };
        let counts = Counts { input: 0, files, values, args: Args::new() };
        let path = format!("covmeta.{}", meta.hash);
        let pod = Pod { path, bytes: encode_meta(&meta), meta, counts: vec![counts] };
        let again = World::written(directory(std::slice::from_ref(&pod), WriteArgs::No)).collect();
        prop_assert_eq!(again.map(|data| data.pods), Ok(vec![pod]));
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in vec(any::<u8>(), 0..300), kind in 0u8..3) {
        let mut file = bytes;
        if kind > 0 && file.len() > 8 {
            let magic = if kind == 1 { *b"\x00cvm\x01\x00\x00\x00" } else { *b"\x00cwm\x01\x00\x00\x00" };
            file[..8].copy_from_slice(&magic);
        }
        let kind = if kind == 1 { FileKind::Meta } else { FileKind::Counters };
        let mut world = World::default();
        world.add(0, "file", kind, file);
        let _ = world.collect();
    }

    /// Adding up does not depend on who adds first, nor on how the files are spread over inputs.
    #[test]
    fn files_add_up_in_any_order((meta, values) in counted(), seed in vec(0u32..3, 1..6)) {
        let name = format!("covmeta.{}", meta.hash);
        let one = encode_counters(&meta, &values, Encoding::Uleb, &Args::new());
        let two = encode_counters(&meta, &vec![1; values.len()], Encoding::RawBig, &Args::new());
        let build = |order: &mut dyn Iterator<Item = (usize, u32)>| {
            let mut world = World::default();
            world.add(0, &name, FileKind::Meta, encode_meta(&meta));
            for (number, input) in order {
                let bytes = if number % 2 == 0 { one.clone() } else { two.clone() };
                world.add(input, &format!("c{number}"), FileKind::Counters, bytes);
            }
            world.collect().expect("data").pods.remove(0).total()
        };
        let forward = build(&mut seed.iter().copied().enumerate());
        let backward = build(&mut seed.iter().copied().enumerate().collect::<Vec<_>>().into_iter().rev());
        let together = build(&mut (0..seed.len()).map(|number| (number, 0)));
        prop_assert_eq!(&forward, &backward);
        prop_assert_eq!(forward, together);
    }
}
