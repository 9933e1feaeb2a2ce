//! Expressions, types and signatures: passed over token by token, with a stack of open brackets instead of
//! recursion.
//!
//! Nothing of an expression matters to coverage but the function literals in it and where it ends. To find
//! those, two things must be told apart: a brace of a composite literal from a brace of a body, and `func` of
//! a literal from `func` of a type. Both follow from whether an operand or a type is expected, so that is the
//! state that is kept. Invariants: a scan returns with the stack as it found it and stands on a token that it
//! did not take; every step takes a token or returns.

use super::lexer::Kind;
use super::parser::Parser;
use super::tree::{Chain, NONE};

/// Where a scan takes place: decides what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A statement, or what stands between `case` and the colon.
    Simple,
    /// The head of `if`, `for` or `switch`: a brace opens the body unless the literal's type says otherwise.
    Head,
    /// A specification of a declaration outside functions.
    Spec,
    /// The signature of a declared function.
    Signature,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Operand,
    /// Behind an operand or a type.
    Done,
    Type,
    /// Behind a dot.
    Dot,
    /// Behind `func`.
    Params,
    /// Behind the parameters.
    Result,
    /// Behind `map`.
    MapKey,
    /// Behind `struct` or `interface`.
    Fields,
}

/// What an open bracket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// Parentheses around an operand.
    Group,
    /// A call, a conversion or a type assertion.
    Call,
    /// Parentheses of parameters, results or around a type.
    Type,
    /// An index, or type arguments.
    Index,
    /// The length of an array type, the key of a map type.
    Length,
    /// The elements of a composite literal.
    Elements,
    /// The fields of a struct, the methods of an interface.
    Fields,
}

/// An open bracket and what to go on with behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    bracket: Bracket,
    close: Kind,
    after: State,
    pending: u32,
    composite: bool,
    /// The identifier before the colon of the element at hand.
    key: (u32, u32),
}

/// What a scan found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    /// Bodies of the literals.
    pub(super) literals: Chain,
    /// Brace of the first literal that may end a basic block.
    pub(super) first_literal: u32,
    /// `.(type)` occurred.
    pub(super) type_guard: bool,
    /// Behind the first parenthesis that was closed at the outside, and how many arguments stand in it.
    pub(super) first_call: (u32, u32),
    commas: u32,
    /// Where the parameters of a signature start.
    pub(super) params: u32,
    /// Whether the values of a specification have begun, and how many are through.
    in_values: bool,
    values: u32,
}

impl Scan {
    pub(super) fn new() -> Self {
        Self {
            literals: Chain::new(),
            first_literal: NONE,
            type_guard: false,
            first_call: (NONE, 0),
            commas: 0,
            params: NONE,
            in_values: false,
            values: 0,
        }
    }
}

/// The part of the state that a bracket saves.
#[derive(Debug, Clone, Copy)]
struct Here {
    state: State,
    /// The `func` of a literal whose body may follow; `NONE` without one.
    pending: u32,
    /// Whether a brace opens a composite literal even in a head.
    composite: bool,
}

/// Behind an operator, comma or opening bracket.
const OPERAND: Here = Here { state: State::Operand, pending: NONE, composite: false };

/// Behind an operand that is no type.
const DONE: Here = Here { state: State::Done, pending: NONE, composite: false };

/// What to do with the token at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Take,
    /// It was taken already.
    Again,
    /// It does not belong to the scan.
    Stop,
}

/// Brackets that may be open at once; Go's parser gives up at the same depth.
pub(super) const MAX_BRACKETS: usize = 100_000;

impl Parser<'_> {
    /// Passes over an expression, type or simple statement; stops at what cannot belong to it. Of [`Scan`] the first call
    /// and what only literals need may be left out.
    pub(super) fn scan(&mut self, mode: Mode, state: State, pending: u32, scan: &mut Scan) {
        let start = self.tok().start;
        let is_signature = mode == Mode::Signature;
        // Type parameters may stand before the parameters.
        if (is_signature && self.kind != Kind::LeftParen) || !self.skip(mode, scan) {
            self.scan_all(mode, state, pending, scan);
        } else if is_signature {
            scan.params = start;
        }
    }

    /// The same, token by token, with all that there is to know of it.
    pub(super) fn scan_all(&mut self, mode: Mode, state: State, pending: u32, scan: &mut Scan) {
        let base = self.brackets.len();
        let mut here = Here { state, pending, composite: false };
        loop {
            self.settle(&mut here);
            let step = match self.kind {
                Kind::Ident => {
                    here.composite &= here.state != State::Operand;
                    here.state = State::Done;
                    Step::Take
                }
                Kind::Literal | Kind::IncDec => {
                    here = DONE;
                    Step::Take
                }
                Kind::Colon | Kind::Semicolon | Kind::Newline => self.separator(base, &mut here),
                Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => {
                    self.opening(mode, base, &mut here, scan)
                }
                Kind::RightParen | Kind::RightBracket | Kind::RightBrace => {
                    self.closing(base, &mut here, scan)
                }
                kind if kind < Kind::Break => self.operator(base, &mut here, scan),
                _ => self.keyword(mode, base, &mut here, scan),
            };
            match step {
                Step::Take => self.bump(),
                Step::Again => {}
                Step::Stop => return,
            }
        }
    }

    fn operator(&mut self, base: usize, here: &mut Here, scan: &mut Scan) -> Step {
        match self.kind {
            Kind::Dot => {
                // Only a package's name goes on to a type.
                here.composite &= self.prev().kind == Kind::Ident;
                here.state = State::Dot;
                return Step::Take;
            }
            Kind::Star | Kind::Arrow if here.state == State::Type => return Step::Take,
            Kind::Comma => self.comma(base, scan),
            Kind::Assign => scan.in_values |= self.brackets.len() == base,
            Kind::Logical => self.complexity = self.complexity.saturating_add(1),
            Kind::Illegal => self.mark_broken(),
            Kind::Eof => return self.leave(base),
            _ => {}
        }
        *here = OPERAND;
        Step::Take
    }

    /// A colon or semicolon: inside brackets the next element or field begins.
    fn separator(&mut self, base: usize, here: &mut Here) -> Step {
        if self.brackets.len() == base {
            return Step::Stop;
        }
        if self.kind == Kind::Colon {
            self.colon();
        }
        *here = OPERAND;
        Step::Take
    }

    fn opening(&mut self, mode: Mode, base: usize, here: &mut Here, scan: &mut Scan) -> Step {
        let outside = self.brackets.len() == base;
        match self.kind {
            Kind::LeftParen => {
                let signature = mode == Mode::Signature && outside && here.state == State::Params;
                if signature && scan.params == NONE {
                    scan.params = self.tok().start;
                }
                self.open_paren(here);
            }
            Kind::LeftBracket => self.open_bracket(here),
            _ => {
                let done = here.state == State::Done;
                if done && here.pending != NONE && !(mode == Mode::Signature && outside) {
                    self.literal(base, here.pending, scan);
                    *here = DONE;
                    return Step::Again;
                }
                let typed = here.state == State::Fields || (done && here.composite);
                if outside && !typed && matches!(mode, Mode::Head | Mode::Signature) {
                    return Step::Stop;
                }
                self.open_brace(here);
            }
        }
        Step::Take
    }

    fn closing(&mut self, base: usize, here: &mut Here, scan: &mut Scan) -> Step {
        let inside = self.brackets.len() > base;
        if inside && self.close(base, here, scan) { Step::Take } else { Step::Stop }
    }

    fn keyword(&mut self, mode: Mode, base: usize, here: &mut Here, scan: &mut Scan) -> Step {
        let kind = self.kind;
        let outside = self.brackets.len() == base;
        match kind {
            Kind::Func => {
                if here.state != State::Type {
                    here.pending = self.tok().start;
                    here.composite = false;
                }
                here.state = State::Params;
            }
            Kind::Chan => {
                here.composite &= here.state == State::Type;
                here.state = State::Type;
            }
            Kind::Map | Kind::Struct | Kind::Interface => {
                if here.state != State::Type {
                    here.composite = kind != Kind::Interface;
                }
                here.state = if kind == Kind::Map { State::MapKey } else { State::Fields };
            }
            Kind::Range if mode == Mode::Head && outside => {
                // Only a literal in the operand ends the block before the body (cmd/cover, all releases).
                scan.first_literal = NONE;
                *here = OPERAND;
            }
            Kind::Type if self.prev().kind == Kind::LeftParen && !outside => {
                scan.type_guard |= self.brackets.len() == base + 1;
                *here = DONE;
            }
            _ => return self.leave(base),
        }
        Step::Take
    }

    /// Leaves a token that no expression holds to the statement parser.
    fn leave(&mut self, base: usize) -> Step {
        if self.brackets.len() > base {
            self.mark_broken();
            self.brackets.truncate(base);
        }
        Step::Stop
    }

    /// Ends the states that only wait for one kind of token.
    fn settle(&mut self, here: &mut Here) {
        let kind = self.kind;
        here.state = match here.state {
            State::Params if !matches!(kind, Kind::LeftParen | Kind::LeftBracket) => State::Done,
            State::MapKey if kind != Kind::LeftBracket => State::Done,
            State::Fields if kind != Kind::LeftBrace => State::Done,
            State::Result if kind != Kind::LeftParen => match kind {
                Kind::Ident
                | Kind::Star
                | Kind::LeftBracket
                | Kind::Struct
                | Kind::Map
                | Kind::Chan
                | Kind::Interface
                | Kind::Func
                | Kind::Arrow => State::Type,
                _ => State::Done,
            },
            state => state,
        };
    }

    fn open_paren(&mut self, here: &mut Here) {
        let (bracket, after, inner) = match here.state {
            State::Params => (Bracket::Type, State::Result, State::Operand),
            State::Result => (Bracket::Type, State::Done, State::Operand),
            State::Type => (Bracket::Type, State::Done, State::Type),
            State::Operand => (Bracket::Group, State::Done, State::Operand),
            _ => (Bracket::Call, State::Done, State::Operand),
        };
        self.open(bracket, Kind::RightParen, after, inner, here);
    }

    fn open_bracket(&mut self, here: &mut Here) {
        let (bracket, after) = match here.state {
            State::Operand => {
                here.composite = true;
                (Bracket::Length, State::Type)
            }
            State::Type | State::MapKey => (Bracket::Length, State::Type),
            // The type parameters of a declared function.
            State::Params => (Bracket::Index, State::Params),
            _ => (Bracket::Index, State::Done),
        };
        self.open(bracket, Kind::RightBracket, after, State::Operand, here);
    }

    fn open_brace(&mut self, here: &mut Here) {
        let bracket = if here.state == State::Fields { Bracket::Fields } else { Bracket::Elements };
        self.open(bracket, Kind::RightBrace, State::Done, State::Operand, here);
    }

    fn open(&mut self, bracket: Bracket, close: Kind, after: State, inner: State, here: &mut Here) {
        if self.brackets.len() >= MAX_BRACKETS {
            self.halt();
            return;
        }
        let Here { pending, composite, .. } = *here;
        self.brackets.push(Open { bracket, close, after, pending, composite, key: (NONE, NONE) });
        *here = Here { state: inner, pending: NONE, composite: false };
    }

    /// Closes the innermost bracket. One that does not fit is passed over, but a brace closes all that stands
    /// open in it. False when the brace belongs to what is around the scan.
    fn close(&mut self, base: usize, here: &mut Here, scan: &mut Scan) -> bool {
        let kind = self.kind;
        if self.brackets.last().is_none_or(|open| open.close != kind) {
            self.mark_broken();
            if kind != Kind::RightBrace {
                return true;
            }
            while self.brackets.len() > base
                && self.brackets.last().is_some_and(|open| open.close != Kind::RightBrace)
            {
                self.brackets.pop();
            }
            if self.brackets.len() == base {
                return false;
            }
        }
        let Some(open) = self.brackets.pop() else { return false };
        if self.brackets.len() == base && kind == Kind::RightParen && scan.first_call.0 == NONE {
            let full = !matches!(self.prev().kind, Kind::Comma | Kind::LeftParen);
            scan.first_call = (self.tok().end, scan.commas.saturating_add(u32::from(full)));
        }
        let (pending, composite) = match open.bracket {
            Bracket::Group => (NONE, here.composite),
            Bracket::Call | Bracket::Elements => (NONE, false),
            _ => (open.pending, open.composite),
        };
        *here = Here { state: open.after, pending, composite };
        true
    }

    fn comma(&mut self, base: usize, scan: &mut Scan) {
        let depth = self.brackets.len() - base;
        if depth == 0 && scan.in_values {
            scan.values = scan.values.saturating_add(1);
        }
        if depth == 1 && scan.first_call.0 == NONE {
            scan.commas = scan.commas.saturating_add(1);
        }
        if let Some(open) = self.brackets.last_mut() {
            open.key = (NONE, NONE);
        }
    }

    /// Notes the key of an element: an identifier alone between the comma or brace and the colon.
    fn colon(&mut self) {
        let alone =
            self.prev().kind == Kind::Ident && matches!(self.prev_prev().kind, Kind::Comma | Kind::LeftBrace);
        let key = if alone { (self.prev().start, self.prev().end) } else { (NONE, NONE) };
        if let Some(open) = self.brackets.last_mut() {
            open.key = key;
        }
    }

    /// The body of a literal, up to and with its brace.
    fn literal(&mut self, base: usize, start: u32, scan: &mut Scan) {
        let brace = self.tok().start;
        if scan.first_literal == NONE {
            scan.first_literal = brace;
        }
        let list = if self.in_function {
            self.block()
        } else {
            let path = self.literal_path(base, scan.values);
            self.outer_literal(start, path)
        };
        self.tree.literals.push((brace, self.tree.list(list).end));
        scan.literals.push(&mut self.tree, list);
    }

    /// The variable and the fields that lead to the place at hand; empty when calls, indices or elements
    /// without a field name stand between.
    fn literal_path(&self, base: usize, value: u32) -> Vec<(u32, u32)> {
        let Some(&name) = self.spec_names.get(value as usize) else { return Vec::new() };
        let mut path = vec![name];
        for open in self.brackets.get(base..).unwrap_or_default() {
            match open.bracket {
                Bracket::Group => {}
                Bracket::Elements if open.key.0 != NONE => path.push(open.key),
                _ => return Vec::new(),
            }
        }
        path
    }
}
