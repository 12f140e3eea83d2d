//! Replacement, packages, chains of waiting transactions, young rewards, reorganisations.

use bitcoin::consensus::encode;
use bitcoin::{OutPoint, Transaction};
use serde_json::{Value, json};

use super::calls::entries;
use super::node::{Both, Node, shape, whole};
use crate::common::{Coin, Key, World};

fn sorted(value: &Value) -> Value {
    let mut list = value["result"].as_array().cloned().unwrap_or_default();
    list.sort_by_key(Value::to_string);
    json!(list)
}

/// Gives the other node the blocks that it lacks.
pub fn follow(world: &World, theirs: &Node, from: u32) {
    for height in from..=world.sandbox.tip().height {
        let hash = world.rpc("getblockhash", json!([height]));
        let block = world.rpc("getblock", json!([hash, 0]));
        theirs.call("submitblock", &json!([block]));
    }
}

fn tested(both: &mut Both<'_>, txs: &[&Transaction]) {
    let hexes: Vec<String> = txs.iter().map(|tx| encode::serialize_hex(*tx)).collect();
    both.ask("testmempoolaccept", json!([hexes, 0]), &whole);
}

fn sent(both: &mut Both<'_>, tx: &Transaction) {
    both.ask(
        "sendrawtransaction",
        json!([encode::serialize_hex(tx), 0]),
        &whole,
    );
}

fn packed(both: &mut Both<'_>, txs: &[&Transaction]) {
    tested(both, txs);
    let hexes: Vec<String> = txs.iter().map(|tx| encode::serialize_hex(*tx)).collect();
    both.ask("submitpackage", json!([hexes, 0]), &whole);
    both.ask("getrawmempool", json!([]), &sorted);
}

/// A reward is spent before and when it may be.
pub fn maturity(both: &mut Both<'_>, world: &World, key: &Key) {
    let from = world.sandbox.tip().height + 1;
    let hash = world.rpc("generatetoaddress", json!([1, key.address().to_string()]))[0].clone();
    let block = world.rpc("getblock", json!([hash, 2]));
    let hex = block["tx"][0]["hex"].as_str().unwrap();
    let reward: Transaction = encode::deserialize_hex(hex).unwrap();
    let coin = Coin {
        outpoint: OutPoint {
            txid: reward.compute_txid(),
            vout: 0,
        },
        output: reward.output[0].clone(),
    };
    let tx = key.pay(&coin, &key.script(), 1_000);
    follow(world, both.theirs, from);
    tested(both, &[&tx]);
    sent(both, &tx);
    for blocks in [98, 1, 1] {
        let from = world.sandbox.tip().height + 1;
        world
            .sandbox
            .mine_to(Key::new(77).script(), blocks)
            .unwrap();
        follow(world, both.theirs, from);
        both.ask("getbestblockhash", json!([]), &whole);
        tested(both, &[&tx]);
    }
}

/// Payments that take the place of others, or may not.
pub fn replacement(both: &mut Both<'_>, key: &Key, coins: &[Coin]) {
    let first = key.pay(&coins[0], &key.script(), 1_000);
    sent(both, &first);
    sent(both, &first);
    for fee in [500, 1_000, 1_001, 1_109, 1_110] {
        let rival = key.pay(&coins[0], &key.taproot_script(), fee);
        tested(both, &[&rival]);
    }
    let child = key.pay(&Coin::of(&first, 0), &key.script(), 20_000);
    sent(both, &child);
    // Enough for the parent, not for parent and child.
    let rival = key.pay(&coins[0], &key.taproot_script(), 15_000);
    tested(both, &[&rival]);
    sent(both, &rival);
    // With a coin that is new and waits itself.
    let other = key.pay(&coins[1], &key.script(), 1_000);
    sent(both, &other);
    let fresh = [coins[0].clone(), Coin::of(&other, 0)];
    let sum: u64 = fresh.iter().map(|coin| coin.output.value.to_sat()).sum();
    let rival = key.spend(&fresh, &[(key.script(), sum - 60_000)]);
    tested(both, &[&rival]);
    // A child that would replace its own parent.
    let own = [coins[0].clone(), Coin::of(&first, 0)];
    let sum: u64 = own.iter().map(|coin| coin.output.value.to_sat()).sum();
    let rival = key.spend(&own, &[(key.script(), sum - 60_000)]);
    tested(both, &[&rival]);
    let rival = key.pay(&coins[0], &key.taproot_script(), 30_000);
    tested(both, &[&rival]);
    sent(both, &rival);
    both.ask("getrawmempool", json!([]), &sorted);
    // What was replaced cannot come back, and its child has nothing to spend.
    tested(both, &[&first]);
    tested(both, &[&child]);
}

/// A chain of waiting transactions up to the limit and beyond.
pub fn chains(both: &mut Both<'_>, key: &Key, coin: &Coin) {
    let mut last = coin.clone();
    for _ in 0..26 {
        let tx = key.pay(&last, &key.script(), 400);
        tested(both, &[&tx]);
        sent(both, &tx);
        last = Coin::of(&tx, 0);
    }
    both.ask("getrawmempool", json!([]), &sorted);
}

/// A family that is full, and who may be one more in it.
pub fn crowd(both: &mut Both<'_>, key: &Key, coins: &[Coin]) {
    let [first, second, third] = coins else {
        panic!("three coins are for this");
    };
    let share = first.output.value.to_sat() / 30 - 100;
    let parent = key.spend(
        std::slice::from_ref(first),
        &vec![(key.script(), share); 30],
    );
    sent(both, &parent);
    let part = |vout| Coin::of(&parent, vout);
    let mut children = Vec::new();
    for vout in 0..24 {
        let child = key.pay(&part(vout), &key.script(), 300);
        sent(both, &child);
        children.push(child);
    }
    let grandchild = key.pay(&Coin::of(&children[0], 0), &key.script(), 300);
    let with_another = key.spend(
        &[part(25), second.clone()],
        &[(key.script(), second.output.value.to_sat())],
    );
    let large = key.spend(&[part(26), third.clone()], &vec![(key.script(), 700); 330]);
    for tx in [&grandchild, &large, &with_another] {
        tested(both, &[tx]);
    }
    // One more that follows the first alone, then none.
    let more = key.pay(&part(27), &key.script(), 300);
    tested(both, &[&more, &grandchild]);
    sent(both, &more);
    sent(both, &key.pay(&part(28), &key.script(), 300));
    // It can be replaced where it stands, and so can another of them.
    sent(both, &key.pay(&part(27), &key.script(), 900));
    sent(both, &key.pay(&part(3), &key.script(), 1_200));
    let two = key.spend(&[part(4), part(5)], &[(key.script(), share)]);
    sent(both, &two);
    both.ask("getrawmempool", json!([]), &sorted);
}

/// Parents with the child that pays for them.
pub fn packages(both: &mut Both<'_>, key: &Key, coins: &[Coin]) {
    let poor = key.pay(&coins[0], &key.script(), 10);
    let child = key.pay(&Coin::of(&poor, 0), &key.script(), 5_000);
    tested(both, &[&poor]);
    packed(both, &[&child, &poor]);
    packed(both, &[&poor, &poor]);
    packed(both, &[&poor, &child]);
    packed(both, &[&poor, &child]);
    // One that pays too little for both.
    let poor = key.pay(&coins[1], &key.script(), 10);
    let child = key.pay(&Coin::of(&poor, 0), &key.script(), 50);
    packed(both, &[&poor, &child]);
    // Two that have nothing to do with each other.
    let one = key.pay(&coins[1], &key.script(), 500);
    let two = key.pay(&coins[2], &key.script(), 500);
    packed(both, &[&one, &two]);
    let rival = key.pay(&coins[1], &key.taproot_script(), 900);
    packed(both, &[&one, &rival]);
    sent(both, &one);
    // Version 3: one parent that may pay nothing, and one small child.
    let third = |coin: &Coin, fee: u64| key.pay_by_child(coin, &key.script(), fee);
    let poor = third(&coins[3], 0);
    let child = third(&Coin::of(&poor, 0), 1_000);
    tested(both, &[&poor]);
    packed(both, &[&poor, &child]);
    let grandchild = third(&Coin::of(&child, 0), 1_000);
    tested(both, &[&grandchild]);
    let second = key.pay(&Coin::of(&child, 0), &key.script(), 1_000);
    tested(both, &[&second]);
    for tx in [&child, &poor] {
        both.ask("getmempoolentry", json!([tx.compute_txid()]), &|value| {
            let mut value = value.clone();
            value["result"]
                .as_object_mut()
                .and_then(|map| map.remove("time"));
            value
        });
    }
}

/// A branch is taken away and given back.
pub fn reorganisation(both: &mut Both<'_>, world: &World) {
    let tip = world.sandbox.tip();
    let (hash, below) = (tip.hash.to_string(), tip.height - 1);
    let cut = world.rpc("getblockhash", json!([below]));
    both.ask("invalidateblock", json!([cut]), &whole);
    both.ask("getbestblockhash", json!([]), &whole);
    both.ask("getrawmempool", json!([]), &sorted);
    both.ask("getchaintips", json!([]), &whole);
    both.ask("getblockheader", json!([hash]), &whole);
    both.ask("getblock", json!([hash, 1]), &whole);
    both.ask("getblockstats", json!([hash]), &whole);
    let coinbase = both.ours.call("getblock", &json!([hash, 1]))["result"]["tx"][0].clone();
    both.ask("getrawtransaction", json!([coinbase, 1, hash]), &whole);
    both.ask("getrawtransaction", json!([coinbase, 1]), &whole);
    both.ask("reconsiderblock", json!([cut]), &whole);
    both.ask("getbestblockhash", json!([]), &whole);
    both.ask("getchaintips", json!([]), &whole);
    both.ask("getrawmempool", json!([]), &sorted);
    both.ask("getmempoolinfo", json!([]), &shape);
    deeper(both, world);
    other_branch(both, world);
}

/// Blocks leave one at a time, and what waits is looked at after each; from the eleventh on nothing comes back.
fn deeper(both: &mut Both<'_>, world: &World) {
    let top = world.sandbox.tip().height;
    for depth in [1, 3, 9, 12] {
        let cut = world.rpc("getblockhash", json!([top - depth + 1]));
        both.ask("invalidateblock", json!([cut]), &whole);
        let waiting = both.ask("getrawmempool", json!([]), &sorted);
        entries(both, &waiting);
        both.ask("reconsiderblock", json!([cut]), &whole);
        both.ask("getbestblockhash", json!([]), &whole);
        both.ask("getrawmempool", json!([]), &sorted);
    }
}

/// A branch with more work takes the place of the last blocks, all at once.
fn other_branch(both: &mut Both<'_>, world: &World) {
    for (depth, blocks) in [(1, 2), (4, 6)] {
        let from = world.sandbox.tip().height - depth + 1;
        world.sandbox.reorg(depth, blocks).unwrap();
        follow(world, both.theirs, from);
        both.ask("getbestblockhash", json!([]), &whole);
        let waiting = both.ask("getrawmempool", json!([]), &sorted);
        entries(both, &waiting);
    }
}
