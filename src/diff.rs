//! Which lines are new, and what the repository says of itself. Only this stage talks to git.

pub mod base;
pub mod repo;
pub mod text;
pub mod tree;
