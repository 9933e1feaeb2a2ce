//! What a report was made from, for the page on the data: settings and the files of the inputs.

use std::fmt::Write as _;
use std::io::Read;

use camino::Utf8Path;
use fs_err::File;
use md5::{Digest, Md5};

use crate::model::Report;
use crate::report::{FileMark, Provenance};
use crate::settings::{Command, Settings};

/// Longer files have no hash: a page of small print must not cost a second.
const MOST: u64 = 64 << 20;

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
        return Some(FileMark { size: facts.len(), md5: None });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or(0));
    // A file that grows meanwhile ends all the same.
    File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    let md5 = Md5::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    Some(FileMark { size: bytes.len() as u64, md5: Some(md5) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_size_and_hash_and_all_else_has_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = Utf8Path::from_path(folder.path()).expect("UTF-8");
        fs_err::write(folder.join("a"), "abc").expect("a file");
        // RFC 1321, A.5
        let md5 = Some("900150983cd24fb0d6963f7d28e17f72".to_owned());
        assert_eq!(mark(&folder.join("a")), Some(FileMark { size: 3, md5 }));
        assert_eq!(mark(folder), None);
        assert_eq!(mark(&folder.join("none")), None);
        let long = File::create(folder.join("long")).expect("a file");
        long.set_len(MOST + 1).expect("a hole");
        assert_eq!(mark(&folder.join("long")), Some(FileMark { size: MOST + 1, md5: None }));
    }
}
