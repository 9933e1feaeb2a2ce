//! The skeleton of a file: statement lists, statements and functions, as indices into flat vectors.
//!
//! Only what blocks, names and extents need is kept. Offsets are bytes from the start of the file.
//! Invariants: a list's statements and a statement's lists are chained in source order; an index always
//! points to an element that exists; nesting is bounded by the parser's limit, except the chain of `else if`,
//! whose lists are always the last of their statement.

/// No offset, no index.
pub(super) const NONE: u32 = u32::MAX;

/// What a statement list is the content of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    /// A body in braces: of a function, a literal, `if`, `for`, or a bare block.
    Body,
    /// The body of an `else`.
    Else,
    /// The `if` of an `else if`: a list of that one statement.
    ElseIf,
    /// What stands behind the colon of a case, default or communication clause.
    Clause,
}

/// A statement list.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) kind: ListKind,
    /// Where its first block starts under rule set A: the brace, behind `else`, behind the colon.
    pub(super) start: u32,
    /// Behind the closing brace; of a clause: where the next clause or the closing brace begins.
    pub(super) end: u32,
    /// First statement.
    pub(super) first: u32,
    /// Clause only: first of the literal bodies between `case` and the colon.
    pub(super) literals: u32,
    /// Next list of the same statement or clause head.
    pub(super) next: u32,
}

/// How a statement takes part in blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StmtKind {
    /// Any statement that does not belong to the others.
    Simple,
    /// `{ … }`.
    Block,
    If,
    /// `for`, `switch` and `select`: a label stays glued to them.
    Control,
    /// A label with its statement in [`Stmt::inside`].
    Label,
}

/// A statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stmt {
    pub(super) kind: StmtKind,
    /// Whether a basic block ends with it.
    pub(super) cuts: bool,
    /// Its first byte.
    pub(super) start: u32,
    /// Behind its last token; the semicolon is no part of it.
    pub(super) end: u32,
    /// Behind its own code: before the body's brace for control statements, else `end`.
    pub(super) head_end: u32,
    /// Where the basic block ends that it ends.
    pub(super) boundary: u32,
    /// The first list in it: bodies of literals, then its own bodies or clauses. Of a label: the labelled
    /// statement.
    pub(super) inside: u32,
    /// Next statement of the list.
    pub(super) next: u32,
}

/// A function declaration with a body, or a literal outside of any function.
#[derive(Debug, Clone)]
pub(super) struct Func {
    /// The keyword `func`.
    pub(super) start: u32,
    /// Whether it is a literal.
    pub(super) literal: bool,
    /// The name as declared, as bytes `[from, to)`; empty for a literal.
    pub(super) name: (u32, u32),
    /// The receiver with its parentheses; empty without one.
    pub(super) receiver: (u32, u32),
    /// Parameters and results.
    pub(super) signature: (u32, u32),
    /// The body.
    pub(super) body: u32,
    /// Of a literal: the variable and the field names that lead to it; empty when there is no such path.
    pub(super) path: Vec<(u32, u32)>,
    pub(super) complexity: u32,
}

/// The tree.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) stmts: Vec<Stmt>,
    pub(super) lists: Vec<List>,
    pub(super) funcs: Vec<Func>,
    /// Bodies `[from, to)` of all literals, braces included.
    pub(super) literals: Vec<(u32, u32)>,
    /// Offset of the package keyword.
    pub(super) package: u32,
    /// First offset that was not understood.
    pub(super) broken: u32,
}

impl Tree {
    /// Without anything in it.
    pub(super) fn new() -> Self {
        Self {
            stmts: Vec::new(),
            lists: Vec::new(),
            funcs: Vec::new(),
            literals: Vec::new(),
            package: NONE,
            broken: NONE,
        }
    }

    /// The list with this index, which came from this tree.
    pub(super) fn list(&self, index: u32) -> &List {
        &self.lists[index as usize]
    }

    /// The statement with this index, which came from this tree.
    pub(super) fn stmt(&self, index: u32) -> &Stmt {
        &self.stmts[index as usize]
    }

    /// The statement itself, without its labels.
    pub(super) fn unlabelled(&self, index: u32) -> &Stmt {
        let mut stmt = self.stmt(index);
        while stmt.kind == StmtKind::Label {
            stmt = self.stmt(stmt.inside);
        }
        stmt
    }

    /// Adds a list.
    pub(super) fn add_list(&mut self, list: List) -> u32 {
        self.lists.push(list);
        index(self.lists.len() - 1)
    }

    /// Adds a statement.
    pub(super) fn add_stmt(&mut self, stmt: Stmt) -> u32 {
        self.stmts.push(stmt);
        index(self.stmts.len() - 1)
    }

    /// The lists of a chain.
    pub(super) fn chain(&self, first: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(some(first), |&list| some(self.list(list).next))
    }
}

/// Lists of one statement while they are collected.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub(super) first: u32,
    last: u32,
}

impl Chain {
    /// No list yet.
    pub(super) fn new() -> Self {
        Self { first: NONE, last: NONE }
    }

    /// Appends a list.
    pub(super) fn push(&mut self, tree: &mut Tree, list: u32) {
        match tree.lists.get_mut(self.last as usize) {
            Some(last) => last.next = list,
            None => self.first = list,
        }
        self.last = list;
    }
}

/// `NONE` as an option.
pub(super) fn some(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

/// An index as the tree keeps it. Every element takes at least one byte of a text that is shorter than 4 GiB.
fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(NONE)
}
