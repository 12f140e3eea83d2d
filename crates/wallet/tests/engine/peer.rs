//! `bdk_wallet` on the same chain says the same.

use std::sync::Arc;

use bdk_wallet::chain::{BlockId, CheckPoint, ConfirmationBlockTime, TxUpdate};
use bdk_wallet::{KeychainKind, Update, Wallet};
use satchel_types::{ChainSide, ScriptType, TxState};
use satchel_wallet::ScanScope;

use crate::flows::{funded, send, send_plan};
use crate::world::{World, pay};

/// Gives a foreign wallet all that is live.
fn peer(world: &World) -> Wallet {
    let texts = &world.record.descriptors;
    let mut wallet = Wallet::create(texts.external.clone(), texts.internal.clone())
        .network(world.record.network)
        .create_wallet_no_persist()
        .expect("the same descriptors");
    let mut update = TxUpdate::default();
    for row in world.engine.history() {
        match row.state {
            TxState::Confirmed { height, hash, time } => {
                let anchor = ConfirmationBlockTime {
                    block_id: BlockId { height, hash },
                    confirmation_time: time.as_secs(),
                };
                update.anchors.insert((anchor, row.txid));
            }
            TxState::Pending { first_seen } => {
                update.seen_ats.insert((row.txid, first_seen.as_secs()));
            }
            TxState::Replaced { .. } | TxState::Dropped { .. } => {
                update.seen_ats.insert((row.txid, 1));
            }
        }
        update.txs.push(Arc::clone(&world.txs[&row.txid]));
    }
    let blocks = (0..).zip(&world.blocks).map(|(height, block)| BlockId {
        height,
        hash: block.hash,
    });
    let last = |side| world.engine.last_revealed(side).unwrap_or(0);
    wallet
        .apply_update(Update {
            last_active_indices: [
                (KeychainKind::External, last(ChainSide::Receive)),
                (KeychainKind::Internal, last(ChainSide::Change)),
            ]
            .into(),
            tx_update: update,
            chain: Some(CheckPoint::from_block_ids(blocks).expect("ascending")),
        })
        .expect("the same chain");
    wallet
}

#[test]
fn the_peer_counts_the_same_money() {
    for kind in ScriptType::ALL {
        let mut world = funded(kind, &[100_000, 70_000, 30_000]);
        let script = world.address();
        world.mine_coinbase_to(&script, 12_345);
        let (_, first) = send(&mut world, vec![pay(1, 20_000)]);
        let bump = world
            .engine
            .plan_bump(first, "11".parse().unwrap(), &world.coins(), None, 1);
        send_plan(&mut world, &bump.expect("there is change"), None);
        send(&mut world, vec![pay(2, 90_000)]);
        let script = world.address();
        world.receive(&script, 5_000);
        world.sync(ScanScope::Revealed);
        let ours = world.engine.balance();
        let theirs = peer(&world).balance();
        assert_eq!(ours.confirmed, theirs.confirmed);
        assert_eq!(ours.immature, theirs.immature);
        assert_eq!(
            ours.pending_change + ours.pending_incoming,
            theirs.trusted_pending + theirs.untrusted_pending
        );
        assert_eq!(ours.total(), theirs.total());
        assert!(ours.pending_change > bitcoin::Amount::ZERO);
    }
}
