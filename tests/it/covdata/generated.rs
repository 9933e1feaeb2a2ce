//! Generated data: what is encoded is decoded again.

use std::sync::Arc;

use coverdict::ingest::counters::CounterFile;
use coverdict::ingest::covdata::FileKind;
use coverdict::ingest::meta::parse_meta;
use coverdict::model::covdata::{Args, Counts, Granularity, Hash, Meta, Pod, Unit, span};
use coverdict::model::{Extent, Mode};
use coverdict::report::covdata::{
    Digest, Encoding, MetaBuilder, WriteArgs, directory, encode_counters, encode_meta,
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

proptest! {
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
