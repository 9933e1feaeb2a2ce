//! Treemap: a picture of where the statements are and which of them are missed.
//!
//! Input: a report. Output: an SVG of its own (format `treemap`), and a page of the HTML report with the picture and the same
//! numbers as text. Area is statements, fill a class of coverage; no style and no script, every box has a title. Rows are laid
//! out so that boxes are as square as can be (`treemap/layout.rs`).

mod layout;

use std::fmt::Write as _;
use std::io;

use layout::{Rect, squarify};

use super::{Format, FormatOptions, counted, escape, grouped};
use crate::escape::terminal;
use crate::model::{FileReport, PackageReport, Report, Tally};

pub(super) static TREEMAP: Format = Format {
    name: "treemap",
    about: "a picture (SVG): area is statements, colour is how much of them is covered",
    default_name: "treemap.svg",
    shows_change: false,
    write,
};

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 720.0;
/// Boxes that are drawn; the rest is too small to see.
const MOST: usize = 1500;
/// Height of the line with a package's name.
const LABEL: f64 = 18.0;

/// Classes of coverage: lower bound in percent, fill, ink, words. Light and dark differ too, so grey paper shows them.
pub(super) const CLASSES: [(u64, &str, &str, &str); 5] = [
    (100, "#0a4a8f", "#ffffff", "100 %"),
    (80, "#2f72b8", "#ffffff", "80 to 99 %"),
    (50, "#a9cdf0", "#1f2328", "50 to 79 %"),
    (1, "#ffc896", "#1f2328", "1 to 49 %"),
    (0, "#bc4c00", "#ffffff", "0 %"),
];

/// A box: a file, or the rest of a package.
struct Tile<'a> {
    name: String,
    file: Option<&'a FileReport>,
    statements: Tally,
}

/// A package with its boxes.
struct Group<'a> {
    package: &'a PackageReport,
    tiles: Vec<Tile<'a>>,
    statements: Tally,
}

fn write(report: &Report, _: &FormatOptions, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(svg(report, false, &|_| None).as_bytes())
}

/// The picture. `page` gives the address of a file's page, where there is one: plain ASCII that needs no escaping.
pub(super) fn svg<'a>(
    report: &'a Report,
    linked: bool,
    page: &dyn Fn(&'a FileReport) -> Option<&'a str>,
) -> String {
    // A picture that holds links is a group of them.
    let role = if linked { "group" } else { "img" };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"{role}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\">\n<title>Treemap of coverage: area is statements</title>\n"
    );
    let groups = groups(report);
    let whole = Rect { x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT - LEGEND };
    let weights: Vec<u64> = groups.iter().map(|group| group.statements.total).collect();
    for (group, rect) in groups.iter().zip(squarify(&weights, whole)) {
        push_group(&mut out, group, rect, page);
    }
    if groups.is_empty() {
        out.push_str("<text x=\"12\" y=\"30\">There are no statements.</text>\n");
    }
    legend(&mut out);
    out.push_str("</svg>\n");
    out
}

/// Height of the line that explains the colours.
const LEGEND: f64 = 28.0;

fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut sizes: Vec<u64> = report.files().map(|(_, file)| file.totals.statements.total).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let smallest = sizes.get(MOST).map_or(1, |size| size + 1);
    let mut groups: Vec<Group<'_>> = report
        .packages
        .iter()
        .filter(|package| package.totals.statements.total > 0)
        .map(|package| Group {
            package,
            tiles: tiles(package, smallest),
            statements: package.totals.statements,
        })
        .collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.statements.total), &group.package.path));
    groups
}

/// The files of a package, largest first; those below `smallest` are one box.
fn tiles(package: &PackageReport, smallest: u64) -> Vec<Tile<'_>> {
    let mut rest = (0, Tally::default());
    let mut tiles = Vec::new();
    for file in package.files.iter().filter(|file| file.totals.statements.total > 0) {
        let statements = file.totals.statements;
        if statements.total < smallest {
            rest = (
                rest.0 + 1,
                Tally::new(rest.1.covered + statements.covered, rest.1.total + statements.total),
            );
        } else {
            tiles.push(Tile { name: file.path.as_str().to_owned(), file: Some(file), statements });
        }
    }
    if rest.0 > 0 {
        tiles.push(Tile {
            name: format!("{} of {}", counted(rest.0, "more file"), package.path),
            file: None,
            statements: rest.1,
        });
    }
    tiles.sort_by(|a, b| b.statements.total.cmp(&a.statements.total).then_with(|| a.name.cmp(&b.name)));
    tiles
}

fn push_group<'a>(
    out: &mut String,
    group: &Group<'a>,
    rect: Rect,
    page: &dyn Fn(&'a FileReport) -> Option<&'a str>,
) {
    let labelled = rect.width > 60.0 && rect.height > 3.0 * LABEL;
    out.push_str("<g>");
    push_title(out, &group.package.path, group.statements);
    out.push('\n');
    if labelled {
        push_number(out, "<text x=\"", rect.x + 5.0);
        push_number(out, "\" y=\"", rect.y + 13.0);
        out.push_str("\" fill=\"currentColor\" font-weight=\"600\">");
        out.push_str(&fitting(&group.package.path, rect.width - 10.0));
        out.push_str("</text>\n");
    }
    out.push_str("</g>\n");
    let label = if labelled { LABEL } else { 0.0 };
    let inner = Rect {
        x: rect.x + 1.5,
        y: rect.y + label,
        width: (rect.width - 3.0).max(0.0),
        height: (rect.height - label - 2.0).max(0.0),
    };
    let weights: Vec<u64> = group.tiles.iter().map(|tile| tile.statements.total).collect();
    for (tile, rect) in group.tiles.iter().zip(squarify(&weights, inner)) {
        push_tile(out, tile, rect, tile.file.and_then(page));
    }
}

fn push_tile(out: &mut String, tile: &Tile<'_>, rect: Rect, page: Option<&str>) {
    let (width, height) = ((rect.width - 1.0).max(0.0), (rect.height - 1.0).max(0.0));
    // Nobody sees less, and the table below has the number.
    if width < 0.5 || height < 0.5 {
        return;
    }
    let (_, fill, ink, _) = class(tile.statements);
    match page {
        Some(page) => out.extend(["<a href=\"", page, "\">"]),
        None => out.push_str("<g>"),
    }
    push_title(out, &tile.name, tile.statements);
    push_number(out, "<rect x=\"", rect.x);
    push_number(out, "\" y=\"", rect.y);
    push_number(out, "\" width=\"", width);
    push_number(out, "\" height=\"", height);
    out.extend(["\" fill=\"", fill, "\"/>"]);
    let mut push_text = |y: f64, text: [&str; 2]| {
        push_number(out, "<text x=\"", rect.x + 4.0);
        push_number(out, "\" y=\"", rect.y + y);
        out.extend(["\" fill=\"", ink, "\">"]);
        out.extend(text);
        out.push_str("</text>");
    };
    if width > 48.0 && height > 18.0 {
        let base = tile.file.map_or("…", |file| file.path.base());
        push_text(14.0, [&fitting(base, width - 8.0), ""]);
        if height > 34.0 {
            push_text(29.0, [&percent(tile.statements), "%"]);
        }
    }
    out.push_str(if page.is_some() { "</a>\n" } else { "</g>\n" });
}

/// Adds the title of a box.
fn push_title(out: &mut String, name: &str, statements: Tally) {
    out.extend(["<title>", &shown(name), ": ", &percent(statements), "% of "]);
    out.extend([&counted(statements.total, "statement"), ", ", &grouped(statements.missed())]);
    out.push_str(" missed</title>");
}

/// A percentage as text of XML.
fn percent(statements: Tally) -> String {
    let percent = statements.percent().unwrap_or_default();
    percent.replace('<', "&lt;")
}

/// Adds a length to one decimal behind what stands before it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length of the picture is no larger than it"
)]
fn push_number(out: &mut String, before: &str, length: f64) {
    let tenths = (length * 10.0 + 0.5) as u64;
    let (mut whole, mut rest) = (itoa::Buffer::new(), itoa::Buffer::new());
    out.extend([before, whole.format(tenths / 10), ".", rest.format(tenths % 10)]);
}

/// A name as it can be seen, for text of XML.
fn shown(name: &str) -> String {
    escape::xml(&terminal(name)).into_owned()
}

/// As much of the end of a name as fits, at about seven units a character.
fn fitting(name: &str, width: f64) -> String {
    let name = terminal(name);
    let count = name.chars().count();
    let room = (1..=count).take_while(|count| layout::of(*count as u64) * 7.2 < width).count();
    if room == count {
        return shown(&name);
    }
    let tail: String = name.chars().skip(count - room.saturating_sub(1).min(count)).collect();
    shown(&format!("…{tail}"))
}

fn class(statements: Tally) -> (u64, &'static str, &'static str, &'static str) {
    let (covered, total) = (u128::from(statements.covered), u128::from(statements.total));
    let reaches = |bound: u64| covered * 100 >= u128::from(bound) * total;
    let [all, most, half, some, none] = CLASSES;
    let known = [all, most, half].into_iter().find(|class| reaches(class.0));
    known.unwrap_or(if covered > 0 { some } else { none })
}

fn legend(out: &mut String) {
    let mut x = 2.0;
    let y = HEIGHT - LEGEND + 10.0;
    for (_, fill, _, words) in CLASSES {
        let (text_x, text_y) = (x + 20.0, y + 12.0);
        let _ = write!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"14\" height=\"14\" fill=\"{fill}\"/>");
        let _ =
            writeln!(out, "<text x=\"{text_x:.1}\" y=\"{text_y:.1}\" fill=\"currentColor\">{words}</text>");
        x += 110.0;
    }
}

#[cfg(test)]
mod tests;
