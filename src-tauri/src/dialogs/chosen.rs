//! What a person chose in a dialog of the system's.
//!
//! A desktop answers with a path. A phone answers with the address of a file that another program keeps, which can be opened
//! and has no path. Nothing behind the ports knows of that: such a file goes by its name alone, and [`LentFiles`] knows what
//! stands behind the name for as long as its [`Chosen`] is held.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use satchel_ports::{FileError, WalletFiles, read_whole};

/// Opens what a phone's dialogs answer with. Its calls block.
pub trait Lender: Send + Sync {
    /// Opens a file to be read.
    ///
    /// # Errors
    /// When it is gone, or the program that keeps it gives no bytes.
    fn open(&self, address: &str) -> io::Result<Box<dyn Read + Send>>;

    /// Puts bytes in place of all that a file holds.
    ///
    /// # Errors
    /// See [`FileError`]; the file may hold a part of them then.
    fn put(&self, address: &str, bytes: &[u8]) -> Result<(), FileError>;

    /// Removes a file that the dialog made.
    fn remove(&self, address: &str);

    /// Gives an address back: what the system copied for it is not needed any more.
    fn close(&self, address: &str);

    /// Does what nobody waits for. A phone asks the program that keeps a file, which may take its time.
    fn later(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

/// A file or folder that its owner chose.
pub struct Chosen {
    path: PathBuf,
    lent: Option<Arc<LentFiles>>,
}

impl Chosen {
    /// Returns whether it has no path, and is there only as long as this.
    pub fn is_lent(&self) -> bool {
        self.lent.is_some()
    }
}

impl From<PathBuf> for Chosen {
    fn from(path: PathBuf) -> Self {
        Self { path, lent: None }
    }
}

impl Deref for Chosen {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl Drop for Chosen {
    fn drop(&mut self) {
        if let Some(files) = self.lent.take() {
            files.give_back(&self.path);
        }
    }
}

/// What a file was lent for, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is read.
    Read,
    /// It is to be written, and was not.
    Unwritten,
    /// It was begun to be written.
    Begun,
    /// It was written and read back.
    Written,
}

struct Lent {
    address: String,
    used: Use,
}

/// The files of this device, and those that are lent to it.
pub struct LentFiles {
    disk: Arc<dyn WalletFiles>,
    lender: Arc<dyn Lender>,
    lent: Mutex<HashMap<PathBuf, Lent>>,
}

impl LentFiles {
    /// Lends nothing yet.
    pub fn new(disk: Arc<dyn WalletFiles>, lender: Arc<dyn Lender>) -> Arc<Self> {
        Arc::new(Self {
            disk,
            lender,
            lent: Mutex::default(),
        })
    }

    /// Takes an address to read from, with the name of what is there.
    pub fn to_read(self: &Arc<Self>, address: String, name: &str) -> Chosen {
        self.take(address, name, Use::Read)
    }

    /// Takes an address to write to. Unless something whole is written there, what the dialog made is removed when the
    /// [`Chosen`] is dropped: an empty file with the name of a backup would be taken for one.
    pub fn to_write(self: &Arc<Self>, address: String, name: &str) -> Chosen {
        self.take(address, name, Use::Unwritten)
    }

    fn take(self: &Arc<Self>, address: String, name: &str, used: Use) -> Chosen {
        let name = plain(name);
        let mut lent = self.lent();
        let mut path = PathBuf::from(&name);
        let mut number = 2;
        while lent.contains_key(&path) {
            path = Path::new(&number.to_string()).join(&name);
            number += 1;
        }
        lent.insert(path.clone(), Lent { address, used });
        Chosen {
            path,
            lent: Some(Arc::clone(self)),
        }
    }

    fn give_back(&self, path: &Path) {
        let Some(Lent { address, used }) = self.lent().remove(path) else {
            return;
        };
        let lender = Arc::clone(&self.lender);
        self.lender.later(Box::new(move || {
            let leftover = match used {
                Use::Read | Use::Written => false,
                Use::Begun => true,
                // It may be a file that was there before.
                Use::Unwritten => is_empty(&*lender, &address),
            };
            if leftover {
                lender.remove(&address);
            }
            lender.close(&address);
        }));
    }

    /// Returns the address behind a path. `None`: it is one of the disk's.
    fn address(&self, path: &Path) -> Result<Option<String>, FileError> {
        match self.lent().get(path) {
            Some(lent) => Ok(Some(lent.address.clone())),
            // It was given back; nothing on the disk is asked for by its name alone.
            None if path.is_relative() => Err(FileError::NotFound),
            None => Ok(None),
        }
    }

    fn note(&self, path: &Path, used: Use) {
        if let Some(lent) = self.lent().get_mut(path) {
            lent.used = used;
        }
    }

    fn lent(&self) -> MutexGuard<'_, HashMap<PathBuf, Lent>> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_lent(&self, address: &str, max: u64) -> Result<Vec<u8>, FileError> {
        read_whole(self.lender.open(address).map_err(FileError::on_open)?, max)
    }
}

impl WalletFiles for LentFiles {
    fn read(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError> {
        match self.address(path)? {
            Some(address) => self.read_lent(&address, max),
            None => self.disk.read(path, max),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8], replace: bool) -> Result<(), FileError> {
        let Some(address) = self.address(path)? else {
            return self.disk.write(path, bytes, replace);
        };
        if !replace && !is_empty(&*self.lender, &address) {
            return Err(FileError::Exists);
        }
        // There is no second file that could take its place at once; until it was read back it is nothing.
        self.note(path, Use::Begun);
        self.lender.put(&address, bytes)?;
        match self.read_lent(&address, bytes.len() as u64) {
            Ok(back) if back == bytes => {
                self.note(path, Use::Written);
                Ok(())
            }
            Ok(_) | Err(FileError::TooLarge { .. } | FileError::NotFound) => {
                Err(FileError::Unverified)
            }
            Err(error) => Err(error),
        }
    }
}

/// Returns whether there is nothing in a file. One that cannot be read is not called empty, unless it is not there.
fn is_empty(lender: &dyn Lender, address: &str) -> bool {
    match lender.open(address) {
        Ok(mut file) => matches!(file.read(&mut [0]), Ok(0)),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Returns a name as the one part of a path that it is: other programs give them.
fn plain(name: &str) -> String {
    let kept = |c: &char| !c.is_control() && !matches!(c, '/' | '\\');
    let name: String = name.chars().filter(kept).take(120).collect();
    match name.trim() {
        "" | "." | ".." => "file".to_owned(),
        name => name.to_owned(),
    }
}
