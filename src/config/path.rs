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

/// Where what is written to `path` lands: [`absolute`], with the links followed of as much as is there. So two ways to one file
/// are seen to be one.
pub(crate) fn landing(base: &Utf8Path, path: &str) -> Utf8PathBuf {
    let whole = absolute(base, path);
    let landed = whole.ancestors().find_map(|known| {
        let real = known.canonicalize_utf8().ok()?;
        Some(real.join(whole.strip_prefix(known).ok()?))
    });
    landed.unwrap_or(whole)
}

/// `target` as seen from the directory `from` (both absolute and clean): `../.coverdict.yml`. `.` for `from` itself.
pub(crate) fn seen_from(from: &Utf8Path, target: &Utf8Path) -> String {
    let (from, target): (Vec<_>, Vec<_>) = (from.components().collect(), target.components().collect());
    let shared = from.iter().zip(&target).take_while(|(a, b)| a == b).count();
    // Nothing in common but a root or less (another drive): only the absolute path leads there.
    if shared == 0 {
        return target.iter().collect::<Utf8PathBuf>().into_string();
    }
    let up = std::iter::repeat_n("..", from.len() - shared);
    let parts: Vec<&str> = up.chain(target.iter().skip(shared).map(Utf8Component::as_str)).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
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

    #[test]
    fn a_path_is_seen_from_a_folder() {
        let seen = |from: &str, target: &str| seen_from(Utf8Path::new(from), Utf8Path::new(target));
        assert_eq!(seen("/a/b", "/a/b/c.yml"), "c.yml");
        assert_eq!(seen("/a/b", "/a/c.yml"), "../c.yml");
        assert_eq!(seen("/a/b", "/x"), "../../x");
        assert_eq!(seen("/a", "/a"), ".");
    }
}
