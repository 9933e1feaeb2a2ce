//! Which line of the head a line of the base is: by rank among the lines that the change leaves alone.

use crate::model::{ChangeKind, FileChange, LineSet};

/// The lines of one file on both sides.
#[derive(Debug)]
pub(super) enum Mapping<'a> {
    /// Nothing changed.
    Same,
    /// All lines of the head are new, and the base has none of them.
    New,
    /// All lines of the base are deleted.
    Gone,
    /// Some were deleted and some added.
    Edited {
        /// Lines of the base that are deleted.
        deleted: Ranked<'a>,
        /// Lines of the head that are added.
        added: Ranked<'a>,
    },
}

impl<'a> Mapping<'a> {
    pub(super) fn of(change: Option<&'a FileChange>) -> Self {
        let Some(change) = change else { return Self::Same };
        match change.kind {
            ChangeKind::Added | ChangeKind::Copied => Self::New,
            ChangeKind::Deleted => Self::Gone,
            // Each line of it is the line that it was.
            ChangeKind::Modified | ChangeKind::Renamed if change.line_endings_only => Self::Same,
            ChangeKind::Modified | ChangeKind::Renamed => {
                Self::Edited { deleted: Ranked::new(&change.deleted), added: Ranked::new(&change.added) }
            }
        }
    }

    /// The line of the head that a line of the base is; `None` when it is deleted.
    pub(super) fn to_head(&self, line: u32) -> Option<u32> {
        match self {
            Self::Same => Some(line),
            Self::New | Self::Gone => None,
            Self::Edited { deleted, added } => added.nth_other(deleted.rank_of_other(line)?),
        }
    }

    /// Whether a line of the head is added.
    pub(super) fn is_added(&self, line: u32) -> bool {
        match self {
            Self::Same | Self::Gone => false,
            Self::New => true,
            Self::Edited { added, .. } => added.lines.contains(line),
        }
    }

    /// Whether any of the lines `first..=last` of the head is added.
    pub(super) fn adds(&self, first: u32, last: u32) -> bool {
        match self {
            Self::Same | Self::Gone => false,
            Self::New => true,
            Self::Edited { added, .. } => added.lines.overlaps(first, last),
        }
    }

    /// Whether any of the lines `first..=last` of the base is deleted.
    pub(super) fn deletes(&self, first: u32, last: u32) -> bool {
        match self {
            Self::Same | Self::New => false,
            Self::Gone => true,
            Self::Edited { deleted, .. } => deleted.lines.overlaps(first, last),
        }
    }

    /// The added lines, where there are some and others.
    pub(super) fn added(&self) -> Option<&'a LineSet> {
        match self {
            Self::Edited { added, .. } => Some(added.lines),
            _ => None,
        }
    }

    /// The deleted lines, where there are some and others.
    pub(super) fn deleted(&self) -> Option<&'a LineSet> {
        match self {
            Self::Edited { deleted, .. } => Some(deleted.lines),
            _ => None,
        }
    }
}

/// A set of lines that counts those outside of it.
#[derive(Debug)]
pub(super) struct Ranked<'a> {
    lines: &'a LineSet,
    /// For each range, how many lines of the set lie before it.
    before: Vec<u32>,
}

impl<'a> Ranked<'a> {
    fn new(lines: &'a LineSet) -> Self {
        let mut sum = 0u32;
        let before = lines.ranges().iter().map(|&(first, last)| {
            let before = sum;
            sum = sum.saturating_add(last - first + 1);
            before
        });
        Self { lines, before: before.collect() }
    }

    /// Lines of the set in front of range `at`.
    fn in_front(&self, at: usize) -> u32 {
        let total = || {
            let last = self.lines.ranges().last().map_or(0, |&(first, last)| last - first + 1);
            self.before.last().map_or(0, |before| before.saturating_add(last))
        };
        self.before.get(at).copied().unwrap_or_else(total)
    }

    /// The 1-based rank of a line among those outside of the set; `None` for a line in it.
    fn rank_of_other(&self, line: u32) -> Option<u32> {
        let at = self.lines.ranges().partition_point(|range| range.1 < line);
        let inside = self.lines.ranges().get(at).is_some_and(|range| range.0 <= line);
        if inside { None } else { line.checked_sub(self.in_front(at)) }
    }

    /// The line of this 1-based rank among those outside of the set.
    fn nth_other(&self, rank: u32) -> Option<u32> {
        let ranges = self.lines.ranges();
        let mut low = 0;
        let mut high = ranges.len();
        // How many ranges lie in front of it: those with fewer other lines before them than its rank.
        while low < high {
            let middle = low.midpoint(high);
            let first = ranges.get(middle).map_or(u32::MAX, |range| range.0);
            if first.saturating_sub(1).saturating_sub(self.in_front(middle)) < rank {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        rank.checked_add(self.in_front(low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ContentKind;
    use proptest::prelude::*;

    fn change(deleted: &[(u32, u32)], added: &[(u32, u32)]) -> FileChange {
        FileChange {
            path: "a.go".to_owned(),
            old_path: None,
            kind: ChangeKind::Modified,
            content: ContentKind::Text,
            added: LineSet::of(added),
            deleted: LineSet::of(deleted),
            line_endings_only: false,
        }
    }

    #[test]
    fn lines_behind_hunks_move_by_what_they_add() {
        let inserted = change(&[], &[(10, 11)]);
        let inserted = Mapping::of(Some(&inserted));
        assert_eq!((inserted.to_head(9), inserted.to_head(10)), (Some(9), Some(12)));
        let cut = change(&[(2, 3)], &[]);
        let cut = Mapping::of(Some(&cut));
        assert_eq!((cut.to_head(1), cut.to_head(2), cut.to_head(4)), (Some(1), None, Some(2)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// The i-th line that survives is the i-th line that was there.
        #[test]
        fn survivors_keep_their_rank(deleted: [bool; 24], added: [bool; 24]) {
            let set = |flags: &[bool; 24]| {
                let lines = (1u32..).zip(flags).filter(|(_, flag)| **flag);
                LineSet::of(&lines.map(|(line, _)| (line, line)).collect::<Vec<_>>())
            };
            let (deleted, added) = (set(&deleted), set(&added));
            let file = FileChange { added: added.clone(), deleted: deleted.clone(), ..change(&[], &[]) };
            let mapping = Mapping::of(Some(&file));
            let others = |set: &LineSet| (1u32..100).filter(|line| !set.contains(*line)).collect::<Vec<_>>();
            let pairs: Vec<(u32, u32)> = others(&deleted).into_iter().zip(others(&added)).collect();
            for (old, new) in pairs {
                prop_assert_eq!(mapping.to_head(old), Some(new));
            }
            prop_assert!(deleted.lines().all(|line| mapping.to_head(line).is_none()));
        }
    }
}
