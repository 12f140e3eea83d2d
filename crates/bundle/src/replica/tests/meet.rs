//! Devices that meet by codes alone.

use super::*;
use crate::meeting::Heads;

/// One shows what it has, the other answers, and it takes the answer in. Returns how many objects were shown.
fn tell(from: &Node, to: &mut Node) -> usize {
    let heads = Heads::read(&to.replica.told_heads().write()).expect("as it was written");
    let lacking = from.replica.lacking(&heads);
    for hash in &lacking {
        let object = from.kept.get(hash).expect("it is kept").clone();
        to.take(&object);
    }
    lacking.len()
}

/// Also keeps keys objects, which these nodes do not keep by themselves.
fn keeping(node: &mut Node, object: &[u8]) {
    node.kept.insert(ObjectHash::of(object), object.to_vec());
}

fn founded() -> (Node, Node) {
    let (mut one, mut two) = (Node::new(1), Node::new(2));
    let keys = one.found(&[(1, true), (2, true)]);
    two.take(&keys);
    keeping(&mut one, &keys);
    keeping(&mut two, &keys);
    (one, two)
}

#[test]
fn each_shows_what_the_other_lacks_and_no_more() {
    let (mut one, mut two) = founded();
    for name in ["a", "b", "c"] {
        one.rename(name);
    }
    two.rename("d");
    assert_eq!(tell(&one, &mut two), 3);
    assert_eq!(tell(&two, &mut one), 1);
    assert_eq!(one.replica.digest(), two.replica.digest());
    assert!(one.replica.missing().is_empty() && two.replica.missing().is_empty());
    // Who has everything is shown nothing, also after it wrote upon what it was shown.
    assert_eq!((tell(&one, &mut two), tell(&two, &mut one)), (0, 0));
    // What only one of them knows stands at the end of its stream, and is followed back to what both know.
    one.rename("e");
    assert_eq!((tell(&two, &mut one), tell(&one, &mut two)), (0, 1));
    assert_eq!(one.replica.digest(), two.replica.digest());
}

#[test]
fn what_was_held_back_before_is_shown_and_what_a_third_wrote_goes_along() {
    let (mut one, mut two) = founded();
    let held = one.rename("a");
    let object = one.rename("b");
    two.take(&object);
    assert_eq!(two.replica.missing(), [ObjectHash::of(&held)].into());
    assert_eq!(
        tell(&one, &mut two),
        1,
        "the one that it says to be missing"
    );
    assert!(two.replica.missing().is_empty());

    let mut three = Node::new(3);
    let keys = one.found(&[(3, true)]);
    keeping(&mut one, &keys);
    three.take(&keys);
    keeping(&mut three, &keys);
    three.rename("of the third");
    tell(&three, &mut one);
    let shown = tell(&one, &mut two);
    assert!(shown >= 2, "keys and what the third wrote: {shown}");
    assert_eq!(two.name(), one.name());
    assert_eq!(one.replica.digest(), two.replica.digest());
}

#[test]
fn a_snapshot_stands_for_what_it_holds() {
    let (mut one, mut two) = founded();
    for n in 0..20 {
        one.rename(&format!("name {n}"));
    }
    one.snapshot();
    one.rename("after it");
    assert_eq!(tell(&one, &mut two), 2, "the snapshot, and what came after");
    assert_eq!(one.replica.digest(), two.replica.digest());
    assert!(two.replica.missing().is_empty());
    assert_eq!(tell(&one, &mut two), 0);
}

#[test]
fn a_device_that_has_nothing_but_keys_is_shown_everything() {
    let (mut one, mut two) = founded();
    for name in ["a", "b"] {
        one.rename(name);
    }
    let heads = two.replica.told_heads();
    assert!(heads.last.is_empty() && heads.keys.len() == 1);
    assert_eq!(tell(&one, &mut two), 2);
    // Hashes of nobody's objects take nothing away.
    let mut heads = two.replica.told_heads();
    heads.last = [crate::meeting::ToldHash::from(&ObjectHash::from_bytes(
        [7; 32],
    ))]
    .into();
    assert_eq!(one.replica.lacking(&heads).len(), 2);
}

#[test]
fn seeds_are_shown_to_a_device_that_may_hold_them_and_to_no_other() {
    let (mut one, mut two, mut three) = (Node::new(1), Node::new(2), Node::new(3));
    let keys = one.found(&[(1, true), (2, true), (3, false)]);
    for node in [&mut two, &mut three] {
        node.take(&keys);
    }
    one.rename("a");
    one.write_contents(Contents::Secret(Secrets {
        seeds: vec![(
            WalletId::from_bytes([1; 16]),
            SecretVec::from_slice(&[2; 20]),
        )],
        owner: None,
    }))
    .expect("it belongs");
    assert_eq!(tell(&one, &mut two), 2);
    assert_eq!(two.replica.seeds().len(), 1);
    assert_eq!(tell(&one, &mut three), 1);
    assert!(three.replica.seeds().is_empty());
    assert_eq!(three.name(), Some("a"));
}
