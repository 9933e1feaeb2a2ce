//! `compare OLD NEW`: what changed between two inputs.

use crate::error::{Exit, Result};
use crate::host::Host;
use crate::settings::Settings;

/// Runs the command.
pub fn run(_settings: &Settings, host: &mut Host) -> Result<Exit> {
    host.say("coverdict: `compare` is not there yet\n");
    Ok(Exit::Bug)
}
