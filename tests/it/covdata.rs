//! Binary coverage data: recorded directories of six Go releases read as `go tool covdata` reads them, and written again.

mod damage;
mod generated;
mod recorded;
mod world;
