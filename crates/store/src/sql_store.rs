//! The open database: each call of the port, passed to its file.

use bitcoin::{Network, OutPoint, Txid};
use satchel_ports::{KeptObject, StoreError, WalletStore};
use satchel_types::{
    AddressQuery, AddressRow, Backend, Balance, Batch, BlobName, CircleRecord, CoinQuery, CoinRow,
    ContactId, ContactQuery, ContactRow, Draft, DraftId, Freshness, HandOut, HistoryQuery,
    LabelTarget, Lease, Notice, Page, Payee, PlaceRecord, RequestId, Timestamp, TxRow, WalletId,
    WalletRecord,
};

use crate::connections::Connections;
use crate::error::Fault;
use crate::{
    addresses, balance, circle, coins, contacts, drafts, hand_outs, history, labels, notices,
    places, settings, wallets, write,
};

/// An open database. Dropping it closes it.
pub struct SqlStore {
    connections: Connections,
}

impl SqlStore {
    pub(crate) fn new(connections: Connections) -> Self {
        Self { connections }
    }

    #[cfg(test)]
    pub(crate) fn connections(&self) -> &Connections {
        &self.connections
    }
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqlStore")
    }
}

impl WalletStore for SqlStore {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        self.connections.write(|conn| write::apply(conn, batch))
    }

    fn wallets(&self) -> Result<Vec<WalletRecord>, StoreError> {
        self.connections.read(|conn| wallets::list(conn))
    }

    fn wallet(&self, id: WalletId) -> Result<WalletRecord, StoreError> {
        self.connections.read(|conn| wallets::one(conn, id))
    }

    fn selected(&self) -> Result<Option<WalletId>, StoreError> {
        self.connections.read(|conn| wallets::selected(conn))
    }

    fn sealed_seed(&self, id: WalletId) -> Result<Option<Vec<u8>>, StoreError> {
        self.connections.read(|conn| wallets::sealed_seed(conn, id))
    }

    fn changes(&self, id: WalletId) -> Result<Vec<Vec<u8>>, StoreError> {
        self.connections.read(|conn| wallets::changes(conn, id))
    }

    fn compact(&self, id: WalletId, whole: &[u8]) -> Result<(), StoreError> {
        self.connections
            .write(|conn| wallets::compact(conn, id, whole))
    }

    fn balance(&self, id: WalletId) -> Result<Option<Balance>, StoreError> {
        self.connections.read(|conn| balance::balance(conn, id))
    }

    fn freshness(&self, id: WalletId) -> Result<Option<Freshness>, StoreError> {
        self.connections.read(|conn| balance::freshness(conn, id))
    }

    fn history(&self, id: WalletId, query: &HistoryQuery) -> Result<Page<TxRow>, StoreError> {
        self.connections.read(|conn| history::page(conn, id, query))
    }

    fn transaction(&self, id: WalletId, txid: Txid) -> Result<Option<TxRow>, StoreError> {
        self.connections.read(|conn| history::one(conn, id, txid))
    }

    fn coins(&self, id: WalletId, query: &CoinQuery) -> Result<Page<CoinRow>, StoreError> {
        self.connections.read(|conn| coins::page(conn, id, query))
    }

    fn all_coins(&self, id: WalletId) -> Result<Vec<CoinRow>, StoreError> {
        self.connections.read(|conn| coins::all(conn, id))
    }

    fn addresses(
        &self,
        id: WalletId,
        query: &AddressQuery,
    ) -> Result<Page<AddressRow>, StoreError> {
        self.connections
            .read(|conn| addresses::page(conn, id, query))
    }

    fn address(&self, id: WalletId, address: &str) -> Result<Option<AddressRow>, StoreError> {
        self.connections
            .read(|conn| addresses::one(conn, id, address))
    }

    fn verify(&self) -> Result<(), StoreError> {
        self.connections.read(|conn| {
            // Goes through every page that holds something, and each page proves itself when it is
            // read. What is in other processes' hands is one snapshot, so nothing has to wait.
            let told =
                conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?;
            if told == "ok" {
                Ok(())
            } else {
                Err(Fault::Damaged("page"))
            }
        })
    }

    fn labels(&self, id: WalletId) -> Result<Vec<(LabelTarget, String)>, StoreError> {
        self.connections.read(|conn| labels::all(conn, id))
    }

    fn locked_coins(&self, id: WalletId) -> Result<Vec<OutPoint>, StoreError> {
        self.connections.read(|conn| coins::locked(conn, id))
    }

    fn draft(&self, id: DraftId) -> Result<Option<Draft>, StoreError> {
        self.connections.read(|conn| drafts::one(conn, id))
    }

    fn drafts(&self, id: WalletId) -> Result<Vec<Draft>, StoreError> {
        self.connections.read(|conn| drafts::of_wallet(conn, id))
    }

    fn request(&self, id: RequestId) -> Result<Option<String>, StoreError> {
        self.connections.read(|conn| settings::request(conn, id))
    }

    fn backend(&self, network: Network) -> Result<Option<Backend>, StoreError> {
        self.connections
            .read(|conn| settings::backend(conn, network))
    }

    fn circle(&self) -> Result<Option<CircleRecord>, StoreError> {
        self.connections.read(|conn| circle::circle(conn))
    }

    fn objects(&self) -> Result<Vec<KeptObject>, StoreError> {
        self.connections.read(|conn| circle::objects(conn))
    }

    fn object(&self, name: &BlobName) -> Result<Option<Vec<u8>>, StoreError> {
        self.connections.read(|conn| circle::object(conn, name))
    }

    fn marks(&self, place: &str) -> Result<Vec<BlobName>, StoreError> {
        self.connections.read(|conn| circle::marks(conn, place))
    }

    fn places(&self) -> Result<Vec<PlaceRecord>, StoreError> {
        self.connections.read(|conn| places::all(conn))
    }

    fn reservations(&self, id: WalletId) -> Result<Vec<(Txid, Timestamp)>, StoreError> {
        self.connections
            .read(|conn| hand_outs::reservations(conn, id))
    }

    fn hand_outs(&self, id: WalletId) -> Result<Vec<HandOut>, StoreError> {
        self.connections.read(|conn| hand_outs::all(conn, id))
    }

    fn leases(&self, id: WalletId) -> Result<Vec<Lease>, StoreError> {
        self.connections.read(|conn| hand_outs::leases(conn, id))
    }

    fn notices(&self) -> Result<Vec<Notice>, StoreError> {
        self.connections.read(|conn| notices::all(conn))
    }

    fn contacts(&self, query: &ContactQuery) -> Result<Page<ContactRow>, StoreError> {
        self.connections.read(|conn| contacts::page(conn, query))
    }

    fn contact(&self, id: ContactId) -> Result<Option<ContactRow>, StoreError> {
        self.connections.read(|conn| contacts::one(conn, id))
    }

    fn payees(
        &self,
        network: Network,
        addresses: &[String],
    ) -> Result<Vec<Option<Payee>>, StoreError> {
        self.connections
            .read(|conn| contacts::payees(conn, network, addresses))
    }

    fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.connections.read(|conn| settings::setting(conn, key))
    }

    fn close(&self) {
        self.connections.close();
    }
}
