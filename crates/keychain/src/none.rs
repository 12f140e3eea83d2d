//! Where there is no store without a bridge.

use std::sync::Arc;

use satchel_ports::{Entropy, KeychainError, KeychainItem, KeychainTraits, Presence};
use satchel_secrets::SecretBytes;

pub(crate) const TRAITS: KeychainTraits = KeychainTraits {
    name: "no keychain",
    presence: Presence::None,
};

/// Nothing.
pub(crate) struct Store;

impl Store {
    pub(crate) fn new(_: Arc<dyn Entropy>) -> Self {
        Self
    }

    pub(crate) async fn ready(&self) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }

    pub(crate) async fn put(
        &self,
        _: KeychainItem,
        _: &SecretBytes<32>,
    ) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }

    pub(crate) async fn get(&self, _: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        Err(KeychainError::Unavailable)
    }

    pub(crate) async fn remove(&self, _: KeychainItem) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable)
    }
}
