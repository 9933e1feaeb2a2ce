//! The `coverdict` program.

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use coverdict::error::Exit;
use coverdict::host::Host;

fn main() -> ExitCode {
    let mut host = match Host::from_process() {
        Ok(host) => host,
        Err(_) => return ExitCode::from(Exit::Usage.code()),
    };
    panic::set_hook(Box::new(|_| {}));
    let args: Vec<OsString> = std::env::args_os().collect();
    let exit = panic::catch_unwind(AssertUnwindSafe(|| coverdict::run(&args, &mut host)));
    let exit = exit.unwrap_or_else(|payload| {
        host.say(&coverdict::bug_report(payload.as_ref()));
        Exit::Bug
    });
    ExitCode::from(exit.code())
}
