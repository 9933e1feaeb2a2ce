//! Rows 1 to 29 of the table.

use super::*;

#[test]
fn row_01_no_newline_marker_consumes_no_line() {
    let diff = of_x("@@ -3 +3,2 @@\n-foo\n\\ No newline at end of file\n+foo\n+bar\n");
    let file = change(&diff, &[("x.go", &text_with(4, &[(3, "foo"), (4, "bar")]))]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![3, 4], vec![3]));
}

#[test]
fn row_02_marker_in_another_language() {
    let diff = of_x(
        "@@ -3 +3,2 @@\n-foo\n\\ Kein Zeilenumbruch am Dateiende.\n+foo\n+bar\n\\ ファイル末尾に改行がありません\n",
    );
    let file = change(&diff, &[("x.go", &text_with(4, &[(3, "foo"), (4, "bar")]))]);
    assert_eq!(lines(&file.added), [3, 4]);
}

#[test]
fn row_03_blank_context_without_its_space() {
    let file = change(&of_x("@@ -1,3 +1,4 @@\n a\n\n+d\n c\n"), &[("x.go", "a\n\nd\nc\n")]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![3], vec![]));
}

#[test]
fn row_04_a_deleted_line_that_looks_like_a_header() {
    let diff = of_x("@@ -1,6 +1,5 @@\n a\n b\n--- sql comment\n c\n d\n e\n");
    let file = change(&diff, &[("x.go", "a\nb\nc\nd\ne\n")]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![], vec![3]));
    // With what would be the other half of a header right behind it.
    let diff = of_x("@@ -1,2 +1,2 @@\n a\n--- b/x.go\n+++ b/x.go\n");
    let file = change(&diff, &[("x.go", "a\n++ b/x.go\n")]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![2], vec![2]));
}

#[test]
fn row_05_an_added_line_that_looks_like_a_header() {
    let file = change(&of_x("@@ -1,0 +2 @@\n+++ b/x.go\n"), &[("x.go", "a\n++ b/x.go\n")]);
    assert_eq!(lines(&file.added), [2]);
}

#[test]
fn row_06_a_count_of_zero_names_the_line_before() {
    let diff = of_x("@@ -9,0 +10,2 @@\n+n1\n+n2\n");
    let file = change(&diff, &[("x.go", &text_with(14, &[(10, "n1"), (11, "n2")]))]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![10, 11], vec![]));
    assert_eq!(new_line(&file, 9), Some(9));
    assert_eq!(new_line(&file, 10), Some(12));
}

#[test]
fn row_07_only_deletions() {
    let file = change(&of_x("@@ -2,2 +1,0 @@\n-b\n-c\n"), &[("x.go", "a\nd\n")]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![], vec![2, 3]));
    assert_eq!((new_line(&file, 1), new_line(&file, 2), new_line(&file, 4)), (Some(1), None, Some(2)));
}

/// Where an old line is on the new side, as whoever has both sets works it out.
fn new_line(file: &FileChange, old: u32) -> Option<u32> {
    if file.deleted.contains(old) {
        return None;
    }
    let kept = (1..=old).filter(|line| !file.deleted.contains(*line)).count();
    (1..).filter(|line| !file.added.contains(*line)).nth(kept - 1)
}

#[test]
fn row_08_counts_left_out() {
    let file = change(&of_x("@@ -2 +2 @@\n-b\n+B\n"), &[("x.go", "a\nB\n")]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![2], vec![2]));
}

#[test]
fn row_09_octal_escapes_are_bytes() {
    let diff = "diff --git \"a/caf\\303\\251.go\" \"b/caf\\303\\251.go\"\n--- \"a/caf\\303\\251.go\"\n+++ \"b/caf\\303\\251.go\"\n@@ -1 +1 @@\n-a\n+b\n";
    assert_eq!(change(diff, &[("café.go", "b\n")]).path, "café.go");
    let latin = "--- \"a/caf\\351.txt\"\n+++ \"b/caf\\351.txt\"\n@@ -1 +1 @@\n-a\n+b\n";
    assert_eq!(change(latin, &[]).path, "caf\u{fffd}.txt");
}

#[test]
fn row_10_tabs_and_quotes_in_names() {
    for (quoted, path) in [("tab\\there.go", "tab\there.go"), ("q\\\"x.go", "q\"x.go")] {
        let diff = format!("--- \"a/{quoted}\"\n+++ \"b/{quoted}\"\n@@ -1 +1 @@\n-a\n+b\n");
        assert_eq!(change(&diff, &[(path, "b\n")]).path, path);
    }
}

#[test]
fn row_11_a_tab_behind_a_name_with_spaces() {
    let diff =
        "diff --git a/my file.go b/my file.go\n--- a/my file.go\t\n+++ b/my file.go\t\n@@ -1 +1 @@\n-a\n+b\n";
    assert_eq!(change(diff, &[("my file.go", "b\n")]).path, "my file.go");
}

#[test]
fn row_12_a_name_that_holds_the_gap_between_names() {
    let line = "diff --git a/x b/y.go b/x b/y.go\n";
    let diff = format!("{line}old mode 100644\nnew mode 100755\n");
    let file = change(&diff, &[("x b/y.go", "")]);
    assert_eq!((file.path.as_str(), file.kind), ("x b/y.go", ChangeKind::Modified));
    let diff = format!("{line}--- a/x b/y.go\t\n+++ b/x b/y.go\t\n@@ -1 +1 @@\n-a\n+b\n");
    assert_eq!(change(&diff, &[("x b/y.go", "b\n")]).path, "x b/y.go");
}

#[test]
fn row_13_prefixes_and_timestamps() {
    let hunk = "@@ -1 +1,2 @@\n a\n+b\n";
    let tree = [("d/x.go", "a\nb\n")];
    let usual = change(
        &format!("diff --git a/d/x.go b/d/x.go\nindex 1..2 100644\n--- a/d/x.go\n+++ b/d/x.go\n{hunk}"),
        &tree,
    );
    assert_eq!((usual.path.as_str(), lines(&usual.added)), ("d/x.go", vec![2]));
    for header in [
        "diff --git d/x.go d/x.go\nindex 1..2 100644\n--- d/x.go\n+++ d/x.go\n",
        "diff --git i/d/x.go w/d/x.go\n--- i/d/x.go\n+++ w/d/x.go\n",
        "diff --git c/d/x.go i/d/x.go\n--- c/d/x.go\n+++ i/d/x.go\n",
        "diff --git before/d/x.go after/d/x.go\n--- before/d/x.go\n+++ after/d/x.go\n",
        "diff -ru v1/d/x.go v2/d/x.go\n--- v1/d/x.go\t2024-01-02 03:04:05.000000000 +0100\n+++ v2/d/x.go\t2024-01-02 03:04:06.000000000 +0100\n",
        "--- d/x.go.orig\t2024-01-02 03:04:05\n+++ d/x.go\t2024-01-02 03:04:05\n",
        "Index: d/x.go\n===================================================================\n--- d/x.go\t(revision 1)\n+++ d/x.go\t(working copy)\n",
    ] {
        assert_eq!(change(&format!("{header}{hunk}"), &tree), usual, "{header}");
    }
}

const MOVED: &str =
    "diff --git a/old/x.go b/new/x.go\nsimilarity index 100%\nrename from old/x.go\nrename to new/x.go\n";

#[test]
fn row_14_a_rename_without_hunks() {
    let file = change(MOVED, &[("new/x.go", "a\n")]);
    assert_eq!(
        (file.kind, file.path.as_str(), file.old_path.as_deref()),
        (ChangeKind::Renamed, "new/x.go", Some("old/x.go"))
    );
    assert!(file.added.is_empty() && file.deleted.is_empty());
}

const MOVED_AND_EDITED: &str = "diff --git a/old/x.go b/new/x.go\nsimilarity index 92%\nrename from old/x.go\nrename to new/x.go\nindex 1111111..2222222 100644\n--- a/old/x.go\n+++ b/new/x.go\n@@ -2 +2 @@ a\n-b\n+B\n";

#[test]
fn row_15_a_rename_with_an_edited_line() {
    let file = change(MOVED_AND_EDITED, &[("new/x.go", "a\nB\n")]);
    assert_eq!(
        (file.kind, lines(&file.added), lines(&file.deleted)),
        (ChangeKind::Renamed, vec![2], vec![2])
    );
}

#[test]
fn row_16_a_copy_beside_the_moved_original() {
    let copy =
        "diff --git a/old/x.go b/copy.go\nsimilarity index 100%\ncopy from old/x.go\ncopy to copy.go\n";
    let files =
        changes(&format!("{copy}{MOVED_AND_EDITED}"), &[("copy.go", "a\nb\nc"), ("new/x.go", "a\nB\n")]);
    assert_eq!((files[0].kind, lines(&files[0].added)), (ChangeKind::Copied, vec![1, 2, 3]));
    assert_eq!(files[0].old_path.as_deref(), Some("old/x.go"));
    assert_eq!((files[1].kind, lines(&files[1].added)), (ChangeKind::Renamed, vec![2]));
    // An edited copy is new as a whole, too.
    let edited = copy.replace("100%", "60%")
        + "index 1..2 100644\n--- a/old/x.go\n+++ b/copy.go\n@@ -2 +2 @@\n-x\n+b\n";
    let file = change(&edited, &[("copy.go", "a\nb\nc")]);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![1, 2, 3], vec![]));
}

#[test]
fn row_17_a_deleted_file() {
    let diff = "diff --git a/x.go b/x.go\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/x.go\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-a\n-b\n-c\n";
    let file = change(diff, &[]);
    assert_eq!((file.kind, file.path.as_str()), (ChangeKind::Deleted, "x.go"));
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![], vec![1, 2, 3]));
    let plain = "--- v1/d/x.go\t2024-01-02\n+++ v2/d/x.go\t1970-01-01\n@@ -1,1 +0,0 @@\n-a\n";
    let file = change(plain, &[]);
    assert_eq!((file.kind, file.path.as_str()), (ChangeKind::Deleted, "d/x.go"));
}

#[test]
fn row_18_files_without_lines() {
    let diff = "diff --git a/empty.go b/empty.go\nnew file mode 100644\nindex 0000000..e69de29\n\
        diff --git a/mode.go b/mode.go\nold mode 100644\nnew mode 100755\n\
        diff --git a/image.png b/image.png\nindex 1111111..2222222 100644\nBinary files a/image.png and b/image.png differ\n\
        diff --git a/patch.bin b/patch.bin\nindex 1111111..2222222 100644\nGIT binary patch\nliteral 3\nKcmZ\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n\nliteral 2\nJcmZ\n\n\
        diff --git a/sub b/sub\nindex 1111111..2222222 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n\
        diff --git a/link.go b/link.go\nnew file mode 120000\nindex 0000000..2222222\n--- /dev/null\n+++ b/link.go\n@@ -0,0 +1 @@\n+mode.go\n\\ No newline at end of file\n";
    let files = changes(diff, &[("empty.go", ""), ("mode.go", "a\n"), ("link.go", "a\n")]);
    let found: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.kind, file.content)).collect();
    let expected = [
        ("empty.go", ChangeKind::Added, ContentKind::Text),
        ("mode.go", ChangeKind::Modified, ContentKind::Text),
        ("image.png", ChangeKind::Modified, ContentKind::Binary),
        ("patch.bin", ChangeKind::Modified, ContentKind::Binary),
        ("sub", ChangeKind::Modified, ContentKind::Submodule),
        ("link.go", ChangeKind::Added, ContentKind::Link),
    ];
    assert_eq!(found, expected);
    assert!(files[..4].iter().all(|file| file.added.is_empty() && file.deleted.is_empty()));
}

#[test]
fn row_19_a_crlf_file_with_one_edited_line() {
    let diff = of_x("@@ -1,3 +1,3 @@\n a\r\n-b\r\n+B\r\n c\r\n");
    for head in ["a\r\nB\r\nc\r\n", "a\nB\nc\n"] {
        let file = change(&diff, &[("x.go", head)]);
        assert_eq!((lines(&file.added), file.line_endings_only), (vec![2], false));
    }
}

#[test]
fn row_20_a_whole_file_to_crlf() {
    let diff = of_x("@@ -1,3 +1,3 @@\n-a\n-b\n-c\n+a\r\n+b\r\n+c\r\n");
    let tree = Files::of(&[("x.go", "a\r\nb\r\nc\r\n")]);
    let file = read_bytes(diff.as_bytes(), &tree).expect("a diff").remove(0);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![1, 2, 3], vec![1, 2, 3]));
    assert!(file.line_endings_only);
    for whitespace in [Whitespace::Eol, Whitespace::Change, Whitespace::All] {
        let file = read(&mut diff.as_bytes(), &tree, whitespace).expect("a diff").remove(0);
        assert!(file.added.is_empty() && file.deleted.is_empty(), "{whitespace:?}");
    }
    // One line is edited besides.
    let diff = diff.replace("+b\r", "+B\r");
    let tree = Files::of(&[("x.go", "a\r\nB\r\nc\r\n")]);
    assert!(!read_bytes(diff.as_bytes(), &tree).expect("a diff")[0].line_endings_only);
    let file = read(&mut diff.as_bytes(), &tree, Whitespace::Eol).expect("a diff").remove(0);
    assert_eq!((lines(&file.added), lines(&file.deleted)), (vec![2], vec![2]));
}

#[test]
fn row_21_a_combined_diff_is_refused() {
    let diff = "diff --cc x.go\nindex 1,2..3\n--- a/x.go\n+++ b/x.go\n@@@ -1,3 -1,3 +1,3 @@@\n  a\n++both\n- m\n -y\n  c\n";
    let found = error(diff, &[("x.go", "a\nboth\nc\n")]);
    assert!(matches!((found.line, &found.fault), (1, Fault::Combined)), "{found}");
    let diff = diff.replace("--cc", "--combined");
    assert!(matches!(error(&diff, &[]).fault, Fault::Combined));
    let found = error("--- a/x.go\n+++ b/x.go\n@@@@ -1 -1 -1 +1 @@@@\n+++a\n", &[]);
    assert!(matches!((found.line, &found.fault), (3, Fault::Combined)), "{found}");
}

#[test]
fn row_22_a_mail_with_a_trailer() {
    let diff = "From 1234567 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.com>\nSubject: [PATCH] x\n\n- a list\n+ of things\n---\n x.go | 1 +\n 1 file changed, 1 insertion(+)\n\n\
        diff --git a/x.go b/x.go\nindex 1..2 100644\n--- a/x.go\n+++ b/x.go\n@@ -1 +1,2 @@\n a\n+b\n-- \n2.39.5\n\n";
    assert_eq!(lines(&change(diff, &[("x.go", "a\nb\n")]).added), [2]);
}

#[test]
fn row_23_two_sections_for_one_file() {
    let section = of_x("@@ -1 +1,2 @@\n a\n+b\n");
    let found = error(&format!("{section}{section}"), &[("x.go", "a\nb\n")]);
    assert!(matches!(found.fault, Fault::Twice { first: 1 }), "{found}");
    assert_eq!((found.line, found.path.as_deref()), (6, Some("x.go")));
    assert!(found.to_string().contains("squash"), "{found}");
}

#[test]
fn row_24_text_that_is_no_diff() {
    for (text, line) in
        [("\n\nhello\nworld\n", 3), ("x.go | 1 +\n", 1), ("*** a/x.go\n--- b/x.go\n", 1), ("\0\0\n", 1)]
    {
        let found = error(text, &[]);
        assert!(matches!(found.fault, Fault::NotADiff), "{found}");
        assert_eq!(found.line, line);
    }
}

#[test]
fn row_25_nothing_is_an_empty_change() {
    for blank in ["", "\n", " \r\n\t\n\n", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(changes(blank, &[]), []);
    }
}

#[test]
fn row_26_a_hunk_that_is_cut_off() {
    let found = error(&of_x("@@ -1,3 +1,4 @@\n a\n+b\n"), &[("x.go", "a\nb\nc\nd\n")]);
    assert!(matches!(found.fault, Fault::Truncated { old: 2, new: 2 }), "{found}");
    assert_eq!((found.line, found.path.as_deref()), (5, Some("x.go")));
    let next = of_x("@@ -1,3 +1,4 @@\n a\n+b\n") + "diff --git a/y.go b/y.go\n";
    let found = error(&next, &[("x.go", "a\nb\nc\nd\n")]);
    assert!(matches!((found.line, &found.fault), (6, Fault::Truncated { .. })), "{found}");
}

#[test]
fn row_27_text_behind_a_hunk_header() {
    let file = change(&of_x("@@ -1 +1,2 @@ func f() { // @@ +77 -1,2 @@\n a\n+b\n"), &[("x.go", "a\nb\n")]);
    assert_eq!(lines(&file.added), [2]);
}

#[test]
fn row_28_a_diff_in_colour() {
    // As git 2.39 writes it with --color=always.
    let diff = "\u{1b}[1mdiff --git a/x.go b/x.go\u{1b}[m\n\u{1b}[1mindex 1..2 100644\u{1b}[m\n\u{1b}[1m--- a/x.go\u{1b}[m\n\u{1b}[1m+++ b/x.go\u{1b}[m\n\
        \u{1b}[36m@@ -1,3 +1,3 @@\u{1b}[m\n a\u{1b}[m\n\u{1b}[31m-b\u{1b}[m\n\u{1b}[32m+\u{1b}[m\u{1b}[32mB\u{1b}[m\u{1b}[41m \u{1b}[m\n c\u{1b}[m\n";
    let tree = [("x.go", "a\nB \nc\n")];
    let plain = of_x("@@ -1,3 +1,3 @@\n a\n-b\n+B \n c\n");
    assert_eq!(change(diff, &tree), change(&plain, &tree));
    // Some colour the lines of hunks alone; what is left of a text with escape sequences is compared with what is left of it.
    let lines_alone = of_x("@@ -1 +1,2 @@\n a\n\u{1b}[32m+\u{1b}[m\u{1b}[32m\u{1b}[1mx\u{1b}[m\n");
    assert_eq!(lines(&change(&lines_alone, &[("x.go", "a\n\u{1b}[1mx\n")]).added), [2]);
    // Without colours, escape sequences are text.
    let tree = [("x.go", "\u{1b}[1mx\n")];
    assert_eq!(lines(&change(&of_x("@@ -0,0 +1 @@\n+\u{1b}[1mx\n"), &tree).added), [1]);
    assert!(matches!(error(&of_x("@@ -0,0 +1 @@\n+x\n"), &tree).fault, Fault::Mismatch { .. }));
}

#[test]
fn row_28a_only_a_newline_ends_a_line() {
    let line = "a\u{2028}b\u{2029}c\x0cd\x0be\rf\u{85}g";
    let file =
        change(&of_x(&format!("@@ -1 +1,3 @@\n x\n+{line}\n+y\n")), &[("x.go", &format!("x\n{line}\ny\n"))]);
    assert_eq!(lines(&file.added), [2, 3]);
}

#[test]
fn row_28b_a_newline_in_a_name() {
    let diff = "diff --git \"a/new\\nline.go\" \"b/new\\nline.go\"\n--- \"a/new\\nline.go\"\n+++ \"b/new\\nline.go\"\n@@ -1 +1 @@\n-a\n+b\n";
    assert_eq!(change(diff, &[("new\nline.go", "b\n")]).path, "new\nline.go");
}

#[test]
fn row_29_text_that_differs_from_the_tree() {
    let diff = of_x("@@ -1,2 +1,3 @@\n a\n+b\n c\n");
    let found = error(&diff, &[("x.go", "a\nB\nc\n")]);
    assert_eq!((found.line, found.path.as_deref()), (5, Some("x.go")));
    let Fault::Mismatch { line, diff: ref ours, ref head } = found.fault else { panic!("{found}") };
    assert_eq!((line, ours.as_str(), head.as_deref()), (2, "b", Some("B")));
    assert!(found.to_string().contains("the diff is not from this tree"), "{found}");
    // Context differs; a part of a line; more than the line; no such line; no such file.
    for head in ["A\nb\nc\n", "a\nbb\nc\n", "a\n\nc\n", "a\nb\n", "a", ""] {
        assert!(matches!(error(&diff, &[("x.go", head)]).fault, Fault::Mismatch { .. }), "{head:?}");
    }
    let found = error(&diff, &[]);
    assert!(matches!((found.line, &found.fault), (3, Fault::NoFile)), "{found}");
    assert!(matches!(error(MOVED, &[]).fault, Fault::NoFile));
}
