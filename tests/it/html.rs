//! The HTML report through the front door: pages, links, safety, manifest, templates, budgets.

mod baseline;
mod pages;
mod project;
mod safety;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;

/// A report: pages by path.
pub(crate) struct Site {
    pub(crate) pages: BTreeMap<String, String>,
}

impl Site {
    /// The files below a folder of a case.
    pub(crate) fn of(case: &Case, folder: &str) -> Self {
        let files = case.files().into_iter();
        let files = files.filter_map(|file| Some(file.strip_prefix(folder)?.strip_prefix('/')?.to_owned()));
        Self { pages: files.map(|file| (file.clone(), case.read(&format!("{folder}/{file}")))).collect() }
    }

    /// Pages that a browser opens.
    pub(crate) fn html(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_page = |path: &&String| path.rsplit_once('.').is_some_and(|(_, end)| end == "html");
        self.pages
            .iter()
            .filter(move |(path, _)| is_page(path))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    #[track_caller]
    pub(crate) fn page(&self, path: &str) -> &str {
        self.pages.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", self.pages.keys()))
    }
}

/// A start tag as a browser's tokenizer sees it: name, and attributes with their values.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// All start tags of a page, by the rules of HTML's tokenizer for tags and attributes (whatwg.org, 13.2.5). Content of
/// `script`, `style`, `title` and `textarea` is text.
pub(crate) fn tags(page: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace() || "/>=".contains(c)).unwrap_or(rest.len());
            let key = rest[..end].to_ascii_lowercase();
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(behind) = rest.strip_prefix('=') {
                rest = behind.trim_start();
                let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (found, behind) = match quote {
                    Some(quote) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
                    None => rest.split_at(
                        rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(rest.len()),
                    ),
                };
                (value, rest) = (found, behind);
            }
            attributes.push((key, decoded(value)));
        }
        if ["script", "style", "title", "textarea"].contains(&name.as_str()) && !page.starts_with("<svg") {
            let close = format!("</{name}");
            rest = rest.find(&close).map_or("", |at| &rest[at..]);
        }
        found.push(Tag { name, attributes });
    }
    found
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// What a page may have as targets of links.
pub(crate) fn ids(page: &str) -> BTreeSet<String> {
    tags(page).iter().filter_map(|tag| tag.get("id")).map(ToOwned::to_owned).collect()
}

/// The path that a link of a page leads to, and its fragment.
pub(crate) fn resolved(page: &str, link: &str) -> (String, String) {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    if path.is_empty() {
        return (page.to_owned(), fragment.to_owned());
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        if part == ".." {
            parts.pop().expect("no link leads out of the report");
        } else {
            parts.push(part);
        }
    }
    (parts.join("/"), fragment.to_owned())
}
