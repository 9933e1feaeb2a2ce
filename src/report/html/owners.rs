//! The view of owners: a row for each, and below a table of the files of each, to which its row leads. Nothing folds and
//! nothing needs script; a project with many files has several parts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::{push, text};
use super::overview::PAGE_ROWS;
use super::tables::{open, push_numbers, push_patch, push_percent};
use super::{Entry, Site};
use crate::model::{OwnerReport, Tally};

/// The view's page.
pub(super) const PAGE: &str = "owners.html";

/// A file in the table of one of its owners.
pub(super) struct Row<'s, 'a> {
    /// Position among all rows: the part that it is in follows from it.
    at: usize,
    owner: usize,
    entry: &'s Entry<'a>,
}

/// The rows of all tables: owners in the order of the report, files by what they miss.
pub(super) fn rows<'s, 'a>(site: &'s Site<'a>, by_misses: &[&'s Entry<'a>]) -> Vec<Row<'s, 'a>> {
    let numbers: BTreeMap<Option<&str>, usize> =
        site.report.owners.iter().enumerate().map(|(at, owner)| (owner.name.as_deref(), at)).collect();
    let mut found: Vec<Row<'_, '_>> = Vec::new();
    for entry in by_misses {
        let nobody = entry.file.owners.is_empty().then_some(None);
        let owners = entry.file.owners.iter().map(|owner| Some(owner.as_str())).chain(nobody);
        let known = owners.filter_map(|owner| numbers.get(&owner));
        found.extend(known.map(|owner| Row { at: 0, owner: *owner, entry }));
    }
    found.sort_by_key(|row| row.owner);
    found.iter_mut().enumerate().for_each(|(at, row)| row.at = at);
    found
}

/// A part of the view: the table of owners on the first one, then its rows.
pub(super) fn part(site: &Site<'_>, all: &[Row<'_, '_>], rows: &[Row<'_, '_>]) -> String {
    let mut out = String::new();
    if rows.first().is_none_or(|first| first.at == 0) {
        summary(site, all, &mut out);
    }
    for own in rows.chunk_by(|a, b| a.owner == b.owner) {
        let Some((first, owner)) =
            own.first().and_then(|row| Some((row, site.report.owners.get(row.owner)?)))
        else {
            continue;
        };
        // A table that goes on from the part before has the same name and no mark of its own.
        let goes_on = first.at > 0 && all.get(first.at - 1).is_some_and(|before| before.owner == first.owner);
        let id = if goes_on { String::new() } else { format!(" id=o{}", first.owner) };
        let _ = writeln!(out, "<h2{id}>{}</h2>", shown(owner));
        let caption = if goes_on { "Files, continued" } else { "Files, most missed statements first" };
        open(&mut out, caption, &super::tables::columns(site, "File"));
        for row in own {
            let file = row.entry.file;
            let _ = write!(out, "<tr><th scope=row><a href={}>", row.entry.page);
            push(&mut out, file.path.as_str());
            out.push_str("</a>");
            push_numbers(&mut out, site, &file.totals, site.patch_tally(file));
            out.push('\n');
        }
        out.push_str("</table>\n");
    }
    out
}

fn summary(site: &Site<'_>, all: &[Row<'_, '_>], out: &mut String) {
    let mut columns = super::tables::columns(site, "Owner");
    columns.push("Files");
    open(out, "Owners, most missed statements first; a file of several owners counts for each", &columns);
    for (at, owner) in site.report.owners.iter().enumerate() {
        out.push_str("<tr><th scope=row>");
        match all.partition_point(|row| row.owner < at) {
            first if all.get(first).is_some_and(|row| row.owner == at) => {
                let page = match first / PAGE_ROWS {
                    0 => String::new(),
                    part => PAGE.replace(".html", &format!("-{}.html", part + 1)),
                };
                let _ = write!(out, "<a href={page}#o{at}>{}</a>", shown(owner));
            }
            _ => out.push_str(&shown(owner)),
        }
        push_percent(out, site, owner.totals.statements);
        let (statements, lines) = (owner.totals.statements, owner.totals.lines.tally());
        let _ = write!(out, "<td>{}<td>{}<td>{}", statements.missed(), statements.total, site.percent(lines));
        if site.patch().is_some() {
            push_patch(out, site, owner.patch.map_or(Tally::default(), |patch| patch.statements));
        }
        let _ = writeln!(out, "<td>{}", owner.files);
    }
    out.push_str("</table>\n");
}

fn shown(owner: &OwnerReport) -> String {
    owner.name.as_deref().map_or_else(|| "nobody".to_owned(), text)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Same, pages};
    use super::*;
    use crate::model::{FileName, FileReport, RepoPath};
    use crate::report::testing;

    #[test]
    fn each_owner_leads_to_its_files_and_a_file_of_two_owners_stands_with_both() {
        let pages = pages(&testing::owned(), &Same);
        let page = &pages[PAGE];
        assert!(
            page.contains("<a href=#o0>@example/shapes</a>")
                && page.contains("<h2 id=o0>@example/shapes</h2>")
        );
        assert!(page.contains("<a href=#o2>nobody</a>") && page.contains("<h2 id=o2>nobody</h2>"), "{page}");
        assert_eq!(page.matches("shapes/shapes.go</a>").count(), 2);
        assert!(pages["index.html"].contains("<a href=\"owners.html\">Owners</a>"));
        let file = &pages["files/shapes/shapes.go.html"];
        assert!(file.contains("owned by @example/shapes, ann@example.com"), "{file}");
    }

    #[test]
    fn there_is_no_page_without_owners_and_names_are_never_markup() {
        assert!(!pages(&testing::small(), &Same).contains_key(PAGE));
        let pages = pages(&testing::hostile_owned(), &Same);
        for page in pages.values() {
            assert!(!page.contains("<script>|") && !page.contains("\"',&"), "{page}");
        }
        assert!(pages[PAGE].contains("@&lt;script&gt;|"));
    }

    #[test]
    fn many_files_are_parts_and_every_row_leads_to_the_part_with_its_mark() {
        let mut report = testing::large(2 * PAGE_ROWS);
        let mut package = report.packages.pop().expect("a package");
        let one = testing::owned().packages.remove(0).files.remove(0);
        package.files = (0..2 * PAGE_ROWS)
            .map(|at| FileReport {
                path: RepoPath::new(&format!("f{at:05}.go")).expect("a path"),
                name: FileName::new(&format!("m/f{at:05}.go")),
                owners: vec![if at % 5 == 0 { "@a" } else { "@b" }.to_owned()],
                ..one.clone()
            })
            .collect();
        report.packages = vec![package];
        let own = |name: &str| OwnerReport { name: Some(name.to_owned()), ..OwnerReport::default() };
        report.owners = vec![own("@a"), own("@b"), own("@nothing")];
        let pages = pages(&report, &Same);
        assert!(
            pages[PAGE].contains("<a href=#o1>@b</a>") && pages[PAGE].contains("<th scope=row>@nothing<td")
        );
        assert!(pages[PAGE].contains("id=o1>@b") && !pages["owners-2.html"].contains("id=o1"));
        assert!(
            pages["owners-2.html"].contains("<h2>@b</h2>")
                && !pages["owners-2.html"].contains("Owners, most")
        );
        report.owners.swap(0, 1);
        let swapped = super::super::tests::pages(&report, &Same);
        assert!(swapped[PAGE].contains("<a href=owners-2.html#o1>@a</a>"));
        assert!(swapped["owners-2.html"].contains("<h2 id=o1>@a</h2>"));
    }
}
