//! The shell around the stages: gather (reads, in parallel), analyse (pure), emit (writes). The only module that knows all
//! stages.

pub mod algebra;
pub mod analyse;
pub mod archive;
pub mod baseline;
pub mod binary;
pub mod change;
pub mod ci;
pub mod cobertura;
pub mod compare;
pub mod directory;
pub mod doctor;
pub mod emit;
pub mod explain;
pub mod extras;
pub mod fetch;
pub mod folder;
pub mod foreign;
pub mod gather;
pub mod init;
pub mod inputs;
pub mod listings;
pub mod meta;
pub mod notices;
pub mod output;
pub mod overrides;
pub mod owners;
pub mod pages;
pub mod patch;
pub mod placed;
pub mod progress;
pub mod provenance;
pub mod saved;
pub mod sources;
pub mod texts;
pub mod tree;
pub mod view;

use crate::error::{Exit, Result, render};
use crate::host::Host;
use crate::model::Code;
use crate::settings::{Command, Settings};
use pages::Ground;
use texts::Kept;

/// Runs a command to its exit code. Errors are printed here, once.
pub fn run(settings: &Settings, host: &mut Host) -> Exit {
    let result = match &settings.command {
        Command::Check | Command::Report => report(settings, host),
        Command::Func { .. } | Command::Percent | Command::Pkglist => listings::run(settings, host),
        Command::Merge => listings::merge(settings, host),
        Command::Subtract | Command::Intersect { .. } => algebra::run(settings, host),
        Command::Dump { rules } => listings::dump(settings, *rules, host),
        Command::Explain { topic } => match place(topic) {
            Some((file, line)) => explain::run(settings, file, line, host),
            None => listings::explain(topic, host),
        },
        Command::Doctor => doctor::run(settings, host),
        Command::Init { from, force } => init::run(settings, from.as_deref(), *force, host),
        Command::Compare => compare::run(settings, host),
        Command::SaveBaseline { output } => saved::save(settings, output, host),
        Command::ShowBaseline { file } => saved::print(settings, file, host),
        Command::View => view::run(settings, host),
    };
    result.unwrap_or_else(|error| {
        let color = notices::wants_color(settings, host);
        host.say(&render(&error, color));
        error.exit()
    })
}

/// `check` and `report`: one pass over everything, one report, many outputs.
fn report(settings: &Settings, host: &mut Host) -> Result<Exit> {
    let templates = pages::ready(settings)?;
    let gathered = gather::gather(settings, host)?;
    foreign::refuse(settings, &gathered)?;
    let ground = templates.map(|templates| Ground { kept: Kept::of(&gathered), templates });
    let mut report = analyse::analyse(settings, gathered, host)?;
    emit::tell_cuts(settings, &mut report, host);
    let exit = emit::emit(settings, &report, ground.as_ref(), host);
    // The process ends with the run, and the system takes memory back faster than piece by piece.
    std::mem::forget((report, ground));
    exit
}

/// `FILE:LINE`, where the topic is no finding.
fn place(topic: &str) -> Option<(&str, u32)> {
    let (file, line) = topic.rsplit_once(':')?;
    Code::from_name(topic).is_none().then_some((file, line.parse().ok().filter(|line| *line > 0)?))
}
