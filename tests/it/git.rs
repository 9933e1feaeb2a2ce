//! A real repository in a [`Case`], made by libgit2: no `git` program, and nobody's own config.

use std::ops::Deref;

use git2::{IndexAddOption, Oid, Repository, RepositoryInitOptions, Signature, Time};

use crate::case::{Case, Outcome};

/// A module without code.
pub(crate) const GO_MOD: &str = "module m\n\ngo 1.26\n";

/// A repository with `main` checked out.
pub(crate) struct Repo {
    case: Case,
    git: Repository,
}

impl Deref for Repo {
    type Target = Case;

    fn deref(&self) -> &Case {
        &self.case
    }
}

impl Repo {
    /// Without a commit.
    pub(crate) fn empty() -> Self {
        let case = Case::bare();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let git = Repository::init_opts(case.root(), &options).expect("a repository");
        let repo = Self { case, git };
        for name in ["core.excludesFile", "core.attributesFile"] {
            repo.set(name, "");
        }
        repo.set("core.autocrlf", "false");
        repo
    }

    /// One commit, of the module `m` and these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let repo = Self::empty();
        repo.put("go.mod", GO_MOD);
        for (path, text) in files {
            repo.put(path, text);
        }
        repo.commit();
        repo
    }

    /// With a variable.
    pub(crate) fn var(self, name: &str, value: &str) -> Self {
        Self { case: self.case.var(name, value), ..self }
    }

    /// With all of these.
    pub(crate) fn vars(self, pairs: &[(&str, &str)]) -> Self {
        pairs.iter().fold(self, |repo, (name, value)| repo.var(name, value))
    }

    /// On a pull request of GitHub, with this payload.
    pub(crate) fn github(self, kind: &str, reference: &str, payload: &str) -> Self {
        self.put(".git/event.json", payload);
        let event = self.path(".git/event.json").to_string();
        let sha = self.head().to_string();
        self.vars(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", kind),
            ("GITHUB_REF", reference),
            ("GITHUB_SHA", &sha),
            ("GITHUB_EVENT_PATH", &event),
        ])
    }

    /// With this on standard input.
    pub(crate) fn stdin(self, bytes: impl AsRef<[u8]>) -> Self {
        Self { case: self.case.stdin(bytes), ..self }
    }

    /// Started in a folder below.
    pub(crate) fn within(self, folder: &str) -> Self {
        Self { case: self.case.within(folder), ..self }
    }

    /// A setting of the repository.
    pub(crate) fn set(&self, name: &str, value: &str) {
        self.git.config().and_then(|mut config| config.set_str(name, value)).expect("a setting");
    }

    /// Removes a file of the working directory.
    pub(crate) fn remove(&self, path: &str) {
        fs_err::remove_file(self.path(path)).expect("it is gone");
    }

    /// Stages all that differs.
    pub(crate) fn stage(&self) {
        let mut index = self.git.index().expect("an index");
        index.add_all(["*"], IndexAddOption::DEFAULT, None).expect("all is added");
        index.update_all(["*"], None).expect("what is gone is removed");
        index.write().expect("a written index");
    }

    /// Commits the working directory, but for profiles.
    pub(crate) fn commit(&self) -> Oid {
        self.stage();
        let parent = self.git.head().ok().and_then(|head| head.target());
        self.commit_on(&parent.into_iter().collect::<Vec<_>>())
    }

    /// Commits what is staged behind these parents, and leaves HEAD there.
    pub(crate) fn commit_on(&self, parents: &[Oid]) -> Oid {
        let tree = self.git.index().and_then(|mut index| index.write_tree()).expect("a tree");
        let tree = self.git.find_tree(tree).expect("that tree");
        let who = Signature::new("T", "t@example.com", &Time::new(1_000, 0)).expect("a signature");
        let parents: Vec<_> = parents.iter().map(|id| self.git.find_commit(*id).expect("a parent")).collect();
        let parents: Vec<_> = parents.iter().collect();
        let id = self.git.commit(None, &who, &who, "c", &tree, &parents).expect("a commit");
        match self.git.find_reference("HEAD").expect("HEAD").symbolic_target() {
            Ok(Some(branch)) => _ = self.git.reference(branch, id, true, "test").expect("a branch"),
            _ => self.git.set_head_detached(id).expect("HEAD"),
        }
        id
    }

    /// The commit that HEAD is.
    pub(crate) fn head(&self) -> Oid {
        self.git.head().expect("HEAD").target().expect("a commit")
    }

    /// HEAD, index and files of a commit; HEAD is on no branch.
    pub(crate) fn detach(&self, id: Oid) {
        let commit = self.git.find_object(id, None).expect("a commit");
        self.git.set_head_detached(id).expect("HEAD");
        self.git.reset(&commit, git2::ResetType::Hard, None).expect("its files");
    }

    /// Where a branch of the remote was when it was fetched.
    pub(crate) fn remote(&self, name: &str, id: Oid) {
        self.git.reference(&format!("refs/remotes/origin/{name}"), id, true, "test").expect("a reference");
    }

    /// Removes a branch.
    pub(crate) fn forget(&self, name: &str) {
        let mut found = self.git.find_reference(name).expect("a reference");
        found.delete().expect("it is gone");
    }

    /// Makes it the clone that ends at `edge`: what lies behind is not here.
    pub(crate) fn cut(&self, edge: &[Oid], gone: &[Oid]) {
        let lines = edge.iter().fold(String::new(), |lines, id| lines + &id.to_string() + "\n");
        self.put(".git/shallow", lines);
        for id in gone {
            self.lose(*id);
        }
    }

    /// Removes an object.
    pub(crate) fn lose(&self, id: Oid) {
        let name = id.to_string();
        let (folder, rest) = name.split_at(2);
        self.remove(&format!(".git/objects/{folder}/{rest}"));
    }

    /// The repository behind it.
    pub(crate) fn git(&self) -> &Repository {
        &self.git
    }

    /// `check` with these arguments, in JSON.
    pub(crate) fn check(&self, line: &str) -> Outcome {
        self.run(&format!("check {line} -o json"))
    }
}

/// The change in a report: `STATE SIDE STATEMENTS LINES`, then a line for each file: path, kind, presence, `free` if it is not
/// counted, statements, changed lines, and missed ones behind `!`.
#[track_caller]
pub(crate) fn told(outcome: &Outcome) -> String {
    let report = outcome.json();
    let patch = &report["patch"];
    if patch.is_null() {
        return "none".to_owned();
    }
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let tally = |value: &serde_json::Value| format!("{}/{}", value["covered"], value["total"]);
    let lines = |value: &serde_json::Value| {
        let ranges = value.as_array().expect("a list").iter();
        let ranges: Vec<String> = ranges
            .map(|range| {
                if range[0] == range[1] { range[0].to_string() } else { format!("{}-{}", range[0], range[1]) }
            })
            .collect();
        ranges.join(",")
    };
    let mut told = format!(
        "{} {} {} {}",
        text(&patch["state"]),
        text(&patch["side"]),
        tally(&patch["statements"]),
        tally(&patch["lines"])
    );
    for file in patch["files"].as_array().expect("files") {
        let from = file["old_path"].as_str().map(|old| format!(" from {old}")).unwrap_or_default();
        let free = if file["counted"] == true { "" } else { " free" };
        let estimated = if file["estimated"] == true { " estimated" } else { "" };
        told += &format!(
            "\n{} {}{from} {}{free} {} +{} !{}{estimated}",
            text(&file["path"]),
            text(&file["kind"]),
            text(&file["presence"]),
            tally(&file["statements"]),
            lines(&file["changed"]),
            lines(&file["missed"])
        );
    }
    told
}

/// The reasons with a count in `patch.left_out`.
#[track_caller]
pub(crate) fn left_out(outcome: &Outcome) -> String {
    let report = outcome.json();
    let reasons = report["patch"]["left_out"].as_object().expect("reasons");
    let counted = reasons.iter().filter(|(_, count)| **count != 0);
    counted.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}
