//! The page with the treemap, and the same numbers as a table.

use std::collections::BTreeMap;
use std::ptr::from_ref;

use super::{Site, tables};
use crate::model::FileReport;
use crate::report::pages::{PageError, PageSink};
use crate::report::treemap;

/// Rows of the table: the files page has them all.
const ROWS: usize = 1500;

/// Writes the page.
pub(super) fn write(site: &Site<'_>, sink: &dyn PageSink) -> Result<(), PageError> {
    let page = "treemap.html";
    let context = site.frame(page, "Treemap", "treemap");
    // Each file is one place in memory, which is compared faster than its names.
    let pages: BTreeMap<*const FileReport, &str> =
        site.entries.iter().map(|entry| (from_ref(entry.file), entry.page.as_str())).collect();
    let picture = treemap::svg(site.report, true, &|file| pages.get(&from_ref(file)).copied());
    let mut entries = tables::by_misses(site);
    entries.truncate(ROWS);
    let body = format!("<div class=map>{picture}</div>\n{}", tables::files(site, &entries));
    site.put(sink, page, "treemap.html", &context, &body)
}
