//! The seeds of the fuzz targets, and a fixed number of small mutations of each, as plain tests. What is checked is in
//! `fuzz/checks.rs`; how to fuzz for longer, in `fuzz/README.md`.

#[path = "../../fuzz/checks.rs"]
mod checks;

use std::path::Path;

/// Mutations of each seed. With these the whole takes a few seconds without optimisation.
const MUTATIONS: u64 = 60;

fn corpus(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds: Vec<_> =
        fs_err::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "no seeds for {target}");
    let texts: Vec<Vec<u8>> = seeds.iter().map(|seed| fs_err::read(seed).expect("a seed")).collect();
    for (seed, text) in seeds.iter().zip(&texts) {
        check(text);
        for number in 0..MUTATIONS {
            let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ text.len() as u64);
            let mutant = mutate(text, &texts, &mut dice);
            let caught = std::panic::catch_unwind(|| check(&mutant));
            let name = seed.display();
            assert!(caught.is_ok(), "mutation {number} of {name}:\n{}", String::from_utf8_lossy(&mutant));
        }
    }
}

/// A linear congruential generator: the same numbers in every run and on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

/// One to four small changes: a byte, a cut, a piece twice, a piece of another seed, a big number, a cut end.
fn mutate(text: &[u8], others: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(24)).min(bytes.len());
        match dice.below(6) {
            0 => {
                let byte = u8::try_from(dice.below(256)).expect("below 256");
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => {
                let other = &others[dice.below(others.len())];
                let from = dice.below(other.len());
                let piece = other[from..(from + 40).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => drop(bytes.splice(at..end, b"4294967295".iter().copied())),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

#[test]
fn profiles() {
    corpus("profile", checks::profile);
}

#[test]
fn owners() {
    corpus("owners", checks::owners);
}

#[test]
fn sources() {
    corpus("source", checks::source);
}

#[test]
fn profiles_with_their_source() {
    corpus("clean", checks::clean);
}

#[test]
fn meta_data() {
    corpus("meta", checks::meta);
}

#[test]
fn counter_files() {
    corpus("counters", checks::counters);
}

#[test]
fn configs() {
    corpus("config", checks::config);
}

#[test]
fn module_files_and_names() {
    corpus("modules", checks::modules);
}

#[test]
fn baselines() {
    corpus("baseline", checks::baseline);
}

#[test]
fn diffs() {
    corpus("diff", checks::diff);
}
