//! Expressions and signatures without bodies, and without types that a keyword begins: passed over by their brackets alone.
//!
//! Nearly all are of this sort, and of them nothing is asked but where they end and how many `&&` and `||` they hold. Invariant: what is passed over here is what [`Parser::scan`] would pass over, with the same outcome; whatever it
//! could flag as not understood is left to it.

use super::expr::{MAX_BRACKETS, Mode, Scan};
use super::kind::{AHEAD, Kind};
use super::parser::Parser;
use super::tree::NONE;

/// What a token is to such an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A token that never ends it. So are those up to [`Kind::LAST_INSIDE`], and no others.
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
        kind if kind as u8 <= Kind::LAST_INSIDE as u8 => Role::Inside,
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
    /// Passes over an expression whose tokens are all at hand: behind the last one that is stands an end of text. False, and
    /// nothing is passed over, where it takes [`Parser::scan_all`] to do so.
    pub(super) fn skip(&mut self, mode: Mode, scan: &mut Scan) -> bool {
        let is_head = mode == Mode::Head;
        let before_body = is_head || mode == Mode::Signature;
        let mut at = self.place();
        let mut nesting = Nesting(0);
        let (mut logical, mut ranges) = (0_u32, false);
        loop {
            let inside = self.inside_from(at);
            at = at.wrapping_add(inside);
            if inside == AHEAD {
                continue;
            }
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

#[cfg(test)]
mod tests {
    use super::super::kind::inside;
    use super::*;

    #[test]
    fn tokens_inside_are_counted_up_to_the_first_other() {
        use Kind::{Eof, Ident, If, Logical, Range, Var};
        let inside_ones = [
            Ident,
            Kind::Literal,
            Kind::Operator,
            Kind::Assign,
            Kind::IncDec,
            Kind::Star,
            Kind::Arrow,
            Kind::Dot,
            Kind::Ellipsis,
            Kind::Comma,
        ];
        let others =
            [Eof, Kind::Illegal, Logical, Kind::Colon, Kind::Semicolon, Kind::Newline, If, Range, Var];
        let brackets = [Kind::LeftParen, Kind::RightParen, Kind::LeftBracket, Kind::RightBracket];
        for at in 0..AHEAD {
            for fill in inside_ones {
                let kinds = |kind| {
                    let mut kinds = [fill; AHEAD as usize];
                    kinds[usize::from(at)] = kind;
                    kinds
                };
                for kind in inside_ones {
                    assert_eq!(inside(kinds(kind)), AHEAD, "{kind:?}");
                    assert!(role(kind) == Role::Inside, "{kind:?}");
                }
                for kind in others.into_iter().chain(brackets).chain([Kind::LeftBrace, Kind::RightBrace]) {
                    assert_eq!(inside(kinds(kind)), at, "{kind:?}");
                    assert!(role(kind) != Role::Inside, "{kind:?}");
                }
            }
        }
    }
}
