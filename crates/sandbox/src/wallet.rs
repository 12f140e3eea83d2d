//! Wallets in the node, as Bitcoin Core has them: by name, with keys of their own, loaded or not. Their keys
//! follow from the sandbox's number and the wallet's name, their coins are looked up in chain and pool; what
//! they were told is in a log. One of them, `faucet`, holds the faucet's coins.

mod history;
mod keys;
mod log;
mod spend;
mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bitcoin::consensus::encode;
use bitcoin::key::TweakedKeypair;
use bitcoin::{Script, ScriptBuf, Transaction, Txid};
use thiserror::Error;

use crate::index::{ScriptHash, script_hash};
pub use history::{OwnTx, Place};
pub use keys::{AddressType, Keys, Owner, Spot, sign_taproot};
use log::{Event, WalletLog};
#[cfg(fuzzing)]
pub use log::{encode as encode_event, read_events};
pub use spend::{Order, SpendError};
pub use view::OwnCoin;

/// The wallet that holds the faucet's coins.
pub const FAUCET: &str = "faucet";
/// Most wallets.
const MAX_WALLETS: usize = 1_000;
/// Longest name of a wallet in bytes.
const MAX_NAME: usize = 128;
/// Longest label or comment in bytes.
pub const MAX_TEXT: usize = 10_000;
/// Most addresses of one kind in one wallet.
const MAX_ADDRESSES: u32 = 100_000;

/// Why a wallet does not do what it was asked for.
#[derive(Debug, Error)]
pub enum WalletError {
    /// No wallet of that name is loaded.
    #[error("Requested wallet does not exist or is not loaded")]
    NotLoaded,
    /// No wallet was named, and there is none.
    #[error(
        "No wallet is loaded. Load a wallet using loadwallet or create a new one with createwallet. \
         (Note: A default wallet is no longer automatically created)"
    )]
    NoneLoaded,
    /// No wallet was named, and there are several.
    #[error(
        "Multiple wallets are loaded. Please select which wallet to use by requesting the RPC through the \
         /wallet/<walletname> URI path."
    )]
    NotSpecified,
    /// It is loaded already.
    #[error("Wallet \"{0}\" is already loaded.")]
    AlreadyLoaded(String),
    /// There is one of that name.
    #[error(
        "Wallet file verification failed. Failed to create database path '{0}'. Database already exists."
    )]
    Exists(String),
    /// There is none of that name.
    #[error(
        "Wallet file verification failed. Failed to load database path '{0}'. Path does not exist."
    )]
    Missing(String),
    /// The name is too long or has characters that no name has.
    #[error(
        "Wallet file verification failed. The name must have at most 128 bytes, none of them control characters"
    )]
    Name,
    /// There are too many.
    #[error("Wallet file verification failed. The sandbox keeps at most 1000 wallets")]
    TooMany,
    /// It has no keys.
    #[error("Error: This wallet has no available keys")]
    NoKeys,
    /// It has handed out as many addresses as it can.
    #[error("Error: Keypool ran out, please call keypoolrefill first")]
    Exhausted,
    /// The log could not be written: nothing was changed.
    #[error("Error: the wallet's file cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// A script of a wallet.
#[derive(Debug, Clone)]
pub struct Own {
    /// What signs for it.
    pub owner: Owner,
    /// Where the index has it.
    pub hash: ScriptHash,
    /// What it is called; without a name it is change.
    pub label: Option<String>,
}

/// A payment a wallet made.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The transaction.
    pub tx: Arc<Transaction>,
    /// Seconds since 1970.
    pub time: u32,
    /// What for.
    pub comment: Option<String>,
    /// To whom.
    pub to: Option<String>,
}

/// One wallet.
pub struct Wallet {
    /// Its name.
    pub name: String,
    /// Whether it can have keys at all.
    pub private_keys: bool,
    /// Whether it was made without any.
    pub blank: bool,
    /// Seconds since 1970 when it was made.
    pub birth: u32,
    keys: Keys,
    scripts: HashMap<ScriptBuf, Own>,
    /// Labels of others' addresses.
    contacts: BTreeMap<ScriptBuf, String>,
    next: [[u32; 2]; 4],
    sent: Vec<Sent>,
    sent_places: HashMap<Txid, usize>,
}

impl Wallet {
    fn new(seed: u64, name: String, private_keys: bool, blank: bool, birth: u32) -> Self {
        Self {
            keys: Keys::derive(seed, &name, None),
            name,
            private_keys,
            blank,
            birth,
            scripts: HashMap::new(),
            contacts: BTreeMap::new(),
            next: Default::default(),
            sent: Vec::new(),
            sent_places: HashMap::new(),
        }
    }

    /// The wallet of the faucet's coins.
    fn faucet(seed: u64, pair: TweakedKeypair, script: ScriptBuf) -> Self {
        let mut wallet = Self::new(seed, FAUCET.to_owned(), true, false, 0);
        wallet.keys = Keys::derive(seed, FAUCET, Some(pair));
        let own = Own {
            owner: Owner::Faucet,
            hash: script_hash(&script),
            label: None,
        };
        wallet.scripts.insert(script, own);
        wallet
    }

    /// Its keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Whether it can sign.
    pub fn has_keys(&self) -> bool {
        self.private_keys && !self.blank
    }

    /// What it knows about one of its scripts.
    pub fn own(&self, script: &Script) -> Option<&Own> {
        self.scripts.get(script)
    }

    /// What an address is called, its own or another's.
    pub fn label(&self, script: &Script) -> Option<&str> {
        match self.scripts.get(script) {
            Some(own) => own.label.as_deref(),
            None => self.contacts.get(script).map(String::as_str),
        }
    }

    /// Every address that is called something: script, label, whether it is its own.
    pub fn labels(&self) -> BTreeMap<&ScriptBuf, (&str, bool)> {
        let own = self
            .scripts
            .iter()
            .filter_map(|(script, own)| Some((script, (own.label.as_deref()?, true))));
        let others = self
            .contacts
            .iter()
            .map(|(script, label)| (script, (label.as_str(), false)));
        own.chain(others).collect()
    }

    /// A payment it made.
    pub fn sent(&self, txid: &Txid) -> Option<&Sent> {
        self.sent_places.get(txid).map(|place| &self.sent[*place])
    }

    fn next_spot(&self, kind: AddressType, change: bool) -> Result<Spot, WalletError> {
        if !self.has_keys() {
            return Err(WalletError::NoKeys);
        }
        let index = self.next[kind as usize][usize::from(change)];
        if index >= MAX_ADDRESSES {
            return Err(WalletError::Exhausted);
        }
        Ok(Spot {
            kind,
            change,
            index,
        })
    }

    fn hand_out(&mut self, spot: Spot, label: Option<String>) -> ScriptBuf {
        let script = self.keys.script(spot);
        let own = Own {
            owner: Owner::Derived(spot),
            hash: script_hash(&script),
            label,
        };
        self.scripts.insert(script.clone(), own);
        let next = &mut self.next[spot.kind as usize][usize::from(spot.change)];
        *next = (*next).max(spot.index + 1);
        script
    }

    fn name_script(&mut self, script: ScriptBuf, label: String) {
        match self.scripts.get_mut(&script) {
            Some(own) => own.label = Some(label),
            None => {
                self.contacts.insert(script, label);
            }
        }
    }

    fn note_sent(&mut self, sent: Sent) {
        self.sent_places
            .insert(sent.tx.compute_txid(), self.sent.len());
        self.sent.push(sent);
    }

    /// Does again what the log says; `false` for what no sandbox has written.
    fn replay(&mut self, event: Event) -> bool {
        match event {
            Event::Address {
                kind,
                change,
                index,
                label,
                ..
            } => {
                if index >= MAX_ADDRESSES {
                    return false;
                }
                self.hand_out(
                    Spot {
                        kind,
                        change,
                        index,
                    },
                    label,
                );
            }
            Event::Label { script, label, .. } => {
                let Ok(script) = ScriptBuf::from_hex(&script) else {
                    return false;
                };
                self.name_script(script, label);
            }
            Event::Sent {
                hex,
                time,
                comment,
                to,
                ..
            } => {
                let Ok(tx) = encode::deserialize_hex(&hex) else {
                    return false;
                };
                self.note_sent(Sent {
                    tx: Arc::new(tx),
                    time,
                    comment,
                    to,
                });
            }
            Event::Keys { .. } | Event::Create { .. } | Event::AtStart { .. } => return false,
        }
        true
    }
}

/// All wallets of a sandbox.
pub struct Wallets {
    shelf: Mutex<Shelf>,
}

/// What is behind the lock.
pub struct Shelf {
    seed: u64,
    known: BTreeMap<String, Wallet>,
    /// In the order in which they were loaded.
    loaded: Vec<String>,
    at_start: BTreeSet<String>,
    log: Option<WalletLog>,
}

impl Wallets {
    /// Opens the wallets of a data directory; without one they are in memory. `faucet` is the faucet's key and
    /// script, and its wallet is loaded.
    pub fn open(
        root: Option<&Path>,
        seed: u64,
        faucet: Option<(TweakedKeypair, ScriptBuf)>,
    ) -> io::Result<Self> {
        let Some(root) = root else {
            return Ok(Self::of_events(seed, faucet, Vec::new()));
        };
        let (mut log, mut events) = WalletLog::open(root)?;
        if events.is_empty() {
            let keys = Event::Keys { seed };
            log.append(&keys)?;
            events.push(keys);
        }
        let wallets = Self::of_events(seed, faucet, events);
        wallets.lock().log = Some(log);
        Ok(wallets)
    }

    /// Wallets as a log left them.
    pub fn of_events(
        seed: u64,
        faucet: Option<(TweakedKeypair, ScriptBuf)>,
        events: Vec<Event>,
    ) -> Self {
        let seed = match events.first() {
            Some(Event::Keys { seed }) => *seed,
            _ => seed,
        };
        let mut shelf = Shelf {
            seed,
            known: BTreeMap::new(),
            loaded: Vec::new(),
            at_start: BTreeSet::new(),
            log: None,
        };
        if let Some((pair, script)) = faucet {
            let wallet = Wallet::faucet(seed, pair, script);
            shelf.known.insert(FAUCET.to_owned(), wallet);
            shelf.at_start.insert(FAUCET.to_owned());
        }
        for event in events {
            if !shelf.replay(event) {
                tracing::warn!("a record of the wallets' file means nothing and is left out");
            }
        }
        let known = |name: &&String| shelf.known.contains_key(*name);
        shelf.loaded = shelf.at_start.iter().filter(known).cloned().collect();
        Self {
            shelf: Mutex::new(shelf),
        }
    }

    /// Locks them. Taken before any lock of the node, never while one is held.
    pub fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn replay(&mut self, event: Event) -> bool {
        match event {
            Event::Keys { seed } => seed == self.seed,
            Event::Create {
                name,
                private_keys,
                blank,
                time,
            } => {
                let wallet = Wallet::new(self.seed, name.clone(), private_keys, blank, time);
                self.known.entry(name).or_insert(wallet);
                true
            }
            Event::AtStart { name, load } => {
                if load {
                    self.at_start.insert(name);
                } else {
                    self.at_start.remove(&name);
                }
                true
            }
            Event::Address { ref wallet, .. }
            | Event::Label { ref wallet, .. }
            | Event::Sent { ref wallet, .. } => {
                let wallet = wallet.clone();
                self.known
                    .get_mut(&wallet)
                    .is_some_and(|wallet| wallet.replay(event))
            }
        }
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        match &mut self.log {
            Some(log) => log.append(event),
            None => Ok(()),
        }
    }

    /// Names of the loaded ones.
    pub fn loaded(&self) -> &[String] {
        &self.loaded
    }

    /// Names of all.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.known.keys()
    }

    /// The loaded wallet of a name; without a name, the only one that is loaded.
    pub fn select(&self, name: Option<&str>) -> Result<&Wallet, WalletError> {
        let name = match (name, self.loaded.as_slice()) {
            (Some(name), loaded) => loaded
                .iter()
                .find(|loaded| *loaded == name)
                .ok_or(WalletError::NotLoaded)?,
            (None, []) => return Err(WalletError::NoneLoaded),
            (None, [only]) => only,
            (None, _) => return Err(WalletError::NotSpecified),
        };
        self.known.get(name).ok_or(WalletError::NotLoaded)
    }

    fn change(&mut self, name: &str, event: Event) -> Result<&mut Wallet, WalletError> {
        self.write(&event)?;
        self.known.get_mut(name).ok_or(WalletError::NotLoaded)
    }

    /// Makes a wallet and loads it.
    pub fn create(
        &mut self,
        name: &str,
        private_keys: bool,
        blank: bool,
        time: u32,
        at_start: Option<bool>,
    ) -> Result<(), WalletError> {
        if self.known.contains_key(name) {
            return Err(WalletError::Exists(name.to_owned()));
        }
        if name.len() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(WalletError::Name);
        }
        if self.known.len() >= MAX_WALLETS {
            return Err(WalletError::TooMany);
        }
        let event = Event::Create {
            name: name.to_owned(),
            private_keys,
            blank,
            time,
        };
        self.write(&event)?;
        self.replay(event);
        self.loaded.push(name.to_owned());
        self.set_at_start(name, at_start)
    }

    /// Loads a wallet that was made before.
    pub fn load(&mut self, name: &str, at_start: Option<bool>) -> Result<(), WalletError> {
        if self.loaded.iter().any(|loaded| loaded == name) {
            return Err(WalletError::AlreadyLoaded(name.to_owned()));
        }
        if !self.known.contains_key(name) {
            return Err(WalletError::Missing(name.to_owned()));
        }
        self.loaded.push(name.to_owned());
        self.set_at_start(name, at_start)
    }

    /// Unloads a wallet; it stays where it is.
    pub fn unload(&mut self, name: &str, at_start: Option<bool>) -> Result<(), WalletError> {
        let place = self.loaded.iter().position(|loaded| loaded == name);
        self.loaded.remove(place.ok_or(WalletError::NotLoaded)?);
        self.set_at_start(name, at_start)
    }

    fn set_at_start(&mut self, name: &str, load: Option<bool>) -> Result<(), WalletError> {
        let Some(load) = load else { return Ok(()) };
        let name = name.to_owned();
        self.write(&Event::AtStart {
            name: name.clone(),
            load,
        })?;
        if load {
            self.at_start.insert(name);
        } else {
            self.at_start.remove(&name);
        }
        Ok(())
    }

    /// Hands out the next address of a wallet; without a label it is one for change.
    pub fn new_address(
        &mut self,
        name: &str,
        kind: AddressType,
        label: Option<String>,
    ) -> Result<ScriptBuf, WalletError> {
        let wallet = self.known.get(name).ok_or(WalletError::NotLoaded)?;
        let spot = wallet.next_spot(kind, label.is_none())?;
        let event = Event::Address {
            wallet: name.to_owned(),
            kind,
            change: spot.change,
            index: spot.index,
            label: label.clone(),
        };
        Ok(self.change(name, event)?.hand_out(spot, label))
    }

    /// Names an address in a wallet.
    pub fn set_label(
        &mut self,
        name: &str,
        script: ScriptBuf,
        label: String,
    ) -> Result<(), WalletError> {
        let event = Event::Label {
            wallet: name.to_owned(),
            script: script.to_hex_string(),
            label: label.clone(),
        };
        self.change(name, event)?.name_script(script, label);
        Ok(())
    }

    /// Remembers a payment before it is sent.
    pub fn note_sent(&mut self, name: &str, sent: Sent) -> Result<(), WalletError> {
        let event = Event::Sent {
            wallet: name.to_owned(),
            hex: encode::serialize_hex(sent.tx.as_ref()),
            time: sent.time,
            comment: sent.comment.clone(),
            to: sent.to.clone(),
        };
        self.change(name, event)?.note_sent(sent);
        Ok(())
    }
}
