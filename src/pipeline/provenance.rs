//! What a report was made from, for the page on the data: settings and the files of the inputs.

use std::fmt::Write as _;
use std::io::{self, Read};

use camino::Utf8Path;
use fs_err::File;
use sha2::{Digest, Sha256};

use crate::model::Report;
use crate::report::{FileMark, Provenance};
use crate::settings::{Command, Settings};

/// Longer files have no hash: a page of small print must not cost a second.
const MOST: u64 = 64 << 20;
/// Bytes that are read at once.
const PIECE: usize = 32 << 10;

/// Settings, and a mark of each input's file.
pub fn provenance(settings: &Settings, report: &Report) -> Provenance {
    let mark = |path: &str| mark(&settings.cwd.join(path));
    Provenance {
        command: match settings.command {
            Command::Report => "report",
            Command::View => "view",
            Command::Subtract => "subtract",
            Command::Intersect { .. } => "intersect",
            Command::Compare => "compare",
            _ => "check",
        },
        settings: settings.said.clone(),
        inputs: report.run.inputs.iter().map(|input| mark(&input.path)).collect(),
    }
}

/// `None` for directories, standard input, and what cannot be read any more.
fn mark(path: &Utf8Path) -> Option<FileMark> {
    let facts = fs_err::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    if facts.len() > MOST {
        return Some(FileMark { size: facts.len(), sha256: None });
    }
    let (size, hash) = digest(path).ok()?;
    let sha256 = hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    Some(FileMark { size, sha256: Some(sha256) })
}

/// Length and hash of a file, read piece by piece: memory that was never touched costs more than the hash.
fn digest(path: &Utf8Path) -> io::Result<(u64, [u8; 32])> {
    // A file that grows meanwhile ends all the same.
    let mut file = File::open(path)?.take(MOST);
    let mut hash = Sha256::new();
    let (mut piece, mut size) = (vec![0; PIECE], 0);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok((size, hash.finalize().into())),
            Ok(length) => {
                hash.update(&piece[..length]);
                size += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_size_and_hash_and_all_else_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = Utf8Path::from_path(folder.path()).expect("UTF-8");
        fs_err::write(folder.join("a"), "abc").expect("a file");
        // FIPS 180-2, B.1
        let sha256 = Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned());
        assert_eq!(mark(&folder.join("a")), Some(FileMark { size: 3, sha256 }));
        let many: Vec<u8> = (0..=250).cycle().take(3 * PIECE + 7).collect();
        fs_err::write(folder.join("many"), &many).expect("a file");
        let whole: [u8; 32] = Sha256::digest(&many).into();
        assert_eq!(digest(&folder.join("many")).expect("a hash"), (many.len() as u64, whole));
        assert_eq!(mark(folder), None);
        assert_eq!(mark(&folder.join("none")), None);
        let long = File::create(folder.join("long")).expect("a file");
        long.set_len(MOST + 1).expect("a hole");
        assert_eq!(mark(&folder.join("long")), Some(FileMark { size: MOST + 1, sha256: None }));
    }
}
