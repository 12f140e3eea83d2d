//! The library's handle.

use bitcoin::Amount;

use crate::common::{Key, World};

#[test]
fn a_new_sandbox_has_a_chain_and_a_faucet_that_pays() {
    let world = World::new();
    assert_eq!(world.sandbox.tip().height, 110);
    let key = Key::new(1);
    let payment = world
        .sandbox
        .faucet(key.script(), Amount::from_sat(123_456))
        .unwrap();
    assert_eq!(payment.height, 111);
    assert_eq!(payment.block, world.sandbox.tip().hash);
    let stats = world.api_json(&format!("/address/{}", key.address()));
    assert_eq!(stats["chain_stats"]["funded_txo_sum"], 123_456);
}

#[test]
fn a_history_of_thousands_is_made_in_one_call_and_paged() {
    let world = World::new();
    let scripts = [Key::new(1).script(), Key::new(2).script()];
    let txids = world
        .sandbox
        .fill_history(&scripts, 1_000, 40, Amount::from_sat(5_000))
        .unwrap();
    assert_eq!(txids.len(), 1_000);
    let address = Key::new(1).address();
    let stats = world.api_json(&format!("/address/{address}"));
    assert_eq!(stats["chain_stats"]["tx_count"], 500);
    let mut seen = Vec::new();
    let mut path = format!("/address/{address}/txs/chain");
    loop {
        let page = world.api_json(&path);
        let page = page.as_array().unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 25);
        path = format!(
            "/address/{address}/txs/chain/{}",
            last["txid"].as_str().unwrap()
        );
        seen.extend(
            page.iter()
                .map(|tx| tx["txid"].as_str().unwrap().to_owned()),
        );
    }
    let expected: Vec<String> = txids
        .iter()
        .step_by(2)
        .rev()
        .map(ToString::to_string)
        .collect();
    // Within a block Esplora's order is newest first as well.
    assert_eq!(seen, expected);
    assert_eq!(
        world
            .api_json(&format!("/address/{address}/utxo"))
            .as_array()
            .unwrap()
            .len(),
        500
    );
}

#[test]
fn a_reorganisation_brings_payments_back_to_the_pool() {
    let world = World::new();
    let payment = world
        .sandbox
        .faucet(Key::new(1).script(), Amount::from_sat(50_000))
        .unwrap();
    let old = world.sandbox.tip();
    let made = world.sandbox.reorg(1, 2).unwrap();
    assert_eq!(world.sandbox.tip().height, old.height + 1);
    assert_eq!(Some(&world.sandbox.tip().hash), made.last());
    assert_eq!(world.sandbox.mempool_txids(), [payment.txid]);
    let status = world.api_json(&format!("/tx/{}/status", payment.txid));
    assert_eq!(status["confirmed"], false);
    world.sandbox.mine(1).unwrap();
    assert!(world.sandbox.mempool_txids().is_empty());
}

#[test]
fn a_shorter_branch_can_replace_a_longer_one() {
    let world = World::new();
    let payment = world
        .sandbox
        .faucet(Key::new(1).script(), Amount::from_sat(50_000))
        .unwrap();
    world.sandbox.mine(2).unwrap();
    world.sandbox.reorg(3, 1).unwrap();
    assert_eq!(world.sandbox.tip().height, 111);
    assert_eq!(world.sandbox.mempool_txids(), [payment.txid]);
    world.sandbox.reorg(1, 0).unwrap();
    assert_eq!(world.sandbox.tip().height, 110);
}

#[test]
fn the_scratch_folder_goes_away_with_the_sandbox() {
    let world = World::new();
    let folder = world.sandbox.cookie_file().parent().unwrap().to_owned();
    assert!(folder.exists());
    drop(world);
    assert!(!folder.exists());
}

#[test]
fn a_chain_with_a_past_has_room_for_many_blocks_that_are_not_in_the_future() {
    let world = World::with(satchel_sandbox::SandboxConfig {
        chain_age: Some(std::time::Duration::from_secs(30 * 24 * 3600)),
        ..Default::default()
    });
    assert_eq!(world.sandbox.tip().height, 110);
    world
        .sandbox
        .fill_history(&[Key::new(1).script()], 1_500, 1, Amount::from_sat(1_000))
        .unwrap();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let blocks = world.api_json("/blocks");
    let newest = blocks[0]["timestamp"].as_u64().unwrap();
    let before = blocks[1]["timestamp"].as_u64().unwrap();
    assert!(newest <= now);
    assert!(newest - before > 60, "blocks are spread over the past");
}
