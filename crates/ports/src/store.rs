//! The encrypted database.

use std::sync::Arc;

use bitcoin::{Network, OutPoint, Txid};
use satchel_secrets::SecretBytes;
use satchel_types::{
    AddressQuery, AddressRow, Backend, Balance, Batch, BlobName, CircleRecord, CoinQuery, CoinRow,
    ContactId, ContactQuery, ContactRow, Draft, DraftId, Freshness, HandOut, HistoryQuery,
    LabelTarget, Lease, Notice, Page, Payee, PlaceRecord, RequestId, Timestamp, TxRow, WalletId,
    WalletRecord,
};

use crate::object_keep::KeptObject;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenStoreError {
    /// The key does not open it, or it is no database.
    #[error("the key does not open the database")]
    WrongKey,
    /// Some pages fail their authentication.
    #[error("the database is damaged")]
    Damaged,
    /// A newer version of Satchel wrote it.
    #[error("the database has version {found}, this Satchel reads up to {known}")]
    TooNew {
        /// Version found.
        found: u32,
        /// Newest version known.
        known: u32,
    },
    /// The encryption is missing from this build; nothing was written.
    #[error("this build has no database encryption")]
    NotEncrypted,
    /// The system refused.
    #[error("the database could not be opened")]
    Io(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a read or write failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The wallet is not in this store.
    #[error("there is no such wallet")]
    UnknownWallet,
    /// The cursor was not made by this list.
    #[error("the page cursor is not valid")]
    BadCursor,
    /// The disk is full.
    #[error("the disk is full; nothing was written")]
    DiskFull,
    /// A stored value cannot be read back.
    #[error("a stored {what} cannot be read")]
    Damaged {
        /// What kind of value.
        what: &'static str,
    },
    /// The store was closed by a lock.
    #[error("the wallet is locked")]
    Closed,
    /// It cannot be said to the owner's other devices, so that it is not done here either.
    #[error(
        "this is more than your devices can share at once, or longer than they read; nothing was written"
    )]
    TooLargeToShare(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What the owner's devices share is as much as they can share.
    #[error(
        "your devices share as much as they can; nothing was written. Labels that are deleted make room"
    )]
    SharedFull,
    /// The database refused.
    #[error("the database refused")]
    Io(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Opens the one database of a home.
pub trait Database: Send + Sync {
    /// Returns whether there is a database already, whatever key it has.
    fn exists(&self) -> bool;

    /// Opens it, or makes it when there is none.
    fn open(&self, key: &SecretBytes<32>) -> Result<Arc<dyn WalletStore>, OpenStoreError>;
}

/// Reads and writes of the open database. Reads see what was last applied, whole.
///
/// Calls block for as long as the disk takes; reads of one page take about a millisecond.
pub trait WalletStore: Send + Sync {
    /// Applies all writes durably, or none: when this returns `Ok`, they survive power loss.
    fn apply(&self, batch: &Batch) -> Result<(), StoreError>;

    /// Lists the wallets by creation.
    fn wallets(&self) -> Result<Vec<WalletRecord>, StoreError>;

    /// Returns one wallet.
    fn wallet(&self, id: WalletId) -> Result<WalletRecord, StoreError>;

    /// Returns the selected wallet, if one was selected and is still there.
    fn selected(&self) -> Result<Option<WalletId>, StoreError>;

    /// Returns the sealed seed; `None`: watch-only.
    fn sealed_seed(&self, id: WalletId) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns the engine's state, in the order it was appended. A store may have merged
    /// neighbours only through [`WalletStore::compact`].
    fn changes(&self, id: WalletId) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Replaces all appended engine state by one equal piece.
    fn compact(&self, id: WalletId, whole: &[u8]) -> Result<(), StoreError>;

    /// Returns the balance; `None`: never computed, which is not zero.
    fn balance(&self, id: WalletId) -> Result<Option<Balance>, StoreError>;

    /// Returns how fresh the picture is; `None`: never synced.
    fn freshness(&self, id: WalletId) -> Result<Option<Freshness>, StoreError>;

    /// Returns a page of the history: pending first, then by height and time, newest first.
    fn history(&self, id: WalletId, query: &HistoryQuery) -> Result<Page<TxRow>, StoreError>;

    /// Returns one history row.
    fn transaction(&self, id: WalletId, txid: Txid) -> Result<Option<TxRow>, StoreError>;

    /// Returns a page of the coins, largest first.
    fn coins(&self, id: WalletId, query: &CoinQuery) -> Result<Page<CoinRow>, StoreError>;

    /// Returns every coin, locked ones included, for a draft.
    fn all_coins(&self, id: WalletId) -> Result<Vec<CoinRow>, StoreError>;

    /// Returns a page of the addresses, newest index first.
    fn addresses(&self, id: WalletId, query: &AddressQuery)
    -> Result<Page<AddressRow>, StoreError>;

    /// Returns one address's row, if it was handed out by this wallet.
    fn address(&self, id: WalletId, address: &str) -> Result<Option<AddressRow>, StoreError>;

    /// Reads everything and checks that it fits together, while other reads and writes go on. Takes
    /// as long as the disk takes for all of it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a page was changed by anything but this program.
    fn verify(&self) -> Result<(), StoreError>;

    /// Returns all labels of a wallet.
    fn labels(&self, id: WalletId) -> Result<Vec<(LabelTarget, String)>, StoreError>;

    /// Returns the locked outpoints of a wallet, present coins or not.
    fn locked_coins(&self, id: WalletId) -> Result<Vec<OutPoint>, StoreError>;

    /// Returns one draft.
    fn draft(&self, id: DraftId) -> Result<Option<Draft>, StoreError>;

    /// Returns the drafts of a wallet, newest first.
    fn drafts(&self, id: WalletId) -> Result<Vec<Draft>, StoreError>;

    /// Returns what a request led to, if it already acted.
    fn request(&self, id: RequestId) -> Result<Option<String>, StoreError>;

    /// Returns the backend of a network, if one was set.
    fn backend(&self, network: Network) -> Result<Option<Backend>, StoreError>;

    /// Returns this device's place in its circle, if it belongs to one.
    fn circle(&self) -> Result<Option<CircleRecord>, StoreError>;

    /// Returns the objects of the circle that are kept, in the order of their names.
    fn objects(&self) -> Result<Vec<KeptObject>, StoreError>;

    /// Returns an object's bytes; `None`: it is not kept.
    fn object(&self, name: &BlobName) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns which objects a place was seen to hold.
    fn marks(&self, place: &str) -> Result<Vec<BlobName>, StoreError>;

    /// Returns the places where the circle's devices meet, in the order in which they were added.
    fn places(&self) -> Result<Vec<PlaceRecord>, StoreError>;

    /// Returns until when the coins of payments are kept that other devices work on, each named by its
    /// unsigned transaction.
    fn reservations(&self, id: WalletId) -> Result<Vec<(Txid, Timestamp)>, StoreError>;

    /// Returns the receive addresses that were handed out here while this device shared, by index.
    fn hand_outs(&self, id: WalletId) -> Result<Vec<HandOut>, StoreError>;

    /// Returns the receive addresses that this device asked for, by index.
    fn leases(&self, id: WalletId) -> Result<Vec<Lease>, StoreError>;

    /// Returns what the owner has to be told and was told, newest first.
    fn notices(&self) -> Result<Vec<Notice>, StoreError>;

    /// Returns a page of the contacts, by name.
    fn contacts(&self, query: &ContactQuery) -> Result<Page<ContactRow>, StoreError>;

    /// Returns one contact.
    fn contact(&self, id: ContactId) -> Result<Option<ContactRow>, StoreError>;

    /// Returns for each address whose it is, if it counts on this device.
    fn payees(
        &self,
        network: Network,
        addresses: &[String],
    ) -> Result<Vec<Option<Payee>>, StoreError>;

    /// Returns a setting.
    fn setting(&self, key: &str) -> Result<Option<String>, StoreError>;

    /// Closes the database and wipes its key; later calls fail with [`StoreError::Closed`].
    fn close(&self);
}
