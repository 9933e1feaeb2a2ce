//! The `coverdict` program.

fn main() {}
