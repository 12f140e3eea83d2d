//! Keys objects: who belongs, and who can open what.

use std::collections::BTreeSet;
use std::convert::Infallible;

use proptest::prelude::*;
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_types::{CircleId, DeviceId};

use super::*;
use crate::object::{Class, ObjectError, Sealed};

const CIRCLE: CircleId = CircleId::from_bytes([1; 16]);

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn owner() -> SecretBytes<32> {
    key(200)
}

fn device(n: u8, seeds: bool) -> Device {
    Device {
        id: DeviceId::from_bytes([n; 16]),
        added_at: 10,
        sign_key: verify_key(&key(n)),
        wrap_key: wrap_key(&key(n + 100)).expect("a key"),
        name: format!("Device {n}"),
        system: "Linux".to_owned(),
        seeds,
    }
}

/// Fills with other bytes each time.
fn drawn(start: u8) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut next = start;
    move |out| {
        out.fill(next);
        next = next.wrapping_add(1);
        Ok(())
    }
}

fn epoch(roster: &Roster, ring: &Ring, start: u8) -> (Sealed, EpochKeys) {
    let new = NewEpoch {
        circle: CIRCLE,
        roster,
        ring,
        follows: roster.tips(),
    };
    seal_keys(&new, &owner(), drawn(start))
        .unwrap_or_else(|never| match never {})
        .expect("valid")
}

fn recovery(byte: u8) -> RecoveryKey {
    let entropy = SecretBytes::from_slice(&[byte; 16]).expect("16 bytes");
    RecoveryKey::new(&entropy).expect("a key")
}

fn roster(devices: &[Device]) -> Roster {
    let mut roster = Roster::new(CIRCLE, verify_key(&owner()));
    for device in devices {
        roster.add(device.clone());
    }
    roster
}

#[test]
fn a_device_opens_what_is_wrapped_for_it() {
    let roster = roster(&[device(1, true), device(2, false)]);
    let (sealed, made) = epoch(&roster, &Ring::default(), 1);
    let keys = open_keys(&sealed.bytes).expect("just sealed");
    assert_eq!(keys.epoch, 1);
    let open = |n: u8| {
        Ring::default().open_for_device(&keys, DeviceId::from_bytes([n; 16]), &key(n + 100))
    };
    let [shared, seeds] = open(1);
    assert!(shared.expect("wrapped").own.ct_eq(&made.shared));
    assert!(seeds.expect("wrapped").own.ct_eq(&made.seeds));
    let [shared, seeds] = open(2);
    assert!(shared.expect("wrapped").own.ct_eq(&made.shared));
    assert!(seeds.is_none(), "it may hold no seeds");
    let [shared, seeds] = open(3);
    assert!(shared.is_none() && seeds.is_none(), "it does not belong");
}

#[test]
fn the_recovery_key_opens_every_epoch_from_then_on() {
    let mut all = roster(&[device(1, true)]);
    let (before, _) = epoch(&all, &Ring::default(), 1);
    let before = open_keys(&before.bytes).expect("just sealed");
    let [shared, seeds] = Ring::default().open_with_recovery(&before, &recovery(3));
    assert!(shared.is_none() && seeds.is_none(), "it was not set yet");
    all.join(&before);
    all.set_recovery(recovery(3).public(), 10);
    let (first, made) = epoch(&all, &Ring::default(), 40);
    let first = open_keys(&first.bytes).expect("just sealed");
    let [shared, seeds] = Ring::default().open_with_recovery(&first, &recovery(3));
    assert!(shared.expect("wrapped").own.ct_eq(&made.shared));
    assert!(seeds.expect("wrapped").own.ct_eq(&made.seeds));
    let [shared, seeds] = Ring::default().open_with_recovery(&first, &recovery(4));
    assert!(shared.is_none() && seeds.is_none());

    // Whoever makes a later one has the words no more than a stranger.
    let mut elsewhere = Roster::new(CIRCLE, verify_key(&owner()));
    elsewhere.join(&first);
    elsewhere.add(device(2, false));
    let (second, _) = epoch(&elsewhere, &Ring::default(), 80);
    let second = open_keys(&second.bytes).expect("just sealed");
    assert!(
        Ring::default()
            .open_with_recovery(&second, &recovery(3))
            .iter()
            .all(Option::is_some)
    );

    // One that replaces it is in use also where a clock is behind.
    elsewhere.join(&second);
    elsewhere.set_recovery(recovery(4).public(), 5);
    assert_eq!(elsewhere.recovery().expect("set").key, recovery(4).public());
    let (third, _) = epoch(&elsewhere, &Ring::default(), 120);
    let third = open_keys(&third.bytes).expect("just sealed");
    let opens = |key| Ring::default().open_with_recovery(&third, &recovery(key))[0].is_some();
    assert!(opens(4) && !opens(3));
}

#[test]
fn a_new_epoch_opens_the_older_ones() {
    let mut roster = roster(&[device(1, true)]);
    let mut ring = Ring::default();
    let (first, made) = epoch(&roster, &ring, 1);
    let first = open_keys(&first.bytes).expect("just sealed");
    assert!(roster.join(&first));
    ring.add(Class::Shared, 1, made.shared);
    ring.add(Class::Seeds, 1, made.seeds);
    roster.add(device(2, false));
    let (second, _) = epoch(&roster, &ring, 50);
    let second = open_keys(&second.bytes).expect("just sealed");
    assert_eq!(second.epoch, 2);
    assert_eq!(second.follows, [first.hash].into());
    let mut later = Ring::default();
    let [shared, _] = later.open_for_device(&second, DeviceId::from_bytes([2; 16]), &key(102));
    assert!(shared.is_some());
    assert_eq!(later.keys(Class::Shared, 1).len(), 1);
    assert!(later.keys(Class::Shared, 1)[0].ct_eq(&ring.keys(Class::Shared, 1)[0]));
    assert!(later.keys(Class::Seeds, 1).is_empty());
}

#[test]
fn a_removed_device_gets_no_new_key_and_never_comes_back() {
    let mut all = roster(&[device(1, true), device(2, true)]);
    let (first, _) = epoch(&all, &Ring::default(), 1);
    let first = open_keys(&first.bytes).expect("just sealed");
    assert!(all.join(&first));
    all.remove(Removal {
        device: DeviceId::from_bytes([2; 16]),
        at: 20,
        last: BTreeSet::new(),
    });
    let (second, _) = epoch(&all, &Ring::default(), 50);
    let second = open_keys(&second.bytes).expect("just sealed");
    let [shared, seeds] =
        Ring::default().open_for_device(&second, DeviceId::from_bytes([2; 16]), &key(102));
    assert!(shared.is_none() && seeds.is_none());

    // In either order, and again.
    for order in [[&first, &second], [&second, &first]] {
        let mut roster = Roster::new(CIRCLE, verify_key(&owner()));
        for keys in order {
            assert!(roster.join(keys));
        }
        let members: Vec<_> = roster.members().map(|device| device.id).collect();
        assert_eq!(members, [DeviceId::from_bytes([1; 16])]);
        assert_eq!(roster.current(), Some((2, second.hash)));
        assert!(!roster.is_split());
    }
}

#[test]
fn keys_by_another_owner_are_not_joined() {
    let stranger = key(201);
    let mut theirs = Roster::new(CIRCLE, verify_key(&stranger));
    theirs.add(device(9, true));
    let new = NewEpoch {
        circle: CIRCLE,
        roster: &theirs,
        ring: &Ring::default(),
        follows: BTreeSet::new(),
    };
    let sealed = seal_keys(&new, &stranger, drawn(1))
        .unwrap_or_else(|never| match never {})
        .expect("valid");
    let keys = open_keys(&sealed.0.bytes).expect("signed by whom it names");
    let mut ours = roster(&[device(1, true)]);
    assert!(!ours.join(&keys));
    assert_eq!(ours, roster(&[device(1, true)]));
    assert_eq!(
        seal_keys(
            &NewEpoch {
                circle: CIRCLE,
                roster: &ours,
                ring: &Ring::default(),
                follows: BTreeSet::new(),
            },
            &stranger,
            drawn(1)
        )
        .unwrap_or_else(|never| match never {})
        .map(|_| ()),
        Err(SealKeysError::NotTheOwner)
    );
}

#[test]
fn every_flipped_bit_and_every_cut_is_found() {
    let (sealed, _) = epoch(&roster(&[device(1, true)]), &Ring::default(), 1);
    for bit in 0..sealed.bytes.len() * 8 {
        let mut bent = sealed.bytes.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        assert!(open_keys(&bent).is_err(), "bit {bit}");
    }
    for len in 0..sealed.bytes.len() {
        assert!(open_keys(&sealed.bytes[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn two_epochs_made_at_once_are_seen() {
    let mut here = roster(&[device(1, true)]);
    let mut there = here.clone();
    here.add(device(2, true));
    there.add(device(3, true));
    let (one, _) = epoch(&here, &Ring::default(), 1);
    let (other, _) = epoch(&there, &Ring::default(), 50);
    let (one, other) = (
        open_keys(&one.bytes).expect("sealed"),
        open_keys(&other.bytes).expect("sealed"),
    );
    let mut both = Roster::new(CIRCLE, verify_key(&owner()));
    both.join(&one);
    assert!(!both.is_split());
    both.join(&other);
    assert!(both.is_split());
    assert_eq!(both.current(), Some((1, one.hash.min(other.hash))));
    assert_eq!(both.members().count(), 3);
    let (after, _) = epoch(&both, &Ring::default(), 90);
    let after = open_keys(&after.bytes).expect("sealed");
    assert_eq!(after.follows, [one.hash, other.hash].into());
    both.join(&after);
    assert!(!both.is_split());
    assert_eq!(both.current(), Some((2, after.hash)));
}

#[test]
fn what_a_later_epoch_carried_is_not_unwrapped_again() {
    let add_all = |ring: &mut Ring, keys: &Keys, made: EpochKeys| {
        ring.add(Class::Shared, keys.epoch, made.shared);
        ring.add(Class::Seeds, keys.epoch, made.seeds);
    };
    let mut all = roster(&[device(1, true), device(2, false)]);
    let mut ring = Ring::default();
    let (first, made) = epoch(&all, &ring, 1);
    let first = open_keys(&first.bytes).expect("just sealed");
    all.join(&first);
    add_all(&mut ring, &first, made);
    // Two are made at once, and the next brings them together.
    let mut there = all.clone();
    there.add(device(3, false));
    let made = [epoch(&all, &ring, 40), epoch(&there, &ring, 80)];
    let [(one, one_made), (other, other_made)] = made;
    let one = open_keys(&one.bytes).expect("just sealed");
    let other = open_keys(&other.bytes).expect("just sealed");
    assert_eq!((one.epoch, other.epoch), (2, 2));
    for (keys, made) in [(&one, one_made), (&other, other_made)] {
        all.join(keys);
        add_all(&mut ring, keys, made);
    }
    let (last, _) = epoch(&all, &ring, 120);
    let last = open_keys(&last.bytes).expect("just sealed");

    // A key that opens no slot shows what needs none.
    let opened = |n: u8, keys: &Keys| {
        let device = DeviceId::from_bytes([n; 16]);
        let mut unwrapping = Ring::default();
        let [wanted, _] = unwrapping.open_for_device(keys, device, &key(n + 100));
        let mut later = Ring::default();
        later.open_for_device(&last, device, &key(n + 100));
        let [found, _] = later.open_for_device(keys, device, &key(99));
        let named = |ring: &Ring, found: Option<&Found>| {
            let names = ring.names(Class::Shared);
            found.map(|found| {
                let older: Vec<_> = found.older.iter().map(|place| names[place]).collect();
                (*found.own.expose(), older)
            })
        };
        let found = named(&later, found.as_ref());
        assert!(found.is_none() || found == named(&unwrapping, wanted.as_ref()));
        (wanted.is_some(), found.is_some())
    };
    assert_eq!(opened(2, &one), (true, true));
    assert_eq!(opened(2, &other), (true, true));
    // There is nothing that the first one's key would open.
    assert_eq!(opened(2, &first), (true, false));
    // What was not wrapped for a device stays closed, whatever it has come to know.
    assert_eq!(opened(3, &other), (true, true));
    assert_eq!(opened(3, &one), (false, false));
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(open_keys(&bytes).is_err());
        let mut begun = b"SAT1\x03\x01\x01\x00".to_vec();
        begun.extend(bytes);
        let refused = matches!(
            open_keys(&begun),
            Err(ObjectError::Damaged | ObjectError::Invalid(_) | ObjectError::Forged)
        );
        prop_assert!(refused);
    }
}
