//! The vault file: a random 256-bit key behind slots.
//!
//! The key is the root of everything at rest: the database key, the key that seals recovery words
//! and the key of the sync bundle are derived from it. A slot wraps it; the passphrase is one
//! slot, the system's keychain may be another, and other kinds can stand beside them, so changing
//! the passphrase encrypts no data anew.
//!
//! Everything is pure: bytes in, bytes out, randomness as an argument. The format is written down
//! in `docs/formats/vault-v1.md`.

pub mod change;
pub mod create;
mod format;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod key;
pub mod keychain;
pub mod seed;
mod slot;
pub mod unlock;

pub use change::{ChangePassphraseError, change_passphrase};
pub use create::{CreateVaultError, create};
pub use key::VaultKey;
pub use keychain::{
    ChangeSlotError, Doors, UnlockByKeychainError, doors, remove_keychain_slot, set_keychain_slot,
    unlock_by_keychain,
};
pub use seed::{
    OpenSealedError, open_device_keys, open_owner_key, open_place_password, open_seed,
    seal_device_keys, seal_owner_key, seal_place_password, seal_seed,
};
pub use unlock::{UnlockError, unlock};

#[cfg(test)]
mod keychain_tests;
#[cfg(test)]
mod tests;
