//! What programs other than git write, and what git writes with options.

use super::*;

const X: (&str, &str) = ("x.go", "a\nb\n");
const HUNK: &str = "@@ -1 +1,2 @@\n a\n+b\n";

#[test]
fn commits_around_the_files_are_text() {
    let diff = format!(
        "commit 1111111111111111111111111111111111111111\nAuthor: A <a@example.com>\n\n    Index: y\n    --- a/no.go\n    @@ -1 +1 @@\n\n\
         diff --git a/x.go b/x.go\nindex 1..2 100644\n--- a/x.go\n+++ b/x.go\n{HUNK}\ncommit 2222222222222222222222222222222222222222\n\n    text\n\n\
         diff --git a/y.go b/y.go\nindex 1..2 100644\n--- a/y.go\n+++ b/y.go\n{HUNK}"
    );
    let files = changes(&diff, &[X, ("y.go", "a\nb\n")]);
    assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["x.go", "y.go"]);
}

#[test]
fn a_diff_with_carriage_returns_of_its_own() {
    let plain = format!(
        "diff --git a/my x.go b/my x.go\nindex 1..2 100644\n--- a/my x.go\t\n+++ b/my x.go\t\n{HUNK}"
    );
    let tree = [("my x.go", "a\nb\n")];
    let expected = change(&plain, &tree);
    assert_eq!(change(&plain.replace('\n', "\r\n"), &tree), expected);
    // Line endings are told from the second carriage return on.
    let endings = of_x("@@ -1,3 +1,3 @@\n \n-a\n+a\r\n c\n");
    let tree = [("x.go", "\na\r\nc\n")];
    assert!(change(&endings, &tree).line_endings_only);
    let doubled = endings.replace('\n', "\r\n").replace("\n \r\n", "\n\r\n");
    assert_eq!(change(&doubled, &tree), change(&endings, &tree));
    let same = of_x("@@ -1 +1 @@\n-a\r\n+a\r\n").replace('\n', "\r\n");
    assert!(!change(&same, &[("x.go", "a\r\n")]).line_endings_only);
}

#[test]
fn svn_writes_its_own_headers() {
    let rule = "=".repeat(67);
    let diff = format!(
        "Index: x.go\n{rule}\n--- x.go\t(revision 1)\n+++ x.go\t(working copy)\n{HUNK}\\ No newline at end of file\n\n\
         Property changes on: x.go\n___\nAdded: svn:executable\n## -0,0 +1 ##\n+*\n\\ No newline at end of property\n\
         Index: props.go\n{rule}\n--- props.go\t(revision 1)\n+++ props.go\t(working copy)\n\nProperty changes on: props.go\n___\nAdded: p\n## -0,0 +1 ##\n+*\n\
         Index: image.png\n{rule}\nCannot display: file marked as a binary type.\nsvn:mime-type = application/octet-stream\n\
         Index: new.go\n{rule}\n--- new.go\t(nonexistent)\n+++ new.go\t(working copy)\n@@ -0,0 +1 @@\n+n\n"
    );
    let files = changes(&diff, &[X, ("props.go", "p\n"), ("new.go", "n\n")]);
    let found: Vec<_> = files.iter().map(|f| (f.path.as_str(), f.kind, f.content, f.added.count())).collect();
    let expected = [
        ("x.go", ChangeKind::Modified, ContentKind::Text, 1),
        ("props.go", ChangeKind::Modified, ContentKind::Text, 0),
        ("image.png", ChangeKind::Modified, ContentKind::Binary, 0),
        ("new.go", ChangeKind::Added, ContentKind::Text, 1),
    ];
    assert_eq!(found, expected);
}

#[test]
fn hg_writes_no_ids() {
    let diff = format!(
        "# HG changeset patch\n# User a\ndiff --git a/empty.go b/empty.go\nnew file mode 100644\n\
         diff --git a/new.go b/new.go\nnew file mode 100644\n--- /dev/null\n+++ b/new.go\n@@ -0,0 +1 @@\n+n\n\
         diff -r 111111111111 -r 222222222222 x.go\n--- a/x.go\tMon Jan 01 00:00:00 2024 +0000\n+++ b/x.go\tMon Jan 01 00:00:00 2024 +0000\n{HUNK}"
    );
    let files = changes(&diff, &[X, ("empty.go", ""), ("new.go", "n\n")]);
    let found: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.kind)).collect();
    let added = ChangeKind::Added;
    assert_eq!(found, [("empty.go", added), ("new.go", added), ("x.go", ChangeKind::Modified)]);
}

#[test]
fn gnu_diff_tells_of_binary_files_in_a_sentence() {
    let diff = format!(
        "Binary files v1/i and j.png and v2/i and j.png differ\ndiff -ru v1/x.go v2/x.go\n--- v1/x.go\t2024\n+++ v2/x.go\t2024\n{HUNK}"
    );
    let files = changes(&diff, &[X]);
    assert_eq!((files[0].path.as_str(), files[0].content), ("i and j.png", ContentKind::Binary));
    assert_eq!((files[1].path.as_str(), files[1].content), ("x.go", ContentKind::Text));
}

#[test]
fn a_file_that_becomes_a_link_is_one_file() {
    let gone = "diff --git a/x.go b/x.go\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/x.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
    let link = "diff --git a/x.go b/x.go\nnew file mode 120000\nindex 0000000..1111111\n--- /dev/null\n+++ b/x.go\n@@ -0,0 +1 @@\n+y.go\n\\ No newline at end of file\n";
    let file = change(&format!("{gone}{link}"), &[("x.go", "whatever the link leads to\n")]);
    assert_eq!(
        (file.kind, file.content, lines(&file.deleted)),
        (ChangeKind::Modified, ContentKind::Link, vec![1])
    );
    let back = link.replace("new file", "deleted file").replace(
        "--- /dev/null\n+++ b/x.go\n@@ -0,0 +1 @@\n+",
        "--- a/x.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-",
    ) + "diff --git a/x.go b/x.go\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/x.go\n@@ -0,0 +1 @@\n+a\n";
    let file = change(&back, &[("x.go", "a\n")]);
    assert_eq!(
        (file.kind, file.content, lines(&file.added)),
        (ChangeKind::Modified, ContentKind::Text, vec![1])
    );
    assert!(matches!(error(&format!("{gone}{gone}"), &[]).fault, Fault::Twice { .. }));
}

#[test]
fn a_deleted_file_needs_no_lines_and_its_prefix_is_told_by_the_first_line() {
    let gone = |pair: &str, old: &str| {
        let diff = format!(
            "diff --git {pair}\ndeleted file mode 100644\nindex 1111111..0000000\n--- {old}\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        );
        change(&diff, &[("x.go", "")]).path
    };
    assert_eq!(gone("a/a/x.go b/a/x.go", "a/a/x.go"), "a/x.go");
    assert_eq!(gone("a/x.go a/x.go", "a/x.go"), "a/x.go", "no prefix, and a folder a");
    let irreversible = "diff --git a/x.go b/x.go\ndeleted file mode 100644\nindex 1111111..0000000\n";
    assert_eq!(change(irreversible, &[]).kind, ChangeKind::Deleted);
}

#[test]
fn submodules_in_words() {
    let diff =
        "Submodule libs/my sub 1111111..2222222:\n  > a commit\nSubmodule other contains untracked content\n";
    let file = change(diff, &[]);
    assert_eq!((file.path.as_str(), file.content), ("libs/my sub", ContentKind::Submodule));
}

#[test]
fn headers_alone_of_a_moved_file_whose_white_space_alone_changed() {
    let moved = "diff --git a/o.go b/n.go\nsimilarity index 90%\nrename from o.go\nrename to n.go\nindex 1111111..2222222 100644\n";
    let tree = [X, ("n.go", "a\n")];
    assert_eq!(changes(&format!("{moved}{}", of_x(HUNK)), &tree)[0].kind, ChangeKind::Renamed);
    // At the end, the rest may be missing.
    assert!(matches!(error(moved, &tree).fault, Fault::Missing));
}

#[test]
fn lines_alike_but_for_white_space_stay_paired() {
    let diff =
        of_x("@@ -1,4 +1,5 @@\n-if x {\n-  a( b )\n-\told\n-}\n+if  x  {\n+\ta(b)\n+\tnew\n+\tnewer\n+}  \n");
    let tree = Files::of(&[("x.go", "if  x  {\n\ta(b)\n\tnew\n\tnewer\n}  \n")]);
    let found = |whitespace| {
        let file = read(&mut diff.as_bytes(), &tree, whitespace).expect("a diff").remove(0);
        (lines(&file.added), lines(&file.deleted))
    };
    assert_eq!(found(Whitespace::Significant), (vec![1, 2, 3, 4, 5], vec![1, 2, 3, 4]));
    assert_eq!(found(Whitespace::Eol), (vec![1, 2, 3, 4], vec![1, 2, 3]));
    assert_eq!(found(Whitespace::Change), (vec![2, 3, 4], vec![2, 3]));
    assert_eq!(found(Whitespace::All), (vec![3, 4], vec![3]));
}

#[test]
fn a_go_file_with_a_nul_is_binary() {
    let file = change(&of_x("@@ -0,0 +1 @@\n+a\0b\n"), &[("x.go", "a\0b\n")]);
    assert_eq!((file.content, lines(&file.added)), (ContentKind::Binary, vec![1]));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_line() {
    assert_eq!(lines(&change(&format!("\u{feff}{}", of_x(HUNK)), &[X]).added), [2]);
    let utf16: Vec<u8> = "\u{feff}diff".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = read_bytes(&utf16, &Anything).expect_err("no text");
    assert!(matches!(found.fault, Fault::Utf16), "{found}");
}

/// `diff -U0` of two folders writes the same header for a new file and for a line put before the first one.
#[test]
fn a_line_before_the_first_one_is_an_edit() {
    let kind = |hunks: &str, text: &str| {
        let file = change(&of_x(hunks), &[("x.go", text)]);
        (file.kind, lines(&file.added))
    };
    assert_eq!(kind("@@ -0,0 +1 @@\n+a\n", "a\nb\n"), (ChangeKind::Modified, vec![1]));
    assert_eq!(
        kind("@@ -0,0 +1 @@\n+a\n@@ -2,0 +4 @@\n+d\n", "a\nb\nc\nd\n"),
        (ChangeKind::Modified, vec![1, 4])
    );
    assert_eq!(kind("@@ -0,0 +1,2 @@\n+a\n+b\n", "a\nb\n"), (ChangeKind::Added, vec![1, 2]));
    assert_eq!(
        kind("@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n", "a\nb"),
        (ChangeKind::Added, vec![1, 2])
    );
}
