//! An ordered map over a slice, on several threads when there is enough to do.

use rayon::prelude::*;

/// Fewer items are not worth another thread: waking it and its own memory cost more processor time than they save.
const FEW: usize = 256;

/// The results of `of`, in the order of `items`.
pub fn in_order<T: Sync, R: Send>(items: &[T], of: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < FEW {
        items.iter().map(of).collect()
    } else {
        items.par_iter().with_min_len(16).map(of).collect()
    }
}
