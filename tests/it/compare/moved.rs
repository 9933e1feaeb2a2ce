//! What moved with the lines around it is what it was: literals without a name, and files that vanish after an edit.

use super::{A, a_cov, told};
use crate::git::Repo;

/// Two literals that nothing names but their place.
const C: &str =
    "package m\n\nvar C = run(func() {\n\tprintln(1)\n})\n\nvar D = run(func() {\n\tprintln(2)\n})\n";

fn c_cov(down: u32, ran: [u8; 2]) -> String {
    let [first, second] = ran;
    let line = |line: u32| line + down;
    format!(
        "mode: set\nm/c.go:{}.20,{}.2 1 {first}\nm/c.go:{}.20,{}.2 1 {second}\n",
        line(3),
        line(5),
        line(7),
        line(9)
    )
}

#[test]
fn a_literal_is_the_same_on_another_line() {
    let repo = Repo::of(&[("c.go", C)]);
    repo.put("base.out", c_cov(0, [1, 0]));
    repo.put("c.go", C.replace("package m\n", "// Package m has four more lines.\n//\n//\n//\npackage m\n"));
    repo.commit();
    repo.put("cover.out", c_cov(4, [0, 0]));
    let outcome = repo.run("report cover.out --baseline base.out --base HEAD~1 -o json").exits(0);
    assert_eq!(told(&outcome), "S LBC 1 UBC 1 | L LBC 1 UBC 1\nc.go both: LBC 1 UBC 1");
    let functions = &outcome.json()["compare"]["functions"];
    assert_eq!((functions["LBC"].as_u64(), functions["UBC"].as_u64()), (Some(1), Some(1)), "{functions}");
    repo.run("check cover.out --baseline base.out --base HEAD~1 --max-lost 0 --metric functions").exits(1);
}

/// A line that is the same on both sides, though a comment of the head swallows its first statement.
#[test]
fn statements_of_one_line_pair_with_what_they_were() {
    let text = |more: &str| format!("package m\n\nfunc F() {{\n{more}\tfirst() /* c */; second()\n}}\n");
    let repo = Repo::of(&[("f.go", &text(""))]);
    repo.put("base.out", "mode: set\nm/f.go:3.10,5.2 2 1\n");
    for (more, end, told_as) in [
        ("\t// One more.\n", "6.2", "S LBC 2 | L LBC 1\nf.go both: LBC 2"),
        ("\t/* One more\n", "6.2", "S UNC 1 LBC 1 DCB 1 | L LBC 1\nf.go both: UNC 1 LBC 1 DCB 1"),
    ] {
        repo.put("f.go", text(more));
        repo.commit();
        repo.put("cover.out", format!("mode: set\nm/f.go:3.10,{end} 2 0\n"));
        let outcome = repo.run("report cover.out --baseline base.out --base HEAD~1 -o json").exits(0);
        assert_eq!(told(&outcome), told_as, "{more}");
        repo.put("f.go", text(""));
        repo.commit();
    }
}

/// A commit that turns `\n` to `\r\n` deletes and adds every line: without more, no loss would show.
#[test]
fn other_ends_of_lines_are_the_same_code() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("base.out", a_cov([1, 1, 0, 0]));
    repo.run("baseline save base.out -o base.json.out").exits(0);
    repo.put("a.go", A.replace('\n', "\r\n"));
    repo.commit();
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    let told_as = "S LBC 1 UBC 1 GBC 1 CBC 1 | L LBC 1 UBC 1 GBC 1 CBC 1\na.go both: LBC 1 UBC 1 GBC 1 CBC 1";
    for baseline in ["base.json.out", "base.out --base HEAD~1"] {
        let outcome = repo.run(&format!("report cover.out --baseline {baseline} -o json")).exits(0);
        assert_eq!(told(&outcome), told_as, "{baseline}");
    }
    let swapped = repo.run("report base.out --baseline base.json.out -o json").exits(0);
    assert!(told(&swapped).starts_with("S UBC 2 CBC 2 |"), "{}", told(&swapped));
}

/// Saved on Linux, checked on Windows, where git writes other ends of lines.
#[test]
fn a_checkout_with_other_ends_of_lines_is_the_same_text() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 1, 0, 0]));
    repo.run("baseline save cover.out -o base.json.out").exits(0);
    repo.put("note.txt", "x");
    repo.commit();
    repo.set("core.autocrlf", "true");
    repo.put("a.go", A.replace('\n', "\r\n"));
    let outcome = repo.run("report cover.out --baseline base.json.out -o json").exits(0);
    let outcome = outcome.says_not("another text");
    assert_eq!(told(&outcome), "S UBC 2 CBC 2 | L UBC 2 CBC 2\na.go both: UBC 2 CBC 2");
}

#[test]
fn what_a_vanished_file_lost_has_the_lines_of_the_tree() {
    let repo = Repo::of(&[("a.go", A), ("c.go", C)]);
    repo.put("base.out", a_cov([1, 0, 1, 0]) + c_cov(0, [1, 0]).trim_start_matches("mode: set\n"));
    repo.put("c.go", C.replace("package m\n", "// Package m has a line more.\npackage m\n"));
    repo.commit();
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    let outcome = repo.run("report cover.out --baseline base.out --base HEAD~1 -o json").exits(0);
    let file = &outcome.json()["compare"]["files"][1];
    assert_eq!((file["path"].as_str(), file["fate"].as_str()), (Some("c.go"), Some("vanished")));
    let lost = &file["lost_ranges"][0];
    assert_eq!((lost["first"].as_u64(), lost["last"].as_u64()), (Some(5), Some(5)), "{lost}");
    assert_eq!(file["line_categories"]["ECB"].to_string(), "[[5,5]]");
}

#[test]
fn a_function_that_some_baselines_cover_is_unstable() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("one.out", a_cov([1, 1, 1, 1]));
    repo.put("two.out", a_cov([1, 1, 1, 0]));
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    let line = "report cover.out --baseline one.out --baseline two.out --base HEAD -o json";
    let compare = &repo.run(line).exits(0).json()["compare"];
    assert_eq!(compare["unstable"].to_string(), r#"{"functions":1,"lines":1,"statements":1}"#);
    assert_eq!(compare["lost"].to_string(), r#"{"functions":0,"lines":1,"statements":1}"#);
}
