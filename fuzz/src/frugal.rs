//! Memory that a parser takes, counted.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator with a count, thread by thread.
struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let now = NOW.get().wrapping_add(bytes);
    NOW.set(now);
    PEAK.set(PEAK.get().max(now));
}

// SAFETY: every call is passed to the system's allocator as it came; counting touches two cells that
// need no destructor and allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps this function's contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both are there for the moment of a move.
        count(size as isize);
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs a parser on `given` bytes and fails when it holds more than 64 KiB and 64 bytes for each of
/// them at any moment: a length that somebody wrote must not become memory.
pub fn frugal<T>(given: usize, parse: impl FnOnce() -> T) -> T {
    within(64 * 1024, given, parse)
}

/// The same for what the Bitcoin library decodes. It believes a witness that claims up to 4 million
/// items and makes room for 4 bytes each, then for twice as much when the first one follows; where
/// another length says that more is to come, it makes room for a million bytes at a time.
pub fn frugal_bitcoin<T>(given: usize, parse: impl FnOnce() -> T) -> T {
    // While a witness moves both rooms are there: 48 million bytes, beside inputs and outputs.
    within(52_000_000, given, parse)
}

/// The same for a parser of secrets, each of which takes four pages of its own.
pub fn frugal_secrets<T>(most: usize, given: usize, parse: impl FnOnce() -> T) -> T {
    let page = 4 * 4096;
    within(64 * 1024 + (most * page) as isize, given, parse)
}

fn within<T>(spare: isize, given: usize, parse: impl FnOnce() -> T) -> T {
    let before = NOW.get();
    PEAK.set(before);
    let parsed = parse();
    let taken = PEAK.get().saturating_sub(before);
    let allowed = spare + 64 * given as isize;
    assert!(
        taken <= allowed,
        "{given} bytes took {taken} bytes of memory"
    );
    parsed
}
