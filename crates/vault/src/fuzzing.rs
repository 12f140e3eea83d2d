//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.
//!
//! They differ from the public ones in the stretching alone: Argon2id would leave a target ten tries
//! a second. The check of the parameters, which is part of the format, stays.

use satchel_secrets::kdf::{KdfError, KdfParams};
use satchel_secrets::{Passphrase, SecretBytes, hash};

use crate::change::{ChangePassphraseError, change_passphrase_with};
use crate::create::{CreateVaultError, create_with};
use crate::format::{Slot, VaultFile};
use crate::unlock::unlock_with;
use crate::{UnlockError, VaultKey};

fn quick(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    params: &KdfParams,
) -> Result<SecretBytes<32>, KdfError> {
    params.check()?;
    let text = [salt, passphrase.expose().as_bytes()].concat();
    Ok(SecretBytes::from_slice(&hash::hash(&text)).expect("a hash has 32 bytes"))
}

/// As [`crate::create`].
pub fn create<E>(
    passphrase: &Passphrase,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<(Vec<u8>, VaultKey), CreateVaultError<E>> {
    create_with(passphrase, KdfParams::VAULT, fill, quick)
}

/// As [`crate::unlock`].
pub fn unlock(bytes: &[u8], passphrase: &Passphrase) -> Result<VaultKey, UnlockError> {
    unlock_with(bytes, passphrase, quick)
}

/// As [`crate::change_passphrase`].
pub fn change_passphrase<E>(
    bytes: &[u8],
    key: &VaultKey,
    new: &Passphrase,
    fill: impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Vec<u8>, ChangePassphraseError<E>> {
    change_passphrase_with(bytes, key, new, KdfParams::VAULT, fill, quick)
}

/// Reads a file and writes it again under `key`.
pub fn rewrite(bytes: &[u8], key: &VaultKey) -> Result<Vec<u8>, UnlockError> {
    VaultFile::decode(bytes).map(|file| file.encode(key))
}

/// Kinds and bodies of a file's slots.
pub fn slots(bytes: &[u8]) -> Result<Vec<(u8, Vec<u8>)>, UnlockError> {
    let slots = VaultFile::decode(bytes)?.slots;
    Ok(slots.into_iter().map(|s| (s.kind, s.body)).collect())
}

/// Adds a slot as a holder of the key could, and makes authentication and checksum right.
pub fn with_slot(
    bytes: &[u8],
    key: &VaultKey,
    kind: u8,
    body: &[u8],
) -> Result<Vec<u8>, UnlockError> {
    let mut file = VaultFile::decode(bytes)?;
    let body = body.to_vec();
    file.slots.push(Slot { kind, body });
    Ok(file.encode(key))
}
