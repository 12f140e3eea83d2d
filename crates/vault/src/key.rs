//! The vault key and what is derived from it.

use satchel_secrets::SecretBytes;
use satchel_secrets::commit::commitment;
use satchel_secrets::derive::derive_key;

const DATABASE: &str = "satchel vault v1 database";
const SEED: &str = "satchel vault v1 seed";
const BUNDLE: &str = "satchel vault v1 bundle";
const FINGERPRINT: &str = "satchel vault v1 fingerprint";
const FILE_MAC: &str = "satchel vault v1 file mac";

/// The root key of a vault, wiped when dropped. It is used only to derive others.
#[derive(Debug)]
pub struct VaultKey(SecretBytes<32>);

impl VaultKey {
    pub(crate) fn new(key: SecretBytes<32>) -> Self {
        Self(key)
    }

    /// Derives the key of the encrypted database.
    pub fn database_key(&self) -> SecretBytes<32> {
        derive_key(&self.0, DATABASE)
    }

    /// Derives the key that seals recovery words, see [`crate::seal_seed`].
    pub fn seed_key(&self) -> SecretBytes<32> {
        derive_key(&self.0, SEED)
    }

    /// Derives the key of the sync bundle.
    pub fn bundle_key(&self) -> SecretBytes<32> {
        derive_key(&self.0, BUNDLE)
    }

    /// Names this key without telling anything about it: two vaults with the same fingerprint have
    /// the same key.
    pub fn fingerprint(&self) -> [u8; 32] {
        commitment(&derive_key(&self.0, FINGERPRINT), &[])
    }

    /// Derives the key that authenticates the whole vault file.
    pub(crate) fn file_mac_key(&self) -> SecretBytes<32> {
        derive_key(&self.0, FILE_MAC)
    }

    /// What a slot wraps.
    pub(crate) fn secret(&self) -> &SecretBytes<32> {
        &self.0
    }
}
