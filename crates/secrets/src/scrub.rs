//! Wiping what other crates leave behind.

use std::hint::black_box;

use zeroize::Zeroize;

/// How deep the stack is wiped, in bytes. Argon2, HMAC and curve arithmetic stay well above it.
const DEPTH: usize = 32 * 1024;

/// Wipes bytes in a way that the compiler does not optimise away.
pub fn wipe(bytes: &mut [u8]) {
    bytes.zeroize();
}

/// Runs `work` and then overwrites the stack it ran on.
///
/// Cipher and curve crates pass keys by value, and what they move stays on the stack until
/// something else happens to be called. This is a second line: `work` still erases what it can.
/// What `work` returns must not be a secret by value.
#[inline(never)]
pub fn scrub_stack_after<T>(work: impl FnOnce() -> T) -> T {
    let result = run(work);
    scrub();
    result
}

/// Keeps the frame of `work` apart, so that it lies where [`scrub`] writes.
#[inline(never)]
fn run<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

#[inline(never)]
fn scrub() {
    // A variable, since a constant would be promoted out of the stack; the zeros have to be
    // written, since `black_box` may read them.
    let mut below = [0_u8; DEPTH];
    black_box(&mut below);
}
