//! SARIF against its schema (what of it we write), the rules of code scanning, and names of any kind.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::super::testing::{self, render};
use super::*;

/// Our description of what we write: a part of the schema of SARIF 2.1.0, without anything optional that we leave out.
const SCHEMA: &str = include_str!("../../../tests/schemas/sarif.schema.json");

fn sarif(report: &Report) -> Value {
    serde_json::from_str(&render(&SARIF, report, &FormatOptions::default())).expect("JSON")
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().expect("results")
}

#[test]
fn reviewed_report() {
    let mut log = sarif(&testing::reviewed());
    let rules = log["runs"][0]["tool"]["driver"]["rules"].take();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).expect("JSON"));
    let ids: Vec<&str> =
        rules.as_array().expect("rules").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids.len(), 2 + GateName::ALL.len() + Code::ALL.len());
    insta::assert_snapshot!(serde_json::to_string_pretty(&rules[2]).expect("JSON"));
}

#[test]
fn an_empty_report_closes_what_was_open() {
    let log = sarif(&testing::empty());
    assert!(results(&log).is_empty());
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "coverdict/");
}

#[test]
fn it_fits_the_schema_and_the_rules_of_code_scanning() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let reports = [
        testing::empty(),
        testing::small(),
        testing::reviewed(),
        testing::hostile_reviewed(),
        testing::against_baseline(),
        testing::hostile_baseline(),
    ];
    for report in reports {
        let log = sarif(&report);
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        check(&log);
    }
    // A schema that takes everything would hold nothing.
    let good = sarif(&testing::reviewed());
    for (path, value) in [
        ("/version", "2.0.0"),
        ("/runs/0/results/0/level", "fatal"),
        ("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", "/etc/passwd"),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", "0"),
        ("/runs/0/tool/driver/rules/0/name", "missed-change"),
        ("/runs/0/results/0/message/text", "no stop"),
    ] {
        let mut bad = good.clone();
        let place = bad.pointer_mut(path).expect("a place");
        *place = if value == "0" { Value::from(0) } else { Value::from(value) };
        assert!(!validator.is_valid(&bad), "{path}");
    }
}

/// What a schema cannot say.
fn check(log: &Value) {
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let mut fingerprints = BTreeSet::new();
    for result in results(log) {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(fingerprints.insert(result["partialFingerprints"]["coverdict/v1"].to_string()), "{result}");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region["startLine"].as_u64() <= region["endLine"].as_u64(), "{region}");
    }
    let ids: BTreeSet<String> = rules.iter().map(|rule| rule["id"].to_string()).collect();
    assert_eq!(ids.len(), rules.len());
}

#[test]
fn what_was_lost_has_a_rule_of_its_own_and_fingerprints_that_stay() {
    let report = testing::against_baseline();
    let mut moved = report.clone();
    for file in &mut moved.compare.as_mut().expect("a baseline").files {
        for range in &mut file.lost {
            (range.first, range.last) = (range.first + 100, range.last + 100);
        }
    }
    let lost = |report: &Report| -> Vec<Value> {
        let log = sarif(report);
        results(&log).iter().filter(|result| result["ruleId"] == LOST).cloned().collect()
    };
    insta::assert_snapshot!(serde_json::to_string_pretty(&lost(&report)).expect("JSON"));
    let prints = |results: &[Value]| -> Vec<Value> {
        results.iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    assert_eq!(prints(&lost(&report)), prints(&lost(&moved)));
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&sarif(&report)["runs"][0]["tool"]["driver"]["rules"][1]).expect("JSON")
    );
}

#[test]
fn readers_keep_five_thousand_results() {
    for (files, kept) in [(4999, 4999), (5000, 5000), (6000, 5000)] {
        let mut report = testing::large(files);
        report.findings.clear();
        report.verdicts.clear();
        let log = sarif(&report);
        assert_eq!(results(&log).len(), kept, "{files}");
        let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        let finding = cut(&report, &FormatOptions::default());
        assert_eq!(finding.as_ref().map(|finding| finding.count), (files > 5000).then_some(1000));
        assert_eq!(told.as_array().expect("a list").len(), usize::from(files > 5000));
        if finding.is_some() {
            assert_eq!(told[0]["descriptor"]["id"], "report-trimmed");
        }
    }
    // The largest come first.
    let log = sarif(&testing::large(6000));
    assert!(log.to_string().contains("6,000 changed statements"));
}

#[test]
fn hostile_names_are_encoded_and_come_back() {
    let report = testing::hostile_reviewed();
    let log = sarif(&report);
    let text = render(&SARIF, &report, &FormatOptions::default());
    assert!(!text.contains("##") && !text.trim_end().chars().any(crate::escape::is_unsafe));
    let decoded: BTreeSet<String> = results(&log)
        .iter()
        .map(|result| {
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
            decode(uri.expect("an address"))
        })
        .collect();
    for file in &report.patch.as_ref().expect("a change").files {
        assert!(decoded.contains(file.path.as_str()), "{}", file.path);
    }
}

fn decode(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let digits = std::str::from_utf8(&tail[..2]).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("a byte"));
            rest = &tail[2..];
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn every_path_comes_back_and_every_message_is_plain(path in any::<String>()) {
        prop_assert_eq!(decode(&escape::uri(&path)), path.clone());
        let text = message(&path);
        prop_assert!(text.ends_with('.') && !text.contains("]("), "{}", text);
    }
}
