//! HTML: a tree of pages that people open. Overview, a page for each file, functions, treemap, health.
//!
//! Input: a report and the texts of the sources, one at a time. Output: pages, style, script and search data into a sink.
//! Page frames are templates (`templates/`, see [`templates`]); what has a row for each package, file, function or line is
//! written by code. Rules that every page keeps: no inline script or style, no address outside the report, readable without
//! script, and no text of others that is not escaped (`escape.rs`).
//!
//! Invariant: the same report and texts give the same bytes, in whatever order pages are done.

mod anchors;
mod baseline;
mod beginnings;
mod code;
mod escape;
mod file;
mod health;
mod listing;
mod map;
mod marks;
mod names;
mod overview;
mod owners;
mod page;
mod paint;
mod search;
mod shapes;
mod spill;
mod tables;
mod templates;
mod tree;

use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;
use memchr::memmem;
use rayon::prelude::*;
use smol_str::{SmolStr, SmolStrBuilder};

use file::Workplace;
use shapes::{Field, Fields, Shapes};

use super::FormatOptions;
use super::pages::{PageError, PageSink, Texts};
use crate::model::{FileReport, Mode, PackageReport, PatchFile, PatchReport, Report, Tally, parallel};

pub use names::is_page;
pub use templates::{ASSETS, Override, TEMPLATES, Templates};

/// Stands in a page frame where the part that code writes belongs.
const BODY: &str = "<!--body-->";

/// A file of the report with its page.
struct Entry<'a> {
    package: &'a PackageReport,
    /// Which package that is, in the order of the report: its place in the tree is named by it.
    number: usize,
    file: &'a FileReport,
    page: String,
    /// Its place in the order of paths, which are compared once for all tables.
    rank: usize,
    /// Whether its path stands for itself on a page, which tables of functions would ask for each row.
    is_plain: bool,
}

/// Everything that pages are made from.
struct Site<'a> {
    report: &'a Report,
    options: &'a FormatOptions,
    templates: &'a Templates,
    /// In the order of the report.
    entries: Vec<Entry<'a>>,
    /// Where the entry of a name is: by path, and by the name in the profile.
    by_name: HashMap<&'a str, usize>,
    /// Names of the inputs of each input set, escaped; empty where there is a single input.
    input_sets: Vec<String>,
    style: String,
    script: String,
    /// The frames of pages of files.
    shapes: Shapes,
    /// The cells of all and of nothing, which is what most functions are.
    all: String,
    nothing: String,
}

/// Writes all pages of a report.
pub(super) fn write(
    report: &Report,
    options: &FormatOptions,
    templates: &Templates,
    texts: &dyn Texts,
    sink: &dyn PageSink,
) -> Result<(), PageError> {
    let site = Site::new(report, options, templates);
    for (asset, path) in [("app.css", &site.style), ("app.js", &site.script), ("icon.svg", &ICON.to_owned())]
    {
        sink.put(path, &[templates.asset(asset).as_bytes()])?;
    }
    sink.put("assets/index.js", &[search::index(&site).as_bytes()])?;
    overview::write(&site, sink)?;
    map::write(&site, sink)?;
    health::write(&site, sink)?;
    write_files(&site, texts, sink)
}

const ICON: &str = "assets/icon.svg";

/// The pages of files, on all cores. Of several errors the one of the first file is given.
fn write_files(site: &Site<'_>, texts: &dyn Texts, sink: &dyn PageSink) -> Result<(), PageError> {
    let first: Mutex<Option<(usize, PageError)>> = Mutex::new(None);
    parallel::start();
    // As many as there are threads come to be.
    let idle: Mutex<Vec<Workplace>> = Mutex::default();
    let _: Result<(), ()> = (0..site.entries.len()).into_par_iter().with_max_len(8).try_for_each(|at| {
        let mut place = idle.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let result = file::write(site, at, texts, sink, &mut place);
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(place);
        result.map_err(|error| {
            let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
            if first.as_ref().is_none_or(|(other, _)| at < *other) {
                *first = Some((at, error));
            }
        })
    });
    let first = first.into_inner().unwrap_or_else(PoisonError::into_inner);
    first.map_or(Ok(()), |(_, error)| Err(error))
}

impl<'a> Site<'a> {
    fn new(report: &'a Report, options: &'a FormatOptions, templates: &'a Templates) -> Self {
        let packages = report.packages.iter().enumerate();
        let files: Vec<(usize, &PackageReport, &FileReport)> = packages
            .flat_map(|(number, package)| package.files.iter().map(move |file| (number, package, file)))
            .collect();
        let keys: Vec<(&str, &str)> =
            files.iter().map(|(.., file)| (file.path.as_str(), file.name.as_str())).collect();
        let pages = names::page_names(&keys);
        let entries: Vec<Entry<'_>> = files
            .into_iter()
            .zip(pages)
            .zip(ranks(&keys))
            .map(|(((number, package, file), page), rank)| {
                let is_plain = escape::is_plain(file.path.as_str());
                Entry { package, number, file, page, rank, is_plain }
            })
            .collect();
        let hashed = |asset, extension| {
            format!("assets/app.{}.{extension}", names::short_hash(templates.asset(asset).as_bytes()))
        };
        Self {
            report,
            options,
            templates,
            by_name: by_name(&entries),
            entries,
            input_sets: input_sets(report),
            style: hashed("app.css", "css"),
            script: hashed("app.js", "js"),
            shapes: Shapes::default(),
            all: format!("<td class=w100>{}", shown_percent(Tally::new(1, 1), options)),
            nothing: format!("<td class=w0>{}", shown_percent(Tally::new(0, 1), options)),
        }
    }

    /// What every page frame needs.
    fn fields<'v>(&'v self, page: &str, title: &'v str, section: &'v str) -> Fields<'v> {
        /// Room for those of the page of a file, which has most.
        const MOST: usize = 40;
        let root = "../".repeat(page.matches('/').count());
        let mut fields = Vec::with_capacity(MOST);
        fields.extend([
            ("root", Field::text(root)),
            ("title", Field::text(title)),
            ("section", Field::Word(section)),
            ("tree", Field::Word(if self.patch().is_some() { "tree.html" } else { "index.html" })),
            ("style", Field::Word(&self.style)),
            ("script", Field::Word(&self.script)),
            ("icon", Field::Word(ICON)),
            ("version", Field::Word(&self.report.run.version)),
            ("commit", self.report.run.commit.as_deref().map_or(Field::Nothing, Field::text)),
            ("set_mode", Field::Flag(self.report.run.mode == Mode::Set)),
            ("body", Field::Body),
        ]);
        fields
    }

    /// The same for a template.
    fn frame(&self, page: &str, title: &str, section: &str) -> tera::Context {
        shapes::context(&self.fields(page, title, section))
    }

    /// Renders a frame, puts the body where it belongs, and hands the page over.
    fn put(
        &self,
        sink: &dyn PageSink,
        page: &str,
        template: &str,
        context: &tera::Context,
        body: &(impl AsRef<[u8]> + ?Sized),
    ) -> Result<(), PageError> {
        let frame = self.templates.render(template, context).map_err(PageError::Template)?;
        let (head, tail) = around_body(&frame);
        sink.put(page, &[head, body.as_ref(), tail])?;
        Ok(())
    }

    /// The entry of a path or of a name in the profile.
    fn entry(&self, name: &str) -> Option<&Entry<'a>> {
        self.by_name.get(name).and_then(|at| self.entries.get(*at))
    }

    /// The change, when there is something in it to show.
    fn patch(&self) -> Option<&'a PatchReport> {
        self.report.patch.as_ref().filter(|patch| !patch.files.is_empty())
    }

    /// What the change did to a file of the tree.
    fn patch_of(&self, file: &FileReport) -> Option<&'a PatchFile> {
        self.patch()?.file(&file.path).filter(|_| file.in_tree)
    }

    /// Changed statements of a file that count; nothing for a file outside the change.
    fn patch_tally(&self, file: &FileReport) -> Tally {
        self.patch_of(file).filter(|file| file.counted).map_or(Tally::default(), |file| file.statements)
    }

    fn percent(&self, tally: Tally) -> SmolStr {
        shown_percent(tally, self.options)
    }
}

/// A percentage as markup.
fn shown_percent(tally: Tally, options: &FormatOptions) -> SmolStr {
    let Some(percent) = tally.percent_to(options.precision) else { return SmolStr::new_static("n/a") };
    let (sign, number) = percent.strip_prefix('<').map_or(("", &*percent), |bound| ("&lt;", bound));
    let mut text = SmolStrBuilder::new();
    text.push_str(sign);
    text.push_str(number);
    text.push('%');
    text.finish()
}

/// What stands before the body of a page, and behind it.
fn around_body(frame: &str) -> (&[u8], &[u8]) {
    let frame = frame.as_bytes();
    let Some(at) = memmem::find(frame, BODY.as_bytes()) else { return (frame, &[]) };
    (&frame[..at], &frame[at + BODY.len()..])
}

/// The place of each path in their order; equal ones have one place.
fn ranks(keys: &[(&str, &str)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    let path = |at: usize| keys.get(at).map_or("", |(path, _)| *path);
    order.sort_unstable_by_key(|&at| path(at));
    let mut ranks = vec![0; keys.len()];
    let (mut rank, mut before) = (0, "");
    for at in order {
        rank += usize::from(path(at) != before);
        before = path(at);
        if let Some(place) = ranks.get_mut(at) {
            *place = rank;
        }
    }
    ranks
}

fn by_name<'a>(entries: &[Entry<'a>]) -> HashMap<&'a str, usize> {
    let names = entries.iter().enumerate().map(|(at, entry)| (entry.file.name.as_str(), at));
    let paths = entries.iter().enumerate().map(|(at, entry)| (entry.file.path.as_str(), at));
    names.chain(paths).collect()
}

/// Percent covered as a number of 0 to 100, rounded towards the middle: only all is 100 and only nothing is 0.
fn width(tally: Tally) -> Option<u64> {
    if tally.total == 0 {
        return None;
    }
    if tally.covered == 0 || tally.covered >= tally.total {
        return Some(if tally.covered == 0 { 0 } else { 100 });
    }
    let exact = u128::from(tally.covered) * 100 / u128::from(tally.total);
    let whole = u64::try_from(exact).unwrap_or(100);
    Some(whole.max(1))
}

fn input_sets(report: &Report) -> Vec<String> {
    if report.run.inputs.len() < 2 {
        return Vec::new();
    }
    let label = |at: &u32| report.run.inputs.get(*at as usize).map(|input| escape::text(&input.label));
    let sets = report.run.input_sets.iter();
    sets.map(|set| {
        let mut names: Vec<String> = set.iter().filter_map(label).collect();
        names.dedup();
        names.join(", ")
    })
    .collect()
}

#[cfg(test)]
mod tests;
