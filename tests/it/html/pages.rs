//! What stands on the pages, and that all their links lead somewhere.

use super::{Site, ids, resolved, tags};
use crate::case::Case;

fn shop() -> Site {
    let case = Case::shop();
    case.run("report cover.out -o html=out").exits(0).prints_nothing();
    Site::of(&case, "out")
}

/// The links of a report, and those that lead nowhere.
fn links(site: &Site) -> (usize, Vec<String>) {
    let (mut count, mut dead) = (0, Vec::new());
    for (path, page) in site.html() {
        for tag in tags(page) {
            for (_, link) in tag.attributes.iter().filter(|(key, _)| key == "href" || key == "src") {
                let (target, fragment) = resolved(path, link);
                count += 1;
                match site.pages.get(&target) {
                    Some(text) if fragment.is_empty() || ids(text).contains(&fragment) => {}
                    _ => dead.push(format!("{path}: {link}")),
                }
            }
        }
    }
    (count, dead)
}

#[test]
fn every_link_leads_to_a_page_and_a_place_on_it() {
    let (count, dead) = links(&shop());
    assert_eq!(dead, [""; 0]);
    assert!(count > 300, "{count}");
}

#[test]
fn links_lead_to_what_is_known_of_a_line_where_the_source_is_not_shown() {
    let away = Case::new().copy_of("tests/data/covdata/go1.26.6/count/data", "covdata");
    away.run("report covdata -o html=out").exits(0);
    let site = Site::of(&away, "out");
    assert!(site.page("functions.html").contains("internal/calc/a.go.html#L"), "functions without source");
    assert_eq!(links(&site).1, [""; 0]);

    let edited = Case::tiny();
    edited.put("a.go", "package m\n\nfunc F() int { return 1 }\n");
    edited.put("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\n");
    edited.run("report cover.out -o html=out --stale keep").exits(0);
    let site = Site::of(&edited, "out");
    assert!(site.page("files/a.go.html").contains("7.14–9.2"), "missed behind the last line");
    assert_eq!(links(&site).1, [""; 0]);
}

#[test]
fn every_file_has_a_page_under_its_own_path() {
    let site = shop();
    let order = site.page("files/store/order.go.html");
    for text in [
        "<title>store/order.go · coverdict</title>",
        "60.7%",
        "<a href=#L64>Order.Refund</a>",
        "<tr id=L29 class=c><td><a href=#L29>29 covered<td>",
        "<b>package</b> store",
        "class=\"cols set\"",
        "package <a href=\"../../index.html#p2\">example.com/shop/store</a>",
    ] {
        assert!(order.contains(text), "{text}");
    }
    assert_eq!(site.html().filter(|(path, _)| path.starts_with("files/")).count(), 5);
}

#[test]
fn the_overview_shows_the_numbers_of_the_report() {
    let case = Case::shop();
    let json = case.run("report cover.out -o html=out -o json").exits(0).json();
    let site = Site::of(&case, "out");
    let statements = &json["totals"]["statements"];
    let index = site.page("index.html");
    let text = format!("{} of {} statements, ", statements["covered"], statements["total"]);
    assert!(index.contains(&text), "{text}");
    for package in json["packages"].as_array().expect("packages") {
        let path = package["path"].as_str().expect("a path");
        assert!(site.page("packages.html").contains(&format!("<th scope=row>{path}<td")), "{path}");
        for file in package["files"].as_array().expect("files") {
            let path = file["path"].as_str().expect("a path");
            assert!(
                site.page("files.html").contains(&format!("<a href=files/{path}.html>{path}</a>")),
                "{path}"
            );
            assert!(site.page("treemap.html").contains(&format!("<title>{path}: ")), "{path}");
        }
    }
    assert!(site.page("functions.html").contains("<a href=files/store/order.go.html#L64>Order.Refund</a>"));
    assert!(site.page("health.html").contains("duplicate-blocks"));
}

#[test]
fn the_page_on_the_data_tells_what_was_read_and_with_which_settings() {
    let case = Case::shop().file(
        "c.yml",
        "gate:\n  total: 60\n  overrides:\n    - path: store\n      file: 10\nexclude: [\"<b>.go\"]\n",
    );
    case.run("check cover.out --config c.yml --package 5 -o html=out").exits(0);
    let health = Site::of(&case, "out").page("health.html").to_owned();
    for row in [
        "<th scope=\"row\">gate.total</th><td><code>60</code></td><td>c.yml:2</td>",
        "<th scope=\"row\">gate.package</th><td><code>5</code></td><td>--package</td>",
        "<th scope=\"row\">gate.file of store</th><td><code>10</code></td><td>c.yml:5</td>",
        "<td><code>[&quot;&lt;b&gt;.go&quot;]</code></td><td>c.yml:6</td>",
        "Settings of <code>coverdict check</code>",
    ] {
        assert!(health.contains(row), "{row} in {health}");
    }
    let size = fs_err::metadata(case.path("cover.out")).expect("the profile").len();
    assert!(size > 1000 && !health.contains("reports"), "{health}");
    let size = format!("{},{:03} bytes", size / 1000, size % 1000);
    assert!(
        health.contains(&format!("<th scope=\"row\">cover.out</th><td>{size}</td><td><code>")),
        "{health}"
    );
    // Elsewhere the bytes are the same.
    case.run("check cover.out --config c.yml --package 5 -o html=other/place").exits(0);
    assert_eq!(Site::of(&case, "other/place").page("health.html"), health);
}

#[test]
fn verdicts_stand_on_top() {
    let case = Case::shop();
    case.run("check cover.out --total 90 --package 10 -o html=out").exits(1);
    let site = Site::of(&case, "out");
    let index = site.page("index.html");
    assert!(
        index.contains("✗ FAIL") && index.contains("67.7% &lt; 90%: 63 of 93 statements, 21 more needed"),
        "{index}"
    );
    case.run("check cover.out --total 60 -o html=out").exits(0);
    assert!(Site::of(&case, "out").page("index.html").contains("✓ PASS"));
    assert!(!shop().page("index.html").contains("class=\"verdict"));
}

#[test]
fn inputs_that_cover_a_block_are_named_when_there_are_several() {
    let case = Case::tiny().file("e2e.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 1\n");
    case.run("report unit=cover.out e2e=e2e.out -o html=out").exits(0);
    let site = Site::of(&case, "out");
    let page = site.page("files/a.go.html");
    assert!(page.contains("title=\"3.14–5.2: 1 statement, covered by unit, e2e\""), "{page}");
    assert!(page.contains("title=\"7.14–9.2: 1 statement, covered by e2e\""), "{page}");
    case.run("report cover.out -o html=out").exits(0);
    assert!(
        Site::of(&case, "out").page("files/a.go.html").contains("title=\"3.14–5.2: 1 statement, covered\"")
    );
}

#[test]
fn a_source_that_does_not_fit_is_shown_without_colours_and_one_that_is_missing_is_not_shown() {
    let case = Case::tiny();
    case.put("a.go", "package m\n\n// edited\n\nfunc F() int { return 1 }\n");
    case.put("cover.out", "mode: set\nm/a.go:3.14,5.2 1 1\nm/a.go:7.14,9.2 1 0\nm/gone.go:1.1,2.2 1 0\n");
    case.run("report cover.out -o html=out --stale keep").exits(0);
    let site = Site::of(&case, "out");
    let edited = site.page("files/a.go.html");
    assert!(edited.contains("belongs to another version of this source"), "{edited}");
    assert!(edited.contains("// edited") && !edited.contains("<c-v") && !edited.contains("<tr id=L3 class"));
    let gone = site.page("files/gone.go.html");
    assert!(
        gone.contains("The source was not found")
            && !gone.contains("class=\"src")
            && gone.contains("1.1–2.2"),
        "{gone}"
    );
}

#[test]
fn search_data_is_a_script_that_sets_one_global() {
    let site = shop();
    let script = site.page("assets/index.js");
    let json = script.strip_prefix("coverdictIndex=").expect("one assignment");
    let data: serde_json::Value = serde_json::from_str(json).expect("JSON behind it");
    let order =
        data.as_array().expect("files").iter().find(|file| file[0] == "store/order.go").expect("the file");
    assert_eq!((&order[1], &order[2], &order[3]), (&"".into(), &11.into(), &28.into()));
    assert_eq!(order[4], serde_json::json!(["Order.Total", 28, "(*Order).Pack", 43, "Order.Refund", 64]));
}

#[test]
fn the_picture_alone_is_the_format_treemap() {
    let case = Case::shop();
    let svg = case.run("report cover.out -o treemap").exits(0).stdout();
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.ends_with("</svg>\n"));
    assert!(!tags(&svg).iter().any(|tag| tag.get("href").is_some() || tag.get("style").is_some()));
}

#[test]
fn a_change_is_marked_and_comes_first() {
    let diff = "--- a/a.go\n+++ b/a.go\n@@ -7 +7,3 @@\n-func G() int { return 2 }\n+func G() int {\n+\treturn 2\n+}\n";
    let case = Case::tiny().file("x.diff", diff);
    case.run("check cover.out --diff x.diff --patch 80 -o html=out -o json=r.json").exits(1);
    let site = Site::of(&case, "out");
    let index = site.page("index.html");
    let row = "<tr><th scope=row><a href=files/a.go.html>a.go</a><td><a href=files/a.go.html#L8>8</a><td class=w0>0.0%<td>1<td>1";
    assert!(index.contains(row), "{index}");
    assert!(
        index.contains("0 of 1 changed statement, 1 missed") && index.contains("<b>patch</b> 0.0% &lt; 80%"),
        "{index}"
    );
    assert!(site.page("tree.html").contains("<td>0.0%"), "the tree has the column");
    let page = site.page("files/a.go.html");
    assert!(
        page.contains("<tr id=L8 class=\"m a k\">") && page.contains("<tr id=L4 class=\"c k g\">"),
        "{page}"
    );
    assert!(
        page.contains("<b>0.0%</b> of 1 changed statement · package") && page.contains("id=\"changed\""),
        "{page}"
    );
    // Without a change the tree is the first page again, and the pages of the change are gone.
    case.run("check cover.out -o html=out").exits(0);
    let site = Site::of(&case, "out");
    assert!(site.page("index.html").contains("class=tree") && !site.pages.contains_key("tree.html"));
}
