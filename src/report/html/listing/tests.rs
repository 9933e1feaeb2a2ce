//! Listings of small texts.

use proptest::prelude::*;

use super::*;
use crate::golang;
use crate::model::{Block, Extent, InputSet};
use crate::report::testing;

fn show(
    text: &[u8],
    blocks: &[(u32, u32, u32, u32, u64)],
    lines: &[(u32, u64)],
    partial: &[u32],
    changed: Option<&LineSet>,
) -> String {
    let mut file = testing::file("a.go", "m/a.go").done();
    file.blocks = blocks
        .iter()
        .map(|&(a, b, c, d, count)| Block {
            extent: Extent::new(a, b, c, d),
            stmts: 1,
            count,
            inputs: InputSet(u32::from(count > 0)),
        })
        .collect();
    file.lines = lines.to_vec();
    file.partial_lines = partial.to_vec();
    let sets = [String::new(), "unit".to_owned()];
    let mut out = Page::default();
    let (mode, source) = (Mode::Count, &golang::shown(text.to_vec()));
    push(
        &mut out,
        &Listing { source, file: &file, fits: true, mode, input_sets: &sets, changed, marks: None },
        |_| {},
    );
    String::from_utf8(out.bytes().to_vec()).expect("a page is UTF-8")
}

/// The rows of a listing, without their beginning.
fn rows(html: &str) -> Vec<&str> {
    html.split("<tr id=L").skip(1).map(|row| row.split("</table>").next().unwrap_or_default()).collect()
}

#[test]
fn blocks_begin_and_end_where_the_profile_says() {
    let text = b"func f(x int) int {\n\tif x < 1 { return 0 }\n\treturn \"a\" // &\n}\n";
    let html =
        show(text, &[(1, 19, 2, 11, 5), (2, 11, 2, 23, 0), (3, 2, 3, 12, 5)], &[(2, 5), (3, 5)], &[2], None);
    let rows = rows(&html);
    assert_eq!(
        rows[0],
        "1><td><a href=#L1>1<td><td><b>func</b> f(x int) int <c-v title=\"1.19–2.11: 1 statement, 5× by unit\">{"
    );
    assert_eq!(
        rows[1],
        "2 class=p><td><a href=#L2>2 partly<td>5<td>\t<c-v><b>if</b> x &lt; <var>1</var> </c-v>\
         <m-s title=\"2.11–2.23: 1 statement, missed\">{ <b>return</b> <var>0</var> }"
    );
    assert_eq!(
        rows[2],
        "3 class=c><td><a href=#L3>3 covered<td>5<td>\t<c-v title=\"3.2–3.12: 1 statement, 5× by unit\"><b>return</b> \
         <u>&quot;a&quot;</u></c-v> <i>// &amp;"
            .replace("&quot;", "\"")
    );
    assert_eq!(rows[3], "4><td><a href=#L4>4<td><td>}");
}

#[test]
fn indents_and_ends_of_lines_are_not_painted() {
    let html = show(b"{\n\n\tx()  \r\n}\n", &[(1, 1, 4, 2, 1)], &[(3, 1)], &[], None);
    let rows = rows(&html);
    assert_eq!(rows[1], "2><td><a href=#L2>2<td><td>");
    assert_eq!(rows[2], "3 class=c><td><a href=#L3>3 covered<td>1<td>\t<c-v>x()</c-v>  ");
}

#[test]
fn tokens_over_several_lines_are_opened_on_each() {
    let html = show(b"x = `a\n<b>`\n/* c\nd */\n", &[], &[], &[], None);
    let code: Vec<&str> = rows(&html).into_iter().filter_map(|row| row.split("<td><td>").nth(1)).collect();
    assert_eq!(code, ["x = <u>`a", "<u>&lt;b&gt;`", "<i>/* c", "<i>d */"]);
}

#[test]
fn a_change_is_marked_and_its_surroundings_stay() {
    let text = "x\n".repeat(20);
    let html = show(text.as_bytes(), &[], &[(10, 0)], &[], Some(&LineSet::of(&[(10, 10)])));
    let classes: Vec<&str> = rows(&html)
        .into_iter()
        .map(|row| {
            row.split('>')
                .next()
                .and_then(|tag| tag.split("class=").nth(1))
                .map_or("-", |class| class.trim_matches('"'))
        })
        .collect();
    let wanted = [
        "-", "-", "-", "-", "-", "-", "k g", "k", "k", "m a k", "k", "k", "k", "-", "-", "-", "-", "-", "-",
        "-",
    ];
    assert_eq!(classes, wanted);
}

#[test]
fn a_text_that_does_not_fit_has_no_colours() {
    let mut file = testing::file("a.go", "m/a.go").done();
    file.blocks = vec![Block { extent: Extent::new(1, 1, 1, 2), stmts: 1, count: 0, inputs: InputSet(0) }];
    file.lines = vec![(1, 0)];
    let mut out = Page::default();
    push(
        &mut out,
        &Listing {
            source: &golang::shown(b"x y\n".to_vec()),
            file: &file,
            fits: false,
            mode: Mode::Set,
            input_sets: &[],
            changed: None,
            marks: None,
        },
        |_| {},
    );
    let out = String::from_utf8(out.bytes().to_vec()).expect("a page is UTF-8");
    assert!(out.ends_with("<tr id=L1><td><a href=#L1>1<td>x y</table></div>\n"), "{out}");
}

#[test]
fn a_very_long_line_is_cut_between_characters_and_says_so() {
    let text = "é".repeat(10_000_000 / 2);
    let html = show(text.as_bytes(), &[(1, 1, 1, 10_000_000, 1)], &[(1, 1)], &[], None);
    assert!(html.len() < 12_000, "{}", html.len());
    assert!(html.contains("more bytes in this line") && !html.contains('\u{fffd}'));
}

#[test]
fn counts_are_exact_until_they_are_long() {
    let shown = |count| {
        let mut out = Page::default();
        push_count(&mut out, count);
        String::from_utf8(out.bytes().to_vec()).expect("digits")
    };
    assert_eq!([0, 9999, 10_000, 1_234_567, 999_999].map(shown), ["0", "9999", "10k", "1.2M", "999k"]);
    assert_eq!(shown(u64::MAX), "18E");
}

/// Whether each end tag is that of the element that was opened last, and what the cell closes has none.
fn is_nested(code: &str) -> bool {
    let mut open = Vec::new();
    for tag in code.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else {
            open.extend(tag.split(' ').next());
        }
    }
    ["</b>", "</i>", "</u>", "</var>", "</c-v>", "</m-s>"].iter().all(|end| !code.ends_with(end))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    /// What a reader sees is the text, whatever the blocks are.
    #[test]
    fn the_text_comes_through(text in "[a-c{}<>&\"`/* \t\n\u{e9}0]{0,80}", raw in proptest::collection::vec((1u32..6, 0u32..20, 1u32..7, 0u32..20, 0u64..2), 0..8)) {
        let html = show(text.as_bytes(), &raw, &[], &[], None);
        let mut seen = String::new();
        for row in rows(&html) {
            let code = row.split_once("<td><td>").expect("a row of code").1;
            prop_assert!(is_nested(code), "{}", code);
            let mut inside = false;
            seen.extend(code.chars().filter(|&c| { match c { '<' => inside = true, '>' => { inside = false; return false } _ => {} } !inside }));
            seen.push('\n');
        }
        let seen = seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let lines: Vec<&str> = text.split_inclusive('\n').map(|line| line.trim_end_matches('\n')).collect();
        let wanted = format!("{}\n", lines.join("\n"));
        prop_assert_eq!(seen, wanted);
    }
}
