//! Files that a person named.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use satchel_ports::{FileError, WalletFiles, read_whole};

use crate::durable::{Over, PublishError, folder_of, publish};
use crate::kill_points::tell;

/// Files on the disks of this computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFiles;

impl WalletFiles for DiskFiles {
    fn read(&self, path: &Path, max: u64) -> Result<Vec<u8>, FileError> {
        // Asked first: opening a pipe would wait for its writer.
        let meta = fs::metadata(path).map_err(FileError::on_open)?;
        if !meta.is_file() {
            return Err(FileError::Io(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a regular file",
            )));
        }
        read_whole(File::open(path).map_err(FileError::on_open)?, max)
    }

    fn write(&self, path: &Path, bytes: &[u8], replace: bool) -> Result<(), FileError> {
        if path.file_name().is_none() {
            return Err(FileError::Io(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the path names no file",
            )));
        }
        let over = if replace {
            Over::Anything
        } else {
            Over::Nothing
        };
        // Short and of its own, so that neither a long name nor another write gets in the way.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let beside = folder_of(path).join(format!(
            ".satchel-{}-{}.part",
            process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        publish(path, &beside, bytes, over, &mut |step| tell(path, step)).map_err(|error| {
            match error {
                PublishError::Exists => FileError::Exists,
                PublishError::Unverified => FileError::Unverified,
                PublishError::Io(error) => FileError::on_open(error),
            }
        })?;
        // By its own name as well: this is what its owner will look for one day.
        match self.read(path, bytes.len() as u64) {
            Ok(back) if back == bytes => Ok(()),
            Ok(_) | Err(FileError::TooLarge { .. } | FileError::NotFound) => {
                Err(FileError::Unverified)
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_what_was_written() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("backup");
        fs::write(&path, b"loose").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("its mode");
        DiskFiles.write(&path, b"new", true).expect("a new file");
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("backup");
        fs::write(&path, b"old").expect("a file");
        DiskFiles
            .write(&path, b"new", false)
            .expect_err("there is one already");
        let names: Vec<_> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert_eq!(names, ["backup"]);
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        assert!(matches!(
            DiskFiles.read(folder.path(), 10),
            Err(FileError::Io(_))
        ));
        #[cfg(target_os = "linux")]
        assert!(matches!(
            DiskFiles.read(Path::new("/dev/zero"), 10),
            Err(FileError::Io(_))
        ));
    }
}
