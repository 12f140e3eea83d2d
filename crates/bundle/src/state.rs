//! What the devices of a circle share, as values that join.
//!
//! Every part is a join-semilattice: joining is commutative, associative and idempotent, so the
//! same set of changes gives the same state in whatever order it came and however often. A
//! [`Change`] is the smallest such value; a state is the join of its changes.

mod join;
mod lock;
mod payment;
mod register;
mod wallet;
mod weight;

use std::collections::{BTreeMap, BTreeSet};

use satchel_types::{ChainSide, DeviceId, WalletId};

pub use lock::{CoinLock, Tag};
pub use payment::{Payment, Stage};
pub use register::{Register, Seen, Space, Value, ValueKey};
pub use wallet::{SharedWallet, wallet_id};

/// A coin as it is written: the transaction's 32 bytes in the order that is hashed, the output's
/// index in little endian.
pub type Coin = [u8; 36];
/// A transaction id as it is written, in the order that is hashed.
pub type TxidBytes = [u8; 32];

/// Which addresses: of a wallet's side, one index or one block of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey {
    /// The wallet.
    pub wallet: WalletId,
    /// Its side.
    pub side: ChainSide,
    /// The index, or the number of the block.
    pub index: u32,
}

/// The smallest change, and a row of what is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// There is this wallet.
    Wallet(SharedWallet),
    /// A value was written.
    Value {
        /// What of.
        key: ValueKey,
        /// What it says, and what its writer knew.
        value: Value,
    },
    /// A coin was locked.
    Lock {
        /// Whose coin.
        wallet: WalletId,
        /// The coin.
        coin: Coin,
        /// Random; names this lock.
        tag: Tag,
    },
    /// One lock was taken off a coin.
    Unlock {
        /// Whose coin.
        wallet: WalletId,
        /// The coin.
        coin: Coin,
        /// Which lock.
        tag: Tag,
    },
    /// An address was handed out.
    Revealed {
        /// Which.
        key: AddressKey,
        /// By whom.
        device: DeviceId,
        /// When, in seconds since 1970 by that device's clock.
        at: u64,
    },
    /// A block of addresses was set aside for a device.
    Leased {
        /// Which block.
        key: AddressKey,
        /// For whom.
        device: DeviceId,
        /// When, in seconds since 1970 by that device's clock.
        at: u64,
    },
    /// A payment is being prepared.
    Payment {
        /// Whose coins it spends.
        wallet: WalletId,
        /// The id of its unsigned transaction.
        txid: TxidBytes,
        /// How far it has come.
        payment: Payment,
    },
    /// Something a newer version wrote; kept as it is.
    Opaque {
        /// Its kind, up to 127.
        kind: u8,
        /// Its content.
        content: Vec<u8>,
    },
}

impl Change {
    /// Returns what it touches.
    pub fn touches(&self) -> Touched {
        match self {
            Self::Wallet(wallet) => Touched::Wallet(wallet.id),
            Self::Value { key, .. } => Touched::Value(key.clone()),
            Self::Lock { wallet, coin, .. } | Self::Unlock { wallet, coin, .. } => {
                Touched::Lock(*wallet, *coin)
            }
            Self::Revealed { key, .. } => Touched::Address(*key),
            Self::Leased { key, .. } => Touched::Lease(*key),
            Self::Payment { wallet, txid, .. } => Touched::Payment(*wallet, *txid),
            Self::Opaque { .. } => Touched::Opaque,
        }
    }
}

/// What a change touched, for whoever keeps a copy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Touched {
    /// A wallet.
    Wallet(WalletId),
    /// A value.
    Value(ValueKey),
    /// A coin's lock.
    Lock(WalletId, Coin),
    /// An address.
    Address(AddressKey),
    /// A block of addresses.
    Lease(AddressKey),
    /// A payment.
    Payment(WalletId, TxidBytes),
    /// Something a newer version wrote.
    Opaque,
}

/// How much is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Wallets.
    pub wallets: usize,
    /// Labels, names and other values, also deleted ones.
    pub values: usize,
    /// Coins that are locked.
    pub locked: usize,
    /// Addresses that were handed out.
    pub addresses: usize,
    /// Addresses that devices set aside.
    pub leases: usize,
    /// Payments.
    pub payments: usize,
    /// Groups of kinds that only newer versions know.
    pub opaque: usize,
}

/// All that is shared, but for secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    wallets: BTreeMap<WalletId, SharedWallet>,
    values: BTreeMap<ValueKey, Register>,
    locks: BTreeMap<(WalletId, Coin), CoinLock>,
    revealed: BTreeMap<AddressKey, BTreeMap<DeviceId, u64>>,
    leased: BTreeMap<AddressKey, BTreeMap<DeviceId, u64>>,
    payments: BTreeMap<(WalletId, TxidBytes), Payment>,
    opaque: BTreeSet<(u8, Vec<u8>)>,
}

impl State {
    /// Joins one change; returns what it touched, `None` if it was known.
    pub fn apply(&mut self, change: Change) -> Option<Touched> {
        let (changed, touched) = match change {
            Change::Wallet(wallet) => {
                let id = wallet.id;
                (self.join_wallet(wallet), Touched::Wallet(id))
            }
            Change::Value { key, value } => (
                self.values.entry(key.clone()).or_default().join(value),
                Touched::Value(key),
            ),
            Change::Lock { wallet, coin, tag } => (
                self.locks.entry((wallet, coin)).or_default().set(tag),
                Touched::Lock(wallet, coin),
            ),
            Change::Unlock { wallet, coin, tag } => (
                self.locks.entry((wallet, coin)).or_default().take_off(tag),
                Touched::Lock(wallet, coin),
            ),
            Change::Revealed { key, device, at } => (
                earliest(self.revealed.entry(key).or_default(), device, at),
                Touched::Address(key),
            ),
            Change::Leased { key, device, at } => (
                earliest(self.leased.entry(key).or_default(), device, at),
                Touched::Lease(key),
            ),
            Change::Payment {
                wallet,
                txid,
                payment,
            } => (
                self.join_payment((wallet, txid), payment),
                Touched::Payment(wallet, txid),
            ),
            Change::Opaque { kind, content } => {
                (self.opaque.insert((kind, content)), Touched::Opaque)
            }
        };
        changed.then_some(touched)
    }

    fn join_wallet(&mut self, wallet: SharedWallet) -> bool {
        use std::collections::btree_map::Entry;
        match self.wallets.entry(wallet.id) {
            Entry::Vacant(entry) => {
                entry.insert(wallet);
                true
            }
            Entry::Occupied(mut entry) => {
                let smaller = wallet < *entry.get();
                if smaller {
                    entry.insert(wallet);
                }
                smaller
            }
        }
    }

    fn join_payment(&mut self, key: (WalletId, TxidBytes), payment: Payment) -> bool {
        use std::collections::btree_map::Entry;
        match self.payments.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(payment.normal());
                true
            }
            Entry::Occupied(mut entry) => entry.get_mut().join(payment),
        }
    }

    /// Joins all changes.
    pub fn apply_all(&mut self, changes: impl IntoIterator<Item = Change>) -> BTreeSet<Touched> {
        changes
            .into_iter()
            .filter_map(|change| self.apply(change))
            .collect()
    }

    /// Returns the changes that make this state; their order is that in which they are written.
    pub fn into_changes(self) -> impl Iterator<Item = Change> {
        let wallets = self.wallets.into_values().map(Change::Wallet);
        let values = self.values.into_iter().flat_map(|(key, register)| {
            register.into_values().map(move |value| Change::Value {
                key: key.clone(),
                value,
            })
        });
        let mut set = Vec::new();
        let mut off = Vec::new();
        for ((wallet, coin), lock) in self.locks {
            set.extend(
                lock.tags_set()
                    .map(|tag| Change::Lock { wallet, coin, tag }),
            );
            off.extend(
                lock.tags_off()
                    .map(|tag| Change::Unlock { wallet, coin, tag }),
            );
        }
        let revealed = self.revealed.into_iter().flat_map(|(key, by)| {
            by.into_iter()
                .map(move |(device, at)| Change::Revealed { key, device, at })
        });
        let leased = self.leased.into_iter().flat_map(|(key, by)| {
            by.into_iter()
                .map(move |(device, at)| Change::Leased { key, device, at })
        });
        let payments = self
            .payments
            .into_iter()
            .map(|((wallet, txid), payment)| Change::Payment {
                wallet,
                txid,
                payment,
            });
        let opaque = self
            .opaque
            .into_iter()
            .map(|(kind, content)| Change::Opaque { kind, content });
        wallets
            .chain(values)
            .chain(set)
            .chain(off)
            .chain(revealed)
            .chain(leased)
            .chain(payments)
            .chain(opaque)
    }

    /// Returns the hash of the state as a snapshot would write it: alike on two devices if and only if the state is.
    pub fn digest(&self) -> [u8; 32] {
        let groups = crate::groups::write_groups(self.clone().into_changes().collect());
        *crate::object::ObjectHash::of(&groups).as_bytes()
    }

    /// Returns how many rows there are of each kind, in the order in which the format lists them.
    pub fn counts(&self) -> Counts {
        Counts {
            wallets: self.wallets.len(),
            values: self.values.len(),
            locked: self.locked().count(),
            addresses: self.revealed.len(),
            leases: self.leased.len(),
            payments: self.payments.len(),
            opaque: self.opaque.len(),
        }
    }

    /// Returns the wallets.
    pub fn wallets(&self) -> impl Iterator<Item = &SharedWallet> {
        self.wallets.values()
    }

    /// Returns one wallet.
    pub fn wallet(&self, id: WalletId) -> Option<&SharedWallet> {
        self.wallets.get(&id)
    }

    /// Returns all that was written under a key.
    pub fn register(&self, key: &ValueKey) -> Option<&Register> {
        self.values.get(key)
    }

    /// Returns the value that is shown for a key.
    pub fn value(&self, key: &ValueKey) -> Option<&str> {
        self.register(key)?.shown()?.text.as_deref()
    }

    /// Returns the values of one space, owner by owner.
    pub fn values(&self, space: Space) -> impl Iterator<Item = (&ValueKey, &Register)> {
        let first = ValueKey {
            space,
            owner: [0; 16],
            field: Vec::new(),
        };
        self.values
            .range(first..)
            .take_while(move |(key, _)| key.space == space)
    }

    /// Returns the values of one space and owner.
    pub fn values_of(
        &self,
        space: Space,
        owner: &[u8; 16],
    ) -> impl Iterator<Item = (&ValueKey, &Register)> {
        let owner = *owner;
        let first = ValueKey {
            space,
            owner,
            field: Vec::new(),
        };
        self.values
            .range(first..)
            .take_while(move |(key, _)| key.space == space && key.owner == owner)
    }

    /// Returns what is known of all locks, set or not.
    pub fn locks(&self) -> impl Iterator<Item = (WalletId, &Coin, &CoinLock)> {
        self.locks
            .iter()
            .map(|((wallet, coin), lock)| (*wallet, coin, lock))
    }

    /// Returns what is known of a coin's locks.
    pub fn lock(&self, wallet: WalletId, coin: &Coin) -> Option<&CoinLock> {
        self.locks.get(&(wallet, *coin))
    }

    /// Returns the coins that are locked.
    pub fn locked(&self) -> impl Iterator<Item = (WalletId, &Coin)> {
        self.locks
            .iter()
            .filter(|(_, lock)| lock.is_locked())
            .map(|((wallet, coin), _)| (*wallet, coin))
    }

    /// Returns who handed out which address of a side, index by index.
    pub fn revealed(
        &self,
        wallet: WalletId,
        side: ChainSide,
    ) -> impl DoubleEndedIterator<Item = (u32, &BTreeMap<DeviceId, u64>)> {
        side_of(&self.revealed, wallet, side)
    }

    /// Returns who handed out an address, and when; `None`: nobody did.
    pub fn revealed_by(&self, key: &AddressKey) -> Option<&BTreeMap<DeviceId, u64>> {
        self.revealed.get(key)
    }

    /// Returns for whom blocks of a side were set aside, block by block.
    pub fn leased(
        &self,
        wallet: WalletId,
        side: ChainSide,
    ) -> impl DoubleEndedIterator<Item = (u32, &BTreeMap<DeviceId, u64>)> {
        side_of(&self.leased, wallet, side)
    }

    /// Returns the payments.
    pub fn payments(&self) -> impl Iterator<Item = (WalletId, &TxidBytes, &Payment)> {
        self.payments
            .iter()
            .map(|((wallet, txid), payment)| (*wallet, txid, payment))
    }

    /// Returns one payment.
    pub fn payment(&self, wallet: WalletId, txid: &TxidBytes) -> Option<&Payment> {
        self.payments.get(&(wallet, *txid))
    }
}

fn earliest(by: &mut BTreeMap<DeviceId, u64>, device: DeviceId, at: u64) -> bool {
    use std::collections::btree_map::Entry;
    match by.entry(device) {
        Entry::Vacant(entry) => {
            entry.insert(at);
            true
        }
        Entry::Occupied(mut entry) => {
            let earlier = at < *entry.get();
            if earlier {
                entry.insert(at);
            }
            earlier
        }
    }
}

fn side_of(
    map: &BTreeMap<AddressKey, BTreeMap<DeviceId, u64>>,
    wallet: WalletId,
    side: ChainSide,
) -> impl DoubleEndedIterator<Item = (u32, &BTreeMap<DeviceId, u64>)> {
    let key = |index| AddressKey {
        wallet,
        side,
        index,
    };
    map.range(key(0)..=key(u32::MAX))
        .map(|(key, by)| (key.index, by))
}

#[cfg(test)]
pub(crate) mod tests;
