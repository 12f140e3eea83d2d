//! Balances and how fresh they are.

use rusqlite::{Connection, OptionalExtension, params};
use satchel_types::{Balance, Freshness, WalletId};

use crate::codec::{Id, Sats, Secs, block_hash};
use crate::error::Fault;
use crate::wallets::row_key;

pub(crate) fn put_balance(conn: &Connection, wallet: i64, value: &Balance) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO balances \
         (wallet, confirmed, pending_change, pending_incoming, pending_outgoing, immature) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (wallet) DO UPDATE SET \
         confirmed = excluded.confirmed, pending_change = excluded.pending_change, \
         pending_incoming = excluded.pending_incoming, \
         pending_outgoing = excluded.pending_outgoing, immature = excluded.immature",
    )?
    .execute(params![
        wallet,
        Sats(value.confirmed),
        Sats(value.pending_change),
        Sats(value.pending_incoming),
        Sats(value.pending_outgoing),
        Sats(value.immature),
    ])?;
    Ok(())
}

pub(crate) fn balance(conn: &mut Connection, id: WalletId) -> Result<Option<Balance>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let found = tx
        .prepare_cached(
            "SELECT confirmed, pending_change, pending_incoming, pending_outgoing, immature \
             FROM balances WHERE wallet = ?1",
        )?
        .query_row([wallet], |row| {
            let sats = |column| Ok::<_, rusqlite::Error>(row.get::<_, Sats>(column)?.0);
            Ok(Balance {
                confirmed: sats(0)?,
                pending_change: sats(1)?,
                pending_incoming: sats(2)?,
                pending_outgoing: sats(3)?,
                immature: sats(4)?,
            })
        })
        .optional()?;
    Ok(found)
}

pub(crate) fn put_freshness(
    conn: &Connection,
    wallet: i64,
    value: &Freshness,
) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO freshness (wallet, height, hash, synced_at, source) \
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (wallet) DO UPDATE SET \
         height = excluded.height, hash = excluded.hash, \
         synced_at = excluded.synced_at, source = excluded.source",
    )?
    .execute(params![
        wallet,
        value.height,
        Id::from(value.hash),
        Secs(value.synced_at),
        value.source,
    ])?;
    Ok(())
}

pub(crate) fn freshness(conn: &mut Connection, id: WalletId) -> Result<Option<Freshness>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let found = tx
        .prepare_cached("SELECT height, hash, synced_at, source FROM freshness WHERE wallet = ?1")?
        .query_row([wallet], |row| {
            Ok(Freshness {
                height: row.get(0)?,
                hash: block_hash(row.get(1)?),
                synced_at: row.get::<_, Secs>(2)?.0,
                source: row.get(3)?,
            })
        })
        .optional()?;
    Ok(found)
}
