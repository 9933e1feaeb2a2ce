//! Damaged files: always an answer, never a panic, and the answer tells the place.

use coverdict::ingest::counters::CounterFile;
use coverdict::ingest::covdata::FileKind;
use coverdict::ingest::meta::{Fault, parse_meta};

use super::world::{World, data};

fn world() -> World {
    World::recorded(&data().join("go1.26.6/count"))
}

fn meta_bytes() -> Vec<u8> {
    let world = world();
    world.bytes[world.index_of(FileKind::Meta)].clone()
}

fn counter_bytes() -> Vec<u8> {
    let world = world();
    world.bytes[world.index_of(FileKind::Counters)].clone()
}

/// Reads a counter file to its end.
fn counters(bytes: &[u8]) -> Result<u64, Fault> {
    let file = CounterFile::parse(bytes)?;
    file.args()?;
    let mut sum = 0;
    file.visit(&mut Vec::new(), |entry| {
        sum += entry.counters.to_vec().into_iter().map(u64::from).sum::<u64>();
        Ok(())
    })?;
    Ok(sum)
}

/// A world in which one file has other bytes.
fn with(kind: FileKind, bytes: &[u8]) -> World {
    let mut world = world();
    let index = world.index_of(kind);
    world.bytes[index] = bytes.to_vec();
    world
}

#[test]
fn a_file_cut_at_any_byte_is_an_error_with_a_place() {
    let (meta, file) = (meta_bytes(), counter_bytes());
    for length in 0..meta.len() {
        let fault = parse_meta(&meta[..length]).expect_err("a cut file");
        assert!(fault.offset <= length as u64, "{fault}");
    }
    for length in 0..file.len() {
        let fault = counters(&file[..length]).expect_err("a cut file");
        assert!(fault.offset <= length.max(32) as u64, "{length}: {fault}");
        let error = with(FileKind::Counters, &file[..length]).collect().expect_err("a cut file");
        assert!(error.message.starts_with("covcounters.") && error.message.contains(": byte "), "{error}");
    }
    let error = with(FileKind::Meta, &meta[..100]).collect().expect_err("a cut file");
    assert_eq!(
        error.message,
        "covmeta.15089fd4dac5d639a38d0ae35d60d1e6: byte 8: the header tells 1302 bytes, the file has 100"
    );
}

#[test]
fn a_bit_flipped_anywhere_gives_an_answer() {
    let (meta, file) = (meta_bytes(), counter_bytes());
    let mut answers = [0, 0];
    for bit in 0..meta.len() * 8 {
        let mut flipped = meta.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        answers[usize::from(parse_meta(&flipped).is_ok())] += 1;
        if bit < 200 * 8 {
            let _ = with(FileKind::Meta, &flipped).collect();
        }
    }
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        answers[usize::from(with(FileKind::Counters, &flipped).collect().is_ok())] += 1;
    }
    assert!(answers[0] > 1000 && answers[1] > 1000, "{answers:?}");
}

#[test]
fn versions_to_come_and_modes_without_counters_are_refused_by_name() {
    let fault = |at: usize, value: u8| {
        let mut bytes = meta_bytes();
        bytes[at] = value;
        parse_meta(&bytes).expect_err("a fault").to_string()
    };
    assert_eq!(
        fault(4, 2),
        "byte 4: format version 2 is newer than 1, the newest known: a newer coverdict may read it"
    );
    assert_eq!(fault(4, 0), "byte 4: format version 0 does not exist");
    assert_eq!(fault(48, 4), "byte 48: counter mode 4 (regonly) has no counters");
    assert_eq!(fault(48, 5), "byte 48: counter mode 5 (testmain) has no counters");
    assert_eq!(fault(48, 0), "byte 48: counter mode 0 does not exist");
    assert_eq!(fault(49, 3), "byte 49: counter granularity 3 does not exist");
    let mut bytes = counter_bytes();
    bytes[4] = 9;
    assert!(counters(&bytes).expect_err("a fault").what.contains("version 9 is newer"));
}

#[test]
fn lying_numbers_are_caught_where_they_stand() {
    let fault = |at: usize, bytes: &[u8]| {
        let mut lie = meta_bytes();
        lie[at..at + bytes.len()].copy_from_slice(bytes);
        parse_meta(&lie).expect_err("a fault").to_string()
    };
    let big = u64::MAX.to_le_bytes();
    assert_eq!(fault(16, &big), "byte 16: 18446744073709551615 packages cannot lie in 1302 bytes");
    assert_eq!(
        fault(56, &big),
        format!("byte 56: a package at {} of 492 bytes lies outside the file", u64::MAX)
    );
    assert_eq!(
        fault(40, &big[..4]),
        "byte 40: the string table at 4294967295 of 2 bytes lies outside the file"
    );
    // The first package starts at 0x8a: its import path, its number of functions, the place of its first function.
    assert_eq!(
        fault(0x8a + 8, &99u32.to_le_bytes()),
        "byte 146: string 99 does not exist: the package has 16"
    );
    assert_eq!(fault(0x8a + 40, &big[..4]), "byte 178: 4294967295 functions cannot lie in 448 bytes");
    assert_eq!(
        fault(0x8a + 44, &big[..4]),
        "byte 182: a function at 4294967295 lies outside its package's records"
    );
    // The first function's record, a number of units that cannot be.
    assert_eq!(fault(0x8a + 0x125, &[0x7f]), "byte 431: 127 units cannot lie in 198 bytes");
}

/// Many offsets on one record: a small file that would stand for a huge one.
#[test]
fn records_that_share_bytes_are_refused() {
    let mut bytes = meta_bytes();
    let first: [u8; 4] = bytes[0x8a + 44..0x8a + 48].try_into().expect("four bytes");
    let classify: [u8; 4] = bytes[0x8a + 44 + 12..0x8a + 44 + 16].try_into().expect("four bytes");
    assert_ne!(first, classify);
    for function in 0..11 {
        let at = 0x8a + 44 + 4 * function;
        bytes[at..at + 4].copy_from_slice(&classify);
    }
    let fault = parse_meta(&bytes).expect_err("a fault");
    assert_eq!(fault.what, "functions share bytes");
}

#[test]
fn counters_that_do_not_fit_the_meta_data_are_an_error() {
    // Entries start behind header, segment header, strings and arguments.
    let file = counter_bytes();
    let strings = u32::from_le_bytes(file[40..44].try_into().expect("four bytes")) as usize;
    let args = u32::from_le_bytes(file[44..48].try_into().expect("four bytes")) as usize;
    let first = 48 + strings + args;
    assert_eq!(file[first..first + 3], [1, 0, 0], "one counter, package 0, function 0");
    let message = |at: usize, value: u8| {
        let mut file = counter_bytes();
        file[first + at] = value;
        let error = with(FileKind::Counters, &file).collect().expect_err("a fault");
        error.message.split_once(": ").expect("a path").1.to_owned()
    };
    assert_eq!(
        message(1, 9),
        format!("byte {first}: function 0 of package 9 is not in the meta-data, which has 5 packages")
    );
    assert_eq!(
        message(2, 99),
        format!(
            "byte {first}: function 99 of package 0 is not in the meta-data, which has 11 functions there"
        )
    );
    assert_eq!(
        message(2, 3),
        format!("byte {first}: 1 counter for the function Classify, which has 12 units")
    );
    let mut endless = counter_bytes();
    for byte in &mut endless[first..first + 12] {
        *byte = 0x80;
    }
    assert_eq!(
        counters(&endless),
        Err(Fault {
            offset: first as u64,
            what: "number of counters is a number that does not end".to_owned()
        })
    );
}

#[test]
fn two_counter_files_glued_together_are_not_taken_for_one() {
    let mut glued = counter_bytes();
    glued.extend(counter_bytes());
    let fault = counters(&glued).expect_err("a fault");
    assert!(fault.what.ends_with("bytes behind the last function"), "{fault}");
}
