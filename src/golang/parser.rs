//! Tokens -> the skeleton of a file: functions, literals, statement lists.
//!
//! Never fails: what it does not understand is flagged ([`Tree::broken`]) and passed over. It accepts more than Go does; nothing
//! is built from a file that Go rejects. Invariants: every loop takes a token or ends; recursion goes only through bodies
//! and labels and is bounded by [`MAX_DEPTH`], so a thread of 2 MB is enough (a test holds that).

use super::expr::{Mode, Open, Scan, State};
use super::lexer::{Kind, Lexer, Token};
use super::tree::{Chain, Func, List, ListKind, NONE, Stmt, StmtKind, Tree};

/// Bodies and labels inside each other that are followed. Code written or generated stays far below.
const MAX_DEPTH: u32 = 600;

/// The parser. It stands on `tok`, which is not taken yet.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    pub(super) tok: Token,
    /// The token before `tok`.
    pub(super) prev_kind: Kind,
    pub(super) prev_start: u32,
    pub(super) prev_end: u32,
    /// The kind before that.
    pub(super) prev_prev_kind: Kind,
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

/// Parses a whole file and gives the lexer back with all that it collected.
pub(super) fn parse(lexer: Lexer<'_>) -> (Tree, Lexer<'_>) {
    let nothing = Token { kind: Kind::Newline, start: 0, end: 0 };
    let mut parser = Parser {
        lexer,
        tok: nothing,
        prev_kind: Kind::Newline,
        prev_start: 0,
        prev_end: 0,
        prev_prev_kind: Kind::Newline,
        tree: Tree { package: NONE, broken: NONE, ..Tree::default() },
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
    pub(super) fn bump(&mut self) {
        if self.halted {
            return;
        }
        self.prev_prev_kind = self.prev_kind;
        self.prev_kind = self.tok.kind;
        self.prev_start = self.tok.start;
        self.prev_end = self.tok.end;
        self.tok = self.lexer.next();
    }

    /// Takes the token at hand if it is of this kind.
    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.tok.kind == kind;
        if found {
            self.bump();
        }
        found
    }

    /// Notes the place at hand as not understood, if it is the first.
    pub(super) fn mark_broken(&mut self) {
        if self.tree.broken == NONE {
            self.tree.broken = self.tok.start;
        }
    }

    /// Gives up on the rest of the file: everything unwinds as at its end.
    pub(super) fn halt(&mut self) {
        self.mark_broken();
        self.tok = Token { kind: Kind::Eof, start: self.tok.start, end: self.tok.start };
        self.halted = true;
    }

    fn file(&mut self) {
        if self.tok.kind == Kind::Package {
            self.tree.package = self.tok.start;
            self.bump();
            if !self.eat(Kind::Ident) {
                self.mark_broken();
            }
        } else {
            self.mark_broken();
        }
        loop {
            match self.tok.kind {
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
        let named = self.tok.kind == Kind::Var;
        self.bump();
        if !self.eat(Kind::LeftParen) {
            return self.spec(named);
        }
        loop {
            match self.tok.kind {
                Kind::Eof => return,
                Kind::Semicolon | Kind::Newline => self.bump(),
                Kind::RightParen => return self.bump(),
                Kind::Func | Kind::Type | Kind::Const | Kind::Var | Kind::Import => {
                    // Most likely the closing parenthesis is missing.
                    return self.mark_broken();
                }
                _ => {
                    let start = self.tok.start;
                    self.spec(named);
                    if self.tok.start == start && self.tok.kind != Kind::Eof {
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
        while named && self.tok.kind == Kind::Ident {
            self.spec_names.push((self.tok.start, self.tok.end));
            self.bump();
            state = State::Done;
            if self.tok.kind != Kind::Comma {
                break;
            }
            self.bump();
            state = State::Operand;
        }
        let mut scan = Scan::new();
        if !named && self.tok.kind == Kind::Ident {
            // Behind the name of a type its type or its type parameters follow, not an operand.
            self.bump();
            state = State::Done;
        }
        self.scan(Mode::Spec, state, NONE, &mut scan);
        self.spec_names.clear();
        if !matches!(self.tok.kind, Kind::Semicolon | Kind::Newline | Kind::RightParen | Kind::Eof) {
            self.mark_broken();
        }
    }

    fn func_decl(&mut self) {
        let start = self.tok.start;
        self.bump();
        let receiver = if self.tok.kind == Kind::LeftParen { self.receiver() } else { (0, 0) };
        let mut name = (0, 0);
        if self.tok.kind == Kind::Ident {
            name = (self.tok.start, self.tok.end);
            self.bump();
        } else {
            self.mark_broken();
        }
        let mut scan = Scan::new();
        self.in_function = true;
        self.scan(Mode::Signature, State::Params, start, &mut scan);
        let from = if scan.params == NONE { self.prev_end } else { scan.params };
        let signature = (from, self.prev_end.max(from));
        if self.tok.kind == Kind::LeftBrace {
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
        } else if !matches!(self.tok.kind, Kind::Semicolon | Kind::Newline | Kind::Eof) {
            self.mark_broken();
        }
        self.in_function = false;
    }

    /// The parentheses before a method's name.
    fn receiver(&mut self) -> (u32, u32) {
        let start = self.tok.start;
        let mut scan = Scan::new();
        self.bump();
        self.scan(Mode::Simple, State::Operand, NONE, &mut scan);
        if !self.eat(Kind::RightParen) {
            self.mark_broken();
        }
        (start, self.prev_end.max(start))
    }

    /// The body of a literal that belongs to no function.
    pub(super) fn outer_literal(&mut self, start: u32, path: Vec<(u32, u32)>) -> u32 {
        let signature = (start.saturating_add(4), self.prev_end);
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
        self.body(ListKind::Body, self.tok.start)
    }

    /// A body whose first block starts at `start`.
    fn body(&mut self, kind: ListKind, start: u32) -> u32 {
        let brace = self.tok.start;
        let empty = List { kind, start, end: brace, first: NONE, literals: NONE, next: NONE };
        if self.tok.kind != Kind::LeftBrace {
            self.mark_broken();
            return self.tree.add_list(empty);
        }
        if self.depth >= MAX_DEPTH {
            self.halt();
            return self.tree.add_list(empty);
        }
        self.depth += 1;
        self.bump();
        let first = self.statements();
        self.depth -= 1;
        if self.tok.kind == Kind::RightBrace {
            self.bump();
        } else {
            self.mark_broken();
        }
        self.tree.add_list(List { end: self.prev_end.max(start), first, ..empty })
    }

    /// Statements up to a closing brace or the next clause. Returns the first.
    fn statements(&mut self) -> u32 {
        let mut first = NONE;
        let mut last = NONE;
        loop {
            match self.tok.kind {
                Kind::RightBrace | Kind::Case | Kind::Default | Kind::Eof => return first,
                Kind::RightParen | Kind::RightBracket | Kind::Colon | Kind::Else => {
                    self.mark_broken();
                    self.bump();
                    continue;
                }
                _ => {}
            }
            let stmt = self.statement();
            match self.tree.stmts.get_mut(last as usize) {
                Some(before) => before.next = stmt,
                None => first = stmt,
            }
            last = stmt;
        }
    }

    /// A statement with the semicolon behind it.
    fn statement(&mut self) -> u32 {
        match self.tok.kind {
            Kind::Semicolon | Kind::Newline => self.empty(),
            Kind::LeftBrace => self.bare_block(),
            Kind::If => self.if_statement(),
            Kind::For => self.for_statement(),
            Kind::Switch => self.switch_statement(),
            Kind::Select => self.select_statement(),
            Kind::Ident => self.named_statement(),
            Kind::Break | Kind::Continue | Kind::Goto | Kind::Fallthrough => {
                let start = self.tok.start;
                self.bump();
                if self.tok.kind == Kind::Ident {
                    self.bump();
                }
                self.finish_simple(start, true, &Scan::new())
            }
            Kind::Return | Kind::Go | Kind::Defer | Kind::Const | Kind::Type | Kind::Var | Kind::Import => {
                let start = self.tok.start;
                self.bump();
                self.simple(start, State::Operand)
            }
            _ => self.simple(self.tok.start, State::Operand),
        }
    }

    /// An empty statement. One that an end of line stands for has no length.
    fn empty(&mut self) -> u32 {
        let Token { kind, start, end } = self.tok;
        let end = if kind == Kind::Newline { start } else { end };
        self.bump();
        self.tree.add_stmt(plain(start, end))
    }

    /// A statement that begins with a name: a label, a call of `panic`, or anything else.
    fn named_statement(&mut self) -> u32 {
        let Token { start, end, .. } = self.tok;
        let panics = self.lexer.text().get(start as usize..end as usize) == Some(b"panic");
        self.bump();
        if self.tok.kind == Kind::Colon {
            return self.labelled(start);
        }
        let called = self.tok.kind == Kind::LeftParen;
        let mut scan = Scan::new();
        self.scan(Mode::Simple, State::Done, NONE, &mut scan);
        let panics = panics && called && scan.first_call == (self.prev_end, 1);
        self.finish_simple(start, panics, &scan)
    }

    fn labelled(&mut self, start: u32) -> u32 {
        self.bump();
        let label_end = self.prev_end;
        if self.depth >= MAX_DEPTH {
            self.halt();
        }
        self.depth += 1;
        let inner = match self.tok.kind {
            // Go takes the empty statement before a closing brace for granted.
            Kind::RightBrace | Kind::Eof | Kind::Case | Kind::Default => {
                self.tree.add_stmt(plain(self.tok.start, self.tok.start))
            }
            _ => self.statement(),
        };
        self.depth -= 1;
        let Stmt { end, boundary, .. } = *self.tree.stmt(inner);
        self.tree.add_stmt(Stmt {
            kind: StmtKind::Label,
            cuts: true,
            head_end: label_end,
            boundary,
            inside: inner,
            ..plain(start, end)
        })
    }

    fn simple(&mut self, start: u32, state: State) -> u32 {
        let mut scan = Scan::new();
        let before = self.tok.start;
        self.scan(Mode::Simple, state, NONE, &mut scan);
        if self.tok.start == before && start == before {
            // Nothing that starts a statement.
            self.mark_broken();
            self.bump();
        }
        self.finish_simple(start, false, &scan)
    }

    fn finish_simple(&mut self, start: u32, cuts: bool, scan: &Scan) -> u32 {
        let end = self.prev_end.max(start);
        let found = scan.first_literal != NONE;
        let boundary = if found { scan.first_literal } else { end };
        self.terminate();
        self.tree.add_stmt(Stmt {
            cuts: cuts || found,
            boundary,
            inside: scan.literals.first,
            ..plain(start, end)
        })
    }

    /// Takes the semicolon behind a statement; it may be left out before a closing brace.
    fn terminate(&mut self) {
        match self.tok.kind {
            Kind::Semicolon | Kind::Newline => self.bump(),
            Kind::RightBrace | Kind::Eof => {}
            _ => self.mark_broken(),
        }
    }

    fn bare_block(&mut self) -> u32 {
        let start = self.tok.start;
        let list = self.block();
        self.finish_control(StmtKind::Block, start, start, start, list)
    }

    /// Adds a statement with bodies.
    fn finish_control(
        &mut self,
        kind: StmtKind,
        start: u32,
        head_end: u32,
        boundary: u32,
        lists: u32,
    ) -> u32 {
        let end = self.prev_end.max(start);
        self.terminate();
        self.tree.add_stmt(Stmt { kind, cuts: true, head_end, boundary, inside: lists, ..plain(start, end) })
    }

    /// The head of a control statement up to its brace. Returns where the basic block before the body ends.
    fn head(&mut self, scan: &mut Scan) -> (u32, u32) {
        loop {
            self.scan(Mode::Head, State::Operand, NONE, scan);
            match self.tok.kind {
                Kind::Semicolon | Kind::Newline => self.bump(),
                _ => break,
            }
        }
        let brace = self.tok.start;
        (self.prev_end, if scan.first_literal == NONE { brace } else { scan.first_literal })
    }

    /// An `if` with all its `else if`: a loop, since generated code chains thousands.
    fn if_statement(&mut self) -> u32 {
        let mut chain: Vec<u32> = Vec::new();
        let mut first = NONE;
        loop {
            let start = self.tok.start;
            self.bump();
            self.complexity = self.complexity.saturating_add(1);
            let mut scan = Scan::new();
            let (head_end, boundary) = self.head(&mut scan);
            let mut lists = scan.literals;
            let body = self.block();
            lists.push(&mut self.tree, body);
            let stmt = self.tree.add_stmt(Stmt {
                kind: StmtKind::If,
                cuts: true,
                head_end,
                boundary,
                inside: lists.first,
                ..plain(start, self.prev_end.max(start))
            });
            if first == NONE {
                first = stmt;
            }
            if let Some(&list) = chain.last() {
                self.tree.lists[list as usize].first = stmt;
            }
            if self.tok.kind != Kind::Else {
                break;
            }
            self.bump();
            let start = self.prev_end;
            if self.tok.kind == Kind::If {
                let list = List {
                    kind: ListKind::ElseIf,
                    start,
                    end: start,
                    first: NONE,
                    literals: NONE,
                    next: NONE,
                };
                let list = self.tree.add_list(list);
                lists.push(&mut self.tree, list);
                chain.push(list);
            } else {
                let list = self.body(ListKind::Else, start);
                lists.push(&mut self.tree, list);
                break;
            }
        }
        self.end_chain(first, &chain);
        self.terminate();
        first
    }

    /// All statements of an `else if` chain end where the chain ends.
    fn end_chain(&mut self, first: u32, chain: &[u32]) {
        let end = self.prev_end;
        let mut set = |stmt: u32| {
            if let Some(stmt) = self.tree.stmts.get_mut(stmt as usize) {
                stmt.end = end.max(stmt.start);
            }
        };
        set(first);
        for &list in chain {
            let Some(list) = self.tree.lists.get_mut(list as usize) else { continue };
            list.end = end.max(list.start);
            set(list.first);
        }
    }

    fn for_statement(&mut self) -> u32 {
        let start = self.tok.start;
        self.bump();
        self.complexity = self.complexity.saturating_add(1);
        let mut scan = Scan::new();
        let (head_end, boundary) = self.head(&mut scan);
        let mut lists = scan.literals;
        let body = self.block();
        lists.push(&mut self.tree, body);
        self.finish_control(StmtKind::Control, start, head_end, boundary, lists.first)
    }

    fn switch_statement(&mut self) -> u32 {
        let start = self.tok.start;
        self.bump();
        let mut scan = Scan::new();
        let mut init_literal = NONE;
        loop {
            self.scan(Mode::Head, State::Operand, NONE, &mut scan);
            if !matches!(self.tok.kind, Kind::Semicolon | Kind::Newline) {
                break;
            }
            init_literal = scan.first_literal;
            self.bump();
        }
        let (head_end, brace) = (self.prev_end, self.tok.start);
        // A literal in a type switch's guard does not end the block (cmd/cover, all releases).
        let literal = if scan.type_guard { init_literal } else { scan.first_literal };
        let boundary = if literal == NONE { brace } else { literal };
        let mut lists = scan.literals;
        self.clauses(&mut lists);
        self.finish_control(StmtKind::Control, start, head_end, boundary, lists.first)
    }

    fn select_statement(&mut self) -> u32 {
        let start = self.tok.start;
        self.bump();
        let (head_end, brace) = (self.prev_end, self.tok.start);
        let mut lists = Chain::new();
        self.clauses(&mut lists);
        self.finish_control(StmtKind::Control, start, head_end, brace, lists.first)
    }

    /// The clauses of a switch or select, in braces.
    fn clauses(&mut self, lists: &mut Chain) {
        if self.tok.kind != Kind::LeftBrace {
            return self.mark_broken();
        }
        if self.depth >= MAX_DEPTH {
            return self.halt();
        }
        self.depth += 1;
        self.bump();
        loop {
            match self.tok.kind {
                Kind::Case | Kind::Default => {
                    let list = self.clause();
                    lists.push(&mut self.tree, list);
                }
                Kind::RightBrace => {
                    self.bump();
                    break;
                }
                Kind::Eof => {
                    self.mark_broken();
                    break;
                }
                _ => {
                    self.mark_broken();
                    self.bump();
                }
            }
        }
        self.depth -= 1;
    }

    fn clause(&mut self) -> u32 {
        let default = self.tok.kind == Kind::Default;
        self.bump();
        let mut scan = Scan::new();
        if !default {
            self.complexity = self.complexity.saturating_add(1);
            self.scan(Mode::Simple, State::Operand, NONE, &mut scan);
        }
        if !self.eat(Kind::Colon) {
            self.mark_broken();
        }
        let start = self.prev_end;
        let first = self.statements();
        // Comments up to the next clause belong to this one.
        let end = self.tok.start.max(start);
        let literals = scan.literals.first;
        self.tree.add_list(List { kind: ListKind::Clause, start, end, first, literals, next: NONE })
    }
}

/// A statement that neither ends a block nor holds one.
fn plain(start: u32, end: u32) -> Stmt {
    Stmt {
        kind: StmtKind::Simple,
        cuts: false,
        start,
        end,
        head_end: end,
        boundary: end,
        inside: NONE,
        next: NONE,
    }
}
