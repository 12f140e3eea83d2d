//! The laws of a vault file.

use satchel_ports::{VaultFile, VaultFileError};

/// Checks every law on fresh vault files without content.
///
/// # Panics
/// Where a law is broken.
pub fn vault_file<V: VaultFile>(make: impl Fn() -> V) {
    absent_is_none(&make());
    the_first_version_is_never_overwritten_by_another_first(&make());
    replacing_leaves_the_new_bytes_alone(&make());
    replacing_what_is_not_there_makes_it(&make());
}

fn read(vault: &dyn VaultFile) -> Option<Vec<u8>> {
    vault.read().expect("a healthy disk")
}

fn absent_is_none(vault: &dyn VaultFile) {
    assert_eq!(read(vault), None);
}

fn the_first_version_is_never_overwritten_by_another_first(vault: &dyn VaultFile) {
    vault.create(b"first").expect("nothing there yet");
    assert_eq!(read(vault).as_deref(), Some(b"first".as_slice()));
    assert!(matches!(
        vault.create(b"second"),
        Err(VaultFileError::Exists)
    ));
    assert_eq!(read(vault).as_deref(), Some(b"first".as_slice()));
}

fn replacing_leaves_the_new_bytes_alone(vault: &dyn VaultFile) {
    vault.create(&[1; 4000]).expect("nothing there yet");
    for bytes in [&[2; 300][..], &[3; 5000][..], &[][..], &[4; 1][..]] {
        vault.replace(bytes).expect("a healthy disk");
        assert_eq!(read(vault).as_deref(), Some(bytes));
    }
    assert!(matches!(vault.create(b"late"), Err(VaultFileError::Exists)));
}

fn replacing_what_is_not_there_makes_it(vault: &dyn VaultFile) {
    vault.replace(b"only").expect("a healthy disk");
    assert_eq!(read(vault).as_deref(), Some(b"only".as_slice()));
}
