//! What a directory holds, as the system tells it.
//!
//! On Linux paths are relative to a directory that is open, entries come into room on the stack and no name is copied: a
//! repository has thousands of directories, and half of what the standard library's way to list them costs is its own. Other
//! systems take that way.

use camino::Utf8Path;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use portable::Top;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use raw::Top;

/// What an entry is, itself: no link is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    File,
    Directory,
    Link,
    Other,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod raw {
    use std::mem::MaybeUninit;

    use rustix::fd::OwnedFd;
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, open, openat, statat};

    use super::{Kind, Utf8Path};

    const FLAGS: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
    /// What the system may fill at once, in bytes: 200 names of usual length, and more than any one name takes.
    const ROOM: usize = 8 << 10;

    /// A directory from which those below are reached.
    #[derive(Debug)]
    pub(in super::super) struct Top {
        dir: OwnedFd,
    }

    impl Top {
        /// `None` where there is no directory.
        pub(in super::super) fn open(path: &Utf8Path) -> Option<Self> {
            let dir = open(path.as_str(), FLAGS | OFlags::PATH, Mode::empty()).ok()?;
            Some(Self { dir })
        }

        /// Calls `each` with the name and kind of every entry of a directory, given by its relative path (`""` for the top
        /// itself). Gives the number of entries, with those whose names are not UTF-8. What cannot be read is not there.
        pub(in super::super) fn list(&self, dir: &str, each: &mut dyn FnMut(&str, Kind)) -> usize {
            let path = if dir.is_empty() { "." } else { dir };
            let flags = FLAGS | OFlags::RDONLY | OFlags::NOFOLLOW;
            let Ok(dir) = openat(&self.dir, path, flags, Mode::empty()) else { return 0 };
            let mut count = 0;
            let mut room = [MaybeUninit::uninit(); ROOM];
            let mut entries = RawDir::new(&dir, &mut room);
            while let Some(Ok(entry)) = entries.next() {
                let name = entry.file_name();
                if name == c"." || name == c".." {
                    continue;
                }
                count += 1;
                let kind = match entry.file_type() {
                    // Some file systems keep it with the file alone.
                    FileType::Unknown => statat(&dir, name, AtFlags::SYMLINK_NOFOLLOW)
                        .map_or(FileType::Unknown, |facts| FileType::from_raw_mode(facts.st_mode)),
                    known => known,
                };
                if let Ok(name) = name.to_str() {
                    each(name, of(kind));
                }
            }
            count
        }

        /// A directory by its relative path; `None` where there is none, or a link.
        pub(in super::super) fn directory(&self, path: &str) -> Option<Directory> {
            let flags = FLAGS | OFlags::PATH | OFlags::NOFOLLOW;
            openat(&self.dir, path, flags, Mode::empty()).ok().map(Directory)
        }
    }

    /// A directory whose entries are asked for by name.
    #[derive(Debug)]
    pub(in super::super) struct Directory(OwnedFd);

    impl Directory {
        /// What an entry is; `None` where there is none.
        pub(in super::super) fn kind(&self, name: &str) -> Option<Kind> {
            let facts = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            Some(of(FileType::from_raw_mode(facts.st_mode)))
        }
    }

    fn of(kind: FileType) -> Kind {
        match kind {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Directory,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        }
    }
}

#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
mod portable {
    use std::collections::BTreeMap;

    use camino::Utf8PathBuf;

    use super::{Kind, Utf8Path};

    /// A directory from which those below are reached.
    #[derive(Debug)]
    pub(in super::super) struct Top {
        dir: Utf8PathBuf,
    }

    impl Top {
        /// `None` where there is no directory.
        pub(in super::super) fn open(path: &Utf8Path) -> Option<Self> {
            path.is_dir().then(|| Self { dir: path.to_owned() })
        }

        /// Calls `each` with the name and kind of every entry of a directory, given by its relative path (`""` for the top
        /// itself). Gives the number of entries, with those whose names are not UTF-8. What cannot be read is not there.
        pub(in super::super) fn list(&self, dir: &str, each: &mut dyn FnMut(&str, Kind)) -> usize {
            let path = if dir.is_empty() { self.dir.clone() } else { self.dir.join(dir) };
            let Ok(entries) = fs_err::read_dir(&path) else { return 0 };
            let mut count = 0;
            for entry in entries.flatten() {
                count += 1;
                let (name, Ok(kind)) = (entry.file_name(), entry.file_type()) else { continue };
                let Some(name) = name.to_str() else { continue };
                let kind = match kind {
                    kind if kind.is_file() => Kind::File,
                    kind if kind.is_dir() => Kind::Directory,
                    kind if kind.is_symlink() => Kind::Link,
                    _ => Kind::Other,
                };
                each(name, kind);
            }
            count
        }

        /// A directory by its relative path; `None` where there is none, or a link.
        pub(in super::super) fn directory(&self, path: &str) -> Option<Directory> {
            let is_directory =
                fs_err::symlink_metadata(self.dir.join(path)).is_ok_and(|facts| facts.is_dir());
            // Where upper and lower case are one, only a list has the names as they are.
            is_directory.then(|| {
                let mut entries = BTreeMap::new();
                self.list(path, &mut |name, kind| {
                    entries.insert(name.to_owned(), kind);
                });
                Directory(entries)
            })
        }
    }

    /// A directory whose entries are asked for by name.
    #[derive(Debug)]
    pub(in super::super) struct Directory(BTreeMap<String, Kind>);

    impl Directory {
        /// What an entry is; `None` where there is none.
        pub(in super::super) fn kind(&self, name: &str) -> Option<Kind> {
            self.0.get(name).copied()
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;

    use super::*;

    /// Everything in a directory, sorted, and how many entries there are.
    macro_rules! listed {
        ($top:path, $path:expr, $dir:expr) => {
            <$top>::open($path).map(|top| {
                let mut names = Vec::new();
                let count = top.list($dir, &mut |name, kind| names.push((name.to_owned(), kind)));
                names.sort();
                (names, count)
            })
        };
    }

    #[test]
    fn both_ways_to_list_a_directory_tell_the_same() {
        let holder = tempfile::tempdir().expect("a temporary directory");
        let top = Utf8Path::from_path(holder.path()).expect("UTF-8");
        let deep = top.join("a/b");
        fs_err::create_dir_all(&deep).expect("directories");
        // More names than fit in the room, of all lengths.
        for at in 0..1000 {
            let name = format!("{at}{}.go", "x".repeat(at % 250));
            fs_err::write(deep.join(name), "").expect("a file");
        }
        fs_err::os::unix::fs::symlink("b", top.join("a/link")).expect("a link");
        fs_err::os::unix::fs::symlink("nothing", top.join("a/.hidden")).expect("a link");
        fs_err::write(top.as_std_path().join(OsStr::from_bytes(b"a/\xff.go")), "").expect("a file");
        let socket = UnixListener::bind(top.join("a/socket")).expect("a socket");
        for dir in ["", "a", "a/b", "a/b/0.go", "nothing"] {
            let own = listed!(Top, top, dir);
            assert_eq!(own, listed!(portable::Top, top, dir), "{dir}");
        }
        let (names, count) = listed!(Top, top, "a").expect("a directory");
        let names: Vec<_> = names.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        let expected =
            [(".hidden", Kind::Link), ("b", Kind::Directory), ("link", Kind::Link), ("socket", Kind::Other)];
        assert_eq!((names.as_slice(), count), (&expected[..], 5));
        assert_eq!(listed!(Top, top, "a/b").expect("a directory").1, 1000);
        for path in [top.join("nothing"), deep.join("0.go")] {
            assert!(Top::open(&path).is_none() && portable::Top::open(&path).is_none(), "{path}");
        }
        drop(socket);
    }

    #[test]
    fn no_link_is_followed() {
        let holder = tempfile::tempdir().expect("a temporary directory");
        let top = Utf8Path::from_path(holder.path()).expect("UTF-8");
        fs_err::create_dir(top.join("dir")).expect("a directory");
        fs_err::write(top.join("dir/a.go"), "").expect("a file");
        fs_err::os::unix::fs::symlink("dir", top.join("link")).expect("a link");
        assert_eq!(listed!(Top, top, "dir").expect("a directory").1, 1);
        assert_eq!(listed!(Top, top, "link").expect("a directory").1, 0);
    }

    /// What some entries of a directory are.
    macro_rules! kinds {
        ($top:path, $path:expr, $dir:expr) => {
            <$top>::open($path)
                .and_then(|top| top.directory($dir))
                .map(|own| ["a.go", "link.go", "sub", "A.go", "none", ""].map(|name| own.kind(name)))
        };
    }

    #[test]
    fn both_ways_to_ask_for_an_entry_tell_the_same() {
        let holder = tempfile::tempdir().expect("a temporary directory");
        let top = Utf8Path::from_path(holder.path()).expect("UTF-8");
        fs_err::create_dir_all(top.join("dir/sub")).expect("directories");
        fs_err::write(top.join("dir/a.go"), "").expect("a file");
        fs_err::os::unix::fs::symlink("a.go", top.join("dir/link.go")).expect("a link");
        fs_err::os::unix::fs::symlink("dir", top.join("link")).expect("a link");
        for dir in ["dir", "dir/sub", "link", "dir/a.go", "none"] {
            assert_eq!(kinds!(Top, top, dir), kinds!(portable::Top, top, dir), "{dir}");
        }
        let kinds = kinds!(Top, top, "dir").expect("a directory");
        assert_eq!(kinds, [Some(Kind::File), Some(Kind::Link), Some(Kind::Directory), None, None, None]);
        assert!(kinds!(Top, top, "link").is_none());
    }
}
