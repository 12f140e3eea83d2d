use super::*;

fn known(first: u32, members: u32) -> Addresses {
    Addresses {
        side: ChainSide::Receive,
        first,
        scanned: true,
        shown: BTreeSet::new(),
        alone: BTreeSet::new(),
        others: BTreeSet::new(),
        asked: BTreeSet::new(),
        mine: BTreeSet::new(),
        members,
    }
}

fn lease(index: u32, confirmed: bool) -> Lease {
    Lease {
        side: ChainSide::Receive,
        index,
        stream: satchel_types::StreamId::from_bytes([1; 16]),
        seq: 0,
        confirmed,
    }
}

#[test]
fn all_devices_together_ask_for_no_more_than_the_gap_leaves() {
    assert_eq!(known(5, 2).to_ask_for(&[]), [5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(known(0, 8).to_ask_for(&[]), [0, 1]);
    assert_eq!(known(0, 64).to_ask_for(&[]), [0]);
    let mut busy = known(0, 2);
    busy.shown = (0..12).collect();
    busy.asked = (12..18).collect();
    busy.others = (12..18).collect();
    assert_eq!(busy.to_ask_for(&[]), [18, 19], "within the gap");
    busy.mine = (18..20).collect();
    busy.asked.extend([18, 19]);
    assert!(
        busy.to_ask_for(&[lease(18, false), lease(19, true)])
            .is_empty()
    );
    // What a copy of this device asked for under another stream is not its own.
    let mut copy = known(0, 2);
    copy.asked = (0..8).collect();
    copy.mine = (0..8).collect();
    assert_eq!(copy.to_ask_for(&[]), [8, 9, 10, 11, 12, 13, 14, 15]);
}

#[test]
fn an_own_address_goes_first_and_a_strange_one_is_marked() {
    let mut one = known(3, 2);
    one.asked = (3..19).collect();
    one.mine = (3..11).collect();
    one.others = (11..19).collect();
    let leases = [lease(3, true), lease(4, true), lease(5, false)];
    let never = |_| false;
    let choice = |index, unsure| Choice { index, unsure };
    assert_eq!(one.choose(&leases, never, 7), choice(3, false));
    one.shown.insert(3);
    assert_eq!(one.choose(&leases, never, 7), choice(4, false));
    assert_eq!(one.choose(&leases, |index| index == 4, 0).index, 5);
    one.shown.insert(4);
    // Not heard of by all: as any that is nobody's.
    for random in 0..40 {
        let strange = one.choose(&leases, never, random);
        assert!(strange.unsure && !one.others.contains(&strange.index));
        assert!(!one.shown.contains(&strange.index));
        assert!((3..23).contains(&strange.index), "within the gap");
    }
    // All that is nobody else's was shown: one of these again, and never another device's.
    one.shown.extend(3..11);
    one.shown.extend(19..23);
    for random in 0..40 {
        let again = one.choose(&leases, never, random);
        assert!(again.unsure && !one.others.contains(&again.index));
    }
}

#[test]
fn a_change_address_of_a_dropped_draft_is_taken_again_before_one_that_may_be_anothers() {
    let mut one = known(0, 2);
    one.mine = (0..8).collect();
    one.others = (8..16).collect();
    one.asked = (0..16).collect();
    one.shown = (0..9).collect();
    one.alone = (0..8).filter(|index| *index != 0).collect();
    let leases: Vec<Lease> = (0..8).map(|index| lease(index, true)).collect();
    let waits = |index| index == 1;
    assert!(one.choose(&leases, waits, 0).unsure, "shown to a payer");
    one.side = ChainSide::Change;
    let choice = |index| Choice {
        index,
        unsure: false,
    };
    // Another device has a draft with 0, this one with 1.
    assert_eq!(one.choose(&leases, waits, 0), choice(2));
    assert!(one.choose(&leases, |index| index < 8, 0).unsure);
    one.shown.remove(&7);
    assert_eq!(one.choose(&leases, waits, 0), choice(7), "never used yet");
}

#[test]
fn before_the_chain_was_asked_nothing_that_somebody_spoke_of_is_taken_again() {
    let mut one = known(0, 2);
    one.shown = (0..GAP).collect();
    assert!(one.shown.contains(&one.choose(&[], |_| false, 3).index));
    one.scanned = false;
    for random in 0..40 {
        assert_eq!(one.choose(&[], |_| false, random).index, GAP);
    }
    one.shown.remove(&7);
    assert_eq!(one.choose(&[], |_| false, 5).index, 7, "nobody spoke of it");
}
