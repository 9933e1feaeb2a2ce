//! GitHub's dialect: patterns of `.gitignore` without `!`, `[ ]` and `\#`; the last line that matches decides.

use super::{Parsed, Spelling, lines, split_pattern, tokens};
use crate::model::owner::{NameGlob, OwnerPart, OwnerRule, Owners};

pub(super) fn parse(text: &str) -> Parsed {
    let mut spelling = Spelling::default();
    let (mut rules, mut odd) = (Vec::new(), Vec::new());
    for (number, line) in lines(text) {
        match rule(line, &mut spelling) {
            Some(rule) => rules.push(rule),
            None => odd.push(number),
        }
    }
    Parsed { rules: rules.len() as u64, owners: Owners::new(vec![rules]), odd }
}

/// A line without owners is a rule: nobody owns what it names. One owner that is none makes the whole line invalid.
fn rule(line: &str, spelling: &mut Spelling) -> Option<OwnerRule> {
    let (pattern, rest) = split_pattern(line);
    let pattern = pattern_of(pattern)?;
    let said = rest.split_once('#').map_or(rest, |(owners, _comment)| owners);
    let mut owners: Vec<String> = Vec::new();
    for owner in said.split_whitespace() {
        let owner = spelling.of(Some(owner).filter(|owner| is_owner(owner))?);
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    Some(OwnerRule { pattern, owners, excludes: false })
}

/// `@user`, `@org/team` or an address of mail.
fn is_owner(text: &str) -> bool {
    let word =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    match text.split_once('@') {
        Some(("", name)) => match name.split_once('/') {
            Some((org, team)) => word(org) && word(team),
            None => word(name),
        },
        Some((user, host)) => !user.contains('/') && word(host),
        None => false,
    }
}

fn pattern_of(text: &str) -> Option<Vec<OwnerPart>> {
    let refused = text.starts_with(['!', '#']) || text.starts_with("\\#") || text.contains("***");
    if refused || has_class(text) || text.trim_matches('/').is_empty() {
        return None;
    }
    let (body, anchored) = match text.strip_prefix('/') {
        Some(body) => (body, true),
        None => (text, text.trim_end_matches('/').contains('/')),
    };
    let mut parts = Vec::new();
    if !anchored {
        parts.push(OwnerPart::Any);
    }
    let (body, is_directory) = match body.strip_suffix('/') {
        Some(body) => (body, true),
        None => (body, false),
    };
    let names: Vec<&str> = body.split('/').collect();
    let last = names.len().saturating_sub(1);
    for (at, name) in names.into_iter().enumerate() {
        match name {
            "**" if at < last || is_directory => parts.push(OwnerPart::Any),
            // Everything inside, and so at least one name.
            "**" => parts.extend([OwnerPart::Name(NameGlob::any()), OwnerPart::Any]),
            name => parts.push(OwnerPart::Name(NameGlob::new(tokens(name)))),
        }
        // A directory and a file look alike in a pattern, and all in a directory is owned with it; `docs/*` alone stays flat.
        if at == last && !is_directory && !matches!(name, "*" | "**") {
            parts.push(OwnerPart::Any);
        }
    }
    if is_directory {
        parts.extend([OwnerPart::Name(NameGlob::any()), OwnerPart::Any]);
    }
    Some(parts)
}

/// Whether there is a `[` or `]` without a `\` in front.
fn has_class(text: &str) -> bool {
    let mut escaped = false;
    for char in text.chars() {
        if matches!(char, '[' | ']') && !escaped {
            return true;
        }
        escaped = char == '\\' && !escaped;
    }
    false
}
