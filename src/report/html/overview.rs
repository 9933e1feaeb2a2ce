//! The overview and its other views: verdict, cards and notices above; tree, packages, files or functions below.

use serde::Serialize;

use super::page::Page;
use super::{Site, baseline, owners, tables, tree, width};
use crate::escape::terminal;
use crate::model::{Finding, GateName, Outcome, PatchReport, PatchState, Severity, Tally, Verdict};
use crate::report::pages::{PageError, PageSink};
use crate::report::{counted, grouped};

/// Rows of one page: more are split.
pub(super) const PAGE_ROWS: usize = 2500;
/// Findings of one name that the overview shows.
const SHOWN_FINDINGS: usize = 3;

/// A number that people look at first.
#[derive(Serialize)]
pub(super) struct Card {
    pub(super) title: &'static str,
    pub(super) value: String,
    pub(super) width: Option<u64>,
    pub(super) text: String,
}

/// One of the views.
#[derive(Serialize)]
struct View {
    name: &'static str,
    href: &'static str,
    current: bool,
}

/// One of the parts of a view.
#[derive(Serialize)]
struct Part {
    number: usize,
    href: String,
    current: bool,
}

/// One verdict in words.
#[derive(Serialize)]
struct VerdictRow {
    outcome: &'static str,
    gate: &'static str,
    scope: String,
    text: String,
}

/// All findings of one name.
#[derive(Serialize)]
pub(super) struct Notices {
    pub(super) name: &'static str,
    /// Where there is more of them.
    pub(super) page: String,
    pub(super) severity: &'static str,
    pub(super) items: Vec<Notice>,
    pub(super) more: usize,
}

/// One finding.
#[derive(Serialize, Default)]
pub(super) struct Notice {
    pub(super) message: String,
    pub(super) href: Option<String>,
    pub(super) place: String,
    pub(super) facts: Vec<String>,
    pub(super) help: Option<String>,
}

/// A name and the page that it is on.
type Place = (&'static str, &'static str);

const PACKAGES: Place = ("Packages", "packages.html");
const FILES: Place = ("Files", "files.html");
const FUNCTIONS: Place = ("Functions", "functions.html");
const OWNERS: Place = ("Owners", owners::PAGE);
const LOST: Place = ("Lost", baseline::PAGE);

/// The views: the first one is what people see first, and that is the change when there is one.
fn views(site: &Site<'_>) -> Vec<Place> {
    let lost = site.compare().map(|_| LOST);
    let first = match site.patch() {
        Some(_) => (("Changed only", "index.html"), Some(("Tree", "tree.html"))),
        None => (("Tree", "index.html"), None),
    };
    let first = std::iter::once(first.0).chain(lost).chain(first.1);
    let owners = (!site.report.owners.is_empty()).then_some(OWNERS);
    first.chain([PACKAGES, FILES, FUNCTIONS]).chain(owners).collect()
}

/// Writes the overview and its views.
pub(super) fn write(site: &Site<'_>, sink: &dyn PageSink) -> Result<(), PageError> {
    let both = (site, &above(site));
    for view in views(site) {
        let body = match (view.0, site.patch()) {
            ("Tree", _) => tree::tree(site),
            ("Changed only", Some(patch)) => tables::changed(site, patch),
            _ => continue,
        };
        let gone = if view.1 == "index.html" { baseline::gone_list(site) } else { String::new() };
        put(both, sink, view, view.1, &[], &(body + &gone))?;
    }
    if site.compare().is_some() {
        in_parts(both, sink, LOST, &baseline::rows(site), |page, part| {
            page.push(baseline::part(site, part).as_bytes());
        })?;
    }
    put(both, sink, PACKAGES, PACKAGES.1, &[], &tables::packages(site))?;
    let by_misses = tables::by_misses(site);
    in_parts(both, sink, FILES, &by_misses, |page, part| page.push(tables::files(site, part).as_bytes()))?;
    if !site.report.owners.is_empty() {
        let rows = owners::rows(site, &by_misses);
        in_parts(both, sink, OWNERS, &rows, |page, part| {
            page.push(owners::part(site, &rows, part).as_bytes());
        })?;
    }
    in_parts(both, sink, FUNCTIONS, &tables::functions(site), |page, part| {
        tables::function_rows(page, site, part);
    })
}

/// A view that may be longer than one page.
fn in_parts<T>(
    (site, above): (&Site<'_>, &tera::Context),
    sink: &dyn PageSink,
    view: Place,
    items: &[T],
    rows: impl Fn(&mut Page, &[T]),
) -> Result<(), PageError> {
    let href = |number: usize| match number {
        1 => view.1.to_owned(),
        _ => view.1.replace(".html", &format!("-{number}.html")),
    };
    let count = items.len().div_ceil(PAGE_ROWS).max(1);
    let mut page = Page::default();
    for number in 1..=count {
        let from = (number - 1) * PAGE_ROWS;
        let part = items.get(from..items.len().min(from + PAGE_ROWS)).unwrap_or_default();
        let parts: Vec<Part> = match count {
            1 => Vec::new(),
            _ => {
                (1..=count).map(|one| Part { number: one, href: href(one), current: one == number }).collect()
            }
        };
        page.clear();
        rows(&mut page, part);
        put((site, above), sink, view, &href(number), &parts, &page)?;
    }
    Ok(())
}

fn put(
    (site, above): (&Site<'_>, &tera::Context),
    sink: &dyn PageSink,
    view: Place,
    page: &str,
    parts: &[Part],
    body: &(impl AsRef<[u8]> + ?Sized),
) -> Result<(), PageError> {
    let section = if view.0 == "Functions" { "functions" } else { "overview" };
    let title = if view.1 == "index.html" { "Coverage" } else { view.0 };
    let mut context = site.frame(page, title, section);
    let views: Vec<View> =
        views(site).into_iter().map(|(name, href)| View { name, href, current: name == view.0 }).collect();
    context.insert("views", &views);
    context.insert("view", view.0);
    context.insert("parts", parts);
    context.extend(above.clone());
    site.put(sink, page, "overview.html", &context, body)
}

/// What stands above each view.
fn above(site: &Site<'_>) -> tera::Context {
    let mut context = tera::Context::new();
    context.insert("cards", &cards(site));
    let failed = site.report.failed();
    let judged = site.report.verdicts.iter().any(|verdict| verdict.outcome != Outcome::NotJudged);
    context.insert(
        "verdict",
        if failed {
            "fail"
        } else if judged {
            "pass"
        } else {
            "none"
        },
    );
    context.insert("verdicts", &site.report.verdicts.iter().map(verdict).collect::<Vec<_>>());
    context.insert("notices", &notices(site));
    context.insert("baseline", &baseline::summary(site));
    context
}

fn cards(site: &Site<'_>) -> Vec<Card> {
    let report = site.report;
    let card = |title, tally: Tally, unit: &str, did: &str| Card {
        title,
        value: tally
            .percent_to(site.options.precision)
            .map_or("n/a".to_owned(), |percent| format!("{percent}%")),
        width: width(tally),
        text: format!(
            "{} of {}{did}, {} missed",
            grouped(tally.covered),
            counted(tally.total, unit),
            grouped(tally.missed())
        ),
    };
    let mut lines = card("Lines", report.totals.lines.tally(), "line", "");
    if report.totals.lines.partial > 0 {
        lines.text.push_str(&format!(", {} partly covered", grouped(report.totals.lines.partial)));
    }
    let whole = |tally: Tally| tally.covered == tally.total;
    let packages = report.packages.iter().filter(|package| package.totals.statements.total > 0);
    let packages = packages.fold(Tally::default(), |mut sum, package| {
        sum.add(1, whole(package.totals.statements));
        sum
    });
    let files = report.files().filter(|(_, file)| file.totals.statements.total > 0);
    let files = files.fold(Tally::default(), |mut sum, (_, file)| {
        sum.add(1, whole(file.totals.statements));
        sum
    });
    let plain = |title, tally: Tally| Card {
        title,
        value: grouped(tally.missed()).into(),
        width: None,
        text: format!("of {} with statements", grouped(tally.total)),
    };
    let patch = report.patch.as_ref().map(|patch| patch_card(site, patch));
    let whole = [
        card("Statements", report.totals.statements, "statement", ""),
        lines,
        card("Functions", report.totals.functions, "function", " ran"),
        plain("Packages with misses", packages),
        plain("Files with misses", files),
    ];
    patch.into_iter().chain(baseline::card(site)).chain(whole).collect()
}

fn verdict(verdict: &Verdict) -> VerdictRow {
    let unit = verdict.metric.singular();
    let is_number = verdict.gate == GateName::PatchMaxMissed;
    // Their note says what was found beside what is allowed.
    let is_beside_baseline =
        matches!(verdict.gate, GateName::NoRegress | GateName::MaxLost | GateName::MaxMissed);
    let fails = verdict.outcome == Outcome::Fail;
    let text = match &verdict.observed {
        _ if verdict.outcome == Outcome::NotJudged || is_beside_baseline => verdict.note.clone(),
        None => verdict.note.clone(),
        Some(observed) if is_number => {
            format!("{observed} {} {}", if fails { ">" } else { "≤" }, verdict.bound)
        }
        Some(_) if verdict.judged > 1 && !fails => {
            format!("all {} at or above their bound", grouped(verdict.judged))
        }
        Some(observed) => {
            let (sign, tally) = (if fails { "<" } else { "≥" }, verdict.tally);
            let numbers = format!("{} of {}", grouped(tally.covered), counted(tally.total, unit));
            let needed = match verdict.needed {
                0 => String::new(),
                needed => format!(", {} more needed", grouped(needed)),
            };
            format!("{observed}% {sign} {}%: {numbers}{needed}", verdict.bound)
        }
    };
    VerdictRow {
        outcome: verdict.outcome.name(),
        gate: verdict.gate.name(),
        scope: terminal(verdict.scope.as_deref().unwrap_or_default()).into_owned(),
        text: terminal(&text).into_owned(),
    }
}

/// The card of the change: its number, or why it has none.
fn patch_card(site: &Site<'_>, patch: &PatchReport) -> Card {
    let statements = patch.totals.statements;
    let shown = matches!(patch.state, PatchState::Measured | PatchState::Exempt);
    let against =
        patch.base.as_deref().map(|base| format!(" against {}", base.chars().take(10).collect::<String>()));
    Card {
        title: "Change",
        value: statements
            .percent_to(site.options.precision)
            .filter(|_| shown)
            .map_or("n/a".to_owned(), |percent| format!("{percent}%")),
        width: width(statements).filter(|_| shown),
        text: if shown {
            let (covered, total, missed) = (statements.covered, statements.total, statements.missed());
            format!(
                "{} of {}, {} missed{}",
                grouped(covered),
                counted(total, "changed statement"),
                grouped(missed),
                against.unwrap_or_default()
            )
        } else {
            patch.state.about().to_owned()
        },
    }
}

fn notices(site: &Site<'_>) -> Vec<Notices> {
    let mut groups: Vec<Notices> = baseline::notices(site).into_iter().collect();
    for finding in &site.report.findings {
        let name = finding.code.name();
        match groups.last_mut() {
            Some(group) if group.name == name && group.items.len() >= SHOWN_FINDINGS => group.more += 1,
            Some(group) if group.name == name => group.items.push(notice(site, finding)),
            _ => groups.push(Notices {
                name,
                page: format!("health.html#{name}"),
                severity: severity(finding.severity),
                items: vec![notice(site, finding)],
                more: 0,
            }),
        }
    }
    groups
}

/// The word for a severity.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A finding in words, with the page that it speaks of.
pub(super) fn notice(site: &Site<'_>, finding: &Finding) -> Notice {
    let place = finding.place.as_ref();
    let entry = place.and_then(|place| site.entry(&place.file));
    let href =
        entry.map(|entry| match place.and_then(|place| place.line).filter(|_| entry.file.has_source) {
            Some(line) if line > 0 => format!("{}#L{line}", entry.page),
            _ => entry.page.clone(),
        });
    let shown = |text: &String| terminal(text).into_owned();
    Notice {
        message: shown(&finding.message),
        href,
        place: place.map(|place| terminal(&place.file).into_owned()).unwrap_or_default(),
        facts: finding.facts.iter().map(shown).collect(),
        help: finding.help.as_ref().map(shown),
    }
}
