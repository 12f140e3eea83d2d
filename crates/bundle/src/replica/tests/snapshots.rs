//! Snapshots: what they hold, who may rest on them, and what they replace.

use super::*;
use crate::replica::RefoldError;

fn three() -> (Node, Node, Node) {
    let (mut one, mut two) = two();
    let mut three = Node::new(3);
    let keys = one.found(&[(3, true)]);
    two.take(&keys);
    three.take(&keys);
    // Three reads the first epoch by the second.
    (one, two, three)
}

fn of(object: &[u8]) -> ObjectHash {
    ObjectHash::of(object)
}

/// What a node has kept of itself and others, without what snapshots hold.
fn essence(node: &Node) -> Vec<Vec<u8>> {
    let essence = node.replica.essence();
    essence.iter().map(|hash| node.kept[hash].clone()).collect()
}

#[test]
fn a_snapshot_and_what_came_after_it_are_all_that_is_to_be_read() {
    let (mut one, mut two) = two();
    for name in ["a", "b", "c"] {
        let object = one.rename(name);
        two.take(&object);
    }
    let by_two = two.rename("d");
    one.take(&by_two);
    let snapshot = one.snapshot();
    let after = one.rename("e");
    let carried: BTreeSet<_> = one.replica.essence();
    assert_eq!(
        carried,
        [of(&by_two), of(&snapshot), of(&after)].into(),
        "the last of another stream goes along"
    );
    let keys = one.found(&[]);
    let mut late = Node::new(2);
    late.take(&keys);
    let current = one.replica.roster().objects().map(|(hash, _)| *hash);
    for hash in current.collect::<Vec<_>>() {
        late.take(&one.kept[&hash].clone());
    }
    for object in essence(&one) {
        late.take(&object);
    }
    assert_eq!(late.replica.digest(), one.replica.digest());
    assert!(late.replica.missing().is_empty(), "a snapshot holds it");
}

#[test]
fn what_its_writer_did_not_have_is_missing_where_a_snapshot_is() {
    let (mut one, mut two, mut three) = three();
    let held_back = one.rename("a");
    let object = one.rename("b");
    two.take(&object);
    let snapshot = two.snapshot();
    three.take(&snapshot);
    assert_eq!(three.replica.missing(), [of(&held_back)].into());
    // It is not held by the snapshot, and so counts by itself.
    three.take(&held_back);
    three.take(&object);
    assert!(three.replica.essence().contains(&of(&held_back)));
    assert!(three.replica.missing().is_empty());
}

#[test]
fn a_snapshot_by_who_knew_of_a_removal_counts_after_one_by_who_did_not() {
    let (mut one, mut two, mut three) = three();
    let before = two.rename("before");
    one.take(&before);
    three.take(&before);
    let keys = one.remove(2);
    let after = two.rename("after");
    three.take(&after);
    let tainted = three.snapshot();
    three.take(&keys);
    assert_eq!(three.name(), Some("before"));
    let later = three.rename("later");
    let clean = three.snapshot();
    for object in [&after, &tainted, &later, &clean] {
        one.take(object);
    }
    let left_out: BTreeSet<_> = one.replica.left_out().copied().collect();
    assert_eq!(left_out, [of(&after), of(&tainted)].into());
    assert_eq!(one.name(), Some("later"));
    assert_eq!(one.replica.digest(), three.replica.digest());
    // And it is enough for whoever comes late.
    let mut late = Node::new(1);
    late.take(&keys);
    late.take(&clean);
    assert_eq!(late.replica.digest(), one.replica.digest());
}

#[test]
fn a_snapshot_is_due_when_what_was_written_has_outgrown_the_last() {
    let (mut one, _) = two();
    assert!(!one.replica.needs_snapshot());
    let mut written = 0;
    while !one.replica.needs_snapshot() {
        one.rename("a name");
        written += 1;
        assert!(written < 100, "never due");
    }
    assert_eq!(written, 65, "each takes a KiB of the 64");
    one.snapshot();
    assert!(!one.replica.needs_snapshot());
    assert!(!one.replica.opens_alone());
    one.rename("another");
    assert!(!one.replica.needs_snapshot());
}

#[test]
fn only_what_all_have_heard_of_is_taken_out_and_only_by_its_writer() {
    let now = 1_764_000_000_000;
    let (mut one, mut two, mut three) = three();
    let first = one.rename("a");
    let second = one.rename("b");
    two.take(&first);
    three.take(&first);
    two.take(&second);
    three.take(&second);
    let snapshot = one.snapshot();
    let after = one.rename("c");
    let removable = |node: &Node, now| -> BTreeSet<_> {
        let removable = node.replica.removable(now).into_iter();
        removable.map(|replaced| replaced.object).collect()
    };
    assert!(removable(&one, now).is_empty(), "nobody has heard of it");
    two.take(&snapshot);
    two.take(&after);
    let by_two = two.rename("d");
    one.take(&by_two);
    assert!(removable(&one, now).is_empty(), "one has not");
    three.take(&snapshot);
    three.take(&after);
    let by_three = three.rename("e");
    one.take(&by_three);
    assert_eq!(removable(&one, now), [of(&first), of(&second)].into());
    assert!(removable(&two, now).is_empty(), "it is not theirs");
    let half_a_year = now + 181 * 86_400_000;
    assert!(removable(&two, half_a_year).is_empty(), "it is not theirs");
}

#[test]
fn a_snapshot_of_long_ago_needs_nobody_to_have_heard_of_it() {
    let now = 1_764_000_000_000;
    let (mut one, _) = two();
    let first = one.rename("a");
    one.snapshot();
    assert!(one.replica.removable(now + 180 * 86_400_000).is_empty());
    let removable = one.replica.removable(now + 181 * 86_400_000);
    assert_eq!(removable.len(), 1);
    assert_eq!(removable[0].object, of(&first));
}

#[test]
fn what_an_object_outside_of_snapshots_names_is_not_taken_out() {
    let now = 1_764_000_000_000;
    let (mut one, mut two) = two();
    let first = one.rename("a");
    two.take(&first);
    // Two names the first, and one does not know that when it writes the snapshot.
    let by_two = two.rename("b");
    let snapshot = one.snapshot();
    one.take(&by_two);
    two.take(&snapshot);
    let later = two.rename("c");
    one.take(&later);
    assert!(one.replica.removable(now).is_empty());
    let again = one.snapshot();
    two.take(&again);
    let heard = two.rename("d");
    one.take(&heard);
    let removable = one.replica.removable(now);
    assert!(
        removable
            .iter()
            .any(|replaced| replaced.object == of(&first))
    );
}

#[test]
fn holes_before_a_snapshot_take_nothing_from_a_removed_device() {
    let (mut one, mut two, mut three) = three();
    let objects: Vec<_> = ["a", "b", "c"].map(|name| two.rename(name)).into();
    let snapshot = two.snapshot();
    let last = two.rename("last");
    // One has the middle, three has not; both have a snapshot of it by two, and one by another that names the first.
    for object in objects.iter().chain([&snapshot, &last]) {
        one.take(object);
    }
    three.take(&objects[0]);
    let by_three = three.rename("three");
    for object in [&snapshot, &last] {
        three.take(object);
    }
    one.take(&by_three);
    let all = one.snapshot();
    three.take(&all);
    let keys = one.remove(2);
    three.take(&keys);
    assert_eq!(one.replica.digest(), three.replica.digest());
    assert_eq!(three.name(), Some("last"));
    assert!(!three.replica.left_out().any(|hash| *hash == of(&all)));
}

#[test]
fn what_its_writer_left_out_behind_a_hole_is_not_held_by_a_snapshot() {
    let (mut one, mut two) = two();
    let added = one.found(&[(3, true), (4, true)]);
    two.take(&added);
    let before = two.rename("before");
    let hole = two.write(Vec::new());
    let last = two.write(Vec::new());
    one.take(&before);
    let speaks_of_it = one.write(Vec::new());
    for object in [&hole, &last] {
        one.take(object);
    }
    let removed = one.remove(2);
    let after = two.write(Vec::new());
    // Who lacks what is in between cannot see that the first comes before the last, and leaves it out.
    let mut three = Node::new(3);
    for object in [&added, &removed, &before, &speaks_of_it, &last, &after] {
        three.take(object);
    }
    assert_eq!(three.name(), None);
    let snapshot = three.snapshot();
    // The keys of the snapshot come with the removal.
    let mut four = Node::new(4);
    let all = [&added, &before, &speaks_of_it, &hole, &last];
    for object in all.into_iter().chain([&after, &removed, &snapshot]) {
        four.take(object);
    }
    assert_eq!(four.name(), Some("before"));
    // A start reads what no snapshot holds.
    let mut again = Node::new(4);
    for keys in [&added, &removed] {
        again.take(keys);
    }
    let index = four.replica.index_of_all();
    assert_eq!(again.replica.recall(&index, |_| true), Ok(6));
    let needed = again.replica.to_be_read();
    let fold = again
        .replica
        .fold_recalled(&needed, |hash| four.kept.get(hash).cloned());
    assert_eq!(fold, Ok(()));
    assert_eq!(again.name(), Some("before"));
    assert_eq!(again.replica.digest(), four.replica.digest());
    three.take(&hole);
    assert_eq!(three.replica.digest(), four.replica.digest());
}

#[test]
fn with_an_index_only_what_no_snapshot_holds_is_read() {
    let (mut one, mut two) = two();
    for name in ["a", "b", "c"] {
        let object = one.rename(name);
        two.take(&object);
        two.rename("x");
    }
    two.snapshot();
    two.rename("after");
    let index = two.replica.index_of_all();
    let start = || {
        let mut again = Node::new(2);
        let keys = one.replica.roster().objects().map(|(hash, _)| *hash);
        for hash in keys.collect::<Vec<_>>() {
            again.take(&one.kept[&hash].clone());
        }
        again
    };
    let mut again = start();
    assert_eq!(again.replica.recall(&index, |_| true), Ok(8));
    let mut read = 0;
    let needed = again.replica.to_be_read();
    let fold = again.replica.fold_recalled(&needed, |hash| {
        read += 1;
        two.kept.get(hash).cloned()
    });
    assert_eq!(fold, Ok(()));
    assert_eq!(read, 2, "the snapshot, and what came after");
    assert_eq!(again.replica.digest(), two.replica.digest());
    let heads = |node: &Node| node.replica.heads(Class::Shared).collect::<Vec<_>>();
    assert_eq!(heads(&again), heads(&two));
    assert_eq!(again.replica.known, two.replica.known);
    // Where one is gone nothing is remembered, and all can be taken in.
    let mut without = start();
    assert_eq!(without.replica.recall(&index, |_| true), Ok(8));
    let needed = without.replica.to_be_read();
    let gone = without.replica.fold_recalled(&needed, |_| None);
    assert!(matches!(gone, Err(RefoldError::Gone(_))));
    assert!(without.replica.known.is_empty());
    for object in two.kept.values().cloned().collect::<Vec<_>>() {
        without.take(&object);
    }
    assert_eq!(without.replica.digest(), two.replica.digest());
    // Any other bytes are no index.
    for len in 0..index.len() {
        assert!(start().replica.recall(&index[..len], |_| true).is_err());
    }
    let mut stranger = start();
    stranger.replica.circle = CircleId::from_bytes([7; 16]);
    assert!(stranger.replica.recall(&index, |_| true).is_err());
}

#[test]
fn who_has_the_recovery_key_and_the_objects_reads_everything() {
    let (mut one, mut two) = two();
    let entropy = SecretBytes::from_slice(&[3; 16]).expect("16 bytes");
    let recovery = crate::keys::RecoveryKey::new(&entropy).expect("a key");
    let mut roster = one.replica.roster().clone();
    roster.set_recovery(recovery.public(), 5);
    let set = one.epoch(&roster);
    assert!(!one.replica.needs_epoch());
    one.rename("under the first");
    // A device is added by somebody who never saw the words.
    two.take(&set);
    let mut roster = two.replica.roster().clone();
    roster.add(Device {
        id: id(3),
        added_at: 1,
        sign_key: verify_key(&key(3)),
        wrap_key: wrap_key(&key(103)).expect("a key"),
        name: String::new(),
        system: String::new(),
        seeds: false,
    });
    let later = two.epoch(&roster);
    one.take(&later);
    one.rename("under the last");
    let secrets = Contents::Secret(Secrets {
        seeds: vec![(
            WalletId::from_bytes([1; 16]),
            SecretVec::from_slice(&[2; 20]),
        )],
        owner: None,
    });
    one.write_contents(secrets).expect("it may");

    let mut found = Replica::observer(CIRCLE, verify_key(&key(200)), []);
    for object in [&set, &later] {
        found.take(object, Source::Elsewhere).expect("its owner's");
    }
    let other = SecretBytes::from_slice(&[4; 16]).expect("16 bytes");
    assert!(!found.recover(&crate::keys::RecoveryKey::new(&other).expect("a key")));
    assert!(found.recover(&recovery));
    for (hash, object) in &one.kept {
        if !one.replica.roster().knows(hash) {
            let taken = found.take(object, Source::Elsewhere).expect("valid");
            assert!(matches!(taken, Taken::New { .. }), "{taken:?}");
        }
    }
    assert_eq!(found.digest(), one.replica.digest());
    assert_eq!(found.seeds().len(), 1);
}
