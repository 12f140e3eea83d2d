//! Presence in place of the passphrase, for payments up to what their owner allowed.
//!
//! Where the keychain itself makes sure at every reading that a person is there, it may prove
//! spending. What it proves with is the vault key that its slot wraps; that it was asked is no proof.
//! It is for spending alone: what weakens the wallet, or shows or writes its keys, takes the
//! passphrase.

use std::sync::Arc;

use bitcoin::Amount;
use satchel_ports::{KeychainError, Presence};
use satchel_vault::VaultKey;

use crate::access::SeedAccessError;
use crate::access_error::AccessError;
use crate::limits;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::unlock_by_keychain::UnlockByKeychainError;

/// What the keychain said to a payment.
enum ByPresence {
    /// The vault key.
    Proven(VaultKey),
    /// Nothing: it was not asked, or what it gave does not belong to this vault.
    Nothing,
    /// It did not give the key.
    Refused(KeychainError),
}

impl App {
    /// Asks its owner for proof before `leaves` leave the wallet, and returns access to the seeds:
    /// by the keychain where that is allowed for as much, else by the passphrase. Whatever the
    /// keychain says but the right key leads to the passphrase, and changes nothing.
    pub(crate) async fn access_to_spend(
        &self,
        open: &Arc<Open>,
        reason: &str,
        leaves: Amount,
    ) -> Result<Arc<SeedAccess>, SeedAccessError> {
        if open.kept_access.is_some() {
            return self.seed_access(open, reason).await;
        }
        match self.key_by_presence(open, leaves).await? {
            ByPresence::Proven(key) => Ok(Arc::new(SeedAccess::of(&key))),
            ByPresence::Nothing => self.seed_access(open, reason).await,
            ByPresence::Refused(error) => {
                let reason = format!("{reason}, because {}", because(error));
                self.seed_access(open, &reason).await
            }
        }
    }

    async fn key_by_presence(
        &self,
        open: &Open,
        leaves: Amount,
    ) -> Result<ByPresence, SeedAccessError> {
        // A store that does not ask each time proves nothing, whatever the setting says.
        if self.ports.keychain.traits().presence != Presence::EveryRead {
            return Ok(ByPresence::Nothing);
        }
        let limit = limits::read(open)?.by_presence;
        if limit.is_none_or(|limit| leaves > limit) {
            return Ok(ByPresence::Nothing);
        }
        let asked = async {
            let (slot, key) = self.ask_keychain().await?;
            let _only = self.vault_work.lock().await;
            self.unwrap_by_keychain(slot, &key)
        };
        let asked = tokio::select! {
            biased;
            () = open.closed.cancelled() => return Err(AccessError::Locked.into()),
            asked = asked => asked,
        };
        if open.closed.is_cancelled() {
            return Err(AccessError::Locked.into());
        }
        Ok(match asked {
            // A vault file that was exchanged under an open wallet has another key.
            Ok(key) if key.fingerprint() == open.fingerprint => ByPresence::Proven(key),
            Err(UnlockByKeychainError::Keychain(error)) => ByPresence::Refused(error),
            // No door for it, or a file that cannot be read: the passphrase's door says more.
            Ok(_) | Err(_) => ByPresence::Nothing,
        })
    }
}

/// Ends a sentence that begins with "because".
fn because(error: KeychainError) -> &'static str {
    match error {
        KeychainError::Locked => "the keychain is locked",
        KeychainError::NotFound => "the keychain has no key to this wallet",
        KeychainError::Invalidated => "the keychain's key is not valid any more",
        KeychainError::Denied => "the keychain did not give the key",
        KeychainError::Unavailable => "no keychain answers",
    }
}
