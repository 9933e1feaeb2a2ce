//! Paths as typed -> absolute, cleaned of `.` and `..` without asking the file system.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// `path` seen from `base` (absolute), without `.` and `..`. Links are not resolved: `a/link/..` is `a`, as shells show it.
pub(crate) fn absolute(base: &Utf8Path, path: &str) -> Utf8PathBuf {
    let mut clean = Utf8PathBuf::new();
    for part in base.join(path).components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_disappear_and_the_root_is_the_end() {
        let base = Utf8Path::new("/a/b");
        for (path, expected) in
            [(".", "/a/b"), ("../c", "/a/c"), ("/x/./y", "/x/y"), ("../../../..", "/"), ("", "/a/b/")]
        {
            assert_eq!(absolute(base, path), Utf8Path::new(expected), "{path}");
        }
    }
}
