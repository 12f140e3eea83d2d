//! The wallets on this device: list, select, rename.

use satchel_types::{Batch, WalletId, WalletName, WalletRecord, Write};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::session::App;

impl App {
    /// Lists the wallets by creation, each with whether it is the selected one.
    pub fn wallets(&self) -> Result<Vec<(WalletRecord, bool)>, AccessError> {
        let open = self.open()?;
        let selected = self.wallet(&open, None).ok().map(|record| record.id);
        Ok(open
            .store
            .wallets()?
            .into_iter()
            .map(|record| {
                let is = Some(record.id) == selected;
                (record, is)
            })
            .collect())
    }

    /// Returns the wallet meant by an optional id.
    pub fn find_wallet(&self, id: Option<WalletId>) -> Result<WalletRecord, AccessError> {
        self.wallet(&*self.open()?, id)
    }

    /// Finds a wallet by its id or, when just one has it, its name.
    pub fn wallet_named(&self, text: &str) -> Result<WalletRecord, AccessError> {
        let open = self.open()?;
        if let Ok(id) = text.parse() {
            return Ok(open.store.wallet(id)?);
        }
        let mut named: Vec<_> = open
            .store
            .wallets()?
            .into_iter()
            .filter(|w| w.name.as_str() == text)
            .collect();
        match named.len() {
            1 => Ok(named.remove(0)),
            _ => Err(AccessError::UnknownWallet),
        }
    }

    /// Makes a wallet the selected one.
    pub fn select_wallet(&self, id: WalletId) -> Result<(), AccessError> {
        let open = self.open()?;
        open.store.wallet(id)?;
        open.store.apply(&Batch::from(Write::SelectWallet(id)))?;
        self.tell(Event::WalletsChanged);
        Ok(())
    }

    /// Renames a wallet.
    pub fn rename_wallet(
        &self,
        id: WalletId,
        name: WalletName,
    ) -> Result<WalletRecord, AccessError> {
        let open = self.open()?;
        open.store.wallet(id)?;
        open.store
            .apply(&Batch::from(Write::RenameWallet(id, name)))?;
        self.tell(Event::WalletsChanged);
        Ok(open.store.wallet(id)?)
    }
}
