//! What the app is made of and how it is set.

use std::sync::Arc;

use satchel_ports::{
    AttemptsFile, Authorize, ChainConnector, Clock, Confirm, Database, Entropy, Keychain, Lan,
    Places, VaultFile, WalletFiles,
};
use satchel_secrets::kdf::KdfParams;
use satchel_types::Backend;

use crate::seed_access::SeedAccessPolicy;

/// The outside world.
#[derive(Clone)]
pub struct Ports {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Consent.
    pub confirm: Arc<dyn Confirm>,
    /// Proof that its owner is there.
    pub authorize: Arc<dyn Authorize>,
    /// Servers that know the chain.
    pub chain: Arc<dyn ChainConnector>,
    /// The wrapped vault key.
    pub vault: Arc<dyn VaultFile>,
    /// How often the passphrase was wrong.
    pub attempts: Arc<dyn AttemptsFile>,
    /// What the operating system keeps for us.
    pub keychain: Arc<dyn Keychain>,
    /// The encrypted database.
    pub database: Arc<dyn Database>,
    /// Where the devices of a circle meet.
    pub places: Arc<dyn Places>,
    /// Devices in the same network.
    pub lan: Arc<dyn Lan>,
    /// Files that a person named.
    pub files: Arc<dyn WalletFiles>,
}

/// What a shell decides once, at start.
#[derive(Debug, Clone)]
pub struct Config {
    /// How hard a passphrase is stretched for the vault.
    pub vault_kdf: KdfParams,
    /// How hard a passphrase is stretched for a wallet file.
    pub file_kdf: KdfParams,
    /// How long access to seeds lasts.
    pub seed_access: SeedAccessPolicy,
    /// Servers asked when the owner set none, such as the sandbox of this run.
    pub default_backends: Vec<Backend>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            vault_kdf: KdfParams::VAULT,
            file_kdf: KdfParams::FILE,
            seed_access: SeedAccessPolicy::default(),
            default_backends: Vec::new(),
        }
    }
}
