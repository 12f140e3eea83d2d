//! An open vault: its database, its keys, its wallets' engines.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use bitcoin::Network;
use satchel_ports::{ChainSource, WalletStore};
use satchel_types::{Batch, DraftId, RequestId, WalletId};
use satchel_vault::VaultKey;
use satchel_wallet::Engine;
use tokio_util::sync::CancellationToken;

use crate::access_error::AccessError;
use crate::circle::{self, SharedStore};
use crate::config::Ports;
use crate::high_water::HighWater;
use crate::keyed::KeyedLocks;
use crate::seed_access::{SeedAccess, SeedAccessPolicy};

/// An open vault. It can read the database and, but for [`SeedAccessPolicy::WhileOpen`], open no seed.
pub(crate) struct Open {
    /// The database. What is written through it is shared with the circle, if there is one.
    pub(crate) store: Arc<dyn WalletStore>,
    /// The same, for whoever deals with the circle itself.
    pub(crate) shared: Arc<SharedStore>,
    /// How far what is shared went out, as the keychain knows it.
    pub(crate) high_water: HighWater,
    /// Of the vault key, to know it again.
    pub(crate) fingerprint: [u8; 32],
    /// Access to seeds where it lasts.
    pub(crate) kept_access: Option<Arc<SeedAccess>>,
    /// Ends everything that runs for this session.
    pub(crate) closed: CancellationToken,
    /// Whether a check found the database damaged.
    pub(crate) damaged: AtomicBool,
    /// A draft is worked on by one call at a time.
    pub(crate) drafts: KeyedLocks<DraftId>,
    /// A request that arrives twice waits for the first.
    pub(crate) requests: KeyedLocks<RequestId>,
    /// A wallet's addresses are chosen one at a time.
    pub(crate) addresses: KeyedLocks<WalletId>,
    /// A wallet syncs once at a time.
    pub(crate) syncs: KeyedLocks<WalletId>,
    pub(crate) running: Mutex<HashMap<WalletId, CancellationToken>>,
    pub(crate) sources: Mutex<HashMap<Network, KnownSource>>,
    engines: Mutex<HashMap<WalletId, Arc<Mutex<Option<Engine>>>>>,
}

/// A server that was found to be on the right network.
#[derive(Clone)]
pub(crate) struct KnownSource {
    pub(crate) url: String,
    pub(crate) source: Arc<dyn ChainSource>,
}

impl Open {
    /// Makes a session of an opened database. Waits for the disk, and must be called where a runtime's
    /// threads may.
    pub(crate) fn new(
        store: Arc<dyn WalletStore>,
        ports: &Ports,
        key: &VaultKey,
        policy: SeedAccessPolicy,
    ) -> Self {
        let kept = policy == SeedAccessPolicy::WhileOpen;
        let (entropy, clock) = (Arc::clone(&ports.entropy), Arc::clone(&ports.clock));
        let shared = Arc::new(SharedStore::new(Arc::clone(&store), entropy, clock));
        match tokio::runtime::Handle::current().block_on(circle::load(&store, key.bundle_key())) {
            Ok(circle) => shared.set_circle(circle.map(Arc::new)),
            // The wallet opens all the same; what is written meanwhile is this device's own.
            Err(error) => tracing::warn!(%error, "the circle cannot be read"),
        }
        Self {
            store: Arc::clone(&shared) as Arc<dyn WalletStore>,
            high_water: HighWater::at_opening(shared.circle().as_deref()),
            shared,
            fingerprint: key.fingerprint(),
            kept_access: kept.then(|| Arc::new(SeedAccess::of(key))),
            closed: CancellationToken::new(),
            damaged: AtomicBool::new(false),
            drafts: KeyedLocks::new(),
            requests: KeyedLocks::new(),
            addresses: KeyedLocks::new(),
            syncs: KeyedLocks::new(),
            running: Mutex::new(HashMap::new()),
            sources: Mutex::new(HashMap::new()),
            engines: Mutex::new(HashMap::new()),
        }
    }

    /// Stops what runs and closes the database.
    pub(crate) fn close(&self) {
        self.closed.cancel();
        self.engines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.store.close();
    }

    fn engine(&self, id: WalletId) -> Arc<Mutex<Option<Engine>>> {
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(engines.entry(id).or_default())
    }

    /// Reads from a wallet's engine, off the async threads.
    pub(crate) async fn read_engine<R, F>(&self, id: WalletId, read: F) -> Result<R, AccessError>
    where
        R: Send + 'static,
        F: FnOnce(&Engine) -> R + Send + 'static,
    {
        let (slot, store) = (self.engine(id), Arc::clone(&self.store));
        tokio::task::spawn_blocking(move || {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(read(loaded(&mut slot, &*store, id)?))
        })
        .await
        .map_err(|_| AccessError::Stopped)?
    }

    /// Changes a wallet's engine and stores what it says, whole or not at all.
    ///
    /// When the change or the store fails, the engine in memory is dropped, so that the next call
    /// starts from what is stored.
    pub(crate) async fn change_engine<R, E, F>(&self, id: WalletId, change: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<AccessError> + Send + 'static,
        F: FnOnce(&mut Engine) -> Result<(R, Batch), E> + Send + 'static,
    {
        self.change_engine_in(Arc::clone(&self.store), id, change)
            .await
    }

    /// The same for what other devices told, so that it is not told to them again.
    pub(crate) async fn change_engine_unshared<R, E, F>(
        &self,
        id: WalletId,
        change: F,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<AccessError> + Send + 'static,
        F: FnOnce(&mut Engine) -> Result<(R, Batch), E> + Send + 'static,
    {
        self.change_engine_in(Arc::clone(self.shared.unshared()), id, change)
            .await
    }

    async fn change_engine_in<R, E, F>(
        &self,
        store: Arc<dyn WalletStore>,
        id: WalletId,
        change: F,
    ) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<AccessError> + Send + 'static,
        F: FnOnce(&mut Engine) -> Result<(R, Batch), E> + Send + 'static,
    {
        let slot = self.engine(id);
        tokio::task::spawn_blocking(move || {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let engine = loaded(&mut slot, &*store, id)?;
            let done = change(engine).and_then(|(value, batch)| {
                if !batch.is_empty() {
                    store
                        .apply(&batch)
                        .map_err(|e| E::from(AccessError::from(e)))?;
                }
                Ok(value)
            });
            if done.is_err() {
                *slot = None;
            }
            done
        })
        .await
        .map_err(|_| E::from(AccessError::Stopped))?
    }
}

/// Pieces of stored engine state beyond which they are merged into one at load.
const COMPACT_ABOVE: usize = 64;

fn loaded<'a>(
    slot: &'a mut Option<Engine>,
    store: &dyn WalletStore,
    id: WalletId,
) -> Result<&'a mut Engine, AccessError> {
    if slot.is_none() {
        let record = store.wallet(id)?;
        let pieces = store.changes(id)?;
        let engine = Engine::load(&record, &pieces)?;
        if pieces.len() > COMPACT_ABOVE {
            store.compact(id, &engine.whole_changes())?;
        }
        *slot = Some(engine);
    }
    slot.as_mut().ok_or(AccessError::Stopped)
}
