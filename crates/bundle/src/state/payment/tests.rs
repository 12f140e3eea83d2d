//! The laws of joining where a payment has more than a row takes.

use proptest::prelude::*;

use super::*;
use crate::state::{Change, State};

/// So much for the PSBTs of a payment, here.
const PSBTS_LEN: usize = 1_000;

/// Numbers as lists have them: few, or about as many as a row takes; not drawn one by one, which takes long.
fn numbers() -> impl Strategy<Value = Vec<u32>> {
    let most = u32::try_from(MAX_LIST).expect("it is small");
    let count = prop_oneof![0..4_u32, most - 2..most + 3];
    let from = (0..2 * most, 1..3_u32);
    (from, count).prop_map(|((from, step), count)| (0..count).map(|n| from + n * step).collect())
}

/// Of lengths that let fewer than the most of them in, and of lengths that do not.
fn psbts() -> impl Strategy<Value = BTreeSet<Vec<u8>>> {
    let psbt = prop_oneof![9 => 1..12_usize, 1 => 12..400_usize];
    let psbt = (psbt, any::<u8>()).prop_map(|(len, fill)| vec![fill; len]);
    prop::collection::btree_set(psbt, 0..100)
}

fn payment() -> impl Strategy<Value = Payment> {
    let lists = (numbers(), numbers(), psbts());
    (0..4_u64, lists).prop_map(|(stage, (devices, coins, psbts))| Payment {
        stage: Stage::from_number(stage).expect("below seven"),
        reserved_until: 0,
        devices: devices.into_iter().map(device).collect(),
        coins: coins.into_iter().map(coin).collect(),
        psbts,
    })
}

fn device(n: u32) -> DeviceId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    DeviceId::from_bytes(id)
}

fn coin(n: u32) -> Coin {
    let mut coin = [0; 36];
    coin[..4].copy_from_slice(&n.to_be_bytes());
    coin
}

fn nothing() -> Payment {
    Payment {
        stage: Stage::Draft,
        reserved_until: 0,
        devices: BTreeSet::new(),
        coins: BTreeSet::new(),
        psbts: BTreeSet::new(),
    }
}

fn joined(all: &[&Payment]) -> Payment {
    let mut whole = nothing();
    for one in all {
        whole.join_within((*one).clone(), PSBTS_LEN);
    }
    whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn order_grouping_and_repetition_do_not_matter(a in payment(), b in payment(), c in payment()) {
        let whole = joined(&[&a, &b, &c]);
        prop_assert_eq!(&joined(&[&c, &b, &a]), &whole);
        prop_assert_eq!(&joined(&[&b, &a, &c, &a]), &whole);
        prop_assert_eq!(&joined(&[&a, &joined(&[&b, &c])]), &whole);
        prop_assert!(whole.devices.len() <= MAX_LIST && whole.coins.len() <= MAX_LIST);
        prop_assert!(whole.psbts.len() <= MAX_PSBTS);
        let len: usize = whole.psbts.iter().map(Vec::len).sum();
        prop_assert!(len <= PSBTS_LEN || whole.psbts.len() == 1);
    }

    #[test]
    fn a_change_is_told_if_there_is_one(a in payment(), b in payment()) {
        let before = joined(&[&a]);
        let mut after = before.clone();
        let changed = after.join_within(b, PSBTS_LEN);
        prop_assert_eq!(changed, after != before);
    }
}

#[test]
fn the_longest_of_the_psbts_stay() {
    let of = |lens: std::ops::Range<usize>| {
        let mut payment = nothing();
        payment.psbts = lens.map(|len| vec![1; len]).collect();
        payment
    };
    let mut whole = of(0..40).normal();
    assert!(whole.join(of(40..100)));
    let lens: Vec<_> = whole.psbts.iter().map(Vec::len).collect();
    assert_eq!(lens, (36..100).collect::<Vec<_>>());
    assert!(!whole.join(of(0..36)), "shorter ones change nothing");
}

#[test]
fn what_one_change_says_is_cut_as_what_two_say() {
    let mut payment = nothing();
    payment.coins = (0..5_000).map(coin).collect();
    let change = |payment| Change::Payment {
        wallet: satchel_types::WalletId::from_bytes([1; 16]),
        txid: [1; 32],
        payment,
    };
    let mut state = State::default();
    state.apply(change(payment.clone()));
    let (_, _, known) = state.payments().next().expect("just said");
    assert_eq!(known.coins, (0..4_096).map(coin).collect());
    assert_eq!(state.apply(change(payment)), None);
}
