//! A real change with both trees, as four diffs that git wrote.

use super::*;

/// The tree that a diff leads to, on the disk.
struct Tree(&'static str);

impl Head for Tree {
    fn has(&self, path: &str) -> bool {
        self.text(path).is_some()
    }

    fn text(&self, path: &str) -> Option<Vec<u8>> {
        assert!(names::inside(path), "asked for {path:?}");
        fs_err::read(format!("{DATA}/{}/{path}", self.0)).ok()
    }
}

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/diff-a");

fn diff(name: &str) -> Vec<u8> {
    fs_err::read(format!("{DATA}/{name}.diff")).expect("a diff")
}

#[test]
fn all_four_diffs_change_the_same_lines() {
    for name in ["change", "change-U0", "change-noprefix", "change-norenames"] {
        let files = read_bytes(&diff(name), &Tree("head")).expect("the diff is of this tree");
        let find = |path: &str| files.iter().find(|file| file.path == path).expect("a changed file");
        let calc = find("calc/calc.go");
        assert_eq!(calc.added.ranges(), [(3, 6), (29, 29), (33, 38)], "{name}");
        assert_eq!(calc.deleted.ranges(), [(3, 3), (26, 26), (30, 31)], "{name}");
        let util = find("internal/strs/util.go");
        if name == "change-norenames" {
            assert_eq!((util.kind, util.added.ranges()), (ChangeKind::Added, &[(1, 17)][..]));
            let old = find("internal/util/util.go");
            assert_eq!((old.kind, old.deleted.ranges()), (ChangeKind::Deleted, &[(1, 17)][..]));
            assert_eq!(files.len(), 6);
        } else {
            assert_eq!(
                (util.kind, util.added.ranges(), util.deleted.ranges()),
                (ChangeKind::Renamed, &[(1, 1)][..], &[(1, 1)][..])
            );
            assert_eq!(util.old_path.as_deref(), Some("internal/util/util.go"));
            assert_eq!(files.len(), 4);
        }
    }
}

#[test]
fn the_base_is_not_the_tree_of_the_diff() {
    let found = read_bytes(&diff("change"), &Tree("base")).expect_err("the wrong tree");
    assert!(matches!(found.fault, Fault::Mismatch { line: 3, .. }), "{found}");
}

/// A diff that ends anywhere is refused, or read as far as it goes: nothing is in it that is not in the whole one.
#[test]
fn a_diff_that_ends_anywhere() {
    for name in ["change", "change-U0", "change-noprefix", "change-norenames"] {
        let bytes = diff(name);
        let whole = read_bytes(&bytes, &Tree("head")).expect("the diff is of this tree");
        let mut accepted = 0;
        for end in 0..bytes.len() {
            let Ok(files) = read_bytes(&bytes[..end], &Tree("head")) else { continue };
            accepted += 1;
            for file in &files {
                let same = whole.iter().find(|other| other.path == file.path).expect("a file of the diff");
                assert_eq!(
                    (&file.old_path, file.kind, file.content),
                    (&same.old_path, same.kind, same.content)
                );
                assert!(file.added.lines().all(|line| same.added.contains(line)), "{name} up to {end}");
                assert!(file.deleted.lines().all(|line| same.deleted.contains(line)), "{name} up to {end}");
                // A deleted file may be without its lines (`git diff --irreversible-delete`).
                let empty = file.added.is_empty() && file.deleted.is_empty();
                assert!(!empty || file.kind == ChangeKind::Deleted, "{name} up to {end}: {file:?}");
            }
        }
        assert!(accepted > 0 && accepted < bytes.len() / 4, "{name}: {accepted} of {}", bytes.len());
    }
}
