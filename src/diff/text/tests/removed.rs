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

/// Each step of a script keeps, deletes or adds a line; what the head lost comes back, whatever the script.
#[test]
fn any_mix_of_kept_deleted_and_added_lines_leads_back() {
    let mut seed = 7u32;
    for round in 0..500 {
        let (mut base, mut head, mut removed) = (Vec::new(), Vec::new(), Removed::default());
        let (mut added, mut deleted) = (LineSet::default(), LineSet::default());
        let (mut base_lines, mut head_lines) = (0, 0);
        for _ in 0..round % 40 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let text = "x".repeat(1 + (seed as usize >> 29));
            let (is_in_base, is_in_head) = match (seed >> 8) % 5 {
                0 => (true, false),
                1 => (false, true),
                _ => (true, true),
            };
            if is_in_base {
                base_lines += 1;
                base.extend_from_slice(format!("{text}\n").as_bytes());
            }
            if is_in_head {
                head_lines += 1;
                head.extend_from_slice(format!("{text}\n").as_bytes());
            }
            if !is_in_head {
                deleted.push(base_lines, base_lines);
                removed.push(text.as_bytes());
                removed.end_line(base_lines);
            }
            if !is_in_base {
                added.push(head_lines, head_lines);
            }
        }
        let change = FileChange {
            path: "a.go".to_owned(),
            old_path: None,
            kind: ChangeKind::Modified,
            content: ContentKind::Text,
            added,
            deleted,
            line_endings_only: false,
        };
        assert_eq!(removed.old_text(&change, &head), base, "round {round}");
        // A head that ends without a newline: only its last line can lack one.
        head.pop();
        let old = removed.old_text(&change, &head);
        assert!(base == old || base.strip_suffix(b"\n") == Some(&old), "round {round}");
    }
}
