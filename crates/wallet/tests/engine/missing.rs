//! Payments that a server does not know any more, and clocks.

use bitcoin::Amount;
use satchel_types::{ScriptType, TxState};
use satchel_wallet::{ScanScope, WalletEvent};

use crate::flows::{funded, send};
use crate::world::pay;

#[test]
fn one_miss_gives_up_nothing_and_neither_do_two_within_a_minute() {
    let mut world = funded(ScriptType::Segwit, &[100_000]);
    let (_, txid) = send(&mut world, vec![pay(1, 30_000)]);
    world.mempool.clear();
    for _ in 0..5 {
        world.sync(ScanScope::Revealed);
        assert!(matches!(world.state(txid), TxState::Pending { .. }));
    }
    // Seen in between, the count starts anew, also across a restart.
    world.mempool.push(txid);
    world.sync(ScanScope::Revealed);
    world.mempool.clear();
    world.now += 100;
    world.sync(ScanScope::Revealed);
    assert!(matches!(world.state(txid), TxState::Pending { .. }));
    world.restart();
    world.now += 60;
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::Dropped { txid }));
    assert_eq!(world.state(txid), TxState::Dropped { at: world.now() });
    assert_eq!(
        world.store.balance.confirmed,
        Amount::from_sat(100_000),
        "its coin is free again"
    );
    world.store.agrees_with(&world.engine);

    world.mempool.push(txid);
    let events = world.sync(ScanScope::Revealed);
    assert!(events.contains(&WalletEvent::Returned { txid }));
    assert!(matches!(world.state(txid), TxState::Pending { .. }));
    world.store.agrees_with(&world.engine);
}

#[test]
fn a_miss_that_a_clock_ahead_noted_is_counted_anew_once_the_clock_is_right() {
    for jump in [3_600, 10 * 365 * 24 * 3_600] {
        let mut world = funded(ScriptType::Segwit, &[100_000]);
        let (_, txid) = send(&mut world, vec![pay(1, 30_000)]);
        world.mempool.clear();
        world.now += jump;
        world.sync(ScanScope::Revealed);
        world.now -= jump;
        world.restart();
        for _ in 0..2 {
            world.sync(ScanScope::Revealed);
            assert!(matches!(world.state(txid), TxState::Pending { .. }));
        }
        world.now += 60;
        world.sync(ScanScope::Revealed);
        assert_eq!(world.state(txid), TxState::Dropped { at: world.now() });
        world.store.agrees_with(&world.engine);
    }
}
