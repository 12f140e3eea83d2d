//! Who alone can open something says it to all, once.

use super::*;

/// A circle whose epochs were made apart: the devices one and two hold the owner's key, and each added one more.
struct Apart {
    /// Can open both, and has no owner's key.
    reader: Node,
    /// Can open the epoch in use alone.
    newcomer: Node,
    /// Made the epoch in use.
    winner: Node,
    /// Made the other one; nobody else writes under it.
    loser: Node,
    keys: Vec<Vec<u8>>,
}

fn apart() -> Apart {
    let (mut one, mut two) = two();
    let founded = one.found(&[(5, false)]);
    two.take(&founded);
    let by_one = one.found(&[(3, false)]);
    let by_two = two.found(&[(4, false)]);
    let keys = vec![founded, by_one, by_two];
    let mut reader = Node::new(5);
    for object in &keys {
        reader.take(object);
    }
    let (_, current) = reader.replica.roster().current().expect("there are some");
    let by_one_is_in_use = current == ObjectHash::of(&keys[1]);
    let (winner, loser, newcomer) = if by_one_is_in_use {
        (one, two, 3)
    } else {
        (two, one, 4)
    };
    let mut newcomer = Node::new(newcomer);
    for object in &keys {
        newcomer.take(object);
    }
    Apart {
        reader,
        newcomer,
        winner,
        loser,
        keys,
    }
}

impl Apart {
    /// The device that made the other epoch, as it was put back from a copy of before and went on with the one in use.
    fn copy_of_loser(&self, n: u8) -> Node {
        let mut copy = Node::new(n);
        for object in &self.keys {
            copy.take(object);
        }
        copy
    }

    fn loser(&self) -> u8 {
        if self.loser.replica.device() == id(1) {
            1
        } else {
            2
        }
    }
}

#[test]
fn the_end_of_a_branch_before_a_snapshot_is_said_once() {
    let mut all = apart();
    let only_here = all.loser.rename("under the other epoch");
    // A copy of that device goes on in the same stream, and a snapshot of its own stands behind.
    let mut copy = all.copy_of_loser(all.loser());
    let branch = [copy.rename("a"), copy.rename("b"), copy.snapshot()];
    for object in branch.iter().chain([&only_here]) {
        all.reader.take(object);
    }
    for object in &branch {
        all.newcomer.take(object);
    }
    assert_eq!(all.newcomer.take(&only_here), Taken::Waits(Wait::Keys));
    assert!(all.reader.replica.opens_alone());
    let told = all.reader.snapshot();
    assert!(!all.reader.replica.opens_alone(), "it was said just now");
    assert!(!all.reader.replica.needs_snapshot());
    all.newcomer.take(&told);
    assert_eq!(all.newcomer.replica.digest(), all.reader.replica.digest());
    // It holds what it says: nobody misses that, and it need not be read where it can be.
    assert!(all.newcomer.replica.missing().is_empty());
    let said_once = all.reader.replica.essence();
    assert!(said_once.contains(&ObjectHash::of(&told)));
    assert!(
        !all.reader
            .replica
            .to_be_read()
            .contains(&ObjectHash::of(&only_here))
    );
}

#[test]
fn what_a_snapshot_says_it_missed_was_not_said_by_it() {
    let mut all = apart();
    let late = all.loser.rename("a");
    let named = all.loser.rename("b");
    all.reader.take(&named);
    let without = all.reader.snapshot();
    assert!(!all.reader.replica.opens_alone());
    all.reader.take(&late);
    assert!(all.reader.replica.opens_alone(), "nobody has said it");
    let with = all.reader.snapshot();
    assert!(!all.reader.replica.opens_alone());
    for object in [&without, &with] {
        all.newcomer.take(object);
    }
    assert_eq!(all.newcomer.replica.digest(), all.reader.replica.digest());
}

#[test]
fn what_no_snapshot_can_name_asks_for_none() {
    let mut all = apart();
    // More streams than an object names, each with something under the other epoch.
    for n in 0..crate::object::MAX_HEADS + 20 {
        let mut bytes = [7; 16];
        bytes[..8].copy_from_slice(&n.to_le_bytes());
        let stream = StreamId::from_bytes(bytes);
        all.loser.replica.own.shared = stream;
        let object = all.loser.rename("again");
        all.reader.take(&object);
    }
    assert!(all.reader.replica.opens_alone());
    all.reader.snapshot();
    assert!(
        !all.reader.replica.opens_alone(),
        "another would say no more"
    );
}

#[test]
fn a_long_branch_of_a_copy_asks_for_one_snapshot() {
    let mut all = apart();
    let n = if all.loser() == 1 { 2 } else { 1 };
    let long = |node: &mut Node| {
        let row = |at: u32| {
            let content = [at.to_le_bytes().as_slice(), &[0; 400]].concat();
            // Nothing packs a hash.
            let hash = satchel_secrets::hash::hash(&content);
            let mut field = hash.to_vec();
            field.extend_from_slice(&satchel_secrets::hash::hash(&hash));
            let key = ValueKey {
                space: Space::WALLET_NAME,
                owner: [9; 16],
                field,
            };
            node.replica.set_value(key, 1, Some("x".to_owned()))
        };
        let changes = (0..2_000).map(row).collect();
        node.write(changes)
    };
    let branch = long(&mut all.winner);
    assert!(branch.len() > 64 * 1024);
    let mut copy = Node::new(n);
    for object in &all.keys {
        copy.take(object);
    }
    for text in ["a", "b"] {
        copy.rename(text);
    }
    copy.snapshot();
    assert!(!copy.replica.needs_snapshot());
    // It finds what it wrote before it was put back, and holds it from now on.
    copy.take(&branch);
    assert!(copy.replica.needs_snapshot());
    copy.snapshot();
    assert!(!copy.replica.needs_snapshot(), "it was said just now");
}
