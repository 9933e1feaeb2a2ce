//! What cannot be compared, and what is odd about a baseline.

use super::{A, a_cov, told};
use crate::case::Case;
use crate::git::Repo;

#[test]
fn several_baselines_tell_what_is_unstable() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("one.out", a_cov([1, 1, 1, 0]));
    repo.put("two.out", a_cov([1, 0, 1, 0]));
    repo.put("cover.out", a_cov([1, 0, 0, 0]));
    let line = "check cover.out --baseline one.out --baseline two.out --base HEAD --max-lost 1";
    let outcome = repo.run(&format!("{line} -o json")).exits(0);
    assert_eq!(told(&outcome), "S LBC 1 UBC 2 CBC 1 | L LBC 1 UBC 2 CBC 1\na.go both: LBC 1 UBC 2 CBC 1");
    let compare = &outcome.json()["compare"];
    assert_eq!(compare["unstable"].to_string(), r#"{"functions":0,"lines":1,"statements":1}"#);
    assert_eq!(compare["files"][0]["unstable_lines"].to_string(), "[[5,5]]");
    repo.run(line).exits(0).prints("1 unstable");
}

#[test]
fn baselines_of_two_commits_are_refused() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    repo.run("baseline save cover.out -o one.json.out").exits(0);
    repo.put("note.txt", "x");
    repo.commit();
    repo.run("baseline save cover.out -o two.json.out").exits(0);
    let outcome = repo.run("check cover.out --baseline one.json.out --baseline two.json.out").exits(3);
    outcome.says("are of different commits");
}

/// Without git the texts themselves tell whether the trees are the same.
#[test]
fn without_git_the_same_tree_is_proven_by_its_texts() {
    let case = Case::bare().file("go.mod", "module m\n").file("a.go", A);
    case.put("cover.out", a_cov([1, 0, 1, 0]));
    case.run("baseline save cover.out -o base.json").exits(0);
    case.run("check cover.out --baseline base.json --max-lost 0").exits(0).prints("nothing lost");
    case.put("a.go", A.replace("return 3", "return 4"));
    let outcome = case.run("check cover.out --baseline base.json --max-lost 0").exits(4);
    outcome.says("a.go changed since").says("--diff FILE");
}

#[test]
fn a_damaged_baseline_is_an_error_of_the_input() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    repo.run("baseline save cover.out -o base.json.out").exits(0);
    let saved = fs_err::read_to_string(repo.path("base.json.out")).expect("it was saved");
    repo.put("base.json.out", &saved[..saved.len() / 2]);
    repo.run("check cover.out --baseline base.json.out").exits(3);
    repo.put("base.json.out", saved.replace("coverdict/baseline/1", "coverdict/baseline/9"));
    repo.run("check cover.out --baseline base.json.out").exits(3).says("9");
}

/// Each is told as a baseline, with what cures one: nothing says that tests failed to build.
#[test]
fn what_is_no_baseline_at_all_has_the_cure_of_one() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    repo.put("empty.out", "");
    repo.put("blank.out", "\n \n");
    repo.put("folder/note.txt", "x");
    repo.put("prose.out", "a note\n");
    for path in ["empty.out", "blank.out"] {
        let outcome = repo.run(&format!("check cover.out --baseline {path}")).exits(3);
        outcome.says(&format!("the baseline {path} is empty")).says(&format!("or remove {path}"));
        // Its lowest numbers would start anew in silence.
        repo.run(&format!("baseline save cover.out --baseline {path} -o -")).exits(3).says("is empty");
    }
    for path in ["folder", "prose.out"] {
        let outcome = repo.run(&format!("check cover.out --baseline {path}")).exits(3);
        let outcome = outcome
            .says("a baseline is a file of `coverdict baseline save`, a text profile or a data directory");
        outcome.says("help: coverdict baseline save -o FILE on the default branch, then --baseline FILE");
    }
}

/// What a damaged profile does not know to be covered cannot be lost.
#[test]
fn a_damaged_profile_as_baseline_is_told() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    repo.put("base.out", a_cov([1, 0, 1, 0]).replace("7.2,7.10 1 1", "7.2,7"));
    let outcome = repo.run("check cover.out --baseline base.out --base HEAD --max-lost 0").exits(0);
    outcome.says("[malformed-rows]: in the baseline base.out: ");
    repo.put("none.out", "mode: set\n");
    let outcome = repo.run("check cover.out --baseline none.out --base HEAD --max-lost 0").exits(0);
    outcome.says("[empty-profile]: in the baseline none.out: ");
}

#[test]
fn a_diff_of_a_folder_has_its_cure() {
    let repo = Repo::of(&[("sub/a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]).replace("m/", "m/sub/"));
    repo.put("rel.out", "--- a/a.go\n+++ b/a.go\n@@ -1,1 +1,1 @@\n-package n\n+package m\n");
    let outcome = repo.run("check cover.out --baseline cover.out --diff rel.out").exits(3);
    outcome.says("the file is not there").says("git diff --no-relative");
}

#[test]
fn two_saved_baselines_are_compared_whatever_is_checked_out() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 1, 1, 0]));
    repo.run("baseline save cover.out -o one.json.out").exits(0);
    repo.put("a.go", A.replace("func G", "// G is new.\nfunc G"));
    repo.commit();
    repo.put(
        "cover.out",
        "mode: set\nm/a.go:3.19,4.11 1 1\nm/a.go:4.11,6.3 1 0\nm/a.go:7.2,7.10 1 1\nm/a.go:11.14,13.2 1 1\n",
    );
    repo.run("baseline save cover.out -o two.json.out").exits(0);
    repo.put("a.go", "package m\n");
    repo.commit();
    let outcome = repo.run("compare one.json.out two.json.out -o json").exits(0);
    assert_eq!(told(&outcome), "S LBC 1 GBC 1 CBC 2 | L LBC 1 GBC 1 CBC 2\na.go both: LBC 1 GBC 1 CBC 2");
    let outcome = repo.run("compare two.json.out one.json.out -o json").exits(0);
    assert_eq!(told(&outcome), "S LBC 1 GBC 1 CBC 2 | L LBC 1 GBC 1 CBC 2\na.go both: LBC 1 GBC 1 CBC 2");
    repo.run("compare one.json.out two.json.out").exits(0).prints("lost since the baseline").prints("LBC");
    repo.run("compare one.json.out").exits(2).says("needs two inputs");
}
