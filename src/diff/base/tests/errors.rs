//! When there is no base: what is said, and which fetch would cure it.

use super::*;

fn fetched(error: &BaseError) -> String {
    error.fetch().expect("a fetch").join(" ")
}

#[test]
fn row_34_the_merge_of_a_pull_request_at_depth_1() {
    let pull = Pull::new();
    let clone = pull.place.shallow(&[pull.merge], &[pull.merge], pull.merge);
    let error = clone.with(&pull.context()).expect_err("no parent");
    let parent = pull.main[4];
    assert_eq!(
        told(&error),
        format!(
            "history is shallow: the first parent of the merge at HEAD is not here: {parent}\n\
             help: set `fetch-depth: 2` on actions/checkout, or run: git fetch --no-tags --depth=1 origin {parent}"
        )
    );
    assert_eq!(fetched(&error), format!("fetch --no-tags --depth=1 origin {parent}"));
    // That fetch cures it.
    let clone = pull.place.shallow(&[pull.merge, parent], &[pull.merge, parent], pull.merge);
    let chosen = clone.with(&pull.context()).expect("a base");
    assert_eq!((chosen.base, chosen.commits), (parent.to_string(), None));
    // A target that is there as well does not help: its merge base would pull in the work of others.
    let clone = pull.place.shallow(&[pull.merge, pull.main[3]], &[pull.merge, pull.main[3]], pull.merge);
    clone.remote("main", pull.main[3]);
    let error = clone.with(&pull.context()).expect_err("no parent");
    assert!(matches!(error.missing, Missing::ParentCut { merge: true, .. }), "{error:?}");
}

#[test]
fn row_36_two_branches_of_depth_1_have_no_merge_base_and_the_tips_are_not_compared() {
    let pull = Pull::new();
    let (head, target) = (pull.topic[2], pull.main[4]);
    let clone = pull.place.shallow(&[head, target], &[head, target], head);
    clone.remote("main", target);
    let wanted = "history is shallow: no common ancestor of HEAD and origin/main within 1 commit\n";
    let command = "git fetch --no-tags --unshallow origin +refs/heads/main:refs/remotes/origin/main";
    let alone = clone.alone().expect_err("no merge base");
    assert_eq!(told(&alone), format!("{wanted}help: {command}"));
    let named = clone.base("main").expect_err("no merge base");
    assert_eq!(told(&named), format!("{wanted}help: {command}"));
    let ci = clone.with(&pull.context()).expect_err("no merge base");
    let gone = format!("pull_request.base.sha is {}, which is not in this clone: the history is shallow", {
        let id = pull.main[3].to_string();
        id[..12].to_owned()
    });
    assert_eq!(
        told(&ci),
        format!("{wanted}tried: {gone}\nhelp: set `fetch-depth: 0` on actions/checkout, or run: {command}")
    );
    assert_eq!(clone.exact("main").expect("asked for").base, target.to_string());
}

#[test]
fn row_37_the_target_is_not_there() {
    let place = Place::new();
    let main = place.row(0, 3, &[]);
    place.on("topic", main[2]);
    // Another usual branch is there, and would be a guess.
    place.remote("master", main[0]);
    let context = CiContext {
        candidates: vec![Candidate::Branch {
            name: "release/1".to_owned(),
            origin: "CHANGE_TARGET".to_owned(),
        }],
        cure: "git fetch --unshallow",
        ..CiContext::default()
    };
    let error = place.with(&context).expect_err("no target");
    assert_eq!(
        told(&error),
        "base origin/release/1 not found\ntried: origin/release/1, release/1\n\
         help: git fetch --no-tags origin +refs/heads/release/1:refs/remotes/origin/release/1"
    );
    let clone = place.shallow(&main[2..], &main[2..], main[2]);
    let gitlab = CiContext { cure: "set `GIT_DEPTH: \"0\"` in the variables of the job", ..context };
    let error = clone.with(&gitlab).expect_err("no target");
    assert_eq!(
        told(&error),
        "base origin/release/1 not found\ntried: origin/release/1, release/1\nthe history is shallow\n\
         help: set `GIT_DEPTH: \"0\"` in the variables of the job, or run: git fetch --no-tags --unshallow origin \
         +refs/heads/release/1:refs/remotes/origin/release/1"
    );
}

#[test]
fn row_41_unrelated_histories() {
    let place = Place::new();
    let (ours, theirs) = (place.commit(0, &[]), place.commit(1, &[]));
    place.on("topic", ours);
    place.remote("main", theirs);
    for error in [place.alone(), place.base("origin/main")] {
        let error = error.expect_err("unrelated");
        assert_eq!(
            told(&error),
            "HEAD and origin/main have no common ancestor\nhelp: --base origin/main --base-mode exact"
        );
        assert_eq!(error.fetch(), None);
    }
    assert_eq!(place.exact("origin/main").expect("a base").base, theirs.to_string());
}

#[test]
fn row_44_pull_request_target_with_the_target_checked_out() {
    let pull = Pull::new();
    let why = "pull_request_target checks out the target branch: the change of the pull request is not here";
    let wants = |id: &str| {
        let wanted_head = Some((id.to_owned(), why.to_owned()));
        CiContext { wanted_head, ..pull.context() }
    };
    let head = pull.topic[2].to_string();
    pull.place.on("main", pull.main[4]);
    let error = pull.place.with(&wants(&head)).expect_err("not the change");
    assert_eq!(
        told(&error),
        format!("{why}\nhelp: check out the head of the pull request, {head}, or run on pull_request")
    );
    let error = pull.place.with(&wants("")).expect_err("not the change");
    assert_eq!(
        told(&error),
        format!("{why}\nhelp: check out the head of the pull request, or run on pull_request")
    );
    // A base that is named does not make the target a change.
    let context = wants(&head);
    let request = Request { base: Some("origin/main"), context: Some(&context), ..NOTHING };
    assert!(matches!(pull.place.choose(&request), Err(BaseError { missing: Missing::Change { .. }, .. })));
    // With the head, or the merge of it, checked out there is something to judge.
    pull.place.detach(pull.topic[2]);
    assert_eq!(pull.place.with(&context).expect("a base").base, pull.main[2].to_string());
    pull.place.detach(pull.merge);
    assert_eq!(pull.place.with(&context).expect("a base").base, pull.main[4].to_string());
}

#[test]
fn a_repository_without_commits_and_one_with_a_single_one() {
    let place = Place::new();
    let error = place.alone().expect_err("unborn");
    assert_eq!(
        told(&error),
        "no base found to compare with: the repository has no commit yet\nhelp: git add -A && git commit"
    );
    assert!(place.base("main").is_err());
    let root = place.commit(0, &[]);
    place.on("main", root);
    let error = place.alone().expect_err("no parent");
    assert_eq!(told(&error), "no base found to compare with: HEAD is the first commit\nhelp: --base REF");
    assert_eq!(error.fetch(), None);
}

#[test]
fn no_usual_branch_at_all() {
    let place = Place::new();
    let ids = place.row(0, 2, &[]);
    place.on("trunk", ids[1]);
    let error = place.alone().expect_err("no default branch");
    assert_eq!(
        told(&error),
        "no base found to compare with\ntried: origin/main, origin/master, main, master\nhelp: --base REF"
    );
    let clone = place.shallow(&ids[1..], &ids[1..], ids[1]);
    let error = clone.with(&push(&ids[0].to_string())).expect_err("no default branch");
    let told = told(&error);
    assert!(told.contains("which is not in this clone: the history is shallow"), "{told}");
    assert!(
        told.ends_with("fetch-depth: 0` on actions/checkout, or run: git fetch --no-tags --unshallow origin"),
        "{told}"
    );
}

#[test]
fn the_default_branch_at_depth_1_names_its_parent() {
    let place = Place::new();
    let ids = place.row(0, 3, &[]);
    let clone = place.shallow(&ids[2..], &ids[2..], ids[2]);
    clone.on("main", ids[2]);
    let context = CiContext { default_branch: true, ..push(&ids[1].to_string()) };
    let error = clone.with(&context).expect_err("no parent");
    assert!(
        told(&error)
            .starts_with(&format!("history is shallow: the first parent of HEAD is not here: {}", ids[1])),
        "{}",
        told(&error)
    );
    assert!(told(&error).contains("help: set `fetch-depth: 2`"), "{}", told(&error));
}

/// A name is looked up, or it is not: it never becomes an option, a search, a file, or a date.
#[test]
fn names_that_mean_harm_are_not_found() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    pull.place.point("refs/heads/-x", pull.main[0]);
    let deep = "^".repeat(5_000);
    let long = "a".repeat(100_000);
    let many = format!("HEAD{}", "~9999999".repeat(200));
    let cases = [
        "-x",
        "--upload-pack=touch x",
        "",
        " ",
        "^main",
        "^HEAD",
        "~1",
        "HEAD:a.go",
        ":/0",
        ":0:a.go",
        "HEAD^{/0}",
        "HEAD^{tree}",
        "HEAD^{blob}",
        "main..HEAD",
        "main...HEAD",
        "..",
        "HEAD@{yesterday}",
        "@{push}",
        "@{-0}x",
        "@{",
        "HEAD@{}",
        "HEAD^{",
        "HEAD~99999999999",
        "HEAD~2147483648",
        "HEAD^9",
        "HEAD^-1",
        "HEAD~99999",
        "a\0b",
        "a\nb",
        "\u{1b}[31m",
        "$(touch x)",
        "a b",
        "../../etc/passwd",
        "/etc/passwd",
        "config",
        "refs/heads/../../config",
        "é",
        "*",
        "main?",
        "[",
        "main\\",
        ZERO,
        "ffffffffffffffffffffffffffffffffffffffff",
        "abcd",
        "@{1}",
        "@{u}",
        "topic@{upstream}",
        "HEAD^{}x",
        &deep,
        &long,
        &many,
    ];
    for name in cases {
        let error = pull.place.base(name).expect_err(name);
        let text = told(&error);
        assert!(text.starts_with("base "), "{text}");
        for word in error.fetch().unwrap_or_default() {
            let ours = ["--no-tags", "--unshallow", "--depth=1"].contains(&word.as_str());
            assert!(ours || !word.starts_with('-'), "{name}: {word}");
        }
    }
    // As a branch that a CI names.
    for name in cases {
        let branch = Candidate::Branch { name: name.to_owned(), origin: "CHANGE_TARGET".to_owned() };
        let context = CiContext { candidates: vec![branch], ..CiContext::default() };
        match pull.place.with(&context) {
            Err(error) => assert!(told(&error).starts_with("base origin/"), "{name}"),
            // References may be called so; it is that very one.
            Ok(chosen) => assert_eq!((name, chosen.base), ("-x", pull.main[0].to_string())),
        }
    }
}

#[test]
fn a_command_that_is_shown_can_be_pasted_whatever_a_branch_is_called() {
    let place = Place::new();
    let id = place.commit(0, &[]);
    place.on("topic", id);
    for (name, word) in [
        ("$(id)", "'+refs/heads/$(id):refs/remotes/origin/$(id)'"),
        ("it's;ls", r"'+refs/heads/it'\''s;ls:refs/remotes/origin/it'\''s;ls'"),
        ("a&b|c", "'+refs/heads/a&b|c:refs/remotes/origin/a&b|c'"),
        ("fix-1/é", "+refs/heads/fix-1/é:refs/remotes/origin/fix-1/é"),
    ] {
        let text = told(&place.base(name).expect_err(name));
        assert!(text.ends_with(&format!("help: git fetch --no-tags origin {word}")), "{text}");
    }
}

#[test]
fn what_is_behind_the_edge_of_a_shallow_clone_can_be_fetched() {
    let place = Place::new();
    let ids = place.row(0, 5, &[]);
    let clone = place.shallow(&ids[3..], &ids[3..4], ids[4]);
    let error = clone.base("HEAD~3").expect_err("cut");
    assert_eq!(
        told(&error),
        "base HEAD~3 not found\ntried: HEAD~3\nthe history is shallow\n\
         help: git fetch --no-tags --unshallow origin"
    );
    let id = ids[0].to_string();
    assert_eq!(
        fetched(&clone.base(&id).expect_err("cut")),
        format!("fetch --no-tags --unshallow origin {id}")
    );
    assert_eq!(
        fetched(&clone.exact(&id).expect_err("cut")),
        format!("fetch --no-tags --depth=1 origin {id}")
    );
    assert_eq!(
        fetched(&clone.exact("origin/x").expect_err("cut")),
        "fetch --no-tags --depth=1 origin +refs/heads/x:refs/remotes/origin/x"
    );
    // In a whole clone nothing asks for a depth.
    place.on("main", ids[4]);
    assert_eq!(place.base("HEAD~9").expect_err("not there").fetch(), None);
}

#[test]
fn a_commit_that_cannot_be_read_is_an_error() {
    let place = Place::new();
    let ids = place.row(0, 3, &[]);
    place.on("topic", ids[2]);
    place.remote("main", ids[0]);
    let id = ids[1].to_string();
    let object = place.repository.path().join("objects").join(&id[..2]).join(&id[2..]);
    fs_err::remove_file(object).expect("gone");
    let place = place.again();
    let error = place.alone().expect_err("a hole");
    assert!(matches!(error.missing, Missing::Git(_)), "{error:?}");
    assert!(told(&error).starts_with("the history cannot be read: "), "{}", told(&error));
    place.on("main", ids[2]);
    place.remote("main", ids[2]);
    let error = place.alone().expect_err("a hole");
    assert_eq!(error.fetch(), Some(["fetch", "--no-tags", "origin", &id].map(str::to_owned).to_vec()));
}
