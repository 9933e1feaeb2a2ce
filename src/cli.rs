//! The command line: what can be typed, and nothing of what it means (`config` gives it meaning).
//!
//! In: the arguments. Out: [`Typed`], the command and every value as text, or [`Stop`]: help to print, or a usage error.
//! Names, ranges and paths are checked by `config`, where the same rule serves flag, variable and file.

mod baseline;
mod groups;

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::builder::NonEmptyStringValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use baseline::{Action, BaselineFile};
use groups::{
    Baseline, Change, ConfigFlags, Gates, Inputs, Names, Operands, Outputs, Packages, Pages, Selection,
    Sources, TestRun, Trees,
};

use crate::config::keys;
use crate::error::Error;

/// Turns Go coverage into a number that is right, reports that every CI shows, and a pass or fail.
///
/// Without a command: `check`, with the same flags (`coverdict check --help`).
#[derive(Debug, Parser)]
#[command(name = "coverdict", version, args_override_self = true, disable_help_subcommand = true)]
#[command(override_usage = "coverdict [FLAGS]\n       coverdict <COMMAND> [FLAGS] [INPUT]...")]
#[command(after_help = AFTER_HELP)]
pub struct Cli {
    /// Flags that may stand before or after the command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Verb,
}

/// `--rules`.
const RULE_SETS: &[&str] = &["A", "B", "C"];

const AFTER_HELP: &str = "\
Exit codes: 0 pass, 1 a gate failed, 2 usage or config, 3 input, 4 git, 5 output, 70 a bug in coverdict.
Every flag that has a config key can also be set in .coverdict.yml or by a COVERDICT_* variable.";

/// Flags that may stand before or after the command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Work as if started in DIR; relative inputs and outputs are relative to it
    #[arg(short = 'C', value_name = "DIR", global = true, value_parser = NonEmptyStringValueParser::new())]
    pub directory: Option<String>,
    /// Say less: one line a finding; when all gates pass, the last line alone
    #[arg(short = 'q', global = true, overrides_with = "verbose")]
    pub quiet: bool,
    /// Say more: every finding in full
    #[arg(short = 'v', global = true, overrides_with = "quiet")]
    pub verbose: bool,
    /// Colour on standard output and standard error
    #[arg(long, value_name = "WHEN", global = true, value_parser = Names(keys::COLORS))]
    pub color: Option<String>,
    /// The CI system at hand, `auto` to look for one, or `off`. Default: auto
    #[arg(long, value_name = "NAME", global = true, value_parser = NonEmptyStringValueParser::new())]
    pub ci: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[command(defer = true)] // only the flags of the command that is typed are put together
pub enum Verb {
    /// Print the summary and judge the gates
    Check(Check),
    /// Convert to other formats; no gates
    Report(Report),
    /// Print coverage by function, as `go tool cover -func`
    Func(Func),
    /// Print coverage by package, as `go tool covdata percent`
    Percent(Listing),
    /// Print the import paths of all packages
    Pkglist(Listing),
    /// Write the clean union of all inputs: a text profile, or a data directory with `-o DIR/`
    Merge(Merge),
    /// Write what the first input covers and no other does
    Subtract(Algebra),
    /// Write what all inputs cover
    Intersect(Intersect),
    /// Tell what changed between two inputs: totals, packages, files, functions, and what was lost
    Compare(Compare),
    /// Keep what counts now as a baseline for later runs, or show one
    Baseline(BaselineFile),
    /// Open the HTML report in a browser, from a temporary folder
    View(View),
    /// Print the raw contents of inputs
    Dump(Dump),
    /// Check inputs, sources, git and CI, and say what to do; never gates
    Doctor(Doctor),
    /// Write a commented config, and print a pipeline for the CI at hand
    Init(Init),
    /// Explain a finding, or what made a line what it is
    Explain(Explain),
    /// Print a JSON Schema
    Schema(Schema),
    /// Print a completion script
    Completions(Completions),
    /// Print the man page
    Man,
}

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    gates: Gates,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    baseline: Baseline,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    run: TestRun,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `report`.
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    baseline: Baseline,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    run: TestRun,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `func`.
#[derive(Debug, Args)]
pub struct Func {
    /// Print the exact bytes of `go tool cover -func`
    #[arg(long)]
    pub go: bool,
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `percent` and `pkglist`.
#[derive(Debug, Args)]
pub struct Listing {
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `merge`.
#[derive(Debug, Args)]
pub struct Merge {
    /// Where to write: PATH or profile=PATH (a text profile, `-` for standard output), or DIR/ (a data directory)
    #[arg(short = 'o', value_name = "PATH", required_unless_present = "print_config")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub output: Option<String>,
    /// Keep the command lines that all runs of a program have in common in the data directory
    #[arg(long)]
    keep_args: bool,
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `subtract`, and the common part of `intersect`.
#[derive(Debug, Args)]
pub struct Algebra {
    /// Where to write: PATH (a text profile, `-` for standard output), DIR/ (a data directory) or FORMAT=PATH; repeatable
    #[arg(short = 'o', value_name = "PATH", required_unless_present = "print_config")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub targets: Vec<String>,
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `intersect`.
#[derive(Debug, Args)]
pub struct Intersect {
    /// Which count is kept: the smallest, or that of the first input as Go's tool does. Default: min
    #[arg(long, value_name = "WHICH", value_parser = Names(keys::COUNTS))]
    pub counts: Option<String>,
    /// All else.
    #[command(flatten)]
    pub algebra: Algebra,
}

/// `compare`.
#[derive(Debug, Args)]
#[command(override_usage = "coverdict compare [FLAGS] OLD NEW")]
pub struct Compare {
    #[command(flatten)]
    operands: Operands,
    #[command(flatten)]
    trees: Trees,
    #[command(flatten)]
    baseline: Baseline,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `view`.
#[derive(Debug, Args)]
pub struct View {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    baseline: Baseline,
    #[command(flatten)]
    pages: Pages,
    #[command(flatten)]
    run: TestRun,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `dump`.
#[derive(Debug, Args)]
pub struct Dump {
    /// How to cut `.go` files into blocks: A as Go up to 1.26, B as 1.27.0 and 1.27.1, C as later ones. Default: C
    #[arg(long, value_name = "SET", value_parser = Names(RULE_SETS))]
    pub rules: Option<String>,
    /// Print the command lines of programs too
    #[arg(long)]
    args: bool,
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Write FORMAT (text or json), to PATH or to standard output; repeatable
    #[arg(short = 'o', value_name = "FORMAT[=PATH]", value_parser = NonEmptyStringValueParser::new())]
    pub output: Vec<String>,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    run: TestRun,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Translate the config of another tool: .testcoverage.yml, codecov.yml or .octocov.yml
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub from: Option<String>,
    /// Replace the config that is there
    #[arg(long)]
    pub force: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The name of a finding, or a file and a line of it
    #[arg(value_name = "FINDING|FILE:LINE", value_parser = NonEmptyStringValueParser::new())]
    pub topic: String,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    config: ConfigFlags,
}

/// `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Of what: the JSON report, the config file, or a baseline
    pub of: SchemaOf,
}

/// Which schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The JSON report (`-o json`)
    Report,
    /// The config file (`.coverdict.yml`)
    Config,
    /// The file of `baseline save`
    Baseline,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell
    pub shell: clap_complete::Shell,
}

/// What was typed.
#[derive(Debug)]
pub struct Typed {
    /// The command and its own arguments.
    pub cli: Cli,
    /// Every flag and positional that was typed, by its id: the long name with `-`, or `inputs` and `reports`. A switch
    /// has the value `true`.
    pub values: BTreeMap<String, Vec<String>>,
}

impl Typed {
    /// Whether a switch was typed.
    pub fn has(&self, id: &str) -> bool {
        self.values.contains_key(id)
    }

    /// The value of a flag.
    pub fn value(&self, id: &str) -> Option<&str> {
        self.values.get(id)?.last().map(String::as_str)
    }
}

/// Why there is nothing to run.
#[derive(Debug)]
pub enum Stop {
    /// Help or the version: for standard output, exit 0. May hold colours.
    Help(clap::builder::StyledStr),
    /// A usage error, exit 2.
    Fault(Error),
}

/// Adds the flags of a command to it.
type Flags = fn(Command) -> Command;

/// The flags of each command: those that [`Verb`] defers.
const FLAGS: &[(&str, Flags)] = &[
    ("check", Check::augment_args),
    ("report", Report::augment_args),
    ("func", Func::augment_args),
    ("percent", Listing::augment_args),
    ("pkglist", Listing::augment_args),
    ("merge", Merge::augment_args),
    ("subtract", Algebra::augment_args),
    ("intersect", Intersect::augment_args),
    ("compare", Compare::augment_args),
    ("baseline", BaselineFile::augment_args),
    ("view", View::augment_args),
    ("dump", Dump::augment_args),
    ("doctor", Doctor::augment_args),
    ("init", Init::augment_args),
    ("explain", Explain::augment_args),
    ("schema", Schema::augment_args),
    ("completions", Completions::augment_args),
    ("man", |verb| verb),
];

/// The whole command, for help, completions and the man page. `formats` are the names that `-o` knows; lines wrap at
/// `width` columns.
pub fn command(formats: &[&str], width: usize) -> Command {
    let long =
        format!("Write FORMAT, to PATH or to standard output; repeatable.\nFormats: {}", formats.join(" "));
    FLAGS.iter().fold(Cli::command().term_width(width), |command, (name, flags)| {
        command.mut_subcommand(name, |verb| match with_flags(verb, *flags) {
            verb if ["check", "report", "compare"].contains(name) => {
                verb.mut_arg("reports", |arg| arg.help(long.clone()))
            }
            verb => verb,
        })
    })
}

/// A command with the flags that it defers. What it is for is said where it is listed.
fn with_flags(verb: Command, flags: Flags) -> Command {
    let about = verb.get_about().cloned().unwrap_or_default();
    flags(verb.defer(|verb| verb)).about(about).long_about(None)
}

/// The command as completions should know it: without a command the flags of `check` can be typed too.
pub fn command_with_bare_flags(formats: &[&str], width: usize) -> Command {
    let command = command(formats, width);
    let check = command.find_subcommand("check").map(|check| check.get_arguments().cloned().collect());
    let flags: Vec<Arg> = check.unwrap_or_default();
    flags.into_iter().filter(|arg| !arg.is_positional()).fold(command, Command::arg)
}

/// Reads the arguments; the first is the program's name.
pub fn parse(args: &[OsString], formats: &[&str], width: usize) -> Result<Typed, Stop> {
    let (args, bare) = with_command(args)?;
    let matches = matches(&args, formats, width).map_err(|error| stop(&error))?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| stop(&error))?;
    let typed = Typed { values: values(&matches), cli };
    match (bare, typed.values.get("inputs").and_then(|inputs| inputs.first())) {
        (Some(typed_words), Some(word)) => Err(Stop::Fault(stray_word(&typed_words, word))),
        _ => Ok(typed),
    }
}

/// Matches the arguments. Only help and messages need to know all flags of all commands, and putting those together takes a third
/// of what the program needs to start.
fn matches(args: &[OsString], formats: &[&str], width: usize) -> clap::error::Result<ArgMatches> {
    match Cli::command().try_get_matches_from(args) {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => {
            command(formats, width).try_get_matches_from(args)
        }
        matches => matches,
    }
}

/// Puts `check` where a command is missing. The second value is then what was typed behind the program's name.
fn with_command(args: &[OsString]) -> Result<(Vec<OsString>, Option<Vec<String>>), Stop> {
    let mut at = 1;
    while let Some(arg) = args.get(at) {
        match arg.to_str() {
            Some("-C" | "--color" | "--ci") => at += 2,
            Some("-q" | "-v" | "-qv" | "-vq") => at += 1,
            Some(text)
                if text.starts_with("-C") || text.starts_with("--color=") || text.starts_with("--ci=") =>
            {
                at += 1;
            }
            _ => break,
        }
    }
    let at = at.min(args.len()).max(1);
    let typed: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let first = args.get(at).map(|arg| arg.to_string_lossy().into_owned());
    match first.as_deref() {
        Some("-h" | "--help" | "-V" | "--version") => Ok((args.to_vec(), None)),
        Some(word) if !word.starts_with('-') || word == "-" => {
            if Verb::has_subcommand(word) {
                return Ok((args.to_vec(), None));
            }
            Err(Stop::Fault(stray_word(&typed, word)))
        }
        _ => {
            let mut with = args.to_vec();
            if with.is_empty() {
                with.push("coverdict".into());
            }
            with.insert(at.min(with.len()), "check".into());
            Ok((with, Some(typed)))
        }
    }
}

/// The error for a word where a command belongs, with the line that does what was meant.
fn stray_word(typed: &[String], word: &str) -> Error {
    let names: Vec<String> =
        Cli::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    if word == "help" {
        return Error::usage("there is no command `help`").help("coverdict --help");
    }
    let mut words = typed.to_vec();
    let place = words.iter().position(|typed| typed == word).unwrap_or(0);
    let message = if names.iter().any(|name| name == word) {
        let verb = words.remove(place);
        words.insert(0, verb);
        format!("the command `{word}` must stand before its flags")
    } else if let Some(name) = crate::config::suggest::nearest(word, names.iter().map(String::as_str)) {
        if let Some(slot) = words.get_mut(place) {
            name.clone_into(slot);
        }
        format!("unknown command `{word}`")
    } else {
        words.insert(0, "check".to_owned());
        format!("unexpected word `{word}`: inputs need a command before them")
    };
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    Error::usage(message).help(format!("did you mean: coverdict {}", words.join(" ")))
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// All values that were typed, of the command and its sub-command.
fn values(matches: &ArgMatches) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    let mut level = Some(matches);
    while let Some(matches) = level {
        for id in matches.ids() {
            let typed = matches.value_source(id.as_str()) == Some(clap::parser::ValueSource::CommandLine);
            // Groups have ids too, and no raw values of their own.
            if let (true, Ok(Some(raw))) = (typed, matches.try_get_raw(id.as_str())) {
                let values = raw.map(|value| value.to_string_lossy().into_owned()).collect();
                all.insert(id.as_str().replace('_', "-"), values);
            }
        }
        level = matches.subcommand().map(|(_, matches)| matches);
    }
    all
}

/// Help goes out as it is; an error becomes one of ours: first line, facts, and the tip as the next step.
fn stop(error: &clap::Error) -> Stop {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Stop::Help(error.render());
    }
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("the command line cannot be read");
    let mut fault = Error::usage(first.strip_prefix("error: ").unwrap_or(first));
    let mut usage = None;
    for line in lines {
        if let Some(tip) = line.strip_prefix("tip: ") {
            // How to pass a flag's name as an input is never what was wanted.
            if !tip.starts_with("to pass ") {
                fault = fault.help(tip);
            }
        } else if let Some(line) = line.strip_prefix("Usage: ") {
            usage = Some(format!("usage: {line}"));
        } else if !line.starts_with("For more information") {
            fault = fault.note(line);
        }
    }
    // The neighbour's name says more than the form of the whole line.
    if let (Some(usage), None) = (usage, &fault.help) {
        fault = fault.note(usage);
    }
    Stop::Fault(fault)
}
