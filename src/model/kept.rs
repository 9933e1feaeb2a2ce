//! Memory for what stays until the program ends, in large pages where the system has them.
//!
//! The system gives memory when it is first touched, 4 KiB at a time, and each time costs about two microseconds, some more when
//! the program ends. The texts of the sources and what is known of their bytes are most of what a report with pages keeps; in
//! pages of 2 MiB (madvise(2), `MADV_HUGEPAGE`) their memory costs a fifth to a half of that. It is never given back, so there is
//! an end to how much a process takes; what goes beyond that is a list of its own, as it is on other systems.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use bytemuck::Pod;

/// A list that stays: one of its own, or a part of such memory.
pub type Kept<T> = Cow<'static, [T]>;

/// What a thread has to ask for first, in bytes: less is not worth a large page.
const FEW: usize = 128 << 10;
/// What a thread takes at once, in bytes: a large page, since two threads that begin the same one both have it cleared.
const PORTION: usize = 2 << 20;
/// A part begins at a multiple of so many bytes.
const ALIGNED: usize = 8;

/// What is left of the memory that the system gave last, for all threads.
static ROOM: Mutex<&'static mut [u8]> = Mutex::new(&mut []);

thread_local! {
    /// What is left of the portion of this thread.
    static FREE: Cell<&'static mut [u8]> = Cell::default();
    /// Bytes that were asked for, as long as they are few.
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

/// Memory of so many bytes, all 0, that is never given back; `None` where a list of its own is as good.
pub fn memory(length: usize) -> Option<&'static mut [u8]> {
    let asked = ASKED.get();
    if asked < FEW {
        ASKED.set(asked.saturating_add(length));
        return None;
    }
    let taken = length.checked_next_multiple_of(ALIGNED)?;
    if taken > PORTION / 4 {
        return part_of_room(taken)?.get_mut(..length);
    }
    let mut free = FREE.take();
    if free.len() < taken {
        free = part_of_room(PORTION)?;
    }
    let (part, rest) = free.split_at_mut_checked(taken)?;
    FREE.set(rest);
    part.get_mut(..length)
}

fn part_of_room(length: usize) -> Option<&'static mut [u8]> {
    let mut room = ROOM.lock().unwrap_or_else(PoisonError::into_inner);
    if room.len() < length {
        *room = new_room(length)?;
    }
    let (part, rest) = std::mem::take(&mut *room).split_at_mut_checked(length)?;
    *room = rest;
    Some(part)
}

/// A list that stays, of these elements.
pub fn keep<T: Pod>(list: &[T]) -> Kept<T> {
    let place = memory(size_of_val(list)).and_then(|bytes| bytemuck::try_cast_slice_mut(bytes).ok());
    match place {
        Some(place) => {
            let place: &'static mut [T] = place;
            place.copy_from_slice(list);
            Cow::Borrowed(place)
        }
        None => Cow::Owned(list.to_vec()),
    }
}

/// Memory of the system, for a part of so many bytes and more; `None` when it has none, or when this process took its share. What is
/// not touched takes none.
#[cfg(target_os = "linux")]
fn new_room(length: usize) -> Option<&'static mut [u8]> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    const AT_ONCE: usize = 32 << 20;
    static LEFT: AtomicUsize = AtomicUsize::new(4 * AT_ONCE);
    if length > AT_ONCE {
        return None;
    }
    LEFT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(AT_ONCE)).ok()?;
    let map = memmap2::MmapMut::map_anon(AT_ONCE).ok()?;
    // Without large pages it is memory all the same.
    let _ = map.advise(memmap2::Advice::HugePage);
    Some(&mut Box::leak(Box::new(map))[..])
}

#[cfg(not(target_os = "linux"))]
fn new_room(_: usize) -> Option<&'static mut [u8]> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_as_it_was_however_much_follows() {
        let numbers = |seed: u32, length: u32| -> Vec<u32> { (0..length).map(|at| at ^ seed).collect() };
        let words: Vec<u64> = vec![1, u64::MAX];
        let lists: Vec<(Vec<u32>, Kept<u32>, Kept<u64>)> = (0..200)
            .map(|seed| {
                let list = numbers(seed, seed * 61);
                let kept = keep(&list);
                (list, kept, keep(&words))
            })
            .collect();
        assert!(lists.iter().all(|(list, kept, others)| *list == **kept && words == **others));
        if cfg!(target_os = "linux") {
            let is_part = |list: &Kept<u32>| matches!(list, Cow::Borrowed(_));
            assert!(lists.iter().any(|(_, kept, _)| is_part(kept)), "nothing went to the room");
            assert!(!is_part(&lists[1].1), "the first few bytes are lists of their own");
        }
        assert!(matches!(keep(&vec![0_u8; 33 << 20]), Cow::Owned(_)), "nothing takes that much at once");
    }
}
