//! Wallet records, sealed seeds, and the engine's opaque state.

use bitcoin::bip32::Fingerprint;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use satchel_types::{PublicDescriptors, Timestamp, WalletId, WalletName, WalletRecord};

use crate::codec::{Kind, Net, Secs, Source};
use crate::error::Fault;

const COLUMNS: &str = "id, name, network, script_type, external, internal, fingerprint, account, \
                       origin, has_seed, created_at, words_proven_at, backed_up_at";

/// Returns the small key that a wallet's rows carry.
pub(crate) fn row_key(conn: &Connection, id: WalletId) -> Result<i64, Fault> {
    conn.prepare_cached("SELECT n FROM wallets WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(Fault::UnknownWallet)
}

pub(crate) fn list(conn: &Connection) -> Result<Vec<WalletRecord>, Fault> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM wallets ORDER BY created_at, n"
    ))?
    .query_and_then([], record)?
    .collect()
}

pub(crate) fn one(conn: &Connection, id: WalletId) -> Result<WalletRecord, Fault> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM wallets WHERE id = ?1"))?
        .query_and_then([id.as_bytes()], record)?
        .next()
        .unwrap_or(Err(Fault::UnknownWallet))
}

fn record(row: &Row<'_>) -> Result<WalletRecord, Fault> {
    let seconds = |column| Ok::<_, Fault>(row.get::<_, Option<Secs>>(column)?.map(|s| s.0));
    Ok(WalletRecord {
        id: WalletId::from_bytes(row.get(0)?),
        name: WalletName::new(&row.get::<_, String>(1)?)
            .map_err(|_| Fault::Damaged("wallet name"))?,
        network: row.get::<_, Net>(2)?.0,
        script_type: row.get::<_, Kind>(3)?.0,
        descriptors: PublicDescriptors {
            external: row.get(4)?,
            internal: row.get(5)?,
            fingerprint: Fingerprint::from(row.get::<_, [u8; 4]>(6)?),
        },
        account: row.get(7)?,
        origin: row.get::<_, Source>(8)?.0,
        has_seed: row.get(9)?,
        created_at: row.get::<_, Secs>(10)?.0,
        words_proven_at: seconds(11)?,
        backed_up_at: seconds(12)?,
    })
}

/// Adds a wallet. One that is there already stays as it is, its seed above all.
pub(crate) fn insert(
    conn: &Connection,
    record: &WalletRecord,
    sealed_seed: Option<&[u8]>,
) -> Result<(), Fault> {
    conn.prepare_cached(&format!(
        "INSERT INTO wallets ({COLUMNS}, sealed_seed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
         ON CONFLICT (id) DO NOTHING"
    ))?
    .execute(params![
        record.id.as_bytes(),
        record.name.as_str(),
        Net(record.network),
        Kind(record.script_type),
        record.descriptors.external,
        record.descriptors.internal,
        record.descriptors.fingerprint.as_bytes(),
        record.account,
        Source(record.origin),
        record.has_seed,
        Secs(record.created_at),
        record.words_proven_at.map(Secs),
        record.backed_up_at.map(Secs),
        sealed_seed,
    ])?;
    Ok(())
}

/// Gives a wallet that only watched its seed.
pub(crate) fn put_seed(conn: &Connection, wallet: i64, sealed: &[u8]) -> Result<(), Fault> {
    conn.prepare_cached(
        "UPDATE wallets SET sealed_seed = ?2, has_seed = 1 WHERE n = ?1 AND sealed_seed IS NULL",
    )?
    .execute(params![wallet, sealed])?;
    Ok(())
}

pub(crate) fn rename(conn: &Connection, wallet: i64, name: &WalletName) -> Result<(), Fault> {
    conn.prepare_cached("UPDATE wallets SET name = ?2 WHERE n = ?1")?
        .execute(params![wallet, name.as_str()])?;
    Ok(())
}

pub(crate) fn words_proven(conn: &Connection, wallet: i64, at: Timestamp) -> Result<(), Fault> {
    conn.prepare_cached("UPDATE wallets SET words_proven_at = ?2 WHERE n = ?1")?
        .execute(params![wallet, Secs(at)])?;
    Ok(())
}

pub(crate) fn backed_up(conn: &Connection, wallet: i64, at: Timestamp) -> Result<(), Fault> {
    conn.prepare_cached("UPDATE wallets SET backed_up_at = ?2 WHERE n = ?1")?
        .execute(params![wallet, Secs(at)])?;
    Ok(())
}

/// Removes a wallet; every table that holds something of it says so by `ON DELETE CASCADE`.
pub(crate) fn remove(conn: &Connection, id: WalletId) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM wallets WHERE id = ?1")?
        .execute([id.as_bytes()])?;
    Ok(())
}

pub(crate) fn select(conn: &Connection, wallet: i64) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO selected (one, wallet) VALUES (1, ?1) \
         ON CONFLICT (one) DO UPDATE SET wallet = excluded.wallet",
    )?
    .execute([wallet])?;
    Ok(())
}

pub(crate) fn selected(conn: &Connection) -> Result<Option<WalletId>, Fault> {
    let id = conn
        .prepare_cached("SELECT w.id FROM selected s JOIN wallets w ON w.n = s.wallet")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(id.map(WalletId::from_bytes))
}

pub(crate) fn sealed_seed(conn: &Connection, id: WalletId) -> Result<Option<Vec<u8>>, Fault> {
    conn.prepare_cached("SELECT sealed_seed FROM wallets WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(Fault::UnknownWallet)
}

/// Appends a piece. An empty one says nothing, so there is nothing to keep.
pub(crate) fn append(conn: &Connection, wallet: i64, piece: &[u8]) -> Result<(), Fault> {
    if piece.is_empty() {
        return Ok(());
    }
    conn.prepare_cached(
        "INSERT INTO changes (wallet, seq, piece) \
         SELECT ?1, coalesce(max(seq), 0) + 1, ?2 FROM changes WHERE wallet = ?1",
    )?
    .execute(params![wallet, piece])?;
    Ok(())
}

pub(crate) fn changes(conn: &mut Connection, id: WalletId) -> Result<Vec<Vec<u8>>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached("SELECT piece FROM changes WHERE wallet = ?1 ORDER BY seq")?
        .query_and_then([wallet], |row| Ok(row.get(0)?))?
        .collect()
}

/// Puts one piece in the place of all. Numbers go on after it, so that they never name two pieces.
/// An empty piece equals nothing that was ever appended, so it replaces nothing.
pub(crate) fn compact(conn: &mut Connection, id: WalletId, whole: &[u8]) -> Result<(), Fault> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let wallet = row_key(&tx, id)?;
    if whole.is_empty() {
        return Ok(());
    }
    let last: i64 = tx
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM changes WHERE wallet = ?1")?
        .query_row([wallet], |row| row.get(0))?;
    append(&tx, wallet, whole)?;
    tx.prepare_cached("DELETE FROM changes WHERE wallet = ?1 AND seq <= ?2")?
        .execute([wallet, last])?;
    tx.commit()?;
    Ok(())
}
