//! Which lines of two texts differ.

use std::path::Path;

use git2::Patch;

use crate::model::LineSet;

use crate::model::Whitespace;

/// `git diff` without context leaves equal blocks of this size at the end of both texts out of its search; what is left out
/// decides where a run of equal lines counts as added (xdiff-interface.c of git).
const TAIL_BLOCK: usize = 1024;

/// Lines added to and deleted from a text: Myers, with the indent heuristic, as `git diff -U0 --indent-heuristic` has them.
pub(super) fn changed(
    old: &[u8],
    new: &[u8],
    whitespace: Whitespace,
) -> Result<(LineSet, LineSet), git2::Error> {
    let tail = equal_tail(old, new);
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut options = git2::DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).indent_heuristic(true).force_text(true);
    match whitespace {
        Whitespace::Significant => {}
        Whitespace::Eol => _ = options.ignore_whitespace_eol(true),
        Whitespace::Change => _ = options.ignore_whitespace_change(true),
        Whitespace::All => _ = options.ignore_whitespace(true),
    }
    let none: Option<&Path> = None;
    let patch = Patch::from_buffers(old, none, new, none, Some(&mut options))?;
    let (mut added, mut deleted) = (LineSet::default(), LineSet::default());
    for at in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(at)?;
        put(&mut added, hunk.new_start(), hunk.new_lines());
        put(&mut deleted, hunk.old_start(), hunk.old_lines());
    }
    Ok((added, deleted))
}

fn put(set: &mut LineSet, start: u32, count: u32) {
    if count > 0 {
        set.push(start, start.saturating_add(count - 1));
    }
}

/// Bytes of the equal end that may be left out: whole blocks, and from the first line start in them.
fn equal_tail(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.rchunks_exact(TAIL_BLOCK).zip(new.rchunks_exact(TAIL_BLOCK));
    let equal = blocks.take_while(|(old, new)| old == new).count() * TAIL_BLOCK;
    let tail = &old[old.len() - equal..];
    memchr::memchr(b'\n', tail).map_or(0, |newline| tail.len() - newline - 1)
}

/// All lines of a text.
pub(super) fn all(text: &[u8]) -> LineSet {
    let open = usize::from(text.last().is_some_and(|&last| last != b'\n'));
    let count = memchr::memchr_iter(b'\n', text).count() + open;
    LineSet::of(&[(1, u32::try_from(count).unwrap_or(u32::MAX))])
}

/// Whether two texts are equal apart from carriage returns before line feeds.
pub fn same_but_for_endings(old: &[u8], new: &[u8]) -> bool {
    let lines = |text| -> Vec<&[u8]> {
        let lines = <[u8]>::split(text, |&byte| byte == b'\n');
        lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect()
    };
    lines(old) == lines(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_text_are_counted_with_and_without_a_last_newline() {
        assert!(all(b"").is_empty());
        assert_eq!(all(b"a").ranges(), [(1, 1)]);
        assert_eq!(all(b"a\n").ranges(), [(1, 1)]);
        assert_eq!(all(b"a\n\nb").ranges(), [(1, 3)]);
    }

    #[test]
    fn the_equal_tail_starts_a_line_and_leaves_the_first_piece_of_it() {
        let tail = "0123456789abcde\n".repeat(200);
        let (old, new) = (format!("x\n{tail}"), format!("y\n{tail}"));
        // 3200 bytes are equal: three blocks, less the rest of the line in which they begin.
        assert_eq!(equal_tail(old.as_bytes(), new.as_bytes()), 3 * 1024 - 16);
        assert_eq!(equal_tail(b"a\n", b"a\n"), 0);
        let long = "x".repeat(5000);
        assert_eq!(equal_tail(long.as_bytes(), long.as_bytes()), 0);
    }

    #[test]
    fn a_line_added_to_a_run_of_equal_lines_is_where_git_sees_it() {
        // `git diff --no-index -U0` of git 2.39: @@ -43,0 +44 @@
        let text = |count: usize| "a line of it\n".repeat(count);
        let (added, deleted) =
            changed(text(200).as_bytes(), text(201).as_bytes(), Whitespace::Significant).expect("lines");
        assert_eq!((added.ranges(), deleted.ranges()), (&[(44, 44)][..], &[][..]));
    }

    #[test]
    fn endings_are_all_that_differs_only_then() {
        assert!(same_but_for_endings(b"a\nb\n", b"a\r\nb\n"));
        assert!(!same_but_for_endings(b"a\nb\n", b"a\r\nb"));
        assert!(!same_but_for_endings(b"a\rb\n", b"ab\n"));
    }
}
