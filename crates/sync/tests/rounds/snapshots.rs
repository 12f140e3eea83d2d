//! What a snapshot replaced: taken out of places by its writer, brought there by nobody, read by nobody.

use futures::executor::block_on;
use satchel_sync::{Standing, load};
use satchel_types::BlobName;

use crate::support::{Dev, Place, two};

/// One wrote four objects and a snapshot, and both know all of it.
fn compacted(place: &Place) -> (Dev, Dev, Vec<BlobName>, BlobName) {
    let (mut one, mut two) = two(place);
    let names: Vec<_> = ["a", "b", "c", "d"].map(|text| one.rename(text)).into();
    let snapshot = one.snapshot();
    let report = one.round(place);
    assert_eq!(report.thinned, 0, "nobody has heard of it");
    two.round(place);
    (one, two, names, snapshot)
}

#[test]
fn its_writer_takes_out_what_all_have_heard_a_snapshot_of_and_nobody_brings_it_again() {
    let place = Place::default();
    let (mut one, mut two, names, snapshot) = compacted(&place);
    let report = two.round(&place);
    assert_eq!(report.thinned, 0, "it is not theirs");
    two.rename("of two");
    two.round(&place);
    let report = one.round(&place);
    assert_eq!(report.thinned, 4);
    assert!(report.stopped.is_none() && report.lost.is_empty());
    let left = place.names();
    assert!(names.iter().all(|name| !left.contains(name)));
    assert!(left.contains(&snapshot));
    for dev in [&mut two, &mut one] {
        let report = dev.round(&place);
        assert!(report.brought.is_empty() && report.lost.is_empty());
        assert!(report.missing.is_empty());
        assert!(report.own.values().all(|own| *own == Standing::Confirmed));
    }
    // A device that comes now knows as much.
    one.add(&[(3, false)]);
    one.round(&place);
    let mut three = Dev::new(3);
    let report = three.round(&place);
    assert_eq!(three.name(), two.name());
    assert!(report.missing.is_empty(), "{:?}", report.missing);
    // Own copies are kept, and fill a place that has not even the snapshot.
    let elsewhere = Place::default();
    one.round(&elsewhere);
    let there = elsewhere.names();
    assert!(names.iter().all(|name| there.contains(name)));
}

#[test]
fn what_a_snapshot_replaced_is_brought_until_all_have_heard_of_it() {
    let place = Place::default();
    let (mut one, mut two, names, snapshot) = compacted(&place);
    for name in &names {
        place.lose(name);
    }
    // A removal by two, who has not spoken of it, may make the snapshot count no more.
    let report = one.round(&place);
    assert!(names.iter().all(|name| report.brought.contains(name)));
    two.round(&place);
    two.rename("of two");
    two.round(&place);
    assert_eq!(one.round(&place).thinned, 4);
    // Who came later and said nothing yet makes nobody bring it again.
    one.add_at(1_764_000_000 + 1, &[(3, false)]);
    for dev in [&mut one, &mut two] {
        dev.round(&place);
    }
    let there = place.names();
    assert!(names.iter().all(|name| !there.contains(name)));
    assert!(there.contains(&snapshot));
}

#[test]
fn nothing_is_taken_out_of_a_place_whose_snapshot_is_not_whole() {
    let place = Place::default();
    let (mut one, mut two, _, snapshot) = compacted(&place);
    two.rename("of two");
    two.round(&place);
    place.faults(|faults| faults.refuses = [snapshot].into());
    place.lose(&snapshot);
    let report = one.round(&place);
    assert_eq!(report.thinned, 0);
    place.faults(|faults| faults.refuses.clear());
    let report = one.round(&place);
    assert!(report.brought.contains(&snapshot));
    // In this round it was not listed at first; the next one rests on it.
    let thinned = report.thinned + one.round(&place).thinned;
    assert_eq!(thinned, 4);
}

#[test]
fn a_place_that_refuses_to_forget_stops_nothing() {
    let place = Place::default();
    let (mut one, mut two, names, _) = compacted(&place);
    two.rename("of two");
    two.round(&place);
    place.faults(|faults| faults.refuses = [names[1]].into());
    let report = one.round(&place);
    assert_eq!(report.thinned, 3);
    assert!(report.stopped.is_none());
    place.faults(|faults| faults.refuses.clear());
    assert_eq!(one.round(&place).thinned, 1);
}

#[test]
fn what_somebody_brings_again_is_let_be() {
    let place = Place::default();
    let (mut one, mut two, names, _) = compacted(&place);
    two.rename("of two");
    two.round(&place);
    let bytes = one.keep.objects.lock().expect("no panic")[&names[0]].clone();
    assert_eq!(one.round(&place).thinned, 4);
    place.put_back(names[0], bytes);
    place.count();
    assert_eq!(one.round(&place).thinned, 0);
    assert!(!place.count().contains_key("remove"));
}

#[test]
fn what_a_snapshot_holds_is_not_read_when_the_program_starts_again() {
    let place = Place::default();
    let (mut one, _two) = two(&place);
    for n in 0..100 {
        one.rename(&format!("name {n}"));
    }
    one.snapshot();
    one.rename("after");
    let first = block_on(load(Dev::empty(1), &one.keep)).expect("readable");
    assert_eq!(first.remembered, 0, "nothing was remembered yet");
    let again = block_on(load(Dev::empty(1), &one.keep)).expect("readable");
    assert_eq!(again.remembered, 100);
    assert_eq!(again.replica.digest(), first.replica.digest());
    assert_eq!(
        again.replica.digest(),
        one.replica.lock().expect("no panic").digest()
    );
    assert!(again.replica.owner_key().is_some());
    // What is remembered is believed as far as it is there: where what is needed is damaged, all is read.
    let snapshot = |name: &&BlobName| matches!(name, BlobName::Snapshot { .. });
    let name = *one
        .keep
        .objects
        .lock()
        .expect("no panic")
        .keys()
        .find(snapshot)
        .expect("written");
    one.keep
        .objects
        .lock()
        .expect("no panic")
        .get_mut(&name)
        .expect("written")[300] ^= 1;
    let damaged = block_on(load(Dev::empty(1), &one.keep)).expect("readable");
    assert_eq!((damaged.remembered, damaged.damaged.len()), (0, 1));
    assert_eq!(damaged.replica.digest(), first.replica.digest());
    // And one of another circle, or no index at all, is as none.
    *one.keep.index.lock().expect("no panic") = Some(vec![1, 2, 3]);
    let without = block_on(load(Dev::empty(1), &one.keep)).expect("readable");
    assert_eq!(without.remembered, 0);
    assert_eq!(without.replica.digest(), first.replica.digest());
}
