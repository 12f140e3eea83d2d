//! That a dropped secret is gone from this process's memory, as the system shows it.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::os::unix::fs::FileExt;

use satchel_secrets::{SecretBytes, SecretText, SecretVec, scrub_stack_after};

const CANARY: [u8; 32] = *b"canary canary canary canary 0123";

/// Reads this process's memory at an address that may belong to nobody any more.
fn memory_at(address: usize) -> [u8; 32] {
    let mut bytes = [0; 32];
    File::open("/proc/self/mem")
        .and_then(|memory| memory.read_exact_at(&mut bytes, address as u64))
        .expect("a small allocation stays mapped after it is freed");
    bytes
}

/// Returns how many bytes are still the canary's. The allocator reuses some for its lists.
fn left_over(address: usize) -> usize {
    memory_at(address)
        .iter()
        .zip(CANARY)
        .filter(|(left, was)| **left == *was)
        .count()
}

#[test]
fn memory_that_is_not_wiped_is_found() {
    let plain = CANARY.to_vec();
    let address = plain.as_ptr() as usize;
    assert_eq!(left_over(address), 32);
    drop(plain);
    // What the allocator left of it: more than chance.
    assert!(left_over(address) >= 8);
}

#[test]
fn dropped_secrets_are_wiped() {
    let bytes = SecretBytes::<32>::from_slice(&CANARY).expect("32 bytes");
    let vec = SecretVec::from_slice(&CANARY);
    let text = SecretText::new(String::from_utf8(CANARY.to_vec()).expect("ASCII"));
    let addresses = [
        bytes.expose().as_ptr() as usize,
        vec.expose().as_ptr() as usize,
        text.expose().as_ptr() as usize,
    ];
    assert!(addresses.iter().all(|at| left_over(*at) == 32));
    drop((bytes, vec, text));
    for at in addresses {
        assert!(left_over(at) < 4, "{} bytes are left", left_over(at));
    }
}

#[test]
fn a_failed_build_is_wiped() {
    let mut address = 0;
    let failed = SecretBytes::<32>::init_with(|bytes| {
        *bytes = CANARY;
        address = bytes.as_ptr() as usize;
        Err("no more entropy")
    });
    assert_eq!(failed.map(|_| ()), Err("no more entropy"));
    assert!(left_over(address) < 4);
}

#[test]
fn a_vector_that_was_taken_over_is_wiped() {
    let plain = CANARY.to_vec();
    let address = plain.as_ptr() as usize;
    let secret = SecretVec::from_vec(plain);
    assert_eq!(secret.expose(), CANARY);
    if secret.expose().as_ptr() as usize != address {
        assert!(left_over(address) < 4);
    }
}

#[test]
fn the_stack_is_scrubbed() {
    #[inline(never)]
    fn careless() -> usize {
        let copy = std::hint::black_box(CANARY);
        let copy = std::hint::black_box(&copy);
        assert_eq!(left_over(copy.as_ptr() as usize), 32);
        copy.as_ptr() as usize
    }
    let address = scrub_stack_after(careless);
    assert!(left_over(address) < 4);
}
