//! Payments that are being prepared.

use bitcoin::Psbt;
use rusqlite::{Connection, Row, params};
use satchel_types::{Draft, DraftId, FeeRate, Recipient, Timestamp, WalletId};

use crate::codec::{Count, Sats, Secs, draft_state, draft_state_columns, purpose, purpose_columns};
use crate::error::Fault;
use crate::wallets::row_key;

const COLUMNS: &str = "d.n, d.id, w.id, d.purpose, d.target, d.state, d.txid, d.psbt, d.change, \
                       d.fee, d.fee_rate, d.vsize, d.label, d.created_at";

/// Adds or replaces a draft with its recipients.
pub(crate) fn put(conn: &Connection, wallet: i64, draft: &Draft) -> Result<(), Fault> {
    let (purpose, target) = purpose_columns(draft.purpose);
    let (state, txid) = draft_state_columns(draft.state);
    let n: i64 = conn
        .prepare_cached(
            "INSERT INTO drafts (id, wallet, purpose, target, state, txid, psbt, change, fee, \
             fee_rate, vsize, label, created_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
             ON CONFLICT (id) DO UPDATE SET wallet = excluded.wallet, \
             purpose = excluded.purpose, target = excluded.target, state = excluded.state, \
             txid = excluded.txid, psbt = excluded.psbt, change = excluded.change, \
             fee = excluded.fee, fee_rate = excluded.fee_rate, vsize = excluded.vsize, \
             label = excluded.label, created_at = excluded.created_at RETURNING n",
        )?
        .query_row(
            params![
                draft.id.as_bytes(),
                wallet,
                purpose,
                target,
                state,
                txid,
                draft.psbt.serialize(),
                draft.change.map(Sats),
                Sats(draft.fee),
                Count(draft.fee_rate.sat_per_kvb()),
                Count(draft.vsize),
                draft.label,
                Secs(draft.created_at),
            ],
            |row| row.get(0),
        )?;
    conn.prepare_cached("DELETE FROM draft_recipients WHERE draft = ?1")?
        .execute([n])?;
    let mut recipient = conn.prepare_cached(
        "INSERT INTO draft_recipients (draft, position, address, amount) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (position, to) in (0_i64..).zip(&draft.recipients) {
        recipient.execute(params![n, position, to.address, Sats(to.amount)])?;
    }
    Ok(())
}

pub(crate) fn remove(conn: &Connection, id: DraftId) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM drafts WHERE id = ?1")?
        .execute([id.as_bytes()])?;
    Ok(())
}

/// Forgets what was sent before a moment. What was only signed stays: it may still be sent.
pub(crate) fn forget_sent(conn: &Connection, before: Timestamp) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM drafts WHERE state = 2 AND created_at < ?1")?
        .execute([Secs(before)])?;
    Ok(())
}

pub(crate) fn one(conn: &mut Connection, id: DraftId) -> Result<Option<Draft>, Fault> {
    let tx = conn.transaction()?;
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM drafts d JOIN wallets w ON w.n = d.wallet WHERE d.id = ?1"
    ))?
    .query_and_then([id.as_bytes()], |row| read(&tx, row))?
    .next()
    .transpose()
}

/// Lists the drafts of a wallet, newest first; of the same second, the one added last.
pub(crate) fn of_wallet(conn: &mut Connection, id: WalletId) -> Result<Vec<Draft>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM drafts d JOIN wallets w ON w.n = d.wallet WHERE d.wallet = ?1 \
         ORDER BY d.created_at DESC, d.n DESC"
    ))?
    .query_and_then([wallet], |row| read(&tx, row))?
    .collect()
}

fn read(conn: &Connection, row: &Row<'_>) -> Result<Draft, Fault> {
    let n: i64 = row.get(0)?;
    let recipients = conn
        .prepare_cached(
            "SELECT address, amount FROM draft_recipients WHERE draft = ?1 ORDER BY position",
        )?
        .query_and_then([n], |row| {
            Ok(Recipient {
                address: row.get(0)?,
                amount: row.get::<_, Sats>(1)?.0,
            })
        })?
        .collect::<Result<_, Fault>>()?;
    Ok(Draft {
        id: DraftId::from_bytes(row.get(1)?),
        wallet: WalletId::from_bytes(row.get(2)?),
        purpose: purpose(row.get(3)?, row.get(4)?)?,
        state: draft_state(row.get(5)?, row.get(6)?)?,
        psbt: Psbt::deserialize(row.get_ref(7)?.as_blob().map_err(rusqlite::Error::from)?)
            .map_err(|_| Fault::Damaged("PSBT"))?,
        recipients,
        change: row.get::<_, Option<Sats>>(8)?.map(|sats| sats.0),
        fee: row.get::<_, Sats>(9)?.0,
        fee_rate: FeeRate::from_sat_per_kvb(row.get::<_, Count>(10)?.0)
            .map_err(|_| Fault::Damaged("fee rate"))?,
        vsize: row.get::<_, Count>(11)?.0,
        label: row.get(12)?,
        created_at: row.get::<_, Secs>(13)?.0,
    })
}
