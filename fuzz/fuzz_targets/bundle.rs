//! The bundle: objects, what is inside them, keys objects, and what a device takes in.
#![no_main]

use std::sync::LazyLock;

use bitcoin::Network;
use bitcoin::bip32::Fingerprint;
use libfuzzer_sys::fuzz_target;
use satchel_bundle::fuzzing::{rewrite_body, write_body};
use satchel_bundle::keys::{Device, NewEpoch, Ring, Roster, open_keys, seal_keys};
use satchel_bundle::meeting::{Heads, Met, ToldHash};
use satchel_bundle::object::{
    Basis, Body, Class, Contents, Head, Kind, ObjectHash, Place, Secrets, open, seal,
};
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source};
use satchel_bundle::state::{
    AddressKey, Change, Payment, SharedWallet, Space, Stage, Value, ValueKey,
};
use satchel_fuzz::{frugal, seeds};
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{
    ChainSide, CircleId, DeviceId, PublicDescriptors, ScriptType, StreamId, Timestamp, WalletId,
};

const CIRCLE: CircleId = CircleId::from_bytes([1; 16]);
static KEYS: LazyLock<Vec<u8>> = LazyLock::new(keys);

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => object(data),
        1 => body(data, Kind::Segment, Class::Shared),
        2 => body(data, Kind::Segment, Class::Seeds),
        6 => body(data, Kind::Snapshot, Class::Shared),
        3 => keys_object(data),
        4 => spoiled(data),
        5 => device(data),
        7 => meeting(data),
        _ => {}
    }
});

/// Any bytes as an object: refused, since nobody without the key can seal one.
fn object(data: &[u8]) {
    frugal(data.len() + 4096, || {
        if let Ok(head) = Head::read(data) {
            assert!((head.place.seq == 0) == (head.place.prev == ObjectHash::NONE));
        }
        if open(data, &key(1)).is_ok() {
            assert_eq!(
                data,
                sealed(),
                "an object of somebody without the key opened"
            );
        }
    });
}

/// What a member may have sealed: refused, or the one way to write it.
fn body(data: &[u8], kind: Kind, class: Class) {
    // Rows in maps and sets take more than their bytes.
    let Ok(again) = rewrite_body(data, kind, class) else {
        return;
    };
    // Among secrets, kinds of a newer version are left out; whoever wrote them has them.
    let left_out = class == Class::Seeds && again.len() < data.len();
    if !left_out {
        assert_eq!(again, data, "one way to write");
    }
    let twice = rewrite_body(&again, kind, class).expect("what was written is read");
    assert_eq!(twice, again, "what was read is written");
}

/// Any bytes as what another device shows: refused, or the one way to write it.
fn meeting(data: &[u8]) {
    frugal(data.len() + 4096, || {
        if let Ok(heads) = Heads::read(data) {
            assert_eq!(heads.write(), data, "one way to write");
        }
        if let Ok(met) = Met::read(data) {
            assert_eq!(met.write().as_deref(), Some(data), "one way to write");
        }
    });
}

/// Any bytes as a keys object: refused, since nobody without the owner's key can sign one.
fn keys_object(data: &[u8]) {
    let mut begun = b"SAT1\x03\x01\x01\x00".to_vec();
    begun.extend_from_slice(data);
    if open_keys(&begun).is_ok() {
        assert_eq!(
            begun, *KEYS,
            "keys of somebody without the owner's key opened"
        );
    }
}

/// A right object or keys object with a piece changed: refused.
fn spoiled(data: &[u8]) {
    let Some((&[which, low, high], change)) = data.split_first_chunk::<3>() else {
        return;
    };
    let mut bytes = if which % 2 == 0 {
        sealed()
    } else {
        KEYS.clone()
    };
    let whole = bytes.clone();
    let at = usize::from(u16::from_le_bytes([low, high])) % bytes.len();
    let end = (at + change.len()).min(bytes.len());
    bytes[at..end].copy_from_slice(&change[..end - at]);
    if bytes == whole {
        return;
    }
    if which % 2 == 0 {
        assert!(open(&bytes, &key(1)).is_err());
    } else {
        assert!(open_keys(&bytes).is_err());
    }
}

/// Objects by a hostile member, given to a device: no panic, and the state is a state.
fn device(data: &[u8]) {
    let mut replica = Replica::new(
        CIRCLE,
        verify_key(&key(200)),
        Identity {
            device: DeviceId::from_bytes([1; 16]),
            sign: key(1),
            wrap: key(101),
        },
        OwnStreams {
            shared: StreamId::from_bytes([1; 16]),
            seeds: StreamId::from_bytes([2; 16]),
        },
    );
    replica.take(&KEYS, Source::Elsewhere).expect("whole");
    assert!(
        replica.take(data, Source::Elsewhere).is_err() || !replica.knows(&ObjectHash::of(data))
    );
    assert!(replica.missing().is_empty());
    // The same bytes as an index of its own keeping, which nobody else can write: no panic, and nothing half taken.
    let before = replica.digest();
    if replica.recall(data, |_| true).is_err() {
        assert!(replica.objects().next().is_none());
    }
    let needed = replica.to_be_read();
    let _ = replica.fold_recalled(&needed, |_| None);
    assert_eq!(replica.digest(), before);
}

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn keys() -> Vec<u8> {
    let mut roster = Roster::new(CIRCLE, verify_key(&key(200)));
    roster.add(Device {
        id: DeviceId::from_bytes([1; 16]),
        added_at: 1,
        sign_key: verify_key(&key(1)),
        wrap_key: wrap_key(&key(101)).expect("a key"),
        name: "Phone".to_owned(),
        system: "Android".to_owned(),
        seeds: true,
    });
    let new = NewEpoch {
        circle: CIRCLE,
        roster: &roster,
        ring: &Ring::default(),
        follows: roster.tips(),
    };
    let drawn = |out: &mut [u8]| {
        out.fill(7);
        Ok::<_, std::convert::Infallible>(())
    };
    let Ok(sealed) = seal_keys(&new, &key(200), drawn);
    sealed.expect("valid").0.bytes
}

fn sealed() -> Vec<u8> {
    let place = Place {
        kind: Kind::Segment,
        circle: CIRCLE,
        epoch: 1,
        class: Class::Shared,
        stream: StreamId::from_bytes([2; 16]),
        seq: 0,
        prev: ObjectHash::NONE,
    };
    let body = with(Contents::Shared(changes()));
    seal(place, &body, &key(1), &key(2), &[7; 24])
        .expect("valid")
        .bytes
}

fn with(contents: Contents) -> Body {
    Body {
        device: DeviceId::from_bytes([1; 16]),
        clock_ms: 1_764_000_000_000,
        app: "0.1.0".to_owned(),
        heads: vec![ObjectHash::from_bytes([3; 32])],
        basis: None,
        contents,
    }
}

/// Secrets with a group of a kind that this version does not know.
fn newer_secret() -> Vec<u8> {
    let body = write_body(&with(Contents::Secret(Secrets::default()))).expect("valid");
    // The array of the groups is the last item; here it is empty.
    let (empty, head) = body.split_last().expect("a body has bytes");
    assert_eq!(*empty, 0x80);
    [head, &[0x81, 0x82, 0x18, 99, 0x41, 7]].concat()
}

/// One change of each kind.
fn changes() -> Vec<Change> {
    let wallet = SharedWallet::new(
        Network::Regtest,
        ScriptType::Taproot,
        0,
        PublicDescriptors {
            external: "tr(0/0/*)".to_owned(),
            internal: "tr(0/1/*)".to_owned(),
            fingerprint: Fingerprint::from([0; 4]),
        },
        Timestamp::from_secs(1),
    );
    let id: WalletId = wallet.id;
    let device = DeviceId::from_bytes([1; 16]);
    let key = AddressKey {
        wallet: id,
        side: ChainSide::Receive,
        index: 3,
    };
    let value = |stream: u8, seen: &[(u8, u64)]| Value {
        version: 2,
        clock: 1_764_000_000,
        stream: StreamId::from_bytes([stream; 16]),
        text: (stream > 0).then(|| "rent".to_owned()),
        seen: seen
            .iter()
            .map(|(stream, version)| (StreamId::from_bytes([*stream; 16]), *version))
            .collect(),
    };
    let label = |space: u16, field: &[u8], value: Value| Change::Value {
        key: ValueKey {
            space: Space(space),
            owner: *id.as_bytes(),
            field: field.to_vec(),
        },
        value,
    };
    vec![
        Change::Wallet(wallet),
        label(1, &[], value(0, &[])),
        label(3, &[5; 32], value(1, &[(0, 1), (2, 1)])),
        label(4, b"bcrt1q", value(2, &[])),
        Change::Lock {
            wallet: id,
            coin: [4; 36],
            tag: [1; 8],
        },
        Change::Unlock {
            wallet: id,
            coin: [4; 36],
            tag: [1; 8],
        },
        Change::Revealed { key, device, at: 9 },
        Change::Leased { key, device, at: 9 },
        Change::Payment {
            wallet: id,
            txid: [6; 32],
            payment: Payment {
                stage: Stage::Broadcast,
                reserved_until: 10,
                devices: [device].into(),
                coins: [[4; 36]].into(),
                psbts: [].into(),
            },
        },
        Change::Opaque {
            kind: 99,
            content: b"later".to_vec(),
        },
    ]
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let mode = |mode: u8, bytes: &[u8]| [&[mode], bytes].concat();
    let secret = with(Contents::Secret(Secrets {
        seeds: vec![(
            WalletId::from_bytes([1; 16]),
            SecretVec::from_slice(&[2; 20]),
        )],
        owner: Some(key(200)),
    }));
    let shared = with(Contents::Shared(changes()));
    let snapshot = Body {
        basis: Some(Basis {
            keys: [ObjectHash::from_bytes([4; 32])].into(),
            misses: [ObjectHash::from_bytes([5; 32])].into(),
        }),
        ..with(Contents::Shared(changes()))
    };
    let (circle, device) = (CIRCLE, DeviceId::from_bytes([2; 16]));
    let heads = Heads {
        circle,
        device,
        last: [ToldHash::from(&ObjectHash::from_bytes([4; 32]))].into(),
        missing: [ToldHash::from(&ObjectHash::from_bytes([5; 32]))].into(),
        keys: [].into(),
    };
    let met = Met {
        circle,
        device,
        objects: vec![b"an object".to_vec()],
    };
    vec![
        ("heads", mode(7, &heads.write())),
        ("met", mode(7, &met.write().expect("it is small"))),
        ("object", mode(0, &sealed())),
        ("body", mode(1, &write_body(&shared).expect("valid"))),
        ("secret-body", mode(2, &write_body(&secret).expect("valid"))),
        (
            "snapshot-body",
            mode(6, &write_body(&snapshot).expect("valid")),
        ),
        ("secret-body-newer", mode(2, &newer_secret())),
        ("keys", mode(3, &KEYS[8..])),
        ("spoiled-object", mode(4, &[0, 30, 0, 1])),
        ("spoiled-keys", mode(4, &[1, 100, 0, 1])),
        ("device", mode(5, &sealed())),
    ]
}
