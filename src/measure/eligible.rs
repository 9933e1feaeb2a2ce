//! Which changed files take part in the coverage of a change, as far as their name and kind tell.

use crate::model::{ChangeKind, ContentKind, FileChange, LeftOut};

/// Why a changed file takes no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Not Go.
    NotGo,
    /// It is gone.
    Deleted,
    /// A link, a submodule, or binary.
    NoText,
    /// `_test.go`.
    Test,
    /// Below `vendor/`.
    Vendored,
    /// Go does not build what lies below `testdata/` or a directory that starts with `_` or `.`.
    UnbuiltDirectory,
    /// Generated.
    Generated,
    /// Left out by include, exclude or scope.
    Excluded,
}

/// Why a file takes no part; `None` when name and kind speak for it.
pub fn reason(change: &FileChange) -> Option<Reason> {
    let (directory, base) = change.path.rsplit_once('/').unwrap_or(("", &change.path));
    let mut parts = directory.split('/').filter(|part| !part.is_empty());
    let Some(stem) = base.strip_suffix(".go") else { return Some(Reason::NotGo) };
    if change.kind == ChangeKind::Deleted {
        return Some(Reason::Deleted);
    }
    if change.content != ContentKind::Text {
        return Some(Reason::NoText);
    }
    if parts.clone().any(|part| part == "vendor") {
        return Some(Reason::Vendored);
    }
    if parts.any(|part| part == "testdata" || part.starts_with(['_', '.'])) || base.starts_with(['_', '.']) {
        return Some(Reason::UnbuiltDirectory);
    }
    stem.ends_with("_test").then_some(Reason::Test)
}

/// Counts a file that takes no part.
pub fn count(left_out: &mut LeftOut, reason: Reason) {
    let counter = match reason {
        Reason::NotGo => &mut left_out.not_go,
        Reason::Deleted => &mut left_out.deleted,
        Reason::NoText => &mut left_out.no_text,
        Reason::Test => &mut left_out.tests,
        Reason::Vendored => &mut left_out.vendored,
        Reason::UnbuiltDirectory => &mut left_out.unbuilt_directories,
        Reason::Generated => &mut left_out.generated,
        Reason::Excluded => &mut left_out.excluded,
    };
    *counter += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LineSet;

    #[test]
    fn names_and_kinds_decide() {
        let change = |path: &str, kind: ChangeKind, content: ContentKind| FileChange {
            path: path.to_owned(),
            old_path: None,
            kind,
            content,
            added: LineSet::default(),
            deleted: LineSet::default(),
            line_endings_only: false,
        };
        let of = |path: &str| reason(&change(path, ChangeKind::Modified, ContentKind::Text));
        assert_eq!(of("a/b.go"), None);
        assert_eq!(of("b.go"), None);
        assert_eq!(of("a/b.txt"), Some(Reason::NotGo));
        assert_eq!(of("a/b_test.go"), Some(Reason::Test));
        assert_eq!(of("vendor/x/b.go"), Some(Reason::Vendored));
        assert_eq!(of("m/vendor/x/b.go"), Some(Reason::Vendored));
        assert_eq!(of("vendored/b.go"), None);
        assert_eq!(of("a/testdata/b.go"), Some(Reason::UnbuiltDirectory));
        assert_eq!(of("_old/b.go"), Some(Reason::UnbuiltDirectory));
        assert_eq!(of("a/.x/b.go"), Some(Reason::UnbuiltDirectory));
        assert_eq!(of("a/_b.go"), Some(Reason::UnbuiltDirectory));
        assert_eq!(reason(&change("b.go", ChangeKind::Deleted, ContentKind::Text)), Some(Reason::Deleted));
        for content in [ContentKind::Binary, ContentKind::Link, ContentKind::Submodule] {
            assert_eq!(reason(&change("b.go", ChangeKind::Added, content)), Some(Reason::NoText));
        }
    }
}
