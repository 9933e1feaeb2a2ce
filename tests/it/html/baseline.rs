//! The report against a baseline, through the front door: marks, links, sizes.

use super::{Site, ids, resolved, tags};
use crate::case::Case;

/// A profile in which everything ran.
fn all_covered(profile: &str) -> String {
    profile
        .lines()
        .map(|row| row.strip_suffix(" 0").map_or(format!("{row}\n"), |row| format!("{row} 1\n")))
        .collect()
}

/// The shop against a baseline that covered all of it, a part of `price.go` being new, and a file that is gone.
pub(super) fn shop() -> Site {
    let case = Case::shop();
    let before: String = all_covered(&case.read("cover.out"));
    let before = before + "example.com/shop/store/gone.go:3.13,5.2 1 1\n";
    case.put("base.out", before);
    case.put(
        "gone.diff",
        "diff --git a/store/gone.go b/store/gone.go\ndeleted file mode 100644\n--- a/store/gone.go\n+++ /dev/null\n@@ -1,5 +0,0 @@\n\
         -package store\n-\n-func gone() {\n-\tprintln()\n-}\n",
    );
    case.run("report cover.out --baseline base.out --diff gone.diff -o html=out").exits(0);
    Site::of(&case, "out")
}

#[test]
fn what_the_profile_no_longer_covers_is_lost_in_every_place() {
    let site = shop();
    let order = site.page("files/store/order.go.html");
    // Refund never ran: lines 64 and up.
    assert!(order.contains("<tr id=L65 class=\"m l\"><td><a href=#L65>65 missed</a> LBC<td>"), "{order}");
    assert!(
        order.contains("100.0% in the baseline")
            && order.contains("Order.Refund</a> <b class=lost>▼ 8 lost</b>")
    );
    assert!(site.page("lost.html").contains("<a href=files/store/order.go.html#L65>"));
    let index = site.page("index.html");
    assert!(
        index.contains("<th scope=row>store/gone.go<td>deleted<td class=w100>100.0%<td>1<td>0"),
        "{index}"
    );
    assert!(index.contains("<a href=\"lost.html\">Lost</a>"), "{index}");
}

#[test]
fn every_link_of_it_leads_to_a_page_and_a_place_on_it() {
    let site = shop();
    let mut count = 0;
    for (path, page) in site.html() {
        for tag in tags(page) {
            let Some(link) = tag.get("href") else { continue };
            let (target, fragment) = resolved(path, link);
            let text = site.pages.get(&target).unwrap_or_else(|| panic!("{path}: {link} leads nowhere"));
            assert!(fragment.is_empty() || ids(text).contains(&fragment), "{path}: {link} names no place");
            count += usize::from(path == "lost.html");
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn pages_with_marks_are_no_longer_than_five_times_their_sources() {
    // Lost is a third of the statements in every tenth package.
    let case = super::project::generated(40, 5);
    let profile = case.read("cover.out");
    let lost = |row: &str| row.contains("0/file");
    let before = profile.lines().map(|row| match row.strip_suffix(" 0").filter(|row| lost(row)) {
        Some(row) => format!("{row} 1\n"),
        None => format!("{row}\n"),
    });
    case.put("base.out", before.collect::<String>());
    case.put("nothing.diff", "");
    case.run("report cover.out --baseline base.out --diff nothing.diff -o html=out").exits(0);
    let site = Site::of(&case, "out");
    let mut sources = 0;
    for (path, page) in site.html() {
        let Some(source) = path.strip_prefix("files/").and_then(|path| path.strip_suffix(".html")) else {
            continue;
        };
        let length = case.read(source).len();
        assert_eq!(page.contains(" missed</a> LBC<td>"), lost(path), "{path}");
        assert!(
            page.contains(" covered</a> CBC<td>") && page.contains(" missed</a> UBC<td>") != lost(path),
            "{path}"
        );
        assert!(page.len() <= 5 * length, "{path}: {} for {length}", page.len());
        sources += length;
    }
    let all: usize = site.pages.values().map(String::len).sum();
    assert!(all <= 5 * sources, "{all} for {sources}");
    // Two more cells a row: 5,000 files in packages of ten stay below 700 KB.
    let overview = site.page("index.html").len();
    assert!(overview <= 160 * 200 + 6000, "{overview}");
}
