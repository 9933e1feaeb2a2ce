//! `doctor`, `--test-log`, `explain FILE:LINE`, `--stale` and `--rules` through the front door.

use git2::{Repository, Signature};
use insta::assert_snapshot;

use crate::case::{Case, copy, project};

/// The recorded run of the issue: the second of two cached runs with an edit between them.
fn stale() -> Case {
    let from = project().join("tests/data/stale/go1.25.5/set/issue");
    let case = Case::new();
    copy(&from.join("src1"), &case.root());
    case.put("cover.out", fs_err::read(from.join("gen1.out")).expect("a profile"));
    case
}

/// A folder with a real repository: `commits` commits on `main`.
fn repository(case: &Case, commits: usize) -> Repository {
    fs_err::remove_dir_all(case.path(".git")).expect("the stand-in goes");
    let mut options = git2::RepositoryInitOptions::new();
    let repository = Repository::init_opts(case.root(), options.initial_head("main")).expect("a repository");
    for number in 0..commits {
        let head = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
        commit(&repository, "HEAD", &number.to_string(), &head.iter().collect::<Vec<_>>());
    }
    repository
}

fn commit(repository: &Repository, name: &str, message: &str, parents: &[&git2::Commit<'_>]) {
    let tree = repository.treebuilder(None).and_then(|builder| builder.write()).expect("an empty tree");
    let tree = repository.find_tree(tree).expect("that tree");
    let who = Signature::new("T", "t@example.com", &git2::Time::new(0, 0)).expect("a signature");
    repository.commit(Some(name), &who, &who, message, &tree, parents).expect("a commit");
}

/// The lines of a check, without those of others.
fn lines(screen: &str, name: &str) -> String {
    let head = format!("{name} ");
    let mut found = Vec::new();
    let mut rest = screen.lines().peekable();
    while let Some(line) = rest.next() {
        if line.get(7..).is_some_and(|rest| rest.starts_with(&head)) {
            found.push(line);
            found.extend(rest.next_if(|next| next.starts_with("       next: ")));
        }
    }
    found.join("\n") + "\n"
}

#[test]
fn the_screen_names_each_problem_and_the_next_step() {
    let case = stale();
    repository(&case, 1);
    let head = |text: String| text.replace(&short_head(&case), "[HEAD]");
    case.put(
        "test.log",
        "ok  \tproj\t(cached)\tcoverage: 44.4% of statements\n# proj/b\nFAIL\tproj/b [build failed]\n",
    );
    let screen = case.run("doctor --test-log test.log").exits(0).screen();
    assert_snapshot!(head(screen), @r"
    exit 0
    --- stdout
     ok    test-log     test.log: 2 packages, 1 cached
     ok    input        cover.out: mode set, 11 blocks, 3 files
     ok    sections     cover.out: 3 sections
     ok    rule-set     cover.out: blocks as Go up to 1.26 cuts them (rule set A)
     WARN  stale-blocks         1 file has blocks of another source version (2 blocks, dropped)
           next: go clean -testcache && go test …, or go test -count=1 ./..., or upgrade to Go 1.26.3
     WARN  incomplete-run       1 package did not build: proj/b
           next: go test -count=1 proj/b
     ok    duplicate-blocks  10 duplicate blocks merged (same position, -coverpkg)
     ok    sources      3 of 3 found (go.mod proj)
     ok    git          HEAD [HEAD]
     ok    git          no base found to compare with: HEAD is the first commit
     ok    ci           none detected
    --- stderr
    ");
}

fn short_head(case: &Case) -> String {
    let repository = Repository::open(case.root()).expect("a repository");
    let head = repository.head().and_then(|head| head.peel_to_commit()).expect("a commit").id().to_string();
    head.chars().take(7).collect()
}

#[test]
fn the_json_says_the_same_and_every_problem_has_a_next_step() {
    let case = stale();
    repository(&case, 1);
    let json = case.run("doctor -o json").exits(0).json();
    assert_eq!(json["schema"], "coverdict/doctor/1");
    assert_eq!(json["status"], "warn");
    assert_eq!(json["inputs"][0]["blocks"], 11);
    assert_eq!(json["inputs"][0]["sections"], 3);
    assert_eq!(json["inputs"][0]["rule_set"], "A");
    assert_eq!(json["sources"], serde_json::json!({ "found": 3, "total": 3 }));
    assert_eq!(json["modules"], serde_json::json!([{ "path": "proj", "dir": "." }]));
    assert_eq!(json["git"]["base"], serde_json::Value::Null);
    assert_eq!(json["git"]["head"].as_str().map(str::len), Some(40));
    assert_eq!(json["git"]["shallow"], false);
    assert_eq!(json["ci"], serde_json::Value::Null);
    for check in json["checks"].as_array().expect("checks") {
        assert_eq!(check["status"] != "ok", check["next"].is_string(), "{check}");
    }
    let both = case.run("doctor -o json=out/d.json").exits(0);
    assert!(both.stdout().starts_with(" ok    input "));
    assert!(case.read("out/d.json").contains("\"stale-blocks\""));
    let page = fs_err::read_to_string(project().join("docs/doctor.md")).expect("the page");
    for name in json.as_object().expect("an object").keys() {
        assert!(page.contains(&format!("| `{name}")), "docs/doctor.md lacks {name}");
    }
}

#[test]
fn doctor_goes_on_where_a_run_stops() {
    let none = Case::tiny();
    fs_err::remove_file(none.path("cover.out")).expect("it was there");
    let screen = none.run("doctor").exits(0).stdout();
    assert!(
        screen.starts_with(
            " FAIL  input                no coverage data found in [ROOT]\n       next: go test"
        ),
        "{screen}"
    );
    assert!(screen.contains(" ok    modules      go.mod m\n"), "{screen}");
    let some = Case::tiny().file("bad.out", "nonsense\n").file("empty.out", "");
    let screen = some.run("doctor bad.out cover.out empty.out nowhere.out").exits(0).stdout();
    assert!(lines(&screen, "input").contains("cannot read nowhere.out: no such file"), "{screen}");
    let input = lines(&screen, "input");
    assert!(input.contains("bad.out:1: not a coverage profile"), "{screen}");
    assert!(input.contains("empty.out is empty"), "{screen}");
    assert!(input.contains(" ok    input        cover.out: mode set, 2 blocks, 1 file\n"), "{screen}");
    some.run("doctor --test-log nowhere.log").exits(0).prints(" FAIL  test-log             ");
    some.run("doctor --deny duplicate-blocks --deny stale-blocks").exits(0);
}

#[test]
fn inputs_of_two_modes_are_a_failure_with_the_rest_looked_at() {
    let case = Case::tiny().file("count.out", "mode: count\nm/a.go:3.14,5.2 1 7\n");
    case.run("doctor cover.out count.out")
        .exits(0)
        .prints(" FAIL  mixed-modes          inputs differ in mode: set, count\n       next: run all tests with one -covermode, or say --mode set\n")
        .prints(" ok    sources      1 of 1 found (go.mod m)\n");
    case.run("doctor --mode set cover.out count.out").exits(0).prints(" WARN  mixed-modes ");
}

#[test]
fn sources_that_are_not_there_are_told() {
    let case = Case::new().file("cover.out", "mode: set\nm/a.go:1.1,2.2 1 1\n");
    case.run("doctor")
        .exits(0)
        .prints(" FAIL  sources              0 of 1 found\n       next: run in the repository");
}

#[test]
fn a_shallow_history_is_told_with_the_cure_of_the_ci_at_hand() {
    let case = Case::tiny();
    let git = repository(&case, 1);
    let head = git.head().and_then(|head| head.peel_to_commit()).expect("a commit").id();
    git.set_head_detached(head).expect("detached");
    git.find_branch("main", git2::BranchType::Local).and_then(|mut main| main.delete()).expect("no branch");
    case.put(".git/shallow", format!("{head}\n"));
    let told = |case: Case| {
        lines(&case.run("doctor").exits(0).stdout().replace(&short_head(&case), "[HEAD]"), "git")
    };
    let case = case.var("GITHUB_ACTIONS", "true");
    let github = told(case);
    assert_snapshot!(github, @r"
     ok    git          HEAD [HEAD]
     FAIL  git                  no base found to compare with; tried: origin/main, origin/master, main, master; the history is shallow
           next: set `fetch-depth: 0` on actions/checkout, or run: git fetch --no-tags --unshallow origin
    ");
}

#[test]
fn a_base_that_is_missing_or_unrelated_is_told() {
    let case = Case::tiny();
    let git = repository(&case, 2);
    git.find_branch("main", git2::BranchType::Local)
        .and_then(|mut main| main.rename("topic", true).map(|_| ()))
        .expect("renamed");
    let found = lines(&case.run("doctor").exits(0).stdout(), "git");
    assert_snapshot!(found.replace(&short_head(&case), "[HEAD]"), @"
     ok    git          HEAD [HEAD]
     WARN  git                  no base found to compare with; tried: origin/main, origin/master, main, master
           next: --base REF
    ");
    commit(&git, "refs/remotes/origin/main", "apart", &[]);
    let found = lines(&case.run("doctor").exits(0).stdout(), "git");
    assert_snapshot!(found.replace(&short_head(&case), "[HEAD]"), @"
     ok    git          HEAD [HEAD]
     WARN  git                  HEAD and origin/main have no common ancestor
           next: --base origin/main --base-mode exact
    ");
    // What a gate of the config needs is a failure, as it is exit 4 of check.
    let case = case.file(".coverdict.yml", "version: 1\ngate:\n  patch: 80\n");
    case.run("doctor")
        .exits(0)
        .prints(" FAIL  git                  HEAD and origin/main have no common ancestor\n");
    case.run("check").exits(4);
    // The branch that the CI merges into is never guessed.
    let case = case.var("GITLAB_CI", "true").var("CI_PIPELINE_SOURCE", "merge_request_event");
    let case = case.var("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "../../x\u{1b}[31m");
    case.run("doctor").exits(0).prints("base origin/../../x\\x1b[31m not found").prints_not("\u{1b}");
}

/// What `doctor` and `check` say of the base is the same, and is this.
fn same_base(case: &Case, origin: &str) {
    let doctor = case.run("doctor -o json").exits(0).json();
    let check = case.run("check -o json").exits(0).json();
    for name in ["base", "head", "origin", "commits"] {
        assert_eq!(doctor["git"][name], check["patch"][name], "{name}");
    }
    let ids = doctor["git"]["base"].as_str().expect("a base").chars().take(7).collect::<String>();
    assert_eq!(check["run"]["base_origin"].as_str(), Some(origin.replace("[BASE]", &ids).as_str()));
    let line =
        format!(" ok    git          HEAD {}, base {}\n", short_head(case), origin.replace("[BASE]", &ids));
    case.run("doctor").exits(0).prints(&line);
}

#[test]
fn the_base_is_the_one_that_check_takes() {
    let case = Case::tiny();
    let git = repository(&case, 2);
    same_base(&case, "HEAD^1 @ [BASE] (first parent, on main)");
    let main = git.head().and_then(|head| head.peel_to_commit()).expect("a commit");
    git.branch("topic", &main, false).and_then(|_| git.set_head("refs/heads/topic")).expect("a branch");
    commit(&git, "HEAD", "topic", &[&main]);
    same_base(&case, "main @ [BASE] (merge base, the default branch)");
    let topic = git.head().and_then(|head| head.peel_to_commit()).expect("a commit");
    let gitlab = case.var("GITLAB_CI", "true").var("CI_PIPELINE_SOURCE", "merge_request_event");
    let gitlab = gitlab.var("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
    same_base(&gitlab, "main @ [BASE] (merge base, from CI_MERGE_REQUEST_TARGET_BRANCH_NAME)");
    gitlab.run("doctor").prints(" ok    ci           GitLab CI, merge_request_event\n");
    // A merge that the CI made, in a clone of depth 2: the parents of its parents are not there.
    let case =
        gitlab.var("GITLAB_CI", "").var("GITHUB_ACTIONS", "true").var("GITHUB_EVENT_NAME", "pull_request");
    let case = case.var("GITHUB_BASE_REF", "main").var("GITHUB_EVENT_PATH", "nowhere.json");
    commit(&git, "refs/heads/merge", "merge", &[&main, &topic]);
    let merge = git.refname_to_id("refs/heads/merge").expect("that merge").to_string();
    let case = case.var("GITHUB_SHA", &merge).var("GITHUB_REF", "refs/pull/1/merge");
    git.set_head("refs/heads/merge").expect("checked out");
    git.find_branch("main", git2::BranchType::Local).and_then(|mut main| main.delete()).expect("deleted");
    case.put(".git/shallow", format!("{}\n{}\n", main.id(), topic.id()));
    same_base(&case, "HEAD^1 @ [BASE] (first parent of the merge, from pull_request event)");
    case.run("doctor")
        .prints(" ok    base-fallback  the event file of GitHub Actions was not read: nowhere.json: ");
}

#[test]
fn without_a_repository_git_is_a_warning() {
    let case = Case::bare().file("go.mod", "module m\n").file("cover.out", "mode: set\nm/a.go:1.1,2.2 1 1\n");
    // Unless the machine's own temporary folder lies in one.
    case.run("doctor").exits(0).prints("go.mod m");
}

#[test]
fn check_tells_what_the_log_says() {
    let case = Case::tiny()
        .file("b/b.go", "package b\n\nfunc F() int {\n\treturn 1\n}\n")
        .file("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\nm/b/b.go:3.14,5.2 1 0\n");
    case.put(
        "test.json",
        concat!(
            "{\"Action\":\"output\",\"Package\":\"m\",\"Output\":\"ok  \\tm\\t(cached)\\n\"}\n",
            "{\"Action\":\"output\",\"Package\":\"m/b\",\"Output\":\"ok  \\tm/b\\t(cached)\\n\"}\n",
            "{\"Action\":\"output\",\"Package\":\"m/c\",\"Output\":\"panic: x\\n\"}\n",
            "{\"Action\":\"output\",\"Package\":\"m/c\",\"Output\":\"FAIL\\tm/c\\t0.1s\\n\"}\n",
        ),
    );
    assert_snapshot!(case.run("check --test-log test.json").exits(0).stderr, @"
    coverdict: reading cover.out (mode set, 2 files, 3 blocks)
    warning[incomplete-run]: 1 package panicked: m/c
      a panic writes no section: what only these tests cover counts as missed
      not in the profile at all, so a total without them may be too high: m/c
      help: go test -count=1 m/c
    warning[cached-tests]: 1 package came from the test cache, and none of its code ran in any section: m/b
      cached: 2 of 3 packages
      cause: with -coverpkg a replayed section may hold blocks of older source (golang/go#74873)
      then give both profiles: coverdict check cover.out fresh.out
      help: go test -count=1 m/b -covermode=set -coverpkg=./... -coverprofile=fresh.out
    note[no-base]: coverage of the change is left out: no base found to compare with: the repository has no commit yet
      help: git add -A && git commit
    ");
    case.run("check --test-log test.json --deny cached-tests").exits(3);
    case.run("report -o json --test-log test.json --deny incomplete-run").exits(3);
    case.run("check --test-log test.json --allow cached-tests --allow incomplete-run")
        .exits(0)
        .says_not("warning");
}

#[test]
fn a_profile_that_was_cut_off_is_an_incomplete_run() {
    let case = Case::tiny().file("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9");
    case.run("check")
        .exits(0)
        .says("warning[incomplete-run]: cover.out ends in the middle of a row: it was cut off")
        .says("warning[malformed-rows]: 1 row of cover.out");
}

#[test]
fn a_log_that_is_none_is_an_input_error() {
    let case = Case::tiny().file("x.log", "hello\n").folder("logs");
    case.run("check --test-log x.log")
        .exits(3)
        .prints_nothing()
        .says("error: x.log holds no result of go test");
    case.run("check --test-log nowhere.log").exits(3).prints_nothing().says("error: cannot read nowhere.log");
    case.run("check --test-log logs").exits(3).prints_nothing().says("error: logs is not a regular file");
}

#[test]
fn a_line_is_explained_by_its_rows() {
    let case = stale();
    assert_snapshot!(case.run("explain sub/sub.go:4").exits(0).stdout(), @r"
    sub/sub.go:4: covered, 1 hit (lines by code)

      proj/sub/sub.go:3.24,4.35 1 1
        counted
        from cover.out, section 2, whose tests ran code of the package

      proj/sub/sub.go:4.35,6.3 1 0
        counted
        from cover.out, section 2, whose tests ran code of the package

      proj/sub/sub.go:3.24,4.22 1 0
        dropped: section 2 of cover.out ran code of the package and does not list it, so it comes from older source in the test cache
        from cover.out, section 1, whose tests ran no code of the package

      proj/sub/sub.go:4.22,6.3 1 0
        dropped: section 2 of cover.out ran code of the package and does not list it, so it comes from older source in the test cache
        from cover.out, section 1, whose tests ran no code of the package
    ");
    let root = case.run("explain sub/sub.go:4 cover.out").exits(0).stdout();
    assert_eq!(case.run("explain ./sub/../sub/sub.go:4").exits(0).stdout(), root);
    assert_eq!(case.run("explain proj/sub/sub.go:4").exits(0).stdout(), root);
    case.run("explain sub/sub.go:4 --stale keep").exits(0).prints("counted as asked (--stale keep), though ");
    case.run("explain sub/sub.go:99").exits(0).prints("no row of the profile touches this line");
    case.run("explain sub.go:4").exits(3).says("error: sub.go is not in the profile\nfiles of this name: sub/sub.go\nhelp: coverdict explain sub/sub.go:LINE\n");
    case.run("explain sub/sub.go:4:7").exits(3).says("error: sub/sub.go:4 is not in the profile\na place is FILE:LINE, without a column\nhelp: coverdict explain sub/sub.go:4\n");
    case.run("explain sub/sub.go:0").exits(2);
    case.run("explain sub/sub.go:99999999999").exits(2);
    let below = stale().within("sub").run("explain sub.go:4 ../cover.out").exits(0).stdout();
    assert!(below.starts_with("sub/sub.go:4: covered, 1 hit"), "{below}");
}

#[test]
fn stale_blocks_are_dropped_or_kept() {
    let case = stale();
    let total = |line: &str| case.run(line).exits(0).json()["totals"]["statements"].clone();
    let dropped = total("report -o json");
    let kept = total("report -o json --stale keep");
    assert_eq!(kept["total"].as_u64(), dropped["total"].as_u64().map(|total| total + 2));
    case.run("check --stale keep").exits(0).says("the total is unreliable");
    case.run("check --stale maybe").exits(2).says("error: --stale is \"maybe\"; expected drop or keep");
}

#[test]
fn sources_are_cut_by_the_rule_set_asked_for() {
    let case =
        Case::new().file("a.go", "package a\n\nfunc F(x int) {\n\tif x > 0 {\n\t\tx++\n\n\t\tx--\n\t}\n}\n");
    let cut = |line: &str| case.run(line).exits(0).stdout();
    assert_eq!(cut("dump --rules A a.go"), "3.15,4.11 1\n4.11,8.3 2\n");
    assert_eq!(cut("dump --rules C a.go"), cut("dump a.go"));
    assert_ne!(cut("dump --rules B a.go"), cut("dump --rules A a.go"));
    case.run("dump --rules D a.go").exits(2).prints_nothing();
}
