//! A closed database leaves no key behind in memory.
//!
//! The only test of its program, so that nothing else moves memory meanwhile.
#![cfg(target_os = "linux")]

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use satchel_ports::Database;
use satchel_secrets::SecretBytes;
use satchel_store::SqlDatabase;
use satchel_testkit::rows;
use satchel_types::HistoryQuery;

/// The key is never written here as it is, or the search would find itself.
const MASK: u8 = 0x5c;

fn masked(n: usize) -> u8 {
    (n as u8).wrapping_mul(73).wrapping_add(19)
}

fn key() -> SecretBytes<32> {
    let filled = SecretBytes::init_with(|bytes: &mut [u8; 32]| {
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = masked(n) ^ MASK;
        }
        Ok::<(), Infallible>(())
    });
    match filled {
        Ok(key) => key,
        Err(never) => match never {},
    }
}

fn digit(nibble: u8, upper: bool) -> u8 {
    match (nibble, upper) {
        (0..=9, _) => b'0' + nibble,
        (_, true) => b'A' + nibble - 10,
        (_, false) => b'a' + nibble - 10,
    }
}

/// How often the key stands in the writable memory of this process, raw or in hex.
fn hits() -> usize {
    let byte = |n: usize| masked(n) ^ std::hint::black_box(MASK);
    let raw = |part: &[u8]| (0..16).all(|n| part[n] == byte(n));
    let hex = |part: &[u8], upper| {
        (0..16).all(|n| {
            part[2 * n] == digit(byte(n) >> 4, upper)
                && part[2 * n + 1] == digit(byte(n) & 15, upper)
        })
    };
    let maps = fs::read_to_string("/proc/self/maps").expect("Linux");
    let mut memory = File::open("/proc/self/mem").expect("one's own memory");
    let mut found = 0;
    // Of a fixed size and reused; wiped below, since it holds copies of what it looks at.
    let mut buffer = vec![0; 1 << 20];
    let own = buffer.as_ptr() as u64..buffer.as_ptr() as u64 + buffer.len() as u64;
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else {
            continue;
        };
        let Some((start, end)) = range.split_once('-') else {
            continue;
        };
        if !rights.starts_with("rw") {
            continue;
        }
        let mut at = u64::from_str_radix(start, 16).expect("an address");
        let end = u64::from_str_radix(end, 16).expect("an address");
        while at < end {
            let want = (buffer.len() as u64).min(end - at) as usize;
            if memory.seek(SeekFrom::Start(at)).is_err()
                || memory.read_exact(&mut buffer[..want]).is_err()
            {
                break;
            }
            for (n, part) in buffer[..want].windows(32).enumerate() {
                if own.contains(&(at + n as u64)) {
                    continue;
                }
                found += usize::from(raw(part) || hex(part, false) || hex(part, true));
            }
            // Overlapping, so that nothing hides on a border.
            at += if at + want as u64 == end {
                want as u64
            } else {
                want as u64 - 32
            };
        }
    }
    buffer.fill(0);
    found
}

#[test]
fn a_closed_database_leaves_no_key_behind() {
    let home = tempfile::tempdir().expect("a scratch folder");
    let database = SqlDatabase::new(home.path());
    assert_eq!(hits(), 0, "before there is a key");
    let secret = key();
    assert!(hits() > 0, "the search finds a key that is there");

    for round in 0..2 {
        let store = database.open(&secret).expect("the database opens");
        store
            .apply(&rows::insert(rows::wallet(round)).into())
            .expect("a healthy disk");
        store
            .history(rows::wallet_id(round), &HistoryQuery::default())
            .expect("a page");
        store.close();
    }
    drop(secret);
    assert_eq!(hits(), 0, "after it was closed and the key dropped");
}
