//! Input that is damaged, hostile, or no diff at all.

use super::*;

#[track_caller]
fn malformed(diff: &str, tree: &[(&str, &str)], line: u64) {
    let found = error(diff, tree);
    assert!(matches!(found.fault, Fault::Malformed(_)), "{found}");
    assert_eq!(found.line, line, "{found}");
}

const X: (&str, &str) = ("x.go", "a\nb\nc\nd\n");

#[test]
fn hunk_headers_that_are_none() {
    for header in [
        "@@",
        "@@ garbage",
        "@@ -1 +1",
        "@@ -4294967296 +1 @@",
        "@@ -1,4294967295 +2 @@",
        "@@ -0,1 +1 @@",
        "@@ -1 +1 @",
    ] {
        malformed(&of_x(&format!("{header}\n-a\n+a\n")), &[X], 3);
    }
    malformed("hello\n@@ -1 +1 @@\n-a\n+b\n", &[X], 2);
    malformed("diff --git a/x.go b/x.go\nold mode 1\nnew mode 2\n@@ -1 +1 @@\n", &[X], 4);
}

#[test]
fn hunks_that_overlap_or_go_back() {
    let hunk = |old: u32, new: u32, text: &str| format!("@@ -{old} +{new} @@\n-x\n+{text}\n");
    for (second, ordered) in [
        (hunk(3, 3, "c"), true),
        (hunk(2, 3, "c"), false),
        (hunk(3, 2, "b"), false),
        (hunk(1, 1, "a"), false),
    ] {
        let diff = of_x(&(hunk(2, 2, "b") + &second));
        if ordered {
            assert_eq!(lines(&change(&diff, &[X]).added), [2, 3]);
        } else {
            let found = error(&diff, &[X]);
            assert!(matches!((found.line, &found.fault), (6, Fault::Order)), "{found}");
            assert_eq!(found.path.as_deref(), Some("x.go"));
        }
    }
    // A place between two lines lies on neither.
    let diff = of_x("@@ -1 +1 @@\n-x\n+a\n@@ -1,0 +2 @@\n+b\n");
    assert_eq!(lines(&change(&diff, &[X]).added), [1, 2]);
}

#[test]
fn hunks_longer_than_their_header_says() {
    for extra in ["+c", "-old", "--- x"] {
        malformed(&of_x(&format!("@@ -1 +1,2 @@\n a\n+b\n{extra}\n")), &[X], 6);
    }
    malformed(&of_x("@@ -1 +1,2 @@\n a\n+b\n--- x\n c\n\n"), &[X], 6);
    malformed(&of_x("@@ -1 +1,2 @@\n a\n+b\n\\ No newline\n+c\n"), &[X], 7);
    // Against the counts of one side only.
    let found = error(&of_x("@@ -1 +1,2 @@\n-x\n-y\n+a\n+b\n"), &[X]);
    assert!(matches!((found.line, &found.fault), (5, Fault::Truncated { old: 0, new: 2 })), "{found}");
}

#[test]
fn headers_without_what_they_announce() {
    let git = "diff --git a/x.go b/x.go\n";
    for rest in [
        "",
        "index 1111111..2222222 100644\n",
        "index 1111111..2222222 100644\n--- a/x.go\n",
        "index 1111111..2222222 100644\n--- a/x.go\n+++ b/x.go\n",
        "new file mode 100644\nindex 0000000..2222222\n",
        "new file mode 100644\n",
        "similarity index 100%\nrename from y.go\n",
        "similarity index 100%\ncopy to x.go\n",
    ] {
        let found = error(&format!("{git}{rest}"), &[X]);
        assert!(matches!((found.line, &found.fault), (1, Fault::Missing)), "{rest}: {found}");
    }
    // Where no tree can tell, the id does.
    let text = "diff --git a/x.txt b/x.txt\nnew file mode 100644\nindex 0000000..2222222\n";
    assert!(matches!(error(text, &[]).fault, Fault::Missing));
    assert_eq!(change(&text.replace("2222222", "e69de29"), &[]).kind, ChangeKind::Added);
    assert_eq!(change(&text.replace("2222222", "473a0f4c"), &[]).kind, ChangeKind::Added);
    let found = error("--- a/x.go\n+++ b/x.go\n", &[X]);
    assert!(matches!(found.fault, Fault::Missing), "{found}");
    malformed("diff --git a/x.go b/y.go\nold mode 100644\nnew mode 100755\n", &[X], 1);
}

#[test]
fn names_that_cannot_be_read() {
    for name in ["\"b/x.go", "\"b/\\q.go\"", "\"b/\\777.go\"", "\t2024", "\"\""] {
        malformed(&format!("--- a/x.go\n+++ {name}\n@@ -1 +1 @@\n-a\n+b\n"), &[X], 2);
    }
    malformed("diff --git a/x b/y\nrename from \"x\n", &[X], 2);
    let long = "d/".repeat(40_000);
    malformed(&format!("--- a/x.go\n+++ b/{long}x.go\n"), &[X], 2);
    malformed(&format!("diff --git a/{long} b/{long}\n"), &[X], 1);
}

/// The tree is never asked for anything outside (`Files` and `Anything` see to it); the names stay what they are.
#[test]
fn names_that_lead_elsewhere_are_data() {
    for name in [
        "../../etc/passwd",
        "/etc/passwd",
        "d/../../x",
        "C:\\x",
        "d//x",
        "\"b/\\033]0;x\\007\"",
        "\"b/\\000\"",
    ] {
        let diff = format!("--- {name}\n+++ {name}\n@@ -1 +1 @@\n-a\n+b\n");
        let file = read_bytes(diff.as_bytes(), &Anything).expect("not a Go file").remove(0);
        let unquoted = name.starts_with('"') || file.path == name || name.ends_with(&file.path);
        assert!(unquoted, "{name}: {}", file.path);
    }
    for name in ["../x.go", "/x.go", "d/../../x.go", "b\\x.go", "a/./x.go"] {
        let diff = format!("--- {name}\n+++ {name}\n@@ -1 +1 @@\n-a\n+b\n");
        assert!(
            matches!(read_bytes(diff.as_bytes(), &Anything).expect_err("outside").fault, Fault::NoFile),
            "{name}"
        );
        let renamed = format!("diff --git a/x b/x\nsimilarity index 100%\nrename from x\nrename to {name}\n");
        assert!(
            matches!(read_bytes(renamed.as_bytes(), &Anything).expect_err("outside").fault, Fault::NoFile),
            "{name}"
        );
    }
}

#[test]
fn a_reader_that_fails_is_no_end() {
    struct Broken<'a>(&'a [u8]);
    impl io::Read for Broken<'_> {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::Other.into())
        }
    }
    impl BufRead for Broken<'_> {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            if self.0.is_empty() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(self.0) }
        }

        fn consume(&mut self, amount: usize) {
            self.0 = &self.0[amount..];
        }
    }
    let diff = of_x("@@ -1 +1,2 @@\n a\n+b\n");
    let found =
        read(&mut Broken(diff.as_bytes()), &Files::of(&[("x.go", "a\nb\n")]), Whitespace::Significant);
    let found = found.expect_err("the end was not reached");
    assert!(
        matches!(&found.fault, Fault::Io(error) if error.kind() == io::ErrorKind::ConnectionReset),
        "{found}"
    );
    assert!(std::error::Error::source(&found).is_some());
}

#[test]
fn messages_name_line_and_file() {
    let found = error(&of_x("@@ -1 +1,2 @@\n a\n+B\n"), &[X]);
    let expected =
        "line 5: x.go: the diff is not from this tree: line 2 of the file is `b`, and `B` in the diff";
    assert_eq!(found.to_string(), expected);
    let found = error(&of_x("@@ -4 +4,2 @@\n d\n+e\n"), &[X]);
    let expected =
        "line 5: x.go: the diff is not from this tree: the file has no line 5, which is `e` in the diff";
    assert_eq!(found.to_string(), expected);
}
