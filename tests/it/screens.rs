//! Every screen as a person sees it: exit code, standard output, standard error. A change of a screen is a change of these
//! files, to be looked at.

use std::fmt::Write as _;

use coverdict::model::Code;
use insta::assert_snapshot;

use crate::case::Case;

#[test]
fn first_run_without_a_gate() {
    assert_snapshot!(Case::shop().run("").screen());
}

#[test]
fn first_run_on_a_terminal_has_a_bar() {
    assert_snapshot!(Case::shop().terminal(100).run("--color never").screen());
}

#[test]
fn colours_stand_where_they_are_wanted() {
    let screen = Case::shop().run("--color always --total 90").screen().replace('\u{1b}', "ESC");
    assert_snapshot!(screen);
    let wanted = |case: Case, line: &str| case.run(line).screen().contains('\u{1b}');
    assert!(wanted(Case::shop().terminal(80), "--total 90"));
    assert!(!wanted(Case::shop(), "--total 90"));
    assert!(!wanted(Case::shop().terminal(80).var("NO_COLOR", "1"), "--total 90"));
    assert!(!wanted(Case::shop().terminal(80).var("TERM", "dumb"), "--total 90"));
    assert!(wanted(Case::shop().var("CLICOLOR_FORCE", "1"), "--total 90"));
    assert!(wanted(Case::shop().var("FORCE_COLOR", "1"), "--total 90"));
    assert!(!wanted(Case::shop().var("FORCE_COLOR", "1").var("NO_COLOR", "1"), "--total 90"));
}

#[test]
fn gates_that_pass() {
    assert_snapshot!(Case::shop().run("check --total 67.7 --package 61 --file 60 --function 0").screen());
}

#[test]
fn gates_that_fail() {
    assert_snapshot!(Case::shop().run("check --total 67.8 --package 65 --file 60 --function 50").screen());
}

#[test]
fn a_failing_gate_that_only_warns() {
    assert_snapshot!(Case::shop().run("check --total 90 --warn-only").screen());
}

#[test]
fn quiet_is_one_line_when_all_is_well() {
    assert_snapshot!(Case::shop().run("check -q --total 60").screen());
}

#[test]
fn quiet_shows_what_fails() {
    assert_snapshot!(Case::shop().run("-q check --total 90").screen());
}

#[test]
fn lines_as_the_metric() {
    assert_snapshot!(Case::shop().run("check --metric lines --total 80").screen());
}

#[test]
fn functions_as_the_metric() {
    assert_snapshot!(Case::shop().run("check --metric functions --package 80 --top 2").screen());
}

#[test]
fn long_paths_are_cut_from_the_left_at_80_columns() {
    let deep = "one-long-directory/another-long-directory/and-a-third-long-directory";
    let case = Case::new()
        .file("go.mod", "module m\n")
        .file(&format!("{deep}/file.go"), "package x\n\nfunc F() int {\n\treturn 1\n}\n")
        .file("cover.out", format!("mode: set\nm/{deep}/file.go:3.14,5.2 1 0\n"));
    let outcome = case.run("check");
    assert!(outcome.stdout().lines().all(|line| line.chars().count() <= 80), "{}", outcome.screen());
    assert_snapshot!(outcome.screen());
}

#[test]
fn nothing_to_count() {
    let case = Case::tiny().file("cover.out", "mode: set\n");
    assert_snapshot!(case.run("check").screen());
}

#[test]
fn func_percent_pkglist() {
    let case = Case::shop();
    assert_snapshot!("func", case.run("func").screen());
    assert_snapshot!("func_go", case.run("func --go").screen());
    assert_snapshot!("percent", case.run("percent").screen());
    assert_snapshot!("pkglist", case.run("pkglist").screen());
}

#[test]
fn dump_of_a_profile_and_of_a_source() {
    let case = Case::tiny();
    assert_snapshot!("dump_profile", case.run("dump cover.out").screen());
    assert_snapshot!("dump_several", case.run("dump cover.out a.go").screen());
}

#[test]
fn explain_prints_the_section() {
    assert_snapshot!(Case::bare().run("explain unused-exclude").screen());
}

#[test]
fn doctor_of_a_healthy_module_and_of_an_ill_one() {
    assert_snapshot!("doctor_ok", Case::shop().run("doctor").screen());
    let ill = odd().file("other.out", "mode: count\nm/a.go:3.14,5.2 1 2\n").file("junk.out", "junk\n");
    let mut text = String::new();
    for line in ["doctor", "doctor cover.out other.out", "doctor junk.out", "doctor nowhere.out"] {
        writeln!(text, "$ coverdict {line}\n{}", ill.run(line).screen()).expect("memory takes all");
    }
    write!(text, "$ coverdict doctor\n{}", Case::bare().run("doctor").screen()).expect("memory takes all");
    assert_snapshot!("doctor_ill", text);
}

#[test]
fn a_line_is_explained() {
    let case = Case::shop();
    let mut text = String::new();
    for line in [
        "explain price/price.go:45",
        "explain price/price.go:1",
        "explain price/price.go:9999",
        "explain nowhere.go:3",
    ] {
        writeln!(text, "$ coverdict {line}\n{}", case.run(line).screen()).expect("memory takes all");
    }
    assert_snapshot!(text);
}

#[test]
fn every_finding_can_be_explained() {
    let case = Case::bare();
    for code in Code::ALL {
        let text = case.run(&format!("explain {code}")).exits(0).stdout();
        assert!(text.starts_with(&format!("## {code}\n")), "{code}: {text}");
        assert!(text.ends_with('\n') && text.matches("\n## ").count() == 0, "{code}: one section\n{text}");
    }
}

#[test]
fn errors_name_the_place_and_the_next_command() {
    let case = Case::tiny()
        .file("count.out", "mode: count\nm/a.go:3.14,5.2 1 7\n")
        .file("junk.out", "hello\nworld\n")
        .file("empty.out", "")
        .folder("void");
    let mut text = String::new();
    for line in [
        "check nowhere.out",
        "check junk.out",
        "check empty.out",
        "check void",
        "check *.in",
        "check cover.out count.out",
        "check --mode count cover.out",
        "check cover.out --total 120",
        "check cover.out --totl 80",
        "cover.out",
        "check -o text -o csv",
        "check --deny stale-block",
        "explain stale-block",
        "merge cover.out",
    ] {
        writeln!(text, "$ coverdict {line}\n{}", case.run(line).screen()).expect("memory takes all");
    }
    let nothing = Case::new().run("check");
    write!(text, "$ coverdict check\n{}", nothing.screen()).expect("memory takes all");
    assert_snapshot!(text);
}

/// A profile with findings of several kinds, one of them more than five times.
fn odd() -> Case {
    let mut rows =
        String::from("mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:3.14,5.2 1 1\nthis is no row\nmode: set\n");
    for number in 0..3 {
        writeln!(rows, "m/gone{number}.go:1.1,2.2 1 1").expect("memory takes all");
    }
    Case::tiny().file("cover.out", rows)
}

const EXCLUDES: &str = "--exclude x1/... --exclude x2/... --exclude x3/... --exclude x4/... --exclude x5/... --exclude x6/... --exclude x7/...";

#[test]
fn findings_grouped() {
    assert_snapshot!(odd().run(&format!("check {EXCLUDES}")).screen());
}

#[test]
fn findings_in_full() {
    assert_snapshot!(odd().run(&format!("check -v {EXCLUDES}")).screen());
}

#[test]
fn findings_in_one_line_each() {
    assert_snapshot!(odd().run(&format!("check -q {EXCLUDES}")).screen());
}

#[test]
fn findings_denied_and_allowed() {
    assert_snapshot!(
        odd().run("check --deny malformed-rows --deny duplicate-blocks --allow missing-source").screen()
    );
}

/// GitLab takes the number from the last line of the log: that line is plain, in every run that prints a total.
#[test]
fn the_last_line_is_plain_and_has_one_decimal() {
    for line in
        ["", "--color always", "-q", "-v", "--total 99 --color always", "--precision 3", "--metric lines"]
    {
        let last = Case::shop().terminal(120).run(line).last_line();
        let (number, unit) = last
            .strip_prefix("total coverage: ")
            .and_then(|rest| rest.split_once("% of "))
            .unwrap_or_else(|| panic!("{line}: {last}"));
        let (_, decimals) = number.split_once('.').expect("one decimal");
        assert_eq!(decimals.len(), 1, "{line}: {last}");
        assert!(["statements", "lines"].contains(&unit), "{line}: {last}");
    }
}
