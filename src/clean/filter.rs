//! What is counted: include and exclude patterns, scope, generated files, ignore comments. Everything left out is counted.

use std::collections::BTreeMap;

use crate::model::report::Excluded;
use crate::model::words::counted;
use crate::model::{
    Code, Disposition, FileProfile, Finding, Ignore, IgnoreKind, Located, Pattern, Place, Profile, Source,
    pattern,
};

/// Which packages the total is of.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Everything.
    All,
    /// A disposition.
    Disposition(Disposition),
    /// Packages that a pattern names.
    Package(Pattern),
}

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub struct FilterRules {
    /// Empty: everything.
    pub include: Vec<Pattern>,
    /// Empty: nothing.
    pub exclude: Vec<Pattern>,
    /// Empty: `main` when any package is, else everything.
    pub scope: Vec<Scope>,
    /// Leave out generated files.
    pub exclude_generated: bool,
    /// Whether ignore comments count.
    pub ignore_comments: bool,
    /// Whether an ignore needs a reason.
    pub require_reason: bool,
}

/// What a filter needs to know of a file.
#[derive(Debug, Clone, Copy)]
pub struct FilterFacts<'a> {
    /// Where it lies.
    pub located: &'a Located,
    /// Its source, when readable.
    pub source: Option<&'a Source>,
}

/// What is left.
#[derive(Debug, Clone)]
pub struct Filtered {
    /// The files and blocks that count.
    pub profile: Profile,
    /// What was left out.
    pub excluded: Excluded,
    /// Statements that ignore comments took out, by file id.
    pub ignored: BTreeMap<u32, u64>,
    /// Unused patterns and comments, and notes on what was left out.
    pub findings: Vec<Finding>,
}

/// Whether the rules take a file that no profile names, such as one that a change adds. `only_main` is whether the default
/// scope is that of the main modules.
pub fn takes(rules: &FilterRules, located: &Located, only_main: bool) -> bool {
    let path = located.path.as_ref().map(|path| path.as_str());
    let base = located.path.as_ref().map_or("", |path| path.base());
    let name = format!("{}/{base}", located.package);
    let matches = |pattern: &Pattern| pattern.matches_file(path, &name);
    in_scope(rules, located, only_main)
        && pattern::included(&rules.include, matches)
        && !pattern::excluded(&rules.exclude, matches)
}

fn in_scope(rules: &FilterRules, located: &Located, only_main: bool) -> bool {
    if rules.scope.is_empty() {
        return !only_main || located.disposition == Disposition::Main;
    }
    let directory = located.path.as_ref().map(crate::model::RepoPath::directory);
    rules.scope.iter().any(|scope| match scope {
        Scope::All => true,
        Scope::Disposition(disposition) => located.disposition == *disposition,
        Scope::Package(pattern) => pattern.matches_package(directory, &located.package),
    })
}

/// Applies the rules to a clean profile. `facts` gives what is known of a name (by its id).
pub fn filter<'a>(
    profile: Profile,
    rules: &FilterRules,
    facts: impl Fn(u32) -> Option<FilterFacts<'a>>,
) -> Filtered {
    let mut filter = Filter {
        rules,
        only_main: rules.scope.is_empty()
            && profile.files.iter().any(|file| {
                facts(file.id).is_some_and(|facts| facts.located.disposition == Disposition::Main)
            }),
        used_include: vec![false; rules.include.len()],
        used_exclude: vec![false; rules.exclude.len()],
        excluded: Excluded::default(),
        ignored: BTreeMap::new(),
        ignores: Ignores::default(),
    };
    let Profile { mode, files, input_sets } = profile;
    let files = files
        .into_iter()
        .filter_map(|file| match facts(file.id) {
            Some(facts) => filter.file(file, facts),
            None => Some(file),
        })
        .collect();
    let findings = filter.findings();
    let Filter { excluded, ignored, .. } = filter;
    Filtered { profile: Profile { mode, files, input_sets }, excluded, ignored, findings }
}

struct Filter<'r> {
    rules: &'r FilterRules,
    only_main: bool,
    used_include: Vec<bool>,
    used_exclude: Vec<bool>,
    excluded: Excluded,
    ignored: BTreeMap<u32, u64>,
    ignores: Ignores,
}

/// Ignore comments worth a word.
#[derive(Default)]
struct Ignores {
    unused: Vec<(String, Ignore)>,
    without_reason: Vec<(String, Ignore)>,
    covered: Vec<(String, Ignore)>,
}

impl Filter<'_> {
    fn file(&mut self, mut file: FileProfile, facts: FilterFacts<'_>) -> Option<FileProfile> {
        let statements = || -> u64 { file.blocks.iter().map(|block| u64::from(block.stmts)).sum() };
        let path = facts.located.path.as_ref().map(|path| path.as_str());
        let has_patterns = !(self.rules.include.is_empty() && self.rules.exclude.is_empty());
        let name = has_patterns.then(|| [&*facts.located.package, "/", file.name.base()].concat());
        let name = name.unwrap_or_default();
        let matches = |pattern: &Pattern| pattern.matches_file(path, &name);
        if !in_scope(self.rules, facts.located, self.only_main) {
            self.excluded.scope_files += 1;
            self.excluded.scope_statements += statements();
            return None;
        }
        mark(&self.rules.include, &mut self.used_include, matches);
        mark(&self.rules.exclude, &mut self.used_exclude, matches);
        if !pattern::included(&self.rules.include, matches) || pattern::excluded(&self.rules.exclude, matches)
        {
            self.excluded.pattern_files += 1;
            self.excluded.pattern_statements += statements();
            return None;
        }
        if self.rules.exclude_generated && facts.source.is_some_and(|source| source.generated) {
            self.excluded.generated_files += 1;
            self.excluded.generated_statements += statements();
            return None;
        }
        if self.rules.ignore_comments
            && file.fits_source != Some(false)
            && let Some(source) = facts.source.filter(|source| !source.ignores.is_empty())
        {
            let shown = path.unwrap_or(file.name.as_str()).to_owned();
            self.ignore(&mut file, source, &shown);
        }
        Some(file)
    }

    /// Takes out the blocks that start inside an ignored extent.
    fn ignore(&mut self, file: &mut FileProfile, source: &Source, path: &str) {
        let mut used = vec![(false, false); source.ignores.len()];
        let mut taken = 0;
        file.blocks.retain(|block| {
            let mut out = false;
            for (ignore, used) in source.ignores.iter().zip(&mut used) {
                let inside = |extent: &crate::model::Extent| {
                    extent.start <= block.extent.start && block.extent.start < extent.end
                };
                if ignore.extents.iter().any(inside) {
                    out = true;
                    used.0 = true;
                    used.1 |= block.count > 0 && block.stmts > 0;
                }
            }
            if out {
                taken += u64::from(block.stmts);
            }
            !out
        });
        self.excluded.ignored_statements += taken;
        *self.ignored.entry(file.id).or_default() += taken;
        for (ignore, (used, covered)) in source.ignores.iter().zip(used) {
            let found = || (path.to_owned(), ignore.clone());
            // The comment that opens a section speaks for both; an end that nothing opens has no extent.
            let closing = ignore.kind == IgnoreKind::End && !ignore.extents.is_empty();
            if !used && !closing {
                self.ignores.unused.push(found());
            }
            if used && covered && !closing {
                self.ignores.covered.push(found());
            }
            if self.rules.require_reason && ignore.reason.is_empty() && ignore.kind != IgnoreKind::End {
                self.ignores.without_reason.push(found());
            }
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let lists = [
            ("include", &self.rules.include, &self.used_include),
            ("exclude", &self.rules.exclude, &self.used_exclude),
        ];
        for (list, patterns, used) in lists {
            for (pattern, _) in patterns.iter().zip(used).filter(|(_, used)| !**used) {
                let message = format!("{list} pattern \"{}\" matched nothing", pattern.text);
                findings.push(Finding::new(Code::UnusedExclude, message));
            }
        }
        for (path, ignore) in &self.ignores.unused {
            let message = format!("\"{}\" takes nothing out", ignore.word);
            findings.push(
                Finding::new(Code::UnusedIgnore, message).at(Place::line(path.as_str(), ignore.at.line)),
            );
        }
        for (path, ignore) in &self.ignores.without_reason {
            let message = format!("\"{}\" gives no reason", ignore.word);
            findings.push(
                Finding::new(Code::IgnoreWithoutReason, message)
                    .at(Place::line(path.as_str(), ignore.at.line))
                    .help(format!("write //{} and why", ignore.word)),
            );
        }
        for (path, ignore) in &self.ignores.covered {
            let message = format!("code that \"{}\" takes out is covered", ignore.word);
            findings.push(
                Finding::new(Code::IgnoredCovered, message).at(Place::line(path.as_str(), ignore.at.line)),
            );
        }
        findings.extend(excluded_note(&self.excluded));
        findings
    }
}

/// A pattern is used when it is the one that matches, even where a later one takes it back.
fn mark(patterns: &[Pattern], used: &mut [bool], matches: impl Fn(&Pattern) -> bool) {
    for (pattern, used) in patterns.iter().zip(used) {
        *used = *used || matches(pattern);
    }
}

fn excluded_note(excluded: &Excluded) -> Option<Finding> {
    let mut parts = Vec::new();
    let mut part = |files: u64, statements: u64, why: &str| {
        if files > 0 {
            parts.push(format!("{} by {why} ({})", counted(files, "file"), counted(statements, "statement")));
        }
    };
    part(excluded.pattern_files, excluded.pattern_statements, "pattern");
    part(excluded.scope_files, excluded.scope_statements, "scope");
    part(excluded.generated_files, excluded.generated_statements, "the generated-code line");
    if excluded.ignored_statements > 0 {
        parts.push(format!("{} by ignore comments", counted(excluded.ignored_statements, "statement")));
    }
    if parts.is_empty() {
        return None;
    }
    let files = excluded.pattern_files + excluded.scope_files + excluded.generated_files;
    Some(Finding::new(Code::ExcludedCode, format!("left out: {}", parts.join(", "))).count(files.max(1)))
}
