//! One device among others.

use std::collections::BTreeMap;
use std::convert::Infallible;

use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_types::WalletId;

use super::*;
use crate::keys::{Device, Removal};
use crate::object::{Contents, ObjectError, Secrets};

const CIRCLE: CircleId = CircleId::from_bytes([1; 16]);

fn key(byte: u8) -> SecretBytes<32> {
    SecretBytes::from_slice(&[byte; 32]).expect("32 bytes")
}

fn id(n: u8) -> DeviceId {
    DeviceId::from_bytes([n; 16])
}

fn streams(n: u8) -> OwnStreams {
    OwnStreams {
        shared: StreamId::from_bytes([n; 16]),
        seeds: StreamId::from_bytes([n + 100; 16]),
    }
}

/// A device with the bytes it keeps.
struct Node {
    replica: Replica,
    kept: BTreeMap<ObjectHash, Vec<u8>>,
    next: u64,
}

impl Node {
    fn new(n: u8) -> Self {
        let mut replica = Replica::new(
            CIRCLE,
            verify_key(&key(200)),
            Identity {
                device: id(n),
                sign: key(n),
                wrap: key(n + 100),
            },
            streams(n),
        );
        replica.set_spare_streams(streams(n + 40));
        Self {
            replica,
            kept: BTreeMap::new(),
            next: u64::from(n) * 1_000,
        }
    }

    fn draw(&mut self) -> impl FnMut(&mut [u8]) -> Result<(), Infallible> + use<> {
        self.next += 1;
        let mut at = self.next * 1_000;
        move |out: &mut [u8]| {
            for chunk in out.chunks_mut(8) {
                at += 1;
                chunk.copy_from_slice(&at.to_le_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    /// Writes the keys of a circle of these devices.
    fn found(&mut self, devices: &[(u8, bool)]) -> Vec<u8> {
        let mut roster = self.replica.roster().clone();
        for (n, seeds) in devices {
            roster.add(Device {
                id: id(*n),
                added_at: 1,
                sign_key: verify_key(&key(*n)),
                wrap_key: wrap_key(&key(n + 100)).expect("a key"),
                name: format!("Device {n}"),
                system: "Linux".to_owned(),
                seeds: *seeds,
            });
        }
        self.epoch(&roster)
    }

    fn remove(&mut self, n: u8) -> Vec<u8> {
        let mut roster = self.replica.roster().clone();
        roster.remove(Removal {
            device: id(n),
            at: 2,
            last: self.replica.last_of(id(n)),
        });
        self.epoch(&roster)
    }

    fn epoch(&mut self, roster: &Roster) -> Vec<u8> {
        let draw = self.draw();
        let (sealed, _) = self
            .replica
            .seal_epoch(roster, &key(200), draw)
            .unwrap_or_else(|never| match never {})
            .expect("valid");
        self.take(&sealed.bytes);
        sealed.bytes
    }

    fn stamp() -> Stamp {
        Stamp {
            clock_ms: 1_764_000_000_000,
            app: "test".to_owned(),
        }
    }

    fn write(&mut self, changes: Vec<Change>) -> Vec<u8> {
        self.write_contents(Contents::Shared(changes))
            .expect("it belongs")
    }

    fn write_contents(&mut self, contents: Contents) -> Result<Vec<u8>, WriteError> {
        let draw = self.draw();
        let written = self
            .replica
            .write(contents, &Self::stamp(), draw)
            .unwrap_or_else(|never| match never {})?;
        self.kept
            .insert(written.sealed.hash, written.sealed.bytes.clone());
        Ok(written.sealed.bytes)
    }

    fn snapshot(&mut self) -> Vec<u8> {
        let draw = self.draw();
        let written = self
            .replica
            .write_snapshot(&Self::stamp(), draw)
            .unwrap_or_else(|never| match never {})
            .expect("it belongs");
        self.kept
            .insert(written.sealed.hash, written.sealed.bytes.clone());
        written.sealed.bytes
    }

    fn try_take(&mut self, bytes: &[u8]) -> Result<Taken, ObjectError> {
        let taken = self.replica.take(bytes, Source::Elsewhere)?;
        if matches!(taken, Taken::New { .. } | Taken::LeftOut { .. }) {
            self.kept.insert(ObjectHash::of(bytes), bytes.to_vec());
        }
        if self.replica.refold_due() {
            let kept = &self.kept;
            self.replica
                .refold(|hash| kept.get(hash).cloned())
                .expect("all is kept");
        }
        Ok(taken)
    }

    fn take(&mut self, bytes: &[u8]) -> Taken {
        self.try_take(bytes).expect("valid")
    }

    fn name(&self) -> Option<&str> {
        self.replica.state().value(&name_key())
    }

    fn rename(&mut self, text: &str) -> Vec<u8> {
        let change = self.replica.set_value(name_key(), 1, Some(text.to_owned()));
        self.write(vec![change])
    }
}

fn name_key() -> ValueKey {
    ValueKey {
        space: Space::WALLET_NAME,
        owner: [9; 16],
        field: Vec::new(),
    }
}

fn two() -> (Node, Node) {
    let (mut one, mut two) = (Node::new(1), Node::new(2));
    let keys = one.found(&[(1, true), (2, true)]);
    two.take(&keys);
    (one, two)
}

mod alone;
mod epochs;
mod heard;
mod limits;
mod meet;
mod snapshots;

#[test]
fn what_one_writes_the_other_learns_once() {
    let (mut one, mut two) = two();
    let object = one.rename("Savings");
    assert!(matches!(two.take(&object), Taken::New { ref touched, .. } if touched.len() == 1));
    assert_eq!(two.name(), Some("Savings"));
    assert_eq!(two.take(&object), Taken::Known);
    assert_eq!(one.replica.digest(), two.replica.digest());
}

#[test]
fn objects_need_not_come_in_order() {
    let (mut one, mut two) = two();
    let objects: Vec<_> = ["a", "b", "c"].map(|name| one.rename(name)).into();
    for object in objects.iter().rev() {
        two.take(object);
    }
    assert_eq!(two.name(), Some("c"));
    assert!(two.replica.missing().is_empty());
}

#[test]
fn what_a_place_holds_back_is_missing() {
    let (mut one, mut two) = two();
    let held = one.rename("a");
    let object = one.rename("b");
    two.take(&object);
    assert_eq!(two.replica.missing(), [ObjectHash::of(&held)].into());
    // And so is what others knew, of any stream.
    let mut three = Node::new(3);
    let keys = one.found(&[(3, true)]);
    three.take(&keys);
    two.take(&keys);
    let reply = two.rename("c");
    three.take(&reply);
    assert_eq!(three.replica.missing(), [ObjectHash::of(&object)].into());
}

#[test]
fn who_was_not_told_the_keys_waits() {
    let (mut one, _) = two();
    let object = one.rename("a");
    let mut late = Node::new(3);
    assert_eq!(late.take(&object), Taken::Waits(Wait::Keys));
    let keys = one.found(&[(3, true)]);
    late.take(&keys);
    // The new epoch's key opens the older one; the writer is known with it.
    assert!(matches!(late.take(&object), Taken::New { .. }));
}

#[test]
fn seeds_are_for_those_who_may_hold_them() {
    let (mut one, mut two) = (Node::new(1), Node::new(2));
    let keys = one.found(&[(1, true), (2, false)]);
    two.take(&keys);
    let secret = |n: u8| {
        Contents::Secret(Secrets {
            seeds: vec![(
                WalletId::from_bytes([n; 16]),
                SecretVec::from_slice(&[n; 20]),
            )],
            owner: Some(key(200)),
        })
    };
    let object = one.write_contents(secret(1)).expect("it may");
    assert_eq!(two.take(&object), Taken::NotForUs);
    assert!(two.replica.seeds().is_empty() && two.replica.owner_key().is_none());
    assert_eq!(one.replica.seeds().len(), 1);
    assert!(one.replica.owner_key().is_some());
    assert!(matches!(
        two.write_contents(secret(2)),
        Err(WriteError::NoKeys)
    ));
}

#[test]
fn seeds_by_a_device_that_may_hold_none_are_refused() {
    let (mut one, mut two) = (Node::new(1), Node::new(2));
    let keys = one.found(&[(1, true), (2, false)]);
    two.take(&keys);
    // It got hold of a key that was not for it.
    let stolen = one.replica.ring().keys(Class::Seeds, 1)[0].expose();
    let stolen = SecretBytes::from_slice(stolen).expect("32 bytes");
    let at = two.replica.ring.add(Class::Seeds, 1, stolen);
    for found in two.replica.opened.values_mut() {
        found[1].own = at;
    }
    let object = two
        .write_contents(Contents::Secret(Secrets::default()))
        .expect("it has a key");
    assert!(matches!(
        one.try_take(&object),
        Err(ObjectError::Invalid("seeds by a device that may hold none"))
    ));
}

#[test]
fn another_owners_key_among_the_secrets_is_refused() {
    let (mut one, mut two) = two();
    let object = one
        .write_contents(Contents::Secret(Secrets {
            seeds: Vec::new(),
            owner: Some(key(77)),
        }))
        .expect("sealed without a look");
    assert!(matches!(
        two.try_take(&object),
        Err(ObjectError::Invalid("another owner's key"))
    ));
}

#[test]
fn a_removed_device_is_heard_up_to_what_was_known_of_it() {
    let (mut one, mut two) = two();
    let before = two.rename("before");
    one.take(&before);
    let keys = one.remove(2);
    let after = two.rename("after");
    assert_eq!(one.take(&after), Taken::LeftOut { device: id(2) });
    assert_eq!(one.name(), Some("before"));
    // Whoever heard it before the removal unlearns it.
    let mut three = Node::new(3);
    let more = one.found(&[(3, true)]);
    three.take(&more);
    let mut late = Node::new(3);
    late.take(&more);
    for object in [&before, &after] {
        late.take(object);
    }
    late.take(&keys);
    for object in [&after, &before, &keys] {
        three.take(object);
    }
    for node in [&three, &late] {
        assert_eq!(node.name(), Some("before"));
        assert_eq!(node.replica.digest(), one.replica.digest());
    }
    // And it cannot write any more itself once it knows.
    two.take(&keys);
    assert!(matches!(
        two.write_contents(Contents::Shared(Vec::new())),
        Err(WriteError::NoKeys)
    ));
}

#[test]
fn who_hears_of_a_removal_late_unlearns_what_came_after() {
    let (mut one, mut two) = two();
    let mut three = Node::new(3);
    let more = one.found(&[(3, true)]);
    two.take(&more);
    three.take(&more);
    let before = two.rename("before");
    one.take(&before);
    three.take(&before);
    let keys = one.remove(2);
    let after = two.rename("after");
    three.take(&after);
    assert_eq!(three.name(), Some("after"));
    // A snapshot made meanwhile holds what came after, and does not count either.
    let snapshot = three.snapshot();
    three.take(&keys);
    assert_eq!(three.name(), Some("before"));
    one.take(&after);
    one.take(&snapshot);
    assert_eq!(one.name(), Some("before"));
    assert_eq!(one.replica.digest(), three.replica.digest());
    // What it writes from now on does.
    let later = three.rename("later");
    one.take(&later);
    assert_eq!(one.name(), Some("later"));
}

#[test]
fn a_snapshot_says_what_its_segments_said() {
    let (mut one, mut two) = two();
    for name in ["a", "b", "c"] {
        one.rename(name);
    }
    let snapshot = one.snapshot();
    two.take(&snapshot);
    assert_eq!(one.replica.digest(), two.replica.digest());
    let more = one.rename("d");
    two.take(&more);
    assert_eq!(two.name(), Some("d"));
}

#[test]
fn a_device_restored_from_a_backup_notices_and_goes_on_apart() {
    let (mut one, mut two) = two();
    let old = one.rename("a");
    let lost = one.rename("b");
    // The same device, as it was after the first.
    let mut restored = Node::new(1);
    let keys = one.found(&[]);
    two.take(&keys);
    restored.take(&keys);
    restored
        .replica
        .take(&old, Source::Here)
        .expect("its own keeping");
    let apart = restored.rename("c");
    // It wrote under a number that is taken; both count.
    two.take(&old);
    two.take(&lost);
    let Taken::New { notes, .. } = two.take(&apart) else {
        panic!("it is new");
    };
    assert!(matches!(notes[..], [Note::Forked { device, .. }] if device == id(1)));
    assert!(two.replica.goes_on_as_two(id(1)));
    assert!(!two.replica.goes_on_as_two(id(2)));
    // What it finds elsewhere tells it.
    let Taken::New { notes, .. } = restored.take(&lost) else {
        panic!("it is new");
    };
    assert_eq!(notes, [Note::Copied]);
    assert_eq!(restored.replica.own_streams(), streams(41));
    assert!(restored.replica.needs_spare_streams());
    // Until it says something that knows of both.
    assert!(restored.replica.goes_on_as_two(id(1)));
    let later = restored.rename("d");
    two.take(&later);
    assert!(!two.replica.goes_on_as_two(id(1)));
    assert_eq!(two.replica.digest(), restored.replica.digest());
    assert_eq!(two.name(), Some("d"));
}

#[test]
fn a_stranger_with_the_shared_key_cannot_write_as_a_device() {
    let (mut one, mut two) = two();
    // Somebody who learnt the epoch's key, but no device's.
    let mut forger = Node::new(1);
    forger.replica.identity.sign = key(66);
    let keys = one.found(&[]);
    forger.take(&keys);
    two.take(&keys);
    let forged = forger.rename("forged");
    assert_eq!(two.try_take(&forged), Err(ObjectError::Forged));
    assert_eq!(two.name(), None);
    assert!(two.replica.missing().is_empty());
}

#[test]
fn an_object_of_another_circle_is_told_apart() {
    let (mut one, mut two) = two();
    let mut object = one.rename("a");
    object[8] ^= 1;
    assert_eq!(two.try_take(&object), Err(ObjectError::OtherCircle));
}

#[test]
fn what_a_newer_version_wrote_is_carried_on() {
    let (mut one, mut two) = two();
    let newer = Change::Opaque {
        kind: 99,
        content: b"for later".to_vec(),
    };
    let object = one.write(vec![newer.clone()]);
    two.take(&object);
    let snapshot = two.snapshot();
    let mut three = Node::new(3);
    let keys = one.found(&[(3, true)]);
    three.take(&keys);
    three.take(&snapshot);
    let all: Vec<_> = three.replica.state().clone().into_changes().collect();
    assert!(all.contains(&newer));
}
