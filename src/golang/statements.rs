//! Statements: where each begins and ends, what bodies it holds, and whether a basic block ends with it.
//!
//! Part of the parser; its promises hold here too.

use super::expr::{Mode, Scan, State};
use super::lexer::{Kind, Token};
use super::parser::Parser;
use super::tree::{Chain, List, ListKind, NONE, Stmt, StmtKind};

impl Parser<'_> {
    /// Statements up to a closing brace or the next clause. Returns the first.
    pub(super) fn statements(&mut self) -> u32 {
        let mut first = NONE;
        let mut last = NONE;
        loop {
            match self.kind {
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
        match self.kind {
            Kind::Semicolon | Kind::Newline => self.empty(),
            Kind::LeftBrace => self.bare_block(),
            Kind::If => self.if_statement(),
            Kind::For => self.for_statement(),
            Kind::Switch => self.switch_statement(),
            Kind::Select => self.select_statement(),
            Kind::Ident => self.named_statement(),
            Kind::Break | Kind::Continue | Kind::Goto | Kind::Fallthrough => {
                let start = self.tok().start;
                self.bump();
                if self.kind == Kind::Ident {
                    self.bump();
                }
                self.finish_simple(start, true, &Scan::new())
            }
            Kind::Return | Kind::Go | Kind::Defer | Kind::Const | Kind::Type | Kind::Var | Kind::Import => {
                let start = self.tok().start;
                self.bump();
                self.simple(start, State::Operand)
            }
            _ => self.simple(self.tok().start, State::Operand),
        }
    }

    /// An empty statement. One that an end of line stands for has no length.
    fn empty(&mut self) -> u32 {
        let Token { kind, start, end } = self.tok();
        let end = if kind == Kind::Newline { start } else { end };
        self.bump();
        self.tree.add_stmt(plain(start, end))
    }

    /// A statement that begins with a name: a label, a call of `panic`, or anything else.
    fn named_statement(&mut self) -> u32 {
        let start = self.tok().start;
        let panics = self.bytes(self.tok()) == b"panic";
        self.bump();
        if self.kind == Kind::Colon {
            return self.labelled(start);
        }
        let called = self.kind == Kind::LeftParen;
        let mut scan = Scan::new();
        if panics {
            self.scan_all(Mode::Simple, State::Done, NONE, &mut scan);
        } else {
            self.scan(Mode::Simple, State::Done, NONE, &mut scan);
        }
        let panics = panics && called && scan.first_call == (self.prev().end, 1);
        self.finish_simple(start, panics, &scan)
    }

    fn labelled(&mut self, start: u32) -> u32 {
        self.bump();
        let label_end = self.prev().end;
        let entered = self.enter();
        let inner = match self.kind {
            // Go takes the empty statement before a closing brace for granted.
            Kind::RightBrace | Kind::Eof | Kind::Case | Kind::Default => {
                self.tree.add_stmt(plain(self.tok().start, self.tok().start))
            }
            _ => self.statement(),
        };
        if entered {
            self.exit();
        }
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
        let before = self.tok().start;
        self.scan(Mode::Simple, state, NONE, &mut scan);
        if self.tok().start == before && start == before {
            // Nothing that starts a statement.
            self.mark_broken();
            self.bump();
        }
        self.finish_simple(start, false, &scan)
    }

    fn finish_simple(&mut self, start: u32, cuts: bool, scan: &Scan) -> u32 {
        let end = self.prev().end.max(start);
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
        match self.kind {
            Kind::Semicolon | Kind::Newline => self.bump(),
            Kind::RightBrace | Kind::Eof => {}
            _ => self.mark_broken(),
        }
    }

    fn bare_block(&mut self) -> u32 {
        let start = self.tok().start;
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
        let end = self.prev().end.max(start);
        self.terminate();
        self.tree.add_stmt(Stmt { kind, cuts: true, head_end, boundary, inside: lists, ..plain(start, end) })
    }

    /// The head of a control statement up to its brace. Returns where the basic block before the body ends.
    fn head(&mut self, scan: &mut Scan) -> (u32, u32) {
        loop {
            self.scan(Mode::Head, State::Operand, NONE, scan);
            match self.kind {
                Kind::Semicolon | Kind::Newline => self.bump(),
                _ => break,
            }
        }
        let brace = self.tok().start;
        (self.prev().end, if scan.first_literal == NONE { brace } else { scan.first_literal })
    }

    /// An `if` with all its `else if`: a loop, since generated code chains thousands.
    fn if_statement(&mut self) -> u32 {
        let mut chain: Vec<u32> = Vec::new();
        let mut first = NONE;
        loop {
            let start = self.tok().start;
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
                ..plain(start, self.prev().end.max(start))
            });
            if first == NONE {
                first = stmt;
            }
            if let Some(&list) = chain.last() {
                self.tree.lists[list as usize].first = stmt;
            }
            if self.kind != Kind::Else {
                break;
            }
            self.bump();
            let start = self.prev().end;
            if self.kind == Kind::If {
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
        let end = self.prev().end;
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
        let start = self.tok().start;
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
        let start = self.tok().start;
        self.bump();
        let mut scan = Scan::new();
        let mut init_literal = NONE;
        loop {
            self.scan(Mode::Head, State::Operand, NONE, &mut scan);
            if !matches!(self.kind, Kind::Semicolon | Kind::Newline) {
                break;
            }
            init_literal = scan.first_literal;
            self.bump();
        }
        let (head_end, brace) = (self.prev().end, self.tok().start);
        // A literal in a type switch's guard does not end the block (cmd/cover, all releases).
        let literal = if scan.type_guard { init_literal } else { scan.first_literal };
        let boundary = if literal == NONE { brace } else { literal };
        let mut lists = scan.literals;
        self.clauses(&mut lists);
        self.finish_control(StmtKind::Control, start, head_end, boundary, lists.first)
    }

    fn select_statement(&mut self) -> u32 {
        let start = self.tok().start;
        self.bump();
        let (head_end, brace) = (self.prev().end, self.tok().start);
        let mut lists = Chain::new();
        self.clauses(&mut lists);
        self.finish_control(StmtKind::Control, start, head_end, brace, lists.first)
    }

    /// The clauses of a switch or select, in braces.
    fn clauses(&mut self, lists: &mut Chain) {
        if self.kind != Kind::LeftBrace {
            return self.mark_broken();
        }
        if !self.enter() {
            return;
        }
        self.bump();
        loop {
            match self.kind {
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
        self.exit();
    }

    fn clause(&mut self) -> u32 {
        let default = self.kind == Kind::Default;
        self.bump();
        let mut scan = Scan::new();
        if !default {
            self.complexity = self.complexity.saturating_add(1);
            self.scan(Mode::Simple, State::Operand, NONE, &mut scan);
        }
        if !self.eat(Kind::Colon) {
            self.mark_broken();
        }
        let start = self.prev().end;
        let first = self.statements();
        // Comments up to the next clause belong to this one.
        let end = self.tok().start.max(start);
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
