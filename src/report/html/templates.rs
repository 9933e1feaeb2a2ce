//! The templates of page frames, and style and script: compiled in, any of them replaced by a file of the user.
//!
//! Input: texts by name. Output: rendered frames. A fault in a template is an error that names file, line and column.

use std::fmt;

use crate::error::{Error, Excerpt};

/// Frames, by the name of their file in `templates/`.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("frame.html", include_str!("../../../templates/frame.html")),
    ("overview.html", include_str!("../../../templates/overview.html")),
    ("file.html", include_str!("../../../templates/file.html")),
    ("treemap.html", include_str!("../../../templates/treemap.html")),
    ("health.html", include_str!("../../../templates/health.html")),
];

/// Style, script and icon, by the name of their file in `templates/`.
pub const ASSETS: &[(&str, &str)] = &[
    ("app.css", include_str!("../../../templates/app.css")),
    ("app.js", include_str!("../../../templates/app.js")),
    ("icon.svg", include_str!("../../../templates/icon.svg")),
];

/// A template that takes the place of one that is compiled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The name of its file.
    pub name: String,
    /// Its path, for messages.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All templates, ready to render.
pub struct Templates {
    tera: tera::Tera,
    overrides: Vec<Override>,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").field("overrides", &self.overrides).finish_non_exhaustive()
    }
}

impl Templates {
    /// Compiles all templates. An override whose name nothing uses is an error: it was meant for something.
    pub fn new(overrides: Vec<Override>) -> Result<Self, Error> {
        let names = || TEMPLATES.iter().chain(ASSETS).map(|(name, _)| *name);
        if let Some(stranger) = overrides.iter().find(|one| !names().any(|name| name == one.name)) {
            return Err(Error::usage(format!("{} replaces no template", stranger.path))
                .note(format!("templates: {}", names().collect::<Vec<_>>().join(" "))));
        }
        let mut templates = Self { tera: tera::Tera::new(), overrides };
        let texts: Vec<(&str, &str)> =
            TEMPLATES.iter().map(|(name, text)| (*name, templates.text(name, text))).collect();
        let mut tera = tera::Tera::new();
        tera.add_raw_templates(texts).map_err(|error| templates.fault(&error))?;
        templates.tera = tera;
        Ok(templates)
    }

    fn text<'t>(&'t self, name: &str, built_in: &'t str) -> &'t str {
        self.overrides.iter().find(|one| one.name == name).map_or(built_in, |one| &one.text)
    }

    /// The text of an asset; empty for a name that is none.
    pub(super) fn asset(&self, name: &str) -> &str {
        let built_in = ASSETS.iter().find(|(asset, _)| *asset == name).map_or("", |(_, text)| text);
        self.text(name, built_in)
    }

    /// Whether none of these templates is the user's.
    pub(super) fn are_ours(&self, names: &[&str]) -> bool {
        !self.overrides.iter().any(|one| names.contains(&one.name.as_str()))
    }

    /// Renders a frame.
    pub(super) fn render(&self, name: &str, context: &tera::Context) -> Result<String, Error> {
        self.tera.render(name, context).map_err(|error| self.fault(&error))
    }

    /// A fault of a template in our words, with its place.
    fn fault(&self, error: &tera::Error) -> Error {
        use tera::ErrorKind::{RenderingError, SyntaxError};
        let (SyntaxError(report) | RenderingError(report)) = error.kind() else {
            return Error::usage(format!("a template cannot be used: {error}"));
        };
        let path = self
            .overrides
            .iter()
            .find(|one| one.name == report.filename())
            .map_or(report.filename(), |one| &one.path);
        let span = report.span();
        let (line, col) = (span.start_line.max(1), span.start_col + 1);
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let message = report.message().trim_end_matches('.');
        let error = Error::usage(format!("{path}:{line}:{col}: {message}"));
        let Some(one) = self.overrides.iter().find(|one| one.name == report.filename()) else { return error };
        let len = if span.start_line == span.end_line {
            span.end_col.saturating_sub(span.start_col).max(1)
        } else {
            1
        };
        error.excerpt(Excerpt {
            path: path.to_owned(),
            text: one.text.clone(),
            line: number(line),
            col: number(col),
            len: number(len),
        })
    }
}
