//! The laws of a file of attempts.

use satchel_ports::{AttemptsFile, MAX_ATTEMPTS_FILE};

/// Checks every law on fresh files without content.
///
/// # Panics
/// Where a law is broken.
pub fn attempts_file<F: AttemptsFile>(make: impl Fn() -> F) {
    let file = make();
    assert_eq!(read(&file), None, "absent is none");
    file.remove().expect("there is nothing to remove");
    for bytes in [&[1; MAX_ATTEMPTS_FILE][..], &[][..], &[2; 3][..]] {
        file.write(bytes).expect("a healthy disk");
        assert_eq!(read(&file).as_deref(), Some(bytes));
    }
    file.remove().expect("a healthy disk");
    assert_eq!(read(&file), None, "removed is none");
}

fn read(file: &dyn AttemptsFile) -> Option<Vec<u8>> {
    file.read().expect("a healthy disk")
}
