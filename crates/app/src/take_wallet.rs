//! Taking in a wallet that another device shares.
//!
//! A device that was taken over could offer a wallet of somebody else's under a familiar name, and
//! everything received to it would be lost. So nothing is shown of it before its owner compared the
//! first address with another device.

use satchel_ports::ConfirmError;
use satchel_types::{Origin, WalletId, WalletName, WalletRecord, Write};

use crate::access_error::AccessError;
use crate::circle::name_key;
use crate::events::Event;
use crate::fill::to_be_filled;
use crate::recovery::kind_name;
use crate::session::App;
use crate::watched::{ToldBy, UnwatchableError, WatchFromNow};

/// Why a wallet was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum TakeWalletError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Nobody shares it.
    #[error("no device shares this wallet")]
    NotOffered,
    /// It is on this device already.
    #[error("this wallet is on this device already")]
    AlreadyHere,
    /// Its descriptors are none that this version can watch.
    #[error(transparent)]
    Descriptors(#[from] UnwatchableError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl From<satchel_ports::StoreError> for TakeWalletError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Takes in a wallet that another device shares, to watch it: its keys stay where they are.
    ///
    /// # Errors
    /// See [`TakeWalletError`].
    pub async fn take_wallet(&self, id: WalletId) -> Result<WalletRecord, TakeWalletError> {
        let open = self.open()?;
        let circle = open.shared.circle().ok_or(TakeWalletError::NotOffered)?;
        let here = open.store.wallets()?;
        if here.iter().any(|record| record.id == id) {
            return Err(TakeWalletError::AlreadyHere);
        }
        let (shared, name) = {
            let replica = circle.replica();
            let shared = replica.state().wallet(id).cloned();
            let name = replica.state().value(&name_key(id));
            let name = name.and_then(|name| WalletName::new(name).ok());
            (shared.ok_or(TakeWalletError::NotOffered)?, name)
        };
        let name = match name {
            Some(name) => name,
            None => WalletName::new(kind_name(shared.script_type))
                .map_err(|_| TakeWalletError::NotOffered)?,
        };
        let record = WalletRecord {
            id,
            name,
            network: shared.network,
            script_type: shared.script_type,
            descriptors: shared.descriptors,
            account: shared.account,
            origin: Origin::Imported,
            has_seed: false,
            created_at: shared.created_at,
            words_proven_at: None,
            backed_up_at: None,
        };
        let act = WatchFromNow::new(ToldBy::Device, record, &here)?;
        let act = self.consent(&open, act).await?.into_act();
        let (record, mut batch) = act.into_writes().map_err(UnwatchableError::from)?;
        if here.is_empty() {
            batch.push(Write::SelectWallet(id));
        }
        batch.push(to_be_filled(id));
        // Others shared it: nothing of it is told back to them.
        open.shared.unshared().apply(&batch)?;
        self.fill_from_circle(&open, &circle, id).await?;
        self.tell(Event::WalletsChanged);
        Ok(record)
    }
}
