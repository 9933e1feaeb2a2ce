//! The tree of the overview: module, directories, files, and in a small project functions. It folds by `details` alone.
//!
//! Rows are short, since a big project has five thousand: a summary is a grid of four cells, files are a table of the same
//! columns. A directory that holds nothing but one other is one row with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use smol_str::SmolStr;

use super::escape::push;
use super::tables::{push_number, push_patch, push_percent, shown};
use super::{Entry, Site, baseline, width};
use crate::model::{Disposition, Tally};
use crate::report::{counted, grouped};

/// With more functions than this the tree ends at files.
const FEW_FUNCTIONS: usize = 600;
/// Deeper paths are one row from here on: recursion stays bounded.
const DEEPEST: usize = 24;

#[derive(Default)]
struct Node<'s, 'a> {
    statements: Tally,
    /// Changed statements.
    changed: Tally,
    /// Statements in the baseline, with those of files that are gone.
    before: Tally,
    children: BTreeMap<&'a str, Node<'s, 'a>>,
    files: Vec<&'s Entry<'a>>,
}

/// The tree.
pub(super) fn tree(site: &Site<'_>) -> String {
    let mut roots: BTreeMap<(Disposition, &str), Node<'_, '_>> = BTreeMap::new();
    for entry in &site.entries {
        let package = entry.package;
        let changed = site.patch_tally(entry.file);
        let root = package.module.as_deref().unwrap_or(match package.disposition {
            Disposition::Std => "standard library",
            _ => "outside all modules",
        });
        let below = package.module.as_deref().map_or(Some(package.path.as_str()), |module| {
            package.path.strip_prefix(module).map(|rest| rest.trim_start_matches('/'))
        });
        let mut node = roots.entry((package.disposition, root)).or_default();
        node.add(entry.file.totals.statements, changed);
        for part in parts(below.unwrap_or(&package.path)) {
            node = node.children.entry(part).or_default();
            node.add(entry.file.totals.statements, changed);
        }
        node.files.push(entry);
    }
    add_baseline(site, &mut roots);
    let functions: usize = site.entries.iter().map(|entry| entry.file.functions.len()).sum();
    let mut writer = Writer { site, out: String::new(), with_functions: functions <= FEW_FUNCTIONS };
    let open = roots.len() < 4;
    let (five, change) = if site.patch().is_some() { (" five", "<span>Change</span>") } else { ("", "") };
    let base = if site.compare().is_some() { " base" } else { "" };
    let before: String = match site.compare() {
        Some(_) => baseline::COLUMNS.map(|column| format!("<span>{column}</span>")).concat(),
        None => String::new(),
    };
    let class =
        if five.is_empty() && base.is_empty() { "tree".to_owned() } else { format!("\"tree{five}{base}\"") };
    let _ = writeln!(
        writer.out,
        "<div class={class}><p class=cols aria-hidden=true><span>Package or file</span><span>Covered</span><span>Missed</span>\
         <span>Statements</span>{change}{before}</p>"
    );
    for ((_, name), root) in &roots {
        writer.node(name, root, open);
    }
    writer.out.push_str("</div>\n");
    writer.out
}

/// A package's directories below its module.
fn parts(below: &str) -> impl Iterator<Item = &str> {
    below.splitn(DEEPEST, '/').filter(|part| !part.is_empty())
}

/// Adds the statements of the baseline to the rows that there are: a package that is gone as a whole counts for those above it.
fn add_baseline(site: &Site<'_>, roots: &mut BTreeMap<(Disposition, &str), Node<'_, '_>>) {
    let modules: BTreeMap<&str, Option<&str>> = site
        .report
        .packages
        .iter()
        .map(|package| (package.path.as_str(), package.module.as_deref()))
        .collect();
    for package in site.compare().map_or(&[][..], |compare| &compare.packages) {
        let path = package.path.as_str();
        let below =
            |root: &str| path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let known = modules.get(path);
        // A package outside all modules stands under its own path in a row that gathers such packages.
        let place = roots
            .iter_mut()
            .filter_map(|((_, root), node)| match known {
                Some(Some(module)) => (module == root).then_some((root.len(), below(root)?, node)),
                Some(None) => {
                    let first = parts(path).next()?;
                    (below(root).is_none() && node.children.contains_key(first)).then_some((0, path, node))
                }
                None => Some((root.len(), below(root)?, node)),
            })
            .max_by_key(|(length, ..)| *length);
        let Some((_, below, mut node)) = place else { continue };
        let before = package.numbers.categories.statements.base();
        node.before += before;
        for part in parts(below) {
            match node.children.get_mut(part) {
                Some(child) => node = child,
                None => break,
            }
            node.before += before;
        }
    }
}

impl Node<'_, '_> {
    fn add(&mut self, statements: Tally, changed: Tally) {
        self.statements += statements;
        self.changed += changed;
    }
}

struct Writer<'s, 'a> {
    site: &'s Site<'a>,
    out: String,
    with_functions: bool,
}

impl Writer<'_, '_> {
    fn node(&mut self, name: &str, node: &Node<'_, '_>, open: bool) {
        let (mut node, mut label) = (node, shown(name).to_owned());
        while let (true, Some((below, child))) =
            (node.files.is_empty() && node.children.len() == 1, node.children.first_key_value())
        {
            let _ = write!(label, "/{below}");
            node = child;
        }
        // Two names of packages may be one path.
        let mut numbers: Vec<usize> = node.files.iter().map(|entry| entry.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        self.out.push_str("<details");
        if let Some(number) = numbers.first() {
            let _ = write!(self.out, " id=p{number}");
        }
        self.out.push_str(if open { " open><summary>" } else { "><summary>" });
        self.out.push_str("<span>");
        for number in numbers.iter().skip(1) {
            let _ = write!(self.out, "<i id=p{number}></i>");
        }
        push(&mut self.out, &label);
        self.out.push_str("</span>");
        self.summary_numbers(node);
        let mut children: Vec<_> = node.children.iter().collect();
        children.sort_by_key(|(name, child)| (std::cmp::Reverse(child.statements.missed()), **name));
        for (name, child) in children {
            self.node(name, child, false);
        }
        self.files(&node.files);
        self.out.push_str("</details>\n");
    }

    /// The cells behind a name in a summary, and its end.
    fn summary_numbers(&mut self, node: &Node<'_, '_>) {
        let (statements, changed) = (node.statements, node.changed);
        let _ = match width(statements) {
            Some(width) => write!(self.out, "<span class=w{width}>{}</span>", self.site.percent(statements)),
            None => write!(self.out, "<span class=na>n/a</span>"),
        };
        let [missed, total] = [statements.missed(), statements.total].map(grouped);
        let _ = write!(self.out, "<span>{missed}</span><span>{total}</span>");
        if self.site.patch().is_some() {
            let shown = if changed.total > 0 { self.site.percent(changed) } else { SmolStr::default() };
            let _ = write!(self.out, "<span>{shown}</span>");
        }
        if self.site.compare().is_some() {
            for cell in self.site.before_and_points(node.before, statements) {
                let _ = write!(self.out, "<span>{cell}</span>");
            }
        }
        self.out.push_str("</summary>\n");
    }

    fn files(&mut self, files: &[&Entry<'_>]) {
        let mut files = files.to_vec();
        files.sort_by_key(|entry| (std::cmp::Reverse(entry.file.totals.statements.missed()), entry.rank));
        let mut open = false;
        for entry in files {
            if !open {
                self.out.push_str("<table>");
            }
            let _ = write!(self.out, "<tr><td><a href={}>", entry.page);
            push(&mut self.out, entry.file.path.base());
            self.out.push_str("</a>");
            let file = entry.file;
            self.numbers(file.totals.statements, self.site.patch_tally(file), self.site.before(file));
            open = !self.with_functions || !self.functions(entry);
        }
        if open {
            self.out.push_str("</table>");
        }
    }

    /// Ends the table and folds the functions of a file away below it; false when it has none. They have no place in the
    /// row: a link inside a summary is out of reach for some.
    fn functions(&mut self, entry: &Entry<'_>) -> bool {
        let mut functions: Vec<_> =
            entry.file.functions.iter().filter(|one| one.statements.total > 0).collect();
        functions.sort_by_key(|one| (std::cmp::Reverse(one.statements.missed()), one.extent.start));
        if functions.is_empty() {
            return false;
        }
        let count = counted(functions.len() as u64, "function");
        let _ = write!(self.out, "</table><details class=fn><summary><span>{count}</span></summary><table>");
        for function in functions {
            let _ = write!(self.out, "<tr><td><a href={}#L{}>", entry.page, function.extent.start.line);
            push(&mut self.out, &function.name);
            self.out.push_str("</a>");
            self.numbers(function.statements, Tally::default(), Tally::default());
        }
        self.out.push_str("</table></details>\n");
        true
    }

    fn numbers(&mut self, statements: Tally, changed: Tally, before: Tally) {
        push_percent(&mut self.out, self.site, statements);
        push_number(&mut self.out, statements.missed());
        push_number(&mut self.out, statements.total);
        if self.site.patch().is_some() {
            push_patch(&mut self.out, self.site, changed);
        }
        baseline::push_columns(&mut self.out, self.site, before, statements);
        self.out.push('\n');
    }
}
