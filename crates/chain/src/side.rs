//! Walking along one open-ended side.

use std::collections::BTreeMap;

use bitcoin::ScriptBuf;
use satchel_types::{ChainSide, SideScan};

use crate::history::History;
use crate::limits;

/// Positions that may be asked ahead of the first one that is still open. Bounds what waits when
/// one script has a long history.
const AHEAD: u64 = 512;

/// A script of a side that was looked up.
pub(crate) struct Looked {
    /// Its index.
    pub index: u32,
    /// The script.
    pub script: ScriptBuf,
    /// What was found.
    pub history: History,
}

/// A script of a side that is to be looked up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// How many scripts came before it on this side.
    pub position: u64,
    /// Its index.
    pub index: u32,
    /// The script.
    pub script: ScriptBuf,
}

/// One side. Asks for exactly the scripts up to the last used one and `stop_gap` more, as many at
/// a time as are known to be needed: no request is a guess. Hands results on in order, so that
/// what is recorded has no holes.
pub(crate) struct Walk {
    side: ChainSide,
    scripts: Box<dyn Iterator<Item = (u32, ScriptBuf)> + Send>,
    gap: u64,
    /// Positions handed out.
    asked: u64,
    /// Positions below this one are needed.
    end: u64,
    /// Positions below this one were handed on.
    handed_on: u64,
    ready: BTreeMap<u64, Looked>,
}

impl Walk {
    /// Starts at the first script.
    pub(crate) fn new(scan: SideScan) -> Self {
        let gap = u64::from(scan.stop_gap.max(1));
        Self {
            side: scan.side,
            scripts: scan.scripts,
            gap,
            asked: 0,
            end: gap,
            handed_on: 0,
            ready: BTreeMap::new(),
        }
    }

    /// Returns the side.
    pub(crate) fn side(&self) -> ChainSide {
        self.side
    }

    /// Returns how many scripts the side takes, as far as known by now.
    pub(crate) fn expected(&self) -> u64 {
        self.end
    }

    /// Returns whether it goes on longer than any wallet does.
    pub(crate) fn is_endless(&self) -> bool {
        self.asked > limits::SIDE_SCRIPTS
    }

    /// Returns the next script to look up, if one is known to be needed.
    pub(crate) fn next(&mut self) -> Option<Wanted> {
        if self.asked >= self.end || self.asked >= self.handed_on + AHEAD {
            return None;
        }
        let Some((index, script)) = self.scripts.next() else {
            self.end = self.asked;
            return None;
        };
        let position = self.asked;
        self.asked += 1;
        Some(Wanted {
            position,
            index,
            script,
        })
    }

    /// Takes a result.
    pub(crate) fn put(&mut self, position: u64, looked: Looked) {
        if looked.history.used {
            self.end = self.end.max(position + 1 + self.gap);
        }
        self.ready.insert(position, looked);
    }

    /// Returns the next result in order.
    pub(crate) fn take(&mut self) -> Option<Looked> {
        let looked = self.ready.remove(&self.handed_on)?;
        self.handed_on += 1;
        Some(looked)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walk(stop_gap: u32, len: u32) -> Walk {
        Walk::new(SideScan {
            side: ChainSide::Receive,
            scripts: Box::new(
                (0..len).map(|i| (i, ScriptBuf::from_bytes(i.to_be_bytes().to_vec()))),
            ),
            stop_gap,
        })
    }

    /// Runs a walk; `pick` chooses which of the open requests is answered next.
    fn run(mut walk: Walk, used: &[u32], mut pick: impl FnMut(usize) -> usize) -> (Vec<u32>, u64) {
        let (mut open, mut order) = (Vec::new(), Vec::new());
        loop {
            while let Some(wanted) = walk.next() {
                open.push(wanted);
            }
            if open.is_empty() {
                return (order, walk.expected());
            }
            let Wanted {
                position,
                index,
                script,
            } = open.remove(pick(open.len()));
            let history = History {
                used: used.contains(&index),
                ..History::default()
            };
            walk.put(
                position,
                Looked {
                    index,
                    script,
                    history,
                },
            );
            while let Some(looked) = walk.take() {
                order.push(looked.index);
            }
        }
    }

    proptest! {
        #[test]
        fn exactly_the_gap_beyond_the_last_used_is_asked_in_order(
            gap in 1..30u32,
            steps in proptest::collection::vec(1..30u32, 0..20),
            picks in proptest::collection::vec(any::<usize>(), 1..50),
        ) {
            // Each used index lies within the gap of the one before.
            let mut used = Vec::new();
            let mut next = 0;
            for step in steps {
                next += (step - 1) % gap;
                used.push(next);
                next += 1;
            }
            let needed = used.last().map_or(gap, |last| last + 1 + gap);
            let mut turn = 0;
            let (order, expected) = run(walk(gap, u32::MAX), &used, |open| {
                turn += 1;
                picks[turn % picks.len()] % open
            });
            prop_assert_eq!(order, (0..needed).collect::<Vec<_>>());
            prop_assert_eq!(expected, u64::from(needed));
        }
    }

    #[test]
    fn a_used_script_beyond_the_gap_is_not_found() {
        let (order, _) = run(walk(5, 1_000), &[0, 6], |_| 0);
        assert_eq!(order.len(), 6, "index 0 and five unused ones");
    }

    #[test]
    fn a_side_that_ends_is_done() {
        let (order, expected) = run(walk(20, 3), &[2], |_| 0);
        assert_eq!((order.len(), expected), (3, 3));
    }

    #[test]
    fn one_slow_script_does_not_pile_up_the_rest() {
        let mut walk = walk(10_000, u32::MAX);
        let mut asked = 0;
        while let Some(wanted) = walk.next() {
            asked += 1;
            if wanted.position > 0 {
                let looked = Looked {
                    index: wanted.index,
                    script: wanted.script,
                    history: History::default(),
                };
                walk.put(wanted.position, looked);
            }
            assert!(walk.take().is_none(), "the first is still open");
        }
        assert_eq!(asked, AHEAD);
    }
}
