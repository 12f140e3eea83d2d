//! Places that no one device used both of, and the one that brings them together.

use satchel_bundle::replica::Wait;
use satchel_sync::WhyNot;

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
