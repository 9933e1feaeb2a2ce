//! Owners of files, through the front door: a repository of two teams, each dialect in each of its places, every report that
//! tells of owners, and files that are none.

use insta::assert_snapshot;
use serde_json::Value;

use crate::case::Case;

/// The shop of two teams: `store` belongs to one, `price` to both, generated code to nobody.
const TWO_TEAMS: &str = "\
# who looks after what
*.go            @shop/core
/store/         @shop/store   # the heart
/price/         @shop/store @shop/core
*_names.go
!nothing        @shop/core
";

/// A change of lines in `store/order.go`, one of them missed, and of one in `price/price.go`.
fn with_change(case: Case) -> Case {
    let change = |path: &str, lines: &[usize]| {
        let text = case.read(path);
        let mut diff = format!("--- a/{path}\n+++ b/{path}\n");
        for line in lines {
            let new = text.lines().nth(line - 1).expect("a line");
            diff += &format!("@@ -{line} +{line} @@\n-old\n+{new}\n");
        }
        diff
    };
    let diff = change("price/price.go", &[23]) + &change("store/order.go", &[35, 37]);
    case.put("change.diff", diff);
    case
}

/// `name: files covered/total` of each row of JSON, with covered/total of the change.
fn owners(report: &Value) -> Vec<String> {
    let tally = |of: &Value| format!("{}/{}", of["statements"]["covered"], of["statements"]["total"]);
    let rows = report["owners"].as_array().expect("a list");
    rows.iter()
        .map(|row| {
            let patch =
                if row["patch"].is_null() { String::new() } else { format!(" {}", tally(&row["patch"])) };
            let name = row["name"].as_str().unwrap_or("-");
            format!("{name}: {} {}{patch}", row["files"], tally(&row["totals"]))
        })
        .collect()
}

fn json(case: &Case, line: &str) -> Value {
    case.run(&format!("report cover.out -o json {line}")).exits(0).json()
}

#[test]
fn two_teams_have_their_files_and_their_part_of_the_change() {
    let case = with_change(Case::shop().file(".github/CODEOWNERS", TWO_TEAMS));
    let report = json(&case, "--diff change.diff");
    // A file of two owners counts for both; what nobody owns comes last, whatever it misses.
    let rows = owners(&report);
    assert_snapshot!(rows.join("\n"), @"
    @shop/store: 3 44/65 2/3
    @shop/core: 2 31/41 1/1
    -: 1 2/3 0/0
    ");
    let sum: u64 = report["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .flat_map(|package| package["files"].as_array().expect("files"))
        .filter(|file| file["owners"].as_array().expect("owners").iter().any(|owner| owner == "@shop/core"))
        .map(|file| file["totals"]["statements"]["total"].as_u64().expect("a number"))
        .sum();
    assert!(
        rows.iter().any(|row| row.starts_with("@shop/core") && row.contains(&format!("/{sum}"))),
        "{rows:?}"
    );
    let screen = case.run("check cover.out --diff change.diff --top 2").exits(0).stdout();
    assert!(screen.contains("  owner "), "{screen}");
    assert!(screen.contains("… 1 more owner"), "{screen}");
    case.run("report cover.out -o markdown --diff change.diff").exits(0).prints("### Owners");
    case.run("report cover.out -o csv").exits(0).prints("'@shop/store @shop/core");
    case.run("report cover.out -o html=pages").exits(0);
    assert!(case.read("pages/owners.html").contains("@shop/store"));
}

#[test]
fn without_the_file_nothing_speaks_of_owners() {
    let case = Case::shop();
    assert_eq!(json(&case, "")["owners"], Value::Array(Vec::new()));
    let screen = case.run("check cover.out").exits(0).screen();
    assert!(!screen.contains("owner"), "{screen}");
    case.run("report cover.out -o html=pages").exits(0);
    assert!(!case.files().contains(&"pages/owners.html".to_owned()));
    assert!(!case.run("doctor cover.out").exits(0).stdout().contains("owners"));
}

#[test]
fn the_first_place_wins_and_the_ci_says_whose_order() {
    let all = |case: Case| {
        case.file(".github/CODEOWNERS", "* @github\n")
            .file("CODEOWNERS", "* @top\n")
            .file("docs/CODEOWNERS", "* @docs\n")
            .file(".gitlab/CODEOWNERS", "[x]\n* @gitlab\n")
    };
    let first = |case: &Case, line: &str| owners(&json(case, line)).remove(0);
    let name = |row: String| row.split(':').next().map(str::to_owned).unwrap_or_default();
    for (ci, gone, expected) in [
        ("--ci off", &[][..], "@github"),
        ("--ci github", &[".github"], "@top"),
        ("--ci github", &[".github", "CODEOWNERS"], "@docs"),
        ("--ci gitlab", &[], "@top"),
        ("--ci gitlab", &["CODEOWNERS"], "@docs"),
        ("--ci gitlab", &["CODEOWNERS", "docs"], "@gitlab"),
        ("--ci gitlab", &["CODEOWNERS", "docs", ".gitlab"], "@github"),
        ("--ci forgejo", &[".github"], "@gitlab"),
    ] {
        let case = all(Case::shop());
        for path in gone {
            let path = case.path(path);
            if path.is_dir() { fs_err::remove_dir_all(path) } else { fs_err::remove_file(path) }
                .expect("gone");
        }
        assert_eq!(name(first(&case, ci)), expected, "{ci} {gone:?}");
    }
}

#[test]
fn the_dialect_decides_what_a_pattern_means() {
    // GitLab ends `store` at the name, and takes `price/price.go` at any depth; sections add up.
    let text = "* @all\n[Store]\nstore @never\nstore/ @store\n[Price] @price\nprice/price.go\n";
    let gitlab = Case::shop().file(".gitlab/CODEOWNERS", text);
    assert_snapshot!(owners(&json(&gitlab, "")).join("\n"), @"
    @all: 5 63/93
    @store: 2 30/49
    @price: 1 14/16
    ");
    let github =
        Case::shop().file(".github/CODEOWNERS", "* @all\nstore @store\nprice/price.go @price\n[Price] @x\n");
    assert_snapshot!(owners(&json(&github, "")).join("\n"), @"
    @store: 2 30/49
    @all: 2 19/28
    @price: 1 14/16
    ");
}

#[test]
fn doctor_names_the_file_and_the_lines_that_say_nothing() {
    let line = |case: &Case| {
        let screen = case.run("doctor cover.out --ci off").exits(0).stdout();
        let lines: Vec<String> = screen.lines().map(str::to_owned).collect();
        let at = lines.iter().position(|line| line.contains(" owners ")).expect("a line");
        lines[at..].iter().take(2).map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
    };
    let case = Case::shop().file(".github/CODEOWNERS", TWO_TEAMS);
    assert_snapshot!(line(&case), @"
    WARN  owners               .github/CODEOWNERS: 4 rules of GitHub, 1 line that is no rule: 6
          next: mend or remove these lines
    ");
    case.put(".github/CODEOWNERS", "!x\n".repeat(12) + "* @a\n");
    assert_snapshot!(line(&case), @"
    WARN  owners               .github/CODEOWNERS: 1 rule of GitHub, 12 lines that are no rule: 1 2 3 4 5 6 7 8 9 10 …
          next: mend or remove these lines
    ");
    case.put(".github/CODEOWNERS", "* @a\n");
    assert!(
        line(&case).starts_with(" ok    owners       .github/CODEOWNERS: 1 rule of GitHub\n"),
        "{}",
        line(&case)
    );
    case.put(".github/CODEOWNERS", "# nothing\n".repeat(400_000));
    assert!(line(&case).contains("was not read: "), "{}", line(&case));
}

#[test]
fn what_is_no_file_of_the_repository_is_not_read() {
    let case = Case::shop().folder("CODEOWNERS").file("docs/CODEOWNERS", "* @docs\n");
    // The platform would not look further either: the place is taken.
    assert_eq!(json(&case, "")["owners"], Value::Array(Vec::new()));
    #[cfg(unix)]
    {
        let outside = Case::bare().file("secret", "* @secret\n");
        let case = Case::shop();
        std::os::unix::fs::symlink(outside.path("secret"), case.path("CODEOWNERS")).expect("a link");
        assert_eq!(json(&case, "")["owners"], Value::Array(Vec::new()));
        case.run("doctor cover.out").exits(0).prints("leads outside the repository");
        let case = Case::shop().file("docs/owners.txt", "* @inside\n");
        std::os::unix::fs::symlink("docs/owners.txt", case.path("CODEOWNERS")).expect("a link");
        assert_eq!(owners(&json(&case, "")).len(), 1);
    }
}

#[test]
fn any_bytes_are_survived_and_names_of_others_stay_text() {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(b"\n* \x1b[31m@a\n*.go @x\xff\n/store/ <script>@b.c\n");
    let case = Case::shop().file("CODEOWNERS", bytes);
    let screen = case.run("check cover.out -o html=pages -o markdown=c.md --ci gitlab").exits(0).screen();
    assert!(!screen.contains('\u{1b}'), "{screen}");
    assert!(!case.read("pages/owners.html").contains("<script>@"));
}

// ---- Bounds for owners -----------------------------------------------------------------------------------------------

/// The shop of two teams with these rules in its config.
fn ruled(rules: &str) -> Case {
    let config = format!("gate:\n  overrides:\n{rules}");
    with_change(Case::shop().file(".github/CODEOWNERS", TWO_TEAMS).file(".coverdict.yml", config))
}

/// The lines of the verdicts.
fn verdicts(case: &Case, line: &str, code: u8) -> String {
    let screen = case.run(&format!("check cover.out {line}")).exits(code).stdout();
    let is_verdict = |line: &&str| {
        let line = line.trim_start();
        ["FAIL", "ok", "-  "].iter().any(|word| line.starts_with(word))
    };
    screen.lines().filter(is_verdict).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_total_of_an_owner_is_judged_beside_the_total() {
    let case = ruled(
        "    - owner: '@Shop/Store'\n      total: 70\n    - owner: '@shop/core'\n      total: 75.6\n    - owner: '@gone'\n      total: 1\n",
    );
    assert_snapshot!(verdicts(&case, "--total 60", 1), @"
    ok    total  67.7% ≥ 60%
    FAIL  total  @Shop/Store  67.7% < 70%   44 of 65 statements covered, 21 missed (2 more needed)
    ok    total  @shop/core  75.6% ≥ 75.6%
    -     total  @gone  not judged: no file of the profile has this owner
    ");
    case.run("check cover.out").exits(1).says("override owner \"@gone\" has no file of the profile");
    let report = case.run("check cover.out -o json=r.json --total 60").exits(1);
    drop(report);
    let report: Value = serde_json::from_str(&case.read("r.json")).expect("JSON");
    let store = &report["verdicts"][1];
    assert_eq!((store["scope"].as_str(), store["outcome"].as_str()), (Some("@Shop/Store"), Some("fail")));
    assert_eq!((store["covered"].as_u64(), store["total"].as_u64()), (Some(44), Some(65)));
    case.run("check cover.out -o markdown=c.md").exits(1);
    let text = case.read("c.md");
    assert!(text.contains("below 70%: 44 of 65 statements covered"), "{text}");
}

#[test]
fn files_functions_and_the_change_have_the_bound_of_their_owner() {
    let case = ruled(
        "    - owner: '@shop/store'\n      file: 61\n      function: 0\n      patch: 100\n      patch-file: 100\n",
    );
    assert_snapshot!(verdicts(&case, "--diff change.diff --file 0 --patch 0 --patch-file 0", 1), @"
    FAIL  patch       @shop/store  66.7% < 100%   2 of 3 changed statements covered, 1 missed (1 more needed)
    FAIL  patch-file  store/order.go  50.0% < 100%   1 of 2 changed statements covered, 1 missed (1 more needed)
    FAIL  file        store/order.go  60.7% < 61%   17 of 28 statements covered, 11 missed (1 more needed)
    ok    function    all 14 at or above their bound
    ");
    // Without a general bound only the files of the owner are judged.
    assert_snapshot!(verdicts(&case, "--diff change.diff", 1), @"
    FAIL  patch       @shop/store  66.7% < 100%   2 of 3 changed statements covered, 1 missed (1 more needed)
    FAIL  patch-file  store/order.go  50.0% < 100%   1 of 2 changed statements covered, 1 missed (1 more needed)
    FAIL  file        store/order.go  60.7% < 61%   17 of 28 statements covered, 11 missed (1 more needed)
    ok    function    all 14 at or above their bound
    ");
}

#[test]
fn the_first_rule_wins_whether_it_names_a_path_or_an_owner() {
    let path_first =
        ruled("    - path: price/...\n      file: 99\n    - owner: '@shop/store'\n      file: 0\n");
    assert_snapshot!(verdicts(&path_first, "", 1), @"
    FAIL  file  price/price.go  87.5% < 99%   14 of 16 statements covered, 2 missed (2 more needed)
    FAIL  file  price/currency_names.go  66.7% < 99%   2 of 3 statements covered, 1 missed (1 more needed)
    ");
    let owner_first =
        ruled("    - owner: '@shop/store'\n      file: 0\n    - path: price/...\n      file: 99\n");
    assert_snapshot!(verdicts(&owner_first, "", 1), @"  FAIL  file  price/currency_names.go  66.7% < 99%   2 of 3 statements covered, 1 missed (1 more needed)");
}

#[test]
fn a_rule_without_a_file_of_owners_is_told_and_judges_nothing() {
    let config = "gate:\n  overrides:\n    - owner: '@shop/store'\n      total: 99\n      file: 99\n";
    let case = Case::shop().file(".coverdict.yml", config);
    let outcome = case.run("check cover.out").exits(0).says("there is no CODEOWNERS file that could be read");
    assert!(
        outcome.stdout().contains("not judged: no file of the profile has this owner"),
        "{}",
        outcome.screen()
    );
    case.run("check cover.out --deny unused-exclude").exits(3);
}

#[test]
fn print_config_shows_the_owner_in_quotes_and_reads_it_back() {
    let case = ruled("    - owner: '@shop/store'\n      total: 50\n");
    let printed = case.run("check --print-config").exits(0).stdout();
    assert!(printed.contains("    - owner: \"@shop/store\""), "{printed}");
    case.put(".coverdict.yml", &printed);
    let again = case.run("check --print-config").exits(0).stdout();
    assert!(again.contains("    - owner: \"@shop/store\""), "{again}");
}
