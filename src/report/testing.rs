//! Reports made by hand, for the tests of the formats: nothing, a small module, names that real Go builds accept.

mod baseline;
mod compare;
mod owned;
mod review;

use proptest::prelude::*;

use super::{Format, FormatOptions};
use crate::model::report::{Excluded, InputFacts, MissedRange};
use crate::model::{
    Bare, Block, ChangeKind, Code, Disposition, Extent, FileName, FileReport, Finding, FunctionReport,
    GateName, InputKind, InputSet, LeftOut, LineModel, LineSet, LineTally, Metric, Mode, ModuleReport,
    Outcome, PackageReport, PatchFile, PatchReport, PatchState, Place, Presence, RepoPath, Report, RuleSet,
    RunFacts, Tally, Totals, Verdict,
};

pub(super) use baseline::{against_baseline, hostile_baseline};
pub(super) use compare::{compared, hostile_compared, named_compared};
pub(super) use owned::{hostile_owned, owned};
pub(super) use review::{hostile_reviewed, large, reviewed};

/// What a format writes, as text.
pub(super) fn render(format: &Format, report: &Report, options: &FormatOptions) -> String {
    let mut out = Vec::new();
    (format.write)(report, options, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("formats write UTF-8")
}

/// A profile with its mode row only.
pub(super) fn empty() -> Report {
    let run = RunFacts {
        version: "0.1.0".to_owned(),
        commit: None,
        base_origin: None,
        root: "/src/m".to_owned(),
        inputs: vec![InputFacts {
            share: None,
            label: "cover.out".to_owned(),
            path: "cover.out".to_owned(),
            kind: InputKind::Text,
            mode: Mode::Count,
            rule_set: None,
            rows: 0,
            blocks: 0,
        }],
        mode: Mode::Count,
        metric: Metric::Statements,
        input_sets: vec![Vec::new(), vec![0]],
        excluded: Excluded::default(),
        merged_rows: 0,
    };
    Report {
        run,
        modules: Vec::new(),
        totals: Totals::default(),
        packages: Vec::new(),
        findings: Vec::new(),
        owners: Vec::new(),
        patch: None,
        compare: None,
        verdicts: Vec::new(),
    }
}

/// Two packages: methods of two types, two `init`, an empty function, a package-level literal, a line with two functions,
/// a partial line, a count above 2^31, a generated file without lines, and a file outside the tree.
pub(super) fn small() -> Report {
    let shapes = file("shapes/shapes.go", "example.com/m/shapes/shapes.go")
        .function("(*Box[...]).Area", "Area", "() int", (3, 6), 2)
        .function("Ring.Area", "Area", "() (a, b int)", (8, 8), 1)
        .function("init", "init", "()", (8, 8), 1)
        .function("init.2", "init", "()", (10, 12), 1)
        .literal("handlers.Get", "(r *http.Request)", (14, 16))
        .block((3, 24, 4, 12), 2, 5)
        .block((4, 12, 5, 3), 1, 0)
        .block((8, 15, 8, 19), 1, 3_000_000_000)
        .block((8, 31, 8, 36), 1, 0)
        .block((10, 13, 10, 13), 0, 1)
        .block((14, 40, 16, 3), 1, 0)
        .lines(&[(4, 5), (5, 0), (8, 3_000_000_000), (15, 0)], &[8])
        .done();
    let root = file("main.go", "example.com/m/main.go")
        .function("main", "main", "()", (5, 7), 3)
        .block((5, 13, 7, 2), 3, 1)
        .lines(&[(6, 1)], &[])
        .done();
    let nothing = file("zz_generated.go", "example.com/m/zz_generated.go").done();
    let mut foreign = file("example.org/dep/dep.go", "example.org/dep/dep.go")
        .function("Dep", "Dep", "()", (1, 3), 1)
        .block((1, 11, 3, 2), 2, 0)
        .lines(&[(2, 0)], &[])
        .done();
    foreign.in_tree = false;
    let mut report = assemble(vec![
        package("example.com/m", Some("example.com/m"), Disposition::Main, vec![root, nothing]),
        package("example.com/m/shapes", Some("example.com/m"), Disposition::Main, vec![shapes]),
        package("example.org/dep", None, Disposition::Dep, vec![foreign]),
    ]);
    report.run.commit = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    report.modules = vec![ModuleReport {
        path: "example.com/m".to_owned(),
        dir: Some(".".to_owned()),
        disposition: Disposition::Main,
        totals: Totals { statements: Tally::new(6, 8), ..Totals::default() },
    }];
    report.findings = vec![
        Finding::new(
            Code::StaleBlocks,
            "2 stale blocks in main.go: they belong to another version of this file",
        )
        .at(Place { file: "main.go".to_owned(), line: Some(42), col: Some(13) })
        .fact("cause: cached test results")
        .help("go test -count=1 ./...")
        .count(2),
        Finding::new(Code::OutsideModule, "1 file is outside every module of this workspace"),
    ];
    report.patch = Some(patch());
    report.verdicts = vec![
        verdict(GateName::Total, Outcome::Fail, Some("60.0")),
        verdict(GateName::Patch, Outcome::NotJudged, None),
    ];
    report
}

/// A change of two files: one renamed and partly missed, one that the profile does not know.
fn patch() -> PatchReport {
    let file =
        |path: &str, kind, presence, changed: &[(u32, u32)], statements, missed: &[(u32, u32)]| PatchFile {
            path: RepoPath::of_parts(&path.split('/').collect::<Vec<_>>()),
            old_path: (kind == ChangeKind::Renamed).then(|| "shapes/forms.go".to_owned()),
            package: "example.com/m/shapes".to_owned(),
            kind,
            presence,
            counted: presence == Presence::Measured,
            changed: LineSet::of(changed),
            statements,
            lines: LineTally { covered: 1, partial: 1, total: 2 },
            functions: Tally::new(1, 2),
            missed: missed.to_vec(),
            missed_ranges: vec![MissedRange {
                extent: Extent::new(4, 12, 5, 3),
                function: "(*Box[...]).Area".into(),
                statements: 1,
            }],
            estimated: false,
            ignored_statements: 0,
            unrecorded_statements: 0,
            owners: Vec::new(),
        };
    let shapes = "shapes/shapes.go";
    let new = Tally::new(0, 3);
    PatchReport {
        state: PatchState::Measured,
        base: Some("89abcdef0123456789abcdef0123456789abcdef".to_owned()),
        head: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        side: "HEAD",
        origin: "origin/main @ 89abcde (merge base, from GITHUB_BASE_REF)".to_owned(),
        commits: Some(2),
        totals: Totals {
            statements: Tally::new(2, 3),
            lines: LineTally { covered: 1, partial: 1, total: 2 },
            functions: Tally::new(1, 2),
        },
        files: vec![
            file(
                shapes,
                ChangeKind::Renamed,
                Presence::Measured,
                &[(4, 5), (8, 8)],
                Tally::new(2, 3),
                &[(5, 5)],
            ),
            file("shapes/zz.go", ChangeKind::Added, Presence::Unmeasured, &[(1, 9)], new, &[(4, 5)]),
        ],
        left_out: LeftOut { tests: 2, not_go: 1, ..LeftOut::default() },
        default_branch: false,
        min_changed: 0,
    }
}

/// Names out of the page on security, in every place that can hold one.
pub(super) fn hostile() -> Report {
    let names = [
        "a\"b.go",
        "a'b.go",
        "a<b>&c.go",
        "a%0Ab.go",
        "a::b.go",
        "a,b=c.go",
        "a\tb.go",
        "a\u{1}b.go",
        "a\u{2}b.go",
        "]]>.go",
        "a;b|c#d*e f.go",
        "a\\b.go",
        "a\u{202e}og.b.go",
        "a\u{1b}[31m\u{9b}b.go",
        "größe_日本.go",
        "=1+1.go",
        "a:3.4,5.6 1 1.go",
        "a$b.go",
        "end_of_record.go",
        "x.go",
        "x.go.go",
        "a\r\nb.go",
    ];
    let files = names
        .iter()
        .map(|name| {
            file(&format!("p/{name}"), &format!("example.com/h/p/{name}"))
                .function("F[int, string]", "F", "(a <-chan \"x\", b map[string]int)", (1, 3), 1)
                .function("F", "F", "()", (4, 5), 1)
                .function("F", "F", "()", (6, 7), 1)
                .block((1, 10, 3, 2), 1, u64::MAX)
                .block((4, 10, 5, 2), 1, 0)
                .block((6, 10, 7, 2), 1, 1)
                .lines(&[(2, u64::MAX), (4, 0), (6, 1)], &[])
                .done()
        })
        .collect();
    let unnamed = vec![file("lone.go", "").block((1, 10, 3, 2), 1, 1).lines(&[(2, 1)], &[]).done()];
    let mut report = assemble(vec![
        package("", None, Disposition::Main, unnamed),
        package("example.com/h/<p>&\"\u{1}", Some("=cmd|' /C calc'!A0"), Disposition::Main, files),
    ]);
    report.run.root = "/src/<h>&\u{1}".to_owned();
    report.run.inputs[0].label = "un\u{202e}it\u{7f}\u{e0041}".to_owned();
    report.findings = vec![
        Finding::new(Code::HostileName, "::error::a\u{1b}[31m\nb").at(Place::file("a\u{2028}b</script>.go")),
    ];
    report
}

/// Names of any characters, half of them out of those that formats care about.
pub(super) fn any_names() -> impl Strategy<Value = Vec<String>> {
    let special = "[ab./$<>&\"',;:=+@|~\\[\\]() \t\r\n\u{1}\u{1b}\u{85}\u{202e}\u{fffe}\u{e0041}-]{1,6}";
    proptest::collection::vec(prop_oneof![any::<String>(), special], 1..8)
}

/// Files and functions of these names, whatever they are.
pub(super) fn named(names: &[String]) -> Report {
    let mut files: Vec<FileReport> = names
        .iter()
        .filter_map(|name| RepoPath::new(name))
        .map(|path| {
            let name = path.as_str();
            file(name, name)
                .function(name, name, name, (1, 3), 1)
                .function(&format!("(*{name}).{name}"), name, name, (4, 5), 1)
                .function(name, name, name, (5, 6), 1)
                .block((1, 10, 3, 2), 1, 1)
                .block((4, 10, 5, 2), 1, 0)
                .block((5, 10, 6, 2), 1, 1)
                .lines(&[(2, 1), (5, 1), (6, 1)], &[5])
                .done()
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    let path = names.first().map_or("", String::as_str);
    assemble(vec![package(path, Some(path), Disposition::Main, files)])
}

fn verdict(gate: GateName, outcome: Outcome, observed: Option<&str>) -> Verdict {
    Verdict {
        gate,
        scope: None,
        outcome,
        metric: Metric::Statements,
        observed: observed.map(ToOwned::to_owned),
        tally: if observed.is_some() { Tally::new(6, 10) } else { Tally::default() },
        bound: "80.5".to_owned(),
        needed: if outcome == Outcome::Fail { 3 } else { 0 },
        judged: 1,
        note: if outcome == Outcome::NotJudged { "no base".to_owned() } else { String::new() },
    }
}

fn assemble(packages: Vec<PackageReport>) -> Report {
    let mut report = empty();
    for package in &packages {
        report.totals += package.totals;
    }
    report.run.inputs[0].rule_set = Some(RuleSet::A);
    report.run.inputs[0].rows = 7;
    report.run.inputs[0].blocks = 7;
    report.packages = packages;
    report
}

fn package(
    path: &str,
    module: Option<&str>,
    disposition: Disposition,
    files: Vec<FileReport>,
) -> PackageReport {
    let mut totals = Totals::default();
    for file in &files {
        totals += file.totals;
    }
    PackageReport { path: path.to_owned(), module: module.map(ToOwned::to_owned), disposition, totals, files }
}

/// A file under construction.
pub(super) struct FileBuilder(FileReport);

/// A file of the tree with source, by its path and its name in the profile.
pub(super) fn file(path: &str, name: &str) -> FileBuilder {
    FileBuilder(FileReport {
        path: RepoPath::new(path).unwrap_or_else(|| RepoPath::of_parts(&["odd"])),
        in_tree: true,
        name: FileName::new(name),
        totals: Totals::default(),
        functions: Vec::new(),
        lines: Vec::new(),
        partial_lines: Vec::new(),
        blocks: Vec::new(),
        rule_set: None,
        line_model: LineModel::Code,
        generated: false,
        has_source: true,
        fingerprint: None,
        positions_fit: true,
        ignored_statements: 0,
        missed: Vec::new(),
        owners: Vec::new(),
    })
}

impl FileBuilder {
    fn function(
        mut self,
        name: &str,
        bare: &str,
        signature: &str,
        lines: (u32, u32),
        complexity: u32,
    ) -> Self {
        // Functions that share a line get columns one after the other.
        let before = self.0.functions.iter().filter(|other| other.extent.start.line == lines.0).count();
        let col = 1 + 20 * u32::try_from(before).expect("few functions");
        self.0.functions.push(FunctionReport {
            name: name.into(),
            bare: Bare::at_end(name.strip_suffix(".2").unwrap_or(name), bare.len()),
            signature: Some(signature.into()),
            extent: Extent::new(lines.0, col, lines.1, col + 19),
            adjusted_line: lines.0,
            statements: Tally::default(),
            lines: LineTally::default(),
            entry_count: None,
            complexity,
            literal: false,
        });
        self
    }

    fn literal(mut self, name: &str, signature: &str, lines: (u32, u32)) -> Self {
        self = self.function(name, "", signature, lines, 1);
        if let Some(function) = self.0.functions.last_mut() {
            function.literal = true;
        }
        self
    }

    fn block(mut self, extent: (u32, u32, u32, u32), stmts: u32, count: u64) -> Self {
        let extent = Extent::new(extent.0, extent.1, extent.2, extent.3);
        self.0.blocks.push(Block { extent, stmts, count, inputs: InputSet(u32::from(count > 0)) });
        self
    }

    fn lines(mut self, lines: &[(u32, u64)], partial: &[u32]) -> Self {
        self.0.lines = lines.to_vec();
        self.0.partial_lines = partial.to_vec();
        self
    }

    /// Fills in the numbers: a block belongs to the last function that starts before it.
    pub(super) fn done(self) -> FileReport {
        let mut file = self.0;
        for block in &file.blocks {
            let (stmts, hit) = (u64::from(block.stmts), block.count > 0);
            file.totals.statements.add(stmts, hit);
            let owner =
                file.functions.iter_mut().rev().find(|function| function.extent.start <= block.extent.start);
            if let Some(function) = owner {
                function.statements.add(stmts, hit);
                function.entry_count.get_or_insert(block.count);
            }
        }
        let within = |from: u32, to: u32| {
            let mut tally = LineTally::default();
            for &(line, hits) in file.lines.iter().filter(|line| (from..=to).contains(&line.0)) {
                tally.total += 1;
                tally.covered += u64::from(hits > 0);
                tally.partial += u64::from(file.partial_lines.contains(&line));
            }
            tally
        };
        file.totals.lines = within(0, u32::MAX);
        for function in &mut file.functions {
            function.lines = within(function.extent.start.line, function.extent.end.line);
            if function.statements.total > 0 {
                file.totals.functions.add(1, function.statements.covered > 0);
            }
        }
        file
    }
}
