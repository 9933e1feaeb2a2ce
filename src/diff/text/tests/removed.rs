//! The old side of a file, from a diff and the new side.

use super::*;

fn old(diff: &str, head: &Files) -> BTreeMap<String, String> {
    let (files, removed) =
        read_with_removed(&mut diff.as_bytes(), head, Whitespace::Significant).expect("a diff");
    let none = Removed::default();
    let text = |file: &FileChange| {
        let head = head.0.get(&file.path).cloned().unwrap_or_default();
        let removed = removed.get(&file.path).unwrap_or(&none);
        String::from_utf8(removed.old_text(file, &head)).expect("UTF-8")
    };
    files.iter().map(|file| (file.path.clone(), text(file))).collect()
}

#[test]
fn the_old_side_is_had_back_from_the_head_and_the_diff() {
    let head = Files::of(&[("a.go", "one\nnew\nthree\nfour\r\nlast"), ("moved.go", "same\n")]);
    let diff = "diff --git a/a.go b/a.go\n--- a/a.go\n+++ b/a.go\n\
        @@ -1,3 +1,2 @@\n-zero\n one\n-two\r\n+new\n@@ -5,1 +4,2 @@\n-four\n+four\r\n+last\n\\ No newline at end of file\n\
        diff --git a/old.go b/moved.go\nsimilarity index 100%\nrename from old.go\nrename to moved.go\n\
        diff --git a/gone.go b/gone.go\ndeleted file mode 100644\n--- a/gone.go\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-package p\n-\n\
        diff --git a/notes.txt b/notes.txt\n--- a/notes.txt\n+++ b/notes.txt\n@@ -1 +0,0 @@\n-x\n";
    let old = old(diff, &head);
    assert_eq!(old["a.go"], "zero\none\ntwo\r\nthree\nfour\n");
    assert_eq!(old["moved.go"], "same\n");
    assert_eq!(old["gone.go"], "package p\n\n");
    // Only what says something of coverage is kept.
    assert_eq!(old["notes.txt"], "");
}

const HEAD: [&str; 4] =
    ["calc/calc.go", "calc/calc_test.go", "internal/strs/util.go", "internal/strs/util_test.go"];

#[test]
fn the_old_side_of_the_fixture_is_its_base_whatever_the_diff() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/diff-a");
    let file = |path: &str| fs_err::read_to_string(format!("{root}/{path}")).expect(path);
    let head =
        Files(HEAD.iter().map(|path| ((*path).to_owned(), file(&format!("head/{path}")).into())).collect());
    for name in ["change.diff", "change-U0.diff", "change-noprefix.diff"] {
        let old = old(&file(name), &head);
        assert_eq!(old["calc/calc.go"], file("base/calc/calc.go"), "{name}");
        assert_eq!(old["internal/strs/util.go"], file("base/internal/util/util.go"), "{name}");
    }
    let old = old(&file("change-norenames.diff"), &head);
    assert_eq!(old["internal/util/util.go"], file("base/internal/util/util.go"));
    assert_eq!(old["internal/strs/util.go"], "");
}
