//! Frames of pages that are alike are rendered once.
//!
//! A template decides by whether a value is there, and shows what it is. So pages of which the same values are there differ in
//! nothing but what is shown: their frame is rendered once, with marks for those values, and cut at the marks. Of five thousand
//! pages a few dozen are rendered. A template of the user may do anything with a value: with one, each page is rendered.
//!
//! Invariant: a page says the same either way.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use smol_str::SmolStr;

use super::escape::push;
use super::file::Facts;
use super::page::Page;
use super::templates::Templates;
use super::{BODY, around_body};
use crate::error::Error;
use crate::escape::terminal;

/// A value of a frame.
#[derive(Debug)]
pub(super) enum Field<'v> {
    /// None.
    Nothing,
    Flag(bool),
    Number(u64),
    /// A word of ours that is the same on all such pages, or that a template asks for.
    Word(&'v str),
    /// Text of anybody, which a template only shows, or asks whether it is empty.
    Text(Cow<'v, str>),
    /// A number as it is shown.
    Shown(SmolStr),
    /// The same, of which a template asks whether it is `0` or `1`.
    Count(SmolStr),
    /// Markup.
    Markup(&'v [u8]),
    /// Another page and what it is called, as `href` and `path`.
    Link(&'v str, &'v str),
    /// Sentences.
    Notes(Vec<&'static str>),
    /// What a baseline says; large and rare.
    Facts(Box<Facts>),
    /// The part that code writes.
    Body,
}

impl<'v> Field<'v> {
    pub(super) fn text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A number that may not be there.
    pub(super) fn maybe(number: Option<SmolStr>) -> Self {
        number.map_or(Self::Nothing, Self::Shown)
    }
}

/// The values of a frame, by name.
pub(super) type Fields<'v> = Vec<(&'static str, Field<'v>)>;

/// All values for a template.
pub(super) fn context(fields: &Fields<'_>) -> tera::Context {
    let mut context = tera::Context::new();
    for (name, field) in fields {
        match field {
            Field::Text(text) => context.insert(*name, &terminal(text)),
            Field::Shown(count) | Field::Count(count) => context.insert(*name, count),
            Field::Markup(bytes) => context.insert(*name, &String::from_utf8_lossy(bytes)),
            Field::Link(href, path) => insert_link(&mut context, name, href, &terminal(path)),
            _ => insert_other(&mut context, name, field),
        }
    }
    context
}

fn insert_link(context: &mut tera::Context, name: &'static str, href: &str, path: &str) {
    context.insert(name, &BTreeMap::from([("href", href), ("path", path)]));
}

/// What is the same whether marks stand for texts or not.
fn insert_other(context: &mut tera::Context, name: &'static str, field: &Field<'_>) {
    match field {
        Field::Flag(flag) => context.insert(name, flag),
        Field::Number(number) => context.insert(name, number),
        Field::Word(word) => context.insert(name, word),
        Field::Notes(notes) => context.insert(name, notes),
        Field::Facts(facts) => context.insert(name, facts),
        Field::Body => context.insert(name, BODY),
        Field::Nothing
        | Field::Text(_)
        | Field::Shown(_)
        | Field::Count(_)
        | Field::Markup(_)
        | Field::Link(..) => {
            context.insert(name, &None::<bool>);
        }
    }
}

/// A frame in parts: what stands before each hole, and the number of the hole. The last part has none.
type Shape = Vec<(Box<[u8]>, Option<usize>)>;

/// What goes into a hole.
enum Hole<'f> {
    Text(&'f str),
    Markup(&'f [u8]),
    Body,
}

/// The frames that were rendered.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    known: Mutex<BTreeMap<Vec<u8>, Arc<Shape>>>,
}

impl Shapes {
    /// Puts a page together; `body` adds what code writes.
    pub(super) fn write(
        &self,
        page: &mut Page,
        (templates, name): (&Templates, &str),
        fields: &Fields<'_>,
        body: impl FnOnce(&mut Page),
    ) -> Result<(), Error> {
        page.clear();
        let key = key(fields).filter(|_| templates.are_ours(&["frame.html", name]));
        let Some(key) = key else {
            let frame = templates.render(name, &context(fields))?;
            let (head, tail) = around_body(&frame);
            page.push(head);
            body(page);
            page.push(tail);
            return Ok(());
        };
        let shape = self.shape(key, templates, name, fields)?;
        let (mut body, mut text) = (Some(body), String::new());
        let holes = holes(fields);
        for (before, hole) in shape.iter() {
            page.push(before);
            match hole.and_then(|hole| holes.get(hole)) {
                None => {}
                Some(Hole::Body) => {
                    if let Some(body) = body.take() {
                        body(page);
                    }
                }
                Some(Hole::Markup(bytes)) => page.push(bytes),
                Some(Hole::Text(value)) => {
                    text.clear();
                    push(&mut text, value);
                    page.push(text.as_bytes());
                }
            }
        }
        Ok(())
    }

    /// The frame of these fields, from before if there was one like it.
    fn shape(
        &self,
        key: Vec<u8>,
        templates: &Templates,
        name: &str,
        fields: &Fields<'_>,
    ) -> Result<Arc<Shape>, Error> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = known().get(&key) {
            return Ok(Arc::clone(shape));
        }
        let frame = templates.render(name, &marked(fields))?;
        let shape = Arc::new(cut(&frame));
        known().insert(key, Arc::clone(&shape));
        Ok(shape)
    }
}

/// What is the same for all pages whose frames are alike; nothing for a page that is one of few.
fn key(fields: &Fields<'_>) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(fields.len());
    for (_, field) in fields {
        key.push(match field {
            Field::Nothing | Field::Word(_) => b'-',
            Field::Flag(flag) => b'f' + u8::from(*flag),
            Field::Number(number) if *number < 2 => b'0' + u8::from(*number > 0),
            Field::Count(count) if count == "0" => b'0',
            Field::Count(count) if count == "1" => b'1',
            Field::Text(text) if text.is_empty() => b'e',
            Field::Markup([]) => b'e',
            Field::Text(_)
            | Field::Shown(_)
            | Field::Count(_)
            | Field::Markup(_)
            | Field::Link(..)
            | Field::Body => b'x',
            Field::Notes(notes) if notes.is_empty() => b'e',
            Field::Number(_) | Field::Notes(_) | Field::Facts(_) => return None,
        });
    }
    Some(key)
}

/// The holes of a frame, in the order of the fields.
fn holes<'f>(fields: &'f Fields<'_>) -> Vec<Hole<'f>> {
    let mut holes = Vec::with_capacity(fields.len() + 2);
    for (_, field) in fields {
        match field {
            Field::Count(count) if !matches!(count.as_str(), "0" | "1") => holes.push(Hole::Text(count)),
            Field::Text(text) if !text.is_empty() => holes.push(Hole::Text(text)),
            Field::Shown(number) => holes.push(Hole::Text(number)),
            Field::Markup(bytes) if !bytes.is_empty() => holes.push(Hole::Markup(bytes)),
            Field::Link(href, path) => holes.extend([Hole::Text(href), Hole::Text(path)]),
            Field::Body => holes.push(Hole::Body),
            _ => {}
        }
    }
    holes
}

/// Begins a mark: a control character, which no text of a frame holds. What follows is no character that is escaped.
const MARK: char = '\u{1}';
const FIRST: u8 = b'@';

/// The values with marks for those that are only shown, in the order of [`holes`].
fn marked(fields: &Fields<'_>) -> tera::Context {
    let mut context = tera::Context::new();
    let mut letters = FIRST..=b'~';
    let mut mark = || -> String { [MARK, letters.next().map_or(MARK, char::from)].iter().collect() };
    for (name, field) in fields {
        match field {
            Field::Count(count) if matches!(count.as_str(), "0" | "1") => context.insert(*name, count),
            Field::Text(text) if text.is_empty() => context.insert(*name, ""),
            Field::Markup([]) => context.insert(*name, ""),
            Field::Text(_) | Field::Shown(_) | Field::Count(_) | Field::Markup(_) | Field::Body => {
                context.insert(*name, &mark());
            }
            Field::Link(..) => insert_link(&mut context, name, &mark(), &mark()),
            _ => insert_other(&mut context, name, field),
        }
    }
    context
}

/// Cuts a frame at its marks.
fn cut(frame: &str) -> Shape {
    let mut parts = frame.split(MARK);
    let mut before: &str = parts.next().unwrap_or_default();
    let mut shape = Shape::new();
    for part in parts {
        let hole = part.bytes().next().and_then(|letter| letter.checked_sub(FIRST));
        shape.push((before.as_bytes().into(), hole.map(usize::from)));
        before = part.get(1..).unwrap_or_default();
    }
    shape.push((before.as_bytes().into(), None));
    shape
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Same, pages_with};
    use super::super::{Override, TEMPLATES};
    use super::*;
    use crate::report::testing;

    /// The same templates as ones of the user: each page is rendered.
    fn templates_of_a_user() -> Templates {
        let own = |(name, text): &(&str, &str)| Override {
            name: (*name).to_owned(),
            path: (*name).to_owned(),
            text: (*text).to_owned(),
        };
        Templates::new(TEMPLATES.iter().map(own).collect()).expect("our templates are right")
    }

    #[test]
    fn a_page_says_the_same_whether_its_frame_was_cut_or_rendered() {
        for report in [testing::empty(), testing::small(), testing::hostile(), testing::hostile_owned()] {
            let ours = Templates::new(Vec::new()).expect("our templates are right");
            let (cut, rendered) =
                (pages_with(&report, &Same, &ours), pages_with(&report, &Same, &templates_of_a_user()));
            assert_eq!(cut.keys().collect::<Vec<_>>(), rendered.keys().collect::<Vec<_>>());
            for (path, page) in &cut {
                assert_eq!(page, &rendered[path], "{path}");
            }
        }
    }

    #[test]
    fn a_frame_is_rendered_once_for_all_pages_like_it() {
        let templates = Templates::new(Vec::new()).expect("our templates are right");
        let shapes = Shapes::default();
        let mut page = Page::default();
        let mut write = |total: &str, name: &str, generated: bool, owner: &str| {
            let fields = vec![
                ("percent", Field::Shown("50.0".into())),
                ("total", Field::Count(total.into())),
                ("base", Field::text(name.to_owned())),
                ("notes", Field::Notes(Vec::new())),
                ("generated", Field::Flag(generated)),
                ("owners", Field::text(owner.to_owned())),
                ("side", Field::Markup(b"")),
                ("ignored", Field::Number(0)),
                ("body", Field::Body),
            ];
            let fields: Fields<'_> =
                WANTED.iter().map(|name| (*name, Field::Nothing)).chain(fields).collect();
            shapes
                .write(&mut page, (&templates, "file.html"), &fields, |page| page.push(b"the body"))
                .expect("our templates are right");
            let text = String::from_utf8(page.bytes().to_vec()).expect("text");
            assert!(text.contains("the body") && !text.contains(MARK), "{text}");
            (text, shapes.known.lock().expect("no panic").len())
        };
        let (first, count) = write("7", "a<b>\u{1}.go", false, "");
        assert!(first.contains("</span> of 7 statements") && first.contains("a&lt;b&gt;\\x01.go"), "{first}");
        assert_eq!(count, 1);
        let (second, count) = write("23", "b.go", false, "");
        assert!(second.contains("</span> of 23 statements") && second.contains("b.go"), "{second}");
        assert_eq!(count, 1, "the same frame");
        let (third, count) = write("1", "c.go", false, "");
        assert!(third.contains("</span> of 1 statement,"), "{third}");
        assert_eq!(count, 2, "a template says it otherwise");
        let (fourth, count) = write("1", "c.go", true, "");
        assert!(fourth.contains(" · generated") && !third.contains(" · generated"), "{fourth}");
        assert_eq!(count, 3);
        let (fifth, count) = write("1", "c.go", true, "@me");
        assert!(fifth.contains(" · owned by @me") && !fourth.contains(" · owned by"), "{fifth}");
        assert_eq!(count, 4);
    }

    /// Values that a template asks for, which have to be something.
    const WANTED: [&str; 22] = [
        "root",
        "tree",
        "title",
        "style",
        "icon",
        "script",
        "section",
        "version",
        "commit",
        "directory",
        "width",
        "missed",
        "lines",
        "partial",
        "patch",
        "package_number",
        "package",
        "baseline",
        "in_change",
        "previous",
        "next",
        "set_mode",
    ];
}
