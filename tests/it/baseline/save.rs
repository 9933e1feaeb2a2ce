//! What `baseline save` writes and says.

use super::{A, A_COV, A_MORE, B, B_COV, FILE};
use crate::case::Case;
use crate::git::Repo;

fn tree() -> Case {
    Case::bare().file("go.mod", "module m\n").file("a.go", A).file("cover.out", A_COV)
}

fn repository() -> Repo {
    let repo = Repo::of(&[("a.go", A), ("b.go", B), (".gitignore", "*.out\n*.json\n")]);
    repo.put("cover.out", format!("{A_COV}{B_COV}"));
    repo
}

#[test]
fn what_counts_is_written_with_the_commit() {
    let repo = repository();
    let outcome = repo.run("baseline save").exits(0).prints_nothing();
    let head = repo.head().to_string();
    let text = repo.read(FILE);
    assert!(text.contains(&format!("\n\"commit\":\"{head}\",\n\"uncommitted\":0,\n")), "{text}");
    insta::assert_snapshot!(outcome.stderr.replace(&head[..7], "[HEAD]"), @"
    coverdict: reading cover.out (mode count, 2 files, 5 blocks)
    coverdict: saved coverdict-baseline.json: 60.0% of 5 statements in 2 files at [HEAD]
    ");
    insta::assert_snapshot!(text.lines().skip(3).take(10).collect::<Vec<_>>().join("\n"), @r#"
    "uncommitted":0,
    "mode":"count",
    "rule_set":"A",
    "lines":"code",
    "totals":{"statements":{"covered":3,"total":5},"lines":{"covered":3,"partial":0,"total":5},"functions":{"covered":2,"total":3}},
    "ratchet":{"statements":2,"lines":2,"functions":1},
    "inputs":["cover.out"],
    "files":[
    {"path":"a.go","package":"m","module":"m","disposition":"main","rule_set":"A","lines":"code","source":"a53c5ed575242e0e","fits":true,"blocks":[3,19,1,11,3,1,11,2,3,2,3,2,0,10,3,3,14,2,2,2]},
    {"path":"b.go","package":"m","module":"m","disposition":"main","rule_set":"A","lines":"code","source":"0ad0a7fce7cd7554","fits":true,"blocks":[3,10,2,2,3]}
    "#);
    // Again the same bytes: the numbers of the old file are those of the new one.
    repo.run("baseline save").exits(0);
    assert_eq!(repo.read(FILE), text);
    assert_eq!(repo.run("baseline save -o -").exits(0).stdout(), repo.hidden(&text));
}

#[test]
fn without_git_there_is_no_commit_and_nothing_to_warn_of() {
    let case = tree();
    case.run("baseline save -o out/base.json").exits(0).says("without a commit").says_not("warning");
    assert!(case.read("out/base.json").contains("\n\"commit\":null,\n"));
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let case = tree();
    assert_eq!(case.run("baseline save -q").exits(0).prints_nothing().stderr, "");
}

#[test]
fn what_is_left_out_is_not_in_it() {
    let case = tree().file("b.go", B).file("cover.out", format!("{A_COV}{B_COV}"));
    case.run("baseline save --exclude b.go").exits(0);
    assert!(!case.read(FILE).contains("b.go"));
    fs_err::remove_file(case.path(FILE)).expect("it was there");
    // An ignore comment takes a function's statements.
    case.put("a.go", A.replace("func G", "//coverdict:ignore no need\nfunc G").replace("\n\n//", "\n//"));
    case.run("baseline save").exits(0);
    let text = case.read(FILE);
    assert!(text.contains("\"statements\":{\"covered\":3,\"total\":4}"), "{text}");
    // The numbers are those of `check` over the same data, in all metrics.
    let report = case.run("check -o json").exits(0).json();
    let saved: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(saved["totals"], report["totals"]);
}

#[test]
fn files_that_the_commit_does_not_describe_are_counted_and_told() {
    let repo = repository();
    repo.put("b.go", format!("{B}\n// edited\n"));
    let outcome = repo.run("baseline save").exits(0);
    insta::assert_snapshot!(outcome.stderr.lines().skip(1).take(3).collect::<Vec<_>>().join("\n"), @"
    warning[suspicious-baseline]: 1 file of the baseline is not as HEAD has it: the commit that it names does not describe it
      first: b.go
      help: commit before the tests run, then save
    ");
    assert!(repo.read(FILE).contains("\n\"uncommitted\":1,\n"));
    repo.run("baseline save --deny suspicious-baseline").exits(3).says("error[suspicious-baseline]");
    repo.run("baseline save --allow suspicious-baseline").exits(0).says_not("suspicious-baseline");
    // Of what is not in the profile nothing is said.
    repo.put("b.go", B);
    repo.put("c.go", "package m\n");
    repo.run("baseline save").exits(0).says_not("suspicious-baseline");
}

#[test]
fn generated_files_that_git_ignores_are_not_described_either() {
    let repo = Repo::of(&[("a.go", A), (".gitignore", "b.go\n*.out\n")]);
    repo.put("b.go", B);
    repo.put("cover.out", format!("{A_COV}{B_COV}"));
    repo.run("baseline save")
        .exits(0)
        .says("1 file of the baseline is not as HEAD has it")
        .says("first: b.go");
}

#[test]
fn before_the_first_commit_there_is_none_to_name() {
    let repo = Repo::empty();
    for (path, text) in [("go.mod", "module m\n"), ("a.go", A), ("cover.out", A_COV)] {
        repo.put(path, text);
    }
    repo.run("baseline save").exits(0).says("HEAD has no commit yet");
    assert!(repo.read(FILE).contains("\n\"commit\":null,\n"));
}

#[test]
fn the_ratchet_only_goes_down() {
    let case = tree();
    let lowest = || {
        let text = case.read(FILE);
        text.lines().find(|line| line.starts_with("\"ratchet\"")).expect("a ratchet").to_owned()
    };
    case.run("baseline save").exits(0);
    assert_eq!(lowest(), r#""ratchet":{"statements":2,"lines":2,"functions":1},"#);
    case.put("cover.out", A_MORE);
    case.run("baseline save").exits(0);
    assert_eq!(lowest(), r#""ratchet":{"statements":1,"lines":1,"functions":1},"#);
    // Worse again: the totals tell so, the ratchet stays.
    case.put("cover.out", A_COV);
    case.run("baseline save").exits(0);
    assert_eq!(lowest(), r#""ratchet":{"statements":1,"lines":1,"functions":1},"#);
    assert!(case.read(FILE).contains("\"statements\":{\"covered\":2,\"total\":4}"));
    // From another file; a profile records none.
    fs_err::rename(case.path(FILE), case.path("old.json")).expect("a file");
    case.run("baseline save --baseline old.json --baseline cover.out").exits(0);
    assert_eq!(lowest(), r#""ratchet":{"statements":1,"lines":1,"functions":1},"#);
    // Without it they start anew, and one that is not there is told.
    fs_err::remove_file(case.path(FILE)).expect("a file");
    case.run("baseline save --baseline none.json").exits(0).says("the baseline none.json is not there");
    assert_eq!(lowest(), r#""ratchet":{"statements":2,"lines":2,"functions":1},"#);
}

#[test]
fn what_is_no_baseline_is_never_replaced() {
    let case = tree().file("other.json", "{\"a\":1}\n").file("notes.txt", "mine\n");
    for target in ["other.json", "notes.txt", "cover.out", "a.go"] {
        let before = case.read(target);
        case.run(&format!("baseline save cover.out -o {target}"))
            .exits(3)
            .says(target)
            .says("remove")
            .prints_nothing();
        assert_eq!(case.read(target), before);
    }
    // An empty file is what `mktemp` leaves.
    case.put("new.json", "");
    case.run("baseline save cover.out -o new.json").exits(0);
    case.run("baseline save cover.out -o .").exits(5);
}

#[test]
fn a_profile_without_statements_is_no_baseline() {
    let case = tree().file("cover.out", "mode: set\n");
    case.run("baseline save").exits(3).says("the profile has no statements");
    assert!(!case.path(FILE).exists());
    let case = tree();
    case.run("baseline save --exclude a.go").exits(3);
    assert!(!case.path(FILE).exists());
}

#[test]
fn the_profile_of_another_repository_is_refused_as_by_check() {
    let case = tree().file("cover.out", A_COV.replace("m/a.go", "example.com/else/x.go"));
    case.run("check").exits(3);
    case.run("baseline save").exits(3);
    assert!(!case.path(FILE).exists());
}

#[test]
fn settings_of_the_config_and_of_check_count() {
    let case = tree().file("b.go", B).file("cover.out", format!("{A_COV}{B_COV}"));
    case.put(
        ".coverdict.yml",
        "exclude: [b.go]\nlines: naive\ngate: {total: 100}\nreports: [{json: r.json}]\n",
    );
    case.run("baseline save").exits(0);
    let text = case.read(FILE);
    assert!(!text.contains("b.go") && text.contains("\n\"lines\":\"naive\",\n"), "{text}");
    // Neither gates nor reports are its matter.
    assert!(!case.path("r.json").exists());
    case.run("baseline save --mode set").exits(0);
    assert!(case.read(FILE).contains("\n\"mode\":\"set\",\n"));
    for flag in
        ["--scope main", "--src .", "--path-map m=m", "--stale keep", "--generated exclude", "--metric lines"]
    {
        case.run(&format!("baseline save {flag}")).exits(0);
    }
}
