//! The long text of each finding: its section of `docs/findings.md`, which is compiled in.

use crate::model::Code;

/// The page.
const PAGE: &str = include_str!("../../docs/findings.md");

/// The section of a finding, its heading included. A test holds page and list together, so no section is empty.
pub fn section(code: Code) -> &'static str {
    let heading = format!("\n## {}\n", code.name());
    let Some(start) = PAGE.find(&heading) else { return "" };
    let body = PAGE.get(start + 1..).unwrap_or_default();
    let end = body.get(3..).and_then(|rest| rest.find("\n## ")).map_or(body.len(), |at| at + 4);
    body.get(..end).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_a_section_and_every_section_a_finding() {
        let headings: Vec<&str> = PAGE.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(headings, names, "docs/findings.md has the sections of the list, in its order");
        for &code in Code::ALL {
            let section = section(code);
            assert!(section.starts_with(&format!("## {code}\n")), "{code}");
            for part in ["**Means.**", "**Comes from.**", "**Do.**"] {
                assert!(section.contains(part), "{code} lacks {part}");
            }
        }
    }
}
