//! Making a wallet from new entropy.

use bitcoin::Network;
use satchel_keys::{DescriptorsError, RecoveryWords, Seed, SeedError};
use satchel_secrets::SecretBytes;
use satchel_types::{
    Batch, Origin, PublicDescriptors, RequestId, ScriptType, WalletId, WalletName, WalletRecord,
    Write,
};
use satchel_wallet::{CreateError, Engine};

use crate::access::SeedAccess;
use crate::events::Event;
use crate::open::Open;
use crate::session::{AccessError, App};

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

/// Names a wallet by what it is, so that it has the same id on every device and is never here
/// twice.
pub(crate) fn wallet_id(network: Network, descriptors: &PublicDescriptors) -> WalletId {
    let mut text = b"satchel wallet id v1\0".to_vec();
    text.extend_from_slice(&network.magic().to_bytes());
    text.extend_from_slice(descriptors.external.as_bytes());
    text.push(0);
    text.extend_from_slice(descriptors.internal.as_bytes());
    let hash = satchel_secrets::hash::hash(&text);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    WalletId::from_bytes(id)
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
        if let Some(record) = self.wallet_made_by(&open, request.request)? {
            return Ok(record);
        }
        let entropy = SecretBytes::<16>::init_with(|bytes| self.ports.entropy.fill(bytes))?;
        let seed = Seed::new(RecoveryWords::from_entropy(entropy.expose())?, None)?;
        self.add_wallet(&open, access, request, seed, Origin::Created)
            .await
    }

    /// Returns what a request already led to.
    pub(crate) fn wallet_made_by(
        &self,
        open: &Open,
        request: RequestId,
    ) -> Result<Option<WalletRecord>, AccessError> {
        let Some(outcome) = open.store.request(request)? else {
            return Ok(None);
        };
        let id = outcome.parse().map_err(|_| AccessError::UnknownWallet)?;
        Ok(Some(open.store.wallet(id)?))
    }

    /// Adds a wallet of this seed, seals the seed, selects the wallet: all in one write.
    pub(crate) async fn add_wallet(
        &self,
        open: &Open,
        access: &SeedAccess,
        request: CreateWallet,
        seed: Seed,
        origin: Origin,
    ) -> Result<WalletRecord, CreateWalletError> {
        let CreateWallet {
            request,
            name,
            network,
            script_type,
        } = request;
        let account = 0;
        let descriptors = satchel_keys::public_descriptors(&seed, script_type, network, account)?;
        let id = wallet_id(network, &descriptors);
        if open.store.wallets()?.iter().any(|w| w.id == id) {
            return Err(CreateWalletError::AlreadyHere { id });
        }
        let now = self.now();
        let record = WalletRecord {
            id,
            name,
            network,
            script_type,
            descriptors,
            account,
            origin,
            has_seed: true,
            created_at: now,
            // Who typed the words has them.
            words_proven_at: (origin == Origin::Restored).then_some(now),
            backed_up_at: None,
        };
        let sealed = self.seal_seed(access, id, &seed)?;
        let mut batch = Batch::from(Write::InsertWallet {
            record: Box::new(record.clone()),
            sealed_seed: Some(sealed),
        });
        let (_, engine) = Engine::create(&record)?;
        batch.extend(engine);
        batch.push(Write::SelectWallet(id));
        batch.push(Write::PutRequest {
            id: request,
            outcome: id.to_string(),
            at: now,
        });
        batch.push(self.forget_old());
        open.store.apply(&batch)?;
        self.tell(Event::WalletsChanged);
        Ok(record)
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
