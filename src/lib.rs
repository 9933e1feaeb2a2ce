//! coverdict: Go coverage to a number that is right, reports that every CI shows, and a pass or fail.
//!
//! `ARCHITECTURE.md` has the picture. In short: `cli` and `config` turn the command line into `settings`; `pipeline` gathers
//! (reads everything), analyses (pure, cannot fail) and emits; the stages do not know each other.

pub mod algebra;
pub mod ci;
pub mod clean;
pub mod cli;
pub mod compare;
pub mod config;
pub mod diff;
pub mod error;
pub mod escape;
pub mod gate;
pub mod golang;
pub mod host;
pub mod ingest;
pub mod locate;
pub mod measure;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod settings;

use std::ffi::OsString;

use config::{Plan, Tables};
use error::Exit;
use host::Host;

/// Runs the program: arguments (the first is the program's name) and a world in, exit code out.
pub fn run(args: &[OsString], host: &mut Host) -> Exit {
    let formats = report::names();
    let systems: Vec<&str> = ci::PROVIDERS.iter().map(|provider| provider.name).collect();
    let tables = Tables {
        formats: &formats,
        systems: &systems,
        report_schema: report::REPORT_SCHEMA,
        baseline_schema: report::BASELINE_JSON_SCHEMA,
    };
    match config::plan(args, host, tables) {
        Plan::Run(settings) => pipeline::run(&settings, host),
        Plan::Print(bytes) => match pipeline::output::stdout(host, &bytes) {
            Ok(()) => Exit::Success,
            Err(error) => {
                host.say(&error::render(&error, false));
                error.exit()
            }
        },
        Plan::Fail { text, exit } => {
            host.say(&text);
            exit
        }
    }
}

/// What is said when coverdict itself is at fault.
pub fn bug_report(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown cause".to_owned());
    format!(
        "error: internal error in coverdict {}: {}\nplease report it with the command line and, if you can, the input\n",
        env!("CARGO_PKG_VERSION"),
        escape::terminal(&text)
    )
}
