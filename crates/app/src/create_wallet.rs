//! Making a wallet from new entropy.

use bitcoin::Network;
use satchel_bundle::state::wallet_id;
use satchel_keys::{DescriptorsError, RecoveryWords, Seed, SeedError};
use satchel_secrets::SecretBytes;
use satchel_types::{
    Batch, Origin, RequestId, ScriptType, WalletId, WalletName, WalletRecord, Write,
};
use satchel_wallet::{CreateError, Engine};

use crate::access_error::AccessError;
use crate::events::Event;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;

/// What wallet to make.
#[derive(Debug, Clone)]
pub struct CreateWallet {
    /// Made by the caller for this one intent; a second arrival returns the first one's wallet.
    pub request: RequestId,
    /// Its name.
    pub name: WalletName,
    /// Its network.
    pub network: Network,
    /// Its script type.
    pub script_type: ScriptType,
}

/// A wallet of a seed that is at hand.
pub(crate) struct NewWallet {
    pub(crate) name: WalletName,
    pub(crate) network: Network,
    pub(crate) script_type: ScriptType,
    pub(crate) origin: Origin,
}

/// Why no wallet was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateWalletError {
    /// The vault cannot be used.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The recovery words cannot be used.
    #[error(transparent)]
    Words(#[from] satchel_keys::WordsError),
    /// The words' passphrase cannot be used.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The account's keys cannot be derived.
    #[error(transparent)]
    Descriptors(#[from] DescriptorsError),
    /// The descriptors were not accepted by the engine.
    #[error(transparent)]
    Engine(#[from] CreateError),
    /// No script type was named.
    #[error("no kind of wallet was chosen")]
    NoKind,
    /// This wallet is on this device already.
    #[error("this wallet is on this device already")]
    AlreadyHere {
        /// Which one it is.
        id: WalletId,
    },
}

impl From<satchel_ports::EntropyError> for CreateWalletError {
    fn from(error: satchel_ports::EntropyError) -> Self {
        Self::Access(error.into())
    }
}

impl From<satchel_ports::StoreError> for CreateWalletError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl App {
    /// Makes a wallet of 128 bits of new entropy (twelve words) and selects it.
    pub async fn create_wallet(
        &self,
        request: CreateWallet,
        access: &SeedAccess,
    ) -> Result<WalletRecord, CreateWalletError> {
        let open = self.open()?;
        let _once = open.requests.lock(request.request).await;
        let made = self.wallets_made_by(&open, request.request)?;
        if let Some(record) = made.and_then(|made| made.into_iter().next()) {
            return Ok(record);
        }
        let entropy = SecretBytes::<16>::init_with(|bytes| self.ports.entropy.fill(bytes))?;
        let seed = Seed::new(RecoveryWords::from_entropy(entropy.expose())?, None)?;
        let new = NewWallet {
            name: request.name,
            network: request.network,
            script_type: request.script_type,
            origin: Origin::Created,
        };
        let (record, mut batch) = self.new_wallet(access, new, &seed)?;
        if open.store.wallets()?.iter().any(|w| w.id == record.id) {
            return Err(CreateWalletError::AlreadyHere { id: record.id });
        }
        batch.push(Write::SelectWallet(record.id));
        batch.push(Write::PutRequest {
            id: request.request,
            outcome: record.id.to_string(),
            at: self.now(),
        });
        batch.push(self.forget_old());
        open.store.apply(&batch)?;
        self.tell(Event::WalletsChanged);
        Ok(record)
    }

    /// Returns the wallets that a request already led to.
    pub(crate) fn wallets_made_by(
        &self,
        open: &Open,
        request: RequestId,
    ) -> Result<Option<Vec<WalletRecord>>, AccessError> {
        let Some(outcome) = open.store.request(request)? else {
            return Ok(None);
        };
        let made = outcome.split(' ').map(|id| {
            let id = id.parse().map_err(|_| AccessError::UnknownWallet)?;
            Ok(open.store.wallet(id)?)
        });
        made.collect::<Result<_, AccessError>>().map(Some)
    }

    /// Makes a wallet of a seed and what to store of it, the sealed seed with it. Nothing is stored
    /// yet.
    pub(crate) fn new_wallet(
        &self,
        access: &SeedAccess,
        new: NewWallet,
        seed: &Seed,
    ) -> Result<(WalletRecord, Batch), CreateWalletError> {
        let (network, script_type, account) = (new.network, new.script_type, 0);
        let descriptors = satchel_keys::public_descriptors(seed, script_type, network, account)?;
        let id = wallet_id(network, &descriptors);
        let now = self.now();
        let record = WalletRecord {
            id,
            name: new.name,
            network,
            script_type,
            descriptors,
            account,
            origin: new.origin,
            has_seed: true,
            created_at: now,
            // Who typed the words has them.
            words_proven_at: (new.origin == Origin::Restored).then_some(now),
            backed_up_at: None,
        };
        let sealed = self.seal_seed(access, id, seed)?;
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(record.clone()),
            sealed_seed: Some(sealed),
        });
        let (_, engine) = Engine::create(&record)?;
        batch.extend(engine);
        Ok((record, batch))
    }

    pub(crate) fn seal_seed(
        &self,
        access: &SeedAccess,
        id: WalletId,
        seed: &Seed,
    ) -> Result<Vec<u8>, CreateWalletError> {
        Ok(access.seal(id, &seed.to_secret_bytes(), |b| self.ports.entropy.fill(b))?)
    }
}
