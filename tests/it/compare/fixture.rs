//! A real change with the profiles of two Go releases and four diffs: every category of it is known.

use super::{categories, told};
use crate::case::{Case, copy, project};
use crate::git::Repo;

const CALC_S: &str = "calc/calc.go both: UNC 3 LBC 4 UBC 3 GBC 3 GNC 2 CBC 1 DCB 1";

fn data(name: &str) -> Vec<u8> {
    fs_err::read(project().join("tests/data/diff-a").join(name)).expect("a file")
}

fn head() -> Case {
    let case = Case::new().copy_of("tests/data/diff-a/head", "");
    for name in ["base-go1.26.cov", "base-go1.27.cov", "head-go1.26.cov", "head-go1.27.cov"] {
        case.put(&format!("data/{name}"), data(name));
    }
    for diff in ["change", "change-U0", "change-noprefix", "change-norenames"] {
        case.put(&format!("data/{diff}.diff"), data(&format!("{diff}.diff")));
    }
    case
}

/// The last pair is the one that other tools see as noise.
const RELEASES: [(&str, &str); 3] = [("1.26", "1.26"), ("1.27", "1.27"), ("1.26", "1.27")];

#[test]
fn every_category_for_two_releases_and_their_mix() {
    let case = head();
    for (base, now) in RELEASES {
        for diff in ["change", "change-U0", "change-noprefix"] {
            let outcome = case.run(&format!(
                "report data/head-go{now}.cov --baseline data/base-go{base}.cov --diff data/{diff}.diff -o json"
            ));
            let outcome = outcome.exits(0);
            assert_eq!(
                told(&outcome),
                format!(
                    "S UNC 3 LBC 4 UBC 10 GBC 3 GNC 2 CBC 3 DCB 1 | L UNC 2 LBC 4 UBC 10 GBC 3 GNC 3 CBC 3 DCB 1\n\
                     {CALC_S}\ninternal/strs/util.go both: UBC 7 CBC 2"
                ),
                "{base} {now} {diff}"
            );
            let calc = &outcome.json()["compare"]["files"][0];
            assert_eq!(
                calc["line_categories"].to_string(),
                r#"{"CBC":[[10,10]],"DCB":[[31,31]],"GBC":[[13,13],[27,28]],"GNC":[[34,34],[37,38]],"LBC":[[11,11],[18,18],[20,21]],"UBC":[[19,19],[23,23],[30,30]],"UNC":[[29,29],[35,35]]}"#
            );
            assert_eq!(
                calc["gained_ranges"].to_string(),
                r#"[{"first":13,"function":"Abs","last":13,"statements":1},{"first":27,"function":"Old","last":28,"statements":2}]"#
            );
            assert_eq!(
                calc["lost_ranges"].to_string(),
                r#"[{"first":11,"function":"Abs","last":11,"statements":1},{"first":18,"function":"Sign","last":18,"statements":1},{"first":20,"function":"Sign","last":21,"statements":2}]"#
            );
        }
        let outcome = case.run(&format!(
            "report data/head-go{now}.cov --baseline data/base-go{base}.cov --diff data/change-norenames.diff -o json"
        ));
        let outcome = outcome.exits(0);
        assert!(
            told(&outcome).ends_with(&format!(
                "{CALC_S}\ninternal/strs/util.go added: UNC 7 GNC 2\ninternal/util/util.go deleted: DUB 7 DCB 2"
            )),
            "{base} {now}: {}",
            told(&outcome)
        );
    }
}

/// Whole spans of blocks: those of Go up to 1.26 hold braces, so a mix of two releases is noise there. `naive` takes every line;
/// `trim` leaves out the brace that ends a function: line 32 of `calc.go` in the base (`ECB`), line 17 of `util.go` (`UBC`, `EUB`).
#[test]
fn spans_of_two_releases_and_their_mix() {
    let case = head();
    let brace = "UNC 2 LBC 7 UBC 3 GBC 4 GNC 5 CBC 2";
    let bare = "UNC 2 LBC 4 UBC 3 GBC 3 GNC 3 CBC 1";
    for (base, now, model, calc, util) in [
        ("1.26", "1.26", "naive", format!("{brace} ECB 1 DUB 1 DCB 2"), "UBC 10 CBC 3"),
        ("1.26", "1.26", "trim", format!("{brace} DUB 1 DCB 2"), "UBC 9 CBC 3"),
        ("1.27", "1.27", "trim", format!("{bare} DCB 1"), "UBC 7 CBC 2"),
        ("1.26", "1.27", "trim", format!("{bare} EUB 1 ECB 4 DUB 1 DCB 2"), "UBC 7 CBC 2 EUB 2 ECB 1"),
    ] {
        for diff in ["change", "change-U0", "change-noprefix"] {
            let outcome = case.run(&format!(
                "report data/head-go{now}.cov --baseline data/base-go{base}.cov --diff data/{diff}.diff --lines {model} -o json"
            ));
            let json = outcome.exits(0).json();
            let lines = |file: usize| categories(&json["compare"]["files"][file]["lines"]);
            assert_eq!((lines(0), lines(1).as_str()), (calc.clone(), util), "{base} {now} {diff} {model}");
            // Statements are those of the source, whatever lines are.
            assert_eq!(
                categories(&json["compare"]["statements"]),
                "UNC 3 LBC 4 UBC 10 GBC 3 GNC 2 CBC 3 DCB 1"
            );
        }
    }
}

#[test]
fn the_repository_and_saved_baselines_give_the_same() {
    let repo = Repo::empty();
    let folder = project().join("tests/data/diff-a");
    copy(&folder.join("base"), &repo.root());
    let base = repo.commit();
    for release in ["1.26", "1.27"] {
        repo.put("cover.out", data(&format!("base-go{release}.cov")));
        repo.run(&format!("baseline save cover.out -o base-{release}.json.out")).exits(0);
        repo.put(&format!("base-{release}.out"), data(&format!("base-go{release}.cov")));
    }
    fs_err::remove_dir_all(repo.path("internal")).expect("it goes");
    copy(&folder.join("head"), &repo.root());
    repo.commit();
    let expected =
        "S UNC 3 LBC 4 UBC 10 GBC 3 GNC 2 CBC 3 DCB 1 | L UNC 2 LBC 4 UBC 10 GBC 3 GNC 3 CBC 3 DCB 1\n";
    for (before, now) in RELEASES {
        repo.put("cover.out", data(&format!("head-go{now}.cov")));
        for baseline in [format!("base-{before}.json.out"), format!("base-{before}.out --base {base}")] {
            let outcome = repo.run(&format!("report cover.out --baseline {baseline} -o json")).exits(0);
            assert!(told(&outcome).starts_with(expected), "{baseline}: {}", told(&outcome));
            assert_eq!(outcome.json()["compare"]["base"].as_str(), Some(base.to_string().as_str()));
        }
    }
}

#[test]
fn gates_are_exact() {
    let case = head();
    let run = |line: &str| {
        case.run(&format!(
            "check data/head-go1.27.cov --baseline data/base-go1.26.cov --diff data/change.diff {line}"
        ))
    };
    run("--no-regress 3").exits(0).prints("-3.0 points (allowed: -3)");
    run("--no-regress 2.99").exits(1).prints("FAIL  no-regress");
    run("--max-lost 4").exits(0);
    run("--max-lost 3")
        .exits(1)
        .prints("4 covered in the baseline, unchanged and not covered now (allowed: 3)");
    run("--max-lost 4 --metric lines").exits(0);
    run("--max-lost 3 --metric lines").exits(1);
    run("--max-missed 17").exits(0);
    run("--max-missed 16").exits(1);
    run("--max-missed auto").exits(1).prints("17 missed (the lowest number so far: 13)");
    for bad in ["--max-lost -1", "--max-lost auto", "--max-missed few", "--no-regress 101", "--no-regress x"]
    {
        run(bad).exits(2);
    }
}
