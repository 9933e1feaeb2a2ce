//! Expressions and signatures without bodies, and without types that a keyword begins: passed over by their brackets alone.
//!
//! Nearly all are of this sort, and of them nothing is asked but where they end and how many `&&` and `||` they hold. Invariant: what is passed over here is what [`Parser::scan`] would pass over, with the same outcome; whatever it
//! could flag as not understood is left to it.

use super::expr::{MAX_BRACKETS, Mode, Scan};
use super::lexer::Kind;
use super::parser::Parser;
use super::tree::NONE;

/// What a token is to such an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A token that never ends it.
    Inside,
    Logical,
    Opens,
    Closes,
    /// Ends it outside of brackets.
    Separates,
    Range,
    /// A token that only a closer look understands.
    Other,
}

const fn role(kind: Kind) -> Role {
    match kind {
        Kind::Ident
        | Kind::Literal
        | Kind::Operator
        | Kind::Assign
        | Kind::IncDec
        | Kind::Star
        | Kind::Arrow
        | Kind::Dot
        | Kind::Ellipsis
        | Kind::Comma => Role::Inside,
        Kind::Logical => Role::Logical,
        Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => Role::Opens,
        Kind::RightParen | Kind::RightBracket | Kind::RightBrace => Role::Closes,
        Kind::Colon | Kind::Semicolon | Kind::Newline => Role::Separates,
        Kind::Range => Role::Range,
        _ => Role::Other,
    }
}

/// Open brackets, two bits each, the last one lowest; none is zero.
#[derive(Clone, Copy)]
struct Nesting(u64);

/// As many as there is room for.
const DEEPEST: usize = 32;

impl Nesting {
    fn is_outside(self) -> bool {
        self.0 == 0
    }

    /// The nesting behind an opening bracket, where there is room for it.
    fn deeper(self, kind: Kind) -> Option<Self> {
        (self.0 >> (2 * (DEEPEST - 1)) == 0).then_some(Self(self.0 << 2 | bracket(kind)))
    }

    /// The nesting behind a closing bracket, where it is of the kind that was opened last.
    fn shallower(self, kind: Kind) -> Option<Self> {
        (self.0 & 3 == bracket(kind)).then_some(Self(self.0 >> 2))
    }
}

/// The sort of a bracket: 1 to 3, never 0.
fn bracket(kind: Kind) -> u64 {
    match kind {
        Kind::LeftParen | Kind::RightParen => 1,
        Kind::LeftBracket | Kind::RightBracket => 2,
        _ => 3,
    }
}

impl Parser<'_> {
    /// Passes over an expression whose tokens are all at hand. False, and nothing is passed over, where it takes
    /// [`Parser::scan_all`] to do so.
    pub(super) fn skip(&mut self, mode: Mode, scan: &mut Scan) -> bool {
        let is_head = mode == Mode::Head;
        let before_body = is_head || mode == Mode::Signature;
        let mut at = self.place();
        let mut nesting = Nesting(0);
        let (mut logical, mut ranges) = (0_u32, false);
        loop {
            let kind = self.kind_at(at);
            match role(kind) {
                Role::Opens => {
                    if before_body && kind == Kind::LeftBrace && nesting.is_outside() {
                        break;
                    }
                    // The brackets of an array type: the brace behind it opens no body.
                    if before_body
                        && kind == Kind::LeftBracket
                        && !is_operand(self.kind_at(at.wrapping_sub(1)))
                    {
                        return false;
                    }
                    let Some(deeper) = nesting.deeper(kind) else { return false };
                    nesting = deeper;
                }
                Role::Closes | Role::Separates if nesting.is_outside() => break,
                Role::Closes => {
                    let Some(shallower) = nesting.shallower(kind) else { return false };
                    nesting = shallower;
                }
                Role::Inside | Role::Separates => {}
                Role::Logical => logical += 1,
                Role::Range if is_head && nesting.is_outside() => ranges = true,
                Role::Range | Role::Other => return false,
            }
            if self.is_last(at) {
                return false;
            }
            at = at.wrapping_add(1);
        }
        if self.brackets.len() > MAX_BRACKETS - DEEPEST {
            return false;
        }
        self.go_to(at);
        self.complexity = self.complexity.saturating_add(logical);
        if ranges {
            scan.first_literal = NONE;
        }
        true
    }
}

/// Whether an operand may end with a token.
fn is_operand(kind: Kind) -> bool {
    matches!(kind, Kind::Ident | Kind::Literal | Kind::RightParen | Kind::RightBracket)
}
