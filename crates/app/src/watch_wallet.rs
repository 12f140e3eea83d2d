//! Watching a wallet whose keys are elsewhere, from what its own program shows of it.
//!
//! Whoever can put another code before the camera could have everything received sent to themselves. So nothing is written before
//! the owner compared the first address with the program or device that has the keys.

use bitcoin::Network;
use satchel_bundle::state::wallet_id;
use satchel_ports::ConfirmError;
use satchel_types::{Origin, RequestId, ScriptType, WalletId, WalletName, WalletRecord, Write};
use satchel_wallet::WatchKey;

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;
use crate::watched::{ToldBy, UnwatchableError, WatchFromNow};

/// Which wallet to watch.
#[derive(Debug, Clone)]
pub struct WatchWallet {
    /// Made by the caller for this one intent; a second arrival returns the first one's wallet.
    pub request: RequestId,
    /// Its name here.
    pub name: WalletName,
    /// Its network.
    pub network: Network,
    /// Its script type, where the key does not say it.
    pub script_type: Option<ScriptType>,
    /// Its key.
    pub key: WatchKey,
}

/// Why no wallet is watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchWalletError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The key does not say its script type, and nobody did.
    #[error("this key does not say what kind of wallet it is of: choose one")]
    NoKind,
    /// The key is of another network.
    #[error("this key is not of {network}")]
    WrongNetwork {
        /// The network that was asked for.
        network: Network,
    },
    /// It is on this device already.
    #[error("this wallet is on this device already, as {}", name.as_str())]
    AlreadyHere {
        /// Which one it is.
        id: WalletId,
        /// What it is called.
        name: WalletName,
    },
    /// Its descriptors are none that can be watched.
    #[error(transparent)]
    Descriptors(#[from] UnwatchableError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl From<satchel_ports::StoreError> for WatchWalletError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Watches a wallet after its owner compared the first address, and selects it. Others that share hear of it as of any.
    ///
    /// # Errors
    /// See [`WatchWalletError`].
    pub async fn watch_wallet(
        &self,
        wanted: WatchWallet,
    ) -> Result<WalletRecord, WatchWalletError> {
        let open = self.open()?;
        let _once = open.requests.lock(wanted.request).await;
        let made = self.wallets_made_by(&open, wanted.request)?;
        if let Some(record) = made.and_then(|made| made.into_iter().next()) {
            return Ok(record);
        }
        let (key, network) = (&wanted.key, wanted.network);
        if !key.is_of(network) {
            return Err(WatchWalletError::WrongNetwork { network });
        }
        let script_type = key.script_type().or(wanted.script_type);
        let script_type = script_type.ok_or(WatchWalletError::NoKind)?;
        let descriptors = key.descriptors(script_type);
        let id = wallet_id(network, &descriptors);
        let here = open.store.wallets()?;
        if let Some(record) = here.iter().find(|record| record.id == id) {
            let name = record.name.clone();
            return Err(WatchWalletError::AlreadyHere { id, name });
        }
        let record = WalletRecord {
            id,
            name: wanted.name,
            network,
            script_type,
            account: key.account(),
            descriptors,
            origin: Origin::Imported,
            has_seed: false,
            created_at: self.now(),
            words_proven_at: None,
            backed_up_at: None,
        };
        let told_by = ToldBy::KeyHolder {
            fingerprint: key.fingerprint().map(|of| of.to_string()),
        };
        let act = WatchFromNow::new(told_by, record, &here)?;
        let act = self.consent(&open, act).await?.into_act();
        let (record, mut batch) = act.into_writes().map_err(UnwatchableError::from)?;
        batch.push(Write::SelectWallet(id));
        batch.push(Write::PutRequest {
            id: wanted.request,
            outcome: id.to_string(),
            at: self.now(),
        });
        batch.push(self.forget_old());
        open.store.apply(&batch)?;
        self.tell(Event::WalletsChanged);
        Ok(record)
    }
}
