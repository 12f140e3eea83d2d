//! A long, mixed life: payments, replacements, chains, blocks, reorganisations, in an order from a
//! seed. After every step the books must balance.

use bitcoin::{Amount, Denomination};
use satchel_sandbox::subsidy;
use serde_json::json;

use crate::common::{Coin, Key, World};

/// A small generator, so that a failure names its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn balanced(world: &World, what: &str) {
    let height = world.sandbox.tip().height;
    let made: u64 = (1..=height).map(|height| subsidy(height).to_sat()).sum();
    let set = world.rpc("gettxoutsetinfo", json!(["none"]));
    let total = set["total_amount"].to_string();
    let total = Amount::from_str_in(&total, Denomination::Bitcoin).unwrap();
    // Fees go to the miner, so nothing but subsidies enters and nothing leaves.
    assert_eq!(total.to_sat(), made, "{what} at height {height}");
    assert_eq!(world.rpc("getblockcount", json!([])), height);
}

#[test]
fn the_books_balance_through_a_mixed_life() {
    for seed in [1, 2] {
        let world = World::new();
        let mut dice = Dice(seed);
        let key = Key::new(1);
        let mut coins: Vec<Coin> = Vec::new();
        for step in 0..60 {
            let what = format!("seed {seed} step {step}");
            match dice.roll(6) {
                0 => coins.push(world.fund(&key, 100_000 + dice.roll(50_000))),
                1 | 2 if !coins.is_empty() => {
                    // Spend some coin; a refusal (too long a chain, a coin lost in a reorganisation,
                    // too small a fee for a replacement) is part of life.
                    let at = dice.roll(coins.len() as u64) as usize;
                    let coin = coins[at].clone();
                    let fee = 150 + dice.roll(2_000);
                    if coin.output.value.to_sat() > fee + 1_000 {
                        let tx = key.pay(&coin, &key.script(), fee);
                        if world.post_tx(&tx).status == 200 {
                            // The spent coin stays listed, to be spent again as a replacement.
                            coins.push(Coin::of(&tx, 0));
                        }
                    }
                }
                3 => {
                    let before = world.sandbox.mempool_txids();
                    world.sandbox.mine(1).unwrap();
                    assert!(
                        world.sandbox.mempool_txids().is_empty(),
                        "{what}: {before:?}"
                    );
                }
                4 => {
                    let depth = 1 + dice.roll(4) as u32;
                    let blocks = dice.roll(6) as u32;
                    world.sandbox.reorg(depth, blocks).unwrap();
                }
                _ => {
                    let depth = dice.roll(3);
                    let height = u64::from(world.sandbox.tip().height) - depth;
                    let hash = world.rpc("getblockhash", json!([height]));
                    world.rpc("invalidateblock", json!([hash]));
                    if dice.roll(2) == 0 {
                        world.rpc("reconsiderblock", json!([hash]));
                    }
                }
            }
            balanced(&world, &what);
        }
        world.sandbox.mine(1).unwrap();
        assert!(
            world.sandbox.mempool_txids().is_empty(),
            "the kernel took all that waited"
        );
    }
}
