//! Raw profiles and what is known of the sources -> what counts.

mod contest;
pub mod filter;
pub mod judgement;
pub mod merge;
mod notices;
mod overlap;
mod rule_set;
pub mod runs;
mod sections;
pub mod stale;

pub use filter::{FilterFacts, FilterRules, Filtered, Scope, filter};
pub use judgement::{
    Choice, Fate, FileJudgement, FileState, JudgeOptions, Judgement, Listing, Misfit, Reason, Recounted,
};
pub use merge::{canonical_names, merge};
pub use notices::describe;
pub use stale::{judge, listings};
