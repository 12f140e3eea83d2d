//! The laws of joining, for every kind of change.

use std::collections::BTreeSet;

use bitcoin::Network;
use bitcoin::bip32::Fingerprint;
use proptest::prelude::*;
use satchel_types::{
    ChainSide, DeviceId, PublicDescriptors, ScriptType, StreamId, Timestamp, WalletId,
};

use super::*;

/// Few names, so that changes meet.
fn wallet_name() -> impl Strategy<Value = WalletId> {
    (0..3_u8).prop_map(|n| WalletId::from_bytes([n; 16]))
}
fn device() -> impl Strategy<Value = DeviceId> {
    (0..4_u8).prop_map(|n| DeviceId::from_bytes([n; 16]))
}
fn stream() -> impl Strategy<Value = StreamId> {
    (0..4_u8).prop_map(|n| StreamId::from_bytes([n; 16]))
}
fn coin() -> impl Strategy<Value = Coin> {
    (0..3_u8).prop_map(|n| [n; 36])
}
fn tag() -> impl Strategy<Value = Tag> {
    (0..4_u8).prop_map(|n| [n; 8])
}
fn address() -> impl Strategy<Value = AddressKey> {
    (wallet_name(), any::<bool>(), 0..5_u32).prop_map(|(wallet, change, index)| AddressKey {
        wallet,
        side: if change {
            ChainSide::Change
        } else {
            ChainSide::Receive
        },
        index,
    })
}

fn shared_wallet() -> impl Strategy<Value = SharedWallet> {
    (0..3_u32, 0..3_u32, 0..3_u64).prop_map(|(of, account, created)| {
        SharedWallet::new(
            Network::Regtest,
            ScriptType::Taproot,
            account,
            PublicDescriptors {
                external: format!("tr({of}/0/*)"),
                internal: format!("tr({of}/1/*)"),
                fingerprint: Fingerprint::from([0; 4]),
            },
            Timestamp::from_secs(created),
        )
    })
}

fn value() -> impl Strategy<Value = Value> {
    (
        1..5_u64,
        0..3_u64,
        stream(),
        prop::option::of("[ab]{1,2}"),
        prop::collection::btree_map(stream(), 1..5_u64, 0..3),
    )
        .prop_map(|(version, clock, stream, text, mut seen)| {
            seen.remove(&stream);
            Value {
                version,
                clock,
                stream,
                text,
                seen: seen.into_iter().collect(),
            }
        })
}

fn value_key() -> impl Strategy<Value = ValueKey> {
    (1..13_u16, 0..2_u8, 0..2_usize).prop_map(|(space, owner, len)| ValueKey {
        space: Space(space),
        owner: [owner; 16],
        field: vec![7; len],
    })
}

fn payment() -> impl Strategy<Value = Payment> {
    (
        0..7_u64,
        0..3_u64,
        prop::collection::btree_set(device(), 0..3),
        prop::collection::btree_set(coin(), 0..3),
        // What the PSBT says does not matter for joining; reading checks it.
        prop::collection::btree_set(prop::collection::vec(0..2_u8, 1..3), 0..3),
    )
        .prop_map(|(stage, reserved_until, devices, coins, psbts)| Payment {
            stage: Stage::from_number(stage).expect("below seven"),
            reserved_until,
            devices,
            coins,
            psbts,
        })
}

/// Any change.
pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        shared_wallet().prop_map(Change::Wallet),
        (value_key(), value()).prop_map(|(key, value)| Change::Value { key, value }),
        (wallet_name(), coin(), tag()).prop_map(|(wallet, coin, tag)| Change::Lock {
            wallet,
            coin,
            tag
        }),
        (wallet_name(), coin(), tag()).prop_map(|(wallet, coin, tag)| Change::Unlock {
            wallet,
            coin,
            tag
        }),
        (address(), device(), 0..3_u64).prop_map(|(key, device, at)| Change::Revealed {
            key,
            device,
            at
        }),
        (address(), device(), 0..3_u64).prop_map(|(key, device, at)| Change::Leased {
            key,
            device,
            at
        }),
        (wallet_name(), 0..2_u8, payment()).prop_map(|(wallet, txid, payment)| {
            Change::Payment {
                wallet,
                txid: [txid; 32],
                payment,
            }
        }),
        (10..14_u8, prop::collection::vec(any::<u8>(), 0..4))
            .prop_map(|(kind, content)| Change::Opaque { kind, content }),
    ]
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 0..40)
}

fn state(changes: impl IntoIterator<Item = Change>) -> State {
    let mut state = State::default();
    state.apply_all(changes);
    state
}

fn joined(mut one: State, other: State) -> State {
    one.join(&other);
    one
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(
        (first, shuffled) in changes().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        again in any::<prop::sample::Index>(),
    ) {
        let mut twice = shuffled.clone();
        if !first.is_empty() {
            twice.push(first[again.index(first.len())].clone());
        }
        prop_assert_eq!(state(first), state(twice));
    }

    #[test]
    fn joining_is_commutative_associative_and_idempotent(a in changes(), b in changes(), c in changes()) {
        let (a, b, c) = (state(a), state(b), state(c));
        prop_assert_eq!(joined(a.clone(), b.clone()), joined(b.clone(), a.clone()));
        prop_assert_eq!(
            joined(joined(a.clone(), b.clone()), c.clone()),
            joined(a.clone(), joined(b, c))
        );
        prop_assert_eq!(joined(a.clone(), a.clone()), a);
    }

    #[test]
    fn a_state_is_the_join_of_its_changes(all in changes()) {
        let whole = state(all);
        prop_assert_eq!(state(whole.clone().into_changes()), whole);
    }

    #[test]
    fn what_is_told_as_touched_is_all_that_differs(before in changes(), more in changes()) {
        let mut after = state(before.clone());
        let touched = after.apply_all(more);
        prop_assert_eq!(touched.is_empty(), after == state(before));
    }

    #[test]
    fn a_lock_is_lost_only_by_whoever_knew_it(all in changes(), wallet in wallet_name(), coin in coin()) {
        let before = state(all);
        let known: BTreeSet<Tag> = before.lock(wallet, &coin).map(|l| l.standing().collect()).unwrap_or_default();
        // One device takes off all that it knows while another locks anew.
        let mut both = joined(before.clone(), state([Change::Lock { wallet, coin, tag: [99; 8] }]));
        both.apply_all(known.into_iter().map(|tag| Change::Unlock { wallet, coin, tag }));
        prop_assert!(both.lock(wallet, &coin).is_some_and(CoinLock::is_locked));
    }

    #[test]
    fn writing_over_what_is_known_leaves_nothing_beside_it(all in prop::collection::vec(value(), 0..8), by in stream()) {
        let mut register = Register::default();
        for value in all {
            register.join(value);
        }
        let next = register.next(by, 0, Some("new".to_owned()));
        register.join(next);
        prop_assert_eq!(register.shown().and_then(|value| value.text.as_deref()), Some("new"));
        // Copies of a device that write under one stream are the one exception; the streams here are such copies.
        prop_assert!(register.beside().all(|value| value.stream == by));
    }

    #[test]
    fn a_payment_only_moves_forward(mut one in payment(), other in payment()) {
        let before = one.clone();
        one.join(other.clone());
        prop_assert_eq!(one.stage, before.stage.max(other.stage));
        prop_assert!(one.coins.is_superset(&before.coins) && one.devices.is_superset(&before.devices));
        prop_assert!(one.stage.is_open() || one.psbts.is_empty());
    }
}

fn plain(version: u64, clock: u64, by: u8, text: &str) -> Value {
    Value {
        version,
        clock,
        stream: StreamId::from_bytes([by; 16]),
        text: Some(text.to_owned()),
        seen: Seen::default(),
    }
}

#[test]
fn a_clock_ten_years_ahead_does_not_bring_back_what_was_overtaken() {
    let mut register = Register::default();
    register.join(plain(1, 4_000_000_000, 1, "from the future"));
    let over = register.next(
        StreamId::from_bytes([2; 16]),
        1_700_000_000,
        Some("rent".to_owned()),
    );
    register.join(over);
    assert_eq!(
        register.shown().and_then(|v| v.text.as_deref()),
        Some("rent")
    );
    assert_eq!(register.beside().count(), 0);
}

#[test]
fn values_that_did_not_know_of_each_other_are_both_shown() {
    let mut register = Register::default();
    register.join(plain(1, 10, 1, "rent"));
    register.join(plain(1, 20, 2, "flat"));
    assert_eq!(
        register.shown().and_then(|v| v.text.as_deref()),
        Some("flat")
    );
    let beside: Vec<_> = register
        .beside()
        .filter_map(|v| v.text.as_deref())
        .collect();
    assert_eq!(beside, ["rent"]);
}

#[test]
fn the_same_said_twice_is_no_conflict() {
    let mut register = Register::default();
    register.join(plain(1, 10, 1, "rent"));
    register.join(plain(1, 20, 2, "rent"));
    assert_eq!(register.beside().count(), 0);
}

#[test]
fn what_cannot_be_written_over_by_number_is_written_over_by_clock() {
    let mut register = Register::default();
    register.join(plain(crate::groups::MAX_VERSION, 10, 1, "poison"));
    let over = register.next(StreamId::from_bytes([2; 16]), 20, Some("rent".to_owned()));
    register.join(over);
    assert_eq!(
        register.shown().and_then(|v| v.text.as_deref()),
        Some("rent")
    );
}

/// A wallet whose id is right.
pub(crate) fn a_wallet() -> SharedWallet {
    SharedWallet::new(
        Network::Regtest,
        ScriptType::Taproot,
        0,
        PublicDescriptors {
            external: "tr(0/0/*)".to_owned(),
            internal: "tr(0/1/*)".to_owned(),
            fingerprint: Fingerprint::from([0; 4]),
        },
        Timestamp::from_secs(1),
    )
}
