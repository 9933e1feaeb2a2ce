//! Each provider on literal variables and payloads, shaped like the vendors' documentation.

use std::collections::BTreeSet;

use super::*;

const ZERO: &str = "0000000000000000000000000000000000000000";

fn env(pairs: &[(&str, &str)]) -> Env {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The provider that detects itself, and what it says: `NAME EVENT: candidates`, with `; default` on the default branch.
fn said(pairs: &[(&str, &str)]) -> String {
    with_event(pairs, "")
}

fn with_event(pairs: &[(&str, &str)], event: &str) -> String {
    let env = env(pairs);
    let event: Option<Event> =
        (!event.is_empty()).then(|| serde_json::from_str(event).expect("a payload of JSON"));
    let context = detect(&env, None).expect("a provider").context(&env, event.as_ref());
    assert!(!context.title.is_empty() && !context.cure.is_empty());
    let all: Vec<String> = context.candidates.iter().map(shown).collect();
    let default = if context.default_branch { "; default" } else { "" };
    format!("{} {}: {}{default}", context.name, context.event, all.join(" | "))
}

fn shown(candidate: &Candidate) -> String {
    match candidate {
        Candidate::MergeParent { merge, second, .. } => {
            let id = |id: &Option<String>| id.clone().unwrap_or_else(|| "?".to_owned());
            format!("merge {}^2={}", id(merge), id(second))
        }
        Candidate::FirstParent { head, .. } => format!("parent of {}", head.as_deref().unwrap_or("?")),
        Candidate::Commit { id, exact, ancestor, origin } => {
            let kind = match (exact, ancestor) {
                (true, true) => "before",
                (false, false) => "tip",
                _ => "odd",
            };
            format!("{kind} {id} ({origin})")
        }
        Candidate::Branch { name, origin } => format!("branch {name} ({origin})"),
    }
}

#[test]
fn names_are_unique_and_the_page_has_them() {
    let names: BTreeSet<&str> = PROVIDERS.iter().map(|provider| provider.name).collect();
    assert_eq!(names.len(), PROVIDERS.len());
    let page = include_str!("../../docs/doctor.md");
    for provider in PROVIDERS {
        assert!(page.contains(&format!("`{}`", provider.name)), "docs/doctor.md has {}", provider.name);
        assert!(provider.page.starts_with("https://") || provider.name == "other", "{}", provider.name);
        assert!(!matches!(provider.name, "auto" | "off"));
    }
    assert_eq!(PROVIDERS.last().map(|provider| provider.name), Some("other"), "many systems set CI as well");
}

#[test]
fn the_more_special_system_wins() {
    let github = [("CI", "true"), ("GITHUB_ACTIONS", "true")];
    let name = |more: &[(&str, &str)]| {
        let env = env(&[&github[..], more].concat());
        detect(&env, None).map(|provider| provider.name)
    };
    assert_eq!(name(&[]), Some("github"));
    assert_eq!(name(&[("GITEA_ACTIONS", "true")]), Some("gitea"));
    assert_eq!(name(&[("GITEA_ACTIONS", "true"), ("FORGEJO_ACTIONS", "true")]), Some("forgejo"));
    let of = |pairs: &[(&str, &str)]| detect(&env(pairs), None).map(|provider| provider.name);
    assert_eq!(of(&[("CI", "woodpecker"), ("DRONE", "true")]), Some("woodpecker"));
    assert_eq!(of(&[("CI", "drone"), ("DRONE", "true")]), Some("drone"));
    let jenkins = ("JENKINS_URL", "https://ci.example.com/");
    assert_eq!(of(&[jenkins, ("GERRIT_PATCHSET_REVISION", "ab")]), Some("gerrit"));
    assert_eq!(of(&[jenkins, ("PROW_JOB_ID", "1ce07fa2")]), Some("prow"));
    assert_eq!(of(&[jenkins]), Some("jenkins"));
    assert_eq!(of(&[("CI", "1")]), Some("other"));
    for no in ["", "false", "0", "False"] {
        assert_eq!(of(&[("CI", no), ("GITHUB_ACTIONS", no), ("TF_BUILD", no)]), None, "{no:?}");
    }
}

#[test]
fn a_name_is_taken_whatever_the_variables_say() {
    let env = env(&[("GITHUB_ACTIONS", "true")]);
    let name = |wanted| detect(&env, wanted).map(|provider| provider.name);
    assert_eq!(name(Some("gitlab")), Some("gitlab"));
    assert_eq!(name(Some("auto")), Some("github"));
    assert_eq!((name(Some("off")), name(Some("hal"))), (None, None));
}

#[test]
fn github_pull_request() {
    let base =
        [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "main")];
    let merge = [("GITHUB_SHA", "mmmm"), ("GITHUB_REF", "refs/pull/7/merge")];
    let event = r#"{"action": "synchronize", "number": 7, "pull_request": {"head": {"ref": "topic", "sha": "hhhh"},
        "base": {"ref": "main", "sha": "bbbb"}, "merge_commit_sha": "xxxx"}, "repository": {"default_branch": "main"}}"#;
    assert_eq!(
        with_event(&[&base[..], &merge].concat(), event),
        "github pull_request: merge mmmm^2=hhhh | branch main (GITHUB_BASE_REF) | tip bbbb (pull_request.base.sha)"
    );
    // Without the payload the merge is known by its own id.
    let alone = "github pull_request: merge mmmm^2=? | branch main (GITHUB_BASE_REF)";
    assert_eq!(said(&[&base[..], &merge].concat()), alone);
    // Without either a merge of the author's own would do: no.
    assert_eq!(said(&base), "github pull_request: branch main (GITHUB_BASE_REF)");
    // Payloads of other types are as good as none.
    for odd in [
        r#"{"pull_request": null}"#,
        r#"{"pull_request": {"head": {"sha": 12}, "base": "main"}}"#,
        r#"{"pull_request": [{"head": {"sha": "hhhh"}}], "repository": 1}"#,
        "[]",
        "7",
    ] {
        assert_eq!(with_event(&[&base[..], &merge].concat(), odd), alone, "{odd}");
    }
}

#[test]
fn gitea_runs_on_the_head_itself() {
    let pairs = [
        ("GITHUB_ACTIONS", "true"),
        ("GITEA_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_BASE_REF", "refs/heads/main"),
        ("GITHUB_SHA", "hhhh"),
        ("GITHUB_REF", "refs/pull/7/head"),
    ];
    assert_eq!(said(&pairs), "gitea pull_request: branch main (GITHUB_BASE_REF)");
    assert_eq!(
        with_event(&pairs, r#"{"pull_request": {"head": {"sha": "hhhh"}, "base": {"sha": "bbbb"}}}"#),
        "gitea pull_request: merge ?^2=hhhh | branch main (GITHUB_BASE_REF) | tip bbbb (pull_request.base.sha)"
    );
    let push =
        [("FORGEJO_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push"), ("GITHUB_REF", "refs/heads/main")];
    let event = r#"{"before": "bbbb", "repository": {"default_branch": "main"}}"#;
    assert_eq!(with_event(&push, event), "forgejo push: before bbbb (`before` of the push event); default");
}

#[test]
fn github_pull_request_target_wants_the_head_of_the_change() {
    let pairs = env(&[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request_target")]);
    let provider = detect(&pairs, None).expect("GitHub");
    let event = serde_json::json!({"pull_request": {"head": {"sha": "hhhh"}, "base": {"ref": "main"}}});
    let (wanted, why) = provider.context(&pairs, Some(&event)).wanted_head.expect("a head");
    assert_eq!(wanted, "hhhh");
    assert!(why.starts_with("pull_request_target checks out the target branch"), "{why}");
    let (wanted, _) = provider.context(&pairs, None).wanted_head.expect("a head that nothing fits");
    assert_eq!(wanted, "");
}

#[test]
fn github_merge_group() {
    let queue = ("GITHUB_REF", "refs/heads/gh-readonly-queue/release/1.x/pr-104-cccc");
    let pairs = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "merge_group"), queue];
    let event =
        r#"{"merge_group": {"head_sha": "hhhh", "base_ref": "refs/heads/release/1.x", "base_sha": "bbbb"}}"#;
    assert_eq!(
        with_event(&pairs, event),
        "github merge_group: before bbbb (merge_group.base_sha) | branch release/1.x (merge_group.base_ref)"
    );
    assert_eq!(said(&pairs), "github merge_group: branch release/1.x (GITHUB_REF)");
}

#[test]
fn github_push_and_other_events() {
    let on = |kind, name| [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", kind), ("GITHUB_REF", name)];
    let event =
        r#"{"before": "bbbb", "after": "aaaa", "forced": false, "repository": {"default_branch": "trunk"}}"#;
    let before = "before bbbb (`before` of the push event)";
    assert_eq!(with_event(&on("push", "refs/heads/trunk"), event), format!("github push: {before}; default"));
    assert_eq!(with_event(&on("push", "refs/heads/x"), event), format!("github push: {before}"));
    assert_eq!(said(&on("push", "refs/heads/trunk")), "github push: ");
    for kind in ["schedule", "workflow_dispatch", "workflow_run"] {
        let said =
            with_event(&on(kind, "refs/heads/trunk"), r#"{"repository": {"default_branch": "trunk"}}"#);
        assert_eq!(said, format!("github {kind}: ; default"));
    }
    assert_eq!(with_event(&on("release", "refs/tags/v1"), event), "github release: ");
    assert_eq!(said(&[("GITHUB_ACTIONS", "true")]), "github : ");
}

#[test]
fn gitlab() {
    let mr = [
        ("GITLAB_CI", "true"),
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "bbbb"),
        ("CI_COMMIT_BEFORE_SHA", ZERO),
        ("CI_DEFAULT_BRANCH", "main"),
    ];
    let target = "branch main (CI_MERGE_REQUEST_TARGET_BRANCH_NAME)";
    let detached = format!("before bbbb (CI_MERGE_REQUEST_DIFF_BASE_SHA) | {target}");
    let with = |more: &[(&str, &str)]| said(&[&mr[..], more].concat());
    let (kind, source) = ("CI_MERGE_REQUEST_EVENT_TYPE", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
    assert_eq!(with(&[(kind, "detached"), (source, "")]), format!("gitlab detached: {detached}"));
    assert_eq!(with(&[]), format!("gitlab merge_request_event: {detached}"));
    for merged in ["merged_result", "merge_train"] {
        let said = with(&[(kind, merged), (source, "hhhh")]);
        assert_eq!(said, format!("gitlab {merged}: merge ?^2=hhhh | {target}"));
    }
    let push = [("GITLAB_CI", "true"), ("CI_PIPELINE_SOURCE", "push"), ("CI_DEFAULT_BRANCH", "main")];
    let on = |name, before| {
        said(&[&push[..], &[("CI_COMMIT_BRANCH", name), ("CI_COMMIT_BEFORE_SHA", before)]].concat())
    };
    assert_eq!(on("main", "bbbb"), "gitlab push: before bbbb (CI_COMMIT_BEFORE_SHA); default");
    assert_eq!(on("topic", ZERO), format!("gitlab push: before {ZERO} (CI_COMMIT_BEFORE_SHA)"));
    // A tag has no branch.
    assert_eq!(on("", ""), "gitlab push: ");
}

#[test]
fn azure() {
    let pr = [
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "PullRequest"),
        ("BUILD_SOURCEBRANCH", "refs/pull/7/merge"),
        ("BUILD_SOURCEVERSION", "mmmm"),
        ("SYSTEM_PULLREQUEST_SOURCECOMMITID", "hhhh"),
    ];
    let target = "SYSTEM_PULLREQUEST_TARGETBRANCH";
    let wanted = "azure PullRequest: merge mmmm^2=hhhh | branch release/1 (SYSTEM_PULLREQUEST_TARGETBRANCH)";
    for name in ["refs/heads/release/1", "release/1"] {
        assert_eq!(said(&[&pr[..], &[(target, name)]].concat()), wanted);
    }
    let push = [("TF_BUILD", "True"), ("BUILD_REASON", "IndividualCI"), ("BUILD_SOURCEVERSION", "cccc")];
    assert_eq!(said(&push), "azure IndividualCI: ");
}

#[test]
fn bitbucket() {
    let pr = [
        ("BITBUCKET_BUILD_NUMBER", "12"),
        ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
        ("BITBUCKET_PR_DESTINATION_COMMIT", "0123456789ab"),
    ];
    assert_eq!(
        said(&pr),
        "bitbucket pull request: tip 0123456789ab (BITBUCKET_PR_DESTINATION_COMMIT) | \
         branch main (BITBUCKET_PR_DESTINATION_BRANCH)"
    );
    assert_eq!(said(&pr[..2]), "bitbucket pull request: branch main (BITBUCKET_PR_DESTINATION_BRANCH)");
    assert_eq!(said(&pr[..1]), "bitbucket branch: ");
}

#[test]
fn buildkite() {
    let base =
        [("BUILDKITE", "true"), ("BUILDKITE_BRANCH", "main"), ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main")];
    let with = |more: &[(&str, &str)]| said(&[&base[..], more].concat());
    let target = "BUILDKITE_PULL_REQUEST_BASE_BRANCH";
    assert_eq!(with(&[("BUILDKITE_PULL_REQUEST", "false"), (target, "")]), "buildkite branch: ; default");
    assert_eq!(
        with(&[("BUILDKITE_PULL_REQUEST", "7"), (target, "main")]),
        "buildkite pull request: branch main (BUILDKITE_PULL_REQUEST_BASE_BRANCH)"
    );
    assert_eq!(
        with(&[
            ("BUILDKITE_PULL_REQUEST", "false"),
            ("BUILDKITE_MERGE_QUEUE_BASE_COMMIT", "bbbb"),
            ("BUILDKITE_MERGE_QUEUE_BASE_BRANCH", "main"),
        ]),
        "buildkite merge queue: before bbbb (BUILDKITE_MERGE_QUEUE_BASE_COMMIT) | \
         branch main (BUILDKITE_MERGE_QUEUE_BASE_BRANCH)"
    );
}

#[test]
fn circleci_and_teamcity_name_no_target() {
    let circle = [("CIRCLECI", "true"), ("CIRCLE_BRANCH", "topic")];
    assert_eq!(said(&circle), "circleci branch: ");
    let pull = ("CIRCLE_PULL_REQUEST", "https://github.com/o/r/pull/7");
    assert_eq!(said(&[&circle[..], &[pull]].concat()), "circleci pull request: ");
    assert_eq!(said(&[("TEAMCITY_VERSION", "2025.11")]), "teamcity : ");
}

#[test]
fn jenkins_and_gerrit() {
    let jenkins = ("JENKINS_URL", "https://ci.example.com/");
    assert_eq!(
        said(&[jenkins, ("CHANGE_ID", "7"), ("CHANGE_TARGET", "main"), ("BRANCH_NAME", "PR-7")]),
        "jenkins change request: branch main (CHANGE_TARGET)"
    );
    let before = ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", "bbbb");
    let wanted = "jenkins branch: before bbbb (GIT_PREVIOUS_SUCCESSFUL_COMMIT)";
    assert_eq!(said(&[jenkins, before]), wanted);
    assert_eq!(said(&[jenkins, before, ("BRANCH_IS_PRIMARY", "true")]), format!("{wanted}; default"));
    let gerrit = [
        jenkins,
        ("GERRIT_PATCHSET_REVISION", "hhhh"),
        ("GERRIT_BRANCH", "main"),
        ("GERRIT_EVENT_TYPE", "patchset-created"),
    ];
    assert_eq!(said(&gerrit), "gerrit patchset-created: parent of hhhh | branch main (GERRIT_BRANCH)");
}

#[test]
fn prow() {
    let job = [("PROW_JOB_ID", "1ce0"), ("PULL_BASE_REF", "main"), ("PULL_BASE_SHA", "bbbb")];
    let with = |more: &[(&str, &str)]| said(&[&job[..], more].concat());
    let candidates = "before bbbb (PULL_BASE_SHA) | tip bbbb (PULL_BASE_SHA) | branch main (PULL_BASE_REF)";
    assert_eq!(
        with(&[("JOB_TYPE", "presubmit"), ("PULL_PULL_SHA", "hhhh")]),
        format!("prow presubmit: {candidates}")
    );
    assert_eq!(
        with(&[("JOB_TYPE", "batch"), ("PULL_REFS", "main:bbbb,5:cccc,6:dddd")]),
        format!("prow batch: {candidates}")
    );
    assert_eq!(with(&[("JOB_TYPE", "postsubmit")]), "prow postsubmit: ");
}

#[test]
fn drone() {
    let job = [("DRONE", "true"), ("DRONE_REPO_BRANCH", "main"), ("DRONE_COMMIT_SHA", "hhhh")];
    let with = |more: &[(&str, &str)]| said(&[&job[..], more].concat());
    let kind = "DRONE_BUILD_EVENT";
    assert_eq!(
        with(&[(kind, "pull_request"), ("DRONE_TARGET_BRANCH", "main"), ("DRONE_BRANCH", "main")]),
        "drone pull_request: merge ?^2=hhhh | branch main (DRONE_TARGET_BRANCH)"
    );
    let push = [(kind, "push"), ("DRONE_BRANCH", "main"), ("DRONE_COMMIT_BEFORE", "bbbb")];
    assert_eq!(with(&push), "drone push: before bbbb (DRONE_COMMIT_BEFORE); default");
    assert_eq!(with(&[(kind, "tag"), ("DRONE_COMMIT_BEFORE", "bbbb")]), "drone tag: ");
}

#[test]
fn woodpecker() {
    let job = [("CI", "woodpecker"), ("CI_REPO_DEFAULT_BRANCH", "main"), ("CI_COMMIT_SHA", "hhhh")];
    let with = |more: &[(&str, &str)]| said(&[&job[..], more].concat());
    let kind = "CI_PIPELINE_EVENT";
    assert_eq!(
        with(&[(kind, "pull_request"), ("CI_COMMIT_TARGET_BRANCH", "main")]),
        "woodpecker pull_request: merge ?^2=hhhh | branch main (CI_COMMIT_TARGET_BRANCH)"
    );
    let push = [(kind, "push"), ("CI_COMMIT_BRANCH", "topic"), ("CI_PREV_COMMIT_SHA", "bbbb")];
    let wanted = "woodpecker push: before bbbb (CI_PREV_COMMIT_SHA)";
    assert_eq!(with(&push), wanted);
    let prev = |name| with(&[&push[..], &[("CI_PREV_COMMIT_BRANCH", name)]].concat());
    assert_eq!((prev("topic").as_str(), prev("main").as_str()), (wanted, "woodpecker push: "));
    assert_eq!(with(&[(kind, "cron"), ("CI_COMMIT_BRANCH", "main")]), "woodpecker cron: ; default");
}

#[test]
fn travis() {
    let pr = [
        ("TRAVIS", "true"),
        ("TRAVIS_EVENT_TYPE", "pull_request"),
        ("TRAVIS_PULL_REQUEST", "7"),
        ("TRAVIS_PULL_REQUEST_SHA", "hhhh"),
        ("TRAVIS_BRANCH", "main"),
    ];
    assert_eq!(said(&pr), "travis pull_request: merge ?^2=hhhh | branch main (TRAVIS_BRANCH)");
    let push = [("TRAVIS", "true"), ("TRAVIS_EVENT_TYPE", "push"), ("TRAVIS_PULL_REQUEST", "false")];
    let range = |range| said(&[&push[..], &[("TRAVIS_COMMIT_RANGE", range)]].concat());
    let wanted = "travis push: before 0ee91f38f189 (TRAVIS_COMMIT_RANGE)";
    assert_eq!(range("0ee91f38f189...e7090ffc4ef8"), wanted);
    for odd in ["", "...e7090ffc4ef8", "e7090ffc4ef8"] {
        assert_eq!(range(odd), "travis push: ", "{odd}");
    }
}

#[test]
fn cirrus() {
    let job = [("CIRRUS_CI", "true"), ("CIRRUS_DEFAULT_BRANCH", "main"), ("CIRRUS_BASE_SHA", "bbbb")];
    let with = |more: &[(&str, &str)]| said(&[&job[..], more].concat());
    assert_eq!(
        with(&[("CIRRUS_PR", "7"), ("CIRRUS_BASE_BRANCH", "main"), ("CIRRUS_BRANCH", "pull/7")]),
        "cirrus pull request: tip bbbb (CIRRUS_BASE_SHA) | branch main (CIRRUS_BASE_BRANCH)"
    );
    assert_eq!(with(&[("CIRRUS_BRANCH", "main")]), "cirrus branch: ; default");
    assert_eq!(with(&[("CIRRUS_BRANCH", "main"), ("CIRRUS_TAG", "v1")]), "cirrus branch: ");
}

#[test]
fn semaphore() {
    let kind = "SEMAPHORE_GIT_REF_TYPE";
    let with = |more: &[(&str, &str)]| said(&[&[("SEMAPHORE", "true")], more].concat());
    let range = ("SEMAPHORE_GIT_COMMIT_RANGE", "bbbb...cccc");
    assert_eq!(
        with(&[
            (kind, "pull-request"),
            ("SEMAPHORE_GIT_BRANCH", "main"),
            ("SEMAPHORE_GIT_PR_SHA", "hhhh"),
            range
        ]),
        "semaphore pull-request: merge ?^2=hhhh | branch main (SEMAPHORE_GIT_BRANCH)"
    );
    assert_eq!(
        with(&[(kind, "branch"), range]),
        "semaphore branch: before bbbb (SEMAPHORE_GIT_COMMIT_RANGE)"
    );
    assert_eq!(with(&[(kind, "tag"), range]), "semaphore tag: ");
}

#[test]
fn appveyor() {
    let pr = [
        ("APPVEYOR", "True"),
        ("APPVEYOR_REPO_BRANCH", "master"),
        ("APPVEYOR_PULL_REQUEST_NUMBER", "5"),
        ("APPVEYOR_PULL_REQUEST_HEAD_COMMIT", "hhhh"),
    ];
    assert_eq!(said(&pr), "appveyor pull request: merge ?^2=hhhh | branch master (APPVEYOR_REPO_BRANCH)");
    assert_eq!(said(&pr[..2]), "appveyor branch: ");
}

/// Nothing that a variable can hold stops a provider.
#[test]
fn odd_values_are_data() {
    let odd =
        ["-x", "--upload-pack=x", "$(date)", "a b", "\u{202e}", "refs/heads/", "..", "...", "é\n", ZERO];
    let names = [
        "GITHUB_EVENT_NAME",
        "GITHUB_BASE_REF",
        "GITHUB_REF",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        "CI_COMMIT_BEFORE_SHA",
        "TRAVIS_COMMIT_RANGE",
        "TRAVIS_EVENT_TYPE",
        "SEMAPHORE_GIT_COMMIT_RANGE",
        "SEMAPHORE_GIT_REF_TYPE",
        "CHANGE_TARGET",
        "PULL_BASE_SHA",
        "PULL_PULL_SHA",
        "GERRIT_PATCHSET_REVISION",
    ];
    for value in odd {
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (*name, value)).collect();
        for provider in PROVIDERS {
            let context = provider.context(&env(&pairs), None);
            assert_eq!(context.name, provider.name);
        }
    }
}
