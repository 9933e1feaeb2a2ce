//! GitLab's dialect: sections, each with its own owners; patterns of Ruby's `File.fnmatch` with `FNM_PATHNAME` and
//! `FNM_DOTMATCH`.

use std::collections::BTreeMap;

use super::{Parsed, Spelling, lines, split_pattern};
use crate::model::owner::{NameGlob, NameToken, OwnerPart, OwnerRule, Owners};

/// The section of lines before the first header.
const DEFAULT: &str = "codeowners";

pub(super) fn parse(text: &str) -> Parsed {
    let mut file = File::default();
    let mut current = file.section(DEFAULT);
    let mut defaults: Vec<String> = Vec::new();
    let mut spelling = Spelling::default();
    let (mut rules, mut odd) = (0, Vec::new());
    for (number, line) in lines(text) {
        if let Some(header) = Header::of(line) {
            current = file.section(header.name);
            defaults = references(header.owners, &mut spelling);
            if header.name.trim().is_empty() {
                odd.push(number);
            }
            continue;
        }
        let entry = Entry::of(line);
        let owners = match entry.owners.trim() {
            _ if entry.excludes => Vec::new(),
            "" => defaults.clone(),
            said => references(said, &mut spelling),
        };
        if owners.is_empty() && !entry.excludes {
            odd.push(number);
        } else {
            rules += 1;
        }
        // An entry that nobody owns still ends the search in its section.
        file.add(current, &entry, owners);
    }
    Parsed { owners: Owners::new(file.rules()), rules, odd }
}

/// Sections in the order of the file, each with its entries by pattern: a pattern that comes again keeps its place and
/// changes its owners.
#[derive(Default)]
struct File {
    sections: Vec<Vec<(String, OwnerRule)>>,
    /// By name in lower case: headers of one name are one section.
    by_name: BTreeMap<String, usize>,
    by_pattern: BTreeMap<(usize, String), usize>,
}

impl File {
    fn section(&mut self, name: &str) -> usize {
        let at = *self.by_name.entry(name.to_lowercase()).or_insert(self.sections.len());
        if at == self.sections.len() {
            self.sections.push(Vec::new());
        }
        at
    }

    fn add(&mut self, section: usize, entry: &Entry<'_>, owners: Vec<String>) {
        let text = normal(entry.pattern);
        let rule = OwnerRule { pattern: parts(&text), owners, excludes: entry.excludes };
        let Some(own) = self.sections.get_mut(section) else { return };
        let at = *self.by_pattern.entry((section, text.clone())).or_insert(own.len());
        match own.get_mut(at) {
            Some(known) => known.1 = rule,
            None => own.push((text, rule)),
        }
    }

    fn rules(self) -> Vec<Vec<OwnerRule>> {
        let rules = |section: Vec<(String, OwnerRule)>| section.into_iter().map(|(_, rule)| rule).collect();
        self.sections.into_iter().map(rules).collect()
    }
}

/// `^[Name][2] @default @owners`. GitLab asks for no more than a closed bracket, so that `[a-z]*.go @x` is one too.
pub(super) struct Header<'l> {
    name: &'l str,
    owners: &'l str,
}

impl<'l> Header<'l> {
    pub(super) fn of(line: &'l str) -> Option<Self> {
        let line = line.strip_prefix('^').unwrap_or(line);
        let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
        let approvals = |rest: &'l str| {
            let (number, behind) = rest.strip_prefix('[')?.split_once(']')?;
            number.bytes().all(|byte| byte.is_ascii_digit()).then_some(behind)
        };
        let rest = approvals(rest).unwrap_or(rest);
        let owners = if rest.starts_with(char::is_whitespace) { rest } else { "" };
        let end = owners.find(|c: char| !(c.is_alphanumeric() || c.is_whitespace() || "@_.-/+".contains(c)));
        Some(Self { name, owners: owners.get(..end.unwrap_or(owners.len())).unwrap_or_default() })
    }
}

/// A line of a section.
struct Entry<'l> {
    pattern: &'l str,
    owners: &'l str,
    /// `!pattern`, since GitLab 17.10.
    excludes: bool,
}

impl<'l> Entry<'l> {
    fn of(line: &'l str) -> Self {
        let (pattern, owners) = split_pattern(line);
        match pattern.strip_prefix('!') {
            Some(pattern) => Self { pattern, owners, excludes: true },
            None => Self { pattern, owners, excludes: false },
        }
    }
}

/// The owners that a text names, also those behind a `#`: there are no comments at the end of a line.
fn references(text: &str, spelling: &mut Spelling) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || ",;()<>\"'".contains(c)) {
        let word = word.trim_end_matches('.');
        if is_owner(word) {
            let owner = spelling.of(word);
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    owners
}

/// `@user`, `@group/sub/group`, `@@role` of three roles, or an address of mail.
fn is_owner(word: &str) -> bool {
    const ROLES: [&str; 3] = ["developer", "maintainer", "owner"];
    if let Some(role) = word.strip_prefix("@@") {
        let role = role.to_ascii_lowercase();
        return ROLES.contains(&role.as_str())
            || role.strip_suffix('s').is_some_and(|role| ROLES.contains(&role));
    }
    let name = |text: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    match word.split_once('@') {
        Some(("", path)) => path.split('/').all(name),
        Some((_, host)) => !host.contains('@') && host.ends_with(|c: char| c.is_alphanumeric() || c == '_'),
        None => false,
    }
}

/// The pattern that GitLab matches: from the root, with `\#` and `\ ` undone.
fn normal(text: &str) -> String {
    if text == "*" {
        return "/**/*".to_owned();
    }
    let text = text.strip_prefix("\\#").map_or_else(|| text.to_owned(), |rest| format!("#{rest}"));
    let mut pattern = without_escaped_space(&text);
    if !pattern.starts_with('/') {
        pattern.insert_str(0, "/**/");
    }
    if pattern.ends_with('/') {
        pattern.push_str("**/*");
    }
    pattern
}

fn without_escaped_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        if char == '\\' && rest.peek().is_some_and(|next| next.is_whitespace()) {
            while rest.next_if(|next| next.is_whitespace()).is_some() {}
            out.push(' ');
        } else {
            out.push(char);
        }
    }
    out
}

/// `**` is any directories only with a `/` behind it; at the end it is no more than `*`.
fn parts(pattern: &str) -> Vec<OwnerPart> {
    let names: Vec<&str> = pattern.strip_prefix('/').unwrap_or(pattern).split('/').collect();
    let last = names.len().saturating_sub(1);
    let part = |(at, name): (usize, &&str)| match *name {
        "**" if at < last => OwnerPart::Any,
        name => OwnerPart::Name(NameGlob::new(tokens(name))),
    };
    names.iter().enumerate().map(part).collect()
}

/// A name with `*`, `?`, `[a-z]`, `[^a]` and `\` escapes; braces mean themselves.
fn tokens(name: &str) -> Vec<NameToken> {
    let chars: Vec<char> = name.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&char) = chars.get(at) {
        at += 1;
        let token = match char {
            '*' if tokens.last() == Some(&NameToken::Many) => continue,
            '*' => NameToken::Many,
            '?' => NameToken::One,
            '[' => match class(&chars, at) {
                Some((class, behind)) => {
                    at = behind;
                    class
                }
                None => NameToken::Never,
            },
            '\\' if at < chars.len() => {
                at += 1;
                NameToken::Char(chars.get(at - 1).copied().unwrap_or('\\'))
            }
            other => NameToken::Char(other),
        };
        tokens.push(token);
    }
    tokens
}

/// A class from behind its `[`, and where it ends; `None` when it does not.
fn class(chars: &[char], from: usize) -> Option<(NameToken, usize)> {
    let mut at = from;
    let negated = matches!(chars.get(at), Some('!' | '^'));
    at += usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        if chars.get(at)? == &']' {
            return Some((NameToken::Class { negated, ranges }, at + 1));
        }
        let first = one(chars, &mut at)?;
        let is_range = chars.get(at) == Some(&'-') && chars.get(at + 1).is_some_and(|next| *next != ']');
        let last = if is_range {
            at += 1;
            one(chars, &mut at)?
        } else {
            first
        };
        ranges.push((first, last));
    }
}

/// One character of a class, an escape undone.
fn one(chars: &[char], at: &mut usize) -> Option<char> {
    if chars.get(*at) == Some(&'\\') && chars.get(*at + 1).is_some() {
        *at += 1;
    }
    let char = chars.get(*at).copied();
    *at += 1;
    char
}
