//! The `coverdict` program.

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use coverdict::error::Exit;
use coverdict::host::Host;

fn main() -> ExitCode {
    let Ok(mut host) = Host::from_process() else { return ExitCode::from(Exit::Usage.code()) };
    panic::set_hook(Box::new(|_| {}));
    // Without a handler the run still works; an interrupt then leaves a temporary file behind.
    let _ = ctrlc::set_handler(interrupted);
    let args: Vec<OsString> = std::env::args_os().collect();
    let exit = panic::catch_unwind(AssertUnwindSafe(|| coverdict::run(&args, &mut host)));
    let exit = exit.unwrap_or_else(|payload| {
        host.say(&coverdict::bug_report(payload.as_ref()));
        Exit::Bug
    });
    ExitCode::from(exit.code())
}

/// Leaves no half-written output behind.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "a signal can end the program in no other way")]
fn interrupted() {
    coverdict::pipeline::output::abandon();
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
