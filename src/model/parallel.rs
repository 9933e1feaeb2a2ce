//! An ordered map over a slice, on several threads when there is enough to do.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Once;

use rayon::prelude::*;

/// Fewer items are not worth another thread: waking it and its own memory cost more processor time than they save.
const FEW: usize = 256;

/// What a thread takes at once, in bytes.
const THREAD_MEMORY: usize = 16 << 20;

thread_local! {
    /// Whether this thread lives as long as the program.
    static LASTS: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread lives as long as the program does, so that it can be one of those that share work: it would only wait
/// for them, and its memory is warm.
pub fn take_part() {
    LASTS.set(true);
}

/// Makes the threads. Each asks for memory once and gives it back: glibc keeps it for the thread, while it would else ask the
/// system for a few pages at a time, hundreds of times. What is not touched takes no memory. Elsewhere this does nothing.
pub fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let keep = |_| {
            let mut memory: Vec<u8> = Vec::new();
            let _ = memory.try_reserve_exact(THREAD_MEMORY);
            drop(black_box(memory));
        };
        // Where somebody has made threads already, those serve.
        let pool = rayon::ThreadPoolBuilder::new().start_handler(keep);
        let _ = if LASTS.get() { pool.use_current_thread() } else { pool }.build_global();
    });
}

/// The results of `of`, in the order of `items`.
pub fn in_order<T: Sync, R: Send>(items: &[T], of: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < FEW {
        items.iter().map(of).collect()
    } else {
        start();
        items.par_iter().with_min_len(16).map(of).collect()
    }
}
