//! Laws under random events: rows written as differences equal rows worked out anew, nothing is
//! lost on a restart, and what the wallet believes comes true once it looked.

use bitcoin::{Amount, OutPoint};
use proptest::prelude::*;
use satchel_types::{ChainSide, CoinState, ScriptType, TxState};
use satchel_wallet::{CoinChoice, PaymentSpec, ScanScope};

use crate::flows::send_plan;
use crate::resuming::full;
use crate::world::{World, cases, foreign, pay};

#[derive(Debug, Clone)]
enum Step {
    NewAddress,
    Receive {
        side: bool,
        index: u8,
        amount: u32,
    },
    ReceiveTwo {
        first: u8,
        second: u8,
    },
    StrangerSpendsOn {
        pick: u8,
    },
    StrangerReplaces {
        pick: u8,
        to_us: bool,
    },
    CoinbaseToUs {
        index: u8,
    },
    Mine {
        keep: u8,
    },
    MineEmpty {
        blocks: u8,
    },
    Unmine {
        depth: u8,
        keep: bool,
    },
    LoseFromMempool {
        pick: u8,
    },
    Send {
        amount: u32,
        to_self: bool,
        all: bool,
        heard: bool,
    },
    Cancel {
        pick: u8,
    },
    Bump {
        pick: u8,
    },
    Abandon {
        pick: u8,
    },
    Sync {
        scope: u8,
    },
    HalfSync {
        batches: u8,
    },
    Full {
        cut: Option<u8>,
    },
    Wait,
    Restart {
        compact: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    prop_oneof![
        1 => Just(NewAddress),
        5 => (any::<bool>(), 0..24u8, 600..200_000u32)
            .prop_map(|(side, index, amount)| Receive { side, index, amount }),
        2 => (0..24u8, 0..24u8).prop_map(|(first, second)| ReceiveTwo { first, second }),
        1 => any::<u8>().prop_map(|pick| StrangerSpendsOn { pick }),
        2 => (any::<u8>(), any::<bool>())
            .prop_map(|(pick, to_us)| StrangerReplaces { pick, to_us }),
        1 => (0..24u8).prop_map(|index| CoinbaseToUs { index }),
        4 => any::<u8>().prop_map(|keep| Mine { keep }),
        1 => (1..120u8).prop_map(|blocks| MineEmpty { blocks }),
        2 => (1..5u8, any::<bool>()).prop_map(|(depth, keep)| Unmine { depth, keep }),
        1 => any::<u8>().prop_map(|pick| LoseFromMempool { pick }),
        5 => (600..100_000u32, any::<bool>(), proptest::bool::weighted(0.1), proptest::bool::weighted(0.9))
            .prop_map(|(amount, to_self, all, heard)| Send { amount, to_self, all, heard }),
        1 => any::<u8>().prop_map(|pick| Cancel { pick }),
        1 => any::<u8>().prop_map(|pick| Bump { pick }),
        1 => any::<u8>().prop_map(|pick| Abandon { pick }),
        6 => (0..3u8).prop_map(|scope| Sync { scope }),
        2 => (0..6u8).prop_map(|batches| HalfSync { batches }),
        3 => proptest::option::weighted(0.7, 0..6u8).prop_map(|cut| Full { cut }),
        1 => Just(Wait),
        1 => any::<bool>().prop_map(|compact| Restart { compact }),
    ]
}

fn pick<T: Copy>(list: &[T], pick: u8) -> Option<T> {
    list.get(usize::from(pick) % list.len().max(1)).copied()
}

fn side(change: bool) -> ChainSide {
    if change {
        ChainSide::Change
    } else {
        ChainSide::Receive
    }
}

/// A script within the gap beyond what was handed out.
fn near(world: &World, side: ChainSide, index: u8) -> bitcoin::ScriptBuf {
    let next = world.engine.last_revealed(side).map_or(0, |i| i + 1);
    world.script(side, u32::from(index) % (next + 18).min(100))
}

fn pending_of_us(world: &World) -> Vec<bitcoin::Txid> {
    let mut own: Vec<_> = world
        .engine
        .history()
        .filter(|row| matches!(row.state, TxState::Pending { .. }) && row.spent > Amount::ZERO)
        .map(|row| row.txid)
        .collect();
    own.sort();
    own
}

fn take(world: &mut World, step: &Step) {
    world.now += 7;
    match *step {
        Step::NewAddress => drop(world.address()),
        Step::Receive {
            side: change,
            index,
            amount,
        } => {
            let script = near(world, side(change), index);
            world.receive(&script, amount.into());
        }
        Step::ReceiveTwo { first, second } => {
            let to = [
                (near(world, ChainSide::Receive, first), 3_000),
                (near(world, ChainSide::Receive, second), 4_000),
            ];
            let txid = world.stranger_pays(None, &to);
            world.mempool.push(txid);
        }
        Step::StrangerSpendsOn { pick: n } => {
            // Spends an output of theirs in a pending transaction, and pays us.
            let theirs: Vec<OutPoint> = world
                .mempool
                .iter()
                .flat_map(|txid| {
                    let tx = &world.txs[txid];
                    (0..)
                        .zip(&tx.output)
                        .map(|(vout, out)| (OutPoint::new(*txid, vout), out))
                })
                .filter(|(_, out)| world.engine.is_mine(&out.script_pubkey).is_none())
                .map(|(outpoint, _)| outpoint)
                .collect();
            if let Some(from) = pick(&theirs, n) {
                let script = near(world, ChainSide::Receive, n);
                let txid = world.stranger_pays(Some(from), &[(script, 700)]);
                let tx = world.txs[&txid].as_ref().clone();
                world.submit(tx);
            }
        }
        Step::StrangerReplaces { pick: n, to_us } => {
            let theirs: Vec<_> = world
                .mempool
                .iter()
                .copied()
                .filter(|txid| {
                    let inputs = &world.txs[txid].input;
                    inputs.iter().all(|input| {
                        world
                            .output(input.previous_output)
                            .is_some_and(|out| world.engine.is_mine(&out.script_pubkey).is_none())
                    })
                })
                .collect();
            if let Some(txid) = pick(&theirs, n) {
                let from = world.txs[&txid].input[0].previous_output;
                let script = match to_us {
                    true => near(world, ChainSide::Receive, n),
                    false => foreign(n.into()),
                };
                let number = world.next_number();
                let txid = world.stranger_pays(Some(from), &[(script, 600 + number)]);
                let tx = world.txs[&txid].as_ref().clone();
                world.submit(tx);
            }
        }
        Step::CoinbaseToUs { index } => {
            let script = near(world, ChainSide::Receive, index);
            world.mine_coinbase_to(&script, 50_000);
        }
        Step::Mine { keep } => {
            // Mines a beginning of the mempool, so that what is mined has its ground.
            let all = world.mempool.len();
            let count = if keep % 3 == 0 {
                usize::from(keep) % (all + 1)
            } else {
                all
            };
            let mined: Vec<_> = world.mempool[..count].to_vec();
            world.mine_only(&mined);
        }
        Step::MineEmpty { blocks } => world.mine_empty(blocks.into()),
        Step::Unmine { depth, keep } => {
            let before = world.height();
            world.unmine(depth.into(), keep);
            world.mine_empty(before + 1 - world.height());
        }
        Step::LoseFromMempool { pick: n } => {
            if let Some(lost) = pick(&world.mempool, n) {
                world.mempool.retain(|txid| *txid != lost);
                let rest = std::mem::take(&mut world.mempool);
                for txid in rest {
                    let tx = world.txs[&txid].as_ref().clone();
                    world.submit(tx);
                }
            }
        }
        Step::Send {
            amount,
            to_self,
            all,
            heard,
        } => {
            let recipient = if to_self {
                let script = near(world, ChainSide::Receive, amount as u8);
                let address = bitcoin::Address::from_script(&script, crate::world::NETWORK);
                satchel_types::Recipient {
                    address: address.unwrap().to_string(),
                    amount: Amount::from_sat(amount.into()),
                }
            } else {
                pay(amount.into(), amount.into())
            };
            let spec = PaymentSpec {
                recipients: vec![recipient],
                fee_rate: "1.5".parse().unwrap(),
                send_all: all,
                coins: CoinChoice::Auto,
                change: None,
                tip_height: world.height(),
            };
            let plan = world
                .engine
                .plan_payment(&spec, &world.coins(), amount.into());
            if let Ok(plan) = plan {
                let txid = send_plan(world, &plan, None);
                if !heard {
                    world.mempool.retain(|t| *t != txid);
                }
            }
        }
        Step::Cancel { pick: n } => {
            if let Some(txid) = pick(&pending_of_us(world), n)
                && let Ok(plan) = world
                    .engine
                    .plan_cancel(txid, "20".parse().unwrap(), None, 1)
            {
                send_plan(world, &plan, Some(txid));
            }
        }
        Step::Bump { pick: n } => {
            let coins = world.coins();
            if let Some(txid) = pick(&pending_of_us(world), n)
                && let Ok(plan) =
                    world
                        .engine
                        .plan_bump(txid, "15".parse().unwrap(), &coins, None, 1)
            {
                send_plan(world, &plan, None);
            }
        }
        Step::Abandon { pick: n } => {
            if let Some(txid) = pick(&pending_of_us(world), n) {
                let update = world.engine.abandon(txid, world.now());
                world.keep(update);
            }
        }
        Step::Sync { scope } => {
            let scope = match scope {
                0 => ScanScope::Discover { stop_gap: 20 },
                1 => ScanScope::Revealed,
                _ => ScanScope::Recent {
                    rotation: world.now,
                },
            };
            world.sync(scope);
        }
        Step::HalfSync { batches } => {
            let (told, _) = world.answer(ScanScope::Revealed, 3);
            for batch in told.iter().take(batches.into()) {
                let update = world
                    .engine
                    .apply_batch(batch, world.now())
                    .expect("honest");
                world.keep(update);
            }
        }
        Step::Full { cut } => full(world, cut.map(usize::from), 7),
        Step::Wait => world.now += 100,
        Step::Restart { compact } => {
            if compact {
                world.store.changes = vec![world.engine.whole_changes()];
            }
            world.restart();
        }
    }
}

fn check(world: &World) {
    world.store.agrees_with(&world.engine);
    let sum = |wanted: fn(&CoinState) -> bool| {
        world
            .engine
            .coins()
            .filter(|coin| wanted(&coin.state))
            .map(|coin| coin.amount)
            .sum::<Amount>()
    };
    let balance = world.engine.balance();
    assert_eq!(
        balance.confirmed,
        sum(|s| matches!(s, CoinState::Confirmed { .. }))
    );
    assert_eq!(
        balance.immature,
        sum(|s| matches!(s, CoinState::Immature { .. }))
    );
    assert_eq!(
        balance.pending_change,
        sum(|s| matches!(s, CoinState::PendingChange { .. }))
    );
    assert_eq!(
        balance.pending_incoming,
        sum(|s| matches!(s, CoinState::PendingIncoming { .. }))
    );
    assert_eq!(
        balance.total(),
        world.engine.coins().map(|coin| coin.amount).sum()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(40), max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn differences_restarts_and_belief_hold_under_random_events(
        kind in prop::sample::select(vec![ScriptType::Taproot, ScriptType::Segwit]),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut world = World::new(kind);
        for step in &steps {
            take(&mut world, step);
            check(&world);
            // Rows kept by differences are those of the whole graph under the reference rules.
            assert!(world.engine.audit(), "after {step:?}");
        }
        world.restart();
        check(&world);

        // Looking twice, more than a minute apart, makes belief and truth one.
        world.settle();
        world.settle();
        check(&world);
        assert!(world.engine.audit());
        let (mined, pending) = world.truth();
        let balance = world.engine.balance();
        assert_eq!((balance.confirmed + balance.immature).to_sat(), mined, "mined");
        assert_eq!((balance.pending_change + balance.pending_incoming).to_sat(), pending, "pending");
    }
}
