//! Places that no one device used both of, and the one that brings them together.

use satchel_bundle::replica::Wait;
use satchel_sync::{Check, WhyNot};

use crate::support::{Dev, Place};

/// Makes an epoch if that is due here, as who holds the owner's key does.
fn epoch_if_due(dev: &mut Dev, place: &Place) -> bool {
    let due = dev.round(place).epoch_due;
    if due {
        dev.add(&[]);
        dev.round(place);
    }
    due
}

#[test]
fn who_brings_places_together_and_lacks_the_keys_of_one_is_let_in_there_first() {
    let (here, there) = (Place::default(), Place::default());
    let mut one = Dev::new(1);
    one.add(&[(1, true), (2, true)]);
    let mut two = Dev::new(2);
    for place in [&here, &there] {
        one.round(place);
    }
    two.round(&there);
    // Either adds one more, and writes under its own epoch.
    one.add(&[(3, true)]);
    one.owner_key();
    one.round(&here);
    two.add(&[(4, true)]);
    let said = two.rename("there");
    two.round(&there);
    let mut three = Dev::new(3);
    three.round(&here);

    // Nothing that it cannot open does it take elsewhere; it makes an epoch for all it hears of.
    let report = three.round(&there);
    assert_eq!(report.passed_over[&said], WhyNot::Waits(Wait::Keys));
    assert!(report.epoch_due);
    three.add(&[]);
    for place in [&there, &here] {
        let report = three.round(place);
        assert!(!report.epoch_due);
    }
    assert!(!here.names().contains(&said));
    // Who was there can open both, and lets it in.
    assert!(epoch_if_due(&mut two, &there));
    assert!(!epoch_if_due(&mut three, &there));
    three.round(&here);
    assert!(here.names().contains(&said));

    // One round of all is enough from here on, and nobody has to make another epoch.
    let mut four = Dev::new(4);
    assert!(!epoch_if_due(&mut one, &here));
    for dev in [&mut two, &mut four] {
        assert!(!epoch_if_due(dev, &there));
    }
    for dev in [&mut one, &mut two, &mut three, &mut four] {
        assert_eq!(dev.name().as_deref(), Some("there"));
        let replica = dev.replica.lock().expect("no panic");
        let roster = replica.roster();
        assert!(!roster.is_split());
        assert_eq!(roster.members().count(), 4);
        assert!(replica.missing().is_empty());
    }
}

#[test]
fn what_another_left_is_read_once_by_whoever_has_it_where_the_place_tells_tags() {
    for told in [true, false] {
        let (here, there) = (Place::default(), Place::default());
        there.faults(|faults| faults.no_tags = !told);
        let (mut one, mut two) = crate::two(&here);
        let name = one.rename("a");
        one.round(&here);
        two.round(&here);
        // Its writer brings it elsewhere too and never comes again; a bit turns on the way.
        one.round(&there);
        there.change(&name, |object| object[300] ^= 1);
        let report = two.round(&there);
        assert_eq!(report.mended.contains(&name), told);
        assert_eq!(there.is_whole(), told);
        two.round(&there);
        there.count();
        two.round(&there);
        assert_eq!(
            there.count().get("get"),
            None,
            "once, and what was mended once more"
        );
        // Where nothing is told it is found when everything is read.
        two.check = Check::Bytes;
        two.round(&there);
        assert!(there.is_whole());
    }
}

#[test]
fn everything_is_read_once_a_day_and_whenever_the_clock_was_set_back() {
    let day = Check::ALL_AFTER_S;
    assert_eq!(Check::due(None, 5), Check::Bytes);
    assert_eq!(Check::due(Some(5), 5), Check::Lengths);
    assert_eq!(Check::due(Some(5), 4 + day), Check::Lengths);
    assert_eq!(Check::due(Some(5), 5 + day), Check::Bytes);
    assert_eq!(Check::due(Some(5), 4), Check::Bytes);
}

#[test]
fn what_is_written_over_while_it_is_brought_is_not_taken_for_what_was_read_back() {
    let place = Place::default();
    let (mut one, _) = crate::two(&place);
    let name = one.rename("a");
    // Somebody writes over it right after it was read back.
    place.faults(|faults| faults.flips_once_read = Some(name));
    let report = one.round(&place);
    assert!(report.brought.contains(&name));
    assert!(!place.is_whole());
    assert_eq!(one.round(&place).mended, [name].into());
    assert!(place.is_whole());
}
