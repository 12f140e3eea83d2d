//! What the document says is refused, with the answer that it names.

use satchel_bundle::object::ObjectError;
use satchel_bundle::replica::{Replica, Source, Taken};
use satchel_types::BlobName;

use crate::cbor::Item;
use crate::object::{
    Key, Member, Outside, hash, keys_object, keys_object_with, object, object_signed, slot,
};
use crate::rows::{self, Value};
use crate::{
    CIRCLE, FIRST, OWNER, SECOND, SECRET_STREAM, STREAM, body, by_hand, device, outside, taken,
};

fn writer() -> Member {
    Member::new(1, true)
}

/// The second device, with the keys of both epochs.
fn reader() -> Replica {
    let mut replica = device(&Member::new(2, true));
    for keys in &by_hand().keys {
        taken(&mut replica, keys);
    }
    replica
}

/// A segment by the first device that nothing comes before.
fn first(groups: Vec<Item>) -> Vec<u8> {
    let outside = outside(1, 2, 0, [0; 32]);
    let body = body(&writer(), &[], groups, None);
    object(&outside, &body, &SECOND[0], &writer().sign, false)
}

fn secret(member: &Member, groups: Vec<Item>) -> Vec<u8> {
    let outside = Outside {
        class: 1,
        stream: SECRET_STREAM,
        ..outside(1, 2, 0, [0; 32])
    };
    let body = body(member, &[], groups, None);
    object(&outside, &body, &SECOND[1], &member.sign, false)
}

fn answer(object: &[u8]) -> Result<Taken, ObjectError> {
    reader().take(object, Source::Elsewhere)
}

fn is_invalid(object: &[u8], what: &str) {
    let answer = answer(object);
    assert!(
        matches!(answer, Err(ObjectError::Invalid(_))),
        "{what}: {answer:?}"
    );
}

fn is_taken(object: &[u8]) {
    taken(&mut reader(), object);
}

#[test]
fn a_head_that_cannot_be_is_damaged_and_one_of_a_newer_version_is_said_to_be() {
    let whole = first(rows::all());
    is_taken(&whole);
    let changed = |at: usize, byte: u8| {
        let mut object = whole.clone();
        object[at] = byte;
        answer(&object)
    };
    let secret = secret(&writer(), rows::secrets(&OWNER));
    is_taken(&secret);
    let mut packed_secret = secret;
    packed_secret[7] = 1;
    for (what, answer) in [
        ("flags", changed(7, 2)),
        ("lowest reader", changed(6, 0)),
        ("class", changed(28, 2)),
        ("number without predecessor", changed(45, 1)),
        ("predecessor of number 0", changed(53, 1)),
        ("length", changed(109, whole[109] ^ 1)),
        ("packed seeds", answer(&packed_secret)),
        ("cut off", answer(&whole[..144])),
    ] {
        assert_eq!(answer, Err(ObjectError::Damaged), "{what}");
    }
    for (at, byte) in [(5, 2), (6, 2)] {
        assert_eq!(changed(at, byte), Err(ObjectError::Newer));
    }
    for (at, byte) in [(0, b'T'), (4, 4)] {
        assert_eq!(changed(at, byte), Err(ObjectError::NotAnObject));
    }
    assert_eq!(changed(8, 9), Err(ObjectError::OtherCircle));
    // The nonce is part of what the commitment is over, and the last byte is not.
    assert!(matches!(changed(85, 9), Ok(Taken::Waits(_))));
    let last = whole.len() - 1;
    assert_eq!(changed(last, whole[last] ^ 1), Err(ObjectError::Forged));
}

#[test]
fn a_segment_is_too_large_before_its_head_is_looked_at_and_after_its_kind() {
    let mut large = first(rows::all());
    large.resize(4 * 1024 * 1024 + 1, 0);
    let max = 4 * 1024 * 1024;
    assert_eq!(answer(&large), Err(ObjectError::TooLarge { max }));
    large[5] = 2;
    assert_eq!(answer(&large), Err(ObjectError::Newer));
    large[4] = 3;
    assert_eq!(answer(&large), Err(ObjectError::Newer));
    large[5] = 1;
    let max = 256 * 1024;
    assert_eq!(answer(&large), Err(ObjectError::TooLarge { max }));
}

#[test]
fn kinds_of_groups_from_128_on_need_a_newer_version_however_large() {
    for kind in [128, 255, 256, 1 << 40] {
        let group = rows::group(kind, vec![Item::Uint(1)]);
        assert_eq!(
            answer(&first(vec![group])),
            Err(ObjectError::Newer),
            "{kind}"
        );
    }
    is_taken(&first(vec![rows::group(127, vec![Item::Uint(1)])]));
}

#[test]
fn rows_that_cannot_be_are_invalid() {
    let value = |space, text: Option<&str>| {
        let row = Value {
            field: b"",
            version: 1,
            text,
        };
        first(vec![rows::values(space, &[row])])
    };
    is_taken(&value(65_535, Some("kept")));
    is_invalid(&value(65_536, Some("kept")), "a space");
    is_taken(&value(1, Some(&"x".repeat(1_024))));
    is_invalid(&value(1, Some(&"x".repeat(1_025))), "a value");
    is_taken(&first(vec![rows::wallets_made(&[1])]));
    is_invalid(
        &first(vec![rows::wallets_made(&[1, 2])]),
        "one wallet twice",
    );
    let psbt = rows::psbt_bytes();
    is_taken(&first(vec![rows::payment(2, &psbt)]));
    for stage in 3..=7 {
        is_invalid(
            &first(vec![rows::payment(stage, &psbt)]),
            "a PSBT and a stage",
        );
    }
    is_invalid(&first(vec![rows::payment(1, b"psbt")]), "no PSBT");
}

#[test]
fn secrets_are_taken_from_those_who_may_hold_seeds_and_of_the_one_owner() {
    is_invalid(
        &secret(&writer(), rows::secrets(&[77; 32])),
        "another owner",
    );
    let third = Member::new(3, false);
    is_invalid(&secret(&third, rows::secrets(&OWNER)), "no seeds");
    is_invalid(&first(rows::secrets(&OWNER)), "secrets in class 0");
    is_invalid(&secret(&writer(), rows::all()), "changes in class 1");
    // Who may hold none passes over before anything is opened.
    let mut torn = secret(&writer(), rows::secrets(&OWNER));
    torn.truncate(200);
    let len = u32::try_from(torn.len() - 145).expect("short");
    torn[109..113].copy_from_slice(&len.to_le_bytes());
    let mut other = device(&third);
    for keys in &by_hand().keys {
        taken(&mut other, keys);
    }
    let answer = other.take(&torn, Source::Elsewhere);
    assert_eq!(answer, Ok(Taken::NotForUs));
}

/// A keys object that follows the others, changed before it was signed.
fn keys_with(change: impl Fn(&mut Vec<(u64, Item)>)) -> Vec<u8> {
    let follows = [hash(&by_hand().keys[1])];
    let members = [Member::new(2, true)];
    keys_object_with(CIRCLE, 3, &OWNER, &follows, &members, &FIRST, None, change)
}

#[test]
fn a_keys_object_of_others_is_told_apart_before_its_signature_is_looked_at() {
    let whole = keys_with(|_| ());
    is_taken(&whole);
    let changed = |at: usize| {
        let mut object = whole.clone();
        object[at] ^= 1;
        answer(&object)
    };
    assert_eq!(changed(8), Err(ObjectError::OtherCircle));
    assert_eq!(changed(28), Err(ObjectError::Forged));
    assert_eq!(changed(24), Err(ObjectError::Forged), "the epoch is signed");
    assert_eq!(changed(6), Err(ObjectError::Damaged));
    assert_eq!(changed(7), Err(ObjectError::Damaged));
    let mut other = keys_object(CIRCLE, 3, &[77; 32], &[], &[writer()], &FIRST, None);
    assert_eq!(answer(&other), Err(ObjectError::OtherCircle));
    other[28] ^= 1;
    assert_eq!(answer(&other), Err(ObjectError::OtherCircle));
}

#[test]
fn lists_of_keys_objects_that_cannot_be_are_invalid() {
    fn list(map: &mut [(u64, Item)], at: usize) -> &mut Vec<Item> {
        match &mut map[at].1 {
            Item::Array(list) => list,
            other => panic!("{other:?} is no list"),
        }
    }
    let hashes = |count: u16| {
        let hash = |n: u16| Item::bytes(&[&n.to_be_bytes()[..], &[0; 30]].concat());
        (0..count).map(hash).collect::<Vec<_>>()
    };
    is_taken(&keys_with(|map| *list(map, 1) = hashes(1_024)));
    is_invalid(&keys_with(|map| *list(map, 1) = hashes(1_025)), "follows");
    let removal = |count| {
        let last = Item::Array(hashes(count));
        Item::Array(vec![Item::bytes(&[9; 16]), Item::Uint(1), last])
    };
    is_taken(&keys_with(|map| list(map, 3).push(removal(1_024))));
    is_invalid(
        &keys_with(|map| list(map, 3).push(removal(1_025))),
        "removal",
    );
    // Slots of the first epoch stand last.
    let with_slot = |kind, class, whom: &[u8], sealed: &[u8]| {
        keys_with(|map| list(map, 4).push(slot(kind, class, whom, sealed)))
    };
    is_taken(&with_slot(3, 1, &[1; 4], &[1; 128]));
    is_invalid(&with_slot(3, 1, &[1; 4], &[1; 129]), "sealed bytes");
    is_invalid(&with_slot(3, 1, &[1; 4], &[]), "no sealed bytes");
    is_invalid(&with_slot(3, 1, &[1; 5], &[1; 72]), "to whom");
    is_invalid(&with_slot(4, 0, &[1; 4], &[1; 72]), "kind of slot");
    is_invalid(&with_slot(4, 1, &[1; 4], &[1; 72]), "kind of slot");
    let named = |name: &str| {
        keys_with(|map| {
            let Item::Array(device) = &mut list(map, 2)[0] else {
                panic!("a device is an array");
            };
            device[4] = Item::text(name);
        })
    };
    is_taken(&named(&"x".repeat(256)));
    is_invalid(&named(&"x".repeat(257)), "a name");
    for disguise in [
        '\n', '\u{61c}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}',
    ] {
        is_invalid(&named(&format!("a{disguise}b")), "a name");
    }
}

#[test]
fn a_key_of_small_order_signs_nothing() {
    // The neutral element: with it, a sum of nothing would be right for any message.
    let mut neutral: Key = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let keys = keys_with(|map| {
        let Item::Array(devices) = &mut map[2].1 else {
            panic!("devices are an array");
        };
        devices.push(Item::Array(vec![
            Item::bytes(&[4; 16]),
            Item::Uint(10),
            Item::bytes(&neutral),
            Item::bytes(&writer().wrap_key()),
            Item::text(""),
            Item::text(""),
            Item::Uint(0),
        ]));
    });
    let mut replica = reader();
    taken(&mut replica, &keys);
    let fourth = Member::new(4, false);
    let body = body(&fourth, &[], Vec::new(), None);
    let outside = outside(1, 2, 0, [0; 32]);
    let object = object_signed(&outside, &body, &SECOND[0], false, |_| signature);
    let answer = replica.take(&object, Source::Elsewhere);
    assert_eq!(answer, Err(ObjectError::Forged));
}

#[test]
fn a_stream_that_two_devices_write_is_taken_from_both() {
    let mut replica = reader();
    taken(&mut replica, &first(rows::all()));
    let third = Member::new(3, false);
    let body = body(&third, &[], Vec::new(), None);
    let outside = outside(1, 2, 0, [0; 32]);
    assert_eq!(outside.stream, STREAM);
    let object = object(&outside, &body, &SECOND[0], &third.sign, false);
    taken(&mut replica, &object);
}

#[test]
fn names_are_in_small_letters() {
    let hash = "0a".repeat(16);
    let name = format!("s/{hash}/000000000000000a-{hash}.seg");
    assert!(name.parse::<BlobName>().is_ok());
    assert!(name.to_uppercase().parse::<BlobName>().is_err());
    assert!(name.replace('a', "A").parse::<BlobName>().is_err());
    let keys = format!("keys/0000000a-{hash}.key");
    assert!(keys.parse::<BlobName>().is_ok());
    assert!(keys.replace("0000000a", "a").parse::<BlobName>().is_err());
}
