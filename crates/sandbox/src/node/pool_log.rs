//! The waiting transactions on disk: a convenience across restarts, never a source of truth. Every
//! one is checked again before it enters the pool.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bitcoin::Transaction;
use bitcoin::consensus::encode;

/// Append-only file of raw transactions, each behind its length (u32 LE).
pub struct PoolLog {
    path: PathBuf,
    file: File,
}

impl PoolLog {
    /// Opens or creates the file; returns the transactions in it up to the first damaged one.
    pub fn open(root: &Path) -> io::Result<(Self, Vec<Transaction>)> {
        let path = root.join("mempool.dat");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let txs = read(&bytes);
        let file = File::options().create(true).append(true).open(&path)?;
        Ok((Self { path, file }, txs))
    }

    /// Adds one transaction; it survives the process from here on.
    pub fn append(&mut self, tx: &Transaction) -> io::Result<()> {
        self.file.write_all(&frame(tx))
    }

    /// Replaces the content.
    pub fn rewrite<'a>(&mut self, txs: impl Iterator<Item = &'a Transaction>) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let bytes: Vec<u8> = txs.flat_map(frame).collect();
        fs::write(&fresh, bytes)?;
        fs::rename(&fresh, &self.path)?;
        self.file = File::options().append(true).open(&self.path)?;
        Ok(())
    }
}

/// Reads the transactions up to the first damaged one.
pub fn read(bytes: &[u8]) -> Vec<Transaction> {
    let mut rest = bytes;
    let mut txs = Vec::new();
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some((raw, after)) = tail.split_at_checked(length) else {
            break;
        };
        let Ok(tx) = encode::deserialize(raw) else {
            break;
        };
        txs.push(tx);
        rest = after;
    }
    txs
}

fn frame(tx: &Transaction) -> Vec<u8> {
    let raw = encode::serialize(tx);
    let mut bytes = (raw.len() as u32).to_le_bytes().to_vec();
    bytes.extend(raw);
    bytes
}
