//! CODEOWNERS -> [`Owners`]: where the file may lie, which of two dialects it is in, and what its lines say.
//!
//! In: the text of the file. Out: compiled rules and the numbers of lines that are none. Pure, and it never fails: a line
//! that means nothing to the platform is skipped, as the platform does.
//!
//! Sources: GitHub, docs.github.com "About code owners" and the errors that its REST API lists (`repos/codeowners/errors`);
//! GitLab, docs.gitlab.com `user/project/codeowners/{index,reference,advanced}` and, where these are silent, what its
//! `ee/lib/gitlab/code_owners` does (file, section parser, reference extractor).

mod github;
mod gitlab;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::model::owner::{NameToken, Owners};

/// Largest file that GitHub loads, in bytes ("under 3 MB").
pub const LARGEST: u64 = 3 << 20;

/// Whose rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// GitHub's.
    GitHub,
    /// GitLab's.
    GitLab,
}

impl Dialect {
    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
        }
    }
}

const GITHUB: &str = ".github/CODEOWNERS";
const GITLAB: &str = ".gitlab/CODEOWNERS";
const TOP: &str = "CODEOWNERS";
const DOCS: &str = "docs/CODEOWNERS";

/// Where to look, in this order; the first file that exists is the only one. `ci` is the name of the CI system at hand.
/// GitHub asks `.github`, the root, `docs`; GitLab the root, `docs`, `.gitlab`.
pub fn places(ci: Option<&str>) -> &'static [&'static str] {
    match ci {
        Some("gitlab") => &[TOP, DOCS, GITLAB, GITHUB],
        // Theirs are regular expressions, which these two dialects would read as something else.
        Some("gitea" | "forgejo") => &[GITHUB, GITLAB],
        _ => &[GITHUB, TOP, DOCS, GITLAB],
    }
}

/// The dialect of a file: its place decides, else a section header, which GitHub would refuse, else the CI system at hand.
pub fn dialect(place: &str, text: &str, ci: Option<&str>) -> Dialect {
    match place {
        GITHUB => Dialect::GitHub,
        GITLAB => Dialect::GitLab,
        _ if ci == Some("gitlab") || text.lines().any(|line| gitlab::Header::of(line.trim()).is_some()) => {
            Dialect::GitLab
        }
        _ => Dialect::GitHub,
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Its rules.
    pub owners: Owners,
    /// How many.
    pub rules: u64,
    /// Lines that are no rule, comment or header; 1-based, ascending.
    pub odd: Vec<u32>,
}

/// Reads a file.
pub fn parse(text: &str, dialect: Dialect) -> Parsed {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match dialect {
        Dialect::GitHub => github::parse(text),
        Dialect::GitLab => gitlab::parse(text),
    }
}

/// Lines that say something, trimmed, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let numbered = (1u32..).zip(text.lines()).map(|(number, line)| (number, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// The text before the first white space without a `\` in front, and what follows.
fn split_pattern(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, char) in line.char_indices() {
        if char.is_whitespace() && !escaped {
            return line.split_at(at);
        }
        escaped = char == '\\' && !escaped;
    }
    (line, "")
}

/// Spells each owner as it was written first: `@Org/Team` and `@org/team` are one.
#[derive(Default)]
struct Spelling {
    first: BTreeMap<String, String>,
}

impl Spelling {
    fn of(&mut self, owner: &str) -> String {
        self.first.entry(owner.to_ascii_lowercase()).or_insert_with(|| owner.to_owned()).clone()
    }
}

/// A name with `*`, `?` and `\` escapes.
fn tokens(name: &str) -> Vec<NameToken> {
    let mut tokens = Vec::new();
    let mut chars = name.chars();
    while let Some(char) = chars.next() {
        tokens.push(match char {
            '*' if tokens.last() == Some(&NameToken::Many) => continue,
            '*' => NameToken::Many,
            '?' => NameToken::One,
            '\\' => NameToken::Char(chars.next().unwrap_or('\\')),
            other => NameToken::Char(other),
        });
    }
    tokens
}
