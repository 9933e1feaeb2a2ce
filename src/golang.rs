//! Go source text -> what coverage needs to know of it. Knows nothing of profiles; a leaf that several stages
//! may call.
//!
//! [`read`] takes any bytes and never fails: what is not understood is flagged in [`Source::broken`]. Time
//! and memory are linear in the length of the text; recursion is bounded.

mod blocks;
mod comments;
pub mod constraint;
mod expr;
mod ignore;
mod keyword;
mod kind;
mod lexer;
mod names;
mod package;
mod parser;
mod places;
mod skip;
mod statements;
mod tokens;
mod tree;
mod window;

use blocks::{Blocks, Ground, RawEnd, Rules};
use ignore::{Reach, Scene};
use lexer::Lexer;
use places::Places;
use tree::{Tree, some};

use crate::model::{CodeMap, Source, SourceBlock};

pub use package::package_name;
pub use tokens::shown;

/// What a caller wants to know beyond functions, code bytes and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The blocks of all rule sets and the statements.
    pub blocks: bool,
    /// The tokens, for a report that shows the text.
    pub text: bool,
}

/// Reads a file of Go source. Of a text of 4 GiB or more only the first 4 GiB are read, and it counts as
/// broken.
pub fn read(text: &[u8], wanted: Wanted) -> Source {
    read_unless(text, wanted, None)
}

/// Tells of the blocks under rule set A, in emission order, whether they are all that a caller asks for.
pub type Suffices<'a> = &'a dyn Fn(&[SourceBlock]) -> bool;

/// As [`read`], but of a source whose blocks under rule set A suffice, those of B and C and the statements are left out:
/// cutting them is the larger part of the work. Never so where positions are odd: with line directives, in a broken file, or
/// where releases differ in rule set A itself.
pub fn read_unless(text: &[u8], wanted: Wanted, suffices: Option<Suffices<'_>>) -> Source {
    const LIMIT: usize = u32::MAX as usize - 8;
    let whole = text;
    let text = whole.get(..LIMIT).unwrap_or(whole);
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    // The lexer adds the lines as it meets them. Code has about 30 bytes a line.
    let mut lines = Vec::with_capacity(text.len() / 24 + 1);
    lines.push(0);
    let mut lexer = Lexer::new(text, CodeMap::new(length, lines));
    // One in 40 bytes of code.
    lexer.tokens = wanted.text.then(|| Vec::with_capacity(text.len() / 40));
    let (mut tree, lexer) = parser::parse(lexer);
    tree.literals.sort_unstable();
    if text.len() < whole.len() && tree.broken == tree::NONE {
        tree.broken = length;
    }
    let places = Places::new(lexer.code.line_starts(), &lexer.comments.directives);
    let mut source = Source {
        functions: names::functions(text, &tree, &places, &lexer.comments.files),
        generated: lexer.comments.generated.is_some_and(|at| at < tree.package),
        line_directives: places.directed(),
        broken: some(tree.broken).map(|offset| places.physical(offset)),
        ..Source::default()
    };
    let wishes = &lexer.comments.wishes;
    let mut spans = Vec::new();
    if wanted.blocks || wishes.iter().any(|wish| wish.reach == Reach::Basic) {
        let blocks = cut(&mut source, text, &tree, &places, &lexer, suffices);
        spans = blocks.spans;
        if wanted.blocks {
            source.blocks_a = blocks.basic;
            source.blocks_c = blocks.ranges;
            source.statements = blocks.statements;
        }
    }
    let scene = Scene { text, tree: &tree, places: &places, code: &lexer.code, basic: &spans };
    source.ignores = ignore::resolve(wishes, scene);
    source.code = lexer.code;
    source.tokens = lexer.tokens.unwrap_or_default();
    // A brace that is missing at the end of a broken file is taken to lie behind its last byte.
    source.literals = tree.literals.into_iter().map(|(from, to)| (from, to.min(length))).collect();
    source.literals.retain(|&(from, to)| from < to);
    source
}

/// Cuts the file; the variant of early releases goes straight into `source`.
fn cut(
    source: &mut Source,
    text: &[u8],
    tree: &Tree,
    places: &Places<'_>,
    lexer: &Lexer<'_>,
    suffices: Option<Suffices<'_>>,
) -> Blocks {
    let ground = Ground { text, tree, places, counted: &lexer.counted, raw_strings: &lexer.raw_strings };
    let is_blank = |index: usize| {
        let name = tree.funcs.get(index).map_or((0, 0), |func| func.name);
        text.get(name.0 as usize..name.1 as usize) == Some(b"_")
    };
    let moved = lexer.raw_strings.iter().any(|raw| raw.returns > 0);
    if let Some(suffices) = suffices.filter(|_| !moved && !places.directed() && tree.broken == tree::NONE) {
        let blocks = blocks::cut(ground, RawEnd::Exact, Rules::A, is_blank);
        if suffices(&blocks.basic) {
            return blocks;
        }
    }
    let blocks = blocks::cut(ground, RawEnd::Exact, Rules::All, is_blank);
    if moved {
        let early = blocks::cut(ground, RawEnd::Early, Rules::A, is_blank).basic;
        source.blocks_a_to_1_25 = (early != blocks.basic).then_some(early);
    }
    blocks
}

#[cfg(test)]
mod tests;
