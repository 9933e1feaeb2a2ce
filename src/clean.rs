//! Raw profiles and what is known of the sources -> what counts.

pub mod filter;
pub mod merge;

pub use filter::{FilterFacts, FilterRules, Filtered, Scope, filter};
pub use merge::{canonical_names, merge};
