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

use std::cell::Cell;

use blocks::{Blocks, Ground, RawEnd, Rules};
use ignore::{Reach, Scene};
use lexer::Lexer;
use places::Places;
use tree::{Func, List, Stmt, Tree, some};

use crate::model::{CodeMarks, PackedToken, Source, SourceBlock, kept};

pub use package::package_name;
pub use tokens::shown;

/// What a caller wants to know beyond functions, code bytes and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The blocks of all rule sets and the statements.
    pub blocks: bool,
    /// The tokens, for a report that shows the text.
    pub text: bool,
    /// No signatures of functions: few reports show them.
    pub no_signatures: bool,
}

/// Reads a file of Go source. Of a text of 4 GiB or more only the first 4 GiB are read, and it counts as
/// broken.
pub fn read(text: &[u8], wanted: Wanted) -> Source {
    read_unless(text, wanted, None)
}

/// Tells of the blocks under rule set A, in emission order, whether they are all that a caller asks for.
pub type Suffices<'a> = &'a dyn Fn(&[SourceBlock]) -> bool;

/// As [`read`], but of a source whose blocks under rule set A suffice, those of B and C and the statements are left out:
/// cutting them is the larger part of the work. So are those of A: the caller has them. Never so where positions are odd: with
/// line directives, in a broken file, or where releases differ in rule set A itself.
pub fn read_unless(text: &[u8], wanted: Wanted, suffices: Option<Suffices<'_>>) -> Source {
    const LIMIT: usize = u32::MAX as usize - 8;
    let whole = text;
    let text = whole.get(..LIMIT).unwrap_or(whole);
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    // The lexer adds the lines as it meets them.
    let mut room = ROOM.take();
    room.lines.push(0);
    let mut lexer = Lexer::new(text, CodeMarks::in_room(length, room.lines, room.words));
    lexer.tokens = wanted.text.then_some(room.tokens);
    lexer.counted = room.counted;
    let skeleton = Tree { stmts: room.stmts, lists: room.lists, funcs: room.funcs, ..Tree::new() };
    let (mut tree, lexer) = parser::parse(lexer, skeleton);
    tree.literals.sort_unstable();
    if text.len() < whole.len() && tree.broken == tree::NONE {
        tree.broken = length;
    }
    let (code, lines, words) = lexer.code.fitted(wanted.text);
    let places = Places::new(code.line_starts(), &lexer.comments.directives);
    let mut source = Source {
        functions: names::functions(text, &tree, &places, &lexer.comments.files, !wanted.no_signatures),
        generated: lexer.comments.generated.is_some_and(|at| at < tree.package),
        line_directives: places.directed(),
        broken: some(tree.broken).map(|offset| places.physical(offset)),
        ..Source::default()
    };
    let wishes = &lexer.comments.wishes;
    let mut blocks = Blocks { basic: room.basic, spans: room.spans, ..Blocks::default() };
    if wanted.blocks || wishes.iter().any(|wish| wish.reach == Reach::Basic) {
        let ground = Ground {
            text,
            tree: &tree,
            places: &places,
            counted: &lexer.counted,
            raw_strings: &lexer.raw_strings,
        };
        blocks = cut(&mut source, ground, suffices, blocks);
        if wanted.blocks && !source.is_listed {
            source.blocks_a.clone_from(&blocks.basic);
            source.blocks_c = blocks.ranges;
            source.statements = blocks.statements;
        }
    }
    let scene = Scene { text, tree: &tree, places: &places, code: &code, basic: &blocks.spans };
    source.ignores = ignore::resolve(wishes, scene);
    let tokens = lexer.tokens.unwrap_or_default();
    source.tokens = kept::keep(&tokens);
    // A brace that is missing at the end of a broken file is taken to lie behind its last byte.
    source.literals = tree.literals.iter().map(|&(from, to)| (from, to.min(length))).collect();
    source.literals.retain(|&(from, to)| from < to);
    source.code = code;
    let counted = lexer.counted;
    let Tree { stmts, lists, funcs, .. } = tree;
    let Blocks { basic, spans, .. } = blocks;
    Room { lines, words, tokens, counted, stmts, lists, funcs, basic, spans }.keep();
    source
}

thread_local! {
    /// Where this thread puts together what it reads. What stays is copied out of it: what grows in memory of its own leaves holes
    /// there, and new memory has to be asked for page by page.
    static ROOM: Cell<Room> = const { Cell::new(Room::new()) };
}

/// Lists of one file that serve for the next one; empty in between.
#[derive(Debug, Default)]
struct Room {
    lines: Vec<u32>,
    words: Vec<u64>,
    tokens: Vec<PackedToken>,
    counted: Vec<u32>,
    stmts: Vec<Stmt>,
    lists: Vec<List>,
    funcs: Vec<Func>,
    basic: Vec<SourceBlock>,
    spans: Vec<(u32, u32)>,
}

impl Room {
    /// What is kept of any list, in elements: those of a file of a megabyte.
    const MOST: usize = 64 << 10;

    const fn new() -> Self {
        Self {
            lines: Vec::new(),
            words: Vec::new(),
            tokens: Vec::new(),
            counted: Vec::new(),
            stmts: Vec::new(),
            lists: Vec::new(),
            funcs: Vec::new(),
            basic: Vec::new(),
            spans: Vec::new(),
        }
    }

    /// Keeps the room for the next file.
    fn keep(mut self) {
        fn empty<T>(list: &mut Vec<T>) {
            list.clear();
            list.shrink_to(Room::MOST);
        }
        empty(&mut self.lines);
        empty(&mut self.words);
        empty(&mut self.tokens);
        empty(&mut self.counted);
        empty(&mut self.stmts);
        empty(&mut self.lists);
        empty(&mut self.funcs);
        empty(&mut self.basic);
        empty(&mut self.spans);
        ROOM.set(self);
    }
}

/// Cuts the file into `empty` blocks; the variant of early releases goes straight into `source`.
fn cut(source: &mut Source, ground: Ground<'_>, suffices: Option<Suffices<'_>>, mut empty: Blocks) -> Blocks {
    let Ground { text, tree, places, raw_strings, .. } = ground;
    let is_blank = |index: usize| {
        let name = tree.funcs.get(index).map_or((0, 0), |func| func.name);
        text.get(name.0 as usize..name.1 as usize) == Some(b"_")
    };
    let moved = raw_strings.iter().any(|raw| raw.returns > 0);
    if let Some(suffices) = suffices.filter(|_| !moved && !places.directed() && tree.broken == tree::NONE) {
        let blocks = blocks::cut(ground, (RawEnd::Exact, Rules::A), is_blank, empty);
        if suffices(&blocks.basic) {
            source.is_listed = true;
            return blocks;
        }
        empty = Blocks::default();
    }
    let blocks = blocks::cut(ground, (RawEnd::Exact, Rules::All), is_blank, empty);
    if moved {
        let early = blocks::cut(ground, (RawEnd::Early, Rules::A), is_blank, Blocks::default()).basic;
        source.blocks_a_to_1_25 = (early != blocks.basic).then_some(early);
    }
    blocks
}

#[cfg(test)]
mod tests;
