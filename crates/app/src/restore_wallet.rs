//! Bringing wallets back from recovery words.

use satchel_ports::ConfirmError;
use satchel_types::{Batch, Origin, RequestId, ScriptType, WalletName, WalletRecord, Write};

use crate::access_error::AccessError;
use crate::acts::{RestoreLine, RestoreWallets};
use crate::create_wallet::{CreateWalletError, NewWallet};
use crate::events::Event;
use crate::find_script_types::Found;
use crate::recovery::{Recovery, kind_name};
use crate::seed_access::SeedAccess;
use crate::session::App;

/// Which wallets of some words to bring back.
#[derive(Debug, Clone)]
pub struct RestoreRequest {
    /// Made by the caller for this one intent; a second arrival returns the first one's wallets.
    pub request: RequestId,
    /// The name of the first one; further ones are named after it and their kind.
    pub name: WalletName,
    /// Which script types, in any order; at least one.
    pub script_types: Vec<ScriptType>,
}

/// Why nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub enum AgreeError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Its owner does not know the addresses.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

/// Returns the name of a wallet: the one asked for, or when another of the same words has that one,
/// followed by its kind.
fn name(base: &WalletName, script_type: ScriptType, first: bool) -> WalletName {
    if first {
        return base.clone();
    }
    let kind = format!(" ({})", kind_name(script_type));
    let room = WalletName::MAX - kind.chars().count();
    let cut: String = base.as_str().chars().take(room).collect();
    // A cut may end in white space, which goes; what is left is a name like the one it is made of.
    WalletName::new(&format!("{}{kind}", cut.trim_end())).unwrap_or_else(|_| base.clone())
}

impl App {
    /// Returns the wallets that a request has brought back already.
    ///
    /// # Errors
    /// When it is locked or the store fails.
    pub fn restored_by(
        &self,
        request: RequestId,
    ) -> Result<Option<Vec<WalletRecord>>, AccessError> {
        self.wallets_made_by(&*self.open()?, request)
    }

    /// Shows the first address of each wallet that is about to come back, and asks whether they are
    /// the owner's. For shells that have no window of their own to show them in.
    ///
    /// # Errors
    /// [`ConfirmError::Declined`] when they are not.
    pub async fn agree_to_restore(
        &self,
        recovery: &Recovery,
        chosen: &[Found],
    ) -> Result<(), AgreeError> {
        let act = RestoreWallets {
            network: recovery.network(),
            passphrase: recovery.has_passphrase(),
            wallets: chosen
                .iter()
                .map(|found| RestoreLine {
                    script_type: found.script_type,
                    usage: found.usage,
                    first_address: recovery.kind(found.script_type).first_address(),
                })
                .collect(),
        };
        self.consent(&*self.open()?, act).await?.into_act();
        Ok(())
    }

    /// Adds the wallets of the script types asked for, the request's answer with them, in one write:
    /// all of them are there afterwards or, whatever happens, none. Those that are on this device
    /// already stay as they are. The first one is selected; coins are found by the first sync.
    ///
    /// # Errors
    /// [`CreateWalletError::AlreadyHere`] when all of them are on this device already.
    pub async fn restore_wallets(
        &self,
        request: RestoreRequest,
        recovery: &Recovery,
        access: &SeedAccess,
    ) -> Result<Vec<WalletRecord>, CreateWalletError> {
        let open = self.open()?;
        let _once = open.requests.lock(request.request).await;
        if let Some(records) = self.wallets_made_by(&open, request.request)? {
            return Ok(records);
        }
        let here = open.store.wallets()?;
        let mut asked = ScriptType::ALL
            .into_iter()
            .filter(|kind| request.script_types.contains(kind))
            .peekable();
        let first = *asked.peek().ok_or(CreateWalletError::NoKind)?;
        let mut batch = Batch::new();
        let mut made: Vec<WalletRecord> = Vec::new();
        for script_type in asked {
            let id = recovery.kind(script_type).id;
            if here.iter().any(|record| record.id == id) {
                continue;
            }
            let new = NewWallet {
                name: name(&request.name, script_type, made.is_empty()),
                network: recovery.network(),
                script_type,
                origin: Origin::Restored,
            };
            let (record, writes) = self.new_wallet(access, new, recovery.seed())?;
            batch.extend(writes);
            made.push(record);
        }
        let Some(selected) = made.first() else {
            let id = recovery.kind(first).id;
            return Err(CreateWalletError::AlreadyHere { id });
        };
        batch.push(Write::SelectWallet(selected.id));
        let ids: Vec<String> = made.iter().map(|record| record.id.to_string()).collect();
        batch.push(Write::PutRequest {
            id: request.request,
            outcome: ids.join(" "),
            at: self.now(),
        });
        batch.push(self.forget_old());
        open.store.apply(&batch)?;
        self.tell(Event::WalletsChanged);
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_wallet_is_named_after_its_kind_and_fits() {
        let named = |text: &str, kind, first| {
            let base = WalletName::new(text).expect("a name");
            name(&base, kind, first).as_str().to_owned()
        };
        assert_eq!(named("Main", ScriptType::Taproot, true), "Main");
        assert_eq!(
            named("Main", ScriptType::Segwit, false),
            "Main (Native SegWit)"
        );
        let long = named(&"é".repeat(WalletName::MAX), ScriptType::Segwit, false);
        assert_eq!(long.chars().count(), WalletName::MAX);
        assert!(long.ends_with("é (Native SegWit)"));
        let spaced = format!("{} {}", "a".repeat(47), "b".repeat(16));
        assert!(named(&spaced, ScriptType::Segwit, false).contains("aa (Nat"));
    }
}
