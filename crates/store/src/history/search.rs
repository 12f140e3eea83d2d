//! Searching the history.

use rusqlite::{Connection, named_params};
use satchel_types::Direction;

use super::place::{Found, Place};
use crate::codec::Way;
use crate::error::Fault;
use crate::search::Search;

/// Returns every row that a search finds, by its key and in no order.
///
/// Ids are a range of an index, labels are few, and addresses, the one thing that takes a look at
/// every row, are looked at once and only if the text could be part of one.
pub(super) fn hits(
    conn: &Connection,
    wallet: i64,
    direction: Option<Direction>,
    search: &Search,
) -> Result<Vec<Found<i64>>, Fault> {
    let addresses = if search.like.is_some() {
        "UNION SELECT n FROM txs NOT INDEXED WHERE wallet = :wallet AND address LIKE :like"
    } else {
        "AND :like IS NULL"
    };
    let (low, high) = search.ids.unzip();
    conn.prepare_cached(&format!(
        "WITH hits (n) AS MATERIALIZED ( \
             SELECT n FROM txs WHERE wallet = :wallet AND txid BETWEEN :low AND :high \
             UNION SELECT t.n FROM tx_labels l \
             CROSS JOIN txs t ON t.wallet = l.wallet AND t.txid = l.txid \
             WHERE l.wallet = :wallet AND instr(l.folded, :text) > 0 {addresses}) \
         SELECT t.n, t.lane, t.height, t.moment, t.txid FROM hits CROSS JOIN txs t ON t.n = hits.n \
         WHERE :direction IS NULL OR t.direction = :direction"
    ))?
    .query_and_then(
        named_params! {
            ":wallet": wallet,
            ":low": low,
            ":high": high,
            ":text": search.text,
            ":like": search.like,
            ":direction": direction.map(Way),
        },
        |row| {
            Ok(Found {
                item: row.get(0)?,
                lane: usize::from(row.get::<_, u8>(1)?.min(2)),
                place: Place {
                    height: row.get(2)?,
                    moment: row.get(3)?,
                    txid: row.get(4)?,
                },
            })
        },
    )?
    .collect()
}
