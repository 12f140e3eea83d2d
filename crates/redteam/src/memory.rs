//! Memory of another process, as its administrator can read it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result};

use crate::scan::{Hits, Scanner};

const CHUNK: usize = 4 << 20;
const PAGE: usize = 4096;

/// A stretch of addresses with something in it.
struct Region {
    start: u64,
    end: u64,
}

/// Looks through what a process has in memory. Files that are mapped to be read, such as programs, are
/// left out: nothing of a run is in them. Returns how many bytes were read.
///
/// # Errors
/// When the process is gone, or may not be read: that takes its administrator.
pub fn look(pid: u32, place: &str, scanner: &Scanner, hits: &mut Hits) -> Result<u64> {
    let path = |name: &str| format!("/proc/{pid}/{name}");
    let listing = fs::read_to_string(path("smaps"))
        .with_context(|| format!("process {pid} cannot be looked at; that takes root"))?;
    let memory = File::open(path("mem"))
        .with_context(|| format!("the memory of {pid} cannot be read; that takes root"))?;
    let pages = File::open(path("pagemap")).context("which pages are there cannot be read")?;
    let margin = scanner.margin().next_multiple_of(PAGE);
    let mut read = 0;
    for region in regions(&listing) {
        for run in present(&pages, &region) {
            let mut at = run.start;
            while at < run.end {
                let size = (run.end - at).min(CHUNK as u64);
                let before = (at - run.start).min(margin as u64);
                let after = (run.end - at - size).min(margin as u64);
                let mut bytes = vec![0; (before + size + after) as usize];
                // What was given back in the meantime holds nothing any more.
                if memory.read_exact_at(&mut bytes, at - before).is_ok() {
                    let from = before as usize..(before + size) as usize;
                    scanner.look_at(place, &bytes, from, at - before, hits);
                    read += size;
                }
                at += size;
            }
        }
    }
    Ok(read)
}

/// Returns the regions that are in memory and that something may have been written to.
fn regions(listing: &str) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    let mut wanted = None;
    for line in listing.lines() {
        let mut words = line.split_ascii_whitespace();
        let (Some(first), second) = (words.next(), words.next()) else {
            continue;
        };
        if let Some((start, end)) = addresses(first) {
            let may = second.unwrap_or_default();
            let path = words.nth(3).unwrap_or_default();
            let is_file = path.starts_with('/')
                && !path.starts_with("/dev/shm")
                && !path.starts_with("/memfd:");
            wanted = (!is_file || may.contains('w')).then_some(Region { start, end });
        } else if first == "Rss:" && second != Some("0") {
            regions.extend(wanted.take());
        }
    }
    regions
}

fn addresses(word: &str) -> Option<(u64, u64)> {
    let (start, end) = word.split_once('-')?;
    Some((
        u64::from_str_radix(start, 16).ok()?,
        u64::from_str_radix(end, 16).ok()?,
    ))
}

/// Returns the stretches of a region whose pages are there; web engines reserve far more than they use.
fn present(pages: &File, region: &Region) -> Vec<Region> {
    let mut runs: Vec<Region> = Vec::new();
    let mut entries = vec![0; 8 * PAGE];
    let mut at = region.start;
    while at < region.end {
        let count = (((region.end - at) / PAGE as u64) as usize).min(PAGE);
        let read = pages
            .read_at(&mut entries[..count * 8], at / PAGE as u64 * 8)
            .unwrap_or_default();
        for entry in entries[..read].chunks_exact(8) {
            // Bit 63: in memory. Bit 62: swapped out.
            if entry[7] & 0xc0 != 0 {
                match runs.last_mut() {
                    Some(run) if run.end == at => run.end += PAGE as u64,
                    _ => runs.push(Region {
                        start: at,
                        end: at + PAGE as u64,
                    }),
                }
            }
            at += PAGE as u64;
        }
        if read < count * 8 || count == 0 {
            break;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::{Secret, Value};

    #[test]
    fn regions_are_what_may_have_been_written_and_is_in_memory() {
        let listing = "\
1000-2000 r-xp 00000000 00:00 1 /usr/lib/some.so\nRss: 4 kB\n\
3000-4000 rw-p 00000000 00:00 1 /usr/lib/some.so\nRss: 4 kB\n\
5000-6000 rw-p 00000000 00:00 0\nRss: 0 kB\n\
7000-8000 rw-p 00000000 00:00 0 [heap]\nRss: 8 kB\n\
9000-a000 r--s 00000000 00:00 9 /memfd:WebKit (deleted)\nRss: 8 kB\n";
        let starts: Vec<u64> = regions(listing).iter().map(|region| region.start).collect();
        assert_eq!(starts, [0x3000, 0x7000, 0x9000]);
    }

    #[test]
    fn a_secret_in_this_process_is_found() {
        let value: Vec<u8> = std::iter::successors(Some(77_u8), |last| {
            Some(last.wrapping_mul(167).wrapping_add(13))
        })
        .take(64)
        .collect();
        let secret = Secret {
            name: "mine".to_owned(),
            value: Value::Bytes(value),
        };
        let scanner = Scanner::new(&[secret]);
        let mut hits = Hits::default();
        match look(std::process::id(), "here", &scanner, &mut hits) {
            Ok(read) => {
                assert!(read > 0);
                assert!(hits.into_vec().iter().any(|hit| hit.form == "raw"));
            }
            // A system may keep even this from a test.
            Err(error) => assert!(error.to_string().contains("cannot be")),
        }
    }
}
