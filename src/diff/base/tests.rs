//! Bases in real repositories, and in clones of them that hold less. Rows are those of the table of cases that the product
//! must get right; the rest is history and names that mean harm.

mod errors;
mod rules;

use git2::{Oid, Repository, RepositoryInitOptions, Signature, Time};
use tempfile::TempDir;

use super::*;

const ZERO: &str = "0000000000000000000000000000000000000000";

/// A repository in a folder of its own.
struct Place {
    _folder: TempDir,
    repository: Repository,
}

impl Place {
    /// Without a commit, `main` checked out.
    fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("base-").tempdir().expect("a folder");
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let repository = Repository::init_opts(folder.path(), &options).expect("a repository");
        Self { _folder: folder, repository }
    }

    /// A commit of its own time and tree, on no branch.
    fn commit(&self, number: i64, parents: &[Oid]) -> Oid {
        let blob = self.repository.blob(format!("{number}\n").as_bytes()).expect("a blob");
        let mut tree = self.repository.treebuilder(None).expect("a builder");
        tree.insert("a.go", blob, 0o100_644).expect("an entry");
        let tree = self.repository.find_tree(tree.write().expect("a tree")).expect("that tree");
        let who = Signature::new("T", "t@example.com", &Time::new(1_000 + number, 0)).expect("a signature");
        let parents: Vec<_> =
            parents.iter().map(|id| self.repository.find_commit(*id).expect("a parent")).collect();
        let parents: Vec<_> = parents.iter().collect();
        self.repository.commit(None, &who, &who, &number.to_string(), &tree, &parents).expect("a commit")
    }

    /// So many commits in a row behind a commit.
    fn row(&self, first: i64, count: i64, behind: &[Oid]) -> Vec<Oid> {
        let mut ids: Vec<Oid> = Vec::new();
        for number in first..first + count {
            let last = ids.last().copied();
            let id = match last {
                Some(last) => self.commit(number, &[last]),
                None => self.commit(number, behind),
            };
            ids.push(id);
        }
        ids
    }

    fn point(&self, name: &str, id: Oid) {
        self.repository.reference(name, id, true, "test").expect("a reference");
    }

    fn local(&self, name: &str, id: Oid) {
        self.point(&format!("refs/heads/{name}"), id);
    }

    fn remote(&self, name: &str, id: Oid) {
        self.point(&format!("refs/remotes/origin/{name}"), id);
    }

    /// Checks a branch out: HEAD alone, which is all that matters here.
    fn on(&self, name: &str, id: Oid) {
        self.local(name, id);
        self.repository.set_head(&format!("refs/heads/{name}")).expect("HEAD");
    }

    fn detach(&self, id: Oid) {
        self.repository.set_head_detached(id).expect("HEAD");
    }

    /// A clone with these commits alone, `edge` being the ones whose parents are cut; HEAD is detached.
    fn shallow(&self, kept: &[Oid], edge: &[Oid], head: Oid) -> Self {
        let clone = Self::new();
        let (from, to) = (self.repository.odb().expect("objects"), clone.repository.odb().expect("objects"));
        let copy = |id: Oid| {
            let object = from.read(id).expect("an object");
            to.write(object.kind(), object.data()).expect("a copy");
        };
        for id in kept {
            let tree = self.repository.find_commit(*id).expect("a commit").tree().expect("its tree");
            tree.iter().for_each(|entry| copy(entry.id()));
            copy(tree.id());
            copy(*id);
        }
        let lines = edge.iter().fold(String::new(), |lines, id| lines + &id.to_string() + "\n");
        fs_err::write(clone.repository.path().join("shallow"), lines).expect("the edge");
        drop(to);
        let clone = clone.again();
        clone.detach(head);
        assert!(clone.repository.is_shallow());
        clone
    }

    /// Opened anew.
    fn again(self) -> Self {
        let repository = Repository::open(self.repository.path()).expect("the repository");
        Self { repository, ..self }
    }

    fn choose(&self, request: &Request<'_>) -> Result<ChosenBase, BaseError> {
        choose(&self.repository, request)
    }

    fn base(&self, name: &str) -> Result<ChosenBase, BaseError> {
        self.choose(&Request { base: Some(name), ..NOTHING })
    }

    fn exact(&self, name: &str) -> Result<ChosenBase, BaseError> {
        self.choose(&Request { base: Some(name), mode: BaseMode::Exact, ..NOTHING })
    }

    fn with(&self, context: &CiContext) -> Result<ChosenBase, BaseError> {
        self.choose(&Request { context: Some(context), ..NOTHING })
    }

    fn alone(&self) -> Result<ChosenBase, BaseError> {
        self.choose(&NOTHING)
    }
}

const NOTHING: Request<'static> =
    Request { base: None, named_by: "--base", mode: BaseMode::MergeBase, context: None };

/// What GitHub says of a pull request, when its payload is there.
fn pull_request(head: Oid, base: Oid) -> CiContext {
    CiContext {
        name: "github",
        title: "GitHub Actions",
        event: "pull_request".to_owned(),
        candidates: vec![
            Candidate::MergeParent {
                merge: None,
                second: Some(head.to_string()),
                origin: "pull_request event".to_owned(),
            },
            Candidate::Branch { name: "main".to_owned(), origin: "GITHUB_BASE_REF".to_owned() },
            tip(base),
        ],
        cure: "set `fetch-depth: 0` on actions/checkout",
        merge_cure: Some("set `fetch-depth: 2` on actions/checkout"),
        ..CiContext::default()
    }
}

fn tip(id: Oid) -> Candidate {
    let origin = "pull_request.base.sha".to_owned();
    Candidate::Commit { id: id.to_string(), exact: false, ancestor: false, origin }
}

fn push(before: &str) -> CiContext {
    let origin = "`before` of the push event".to_owned();
    let before = Candidate::Commit { id: before.to_owned(), exact: true, ancestor: true, origin };
    CiContext {
        candidates: vec![before],
        cure: "set `fetch-depth: 0` on actions/checkout",
        merge_cure: Some("set `fetch-depth: 2` on actions/checkout"),
        ..CiContext::default()
    }
}

/// A history as a pull request finds it: `main` of five commits, a topic of three from the third on, and the merge of both.
struct Pull {
    place: Place,
    main: Vec<Oid>,
    topic: Vec<Oid>,
    merge: Oid,
}

impl Pull {
    fn new() -> Self {
        let place = Place::new();
        let main = place.row(0, 5, &[]);
        let topic = place.row(10, 3, &[main[2]]);
        let merge = place.commit(20, &[main[4], topic[2]]);
        place.remote("main", main[4]);
        place.detach(merge);
        Self { place, main, topic, merge }
    }

    fn context(&self) -> CiContext {
        pull_request(self.topic[2], self.main[3])
    }
}

/// First line, notes, help.
fn told(error: &BaseError) -> String {
    let error = error.to_error();
    assert_eq!(error.exit().code(), 4);
    let mut lines = vec![error.message];
    lines.extend(error.notes);
    lines.push(format!("help: {}", error.help.expect("a next step")));
    lines.join("\n")
}

fn short(id: Oid) -> String {
    id.to_string().chars().take(7).collect()
}

/// The notes of `base-fallback`, a line each.
fn fallback(chosen: &ChosenBase) -> String {
    let found = chosen.findings.iter().filter(|finding| finding.code == Code::BaseFallback);
    let lines: Vec<String> = found
        .flat_map(|finding| [std::slice::from_ref(&finding.message), &finding.facts[..]].concat())
        .collect();
    lines.join("\n")
}
