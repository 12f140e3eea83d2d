//! Another program that keeps files for others, as a phone's dialogs lend them: Android's reference of `ContentResolver`,
//! `DocumentsContract` and `Intent.ACTION_CREATE_DOCUMENT`.
#![allow(dead_code)] // Each test target uses a part.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use std::sync::{Mutex, MutexGuard};

use satchel_ports::FileError;
use satchel_shell::dialogs::Lender;

/// How it serves those who write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    #[default]
    Whole,
    /// It takes so many bytes, and then its disk is full or its server gone.
    UpTo(usize),
    /// It takes all and keeps none, as one may that brings it elsewhere and has not yet.
    Loses,
    /// Its person closes the sheet that asks where to.
    Closed,
}

#[derive(Default)]
struct Kept {
    files: HashMap<String, Vec<u8>>,
    /// Addresses that were given out and not back.
    lent: Vec<String>,
    manner: Manner,
    made: u32,
}

/// What it keeps.
#[derive(Default)]
pub struct Keeper(Mutex<Kept>);

impl Keeper {
    /// Serves those who write from now on in this manner.
    pub fn serves(&self, manner: Manner) {
        self.kept().manner = manner;
    }

    /// Makes a file, as the dialog for saving does: it is there before anything is written.
    pub fn create(&self) -> String {
        self.keep(Vec::new())
    }

    /// Keeps a file.
    pub fn keep(&self, bytes: Vec<u8>) -> String {
        let mut kept = self.kept();
        kept.made += 1;
        let address = format!("content://org.keeper.documents/document/{}", kept.made);
        kept.files.insert(address.clone(), bytes);
        address
    }

    /// Notes that a dialog answers with this address.
    pub fn lend(&self, address: &str) {
        self.kept().lent.push(address.to_owned());
    }

    /// Returns what it keeps there.
    pub fn holds(&self, address: &str) -> Option<Vec<u8>> {
        self.kept().files.get(address).cloned()
    }

    /// Returns how many addresses nobody gave back.
    pub fn lent(&self) -> usize {
        self.kept().lent.len()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect("no panic")
    }
}

impl Lender for Keeper {
    fn open(&self, address: &str) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.holds(address).ok_or(io::ErrorKind::NotFound)?;
        // As it comes out of a pipe: in pieces, and of no length.
        let (first, rest) = bytes.split_at(bytes.len() / 3);
        let pieces = Cursor::new(first.to_vec()).chain(Cursor::new(rest.to_vec()));
        Ok(Box::new(pieces))
    }

    /// Android's mode `wt`: what was there is gone first.
    fn put(&self, address: &str, bytes: &[u8]) -> Result<(), FileError> {
        let mut kept = self.kept();
        let manner = kept.manner;
        let gone = || FileError::Io(io::ErrorKind::NotFound.into());
        let file = kept.files.get_mut(address).ok_or_else(gone)?;
        if manner == Manner::Closed {
            return Err(FileError::Cancelled);
        }
        file.clear();
        match manner {
            Manner::UpTo(most) if most < bytes.len() => {
                file.extend_from_slice(&bytes[..most]);
                Err(FileError::Io(io::ErrorKind::StorageFull.into()))
            }
            Manner::Loses => Ok(()),
            _ => {
                file.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn remove(&self, address: &str) {
        self.kept().files.remove(address);
    }

    fn close(&self, address: &str) {
        let mut kept = self.kept();
        let at = kept.lent.iter().position(|lent| lent == address);
        kept.lent.swap_remove(at.expect("given back once"));
    }
}
