//! Walking along one open-ended side.

use std::collections::BTreeMap;

use bitcoin::ScriptBuf;
use satchel_types::ChainSide;

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

/// One side. Asks for exactly the scripts up to the last used one and `stop_gap` more, as many at
/// a time as are known to be needed: no request is a guess. Hands results on in order, so that
/// what is recorded has no holes.
pub(crate) struct Walk {
    side: ChainSide,
    gap: u64,
    /// Positions handed out.
    asked: u64,
    /// Positions below this one are needed.
    end: u64,
    /// Whether there are no more scripts.
    closed: bool,
    /// Positions below this one were handed on.
    handed_on: u64,
    ready: BTreeMap<u64, Looked>,
}

impl Walk {
    /// Starts at the first script, before which `unused` ones were found unused already.
    pub(crate) fn new(side: ChainSide, stop_gap: u32, unused: u32) -> Self {
        let gap = u64::from(stop_gap.max(1));
        Self {
            side,
            gap,
            asked: 0,
            end: gap.saturating_sub(unused.into()),
            closed: false,
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

    /// Returns whether one more script is known to be needed now.
    pub(crate) fn wants(&self) -> bool {
        self.asked < self.end && self.asked < self.handed_on + AHEAD
    }

    /// Takes the next script, which is going to be looked up, and returns its position: how many
    /// scripts came before it on this side.
    pub(crate) fn hand_out(&mut self) -> u64 {
        let position = self.asked;
        self.asked += 1;
        position
    }

    /// Takes note that the side has no more scripts.
    pub(crate) fn close(&mut self) {
        self.end = self.asked;
        self.closed = true;
    }

    /// Takes a result.
    pub(crate) fn put(&mut self, position: u64, looked: Looked) {
        if looked.history.used && !self.closed {
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

    fn walk(stop_gap: u32) -> Walk {
        Walk::new(ChainSide::Receive, stop_gap, 0)
    }

    fn looked(index: u32, used: bool) -> Looked {
        Looked {
            index,
            script: ScriptBuf::new(),
            history: History {
                used,
                ..History::default()
            },
        }
    }

    /// Runs a walk over `len` scripts; `pick` chooses which of the open requests is answered next.
    fn run(
        mut walk: Walk,
        len: u32,
        used: &[u32],
        mut pick: impl FnMut(usize) -> usize,
    ) -> (Vec<u32>, u64) {
        let (mut scripts, mut open, mut order) = (0..len, Vec::new(), Vec::new());
        loop {
            while walk.wants() {
                match scripts.next() {
                    Some(index) => open.push((walk.hand_out(), index)),
                    None => walk.close(),
                }
            }
            if open.is_empty() {
                return (order, walk.expected());
            }
            let (position, index) = open.remove(pick(open.len()));
            walk.put(position, looked(index, used.contains(&index)));
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
            let (order, expected) = run(walk(gap), u32::MAX, &used, |open| {
                turn += 1;
                picks[turn % picks.len()] % open
            });
            prop_assert_eq!(order, (0..needed).collect::<Vec<_>>());
            prop_assert_eq!(expected, u64::from(needed));
        }
    }

    #[test]
    fn a_used_script_beyond_the_gap_is_not_found() {
        let (order, _) = run(walk(5), 1_000, &[0, 6], |_| 0);
        assert_eq!(order.len(), 6, "index 0 and five unused ones");
    }

    #[test]
    fn unused_scripts_before_the_first_one_count() {
        let resumed = |unused, used: &[u32]| {
            let walk = Walk::new(ChainSide::Receive, 5, unused);
            run(walk, 1_000, used, |_| 0).0.len()
        };
        assert_eq!(resumed(2, &[]), 3);
        assert_eq!(resumed(2, &[2]), 3 + 5, "a used one starts the gap anew");
        assert_eq!(resumed(2, &[3]), 3, "what lies beyond the gap is not found");
        assert_eq!(resumed(5, &[0]), 0);
        assert_eq!(resumed(9, &[0]), 0);
    }

    #[test]
    fn a_side_that_ends_is_done() {
        let (order, expected) = run(walk(20), 3, &[2], |_| 0);
        assert_eq!((order.len(), expected), (3, 3));
    }

    #[test]
    fn one_slow_script_does_not_pile_up_the_rest() {
        let mut walk = walk(10_000);
        let mut asked = 0;
        while walk.wants() {
            let position = walk.hand_out();
            asked += 1;
            if position > 0 {
                walk.put(position, looked(position as u32, false));
            }
            assert!(walk.take().is_none(), "the first is still open");
        }
        assert_eq!(asked, AHEAD);
    }
}
