//! Bringing a wallet back from its recovery words.

use satchel_keys::{RecoveryWords, Seed};
use satchel_secrets::SecretText;
use satchel_types::{Origin, WalletRecord};

use crate::access::SeedAccess;
use crate::create_wallet::{CreateWallet, CreateWalletError};
use crate::session::App;

impl App {
    /// Adds the wallet of these words, of the script type asked for, and selects it. Its coins
    /// are found by the first sync.
    ///
    /// # Errors
    /// [`CreateWalletError::AlreadyHere`] when it is on this device already.
    pub async fn restore_wallet(
        &self,
        request: CreateWallet,
        words: RecoveryWords,
        passphrase: Option<SecretText>,
        access: &SeedAccess,
    ) -> Result<WalletRecord, CreateWalletError> {
        let open = self.open()?;
        let _once = open.requests.lock(request.request).await;
        if let Some(record) = self.wallet_made_by(&open, request.request)? {
            return Ok(record);
        }
        let seed = Seed::new(words, passphrase)?;
        self.add_wallet(&open, access, request, seed, Origin::Restored)
            .await
    }
}
