//! The `coverdict` program.

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use coverdict::error::Exit;
use coverdict::host::Host;

/// With musl's own allocator pages take half as much time again, Cobertura a third. Large pages are left out: with them a merge takes
/// twice as much memory.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Ok(mut host) = Host::from_process() else { return ExitCode::from(Exit::Usage.code()) };
    panic::set_hook(Box::new(|_| {}));
    keep_freed_memory();
    coverdict::model::parallel::take_part();
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

/// Has large blocks of memory used again instead of given back and asked for anew, page by page: glibc learns from the
/// largest block that was freed (mallopt(3), `M_MMAP_THRESHOLD`; 32 MiB is its limit). Elsewhere this does nothing. The block
/// is never touched, so it takes no memory.
fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(31 << 20)));
}

/// Leaves no half-written output behind.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "a signal can end the program in no other way")]
fn interrupted() {
    coverdict::pipeline::output::abandon();
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
