//! What history holds, whatever a shallow clone hides of it.

use git2::{ObjectType, Oid, Repository};

/// Commits that are looked at one by one in a shallow clone, at most.
const MAX_SHALLOW: usize = 10_000;

/// The parents that the commit object names. libgit2 itself hides those behind the edge of a shallow clone.
pub(super) fn parents(repository: &Repository, id: Oid) -> Vec<Oid> {
    let Ok(database) = repository.odb() else { return Vec::new() };
    let Ok(object) = database.read(id) else { return Vec::new() };
    if object.kind() != ObjectType::Commit {
        return Vec::new();
    }
    // The header comes first: a line each, up to the first empty one. Parents stand behind the tree.
    let lines = object.data().split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let named = lines.filter_map(|line| line.strip_prefix(b"parent "));
    named.filter_map(|id| Oid::from_str(std::str::from_utf8(id).ok()?).ok()).collect()
}

/// How many commits HEAD has that the base has not. `None` when a shallow clone hides some.
pub(super) fn commits(repository: &Repository, head: Oid, base: Oid) -> Option<u64> {
    if !repository.is_shallow() {
        let (ahead, _) = repository.graph_ahead_behind(head, base).ok()?;
        return Some(ahead as u64);
    }
    let mut walk = repository.revwalk().ok()?;
    walk.push(head).ok()?;
    walk.hide(base).ok()?;
    let mut count = 0;
    for id in walk.take(MAX_SHALLOW) {
        let id = id.ok()?;
        let known = repository.find_commit(id).ok()?.parent_count();
        let named = parents(repository, id);
        // The base may be a parent that the edge hides: nothing is lost behind it.
        if known < named.len() && named != [base] {
            return None;
        }
        count += 1;
    }
    (count < MAX_SHALLOW as u64).then_some(count)
}

/// How many commits HEAD reaches in a shallow clone.
pub(super) fn reached(repository: &Repository, head: Oid) -> usize {
    let Ok(mut walk) = repository.revwalk() else { return 0 };
    if walk.push(head).is_err() {
        return 0;
    }
    walk.take(MAX_SHALLOW).flatten().count()
}

/// The id as it is shown to people.
pub(super) fn short(id: Oid) -> String {
    id.to_string().chars().take(7).collect()
}

/// Text that should be an id, cut to the length of one.
pub(super) fn shown(id: &str) -> String {
    let long = id.chars().count() > 40;
    let cut: String = id.chars().take(if long { 40 } else { 12 }).collect();
    if long { format!("{cut}…") } else { cut }
}
