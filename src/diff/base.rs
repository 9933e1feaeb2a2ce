//! Which commit a change is compared with: `--base`, else what the CI says, else the default branch, else the first parent.
//!
//! In: an open repository and a [`Request`]. Out: a [`ChosenBase`], or a [`BaseError`] that knows what is missing. Names from
//! outside are data: a branch is looked up by its full reference name, and `--base` may hold only what names a commit and
//! means the same tomorrow. Nothing falls back to comparing with the tip of a branch, and nothing reaches the network.

mod error;
mod revision;
mod walk;

#[cfg(test)]
mod tests;

use git2::{ErrorCode, Oid, Reference, Repository};

pub use error::{BaseError, Missing};

use crate::model::{BaseMode, Candidate, ChosenBase, CiContext, Code, Finding};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What the user names: a branch, a tag, an id, `HEAD~2`, `origin/main`.
    pub base: Option<&'a str>,
    /// Where that was said, for people: `--base`.
    pub named_by: &'a str,
    /// Whether a branch stands for its common ancestor with HEAD or for its own tree.
    pub mode: BaseMode,
    /// What the CI at hand says.
    pub context: Option<&'a CiContext>,
}

/// Chooses the base. The first rule that gives a commit wins:
///
/// 1. what the user names;
/// 2. what the CI says; when it names the branch that a change merges into and that is not to be had, this is an error, since
///    any other branch would be a guess;
/// 3. the default branch, when HEAD is not on it;
/// 4. the first parent of HEAD.
pub fn choose(repository: &Repository, request: &Request<'_>) -> Result<ChosenBase, BaseError> {
    let mut chooser = Chooser::new(repository, request)?;
    let found = chooser.find()?;
    let short = walk::short(found.id);
    let label = if found.label.is_empty() { short } else { format!("{} @ {short}", found.label) };
    let commits = walk::commits(repository, chooser.head, found.id);
    Ok(ChosenBase {
        base: found.id.to_string(),
        head: chooser.head.to_string(),
        origin: format!("{label} ({})", found.how),
        commits,
        findings: chooser.findings(),
    })
}

/// Whether history proves that `base` is neither `head` nor an ancestor of it. A shallow clone proves nothing.
pub fn is_unrelated(repository: &Repository, base: &str, head: &str) -> bool {
    let (Ok(base), Ok(head)) = (Oid::from_str(base), Oid::from_str(head)) else { return false };
    let descends = repository.graph_descendant_of(head, base);
    base != head && !repository.is_shallow() && matches!(descends, Ok(false))
}

/// Whether history proves that `base` comes after `head`.
pub fn is_later(repository: &Repository, base: &str, head: &str) -> bool {
    let (Ok(base), Ok(head)) = (Oid::from_str(base), Oid::from_str(head)) else { return false };
    matches!(repository.graph_descendant_of(base, head), Ok(true))
}

/// Whether commits of the history may be missing here.
pub fn is_shallow(repository: &Repository) -> bool {
    repository.is_shallow()
}

/// A base.
struct Found {
    id: Oid,
    /// `origin/main`, `HEAD^1`, or nothing.
    label: String,
    /// `merge base, from GITHUB_BASE_REF`.
    how: String,
}

/// What a rule gave.
enum Step {
    Found(Found),
    /// It does not apply here.
    Skipped,
    /// The CI named something that is of no use; the next rule may do.
    Passed(String),
    /// The CI named the target and it is not to be had.
    Failed(BaseError),
}

struct Chooser<'a> {
    repository: &'a Repository,
    request: &'a Request<'a>,
    head: Oid,
    /// As the commit object names them, whatever a shallow clone hides.
    parents: Vec<Oid>,
    shallow: bool,
    /// The short name of the branch that is checked out.
    on: Option<String>,
    /// What could not be used, and why.
    passed: Vec<String>,
    several: Option<Finding>,
}

impl<'a> Chooser<'a> {
    fn new(repository: &'a Repository, request: &'a Request<'a>) -> Result<Self, BaseError> {
        let reference = repository.head().map_err(|error| match error.code() {
            ErrorCode::UnbornBranch | ErrorCode::NotFound => BaseError::new(Missing::FirstCommit),
            _ => BaseError::git(&error),
        })?;
        let head = reference.peel_to_commit().map_err(|error| BaseError::git(&error))?.id();
        let on = reference.is_branch().then(|| reference.shorthand().ok().map(str::to_owned)).flatten();
        Ok(Self {
            repository,
            request,
            head,
            parents: walk::parents(repository, head),
            shallow: repository.is_shallow(),
            on,
            passed: Vec::new(),
            several: None,
        })
    }

    fn find(&mut self) -> Result<Found, BaseError> {
        if let Some(name) = self.request.base {
            let found = self.named(name)?;
            // The user may well know better, but a target that is compared with itself would always pass.
            return if found.id == self.head { self.wanted_head().map(|()| found) } else { Ok(found) };
        }
        self.wanted_head()?;
        if let Some(found) = self.said_by_ci()? {
            return Ok(found);
        }
        self.usual()
    }

    fn findings(mut self) -> Vec<Finding> {
        let odd = self.request.context.map(|context| context.notes.as_slice()).unwrap_or_default();
        self.passed.extend_from_slice(odd);
        let mut passed = self.passed.into_iter();
        let mut findings: Vec<Finding> = self.several.into_iter().collect();
        if let Some(first) = passed.next() {
            let finding = Finding::new(Code::BaseFallback, first);
            findings.push(passed.fold(finding, Finding::fact));
        }
        findings
    }

    /// Whether HEAD holds the change at all.
    fn wanted_head(&self) -> Result<(), BaseError> {
        let Some((wanted, why)) = self.request.context.and_then(|context| context.wanted_head.as_ref())
        else {
            return Ok(());
        };
        let is = |id: &Oid| !wanted.is_empty() && id.to_string() == *wanted;
        if is(&self.head) || self.parents.get(1).is_some_and(is) {
            return Ok(());
        }
        Err(BaseError::new(Missing::Change { wanted: wanted.clone(), why: why.clone() }))
    }

    /// `--base`.
    fn named(&mut self, name: &str) -> Result<Found, BaseError> {
        let (label, tip) = revision::find(self.repository, name).map_err(|tried| {
            let missing = self.missing_revision(name);
            self.error(BaseError { tried, ..BaseError::new(missing) })
        })?;
        let id = self.merge_base(tip, &label)?;
        Ok(Found { id, label, how: format!("{}, from {}", how(self.request.mode), self.request.named_by) })
    }

    /// What would have to be fetched.
    fn missing_revision(&self, name: &str) -> Missing {
        let (shallow, exact) = (self.shallow, self.request.mode == BaseMode::Exact);
        if revision::is_full_id(name) {
            return Missing::Commit { id: name.to_owned(), shallow, exact };
        }
        let branch = name.strip_prefix("origin/").unwrap_or(name);
        if revision::is_branch(branch) {
            return Missing::Branch { name: name.to_owned(), branch: branch.to_owned(), shallow, exact };
        }
        Missing::Revision { name: name.to_owned(), shallow }
    }

    fn said_by_ci(&mut self) -> Result<Option<Found>, BaseError> {
        let candidates =
            self.request.context.map(|context| context.candidates.as_slice()).unwrap_or_default();
        let mut failed: Option<BaseError> = None;
        for candidate in candidates {
            match self.candidate(candidate)? {
                Step::Found(found) => {
                    self.passed.extend(failed.map(|error| error.message()));
                    return Ok(Some(found));
                }
                Step::Skipped => {}
                Step::Passed(why) => self.passed.push(why),
                Step::Failed(error) => failed = failed.or(Some(error)),
            }
        }
        let Some(mut failed) = failed else { return Ok(None) };
        failed.tried.extend(self.passed.iter().cloned());
        Err(self.error(failed))
    }

    fn candidate(&mut self, candidate: &Candidate) -> Result<Step, BaseError> {
        match candidate {
            Candidate::MergeParent { merge, second, origin } => {
                let fits = |named: &Option<String>, id: Oid| {
                    named.as_ref().is_some_and(|named| *named == id.to_string())
                };
                let applies = match self.parents.as_slice() {
                    [_, other] => {
                        (merge.is_none() && second.is_none())
                            || fits(merge, self.head)
                            || fits(second, *other)
                    }
                    _ => false,
                };
                if !applies {
                    return Ok(Step::Skipped);
                }
                self.first_parent(&format!("first parent of the merge, from {origin}")).map(Step::Found)
            }
            Candidate::FirstParent { head, origin } => {
                if head.as_ref().is_some_and(|head| *head != self.head.to_string()) {
                    return Ok(Step::Passed(format!("HEAD is not the commit of {origin}")));
                }
                self.first_parent(&format!("first parent, from {origin}")).map(Step::Found)
            }
            Candidate::Commit { id, exact, ancestor, origin } => self.commit(id, *exact, *ancestor, origin),
            Candidate::Branch { name, origin } => Ok(self.branch(name, origin)),
        }
    }

    /// An id that the CI names: an object that is a commit, or nothing.
    fn commit(&mut self, id: &str, exact: bool, ancestor: bool, origin: &str) -> Result<Step, BaseError> {
        let passed = |why: &str| Ok(Step::Passed(format!("{origin} is {}{why}", walk::shown(id))));
        if id.bytes().all(|byte| byte == b'0') {
            return passed(": no commit, as for a new branch");
        }
        let Some(commit) = revision::commit(self.repository, id) else {
            let why =
                if self.shallow { "the history is shallow" } else { "a forced push may have removed it" };
            return passed(&format!(", which is not in this clone: {why}"));
        };
        if ancestor && commit == self.head {
            return passed(", which is HEAD itself");
        }
        if ancestor && !self.is_ancestor(commit)? {
            return passed(", which is no ancestor of HEAD");
        }
        let label = String::new();
        if exact {
            return Ok(Step::Found(Found { id: commit, label, how: format!("from {origin}") }));
        }
        Ok(match self.merge_base(commit, &walk::short(commit)) {
            Ok(id) => {
                Step::Found(Found { id, label, how: format!("{}, from {origin}", how(self.request.mode)) })
            }
            Err(error) => Step::Failed(error),
        })
    }

    fn is_ancestor(&self, commit: Oid) -> Result<bool, BaseError> {
        if self.parents.contains(&commit) {
            return Ok(true);
        }
        self.repository.graph_descendant_of(self.head, commit).map_err(|error| BaseError::git(&error))
    }

    /// The branch that the change merges into.
    fn branch(&mut self, name: &str, origin: &str) -> Step {
        let label = format!("origin/{name}");
        // A system that merges into a local branch of that name has moved it.
        let local = (self.on.as_deref() != Some(name)).then_some(("refs/heads/", name));
        let places = [Some(("refs/remotes/origin/", label.as_str())), local];
        let found = places.into_iter().flatten().find_map(|(space, label)| {
            Some((label.to_owned(), reference(self.repository, &format!("{space}{name}"))?))
        });
        let Some((label, tip)) = found else {
            let branch = name.to_owned();
            let (shallow, exact) = (self.shallow, self.request.mode == BaseMode::Exact);
            let tried = places.into_iter().flatten().map(|(_, label)| label.to_owned()).collect();
            let missing = if revision::is_branch(name) {
                Missing::Branch { name: label, branch, shallow, exact }
            } else {
                Missing::Revision { name: label, shallow }
            };
            return Step::Failed(BaseError { tried, ..BaseError::new(missing) });
        };
        match self.merge_base(tip, &label) {
            Ok(id) => {
                Step::Found(Found { id, label, how: format!("{}, from {origin}", how(self.request.mode)) })
            }
            Err(error) => Step::Failed(error),
        }
    }

    /// The default branch, or its first parent where HEAD is on it.
    fn usual(&mut self) -> Result<Found, BaseError> {
        if self.request.context.is_some_and(|context| context.is_default(&self.head.to_string())) {
            return self.first_parent("first parent, on the default branch");
        }
        let named = self.request.context.and_then(|context| context.default_name.as_deref());
        let names = default_names(self.repository, named);
        let found =
            names.iter().find_map(|(full, label)| Some((label.clone(), reference(self.repository, full)?)));
        let Some((label, tip)) = found else {
            let names = names.into_iter().map(|(_, label)| label);
            let tried = self.passed.iter().cloned().chain(names).collect();
            let missing = Missing::Everything { shallow: self.shallow };
            return Err(self.error(BaseError { tried, ..BaseError::new(missing) }));
        };
        let bare = label.strip_prefix("origin/").unwrap_or(&label);
        let may_be_on = self.on.as_deref().is_none_or(|on| on == bare);
        let id = self.merge_base(tip, &label)?;
        if may_be_on && (id == self.head || tip == self.head) {
            return self.first_parent(&format!("first parent, on {bare}"));
        }
        Ok(Found { id, label, how: format!("{}, the default branch", how(self.request.mode)) })
    }

    /// The first parent, by its name in the commit object: a clone of depth 1 hides it, one of depth 2 has it.
    fn first_parent(&self, how: &str) -> Result<Found, BaseError> {
        let Some(&parent) = self.parents.first() else {
            return Err(self.error(BaseError::new(Missing::Parent)));
        };
        if revision::commit(self.repository, &parent.to_string()).is_none() {
            let (id, merge) = (parent.to_string(), self.parents.len() > 1);
            let missing = if self.shallow {
                Missing::ParentCut { id, merge }
            } else {
                Missing::Commit { id, shallow: false, exact: true }
            };
            return Err(self.error(BaseError::new(missing)));
        }
        Ok(Found { id: parent, label: "HEAD^1".to_owned(), how: how.to_owned() })
    }

    /// The common ancestor of HEAD and a commit, or the commit itself when asked so.
    fn merge_base(&mut self, tip: Oid, label: &str) -> Result<Oid, BaseError> {
        if self.request.mode == BaseMode::Exact {
            return Ok(tip);
        }
        let bases = match self.repository.merge_bases(tip, self.head) {
            Ok(bases) => bases,
            Err(error) if error.code() == ErrorCode::NotFound => {
                return Err(self.error(self.no_ancestor(label)));
            }
            Err(error) => return Err(BaseError::git(&error)),
        };
        let Some(&first) = bases.first() else { return Err(self.error(self.no_ancestor(label))) };
        if bases.len() > 1 {
            let (count, short) = (bases.len(), walk::short(first));
            let message = format!("HEAD and {label} have {count} merge bases: took {short}, as git does");
            let finding = Finding::new(Code::SeveralMergeBases, message).count(count as u64);
            let finding = bases.iter().fold(finding, |finding, id| finding.fact(id.to_string()));
            self.several = Some(finding.help("--base REF --base-mode exact"));
        }
        Ok(first)
    }

    fn no_ancestor(&self, label: &str) -> BaseError {
        let base = label.to_owned();
        if !self.shallow {
            return BaseError::new(Missing::Related { base });
        }
        let branch =
            label.strip_prefix("origin/").filter(|name| revision::is_branch(name)).map(str::to_owned);
        let commits = walk::reached(self.repository, self.head);
        BaseError::new(Missing::Ancestor { base, branch, commits })
    }

    /// With the cures of the CI at hand.
    fn error(&self, error: BaseError) -> BaseError {
        let Some(context) = self.request.context else { return error };
        BaseError {
            cure: Some(context.cure).filter(|cure| !cure.is_empty()),
            merge_cure: context.merge_cure,
            ..error
        }
    }
}

/// The mode, for people.
fn how(mode: BaseMode) -> &'static str {
    match mode {
        BaseMode::MergeBase => "merge base",
        BaseMode::Exact => "exact",
    }
}

/// The names of the default branch, in order: full and short.
fn default_names(repository: &Repository, named: Option<&str>) -> Vec<(String, String)> {
    let target = repository.find_reference("refs/remotes/origin/HEAD").ok();
    let target = target.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
    let target = target.and_then(|name| name.strip_prefix("refs/remotes/origin/").map(str::to_owned));
    let mut names: Vec<(String, String)> = Vec::new();
    for name in [named, target.as_deref(), Some("main"), Some("master")].into_iter().flatten() {
        names.push((format!("refs/remotes/origin/{name}"), format!("origin/{name}")));
    }
    for name in [named, Some("main"), Some("master")].into_iter().flatten() {
        names.push((format!("refs/heads/{name}"), name.to_owned()));
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|(full, _)| seen.insert(full.clone()));
    names
}

/// The commit of a reference by its full name, which may hold anything.
fn reference(repository: &Repository, full: &str) -> Option<Oid> {
    if !Reference::is_valid_name(full) {
        return None;
    }
    Some(repository.find_reference(full).ok()?.peel_to_commit().ok()?.id())
}
