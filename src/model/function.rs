//! A function of a source, and what it is called.

use std::borrow::Cow;
use std::sync::Arc;

use smol_str::SmolStr;

use super::profile::{Extent, Pos};

/// A function declaration with a body, or a package-level function literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `F`, `T.M`, `(*T).M`, `T[...].M`, `rootCmd.RunE` or `func.L12.C7`; unique in the file by `.2`, `.3` suffixes.
    pub name: SmolStr,
    /// Where the declared name is in it, see [`Function::bare`].
    pub bare: Bare,
    /// Parameters and results as in the source, white space collapsed: `(x int) error`. `None` where nobody asked for it.
    pub signature: Option<Arc<str>>,
    /// From the `func` keyword to behind the closing brace; physical positions.
    pub extent: Extent,
    /// The opening brace of the body; physical.
    pub body: Pos,
    /// Whether it is a package-level literal.
    pub literal: bool,
    /// Cyclomatic complexity: 1 + if, for, case, comm clause, && and ||.
    pub complexity: u32,
    /// Line of the `func` keyword after `//line` directives (equal to `extent.start.line` without them).
    pub adjusted_line: u32,
    /// What few functions have, and none has to have room for.
    pub rare: Option<Box<Rare>>,
}

/// What few functions have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rare {
    /// The name in binary meta-data where it is not the one that [`Function::meta`] makes: `M` for a generic receiver, `func.L12.C7`.
    pub meta: Option<SmolStr>,
    /// Base name that a `//line` directive gives to the function's file; `None` without one.
    pub adjusted_file: Option<String>,
}

impl Rare {
    /// `None` when there is nothing of it.
    pub fn of(meta: Option<SmolStr>, adjusted_file: Option<String>) -> Option<Box<Self>> {
        (meta.is_some() || adjusted_file.is_some()).then(|| Box::new(Self { meta, adjusted_file }))
    }
}

impl Function {
    /// The bare declared name, as `go tool cover -func` prints it; empty for a literal.
    pub fn bare(&self) -> &str {
        self.bare.of(&self.name)
    }

    /// The name in binary meta-data: `F`, `T.M`, `*T.M`, `M` for a generic receiver, `func.L12.C7`.
    pub fn meta(&self) -> Cow<'_, str> {
        if let Some(meta) = self.rare.as_ref().and_then(|rare| rare.meta.as_ref()) {
            return Cow::Borrowed(meta);
        }
        let (declared, bare) = (self.bare.with_receiver(&self.name), self.bare());
        match declared.strip_prefix("(*").and_then(|name| name.strip_suffix(bare)?.strip_suffix(").")) {
            Some(receiver) => Cow::Owned(["*", receiver, ".", bare].concat()),
            None => Cow::Borrowed(declared),
        }
    }
}

/// Where the declared name is in the name of a function: `M` in `(*T).M.2`. Most of what a report knows of functions are names, and
/// this one takes no memory of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bare {
    /// Bytes `[from, to)`.
    from: u32,
    to: u32,
}

impl Bare {
    /// The last bytes of a name, `length` of them.
    pub fn at_end(name: &str, length: usize) -> Self {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { from: place(name.len().saturating_sub(length)), to: place(name.len()) }
    }

    /// The declared name in a name that may have got a number since, `.2`.
    pub fn of(self, name: &str) -> &str {
        name.get(self.from as usize..self.to as usize).unwrap_or_default()
    }

    /// The same with what stands before it.
    fn with_receiver(self, name: &str) -> &str {
        name.get(..self.to as usize).unwrap_or_default()
    }
}
