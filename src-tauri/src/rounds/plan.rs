//! When each place is due. Pure: the clock and the dice are the caller's.

use std::collections::BTreeMap;
use std::time::Instant;

use satchel_ports::BlobError;
use satchel_roads::{Next, Pace, PaceSettings};
use satchel_types::PlaceId;

/// When each place is due.
#[derive(Debug, Default)]
pub struct Plan {
    settings: PaceSettings,
    places: BTreeMap<PlaceId, Due>,
}

#[derive(Debug)]
struct Due {
    pace: Pace,
    /// `None`: when its owner asks.
    at: Option<Instant>,
    /// Whether the last round went well, or there was none.
    well: bool,
}

impl Plan {
    /// Keeps to these places: one that is new is due at once, one that is gone is forgotten.
    pub fn keep(&mut self, places: &[PlaceId], now: Instant) {
        self.places.retain(|id, _| places.contains(id));
        for id in places {
            let settings = &self.settings;
            self.places.entry(*id).or_insert_with(|| Due {
                pace: Pace::new(settings.clone()),
                at: Some(now),
                well: true,
            });
        }
    }

    /// Returns the place that is due first, and when. `None`: none is.
    pub fn next(&self) -> Option<(PlaceId, Instant)> {
        self.places
            .iter()
            .filter_map(|(id, due)| Some((*id, due.at?)))
            .min_by_key(|(_, at)| *at)
    }

    /// Returns when a place is due. `None`: when its owner asks, or it is not known.
    pub fn due(&self, id: PlaceId) -> Option<Instant> {
        self.places.get(&id)?.at
    }

    /// Returns whether a place refused, so that only its owner begins another round.
    pub fn waits_for_owner(&self, id: PlaceId) -> bool {
        self.places.get(&id).is_some_and(|due| due.at.is_none())
    }

    /// Notes how a round ended.
    pub fn ended(&mut self, id: PlaceId, round: Result<(), &BlobError>, dice: u32, now: Instant) {
        let Some(due) = self.places.get_mut(&id) else {
            return;
        };
        due.well = matches!(round, Ok(()) | Err(BlobError::Cancelled));
        due.at = match due.pace.after(round, dice) {
            Next::In(wait) => now.checked_add(wait),
            Next::WhenAsked => None,
        };
    }

    /// Notes that this device wrote something: places that serve are due soon, the others as they were.
    pub fn written(&mut self, dice: u32, now: Instant) {
        for due in self.places.values_mut() {
            let soon = due.pace.after_change(dice).map(|wait| now + wait);
            if let (Some(at), Some(soon)) = (due.at, soon) {
                due.at = Some(at.min(soon));
            }
        }
    }

    /// Notes that the wallet was opened: places that served are due. One that failed keeps its pause, and one that
    /// refused waits for its owner, so that locking and unlocking does not knock at a shut door.
    pub fn opened(&mut self, now: Instant) {
        for due in self.places.values_mut().filter(|due| due.well) {
            due.at = Some(now);
        }
    }

    /// Notes that its owner asks for a round with a place.
    pub fn asked(&mut self, id: PlaceId) {
        if let Some(due) = self.places.get_mut(&id) {
            due.pace.asked();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const A: PlaceId = PlaceId::from_bytes([1; 16]);
    const B: PlaceId = PlaceId::from_bytes([2; 16]);
    /// The middle of all dice.
    const EVEN: u32 = 1 << 31;

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(60 * count)
    }

    fn away() -> BlobError {
        BlobError::Unreachable {
            place: "there".to_owned(),
        }
    }

    fn denied() -> BlobError {
        BlobError::Denied {
            place: "there".to_owned(),
        }
    }

    fn with(places: &[PlaceId]) -> (Plan, Instant) {
        let (mut plan, now) = (Plan::default(), Instant::now());
        plan.keep(places, now);
        (plan, now)
    }

    #[test]
    fn a_new_place_is_due_at_once_and_a_removed_one_never() {
        let (mut plan, now) = with(&[A]);
        assert_eq!(plan.next(), Some((A, now)));
        plan.ended(A, Ok(()), EVEN, now);
        plan.keep(&[A, B], now);
        assert_eq!(plan.next(), Some((B, now)));
        assert_eq!(plan.due(A), Some(now + minutes(15)));
        plan.keep(&[], now);
        assert_eq!(plan.next(), None);
    }

    #[test]
    fn what_was_written_is_brought_soon_and_not_at_once() {
        let (mut plan, now) = with(&[A]);
        plan.ended(A, Ok(()), EVEN, now);
        plan.written(EVEN, now);
        let soon = plan.due(A).expect("due") - now;
        assert!(
            soon >= Duration::from_secs(30) && soon <= Duration::from_secs(60),
            "{soon:?}"
        );
        // Somebody who goes on writing does not put the round off.
        plan.written(EVEN, now + Duration::from_secs(20));
        assert_eq!(plan.due(A), Some(now + soon));
    }

    #[test]
    fn a_place_that_is_away_is_asked_ever_less_whatever_happens_here() {
        let (mut plan, mut now) = with(&[A]);
        let mut last = Duration::ZERO;
        for _ in 0..12 {
            plan.ended(A, Err(&away()), EVEN, now);
            let at = plan.due(A).expect("it may come back");
            plan.written(EVEN, now);
            plan.opened(now);
            assert_eq!(
                plan.due(A),
                Some(at),
                "neither writing nor unlocking hurries"
            );
            assert!(at - now >= last && at - now <= minutes(240));
            last = at - now;
            now = at;
        }
        plan.ended(A, Ok(()), EVEN, now);
        assert_eq!(plan.due(A), Some(now + minutes(15)));
    }

    #[test]
    fn a_place_that_refuses_waits_for_its_owner() {
        let (mut plan, now) = with(&[A]);
        plan.ended(A, Err(&denied()), EVEN, now);
        assert!(plan.waits_for_owner(A));
        plan.written(EVEN, now);
        plan.opened(now);
        assert_eq!(plan.next(), None);
        plan.asked(A);
        plan.ended(A, Ok(()), EVEN, now);
        assert!(!plan.waits_for_owner(A));
        assert_eq!(plan.due(A), Some(now + minutes(15)));
    }

    #[test]
    fn opening_the_wallet_makes_a_round_due() {
        let (mut plan, now) = with(&[A]);
        plan.ended(A, Ok(()), EVEN, now);
        plan.opened(now + minutes(1));
        assert_eq!(plan.next(), Some((A, now + minutes(1))));
    }
}
