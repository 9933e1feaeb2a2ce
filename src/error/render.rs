//! An [`Error`] as text for standard error. Everything in it may come from somebody's data: it is escaped here, once.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Effects, Style};

use crate::escape::{terminal, terminal_lines};

use super::{Error, Excerpt};

const ERROR: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
const HELP: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);

/// `error: message`, the excerpt with its caret when there is one, the notes a line each, `help: …`. Ends with a newline.
pub fn render(error: &Error, color: bool) -> String {
    let mut text = format!("{}: {}\n", styled("error", ERROR, color), terminal(&error.message));
    if let Some(excerpt) = error.excerpt.as_deref().and_then(|excerpt| render_excerpt(excerpt, color)) {
        text.push_str(&excerpt);
    }
    for note in &error.notes {
        text.push_str(&terminal(note));
        text.push('\n');
    }
    match &error.help {
        Some(help) => format!("{text}{}: {}\n", styled("help", HELP, color), terminal(help)),
        None => text,
    }
}

fn styled(word: &str, style: Style, color: bool) -> String {
    if color { format!("{style}{word}{style:#}") } else { word.to_owned() }
}

/// The line with a caret below, and the line before it. `None` when the place is not in the text.
fn render_excerpt(excerpt: &Excerpt, color: bool) -> Option<String> {
    const LONGEST: usize = 4096;
    let index = (excerpt.line as usize).checked_sub(1)?;
    let first = index.saturating_sub(1);
    let lines: Vec<&str> = excerpt.text.lines().skip(first).take(index - first + 1).collect();
    let marked = *lines.get(index - first)?;
    if lines.iter().any(|line| line.len() > LONGEST) {
        return None;
    }
    let before: String = marked.chars().take((excerpt.col as usize).saturating_sub(1)).collect();
    let inside: String =
        marked.chars().skip(before.chars().count()).take(excerpt.len.max(1) as usize).collect();
    // Escaping changes lengths, so the marked range is measured on the escaped text.
    let above: usize = lines.iter().take(index - first).map(|line| terminal_lines(line).len() + 1).sum();
    let start = above + terminal_lines(&before).len();
    let end = start + terminal_lines(&inside).len();
    let source = lines.iter().map(|line| terminal_lines(line)).collect::<Vec<_>>().join("\n");
    let end = end.max((start + 1).min(source.len())).min(source.len().max(start));
    let snippet = Snippet::source(source.as_str())
        .line_start(first + 1)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(start..end));
    let group = Level::ERROR.no_name().primary_title("").element(snippet);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.render(&[group]);
    // The first line is the empty title: the message stands above already.
    let (_, body) = rendered.split_once('\n')?;
    Some(format!("{body}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, col: u32, len: u32) -> Error {
        let text = "version: 1\ngate:\n  treshold: 80\n  file: 3\n";
        Error::config("c.yml:3:3: unknown key \"treshold\"").excerpt(Excerpt {
            path: "c.yml".to_owned(),
            text: text.to_owned(),
            line,
            col,
            len,
        })
    }

    #[test]
    fn message_excerpt_notes_and_help_stand_in_this_order() {
        let error = at(3, 3, 8).note("looked for: x").help("do y");
        insta::assert_snapshot!(render(&error, false), @r#"
        error: c.yml:3:3: unknown key "treshold"
        2 | gate:
        3 |   treshold: 80
          |   ^^^^^^^^
        looked for: x
        help: do y
        "#);
    }

    #[test]
    fn places_outside_the_text_do_no_harm() {
        for (line, col, len) in
            [(0, 0, 0), (1, 0, 0), (4, 500, 1), (5, 1, 1), (99, 1, 1), (1, 1, 900), (3, 16, 1)]
        {
            assert!(render(&at(line, col, len), false).starts_with("error: c.yml"));
        }
    }

    #[test]
    fn nobody_s_escape_sequences_reach_the_terminal() {
        let evil = "a\u{1b}[31m\u{202e}b\u{9b}\u{7}\n";
        let error = Error::input(evil).note(evil).help(evil).excerpt(Excerpt {
            path: evil.to_owned(),
            text: evil.repeat(3),
            line: 2,
            col: 3,
            len: 2,
        });
        let text = render(&error, false);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        assert!(!text.contains('\u{202e}'));
    }

    #[test]
    fn colour_is_added_only_when_asked() {
        assert!(render(&at(3, 3, 8), true).contains("\u{1b}["));
        assert!(!render(&at(3, 3, 8), false).contains('\u{1b}'));
    }
}
