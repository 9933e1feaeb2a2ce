//! Names of commits, as a user types them and as a CI writes them.

use git2::{ErrorCode, Oid, Reference, Repository};

/// Length of a name, at most.
const LONGEST: usize = 1000;
/// Digits of a number behind `~` and `^`, at most: their sum over the longest name stays within what libgit2 adds up.
const DIGITS: usize = 7;

/// The commit that a name stands for, and the name that was found: `main` may be found as `origin/main`. The error lists what
/// was tried.
pub(super) fn find(repository: &Repository, name: &str) -> Result<(String, Oid), Vec<String>> {
    if !is_commit_name(name) {
        return Err(vec![format!("{name} (not the name of a commit)")]);
    }
    let mut tried = Vec::new();
    let remote = is_branch(name).then(|| format!("origin/{name}"));
    for spec in [Some(name.to_owned()), remote].into_iter().flatten() {
        match repository.revparse_single(&spec).and_then(|object| object.peel_to_commit()) {
            Ok(commit) => return Ok((spec, commit.id())),
            Err(error) if error.code() == ErrorCode::Ambiguous => {
                tried.push(format!("{spec} (several objects begin so)"));
            }
            Err(_) => tried.push(spec),
        }
    }
    Err(tried)
}

/// The commit of an id, full or abbreviated. Anything else is no id.
pub(super) fn commit(repository: &Repository, id: &str) -> Option<Oid> {
    if !(4..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let commit = repository.find_commit_by_prefix(id).ok()?;
    Some(commit.id())
}

/// Whether this is a full SHA-1 id.
pub(super) fn is_full_id(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a branch can have this name.
pub(super) fn is_branch(name: &str) -> bool {
    !name.starts_with('-') && name != "HEAD" && Reference::is_valid_name(&format!("refs/heads/{name}"))
}

/// Whether a text can name a commit by itself. libgit2 reads much more: files of a commit, searches in messages, dates, which
/// are other things, slow, or another commit tomorrow. What begins with a dash was meant to be an option.
fn is_commit_name(spec: &str) -> bool {
    if spec.len() > LONGEST || spec.starts_with(['-', '^', '~']) {
        return false;
    }
    let at = spec.find("@{").unwrap_or(spec.len());
    let end = spec.find(['^', '~']).unwrap_or(spec.len()).min(at);
    let (name, mut rest) = spec.split_at(end);
    let odd = |c: char| c.is_control() || matches!(c, ' ' | ':' | '?' | '*' | '[' | '\\');
    if name.contains(odd) || name.contains("..") || (name.is_empty() && !rest.starts_with("@{")) {
        return false;
    }
    while !rest.is_empty() {
        let Some(next) = suffix(rest) else { return false };
        rest = next;
    }
    true
}

/// What follows one `~2`, `^1`, `^{commit}`, `@{upstream}` or `@{1}`.
fn suffix(rest: &str) -> Option<&str> {
    for word in ["^{commit}", "^{}", "@{upstream}", "@{u}"] {
        if let Some(rest) = rest.strip_prefix(word) {
            return Some(rest);
        }
    }
    if let Some(inside) = rest.strip_prefix("@{") {
        let (number, rest) = inside.split_once('}')?;
        let digits = number.strip_prefix('-').unwrap_or(number);
        return (is_number(digits) && !digits.is_empty()).then_some(rest);
    }
    let rest = rest.strip_prefix(['^', '~'])?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    is_number(rest.get(..end)?).then_some(())?;
    rest.get(end..)
}

fn is_number(digits: &str) -> bool {
    digits.len() <= DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())
}
