//! Which rule gives the base, and what is said of it.

use super::*;

#[test]
fn row_35_the_merge_of_a_pull_request_at_depth_2_has_its_first_parent_for_a_base() {
    let pull = Pull::new();
    let (target, head) = (pull.main[4], pull.topic[2]);
    let clone = pull.place.shallow(&[pull.merge, target, head], &[target, head], pull.merge);
    let chosen = clone.with(&pull.context()).expect("a base");
    assert_eq!((chosen.base, chosen.head), (target.to_string(), pull.merge.to_string()));
    let said = format!("HEAD^1 @ {} (first parent of the merge, from pull_request event)", short(target));
    assert_eq!(chosen.origin, said);
    assert_eq!((chosen.commits, chosen.findings), (None, Vec::new()));
    // In a whole clone it is the same base, and the commits can be counted: three, and the merge.
    let chosen = pull.place.with(&pull.context()).expect("a base");
    assert_eq!((chosen.base, chosen.commits), (target.to_string(), Some(4)));
}

#[test]
fn the_merge_is_known_by_its_own_id_as_well() {
    let pull = Pull::new();
    let merge = |merge: Option<Oid>, second: Option<Oid>| {
        let id = |id: Option<Oid>| id.map(|id| id.to_string());
        let origin = "pull_request event".to_owned();
        let parent = Candidate::MergeParent { merge: id(merge), second: id(second), origin };
        let context = CiContext { candidates: vec![parent], ..pull.context() };
        pull.place.with(&context).expect("a base").base == pull.main[4].to_string()
    };
    let other = pull.main[0];
    pull.place.remote("main", pull.main[2]);
    for (of, second) in [(Some(pull.merge), None), (None, Some(pull.topic[2])), (None, None)] {
        assert!(merge(of, second));
    }
    assert!(merge(Some(pull.merge), Some(other)), "the payload may be older than the merge");
    for (of, second) in [(Some(other), None), (None, Some(other)), (Some(other), Some(other))] {
        assert!(!merge(of, second), "the author merged something");
    }
}

#[test]
fn the_head_of_a_pull_request_alone_is_compared_from_where_it_began() {
    let pull = Pull::new();
    pull.place.detach(pull.topic[2]);
    let chosen = pull.place.with(&pull.context()).expect("a base");
    assert_eq!(chosen.base, pull.main[2].to_string());
    assert_eq!(
        chosen.origin,
        format!("origin/main @ {} (merge base, from GITHUB_BASE_REF)", short(pull.main[2]))
    );
    assert_eq!((chosen.commits, chosen.findings), (Some(3), Vec::new()));
    // A branch of the target's name that is checked out is the change, and no target.
    pull.place.repository.find_reference("refs/remotes/origin/main").expect("it").delete().expect("gone");
    pull.place.on("main", pull.topic[2]);
    let chosen = pull.place.with(&pull.context()).expect("a base");
    assert_eq!(chosen.origin, format!("{} (merge base, from pull_request.base.sha)", short(pull.main[2])));
}

#[test]
fn the_tip_that_the_payload_names_is_the_last_resort() {
    let pull = Pull::new();
    pull.place.detach(pull.topic[2]);
    pull.place.repository.find_reference("refs/remotes/origin/main").expect("it").delete().expect("gone");
    let chosen = pull.place.with(&pull.context()).expect("a base");
    assert_eq!(chosen.base, pull.main[2].to_string());
    assert_eq!(chosen.origin, format!("{} (merge base, from pull_request.base.sha)", short(pull.main[2])));
    assert_eq!(fallback(&chosen), "base origin/main not found");
}

#[test]
fn row_38_an_id_of_zeros_is_no_base_and_the_next_rule_says_so() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    let chosen = pull.place.with(&push(ZERO)).expect("a base");
    assert_eq!(chosen.base, pull.main[2].to_string());
    let said = format!("origin/main @ {} (merge base, the default branch)", short(pull.main[2]));
    assert_eq!(chosen.origin, said);
    assert_eq!(
        fallback(&chosen),
        "`before` of the push event is 000000000000: no commit, as for a new branch"
    );
}

#[test]
fn row_39_a_commit_that_a_forced_push_removed_is_no_base() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    let gone = "1f2e3d4c5b6a79880123456789abcdef01234567";
    let chosen = pull.place.with(&push(gone)).expect("a base");
    assert_eq!(chosen.base, pull.main[2].to_string());
    assert_eq!(
        fallback(&chosen),
        "`before` of the push event is 1f2e3d4c5b6a, which is not in this clone: a forced push may have removed it"
    );
    // The object may still be there.
    let old = pull.place.commit(30, &[pull.main[2]]);
    let chosen = pull.place.with(&push(&old.to_string())).expect("a base");
    assert_eq!(chosen.base, pull.main[2].to_string());
    assert!(fallback(&chosen).ends_with("which is no ancestor of HEAD"), "{}", fallback(&chosen));
    // A build that runs again on what it built before.
    let chosen = pull.place.with(&push(&pull.topic[2].to_string())).expect("a base");
    assert!(fallback(&chosen).ends_with("which is HEAD itself"), "{}", fallback(&chosen));
}

#[test]
fn a_push_is_compared_with_what_was_there_before() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    let chosen = pull.place.with(&push(&pull.topic[0].to_string())).expect("a base");
    assert_eq!((chosen.base, chosen.commits), (pull.topic[0].to_string(), Some(2)));
    assert_eq!(chosen.origin, format!("{} (from `before` of the push event)", short(pull.topic[0])));
    // Abbreviated, as Travis and Bitbucket do.
    let some: String = pull.topic[0].to_string().chars().take(12).collect();
    assert_eq!(pull.place.with(&push(&some)).expect("a base").base, pull.topic[0].to_string());
    for odd in ["HEAD", "main", "-x", "", "zz", "HEAD~1", "abc", "refs/heads/main"] {
        let chosen = pull.place.with(&push(odd)).expect("a base");
        assert_eq!(chosen.base, pull.main[2].to_string(), "{odd} is no id");
    }
}

#[test]
fn row_45_a_merge_group_has_the_base_of_its_payload() {
    let pull = Pull::new();
    let origin = "merge_group.base_sha".to_owned();
    let id = pull.main[4].to_string();
    let base = Candidate::Commit { id, exact: true, ancestor: true, origin };
    let target = Candidate::Branch { name: "main".to_owned(), origin: "merge_group.base_ref".to_owned() };
    let context = CiContext { candidates: vec![base, target], ..pull.context() };
    // Behind the entry there is a second one: its change is not ours.
    let next = pull.place.row(40, 1, &[pull.merge])[0];
    pull.place.remote("main", next);
    let chosen = pull.place.with(&context).expect("a base");
    assert_eq!(chosen.base, pull.main[4].to_string());
    // At depth 2 the edge hides all but the parents, which is enough; and so does an object fetched by its id.
    let (target, head) = (pull.main[4], pull.topic[2]);
    for edge in [vec![target, head], vec![pull.merge, target, head]] {
        let clone = pull.place.shallow(&[pull.merge, target, head], &edge, pull.merge);
        let chosen = clone.with(&context).expect("a base");
        assert_eq!(chosen.origin, format!("{} (from merge_group.base_sha)", short(target)));
    }
}

#[test]
fn gerrit_takes_the_parent_of_the_change_and_of_no_other_commit() {
    let pull = Pull::new();
    let of = |head: Oid| {
        let origin = "GERRIT_PATCHSET_REVISION".to_owned();
        let parent = Candidate::FirstParent { head: Some(head.to_string()), origin };
        let target = Candidate::Branch { name: "main".to_owned(), origin: "GERRIT_BRANCH".to_owned() };
        CiContext { candidates: vec![parent, target], ..CiContext::default() }
    };
    pull.place.detach(pull.topic[2]);
    let chosen = pull.place.with(&of(pull.topic[2])).expect("a base");
    assert_eq!(chosen.base, pull.topic[1].to_string());
    let chosen = pull.place.with(&of(pull.topic[1])).expect("a base");
    assert_eq!(chosen.base, pull.main[2].to_string());
    assert_eq!(fallback(&chosen), "HEAD is not the commit of GERRIT_PATCHSET_REVISION");
}

#[test]
fn without_a_ci_the_default_branch_is_the_base() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    let said = |wanted: &str| {
        let chosen = pull.place.alone().expect("a base");
        assert_eq!(chosen.base, pull.main[2].to_string());
        assert_eq!(
            chosen.origin,
            format!("{wanted} @ {} (merge base, the default branch)", short(pull.main[2]))
        );
    };
    said("origin/main");
    pull.place.local("main", pull.main[3]);
    said("origin/main");
    pull.place.remote("release/2", pull.main[4]);
    let head = pull.place.repository.reference_symbolic(
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/release/2",
        true,
        "test",
    );
    head.expect("origin/HEAD");
    said("origin/release/2");
    // A dangling origin/HEAD is passed over.
    pull.place
        .repository
        .find_reference("refs/remotes/origin/release/2")
        .expect("it")
        .delete()
        .expect("gone");
    said("origin/main");
    pull.place.repository.find_reference("refs/remotes/origin/main").expect("it").delete().expect("gone");
    said("main");
    let context = CiContext { default_name: Some("trunk".to_owned()), ..CiContext::default() };
    pull.place.remote("trunk", pull.main[2]);
    let chosen = pull.place.with(&context).expect("a base");
    assert!(chosen.origin.starts_with("origin/trunk @ "), "{}", chosen.origin);
}

#[test]
fn on_the_default_branch_itself_the_first_parent_is_the_base() {
    let pull = Pull::new();
    let said = |parent: Oid| {
        let chosen = pull.place.alone().expect("a base");
        assert_eq!((chosen.base.as_str(), chosen.commits), (parent.to_string().as_str(), Some(1)));
        assert_eq!(chosen.origin, format!("HEAD^1 @ {} (first parent, on main)", short(parent)));
    };
    pull.place.on("main", pull.main[4]);
    said(pull.main[3]);
    // A tag, or an older commit of the branch.
    pull.place.detach(pull.main[4]);
    said(pull.main[3]);
    pull.place.detach(pull.main[2]);
    said(pull.main[1]);
    // Commits that were not pushed yet are the change.
    pull.place.on("main", pull.merge);
    assert_eq!(pull.place.alone().expect("a base").base, pull.main[4].to_string());
    // A branch that has no commit of its own is compared with where it stands.
    pull.place.on("topic", pull.main[4]);
    assert_eq!(pull.place.alone().expect("a base").base, pull.main[4].to_string());
    // The CI says that this is a push to the default branch, and the merge's first parent is what it was before.
    pull.place.detach(pull.merge);
    let context = CiContext { default_branch: true, ..push(ZERO) };
    let chosen = pull.place.with(&context).expect("a base");
    assert_eq!(chosen.base, pull.main[4].to_string());
    assert!(chosen.origin.ends_with("(first parent, on the default branch)"), "{}", chosen.origin);
    // It runs for that branch, and something else is checked out: no push to judge.
    let context = CiContext { default_commit: Some(pull.main[4].to_string()), ..context };
    pull.place.detach(pull.topic[2]);
    let chosen = pull.place.with(&context).expect("a base");
    assert!(chosen.origin.contains("merge base"), "{}", chosen.origin);
}

#[test]
fn row_42_a_base_that_is_head_is_a_base() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    for name in ["HEAD", "topic", &pull.topic[2].to_string()] {
        let chosen = pull.place.base(name).expect("a base");
        assert_eq!((chosen.base, chosen.commits), (pull.topic[2].to_string(), Some(0)));
    }
}

#[test]
fn row_43_a_folder_inside_is_the_same_repository() {
    let pull = Pull::new();
    let inside = pull.place.repository.workdir().expect("a folder").join("a/b");
    fs_err::create_dir_all(&inside).expect("a folder");
    let found = Repository::discover(&inside).expect("the repository");
    assert_eq!(choose(&found, &NOTHING), pull.place.alone());
}

#[test]
fn row_40_of_several_merge_bases_the_first_is_taken_and_all_are_listed() {
    let place = Place::new();
    let root = place.commit(0, &[]);
    let (left, right) = (place.commit(1, &[root]), place.commit(2, &[root]));
    let (ours, theirs) = (place.commit(3, &[left, right]), place.commit(4, &[right, left]));
    place.on("topic", ours);
    place.remote("main", theirs);
    let chosen = place.alone().expect("a base");
    let all = place.repository.merge_bases(theirs, ours).expect("merge bases");
    assert_eq!(chosen.base, all[0].to_string());
    let [finding] = chosen.findings.as_slice() else { panic!("{:?}", chosen.findings) };
    assert_eq!((finding.code, finding.count), (Code::SeveralMergeBases, 2));
    assert_eq!(
        finding.message,
        format!("HEAD and origin/main have 2 merge bases: took {}, as git does", short(all[0]))
    );
    let mut listed = finding.facts.clone();
    listed.sort();
    let mut wanted = vec![left.to_string(), right.to_string()];
    wanted.sort();
    assert_eq!(listed, wanted);
    // Exact has no merge base, so none to warn of.
    let chosen = place.exact("origin/main").expect("a base");
    assert_eq!((chosen.base, chosen.findings), (theirs.to_string(), Vec::new()));
    assert_eq!(chosen.origin, format!("origin/main @ {} (exact, from --base)", short(theirs)));
}

#[test]
fn what_the_user_names_comes_before_what_the_ci_says() {
    let pull = Pull::new();
    let request = Request { base: Some("HEAD~1"), context: Some(&pull.context()), ..NOTHING };
    let chosen = pull.place.choose(&Request { named_by: "COVERDICT_BASE", ..request }).expect("a base");
    assert_eq!(chosen.origin, format!("HEAD~1 @ {} (merge base, from COVERDICT_BASE)", short(pull.main[4])));
}

#[test]
fn a_name_may_be_all_that_names_a_commit() {
    let pull = Pull::new();
    pull.place.on("topic", pull.topic[2]);
    let object = pull.place.repository.find_object(pull.main[1], None).expect("a commit");
    let who = Signature::new("T", "t@example.com", &Time::new(0, 0)).expect("a signature");
    pull.place.repository.tag("v1", &object, &who, "annotated", false).expect("a tag");
    pull.place.repository.tag_lightweight("plain", &object, false).expect("a tag");
    let id = pull.main[1].to_string();
    for name in ["v1", "plain", "refs/tags/v1", "v1^{}", "v1^{commit}", "topic~4", "topic^^^^", &id, &id[..9]]
    {
        assert_eq!(pull.place.base(name).expect(name).base, id, "{name}");
    }
    let tip = pull.main[2].to_string();
    for name in ["origin/main", "refs/remotes/origin/main", "remotes/origin/main", "HEAD~3", "@~3", "main"] {
        assert_eq!(pull.place.base(name).expect(name).base, tip, "{name}");
    }
    assert!(pull.place.base("main").expect("it").origin.starts_with("origin/main @ "));
    assert_eq!(pull.place.exact("origin/main").expect("it").base, pull.main[4].to_string());
}

#[test]
fn notes_of_the_ci_are_passed_on() {
    let pull = Pull::new();
    let notes = vec!["the event file of GitHub Actions was not read".to_owned()];
    let chosen = pull.place.with(&CiContext { notes, ..pull.context() }).expect("a base");
    assert_eq!(fallback(&chosen), "the event file of GitHub Actions was not read");
}

#[test]
fn commits_are_counted_in_a_shallow_clone_where_nothing_is_hidden() {
    let place = Place::new();
    let ids = place.row(0, 9, &[]);
    let clone = place.shallow(&ids[3..], &ids[3..4], ids[8]);
    clone.remote("main", ids[5]);
    let chosen = clone.base("origin/main").expect("a base");
    assert_eq!((chosen.base, chosen.commits), (ids[5].to_string(), Some(3)));
    assert_eq!(clone.base(&ids[3].to_string()).expect("a base").commits, Some(5));
    // Fetched by its id, behind the edge: its child is the last one that HEAD shows.
    let clone = place.shallow(&[ids[8], ids[7]], &[ids[8], ids[7]], ids[8]);
    clone.on("main", ids[8]);
    let chosen = clone.with(&push(&ids[7].to_string())).expect("a base");
    assert_eq!((chosen.base, chosen.commits), (ids[7].to_string(), Some(1)));
}
