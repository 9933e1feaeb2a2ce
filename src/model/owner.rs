//! Who owns which file: the rules of a CODEOWNERS file in the form that answers for a path, and the numbers of each owner.
//!
//! A pattern is a list of parts of a path, so that what the two dialects mean by the same text is decided by their parsers
//! and matching is one rule for both. Matching remembers one place to go back to in each list: its cost grows with the
//! length of the pattern times that of the path, never faster.

use std::collections::BTreeMap;

use super::report::Totals;

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerPart {
    /// Any number of directories and names, none included.
    Any,
    /// One directory or name.
    Name(NameGlob),
}

/// A pattern for a single name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameGlob {
    /// This name.
    Literal(String),
    /// A name of this shape.
    Glob(Vec<NameToken>),
}

/// A piece of a [`NameGlob`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameToken {
    /// This character.
    Char(char),
    /// Any one character.
    One,
    /// Any characters, none included.
    Many,
    /// One character of these inclusive ranges, or none of them.
    Class {
        /// Whether the character must lie outside.
        negated: bool,
        /// Inclusive.
        ranges: Vec<(char, char)>,
    },
    /// Nothing at all: a class that is never closed.
    Never,
}

impl NameGlob {
    /// From its pieces; without a wildcard it is a literal.
    pub fn new(tokens: Vec<NameToken>) -> Self {
        let literal = |token: &NameToken| if let NameToken::Char(char) = token { Some(*char) } else { None };
        match tokens.iter().map(literal).collect::<Option<String>>() {
            Some(text) => Self::Literal(text),
            None => Self::Glob(tokens),
        }
    }

    /// Any one name.
    pub fn any() -> Self {
        Self::Glob(vec![NameToken::Many])
    }

    fn matches(&self, name: &Name<'_>) -> bool {
        match self {
            Self::Literal(text) => text == name.text,
            Self::Glob(tokens) => {
                let is = |token: &NameToken, char: &char| token.takes(*char);
                wild(tokens, &name.chars, |token| *token == NameToken::Many, is)
            }
        }
    }
}

impl NameToken {
    /// Whether it takes one character.
    fn takes(&self, char: char) -> bool {
        match self {
            Self::Char(own) => *own == char,
            Self::One => true,
            Self::Many | Self::Never => false,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&char)) != *negated
            }
        }
    }
}

/// A part of a path.
struct Name<'p> {
    text: &'p str,
    chars: Vec<char>,
}

fn names(path: &str) -> Vec<Name<'_>> {
    path.split('/').map(|text| Name { text, chars: text.chars().collect() }).collect()
}

/// Whether a pattern of items and wildcards takes all of `text`. Going back to the last wildcard alone is enough: what stood
/// between two of them was found at its earliest place, and a later one leaves less behind it.
fn wild<P, T>(
    pattern: &[P],
    text: &[T],
    is_wild: impl Fn(&P) -> bool,
    takes: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while let Some(item) = text.get(read) {
        match pattern.get(at) {
            Some(part) if is_wild(part) => {
                at += 1;
                back = Some((at, read));
                continue;
            }
            Some(part) if takes(part, item) => {
                at += 1;
                read += 1;
                continue;
            }
            _ => {}
        }
        let Some((behind, from)) = back else { return false };
        at = behind;
        read = from + 1;
        back = Some((behind, read));
    }
    pattern.iter().skip(at).all(is_wild)
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRule {
    /// Which files it is about.
    pub pattern: Vec<OwnerPart>,
    /// Their owners; none means that nobody owns them.
    pub owners: Vec<String>,
    /// Whether its section says nothing about these files, whatever its other rules say.
    pub excludes: bool,
}

impl OwnerRule {
    fn matches(&self, path: &[Name<'_>]) -> bool {
        let is = |part: &OwnerPart, name: &Name<'_>| match part {
            OwnerPart::Any => false,
            OwnerPart::Name(glob) => glob.matches(name),
        };
        wild(&self.pattern, path, |part| *part == OwnerPart::Any, is)
    }
}

/// Rules of which the last that matches decides, with an index by the name that a pattern begins with: a file of many
/// thousand rules is asked about every file of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Section {
    rules: Vec<OwnerRule>,
    /// Rules for a directory or file at the top, by its name.
    top: BTreeMap<String, Vec<usize>>,
    /// Rules for a name anywhere.
    anywhere: BTreeMap<String, Vec<usize>>,
    /// All others that do not exclude.
    others: Vec<usize>,
    /// Those that do.
    excluding: Vec<usize>,
}

impl Section {
    fn new(rules: Vec<OwnerRule>) -> Self {
        let mut section = Self::default();
        for (at, rule) in rules.iter().enumerate() {
            let list = match rule.pattern.as_slice() {
                _ if rule.excludes => &mut section.excluding,
                [OwnerPart::Name(NameGlob::Literal(name)), ..] => {
                    section.top.entry(name.clone()).or_default()
                }
                [OwnerPart::Any, OwnerPart::Name(NameGlob::Literal(name)), ..] => {
                    section.anywhere.entry(name.clone()).or_default()
                }
                _ => &mut section.others,
            };
            list.push(at);
        }
        section.rules = rules;
        section
    }

    fn owners(&self, path: &[Name<'_>]) -> &[String] {
        let matches = |at: &usize| self.rules.get(*at).is_some_and(|rule| rule.matches(path));
        if self.excluding.iter().any(matches) {
            return &[];
        }
        let top = path.first().and_then(|name| self.top.get(name.text));
        let anywhere = path.iter().filter_map(|name| self.anywhere.get(name.text));
        let lists = top.into_iter().chain(anywhere).chain([&self.others]);
        let last = lists.filter_map(|list| list.iter().rev().find(|at| matches(at))).max();
        last.and_then(|at| self.rules.get(*at)).map_or(&[], |rule| &rule.owners)
    }
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owners {
    sections: Vec<Section>,
}

impl Owners {
    /// From rules in sections. A file has the owners that each section gives it; in a section the last rule that matches
    /// decides.
    pub fn new(sections: Vec<Vec<OwnerRule>>) -> Self {
        Self { sections: sections.into_iter().map(Section::new).collect() }
    }

    /// The owners of a path relative to the repository's root, as written, each once, in the order of the sections.
    pub fn of(&self, path: &str) -> Vec<String> {
        let path = names(path);
        let mut owners: Vec<String> = Vec::new();
        for owner in self.sections.iter().flat_map(|section| section.owners(&path)) {
            if !owners.contains(owner) {
                owners.push(owner.clone());
            }
        }
        owners
    }
}

/// Whether two owners are the same one: GitHub and GitLab tell no upper from lower case in them.
pub fn same_owner(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The files of an owner with their numbers. A file of several owners counts for each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnerReport {
    /// `@org/team`, `@user`, `mail@example.com`, `@@role`; `None` for the files that nobody owns.
    pub name: Option<String>,
    /// Their sum.
    pub totals: Totals,
    /// How many.
    pub files: u64,
    /// The same of the change, where there is one to look at.
    pub patch: Option<Totals>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(parts: &[&str], owner: &str) -> OwnerRule {
        let part = |text: &&str| match *text {
            "**" => OwnerPart::Any,
            "*" => OwnerPart::Name(NameGlob::any()),
            text => OwnerPart::Name(NameGlob::new(text.chars().map(NameToken::Char).collect())),
        };
        OwnerRule {
            pattern: parts.iter().map(part).collect(),
            owners: vec![owner.to_owned()],
            excludes: false,
        }
    }

    #[test]
    fn the_last_rule_wins_in_whichever_index_it_lies() {
        let rules = [
            rule(&["**", "*"], "@all"),
            rule(&["a", "**"], "@top"),
            rule(&["**", "b", "**"], "@anywhere"),
            rule(&["*", "c"], "@glob"),
        ];
        let of = |order: &[usize], path: &str| {
            let rules = order.iter().filter_map(|at| rules.get(*at).cloned()).collect();
            Owners::new(vec![rules]).of(path)
        };
        assert_eq!(of(&[0, 1, 2, 3], "a/b/x"), ["@anywhere"]);
        assert_eq!(of(&[0, 2, 1, 3], "a/b/x"), ["@top"]);
        assert_eq!(of(&[2, 1, 3, 0], "a/b/x"), ["@all"]);
        assert_eq!(of(&[0, 1, 2, 3], "a/c"), ["@glob"]);
        assert_eq!(of(&[3, 1], "a/c"), ["@top"]);
        assert_eq!(of(&[1, 3], "x/y"), [""; 0]);
    }

    #[test]
    fn every_section_gives_its_owners_and_an_excluding_rule_silences_its_own() {
        let excluding = OwnerRule { excludes: true, owners: Vec::new(), ..rule(&["gen", "**"], "") };
        let owners = Owners::new(vec![
            vec![excluding, rule(&["**"], "@a")],
            vec![rule(&["**"], "@b")],
            vec![rule(&["**", "x"], "@a")],
        ]);
        assert_eq!(owners.of("x"), ["@a", "@b"]);
        assert_eq!(owners.of("gen/x"), ["@b", "@a"]);
        assert_eq!(owners.of("gen/y"), ["@b"]);
    }

    #[test]
    fn a_pattern_of_many_wildcards_takes_no_longer_than_its_length_times_the_names() {
        let many = NameGlob::new((0..2000).flat_map(|_| [NameToken::Many, NameToken::Char('a')]).collect());
        let name = Name { text: "", chars: [vec!['a'; 4000], vec!['b']].concat() };
        assert!(!many.matches(&name));
        let deep: Vec<&str> = ["**", "a"].repeat(1000);
        let path = format!("{}b", "a/".repeat(3000));
        assert_eq!(Owners::new(vec![vec![rule(&deep, "@x")]]).of(&path), [""; 0]);
        assert_eq!(Owners::new(vec![vec![rule(&deep, "@x")]]).of(&"a/".repeat(3000)[..5999]), ["@x"]);
    }
}
