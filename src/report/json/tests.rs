//! The JSON report against its schema, and what its texts may hold.

use proptest::prelude::*;
use serde_json::Value;

use super::super::testing::{self, render};
use super::*;
use crate::model::{GateName, LineModel, Metric, Mode};

fn json(report: &Report) -> String {
    render(&JSON, report, &FormatOptions::default())
}

#[test]
fn small_report() {
    let mut text = json(&testing::small());
    for start in
        ["{\"label", "{\"path", "{\"name", "{\"gate\"", "\"run", "\"packages", "\"lines\":[", "\"patch\":"]
    {
        text = text.replace(start, &["\n", start].concat());
    }
    insta::assert_snapshot!(text, @r#"
    {"schema":"coverdict/report/1",
    "run":{"version":"0.1.0","commit":"0123456789abcdef0123456789abcdef01234567","base_origin":null,"mode":"count","metric":"statements","inputs":[
    {"label":"cover.out","path":"cover.out","kind":"text","mode":"count","rule_set":"A","rows":7,"blocks":7,"statements":null,"unique":null}],"merged_rows":0,"excluded":{"pattern":{"files":0,"statements":0},"scope":{"files":0,"statements":0},"generated":{"files":0,"statements":0},"ignored_statements":0}},"modules":[
    {"path":"example.com/m","dir":".","disposition":"main","totals":{"statements":{"covered":6,"total":8},"lines":{"covered":0,"partial":0,"total":0},"functions":{"covered":0,"total":0}}}],"totals":{"statements":{"covered":6,"total":11},"lines":{"covered":3,"partial":1,"total":6},"functions":{"covered":3,"total":6}},
    "packages":[
    {"path":"example.com/m","module":"example.com/m","disposition":"main","totals":{"statements":{"covered":3,"total":3},"lines":{"covered":1,"partial":0,"total":1},"functions":{"covered":1,"total":1}},"files":[
    {"path":"main.go","name":"example.com/m/main.go","in_tree":true,"has_source":true,"generated":false,"line_model":"code","owners":[],"ignored_statements":0,"totals":{"statements":{"covered":3,"total":3},"lines":{"covered":1,"partial":0,"total":1},"functions":{"covered":1,"total":1}},"functions":[
    {"name":"main","line":5,"end_line":7,"statements":{"covered":3,"total":3},"lines":{"covered":1,"partial":0,"total":1},"count":1,"complexity":3}],
    "lines":[[6,1]],"partial_lines":[]},
    {"path":"zz_generated.go","name":"example.com/m/zz_generated.go","in_tree":true,"has_source":true,"generated":false,"line_model":"code","owners":[],"ignored_statements":0,"totals":{"statements":{"covered":0,"total":0},"lines":{"covered":0,"partial":0,"total":0},"functions":{"covered":0,"total":0}},"functions":[],
    "lines":[],"partial_lines":[]}]},
    {"path":"example.com/m/shapes","module":"example.com/m","disposition":"main","totals":{"statements":{"covered":3,"total":6},"lines":{"covered":2,"partial":1,"total":4},"functions":{"covered":2,"total":4}},"files":[
    {"path":"shapes/shapes.go","name":"example.com/m/shapes/shapes.go","in_tree":true,"has_source":true,"generated":false,"line_model":"code","owners":[],"ignored_statements":0,"totals":{"statements":{"covered":3,"total":6},"lines":{"covered":2,"partial":1,"total":4},"functions":{"covered":2,"total":4}},"functions":[
    {"name":"(*Box[...]).Area","line":3,"end_line":6,"statements":{"covered":2,"total":3},"lines":{"covered":1,"partial":0,"total":2},"count":5,"complexity":2},
    {"name":"Ring.Area","line":8,"end_line":8,"statements":{"covered":1,"total":1},"lines":{"covered":1,"partial":1,"total":1},"count":3000000000,"complexity":1},
    {"name":"init","line":8,"end_line":8,"statements":{"covered":0,"total":1},"lines":{"covered":1,"partial":1,"total":1},"count":0,"complexity":1},
    {"name":"init.2","line":10,"end_line":12,"statements":{"covered":0,"total":0},"lines":{"covered":0,"partial":0,"total":0},"count":1,"complexity":1},
    {"name":"handlers.Get","line":14,"end_line":16,"statements":{"covered":0,"total":1},"lines":{"covered":0,"partial":0,"total":1},"count":0,"complexity":1}],
    "lines":[[4,5],[5,0],[8,3000000000],[15,0]],"partial_lines":[8]}]},
    {"path":"example.org/dep","module":null,"disposition":"dep","totals":{"statements":{"covered":0,"total":2},"lines":{"covered":0,"partial":0,"total":1},"functions":{"covered":0,"total":1}},"files":[
    {"path":"example.org/dep/dep.go","name":"example.org/dep/dep.go","in_tree":false,"has_source":true,"generated":false,"line_model":"code","owners":[],"ignored_statements":0,"totals":{"statements":{"covered":0,"total":2},"lines":{"covered":0,"partial":0,"total":1},"functions":{"covered":0,"total":1}},"functions":[
    {"name":"Dep","line":1,"end_line":3,"statements":{"covered":0,"total":2},"lines":{"covered":0,"partial":0,"total":1},"count":0,"complexity":1}],
    "lines":[[2,0]],"partial_lines":[]}]}],"owners":[],
    "patch":{"state":"measured","base":"89abcdef0123456789abcdef0123456789abcdef","head":"0123456789abcdef0123456789abcdef01234567","side":"HEAD","origin":"origin/main @ 89abcde (merge base, from GITHUB_BASE_REF)","commits":2,"estimated":false,"default_branch":false,"statements":{"covered":2,"total":3},"lines":{"covered":1,"partial":1,"total":2},"functions":{"covered":1,"total":2},"files":[
    {"path":"shapes/shapes.go","old_path":"shapes/forms.go","kind":"renamed","presence":"measured","counted":true,"estimated":false,"statements":{"covered":2,"total":3},"lines":{"covered":1,"partial":1,"total":2},"functions":{"covered":1,"total":2},"changed":[[4,5],[8,8]],"missed":[[5,5]],"missed_blocks":[{"function":"(*Box[...]).Area","start":[4,12],"end":[5,3],"statements":1}]},
    {"path":"shapes/zz.go","old_path":null,"kind":"added","presence":"unmeasured","counted":false,"estimated":false,"statements":{"covered":0,"total":3},"lines":{"covered":1,"partial":1,"total":2},"functions":{"covered":1,"total":2},"changed":[[1,9]],"missed":[[4,5]],"missed_blocks":[{"function":"(*Box[...]).Area","start":[4,12],"end":[5,3],"statements":1}]}],"left_out":{"not_go":1,"tests":2,"vendored":0,"unbuilt_directories":0,"generated":0,"excluded":0,"deleted":0,"no_text":0,"ignored_statements":0}},"compare":null,"findings":[
    {"name":"stale-blocks","severity":"warning","file":"main.go","line":42,"column":13,"message":"2 stale blocks in main.go: they belong to another version of this file","facts":["cause: cached test results"],"help":"go test -count=1 ./...","count":2},
    {"name":"outside-module","severity":"note","file":null,"line":null,"column":null,"message":"1 file is outside every module of this workspace","facts":[],"help":null,"count":1}],"verdicts":[
    {"gate":"total","scope":null,"outcome":"fail","metric":"statements","observed":"60.0","covered":6,"total":10,"bound":"80.5","needed":3,"judged":1,"note":""},
    {"gate":"patch","scope":null,"outcome":"not-judged","metric":"statements","observed":null,"covered":0,"total":0,"bound":"80.5","needed":0,"judged":1,"note":"no base"}]}
    "#);
}

#[test]
fn fields_come_in_the_order_of_the_design() {
    insta::assert_snapshot!(json(&testing::empty()), @r#"{"schema":"coverdict/report/1","run":{"version":"0.1.0","commit":null,"base_origin":null,"mode":"count","metric":"statements","inputs":[{"label":"cover.out","path":"cover.out","kind":"text","mode":"count","rule_set":null,"rows":0,"blocks":0,"statements":null,"unique":null}],"merged_rows":0,"excluded":{"pattern":{"files":0,"statements":0},"scope":{"files":0,"statements":0},"generated":{"files":0,"statements":0},"ignored_statements":0}},"modules":[],"totals":{"statements":{"covered":0,"total":0},"lines":{"covered":0,"partial":0,"total":0},"functions":{"covered":0,"total":0}},"packages":[],"owners":[],"patch":null,"compare":null,"findings":[],"verdicts":[]}"#);
}

#[test]
fn reports_fit_the_schema() {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).expect("the schema is JSON");
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    for report in [
        testing::compared(),
        testing::hostile_compared(),
        testing::empty(),
        testing::small(),
        testing::hostile(),
        testing::owned(),
    ] {
        let value: Value = serde_json::from_str(&json(&report)).expect("JSON");
        let faults: Vec<String> = validator
            .iter_errors(&value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert_eq!(faults, [""; 0]);
    }
}

/// The schema must not be so lax that a misspelt or missing field fits.
#[test]
fn the_schema_refuses_what_we_do_not_write() {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let good: Value = serde_json::from_str(&json(&testing::small())).expect("JSON");
    let paths = [
        "/schema",
        "/run/version",
        "/run/inputs/0/kind",
        "/modules/0/totals/lines/partial",
        "/patch",
        "/packages/0/files/0/lines/0/1",
        "/packages/0/files/0/functions/0/name",
        "/findings/0/severity",
        "/verdicts/0/outcome",
        "/verdicts/0/gate",
    ];
    for path in paths {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap_or_else(|| panic!("{path} is there")) = Value::from(-1.5);
        assert!(!validator.is_valid(&bad), "{path} with another value");
        let (parent, key) = path.rsplit_once('/').expect("a path");
        let mut bad = good.clone();
        if let Some(object) = bad.pointer_mut(parent).and_then(Value::as_object_mut) {
            object.remove(key);
            assert!(!validator.is_valid(&bad), "{path} missing");
        }
    }
    let mut bad = good.clone();
    bad["packages"][0]["files"][0]["line"] = Value::Null;
    assert!(!validator.is_valid(&bad), "an unknown field");
}

#[test]
fn texts_survive_and_hold_nothing_that_deceives() {
    let report = testing::hostile();
    let text = json(&report);
    assert!(!text.trim_end().contains(is_unsafe), "{text:?}");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    for (index, (_, file)) in report.files().skip(1).enumerate() {
        assert_eq!(value["packages"][1]["files"][index]["path"], file.path.as_str());
    }
    assert_eq!(value["findings"][0]["message"], report.findings[0].message.as_str());
    assert_eq!(value["run"]["inputs"][0]["label"], report.run.inputs[0].label.as_str());
    assert_eq!(value["packages"][1]["files"][0]["lines"][0][1], u64::MAX);
}

#[test]
fn owners_stand_at_the_top_and_with_their_files() {
    let report = testing::owned();
    let value: Value = serde_json::from_str(&json(&report)).expect("JSON");
    let names: Vec<&Value> =
        value["owners"].as_array().expect("a list").iter().map(|own| &own["name"]).collect();
    assert_eq!(names, [&Value::from("@example/shapes"), &Value::from("ann@example.com"), &Value::Null]);
    assert_eq!(value["owners"][1]["files"], 2);
    assert_eq!(value["owners"][1]["totals"]["statements"]["total"], 9);
    assert_eq!(value["owners"][0]["patch"]["statements"]["covered"], 1);
    assert_eq!(value["packages"][1]["files"][0]["owners"][1], "ann@example.com");
    assert_eq!(value["packages"][2]["files"][0]["owners"].as_array().map(Vec::len), Some(0));
}

/// The schema repeats closed lists of the code; they must not drift apart.
#[test]
fn the_schema_knows_every_name() {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).expect("the schema is JSON");
    let listed = |path: &str| -> Vec<String> {
        let names = schema.pointer(path).and_then(Value::as_array).expect("a list");
        names.iter().filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
    };
    assert_eq!(listed("/$defs/verdict/properties/gate/enum"), GateName::ALL.map(GateName::name));
    assert_eq!(listed("/$defs/mode/enum"), Mode::ALL.map(Mode::name));
    assert_eq!(listed("/$defs/metric/enum"), Metric::ALL.map(Metric::name));
    assert_eq!(listed("/$defs/input/properties/rule_set/enum"), RuleSet::ALL.map(RuleSet::name));
    assert_eq!(listed("/$defs/file/properties/line_model/enum"), LineModel::ALL.map(LineModel::name));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn every_name_comes_back_as_it_was(names in testing::any_names()) {
        let report = testing::named(&names);
        let text = json(&report);
        prop_assert!(!text.trim_end().contains(is_unsafe));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        for (index, (_, file)) in report.files().enumerate() {
            prop_assert_eq!(&value["packages"][0]["files"][index]["path"], file.path.as_str());
        }
    }
}
