//! What is on a disk when a process ends, and what may be when the power goes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that a disk writes at once.
const SECTOR: usize = 512;

/// Every file of a folder, by its path within.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Disk(BTreeMap<PathBuf, Arc<Vec<u8>>>);

impl Disk {
    /// Reads a folder while nobody writes to it. What is as in `last` takes no memory of its own.
    pub fn of(root: &Path, last: Option<&Self>) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = fs::read(&path).unwrap();
                let name = path.strip_prefix(root).unwrap().to_owned();
                let known = last.and_then(|last| last.0.get(&name));
                let same = known.filter(|known| ***known == bytes).cloned();
                files.insert(name, same.unwrap_or_else(|| Arc::new(bytes)));
            }
        }
        Self(files)
    }

    /// Writes everything into an empty folder.
    pub fn write_to(&self, root: &Path) {
        for (name, bytes) in &self.0 {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &**bytes).unwrap();
        }
    }

    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(Path::new(name)).map(|bytes| bytes.as_slice())
    }

    /// Names and contents of the files of a folder.
    pub fn files_of<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (String, &'a [u8])> {
        self.0.iter().filter_map(move |(path, bytes)| {
            let name = path.strip_prefix(folder).ok()?;
            Some((name.to_string_lossy().into_owned(), bytes.as_slice()))
        })
    }

    fn with(&self, name: &Path, bytes: Vec<u8>) -> Self {
        let mut changed = self.clone();
        changed.0.insert(name.to_owned(), Arc::new(bytes));
        changed
    }

    /// The log's index lies in shared memory and need not be on the disk as it was.
    fn without_index(mut self) -> Self {
        self.0.retain(|path, _| !is(path, "-shm"));
        self
    }

    /// Makes up disks on which what was written between `self` and `after` is there in part: up to
    /// some byte, or in any of its sectors, since nobody waited for it yet.
    pub fn torn(&self, after: &Self, dice: &mut Dice, many: usize) -> Vec<(String, Self)> {
        let mut out = Vec::new();
        let nothing = Arc::new(Vec::new());
        for (path, new) in &after.0 {
            let old = self.0.get(path);
            if old == Some(new) {
                continue;
            }
            let old = old.unwrap_or(&nothing);
            let name = path.display();
            if is(path, ".new") || is(path, ".part") {
                for _ in 0..many / 3 {
                    let cut = dice.below(new.len() + 1);
                    out.push((
                        format!("{name} up to {cut}"),
                        self.with(path, up_to(old, new, cut)),
                    ));
                }
            } else if is(path, "-wal") {
                let (first, end) = differing(old, new);
                for n in 0..many {
                    let cut = first + dice.below(end + 1 - first);
                    let torn = self.with(path, up_to(old, new, cut));
                    let torn = if n % 2 == 0 {
                        torn.without_index()
                    } else {
                        torn
                    };
                    out.push((format!("{name} up to {cut}"), torn));
                }
                for n in 0..many / 2 {
                    let torn = self.with(path, mixed(old, new, dice)).without_index();
                    out.push((format!("{name} in pieces, {n}"), torn));
                }
            } else if is(path, "wallets.db") && !old.is_empty() {
                // The log is on the disk before anything goes from it to the database, and goes
                // when that is there too.
                let log = path.with_file_name("wallets.db-wal");
                let Some(whole) = after.0.get(&log).or_else(|| self.0.get(&log)) else {
                    continue;
                };
                for n in 0..many / 2 {
                    let torn = self
                        .with(&log, whole.to_vec())
                        .with(path, mixed(old, new, dice));
                    out.push((format!("{name} in pieces, {n}"), torn.without_index()));
                }
            }
        }
        out
    }
}

fn is(path: &Path, end: &str) -> bool {
    path.to_string_lossy().ends_with(end)
}

/// The new bytes up to a place, the old ones from there.
fn up_to(old: &[u8], new: &[u8], cut: usize) -> Vec<u8> {
    let mut bytes = new[..cut.min(new.len())].to_vec();
    bytes.extend_from_slice(old.get(cut..).unwrap_or_default());
    bytes
}

/// Each sector is the old or the new one; what was never written reads as zeros.
fn mixed(old: &[u8], new: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = old.to_vec();
    bytes.resize(new.len().max(old.len()), 0);
    for (n, sector) in new.chunks(SECTOR).enumerate() {
        if dice.below(2) == 0 {
            let from = n * SECTOR;
            bytes[from..from + sector.len()].copy_from_slice(sector);
        }
    }
    bytes
}

/// Dice that fall alike in every run (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// The first and the last sector that differ, in bytes from the start.
fn differing(old: &[u8], new: &[u8]) -> (usize, usize) {
    let same =
        |n: usize, sector: &[u8]| old.get(n * SECTOR..n * SECTOR + sector.len()) == Some(sector);
    let mut differ = new
        .chunks(SECTOR)
        .enumerate()
        .filter(|(n, sector)| !same(*n, sector));
    let first = differ.next().map_or(0, |(n, _)| n);
    let last = differ.next_back().map_or(first, |(n, _)| n);
    (first * SECTOR, ((last + 1) * SECTOR).min(new.len()))
}
