//! The laws of whole files.

use std::path::Path;

use satchel_ports::{FileError, WalletFiles};

/// Checks every law inside an empty folder.
///
/// # Panics
/// Where a law is broken.
pub fn wallet_files(files: &dyn WalletFiles, folder: &Path) {
    what_was_written_reads_back(files, &folder.join("plain"));
    nothing_is_overwritten_unasked(files, &folder.join("kept"));
    replacing_leaves_the_new_bytes_alone(files, &folder.join("replaced"));
    the_limit_is_exact(files, &folder.join("large"));
    absent_is_not_found(files, folder);
}

fn what_was_written_reads_back(files: &dyn WalletFiles, path: &Path) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    files.write(path, &bytes, false).expect("a healthy disk");
    assert_eq!(files.read(path, 1 << 20).expect("the file"), bytes);
}

fn nothing_is_overwritten_unasked(files: &dyn WalletFiles, path: &Path) {
    files.write(path, b"mine", false).expect("a healthy disk");
    assert!(matches!(
        files.write(path, b"theirs", false),
        Err(FileError::Exists)
    ));
    assert_eq!(files.read(path, 100).expect("the file"), b"mine");
}

fn replacing_leaves_the_new_bytes_alone(files: &dyn WalletFiles, path: &Path) {
    files.write(path, &[1; 5000], true).expect("nothing there");
    files.write(path, b"short", true).expect("a healthy disk");
    assert_eq!(files.read(path, 10_000).expect("the file"), b"short");
}

fn the_limit_is_exact(files: &dyn WalletFiles, path: &Path) {
    files
        .write(path, &[7; 1000], false)
        .expect("a healthy disk");
    assert_eq!(files.read(path, 1000).expect("just allowed").len(), 1000);
    assert!(matches!(
        files.read(path, 999),
        Err(FileError::TooLarge { max: 999 })
    ));
}

fn absent_is_not_found(files: &dyn WalletFiles, folder: &Path) {
    assert!(matches!(
        files.read(&folder.join("absent"), 100),
        Err(FileError::NotFound)
    ));
    assert!(matches!(
        files.write(&folder.join("no folder").join("file"), b"", false),
        Err(FileError::NotFound)
    ));
}
