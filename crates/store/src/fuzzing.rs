//! Doors for the fuzz targets; see `fuzz/README.md`. Built with `--cfg fuzzing` and never shipped.
//!
//! A database of the real schema in memory, without its checks: what it looks like after somebody
//! with the key wrote into it by other means than this program.

use std::collections::BTreeSet;

use bitcoin::{Network, OutPoint, Txid};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};
use satchel_ports::StoreError;
use satchel_types::{
    AddressQuery, AddressRow, Backend, Balance, Batch, CoinQuery, CoinRow, Draft, DraftId,
    Freshness, HistoryQuery, LabelTarget, Page, RequestId, TxRow, WalletId, WalletRecord,
};

use crate::cursor::List;
use crate::{addresses, balance, coins, drafts, history, labels, migrations, settings, wallets};

/// What a column may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A signed number.
    Integer(i64),
    /// A float.
    Real(f64),
    /// Text, which nothing makes be UTF-8.
    Text(Vec<u8>),
    /// Bytes.
    Blob(Vec<u8>),
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The tables that are read, each with its columns but the ones that name row and wallet.
pub const TABLES: &[(&str, &[&str])] = &[
    (
        "wallets",
        &[
            "id",
            "name",
            "network",
            "script_type",
            "external",
            "internal",
            "fingerprint",
            "account",
            "origin",
            "has_seed",
            "sealed_seed",
            "created_at",
            "words_proven_at",
            "backed_up_at",
        ],
    ),
    (
        "txs",
        &[
            "txid",
            "state",
            "height",
            "moment",
            "block",
            "replaced_by",
            "direction",
            "spent",
            "received",
            "fee",
            "vsize",
            "address",
            "more_addresses",
            "signals_rbf",
            "cancels",
        ],
    ),
    (
        "coins",
        &[
            "txid", "vout", "amount", "script", "address", "side", "idx", "state", "height",
            "moment",
        ],
    ),
    (
        "addresses",
        &[
            "side", "idx", "address", "script", "used", "received", "payments",
        ],
    ),
    (
        "balances",
        &[
            "confirmed",
            "pending_change",
            "pending_incoming",
            "pending_outgoing",
            "immature",
        ],
    ),
    ("freshness", &["height", "hash", "synced_at", "source"]),
    (
        "drafts",
        &[
            "id",
            "purpose",
            "target",
            "state",
            "txid",
            "psbt",
            "change",
            "fee",
            "fee_rate",
            "vsize",
            "label",
            "created_at",
        ],
    ),
    ("tx_labels", &["txid", "label", "folded"]),
    ("address_labels", &["address", "label", "folded"]),
    ("output_labels", &["txid", "vout", "label", "folded"]),
    ("input_labels", &["txid", "vin", "label"]),
    ("key_labels", &["key", "label"]),
    ("coin_locks", &["txid", "vout"]),
];

/// Tables that belong to no wallet.
pub const GLOBAL_TABLES: &[(&str, &[&str])] = &[
    ("requests", &["id", "outcome", "at"]),
    ("backends", &["network", "kind", "url"]),
    ("settings", &["key", "value"]),
];

/// The wallet that all rows belong to.
pub const WALLET: WalletId = WalletId::from_bytes([7; 16]);

/// A database whose rows somebody else wrote.
pub struct Rows {
    conn: Connection,
    touched: BTreeSet<&'static str>,
}

impl Default for Rows {
    fn default() -> Self {
        let mut conn = Connection::open_in_memory().expect("memory");
        migrations::migrate(&mut conn).expect("the schema of this program");
        conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
            .expect("settings of SQLite");
        conn.set_prepared_statement_cache_capacity(128);
        let mut rows = Self {
            conn,
            touched: BTreeSet::new(),
        };
        rows.insert_wallet();
        rows
    }
}

impl Rows {
    /// Removes all rows but the wallet's own.
    pub fn clear(&mut self) {
        for table in std::mem::take(&mut self.touched) {
            self.run(&format!("DELETE FROM {table}"), &[]);
            if table == "wallets" {
                self.insert_wallet();
            }
        }
    }

    fn insert_wallet(&mut self) {
        self.run(
            "INSERT INTO wallets (n, id, name, network, script_type, external, internal, \
             fingerprint, account, origin, has_seed, created_at) \
             VALUES (1, ?1, 'w', 'regtest', 'taproot', 'e', 'i', zeroblob(4), 0, 0, 1, 1)",
            &[Cell::Blob(WALLET.as_bytes().to_vec())],
        );
    }

    /// Writes a row as somebody else would; returns whether SQLite took it.
    pub fn tamper(&mut self, table: &str, cells: &[Cell]) -> bool {
        let of_wallet = TABLES.iter().find(|(name, _)| *name == table);
        let global = GLOBAL_TABLES.iter().find(|(name, _)| *name == table);
        let (columns, first) = match (of_wallet, global) {
            (Some((_, columns)), _) if table != "wallets" => (columns, Some(Cell::Integer(1))),
            (Some((_, columns)), _) | (None, Some((_, columns))) => (columns, None),
            (None, None) => return false,
        };
        let names = first
            .iter()
            .map(|_| "wallet")
            .chain(columns.iter().copied());
        let names = names.collect::<Vec<_>>();
        let cells: Vec<_> = first.into_iter().chain(cells.iter().cloned()).collect();
        if cells.len() != names.len() {
            return false;
        }
        let marks = vec!["?"; names.len()].join(", ");
        let names = names.join(", ");
        let name = of_wallet.or(global).map(|(name, _)| *name);
        self.touched.extend(name.into_iter().chain(["counts"]));
        self.run(
            &format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"),
            &cells,
        )
    }

    fn run(&mut self, sql: &str, cells: &[Cell]) -> bool {
        let mut statement = self
            .conn
            .prepare_cached(sql)
            .expect("a table of the schema");
        statement
            .execute(params_from_iter(cells))
            .is_ok_and(|rows| rows > 0)
    }

    /// Applies a batch, as the port does.
    pub fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.touched
            .extend(["txs", "drafts", "draft_recipients", "counts"]);
        Ok(crate::write::apply(&mut self.conn, batch)?)
    }

    /// All wallets.
    pub fn wallets(&mut self) -> Result<Vec<WalletRecord>, StoreError> {
        Ok(wallets::list(&self.conn)?)
    }

    /// A sealed seed.
    pub fn sealed_seed(&mut self, id: WalletId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(wallets::sealed_seed(&self.conn, id)?)
    }

    /// A page of history.
    pub fn history(&mut self, query: &HistoryQuery) -> Result<Page<TxRow>, StoreError> {
        Ok(history::page(&mut self.conn, WALLET, query)?)
    }

    /// One transaction.
    pub fn transaction(&mut self, txid: Txid) -> Result<Option<TxRow>, StoreError> {
        Ok(history::one(&mut self.conn, WALLET, txid)?)
    }

    /// A page of coins.
    pub fn coins(&mut self, query: &CoinQuery) -> Result<Page<CoinRow>, StoreError> {
        Ok(coins::page(&mut self.conn, WALLET, query)?)
    }

    /// All coins.
    pub fn all_coins(&mut self) -> Result<Vec<CoinRow>, StoreError> {
        Ok(coins::all(&mut self.conn, WALLET)?)
    }

    /// A page of addresses.
    pub fn addresses(&mut self, query: &AddressQuery) -> Result<Page<AddressRow>, StoreError> {
        Ok(addresses::page(&mut self.conn, WALLET, query)?)
    }

    /// The balance.
    pub fn balance(&mut self) -> Result<Option<Balance>, StoreError> {
        Ok(balance::balance(&mut self.conn, WALLET)?)
    }

    /// The freshness.
    pub fn freshness(&mut self) -> Result<Option<Freshness>, StoreError> {
        Ok(balance::freshness(&mut self.conn, WALLET)?)
    }

    /// All labels.
    pub fn labels(&mut self) -> Result<Vec<(LabelTarget, String)>, StoreError> {
        Ok(labels::all(&mut self.conn, WALLET)?)
    }

    /// All locked coins.
    pub fn locked(&mut self) -> Result<Vec<OutPoint>, StoreError> {
        Ok(coins::locked(&mut self.conn, WALLET)?)
    }

    /// All drafts.
    pub fn drafts(&mut self) -> Result<Vec<Draft>, StoreError> {
        Ok(drafts::of_wallet(&mut self.conn, WALLET)?)
    }

    /// One draft.
    pub fn draft(&mut self, id: DraftId) -> Result<Option<Draft>, StoreError> {
        Ok(drafts::one(&mut self.conn, id)?)
    }

    /// What a request led to.
    pub fn request(&mut self, id: RequestId) -> Result<Option<String>, StoreError> {
        Ok(settings::request(&self.conn, id)?)
    }

    /// A backend.
    pub fn backend(&mut self, network: Network) -> Result<Option<Backend>, StoreError> {
        Ok(settings::backend(&self.conn, network)?)
    }

    /// A setting.
    pub fn setting(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(settings::setting(&self.conn, key)?)
    }
}

fn list<'a>(name: &'static str, filter: &'a [&'a str]) -> List<'a> {
    List {
        name,
        wallet: WALLET,
        filter,
    }
}

/// Makes the cursor of any body, with the check value that binds it to its list.
pub fn cursor(name: &'static str, filter: &[&str], body: &[u8]) -> String {
    list(name, filter).cursor(body)
}

/// Reads a history's cursor and writes it again.
pub fn history_cursor(filter: &[&str], text: &str) -> Option<String> {
    let list = list("history", filter);
    let body = list.read(text).ok()?;
    let body = history::rewritten(body).ok()?;
    Some(list.cursor(&body))
}
