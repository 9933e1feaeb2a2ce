//! Rows about what the changed lines hold.

use super::*;
use crate::git::{Repo, left_out, told};

/// A change of `a.go` from one text to another, with a profile of the second.
fn edit(before: &str, after: &str, profile: &str) -> Repo {
    let repo = Repo::of(&[("a.go", before)]);
    repo.put("a.go", after);
    repo.commit();
    repo.put("cover.out", profile);
    repo
}

#[test]
fn row_46_comments_imports_and_types_owe_nothing() {
    let after = F.replacen("package m\n", "package m\n\nimport _ \"fmt\"\n\n// T is.\ntype T int\n", 1);
    let moved = "mode: set\nm/a.go:8.19,9.11 1 0\nm/a.go:9.11,11.3 1 0\nm/a.go:12.2,12.10 1 0\n";
    let repo = edit(F, &after, moved);
    let outcome = repo.check("--patch 100 --patch-max-missed 0").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\na.go modified measured 0/0 +3-7 !");
    assert_eq!(outcome.json()["verdicts"][0]["observed"], serde_json::Value::Null);
    repo.run("check --patch 100").exits(0).prints("n/a").prints("no statement changed");
}

#[test]
fn row_47_only_tests_changed() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a_test.go", "package m\n");
    repo.commit();
    repo.put("cover.out", F_COV);
    let outcome = repo.check("--patch 100").exits(0);
    assert_eq!((told(&outcome).as_str(), left_out(&outcome).as_str()), ("no-go HEAD 0/0 0/0", "tests 1"));
    repo.run("check --patch 100").exits(0).prints("no Go code changed");
}

#[test]
fn row_48_no_path_of_the_profile_is_here() {
    let repo = edit(F, F_MORE, "");
    let rows = ["x", "y", "z", "zz"].map(|name| missed(F_COV, &format!("other.org/{name}.go")));
    repo.put("cover.out", rows.iter().skip(1).fold(rows[0].clone(), |all, one| both(&all, one)));
    for line in ["--patch 0", ""] {
        let outcome = repo.run(&format!("check {line}")).exits(3).prints_nothing();
        let named = outcome.stderr.matches("not here: other.org/").count();
        assert_eq!(named, 3, "{}", outcome.screen());
        outcome.says("tried:");
    }
}

#[test]
fn row_49_a_changed_file_that_is_absent_from_the_profile() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("a.go", F_MORE);
    repo.put("n/n.go", F.replace("package m", "package n"));
    repo.commit();
    repo.put("cover.out", F_MORE_COV);
    let missed = "n/n.go copied from a.go unmeasured 0/3 +1-8 !4-5,7";
    let outcome = repo
        .check("--patch 50")
        .exits(1)
        .says("unmeasured-change")
        .says("n/n.go")
        .says("3 changed statements");
    assert_eq!(told(&outcome), format!("measured HEAD 1/4 1/4\na.go modified measured 1/1 +7 !\n{missed}"));
    for (policy, code, free) in [("missed", 1, ""), ("warn", 0, " free"), ("fail", 3, " free")] {
        let outcome =
            repo.check(&format!("--patch 50 --unmeasured {policy}")).exits(code).says("unmeasured-change");
        assert!(
            told(&outcome).contains(&format!("n/n.go copied from a.go unmeasured{free} 0/3")),
            "{}",
            told(&outcome)
        );
    }
    let outcome = repo.check("--patch 50 --unmeasured ignore").exits(0).says_not("unmeasured-change");
    assert_eq!(
        told(&outcome),
        "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !\nn/n.go copied from a.go unmeasured free 0/0 +1-8 !"
    );
}

#[test]
fn row_50_a_changed_file_for_another_system() {
    let repo = Repo::of(&[("a.go", F)]);
    repo.put("sys_plan9.go", F.replace("F(", "P("));
    repo.put("tagged.go", format!("//go:build never\n\n{}", F.replace("F(", "T(")));
    repo.put("a.go", F_MORE);
    repo.commit();
    repo.put("cover.out", F_MORE_COV);
    let outcome =
        repo.check("--patch 100").exits(0).says("untested-platform").says("sys_plan9.go, tagged.go");
    assert!(
        told(&outcome).ends_with(
            "sys_plan9.go copied from a.go not-built free 0/0 +1-8 !\ntagged.go copied from a.go not-built free 0/0 +1-10 !"
        ),
        "{}",
        told(&outcome)
    );
}

#[test]
fn row_51_a_statement_behind_a_covered_brace() {
    let before =
        "package m\n\nfunc F(x int) string {\n\tif x == 0 {\n\t\treturn \"a\"\n\t}\n\treturn \"\"\n}\n";
    let after = before.replace("\t}\n", "\t} else if x == 1 { return \"b\" }\n");
    let profile = "mode: set\nm/a.go:3.22,4.12 1 1\nm/a.go:4.12,6.3 1 1\nm/a.go:6.8,6.19 1 0\nm/a.go:6.19,6.33 1 0\nm/a.go:7.2,7.11 1 0\n";
    let repo = edit(before, &after, profile);
    let outcome = repo.check("--patch 1").exits(1);
    assert_eq!(told(&outcome), "measured HEAD 0/2 0/1\na.go modified measured 0/2 +6 !6");
    let naive = repo.check("--patch 1 --metric lines --lines naive").exits(0);
    assert_eq!(told(&naive), "measured HEAD 0/2 1/1\na.go modified measured 0/2 +6 !");
}

#[test]
fn row_52_layout_alone() {
    let spaces = F.replace('\t', "    ");
    let repo = edit(&spaces, F, F_COV);
    let outcome = repo.check("--patch 100 --ignore-whitespace all").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\na.go modified measured 0/0 + !");
    assert_eq!(
        told(&repo.check("--patch 100").exits(1)),
        "measured HEAD 2/3 2/3\na.go modified measured 2/3 +4-7 !5"
    );
}

#[test]
fn row_53_one_statement_over_five_lines() {
    let before = "package m\n\nfunc F() {\n\tprintln(\n\t\t1,\n\t\t2,\n\t\t3,\n\t)\n}\n";
    let repo = edit(before, &before.replace("\t\t2,", "\t\t4,"), "mode: set\nm/a.go:3.10,9.2 1 0\n");
    let outcome = repo.check("--patch-max-missed 0").exits(1);
    assert_eq!(told(&outcome), "measured HEAD 0/1 0/1\na.go modified measured 0/1 +6 !6");
}

#[test]
fn row_54_statements_joined_on_one_line() {
    let before = "package m\n\nfunc F(x int) int {\n\treturn x\n}\n";
    let after = "package m\n\nfunc F(x int) int {\n\tif x > 0 { x++; x++ }; return x\n}\n";
    let profile = "mode: set\nm/a.go:3.19,4.11 1 1\nm/a.go:4.11,4.23 2 0\nm/a.go:4.25,4.33 1 1\n";
    let repo = edit(before, after, profile);
    let outcome = repo.check("--patch 50").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 2/4 1/1\na.go modified measured 2/4 +4 !");
    assert_eq!(outcome.json()["patch"]["lines"]["partial"], 1);
}

#[test]
fn row_55_the_same_block_with_and_without_a_count() {
    let twice = both(F_MORE_COV, &F_MORE_COV.replace("8.10 2 1", "8.10 2 0"));
    let outcome = edit(F, F_MORE, &twice).check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !");
}

#[test]
fn row_56_missed_in_one_profile_and_unknown_to_the_other() {
    let repo = edit(F, F_MORE, &missed(F_MORE_COV, "m/a.go"));
    repo.put("second.out", "mode: set\nm/a.go:3.19,4.11 1 1\n");
    let outcome = repo.check("cover.out second.out --patch 1").exits(1);
    assert_eq!(told(&outcome), "measured HEAD 0/1 0/1\na.go modified measured 0/1 +7 !7");
}

#[test]
fn row_57_a_block_that_ends_in_column_1() {
    let before = F.replace("\t}\n", "\t} \n");
    let profile = "mode: set\nm/a.go:4.2,4.11 1 1\nm/a.go:5.3,6.1 1 0\nm/a.go:7.2,7.10 1 1\n";
    let outcome = edit(&before, F, profile).check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\na.go modified measured 0/0 +6 !");
}

#[test]
fn row_58_a_block_without_statements() {
    let after = format!("{F}\nfunc E() {{\n}}\n");
    let outcome =
        edit(F, &after, &both(F_COV, "mode: set\nm/a.go:10.10,11.2 0 0\n")).check("--patch 100").exits(0);
    assert_eq!(told(&outcome), "no-coverable HEAD 0/0 0/0\na.go modified measured 0/0 +9-11 !");
}

#[test]
fn row_59_a_block_behind_the_end_of_the_file() {
    // Beside a set that fits, one that does not is stale.
    let stale = "mode: set\nm/a.go:3.19,4.11 1 1\nm/a.go:4.11,6.3 1 1\nm/a.go:17.2,28.10 9 1\n";
    let repo = edit(F, F_MORE, F_MORE_COV);
    repo.put("old.out", stale);
    let outcome = repo.check("cover.out old.out --patch 100").exits(0).says("stale-blocks");
    assert_eq!(told(&outcome), "measured HEAD 1/1 1/1\na.go modified measured 1/1 +7 !");
    // Alone it is kept and counted, and the change is an estimate.
    let outcome = repo.check("old.out --patch 100").exits(1).says("profile-older-than-source");
    assert!(told(&outcome).starts_with("measured HEAD 0/1"), "{}", told(&outcome));
}
