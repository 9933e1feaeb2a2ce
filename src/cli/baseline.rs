//! `baseline save` and `baseline show`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::groups::{Baseline, ConfigFlags, Inputs, Selection, Sources, TestRun};

/// `baseline`.
#[derive(Debug, Args)]
pub struct BaselineFile {
    /// What to do with it.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with a baseline.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Write what counts now, for `--baseline` of a later run
    Save(Box<Save>),
    /// Print what a baseline holds
    Show(Show),
}

/// `baseline save`.
#[derive(Debug, Args)]
pub struct Save {
    /// Where to write, `-` for standard output. Default: coverdict-baseline.json
    #[arg(short = 'o', value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    pub output: Option<String>,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    baseline: Baseline,
    #[command(flatten)]
    run: TestRun,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `baseline show`.
#[derive(Debug, Args)]
pub struct Show {
    /// The baseline. Default: coverdict-baseline.json
    #[arg(value_name = "FILE", id = "shown", value_parser = NonEmptyStringValueParser::new())]
    pub file: Option<String>,
    /// Write FORMAT (text or json), to PATH or to standard output; repeatable
    #[arg(short = 'o', value_name = "FORMAT[=PATH]", value_parser = NonEmptyStringValueParser::new())]
    pub formats: Vec<String>,
}
