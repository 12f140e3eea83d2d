//! Joined side by side is joined row by row.

use std::collections::BTreeSet;

use proptest::prelude::*;
use satchel_types::StreamId;

use crate::state::tests::change;
use crate::state::{Change, Register, Seen, Space, State, Touched, Value, ValueKey};

/// Sides of any size: one may be much smaller than the other, and they may share what is before both.
fn sides() -> impl Strategy<Value = (Vec<Change>, Vec<Change>)> {
    let changes = |most| prop::collection::vec(change(), 0..most);
    let common = prop_oneof![changes(1), changes(200)];
    (common, changes(60), changes(60)).prop_map(|(common, one, other)| {
        let with = |more| [common.clone(), more].concat();
        (with(one), with(other))
    })
}

fn row_by_row(changes: impl IntoIterator<Item = Change>) -> State {
    let mut state = State::default();
    state.apply_all(changes);
    state
}

/// A value of one key; more streams than a list takes.
fn values() -> impl Strategy<Value = Vec<Value>> {
    let value = (0..40_u8, 1..4_u64, 0..2_u64).prop_map(|(stream, version, clock)| Value {
        version,
        clock,
        stream: StreamId::from_bytes([stream; 16]),
        text: None,
        seen: Seen::default(),
    });
    prop::collection::vec(value, 0..80)
}

fn register(values: impl IntoIterator<Item = Value>) -> Register {
    let mut register = Register::default();
    for value in values {
        register.join(value);
    }
    register
}

proptest! {
    #[test]
    fn joining_whole_states_is_joining_each_row((one, other) in sides()) {
        let (mut plain, other) = (row_by_row(one), row_by_row(other));
        let mut fast = plain.clone();
        let touched = fast.join(&other);
        prop_assert_eq!(touched, plain.apply_all(other.into_changes()));
        prop_assert_eq!(fast, plain);
    }

    #[test]
    fn a_difference_is_what_joining_either_way_touches((one, other) in sides()) {
        let (one, other) = (row_by_row(one), row_by_row(other));
        let mut either: BTreeSet<Touched> = one.clone().apply_all(other.clone().into_changes());
        either.extend(other.clone().apply_all(one.clone().into_changes()));
        prop_assert_eq!(one.difference(&other), either);
    }

    #[test]
    fn a_state_made_of_changes_at_once_is_that_of_each(
        (one, other) in sides(),
    ) {
        let all = [one, other].concat();
        let plain = row_by_row(all.clone());
        prop_assert_eq!(&all.into_iter().collect::<State>(), &plain);
        let in_order: State = plain.clone().into_changes().collect();
        prop_assert_eq!(in_order, plain);
    }

    #[test]
    fn a_register_is_alike_whether_few_or_many_wrote_it(one in values(), other in values()) {
        // The highest version of each stream, and all of that.
        let mut last: Vec<&Value> = Vec::new();
        let all: BTreeSet<_> = one.iter().chain(&other).collect();
        for value in &all {
            let highest = all.iter().filter(|other| other.stream == value.stream);
            if highest.map(|other| other.version).max() == Some(value.version) {
                last.push(value);
            }
        }
        last.sort_by_key(|value| (value.stream, *value));
        let (mut whole, other) = (register(one.clone()), register(other.clone()));
        let before = whole.clone();
        let changed = whole.join_all(&other);
        prop_assert_eq!(changed, whole != before);
        prop_assert!(!whole.join_all(&other));
        let found: Vec<Value> = whole.clone().into_values().collect();
        prop_assert_eq!(found.iter().collect::<Vec<_>>(), last);
        prop_assert_eq!(&register(found.into_iter().rev()), &whole);
    }
}

#[test]
fn a_few_rows_are_joined_into_many_and_many_into_few() {
    let value = |n: u16, version| Change::Value {
        key: ValueKey {
            space: Space(3),
            owner: [1; 16],
            field: n.to_be_bytes().to_vec(),
        },
        value: Value {
            version,
            clock: 1,
            stream: StreamId::from_bytes([1; 16]),
            text: None,
            seen: Seen::default(),
        },
    };
    let many = row_by_row((0..1_000).map(|n| value(2 * n, 1)));
    // One is known, one written anew, two are new: before all and after all.
    let few = row_by_row([value(1, 1), value(4, 1), value(6, 2), value(5_000, 1)]);
    let (mut one, mut other) = (many.clone(), few.clone());
    let touched = one.join(&few);
    assert_eq!(touched.len(), 3);
    assert_eq!(other.join(&many).len(), 998);
    assert_eq!(one, other);
    assert_eq!(one.counts().values, 1_002);
    assert_eq!(
        one.register(&value(6, 2).touched_key())
            .and_then(Register::shown)
            .map(|v| v.version),
        Some(2)
    );
}

impl Change {
    fn touched_key(&self) -> ValueKey {
        match self.touches() {
            Touched::Value(key) => key,
            other => unreachable!("{other:?} is no value"),
        }
    }
}
