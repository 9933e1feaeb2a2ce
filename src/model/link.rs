//! Where the sources of a commit can be read in a browser.

/// Addresses of lines, as a CI names its own repository. The address of a line is
/// `{base}{commit}/{path}#L{line}{between}{line}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLinks {
    /// Everything before the commit id; `https://` and characters that need no escaping anywhere.
    pub base: String,
    /// What stands between the first and the last line.
    pub between: &'static str,
}
