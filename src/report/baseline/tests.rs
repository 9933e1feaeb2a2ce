//! What is written, against its schema and byte by byte.

use serde_json::Value;

use super::super::testing;
use super::*;
use crate::model::{InputSet, Mode};

const KEPT: Kept = Kept { uncommitted: 0, lines: LineModel::Code, ratchet: None };

fn written(report: &Report, kept: &Kept) -> String {
    let mut bytes = Vec::new();
    write(report, kept, &mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn small_report() {
    insta::assert_snapshot!(written(&testing::small(), &KEPT), @r#"
    {"schema":"coverdict/baseline/1",
    "version":"0.1.0",
    "commit":"0123456789abcdef0123456789abcdef01234567",
    "uncommitted":0,
    "mode":"count",
    "rule_set":"A",
    "lines":"code",
    "totals":{"statements":{"covered":6,"total":11},"lines":{"covered":3,"partial":1,"total":6},"functions":{"covered":3,"total":6}},
    "ratchet":{"statements":5,"lines":3,"functions":3},
    "inputs":["cover.out"],
    "files":[
    {"path":"example.org/dep/dep.go","in_tree":false,"package":"example.org/dep","module":null,"disposition":"dep","rule_set":null,"lines":"code","source":null,"fits":true,"blocks":[1,11,2,2,4]},
    {"path":"main.go","package":"example.com/m","module":"example.com/m","disposition":"main","rule_set":null,"lines":"code","source":null,"fits":true,"blocks":[5,13,2,2,7]},
    {"path":"shapes/shapes.go","package":"example.com/m/shapes","module":"example.com/m","disposition":"main","rule_set":null,"lines":"code","source":null,"fits":true,"blocks":[3,24,1,12,5,1,12,1,3,2,4,15,0,19,3,0,31,0,36,2,2,13,0,13,1,4,40,2,3,2]},
    {"path":"zz_generated.go","package":"example.com/m","module":"example.com/m","disposition":"main","rule_set":null,"lines":"code","source":null,"fits":true,"blocks":[]}
    ],
    "checksum":"5536391d120229cd"}
    "#);
}

#[test]
fn a_report_without_files_is_a_baseline_too() {
    insta::assert_snapshot!(written(&testing::empty(), &KEPT), @r#"
    {"schema":"coverdict/baseline/1",
    "version":"0.1.0",
    "commit":null,
    "uncommitted":0,
    "mode":"count",
    "rule_set":null,
    "lines":"code",
    "totals":{"statements":{"covered":0,"total":0},"lines":{"covered":0,"partial":0,"total":0},"functions":{"covered":0,"total":0}},
    "ratchet":{"statements":0,"lines":0,"functions":0},
    "inputs":["cover.out"],
    "files":[
    ],
    "checksum":"dfce7f71f56acddb"}
    "#);
}

#[test]
fn baselines_fit_the_schema_and_it_refuses_what_we_do_not_write() {
    let schema: Value = serde_json::from_str(BASELINE_JSON_SCHEMA).expect("the schema is JSON");
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    for report in [testing::empty(), testing::small(), testing::hostile()] {
        let value: Value = serde_json::from_str(&written(&report, &KEPT)).expect("JSON");
        let faults: Vec<String> = validator
            .iter_errors(&value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert_eq!(faults, [""; 0]);
    }
    let good: Value = serde_json::from_str(&written(&testing::small(), &KEPT)).expect("JSON");
    let fields =
        ["schema", "version", "commit", "uncommitted", "mode", "rule_set", "lines", "totals", "ratchet"];
    let of_files =
        ["path", "package", "module", "disposition", "rule_set", "lines", "source", "fits", "blocks"];
    let paths = fields.map(|field| format!("/{field}")).into_iter();
    for path in paths.chain(of_files.map(|field| format!("/files/0/{field}"))).chain(["/checksum".to_owned()])
    {
        let mut bad = good.clone();
        *bad.pointer_mut(&path).unwrap_or_else(|| panic!("{path} is there")) = Value::from(-1.5);
        assert!(!validator.is_valid(&bad), "{path} with another value");
        let (parent, key) = path.rsplit_once('/').expect("a path");
        let mut bad = good.clone();
        let object = bad.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        object.remove(key);
        assert!(!validator.is_valid(&bad), "without {path}");
    }
}

#[test]
fn names_of_anybody_are_one_line_each_and_no_control() {
    let text = written(&testing::hostile(), &KEPT);
    assert!(text.chars().all(|c| c == '\n' || !crate::escape::is_unsafe(c)), "{text}");
    let files = testing::hostile().files().count();
    assert_eq!(text.lines().filter(|line| line.starts_with("{\"path\"")).count(), files);
    assert!(text.lines().all(|line| !line.is_empty() && line.trim_end() == line && !line.starts_with('#')));
}

#[test]
fn files_ascend_by_path_whatever_their_packages() {
    let mut report = testing::small();
    report.packages.reverse();
    assert_eq!(written(&report, &KEPT), written(&testing::small(), &KEPT));
}

#[test]
fn the_ratchet_is_the_lowest_of_old_and_new() {
    let totals = testing::small().totals;
    assert_eq!(ratchet(&totals, None), PerMetric { statements: 5, lines: 3, functions: 3 });
    let before = PerMetric { statements: 4, lines: 9, functions: 3 };
    assert_eq!(ratchet(&totals, Some(before)), PerMetric { statements: 4, lines: 3, functions: 3 });
}

#[test]
fn inputs_of_several_rule_sets_have_none_in_common() {
    let mut report = testing::small();
    assert_eq!(common_rule_set(&report), Some(RuleSet::A));
    let mut other = report.run.inputs[0].clone();
    other.rule_set = Some(RuleSet::C);
    report.run.inputs.push(other);
    assert_eq!(common_rule_set(&report), None);
    report.run.inputs.clear();
    assert_eq!(common_rule_set(&report), None);
}

#[test]
fn counts_become_states_and_odd_ends_stay() {
    let block = |from: (u32, u32), to: (u32, u32), stmts, count| Block {
        extent: crate::model::Extent::new(from.0, from.1, to.0, to.1),
        stmts,
        count,
        inputs: InputSet(0),
    };
    let mut line = Vec::new();
    let most = u32::MAX;
    let blocks =
        [block((3, 1), (5, 2), 2, u64::MAX), block((3, 4), (1, 1), 0, 0), block((9, 0), (9, most), most, 1)];
    append_blocks(&blocks, &mut line);
    let text = String::from_utf8(line).expect("digits");
    assert_eq!(text, format!("3,1,2,2,5,0,4,-2,1,0,6,0,0,{most},{}", u64::from(most) * 2 + 1));
}

#[test]
fn the_mode_is_that_of_the_run() {
    let mut report = testing::empty();
    report.run.mode = Mode::Atomic;
    assert!(written(&report, &KEPT).contains("\n\"mode\":\"atomic\",\n"));
}
