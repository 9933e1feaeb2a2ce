//! Pages in one file: a zip archive, or a page that holds all others.
//!
//! Pages come from several threads in any order; what is kept of each is compressed, and written in the order of the names.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use zip::write::{PreparedZipFile, SimpleFileOptions};

use crate::report::pages::PageSink;

/// Pages of a zip archive.
#[derive(Debug, Default)]
pub struct Archive(Mutex<BTreeMap<String, PreparedZipFile>>);

impl PageSink for Archive {
    fn put(&self, path: &str, parts: &[&[u8]]) -> io::Result<()> {
        let bytes = parts.concat();
        // Without a time, as everything else.
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::DEFAULT)
            .unix_permissions(0o644);
        let file = PreparedZipFile::from_data(path, options, &bytes).map_err(io::Error::other)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), file);
        Ok(())
    }
}

impl Archive {
    /// The archive.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let files = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_prepared_files(files.into_values()).map_err(io::Error::other)?;
        Ok(writer.finish().map_err(io::Error::other)?.into_inner())
    }
}

/// Pages of a single file. The first page is there as it is; all others are packed, and unpacked by the script when they are
/// asked for.
#[derive(Debug, Default)]
pub struct Single(Mutex<Parts>);

#[derive(Debug, Default)]
struct Parts {
    index: String,
    style: (String, String),
    script: (String, String),
    icon: String,
    /// Deflated, in base64.
    packed: BTreeMap<String, String>,
}

impl PageSink for Single {
    fn put(&self, path: &str, parts: &[&[u8]]) -> io::Result<()> {
        let text = || String::from_utf8_lossy(&parts.concat()).into_owned();
        let asset = path.strip_prefix("assets/app.").and_then(|rest| rest.rsplit_once('.'));
        match (path, asset.map(|(_, extension)| extension)) {
            (_, Some("css")) => self.parts(|parts| parts.style = (path.to_owned(), text())),
            (_, Some("js")) => self.parts(|parts| parts.script = (path.to_owned(), text())),
            ("assets/icon.svg", _) => self.parts(|parts| path.clone_into(&mut parts.icon)),
            _ => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                parts.iter().try_for_each(|part| encoder.write_all(part))?;
                let packed = base64::engine::general_purpose::STANDARD.encode(encoder.finish()?);
                self.parts(|parts| {
                    if path == "index.html" {
                        parts.index = text();
                    }
                    parts.packed.insert(path.to_owned(), packed);
                });
            }
        }
        Ok(())
    }
}

impl Single {
    fn parts(&self, change: impl FnOnce(&mut Parts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The file.
    pub fn finish(self) -> Vec<u8> {
        let parts = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut page = parts.index;
        // What the first page loads is in it.
        without_element(&mut page, &parts.style.0, ">");
        without_element(&mut page, &parts.icon, ">");
        without_element(&mut page, &parts.script.0, "</script>");
        without_element(&mut page, "Content-Security-Policy", ">");
        let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
                      script-src 'unsafe-inline'\">\n";
        let head = format!("{policy}<style>\n{}</style>\n", parts.style.1.replace("</style", "<\\/style"));
        insert(&mut page, "<meta charset=\"utf-8\">\n", true, &head);
        let mut tail = String::new();
        for (path, packed) in parts.packed {
            tail.push_str(&format!("<script type=\"text/plain\" data-page=\"{path}\">{packed}</script>\n"));
        }
        tail.push_str(&format!("<script>\n{}</script>\n", parts.script.1.replace("</script", "<\\/script")));
        insert(&mut page, "</body>", false, &tail);
        page.into_bytes()
    }
}

/// Takes out the element that refers to an asset, up to `end`.
fn without_element(page: &mut String, asset: &str, end: &str) {
    let Some(at) = page.find(asset).filter(|_| !asset.is_empty()) else { return };
    let start = page[..at].rfind('<').unwrap_or(at);
    let behind = page[at..].find(end).map_or(page.len(), |length| at + length + end.len());
    page.replace_range(start..behind, "");
}

/// Puts a text behind or before a place; at the end when there is no such place.
fn insert(page: &mut String, place: &str, behind: bool, text: &str) {
    let at = page.find(place).map_or(page.len(), |at| if behind { at + place.len() } else { at });
    page.insert_str(at, text);
}
