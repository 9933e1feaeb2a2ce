//! The commands that the pages show are commands of this program: words, flags, values and formats.

use super::*;

const PAGES: [(&str, &str); 13] = [
    ("README.md", include_str!("../../../README.md")),
    ("docs/troubleshooting.md", include_str!("../../../docs/troubleshooting.md")),
    ("docs/ci.md", include_str!("../../../docs/ci.md")),
    ("docs/baseline.md", include_str!("../../../docs/baseline.md")),
    ("docs/compare.md", include_str!("../../../docs/compare.md")),
    ("docs/patch.md", include_str!("../../../docs/patch.md")),
    ("docs/formats.md", include_str!("../../../docs/formats.md")),
    ("docs/migrate/gocover-cobertura.md", include_str!("../../../docs/migrate/gocover-cobertura.md")),
    ("docs/migrate/gcov2lcov.md", include_str!("../../../docs/migrate/gcov2lcov.md")),
    ("docs/migrate/gocovmerge.md", include_str!("../../../docs/migrate/gocovmerge.md")),
    ("docs/migrate/go-test-coverage.md", include_str!("../../../docs/migrate/go-test-coverage.md")),
    ("docs/migrate/diff-cover.md", include_str!("../../../docs/migrate/diff-cover.md")),
    ("docs/migrate/services.md", include_str!("../../../docs/migrate/services.md")),
];

const FORMATS_PAGE: &str = include_str!("../../../docs/formats.md");

/// The commands of a page: what stands in code, from `coverdict` to the end or to the next program.
fn commands(page: &str) -> Vec<Vec<&str>> {
    let (mut fenced, mut found) = (false, Vec::new());
    for line in page.lines() {
        let spans: Vec<&str> = if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        } else if fenced || line.starts_with("    ") {
            vec![line.trim_start().trim_start_matches("$ ")]
        } else {
            line.split('`').skip(1).step_by(2).collect()
        };
        for span in spans.into_iter().filter(|span| span.starts_with("coverdict ")) {
            // Prose in a column of its own stands behind several blanks.
            let command = span.split("   ").next().unwrap_or_default();
            let words = command.split_whitespace().skip(1);
            found.push(words.take_while(|word| !word.starts_with(['|', '>', '<', '#', '&', ';'])).collect());
        }
    }
    found
}

#[test]
fn commands_of_the_pages_are_understood() {
    let mut count = 0;
    for (name, page) in PAGES {
        for words in commands(page) {
            // The grammar of the command line, and words that stand for what a reader puts there.
            let placeholders = ["COMMAND", "NAME", "FILE:LINE"];
            if words.iter().any(|word| word.contains(['[', '…']) || placeholders.contains(word)) {
                continue;
            }
            count += 1;
            let Plan::Fail { text, .. } = World::new().plan(&words) else { continue };
            // The formats of these tests are a few of all.
            let format = text.strip_prefix("error: -o names the unknown format \"").unwrap_or_default();
            let format = format.split('"').next().unwrap_or_default();
            let known = !format.is_empty() && FORMATS_PAGE.contains(&format!("\n## {format}\n"));
            assert!(known, "{name}: coverdict {}\n{text}", words.join(" "));
        }
    }
    assert!(count >= 45, "only {count} commands were found");
}
