//! Rows 60 to 69 and 74.

use super::{A, a_cov, told};
use crate::git::Repo;

/// `A` committed with this profile saved as `base.out`, and another one as `cover.out`.
fn repo(before: [u8; 4], now: [u8; 4]) -> Repo {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("base.out", a_cov(before));
    repo.put("cover.out", a_cov(now));
    repo
}

const REPORT: &str = "report cover.out --baseline base.out -o json";

#[test]
fn row_60_a_profile_beside_itself() {
    let outcome = repo([1, 0, 1, 0], [1, 0, 1, 0]).run(&format!("{REPORT} --base HEAD")).exits(0);
    assert_eq!(told(&outcome), "S UBC 2 CBC 2 | L UBC 2 CBC 2\na.go both: UBC 2 CBC 2");
}

/// A file of its own, with one covered and one missed line.
const B: &str = "package m\n\nfunc H() {\n\tprintln(1)\n}\n\nfunc I() {\n\tprintln(2)\n}\n";
const B_COV: &str = "m/b.go:3.10,5.2 1 1\nm/b.go:7.10,9.2 1 0\n";

/// Both files in the base; the head as it is made by `edit`, with the profile of `A` and what else is given.
fn two(edit: impl Fn(&Repo), more: &str) -> Repo {
    let repo = Repo::of(&[("a.go", A), ("b.go", B)]);
    repo.put("base.out", a_cov([1, 0, 1, 0]) + B_COV);
    edit(&repo);
    repo.commit();
    repo.put("cover.out", a_cov([1, 0, 1, 0]) + more);
    repo
}

#[test]
fn row_61_a_deleted_file() {
    let repo = two(|repo| repo.remove("b.go"), "");
    let outcome = repo.run(&format!("{REPORT} --base HEAD~1")).exits(0);
    assert_eq!(
        told(&outcome),
        "S UBC 2 CBC 2 DUB 1 DCB 1 | L UBC 2 CBC 2 DUB 1 DCB 1\na.go both: UBC 2 CBC 2\nb.go deleted: DUB 1 DCB 1"
    );
    repo.run("check cover.out --baseline base.out --base HEAD~1 --max-lost 0 --no-regress 0").exits(0);
}

#[test]
fn row_62_a_file_that_vanished() {
    let repo = two(|repo| repo.put("note.txt", "x"), "");
    let outcome = repo.run(&format!("{REPORT} --base HEAD~1")).exits(0);
    assert_eq!(
        told(&outcome),
        "S UBC 2 CBC 2 EUB 1 ECB 1 | L UBC 2 CBC 2 EUB 1 ECB 1\na.go both: UBC 2 CBC 2\nb.go vanished: EUB 1 ECB 1"
    );
    let check = "check cover.out --baseline base.out --base HEAD~1";
    let failing = repo.run(&format!("{check} --max-lost 0")).exits(1);
    failing.prints("vanished: in the baseline and the tree").prints("b.go").says("vanished-file");
    repo.run(&format!("{check} --max-lost 1")).exits(0);
    // Left out on purpose, nothing is lost.
    repo.run(&format!("{check} --max-lost 0 --exclude b.go")).exits(0);
}

#[test]
fn row_63_a_file_that_appeared() {
    let repo = Repo::of(&[("a.go", A), ("b.go", B)]);
    repo.put("base.out", a_cov([1, 0, 1, 0]));
    repo.put("cover.out", a_cov([1, 0, 1, 0]) + B_COV);
    let outcome = repo.run(&format!("{REPORT} --base HEAD")).exits(0);
    assert_eq!(
        told(&outcome),
        "S UIC 1 UBC 2 GIC 1 CBC 2 | L UIC 1 UBC 2 GIC 1 CBC 2\na.go both: UBC 2 CBC 2\nb.go appeared: UIC 1 GIC 1"
    );
    repo.run("check cover.out --baseline base.out --base HEAD --max-lost 0 --no-regress 0").exits(0);
}

#[test]
fn row_64_a_covered_function_was_deleted() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("base.out", a_cov([1, 0, 0, 1]));
    let shorter = A.split("\nfunc G").next().expect("the first function");
    repo.put("a.go", shorter);
    repo.commit();
    let profile = a_cov([1, 0, 0, 1]);
    repo.put("cover.out", &profile[..profile.find("m/a.go:10.").expect("its row")]);
    let outcome = repo.run(&format!("{REPORT} --base HEAD~1")).exits(0);
    assert_eq!(told(&outcome), "S UBC 2 CBC 1 DCB 1 | L UBC 2 CBC 1 DCB 1\na.go both: UBC 2 CBC 1 DCB 1");
    // 2 of 4 became 1 of 3, and nothing became worse.
    repo.run("check cover.out --baseline base.out --base HEAD~1 --no-regress 0").exits(0);
}

#[test]
fn row_65_only_a_test_was_deleted() {
    let repo = Repo::of(&[("a.go", A), ("a_test.go", "package m\n")]);
    repo.put("base.out", a_cov([1, 1, 1, 1]));
    repo.remove("a_test.go");
    repo.commit();
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    let check = "check cover.out --baseline base.out --base HEAD~1 --max-lost 0";
    let outcome = repo.run(&format!("{check} -o json")).exits(1);
    assert_eq!(told(&outcome), "S LBC 2 CBC 2 | L LBC 2 CBC 2\na.go both: LBC 2 CBC 2");
    assert_eq!(outcome.json()["patch"]["state"].as_str(), Some("no-go"));
    repo.run(check).exits(1).prints("lost since the baseline").prints("func F").prints("func G");
}

#[test]
fn row_66_a_rename_with_data_under_the_old_path() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("base.out", a_cov([1, 0, 1, 0]));
    repo.remove("a.go");
    repo.put("sub/a.go", A.replace("package m", "package sub"));
    repo.commit();
    repo.put("cover.out", a_cov([1, 0, 1, 0]).replace("m/a.go", "m/sub/a.go"));
    let outcome = repo.run(&format!("{REPORT} --base HEAD~1")).exits(0);
    assert_eq!(told(&outcome), "S UBC 2 CBC 2 | L UBC 2 CBC 2\nsub/a.go both: UBC 2 CBC 2");
    assert_eq!(outcome.json()["compare"]["files"][0]["old_path"].as_str(), Some("a.go"));
}

/// The fixture has the whole of it; here an unchanged tree.
#[test]
fn row_67_two_releases_of_go_on_one_tree() {
    let repo = repo([1, 0, 1, 0], [1, 0, 1, 0]);
    repo.put(
        "cover.out",
        "mode: set\nm/a.go:4.2,4.11 1 1\nm/a.go:5.3,6.1 1 0\nm/a.go:7.2,7.10 1 1\nm/a.go:11.2,12.1 1 0\n",
    );
    let outcome = repo.run(&format!("{REPORT} --base HEAD")).exits(0);
    assert_eq!(told(&outcome), "S UBC 2 CBC 2 | L UBC 2 CBC 2\na.go both: UBC 2 CBC 2");
}

#[test]
fn row_68_the_baseline_was_made_at_the_head() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("a.go", A.replace("package m\n", "package m\n\n// F and G.\n"));
    repo.commit();
    let moved =
        "mode: set\nm/a.go:5.19,6.11 1 1\nm/a.go:6.11,8.3 1 0\nm/a.go:9.2,9.10 1 1\nm/a.go:12.14,14.2 1 0\n";
    repo.put("base.out", moved);
    repo.put("cover.out", moved);
    let outcome = repo.run("check cover.out --baseline base.out --base HEAD~1 --max-lost 0").exits(3);
    outcome.says("seems to be of the head revision").says("--base REV");
}

#[test]
fn row_69_without_a_baseline_its_gates_are_not_judged() {
    let repo = repo([1, 0, 1, 0], [1, 0, 1, 0]);
    let gates = "--max-lost 0 --no-regress 0 --max-missed auto";
    let outcome = repo.run(&format!("check cover.out {gates}")).exits(0);
    outcome.prints("-     max-lost    not judged: no baseline was given");
    let outcome = repo.run(&format!("check cover.out {gates} --baseline away.json")).exits(0);
    outcome.prints("not judged: the baseline is not there").says("suspicious-baseline");
    repo.run(&format!("check cover.out {gates} --baseline away.json --deny suspicious-baseline")).exits(3);
}

#[test]
fn row_74_a_drop_of_exactly_what_is_allowed() {
    // 3 of 4 became 2 of 4.
    let repo = repo([1, 1, 1, 0], [1, 0, 1, 0]);
    repo.run("check cover.out --baseline base.out --base HEAD --no-regress 25").exits(0);
    repo.run("check cover.out --baseline base.out --base HEAD --no-regress 24.999999").exits(1);
}
