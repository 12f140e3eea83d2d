//! Epochs made at once, and what else a round between devices relies on.

use super::*;
use crate::object::{self, Head};
use crate::state::AddressKey;
use satchel_types::ChainSide;

fn address(index: u32) -> AddressKey {
    AddressKey {
        wallet: WalletId::from_bytes([9; 16]),
        side: ChainSide::Receive,
        index,
    }
}

/// Two devices with the owner's key that each added one more, not knowing of it.
struct Split {
    one: Node,
    two: Node,
    by_one: Vec<u8>,
    by_two: Vec<u8>,
}

fn split() -> Split {
    let (mut one, mut two) = two();
    let by_one = one.found(&[(3, true)]);
    let by_two = two.found(&[(4, true)]);
    Split {
        one,
        two,
        by_one,
        by_two,
    }
}

#[test]
fn epochs_made_at_once_lead_to_one_choice_and_are_brought_together() {
    let Split {
        mut one,
        mut two,
        by_one,
        by_two,
    } = split();
    assert!(!one.replica.needs_epoch() && !two.replica.needs_epoch());
    let under_one = one.rename("one");
    one.take(&by_two);
    two.take(&by_one);
    assert_eq!(
        one.replica.roster().current(),
        two.replica.roster().current()
    );
    assert!(one.replica.needs_epoch() && two.replica.needs_epoch());
    // A device that only one of them was made for cannot bring them together.
    let mut four = Node::new(4);
    four.take(&by_two);
    four.take(&by_one);
    assert_eq!(four.take(&under_one), Taken::Waits(Wait::Keys));
    // It says that one is due only where the one in use was not made for all.
    let (_, current) = four.replica.roster().current().expect("there are some");
    let leaves_out_three = current == ObjectHash::of(&by_two);
    let leaves_out_four = current == ObjectHash::of(&by_one);
    assert!(leaves_out_three != leaves_out_four && four.replica.needs_epoch());
    let roster = two.replica.roster().clone();
    let both = two.epoch(&roster);
    for node in [&mut one, &mut four] {
        node.take(&both);
        assert!(!node.replica.roster().is_split() && !node.replica.needs_epoch());
    }
    assert!(matches!(four.take(&under_one), Taken::New { .. }));
    assert!(!two.replica.needs_epoch());
}

#[test]
fn who_was_not_given_the_newest_keys_waits_to_write() {
    let Split {
        one,
        by_one,
        by_two,
        ..
    } = split();
    drop(one);
    let mut refused = 0;
    for n in [3, 4] {
        let mut node = Node::new(n);
        node.take(&by_one);
        node.take(&by_two);
        match node.write_contents(Contents::Shared(Vec::new())) {
            Err(WriteError::AwaitsKeys) => refused += 1,
            other => assert!(other.is_ok()),
        }
    }
    assert_eq!(refused, 1);
}

#[test]
fn an_epoch_that_does_not_lead_to_all_keys_is_due_anew() {
    let Split {
        mut one,
        mut two,
        by_one,
        by_two,
    } = split();
    let under_two = two.rename("two");
    // Three holds the owner's key, knows both, and can open that of one alone.
    let mut three = Node::new(3);
    three.take(&by_two);
    three.take(&by_one);
    let roster = three.replica.roster().clone();
    let by_three = three.epoch(&roster);
    for node in [&mut one, &mut two] {
        node.take(&by_one);
        node.take(&by_two);
        node.take(&by_three);
        // It did not follow what it could not open, so that this is seen.
        assert!(node.replica.needs_epoch());
    }
    assert!(!three.replica.needs_epoch());
    assert_eq!(three.take(&under_two), Taken::Waits(Wait::Keys));
    let roster = one.replica.roster().clone();
    let all = one.epoch(&roster);
    three.take(&all);
    assert!(matches!(three.take(&under_two), Taken::New { .. }));
    assert!(!one.replica.needs_epoch() && !three.replica.needs_epoch());
}

#[test]
fn an_epoch_that_follows_without_carrying_is_due_anew() {
    let (mut one, _) = two();
    let more = one.rename("under the first");
    // Somebody's epoch that names what it follows and carries none of its keys.
    let roster = one.replica.roster().clone();
    let draw = one.draw();
    let new = crate::keys::NewEpoch {
        circle: CIRCLE,
        roster: &roster,
        ring: &Ring::default(),
        follows: roster.tips(),
    };
    let (sealed, _) = crate::keys::seal_keys(&new, &key(200), draw)
        .unwrap_or_else(|never| match never {})
        .expect("valid");
    one.take(&sealed.bytes);
    assert!(!one.replica.roster().is_split());
    assert!(one.replica.needs_epoch());
    let hash = ObjectHash::of(&more);
    assert!(one.replica.keys_for(&hash).all(|keys| keys != sealed.hash));
    let again = one.epoch(&roster.clone());
    assert!(!one.replica.needs_epoch());
    assert!(
        one.replica
            .keys_for(&hash)
            .any(|keys| keys == ObjectHash::of(&again))
    );
}

#[test]
fn what_one_write_says_twice_is_said_once() {
    let (mut one, mut two) = two();
    let device = one.replica.device();
    let at = |at| Change::Revealed {
        key: address(3),
        device,
        at,
    };
    let object = one.write(vec![at(7), at(5), at(9), at(5)]);
    two.take(&object);
    let wallet = WalletId::from_bytes([9; 16]);
    let revealed: Vec<_> = two
        .replica
        .state()
        .revealed(wallet, ChainSide::Receive)
        .map(|(index, by)| (index, by[&device]))
        .collect();
    assert_eq!(revealed, [(3, 5)]);
}

#[test]
fn objects_are_known_by_their_names() {
    let (mut one, mut two) = two();
    let object = one.rename("a");
    let name = object::name(&object).expect("just written");
    assert_eq!(
        Head::read(&object)
            .expect("just written")
            .place
            .name(&ObjectHash::of(&object)),
        name
    );
    assert!(!two.replica.knows_short(name.hash()));
    two.take(&object);
    let hash = two.replica.known_as(name.hash()).expect("taken");
    assert_eq!(hash, ObjectHash::of(&object));
    assert_eq!(two.replica.name_of(&hash), Some(name));
    assert_eq!(two.replica.writer(&hash), Some(id(1)));
    let (_, keys) = two.replica.roster().current().expect("it was founded");
    let name = two.replica.name_of(&keys).expect("it is known");
    assert!(two.replica.knows_short(name.hash()));
    assert_eq!(object::name(&two.kept[&keys]), Ok(name));
}

#[test]
fn many_at_once_are_as_one_after_another() {
    let (mut one, mut two) = two();
    let mut three = Node::new(3);
    let more = one.found(&[(3, true)]);
    two.take(&more);
    let mut objects = vec![more];
    for text in ["a", "b"] {
        objects.push(two.rename(text));
    }
    for object in &objects {
        one.take(object);
    }
    let keys = one.remove(2);
    objects.push(two.rename("after"));
    objects.push(one.rename("c"));
    objects.push(one.snapshot());
    objects.insert(0, keys);
    let first: Vec<_> = objects.iter().map(|object| three.take(object)).collect();
    let mut again = Node::new(3);
    let all = again
        .replica
        .take_all(objects.iter().map(Vec::as_slice), Source::Elsewhere);
    assert!(!again.replica.refold_due());
    assert_eq!(again.replica.digest(), three.replica.digest());
    assert_eq!(three.name(), Some("c"));
    // What comes before one that counts counts at once if it comes with it.
    let left_out = |taken: &Taken| matches!(taken, Taken::LeftOut { .. });
    assert_eq!(first.iter().filter(|taken| left_out(taken)).count(), 2);
    let all = all.iter().map(|taken| taken.as_ref().expect("valid"));
    assert_eq!(all.filter(|taken| left_out(taken)).count(), 1);
    let heads = |node: &Node| node.replica.heads(Class::Shared).collect::<Vec<_>>();
    assert_eq!(heads(&again), heads(&three));
}
