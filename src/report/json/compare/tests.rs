//! The field `compare`: its shape, its schema, and that its numbers add up.

use proptest::prelude::*;
use serde_json::Value;

use super::super::{JSON, REPORT_SCHEMA};
use crate::model::{Category, ChangeKind, FileFate, Report};
use crate::report::FormatOptions;
use crate::report::testing::{self, render};

fn compare(report: &Report) -> Value {
    let text = render(&JSON, report, &FormatOptions::default());
    let value: Value = serde_json::from_str(&text).expect("JSON");
    value["compare"].clone()
}

fn schema() -> Value {
    serde_json::from_str(REPORT_SCHEMA).expect("the schema is JSON")
}

#[test]
fn sums_are_those_of_both_sides() {
    let compare = compare(&testing::compared());
    let sum = |of: &Value, names: &[&str]| -> u64 {
        names.iter().map(|name| of[name].as_u64().expect("all twelve are there")).sum()
    };
    for metric in ["statements", "lines", "functions"] {
        let all = &compare[metric];
        let hits = sum(all, &["LBC", "CBC", "ECB", "DCB"]);
        let found = hits + sum(all, &["UBC", "GBC", "EUB", "DUB"]);
        assert_eq!(compare["before"][metric]["covered"], hits, "{metric}");
        assert_eq!(compare["before"][metric]["total"], found, "{metric}");
        for list in ["files", "packages"] {
            let rows = compare[list].as_array().expect("a list");
            for name in Category::ALL.map(Category::name) {
                let parts: u64 = rows.iter().map(|row| sum(&row[metric], &[name])).sum();
                assert_eq!(all[name], parts, "{list} {metric} {name}");
            }
            let lost: u64 = rows.iter().map(|row| sum(&row["lost"], &[metric])).sum();
            assert_eq!(compare["lost"][metric], lost, "{list} {metric}");
        }
    }
}

#[test]
fn the_schema_knows_every_name_of_a_comparison() {
    let schema = schema();
    let listed = |path: &str| -> Vec<String> {
        let names = schema.pointer(path).and_then(Value::as_array).unwrap_or_else(|| panic!("{path}"));
        names.iter().filter_map(|name| name.as_str().map(ToOwned::to_owned)).collect()
    };
    let categories = Category::ALL.map(Category::name);
    assert_eq!(listed("/$defs/categories/required"), categories);
    assert_eq!(listed("/$defs/compare_file/properties/line_categories/propertyNames/enum"), categories);
    let fates = [
        FileFate::Both,
        FileFate::Added,
        FileFate::Deleted,
        FileFate::Vanished,
        FileFate::Excluded,
        FileFate::Appeared,
    ];
    assert_eq!(listed("/$defs/compare_file/properties/fate/enum"), fates.map(FileFate::name));
    let kinds = [
        ChangeKind::Modified,
        ChangeKind::Added,
        ChangeKind::Deleted,
        ChangeKind::Renamed,
        ChangeKind::Copied,
    ];
    assert_eq!(listed("/$defs/compare_file/properties/kind/enum"), kinds.map(ChangeKind::name));
}

#[test]
fn the_schema_refuses_a_comparison_that_lacks_anything() {
    let validator = jsonschema::draft202012::new(&schema()).expect("the schema is a schema");
    let text = render(&JSON, &testing::compared(), &FormatOptions::default());
    let good: Value = serde_json::from_str(&text).expect("JSON");
    assert!(validator.is_valid(&good));
    for place in [
        "",
        "/baselines/0",
        "/statements",
        "/lost",
        "/before/lines",
        "/packages/0",
        "/files/0",
        "/files/5/lost_ranges/0",
    ] {
        let path = format!("/compare{place}");
        let fields = good.pointer(&path).and_then(Value::as_object).unwrap_or_else(|| panic!("{path}"));
        for name in fields.keys() {
            let mut bad = good.clone();
            let object = bad.pointer_mut(&path).and_then(Value::as_object_mut).expect("an object");
            object.remove(name);
            assert!(!validator.is_valid(&bad), "{path} without {name}");
        }
        let mut bad = good.clone();
        bad.pointer_mut(&path)
            .and_then(Value::as_object_mut)
            .expect("an object")
            .insert("odd".to_owned(), Value::Null);
        assert!(!validator.is_valid(&bad), "{path} with more");
    }
    let mut bad = good.clone();
    bad["compare"]["files"][0]["line_categories"]["XYZ"] = serde_json::json!([[1, 2]]);
    assert!(!validator.is_valid(&bad), "an unknown category");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn names_come_back_as_they_are(names in testing::any_names()) {
        let report = testing::named_compared(&names);
        let shown = compare(&report);
        for (index, file) in report.compare.iter().flat_map(|compare| &compare.files).enumerate() {
            let row = &shown["files"][index];
            prop_assert_eq!(&row["path"], file.path.as_str());
            prop_assert_eq!(&row["lost_ranges"][0]["function"], file.path.as_str());
        }
    }
}
