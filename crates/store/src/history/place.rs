//! Where rows stand, and where a page ended.

use std::cmp::Reverse;

use crate::codec::Id;
use crate::cursor::Body;
use crate::error::Fault;

/// The lanes of a history, numbered as in the column `lane`.
pub(super) const PENDING: usize = 0;
pub(super) const CONFIRMED: usize = 1;
pub(super) const DEAD: usize = 2;

/// Where a row stands in its lane; a greater place is nearer to the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub height: i64,
    pub moment: i64,
    pub txid: Id,
}

impl Place {
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
pub(super) struct Position {
    pending_done: bool,
    lanes: [Option<Place>; 3],
}

impl Position {
    /// Returns whether the pending lane is over.
    pub(super) fn is_past_pending(&self) -> bool {
        self.pending_done
    }

    /// Returns where a lane is.
    pub(super) fn of(&self, lane: usize) -> Option<Place> {
        self.lanes[lane]
    }

    /// Sorts rows into their lanes, newest first, leaving out what was passed.
    pub(super) fn ahead<T>(&self, rows: Vec<Found<T>>) -> [Vec<Found<T>>; 3] {
        let mut lanes = [const { Vec::new() }; 3];
        for row in rows {
            let passed = self.lanes[row.lane].is_some_and(|place| row.place >= place)
                || (row.lane == PENDING && self.pending_done);
            if !passed {
                lanes[row.lane].push(row);
            }
        }
        for lane in &mut lanes {
            lane.sort_unstable_by_key(|row| Reverse(row.place));
        }
        lanes
    }

    /// Takes a page off the lanes; returns it and, if more rows are there, where it ended.
    pub(super) fn turn<T>(self, lanes: [Vec<Found<T>>; 3], size: usize) -> (Vec<T>, Option<Self>) {
        let [pending, confirmed, dead] = lanes;
        let mut position = self;
        let mut rows = pending.into_iter().chain(merge(confirmed, dead));
        let page = rows
            .by_ref()
            .take(size)
            .map(|row| {
                position.pass(row.lane, row.place);
                row.item
            })
            .collect();
        (page, rows.next().map(|_| position))
    }

    fn pass(&mut self, lane: usize, place: Place) {
        self.pending_done |= lane != PENDING;
        self.lanes[lane] = Some(place);
        if self.pending_done {
            self.lanes[PENDING] = None;
        }
        if lane == CONFIRMED {
            // Every dead row that is not older than this block came before it. One that is there
            // later arrived later, and would stand among rows much older than itself.
            let bound = Place {
                height: 0,
                moment: place.moment,
                txid: Id([0; 32]),
            };
            let dead = &mut self.lanes[DEAD];
            *dead = Some(dead.map_or(bound, |dead| dead.min(bound)));
        }
    }

    /// Writes it as a cursor's content.
    pub(super) fn write(&self) -> Vec<u8> {
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

    /// Reads a cursor's content.
    pub(super) fn read(mut body: Body) -> Result<Self, Fault> {
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

/// A row of a lane: the row itself, or its key.
pub(super) struct Found<T> {
    pub lane: usize,
    pub place: Place,
    pub item: T,
}

/// Merges two lanes: a dead row comes before the first block that is not younger than it.
fn merge<T>(confirmed: Vec<Found<T>>, dead: Vec<Found<T>>) -> impl Iterator<Item = Found<T>> {
    let mut confirmed = confirmed.into_iter().peekable();
    let mut dead = dead.into_iter().peekable();
    std::iter::from_fn(move || match (confirmed.peek(), dead.peek()) {
        (Some(block), Some(row)) if row.place.moment < block.place.moment => confirmed.next(),
        (_, Some(_)) => dead.next(),
        (_, None) => confirmed.next(),
    })
}

#[cfg(test)]
mod tests {
    use satchel_types::WalletId;

    use super::*;
    use crate::cursor::List;

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
