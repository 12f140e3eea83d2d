//! A store that says when it writes.

use std::sync::Arc;

use bitcoin::{Network, OutPoint, Txid};
use satchel_ports::{KeptObject, StoreError, WalletStore};
use satchel_types::{
    AddressQuery, AddressRow, Backend, Balance, Batch, BlobName, CircleRecord, CoinQuery, CoinRow,
    ContactId, ContactQuery, ContactRow, Draft, DraftId, Freshness, HandOut, HistoryQuery,
    LabelTarget, Lease, Notice, Page, Payee, PlaceRecord, RequestId, Timestamp, TxRow, WalletId,
    WalletRecord,
};

/// Is told before and after each write. `false`: the process is dead, nothing is written or answered
/// any more.
pub type Moment = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Writes a batch to the store within, in its own way.
pub type Apply = Box<dyn Fn(&dyn WalletStore, &Batch) -> Result<(), StoreError> + Send + Sync>;

/// A store that lets a moment pass before and after each write.
pub struct WatchedStore {
    inner: Arc<dyn WalletStore>,
    moment: Moment,
    apply: Apply,
}

impl WatchedStore {
    /// Watches a store.
    pub fn new(inner: Arc<dyn WalletStore>, moment: Moment) -> Self {
        Self {
            inner,
            moment,
            apply: Box::new(|inner, batch| inner.apply(batch)),
        }
    }

    /// Passes reads on and writes batches in another way than it should.
    pub fn dangerous_with_apply(inner: Arc<dyn WalletStore>, apply: Apply) -> Self {
        let moment: Moment = Arc::new(|_| true);
        Self {
            inner,
            moment,
            apply,
        }
    }

    fn pass(&self, what: &str) -> Result<(), StoreError> {
        if (self.moment)(what) {
            return Ok(());
        }
        let dead = std::io::Error::other("the process is dead");
        Err(StoreError::Io(Box::new(dead)))
    }
}

macro_rules! handed_on {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
            self.inner.$name($($argument),*)
        })*
    };
}

impl WalletStore for WatchedStore {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        self.pass("before a batch")?;
        (self.apply)(&*self.inner, batch)?;
        self.pass("after a batch")
    }

    fn compact(&self, id: WalletId, whole: &[u8]) -> Result<(), StoreError> {
        self.pass("before a merge")?;
        self.inner.compact(id, whole)?;
        self.pass("after a merge")
    }

    handed_on! {
        wallets() -> Vec<WalletRecord>;
        wallet(id: WalletId) -> WalletRecord;
        selected() -> Option<WalletId>;
        sealed_seed(id: WalletId) -> Option<Vec<u8>>;
        changes(id: WalletId) -> Vec<Vec<u8>>;
        balance(id: WalletId) -> Option<Balance>;
        freshness(id: WalletId) -> Option<Freshness>;
        history(id: WalletId, query: &HistoryQuery) -> Page<TxRow>;
        transaction(id: WalletId, txid: Txid) -> Option<TxRow>;
        coins(id: WalletId, query: &CoinQuery) -> Page<CoinRow>;
        all_coins(id: WalletId) -> Vec<CoinRow>;
        addresses(id: WalletId, query: &AddressQuery) -> Page<AddressRow>;
        address(id: WalletId, address: &str) -> Option<AddressRow>;
        verify() -> ();
        labels(id: WalletId) -> Vec<(LabelTarget, String)>;
        locked_coins(id: WalletId) -> Vec<OutPoint>;
        draft(id: DraftId) -> Option<Draft>;
        drafts(id: WalletId) -> Vec<Draft>;
        request(id: RequestId) -> Option<String>;
        backend(network: Network) -> Option<Backend>;
        circle() -> Option<CircleRecord>;
        objects() -> Vec<KeptObject>;
        object(name: &BlobName) -> Option<Vec<u8>>;
        marks(place: &str) -> Vec<BlobName>;
        places() -> Vec<PlaceRecord>;
        reservations(id: WalletId) -> Vec<(Txid, Timestamp)>;
        hand_outs(id: WalletId) -> Vec<HandOut>;
        leases(id: WalletId) -> Vec<Lease>;
        notices() -> Vec<Notice>;
        contacts(query: &ContactQuery) -> Page<ContactRow>;
        contact(id: ContactId) -> Option<ContactRow>;
        payees(network: Network, addresses: &[String]) -> Vec<Option<Payee>>;
        setting(key: &str) -> Option<String>;
    }

    fn close(&self) {
        self.inner.close();
    }
}
