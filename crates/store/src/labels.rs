//! Labels (BIP-0329), a table for each kind of target.

use rusqlite::{Connection, params};
use satchel_types::{Label, LabelTarget, WalletId};

use crate::codec::{Id, outpoint};
use crate::error::Fault;
use crate::search::fold;
use crate::wallets::row_key;

/// Sets a label, or clears it.
pub(crate) fn put(
    conn: &Connection,
    wallet: i64,
    target: &LabelTarget,
    label: Option<&Label>,
) -> Result<(), Fault> {
    let text = label.map(Label::as_str);
    let folded = text.map(fold);
    match (target, text) {
        (LabelTarget::Tx(txid), Some(text)) => conn
            .prepare_cached(
                "INSERT INTO tx_labels (wallet, txid, label, folded) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (wallet, txid) DO UPDATE SET \
                 label = excluded.label, folded = excluded.folded",
            )?
            .execute(params![wallet, Id::from(*txid), text, folded])?,
        (LabelTarget::Tx(txid), None) => conn
            .prepare_cached("DELETE FROM tx_labels WHERE wallet = ?1 AND txid = ?2")?
            .execute(params![wallet, Id::from(*txid)])?,
        (LabelTarget::Address(address), Some(text)) => conn
            .prepare_cached(
                "INSERT INTO address_labels (wallet, address, label, folded) \
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT (wallet, address) DO UPDATE SET \
                 label = excluded.label, folded = excluded.folded",
            )?
            .execute(params![wallet, address, text, folded])?,
        (LabelTarget::Address(address), None) => conn
            .prepare_cached("DELETE FROM address_labels WHERE wallet = ?1 AND address = ?2")?
            .execute(params![wallet, address])?,
        (LabelTarget::Output(at), Some(text)) => conn
            .prepare_cached(
                "INSERT INTO output_labels (wallet, txid, vout, label, folded) \
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (wallet, txid, vout) DO UPDATE SET \
                 label = excluded.label, folded = excluded.folded",
            )?
            .execute(params![wallet, Id::from(at.txid), at.vout, text, folded])?,
        (LabelTarget::Output(at), None) => conn
            .prepare_cached(
                "DELETE FROM output_labels WHERE wallet = ?1 AND txid = ?2 AND vout = ?3",
            )?
            .execute(params![wallet, Id::from(at.txid), at.vout])?,
        (LabelTarget::Input(at), Some(text)) => conn
            .prepare_cached(
                "INSERT INTO input_labels (wallet, txid, vin, label) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (wallet, txid, vin) DO UPDATE SET label = excluded.label",
            )?
            .execute(params![wallet, Id::from(at.txid), at.vout, text])?,
        (LabelTarget::Input(at), None) => conn
            .prepare_cached(
                "DELETE FROM input_labels WHERE wallet = ?1 AND txid = ?2 AND vin = ?3",
            )?
            .execute(params![wallet, Id::from(at.txid), at.vout])?,
        (LabelTarget::Key(key), Some(text)) => conn
            .prepare_cached(
                "INSERT INTO key_labels (wallet, key, label) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (wallet, key) DO UPDATE SET label = excluded.label",
            )?
            .execute(params![wallet, key, text])?,
        (LabelTarget::Key(key), None) => conn
            .prepare_cached("DELETE FROM key_labels WHERE wallet = ?1 AND key = ?2")?
            .execute(params![wallet, key])?,
    };
    Ok(())
}

/// Lists all labels: of transactions, then addresses, outputs, inputs and keys, each in order of the target.
pub(crate) fn all(
    conn: &mut Connection,
    id: WalletId,
) -> Result<Vec<(LabelTarget, String)>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let mut labels: Vec<(LabelTarget, String)> = tx
        .prepare_cached("SELECT txid, label FROM tx_labels WHERE wallet = ?1 ORDER BY txid")?
        .query_and_then([wallet], |row| {
            Ok((LabelTarget::Tx(row.get::<_, Id>(0)?.txid()), row.get(1)?))
        })?
        .collect::<Result<_, Fault>>()?;
    let addresses = tx
        .prepare_cached(
            "SELECT address, label FROM address_labels WHERE wallet = ?1 ORDER BY address",
        )?
        .query_and_then([wallet], |row| {
            Ok((LabelTarget::Address(row.get(0)?), row.get(1)?))
        })?
        .collect::<Result<Vec<_>, Fault>>()?;
    let outputs = tx
        .prepare_cached(
            "SELECT txid, vout, label FROM output_labels WHERE wallet = ?1 ORDER BY txid, vout",
        )?
        .query_and_then([wallet], |row| {
            let at = outpoint(row.get(0)?, row.get(1)?);
            Ok((LabelTarget::Output(at), row.get(2)?))
        })?
        .collect::<Result<Vec<_>, Fault>>()?;
    let inputs = tx
        .prepare_cached(
            "SELECT txid, vin, label FROM input_labels WHERE wallet = ?1 ORDER BY txid, vin",
        )?
        .query_and_then([wallet], |row| {
            let at = outpoint(row.get(0)?, row.get(1)?);
            Ok((LabelTarget::Input(at), row.get(2)?))
        })?
        .collect::<Result<Vec<_>, Fault>>()?;
    let keys = tx
        .prepare_cached("SELECT key, label FROM key_labels WHERE wallet = ?1 ORDER BY key")?
        .query_and_then([wallet], |row| {
            Ok((LabelTarget::Key(row.get(0)?), row.get(1)?))
        })?
        .collect::<Result<Vec<_>, Fault>>()?;
    labels.extend(addresses);
    labels.extend(outputs);
    labels.extend(inputs);
    labels.extend(keys);
    Ok(labels)
}
