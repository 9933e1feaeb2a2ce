//! A change: which lines of which files a base and a head differ in. Made by `diff`, from a repository or from a patch text.

/// Inclusive ranges of 1-based lines: ascending, disjoint, never adjacent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineSet {
    ranges: Vec<(u32, u32)>,
}

impl LineSet {
    /// A set of the lines of these ranges, in any order; empty ranges (`first > last`) are left out.
    pub fn of(ranges: &[(u32, u32)]) -> Self {
        let mut sorted: Vec<(u32, u32)> =
            ranges.iter().copied().filter(|&(first, last)| first <= last).collect();
        sorted.sort_unstable();
        let mut set = Self::default();
        for (first, last) in sorted {
            set.push(first, last);
        }
        set
    }

    /// Adds the lines `first..=last`. `first` must not lie before the start of the last range that was added.
    pub fn push(&mut self, first: u32, last: u32) {
        match self.ranges.last_mut() {
            Some(range) if first <= range.1.saturating_add(1) => range.1 = range.1.max(last),
            _ => self.ranges.push((first, last)),
        }
    }

    /// The ranges.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Whether the line is in the set.
    pub fn contains(&self, line: u32) -> bool {
        self.overlaps(line, line)
    }

    /// Whether any line of `first..=last` is in the set.
    pub fn overlaps(&self, first: u32, last: u32) -> bool {
        let at = self.ranges.partition_point(|range| range.1 < first);
        self.ranges.get(at).is_some_and(|range| range.0 <= last)
    }

    /// All lines, ascending.
    pub fn lines(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|&(first, last)| first..=last)
    }

    /// Number of lines.
    pub fn count(&self) -> u64 {
        self.ranges.iter().map(|&(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Same path on both sides.
    Modified,
    /// New.
    Added,
    /// Gone.
    Deleted,
    /// Under another path, edited or not.
    Renamed,
    /// A copy of a file that the same change touches. All its lines are new.
    Copied,
}

impl ChangeKind {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Modified => "modified",
            Self::Added => "added",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
            Self::Copied => "copied",
        }
    }
}

/// What a changed file is, on the new side (of a deleted file: on the old one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentKind {
    /// Lines.
    Text,
    /// No lines can be told: git's "Binary files differ", or a NUL in the first 8000 bytes.
    Binary,
    /// A symbolic link (mode 120000).
    Link,
    /// A submodule (mode 160000).
    Submodule,
}

/// One file of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path on the new side (of a deleted file: on the old one), relative to the top of the repository, `/` separated, as
    /// stored; bytes that are no UTF-8 are U+FFFD.
    pub path: String,
    /// Path on the old side, where it is another one: of renamed and copied files.
    pub old_path: Option<String>,
    /// What happened.
    pub kind: ChangeKind,
    /// What it is.
    pub content: ContentKind,
    /// Lines of the new side that the change adds; a modified line is a deletion and an addition.
    pub added: LineSet,
    /// Lines of the old side that the change deletes.
    pub deleted: LineSet,
    /// All that differs are the line endings (LF against CRLF), in each line that differs.
    pub line_endings_only: bool,
}

/// `--head`: the side that the profile was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum HeadSide {
    /// The working tree when a Go file in it differs from HEAD, else HEAD.
    #[default]
    Auto,
    /// The commit that is checked out.
    Head,
    /// What is staged.
    Index,
    /// The files as they lie there, untracked Go files included.
    Worktree,
}

impl HeadSide {
    /// The word in `--head`; `auto` is the default and cannot be typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Head => "HEAD",
            Self::Index => "index",
            Self::Worktree => "worktree",
        }
    }
}

/// `--ignore-whitespace`: which differences in white space make no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Whitespace {
    /// Every byte counts.
    #[default]
    Significant,
    /// White space at the end of a line, carriage returns included, does not count.
    Eol,
    /// The amount of white space does not count.
    Change,
    /// White space does not count at all.
    All,
}

impl Whitespace {
    /// The word in `--ignore-whitespace`; empty for the default.
    pub fn name(self) -> &'static str {
        match self {
            Self::Significant => "",
            Self::Eol => "eol",
            Self::Change => "change",
            Self::All => "all",
        }
    }
}

/// `--unmeasured`: what becomes of changed Go files with statements that the profile does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unmeasured {
    /// `missed` where the module of the file occurs in the profile, else `warn`.
    Auto,
    /// Their changed statements count as missed.
    Missed,
    /// They are reported, and do not count.
    Warn,
    /// They are counted in the report and nothing else.
    Ignore,
    /// They are an error (exit code 3).
    Fail,
}

impl Unmeasured {
    /// The word in `--unmeasured`; `auto` is the default and cannot be typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Missed => "missed",
            Self::Warn => "warn",
            Self::Ignore => "ignore",
            Self::Fail => "fail",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_lines_is_joined_ordered_and_counted() {
        let set = LineSet::of(&[(9, 9), (3, 4), (5, 6), (8, 7), (4, 5)]);
        assert_eq!(set.ranges(), [(3, 6), (9, 9)]);
        assert_eq!(set.lines().collect::<Vec<_>>(), [3, 4, 5, 6, 9]);
        assert_eq!(set.count(), 5);
        assert!(set.contains(3) && set.contains(6) && !set.contains(7) && set.contains(9));
        assert!(set.overlaps(7, 9) && !set.overlaps(7, 8) && set.overlaps(1, 3) && !set.overlaps(10, 99));
        assert!(LineSet::default().is_empty() && !set.is_empty());
    }

    #[test]
    fn the_last_line_of_all_is_no_overflow() {
        let mut set = LineSet::of(&[(u32::MAX, u32::MAX)]);
        set.push(u32::MAX, u32::MAX);
        assert_eq!(set.ranges(), [(u32::MAX, u32::MAX)]);
    }
}
