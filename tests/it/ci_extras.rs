//! What happens by itself on a known CI: summaries, outputs and log commands, and what becomes of them when their files
//! are missing, full or no files at all.

use std::collections::BTreeMap;

use crate::case::{Case, Outcome};

const DIFF: &str = "--- a/a.go\n+++ b/a.go\n@@ -6,3 +6,3 @@\n \n-func G() int {\n-\treturn 1\n+func G() int {\n+\treturn 2\n }\n";

/// A module with a change that misses a statement, on GitHub.
fn github() -> Case {
    Case::tiny()
        .file("change.diff", DIFF)
        .file("run/summary", "")
        .file("run/output", "earlier=1\n")
        .file("run/env", "")
        .file("run/path", "")
        .var("GITHUB_ACTIONS", "true")
        .var("GITHUB_STEP_SUMMARY", "run/summary")
        .var("GITHUB_OUTPUT", "run/output")
        .var("GITHUB_ENV", "run/env")
        .var("GITHUB_PATH", "run/path")
        .var("GITHUB_SERVER_URL", "https://github.example")
        .var("GITHUB_REPOSITORY", "o/r")
}

const CHECK: &str = "check cover.out --diff change.diff --patch 80";

/// The runner's reading of a file of outputs: `name=value`, or a value between two equal lines.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        match (equals, heredoc) {
            (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => {
                let (name, mark) = (&line[..at], &line[at + 2..]);
                let value: Vec<&str> = lines.by_ref().take_while(|line| *line != mark).collect();
                found.insert(name.to_owned(), value.join("\n"));
            }
            (Some(at), _) => {
                found.insert(line[..at].to_owned(), line[at + 1..].to_owned());
            }
            _ => panic!("no output: {line:?}"),
        }
    }
    found
}

#[test]
fn github_gets_a_summary_outputs_and_annotations() {
    let case = github();
    case.run(&format!("{CHECK} -o json=r.json -o sarif=out/r.sarif"))
        .exits(1)
        .says("\n::warning file=a.go,line=8,endLine=8,title=Missed in this change::1 changed statement")
        .says("coverdict: GitHub Actions: 2 annotations, job summary, outputs (--ci off: nothing)");
    let summary = case.read("run/summary");
    assert!(summary.starts_with("<!-- coverdict -->\n## Coverage: **fail**, 1 of 1 check\n"), "{summary}");
    assert!(summary.contains("### Missed in this change"), "{summary}");
    let outputs = outputs(&case.read("run/output"));
    let expected = [
        ("earlier", "1"),
        ("exit-code", "1"),
        ("json", "r.json"),
        ("missed-patch", "1"),
        ("patch", "0.0"),
        ("sarif", "out/r.sarif"),
        ("total", "50.0"),
        ("verdict", "fail"),
    ];
    assert_eq!(outputs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert_eq!((case.read("run/env"), case.read("run/path")), (String::new(), String::new()));
}

#[test]
fn outputs_say_what_is_known() {
    let case = github();
    case.run("check cover.out --total 10 --ci github").exits(0);
    let outputs = outputs(&case.read("run/output"));
    assert_eq!(outputs.get("verdict").map(String::as_str), Some("pass"));
    assert_eq!(outputs.get("exit-code").map(String::as_str), Some("0"));
    assert!(!outputs.contains_key("patch") && !outputs.contains_key("json"), "{outputs:?}");
    let case = github();
    case.run("check cover.out").exits(0);
    assert_eq!(self::outputs(&case.read("run/output")).get("verdict").map(String::as_str), Some("none"));
}

#[test]
fn nothing_happens_when_it_is_not_wanted() {
    let silent = |case: &Case, line: &str| {
        let outcome = case.run(line);
        assert!(!outcome.stderr.contains("::") && !outcome.stderr.contains("--ci off"), "{}", outcome.stderr);
        assert_eq!((case.read("run/summary").len(), case.read("run/output").len()), (0, 10), "{line}");
    };
    silent(&github(), &format!("{CHECK} --ci off"));
    silent(&github(), "report cover.out --diff change.diff -o json=r.json");
    silent(&github(), "func cover.out");
    silent(&github().var("GITHUB_ACTIONS", ""), CHECK);
    let part = github().var("COVERDICT_ANNOTATIONS", "off").var("COVERDICT_SUMMARY", "false");
    let outcome = part.run(CHECK).exits(1).says("GitHub Actions: outputs (");
    assert!(!outcome.stderr.contains("::warning"));
    assert!(part.read("run/summary").is_empty());
    let quiet = github();
    quiet.run(&format!("{CHECK} -q")).exits(1).says_not("--ci off").says("::warning");
}

/// Each trouble is one warning with its cure, and the exit code is that of the verdict.
#[test]
fn trouble_is_one_warning_and_no_exit_code() {
    let warned = |case: &Case, line: &str, code: u8, why: &str| -> Outcome {
        let outcome = case.run(line).exits(code).says("warning[ci-extra-failed]").says(why).says("help: ");
        assert_eq!(outcome.stderr.matches("warning[").count(), 1, "{}", outcome.stderr);
        outcome
    };
    for (name, what) in [("GITHUB_STEP_SUMMARY", "job summary"), ("GITHUB_OUTPUT", "outputs")] {
        for (value, why) in [
            ("", "the variable is empty"),
            ("run/none", "run/none: entity not found"),
            ("run", "run: not a regular file"),
            ("/dev/full", "/dev/full: not a regular file"),
            ("a.go/x", "a.go/x: not a directory"),
        ] {
            let why = format!("{what} not written ({name}): {why}");
            warned(&github().var(name, value), CHECK, 1, &why);
            warned(&github().var(name, value), "check cover.out --total 1", 0, &why);
            github()
                .var(name, value)
                .run(&format!("{CHECK} --allow ci-extra-failed"))
                .exits(1)
                .says_not("warning[");
        }
    }
    // Both at once are one warning.
    let both = github().var("GITHUB_STEP_SUMMARY", "").var("GITHUB_OUTPUT", "");
    warned(
        &both,
        CHECK,
        1,
        "job summary not written (GITHUB_STEP_SUMMARY): the variable is empty; outputs not written",
    );
    both.run("check cover.out --deny ci-extra-failed").exits(3).says("error[ci-extra-failed]");
    // Over the limit nothing would be shown.
    let full = github().file("run/summary", "x".repeat(999_000));
    warned(&full, CHECK, 1, "999,000 bytes are in it, and over 1 MiB nothing is shown");
    assert_eq!(full.read("run/summary").len(), 999_000);
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_written_is_such_a_trouble() {
    use std::os::unix::fs::PermissionsExt;
    let case = github();
    let path = case.path("run/summary");
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).expect("a mode");
    // Who may write everything writes here too.
    if fs_err::OpenOptions::new().append(true).open(&path).is_err() {
        case.run(CHECK).exits(1).says("run/summary: permission denied");
        assert_eq!(case.read("run/summary"), "");
    } else {
        case.run(CHECK).exits(1).says_not("ci-extra-failed");
        assert!(!case.read("run/summary").is_empty());
    }
}

#[test]
fn a_summary_follows_what_is_there_and_shrinks_to_the_room() {
    let case = github().file("run/summary", "# Before");
    case.run(CHECK).exits(1);
    assert!(case.read("run/summary").starts_with("# Before\n<!-- coverdict -->\n"));
    let mut profile = "mode: set\n".to_owned();
    for at in 0..9000 {
        profile.push_str(&format!(
            "m/p{at:04}/very/long/name/of/a/package/that/fills/the/summary/a.go:1.1,2.2 1 0\n"
        ));
    }
    let large = github().file("cover.out", profile).file("run/summary", "y".repeat(500_000));
    large.run("check cover.out").exits(0);
    let text = large.read("run/summary");
    assert!((900_000..1_000_000).contains(&text.len()), "{}", text.len());
    assert!(text.lines().last().expect("a line").starts_with("Cut to fit in"), "the last line tells");
}

#[test]
fn a_cut_report_is_a_finding_of_every_report() {
    let mut profile = "mode: set\n".to_owned();
    let mut diff = String::new();
    let mut case = github();
    for at in 0..1200 {
        let name = format!("p{at:04}/a_long_name_so_that_few_rows_fill_a_comment.go");
        profile.push_str(&format!("m/{name}:3.10,5.2 1 0\n"));
        diff.push_str(&format!(
            "--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,5 @@\n+package p\n+\n+func F() {{\n+\tprint()\n+}}\n"
        ));
        case = case.file(&name, "package p\n\nfunc F() {\n\tprint()\n}\n");
    }
    let case = case.file("cover.out", profile).file("change.diff", diff);
    let outcome = case.run("check cover.out --diff change.diff -o json=r.json -o markdown=r.md").exits(0);
    let outcome = outcome
        .says("note[report-trimmed]: markdown is cut")
        .says("note[annotations-capped]: 1,191 annotations");
    assert_eq!(outcome.stderr.lines().filter(|line| line.starts_with("::warning")).count(), 10);
    let json = case.read("r.json");
    assert!(json.contains("report-trimmed") && json.contains("annotations-capped"));
    assert!(case.read("r.md").len() < 65_536);
    case.run("check cover.out --diff change.diff --deny annotations-capped").exits(3);
}

#[test]
fn other_systems_get_what_they_read() {
    let base = || Case::tiny().file("change.diff", DIFF);
    base()
        .var("TF_BUILD", "True")
        .run(CHECK)
        .exits(1)
        .says("##vso[task.logissue type=warning;sourcepath=a.go;linenumber=8;]1 changed statement")
        .says("coverdict: Azure Pipelines: 2 issues (--ci off: nothing)");
    let teamcity = base().var("TEAMCITY_VERSION", "2025.1");
    teamcity
        .run(CHECK)
        .exits(1)
        .prints("##teamcity[buildStatisticValue key='CodeCoverageAbsSCovered' value='1']")
        .says("TeamCity: statistics (--ci off: nothing)");
    teamcity.run(&format!("{CHECK} -o json")).exits(1).prints_not("##teamcity").says_not("--ci off");
    let gitlab = base().var("GITLAB_CI", "true").run(CHECK).exits(1).says_not("--ci off");
    assert_eq!(gitlab.stdout().lines().last(), Some("total coverage: 50.0% of statements"));
}

/// The rules of actions/runner over every byte of both streams, for names that look like its commands.
#[test]
fn no_name_is_a_command_of_the_runner() {
    let names = [
        "::error::x",
        " ::add-mask::x",
        "##[error]x",
        "a ##[set-env name=X]y",
        "%0A::error::x",
        "a\u{1b}[31m",
        "a,file=b:c",
        "##vso[task.complete result=Failed;]",
        "##teamcity[buildStop comment='x']",
    ];
    let mut profile = "mode: set\n".to_owned();
    let mut case = github();
    for name in names {
        profile.push_str(&format!("m/{name}.go:3.10,5.2 1 0\n"));
        case = case.file(&format!("{name}.go"), "package m\n\nfunc F() {\n\tprint()\n}\n");
    }
    let case = case.file("cover.out", profile).var("COVERDICT_ANNOTATIONS", "all");
    for format in
        ["", "-o json", "-o markdown", "-o sarif", "-o codequality", "-o github", "-o sonar", "-o cobertura"]
    {
        let outcome = case.run(&format!("check cover.out --file 80 -v {format}")).exits(1);
        let printed = String::from_utf8(outcome.bytes.clone()).expect("text");
        for line in printed.lines().chain(outcome.stderr.lines()) {
            assert!(!line.contains("##["), "{format}: {line:?}");
            assert!(!line.contains("##vso[") && !line.contains("##teamcity["), "{format}: {line:?}");
            let ours = ["::error ", "::warning "].iter().any(|start| line.starts_with(start));
            assert!(ours || !line.trim_start().starts_with("::"), "{format}: {line:?}");
            assert!(!line.contains('\u{1b}'), "{format}: {line:?}");
        }
    }
}
