//! Memory for secrets: kept out of swap and of core dumps where the system allows it, between two
//! pages that nobody may touch, wiped when it is given back.
//!
//! Making such memory takes some ten calls to the system. An object of a bundle needs four secrets to be opened, and a
//! program that starts opens hundreds of objects: so pages that were given back are wiped and lent again.

#![allow(unsafe_code)] // A raw allocation behind a slice; each use says why it is sound.

use std::alloc::{Layout, handle_alloc_error};
use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroize;

/// What fits into one page of 4 KiB beside the allocator's mark.
const PAGE: usize = 4096 - 16;
/// How many pages wait to be lent again, at most. They stay locked, and a process may lock only so many.
const WAITING: usize = 64;

/// Pages that were given back: whole, wiped.
static FREE: Mutex<Vec<Allocation>> = Mutex::new(Vec::new());

/// Zeroed bytes of their own pages.
///
/// Locking can fail, since a process may lock only so much (`RLIMIT_MEMLOCK`); a secret that might be
/// swapped out is better than a wallet that cannot be opened, so that is no error.
pub(crate) struct Locked {
    memory: Option<Allocation>,
    len: usize,
}

/// Memory of the guarding allocator. It ends where a page begins that nobody may touch.
struct Allocation(NonNull<[u8]>);

// SAFETY: the pointer is owned, as a box's is, and the bytes behind it belong to no thread.
unsafe impl Send for Allocation {}
// SAFETY: as above; shared access only reads.
unsafe impl Sync for Allocation {}

impl Allocation {
    fn zeroed(len: usize) -> Self {
        // SAFETY: any length will do; failure is told by `None`.
        let Some(memory) = (unsafe { memsec::malloc_sized(len) }) else {
            handle_alloc_error(Layout::array::<u8>(len).unwrap_or(Layout::new::<u8>()));
        };
        let mut made = Self(memory);
        // The allocator fills with a pattern.
        made.as_mut_slice().fill(0);
        made
    }

    fn as_slice(&self) -> &[u8] {
        // SAFETY: the allocation is live and initialised for as long as `self`, and only `&mut self`
        // gives a mutable slice of it.
        unsafe { self.0.as_ref() }
    }

    fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` makes this the only reference.
        unsafe { self.0.as_mut() }
    }
}

impl Drop for Allocation {
    fn drop(&mut self) {
        // SAFETY: it came from `malloc_sized` and is freed once. The bytes are wiped on the way.
        unsafe { memsec::free(self.0) }
    }
}

fn free() -> std::sync::MutexGuard<'static, Vec<Allocation>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Locked {
    /// Allocates `len` zeros.
    pub(crate) fn zeroed(len: usize) -> Self {
        let memory = if len <= PAGE {
            let waiting = free().pop();
            waiting.unwrap_or_else(|| Allocation::zeroed(PAGE))
        } else {
            Allocation::zeroed(len)
        };
        Self {
            memory: Some(memory),
            len,
        }
    }

    /// Copies bytes. Wiping the original is up to its owner.
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        let mut locked = Self::zeroed(bytes.len());
        locked.as_mut_slice().copy_from_slice(bytes);
        locked
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        let whole = self.memory.as_ref().map_or(&[][..], Allocation::as_slice);
        // The end of it, so that the first byte too far is one that nobody may touch.
        &whole[whole.len() - self.len..]
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        let whole = self
            .memory
            .as_mut()
            .map_or(&mut [][..], Allocation::as_mut_slice);
        let start = whole.len() - self.len;
        &mut whole[start..]
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.as_mut_slice().zeroize();
        let Some(memory) = self.memory.take() else {
            return;
        };
        if memory.as_slice().len() == PAGE {
            let mut free = free();
            if free.len() < WAITING {
                free.push(memory);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_again_is_wiped() {
        // More than wait at once, so that some are freed and some are lent again.
        for round in 0..3_u8 {
            let mut all: Vec<Locked> = (0..WAITING * 2).map(|n| Locked::zeroed(n * 130)).collect();
            for locked in &mut all {
                assert!(locked.as_slice().iter().all(|byte| *byte == 0), "{round}");
                locked.as_mut_slice().fill(0xa5);
            }
        }
        for page in free().iter() {
            assert!(page.as_slice().iter().all(|byte| *byte == 0));
        }
        assert!(free().len() <= WAITING);
    }

    #[test]
    fn each_length_has_its_own_bytes() {
        for len in [0, 1, 32, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE] {
            let bytes: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            let one = Locked::copy_of(&bytes);
            let other = Locked::zeroed(len);
            assert_eq!(one.as_slice(), bytes);
            assert_eq!(other.as_slice(), vec![0; len]);
        }
    }
}
