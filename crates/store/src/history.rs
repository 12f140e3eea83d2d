//! The history: rows, pages, search.
//!
//! # Order
//! Three lanes, each an index of its own order:
//!
//! | lane | rows | newest first by |
//! |---|---|---|
//! | 0 | pending | when first seen, then txid |
//! | 1 | confirmed | height, then block time, then txid |
//! | 2 | replaced and dropped | when that was noticed, then txid |
//!
//! Pending rows come first. After them the other two lanes are merged by their moments: a dead row
//! stands above the newest block that is not younger than it. A replaced payment is noticed when
//! its replacement is first seen, so it ends up beside it and sinks into the past with it, while
//! blocks keep the order of their heights even where block times run backwards.
//!
//! A cursor holds where it is in each lane. What arrives later is newer than every position and
//! moves none of them, so no row is shown twice or skipped by it. Rows that arrive before a page
//! turner has left the pending ones are still ahead and are shown in their place. A row that
//! changes its lane between two pages, such as one that confirms, is seen where it stands then.

mod place;
mod search;

use bitcoin::Txid;
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, params};
use satchel_types::{Direction, HistoryQuery, Page, TxRow, TxState, WalletId};

use self::place::{CONFIRMED, DEAD, Found, PENDING, Place, Position};
use crate::codec::{Count, Id, Sats, TxStateColumns, Way};
use crate::cursor::List;
use crate::error::Fault;
use crate::search::Search;
use crate::wallets::row_key;

const COLUMNS: &str = "t.txid, t.state, t.height, t.moment, t.block, t.replaced_by, t.direction, \
                       t.spent, t.received, t.fee, t.vsize, t.address, t.more_addresses, \
                       t.signals_rbf, t.cancels, l.label";
const LABELS: &str = "LEFT JOIN tx_labels l ON l.wallet = t.wallet AND l.txid = t.txid";
/// Adds or replaces a row.
pub(crate) fn put(conn: &Connection, wallet: i64, row: &TxRow) -> Result<(), Fault> {
    let state = TxStateColumns::from(&row.state);
    conn.prepare_cached(
        "INSERT INTO txs (wallet, txid, state, height, moment, block, replaced_by, direction, \
         spent, received, fee, vsize, address, more_addresses, signals_rbf, cancels) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
         ON CONFLICT (wallet, txid) DO UPDATE SET state = excluded.state, \
         height = excluded.height, moment = excluded.moment, block = excluded.block, \
         replaced_by = excluded.replaced_by, direction = excluded.direction, \
         spent = excluded.spent, received = excluded.received, fee = excluded.fee, \
         vsize = excluded.vsize, address = excluded.address, \
         more_addresses = excluded.more_addresses, signals_rbf = excluded.signals_rbf, \
         cancels = excluded.cancels",
    )?
    .execute(params![
        wallet,
        Id::from(row.txid),
        state.state,
        state.height,
        state.moment,
        state.block,
        state.replaced_by,
        Way(row.direction),
        Sats(row.spent),
        Sats(row.received),
        row.fee.map(Sats),
        Count(row.vsize),
        row.address,
        row.more_addresses,
        row.signals_rbf,
        row.cancels.map(Id::from),
    ])?;
    Ok(())
}

/// Removes a row. Its label stays, since a reorganisation may bring the transaction back.
pub(crate) fn remove(conn: &Connection, wallet: i64, txid: Txid) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM txs WHERE wallet = ?1 AND txid = ?2")?
        .execute(params![wallet, Id::from(txid)])?;
    Ok(())
}

pub(crate) fn one(conn: &mut Connection, id: WalletId, txid: Txid) -> Result<Option<TxRow>, Fault> {
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM txs t {LABELS} WHERE t.wallet = ?1 AND t.txid = ?2"
    ))?
    .query_and_then(params![wallet, Id::from(txid)], read)?
    .next()
    .transpose()
}

fn read(row: &Row<'_>) -> Result<TxRow, Fault> {
    Ok(TxRow {
        txid: row.get::<_, Id>(0)?.txid(),
        state: TxState::try_from(TxStateColumns {
            state: row.get(1)?,
            height: row.get(2)?,
            moment: row.get(3)?,
            block: row.get(4)?,
            replaced_by: row.get(5)?,
        })?,
        direction: row.get::<_, Way>(6)?.0,
        spent: row.get::<_, Sats>(7)?.0,
        received: row.get::<_, Sats>(8)?.0,
        fee: row.get::<_, Option<Sats>>(9)?.map(|sats| sats.0),
        vsize: row.get::<_, Count>(10)?.0,
        address: row.get(11)?,
        more_addresses: row.get(12)?,
        signals_rbf: row.get(13)?,
        cancels: row.get::<_, Option<Id>>(14)?.map(Id::txid),
        label: row.get(15)?,
    })
}

/// Returns a page.
pub(crate) fn page(
    conn: &mut Connection,
    id: WalletId,
    query: &HistoryQuery,
) -> Result<Page<TxRow>, Fault> {
    let search = Search::new(query.search.as_deref());
    let list = List {
        name: "history",
        wallet: id,
        filter: &[
            match query.direction {
                None => "all",
                Some(Direction::Incoming) => "in",
                Some(Direction::Outgoing) => "out",
                Some(Direction::Internal) => "internal",
            },
            search.as_ref().map_or("", |search| &search.text),
        ],
    };
    let position = match &query.after {
        None => Position::default(),
        Some(text) => Position::read(list.read(text)?)?,
    };
    let size = usize::from(query.size.get());

    // One transaction, so that the lanes and the total are of one moment.
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let (found, next, total) = match &search {
        None => {
            let filter = Filter {
                wallet,
                direction: query.direction,
            };
            // One more than asked tells whether there is a next page.
            let lanes = filter.lanes(&tx, &position, size + 1)?;
            let (found, next) = position.turn(lanes, size);
            (found, next, filter.total(&tx)?)
        }
        Some(search) => {
            let hits = search::hits(&tx, wallet, query.direction, search)?;
            let total = hits.len() as u64;
            let (keys, next) = position.turn(position.ahead(hits), size);
            let rows = keys
                .into_iter()
                .map(|n| by_key(&tx, n))
                .collect::<Result<_, Fault>>()?;
            (rows, next, total)
        }
    };
    Ok(Page {
        rows: found,
        next: next.map(|position| list.cursor(&position.write())),
        total,
    })
}

fn by_key(conn: &Connection, n: i64) -> Result<TxRow, Fault> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM txs t {LABELS} WHERE t.n = ?1"
    ))?
    .query_and_then([n], read)?
    .next()
    .unwrap_or(Err(Fault::Damaged("history row")))
}

/// The history without a search: each lane read along its index.
struct Filter {
    wallet: i64,
    direction: Option<Direction>,
}

impl Filter {
    fn lanes(
        &self,
        conn: &Connection,
        position: &Position,
        limit: usize,
    ) -> Result<[Vec<Found<TxRow>>; 3], Fault> {
        let mut lanes = [const { Vec::new() }; 3];
        if !position.is_past_pending() {
            lanes[PENDING] = self.lane(conn, PENDING, position, limit)?;
        }
        let missing = limit - lanes[PENDING].len();
        if missing > 0 {
            lanes[CONFIRMED] = self.lane(conn, CONFIRMED, position, missing)?;
            lanes[DEAD] = self.lane(conn, DEAD, position, missing)?;
        }
        Ok(lanes)
    }

    fn lane(
        &self,
        conn: &Connection,
        lane: usize,
        position: &Position,
        limit: usize,
    ) -> Result<Vec<Found<TxRow>>, Fault> {
        let after = position.of(lane);
        let sql = self.lane_sql(after.is_some());
        let (lane_code, limit) = (lane as i64, limit as i64);
        let direction = self.direction.map(Way);
        let mut params: Vec<(&str, &dyn ToSql)> = vec![
            (":wallet", &self.wallet),
            (":lane", &lane_code),
            (":limit", &limit),
        ];
        if let Some(direction) = &direction {
            params.push((":direction", direction));
        }
        if let Some(place) = &after {
            params.push((":height", &place.height));
            params.push((":moment", &place.moment));
            params.push((":txid", &place.txid));
        }
        conn.prepare_cached(&sql)?
            .query_and_then(params.as_slice(), |row| {
                Ok(Found {
                    lane,
                    place: Place {
                        txid: row.get(0)?,
                        height: row.get(2)?,
                        moment: row.get(3)?,
                    },
                    item: read(row)?,
                })
            })?
            .collect()
    }

    /// The index is named, so that no statistics can talk the planner into sorting a wallet.
    fn lane_sql(&self, after: bool) -> String {
        let (index, direction) = match self.direction {
            None => ("txs_history", ""),
            Some(_) => ("txs_direction", "AND t.direction = :direction"),
        };
        let after = if after {
            "AND (t.height, t.moment, t.txid) < (:height, :moment, :txid)"
        } else {
            ""
        };
        format!(
            "SELECT {COLUMNS} FROM txs t INDEXED BY {index} {LABELS} \
             WHERE t.wallet = :wallet AND t.lane = :lane {direction} {after} \
             ORDER BY t.height DESC, t.moment DESC, t.txid DESC LIMIT :limit"
        )
    }

    /// Counts the list by the kept counts.
    fn total(&self, conn: &Connection) -> Result<u64, Fault> {
        let count = conn
            .prepare_cached(
                "SELECT coalesce(sum(n), 0) FROM counts WHERE wallet = ?1 \
                 AND kind BETWEEN coalesce(?2, 0) AND coalesce(?2, 2)",
            )?
            .query_row(params![self.wallet, self.direction.map(Way)], |row| {
                row.get::<_, Count>(0)
            })?;
        Ok(count.0)
    }
}

/// Reads a cursor's content and writes it again.
#[cfg(fuzzing)]
pub(crate) fn rewritten(body: crate::cursor::Body) -> Result<Vec<u8>, Fault> {
    Ok(Position::read(body)?.write())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::plan;

    #[test]
    fn every_page_follows_an_index_and_sorts_nothing() {
        for direction in [None, Some(Direction::Incoming)] {
            for after in [false, true] {
                let filter = Filter {
                    wallet: 1,
                    direction,
                };
                let plan = plan(&filter.lane_sql(after));
                assert!(plan.contains("SEARCH t USING INDEX txs_"), "{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{plan}");
                assert_eq!(plan.contains("(height,moment,txid)<"), after, "{plan}");
            }
        }
    }
}
