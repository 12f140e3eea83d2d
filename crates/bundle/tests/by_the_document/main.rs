//! Objects written and read by what `docs/formats/bundle-v1.md` says alone, with the ciphers' own crates and nothing of
//! this house: what is written here is taken in, and what is written there is read here.

mod cbor;
mod object;
mod refusals;
mod rows;

use std::convert::Infallible;

use satchel_bundle::object::Contents;
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp, Taken};
use satchel_bundle::state::{AddressKey, Space, Stage, ValueKey};
use satchel_secrets::SecretBytes;
use satchel_types::{ChainSide, CircleId, DeviceId, StreamId, WalletId};

use crate::cbor::Item;
use crate::object::{ClassKeys, Key, Member, Outside, hash, keys_object, object, read, read_keys};

const CIRCLE: [u8; 16] = [1; 16];
const OWNER: Key = [200; 32];
const FIRST: ClassKeys = [[21; 32], [22; 32]];
const SECOND: ClassKeys = [[23; 32], [24; 32]];
const STREAM: [u8; 16] = [31; 16];
const SECRET_STREAM: [u8; 16] = [32; 16];

fn owner() -> Key {
    ed25519_dalek::SigningKey::from_bytes(&OWNER)
        .verifying_key()
        .to_bytes()
}

/// A device of this house.
fn device(member: &Member) -> Replica {
    let secret = |bytes: &Key| SecretBytes::from_slice(bytes).expect("32 bytes");
    let identity = Identity {
        device: DeviceId::from_bytes(member.id),
        sign: secret(&member.sign),
        wrap: secret(&member.wrap),
    };
    let own = OwnStreams {
        shared: StreamId::from_bytes([member.id[0] + 60; 16]),
        seeds: StreamId::from_bytes([member.id[0] + 80; 16]),
    };
    Replica::new(CircleId::from_bytes(CIRCLE), owner(), identity, own)
}

/// A segment's body; with `knew`, a snapshot's: keys objects and what is missed.
fn body(writer: &Member, heads: &[Key], groups: Vec<Item>, knew: Option<&[Key]>) -> Item {
    let hashes = |of: &[Key]| Item::Array(of.iter().map(|hash| Item::bytes(hash)).collect());
    let mut pairs = vec![
        (0, Item::bytes(&writer.id)),
        (1, Item::Uint(1_764_000_000_000)),
        (2, Item::text("by hand")),
        (3, hashes(heads)),
        (4, Item::Array(groups)),
    ];
    if let Some(keys) = knew {
        pairs.push((5, hashes(keys)));
        pairs.push((6, hashes(&[])));
    }
    Item::Map(pairs)
}

fn outside(kind: u8, epoch: u32, number: u64, before: Key) -> Outside {
    Outside {
        kind,
        circle: CIRCLE,
        epoch,
        class: 0,
        stream: STREAM,
        number,
        before,
        nonce: [number as u8 + 40; 24],
    }
}

struct ByHand {
    keys: [Vec<u8>; 2],
    segments: [Vec<u8>; 2],
    snapshot: Vec<u8>,
    secrets: Vec<u8>,
}

/// Two epochs, three devices, everything that can be said.
fn by_hand() -> ByHand {
    let (first, second) = (Member::new(1, true), Member::new(2, true));
    let third = Member::new(3, false);
    let old = keys_object(CIRCLE, 1, &OWNER, &[], &[first], &FIRST, None);
    let members = [first, second, third];
    let follows = [hash(&old)];
    let new = keys_object(
        CIRCLE,
        2,
        &OWNER,
        &follows,
        &members,
        &SECOND,
        Some((1, &FIRST)),
    );
    let one = object(
        &outside(1, 1, 0, [0; 32]),
        &body(&first, &[], rows::all(), None),
        &FIRST[0],
        &first.sign,
        true,
    );
    let two = object(
        &outside(1, 2, 1, hash(&one)),
        &body(&first, &[], vec![rows::renamed()], None),
        &SECOND[0],
        &first.sign,
        false,
    );
    let snapshot = object(
        &outside(2, 2, 2, hash(&two)),
        &body(&first, &[], rows::all_renamed(), Some(&[hash(&new)])),
        &SECOND[0],
        &first.sign,
        true,
    );
    let secret = Outside {
        class: 1,
        stream: SECRET_STREAM,
        ..outside(1, 2, 0, [0; 32])
    };
    let secrets = object(
        &secret,
        &body(&first, &[], rows::secrets(&OWNER), None),
        &SECOND[1],
        &first.sign,
        false,
    );
    ByHand {
        keys: [old, new],
        segments: [one, two],
        snapshot,
        secrets,
    }
}

fn taken(replica: &mut Replica, object: &[u8]) {
    let taken = replica.take(object, Source::Elsewhere);
    assert!(matches!(taken, Ok(Taken::New { .. })), "{taken:?}");
}

fn check(replica: &Replica) {
    let state = replica.state();
    let wallet = WalletId::from_bytes(rows::wallet_id());
    let known = state.wallet(wallet).expect("the wallet");
    assert_eq!(known.descriptors.external, rows::EXTERNAL);
    assert_eq!(known.account, 7);
    let value = |space, field: &[u8]| {
        let key = ValueKey {
            space,
            owner: *wallet.as_bytes(),
            field: field.to_vec(),
        };
        state.value(&key).map(str::to_owned)
    };
    assert_eq!(value(Space::WALLET_NAME, b"").as_deref(), Some("Renamed"));
    assert_eq!(value(Space::TX_LABEL, &[5; 32]).as_deref(), Some("Rent"));
    assert_eq!(value(Space::TX_LABEL, &[6; 32]), None, "deleted");
    let coin = |n: u8| [n; 36];
    let locked: Vec<_> = state.locked().map(|(_, coin)| *coin).collect();
    assert_eq!(locked, [coin(1)], "of two locks one was taken off");
    let address = AddressKey {
        wallet,
        side: ChainSide::Receive,
        index: 3,
    };
    assert!(state.revealed_by(&address).is_some());
    assert_eq!(state.leased(wallet, ChainSide::Receive).count(), 1);
    let (_, txid, payment) = state.payments().next().expect("the payment");
    assert_eq!(*txid, rows::txid());
    assert_eq!(payment.stage, Stage::Reserved);
    assert_eq!(payment.psbts.len(), 1);
}

#[test]
fn what_is_written_by_the_document_is_taken_in() {
    let all = by_hand();
    for member in [Member::new(2, true), Member::new(3, false)] {
        let mut replica = device(&member);
        for object in all.keys.iter().chain(&all.segments) {
            taken(&mut replica, object);
        }
        check(&replica);
        assert_eq!(replica.roster().members().count(), 3);
        if member.seeds {
            taken(&mut replica, &all.secrets);
            assert_eq!(replica.seeds().len(), 1);
            assert_eq!(replica.seeds()[0].1.expose(), b"a seed");
            assert_eq!(replica.owner_key().map(SecretBytes::expose), Some(&OWNER));
        } else {
            let not_for_it = replica.take(&all.secrets, Source::Elsewhere);
            assert_eq!(not_for_it, Ok(Taken::NotForUs));
        }
    }
}

#[test]
fn a_snapshot_says_the_same_as_what_it_holds() {
    let all = by_hand();
    let member = Member::new(2, true);
    let (mut one, mut other) = (device(&member), device(&member));
    for keys in &all.keys {
        taken(&mut one, keys);
        taken(&mut other, keys);
    }
    for object in &all.segments {
        taken(&mut one, object);
    }
    taken(&mut other, &all.snapshot);
    check(&other);
    assert_eq!(one.digest(), other.digest());
    assert!(
        other.missing().is_empty(),
        "the snapshot holds what is before it"
    );
}

fn drawn() -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    let mut next = 0;
    move |out| {
        next += 1;
        out.fill(next);
        Ok(())
    }
}

fn stamp() -> Stamp {
    Stamp {
        clock_ms: 1_764_000_000_000,
        app: "0.1.0".to_owned(),
    }
}

/// Groups as (kind, columns).
fn groups(body: &Item) -> Vec<(u64, Vec<Item>)> {
    let groups = body.at(4).as_array().iter().map(Item::as_array);
    groups
        .map(|group| {
            let content = Item::decoded(group[1].as_bytes());
            (group[0].as_uint(), content.as_array().to_vec())
        })
        .collect()
}

#[test]
fn what_this_house_writes_is_read_by_the_document() {
    let all = by_hand();
    let second = Member::new(2, true);
    let mut replica = device(&second);
    for object in all.keys.iter().chain(&all.segments) {
        taken(&mut replica, object);
    }
    let key = ValueKey {
        space: Space::WALLET_NAME,
        owner: rows::wallet_id(),
        field: Vec::new(),
    };
    let change = replica.set_value(key, 1_764_000_100, Some("Again".to_owned()));
    let Ok(written) = replica.write(Contents::Shared(vec![change]), &stamp(), drawn());
    let written = written.expect("it belongs").sealed.bytes;
    let (outside, body) = read(&written, &SECOND[0], &second.verify_key());
    assert_eq!((outside.kind, outside.epoch, outside.class), (1, 2, 0));
    assert_eq!((outside.number, outside.before), (0, [0; 32]));
    assert_eq!(body.at(0).as_bytes(), second.id);
    let heads = body.at(3).as_array();
    assert_eq!(heads, [Item::bytes(&hash(&all.segments[1]))]);
    let [(kind, columns)] = &groups(&body)[..] else {
        panic!("one group");
    };
    assert_eq!((*kind, columns[0].as_uint()), (2, 1));
    assert_eq!(columns[1].as_bytes(), rows::wallet_id());
    assert_eq!(columns[3], Item::uints(&[3]), "one more than it knew");
    assert_eq!(columns[5].as_bytes(), outside.stream);
    let seen = Item::Array(vec![Item::bytes(&STREAM), Item::Uint(2)]);
    assert_eq!(columns[6], Item::Array(vec![Item::Array(vec![seen])]));
    assert_eq!(columns[7], Item::texts(&["Again"]));

    let Ok(snapshot) = replica.write_snapshot(&stamp(), drawn());
    let snapshot = snapshot.expect("it belongs").sealed.bytes;
    let (outside, body) = read(&snapshot, &SECOND[0], &second.verify_key());
    assert_eq!((outside.kind, outside.number), (2, 1));
    assert_eq!(outside.before, hash(&written));
    assert_eq!(body.at(5).as_array(), [Item::bytes(&hash(&all.keys[1]))]);
    assert!(body.at(6).as_array().is_empty());
    let kinds: Vec<_> = groups(&body).iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [1, 2, 2, 3, 4, 5, 6, 7, 99]);
}

#[test]
fn keys_that_this_house_wraps_are_opened_by_the_document() {
    let all = by_hand();
    let second = Member::new(2, true);
    let mut replica = device(&second);
    for keys in &all.keys {
        taken(&mut replica, keys);
    }
    let secret = SecretBytes::from_slice(&OWNER).expect("32 bytes");
    let roster = replica.roster().clone();
    let Ok(sealed) = replica.seal_epoch(&roster, &secret, drawn());
    let (sealed, made) = sealed.expect("its key");
    let third = Member::new(3, false);
    let (epoch, [shared, seeds], map) = read_keys(&sealed.bytes, &owner(), &third);
    assert_eq!(epoch, 3);
    assert_eq!(shared.as_ref(), Some(made.shared.expose()));
    assert_eq!(seeds, None);
    let (_, [_, seeds], _) = read_keys(&sealed.bytes, &owner(), &second);
    assert_eq!(seeds.as_ref(), Some(made.seeds.expose()));
    assert_eq!(map.at(1).as_array(), [Item::bytes(&hash(&all.keys[1]))]);
    // And what this house seals under it is read with it.
    taken(&mut replica, &sealed.bytes);
    let Ok(written) = replica.write(Contents::Shared(Vec::new()), &stamp(), drawn());
    let written = written.expect("it belongs").sealed.bytes;
    read(&written, made.shared.expose(), &second.verify_key());
}
