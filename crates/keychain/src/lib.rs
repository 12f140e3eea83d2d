//! The system's keychain behind one face.
//!
//! | system | store | asks for presence | keeps a high-water mark, which asks nobody |
//! |---|---|---|---|
//! | Linux | Secret Service (GNOME Keyring, KWallet), over D-Bus | never | yes |
//! | macOS, iOS | data protection keychain, `SecAccessControl` | at every reading | yes, without an access control |
//! | Windows | Credential Manager, sealed by a Windows Hello key | at every reading | yes, unsealed |
//! | Android | Keystore key behind `BiometricPrompt`, through a bridge | at every reading | no |
//!
//! What is kept is the key that wraps the vault key in one slot of the vault file. A lost item
//! costs a way in and never a coin; so nothing here repairs, resets or guesses. A mark (ADR 0046) is
//! no key; a lost one costs that an older copy is noticed later.
//!
//! The Linux adapter is tested on a real service. Of the one for Windows, what touches the Credential
//! Manager is tested in Wine, which has no Hello. Of the others what is decided here is tested on a phone that a test
//! holds and that behaves as Apple's and Android's references say; of the calls themselves only types and lints are
//! checked (`cargo xtask check-targets`). What each should do there stands beside it, with its source.

#[cfg(any(target_os = "macos", target_os = "ios", test))]
mod apple_items;
pub mod bridge;
mod name;
#[cfg(any(windows, test))]
mod sealed;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod imp;

#[cfg(any(target_os = "macos", target_os = "ios"))]
#[path = "apple.rs"]
mod imp;

#[cfg(windows)]
#[path = "windows.rs"]
mod imp;

/// Android's store stands behind a bridge that the shell brings along; without one there is none.
#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "ios", windows)))]
#[path = "none.rs"]
mod imp;

use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::{Entropy, Keychain, KeychainError, KeychainItem, KeychainTraits};
use satchel_secrets::SecretBytes;

pub use bridge::{BridgeError, BridgeKeychain, KeystoreBridge};

/// The keychain of this system.
pub struct SystemKeychain(imp::Store);

impl SystemKeychain {
    /// Makes a hand to it. Nothing is asked or opened yet. Randomness is for stores that keep
    /// nothing secret by themselves, as that of Windows, where what is kept is sealed first.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self(imp::Store::new(entropy))
    }
}

#[async_trait]
impl Keychain for SystemKeychain {
    fn traits(&self) -> KeychainTraits {
        imp::TRAITS
    }

    async fn ready(&self) -> Result<(), KeychainError> {
        self.0.ready().await
    }

    async fn put(&self, item: KeychainItem, secret: &SecretBytes<32>) -> Result<(), KeychainError> {
        self.0.put(item, secret).await
    }

    async fn get(&self, item: KeychainItem) -> Result<SecretBytes<32>, KeychainError> {
        self.0.get(item).await
    }

    async fn remove(&self, item: KeychainItem) -> Result<(), KeychainError> {
        self.0.remove(item).await
    }
}
