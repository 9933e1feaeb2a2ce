//! What `baseline show` prints.

use super::{A, A_COV, FILE};
use crate::case::Case;

fn saved() -> Case {
    let case = Case::bare().file("go.mod", "module m\n").file("a.go", A).file("cover.out", A_COV);
    case.run("baseline save unit=cover.out").exits(0);
    case
}

#[test]
fn the_screen() {
    insta::assert_snapshot!(saved().run("baseline show").exits(0).stdout(), @"
    coverdict-baseline.json
      commit      none
      saved by    coverdict [VERSION]
      inputs      unit
      mode        count
      rule set    A
      line model  code
      statements  50.0% (2 of 4), 2 missed, lowest so far 2
      lines       50.0% (2 of 4), 2 missed, lowest so far 2
      functions   50.0% (1 of 2), 1 missed, lowest so far 1
      files       1 with 4 blocks (-v lists them)
    ");
    insta::assert_snapshot!(saved().run("baseline show coverdict-baseline.json -v").exits(0).last_line(), @"    a.go  50.0% (2 of 4)");
}

#[test]
fn the_json() {
    insta::assert_snapshot!(saved().run("baseline show -o json").exits(0).stdout(), @r#"{"schema":"coverdict/baseline-summary/1","path":"coverdict-baseline.json","version":"[VERSION]","commit":null,"uncommitted":0,"mode":"count","rule_set":"A","lines":"code","totals":{"statements":{"covered":2,"total":4},"lines":{"covered":2,"partial":0,"total":4},"functions":{"covered":1,"total":2}},"ratchet":{"statements":2,"lines":2,"functions":1},"inputs":["unit"],"files":[{"path":"a.go","name":"m/a.go","package":"m","in_tree":true,"rule_set":"A","fits":true,"statements":{"covered":2,"total":4},"blocks":4}]}"#);
    let case = saved();
    case.run("baseline show -o text=out/base.txt -o json=base.json").exits(0).prints_nothing();
    assert!(case.read("out/base.txt").starts_with(FILE));
    // What it prints is no baseline.
    case.run("baseline show base.json").exits(3).says("base.json is no baseline");
}

#[test]
fn no_config_is_in_its_way_and_other_formats_are_unknown() {
    let case = saved().file(".coverdict.yml", "treshold: 1\n");
    case.run("baseline show").exits(0);
    case.run("baseline show -o html").exits(2).says("unknown format");
    case.run("baseline").exits(2);
}

#[test]
fn names_of_anybody_reach_no_terminal() {
    let evil = "mode: set\nm/e\u{1b}[31mvil.go:1.1,2.2 1 1\n";
    let case = Case::bare().file("cover.out", evil);
    case.run("baseline save").exits(0);
    let screen = case.run("baseline show -v").exits(0).stdout();
    assert!(!screen.contains('\u{1b}') && screen.contains("vil.go"), "{screen}");
    assert!(!case.read(FILE).contains('\u{1b}'));
}
