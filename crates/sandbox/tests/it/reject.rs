//! Every bad transaction is refused with Core's reason, through Esplora, `sendrawtransaction` and
//! `testmempoolaccept`.

use bitcoin::absolute::LockTime;
use bitcoin::consensus::encode;
use bitcoin::hashes::Hash;
use bitcoin::opcodes::all::{OP_CHECKSIGVERIFY, OP_CLTV, OP_NOP};
use bitcoin::script::Builder;
use bitcoin::secp256k1::ecdsa;
use bitcoin::transaction::Version;
use bitcoin::{Address, Network, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, Txid, Witness};
use serde_json::json;

use crate::common::{Coin, Key, World};

const COIN: u64 = 100_000;

/// Asserts one refusal on all three doors. `tested` is the reason `testmempoolaccept` gives.
#[track_caller]
fn refused_as(world: &World, tx: &Transaction, code: i64, message: &str, tested: &str) {
    let hex = encode::serialize_hex(tx);
    let (got_code, got) = world
        .try_rpc("sendrawtransaction", json!([hex]))
        .unwrap_err();
    assert_eq!(got_code, code, "{got}");
    assert!(
        got.starts_with(message),
        "expected {message:?}, got {got:?}"
    );
    let answer = world.post_tx(tx);
    assert_eq!((answer.status, answer.kind.as_str()), (400, "text/plain"));
    let body = answer.text();
    let inner = body
        .strip_prefix("sendrawtransaction RPC error: ")
        .expect("Esplora's prefix");
    let inner: serde_json::Value = serde_json::from_str(inner).unwrap();
    assert_eq!(inner, json!({ "code": code, "message": got }));
    let verdict = &world.rpc("testmempoolaccept", json!([[hex]]))[0];
    assert_eq!(verdict["allowed"], false);
    assert_eq!(verdict["reject-reason"], tested, "{verdict}");
    assert_eq!(verdict["txid"], tx.compute_txid().to_string());
    assert_eq!(verdict["wtxid"], tx.compute_wtxid().to_string());
    assert!(
        world
            .rpc("getrawmempool", json!([]))
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[track_caller]
fn refused(world: &World, tx: &Transaction, reason: &str) {
    refused_as(world, tx, -26, reason, reason);
}

fn funded() -> (World, Key, Coin) {
    let world = World::new();
    let key = Key::new(1);
    let coin = world.fund(&key, COIN);
    (world, key, coin)
}

#[test]
fn a_bad_signature_is_refused() {
    let (world, key, coin) = funded();
    let mut tx = key.pay(&coin, &key.script(), 1_000);
    let mut items = tx.input[0].witness.to_vec();
    items[0][20] ^= 1;
    tx.input[0].witness = Witness::from_slice(&items);
    refused(
        &world,
        &tx,
        "mandatory-script-verify-flag-failed (Signature must be zero for failed CHECK(MULTI)SIG operation)",
    );
}

#[test]
fn another_ones_key_is_refused() {
    let (world, key, coin) = funded();
    let other = Key::new(2);
    let draft = key.draft(std::slice::from_ref(&coin), &[(key.script(), COIN - 1_000)]);
    let tx = other.sign(draft, &[coin]);
    refused(
        &world,
        &tx,
        "mandatory-script-verify-flag-failed (Script failed an OP_EQUALVERIFY operation)",
    );
}

#[test]
fn a_missing_witness_is_refused() {
    let (world, key, coin) = funded();
    let tx = key.draft(&[coin], &[(key.script(), COIN - 1_000)]);
    refused(
        &world,
        &tx,
        "mandatory-script-verify-flag-failed (Witness program hash mismatch)",
    );
}

#[test]
fn a_bad_schnorr_signature_is_refused() {
    let (world, key, _) = funded();
    let script = key.taproot_script();
    let coin = world.fund_script(&script, COIN);
    let mut tx = key.draft(&[coin], &[(key.script(), COIN - 1_000)]);
    for (signature, words) in [
        (vec![7; 64], "Invalid Schnorr signature"),
        (vec![7; 63], "Invalid Schnorr signature size"),
        (vec![7; 65], "Invalid Schnorr signature hash type"),
    ] {
        tx.input[0].witness = Witness::from_slice(&[signature]);
        refused(
            &world,
            &tx,
            &format!("mandatory-script-verify-flag-failed ({words})"),
        );
    }
}

#[test]
fn a_high_s_signature_is_refused_although_consensus_allows_it() {
    let (world, key, coin) = funded();
    let mut tx = key.pay(&coin, &key.script(), 1_000);
    let mut items = tx.input[0].witness.to_vec();
    items[0] = with_high_s(&items[0]);
    tx.input[0].witness = Witness::from_slice(&items);
    refused(
        &world,
        &tx,
        "non-mandatory-script-verify-flag (Non-canonical signature: S value is unnecessarily high)",
    );
    // The kernel takes it in a block: that is what makes it a matter of policy.
    let hex = encode::serialize_hex(&tx);
    world.rpc("generateblock", json!([key.address().to_string(), [hex]]));
}

/// The same signature with S on the other side of the group order.
fn with_high_s(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36,
        0x41, 0x41,
    ];
    let (kind, der) = signature.split_last().unwrap();
    let mut compact = ecdsa::Signature::from_der(der).unwrap().serialize_compact();
    let mut borrow = 0i16;
    for place in (0..32).rev() {
        let digit = i16::from(ORDER[place]) - i16::from(compact[32 + place]) - borrow;
        borrow = i16::from(digit < 0);
        compact[32 + place] = digit.rem_euclid(256) as u8;
    }
    let mut out = ecdsa::Signature::from_compact(&compact)
        .unwrap()
        .serialize_der()
        .to_vec();
    out.push(*kind);
    out
}

#[test]
fn a_lock_in_the_script_that_is_not_met_is_refused() {
    let (world, key, _) = funded();
    let script = Builder::new()
        .push_key(&key.public().into())
        .push_opcode(OP_CHECKSIGVERIFY)
        .push_int(500)
        .push_opcode(OP_CLTV)
        .into_script();
    let coin = world.fund_script(&script.to_p2wsh(), COIN);
    let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), COIN - 1_000)]);
    tx.lock_time = LockTime::from_consensus(100);
    let signature = key.sign_p2wsh(&tx, &coin, &script);
    tx.input[0].witness = Witness::from_slice(&[signature, script.to_bytes()]);
    refused(
        &world,
        &tx,
        "mandatory-script-verify-flag-failed (Locktime requirement not satisfied)",
    );
}

#[test]
fn a_double_spend_of_a_confirmed_coin_is_refused() {
    let (world, key, coin) = funded();
    world.send(&key.pay(&coin, &key.script(), 1_000));
    world.sandbox.mine(1).unwrap();
    let tx = key.pay(&coin, &Key::new(2).script(), 5_000);
    refused_as(
        &world,
        &tx,
        -25,
        "bad-txns-inputs-missingorspent",
        "missing-inputs",
    );
}

#[test]
fn a_coin_that_never_was_is_refused() {
    let (world, key, mut coin) = funded();
    coin.outpoint.txid = Txid::from_byte_array([9; 32]);
    let tx = key.pay(&coin, &key.script(), 1_000);
    refused_as(
        &world,
        &tx,
        -25,
        "bad-txns-inputs-missingorspent",
        "missing-inputs",
    );
}

#[test]
fn an_overspend_is_refused() {
    let (world, key, coin) = funded();
    let tx = key.spend(&[coin], &[(key.script(), COIN + 1)]);
    refused_as(
        &world,
        &tx,
        -26,
        "bad-txns-in-belowout, value in (0.001) < value out (0.00100001)",
        "bad-txns-in-belowout",
    );
}

#[test]
fn a_coinbase_spent_too_early_is_refused_until_it_is_100_deep() {
    let (world, key, _) = funded();
    let block = world.sandbox.mine_to(key.script(), 1).unwrap()[0];
    let block = world.rpc("getblock", json!([block.to_string(), 0]));
    let block: bitcoin::Block = encode::deserialize_hex(block.as_str().unwrap()).unwrap();
    let coin = Coin::of(&block.txdata[0], 0);
    let tx = key.pay(&coin, &key.script(), 1_000);
    refused_as(
        &world,
        &tx,
        -26,
        "bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth 1",
        "bad-txns-premature-spend-of-coinbase",
    );
    world.sandbox.mine(98).unwrap();
    refused(&world, &tx, "bad-txns-premature-spend-of-coinbase");
    world.sandbox.mine(1).unwrap();
    world.send(&tx);
    world.sandbox.mine(1).unwrap();
    assert!(
        world.sandbox.mempool_txids().is_empty(),
        "the kernel took it into a block"
    );
}

#[test]
fn a_lock_time_in_the_future_is_refused_until_its_height() {
    let (world, key, coin) = funded();
    let tip = world.sandbox.tip().height;
    let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), COIN - 1_000)]);
    tx.lock_time = LockTime::from_consensus(tip + 1);
    let tx = key.sign(tx, &[coin]);
    refused(&world, &tx, "non-final");
    world.sandbox.mine(1).unwrap();
    world.send(&tx);
}

#[test]
fn a_lock_time_after_the_median_time_is_refused() {
    let (world, key, coin) = funded();
    let median = world.rpc("getblockchaininfo", json!([]))["mediantime"]
        .as_u64()
        .unwrap();
    let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), COIN - 1_000)]);
    tx.lock_time = LockTime::from_consensus(median as u32);
    let late = key.sign(tx.clone(), std::slice::from_ref(&coin));
    refused(&world, &late, "non-final");
    tx.lock_time = LockTime::from_consensus(median as u32 - 1);
    world.send(&key.sign(tx, &[coin]));
}

#[test]
fn a_relative_lock_that_has_not_passed_is_refused() {
    let (world, key, coin) = funded();
    let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), COIN - 1_000)]);
    tx.input[0].sequence = Sequence::from_height(3);
    let tx = key.sign(tx, &[coin]);
    refused(&world, &tx, "non-BIP68-final");
    world.sandbox.mine(1).unwrap();
    refused(&world, &tx, "non-BIP68-final");
    world.sandbox.mine(1).unwrap();
    world.send(&tx);
    world.sandbox.mine(1).unwrap();
    assert!(
        world.sandbox.mempool_txids().is_empty(),
        "the kernel took it into a block"
    );
}

#[test]
fn a_dust_output_is_refused_one_satoshi_below_the_limit() {
    let (world, key, coin) = funded();
    let outputs = |dust| [(key.script(), dust), (key.script(), COIN - 2_000)];
    refused(
        &world,
        &key.spend(std::slice::from_ref(&coin), &outputs(293)),
        "dust",
    );
    world.send(&key.spend(&[coin], &outputs(294)));
}

#[test]
fn hex_that_is_no_transaction_is_refused() {
    let world = World::new();
    let message = "TX decode failed. Make sure the tx has at least one input.";
    for bad in ["", "zz", "abc", "deadbeef", "0200000001"] {
        let error = world
            .try_rpc("sendrawtransaction", json!([bad]))
            .unwrap_err();
        assert_eq!(error, (-22, message.to_owned()), "{bad}");
        let answer = world.http.post(
            &format!("{}/tx", world.sandbox.esplora_url()),
            bad.to_owned(),
        );
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.text(),
            format!("sendrawtransaction RPC error: {{\"code\":-22,\"message\":\"{message}\"}}")
        );
        let error = world
            .try_rpc("testmempoolaccept", json!([[bad]]))
            .unwrap_err();
        let expected = format!("TX decode failed: {bad} Make sure the tx has at least one input.");
        assert_eq!(error, (-22, expected));
    }
    let answer = world.http.post(
        &format!("{}/tx", world.sandbox.esplora_url()),
        vec![0xff; 9],
    );
    assert_eq!(answer.status, 400);
}

#[test]
fn a_transaction_with_bytes_after_its_end_is_refused() {
    let (world, key, coin) = funded();
    let hex = encode::serialize_hex(&key.pay(&coin, &key.script(), 1_000)) + "00";
    assert_eq!(
        world
            .try_rpc("sendrawtransaction", json!([hex]))
            .unwrap_err()
            .0,
        -22
    );
}

#[test]
fn a_fee_below_the_floor_is_refused() {
    let (world, key, coin) = funded();
    // 110 vB at 1 sat/vB
    let tx = key.pay(&coin, &key.script(), 109);
    assert_eq!(tx.vsize(), 110);
    refused_as(
        &world,
        &tx,
        -26,
        "min relay fee not met, 109 < 110",
        "min relay fee not met",
    );
    refused(
        &world,
        &key.pay(&coin, &key.script(), 0),
        "min relay fee not met",
    );
    world.send(&key.pay(&coin, &key.script(), 110));
}

#[test]
fn a_fee_beyond_reason_is_refused() {
    let (world, key, _) = funded();
    let coin = world.fund(&key, 10_000_000);
    let tx = key.pay(&coin, &key.script(), 5_000_000);
    refused_as(
        &world,
        &tx,
        -25,
        "Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)",
        "max-fee-exceeded",
    );
    world.rpc("sendrawtransaction", json!([encode::serialize_hex(&tx), 0]));
}

#[test]
fn a_version_nobody_relays_is_refused() {
    let (world, key, coin) = funded();
    for version in [0, 4, -1] {
        let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), COIN - 1_000)]);
        tx.version = Version(version);
        refused(
            &world,
            &key.sign(tx, std::slice::from_ref(&coin)),
            "version",
        );
    }
}

#[test]
fn scripts_nobody_relays_are_refused() {
    let (world, key, coin) = funded();
    let to = |script: ScriptBuf| {
        key.spend(
            std::slice::from_ref(&coin),
            &[(script, 0), (key.script(), COIN - 50_000)],
        )
    };
    let odd = Builder::new().push_opcode(OP_NOP).into_script();
    refused(&world, &to(odd), "scriptpubkey");
    let carrier = |size: usize| {
        let data = bitcoin::script::PushBytesBuf::try_from(vec![1; size]).unwrap();
        ScriptBuf::new_op_return(data)
    };
    refused(&world, &to(carrier(81)), "scriptpubkey");
    let two = key.spend(
        std::slice::from_ref(&coin),
        &[
            (carrier(10), 0),
            (carrier(10), 0),
            (key.script(), COIN - 50_000),
        ],
    );
    refused(&world, &two, "multi-op-return");
    world.send(&to(carrier(80)));
}

#[test]
fn burning_coins_needs_a_word() {
    let (world, key, coin) = funded();
    let data = bitcoin::script::PushBytesBuf::try_from(vec![1; 4]).unwrap();
    let tx = key.spend(
        &[coin],
        &[
            (ScriptBuf::new_op_return(data), 1_000),
            (key.script(), 90_000),
        ],
    );
    let hex = encode::serialize_hex(&tx);
    let error = world
        .try_rpc("sendrawtransaction", json!([hex]))
        .unwrap_err();
    assert_eq!(error.0, -25);
    assert_eq!(
        error.1,
        "Unspendable output exceeds maximum configured by user (maxburnamount)"
    );
    world.rpc("sendrawtransaction", json!([hex, 0.1, 0.00001]));
}

#[test]
fn a_transaction_too_large_or_too_small_is_refused() {
    let (world, key, _) = funded();
    let coin = world.fund(&key, 100_000_000);
    let many: Vec<_> = (0..3_300).map(|_| (key.script(), 1_000)).collect();
    refused(
        &world,
        &key.spend(std::slice::from_ref(&coin), &many),
        "tx-size",
    );
    let anchor = ScriptBuf::from_hex("51024e73").unwrap();
    let tx = key.spend(std::slice::from_ref(&coin), &[(anchor, 99_999_000)]);
    refused(&world, &tx, "tx-size-small");
}

#[test]
fn a_coinbase_outside_a_block_is_refused() {
    let world = World::new();
    let tip = world.sandbox.tip().hash.to_string();
    let block = world.rpc("getblock", json!([tip, 0]));
    let block: bitcoin::Block = encode::deserialize_hex(block.as_str().unwrap()).unwrap();
    let mut coinbase = block.txdata[0].clone();
    coinbase.lock_time = LockTime::from_consensus(1);
    refused(&world, &coinbase, "coinbase");
}

#[test]
fn faults_of_form_are_refused() {
    let (world, key, coin) = funded();
    let mut tx = key.draft(std::slice::from_ref(&coin), &[(key.script(), 1_000)]);
    tx.input.push(tx.input[0].clone());
    refused(&world, &tx, "bad-txns-inputs-duplicate");
    let none = key.draft(std::slice::from_ref(&coin), &[]);
    refused(&world, &none, "bad-txns-vout-empty");
    let huge = key.draft(
        std::slice::from_ref(&coin),
        &[(key.script(), 2_100_000_000_000_001)],
    );
    refused(&world, &huge, "bad-txns-vout-toolarge");
    let null = TxIn {
        previous_output: OutPoint::null(),
        ..tx.input[0].clone()
    };
    let mut mixed = key.draft(&[coin], &[(key.script(), 1_000)]);
    mixed.input.push(null);
    refused(&world, &mixed, "bad-txns-prevout-null");
    // No input and no output: rust-bitcoin would write it with a witness marker.
    let hex = "02000000000000000000";
    let error = world
        .try_rpc("sendrawtransaction", json!([hex]))
        .unwrap_err();
    assert_eq!(error, (-26, "bad-txns-vin-empty".to_owned()));
}

#[test]
fn a_transaction_that_is_known_is_answered_as_core_does() {
    let (world, key, coin) = funded();
    let tx = key.pay(&coin, &key.script(), 1_000);
    let hex = encode::serialize_hex(&tx);
    let txid = world.send(&tx);
    // Again: no error, the same id.
    assert_eq!(world.send(&tx), txid);
    assert_eq!(
        world.rpc("sendrawtransaction", json!([hex])),
        txid.to_string()
    );
    let verdict = &world.rpc("testmempoolaccept", json!([[hex]]))[0];
    assert_eq!(verdict["reject-reason"], "txn-already-in-mempool");
    world.sandbox.mine(1).unwrap();
    let verdict = &world.rpc("testmempoolaccept", json!([[hex]]))[0];
    assert_eq!(verdict["reject-reason"], "txn-already-known");
    let error = world
        .try_rpc("sendrawtransaction", json!([hex]))
        .unwrap_err();
    assert_eq!(
        error,
        (-27, "Transaction outputs already in utxo set".to_owned())
    );
}

#[test]
fn a_chain_of_26_is_one_too_long() {
    let (world, key, coin) = funded();
    let mut coin = coin;
    for _ in 0..25 {
        let tx = key.pay(&coin, &key.script(), 200);
        world.send(&tx);
        coin = Coin::of(&tx, 0);
    }
    let tx = key.pay(&coin, &key.script(), 200);
    let error = world
        .try_rpc("sendrawtransaction", json!([encode::serialize_hex(&tx)]))
        .unwrap_err();
    assert_eq!(error.0, -26);
    assert!(
        error.1.starts_with("too-long-mempool-chain, too many"),
        "{}",
        error.1
    );
    world.sandbox.mine(1).unwrap();
    assert!(world.sandbox.mempool_txids().is_empty());
    world.send(&tx);
}

#[test]
fn a_full_family_takes_one_small_child_more_that_follows_its_first_alone() {
    let (world, key, coin) = funded();
    let share = coin.output.value.to_sat() / 30 - 100;
    let parent = key.spend(
        std::slice::from_ref(&coin),
        &vec![(key.script(), share); 30],
    );
    world.send(&parent);
    let part = |vout| Coin::of(&parent, vout);
    let child = |vout, fee| key.pay(&part(vout), &key.script(), fee);
    for vout in 0..24 {
        world.send(&child(vout, 300));
    }
    let refusal = |tx: &Transaction| {
        let hex = encode::serialize_hex(tx);
        let error = world.try_rpc("sendrawtransaction", json!([hex]));
        error.unwrap_err().1
    };
    let full = |limit: u32| {
        let parent = parent.compute_txid();
        format!("too-long-mempool-chain, too many descendants for tx {parent} [limit: {limit}]")
    };
    // Not behind another of the family, and not with others at its side.
    let grandchild = key.pay(&Coin::of(&child(0, 300), 0), &key.script(), 300);
    assert_eq!(refusal(&grandchild), full(25));
    let pair = [child(25, 300), child(26, 300)].map(|tx| encode::serialize_hex(&tx));
    let tested = world.rpc("testmempoolaccept", json!([pair]));
    assert_eq!(tested[0]["reject-reason"], "too-long-mempool-chain");

    world.send(&child(25, 300));
    assert_eq!(refusal(&child(26, 300)), full(25));
    // In its place it can be replaced, and so can any other.
    world.send(&child(25, 900));
    world.send(&child(3, 900));
    assert_eq!(world.sandbox.mempool_txids().len(), 26);
}

#[test]
fn version_3_transactions_keep_to_their_own_rules() {
    let (world, key, coin) = funded();
    let v3 = |coin: &Coin, fee| {
        let value = coin.output.value.to_sat() - fee;
        let mut tx = key.draft(std::slice::from_ref(coin), &[(key.script(), value)]);
        tx.version = Version(3);
        key.sign(tx, std::slice::from_ref(coin))
    };
    let parent = v3(&coin, 500);
    world.send(&parent);
    let child = key.pay(&Coin::of(&parent, 0), &key.script(), 500);
    let error = world
        .try_rpc("sendrawtransaction", json!([encode::serialize_hex(&child)]))
        .unwrap_err();
    assert!(
        error.1.starts_with("TRUC-violation, non-version=3 tx"),
        "{}",
        error.1
    );
    let child = v3(&Coin::of(&parent, 0), 500);
    world.send(&child);
    let grandchild = v3(&Coin::of(&child, 0), 500);
    let error = world
        .try_rpc(
            "sendrawtransaction",
            json!([encode::serialize_hex(&grandchild)]),
        )
        .unwrap_err();
    assert!(error.1.starts_with("TRUC-violation"), "{}", error.1);
}

#[test]
fn an_unknown_witness_version_can_be_paid_but_not_spent() {
    let (world, key, coin) = funded();
    let script = ScriptBuf::from_hex(&format!("5220{}", "11".repeat(32))).unwrap();
    assert!(Address::from_script(&script, Network::Regtest).is_ok());
    let tx = key.pay(&coin, &script, 1_000);
    world.send(&tx);
    world.sandbox.mine(1).unwrap();
    let spend = key.draft(&[Coin::of(&tx, 0)], &[(key.script(), 90_000)]);
    refused_as(
        &world,
        &spend,
        -26,
        "bad-txns-nonstandard-inputs, input 0 witness program is undefined",
        "bad-txns-nonstandard-inputs",
    );
}
