//! Coins and addresses as several devices share them out.

use bitcoin::Txid;
use rusqlite::{Connection, params};
use satchel_types::{HandOut, Lease, StreamId, Timestamp, WalletId};

use crate::codec::{Count, Id, Secs, Side};
use crate::error::Fault;
use crate::wallets::row_key;

pub(crate) fn reserve(
    conn: &Connection,
    wallet: i64,
    payment: Txid,
    ends: Timestamp,
) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO reservations (wallet, payment, ends) VALUES (?1, ?2, ?3) \
         ON CONFLICT (wallet, payment) DO UPDATE SET ends = max(ends, excluded.ends)",
    )?
    .execute(params![wallet, Id::from(payment), Secs(ends)])?;
    Ok(())
}

pub(crate) fn release(conn: &Connection, wallet: i64, payment: Txid) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM reservations WHERE wallet = ?1 AND payment = ?2")?
        .execute(params![wallet, Id::from(payment)])?;
    Ok(())
}

/// Returns until when the coins of each payment are kept.
pub(crate) fn reservations(
    conn: &mut Connection,
    id: WalletId,
) -> Result<Vec<(Txid, Timestamp)>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached("SELECT payment, ends FROM reservations WHERE wallet = ?1 ORDER BY payment")?
        .query_and_then([wallet], |row| {
            Ok((row.get::<_, Id>(0)?.txid(), row.get::<_, Secs>(1)?.0))
        })?
        .collect()
}

/// Notes that an address was handed out; the first time counts.
pub(crate) fn hand_out(conn: &Connection, wallet: i64, row: &HandOut) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO hand_outs (wallet, side, idx, at, unsure) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (wallet, side, idx) DO NOTHING",
    )?
    .execute(params![
        wallet,
        Side(row.side),
        row.index,
        Secs(row.at),
        row.unsure
    ])?;
    Ok(())
}

/// Returns what was handed out here, by side and index.
pub(crate) fn all(conn: &mut Connection, id: WalletId) -> Result<Vec<HandOut>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached(
        "SELECT side, idx, at, unsure FROM hand_outs WHERE wallet = ?1 ORDER BY side, idx",
    )?
    .query_and_then([wallet], |row| {
        Ok(HandOut {
            side: row.get::<_, Side>(0)?.0,
            index: row.get(1)?,
            at: row.get::<_, Secs>(2)?.0,
            unsure: row.get(3)?,
        })
    })?
    .collect()
}

pub(crate) fn lease(conn: &Connection, wallet: i64, lease: &Lease) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO leases (wallet, side, idx, stream, seq, confirmed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (wallet, side, idx) DO UPDATE SET stream = excluded.stream, seq = excluded.seq, \
         confirmed = excluded.confirmed",
    )?
    .execute(params![
        wallet,
        Side(lease.side),
        lease.index,
        lease.stream.as_bytes(),
        Count(lease.seq),
        lease.confirmed,
    ])?;
    Ok(())
}

/// Returns what this device asked for, by side and index.
pub(crate) fn leases(conn: &mut Connection, id: WalletId) -> Result<Vec<Lease>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached(
        "SELECT side, idx, stream, seq, confirmed FROM leases WHERE wallet = ?1 ORDER BY side, idx",
    )?
    .query_and_then([wallet], |row| {
        Ok(Lease {
            side: row.get::<_, Side>(0)?.0,
            index: row.get(1)?,
            stream: StreamId::from_bytes(row.get(2)?),
            seq: row.get::<_, Count>(3)?.0,
            confirmed: row.get(4)?,
        })
    })?
    .collect()
}
