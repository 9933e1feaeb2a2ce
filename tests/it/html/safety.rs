//! Hostile sources and names stay text; no page has script, style or addresses that a policy would refuse.

use super::{Site, resolved, tags};
use crate::case::{Case, project};

const NAMES: [&str; 19] = [
    "a\"b.go",
    "a'b.go",
    "a<b>&c.go",
    "a%0Ab.go",
    "a::b.go",
    "a,b=c.go",
    "a\u{1}b.go",
    "]]>.go",
    "a;b|c#d*e f.go",
    "a\\b.go",
    "a\u{202e}og.b.go",
    "größe_日本.go",
    "=1+1.go",
    "a?b.go",
    "con.go",
    "X.go",
    "x.go",
    "<img src=x onerror=alert(1)>.go",
    "javascript:alert(1).go",
];

/// Functions, strings and comments that try to be markup; bytes that are no text.
const SOURCE: &[u8] =
    b"package h\n\n// </script><script>alert(1)</script> <img src=x onerror=alert(2)>\nfunc F() string {\n\t\
    return \"</td></table><svg onload=alert(3)>\" + `\x00\xff\xe2\x80\xae <!-- ]]> {{ 7 * 7 }} ${1}`\n}\n";

fn hostile() -> Case {
    let case = Case::new().file("go.mod", "module h\n\ngo 1.26\n");
    let mut profile = "mode: count\n".to_owned();
    for name in NAMES {
        case.put(name, SOURCE);
        profile.push_str(&format!("h/{name}:4.17,6.2 1 0\n"));
    }
    let long = format!("{}.go", "n".repeat(240));
    case.put(&long, SOURCE);
    profile.push_str(&format!("h/{long}:4.17,6.2 1 1\n"));
    case.file("cover.out", profile)
}

fn sites() -> Vec<Site> {
    let hostile = hostile();
    hostile.run("check cover.out --file 90 -o html=out").exits(1);
    let shop = Case::shop();
    shop.run("report cover.out -o html=out").exits(0);
    vec![Site::of(&hostile, "out"), Site::of(&shop, "out"), super::baseline::shop()]
}

#[test]
fn no_page_has_inline_script_or_style_or_leaves_the_report() {
    for site in sites() {
        for (path, page) in site.html() {
            for tag in tags(page) {
                assert_ne!(tag.name, "style", "{path}");
                if tag.name == "script" {
                    assert!(page.contains("\" defer></script>") && tag.get("src").is_some(), "{path}");
                }
                for (key, value) in &tag.attributes {
                    assert!(!key.starts_with("on") && key != "style" && key != "srcdoc", "{path}: {tag:?}");
                    if ["href", "src", "action", "formaction", "data", "xlink:href"].contains(&key.as_str()) {
                        assert!(
                            value
                                .bytes()
                                .all(|byte| byte.is_ascii_alphanumeric() || b"./_-#".contains(&byte)),
                            "{path}: {value}"
                        );
                        assert!(site.pages.contains_key(&resolved(path, value).0), "{path}: {value}");
                    }
                }
            }
        }
    }
}

#[test]
fn pages_are_made_of_known_elements_alone() {
    let known = "html head meta title link script body a header nav main section h1 h2 h3 p span div b i u var table caption thead tbody tr th \
                 td details summary aside ul ol li code footer label input svg g rect text c-v m-s";
    for site in sites() {
        for (path, page) in site.html() {
            for tag in tags(page) {
                assert!(known.split_whitespace().any(|name| name == tag.name), "{path}: {tag:?}");
            }
            assert_eq!(tags(page).iter().filter(|tag| tag.name == "script").count(), 1, "{path}");
        }
    }
}

#[test]
fn names_and_sources_are_shown_as_what_they_are() {
    let case = hostile();
    case.run("report cover.out -o html=out").exits(0);
    let site = Site::of(&case, "out");
    let files = site.page("files.html");
    for shown in [
        "a&quot;b.go",
        "a&lt;b&gt;&amp;c.go",
        "a\\x01b.go",
        "a\\u{202e}og.b.go",
        "größe_日本.go",
        "&lt;img src=x onerror=alert(1)&gt;.go",
    ] {
        assert!(files.contains(shown), "{shown}");
    }
    for (path, page) in site.html().filter(|(path, _)| path.starts_with("files/")) {
        for shown in [
            "<i>// &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(2)&gt;<tr id=L4",
            "&lt;svg onload=alert(3)&gt;",
            "<span class=v>U+0000</span><span class=v>xFF</span><span class=v>U+202E</span> &lt;!-- ]]&gt; {{ 7 * 7 }} ${1}",
        ] {
            assert!(page.contains(shown), "{path}: {shown}");
        }
    }
}

#[test]
fn names_of_pages_are_safe_and_unique_where_case_does_not_count() {
    let case = hostile();
    case.run("report cover.out -o html=out").exits(0);
    let site = Site::of(&case, "out");
    let mut names: Vec<String> = site.pages.keys().map(|name| name.to_ascii_lowercase()).collect();
    assert_eq!(site.html().filter(|(path, _)| path.starts_with("files/")).count(), NAMES.len() + 1);
    names.dedup();
    assert_eq!(names.len(), site.pages.len());
    for name in site.pages.keys() {
        assert!(
            name.len() < 250
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte)),
            "{name}"
        );
    }
}

#[test]
fn search_data_can_end_no_element() {
    let case = hostile();
    case.run("report cover.out -o html=out").exits(0);
    let script = case.read("out/assets/index.js");
    assert!(!script.contains('<') && !script.contains('\u{2028}'), "{script}");
    let json: serde_json::Value =
        serde_json::from_str(script.strip_prefix("coverdictIndex=").expect("a global")).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(NAMES.len() + 1));
}

/// Relative luminance and contrast of WCAG 2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |color: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).expect("a colour")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_colour_can_be_read_on_every_ground_it_stands_on() {
    let style = fs_err::read_to_string(project().join("templates/app.css")).expect("the style");
    let color = |name: &str, theme: usize| {
        let value =
            style.split(&format!("  --{name}: light-dark(")).nth(1).unwrap_or_else(|| panic!("--{name}"));
        let value = value.split(')').next().expect("its end").split(", ").nth(theme).expect("two colours");
        assert!(value.len() == 7 && value.starts_with('#'), "{name}: {value}");
        value.to_owned()
    };
    let grounds = [
        "page",
        "raised",
        "missed",
        "missed-line",
        "covered",
        "covered-line",
        "partial-line",
        "lost-line",
        "stale",
    ];
    let code = ["page", "missed", "missed-line", "covered", "covered-line", "partial-line", "lost-line"];
    let lines = ["page", "missed-line", "covered-line", "partial-line"];
    let pairs: Vec<(&str, &[&str])> = vec![
        ("text", &grounds),
        ("keyword", &code),
        ("string", &code),
        ("number", &code),
        ("comment", &code),
        ("muted", &["page", "raised", "missed-line", "covered-line", "partial-line", "lost-line", "stale"]),
        ("link", &["page", "raised", "stale", "missed-line", "covered-line"]),
        ("mark-missed", &["page", "missed-line"]),
        ("mark-covered", &["page", "covered-line"]),
        ("mark-partial", &["page", "partial-line"]),
        ("mark-lost", &["page", "raised", "lost-line"]),
        ("mark-missed", &lines[1..2]),
    ];
    for (ink, grounds) in pairs {
        for ground in grounds {
            for (theme, name) in ["light", "dark"].iter().enumerate() {
                let ratio = contrast(&color(ink, theme), &color(ground, theme));
                assert!(ratio >= 4.5, "{name}: {ink} on {ground} is {ratio:.2}");
            }
        }
    }
}
