//! Watching a wallet whose keys are elsewhere, from what its own program shows of it.
//!
//! Whoever can put another code before the camera could have everything received sent to themselves. So nothing is written before
//! the owner compared the first address with the program or device that has the keys.

use bitcoin::Network;
use satchel_bundle::state::wallet_id;
use satchel_ports::{Act, ConfirmError, ConfirmText};
use satchel_types::{
    Batch, Origin, RequestId, ScriptType, WalletId, WalletName, WalletRecord, Write,
};
use satchel_wallet::{CreateError, Engine, WatchKey, first_addresses};

use crate::acts::line;
use crate::events::Event;
use crate::recovery::kind_name;
use crate::session::{AccessError, App};
use crate::text;

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
    Descriptors(#[from] CreateError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
}

impl From<satchel_ports::StoreError> for WatchWalletError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

/// Watching a wallet from now on.
#[derive(Debug)]
pub struct WatchElsewhere {
    /// Its name.
    pub name: String,
    /// Its network and kind, for people.
    pub kind: String,
    /// The master key's fingerprint, if it was said.
    pub fingerprint: Option<String>,
    /// The address it begins with.
    pub first_address: String,
    /// A wallet here has this name already.
    pub name_taken: bool,
}

impl Act for WatchElsewhere {
    fn text(&self) -> ConfirmText {
        let mut lines = vec![
            line("Wallet", self.name.clone()),
            line("Kind", self.kind.clone()),
            line("First address", text::address(&self.first_address)),
        ];
        if let Some(fingerprint) = &self.fingerprint {
            lines.push(line("Master key", fingerprint.clone()));
        }
        lines.push(line(
            "Keys",
            "stay where they are; here it can only be watched",
        ));
        let mut warnings = vec![
            "Compare the address with the first receive address that the program or device with the keys shows. If it \
             differs, decline: somebody else would get what you receive."
                .to_owned(),
        ];
        if self.name_taken {
            warnings.push("Another wallet on this device has the same name.".to_owned());
        }
        ConfirmText {
            title: "Watch this wallet?".to_owned(),
            lines,
            warnings,
            agree: "It is the same".to_owned(),
        }
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
        let first = first_addresses(&descriptors, network, 1)?;
        let act = WatchElsewhere {
            name: wanted.name.as_str().to_owned(),
            kind: format!("{}, {}", text::network(network), kind_name(script_type)),
            fingerprint: key.fingerprint().map(|of| of.to_string()),
            first_address: first.first().map(ToString::to_string).unwrap_or_default(),
            name_taken: here.iter().any(|record| record.name == wanted.name),
        };
        self.consent(&open, act).await?.into_act();
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
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(record.clone()),
            sealed_seed: None,
        });
        let (_, engine) = Engine::create(&record)?;
        batch.extend(engine);
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
