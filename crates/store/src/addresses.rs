//! Addresses that were handed out.

use rusqlite::{Connection, Row, params};
use satchel_types::{AddressQuery, AddressRow, ChainSide, Page, WalletId};

use crate::codec::{Count, Sats, Script, Side};
use crate::cursor::List;
use crate::error::Fault;
use crate::wallets::row_key;

const COLUMNS: &str = "a.side, a.idx, a.address, a.script, a.used, a.received, a.payments, l.label";
const LABELS: &str = "LEFT JOIN address_labels l ON l.wallet = a.wallet AND l.address = a.address";

/// Adds or replaces an address; its side and index name it.
pub(crate) fn put(conn: &Connection, wallet: i64, row: &AddressRow) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO addresses (wallet, side, idx, address, script, used, received, payments) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (wallet, side, idx) DO UPDATE SET \
         address = excluded.address, script = excluded.script, used = excluded.used, \
         received = excluded.received, payments = excluded.payments",
    )?
    .execute(params![
        wallet,
        Side(row.side),
        row.index,
        row.address,
        row.script.as_bytes(),
        row.used,
        Sats(row.received),
        row.payments,
    ])?;
    Ok(())
}

pub(crate) fn one(
    conn: &mut Connection,
    id: WalletId,
    address: &str,
) -> Result<Option<AddressRow>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM addresses a {LABELS} WHERE a.wallet = ?1 AND a.address = ?2"
    ))?
    .query_and_then(params![wallet, address], read)?
    .next()
    .transpose()
}

fn read(row: &Row<'_>) -> Result<AddressRow, Fault> {
    Ok(AddressRow {
        side: row.get::<_, Side>(0)?.0,
        index: row.get(1)?,
        address: row.get(2)?,
        script: row.get::<_, Script>(3)?.0,
        used: row.get(4)?,
        received: row.get::<_, Sats>(5)?.0,
        payments: row.get(6)?,
        label: row.get(7)?,
        maybe_on: Vec::new(),
    })
}

/// Returns a page, newest index first.
pub(crate) fn page(
    conn: &mut Connection,
    id: WalletId,
    query: &AddressQuery,
) -> Result<Page<AddressRow>, Fault> {
    let list = List {
        name: "addresses",
        wallet: id,
        filter: &[
            match query.side {
                ChainSide::Receive => "receive",
                ChainSide::Change => "change",
            },
            if query.unused_only { "unused" } else { "all" },
        ],
    };
    // Above every index there is.
    let mut before = i64::MAX;
    if let Some(text) = &query.after {
        let mut body = list.read(text)?;
        before = body.number()?;
        body.end()?;
    }
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let size = usize::from(query.size.get());
    let mut rows: Vec<AddressRow> = tx
        .prepare_cached(&page_sql(query.unused_only))?
        .query_and_then(
            params![wallet, Side(query.side), before, size as i64 + 1],
            read,
        )?
        .collect::<Result<_, Fault>>()?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = match rows.last() {
        Some(last) if more => Some(list.cursor(&i64::from(last.index).to_be_bytes())),
        _ => None,
    };
    let total = tx
        .prepare_cached(
            "SELECT coalesce(sum(n), 0) FROM counts WHERE wallet = ?1 \
             AND kind BETWEEN 4 + 2 * ?2 AND 4 + 2 * ?2 + ?3",
        )?
        .query_row(
            params![wallet, Side(query.side), !query.unused_only],
            |row| row.get::<_, Count>(0),
        )?;
    Ok(Page {
        rows,
        next,
        total: total.0,
    })
}

fn page_sql(unused_only: bool) -> String {
    let (index, unused) = if unused_only {
        ("INDEXED BY addresses_unused", "AND a.used = 0")
    } else {
        ("", "")
    };
    format!(
        "SELECT {COLUMNS} FROM addresses a {index} {LABELS} \
         WHERE a.wallet = ?1 AND a.side = ?2 AND a.idx < ?3 {unused} \
         ORDER BY a.idx DESC LIMIT ?4"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::plan;

    #[test]
    fn every_page_follows_an_index_and_sorts_nothing() {
        for unused_only in [false, true] {
            let plan = plan(&page_sql(unused_only));
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            assert!(plan.contains("side=? AND idx<?"), "{plan}");
        }
    }
}
