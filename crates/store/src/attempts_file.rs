//! The file of a home that counts wrong passphrases.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use satchel_ports::{AttemptsFile, MAX_ATTEMPTS_FILE};

use crate::durable::{Over, PublishError, publish};
use crate::kill_points::tell;

/// `attempts`, which holds how often the passphrase was wrong and when last.
#[derive(Debug)]
pub struct FileAttempts {
    path: PathBuf,
    beside: PathBuf,
    // All writes use the same name beside the file.
    writing: Mutex<()>,
}

impl FileAttempts {
    /// Names the file of a home.
    pub fn new(home: &Path) -> Self {
        Self {
            path: home.join("attempts"),
            beside: home.join("attempts.new"),
            writing: Mutex::new(()),
        }
    }
}

impl AttemptsFile for FileAttempts {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(MAX_ATTEMPTS_FILE as u64 + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() > MAX_ATTEMPTS_FILE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file of attempts is longer than any count",
            ));
        }
        Ok(Some(bytes))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = |step| tell(&self.path, step);
        let done = publish(&self.path, &self.beside, bytes, Over::Anything, &mut at);
        done.map_err(|error| match error {
            PublishError::Io(error) => error,
            PublishError::Exists | PublishError::Unverified => io::Error::new(
                io::ErrorKind::InvalidData,
                "the file of attempts reads back differently from what was written",
            ),
        })
    }

    fn remove(&self) -> io::Result<()> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_is_not_read_into_memory() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let file = File::create(home.path().join("attempts")).expect("a file");
        file.set_len(1 << 40).expect("a sparse file");
        assert!(FileAttempts::new(home.path()).read().is_err());
    }
}
