//! Tokens -> the skeleton of a file: functions, literals, statement lists.
//!
//! Never fails: what it does not understand is flagged ([`Tree::broken`]) and passed over. It accepts more
//! than Go does; nothing is built from a file that Go rejects. Invariants: every loop takes a token or ends;
//! recursion goes only through bodies and labels and is bounded by [`MAX_DEPTH`], so a thread of 2 MB is
//! enough (a test holds that).

use super::expr::{Mode, Open, Scan, State};
use super::kind::{AHEAD, inside};
use super::lexer::{Kind, Lexer, Token};
use super::tree::{Func, List, ListKind, NONE, Tree};

/// Bodies and labels inside each other that are followed. Code written or generated stays far below.
const MAX_DEPTH: u32 = 600;

/// Slots of the ring of tokens.
const RING: usize = 256;
/// The kinds of the first slots stand behind those of the last ones too.
const KINDS: usize = RING + AHEAD as usize;

/// The parser. It stands on a token that is not taken yet. Tokens are read many at a time, which costs less for each.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    /// Kinds of the tokens around the one at hand, in a ring: those before it stay while half of the ring is read anew. Behind the
    /// last one that was read stands an end of text.
    kinds: [Kind; KINDS],
    /// Where they start and end.
    spans: [(u32, u32); RING],
    /// The slot of the token at hand; as the ring has as many slots as a byte has values, it cannot leave it.
    at: u8,
    /// The last slot that was read.
    last: u8,
    /// The kind of the token at hand.
    pub(super) kind: Kind,
    pub(super) tree: Tree,
    pub(super) brackets: Vec<Open>,
    /// Whether literals belong to a function.
    pub(super) in_function: bool,
    /// Names of the specification at hand, outside of functions.
    pub(super) spec_names: Vec<(u32, u32)>,
    /// Of the function at hand.
    pub(super) complexity: u32,
    depth: u32,
    halted: bool,
}

/// Parses a whole file into an empty tree and gives the lexer back with all that it collected.
pub(super) fn parse(lexer: Lexer<'_>, tree: Tree) -> (Tree, Lexer<'_>) {
    let mut parser = Parser {
        lexer,
        kinds: [Kind::Newline; KINDS],
        spans: [(0, 0); RING],
        at: u8::MAX,
        last: u8::MAX,
        kind: Kind::Newline,
        tree,
        brackets: Vec::new(),
        in_function: false,
        spec_names: Vec::new(),
        complexity: 0,
        depth: 0,
        halted: false,
    };
    parser.bump();
    parser.file();
    // After a halt the rest is only read for its code bytes and comments.
    while parser.lexer.next().kind != Kind::Eof {}
    (parser.tree, parser.lexer)
}

impl Parser<'_> {
    /// Takes the token at hand.
    #[inline]
    pub(super) fn bump(&mut self) {
        if self.at == self.last && !self.read_on() {
            return;
        }
        self.at = self.at.wrapping_add(1);
        self.kind = self.kind_at(self.at);
    }

    /// The slot of the token at hand.
    pub(super) fn place(&self) -> u8 {
        self.at
    }

    /// The kind of the token in a slot.
    #[inline]
    pub(super) fn kind_at(&self, place: u8) -> Kind {
        self.kinds[usize::from(place)]
    }

    /// How many tokens from a slot on never end an expression; at most [`AHEAD`].
    #[inline]
    pub(super) fn inside_from(&self, place: u8) -> u8 {
        self.kinds.get(usize::from(place)..).and_then(<[Kind]>::first_chunk).copied().map_or(AHEAD, inside)
    }

    /// Takes all tokens before the one in a slot.
    #[inline]
    pub(super) fn go_to(&mut self, place: u8) {
        self.at = place;
        self.kind = self.kind_at(place);
    }

    /// Reads half a ring of tokens behind the one at hand. False when the parser has given up.
    #[inline(never)]
    fn read_on(&mut self) -> bool {
        if !self.halted {
            const HALF: usize = RING / 2;
            let first = if self.at == u8::MAX { 0 } else { HALF };
            self.lexer.fill(&mut self.kinds[first..first + HALF], &mut self.spans[first..first + HALF]);
            self.last = self.last.wrapping_add(128);
            self.end_behind_last();
        }
        !self.halted
    }

    /// Puts an end of text behind the last token that was read. What stood there was taken long before.
    fn end_behind_last(&mut self) {
        self.kinds[usize::from(self.last.wrapping_add(1))] = Kind::Eof;
        self.kinds.copy_within(..usize::from(AHEAD), RING);
    }

    /// The token at hand.
    #[inline]
    pub(super) fn tok(&self) -> Token {
        self.token_at(self.at)
    }

    #[inline]
    fn token_at(&self, place: u8) -> Token {
        let (start, end) = self.spans[usize::from(place)];
        Token { kind: self.kind_at(place), start, end }
    }

    /// The token before it.
    #[inline]
    pub(super) fn prev(&self) -> Token {
        self.token_at(self.at.wrapping_sub(1))
    }

    /// The token before that.
    pub(super) fn prev_prev(&self) -> Token {
        self.token_at(self.at.wrapping_sub(2))
    }

    /// The bytes of a token.
    pub(super) fn bytes(&self, token: Token) -> &[u8] {
        self.lexer.text().get(token.start as usize..token.end as usize).unwrap_or_default()
    }

    /// Takes the token at hand if it is of this kind.
    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind == kind;
        if found {
            self.bump();
        }
        found
    }

    /// Notes the place at hand as not understood, if it is the first.
    pub(super) fn mark_broken(&mut self) {
        if self.tree.broken == NONE {
            self.tree.broken = self.tok().start;
        }
    }

    /// Gives up on the rest of the file: everything unwinds as at its end.
    pub(super) fn halt(&mut self) {
        self.mark_broken();
        let start = self.tok().start;
        self.kinds[usize::from(self.at)] = Kind::Eof;
        self.spans[usize::from(self.at)] = (start, start);
        self.kind = Kind::Eof;
        self.last = self.at;
        self.end_behind_last();
        self.halted = true;
    }

    /// Goes one body or label deeper. False, and the rest of the file is given up, where that is too deep.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.halt();
            return false;
        }
        self.depth += 1;
        true
    }

    /// Undoes [`Self::enter`].
    pub(super) fn exit(&mut self) {
        self.depth -= 1;
    }

    fn file(&mut self) {
        if self.kind == Kind::Package {
            self.tree.package = self.tok().start;
            self.bump();
            if !self.eat(Kind::Ident) {
                self.mark_broken();
            }
        } else {
            self.mark_broken();
        }
        loop {
            match self.kind {
                Kind::Eof => return,
                Kind::Semicolon | Kind::Newline => self.bump(),
                Kind::Func => self.func_decl(),
                Kind::Import | Kind::Const | Kind::Type | Kind::Var => self.outer_decl(),
                _ => {
                    self.mark_broken();
                    self.bump();
                }
            }
        }
    }

    /// A declaration outside of functions.
    fn outer_decl(&mut self) {
        let named = self.kind == Kind::Var;
        self.bump();
        if !self.eat(Kind::LeftParen) {
            return self.spec(named);
        }
        loop {
            match self.kind {
                Kind::Eof => return,
                Kind::Semicolon | Kind::Newline => self.bump(),
                Kind::RightParen => return self.bump(),
                Kind::Func | Kind::Type | Kind::Const | Kind::Var | Kind::Import => {
                    // Most likely the closing parenthesis is missing.
                    return self.mark_broken();
                }
                _ => {
                    let start = self.tok().start;
                    self.spec(named);
                    if self.tok().start == start && self.kind != Kind::Eof {
                        self.mark_broken();
                        self.bump();
                    }
                }
            }
        }
    }

    fn spec(&mut self, named: bool) {
        self.spec_names.clear();
        let mut state = State::Operand;
        while named && self.kind == Kind::Ident {
            self.spec_names.push((self.tok().start, self.tok().end));
            self.bump();
            state = State::Done;
            if self.kind != Kind::Comma {
                break;
            }
            self.bump();
            state = State::Operand;
        }
        let mut scan = Scan::new();
        if !named && self.kind == Kind::Ident {
            // Behind the name of a type its type or its type parameters follow, not an operand.
            self.bump();
            state = State::Done;
        }
        self.scan(Mode::Spec, state, NONE, &mut scan);
        self.spec_names.clear();
        if !matches!(self.kind, Kind::Semicolon | Kind::Newline | Kind::RightParen | Kind::Eof) {
            self.mark_broken();
        }
    }

    fn func_decl(&mut self) {
        let start = self.tok().start;
        self.bump();
        let receiver = if self.kind == Kind::LeftParen { self.receiver() } else { (0, 0) };
        let mut name = (0, 0);
        if self.kind == Kind::Ident {
            name = (self.tok().start, self.tok().end);
            self.bump();
        } else {
            self.mark_broken();
        }
        let mut scan = Scan::new();
        self.in_function = true;
        self.scan(Mode::Signature, State::Params, start, &mut scan);
        let from = if scan.params == NONE { self.prev().end } else { scan.params };
        let signature = (from, self.prev().end.max(from));
        if self.kind == Kind::LeftBrace {
            self.complexity = 1;
            let body = self.block();
            let complexity = self.complexity;
            self.tree.funcs.push(Func {
                start,
                literal: false,
                name,
                receiver,
                signature,
                body,
                path: Vec::new(),
                complexity,
            });
        } else if !matches!(self.kind, Kind::Semicolon | Kind::Newline | Kind::Eof) {
            self.mark_broken();
        }
        self.in_function = false;
    }

    /// The parentheses before a method's name.
    fn receiver(&mut self) -> (u32, u32) {
        let start = self.tok().start;
        let mut scan = Scan::new();
        self.bump();
        self.scan(Mode::Simple, State::Operand, NONE, &mut scan);
        if !self.eat(Kind::RightParen) {
            self.mark_broken();
        }
        (start, self.prev().end.max(start))
    }

    /// The body of a literal that belongs to no function.
    pub(super) fn outer_literal(&mut self, start: u32, path: Vec<(u32, u32)>) -> u32 {
        let signature = (start.saturating_add(4), self.prev().end);
        self.in_function = true;
        self.complexity = 1;
        let body = self.block();
        self.in_function = false;
        let complexity = self.complexity;
        let (name, receiver) = ((0, 0), (0, 0));
        let func = Func { start, literal: true, name, receiver, signature, body, path, complexity };
        self.tree.funcs.push(func);
        body
    }

    /// A body in braces, from its brace on.
    pub(super) fn block(&mut self) -> u32 {
        self.body(ListKind::Body, self.tok().start)
    }

    /// A body whose first block starts at `start`.
    pub(super) fn body(&mut self, kind: ListKind, start: u32) -> u32 {
        let brace = self.tok().start;
        let empty = List { kind, start, end: brace, first: NONE, literals: NONE, next: NONE };
        if self.kind != Kind::LeftBrace {
            self.mark_broken();
            return self.tree.add_list(empty);
        }
        if !self.enter() {
            return self.tree.add_list(empty);
        }
        self.bump();
        let first = self.statements();
        self.exit();
        if self.kind == Kind::RightBrace {
            self.bump();
        } else {
            self.mark_broken();
        }
        self.tree.add_list(List { end: self.prev().end.max(start), first, ..empty })
    }
}
