//! The session: locked or open.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use satchel_ports::{EntropyError, Questions};
use satchel_types::{SlotId, Timestamp, WalletId, WalletRecord, Write};
use tokio::sync::broadcast;

use crate::access_error::AccessError;
use crate::attempts::KeptAttempts;
use crate::config::{Config, Ports};
use crate::events::Event;
use crate::open::Open;

/// Seconds for which it is remembered what a request led to. One that arrives twice does so within
/// moments; a month leaves room for scripts, and bounds what is kept.
const REMEMBERED_FOR: u64 = 30 * 24 * 60 * 60;

/// Where the vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultState {
    /// There is none yet.
    None,
    /// Locked.
    Locked,
    /// Open.
    Open,
}

/// The wallet program, without a face.
pub struct App {
    pub(crate) ports: Ports,
    pub(crate) config: Config,
    /// Wrong passphrases.
    pub(crate) attempts: Arc<KeptAttempts>,
    /// Questions that were answered with no.
    pub(crate) questions: Questions,
    /// Held while a vault is made, opened or re-wrapped, so that none of these overlap.
    pub(crate) vault_work: tokio::sync::Mutex<()>,
    /// Held while the keychain asks a person.
    pub(crate) keychain_question: tokio::sync::Mutex<()>,
    /// A door of the keychain that will never open again.
    pub(crate) dead_door: Mutex<Option<SlotId>>,
    state: Mutex<Option<Arc<Open>>>,
    /// How often it was locked, so that what began to open before does not open after.
    locks: AtomicU64,
    events: broadcast::Sender<Event>,
}

impl App {
    /// Makes a locked app.
    pub fn new(ports: Ports, config: Config) -> Self {
        let (events, _) = broadcast::channel(1024);
        Self {
            attempts: Arc::new(KeptAttempts::new(Arc::clone(&ports.attempts))),
            ports,
            config,
            questions: Questions::default(),
            vault_work: tokio::sync::Mutex::new(()),
            keychain_question: tokio::sync::Mutex::new(()),
            dead_door: Mutex::new(None),
            state: Mutex::new(None),
            locks: AtomicU64::new(0),
            events,
        }
    }

    /// Subscribes to what happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Returns where the vault stands.
    ///
    /// # Errors
    /// When the vault file cannot be looked at.
    pub fn vault_state(&self) -> Result<VaultState, satchel_ports::VaultFileError> {
        if self.state().is_some() {
            return Ok(VaultState::Open);
        }
        Ok(match self.ports.vault.read()? {
            Some(_) => VaultState::Locked,
            None => VaultState::None,
        })
    }

    /// Locks: closes the database, wipes the keys, stops running syncs. Locking twice is fine. An
    /// opening that runs ends locked.
    pub fn lock(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.locks.fetch_add(1, Ordering::Relaxed);
        let open = state.take();
        drop(state);
        if let Some(open) = open {
            open.close();
            self.tell(Event::Locked);
        }
    }

    pub(crate) fn state(&self) -> Option<Arc<Open>> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns how often it was locked, to be given to [`Self::set_open`].
    pub(crate) fn locks(&self) -> u64 {
        self.locks.load(Ordering::Relaxed)
    }

    /// Makes `open` the session, unless it was locked since it began to open.
    pub(crate) fn set_open(&self, open: Open, locks: u64) -> Result<Arc<Open>, AccessError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.locks() != locks {
            drop(state);
            open.close();
            return Err(AccessError::Locked);
        }
        open.shared.tell_to(self.events.clone());
        // Nobody waits for it: the next start would only read more.
        let shared = Arc::clone(&open.shared);
        let open = Arc::new(open);
        let old = state.replace(Arc::clone(&open));
        drop(state);
        if shared.circle().is_some()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn_blocking(move || {
                if let Err(error) = shared.tidy() {
                    tracing::debug!(%error, "no snapshot was written");
                }
            });
        }
        if let Some(old) = old {
            old.close();
        }
        self.tell(Event::Unlocked);
        Ok(open)
    }

    pub(crate) fn open(&self) -> Result<Arc<Open>, AccessError> {
        self.state().ok_or(AccessError::Locked)
    }

    /// Returns whom [`App::tell`] tells, for what goes on by itself.
    pub(crate) fn listeners(&self) -> broadcast::Sender<Event> {
        self.events.clone()
    }

    pub(crate) fn tell(&self, event: Event) {
        // An error means only that nobody listens.
        let _ = self.events.send(event);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Returns what forgets requests and sent payments of long ago. Goes with every new request.
    pub(crate) fn forget_old(&self) -> Write {
        let long_ago = self.now().as_secs().saturating_sub(REMEMBERED_FOR);
        Write::ForgetBefore(Timestamp::from_secs(long_ago))
    }

    /// Returns 16 random bytes for an id.
    pub(crate) fn random_id(&self) -> Result<[u8; 16], EntropyError> {
        let mut bytes = [0; 16];
        self.ports.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Returns a random number for choices that need no secrecy, such as the order of outputs.
    pub(crate) fn random_u64(&self) -> Result<u64, EntropyError> {
        let mut bytes = [0; 8];
        self.ports.entropy.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Returns the wallet meant: the named one, else the selected one, else the only one.
    pub(crate) fn wallet(
        &self,
        open: &Open,
        id: Option<WalletId>,
    ) -> Result<WalletRecord, AccessError> {
        if let Some(id) = id {
            return Ok(open.store.wallet(id)?);
        }
        if let Some(id) = open.store.selected()? {
            return Ok(open.store.wallet(id)?);
        }
        let mut wallets = open.store.wallets()?;
        match wallets.len() {
            1 => Ok(wallets.remove(0)),
            _ => Err(AccessError::NoWallet),
        }
    }
}
