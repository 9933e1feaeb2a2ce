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

/// A change of one line in `store/order.go` and one in `price/price.go`.
fn with_change(case: Case) -> Case {
    let change = |path: &str, line: usize| {
        let text = case.read(path);
        let new = text.lines().nth(line - 1).expect("a line").to_owned();
        format!("--- a/{path}\n+++ b/{path}\n@@ -{line} +{line} @@\n-old\n+{new}\n")
    };
    let diff = change("price/price.go", 23) + &change("store/order.go", 40);
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
    @shop/store: 3 44/65 1/1
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
