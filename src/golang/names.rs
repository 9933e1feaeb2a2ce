//! Names and signatures of functions.
//!
//! Input: the skeleton's spans. Output: the name that reports print (`F`, `T.M`, `(*T).M`, `T[...].M`,
//! `rootCmd.RunE`, `func.L12.C7`), the bare name, the name in binary meta-data. Names are unique in a file by
//! `.2`, `.3`.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashSet;
use smol_str::SmolStr;

use super::kind::is_name;
use super::lexer::{Kind, Lexer, Token};
use super::places::Places;
use super::tree::{Func, Tree};
use crate::model::{Bare, CodeMarks, Extent, Function, Rare};

/// All functions of a file, by position; their signatures where somebody asked for them.
pub(super) fn functions(
    text: &[u8],
    tree: &Tree,
    places: &Places<'_>,
    files: &[String],
    with_signatures: bool,
) -> Vec<Function> {
    let mut order: Vec<&Func> = tree.funcs.iter().collect();
    order.sort_by_key(|func| func.start);
    let files: Vec<Option<String>> = files.iter().map(|file| base_name(file)).collect();
    let mut scratch = Vec::new();
    let mut functions: Vec<Function> =
        order.iter().map(|func| function(text, tree, (places, &files), func, &mut scratch)).collect();
    if with_signatures {
        for (function, func) in functions.iter_mut().zip(order) {
            function.signature = Some(signature(slice(text, func.signature)));
        }
    }
    number_repeats(&mut functions);
    functions
}

fn function(
    text: &[u8],
    tree: &Tree,
    (places, files): (&Places<'_>, &[Option<String>]),
    func: &Func,
    scratch: &mut Vec<u8>,
) -> Function {
    let list = tree.list(func.body);
    let start = places.physical(func.start);
    let (adjusted, file) = places.adjusted(func.start);
    let declared = utf8(slice(text, func.name));
    let (name, bare, meta): (SmolStr, _, _) = if func.literal || declared.is_empty() {
        let name = path_name(text, &func.path);
        let meta = format!("func.L{}.C{}", adjusted.line, adjusted.col);
        let name = name.unwrap_or_else(|| format!("func.L{}.C{}", start.line, start.col));
        (name.into(), Bare::default(), Some(meta.into()))
    } else {
        let (name, meta) = method_names(slice(text, func.receiver), &declared, scratch);
        let bare = Bare::at_end(&name, declared.len());
        (name, bare, meta)
    };
    Function {
        name,
        bare,
        signature: None,
        extent: Extent { start, end: places.physical(list.end) },
        body: places.physical(list.start),
        literal: func.literal,
        complexity: func.complexity,
        adjusted_line: adjusted.line,
        rare: Rare::of(meta, file.and_then(|file| files.get(file as usize).cloned().flatten())),
    }
}

/// The longest text that is repeated for each of many functions. A hostile file could name one variable or one
/// line directive with a megabyte and hang a hundred thousand functions on it.
const LONGEST: usize = 255;

/// The last part of a file's name; `None` where that is no name that a file can have.
fn base_name(file: &str) -> Option<String> {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    (!base.is_empty() && base.len() <= LONGEST).then(|| base.to_owned())
}

/// The variable and the fields that lead to a literal, joined by dots; `None` where there is no such way.
fn path_name(text: &[u8], path: &[(u32, u32)]) -> Option<String> {
    let length: usize = path.iter().map(|&(from, to)| (to - from) as usize + 1).sum();
    let parts = || path.iter().map(|&span| slice(text, span));
    if path.is_empty() || length > LONGEST || parts().any(|part| part == b"_") {
        return None;
    }
    Some(parts().map(String::from_utf8_lossy).collect::<Vec<_>>().join("."))
}

fn are_unique(functions: &[Function]) -> bool {
    let mut names = HashSet::with_capacity(functions.len());
    functions.iter().all(|function| names.insert(&*function.name))
}

/// Adds `.2`, `.3` … to names that occurred before.
fn number_repeats(functions: &mut [Function]) {
    if are_unique(functions) {
        return;
    }
    let mut order: Vec<usize> = (0..functions.len()).collect();
    order.sort_by(|&a, &b| functions[a].name.cmp(&functions[b].name));
    let same = order.chunk_by(|&a, &b| functions[a].name == functions[b].name);
    let repeats: Vec<(usize, u32)> =
        same.flat_map(|group| group.iter().copied().zip(1_u32..).skip(1)).collect();
    for (at, count) in repeats {
        let name = &mut functions[at].name;
        *name = format!("{name}.{count}").into();
    }
}

/// The names of a declared function with this receiver: for reports, and in meta-data where that is not told by the first.
fn method_names(receiver: &[u8], bare: &str, scratch: &mut Vec<u8>) -> (SmolStr, Option<SmolStr>) {
    let mut joined = |parts: &[&[u8]]| {
        scratch.clear();
        for part in parts {
            scratch.extend_from_slice(part);
        }
        SmolStr::new(utf8(scratch))
    };
    let bytes = bare.as_bytes();
    let alone = || (SmolStr::new(bare), None);
    if receiver.is_empty() {
        return alone();
    }
    if let Some((pointer, name)) = plain_receiver(receiver) {
        let name = if pointer { joined(&[b"(*", name, b").", bytes]) } else { joined(&[name, b".", bytes]) };
        return (name, None);
    }
    let tokens = tokens(receiver);
    let typed = receiver_type(tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or_default());
    let Some(base) = typed.iter().position(|token| token.kind == Kind::Ident) else {
        return alone();
    };
    let (before, named) = typed.split_at(base);
    let name = named.first().map_or(&[][..], |base| slice(receiver, (base.start, base.end)));
    let generic = named.iter().any(|token| token.kind == Kind::LeftBracket);
    let arguments: &[u8] = if generic { b"[...]" } else { b"" };
    let pointer = before.iter().any(|token| token.kind == Kind::Star);
    // cmd/cover prefixes a plain type name or a pointer to one, nothing else.
    let meta = match typed {
        [_] => joined(&[name, b".", bytes]),
        [star, _] if star.kind == Kind::Star => joined(&[b"*", name, b".", bytes]),
        _ => SmolStr::new(bare),
    };
    let name = if pointer {
        joined(&[b"(*", name, arguments, b").", bytes])
    } else {
        joined(&[name, arguments, b".", bytes])
    };
    (name, Some(meta))
}

/// Whether a receiver is a pointer, and the name of its type, when it is written as most are: `(x T)` or `(x *T)`.
fn plain_receiver(receiver: &[u8]) -> Option<(bool, &[u8])> {
    let inner = receiver.strip_prefix(b"(")?.strip_suffix(b")")?;
    let (variable, typed) = inner.split_at_checked(inner.iter().position(|&byte| byte == b' ')?)?;
    let typed = typed.strip_prefix(b" ")?;
    let (pointer, name) = typed.strip_prefix(b"*").map_or((false, typed), |name| (true, name));
    (is_name(variable) && is_name(name)).then_some((pointer, name))
}

/// The type of the one receiver that tokens between parentheses declare; empty when they declare none or
/// several.
fn receiver_type(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    let mut parts = tokens
        .split(|token| {
            match token.kind {
                Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => depth += 1,
                Kind::RightParen | Kind::RightBracket | Kind::RightBrace => depth = depth.saturating_sub(1),
                _ => {}
            }
            token.kind == Kind::Comma && depth == 0
        })
        .filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return &[] };
    let last = parts.next_back().unwrap_or(first);
    let kind = |at: usize| last.get(at).map(|token| token.kind);
    // A name stands before the type, unless the name is the type.
    let named =
        kind(0) == Some(Kind::Ident) && matches!(kind(1), Some(Kind::Ident | Kind::Star | Kind::LeftParen));
    let alone = std::ptr::eq(first, last);
    let names_only = !alone && named && first.len() == 1 && parts.all(|part| part.len() == 1);
    match named {
        true if alone || names_only => last.get(1..).unwrap_or_default(),
        false if alone => last,
        _ => &[],
    }
}

fn tokens(text: &[u8]) -> Vec<Token> {
    all_tokens(text).filter(|token| token.kind != Kind::Newline).collect()
}

fn all_tokens(text: &[u8]) -> impl Iterator<Item = Token> + '_ {
    // Which bytes are code is not asked here, and an empty map costs nothing.
    let mut lexer = Lexer::new(text, CodeMarks::default());
    std::iter::from_fn(move || Some(lexer.next()).filter(|token| token.kind != Kind::Eof))
}

/// What a byte of a signature may be, one bit each.
const ANY: u8 = 1;
const OPENS: u8 = 2;
const BLANK: u8 = 4;
const COMMA: u8 = 8;

/// What a byte is, and what must not stand before it where code is spaced as gofmt does.
const fn shape(byte: u8) -> (u8, u8) {
    match byte {
        b'(' | b'[' => (ANY | OPENS, 0),
        b')' | b']' => (ANY, BLANK | COMMA),
        b' ' => (ANY | BLANK, OPENS | BLANK),
        b',' => (ANY | COMMA, BLANK),
        b';' => (ANY, BLANK),
        // Other white space, and what may begin a comment.
        b'\n' | b'\r' | b'\t' | b'/' => (ANY, ANY),
        _ => (ANY, 0),
    }
}

const SHAPES: [(u8, u8); 256] = {
    let mut shapes = [(ANY, 0); 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        shapes[byte as usize] = shape(byte);
        byte += 1;
    }
    shapes
};

/// Whether a signature is on one line, without comments, and spaced as gofmt does: then it stays as it is.
fn is_formatted(text: &[u8]) -> bool {
    let (mut before, mut odd) = (ANY, 0);
    for &byte in text {
        let (is, unlike) = SHAPES[usize::from(byte)];
        odd |= before & unlike;
        before = is;
    }
    odd == 0 && before & BLANK == 0
}

/// A signature on one line: comments dropped, white space collapsed, none inside the outer edges of
/// parentheses, ends of lines between fields written as semicolons.
fn signature(text: &[u8]) -> Arc<str> {
    if is_formatted(text) {
        return shared(text);
    }
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut end = 0;
    let mut new_line = false;
    for token in all_tokens(text) {
        if token.kind == Kind::Newline {
            new_line = true;
            continue;
        }
        let closes = matches!(token.kind, Kind::RightParen | Kind::RightBracket);
        if closes && out.last() == Some(&b',') {
            out.pop();
        }
        if new_line && token.kind != Kind::RightBrace {
            out.push(b';');
        }
        let opened = matches!(out.last(), None | Some(b'(' | b'['));
        let tight = opened || closes || matches!(token.kind, Kind::Comma | Kind::Semicolon);
        if token.start > end && !tight {
            out.push(b' ');
        }
        out.extend_from_slice(slice(text, (token.start, token.end)));
        (end, new_line) = (token.end, false);
    }
    shared(&out)
}

fn slice(text: &[u8], (from, to): (u32, u32)) -> &[u8] {
    text.get(from as usize..to as usize).unwrap_or_default()
}

/// A text that all who tell of a function share.
fn shared(text: &[u8]) -> Arc<str> {
    Arc::from(&*utf8(text))
}

/// As text. Looking for what is no UTF-8 is slow, and nearly all source is.
fn utf8(text: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(text),
    }
}
