//! The vault file of a home.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use satchel_ports::{VaultFile, VaultFileError};

use crate::durable::{Over, PublishError, publish};
use crate::kill_points::tell;

/// Largest vault file read, in bytes. A real one has a few hundred.
const MAX: u64 = 1 << 16;

/// `vault.satchel`, which holds the wrapped vault key.
#[derive(Debug)]
pub struct FileVault {
    path: PathBuf,
    beside: PathBuf,
    // Both kinds of write use the same name beside the file.
    writing: Mutex<()>,
}

impl FileVault {
    /// Names the vault file of a home.
    pub fn new(home: &Path) -> Self {
        Self {
            path: home.join("vault.satchel"),
            beside: home.join("vault.satchel.new"),
            writing: Mutex::new(()),
        }
    }

    fn write(&self, bytes: &[u8], over: Over) -> Result<(), VaultFileError> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = |step| tell(&self.path, step);
        publish(&self.path, &self.beside, bytes, over, &mut at).map_err(|error| match error {
            PublishError::Exists => VaultFileError::Exists,
            PublishError::Unverified => VaultFileError::Io(io::Error::new(
                io::ErrorKind::InvalidData,
                "the vault file reads back differently from what was written",
            )),
            PublishError::Io(error) => VaultFileError::Io(error),
        })
    }
}

impl VaultFile for FileVault {
    fn read(&self) -> Result<Option<Vec<u8>>, VaultFileError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(VaultFileError::Io(error)),
        };
        let mut bytes = Vec::new();
        file.take(MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(VaultFileError::Io)?;
        if bytes.len() as u64 > MAX {
            return Err(VaultFileError::Io(io::Error::new(
                io::ErrorKind::InvalidData,
                "the vault file is larger than any vault",
            )));
        }
        Ok(Some(bytes))
    }

    fn create(&self, bytes: &[u8]) -> Result<(), VaultFileError> {
        self.write(bytes, Over::Nothing)
    }

    fn replace(&self, bytes: &[u8]) -> Result<(), VaultFileError> {
        self.write(bytes, Over::Anything)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_unreadable_vault_is_an_error_and_not_an_absent_one() {
        let home = tempfile::tempdir().expect("a scratch folder");
        fs::create_dir(home.path().join("vault.satchel")).expect("a folder in its place");
        let vault = FileVault::new(home.path());
        assert!(matches!(vault.read(), Err(VaultFileError::Io(_))));
        assert!(matches!(vault.create(b"new"), Err(VaultFileError::Exists)));
    }

    #[test]
    fn a_huge_file_is_not_read_into_memory() {
        let home = tempfile::tempdir().expect("a scratch folder");
        let file = File::create(home.path().join("vault.satchel")).expect("a file");
        file.set_len(1 << 40).expect("a sparse file");
        let vault = FileVault::new(home.path());
        assert!(matches!(vault.read(), Err(VaultFileError::Io(_))));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_vault_file() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a scratch folder");
        let vault = FileVault::new(home.path());
        let mode = || {
            let meta = fs::metadata(home.path().join("vault.satchel")).expect("a file");
            meta.permissions().mode() & 0o777
        };
        vault.create(b"one").expect("a new vault");
        assert_eq!(mode(), 0o600);
        vault.replace(b"two").expect("a healthy disk");
        assert_eq!(mode(), 0o600);
    }
}
