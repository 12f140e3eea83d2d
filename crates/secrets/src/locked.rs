//! Memory for secrets: kept out of swap and of core dumps where the system allows it, between two
//! pages that nobody may touch, wiped when it is given back.

#![allow(unsafe_code)] // A raw allocation behind a slice; each use says why it is sound.

use std::alloc::{Layout, handle_alloc_error};
use std::ptr::NonNull;

/// Zeroed bytes of their own pages.
///
/// Locking can fail, since a process may lock only so much (`RLIMIT_MEMLOCK`); a secret that might be
/// swapped out is better than a wallet that cannot be opened, so that is no error.
pub(crate) struct Locked(NonNull<[u8]>);

// SAFETY: the pointer is owned, as a box's is, and the bytes behind it belong to no thread.
unsafe impl Send for Locked {}
// SAFETY: as above; shared access only reads.
unsafe impl Sync for Locked {}

impl Locked {
    /// Allocates `len` zeros.
    pub(crate) fn zeroed(len: usize) -> Self {
        // SAFETY: any length will do; failure is told by `None`.
        let Some(memory) = (unsafe { memsec::malloc_sized(len) }) else {
            handle_alloc_error(Layout::array::<u8>(len).unwrap_or(Layout::new::<u8>()));
        };
        let mut locked = Self(memory);
        // The allocator fills with a pattern.
        locked.as_mut_slice().fill(0);
        locked
    }

    /// Copies bytes. Wiping the original is up to its owner.
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        let mut locked = Self::zeroed(bytes.len());
        locked.as_mut_slice().copy_from_slice(bytes);
        locked
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        // SAFETY: the allocation is live and initialised for as long as `self`, and only `&mut self`
        // gives a mutable slice of it.
        unsafe { self.0.as_ref() }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` makes this the only reference.
        unsafe { self.0.as_mut() }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: it came from `malloc_sized` and is freed once. The bytes are wiped on the way.
        unsafe { memsec::free(self.0) }
    }
}
