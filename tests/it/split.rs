//! `--split`: Cobertura in several files, none too large, none left over from before, and the finding for what is too large.

use std::fmt::Write as _;

use crate::case::Case;

fn xml_files(case: &Case) -> Vec<String> {
    case.files().into_iter().filter(|name| name.starts_with("out/")).collect()
}

#[test]
fn numbered_files_below_the_size_hold_every_file_once() {
    let case = Case::shop();
    case.run("report cover.out -o cobertura=out/c.xml --split 4KiB").exits(0);
    let names = xml_files(&case);
    assert_eq!(names, ["out/c-1.xml", "out/c-2.xml", "out/c-3.xml", "out/c-4.xml"]);
    let mut sources = Vec::new();
    for name in &names {
        let text = case.read(name);
        assert!(text.len() <= 4096 && text.ends_with("</coverage>\n"), "{name}: {} bytes", text.len());
        let found = text.split(" filename=\"").skip(1).filter_map(|rest| rest.split('"').next());
        sources.extend(found.map(str::to_owned));
    }
    sources.sort();
    let expected =
        ["cmd/shop/main.go", "price/currency_names.go", "price/price.go", "store/order.go", "store/shelf.go"];
    assert_eq!(sources, expected);
}

#[test]
fn a_file_of_go_that_alone_is_larger_than_the_size_is_told() {
    let case = Case::shop();
    case.run("report cover.out -o cobertura=out/c.xml --split 4KiB").exits(0).says_not("too-large");
    let run = case.run("report cover.out -o cobertura=out/c.xml --split 1KiB").exits(0);
    let largest = xml_files(&case).into_iter().find(|name| 1024 < case.read(name).len()).expect("one");
    let bytes = case.read(&largest).len();
    run.says(&format!(
        "warning[report-too-large]: {largest} has {bytes} bytes, --split asks for 1024 at most\n"
    ))
    .says("  help: --split divides between files of Go alone: ");
    case.run("report cover.out -o cobertura=out/c.xml --split 1KiB --deny report-too-large").exits(3);
}

/// A wildcard in the job would read them all, and GitLab adds up what two files say of a line.
#[test]
fn files_of_an_earlier_run_go_and_those_of_others_stay() {
    let case = Case::shop().file("out/c-9.xml", "<coverage/>").file("out/c-5.xml", "mine");
    case.run("report cover.out -o cobertura=out/c.xml").exits(0);
    case.run("report cover.out -o cobertura=out/c.xml --split 4KiB").exits(0);
    let parts = ["out/c-1.xml", "out/c-2.xml", "out/c-3.xml", "out/c-4.xml", "out/c-5.xml", "out/c-9.xml"];
    assert_eq!(xml_files(&case), parts);
    case.run("report cover.out -o cobertura=out/c.xml --split 1MiB").exits(0);
    assert_eq!(xml_files(&case), ["out/c-5.xml", "out/c-9.xml", "out/c.xml"]);
    assert_eq!(case.read("out/c-5.xml"), "mine");
}

#[test]
fn below_the_size_and_on_standard_output_it_is_one() {
    let case = Case::shop();
    let whole = case.run("report cover.out -o cobertura --cobertura-source .").exits(0).bytes;
    assert!(
        case.run("report cover.out -o cobertura --cobertura-source . --split 1KiB").exits(0).bytes == whole
    );
    case.run("report cover.out -o cobertura=out/c.xml --cobertura-source . --split 10MB").exits(0);
    assert_eq!(xml_files(&case), ["out/c.xml"]);
    assert!(case.read("out/c.xml").into_bytes() == whole);
}

#[test]
fn a_size_is_a_number_with_a_unit() {
    for size in ["", "0", "1023", "10 parts", "1.5MiB", "-1", "99999999999999999999", "18014398509481985MiB"]
    {
        let args = ["report", "cover.out", "-o", "cobertura=c.xml", "--split", size];
        Case::shop().args(&args).exits(if size.is_empty() { 0 } else { 2 });
    }
    Case::shop().run("report -o cobertura=c.xml --split ten").exits(2).says("such as 10MiB");
}

#[test]
fn a_file_over_ten_mebibytes_is_told_in_every_output() {
    let (mut source, mut profile) = (String::from("package m\n"), String::from("mode: set\n"));
    for number in 0..60_000 {
        writeln!(source, "\nfunc F{number}() {{\n\tprintln()\n}}").expect("a string");
        let line = number * 4 + 3;
        writeln!(profile, "m/a.go:{line}.{},{}.2 1 1", 9 + number.to_string().len(), line + 2)
            .expect("a string");
    }
    let case = Case::new().file("go.mod", "module m\n").file("a.go", source).file("cover.out", profile);
    let run = case.run("check -o cobertura=c.xml -o json=r.json").exits(0);
    run.says("warning[report-too-large]: c.xml is ").says("GitLab ignores files over 10 MiB");
    let report: serde_json::Value = serde_json::from_str(&case.read("r.json")).expect("JSON");
    let names: Vec<&str> =
        report["findings"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    assert!(names.contains(&"report-too-large"), "{names:?}");
    case.run("check -o cobertura=c.xml --deny report-too-large").exits(3);
    case.run("check -o cobertura=c.xml --allow report-too-large").exits(0).says_not("too-large");
    case.run("check -o cobertura=c.xml --no-methods").exits(0).says_not("too-large");
}
