//! Coins and their locks.

use bitcoin::OutPoint;
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, params};
use satchel_types::{CoinQuery, CoinRow, Page, WalletId};

use crate::codec::{Count, Id, Sats, Script, Side, coin_state, coin_state_columns, outpoint};
use crate::cursor::List;
use crate::error::Fault;
use crate::search::Search;
use crate::wallets::row_key;

/// A coin's label is its own, else its address's, else its transaction's.
const COLUMNS: &str = "c.txid, c.vout, c.amount, c.script, c.address, c.side, c.idx, c.state, \
                       c.height, c.moment, k.vout IS NOT NULL, \
                       coalesce(o.label, a.label, t.label)";
const LABELS: &str = "LEFT JOIN output_labels o \
                      ON o.wallet = c.wallet AND o.txid = c.txid AND o.vout = c.vout \
                      LEFT JOIN address_labels a \
                      ON a.wallet = c.wallet AND a.address = c.address \
                      LEFT JOIN tx_labels t ON t.wallet = c.wallet AND t.txid = c.txid";
const LOCKS: &str = "LEFT JOIN coin_locks k \
                     ON k.wallet = c.wallet AND k.txid = c.txid AND k.vout = c.vout";
const FOUND: &str = "(c.address LIKE :like \
                     OR instr(coalesce(o.folded, a.folded, t.folded), :text) > 0)";

/// Adds or replaces a coin.
pub(crate) fn put(conn: &Connection, wallet: i64, row: &CoinRow) -> Result<(), Fault> {
    let (state, height, moment) = coin_state_columns(row.state);
    conn.prepare_cached(
        "INSERT INTO coins (wallet, txid, vout, amount, script, address, side, idx, state, \
         height, moment) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
         ON CONFLICT (wallet, txid, vout) DO UPDATE SET amount = excluded.amount, \
         script = excluded.script, address = excluded.address, side = excluded.side, \
         idx = excluded.idx, state = excluded.state, height = excluded.height, \
         moment = excluded.moment",
    )?
    .execute(params![
        wallet,
        Id::from(row.outpoint.txid),
        row.outpoint.vout,
        Sats(row.amount),
        row.script.as_bytes(),
        row.address,
        Side(row.side),
        row.index,
        state,
        height,
        moment,
    ])?;
    Ok(())
}

/// Removes a coin; its lock and its label stay.
pub(crate) fn remove(conn: &Connection, wallet: i64, at: OutPoint) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM coins WHERE wallet = ?1 AND txid = ?2 AND vout = ?3")?
        .execute(params![wallet, Id::from(at.txid), at.vout])?;
    Ok(())
}

pub(crate) fn put_lock(
    conn: &Connection,
    wallet: i64,
    at: OutPoint,
    locked: bool,
) -> Result<(), Fault> {
    let sql = if locked {
        "INSERT INTO coin_locks (wallet, txid, vout) VALUES (?1, ?2, ?3) \
         ON CONFLICT (wallet, txid, vout) DO NOTHING"
    } else {
        "DELETE FROM coin_locks WHERE wallet = ?1 AND txid = ?2 AND vout = ?3"
    };
    conn.prepare_cached(sql)?
        .execute(params![wallet, Id::from(at.txid), at.vout])?;
    Ok(())
}

pub(crate) fn locked(conn: &mut Connection, id: WalletId) -> Result<Vec<OutPoint>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached("SELECT txid, vout FROM coin_locks WHERE wallet = ?1 ORDER BY txid, vout")?
        .query_and_then([wallet], |row| Ok(outpoint(row.get(0)?, row.get(1)?)))?
        .collect()
}

pub(crate) fn all(conn: &mut Connection, id: WalletId) -> Result<Vec<CoinRow>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM coins c INDEXED BY coins_size {LABELS} {LOCKS} \
         WHERE c.wallet = ?1 ORDER BY c.amount DESC, c.txid DESC, c.vout DESC"
    ))?
    .query_and_then([wallet], read)?
    .collect()
}

fn read(row: &Row<'_>) -> Result<CoinRow, Fault> {
    Ok(CoinRow {
        outpoint: outpoint(row.get(0)?, row.get(1)?),
        amount: row.get::<_, Sats>(2)?.0,
        script: row.get::<_, Script>(3)?.0,
        address: row.get(4)?,
        side: row.get::<_, Side>(5)?.0,
        index: row.get(6)?,
        state: coin_state(row.get(7)?, row.get(8)?, row.get(9)?)?,
        locked: row.get(10)?,
        label: row.get(11)?,
        reserved_by: None,
    })
}

/// Returns a page: largest first, equal ones by outpoint.
pub(crate) fn page(
    conn: &mut Connection,
    id: WalletId,
    query: &CoinQuery,
) -> Result<Page<CoinRow>, Fault> {
    let search = Search::new(query.search.as_deref());
    let list = List {
        name: "coins",
        wallet: id,
        filter: &[search.as_ref().map_or("", |search| &search.text)],
    };
    let after = match &query.after {
        None => None,
        Some(text) => {
            let mut body = list.read(text)?;
            let place = (
                body.number()?,
                Id(body.take()?),
                u32::from_be_bytes(body.take()?),
            );
            body.end()?;
            Some(place)
        }
    };
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let limit = i64::from(query.size.get()) + 1;
    let (amount, txid, vout) = after.unwrap_or((0, Id([0; 32]), 0));
    let mut params: Vec<(&str, &dyn ToSql)> = vec![(":wallet", &wallet), (":limit", &limit)];
    if after.is_some() {
        params.push((":amount", &amount));
        params.push((":txid", &txid));
        params.push((":vout", &vout));
    }
    if let Some(search) = &search {
        params.push((":text", &search.text));
        params.push((":like", &search.like));
    }
    let mut rows: Vec<CoinRow> = tx
        .prepare_cached(&page_sql(after.is_some(), search.is_some()))?
        .query_and_then(params.as_slice(), read)?
        .collect::<Result<_, Fault>>()?;
    let size = usize::from(query.size.get());
    let more = rows.len() > size;
    rows.truncate(size);
    let next = match rows.last() {
        Some(last) if more => {
            // It was read from a signed column.
            let mut body = last.amount.to_sat().to_be_bytes().to_vec();
            body.extend_from_slice(&Id::from(last.outpoint.txid).0);
            body.extend_from_slice(&last.outpoint.vout.to_be_bytes());
            Some(list.cursor(&body))
        }
        _ => None,
    };
    Ok(Page {
        rows,
        next,
        total: total(&tx, wallet, search.as_ref())?,
    })
}

fn page_sql(after: bool, search: bool) -> String {
    let after = if after {
        "AND (c.amount, c.txid, c.vout) < (:amount, :txid, :vout)"
    } else {
        ""
    };
    let found = if search {
        format!("AND {FOUND}")
    } else {
        String::new()
    };
    format!(
        "SELECT {COLUMNS} FROM coins c INDEXED BY coins_size {LABELS} {LOCKS} \
         WHERE c.wallet = :wallet {after} {found} \
         ORDER BY c.amount DESC, c.txid DESC, c.vout DESC LIMIT :limit"
    )
}

fn total(conn: &Connection, wallet: i64, search: Option<&Search>) -> Result<u64, Fault> {
    let count = match search {
        None => conn
            .prepare_cached(
                "SELECT coalesce(sum(n), 0) FROM counts WHERE wallet = ?1 AND kind = 3",
            )?
            .query_row([wallet], |row| row.get::<_, Count>(0))?,
        Some(search) => conn
            .prepare_cached(&format!(
                "SELECT count(*) FROM coins c {LABELS} WHERE c.wallet = :wallet AND {FOUND}"
            ))?
            .query_row(
                &[
                    (":wallet", &wallet as &dyn ToSql),
                    (":text", &search.text),
                    (":like", &search.like),
                ],
                |row| row.get::<_, Count>(0),
            )?,
    };
    Ok(count.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::plan;

    #[test]
    fn every_page_follows_the_index_and_sorts_nothing() {
        for after in [false, true] {
            let plan = plan(&page_sql(after, false));
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            assert!(!plan.contains("SCAN"), "{plan}");
            assert_eq!(plan.contains("(amount,txid,vout)<"), after, "{plan}");
        }
    }
}
