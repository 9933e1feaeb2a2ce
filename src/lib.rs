//! coverdict: Go coverage to a number that is right, reports that every CI shows, and a pass or fail.
//!
//! `ARCHITECTURE.md` has the picture. In short: `cli` and `config` turn the command line into `settings`; `pipeline` gathers
//! (reads everything), analyses (pure, cannot fail) and emits; the stages do not know each other.

pub mod cli;
pub mod config;
pub mod error;
pub mod gate;
pub mod escape;
pub mod golang;
pub mod host;
pub mod ingest;
pub mod locate;
pub mod measure;
pub mod model;
pub mod report;
pub mod settings;
