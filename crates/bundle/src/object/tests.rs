//! Objects: what is sealed opens, and nothing else does.

use proptest::prelude::*;
use satchel_secrets::sign::verify_key;
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{CircleId, DeviceId, StreamId, WalletId};

use super::*;
use crate::state::Change;

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn place(class: Class) -> Place {
    Place {
        kind: Kind::Segment,
        circle: CircleId::from_bytes([1; 16]),
        epoch: 1,
        class,
        stream: StreamId::from_bytes([2; 16]),
        seq: 3,
        prev: ObjectHash::from_bytes([4; 32]),
    }
}

fn body(contents: Contents) -> Body {
    Body {
        device: DeviceId::from_bytes([5; 16]),
        clock_ms: 1_764_000_000_000,
        app: "0.1.0".to_owned(),
        heads: vec![ObjectHash::from_bytes([6; 32])],
        basis: None,
        contents,
    }
}

fn lock(tag: u8) -> Change {
    Change::Lock {
        wallet: WalletId::from_bytes([1; 16]),
        coin: [2; 36],
        tag: [tag; 8],
    }
}

fn sealed(contents: Contents) -> Sealed {
    let place = place(contents.class());
    seal(place, &body(contents), &key(1), &key(2), &[7; 24]).expect("valid")
}

fn a_segment() -> Sealed {
    sealed(Contents::Shared(vec![lock(1)]))
}

fn a_large_segment() -> Sealed {
    sealed(Contents::Shared((0..100).map(lock).collect()))
}

fn some_secrets() -> Contents {
    Contents::Secret(Secrets {
        seeds: vec![(
            WalletId::from_bytes([1; 16]),
            SecretVec::from_slice(b"seed bytes of a wallet"),
        )],
        owner: Some(key(9)),
    })
}

#[test]
fn what_was_sealed_opens() {
    let opened = open(&a_segment().bytes, &key(1)).expect("just sealed");
    assert_eq!(opened.place, place(Class::Shared));
    assert_eq!(opened.hash, a_segment().hash);
    assert_eq!(opened.body.heads, [ObjectHash::from_bytes([6; 32])]);
    let Contents::Shared(changes) = opened.body.contents else {
        panic!("it was shared");
    };
    assert_eq!(changes, [lock(1)]);
}

#[test]
fn secrets_that_were_sealed_open() {
    let object = sealed(some_secrets());
    let opened = open(&object.bytes, &key(1)).expect("just sealed");
    let Contents::Secret(secrets) = opened.body.contents else {
        panic!("it was secret");
    };
    assert_eq!(secrets.seeds.len(), 1);
    assert!(
        secrets.seeds[0]
            .1
            .ct_eq(&SecretVec::from_slice(b"seed bytes of a wallet"))
    );
    assert!(secrets.owner.expect("given").ct_eq(&key(9)));
}

#[test]
fn nothing_of_a_seed_is_packed_or_readable() {
    let object = sealed(some_secrets());
    assert_eq!(object.bytes[7], 0, "not packed");
    assert_eq!(a_large_segment().bytes[7], 1, "packed");
    assert!(!object.bytes.windows(8).any(|window| {
        b"seed bytes of a wallet"
            .windows(8)
            .any(|part| part == window)
    }));
}

#[test]
fn only_its_writer_signed_it() {
    let opened = open(&a_segment().bytes, &key(1)).expect("just sealed");
    assert!(opened.is_signed_by(&verify_key(&key(2))));
    assert!(!opened.is_signed_by(&verify_key(&key(3))));
}

#[test]
fn every_flipped_bit_is_found() {
    let object = a_segment();
    for bit in 0..object.bytes.len() * 8 {
        let mut bent = object.bytes.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        // One whose lowest reader was lowered to 0 claims to be of a version that never was.
        assert!(open(&bent, &key(1)).is_err(), "bit {bit}");
    }
}

#[test]
fn every_cut_is_found() {
    let object = a_segment();
    for len in 0..object.bytes.len() {
        assert!(open(&object.bytes[..len], &key(1)).is_err(), "{len} bytes");
    }
    let mut longer = object.bytes;
    longer.push(0);
    assert_eq!(
        open(&longer, &key(1)).map(|_| ()),
        Err(ObjectError::Damaged)
    );
}

/// A segment that a holder of the class key sealed by hand: with another commitment, or another
/// plaintext, and a tag that is right for both.
fn sealed_by_hand(change: impl Fn(&mut [u8], &mut [u8])) -> Vec<u8> {
    use satchel_secrets::aead;
    let whole = a_segment().bytes;
    let (before, ciphertext) = whole.split_at(head::HEAD_LEN);
    let open_part = before.first_chunk::<{ head::OPEN_LEN }>().expect("whole");
    let keys = head::ObjectKeys::derive(&key(1), open_part);
    let plain = aead::open(&keys.encryption, &[7; 24], before, ciphertext).expect("whole");
    let (mut before, mut plain) = (before.to_vec(), plain.expose().to_vec());
    change(&mut before[head::OPEN_LEN..], &mut plain);
    let ciphertext = aead::seal(&keys.encryption, &[7; 24], &before, &plain);
    [before, ciphertext].concat()
}

#[test]
fn a_tag_that_is_right_does_not_stand_for_the_commitment() {
    assert!(open(&sealed_by_hand(|_, _| {}), &key(1)).is_ok());
    let uncommitted = sealed_by_hand(|commitment, _| commitment[0] ^= 1);
    assert_eq!(
        open(&uncommitted, &key(1)).map(|_| ()),
        Err(ObjectError::OtherKey)
    );
}

#[test]
fn nothing_hides_in_the_padding() {
    let hides = sealed_by_hand(|_, plain| *plain.last_mut().expect("padded") = 1);
    assert_eq!(
        open(&hides, &key(1)).map(|_| ()),
        Err(ObjectError::Invalid("the padding is not canonical"))
    );
}

#[test]
fn another_key_opens_nothing() {
    assert_eq!(
        open(&a_segment().bytes, &key(8)).map(|_| ()),
        Err(ObjectError::OtherKey)
    );
}

/// Each field of the head, changed to another that would do.
#[test]
fn an_object_cannot_be_moved() {
    let object = a_segment();
    for at in [4, 8, 24, 28, 29, 45, 53, 85] {
        let mut moved = object.bytes.clone();
        moved[at] ^= match at {
            // Segment to snapshot.
            4 => 3,
            _ => 1,
        };
        assert!(open(&moved, &key(1)).is_err(), "byte {at}");
    }
}

#[test]
fn what_is_small_anyway_is_not_packed() {
    assert_eq!(a_segment().bytes[7], 0, "not packed");
    assert_eq!(a_segment().bytes.len(), 1024);
    assert_eq!(a_large_segment().bytes.len(), 1024, "packed");
}

#[test]
fn sizes_tell_little() {
    let size = |rows: u8| {
        let changes = (0..rows).map(|row| Change::Opaque {
            kind: 100,
            // Nothing that packs.
            content: satchel_secrets::hash::hash(&[row]).to_vec(),
        });
        sealed(Contents::Shared(changes.collect())).bytes.len()
    };
    assert_eq!(size(1), 1024);
    assert_eq!(size(1), size(5));
    assert_eq!(size(60), 4096);
}

#[test]
fn a_bomb_takes_no_more_than_it_says() {
    // 64 MiB of zeros pack to a few KiB; a segment holds 4 MiB.
    let place = place(Class::Shared);
    let huge = Change::Opaque {
        kind: 100,
        content: vec![0; MAX_SEGMENT],
    };
    assert_eq!(
        seal(
            place,
            &body(Contents::Shared(vec![huge])),
            &key(1),
            &key(2),
            &[7; 24]
        )
        .map(|_| ()),
        Err(SealObjectError::TooLarge { max: MAX_SEGMENT })
    );
}

#[test]
fn a_body_of_another_class_is_not_sealed() {
    assert!(
        seal(
            place(Class::Shared),
            &body(some_secrets()),
            &key(1),
            &key(2),
            &[7; 24]
        )
        .is_err()
    );
}

#[test]
fn what_no_reader_takes_is_not_sealed() {
    let mut unordered = body(Contents::Shared(vec![lock(1)]));
    unordered.heads = vec![
        ObjectHash::from_bytes([2; 32]),
        ObjectHash::from_bytes([1; 32]),
    ];
    assert_eq!(
        seal(place(Class::Shared), &unordered, &key(1), &key(2), &[7; 24]).map(|_| ()),
        Err(SealObjectError::Invalid("the heads"))
    );
}

#[test]
fn what_is_too_new_says_so() {
    let mut newer = a_segment().bytes;
    newer[6] = 2;
    assert_eq!(open(&newer, &key(1)).map(|_| ()), Err(ObjectError::Newer));
    let mut other_suite = a_segment().bytes;
    other_suite[5] = 2;
    assert_eq!(
        open(&other_suite, &key(1)).map(|_| ()),
        Err(ObjectError::Newer)
    );
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(open(&bytes, &key(1)).is_err());
    }

    #[test]
    fn any_bytes_behind_a_right_beginning_are_refused(rest: Vec<u8>) {
        let mut bytes = a_segment().bytes[..8].to_vec();
        bytes.extend(rest);
        prop_assert!(open(&bytes, &key(1)).is_err());
    }

    #[test]
    fn any_changes_come_back(changes in prop::collection::vec(crate::state::tests::change(), 0..30)) {
        let mut state = crate::state::State::default();
        state.apply_all(changes.into_iter().filter(|change| !matches!(change, Change::Payment { .. })));
        let changes: Vec<_> = state.clone().into_changes().collect();
        let object = sealed(Contents::Shared(changes));
        let Contents::Shared(back) = open(&object.bytes, &key(1)).expect("just sealed").body.contents else {
            panic!("it was shared");
        };
        let mut again = crate::state::State::default();
        again.apply_all(back);
        prop_assert_eq!(again, state);
    }
}
