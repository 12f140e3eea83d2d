//! Rounds with places that do as they should, and with such as do not.

mod places;
mod snapshots;
mod support;

use std::collections::BTreeMap;

use futures::executor::block_on;
use satchel_bundle::object::{Contents, ObjectHash, Secrets};
use satchel_bundle::replica::{Note, Wait};
use satchel_ports::BlobError;
use satchel_sync::{Check, RoundError, Standing, WhyNot, load};
use satchel_types::BlobName;
use support::{Dev, Place, two};

#[test]
fn what_one_brings_the_other_takes_and_a_round_with_nothing_new_is_one_list() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let name = one.rename("Savings");
    let report = one.round(&place);
    assert!(report.brought.contains(&name));
    assert_eq!(report.own[&name], Standing::Confirmed);
    let report = two.round(&place);
    assert_eq!((report.taken, report.touched.len()), (1, 1));
    assert_eq!(two.name().as_deref(), Some("Savings"));
    place.count();
    for dev in [&mut one, &mut two] {
        let report = dev.round(&place);
        assert!(report.stopped.is_none() && report.brought.is_empty());
        assert!(report.own.values().all(|own| *own == Standing::Confirmed));
        assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
    }
}

#[test]
fn what_was_written_over_before_the_others_came_is_mended_by_its_writer() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let name = one.rename("a");
    one.round(&place);
    place.change(&name, |object| object[300] ^= 1);
    assert_eq!(two.round(&place).passed_over[&name], WhyNot::Torn);
    // Another start of the program: what it remembers is in its keeping.
    one.memory = satchel_sync::Memory::default();
    assert_eq!(one.round(&place).mended, [name].into());
    two.round(&place);
    assert_eq!(two.name().as_deref(), Some("a"));
    // How the place lists what was mended is not known yet: it is read once more, and then no more.
    place.count();
    one.round(&place);
    assert_eq!(place.count(), BTreeMap::from([("get", 1), ("list", 1)]));
    one.round(&place);
    assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
}

#[test]
fn objects_that_nobody_may_read_or_write_keep_no_others_back() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let names: Vec<_> = (0..8).map(|n| one.rename(&format!("{n}"))).collect();
    place.faults(|faults| faults.denies = names[..6].iter().copied().collect());
    let report = one.round(&place);
    assert!(report.stopped.is_none());
    assert_eq!(report.own[&names[7]], Standing::Confirmed);
    let report = two.round(&place);
    assert!(report.stopped.is_none());
    assert_eq!(two.name().as_deref(), Some("7"));
}

#[test]
fn a_list_that_failed_says_nothing() {
    let place = Place::default();
    let (mut one, _) = two(&place);
    let name = one.rename("a");
    place.faults(|faults| faults.no_list = true);
    let report = one.round(&place);
    assert!(matches!(
        report.stopped,
        Some(BlobError::Unreachable { .. })
    ));
    assert!(report.own.values().all(|own| *own == Standing::Unknown));
    assert!(report.own.contains_key(&name) && report.lost.is_empty());
    assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
}

#[test]
fn an_object_that_cannot_be_read_keeps_nothing_back() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let names: Vec<_> = ["a", "b", "c", "d"].map(|text| one.rename(text)).into();
    one.round(&place);
    place.change(&names[0], |object| object[300] ^= 1);
    place.change(&names[1], |object| object.truncate(100));
    place.faults(|faults| faults.withholds = [names[2]].into());
    let report = two.round(&place);
    assert_eq!(two.name().as_deref(), Some("d"));
    assert_eq!(report.passed_over[&names[0]], WhyNot::Torn);
    assert_eq!(report.passed_over[&names[1]], WhyNot::Torn);
    assert!(matches!(report.passed_over[&names[2]], WhyNot::Unread(_)));
    // What others name and the place does not give is said.
    assert_eq!(report.missing.len(), 1, "the one before the last");
    assert!(report.stopped.is_none());
}

#[test]
fn a_torn_object_is_mended_by_who_has_the_whole() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let name = one.rename("a");
    one.round(&place);
    two.round(&place);
    place.change(&name, |object| object.truncate(100));
    // Not by its writer alone.
    let report = two.round(&place);
    assert_eq!(report.mended, [name].into());
    assert!(place.is_whole());
    // Bits that turned are seen where the place tells that something was written there.
    place.change(&name, |object| object[300] ^= 1);
    assert_eq!(two.round(&place).mended, [name].into());
    assert!(place.is_whole());
    // Where it does not tell, when everything is read.
    place.faults(|faults| faults.no_tags = true);
    place.change(&name, |object| object[300] ^= 1);
    assert!(one.round(&place).mended.is_empty());
    one.check = Check::Bytes;
    let report = one.round(&place);
    assert_eq!(report.mended, [name].into());
    assert_eq!(report.own[&name], Standing::Confirmed);
    assert!(place.is_whole());
}

#[test]
fn who_saw_an_object_torn_mends_it_once_it_has_it() {
    let (here, there) = (Place::default(), Place::default());
    let (mut one, mut two) = two(&here);
    let name = one.rename("a");
    one.round(&here);
    one.round(&there);
    here.change(&name, |object| object[300] ^= 1);
    assert_eq!(two.round(&here).passed_over[&name], WhyNot::Torn);
    two.round(&there);
    assert_eq!(two.round(&here).mended, [name].into());
    assert!(here.is_whole());
}

#[test]
fn what_was_torn_while_it_was_brought_is_not_confirmed_by_its_length() {
    let place = Place::default();
    let (mut one, _) = two(&place);
    let name = one.rename("a");
    place.faults(|faults| {
        faults.flips_next = true;
        faults.ambiguous = true;
    });
    let report = one.round(&place);
    assert_eq!(report.own[&name], Standing::Unknown);
    place.faults(|faults| faults.ambiguous = false);
    let report = one.round(&place);
    assert_eq!(report.own[&name], Standing::Confirmed);
    assert_eq!(report.mended, [name].into());
    assert!(place.is_whole());
}

#[test]
fn a_write_that_went_through_without_an_answer_is_unknown_then_confirmed() {
    let place = Place::default();
    let (mut one, _) = two(&place);
    let name = one.rename("a");
    place.faults(|faults| faults.ambiguous = true);
    assert_eq!(one.round(&place).own[&name], Standing::Unknown);
    place.faults(|faults| faults.ambiguous = false);
    place.count();
    let report = one.round(&place);
    assert_eq!(report.own[&name], Standing::Confirmed);
    assert!(report.brought.is_empty());
    assert_eq!(place.count(), BTreeMap::from([("list", 1), ("get", 1)]));
}

#[test]
fn what_a_place_lost_is_said_and_brought_again() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let name = one.rename("a");
    one.round(&place);
    two.round(&place);
    place.lose(&name);
    let report = two.round(&place);
    assert_eq!(report.lost, [name].into());
    assert_eq!(report.brought, [name].into());
    assert!(one.round(&place).lost.is_empty());
    for name in place.names() {
        place.lose(&name);
    }
    let report = one.round(&place);
    assert_eq!(report.lost.len(), place.names().len());
    assert!(report.own.values().all(|own| *own == Standing::Confirmed));
}

#[test]
fn nothing_goes_to_a_place_before_its_keys() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let before = one.rename("under the first epoch");
    let keys = one.add(&[(3, true)]);
    let under = one.rename("under the second");
    place.faults(|faults| faults.refuses = [keys].into());
    let report = one.round(&place);
    assert_eq!(report.own[&keys], Standing::Unknown);
    assert_eq!(report.own[&before], Standing::Confirmed);
    assert_eq!(report.own[&under], Standing::Pending);
    assert!(!place.names().contains(&under));
    place.faults(|faults| faults.refuses.clear());
    let report = one.round(&place);
    assert_eq!(report.own[&under], Standing::Confirmed);
    two.round(&place);
    assert_eq!(two.name().as_deref(), Some("under the second"));
}

#[test]
fn keys_are_carried_from_place_to_place_also_by_whom_they_are_not_for() {
    let (here, there) = (Place::default(), Place::default());
    let (mut one, mut two) = two(&here);
    // Both made at once; two can not open what one made for three, before they meet.
    let removed = one.remove(2);
    let report = two.round(&here);
    assert!(report.notes.is_empty());
    one.round(&here);
    let report = two.round(&here);
    assert_eq!(report.notes, [Note::Roster]);
    two.round(&there);
    assert!(there.names().contains(&removed));
}

#[test]
fn what_waits_is_fetched_again_when_there_are_new_keys() {
    let (here, there) = (Place::default(), Place::default());
    let (mut one, mut two) = two(&here);
    let keys = one.add(&[(3, true)]);
    let name = one.rename("a");
    one.round(&there);
    // The place gives the object and withholds its keys.
    there.faults(|faults| faults.withholds = [keys].into());
    let report = two.round(&there);
    assert_eq!(report.passed_over[&name], WhyNot::Waits(Wait::Keys));
    there.count();
    two.round(&there);
    assert_eq!(there.count().get("get"), Some(&1), "the keys alone");
    there.faults(|faults| faults.withholds.clear());
    assert!(two.round(&there).passed_over.is_empty());
    assert_eq!(two.name().as_deref(), Some("a"));
}

#[test]
fn seeds_are_passed_over_by_who_may_hold_none_and_not_fetched_again() {
    let place = Place::default();
    let (mut one, _) = two(&place);
    let mut watching = Dev::new(3);
    one.add(&[(3, false)]);
    let name = one.write(Contents::Secret(Secrets::default()));
    one.round(&place);
    let report = watching.round(&place);
    assert_eq!(report.passed_over[&name], WhyNot::NotForUs);
    place.count();
    watching.round(&place);
    assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
}

#[test]
fn a_copy_of_this_device_is_noticed_and_it_writes_apart() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let before = one.keep.objects.lock().expect("no panic").clone();
    one.rename("lost with the disk");
    one.round(&place);
    let mut restored = Dev::new(1);
    restored
        .keep
        .objects
        .lock()
        .expect("no panic")
        .extend(before);
    let empty = Dev::empty(1);
    let loaded = block_on(load(empty, &restored.keep)).expect("it reads");
    assert!(loaded.damaged.is_empty());
    restored.replica = loaded.replica.into();
    restored.rename("written apart");
    let report = restored.round(&place);
    assert!(report.notes.contains(&Note::Copied));
    let name = restored.rename("in a stream of its own");
    assert!(matches!(name, BlobName::Segment { seq: 0, .. }));
    restored.round(&place);
    let report = two.round(&place);
    assert!(
        report
            .notes
            .iter()
            .any(|note| matches!(note, Note::Forked { .. }))
    );
    assert_eq!(two.name().as_deref(), Some("in a stream of its own"));
    assert_eq!(two.name(), restored.name());
}

#[test]
fn a_place_without_lengths_is_read_once() {
    let place = Place::default();
    place.faults(|faults| faults.no_lengths = true);
    let (mut one, mut two) = two(&place);
    one.rename("a");
    one.round(&place);
    two.round(&place);
    place.count();
    for dev in [&mut one, &mut two] {
        assert!(
            dev.round(&place)
                .own
                .values()
                .all(|own| *own == Standing::Confirmed)
        );
        assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
    }
}

#[test]
fn a_place_whose_lengths_are_wrong_is_not_mended() {
    let place = Place::default();
    place.faults(|faults| faults.wrong_lengths = true);
    let (mut one, mut two) = two(&place);
    one.rename("a");
    for _ in 0..3 {
        one.round(&place);
        two.round(&place);
    }
    assert!(!place.count().contains_key("mend"));
    assert!(
        one.round(&place)
            .own
            .values()
            .all(|own| *own == Standing::Confirmed)
    );
    assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
}

#[test]
fn a_place_that_does_not_answer_is_left_alone_after_a_few_calls() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let names: Vec<_> = (0..40).map(|n| one.rename(&n.to_string())).collect();
    one.round(&place);
    place.faults(|faults| faults.withholds = names.iter().copied().collect());
    place.count();
    let report = two.round(&place);
    assert!(matches!(
        report.stopped,
        Some(BlobError::Unreachable { .. })
    ));
    assert!(place.count()["get"] < 12);
}

#[test]
fn a_round_that_was_cancelled_says_so() {
    let place = Place::default();
    let (mut one, _) = two(&place);
    let name = one.rename("a");
    one.cancel.cancel();
    let report = one.round(&place);
    assert_eq!(report.stopped, Some(BlobError::Cancelled));
    assert_eq!(report.own[&name], Standing::Unknown);
    assert_eq!(place.count(), BTreeMap::from([("list", 1)]));
}

#[test]
fn what_cannot_be_kept_ends_the_round() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    one.rename("a");
    one.round(&place);
    *two.keep.full.lock().expect("no panic") = true;
    assert!(matches!(two.try_round(&place), Err(RoundError::Keep(_))));
    // Loaded anew it knows what it kept, and the next round takes the rest.
    *two.keep.full.lock().expect("no panic") = false;
    let loaded = block_on(load(Dev::empty(2), &two.keep)).expect("it reads");
    two.replica = loaded.replica.into();
    assert_eq!(two.name(), None);
    two.round(&place);
    assert_eq!(two.name().as_deref(), Some("a"));
}

#[test]
fn a_kept_object_that_rotted_is_fetched_again() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let name = one.rename("a");
    one.round(&place);
    two.round(&place);
    {
        let mut objects = two.keep.objects.lock().expect("no panic");
        objects.get_mut(&name).expect("kept")[300] ^= 1;
    }
    let loaded = block_on(load(Dev::empty(2), &two.keep)).expect("it reads");
    assert_eq!(loaded.damaged, [name].into());
    two.replica = loaded.replica.into();
    two.round(&place);
    assert_eq!(two.name().as_deref(), Some("a"));
    let objects = two.keep.objects.lock().expect("no panic");
    assert_eq!(ObjectHash::of(&objects[&name]).short(), name.hash());
}

#[test]
fn a_removed_devices_late_writes_are_kept_and_count_for_nobody() {
    let place = Place::default();
    let (mut one, mut two) = two(&place);
    let mut three = Dev::new(3);
    one.add(&[(3, true)]);
    one.round(&place);
    two.rename("before");
    two.round(&place);
    one.round(&place);
    one.remove(2);
    let after = two.rename("after");
    two.round(&place);
    // It hears what came after, then of the removal.
    three.round(&place);
    assert_eq!(three.name().as_deref(), Some("after"));
    one.round(&place);
    three.round(&place);
    assert_eq!(three.name().as_deref(), Some("before"));
    assert_eq!(one.name(), three.name());
    assert!(
        three
            .keep
            .objects
            .lock()
            .expect("no panic")
            .contains_key(&after)
    );
}

#[test]
fn a_round_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let place = Place::default();
    let one = Dev::new(1);
    let mut memory = satchel_sync::Memory::default();
    let with = satchel_sync::Round {
        store: &place,
        place: "memory",
        keep: &one.keep,
        spare: satchel_bundle::replica::OwnStreams {
            shared: satchel_types::StreamId::from_bytes([1; 16]),
            seeds: satchel_types::StreamId::from_bytes([2; 16]),
        },
        check: Check::Lengths,
        now_ms: 1_764_000_000_000,
        cancel: &one.cancel,
    };
    let mut progress = |_| {};
    is_send(&satchel_sync::round(
        &one.replica,
        &mut memory,
        &with,
        &mut progress,
    ));
}
