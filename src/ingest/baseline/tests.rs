//! What is read, and what is refused, each with its own sentence.

use proptest::prelude::*;

use super::*;
use crate::model::Metric;

const ID: &str = "0123456789abcdef0123456789abcdef01234567";

/// The lines of a baseline without its checksum.
fn lines() -> Vec<String> {
    let text = format!(
        r#"{{"schema":"coverdict/baseline/1",
"version":"0.1.0",
"commit":"{ID}",
"uncommitted":1,
"mode":"count",
"rule_set":"A",
"lines":"code",
"totals":{{"statements":{{"covered":6,"total":9}},"lines":{{"covered":5,"partial":1,"total":7}},"functions":{{"covered":1,"total":2}}}},
"ratchet":{{"statements":2,"lines":2,"functions":1}},
"inputs":["unit\u0007","é2e"],
"files":[
{{"path":"a/a.go","package":"example.com/m/a","module":"example.com/m","disposition":"main","rule_set":"A","lines":"code","source":"00ff00ff00ff00ff","fits":true,"blocks":[3,13,2,2,5,2,4,-1,1,0,0,9,0,12,3]}},
{{"path":"dep/d.go","in_tree":false,"name":"/abs/d.go","package":"/abs","module":null,"disposition":"dep","rule_set":null,"lines":"trim","source":null,"fits":false,"blocks":[7,1,0,3,6,1,1,0,2147483647,7]}}
],"#
    );
    text.lines().map(str::to_owned).collect()
}

/// With a checksum that fits.
fn sealed(lines: &[String], end: &str) -> String {
    let text = lines.join(end);
    format!("{text}{end}\"checksum\":\"{:016x}\"}}{end}", checksum(&text))
}

fn good() -> String {
    sealed(&lines(), "\n")
}

fn fault(text: &str) -> String {
    read(text.as_bytes()).expect_err("a fault").to_string()
}

/// The fault of a baseline in which one text is another, and the checksum fits.
fn with(from: &str, to: &str) -> String {
    let changed: Vec<String> = lines().iter().map(|line| line.replace(from, to)).collect();
    assert_ne!(changed, lines(), "{from}");
    fault(&sealed(&changed, "\n"))
}

#[test]
fn what_was_written_is_read() {
    let baseline = read(good().as_bytes()).expect("a baseline");
    assert_eq!((baseline.version.as_str(), baseline.commit.as_deref()), ("0.1.0", Some(ID)));
    assert_eq!((baseline.uncommitted, baseline.mode, baseline.lines), (1, Mode::Count, LineModel::Code));
    assert_eq!(baseline.rule_set, Some(RuleSet::A));
    assert_eq!(baseline.inputs, ["unit\u{7}", "é2e"]);
    assert_eq!(baseline.totals.statements, Tally::new(6, 9));
    assert_eq!(Metric::ALL.map(|metric| baseline.ratchet.of(metric)), [2, 2, 1]);
    let [a, d] = &baseline.files[..] else { panic!("two files") };
    assert_eq!((a.path.as_str(), a.name.as_str(), a.in_tree), ("a/a.go", "example.com/m/a/a.go", true));
    assert_eq!((a.source, a.fits, a.lines), (Some(0x00ff_00ff_00ff_00ff), true, LineModel::Code));
    assert_eq!(a.module.as_deref(), Some("example.com/m"));
    let rows = |file: &BaselineFile| -> Vec<(String, u32, u64)> {
        file.blocks.iter().map(|block| (block.extent.to_string(), block.stmts, block.count)).collect()
    };
    let row = |extent: &str, stmts, count| (extent.to_owned(), stmts, count);
    assert_eq!(rows(a), [row("3.13,5.2", 2, 1), row("5.4,4.1", 0, 0), row("5.9,5.12", 1, 1)]);
    assert_eq!((d.path.as_str(), d.name.as_str(), d.in_tree), ("dep/d.go", "/abs/d.go", false));
    assert_eq!(rows(d), [row("7.1,7.3", 3, 0), row("8.1,8.2147483647", 3, 1)]);
    assert_eq!((d.disposition, d.source, d.rule_set), (Disposition::Dep, None, None));
}

#[test]
fn ends_of_lines_a_mark_and_unknown_fields_change_nothing() {
    let wanted = read(good().as_bytes()).expect("a baseline");
    let marked = format!("\u{feff}\n{}\n\n", good());
    let more = sealed(&lines(), "\n").replace("\"version\"", "\"later\":[{\"x\":1e9}],\"version\"");
    let more: Vec<String> = more.lines().take(lines().len()).map(str::to_owned).collect();
    for text in [sealed(&lines(), "\r\n"), good().replace('\n', "\r\n"), marked, sealed(&more, "\n")] {
        assert_eq!(read(text.as_bytes()), Ok(wanted.clone()), "{text}");
    }
}

#[test]
fn what_is_no_baseline_is_told_as_what_it_is() {
    insta::assert_snapshot!(fault(" \n"), @"is empty: it was not written to its end");
    insta::assert_snapshot!(fault("mode: set\n"), @"is not JSON: line 1, column 1");
    insta::assert_snapshot!(fault("{\"schema\":\"coverdict/baseline/1\",\n\"version\":},\n\"commit\":null}"), @"is not JSON: line 2, column 11");
    insta::assert_snapshot!(fault("{}"), @"is JSON, but no baseline of coverdict");
    insta::assert_snapshot!(fault("{\"version\":1,\"schema\":\"coverdict/baseline/1\"}"), @"is JSON, but no baseline of coverdict");
    insta::assert_snapshot!(fault("{\"schema\":\"other/1\"}"), @"is JSON, but no baseline of coverdict");
    insta::assert_snapshot!(fault("{\"schema\":\"coverdict/report/1\",\"run\":{}}"), @"is no baseline, but a JSON report of coverdict (coverdict/report/1)");
    insta::assert_snapshot!(fault("{\"schema\":\"coverdict/x/1\"}"), @"is no baseline, but another file of coverdict (coverdict/x/1)");
    insta::assert_snapshot!(fault(&good().replace("baseline/1", "baseline/2")), @"is a baseline of format 2, saved by coverdict 0.1.0; this is coverdict 0.1.0, which reads format 1");
    insta::assert_snapshot!(fault("{\"schema\":\"coverdict/baseline/2\", \"ver"), @"is a baseline of format 2; this is coverdict 0.1.0, which reads format 1");
    insta::assert_snapshot!(read(b"{\"schema\":\"\xff").expect_err("a fault").to_string(), @"is not JSON: line 1, column 12");
}

#[test]
fn each_fault_names_its_cure() {
    let help = |text: &str| read(text.as_bytes()).expect_err("a fault").help();
    assert_eq!(help("{\"schema\":\"coverdict/report/1\"}"), "coverdict baseline save INPUT -o FILE");
    assert!(help(&good().replace("baseline/1", "baseline/2")).contains("newer coverdict"));
    assert!(help("{").starts_with("save it again"));
}

/// Whatever stands before the end is cut off; without the end of the last line nothing is missing.
#[test]
fn every_prefix_is_told_as_cut_off() {
    let text = good();
    for end in 1..text.len() - 1 {
        let said = read(&text.as_bytes()[..end]).expect_err("a fault").to_string();
        assert!(said.starts_with("is cut off at line "), "{end}: {said}");
    }
    assert!(read(&text.as_bytes()[..text.len() - 1]).is_ok());
}

/// What saving over a file needs of it; with other ends of lines the files are read too, and nothing else changes.
#[test]
fn the_lowest_numbers_are_had_without_the_files() {
    let ratchet = |text: &str| read_ratchet(text.as_bytes()).map_err(|fault| fault.to_string());
    let full = read(good().as_bytes()).expect("a baseline").ratchet;
    assert_eq!(ratchet(&good()), Ok(full));
    assert_eq!(ratchet(&sealed(&lines(), "\r\n")), Ok(full));
    let odd: Vec<String> = lines()
        .iter()
        .map(|line| line.replace("\"ratchet\":{\"statements\":2", "\"ratchet\":{\"statements\":4"))
        .collect();
    insta::assert_snapshot!(ratchet(&sealed(&odd, "\n")).expect_err("a fault"), @"holds what no run can have saved: a lowest number of 4 missed statements where 3 are missed");
    for text in ["", "mode: set\n", &good()[..400], &good().replace("baseline/1", "baseline/2")] {
        assert_eq!(ratchet(text).err(), read(text.as_bytes()).err().map(|fault| fault.to_string()), "{text}");
    }
    assert!(ratchet(&good().replace(",9,0,12", ",9,0,13")).is_err());
}

/// Any other byte in any place is told, and never read as something else.
#[test]
fn every_edit_is_told() {
    let text = good();
    for at in 0..text.len() - 1 {
        for flip in [1, 0x80] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= flip;
            assert!(read(&bytes).is_err(), "byte {at} of {}", String::from_utf8_lossy(&bytes));
        }
    }
    insta::assert_snapshot!(fault(&text.replace("\"uncommitted\":1", "\"uncommitted\":0")), @"was edited or damaged: its checksum does not fit its content");
    let reordered: Vec<String> = lines().into_iter().rev().collect();
    assert!(read(sealed(&reordered, "\n").as_bytes()).is_err());
    // As another program writes the same values.
    let pretty: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let pretty = serde_json::to_string_pretty(&pretty).expect("JSON");
    assert!(read(pretty.as_bytes()).is_err());
    let compact = text.replace('\n', "");
    insta::assert_snapshot!(fault(&compact), @"was edited or damaged: its checksum does not fit its content");
}

#[test]
fn what_no_run_has_is_told_although_the_checksum_fits() {
    insta::assert_snapshot!(with("\"mode\":\"count\"", "\"mode\":\"often\""), @r#"holds what no run can have saved: the mode "often""#);
    insta::assert_snapshot!(with(ID, "HEAD"), @r#"holds what no run can have saved: the commit "HEAD""#);
    insta::assert_snapshot!(with("\"rule_set\":\"A\"", "\"rule_set\":\"D\""), @r#"holds what no run can have saved: the rule set "D" in a/a.go"#);
    insta::assert_snapshot!(with("\"lines\":\"trim\"", "\"lines\":\"all\""), @r#"holds what no run can have saved: the line model "all" in dep/d.go"#);
    insta::assert_snapshot!(with("\"dep\"", "\"mine\""), @r#"holds what no run can have saved: the disposition "mine" in dep/d.go"#);
    insta::assert_snapshot!(with("00ff00ff00ff00ff", "+0ff00ff00ff00ff0"), @r#"holds what no run can have saved: the source "+0ff00ff00ff00ff0" in a/a.go"#);
    insta::assert_snapshot!(with("\"covered\":6,", "\"covered\":7,"), @"holds what no run can have saved: the totals say 7 of 9 statements, the blocks 6 of 9");
    insta::assert_snapshot!(with("\"covered\":1,\"total\":2", "\"covered\":3,\"total\":2"), @"holds what no run can have saved: 3 of 2 functions covered");
    insta::assert_snapshot!(with("\"partial\":1", "\"partial\":6"), @"holds what no run can have saved: 5 of 7 lines covered, 6 of them partly");
    insta::assert_snapshot!(with("\"ratchet\":{\"statements\":2", "\"ratchet\":{\"statements\":4"), @"holds what no run can have saved: a lowest number of 4 missed statements where 3 are missed");
    insta::assert_snapshot!(with("\"uncommitted\":1", "\"uncommitted\":-1"), @"holds what no run can have saved: invalid value: integer `-1`, expected u64 at line 4 column 16");
    insta::assert_snapshot!(with("\"fits\":true", "\"fits\":null"), @"holds what no run can have saved: invalid type: null, expected a boolean at line 12 column 160");
}

#[test]
fn blocks_and_paths_must_be_possible() {
    // Blocks: the same twice, backwards in a line, half a block, lines and columns that nothing has.
    insta::assert_snapshot!(with("[3,13,2,2,5,2,4", "[3,13,2,2,5,0,13"), @"holds what no run can have saved: block 3.13,2.1 out of order in a/a.go");
    insta::assert_snapshot!(with("0,9,0,12,3]", "0,3,0,12,3]"), @"holds what no run can have saved: block 5.3,5.12 out of order in a/a.go");
    insta::assert_snapshot!(with("0,9,0,12,3]", "0,9,0,12]"), @"holds what no run can have saved: a block without its end at line 12 column 202");
    insta::assert_snapshot!(with("[3,13,", "[2147483648,13,"), @"holds what no run can have saved: block 1 beyond all lines and columns in a/a.go");
    insta::assert_snapshot!(with("[3,13,2,", "[3,13,2147483645,"), @"holds what no run can have saved: block 1 beyond all lines and columns in a/a.go");
    insta::assert_snapshot!(with("[3,13,2,", "[3,13,-4,"), @"holds what no run can have saved: block 1 beyond all lines and columns in a/a.go");
    insta::assert_snapshot!(with("[3,13,", "[3,4294967296,"), @"holds what no run can have saved: block 1 beyond all lines and columns in a/a.go");
    insta::assert_snapshot!(with("[3,13,", "[3,-1,"), @"holds what no run can have saved: block 1 beyond all lines and columns in a/a.go");
    insta::assert_snapshot!(with("[3,13,2,2,5,", "[3,13,2,2,8589934592,"), @"holds what no run can have saved: block 1 beyond all lines and columns in a/a.go");
    insta::assert_snapshot!(with("[3,13,2,2,5,2,", "[3,13,2,2,5,-2,"), @"holds what no run can have saved: invalid value: integer `-2`, expected u32 at line 12 column 184");
    // Paths: out of the root, not clean, twice, out of order; a name twice.
    insta::assert_snapshot!(with("a/a.go", "../a.go"), @r#"holds what no run can have saved: the path "../a.go""#);
    insta::assert_snapshot!(with("a/a.go", "/etc/passwd"), @r#"holds what no run can have saved: the path "/etc/passwd""#);
    insta::assert_snapshot!(with("a/a.go", "a/./a.go"), @r#"holds what no run can have saved: the path "a/./a.go""#);
    insta::assert_snapshot!(with("dep/d.go", "x/../../d.go"), @r#"holds what no run can have saved: the path "x/../../d.go""#);
    insta::assert_snapshot!(with("a/a.go", "x/x.go"), @"holds what no run can have saved: dep/d.go behind x/x.go");
    insta::assert_snapshot!(with("\"path\":\"dep/d.go\",\"in_tree\":false", "\"path\":\"a/a.go\""), @"holds what no run can have saved: a/a.go twice");
    insta::assert_snapshot!(with("/abs/d.go", "example.com/m/a/a.go"), @"holds what no run can have saved: the name example.com/m/a/a.go twice");
}

#[test]
fn what_is_laid_out_as_it_is_saved_is_read_as_json_is() {
    let good = good();
    let text = good.trim_end();
    let wanted = read_json(text).expect("a baseline");
    assert_eq!(laid_out::read(text), Some(wanted));
    assert_eq!(laid_out::read(&text.replace('\n', "\r\n")), None);
    let more = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        (laid_out::read(&changed), read_json(&changed).ok())
    };
    // Lists of others, and lists in other places.
    for (from, to) in [
        (",\"blocks\":[3,", ",\"x\":{\"y\":1,\"blocks\":[1]},\"blocks\":[3,"),
        (",\"blocks\":[3,", ",\"x\":\",\\\"blocks\\\":[\",\"blocks\":[3,"),
        (",\"blocks\":[3,", ",\"blocks\":[],\"blocks\":[3,"),
        (",\"blocks\":[3,", ",\"blocks\" :[],\"blocks\":[3,"),
        (",\"blocks\":[3,", ",\"x\":1,\n\"blocks\":[3,"),
        ("4,-1,1,0,", "4,-1,1,0,0,4,-1,1,0,"),
        ("4,-1,1,0,", "4,-1,1,0,0,4,-1,1,-0,"),
        ("12,3]}", "12,3],\"x\":1}"),
        ("12,3]}", "12,3,]}"),
        ("],\n\"checksum", "],\"x\":[\n{\"blocks\":[]}\n],\n\"checksum"),
    ] {
        let (quick, whole) = more(from, to);
        assert!(quick.is_none() || quick == whole, "{to}");
    }
    for at in 0..text.len() {
        for other in ["", "0", "7", "-", ",", "]", "}", "\n", "\"", ".", "e", " "] {
            let (Some(before), Some(behind)) = (text.get(..at), text.get(at + 1..)) else { continue };
            for behind in [behind, &text[at..]] {
                let changed = format!("{before}{other}{behind}");
                if let Some(quick) = laid_out::read(&changed) {
                    assert_eq!(Some(quick), read_json(&changed).ok(), "byte {at} and {other:?}");
                }
            }
        }
    }
}

#[test]
fn a_profile_is_told_from_a_baseline_by_its_first_byte() {
    for head in ["{\"schema\"", " \n{", "\u{feff}{"] {
        assert!(is_json(head.as_bytes()), "{head}");
    }
    for head in ["", "mode: set\n", "[1]", "\0cvm"] {
        assert!(!is_json(head.as_bytes()), "{head}");
    }
}

proptest! {
    /// Any bytes, and any bytes in the middle of a real file, with and without a checksum that fits.
    #[test]
    fn nothing_breaks_it(
        noise in prop::collection::vec(any::<u8>(), 0..40),
        words in prop::collection::vec("[-0-9{}\\[\\],:\"a-z/.\\\\]{0,12}", 0..6),
        at in any::<prop::sample::Index>(),
        length in 0usize..30,
    ) {
        let _ = read(&noise);
        let text = lines().join("\n").into_bytes();
        let from = at.index(text.len());
        let to = (from + length).min(text.len());
        for middle in [noise, words.concat().into_bytes()] {
            let changed = [&text[..from], &middle, &text[to..]].concat();
            let _ = read(&changed);
            let changed = String::from_utf8_lossy(&changed).into_owned();
            if let Ok(baseline) = read(sealed(&[changed], "\n").as_bytes()) {
                let mut statements = Tally::default();
                for block in baseline.files.iter().flat_map(|file| &file.blocks) {
                    statements.add(u64::from(block.stmts), block.count > 0);
                }
                prop_assert_eq!(statements, baseline.totals.statements);
            }
        }
    }
}
