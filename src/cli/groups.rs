//! Groups of flags that several commands share, each written once.

use clap::builder::{NonEmptyStringValueParser, PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::config::keys::{self, GATES, Gate, Kind};

/// What to read.
#[derive(Debug, Args)]
pub(super) struct Inputs {
    /// Profiles, data directories, globs, or `-`; NAME=PATH labels one. Without: `inputs` of the config, `$GOCOVERDIR`,
    /// then the usual file names
    #[arg(value_name = "INPUT", id = "inputs", value_parser = NonEmptyStringValueParser::new())]
    inputs: Vec<String>,
}

/// What is known of the tests that wrote the inputs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tests")]
pub(super) struct TestRun {
    /// What `go test` printed, plain or with `-json`: names cached packages, and those without coverage
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    test_log: Option<String>,
}

/// Which packages, as `go tool covdata -pkg`.
#[derive(Debug, Args)]
pub(super) struct Packages {
    /// Only packages whose import path matches: a comma-separated list of patterns, `...` stands for any text
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pkg: Vec<String>,
}

/// The two inputs of `compare`.
#[derive(Debug, Args)]
pub(super) struct Operands {
    /// What was and what is: profiles, data directories, or files of `baseline save`
    #[arg(value_name = "OLD NEW", id = "inputs", value_parser = NonEmptyStringValueParser::new())]
    inputs: Vec<String>,
}

/// What to compare with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Baseline")]
pub(super) struct Baseline {
    /// Compare with FILE: what `baseline save` wrote, a profile or a data directory; repeatable
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    baseline: Vec<String>,
}

/// The change under judgement.
#[derive(Debug, Args)]
#[command(next_help_heading = "Change")]
pub(super) struct Change {
    #[command(flatten)]
    trees: Trees,
    /// What becomes of changed files that the profile does not know. Default: missed when their module is in it, else warn
    #[arg(long, value_name = "WHAT", value_parser = Names(keys::UNMEASURED))]
    unmeasured: Option<String>,
}

/// The trees of both sides of a change.
#[derive(Debug, Args)]
#[command(next_help_heading = "Change")]
pub(super) struct Trees {
    /// Compare with REV: any revision. Default: what the CI says, then origin/HEAD and the usual branches
    #[arg(long, value_name = "REV", value_parser = NonEmptyStringValueParser::new())]
    #[arg(allow_hyphen_values = true, conflicts_with = "diff")]
    base: Option<String>,
    /// Compare with the common ancestor of base and HEAD, or with the base itself. Default: merge-base
    #[arg(long, value_name = "MODE", value_parser = Names(keys::BASE_MODES))]
    base_mode: Option<String>,
    /// Take the change from a unified diff, `-` for standard input, instead of the repository
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    diff: Option<String>,
    /// What the profile was made from. Default: the working tree when a Go file in it differs, else HEAD
    #[arg(long, value_name = "SIDE", value_parser = Names(keys::HEADS))]
    head: Option<String>,
    /// Differences in white space that make no change. Default: none
    #[arg(long, value_name = "WHICH", value_parser = Names(keys::WHITESPACE))]
    ignore_whitespace: Option<String>,
    /// Let git fetch what is missing of the history, once; the only use of the network
    #[arg(long)]
    fetch: bool,
}

/// What to write.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Outputs {
    /// Write FORMAT, to PATH or to standard output; repeatable
    #[arg(short = 'o', id = "reports", value_name = "FORMAT[=PATH]")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    reports: Vec<String>,
    /// Rows in tables of worst places
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    top: Option<String>,
    /// Decimals of percentages in reports, 0 to 9
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    precision: Option<String>,
    /// Time to write where a format has one: `now`, or seconds since 1970. Default: none
    #[arg(long, value_name = "now|N", allow_negative_numbers = true)]
    timestamp: Option<String>,
    /// Write Cobertura files no larger than SIZE, such as 10MiB, numbered when there are several: NAME-1.xml, NAME-2.xml
    #[arg(long, value_name = "SIZE", allow_negative_numbers = true)]
    split: Option<String>,
    /// The `<source>` of Cobertura reports instead of the root
    #[arg(long, value_name = "DIR", value_parser = NonEmptyStringValueParser::new())]
    cobertura_source: Option<String>,
    /// What a class of a Cobertura report is
    #[arg(long, value_name = "WHAT", value_parser = Names(keys::CLASSES))]
    cobertura_class: Option<String>,
    /// Leave methods out of Cobertura reports
    #[arg(long)]
    no_methods: bool,
    #[command(flatten)]
    pages: Pages,
}

/// What HTML is made of.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Pages {
    /// Use the templates of the HTML report in DIR instead of those of the same name
    #[arg(long, value_name = "DIR", value_parser = NonEmptyStringValueParser::new())]
    templates: Option<String>,
}

/// What to count and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "What counts")]
pub(super) struct Selection {
    /// Count only packages and files that match; repeatable
    #[arg(long, value_name = "PATTERN")]
    include: Vec<String>,
    /// Leave out packages and files that match; `!PATTERN` takes them back, later ones win; repeatable
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,
    /// Whose code counts: a comma-separated list of main, dep, std, all and package patterns
    #[arg(long, value_name = "LIST")]
    scope: Vec<String>,
    /// Whether generated files count. Default: in totals
    #[arg(long, value_name = "WHAT", value_parser = Names(keys::GENERATED))]
    generated: Option<String>,
    /// The mode of the result when inputs differ in theirs
    #[arg(long, value_name = "MODE", value_parser = Names(keys::MODES))]
    mode: Option<String>,
    /// What a percentage counts. Default: statements
    #[arg(long, value_name = "METRIC", value_parser = Names(keys::METRICS))]
    metric: Option<String>,
    /// How blocks become lines. Default: code, and trim without source
    #[arg(long, value_name = "MODEL", value_parser = Names(keys::LINES))]
    lines: Option<String>,
    /// Make a finding an error (exit 3); repeatable
    #[arg(long, value_name = "FINDING", value_parser = Findings, hide_possible_values = true)]
    deny: Vec<String>,
    /// Hide a finding; repeatable
    #[arg(long, value_name = "FINDING", value_parser = Findings, hide_possible_values = true)]
    allow: Vec<String>,
}

/// Where sources are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sources")]
pub(super) struct Sources {
    /// Also look for sources in DIR; repeatable
    #[arg(long, value_name = "DIR", value_parser = NonEmptyStringValueParser::new())]
    src: Vec<String>,
    /// Read names of the profile that start with FROM as if they started with TO; repeatable
    #[arg(long, value_name = "FROM=TO")]
    path_map: Vec<String>,
    /// What happens to blocks of another version of a file. Default: drop
    #[arg(long, value_name = "WHAT", value_parser = Names(keys::STALE))]
    stale: Option<String>,
}

/// Where settings are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Config")]
pub(super) struct ConfigFlags {
    /// Read this config. Default: .coverdict.yml here or above, up to the repository's root
    #[arg(long, value_name = "PATH", value_parser = NonEmptyStringValueParser::new())]
    #[arg(conflicts_with = "no_config")]
    config: Option<String>,
    /// Read no config
    #[arg(long)]
    no_config: bool,
    /// Print every setting and where it came from, and exit
    #[arg(long)]
    print_config: bool,
}

const HEADING: &str = "Gates (PERCENT: 0 to 100)";

/// The gates, one flag for each row of [`GATES`].
#[derive(Debug)]
pub(super) struct Gates;

impl Args for Gates {
    fn augment_args(command: Command) -> Command {
        let flag = |gate: &Gate| {
            Arg::new(gate.name.name())
                .long(gate.name.name())
                .value_name(match gate.bound {
                    Kind::Percent => "PERCENT",
                    Kind::ItemsOrAuto => "N|auto",
                    _ => "N",
                })
                .help(gate.about)
                .allow_negative_numbers(true)
                .value_parser(StringValueParser::new())
                .help_heading(HEADING)
        };
        let command = GATES.iter().fold(command, |command, gate| command.arg(flag(gate)));
        let small = Arg::new("min-changed")
            .long("min-changed")
            .value_name("N")
            .help("Exempt a change of fewer than N items from the two percentages of the change")
            .allow_negative_numbers(true)
            .value_parser(StringValueParser::new())
            .help_heading(HEADING);
        let warn = Arg::new("warn-only")
            .long("warn-only")
            .action(ArgAction::SetTrue)
            .help("Exit 0 when a gate fails")
            .help_heading(HEADING);
        command.arg(small).arg(warn)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Gates {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), clap::Error> {
        Ok(())
    }
}

/// Takes any text, but names the choices in help and completions: `config` checks them, with one text for all origins.
#[derive(Debug, Clone)]
pub(super) struct Names(pub(super) &'static [&'static str]);

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}

/// As [`Names`], with the names of all findings.
#[derive(Debug, Clone)]
pub(super) struct Findings;

impl TypedValueParser for Findings {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(crate::model::Code::ALL.iter().map(|code| PossibleValue::new(code.name()))))
    }
}
