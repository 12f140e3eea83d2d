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

use rusqlite::{Connection, OptionalExtension, Row, named_params, params, types::ToSql};
use satchel_types::{Direction, HistoryQuery, Page, TxRow, TxState, WalletId};

use bitcoin::Txid;

use crate::codec::{Count, Id, Sats, TxStateColumns, Way};
use crate::cursor::{Body, List};
use crate::error::Fault;
use crate::search::Search;
use crate::wallets::row_key;

const COLUMNS: &str = "t.txid, t.state, t.height, t.moment, t.block, t.replaced_by, t.direction, \
                       t.spent, t.received, t.fee, t.vsize, t.address, t.more_addresses, \
                       t.signals_rbf, t.cancels, l.label";
const LABELS: &str = "LEFT JOIN tx_labels l ON l.wallet = t.wallet AND l.txid = t.txid";
const FOUND: &str = "(t.txid BETWEEN :low AND :high OR instr(lower(t.address), :text) > 0 \
                     OR instr(l.folded, :text) > 0)";

const PENDING: i64 = 0;
const CONFIRMED: i64 = 1;
const DEAD: i64 = 2;

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

/// Where a row stands in its lane; a greater place is nearer to the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    height: i64,
    moment: i64,
    txid: Id,
}

impl Place {
    fn of(row: &Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            txid: row.get(0)?,
            height: row.get(2)?,
            moment: row.get(3)?,
        })
    }

    fn write(self, body: &mut Vec<u8>) {
        body.extend_from_slice(&self.height.to_be_bytes());
        body.extend_from_slice(&self.moment.to_be_bytes());
        body.extend_from_slice(&self.txid.0);
    }

    fn read(body: &mut Body) -> Result<Self, Fault> {
        Ok(Self {
            height: body.number()?,
            moment: body.number()?,
            txid: Id(body.take()?),
        })
    }
}

/// Where a page ended, lane by lane. The pending lane is over once another one began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Position {
    pending_done: bool,
    lanes: [Option<Place>; 3],
}

impl Position {
    fn pass(&mut self, lane: i64, place: Place) {
        self.pending_done |= lane != PENDING;
        self.lanes[lane as usize] = Some(place);
        if self.pending_done {
            self.lanes[PENDING as usize] = None;
        }
        if lane == CONFIRMED {
            // Every dead row that is not older than this block came before it. One that is there
            // later arrived later, and would stand among rows much older than itself.
            let bound = Place {
                height: 0,
                moment: place.moment,
                txid: Id([0; 32]),
            };
            let dead = &mut self.lanes[DEAD as usize];
            *dead = Some(dead.map_or(bound, |dead| dead.min(bound)));
        }
    }

    fn write(&self) -> Vec<u8> {
        let mut flags = u8::from(self.pending_done);
        let mut body = vec![0];
        for (bit, place) in self.lanes.iter().enumerate() {
            if let Some(place) = place {
                flags |= 2 << bit;
                place.write(&mut body);
            }
        }
        body[0] = flags;
        body
    }

    fn read(mut body: Body) -> Result<Self, Fault> {
        let [flags] = body.take()?;
        let mut position = Self {
            pending_done: flags & 1 != 0,
            lanes: [None; 3],
        };
        for (bit, place) in position.lanes.iter_mut().enumerate() {
            if flags & (2 << bit) != 0 {
                *place = Some(Place::read(&mut body)?);
            }
        }
        body.end()?;
        Ok(position)
    }
}

struct Found {
    lane: i64,
    place: Place,
    row: TxRow,
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
    let mut position = match &query.after {
        None => Position::default(),
        Some(text) => Position::read(list.read(text)?)?,
    };

    // One transaction, so that the lanes and the total are of one moment.
    let tx = conn.transaction()?;
    let wallet = row_key(&tx, id)?;
    let filter = Filter {
        wallet,
        direction: query.direction,
        search: search.as_ref(),
    };
    let size = usize::from(query.size.get());
    // One more than asked tells whether there is a next page.
    let mut found = Vec::with_capacity(size + 1);
    if !position.pending_done {
        found = filter.lane(&tx, PENDING, position.lanes[0], size + 1)?;
    }
    let missing = size + 1 - found.len();
    if missing > 0 {
        let confirmed = filter.lane(&tx, CONFIRMED, position.lanes[1], missing)?;
        let dead = filter.lane(&tx, DEAD, position.lanes[2], missing)?;
        found.extend(merge(confirmed, dead).take(missing));
    }
    let more = found.len() > size;
    found.truncate(size);
    for row in &found {
        position.pass(row.lane, row.place);
    }
    Ok(Page {
        next: more.then(|| list.cursor(&position.write())),
        rows: found.into_iter().map(|found| found.row).collect(),
        total: filter.total(&tx)?,
    })
}

/// Merges two lanes: a dead row comes before the first block that is not younger than it.
fn merge(confirmed: Vec<Found>, dead: Vec<Found>) -> impl Iterator<Item = Found> {
    let mut confirmed = confirmed.into_iter().peekable();
    let mut dead = dead.into_iter().peekable();
    std::iter::from_fn(move || match (confirmed.peek(), dead.peek()) {
        (Some(block), Some(row)) if row.place.moment < block.place.moment => confirmed.next(),
        (_, Some(_)) => dead.next(),
        (_, None) => confirmed.next(),
    })
}

struct Filter<'a> {
    wallet: i64,
    direction: Option<Direction>,
    search: Option<&'a Search>,
}

impl Filter<'_> {
    fn lane(
        &self,
        conn: &Connection,
        lane: i64,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Found>, Fault> {
        let sql = self.lane_sql(after.is_some());
        let limit = limit as i64;
        let place = after.unwrap_or(Place {
            height: 0,
            moment: 0,
            txid: Id([0; 32]),
        });
        let direction = self.direction.map(Way);
        let mut params: Vec<(&str, &dyn ToSql)> = vec![
            (":wallet", &self.wallet),
            (":lane", &lane),
            (":limit", &limit),
        ];
        if let Some(direction) = &direction {
            params.push((":direction", direction));
        }
        if after.is_some() {
            params.push((":height", &place.height));
            params.push((":moment", &place.moment));
            params.push((":txid", &place.txid));
        }
        let (low, high) = self.bounds();
        if let Some(search) = self.search {
            params.push((":text", &search.text));
            params.push((":low", &low));
            params.push((":high", &high));
        }
        conn.prepare_cached(&sql)?
            .query_and_then(params.as_slice(), |row| {
                Ok(Found {
                    lane,
                    place: Place::of(row)?,
                    row: read(row)?,
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
        let found = match self.search {
            None => String::new(),
            Some(_) => format!("AND {FOUND}"),
        };
        format!(
            "SELECT {COLUMNS} FROM txs t INDEXED BY {index} {LABELS} \
             WHERE t.wallet = :wallet AND t.lane = :lane {direction} {after} {found} \
             ORDER BY t.height DESC, t.moment DESC, t.txid DESC LIMIT :limit"
        )
    }

    /// Counts the list: by the kept counts, or row by row under a search.
    fn total(&self, conn: &Connection) -> Result<u64, Fault> {
        let direction = self.direction.map(Way);
        let Some(search) = self.search else {
            let count = conn
                .prepare_cached(
                    "SELECT coalesce(sum(n), 0) FROM counts WHERE wallet = ?1 \
                     AND kind BETWEEN coalesce(?2, 0) AND coalesce(?2, 2)",
                )?
                .query_row(params![self.wallet, direction], |row| {
                    row.get::<_, Count>(0)
                })?;
            return Ok(count.0);
        };
        let (low, high) = self.bounds();
        let count = conn
            .prepare_cached(&format!(
                "SELECT count(*) FROM txs t {LABELS} WHERE t.wallet = :wallet \
                 AND (:direction IS NULL OR t.direction = :direction) AND {FOUND}"
            ))?
            .query_row(
                named_params! {
                    ":wallet": self.wallet,
                    ":direction": direction,
                    ":text": search.text,
                    ":low": low,
                    ":high": high,
                },
                |row| row.get::<_, Count>(0),
            )
            .optional()?;
        Ok(count.map_or(0, |count| count.0))
    }

    fn bounds(&self) -> (Option<Id>, Option<Id>) {
        self.search.and_then(|search| search.ids).unzip()
    }
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
                    search: None,
                };
                let plan = plan(&filter.lane_sql(after));
                assert!(plan.contains("SEARCH t USING INDEX txs_"), "{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{plan}");
                assert_eq!(plan.contains("(height,moment,txid)<"), after, "{plan}");
            }
        }
    }

    #[test]
    fn a_position_reads_back() {
        let place = |n: u8| Place {
            height: i64::from(n),
            moment: 5,
            txid: Id([n; 32]),
        };
        let list = List {
            name: "history",
            wallet: WalletId::from_bytes([1; 16]),
            filter: &[],
        };
        let mut position = Position::default();
        for (lane, n) in [(PENDING, 1), (PENDING, 2), (DEAD, 3), (CONFIRMED, 4)] {
            position.pass(lane, place(n));
            let text = list.cursor(&position.write());
            let body = list.read(&text).expect("our own cursor");
            assert_eq!(Position::read(body).expect("our own body"), position);
        }
        assert!(position.pending_done && position.lanes[0].is_none());
    }
}
