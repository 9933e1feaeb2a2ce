//! Comments that take code out of the count.

use super::comments::Comment;

/// A comment that asks to leave code out, not yet resolved.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The comment.
    pub(super) comment: Comment,
}

/// What a comment asks for, if anything.
pub(super) fn wish(_bytes: &[u8], _comment: Comment, _lcov: bool) -> Option<Wish> {
    None
}
