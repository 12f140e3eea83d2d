//! What is known of other devices by what they wrote.

use super::*;

/// A device, itself as it was after its first object, and another that knows of neither what came later.
fn copied() -> (Node, Node, Node) {
    let (mut one, mut two) = two();
    let old = one.rename("a");
    let mut copy = Node::new(1);
    copy.take(&one.found(&[]));
    let keep = copy.replica.take(&old, Source::Here);
    keep.expect("its own keeping");
    two.take(&one.found(&[]));
    two.take(&old);
    (one, copy, two)
}

#[test]
fn a_branch_that_ends_before_the_others_snapshot_is_seen_all_the_same() {
    let (mut one, mut copy, mut two) = copied();
    two.take(&one.rename("b"));
    two.take(&one.rename("c"));
    two.take(&one.snapshot());
    assert!(!two.replica.goes_on_as_two(id(1)));
    two.take(&copy.rename("d"));
    assert!(two.replica.goes_on_as_two(id(1)));
}

#[test]
fn both_streams_that_two_copies_take_up_are_looked_at() {
    let (mut one, mut copy, mut two) = copied();
    let (by_one, by_copy) = (one.rename("b"), copy.rename("c"));
    one.replica.set_spare_streams(streams(60));
    one.take(&by_copy);
    copy.take(&by_one);
    for object in [&by_one, &by_copy] {
        two.take(object);
    }
    two.take(&one.rename("d"));
    assert!(!two.replica.goes_on_as_two(id(1)));
    // Somebody still uses the other.
    let again = copy.rename("e");
    two.take(&again);
    assert!(two.replica.goes_on_as_two(id(1)));
    one.take(&again);
    two.take(&one.rename("f"));
    assert!(!two.replica.goes_on_as_two(id(1)));
}

#[test]
fn a_device_has_heard_what_the_last_it_wrote_knows_of() {
    let (mut one, mut two) = two();
    assert_eq!(one.replica.has_heard(id(2)), None);
    let first = one.rename("a");
    assert_eq!(one.replica.has_heard(id(2)), None, "it said nothing");
    one.take(&two.rename("b"));
    assert_eq!(one.replica.has_heard(id(2)), Some(false));
    two.take(&first);
    assert_eq!(
        one.replica.has_heard(id(2)),
        Some(false),
        "it did not say so"
    );
    one.take(&two.rename("c"));
    assert_eq!(one.replica.has_heard(id(2)), Some(true));
    let more = one.rename("d");
    assert_eq!(one.replica.has_heard(id(2)), Some(false), "not of the last");
    two.take(&more);
    one.take(&two.snapshot());
    assert_eq!(one.replica.has_heard(id(2)), Some(true));
}
